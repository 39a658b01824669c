//! Alerts that the spec says itself: where they exist, and what they are about.

use indexmap::IndexMap;

use super::references::{Parts, parts, reference_span};
use super::{Resolver, from_written, optional_text, or};
use crate::diag::{Diagnostic, code, did_you_mean};
use crate::model::records;
use crate::model::scalars::{Name, Reference};
use crate::plan::{AlertSeverity, CustomAlert, Plan, Resolved};
use crate::source::Written;
use crate::units::Duration;

/// All of them, with references and environments that exist.
pub(super) fn resolve(resolver: &mut Resolver<'_>, plan: &mut Plan) {
    let written = resolver.platform.alerts.as_ref().and_then(|alerts| alerts.custom.as_ref());
    for (key, (name, alert)) in written.iter().flat_map(|named| &named.entries) {
        let service = alert.service.as_ref().and_then(|reference| service(resolver, plan, reference));
        let environments = match &alert.environments {
            Some(named) => named_environments(resolver, plan, named, service.as_ref()),
            // A Prometheus sees its whole cluster: the same question in two of its environments would have two answers.
            None => plan
                .environments
                .values()
                .filter(|one| match &service {
                    Some(service) => one.service(&service.value).is_some(),
                    None => plan.leads(one),
                })
                .map(|one| one.key.clone())
                .collect(),
        };
        plan.monitoring.custom.push(CustomAlert {
            key: key.clone(),
            at: name.at,
            expr: from_written(&alert.expr),
            lasting: or(alert.r#for.as_ref(), |hold| hold, Duration(0), "the first reading is enough"),
            keep_firing: alert.keep_firing.as_ref().map(|keep| Resolved::written(keep.value, keep.at)),
            severity: or(
                alert.severity.as_ref(),
                |word| word,
                AlertSeverity::Warning,
                "somebody looks at it in working hours",
            ),
            summary: from_written(&alert.summary),
            description: optional_text(alert.description.as_ref()),
            labels: labels(alert),
            runbook: optional_text(alert.runbook.as_ref()),
            service,
            environments,
        });
    }
}

fn labels(alert: &records::CustomAlert) -> IndexMap<String, Resolved<String>> {
    let written = alert.labels.iter().flat_map(|labels| &labels.entries);
    written.map(|(key, (_, text))| (key.clone(), from_written(text))).collect()
}

/// The service that an alert is about.
fn service(
    resolver: &mut Resolver<'_>,
    plan: &Plan,
    reference: &Written<Reference>,
) -> Option<Resolved<String>> {
    let Parts { kind, name, part, environment } = parts(&reference.value);
    let known: Vec<&str> = plan
        .environments
        .values()
        .flat_map(|one| one.services.iter().map(|service| service.key.as_str()))
        .collect();
    if kind == "services" && part.is_none() && environment.is_none() && known.contains(&name) {
        return Some(Resolved::written(name.to_owned(), reference.at));
    }
    let span = reference_span(resolver, reference);
    let mut finding = Diagnostic::new(
        &code::UNKNOWN_REFERENCE,
        span,
        format!("`{}` is no service that an alert could be about", reference.value.0),
    );
    finding.help = did_you_mean(name, known.iter().copied())
        .or_else(|| Some("write `services/<name>` of a service of this spec".to_owned()));
    resolver.sink.push(finding);
    None
}

/// The environments that are written, as far as they exist in a cluster and have the service.
fn named_environments(
    resolver: &mut Resolver<'_>,
    plan: &Plan,
    named: &[Written<Name>],
    service: Option<&Resolved<String>>,
) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for name in named {
        let span = resolver.model.document.span(name.at);
        let Some(environment) = plan.environments.get(&name.value.0) else {
            let is_local = resolver.is_local(&name.value.0);
            let mut finding = if is_local {
                let message = format!("`{}` has no cluster, so no Prometheus looks at it", name.value.0);
                Diagnostic::new(&code::NOT_IN_ENVIRONMENT, span, message)
            } else {
                let message = format!("there is no environment `{}`", name.value.0);
                Diagnostic::new(&code::UNKNOWN_REFERENCE, span, message)
            };
            if !is_local {
                finding.help = did_you_mean(&name.value.0, plan.environments.keys().map(String::as_str));
            }
            resolver.sink.push(finding);
            continue;
        };
        if let Some(service) = service.filter(|service| environment.service(&service.value).is_none()) {
            let message = format!(
                "there is no `{}` in {}, so the alert is about nothing there",
                service.value, environment.key
            );
            resolver.sink.push(Diagnostic::new(&code::NOT_IN_ENVIRONMENT, span, message));
            continue;
        }
        if !found.contains(&environment.key) {
            found.push(environment.key.clone());
        }
    }
    found
}
