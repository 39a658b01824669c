//! Databases, caches and message brokers.

use indexmap::IndexMap;

use super::{Resolver, from_written, infrastructure, optional_text, or, recovery, services};
use crate::catalog::images;
use crate::diag::{Diagnostic, code};
use crate::model::records;
use crate::model::scalars::Identifier;
use crate::names;
use crate::plan::{
    Audit, Backup, Broker, Cache, CacheBackup, CopyOf, Database, DatabaseExporter, DatabaseStorage, Eviction,
    FileSystem, ManagedCache, MessageQueue, Pooling, Registry, Replica, Resolved, Restorable,
};
use crate::provider;
use crate::provider::stores::Stores;
use crate::source::{At, Written};
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
        let tier = resolver.tier_in(environment, settings.tier.as_ref());
        if let Some(dump) = &settings.dump {
            resolver.dumps.push((environment.to_owned(), key.clone(), dump.clone()));
        }
        let offer = &stores_of(resolver, environment).database;
        let protected = role != Role::Development;
        let stand_in =
            resolver.recoveries.stand_ins.get(environment).map(|stand_in| stand_in.of.value.clone());
        let original = stand_in.as_deref().unwrap_or(environment);
        let name = resolver.real_name(settings.name.as_ref(), original, &key, at);
        let replicas = replicas(resolver, original, &name.value, &settings);
        let mut database = Database {
            name: resolver.real_name(settings.name.as_ref(), environment, &key, at),
            version: from_written(&settings.version),
            machine: from_written(&settings.r#type),
            nodes: or(settings.nodes.as_ref(), |n| n.0, 1 + standbys, rule),
            purpose: optional_text(settings.purpose.as_ref()),
            owner: resolver.owner(settings.owner.as_ref()),
            extensions: settings.extensions.iter().flatten().map(from_written).collect(),
            backup: settings.backup.as_ref().map(|written| backup(resolver, original, written)),
            pooling: settings.pooling.as_ref().map(|pooling| pooling_of(&key, pooling, role)),
            exporter: DatabaseExporter {
                name: names::database_exporter(&key),
                image: Resolved::default(images::POSTGRES_EXPORTER.to_owned(), "a pinned exporter"),
            },
            restorable: None,
            dump: None,
            size: settings.size.map(|size| Resolved::written(size.value, size.at)),
            storage: settings.storage.as_ref().map(|storage| DatabaseStorage {
                size: Resolved::written(storage.size.value, storage.size.at),
                max: storage.max.map(|max| Resolved::written(max.value, max.at)),
            }),
            maintenance: settings
                .maintenance
                .map(|window| Resolved::written(window.value, window.at))
                .or_else(|| Some(Resolved::default(offer.windows?.maintenance, "on Sunday night"))),
            replicas,
            parameters: settings
                .parameters
                .iter()
                .flat_map(|named| named.entries.iter())
                .map(|(name, (_, value))| (name.clone(), from_written(value)))
                .collect(),
            protected: offer
                .protection
                .then(|| Resolved::default(protected, "what is deleted in development can be made again")),
            copy_of: None,
            tier,
            key,
            at,
        };
        if let Some(original) = stand_in {
            stand_in_for(&mut database, original, resolver.cluster_of(environment));
        }
        database.restorable = (offer.newest_point && database.backup.is_some() && database.copy_of.is_none())
            .then(|| resolver.region_of(environment))
            .flatten()
            .map(|region| Restorable {
                name: names::database_restorable(&database.key),
                region: region.value,
                client: Resolved::default(images::AWS_CLI.to_owned(), "a pinned client of AWS"),
                image: Resolved::default(images::NODE_EXPORTER.to_owned(), "a pinned exporter"),
            });
        found.push(database);
    }
    found
}

/// Makes the running copy of a database of what would be a new one, where there is a copy in the cluster.
fn stand_in_for(database: &mut Database, original: String, cluster: Option<&str>) {
    let replicas = std::mem::take(&mut database.replicas);
    let Some(copy) = replicas.into_iter().find(|replica| cluster == Some(replica.cluster.value.as_str()))
    else {
        return;
    };
    database.copy_of = Some(CopyOf { environment: original, replica: copy.key });
    database.name = copy.name;
    database.machine = copy.machine;
    database.nodes = Resolved::default(1, "a copy has no standby");
    if let Some(backup) = &mut database.backup {
        backup.copy_to = None;
    }
}

