//! Writes [`Data`] as YAML that every reader takes the same way.
//!
//! Our files are read by YAML 1.1 readers (Kubernetes' and Helm's Go libraries, `PyYAML`) and by YAML 1.2
//! readers (Prometheus' newer ones, editors). A text is plain only where all of them give back this very
//! text; everything else is double-quoted with JSON's escapes, or a literal block if it has several lines.
//! There are no anchors, tags, folded or wrapped lines: one value changes one line of a review.

use std::fmt::Write as _;

use super::data::{Data, Map, float};
use super::text::is_deceptive;

/// Appends `data` as one block-style document that ends with a line break, without `---`.
pub fn document(data: &Data<'_>, out: &mut String) {
    match data {
        Data::Map(map) if !map.is_empty() => entries(map, 0, out),
        Data::List(items) if !items.is_empty() => sequence(items, 0, out),
        Data::Text(text) => {
            // Readers disagree about what an indentation indicator counts from at the top.
            match Literal::of(text) {
                Some(literal) if !literal.indicated => literal.print(text, 2, out),
                _ => scalar(text, out),
            }
            out.push('\n');
        }
        other => {
            leaf(other, out);
            out.push('\n');
        }
    }
}

/// Appends `data` as one item of a block sequence, `indent` blanks in: `- ` and what follows, with a line break at its end.
pub fn item(data: &Data<'_>, indent: usize, out: &mut String) {
    spaces(indent, out);
    sequence(std::slice::from_ref(data), indent, out);
}

/// Appends `text` as a one-line scalar: plain where that is safe, else double-quoted.
///
/// Fits a key or a value of a block mapping, an item of a block sequence, and a whole document.
pub fn scalar(text: &str, out: &mut String) {
    if is_plain(text) {
        out.push_str(text);
    } else {
        quoted(text, out);
    }
}

/// Appends `data` in flow style on one line, without a line break: `{severity: critical, teams: [a, b]}`.
pub fn flow(data: &Data<'_>, out: &mut String) {
    match data {
        Data::Map(map) => {
            out.push('{');
            for (index, (key, value)) in map.iter().enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                let start = out.len();
                flow_scalar(key, out);
                if out.len() - start > LONGEST_IMPLICIT_KEY {
                    out.insert_str(start, "? ");
                    out.push(' ');
                }
                out.push_str(": ");
                flow(value, out);
            }
            out.push('}');
        }
        Data::List(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                flow(item, out);
            }
            out.push(']');
        }
        Data::Text(text) => flow_scalar(text, out),
        other => leaf(other, out),
    }
}

/// Readers give up on a key without `?` after 1,024 characters.
const LONGEST_IMPLICIT_KEY: usize = 1_000;

fn entries(map: &Map<'_>, indent: usize, out: &mut String) {
    let mut first = true;
    for (key, value) in map.iter() {
        // The first entry continues the line that its parent began.
        if !first {
            spaces(indent, out);
        }
        first = false;
        let start = out.len();
        scalar(key, out);
        if out.len() - start > LONGEST_IMPLICIT_KEY {
            out.insert_str(start, "? ");
            out.push('\n');
            spaces(indent, out);
        }
        out.push(':');
        match value {
            Data::Map(map) if !map.is_empty() => {
                out.push('\n');
                spaces(indent + 2, out);
                entries(map, indent + 2, out);
            }
            Data::List(items) if !items.is_empty() => {
                out.push('\n');
                spaces(indent + 2, out);
                sequence(items, indent + 2, out);
            }
            Data::Text(text) => {
                out.push(' ');
                value_text(text, indent + 2, out);
                out.push('\n');
            }
            other => {
                out.push(' ');
                leaf(other, out);
                out.push('\n');
            }
        }
    }
}

