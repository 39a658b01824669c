//! Rules about managed PostgreSQL databases, their backups and their poolers.

use super::conventions::{
    BACKUP_TAKES, BACKUPS_STOPPED, CONNECTIONS, DEADLOCKS, DISK, DISK_URGENT, LASTING, LOG_LATE, PARTLY,
    RECENTLY, RESTORABLE_READ,
};
use super::expr::{COUNT, Condition, Gone, PERCENT, SPAN, Selector};
use super::forms;
use super::metrics::{
    KUBE_CRONJOB_LAST_SUCCESS, KUBE_DEPLOYMENT_AVAILABLE, Metric, PG_CONNECTIONS, PG_DEADLOCKS,
    PG_IS_REPLICA, PG_LAG, PG_MAX_CONNECTIONS, PG_SIZE, PG_UP, RESTORABLE,
};
use super::recovery::{self, Cause};
use super::rule::{Group, Rule, Scope, Subject, Urgency};
use super::story::{GONE, Series, Story, fires, healthy, near, number, series, vanished, watched};
use crate::catalog;
use crate::plan::{Database, Pooling};
use crate::proof;
use crate::units::{Bytes, Duration};

/// The rules of a database.
pub(super) fn group<'p>(scope: Scope<'p>, database: &'p Database) -> Group<'p> {
    let subject =
        scope.subject("database", &database.key).bound_to(database.tier.as_ref()).owned_by(&database.owner);
    let mut rules = Vec::with_capacity(12);
    server(scope, subject, database, &mut rules);
    storage(scope, subject, database, &mut rules);
    lag(scope, subject, database, &mut rules);
    backups(scope, subject, database, &mut rules);
    dumps(scope, subject, database, &mut rules);
    if let Some(pooling) = &database.pooling {
        rules.push(pooler(scope, subject, database, pooling));
    }
    if let Some(tier) = &database.tier {
        let down = Cause {
            what: "the database does not answer",
            rows: vec![(row(PG_UP, scope, database, &[]), 1., 0.)],
        };
        rules.push(recovery::rto(scope, subject, "database=", "DatabaseDown", tier, [down]));
    }
    subject.group(database.at, rules)
}

/// A metric of a database; exporters outside Kubernetes carry no namespace.
fn of<'p>(metric: Metric, scope: Scope<'p>, database: &'p Database) -> Selector<'p, 2> {
    Selector(metric, [("environment=", scope.key()), ("database=", &database.key)])
}

/// A series of a metric of a database, for stories.
fn row<'p>(metric: Metric, scope: Scope<'p>, database: &'p Database, more: &[Condition<'_>]) -> Series {
    series(metric, &of(metric, scope, database).1, more)
}

/// A time passes a limit: just as long ago as may be, and longer.
fn aged<'p>(what: Series, limit: Duration) -> Story<'p> {
    let most = limit.exact();
    Story::new(
        [
            healthy("it was a minute ago"),
            near("it was just as long ago as may be"),
            fires("it was longer ago", most + 1.),
        ],
        [what.ago([60., most, most + 1.])],
    )
}

