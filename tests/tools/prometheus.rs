//! promtool on the rule files and their unit tests; rule files against the `PrometheusRule` objects.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use crate::kubernetes::Built;
use crate::rule_tests;
use crate::tool::{Example, Project, Verdict, is_yaml, repository, run, text, tool};
use crate::yaml;

/// The YAML files of a tree whose first document has all of these fields and is no Kubernetes object.
pub(crate) fn files_with(example: &Example, fields: &[&str]) -> Vec<(PathBuf, Value)> {
    let mut found = Vec::new();
    for file in example.files().into_iter().filter(|file| is_yaml(file)) {
        // A file that no reader takes is reported by the test that compares the readers.
        let written = text(&file);
        if !fields.iter().all(|field| written.contains(field)) {
            continue;
        }
        let first = yaml::documents(&written).ok().and_then(|all| all.into_iter().next()).unwrap_or_default();
        if fields.iter().all(|field| !first[field].is_null()) && first["kind"].is_null() {
            found.push((file, first));
        }
    }
    found
}

/// The plain rule files of an example.
fn rule_files(example: &Example) -> Vec<(PathBuf, Value)> {
    files_with(example, &["groups"])
}

/// promtool accepts every rule file; a lint finding is a problem.
pub(crate) fn rules(project: &Project) -> Verdict {
    let promtool = tool("promtool")?;
    let mut problems = Vec::new();
    let mut count = 0;
    for example in project.examples() {
        for (file, _) in rule_files(&example) {
            count += 1;
            let mut command = Command::new(&promtool);
            let done = run(command.args(["check", "rules", "--lint=all", "--lint-fatal"]).arg(&file));
            if !done.ok {
                problems.push(format!("{}: {}", example.show(&file), done.said()));
            }
        }
    }
    assert!(count > 0, "no rule file in any example");
    Some(problems)
}

/// Every unit test of rules passes, and each alert of each rule file has one that sees it fire and sees it silent.
pub(crate) fn rule_tests(project: &Project) -> Verdict {
    let promtool = tool("promtool")?;
    let mut problems = Vec::new();
    for example in project.examples() {
        let files = files_with(&example, &["rule_files", "tests"]);
        let mut tested = BTreeMap::new();
        for (file, content) in &files {
            for name in content["rule_files"].as_array().into_iter().flatten().filter_map(Value::as_str) {
                let rules = file.parent().and_then(|folder| folder.join(name).canonicalize().ok());
                for test in content["tests"].as_array().into_iter().flatten() {
                    for moment in test["alert_rule_test"].as_array().into_iter().flatten() {
                        let key = (rules.clone(), moment["alertname"].to_string());
                        let (fires, silent) = tested.entry(key).or_insert((false, false));
                        *(if moment["exp_alerts"].is_null() { silent } else { fires }) = true;
                    }
                }
            }
        }
        let spec = yaml::documents(&text(&example.spec)).expect("YAML").remove(0);
        // Only a person knows when a rule of the spec itself has to fire.
        let is_custom = |rule: &Value| {
            rule["alert"].as_str().is_some_and(|alert| !spec["alerts"]["custom"][alert].is_null())
        };
        for (file, content) in rule_files(&example) {
            let path = file.canonicalize().ok();
            for rule in content["groups"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|group| group["rules"].as_array())
            {
                for rule in rule.iter().filter(|rule| !rule["alert"].is_null() && !is_custom(rule)) {
                    let alert = rule["alert"].to_string();
                    if tested.get(&(path.clone(), alert.clone())) != Some(&(true, true)) {
                        problems.push(format!(
                            "{}: {alert} is not seen both to fire and to be silent",
                            example.show(&file)
                        ));
                    }
                }
            }
        }
        // The files as they are: promtool reads them strictly, and runs none of their tests.
        let mut command = Command::new(&promtool);
        let done = run(command.args(["test", "rules", "--run=^$"]).args(files.iter().map(|(file, _)| file)));
        if !done.ok {
            problems.push(format!("{}: {}", example.name, done.said()));
        }
        let singles = rule_tests::of(&example);
        let folder = tempfile::tempdir().expect("a folder");
        let names: Vec<String> = (0..singles.len()).map(|index| format!("test-{index:04}")).collect();
        for (single, name) in singles.iter().zip(&names) {
            single.write(folder.path(), name, &single.groups);
        }
        for (single, said) in singles.iter().zip(rule_tests::verdicts(&promtool, folder.path(), &names)) {
            if let Some(said) = said {
                let name = &single.test()["name"];
                problems.push(format!("{}: FAILED: {name}: {said}", example.show(&single.file)));
            }
        }
    }
    Some(problems)
}

/// The `PrometheusRule` objects of an example hold the groups of its rule files, no more and no fewer.
pub(crate) fn same_rules(project: &Project, built: &Built) -> Vec<String> {
    let mut problems = Vec::new();
    for example in project.examples() {
        let mut plain = BTreeMap::new();
        for (file, content) in rule_files(&example) {
            collect(&content["groups"], &example.show(&file), &mut plain);
        }
        let mut objects = BTreeMap::new();
        for (overlay, object) in built.of(&example.name, "PrometheusRule") {
            let place = format!("{}: {}: {}", example.name, overlay.path, object["metadata"]["name"]);
            collect(&object["spec"]["groups"], &place, &mut objects);
        }
        for (ours, theirs, other) in [(&plain, &objects, "PrometheusRule"), (&objects, &plain, "rule file")] {
            for (group, (name, place)) in ours {
                if !theirs.contains_key(group) {
                    problems.push(format!("{place}: no {other} holds the group {name} as it is here"));
                }
            }
        }
    }
    problems
}

/// Groups by their whole content (keys sorted, so that order does not matter), with name and place.
fn collect(groups: &Value, place: &str, into: &mut BTreeMap<String, (String, String)>) {
    for group in groups.as_array().into_iter().flatten() {
        into.insert(yaml::canonical(group), (group["name"].to_string(), place.to_owned()));
    }
}

/// promtool takes every expression that the parser takes and no other, besides those that other versions refuse.
pub(crate) fn expressions() -> Verdict {
    let promtool = tool("promtool")?;
    let fixtures = repository().join("tests/fixtures/promql");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("rules.yaml");
    let mut problems = Vec::new();
    for (list, is_good) in [("good.txt", true), ("strict.txt", true), ("bad.txt", false)] {
        let wanted = text(&fixtures.join(list));
        // One rule each: promtool names every rule of a file that it refuses.
        let mut rules = String::from("groups:\n- name: all\n  rules:\n");
        for (index, line) in wanted.lines().enumerate() {
            let _ = write!(rules, "  - record: one:{index}:x\n    expr: {}\n", Value::from(line));
        }
        std::fs::write(&file, rules).expect("written");
        let said = run(Command::new(&promtool).args(["check", "rules", "--lint=none"]).arg(&file)).said();
        for (index, line) in wanted.lines().enumerate() {
            let is_refused = said.contains(&format!("\"one:{index}:x\""));
            if is_refused == is_good {
                problems
                    .push(format!("{list}: promtool {} {line}", if is_good { "refuses" } else { "takes" }));
            }
        }
    }
    Some(problems)
}
