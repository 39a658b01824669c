use super::*;
use crate::diag::Severity;

/// The findings of a condition: code, place, severity.
fn found(text: &str) -> Vec<(&'static str, &str)> {
    let expr = promql::parse(text).unwrap_or_else(|problem| panic!("{text}: {problem:?}"));
    let lints = lint::alert(&Subject { text, expr: &expr, scrape: Duration(30) });
    lints.into_iter().map(|lint| (lint.code.slug, lint.span.slice(text))).collect()
}

#[test]
fn the_flawed_alerts_of_real_systems_are_found_and_their_right_forms_are_fine() {
    for (text, wanted) in [
        (
            "avg(node_cpu_seconds_total{mode=\"idle\"}) by (instance) < 0.2",
            vec![("alert/raw-counter", "node_cpu_seconds_total"), ("alert/no-job", "node_cpu_seconds_total")],
        ),
        (
            "1 - avg by (instance) (rate(node_cpu_seconds_total{job=\"node-exporter\",mode=\"idle\"}[5m])) > 0.80",
            vec![],
        ),
        (
            "node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes * 100 < 10",
            vec![
                ("alert/no-job", "node_memory_MemAvailable_bytes"),
                ("alert/no-job", "node_memory_MemTotal_bytes"),
            ],
        ),
        (
            "1 - node_memory_MemAvailable_bytes{job=\"node-exporter\"} / node_memory_MemTotal_bytes{job=\"node-exporter\"} > 0.90",
            vec![],
        ),
        (
            "sum(rate(http_requests_total{status=~\"5..\"}[5m])) / sum(rate(http_requests_total[5m])) * 100 > 5",
            vec![("alert/everything-together", "sum"), ("alert/no-traffic-floor", "/")],
        ),
        (
            "sum by (service) (rate(http_requests_total{status=~\"5..\"}[5m])) / sum by (service) (rate(http_requests_total[5m])) > 0.05 \
             and sum by (service) (rate(http_requests_total[5m])) > 0.1",
            vec![],
        ),
        (
            "rate(errors_total[5m]) / rate(requests_total[5m]) > 0.05",
            vec![("alert/no-traffic-floor", "/"), ("alert/unmatched-labels", "/")],
        ),
        (
            "up{job=~\"user-service|api-gateway\"} == 0",
            vec![("alert/each-target", "\"user-service|api-gateway\"")],
        ),
        ("sum by (job) (up{job=\"x\"}) == 0 or absent(up{job=\"x\"})", vec![]),
        (
            "histogram_quantile(0.95, rate(http_request_duration_seconds_bucket[5m])) > 1",
            vec![("alert/quantile", "histogram_quantile")],
        ),
        (
            "histogram_quantile(0.95, sum by (le, service) (rate(http_request_duration_seconds_bucket[5m]))) > 1",
            vec![],
        ),
    ] {
        assert_eq!(found(text), wanted, "{text}");
    }
}

