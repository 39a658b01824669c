//! Valkey by the Valkey project's operator, which makes clusters only.
//!
//! What the operator does was read in its source and documentation (valkey-io/valkey-operator, August 2026): pods carry
//! `valkey.io/cluster: <name>`, the container is called `server`, the exporter's port `metrics`; `replicas` counts
//! without the primary.

use super::container::security;
use super::edges::Called;
use super::metadata::Identity;
use super::network::{Direction, Policy, pods, tcp};
use super::redis::{EXPORTER_PORT, MEMORY_FOR_DATA, PORT, eviction};
use super::{Api, Object, Scope};
use crate::catalog::images;
use crate::format::data::Map;
use crate::map;
use crate::names;
use crate::plan::Cache;
use crate::sizing;
use crate::units::Cpu;

const CLUSTER: Api = Api::new("valkey.io/v1alpha1", "ValkeyCluster");
const POD_MONITOR: Api = Api::new("monitoring.coreos.com/v1", "PodMonitor");

/// The port between nodes.
const BUS_PORT: u16 = 16379;
/// The user `valkey` of the official image.
const USER: u32 = 999;

/// All objects of a cache.
pub(super) fn objects<'a>(scope: Scope<'_, 'a>, cache: &'a Cache, objects: &mut Vec<Object<'a>>) {
    let identity = Identity::cache(cache);
    let (at, name) = (cache.at, &cache.name.value);
    objects.push(Object::new(CLUSTER, at, scope.described(name, identity)).spec(cluster(scope, cache)));
    objects.push(Object::new(POD_MONITOR, at, scope.monitored(name, identity)).spec(map! {
        "jobLabel" => "valkey.io/cluster",
        "podMetricsEndpoints" => [map! {
            "port" => "metrics",
            "interval" => scope.plan.monitoring.scrape_every.prometheus(),
        }],
        "selector" => map! { "matchLabels" => selector(cache) },
    }));
    if !scope.is_isolated() {
        return;
    }
    let nodes = || pods(selector(cache));
    let mut users = scope.callers(Called::Cache(&cache.key));
    // The label of the operator's own manifests (config/manager) and of its chart.
    users.extend(scope.operator("valkey-operator", [(names::NAME_LABEL, "valkey-operator")]));
    let mut policy = Policy::default();
    policy.allow(Direction::Ingress, users, vec![tcp(PORT)]);
    policy.allow(Direction::Ingress, vec![nodes()], vec![tcp(PORT), tcp(BUS_PORT)]);
    policy.allow(Direction::Ingress, vec![scope.prometheus()], vec![tcp(EXPORTER_PORT)]);
    policy.allow(Direction::Egress, vec![nodes()], vec![tcp(PORT), tcp(BUS_PORT)]);
    let selector = map! { "matchLabels" => selector(cache) };
    objects.push(policy.object(at, scope.metadata(name, identity), selector));
}

fn cluster<'a>(scope: Scope<'_, 'a>, cache: &'a Cache) -> Map<'a> {
    let memory = cache.memory.value;
    let data = memory.0.saturating_mul(u64::from(MEMORY_FOR_DATA)) / 100;
    let persistence = cache.persistence.as_ref().map(|size| {
        map! {
            "size" => size.value.to_string(),
            "storageClassName" => &cache.storage_class.value,
            "reclaimPolicy" => "Retain",
        }
    });
    map! {
        "image" => &cache.image.value,
        "shards" => cache.shards.value,
        "replicas" => cache.replicas.value.saturating_sub(1),
        "config" => map! {
            "maxmemory" => data.to_string(),
            "maxmemory-policy" => eviction(cache.eviction.value),
        },
        "resources" => map! {
            "requests" => map! { "cpu" => Cpu(sizing::CACHE_CPU).to_string(), "memory" => memory.to_string() },
            "limits" => map! { "memory" => memory.to_string() },
        },
        "users" => [map! {
            "name" => "default",
            "permissions" => "+@all ~* &*",
            "passwordSecret" => map! {
                "name" => names::cache_password_secret(&cache.key),
                "keys" => [names::PASSWORD_KEY],
            },
        }],
        "podSecurityContext" => super::pod::security(USER),
        "containers" => [map! { "name" => "server", "securityContext" => security(true) }],
        "exporter" => map! {
            "enabled" => true,
            "image" => images::REDIS_EXPORTER,
            "resources" => super::redis::exporter_resources(),
            "securityContext" => security(true),
        },
        "scheduling" => map! {
            "node" => map! { "spread" => map! { "shard" => map! { "mode" => "Preferred" } } },
        }
        .with_some("nodeSelector", scope.node_selector()),
    }
    .with_some("persistence", persistence)
}

/// The labels of the nodes.
pub(super) fn selector(cache: &Cache) -> Map<'_> {
    map! { "valkey.io/cluster" => &cache.name.value }
}
