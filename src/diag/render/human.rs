//! Findings for people: the heading, the excerpt with labels, the derivation, what to do.

use std::fmt::{self, Write as _};

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan};

use super::super::{Accepted, Diagnostic, Label, Severity};
use super::Counts;
use super::clean::clean;
use super::excerpt::Excerpt;
use crate::source::{Lines, Source, Span};

/// Findings that are shown; more than these nobody reads.
const SHOWN: usize = 100;
/// Lines around a label.
const CONTEXT: usize = 2;

/// How to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// With colours.
    pub color: bool,
    /// Columns to fill.
    pub width: usize,
}

impl Look {
    /// Without colours, for files, pipes and tests.
    pub const PLAIN: Self = Self { color: false, width: 100 };

    /// Text in the style of an ANSI sequence, where there are colours.
    #[must_use]
    pub fn paint(self, style: &str, text: &str) -> String {
        if self.color { format!("\x1b[{style}m{text}\x1b[0m") } else { text.to_owned() }
    }
}

/// Findings for people, in their order, with a summary at the end.
#[must_use]
pub fn human(diagnostics: &[Diagnostic], source: &Source, look: Look) -> String {
    let lines = Lines::new(&source.text);
    let shown = &diagnostics[..diagnostics.len().min(SHOWN)];
    let labels: Vec<Span> = shown
        .iter()
        .flat_map(|one| one.related.iter().chain([&one.primary]))
        .map(|label| label.span)
        .collect();
    let excerpt = Excerpt::new(source, &lines, &labels);
    let mut out = String::new();
    for diagnostic in shown {
        one(&mut out, diagnostic, source, &excerpt, look);
        out.push('\n');
    }
    if diagnostics.len() > shown.len() {
        let _ = writeln!(out, "and {} more findings\n", diagnostics.len() - shown.len());
    }
    if !diagnostics.is_empty() {
        out.push_str(&summary(Counts::of(diagnostics)));
        out.push('\n');
    }
    out
}

/// One finding alone, without colours.
#[must_use]
pub fn human_one(diagnostic: &Diagnostic, source: &Source) -> String {
    let lines = Lines::new(&source.text);
    let labels = diagnostic.related.iter().chain([&diagnostic.primary]).map(|label| label.span);
    let excerpt = Excerpt::new(source, &lines, &labels.collect::<Vec<_>>());
    let mut out = String::new();
    one(&mut out, diagnostic, source, &excerpt, Look::PLAIN);
    out
}

/// What is accepted, a paragraph for each entry of `allow`.
#[must_use]
pub fn human_accepted(accepted: &[Accepted], source: &Source, look: Look) -> String {
    let lines = Lines::new(&source.text);
    let mut out = String::new();
    for entry in accepted {
        for finding in &entry.findings {
            let heading = look.paint("1;34", &format!("accepted[{}]", finding.code.slug));
            let message = format!(
                "{}: {} (until {})",
                place(source, &lines, finding.primary.span),
                clean(&finding.message),
                entry.until
            );
            let _ = writeln!(out, "{heading}");
            hanging(&mut out, "", &message, look);
            hanging(&mut out, "reason: ", &clean(&entry.reason), look);
        }
    }
    out
}

/// `2 errors, 1 warning`.
#[must_use]
pub fn summary(counts: Counts) -> String {
    let parts: Vec<String> = [
        (counts.errors, "error", "errors"),
        (counts.warnings, "warning", "warnings"),
        (counts.infos, "remark", "remarks"),
    ]
    .into_iter()
    .filter(|(count, ..)| *count > 0)
    .map(|(count, one, many)| format!("{count} {}", if count == 1 { one } else { many }))
    .collect();
    if parts.is_empty() { "no findings".to_owned() } else { parts.join(", ") }
}

/// `platform.yaml:41:5`.
#[must_use]
pub fn place(source: &Source, lines: &Lines<'_>, span: Span) -> String {
    let position = lines.position(span.start);
    format!("{}:{}:{}", clean(&source.name), position.line, position.column)
}

