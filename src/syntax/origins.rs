//! From a place in the text of a scalar to the bytes of the spec that it was read from.
//!
//! A parser of YAML gives a scalar's text and where the scalar stands, and between the two lie quotes, escapes, folded lines and
//! indents. What is found here is held against the text, so that a place is either right or the whole scalar.

use crate::source::Span;

/// Where every byte of a scalar's text stands in the spec.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origins {
    /// The whole scalar, quotes and indicators included.
    whole: Span,
    /// The bytes that each byte of the text was read from; none where that cannot be said.
    bytes: Vec<Span>,
}

impl Origins {
    /// Looks at a scalar: the spec, the bytes that the scalar covers, and its text.
    #[must_use]
    pub fn new(spec: &str, whole: Span, text: &str) -> Self {
        let bytes = Walk::new(spec, whole).and_then(|walk| walk.all(text)).unwrap_or_default();
        Self { whole, bytes }
    }

    /// The bytes of the spec that a part of the text was read from; the whole scalar where that cannot be said.
    ///
    /// A part that spans several lines is everything from its first byte to its last, indents included.
    #[must_use]
    pub fn span(&self, part: Span) -> Span {
        let (start, end) = (part.start as usize, part.end as usize);
        if start >= end {
            // A point: at the beginning of a byte, or behind the last one.
            return match (self.bytes.get(start), self.bytes.last()) {
                (Some(byte), _) => Span::new(byte.start, byte.start),
                (None, Some(last)) => Span::new(last.end, last.end),
                (None, None) => self.whole,
            };
        }
        match self.bytes.get(start..end) {
            Some([first, .., last]) => Span::new(first.start, last.end),
            Some([only]) => *only,
            _ => self.whole,
        }
    }

    /// Whether the spec has the very same bytes in one row there, so that others can be put in their place.
    #[must_use]
    pub fn is_verbatim(&self, part: Span) -> bool {
        let bytes = self.bytes.get(part.start as usize..part.end as usize).unwrap_or_default();
        !bytes.is_empty()
            && bytes.windows(2).all(|pair| pair[0].end == pair[1].start || pair[0] == pair[1])
            && self.span(part).end - self.span(part).start == part.end - part.start
    }
}

/// How lines of a scalar become its text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Plain text, or text in single quotes: lines are folded and trimmed.
    Flow { quoted: bool },
    /// Text in double quotes: the same, with escapes.
    Escaped,
    /// A block with `|` or `>`: its indent is taken away.
    Block { indent: usize },
}

struct Walk<'s> {
    spec: &'s [u8],
    at: usize,
    end: usize,
    form: Form,
}

impl<'s> Walk<'s> {
    fn new(spec: &'s str, whole: Span) -> Option<Self> {
        let (start, mut end) = (whole.start as usize, whole.end as usize);
        let raw = spec.get(start..end)?;
        let bytes = spec.as_bytes();
        let (at, form) = if let Some((header, line)) = header(spec, start) {
            // What the parser takes for the end of a block is not the same for all of them.
            end = spec.len();
            (line, Form::Block { indent: indent(spec, header, line)? })
        } else {
            match raw.as_bytes().first()? {
                b'"' => (start + 1, Form::Escaped),
                b'\'' => (start + 1, Form::Flow { quoted: true }),
                _ => (start, Form::Flow { quoted: false }),
            }
        };
        Some(Self { spec: bytes, at, end, form })
    }

    fn byte(&self) -> Option<u8> {
        (self.at < self.end).then(|| self.spec[self.at])
    }

    /// The place of every byte, or `None` where the spec and the text do not agree.
    fn all(mut self, text: &str) -> Option<Vec<Span>> {
        let mut found = Vec::with_capacity(text.len());
        if let Form::Block { indent } = self.form {
            // Empty lines at the beginning are breaks.
            if !text.starts_with('\n') {
                self.skip_indent(indent);
            }
        }
        let mut letters = text.chars().peekable();
        while let Some(letter) = letters.next() {
            if let Some(breaks) = self.breaks() {
                let mut read = vec![letter];
                if letter == '\n' {
                    while read.len() < breaks.len() && letters.peek() == Some(&'\n') {
                        read.extend(letters.next());
                    }
                } else if letter != ' ' {
                    return None;
                }
                // One break between two lines is folded away where others follow it.
                let skipped = breaks.len().checked_sub(read.len())?;
                found.extend(breaks.into_iter().skip(skipped));
                continue;
            }
            self.letter(letter, &mut found)?;
        }
        Some(found)
    }