#[test]
fn each_lint_points_at_what_is_wrong() {
    for (text, code, place) in [
        ("mail_queue_length", "alert/no-comparison", "mail_queue_length"),
        ("sum by (job) (x) > bool 1", "alert/no-comparison", ">"),
        ("x > 1 or y", "alert/no-comparison", "y"),
        ("rate(redis_memory_used_bytes{job=\"a\"}[5m]) > 1", "alert/rate-of-gauge", "rate"),
        ("rate(x_total{job=\"a\"}[1m]) > 1", "alert/short-range", "1m"),
        ("sum by (a) (x) / sum by (b) (y) > 1", "alert/unmatched-labels", "/"),
        ("sum by (a) (x) > y", "alert/unmatched-labels", ">"),
        ("rate(a_total{c=\"5\"}[5m]) / rate(a_total[5m]) > 1", "alert/unmatched-labels", "/"),
        ("histogram_quantile(0.9, sum by (job) (rate(a_bucket[5m]))) > 1", "alert/quantile", "by (job)"),
        ("histogram_quantile(0.9, sum(rate(a_bucket{job=\"x\"}[5m]))) > 1", "alert/quantile", "sum"),
        (
            "histogram_quantile(0.9, sum without (le) (rate(a_bucket[5m]))) > 1",
            "alert/quantile",
            "without (le)",
        ),
        ("process_open_fds > 1000", "alert/no-job", "process_open_fds"),
        ("up == 0", "alert/each-target", "up"),
        ("up{job=\"a\"} < 1", "alert/each-target", "up{job=\"a\"}"),
        ("mail_senders{job=\"a\"} == 0", "alert/silent-when-gone", "mail_senders{job=\"a\"}"),
        ("kube_pod_status_phaes{phase=\"Failed\"} > 0", "alert/unknown-metric", "kube_pod_status_phaes"),
        ("sum(x_total) > 5", "alert/raw-counter", "x_total"),
    ] {
        assert!(found(text).contains(&(code, place)), "{text}: {:?}", found(text));
    }
}

#[test]
fn what_people_mean_is_left_alone() {
    for text in [
        "absent(up{job=\"a\"})",
        "vector(1) > 0",
        "kubelet_volume_stats_available_bytes / kubelet_volume_stats_capacity_bytes < 0.15",
        "rate(a_seconds_sum{job=\"x\"}[5m]) / rate(a_seconds_count{job=\"x\"}[5m]) > 1",
        "count by (job) (a_total) < 3",
        "sum by (job) (rate(a_total[5m])) > 5 unless on (job) b_total",
        "changes(x[5m]) > 3",
        "node_filesystem_avail_bytes{job=\"node-exporter\", fstype!=\"\"} / node_filesystem_size_bytes{job=\"node-exporter\"} > 0.9",
        "time() - kube_cronjob_status_last_successful_time > 90000",
        "max by (job) (a) > on (job) group_left () b",
        "topk(3, sum by (job) (rate(a_total[5m]))) > 1",
        "mail_x{x=\"y\"} > 1 and mail_y{x=\"y\"} > 1",
        "predict_linear(disk_free[6h], 4 * 3600) < 0",
        "sum(rate(a_total[5m])) > 5",
        "(count(up_replicas{job=\"x\"} == 1) or vector(0)) < 2",
    ] {
        assert_eq!(found(text), [], "{text}");
    }
}

#[test]
fn a_range_that_never_holds_two_readings_is_an_error() {
    let severity = |text: &str| {
        let expr = promql::parse(text).expect(text);
        let lints = lint::alert(&Subject { text, expr: &expr, scrape: Duration(30) });
        lints.into_iter().find(|lint| lint.code.slug == "alert/short-range").map(|lint| lint.severity)
    };
    assert_eq!(severity("rate(x_total[59s]) > 1"), Some(Severity::Error));
    assert_eq!(severity("rate(x_total[1m]) > 1"), Some(Severity::Warning));
    assert_eq!(severity("rate(x_total[119s]) > 1"), Some(Severity::Warning));
    assert_eq!(severity("rate(x_total[2m]) > 1"), None);
}

/// An expression that platc writes, and where.
struct Emitted {
    file: String,
    alert: Option<String>,
    record: Option<String>,
    text: String,
}

/// Adds the expressions of a file's rules or panels.
fn collect(file: &str, value: &serde_json::Value, found: &mut Vec<Emitted>) {
    match value {
        serde_json::Value::Object(fields) => {
            let name = |key: &str| fields.get(key).and_then(serde_json::Value::as_str).map(str::to_owned);
            // The expressions of a panel of another data source are not PromQL.
            let source =
                fields.get("datasource").and_then(|source| source.get("type")).and_then(|kind| kind.as_str());
            if let Some(text) = name("expr").filter(|_| source.is_none_or(|kind| kind == "prometheus")) {
                let (alert, record) = (name("alert"), name("record"));
                found.push(Emitted { file: file.to_owned(), alert, record, text });
            }
            fields.values().for_each(|value| collect(file, value, found));
        }
        serde_json::Value::Array(all) => all.iter().for_each(|value| collect(file, value, found)),
        _ => {}
    }
}

