//! Rules about services that are vLLM: whether requests wait for a GPU, and how long the first token takes.

use super::analysis::QUANTILE;
use super::conventions::{LASTING, MODEL_CACHE, RATE};
use super::expr::{COUNT, PERCENT, SPAN, Selector};
use super::metrics::{VLLM_CACHE, VLLM_FIRST_TOKEN, VLLM_PREEMPTIONS, VLLM_RUNNING, VLLM_WAITING};
use super::rule::{Rule, Scope, Subject, Urgency};
use super::service::slower;
use super::story::{GONE, Reading, Series, Story, fires, healthy, near, number, series, vanished};
use crate::plan::{MetricsKind, Service};
use crate::units::Duration;

/// The rules of a service whose metrics are vLLM's.
pub(super) fn rules<'p>(
    scope: Scope<'p>,
    subject: Subject<'p>,
    service: &'p Service,
    rules: &mut Vec<Rule<'p>>,
) {
    let is_vllm = |metrics: &crate::plan::Metrics| metrics.kind.value == MetricsKind::Vllm;
    if !service.metrics.as_ref().is_some_and(is_vllm) {
        return;
    }
    let (environment, key) = (scope.key(), service.key.as_str());
    let labels = [("namespace=", scope.namespace()), ("job=", key)];
    let of = |metric| Selector(metric, labels);
    let told = |metric| series(metric, &labels, &[("pod=", "a")]);
    let other = |metric| -> Series { series(metric, &[labels[0], ("job=", "another")], &[("pod=", "b")]) };

    let range = scope.range(RATE);
    let (waiting, cache, preempted) = (of(VLLM_WAITING), of(VLLM_CACHE), of(VLLM_PREEMPTIONS));
    let most = service.scale.max();
    rules.push(subject.rule(
        "ModelRequestsWaiting",
        Urgency::Soon,
        LASTING,
        format!("sum by (namespace, job) (min_over_time({waiting}[{range}])) > 0"),
        "Requests to a model wait all the time.",
        format!("{COUNT} requests to {key} in {environment} wait, and the queue has never been empty; it may have {most} pods."),
    ).proved(|| Story::new(
        [
            healthy("none waits"),
            near("some wait, and the queue is emptied again and again"),
            near("some wait for another model"),
            fires("one waits all the time", 1.0)
                .on("job", key)
                .after(Duration(range.0.0.saturating_sub(Duration::MINUTE.0))),
        ],
        [
            told(VLLM_WAITING).told([
                Reading::Is(0.),
                Reading::Beats(3, 4.),
                Reading::Is(0.),
                Reading::Is(1.),
            ]),
            other(VLLM_WAITING).is([0., 0., 4., 0.]),
        ],
    )));
    rules.push(subject.rule(
        "ModelCacheFull",
        Urgency::Soon,
        LASTING,
        format!("max by (namespace, job, pod) ({cache}) > {MODEL_CACHE}"),
        "The memory for requests of a model is used up.",
        format!("{PERCENT} of the KV cache of {{{{ $labels.pod }}}} of {key} in {environment} is used: further requests wait."),
    ).proved(|| Story::new(
        [
            healthy("half of it is used"),
            near("just as much is used as may be"),
            fires("more is used", number(MODEL_CACHE) + 0.01).on("job", key).on("pod", "a"),
            near("that of another model is used up"),
        ],
        [
            told(VLLM_CACHE).is([0.5, number(MODEL_CACHE), number(MODEL_CACHE) + 0.01, 0.5]),
            other(VLLM_CACHE).is([0.5, 0.5, 0.5, 1.0]),
        ],
    )));
    rules.push(subject.rule(
        "ModelPreemptions",
        Urgency::Soon,
        LASTING,
        format!("sum by (namespace, job) (rate({preempted}[{range}])) > 0"),
        "Requests to a model are interrupted for others.",
        format!("{key} in {environment} keeps taking memory away from requests that it has begun, and begins them again."),
    ).proved(|| Story::new(
        [
            healthy("none is interrupted"),
            near("some of another model are"),
            fires("one is each minute", 1. / 60.).on("job", key),
        ],
        [told(VLLM_PREEMPTIONS).grows([0., 0., 1.]), other(VLLM_PREEMPTIONS).grows([0., 1., 0.])],
    )));
    if let Some(limit) = &scope.plan.monitoring.latency {
        let first = of(VLLM_FIRST_TOKEN);
        let above = limit.above.value;
        rules.push(subject.rule(
            "ModelFirstTokenSlow",
            Urgency::Soon,
            limit.lasting.value,
            format!(
                "histogram_quantile({QUANTILE}, sum by (namespace, job, le) (rate({first}[{range}]))) > {}",
                above.seconds()
            ),
            "A model takes too long to begin its answer.",
            format!("{key} in {environment} begins 95 % of its answers within {SPAN}; {above} are promised."),
        ).proved(|| slower(VLLM_FIRST_TOKEN, &labels, limit, range.0)));
    }
    rules.push(subject.rule(
        "ModelMetricsAbsent",
        Urgency::Soon,
        LASTING,
        format!("absent({})", of(VLLM_RUNNING)),
        "A model's requests cannot be seen.",
        format!("{key} in {environment} shows none of vLLM's metrics, so nobody sees whether requests wait."),
    ).proved(|| Story::new(
        [healthy("it shows them"), vanished("only another model does", 1.0).on("job", key)],
        [told(VLLM_RUNNING).is([0., GONE]), other(VLLM_RUNNING).is([0., 0.])],
    )));
}
