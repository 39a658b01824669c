//! Rules about a service: whether it answers, whether its answers are good, and whether its route works.

use super::analysis::QUANTILE;
use super::conventions::{PARTLY, RATE, TARGETS};
use super::edge;
use super::expr::{Gone, PERCENT, Selector, literal};
use super::forms;
use super::metrics::{
    HTTP_REQUESTS, KUBE_DEPLOYMENT_AVAILABLE, KUBE_DEPLOYMENT_REPLICAS, ROLLOUT_AVAILABLE, ROLLOUT_REPLICAS,
    UP,
};
use super::recovery;
use super::rule::{Group, Rule, Scope, Subject, Urgency};
use super::vllm;
use super::workload;
use crate::plan::{IngressController, Service};
use crate::units::Duration;

/// Alerts that say that a service does not answer; [`recovery::rto`] watches how long.
const DOWN: &str = "ServiceDown|ServiceNoReadyReplicas";

/// The rules of a service: always some, because every service has a Deployment.
pub(super) fn group<'p>(scope: Scope<'p>, service: &'p Service) -> Group<'p> {
    let subject = scope.subject("service", &service.key).bound_to(service.tier.as_ref());
    let mut rules = Vec::with_capacity(16);
    if service.metrics.is_some() {
        targets(scope, subject, service, &mut rules);
        errors(scope, subject, service, &mut rules);
        slow(scope, subject, service, &mut rules);
        vllm::rules(scope, subject, service, &mut rules);
    }
    replicas(scope, subject, service, &mut rules);
    if let (Some(_), Some(ingress)) = (&service.route, &scope.plan.ingress) {
        rules.push(route(scope, subject, service, ingress.controller.value));
    }
    workload::rules(scope, subject, service, &mut rules);
    if let Some(tier) = &service.tier {
        rules.push(recovery::rto(scope, subject, "service=", DOWN, tier));
    }
    let mut group = subject.group(service.at, rules);
    group.records = edge::records(scope, service);
    group
}

/// Whether the service's metrics can be read: the one probe that Prometheus makes itself.
fn targets<'p>(scope: Scope<'p>, subject: Subject<'p>, service: &'p Service, rules: &mut Vec<Rule<'p>>) {
    let (environment, key) = (scope.key(), &service.key);
    let up = Selector(UP, [("namespace=", scope.namespace()), ("job=", key)]);
    let hold = scope.plan.monitoring.down_for.value;
    let purpose = service.purpose.as_ref().map_or_else(String::new, |purpose| {
        format!(" It is for: {}.", literal(purpose.trim_end_matches(['.', '{'])))
    });
    rules.push(subject.rule(
        "ServiceDown",
        Urgency::Now,
        hold,
        format!("sum by (namespace, job) ({up}) == 0\n  or absent({up})"),
        "No target of a service answers.",
        format!(
            "Every scrape target of {key} in {environment} has been down or missing for {hold}.{purpose}"
        ),
    ));
    rules.push(subject.rule(
        "ServiceTargetsPartlyDown",
        Urgency::Soon,
        PARTLY,
        format!("avg by (namespace, job) ({up}) < {TARGETS}\n  and sum by (namespace, job) ({up}) > 0"),
        "Some targets of a service do not answer.",
        format!("Only {PERCENT} of the targets of {key} in {environment} answer."),
    ));
}

/// Whether too many requests fail.
///
/// The floor is the number of requests of which one failure is just the
/// tolerated share: below it a single failed request would be too much.
fn errors<'p>(scope: Scope<'p>, subject: Subject<'p>, service: &'p Service, rules: &mut Vec<Rule<'p>>) {
    let (environment, namespace, key) = (scope.key(), scope.namespace(), &service.key);
    let range = scope.range(RATE);
    let rate = scope.plan.monitoring.error_rate.value;
    let floor = floor(rate.0);
    let all = Selector(HTTP_REQUESTS, [("namespace=", namespace), ("job=", key)]);
    rules.push(subject.rule(
        "ServiceErrorRateHigh",
        Urgency::Now,
        scope.plan.monitoring.error_rate_for.value,
        format!(
            "{failing} > {ratio}\n  and sum by (namespace, job) (increase({all}[{range}])) > {floor}",
            failing = forms::error_ratio(&all.1, &range),
            ratio = rate.ratio(),
        ),
        "Too many requests to a service fail.",
        format!(
            "{key} in {environment} answers {PERCENT} of its requests with a 5xx code; {rate} are tolerated."
        ),
    ));
    rules.push(subject.rule(
        "ServiceRequestsNotCounted",
        Urgency::Never,
        Duration::HOUR,
        format!("absent({all})"),
        "A service's failed requests cannot be seen.",
        format!(
            "{key} in {environment} has metrics but no {}, so its error rate is unknown.",
            HTTP_REQUESTS.name
        ),
    ));
}

