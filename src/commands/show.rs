//! `platc show`.

use std::fmt::Write as _;
use std::io;

use serde_json::{Map, Value, json};

use super::{read, report_all};
use crate::catalog::Date;
use crate::cli::{Exit, Format, Streams, Values};
use crate::diag::did_you_mean;
use crate::diag::render::{clean, clean_json};
use crate::format::data::Data;
use crate::format::yaml;
use crate::inputs::Folder;
use crate::plan::origin;
use crate::source::{At, Lines, Source};
use crate::syntax::Document;
use crate::{Options, compile};

/// The column of comments, where values are not longer.
const COMMENTS: usize = 48;

pub(super) fn run(
    file: Option<String>,
    path: Option<String>,
    format: Values,
    today: Date,
    streams: &mut Streams<'_>,
) -> io::Result<Exit> {
    let is_file = |name: &str| {
        name == "-"
            || name.contains('/')
            || [".yaml", ".yml", ".json"].iter().any(|ending| name.ends_with(ending))
    };
    let (file, path) = match (file, path) {
        (Some(only), None) if !is_file(&only) => (None, Some(only)),
        both => both,
    };
    let file = file.unwrap_or_else(|| "platform.yaml".to_owned());
    let source = match read(&file, Format::Human, streams)? {
        Ok(source) => source,
        Err(exit) => return Ok(exit),
    };
    let compilation = compile(&source, &Options { today, files: Some(&Folder::of(&file)) });
    let (Some(model), Some(plan), false) = (&compilation.model, &compilation.plan, compilation.has_errors())
    else {
        report_all(&compilation, &source, Format::Human, streams)?;
        return Ok(Exit::Errors);
    };
    let shown = origin::with(|| serde_json::to_value(plan)).map_err(io::Error::other)?;
    let part = match select(&shown, path.as_deref().unwrap_or("")) {
        Ok(part) => part,
        Err((step, known)) => {
            streams.fail(&format!("the resolved spec has no `{step}` there"));
            let help = did_you_mean(&step, known.iter().map(String::as_str))
                .unwrap_or_else(|| format!("there are {}", known.join(", ")));
            streams.say(&format!("  help: {}\n", clean(&help)));
            return Ok(Exit::Usage);
        }
    };
    let origins = Origins { source: &source, document: &model.document, lines: Lines::new(&source.text) };
    let text = match format {
        Values::Yaml => {
            let mut printer = Printer { origins: &origins, out: String::new() };
            printer.root(part);
            printer.out
        }
        Values::Json => {
            let value = json!({ "version": 1, "file": source.name, "value": origins.in_json(part) });
            clean_json(format!("{value:#}")) + "\n"
        }
    };
    streams.out.write_all(text.as_bytes())?;
    Ok(Exit::Fine)
}

/// A value and where it comes from, if it is one that says so.
fn resolved(value: &Value) -> Option<(&Value, &Map<String, Value>)> {
    let map = value.as_object()?;
    map.get(origin::MARK).map(|inner| (inner, map))
}

/// The part at a path. Fails with the step that leads nowhere and those that would.
fn select<'a>(value: &'a Value, path: &str) -> Result<&'a Value, (String, Vec<String>)> {
    let mut here = value;
    for step in steps(path) {
        let inside = resolved(here).map_or(here, |(inner, _)| inner);
        let (next, known) = match inside {
            Value::Object(map) => (map.get(&step), map.keys().cloned().collect()),
            // Lists of things are selected by their names, as the spec writes them.
            Value::Array(items) => (
                items
                    .iter()
                    .find(|item| name_of(item) == Some(&step))
                    .or_else(|| step.parse::<usize>().ok().and_then(|index| items.get(index))),
                items.iter().filter_map(name_of).map(str::to_owned).collect(),
            ),
            _ => (None, Vec::new()),
        };
        here = next.filter(|next| !next.is_null()).ok_or((step, known))?;
    }
    Ok(here)
}

fn name_of(item: &Value) -> Option<&str> {
    let named = item.get("key").or_else(|| item.get("name"))?;
    resolved(named).map_or(named, |(inner, _)| inner).as_str()
}

/// The steps of `a.b[2]."c.d"`.
fn steps(path: &str) -> Vec<String> {
    let mut steps = vec![String::new()];
    let mut is_quoted = false;
    for letter in path.chars() {
        match letter {
            '"' => is_quoted = !is_quoted,
            '.' | '[' if !is_quoted => steps.push(String::new()),
            ']' if !is_quoted => {}
            _ => {
                if let Some(step) = steps.last_mut() {
                    step.push(letter);
                }
            }
        }
    }
    steps.retain(|step| !step.is_empty());
    steps
}

