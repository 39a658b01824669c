//! promtool on every query of every dashboard: each as the expression of a rule.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::process::Command;

use serde_json::Value;

use crate::tool::{Project, Verdict, run, text, tool};

/// Every query of an example's dashboards parses, each with what Grafana puts in the place of its variables.
pub(crate) fn queries(project: &Project) -> Verdict {
    let promtool = tool("promtool")?;
    let folder = tempfile::tempdir().expect("a folder");
    let mut problems = Vec::new();
    let mut count = 0;
    for example in project.examples() {
        for file in example.files() {
            if file.extension().is_none_or(|ending| ending != "json") {
                continue;
            }
            let Ok(dashboard) = serde_json::from_str::<Value>(&text(&file)) else {
                problems.push(format!("{}: is no JSON", example.show(&file)));
                continue;
            };
            // The manifest is JSON too, and has no panels.
            let panels = dashboard["panels"].as_array().into_iter().flatten();
            let expressions: BTreeSet<&str> = panels
                .flat_map(|panel| panel["targets"].as_array().into_iter().flatten())
                .filter_map(|target| target["expr"].as_str())
                .collect();
            if expressions.is_empty() {
                continue;
            }
            count += expressions.len();
            let mut rules = "groups:\n- name: queries\n  rules:\n".to_owned();
            for (index, expr) in expressions.iter().enumerate() {
                let expr = Value::from(filled(expr));
                // A JSON string is a YAML string.
                let _ = writeln!(rules, "  - record: query_{index}\n    expr: {expr}");
            }
            let path = folder.path().join("rules.yaml");
            fs::write(&path, rules).expect("the rules");
            let done = run(Command::new(&promtool).args(["check", "rules"]).arg(&path));
            if !done.ok {
                problems.push(format!("{}: {}", example.show(&file), done.said()));
            }
        }
    }
    assert!(count > 0 || !problems.is_empty(), "no query in any example");
    Some(problems)
}

/// A query as Prometheus gets it.
fn filled(expr: &str) -> String {
    expr.replace("$__rate_interval", "5m")
        .replace("${namespace:text}", "production")
        .replace("$namespace", "production")
        .replace("$service", "api")
}
