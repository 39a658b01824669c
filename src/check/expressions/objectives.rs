//! Queries of objectives that Prometheus takes, and that do not count what happened in the window.

use std::collections::BTreeSet;

use super::lint::{self, Lint, Subject};
use super::{Text, promql};
use crate::check::Context;
use crate::diag::{Diagnostic, Severity, code};
use crate::plan::{Origin, Plan, Resolved, Service, Sli, Slo, WINDOW};
use crate::promql::{Expr, Kind, Type};
use crate::source::Span;

/// A length of time with as many letters as the placeholder has, so that places in the query stay what they are; longer than any
/// range that could be too short.
const SOME_WINDOW: &str = "0000000090d";

/// What a function makes of a window; shares are made of the same on both sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Measure {
    /// Events a second.
    Rate,
    /// Events in the whole window.
    Amount,
    /// Neither grows with the window: averages, extremes.
    Level,
}

fn measure(function: &str) -> Option<Measure> {
    match function {
        "rate" => Some(Measure::Rate),
        "increase" | "sum_over_time" | "count_over_time" => Some(Measure::Amount),
        name if name.ends_with("_over_time") && name != "absent_over_time" => Some(Measure::Level),
        _ => None,
    }
}

/// A function of a query that reads a range: its name, where it stands, and what it makes.
struct Reading {
    name: &'static str,
    place: Span,
    measure: Option<Measure>,
    /// The counter that it reads, if it is known to be one.
    counter: Option<String>,
}

/// The functions of a query that read ranges, the first first.
fn readings(expr: &Expr) -> Vec<Reading> {
    let calls = expr.all().into_iter().filter_map(|part| match &part.kind {
        Kind::Call(call) => Some(call),
        _ => None,
    });
    let mut found: Vec<Reading> = calls
        .filter_map(|call| {
            let range = call.arguments.iter().find(|one| one.value_type() == Type::Range)?;
            let counter = match &range.kind {
                Kind::Range(selector, ..) => selector.name().filter(|name| lint::is_counter(name)),
                _ => None,
            };
            Some(Reading {
                name: call.function.name,
                place: call.name,
                measure: measure(call.function.name),
                counter: counter.map(str::to_owned),
            })
        })
        .collect();
    found.sort_by_key(|reading| reading.place.start);
    found
}

/// A query and where it stands.
struct Query<'q> {
    what: &'static str,
    written: &'q Resolved<String>,
    text: String,
    expr: Expr,
}

impl<'q> Query<'q> {
    /// The query, if Prometheus takes it.
    fn of(what: &'static str, written: &'q Resolved<String>) -> Option<Self> {
        let text = written.value.replace(WINDOW, SOME_WINDOW);
        let expr = promql::parse(&text).ok().filter(|expr| expr.value_type() == Type::Instant)?;
        Some(Self { what, written, text, expr })
    }

    /// A finding at a part of it; of a query that stands in another file, at what names that file.
    fn finding(&self, context: &Context<'_>, slo: &Slo, lint: Lint) -> Diagnostic {
        let own = |text: String| text.replace(SOME_WINDOW, WINDOW);
        let lint = Lint {
            message: own(lint.message),
            help: lint.help.map(own),
            edit: lint.edit.map(|(span, text)| (span, own(text))),
            ..lint
        };
        if let Some(text) = Text::of(context, self.written).filter(|text| text.text == self.written.value) {
            return text.lint(lint);
        }
        let mut finding =
            Diagnostic::new(lint.code, self.place(context, slo), lint.message).severity(lint.severity);
        finding.help = lint.help;
        finding
    }

    /// Where the whole of it comes from.
    fn place(&self, context: &Context<'_>, slo: &Slo) -> Span {
        match self.written.origin {
            Origin::Written(at) | Origin::Derived(_, at) => context.span(at),
            Origin::Default(_) => context.key(slo.at),
        }
    }
}

