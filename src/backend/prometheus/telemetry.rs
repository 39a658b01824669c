//! Rules about what keeps and carries logs and traces: they are in the environment that leads its cluster.
//!
//! Elasticsearch has none: it shows Prometheus nothing by itself, and the language has no exporter for it.

use super::addons::{of, other, told};
use super::conventions::{COLLECTOR_QUEUE, LASTING, PARTLY, RATE, RECENTLY, STORE_ERRORS, TRACE_ERRORS};
use super::expr::{COUNT, PERCENT, Range, Selector};
use super::metrics::{
    LOKI_BUILD, LOKI_PANICS, LOKI_REQUESTS, Metric, OTEL_LOGS_FAILED, OTEL_LOGS_REFUSED, OTEL_QUEUE_CAPACITY,
    OTEL_QUEUE_SIZE, OTEL_SPANS_FAILED, OTEL_SPANS_REFUSED, TEMPO_BUILD, TEMPO_COMPACTION_ERRORS,
    TEMPO_POLL_ERRORS,
};
use super::rule::{Group, Scope, Urgency};
use super::story::{GONE, Reading, Story, fires, healthy, near, number, vanished};
use crate::plan::{Addon, Cluster};
use crate::units::Duration;

/// A collector: the signal it carries, and what it counts.
struct Signal {
    name: &'static str,
    failed: Metric,
    refused: Metric,
}

const TRACES: Signal = Signal { name: "traces", failed: OTEL_SPANS_FAILED, refused: OTEL_SPANS_REFUSED };
const LOGS: Signal = Signal { name: "logs", failed: OTEL_LOGS_FAILED, refused: OTEL_LOGS_REFUSED };

/// The rules of the stores and collectors of a cluster.
pub(super) fn groups<'p>(scope: Scope<'p>, cluster: &'p Cluster) -> Vec<Group<'p>> {
    let find = |key: &str| cluster.addons.iter().find(|addon| addon.key == key);
    let groups = [
        find("loki").map(|addon| loki(scope, addon)),
        find("opentelemetry-collector-logs").map(|addon| collector(scope, addon, &LOGS)),
        find("tempo").map(|addon| tempo(scope, addon)),
        find("opentelemetry-collector").map(|addon| collector(scope, addon, &TRACES)),
    ];
    groups.into_iter().flatten().collect()
}

/// The story of something that gives readings, and then none.
fn gone<'p>(metric: Metric, addon: &Addon) -> Story<'p> {
    Story::new(
        [healthy("it gives readings"), vanished("only another one does", 1.0)],
        [told(metric, addon, &[]).is([1., GONE]), other(metric, &[]).is([1., 1.])],
    )
}

