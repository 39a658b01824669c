//! From a file tree to a directory on disk.
//!
//! The only code that changes an output directory. It compares first, decides about every file, and acts only if
//! nothing that a person wrote would be lost. The protocol, which holds against a kill at any point:
//!
//! 1. DIR is locked, so that two runs never interleave.
//! 2. Everything is compared. One refusal, and nothing is written at all.
//! 3. All new contents go to `.platc/tmp`. A full disk is noticed here, before any file has changed.
//! 4. The manifest is replaced by one that also lists what is about to happen (`unfinished`).
//! 5. Files are removed, directories made, new files moved in: one rename each.
//! 6. The final manifest is moved in.
//!
//! A run that was stopped after step 4 leaves files whose content is either the one before or the one after; the
//! next run knows both as platc's own and completes the work. A DIR that does not exist yet is staged beside its
//! place and moved in with one rename.
//!
//! Nothing is flushed with `fsync`: a killed process loses nothing that it wrote, and after a power cut the output can
//! be made again. A generated file that the cut left empty or full of zeros counts as missing, not as an edit.

mod apply;
mod compare;
pub mod disk;
mod edit;
pub mod manifest;

use std::io;
use std::path::{Path, PathBuf};

use crate::tree::{FileTree, Refusal};

pub use apply::{Written, write};
pub use compare::{Comparison, Item, State, check};
pub use edit::{Edit, Hunk, edit_of};

/// The directory inside DIR that is platc's own.
pub const PRIVATE: &str = ".platc";
/// The manifest inside DIR.
pub const MANIFEST: &str = ".platc/manifest.json";

/// What is to be on disk, and where.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// The output directory.
    pub dir: &'a Path,
    /// The files.
    pub tree: &'a FileTree<'a>,
    /// The back ends that the tree is of; empty for all. Files of others are left alone.
    pub only: &'a [String],
    /// The hash of the resolved spec, for the manifest.
    pub spec: &'a str,
    /// The version of platc, for the manifest.
    pub platc: &'a str,
}

impl Request<'_> {
    fn selects(&self, backend: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|name| name == backend)
    }
}

/// Why the disk could not be compared or changed.
#[derive(Debug)]
pub enum Failure {
    /// The files make no tree: a fault of platc or of a name that a check let through.
    Tree(Vec<Refusal>),
    /// The system refused an operation.
    Disk {
        /// What was being done: `write`, `read` ...
        doing: &'static str,
        /// To what.
        path: PathBuf,
        /// Why not.
        error: io::Error,
    },
    /// The manifest cannot be understood.
    Manifest {
        /// Where it is.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// Another run is at work in the directory.
    Busy(PathBuf),
    /// A file changed while platc was at work.
    Raced(PathBuf),
    /// DIR is not a directory, or the place for staging it is taken.
    NoDirectory(PathBuf),
    /// Several of these, each about another file.
    Several(Vec<Self>),
}

/// Failures that are shown one by one: a full disk has one for each file.
const SHOWN: usize = 10;

impl Failure {
    fn disk(doing: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |error| Self::Disk { doing, path, error }
    }

    /// What went wrong with several files, if anything did.
    fn all(failures: impl IntoIterator<Item = Self>) -> Result<(), Self> {
        let mut failures: Vec<Self> = failures.into_iter().collect();
        match failures.len() {
            0 => Ok(()),
            1 => failures.pop().map_or(Ok(()), Err),
            _ => Err(Self::Several(failures)),
        }
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Tree(refusals) => {
                write!(f, "the output makes no tree of files")?;
                refusals.iter().try_for_each(|refusal| write!(f, "; {refusal}"))
            }
            Self::Disk { doing, path, error } => {
                write!(f, "cannot {doing} {}: {}", path.display(), reason(error))
            }
            Self::Manifest { path, problem } => {
                write!(
                    f,
                    "cannot understand {}: {problem}. Restore it from version control, or remove it: files that equal \
                     what platc makes are then taken over, and all others are kept",
                    path.display()
                )
            }
            Self::Busy(path) => {
                write!(
                    f,
                    "another run of platc is at work in {}: try again when it has ended",
                    path.display()
                )
            }
            Self::Raced(path) => {
                write!(
                    f,
                    "{} changed while platc was at work, and was left as it is: run platc again",
                    path.display()
                )
            }
            Self::NoDirectory(path) => {
                write!(f, "{} is in the way and is no directory of platc's", path.display())
            }
            Self::Several(failures) => {
                for (index, failure) in failures.iter().take(SHOWN).enumerate() {
                    write!(f, "{}{failure}", if index == 0 { "" } else { "; " })?;
                }
                match failures.len().saturating_sub(SHOWN) {
                    0 => Ok(()),
                    more => write!(f, "; and {more} more"),
                }
            }
        }
    }
}

/// The system's reason without its error number.
fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    match text.find(" (os error") {
        Some(end) => text[..end].to_owned(),
        None => text,
    }
}
