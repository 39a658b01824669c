//! The charts of others: what runs where and why, and the commands that install them without Argo CD.

use super::Context;
use crate::addon;
use crate::backend::addons::{directory, own_kustomization, secrets_directory, values_files};
use crate::backend::kubernetes;
use crate::format::data::Map;
use crate::map;
use crate::plan::{Addon, AddonSource, Cluster, Feature, Install, Plan};

pub(super) fn data<'c>(context: &Context<'c>) -> Map<'c> {
    let plan = context.plan;
    let clusters = plan.clusters.values().filter(|cluster| ours(cluster).next().is_some());
    map! { "installed" => clusters.map(|cluster| of_cluster(plan, cluster)).collect::<Vec<_>>() }
}

/// What platc installs in a cluster.
fn ours(cluster: &Cluster) -> impl Iterator<Item = &Addon> {
    cluster.addons.iter().filter(|addon| addon.install.value == Install::Platc)
}

/// Whether what a feature needs is installed by platc wherever something asks for it.
pub(super) fn is_installed(plan: &Plan, feature: Feature) -> bool {
    let brings = |addon: &&Addon| {
        let definition = addon::find(&addon.key).map(|known| &known.definition);
        definition.and_then(|definition| definition.r#for.as_ref()).is_some_and(|f| f.value == feature)
    };
    let mut asking = plan
        .clusters
        .values()
        .filter(|cluster| cluster.demands.iter().any(|demand| demand.feature == feature))
        .peekable();
    asking.peek().is_some() && asking.all(|cluster| ours(cluster).any(|addon| brings(&addon)))
}

fn of_cluster<'c>(plan: &'c Plan, cluster: &'c Cluster) -> Map<'c> {
    let mut addons: Vec<&Addon> = ours(cluster).collect();
    addons.sort_by_key(|addon| addon.wave);
    let has_gitops = addons.iter().any(|addon| addon.provides.iter().any(|what| what == "gitops"));
    map! {
        "name" => &cluster.name.value,
        "addons" => addons.iter().map(|addon| row(cluster, addon)).collect::<Vec<_>>(),
        "commands" => commands(plan, cluster, &addons),
        "gitops" => has_gitops,
    }
}

fn row<'c>(cluster: &'c Cluster, addon: &'c Addon) -> Map<'c> {
    let known = addon::find(&addon.key).map(|known| &known.definition);
    let asked = known
        .and_then(|definition| definition.r#for.as_ref())
        .and_then(|feature| cluster.demands.iter().find(|demand| demand.feature == feature.value))
        .and_then(|demand| Feature::WORDS.iter().find(|(word, _)| *word == demand.feature.word()));
    let (chart, version) = match &addon.source {
        AddonSource::Chart { name, version, .. } => (name.as_str(), version.value.as_str()),
        AddonSource::Manifest { version, .. } => ("a manifest", version.as_str()),
    };
    map! {
        "key" => &addon.key,
        "namespace" => &addon.namespace.value,
        "security" => addon.pod_security.word(),
        "chart" => chart,
        "version" => version,
        "purpose" => known.map_or("", |definition| &definition.purpose.value.0),
        "why" => asked.map_or("`addons` of the spec", |(_, meaning)| meaning.trim_end_matches('.')),
    }
}

/// The namespaces, then each release in the order of its wave: its chart, then what belongs to it besides.
fn commands(plan: &Plan, cluster: &Cluster, addons: &[&Addon]) -> String {
    let mut lines = vec![format!("kubectl apply --server-side -k {}", directory(plan, cluster))];
    for addon in addons {
        if let AddonSource::Chart { repository, name, version } = &addon.source {
            let chart = if repository.starts_with("oci://") {
                format!("{}/{name}", repository.trim_end_matches('/'))
            } else {
                format!("{name} --repo {repository}")
            };
            let mut line = format!(
                "helm upgrade --install {} {chart} --version {} \\\n  --namespace {} --wait",
                addon.key, version.value, addon.namespace.value
            );
            for file in values_files(plan, cluster, addon) {
                line.push_str(&[" \\\n  --values ", &file].concat());
            }
            lines.push(line);
        }
        let copies = addon.provides.iter().any(|what| what == "external-secrets");
        if copies && !kubernetes::cluster_secrets(plan, cluster).is_empty() {
            lines.push(format!("kubectl apply --server-side -k {}", secrets_directory(plan, cluster)));
        }
        if let Some(directory) = own_kustomization(plan, cluster, addon) {
            lines.push(format!("kubectl apply --server-side -k {directory}"));
        }
    }
    lines.join("\n")
}
