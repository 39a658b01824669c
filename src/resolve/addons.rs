//! Which charts of others each cluster has: those that the spec's features bring in, and those that it names.

use super::{Resolver, from_written, or, secrets};
use crate::addon::{self, AddonSecret, Definition};
use crate::diag::{Diagnostic, code, did_you_mean};
use crate::model::records;
use crate::names;
use crate::plan::{
    Addon, AddonSource, Cluster, Demand, Origin, Plan, Resolved, Scale, Secret, SecretDelivery,
};
use crate::provider::{self, Included};
use crate::source::{At, Written};
use crate::words::{CacheEngine, Feature, IngressController, Install, Quarter};

pub(super) fn resolve(resolver: &mut Resolver<'_>, plan: &mut Plan) {
    check_names(resolver);
    let found: Vec<(Vec<Demand>, Vec<Addon>)> = plan
        .clusters
        .values()
        .map(|cluster| {
            let mut demands = demands(resolver, plan, cluster);
            let mut addons = chosen(resolver, plan, cluster, &demands);
            // Each turn adds a feature, so it ends.
            while let Some(further) = further(plan, &addons, &demands) {
                demands.push(further);
                demands.sort_by_key(|demand| demand.feature);
                addons = chosen(resolver, plan, cluster, &demands);
            }
            (demands, addons)
        })
        .collect();
    let rotate = secrets::rotation(resolver);
    let keys: Vec<String> = plan.clusters.keys().cloned().collect();
    for (key, (demands, addons)) in keys.iter().zip(found) {
        let mut own = Vec::new();
        for addon in &addons {
            own.extend(secrets_of(addon).map(|(name, secret)| Secret {
                name: name.clone(),
                at: addon.at,
                keys: secret.keys.iter().map(|key| key.value.0.clone()).collect(),
                purpose: secret.purpose.value.0.clone(),
                kept: secrets::in_cluster(plan, key, &addon.namespace.value, name),
                namespace: addon.namespace.value.clone(),
                bundle: secrets::bundle_of("addons"),
                rotate,
                users: vec![format!("addons/{}", addon.key)],
            }));
        }
        let Some(cluster) = plan.clusters.get_mut(key) else { continue };
        cluster.demands = demands;
        cluster.addons = addons;
        cluster.secrets.append(&mut own);
        cluster.secrets.sort_by(|a, b| (&a.namespace, &a.name).cmp(&(&b.namespace, &b.name)));
    }
}

/// What brings secrets into the cluster.
const fn delivery_of(plan: &Plan) -> Feature {
    match plan.secrets.delivery.value {
        SecretDelivery::ExternalSecrets => Feature::ExternalSecrets,
        SecretDelivery::SealedSecrets => Feature::SealedSecrets,
    }
}

/// Something that add-ons ask for in their turn: what one needs and only one other provides, and somebody who brings the
/// secrets of one.
fn further(plan: &Plan, addons: &[Addon], demands: &[Demand]) -> Option<Demand> {
    let is_new = |feature: &Feature| demands.iter().all(|demand| demand.feature != *feature);
    addons.iter().filter(|addon| addon.install.value == Install::Platc).find_map(|addon| {
        let definition = &addon::find(&addon.key)?.definition;
        let needs = definition.needs.iter().flat_map(|needs| needs.entries.keys());
        let unmet = needs.filter(|need| !addons.iter().any(|other| other.provides.contains(need)));
        let mut features =
            unmet.filter_map(|need| only_provider(need)?.r#for.as_ref().map(|feature| feature.value));
        let delivery = secrets_of(addon).next().map(|_| delivery_of(plan));
        let feature = features.find(&is_new).or(delivery.filter(&is_new))?;
        Some(Demand { feature, at: addon.at })
    })
}

/// The add-on that does something for others, if there is but one.
fn only_provider(what: &str) -> Option<&'static Definition> {
    let provides =
        |definition: &&Definition| definition.provides.iter().any(|provided| provided.value.0 == what);
    let mut all = addon::all().iter().map(|known| &known.definition).filter(provides);
    all.next().filter(|_| all.next().is_none())
}

/// The secrets that an add-on needs in its namespace, if platc installs it.
fn secrets_of(addon: &Addon) -> impl Iterator<Item = (&'static String, &'static AddonSecret)> {
    let definition = (addon.install.value == Install::Platc).then(|| addon::find(&addon.key)).flatten();
    let secrets = definition.and_then(|known| known.definition.secrets.as_ref());
    secrets.into_iter().flat_map(|secrets| &secrets.entries).map(|(name, (_, secret))| (name, secret))
}

