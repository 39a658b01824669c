//! The source as excerpts show it: harmless, with short lines, and cheap to cut pieces from.

use std::borrow::Cow;

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use super::clean::{clean, clean_source};
use crate::source::{Lines, Source, Span, boundary};

/// Lines beyond this many bytes are cut, but for the surroundings of labels.
const LONGEST: usize = 240;
/// Bytes that stay around a label in a line that is cut.
const AROUND: usize = 60;
/// Spans over more lines are shown by their first line.
const TALLEST: usize = 6;

/// A run of bytes that is the same in the source and in what is shown.
#[derive(Debug, Clone, Copy)]
struct Piece {
    shown: usize,
    source: usize,
    len: usize,
}

/// The source as excerpts show it.
pub(super) struct Excerpt<'a> {
    name: String,
    lines: &'a Lines<'a>,
    shown: Cow<'a, str>,
    /// Offsets of the beginnings of the shown lines.
    starts: Vec<usize>,
    /// In order; empty if nothing was cut.
    pieces: Vec<Piece>,
}

impl<'a> Excerpt<'a> {
    /// Prepares a source for the labels that will be shown of it.
    pub(super) fn new(source: &'a Source, lines: &'a Lines<'a>, labels: &[Span]) -> Self {
        let text = clean_source(&source.text);
        let name = clean(&source.name).into_owned();
        let (shown, pieces) = if text.split('\n').any(|line| line.len() > LONGEST) {
            let (shown, pieces) = cut(&text, labels);
            (Cow::Owned(shown), pieces)
        } else {
            (text, Vec::new())
        };
        let starts =
            std::iter::once(0).chain(shown.match_indices('\n').map(|(newline, _)| newline + 1)).collect();
        Self { name, lines, shown, starts, pieces }
    }

    /// Whether there is no text to show.
    pub(super) fn is_empty(&self) -> bool {
        self.shown.is_empty()
    }

    /// Where a span of the source is in what is shown: within the text, and not over too many lines.
    pub(super) fn place(&self, span: Span) -> SourceSpan {
        let start = self.to_shown(span.start as usize).min(self.shown.len());
        let mut end = self.to_shown(span.end as usize).clamp(start, self.shown.len());
        let first = self.line_of(start);
        if self.line_of(end) - first >= TALLEST {
            end = self.end_of_line(first).max(start);
        }
        // An empty last line is no line to a reader: the end of the text is behind the last character.
        let start =
            if start == end && start > 0 && self.starts.last() == Some(&start) { start - 1 } else { start };
        (start, end.saturating_sub(start)).into()
    }

    fn line_of(&self, offset: usize) -> usize {
        self.starts.partition_point(|&start| start <= offset).saturating_sub(1)
    }

    fn end_of_line(&self, line: usize) -> usize {
        let end = self.starts.get(line + 1).map_or(self.shown.len(), |next| next - 1);
        let text = &self.shown[self.starts[line]..end];
        self.starts[line] + text.trim_end_matches('\r').len()
    }

    fn to_shown(&self, offset: usize) -> usize {
        if self.pieces.is_empty() {
            return offset;
        }
        let index = self.pieces.partition_point(|piece| piece.source <= offset).saturating_sub(1);
        let piece = self.pieces[index];
        piece.shown + offset.saturating_sub(piece.source).min(piece.len)
    }

    fn to_source(&self, offset: usize) -> usize {
        if self.pieces.is_empty() {
            return offset;
        }
        let index = self.pieces.partition_point(|piece| piece.shown <= offset).saturating_sub(1);
        let piece = self.pieces[index];
        piece.source + offset.saturating_sub(piece.shown).min(piece.len)
    }
}

/// Cuts long lines, keeping the surroundings of labels, and says what stays where.
fn cut(text: &str, labels: &[Span]) -> (String, Vec<Piece>) {
    let mut edges: Vec<usize> =
        labels.iter().flat_map(|span| [span.start as usize, span.end as usize]).collect();
    edges.sort_unstable();
    edges.dedup();
    let mut shown = String::new();
    let mut pieces: Vec<Piece> = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let end = start + line.len();
        let mut kept: Vec<(usize, usize)> = Vec::new();
        if line.len() <= LONGEST {
            kept.push((start, end));
        } else {
            let inside =
                edges.partition_point(|&edge| edge < start)..edges.partition_point(|&edge| edge < end);
            let wanted = std::iter::once((start, start + AROUND))
                .chain(edges[inside].iter().map(|&edge| (edge.saturating_sub(AROUND), edge + AROUND)))
                // The line's end stays, so that there is a line.
                .chain([(end - 4, end)]);
            for (from, to) in wanted {
                let from = boundary(text, from.max(start));
                let to = boundary(text, to.min(end));
                match kept.last_mut() {
                    Some((_, last)) if from <= *last => *last = to.max(*last),
                    _ => kept.push((from, to)),
                }
            }
        }
        for (index, (from, to)) in kept.into_iter().enumerate() {
            if index > 0 {
                shown.push('\u{2026}');
            }
            pieces.push(Piece { shown: shown.len(), source: from, len: to - from });
            shown.push_str(&text[from..to]);
        }
        start = end;
    }
    (shown, pieces)
}

impl SourceCode for Excerpt<'_> {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let start = span.offset().min(self.shown.len());
        let end = (span.offset() + span.len()).clamp(start, self.shown.len());
        let first = self.line_of(start).saturating_sub(before);
        let last = (self.line_of(end) + after).min(self.starts.len() - 1);
        let from = self.starts[first];
        let to = self.starts.get(last + 1).copied().unwrap_or(self.shown.len());
        let position = self.lines.position(u32::try_from(self.to_source(start)).unwrap_or(u32::MAX));
        // miette asks without context when it wants to say where a label is.
        let column = if before == 0 { position.column - 1 } else { 0 };
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            &self.shown.as_bytes()[from..to],
            (from, to - from).into(),
            first,
            column,
            last - first + 1,
        )))
    }
}
