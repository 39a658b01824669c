//! From values to typed records, with every shape error reported once, at its place.
//!
//! [`record!`](crate::record) defines a record once: the struct, its decoder and the table of its fields, from which
//! the JSON Schema and the reference are generated.

use indexmap::IndexMap;

use super::value::Value;
use crate::diag::{Diagnostic, Sink, code, did_you_mean};
use crate::source::{At, Source, Written};
use crate::syntax::{Document, Kind, Style, scalar};

/// What a value may look like; from it the schema and the reference are generated.
#[derive(Debug, Clone)]
pub enum Shape {
    /// A scalar of a named form.
    Scalar(&'static ScalarInfo),
    /// One of some words, each with what it means.
    Choice(&'static [(&'static str, &'static str)]),
    /// A record of fields.
    Record(&'static RecordInfo),
    /// Named things of a record that may differ by environment.
    Things(&'static RecordInfo),
    /// The settings of a record, none of them needed: a layer below or above the things themselves.
    Settings(&'static RecordInfo),
    /// A mapping from names of a form to values of a shape.
    Map(&'static ScalarInfo, Box<Self>),
    /// A list of values of a shape.
    List(Box<Self>),
    /// Any of several shapes.
    Either(Vec<Self>),
    /// A mapping of fields that platc does not know.
    Freeform,
}

/// A form of scalars.
#[derive(Debug)]
pub struct ScalarInfo {
    /// What it is called in the reference.
    pub name: &'static str,
    /// The JSON types that an editor's schema accepts for it.
    pub json: &'static [&'static str],
    /// The regular expression that text must match; `""` for any text.
    pub pattern: &'static str,
    /// Bounds of a whole number.
    pub range: Option<(u64, u64)>,
}

/// A record: its fields are the only ones that it has.
#[derive(Debug)]
pub struct RecordInfo {
    /// What it is called in the schema and the reference.
    pub name: &'static str,
    /// What it is.
    pub doc: &'static str,
    /// Its fields, in the order of the reference.
    pub fields: &'static [FieldInfo],
    /// Fields of the thing itself, which an override or a default cannot set.
    pub fixed: &'static [&'static str],
}

impl RecordInfo {
    /// The field of a name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&'static FieldInfo> {
        self.fields.iter().find(|field| field.name == name)
    }
}

/// A field of a record.
#[derive(Debug)]
pub struct FieldInfo {
    /// Its key.
    pub name: &'static str,
    /// What it means.
    pub doc: &'static str,
    /// A value as one would write it, in YAML's flow style.
    pub example: &'static str,
    /// What holds when it is absent, in words; `""` where nothing does.
    pub default: &'static str,
    /// Whether the record means nothing without it.
    pub needed: bool,
    /// What it may look like.
    pub shape: fn() -> Shape,
}

/// Where decoding happens and where its findings go.
pub struct Context<'a> {
    /// The text, for its name and excerpts.
    pub source: &'a Source,
    /// The values.
    pub document: &'a Document,
    /// Where findings go.
    pub sink: &'a mut Sink,
    /// Whether needed fields must be there: not in a layer that others complete.
    pub complete: bool,
    /// Who is decoded, for messages about what is missing, such as: the database `users`.
    pub subject: String,
    /// The environment for which it is decoded, where its layers are known.
    pub environment: Option<String>,
}

impl Context<'_> {
    /// Reports a value of another type than expected.
    pub fn wrong_type(&mut self, value: &Value, expected: &str) {
        let found = match value {
            Value::Merged(_) => "a mapping",
            Value::Removed(_) => "nothing",
            Value::Node(at) => match &self.document.node(*at).kind {
                Kind::Map(_) => "a mapping",
                Kind::List(_) => "a list",
                Kind::Scalar(text, Style::Plain) if scalar::is_null(text) => "nothing",
                Kind::Scalar(..) => "a scalar",
            },
        };
        let at = value.at();
        let key = self.document.key(at);
        let what = if key.is_empty() { "this".to_owned() } else { format!("`{key}`") };
        let span = self.document.span(at);
        let is_seen = matches!(self.document.node(at).kind, Kind::Scalar(..)) && span.start < span.end;
        let span = if is_seen { span } else { self.document.key_span(at) };
        self.sink.push(
            Diagnostic::new(&code::NOT_A_MAPPING, span, format!("{what} is {found}, and must be {expected}"))
                .help(format!(
                    "`platc explain {}` shows the field with an example",
                    general_path(self.document, at)
                )),
        );
    }

    /// Reports a key that the record does not have.
    pub fn unknown_field(&mut self, key_at: At, info: &RecordInfo, extra: &[&str]) {
        let key = self.document.key(key_at);
        let known: Vec<&str> =
            info.fields.iter().map(|field| field.name).chain(extra.iter().copied()).collect();
        let span = self.document.key_span(key_at);
        let mut finding = Diagnostic::new(
            &code::UNKNOWN_FIELD,
            span,
            format!("`{key}` is no field of {}", with_article(info.name)),
        );
        finding = finding.help(
            did_you_mean(key, known.iter().copied())
                .unwrap_or_else(|| format!("there are {}", known.join(", "))),
        );
        if let [near] = crate::catalog::nearest(key, known.iter().copied(), 1)[..] {
            finding = finding.edit(span, near);
        }
        self.sink.push(finding);
    }

    /// Reports a needed field that no layer has.
    pub fn missing_field(&mut self, value: &Value, info: &RecordInfo, field: &FieldInfo) {
        if !self.complete {
            return;
        }
        let span = self.document.key_span(value.at());
        let subject =
            if self.subject.contains(info.name) { self.subject.clone() } else { with_article(info.name) };
        let mut finding = Diagnostic::new(
            &code::MISSING_FIELD,
            span,
            format!("`{}` is missing: {subject} needs it", field.name),
        )
        .label(format!("`{}` is needed here", field.name))
        .help(format!(
            "{} For example: `{}: {}`",
            first_sentence(field.doc),
            field.name,
            field.example
        ));
        finding.environments.extend(self.environment.clone());
        self.sink.push(finding);
    }

    /// Reports a scalar that is not what the field takes.
    pub fn invalid(&mut self, at: At, problem: Problem) {
        let span = self.document.span(at);
        let mut finding = Diagnostic::new(&code::INVALID_VALUE, span, problem.message);
        finding.help = problem.help;
        if let Some(replacement) = problem.replacement {
            finding = finding.edit(span, replacement);
        }
        self.sink.push(finding);
    }
}

/// Names of records that take no article, besides plurals.
const UNCOUNTABLE: [&str; 8] =
    ["autoscaling", "delivery", "health", "observability", "output", "recovery", "security", "TLS"];

fn with_article(name: &str) -> String {
    if name.ends_with('s') || UNCOUNTABLE.contains(&name) {
        return name.to_owned();
    }
    let article = if name.starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" };
    format!("{article} {name}")
}

/// The first sentence of a doc comment, on one line.
fn first_sentence(doc: &str) -> String {
    let text = doc.split_whitespace().collect::<Vec<_>>().join(" ");
    text.find(". ").map_or(text.clone(), |end| text[..=end].to_owned())
}

/// The path of a place with names of things replaced by their kind's, as `platc explain` takes it.
fn general_path(document: &Document, at: At) -> String {
    let path = document.path(at);
    let mut steps: Vec<&str> = path.split('.').collect();
    let kinds = super::KINDS;
    if steps.len() > 1 && kinds.contains(&steps[0]) {
        steps.remove(1);
        if steps.get(1) == Some(&"overrides") && steps.len() > 2 {
            steps.drain(1..3);
        }
    }
    steps.join(".")
}

/// A scalar's form, broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong, with the value.
    pub message: String,
    /// What to write.
    pub help: Option<String>,
    /// The text that is certainly meant.
    pub replacement: Option<String>,
}

