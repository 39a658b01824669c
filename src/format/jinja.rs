//! Renders templates of text that people read: files with comments, READMEs, runbooks.
//!
//! A template's suffix says what its values are escaped for, so that text from the spec stays text:
//!
//! | suffix | `{{ value }}` prints |
//! |---|---|
//! | `.yaml.j2`, `.yml.j2` | a whole scalar, quoted if needed; lists and maps in flow style |
//! | `.tf.j2`, `.tfvars.j2`, `.hcl.j2` | a whole expression, text with its quotes |
//! | `.md.j2` | text within a line; lists and maps are refused |
//! | `.txt.j2` | the text as it is |
//!
//! In YAML, `|block(2)` prints lists and maps in block style, indented by as many blanks, beginning on a new line.
//!
//! Elsewhere only numbers and booleans can be printed. `|safe` opts out. In Markdown, `|code` makes a code
//! span, `|codes` one for each text of a list, and `|fenced("sh")` a fenced block, in which nothing needs an escape.

use std::borrow::Cow;
use std::sync::{Arc, LazyLock};

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Enumerator, Object, ObjectExt as _, Value, ValueKind};
use minijinja::{AutoEscape, Environment, ErrorKind, Output, State, UndefinedBehavior};

pub use minijinja::Error;

use super::data::{Data, Map};
use super::text::is_deceptive;
use super::{hcl, yaml};
use crate::templates;

/// The folder of workflows. They are full of `${{ }}`, so their templates print `[= value =]` and have `[% if %]`.
const WORKFLOWS: &str = "ci/";

static EMBEDDED: LazyLock<Environment<'static>> = LazyLock::new(|| embedded(Delimiters::Usual));

static EMBEDDED_WORKFLOWS: LazyLock<Environment<'static>> = LazyLock::new(|| embedded(Delimiters::Square));

fn embedded(delimiters: Delimiters) -> Environment<'static> {
    let mut environment = with_delimiters(delimiters);
    environment.set_loader(|name| Ok(templates::text(name).map(str::to_owned)));
    environment
}

/// Renders the embedded template `name`, as [`templates::text`] knows it.
pub fn render(name: &str, inputs: &Map<'_>) -> Result<String, Error> {
    let environment = if name.starts_with(WORKFLOWS) { &EMBEDDED_WORKFLOWS } else { &EMBEDDED };
    environment.get_template(name)?.render(map_value(inputs))
}

/// An environment without templates that escapes and fails as ours does, for templates from elsewhere.
#[must_use]
pub fn environment() -> Environment<'static> {
    with_delimiters(Delimiters::Usual)
}

/// What surrounds expressions, statements and comments of a template.
#[derive(Debug, Clone, Copy)]
enum Delimiters {
    /// `{{ }}`, `{% %}`, `{# #}`.
    Usual,
    /// `[= =]`, `[% %]`, `[# #]`.
    Square,
}

fn with_delimiters(delimiters: Delimiters) -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|name| AutoEscape::Custom(Format::of(name).name().into()));
    environment.set_formatter(format);
    environment.add_filter("code", |text: &str| Value::from_safe_string(code(text)));
    environment.add_filter("codes", |texts: Vec<String>| {
        let spans: Vec<String> = texts.iter().map(|text| code(text)).collect();
        Value::from_safe_string(spans.join(", "))
    });
    environment.add_filter("fenced", |text: &str, language: Option<&str>| {
        Value::from_safe_string(fenced(text, language.unwrap_or_default()))
    });
    environment.add_filter("block", |value: &Value, indent: usize| block(value, indent));
    let mut syntax = SyntaxConfig::builder();
    syntax.trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true);
    if matches!(delimiters, Delimiters::Square) {
        syntax.variable_delimiters("[=", "=]").block_delimiters("[%", "%]").comment_delimiters("[#", "#]");
    }
    // It can only fail for delimiters that begin alike, which these do not.
    if let Ok(syntax) = syntax.build() {
        environment.set_syntax(syntax);
    }
    environment
}

/// The value that a template sees for `data`; maps keep their order.
#[must_use]
pub fn value(data: &Data<'_>) -> Value {
    match data {
        Data::Null => Value::from(()),
        Data::Bool(value) => Value::from(*value),
        Data::Int(value) => Value::from(*value),
        Data::Float(value) => Value::from(*value),
        Data::Text(text) => Value::from(text.as_ref()),
        Data::List(items) => items.iter().map(value).collect(),
        Data::Map(map) => map_value(map),
    }
}

