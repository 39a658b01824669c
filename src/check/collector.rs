//! The configuration that a spec lays over that of an OpenTelemetry collector: what the collector refuses when it starts.

use super::{Context, Rule};
use crate::addon;
use crate::catalog::{CollectorExporter, collector_exporter};
use crate::diag::{Diagnostic, code};
use crate::freeform::{Freeform, Value};
use crate::source::Span;

pub(super) const RULES: &[Rule] = &[Rule { name: "addon/collector-exporter", run: exporters }];

/// The chart of the collector; several add-ons are releases of it.
const CHART: &str = "opentelemetry-collector";

fn exporters(context: &mut Context<'_>) {
    let addons = context.model.platform.addons.iter().flat_map(|addons| &addons.entries);
    for (key, (_, written)) in addons {
        let chart = addon::find(key).and_then(|known| known.definition.chart.as_ref());
        if chart.is_none_or(|chart| chart.name.value.0 != CHART) {
            continue;
        }
        let Some(config) = written.values.as_ref().and_then(|values| values.get("config")) else { continue };
        let declared = entries(config.get("exporters"));
        for (name, exporter) in declared.clone() {
            // Null takes one away.
            if let Some(known) = collector_exporter(name).filter(|_| exporter.value != Value::Null) {
                let span = context.key(exporter.at);
                if let Some(finding) = gone(name, known, span) {
                    context.report(finding);
                }
            }
        }
        for (pipeline, below) in entries(config.find(&["service", "pipelines"])) {
            let signal = pipeline.split('/').next().unwrap_or(pipeline);
            for item in below.get("exporters").map(items).unwrap_or_default() {
                let Value::Text(name) = &item.value else { continue };
                let Some(known) = collector_exporter(name) else { continue };
                let span = context.span(item.at);
                let declaration = declared.clone().find(|(other, _)| *other == name);
                let finding = match known.gone_since {
                    Some(_) if declaration.is_some() => None,
                    Some(_) => gone(name, known, span),
                    None if known.signals.contains(&signal) => None,
                    None => Some(misplaced(name, known, signal, pipeline, span)),
                };
                if let Some(finding) = finding {
                    context.report(finding);
                }
            }
        }
    }
}

fn gone(name: &str, known: &CollectorExporter, span: Span) -> Option<Diagnostic> {
    let since = known.gone_since?;
    let message = format!("the collector has no exporter `{}` since {since}", known.kind);
    Some(
        Diagnostic::new(&code::COLLECTOR_EXPORTER, span, message)
            .note(known.endpoint)
            .help(format!("call it `otlp/{}`, with the endpoint of port 4317", name.replace('/', "-"))),
    )
}

fn misplaced(name: &str, known: &CollectorExporter, signal: &str, pipeline: &str, span: Span) -> Diagnostic {
    let takes = known.signals.join(" and ");
    Diagnostic::new(
        &code::COLLECTOR_EXPORTER,
        span,
        format!("`{name}` takes {takes}, and the pipeline `{pipeline}` has {signal}"),
    )
    .note(known.endpoint)
    .help(format!("send {signal} by `otlp`, and name `{name}` in a pipeline of {takes}"))
}

/// The entries of a mapping; none of anything else.
fn entries(value: Option<&Freeform>) -> impl Iterator<Item = (&String, &Freeform)> + Clone {
    let map =
        value.and_then(|value| if let Value::Map(entries) = &value.value { Some(entries) } else { None });
    map.into_iter().flatten()
}

/// The items of a list; none of anything else.
fn items(value: &Freeform) -> &[Freeform] {
    if let Value::List(items) = &value.value { items } else { &[] }
}