impl Problem {
    /// A problem with nothing but its message.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None, replacement: None }
    }

    /// What to write.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }

    /// The text that is certainly meant.
    #[must_use]
    pub fn replacement(mut self, text: impl Into<String>) -> Self {
        self.replacement = Some(text.into());
        self
    }
}

/// A type that one scalar is read into.
pub trait Scalar: Sized {
    /// Its form, for the schema and the reference.
    const INFO: ScalarInfo;

    /// Reads the text.
    fn read(text: &str) -> Result<Self, Problem>;

    /// Whether a plain spelling that YAML 1.1 takes otherwise deserves a warning; not where the type settles it.
    const AMBIGUITY_MATTERS: bool = true;

    /// Whether the value is the text itself, so that a reader that takes it as a number changes it.
    const KEEPS_TEXT: bool = false;
}

/// A type that a value is read into.
pub trait Decode: Sized {
    /// What the value may look like.
    fn shape() -> Shape;

    /// Reads the value; reports what is wrong and gives `None` where nothing sensible is left.
    fn decode(value: &Value, context: &mut Context<'_>) -> Option<Self>;
}

impl<T: Scalar + 'static> Decode for Written<T> {
    fn shape() -> Shape {
        Shape::Scalar(const { &T::INFO })
    }

    fn decode(value: &Value, context: &mut Context<'_>) -> Option<Self> {
        let at = value.at();
        let text = match value {
            Value::Node(at) => match &context.document.node(*at).kind {
                Kind::Scalar(text, style) => Some((text, *style)),
                _ => None,
            },
            _ => None,
        };
        let Some((text, style)) =
            text.filter(|(text, style)| *style == Style::Quoted || !scalar::is_null(text))
        else {
            context.wrong_type(value, T::INFO.name);
            return None;
        };
        let only_number = T::INFO.json == ["integer"];
        let only_boolean = T::INFO.json == ["boolean"];
        if style == Style::Quoted && (only_number || only_boolean) {
            let problem = Problem::new(format!(
                "{text:?} is text, and `{}` is {}",
                context.document.key(at),
                T::INFO.name
            ))
            .help("write it without quotes");
            let problem = if T::read(text).is_ok() { problem.replacement(text.clone()) } else { problem };
            context.invalid(at, problem);
            return None;
        }
        if style == Style::Plain && !only_number && !only_boolean && T::AMBIGUITY_MATTERS {
            if let Some(reading) = scalar::reading_of_yaml_1_1(text) {
                let span = context.document.span(at);
                context.sink.push(scalar::ambiguous(span, text, reading));
            } else if T::KEEPS_TEXT && T::INFO.json.contains(&"number") && scalar::loses_a_digit(text) {
                let span = context.document.span(at);
                context.sink.push(scalar::ambiguous(span, text, scalar::Reading1_1::Shortened));
            } else if T::read(text).is_err() {
                // What is wrong with the text is said below; quotes would not mend it.
            } else if !T::INFO.json.contains(&"boolean")
                && !T::INFO.json.contains(&"integer")
                && scalar::boolean(text).is_some()
            {
                let problem = Problem::new(format!(
                    "`{text}` is a boolean, and `{}` is {}",
                    context.document.key(at),
                    T::INFO.name
                ))
                .help("put it in quotes if the word is meant")
                .replacement(format!("\"{text}\""));
                context.invalid(at, problem);
                return None;
            } else if !T::INFO.json.iter().any(|json| matches!(*json, "integer" | "number"))
                && (scalar::is_integer(text) || scalar::is_fraction(text))
            {
                let problem = Problem::new(format!(
                    "`{text}` is a number, and `{}` is {}",
                    context.document.key(at),
                    T::INFO.name
                ))
                .help("put it in quotes if the text is meant")
                .replacement(format!("\"{text}\""));
                context.invalid(at, problem);
                return None;
            }
        }
        match T::read(text) {
            Ok(read) => Some(Self { value: read, at }),
            Err(problem) => {
                context.invalid(at, problem);
                None
            }
        }
    }
}

