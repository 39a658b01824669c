//! The readings that both a rule and a dashboard show, each written once.
//!
//! A rule compares a reading with a number of the plan; a dashboard draws it and the number as a threshold. Conditions and ranges
//! are those of the caller: a rule names a thing and a span, a dashboard its variables.

use std::fmt::Display;

use super::expr::{Condition, Where};
use super::metrics::{
    CERTIFICATE_EXPIRATION, DRILL, EDGE, HTTP_DURATION, HTTP_REQUESTS, INGRESS_DURATION, INGRESS_REQUESTS,
    KUBE_RESOURCE_QUOTA, Metric, PG_CONNECTIONS, PG_MAX_CONNECTIONS, REDIS_MEMORY_MAX, REDIS_MEMORY_USED,
    RESTORABLE,
};

/// Requests that fail have such a code.
const FAILED: &str = "5..";

/// Requests a second of each service.
pub(in crate::backend) fn requests(of: &[Condition<'_>], range: &dyn Display) -> String {
    format!("sum by (namespace, job) (rate({}[{range}]))", Where(HTTP_REQUESTS, of, &[]))
}

/// The share of the requests to each service that fail.
///
/// Applications label the answer's code `code` or `status`; both sides are summed first, so that a small dead service is not
/// hidden by others.
pub(in crate::backend) fn error_ratio(of: &[Condition<'_>], range: &dyn Display) -> String {
    let by_code = Where(HTTP_REQUESTS, of, &[("code=~", FAILED)]);
    let by_status = Where(HTTP_REQUESTS, of, &[("status=~", FAILED)]);
    format!(
        "(\n    sum by (namespace, job) (rate({by_code}[{range}]))\n      or sum by (namespace, job) (rate({by_status}[{range}]))\n  )\n  \
         / {}",
        requests(of, range)
    )
}

/// The time within which a share of the requests to each service are answered: `quantile` is `0.95` or alike.
pub(in crate::backend) fn latency(quantile: &str, of: &[Condition<'_>], range: &dyn Display) -> String {
    let buckets = Where(HTTP_DURATION, of, &[]);
    format!("histogram_quantile({quantile}, sum by (namespace, job, le) (rate({buckets}[{range}])))")
}

/// Requests a second from outside to each route.
pub(in crate::backend) fn route_requests(of: &[Condition<'_>], range: &dyn Display) -> String {
    format!("sum by (namespace, ingress) (rate({}[{range}]))", Where(INGRESS_REQUESTS, of, &[]))
}

/// The share of the requests from outside that the ingress controller answers with a failure.
pub(in crate::backend) fn route_error_ratio(of: &[Condition<'_>], range: &dyn Display) -> String {
    let failed = Where(INGRESS_REQUESTS, of, &[("status=~", FAILED)]);
    format!("sum by (namespace, ingress) (rate({failed}[{range}]))\n  / {}", route_requests(of, range))
}

/// The time within which a share of the requests from outside are answered.
pub(in crate::backend) fn route_latency(quantile: &str, of: &[Condition<'_>], range: &dyn Display) -> String {
    let buckets = Where(INGRESS_DURATION, of, &[]);
    format!("histogram_quantile({quantile}, sum by (namespace, ingress, le) (rate({buckets}[{range}])))")
}

/// The share of each resource of a quota that is used.
pub(in crate::backend) fn quota_use(of: &[Condition<'_>]) -> String {
    let used = Where(KUBE_RESOURCE_QUOTA, of, &[("type=", "used")]);
    let hard = Where(KUBE_RESOURCE_QUOTA, of, &[("type=", "hard")]);
    format!(
        "max by (namespace, resourcequota, resource) ({used})\n  \
         / max by (namespace, resourcequota, resource) ({hard} > 0)"
    )
}

/// The share of the connections that each server of a database takes which are in use.
pub(in crate::backend) fn connections_use(of: &[Condition<'_>]) -> String {
    let (used, most) = (Where(PG_CONNECTIONS, of, &[]), Where(PG_MAX_CONNECTIONS, of, &[]));
    format!(
        "sum by (environment, database, instance) ({used})\n  \
         / max by (environment, database, instance) ({most})"
    )
}

/// The age of the newest point to which a database can be restored, in seconds.
pub(in crate::backend) fn backup_age(of: &[Condition<'_>]) -> String {
    format!("time() - max by (environment, database) ({})", Where(RESTORABLE, of, &[]))
}

/// The time since a drill last succeeded, in seconds.
pub(in crate::backend) fn drill_age(of: &[Condition<'_>]) -> String {
    format!("time() - max by (environment, scenario) ({})", Where(DRILL, of, &[]))
}

/// The share of its memory that each node of a cache uses, where there is a limit.
pub(in crate::backend) fn cache_memory_use(used: impl Display, most: impl Display) -> String {
    format!("{used} / ({most} > 0)")
}

/// [`cache_memory_use`] of the caches with such labels.
pub(in crate::backend) fn cache_memory_use_of(of: &[Condition<'_>]) -> String {
    cache_memory_use(Where(REDIS_MEMORY_USED, of, &[]), Where(REDIS_MEMORY_MAX, of, &[]))
}

/// The time until a certificate expires, in seconds. One that was never issued expires at 0, and is left out.
pub(in crate::backend) fn certificate_left(of: &[Condition<'_>]) -> String {
    format!("min by (namespace, name) (({} > 0) - time())", Where(CERTIFICATE_EXPIRATION, of, &[]))
}

/// Messages of each queue.
pub(in crate::backend) fn messages(metric: Metric, of: &[Condition<'_>]) -> String {
    format!("sum by (namespace, job, queue) ({})", Where(metric, of, &[]))
}

/// Those series of `reading` that belong to something that a service uses, joined on `labels`.
pub(in crate::backend) fn used_by(reading: &str, labels: &str, of: &[Condition<'_>]) -> String {
    format!("({reading})\n  and on ({labels}) {}", Where(EDGE, of, &[]))
}