/// Every name of an add-on or a cluster that is written must exist.
fn check_names(resolver: &mut Resolver<'_>) {
    let document = &resolver.model.document;
    let clusters: Vec<&str> = resolver.platform.clusters.entries.keys().map(String::as_str).collect();
    let addons: Vec<&str> = addon::all().iter().map(|addon| addon.name).collect();
    let mut missing = Vec::new();
    for (key, (name, written)) in resolver.platform.addons.iter().flat_map(|addons| &addons.entries) {
        if !addons.contains(&key.as_str()) {
            missing.push((key.as_str(), document.key_span(name.at), "add-on", &addons));
        }
        for cluster in written.clusters.iter().flatten() {
            if !clusters.contains(&cluster.value.0.as_str()) {
                missing.push((cluster.value.0.as_str(), document.span(cluster.at), "cluster", &clusters));
            }
        }
    }
    for (name, span, kind, known) in missing {
        let message = format!("there is no {kind} `{name}`");
        let mut finding = Diagnostic::new(&code::UNKNOWN_REFERENCE, span, message);
        finding.help = did_you_mean(name, known.iter().copied());
        if let [near] = crate::catalog::nearest(name, known.iter().copied(), 1)[..] {
            finding = finding.edit(span, near);
        }
        resolver.sink.push(finding);
    }
}

/// What a cluster's part of the plan asks of add-ons, each with the first place that does.
fn demands(resolver: &Resolver<'_>, plan: &Plan, cluster: &Cluster) -> Vec<Demand> {
    let environments: Vec<_> = plan.environments_of(&cluster.key).collect();
    let first = |feature: Feature| -> Option<At> {
        let environments = environments.iter();
        match feature {
            Feature::Autoscaling => {
                environments.flat_map(|environment| &environment.services).find_map(|service| {
                    if let Scale::Auto(auto) = &service.scale { Some(auto.at) } else { None }
                })
            }
            Feature::Certificates => {
                plan.ingress.as_ref().filter(|ingress| ingress.tls.is_some()).map(|i| i.at)
            }
            Feature::IngressNginx => {
                let ingress = plan.ingress.as_ref()?;
                (ingress.controller.value == IngressController::IngressNginx).then_some(ingress.at)
            }
            Feature::EnvoyGateway => {
                let ingress = plan.ingress.as_ref()?;
                (ingress.controller.value == IngressController::EnvoyGateway).then_some(ingress.at)
            }
            Feature::Gitops => plan.delivery.gitops.as_ref().map(|gitops| gitops.at),
            Feature::VolumeBackups => {
                let has_volumes = environments.clone().any(|environment| environment.has_volumes());
                plan.backups.as_ref().filter(|_| has_volumes).map(|backups| backups.at)
            }
            Feature::Gpus => {
                environments.flat_map(|environment| &environment.gpu_pools).map(|pool| pool.at).next()
            }
            // Where clusters scale their pools or make load balancers themselves, nothing is installed for it.
            Feature::NodeScaling => {
                let pools = environments.flat_map(|environment| &environment.pools).chain(&cluster.pools);
                pools.into_iter().find(|pool| pool.min.value < pool.max.value).map(|pool| pool.at)
            }
            Feature::LoadBalancers => plan.ingress.as_ref().map(|ingress| ingress.at),
            Feature::Logs => plan.logs.as_ref().map(|logs| logs.at),
            Feature::Traces => plan.traces.as_ref().map(|traces| traces.at),
            Feature::Metrics => {
                Some(resolver.platform.observability.as_ref().map_or(cluster.at, |written| written.at))
            }
            Feature::Rabbitmq => {
                environments.flat_map(|environment| &environment.queues).map(|broker| broker.at).next()
            }
            Feature::Redis | Feature::Valkey => {
                let engine = if feature == Feature::Redis { CacheEngine::Redis } else { CacheEngine::Valkey };
                environments
                    .flat_map(|environment| &environment.caches)
                    .find(|cache| cache.engine.value == engine)
                    .map(|cache| cache.at)
            }
            Feature::Rollouts => environments
                .flat_map(|environment| &environment.services)
                .find(|service| service.is_rollout())
                .map(|service| match service.rollout.strategy.origin {
                    Origin::Written(at) => at,
                    _ => service.at,
                }),
            Feature::ExternalSecrets | Feature::SealedSecrets if feature == delivery_of(plan) => {
                let secrets =
                    environments.flat_map(|environment| &environment.secrets).chain(&cluster.secrets);
                let first = secrets.map(|secret| secret.at).next();
                resolver.platform.secret_store.as_ref().map(|store| store.at).or(first)
            }
            Feature::ExternalSecrets | Feature::SealedSecrets => None,
        }
    };
    let features = Feature::WORDS.iter().filter_map(|(word, _)| Feature::of(word));
    features.filter_map(|feature| first(feature).map(|at| Demand { feature, at })).collect()
}

