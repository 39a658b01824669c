//! The writer: what becomes of every kind of file, and of a run that is stopped at any point.
#![allow(missing_docs, clippy::expect_used, clippy::panic, clippy::print_stderr, clippy::unwrap_used)]

#[path = "write/many.rs"]
mod many;
#[path = "write/stops.rs"]
mod stops;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use platc::tree::FileTree;
use platc::write::disk::{Disk as _, Machine};
use platc::write::{Comparison, Failure, Request, State, Written, check, write};
use tempfile::TempDir;

type Files = BTreeMap<String, String>;

/// A tree of generated files of the back end `a`.
fn tree(files: &[(&str, &str)]) -> FileTree<'static> {
    let mut tree = FileTree::new();
    for (path, text) in files {
        tree.add("a", *path, (*text).to_owned(), None);
    }
    tree
}

struct Place {
    _keep: TempDir,
    dir: PathBuf,
}

impl Place {
    /// A place for an output directory that is not there yet.
    fn new() -> Self {
        let keep = tempfile::tempdir().unwrap();
        let dir = keep.path().join("out");
        Self { _keep: keep, dir }
    }

    /// A place with the output of a tree.
    fn with(files: &[(&str, &str)]) -> Self {
        let place = Self::new();
        assert!(!place.write(&tree(files), false).unwrap().refused);
        place
    }

    fn request<'a>(&'a self, tree: &'a FileTree) -> Request<'a> {
        Request { dir: &self.dir, tree, only: &[], spec: "spec", platc: "1" }
    }

    fn write(&self, tree: &FileTree<'_>, force: bool) -> Result<Written, Failure> {
        write(&Machine, &self.request(tree), force)
    }

    fn check(&self, tree: &FileTree<'_>) -> Result<Comparison, Failure> {
        check(&Machine, &self.request(tree))
    }

    fn put(&self, path: &str, text: &str) {
        let path = self.dir.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.dir.join(path)).unwrap()
    }

    fn has(&self, path: &str) -> bool {
        fs::symlink_metadata(self.dir.join(path)).is_ok()
    }

    /// All files besides platc's own.
    fn files(&self) -> Files {
        files_of(&self.dir).into_iter().filter(|(path, _)| !path.starts_with(".platc/")).collect()
    }

    /// All files.
    fn everything(&self) -> Files {
        files_of(&self.dir)
    }
}

fn files_of(dir: &Path) -> Files {
    walkdir::WalkDir::new(dir)
        .into_iter()
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let path = entry.path().strip_prefix(dir).unwrap().to_str().unwrap().to_owned();
            (path, fs::read_to_string(entry.path()).unwrap())
        })
        .collect()
}

fn files(files: &[(&str, &str)]) -> Files {
    files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}

fn states(comparison: &Comparison) -> Vec<(&str, State)> {
    comparison.items.iter().map(|item| (item.path.as_str(), item.state)).collect()
}

#[test]
fn a_new_directory_gets_all_files_and_a_manifest() {
    let place = Place::new();
    let wanted = [("a/b/c.yaml", "c\n"), ("d", "d\n")];
    let written = place.write(&tree(&wanted), false).unwrap();
    assert!(written.comparison.fresh);
    assert_eq!(place.files(), files(&wanted));
    assert_eq!(place.everything().len(), 3);
    assert!(place.check(&tree(&wanted)).unwrap().is_clean());
    let siblings = fs::read_dir(place.dir.parent().unwrap()).unwrap().count();
    assert_eq!(siblings, 1, "nothing is left beside the directory");
}

#[test]
fn missing_parents_of_the_directory_are_made() {
    let mut place = Place::new();
    place.dir = place.dir.join("x/y");
    place.write(&tree(&[("a", "1")]), false).unwrap();
    assert_eq!(place.read("a"), "1");
}

#[test]
fn an_empty_directory_and_one_with_foreign_files_are_filled() {
    let place = Place::new();
    place.put("mine.txt", "mine");
    place.write(&tree(&[("a/b", "1")]), false).unwrap();
    assert_eq!(place.files(), files(&[("a/b", "1"), ("mine.txt", "mine")]));
}

