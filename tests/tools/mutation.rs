//! Whether the generated tests of rules bite: each rule is changed in every small way, and a test has to fail.
//!
//! Rules of one name and shape are changed once. Mutants share processes of promtool: a rule file with the changed rule and
//! what it reads, a test file with the one test of its alert.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::mutants::{self, Mutant};
use crate::prometheus::files_with;
use crate::tool::{Project, Verdict, in_parallel, repository, run, say, skipped, text, tool};
use crate::yaml;

/// The share of mutants that the tests must notice, in percent.
const WANTED: usize = 95;
/// The table of those that they do not notice, with a reason for each.
const SURVIVORS: &str = "docs/alerts-mutation.md";

/// A rule of an example with the test of its alert.
struct Subject {
    alert: String,
    /// The test file without other tests.
    test: Value,
    /// The rules before it, of its name or read by it.
    others: Vec<Value>,
    rule: Value,
    step: u64,
}

/// A mutant in its place.
struct Trial<'s> {
    subject: &'s Subject,
    mutant: Mutant,
}

/// One rule of each name and shape, of all examples.
fn subjects(project: &Project) -> Vec<Subject> {
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for example in project.examples() {
        for (file, content) in files_with(&example, &["rule_files", "tests"]) {
            let step = mutants::seconds(content["evaluation_interval"].as_str().expect("an interval"));
            let from = content["rule_files"][0].as_str().expect("a rule file");
            let path = file.parent().expect("a folder").join(from);
            let rules = yaml::documents(&text(&path)).expect("YAML").remove(0);
            let groups = rules["groups"].as_array().expect("groups");
            let rules: Vec<&Value> =
                groups.iter().flat_map(|group| group["rules"].as_array().expect("rules")).collect();
            for test in content["tests"].as_array().expect("tests") {
                let Some(alert) = test["alert_rule_test"][0]["alertname"].as_str() else { continue };
                for rule in rules.iter().filter(|rule| rule["alert"] == alert) {
                    let expr = rule["expr"].as_str().expect("an expression");
                    let labels: Vec<&String> = rule["labels"].as_object().expect("labels").keys().collect();
                    if !seen.insert((alert.to_owned(), mutants::shape(expr), format!("{labels:?}"))) {
                        continue;
                    }
                    let is_read = |other: &Value| {
                        other["alert"].as_str().is_some_and(|name| name == alert || expr.contains(name))
                            || other["record"].as_str().is_some_and(|name| expr.contains(name))
                    };
                    let others = rules.iter().filter(|other| is_read(other) && *other != rule);
                    let mut test_file = content.clone();
                    test_file["tests"] = json!([test]);
                    found.push(Subject {
                        alert: alert.to_owned(),
                        test: test_file,
                        others: others.map(|rule| (*rule).clone()).collect(),
                        rule: (*rule).clone(),
                        step,
                    });
                }
            }
        }
    }
    found
}

/// Writes a rule file and its test file.
fn write(folder: &Path, name: &str, subject: &Subject, rule: &Value) {
    let mut rules = subject.others.clone();
    rules.push(rule.clone());
    let rules = json!({ "groups": [{ "name": "a", "rules": rules }] });
    let mut test = subject.test.clone();
    test["rule_files"] = json!([format!("{name}.rules.yaml")]);
    fs::write(folder.join(format!("{name}.rules.yaml")), rules.to_string()).expect("a rule file");
    fs::write(folder.join(format!("{name}.yaml")), test.to_string()).expect("a test file");
}

/// What promtool says of test files, by name: `None` where all tests pass, else what it said.
fn verdicts(promtool: &Path, folder: &Path, names: &[String]) -> BTreeMap<String, Option<String>> {
    let chunks: Vec<&[String]> = names.chunks(100).collect();
    let done = in_parallel(&chunks, |names| {
        let report = format!("{}.xml", names[0]);
        let mut command = Command::new(promtool);
        command.current_dir(folder).args(["test", &format!("--junit={report}"), "rules"]);
        command.args(names.iter().map(|name| format!("{name}.yaml")));
        run(&mut command);
        let report = text(&folder.join(report));
        let suites: Vec<String> = report.split("<testsuite ").skip(1).map(str::to_owned).collect();
        assert_eq!(suites.len(), names.len(), "promtool did not report on every file");
        suites
    });
    let suites = done.into_iter().flatten();
    names
        .iter()
        .zip(suites)
        .map(|(name, suite)| {
            assert!(suite.contains(&format!("name=\"{name}.yaml\"")), "{name}: another file's report");
            let passes = suite.contains("failures=\"0\" errors=\"0\"");
            (name.clone(), (!passes).then_some(suite))
        })
        .collect()
}

