//! Runs that are stopped at any operation, and disks that are full.

use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use platc::tree::FileTree;
use platc::write::disk::{Disk, Found, Lock, Machine};
use platc::write::{Request, write};

use super::{Files, Place, files, tree};

/// A disk that stops working at an operation: what was done stays, nothing more happens, as after a kill.
struct Dying {
    left: AtomicUsize,
    /// Whether the last operation is done by half, where it can be.
    half: bool,
    /// Whether only that one operation fails, as on a full disk.
    once: bool,
}

impl Dying {
    fn at(operation: usize, half: bool, once: bool) -> Self {
        Self { left: AtomicUsize::new(operation), half, once }
    }

    /// Counts a changing operation; `Some` if it must fail.
    fn dies(&self) -> Option<io::Error> {
        let left = self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| {
            Some(if self.once && left == 0 { usize::MAX } else { left.saturating_sub(1) })
        });
        (left == Ok(0)).then(|| io::Error::other("stopped"))
    }

    fn is_dead(&self) -> io::Result<()> {
        if !self.once && self.left.load(Ordering::SeqCst) == 0 {
            return Err(io::Error::other("stopped"));
        }
        Ok(())
    }
}

impl Disk for Dying {
    fn look(&self, path: &Path) -> io::Result<Found> {
        self.is_dead()?;
        Machine.look(path)
    }
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.is_dead()?;
        Machine.read(path)
    }
    fn list(&self, path: &Path) -> io::Result<Vec<OsString>> {
        self.is_dead()?;
        Machine.list(path)
    }
    fn write_new(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        if let Some(error) = self.dies() {
            if self.half {
                Machine.write_new(path, &bytes[..bytes.len() / 2])?;
            }
            return Err(error);
        }
        Machine.write_new(path, bytes)
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.dies().map_or_else(|| Machine.rename(from, to), Err)
    }
    fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.dies().map_or_else(|| Machine.remove_file(path), Err)
    }
    fn remove_dir(&self, path: &Path) -> io::Result<()> {
        self.dies().map_or_else(|| Machine.remove_dir(path), Err)
    }
    fn create_dir(&self, path: &Path) -> io::Result<()> {
        self.dies().map_or_else(|| Machine.create_dir(path), Err)
    }
    fn lock(&self, directory: &Path) -> io::Result<Option<Lock>> {
        Machine.lock(directory)
    }
}

/// Stops a run at every operation in turn, lets `after` look at what is left, and runs again to the end.
fn stop_everywhere(
    prepare: impl Fn() -> Place,
    wanted: &FileTree<'_>,
    force: bool,
    after: impl Fn(&Place, usize),
) -> usize {
    let whole = prepare();
    whole.write(wanted, force).unwrap();
    let end = whole.everything();
    let keep = |files: Files| -> Files {
        files.into_iter().filter(|(path, _)| !path.starts_with(".platc/backup/")).collect()
    };
    for operation in 0.. {
        let mut ended = true;
        for (half, once) in [(false, false), (true, false), (false, true), (true, true)] {
            let place = prepare();
            let disk = Dying::at(operation, half, once);
            let result = write(&disk, &place.request(wanted), force);
            if disk.left.load(Ordering::SeqCst) != 0 && result.is_ok() && !once {
                continue;
            }
            if once && result.is_ok() && disk.left.load(Ordering::SeqCst) < usize::MAX / 2 {
                continue;
            }
            ended = false;
            after(&place, operation);
            let again = place.write(wanted, force).unwrap_or_else(|failure| {
                panic!("after a stop at {operation} (half: {half}, once: {once}): {failure}")
            });
            assert!(!again.refused, "after a stop at {operation} (half: {half}, once: {once})");
            assert_eq!(keep(place.everything()), keep(end.clone()), "after a stop at {operation}");
            assert!(place.check(wanted).unwrap().is_clean());
        }
        if ended {
            return operation;
        }
    }
    unreachable!()
}

#[test]
fn a_first_run_that_is_stopped_anywhere_is_completed_by_the_next() {
    let wanted = tree(&[("a/b/c", "1"), ("a/d", "2"), ("e", "3")]);
    let operations = stop_everywhere(Place::new, &wanted, false, |place, _| {
        // All or nothing: a directory that is there is complete.
        assert!(!place.dir.exists() || place.files().len() == 3);
    });
    assert!(operations >= 8, "{operations}");
}