/// The running copies of a database.
fn replicas(
    resolver: &mut Resolver<'_>,
    environment: &str,
    name: &str,
    settings: &records::Database,
) -> Vec<Replica> {
    let mut found = Vec::new();
    for (key, (written, replica)) in settings.replicas.iter().flat_map(|named| named.entries.iter()) {
        let span = resolver.model.document.span(replica.r#in.at);
        let cluster = &replica.r#in.value.0;
        if recovery::known_cluster(resolver, cluster, span).is_none() {
            continue;
        }
        let clusters = &resolver.platform.clusters.entries;
        let (Some((_, there)), Some(here)) = (clusters.get(cluster), resolver.cluster_of(environment)) else {
            continue;
        };
        // In its own region a copy is where its database is: two networks of one region hold no replicas of one.
        let beside = clusters.get(here).filter(|(_, here)| here.region.value == there.region.value);
        if let Some((own, _)) = beside.filter(|_| here != cluster) {
            let document = &resolver.model.document;
            let finding = Diagnostic::new(
                &code::SAME_REGION,
                span,
                format!("`{key}` would be in {} as well, and in another network", there.region.value.0),
            )
            .related(document.key_span(own.at), "the cluster of the database")
            .help(format!("write `in: {here}` for a copy that is read, or name a cluster in another region"));
            resolver.sink.push(finding);
            continue;
        }
        found.push(Replica {
            key: key.clone(),
            at: written.at,
            name: match &replica.name {
                Some(name) => from_written(name),
                None => {
                    Resolved::derived(names::copy_of(name, key), "`<database's name>-<replica>`", written.at)
                }
            },
            cluster: from_written(&replica.r#in),
            region: there.region.value.0.clone(),
            machine: match &replica.r#type {
                Some(machine) => from_written(machine),
                None => Resolved::derived(
                    settings.r#type.value.0.clone(),
                    "that of the database",
                    settings.r#type.at,
                ),
            },
        });
    }
    found
}

fn stores_of(resolver: &Resolver<'_>, environment: &str) -> &'static Stores {
    provider::of(infrastructure::provider_of(resolver, environment)).stores()
}

fn backup(resolver: &mut Resolver<'_>, environment: &str, written: &records::Backup) -> Backup {
    let offer = &stores_of(resolver, environment).database;
    let kept = Duration(u64::from(offer.keep_days) * Duration::DAY.0);
    let copy_to = recovery::copy_to(resolver, environment, written.copy_to.as_ref());
    Backup {
        at: written.at,
        every: Resolved::written(written.every.value, written.every.at),
        keep: or(written.keep.as_ref(), |keep| keep, kept, offer.keep_rule),
        point_in_time: or(
            written.point_in_time.as_ref(),
            |flag| flag.0,
            offer.point_in_time,
            if offer.point_in_time { "backups bring it" } else { "only what is said is promised" },
        ),
        window: written
            .window
            .map(|window| Resolved::written(window.value, window.at))
            .or_else(|| Some(Resolved::default(offer.windows?.backup, "in the night"))),
        copy_to,
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

/// The memory of a cache on people's own machines that the provider runs elsewhere.
const LOCAL_CACHE: Bytes = Bytes(256 << 20);

/// The caches of an environment: those that operators run, and those that the provider runs.
pub(super) fn caches(resolver: &mut Resolver<'_>, environment: &str) -> (Vec<Cache>, Vec<ManagedCache>) {
    let platform = resolver.platform;
    let mut found = Vec::new();
    let mut managed = Vec::new();
    for (key, thing, settings) in
        resolver.settings(platform.caches.as_ref(), environment, |d| d.caches.as_ref())
    {
        let at = thing.name.at;
        let is_local = resolver.is_local(environment);
        if let Some(machine) = settings.r#type.as_ref().filter(|_| !is_local) {
            managed.extend(managed_cache(resolver, environment, &key, at, machine, &settings));
            continue;
        }
        // A container stands for what the provider runs elsewhere.
        let memory = if is_local && settings.r#type.is_some() {
            Resolved::default(LOCAL_CACHE, "enough on a person's own machine")
        } else {
            let Some(memory) = written_memory(resolver, at, &key, &settings) else { continue };
            memory
        };
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
        let tier = resolver.tier_in(environment, settings.tier.as_ref());
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
            memory,
            image: or(settings.image.as_ref(), |image| image.0, image.to_owned(), "a pinned image"),
            persistence: settings.persistence.map(|size| Resolved::written(size.value, size.at)),
            eviction: or(
                settings.eviction.as_ref(),
                |e| e,
                Eviction::VolatileTtl,
                "keys with the nearest expiry go first",
            ),
            logical_databases: logical_databases(&settings),
            storage_class: storage_class(resolver, environment),
            purpose: optional_text(settings.purpose.as_ref()),
            owner: resolver.owner(settings.owner.as_ref()),
            tier,
            key,
            at,
        });
    }
    (found, managed)
}

