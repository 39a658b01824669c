//! The real promtool reads every file, and its unit tests show when alerts fire and when they are silent.
#![allow(clippy::print_stderr, reason = "a test that is skipped says so")]

mod environment;
mod healthy;
mod rollout;
mod service;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::backend::Backend as _;
use crate::backend::prometheus::fixture::plan;
use crate::backend::prometheus::{AlertTests, Prometheus};
use crate::plan::Plan;

/// promtool, from the search path or from where the project's installer puts it.
pub(in crate::backend) fn promtool() -> Option<PathBuf> {
    let cache = std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| Path::new(&home).join(".cache")));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path)
        .chain(cache.map(|cache| cache.join("platc/tools/bin")))
        .map(|directory| directory.join("promtool"))
        .find(|file| file.is_file());
    if found.is_none() {
        assert!(
            std::env::var_os("PLATC_REQUIRE_TOOLS").is_none_or(|wish| wish != "1"),
            "promtool is missing"
        );
        eprintln!("SKIPPED: promtool is missing");
    }
    found
}

/// Writes the rules of a plan with their tests and gives the names of the files.
fn write(plan: &Plan, directory: &Path) -> Vec<String> {
    let mut tree = Prometheus.emit(plan);
    tree.merge(AlertTests.emit(plan));
    tree.iter()
        .map(|(path, file)| {
            let target = directory.join(path);
            std::fs::create_dir_all(target.parent().expect("a parent")).expect("a directory");
            std::fs::write(&target, file.text().as_ref()).expect("a file");
            path.to_owned()
        })
        .collect()
}

fn run(tool: &Path, directory: &Path, arguments: &[&str]) {
    let output = Command::new(tool).args(arguments).current_dir(directory).output().expect("promtool runs");
    assert!(
        output.status.success(),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

const SERVICE: [&str; 1] = ["api-router"];
/// All families of rules of an environment.
const FAMILIES: &str = "_";
const ENVIRONMENT: [&str; 1] = [FAMILIES];

/// A situation and the alerts that fire in it.
struct Case {
    /// What the situation is.
    what: &'static str,
    /// Series with their readings, one a minute.
    series: Vec<(String, &'static str)>,
    /// Times, in minutes, with an alert and whether it fires then.
    expected: Vec<(u32, &'static str, bool)>,
}

/// Lets promtool test some files of the rules of production.
fn prove(plan: &Plan, files: &[&str], cases: &[Case]) {
    let Some(tool) = promtool() else { return };
    let directory = tempfile::tempdir().expect("a directory");
    let written = write(plan, directory.path());
    let mut text = "evaluation_interval: 1m\nrule_files:\n".to_owned();
    for file in files {
        let of_file = |path: &&String| {
            let name =
                path.strip_prefix("alerts/rules/production/").and_then(|name| name.strip_suffix(".yaml"));
            name.is_some_and(|name| name == *file || *file == FAMILIES && name.starts_with(FAMILIES))
        };
        let paths: Vec<&String> = written.iter().filter(of_file).collect();
        assert!(!paths.is_empty(), "{file}");
        for path in paths {
            let _ = writeln!(text, "- {path}");
        }
    }
    text.push_str("tests:\n");
    for case in cases {
        let _ = writeln!(text, "- name: '{}'\n  interval: 1m\n  input_series:", case.what);
        for (series, values) in &case.series {
            let _ = writeln!(text, "  - series: '{series}'\n    values: '{values}'");
        }
        text.push_str("  promql_expr_test:\n");
        for (minute, alert, fires) in &case.expected {
            let samples = if *fires { "[{value: 1}]" } else { "[]" };
            let _ = writeln!(
                text,
                "  - expr: max(ALERTS{{alertname=~\"{alert}\", alertstate=\"firing\"}})\n    eval_time: {minute}m\n    exp_samples: {samples}",
            );
        }
    }
    std::fs::write(directory.path().join("test.yaml"), text).expect("a file");
    run(&tool, directory.path(), &["test", "rules", "test.yaml"]);
}

fn production(metric: &str, labels: &str) -> String {
    format!("{metric}{{namespace=\"production\", {labels}}}")
}

#[test]
fn promtool_accepts_every_file() {
    let Some(tool) = promtool() else { return };
    let directory = tempfile::tempdir().expect("a directory");
    let mut plan = plan();
    crate::backend::fixture::give(&mut plan, |_, _| "team {{ $value }} \"x\"".to_owned());
    let files = write(&plan, directory.path());
    let mut arguments = vec!["check", "rules", "--lint=all", "--lint-fatal"];
    arguments.extend(files.iter().map(String::as_str).filter(|file| file.starts_with("alerts/rules/")));
    run(&tool, directory.path(), &arguments);
}

/// What the examples have is proved where they are tested; the plan here has more kinds of things.
#[test]
fn promtool_proves_every_story_of_production() {
    let Some(tool) = promtool() else { return };
    let directory = tempfile::tempdir().expect("a directory");
    let mut plan = plan();
    crate::backend::prometheus::fixture::with_backups(&mut plan);
    crate::backend::fixture::give(&mut plan, |_, _| "team {{ $value }} \"x\"".to_owned());
    let files = write(&plan, directory.path());
    let mut arguments = vec!["test", "rules"];
    arguments
        .extend(files.iter().map(String::as_str).filter(|file| file.starts_with("alerts/tests/production/")));
    assert!(arguments.len() > 4, "{files:?}");
    run(&tool, directory.path(), &arguments);
}
