//! Objectives from a file of `OpenSLO` v1 documents (<https://github.com/OpenSLO/OpenSLO>, read 2026-11-21).
//!
//! What is read: `Service`, `DataSource`, `SLI`, and `SLO` with a ratio of bad or good events to all, counted by Prometheus, over one
//! rolling period with the method `Occurrences`. Everything else is a finding at its place in the file: an objective
//! that is dropped silently would be a promise that nobody watches.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{PERIOD, PERIOD_RULE};
use crate::diag::{Code, Diagnostic, Severity, Sink, code, did_you_mean};
use crate::model::decode::Scalar;
use crate::model::scalars::{Period, is_label};
use crate::names;
use crate::plan::{Plan, Resolved, Sli, Slo, WINDOW};
use crate::source::{At, Source, Span};
use crate::syntax::{self, Document, Kind};
use crate::units::slo::{Objective, RequestRate};

/// The version that is read.
const VERSION: &str = "openslo/v1";
/// Why the values are what they are.
const RULE: &str = "an OpenSLO document says so";

/// Reads a file that the spec names at `at` (whose bytes are `named`), and gives each objective to its service wherever that
/// exists. Findings go to the sink.
pub fn read(source: &Arc<Source>, (at, named): (At, Span), plan: &mut Plan, sink: &mut Sink) {
    let mut file = File { source, named, sink };
    let documents = documents(&mut file);
    let mut indicators: BTreeMap<String, (usize, At)> = BTreeMap::new();
    let mut sources: BTreeMap<String, bool> = BTreeMap::new();
    let mut objectives = Vec::new();
    for (index, one) in documents.iter().enumerate() {
        let Some(version) = one.text(&mut file, At::ROOT, "apiVersion") else { continue };
        if version.1 != VERSION {
            let message = format!("`{}` is not the version `{VERSION}` of OpenSLO", version.1);
            file.refuse(one, version.0, message, "write the document in that version");
            continue;
        }
        let Some(kind) = one.text(&mut file, At::ROOT, "kind") else { continue };
        let name = one.document.find(&["metadata", "name"]).and_then(|at| one.scalar(at));
        let spec = one.document.get(At::ROOT, "spec");
        match (kind.1, name, spec) {
            ("Service", ..) => {}
            ("SLI", Some(name), Some(spec)) => {
                indicators.insert(name.to_owned(), (index, spec));
            }
            ("DataSource", Some(name), Some(spec)) => {
                let of = one.document.get(spec, "type").and_then(|at| one.scalar(at));
                sources.insert(name.to_owned(), of.is_some_and(is_prometheus));
            }
            ("SLO", Some(name), Some(spec)) => objectives.push((one, name.to_owned(), spec)),
            ("AlertPolicy" | "AlertCondition" | "AlertNotificationTarget", ..) => {
                file.note(one, kind.0, format!("the {} is not used", kind.1));
            }
            ("SLI" | "DataSource" | "SLO", ..) => {
                let message = format!("this {} has no `metadata.name` or no `spec`", kind.1);
                file.refuse(one, At::ROOT, message, "write both");
            }
            _ => {
                let message = format!("`{}` is no kind of OpenSLO that platc reads", kind.1);
                file.refuse(one, kind.0, message, "there are Service, DataSource, SLI and SLO");
            }
        }
    }
    for (one, name, spec) in objectives {
        let references = References { documents: &documents, indicators: &indicators, sources: &sources };
        let before = file.sink.found().len();
        let slo = objective(&mut file, one, (&name, spec), &references, at);
        if let Some((service, environment, slo)) = slo.filter(|_| {
            !file.sink.found()[before..].iter().any(|finding| finding.severity == Severity::Error)
        }) {
            give(&mut file, one, spec, plan, (&service, environment.as_deref()), &slo);
        }
    }
}

/// A file with where the spec names it, and where findings go.
struct File<'a> {
    source: &'a Arc<Source>,
    named: Span,
    sink: &'a mut Sink,
}

