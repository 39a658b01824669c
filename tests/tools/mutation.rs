//! Whether the generated tests of rules bite: each rule is changed in every small way, and a test has to fail.
//!
//! Rules of one name and shape are changed once. Mutants share processes of promtool: a rule file with the changed rule and
//! what it reads, a test file with the one test of its alert.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use serde_json::Value;

use crate::mutants::{self, Mutant};
use crate::rule_tests::{self, Single, verdicts};
use crate::tool::{Project, Verdict, repository, say, skipped, text, tool};

/// The share of mutants that the tests must notice, in percent.
const WANTED: usize = 95;
/// The table of those that they do not notice, with a reason for each.
const SURVIVORS: &str = "docs/alerts-mutation.md";

/// A rule of an example with the tests of it.
struct Subject {
    /// Its name.
    name: String,
    /// Each test with the place of the rule's group, and its own place in it.
    tests: Vec<(Rc<Single>, (usize, usize))>,
    step: u64,
}

impl Subject {
    fn rule(&self) -> &Value {
        let (single, (group, place)) = &self.tests[0];
        &single.groups[*group]["rules"][*place]
    }

    fn write(&self, test: usize, folder: &Path, name: &str, rule: &Value) {
        let (single, (group, place)) = &self.tests[test];
        let mut groups = single.groups.clone();
        groups[*group]["rules"][*place] = rule.clone();
        single.write(folder, name, &groups);
    }
}

/// A mutant in its place.
struct Trial<'s> {
    subject: &'s Subject,
    mutant: Mutant,
    /// What the test said that noticed it.
    said: Option<String>,
}

/// One rule of each name and shape, of all examples, with all tests of its file that are about it.
fn subjects(project: &Project) -> Vec<Subject> {
    let mut known: BTreeMap<(String, String, String), (PathBuf, usize)> = BTreeMap::new();
    let mut found: Vec<Subject> = Vec::new();
    for example in project.examples() {
        for single in rule_tests::of(&example) {
            let single = Rc::new(single);
            let interval = single.content["evaluation_interval"].as_str().expect("an interval");
            let step = mutants::seconds(interval);
            let alerts: BTreeSet<&str> = asked(&single, "alert_rule_test", "alertname").collect();
            for (_, _, rule) in single.rules() {
                let (name, kind, test) = match (rule["alert"].as_str(), rule["record"].as_str()) {
                    (Some(alert), _) if alerts.contains(alert) => {
                        let labels: Vec<&String> =
                            rule["labels"].as_object().expect("labels").keys().collect();
                        (alert.to_owned(), format!("{labels:?}"), Rc::clone(&single))
                    }
                    // Where nobody asks for what is recorded, the test gives it itself.
                    (_, Some(record)) => match single.about(record) {
                        Some(test) => (record.to_owned(), String::new(), Rc::new(test)),
                        None => continue,
                    },
                    _ => continue,
                };
                let (group, place, _) =
                    test.rules().find(|(_, _, other)| *other == rule).expect("a rule that is asked for");
                let expr = rule["expr"].as_str().expect("an expression");
                let shape = (name.clone(), mutants::shape(expr), kind);
                let rules = single.rules_file();
                let known_as = known.get(&shape).cloned();
                let test = (test, (group, place));
                match known_as {
                    None => {
                        known.insert(shape, (rules, found.len()));
                        found.push(Subject { name, tests: vec![test], step });
                    }
                    // The same rule in another test of its file.
                    Some((file, index)) if file == rules && found[index].rule() == rule => {
                        found[index].tests.push(test);
                        found[index].step = found[index].step.min(step);
                    }
                    Some(_) => {}
                }
            }
        }
    }
    // The quickest first: it notices most.
    for subject in &mut found {
        subject.tests.sort_by_key(|(single, _)| evaluations(single));
    }
    let only = std::env::var("PLATC_MUTANTS").unwrap_or_default();
    found.retain(|subject| matches!(&*only, "" | "1") || subject.name.starts_with(&only));
    found
}

/// How often a test evaluates its rules.
fn evaluations(single: &Single) -> u64 {
    let times = ["alert_rule_test", "promql_expr_test"].into_iter();
    let last = times.flat_map(|list| asked(single, list, "eval_time")).map(mutants::seconds).max();
    last.unwrap_or_default()
        / mutants::seconds(single.content["evaluation_interval"].as_str().expect("an interval"))
}

/// What a test asks for.
fn asked<'s>(single: &'s Single, list: &str, field: &'s str) -> impl Iterator<Item = &'s str> {
    single.test()[list].as_array().into_iter().flatten().filter_map(move |one| one[field].as_str())
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
        for test in 0..subject.tests.len() {
            let name = format!("original-{index:04}-{test}");
            subject.write(test, folder.path(), &name, subject.rule());
            names.push(name);
        }
    }
    let mut problems: Vec<String> = names
        .iter()
        .zip(verdicts(&promtool, folder.path(), &names))
        .filter_map(|(name, said)| {
            said.map(|said| format!("{name}: the test of the rule as it is fails: {said}"))
        })
        .collect();
    for subject in &subjects {
        for mutant in mutants::of(subject.rule(), subject.step) {
            trials.insert(format!("mutant-{:05}", trials.len()), Trial { subject, mutant, said: None });
        }
    }
    let most = subjects.iter().map(|subject| subject.tests.len()).max().unwrap_or_default();
    for test in 0..most {
        let is_left = |trial: &Trial<'_>| trial.said.is_none() && test < trial.subject.tests.len();
        names = trials.iter().filter(|(_, trial)| is_left(trial)).map(|(name, _)| name.clone()).collect();
        for name in &names {
            let trial = &trials[name];
            trial.subject.write(test, folder.path(), name, &trial.mutant.rule);
        }
        let said = verdicts(&promtool, folder.path(), &names);
        for (name, said) in names.iter().zip(said) {
            trials.get_mut(name).expect("a trial").said = said;
        }
    }
    let (mut killed, mut invalid, mut equal) = (0, 0, 0);
    let mut survivors: BTreeSet<(String, String)> = BTreeSet::new();
    for trial in trials.values() {
        match &trial.said {
            None if mutants::is_equal(trial.subject.rule(), &trial.mutant) => equal += 1,
            None => {
                survivors.insert((trial.subject.name.clone(), trial.mutant.what.clone()));
                if std::env::var_os("PLATC_MUTANTS").is_some() {
                    say(&format!(
                        "{}: {}: {}",
                        trial.subject.name, trial.mutant.what, trial.mutant.rule["expr"]
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
    // `*` stands for all alerts, and at the end of a name for whatever begins so; what is recorded has a colon in its name.
    let is_named = |row: &str, name: &str| match row.strip_suffix('*') {
        Some("") => !name.contains(':'),
        Some(begun) => name.starts_with(begun),
        None => row == name,
    };
    let is_listed = |(name, what): &(String, String)| {
        accepted.iter().any(|(row, change)| change == what && is_named(row, name))
    };
    let is_needed = |(row, change): &(String, String)| {
        survivors.iter().any(|(name, what)| change == what && is_named(row, name))
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
