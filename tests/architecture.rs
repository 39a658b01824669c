//! The import directions of docs/architecture.md, and the rules about the outside world.

// Helpers of tests fail by panicking.
#![allow(clippy::expect_used, clippy::panic)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// What each module may name of the crate, besides itself. Read it as layers from the bottom up.
const ALLOWED: &[(&str, &[&str])] = &[
    // Leaves: facts, vocabulary, places, amounts.
    ("source", &[]),
    ("units", &[]),
    ("words", &[]),
    ("catalog", &["units"]),
    ("promql", &["catalog", "source"]),
    ("freeform", &["source"]),
    ("templates", &[]),
    ("format", &["freeform", "templates"]),
    ("names", &["words"]),
    ("tree", &["source"]),
    // The front: from text to what is written.
    ("diag", &["catalog", "format", "source"]),
    ("syntax", &["diag", "source"]),
    ("model", &["catalog", "diag", "freeform", "source", "syntax", "units", "words"]),
    ("addon", &["catalog", "diag", "model", "source", "syntax", "templates", "words"]),
    // The middle: what is meant.
    ("plan", &["freeform", "source", "units", "words"]),
    ("sizing", &["plan", "units"]),
    ("unit", &["names", "plan"]),
    ("provider", &["catalog", "names", "plan", "source", "units", "words"]),
    ("proof", &["catalog", "plan", "provider", "sizing", "source", "units", "words"]),
    (
        "resolve",
        &[
            "addon", "catalog", "diag", "model", "names", "plan", "provider", "sizing", "source", "syntax",
            "units", "words",
        ],
    ),
    (
        "check",
        &[
            "addon", "catalog", "diag", "freeform", "model", "names", "plan", "promql", "proof", "provider",
            "sizing", "source", "syntax", "unit", "units", "words",
        ],
    ),
    // The back: what comes out.
    (
        "backend",
        &[
            "addon", "catalog", "format", "freeform", "names", "plan", "promql", "proof", "provider",
            "sizing", "source", "tree", "units", "words",
        ],
    ),
    ("write", &["source", "tree"]),
    ("inputs", &["diag", "format", "source", "syntax", "tree"]),
    // The command line sees everything.
    ("cli", &["backend", "catalog", "commands", "diag"]),
    ("commands", ANYTHING),
    ("lib", ANYTHING),
    ("main", ANYTHING),
];

/// No limit: for the outermost layer.
const ANYTHING: &[&str] = &["*"];

/// The files that may name the file system.
const DISK: &[&str] = &["write", "inputs", "commands", "main"];

fn sources() -> Vec<(String, String, String)> {
    let mut found = Vec::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for entry in walkdir::WalkDir::new(&root).sort_by_file_name() {
        let entry = entry.expect("readable");
        if entry.path().extension().is_none_or(|end| end != "rs") {
            continue;
        }
        let path = entry.path().strip_prefix(&root).expect("below src").to_string_lossy().into_owned();
        let module = path.split(['/', '.']).next().unwrap_or_default().to_owned();
        let text = fs::read_to_string(entry.path()).expect("readable");
        found.push((path, module, text));
    }
    found
}

/// A file that holds nothing but tests.
fn is_test_file(path: &str) -> bool {
    path.ends_with("tests.rs") || path.contains("/tests/") || path.ends_with("fixture.rs")
}

/// The part of a file that is not its tests; comments do not count.
fn product(text: &str) -> String {
    let end = text.find("#[cfg(test)]\nmod ").unwrap_or(text.len());
    text[..end].lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// The modules that a text names: `crate::x`, also inside `use crate::{x, y::z}`.
fn named(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, marker) in text.match_indices("crate::") {
        let rest = &text[at + marker.len()..];
        if let Some(inner) = rest.strip_prefix('{') {
            let mut depth = 0usize;
            let mut word = String::new();
            for letter in inner.chars() {
                match letter {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => found.extend(Some(std::mem::take(&mut word))),
                    _ if depth == 0 => word.push(letter),
                    _ => {}
                }
            }
            found.insert(word);
        } else {
            found.insert(rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect());
        }
    }
    found
        .into_iter()
        .map(|name| name.trim().split("::").next().unwrap_or_default().to_owned())
        .filter(|name| !name.is_empty())
        .collect()
}

#[test]
fn imports_follow_the_layers() {
    let allowed: BTreeMap<&str, &[&str]> = ALLOWED.iter().copied().collect();
    let mut wrong = Vec::new();
    for (path, module, text) in sources() {
        if is_test_file(&path) {
            continue;
        }
        let Some(may) = allowed.get(module.as_str()) else {
            wrong.push(format!("{path}: the module `{module}` is not in the table of layers"));
            continue;
        };
        for name in named(&product(&text)) {
            let is_module = allowed.contains_key(name.as_str());
            if is_module && name != module && *may != ANYTHING && !may.contains(&name.as_str()) {
                wrong.push(format!("{path}: `{module}` must not name `{name}`"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn no_module_of_the_table_is_gone() {
    let there: BTreeSet<String> = sources().into_iter().map(|(_, module, _)| module).collect();
    for (module, _) in ALLOWED {
        assert!(there.contains(*module), "`{module}` is in the table and not in src");
    }
}

#[test]
fn only_the_writer_the_reader_and_the_commands_touch_the_disk() {
    for (path, module, text) in sources() {
        if is_test_file(&path) || DISK.contains(&module.as_str()) {
            continue;
        }
        let product = product(&text);
        for forbidden in ["std::fs", "fs::read", "File::open", "File::create"] {
            assert!(!product.contains(forbidden), "{path} names {forbidden}");
        }
    }
}

#[test]
fn only_main_reads_the_clock_and_the_environment() {
    for (path, module, text) in sources() {
        if is_test_file(&path) || matches!(module.as_str(), "main") {
            continue;
        }
        let product = product(&text);
        for forbidden in ["SystemTime::now", "env::var", "rand::", "HashMap", "HashSet"] {
            assert!(!product.contains(forbidden), "{path} names {forbidden}");
        }
    }
}

#[test]
fn only_one_file_names_each_library_at_the_border() {
    for (library, home) in [("granit_parser", "syntax/yaml.rs"), ("minijinja", "format/jinja.rs")] {
        for (path, _, text) in sources() {
            if path != home && !is_test_file(&path) {
                assert!(!product(&text).contains(library), "{path} names {library}; its place is {home}");
            }
        }
    }
}

#[test]
fn no_file_is_a_god_module() {
    // Tables of one shape are long without being hard to read.
    const TABLES: &[&str] = &["model/records.rs", "model/scalars.rs", "plan.rs", "diag/code.rs"];
    for (path, _, text) in sources() {
        let lines = product(&text).lines().count();
        assert!(lines <= 700 || TABLES.contains(&path.as_str()), "{path} has {lines} lines");
    }
}