/// All expressions of the examples' output.
fn emitted() -> Vec<Emitted> {
    let mut found = Vec::new();
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let mut folders: Vec<_> =
        std::fs::read_dir(root).expect("examples").map(|entry| entry.expect("an entry").path()).collect();
    folders.sort();
    for folder in folders.iter().filter(|folder| folder.join("platform.yaml").exists()) {
        let text = std::fs::read_to_string(folder.join("platform.yaml")).expect("a spec");
        let today = crate::catalog::Date::new(2026, 11, 21).expect("a date");
        let options = crate::Options { today, files: None };
        let compilation = crate::compile(&crate::source::Source::new("platform.yaml", text), &options);
        let plan = compilation.plan.expect("a plan");
        for (path, file) in crate::backend::emit(&plan, &[]).iter() {
            let path = format!("{}/{path}", folder.file_name().expect("a name").to_string_lossy());
            let is_rules = path.contains("/rules/");
            let is_board = path.contains("dashboards/") && !path.contains(".yaml");
            if is_rules || is_board {
                let text = file.text();
                collect(&path, &serde_yaml::from_str(&text).expect("YAML"), &mut found);
            }
        }
    }
    found
}

#[test]
fn every_expression_that_platc_writes_passes_its_own_lints_and_names_known_metrics() {
    let all = emitted();
    let recorded: Vec<&str> = all.iter().filter_map(|one| one.record.as_deref()).collect();
    let (alerts, panels) = (
        all.iter().filter(|one| one.alert.is_some()).count(),
        all.iter().filter(|one| one.file.contains("dashboards/")).count(),
    );
    assert!(alerts > 300 && panels > 300, "{alerts} alerts, {panels} panels");
    let mut wrong = Vec::new();
    for one in &all {
        // Grafana's variables stand for what it puts there.
        let text =
            one.text.replace("$__rate_interval", "5m").replace("$__range", "1h").replace("$__interval", "1m");
        let expr = match promql::parse(&text) {
            Ok(expr) => expr,
            Err(problem) => {
                wrong.push(format!("{}: {text}: {problem:?}", one.file));
                continue;
            }
        };
        for (selector, _) in expr.selectors() {
            let name = selector.name().unwrap_or_default();
            let names = || {
                crate::catalog::metrics::METRICS
                    .iter()
                    .map(|metric| metric.name)
                    .chain(recorded.iter().copied())
            };
            // Metrics that differ by the end of their names are selected by the beginning.
            let pattern = selector.matcher("__name__").map(|matcher| matcher.value.as_str());
            let start =
                pattern.and_then(|pattern| pattern.strip_suffix(".+")).filter(|start| !start.is_empty());
            let is_known = names().any(|known| known == name)
                || start.is_some_and(|start| names().any(|known| known.starts_with(start)));
            if !is_known && !one.file.contains("/_custom.yaml") {
                wrong.push(format!("{}: the metric `{name}` is in no table: {text}", one.file));
            }
        }
        let subject = Subject { text: &text, expr: &expr, scrape: Duration(30) };
        let mut lints = if one.alert.is_some() { lint::alert(&subject) } else { lint::query(&subject) };
        // Notes are advice: an absence twin may be a rule of its own.
        lints.retain(|lint| lint.severity != Severity::Info);
        wrong.extend(
            lints.into_iter().map(|lint| {
                format!("{}: {} at {}: {text}", one.file, lint.code.slug, lint.span.slice(&text))
            }),
        );
    }
    wrong.sort();
    wrong.dedup();
    let shown: Vec<&String> = wrong.iter().take(20).collect();
    assert!(wrong.is_empty(), "{} wrong: {shown:#?}", wrong.len());
}