/// The memory of a cache that an operator runs; says so where it is missing, and where fields of the other kind are not.
fn written_memory(
    resolver: &mut Resolver<'_>,
    at: At,
    key: &str,
    settings: &records::Cache,
) -> Option<Resolved<Bytes>> {
    let document = &resolver.model.document;
    let foreign = [
        ("version", settings.version.as_ref().map(|it| it.at)),
        ("name", settings.name.as_ref().map(|it| it.at)),
        ("backup", settings.backup.as_ref().map(|it| it.at)),
        ("maintenance", settings.maintenance.map(|it| it.at)),
    ];
    for (field, at) in foreign.into_iter().filter_map(|(field, at)| Some((field, at?))) {
        let finding = Diagnostic::new(
            &code::CACHE_FIELD,
            document.key_span(at),
            format!("`{field}` is for a cache that the provider runs, and an operator runs `{key}`"),
        )
        .help("name the provider's machine class with `type`, or remove it");
        resolver.sink.push(finding);
    }
    let Some(memory) = settings.memory else {
        let finding = Diagnostic::new(
            &code::MISSING_FIELD,
            document.key_span(at),
            format!("the cache `{key}` needs `memory`"),
        )
        .help("write `memory: 2Gi` for a cache in the cluster, or `type` for one that the provider runs");
        resolver.sink.push(finding);
        resolver.incomplete = true;
        return None;
    };
    Some(Resolved::written(memory.value, memory.at))
}

fn managed_cache(
    resolver: &mut Resolver<'_>,
    environment: &str,
    key: &str,
    at: At,
    machine: &Written<Identifier>,
    settings: &records::Cache,
) -> Option<ManagedCache> {
    let document = &resolver.model.document;
    let stores = stores_of(resolver, environment);
    let Some(offer) = &stores.cache else {
        let finding = Diagnostic::new(
            &code::NOT_OFFERED,
            document.span(machine.at),
            format!("{} runs no caches, and `type` asks for one", stores.cloud),
        )
        .help("write `memory` instead: an operator runs the cache in the cluster");
        resolver.sink.push(finding);
        return None;
    };
    let foreign = [
        ("memory", settings.memory.map(|it| it.at)),
        ("image", settings.image.as_ref().map(|it| it.at)),
        ("persistence", settings.persistence.map(|it| it.at)),
    ];
    for (field, at) in foreign.into_iter().filter_map(|(field, at)| Some((field, at?))) {
        let finding = Diagnostic::new(
            &code::CACHE_FIELD,
            document.key_span(at),
            format!("`{field}` is for a cache in the cluster, and {} runs `{key}`", stores.cloud),
        )
        .related(document.span(machine.at), "the machine class decides it")
        .help("remove it, or remove `type`");
        resolver.sink.push(finding);
    }
    let Some(version) = &settings.version else {
        let finding = Diagnostic::new(
            &code::MISSING_FIELD,
            document.key_span(at),
            format!("the cache `{key}` needs `version`"),
        )
        .related(document.span(machine.at), "no image says it")
        .help("write the engine's version, such as `version: \"8.0\"`");
        resolver.sink.push(finding);
        resolver.incomplete = true;
        return None;
    };
    let role = resolver.role_of(environment);
    let topology = settings.topology.map_or(
        if settings.shards.is_some() { Topology::Cluster } else { Topology::Replicated },
        |topology| topology.value,
    );
    let (replicas, rule) = match (topology, role) {
        (Topology::Standalone, _) => (1, "one node alone"),
        (_, Role::Production) => (3, "a leader and two replicas in production"),
        _ => (1, "one node outside production"),
    };
    Some(ManagedCache {
        name: resolver.real_name(settings.name.as_ref(), environment, key, at),
        engine: Resolved::written(settings.engine.value, settings.engine.at),
        version: from_written(version),
        machine: from_written(machine),
        replicas: or(settings.replicas.as_ref(), |n| n.0, replicas, rule),
        shards: match (topology, &settings.shards) {
            (_, Some(shards)) => Some(Resolved::written(shards.value.0, shards.at)),
            (Topology::Cluster, None) => Some(Resolved::default(3, "three shards in a cluster")),
            _ => None,
        },
        backup: settings.backup.as_ref().map(|backup| CacheBackup {
            at: backup.at,
            keep: Resolved::written(backup.keep.value, backup.keep.at),
            window: or(backup.window.as_ref(), |window| window, offer.windows.backup, "in the night"),
        }),
        maintenance: or(
            settings.maintenance.as_ref(),
            |window| window,
            offer.windows.maintenance,
            "on Sunday night",
        ),
        eviction: or(
            settings.eviction.as_ref(),
            |e| e,
            Eviction::VolatileTtl,
            "keys with the nearest expiry go first",
        ),
        logical_databases: logical_databases(settings),
        protected: Resolved::default(
            role != Role::Development,
            "what is deleted in development can be made again",
        ),
        purpose: optional_text(settings.purpose.as_ref()),
        owner: resolver.owner(settings.owner.as_ref()),
        tier: resolver.tier_in(environment, settings.tier.as_ref()),
        key: key.to_owned(),
        at,
    })
}

