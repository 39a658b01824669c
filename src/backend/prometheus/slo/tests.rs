//! What holds for objectives: names that public dashboards know, exact thresholds, and every preset.

use super::*;
use crate::backend::fixture;
use crate::backend::prometheus::rule::Group;
use crate::plan::Plan;

/// A platform whose services have an objective for every preset.
pub(in crate::backend) const EVERY_PRESET: &str = r#"
apiVersion: platc/v1
name: shop
owner: web
domain: shop.example.com
clusters:
  main: {provider: linode, region: fr-par, kubernetes: "1.35", controlPlane: {allow: [203.0.113.0/24]}}
environments:
  production: {role: production, cluster: main}
nodePools:
  apps: {type: g6-standard-4, nodes: 3}
ingress: {controller: envoy-gateway, tls: {issuer: letsencrypt, email: ops@example.com}}
queues:
  events: {engine: rabbitmq, nodes: 3, storage: 20Gi, queues: {usage: {type: quorum}}}
services:
  api:
    image: registry.example.com/shop/api:1.0.0
    port: 8080
    host: api
    metrics: {path: /metrics, kind: vllm}
    uses: {queues/events/usage: {access: consume}}
    slos:
      http: {objective: 99.95%, sli: http, traffic: 1/m, purpose: customers pay for the answers}
      http-latency: {objective: 99%, within: 300ms, window: 28d, sli: {preset: http, buckets: [300ms]}}
      grpc: {objective: 99.9%, sli: grpc}
      grpc-latency: {objective: 99%, within: 1s, sli: {preset: grpc, buckets: [1s]}}
      ingress: {objective: 99.9%, window: 7d, sli: ingress}
      ingress-latency: {objective: 99%, within: 1s, window: 90d, sli: ingress}
      mesh: {objective: 99.9%, sli: mesh}
      mesh-latency: {objective: 99%, within: 250ms, sli: mesh}
      telemetry: {objective: 99.9%, sli: opentelemetry}
      telemetry-latency: {objective: 99%, within: 250ms, sli: opentelemetry}
      queue: {objective: 99%, sli: queue}
      vllm: {objective: 99%, sli: vllm}
      first-token: {objective: 95%, within: 2500ms, sli: vllm}
      orders:
        objective: 99.5%
        sli: {errors: 'sum(rate(orders_total{result="failed"}[{{.window}}]))', total: 'sum(rate(orders_total[{{.window}}]))'}
"#;

fn of<'p>(plan: &'p Plan, slo: &str) -> [Group<'p>; 2] {
    let environment = &plan.environments["production"];
    let scope = Scope::tests(plan, environment);
    let service = &environment.services[0];
    let slo = service.slos.iter().find(|one| one.key == slo).expect("an objective");
    let objective = Objective::of(scope, service, slo).expect("an indicator");
    [objective.fast(), objective.slow()]
}

fn names(group: &Group<'_>) -> Vec<String> {
    group.records.iter().map(|record| record.name.to_string()).collect()
}

fn alert(group: &Group<'_>, name: &str) -> String {
    group.rules.iter().find(|rule| rule.alert == name).expect("an alert").expr.clone()
}