fn server<'p>(scope: Scope<'p>, subject: Subject<'p>, database: &'p Database, rules: &mut Vec<Rule<'p>>) {
    let (environment, key) = (scope.key(), &database.key);
    let up = of(PG_UP, scope, database);
    let hold = scope.plan.monitoring.down_for.value;
    rules.push(
        subject
            .rule(
                "DatabaseDown",
                Urgency::Now,
                hold,
                format!("max by (environment, database) ({up}) == 0"),
                "A database does not answer.",
                format!("{key} in {environment} has not answered for {hold}."),
            )
            .proved(|| {
                Story::new(
                    [
                        healthy("two servers answer"),
                        near("one of them answers"),
                        fires("none answers", 0.0),
                        near("nothing is seen, which is another alert"),
                    ],
                    [
                        row(PG_UP, scope, database, &[("instance=", "a")]).is([1., 1., 0., GONE]),
                        row(PG_UP, scope, database, &[("instance=", "b")]).is([1., 0., 0., GONE]),
                    ],
                )
            }),
    );
    rules.push(subject.rule(
        "DatabaseMetricsAbsent",
        Urgency::Soon,
        PARTLY,
        format!("absent({up})"),
        "A database is not watched.",
        format!(
            "postgres_exporter gives no readings of {key} in {environment}, so nobody would see it fail."
        ),
    )
.proved(|| Story::new(
        [healthy("it is watched"), vanished("only another database is", 1.0)],
        [
            row(PG_UP, scope, database, &[]).is([1., GONE]),
            series(PG_UP, &[up.1[0], ("database=", "other")], &[]).is([1., 1.]),
        ],
    )));
    rules.push(
        subject
            .rule(
                "DatabaseConnectionsHigh",
                Urgency::Soon,
                PARTLY,
                format!("{} > {CONNECTIONS}", forms::connections_use(&up.1)),
                "A database is running out of connections.",
                format!("{PERCENT} of the connections that {key} in {environment} takes are in use."),
            )
            .proved(|| {
                let full = number(CONNECTIONS);
                let one = ("instance=", "a");
                let used = |state| row(PG_CONNECTIONS, scope, database, &[one, ("state=", state)]);
                Story::new(
                    [
                        healthy("half of the connections are in use"),
                        near("as many are as may be"),
                        fires("one more is", (100. * full + 1.) / 100.).on("instance", "a"),
                    ],
                    [
                        used("active").is([25., 50. * full, 50. * full + 1.]),
                        used("idle").is([25., 50. * full, 50. * full]),
                        row(PG_MAX_CONNECTIONS, scope, database, &[one]).is([100.; 3]),
                    ],
                )
            }),
    );
    let deadlocks = of(PG_DEADLOCKS, scope, database);
    let range = scope.range(RECENTLY);
    rules.push(
        subject
            .rule(
                "DatabaseDeadlocks",
                Urgency::Soon,
                Duration(0),
                format!("sum by (environment, database) (increase({deadlocks}[{range}])) > {DEADLOCKS}"),
                "Transactions block each other.",
                format!("{key} in {environment} had {COUNT} deadlocks in the last {range}."),
            )
            .proved(|| {
                let (most, minutes) = (number(DEADLOCKS), range.0.exact() / 60.);
                let few = most / minutes;
                // What happened in the range, of whose first minute nothing is known.
                let more = 1.5 * few;
                let happened = ((minutes - 2.) * few + more) * minutes / (minutes - 1.);
                let of_one = |name| row(PG_DEADLOCKS, scope, database, &[("datname=", name)]);
                Story::new(
                    [
                        healthy("there are none"),
                        near("there are as many as may be"),
                        fires("there are more", happened),
                    ],
                    [of_one("a").grows([0., few, more]), of_one("b").grows([0., 0., 0.])],
                )
            }),
    );
}

