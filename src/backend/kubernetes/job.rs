//! Jobs: a `CronJob` with its account and its network policy.

use super::container::seconds;
use super::metadata::Identity;
use super::{Api, Object, Scope, network, patch, pod};
use crate::format::data::Map;
use crate::map;
use crate::plan::{Concurrency, Job};
use crate::units::Duration;

const CRON_JOB: Api = Api::new("batch/v1", "CronJob");

/// The longest time that a run may start late: one that was missed in an outage comes after all, and not much later.
const START_WITHIN: Duration = Duration::HOUR;
/// How long a finished run is there to be looked at, whatever the history keeps: a week, so that a weekend is no loss.
const FINISHED_KEPT: Duration = Duration(7 * 86_400);
/// When a job runs that people start: never, since it is suspended. The API wants a schedule.
const BY_HAND: &str = "0 0 1 1 *";

/// The objects of a job.
pub(super) fn objects<'a>(scope: Scope<'_, 'a>, job: &'a Job) -> Vec<Object<'a>> {
    let mut objects = vec![pod::account(scope, &job.pod), cron_job(scope, job)];
    objects.extend(network::of_service(scope, &job.pod));
    patch::apply(&job.pod, &mut objects);
    objects
}

fn cron_job<'a>(scope: Scope<'_, 'a>, job: &'a Job) -> Object<'a> {
    let identity = Identity::service(&job.pod);
    let mut spec = Map::new();
    match &job.schedule {
        Some(schedule) => {
            spec.push("schedule", &schedule.cron.value);
            spec.push("timeZone", &schedule.time_zone.value);
            spec.push("startingDeadlineSeconds", seconds(START_WITHIN.min(schedule.shortest.value).0));
        }
        None => {
            spec.push("schedule", BY_HAND);
            spec.push("suspend", true);
        }
    }
    let policy = match job.concurrency.value {
        Concurrency::Forbid => "Forbid",
        Concurrency::Replace => "Replace",
        Concurrency::Allow => "Allow",
    };
    spec.push("concurrencyPolicy", policy);
    spec.push("successfulJobsHistoryLimit", job.keep_succeeded.value);
    spec.push("failedJobsHistoryLimit", job.keep_failed.value);
    // A container that fails is not started again in its pod: each try is a pod of its own, with a log of its own.
    let pod = pod::pod(scope, &job.pod, identity).with("restartPolicy", "Never");
    let labels = || map! { "labels" => scope.labels(identity) };
    let run = map! {
        "activeDeadlineSeconds" => seconds(job.timeout.value.0),
        "backoffLimit" => job.retries.value,
        "ttlSecondsAfterFinished" => seconds(FINISHED_KEPT.0),
        "template" => map! { "metadata" => labels(), "spec" => pod },
    };
    spec.push("jobTemplate", map! { "metadata" => labels(), "spec" => run });
    Object::new(CRON_JOB, job.pod.at, scope.described(&job.pod.key, identity)).spec(spec)
}
