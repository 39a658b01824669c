//! What an objective counts: bad events and all events a second, as `PromQL` over any length of time.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::backend::prometheus::expr::{Condition, Where, quoted};
use crate::backend::prometheus::forms::{FAILED, Routes};
use crate::backend::prometheus::metrics::{
    ENVOY_DURATION, ENVOY_REQUESTS, GRPC_DURATION, GRPC_HANDLED, HTTP_DURATION, HTTP_REQUESTS,
    INGRESS_DURATION, INGRESS_REQUESTS, ISTIO_DURATION, ISTIO_REQUESTS, Metric, OTEL_DURATION, OTEL_REQUESTS,
    RABBITMQ_DELIVERED, RABBITMQ_REDELIVERED, VLLM_FIRST_TOKEN,
};
use crate::backend::prometheus::rule::Scope;
use crate::plan::{Access, IngressController, Service, Sli, SliPreset, Slo, Target, WINDOW};
use crate::promql::{self, Match};
use crate::units::Latency;

/// The codes of gRPC that are the server's fault (kubernetes-mixin and Argo CD's rules count these).
const GRPC_FAILED: &str = "Unknown|Internal|Unavailable|DataLoss|DeadlineExceeded";

/// What an objective counts.
pub(in crate::backend) enum Indicator<'p> {
    /// Two queries of the spec.
    Own {
        /// Bad events.
        errors: &'p str,
        /// All events.
        total: &'p str,
    },
    /// A counter, some of whose series are bad events.
    Counted {
        /// What counts all events.
        total: Metric,
        /// What counts bad ones: mostly the same.
        errors: Metric,
        /// Conditions on both.
        of: Conditions<'p>,
        /// What makes a series one of bad events: any of these.
        bad: &'static [Condition<'static>],
    },
    /// A histogram, of which answers above a bound are bad.
    Timed {
        /// Its buckets.
        buckets: Metric,
        /// Conditions on them.
        of: Conditions<'p>,
        /// The label `le` with its operator, and the bound.
        bound: (&'static str, String),
    },
}

/// What a series counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::backend::prometheus) enum Part {
    /// All events.
    All,
    /// Those that are not bad.
    Good,
    /// Bad ones.
    Bad,
}

impl Part {
    /// How many of some events it counts.
    pub(in crate::backend::prometheus) const fn of(self, all: u64, bad: u64) -> u64 {
        match self {
            Self::All => all,
            Self::Good => all - bad,
            Self::Bad => bad,
        }
    }
}

type Conditions<'p> = Vec<(&'static str, Cow<'p, str>)>;

/// The bound as Prometheus writes it: version 3 writes whole numbers as `1.0`, older ones as `1`.
fn bound(limit: Latency, in_milliseconds: bool) -> (&'static str, String) {
    let text = if in_milliseconds { limit.0.to_string() } else { limit.seconds() };
    if text.contains('.') { ("le=", text) } else { ("le=~", format!("{text}|{text}\\.0")) }
}

