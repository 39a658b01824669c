//! Findings for programs. `docs/json.md` describes the format.

use serde_json::{Map, Value, json as object};

use super::super::{Accepted, Diagnostic, Label};
use super::Counts;
use super::clean::clean_json;
use crate::source::{Lines, Source, Span};

/// The version of the format. Members are only added within a version.
const VERSION: u32 = 1;

/// Findings as one JSON document.
#[must_use]
pub fn json(diagnostics: &[Diagnostic], source: &Source, path: &dyn Fn(Span) -> Option<String>) -> String {
    print_json(&document(diagnostics, source, path))
}

/// A JSON document as it is printed: readable, and harmless on a terminal.
#[must_use]
pub fn print_json(map: &Map<String, Value>) -> String {
    let mut text = clean_json(serde_json::to_string_pretty(map).unwrap_or_default());
    text.push('\n');
    text
}

/// The members of the document, for commands that add their own.
#[must_use]
pub fn document(
    diagnostics: &[Diagnostic],
    source: &Source,
    path: &dyn Fn(Span) -> Option<String>,
) -> Map<String, Value> {
    let lines = Lines::new(&source.text);
    let counts = Counts::of(diagnostics);
    let mut map = Map::new();
    map.insert("version".to_owned(), VERSION.into());
    map.insert("file".to_owned(), source.name.as_str().into());
    map.insert(
        "diagnostics".to_owned(),
        diagnostics.iter().map(|diagnostic| one(diagnostic, &lines, path)).collect(),
    );
    map.insert(
        "summary".to_owned(),
        object!({ "errors": counts.errors, "warnings": counts.warnings, "infos": counts.infos }),
    );
    map
}

/// What is accepted: the findings, each with the reason and the end.
#[must_use]
pub fn accepted_json(accepted: &[Accepted], source: &Source, path: &dyn Fn(Span) -> Option<String>) -> Value {
    let lines = Lines::new(&source.text);
    let entries =
        accepted.iter().flat_map(|entry| entry.findings.iter().map(move |finding| (entry, finding)));
    entries
        .map(|(entry, finding)| {
            let mut value = one(finding, &lines, path);
            value["reason"] = entry.reason.as_str().into();
            value["until"] = entry.until.as_str().into();
            value
        })
        .collect()
}

fn one(diagnostic: &Diagnostic, lines: &Lines<'_>, path: &dyn Fn(Span) -> Option<String>) -> Value {
    let mut map = Map::new();
    let mut add = |key: &str, value: Value| map.insert(key.to_owned(), value);
    add("code", diagnostic.code.slug.into());
    add("severity", diagnostic.severity.word().into());
    add("message", diagnostic.message.as_str().into());
    if let Some(path) = path(diagnostic.primary.span) {
        add("path", path.into());
    }
    add("primary", label(&diagnostic.primary, lines));
    if let Some(inside) = &diagnostic.inside {
        let mut there = label(&inside.label, &Lines::new(&inside.source.text));
        there["file"] = inside.source.name.as_str().into();
        add("inside", there);
    }
    add("related", diagnostic.related.iter().map(|related| label(related, lines)).collect());
    add("notes", diagnostic.notes.iter().map(String::as_str).collect());
    if let Some(help) = &diagnostic.help {
        add("help", help.as_str().into());
    }
    if let Some(edit) = &diagnostic.edit {
        let mut change = range(edit.span, lines);
        change.insert("replacement".to_owned(), edit.replacement.as_str().into());
        add("edit", change.into());
    }
    Value::Object(map)
}

fn label(label: &Label, lines: &Lines<'_>) -> Value {
    let mut map = range(label.span, lines);
    map.insert("label".to_owned(), label.text.as_str().into());
    Value::Object(map)
}

fn range(span: Span, lines: &Lines<'_>) -> Map<String, Value> {
    let point = |offset: u32| {
        let position = lines.position(offset);
        object!({ "offset": offset, "line": position.line, "column": position.column })
    };
    let mut map = Map::new();
    map.insert("start".to_owned(), point(span.start));
    map.insert("end".to_owned(), point(span.end));
    map
}