    fn letter(&mut self, letter: char, found: &mut Vec<Span>) -> Option<()> {
        let start = self.at;
        let first = self.byte()?;
        let length = match (self.form, first) {
            (Form::Escaped, b'\\') => {
                if self.spec.get(self.at + 1) == Some(&b'\n') {
                    // A break that is escaped joins two lines.
                    self.at += 2;
                    self.skip_blanks();
                    return self.letter(letter, found);
                }
                match self.spec.get(self.at + 1)? {
                    b'x' => 4,
                    b'u' => 6,
                    b'U' => 10,
                    _ => 2,
                }
            }
            (Form::Flow { quoted: true }, b'\'') => 2,
            _ => {
                let written =
                    std::str::from_utf8(self.spec.get(self.at..self.at + letter.len_utf8())?).ok()?;
                if !written.starts_with(letter) {
                    return None;
                }
                letter.len_utf8()
            }
        };
        self.at += length;
        if self.at > self.end {
            return None;
        }
        let limit = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        let escaped = length != letter.len_utf8() || first == b'\\' && self.form == Form::Escaped;
        for index in 0..letter.len_utf8() {
            // All bytes of an escape's character were read from all of its bytes.
            found.push(if escaped {
                Span::new(limit(start), limit(self.at))
            } else {
                Span::new(limit(start + index), limit(start + index + 1))
            });
        }
        Some(())
    }

    fn skip_blanks(&mut self) {
        while matches!(self.byte(), Some(b' ' | b'\t')) {
            self.at += 1;
        }
    }

    fn skip_indent(&mut self, indent: usize) {
        for _ in 0..indent {
            if self.byte() == Some(b' ') {
                self.at += 1;
            }
        }
    }

    /// The line breaks that stand here, with empty lines between them; steps to where the next line begins.
    fn breaks(&mut self) -> Option<Vec<Span>> {
        let before = self.at;
        if !matches!(self.form, Form::Block { .. }) {
            // Blanks before a break are no text.
            self.skip_blanks();
        }
        let mut found = Vec::new();
        loop {
            let width = match (self.byte(), self.spec.get(self.at + 1)) {
                (Some(b'\n'), _) => 1,
                (Some(b'\r'), Some(b'\n')) => 2,
                _ => break,
            };
            let limit = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
            found.push(Span::new(limit(self.at), limit(self.at + width)));
            self.at += width;
            match self.form {
                Form::Block { indent } => self.skip_indent(indent),
                Form::Flow { .. } | Form::Escaped => self.skip_blanks(),
            }
        }
        if found.is_empty() {
            self.at = before;
            return None;
        }
        Some(found)
    }
}

/// Where the indicator of a block scalar stands whose text begins at an offset, and where its first line begins.
///
/// The parser says where the text begins, not what stands before it.
fn header(spec: &str, start: usize) -> Option<(usize, usize)> {
    let before = spec.get(..start)?.trim_end_matches([' ', '\n', '\r']);
    // An indicator always ends its line.
    let line = before.len() + spec.get(before.len()..start)?.find('\n')? + 1;
    let own = before.rfind('\n').map_or(0, |newline| newline + 1);
    let text = &before[own..];
    let text = text.find(" #").map_or(text, |comment| &text[..comment]).trim_end();
    let digits = text.trim_end_matches(|letter: char| letter.is_ascii_digit() || matches!(letter, '-' | '+'));
    let indicator = digits.strip_suffix(['|', '>'])?;
    (indicator.is_empty() || indicator.ends_with(' ')).then_some((own + indicator.len(), line))
}