#[test]
fn the_same_tree_again_touches_nothing() {
    let wanted = tree(&[("a/b", "1"), ("c", "2")]);
    let place = Place::with(&[("a/b", "1"), ("c", "2")]);
    let times = |place: &Place| {
        ["a/b", "c", ".platc/manifest.json"]
            .map(|path| fs::metadata(place.dir.join(path)).unwrap().modified().unwrap())
    };
    let before = times(&place);
    std::thread::sleep(std::time::Duration::from_millis(15));
    place.write(&wanted, false).unwrap();
    let other_version = Request { dir: &place.dir, tree: &wanted, only: &[], spec: "another", platc: "2" };
    write(&Machine, &other_version, false).unwrap();
    assert_eq!(times(&place), before);
}

#[test]
fn only_what_differs_is_written() {
    let place = Place::with(&[("a", "1"), ("b", "2"), ("c/d", "3")]);
    let before = fs::metadata(place.dir.join("a")).unwrap().modified().unwrap();
    std::thread::sleep(std::time::Duration::from_millis(15));
    let wanted = tree(&[("a", "1"), ("b", "two"), ("e", "5")]);
    let found = place.check(&wanted).unwrap();
    assert_eq!(
        states(&found),
        [("a", State::Unchanged), ("b", State::Changed), ("c/d", State::Removed), ("e", State::Created)]
    );
    place.write(&wanted, false).unwrap();
    assert_eq!(place.files(), files(&[("a", "1"), ("b", "two"), ("e", "5")]));
    assert_eq!(fs::metadata(place.dir.join("a")).unwrap().modified().unwrap(), before);
    assert!(!place.has("c"), "a directory that became empty goes");
    assert!(!place.has(".platc/tmp"));
}

#[test]
fn a_check_writes_nothing() {
    let place = Place::with(&[("a", "1")]);
    let before = place.everything();
    assert!(!place.check(&tree(&[("a", "2"), ("b", "1")])).unwrap().is_clean());
    assert_eq!(place.everything(), before);
    let nowhere = Place::new();
    assert!(!nowhere.check(&tree(&[("a", "2")])).unwrap().is_clean());
    assert!(!nowhere.dir.exists());
}

#[test]
fn a_hand_edit_stops_everything_until_forced_and_is_then_kept() {
    let place = Place::with(&[("a", "1"), ("b/c", "2")]);
    place.put("b/c", "2, by hand");
    let before = place.everything();
    let wanted = tree(&[("a", "one"), ("b/c", "two")]);
    let written = place.write(&wanted, false).unwrap();
    assert!(written.refused);
    assert_eq!(states(&written.comparison), [("a", State::Changed), ("b/c", State::Edited)]);
    assert_eq!(place.everything(), before);

    let written = place.write(&wanted, true).unwrap();
    assert!(!written.refused);
    assert_eq!(written.backups, [("b/c".to_owned(), ".platc/backup/1/b/c".to_owned())]);
    assert_eq!(place.files(), files(&[("a", "one"), ("b/c", "two")]));
    assert_eq!(place.read(".platc/backup/1/b/c"), "2, by hand");

    place.put("b/c", "again, by hand");
    place.write(&wanted, true).unwrap();
    assert_eq!(place.read(".platc/backup/1/b/c"), "2, by hand");
    assert_eq!(place.read(".platc/backup/2/b/c"), "again, by hand");
}

#[test]
fn a_foreign_file_in_the_way_stops_everything_until_forced_and_is_then_kept() {
    let place = Place::with(&[("a", "1")]);
    place.put("b", "mine");
    let wanted = tree(&[("a", "one"), ("b", "two")]);
    assert!(place.write(&wanted, false).unwrap().refused);
    assert_eq!(place.files(), files(&[("a", "1"), ("b", "mine")]));
    place.write(&wanted, true).unwrap();
    assert_eq!(place.files(), files(&[("a", "one"), ("b", "two")]));
    assert_eq!(place.read(".platc/backup/1/b"), "mine");
}

