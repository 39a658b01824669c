//! What holds for every rule, whatever it is about.

pub(in crate::backend) mod catalogue;
pub(in crate::backend) mod promtool;
mod reference;
mod restraint;
mod twins;

use std::collections::BTreeSet;

use super::*;
use crate::backend::prometheus::fixture::{self, plan, production};
use crate::plan::IngressController;

/// Every rule of a plan with its file.
fn rules(plan: &Plan) -> Vec<(String, String, Vec<rule::Rule<'_>>)> {
    let mut found = Vec::new();
    for environment in plan.environments.values() {
        let scope = Scope::tests(plan, environment);
        for family in Family::of(scope) {
            for group in family.groups(scope) {
                found.push((format!("{}/{}", environment.key, family.file()), group.name, group.rules));
            }
        }
        for service in &environment.services {
            let of_service = service_groups(Scope::tests(plan, environment), service);
            for group in
                of_service.into_iter().chain(objective_groups(Scope::tests(plan, environment), service))
            {
                found.push((format!("{}/{}", environment.key, service.key), group.name, group.rules));
            }
        }
    }
    found
}

/// The words of an expression that name metrics: no functions, keywords, labels, strings or units.
pub(in crate::backend) fn metric_names(expr: &str) -> BTreeSet<String> {
    const KEYWORDS: &[&str] =
        &["by", "on", "without", "or", "and", "unless", "sum", "max", "min", "avg", "count"];
    let mut names = BTreeSet::new();
    let (mut rest, mut in_labels, mut in_brackets) = (expr, false, false);
    let mut after_grouping = false;
    while let Some(first) = rest.chars().next() {
        if first == '"' {
            let end = rest[1..].find('"').expect("a closed string");
            rest = &rest[end + 2..];
            continue;
        }
        let word: String =
            rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_' || *c == ':').collect();
        if word.is_empty() || in_brackets {
            match first {
                '{' => in_labels = true,
                '}' => in_labels = false,
                '[' => in_brackets = true,
                ']' => in_brackets = false,
                '(' if after_grouping => {
                    let end = rest.find(')').expect("a closed list of labels");
                    rest = &rest[end + 1..];
                    after_grouping = false;
                    continue;
                }
                _ => {}
            }
            rest = &rest[first.len_utf8()..];
            continue;
        }
        rest = &rest[word.len()..];
        after_grouping = ["by", "on", "without"].contains(&word.as_str());
        let is_function = rest.starts_with('(');
        let is_number = word.starts_with(|c: char| c.is_ascii_digit());
        if !in_labels && !is_function && !is_number && !KEYWORDS.contains(&word.as_str()) {
            names.insert(word);
        }
    }
    names
}

#[test]
fn every_rule_says_whom_it_wakes_and_why() {
    let plan = plan();
    let all = rules(&plan);
    assert!(all.iter().map(|(_, _, rules)| rules.len()).sum::<usize>() > 200);
    let mut groups = BTreeSet::new();
    for (file, group, rules) in all {
        assert!(groups.insert((file.clone(), group.clone())), "{file} {group}: twice");
        let mut seen = BTreeSet::new();
        for rule in rules {
            let place = format!("{file} {group} {}", rule.alert);
            let label =
                |name: &str| rule.labels.iter().find(|(label, _)| *label == name).map(|(_, text)| text);
            assert!(label("environment").is_some_and(|text| file.starts_with(text.as_ref())), "{place}");
            assert!(label("owner").is_some_and(|text| text == "platform-team"), "{place}");
            assert!(rule.summary.ends_with('.') && !rule.summary.contains("{{"), "{place}");
            assert!(rule.description.ends_with('.'), "{place}: {}", rule.description);
            assert!(rule.labels.iter().all(|(_, text)| !text.contains("$value")), "{place}");
            assert!(!rule.description.contains("{{ $value }}"), "{place}");
            let mut names: Vec<&str> = rule.labels.iter().map(|(label, _)| *label).collect();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), rule.labels.len(), "{place}: a label twice");
            let of_queue = label("queue").map(ToString::to_string);
            let scenario = label("scenario").map(ToString::to_string);
            assert!(seen.insert((rule.alert, of_queue, scenario)), "{place}: twice");
        }
    }
}

