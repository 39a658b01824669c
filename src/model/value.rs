//! Values of the document as the decoder sees them: written in one place, or merged from several layers.

use std::rc::Rc;

use crate::source::At;
use crate::syntax::{Document, Kind};

/// A value that is written in one place, or a mapping whose entries come from several.
#[derive(Debug, Clone)]
pub enum Value {
    /// The value at a place.
    Node(At),
    /// A mapping with entries of several places.
    Merged(Rc<Merged>),
    /// A null that removes what a lower layer has.
    Removed(At),
}

/// A mapping with entries of several places.
#[derive(Debug)]
pub struct Merged {
    /// The place that stands for the whole: the last layer's.
    pub at: At,
    /// The entries: the place whose key leads to it, and the value.
    pub entries: Vec<(At, Value)>,
}

impl Value {
    /// The place that stands for the value.
    #[must_use]
    pub fn at(&self) -> At {
        match self {
            Self::Node(at) | Self::Removed(at) => *at,
            Self::Merged(merged) => merged.at,
        }
    }

    /// The entries of a mapping, each with the place whose key leads to it; `None` if it is no mapping.
    #[must_use]
    pub fn entries(&self, document: &Document) -> Option<Vec<(At, Self)>> {
        match self {
            Self::Merged(merged) => Some(merged.entries.clone()),
            Self::Node(at) => match &document.node(*at).kind {
                Kind::Map(entries) => {
                    Some(entries.iter().map(|entry| (*entry, Self::Node(*entry))).collect())
                }
                _ => None,
            },
            Self::Removed(_) => None,
        }
    }

    /// A mapping without entries that stands for a place.
    #[must_use]
    pub fn empty(at: At) -> Self {
        Self::Merged(Rc::new(Merged { at, entries: Vec::new() }))
    }

    /// The mapping without some of its keys.
    #[must_use]
    pub fn without(&self, document: &Document, keys: &[&str]) -> Self {
        match self.entries(document) {
            Some(entries) if entries.iter().any(|(at, _)| keys.contains(&document.key(*at))) => {
                let entries =
                    entries.into_iter().filter(|(at, _)| !keys.contains(&document.key(*at))).collect();
                Self::Merged(Rc::new(Merged { at: self.at(), entries }))
            }
            _ => self.clone(),
        }
    }

    /// This value with another laid over it: mappings merge, everything else is replaced. A null of the upper layer
    /// that removes something stays as such, so that the decoder knows that the field was cleared. `cancels` lists pairs of keys of which a written
    /// first one removes an inherited second one; it holds for this level only.
    #[must_use]
    pub fn overlaid(&self, document: &Document, upper: &Self, cancels: &[(&str, &str)]) -> Self {
        let (Some(mut entries), Some(over)) = (self.entries(document), upper.entries(document)) else {
            return upper.clone();
        };
        let written =
            |key: &str| over.iter().any(|(at, value)| document.key(*at) == key && !value.is_null(document));
        for (writes, removes) in cancels {
            if written(writes) && !written(removes) {
                entries.retain(|(at, _)| document.key(*at) != *removes);
            }
        }
        for (key_at, value) in over {
            let key = document.key(key_at);
            match entries.iter_mut().find(|(at, _)| document.key(*at) == key) {
                Some(entry) if value.is_null(document) => *entry = (key_at, Self::Removed(value.at())),
                Some(entry) => *entry = (key_at, entry.1.overlaid(document, &value, &[])),
                None => entries.push((key_at, value)),
            }
        }
        Self::Merged(Rc::new(Merged { at: upper.at(), entries }))
    }

    /// Whether it is YAML's null.
    #[must_use]
    pub fn is_null(&self, document: &Document) -> bool {
        match self {
            Self::Node(at) => document.is_null(*at),
            Self::Merged(_) => false,
            Self::Removed(_) => true,
        }
    }
}