#[test]
fn a_foreign_file_that_equals_the_output_is_adopted() {
    let place = Place::new();
    place.put("a", "1");
    let wanted = tree(&[("a", "1")]);
    assert_eq!(states(&place.check(&wanted).unwrap()), [("a", State::Adopted)]);
    place.write(&wanted, false).unwrap();
    assert!(place.check(&wanted).unwrap().is_clean());
    place.write(&tree(&[]), false).unwrap();
    assert!(!place.has("a"), "an adopted file is platc's");
}

#[test]
fn an_edit_that_arrives_at_the_new_output_is_taken_over() {
    let place = Place::with(&[("a", "1")]);
    place.put("a", "2");
    let wanted = tree(&[("a", "2")]);
    assert_eq!(states(&place.check(&wanted).unwrap()), [("a", State::Adopted)]);
    place.write(&wanted, false).unwrap();
    assert!(place.check(&wanted).unwrap().is_clean());
}

#[test]
fn an_edited_file_that_is_no_longer_made_is_kept_and_released() {
    let place = Place::with(&[("a", "1"), ("b", "2")]);
    place.put("b", "2, by hand");
    let wanted = tree(&[("a", "1")]);
    let written = place.write(&wanted, false).unwrap();
    assert_eq!(states(&written.comparison), [("a", State::Unchanged), ("b", State::Released)]);
    assert_eq!(place.read("b"), "2, by hand");
    assert!(place.check(&wanted).unwrap().is_clean());
    assert!(place.write(&tree(&[("a", "1"), ("b", "2")]), false).unwrap().refused);
}

#[test]
fn a_file_that_was_deleted_is_made_again() {
    let place = Place::with(&[("a", "1"), ("b/c", "2")]);
    fs::remove_dir_all(place.dir.join("b")).unwrap();
    let wanted = tree(&[("a", "1"), ("b/c", "2")]);
    assert_eq!(states(&place.check(&wanted).unwrap())[1], ("b/c", State::Missing));
    place.write(&wanted, false).unwrap();
    assert_eq!(place.read("b/c"), "2");
    fs::remove_file(place.dir.join("a")).unwrap();
    assert_eq!(states(&place.check(&tree(&[("b/c", "2")])).unwrap())[0], ("a", State::Gone));
}

#[test]
fn what_a_power_cut_left_empty_or_zeroed_is_no_edit() {
    let place = Place::with(&[("a", "1"), ("b", "2"), ("c", "3")]);
    place.put("a", "");
    place.put("b", "\0\0\0\0");
    place.put("c", "");
    place.write(&tree(&[("a", "1"), ("b", "two")]), false).unwrap();
    assert_eq!(place.files(), files(&[("a", "1"), ("b", "two")]));
}

#[test]
fn a_scaffold_is_written_once_and_never_again() {
    let place = Place::new();
    let with = |text: &str| {
        let mut tree = tree(&[("a", "1")]);
        tree.scaffold("a", "notes/README.md", text.to_owned());
        tree
    };
    place.write(&with("first"), false).unwrap();
    assert_eq!(place.read("notes/README.md"), "first");
    assert!(place.check(&with("second")).unwrap().is_clean());
    place.put("notes/README.md", "mine");
    place.write(&with("second"), true).unwrap();
    assert_eq!(place.read("notes/README.md"), "mine");
    fs::remove_file(place.dir.join("notes/README.md")).unwrap();
    place.write(&with("second"), false).unwrap();
    assert!(!place.has("notes/README.md"), "who removed it does not want it");
    place.put("notes/README.md", "mine");
    place.write(&tree(&[("a", "1")]), true).unwrap();
    assert_eq!(place.read("notes/README.md"), "mine", "a scaffold is never removed");
}

#[test]
fn a_scaffold_leaves_what_is_there_alone() {
    let place = Place::new();
    place.put("README.md", "mine");
    let mut wanted = tree(&[("a", "1")]);
    wanted.scaffold("a", "README.md", "ours".to_owned());
    place.write(&wanted, false).unwrap();
    assert_eq!(place.read("README.md"), "mine");
}

