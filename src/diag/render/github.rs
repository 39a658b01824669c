//! Findings as workflow commands of GitHub Actions: annotations on the changed files of a pull request.
//!
//! Syntax and escaping are those of "Workflow commands for GitHub Actions" in GitHub's documentation and of
//! `packages/core/src/command.ts` in `actions/toolkit`.

use std::fmt::Write as _;

use super::super::{Diagnostic, Severity};
use super::clean::clean;
use crate::source::{Lines, Source};

/// Findings as workflow commands, a line each. `file` is the spec's path from the root of the repository.
#[must_use]
pub fn github(diagnostics: &[Diagnostic], source: &Source, file: &str) -> String {
    let lines = Lines::new(&source.text);
    let mut out = String::new();
    for finding in diagnostics {
        one(&mut out, finding, &lines, file);
    }
    out
}

fn one(out: &mut String, finding: &Diagnostic, lines: &Lines<'_>, file: &str) {
    let command = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let span = finding.primary.span;
    let (start, end) = (lines.position(span.start), lines.position(span.end.max(span.start)));
    let _ = write!(out, "::{command} file={},line={}", property(file), start.line);
    if start.line == end.line {
        let _ = write!(out, ",col={},endLine={},endColumn={}", start.column, end.line, end.column);
    } else {
        // The API takes columns only for places within a line.
        let _ = write!(out, ",endLine={}", end.line);
    }
    let _ = writeln!(out, ",title={}::{}", property(finding.code.slug), data(&text(finding, lines, file)));
}

/// What there is to say besides the place: message, derivation, other places, advice.
fn text(finding: &Diagnostic, lines: &Lines<'_>, file: &str) -> String {
    let mut text = clean(&finding.message).into_owned();
    let mut add = |line: String| {
        text.push('\n');
        text.push_str(&line);
    };
    if !finding.primary.text.is_empty() {
        add(format!("here: {}", clean(&finding.primary.text)));
    }
    for note in &finding.notes {
        add(clean(note).into_owned());
    }
    if let Some(inside) = &finding.inside {
        let place = Lines::new(&inside.source.text).position(inside.label.span.start);
        add(format!("in {}:{}:{}", clean(&inside.source.name), place.line, place.column));
    }
    for label in &finding.related {
        let place = lines.position(label.span.start);
        let said = if label.text.is_empty() { "see also" } else { &label.text };
        add(format!("{}:{}:{}: {}", clean(file), place.line, place.column, clean(said)));
    }
    if let Some(advice) = finding.advice() {
        add(format!("help: {}", clean(&advice)));
    }
    add(format!("see: platc explain {}", finding.code.slug));
    text
}

/// The text behind a command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property.
fn property(text: &str) -> String {
    data(&clean(text)).replace(':', "%3A").replace(',', "%2C")
}
