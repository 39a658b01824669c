//! What a cloud has for data against what the spec asks of it: fields, sizes, windows, names.

use super::{Context, Rule, count};
use crate::catalog;
use crate::diag::{Diagnostic, code};
use crate::plan::{Cluster, Database, Environment, ManagedCache, Resolved};
use crate::provider::{self, stores::Stores};
use crate::source::{At, Span};
use crate::units::{DailyWindow, WeeklyWindow};

pub(super) const RULES: &[Rule] = &[
    Rule { name: "managed/databases", run: databases },
    Rule { name: "managed/buckets", run: buckets },
    Rule { name: "managed/caches", run: caches },
    Rule { name: "managed/platform", run: platform },
];

/// A field that the cloud of a cluster has nothing for.
fn refuse(
    context: &mut Context<'_>,
    cluster: &Cluster,
    stores: &Stores,
    thing: &str,
    field: &str,
    at: At,
    help: &str,
) {
    let finding = Diagnostic::new(
        &code::NOT_OFFERED,
        context.key(at),
        format!("`{thing}` asks for `{field}`, which a database at {} does not have", stores.cloud),
    )
    .related(context.origin(&cluster.provider, cluster.at), "the provider")
    .help(help.to_owned());
    context.report(finding);
}

fn databases(context: &mut Context<'_>) {
    let plan = context.plan;
    let written = context.model.platform.databases.as_ref();
    for environment in plan.environments.values() {
        let Some(cluster) = plan.clusters.get(&environment.cluster.value) else { continue };
        let stores = provider::of(cluster.provider.value).stores();
        let offer = &stores.database;
        let service = catalog::managed_database(cluster.provider.value.word(), "postgresql");
        let storage_gib = service.and_then(|service| service.storage_gib);
        for database in &environment.databases {
            let key = database.key.as_str();
            let Some(thing) = written.and_then(|all| all.entries.get(key)) else { continue };
            let at = thing.name.at;
            match (&database.storage, storage_gib) {
                (Some(storage), None) => refuse(
                    context,
                    cluster,
                    stores,
                    key,
                    "storage",
                    place(&storage.size, at),
                    "remove it: the machine class brings the disk",
                ),
                (None, Some(_)) if database.copy_of.is_none() => {
                    let finding = Diagnostic::new(
                        &code::MISSING_FIELD,
                        context.key(at),
                        format!("the database `{key}` needs `storage`"),
                    )
                    .in_environment(&environment.key)
                    .related(
                        context.origin(&cluster.provider, cluster.at),
                        format!("at {} the disk is chosen apart from the machine", stores.cloud),
                    )
                    .help("write `storage: {size: 100Gi, max: 500Gi}`");
                    context.report(finding);
                }
                (Some(_), Some((least, _))) => disk(context, environment, database, u64::from(least)),
                (None, _) => {}
            }
            let fields = [
                (
                    "maintenance",
                    offer.windows.is_some(),
                    database.maintenance.as_ref().map(|it| place(it, at)),
                ),
                ("parameters", offer.parameters, database.parameters.values().next().map(|it| place(it, at))),
                ("replicas", offer.replicas_most.is_some(), database.replicas.first().map(|it| it.at)),
                (
                    "backup.window",
                    offer.windows.is_some(),
                    database.backup.as_ref().and_then(|it| Some(place(it.window.as_ref()?, at))),
                ),
                (
                    "backup.copyTo",
                    offer.copies,
                    database.backup.as_ref().and_then(|it| Some(place(&it.copy_to.as_ref()?.cluster, at))),
                ),
            ];
            for (field, is_offered, at) in fields {
                if let (false, Some(at)) = (is_offered, at) {
                    refuse(
                        context,
                        cluster,
                        stores,
                        key,
                        field,
                        at,
                        "remove it, or keep the data at a provider that has it",
                    );
                }
            }
            if let Some(most) = offer.replicas_most
                && database.replicas.len() > most
            {
                let finding = Diagnostic::new(
                    &code::NOT_OFFERED,
                    context.key(database.at),
                    format!(
                        "`{key}` has {} copies, and {} makes {most} of a database",
                        database.replicas.len(),
                        stores.cloud
                    ),
                )
                .help("remove some");
                context.report(finding);
            }
            if !database.replicas.is_empty() && database.backup.is_none() {
                let finding = Diagnostic::new(
                    &code::NO_BACKUP,
                    context.key(database.at),
                    format!(
                        "`{key}` has running copies and no backups, which {} makes them from",
                        stores.cloud
                    ),
                )
                .help("declare `backup: {every: 1d, keep: 14d}`");
                context.report(finding);
            }
            // A database without declared backups has those of the provider, in its window.
            let usual = offer.windows.map(|windows| Resolved::default(windows.backup, "in the night"));
            let window =
                database.backup.as_ref().and_then(|backup| backup.window.as_ref()).or(usual.as_ref());
            if let (Some(windows), Some(backup), Some(maintenance)) =
                (offer.windows, window, &database.maintenance)
            {
                let own = Windows { key, at, backup, maintenance, least: windows.least_minutes };
                own.check(context, environment);
            }
        }
    }
}

