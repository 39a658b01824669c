//! What is wrong with an expression that Prometheus takes. A lint is one function and one row of [`LINTS`].

use std::collections::BTreeSet;

use super::labels::{self, Labels};
use crate::catalog::metrics::{self, METRICS};
use crate::check::count;
use crate::diag::{Code, Severity, code};
use crate::plan::{READINGS_OF_A_RANGE, WINDOW};
use crate::promql::{
    Aggregate, Aggregator, Binary, Call, Comparison, Expr, Kind, Match, Operator, Selector, SetOperator,
    Type, regex,
};
use crate::source::Span;
use crate::units::Duration;

/// Something wrong at a place of an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lint {
    pub(super) code: &'static Code,
    pub(super) severity: Severity,
    pub(super) span: Span,
    pub(super) message: String,
    pub(super) help: Option<String>,
    /// What certainly mends it: the bytes to replace, and with what.
    pub(super) edit: Option<(Span, String)>,
}

impl Lint {
    pub(super) fn new(code: &'static Code, span: Span, message: impl Into<String>) -> Self {
        Self { code, severity: code.severity, span, message: message.into(), help: None, edit: None }
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(super) fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    pub(super) fn edit(mut self, span: Span, text: impl Into<String>) -> Self {
        self.edit = Some((span, text.into()));
        self
    }
}

/// An expression, and what is known where it is evaluated.
pub(super) struct Subject<'e> {
    /// Its text.
    pub(super) text: &'e str,
    /// Its tree.
    pub(super) expr: &'e Expr,
    /// The time between two readings.
    pub(super) scrape: Duration,
}

