//! The JSON Schema of the language (draft-07, which editors support whole), generated from the table of fields.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use super::THING_KEYS;
use super::decode::{FieldInfo, RecordInfo, ScalarInfo, Shape};
use super::records::Platform;
use super::scalars::Name;
use crate::source::At;
use crate::source::Source;
use crate::syntax::{self, Document, Kind, Style, scalar};

/// Whether a record stands alone, or as one of several layers that complete each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layering {
    /// What is needed must be there.
    Whole,
    /// Another layer may have it, and null removes what another layer has.
    Layer,
}

/// The schema of a spec.
#[must_use]
pub fn schema() -> Json {
    let mut definitions = BTreeMap::new();
    let root = record(&Platform::INFO, Layering::Whole, &mut definitions);
    let mut schema = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "platform.yaml",
        "description": "A whole platform in one file: platc compiles it into Terraform, Kustomize, Prometheus rules and documents.",
    });
    if let (Json::Object(schema), Json::Object(root)) = (&mut schema, root) {
        for (key, value) in root {
            schema.entry(key).or_insert(value);
        }
        schema.insert("definitions".to_owned(), Json::Object(definitions.into_iter().collect()));
    }
    schema
}

/// The schema as the file that is committed: indented, with a line break at the end.
#[must_use]
pub fn text() -> String {
    let mut text = format!("{:#}", schema());
    text.push('\n');
    text
}

fn record(info: &'static RecordInfo, layering: Layering, definitions: &mut BTreeMap<String, Json>) -> Json {
    let mut properties = Map::new();
    for field in info.fields {
        properties.insert(field.name.to_owned(), property(field, layering, definitions));
    }
    closed(info.doc, properties, &needed(info, layering))
}

fn needed(info: &RecordInfo, layering: Layering) -> Vec<&'static str> {
    match layering {
        Layering::Whole => info.fields.iter().filter(|field| field.needed).map(|field| field.name).collect(),
        Layering::Layer => Vec::new(),
    }
}

fn closed(doc: &str, properties: Map<String, Json>, required: &[&str]) -> Json {
    let mut object = Map::new();
    object.insert("description".to_owned(), json!(sentences(doc)));
    object.insert("type".to_owned(), json!("object"));
    object.insert("properties".to_owned(), Json::Object(properties));
    if !required.is_empty() {
        object.insert("required".to_owned(), json!(required));
    }
    object.insert("additionalProperties".to_owned(), json!(false));
    Json::Object(object)
}

fn property(field: &FieldInfo, layering: Layering, definitions: &mut BTreeMap<String, Json>) -> Json {
    let mut property = Map::new();
    let mut description = sentences(field.doc);
    if !field.default.is_empty() {
        description.push_str("\n\nDefault: ");
        description.push_str(field.default);
        description.push('.');
    }
    property.insert("description".to_owned(), json!(description));
    property.insert("examples".to_owned(), json!([example(field)]));
    let mut body = shape(&(field.shape)(), layering, definitions);
    if layering == Layering::Layer || !field.needed {
        body = or_null(body);
    }
    // Beside `$ref` draft-07 ignores every other keyword, so a reference is wrapped.
    if body.get("$ref").is_some() {
        property.insert("allOf".to_owned(), json!([body]));
    } else if let Json::Object(body) = body {
        property.extend(body);
    }
    Json::Object(property)
}

fn or_null(body: Json) -> Json {
    match body {
        Json::Object(mut object) if object.contains_key("enum") => {
            if let Some(Json::Array(words)) = object.get_mut("enum") {
                words.push(Json::Null);
            }
            object.remove("type");
            Json::Object(object)
        }
        Json::Object(mut object) if object.contains_key("type") => {
            let types = match object.remove("type") {
                Some(Json::Array(types)) => types,
                Some(one) => vec![one],
                None => Vec::new(),
            };
            let types: Vec<Json> = types.into_iter().chain([json!("null")]).collect();
            object.insert("type".to_owned(), Json::Array(types));
            Json::Object(object)
        }
        Json::Object(mut object) if object.contains_key("anyOf") => {
            if let Some(Json::Array(shapes)) = object.get_mut("anyOf") {
                shapes.push(json!({"type": "null"}));
            }
            Json::Object(object)
        }
        other => json!({"anyOf": [other, {"type": "null"}]}),
    }
}

