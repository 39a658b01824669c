//! Alerts, their words, their runbooks, the table in the docs, and where their readings come from.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use super::*;
use crate::backend::fixture::{AWS, SMALL, external};
use crate::backend::prometheus::metrics::{Comes, METRICS, Metric, RESTORABLE};
use crate::backend::prometheus::wording;
use crate::names;
use crate::plan::Role;

/// Plans that have every rule among them: examples, and the fixtures of back ends.
pub(super) fn plans() -> Vec<Plan> {
    let examples = [
        include_str!("../../../../examples/aiaas/platform.yaml"),
        include_str!("../../../../examples/gateway/platform.yaml"),
        include_str!("../../../../examples/minimal/platform.yaml"),
        include_str!("../../../../examples/prognetwork/platform.yaml"),
        include_str!("../../../../examples/quantumvest/platform.yaml"),
        include_str!("../../../../examples/rollouts/platform.yaml"),
    ];
    let slow = with_latency(examples[0]);
    let specs = examples.into_iter().chain([SMALL, AWS]).map(str::to_owned).chain([
        external(),
        slow,
        with_promised_dumps(),
    ]);
    let mut plans: Vec<Plan> = specs.map(|spec| crate::backend::fixture::plan(&spec)).collect();
    plans.push(crate::backend::fixture::plan(slo::tests::EVERY_PRESET));
    let mut all = plan();
    fixture::with_backups(&mut all);
    plans.push(all);
    plans
}

/// A spec that says how long answers may take.
fn with_latency(spec: &str) -> String {
    let limit = "latency: {above: 500ms}";
    match spec.find("\nalerts:\n") {
        Some(at) => {
            let (before, after) = spec.split_at(at + "\nalerts:\n".len());
            format!("{before}  {limit}\n{after}")
        }
        None => format!("{spec}\nalerts: {{{limit}}}\n"),
    }
}

/// A spec whose dumps alone keep what a tier promises.
fn with_promised_dumps() -> String {
    SMALL.replace(
        "    dump: {schedule: \"0 2 * * *\"",
        "    tier: standard\n    dump: {schedule: \"0 * * * *\"",
    )
}

/// Every alert of the plans that is platc's own.
pub(in crate::backend) fn emitted() -> BTreeSet<&'static str> {
    plans()
        .iter()
        .flat_map(|plan| pages::of(plan).into_iter().map(|page| page.alert).collect::<Vec<_>>())
        .collect()
}

#[test]
fn every_alert_has_its_words_and_all_words_are_about_an_alert() {
    let worded: Vec<&str> = wording::all().map(|wording| wording.alert).collect();
    let unique: BTreeSet<&str> = worded.iter().copied().collect();
    assert_eq!(unique.len(), worded.len(), "an alert twice");
    assert_eq!(unique, emitted());
    for wording in wording::all() {
        let place = wording.alert;
        assert!(wording.means.ends_with('.'), "{place}");
        assert!(!wording.causes.is_empty() && !wording.first.is_empty(), "{place}");
        for text in wording.causes.iter().chain([&wording.when, &wording.limit]) {
            assert!(!text.ends_with('.') && !text.contains('|'), "{place}: {text}");
        }
        for text in [wording.when, wording.limit, wording.means] {
            assert_eq!(text.matches('`').count() % 2, 0, "{place}: {text}");
        }
    }
}

/// Whether the schema has a field; `<name>` stands for any key.
fn has_field(schema: &serde_json::Value, here: &serde_json::Value, path: &[&str]) -> bool {
    let Some((first, rest)) = path.split_first() else { return true };
    if let Some(name) = here["$ref"].as_str().and_then(|name| name.strip_prefix("#/definitions/")) {
        return has_field(schema, &schema["definitions"][name], path);
    }
    let any = ["anyOf", "oneOf", "allOf"].iter().filter_map(|key| here[key].as_array()).flatten();
    let next =
        if first.starts_with('<') { &here["additionalProperties"] } else { &here["properties"][*first] };
    next.is_object() && has_field(schema, next, rest)
        || any.into_iter().any(|one| has_field(schema, one, path))
}

#[test]
fn fields_that_words_name_are_in_the_schema() {
    let text = include_str!("../../../../schema/platform.schema.json");
    let schema: serde_json::Value = serde_json::from_str(text).expect("JSON");
    let is_field = |path: &str| has_field(&schema, &schema, &path.split('.').collect::<Vec<_>>());
    let mut found = 0;
    for wording in wording::all() {
        for field in wording.limit.split('`').skip(1).step_by(2).filter(|text| text.contains('.')) {
            assert!(is_field(field), "{}: there is no field {field}", wording.alert);
            found += 1;
        }
    }
    assert!(found > 40, "{found}");
    for wrong in
        ["pools.<name>.max", "nodePools.<name>.max", "nodePools.baseline.nodes.max", "alerts.down.four"]
    {
        assert!(!is_field(wrong), "{wrong}");
    }
}

