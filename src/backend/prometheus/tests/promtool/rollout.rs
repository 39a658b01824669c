//! What verifies a new version.

use std::fmt::Write as _;

use super::{SERVICE, production, promtool, run, write};
use crate::backend::prometheus::analysis::{self, Stage};
use crate::backend::prometheus::fixture::{plan, r};
use crate::format::data::Data;
use crate::plan::{LatencyLimit, Plan, Strategy, Verification};
use crate::units::{Duration, Latency};

/// The plan with a canary in the place of the service, everything of which is verified.
fn canary() -> Plan {
    let mut plan = plan();
    plan.monitoring.latency = Some(LatencyLimit { above: r(Latency(500)), lasting: r(Duration(600)) });
    for service in plan.environments.values_mut().flat_map(|environment| &mut environment.services) {
        service.rollout.strategy = r(Strategy::Canary);
        service.rollout.verify =
            [Verification::ErrorRate, Verification::Latency, Verification::Restarts].map(r).into();
    }
    plan
}

/// The query of a verification, of the version `new`.
fn query(plan: &Plan, name: &str) -> String {
    let environment = &plan.environments["production"];
    let service = environment.service(SERVICE[0]).expect("the service");
    let metrics = analysis::metrics(plan, environment, service, Stage::Canary);
    let metric = metrics.iter().find(|metric| metric.get("name").and_then(Data::as_text) == Some(name));
    let provider = metric.and_then(|metric| metric.get("provider")).and_then(Data::as_map);
    let prometheus = provider.and_then(|provider| provider.get("prometheus")).and_then(Data::as_map);
    let query = prometheus.and_then(|prometheus| prometheus.get("query")).and_then(Data::as_text);
    query.expect("a query").replace("{{args.hash}}", "new")
}

/// Lets promtool answer a query after twenty minutes: the only sample's value, or none.
fn answers(name: &str, what: &str, series: &[(String, &str)], expected: Option<&str>) {
    let Some(tool) = promtool() else { return };
    let plan = canary();
    let directory = tempfile::tempdir().expect("a directory");
    let query = serde_json::to_string(&format!("round(sum({}), 0.01)", query(&plan, name))).expect("text");
    let mut text = format!("tests:\n- name: '{what}'\n  interval: 1m\n  input_series:\n");
    for (series, values) in series {
        let _ = writeln!(text, "  - series: '{series}'\n    values: '{values}'");
    }
    let samples = expected.map_or_else(|| "[]".to_owned(), |value| format!("[{{value: {value}}}]"));
    let _ = writeln!(
        text,
        "  promql_expr_test:\n  - expr: {query}\n    eval_time: 20m\n    exp_samples: {samples}"
    );
    std::fs::write(directory.path().join("test.yaml"), text).expect("a file");
    run(&tool, directory.path(), &["test", "rules", "test.yaml"]);
}

fn requests(version: &str, code: &str) -> String {
    let labels = format!("job=\"api-router\", rollouts_pod_template_hash=\"{version}\", code=\"{code}\"");
    production("http_requests_total", &labels)
}

#[test]
fn the_failures_of_one_version_are_not_those_of_the_other() {
    let old_fails = (requests("old", "500"), "0+100x30");
    answers(
        "error-rate",
        "a quarter of the requests to the new version fail",
        &[(requests("new", "200"), "0+75x30"), (requests("new", "500"), "0+25x30"), old_fails.clone()],
        Some("0.25"),
    );
    answers(
        "error-rate",
        "nothing of the new version ever failed",
        &[(requests("new", "200"), "0+90x30"), old_fails.clone()],
        Some("0"),
    );
}

#[test]
fn a_version_that_nobody_asks_is_not_called_good() {
    answers("error-rate", "there is no new version", &[(requests("old", "200"), "0+90x30")], None);
    answers("error-rate", "no request comes", &[(requests("new", "200"), "90x30")], None);
    // Without a request there is no time of an answer: not a number, which is neither good nor bad.
    answers("latency", "there is no new version", &[(requests("old", "200"), "0+90x30")], None);
}

#[test]
fn a_version_that_starts_again_is_seen_by_the_names_of_its_pods() {
    let restarts = |pod: &str| {
        production(
            "kube_pod_container_status_restarts_total",
            &format!("pod=\"{pod}\", container=\"api-router\""),
        )
    };
    let (good, bad) =
        ((restarts("api-router-new-abcde"), "0x30"), (restarts("api-router-old-abcde"), "7x30"));
    answers("restarts", "only the old version starts again", &[good.clone(), bad], Some("0"));
    let again = (restarts("api-router-new-fghij"), "0x5 1x25");
    answers("restarts", "one pod of the new one does", &[good, again], Some("1"));
}

#[test]
fn promtool_proves_every_story_of_a_rollout_with_a_limit_of_latency() {
    let Some(tool) = promtool() else { return };
    let directory = tempfile::tempdir().expect("a directory");
    let files = write(&canary(), directory.path());
    let is_of_service =
        |file: &&str| file.starts_with("alerts/tests/production/api-router") && !file.contains("_slo");
    let tests: Vec<&str> = files.iter().map(String::as_str).filter(is_of_service).collect();
    assert_eq!(tests.len(), 3, "one each for minutes, for hours and for the rest: {files:?}");
    let arguments: Vec<&str> = ["test", "rules"].into_iter().chain(tests).collect();
    run(&tool, directory.path(), &arguments);
}
