//! The parser of `PromQL` against another one, and on every expression that platc writes.

#![allow(clippy::expect_used, clippy::panic, clippy::print_stderr)]

use std::fs;
use std::path::{Path, PathBuf};

use platc::promql::parse;
use serde_json::Value;

fn lines(name: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/promql").join(name);
    fs::read_to_string(path).expect("readable").lines().map(str::to_owned).collect()
}

/// Those that the other parser takes or refuses wrongly; promtool decides (`tests/tools/prometheus.rs`).
const OTHER_IS_WRONG: &[&str] = &[
    "1_000",
    "1_000.5",
    "0x_1F",
    "a offset 0s",
    "a{b=`c\\d`}",
    "`raw \\ text`",
    "1e999",
    "a[0]",
    "a{b=~\"a**\"}",
    "limitk(2,a)",
    "mad_over_time(a[5m])",
    "sort_by_label(a,\"x\")",
    "info(a)",
    "start()",
    "step()",
    "a + fill(0) b",
];

#[test]
fn what_is_good_is_accepted_and_what_is_bad_is_refused() {
    for text in lines("good.txt") {
        assert!(parse(&text).is_ok(), "{text}: {:?}", parse(&text));
    }
    // What only some versions or flags take is refused, too: a rule must load wherever it is put.
    for text in lines("bad.txt").into_iter().chain(lines("strict.txt")) {
        assert!(parse(&text).is_err(), "{text}");
    }
}

#[test]
fn another_parser_agrees_except_where_promtool_says_that_it_is_wrong() {
    let mut differ = Vec::new();
    for text in lines("good.txt").into_iter().chain(lines("bad.txt")) {
        if parse(&text).is_ok() != promql_parser::parser::parse(&text).is_ok() {
            differ.push(text);
        }
    }
    assert_eq!(differ, OTHER_IS_WRONG);
}

/// Every file below a folder with one of these endings.
fn files(folder: &Path, endings: &[&str]) -> Vec<PathBuf> {
    walkdir::WalkDir::new(folder)
        .sort_by_file_name()
        .into_iter()
        .filter_map(Result::ok)
        .map(walkdir::DirEntry::into_path)
        .filter(|path| path.extension().is_some_and(|end| endings.contains(&end.to_string_lossy().as_ref())))
        .collect()
}

/// The values of all keys `expr` in a document.
fn expressions(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                match value {
                    Value::String(text) if key == "expr" => found.push(text.clone()),
                    _ => expressions(value, found),
                }
            }
        }
        Value::Array(all) => all.iter().for_each(|value| expressions(value, found)),
        _ => {}
    }
}

#[test]
fn rules_of_others_are_accepted_as_by_the_other_parser() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/reference/alerts");
    if !folder.exists() {
        eprintln!("skipped: no reference rules");
        return;
    }
    let mut found = Vec::new();
    for path in files(&folder, &["yaml"]) {
        let text = fs::read_to_string(&path).expect("readable");
        let document: Value = serde_yaml::from_str(&text).expect("YAML");
        expressions(&document["groups"], &mut found);
    }
    assert!(found.len() > 100, "{}", found.len());
    for text in found {
        assert!(promql_parser::parser::parse(&text).is_ok(), "{text}");
        assert!(parse(&text).is_ok(), "{text}: {:?}", parse(&text));
    }
}