fn shape(shape: &Shape, layering: Layering, definitions: &mut BTreeMap<String, Json>) -> Json {
    match shape {
        Shape::Scalar(info) => scalar_schema(info),
        Shape::Choice(words) => {
            let described: Vec<String> =
                words.iter().map(|(word, doc)| format!("`{word}`: {}", doc.trim())).collect();
            json!({
                "type": "string",
                "enum": words.iter().map(|(word, _)| *word).collect::<Vec<_>>(),
                "markdownEnumDescriptions": words.iter().map(|(_, doc)| doc.trim()).collect::<Vec<_>>(),
                "$comment": described.join(" "),
            })
        }
        Shape::Record(info) => reference(info, layering, definitions),
        Shape::Settings(info) => reference(info, Layering::Layer, definitions),
        Shape::Things(info) => {
            let name = pascal(info.name);
            if !definitions.contains_key(&name) {
                definitions.insert(name.clone(), Json::Null);
                let thing = thing(info, definitions);
                definitions.insert(name.clone(), thing);
            }
            mapping(
                &<Name as super::decode::Scalar>::INFO,
                &or_null(json!({"$ref": format!("#/definitions/{name}")})),
            )
        }
        Shape::Map(key, value) => {
            let body = self::shape(value, layering, definitions);
            let nullable = layering == Layering::Layer
                || matches!(&**value, Shape::Record(info) if needed(info, layering).is_empty());
            mapping(key, &if nullable { or_null(body) } else { body })
        }
        Shape::List(item) => json!({"type": "array", "items": self::shape(item, layering, definitions)}),
        Shape::Either(shapes) => {
            let shapes: Vec<Json> =
                shapes.iter().map(|one| self::shape(one, layering, definitions)).collect();
            json!({"anyOf": shapes})
        }
        Shape::Freeform => json!({"type": "object", "additionalProperties": true}),
    }
}

/// A thing: its settings, where it exists, and its differences.
fn thing(info: &'static RecordInfo, definitions: &mut BTreeMap<String, Json>) -> Json {
    let settings = reference(info, Layering::Layer, definitions);
    let mut properties = Map::new();
    for field in info.fields {
        properties.insert(field.name.to_owned(), property(field, Layering::Layer, definitions));
    }
    for (key, doc, example) in THING_KEYS {
        let body = if key == "overrides" {
            mapping(&<Name as super::decode::Scalar>::INFO, &or_null(settings.clone()))
        } else {
            json!({"type": "array", "items": scalar_schema(&<Name as super::decode::Scalar>::INFO)})
        };
        let mut property = Map::new();
        property.insert("description".to_owned(), json!(doc));
        property.insert("examples".to_owned(), json!([flow(example)]));
        if let Json::Object(body) = or_null(body) {
            property.extend(body);
        }
        properties.insert(key.to_owned(), Json::Object(property));
    }
    closed(info.doc, properties, &[])
}

fn reference(
    info: &'static RecordInfo,
    layering: Layering,
    definitions: &mut BTreeMap<String, Json>,
) -> Json {
    let name = match layering {
        Layering::Whole => pascal(info.name),
        Layering::Layer => format!("{}Settings", pascal(info.name)),
    };
    if !definitions.contains_key(&name) {
        definitions.insert(name.clone(), Json::Null);
        let mut body = record(info, layering, definitions);
        if layering == Layering::Layer
            && let Some(Json::Object(properties)) = body.get_mut("properties")
        {
            properties.retain(|key, _| !info.fixed.contains(&key.as_str()));
        }
        definitions.insert(name.clone(), body);
    }
    json!({"$ref": format!("#/definitions/{name}")})
}

fn mapping(key: &ScalarInfo, value: &Json) -> Json {
    let mut names = Map::new();
    if !key.pattern.is_empty() {
        names.insert("pattern".to_owned(), json!(key.pattern));
    }
    json!({"type": "object", "propertyNames": names, "additionalProperties": value})
}

fn scalar_schema(info: &ScalarInfo) -> Json {
    let mut schema = Map::new();
    let types = match info.json {
        [one] => json!(one),
        many => json!(many),
    };
    schema.insert("type".to_owned(), types);
    if !info.pattern.is_empty() {
        schema.insert("pattern".to_owned(), json!(info.pattern));
    }
    if let Some((low, high)) = info.range {
        schema.insert("minimum".to_owned(), json!(low));
        schema.insert("maximum".to_owned(), json!(high));
    }
    Json::Object(schema)
}

/// A field's example as data.
#[must_use]
pub fn example(field: &FieldInfo) -> Json {
    flow(field.example)
}