/// The survivors with their reasons, as the document has them: `| Alert | change | reason |`.
fn accepted(project: &Project) -> BTreeSet<(String, String)> {
    let document = text(&project.root.join(SURVIVORS));
    let rows = document.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"));
    rows.filter_map(|row| {
        let cells: Vec<&str> = row.split(" | ").collect();
        let [alert, what, reason] = cells[..] else { return None };
        (alert != "Alert" && !reason.is_empty()).then(|| (alert.to_owned(), what.to_owned()))
    })
    .collect()
}

/// A generated test notices almost every change of its rule, and what none notices is listed with its reason.
pub(crate) fn noticed(project: &Project) -> Verdict {
    if project.root != repository() {
        return skipped("the table of survivors is about the examples of this repository");
    }
    let promtool = tool("promtool")?;
    let folder = tempfile::tempdir().expect("a folder");
    let subjects = subjects(project);
    let mut names = Vec::new();
    let mut trials: BTreeMap<String, Trial<'_>> = BTreeMap::new();
    for (index, subject) in subjects.iter().enumerate() {
        let name = format!("original-{index:04}");
        write(folder.path(), &name, subject, &subject.rule);
        names.push(name);
    }
    let mut problems: Vec<String> = verdicts(&promtool, folder.path(), &names)
        .into_iter()
        .filter_map(|(name, said)| {
            said.map(|said| format!("{name}: the test of the rule as it is fails: {said}"))
        })
        .collect();
    for subject in &subjects {
        for mutant in mutants::of(&subject.rule, subject.step) {
            let name = format!("mutant-{:05}", trials.len());
            write(folder.path(), &name, subject, &mutant.rule);
            trials.insert(name, Trial { subject, mutant });
        }
    }
    names = trials.keys().cloned().collect();
    let (mut killed, mut invalid, mut equal) = (0, 0, 0);
    let mut survivors: BTreeSet<(String, String)> = BTreeSet::new();
    for (name, said) in verdicts(&promtool, folder.path(), &names) {
        let trial = &trials[&name];
        match said {
            None if mutants::is_equal(&trial.subject.rule, &trial.mutant) => equal += 1,
            None => {
                survivors.insert((trial.subject.alert.clone(), trial.mutant.what.clone()));
                if std::env::var_os("PLATC_MUTANTS").is_some() {
                    say(&format!(
                        "{}: {}: {}",
                        trial.subject.alert, trial.mutant.what, trial.mutant.rule["expr"]
                    ));
                }
            }
            // No rule at all: Prometheus does not take it.
            Some(said) if said.contains("could not parse expression") => invalid += 1,
            Some(_) => killed += 1,
        }
    }
    let all = trials.len() - invalid - equal;
    let mut line = String::new();
    let _ = write!(
        line,
        "mutation of rules: {killed} of {all} mutants of {} rules noticed ({:.1} %), left out: {equal} that say the same, {invalid} that are no rules",
        subjects.len(),
        100.0 * f64::from(u32::try_from(killed).unwrap_or(u32::MAX))
            / f64::from(u32::try_from(all.max(1)).unwrap_or(u32::MAX)),
    );
    say(&line);
    if killed * 100 < all * WANTED {
        problems.push(format!("{line}: {WANTED} % are wanted"));
    }
    let accepted = accepted(project);
    // A row of `*` stands for all alerts.
    let is_listed = |(alert, what): &(String, String)| {
        accepted.contains(&(alert.clone(), what.clone()))
            || accepted.contains(&("*".to_owned(), what.clone()))
    };
    let is_needed = |(alert, what): &(String, String)| {
        survivors.iter().any(|(other, change)| (alert == "*" || alert == other) && what == change)
    };
    let list = |some: BTreeSet<&(String, String)>, what: &str| {
        some.into_iter().map(|(alert, change)| format!("{what}: | {alert} | {change} |")).collect::<Vec<_>>()
    };
    problems.extend(list(
        survivors.iter().filter(|one| !is_listed(one)).collect(),
        "not noticed, and not in the table",
    ));
    problems
        .extend(list(accepted.iter().filter(|one| !is_needed(one)).collect(), "in the table, and noticed"));
    Some(problems)
}
