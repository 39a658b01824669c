//! What holds for every dashboard. Each claim is a function that gives problems, so that a fault that is put into a dashboard shows
//! that the claim can fail.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::{Value, json};

use super::*;
use crate::backend::fixture;
use crate::backend::prometheus::metrics::METRICS;
use crate::backend::prometheus::tests::catalogue::emitted;
use crate::backend::prometheus::tests::metric_names;

const AIAAS: &str = include_str!("../../../examples/aiaas/platform.yaml");
const MINIMAL: &str = include_str!("../../../examples/minimal/platform.yaml");

fn plans() -> Vec<Plan> {
    [fixture::SMALL, AIAAS, MINIMAL].map(fixture::plan).into()
}

/// Every dashboard of a plan by its file's name.
fn dashboards(plan: &Plan) -> BTreeMap<String, Value> {
    let tree = Dashboards.emit(plan);
    assert_eq!(tree.check(), []);
    (tree.iter().filter(|(path, _)| !path.ends_with("kustomization.yaml")))
        .map(|(path, file)| (path.to_owned(), serde_json::from_str(&file.text()).expect("JSON")))
        .collect()
}

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

fn expressions(dashboard: &Value) -> Vec<&str> {
    (list(dashboard, "panels").iter().flat_map(|panel| list(panel, "targets")))
        .filter_map(|target| target["expr"].as_str())
        .collect()
}

/// Panels that stand over each other or beside the grid, and numbers and names that stand twice.
fn layout(dashboard: &Value) -> Vec<String> {
    let mut problems = Vec::new();
    let mut ids = BTreeSet::new();
    let mut cells = BTreeSet::new();
    for panel in list(dashboard, "panels") {
        let title = &panel["title"];
        let at = |key: &str| panel["gridPos"][key].as_u64().expect("a number");
        let (x, y, w, h) = (at("x"), at("y"), at("w"), at("h"));
        if x + w > u64::from(grid::COLUMNS) || w == 0 || h == 0 {
            problems.push(format!("{title}: beside the grid"));
        }
        if (x..x + w).any(|column| (y..y + h).any(|line| !cells.insert((column, line)))) {
            problems.push(format!("{title}: over another"));
        }
        if !ids.insert(panel["id"].as_u64().expect("a number")) {
            problems.push(format!("{title}: its number stands twice"));
        }
        let mut references = BTreeSet::new();
        if list(panel, "targets").iter().any(|target| !references.insert(target["refId"].to_string())) {
            problems.push(format!("{title}: a query's name stands twice"));
        }
    }
    problems
}

/// What Grafana's format asks for (`kinds/dashboard/dashboard_kind.cue` in its sources), and what a reader does.
fn shape(dashboard: &Value) -> Vec<String> {
    let mut problems = Vec::new();
    let mut want = |holds: bool, what: String| {
        if !holds {
            problems.push(what);
        }
    };
    let uid = dashboard["uid"].as_str().unwrap_or_default();
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_';
    want((8..=40).contains(&uid.len()) && uid.chars().all(allowed), format!("uid {uid:?}"));
    want(dashboard["id"].is_null(), "an id is Grafana's own".to_owned());
    want(dashboard["schemaVersion"] == 42 && dashboard["version"] == 1, "versions".to_owned());
    let tags: BTreeSet<String> = list(dashboard, "tags").iter().map(Value::to_string).collect();
    want(tags.len() >= 4 && tags.len() == list(dashboard, "tags").len(), format!("tags {tags:?}"));
    let variables: BTreeSet<&str> =
        list(&dashboard["templating"], "list").iter().filter_map(|one| one["name"].as_str()).collect();
    for panel in list(dashboard, "panels") {
        let title = panel["title"].as_str().unwrap_or_default();
        want(!title.is_empty(), "a panel without a title".to_owned());
        let kind = panel["type"].as_str().unwrap_or_default();
        if kind == "row" {
            continue;
        }
        want(["timeseries", "stat", "gauge", "table"].contains(&kind), format!("{title}: type {kind}"));
        let description = panel["description"].as_str().unwrap_or_default();
        want(description.ends_with('.'), format!("{title}: no description"));
        let defaults = &panel["fieldConfig"]["defaults"];
        want(defaults["unit"].is_string(), format!("{title}: no unit"));
        // Grafana's own thresholds turn red at 80, whatever 80 is.
        let coloured = kind == "stat" || kind == "gauge";
        want(!coloured || defaults["thresholds"].is_object(), format!("{title}: Grafana's thresholds"));
        let steps = list(&defaults["thresholds"], "steps");
        let values: Vec<f64> = steps.iter().skip(1).filter_map(|step| step["value"].as_f64()).collect();
        want(
            steps.first().is_none_or(|step| step["value"].is_null()) && values.is_sorted(),
            format!("{title}: thresholds in no order"),
        );
        want(panel["datasource"]["uid"] == "${datasource}", format!("{title}: data source"));
        want(!list(panel, "targets").is_empty(), format!("{title}: no query"));
    }
    for expr in expressions(dashboard) {
        for (at, _) in expr.match_indices('$') {
            let name: String =
                expr[at + 1..].trim_start_matches('{').chars().take_while(|c| allowed(*c)).collect();
            let known = name == "__rate_interval" || name == "1" || variables.contains(name.as_str());
            want(known, format!("no variable {name}: {expr}"));
        }
    }
    problems
}

