//! Acting on a comparison, so that a run that is killed at any point can be completed by the next one.

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::compare::{Comparison, Item, State, check, in_parallel, is_there};
use super::disk::{Disk, Found, Lock};
use super::manifest::{Entry, Manifest, Step, VERSION, hash};
use super::{Failure, MANIFEST, PRIVATE, Request};
use crate::tree::Ownership;

/// Where new contents wait until all of them are written.
const TEMPORARY: &str = ".platc/tmp";
/// Where `--force` keeps what it overwrites.
const BACKUP: &str = ".platc/backup";

/// What a run did, or refused to do.
#[derive(Debug)]
pub struct Written {
    /// What it found.
    pub comparison: Comparison,
    /// Whether it refused: then nothing was written at all.
    pub refused: bool,
    /// Where forced files are kept, below DIR: the path of the file, and of its copy.
    pub backups: Vec<(String, String)>,
}

/// Brings a directory to the state that is asked for; see the [module](super) for how.
pub fn write(disk: &dyn Disk, request: &Request<'_>, force: bool) -> Result<Written, Failure> {
    if !is_there(disk, request.dir)? {
        let mut comparison = check(disk, request)?;
        if comparison.fresh {
            stage(disk, request, &mut comparison)?;
            return Ok(Written { comparison, refused: false, backups: Vec::new() });
        }
    }
    // The lock comes first: what is compared must not change before it is acted upon.
    let _lock = lock(disk, request.dir)?;
    let comparison = check(disk, request)?;
    if comparison.refused(force).next().is_some() {
        return Ok(Written { comparison, refused: true, backups: Vec::new() });
    }
    let has_leftovers = disk.look(&request.dir.join(TEMPORARY)).is_ok_and(|found| found != Found::Nothing);
    if comparison.is_clean() && !has_leftovers {
        return Ok(Written { comparison, refused: false, backups: Vec::new() });
    }
    let backups = act(disk, request, &comparison).inspect_err(|_| {
        // Gives back the space that the waiting contents take. If that fails, too, the next run does it.
        let _ = clear_temporary(disk, &request.dir.join(TEMPORARY));
    })?;
    Ok(Written { comparison, refused: false, backups })
}

fn lock(disk: &dyn Disk, dir: &Path) -> Result<Lock, Failure> {
    match disk.lock(dir) {
        Ok(Some(lock)) => Ok(lock),
        Ok(None) => Err(Failure::Busy(dir.to_owned())),
        Err(error) if error.kind() == ErrorKind::NotADirectory => Err(Failure::NoDirectory(dir.to_owned())),
        Err(error) => Err(Failure::disk("lock", dir)(error)),
    }
}

/// Makes a directory that does not exist yet: beside its place, then in one move.
fn stage(disk: &dyn Disk, request: &Request<'_>, comparison: &mut Comparison) -> Result<(), Failure> {
    let dir = request.dir;
    let Some(name) = dir.file_name() else { return Err(Failure::NoDirectory(dir.to_owned())) };
    if let Some(parent) = dir.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        make_directories(disk, parent)?;
    }
    let mut staging = std::ffi::OsString::from(".");
    staging.push(name);
    staging.push(".platc-new");
    let staging = dir.with_file_name(staging);
    match disk.look(&staging).map_err(Failure::disk("read", &staging))? {
        Found::Nothing => {}
        Found::Directory => {
            let _lock = lock(disk, &staging)?;
            clear_staging(disk, &staging)?;
        }
        _ => return Err(Failure::NoDirectory(staging)),
    }
    disk.create_dir(&staging).map_err(Failure::disk("make the directory", &staging))?;
    // The lock belongs to the directory, so it goes with it to its place.
    let _lock = lock(disk, &staging)?;
    fill(disk, request, comparison, &staging).inspect_err(|_| {
        // If that fails, too, the next run does it.
        let _ = clear_staging(disk, &staging);
    })
}

