//! The modules that come with platc, as they are.

use std::collections::BTreeSet;
use std::path::Path;

use include_dir::{Dir, include_dir};

static MODULES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/templates/terraform/modules");

/// Path and text of every file of the named modules (`linode/cluster`) and of those that they call.
/// Their tests stay behind: nobody edits platc's modules in the output.
pub(super) fn files<'a>(called: impl Iterator<Item = &'a str>) -> Vec<(&'static str, &'static str)> {
    let mut wanted: Vec<String> = called.map(str::to_owned).collect();
    let mut seen = BTreeSet::new();
    let mut files = Vec::new();
    while let Some(module) = wanted.pop() {
        let Some(directory) = MODULES.get_dir(&module) else { continue };
        if !seen.insert(module.clone()) {
            continue;
        }
        for file in directory.files() {
            let (Some(path), Some(text)) = (file.path().to_str(), file.contents_utf8()) else { continue };
            files.push((path, text));
            if is_hcl(file.path()) {
                let cloud = module.split('/').next().unwrap_or_default();
                wanted.extend(siblings(text).map(|sibling| format!("{cloud}/{sibling}")));
            }
        }
    }
    files
}

fn is_hcl(path: &Path) -> bool {
    path.extension().is_some_and(|end| end == "tf")
}

/// The modules beside it that a module's text calls: `source = "../node-pool"`.
fn siblings(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().filter_map(|line| {
        let value = line.strip_prefix("  source")?.trim_start().strip_prefix('=')?.trim();
        value.strip_prefix("\"../")?.strip_suffix('"')
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::PROVIDERS;

    fn names(called: &[&str]) -> BTreeSet<&'static str> {
        let directory = |path: &'static str| path.rsplit_once('/').map_or(path, |(directory, _)| directory);
        files(called.iter().copied()).into_iter().map(|(path, _)| directory(path)).collect()
    }

    #[test]
    fn a_module_brings_along_those_that_it_calls() {
        assert_eq!(names(&["linode/gpu-pool"]), BTreeSet::from(["linode/gpu-pool", "linode/node-pool"]));
        assert_eq!(names(&["linode/bucket", "linode/bucket"]), BTreeSet::from(["linode/bucket"]));
    }

    #[test]
    fn a_cloud_has_a_directory_for_each_of_its_modules_and_no_other() {
        for provider in PROVIDERS {
            let cloud = provider.id().word();
            let directory = MODULES.get_dir(cloud).expect("modules of the cloud");
            let found: Vec<_> = directory.dirs().filter_map(|dir| dir.path().file_name()?.to_str()).collect();
            assert_eq!(found, provider.module_names());
        }
    }

    #[test]
    fn modules_call_only_modules_that_are_there() {
        for module in MODULES.dirs().flat_map(Dir::dirs) {
            let sources = module.files().filter(|file| is_hcl(file.path()));
            for text in sources.filter_map(include_dir::File::contents_utf8) {
                for sibling in siblings(text) {
                    let path = module.path().with_file_name(sibling);
                    assert!(MODULES.get_dir(&path).is_some(), "{} calls {sibling}", module.path().display());
                }
            }
        }
    }

    #[test]
    fn modules_go_out_without_their_tests() {
        assert!(files(["linode/cluster"].into_iter()).iter().all(|(path, _)| !path.contains("tests")));
    }
}
