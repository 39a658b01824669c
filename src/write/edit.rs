//! What somebody changed in a generated file, and which place of the spec it belongs to.

use similar::{Algorithm, ChangeTag, TextDiff};

use crate::source::At;
use crate::tree::File;

/// Beyond this size a comparison by lines says nothing that a person reads.
const LARGEST: usize = 256 << 10;
/// Lines of a file that are shown around a change.
const CONTEXT: usize = 2;
/// Places of a file that are shown.
const HUNKS: usize = 5;
/// Lines of one place that are shown.
const LINES: usize = 30;

/// An edit of a generated file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The first places that differ.
    pub hunks: Vec<Hunk>,
    /// How many further places differ.
    pub more: usize,
    /// Why there are no hunks, where there are none.
    pub remark: Option<&'static str>,
}

/// A place of a file that was edited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hunk {
    /// The first line shown, counted from 1, in what platc makes.
    pub line: usize,
    /// Lines with `-` (what platc makes), `+` (what is on disk) or a space before them.
    pub lines: Vec<String>,
    /// How many further lines belong to it.
    pub more: usize,
    /// The place of the spec that the first differing line comes from.
    pub origin: Option<At>,
}

/// Compares what platc makes with what is on disk.
#[must_use]
pub fn edit_of(file: &File<'_>, on_disk: &[u8]) -> Edit {
    let made = file.text();
    let none = |remark| Edit { hunks: Vec::new(), more: 0, remark: Some(remark) };
    let Ok(there) = std::str::from_utf8(on_disk) else { return none("it is not text any more") };
    if made.len() > LARGEST || there.len() > LARGEST {
        return none("it is too large to be compared line by line");
    }
    let diff = TextDiff::configure().algorithm(Algorithm::Patience).diff_lines(&*made, there);
    let groups = diff.grouped_ops(CONTEXT);
    let hunks = groups.iter().take(HUNKS).map(|group| {
        let mut lines = Vec::new();
        let mut first = None;
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let sign = match change.tag() {
                ChangeTag::Equal => ' ',
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
            };
            lines.push(format!("{sign}{}", change.value().trim_end_matches(['\n', '\r'])));
        }
        for op in group {
            if first.is_none() && op.tag() != similar::DiffTag::Equal {
                first = Some(op.old_range().start);
            }
        }
        let more = lines.len().saturating_sub(LINES);
        lines.truncate(LINES);
        Hunk {
            line: group.first().map_or(0, |op| op.old_range().start) + 1,
            lines,
            more,
            origin: origin_of_line(file, first.unwrap_or_default()),
        }
    });
    Edit { hunks: hunks.collect(), more: groups.len().saturating_sub(HUNKS), remark: None }
}

/// Where a line of a file, counted from 0, comes from; of an inserted one, where the line before it does.
fn origin_of_line(file: &File<'_>, line: usize) -> Option<At> {
    let mut lines = 0;
    let mut origin = None;
    for chunk in &*file.chunks() {
        if chunk.text.is_empty() {
            continue;
        }
        origin = chunk.origin.or(origin);
        lines += chunk.text.bytes().filter(|&byte| byte == b'\n').count();
        if lines > line {
            return chunk.origin;
        }
    }
    origin
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::Chunk;

    fn file() -> File<'static> {
        let chunk = |text: &str, origin| Chunk { text: text.to_owned(), origin };
        File::generated(
            "test",
            vec![chunk("head\n", None), chunk("a: 1\nb: 2\n", Some(At(7))), chunk("c: 3\n", Some(At(9)))],
        )
    }

    #[test]
    fn an_edit_names_the_place_that_the_line_comes_from() {
        let edit = edit_of(&file(), b"head\na: 1\nb: 5\nc: 3\n");
        assert_eq!(edit.hunks.len(), 1);
        assert_eq!(edit.hunks[0].origin, Some(At(7)));
        assert_eq!(edit.hunks[0].lines, [" head", " a: 1", "-b: 2", "+b: 5", " c: 3"]);
        assert_eq!(edit_of(&file(), b"head\na: 1\nb: 2\nc: 4\n").hunks[0].origin, Some(At(9)));
        assert_eq!(edit_of(&file(), b"head\na: 1\nb: 2\nc: 3\nd: 4\n").hunks[0].origin, Some(At(9)));
    }

    #[test]
    fn what_is_no_text_is_not_compared_by_lines() {
        assert!(edit_of(&file(), b"\xff\xfe").remark.is_some());
        assert!(edit_of(&file(), "x\n".repeat(200_000).as_bytes()).remark.is_some());
    }
}
