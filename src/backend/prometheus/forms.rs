//! The readings that both a rule and a dashboard show, each written once.
//!
//! A rule compares a reading with a number of the plan; a dashboard draws it and the number as a threshold. Conditions and ranges
//! are those of the caller: a rule names a thing and a span, a dashboard its variables.

use std::borrow::Cow;
use std::fmt::Display;

use super::expr::{Condition, Where};
use super::metrics::{
    CERTIFICATE_EXPIRATION, DRILL, EDGE, ENVOY_DURATION, ENVOY_REQUESTS, EXTERNAL_CONDITION, HTTP_DURATION,
    HTTP_REQUESTS, INGRESS_DURATION, INGRESS_REQUESTS, KUBE_CRONJOB_LAST_SUCCESS, KUBE_RESOURCE_QUOTA,
    Metric, PG_CONNECTIONS, PG_MAX_CONNECTIONS, PG_SIZE, REDIS_MEMORY_MAX, REDIS_MEMORY_USED, RESTORABLE,
};
use crate::plan::IngressController;

/// Requests that fail have such a code.
pub(super) const FAILED: &str = "5..";

/// How many of a namespace's external secrets are ready, by a pattern of their names.
pub(in crate::backend) fn ready_external_secrets(namespace: &str, names: &str) -> String {
    let ready = [("namespace=", namespace), ("name=~", names), ("condition=", "Ready"), ("status=", "True")];
    format!("(count({} == 1) or vector(0))", Where(EXTERNAL_CONDITION, &ready, &[]))
}

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

/// [`error_ratio`], and none where requests came and no failure was ever counted: a counter that never counted is no series. Where
/// no request came there is no reading.
pub(in crate::backend) fn error_ratio_or_none(of: &[Condition<'_>], range: &dyn Display) -> String {
    format!("{}\n  or 0 * ({} > 0)", error_ratio(of, range), requests(of, range))
}

/// The time within which a share of the requests to each service are answered: `quantile` is `0.95` or alike.
pub(in crate::backend) fn latency(quantile: &str, of: &[Condition<'_>], range: &dyn Display) -> String {
    let buckets = Where(HTTP_DURATION, of, &[]);
    format!("histogram_quantile({quantile}, sum by (namespace, job, le) (rate({buckets}[{range}])))")
}

/// Requests from outside, as an ingress controller counts them.
pub(in crate::backend) struct Routes<'a> {
    controller: IngressController,
    of: Vec<(&'static str, Cow<'a, str>)>,
}

impl<'a> Routes<'a> {
    /// Those of some namespaces, and there of one route or of all.
    ///
    /// Envoy has no label for either: a cluster of its own is named after the rule of the `HTTPRoute` that leads to it
    /// (Envoy Gateway, proxy metrics). It also counts the answers that Envoy gives itself where no pod is ready.
    pub(in crate::backend) fn new(
        controller: IngressController,
        namespace: Condition<'a>,
        name: Option<&'a str>,
    ) -> Self {
        let of = match controller {
            IngressController::EnvoyGateway => {
                let (operator, text) = namespace;
                let namespaces = if operator.ends_with('~') { format!("({text})") } else { text.to_owned() };
                let name = name.unwrap_or("[^/]+");
                vec![("envoy_cluster_name=~", format!("httproute/{namespaces}/{name}/rule/.*").into())]
            }
            IngressController::IngressNginx => std::iter::once(namespace)
                .chain(name.map(|name| ("ingress=", name)))
                .map(|(label, text)| (label, Cow::Borrowed(text)))
                .collect(),
        };
        Self { controller, of }
    }

    /// The conditions that choose them.
    pub(super) fn conditions(self) -> Vec<(&'static str, Cow<'a, str>)> {
        self.of
    }

    /// The labels that tell one route from another.
    const fn by(&self) -> &'static str {
        match self.controller {
            IngressController::EnvoyGateway => "envoy_cluster_name",
            IngressController::IngressNginx => "namespace, ingress",
        }
    }

    /// A template with those labels.
    pub(in crate::backend) const fn legend(&self) -> &'static str {
        match self.controller {
            IngressController::EnvoyGateway => "{{envoy_cluster_name}}",
            IngressController::IngressNginx => "{{namespace}}/{{ingress}}",
        }
    }

    fn count(&self, function: &str, failed: bool, range: &dyn Display) -> String {
        let (metric, failing): (_, Condition<'_>) = match self.controller {
            IngressController::EnvoyGateway => (ENVOY_REQUESTS, ("envoy_response_code_class=", "5")),
            IngressController::IngressNginx => (INGRESS_REQUESTS, ("status=~", FAILED)),
        };
        let of: Vec<Condition<'_>> = self.of.iter().map(|(label, text)| (*label, text.as_ref())).collect();
        let failing = if failed { &[failing][..] } else { &[] };
        format!("sum by ({}) ({function}({}[{range}]))", self.by(), Where(metric, &of, failing))
    }

    /// Requests a second to each route.
    pub(in crate::backend) fn requests(&self, range: &dyn Display) -> String {
        self.count("rate", false, range)
    }

    /// Requests to each route within a range.
    pub(in crate::backend) fn total(&self, range: &dyn Display) -> String {
        self.count("increase", false, range)
    }

    /// The share of the requests to each route that the ingress controller answers with a failure.
    pub(in crate::backend) fn error_ratio(&self, range: &dyn Display) -> String {
        format!("{}\n  / {}", self.count("rate", true, range), self.requests(range))
    }

    /// The time within which a share of the requests to each route are answered, in seconds.
    pub(in crate::backend) fn latency(&self, quantile: &str, range: &dyn Display) -> String {
        let (metric, unit) = match self.controller {
            // In milliseconds.
            IngressController::EnvoyGateway => (ENVOY_DURATION, " / 1000"),
            IngressController::IngressNginx => (INGRESS_DURATION, ""),
        };
        let of: Vec<Condition<'_>> = self.of.iter().map(|(label, text)| (*label, text.as_ref())).collect();
        let buckets = Where(metric, &of, &[]);
        let by = self.by();
        format!("histogram_quantile({quantile}, sum by ({by}, le) (rate({buckets}[{range}]))){unit}")
    }
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

/// The share of a disk of that many bytes that the databases of a server take. While its exporter is replaced two pods say the same.
pub(in crate::backend) fn disk_use(of: &[Condition<'_>], bytes: u64) -> String {
    let size = Where(PG_SIZE, of, &[]);
    format!("sum by (environment, database) (max by (environment, database, datname) ({size}))\n  / {bytes}")
}

/// The age of the newest dump, in seconds: of the last success of its job.
pub(in crate::backend) fn dump_age(by: &str, of: &[Condition<'_>]) -> String {
    format!("time() - max by ({by}) ({})", Where(KUBE_CRONJOB_LAST_SUCCESS, of, &[]))
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
