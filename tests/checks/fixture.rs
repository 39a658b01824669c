//! Specs with annotations: comments that say which findings stand on the line above them.
//!
//! ```yaml
//!     type: g1-gpu-rtx6000
//!     #     ^^^^^^^^^^^^^^ error pool/no-such-type: is no type of linode
//!     # help: types that begin so
//! nodePools:
//! # @1+9 warning ...: the same for a place that no caret can stand under: column 1, nine characters
//!   apps:
//!   # ---- related: of any finding of the file
//! ```
//!
//! A help or note belongs to the finding above it. `# files: a, b` lists the files below the spec's folder, each
//! `# file: a content` is one with what is in it, and
//! `# today: 2026-11-21` says that the findings depend on the date, and on which day they are looked at.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use platc::catalog::Date;
use platc::diag::Diagnostic;
use platc::inputs::Folder;
use platc::source::{Source, Span};
use platc::{Compilation, Options};

/// The day on which fixtures are judged that name no other.
pub(crate) const TODAY: &str = "2026-11-21";

/// Findings about what a spec of twenty lines leaves out: only fixtures of their own speak of them.
const INCIDENTAL: &[&str] = &["alert/no-receivers", "terraform/local-state"];

/// A spec with annotations.
pub(crate) struct Fixture {
    /// Where it is, from the root of the repository.
    pub(crate) path: PathBuf,
    /// The text, annotations included.
    pub(crate) source: Source,
    files: Option<BTreeMap<String, String>>,
}

/// A place as annotations say it: line, column and width in characters, within that line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    line: usize,
    column: usize,
    width: usize,
}

/// What an annotation expects at a place.
#[derive(Debug)]
struct Expected {
    place: Place,
    what: What,
}

#[derive(Debug)]
enum What {
    Finding { severity: String, code: String, message: String, help: Option<String>, notes: Vec<String> },
    Related(String),
}

impl Fixture {
    /// Reads a fixture.
    pub(crate) fn read(path: &Path) -> Self {
        let text =
            std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut files = directive(&text, "files").map(|list| {
            let names = list.split(',').map(str::trim).filter(|file| !file.is_empty());
            names.map(|name| (name.to_owned(), String::new())).collect::<BTreeMap<_, _>>()
        });
        for line in text.lines().filter_map(|line| line.strip_prefix("# file: ")) {
            let (name, content) = line.split_once(' ').unwrap_or((line, ""));
            files.get_or_insert_default().insert(name.to_owned(), content.to_owned());
        }
        Self { path: path.to_owned(), source: Source::new(path.display().to_string(), text), files }
    }

    /// Whether it says that its findings depend on the date.
    pub(crate) fn depends_on_the_date(&self) -> bool {
        directive(&self.source.text, "today").is_some()
    }

    /// Compiles it on a day.
    pub(crate) fn compile_on(&self, today: &str) -> Compilation {
        self.compile_text(&self.source, today)
    }

    /// The day on which it is judged.
    pub(crate) fn today(&self) -> &str {
        directive(&self.source.text, "today").unwrap_or(TODAY)
    }

    /// The text without annotations and without what the file says about itself at its beginning.
    pub(crate) fn text(&self) -> String {
        let lines = self.source.text.split_inclusive('\n').filter(|line| !is_annotation(line));
        lines.skip_while(|line| line.starts_with('#')).collect()
    }

    /// Compiles it.
    pub(crate) fn compile(&self) -> Compilation {
        self.compile_on(self.today())
    }

    /// Compiles another text in its place.
    pub(crate) fn compile_text(&self, source: &Source, today: &str) -> Compilation {
        let mut compilation = self.compile_whole(source, today);
        let path = self.path.to_string_lossy();
        compilation
            .diagnostics
            .retain(|one| !INCIDENTAL.contains(&one.code.slug) || path.contains(one.code.slug));
        compilation
    }

    fn compile_whole(&self, source: &Source, today: &str) -> Compilation {
        let today = Date::parse(today).expect("a date");
        let Some(files) = &self.files else { return platc::compile(source, &Options { today, files: None }) };
        let folder = tempfile::tempdir().expect("a folder");
        for (file, content) in files {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("writable");
            std::fs::write(path, content).expect("writable");
        }
        let there = Folder::of(&folder.path().join("platform.yaml").to_string_lossy());
        platc::compile(source, &Options { today, files: Some(&there) })
    }

    /// What differs between the findings and the annotations, a line each.
    pub(crate) fn differences(&self, found: &[Diagnostic]) -> Vec<String> {
        let expected = self.expected();
        let mut problems = Vec::new();
        let mut left: Vec<&Expected> = expected.iter().collect();
        for finding in found {
            let place = self.place(finding.primary.span);
            let fits = |expected: &&Expected| match &expected.what {
                What::Finding { severity, code, message, help, notes } => {
                    expected.place == place
                        && severity == finding.severity.word()
                        && code == finding.code.slug
                        && finding.message.contains(message.as_str())
                        && help.as_ref().is_none_or(|part| {
                            finding.help.as_ref().is_some_and(|help| help.contains(part.as_str()))
                        })
                        && notes
                            .iter()
                            .all(|part| finding.notes.iter().any(|note| note.contains(part.as_str())))
                }
                What::Related(_) => false,
            };
            match left.iter().position(fits) {
                Some(index) => {
                    left.remove(index);
                }
                None => problems.push(format!(
                    "not annotated: {place} {} {}: {}",
                    finding.severity.word(),
                    finding.code.slug,
                    finding.message
                )),
            }
            for related in &finding.related {
                let place = self.place(related.span);
                let fits = |expected: &&Expected| {
                    expected.place == place
                        && matches!(&expected.what, What::Related(text) if related.text.contains(text.as_str()))
                };
                match left.iter().position(fits) {
                    Some(index) => {
                        left.remove(index);
                    }
                    None => problems.push(format!("not annotated: {place} related: {}", related.text)),
                }
            }
        }
        problems
            .extend(left.iter().map(|expected| format!("not found: {} {:?}", expected.place, expected.what)));
        problems.iter().map(|problem| format!("{}:{problem}", self.path.display())).collect()
    }

