//! What the spec does not say and platc has decided: every value with a default's rule behind it.
//!
//! Read from the plan as a whole, so that no default can be forgotten here.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Context;
use crate::format::data::{Data, Map};
use crate::map;
use crate::plan::origin;

/// Other pages show these with what they belong to: the table of add-ons, and the lists of secrets.
const ELSEWHERE: [&str; 3] = ["clusters.addons.", "clusters.secrets.", "environments.secrets."];

/// A default: the field, its value, and the rule that gave it.
type Default<'v> = (String, Cow<'v, str>, &'v str);

/// Defaults, each with the environments where it holds and how often it does.
type Defaults<'v> = BTreeMap<Default<'v>, (BTreeSet<&'v str>, usize)>;

pub(super) fn data<'c>(context: &Context<'c>) -> Map<'c> {
    // A plan holds nothing that JSON cannot.
    let plan = origin::with(|| serde_json::to_value(context.plan)).unwrap_or_default();
    let mut found = Defaults::new();
    let mut place = Place { field: Vec::new(), environment: None };
    visit(&plan, &mut place, &mut found);
    let rows = found.into_iter().map(|((field, value, rule), (environments, count))| {
        let here = context.plan.environments.len();
        let of: Vec<&str> = environments.into_iter().collect();
        let of = if of.len() == here { "every environment".to_owned() } else { of.join(", ") };
        let (value, rule) = (value.into_owned(), rule.to_owned());
        map! { "field" => field, "value" => value, "rule" => rule, "where" => of, "count" => count.to_string() }
    });
    map! { "rows" => Data::List(rows.map(Data::from).collect()) }
}

/// Where a value stands: the names of fields without those of things, and the environment.
struct Place<'v> {
    field: Vec<&'v str>,
    environment: Option<&'v str>,
}

fn visit<'v>(value: &'v Value, place: &mut Place<'v>, found: &mut Defaults<'v>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| visit(item, place, found)),
        Value::Object(fields) => {
            if let Some(resolved) = fields.get(origin::MARK) {
                if fields.get("from").and_then(Value::as_str) != Some("default") {
                    return;
                }
                let field = place.field.join(".");
                if !ELSEWHERE.iter().any(|start| field.starts_with(start)) {
                    let rule = fields.get("rule").and_then(Value::as_str).unwrap_or_default();
                    let entry = found.entry((field, shown(resolved), rule)).or_default();
                    entry.0.extend(place.environment);
                    entry.1 += 1;
                }
                return;
            }
            for (key, below) in fields {
                // Below these two every key is the name of a thing.
                let things = below.as_object().filter(|_| {
                    place.field.is_empty() && matches!(key.as_str(), "environments" | "clusters")
                });
                place.field.push(key);
                match things {
                    Some(things) => {
                        for (name, thing) in things {
                            place.environment = (key == "environments").then_some(name.as_str());
                            visit(thing, place, found);
                        }
                        place.environment = None;
                    }
                    None => visit(below, place, found),
                }
                place.field.pop();
            }
        }
        _ => {}
    }
}

fn shown(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => Cow::Borrowed(text),
        other => Cow::Owned(other.to_string()),
    }
}