fn sequence(items: &[Data<'_>], indent: usize, out: &mut String) {
    let mut first = true;
    for item in items {
        if !first {
            spaces(indent, out);
        }
        first = false;
        out.push_str("- ");
        match item {
            Data::Map(map) if !map.is_empty() => entries(map, indent + 2, out),
            Data::List(items) if !items.is_empty() => sequence(items, indent + 2, out),
            Data::Text(text) => {
                value_text(text, indent + 2, out);
                out.push('\n');
            }
            other => {
                leaf(other, out);
                out.push('\n');
            }
        }
    }
}

/// A value that takes no line of its own: null, a boolean, a number, an empty collection.
fn leaf(data: &Data<'_>, out: &mut String) {
    match data {
        Data::Null => out.push_str("null"),
        Data::Bool(true) => out.push_str("true"),
        Data::Bool(false) => out.push_str("false"),
        Data::Int(number) => {
            // Writing into a string cannot fail.
            let _ = write!(out, "{number}");
        }
        Data::Float(number) => out.push_str(&float(*number)),
        Data::Text(text) => scalar(text, out),
        Data::List(_) => out.push_str("[]"),
        Data::Map(_) => out.push_str("{}"),
    }
}

fn value_text(text: &str, indent: usize, out: &mut String) {
    // Most texts of several lines are blocks, and none of them is plain.
    if let Some(literal) = Literal::of(text) {
        literal.print(text, indent, out);
    } else {
        scalar(text, out);
    }
}

fn flow_scalar(text: &str, out: &mut String) {
    // Old readers also stop a plain scalar at a bare colon or question mark here.
    if is_plain(text)
        && !text.bytes().any(|byte| matches!(byte, b',' | b'[' | b']' | b'{' | b'}' | b':' | b'?'))
    {
        out.push_str(text);
    } else {
        quoted(text, out);
    }
}

fn spaces(count: usize, out: &mut String) {
    const BLANK: &str = "                                                                ";
    let mut left = count;
    while left > BLANK.len() {
        out.push_str(BLANK);
        left -= BLANK.len();
    }
    out.push_str(&BLANK[..left]);
}

/// The byte may stand anywhere but at the start of a plain scalar.
const SAFE: u8 = 0;
/// Space, `:` and `#`: it depends on the neighbours.
const NEIGHBOURS: u8 = 1;
/// Part of a character beyond ASCII.
const WIDE: u8 = 2;
/// Never plain, and never in a block.
const ESCAPE: u8 = 4;
/// A line break or a tab: never plain.
const LINES: u8 = 8;

/// What a byte of a text means for writing it plain.
const CLASS: [u8; 256] = {
    let mut table = [SAFE; 256];
    let mut byte = 0;
    while byte < 256 {
        if byte < 0x20 || byte == 0x7f {
            table[byte] = ESCAPE;
        } else if byte >= 0x80 {
            table[byte] = WIDE;
        }
        byte += 1;
    }
    table[b'\n' as usize] = LINES;
    table[b'\t' as usize] = LINES;
    table[b' ' as usize] = NEIGHBOURS;
    table[b':' as usize] = NEIGHBOURS;
    table[b'#' as usize] = NEIGHBOURS;
    table
};

/// What the bytes of a text mean for writing it plain, all in one.
fn classes(bytes: &[u8]) -> u8 {
    bytes.iter().fold(SAFE, |seen, &byte| seen | CLASS[byte as usize])
}

/// Whether every reader takes the bare text as this very text in block style.
fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let Some(&first) = bytes.first() else { return false };
    let may_start = match first {
        b'!' | b'"' | b'#' | b'%' | b'&' | b'\'' | b'*' | b',' | b':' | b'>' | b'?' | b'@' | b'[' | b']'
        | b'`' | b'{' | b'|' | b'}' | b' ' => false,
        b'0'..=b'9' | b'+' | b'-' | b'.' => !is_number_like(bytes) && !is_marker(bytes),
        b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~' | b'=' | b'<' => {
            !is_word_with_meaning(bytes)
        }
        _ => true,
    };
    if !may_start {
        return false;
    }
    let classes = classes(bytes);
    if classes == SAFE {
        return true;
    }
    classes & (ESCAPE | LINES) == 0
        && (classes & NEIGHBOURS == 0 || fits_its_neighbours(bytes))
        && (classes & WIDE == 0 || !text.chars().any(is_deceptive))
}

/// Whether no `: ` ends a key, no ` #` begins a comment and no space is lost at the end.
fn fits_its_neighbours(bytes: &[u8]) -> bool {
    !matches!(bytes.last(), Some(b' ' | b':'))
        && !has_pair(bytes, |first, second| {
            (first == b':' && second == b' ') || (first == b' ' && second == b'#')
        })
}

/// Whether a test holds for two neighbours. It looks at all of them, without a branch, which compilers make vectors of: for
/// expressions of a hundred letters that is four times as fast as stopping at the first.
fn has_pair(bytes: &[u8], test: impl Fn(u8, u8) -> bool) -> bool {
    let seconds = bytes.get(1..).unwrap_or_default();
    bytes.iter().zip(seconds).fold(0, |found, (&first, &second)| found | u8::from(test(first, second))) != 0
}

