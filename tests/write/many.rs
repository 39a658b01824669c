//! So many files that several threads write and compare them.

use std::ffi::OsString;
use std::io;
use std::path::Path;

use platc::tree::{Chunk, File, FileTree};
use platc::write::disk::{Disk, Found, Lock, Machine};
use platc::write::{Failure, State, check, write};

use super::{Files, Place};

/// More than a thread takes at once, times the number of threads.
const MANY: usize = 333;

fn path(number: usize) -> String {
    format!("{}/{number:03}.txt", number % 7)
}

/// A text of its own for each file, of very different lengths.
fn text(number: usize, mark: &str) -> String {
    format!("{mark} {number}\n").repeat(1 + (number * 7919) % 500)
}

fn texts(mark: &str) -> Files {
    (0..MANY).map(|number| (path(number), text(number, mark))).collect()
}

/// Every other text is made when it is asked for.
fn tree(mark: &'static str) -> FileTree<'static> {
    let mut tree = FileTree::new();
    for number in 0..MANY {
        let chunks = move || vec![Chunk { text: text(number, mark), origin: None }];
        let file = match number % 2 {
            0 => File::generated("a", chunks()),
            _ => File::later("a", chunks),
        };
        tree.insert(path(number), file);
    }
    tree
}

/// A disk on which no file of some numbers can be read or written.
struct Broken(fn(&Path) -> bool);

impl Broken {
    fn refuses(&self, path: &Path) -> io::Result<()> {
        if (self.0)(path) { Err(io::Error::other("the sector is bad")) } else { Ok(()) }
    }
}

impl Disk for Broken {
    fn look(&self, path: &Path) -> io::Result<Found> {
        Machine.look(path)
    }
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.refuses(path).and_then(|()| Machine.read(path))
    }
    fn list(&self, path: &Path) -> io::Result<Vec<OsString>> {
        Machine.list(path)
    }
    fn write_new(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        self.refuses(path).and_then(|()| Machine.write_new(path, bytes))
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        Machine.rename(from, to)
    }
    fn remove_file(&self, path: &Path) -> io::Result<()> {
        Machine.remove_file(path)
    }
    fn remove_dir(&self, path: &Path) -> io::Result<()> {
        Machine.remove_dir(path)
    }
    fn create_dir(&self, path: &Path) -> io::Result<()> {
        Machine.create_dir(path)
    }
    fn lock(&self, directory: &Path) -> io::Result<Option<Lock>> {
        Machine.lock(directory)
    }
}

/// Three files that different threads are likely to meet.
fn is_broken(path: &Path) -> bool {
    ["4/011.txt", "3/150.txt", "0/329.txt"].iter().any(|broken| path.ends_with(broken))
}

/// The files that a failure names, in its order.
fn named(failure: &Failure) -> Vec<String> {
    let Failure::Several(failures) = failure else { panic!("only one is told: {failure}") };
    let file = |failure: &Failure| match failure {
        Failure::Disk { path, .. } => {
            let name = path.file_name().expect("a name");
            name.to_str().expect("of text").to_owned()
        }
        other => panic!("{other}"),
    };
    failures.iter().map(file).collect()
}

#[test]
fn many_files_are_written_whole_each_with_its_own_text() {
    let place = Place::new();
    let written = place.write(&tree("first"), false).unwrap();
    assert_eq!(written.comparison.count(State::Created), MANY);
    assert_eq!(place.files(), texts("first"));
    assert!(place.check(&tree("first")).unwrap().is_clean(), "the manifest has the hash of each");
}

#[test]
fn many_files_are_replaced_whole_each_with_its_own_text() {
    let place = Place::new();
    place.write(&tree("first"), false).unwrap();
    let written = place.write(&tree("second"), false).unwrap();
    assert_eq!(written.comparison.count(State::Changed), MANY);
    assert_eq!(place.files(), texts("second"));
    assert!(place.check(&tree("second")).unwrap().is_clean());
}

#[test]
fn a_hand_edit_among_many_files_is_found() {
    let place = Place::new();
    place.write(&tree("first"), false).unwrap();
    place.put("3/150.txt", "by hand");
    let written = place.write(&tree("second"), false).unwrap();
    let refused: Vec<_> = written.comparison.refused(false).map(|item| item.path.as_str()).collect();
    assert_eq!(refused, ["3/150.txt"]);
    assert_eq!(place.read("3/150.txt"), "by hand");
    assert_eq!(place.read("0/000.txt"), text(0, "first"), "nothing else was written");
}

#[test]
fn all_files_that_cannot_be_written_are_told_in_the_order_of_their_paths() {
    let place = Place::new();
    let wanted = tree("first");
    let failure = write(&Broken(is_broken), &place.request(&wanted), false).unwrap_err();
    assert_eq!(named(&failure), ["329.txt", "150.txt", "011.txt"]);
    assert_eq!(failure.to_string().matches("the sector is bad").count(), 3);
    assert!(!place.dir.exists(), "a new directory is there as a whole or not at all");
}

#[test]
fn all_files_that_cannot_be_read_are_told_in_the_order_of_their_paths() {
    let place = Place::new();
    place.write(&tree("first"), false).unwrap();
    let wanted = tree("second");
    let failure = check(&Broken(is_broken), &place.request(&wanted)).unwrap_err();
    assert_eq!(named(&failure), ["329.txt", "150.txt", "011.txt"]);
    assert_eq!(place.files(), texts("first"));
}

#[test]
fn of_a_disk_that_refuses_everything_some_files_are_named_and_the_others_counted() {
    let place = Place::new();
    let wanted = tree("first");
    let every_text = |path: &Path| path.extension().is_some_and(|end| end == "txt");
    let failure = write(&Broken(every_text), &place.request(&wanted), false).unwrap_err();
    let message = failure.to_string();
    assert_eq!(message.matches("cannot write").count(), 10, "{message}");
    assert!(message.ends_with("; and 323 more"), "{message}");
}
