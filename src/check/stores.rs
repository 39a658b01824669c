//! Databases, caches and brokers.

use super::{Context, Rule};
use crate::catalog::{self, ManagedDatabase, Offered};
use crate::diag::{Diagnostic, Severity, code};
use crate::plan::{Database, Environment};
use crate::words::{Access, CacheEngine, QueueType, Topology};

pub(super) const RULES: &[Rule] = &[
    Rule { name: "stores/databases", run: databases },
    Rule { name: "stores/extensions", run: extensions },
    Rule { name: "stores/caches", run: caches },
    Rule { name: "stores/brokers", run: brokers },
    Rule { name: "stores/queues", run: queues },
];

fn databases(context: &mut Context<'_>) {
    let plan = context.plan;
    for environment in plan.environments.values() {
        let provider = plan.clusters.get(&environment.cluster.value).map_or("", |c| c.provider.value.word());
        let Some(service) = catalog::managed_database(provider, catalog::POSTGRESQL) else { continue };
        for database in &environment.databases {
            database_type(context, service, database);
            database_nodes(context, service, environment, database);
            database_version(context, service, database);
        }
    }
}

fn database_type(context: &mut Context<'_>, service: &ManagedDatabase, database: &Database) {
    let span = context.origin(&database.machine, database.at);
    let types =
        || catalog::database_types(service.provider, catalog::POSTGRESQL).iter().map(|known| known.id);
    let Some(size) = catalog::database_type(service.provider, catalog::POSTGRESQL, &database.machine) else {
        let near = catalog::nearest(&database.machine, types(), 3);
        let finding = Diagnostic::new(
            &code::UNKNOWN_TYPE,
            span,
            format!("the catalogue knows no database of the type `{}`", database.machine.value),
        );
        let names = if near.is_empty() { types().take(5).collect() } else { near };
        context.report(finding.help(format!("types that it knows: {}", names.join(", "))));
        return;
    };
    if service.cluster_sizes.contains(&database.nodes.value) && !size.has_cluster_of(database.nodes.value) {
        let finding = Diagnostic::new(
            &code::DATABASE_NODES,
            context.origin(&database.nodes, database.at),
            format!("a database of the type `{}` cannot have {} nodes", size.id, database.nodes.value),
        )
        .related(span, "the type")
        .help("two nodes exist for dedicated types only: take one or three, or a dedicated type");
        context.report(finding);
    }
}

fn database_nodes(
    context: &mut Context<'_>,
    service: &ManagedDatabase,
    environment: &Environment,
    database: &Database,
) {
    let span = context.origin(&database.nodes, database.at);
    if !service.cluster_sizes.contains(&database.nodes.value) {
        let finding = Diagnostic::new(
            &code::DATABASE_NODES,
            span,
            format!("`{}` has {} nodes", database.key, database.nodes.value),
        )
        .in_environment(&environment.key)
        .help(service.cluster_sizes_help);
        context.report(finding);
    }
    if environment.is_production() && database.nodes.value == 1 {
        let finding = Diagnostic::new(
            &code::DATABASE_SINGLE,
            span,
            format!("`{}` has no standby in production", database.key),
        )
        .help(format!("write `nodes: {}`", service.advised_nodes));
        context.report(finding);
    }
}

fn database_version(context: &mut Context<'_>, service: &ManagedDatabase, database: &Database) {
    let version = database.version.value.as_str();
    let span = context.origin(&database.version, database.at);
    let major = version.split('.').next().unwrap_or(version);
    if catalog::database_version(service.provider, catalog::POSTGRESQL, version) == Offered::No {
        let finding = Diagnostic::new(
            &code::DATABASE_VERSION,
            span,
            format!("{} does not offer PostgreSQL {version}", service.provider),
        )
        .severity(Severity::Error)
        .help("choose a major version that it offers");
        context.report(finding);
    } else if catalog::database_minor(service.provider, catalog::POSTGRESQL, version) == Offered::No {
        let offered: Vec<&str> =
            catalog::database_minors_offered(service.provider, catalog::POSTGRESQL, major).take(3).collect();
        let finding = Diagnostic::new(
            &code::DATABASE_VERSION,
            span,
            format!("{} has deprecated PostgreSQL {version}: no new database can have it", service.name),
        )
        .severity(Severity::Error)
        .help(format!(
            "write \"{major}\", which is the newest that it prefers, or one of {}",
            offered.join(", ")
        ));
        context.report(finding);
    } else if let Some(eol) = catalog::eol(service.eol_product, version) {
        let what = format!("PostgreSQL {version}");
        super::kubernetes::ending(context, span, &what, eol, &code::DATABASE_VERSION);
    } else {
        let known: Vec<&str> =
            catalog::cycles(service.eol_product).iter().map(|cycle| cycle.cycle).take(4).collect();
        let finding = Diagnostic::new(
            &code::DATABASE_VERSION,
            span,
            format!("the catalogue does not know PostgreSQL {version}"),
        )
        .help(format!("major versions that it knows: {}", known.join(", ")));
        context.report(finding);
    }
}

