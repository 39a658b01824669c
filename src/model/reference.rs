//! The reference of the language, generated from the table of fields.

use std::fmt::Write as _;

use super::THING_KEYS;
use super::decode::{FieldInfo, RecordInfo, Shape};
use super::records::Platform;
use super::schema::sentences;

/// Every record that a spec can hold, the platform first, each before those that it holds.
#[must_use]
pub fn records() -> Vec<&'static RecordInfo> {
    fn visit(shape: &Shape, found: &mut Vec<&'static RecordInfo>) {
        match shape {
            Shape::Record(info) | Shape::Things(info) | Shape::Settings(info) => {
                if !found.iter().any(|known| known.name == info.name) {
                    found.push(info);
                    for field in info.fields {
                        visit(&(field.shape)(), found);
                    }
                }
            }
            Shape::Map(_, inner) | Shape::List(inner) => visit(inner, found),
            Shape::Either(shapes) => shapes.iter().for_each(|one| visit(one, found)),
            Shape::Scalar(_) | Shape::Choice(_) | Shape::Freeform => {}
        }
    }
    let mut found = Vec::new();
    visit(&Shape::Record(const { &Platform::INFO }), &mut found);
    found
}

/// What a value may look like, in words; how the fields of a record are pointed at is the reader's affair.
#[must_use]
pub fn describe(shape: &Shape, fields_of: &dyn Fn(&RecordInfo) -> String) -> String {
    match shape {
        Shape::Scalar(info) => info.name.to_owned(),
        Shape::Choice(words) => {
            let words: Vec<String> = words.iter().map(|(word, _)| format!("`{word}`")).collect();
            match &words[..] {
                [others @ .., last] if !others.is_empty() => format!("{} or {last}", others.join(", ")),
                _ => words.concat(),
            }
        }
        Shape::Record(info) | Shape::Settings(info) => format!("a mapping with {}", fields_of(info)),
        Shape::Things(info) => format!("a mapping from names to mappings with {}", fields_of(info)),
        Shape::Map(key, value) => {
            format!("a mapping from {} to {}", key.name, describe(value, fields_of))
        }
        Shape::List(item) => format!("a list, each item {}", describe(item, fields_of)),
        Shape::Either(shapes) => {
            let shapes: Vec<String> = shapes.iter().map(|one| describe(one, fields_of)).collect();
            shapes.join(", or ")
        }
        Shape::Freeform => "a mapping of any fields".to_owned(),
    }
}

fn fields_of(info: &RecordInfo) -> String {
    format!("the fields of [{}]({})", info.name, anchor(info))
}

/// The paths of all fields, without the names of things, each with its meaning. What `defaults` repeats is left out.
#[must_use]
pub fn paths() -> Vec<(String, &'static str)> {
    fn visit(shape: &Shape, above: &str, found: &mut Vec<(String, &'static str)>) {
        match shape {
            Shape::Record(info) | Shape::Things(info) => {
                for field in info.fields {
                    let dot = if above.is_empty() { "" } else { "." };
                    let path = format!("{above}{dot}{}", field.name);
                    found.push((path.clone(), field.doc));
                    visit(&(field.shape)(), &path, found);
                }
            }
            Shape::Map(_, inner) | Shape::List(inner) => visit(inner, above, found),
            Shape::Either(shapes) => shapes.iter().for_each(|one| visit(one, above, found)),
            Shape::Scalar(_) | Shape::Choice(_) | Shape::Settings(_) | Shape::Freeform => {}
        }
    }
    let mut found = Vec::new();
    visit(&Shape::Record(const { &Platform::INFO }), "", &mut found);
    found
}

fn anchor(info: &RecordInfo) -> String {
    format!("#{}", info.name.to_lowercase().replace(' ', "-"))
}

/// The whole reference as Markdown.
#[must_use]
pub fn markdown() -> String {
    let mut out = String::from(
        "# Reference of platform.yaml\n\n\
         Generated from the table of fields that the decoder and the schema use; a test keeps it current.\n\
         `platc explain FIELD` shows the same in a terminal, for example `platc explain services.autoscaling`.\n\n\
         Every thing of a kind (a service, a database, a pool ...) may also say where it exists and what differs there:\n\n\
         | Field | Meaning | Example |\n|---|---|---|\n",
    );
    for (key, doc, example) in THING_KEYS {
        let _ = writeln!(out, "| `{key}` | {doc} | `{example}` |");
    }
    for info in records() {
        let _ = write!(out, "\n## {}\n\n{}\n\n", info.name, sentences(info.doc));
        out.push_str("| Field | Value | Meaning | Default | Example |\n|---|---|---|---|---|\n");
        for field in info.fields {
            row(&mut out, field);
        }
        for field in info.fields {
            words(&mut out, field);
        }
    }
    out
}

fn row(out: &mut String, field: &FieldInfo) {
    let default = match (field.needed, field.default) {
        (true, _) => "needed",
        (false, "") => "-",
        (false, default) => default,
    };
    let _ = writeln!(
        out,
        "| `{}` | {} | {} | {default} | `{}` |",
        field.name,
        describe(&(field.shape)(), &fields_of).replace('|', "\\|"),
        sentences(field.doc),
        field.example.replace('|', "\\|"),
    );
}

/// The words of a field that takes one of several, with what they mean.
fn words(out: &mut String, field: &FieldInfo) {
    let Shape::Choice(words) = (field.shape)() else { return };
    if words.len() < 2 {
        return;
    }
    let _ = write!(out, "\n`{}`:\n\n", field.name);
    for (word, doc) in words {
        let _ = writeln!(out, "- `{word}`: {}", doc.trim());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_reference_is_the_generated_one() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/reference.md");
        if std::env::var_os("PLATC_UPDATE").is_some() {
            std::fs::write(path, markdown()).expect("writable");
        }
        let committed = std::fs::read_to_string(path).expect("docs/reference.md");
        assert!(committed == markdown(), "docs/reference.md is stale: PLATC_UPDATE=1 cargo test writes it");
    }

    #[test]
    fn schema_decoder_and_reference_name_the_same_fields() {
        let schema = super::super::schema::schema();
        let definitions = schema["definitions"].as_object().expect("definitions");
        let reference = markdown();
        for info in records() {
            let body = if info.name == "platform" {
                &schema
            } else {
                let pascal: String =
                    info.name.split([' ', '-']).map(|word| word[..1].to_uppercase() + &word[1..]).collect();
                definitions
                    .get(&pascal)
                    .or_else(|| definitions.get(&format!("{pascal}Settings")))
                    .unwrap_or_else(|| panic!("no definition of {pascal}"))
            };
            let properties = body["properties"].as_object().expect("properties");
            let mut of_schema: Vec<&str> = properties.keys().map(String::as_str).collect();
            // The decoder's own table: the macro that makes the decoder makes it, key by key.
            let of_decoder: Vec<&str> = info.fields.iter().map(|field| field.name).collect();
            of_schema.retain(|key| {
                of_decoder.contains(key) || !THING_KEYS.iter().any(|(thing_key, ..)| thing_key == key)
            });
            assert_eq!(of_schema, of_decoder, "{}", info.name);
            let section = reference.split(&format!("\n## {}\n", info.name)).nth(1).expect("a section");
            let section = section.split("\n## ").next().unwrap_or_default();
            for field in of_decoder {
                assert!(section.contains(&format!("\n| `{field}` |")), "{}.{field}", info.name);
            }
        }
    }
}