/// How far a running copy is behind, where the exporter reads the copy: in the environment that stands in. A standby of
/// several nodes cannot be asked, and is never behind what it confirmed.
///
/// The promise is the original's. On an idle primary the lag climbs until the next segment of its log, so that no
/// threshold lies below the time between two.
fn lag<'p>(scope: Scope<'p>, subject: Subject<'p>, database: &'p Database, rules: &mut Vec<Rule<'p>>) {
    let Some(of_copy) = &database.copy_of else { return };
    let (environment, key) = (scope.key(), &database.key);
    let (lag, replica) = (of(PG_LAG, scope, database), of(PG_IS_REPLICA, scope, database));
    let original = scope.plan.environments.get(&of_copy.environment);
    let tier = original.and_then(|original| original.database(key)).and_then(|it| it.tier.as_ref());
    if let Some(tier) = tier {
        let rpo = tier.rpo.value;
        let usual = proof::recovery::mechanisms(scope.plan, scope.environment).copy_lag;
        let limit = rpo.max(Duration(usual.0 + scope.plan.monitoring.scrape_every.value.0));
        rules.push(
            subject
                .bound_to(Some(tier))
                .rule(
                    "DatabaseReplicaTooFarBehind",
                    Urgency::Now,
                    recovery::patience(scope, limit),
                    format!("{lag} > {}\n  and on (instance) {replica} == 1", limit.0),
                    "A running copy is further behind than its original's tier allows to lose.",
                    format!(
                        "The copy of {key} of {} in {environment} is {SPAN} behind; the tier of the original promises {rpo}{}.",
                        of_copy.environment,
                        stretched(rpo, limit),
                    ),
                )
                .with("rpo", rpo.prometheus())
                .proved(|| Story::new(
                    [
                        healthy("the copy follows"),
                        near("it is just as far behind as may be"),
                        fires("it is further behind", limit.exact() + 1.).on("instance", "a"),
                        near("it is no copy any more"),
                    ],
                    [
                        row(PG_LAG, scope, database, &[("instance=", "a")]).is([
                            0.,
                            limit.exact(),
                            limit.exact() + 1.,
                            limit.exact() + 1.,
                        ]),
                        row(PG_IS_REPLICA, scope, database, &[("instance=", "a")]).is([1., 1., 1., 0.]),
                        row(PG_LAG, scope, database, &[("instance=", "b")]).is([0.; 4]),
                        row(PG_IS_REPLICA, scope, database, &[("instance=", "b")]).is([1.; 4]),
                    ],
                )),
        );
    }
    rules.push(
        subject
            .rule(
                "DatabaseReplicaUnknown",
                Urgency::Soon,
                PARTLY,
                format!("absent({replica})"),
                "Nobody knows how far a running copy is behind.",
                format!(
                    "postgres_exporter does not say whether {key} in {environment} follows {}, nor how far it is behind.",
                    of_copy.environment
                ),
            )
            .proved(|| Story::new(
                [healthy("it is known"), vanished("only that of another database is", 1.0)],
                [
                    row(PG_IS_REPLICA, scope, database, &[]).is([1., GONE]),
                    series(PG_IS_REPLICA, &[replica.1[0], ("database=", "other")], &[]).is([1., 1.]),
                ],
            )),
    );
}

/// How large the disk of a database may become: what the spec says, or what its machine class brings.
fn disk(scope: Scope<'_>, database: &Database) -> Option<Bytes> {
    if let Some(storage) = &database.storage {
        return Some(storage.max.as_ref().unwrap_or(&storage.size).value);
    }
    let provider = scope.plan.provider_of(scope.environment);
    let class = catalog::database_type(provider.word(), catalog::POSTGRESQL, &database.machine.value)?;
    Some(Bytes(u64::from(class.disk_mib?) * Bytes::MIB))
}

/// The bytes that are exactly a share of others when they are divided by them: the product may be a rounding off.
fn just(share: f64, all: f64) -> f64 {
    let product = share * all;
    let near = [product, product.next_up(), product.next_down()];
    near.into_iter().find(|bytes| (bytes / all).total_cmp(&share).is_eq()).unwrap_or(product)
}

/// The disk of a database: a full one takes no writes. Only what is in its databases is seen, not its log nor temporary files.
fn storage<'p>(scope: Scope<'p>, subject: Subject<'p>, database: &'p Database, rules: &mut Vec<Rule<'p>>) {
    let Some(disk) = disk(scope, database) else { return };
    let (environment, key) = (scope.key(), &database.key);
    let size = of(PG_SIZE, scope, database);
    let share = forms::disk_use(&size.1, disk.0);
    #[allow(clippy::cast_precision_loss, reason = "no disk has 8 PiB")]
    let all = disk.0 as f64;
    for (alert, urgency, hold, limit) in [
        ("DatabaseStorageFillingUp", Urgency::Soon, LASTING, DISK),
        ("DatabaseStorageNearlyFull", Urgency::Now, PARTLY, DISK_URGENT),
    ] {
        rules.push(
            subject
                .rule(
                    alert,
                    urgency,
                    hold,
                    format!("{share} > {limit}"),
                    "The disk of a database fills up.",
                    format!("{key} in {environment} takes {PERCENT} of the {disk} that its disk may have."),
                )
                .proved(|| {
                    let most = just(number(limit), all);
                    let of_database =
                        |name, pod| row(PG_SIZE, scope, database, &[("datname=", name), ("instance=", pod)]);
                    let half = most / 2.;
                    Story::new(
                        [
                            healthy("little of it is taken"),
                            near("two databases take as much as may be, and two pods say it of one of them"),
                            fires("a MiB more is taken", (most + 1_048_576.) / all),
                        ],
                        [
                            of_database("a", "old").is([0., half, half]),
                            of_database("a", "new").is([0., half, half]),
                            of_database("b", "new").is([0., most - half, most - half + 1_048_576.]),
                        ],
                    )
                }),
        );
    }
}

