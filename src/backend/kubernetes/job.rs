//! Jobs: a `CronJob` with its account and its network policy.

use super::container::seconds;
use super::metadata::Identity;
use super::{Api, Object, Scope, network, patch, pod};
use crate::format::data::Map;
use crate::map;
use crate::plan::{Concurrency, Job, Schedule};
use crate::source::At;
use crate::units::Duration;

const CRON_JOB: Api = Api::new("batch/v1", "CronJob");

/// The longest time that a run may start late: one that was missed in an outage comes after all, and not much later.
const START_WITHIN: Duration = Duration::HOUR;
/// How long a finished run is there to be looked at, whatever the history keeps: a week, so that a weekend is no loss.
const FINISHED_KEPT: Duration = Duration(7 * 86_400);
/// When a job runs that people start: never, since it is suspended. The API wants a schedule.
const BY_HAND: &str = "0 0 1 1 *";

/// When a job runs, and what becomes of its runs.
#[derive(Clone, Copy)]
pub(super) struct Run<'a> {
    /// When; `None` where people start it.
    pub(super) schedule: Option<&'a Schedule>,
    /// Whether its schedule waits until somebody ends the suspension.
    pub(super) suspended: bool,
    /// What happens when it is due and its last run is not done.
    pub(super) concurrency: Concurrency,
    /// How long a run may take with all its retries.
    pub(super) timeout: Duration,
    /// How often a run that fails is tried again.
    pub(super) retries: u32,
    /// Runs that succeeded and are kept.
    pub(super) keep_succeeded: u32,
    /// Runs that failed and are kept.
    pub(super) keep_failed: u32,
}

/// The objects of a job.
pub(super) fn objects<'a>(scope: Scope<'_, 'a>, job: &'a Job) -> Vec<Object<'a>> {
    let identity = Identity::service(&job.pod);
    let run = Run {
        schedule: job.schedule.as_ref(),
        suspended: scope.environment.suspends_jobs(),
        concurrency: job.concurrency.value,
        timeout: job.timeout.value,
        retries: job.retries.value,
        keep_succeeded: job.keep_succeeded.value,
        keep_failed: job.keep_failed.value,
    };
    let pod = pod::pod(scope, &job.pod, identity);
    let mut objects = vec![pod::account(scope, &job.pod), cron_job(scope, identity, job.pod.at, run, pod)];
    objects.extend(network::of_service(scope, &job.pod));
    patch::apply(&job.pod, &mut objects);
    objects
}

/// A `CronJob` whose pods are those of a workload.
pub(super) fn cron_job<'a>(
    scope: Scope<'_, 'a>,
    identity: Identity<'a>,
    at: At,
    run: Run<'a>,
    pod: Map<'a>,
) -> Object<'a> {
    let mut spec = Map::new();
    if let Some(schedule) = run.schedule {
        spec.push("schedule", &schedule.cron.value);
        spec.push("timeZone", &schedule.time_zone.value);
    } else {
        spec.push("schedule", BY_HAND);
    }
    if run.suspended || run.schedule.is_none() {
        spec.push("suspend", true);
    }
    // Without it, whoever ends a suspension starts the run that was missed meanwhile.
    let within = run.schedule.map_or(START_WITHIN, |schedule| START_WITHIN.min(schedule.shortest.value));
    spec.push("startingDeadlineSeconds", seconds(within.0));
    let policy = match run.concurrency {
        Concurrency::Forbid => "Forbid",
        Concurrency::Replace => "Replace",
        Concurrency::Allow => "Allow",
    };
    spec.push("concurrencyPolicy", policy);
    spec.push("successfulJobsHistoryLimit", run.keep_succeeded);
    spec.push("failedJobsHistoryLimit", run.keep_failed);
    let labels = || map! { "labels" => scope.labels(identity) };
    let job = map! {
        "activeDeadlineSeconds" => seconds(run.timeout.0),
        "backoffLimit" => run.retries,
        "ttlSecondsAfterFinished" => seconds(FINISHED_KEPT.0),
        // A container that fails is not started again in its pod: each try is a pod of its own, with a log of its own.
        "template" => map! { "metadata" => labels(), "spec" => pod.with("restartPolicy", "Never") },
    };
    spec.push("jobTemplate", map! { "metadata" => labels(), "spec" => job });
    Object::new(CRON_JOB, at, scope.described(identity.name, identity)).spec(spec)
}