/// What makes a dashboard wrong.
type Fault = fn(&mut Value);

/// Metrics that the table does not have, and labels that their exporters do not give.
fn named(expr: &str) -> Vec<String> {
    let mut problems = Vec::new();
    let mut known: BTreeSet<&str> = ["label_replace"].into();
    for name in metric_names(expr) {
        let Some(metric) = METRICS.iter().find(|metric| metric.name == name) else {
            problems.push(format!("no metric {name} in the table"));
            continue;
        };
        let labels: BTreeSet<&str> =
            metric.labels.iter().chain(metric.exporter.target_labels()).copied().collect();
        for (at, _) in expr.match_indices(&format!("{name}{{")) {
            let conditions = &expr[at + name.len() + 1..];
            let conditions = &conditions[..conditions.find('}').expect("a closed selector")];
            for condition in conditions.split(", ") {
                let label = condition.split(['=', '!']).next().unwrap_or_default();
                if !labels.contains(label) {
                    problems.push(format!("{name} has no label {label}"));
                }
            }
        }
        known.extend(labels);
    }
    // What `label_replace` makes is a label too.
    let made: Vec<&str> = expr.split(",\n  \"").skip(1).filter_map(|after| after.split('"').next()).collect();
    known.extend(made);
    for word in ["by (", "on ("] {
        for (at, _) in expr.match_indices(word) {
            let labels = &expr[at + word.len()..];
            let labels = &labels[..labels.find(')').expect("a closed list")];
            for label in labels.split(", ").filter(|label| !label.is_empty() && !known.contains(label)) {
                problems.push(format!("nothing has the label {label}: {expr}"));
            }
        }
    }
    problems
}

#[test]
fn no_panel_stands_over_another_and_no_number_twice() {
    for plan in plans() {
        for (path, dashboard) in dashboards(&plan) {
            assert_eq!(layout(&dashboard), [""; 0], "{path}");
            for (what, change) in [
                ("over another", json!({"h": 8, "w": 24, "x": 0, "y": 0})),
                ("beside the grid", json!({"h": 1, "w": 9, "x": 16, "y": 999})),
            ] {
                let mut wrong = dashboard.clone();
                wrong["panels"][1]["gridPos"] = change;
                assert!(layout(&wrong).iter().any(|problem| problem.contains(what)), "{path}: {what}");
            }
            let mut wrong = dashboard.clone();
            wrong["panels"][1]["id"] = 1.into();
            assert!(layout(&wrong).iter().any(|problem| problem.contains("twice")), "{path}");
        }
    }
}

#[test]
fn every_panel_says_what_it_shows_and_what_good_looks_like() {
    for plan in plans() {
        let mut uids = BTreeSet::new();
        for (path, dashboard) in dashboards(&plan) {
            assert_eq!(shape(&dashboard), [""; 0], "{path}");
            assert!(uids.insert(dashboard["uid"].to_string()), "{path}: its uid stands twice");
        }
        let whole = dashboards(&plan);
        let (_, dashboard) = whole.iter().find(|(path, _)| path.contains("overview")).expect("an overview");
        let faults: [(&str, Fault); 6] = [
            ("no description", |wrong| wrong["panels"][0]["description"] = "".into()),
            ("no unit", |wrong| wrong["panels"][0]["fieldConfig"]["defaults"]["unit"] = Value::Null),
            ("Grafana's thresholds", |wrong| {
                wrong["panels"][0]["fieldConfig"]["defaults"]["thresholds"] = Value::Null;
            }),
            ("no variable", |wrong| wrong["panels"][0]["targets"][0]["expr"] = "up{job=\"$nowhere\"}".into()),
            ("uid", |wrong| wrong["uid"] = "a".repeat(41).into()),
            ("without a title", |wrong| wrong["panels"][0]["title"] = "".into()),
        ];
        for (what, fault) in faults {
            let mut wrong = dashboard.clone();
            fault(&mut wrong);
            assert!(
                shape(&wrong).iter().any(|problem| problem.contains(what)),
                "{what}: {:?}",
                shape(&wrong)
            );
        }
    }
}

