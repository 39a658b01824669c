//! Promises of recovery against the copies that there are.

use super::{Context, Rule};
use crate::catalog::planning;
use crate::diag::{Diagnostic, code};
use crate::plan::{Database, Environment, Target, Tier};
use crate::proof::recovery;
use crate::units::Duration;
use crate::words::{Loss, Scenario};

pub(super) const RULES: &[Rule] = &[
    Rule { name: "recovery/databases", run: databases },
    Rule { name: "recovery/other-stores", run: other_stores },
    Rule { name: "recovery/weaker-store", run: weaker_store },
    Rule { name: "recovery/scenarios", run: scenarios },
    Rule { name: "recovery/retention", run: retention },
    Rule { name: "recovery/backups", run: backups },
];

/// The bucket of backups must not delete objects by their age.
fn backups(context: &mut Context<'_>) {
    let plan = context.plan;
    let Some(backups) = &plan.backups else { return };
    let Some(bucket) = plan.buckets.iter().find(|bucket| bucket.key == backups.bucket.value) else { return };
    let Some(keep) = &bucket.keep else { return };
    let finding = Diagnostic::new(
        &code::BACKUPS_EXPIRE,
        context.origin(&backups.bucket, backups.at),
        format!("the bucket `{}` deletes objects that backups still need", bucket.key),
    )
    .related(context.origin(keep, bucket.at), "by their age, whatever refers to them")
    .help("name a bucket without `keep`: Velero itself deletes backups when their time has come");
    context.report(finding);
}

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

impl Context<'_> {
    fn span_of(&self, loss: &crate::plan::Resolved<Loss>) -> crate::source::Span {
        self.origin(loss, crate::source::At::ROOT)
    }
}