/// What is said where a promise is shorter than what can be seen of it.
fn stretched(rpo: Duration, limit: Duration) -> String {
    if limit > rpo { format!(", and {limit} is the least that its mechanism shows") } else { String::new() }
}

/// The age of the newest restorable point where all is well, at most: what the provider has not stored of the log, until
/// somebody asks, until Prometheus reads it. Without continuous backups it is the interval of backups, a tenth of it, and the
/// time that one takes.
fn usual_age(scope: Scope<'_>, database: &Database) -> Duration {
    match &database.backup {
        Some(backup) if !backup.point_in_time.value => {
            Duration(backup.every.value.0 * 11 / 10 + BACKUP_TAKES.0)
        }
        _ => {
            let stored = proof::recovery::mechanisms(scope.plan, scope.environment).least;
            Duration(stored.0 + LOG_LATE.0 + RESTORABLE_READ.0 + scope.plan.monitoring.scrape_every.value.0)
        }
    }
}

/// The age of the newest point that can be restored against what the tier promises.
///
/// A promise that is shorter than the usual age would be broken all the time: its alert waits for one that is not usual. Where
/// there is room, half of a promise is late. Of a running copy nothing is restored: the promise rests on its original's backups;
/// and where the provider does not say the point, nobody knows.
fn backups<'p>(scope: Scope<'p>, subject: Subject<'p>, database: &'p Database, rules: &mut Vec<Rule<'p>>) {
    if database.restorable.is_none() {
        return;
    }
    let rests = proof::recovery::rests_on_backups(scope.plan, scope.environment, database);
    let rpo = database.tier.as_ref().filter(|_| rests).map(|tier| tier.rpo.value);
    let (environment, key) = (scope.key(), &database.key);
    let newest = of(RESTORABLE, scope, database);
    let age = forms::backup_age(&newest.1);
    let usual = usual_age(scope, database);
    let daily = database.backup.as_ref().filter(|backup| !backup.point_in_time.value);
    // That a backup and its duration fit into the promise is proved already.
    let shortest = daily.map_or(usual, |backup| backup.every.value);
    let limit = rpo.map(|rpo| if rpo < shortest { usual } else { rpo });
    if let (Some(rpo), Some(limit)) = (rpo, limit) {
        rules.push(
            subject
                .rule(
                    "DatabaseBackupTooOld",
                    Urgency::Now,
                    recovery::patience(scope, limit),
                    format!("{age} > {}", limit.0),
                    "The newest restorable point of a database is older than its RPO.",
                    format!(
                        "{key} in {environment} can be restored to {SPAN} ago; its tier promises {rpo}{}.",
                        stretched(rpo, limit)
                    ),
                )
                .with("rpo", rpo.prometheus())
                .proved(|| aged(row(RESTORABLE, scope, database, &[]), limit)),
        );
    }
    let expected = match (&database.backup, rpo) {
        (Some(backup), Some(rpo)) if backup.point_in_time.value => Some(usual.max(Duration(rpo.0 / 2))),
        (Some(backup), _) if !backup.point_in_time.value => Some(usual),
        // No promise says how old they may be; but they are continuous no longer.
        (Some(_), None) => Some(Duration(usual.0 + BACKUPS_STOPPED.0)),
        _ => None,
    };
    let has_room =
        |late: &Duration| limit.is_none_or(|limit| late.0 + recovery::patience(scope, *late).0 < limit.0);
    if let Some(late) = expected.filter(has_room) {
        rules.push(
            subject
                .rule(
                    "DatabaseBackupLate",
                    Urgency::Soon,
                    recovery::patience(scope, late),
                    format!("{age} > {}", late.0),
                    "A backup of a database is late.",
                    format!(
                        "{key} in {environment} can be restored to {SPAN} ago; {late} is expected at most."
                    ),
                )
                .proved(|| aged(row(RESTORABLE, scope, database, &[]), late)),
        );
    }
    if rpo.is_some() || database.backup.is_some() {
        rules.push(
            subject
                .rule(
                    "DatabaseBackupUnknown",
                    Urgency::Soon,
                    Duration::HOUR,
                    format!("absent({newest})"),
                    "Nobody knows to which point a database can be restored.",
                    format!("Nothing reports the newest restorable point of {key} in {environment}."),
                )
                .proved(|| {
                    Story::new(
                        [healthy("it is known"), vanished("only that of another database is", 1.0)],
                        [
                            row(RESTORABLE, scope, database, &[]).ago([60., GONE]),
                            series(RESTORABLE, &[newest.1[0], ("database=", "other")], &[]).ago([60., 60.]),
                        ],
                    )
                }),
        );
    }
}

