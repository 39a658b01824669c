//! The only file that names the YAML parser.

use granit_parser::{Event, Parser, ScalarStyle, Span as ParserSpan};

use indexmap::IndexMap;

use super::document::{Document, Kind, Node, Style};
use super::scalar;
use crate::diag::{Diagnostic, Sink, code};
use crate::source::{At, Source, Span};

/// Bounds on what is read, so that hostile input ends in an error and not in exhausted memory.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Size of the text in bytes.
    pub bytes: usize,
    /// Values in the document.
    pub nodes: usize,
    /// Collections within collections.
    pub depth: usize,
}

/// The bounds in force. The largest generated benchmark spec has about 4 MiB and 200,000 values.
pub const LIMITS: Limits = Limits { bytes: 32 << 20, nodes: 1_000_000, depth: 64 };

/// Reads one YAML document. Reports every duplicate key and every construct that a spec must not have; stops at the
/// first syntax error, since nothing after it can be trusted.
#[must_use]
pub fn parse(source: &Source, sink: &mut Sink) -> Option<Document> {
    let text = source.text.as_str();
    if text.len() > LIMITS.bytes {
        sink.push(
            Diagnostic::new(
                &code::TOO_LARGE,
                Span::default(),
                format!("the spec has {} MiB; the limit is {} MiB", text.len() >> 20, LIMITS.bytes >> 20),
            )
            .help("a spec is written by people: move bulk data to files of its own"),
        );
        return None;
    }
    let mut loader = Loader { text, document: Document::default(), open: Vec::new(), failed: false };
    let options = granit_parser::options! {
        emit_comments: false,
        emit_unresolved_aliases: true,
        flow_nesting_limit: LIMITS.depth + 1,
        block_nesting_limit: LIMITS.depth + 1,
        simple_key_max_lookahead: 1024,
    };
    let mut documents = 0;
    for event in Parser::new_from_str_with_options(text, options) {
        let (event, span) = match event {
            Ok(event) => event,
            Err(error) => {
                let offset = error.marker().byte_offset().unwrap_or(text.len());
                let info = error.info();
                if info.contains("nesting") || info.contains("recursion") || info.contains("depth") {
                    sink.push(too_deep(loader.point(offset)));
                } else {
                    sink.push(syntax_error(text, loader.point(offset), &info));
                }
                return None;
            }
        };
        if matches!(event, Event::DocumentStart(..)) {
            documents += 1;
            if documents > 1 {
                let span = loader.span(&span);
                sink.push(
                    Diagnostic::new(&code::SECOND_DOCUMENT, span, "a second document starts here").help(
                        "a spec is one YAML document: remove the `---` and merge the two, or split the file",
                    ),
                );
                return None;
            }
        }
        if !loader.event(event, &span, sink) {
            return None;
        }
    }
    if loader.failed {
        return None;
    }
    if loader.document.is_empty() || loader.document.is_null(At::ROOT) {
        sink.push(
            Diagnostic::new(&code::EMPTY, Span::default(), "there is nothing in this spec")
                .help("`platc init` writes a small one to start from"),
        );
        return None;
    }
    Some(loader.document)
}

const NO_TEMPLATE: &str =
    "a spec is no template: `{{` starts a YAML mapping; put the text in quotes if it is meant as text";

/// Finds what most often lies behind a parser's message, and says that instead.
fn syntax_error(text: &str, span: Span, info: &str) -> Diagnostic {
    let line_start = text[..span.start as usize].rfind('\n').map_or(0, |newline| newline + 1);
    let line = text[line_start..].split('\n').next().unwrap_or("");
    let indent = &line[..line.len() - line.trim_start().len()];
    let diagnostic = Diagnostic::new(&code::SYNTAX, span, format!("this is not YAML: {info}"));
    if indent.contains('\t') {
        let tab = line_start + indent.find('\t').unwrap_or_default();
        let tab = u32::try_from(tab).unwrap_or_default();
        return Diagnostic::new(&code::SYNTAX, Span::new(tab, tab + 1), "a tab in the indentation")
            .help("YAML is indented with spaces only");
    }
    if line.contains("{{") {
        return diagnostic.help(NO_TEMPLATE);
    }
    if info.contains("mapping values are not allowed") {
        return diagnostic
            .help("text with a colon and a space in it needs quotes; a mapping starts on a line of its own");
    }
    if line.trim_start().starts_with(['@', '`', '%']) || line.contains(": @") || line.contains(": %") {
        return diagnostic.help("text that starts with `@`, `%` or a backtick needs quotes");
    }
    diagnostic.help("look at the place and at the lines above it for a bracket or quote that is not closed, or an indent that differs")
}