#[test]
fn queries_name_only_metrics_and_labels_of_the_table() {
    let mut count = 0;
    for plan in plans() {
        for (path, dashboard) in dashboards(&plan) {
            for expr in expressions(&dashboard) {
                assert_eq!(named(expr), [""; 0], "{path}: {expr}");
                count += 1;
            }
        }
    }
    assert!(count > 100, "{count}");
    for (expr, what) in [
        ("sum(http_request_total{job=\"x\"})", "no metric"),
        ("max(up{deployment=\"x\"})", "has no label"),
        (
            "sum by (database) (pg_up{environment=\"x\"}) + on (service) pg_up",
            "nothing has the label service",
        ),
    ] {
        assert!(named(expr).iter().any(|problem| problem.contains(what)), "{expr}: {:?}", named(expr));
    }
}

#[test]
fn every_runbook_is_one_of_an_alert() {
    let plan = fixture::plan(AIAAS);
    let alerts = emitted();
    let mut found = 0;
    for board in boards(&plan) {
        for alert in board.grid.alerts() {
            assert!(alerts.contains(alert), "{}: there is no alert {alert}", board.name);
            found += 1;
        }
    }
    assert!(found > 30 && !alerts.contains("NoSuchAlert"), "{found}");
    let text = dashboards(&plan).into_values().map(|dashboard| dashboard.to_string()).collect::<String>();
    assert!(text.contains("/runbooks/hpa-maxed-out.md"));
    assert!(
        !dashboards(&fixture::plan(fixture::SMALL)).values().any(|one| one.to_string().contains("Runbook"))
    );
}

#[test]
fn thresholds_follow_the_plan() {
    let thresholds = |plan: &Plan, file: &str, title: &str| -> Value {
        let dashboard = &dashboards(plan)[file];
        let panel =
            list(dashboard, "panels").iter().find(|panel| panel["title"] == title && panel["type"] != "row");
        let defaults = panel.expect("the panel")["fieldConfig"]["defaults"].clone();
        let steps = list(&defaults["thresholds"], "steps")
            .iter()
            .map(|step| step["value"].clone())
            .collect::<Vec<_>>();
        json!({ "max": defaults["max"], "steps": steps })
    };
    let mut plan = fixture::plan(fixture::SMALL);
    let cluster = "dashboards/infrastructure-main.json";
    let pool = "production-baseline";
    assert_eq!(thresholds(&plan, cluster, pool), json!({ "max": 10, "steps": [null, 3, 10] }));
    let production = plan.environments.get_mut("production").expect("an environment");
    production.pools[0].max.value = 17;
    production.pools[0].min.value = 4;
    production.quota.cpu.value = crate::units::Cpu(12_500);
    plan.monitoring.error_rate.value = crate::units::Percent(100);
    assert_eq!(thresholds(&plan, cluster, pool), json!({ "max": 17, "steps": [null, 4, 17] }));
    assert_eq!(
        thresholds(&plan, "dashboards/overview-production.json", "CPU requests"),
        json!({ "max": 12.5, "steps": [null, 80, 90] })
    );
    assert_eq!(
        thresholds(&plan, "dashboards/service.json", "Failed requests"),
        json!({ "max": null, "steps": [null, 0.001] })
    );
}

