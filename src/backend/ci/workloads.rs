//! What runs in the clusters: compared, checked, scanned.

use std::collections::{BTreeMap, BTreeSet};

use super::{BRANCH, Context, action, smoke, texts};
use crate::backend::prometheus::alertmanager;
use crate::backend::{addons, kubernetes};
use crate::catalog;
use crate::format::data::{Data, Map};
use crate::map;
use crate::names;
use crate::plan::{AddonSource, Cluster, Environment, Install, Plan, Service};
use crate::words::{Sync, Workloads};

/// The workflow of pull requests for everything but infrastructure.
pub(super) fn data<'c>(context: &Context<'c>) -> Option<Map<'c>> {
    let plan = context.plan;
    if plan.environments.is_empty() {
        return None;
    }
    let overlays = plan.environments.values().flat_map(|environment| overlays(plan, environment));
    let base =
        plan.paths.kustomize.value.split("{environment}").next().unwrap_or_default().trim_end_matches('/');
    let images: Vec<Map<'_>> =
        images(plan).into_iter().map(|(image, name)| map! { "name" => name, "image" => image }).collect();
    Some(map! {
        "branch" => BRANCH,
        "folder" => context.folder(),
        "paths" => texts(
            [base, &plan.paths.helm.value, &plan.paths.alerts.value, &plan.paths.dashboards.value]
                .map(|directory| format!("{directory}/**"))
                .into_iter()
                .chain([format!("{}/workloads.yml", context.folder())]),
        ),
        "actions" => map! {
            "checkout" => action("actions/checkout"),
            "sarif" => action("github/codeql-action/upload-sarif"),
            "trivy" => action("aquasecurity/trivy-action"),
        },
        "kubeconform" => catalog::KUBECONFORM,
        "prometheus" => catalog::PROMETHEUS,
        "rules" => format!("{}/rules", plan.paths.alerts.value),
        "rule_tests" => format!("{}/tests", plan.paths.alerts.value),
        "alertmanager" => alertmanager(plan).map_or(Data::Null, Data::Map),
        "overlays" => texts(overlays),
        "clusters" => &plan.paths.kustomize_clusters.value,
        "chart" => format!("{}/{}", plan.paths.helm.value, names::HELM_CHART),
        "services" => texts(plan.environments.values().flat_map(|environment| releases(plan, environment))),
        "addons" => texts(plan.clusters.values().flat_map(|cluster| charts(plan, cluster))),
        "images" => images,
        "smoke" => texts(synced(context)),
    })
}

/// The environments into which a merged change comes by itself, so that a test can wait for it.
fn synced<'c>(context: &Context<'c>) -> impl Iterator<Item = &'c str> {
    let is_synced = context.plan.delivery.gitops.is_some();
    smoke::environments(context)
        .filter(move |environment| is_synced && environment.sync.value == Sync::Automated)
        .map(|environment| environment.key.as_str())
}

/// The kustomizations of an environment, each with the version of Kubernetes that takes it.
fn overlays(plan: &Plan, environment: &Environment) -> Vec<String> {
    let version = plan.clusters.get(&environment.cluster.value).map_or("", |it| it.kubernetes.value.as_str());
    let overlay = plan.paths.kustomize.value.replace("{environment}", &environment.key);
    let is_here = plan.delivery.workloads.value == Workloads::Kustomize;
    let services = environment.services.iter().filter(|_| is_here).map(|service| service.key.as_str());
    std::iter::once(names::ENVIRONMENT_DIRECTORY)
        .chain(services)
        .map(|name| format!("{version} {overlay}/{name}"))
        .collect()
}

/// The releases of an environment's services: Kubernetes' version, namespace, service, and its values.
fn releases(plan: &Plan, environment: &Environment) -> Vec<String> {
    if plan.delivery.workloads.value != Workloads::Helm {
        return Vec::new();
    }
    let version = plan.clusters.get(&environment.cluster.value).map_or("", |it| it.kubernetes.value.as_str());
    let (namespace, helm) = (&environment.namespace.value, &plan.paths.helm.value);
    let release = |service: &Service| {
        let (all, own) =
            (names::helm_values(&service.key), names::helm_values_of(&service.key, &environment.key));
        format!("{version} {namespace} {} --values={helm}/{all} --values={helm}/{own}", service.key)
    };
    environment.services.iter().map(release).collect()
}

/// The charts of others in a cluster: Kubernetes' version, namespace, release, and what Helm needs to know of it.
fn charts(plan: &Plan, cluster: &Cluster) -> Vec<String> {
    let version = &cluster.kubernetes.value;
    let ours = cluster.addons.iter().filter(|addon| addon.install.value == Install::Platc);
    ours.filter_map(|addon| {
        let AddonSource::Chart { repository, name, version: chart } = &addon.source else { return None };
        // A registry has the chart's name in its address, a repository beside it.
        let place = if repository.starts_with("oci://") {
            format!("{repository}/{name}")
        } else {
            format!("{name} --repo={repository}")
        };
        let values = addons::values_files(plan, cluster, addon);
        let values: String = values.iter().flat_map(|file| [" --values=", file]).collect();
        let (namespace, release) = (&addon.namespace.value, &addon.key);
        Some(format!("{version} {namespace} {release} {place} --version={}{values}", chart.value))
    })
    .collect()
}

/// The configurations of Alertmanager, and what checks them; nothing where nobody is told.
fn alertmanager<'c>(plan: &Plan) -> Option<Map<'c>> {
    let has_one = |cluster: &&Cluster| alertmanager::configuration(plan, cluster).is_some();
    let files = plan.clusters.values().filter(has_one);
    let files: Vec<String> = files
        .map(|cluster| format!("{}/{}", plan.paths.alerts.value, alertmanager::file_name(plan, cluster)))
        .collect();
    (!files.is_empty()).then(|| map! { "image" => catalog::ALERTMANAGER, "files" => files.join(" ") })
}

/// Every image that the platform runs, with a short name that no other has.
pub(super) fn images(plan: &Plan) -> BTreeMap<String, String> {
    let mut found: BTreeSet<String> = BTreeSet::new();
    for environment in plan.environments.values() {
        for object in kubernetes::objects(plan, environment) {
            found.extend(kubernetes::images(&object.data).into_iter().map(str::to_owned));
        }
    }
    let mut taken: BTreeSet<String> = BTreeSet::new();
    found
        .into_iter()
        .map(|image| {
            let short = short_name(&image);
            let mut name = short.clone();
            for number in 2_u32.. {
                if taken.insert(name.clone()) {
                    break;
                }
                name = format!("{short}-{number}");
            }
            (image, name)
        })
        .collect()
}

/// `registry.example.com:5000/shop/api:1.0.0` is `api`.
fn short_name(image: &str) -> String {
    let path = image.split_once('@').map_or(image, |(path, _)| path);
    let last = path.rsplit('/').next().unwrap_or(path);
    last.split(':').next().unwrap_or(last).to_owned()
}