impl<'p> Indicator<'p> {
    /// What an objective of a service counts; `None` where the preset has nothing there, which a check reports.
    pub(in crate::backend::prometheus) fn of(
        scope: Scope<'p>,
        service: &'p Service,
        slo: &'p Slo,
    ) -> Option<Self> {
        let preset = match &slo.sli {
            Sli::Own { errors, total } => {
                return Some(Self::Own { errors: &errors.value, total: &total.value });
            }
            Sli::Preset { preset, .. } => preset.value,
        };
        let own =
            || vec![("namespace=", Cow::Borrowed(scope.namespace())), ("job=", Cow::Borrowed(&*service.key))];
        let counted = |metric, of, bad| Self::Counted { total: metric, errors: metric, of, bad };
        let timed = |buckets, of, limit, in_milliseconds| Self::Timed {
            buckets,
            of,
            bound: bound(limit, in_milliseconds),
        };
        Some(match (preset, slo.within.as_ref().map(|limit| limit.value)) {
            (SliPreset::Http, None) => {
                counted(HTTP_REQUESTS, own(), &[("code=~", FAILED), ("status=~", FAILED)])
            }
            (SliPreset::Http, Some(limit)) => timed(HTTP_DURATION, own(), limit, false),
            (SliPreset::Grpc, None) => counted(GRPC_HANDLED, own(), &[("grpc_code=~", GRPC_FAILED)]),
            (SliPreset::Grpc, Some(limit)) => timed(GRPC_DURATION, own(), limit, false),
            (SliPreset::Opentelemetry, None) => {
                counted(OTEL_REQUESTS, own(), &[("http_response_status_code=~", FAILED)])
            }
            (SliPreset::Opentelemetry, Some(limit)) => timed(OTEL_DURATION, own(), limit, false),
            (SliPreset::Vllm, limit) => match limit {
                None => {
                    let mut of = own();
                    // Health checks and the metrics themselves are no answers to users.
                    of.push(("handler=~", Cow::Borrowed("/v1/.+")));
                    counted(HTTP_REQUESTS, of, &[("status=~", FAILED)])
                }
                Some(limit) => timed(VLLM_FIRST_TOKEN, own(), limit, false),
            },
            (SliPreset::Mesh, limit) => {
                let of = vec![
                    ("reporter=", Cow::Borrowed("destination")),
                    ("destination_workload_namespace=", Cow::Borrowed(scope.namespace())),
                    ("destination_service_name=", Cow::Borrowed(&*service.key)),
                ];
                match limit {
                    None => counted(ISTIO_REQUESTS, of, &[("response_code=~", FAILED)]),
                    Some(limit) => timed(ISTIO_DURATION, of, limit, true),
                }
            }
            (SliPreset::Ingress, limit) => {
                let controller =
                    scope.plan.ingress.as_ref().filter(|_| service.route.is_some())?.controller.value;
                let of = Routes::new(controller, ("namespace=", scope.namespace()), Some(&service.key))
                    .conditions();
                match (controller, limit) {
                    (IngressController::IngressNginx, None) => {
                        counted(INGRESS_REQUESTS, of, &[("status=~", FAILED)])
                    }
                    (IngressController::IngressNginx, Some(limit)) => {
                        timed(INGRESS_DURATION, of, limit, false)
                    }
                    (IngressController::EnvoyGateway, None) => {
                        counted(ENVOY_REQUESTS, of, &[("envoy_response_code_class=", "5")])
                    }
                    (IngressController::EnvoyGateway, Some(limit)) => timed(ENVOY_DURATION, of, limit, true),
                }
            }
            (SliPreset::Queue, None) => Self::Counted {
                total: RABBITMQ_DELIVERED,
                errors: RABBITMQ_REDELIVERED,
                of: consumed(scope, service)?,
                bad: &[],
            },
            (SliPreset::Queue, Some(_)) => return None,
        })
    }

    /// Bad events a second over a range; none where there are events and never was a bad one.
    pub(in crate::backend) fn errors(&self, range: &str) -> String {
        match self {
            Self::Own { errors, total } => {
                let [errors, total] = [errors, total].map(|query| summed(query.replace(WINDOW, range)));
                [&errors, "\n  or on () 0 * ", &total].concat()
            }
            Self::Counted { total, errors, of, bad } => {
                let of = borrowed(of);
                let kinds = if bad.is_empty() { 1 } else { bad.len() };
                let mut text = String::new();
                for kind in 0..kinds {
                    let bad = bad.get(kind).map(std::slice::from_ref).unwrap_or_default();
                    let _ = write!(text, "sum(rate({}[{range}]))\n  or ", Where(*errors, &of, bad));
                }
                let _ = write!(text, "0 * sum(rate({}[{range}]))", Where(*total, &of, &[]));
                text
            }
            Self::Timed { buckets, of, bound } => {
                let of = borrowed(of);
                let good = [(bound.0, bound.1.as_str())];
                format!("{}\n  - sum(rate({}[{range}]))", self.total(range), Where(*buckets, &of, &good))
            }
        }
    }