pub(super) fn objectives(context: &mut Context<'_>) {
    let plan = context.plan;
    // Environments mostly have the same objectives; all that a judgement depends on when nothing is wrong.
    let mut flawless: BTreeSet<(&str, &str, bool)> = BTreeSet::new();
    for environment in plan.environments.values() {
        for service in &environment.services {
            for slo in &service.slos {
                let Sli::Own { errors, total } = &slo.sli else { continue };
                let about = (errors.value.as_str(), total.value.as_str(), slo.traffic.is_some());
                if flawless.contains(&about) {
                    continue;
                }
                let found = judged(context, plan, service, slo);
                if found.is_empty() {
                    flawless.insert(about);
                }
                for finding in found {
                    context.report(finding.in_environment(&environment.key));
                }
            }
        }
    }
}

/// What is wrong with the queries of an objective.
fn judged(context: &Context<'_>, plan: &Plan, service: &Service, slo: &Slo) -> Vec<Diagnostic> {
    let Sli::Own { errors, total } = &slo.sli else { return Vec::new() };
    let name = format!("`{}` of `{}`", slo.key, service.key);
    let queries: Vec<Query<'_>> =
        [Query::of("errors", errors), Query::of("total", total)].into_iter().flatten().collect();
    let mut found = Vec::new();
    for query in &queries {
        let subject =
            Subject { text: &query.text, expr: &query.expr, scrape: plan.monitoring.scrape_every.value };
        for lint in lint::of_objective(&subject).into_iter().chain(unmeasured(query)) {
            found.push(query.finding(context, slo, lint));
        }
    }
    let [errors, total] = &queries[..] else { return found };
    let first = |query: &Query<'_>| readings(&query.expr).into_iter().find(|one| one.measure.is_some());
    let mixed = [errors, total].into_iter().find_map(|query| {
        let all: Vec<Reading> =
            readings(&query.expr).into_iter().filter(|one| one.measure.is_some()).collect();
        let begins = first(errors).or_else(|| first(total))?;
        let other = all.into_iter().find(|one| one.measure != begins.measure)?;
        Some((begins, query, other))
    });
    if let Some((begins, query, other)) = mixed {
        let message = format!(
            "{name} counts with `{}` and with `{}`: the share changes with the length of the window",
            begins.name, other.name
        );
        let is_plain = |reading: &Reading| ["rate", "increase"].contains(&reading.name);
        let help = "`rate` on both sides: events a second are the same in every window";
        let mut lint = Lint::new(&code::SLO_MEASURE, other.place, message).help(help);
        if is_plain(&begins) && is_plain(&other) && begins.name == "rate" {
            lint = lint.edit(other.place, "rate");
        }
        found.push(query.finding(context, slo, lint));
    } else if let (Some(reading), Some(traffic)) = (first(errors), &slo.traffic)
        && reading.measure != Some(Measure::Rate)
    {
        let message = format!(
            "the few failures of {name} are counted from events a second, and `{}` gives others",
            reading.name
        );
        let lint = Lint::new(&code::SLO_MEASURE, reading.place, message)
            .help("write `rate` on both sides, or leave `traffic` out");
        let mut finding = errors.finding(context, slo, lint);
        if let Origin::Written(at) = traffic.origin {
            finding = finding.related(context.span(at), "failures are counted because of this");
        }
        found.push(finding);
    }
    found
}

/// Functions that give no events of the window.
fn unmeasured(query: &Query<'_>) -> Vec<Lint> {
    let wrong = readings(&query.expr).into_iter().filter_map(|reading| {
        let of = match (&reading.counter, reading.name) {
            (Some(_), "rate" | "increase") => return None,
            (Some(counter), _) => format!("of the counter `{counter}`"),
            (None, "irate" | "idelta") => "of two readings only".to_owned(),
            (None, _) => return None,
        };
        let message = format!(
            "`{}` {of} is no number of events in the window, which `{}` has to give",
            reading.name, query.what
        );
        let is_whole = reading.counter.is_some() && ["irate", "delta"].contains(&reading.name);
        let lint = Lint::new(&code::SLO_MEASURE, reading.place, message)
            .help("events a second over the window are `rate(..)`");
        Some(if is_whole { lint.edit(reading.place, "rate") } else { lint })
    });
    wrong.map(|lint| lint.severity(Severity::Error)).collect()
}