/// The place of a value, or that of the thing that has it.
fn place<T>(value: &Resolved<T>, thing: At) -> At {
    match value.origin {
        crate::plan::Origin::Written(at) => at,
        _ => thing,
    }
}

/// The size of a disk.
fn disk(context: &mut Context<'_>, environment: &Environment, database: &Database, least: u64) {
    let Some(storage) = &database.storage else { return };
    let span = context.origin(&storage.size, database.at);
    let (size, key) = (storage.size.value, &database.key);
    let unfit = |span: Span, message: String| {
        Diagnostic::new(&code::DATABASE_STORAGE, span, message).in_environment(&environment.key)
    };
    if size.0 < least << 30 {
        context.report(
            unfit(span, format!("the disk of `{key}` has {size}")).help(format!("write {least}Gi at least")),
        );
    }
    if let Some(max) = &storage.max
        && max.value.0 / 11 < size.0 / 10
    {
        let finding = unfit(
            context.origin(max, database.at),
            format!("the disk of `{key}` cannot grow from {size} to {}", max.value),
        )
        .related(span, "its first size")
        .help("the largest size is at least a tenth above the first one");
        context.report(finding);
    }
    let largest = storage.max.as_ref().unwrap_or(&storage.size);
    if let Some(data) = &database.size
        && data.value > largest.value
    {
        let finding = unfit(
            context.origin(largest, database.at),
            format!("`{key}` holds {} of data, and its disk has {} at most", data.value, largest.value),
        )
        .related(context.origin(data, database.at), "the data")
        .help("write a larger `storage.max`");
        context.report(finding);
    }
}

/// The windows of a store.
struct Windows<'p> {
    key: &'p str,
    at: At,
    backup: &'p Resolved<DailyWindow>,
    maintenance: &'p Resolved<WeeklyWindow>,
    /// The shortest that either may be, in minutes.
    least: u32,
}

impl Windows<'_> {
    fn check(&self, context: &mut Context<'_>, environment: &Environment) {
        let (backup, maintenance) =
            (context.origin(self.backup, self.at), context.origin(self.maintenance, self.at));
        for (minutes, span, what) in [
            (self.backup.minutes(), backup, "backup"),
            (self.maintenance.minutes(), maintenance, "maintenance"),
        ] {
            if minutes < self.least {
                let finding = Diagnostic::new(
                    &code::WINDOW,
                    span,
                    format!(
                        "the window for the {what} of `{}` has {}",
                        self.key,
                        count(u64::from(minutes), "minute")
                    ),
                )
                .in_environment(&environment.key)
                .help(format!("write a window of {} minutes at least", self.least));
                context.report(finding);
            }
        }
        if self.backup.meets(self.maintenance.value) {
            let is_default = |origin| matches!(origin, crate::plan::Origin::Default(_));
            let (span, other, what) = if is_default(self.backup.origin) {
                (maintenance, backup, format!("the backup: {}", self.backup.value))
            } else {
                (backup, maintenance, format!("the maintenance: {}", self.maintenance.value))
            };
            let finding = Diagnostic::new(
                &code::WINDOW,
                span,
                format!(
                    "backup ({}) and maintenance ({}) of `{}` meet",
                    self.backup.value, self.maintenance.value, self.key
                ),
            )
            .in_environment(&environment.key)
            .related(other, what)
            .help("move one of the windows: while the provider restarts the store it makes no backup");
            context.report(finding);
        }
    }
}

/// What a cloud keeps once for the platform.
fn platform(context: &mut Context<'_>) {
    let plan = context.plan;
    let is_there =
        plan.clusters.values().any(|it| provider::of(it.provider.value).stores().audit_and_registry);
    let written = [
        ("audit", plan.audit.as_ref().map(|it| it.at)),
        ("registry", plan.registry.as_ref().map(|it| it.at)),
    ];
    for (field, at) in written {
        if let (false, Some(at)) = (is_there, at) {
            let finding = Diagnostic::new(
                &code::NOT_OFFERED,
                context.key(at),
                format!("no provider of the clusters has what `{field}` asks for"),
            )
            .help("remove it: AWS has it");
            context.report(finding);
        }
    }
    if let Some(audit) = &plan.audit
        && audit.keep.value.0 < AUDIT_DAYS_LEAST * crate::units::Duration::DAY.0
    {
        let finding = Diagnostic::new(
            &code::SHORT_RETENTION,
            context.origin(&audit.keep, audit.at),
            format!("the log of calls is kept for {}", audit.keep.value),
        )
        .severity(crate::diag::Severity::Error)
        .help(format!(
            "write {AUDIT_DAYS_LEAST}d at least: AWS shows the last 90 days without a log of its own"
        ));
        context.report(finding);
    }
}

/// The fewest days for which the module of the audit log keeps it.
const AUDIT_DAYS_LEAST: u64 = 91;