#[test]
fn there_is_no_panel_about_what_the_plan_does_not_have() {
    let mut plan = fixture::plan(fixture::SMALL);
    for environment in plan.environments.values_mut() {
        environment.databases.clear();
        environment.caches.clear();
        environment.queues.clear();
        environment.gpu_pools.clear();
        environment.secrets.clear();
        for service in &mut environment.services {
            service.edges.clear();
            service.metrics = None;
            service.route = None;
        }
    }
    let found = dashboards(&plan);
    assert!(
        !found.keys().any(|path| path.contains("stores") || path.contains("recovery")),
        "{:?}",
        found.keys()
    );
    let text: String = found.values().map(ToString::to_string).collect();
    for absent in [
        "http_request",
        "nginx_",
        "certmanager",
        "DCGM",
        "redis_",
        "rabbitmq_",
        "pg_",
        "platc_service",
        "sealed_",
    ] {
        assert!(!text.contains(absent), "{absent}");
    }
}

#[test]
fn hostile_texts_stay_texts() {
    let mut plan = fixture::plan(fixture::SMALL);
    let hostile = "\"}], \\ \n\u{202e}</script> {{x}} ${y}";
    plan.environments.get_mut("staging").and_then(|one| one.purpose.as_mut()).expect("a purpose").value =
        hostile.to_owned();
    let dashboard = &dashboards(&plan)["dashboards/overview-staging.json"];
    assert!(dashboard["description"].as_str().expect("a text").contains(hostile));
    assert_eq!(shape(dashboard), [""; 0]);
    let tree = Dashboards.emit(&plan);
    assert!(!tree.get("dashboards/overview-staging.json").expect("a file").text().contains('\u{202e}'));
}

/// A platform whose recovery environment has the namespace of production, in another cluster.
fn twins() -> Plan {
    let mut plan = fixture::plan(fixture::SMALL);
    let namespace = plan.environments["production"].namespace.value.clone();
    plan.environments.get_mut("staging").expect("an environment").namespace.value = namespace;
    plan
}

fn variable<'v>(dashboard: &'v Value, name: &str) -> &'v Value {
    let all = list(&dashboard["templating"], "list");
    all.iter().find(|one| one["name"] == name).unwrap_or_else(|| panic!("no variable {name}"))
}

#[test]
fn each_choice_of_an_environment_is_a_value_of_its_own() {
    for plan in plans().into_iter().chain([twins()]) {
        for (path, dashboard) in dashboards(&plan) {
            let all = list(&dashboard["templating"], "list");
            let Some(choice) = all.iter().find(|one| one["name"] == "environment") else { continue };
            let query = choice["query"].as_str().expect("a list");
            let keys: BTreeSet<&str> = query.split(',').collect();
            let wanted: BTreeSet<&str> = plan.environments.keys().map(String::as_str).collect();
            assert_eq!((keys, query.split(',').count()), (wanted, plan.environments.len()), "{path}");
            let hidden = variable(&dashboard, "namespace");
            assert_eq!((&hidden["hide"], &hidden["skipUrlSync"]), (&json!(2), &json!(true)), "{path}");
            let namespace = &plan.environments[choice["current"]["value"].as_str().expect("a key")].namespace;
            assert_eq!(hidden["current"]["value"], namespace.value.as_str(), "{path}");
            assert!(!dashboard.to_string().contains(":text}"), "{path}");
        }
    }
}

#[test]
fn links_between_dashboards_name_what_the_other_one_lets_choose() {
    let mut found = 0;
    for plan in plans().into_iter().chain([twins()]) {
        let all = dashboards(&plan);
        for (path, dashboard) in &all {
            let text = dashboard.to_string();
            for (at, _) in text.match_indices("/d/") {
                let address = text[at + 3..].split('"').next().expect("the rest");
                let (uid, query) = address.split_once('?').expect("variables");
                let target =
                    all.values().find(|one| one["uid"] == uid).unwrap_or_else(|| panic!("{path}: {uid}"));
                for pair in query.split('&').filter_map(|pair| pair.strip_prefix("var-")) {
                    let (name, value) = pair.split_once('=').expect("a value");
                    let choices = variable(target, name)["query"].as_str().expect("choices");
                    let is_known =
                        value.starts_with("${") || choices.split(',').any(|choice| choice == value);
                    assert!(is_known, "{path}: {name}={value} of {choices}");
                    found += 1;
                }
            }
        }
    }
    assert!(found > 10, "{found}");
}