    /// Bad events a second, with the placeholder of `OpenSLO` in place of a range.
    pub(in crate::backend) fn bad(&self) -> String {
        match self {
            Self::Own { errors, .. } => (*errors).to_owned(),
            _ => self.errors(WINDOW),
        }
    }

    /// All events a second, with the placeholder of `OpenSLO` in place of a range.
    pub(in crate::backend) fn all(&self) -> String {
        match self {
            Self::Own { total, .. } => (*total).to_owned(),
            _ => self.total(WINDOW),
        }
    }

    /// All events a second over a range.
    pub(in crate::backend) fn total(&self, range: &str) -> String {
        match self {
            Self::Own { total, .. } => summed(total.replace(WINDOW, range)),
            Self::Counted { total, of, .. } => {
                format!("sum(rate({}[{range}]))", Where(*total, &borrowed(of), &[]))
            }
            Self::Timed { buckets, of, .. } => {
                format!("sum(rate({}[{range}]))", Where(*buckets, &borrowed(of), &[("le=", "+Inf")]))
            }
        }
    }

    /// The share of bad events over a range; nothing where there was no event, since 0 / 0 would poison every mean.
    pub(in crate::backend) fn ratio(&self, range: &str) -> String {
        ["(\n  ", &self.errors(range), "\n)\n/ (", &self.total(range), " > 0)"].concat()
    }

    /// What must be there for the objective to be measured at all.
    pub(in crate::backend) fn watched(&self) -> String {
        match self {
            // A condition of which no test could find an example says nothing here.
            Self::Own { total, .. } => {
                named(total).map_or_else(String::new, |(name, labels)| series(&name, &labels))
            }
            Self::Counted { total, of, .. } => Where(*total, &borrowed(of), &[]).to_string(),
            Self::Timed { buckets, of, bound } => {
                Where(*buckets, &borrowed(of), &[(bound.0, bound.1.as_str())]).to_string()
            }
        }
    }

    /// Series of which one is enough for [`Self::watched`].
    pub(in crate::backend) fn watched_series(&self) -> Vec<String> {
        match self {
            Self::Own { .. } => vec![self.watched()],
            Self::Counted { total, .. } => {
                let of_total = |series: &String| series.split('{').next() == Some(total.name);
                self.usual().map(|(series, _)| series).filter(of_total).collect()
            }
            Self::Timed { .. } => self.usual().skip(1).map(|(series, _)| series).collect(),
        }
    }

    /// The metrics that are read; `None` where nobody can tell.
    pub(in crate::backend::prometheus) fn reads(&self) -> Option<BTreeSet<String>> {
        let mut found = BTreeSet::new();
        for query in [self.errors(SOME_WINDOW), self.total(SOME_WINDOW)] {
            for (selector, _) in promql::parse(&query).ok()?.selectors() {
                found.insert(selector.metric.as_ref()?.0.clone());
            }
        }
        Some(found)
    }

    /// The examples that services mostly have.
    fn usual(&self) -> impl Iterator<Item = (String, Part)> {
        self.examples().into_iter().next().unwrap_or_default().into_iter()
    }

