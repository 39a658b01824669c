//! Every fact and trap of the example systems: where the output says it, or which finding answers it.
//! `docs/acceptance.md` is written from this table (`PLATC_UPDATE=1`) and held current by it.

// Helpers of tests fail by panicking.
#![allow(clippy::expect_used, clippy::panic)]

#[path = "acceptance/aiaas.rs"]
mod aiaas;
#[path = "acceptance/prognetwork.rs"]
mod prognetwork;
#[path = "acceptance/quantumvest.rs"]
mod quantumvest;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use platc::catalog::Date;
use platc::source::Source;

/// Where a fact is answered.
enum Answer {
    /// A file below the example's rendered tree, and a text that one of its lines has.
    Line(&'static str, &'static str),
    /// A file below the repository, and a text that one of its lines has.
    Module(&'static str, &'static str),
    /// A finding that a fixture gives.
    Finding(&'static str, &'static str),
    /// A word that stands nowhere in the rendered tree, in lower case.
    Nowhere(&'static str),
}

/// A fact or trap: its id, what it says in short, and its answers.
struct Row {
    id: &'static str,
    says: &'static str,
    answers: &'static [Answer],
}

struct System {
    name: &'static str,
    example: &'static str,
    prefix: &'static str,
    facts: usize,
    traps: usize,
    rows: &'static [Row],
}

const SYSTEMS: &[System] = &[
    System {
        name: "AIaaS (Akamai Linode LKE)",
        example: "aiaas",
        prefix: "A-",
        facts: 50,
        traps: 8,
        rows: aiaas::ROWS,
    },
    System {
        name: "ProgNetwork (AWS)",
        example: "prognetwork",
        prefix: "P-",
        facts: 38,
        traps: 16,
        rows: prognetwork::ROWS,
    },
    System {
        name: "QuantumVest (AWS EKS)",
        example: "quantumvest",
        prefix: "Q-",
        facts: 28,
        traps: 12,
        rows: quantumvest::ROWS,
    },
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The first line of a file that has a text.
fn line_of(path: &str, text: &str) -> Result<usize, String> {
    let content = fs::read_to_string(root().join(path)).map_err(|error| format!("{path}: {error}"))?;
    content
        .lines()
        .position(|line| line.contains(text))
        .map(|line| line + 1)
        .ok_or_else(|| format!("{path} has no line with {text:?}"))
}

fn fixture_gives(path: &str, slug: &str) -> Result<(), String> {
    let text = fs::read_to_string(root().join(path)).map_err(|error| format!("{path}: {error}"))?;
    let today = Date::new(2026, 11, 21).expect("a date");
    let compilation = platc::compile(&Source::new(path, text), &platc::Options { today, files: None });
    let slugs: Vec<&str> = compilation.diagnostics.iter().map(|finding| finding.code.slug).collect();
    if slugs.contains(&slug) { Ok(()) } else { Err(format!("{path} gives {slugs:?}, not {slug}")) }
}

fn occurs(directory: &Path, word: &str) -> Option<String> {
    walkdir::WalkDir::new(directory).sort_by_file_name().into_iter().filter_map(Result::ok).find_map(
        |entry| {
            let text = fs::read_to_string(entry.path()).ok()?;
            text.to_lowercase().contains(word).then(|| entry.path().display().to_string())
        },
    )
}

/// An answer as a cell of the table, if it holds.
fn cell(example: &str, answer: &Answer) -> Result<String, String> {
    match answer {
        Answer::Line(path, text) => {
            let path = format!("examples/{example}/rendered/{path}");
            let line = line_of(&path, text)?;
            let short = path.trim_start_matches(&format!("examples/{example}/rendered/")).to_owned();
            Ok(format!("[{short}:{line}](../{path}#L{line})"))
        }
        Answer::Module(path, text) => {
            let line = line_of(path, text)?;
            Ok(format!("[{path}:{line}](../{path}#L{line})"))
        }
        Answer::Finding(path, slug) => {
            fixture_gives(path, slug)?;
            Ok(format!("`{slug}` ([fixture](../{path}))"))
        }
        Answer::Nowhere(word) => match occurs(&root().join(format!("examples/{example}/rendered")), word) {
            None => Ok(format!("`{word}` stands nowhere")),
            Some(path) => Err(format!("{path} has {word:?}")),
        },
    }
}

fn document() -> (String, Vec<String>) {
    let mut out = String::from(
        "# Acceptance: the facts and traps of real systems\n\n\
         Written from the table in `tests/acceptance`, and held current by it: every line is looked up, every finding is made to fire.\n",
    );
    let mut wrong = Vec::new();
    for system in SYSTEMS {
        let _ = write!(
            out,
            "\n## {}\n\n{} facts and traps, each answered by the output or a finding.\n\n| Id | Says | Where |\n|---|---|---|\n",
            system.name,
            system.rows.len(),
        );
        for row in system.rows {
            let mut cells = Vec::new();
            for answer in row.answers {
                match cell(system.example, answer) {
                    Ok(cell) => cells.push(cell),
                    Err(problem) => wrong.push(format!("{}: {problem}", row.id)),
                }
            }
            let _ = writeln!(out, "| {} | {} | {} |", row.id, row.says, cells.join("<br>"));
        }
    }
    (out, wrong)
}

#[test]
fn every_fact_and_trap_has_a_row() {
    for system in SYSTEMS {
        let ids: Vec<&str> = system.rows.iter().map(|row| row.id).collect();
        for number in 1..=system.facts {
            let id = format!("{}{number:02}", system.prefix);
            assert!(ids.contains(&id.as_str()), "{id} has no row");
        }
        let trap = format!("T-{}", system.prefix.trim_end_matches('-'));
        for number in 1..=system.traps {
            let id = format!("{trap}{number}");
            assert!(ids.contains(&id.as_str()), "{id} has no row");
        }
        for row in system.rows {
            assert!(!row.answers.is_empty(), "{} has no answer", row.id);
        }
    }
}

#[test]
fn every_answer_holds_and_the_committed_table_says_so() {
    let (text, wrong) = document();
    assert!(wrong.is_empty(), "{wrong:#?}");
    let path = root().join("docs/acceptance.md");
    if std::env::var_os("PLATC_UPDATE").is_some() {
        fs::write(&path, &text).expect("writable");
    }
    let committed = fs::read_to_string(&path).expect("docs/acceptance.md");
    assert!(committed == text, "docs/acceptance.md is stale: PLATC_UPDATE=1 cargo test writes it");
}