/// Lints of what is an alert's condition.
const OF_ALERTS: &[fn(&Subject<'_>) -> Vec<Lint>] =
    &[comparison, raw_counter, everything, floor, each_target, silent];
/// Lints of every expression.
const OF_ALL: &[fn(&Subject<'_>) -> Vec<Lint>] = &[gauge, range, pairs, quantile, job, misspelt];

/// All that is wrong with the condition of an alert.
pub(super) fn alert(subject: &Subject<'_>) -> Vec<Lint> {
    OF_ALERTS.iter().chain(OF_ALL).flat_map(|lint| lint(subject)).collect()
}

/// All that is wrong with a query of an objective. Its value is a promise, so what makes it wrong is an error.
pub(super) fn of_objective(subject: &Subject<'_>) -> Vec<Lint> {
    let rated = |lint: Lint| {
        let name = shown(subject, lint.span);
        lint.help(format!("what happened in the window is `rate({name}[{WINDOW}])`"))
    };
    let wrong = raw_counter(subject).into_iter().map(rated).chain(gauge(subject));
    let wrong = wrong.map(|lint| lint.severity(Severity::Error));
    let others = [range, pairs, quantile, job, misspelt].iter().flat_map(|lint| lint(subject));
    wrong.chain(others).collect()
}

/// Whether a metric is known to be a counter.
pub(super) fn is_counter(name: &str) -> bool {
    metrics::kind(name) == Some(metrics::Kind::Counter)
}

/// All that is wrong with an expression that is drawn or recorded.
#[cfg(test)]
pub(super) fn query(subject: &Subject<'_>) -> Vec<Lint> {
    OF_ALL.iter().flat_map(|lint| lint(subject)).collect()
}

fn shown<'t>(subject: &Subject<'t>, span: Span) -> &'t str {
    span.slice(subject.text)
}

/// Every call below an expression.
fn calls(expr: &Expr) -> Vec<&Call> {
    let of = |part: &'_ Expr| matches!(part.kind, Kind::Call(_));
    let parts = expr.all().into_iter().filter(|part| of(part));
    parts.filter_map(|part| if let Kind::Call(call) = &part.kind { Some(call) } else { None }).collect()
}

fn binaries(expr: &Expr) -> Vec<&Binary> {
    let parts = expr.all().into_iter();
    parts.filter_map(|part| if let Kind::Binary(binary) = &part.kind { Some(binary) } else { None }).collect()
}

fn has_call(expr: &Expr, names: &[&str]) -> bool {
    calls(expr).iter().any(|call| names.contains(&call.function.name))
}

/// Functions that need several readings of a counter.
const RATES: [&str; 3] = ["rate", "irate", "increase"];
/// Functions that need two readings in their range.
const CHANGES: [&str; 9] =
    ["rate", "irate", "increase", "delta", "idelta", "deriv", "changes", "resets", "predict_linear"];
const ABSENCE: [&str; 2] = ["absent", "absent_over_time"];

// Alerts that compare nothing.

/// Whether an expression gives only what a comparison keeps, or what is missing.
fn decides(expr: &Expr) -> bool {
    match &expr.kind {
        Kind::Paren(inner) | Kind::Signed(_, inner) => decides(inner),
        Kind::Binary(binary) => match binary.operator {
            Operator::Compare(_) => !binary.bool,
            Operator::Set(SetOperator::Or) => decides(&binary.left) && decides(&binary.right),
            Operator::Set(SetOperator::Unless) => true,
            // Of `and` one side is enough; what is computed of series that were kept are series that were kept.
            _ => decides(&binary.left) || decides(&binary.right),
        },
        Kind::Call(call) => ABSENCE.contains(&call.function.name) || call.arguments.iter().any(decides),
        // Numbers of series that were kept; a sum over none is none.
        Kind::Aggregate(aggregate) => decides(&aggregate.inner),
        Kind::Selector(selector) => selector.name() == Some("ALERTS"),
        Kind::Number(_) | Kind::Text(_) | Kind::Range(..) | Kind::Subquery(_) => false,
    }
}

fn comparison(subject: &Subject<'_>) -> Vec<Lint> {
    if decides(subject.expr) {
        return Vec::new();
    }
    // Of several alternatives, the first that always gives something.
    let mut here = subject.expr.bare();
    while let Kind::Binary(binary) = &here.kind {
        if binary.operator != Operator::Set(SetOperator::Or) {
            break;
        }
        here = if decides(&binary.left) { binary.right.bare() } else { binary.left.bare() };
    }
    let lint = match &here.kind {
        Kind::Binary(binary) if binary.bool => Lint::new(
            &code::NO_COMPARISON,
            binary.operator_span,
            "with `bool` this gives 0 or 1, and the alert fires for both",
        )
        .help("leave `bool` out, so that the comparison keeps only what it is true for"),
        _ => Lint::new(
            &code::NO_COMPARISON,
            here.span,
            "nothing is compared: the alert fires as long as this gives anything",
        )
        .help("compare it with what is too much or too little, for example `> 0`"),
    };
    vec![lint]
}

// Counters and gauges.

fn kind(selector: &Selector) -> Option<metrics::Kind> {
    selector.name().and_then(metrics::kind)
}

/// Counters that are read as they are, where their value matters.
fn raw_counters<'e>(expr: &'e Expr, found: &mut Vec<&'e Selector>) {
    match &expr.kind {
        Kind::Selector(selector) if kind(selector) == Some(metrics::Kind::Counter) => found.push(selector),
        // Whether and when it is there, and how many, is no question of its value.
        Kind::Call(call) if ABSENCE.contains(&call.function.name) || call.function.name == "timestamp" => {}
        Kind::Aggregate(aggregate) if matches!(aggregate.operator, Aggregator::Count | Aggregator::Group) => {
        }
        Kind::Binary(binary) => {
            raw_counters(&binary.left, found);
            // Of `and` and `unless` only the labels on the right matter, unless something is compared there.
            let is_filter = matches!(binary.operator, Operator::Set(SetOperator::And | SetOperator::Unless));
            if !is_filter || decides(&binary.right) {
                raw_counters(&binary.right, found);
            }
        }
        _ => expr.children().into_iter().for_each(|child| raw_counters(child, found)),
    }
}

fn raw_counter(subject: &Subject<'_>) -> Vec<Lint> {
    let mut found = Vec::new();
    raw_counters(subject.expr, &mut found);
    let least = range_of(subject.scrape, 300_000);
    let lints = found.into_iter().map(|selector| {
        let rated = format!("rate({}[{least}])", shown(subject, selector.span));
        let is_idle = selector.matcher("mode").is_some_and(|mode| mode.value == "idle");
        let help = if is_idle {
            format!("the share of time that is used is `1 - avg by (instance) ({rated})`")
        } else {
            format!("what happens now is `{rated}`")
        };
        let name = selector.name().unwrap_or_default();
        let message = format!("`{name}` is a counter: it only grows, and says nothing about now");
        Lint::new(&code::RAW_COUNTER, selector.name_span(), message).help(help)
    });
    lints.collect()
}

fn gauge(subject: &Subject<'_>) -> Vec<Lint> {
    let mut found = Vec::new();
    for call in calls(subject.expr).into_iter().filter(|call| RATES.contains(&call.function.name)) {
        let Some(Kind::Range(selector, ..)) = call.arguments.first().map(|one| &one.kind) else { continue };
        if kind(selector) == Some(metrics::Kind::Gauge) {
            let name = selector.name().unwrap_or_default();
            let message = format!("`{name}` also falls, which `{}` takes for a restart", call.function.name);
            let other = if call.function.name == "increase" { "delta" } else { "deriv" };
            found.push(
                Lint::new(&code::RATE_OF_GAUGE, call.name, message)
                    .help(format!("how it changes is `{other}`"))
                    .edit(call.name, other),
            );
        }
    }
    found
}

// Ranges.

/// A length of time in milliseconds of which a rate can be taken, as PromQL writes it.
fn range_of(scrape: Duration, wanted: u64) -> String {
    let milliseconds = wanted.max(READINGS_OF_A_RANGE * scrape.0 * 1000);
    let seconds = milliseconds / 1000;
    match seconds {
        _ if seconds > 0 && seconds.is_multiple_of(3600) => format!("{}h", seconds / 3600),
        _ if seconds > 0 && seconds.is_multiple_of(60) => format!("{}m", seconds / 60),
        _ => format!("{seconds}s"),
    }
}

fn range(subject: &Subject<'_>) -> Vec<Lint> {
    let mut found = Vec::new();
    let every = subject.scrape.0 * 1000;
    for call in calls(subject.expr).into_iter().filter(|call| CHANGES.contains(&call.function.name)) {
        let Some(Kind::Range(_, range, place)) = call.arguments.first().map(|one| &one.kind) else {
            continue;
        };
        if *range >= READINGS_OF_A_RANGE * every {
            continue;
        }
        let wanted = range_of(subject.scrape, 0);
        let never = *range < 2 * every;
        let message = format!(
            "{} holds {}, one every {}{}",
            place.slice(subject.text),
            count(range / every.max(1), "reading"),
            subject.scrape,
            if never {
                ": `".to_owned() + call.function.name + "` of fewer than two is always empty"
            } else {
                String::new()
            }
        );
        let lint = Lint::new(&code::SHORT_RANGE, *place, message)
            .help(format!("four readings are `{wanted}`"))
            .edit(*place, wanted);
        found.push(if never { lint.severity(Severity::Error) } else { lint });
    }
    found
}

// Pairs of series.

/// Metrics below an expression.
fn names(expr: &Expr) -> BTreeSet<&str> {
    expr.selectors().into_iter().filter_map(|(selector, _)| selector.name()).collect()
}

/// Whether all series of two expressions come from the same objects, so that their labels are the same: gauges of one exporter, or the
/// sum and the count of one histogram.
fn same_source(left: &Expr, right: &Expr) -> bool {
    let all: Vec<&str> = names(left).into_iter().chain(names(right)).collect();
    let Some((first, others)) = all.split_first() else { return true };
    let base =
        |name: &str| ["_sum", "_count"].iter().find_map(|end| name.strip_suffix(end)).map(str::to_owned);
    if base(first).is_some_and(|name| others.iter().all(|other| base(other).as_deref() == Some(&name))) {
        return true;
    }
    let exporter = |name: &str| {
        let known = METRICS.iter().find(|metric| metric.name == name);
        known.map(|metric| (metric.exporter.name(), metric.labels))
    };
    if all.iter().all(|name| exporter(name).is_some()) {
        return others.iter().all(|other| exporter(other) == exporter(first));
    }
    let family = |name: &str| name.split('_').next().map(str::to_owned);
    let is_counter = |name: &str| metrics::kind(name) == Some(metrics::Kind::Counter);
    others.iter().all(|other| family(other) == family(first)) && !all.iter().any(|name| is_counter(name))
}

/// Whether conditions on labels are the same on both sides.
fn same_conditions(left: &Expr, right: &Expr) -> bool {
    let of = |expr: &Expr| -> BTreeSet<(String, String)> {
        let all = expr.selectors().into_iter().flat_map(|(selector, _)| selector.matchers.clone());
        all.map(|matcher| (matcher.label, format!("{:?}{}", matcher.operator, matcher.value))).collect()
    };
    of(left) == of(right)
}

fn pairs(subject: &Subject<'_>) -> Vec<Lint> {
    let mut found = Vec::new();
    for binary in binaries(subject.expr) {
        let (left, right) = (&binary.left, &binary.right);
        let are_vectors = left.value_type() == Type::Instant && right.value_type() == Type::Instant;
        if !are_vectors || binary.matching.is_some() || binary.operator == Operator::Set(SetOperator::Or) {
            continue;
        }
        let sign = shown(subject, binary.operator_span);
        let (one, other) = (labels::of(left), labels::of(right));
        let message = match (&one, &other) {
            (Labels::Any, Labels::Any) => {
                let is_same_metric = names(left) == names(right);
                if same_source(left, right) && (!is_same_metric || same_conditions(left, right)) {
                    continue;
                }
                if is_same_metric && !same_conditions(left, right) {
                    format!(
                        "both sides of `{sign}` are the same metric with other conditions: only series that meet both are left"
                    )
                } else {
                    format!("`{sign}` finds a pair only where all labels of both sides are the same")
                }
            }
            _ if one == other => continue,
            _ => format!("`{sign}` finds no pair: {} on the left, {} on the right", kept(&one), kept(&other)),
        };
        let best = best_labels(&one, &other);
        let help = if one == Labels::Any && other == Labels::Any {
            format!("aggregate both sides alike: `sum by ({best}) (..) {sign} sum by ({best}) (..)`")
        } else {
            format!(
                "give both sides the same labels, such as `by ({best})`, or say `{sign} on (..) group_left ..` which have to agree"
            )
        };
        found.push(Lint::new(&code::UNMATCHED, binary.operator_span, message).help(help));
    }
    found
}

fn kept(labels: &Labels) -> String {
    format!(
        "{} {} kept",
        labels.list(),
        if matches!(labels, Labels::Only(all) if all.len() == 1) { "is" } else { "are" }
    )
}

/// The labels by which both sides could be aggregated.
fn best_labels(one: &Labels, other: &Labels) -> String {
    for side in [one, other] {
        if let Labels::Only(labels) = side
            && !labels.is_empty()
        {
            return labels.iter().cloned().collect::<Vec<_>>().join(", ");
        }
    }
    "namespace, job".to_owned()
}

// Sums and shares.

/// Labels that say what an expression is about, where they are compared.
const NAMES_ONE: [&str; 12] = [
    "app",
    "container",
    "database",
    "deployment",
    "exported_service",
    "ingress",
    "instance",
    "job",
    "queue",
    "service",
    "statefulset",
    "topic",
];

/// Whether a condition names what is meant.
fn is_about_something(selector: &Selector) -> bool {
    let named = |matcher: &crate::promql::Matcher| {
        NAMES_ONE.contains(&matcher.label.as_str()) && matches!(matcher.operator, Match::Equal | Match::Regex)
    };
    selector.matchers.iter().any(named)
}

fn aggregates(expr: &Expr) -> Vec<&Aggregate> {
    let parts = expr.all().into_iter();
    parts.filter_map(|part| if let Kind::Aggregate(one) = &part.kind { Some(one) } else { None }).collect()
}

fn everything(subject: &Subject<'_>) -> Vec<Lint> {
    let is_lost = |one: &&Aggregate| {
        matches!(one.operator, Aggregator::Sum | Aggregator::Avg)
            && one.grouping.as_ref().is_none_or(|grouping| !grouping.without && grouping.labels.is_empty())
            && labels::of(&one.inner) == Labels::Any
            && one.inner.selectors().iter().any(|(selector, _)| !is_about_something(selector))
    };
    // A sum alone hides nothing: who adds to it is too much by itself. Of a share or an average the rest makes up for it.
    let shares = binaries(subject.expr).into_iter().filter(|binary| binary.operator == Operator::Divide);
    let of_shares =
        shares.flat_map(|share| aggregates(&share.left).into_iter().chain(aggregates(&share.right)));
    let averages = aggregates(subject.expr).into_iter().filter(|one| one.operator == Aggregator::Avg);
    let Some(first) = of_shares.chain(averages).find(is_lost) else { return Vec::new() };
    let word = first.operator.name();
    let message = format!(
        "this `{word}` is one number over everything that has the metric: who fails is hidden by who works"
    );
    vec![
        Lint::new(&code::EVERYTHING_TOGETHER, first.name, message).help(format!(
            "say by what: `{word} by (namespace, service) (..)`, on every side of the expression"
        )),
    ]
}

/// Whether an expression counts requests in a length of time.
fn counts_requests(expr: &Expr) -> bool {
    let of_requests =
        |name: &str| name.contains("request") || name.contains("_rq_") || name.contains("handled");
    has_call(expr, &RATES) && names(expr).into_iter().any(of_requests)
}

fn floor(subject: &Subject<'_>) -> Vec<Lint> {
    let mut found = Vec::new();
    // A floor is another comparison that has to hold as well.
    let has_floor = binaries(subject.expr).iter().any(|binary| {
        binary.operator == Operator::Set(SetOperator::And) && decides(&binary.right) && decides(&binary.left)
    });
    for binary in binaries(subject.expr) {
        let is_over = matches!(binary.operator, Operator::Compare(Comparison::Greater | Comparison::AtLeast));
        let shares: Vec<&Binary> = binaries(&binary.left)
            .into_iter()
            .filter(|inner| {
                inner.operator == Operator::Divide
                    && counts_requests(&inner.right)
                    && has_call(&inner.left, &RATES)
            })
            .collect();
        let Some(share) = shares.first().filter(|_| is_over && !has_floor) else { continue };
        let message = "a share of requests without a floor: one of few is much";
        let total = shown(subject, share.right.span);
        let lint = Lint::new(&code::NO_FLOOR, share.operator_span, message);
        found.push(if total.contains('\n') || total.len() > 120 {
            lint.help("add `and` with the rate of all requests and what is worth an alert")
        } else {
            lint.help(format!(
                "add `and {total} > 0.1`, with as many requests a second as are worth an alert"
            ))
        });
    }
    found
}

fn quantile(subject: &Subject<'_>) -> Vec<Lint> {
    let mut found = Vec::new();
    for call in calls(subject.expr).into_iter().filter(|call| call.function.name == "histogram_quantile") {
        let Some(buckets) = call.arguments.get(1) else { continue };
        // Native histograms have no buckets to lose.
        if !names(buckets).iter().any(|name| name.ends_with("_bucket")) {
            continue;
        }
        let outer = aggregates(buckets).into_iter().find(|one| !one.operator.selects());
        let loses = |one: &Aggregate| match &one.grouping {
            None => true,
            Some(grouping) => grouping.without == grouping.labels.iter().any(|label| label == "le"),
        };
        match outer {
            None => {
                let inner = shown(subject, buckets.span);
                let help = if inner.contains('\n') || inner.len() > 160 {
                    "put `sum by (le, service) (..)` around the buckets".to_owned()
                } else {
                    format!("write `sum by (le, service) ({inner})`")
                };
                let message =
                    "buckets of every pod and route by themselves: each gives a quantile of its own";
                found.push(
                    Lint::new(&code::QUANTILE, call.name, message).severity(Severity::Warning).help(help),
                );
            }
            Some(aggregate) if aggregates(buckets).into_iter().any(loses) => {
                let lost = aggregates(buckets).into_iter().find(|one| loses(one)).unwrap_or(aggregate);
                let place = lost.grouping.as_ref().map_or(lost.name, |grouping| grouping.span);
                let lint =
                    Lint::new(&code::QUANTILE, place, "`le` is aggregated away, so no quantile is left");
                found.push(match &lost.grouping {
                    Some(grouping) if !grouping.without => {
                        let labels: Vec<&str> =
                            std::iter::once("le").chain(grouping.labels.iter().map(String::as_str)).collect();
                        lint.edit(place, format!("by ({})", labels.join(", ")))
                    }
                    Some(_) => lint.help("leave `le` out of `without`"),
                    None => lint.edit(place, format!("{} by (le)", lost.operator.name())),
                });
            }
            Some(_) => {}
        }
    }
    found
}

// Whose metric it is.

fn job(subject: &Subject<'_>) -> Vec<Lint> {
    let mut found: Vec<Lint> = Vec::new();
    for (selector, _) in subject.expr.selectors() {
        let Some(name) = selector.name() else { continue };
        let Some((_, whose, usual)) = metrics::SHARED.iter().find(|(start, ..)| name.starts_with(start))
        else {
            continue;
        };
        if is_about_something(selector) {
            continue;
        }
        let lint = Lint::new(&code::NO_JOB, selector.name_span(), format!("`{name}` is exported by {whose}"));
        found.push(match usual {
            Some(job) => {
                lint.help(format!("say which: `{name}{{job=\"{job}\"}}` as kube-prometheus-stack calls it"))
            }
            None => lint.help(format!("say which: `{name}{{job=\"..\"}}`")),
        });
    }
    found
}

/// Whether two names differ by one letter: one more, one less, another, or two that changed places.
fn one_letter_apart(one: &str, other: &str) -> bool {
    let (a, b) = (one.as_bytes(), other.as_bytes());
    let start = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[start..], &b[start..]);
    let swapped = a.len() >= 2 && b.len() >= 2 && a[0] == b[1] && a[1] == b[0] && a[2..] == b[2..];
    match (a, b) {
        ([], []) => false,
        ([_, a @ ..], [_, b @ ..]) if a == b => true,
        ([_, a @ ..], b) if a == b => true,
        (a, [_, b @ ..]) if a == b => true,
        _ => swapped,
    }
}