    /// Series with what they count: what tests of the records read, once for each way to label them. None for own queries that are
    /// more than a counter in a counter.
    pub(in crate::backend::prometheus) fn examples(&self) -> Vec<Vec<(String, Part)>> {
        match self {
            Self::Own { errors, total } => examples_of(errors, total).into_iter().collect(),
            Self::Counted { total, errors, of, bad } => {
                let of = sampled(&borrowed(of));
                let with = |metric: Metric, label: Option<(&str, &str)>| {
                    let mut labels = of.clone();
                    labels.extend(label.map(|(label, text)| (label.to_owned(), text.to_owned())));
                    series(metric.name, &labels)
                };
                let labelled = |(condition, text): &Condition<'_>| {
                    let label = condition.trim_end_matches(['=', '~']);
                    let good = match label {
                        "grpc_code" => "OK",
                        "envoy_response_code_class" => "2",
                        _ => "200",
                    };
                    let bad = sample(text);
                    vec![
                        (with(*total, Some((label, good))), Part::Good),
                        (with(*errors, Some((label, &bad))), Part::Bad),
                    ]
                };
                if bad.is_empty() {
                    return vec![vec![(with(*total, None), Part::All), (with(*errors, None), Part::Bad)]];
                }
                bad.iter().map(labelled).collect()
            }
            Self::Timed { buckets, of, bound } => {
                let with = |le: &str| {
                    let mut labels = sampled(&borrowed(of));
                    labels.push(("le".to_owned(), le.to_owned()));
                    series(buckets.name, &labels)
                };
                vec![vec![(with("+Inf"), Part::All), (with(&sample(&bound.1)), Part::Good)]]
            }
        }
    }

    /// What happened to the bad ones, after `requests` or alike.
    pub(in crate::backend) fn fault(&self, slo: &Slo) -> String {
        match (self, slo.preset(), &slo.within) {
            (Self::Timed { .. }, Some(SliPreset::Vllm), Some(limit)) => {
                format!("of the requests waited for their first token longer than {}", limit.value)
            }
            (Self::Timed { .. }, _, Some(limit)) => {
                format!("of the requests took longer than {}", limit.value)
            }
            (_, Some(SliPreset::Queue), _) => "of the messages had to be delivered again".to_owned(),
            (Self::Own { .. }, ..) => "of the events were bad".to_owned(),
            _ => "of the requests failed".to_owned(),
        }
    }
}

/// Conditions on the queues that a service consumes.
fn consumed<'p>(scope: Scope<'p>, service: &'p Service) -> Option<Conditions<'p>> {
    let mut brokers: Vec<&str> = Vec::new();
    let mut queues: Vec<&str> = Vec::new();
    for edge in &service.edges {
        let consumes = edge.access.as_ref().is_some_and(|access| access.value == Access::Consume);
        if let Target::Queue { key, queue } = &edge.target
            && consumes
            && let Some(broker) = scope.environment.broker(key)
        {
            if !brokers.contains(&broker.name.value.as_str()) {
                brokers.push(&broker.name.value);
            }
            queues.push(queue);
        }
    }
    let any = |names: &[&'p str], one: &'static str, several: &'static str| match names {
        [only] => (one, Cow::Borrowed(*only)),
        names => (several, Cow::Owned(names.join("|"))),
    };
    (!queues.is_empty()).then(|| {
        vec![
            ("namespace=", Cow::Borrowed(scope.namespace())),
            any(&brokers, "job=", "job=~"),
            any(&queues, "queue=", "queue=~"),
        ]
    })
}

fn borrowed<'a>(of: &'a Conditions<'_>) -> Vec<Condition<'a>> {
    of.iter().map(|(label, text)| (*label, text.as_ref())).collect()
}

/// A length of time to read queries with.
const SOME_WINDOW: &str = "5m";

/// The first metric that a query names, with those of its labels that have to be one text.
fn named(query: &str) -> Option<(String, Vec<(String, String)>)> {
    let expr = promql::parse(&query.replace(WINDOW, SOME_WINDOW)).ok()?;
    let selectors = expr.selectors();
    let (selector, name) =
        selectors.iter().find_map(|(one, _)| Some((one, one.metric.as_ref()?.0.clone())))?;
    let equal = selector.matchers.iter().filter(|matcher| matcher.operator == Match::Equal);
    let mut labels: Vec<(String, String)> =
        equal.map(|matcher| (matcher.label.clone(), matcher.value.clone())).collect();
    labels.sort();
    labels.dedup_by(|a, b| a.0 == b.0);
    Some((name, labels))
}