impl File<'_> {
    fn finding(&self, code: &'static Code, span: Span, message: String) -> Diagnostic {
        Diagnostic::new(code, self.named, message).inside(self.source, span, "")
    }

    fn refuse(&mut self, one: &One, at: At, message: impl Into<String>, help: impl Into<String>) {
        self.sink.push(self.finding(&code::SLO_FILE, one.span(at), message.into()).help(help));
    }

    fn note(&mut self, one: &One, at: At, message: String) {
        let finding = self.finding(&code::SLO_FILE, one.span(at), message).severity(Severity::Info);
        self.sink.push(finding.help("platc computes the alerts of an objective itself, and `observability.routing` says whom they reach"));
    }
}

/// A document of a file, and where it begins.
struct One {
    document: Document,
    offset: u32,
}

impl One {
    /// The bytes of a value in the file, or of its key where it is a collection.
    fn span(&self, at: At) -> Span {
        let is_scalar = matches!(self.document.node(at).kind, Kind::Scalar(..));
        let span = if is_scalar { self.document.span(at) } else { self.document.key_span(at) };
        let span = if at == At::ROOT { Span::new(span.start, span.start + 1) } else { span };
        shifted(span, self.offset)
    }

    fn scalar(&self, at: At) -> Option<&str> {
        match &self.document.node(at).kind {
            Kind::Scalar(text, _) if !self.document.is_null(at) => Some(text),
            _ => None,
        }
    }

    /// A needed text, with its place; reports one that is missing.
    fn text(&self, file: &mut File<'_>, at: At, key: &str) -> Option<(At, &str)> {
        let found = self.document.get(at, key).and_then(|at| Some((at, self.scalar(at)?)));
        if found.is_none() {
            file.refuse(self, at, format!("`{key}` is missing, or is no text"), format!("write `{key}`"));
        }
        found
    }
}

const fn shifted(span: Span, offset: u32) -> Span {
    Span::new(span.start + offset, span.end + offset)
}

/// The documents of a file. Those that are no YAML are reported.
fn documents(file: &mut File<'_>) -> Vec<One> {
    let text = file.source.text.as_str();
    let mut starts = vec![0];
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        if line.trim_end() == "---" {
            starts.push(offset + line.len());
        }
        offset += line.len();
    }
    let ends = starts.iter().skip(1).copied().chain([text.len()]).collect::<Vec<_>>();
    let mut found = Vec::new();
    for (start, end) in starts.into_iter().zip(ends) {
        let part = &text[start..end];
        let part = part.trim_end().strip_suffix("---").unwrap_or(part);
        let is_empty = part.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#'));
        if is_empty {
            continue;
        }
        let offset = u32::try_from(start).unwrap_or(u32::MAX);
        let mut sink = Sink::new();
        let document = syntax::parse(&Source::new(&*file.source.name, part), &mut sink);
        for finding in sink.into_sorted() {
            let span = shifted(finding.primary.span, offset);
            let mut moved = file.finding(finding.code, span, finding.message).severity(finding.severity);
            moved.help = finding.help;
            file.sink.push(moved);
        }
        found.extend(document.map(|document| One { document, offset }));
    }
    found
}

/// What documents name of each other.
struct References<'a> {
    documents: &'a [One],
    indicators: &'a BTreeMap<String, (usize, At)>,
    sources: &'a BTreeMap<String, bool>,
}

fn is_prometheus(kind: &str) -> bool {
    kind.eq_ignore_ascii_case("prometheus")
}

