//! Values for the variables of a Terraform root that have no default, made from their types.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::tool::{files, text};

/// A file beside the root with a value for every variable that has no default, made from its type.
pub(crate) fn invented(dir: &Path) -> PathBuf {
    let mut values = serde_json::Map::new();
    for file in files(dir)
        .into_iter()
        .filter(|f| f.parent() == Some(dir) && f.extension().is_some_and(|extension| extension == "tf"))
    {
        for (name, body) in variables(&text(&file)) {
            if argument(&body, "default").is_none() {
                let kind = argument(&body, "type").unwrap_or_else(|| "string".into());
                values.insert(name.clone(), Type::read(&kind).value(&name));
            }
        }
    }
    let path = dir.join("invented.tfvars.json");
    fs::write(&path, Value::Object(values).to_string()).expect("the invented values");
    path
}

/// The `variable` blocks of a formatted file: name and body.
fn variables(text: &str) -> Vec<(String, Vec<&str>)> {
    let mut found: Vec<(String, Vec<&str>)> = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("variable \"").and_then(|rest| rest.split('"').next()) {
            found.push((name.to_owned(), Vec::new()));
            inside = !line.ends_with('}');
        } else if line == "}" {
            inside = false;
        } else if inside {
            found.last_mut().expect("the block that is open").1.push(line);
        }
    }
    found
}

/// The expression of an argument of a formatted block, on one line.
fn argument(body: &[&str], name: &str) -> Option<String> {
    let is_it = |line: &str| {
        let rest = line.strip_prefix("  ").and_then(|rest| rest.strip_prefix(name));
        rest.is_some_and(|rest| rest.trim_start().starts_with('='))
    };
    let start = body.iter().position(|line| is_it(line))?;
    let mut expression = body[start].split_once('=')?.1.trim().to_owned();
    for line in &body[start + 1..] {
        if expression.matches(['(', '{', '[']).count() == expression.matches([')', '}', ']']).count() {
            break;
        }
        // A line break separates the attributes of an object, so it must not vanish.
        expression.push('\n');
        expression.push_str(line.trim());
    }
    Some(expression)
}

/// A type constraint, as far as a value of it needs.
#[derive(Debug, PartialEq)]
enum Type {
    Text,
    Number,
    Bool,
    List,
    Map,
    Object(Vec<(String, Self)>),
}

impl Type {
    fn read(text: &str) -> Self {
        let text = text.trim();
        match text.split(['(', '\n']).next().unwrap_or_default().trim() {
            "number" => Self::Number,
            "bool" => Self::Bool,
            "list" | "set" | "tuple" => Self::List,
            "map" => Self::Map,
            "object" => Self::Object(Self::attributes(text)),
            _ => Self::Text,
        }
    }

    /// The required attributes of `object({ ... })`.
    fn attributes(text: &str) -> Vec<(String, Self)> {
        let body =
            text.split_once('{').and_then(|(_, rest)| rest.rsplit_once('}')).map_or("", |(body, _)| body);
        let (mut depth, mut start, mut parts) = (0_i32, 0, Vec::new());
        for (at, c) in body.char_indices() {
            match c {
                '(' | '{' | '[' => depth += 1,
                ')' | '}' | ']' => depth -= 1,
                '\n' | ',' if depth == 0 => {
                    parts.push(&body[start..at]);
                    start = at + 1;
                }
                _ => {}
            }
        }
        parts.push(&body[start..]);
        parts
            .into_iter()
            .filter_map(|part| part.split_once('='))
            .filter(|(_, kind)| !kind.trim().starts_with("optional("))
            .map(|(name, kind)| (name.trim().to_owned(), Self::read(kind)))
            .collect()
    }

    /// A value of the type; the variable's name says what a text should look like.
    fn value(&self, name: &str) -> Value {
        let texts = [
            ("cidr", "10.0.0.0/16"),
            ("email", "ops@example.com"),
            ("domain", "example.com"),
            ("address", "192.0.2.1"),
        ];
        match self {
            Self::Text => {
                let fitting = texts.iter().find(|(part, _)| name.contains(part)).map(|(_, text)| *text);
                json!(fitting.map_or_else(|| format!("invented-{}", name.replace('_', "-")), str::to_owned))
            }
            Self::Number => json!(1),
            Self::Bool => json!(true),
            Self::List => json!([]),
            Self::Map => json!({}),
            Self::Object(attributes) => {
                attributes.iter().map(|(name, kind)| (name.clone(), kind.value(name))).collect()
            }
        }
    }
}

#[test]
fn a_value_is_invented_for_each_required_attribute_of_a_type() {
    let body = [
        "  type = object({",
        "    id = number",
        "    net = object({ cidr = string, a = list(object({})) })",
        "    x = optional(map(string), {})",
        "  })",
    ];
    let kind = Type::read(&argument(&body, "type").expect("the type"));
    assert_eq!(kind.value("network"), json!({"id": 1, "net": {"cidr": "10.0.0.0/16", "a": []}}));
    assert_eq!(argument(&body, "default"), None);
    assert_eq!(Type::read("any"), Type::Text);
}
