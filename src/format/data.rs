//! Structured data that back ends build and one writer per format prints.
//!
//! Text borrows from the [`Plan`](crate::plan) wherever it can, so that building the objects of a large
//! platform allocates little.

use std::borrow::Cow;

use crate::freeform::{Freeform, Value};

/// A value of YAML's and JSON's common data model.
#[derive(Debug, Clone, PartialEq)]
pub enum Data<'a> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A finite number with a fraction or an exponent.
    Float(f64),
    /// Text; quoted by the writer where a reader could take it otherwise.
    Text(Cow<'a, str>),
    /// A sequence.
    List(Vec<Self>),
    /// A mapping, in the order in which it is printed.
    Map(Map<'a>),
}

/// A mapping whose keys keep the order of insertion.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Map<'a>(Vec<(Cow<'a, str>, Data<'a>)>);

impl<'a> Map<'a> {
    /// An empty mapping.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// An empty mapping with room for some entries.
    #[must_use]
    pub fn with_capacity(entries: usize) -> Self {
        Self(Vec::with_capacity(entries))
    }

    /// Appends an entry. The caller sees to it that the key is not there yet.
    pub fn push(&mut self, key: impl Into<Cow<'a, str>>, value: impl Into<Data<'a>>) {
        self.0.push((key.into(), value.into()));
    }

    /// Appends an entry and returns the mapping, for building in one expression.
    #[must_use]
    pub fn with(mut self, key: impl Into<Cow<'a, str>>, value: impl Into<Data<'a>>) -> Self {
        self.push(key, value);
        self
    }

    /// Appends an entry if there is a value.
    #[must_use]
    pub fn with_some<V: Into<Data<'a>>>(mut self, key: impl Into<Cow<'a, str>>, value: Option<V>) -> Self {
        if let Some(value) = value {
            self.push(key, value);
        }
        self
    }

    /// Appends an entry if the mapping or list is not empty.
    #[must_use]
    pub fn with_filled<V: Into<Data<'a>>>(mut self, key: impl Into<Cow<'a, str>>, value: V) -> Self {
        let value = value.into();
        if !value.is_empty() {
            self.push(key, value);
        }
        self
    }

    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Data<'a>> {
        self.0.iter().find(|(k, _)| k == key).map(|(_, v)| v)
    }

    /// The value of a key, to change it.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Data<'a>> {
        self.0.iter_mut().find(|(k, _)| k == key).map(|(_, v)| v)
    }

    /// Takes an entry out.
    pub fn remove(&mut self, key: &str) -> Option<Data<'a>> {
        let index = self.0.iter().position(|(k, _)| k == key)?;
        Some(self.0.remove(index).1)
    }

    /// The entries in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Data<'a>)> {
        self.0.iter().map(|(k, v)| (k.as_ref(), v))
    }

    /// The entries in order, as they are kept.
    #[must_use]
    pub fn entries(&self) -> &[(Cow<'a, str>, Data<'a>)] {
        &self.0
    }

    /// The entries in order, by value.
    pub fn into_entries(self) -> impl Iterator<Item = (Cow<'a, str>, Data<'a>)> {
        self.0.into_iter()
    }

    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no entry.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'a, K: Into<Cow<'a, str>>, V: Into<Data<'a>>> FromIterator<(K, V)> for Map<'a> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        Self(entries.into_iter().map(|(k, v)| (k.into(), v.into())).collect())
    }
}

impl<'a> Data<'a> {
    /// Whether it is an empty list or mapping, or null.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Null => true,
            Self::List(items) => items.is_empty(),
            Self::Map(map) => map.is_empty(),
            _ => false,
        }
    }

    /// The mapping, if it is one.
    #[must_use]
    pub fn as_map(&self) -> Option<&Map<'a>> {
        if let Self::Map(map) = self { Some(map) } else { None }
    }

    /// The text, if it is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The mapping, if it is one, to change it.
    pub fn as_map_mut(&mut self) -> Option<&mut Map<'a>> {
        if let Self::Map(map) = self { Some(map) } else { None }
    }

    /// The list, if it is one.
    #[must_use]
    pub fn as_list(&self) -> Option<&[Self]> {
        if let Self::List(items) = self { Some(items) } else { None }
    }
}

/// A finite number with a fraction or an exponent, as every reader of YAML, JSON and HCL takes it: with a point, and a sign
/// before the exponent, which YAML 1.1 wants.
#[must_use]
pub fn float(number: f64) -> String {
    let text = format!("{number:?}");
    match text.split_once('e') {
        None => text,
        Some((mantissa, exponent)) => {
            let point = if mantissa.contains('.') { "" } else { ".0" };
            let sign = if exponent.starts_with('-') { "" } else { "+" };
            [mantissa, point, "e", sign, exponent].concat()
        }
    }
}

impl<'a> From<&'a Freeform> for Data<'a> {
    fn from(freeform: &'a Freeform) -> Self {
        match &freeform.value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(*value),
            Value::Int(value) => Self::Int(*value),
            Value::Float(value) => Self::Float(*value),
            Value::Text(text) => text.into(),
            Value::List(items) => Self::List(items.iter().map(Into::into).collect()),
            Value::Map(entries) => entries.iter().collect::<Map<'a>>().into(),
        }
    }
}

impl From<bool> for Data<'_> {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

macro_rules! from_integers {
    ($($integer:ty),*) => {$(
        impl From<$integer> for Data<'_> {
            fn from(value: $integer) -> Self {
                Self::Int(i64::from(value))
            }
        }
    )*};
}
from_integers!(u8, u16, u32, i32, i64);

impl<'a> From<&'a str> for Data<'a> {
    fn from(value: &'a str) -> Self {
        Self::Text(Cow::Borrowed(value))
    }
}

impl<'a> From<&'a String> for Data<'a> {
    fn from(value: &'a String) -> Self {
        Self::Text(Cow::Borrowed(value))
    }
}

impl From<String> for Data<'_> {
    fn from(value: String) -> Self {
        Self::Text(Cow::Owned(value))
    }
}

impl<'a> From<Cow<'a, str>> for Data<'a> {
    fn from(value: Cow<'a, str>) -> Self {
        Self::Text(value)
    }
}

impl<'a> From<Map<'a>> for Data<'a> {
    fn from(value: Map<'a>) -> Self {
        Self::Map(value)
    }
}

impl<V: Into<Self>> From<Vec<V>> for Data<'_> {
    fn from(values: Vec<V>) -> Self {
        Self::List(values.into_iter().map(Into::into).collect())
    }
}

impl<V: Into<Self>, const N: usize> From<[V; N]> for Data<'_> {
    fn from(values: [V; N]) -> Self {
        Self::List(values.into_iter().map(Into::into).collect())
    }
}

/// Builds a [`Map`] in place: `map! { "kind" => "Service", "spec" => map! { "type" => "ClusterIP" } }`.
#[macro_export]
macro_rules! map {
    ($($key:expr => $value:expr),* $(,)?) => {{
        #[allow(unused_mut)]
        let mut map = $crate::format::data::Map::with_capacity(<[&str]>::len(&[$(stringify!($key)),*]));
        $(map.push($key, $value);)*
        map
    }};
}