/// `- x`, `---` and `...` are structure.
fn is_marker(bytes: &[u8]) -> bool {
    matches!(bytes, [b'-'] | [b'-', b' ', ..])
        || ((bytes.starts_with(b"---") || bytes.starts_with(b"..."))
            && matches!(bytes.get(3), None | Some(b' ')))
}

/// What some reader takes for null, a boolean, YAML 1.1's default key or its merge key.
fn is_word_with_meaning(bytes: &[u8]) -> bool {
    const WORDS: [&str; 12] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null", "~", "=", "<<"];
    bytes.len() <= 5 && WORDS.iter().any(|word| bytes.eq_ignore_ascii_case(word.as_bytes()))
}

/// What some reader takes for a number, a sexagesimal number or a time: `1_000 0o17 12:30 1e3 2026-01-01 -.inf`.
///
/// It is wider than any reader's grammar: `1.2.3` is quoted, too.
fn is_number_like(bytes: &[u8]) -> bool {
    let digits = match bytes {
        [b'+' | b'-', rest @ ..] => rest,
        _ => bytes,
    };
    match digits {
        [b'0', b'x' | b'X' | b'o' | b'O' | b'b' | b'B', rest @ ..] => {
            rest.iter().all(|byte| byte.is_ascii_hexdigit() || *byte == b'_')
        }
        [b'.', word @ ..] if word.eq_ignore_ascii_case(b"inf") || word.eq_ignore_ascii_case(b"nan") => true,
        _ => digits.iter().all(|byte| {
            matches!(
                byte,
                b'0'..=b'9'
                    | b'_'
                    | b'.'
                    | b','
                    | b':'
                    | b'+'
                    | b'-'
                    | b' '
                    | b'e'
                    | b'E'
                    | b't'
                    | b'T'
                    | b'z'
                    | b'Z'
            )
        }),
    }
}

/// How a text of several lines can be a literal block.
struct Literal {
    /// `-`, nothing or `+`: what becomes of the line breaks at the end.
    chomping: &'static str,
    /// Whether the reader must be told the indentation, since the first line begins with a space.
    indicated: bool,
}

impl Literal {
    /// `None` where a reader could give back another text, or fail.
    fn of(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        if !bytes.contains(&b'\n') {
            return None;
        }
        let classes = classes(bytes);
        let is_blank = |byte: u8| byte == b' ' || byte == b'\t';
        // Blanks at the end of a line are invisible in a review, and readers disagree about lines of blanks alone.
        if bytes.last().is_some_and(|last| is_blank(*last))
            || has_pair(bytes, |first, second| is_blank(first) && second == b'\n')
            || classes & ESCAPE != 0
            || (classes & WIDE != 0 && text.chars().any(is_deceptive))
        {
            return None;
        }
        let content = text.trim_end_matches('\n');
        let chomping = match text.len() - content.len() {
            0 => "-",
            1 => "",
            _ => "+",
        };
        // Readers based on libyaml refuse a tab where they look for the indentation.
        match content.trim_start_matches('\n').as_bytes().first() {
            None | Some(b'\t') => None,
            Some(first) => Some(Self { chomping, indicated: *first == b' ' }),
        }
    }

    /// Appends the block without its last line break, its lines indented by `indent`.
    fn print(&self, text: &str, indent: usize, out: &mut String) {
        out.push('|');
        if self.indicated {
            out.push('2');
        }
        out.push_str(self.chomping);
        for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
            out.push('\n');
            if !line.is_empty() {
                spaces(indent, out);
                out.push_str(line);
            }
        }
    }
}

/// Appends the text in double quotes, with escapes that JSON and all versions of YAML share where there are some.
fn quoted(text: &str, out: &mut String) {
    out.push('"');
    let mut plain_from = 0;
    for (at, character) in text.char_indices() {
        let escape = match character {
            '"' => "\\\"",
            '\\' => "\\\\",
            '\n' => "\\n",
            '\r' => "\\r",
            '\t' => "\\t",
            ' '..='~' => continue,
            other if !other.is_control() && !is_deceptive(other) => continue,
            _ => "",
        };
        out.push_str(&text[plain_from..at]);
        plain_from = at + character.len_utf8();
        let code = u32::from(character);
        let _ = match (escape, code) {
            ("", 0..=0xffff) => write!(out, "\\u{code:04X}"),
            // JSON's pairs of surrogates are two characters to a YAML reader.
            ("", _) => write!(out, "\\U{code:08X}"),
            _ => out.write_str(escape),
        };
    }
    out.push_str(&text[plain_from..]);
    out.push('"');
}

#[cfg(test)]
mod tests;
