//! What the templates of add-ons are filled with. Every name that a template may use is in this file.
//!
//! | Name | In `values.yaml.j2` | In the others |
//! |---|---|---|
//! | `platform` | name, owner, domain | the same |
//! | `release` | name, namespace, serviceAccount (or null) | the same |
//! | `names` | sealedSecretsController, externalSecretsAccount | the same |
//! | `namespaces` | monitoring, ingress (or null), daemons | the same |
//! | `ingress` | class; null where no service has a host | the same |
//! | `monitoring` | selector, scrapeEvery, keep, size, retentionSize, labelsAllowlist, customResourceState (or null), customResourceRules | the same |
//! | `logs` | byEnvironment, keep, streams: namespace, tenant, stream, keep; tenants: name, receivers; stream of the platform | the same, and otlp, query: where the store is, or null |
//! | `logs.elasticsearch` | name, version | the same, and image, nodes, table of streams and their retention, roles: whether there is one for each environment |
//! | `traces` | keep | the same, and otlp, query: where the store is, or null |
//! | `gpu` | taint | the same |
//! | `operators` | redis: labels | the same |
//! | `backups` | bucket, region, endpoint, schedule, ttl; null where there are none | the same |
//! | `provided` | what the add-ons of all clusters that have this one provide | what those of the cluster provide |
//! | `environments` | all of the platform: key, namespace, role, isProduction, domain, services, jobs, hasVolumes | those of the cluster |
//! | `cluster` | unknown: the template must not depend on it | key, name, provider, region, kubernetes, storageClass, gpuNodes, loadBalancer, edge (or null): class, annotations, hosts; alertmanager (or null), alertmanagerSecrets |
//!
//! `cluster.loadBalancer` are the annotations of the Service that lets requests in, as the cluster's cloud reads them.

use std::fmt::Write as _;

use crate::backend::prometheus::metrics::METRIC_LABELS_ALLOWLIST;
use crate::backend::prometheus::{alertmanager, rotation};
use crate::catalog::images;
use crate::format::data::{Data, Map};
use crate::map;
use crate::names;
use crate::plan::{Addon, Cluster, Environment, IngressController, Plan, Secret, Tenants};
use crate::provider;
use crate::units::{Bytes, Duration};

/// How long logs and traces are kept where only `addons` asks for their stores.
const LOGS: Duration = Duration(14 * Duration::DAY.0);
const TRACES: Duration = Duration(7 * Duration::DAY.0);

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
    common(plan, addon, &unique, &plan.environments.values().collect::<Vec<_>>(), None)
}

/// What a cluster adds to it.
pub(super) fn of_cluster<'p>(plan: &'p Plan, cluster: &'p Cluster, addon: &'p Addon) -> Map<'p> {
    let mut what: Vec<&str> = provided(cluster).collect();
    what.sort_unstable();
    let environments: Vec<_> = plan.environments_of(&cluster.key).collect();
    common(plan, addon, &what, &environments, Some(cluster)).with(
        "cluster",
        map! {
            "key" => &cluster.key,
            "name" => &cluster.name.value,
            "provider" => cluster.provider.value.word(),
            "region" => &cluster.region.value,
            "kubernetes" => &cluster.kubernetes.value,
            "storageClass" => &cluster.storage_class.value,
            "gpuNodes" => gpu_nodes(&environments),
            "alertmanager" => alertmanager::configuration(plan, cluster).map_or(Data::Null, Data::Map),
            "alertmanagerSecrets" => Data::List(
                of_receivers(cluster).map(|secret| Data::from(secret.name.as_str())).collect(),
            ),
            "loadBalancer" => load_balancer(plan, cluster),
            "edge" => edge(plan, cluster, &environments),
        },
    )
}

/// The secrets that receivers of alerts need.
fn of_receivers(cluster: &Cluster) -> impl Iterator<Item = &Secret> {
    cluster.secrets.iter().filter(|secret| secret.users.iter().any(|user| user.starts_with("receivers/")))
}

/// The terms of a node affinity that lead to nodes with GPUs: the labels of each pool, or, where the spec has no such
/// pool, the label by which nodes say so themselves.
fn gpu_nodes<'p>(environments: &[&'p Environment]) -> Data<'p> {
    let mut terms = Vec::new();
    for pool in environments.iter().flat_map(|environment| &environment.gpu_pools) {
        let expressions = pool
            .labels
            .iter()
            .map(|(key, value)| map! { "key" => key, "operator" => "In", "values" => [&value.value] }.into());
        terms.push(map! { "matchExpressions" => Data::List(expressions.collect()) }.into());
    }
    if terms.is_empty() {
        let present = map! { "key" => names::GPU_PRESENT_LABEL, "operator" => "Exists" };
        terms.push(map! { "matchExpressions" => [present] }.into());
    }
    Data::List(terms)
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