/// Buckets whose objects cannot be copied.
fn buckets(context: &mut Context<'_>) {
    let plan = context.plan;
    let of_environments = plan.environments.values().flat_map(|environment| &environment.buckets);
    for bucket in of_environments.chain(&plan.buckets).chain(&plan.state) {
        let Some(to) = &bucket.copy_to else { continue };
        let stores = provider::of(bucket.provider).stores();
        if !stores.bucket_copies {
            let finding = Diagnostic::new(
                &code::NOT_OFFERED,
                context.origin(&to.cluster, bucket.at),
                format!(
                    "`{}` is to be copied to {}, and {} copies no bucket",
                    bucket.key, to.region, stores.cloud
                ),
            )
            .help("remove `copyTo`, and copy what must survive the region with a job of your own");
            context.report(finding);
            continue;
        }
        if !bucket.versioning.value {
            let finding = Diagnostic::new(
                &code::NOT_OFFERED,
                context.origin(&bucket.versioning, bucket.at),
                format!("`{}` keeps no versions, and only what has versions is copied", bucket.key),
            )
            .related(context.origin(&to.cluster, bucket.at), "the copy")
            .help("write `versioning: true`, or leave it out");
            context.report(finding);
        }
    }
}

fn caches(context: &mut Context<'_>) {
    let plan = context.plan;
    for environment in plan.environments.values() {
        let Some(cluster) = plan.clusters.get(&environment.cluster.value) else { continue };
        let Some(offer) = &provider::of(cluster.provider.value).stores().cache else { continue };
        for cache in &environment.managed_caches {
            cache_form(context, environment, cache, cluster.provider.value.word());
            if let Some(backup) = &cache.backup {
                let own = Windows {
                    key: &cache.key,
                    at: cache.at,
                    backup: &backup.window,
                    maintenance: &cache.maintenance,
                    least: offer.windows.least_minutes,
                };
                own.check(context, environment);
                let days = backup.keep.value.0 / crate::units::Duration::DAY.0;
                if days == 0 || days > u64::from(offer.keep_days_most) {
                    let finding = Diagnostic::new(
                        &code::NOT_OFFERED,
                        context.origin(&backup.keep, backup.at),
                        format!("`{}` is to keep daily copies for {}", cache.key, backup.keep.value),
                    )
                    .help(format!("write 1d to {}d", offer.keep_days_most));
                    context.report(finding);
                }
            }
        }
    }
}

/// Type, version, nodes and databases of a managed cache.
fn cache_form(context: &mut Context<'_>, environment: &Environment, cache: &ManagedCache, provider: &str) {
    if catalog::cache_type(provider, &cache.machine).is_none() {
        let near = catalog::nearest_cache_types(provider, &cache.machine);
        let finding = Diagnostic::new(
            &code::UNKNOWN_TYPE,
            context.origin(&cache.machine, cache.at),
            format!("the catalogue knows no cache of the type `{}`", cache.machine.value),
        )
        .help(format!("types that it knows: {}, ...", near.join(", ")));
        context.report(finding);
    }
    let versions = catalog::cache_versions(provider, cache.engine.value.word());
    if !versions.is_empty() && !versions.iter().any(|known| known.version == cache.version.value) {
        let known: Vec<&str> = versions.iter().map(|known| known.version).take(6).collect();
        let finding = Diagnostic::new(
            &code::NOT_OFFERED,
            context.origin(&cache.version, cache.at),
            format!("there is no {} {} at {provider}", cache.engine.value.word(), cache.version.value),
        )
        .in_environment(&environment.key)
        .related(context.origin(&cache.engine, cache.at), "the engine")
        .help(format!("versions: {}", known.join(", ")));
        context.report(finding);
    }
    if cache.replicas.value == 0 || cache.replicas.value > catalog::ELASTICACHE_REPLICAS_MOST + 1 {
        let finding = Diagnostic::new(
            &code::CACHE_TOPOLOGY,
            context.origin(&cache.replicas, cache.at),
            format!("`{}` has {}", cache.key, count(u64::from(cache.replicas.value), "node")),
        )
        .help("a leader and up to five replicas: 1 to 6");
        context.report(finding);
    }
    if let Some(shards) = cache.shards.as_ref().filter(|shards| shards.value == 0) {
        let finding = Diagnostic::new(
            &code::CACHE_TOPOLOGY,
            context.origin(shards, cache.at),
            "a cluster has at least one shard",
        )
        .help("write 1 or more, or leave `shards` out");
        context.report(finding);
    }
    for (name, number) in &cache.logical_databases {
        let most = if cache.shards.is_some() { 0 } else { 15 };
        if number.value > most {
            let finding = Diagnostic::new(
                &code::CACHE_LOGICAL_DATABASES,
                context.origin(number, cache.at),
                format!("`{name}` is database {} of `{}`, whose last one is {most}", number.value, cache.key),
            )
            .help(if most == 0 {
                "with shards there is database 0 only: leave `shards` out, or give each user a cache of its own"
            } else {
                "use a number from 0 to 15"
            });
            context.report(finding);
        }
    }
}