fn misspelt(subject: &Subject<'_>) -> Vec<Lint> {
    /// Shorter names are near to too many others.
    const SHORTEST: usize = 10;
    let mut found = Vec::new();
    for (selector, _) in subject.expr.selectors() {
        let Some(name) = selector.name().filter(|name| name.len() >= SHORTEST) else { continue };
        // Names with `:` are recorded, and differ by their windows.
        if name.contains(':') || METRICS.iter().any(|metric| metric.name == name) {
            continue;
        }
        let Some(near) = METRICS.iter().find(|metric| one_letter_apart(name, metric.name)) else { continue };
        let message = format!("nothing that platc knows exports `{name}`");
        found.push(
            Lint::new(&code::UNKNOWN_METRIC, selector.name_span(), message)
                .help(format!("`{}` is of {}", near.name, near.exporter.name()))
                .edit(selector.name_span(), near.name),
        );
    }
    found
}

// What is silent when its series are gone.

/// The selector that a comparison is about, where it is compared as it is.
fn compared(expr: &Expr) -> Option<&Selector> {
    match &expr.bare().kind {
        Kind::Selector(selector) => Some(selector),
        _ => None,
    }
}

fn each_target(subject: &Subject<'_>) -> Vec<Lint> {
    let mut found = Vec::new();
    for binary in binaries(subject.expr) {
        let Some(selector) = compared(&binary.left).filter(|selector| selector.name() == Some("up")) else {
            continue;
        };
        let is_zero = matches!(binary.right.bare().kind, Kind::Number(value) if [0.0, 1.0].contains(&value));
        if !is_zero || !matches!(binary.operator, Operator::Compare(_)) {
            continue;
        }
        let job = selector.matcher("job");
        let several = job
            .filter(|job| job.operator == Match::Regex)
            .and_then(|job| regex::alternatives(&job.value))
            .filter(|jobs| jobs.len() > 1);
        let twin =
            |job: &str| format!("`sum by (job) (up{{job=\"{job}\"}}) == 0 or absent(up{{job=\"{job}\"}})`");
        let (place, message, help) = match (job, several) {
            (Some(job), Some(jobs)) => (
                job.value_span,
                format!(
                    "one target of {} jobs that does not answer fires this, and all that are gone do not",
                    jobs.len()
                ),
                format!("one alert for each job: {}", twin(jobs.first().unwrap_or(&"..").trim())),
            ),
            _ if has_call(subject.expr, &ABSENCE) => continue,
            (Some(job), None) if job.operator == Match::Equal => (
                selector.span,
                "one target that does not answer fires this, and all that are gone do not".to_owned(),
                format!("write {}", twin(&job.value)),
            ),
            _ => (
                selector.span,
                "one target of any job fires this, and a job that is gone does not".to_owned(),
                format!("one alert for each job: {}", twin("..")),
            ),
        };
        found.push(Lint::new(&code::EACH_TARGET, place, message).help(help));
    }
    found
}