/// What stands in front of the ingress controller, if anything does that a host is behind.
fn edge<'p>(plan: &'p Plan, cluster: &'p Cluster, environments: &[&'p Environment]) -> Data<'p> {
    let Some(edge) = provider::of(cluster.provider.value).edge(plan, cluster) else { return Data::Null };
    let hosts = environments.iter().copied().flat_map(provider::hosts).map(|(_, host)| Data::from(host));
    let mut annotations = Map::new();
    for (name, value) in edge.annotations {
        annotations.push(name, value);
    }
    Data::Map(map! {
        "class" => edge.class,
        "annotations" => annotations,
        "hosts" => Data::List(hosts.collect()),
    })
}

fn provided(cluster: &Cluster) -> impl Iterator<Item = &str> {
    cluster.addons.iter().flat_map(|addon| &addon.provides).map(String::as_str)
}

fn common<'p>(
    plan: &'p Plan,
    addon: &'p Addon,
    provided: &[&'p str],
    environments: &[&'p Environment],
    stores: Option<&'p Cluster>,
) -> Map<'p> {
    let selector = plan.monitoring.selector.iter().map(|(key, value)| (key.as_str(), value.value.as_str()));
    map! {
        "platform" => map! {
            "name" => &plan.name.value,
            "owner" => &plan.owner.value,
            "domain" => plan.domain.as_ref().map_or(Data::Null, |domain| Data::from(&domain.value)),
        },
        "release" => map! {
            "name" => &addon.key,
            "namespace" => &addon.namespace.value,
            "serviceAccount" => addon.service_account.as_ref().map_or(Data::Null, Data::from),
        },
        "namespaces" => map! {
            "monitoring" => &plan.monitoring.namespace.value,
            "ingress" => plan.ingress.as_ref().map_or(Data::Null, |ingress| Data::from(&ingress.namespace.value)),
            "daemons" => names::DAEMONS_NAMESPACE,
        },
        "names" => map! {
            "sealedSecretsController" => names::SEALED_SECRETS_CONTROLLER,
            "externalSecretsAccount" => names::EXTERNAL_SECRETS_ACCOUNT,
        },
        "ingress" => plan.ingress.as_ref().map_or(Data::Null, |ingress| map! { "class" => &ingress.class.value }.into()),
        "monitoring" => map! {
            "selector" => pairs(selector),
            "scrapeEvery" => plan.monitoring.scrape_every.value.to_string(),
            "keep" => plan.monitoring.keep.value.prometheus(),
            "size" => plan.monitoring.size.value.to_string(),
            "retentionSize" => retention_size(plan.monitoring.size.value),
            "labelsAllowlist" => [METRIC_LABELS_ALLOWLIST],
            "customResourceState" => rotation::custom_resource_state(plan).map_or(Data::Null, Data::Map),
            "customResourceRules" => Data::List(rotation::custom_resource_rules(plan)),
        },
        "backups" => backups(plan),
        "logs" => logs(plan, environments, stores),
        "traces" => traces(plan, stores.and_then(|cluster| cluster.provider_of("trace-store"))),
        "gpu" => map! { "taint" => names::GPU_TAINT.0 },
        "operators" => map! {
            "redis" => map! { "labels" => pairs(names::REDIS_OPERATOR_LABELS.into_iter()) },
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
        "hasVolumes" => environment.has_volumes(),
        "domain" => environment.domain.as_ref().map_or(Data::Null, |domain| Data::from(&domain.value)),
        "services" => Data::List(environment.services.iter().map(|service| Data::from(&service.key)).collect()),
        "jobs" => Data::List(jobs(environment)),
    }
}

/// The names of the `CronJob`s that rules watch: those of the spec, and of dumps.
fn jobs(environment: &Environment) -> Vec<Data<'_>> {
    let dumps = environment.databases.iter().filter_map(|database| database.dump.as_ref());
    let of_dumps = dumps.flat_map(|dump| [&dump.name, &dump.test_name]);
    environment.jobs.iter().map(|job| &job.pod.key).chain(of_dumps).map(Data::from).collect()
}

/// Backups of volumes: where they go and when.
fn backups(plan: &Plan) -> Data<'_> {
    let Some(backups) = &plan.backups else { return Data::Null };
    Data::Map(map! {
        "bucket" => &backups.name,
        "region" => &backups.region,
        "endpoint" => &backups.endpoint,
        "schedule" => backups.schedule().unwrap_or_default(),
        "ttl" => hours(backups.keep.value),
    })
}