fn logical_databases(settings: &records::Cache) -> IndexMap<String, Resolved<u32>> {
    settings
        .logical_databases
        .iter()
        .flat_map(|named| named.entries.iter())
        .map(|(name, (_, number))| (name.clone(), Resolved::written(number.value.0, number.at)))
        .collect()
}

/// The log of calls to the cloud's API.
pub(super) fn audit(resolver: &Resolver<'_>) -> Option<Audit> {
    let written = resolver.platform.audit.as_ref()?;
    let name = match &written.name {
        Some(name) => from_written(name),
        None => Resolved::derived(
            names::in_platform(&resolver.platform.name.0, "audit"),
            "`<platform>-audit`",
            written.at,
        ),
    };
    let bucket = match &written.bucket {
        Some(bucket) => from_written(bucket),
        None => Resolved::derived(names::copy_of(&name.value, "logs"), "`<name>-logs`", written.at),
    };
    let kept = Duration(400 * Duration::DAY.0);
    Some(Audit {
        at: written.at,
        name,
        keep: or(written.keep.as_ref(), |keep| keep, kept, "a year, and a month to look back"),
        bucket,
    })
}

/// Repositories of images.
pub(super) fn registry(resolver: &mut Resolver<'_>) -> Option<Registry> {
    let written = resolver.platform.registry.as_ref()?;
    let first = resolver.platform.environments.entries.keys().find(|key| {
        resolver
            .platform
            .environments
            .entries
            .get(*key)
            .is_some_and(|(_, it)| it.role.value != Role::Recovery)
    })?;
    Some(Registry {
        at: written.at,
        repositories: written.repositories.iter().map(from_written).collect(),
        keep: or(written.keep.as_ref(), |n| n.0, 200, "enough to go back far"),
        copy_to: recovery::copy_to(resolver, first, written.copy_to.as_ref()),
    })
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
        let tier = resolver.tier_in(environment, settings.tier.as_ref());
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
            owner: resolver.owner(settings.owner.as_ref()),
            tier,
            key,
            at,
        });
    }
    found
}

fn message_queue(
    (name, (written, queue)): (&String, &(Written<crate::model::scalars::Name>, records::MessageQueue)),
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

/// The file systems of an environment.
pub(super) fn file_systems(resolver: &mut Resolver<'_>, environment: &str) -> Vec<FileSystem> {
    let platform = resolver.platform;
    let mut found = Vec::new();
    for (key, thing, settings) in
        resolver.settings(platform.file_systems.as_ref(), environment, |d| d.file_systems.as_ref())
    {
        let at = thing.name.at;
        let tier = resolver.tier_in(environment, settings.tier.as_ref());
        let stand_in = resolver.recoveries.stand_ins.get(environment);
        let from = stand_in.map_or_else(|| environment.to_owned(), |stand_in| stand_in.of.value.clone());
        let copy_to = recovery::copy_to(resolver, &from, settings.copy_to.as_ref());
        let is_original = from == environment;
        let here = resolver.cluster_of(environment);
        let is_copy = !is_original && copy_to.as_ref().is_some_and(|to| here == Some(&to.cluster.value));
        found.push(FileSystem {
            copy_to: copy_to.filter(|_| is_original),
            copy_of: is_copy.then_some(from),
            name: resolver.real_name(settings.name.as_ref(), environment, &key, at),
            size: Resolved::written(settings.size.value, settings.size.at),
            user: or(settings.user.as_ref(), |n| n.0, services::USER, "no user that an image knows"),
            backup: or(settings.backup.as_ref(), |flag| flag.0, true, "what pods write is copied"),
            purpose: optional_text(settings.purpose.as_ref()),
            tier,
            key,
            at,
        });
    }
    found
}

fn storage_class(resolver: &Resolver<'_>, environment: &str) -> Resolved<String> {
    let provider = provider::of(infrastructure::provider_of(resolver, environment));
    Resolved::default(provider.storage_class().to_owned(), "volumes outlive their claims")
}
