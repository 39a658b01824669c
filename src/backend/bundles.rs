//! Lists of secrets, one file for each bundle: what there is, where it is kept, who uses it, when it is changed.
//!
//! They hold no values. Scripts that change secrets read them, and people do.

use indexmap::IndexMap;

use super::Backend;
use crate::format::data::{Data, Map};
use crate::format::yaml;
use crate::map;
use crate::names;
use crate::plan::{Kept, Plan, Secret};
use crate::tree::FileTree;

/// The back end of lists of secrets.
pub(super) struct Bundles;

impl Backend for Bundles {
    fn name(&self) -> &'static str {
        "bundles"
    }

    fn emit(&self, plan: &Plan) -> FileTree<'static> {
        let mut tree = FileTree::new();
        for (bundle, secrets) in bundles(plan) {
            let mut text = format!(
                "# {}\n# Secrets that are changed together: what there is, no values.\n",
                names::BANNER
            );
            let list = secrets.iter().map(|secret| Data::Map(entry(secret))).collect();
            yaml::document(&Data::Map(map! { "bundle" => bundle, "secrets" => Data::List(list) }), &mut text);
            let origin = secrets.first().map(|secret| secret.at);
            tree.add(self.name(), format!("{}/{bundle}.yaml", plan.secrets.bundles.value), text, origin);
        }
        tree
    }
}

/// The secrets of each bundle, by the bundle's name: those of environments first, in their order.
#[must_use]
pub(super) fn bundles(plan: &Plan) -> IndexMap<&str, Vec<&Secret>> {
    let mut found: IndexMap<&str, Vec<&Secret>> = IndexMap::new();
    for secret in plan.needed_secrets() {
        found.entry(secret.bundle.value.as_str()).or_default().push(secret);
    }
    found.sort_unstable_keys();
    found
}

fn entry(secret: &Secret) -> Map<'_> {
    let texts = |texts: &'_ [String]| Data::List(texts.iter().map(|text| Data::from(text.clone())).collect());
    let mut keys = secret.keys.clone();
    keys.sort();
    let rotation = secret.rotate.map(|rotate| {
        map! { "every" => rotate.value.word(), "days" => i64::from(rotate.value.days()) }
    });
    let (kept, place) = match &secret.kept {
        Kept::File(file) => ("file", file),
        Kept::Manager(name) => ("remoteName", name),
    };
    map! {
        "name" => &secret.name,
        "namespace" => &secret.namespace,
        "keys" => texts(&keys),
        "purpose" => &secret.purpose,
        kept => place,
        "usedBy" => texts(&secret.users),
    }
    .with_some("rotate", rotation)
}
