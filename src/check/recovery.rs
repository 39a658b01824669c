//! Promises of recovery against the copies that there are.

use super::{Context, Rule};
use crate::catalog::{self, Offered, images};
use crate::diag::{Diagnostic, code};
use crate::plan::{Database, Environment, ManagedCache, Origin, Target, Tier, Volume};
use crate::proof::recovery;
use crate::provider;
use crate::source::Span;
use crate::units::Duration;
use crate::words::Loss;

pub(super) const RULES: &[Rule] = &[
    Rule { name: "recovery/databases", run: databases },
    Rule { name: "recovery/dumps", run: dumps },
    Rule { name: "recovery/other-stores", run: other_stores },
    Rule { name: "recovery/volume-backups", run: volume_backups },
    Rule { name: "recovery/weaker-store", run: weaker_store },
    Rule { name: "recovery/unwatched", run: unwatched },
    Rule { name: "recovery/retention", run: retention },
];

fn databases(context: &mut Context<'_>) {
    let plan = context.plan;
    for environment in plan.environments.values() {
        for database in &environment.databases {
            let Some(tier) = &database.tier else { continue };
            for loss in &tier.covers {
                promise(context, environment, database, tier, loss.value, context.span_of(loss));
            }
        }
    }
}

fn dumps(context: &mut Context<'_>) {
    let plan = context.plan;
    for environment in plan.environments.values() {
        for database in &environment.databases {
            let Some(dump) = &database.dump else { continue };
            let bucket =
                environment.buckets.iter().chain(&plan.buckets).find(|one| one.key == dump.bucket.value);
            if let (Some(kept), Some(bucket)) = (&dump.kept, bucket) {
                let least = Duration(dump.schedule.longest.value.0.saturating_add(dump.timeout.value.0));
                if kept.value <= least {
                    let finding = Diagnostic::new(
                        &code::BACKUP_KEPT_TOO_SHORT,
                        context.origin(kept, bucket.at),
                        format!("a dump of `{}` goes after {}, before the next one is there", database.key, kept.value),
                    )
                    .in_environment(&environment.key)
                    .related(context.origin(&dump.schedule.cron, dump.at), "when dumps are taken")
                    .note(format!("schedule {} + timeout {} = {least}", dump.schedule.longest.value, dump.timeout.value))
                    .help(format!("keep the objects of `{}` for longer than it takes to notice that data are wrong: two weeks, for example", bucket.key));
                    context.report(finding);
                }
            }
            let strange: Vec<&str> = database
                .extensions
                .iter()
                .map(|extension| extension.value.as_str())
                .filter(|name| !images::POSTGRESQL_EXTENSIONS.contains(name))
                .collect();
            if !strange.is_empty() && matches!(dump.image.origin, Origin::Default(_)) {
                let finding = Diagnostic::new(
                    &code::DUMP_IMAGE,
                    context.key(dump.at),
                    format!(
                        "the test of the dumps of `{}` cannot restore {}",
                        database.key,
                        super::enumeration(&strange)
                    ),
                )
                .in_environment(&environment.key)
                .note(format!("`{}` has the extensions of PostgreSQL's own distribution", dump.image.value))
                .help("write an `image` that has them, with the same major version of PostgreSQL");
                context.report(finding);
            }
        }
    }
}

impl Context<'_> {
    fn span_of(&self, loss: &crate::plan::Resolved<Loss>) -> Span {
        self.origin(loss, crate::source::At::ROOT)
    }
}