/// What a story has to show follows from its rule; that it is true is what promtool says of it.
#[test]
fn every_rule_is_proved_to_fire_in_time_and_to_be_silent_otherwise() {
    use story::{Kind, Reading};
    let mut plans = vec![plan(), crate::backend::fixture::plan(&crate::backend::fixture::external())];
    fixture::with_backups(&mut plans[0]);
    let examples = [
        include_str!("../../../../examples/rollouts/platform.yaml"),
        include_str!("../../../../examples/gateway/platform.yaml"),
    ];
    plans.extend(examples.map(crate::backend::fixture::plan));
    for plan in &plans {
        for (file, _, rules) in rules(plan) {
            for rule in rules {
                let (place, story) =
                    (format!("{file} {}", rule.alert), rule.story.as_ref().expect("a story"));
                let count = |kind| story.phases.iter().filter(|phase| phase.kind == kind).count();
                let is_absence_only =
                    ["absent(", "(absent("].iter().any(|start| rule.expr.starts_with(start));
                assert_eq!(story.phases.first().map(|phase| phase.kind), Some(Kind::Healthy), "{place}");
                assert!(count(Kind::Fires) > 0 || is_absence_only, "{place}: it is never seen to fire");
                // Where there is nothing below a threshold, another thing's absence is not its own.
                assert!(
                    count(Kind::Near) > 0
                        || count(Kind::Vanished) > 0
                        || rule.alert == "RTOAtRisk"
                        || rule.hold.0 == 0,
                    "{place}: nothing is nearly wrong"
                );
                let has_absence = rule.expr.contains("absent(") || rule.expr.contains("or vector(0)");
                assert_eq!(has_absence, count(Kind::Vanished) > 0, "{place}: its absence");
                for (index, phase) in story.phases.iter().enumerate() {
                    let fires = phase.fires();
                    assert_eq!(fires, !phase.heard.is_empty(), "{place}");
                    let before = index.checked_sub(1).and_then(|before| story.phases.get(before));
                    // So the moment before `for` is over is one of silence.
                    assert!(
                        !fires || before.is_some_and(|before| before.heard.is_empty()),
                        "{place}: {}",
                        phase.what
                    );
                }
                for line in &story.lines {
                    assert_eq!(line.readings.len(), story.phases.len(), "{place}: {}", line.series);
                    assert!(line.readings.iter().any(|reading| *reading != Reading::Gone), "{place}");
                }
                assert!(!story.lines.is_empty(), "{place}: nothing happens");
            }
        }
    }
}

/// Alerts of one name are told side by side, so what they share must say the same in all their stories.
#[test]
fn stories_of_one_file_agree_about_what_they_share() {
    let plan = plan();
    let mut all: std::collections::BTreeMap<(String, &str, String), Vec<story::Reading>> =
        std::collections::BTreeMap::new();
    for (file, _, rules) in rules(&plan) {
        for rule in rules {
            for line in rule.story.expect("a story").lines {
                let place = (file.clone(), rule.alert, line.series);
                let known = all.entry(place.clone()).or_insert_with(|| line.readings.clone());
                assert_eq!(*known, line.readings, "{place:?}");
            }
        }
    }
}

#[test]
fn only_production_and_what_it_stands_on_is_critical() {
    let plan = plan();
    for (file, _, rules) in rules(&plan) {
        for rule in rules {
            let text = rule.severity.text();
            if text == "critical" {
                assert!(
                    file.starts_with("production/") || file.starts_with("system/"),
                    "{file} {}",
                    rule.alert
                );
            }
        }
    }
}

