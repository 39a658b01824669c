//! Whether the generated tests of rules bite: each rule is changed in every small way, and a test has to fail.
//!
//! Rules of one name and shape are changed once. Mutants share processes of promtool: a rule file with the changed rule and
//! what it reads, a test file with the one test of its alert.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::rc::Rc;

use serde_json::Value;

use crate::mutants::{self, Mutant};
use crate::rule_tests::{self, Single, verdicts};
use crate::tool::{Project, Verdict, repository, say, skipped, text, tool};

/// The share of mutants that the tests must notice, in percent.
const WANTED: usize = 95;
/// The table of those that they do not notice, with a reason for each.
const SURVIVORS: &str = "docs/alerts-mutation.md";

/// A rule of an example with a test of it.
struct Subject {
    /// Its name.
    name: String,
    single: Rc<Single>,
    /// Its group, and its place in it.
    place: (usize, usize),
    step: u64,
}

impl Subject {
    fn rule(&self) -> &Value {
        &self.single.groups[self.place.0]["rules"][self.place.1]
    }

    fn write(&self, folder: &Path, name: &str, rule: &Value) {
        let mut groups = self.single.groups.clone();
        groups[self.place.0]["rules"][self.place.1] = rule.clone();
        self.single.write(folder, name, &groups);
    }
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
        for single in rule_tests::of(&example) {
            let single = Rc::new(single);
            let interval = single.content["evaluation_interval"].as_str().expect("an interval");
            let step = mutants::seconds(interval);
            let asked = single.test()["alert_rule_test"][0]["alertname"].as_str();
            for (group, place, rule) in single.rules() {
                let (name, kind) = match (rule["alert"].as_str(), rule["record"].as_str()) {
                    (Some(alert), _) if asked == Some(alert) => {
                        let labels: Vec<&String> =
                            rule["labels"].as_object().expect("labels").keys().collect();
                        (alert.to_owned(), format!("{labels:?}"))
                    }
                    // An alert's test gives what is recorded itself.
                    (_, Some(record)) if asked.is_none() => (record.to_owned(), String::new()),
                    _ => continue,
                };
                let expr = rule["expr"].as_str().expect("an expression");
                // One window of a recorded share stands for all.
                let of = if rule["alert"].is_null() { String::new() } else { name.clone() };
                if seen.insert((of, mutants::shape(expr), kind)) {
                    found.push(Subject { name, single: Rc::clone(&single), place: (group, place), step });
                }
            }
        }
    }
    found
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
        subject.write(folder.path(), &name, subject.rule());
        names.push(name);
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
            let name = format!("mutant-{:05}", trials.len());
            subject.write(folder.path(), &name, &mutant.rule);
            trials.insert(name, Trial { subject, mutant });
        }
    }
    names = trials.keys().cloned().collect();
    let (mut killed, mut invalid, mut equal) = (0, 0, 0);
    let mut survivors: BTreeSet<(String, String)> = BTreeSet::new();
    for (name, said) in names.iter().zip(verdicts(&promtool, folder.path(), &names)) {
        let trial = &trials[name];
        match said {
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
