//! The files that come with platc and are read as text: templates, and the add-ons' directories.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use include_dir::{Dir, include_dir};

static TEXT: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/templates/text");
static ADDONS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/templates/addons");
const ADDONS_PREFIX: &str = "addons/";

/// Every file by its name: the embedded directories themselves search by comparing paths one after the other.
static FILES: LazyLock<BTreeMap<String, &'static [u8]>> = LazyLock::new(|| {
    let mut files = BTreeMap::new();
    for (prefix, root) in [("", &TEXT), (ADDONS_PREFIX, &ADDONS)] {
        let mut folders = vec![root];
        while let Some(folder) = folders.pop() {
            folders.extend(folder.dirs());
            let named = folder.files().filter_map(|file| Some((file.path().to_str()?, file.contents())));
            files.extend(named.map(|(path, contents)| ([prefix, path].concat(), contents)));
        }
    }
    files
});

/// The text of a template: a path below `templates/text/`, or `addons/<add-on>/<file>`.
#[must_use]
pub fn text(name: &str) -> Option<&'static str> {
    std::str::from_utf8(FILES.get(name)?).ok()
}

/// Whether there is a template of a name, as [`text`] takes it.
#[must_use]
pub fn exists(name: &str) -> bool {
    FILES.contains_key(name)
}

/// The names of the add-ons that have a directory, in the order of the alphabet.
#[must_use]
pub fn addons() -> Vec<&'static str> {
    let mut names: Vec<_> = ADDONS.dirs().filter_map(|directory| directory.path().to_str()).collect();
    names.sort_unstable();
    names
}

/// The path of an add-on's file, as [`text`] takes it.
#[must_use]
pub fn of_addon(addon: &str, file: &str) -> String {
    [ADDONS_PREFIX, addon, "/", file].concat()
}

/// The names of all templates (`.j2`), as [`text`] takes them.
pub fn names() -> impl Iterator<Item = &'static str> {
    FILES.keys().map(String::as_str).filter(|name| name.rsplit_once('.').is_some_and(|(_, end)| end == "j2"))
}