/// The first comparison that says that there is too little, where nothing stands in for what is gone.
fn too_little(expr: &Expr) -> Option<&Binary> {
    let Kind::Binary(binary) = &expr.bare().kind else { return None };
    let is_low = match binary.operator {
        Operator::Compare(Comparison::Less | Comparison::AtMost) => true,
        Operator::Compare(Comparison::Equal) => {
            matches!(binary.right.bare().kind, Kind::Number(value) if value == 0.0)
        }
        Operator::Set(SetOperator::Or) => {
            return too_little(&binary.left).or_else(|| too_little(&binary.right));
        }
        Operator::Set(_) => return too_little(&binary.left),
        _ => false,
    };
    (is_low && !has_call(&binary.left, &["vector"])).then_some(binary)
}

fn silent(subject: &Subject<'_>) -> Vec<Lint> {
    if has_call(subject.expr, &ABSENCE) {
        return Vec::new();
    }
    let low = too_little(subject.expr);
    let named = low.and_then(|binary| {
        let selectors = binary.left.selectors();
        selectors
            .into_iter()
            .map(|(selector, _)| selector)
            .find(|one| one.name() != Some("up") && is_about_something(one))
    });
    let Some(selector) = named else { return Vec::new() };
    let text = shown(subject, selector.span);
    let message = format!("when `{}` is gone, this is silent", selector.name().unwrap_or(text));
    let lint = Lint::new(&code::SILENT_WHEN_GONE, selector.span, message);
    vec![lint.help(format!("add `or absent({text})`, if it must be there"))]
}