/// Writes all files to the place beside DIR, takes their hashes, and moves it in.
fn fill(
    disk: &dyn Disk,
    request: &Request<'_>,
    comparison: &mut Comparison,
    staging: &Path,
) -> Result<(), Failure> {
    let dir = request.dir;
    let private = staging.join(PRIVATE);
    match disk.create_dir(&private) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => {
            return Err(Failure::disk("make the directory", &private)(error));
        }
        _ => {}
    }
    let mut made = BTreeSet::new();
    for (path, _) in request.tree.iter() {
        for (end, _) in path.match_indices('/') {
            if made.insert(&path[..end]) {
                let place = staging.join(&path[..end]);
                disk.create_dir(&place).map_err(Failure::disk("make the directory", &place))?;
            }
        }
    }
    in_parallel(&mut comparison.items, |item| {
        let Some(file) = request.tree.get(&item.path) else { return Ok(()) };
        let text = file.text();
        item.new = (file.ownership == Ownership::Generated).then(|| hash(text.as_bytes()));
        disk.write_new(&staging.join(&item.path), text.as_bytes())
            .map_err(Failure::disk("write", dir.join(&item.path)))
    })?;
    let manifest = final_manifest(request, comparison);
    disk.write_new(&staging.join(MANIFEST), manifest.text().as_bytes())
        .map_err(Failure::disk("write", dir.join(MANIFEST)))?;
    disk.rename(staging, dir).map_err(Failure::disk("move the new output to", dir))
}

/// Removes what an earlier run staged and did not move in: only if it shows platc's own mark.
fn clear_staging(disk: &dyn Disk, staging: &Path) -> Result<(), Failure> {
    let read = |path: &Path| disk.list(path).map_err(Failure::disk("read", path));
    let names = read(staging)?;
    if !names.is_empty() && !names.iter().any(|name| name == PRIVATE) {
        return Err(Failure::NoDirectory(staging.to_owned()));
    }
    // The mark goes last, so that a run that is stopped here can be completed, too.
    let mut directories = vec![staging.to_owned()];
    let mut open: Vec<PathBuf> =
        names.iter().filter(|name| *name != PRIVATE).map(|name| staging.join(name)).collect();
    let private = staging.join(PRIVATE);
    loop {
        while let Some(path) = open.pop() {
            if disk.look(&path).map_err(Failure::disk("read", &path))? == Found::Directory {
                open.extend(read(&path)?.iter().map(|name| path.join(name)));
                directories.push(path);
            } else {
                disk.remove_file(&path).map_err(Failure::disk("remove", &path))?;
            }
        }
        for directory in directories.drain(1..).rev() {
            disk.remove_dir(&directory).map_err(Failure::disk("remove", &directory))?;
        }
        if disk.look(&private).map_err(Failure::disk("read", &private))? == Found::Nothing {
            break;
        }
        open.push(private.clone());
    }
    disk.remove_dir(staging).map_err(Failure::disk("remove", staging))
}

