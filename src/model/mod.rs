//! What the user wrote: the spec decoded into typed records, layer by layer.

pub mod decode;
mod freeform;
pub mod records;
pub mod reference;
pub mod scalars;
pub mod schema;
mod things;
pub mod value;

pub use things::{Settings, THING_KEYS, Thing, Things};

use decode::{Context, Decode};
use records::{Layer, Platform};
use value::Value;

use crate::diag::Sink;
use crate::source::{At, Source};
use crate::syntax::Document;

/// The top-level fields whose entries are named things.
pub const KINDS: &[&str] = &[
    "clusters",
    "environments",
    "nodePools",
    "gpuPools",
    "databases",
    "caches",
    "queues",
    "buckets",
    "fileSystems",
    "services",
    "tiers",
    "secrets",
    "addons",
];

/// A decoded spec with the document behind it.
#[derive(Debug, Clone)]
pub struct Model {
    /// The values that everything points into.
    pub document: Document,
    /// The decoded records.
    pub platform: Platform,
}

/// Decodes a document. Every shape error is reported; `None` if the platform itself cannot be made out.
#[must_use]
pub fn read(source: &Source, document: Document, sink: &mut Sink) -> Option<Model> {
    let subject = "the platform".to_owned();
    let mut context =
        Context { source, document: &document, sink, complete: true, subject, environment: None };
    let platform = Platform::decode(&Value::Node(At::ROOT), &mut context)?;
    Some(Model { document, platform })
}

/// The settings of a thing in an environment: its layers merged and decoded. Findings of the decoding that an earlier
/// pass over the layers did not see (a needed field that no layer has) go to the sink.
///
/// Layers and environments come in the order in which they lie on each other: an environment that stands in for another has
/// that one's overrides below its own, and is the last.
#[must_use]
pub fn settings_of<T: Settings>(
    source: &Source,
    document: &Document,
    layers: &[&Layer<T>],
    thing: &Thing,
    environments: &[&str],
    sink: &mut Sink,
) -> Option<T> {
    let own = layers.iter().map(|layer| &layer.value);
    let above = environments.iter().filter_map(|key| thing.overrides.get(*key)).map(|(_, value)| value);
    let mut merged: Option<Value> = None;
    for layer in own.chain([&thing.settings]).chain(above) {
        merged = Some(match merged {
            None => layer.clone(),
            Some(below) => below.overlaid(document, layer, T::CANCELS),
        });
    }
    let merged = merged?;
    let merged = match merged {
        // The whole is the thing's, whichever layer came last.
        Value::Merged(inner) if inner.at != thing.name.at => {
            let entries = inner.entries.clone();
            Value::Merged(std::rc::Rc::new(value::Merged { at: thing.name.at, entries }))
        }
        other => other,
    };
    let subject = format!("the {} `{}`", T::RECORD.name, thing.name.0);
    let environment = environments.last().map(|&environment| environment.to_owned());
    let mut context = Context { source, document, sink, complete: true, subject, environment };
    T::decode(&merged, &mut context)
}
