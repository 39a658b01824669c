//! Rules about a service: whether it answers, whether its answers are good, and whether its route works.

use std::borrow::Cow;

use super::analysis::QUANTILE;
use super::conventions::{PARTLY, RATE, TARGETS};
use super::edge;
use super::expr::{Condition, Gone, PERCENT, Selector, literal};
use super::forms;
use super::metrics::{ENVOY_REQUESTS, HTTP_DURATION, HTTP_REQUESTS, INGRESS_REQUESTS, Metric, UP};
use super::recovery::{self, Cause};
use super::rule::{Group, Rule, Scope, Subject, Urgency};
use super::story::{GONE, Series, Story, fires, healthy, near, number, series, settled, vanished, watched};
use super::vllm;
use super::workload;
use crate::names::SERVICE_DOWN;
use crate::plan::{IngressController, LatencyLimit, Service};
use crate::units::{Duration, Latency, Percent};

/// The rules of a service: always some, because every service has a Deployment.
pub(super) fn group<'p>(scope: Scope<'p>, service: &'p Service) -> Group<'p> {
    let subject =
        scope.subject("service", &service.key).bound_to(service.tier.as_ref()).owned_by(&service.owner);
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
        rules.push(recovery::rto(scope, subject, "service=", SERVICE_DOWN, tier, outage(scope, service)));
    }
    let mut group = subject.group(service.at, rules);
    group.records = edge::records(scope, service);
    group
}

/// What makes the alerts of [`SERVICE_DOWN`] fire.
fn outage(scope: Scope<'_>, service: &Service) -> Vec<Cause> {
    let namespace = ("namespace=", scope.namespace());
    let (label, _, _, available, wanted) = workload::counted(service);
    let labels = [namespace, (label, service.key.as_str())];
    let mut causes = vec![Cause {
        what: "no pod is ready",
        rows: vec![(series(available, &labels, &[]), 2., 0.), (series(wanted, &labels, &[]), 2., 2.)],
    }];
    if service.metrics.is_some() {
        let target = series(UP, &[namespace, ("job=", &service.key)], &[]);
        causes.push(Cause { what: "nothing answers", rows: vec![(target, 1., 0.)] });
    }
    causes
}

/// Whether the service's metrics can be read: the one probe that Prometheus makes itself.
fn targets<'p>(scope: Scope<'p>, subject: Subject<'p>, service: &'p Service, rules: &mut Vec<Rule<'p>>) {
    let (environment, key) = (scope.key(), &service.key);
    let labels = [("namespace=", scope.namespace()), ("job=", key.as_str())];
    let up = Selector(UP, labels);
    let target = |pod| series(UP, &labels, &[("pod=", pod)]);
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
    ).proved(|| Story::new(
        [
            healthy("all targets answer"),
            near("one of two answers"),
            fires("none answers", 0.0).on("job", key),
            healthy("all answer again"),
            vanished("the targets are gone", 1.0).on("job", key),
        ],
        [
            target("a").is([1., 1., 0., 1., GONE]),
            target("b").is([1., 0., 0., 1., GONE]),
        ],
    )));
    rules.push(
        subject
            .rule(
                "ServiceTargetsPartlyDown",
                Urgency::Soon,
                PARTLY,
                format!(
                    "avg by (namespace, job) ({up}) < {TARGETS}\n  and sum by (namespace, job) ({up}) > 0"
                ),
                "Some targets of a service do not answer.",
                format!("Only {PERCENT} of the targets of {key} in {environment} answer."),
            )
            .proved(|| partly(&target, key)),
    );
}

/// Of ten targets one may be missing.
fn partly<'p>(target: &dyn Fn(&'static str) -> Series, job: &'p str) -> Story<'p> {
    let (one, all) = (["b", "c", "d", "e", "f", "g", "h", "i"], 10.0);
    let rows = [target("a").is([1., 0., 0., 0., 0.]), target("j").is([1., 1., 0., 0., 1.])];
    Story::new(
        [
            healthy("all targets answer"),
            near("one of ten does not"),
            fires("two of ten do not", (all - 2.0) / all).on("job", job),
            near("none does, which is another alert"),
            fires("one does", 1.0 / all).on("job", job),
        ],
        rows.into_iter().chain(one.map(|pod| target(pod).is([1., 1., 1., 0., 0.]))),
    )
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
    let labels = [("namespace=", namespace), ("job=", key.as_str())];
    let all = Selector(HTTP_REQUESTS, labels);
    let hold = scope.plan.monitoring.error_rate_for.value;
    let answers = |label, code| series(HTTP_REQUESTS, &labels, &[(label, code)]);
    let rows = [
        (Coded::First, answers("status=", "2xx"), answers("status=", "5xx")),
        (Coded::Then, answers("code=", "200"), answers("code=", "503")),
    ];
    rules.push(subject.rule(
        "ServiceErrorRateHigh",
        Urgency::Now,
        hold,
        format!(
            "{failing} > {ratio}\n  and sum by (namespace, job) (increase({all}[{range}])) > {floor}",
            failing = forms::error_ratio(&all.1, &range),
            ratio = rate.ratio(),
        ),
        "Too many requests to a service fail.",
        format!(
            "{key} in {environment} answers {PERCENT} of its requests with a 5xx code; {rate} are tolerated."
        ),
    ).proved(|| failing(rate, range.0, hold, ("job", key.as_str().into()), rows)));
    rules.push(uncounted(scope, subject, service));
}