#[test]
fn the_namespace_that_grafana_asks_for_is_that_of_the_environment() {
    let Some(promtool) = crate::backend::prometheus::tests::promtool::promtool() else { return };
    for plan in [fixture::plan(AIAAS), twins()] {
        let dashboard = &dashboards(&plan)["dashboards/service.json"];
        let query = variable(dashboard, "namespace")["query"]["query"].as_str().expect("a query").to_owned();
        let query =
            query.strip_prefix("query_result(").and_then(|rest| rest.strip_suffix(')')).expect("a result");
        let mut text =
            String::from("evaluation_interval: 1m\ntests:\n  - interval: 1m\n    promql_expr_test:\n");
        for (key, environment) in &plan.environments {
            let query = query.replace("$environment", key);
            let namespace = &environment.namespace.value;
            let labels = format!("{{environment=\"{key}\", namespace=\"{namespace}\"}}");
            _ = write!(
                text,
                "      - expr: '{query}'\n        eval_time: 1m\n        exp_samples: [{{labels: '{labels}', value: 1}}]\n"
            );
        }
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("namespace_test.yaml");
        std::fs::write(&path, text).expect("a file");
        let output = std::process::Command::new(&promtool)
            .args(["test", "rules"])
            .arg(&path)
            .output()
            .expect("promtool");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }
}

#[test]
fn no_panel_of_a_pool_leads_to_a_runbook_of_an_alert_that_it_cannot_have() {
    let mut plan = fixture::plan(fixture::SMALL);
    let mut links = |min: u32, max: u32| {
        let pool = &mut plan.environments.get_mut("production").expect("an environment").pools[0];
        (pool.min.value, pool.max.value) = (min, max);
        let board = boards(&plan).into_iter().find(|one| one.name == "infrastructure-main").expect("a board");
        let alerts: Vec<&str> = board.grid.alerts().collect();
        ["NodePoolBelowMin", "NodePoolAtMax"].map(|alert| alerts.iter().filter(|one| **one == alert).count())
    };
    let [below, at] = links(1, 3);
    assert_eq!(links(0, 3), [below - 1, at]);
    assert_eq!(links(3, 3), [below, at - 1]);
}

#[test]
fn names_are_stable_and_short_enough() {
    assert_eq!(names::dashboard_uid("aiaas", "service"), "aiaas-service");
    let long = names::dashboard_uid(&"p".repeat(30), "overview-production");
    assert_eq!(long.len(), 40);
    assert_eq!(long, "ppppppppppppppppppppppp-8ccf40484882e919");
    assert_ne!(long, names::dashboard_uid(&"p".repeat(30), "overview-productive"));
    assert_eq!(long, names::dashboard_uid(&"p".repeat(30), "overview-production"));
}

/// What `kubectl apply` keeps of an object in an annotation must fit into it: less than the 1 MiB of a `ConfigMap`.
const LIMIT: usize = 262_144;

#[test]
fn a_dashboard_does_not_grow_with_the_services() {
    let mut plan = fixture::plan(fixture::SMALL);
    let before = dashboards(&plan);
    let production = plan.environments.get_mut("production").expect("an environment");
    let (service, database) = (production.services[0].clone(), production.databases[0].clone());
    for index in 0..1000 {
        production.services.push(crate::plan::Service { key: format!("service-{index}"), ..service.clone() });
        production
            .databases
            .push(crate::plan::Database { key: format!("database-{index}"), ..database.clone() });
    }
    let after = Dashboards.emit(&plan);
    assert_eq!(dashboards(&plan).keys().collect::<Vec<_>>(), before.keys().collect::<Vec<_>>());
    for (path, file) in after.iter() {
        assert!(file.text().len() < LIMIT / 2, "{path}: {}", file.text().len());
    }
}

#[test]
fn the_kustomization_makes_an_object_of_each_dashboard() {
    let plan = fixture::plan(AIAAS);
    let tree = Dashboards.emit(&plan);
    let text = tree.get("dashboards/kustomization.yaml").expect("a kustomization").text().into_owned();
    let kustomization: Value = serde_yaml::from_str(&text).expect("YAML");
    assert_eq!(kustomization["namespace"], "monitoring");
    assert_eq!(kustomization["generatorOptions"]["labels"]["grafana_dashboard"], "1");
    let files: BTreeSet<String> = list(&kustomization, "configMapGenerator")
        .iter()
        .map(|one| {
            one["files"][0].as_str().and_then(|file| file.split_once('=')).expect("a file").1.to_owned()
        })
        .collect();
    let made: BTreeSet<String> =
        dashboards(&plan).keys().map(|path| path.trim_start_matches("dashboards/").to_owned()).collect();
    assert_eq!(files, made);
}
