//! Findings as SARIF 2.1.0 (OASIS Standard, 2020-03-27), for code scanning and editors. `docs/cli.md` says how it is used.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::super::code::CODES;
use super::super::{Accepted, Code, Diagnostic, Edit, Label, Severity};
use super::clean::clean_json;
use crate::source::{Lines, Source, Span};

/// The key of the fingerprint; its number rises when it is made of something else.
const FINGERPRINT: &str = "platcPlace/v1";

/// Findings as one SARIF log. `file` is the spec's path as it is said to others, relative where it can be.
///
/// Rules are those that the results name, in the order of the table of codes. Accepted findings become suppressed
/// results.
#[must_use]
pub fn sarif(
    diagnostics: &[Diagnostic],
    accepted: &[Accepted],
    source: &Source,
    file: &str,
    path: &dyn Fn(Span) -> Option<String>,
) -> String {
    let suppressed = || accepted.iter().flat_map(|one| &one.findings);
    let rules: Vec<&Code> = CODES
        .iter()
        .copied()
        .filter(|code| diagnostics.iter().chain(suppressed()).any(|finding| finding.code == *code))
        .collect();
    let mut results = Results {
        lines: Lines::new(&source.text),
        uri: uri(file),
        path,
        rules: &rules,
        seen: BTreeMap::new(),
    };
    let mut found: Vec<Value> = Vec::new();
    for finding in diagnostics {
        let mut result = results.result(finding);
        // Section 3.27.23: either every result of a run says what suppresses it, or none does.
        if !accepted.is_empty() {
            result.insert("suppressions".to_owned(), json!([]));
        }
        found.push(result.into());
    }
    for entry in accepted {
        for finding in &entry.findings {
            let mut result = results.result(finding);
            // Without a `status` it is accepted, and drafts of the standard called that property otherwise.
            let suppression = json!([{
                "kind": "inSource",
                "justification": format!("{} (until {})", entry.reason, entry.until),
                "location": { "physicalLocation": results.physical(entry.span) },
            }]);
            result.insert("suppressions".to_owned(), suppression);
            found.push(result.into());
        }
    }
    let mut driver = Map::new();
    driver.insert("name".to_owned(), env!("CARGO_PKG_NAME").into());
    driver.insert("semanticVersion".to_owned(), env!("CARGO_PKG_VERSION").into());
    // Only if the package says where it lives.
    if !env!("CARGO_PKG_REPOSITORY").is_empty() {
        driver.insert("informationUri".to_owned(), env!("CARGO_PKG_REPOSITORY").into());
    }
    driver.insert("rules".to_owned(), rules.iter().map(|code| rule(code)).collect());
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": driver },
            "columnKind": "utf16CodeUnits",
            "results": found,
        }],
    });
    clean_json(format!("{log:#}")) + "\n"
}

/// How SARIF calls a severity.
const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn rule(code: &Code) -> Value {
    // The property by which GitHub sorts findings that are not about security.
    let severity = match code.severity {
        Severity::Info => "recommendation",
        Severity::Error | Severity::Warning => level(code.severity),
    };
    json!({
        "id": code.slug,
        "shortDescription": { "text": code.sentence() },
        "fullDescription": { "text": code.explain },
        "help": {
            "text": format!("{} {}\n\nMore: platc explain {}", code.sentence(), code.explain, code.slug),
            "markdown": format!("**{}** {}\n\nMore: `platc explain {}`", code.sentence(), code.explain, code.slug),
        },
        "defaultConfiguration": { "level": level(code.severity) },
        "properties": { "tags": [code.area()], "precision": "very-high", "problem.severity": severity },
    })
}

struct Results<'a> {
    lines: Lines<'a>,
    uri: String,
    path: &'a dyn Fn(Span) -> Option<String>,
    rules: &'a [&'static Code],
    /// How many findings of a code there were at a path.
    seen: BTreeMap<String, usize>,
}