/// Whether answers take too long, where the spec says what that is.
fn slow<'p>(scope: Scope<'p>, subject: Subject<'p>, service: &'p Service, rules: &mut Vec<Rule<'p>>) {
    let Some(limit) = &scope.plan.monitoring.latency else { return };
    let (environment, key) = (scope.key(), &service.key);
    let of = [("namespace=", scope.namespace()), ("job=", key.as_str())];
    rules.push(subject.rule(
        "ServiceLatencyHigh",
        Urgency::Soon,
        limit.lasting.value,
        format!("{} > {}", forms::latency(QUANTILE, &of, &scope.range(RATE)), limit.above.value.seconds()),
        "A service answers too slowly.",
        format!("{key} in {environment} answers 95 % of its requests within {{{{ $value | humanizeDuration }}}}; {} are promised.", limit.above.value),
    ));
}

/// The requests of which one is just the tolerated share, given in thousandths of a percent.
fn floor(tolerated: u32) -> u32 {
    100_000_u32.div_ceil(tolerated.max(1))
}

/// Whether a pod is there that could answer.
fn replicas<'p>(scope: Scope<'p>, subject: Subject<'p>, service: &'p Service, rules: &mut Vec<Rule<'p>>) {
    let (environment, namespace, key) = (scope.key(), scope.namespace(), &service.key);
    let (label, by, kind, available, wanted) = if service.is_rollout() {
        ("name=", "name", "Rollout", ROLLOUT_AVAILABLE, ROLLOUT_REPLICAS)
    } else {
        ("deployment=", "deployment", "Deployment", KUBE_DEPLOYMENT_AVAILABLE, KUBE_DEPLOYMENT_REPLICAS)
    };
    let labels = [("namespace=", namespace), (label, key.as_str())];
    let (available, wanted) = (Selector(available, labels), Selector(wanted, labels));
    let hold = scope.plan.monitoring.down_for.value;
    rules.push(subject.rule(
        "ServiceNoReadyReplicas",
        Urgency::Now,
        hold,
        format!(
            "max by (namespace, {by}) ({available}) == 0\n  \
             and max by (namespace, {by}) ({wanted}) > 0\n  or {}",
            Gone(available, namespace),
        ),
        "A service has no pod that is ready.",
        format!("{key} in {environment} has had no ready pod, or no {kind}, for {hold}."),
    ));
}

/// Whether requests from outside fail at the ingress controller, which counts them for every service.
fn route<'p>(
    scope: Scope<'p>,
    subject: Subject<'p>,
    service: &'p Service,
    controller: IngressController,
) -> Rule<'p> {
    let (environment, namespace, key) = (scope.key(), scope.namespace(), &service.key);
    let routes = forms::Routes::new(controller, ("namespace=", namespace), Some(key));
    let range = scope.range(RATE);
    let rate = scope.plan.monitoring.error_rate.value;
    subject.rule(
        "RouteErrorRateHigh",
        Urgency::Now,
        scope.plan.monitoring.error_rate_for.value,
        format!(
            "{failing} > {ratio}\n  and {total} > {floor}",
            failing = routes.error_ratio(&range),
            total = routes.total(&range),
            ratio = rate.ratio(),
            floor = floor(rate.0),
        ),
        "Too many requests from outside fail.",
        format!("The ingress controller answers {PERCENT} of the requests to {key} in {environment} with a 5xx code; {rate} are tolerated."),
    )
}
