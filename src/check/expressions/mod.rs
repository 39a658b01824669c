//! Expressions and texts of alerts, and queries of objectives, that the spec says itself: whether Prometheus takes them, and whether they can do what they are for.

mod labels;
mod lint;
mod objectives;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use labels::Labels;
use lint::{Lint, Subject};

use super::{Context, Rule};
use crate::diag::{Code, Diagnostic, code};
use crate::plan::{CustomAlert, Origin, Resolved};
use crate::promql::{self, Expr, Problem, Type, template};
use crate::source::{At, Span};
use crate::syntax::{Kind, Origins};
use crate::units::Duration;

pub(super) const RULES: &[Rule] = &[
    Rule { name: "expressions/conditions", run: conditions },
    Rule { name: "expressions/texts", run: texts },
    Rule { name: "expressions/time", run: time },
    Rule { name: "expressions/twice", run: twice },
    Rule { name: "expressions/objectives", run: objectives::objectives },
];

/// Where PromQL is described.
const PROMQL: &str = "https://prometheus.io/docs/prometheus/latest/querying/basics/";
/// Where templates are described.
const TEMPLATES: &str = "https://prometheus.io/docs/prometheus/latest/configuration/template_reference/";

/// A text of the spec in which places can be found.
struct Text<'c> {
    text: &'c str,
    origins: Origins,
}

impl<'c> Text<'c> {
    /// The text that is written where a value comes from.
    fn of(context: &Context<'c>, value: &'c Resolved<String>) -> Option<Self> {
        let Origin::Written(at) = value.origin else { return None };
        let Kind::Scalar(text, _) = &context.model.document.node(at).kind else { return None };
        let origins = Origins::new(&context.source.text, context.span(at), text);
        Some(Self { text, origins })
    }

    /// A finding at a part of the text. Bytes are only replaced where they stand in the spec as they are, and where nothing
    /// that is put there needs other quotes.
    fn finding(
        &self,
        code: &'static Code,
        place: Span,
        message: String,
        help: Option<String>,
        edit: Option<(Span, String)>,
    ) -> Diagnostic {
        let mut finding = Diagnostic::new(code, self.origins.span(place), message);
        let is_safe = |text: &str| {
            !text.contains(['"', '\'', '\\', '\n', '#']) && !text.contains(": ") && !text.ends_with(':')
        };
        match edit {
            Some((part, text)) if self.origins.is_verbatim(part) && is_safe(&text) => {
                finding = finding.edit(self.origins.span(part), text);
            }
            Some((_, text)) if help.is_none() && !text.is_empty() => {
                finding = finding.help(format!("write `{text}`"));
            }
            _ => {}
        }
        finding.help = help.or(finding.help);
        finding
    }

    /// What Prometheus refuses. Where nothing better is known to do, its documentation says what can be written.
    fn problem(&self, code: &'static Code, problem: Problem, manual: &str) -> Diagnostic {
        let edit = problem.replacement.map(|text| (problem.span, text));
        let finding = self.finding(code, problem.span, problem.message, problem.help, edit);
        if finding.advice().is_some() {
            finding
        } else {
            finding.help(format!("<{manual}> says what can stand here"))
        }
    }

    fn lint(&self, lint: Lint) -> Diagnostic {
        self.finding(lint.code, lint.span, lint.message, lint.help, lint.edit).severity(lint.severity)
    }
}

/// The tree of an alert's condition, where it is one.
fn condition(alert: &CustomAlert) -> Option<Expr> {
    promql::parse(&alert.expr.value).ok().filter(|expr| expr.value_type() != Type::Range)
}

fn conditions(context: &mut Context<'_>) {
    let plan = context.plan;
    for alert in &plan.monitoring.custom {
        let Some(text) = Text::of(context, &alert.expr) else { continue };
        let expr = match promql::parse(text.text) {
            Ok(expr) => expr,
            Err(problem) => {
                context.report(text.problem(&code::EXPRESSION, problem, PROMQL));
                continue;
            }
        };
        if !matches!(expr.value_type(), Type::Instant | Type::Scalar) {
            let message = format!("an alert cannot be made of {}", expr.value_type().name());
            let help = "apply a function that makes one value of many, such as `rate(..)`, and compare it";
            let help = Some(help.to_owned()).filter(|_| expr.value_type() == Type::Range);
            context.report(text.finding(&code::EXPRESSION, expr.span, message, help, None));
            continue;
        }
        let subject = Subject { text: text.text, expr: &expr, scrape: plan.monitoring.scrape_every.value };
        for lint in lint::alert(&subject) {
            context.report(text.lint(lint));
        }
    }
}