#[test]
fn every_metric_is_in_the_table_and_every_row_is_used() {
    let mut used = BTreeSet::new();
    for controller in [IngressController::IngressNginx, IngressController::EnvoyGateway] {
        let mut plan = plan();
        fixture::with_backups(&mut plan);
        plan.ingress.as_mut().expect("an ingress").controller.value = controller;
        let rules = rules(&plan);
        let names: BTreeSet<String> = rules
            .iter()
            .flat_map(|(_, _, rules)| rules.iter().flat_map(|rule| metric_names(&rule.expr)))
            .collect();
        let has = |start: &str| names.iter().any(|name| name.starts_with(start));
        let is_envoy = controller == IngressController::EnvoyGateway;
        assert_eq!((has("nginx_"), has("envoy_")), (!is_envoy, is_envoy), "{}", controller.word());
        used.extend(names);
    }
    // kube-state-metrics does not know Rollouts: nothing of theirs may be asked of it.
    let rollouts = include_str!("../../../../examples/rollouts/platform.yaml");
    let of_rollouts = crate::backend::fixture::plan(rollouts);
    for (_, _, rules) in rules(&of_rollouts).iter().filter(|(file, ..)| file == "production/api") {
        let names: BTreeSet<String> = rules.iter().flat_map(|rule| metric_names(&rule.expr)).collect();
        assert!(names.iter().all(|name| !name.starts_with("kube_deployment")), "{names:?}");
        used.extend(names);
    }
    let external = crate::backend::fixture::plan(&crate::backend::fixture::external());
    let of_external = rules(&external);
    let of_external = of_external.iter().flat_map(|(_, _, rules)| rules);
    used.extend(of_external.flat_map(|rule| metric_names(&rule.expr)));
    for plan in catalogue::plans() {
        used.extend(
            rules(&plan).iter().flat_map(|(_, _, rules)| rules).flat_map(|rule| metric_names(&rule.expr)),
        );
    }
    let objectives = crate::backend::fixture::plan(slo::tests::EVERY_PRESET);
    for service in objectives.environments.values().flat_map(|environment| &environment.services) {
        for environment in objectives.environments.values() {
            let groups = objective_groups(Scope::tests(&objectives, environment), service);
            let records = groups.into_iter().flat_map(|group| group.records);
            used.extend(records.flat_map(|record| metric_names(&record.expr)));
        }
    }
    // What an objective records is named after its windows; `orders_total` is the spec's own.
    let is_known = |name: &str| metrics::METRICS.iter().any(|metric| metric.name == name);
    used.retain(|name| (is_known(name) || !name.starts_with("slo:sli_")) && name != "orders_total");
    let plan = plan();
    // Dashboards are held against the table by their own tests; here they show that a row is used.
    let gateway = include_str!("../../../../examples/gateway/platform.yaml");
    let drawn = [plan]
        .into_iter()
        .chain([crate::backend::fixture::SMALL, gateway, rollouts].map(crate::backend::fixture::plan));
    let drawn: String = drawn
        .flat_map(|plan| {
            let tree = crate::backend::emit(&plan, &["dashboards".to_owned()]);
            tree.iter().map(|(_, file)| file.text().into_owned()).collect::<Vec<_>>()
        })
        .collect();
    let is_drawn = |name: &str| {
        drawn.match_indices(name).any(|(at, _)| {
            !drawn[at + name.len()..].starts_with(|c: char| c == '_' || c.is_ascii_alphanumeric())
        })
    };
    used.extend(metrics::METRICS.iter().map(|metric| metric.name.to_owned()).filter(|name| is_drawn(name)));
    let listed: BTreeSet<String> = metrics::METRICS.iter().map(|metric| metric.name.to_owned()).collect();
    assert_eq!(used, listed);
    assert!(
        metrics::METRICS
            .iter()
            .all(|metric| !metric.exporter.name().is_empty() && metric.exporter.needs().ends_with('.'))
    );
}

