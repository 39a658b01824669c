//! Redis by the opstree operator: `Redis`, `RedisReplication` with `RedisSentinel`, `RedisCluster`.
//!
//! What the operator does was read in its source (OT-CONTAINER-KIT/redis-operator, August 2026): pods carry
//! `app: <stateful set>`, `redis_setup_type` and `role`, and the labels of the custom resource; the sentinels' set is
//! `<name>-sentinel`, those of a cluster `<name>-leader` and `<name>-follower`; a password is read from a Secret of the
//! user's; a `ConfigMap`'s `redis-additional.conf` is included in the server's configuration.

use super::container::security;
use super::edges::Called;
use super::metadata::Identity;
use super::network::{Direction, Policy, tcp};
use super::{Api, Object, Scope};
use crate::catalog::images;
use crate::format::data::{Data, Map};
use crate::map;
use crate::names;
use crate::plan::{Cache, Eviction, Topology};
use crate::sizing;
use crate::units::{Bytes, Cpu};

const REDIS: Api = Api::new("redis.redis.opstreelabs.in/v1beta2", "Redis");
const REPLICATION: Api = Api::new("redis.redis.opstreelabs.in/v1beta2", "RedisReplication");
const SENTINEL: Api = Api::new("redis.redis.opstreelabs.in/v1beta2", "RedisSentinel");
const CLUSTER: Api = Api::new("redis.redis.opstreelabs.in/v1beta2", "RedisCluster");
const CONFIG_MAP: Api = Api::new("v1", "ConfigMap");
const POD_MONITOR: Api = Api::new("monitoring.coreos.com/v1", "PodMonitor");

/// The port of the server.
pub(in crate::backend) const PORT: u16 = names::CACHE_PORT;
/// The port of a sentinel.
const SENTINEL_PORT: u16 = 26379;
/// The port between the nodes of a cluster: the server's and 10,000.
const BUS_PORT: u16 = PORT + 10_000;
/// The port of the exporter, and the name that the operator gives it.
pub(super) const EXPORTER_PORT: u16 = 9121;
const EXPORTER_PORT_NAME: &str = "redis-exporter";
/// The user of the operator's images.
const USER: u32 = 1000;
/// The share of a node's memory that holds data, in percent; the rest is for copies while saving.
pub(super) const MEMORY_FOR_DATA: u32 = 75;
/// Logical databases that Redis has if nothing is said.
const DEFAULT_DATABASES: u32 = 16;

/// All objects of a cache.
pub(super) fn objects<'a>(scope: Scope<'_, 'a>, cache: &'a Cache, objects: &mut Vec<Object<'a>>) {
    let identity = Identity::cache(cache);
    let (at, name) = (cache.at, &cache.name.value);
    objects.push(
        Object::new(CONFIG_MAP, at, scope.metadata(configuration_name(cache), identity))
            .with("data", map! { "redis-additional.conf" => configuration(cache) }),
    );
    let described = scope.described(name, identity);
    match cache.topology.value {
        Topology::Standalone => objects.push(Object::new(REDIS, at, described).spec(node(scope, cache))),
        Topology::Replicated => {
            let mut spec = map! { "clusterSize" => cache.replicas.value };
            for (key, value) in node(scope, cache).into_entries() {
                spec.push(key, value);
            }
            spec.push("topologySpreadConstraints", [spread(map! { "app" => name })]);
            spec.push("pdb", disruption(cache.replicas.value));
            objects.push(Object::new(REPLICATION, at, described).spec(spec));
            objects.push(
                Object::new(SENTINEL, at, scope.metadata(name, identity)).spec(sentinels(scope, cache)),
            );
        }
        Topology::Cluster => objects.push(Object::new(CLUSTER, at, described).spec(cluster(scope, cache))),
    }
    objects.push(Object::new(POD_MONITOR, at, scope.monitored(name, identity)).spec(map! {
        "jobLabel" => "app",
        "podMetricsEndpoints" => [map! {
            "port" => EXPORTER_PORT_NAME,
            "interval" => scope.plan.monitoring.scrape_every.prometheus(),
        }],
        "selector" => selector(cache),
    }));
    if scope.is_isolated() {
        network(scope, cache, identity, objects);
    }
}

fn configuration_name(cache: &Cache) -> String {
    names::cache_configuration(&cache.name.value)
}

