//! Jobs: what they say of their runs; their pods are read as those of services that take no connections.

use indexmap::IndexMap;

use super::{Resolver, from_written, or, services};
use crate::model::records;
use crate::model::scalars::TimeZone;
use crate::plan::{Job, Origin, Plan, Resolved, Scale, Schedule, Service, Workload};
use crate::source::Written;
use crate::units::Duration;
use crate::units::cron::Cron;
use crate::words::Concurrency;

/// How long a run may take where nothing is said.
const TIMEOUT: Duration = Duration::HOUR;
/// How often a run is tried again where nothing is said.
const RETRIES: u32 = 2;
/// Finished runs of a kind that are kept where nothing is said.
const KEPT: u32 = 3;

/// Resolves the jobs of all environments; what their pods refer to follows when all services are known. Returns what is
/// written of the pods, by environment.
pub(super) fn resolve(
    resolver: &mut Resolver<'_>,
    plan: &mut Plan,
) -> IndexMap<String, Vec<(String, records::Service)>> {
    let keys: Vec<String> = plan.environments.keys().cloned().collect();
    let mut shared = IndexMap::new();
    let mut written = IndexMap::new();
    for key in keys {
        let things = resolver.platform.jobs.as_ref();
        let settings = resolver.shared_settings(things, &key, |defaults| defaults.jobs.as_ref(), &mut shared);
        let mut jobs = Vec::with_capacity(settings.len());
        let mut pods = Vec::with_capacity(settings.len());
        for (name, thing, settings) in settings {
            let pod = pod(&settings);
            let own =
                services::own_settings(resolver, plan, &key, &name, thing.name.at, (&pod, Workload::Job));
            jobs.push(job(&settings, own));
            pods.push((name, pod));
        }
        if let Some(environment) = plan.environments.get_mut(&key) {
            environment.jobs = jobs;
        }
        written.insert(key, pods);
    }
    written
}

fn job(settings: &records::Job, mut pod: Service) -> Job {
    let keep = settings.keep.as_ref();
    let timeout = or(settings.timeout.as_ref(), |d| d, TIMEOUT, "an hour");
    let concurrency =
        or(settings.concurrency.as_ref(), |word| word, Concurrency::Forbid, "one run at a time");
    let kept = "the last few, to be looked at";
    let schedule = settings
        .schedule
        .as_ref()
        .map(|written| schedule(from_written(written), settings.time_zone.as_ref()));
    pod.min_available = None;
    pod.scale = Scale::Fixed(pods(schedule.as_ref(), &timeout, &concurrency));
    Job {
        schedule,
        timeout,
        retries: or(settings.retries.as_ref(), |n| n.0, RETRIES, "three tries in all"),
        concurrency,
        keep_succeeded: or(keep.and_then(|keep| keep.succeeded.as_ref()), |n| n.0, KEPT, kept),
        keep_failed: or(keep.and_then(|keep| keep.failed.as_ref()), |n| n.0, KEPT, kept),
        pod,
    }
}

/// A schedule with the times between its runs.
pub(super) fn schedule(cron: Resolved<String>, time_zone: Option<&Written<TimeZone>>) -> Schedule {
    let (shortest, longest) = Cron::parse(&cron.value).map_or((Duration(0), Duration(0)), |cron| cron.gaps());
    let follows = |time| match cron.origin {
        Origin::Written(at) => Resolved::derived(time, "from the schedule", at),
        _ => Resolved::default(time, "from the schedule"),
    };
    Schedule {
        time_zone: or(time_zone, |zone| zone.0, "Etc/UTC".to_owned(), "a zone without summer time"),
        shortest: follows(shortest),
        longest: follows(longest),
        cron,
    }
}

/// The most pods at a time: one, or as many runs as may begin before the first has to be done.
fn pods(
    schedule: Option<&Schedule>,
    timeout: &Resolved<Duration>,
    concurrency: &Resolved<Concurrency>,
) -> Resolved<u32> {
    match (schedule, concurrency.value, concurrency.origin) {
        (Some(schedule), Concurrency::Allow, Origin::Written(at)) => {
            let runs = timeout.value.0.div_ceil(schedule.shortest.value.0.max(1)).max(1);
            Resolved::derived(u32::try_from(runs).unwrap_or(u32::MAX), "runs that may overlap", at)
        }
        _ => Resolved::default(1, "one run at a time"),
    }
}

/// The pod of a job as a service would write it.
fn pod(job: &records::Job) -> records::Service {
    records::Service {
        at: job.at,
        cleared: job.cleared.clone(),
        image: job.image.clone(),
        build: None,
        purpose: job.purpose.clone(),
        owner: job.owner.clone(),
        command: job.command.clone(),
        args: job.args.clone(),
        env: job.env.clone(),
        uses: job.uses.clone(),
        egress: job.egress.clone(),
        requests: job.requests.clone(),
        limits: job.limits.clone(),
        gpus: job.gpus,
        pool: job.pool.clone(),
        volumes: job.volumes.clone(),
        security: job.security.clone(),
        patches: job.patches.clone(),
        replicas: None,
        port: None,
        host: None,
        path: None,
        strip_prefix: None,
        autoscaling: None,
        disruption: None,
        health: None,
        metrics: None,
        permissions: None,
        rollout: None,
        stop_after: None,
        tier: None,
        slos: None,
    }
}