#[test]
fn thresholds_follow_the_plan() {
    let mut plan = plan();
    let find = |plan: &Plan, alert: &str| {
        let all = rules(plan);
        let (_, _, rules) = all.into_iter().find(|(file, _, rules)| {
            file.starts_with("production") && rules.iter().any(|rule| rule.alert == alert)
        })?;
        rules.into_iter().find(|rule| rule.alert == alert).map(|rule| (rule.expr, rule.hold.0))
    };
    let before = find(&plan, "DatabaseBackupTooOld").expect("a rule");
    assert!(before.0.ends_with("> 86400") && before.1 < 8640, "{before:?}");
    let environment = plan.environments.get_mut("production").expect("an environment");
    environment.databases[0].tier = Some(fixture::tier(crate::units::Duration(300)));
    environment.pools[0].max.value = 17;
    environment.gpu_pools[0].nodes.value = 5;
    environment.queues[0].nodes.value = 5;
    plan.monitoring.error_rate.value = crate::units::Percent(100);
    plan.monitoring.scrape_every.value = crate::units::Duration(120);
    let after = find(&plan, "DatabaseBackupTooOld").expect("a rule");
    assert!(
        after.0.ends_with("> 540") && after.1 == 240,
        "5m of log, a minute late, read each minute and every 2m: {after:?}"
    );
    assert!(find(&plan, "NodePoolAtMax").is_some_and(|(expr, _)| expr.ends_with(">= 17")));
    assert!(find(&plan, "GPUPoolShort").is_some_and(|(expr, _)| expr.ends_with("< 5")));
    assert!(find(&plan, "BrokerQuorumLost").is_some_and(|(expr, _)| expr.ends_with("< 3")));
    let (expr, _) = find(&plan, "ServiceErrorRateHigh").expect("a rule");
    assert!(expr.contains("> 0.001\n") && expr.ends_with("> 1000") && expr.contains("[8m]"), "{expr}");
}

#[test]
fn there_are_no_rules_about_what_the_plan_does_not_have() {
    let mut plan = plan();
    let environment = plan.environments.get_mut("production").expect("an environment");
    environment.pools.clear();
    environment.gpu_pools.clear();
    environment.databases.clear();
    environment.caches.clear();
    environment.queues.clear();
    environment.secrets.clear();
    environment.jobs.clear();
    environment.services[0].metrics = None;
    environment.services[0].route = None;
    environment.services[0].min_available = None;
    environment.services[0].tier = None;
    environment.services[0].slos.clear();
    environment.services[0].scale = crate::plan::Scale::Fixed(crate::plan::Resolved::default(2, "the test"));
    plan.drills = None;
    let text: String = Prometheus
        .emit(&plan)
        .iter()
        .filter(|(path, _)| path.starts_with("alerts/rules/production/"))
        .map(|(_, file)| file.text().into_owned())
        .collect();
    for absent in [
        "up{",
        "http_requests",
        "ingress",
        "horizontalpod",
        "disruption",
        "cronjob",
        "redis",
        "rabbitmq",
        "pg_",
        "platc_db",
        "platc_dr",
        "DCGM",
        "certmanager",
        "ALERTS",
    ] {
        assert!(!text.contains(absent), "{absent}\n{text}");
    }
}

#[test]
fn plain_files_and_objects_hold_the_same_data() {
    let plan = plan();
    let environment = production(&plan);
    let tree = Prometheus.emit(&plan);
    for (paths, data) in [
        (
            Family::of(Scope::rules(&plan, environment)).map(Family::file).collect(),
            groups_of_environment(&plan, environment),
        ),
        (
            vec!["api-router", "api-router_slo"],
            groups_of_service(&plan, environment, &environment.services[0]),
        ),
    ] {
        let mut text = format!("# {}\n", names::BANNER);
        yaml::document(&Data::Map(data.expect("rules")), &mut text);
        let head = format!("# {}\ngroups:\n", names::BANNER);
        let files = paths.iter().map(|path| {
            let file = tree.get(&format!("alerts/rules/production/{path}.yaml")).expect("a file");
            file.text().strip_prefix(&head).expect("groups").to_owned()
        });
        assert_eq!(head.clone() + &files.collect::<String>(), text);
    }
    assert_eq!(tree.check(), []);
}