fn promise(
    context: &mut Context<'_>,
    environment: &Environment,
    database: &Database,
    tier: &Tier,
    loss: Loss,
    covers: Span,
) {
    let bound = context.span(tier.at);
    let what = loss_in_words(loss);
    let own = recovery::mechanisms(context.plan, environment);
    let Some(recovery) = recovery::of_database(context.plan, environment, database, loss) else {
        let (kind, help) = match loss {
            Loss::Instance | Loss::Logical | Loss::Cluster => (&code::NO_BACKUP, own.advice.no_backup),
            Loss::Zone => (&code::LOSS_NOT_COVERED, own.advice.zone),
            Loss::Region => (&code::LOSS_NOT_COVERED, own.advice.region),
        };
        let finding = Diagnostic::new(
            kind,
            bound,
            format!("`{}` is promised to survive {what}, and no copy does", database.key),
        )
        .in_environment(&environment.key)
        .label(format!("bound to `{}`", tier.key))
        .related(covers, "promised here")
        .help(help);
        context.report(finding);
        return;
    };
    let promise = Promise {
        environment,
        key: &database.key,
        tier,
        loss,
        copy: database.backup.as_ref().map(|backup| context.key(backup.at)),
        sooner: if tier.rpo.value < own.least { own.advice.sooner_never } else { own.advice.sooner }
            .to_owned(),
        faster: own.advice.faster,
    };
    promise.compare(context, &recovery);
}

/// A promise about a store, with what is said where it does not hold.
struct Promise<'p> {
    environment: &'p Environment,
    key: &'p str,
    tier: &'p Tier,
    loss: Loss,
    /// Where the copy is declared.
    copy: Option<Span>,
    /// How less would be lost.
    sooner: String,
    /// How it would be back earlier.
    faster: &'static str,
}

impl Promise<'_> {
    /// Compares it with what the copies give.
    fn compare(self, context: &mut Context<'_>, recovery: &recovery::Recovery) {
        let Self { environment, key, tier, loss, copy, sooner, faster } = self;
        let what = loss_in_words(loss);
        let bound = context.span(tier.at);
        let worst = recovery.rpo.total();
        if worst > tier.rpo.value {
            let finding = Diagnostic::new(
                &code::RPO_NOT_MET,
                bound,
                format!("`{key}` can lose {worst} of data, and its tier promises at most {}", tier.rpo.value),
            )
            .in_environment(&environment.key)
            .label(format!("`{}` promises {} for {what}", tier.key, tier.rpo.value))
            .note(format!("from {}: {}", recovery.copy, recovery.rpo.line()))
            .help(sooner);
            let finding = match copy {
                Some(copy) => finding.related(copy, format!("the copy: {}", recovery.copy)),
                None => finding,
            };
            context.report(finding);
        } else if worst == tier.rpo.value && recovery.size_unknown {
            let finding = Diagnostic::new(
                &code::RPO_BOUNDARY,
                bound,
                format!("`{key}` keeps its RPO of {} only if a backup takes no time", tier.rpo.value),
            )
            .in_environment(&environment.key)
            .note(format!("from {}: {} + the time that a backup takes", recovery.copy, recovery.rpo.line()))
            .help(
                "write `pointInTime: true`, or the `size` of the data so that platc can add the time of a backup",
            );
            let finding = match copy {
                Some(copy) => finding.related(copy, "the interval equals the promise"),
                None => finding,
            };
            context.report(finding);
        }
        let down = recovery.rto.total();
        if down > tier.rto.value {
            let finding = Diagnostic::new(
                &code::RTO_NOT_MET,
                bound,
                format!("`{key}` is back {down} after {what}, and its tier promises {}", tier.rto.value),
            )
            .in_environment(&environment.key)
            .label(format!("`{}` promises {}", tier.key, tier.rto.value))
            .note(format!("the sum: {}", recovery.rto.line()))
            .help(faster);
            context.report(finding);
        }
    }
}

fn loss_in_words(loss: Loss) -> &'static str {
    match loss {
        Loss::Instance => "the loss of its machine",
        Loss::Zone => "the loss of a zone",
        Loss::Cluster => "the loss of the cluster",
        Loss::Region => "the loss of the region",
        Loss::Logical => "bad writes",
    }
}