fn one(out: &mut String, diagnostic: &Diagnostic, source: &Source, excerpt: &Excerpt<'_>, look: Look) {
    let style = match diagnostic.severity {
        Severity::Error => "1;31",
        Severity::Warning => "1;33",
        Severity::Info => "1;36",
    };
    let heading = format!("{}[{}]", diagnostic.severity.word(), diagnostic.code.slug);
    let message = clean(&diagnostic.message);
    let plain = heading.chars().count() + 2;
    let mut first = true;
    for line in wrap(&message, look.width.saturating_sub(2), plain) {
        if first {
            let _ = writeln!(out, "{}: {}", look.paint(style, &heading), look.paint("1", &line));
        } else {
            let _ = writeln!(out, "  {}", look.paint("1", &line));
        }
        first = false;
    }
    if let Some(inside) = &diagnostic.inside {
        let lines = Lines::new(&inside.source.text);
        let excerpt = Excerpt::new(&inside.source, &lines, &[inside.label.span]);
        let there = Diagnostic::new(diagnostic.code, inside.label.span, "").label(&*inside.label.text);
        out.push_str(&snippets(&there, &excerpt, look));
    }
    if excerpt.is_empty() {
        if !message.contains(source.name.as_str()) {
            let _ = writeln!(out, "  in {}", clean(&source.name));
        }
    } else {
        out.push_str(&snippets(diagnostic, excerpt, look));
    }
    for note in &diagnostic.notes {
        hanging(out, "", &clean(note), look);
    }
    if let Some(advice) = diagnostic.advice() {
        hanging(out, "help: ", &clean(&advice), look);
    }
    let _ = writeln!(out, "  {} platc explain {}", look.paint("2", "see:"), diagnostic.code.slug);
}

/// A paragraph behind a word, its further lines below its first.
fn hanging(out: &mut String, word: &str, text: &str, look: Look) {
    let indent = if word.is_empty() { 4 } else { "  ".len() + word.len() };
    for (index, line) in wrap(text, look.width.saturating_sub(indent), 0).into_iter().enumerate() {
        if index == 0 {
            let _ = writeln!(
                out,
                "  {}{line}",
                if word.is_empty() { String::new() } else { look.paint("36", word) }
            );
        } else {
            let _ = writeln!(out, "{}{line}", " ".repeat(indent));
        }
    }
}

/// Breaks a text at spaces; the first line begins after some columns.
#[must_use]
pub fn wrap(text: &str, width: usize, taken: usize) -> Vec<String> {
    let width = width.max(20);
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut room = width.saturating_sub(taken);
    for word in text.trim_end().split(' ') {
        let needs = word.chars().count() + usize::from(!line.is_empty());
        if !line.is_empty() && needs > room {
            lines.push(std::mem::take(&mut line));
            room = width;
        }
        if !line.is_empty() {
            line.push(' ');
            room = room.saturating_sub(1);
        }
        line.push_str(word);
        room = room.saturating_sub(word.chars().count());
    }
    lines.push(line);
    lines
}

/// What miette draws: the excerpt and the labels. Everything else is written here.
fn snippets(diagnostic: &Diagnostic, excerpt: &Excerpt<'_>, look: Look) -> String {
    let theme = if look.color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_links(false)
        .with_width(look.width)
        .with_context_lines(CONTEXT);
    let mut drawn = String::new();
    if handler.render_report(&mut drawn, &Shown { diagnostic, excerpt }).is_err() {
        return String::new();
    }
    // The first line is miette's heading, which ours replaces.
    let body = drawn.split_once('\n').map_or("", |(_, body)| body);
    let mut out = String::with_capacity(body.len());
    for line in body.lines() {
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

struct Shown<'a> {
    diagnostic: &'a Diagnostic,
    excerpt: &'a Excerpt<'a>,
}

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Shown")
    }
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("finding")
    }
}

impl std::error::Error for Shown<'_> {}

impl miette::Diagnostic for Shown<'_> {
    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.diagnostic.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Info => miette::Severity::Advice,
        })
    }

    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        Some(self.excerpt)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let text = |label: &Label| (!label.text.is_empty()).then(|| clean(&label.text).into_owned());
        let primary = &self.diagnostic.primary;
        let first = LabeledSpan::new_primary_with_span(text(primary), self.excerpt.place(primary.span));
        let others = self
            .diagnostic
            .related
            .iter()
            .map(move |label| LabeledSpan::new_with_span(text(label), self.excerpt.place(label.span)));
        Some(Box::new(std::iter::once(first).chain(others)))
    }
}