#[test]
fn free_text_stays_text() {
    let mut plan = plan();
    crate::backend::fixture::give(&mut plan, |_, _| "team {{ $value }} \"x\"".to_owned());
    let environment = production(&plan);
    let data = groups_of_service(&plan, environment, &environment.services[0]).expect("rules");
    let mut text = String::new();
    yaml::document(&Data::Map(data), &mut text);
    assert!(!text.contains("{{ $value }}") && !text.contains("Answers {{ .E"), "{text}");
}

#[test]
fn the_labels_of_pools_are_allowed_through() {
    for label in [names::POOL_LABEL, names::ENVIRONMENT_LABEL] {
        assert!(metrics::METRIC_LABELS_ALLOWLIST.contains(label));
    }
    assert!(metrics::Exporter::KubeState.needs().contains(metrics::METRIC_LABELS_ALLOWLIST));
}

#[test]
fn what_mutes_other_alerts_is_an_alert_about_the_thing_that_they_share() {
    let plan = plan();
    let all: Vec<_> = rules(&plan).into_iter().flat_map(|(_, _, rules)| rules).collect();
    for (alerts, label) in names::DOWN_ALERTS {
        for alert in alerts.split('|') {
            let mut found = all.iter().filter(|rule| rule.alert == alert).peekable();
            assert!(found.peek().is_some(), "there is no alert {alert}");
            for rule in found {
                assert!(rule.labels.iter().any(|(name, _)| *name == label), "{alert} has no label {label}");
            }
        }
    }
}

#[test]
fn two_alerts_are_about_the_same_thing_only_if_every_label_that_names_it_agrees() {
    // What says whose or how urgent an alert is, or which promise it is about, names nothing.
    let other = [
        "environment",
        "namespace",
        "owner",
        "tier",
        "rpo",
        "rto",
        "rotation",
        "secrets_of",
        "sloth_id",
        "sloth_service",
        "sloth_severity",
        "sloth_slo",
    ];
    let plan = plan();
    for rule in rules(&plan).into_iter().flat_map(|(_, _, rules)| rules) {
        for (label, _) in &rule.labels {
            let is_known = alertmanager::SUBJECTS.contains(label) || other.contains(label);
            assert!(is_known, "{}: {label} is in neither list", rule.alert);
        }
    }
}

/// A plan in which each thing has a team of its own, named after it.
fn with_teams() -> Plan {
    let mut plan = plan();
    crate::backend::fixture::give(&mut plan, |kind, key| format!("team-of-{kind}-{key}"));
    plan
}

#[test]
fn an_alert_is_of_the_team_that_answers_for_what_it_is_about_and_any_other_is_the_platforms() {
    const OWNED: [&str; 7] = ["service", "cronjob", "database", "cache", "broker", "pool", "gpu_pool"];
    let plan = with_teams();
    let mut seen = BTreeSet::new();
    for rule in rules(&plan).into_iter().flat_map(|(_, _, rules)| rules) {
        let label = |name: &str| {
            let found = rule.labels.iter().find(|(label, _)| *label == name);
            found.map(|(_, text)| text.to_string())
        };
        let about = OWNED.iter().find_map(|kind| Some((*kind, label(kind)?)));
        let dumped = |(kind, key): &(&str, String)| {
            let of_dump = |database: &&crate::plan::Database| {
                database.dump.as_ref().is_some_and(|dump| [&dump.name, &dump.test_name].contains(&key))
            };
            let mut databases = plan.environments.values().flat_map(|environment| &environment.databases);
            databases.find(of_dump).filter(|_| *kind == "cronjob").map(|database| &database.key)
        };
        let wanted = match &about {
            // The jobs of dumps are their database's.
            Some(about) if dumped(about).is_some() => {
                format!("team-of-database-{}", dumped(about).expect("a database"))
            }
            Some((kind, key)) => format!("team-of-{kind}-{key}"),
            None => format!("team-of--{}", plan.name.value),
        };
        assert_eq!(label("owner"), Some(wanted), "{} about {about:?}", rule.alert);
        seen.insert(about.map(|(kind, _)| kind));
    }
    assert_eq!(seen.len(), OWNED.len() + 1, "{seen:?}");
}

