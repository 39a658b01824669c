//! How Argo Rollouts judges a new version: the readings of rules and dashboards, of the pods of that version alone.
//!
//! A reading that is bad twice takes the version back. One that says nothing, because no request came, is not good: after
//! some of them a person decides. Before a version of blue-green is promoted only testers ask it, so no request is no fault there.

use super::conventions::RATE;
use super::expr::{Condition, Where};
use super::forms;
use super::metrics::{KUBE_RESTARTS, Metric};
use super::rule::Scope;
use crate::format::data::Map;
use crate::map;
use crate::names;
use crate::plan::{Environment, Plan, SETTLING, Service, Verification};

/// The time between two readings, in seconds.
const EVERY: u64 = 60;
/// Bad readings that do not yet take a version back.
const BAD: u32 = 1;
/// Readings that say nothing before a person has to decide.
const UNKNOWN: u32 = 5;
/// The share of requests that must be answered in time.
pub(in crate::backend) const QUANTILE: &str = "0.95";

/// When a version is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::backend) enum Stage {
    /// A canary, from its first step to its last.
    Canary,
    /// A version of blue-green before it takes over.
    Preview,
    /// And after.
    Promoted,
}

/// A condition on a reading: the operator with the limit for good, and that for bad.
struct Limit {
    query: String,
    good: String,
    bad: String,
    /// Whether it is a rate, which needs time to show the new version.
    is_rate: bool,
}

/// The metrics of an `AnalysisTemplate`. The queries have the argument `hash`.
pub(in crate::backend) fn metrics<'p>(
    plan: &'p Plan,
    environment: &'p Environment,
    service: &'p Service,
    stage: Stage,
) -> Vec<Map<'p>> {
    let address = names::prometheus(&plan.monitoring.namespace.value);
    let mut found = Vec::new();
    for verified in &service.rollout.verify {
        let Some(limit) = limit(Scope::rules(plan, environment), service, verified.value) else { continue };
        let mut metric = map! { "name" => verified.value.word() };
        if stage != Stage::Preview && limit.is_rate {
            metric.push("initialDelay", format!("{}s", SETTLING.0));
        }
        metric.push("interval", format!("{EVERY}s"));
        if stage != Stage::Canary {
            let count = service.rollout.pause.map_or(0, |pause| pause.value.0).div_ceil(EVERY).max(1);
            metric.push("count", i64::try_from(count).unwrap_or(i64::MAX));
        }
        metric.push("failureLimit", BAD);
        if stage == Stage::Preview {
            let good = format!("len(result) == 0 || isNaN(result[0]) || result[0] {}", limit.good);
            metric.push("successCondition", good);
        } else {
            metric.push("inconclusiveLimit", UNKNOWN);
            metric.push("successCondition", format!("len(result) > 0 && result[0] {}", limit.good));
            metric.push("failureCondition", format!("len(result) > 0 && result[0] {}", limit.bad));
        }
        let prometheus = map! { "address" => address.clone(), "query" => limit.query };
        metric.push("provider", map! { "prometheus" => prometheus });
        found.push(metric);
    }
    found
}

fn limit(scope: Scope<'_>, service: &Service, verified: Verification) -> Option<Limit> {
    let (namespace, key) = (scope.namespace(), service.key.as_str());
    let argument = format!("{{{{args.{}}}}}", names::ANALYSIS_HASH);
    let of: [Condition<'_>; 3] =
        [("namespace=", namespace), ("job=", key), ("rollouts_pod_template_hash=", &argument)];
    let range = scope.range(RATE);
    let at_most = |query: String, most: String| Limit {
        query,
        good: format!("<= {most}"),
        bad: format!("> {most}"),
        is_rate: true,
    };
    match verified {
        Verification::ErrorRate => {
            let most = scope.plan.monitoring.error_rate.value.ratio();
            Some(at_most(forms::error_ratio_or_none(&of, &range), most))
        }
        Verification::Latency => {
            // A check asks for the limit.
            let most = scope.plan.monitoring.latency.as_ref()?.above.value.seconds();
            Some(at_most(forms::latency(QUANTILE, &of, &range), most))
        }
        Verification::Restarts => {
            // Pods are named after the ReplicaSet of their version: <service>-<hash>-<suffix>.
            let pods = format!("{key}-{argument}-.+");
            Some(Limit {
                query: restarts(KUBE_RESTARTS, &[("namespace=", namespace), ("pod=~", &pods)]),
                good: "== 0".to_owned(),
                bad: "> 0".to_owned(),
                is_rate: false,
            })
        }
    }
}

fn restarts(metric: Metric, of: &[Condition<'_>]) -> String {
    format!("sum by (namespace) ({})", Where(metric, of, &[]))
}