/// Caches and brokers live in the cluster: replicas survive a machine, and backups of volumes what they can.
fn other_stores(context: &mut Context<'_>) {
    let plan = context.plan;
    for environment in plan.environments.values() {
        for cache in &environment.caches {
            let Some(tier) = &cache.tier else { continue };
            for loss in &tier.covers {
                let Some(recovery) = recovery::of_cache(plan, environment, cache, loss.value) else {
                    let help = if loss.value == Loss::Zone {
                        "Linode's regions have no zones: leave `zone` out of the tier, or bind the cache to another"
                    } else if cache.persistence.is_none() {
                        "what is only in memory has no copy: bind it to a tier that covers `instance` only, or to none, or give it `persistence` and write `dr.backups`"
                    } else if plan.backups.is_none() {
                        "copy its volumes with `dr: {backups: {every: 6h, keep: 14d, bucket: ...}}`, or bind it to a tier that covers `instance` only, or to none"
                    } else {
                        "the backups are in the region of the cluster: give their bucket another `region`, or leave `region` out of the tier"
                    };
                    not_covered(context, environment, &cache.key, tier, loss, help);
                    continue;
                };
                let promise = Promise {
                    environment,
                    key: &cache.key,
                    tier,
                    loss: loss.value,
                    copy: plan.backups.as_ref().map(|backups| context.key(backups.at)),
                    sooner: "back up more often with `dr.backups.every`, or promise less".to_owned(),
                    faster: "less data, or a looser promise, would hold",
                };
                promise.compare(context, &recovery);
            }
        }
        for cache in &environment.managed_caches {
            let Some(tier) = &cache.tier else { continue };
            for loss in &tier.covers {
                let Some(recovery) = recovery::of_managed_cache(plan, environment, cache, loss.value) else {
                    not_covered(
                        context,
                        environment,
                        &cache.key,
                        tier,
                        loss,
                        &no_copy(plan.provider_of(environment).word(), cache, loss.value),
                    );
                    continue;
                };
                let promise = Promise {
                    environment,
                    key: &cache.key,
                    tier,
                    loss: loss.value,
                    copy: cache.backup.as_ref().map(|backup| context.key(backup.at)),
                    sooner: "daily copies are all that there is: promise less, or leave bad writes out of the tier"
                        .to_owned(),
                    faster: "replicas take over sooner than a copy is restored; a looser promise would hold as well",
                };
                promise.compare(context, &recovery);
            }
        }
        for files in &environment.file_systems {
            let Some(tier) = &files.tier else { continue };
            for loss in &tier.covers {
                let Some(recovery) = recovery::of_file_system(plan, environment, files, loss.value) else {
                    not_covered(context, environment, &files.key, tier, loss, no_files(loss.value));
                    continue;
                };
                let promise = Promise {
                    environment,
                    key: &files.key,
                    tier,
                    loss: loss.value,
                    copy: Some(context.key(files.at)),
                    sooner: "daily copies are all that there is: promise less, or leave bad writes out of the tier"
                        .to_owned(),
                    faster: "less data, or a looser promise, would hold",
                };
                promise.compare(context, &recovery);
            }
        }
        for broker in &environment.queues {
            let Some(tier) = &broker.tier else { continue };
            for loss in &tier.covers {
                if recovery::of_broker(broker, loss.value).is_none() {
                    let help = "a broker's messages have no copy outside: RabbitMQ cannot be copied while it runs. Bind it to a tier that covers `instance` only, or to none";
                    not_covered(context, environment, &broker.key, tier, loss, help);
                }
            }
        }
    }
}

/// What to do where no copy of a managed cache survives.
fn no_copy(provider: &str, cache: &ManagedCache, loss: Loss) -> String {
    match loss {
        Loss::Region => {
            let known = catalog::cache_type(provider, &cache.machine);
            let class = match known.map(|known| known.global_datastore) {
                Some(Offered::No) => format!(", and `{}` could join none", cache.machine.value),
                _ => String::new(),
            };
            format!(
                "nothing of a cache leaves its region: platc makes no Global Datastore{class}. Let services start with an empty cache and leave `region` out of the tier"
            )
        }
        Loss::Instance | Loss::Zone => "write `replicas: 2` or more, or `backup: {keep: 7d}`".to_owned(),
        Loss::Cluster | Loss::Logical => "write `backup: {keep: 7d}`, or leave it out of the tier".to_owned(),
    }
}