fn map_value(map: &Map<'_>) -> Value {
    Value::from_object(Ordered(map.iter().map(|(key, data)| (Value::from(key), value(data))).collect()))
}

/// A mapping in the order of [`Map`]; minijinja's own are sorted.
#[derive(Debug)]
struct Ordered(Vec<(Value, Value)>);

impl Object for Ordered {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        self.0.iter().find(|(known, _)| known.as_str() == Some(key)).map(|(_, value)| value.clone())
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        self.mapped_enumerator(|this| Box::new(this.0.iter().map(|(key, _)| key.clone())))
    }
}

/// What values are escaped for.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Format {
    Yaml,
    Hcl,
    Markdown,
    Text,
    Unknown,
}

impl Format {
    const ALL: [Self; 5] = [Self::Yaml, Self::Hcl, Self::Markdown, Self::Text, Self::Unknown];

    fn of(template: &str) -> Self {
        let file = template.strip_suffix(".j2").unwrap_or(template);
        match file.rsplit_once('.').map(|(_, suffix)| suffix) {
            Some("yaml" | "yml") => Self::Yaml,
            Some("tf" | "tfvars" | "hcl") => Self::Hcl,
            Some("md") => Self::Markdown,
            Some("txt") => Self::Text,
            _ => Self::Unknown,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Yaml => "yaml",
            Self::Hcl => "hcl",
            Self::Markdown => "markdown",
            Self::Text => "text",
            Self::Unknown => "unknown",
        }
    }
}

fn format(out: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    let format = match state.auto_escape() {
        AutoEscape::Custom(name) => Format::ALL.into_iter().find(|format| format.name() == name.as_ref()),
        // `{% autoescape false %}`.
        AutoEscape::None => Some(Format::Text),
        _ => None,
    };
    let format = format.unwrap_or(Format::Unknown);
    let mut printed = String::new();
    match (value.kind(), format) {
        (ValueKind::String, _) if format == Format::Text || value.is_safe() => {
            return out.write_str(value.as_str().unwrap_or_default()).map_err(Error::from);
        }
        // minijinja writes Python's words: `True`, `None`.
        (ValueKind::Bool, _) => printed.push_str(if value.is_true() { "true" } else { "false" }),
        (ValueKind::Number, _) => printed = value.to_string(),
        // Undefined is what a condition without `else` gives; the engine refuses any other undefined value.
        (ValueKind::Undefined, _) | (ValueKind::None, Format::Markdown | Format::Text) => {}
        (ValueKind::None, _) => printed.push_str("null"),
        (_, Format::Yaml) => yaml::flow(&data(value)?, &mut printed),
        (_, Format::Hcl) => hcl::expression(&hcl::Expr::from(&data(value)?), &mut printed),
        (ValueKind::String, Format::Markdown) => markdown(value.as_str().unwrap_or_default(), &mut printed),
        (kind, _) => {
            return Err(Error::new(
                ErrorKind::BadEscape,
                format!("a {kind} cannot be printed as {}: its parts can, or use a filter", format.name()),
            ));
        }
    }
    out.write_str(&printed).map_err(Error::from)
}

/// Lists and maps in block style below a key, each line indented; a scalar or something empty stays beside its key.
fn block(value: &Value, indent: usize) -> Result<Value, Error> {
    let data = data(value)?;
    let is_empty = match &data {
        Data::List(items) => items.is_empty(),
        Data::Map(map) => map.is_empty(),
        _ => true,
    };
    let mut text = String::new();
    if is_empty {
        yaml::flow(&data, &mut text);
        return Ok(Value::from_safe_string(text));
    }
    yaml::document(&data, &mut text);
    let margin = " ".repeat(indent);
    let mut out = String::with_capacity(text.len() * 2);
    for line in text.lines() {
        out.push('\n');
        if !line.is_empty() {
            out.push_str(&margin);
            out.push_str(line);
        }
    }
    Ok(Value::from_safe_string(out))
}

