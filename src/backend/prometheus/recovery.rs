//! Rules about promises of recovery: time that an outage may take, and drills.

use std::borrow::Cow;

use super::conventions::{BACKUP_TAKES, PROMISE_BROKEN};
use super::expr::{SPAN, Selector};
use super::forms;
use super::metrics::{
    ALERTS, DRILL, Metric, VELERO_FAILURES, VELERO_INVALID, VELERO_LAST_SUCCESS, VELERO_PARTIAL_FAILURES,
};
use super::rule::{Group, Record, Rule, Scope, Subject, Urgency};
use super::story::{GONE, Line, Series, Story, fires, healthy, near, series, vanished};
use crate::names;
use crate::plan::{Drills, Tier};
use crate::units::Date;
use crate::units::Duration;

/// Escalates when half of the RTO is used up.
///
/// An alert of `down`, a regular expression of names, fires `down_for` after the outage began, so that much
/// less is waited for here. `matcher` is the label that names the subject, with its operator.
pub(super) fn rto<'p>(
    scope: Scope<'p>,
    subject: Subject<'p>,
    matcher: &'static str,
    down: &str,
    tier: &'p Tier,
    causes: impl IntoIterator<Item = Cause>,
) -> Rule<'p> {
    let name = subject.name();
    let firing = Selector(
        ALERTS,
        [("alertname=~", down), ("alertstate=", "firing"), ("environment=", scope.key()), (matcher, name)],
    );
    let rto = tier.rto.value;
    let left = Duration((rto.0 / 2).saturating_sub(scope.plan.monitoring.down_for.value.0));
    let hold = if left == Duration(0) { left } else { scope.hold(left) };
    subject
        .rule(
            "RTOAtRisk",
            Urgency::Now,
            hold,
            format!("max by (environment) ({firing}) == 1"),
            "Half of the time within which something must work again is used up.",
            format!(
                "{name} in {} has been down for half of the {rto} within which tier {} promises that it works again.",
                scope.key(),
                tier.key
            ),
        )
        .with("rto", rto.prometheus())
        .proved(|| outages(scope.key(), scope.plan.monitoring.down_for.value, causes))
}

/// Something that makes one of the alerts fire for which [`rto`] waits: its series, with what is good and what is bad.
pub(super) struct Cause {
    /// The situation in a few words.
    pub(super) what: &'static str,
    /// The series.
    pub(super) rows: Vec<(Series, f64, f64)>,
}

/// One outage after the other, each told by the alert about it: so names and labels of that one are proved, too.
fn outages(environment: &str, down_for: Duration, causes: impl IntoIterator<Item = Cause>) -> Story<'_> {
    let causes: Vec<Cause> = causes.into_iter().collect();
    let mut phases = vec![healthy("all is well")];
    let mut lines: Vec<Line> = Vec::new();
    for (index, cause) in causes.iter().enumerate() {
        phases.push(fires(cause.what, 1.0).on("environment", environment).after(down_for));
        phases.push(healthy("it works again"));
        for (series, good, bad) in &cause.rows {
            let mut numbers = vec![*good; 2 * causes.len() + 1];
            if let Some(number) = numbers.get_mut(2 * index + 1) {
                *number = *bad;
            }
            lines.push(series.clone().line(&numbers));
        }
    }
    Story::told(phases, lines)
}

/// The age at which a drill is overdue.
pub(in crate::backend) fn overdue(drills: &Drills) -> Duration {
    Duration(u64::from(drills.days()) * Duration::DAY.0)
}