/// Makes a directory and those above it that are missing.
fn make_directories(disk: &dyn Disk, path: &Path) -> Result<(), Failure> {
    let mut missing = Vec::new();
    for ancestor in path.ancestors().filter(|ancestor| !ancestor.as_os_str().is_empty()) {
        if disk.look(ancestor).map_err(Failure::disk("read", ancestor))? != Found::Nothing {
            break;
        }
        missing.push(ancestor);
    }
    for directory in missing.into_iter().rev() {
        match disk.create_dir(directory) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => {
                return Err(Failure::disk("make the directory", directory)(error));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Changes a directory that exists: steps 3 to 6 of the protocol, and the copies of what is overwritten by force.
fn act(
    disk: &dyn Disk,
    request: &Request<'_>,
    comparison: &Comparison,
) -> Result<Vec<(String, String)>, Failure> {
    let dir = request.dir;
    let private = dir.join(PRIVATE);
    ensure_directory(disk, &private)?;
    let backups = back_up(disk, dir, comparison)?;

    let temporary = dir.join(TEMPORARY);
    clear_temporary(disk, &temporary)?;
    disk.create_dir(&temporary).map_err(Failure::disk("make the directory", &temporary))?;
    let mut written: Vec<(&Item, PathBuf)> = comparison
        .items
        .iter()
        .filter(|item| item.state.is_written())
        .enumerate()
        .map(|(number, item)| (item, temporary.join(number.to_string())))
        .collect();
    in_parallel(&mut written, |(item, waiting)| {
        let Some(file) = request.tree.get(&item.path) else { return Ok(()) };
        disk.write_new(waiting, file.text().as_bytes()).map_err(Failure::disk("write", dir.join(&item.path)))
    })?;
    let last = temporary.join("manifest.json");
    disk.write_new(&last, final_manifest(request, comparison).text().as_bytes())
        .map_err(Failure::disk("write", dir.join(MANIFEST)))?;

    let is_stale = |item: &&Item| matches!(item.state, State::Removed | State::Gone);
    let removed: Vec<&Item> = comparison.items.iter().filter(is_stale).collect();
    if !written.is_empty() || !removed.is_empty() {
        let first = temporary.join("unfinished.json");
        disk.write_new(&first, begun_manifest(comparison).text().as_bytes())
            .map_err(Failure::disk("write", dir.join(MANIFEST)))?;
        disk.rename(&first, &dir.join(MANIFEST)).map_err(Failure::disk("write", dir.join(MANIFEST)))?;
    }
    remove_stale(disk, request, &removed)?;
    let mut made = BTreeSet::new();
    for (item, waiting) in &written {
        for (end, _) in item.path.match_indices('/') {
            if made.insert(&item.path[..end]) {
                ensure_directory(disk, &dir.join(&item.path[..end]))?;
            }
        }
        let place = dir.join(&item.path);
        same_as_compared(disk, item, &place)?;
        disk.rename(waiting, &place).map_err(Failure::disk("write", &place))?;
    }
    disk.rename(&last, &dir.join(MANIFEST)).map_err(Failure::disk("write", dir.join(MANIFEST)))?;
    disk.remove_dir(&temporary).map_err(Failure::disk("remove", &temporary))?;
    Ok(backups)
}

fn ensure_directory(disk: &dyn Disk, path: &Path) -> Result<(), Failure> {
    match disk.look(path).map_err(Failure::disk("read", path))? {
        Found::Directory => Ok(()),
        Found::Nothing => disk.create_dir(path).map_err(Failure::disk("make the directory", path)),
        _ => Err(Failure::Raced(path.to_owned())),
    }
}

fn clear_temporary(disk: &dyn Disk, temporary: &Path) -> Result<(), Failure> {
    match disk.look(temporary).map_err(Failure::disk("read", temporary))? {
        Found::Nothing => return Ok(()),
        Found::Directory => {}
        _ => return Err(Failure::NoDirectory(temporary.to_owned())),
    }
    for name in disk.list(temporary).map_err(Failure::disk("read", temporary))? {
        let path = temporary.join(name);
        disk.remove_file(&path).map_err(Failure::disk("remove", &path))?;
    }
    disk.remove_dir(temporary).map_err(Failure::disk("remove", temporary))
}

/// Keeps copies of what is about to be overwritten by force, each run in a folder of its own.
fn back_up(disk: &dyn Disk, dir: &Path, comparison: &Comparison) -> Result<Vec<(String, String)>, Failure> {
    let forced: Vec<&Item> =
        comparison.items.iter().filter(|item| matches!(item.state, State::Edited | State::Foreign)).collect();
    if forced.is_empty() {
        return Ok(Vec::new());
    }
    let root = dir.join(BACKUP);
    ensure_directory(disk, &root)?;
    // Copies are for the person at this machine; they do not belong into version control.
    let ignore = root.join(".gitignore");
    if disk.look(&ignore).map_err(Failure::disk("read", &ignore))? == Found::Nothing {
        disk.write_new(&ignore, b"*\n").map_err(Failure::disk("write", &ignore))?;
    }
    let mut number = 1_u32;
    while disk.look(&root.join(number.to_string())).map_err(Failure::disk("read", &root))? != Found::Nothing {
        number += 1;
    }
    let mut backups = Vec::with_capacity(forced.len());
    for item in forced {
        let copy = format!("{BACKUP}/{number}/{}", item.path);
        let place = dir.join(&item.path);
        let bytes = disk.read(&place).map_err(Failure::disk("read", &place))?;
        let target = dir.join(&copy);
        if let Some(parent) = target.parent() {
            make_directories(disk, parent)?;
        }
        disk.write_new(&target, &bytes).map_err(Failure::disk("write", &target))?;
        backups.push((item.path.clone(), copy));
    }
    Ok(backups)
}

/// Removes files that are no longer made, and the directories that they leave empty.
fn remove_stale(disk: &dyn Disk, request: &Request<'_>, removed: &[&Item]) -> Result<(), Failure> {
    let mut parents = BTreeSet::new();
    for item in removed {
        if item.state == State::Removed {
            let place = request.dir.join(&item.path);
            same_as_compared(disk, item, &place)?;
            disk.remove_file(&place).map_err(Failure::disk("remove", &place))?;
        }
        parents.extend(item.path.match_indices('/').map(|(end, _)| &item.path[..end]));
    }
    // Deeper directories come later in the order of the text, so the reverse order empties parents last.
    for parent in parents.into_iter().rev() {
        if request.tree.has_below(parent) {
            continue;
        }
        let place = request.dir.join(parent);
        let is_directory = disk.look(&place).map_err(Failure::disk("read", &place))? == Found::Directory;
        if is_directory && disk.list(&place).map_err(Failure::disk("read", &place))?.is_empty() {
            disk.remove_dir(&place).map_err(Failure::disk("remove", &place))?;
        }
    }
    Ok(())
}

/// Looks once more, in the moment before a file is replaced or removed: a person may have saved it just now.
fn same_as_compared(disk: &dyn Disk, item: &Item, place: &Path) -> Result<(), Failure> {
    let found = disk.look(place).map_err(Failure::disk("read", place))?;
    let same = match (item.stamp, found) {
        (Some(stamp), Found::File(now)) => stamp == now,
        (None, Found::Nothing) => true,
        _ => false,
    };
    if same { Ok(()) } else { Err(Failure::Raced(place.to_owned())) }
}

/// The manifest while the run is at work: what is on disk now and is platc's, and what is going to happen.
fn begun_manifest(comparison: &Comparison) -> Manifest {
    let mut manifest = comparison.manifest.clone();
    manifest.version = VERSION;
    for item in &comparison.items {
        // What is there was compared and belongs to platc: the one content before.
        if matches!(item.state, State::Unchanged | State::Adopted | State::Changed | State::Removed)
            && item.there.is_some()
        {
            let entry = Entry { backend: item.backend.clone(), sha256: item.there.clone() };
            manifest.files.insert(item.path.clone(), entry);
        }
        let is_generated = item.new.is_some();
        if item.state == State::Removed || (item.state.is_written() && is_generated) {
            let step = Step { backend: item.backend.clone(), after: item.new.clone() };
            manifest.unfinished.insert(item.path.clone(), step);
        } else {
            manifest.unfinished.remove(&item.path);
        }
    }
    manifest
}

/// The manifest when the run has ended. What it is not about stays as it was.
fn final_manifest(request: &Request<'_>, comparison: &Comparison) -> Manifest {
    let old = &comparison.manifest;
    let mut manifest = Manifest {
        version: VERSION,
        platc: request.platc.to_owned(),
        spec: request.spec.to_owned(),
        ..Manifest::default()
    };
    let kept = |backend: &str, path: &str| !request.selects(backend) && request.tree.get(path).is_none();
    manifest.files.extend(
        old.files
            .iter()
            .filter(|(path, entry)| kept(&entry.backend, path))
            .map(|(path, entry)| (path.clone(), entry.clone())),
    );
    manifest.unfinished.extend(
        old.unfinished
            .iter()
            .filter(|(path, step)| kept(&step.backend, path))
            .map(|(path, step)| (path.clone(), step.clone())),
    );
    for item in &comparison.items {
        let Some(file) = request.tree.get(&item.path) else { continue };
        let sha256 = match file.ownership {
            Ownership::Generated => item.new.clone(),
            Ownership::Scaffold => None,
        };
        manifest.files.insert(item.path.clone(), Entry { backend: item.backend.clone(), sha256 });
    }
    manifest
}