fn flow(text: &str) -> Json {
    let source = Source::new("example", text);
    let mut sink = crate::diag::Sink::new();
    syntax::parse(&source, &mut sink).map_or(Json::Null, |document| to_json(&document, At::ROOT))
}

/// A value as JSON, by YAML 1.2's core schema.
#[must_use]
pub fn to_json(document: &Document, at: At) -> Json {
    match &document.node(at).kind {
        Kind::Map(entries) => Json::Object(
            entries.iter().map(|&entry| (document.key(entry).to_owned(), to_json(document, entry))).collect(),
        ),
        Kind::List(entries) => Json::Array(entries.iter().map(|&entry| to_json(document, entry)).collect()),
        Kind::Scalar(text, Style::Quoted) => json!(text),
        Kind::Scalar(text, Style::Plain) if scalar::is_null(text) => Json::Null,
        Kind::Scalar(text, Style::Plain) => {
            if let Some(flag) = scalar::boolean(text) {
                json!(flag)
            } else if scalar::is_integer(text) {
                text.parse::<i64>().map_or_else(|_| json!(text), |number| json!(number))
            } else if scalar::is_fraction(text) {
                text.parse::<f64>().map_or_else(|_| json!(text), |number| json!(number))
            } else {
                json!(text)
            }
        }
    }
}

/// The sentences of a doc comment as one text.
#[must_use]
pub fn sentences(doc: &str) -> String {
    doc.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

fn pascal(name: &str) -> String {
    name.split([' ', '-'])
        .map(|word| {
            let mut letters = word.chars();
            letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn validator() -> jsonschema::Validator {
        jsonschema::draft7::new(&schema()).expect("the schema is a schema")
    }

    fn all_fields() -> Vec<(&'static RecordInfo, &'static FieldInfo)> {
        let all = super::super::reference::records();
        all.into_iter().flat_map(|info| info.fields.iter().map(move |field| (info, field))).collect()
    }

    #[test]
    fn the_committed_schema_is_the_generated_one() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schema/platform.schema.json");
        if std::env::var_os("PLATC_UPDATE").is_some() {
            std::fs::write(path, text()).expect("writable");
        }
        let committed = std::fs::read_to_string(path).expect("schema/platform.schema.json");
        assert!(
            committed == text(),
            "schema/platform.schema.json is stale: PLATC_UPDATE=1 cargo test writes it"
        );
    }

    #[test]
    fn every_example_of_a_field_is_valid_for_it() {
        let mut definitions = BTreeMap::new();
        record(&Platform::INFO, Layering::Whole, &mut definitions);
        for (info, field) in all_fields() {
            let mut schema = property(field, Layering::Layer, &mut definitions);
            schema["definitions"] = Json::Object(definitions.clone().into_iter().collect());
            let validator = jsonschema::draft7::new(&schema).expect("a schema");
            let example = example(field);
            assert!(!example.is_null(), "{}.{} has no example", info.name, field.name);
            let errors: Vec<String> =
                validator.iter_errors(&example).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{}.{}: {example}: {errors:?}", info.name, field.name);
        }
    }

    #[test]
    fn every_field_is_described_in_sentences() {
        for (info, field) in all_fields() {
            assert!(sentences(field.doc).ends_with('.'), "{}.{}", info.name, field.name);
            assert!(!field.default.ends_with('.'), "{}.{}", info.name, field.name);
        }
    }

    #[test]
    fn every_object_of_the_schema_is_closed() {
        fn check(value: &Json, path: &str) {
            match value {
                Json::Object(object) => {
                    if object.get("type") == Some(&json!("object")) {
                        assert!(object.contains_key("additionalProperties"), "{path}");
                    }
                    for (key, inner) in object {
                        if key != "examples" {
                            check(inner, &format!("{path}/{key}"));
                        }
                    }
                }
                Json::Array(items) => items.iter().for_each(|item| check(item, path)),
                _ => {}
            }
        }
        check(&schema(), "");
    }

    #[test]
    fn the_example_is_valid_for_the_schema() {
        let text = include_str!("../../examples/aiaas/platform.yaml");
        let mut sink = crate::diag::Sink::new();
        let document = syntax::parse(&Source::new("aiaas", text), &mut sink).expect("YAML");
        let errors: Vec<String> = validator()
            .iter_errors(&to_json(&document, At::ROOT))
            .map(|e| format!("{}: {e}", e.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
}