#[test]
fn other_back_ends_are_left_alone_when_only_some_are_asked_for() {
    let place = Place::new();
    let mut both = tree(&[("a/1", "1"), ("a/2", "2")]);
    both.add("b", "b/1", "1".to_owned(), None);
    both.add("b", "b/2", "2".to_owned(), None);
    place.write(&both, false).unwrap();
    place.put("b/2", "by hand");
    let part = tree(&[("a/1", "one")]);
    let only = ["a".to_owned()];
    let request = Request { only: &only, ..place.request(&part) };
    let written = write(&Machine, &request, false).unwrap();
    assert!(!written.refused);
    assert_eq!(place.files(), files(&[("a/1", "one"), ("b/1", "1"), ("b/2", "by hand")]));
    assert!(check(&Machine, &request).unwrap().is_clean());
    assert!(place.write(&both, false).unwrap().refused, "the edit is still known");
    fs::write(place.dir.join("b/2"), "2").unwrap();
    place.write(&tree(&[("a/1", "one")]), false).unwrap();
    assert_eq!(place.files(), files(&[("a/1", "one")]), "they are still platc's");
}

#[test]
fn a_file_may_become_a_directory_and_back() {
    let place = Place::with(&[("a", "1"), ("b/c/d", "2")]);
    place.write(&tree(&[("a/x", "1"), ("b", "2")]), false).unwrap();
    assert_eq!(place.files(), files(&[("a/x", "1"), ("b", "2")]));
    place.put("a/mine", "mine");
    let written = place.write(&tree(&[("a", "1"), ("b", "2")]), true).unwrap();
    assert!(written.refused, "a foreign file in the directory keeps it there");
    fs::remove_file(place.dir.join("a/mine")).unwrap();
    fs::create_dir(place.dir.join("a/empty")).unwrap();
    assert!(place.write(&tree(&[("a", "1"), ("b", "2")]), true).unwrap().refused);
}

#[cfg(unix)]
#[test]
fn no_symbolic_link_is_followed() {
    use std::os::unix::fs::symlink;
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("f"), "1").unwrap();
    let wanted = tree(&[("a/f", "2"), ("g", "2")]);
    for link in ["a", "a/f", "g"] {
        for target in [outside.path().to_owned(), outside.path().join("f"), outside.path().join("no")] {
            let place = Place::new();
            place.put("keep", "");
            if link == "a/f" {
                fs::create_dir(place.dir.join("a")).unwrap();
            }
            symlink(&target, place.dir.join(link)).unwrap();
            for force in [false, true] {
                let written = place.write(&wanted, force).unwrap();
                assert!(written.refused, "{link} -> {}", target.display());
            }
            assert_eq!(place.files(), files(&[("keep", "")]));
            assert_eq!(files_of(outside.path()), files(&[("f", "1")]));
        }
    }
}

#[cfg(unix)]
#[test]
fn nothing_is_removed_behind_a_symbolic_link() {
    use std::os::unix::fs::symlink;
    let outside = tempfile::tempdir().unwrap();
    let place = Place::with(&[("a/f", "1"), ("b", "2")]);
    fs::rename(place.dir.join("a"), outside.path().join("a")).unwrap();
    symlink(outside.path().join("a"), place.dir.join("a")).unwrap();
    place.write(&tree(&[("b", "2")]), true).unwrap();
    assert_eq!(files_of(outside.path()), files(&[("a/f", "1")]));
}

#[cfg(unix)]
#[test]
fn the_private_directory_cannot_be_a_link() {
    use std::os::unix::fs::symlink;
    let outside = tempfile::tempdir().unwrap();
    let place = Place::new();
    place.put("keep", "");
    symlink(outside.path(), place.dir.join(".platc")).unwrap();
    assert!(matches!(place.write(&tree(&[("a", "1")]), true), Err(Failure::NoDirectory(_))));
    assert_eq!(files_of(outside.path()), Files::new());
}

#[cfg(unix)]
#[test]
fn the_output_directory_itself_may_be_a_link() {
    let place = Place::new();
    let real = place.dir.with_file_name("real");
    fs::create_dir(&real).unwrap();
    std::os::unix::fs::symlink(&real, &place.dir).unwrap();
    place.write(&tree(&[("a", "1")]), false).unwrap();
    assert_eq!(fs::read_to_string(real.join("a")).unwrap(), "1");
    fs::remove_dir_all(&real).unwrap();
    assert!(matches!(place.write(&tree(&[("a", "1")]), false), Err(Failure::NoDirectory(_))));
}

