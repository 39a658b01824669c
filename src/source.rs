//! Text, places in it, and places in the spec.
//!
//! [`At`] names a place in the spec without saying where it stands in the text: it is what the model, the plan
//! and provenance carry. Spans and written paths are looked up from it late, only when something is shown.

/// A text that is being compiled, with the name that diagnostics call it by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The file's path as the user gave it, or `<stdin>`.
    pub name: String,
    /// The whole text, without a byte order mark.
    pub text: String,
}

impl Source {
    /// A source of the given name and text.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self { name: name.into(), text: text.into() }
    }

    /// Line and column of a byte offset, both counted from 1; the column counts characters.
    #[must_use]
    pub fn position(&self, offset: u32) -> Position {
        let offset = boundary(&self.text, offset as usize);
        let before = &self.text[..offset];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Position {
            line: before.bytes().filter(|&byte| byte == b'\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }
}

/// The nearest offset at or before another that lies between two characters of a text.
#[must_use]
pub fn boundary(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

/// A line and a column, both counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column, in characters.
    pub column: usize,
}

/// An index of a text's lines: many positions cost no more than one look at the text.
#[derive(Debug)]
pub struct Lines<'a> {
    text: &'a str,
    /// Offsets of the beginnings of lines.
    starts: Vec<u32>,
    /// Characters, and those of two UTF-16 code units, before every [`Lines::BLOCK`]th byte; empty where every byte is
    /// one character.
    blocks: Vec<Units>,
}

/// What a stretch of text is long, counted twice.
#[derive(Debug, Clone, Copy, Default)]
struct Units {
    /// Characters.
    characters: u32,
    /// Those of them that UTF-16 writes as two code units.
    wide: u32,
}

impl Units {
    fn of(bytes: &[u8]) -> Self {
        let count = |is: fn(u8) -> bool| {
            u32::try_from(bytes.iter().filter(|byte| is(**byte)).count()).unwrap_or(u32::MAX)
        };
        Self { characters: count(begins_character), wide: count(begins_wide) }
    }

    const fn plus(self, other: Self) -> Self {
        Self {
            characters: self.characters.saturating_add(other.characters),
            wide: self.wide.saturating_add(other.wide),
        }
    }
}

impl<'a> Lines<'a> {
    const BLOCK: usize = 1024;

    /// The index of a text.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        let number = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        let starts =
            std::iter::once(0).chain(text.match_indices('\n').map(|(newline, _)| number(newline + 1)));
        let mut blocks = Vec::new();
        if !text.is_ascii() {
            let mut count = Units::default();
            for block in text.as_bytes().chunks(Self::BLOCK) {
                blocks.push(count);
                count = count.plus(Units::of(block));
            }
        }
        Self { text, starts: starts.collect(), blocks }
    }

    /// Line and column of a byte offset, as [`Source::position`] gives them.
    #[must_use]
    pub fn position(&self, offset: u32) -> Position {
        self.counted(offset, |units| units.characters)
    }

    /// The same with a column in UTF-16 code units, as editors and SARIF count.
    #[must_use]
    pub fn utf16_position(&self, offset: u32) -> Position {
        self.counted(offset, |units| units.characters + units.wide)
    }

    fn counted(&self, offset: u32, count: fn(Units) -> u32) -> Position {
        let offset = boundary(self.text, offset as usize);
        let line = self.starts.partition_point(|&start| start as usize <= offset);
        let start = self.starts.get(line - 1).map_or(0, |&start| start as usize);
        let before = count(self.before(offset)) - count(self.before(start));
        Position { line, column: before as usize + 1 }
    }

    fn before(&self, offset: usize) -> Units {
        // At the end of a text of whole blocks there is no block of its own.
        let block = (offset / Self::BLOCK).min(self.blocks.len().saturating_sub(1));
        match self.blocks.get(block) {
            None => Units { characters: u32::try_from(offset).unwrap_or(u32::MAX), wide: 0 },
            Some(&count) => count.plus(Units::of(&self.text.as_bytes()[block * Self::BLOCK..offset])),
        }
    }
}

/// Whether a byte of UTF-8 is the first one of a character.
const fn begins_character(byte: u8) -> bool {
    byte & 0b1100_0000 != 0b1000_0000
}

/// Whether a byte of UTF-8 is the first one of a character beyond U+FFFF.
const fn begins_wide(byte: u8) -> bool {
    byte >= 0xf0
}

/// A range of bytes in a [`Source`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset behind the last byte.
    pub end: u32,
}

impl Span {
    /// The range from one offset up to, not including, another.
    #[must_use]
    pub const fn new(start: u32, end: u32) -> Self {
        Self { start, end }
    }

    /// The text that the range covers.
    #[must_use]
    pub fn slice(self, text: &str) -> &str {
        text.get(self.start as usize..self.end as usize).unwrap_or("")
    }
}

/// A place in the spec: the index of a value in the [document](crate::syntax::Document).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct At(pub u32);

impl At {
    /// The whole document.
    pub const ROOT: Self = Self(0);

    /// The index as the document counts.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// A value that the user wrote, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written<T> {
    /// What it means.
    pub value: T,
    /// Where it is written.
    pub at: At,
}

impl<T> Written<T> {
    /// The same place with a value computed from this one.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Written<U> {
        Written { value: change(self.value), at: self.at }
    }

    /// A borrowed view.
    pub const fn as_ref(&self) -> Written<&T> {
        Written { value: &self.value, at: self.at }
    }
}

impl<T> std::ops::Deref for Written<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_index_of_lines_agrees_with_counting() {
        for text in ["", "a", "a\n", "\n\n", "a\r\nb", "ä\nö日本\n🚀x\n", &"é\u{1F680}x\n".repeat(700)]
        {
            let source = Source::new("s", text);
            let lines = Lines::new(text);
            for offset in 0..=text.len() + 2 {
                let offset = u32::try_from(offset).unwrap();
                let position = source.position(offset);
                assert_eq!(lines.position(offset), position, "{offset} in {text:?}");
                let here = boundary(text, offset as usize);
                let line = text[..here].rfind('\n').map_or(0, |newline| newline + 1);
                let column = text[line..here].encode_utf16().count() + 1;
                let expected = Position { column, ..position };
                assert_eq!(lines.utf16_position(offset), expected, "{offset} in {text:?}");
            }
        }
    }
}