fn extensions(context: &mut Context<'_>) {
    let plan = context.plan;
    for environment in plan.environments.values() {
        let provider = plan.clusters.get(&environment.cluster.value).map_or("", |c| c.provider.value.word());
        for (database, extension) in environment
            .databases
            .iter()
            .flat_map(|d| d.extensions.iter().map(move |extension| (d, extension)))
        {
            let span = context.origin(extension, database.at);
            let (message, severity) =
                match catalog::database_extension(provider, catalog::POSTGRESQL, extension) {
                    Offered::Yes => continue,
                    Offered::No => (
                        format!("{provider} does not offer the extension `{}`", extension.value),
                        Severity::Error,
                    ),
                    Offered::Unknown => (
                        format!(
                            "whether {provider} offers the extension `{}` is not documented",
                            extension.value
                        ),
                        Severity::Warning,
                    ),
                };
            let finding = Diagnostic::new(&code::EXTENSION, span, message)
                .severity(severity)
                .help("look on a running database: SELECT name FROM pg_available_extensions; what is not there needs a database of your own");
            context.report(finding);
        }
    }
}

fn caches(context: &mut Context<'_>) {
    let plan = context.plan;
    for environment in plan.environments.values() {
        for cache in &environment.caches {
            let topology = context.origin(&cache.topology, cache.at);
            if cache.topology.value == Topology::Cluster
                && let Some((name, number)) =
                    cache.logical_databases.iter().find(|(_, number)| number.value > 0)
            {
                let finding = Diagnostic::new(
                    &code::CACHE_LOGICAL_DATABASES,
                    context.origin(number, cache.at),
                    format!(
                        "`{}` is a cluster, which has database 0 only; `{name}` is number {}",
                        cache.key, number.value
                    ),
                )
                .label("another database")
                .related(topology, "cluster mode")
                .help("write `topology: replicated`, or give each user a cache of its own");
                context.report(finding);
            }
            for (name, number) in cache.logical_databases.iter().filter(|(_, number)| number.value > 15) {
                let finding = Diagnostic::new(
                    &code::CACHE_LOGICAL_DATABASES,
                    context.origin(number, cache.at),
                    format!("`{name}` is database {}; a server has 0 to 15", number.value),
                )
                .help("use a number from 0 to 15");
                context.report(finding);
            }
            let mut seen: Vec<(u32, &str)> = Vec::new();
            for (name, number) in &cache.logical_databases {
                if let Some((_, other)) = seen.iter().find(|(known, _)| *known == number.value) {
                    let finding = Diagnostic::new(
                        &code::CACHE_LOGICAL_DATABASES,
                        context.origin(number, cache.at),
                        format!(
                            "`{name}` and `{other}` are the same database {} of `{}`",
                            number.value, cache.key
                        ),
                    )
                    .help("give each a number of its own");
                    context.report(finding);
                }
                seen.push((number.value, name));
            }
            let problem = match (cache.topology.value, cache.replicas.value) {
                (Topology::Standalone, n) if n != 1 => {
                    Some(format!("a standalone cache has one node, not {n}"))
                }
                (Topology::Replicated, n) if n < 2 => Some(format!(
                    "a replicated cache needs a leader and a replica, not {}",
                    super::count(u64::from(n), "node")
                )),
                (Topology::Cluster, 0) => Some("a shard needs at least one node".to_owned()),
                (Topology::Cluster, _) if cache.shards.value < 3 => Some(format!(
                    "a cluster needs three shards to elect a leader, not {}",
                    cache.shards.value
                )),
                _ => None,
            };
            if let Some(message) = problem {
                let shards = cache.topology.value == Topology::Cluster && cache.replicas.value > 0;
                let number = if shards { &cache.shards } else { &cache.replicas };
                let finding =
                    Diagnostic::new(&code::CACHE_TOPOLOGY, context.origin(number, cache.at), message)
                        .related(topology, "the topology")
                        .help("change the topology or the number");
                context.report(finding);
            }
            if cache.engine.value == CacheEngine::Valkey && cache.topology.value != Topology::Cluster {
                let finding = Diagnostic::new(
                    &code::CACHE_TOPOLOGY,
                    topology,
                    format!(
                        "the Valkey operator makes clusters only, and `{}` is {}",
                        cache.key,
                        cache.topology.value.word()
                    ),
                )
                .related(context.origin(&cache.engine, cache.at), "the engine")
                .help("write `engine: redis`, or `topology: cluster`");
                context.report(finding);
            }
        }
    }
}

