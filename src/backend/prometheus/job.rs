//! Rules about jobs: that the last run did not fail, and that one succeeded within what the schedule allows.

use super::conventions::{LASTING, PARTLY};
use super::expr::{Condition, Gone, SPAN, Selector};
use super::metrics::{
    KUBE_CRONJOB_CREATED, KUBE_CRONJOB_LAST_SUCCESS, KUBE_JOB_FAILED, KUBE_JOB_OWNER, KUBE_JOB_START,
};
use super::rule::{Group, Scope, Urgency};
use super::story::{GONE, Story, fires, healthy, near, series, vanished, watched};
use crate::plan::{Database, Job, Resolved, Schedule, Tier};
use crate::source::At;
use crate::units::Duration;

/// A `CronJob` that rules are about.
struct Watched<'p> {
    name: &'p str,
    at: At,
    schedule: Option<&'p Schedule>,
    timeout: Duration,
    tier: Option<&'p Tier>,
    /// Who answers for it.
    owner: &'p Resolved<String>,
    /// How soon somebody has to act when no run succeeds.
    urgency: Urgency,
    /// It waits for a failover, and until then nobody expects a run.
    suspended: bool,
}

/// The rules of a job.
pub(super) fn group<'p>(scope: Scope<'p>, job: &'p Job) -> Group<'p> {
    watch(
        scope,
        &Watched {
            name: &job.pod.key,
            at: job.pod.at,
            schedule: job.schedule.as_ref(),
            timeout: job.timeout.value,
            tier: None,
            owner: &job.pod.owner,
            // Nothing was promised of what it does.
            urgency: Urgency::Soon,
            suspended: scope.environment.suspends_jobs(),
        },
    )
}

/// The rules of the jobs that dump a database and restore its newest dump.
pub(super) fn of_dumps<'p>(scope: Scope<'p>, database: &'p Database) -> Vec<Group<'p>> {
    let Some(dump) = &database.dump else { return Vec::new() };
    let jobs = [(&dump.name, &dump.schedule), (&dump.test_name, &dump.test)];
    let watched = |(name, schedule): (&'p String, &'p Schedule)| Watched {
        name,
        at: dump.at,
        schedule: Some(schedule),
        timeout: dump.timeout.value,
        tier: database.tier.as_ref(),
        owner: &database.owner,
        urgency: Urgency::Now,
        // A copy can be read.
        suspended: false,
    };
    jobs.map(|job| watch(scope, &watched(job))).into()
}