/// Without these series nothing above fires, and nobody sees why.
fn uncounted<'p>(scope: Scope<'p>, subject: Subject<'p>, service: &'p Service) -> Rule<'p> {
    let (environment, namespace, key) = (scope.key(), scope.namespace(), &service.key);
    let labels = [("namespace=", namespace), ("job=", key.as_str())];
    let (all, timed) = (Selector(HTTP_REQUESTS, labels), Selector(HTTP_DURATION, labels));
    let (expr, missing, what) = if scope.plan.monitoring.latency.is_some() {
        (
            format!("absent({all})\n  or absent({timed})"),
            format!("{} or no {}", HTTP_REQUESTS.name, HTTP_DURATION.name),
            "its error rate or its latency",
        )
    } else {
        (format!("absent({all})"), HTTP_REQUESTS.name.to_owned(), "its error rate")
    };
    let row = |metric, job, more: Condition<'_>| series(metric, &[labels[0], ("job=", job)], &[more]);
    let counted = |job| row(HTTP_REQUESTS, job, ("code=", "200"));
    let story = || {
        if scope.plan.monitoring.latency.is_none() {
            return Story::new(
                [healthy("requests are counted"), vanished("only those to another are", 1.0).on("job", key)],
                [counted(key).grows([1., GONE]), counted("other").grows([1., 1.])],
            );
        }
        let timed = |job| row(HTTP_DURATION, job, ("le=", "+Inf"));
        Story::new(
            [
                healthy("requests are counted, and their time"),
                vanished("only those to another are", 1.0).on("job", key),
                healthy("they are again"),
                vanished("they are counted, and not their time", 1.0).on("job", key),
            ],
            [
                counted(key).grows([1., GONE, 1., 1.]),
                counted("other").grows([1.; 4]),
                timed(key).grows([1., 1., 1., GONE]),
                timed("other").grows([1.; 4]),
            ],
        )
    };
    subject
        .rule(
            "ServiceRequestsNotCounted",
            Urgency::Never,
            Duration::HOUR,
            expr,
            "A service's requests that fail or take too long cannot be seen.",
            format!("{key} in {environment} has metrics but no {missing}, so {what} is unknown."),
        )
        .proved(story)
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
    ).proved(|| slower(HTTP_DURATION, &of, limit, scope.range(RATE).0)));
}

/// The share of requests that must be in time is just in time, and then too late.
pub(super) fn slower<'p>(
    histogram: Metric,
    of: &[Condition<'p>; 2],
    limit: &LatencyLimit,
    range: Duration,
) -> Story<'p> {
    let seconds = f64::from(limit.above.value.0) / 1000.0;
    let bucket = |le: &str| series(histogram, of, &[("le=", le)]);
    let (all, in_time) = (100.0, 100.0 * number(QUANTILE));
    let late = in_time - 5.0;
    // The quantile is taken from the line between two bounds.
    let mixed = in_time - 5.0 * settled(range, limit.lasting.value);
    let value = seconds * (1.0 + (in_time - mixed) / (all - mixed));
    Story::new(
        [
            healthy("all requests are answered in time"),
            near("just as many as promised are"),
            fires("fewer are", value).on("job", of[1].1),
        ],
        [
            bucket(&limit.above.value.seconds()).grows([all, in_time, late]),
            bucket(&Latency(limit.above.value.0 * 2).seconds()).grows([all, all, all]),
            bucket("+Inf").grows([all, all, all]),
        ],
    )
}

/// When the series of answers, good and bad, are there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Coded {
    /// At first only.
    First,
    /// Later only.
    Then,
    /// All the time.
    Always,
}

