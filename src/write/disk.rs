//! The operations that the writer needs of a disk, and the real one.
//!
//! Every access of the writer goes through [`Disk`], so that a test can fail or stop at each of them.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Write};
use std::path::Path;
use std::time::SystemTime;

/// What stands at a path; a symbolic link counts as itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// Nothing.
    Nothing,
    /// A file.
    File(Stamp),
    /// A directory.
    Directory,
    /// A symbolic link, whatever it points to.
    Link,
    /// A device, a socket, a named pipe.
    Other,
}

/// By what a file that changed is told without reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// The size in bytes.
    pub len: u64,
    /// When it was last written, where the system says so.
    pub modified: Option<SystemTime>,
}

/// Keeps other runs out while it lives; the system releases it when the process ends, however it ends.
#[derive(Debug)]
pub struct Lock {
    _held: Option<File>,
}

impl Lock {
    /// A lock that holds nothing, for disks that are not real.
    #[must_use]
    pub const fn none() -> Self {
        Self { _held: None }
    }
}

/// A disk.
pub trait Disk: Sync {
    /// What stands at a path.
    fn look(&self, path: &Path) -> io::Result<Found>;
    /// The bytes of a file.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;
    /// The names in a directory, in any order.
    fn list(&self, path: &Path) -> io::Result<Vec<OsString>>;
    /// Writes a file that is not there yet.
    fn write_new(&self, path: &Path, bytes: &[u8]) -> io::Result<()>;
    /// Moves a file or directory, over an existing file if there is one.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Removes a file.
    fn remove_file(&self, path: &Path) -> io::Result<()>;
    /// Removes an empty directory.
    fn remove_dir(&self, path: &Path) -> io::Result<()>;
    /// Makes a directory whose parent is there.
    fn create_dir(&self, path: &Path) -> io::Result<()>;
    /// Locks a directory; `None` if another run holds it.
    fn lock(&self, directory: &Path) -> io::Result<Option<Lock>>;
}

/// The disk of the machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct Machine;

impl Disk for Machine {
    fn look(&self, path: &Path) -> io::Result<Found> {
        let data = match fs::symlink_metadata(path) {
            Ok(data) => data,
            // A file where a directory is expected: there is nothing below it.
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                return Ok(Found::Nothing);
            }
            Err(error) => return Err(error),
        };
        let kind = data.file_type();
        Ok(if kind.is_symlink() {
            Found::Link
        } else if kind.is_dir() {
            Found::Directory
        } else if kind.is_file() {
            Found::File(Stamp { len: data.len(), modified: data.modified().ok() })
        } else {
            Found::Other
        })
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        fs::read(path)
    }

    fn list(&self, path: &Path) -> io::Result<Vec<OsString>> {
        fs::read_dir(path)?.map(|entry| entry.map(|entry| entry.file_name())).collect()
    }

    fn write_new(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        OpenOptions::new().write(true).create_new(true).open(path)?.write_all(bytes)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn remove_dir(&self, path: &Path) -> io::Result<()> {
        fs::remove_dir(path)
    }

    fn create_dir(&self, path: &Path) -> io::Result<()> {
        fs::create_dir(path)
    }

    /// Locks the directory itself, which leaves nothing behind. Where a system cannot (Windows, some network file
    /// systems), a file in `.platc` is locked instead.
    fn lock(&self, directory: &Path) -> io::Result<Option<Lock>> {
        if let Ok(handle) = File::open(directory) {
            match handle.try_lock() {
                Ok(()) => return Ok(Some(Lock { _held: Some(handle) })),
                Err(TryLockError::WouldBlock) => return Ok(None),
                Err(TryLockError::Error(_)) => {}
            }
        }
        let private = directory.join(super::PRIVATE);
        match fs::create_dir(&private) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
        let file = OpenOptions::new().write(true).create(true).truncate(false).open(private.join("lock"))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Lock { _held: Some(file) })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}