/// When drills were held, for the rule about overdue ones: the newest of each scenario, from the beginning of its day (UTC).
///
/// It stands apart from that rule, whose tests make up dates of their own.
pub(super) fn drills_held(scope: Scope<'_>) -> Option<Group<'_>> {
    let drills = scope.plan.drills.as_ref().filter(|_| scope.environment.is_production())?;
    let records = drills.scenarios.iter().filter_map(|scenario| {
        let drill = drills.last(scope.environment, scenario.value)?;
        let seconds = i64::from(Date::EPOCH.days_until(drill.date.value)) * 86_400;
        let labels = vec![
            ("environment", Cow::Borrowed(scope.key())),
            ("scenario", Cow::Borrowed(scenario.value.word())),
        ];
        Some(Record::number(DRILL, seconds, labels))
    });
    let records: Vec<Record<'_>> = records.collect();
    let mut group = scope.subject("drills-held", scope.key()).group(scope.environment.at, Vec::new());
    group.records = records;
    (!group.records.is_empty()).then_some(group)
}

/// The rules of the drills, in production environments only: a drill elsewhere proves nothing about production.
pub(super) fn drills(scope: Scope<'_>) -> Option<Group<'_>> {
    let drills = scope.plan.drills.as_ref()?;
    if !scope.environment.is_production() || drills.scenarios.is_empty() {
        return None;
    }
    let environment = scope.key();
    let days = u64::from(drills.every.value.days());
    let limit = overdue(drills).0;
    let age = overdue(drills).exact();
    let rules = drills.scenarios.iter().map(|scenario| {
        let name = scenario.value.word();
        let last = Selector(DRILL, [("environment=", environment), ("scenario=", name)]);
        scope.subject("scenario", name).rule(
            "DRDrillOverdue",
            Urgency::Soon,
            Duration::HOUR,
            format!(
                "{} > {limit}\n  or absent({last})",
                forms::drill_age(&last.1)
            ),
            "A recovery drill is overdue.",
            format!("The drill {name} is due every {days} days in {environment}; the last one that succeeded is older, or unknown."),
        )
.proved(|| Story::new(
            [
                healthy("a drill was held"),
                near("it was held just as long ago as may be"),
                fires("it was held longer ago", 0.0),
                healthy("it is held again"),
                vanished("nobody knows of one", 1.0),
            ],
            [series(DRILL, &last.1, &[]).ago([60., age, age + 1., 60., GONE])],
        ))
    });
    let at = scope.environment.at;
    Some(scope.subject("drills", environment).group(at, rules.collect()))
}

/// The rules of the backups of volumes; none where platc does not install what makes them.
///
/// `velero_backup_last_status` is not used: it says success again a minute after a failure (its issue 9374). The time of
/// the last success is read from the backups themselves and survives a restart; a backup that failed in part is none.
pub(super) fn volume_backups(scope: Scope<'_>) -> Option<Group<'_>> {
    let backups = scope.plan.backups.as_ref().filter(|_| scope.environment.has_volumes())?;
    let cluster = scope.plan.clusters.get(&scope.environment.cluster.value)?;
    let release = cluster.provider_of(names::VOLUME_BACKUPS)?;
    let environment = scope.key();
    let schedule = names::backup_schedule(&release.key, environment);
    let of = |metric| {
        Selector(metric, [("namespace=", release.namespace.value.as_str()), ("schedule=", &schedule)])
    };
    let last = of(VELERO_LAST_SUCCESS);
    let row = |metric| series(metric, &last.1, &[]);
    let other = || series(VELERO_LAST_SUCCESS, &[last.1[0], ("schedule=", "other")], &[]);
    let copied = scope.environment.caches.iter().filter(|cache| cache.persistence.is_some());
    let promised = copied.filter_map(|cache| cache.tier.as_ref()).map(|tier| tier.rpo.value);
    let late = Duration(backups.every.value.0 * 11 / 10 + BACKUP_TAKES.0);
    let promised = promised.min();
    let urgency = if promised.is_some() { Urgency::Now } else { Urgency::Soon };
    let limit = promised.map_or(late, |rpo| rpo.min(late));
    // A failure is seen until the next backup is due, and a success in that time came after it.
    let seen = Duration(backups.every.value.0 * 9 / 10);
    let range = scope.range(seen);
    let failed = [VELERO_FAILURES, VELERO_PARTIAL_FAILURES, VELERO_INVALID]
        .map(|metric| format!("sum by (schedule) (increase({}[{range}])) > 0", of(metric)));
    let newest = format!("max by (schedule) ({last})");
    let subject = scope.subject("addon", &release.key);
    let rules = vec![
        subject.rule(
            "VeleroBackupTooOld",
            urgency,
            patience(scope, limit),
            format!("time() - {newest} > {}", limit.0),
            "The last whole backup of an environment's volumes is too old.",
            format!(
                "The volumes of {environment} were last backed up whole {SPAN} ago; a backup is due every {}.",
                backups.every.value
            ),
        )
.proved(|| Story::new(
            [
                healthy("a backup was made"),
                near("it is just as old as may be"),
                fires("it is older", limit.exact() + 1.).on("schedule", schedule.clone()),
            ],
            [row(VELERO_LAST_SUCCESS).ago([60., limit.exact(), limit.exact() + 1.])],
        )),
        subject.rule(
            "VeleroBackupUnknown",
            Urgency::Soon,
            limit,
            format!("absent({last})"),
            "Nobody knows whether the volumes of an environment are backed up.",
            format!("Velero reports no whole backup of {environment} by the schedule {schedule}."),
        )
.proved(|| Story::new(
            [
                healthy("a backup was made"),
                vanished("nobody knows of one", 1.0).on("schedule", schedule.clone()),
            ],
            [
                row(VELERO_LAST_SUCCESS).ago([60., GONE]),
                other().ago([60., 60.]),
            ],
        )),
        subject.rule(
            "VeleroBackupFailed",
            Urgency::Soon,
            Duration(0),
            format!(
                "({})\n  unless on (schedule) time() - {newest} < {}",
                failed.join("\n  or "),
                seen.0
            ),
            "A backup of an environment's volumes failed, or failed in part.",
            format!("A backup of {environment} by the schedule {schedule} failed, and none has succeeded since: velero backup get names it."),
        )
.proved(|| failures(&row, &schedule, seen, other())),
    ];
    Some(scope.subject("volume-backups", environment).group(backups.at, rules))
}

/// Each way to fail, and a success after it.
fn failures<'p>(row: &dyn Fn(Metric) -> Series, schedule: &str, seen: Duration, other: Series) -> Story<'p> {
    let failed = |what| fires(what, 1.0).on("schedule", schedule.to_owned());
    let (whole, long_ago) = (seen.exact() - 1., seen.exact());
    let story = Story::new(
        [
            healthy("a backup was made"),
            near("none was made since, and none failed"),
            near("one failed, and another was made after it"),
            failed("one fails"),
            near("the next is made"),
            failed("one fails in part"),
            near("the next is made"),
            failed("one is refused"),
        ],
        [
            row(VELERO_LAST_SUCCESS)
                .ago([whole, long_ago, whole, long_ago, whole, long_ago, whole, long_ago]),
            row(VELERO_FAILURES).grows([0., 0., 1., 1., 0., 0., 0., 0.]),
            row(VELERO_PARTIAL_FAILURES).grows([0., 0., 0., 0., 0., 1., 0., 0.]),
            row(VELERO_INVALID).grows([0., 0., 0., 0., 0., 0., 0., 1.]),
            other.ago([60.; 8]),
        ],
    );
    // Some readings are in the range all the same.
    if seen >= Duration(4 * 3600) { story.every(Duration::HOUR) } else { story }
}

/// How long a broken promise of `rpo` may last before it is reported: less than a tenth of it, but two readings at least.
pub(super) fn patience(scope: Scope<'_>, rpo: Duration) -> Duration {
    scope.hold(Duration((rpo.0 / 20).min(PROMISE_BROKEN.0)))
}