    /// Writes the annotations that the findings need, in place of those that are there.
    pub(crate) fn annotate(&self, found: &[Diagnostic]) {
        let mut below: Vec<(Place, String)> = Vec::new();
        for finding in found {
            let place = self.place(finding.primary.span);
            let mut text =
                format!("{} {}: {}\n", finding.severity.word(), finding.code.slug, finding.message);
            for note in &finding.notes {
                let _ = writeln!(text, "# note: {note}");
            }
            if let Some(help) = &finding.help {
                let _ = writeln!(text, "# help: {help}");
            }
            below.push((place, text));
            for related in &finding.related {
                below.push((self.place(related.span), format!("related: {}\n", related.text)));
            }
        }
        below.sort_by_key(|(place, text)| (place.line, text.starts_with("related"), place.column));
        let mut annotated = String::new();
        for (number, line) in self.source.text.lines().enumerate() {
            if is_annotation(line) {
                continue;
            }
            annotated.push_str(line);
            annotated.push('\n');
            for (place, text) in below.iter().filter(|(place, _)| place.line == number + 1) {
                let indent = line.len() - line.trim_start().len();
                let mark = if text.starts_with("related") { "-" } else { "^" };
                let mark = if place.column >= 3 && place.width > 0 {
                    let start = indent.min(place.column - 3);
                    let gap = place.column - 2 - start;
                    format!("{}#{}{}", " ".repeat(start), " ".repeat(gap), mark.repeat(place.width))
                } else {
                    format!("# @{}+{}", place.column, place.width)
                };
                let hash = mark.find('#').unwrap_or(0);
                let mut lines = text.lines();
                let _ = writeln!(annotated, "{mark} {}", lines.next().unwrap_or(""));
                for more in lines {
                    let _ = writeln!(annotated, "{}{more}", " ".repeat(hash));
                }
            }
        }
        std::fs::write(&self.path, annotated).expect("writable");
    }

    fn place(&self, span: Span) -> Place {
        let start = self.source.position(span.start);
        let line = span.slice(&self.source.text).split('\n').next().unwrap_or("");
        Place { line: start.line, column: start.column, width: line.chars().count() }
    }

    fn expected(&self) -> Vec<Expected> {
        let mut expected: Vec<Expected> = Vec::new();
        let mut above = 0;
        for (index, line) in self.source.text.lines().enumerate() {
            if !is_annotation(line) {
                above = index + 1;
                continue;
            }
            let at = || format!("{}:{}", self.path.display(), index + 1);
            let body = line.trim_start().trim_start_matches('#').trim_start();
            if let Some(part) = body.strip_prefix("help: ") {
                match expected.last_mut().map(|last| &mut last.what) {
                    Some(What::Finding { help, .. }) => *help = Some(part.trim().to_owned()),
                    _ => panic!("{}: a help below no finding", at()),
                }
                continue;
            }
            if let Some(part) = body.strip_prefix("note: ") {
                match expected.last_mut().map(|last| &mut last.what) {
                    Some(What::Finding { notes, .. }) => notes.push(part.trim().to_owned()),
                    _ => panic!("{}: a note below no finding", at()),
                }
                continue;
            }
            let (place, rest) = if let Some(place) = body.strip_prefix('@') {
                let (place, rest) = place.split_once(' ').unwrap_or_else(|| panic!("{}: says nothing", at()));
                let (column, width) = place
                    .split_once('+')
                    .and_then(|(column, width)| Some((column.parse().ok()?, width.parse().ok()?)))
                    .unwrap_or_else(|| panic!("{}: a place is @COLUMN+WIDTH", at()));
                (Place { line: above, column, width }, rest)
            } else {
                let mark = body.chars().next().unwrap_or(' ');
                let width = body.chars().take_while(|letter| *letter == mark).count();
                let column = line.chars().count() - body.chars().count() + 1;
                (Place { line: above, column, width }, &body[width..])
            };
            let rest = rest.trim();
            let what = if let Some(text) = rest.strip_prefix("related:") {
                What::Related(text.trim().to_owned())
            } else {
                let (severity, rest) = rest
                    .split_once(' ')
                    .unwrap_or_else(|| panic!("{}: a severity and a code are needed", at()));
                let (code, message) = rest.split_once(':').unwrap_or((rest, ""));
                What::Finding {
                    severity: severity.to_owned(),
                    code: code.to_owned(),
                    message: message.trim().to_owned(),
                    help: None,
                    notes: Vec::new(),
                }
            };
            expected.push(Expected { place, what });
        }
        expected
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}+{}", self.line, self.column, self.width)
    }
}

fn is_annotation(line: &str) -> bool {
    let Some(comment) = line.trim_start().strip_prefix('#') else { return false };
    let body = comment.trim_start();
    let carets = body.starts_with('^');
    let dashes = body.starts_with('-') && body.trim_start_matches('-').starts_with(" related:");
    let place = body.starts_with('@') && body[1..].starts_with(|digit: char| digit.is_ascii_digit());
    carets || dashes || place || body.starts_with("help: ") || body.starts_with("note: ")
}

fn directive<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.lines().find_map(|line| {
        let rest = line.strip_prefix('#')?.trim_start().strip_prefix(name)?;
        rest.strip_prefix(':').map(str::trim)
    })
}
