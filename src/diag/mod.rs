//! Findings about a spec: one type, collected, sorted, and rendered in several formats.

pub mod code;
mod fit;
pub mod render;

pub use code::Code;
pub use fit::did_you_mean;

use std::fmt::Write as _;
use std::sync::Arc;

use indexmap::IndexMap;
use indexmap::map::Entry;

use crate::source::{Source, Span};

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The spec cannot be compiled: a real tool would refuse the output, or a promise cannot hold.
    Error,
    /// It works and should not stay so.
    Warning,
    /// Worth knowing.
    Info,
}

impl Severity {
    /// The word that all formats use.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

/// A place with what is to be said about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The bytes to point at.
    pub span: Span,
    /// What they show; may be empty where the message says it all.
    pub text: String,
}

/// A change of the spec that certainly mends a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The bytes to replace.
    pub span: Span,
    /// What to put there.
    pub replacement: String,
}

/// A place in a file that the spec names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inside {
    /// The file.
    pub source: Arc<Source>,
    /// The place in it.
    pub label: Label,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// What kind of finding it is.
    pub code: &'static Code,
    /// How much it matters here: the code's own severity unless the place softens it.
    pub severity: Severity,
    /// One sentence, with the real names and values.
    pub message: String,
    /// Where it is.
    pub primary: Label,
    /// Where it is in a file that the spec names; the primary place is then where the spec names the file.
    pub inside: Option<Inside>,
    /// The other places that belong to it, first of all the one that it contradicts.
    pub related: Vec<Label>,
    /// The derivation, a line each: the terms and their sum.
    pub notes: Vec<String>,
    /// What to do.
    pub help: Option<String>,
    /// The change that certainly mends it.
    pub edit: Option<Edit>,
    /// The environments in which it holds, where it does not hold for the spec as a whole.
    pub environments: Vec<String>,
}

impl Diagnostic {
    /// A finding of a kind at a place.
    pub fn new(code: &'static Code, span: Span, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: code.severity,
            message: message.into(),
            primary: Label { span, text: String::new() },
            inside: None,
            related: Vec::new(),
            notes: Vec::new(),
            help: None,
            edit: None,
            environments: Vec::new(),
        }
    }

    /// An environment in which it holds. The same finding of several environments is shown once, and names them at the
    /// end of its message.
    #[must_use]
    pub fn in_environment(mut self, environment: impl Into<String>) -> Self {
        self.environments.push(environment.into());
        self
    }

    /// Where it is in a file that the spec names.
    #[must_use]
    pub fn inside(mut self, source: &Arc<Source>, span: Span, text: impl Into<String>) -> Self {
        self.inside = Some(Inside { source: Arc::clone(source), label: Label { span, text: text.into() } });
        self
    }

    /// What the primary place shows.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Self {
        self.primary.text = text.into();
        self
    }

    /// Another place that belongs to the finding.
    #[must_use]
    pub fn related(mut self, span: Span, text: impl Into<String>) -> Self {
        self.related.push(Label { span, text: text.into() });
        self
    }

    /// A line of the derivation.
    #[must_use]
    pub fn note(mut self, line: impl Into<String>) -> Self {
        self.notes.push(line.into());
        self
    }

    /// What to do.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }

    /// The change that certainly mends it.
    #[must_use]
    pub fn edit(mut self, span: Span, replacement: impl Into<String>) -> Self {
        self.edit = Some(Edit { span, replacement: replacement.into() });
        self
    }

    /// What to do, in words: the help, or else what the edit does.
    #[must_use]
    pub fn advice(&self) -> Option<String> {
        self.help.clone().or_else(|| {
            self.edit.as_ref().map(|edit| match edit.replacement.as_str() {
                "" => "remove it".to_owned(),
                replacement => format!("write `{replacement}`"),
            })
        })
    }

    /// Takes in what another finding of the same words and place adds.
    fn absorb(&mut self, other: Self) {
        self.severity = self.severity.min(other.severity);
        for environment in other.environments {
            if !self.environments.contains(&environment) {
                self.environments.push(environment);
            }
        }
        for related in other.related {
            if !self.related.contains(&related) {
                self.related.push(related);
            }
        }
        for note in other.notes {
            if !self.notes.contains(&note) {
                self.notes.push(note);
            }
        }
    }

    /// Shows what its texts quote of the spec without what a terminal or a reader would take as more than text.
    fn make_showable(&mut self) {
        let labels = self.related.iter_mut().map(|label| &mut label.text).chain([&mut self.primary.text]);
        for text in labels.chain([&mut self.message]).chain(&mut self.notes).chain(&mut self.help) {
            if text.len() > LONGEST_TEXT || text.chars().any(is_unshowable) {
                *text = showable(text);
            }
        }
    }

    /// The finding with another severity.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }
}

/// Findings that the spec accepts, and how it says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The findings, in the order of the text.
    pub findings: Vec<Diagnostic>,
    /// Why they are accepted.
    pub reason: String,
    /// The last day on which they are, as YYYY-MM-DD.
    pub until: String,
    /// Where the spec says so.
    pub span: Span,
}

/// Collects findings.
#[derive(Debug, Clone, Default)]
pub struct Sink {
    found: Vec<Diagnostic>,
    accepted: Vec<Accepted>,
}

impl Sink {
    /// An empty collection.
    #[must_use]
    pub const fn new() -> Self {
        Self { found: Vec::new(), accepted: Vec::new() }
    }

    /// Takes a finding in.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }

    /// Whether an error is among them.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.found.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// The findings so far, in the order in which they came.
    #[must_use]
    pub fn found(&self) -> &[Diagnostic] {
        &self.found
    }

    /// Takes those findings away that the spec accepts.
    pub fn accept(
        &mut self,
        is_accepted: impl Fn(&Diagnostic) -> bool,
        reason: impl Into<String>,
        until: impl Into<String>,
        span: Span,
    ) {
        let (accepted, others) = std::mem::take(&mut self.found).into_iter().partition(is_accepted);
        self.found = others;
        self.accepted.push(Accepted { findings: accepted, reason: reason.into(), until: until.into(), span });
    }

    /// What was accepted so far, an entry for each time that the spec says so.
    #[must_use]
    pub fn take_accepted(&mut self) -> Vec<Accepted> {
        let mut accepted = std::mem::take(&mut self.accepted);
        for one in &mut accepted {
            one.findings = Self::sorted(std::mem::take(&mut one.findings));
            one.reason = showable(&one.reason);
        }
        accepted
    }

    /// The findings in the order of the text, each once: those that differ by their environments only are one, as
    /// severe as the most severe of them.
    #[must_use]
    pub fn into_sorted(self) -> Vec<Diagnostic> {
        Self::sorted(self.found)
    }

    fn sorted(unsorted: Vec<Diagnostic>) -> Vec<Diagnostic> {
        let mut found: IndexMap<(Span, &str, String, Span), Diagnostic> = IndexMap::new();
        for finding in unsorted {
            let inside = finding.inside.as_ref().map_or_else(Span::default, |inside| inside.label.span);
            match found.entry((finding.primary.span, finding.code.slug, finding.message.clone(), inside)) {
                Entry::Occupied(mut known) => known.get_mut().absorb(finding),
                Entry::Vacant(place) => {
                    place.insert(finding);
                }
            }
        }
        let mut found: Vec<Diagnostic> = found.into_values().collect();
        found.iter_mut().for_each(Diagnostic::make_showable);
        for finding in &mut found {
            if !finding.environments.is_empty() {
                finding.message.push_str(" in ");
                finding.message.push_str(&enumeration(&finding.environments));
            }
        }
        found.sort_by(|a, b| {
            let key =
                |one: &Diagnostic| (one.primary.span, one.inside.as_ref().map(|inside| inside.label.span));
            (key(a), a.severity, a.code.slug, &a.message).cmp(&(key(b), b.severity, b.code.slug, &b.message))
        });
        found
    }
}

/// Bytes of a text that are shown; no text is longer unless it quotes a value that is.
const LONGEST_TEXT: usize = 800;

/// Control characters, and those that turn the direction of what follows.
fn is_unshowable(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A text with escapes in place of what cannot be shown, and not longer than is read.
fn showable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len().min(LONGEST_TEXT) + 8);
    for letter in text.chars() {
        if shown.len() >= LONGEST_TEXT {
            shown.push_str(" ...");
            break;
        }
        match letter {
            '\n' => shown.push_str("\\n"),
            '\t' => shown.push_str("\\t"),
            letter if is_unshowable(letter) => {
                let _ = write!(shown, "\\u{:04X}", u32::from(letter));
            }
            letter => shown.push(letter),
        }
    }
    shown
}

/// `a`, `a and b`, `a, b and c`.
fn enumeration(words: &[String]) -> String {
    match words {
        [others @ .., last] if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        _ => words.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(environment: &str) -> Diagnostic {
        Diagnostic::new(&code::IMAGE_TAG, Span::new(3, 9), "no tag").in_environment(environment)
    }

    fn sorted(findings: impl IntoIterator<Item = Diagnostic>) -> Vec<Diagnostic> {
        let mut sink = Sink::new();
        findings.into_iter().for_each(|finding| sink.push(finding));
        sink.into_sorted()
    }

    #[test]
    fn a_finding_of_several_environments_is_shown_once_and_as_severe_as_in_the_worst() {
        let worst = finding("production").severity(Severity::Error).related(Span::new(0, 1), "live");
        let found = sorted([finding("development"), finding("staging"), worst, finding("staging")]);
        let [one] = &found[..] else { panic!("{found:?}") };
        assert_eq!(one.message, "no tag in development, staging and production");
        assert_eq!(one.severity, Severity::Error);
        assert_eq!(one.related.len(), 1);
    }

    #[test]
    fn what_a_finding_quotes_is_shown_as_text() {
        let message = format!("`\u{1b}[31m\n\u{202e}` {}", "x".repeat(5000));
        let found = sorted([Diagnostic::new(&code::NAME_FORM, Span::default(), message)]);
        let shown = &found[0].message;
        assert!(shown.starts_with("`\\u001B[31m\\n\\u202E` xxx"), "{shown}");
        assert!(shown.len() < 1000 && shown.ends_with(" ..."), "{shown}");
    }

    #[test]
    fn other_places_and_other_words_are_other_findings() {
        let elsewhere = Diagnostic::new(&code::IMAGE_TAG, Span::new(20, 29), "no tag");
        let otherwise = Diagnostic::new(&code::IMAGE_TAG, Span::new(3, 9), "a moving tag");
        let found = sorted([elsewhere.clone(), finding("staging"), otherwise, elsewhere]);
        let messages: Vec<&str> = found.iter().map(|finding| finding.message.as_str()).collect();
        assert_eq!(messages, ["a moving tag", "no tag in staging", "no tag"]);
    }
}