#[test]
fn recorded_series_have_the_names_and_labels_that_public_dashboards_ask_for() {
    let plan = fixture::plan(EVERY_PRESET);
    let [fast, slow] = of(&plan, "http");
    let shares: Vec<String> =
        names(&fast).into_iter().filter(|name| name.starts_with("slo:sli_error:")).collect();
    assert_eq!(shares, ["5m", "30m", "1h", "2h", "6h"].map(|w| format!("slo:sli_error:ratio_rate{w}")));
    assert!(names(&fast).contains(&"slo:current_burn_rate:ratio".to_owned()));
    let slow_names = names(&slow);
    for name in [
        "slo:sli_error:ratio_rate1d",
        "slo:sli_error:ratio_rate3d",
        "slo:sli_error:ratio_rate30d",
        "slo:objective:ratio",
        "slo:error_budget:ratio",
        "slo:time_period:days",
        "slo:period_burn_rate:ratio",
        "slo:period_error_budget_remaining:ratio",
        "sloth_slo_info",
    ] {
        assert!(slow_names.iter().any(|known| known == name), "{name}");
    }
    let label = |labels: &[(&str, Cow<'_, str>)], name: &str| {
        labels.iter().find(|(label, _)| *label == name).map(|(_, text)| text.to_string())
    };
    for record in fast.records.iter().chain(&slow.records) {
        let labels = &record.labels;
        assert_eq!(label(labels, "sloth_id").as_deref(), Some("production/api/http"));
        assert_eq!(label(labels, "sloth_service").as_deref(), Some("production/api"));
        assert_eq!(label(labels, "sloth_slo").as_deref(), Some("http"));
        let window = record.name.strip_prefix("slo:sli_error:ratio_rate").map(str::to_owned);
        assert_eq!(label(labels, "sloth_window"), window);
    }
    // Sloth writes 28 days as Prometheus prints them.
    let [_, slow] = of(&plan, "http-latency");
    assert!(names(&slow).contains(&"slo:sli_error:ratio_rate4w".to_owned()));
}

#[test]
fn what_dashboards_always_ask_for_is_recorded_for_every_period() {
    let plan = fixture::plan(EVERY_PRESET);
    for slo in ["http", "http-latency", "ingress", "ingress-latency"] {
        let [fast, _] = of(&plan, slo);
        for window in ["5m", "1h"] {
            assert!(names(&fast).contains(&format!("slo:sli_error:ratio_rate{window}")), "{slo} {window}");
        }
    }
}

#[test]
fn every_window_of_an_alert_is_recorded() {
    let plan = fixture::plan(EVERY_PRESET);
    for slo in &plan.environments["production"].services[0].slos {
        let [fast, slow] = of(&plan, &slo.key);
        let recorded: Vec<String> = names(&fast).into_iter().chain(names(&slow)).collect();
        for rule in fast.rules.iter().chain(&slow.rules) {
            for (at, _) in rule.expr.match_indices("slo:") {
                let name: String = rule.expr[at..].chars().take_while(|c| *c != '{').collect();
                assert!(recorded.contains(&name), "{}: {name}", slo.key);
            }
        }
        let mut once = recorded.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), recorded.len(), "{}: {recorded:?}", slo.key);
    }
}

#[test]
fn thresholds_are_exact_in_every_period() {
    let plan = fixture::plan(EVERY_PRESET);
    for (slo, page, ticket) in [
        ("grpc", ["0.0144", "0.006"], ["0.003", "0.001"]),
        ("http-latency", ["0.1344", "0.056"], ["0.028", "0.028 / 3"]),
        ("ingress", ["0.0144", "0.006"], ["0.003", "0.001"]),
        ("orders", ["0.072", "0.03"], ["0.015", "0.005"]),
    ] {
        let [fast, _] = of(&plan, slo);
        for (name, thresholds) in
            [("SLOErrorBudgetBurningFast", page), ("SLOErrorBudgetBurningSlowly", ticket)]
        {
            let expr = alert(&fast, name);
            let found: Vec<&str> = expr.lines().filter_map(|line| Some(line.split_once(" > ")?.1)).collect();
            let [first, second] = thresholds;
            assert_eq!(found, [first, first, second, second], "{slo} {name}");
        }
    }
}

#[test]
fn only_where_few_requests_come_the_alert_asks_for_several_failures() {
    let plan = fixture::plan(EVERY_PRESET);
    let [quiet, _] = of(&plan, "http");
    // A request a minute, 99.95 %: 60 x 14.4 x 0.0005 = 0.4 failures in an hour.
    let expr = alert(&quiet, "SLOErrorBudgetBurningFast");
    assert!(expr.contains("and slo:sli_errors:increase1h{sloth_id=\"production/api/http\"} > 2.5"), "{expr}");
    let [busy, _] = of(&plan, "grpc");
    assert!(!alert(&busy, "SLOErrorBudgetBurningFast").contains("increase"));
}

#[test]
fn presets_read_as_they_should() {
    let plan = fixture::plan(EVERY_PRESET);
    let mut shown = String::new();
    for slo in &plan.environments["production"].services[0].slos {
        let [fast, _] = of(&plan, &slo.key);
        let absent = alert(&fast, "SLOMetricAbsent");
        shown.push_str(&["## ", &slo.key, "\n", &fast.records[0].expr, "\n", &absent, "\n\n"].concat());
    }
    insta::assert_snapshot!(shown);
}

#[test]
fn urgency_follows_the_role_of_the_environment() {
    let staging = EVERY_PRESET.replace("{role: production,", "{role: staging,");
    let plan = fixture::plan(&staging);
    let [fast, _] = of(&plan, "http");
    let severities: Vec<&str> = fast.rules.iter().map(|rule| rule.severity.text()).collect();
    assert_eq!(severities, ["warning", "warning", "warning"]);
    let plan = fixture::plan(EVERY_PRESET);
    let [fast, slow] = of(&plan, "http");
    let severities: Vec<&str> =
        fast.rules.iter().chain(&slow.rules).map(|rule| rule.severity.text()).collect();
    assert_eq!(severities, ["critical", "warning", "warning", "warning"]);
}