/// The age of the newest dump against what the tier promises.
fn dumps<'p>(scope: Scope<'p>, subject: Subject<'p>, database: &'p Database, rules: &mut Vec<Rule<'p>>) {
    let (environment, key) = (scope.key(), &database.key);
    if let Some((dump, rpo)) = database.watched_dump() {
        let job: [Condition<'_>; 2] = [("namespace=", scope.namespace()), ("cronjob=", &dump.name)];
        rules.push(
            subject
                .rule(
                    "DatabaseDumpTooOld",
                    Urgency::Now,
                    recovery::patience(scope, rpo),
                    format!("{} > {}", forms::dump_age("namespace", &job), rpo.0),
                    "The newest dump of a database is older than its RPO.",
                    format!("{key} in {environment} was last dumped {SPAN} ago; its tier promises {rpo}."),
                )
                .with("rpo", rpo.prometheus())
                .proved(|| aged(series(KUBE_CRONJOB_LAST_SUCCESS, &job, &[]), rpo)),
        );
    }
}

fn pooler<'p>(
    scope: Scope<'p>,
    subject: Subject<'p>,
    database: &'p Database,
    pooling: &'p Pooling,
) -> Rule<'p> {
    let namespace = scope.namespace();
    let available =
        Selector(KUBE_DEPLOYMENT_AVAILABLE, [("namespace=", namespace), ("deployment=", &pooling.name)]);
    let hold = scope.plan.monitoring.down_for.value.min(LASTING);
    subject
        .rule(
            "PoolerNoReadyReplicas",
            Urgency::Now,
            hold,
            format!("{available} == 0\n  or {}", Gone(available, namespace)),
            "The pooler of a database has no pod that is ready.",
            format!(
                "{} in {} has no ready pod, so nothing reaches database {}.",
                pooling.name,
                scope.key(),
                database.key
            ),
        )
        .proved(|| {
            Story::new(
                [
                    healthy("two pods are ready"),
                    near("one is"),
                    fires("none is", 0.0).on("deployment", &pooling.name),
                    healthy("both are again"),
                    vanished("they are gone, and the namespace is watched", 1.0)
                        .on("deployment", &pooling.name),
                    near("kube-state-metrics is gone, which is another alert"),
                ],
                [
                    series(KUBE_DEPLOYMENT_AVAILABLE, &available.1, &[]).is([2., 1., 0., 2., GONE, GONE]),
                    watched(namespace).is([1., 1., 1., 1., 1., GONE]),
                ],
            )
        })
}