/// An SLO with the service that it is about, and the environment where it says one.
fn objective(
    file: &mut File<'_>,
    one: &One,
    (name, spec): (&str, At),
    references: &References<'_>,
    at: At,
) -> Option<(String, Option<String>, Slo)> {
    let document = &one.document;
    let (_, service) = one.text(file, spec, "service")?;
    let method = one.text(file, spec, "budgetingMethod")?;
    if method.1 != "Occurrences" {
        let message = format!("`{}` is a method of budgeting that platc does not have", method.1);
        file.refuse(one, method.0, message, "write `Occurrences`: the share of bad events among all");
    }
    let window = match document.get(spec, "timeWindow") {
        None => Resolved::default(PERIOD, PERIOD_RULE),
        Some(window) => Resolved::derived(period(file, one, window)?, RULE, at),
    };
    let objective = Resolved::derived(share(file, one, spec)?, RULE, at);
    let sli = indicator(file, one, spec, references, at)?;
    let key = name.strip_prefix(service).and_then(|rest| rest.strip_prefix('-')).unwrap_or(name);
    if !is_label(key) {
        let place = document.find(&["metadata", "name"]).unwrap_or(At::ROOT);
        file.refuse(
            one,
            place,
            format!("`{key}` is no name"),
            "lower-case letters, digits and `-`, at most 63, a letter first",
        );
    }
    let annotation = |key: &str| {
        let all = document.find(&["metadata", "annotations"])?;
        document.get(all, key).and_then(|at| one.scalar(at))
    };
    let traffic = annotation(names::TRAFFIC_ANNOTATION).and_then(RequestRate::parse);
    let purpose = document.get(spec, "description").and_then(|at| one.scalar(at));
    let purpose = purpose.map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "));
    let slo = Slo {
        key: key.to_owned(),
        at,
        purpose: purpose.filter(|text| !text.is_empty()).map(|text| Resolved::derived(text, RULE, at)),
        objective,
        window,
        within: None,
        traffic: traffic.map(|rate| Resolved::derived(rate, RULE, at)),
        sli,
    };
    Some((service.to_owned(), annotation(names::ENVIRONMENT_LABEL).map(str::to_owned), slo))
}

/// The one rolling period.
fn period(file: &mut File<'_>, one: &One, window: At) -> Option<crate::units::Duration> {
    let document = &one.document;
    let entries = match &document.node(window).kind {
        Kind::List(entries) => entries.clone(),
        _ => Vec::new(),
    };
    let [entry] = entries[..] else {
        file.refuse(one, window, "a time window is a list of exactly one entry", "write one rolling window");
        return None;
    };
    let is_rolling = document.get(entry, "isRolling").and_then(|at| one.scalar(at)) == Some("true");
    if !is_rolling || document.get(entry, "calendar").is_some() {
        file.refuse(
            one,
            window,
            "a window that goes by the calendar",
            "write `isRolling: true` and no `calendar`: budgets of platc roll",
        );
        return None;
    }
    let (place, text) = one.text(file, entry, "duration")?;
    match Period::read(text) {
        Ok(period) => Some(period.0),
        Err(problem) => {
            file.refuse(one, place, problem.message, problem.help.unwrap_or_default());
            None
        }
    }
}

/// The one share that has to be good.
fn share(file: &mut File<'_>, one: &One, spec: At) -> Option<Objective> {
    let document = &one.document;
    let list = document.get(spec, "objectives");
    let entries = match list.map(|at| &document.node(at).kind) {
        Some(Kind::List(entries)) => entries.clone(),
        _ => Vec::new(),
    };
    let [entry] = entries[..] else {
        file.refuse(
            one,
            list.unwrap_or(spec),
            "an SLO has exactly one objective here",
            "write one document for each objective",
        );
        return None;
    };
    for composite in ["indicator", "indicatorRef", "compositeWeight", "op", "value"] {
        if let Some(at) = document.get(entry, composite) {
            file.refuse(
                one,
                at,
                format!("`{composite}` of an objective is not read"),
                "write one SLO with one ratio for each",
            );
        }
    }
    let (at, percent) = match (document.get(entry, "target"), document.get(entry, "targetPercent")) {
        (Some(at), None) => (at, one.scalar(at).and_then(hundredfold)),
        (None, Some(at)) => (at, one.scalar(at).map(str::to_owned)),
        _ => {
            file.refuse(
                one,
                entry,
                "an objective has either `target` or `targetPercent`",
                "write `target: 0.999`",
            );
            return None;
        }
    };
    let objective = Objective::read(&format!("{}%", percent.unwrap_or_default())).ok();
    if objective.is_none() {
        file.refuse(
            one,
            at,
            "this is no share of an objective",
            "between 0 and 1, as `target: 0.999`, with at most five decimals",
        );
    }
    objective
}

