//! The tree of values that a spec's text is.

use crate::source::{At, Span};

/// How a scalar was written, as far as its meaning depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Without quotes: may be a number, a boolean or null.
    Plain,
    /// In quotes or as a block: always text.
    Quoted,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A scalar: its text after YAML's escapes, and how it was written.
    Scalar(String, Style),
    /// A sequence.
    List(Vec<At>),
    /// A mapping; every entry's value knows its key.
    Map(Vec<At>),
}

/// One value of the document.
#[derive(Debug, Clone)]
pub struct Node {
    /// What it is.
    pub kind: Kind,
    /// The bytes that it covers. Of a block mapping or sequence: up to the end of its last entry.
    pub span: Span,
    /// The key that leads to it and the key's span; `None` for sequence entries and the root.
    pub key: Option<(String, Span)>,
    /// Position in its sequence.
    pub index: u32,
    /// The value that holds it; the root holds itself.
    pub parent: At,
}

/// All values of a spec, the root first, in the order of the text.
#[derive(Debug, Clone, Default)]
pub struct Document {
    pub(super) nodes: Vec<Node>,
}

impl Document {
    /// The value at a place.
    #[must_use]
    pub fn node(&self, at: At) -> &Node {
        &self.nodes[at.index()]
    }

    /// The bytes of a value.
    #[must_use]
    pub fn span(&self, at: At) -> Span {
        self.node(at).span
    }

    /// The bytes of the key that leads to a value, or of the value where it has none.
    #[must_use]
    pub fn key_span(&self, at: At) -> Span {
        self.node(at).key.as_ref().map_or(self.node(at).span, |(_, span)| *span)
    }

    /// The key that leads to a value, or `""`.
    #[must_use]
    pub fn key(&self, at: At) -> &str {
        self.node(at).key.as_ref().map_or("", |(key, _)| key)
    }

    /// The entries of a mapping; none for anything else.
    #[must_use]
    pub fn entries(&self, at: At) -> &[At] {
        if let Kind::Map(entries) = &self.node(at).kind { entries } else { &[] }
    }

    /// The entry of a mapping that has this key.
    #[must_use]
    pub fn get(&self, at: At, key: &str) -> Option<At> {
        self.entries(at).iter().copied().find(|&entry| self.key(entry) == key)
    }

    /// The value at a path such as `["services", "api", "port"]`.
    #[must_use]
    pub fn find(&self, path: &[&str]) -> Option<At> {
        path.iter().try_fold(At::ROOT, |at, key| self.get(at, key))
    }

    /// Whether the value is YAML's null.
    #[must_use]
    pub fn is_null(&self, at: At) -> bool {
        matches!(&self.node(at).kind, Kind::Scalar(text, Style::Plain) if super::scalar::is_null(text))
    }

    /// How people write the place: `services.api.uses[2]`; `.` is quoted in keys that need it. The root is `""`.
    #[must_use]
    pub fn path(&self, at: At) -> String {
        let mut steps = Vec::new();
        let mut here = at;
        while here != At::ROOT {
            let node = self.node(here);
            steps.push(match &node.key {
                Some((key, _)) if key.contains(['.', '[', ']', '"']) || key.is_empty() => {
                    format!(".{key:?}")
                }
                Some((key, _)) => format!(".{key}"),
                None => format!("[{}]", node.index),
            });
            here = node.parent;
        }
        steps.reverse();
        let path = steps.concat();
        path.strip_prefix('.').map_or(path.clone(), str::to_owned)
    }

    /// The smallest value whose key or text covers a byte offset.
    #[must_use]
    pub fn at_offset(&self, offset: u32) -> At {
        let covers = |span: Span| span.start <= offset && offset < span.end.max(span.start + 1);
        // Values stand in the order of the text: the last one that begins before the offset, or one around it.
        let begins = |node: &Node| node.key.as_ref().map_or(node.span.start, |(_, span)| span.start);
        let behind = self.nodes.partition_point(|node| begins(node) <= offset);
        let mut here = At(u32::try_from(behind.saturating_sub(1)).unwrap_or_default());
        while here != At::ROOT {
            let node = self.node(here);
            if covers(node.span) || node.key.as_ref().is_some_and(|(_, span)| covers(*span)) {
                break;
            }
            here = node.parent;
        }
        here
    }

    /// How many values there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there is no value at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Sink;
    use crate::source::Source;

    #[test]
    fn the_value_at_an_offset_is_the_innermost_that_covers_it() {
        let texts = [
            include_str!("../../examples/aiaas/platform.yaml"),
            "# a comment\n\na:\n  b:\n  c: ~\n  d: {}\n  e: []\nf:\n- 1\n-\n- - x\n  - {y: z, w: }\n- k: v\n  l: |\n    text\n\n    more\ng: \"ü\"\n\n",
            "{a: , b: [ , ], c: [x, {y: z}]}\n",
            "just text",
        ];
        for text in texts {
            let source = Source::new("spec.yaml", text);
            let Some(document) = super::super::parse(&source, &mut Sink::new()) else { continue };
            for offset in 0..=u32::try_from(text.len()).unwrap() {
                let covers = |span: Span| span.start <= offset && offset < span.end.max(span.start + 1);
                let slow = document.nodes.iter().rposition(|node| {
                    covers(node.span) || node.key.as_ref().is_some_and(|(_, span)| covers(*span))
                });
                let slow = At(u32::try_from(slow.unwrap_or(0)).unwrap());
                assert_eq!(document.at_offset(offset), slow, "at {offset} of {text:?}");
            }
        }
    }
}