#[test]
fn a_page_says_of_each_team_whom_its_alert_reaches() {
    let mut plan = with_teams();
    let name = |key: &str| crate::plan::Resolved::default(key.to_owned(), "the test");
    let routing = &mut plan.monitoring.routing;
    routing.general.critical = Some(vec![name("night")]);
    routing.general.warning = Some(vec![name("day")]);
    let own = crate::plan::BySeverity { critical: Some(vec![name("its-night")]), ..Default::default() };
    let at = crate::source::At::ROOT;
    routing.owners.insert("team-of-cache-shared".to_owned(), crate::plan::OwnerRouting { at, own });
    let pages = pages::of(&plan);
    let told = |environment: &str, cache: &str| {
        let page = pages.iter().find(|page| page.alert == "CacheDown").expect("the alert");
        let about = [cache.to_owned()];
        let mut places = page.places.iter().filter(|place| place.environment == environment);
        let place = places.find(|place| place.names == about).expect("a place");
        (place.owner.clone(), place.told.clone())
    };
    assert_eq!(told("production", "shared"), ("team-of-cache-shared".to_owned(), vec!["its-night"]));
    assert_eq!(told("production", "sessions"), ("team-of-cache-sessions".to_owned(), vec!["night"]));
    // What it does not say for itself goes the way of all, also where nobody is woken up.
    assert_eq!(told("staging", "shared"), ("team-of-cache-shared".to_owned(), vec!["day"]));
}

#[test]
fn times_of_repetition_are_multiples_of_the_interval_of_their_group() {
    use super::conventions as c;
    for repeat in [c::REPEAT_CRITICAL, c::REPEAT_WARNING, c::REPEAT_INFO] {
        assert_eq!(repeat.0 % c::GROUP_INTERVAL.0, 0);
    }
    assert_eq!(c::WATCHDOG_REPEAT.0 % c::WATCHDOG_INTERVAL.0, 0);
}

#[test]
fn each_cluster_has_the_environments_that_it_runs_and_nobody_wakes_up_for_development() {
    let mut plan = plan();
    let receiver = |key: &str| crate::plan::Receiver {
        key: key.to_owned(),
        at: crate::source::At::ROOT,
        ways: vec![crate::plan::Way::Webhook {
            url: crate::plan::Destination::Known("https://hooks.example.com/x".to_owned()),
        }],
    };
    plan.monitoring.receivers = ["night", "day"].map(|key| (key.to_owned(), receiver(key))).into();
    let name = |key: &str| crate::plan::Resolved::default(key.to_owned(), "the test");
    plan.monitoring.routing.general.critical = Some(vec![name("night")]);
    plan.monitoring.routing.general.warning = Some(vec![name("day")]);
    let mut other = plan.clusters["main"].clone();
    other.key = "other".to_owned();
    plan.clusters.insert("other".to_owned(), other);
    plan.environments["staging"].cluster = name("other");
    let tree = Prometheus.emit(&plan);
    let text = |cluster: &str| {
        let path = format!("alerts/alertmanager-{cluster}.yaml");
        tree.get(&path).expect("a configuration").text().into_owned()
    };
    for place in ["namespace=\"development\"", "environment=\"development\""] {
        assert!(text("main").contains(&format!("{place}\n      receiver: day")), "{}", text("main"));
    }
    assert!(text("main").contains("receiver: night"), "{}", text("main"));
    // What is critical in a cluster without production is so about anything in it, also about no environment.
    let other = text("other");
    assert!(other.contains("- severity=\"critical\"\n      receiver: day"), "{other}");
    assert!(!other.contains("receiver: night"), "{other}");
}