/// Series of own queries: all events are those of one counter, bad ones some of its series or
/// those of another counter.
fn examples_of(errors: &str, total: &str) -> Option<Vec<(String, Part)>> {
    let only = |query: &str| {
        let expr = promql::parse(&query.replace(WINDOW, SOME_WINDOW)).ok()?;
        let [(selector, Some(_))] = expr.selectors()[..] else { return None };
        let mut labels = Vec::new();
        for matcher in &selector.matchers {
            labels.push((
                matcher.label.clone(),
                match matcher.operator {
                    Match::Equal => matcher.value.clone(),
                    Match::Regex | Match::NotEqual | Match::NotRegex => return None,
                },
            ));
        }
        labels.sort();
        let name = selector.metric.as_ref()?.0.clone();
        // Only a sum of rates is as large as what it adds up.
        let form =
            format!("sum(rate({}[{SOME_WINDOW}]))", selector.span.slice(&query.replace(WINDOW, SOME_WINDOW)));
        (form == query.replace(WINDOW, SOME_WINDOW)).then_some((name, labels))
    };
    // What is good and what there is at all, as OpenSLO may say it.
    let good = errors.strip_prefix(&format!("({total}) - (")).and_then(|rest| rest.strip_suffix(')'));
    let (part, all) = (only(good.unwrap_or(errors))?, only(total)?);
    let is_part = part.0 == all.0 && part.1 != all.1 && all.1.iter().all(|label| part.1.contains(label));
    if part.0 == all.0 && !is_part {
        return None;
    }
    let (named, other) = if good.is_some() { (Part::Good, Part::Bad) } else { (Part::Bad, Part::Good) };
    let rest = if is_part { other } else { Part::All };
    Some(vec![(series(&all.0, &all.1), rest), (series(&part.0, &part.1), named)])
}

/// A series with such labels.
fn series(metric: &str, labels: &[(String, String)]) -> String {
    let mut text = format!("{metric}{{");
    for (index, (label, value)) in labels.iter().enumerate() {
        let comma = if index > 0 { ", " } else { "" };
        let _ = write!(text, "{comma}{label}=");
        let _ = quoted(value, &mut text);
    }
    text.push('}');
    text
}

/// Labels that conditions hold for.
fn sampled(of: &[Condition<'_>]) -> Vec<(String, String)> {
    of.iter()
        .map(|(condition, text)| {
            let label = condition.trim_end_matches(['=', '~']).to_owned();
            (label, if condition.ends_with('~') { sample(text) } else { (*text).to_owned() })
        })
        .collect()
}

/// A text that one of the patterns of this file matches.
fn sample(pattern: &str) -> String {
    let first = pattern.split('|').next().unwrap_or_default();
    first.replace("\\.", ".").replace("..", "00").replace(".*", "0").replace(".+", "completions")
}

/// A query as one series without labels: records of an objective differ by nothing else.
fn summed(query: String) -> String {
    let is_sum = query.strip_prefix("sum(").is_some_and(|rest| {
        let mut depth = 1;
        rest.bytes().enumerate().all(|(at, letter)| {
            match letter {
                b'(' => depth += 1,
                b')' => depth -= 1,
                _ => {}
            }
            depth > 0 || at + 1 == rest.len()
        })
    });
    if is_sum { query } else { ["sum(", &query, ")"].concat() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_bounds_are_found_in_both_spellings() {
        assert_eq!(bound(Latency(300), false), ("le=", "0.3".to_owned()));
        assert_eq!(bound(Latency(1000), false), ("le=~", "1|1\\.0".to_owned()));
        assert_eq!(bound(Latency(250), true), ("le=~", "250|250\\.0".to_owned()));
    }

    #[test]
    fn a_query_is_summed_unless_it_is_a_sum() {
        for (query, one) in [
            ("sum(rate(a[5m]))", "sum(rate(a[5m]))"),
            ("sum(a) / sum(b)", "sum(sum(a) / sum(b))"),
            ("sum(a) by (x)", "sum(sum(a) by (x))"),
            ("rate(a[5m])", "sum(rate(a[5m]))"),
        ] {
            assert_eq!(summed(query.to_owned()), one);
        }
    }
}
