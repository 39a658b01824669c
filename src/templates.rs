//! The files that come with platc and are read as text: templates, and the add-ons' directories.

use include_dir::{Dir, include_dir};

static TEXT: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/templates/text");
static ADDONS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/templates/addons");
const ADDONS_PREFIX: &str = "addons/";

/// The text of a template: a path below `templates/text/`, or `addons/<add-on>/<file>`.
#[must_use]
pub fn text(name: &str) -> Option<&'static str> {
    let file = match name.strip_prefix(ADDONS_PREFIX) {
        Some(below) => ADDONS.get_file(below),
        None => TEXT.get_file(name),
    };
    file?.contents_utf8()
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
#[must_use]
pub fn names() -> Vec<String> {
    let mut names = Vec::new();
    for (prefix, root) in [("", &TEXT), (ADDONS_PREFIX, &ADDONS)] {
        let mut folders = vec![root];
        while let Some(folder) = folders.pop() {
            folders.extend(folder.dirs());
            let files = folder.files().map(include_dir::File::path);
            let templates = files.filter(|path| path.extension().is_some_and(|end| end == "j2"));
            names.extend(templates.filter_map(|path| path.to_str()).map(|path| [prefix, path].concat()));
        }
    }
    names
}
