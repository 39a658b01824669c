//! The add-ons that platc knows: one directory below `templates/addons` for each, and no code.
//!
//! | File | What it holds |
//! |---|---|
//! | `addon.yaml` | a [`Definition`]: the pinned chart or manifest, what brings it in, what it provides and needs |
//! | `values.yaml.j2` | its values, the same for all clusters; `cluster` is not known here |
//! | `values-cluster.yaml.j2` | its values that differ between clusters; may be absent |
//! | `keys.txt` | the keys that the pinned chart's values have: see [`Keys`] |

mod definition;
mod keys;

use std::sync::LazyLock;

use crate::diag::Sink;
use crate::model::decode::{Context, Decode as _};
use crate::model::value::Value;
use crate::source::{At, Source};
use crate::{syntax, templates};

pub use definition::{AddonSecret, Chart, Definition, KubernetesRange, Manifest};
pub use keys::{Keys, Misfit};

static ADDONS: LazyLock<Vec<Addon>> = LazyLock::new(|| {
    let read = |name: &'static str| read(name).ok().map(|definition| Addon { name, definition });
    templates::addons().into_iter().filter_map(read).collect()
});

/// An add-on of the catalogue.
#[derive(Debug)]
pub struct Addon {
    /// Its name: that of its directory.
    pub name: &'static str,
    /// What is known of it.
    pub definition: Definition,
}

impl Addon {
    /// The keys of its chart's values; `None` for a manifest, which has none.
    #[must_use]
    pub fn keys(&self) -> Option<Keys> {
        templates::text(&templates::of_addon(self.name, "keys.txt")).map(Keys::read)
    }
}

/// All add-ons, in the order of the alphabet.
#[must_use]
pub fn all() -> &'static [Addon] {
    &ADDONS
}

/// The add-on of a name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Addon> {
    ADDONS.iter().find(|addon| addon.name == name)
}

/// Reads a definition, or says what is wrong with it.
fn read(name: &str) -> Result<Definition, Vec<String>> {
    let path = templates::of_addon(name, "addon.yaml");
    let source = Source::new(&path, templates::text(&path).unwrap_or_default());
    let mut sink = Sink::new();
    let definition = syntax::parse(&source, &mut sink).and_then(|document| {
        let mut context = Context {
            source: &source,
            document: &document,
            sink: &mut sink,
            complete: true,
            subject: format!("the add-on `{name}`"),
            environment: None,
        };
        Definition::decode(&Value::Node(At::ROOT), &mut context)
    });
    let wrong: Vec<String> = sink.found().iter().map(|finding| finding.message.clone()).collect();
    definition.filter(|_| wrong.is_empty()).ok_or(wrong)
}

#[cfg(test)]
mod tests;