#[test]
fn commands_name_what_is_meant_and_not_the_first_of_a_list() {
    for wording in wording::all() {
        let commands = wording::commands(wording);
        for wrong in ["head -1)", "NR==1", "rollout history deployment"] {
            assert!(!commands.contains(wrong), "{}: {wrong} in {commands}", wording.alert);
        }
        for line in commands.lines().filter(|line| line.contains("redis-cli")) {
            assert!(line.contains("REDISCLI_AUTH="), "{}: {line}", wording.alert);
        }
    }
}

/// Every variable that commands read is given a value before, by the page or by the person who reads it.
#[test]
fn commands_of_runbooks_read_only_what_was_said() {
    for plan in plans() {
        let docs = crate::backend::emit(&plan, &["docs".to_owned()]);
        for (path, file) in docs.iter().filter(|(path, _)| path.contains("/runbooks/")) {
            let text = file.text();
            let Some((_, after)) = text.split_once("## Look first") else { continue };
            let block = after.split("```").nth(1).expect("a block");
            for (at, _) in block.match_indices("\"$") {
                let name: String =
                    block[at + 2..].chars().take_while(|c| c.is_ascii_uppercase() || *c == '_').collect();
                let is_said = block[..at].contains(&format!("{name}="))
                    || block[..at].contains(&format!("read -r {name}"));
                assert!(name.is_empty() || is_said, "{path}: ${name} in {block}");
            }
        }
    }
}

#[test]
fn alerts_that_words_name_exist() {
    let known = emitted();
    for wording in wording::all() {
        for text in wording.causes {
            let Some(name) = text.split('`').nth(1) else { continue };
            let is_alert = name.starts_with(char::is_uppercase) && name.chars().all(char::is_alphanumeric);
            if is_alert && !["CrashLoopBackOff", "OOMKilled"].contains(&name) {
                assert!(known.contains(name), "{}: {name}", wording.alert);
            }
        }
    }
}

#[test]
fn the_runbook_that_an_alert_links_is_rendered() {
    for mut plan in plans() {
        let base = "https://git.example.com/runbooks";
        plan.monitoring.runbooks = Some(crate::plan::Resolved::default(base.to_owned(), "the test"));
        let rules = Prometheus.emit(&plan);
        let docs = crate::backend::emit(&plan, &["docs".to_owned()]);
        let mut linked = 0;
        for (path, file) in rules.iter() {
            for line in file.text().lines() {
                let Some((_, address)) = line.split_once("runbook_url: ") else { continue };
                let page = address.trim().strip_prefix(&format!("{base}/")).expect("below the address");
                let page = format!("{}/runbooks/{page}", plan.paths.docs.value);
                assert!(docs.get(&page).is_some(), "{path}: {page}");
                linked += 1;
            }
        }
        assert!(linked > 0 || plan.environments.is_empty());
        assert_eq!(docs.check(), []);
    }
}

#[test]
fn no_alert_has_the_runbook_of_a_scenario() {
    let mut taken: BTreeSet<String> =
        crate::plan::Scenario::WORDS.iter().map(|(word, _)| (*word).to_owned()).collect();
    taken.extend(["rollback", "alerts"].map(str::to_owned));
    for alert in emitted() {
        assert!(taken.insert(names::runbook(alert)), "{alert}");
    }
}

/// The metrics of an expression.
fn metrics_of(expr: &str) -> Vec<&'static Metric> {
    let names = metric_names(expr);
    METRICS.iter().filter(|metric| names.contains(metric.name)).collect()
}

#[test]
fn whatever_a_rule_reads_is_exported_in_its_cluster() {
    let mut seen = BTreeSet::new();
    for plan in plans().into_iter().filter(|plan| plan.clusters.values().all(|it| !it.demands.is_empty())) {
        let objects = crate::backend::emit(&plan, &["kustomize".to_owned()]);
        let objects: String = objects.iter().map(|(_, file)| file.text().into_owned()).collect();
        for environment in plan.environments.values() {
            let cluster = &plan.clusters[&environment.cluster.value];
            let groups = environment_groups(Scope::tests(&plan, environment)).into_iter();
            let services = environment.services.iter();
            let groups = groups.chain(services.flat_map(|service| {
                let own = service_groups(Scope::tests(&plan, environment), service);
                own.into_iter().chain(objective_groups(Scope::tests(&plan, environment), service))
            }));
            for rule in groups.flat_map(|group| group.rules) {
                for metric in metrics_of(&rule.expr) {
                    let name = metric.exporter.name();
                    seen.insert(name);
                    let there = match metric.exporter.comes_with() {
                        Comes::Addon(what) => cluster.provider_of(what).is_some(),
                        Comes::AnyAddon(any) => any.iter().any(|what| cluster.provider_of(what).is_some()),
                        Comes::Rendered => match name {
                            "postgres_exporter" => objects.contains("postgres-exporter"),
                            _ if *metric == RESTORABLE => objects.contains("newest"),
                            "redis_exporter" => {
                                objects.contains("PodMonitor") || objects.contains("ServiceMonitor")
                            }
                            _ => objects.contains("rabbitmq"),
                        },
                        Comes::Service => {
                            objects.contains("PodMonitor") || objects.contains("ServiceMonitor")
                        }
                        // That nobody renders a mesh says the finding about its preset.
                        Comes::Outside => metric.name.starts_with("istio_"),
                    };
                    assert!(there, "{}: {}: nothing exports {}", environment.key, rule.alert, metric.name);
                }
            }
        }
    }
    assert!(seen.len() > 15, "{seen:?}");
}