/// The add-ons of a cluster, in the order of their names: those that are named, and those that a demand brings in and
/// no named one replaces.
fn chosen(resolver: &Resolver<'_>, plan: &Plan, cluster: &Cluster, demands: &[Demand]) -> Vec<Addon> {
    let mut provided: Vec<&str> = Vec::new();
    let mut named = Vec::new();
    for (key, (name, written)) in resolver.platform.addons.iter().flat_map(|addons| &addons.entries) {
        let Some(known) = addon::find(key) else { continue };
        let is_here = written
            .clusters
            .as_ref()
            .is_none_or(|clusters| clusters.iter().any(|wanted| wanted.value.0 == cluster.key));
        if !is_here {
            continue;
        }
        named.push((known, name.at, written));
        if install(Some(written)).value != Install::Never {
            provided.extend(provides(&known.definition, install(Some(written)).value));
        }
    }
    let mut addons = Vec::new();
    for known in addon::all() {
        let definition = &known.definition;
        if let Some((_, at, written)) = named.iter().find(|(named, ..)| named.name == known.name) {
            if install(Some(written)).value != Install::Never {
                addons.extend(resolved(plan, known.name, definition, *at, Some(written)));
            }
            continue;
        }
        let wanted = definition.r#for.as_ref().map(|feature| feature.value);
        let Some(demand) = demands.iter().find(|demand| Some(demand.feature) == wanted) else { continue };
        let included = provider::of(cluster.provider.value).comes_with();
        if !is_there(definition, &provided, included) {
            addons.extend(resolved(plan, known.name, definition, demand.at, None));
        }
    }
    addons
}

/// What an add-on does for others. One that is installed elsewhere has brought along what it needs and the same feature
/// would have brought in: whoever has Prometheus has the kinds of its operator.
fn provides(definition: &Definition, install: Install) -> Vec<&str> {
    let own = definition.provides.iter().map(|what| what.value.0.as_str());
    let feature = |definition: &Definition| definition.r#for.as_ref().map(|feature| feature.value);
    let is_of_feature = |need: &str| {
        addon::all().iter().map(|other| &other.definition).any(|other| {
            feature(other) == feature(definition) && other.provides.iter().any(|what| what.value.0 == need)
        })
    };
    let needs = definition.needs.iter().flat_map(|needs| needs.entries.keys().map(String::as_str));
    let along = needs.filter(|need| install == Install::Elsewhere && is_of_feature(need));
    own.chain(along).collect()
}

/// Whether everything that an add-on does is done already: by add-ons that are named, or by what the cluster comes with.
fn is_there(definition: &Definition, named: &[&str], included: &[Included]) -> bool {
    definition.provides.iter().all(|what| {
        let what = what.value.0.as_str();
        named.contains(&what) || included.iter().any(|included| included.provides == what)
    })
}

fn install(written: Option<&records::Addon>) -> Resolved<Install> {
    or(written.and_then(|w| w.install.as_ref()), |install| install, Install::Platc, "platc installs add-ons")
}

fn resolved(
    plan: &Plan,
    name: &str,
    definition: &Definition,
    at: At,
    written: Option<&records::Addon>,
) -> Option<Addon> {
    let source = match (&definition.chart, &definition.manifest) {
        (Some(chart), _) => AddonSource::Chart {
            repository: chart.repository.value.0.clone(),
            name: chart.name.value.0.clone(),
            version: or(
                written.and_then(|w| w.version.as_ref()),
                |version| version.0,
                chart.version.value.0.clone(),
                "the pinned version",
            ),
        },
        (None, Some(manifest)) => AddonSource::Manifest {
            url: manifest.url.value.0.clone(),
            version: manifest.version.value.0.clone(),
        },
        (None, None) => return None,
    };
    Some(Addon {
        key: name.to_owned(),
        at,
        install: install(written),
        source,
        provides: provides(definition, install(written).value).into_iter().map(str::to_owned).collect(),
        namespace: match written.and_then(|w| w.namespace.as_ref()) {
            Some(namespace) => from_written(namespace),
            None => namespace(plan, definition)?,
        },
        service_account: definition.service_account.as_ref().map(|name| name.value.0.clone()),
        pod_security: definition.pod_security.value,
        daemons: definition.daemons.as_ref().is_some_and(|flag| flag.value.0),
        wave: definition.wave.value.0,
        large_definitions: definition.large_definitions.as_ref().is_some_and(|flag| flag.value.0),
        values: written.and_then(|w| w.values.clone()),
    })
}

fn namespace(plan: &Plan, definition: &Definition) -> Option<Resolved<String>> {
    let place = definition.place.as_ref().map(|place: &Written<Quarter>| place.value);
    Some(match place {
        Some(Quarter::Monitoring) => plan.monitoring.namespace.clone(),
        Some(Quarter::Ingress) => plan.ingress.as_ref()?.namespace.clone(),
        Some(Quarter::Daemons) => {
            Resolved::default(names::DAEMONS_NAMESPACE.to_owned(), "daemons have a namespace of their own")
        }
        None => {
            Resolved::default(definition.namespace.as_ref()?.value.0.clone(), "the add-on's own namespace")
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_cluster_comes_with_is_not_installed_again() {
        let definition = &addon::find("metrics-server").expect("an add-on").definition;
        let of = |provides| [Included { provides, source: "https://example.com" }];
        assert!(!is_there(definition, &[], &[]));
        assert!(!is_there(definition, &[], &of("volumes")));
        assert!(is_there(definition, &[], &of("resource-metrics")));
        assert!(is_there(definition, &["resource-metrics"], &[]));
    }
}
