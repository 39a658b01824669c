//! Unit tests of rules one by one, each with the rules that it is about.
//!
//! promtool evaluates every rule of a file at each step of each test, so that a file costs the square of its length. What it says of
//! an alert does not depend on other rules than those that are read.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::prometheus::files_with;
use crate::tool::{Example, in_parallel, run, text};
use crate::yaml;

/// So many test files go into one process.
const CHUNK: usize = 100;

/// A test with the groups of its rule file, as far as it needs them.
pub(crate) struct Single {
    /// The file that holds it.
    pub(crate) file: PathBuf,
    /// The file without other tests.
    pub(crate) content: Value,
    /// The groups of rules.
    pub(crate) groups: Vec<Value>,
}

impl Single {
    /// The test itself.
    pub(crate) fn test(&self) -> &Value {
        &self.content["tests"][0]
    }

    /// The file that its rules stand in.
    pub(crate) fn rules_file(&self) -> PathBuf {
        let folder = self.file.parent().expect("a folder");
        folder.join(self.content["rule_files"][0].as_str().expect("a rule file"))
    }

    /// The same test as far as it asks for a recorded series, with the rules for that alone; `None` where it does not.
    pub(crate) fn about(&self, record: &str) -> Option<Self> {
        let mut content = self.content.clone();
        let test = content["tests"][0].as_object_mut().expect("a test");
        test.remove("alert_rule_test");
        let asked = test.get_mut("promql_expr_test")?.as_array_mut()?;
        asked.retain(|ask| reads(ask["expr"].as_str().expect("an expression"), record));
        let is_asked = !asked.is_empty();
        let groups = needed(&self.groups, &content["tests"][0]);
        is_asked.then(|| Self { file: self.file.clone(), content, groups })
    }

    /// Its rules, each with the place of its group and its own place in it.
    pub(crate) fn rules(&self) -> impl Iterator<Item = (usize, usize, &Value)> {
        self.groups.iter().enumerate().flat_map(|(group, content)| {
            let rules = content["rules"].as_array().expect("rules");
            rules.iter().enumerate().map(move |(place, rule)| (group, place, rule))
        })
    }

    /// Writes it with other groups: a rule file and a test file.
    pub(crate) fn write(&self, folder: &Path, name: &str, groups: &[Value]) {
        let mut test = self.content.clone();
        test["rule_files"] = json!([format!("{name}.rules.yaml")]);
        let rules = json!({ "groups": groups });
        fs::write(folder.join(format!("{name}.rules.yaml")), rules.to_string()).expect("a rule file");
        fs::write(folder.join(format!("{name}.yaml")), test.to_string()).expect("a test file");
    }
}

/// All tests of an example.
pub(crate) fn of(example: &Example) -> Vec<Single> {
    let mut found = Vec::new();
    let mut known: BTreeMap<PathBuf, Vec<Value>> = BTreeMap::new();
    for (file, content) in files_with(example, &["rule_files", "tests"]) {
        let mut groups: Vec<Value> = Vec::new();
        for name in content["rule_files"].as_array().expect("rule files") {
            let path = file.parent().expect("a folder").join(name.as_str().expect("a rule file"));
            let read = known.entry(path).or_insert_with_key(|path| {
                let rules = yaml::documents(&text(path)).expect("YAML").remove(0);
                rules["groups"].as_array().expect("groups").clone()
            });
            groups.extend(read.iter().cloned());
        }
        for test in content["tests"].as_array().expect("tests") {
            let mut only = content.clone();
            only["tests"] = json!([test]);
            found.push(Single { file: file.clone(), content: only, groups: needed(&groups, test) });
        }
    }
    found
}

/// Whether an expression reads a series, by its name or by what its name begins with.
fn reads(expr: &str, name: &str) -> bool {
    let begun = expr.split("__name__=~\"").skip(1).filter_map(|rest| rest.split_once(".+\""));
    expr.contains(name) || begun.into_iter().any(|(begun, _)| name.starts_with(begun))
}

/// The rules that a test asks for, and those that they read, in their groups.
fn needed(groups: &[Value], test: &Value) -> Vec<Value> {
    let asked = |list: &str, field: &str| -> Vec<String> {
        let list = test[list].as_array().into_iter().flatten();
        list.filter_map(|one| one[field].as_str().map(str::to_owned)).collect()
    };
    let alerts = asked("alert_rule_test", "alertname");
    let mut read = asked("promql_expr_test", "expr");
    let rules: Vec<&Value> =
        groups.iter().flat_map(|group| group["rules"].as_array().expect("rules")).collect();
    let mut is_kept = vec![false; rules.len()];
    loop {
        let before = read.len();
        for (kept, rule) in is_kept.iter_mut().zip(&rules).filter(|(kept, _)| !**kept) {
            let name = rule["alert"].as_str().or(rule["record"].as_str()).expect("a name");
            *kept = rule["alert"].is_string() && alerts.iter().any(|alert| alert == name)
                || read.iter().any(|expr| reads(expr, name));
            if *kept {
                read.push(rule["expr"].as_str().expect("an expression").to_owned());
            }
        }
        if read.len() == before {
            break;
        }
    }
    let mut places = is_kept.into_iter();
    groups
        .iter()
        .filter_map(|group| {
            let rules = group["rules"].as_array().expect("rules");
            let kept: Vec<&Value> = rules.iter().filter(|_| places.next().expect("a place")).collect();
            let mut group = group.clone();
            group["rules"] = json!(kept);
            (!kept.is_empty()).then_some(group)
        })
        .collect()
}

/// What promtool says of test files, by name: `None` where all tests pass, else what it said.
pub(crate) fn verdicts(promtool: &Path, folder: &Path, names: &[String]) -> Vec<Option<String>> {
    let chunks: Vec<&[String]> = names.chunks(CHUNK).collect();
    let done = in_parallel(&chunks, |names| {
        let report = format!("{}.xml", names[0]);
        let mut command = Command::new(promtool);
        // Half of its work would be collecting garbage.
        command.env("GOGC", "off").env("GOMEMLIMIT", "512MiB");
        command.current_dir(folder).args(["test", &format!("--junit={report}"), "rules"]);
        command.args(names.iter().map(|name| format!("{name}.yaml")));
        let done = run(&mut command);
        assert!(folder.join(&report).is_file(), "no report: {}", done.said());
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
            (!passes).then_some(suite)
        })
        .collect()
}