impl<T: Decode> Decode for Vec<T> {
    fn shape() -> Shape {
        Shape::List(Box::new(T::shape()))
    }

    fn decode(value: &Value, context: &mut Context<'_>) -> Option<Self> {
        let entries = match value {
            Value::Node(at) => match &context.document.node(*at).kind {
                Kind::List(entries) => Some(entries.clone()),
                _ => None,
            },
            _ => None,
        };
        let Some(entries) = entries else {
            context.wrong_type(value, "a list");
            return None;
        };
        Some(entries.into_iter().filter_map(|at| T::decode(&Value::Node(at), context)).collect())
    }
}

/// A mapping from names to values. A null removes what a lower layer has; where there is nothing to remove, it is a
/// record without settings.
#[derive(Debug, Clone)]
pub struct Named<K, T> {
    /// The entries, in the order of the text.
    pub entries: IndexMap<String, (Written<K>, T)>,
}

impl<K, T> Default for Named<K, T> {
    fn default() -> Self {
        Self { entries: IndexMap::new() }
    }
}

impl<K: Scalar + 'static, T: Decode> Decode for Named<K, T> {
    fn shape() -> Shape {
        Shape::Map(const { &K::INFO }, Box::new(T::shape()))
    }

    fn decode(value: &Value, context: &mut Context<'_>) -> Option<Self> {
        let Some(entries) = value.entries(context.document) else {
            context.wrong_type(value, "a mapping");
            return None;
        };
        let mut named = Self::default();
        for (key_at, value) in entries {
            let key = context.document.key(key_at).to_owned();
            let Some(name) = decode_key::<K>(key_at, context) else { continue };
            let value = if value.is_null(context.document) {
                if !context.complete || matches!(value, Value::Removed(_)) {
                    continue;
                }
                if matches!(T::shape(), Shape::Record(_)) { Value::empty(value.at()) } else { value }
            } else {
                value
            };
            if let Some(item) = T::decode(&value, context) {
                named.entries.insert(key, (name, item));
            }
        }
        Some(named)
    }
}

/// Reads the key that leads to a value.
pub fn decode_key<K: Scalar>(key_at: At, context: &mut Context<'_>) -> Option<Written<K>> {
    match K::read(context.document.key(key_at)) {
        Ok(value) => Some(Written { value, at: key_at }),
        Err(problem) => {
            let mut finding =
                Diagnostic::new(&code::NAME_FORM, context.document.key_span(key_at), problem.message);
            finding.help = problem.help;
            context.sink.push(finding);
            None
        }
    }
}