/// Logs: where Loki is, and which tenant those of a namespace belong to and how long they are kept, and where the store is.
fn logs<'p>(plan: &'p Plan, environments: &[&'p Environment], cluster: Option<&'p Cluster>) -> Map<'p> {
    let provides = |addon: &Addon, what: &str| addon.provides.iter().any(|provided| provided == what);
    let store = cluster.and_then(|cluster| {
        let mut stores = cluster.addons.iter().filter(|addon| provides(addon, "log-store"));
        stores.find(|addon| !provides(addon, "elasticsearch"))
    });
    let by_environment = plan.logs.as_ref().is_some_and(|logs| logs.tenants.value == Tenants::Environment);
    let tenant = |key: &'p str| if by_environment { key } else { names::PLATFORM_TENANT };
    let keep = |key: &str| plan.logs.as_ref().and_then(|logs| logs.keep.get(key));
    let stream = |environment: &&'p Environment| {
        map! {
            "namespace" => &environment.namespace.value,
            "tenant" => tenant(&environment.key),
            "stream" => names::log_stream(&environment.key),
            "keep" => hours(keep(&environment.key).map_or(LOGS, |keep| keep.value)),
        }
        .into()
    };
    let receiver = |namespace: &str| Data::from(["filelog/", namespace].concat());
    let mut tenants: Vec<(&str, Vec<Data<'p>>)> = vec![(names::PLATFORM_TENANT, vec![receiver("elsewhere")])];
    for environment in environments {
        let receiver = receiver(&environment.namespace.value);
        let name = tenant(&environment.key);
        match tenants.iter_mut().find(|(known, _)| *known == name) {
            Some((_, receivers)) => receivers.push(receiver),
            None => tenants.push((name, vec![receiver])),
        }
    }
    let tenants = tenants
        .into_iter()
        .map(|(name, receivers)| map! { "name" => name, "receivers" => Data::List(receivers) }.into());
    map! {
        "elasticsearch" => elasticsearch(plan, environments, cluster),
        "stream" => names::log_stream(names::PLATFORM_TENANT),
        "byEnvironment" => by_environment,
        "keep" => hours(plan.logs.as_ref().map_or(LOGS, |logs| logs.keep_elsewhere.value)),
        "streams" => Data::List(environments.iter().map(stream).collect()),
        "tenants" => Data::List(tenants.collect()),
        "otlp" => address(store, "http://", ":3100/otlp"),
        "query" => address(store, "http://", ":3100"),
    }
}

/// The Elasticsearch of a cluster's logs. Each environment has a data stream of its own, whoever may read it: streams are what
/// retention is said of.
fn elasticsearch<'p>(
    plan: &'p Plan,
    environments: &[&'p Environment],
    cluster: Option<&'p Cluster>,
) -> Map<'p> {
    let map = map! { "name" => names::LOGS_STACK, "version" => images::ELASTIC_STACK };
    let Some(cluster) = cluster else { return map };
    let keep = |key: Option<&str>| {
        let logs = plan.logs.as_ref();
        let named = key.and_then(|key| logs.and_then(|logs| logs.keep.get(key)));
        hours(named.or(logs.map(|logs| &logs.keep_elsewhere)).map_or(LOGS, |keep| keep.value))
    };
    let mut table = format!("{} {}\n", names::log_stream(names::PLATFORM_TENANT), keep(None));
    for environment in environments {
        let _ = writeln!(table, "{} {}", names::log_stream(&environment.key), keep(Some(&environment.key)));
    }
    map.with("image", images::ELASTICSEARCH)
        .with("nodes", i64::from(plan.log_nodes(&cluster.key)))
        .with("table", table)
        .with("roles", plan.logs.as_ref().is_some_and(|logs| logs.tenants.value == Tenants::Environment))
}

/// Traces: how long they are kept, and where the store is.
fn traces<'p>(plan: &'p Plan, store: Option<&'p Addon>) -> Map<'p> {
    map! {
        "keep" => hours(plan.traces.as_ref().map_or(TRACES, |traces| traces.keep.value)),
        "otlp" => address(store, "", ":4317"),
        "query" => address(store, "http://", ":3200"),
    }
}

/// The address of the Service of an add-on that is named like its release.
fn address<'p>(addon: Option<&'p Addon>, before: &str, after: &str) -> Data<'p> {
    addon.map_or(Data::Null, |addon| {
        Data::from([before, &names::service_host(&addon.key, &addon.namespace.value), after].concat())
    })
}

/// A duration in the units that Go reads, and Loki as well: hours, or seconds where they are not whole.
fn hours(duration: Duration) -> String {
    if duration.0.is_multiple_of(Duration::HOUR.0) {
        format!("{}h", duration.0 / Duration::HOUR.0)
    } else {
        format!("{}s", duration.0)
    }
}

/// How much of its disk Prometheus may use: its documentation advises to leave room for what it compacts, at most
/// 80 to 85 % (<https://prometheus.io/docs/prometheus/latest/storage/>). Its `MB` is a MiB.
fn retention_size(disk: Bytes) -> String {
    format!("{}MB", disk.mebibytes() * 4 / 5)
}

fn pairs<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Map<'a> {
    let mut map = Map::new();
    for (key, value) in pairs {
        map.push(key, value);
    }
    map
}