#[test]
fn a_run_that_is_stopped_anywhere_is_completed_by_the_next() {
    let prepare = || {
        let place = Place::with(&[
            ("a/b", "1"),
            ("a/c", "2"),
            ("d/e/f", "3"),
            ("g", "4"),
            ("h/i", "5"),
            ("same", "6"),
        ]);
        place.put("mine", "mine");
        place.put("d/mine", "mine");
        place
    };
    let wanted =
        tree(&[("a/b", "one"), ("a/new/x", "7"), ("g/now", "a directory"), ("h", "a file"), ("same", "6")]);
    let operations = stop_everywhere(prepare, &wanted, false, |place, operation| {
        assert_eq!(place.read("mine"), "mine", "{operation}");
        assert_eq!(place.read("d/mine"), "mine", "{operation}");
        assert_eq!(place.read("same"), "6", "{operation}");
        let content = place.read("a/b");
        assert!(content == "1" || content == "one", "{operation}: {content}");
    });
    assert!(operations >= 15, "{operations}");
}

#[test]
fn a_forced_run_that_is_stopped_anywhere_loses_no_hand_edit() {
    let prepare = || {
        let place = Place::with(&[("a", "1"), ("b/c", "2")]);
        place.put("b/c", "by hand");
        place.put("d", "foreign");
        place
    };
    let wanted = tree(&[("a", "one"), ("b/c", "two"), ("d", "three")]);
    stop_everywhere(prepare, &wanted, true, |place, operation| {
        let everything = place.everything();
        for text in ["by hand", "foreign"] {
            assert!(everything.values().any(|content| content == text), "{operation}: {text}");
        }
        // Whoever does not force is still refused as long as the edit is there.
        if place.read("b/c") == "by hand" {
            assert!(place.write(&wanted, false).unwrap().refused, "{operation}");
        }
    });
}

#[test]
fn another_spec_after_a_stop_finds_its_way_too() {
    let first = [("a", "1"), ("b", "2"), ("c", "3")];
    let second = tree(&[("a", "one"), ("b", "two"), ("x/y", "new")]);
    let third = tree(&[("a", "uno"), ("c", "tres"), ("z", "zeta")]);
    for operation in 0..30 {
        for next in 0..30 {
            let place = Place::with(&first);
            place.put("mine", "mine");
            let _ = write(&Dying::at(operation, true, false), &place.request(&second), false);
            let _ = write(&Dying::at(next, true, false), &place.request(&third), false);
            assert!(!place.write(&third, false).unwrap().refused, "{operation}, {next}");
            let end = [("a", "uno"), ("c", "tres"), ("mine", "mine"), ("z", "zeta")];
            assert_eq!(place.files(), files(&end), "{operation}, {next}");
        }
    }
}

#[test]
fn a_part_that_was_stopped_is_remembered_while_another_part_is_written() {
    let only = ["b".to_owned()];
    let mut part = FileTree::new();
    part.add("b", "b", "1".to_owned(), None);
    for operation in 0..20 {
        let place = Place::with(&[("a", "1"), ("c", "3")]);
        let wanted = tree(&[("a", "one"), ("d", "4")]);
        let _ = write(&Dying::at(operation, false, false), &place.request(&wanted), false);
        let request = Request { only: &only, ..place.request(&part) };
        assert!(!write(&Machine, &request, false).unwrap().refused);
        assert!(!place.write(&wanted, false).unwrap().refused, "{operation}");
        assert_eq!(place.files(), files(&[("a", "one"), ("d", "4")]), "{operation}");
    }
}

#[test]
fn a_full_disk_changes_no_file() {
    let place = Place::with(&[("a", "1"), ("b", "2")]);
    let before = place.everything();
    let wanted = tree(&[("a", "one"), ("b", "two")]);
    // The contents come before anything else changes: making the temporary directory is operation 0.
    for operation in 0..4 {
        let failure = write(&Dying::at(operation, true, true), &place.request(&wanted), false).unwrap_err();
        assert!(failure.to_string().contains("stopped"), "{failure}");
        assert_eq!(place.everything(), before, "{operation}");
    }
}