fn loki<'p>(scope: Scope<'p>, addon: &'p Addon) -> Group<'p> {
    let subject = scope.subject("addon", &addon.key);
    let cluster = &scope.environment.cluster.value;
    let namespace = ("namespace=", addon.namespace.value.as_str());
    let failed = Selector(LOKI_REQUESTS, [namespace, ("status_code=~", "5..")]);
    let (all, panics) = (of(LOKI_REQUESTS, addon), of(LOKI_PANICS, addon));
    let (range, recently) = (scope.range(RATE), scope.range(RECENTLY));
    let rules = vec![
        subject.rule(
            "LokiRequestErrors",
            Urgency::Soon,
            LASTING,
            format!("sum by (route) (rate({failed}[{range}]))\n  / sum by (route) (rate({all}[{range}])) > {STORE_ERRORS}"),
            "The store of logs answers with failures.",
            format!("Loki in cluster {cluster} answers {PERCENT} of the requests of {{{{ $labels.route }}}} with a 5xx code: logs are late or lost."),
        ).proved(|| {
            // A division of rates that comes out as the threshold itself.
            let (all, most) = (1200., 1200. * number(STORE_ERRORS));
            let of = |code| told(LOKI_REQUESTS, addon, &[("route=", "push"), ("status_code=", code)]);
            Story::new(
                [
                    healthy("no request fails"),
                    near("as many fail as may"),
                    fires("a few more do", (most + 20.) / all).on("route", "push"),
                ],
                [
                    of("204").grows([all, all - most, all - most - 20.]),
                    of("500").grows([0., most, most + 20.]),
                    other(LOKI_REQUESTS, &[("route=", "push"), ("status_code=", "500")]).grows([1., 1000., 1.]),
                ],
            )
        }),
        subject.rule(
            "LokiPanics",
            Urgency::Soon,
            Duration(0),
            format!("sum(increase({panics}[{recently}])) > 0"),
            "The store of logs breaks off requests.",
            format!("Loki in cluster {cluster} panicked {COUNT} times in the last {recently}."),
        ).proved(|| Story::new(
            [healthy("it does not panic"), near("another one does"), fires("it does once", 1.0)],
            [
                told(LOKI_PANICS, addon, &[]).grows([0., 0., 1.]),
                other(LOKI_PANICS, &[]).grows([0., 1., 0.]),
            ],
        )),
        subject.rule(
            "LokiMetricsAbsent",
            Urgency::Soon,
            LASTING,
            format!("absent({})", of(LOKI_BUILD, addon)),
            "The store of logs is down, or nobody watches it.",
            format!("Loki in cluster {cluster} gives no readings; agents keep what they read until it is back."),
        ).proved(|| gone(LOKI_BUILD, addon)),
    ];
    subject.group(addon.at, rules)
}

/// Errors come in ones and twos whenever a block is deleted while it is read; what goes on is a fault (Tempo's mixin).
fn tempo<'p>(scope: Scope<'p>, addon: &'p Addon) -> Group<'p> {
    let subject = scope.subject("addon", &addon.key);
    let cluster = &scope.environment.cluster.value;
    let (range, hour) = (scope.range(RATE), Range(Duration::HOUR));
    let mut rules = Vec::with_capacity(3);
    for (alert, metric, summary, what) in [
        (
            "TempoCompactionFailing",
            TEMPO_COMPACTION_ERRORS,
            "Old traces are not put together or deleted.",
            "put blocks of traces together",
        ),
        (
            "TempoPollFailing",
            TEMPO_POLL_ERRORS,
            "The store of traces does not see its own blocks.",
            "list its blocks of traces",
        ),
    ] {
        let errors = of(metric, addon);
        rules.push(subject.rule(
            alert,
            Urgency::Soon,
            Duration(300),
            format!(
                "sum(increase({errors}[{hour}])) > {TRACE_ERRORS}\n  and sum(increase({errors}[{range}])) > 0"
            ),
            summary,
            format!("Tempo in cluster {cluster} failed {COUNT} times in the last {hour} to {what}."),
        ).proved(|| {
            // After a quarter of an hour it failed just as often as may be. An eighth of a failure has no rounding.
            let (most, delay, hold) = (number(TRACE_ERRORS), Duration(1200), Duration(300));
            let pace = most / 16.;
            let failed = pace * ((delay.exact() + hold.exact()) / 60. + 1.);
            Story::new(
                [
                    healthy("nothing fails"),
                    fires("it fails more and more often", failed).after(delay),
                    near("it fails often at once, and then not for half an hour"),
                    near("that of another store fails"),
                ],
                [
                    told(metric, addon, &[]).told([
                        Reading::Grows(0.),
                        Reading::Grows(pace),
                        Reading::Beats(30, most + 1.),
                        Reading::Grows(0.),
                    ]),
                    other(metric, &[]).grows([0., 0., 0., 1.]),
                ],
            )
        }));
    }
    rules.push(
        subject
            .rule(
                "TempoMetricsAbsent",
                Urgency::Soon,
                LASTING,
                format!("absent({})", of(TEMPO_BUILD, addon)),
                "The store of traces is down, or nobody watches it.",
                format!("Tempo in cluster {cluster} gives no readings; traces are lost until it is back."),
            )
            .proved(|| gone(TEMPO_BUILD, addon)),
    );
    subject.group(addon.at, rules)
}