/// Defines a record: the struct, its decoder and its table of fields.
///
/// A field is `name: Type = needed "example";` or `name: Type = optional "example", "default in words";`, with
/// `name as "key"` where the key is not the field's own name.
#[macro_export]
macro_rules! record {
    (@type needed $ty:ty) => { $ty };
    (@type optional $ty:ty) => { Option<$ty> };
    (@key $field:ident) => { stringify!($field) };
    (@key $field:ident $key:literal) => { $key };
    (@fixed) => { &[] };
    (@fixed $fixed:expr) => { $fixed };
    (@default) => { "" };
    (@default $default:literal) => { $default };
    (@needed needed) => { true };
    (@needed optional) => { false };
    (@take needed $field:ident) => { $field? };
    (@take optional $field:ident) => { $field };
    (
        $(#[doc = $doc:literal])*
        $name:ident as $title:literal $(fixed $fixed:expr)? ; {
            $(
                $(#[doc = $field_doc:literal])*
                $field:ident $(as $key:literal)? : $ty:ty = $need:ident $example:literal $(, $default:literal)? ;
            )*
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone)]
        pub struct $name {
            /// Where it is written.
            pub at: $crate::source::At,
            /// The keys that were cleared with null.
            pub cleared: Vec<&'static str>,
            $( $(#[doc = $field_doc])* pub $field: $crate::record!(@type $need $ty), )*
        }

        impl $name {
            /// The table of its fields.
            pub const INFO: $crate::model::decode::RecordInfo = $crate::model::decode::RecordInfo {
                name: $title,
                doc: concat!($($doc, "\n"),*),
                fields: &[$(
                    $crate::model::decode::FieldInfo {
                        name: $crate::record!(@key $field $($key)?),
                        doc: concat!($($field_doc, "\n"),*),
                        example: $example,
                        default: $crate::record!(@default $($default)?),
                        needed: $crate::record!(@needed $need),
                        shape: <$ty as $crate::model::decode::Decode>::shape,
                    },
                )*],
                fixed: $crate::record!(@fixed $($fixed)?),
            };
        }

        impl $crate::model::decode::Decode for $name {
            fn shape() -> $crate::model::decode::Shape {
                $crate::model::decode::Shape::Record(const { &Self::INFO })
            }

            fn decode(
                value: &$crate::model::value::Value,
                context: &mut $crate::model::decode::Context<'_>,
            ) -> Option<Self> {
                let Some(entries) = value.entries(context.document) else {
                    context.wrong_type(value, "a mapping");
                    return None;
                };
                let mut cleared = Vec::new();
                $( let mut $field: Option<$ty> = None; )*
                let mut seen: Vec<&'static str> = Vec::new();
                for (key_at, entry) in entries {
                    match context.document.key(key_at) {
                        $(
                            $crate::record!(@key $field $($key)?) => {
                                let key = $crate::record!(@key $field $($key)?);
                                if entry.is_null(context.document) {
                                    cleared.push(key);
                                } else {
                                    seen.push(key);
                                    $field = <$ty as $crate::model::decode::Decode>::decode(&entry, context);
                                }
                            }
                        )*
                        _ => context.unknown_field(key_at, &Self::INFO, &[]),
                    }
                }
                for field in Self::INFO.fields {
                    if field.needed && !seen.contains(&field.name) {
                        context.missing_field(value, &Self::INFO, field);
                    }
                }
                Some(Self {
                    at: value.at(),
                    cleared,
                    $( $field: $crate::record!(@take $need $field), )*
                })
            }
        }
    };
}

/// Reads one of some words.
pub fn word(
    value: &Value,
    context: &mut Context<'_>,
    words: &'static [(&'static str, &'static str)],
) -> Option<(&'static str, At)> {
    let at = value.at();
    let text = match value {
        Value::Node(at) => match &context.document.node(*at).kind {
            Kind::Scalar(text, _) if !value.is_null(context.document) => Some(text.clone()),
            _ => None,
        },
        _ => None,
    };
    let Some(text) = text else {
        context.wrong_type(value, "a word");
        return None;
    };
    if let Some((word, _)) = words.iter().find(|(word, _)| *word == text) {
        return Some((word, at));
    }
    let span = context.document.span(at);
    let mut finding = Diagnostic::new(
        &code::INVALID_VALUE,
        span,
        format!("`{}` cannot be `{text}`", context.document.key(at)),
    );
    if let Some(help) = did_you_mean(&text, words.iter().map(|(word, _)| *word)) {
        finding = finding.help(help);
    }
    if let [near] = crate::catalog::nearest(&text, words.iter().map(|(word, _)| *word), 1)[..] {
        finding = finding.edit(span, near);
    }
    context.sink.push(finding);
    None
}