fn texts(context: &mut Context<'_>) {
    let plan = context.plan;
    for alert in &plan.monitoring.custom {
        let expr = condition(alert);
        let kept = expr.as_ref().map_or(Labels::Any, labels::of);
        for value in std::iter::once(&alert.summary).chain(&alert.description) {
            let Some(text) = Text::of(context, value) else { continue };
            match template::parse(text.text) {
                Err(problem) => context.report(text.problem(&code::TEMPLATE, problem, TEMPLATES)),
                Ok(found) => printed(context, alert, &text, &found, &kept),
            }
        }
        for (label, value) in &alert.labels {
            let Some(text) = Text::of(context, value) else { continue };
            match template::parse(text.text) {
                Err(problem) => context.report(text.problem(&code::TEMPLATE, problem, TEMPLATES)),
                Ok(found) => {
                    for place in found.values {
                        let message = format!(
                            "the label `{label}` has the measured value: every reading is another alert"
                        );
                        let help = "write it into the description".to_owned();
                        context.report(text.finding(&code::VALUE_IN_LABEL, place, message, Some(help), None));
                    }
                }
            }
        }
    }
}

/// What is wrong with a text that people read.
fn printed(
    context: &mut Context<'_>,
    alert: &CustomAlert,
    text: &Text<'_>,
    found: &template::Template,
    kept: &Labels,
) {
    for place in &found.bare_values {
        let help = "a share is read as `{{ $value | humanizePercentage }}`, a length of time as `{{ $value | humanizeDuration }}`, \
                    a number as `{{ $value | humanize }}`";
        let message = "the value is printed with all its digits".to_owned();
        context.report(text.finding(&code::BARE_VALUE, *place, message, Some(help.to_owned()), None));
    }
    for (label, place) in &found.labels {
        let is_own = alert.labels.contains_key(label)
            || matches!(label.as_str(), "alertname" | "environment" | "owner" | "severity")
            || alert.service.is_some() && matches!(label.as_str(), "namespace" | "service" | "tier");
        if is_own || kept.may_have(label) {
            continue;
        }
        let message = format!("the expression keeps no label `{label}`: the text has a hole here");
        let help = format!("keep it in the expression, such as `by ({label})`; it keeps {}", kept.list());
        context.report(text.finding(&code::LOST_LABEL, *place, message, Some(help), None));
    }
}

fn time(context: &mut Context<'_>) {
    let plan = context.plan;
    let scrape = &plan.monitoring.scrape_every;
    for alert in &plan.monitoring.custom {
        let lasting = &alert.lasting;
        if lasting.value == Duration(0) || lasting.value >= scrape.value {
            continue;
        }
        let mut finding = Diagnostic::new(
            &code::SHORT_FOR,
            context.origin(lasting, alert.at),
            format!(
                "`for` of {} ends before the next reading, which comes every {}",
                lasting.value, scrape.value
            ),
        )
        .help(format!("write at least `for: {}`, or leave it out", Duration(2 * scrape.value.0)));
        if let Origin::Written(at) = scrape.origin {
            finding = finding.related(context.span(at), "how often metrics are read");
        }
        context.report(finding);
    }
}

/// The expression without what does not change it.
fn canonical(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn twice(context: &mut Context<'_>) {
    let plan = context.plan;
    // By cluster and expression: who asks it first.
    let mut asked: BTreeMap<(&str, String), (&CustomAlert, &str)> = BTreeMap::new();
    for alert in &plan.monitoring.custom {
        for key in &alert.environments {
            let Some(environment) = plan.environments.get(key) else { continue };
            let cluster = environment.cluster.value.as_str();
            let Some((first, there)) = asked.get(&(cluster, canonical(&alert.expr.value))) else {
                asked.insert((cluster, canonical(&alert.expr.value)), (alert, key));
                continue;
            };
            if first.key == alert.key {
                let finding = Diagnostic::new(
                    &code::ALERT_TWICE,
                    context.origin(&alert.expr, alert.at),
                    format!("`{}` asks the same in {there} and {key}, which share the cluster `{cluster}`", alert.key),
                )
                .help(format!("exist in one of them: `environments: [{there}]`; or name the namespace in an alert for each"));
                context.report(finding);
            } else {
                let first_at = match first.expr.origin {
                    Origin::Written(at) => at,
                    _ => At::ROOT,
                };
                let finding = Diagnostic::new(
                    &code::ALERT_TWICE,
                    context.origin(&alert.expr, alert.at),
                    format!("`{}` and `{}` ask the same", first.key, alert.key),
                )
                .in_environment(key)
                .related(context.span(first_at), "first here")
                .help("keep one of them");
                context.report(finding);
            }
        }
    }
}