/// The data of a template's value.
fn data(value: &Value) -> Result<Data<'static>, Error> {
    Ok(match value.kind() {
        ValueKind::None => Data::Null,
        ValueKind::Bool => Data::Bool(value.is_true()),
        ValueKind::Number if value.as_i64().is_some() => Data::Int(value.as_i64().unwrap_or_default()),
        ValueKind::Number => Data::Float(f64::try_from(value.clone())?),
        ValueKind::String => Data::from(value.as_str().unwrap_or_default().to_owned()),
        ValueKind::Seq | ValueKind::Iterable => {
            Data::List(value.try_iter()?.map(|item| data(&item)).collect::<Result<_, _>>()?)
        }
        ValueKind::Map => {
            let mut map = Map::new();
            for key in value.try_iter()? {
                map.push(key.to_string(), data(&value.get_item(&key)?)?);
            }
            Data::Map(map)
        }
        kind => {
            return Err(Error::new(
                ErrorKind::BadEscape,
                format!("a {kind} cannot be printed inside a list or map"),
            ));
        }
    })
}

/// Appends text that stays text within a line of Markdown: of a paragraph, a heading, a list or a table.
fn markdown(text: &str, out: &mut String) {
    let line = one_line(text);
    out.reserve(line.len() + 8);
    // What begins a heading, a list, a quote or a rule if the value begins a line.
    let number = line.bytes().take_while(u8::is_ascii_digit).count();
    let mut plain_from = 0;
    for (at, byte) in line.bytes().enumerate() {
        let next = || line[at + 1..].chars().next().unwrap_or(' ');
        let special = match byte {
            b'&' | b'<' | b'>' | b'\\' | b'`' | b'*' | b'[' | b']' | b'|' | b'~' | b'$' => true,
            // Inside a word it is no emphasis: `DATABASE_URL`.
            b'_' => {
                let previous = line[..at].chars().next_back().unwrap_or(' ');
                !(previous.is_alphanumeric() && next().is_alphanumeric())
            }
            b'!' => next() == '[',
            b'#' | b'-' | b'+' | b'=' => at == 0,
            b'.' | b')' => at > 0 && at == number && next() == ' ',
            _ => false,
        };
        if !special {
            continue;
        }
        out.push_str(&line[plain_from..at]);
        plain_from = at + 1;
        match byte {
            b'&' => out.push_str("&amp;"),
            b'<' => out.push_str("&lt;"),
            b'>' => out.push_str("&gt;"),
            _ => {
                out.push('\\');
                plain_from = at;
            }
        }
    }
    out.push_str(&line[plain_from..]);
}

/// A code span that shows `text`, also in a table.
fn code(text: &str) -> String {
    let line = one_line(text);
    if line.is_empty() {
        return String::new();
    }
    if !line.contains(['`', '|']) {
        return ["`", &line, "`"].concat();
    }
    let fence = "`".repeat(longest_run(&line) + 1);
    // A table ends its cell at a bar even in a code span.
    let inside = line.replace('|', "\\|");
    let pad = if line.starts_with('`') || line.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{inside}{pad}{fence}")
}

/// A fenced block that shows `text`, without the line break after it.
fn fenced(text: &str, language: &str) -> String {
    let run = if text.contains('`') { longest_run(text) } else { 0 };
    let fence = "`".repeat((run + 1).max(3));
    let is_plain = text.bytes().all(|byte| byte == b'\n' || (b' '..=b'~').contains(&byte));
    let text: Cow<'_, str> = if is_plain {
        Cow::Borrowed(text)
    } else {
        text.chars().map(|character| if character == '\n' { character } else { visible(character) }).collect()
    };
    format!("{fence}{language}\n{}\n{fence}", text.trim_end_matches('\n'))
}

fn longest_run(text: &str) -> usize {
    text.split(|character| character != '`').map(str::len).max().unwrap_or(0)
}

/// The text without line breaks, controls, and blanks at its ends.
fn one_line(text: &str) -> Cow<'_, str> {
    // Most texts are a line already.
    if text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return Cow::Borrowed(text.trim());
    }
    let mut line = String::with_capacity(text.len());
    for piece in text.lines().map(str::trim).filter(|piece| !piece.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.extend(piece.chars().map(visible));
    }
    Cow::Owned(line)
}

fn visible(character: char) -> char {
    if character.is_control() || is_deceptive(character) { ' ' } else { character }
}

#[cfg(test)]
mod tests;
