//! What the templates of add-ons are filled with. Every name that a template may use is in this file.
//!
//! | Name | In `values.yaml.j2` | In the others |
//! |---|---|---|
//! | `platform` | name, owner, domain | the same |
//! | `release` | name, namespace | the same |
//! | `names` | sealedSecretsController | the same |
//! | `namespaces` | monitoring, ingress (or null), daemons | the same |
//! | `ingress` | class; null where no service has a host | the same |
//! | `monitoring` | selector, scrapeEvery, keep, size, customResourceState (or null), customResourceRules | the same |
//! | `provided` | what the add-ons of all clusters that have this one provide | what those of the cluster provide |
//! | `environments` | all of the platform | those of the cluster |
//! | `cluster` | unknown: the template must not depend on it | key, name, provider, region, kubernetes, gpuPools, loadBalancer, alertmanager (or null), alertmanagerSecrets |
//!
//! `cluster.loadBalancer` are the annotations of the Service that lets requests in, as the cluster's cloud reads them.

use crate::backend::prometheus::{alertmanager, rotation};
use crate::format::data::{Data, Map};
use crate::map;
use crate::names;
use crate::plan::{Addon, Cluster, Environment, IngressController, Plan};
use crate::provider;

/// What is the same for every cluster.
pub(super) fn of_platform<'p>(plan: &'p Plan, addon: &'p Addon) -> Map<'p> {
    let having: Vec<&Cluster> = plan
        .clusters
        .values()
        .filter(|cluster| cluster.addons.iter().any(|other| other.key == addon.key))
        .collect();
    let everywhere = |what: &str| having.iter().all(|cluster| cluster.provider_of(what).is_some());
    let provided = having.iter().flat_map(|cluster| provided(cluster)).filter(|what| everywhere(what));
    let mut unique: Vec<&str> = provided.collect();
    unique.sort_unstable();
    unique.dedup();
    common(plan, addon, &unique, &plan.environments.values().collect::<Vec<_>>())
}

/// What a cluster adds to it.
pub(super) fn of_cluster<'p>(plan: &'p Plan, cluster: &'p Cluster, addon: &'p Addon) -> Map<'p> {
    let mut what: Vec<&str> = provided(cluster).collect();
    what.sort_unstable();
    let environments: Vec<_> = plan.environments_of(&cluster.key).collect();
    let pools = environments.iter().flat_map(|environment| &environment.gpu_pools).map(|pool| {
        let labels = pool.labels.iter().map(|(key, value)| (key.as_str(), value.value.as_str()));
        map! { "key" => &pool.key, "labels" => pairs(labels) }
    });
    common(plan, addon, &what, &environments).with(
        "cluster",
        map! {
            "key" => &cluster.key,
            "name" => &cluster.name.value,
            "provider" => cluster.provider.value.word(),
            "region" => &cluster.region.value,
            "kubernetes" => &cluster.kubernetes.value,
            "gpuPools" => Data::List(pools.map(Data::from).collect()),
            "alertmanager" => alertmanager::configuration(plan, cluster).map_or(Data::Null, Data::Map),
            "alertmanagerSecrets" => Data::List(
                cluster.sealed.iter().map(|secret| Data::from(secret.name.as_str())).collect(),
            ),
            "loadBalancer" => load_balancer(plan, cluster),
        },
    )
}

fn load_balancer<'p>(plan: &'p Plan, cluster: &'p Cluster) -> Map<'p> {
    // Envoy takes requests with and without the PROXY protocol, ingress-nginx only with it: then cert-manager's own
    // requests, which kube-proxy leads past the load balancer, would be refused.
    let proxied = plan
        .ingress
        .as_ref()
        .is_some_and(|ingress| ingress.controller.value == IngressController::EnvoyGateway);
    let mut annotations = Map::new();
    for (name, value) in provider::of(cluster.provider.value).load_balancer(plan, cluster, proxied) {
        annotations.push(name, value);
    }
    annotations
}

fn provided(cluster: &Cluster) -> impl Iterator<Item = &str> {
    cluster.addons.iter().flat_map(|addon| &addon.provides).map(String::as_str)
}

fn common<'p>(
    plan: &'p Plan,
    addon: &'p Addon,
    provided: &[&'p str],
    environments: &[&'p Environment],
) -> Map<'p> {
    let selector = plan.monitoring.selector.iter().map(|(key, value)| (key.as_str(), value.value.as_str()));
    map! {
        "platform" => map! {
            "name" => &plan.name.value,
            "owner" => &plan.owner.value,
            "domain" => plan.domain.as_ref().map_or(Data::Null, |domain| Data::from(&domain.value)),
        },
        "release" => map! { "name" => &addon.key, "namespace" => &addon.namespace.value },
        "namespaces" => map! {
            "monitoring" => &plan.monitoring.namespace.value,
            "ingress" => plan.ingress.as_ref().map_or(Data::Null, |ingress| Data::from(&ingress.namespace.value)),
            "daemons" => names::DAEMONS_NAMESPACE,
        },
        "names" => map! { "sealedSecretsController" => names::SEALED_SECRETS_CONTROLLER },
        "ingress" => plan.ingress.as_ref().map_or(Data::Null, |ingress| map! { "class" => &ingress.class.value }.into()),
        "monitoring" => map! {
            "selector" => pairs(selector),
            "scrapeEvery" => plan.monitoring.scrape_every.value.to_string(),
            "keep" => plan.monitoring.keep.value.to_string(),
            "size" => plan.monitoring.size.value.to_string(),
            "customResourceState" => rotation::custom_resource_state(plan).map_or(Data::Null, Data::Map),
            "customResourceRules" => Data::List(rotation::custom_resource_rules(plan)),
        },
        "provided" => Data::List(provided.iter().map(|what| Data::from(*what)).collect()),
        "environments" => Data::List(environments.iter().map(|environment| environment_facts(environment).into()).collect()),
    }
}

fn environment_facts(environment: &Environment) -> Map<'_> {
    map! {
        "key" => &environment.key,
        "namespace" => &environment.namespace.value,
        "role" => environment.role.value.word(),
        "isProduction" => environment.is_production(),
        "domain" => environment.domain.as_ref().map_or(Data::Null, |domain| Data::from(&domain.value)),
    }
}

fn pairs<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Map<'a> {
    let mut map = Map::new();
    for (key, value) in pairs {
        map.push(key, value);
    }
    map
}
