//! Rules that the spec says itself, as they are written there.
//!
//! Nothing here knows when such a rule has to fire, so it has no test of its own: the checks judge its expression.

use super::expr::{Range, literal};
use super::rule::{OWNER, Severity, Urgency};
use crate::format::data::{Data, Map};
use crate::map;
use crate::names;
use crate::plan::{AlertSeverity, CustomAlert, Environment, Plan};
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
    // What is written holds where users depend on it, as the urgency of platc's own rules does.
    let urgency = match alert.severity.value {
        AlertSeverity::Critical => Urgency::Now,
        AlertSeverity::Warning => Urgency::Soon,
        AlertSeverity::Info => Urgency::Never,
    };
    let mut labels = map! {
        "severity" => Severity::of(urgency, environment.role.value).text(),
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
    labels.push(OWNER, literal(&service.map_or(&plan.owner, |service| &service.owner).value));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Date;
    use crate::format::yaml;
    use crate::source::Source;

    const SPEC: &str = r#"
apiVersion: platc/v1
name: shop
owner: web
clusters:
  main: {provider: linode, region: fr-par, kubernetes: "1.35", controlPlane: {allow: [203.0.113.0/24]}}
environments:
  production: {role: production, cluster: main}
  staging: {role: staging, cluster: main}
nodePools:
  apps: {type: g6-standard-4, nodes: 3}
tiers:
  standard: {rto: 4h, rpo: 24h, covers: [instance]}
services:
  mailer: {image: registry.example.com/mailer:1.0.0, port: 8080, tier: standard, environments: [staging]}
  site: {image: registry.example.com/site:1.0.0, port: 8080, tier: standard, owner: pages}
alerts:
  custom:
    MailerSlow:
      expr: |
        max by (queue) (mail_age_seconds{job="mailer"})
          > 60
      for: 90s
      keepFiring: 1h
      severity: critical
      summary: Mail is late.
      description: "Mail of {{ $labels.queue }} waits {{ $value | humanizeDuration }}."
      labels: {component: mail}
      runbook: https://wiki.example.com/mail
      service: services/mailer
    SiteSlow:
      expr: max by (job) (page_age_seconds{job="site"}) > 60
      severity: critical
      summary: Pages are late.
      service: services/site
    NodesHot:
      expr: max(node_hwmon_temp_celsius{job="node-exporter"}) > 80
      summary: A node is hot.
"#;

    fn rendered(environment: &str) -> Option<String> {
        let today = Date::new(2026, 11, 21).expect("a date");
        let options = crate::Options { today, files: None };
        let compilation = crate::compile(&Source::new("spec", SPEC), &options);
        let plan = compilation.plan.unwrap_or_else(|| panic!("{:?}", compilation.diagnostics));
        let mut text = String::new();
        yaml::document(&Data::Map(group(&plan, &plan.environments[environment])?), &mut text);
        Some(text)
    }

    #[test]
    fn an_alert_about_a_service_has_its_labels_and_stands_where_it_is() {
        let text = rendered("staging").expect("a group");
        let (first, _) = text.split_once("  - alert: SiteSlow").expect("another");
        assert_eq!(
            first,
            "name: platc-custom-staging-rules\nrules:\n  - alert: MailerSlow\n    expr: |-\n      max by (queue) (mail_age_seconds{job=\"mailer\"})\n        > 60\n    for: 90s\n    keep_firing_for: 1h\n    labels:\n      severity: warning\n      environment: staging\n      namespace: staging\n      service: mailer\n      tier: standard\n      owner: web\n      component: mail\n    annotations:\n      summary: Mail is late.\n      description: Mail of {{ $labels.queue }} waits {{ $value | humanizeDuration }}.\n      runbook_url: https://wiki.example.com/mail\n"
        );
    }

    #[test]
    fn nobody_is_woken_up_where_no_user_is() {
        let of = |environment: &str| {
            let text = rendered(environment).expect("a group");
            let own = text.split("alert: SiteSlow").nth(1).expect("the alert").to_owned();
            own.lines().find(|line| line.contains("severity:")).expect("a severity").trim().to_owned()
        };
        assert_eq!(of("production"), "severity: critical");
        assert_eq!(of("staging"), "severity: warning");
    }

    #[test]
    fn it_is_of_the_team_of_its_service_or_of_the_platforms() {
        let text = rendered("production").expect("a group");
        let (of_site, of_nodes) = text.split_once("alert: NodesHot").expect("both");
        assert!(of_site.contains("service: site\n      tier: standard\n      owner: pages\n"), "{of_site}");
        assert!(of_nodes.contains("owner: web\n"), "{of_nodes}");
    }

    #[test]
    fn any_other_stands_once_in_each_cluster() {
        let text = rendered("production").expect("a group");
        assert!(
            text.contains("alert: NodesHot") && !text.contains("MailerSlow") && !text.contains("for:"),
            "{text}"
        );
        assert!(!rendered("staging").expect("a group").contains("NodesHot"));
    }
}