/// What to do where no copy of a file system survives.
const fn no_files(loss: Loss) -> &'static str {
    match loss {
        Loss::Logical => "leave `backup: false` out: it is copied every day",
        _ => "write `copyTo` with a cluster in another region, or leave `region` out of the tier",
    }
}

fn not_covered(
    context: &mut Context<'_>,
    environment: &Environment,
    key: &str,
    tier: &Tier,
    loss: &crate::plan::Resolved<Loss>,
    help: &str,
) {
    let finding = Diagnostic::new(
        &code::LOSS_NOT_COVERED,
        context.span(tier.at),
        format!("`{key}` is promised to survive {}, and no copy does", loss_in_words(loss.value)),
    )
    .in_environment(&environment.key)
    .related(context.span_of(loss), "promised here")
    .help(help.to_owned());
    context.report(finding);
}

/// Backups of volumes: whether they can be made as they are written, and kept.
fn volume_backups(context: &mut Context<'_>) {
    let plan = context.plan;
    let Some(backups) = &plan.backups else { return };
    let every = context.origin(&backups.every, backups.at);
    if backups.schedule().is_none() {
        let finding = Diagnostic::new(
            &code::BACKUP_SCHEDULE,
            every,
            format!("cron cannot start something every {}", backups.every.value),
        )
        .help("write 1h, 2h, 3h, 4h, 6h, 8h, 12h, 24h or 7d");
        context.report(finding);
    }
    for cluster in plan.clusters.values() {
        let lasts = recovery::of_backup(plan, &cluster.key);
        let least = Duration(backups.every.value.0.saturating_add(lasts.0));
        if backups.keep.value <= least {
            let finding = Diagnostic::new(
                &code::BACKUP_KEPT_TOO_SHORT,
                context.origin(&backups.keep, backups.at),
                format!("a backup goes after {}, before the next one is there", backups.keep.value),
            )
            .related(every, "the time between two")
            .note(format!("interval {} + duration of a backup {lasts} = {least}", backups.every.value))
            .help(
                "keep backups for longer than it takes to notice that data are wrong: two weeks, for example",
            );
            context.report(finding);
            break;
        }
    }
    if let Some(bucket) = plan.buckets.iter().find(|bucket| bucket.key == backups.bucket.value)
        && let Some(keep) = &bucket.keep
    {
        let finding = Diagnostic::new(
            &code::BACKUP_BUCKET,
            context.origin(&backups.bucket, backups.at),
            format!("objects of `{}` go after {}, and backups break with them", bucket.key, keep.value),
        )
        .related(context.origin(keep, bucket.at), "the expiry")
        .note("backups share files: what the newest one stands on may be as old as the first one")
        .help("leave `keep` out of the bucket, or declare another: Velero removes backups after their own `keep`");
        context.report(finding);
    }
    if !plan.environments.values().any(Environment::has_volumes) {
        let finding = Diagnostic::new(
            &code::BACKUP_NOTHING,
            context.key(backups.at),
            "no cache and no broker has a volume: nothing is backed up",
        )
        .help("remove `dr.backups`, or give a cache `persistence`");
        context.report(finding);
    }
}

fn weaker_store(context: &mut Context<'_>) {
    let plan = context.plan;
    for environment in plan.environments.values() {
        for service in &environment.services {
            let Some(promise) = &service.tier else { continue };
            for edge in &service.edges {
                let (Target::Database { key } | Target::Pooler { key, .. }) = &edge.target else { continue };
                let Some(database) = environment.database(key) else { continue };
                let store = (key.as_str(), context.key(database.at), database.tier.as_ref());
                weaker(context, &service.key, promise, context.key(edge.at), store);
            }
            for name in service.volumes.iter().filter_map(Volume::file_system) {
                let Some(files) = environment.file_system(name) else { continue };
                let store = (files.key.as_str(), context.key(files.at), files.tier.as_ref());
                weaker(context, &service.key, promise, context.origin(name, service.at), store);
            }
        }
    }
}

