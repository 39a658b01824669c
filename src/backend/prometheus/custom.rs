//! Rules that the spec says itself, as they are written there.
//!
//! Nothing here knows when such a rule has to fire, so it has no test of its own: the checks judge its expression.

use super::expr::{Range, literal};
use crate::format::data::{Data, Map};
use crate::map;
use crate::names;
use crate::plan::{CustomAlert, Environment, Plan};
use crate::units::Duration;

/// The group of an environment, if the spec says any rule for it.
pub(super) fn group<'p>(plan: &'p Plan, environment: &'p Environment) -> Option<Map<'p>> {
    let is_here = |alert: &&CustomAlert| alert.environments.contains(&environment.key);
    let rules: Vec<Data<'p>> = plan
        .monitoring
        .custom
        .iter()
        .filter(is_here)
        .map(|alert| Data::Map(rule(plan, environment, alert)))
        .collect();
    let name = names::rule_group("custom", &environment.key, "rules");
    (!rules.is_empty()).then(|| Map::new().with("name", name).with("rules", Data::List(rules)))
}

fn rule<'p>(plan: &'p Plan, environment: &'p Environment, alert: &'p CustomAlert) -> Map<'p> {
    let mut labels = map! {
        "severity" => alert.severity.value.word(),
        "environment" => environment.key.as_str(),
    };
    let service = alert.service.as_ref().and_then(|service| environment.service(&service.value));
    if let Some(service) = service {
        // Of a rule about a service the namespace is known; else the series may name another's.
        labels.push("namespace", environment.namespace.value.as_str());
        labels.push("service", service.key.as_str());
        if let Some(tier) = &service.tier {
            labels.push("tier", tier.key.as_str());
        }
    }
    labels.push("owner", literal(&plan.owner.value));
    for (label, text) in &alert.labels {
        labels.push(label.as_str(), text.value.as_str());
    }
    let mut annotations = map! { "summary" => alert.summary.value.as_str() };
    if let Some(description) = &alert.description {
        annotations.push("description", description.value.trim_end());
    }
    if let Some(runbook) = &alert.runbook {
        annotations.push("runbook_url", literal(&runbook.value));
    }
    let mut rule = map! { "alert" => alert.key.as_str(), "expr" => alert.expr.value.trim() };
    if alert.lasting.value > Duration(0) {
        rule.push("for", Range(alert.lasting.value).to_string());
    }
    if let Some(keep) = alert.keep_firing.as_ref().filter(|keep| keep.value > Duration(0)) {
        rule.push("keep_firing_for", Range(keep.value).to_string());
    }
    rule.push("labels", labels);
    rule.push("annotations", annotations);
    rule
}