/// What the custom resource has no field for.
fn configuration(cache: &Cache) -> String {
    let eviction = eviction(cache.eviction.value);
    let mut text = format!("maxmemory-policy {eviction}\n");
    let databases = cache.logical_databases.values().map(|number| number.value.saturating_add(1)).max();
    if let Some(databases) = databases.filter(|databases| *databases > DEFAULT_DATABASES) {
        text.push_str("databases ");
        text.push_str(&databases.to_string());
        text.push('\n');
    }
    text
}

/// The eviction policy in Redis' own words.
pub(super) const fn eviction(eviction: Eviction) -> &'static str {
    match eviction {
        Eviction::NoEviction => "noeviction",
        Eviction::VolatileTtl => "volatile-ttl",
        Eviction::VolatileLru => "volatile-lru",
        Eviction::AllkeysLru => "allkeys-lru",
        Eviction::AllkeysLfu => "allkeys-lfu",
    }
}

/// What a node is, in all topologies.
fn node<'a>(scope: Scope<'_, 'a>, cache: &'a Cache) -> Map<'a> {
    let mut kubernetes =
        kubernetes(&cache.image.value, Cpu(sizing::CACHE_CPU).to_string(), cache.memory.value.to_string());
    kubernetes.push("redisSecret", password(cache));
    map! {
        "kubernetesConfig" => kubernetes,
        "redisConfig" => map! {
            "additionalRedisConfig" => configuration_name(cache),
            "maxMemoryPercentOfLimit" => MEMORY_FOR_DATA,
        },
        "redisExporter" => exporter(),
        "podSecurityContext" => super::pod::security(USER),
        // The image writes its configuration before it starts, so its file system stays writable.
        "securityContext" => security(false),
    }
    .with_some("nodeSelector", scope.node_selector())
    .with_some("storage", storage(cache))
}

fn kubernetes(image: &str, cpu: String, memory: String) -> Map<'_> {
    map! {
        "image" => image,
        "imagePullPolicy" => "IfNotPresent",
        "resources" => map! {
            "requests" => map! { "cpu" => cpu, "memory" => memory.clone() },
            "limits" => map! { "memory" => memory },
        },
    }
}

fn password(cache: &Cache) -> Map<'static> {
    map! { "name" => names::cache_password_secret(&cache.key), "key" => names::PASSWORD_KEY }
}

/// What an exporter requests, and twice its memory at most.
pub(super) fn exporter_resources() -> Map<'static> {
    map! {
        "requests" => map! {
            "cpu" => Cpu(sizing::EXPORTER_CPU).to_string(),
            "memory" => Bytes(sizing::EXPORTER_MEMORY).to_string(),
        },
        "limits" => map! { "memory" => Bytes(2 * sizing::EXPORTER_MEMORY).to_string() },
    }
}

fn exporter() -> Map<'static> {
    map! {
        "enabled" => true,
        "image" => images::REDIS_EXPORTER,
        "resources" => exporter_resources(),
        "securityContext" => security(true),
    }
}

fn storage(cache: &Cache) -> Option<Map<'_>> {
    let size = cache.persistence.as_ref()?;
    Some(map! {
        "volumeClaimTemplate" => map! {
            "spec" => map! {
                "storageClassName" => &cache.storage_class.value,
                "accessModes" => ["ReadWriteOnce"],
                "resources" => map! { "requests" => map! { "storage" => size.value.to_string() } },
            },
        },
    })
}

fn sentinels<'a>(scope: Scope<'_, 'a>, cache: &'a Cache) -> Map<'a> {
    let name = &cache.name.value;
    let secret = password(cache);
    map! {
        "clusterSize" => sizing::SENTINELS,
        "redisSentinelConfig" => map! {
            "redisReplicationName" => name,
            "redisReplicationPassword" => map! { "secretKeyRef" => secret },
            "quorum" => (sizing::SENTINELS / 2 + 1).to_string(),
        },
        "kubernetesConfig" => kubernetes(
            images::REDIS_SENTINEL,
            Cpu(sizing::SENTINEL_CPU).to_string(),
            Bytes(sizing::SENTINEL_MEMORY).to_string(),
        ),
        "podSecurityContext" => super::pod::security(USER),
        "securityContext" => security(false),
        "topologySpreadConstraints" => [spread(map! { "app" => names::cache_sentinels(name) })],
        "pdb" => disruption(sizing::SENTINELS),
    }
    .with_some("nodeSelector", scope.node_selector())
}