#[test]
fn a_tree_that_leaves_the_directory_or_touches_the_manifest_is_refused() {
    for path in ["../x", "/x", ".platc/manifest.json", ".PLATC/x"] {
        let place = Place::new();
        assert!(matches!(place.write(&tree(&[(path, "")]), true), Err(Failure::Tree(_))), "{path}");
        assert!(!place.dir.exists());
    }
}

#[test]
fn a_file_in_place_of_the_directory_is_left_alone() {
    let place = Place::new();
    fs::write(&place.dir, "mine").unwrap();
    assert!(matches!(place.write(&tree(&[("a", "1")]), true), Err(Failure::NoDirectory(_))));
    let below = Place { dir: place.dir.join("deeper"), ..Place::new() };
    assert!(matches!(below.write(&tree(&[("a", "1")]), true), Err(Failure::Disk { .. })));
    assert_eq!(fs::read_to_string(&place.dir).unwrap(), "mine");
}

#[test]
fn a_broken_manifest_is_not_guessed() {
    for text in ["", "{", "[]", "<<<<<<< HEAD", "{\"version\": 9}"] {
        let place = Place::with(&[("a", "1")]);
        place.put(".platc/manifest.json", text);
        let failure = place.write(&tree(&[("a", "2")]), true).unwrap_err();
        assert!(matches!(failure, Failure::Manifest { .. }), "{text}");
        assert_eq!(place.read("a"), "1");
        fs::remove_file(place.dir.join(".platc/manifest.json")).unwrap();
        place.write(&tree(&[("a", "1")]), false).unwrap();
    }
}

#[test]
fn two_runs_never_interleave() {
    let place = Place::with(&[("a", "1")]);
    let held = Machine.lock(&place.dir).unwrap().unwrap();
    assert!(matches!(place.write(&tree(&[("a", "2")]), false), Err(Failure::Busy(_))));
    drop(held);
    place.write(&tree(&[("a", "2")]), false).unwrap();

    let fresh = Place::new();
    let staging = fresh.dir.with_file_name(".out.platc-new");
    fs::create_dir(&staging).unwrap();
    let held = Machine.lock(&staging).unwrap().unwrap();
    assert!(matches!(fresh.write(&tree(&[("a", "2")]), false), Err(Failure::Busy(_))));
    drop(held);
    fresh.write(&tree(&[("a", "2")]), false).unwrap();
}

#[test]
fn a_staging_place_that_is_not_platcs_is_left_alone() {
    let place = Place::new();
    let staging = place.dir.with_file_name(".out.platc-new");
    fs::create_dir(&staging).unwrap();
    fs::write(staging.join("mine"), "mine").unwrap();
    assert!(matches!(place.write(&tree(&[("a", "1")]), true), Err(Failure::NoDirectory(_))));
    assert_eq!(files_of(&staging), files(&[("mine", "mine")]));
}

#[cfg(unix)]
#[test]
fn a_directory_that_may_not_be_written_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::with(&[("a", "1")]);
    fs::set_permissions(&place.dir, fs::Permissions::from_mode(0o555)).unwrap();
    fs::set_permissions(place.dir.join(".platc"), fs::Permissions::from_mode(0o555)).unwrap();
    let may_write = fs::write(place.dir.join("probe"), "").is_ok();
    let result = place.write(&tree(&[("a", "2")]), false);
    fs::set_permissions(&place.dir, fs::Permissions::from_mode(0o755)).unwrap();
    fs::set_permissions(place.dir.join(".platc"), fs::Permissions::from_mode(0o755)).unwrap();
    if may_write {
        eprintln!("skipped: permissions do not hold for this user");
        return;
    }
    let message = result.unwrap_err().to_string();
    assert!(message.contains(".platc") && message.contains("ermission denied"), "{message}");
    assert_eq!(place.read("a"), "1");
}