/// The story of a counter of which nothing should be counted.
fn counted<'p>(metric: Metric, addon: &Addon, (condition, label): (&'static str, &'static str)) -> Story<'p> {
    let labels = [(condition, "otlp")];
    Story::new(
        [
            healthy("nothing is counted"),
            near("another collector counts some"),
            fires("one is counted each minute", 1. / 60.).on(label, "otlp"),
        ],
        [told(metric, addon, &labels).grows([0., 0., 1.]), other(metric, &labels).grows([0., 1., 0.])],
    )
}

fn collector<'p>(scope: Scope<'p>, addon: &'p Addon, signal: &Signal) -> Group<'p> {
    let subject = scope.subject("addon", &addon.key);
    let cluster = &scope.environment.cluster.value;
    let name = signal.name;
    let range = scope.range(RATE);
    let (failed, refused) = (of(signal.failed, addon), of(signal.refused, addon));
    let (size, capacity) = (of(OTEL_QUEUE_SIZE, addon), of(OTEL_QUEUE_CAPACITY, addon));
    let rules = vec![
        subject.rule(
            "CollectorSendFailed",
            Urgency::Soon,
            LASTING,
            format!("sum by (exporter) (rate({failed}[{range}])) > 0"),
            "A collector cannot pass on what it takes.",
            format!("The collector of {name} in cluster {cluster} gives up sending to {{{{ $labels.exporter }}}}: {name} are lost."),
        ).proved(|| counted(signal.failed, addon, ("exporter=", "exporter"))),
        subject.rule(
            "CollectorQueueFull",
            Urgency::Soon,
            PARTLY,
            format!("max by (exporter) ({size} / {capacity}) > {COLLECTOR_QUEUE}"),
            "The queue of a collector is nearly full.",
            format!("{PERCENT} of the queue of the collector of {name} in cluster {cluster} to {{{{ $labels.exporter }}}} is used; then {name} are lost."),
        ).proved(|| {
            let most = 1000. * number(COLLECTOR_QUEUE);
            let labels = [("exporter=", "otlp")];
            Story::new(
                [
                    healthy("it is empty"),
                    near("just as much of it is used as may be"),
                    fires("more of it is used", (most + 1.) / 1000.).on("exporter", "otlp"),
                    near("that of another collector is full"),
                ],
                [
                    told(OTEL_QUEUE_SIZE, addon, &labels).is([0., most, most + 1., 0.]),
                    told(OTEL_QUEUE_CAPACITY, addon, &labels).is([1000.; 4]),
                    other(OTEL_QUEUE_SIZE, &labels).is([0., 0., 0., 1000.]),
                    other(OTEL_QUEUE_CAPACITY, &labels).is([1000.; 4]),
                ],
            )
        }),
        subject.rule(
            "CollectorRefuses",
            Urgency::Soon,
            LASTING,
            format!("sum by (receiver) (rate({refused}[{range}])) > 0"),
            "A collector takes nothing more.",
            format!("The collector of {name} in cluster {cluster} refuses what {{{{ $labels.receiver }}}} gets: it has too little memory, or its queue is full."),
        ).proved(|| counted(signal.refused, addon, ("receiver=", "receiver"))),
        subject.rule(
            "CollectorMetricsAbsent",
            Urgency::Soon,
            LASTING,
            format!("absent({capacity})"),
            "A collector is down, or nobody watches it.",
            format!("The collector of {name} in cluster {cluster} gives no readings."),
        ).proved(|| gone(OTEL_QUEUE_CAPACITY, addon)),
    ];
    subject.group(addon.at, rules)
}