fn cluster<'a>(scope: Scope<'_, 'a>, cache: &'a Cache) -> Map<'a> {
    let (shards, name) = (cache.shards.value, &cache.name.value);
    let followers = shards.saturating_mul(cache.replicas.value.saturating_sub(1));
    let mut spec = map! { "clusterSize" => shards, "persistenceEnabled" => cache.persistence.is_some() };
    for (key, value) in node(scope, cache).into_entries() {
        // The resource of a cluster has these fields for each role.
        if key != "securityContext" && key != "nodeSelector" {
            spec.push(key, value);
        }
    }
    for (role, replicas, pods) in [
        ("redisLeader", shards, names::cache_leaders(name)),
        ("redisFollower", followers, names::cache_followers(name)),
    ] {
        spec.push(
            role,
            map! {
                "replicas" => replicas,
                "securityContext" => security(false),
                "topologySpreadConstraints" => [spread(map! { "app" => pods })],
                "pdb" => disruption(replicas),
            }
            .with_some("nodeSelector", scope.node_selector()),
        );
    }
    spec
}

/// One at a time may go; a single node must not keep its machine from being drained.
fn disruption(nodes: u32) -> Map<'static> {
    if nodes >= 2 {
        map! { "enabled" => true, "maxUnavailable" => 1 }
    } else {
        map! { "enabled" => false }
    }
}

/// Spreads the pods of a set over nodes where there is room.
pub(super) fn spread(labels: Map<'_>) -> Map<'_> {
    map! {
        "maxSkew" => 1,
        "topologyKey" => "kubernetes.io/hostname",
        "whenUnsatisfiable" => "ScheduleAnyway",
        "labelSelector" => map! { "matchLabels" => labels },
    }
}

/// The label selector of the nodes that hold data.
pub(super) fn selector(cache: &Cache) -> Map<'_> {
    let name = &cache.name.value;
    let labels =
        |kind: &'static str| map! { "matchLabels" => map! { "app" => name, "redis_setup_type" => kind } };
    match cache.topology.value {
        Topology::Standalone => labels("standalone"),
        Topology::Replicated => labels("replication"),
        Topology::Cluster => map! {
            "matchLabels" => map! { "redis_setup_type" => "cluster" },
            "matchExpressions" => [map! {
                "key" => "app",
                "operator" => "In",
                "values" => [names::cache_leaders(name), names::cache_followers(name)],
            }],
        },
    }
}

/// Who talks to the nodes: their users, each other, the sentinels, the operator and Prometheus.
fn network<'a>(
    scope: Scope<'_, 'a>,
    cache: &'a Cache,
    identity: Identity<'a>,
    objects: &mut Vec<Object<'a>>,
) {
    let nodes = || map! { "podSelector" => selector(cache) };
    let sentinels =
        || map! { "app" => names::cache_sentinels(&cache.name.value), "redis_setup_type" => "sentinel" };
    let sentinel_pods = || super::network::pods(sentinels());
    let operator = || scope.operator("redis-operator", names::REDIS_OPERATOR_LABELS);
    let replicated = cache.topology.value == Topology::Replicated;

    let mut policy = Policy::default();
    let mut users = scope.callers(Called::Cache(&cache.key));
    users.extend(operator());
    users.push(nodes());
    users.extend(replicated.then(sentinel_pods));
    policy.allow(Direction::Ingress, users, vec![tcp(PORT)]);
    policy.allow(Direction::Egress, vec![nodes()], vec![tcp(PORT)]);
    if cache.topology.value == Topology::Cluster {
        policy.allow(Direction::Ingress, vec![nodes()], vec![tcp(BUS_PORT)]);
        policy.allow(Direction::Egress, vec![nodes()], vec![tcp(BUS_PORT)]);
    }
    policy.allow(Direction::Ingress, vec![scope.prometheus()], vec![tcp(EXPORTER_PORT)]);
    objects.push(policy.object(cache.at, scope.metadata(&cache.name.value, identity), selector(cache)));

    if replicated {
        let mut policy = Policy::default();
        let mut users = vec![sentinel_pods()];
        users.extend(operator());
        policy.allow(Direction::Ingress, users, vec![tcp(SENTINEL_PORT)]);
        policy.allow(Direction::Egress, vec![sentinel_pods()], vec![tcp(SENTINEL_PORT)]);
        policy.allow(Direction::Egress, vec![nodes()], vec![tcp(PORT)]);
        let metadata = scope.metadata(names::cache_sentinels(&cache.name.value), identity);
        let selector: Data<'a> = Data::Map(sentinels());
        objects.push(policy.object(cache.at, metadata, map! { "matchLabels" => selector }));
    }
}