fn at(origin: &Map<String, Value>) -> Option<At> {
    origin.get("at")?.as_u64().and_then(|at| u32::try_from(at).ok()).map(At)
}

struct Origins<'a> {
    source: &'a Source,
    document: &'a Document,
    lines: Lines<'a>,
}

impl Origins<'_> {
    fn line(&self, at: At) -> usize {
        self.lines.position(self.document.span(at).start).line
    }

    fn comment(&self, origin: &Map<String, Value>) -> String {
        let place = at(origin)
            .map(|at| format!("{}:{}", clean(&self.source.name), self.line(at)))
            .unwrap_or_default();
        let rule = origin.get("rule").and_then(Value::as_str).unwrap_or_default();
        match origin.get("from").and_then(Value::as_str) {
            Some("written") => place,
            Some("default") => format!("default: {rule}"),
            _ => format!("derived: {rule}, {place}"),
        }
    }

    fn in_json(&self, value: &Value) -> Value {
        if let Some((inner, origin)) = resolved(value) {
            let mut map = Map::new();
            map.insert("value".to_owned(), self.in_json(inner));
            for key in ["from", "rule"] {
                if let Some(said) = origin.get(key) {
                    map.insert(key.to_owned(), said.clone());
                }
            }
            if let Some(at) = at(origin) {
                map.insert("path".to_owned(), self.document.path(at).into());
                map.insert("line".to_owned(), self.line(at).into());
            }
            return map.into();
        }
        match value {
            Value::Array(items) => items.iter().map(|item| self.in_json(item)).collect(),
            Value::Object(map) => map
                .iter()
                .map(|(key, value)| (key.clone(), self.in_json(value)))
                .collect::<Map<_, _>>()
                .into(),
            other => other.clone(),
        }
    }
}

struct Printer<'a> {
    origins: &'a Origins<'a>,
    out: String,
}

impl Printer<'_> {
    fn root(&mut self, value: &Value) {
        match value {
            Value::Object(map) if resolved(value).is_none() => self.entries(map, 0),
            Value::Array(items) if !items.is_empty() => self.items(items, 0),
            other => self.leaf(other),
        }
    }

    /// The entries of a mapping, the first one on the line that is open.
    fn entries(&mut self, map: &Map<String, Value>, indent: usize) {
        let mut is_first = true;
        for (key, value) in map.iter().filter(|(_, value)| !is_absent(value)) {
            if !is_first {
                let _ = write!(self.out, "{:indent$}", "");
            }
            is_first = false;
            yaml::scalar(key, &mut self.out);
            self.out.push(':');
            match value {
                Value::Object(map) if resolved(value).is_none() => {
                    let deeper = indent + 2;
                    let _ = write!(self.out, "\n{:deeper$}", "");
                    self.entries(map, deeper);
                }
                Value::Array(items) if items.iter().any(Value::is_object) => {
                    let deeper = indent + 2;
                    let _ = write!(self.out, "\n{:deeper$}", "");
                    self.items(items, deeper);
                }
                other => {
                    self.out.push(' ');
                    self.leaf(other);
                }
            }
        }
    }

    fn items(&mut self, items: &[Value], indent: usize) {
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                let _ = write!(self.out, "{:indent$}", "");
            }
            self.out.push_str("- ");
            match item {
                Value::Object(map) if resolved(item).is_none() => self.entries(map, indent + 2),
                other => self.leaf(other),
            }
        }
    }

    /// A value on one line, with its origin, up to the line's end.
    fn leaf(&mut self, value: &Value) {
        let (inner, origin) = resolved(value).map_or((value, None), |(inner, origin)| (inner, Some(origin)));
        yaml::flow(&data(inner), &mut self.out);
        if let Some(origin) = origin {
            let start = self.out.rfind('\n').map_or(0, |newline| newline + 1);
            let width = self.out[start..].chars().count();
            let gap = COMMENTS.saturating_sub(width).max(2);
            let _ = write!(self.out, "{:gap$}# {}", "", self.origins.comment(origin));
        }
        self.out.push('\n');
    }
}

/// Whether there is nothing to say about a field.
fn is_absent(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.is_empty() || map.values().all(is_absent),
        _ => false,
    }
}

fn data(value: &Value) -> Data<'_> {
    match value {
        Value::Null => Data::Null,
        Value::Bool(flag) => Data::Bool(*flag),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => Data::Int(whole),
            None => number.as_f64().map_or(Data::Null, Data::Float),
        },
        Value::String(text) => Data::Text(text.as_str().into()),
        Value::Array(items) => Data::List(items.iter().map(data).collect()),
        Value::Object(map) => match resolved(value) {
            Some((inner, _)) => data(inner),
            None => Data::Map(map.iter().map(|(key, value)| (key.as_str(), data(value))).collect()),
        },
    }
}