fn promise(
    context: &mut Context<'_>,
    environment: &Environment,
    database: &Database,
    tier: &Tier,
    loss: Loss,
    covers: crate::source::Span,
) {
    let bound = context.span(tier.at);
    let what = loss_in_words(loss);
    let Some(recovery) = recovery::of_database(database, loss) else {
        let no_backup = matches!(loss, Loss::Instance | Loss::Logical);
        let (kind, help) = if no_backup {
            (
                &code::NO_BACKUP,
                "declare `backup: {every: 1d, pointInTime: true}`: Linode keeps backups and the log for 14 days",
            )
        } else if loss == Loss::Zone {
            (
                &code::LOSS_NOT_COVERED,
                "Linode's regions have no zones: leave `zone` out of the tier, or bind the database to another",
            )
        } else {
            (
                &code::LOSS_NOT_COVERED,
                "backups of Linode stay in the region: leave `region` out of the tier, or bind the database to another",
            )
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
    let worst = recovery.rpo.total();
    let least = Duration(u64::from(planning::LINODE_DATABASE_WAL_MINUTES) * 60);
    let backup = database.backup.as_ref().map(|backup| context.key(backup.at));
    if worst > tier.rpo.value {
        let finding = Diagnostic::new(
            &code::RPO_NOT_MET,
            bound,
            format!(
                "`{}` can lose {worst} of data, and its tier promises at most {}",
                database.key, tier.rpo.value
            ),
        )
        .in_environment(&environment.key)
        .label(format!("`{}` promises {} for {what}", tier.key, tier.rpo.value))
        .note(format!("from {}: {}", recovery.copy, recovery.rpo.line()))
        .help(if tier.rpo.value < least {
            format!("no copy at Linode loses less than {least}: promise that")
        } else {
            format!(
                "`pointInTime: true` gives {least} at no extra instance; a looser promise would hold as well"
            )
        });
        let finding = match backup {
            Some(backup) => finding.related(backup, format!("the copy: {}", recovery.copy)),
            None => finding,
        };
        context.report(finding);
    } else if worst == tier.rpo.value && recovery.size_unknown {
        let finding = Diagnostic::new(
            &code::RPO_BOUNDARY,
            bound,
            format!("`{}` keeps its RPO of {} only if a backup takes no time", database.key, tier.rpo.value),
        )
        .in_environment(&environment.key)
        .note(format!("from {}: {} + the time that a backup takes", recovery.copy, recovery.rpo.line()))
        .help(
            "write `pointInTime: true`, or the `size` of the data so that platc can add the time of a backup",
        );
        let finding = match backup {
            Some(backup) => finding.related(backup, "the interval equals the promise"),
            None => finding,
        };
        context.report(finding);
    }
    let down = recovery.rto.total();
    if down > tier.rto.value {
        let finding = Diagnostic::new(
            &code::RTO_NOT_MET,
            bound,
            format!(
                "`{}` is back {down} after {what}, and its tier promises {}",
                database.key, tier.rto.value
            ),
        )
        .in_environment(&environment.key)
        .label(format!("`{}` promises {}", tier.key, tier.rto.value))
        .note(format!("the sum: {}", recovery.rto.line()))
        .help(
            "a standby survives the loss of an instance; less data, or a looser promise, would hold as well",
        );
        context.report(finding);
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

/// Caches and brokers live in the cluster and have no backups: replicas survive a machine, nothing survives more.
fn other_stores(context: &mut Context<'_>) {
    let plan = context.plan;
    for environment in plan.environments.values() {
        let caches = environment
            .caches
            .iter()
            .filter_map(|cache| cache.tier.as_ref().map(|tier| (&cache.key, tier, cache.replicas.value > 1)));
        let brokers = environment.queues.iter().filter_map(|broker| {
            broker.tier.as_ref().map(|tier| (&broker.key, tier, broker.nodes.value > 1))
        });
        let mut found = Vec::new();
        for (key, tier, replicated) in caches.chain(brokers) {
            for loss in &tier.covers {
                if loss.value == Loss::Instance && replicated {
                    continue;
                }
                found.push(
                    Diagnostic::new(
                        &code::LOSS_NOT_COVERED,
                        context.span(tier.at),
                        format!("`{key}` is promised to survive {}, and no copy does", loss_in_words(loss.value)),
                    )
                    .in_environment(&environment.key)
                    .related(context.span_of(loss), "promised here")
                    .help("a store in the cluster has no copy outside: bind it to a tier that covers `instance` only, or to none"),
                );
            }
        }
        for finding in found {
            context.report(finding);
        }
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
                let weaker = match &database.tier {
                    None => Some(format!("`{key}` is bound to no tier")),
                    Some(store)
                        if store.rpo.value > promise.rpo.value || store.rto.value > promise.rto.value =>
                    {
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
                            format!(
                                "`{key}` promises less: `{}` does not cover {}",
                                store.key,
                                loss_in_words(loss.value)
                            )
                        }),
                };
                let Some(weaker) = weaker else { continue };
                let finding = Diagnostic::new(
                    &code::WEAKER_STORE,
                    context.key(edge.at),
                    format!("`{}` promises `{}` and needs `{key}`, which does not", service.key, promise.key),
                )
                .label("used here")
                .related(
                    context.span(promise.at),
                    format!("RTO {} and RPO {}", promise.rto.value, promise.rpo.value),
                )
                .related(context.key(database.at), weaker)
                .help(format!("bind `{key}` to `{}`, or the service to a looser tier", promise.key));
                context.report(finding);
            }
        }
    }
}

fn scenarios(context: &mut Context<'_>) {
    let plan = context.plan;
    let Some(drills) = &plan.drills else { return };
    let covered = |wanted: &[Loss]| {
        context
            .model
            .platform
            .tiers
            .iter()
            .flat_map(|tiers| tiers.entries.values())
            .any(|(_, tier)| tier.covers.iter().any(|loss| wanted.contains(&loss.value)))
    };
    let mut found = Vec::new();
    for scenario in &drills.scenarios {
        let (wanted, what): (&[Loss], _) = match scenario.value {
            Scenario::DatabaseFailure => (&[Loss::Instance, Loss::Logical], "a database"),
            Scenario::ClusterFailure => (&[Loss::Cluster, Loss::Region], "the cluster"),
            Scenario::RegionOutage => (&[Loss::Region], "the region"),
        };
        if covered(wanted) {
            continue;
        }
        let finding = Diagnostic::new(
            &code::SCENARIO_NOT_COVERED,
            context.origin(scenario, crate::source::At::ROOT),
            format!("`{}` is rehearsed, and no tier covers the loss of {what}", scenario.value.word()),
        );
        found.push(if scenario.value == Scenario::DatabaseFailure {
            finding.help("write `covers: [instance, logical]` in a tier, and bind databases to it")
        } else {
            finding
                .note("no second cluster or region is named: a drill can only show how long a rebuild from Git and backups takes")
                .help("name what survives it in a tier's `covers`, or accept the finding under `allow` with an end")
        });
    }
    for finding in found {
        context.report(finding);
    }
}

fn retention(context: &mut Context<'_>) {
    let plan = context.plan;
    for environment in plan.environments.values() {
        for database in &environment.databases {
            let Some(backup) = &database.backup else { continue };
            let kept = u64::from(planning::LINODE_DATABASE_RETENTION_DAYS) * Duration::DAY.0;
            let span = context.origin(&backup.keep, database.at);
            if backup.keep.value.0 > kept {
                let finding = Diagnostic::new(
                    &code::NOT_OFFERED,
                    span,
                    format!(
                        "`{}` is to keep backups for {}; Linode keeps them for {}",
                        database.key,
                        backup.keep.value,
                        Duration(kept)
                    ),
                )
                .help(format!(
                    "write `keep: {}`, and dump what must be kept longer to a bucket",
                    Duration(kept)
                ));
                context.report(finding);
            }
            let daily = u64::from(planning::LINODE_DATABASE_BACKUP_INTERVAL_HOURS) * Duration::HOUR.0;
            if backup.every.value.0 < daily {
                let finding = Diagnostic::new(
                    &code::NOT_OFFERED,
                    context.origin(&backup.every, database.at),
                    format!(
                        "`{}` wants a backup every {}; Linode makes one a day",
                        database.key, backup.every.value
                    ),
                )
                .help("write `every: 1d`; `pointInTime: true` covers the time between");
                context.report(finding);
            }
        }
    }
}