/// A ratio as a percentage, digit by digit: `0.9995` becomes `99.95`.
fn hundredfold(ratio: &str) -> Option<String> {
    let (whole, fraction) = ratio.split_once('.').unwrap_or((ratio, ""));
    let is_number = [whole, fraction].iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
    if !is_number || whole.is_empty() || fraction.len() > 12 {
        return None;
    }
    let digits = format!("{fraction:0<2}");
    let (front, rest) = digits.split_at(2);
    let front = format!("{whole}{front}");
    let front = front.trim_start_matches('0');
    let front = if front.is_empty() { "0" } else { front };
    let rest = rest.trim_end_matches('0');
    Some(if rest.is_empty() { front.to_owned() } else { format!("{front}.{rest}") })
}

/// What is counted: written in the SLO, or in an SLI that it names.
fn indicator(file: &mut File<'_>, one: &One, spec: At, references: &References<'_>, at: At) -> Option<Sli> {
    let (holder, inner) = match (one.document.get(spec, "indicator"), one.document.get(spec, "indicatorRef"))
    {
        (Some(inline), None) => {
            let Some(inner) = one.document.get(inline, "spec") else {
                file.refuse(one, inline, "an indicator without `spec`", "write its `ratioMetric` there");
                return None;
            };
            (one, inner)
        }
        (None, Some(reference)) => {
            let name = one.scalar(reference).unwrap_or_default();
            let Some((index, inner)) = references.indicators.get(name) else {
                let known = references.indicators.keys().map(String::as_str);
                let help = did_you_mean(name, known)
                    .unwrap_or_else(|| "write the SLI into the same file".to_owned());
                file.refuse(one, reference, format!("there is no SLI `{name}` in this file"), help);
                return None;
            };
            (references.documents.get(*index)?, *inner)
        }
        _ => {
            file.refuse(
                one,
                spec,
                "an SLO has either `indicator` or `indicatorRef`",
                "write what is counted",
            );
            return None;
        }
    };
    let document = &holder.document;
    if let Some(threshold) = document.get(inner, "thresholdMetric") {
        file.refuse(
            holder,
            threshold,
            "a metric with a threshold is not read",
            "write a `ratioMetric` of bad events to all",
        );
        return None;
    }
    let Some(ratio) = document.get(inner, "ratioMetric") else {
        file.refuse(
            holder,
            inner,
            "an indicator without `ratioMetric`",
            "write the ratio of bad events to all",
        );
        return None;
    };
    if let Some(raw) = document.get(ratio, "raw").or_else(|| document.get(ratio, "rawType")) {
        file.refuse(
            holder,
            raw,
            "a ratio that was computed before is not read",
            "write `bad` and `total`: a mean of ratios does not weigh requests",
        );
        return None;
    }
    let mut query = |key: &str| -> Option<Option<String>> {
        document.get(ratio, key).map(|at| prometheus_query(file, holder, at, references))
    };
    let (bad, good, total) = (query("bad"), query("good"), query("total"));
    let (errors, total) = match (bad, good, total) {
        (Some(bad), None, Some(total)) => (bad?, total?),
        (None, Some(good), Some(total)) => {
            let (good, total) = (good?, total?);
            (format!("({total}) - ({good})"), total)
        }
        _ => {
            file.refuse(
                holder,
                ratio,
                "a ratio needs `total` and either `bad` or `good`",
                "write two of the three",
            );
            return None;
        }
    };
    Some(Sli::Own { errors: Resolved::derived(errors, RULE, at), total: Resolved::derived(total, RULE, at) })
}