impl Results<'_> {
    fn result(&mut self, finding: &Diagnostic) -> Map<String, Value> {
        let mut map = Map::new();
        let mut add = |key: &str, value: Value| map.insert(key.to_owned(), value);
        add("ruleId", finding.code.slug.into());
        if let Some(index) = self.rules.iter().position(|code| *code == finding.code) {
            add("ruleIndex", index.into());
        }
        add("level", level(finding.severity).into());
        add("message", json!({ "text": message(finding) }));
        let path = (self.path)(finding.primary.span);
        let mut location = self.location(&finding.primary);
        if let Some(path) = &path {
            location.insert("logicalLocations".to_owned(), json!([{ "fullyQualifiedName": path }]));
        }
        add("locations", json!([location]));
        if let Some(inside) = &finding.inside {
            // Beside the spec, and named as the spec names it.
            let place = Lines::new(&inside.source.text).position(inside.label.span.start);
            let text =
                format!("{} (in {}:{}:{})", message(finding), inside.source.name, place.line, place.column);
            add("message", json!({ "text": text }));
        }
        if !finding.related.is_empty() {
            let related = finding.related.iter().enumerate().map(|(index, label)| {
                let mut location = self.location(label);
                location.insert("id".to_owned(), (index + 1).into());
                location
            });
            add("relatedLocations", related.map(Value::from).collect());
        }
        if let Some(edit) = &finding.edit {
            add("fixes", json!([self.fix(finding, edit)]));
        }
        // Lines move and messages name numbers that change; the code and the place in the spec stay.
        let place = format!("{} {}", finding.code.slug, path.unwrap_or_default());
        let count = self.seen.entry(place.clone()).or_default();
        *count += 1;
        let mut fingerprints = Map::new();
        fingerprints.insert(FINGERPRINT.to_owned(), format!("{place} {count}").into());
        add("partialFingerprints", fingerprints.into());
        map
    }

    fn location(&self, label: &Label) -> Map<String, Value> {
        let mut map = Map::new();
        map.insert("physicalLocation".to_owned(), self.physical(label.span));
        if !label.text.is_empty() {
            map.insert("message".to_owned(), json!({ "text": plain(&label.text) }));
        }
        map
    }

    fn physical(&self, span: Span) -> Value {
        json!({ "artifactLocation": { "uri": self.uri }, "region": self.region(span) })
    }

    fn region(&self, span: Span) -> Value {
        let start = self.lines.utf16_position(span.start);
        let end = self.lines.utf16_position(span.end.max(span.start));
        json!({
            "startLine": start.line,
            "startColumn": start.column,
            "endLine": end.line,
            "endColumn": end.column,
        })
    }

    fn fix(&self, finding: &Diagnostic, edit: &Edit) -> Value {
        let mut replacement = Map::new();
        replacement.insert("deletedRegion".to_owned(), self.region(edit.span));
        if !edit.replacement.is_empty() {
            replacement.insert("insertedContent".to_owned(), json!({ "text": edit.replacement }));
        }
        json!({
            "description": { "text": plain(&finding.advice().unwrap_or_default()) },
            "artifactChanges": [{
                "artifactLocation": { "uri": self.uri },
                "replacements": [replacement],
            }],
        })
    }
}

/// The message, the derivation and the advice, a paragraph each: viewers show little else.
fn message(finding: &Diagnostic) -> String {
    let advice = finding.advice().map(|advice| format!("help: {advice}"));
    let lines = std::iter::once(&finding.message).chain(&finding.notes).chain(&advice);
    plain(&lines.map(String::as_str).collect::<Vec<_>>().join("\n"))
}

/// Text in which no viewer sees a link (section 3.11.6): names and values of the spec are quoted in it.
fn plain(text: &str) -> String {
    text.replace("](", "] (")
}

/// A path as a URI reference (RFC 3986): what is not unreserved is percent-encoded.
fn uri(path: &str) -> String {
    use std::fmt::Write as _;
    let is_absolute = path.starts_with('/');
    let mut out = String::from(if is_absolute { "file://" } else { "" });
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_becomes_a_uri() {
        for (path, expected) in [
            ("platform.yaml", "platform.yaml"),
            ("a b/c:d#e?f%g.yaml", "a%20b/c%3Ad%23e%3Ff%25g.yaml"),
            ("ümlaut.yaml", "%C3%BCmlaut.yaml"),
            ("/srv/platform.yaml", "file:///srv/platform.yaml"),
            ("<stdin>", "%3Cstdin%3E"),
        ] {
            assert_eq!(uri(path), expected);
        }
    }

    #[test]
    fn quoted_text_is_no_link() {
        assert_eq!(plain("`[x](https://example.com)`"), "`[x] (https://example.com)`");
    }
}