fn too_deep(span: Span) -> Diagnostic {
    Diagnostic::new(&code::TOO_DEEP, span, format!("more than {} levels of nesting", LIMITS.depth))
        .help("no field of a spec lies deeper than a dozen levels")
}

/// A collection that is still open while events come in.
struct Open {
    at: At,
    /// The key that waits for its value.
    key: Option<(String, Span)>,
    is_map: bool,
    /// The keys so far and where they stand; an index, so that a million keys stay linear.
    keys: IndexMap<String, Span>,
}

struct Loader<'text> {
    text: &'text str,
    document: Document,
    open: Vec<Open>,
    failed: bool,
}

impl Loader<'_> {
    fn span(&self, span: &ParserSpan) -> Span {
        let range = span.byte_range().unwrap_or(0..0);
        let limit = |offset: usize| u32::try_from(offset.min(self.text.len())).unwrap_or(u32::MAX);
        Span::new(limit(range.start), limit(range.end))
    }

    /// The character at an offset, or the last one at the end of the text.
    fn point(&self, offset: usize) -> Span {
        let mut start = offset.min(self.text.len());
        while !self.text.is_char_boundary(start) {
            start -= 1;
        }
        let width = self.text[start..].chars().next().map_or(0, char::len_utf8);
        let limit = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Span::new(limit(start), limit(start + width))
    }

    /// Takes one event in; `false` ends the reading.
    fn event(&mut self, event: Event<'_>, span: &ParserSpan, sink: &mut Sink) -> bool {
        let here = self.span(span);
        match event {
            Event::Scalar(value, style, anchor, tag) => {
                self.refuse_decorations(anchor, tag.as_deref().map(|_| ()), span, sink);
                let style = if style == ScalarStyle::Plain { Style::Plain } else { Style::Quoted };
                if self.open.last().is_some_and(|open| open.is_map && open.key.is_none()) {
                    self.key(value.into_owned(), style, here, sink);
                } else {
                    self.add(Kind::Scalar(value.into_owned(), style), here);
                }
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.refuse_decorations(anchor, tag.as_deref().map(|_| ()), span, sink);
                return self.start(Kind::List(Vec::new()), here, sink);
            }
            Event::MappingStart(_, anchor, tag) => {
                self.refuse_decorations(anchor, tag.as_deref().map(|_| ()), span, sink);
                return self.start(Kind::Map(Vec::new()), here, sink);
            }
            Event::SequenceEnd | Event::MappingEnd => self.finish(here),
            Event::Alias(_) | Event::UnresolvedAlias(_) => {
                sink.push(
                    Diagnostic::new(&code::ALIAS, here, "an alias")
                        .help("write the value out, or put what is shared into `defaults` or `environments.<name>.defaults`"),
                );
                self.failed = true;
                if self.open.last().is_some_and(|open| open.is_map && open.key.is_none()) {
                    self.key("*".to_owned(), Style::Quoted, here, sink);
                } else {
                    self.add(Kind::Scalar(String::new(), Style::Quoted), here);
                }
            }
            _ => {}
        }
        if self.document.len() > LIMITS.nodes {
            sink.push(
                Diagnostic::new(
                    &code::TOO_LARGE,
                    here,
                    format!("the spec has more than {} values", LIMITS.nodes),
                )
                .help("split the platform into several specs"),
            );
            return false;
        }
        true
    }

    fn refuse_decorations(&mut self, anchor: usize, tag: Option<()>, span: &ParserSpan, sink: &mut Sink) {
        if tag.is_some() {
            let at = span.tag_span().map_or_else(|| self.span(span), |tag| self.span(&tag));
            sink.push(
                Diagnostic::new(&code::TAG, at, "a tag")
                    .help("remove it: every field of a spec has one type, which needs no tag"),
            );
            self.failed = true;
        }
        // An anchor without an alias changes nothing; the alias is what is refused.
        let _ = anchor;
    }

    fn key(&mut self, key: String, style: Style, span: Span, sink: &mut Sink) {
        if key == "<<" && style == Style::Plain {
            sink.push(
                Diagnostic::new(&code::ALIAS, span, "a merge key")
                    .help("put what is shared into `defaults` or `environments.<name>.defaults`"),
            );
            self.failed = true;
        }
        if style == Style::Plain
            && let Some(reading) = scalar::reading_of_yaml_1_1(&key)
        {
            sink.push(scalar::ambiguous(span, &key, reading));
        }
        let Some(open) = self.open.last_mut() else { return };
        if let Some(first) = open.keys.insert(key.clone(), span) {
            sink.push(
                Diagnostic::new(&code::DUPLICATE_KEY, span, format!("`{key}` is written twice"))
                    .label("again here")
                    .related(first, "first here")
                    .help("remove one of the two: which one is meant cannot be known"),
            );
            self.failed = true;
        }
        open.key = Some((key, span));
    }

    fn add(&mut self, kind: Kind, span: Span) -> At {
        let at = At(u32::try_from(self.document.nodes.len()).unwrap_or(u32::MAX));
        let (parent, key, index) = match self.open.last_mut() {
            None => (At::ROOT, None, 0),
            Some(open) => {
                let key = open.key.take();
                let holder = &mut self.document.nodes[open.at.index()];
                let (Kind::List(entries) | Kind::Map(entries)) = &mut holder.kind else { return at };
                entries.push(at);
                (open.at, key, u32::try_from(entries.len() - 1).unwrap_or(u32::MAX))
            }
        };
        self.document.nodes.push(Node { kind, span, key, index, parent });
        at
    }

    fn start(&mut self, kind: Kind, span: Span, sink: &mut Sink) -> bool {
        if self.open.len() >= LIMITS.depth {
            sink.push(too_deep(self.point(span.start as usize)));
            return false;
        }
        let is_map = matches!(kind, Kind::Map(_));
        if self.open.last().is_some_and(|open| open.is_map && open.key.is_none()) {
            let is_template = self.text[..span.start as usize].ends_with('{');
            sink.push(
                Diagnostic::new(&code::SYNTAX, self.point(span.start as usize), "a key that is no text")
                    .help(if is_template {
                        NO_TEMPLATE
                    } else {
                        "keys are names: write text before the `:`"
                    }),
            );
            return false;
        }
        let at = self.add(kind, span);
        self.open.push(Open { at, key: None, is_map, keys: IndexMap::new() });
        true
    }

    /// Closes a collection. The parser's end events of block collections are empty spans far down: the end of the
    /// last entry is where the collection ends for a reader.
    fn finish(&mut self, end: Span) {
        let Some(open) = self.open.pop() else { return };
        let node = &self.document.nodes[open.at.index()];
        let last = match &node.kind {
            Kind::List(entries) | Kind::Map(entries) => entries.last().map(|entry| {
                let entry = &self.document.nodes[entry.index()];
                entry.span.end.max(entry.key.as_ref().map_or(0, |(_, span)| span.end))
            }),
            Kind::Scalar(..) => None,
        };
        let closes = end.slice(self.text);
        let node = &mut self.document.nodes[open.at.index()];
        node.span.end = if matches!(closes, "]" | "}") { end.end } else { last.unwrap_or(node.span.end) };
        if node.span.end < node.span.start {
            node.span.end = node.span.start;
        }
        if let Some(first) = last.and_then(|_| match &self.document.nodes[open.at.index()].kind {
            Kind::Map(entries) => entries.first().copied(),
            _ => None,
        }) {
            let first_key = self.document.nodes[first.index()].key.as_ref().map(|(_, span)| span.start);
            let node = &mut self.document.nodes[open.at.index()];
            if let Some(start) = first_key
                && !matches!(self.text.as_bytes().get(node.span.start as usize), Some(b'{'))
            {
                node.span.start = start;
            }
        }
    }
}