#[test]
fn notes_of_platc_are_not_muted_where_nothing_graver_fires() {
    let mut plan = plan();
    let receiver =
        crate::plan::Receiver { key: "day".to_owned(), at: crate::source::At::ROOT, ways: Vec::new() };
    plan.monitoring.receivers = [("day".to_owned(), receiver)].into();
    let tree = Prometheus.emit(&plan);
    let text = tree.get("alerts/alertmanager.yaml").expect("a configuration").text().into_owned();
    let rule = text.split("alertname=\"InfoInhibitor\"").nth(2).expect("an inhibition");
    let rule = rule.split("source_matchers").next().unwrap_or_default();
    assert!(rule.contains("- severity=\"info\"\n      - owner=\"\""), "{rule}");
    let all = rules(&plan).into_iter().flat_map(|(_, _, rules)| rules);
    for rule in all {
        assert!(
            rule.labels.iter().any(|(label, text)| *label == "owner" && !text.is_empty()),
            "{}",
            rule.alert
        );
    }
}

#[test]
fn rules_alone_have_neither_tests_nor_stories() {
    let plan = crate::backend::fixture::plan(slo::tests::EVERY_PRESET);
    assert!(Prometheus.emit(&plan).iter().all(|(path, _)| !path.contains("/tests/")));
    assert!(AlertTests.emit(&plan).iter().all(|(path, _)| path.starts_with("alerts/tests/")));
    let environment = &plan.environments["production"];
    for (scope, told) in [(Scope::rules(&plan, environment), false), (Scope::tests(&plan, environment), true)]
    {
        let groups: Vec<_> = About::all(scope).flat_map(|about| about.groups(scope)).collect();
        assert!(groups.iter().flat_map(|group| &group.rules).all(|rule| rule.story.is_some() == told));
        assert_eq!(groups.iter().any(|group| group.counted.is_some()), told);
    }
}

#[test]
fn a_file_of_rules_is_the_same_whenever_it_is_made() {
    let plan = crate::backend::fixture::plan(slo::tests::EVERY_PRESET);
    let later = Prometheus.promise(&plan);
    assert!(!later.is_empty());
    assert_eq!(later, Prometheus.promise(&plan));
    assert_eq!(later.clone().made(), later);
    assert!(later.iter().all(|(_, file)| file.chunks().iter().any(|chunk| chunk.origin.is_some())));
}

#[test]
fn kube_state_metrics_is_told_of_sealed_secrets_only_where_they_are_changed_regularly() {
    let mut plan = plan();
    let told = rotation::custom_resource_state(&plan).expect("a configuration");
    let mut text = String::new();
    yaml::document(&Data::Map(told), &mut text);
    assert_eq!(
        text,
        "kind: CustomResourceStateMetrics\nspec:\n  resources:\n    - groupVersionKind:\n        group: bitnami.com\n        \
         version: v1alpha1\n        kind: SealedSecret\n      metricNamePrefix: platc\n      labelsFromPath:\n        name:\n          \
         - metadata\n          - name\n        namespace:\n          - metadata\n          - namespace\n      metrics:\n        \
         - name: secret_rotated_at_timestamp_seconds\n          help: When the values of a sealed secret were made.\n          \
         each:\n            type: Gauge\n            gauge:\n              path:\n                - spec\n                - template\n                \
         - metadata\n                - annotations\n                - platc.dev/rotated-at\n"
    );
    assert_eq!(rotation::custom_resource_rules(&plan).len(), 1);
    for environment in plan.environments.values_mut() {
        environment.secrets.iter_mut().for_each(|secret| secret.rotate = None);
    }
    assert!(rotation::custom_resource_state(&plan).is_none());
    assert!(rotation::custom_resource_rules(&plan).is_empty());
}