/// What stands in a row of the table besides the words.
#[derive(Default)]
struct Row {
    holds: BTreeSet<u64>,
    gravities: BTreeSet<&'static str>,
    metrics: BTreeSet<&'static str>,
    exporters: BTreeSet<&'static str>,
}

fn table() -> String {
    let mut rows: BTreeMap<&'static str, Row> = BTreeMap::new();
    for plan in plans() {
        for environment in plan.environments.values() {
            let groups = environment_groups(Scope::tests(&plan, environment)).into_iter();
            let services = environment.services.iter();
            let groups = groups.chain(services.flat_map(|service| {
                let own = service_groups(Scope::tests(&plan, environment), service);
                own.into_iter().chain(objective_groups(Scope::tests(&plan, environment), service))
            }));
            for rule in groups.flat_map(|group| group.rules) {
                let row = rows.entry(rule.alert).or_default();
                row.holds.insert(rule.hold.0);
                if environment.is_production() || environment.role.value == Role::System {
                    row.gravities.insert(rule.severity.text());
                }
                for metric in metrics_of(&rule.expr) {
                    row.metrics.insert(metric.name);
                    row.exporters.insert(metric.exporter.name());
                }
            }
        }
    }
    let mut text = String::from(HEAD);
    for wording in wording::all() {
        let row = &rows[wording.alert];
        let list =
            |items: &BTreeSet<&str>| items.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(", ");
        let mut holds: Vec<String> = row
            .holds
            .iter()
            .map(|hold| match hold {
                0 => "at once".to_owned(),
                _ => crate::units::Duration(*hold).to_string(),
            })
            .collect();
        if holds.len() > 3 {
            holds = vec![holds[0].clone(), holds[holds.len() - 1].clone()];
            holds = vec![holds.join(" to ")];
        }
        let hold = holds.join(" or ");
        let gravity = row.gravities.iter().copied().collect::<Vec<_>>().join(" or ");
        writeln!(
            text,
            "| `{}` | {} | {} | {hold} | {gravity} | {} | {}: {} | `{}.md` |",
            wording.alert,
            wording.object,
            wording.when,
            wording.limit,
            row.exporters.iter().copied().collect::<Vec<_>>().join(", "),
            list(&row.metrics),
            names::runbook(wording.alert),
        )
        .expect("a string");
    }
    text.push_str(EXPORTERS);
    let mut exporters: Vec<_> = METRICS.iter().map(|metric| metric.exporter).collect();
    exporters.sort_by_key(|exporter| exporter.name().to_lowercase());
    exporters.dedup();
    for exporter in exporters {
        writeln!(text, "| {} | {} | {} |", exporter.name(), exporter.comes_with().words(), exporter.needs())
            .expect("a string");
    }
    text.push_str(TWINS);
    for twin in twins::TWINS {
        writeln!(text, "| `{}` | {} | {} |", twin.chart, twin.ours, twin.why).expect("a string");
    }
    text.push_str(REFERENCE);
    for (object, row, answer) in reference::ROWS {
        writeln!(text, "| {object} | {row} | {} |", answer.words()).expect("a string");
    }
    text
}

const HEAD: &str = "# Alerts

Every rule that platc can emit, for what a spec has. Made from the rules and their words by `PLATC_UPDATE=1 cargo test --lib catalogue`.

- **After**: how long the condition holds before the alert fires. Where it follows from the spec, these are the times of the examples.
- **Severity** is that of a production environment, and of the system environment that it stands on. Staging is fixed in working
  hours: nothing there is `critical`. Development is one step lower still.
- **Numbers from**: fields of the spec, or whose habit it is; `src/backend/prometheus/conventions.rs` has the latter with their sources.
- The runbook is rendered below `docs/runbooks`, with the names of the spec; `observability.runbooks` makes each alert link it.

| Alert | About | Fires when | After | Severity | Numbers from | Reads | Runbook |
|---|---|---|---|---|---|---|---|
";

const EXPORTERS: &str = "
## Where readings come from

A rule without its exporter is an error (`addon/need-absent`), or is not emitted.

| Exporter | Comes with | Set up |
|---|---|---|
";

const TWINS: &str = "
## What kube-prometheus-stack has as well

Its alerts that say the same as one of platc's are switched off, or dropped for what platc watches.

| Alert of the chart | platc's | What happens |
|---|---|---|
";

const REFERENCE: &str = "
## Rows of the reference

What a platform of this kind is usually watched for, and what platc says to it.

| Object | Watched for | Answer |
|---|---|---|
";

#[test]
fn the_table_in_the_docs_is_what_the_rules_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/alerts.md");
    let table = table();
    if std::env::var_os("PLATC_UPDATE").is_some() {
        std::fs::write(&path, &table).expect("writable");
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == table,
        "docs/alerts.md is stale: PLATC_UPDATE=1 cargo test --lib catalogue writes it"
    );
}