fn watch<'p>(scope: Scope<'p>, job: &Watched<'p>) -> Group<'p> {
    let key = job.name;
    let (environment, namespace) = (scope.key(), scope.namespace());
    let subject = scope.subject("job", key).labelled("cronjob").bound_to(job.tier).owned_by(job.owner);
    let labels = [("namespace=", namespace), ("cronjob=", key)];
    let success = Selector(KUBE_CRONJOB_LAST_SUCCESS, labels);
    let created = Selector(KUBE_CRONJOB_CREATED, labels);
    let failed = Selector(KUBE_JOB_FAILED, [("namespace=", namespace), ("condition=", "true")]);
    let start = Selector(KUBE_JOB_START, [("namespace=", namespace)]);
    let owner = Selector(
        KUBE_JOB_OWNER,
        [("namespace=", namespace), ("owner_kind=", "CronJob"), ("owner_name=", key)],
    );
    // A run that failed is kept for days. It is no news once a later one has succeeded.
    let latest = format!(
        "max by (namespace) (\n    {start}\n      and on (namespace, job_name) {failed} == 1\n      and on (namespace, job_name) {owner}\n  )"
    );
    let since = format!("(max by (namespace) ({success}) or 0 * max by (namespace) ({created}))");
    let mut rules = vec![subject.rule(
        "JobFailed",
        Urgency::Soon,
        scope.hold(Duration::MINUTE),
        format!("{latest}\n  > on (namespace) {since}"),
        "A run of a job failed.",
        format!(
            "A run of {key} in {environment} failed with all its retries, and none has succeeded since: kubectl -n {namespace} logs job/<name>."
        ),
    ).proved(|| failures(namespace, key))];
    if job.suspended {
        return subject.group(job.at, rules);
    }
    if let Some(schedule) = job.schedule {
        // From one success to the next: the longest pause of the schedule, and the time that a run may take.
        let limit = Duration(schedule.longest.value.0.saturating_add(job.timeout.0));
        let newest = format!("(max by (namespace) ({success}) or max by (namespace) ({created}))");
        rules.push(subject.rule(
            "JobNotSucceeding",
            job.urgency,
            PARTLY,
            format!("time() - {newest} > {}", limit.0),
            "A job has not succeeded for longer than its schedule allows.",
            format!(
                "{key} in {environment} last succeeded {SPAN} ago, or never since it is there; its schedule `{}` and its timeout allow {limit}.",
                schedule.cron.value
            ),
        )
.proved(|| {
            let most = limit.exact();
            Story::new(
                [
                    healthy("it succeeded a minute ago"),
                    near("it succeeded just as long ago as may be"),
                    fires("it succeeded longer ago", most + 1.),
                    near("it never did, and is not there for so long"),
                    fires("it never did since it is there", most + 1.),
                ],
                [
                    series(KUBE_CRONJOB_LAST_SUCCESS, &labels, &[]).ago([60., most, most + 1., GONE, GONE]),
                    series(KUBE_CRONJOB_CREATED, &labels, &[])
                        .ago([2. * most, 2. * most, 2. * most, most, most + 1.]),
                ],
            )
        }));
    }
    rules.push(
        subject
            .rule(
                "JobMissing",
                Urgency::Soon,
                LASTING,
                Gone(created, namespace).to_string(),
                "A job is not there.",
                format!("There is no CronJob {key} in {environment}: nothing runs it."),
            )
            .proved(|| {
                Story::new(
                    [
                        healthy("it is there"),
                        vanished("only another one is", 1.0),
                        near("kube-state-metrics is gone, which is another alert"),
                    ],
                    [
                        series(KUBE_CRONJOB_CREATED, &labels, &[]).is([0., GONE, GONE]),
                        series(KUBE_CRONJOB_CREATED, &[labels[0], ("cronjob=", "other")], &[])
                            .is([0., 0., GONE]),
                        watched(namespace).is([1., 1., GONE]),
                    ],
                )
            }),
    );
    subject.group(job.at, rules)
}

/// Runs fail before and after one that succeeds. Times are small, since a test begins at nought.
fn failures<'p>(namespace: &str, key: &str) -> Story<'p> {
    let namespace = ("namespace=", namespace);
    let run = |metric, name, more: &[Condition<'_>]| series(metric, &[namespace, ("job_name=", name)], more);
    let (ours, next, other) = (format!("{key}-1"), format!("{key}-2"), "other-1");
    let owned_by = |name| [("owner_kind=", "CronJob"), ("owner_name=", name)];
    let row = |metric| series(metric, &[namespace, ("cronjob=", key)], &[]);
    Story::new(
        [
            healthy("a run succeeded, and one of another job failed"),
            near("a run before it failed, and another goes on"),
            fires("a run after it failed", 0.0),
            near("one succeeded after that"),
            fires("a run failed, and none ever succeeded", 0.0),
        ],
        [
            row(KUBE_CRONJOB_CREATED).is([0.; 5]),
            row(KUBE_CRONJOB_LAST_SUCCESS).ago([120., 120., 120., 30., GONE]),
            run(KUBE_JOB_FAILED, &ours, &[("condition=", "true")]).is([GONE, 1., 1., 1., 1.]),
            run(KUBE_JOB_START, &ours, &[]).ago([180., 180., 60., 60., 60.]),
            run(KUBE_JOB_OWNER, &ours, &owned_by(key)).is([1.; 5]),
            run(KUBE_JOB_START, &next, &[]).ago([GONE, 10., GONE, GONE, GONE]),
            run(KUBE_JOB_OWNER, &next, &owned_by(key)).is([GONE, 1., GONE, GONE, GONE]),
            run(KUBE_JOB_FAILED, other, &[("condition=", "true")]).is([1.; 5]),
            run(KUBE_JOB_START, other, &[]).ago([60.; 5]),
            run(KUBE_JOB_OWNER, other, &owned_by("other")).is([1.; 5]),
        ],
    )
}