fn brokers(context: &mut Context<'_>) {
    let plan = context.plan;
    for environment in plan.environments.values() {
        for broker in &environment.queues {
            let nodes = broker.nodes.value;
            let span = context.origin(&broker.nodes, broker.at);
            if nodes == 0 {
                let finding =
                    Diagnostic::new(&code::QUEUE_NODES, span, format!("`{}` has no node", broker.key))
                        .in_environment(&environment.key)
                        .severity(Severity::Error)
                        .help("write 1, 3 or 5 nodes");
                context.report(finding);
            } else if nodes.is_multiple_of(2) || (environment.is_production() && nodes < 3) {
                let finding = Diagnostic::new(
                    &code::QUEUE_NODES,
                    span,
                    format!("`{}` has {}", broker.key, super::count(u64::from(nodes), "node")),
                )
                .in_environment(&environment.key)
                .help("write 3 or 5: a majority survives the loss of one node");
                context.report(finding);
            }
            for queue in broker.queues.iter().filter(|queue| queue.kind.value == QueueType::Mirrored) {
                let finding = Diagnostic::new(
                    &code::QUEUE_MIRRORED,
                    context.origin(&queue.kind, queue.at),
                    format!(
                        "`{}` is mirrored, and RabbitMQ {} has no mirrored queues",
                        queue.name,
                        major(&broker.image)
                    ),
                )
                .help("write `type: quorum`: it replicates with Raft and is what mirroring became")
                .edit(context.origin(&queue.kind, queue.at), "quorum");
                context.report(finding);
            }
            for queue in broker
                .queues
                .iter()
                .filter(|queue| queue.kind.value == QueueType::Stream && !broker.streams.value)
            {
                let finding = Diagnostic::new(
                    &code::STREAMS_OFF,
                    context.origin(&queue.kind, queue.at),
                    format!("`{}` is a stream, and `{}` has streams switched off", queue.name, broker.key),
                )
                .related(context.origin(&broker.streams, broker.at), "has no stream plug-in")
                .help(format!("write `streams: true` on `{}`", broker.key));
                context.report(finding);
            }
        }
    }
}

/// The version in an image's tag, as far as it can be read.
fn major(image: &str) -> &str {
    image.rsplit_once(':').map_or("4", |(_, tag)| tag.split(['-', '.']).next().unwrap_or("4"))
}

fn queues(context: &mut Context<'_>) {
    let plan = context.plan;
    let references_fail = context.references_fail();
    for environment in plan.environments.values() {
        for broker in &environment.queues {
            for queue in &broker.queues {
                let durable = matches!(queue.kind.value, QueueType::Quorum | QueueType::Classic);
                if durable && !queue.dead_letter.value {
                    let finding = Diagnostic::new(
                        &code::QUEUE_DEAD_LETTER,
                        context.origin(&queue.dead_letter, queue.at),
                        format!(
                            "messages of `{}` that nobody can handle are lost after {} deliveries",
                            queue.name, queue.delivery_limit.value
                        ),
                    )
                    .help("write `deadLetter: true`");
                    context.report(finding);
                }
                if queue.kind.value == QueueType::Stream && queue.dead_letter.value {
                    let finding = Diagnostic::new(
                        &code::QUEUE_DEAD_LETTER,
                        context.origin(&queue.dead_letter, queue.at),
                        format!("`{}` is a stream, which has no dead letters", queue.name),
                    )
                    .severity(Severity::Error)
                    .help("remove `deadLetter`, or write `type: quorum`");
                    context.report(finding);
                }
                let published = broker.users.iter().any(|user| user.publishes.contains(&queue.name));
                let consumed = broker.users.iter().any(|user| user.consumes.contains(&queue.name));
                let message = match (published, consumed) {
                    (true, true) => continue,
                    _ if references_fail => continue,
                    (true, false) => format!("nobody consumes from `{}`", queue.name),
                    (false, true) => format!("nobody publishes to `{}`", queue.name),
                    (false, false) => format!("nobody uses the queue `{}`", queue.name),
                };
                let access = if published { Access::Consume } else { Access::Publish };
                let finding = Diagnostic::new(&code::QUEUE_ONE_SIDED, context.key(queue.at), message)
                    .in_environment(&environment.key)
                    .help(format!(
                        "let a service use `queues/{}/{}` with `access: {}`",
                        broker.key,
                        queue.name,
                        access.word()
                    ));
                context.report(finding);
            }
        }
    }
}
