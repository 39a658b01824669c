//! Databases, caches and message brokers.

use super::{Resolver, from_written, infrastructure, optional_text, or};
use crate::catalog::{images, planning};
use crate::model::records;
use crate::names;
use crate::plan::{
    Backup, Broker, Cache, Database, DatabaseExporter, Eviction, MessageQueue, Pooling, Resolved,
};
use crate::provider;
use crate::units::{Bytes, Cpu, Duration};
use crate::words::{CacheEngine, PoolMode, QueueType, Role, Topology};

pub(super) fn databases(resolver: &mut Resolver<'_>, environment: &str) -> Vec<Database> {
    let platform = resolver.platform;
    let role = resolver.role_of(environment);
    let mut found = Vec::new();
    for (key, thing, settings) in
        resolver.settings(platform.databases.as_ref(), environment, |d| d.databases.as_ref())
    {
        let at = thing.name.at;
        let standbys =
            provider::of(infrastructure::provider_of(resolver, environment)).database_standby_default(role);
        let rule = if standbys > 0 { "standbys in production" } else { "no standby outside production" };
        let tier = resolver.tier(settings.tier.as_ref());
        if let Some(dump) = &settings.dump {
            resolver.dumps.push((environment.to_owned(), key.clone(), dump.clone()));
        }
        found.push(Database {
            name: resolver.real_name(settings.name.as_ref(), environment, &key, at),
            version: from_written(&settings.version),
            machine: from_written(&settings.r#type),
            nodes: or(settings.nodes.as_ref(), |n| n.0, 1 + standbys, rule),
            purpose: optional_text(settings.purpose.as_ref()),
            extensions: settings.extensions.iter().flatten().map(from_written).collect(),
            backup: settings.backup.as_ref().map(backup),
            pooling: settings.pooling.as_ref().map(|pooling| pooling_of(&key, pooling, role)),
            exporter: DatabaseExporter {
                name: names::database_exporter(&key),
                image: Resolved::default(images::POSTGRES_EXPORTER.to_owned(), "a pinned exporter"),
            },
            dump: None,
            size: settings.size.map(|size| Resolved::written(size.value, size.at)),
            tier,
            key,
            at,
        });
    }
    found
}

fn backup(written: &records::Backup) -> Backup {
    let kept = Duration(u64::from(planning::LINODE_DATABASE_RETENTION_DAYS) * Duration::DAY.0);
    Backup {
        at: written.at,
        every: Resolved::written(written.every.value, written.every.at),
        keep: or(written.keep.as_ref(), |keep| keep, kept, "what Linode keeps"),
        point_in_time: or(
            written.point_in_time.as_ref(),
            |flag| flag.0,
            false,
            "only what is said is promised",
        ),
    }
}

fn pooling_of(database: &str, written: &records::Pooling, role: Role) -> Pooling {
    let (replicas, rule) = match role {
        Role::Production => (2, "two in production"),
        _ => (1, "one outside production"),
    };
    Pooling {
        name: names::pooler(database),
        mode: or(written.mode.as_ref(), |mode| mode, PoolMode::Transaction, "the mode that shares most"),
        size: Resolved::written(written.size.value.0, written.size.at),
        image: or(
            written.image.as_ref(),
            |image| image.0,
            images::PGBOUNCER.to_owned(),
            "a pinned PgBouncer",
        ),
        replicas: Resolved::default(replicas, rule),
    }
}

pub(super) fn caches(resolver: &mut Resolver<'_>, environment: &str) -> Vec<Cache> {
    let platform = resolver.platform;
    let mut found = Vec::new();
    for (key, thing, settings) in
        resolver.settings(platform.caches.as_ref(), environment, |d| d.caches.as_ref())
    {
        let at = thing.name.at;
        let engine = settings.engine.value;
        let topology = match engine {
            CacheEngine::Redis => Topology::Replicated,
            CacheEngine::Valkey => Topology::Cluster,
        };
        let topology =
            or(settings.topology.as_ref(), |t| t, topology, "what the engine's operator does best");
        let replicas = if topology.value == Topology::Standalone { 1 } else { 3 };
        let shards = if topology.value == Topology::Cluster { 3 } else { 1 };
        let image = match engine {
            CacheEngine::Redis => images::REDIS,
            CacheEngine::Valkey => images::VALKEY,
        };
        let tier = resolver.tier(settings.tier.as_ref());
        found.push(Cache {
            name: Resolved::derived(key.clone(), "the cache's name", at),
            engine: Resolved::written(engine, settings.engine.at),
            topology,
            replicas: or(
                settings.replicas.as_ref(),
                |n| n.0,
                replicas,
                "a leader and two replicas, or one node alone",
            ),
            shards: or(settings.shards.as_ref(), |n| n.0, shards, "three shards in a cluster"),
            memory: Resolved::written(settings.memory.value, settings.memory.at),
            image: or(settings.image.as_ref(), |image| image.0, image.to_owned(), "a pinned image"),
            persistence: settings.persistence.map(|size| Resolved::written(size.value, size.at)),
            eviction: or(
                settings.eviction.as_ref(),
                |e| e,
                Eviction::VolatileTtl,
                "keys with the nearest expiry go first",
            ),
            logical_databases: settings
                .logical_databases
                .iter()
                .flat_map(|named| named.entries.iter())
                .map(|(name, (_, number))| (name.clone(), Resolved::written(number.value.0, number.at)))
                .collect(),
            storage_class: storage_class(resolver, environment),
            purpose: optional_text(settings.purpose.as_ref()),
            tier,
            key,
            at,
        });
    }
    found
}

pub(super) fn brokers(resolver: &mut Resolver<'_>, environment: &str) -> Vec<Broker> {
    let platform = resolver.platform;
    let role = resolver.role_of(environment);
    let mut found = Vec::new();
    for (key, thing, settings) in
        resolver.settings(platform.queues.as_ref(), environment, |d| d.queues.as_ref())
    {
        let at = thing.name.at;
        let (nodes, rule) = match role {
            Role::Production => (3, "a majority survives the loss of one node"),
            _ => (1, "one node outside production"),
        };
        let tier = resolver.tier(settings.tier.as_ref());
        found.push(Broker {
            name: Resolved::derived(key.clone(), "the broker's name", at),
            nodes: or(settings.nodes.as_ref(), |n| n.0, nodes, rule),
            image: or(
                settings.image.as_ref(),
                |image| image.0,
                images::RABBITMQ.to_owned(),
                "a pinned image",
            ),
            cpu: or(settings.cpu.as_ref(), |cpu| cpu, Cpu(500), "half a core"),
            memory: or(settings.memory.as_ref(), |memory| memory, Bytes(2 << 30), "2 GiB"),
            storage: Resolved::written(settings.storage.value, settings.storage.at),
            streams: or(settings.streams.as_ref(), |flag| flag.0, false, "off"),
            storage_class: storage_class(resolver, environment),
            queues: settings.queues.entries.iter().map(message_queue).collect(),
            users: Vec::new(),
            purpose: optional_text(settings.purpose.as_ref()),
            tier,
            key,
            at,
        });
    }
    found
}

fn message_queue(
    (name, (written, queue)): (
        &String,
        &(crate::source::Written<crate::model::scalars::Name>, records::MessageQueue),
    ),
) -> MessageQueue {
    let kind =
        or(queue.r#type.as_ref(), |kind| kind, QueueType::Quorum, "what should not be lost is replicated");
    MessageQueue {
        name: name.clone(),
        at: written.at,
        dead_letter: or(
            queue.dead_letter.as_ref(),
            |flag| flag.0,
            kind.value != QueueType::Stream,
            "on, but not for a stream",
        ),
        delivery_limit: or(queue.delivery_limit.as_ref(), |n| n.0, 20, "RabbitMQ's own default since 4.0"),
        keep: queue.keep.map(|keep| Resolved::written(keep.value, keep.at)),
        kind,
    }
}

fn storage_class(resolver: &Resolver<'_>, environment: &str) -> Resolved<String> {
    let provider = provider::of(infrastructure::provider_of(resolver, environment));
    Resolved::default(provider.storage_class().to_owned(), "volumes outlive their claims")
}