/// The indent of a block scalar whose indicator stands at `start` and whose first line at `line`.
fn indent(spec: &str, start: usize, line: usize) -> Option<usize> {
    let header = spec.get(start + 1..line)?;
    let digit =
        header.bytes().take_while(|byte| !matches!(byte, b' ' | b'#' | b'\n')).find(u8::is_ascii_digit);
    let lines = spec.get(line..)?.split('\n');
    let spaces = |text: &str| text.len() - text.trim_start_matches(' ').len();
    let first = lines.clone().find(|text| !text.trim_matches([' ', '\r']).is_empty()).map(spaces);
    let Some(digit) = digit else { return first };
    // It counts from the indent of what holds the scalar: the line's own, which a list may begin.
    let own = spec.get(..start)?.rsplit('\n').next()?;
    let holder = own.len() - own.trim_start_matches([' ', '-']).len();
    Some(holder + usize::from(digit - b'0'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Sink;
    use crate::source::Source;
    use crate::syntax::{Kind, parse};

    /// The text of the scalar `a` of a document, with its origins.
    fn read(spec: &str) -> (String, Origins) {
        let mut sink = Sink::new();
        let document = parse(&Source::new("s", spec), &mut sink);
        let document = document.unwrap_or_else(|| panic!("{spec:?}: {:?}", sink.found()));
        let at = document.find(&["x", "a"]).expect("a scalar");
        let Kind::Scalar(text, _) = &document.node(at).kind else { panic!("{spec:?}") };
        (text.clone(), Origins::new(spec, document.span(at), text))
    }

    /// What a word of the text was read from.
    fn written<'s>(spec: &'s str, word: &str) -> &'s str {
        let (text, origins) = read(spec);
        let start = text.find(word).unwrap_or_else(|| panic!("{word} in {text:?}"));
        let part = Span::new(u32::try_from(start).unwrap(), u32::try_from(start + word.len()).unwrap());
        origins.span(part).slice(spec)
    }

    #[test]
    fn a_word_is_found_in_every_form_of_scalar() {
        for spec in [
            "x:\n  a: one two three\n",
            "x:\n  a: one\n    two\n\n    three\n",
            "x: {a: one two three}\n",
            "x:\n  a: 'it''s one two three'\n",
            "x:\n  a: \"one\\n \\\"two\\\" \\u00e9 three\"\n",
            "x:\n  a: \"one \\\n    two\n    three\"\n",
            "x:\n  a: |\n    one\n      two\n\n    three\n",
            "x:\n  a: |-  # why\n\n    one\n    two\n    three",
            "x:\n  a: |2+\n     one\n    two\n    three\n\n",
            "x:\n  a: >\n    one\n    two\n\n    three\n",
            "x:\n  a: >-\n    one\n      two\n      more\n\n\n    three\n  b: c\n",
            "x:\r\n  a: >\r\n    one\r\n    two\r\n    three\r\n",
        ] {
            for word in ["one", "two", "three"] {
                assert_eq!(written(spec, word), word, "{spec:?}");
            }
            let (text, origins) = read(spec);
            assert_eq!(origins.bytes.len(), text.len(), "{spec:?}: {text:?}");
        }
    }

    #[test]
    fn an_escape_is_one_place() {
        let spec = "x: {a: \"p{q=\\\"r\\\"} \\u00e9s\"}\n";
        assert_eq!(written(spec, "\"r\""), "\\\"r\\\"");
        assert_eq!(written(spec, "é"), "\\u00e9");
        let (text, origins) = read(spec);
        let at = |word: &str| {
            let start = u32::try_from(text.find(word).unwrap()).unwrap();
            Span::new(start, start + u32::try_from(word.len()).unwrap())
        };
        assert!(
            origins.is_verbatim(at("p{q="))
                && !origins.is_verbatim(at("\"r\""))
                && !origins.is_verbatim(at("é"))
        );
    }

    #[test]
    fn what_does_not_agree_is_the_whole_scalar() {
        let spec = "x: {a: one}\n";
        let whole = Span::new(7, 10);
        let origins = Origins::new(spec, whole, "other");
        assert_eq!(origins.span(Span::new(1, 2)), whole);
        assert_eq!(origins.span(Span::new(0, 0)), whole);
        assert_eq!(Origins::new(spec, Span::new(90, 99), "one").span(Span::new(0, 1)), Span::new(90, 99));
    }

    #[test]
    fn every_byte_of_a_text_has_the_bytes_that_it_was_read_from() {
        let spec = "x:\n  a: >\n    sum by (job) (\n      rate(x[5m])\n    )\n    > 1\n";
        let (text, origins) = read(spec);
        for (index, letter) in text.char_indices() {
            let at = u32::try_from(index).unwrap();
            let span = origins.span(Span::new(at, at + 1));
            let found = span.slice(spec);
            assert!(
                found == letter.to_string() || (letter == ' ' && found == "\n"),
                "{index}: {letter:?} from {found:?}"
            );
        }
    }
}
