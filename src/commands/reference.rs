//! The reference of the spec's fields, from the same tables as decoder and schema.

use crate::catalog::nearest;
use crate::model::THING_KEYS;
use crate::model::decode::{FieldInfo, RecordInfo, Shape};
use crate::model::records::Platform;

/// A place of the language.
pub(super) struct Place {
    /// What it means.
    pub(super) doc: &'static str,
    /// The field that it is, if it is one of a record's.
    pub(super) field: Option<&'static FieldInfo>,
    /// An example, with the key.
    pub(super) example: Option<String>,
    /// What may stand there.
    pub(super) shape: Shape,
}

static PLATFORM: RecordInfo = Platform::INFO;

/// The place that a path leads to; names of things and of environments may be in it or not. Fails with the
/// paths that are spelt nearly so.
pub(super) fn find(path: &str) -> Result<Place, Vec<String>> {
    let steps: Vec<&str> = path
        .split('.')
        .map(|step| step.split('[').next().unwrap_or(""))
        .filter(|step| !step.is_empty())
        .collect();
    let root = Place { doc: PLATFORM.doc, field: None, example: None, shape: Shape::Record(&PLATFORM) };
    let mut furthest = (0, Vec::new());
    walk(root, &steps, 0, &mut furthest).ok_or_else(|| {
        let (reached, known) = furthest;
        let Some(step) = steps.get(reached) else { return Vec::new() };
        let near = nearest(step, known.iter().copied(), 3).into_iter();
        near.map(|name| [&steps[..reached], &[name]].concat().join(".")).collect()
    })
}

fn walk(
    place: Place,
    steps: &[&str],
    taken: usize,
    furthest: &mut (usize, Vec<&'static str>),
) -> Option<Place> {
    let Some(step) = steps.get(taken) else { return Some(place) };
    let mut known = |names: Vec<&'static str>| {
        if taken > furthest.0 || furthest.1.is_empty() {
            *furthest = (taken, names);
        }
    };
    match &place.shape {
        Shape::Scalar(_) | Shape::Choice(_) | Shape::Freeform => None,
        Shape::Record(info) | Shape::Settings(info) => {
            known(info.fields.iter().map(|field| field.name).collect());
            walk(of_field(info.field(step)?), steps, taken + 1, furthest)
        }
        Shape::Things(info) => {
            let own = THING_KEYS.iter().map(|(name, ..)| *name);
            known(info.fields.iter().map(|field| field.name).chain(own).collect());
            let settings =
                || Place { doc: info.doc, field: None, example: None, shape: Shape::Settings(info) };
            if let Some((name, doc, example)) = THING_KEYS.iter().find(|(name, ..)| name == step) {
                if taken + 1 == steps.len() {
                    let example = Some(format!("{name}: {example}"));
                    return Some(Place { doc, field: None, example, shape: Shape::Settings(info) });
                }
                // `overrides` is followed by the name of an environment.
                return walk(settings(), steps, taken + 2, furthest);
            }
            if let Some(field) = info.field(step)
                && let Some(found) = walk(of_field(field), steps, taken + 1, furthest)
            {
                return Some(found);
            }
            // The name of a thing, behind which all its keys may follow; but not two names.
            let named = Place { shape: Shape::Things(info), ..settings() };
            let is_key = |step: &&&str| {
                info.field(step).is_some() || THING_KEYS.iter().any(|(name, ..)| name == *step)
            };
            match steps.get(taken + 1) {
                None if nearest(step, info.fields.iter().map(|field| field.name), 1).is_empty() => {
                    Some(settings())
                }
                next if next.as_ref().is_some_and(is_key) => walk(named, steps, taken + 1, furthest),
                _ => None,
            }
        }
        Shape::Map(_, inner) => {
            // What is spelt nearly like a field is more likely meant to be it than a name.
            if let Some((info, _)) = record(inner)
                && taken + 1 == steps.len()
                && info.field(step).is_none()
                && !nearest(step, info.fields.iter().map(|field| field.name), 1).is_empty()
            {
                known(info.fields.iter().map(|field| field.name).collect());
                return None;
            }
            let place =
                |shape: &Shape| Place { doc: place.doc, field: None, example: None, shape: shape.clone() };
            walk(place(inner), steps, taken, furthest)
                .or_else(|| walk(place(inner), steps, taken + 1, furthest))
        }
        Shape::List(inner) => {
            let inner = Place { doc: place.doc, field: None, example: None, shape: (**inner).clone() };
            walk(inner, steps, taken, furthest)
        }
        Shape::Either(shapes) => shapes.iter().find_map(|shape| {
            let place = Place { doc: place.doc, field: place.field, example: None, shape: shape.clone() };
            walk(place, steps, taken, furthest)
        }),
    }
}

fn of_field(field: &'static FieldInfo) -> Place {
    Place {
        doc: field.doc,
        field: Some(field),
        example: Some(format!("{}: {}", field.name, field.example)),
        shape: (field.shape)(),
    }
}

/// The record whose fields can stand at a place, and whether they are those of named things.
pub(super) fn record(shape: &Shape) -> Option<(&'static RecordInfo, bool)> {
    match shape {
        Shape::Record(info) | Shape::Settings(info) => Some((info, false)),
        Shape::Things(info) => Some((info, true)),
        Shape::Map(_, inner) | Shape::List(inner) => record(inner),
        Shape::Either(shapes) => shapes.iter().find_map(record),
        Shape::Scalar(_) | Shape::Choice(_) | Shape::Freeform => None,
    }
}

/// The words that can stand at a place.
pub(super) fn words(shape: &Shape) -> Option<&'static [(&'static str, &'static str)]> {
    match shape {
        Shape::Choice(words) => Some(words),
        Shape::Map(_, inner) | Shape::List(inner) => words(inner),
        Shape::Either(shapes) => shapes.iter().find_map(words),
        Shape::Scalar(_) | Shape::Record(_) | Shape::Settings(_) | Shape::Things(_) | Shape::Freeform => None,
    }
}

/// The fields of a whole spec.
pub(super) fn top() -> &'static [FieldInfo] {
    PLATFORM.fields
}