/// The query of a metric that Prometheus has.
fn prometheus_query(
    file: &mut File<'_>,
    one: &One,
    metric: At,
    references: &References<'_>,
) -> Option<String> {
    let document = &one.document;
    let Some(source) = document.get(metric, "metricSource") else {
        file.refuse(
            one,
            metric,
            "a metric without `metricSource`",
            "write its `type: Prometheus` and its query",
        );
        return None;
    };
    let text = |key: &str| document.get(source, key).and_then(|at| Some((at, one.scalar(at)?)));
    let (place, is_known) = match (text("type"), text("metricSourceRef")) {
        (Some((at, kind)), _) => (at, is_prometheus(kind)),
        (None, Some((at, name))) => (at, references.sources.get(name).copied().unwrap_or_default()),
        (None, None) => (source, false),
    };
    if !is_known {
        file.refuse(
            one,
            place,
            "this metric does not come from Prometheus",
            "write `type: Prometheus`, or a DataSource of that type into the same file",
        );
        return None;
    }
    let Some((at, query)) = document
        .get(source, "spec")
        .and_then(|spec| document.get(spec, "query"))
        .and_then(|at| Some((at, one.scalar(at)?)))
    else {
        file.refuse(one, source, "a metric of Prometheus without `spec.query`", "write the query");
        return None;
    };
    let query = query.trim().replace("{{ .window }}", WINDOW);
    if !query.contains(WINDOW) {
        file.sink.push(
            file.finding(&code::SLO_NO_WINDOW, one.span(at), format!("the query does not say `{WINDOW}`"))
                .help(format!("write it in place of the range: `rate(requests_total[{WINDOW}])`")),
        );
        return None;
    }
    Some(query)
}

/// Gives an objective to its service wherever that exists.
fn give(
    file: &mut File<'_>,
    one: &One,
    spec: At,
    plan: &mut Plan,
    (service, environment): (&str, Option<&str>),
    slo: &Slo,
) {
    let place = one.document.get(spec, "service").unwrap_or(spec);
    let mut known: Vec<String> = Vec::new();
    let mut given = false;
    for there in plan.environments.values_mut() {
        if there.stands_in.is_some() || environment.is_some_and(|only| only != there.key) {
            continue;
        }
        known.extend(there.services.iter().map(|service| service.key.clone()));
        let Some(service) = there.services.iter_mut().find(|known| known.key == service) else { continue };
        given = true;
        if service.slos.iter().any(|known| known.key == slo.key) {
            let name = one.document.find(&["metadata", "name"]).unwrap_or(At::ROOT);
            let message = format!("`{}` already has an objective `{}`", service.key, slo.key);
            file.sink.push(
                file.finding(&code::SLO_TWICE, one.span(name), message)
                    .help("give one of the two another name: their series would be the same"),
            );
            return;
        }
        service.slos.push(slo.clone());
    }
    if !given {
        let help = did_you_mean(service, known.iter().map(String::as_str));
        let help = help.unwrap_or_else(|| "`spec.service` is the name of a service of the spec".to_owned());
        let message = match environment {
            Some(environment) => format!("there is no service `{service}` in {environment}"),
            None => format!("there is no service `{service}`"),
        };
        file.refuse(one, place, message, help);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_becomes_a_percentage_digit_by_digit() {
        for (ratio, percent) in
            [("0.999", "99.9"), ("0.9", "90"), ("0.99995", "99.995"), ("0", "0"), ("1", "100"), ("0.05", "5")]
        {
            assert_eq!(hundredfold(ratio).as_deref(), Some(percent), "{ratio}");
        }
        for text in ["", "x", "1e-3", "-0.5", ".9"] {
            assert_eq!(hundredfold(text), None, "{text}");
        }
    }
}