/// Reports a store with a weaker promise than that of a service that uses it: its key, its place, its promise.
fn weaker(
    context: &mut Context<'_>,
    service: &str,
    promise: &Tier,
    used: Span,
    (key, declared, tier): (&str, Span, Option<&Tier>),
) {
    let weaker = match tier {
        None => Some(format!("`{key}` is bound to no tier")),
        Some(store) if store.rpo.value > promise.rpo.value || store.rto.value > promise.rto.value => {
            Some(format!(
                "`{key}` promises less: `{}` with RTO {} and RPO {}",
                store.key, store.rto.value, store.rpo.value
            ))
        }
        Some(store) => promise
            .covers
            .iter()
            .find(|loss| !store.covers.iter().any(|covered| covered.value == loss.value))
            .map(|loss| {
                format!("`{key}` promises less: `{}` does not cover {}", store.key, loss_in_words(loss.value))
            }),
    };
    let Some(weaker) = weaker else { return };
    let finding = Diagnostic::new(
        &code::WEAKER_STORE,
        used,
        format!("`{service}` promises `{}` and needs `{key}`, which does not", promise.key),
    )
    .label("used here")
    .related(context.span(promise.at), format!("RTO {} and RPO {}", promise.rto.value, promise.rpo.value))
    .related(declared, weaker)
    .help(format!("bind `{key}` to `{}`, or the service to a looser tier", promise.key));
    context.report(finding);
}

/// Backups whose age nobody can read: no alert will say that they are too old.
fn unwatched(context: &mut Context<'_>) {
    let plan = context.plan;
    for environment in plan.environments.values() {
        let offer = provider::of(plan.provider_of(environment)).stores();
        for database in &environment.databases {
            let (Some(tier), Some(backup)) = (&database.tier, &database.backup) else { continue };
            let is_watched = offer.database.newest_point || database.watched_dump().is_some();
            if is_watched
                || database.copy_of.is_some()
                || !recovery::rests_on_backups(plan, environment, database)
            {
                continue;
            }
            let finding = Diagnostic::new(
                &code::UNWATCHED_BACKUP,
                context.span(backup.at),
                format!("{} does not say how old the newest backup of `{}` is", offer.cloud, database.key),
            )
            .related(context.span(tier.at), format!("an RPO of {} rests on it", tier.rpo.value))
            .note("no alert can say that it is too old")
            .help("write a `dump` besides that is taken more often than the RPO says, and is watched as any job; or look at the provider's own pages now and then")
            .in_environment(&environment.key);
            context.report(finding);
        }
    }
}

fn retention(context: &mut Context<'_>) {
    let plan = context.plan;
    for environment in plan.environments.values() {
        let Some(cluster) = plan.clusters.get(&environment.cluster.value) else { continue };
        let stores = provider::of(cluster.provider.value).stores();
        for database in &environment.databases {
            let Some(backup) = &database.backup else { continue };
            let kept = u64::from(stores.database.keep_days_most) * Duration::DAY.0;
            let span = context.origin(&backup.keep, database.at);
            if backup.keep.value.0 > kept {
                let finding = Diagnostic::new(
                    &code::NOT_OFFERED,
                    span,
                    format!(
                        "`{}` is to keep backups for {}; {} keeps them for {}",
                        database.key,
                        backup.keep.value,
                        stores.cloud,
                        Duration(kept)
                    ),
                )
                .help(format!(
                    "write `keep: {}`, and dump what must be kept longer to a bucket",
                    Duration(kept)
                ));
                context.report(finding);
            }
            let daily = u64::from(stores.database.every_hours) * Duration::HOUR.0;
            if backup.every.value.0 < daily {
                let finding = Diagnostic::new(
                    &code::NOT_OFFERED,
                    context.origin(&backup.every, database.at),
                    format!(
                        "`{}` wants a backup every {}; {} makes one a day",
                        database.key, backup.every.value, stores.cloud
                    ),
                )
                .help("write `every: 1d`; `pointInTime: true` covers the time between");
                context.report(finding);
            }
        }
    }
}
