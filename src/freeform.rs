//! Values of any shape: what a spec says about things whose fields platc does not know, such as a patch of a Kubernetes
//! object or the values of a chart.
//!
//! Scalars mean what YAML 1.2's core schema says. Each value keeps its place, since checks speak of what stands inside.

use indexmap::IndexMap;
use serde::{Serialize, Serializer};

use crate::source::At;

/// The largest whole number that every reader of JSON keeps exactly: readers hold numbers as 64-bit floats (RFC 8259,
/// section 6; Helm is one of them).
pub const LARGEST_INT: i64 = (1 << 53) - 1;

/// A value of any shape, and where it is written.
#[derive(Debug, Clone, PartialEq)]
pub struct Freeform {
    /// The place in the spec.
    pub at: At,
    /// What it is.
    pub value: Value,
}

/// What a value of any shape is.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `null`. In a patch: the field is removed; in the values of a chart: the chart's default is.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number, at most [`LARGEST_INT`] from zero.
    Int(i64),
    /// A finite number with a fraction or an exponent.
    Float(f64),
    /// Text.
    Text(String),
    /// A list.
    List(Vec<Freeform>),
    /// A mapping, in the order of the text.
    Map(IndexMap<String, Freeform>),
}

impl Freeform {
    /// The value of a key, if this is a mapping that has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        if let Value::Map(entries) = &self.value { entries.get(key) } else { None }
    }

    /// The value at the end of a path of keys.
    #[must_use]
    pub fn find(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |value, key| value.get(key))
    }

    /// Whether it is a mapping without entries.
    #[must_use]
    pub fn is_empty_map(&self) -> bool {
        matches!(&self.value, Value::Map(entries) if entries.is_empty())
    }

    /// Visits this value and all that it holds, each with the key that leads to it (`""` for items of lists and for
    /// this value itself).
    pub fn visit<'a>(&'a self, look: &mut impl FnMut(&'a str, &'a Self)) {
        self.visit_below("", look);
    }

    fn visit_below<'a>(&'a self, key: &'a str, look: &mut impl FnMut(&'a str, &'a Self)) {
        look(key, self);
        match &self.value {
            Value::List(items) => items.iter().for_each(|item| item.visit_below("", look)),
            Value::Map(entries) => entries.iter().for_each(|(key, value)| value.visit_below(key, look)),
            _ => {}
        }
    }
}

impl Serialize for Freeform {
    /// The value without its places.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.value {
            Value::Null => serializer.serialize_unit(),
            Value::Bool(value) => serializer.serialize_bool(*value),
            Value::Int(value) => serializer.serialize_i64(*value),
            Value::Float(value) => serializer.serialize_f64(*value),
            Value::Text(value) => serializer.serialize_str(value),
            Value::List(items) => serializer.collect_seq(items),
            Value::Map(entries) => serializer.collect_map(entries),
        }
    }
}