/// The story of a share of failures: exporters label codes in two ways, told one after the other.
///
/// The numbers of requests a minute are those of which just the tolerated share fails.
#[allow(clippy::cast_precision_loss, reason = "thousandths of a percent, and minutes")]
fn failing<'p>(
    rate: Percent,
    range: Duration,
    hold: Duration,
    (label, name): (&'static str, Cow<'p, str>),
    rows: impl IntoIterator<Item = (Coded, Series, Series)>,
) -> Story<'p> {
    let whole = 100_000_u32;
    let divisor = gcd(rate.0.max(1), whole);
    let (all, tolerated) = (f64::from(whole / divisor), f64::from(rate.0.max(1) / divisor));
    let readings = range.0 / Duration::MINUTE.0;
    // Numbers that are not whole are inexact, so they keep away from the floor.
    let few = f64::from(floor(rate.0)) / readings.max(1) as f64;
    let few = if few.fract() == 0.0 { few } else { few - 0.001 };
    // Where everything fails at once, the range has to fill with as many failures as are tolerated.
    let differences = readings.saturating_sub(1);
    let delay = Duration(u64::from(rate.0) * differences / u64::from(whole) * Duration::MINUTE.0);
    let doubled = (2.0 * tolerated).min(all);
    let mix = settled(range, hold);
    let mixed = (mix * doubled + (1.0 - mix) * tolerated) / all;
    let lines = rows.into_iter().flat_map(|(coded, good, bad)| match coded {
        Coded::First => {
            [good.grows([all, 0., GONE, GONE, GONE, GONE]), bad.grows([0., all, GONE, GONE, GONE, GONE])]
        }
        Coded::Then => [
            good.grows([GONE, GONE, all - tolerated, all - doubled, 0., 0.]),
            bad.grows([GONE, GONE, tolerated, doubled, few, few + 0.1]),
        ],
        Coded::Always => [
            good.grows([all, 0., all - tolerated, all - doubled, 0., 0.]),
            bad.grows([0., all, tolerated, doubled, few, few + 0.1]),
        ],
    });
    Story::new(
        [
            healthy("no request fails"),
            fires("all fail", settled(range, Duration(hold.0 + delay.0)))
                .on(label, name.clone())
                .after(delay),
            near("as many fail as are tolerated"),
            fires("twice as many fail", mixed).on(label, name.clone()),
            near("all of hardly any requests fail"),
            fires("all of a few more fail", 1.0).on(label, name),
        ],
        lines,
    )
}

/// The greatest number that divides both.
fn gcd(one: u32, other: u32) -> u32 {
    if other == 0 { one } else { gcd(other, one % other) }
}

/// The requests of which one is just the tolerated share, given in thousandths of a percent.
fn floor(tolerated: u32) -> u32 {
    100_000_u32.div_ceil(tolerated.max(1))
}

/// Whether a pod is there that could answer.
fn replicas<'p>(scope: Scope<'p>, subject: Subject<'p>, service: &'p Service, rules: &mut Vec<Rule<'p>>) {
    let (environment, namespace, key) = (scope.key(), scope.namespace(), &service.key);
    let (label, by, kind, available, wanted) = workload::counted(service);
    let labels = [("namespace=", namespace), (label, key.as_str())];
    let (available, wanted) = (Selector(available, labels), Selector(wanted, labels));
    let hold = scope.plan.monitoring.down_for.value;
    rules.push(
        subject
            .rule(
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
            )
            .proved(|| {
                Story::new(
                    [
                        healthy("all pods are ready"),
                        near("one of two is"),
                        fires("the only one is not", 0.0).on(by, key),
                        near("none is wanted"),
                        vanished("they are gone, and the namespace is watched", 1.0).on(by, key),
                        near("kube-state-metrics is gone, which is another alert"),
                    ],
                    [
                        series(available.0, &labels, &[]).is([2., 1., 0., 0., GONE, GONE]),
                        series(wanted.0, &labels, &[]).is([2., 2., 1., 0., GONE, GONE]),
                        watched(namespace).is([1., 1., 1., 1., 1., GONE]),
                    ],
                )
            }),
    );
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
    let hold = scope.plan.monitoring.error_rate_for.value;
    let answers = |good: bool| match controller {
        IngressController::EnvoyGateway => {
            let cluster = envoy_cluster(namespace, key);
            let class = if good { "2" } else { "5" };
            series(
                ENVOY_REQUESTS,
                &[("envoy_cluster_name=", &cluster)],
                &[("envoy_response_code_class=", class)],
            )
        }
        IngressController::IngressNginx => {
            let labels = [("namespace=", namespace), ("ingress=", key.as_str())];
            series(INGRESS_REQUESTS, &labels, &[("status=", if good { "200" } else { "502" })])
        }
    };
    let named = match controller {
        IngressController::EnvoyGateway => ("envoy_cluster_name", Cow::Owned(envoy_cluster(namespace, key))),
        IngressController::IngressNginx => ("ingress", Cow::Borrowed(key.as_str())),
    };
    subject.rule(
        "RouteErrorRateHigh",
        Urgency::Now,
        hold,
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
    .proved(|| failing(rate, range.0, hold, named, [(Coded::Always, answers(true), answers(false))]))
}

/// What Envoy Gateway calls the cluster of the first rule of a route.
fn envoy_cluster(namespace: &str, key: &str) -> String {
    format!("httproute/{namespace}/{key}/rule/0")
}
