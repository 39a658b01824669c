//! Every example compiles, gives the same bytes each time, and is committed as it is rendered.

// Helpers of tests fail by panicking.
#![allow(clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use platc::catalog::Date;
use platc::diag::Severity;
use platc::source::Source;
use platc::tree::{FileTree, Ownership};
use platc::{Options, backend, compile};

fn examples() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let mut found: Vec<PathBuf> = fs::read_dir(root)
        .expect("examples")
        .map(|entry| entry.expect("readable").path())
        .filter(|path| path.join("platform.yaml").is_file())
        .collect();
    found.sort();
    assert!(found.len() >= 2, "{found:?}");
    found
}

fn tree_of(example: &Path, today: Date) -> FileTree<'static> {
    let spec = example.join("platform.yaml");
    let text = fs::read_to_string(&spec).expect("a spec");
    let source = Source::new(spec.display().to_string(), text);
    let compilation = compile(&source, &Options { today, files: None });
    let errors: Vec<String> = compilation
        .diagnostics
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .map(|finding| format!("{}: {}", finding.code.slug, finding.message))
        .collect();
    // What a spec names ends some day: findings follow the day, the output does not.
    assert!(errors.is_empty() || today > day(2026), "{}: {errors:#?}", spec.display());
    let tree = backend::emit(&compilation.plan.expect("a plan"), &[]);
    assert_eq!(tree.check(), [], "{}", spec.display());
    tree
}

fn day(year: u16) -> Date {
    Date::new(year, 11, 21).expect("a date")
}

#[test]
fn the_committed_tree_is_the_rendered_one() {
    for example in examples() {
        let tree = tree_of(&example, day(2026));
        let rendered = example.join("rendered");
        for (path, file) in tree.iter() {
            let committed = fs::read_to_string(rendered.join(path))
                .unwrap_or_else(|error| panic!("{}/{path}: {error}", rendered.display()));
            if file.ownership == Ownership::Generated {
                assert!(committed == file.text(), "{}/{path} is stale", rendered.display());
            }
        }
        for entry in walkdir::WalkDir::new(&rendered) {
            let entry = entry.expect("readable");
            let path = entry.path().strip_prefix(&rendered).expect("below").to_string_lossy().into_owned();
            if entry.file_type().is_file() && !path.starts_with(".platc/") {
                assert!(tree.get(&path).is_some(), "{}/{path} is no longer rendered", rendered.display());
            }
        }
    }
}

#[test]
fn the_same_spec_gives_the_same_bytes_on_every_day() {
    for example in examples() {
        let texts = |tree: &FileTree<'_>| -> BTreeMap<String, String> {
            tree.iter().map(|(path, file)| (path.to_owned(), file.text().into_owned())).collect()
        };
        assert_eq!(texts(&tree_of(&example, day(2026))), texts(&tree_of(&example, day(2031))));
    }
}

#[test]
fn every_generated_file_says_who_made_it() {
    for example in examples() {
        let tree = tree_of(&example, day(2026));
        for (path, file) in tree.iter() {
            // Modules and the chart are hand-written and shipped as they are; JSON has no comments.
            let is_shipped = path.contains("/modules/") || path.contains("/charts/service/");
            let has_comments = Path::new(path).extension().is_none_or(|end| end != "json");
            if file.ownership == Ownership::Generated && !is_shipped && has_comments {
                let text = file.text();
                let first = text.lines().next().unwrap_or_default();
                assert!(first.contains(platc::names::BANNER), "{path}: {first}");
            }
        }
    }
}

#[test]
fn no_line_ends_in_blanks_and_every_file_ends_with_one_line_break() {
    for example in examples() {
        for (path, file) in tree_of(&example, day(2026)).iter() {
            let text = file.text();
            assert!(text.ends_with('\n') && !text.ends_with("\n\n"), "{path}");
            for (number, line) in text.lines().enumerate() {
                assert!(line == line.trim_end(), "{path}:{}: {line:?}", number + 1);
            }
        }
    }
}
