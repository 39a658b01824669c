//! Named things that may differ by environment: what is common, where it exists, and the differences.

use std::marker::PhantomData;
use std::rc::Rc;

use indexmap::IndexMap;

use super::decode::{Context, Decode, RecordInfo, Shape, decode_key};
use super::records::{Bucket, Cache, Database, FileSystem, GpuPool, Job, NodePool, Queue, Secret, Service};
use super::scalars::Name;
use super::value::{Merged, Value};
use crate::diag::{Diagnostic, code};
use crate::source::{At, Written};

/// The keys that every thing has besides its kind's own.
pub const THING_KEYS: [(&str, &str, &str); 2] = [
    (
        "environments",
        "The environments that it exists in, and with them those of the role dr that stand in for one of them. Absent: those with the roles development, staging and production.",
        "[staging, production]",
    ),
    (
        "overrides",
        "What differs in an environment: mappings merge, lists replace, null removes.",
        "{production: {}}",
    ),
];

/// The settings of a kind of things.
pub trait Settings: Decode {
    /// Their table.
    const RECORD: &'static RecordInfo;
    /// Pairs of keys of which a written first one cancels an inherited second one.
    const CANCELS: &'static [(&'static str, &'static str)] = &[];
}

macro_rules! settings {
    ($($kind:ty $(, $cancels:expr)?;)*) => {$(
        impl Settings for $kind {
            const RECORD: &'static RecordInfo = &<$kind>::INFO;
            $(const CANCELS: &'static [(&'static str, &'static str)] = $cancels;)?
        }
    )*};
}
settings! {
    NodePool;
    GpuPool;
    Database;
    Cache;
    Queue;
    Bucket;
    FileSystem;
    Secret;
    Job;
    Service, &[("replicas", "autoscaling"), ("autoscaling", "replicas")];
}

/// One thing: its settings are decoded for each environment, when all layers are known.
#[derive(Debug, Clone)]
pub struct Thing {
    /// Its name; the place is the whole thing's.
    pub name: Written<Name>,
    /// What is common to all environments.
    pub settings: Value,
    /// The environments that it is limited to.
    pub environments: Option<Written<Vec<Written<Name>>>>,
    /// The differences, by environment.
    pub overrides: IndexMap<String, (Written<Name>, Value)>,
}

/// The things of a kind.
#[derive(Debug, Clone)]
pub struct Things<T> {
    /// By name, in the order of the text.
    pub entries: IndexMap<String, Thing>,
    kind: PhantomData<T>,
}

impl<T> Default for Things<T> {
    fn default() -> Self {
        Self { entries: IndexMap::new(), kind: PhantomData }
    }
}

impl<T: Settings> Decode for Things<T> {
    fn shape() -> Shape {
        Shape::Things(T::RECORD)
    }

    fn decode(value: &Value, context: &mut Context<'_>) -> Option<Self> {
        let Some(entries) = value.entries(context.document) else {
            context.wrong_type(value, "a mapping from names to things");
            return None;
        };
        let mut things = Self::default();
        for (key_at, value) in entries {
            let key = context.document.key(key_at).to_owned();
            let Some(name) = decode_key::<Name>(key_at, context) else { continue };
            if let Some(thing) = decode_thing::<T>(name, &value, context) {
                things.entries.insert(key, thing);
            }
        }
        Some(things)
    }
}

fn decode_thing<T: Settings>(name: Written<Name>, value: &Value, context: &mut Context<'_>) -> Option<Thing> {
    // `api:` with nothing behind it is a thing with nothing but defaults.
    let entries = if value.is_null(context.document) {
        Vec::new()
    } else if let Some(entries) = value.entries(context.document) {
        entries
    } else {
        context.wrong_type(value, "a mapping");
        return None;
    };
    let mut environments = None;
    let mut overrides = IndexMap::new();
    let mut own = Vec::new();
    for (key_at, value) in entries {
        match context.document.key(key_at) {
            "environments" if !value.is_null(context.document) => {
                environments = <Vec<Written<Name>>>::decode(&value, context)
                    .map(|names| Written { value: names, at: value.at() });
            }
            "overrides" if !value.is_null(context.document) => {
                let Some(layers) = value.entries(context.document) else {
                    context.wrong_type(&value, "a mapping from environments to settings");
                    continue;
                };
                for (key_at, layer) in layers {
                    let key = context.document.key(key_at).to_owned();
                    let Some(environment) = decode_key::<Name>(key_at, context) else { continue };
                    if layer.is_null(context.document) {
                        continue;
                    }
                    check_settings::<T>(&layer, "cannot differ by environment", context);
                    overrides.insert(key, (environment, layer));
                }
            }
            "environments" | "overrides" => {}
            _ => own.push((key_at, value)),
        }
    }
    let settings = Value::Merged(Rc::new(Merged { at: name.at, entries: own }));
    check_layer::<T>(&settings, context);
    Some(Thing { name, settings, environments, overrides })
}

/// Checks the shape of a layer that others complete.
fn check_layer<T: Settings>(value: &Value, context: &mut Context<'_>) {
    let complete = std::mem::replace(&mut context.complete, false);
    let _ = T::decode(value, context);
    context.complete = complete;
}

/// Checks the shape of a layer below or above the things themselves, where `refusal` says why some fields cannot be.
pub(super) fn check_settings<T: Settings>(value: &Value, refusal: &str, context: &mut Context<'_>) {
    let fixed: Vec<At> = value
        .entries(context.document)
        .unwrap_or_default()
        .into_iter()
        .map(|(at, _)| at)
        .filter(|at| {
            let key = context.document.key(*at);
            T::RECORD.fixed.contains(&key) || THING_KEYS.iter().any(|(thing_key, ..)| *thing_key == key)
        })
        .collect();
    let mut refused = Vec::new();
    for at in fixed {
        let key = context.document.key(at);
        refused.push(key);
        context.sink.push(
            Diagnostic::new(
                &code::NOT_IN_OVERRIDE,
                context.document.key_span(at),
                format!("`{key}` {refusal}"),
            )
            .help(format!("write `{key}` on the {} itself", T::RECORD.name)),
        );
    }
    check_layer::<T>(&value.without(context.document, &refused), context);
}
