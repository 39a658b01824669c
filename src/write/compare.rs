//! What a run would do to every file, before anything is done.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::disk::{Disk, Found, Stamp};
use super::manifest::{Manifest, hash};
use super::{Failure, MANIFEST, PRIVATE, Request};
use crate::tree::{File, FileTree, Ownership, Refusal};

/// What is to be done about a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// It is there as it should be.
    Unchanged,
    /// It is not there yet.
    Created,
    /// It was there, and is not any more: it is made again.
    Missing,
    /// It has an earlier content of platc's: it is replaced.
    Changed,
    /// It is there as it should be, and platc did not know: it is taken into the manifest.
    Adopted,
    /// platc does not make it any more, and nobody edited it: it is removed.
    Removed,
    /// platc does not make it any more, and it is gone already.
    Gone,
    /// platc does not make it any more, and somebody edited it: it is kept, and is theirs from now on.
    Released,
    /// Somebody edited it. Refused unless forced.
    Edited,
    /// A file that platc did not make stands at its place. Refused unless forced.
    Foreign,
    /// Something that is no file of platc's to replace stands in the way. Always refused.
    Blocked,
    /// A scaffold that is started now.
    Started,
    /// A scaffold that was started before, or whose place is taken: left alone.
    Kept,
}

impl State {
    /// The word for it in output for programs and people.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unchanged => "unchanged",
            Self::Created => "created",
            Self::Missing => "missing",
            Self::Changed => "changed",
            Self::Adopted => "adopted",
            Self::Removed => "removed",
            Self::Gone => "gone",
            Self::Released => "released",
            Self::Edited => "edited",
            Self::Foreign => "foreign",
            Self::Blocked => "blocked",
            Self::Started => "started",
            Self::Kept => "kept",
        }
    }

    /// Whether nothing is to be done about it.
    #[must_use]
    pub const fn is_clean(self) -> bool {
        matches!(self, Self::Unchanged | Self::Kept)
    }

    /// Whether the run is refused because of it.
    #[must_use]
    pub const fn is_refused(self, force: bool) -> bool {
        match self {
            Self::Blocked => true,
            Self::Edited | Self::Foreign => !force,
            _ => false,
        }
    }

    /// Whether a new content is moved to its place, once it is not refused.
    pub(super) const fn is_written(self) -> bool {
        matches!(
            self,
            Self::Created | Self::Missing | Self::Changed | Self::Edited | Self::Foreign | Self::Started
        )
    }
}

/// A file and what is to be done about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its path inside DIR.
    pub path: String,
    /// The back end that makes it, or made it.
    pub backend: String,
    /// What is to be done.
    pub state: State,
    /// What stands in the way, for [`State::Blocked`].
    pub obstacle: Option<String>,
    /// The hash of the new content; `None` for scaffolds and for files that are no longer made.
    pub(super) new: Option<String>,
    /// The hash of what is there, where it was read.
    pub(super) there: Option<String>,
    /// By what a change since then is told.
    pub(super) stamp: Option<Stamp>,
}

/// The comparison of a tree with a directory.
#[derive(Debug)]
pub struct Comparison {
    /// Whether DIR does not exist yet.
    pub fresh: bool,
    /// Whether an earlier run was stopped in the middle.
    pub unfinished: bool,
    /// Every file of the tree and of the manifest that the request is about, in the order of the paths.
    pub items: Vec<Item>,
    pub(super) manifest: Manifest,
}

impl Comparison {
    /// Whether a run would do nothing.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        !self.fresh && !self.unfinished && self.items.iter().all(|item| item.state.is_clean())
    }

    /// Those files because of which a run is refused.
    pub fn refused(&self, force: bool) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(move |item| item.state.is_refused(force))
    }

    /// How many files have a state.
    #[must_use]
    pub fn count(&self, state: State) -> usize {
        self.items.iter().filter(|item| item.state == state).count()
    }
}

/// Compares, and changes nothing.
pub fn check(disk: &dyn Disk, request: &Request<'_>) -> Result<Comparison, Failure> {
    check_tree(request.tree)?;
    let fresh = !is_there(disk, request.dir)?;
    let manifest = if fresh { Manifest::default() } else { read_manifest(disk, request.dir)? };
    let mut items = compare_tree(disk, request, &manifest, fresh)?;
    add_stale(disk, request, &manifest, &mut items)?;
    settle_obstacles(disk, request, &manifest, fresh, &mut items)?;
    let unfinished = manifest.unfinished.values().any(|step| request.selects(&step.backend));
    Ok(Comparison { fresh, unfinished, items, manifest })
}

/// Whether DIR exists. It may be a link: the user named it.
pub(super) fn is_there(disk: &dyn Disk, dir: &Path) -> Result<bool, Failure> {
    match disk.look(dir).map_err(Failure::disk("read", dir))? {
        Found::Nothing => Ok(false),
        Found::Directory => Ok(true),
        Found::Link if disk.list(dir).is_ok() => Ok(true),
        Found::Link | Found::File(_) | Found::Other => Err(Failure::NoDirectory(dir.to_owned())),
    }
}

fn check_tree(tree: &FileTree<'_>) -> Result<(), Failure> {
    let mut refusals = tree.check();
    refusals.extend(
        tree.iter()
            .filter(|(path, _)| {
                path.split('/').next().is_some_and(|first| first.eq_ignore_ascii_case(PRIVATE))
            })
            .map(|(path, _)| Refusal::Path(path.to_owned())),
    );
    if refusals.is_empty() { Ok(()) } else { Err(Failure::Tree(refusals)) }
}

fn read_manifest(disk: &dyn Disk, dir: &Path) -> Result<Manifest, Failure> {
    let path = dir.join(MANIFEST);
    for inside in [dir.join(PRIVATE), path.clone()] {
        match disk.look(&inside).map_err(Failure::disk("read", &inside))? {
            Found::Nothing => return Ok(Manifest::default()),
            Found::Link | Found::Other => return Err(Failure::NoDirectory(inside)),
            Found::File(_) if inside != path => return Err(Failure::NoDirectory(inside)),
            Found::Directory if inside == path => return Err(Failure::NoDirectory(inside)),
            Found::File(_) | Found::Directory => {}
        }
    }
    let bytes = disk.read(&path).map_err(Failure::disk("read", &path))?;
    Manifest::parse(&bytes).map_err(|problem| Failure::Manifest { path, problem })
}

/// Decides about every file of the tree.
fn compare_tree(
    disk: &dyn Disk,
    request: &Request<'_>,
    manifest: &Manifest,
    fresh: bool,
) -> Result<Vec<Item>, Failure> {
    let item = |(path, file): (&str, &File<'_>)| Item {
        path: path.to_owned(),
        backend: file.backend.to_owned(),
        state: State::Created,
        obstacle: None,
        new: None,
        there: None,
        stamp: None,
    };
    let mut items: Vec<Item> = request.tree.iter().map(item).collect();
    in_parallel(&mut items, |item| {
        let Some(file) = request.tree.get(&item.path) else { return Ok(()) };
        compare_file(disk, request, manifest, fresh, item, file)
    })?;
    Ok(items)
}

/// Does something about every file, on as many threads as help: making, reading and hashing texts take most of the time.
/// They take the next few files each time, since some files are much larger than others. What goes wrong is told of all.
pub(super) fn in_parallel<T: Send>(
    files: &mut [T],
    act: impl Fn(&mut T) -> Result<(), Failure> + Sync,
) -> Result<(), Failure> {
    const SHARE: usize = 16;
    let threads = thread::available_parallelism().map_or(1, usize::from).min(4);
    let threads = if files.len() < 4 * SHARE { 1 } else { threads };
    let shares = Mutex::new(files.chunks_mut(SHARE).enumerate());
    let next = || shares.lock().unwrap_or_else(PoisonError::into_inner).next();
    let take = || {
        let mut failures = Vec::new();
        while let Some((number, share)) = next() {
            failures.extend(share.iter_mut().filter_map(|file| Some((number, act(file).err()?))));
        }
        failures
    };
    let mut failures = thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(take)).collect();
        let mut failures = take();
        for other in others {
            failures.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        failures
    });
    // In the order of the files, whichever thread was first.
    failures.sort_by_key(|(number, _)| *number);
    Failure::all(failures.into_iter().map(|(_, failure)| failure))
}

fn compare_file(
    disk: &dyn Disk,
    request: &Request<'_>,
    manifest: &Manifest,
    fresh: bool,
    item: &mut Item,
    file: &File<'_>,
) -> Result<(), Failure> {
    let path = item.path.as_str();
    let place = request.dir.join(path);
    let found =
        if fresh { Found::Nothing } else { disk.look(&place).map_err(Failure::disk("read", &place))? };
    if file.ownership == Ownership::Scaffold {
        let known = manifest.files.contains_key(path);
        item.state = if known || found != Found::Nothing { State::Kept } else { State::Started };
        return Ok(());
    }
    if fresh {
        // Its hash is taken when it is written, so that its text is made once.
        return Ok(());
    }
    let text = file.text();
    let new = hash(text.as_bytes());
    match found {
        Found::Nothing => {
            item.state = if manifest.generates(path) { State::Missing } else { State::Created };
        }
        Found::File(stamp) => {
            let bytes = disk.read(&place).map_err(Failure::disk("read", &place))?;
            let there = if bytes == text.as_bytes() { Cow::Borrowed(&new) } else { Cow::Owned(hash(&bytes)) };
            let recorded = manifest.files.get(path).and_then(|entry| entry.sha256.as_ref());
            item.state = if *there == new {
                let same_owner = manifest.files.get(path).is_some_and(|entry| entry.backend == file.backend);
                if recorded == Some(&new) && same_owner { State::Unchanged } else { State::Adopted }
            } else if manifest.made(path, &there) {
                State::Changed
            } else if !manifest.generates(path) {
                State::Foreign
            } else if is_lost(&bytes) {
                State::Missing
            } else {
                State::Edited
            };
            item.there = Some(there.into_owned());
            item.stamp = Some(stamp);
        }
        Found::Directory => block(item, "a directory has its name"),
        Found::Link => block(item, "a symbolic link has its name"),
        Found::Other => block(item, "a device or pipe has its name"),
    }
    item.new = Some(new);
    Ok(())
}

fn block(item: &mut Item, obstacle: impl Into<String>) {
    item.state = State::Blocked;
    item.obstacle = Some(obstacle.into());
}

/// Whether a content is what a power cut leaves of a file: nothing, or zeros. No person wrote either.
fn is_lost(bytes: &[u8]) -> bool {
    bytes.iter().all(|&byte| byte == 0)
}

/// Decides about the files that the manifest has and the tree has not.
fn add_stale(
    disk: &dyn Disk,
    request: &Request<'_>,
    manifest: &Manifest,
    items: &mut Vec<Item>,
) -> Result<(), Failure> {
    let files = manifest.files.iter().map(|(path, entry)| (path, &entry.backend, entry.sha256.is_some()));
    let steps = manifest.unfinished.iter().map(|(path, step)| (path, &step.backend, true));
    let mut stale: BTreeMap<&str, &str> = BTreeMap::new();
    for (path, backend, generated) in files.chain(steps) {
        if generated && request.selects(backend) && request.tree.get(path).is_none() {
            stale.insert(path, backend);
        }
    }
    for (path, backend) in stale {
        let place = request.dir.join(path);
        let mut item = Item {
            path: path.to_owned(),
            backend: backend.to_owned(),
            state: State::Gone,
            obstacle: None,
            new: None,
            there: None,
            stamp: None,
        };
        // What lies behind a link is not platc's, even if it looks the same.
        if behind_link(disk, request.dir, path)? {
            item.state = State::Released;
            items.push(item);
            continue;
        }
        match disk.look(&place).map_err(Failure::disk("read", &place))? {
            Found::Nothing => {}
            Found::File(stamp) => {
                let bytes = disk.read(&place).map_err(Failure::disk("read", &place))?;
                let there = hash(&bytes);
                item.state = if manifest.made(path, &there) || is_lost(&bytes) {
                    State::Removed
                } else {
                    State::Released
                };
                item.there = Some(there);
                item.stamp = Some(stamp);
            }
            Found::Directory | Found::Link | Found::Other => item.state = State::Released,
        }
        items.push(item);
    }
    items.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(())
}

fn behind_link(disk: &dyn Disk, dir: &Path, path: &str) -> Result<bool, Failure> {
    for (end, _) in path.match_indices('/') {
        let parent = dir.join(&path[..end]);
        match disk.look(&parent).map_err(Failure::disk("read", &parent))? {
            Found::Link => return Ok(true),
            Found::Directory => {}
            _ => return Ok(false),
        }
    }
    Ok(false)
}

/// Blocks files whose parents are no directories, and lets those through whose obstacle this run removes.
fn settle_obstacles(
    disk: &dyn Disk,
    request: &Request<'_>,
    manifest: &Manifest,
    fresh: bool,
    items: &mut [Item],
) -> Result<(), Failure> {
    if fresh {
        return Ok(());
    }
    let removed: BTreeMap<String, String> = items
        .iter()
        // A run that was stopped may have removed the files, and not yet the directory that they left.
        .filter(|item| matches!(item.state, State::Removed | State::Gone))
        .map(|item| (item.path.clone(), item.path.to_lowercase()))
        .collect();
    let mut parents: BTreeMap<String, Option<&'static str>> = BTreeMap::new();
    let ours = |item: &&mut Item| item.state != State::Kept && request.tree.get(&item.path).is_some();
    for item in items.iter_mut().filter(ours) {
        if item.state == State::Blocked
            && will_be_empty(disk, &request.dir.join(&item.path), &item.path, &removed)?
        {
            item.state = State::Created;
            item.obstacle = None;
        }
        // Where case does not count, the file that is there may be one that platc made under another spelling.
        if item.state == State::Foreign
            && let Some(there) = &item.there
            && removed.iter().any(|(path, lower)| {
                *lower == item.path.to_lowercase() && *path != item.path && manifest.made(path, there)
            })
        {
            item.state = State::Created;
            item.stamp = None;
        }
        let ends: Vec<usize> = item.path.match_indices('/').map(|(end, _)| end).collect();
        for end in ends {
            let parent = &item.path[..end];
            if !parents.contains_key(parent) {
                let place = request.dir.join(parent);
                let obstacle = match disk.look(&place).map_err(Failure::disk("read", &place))? {
                    Found::Nothing | Found::Directory => None,
                    Found::File(_) if removed.contains_key(parent) => None,
                    Found::File(_) => Some("a file"),
                    Found::Link => Some("a symbolic link"),
                    Found::Other => Some("a device or pipe"),
                };
                parents.insert(parent.to_owned(), obstacle);
            }
            if let Some(Some(obstacle)) = parents.get(parent) {
                let parent = parent.to_owned();
                block(item, format!("its directory {parent} is {obstacle}"));
                break;
            }
        }
    }
    Ok(())
}

/// Whether a directory holds nothing but files that this run removes.
fn will_be_empty(
    disk: &dyn Disk,
    place: &Path,
    path: &str,
    removed: &BTreeMap<String, String>,
) -> Result<bool, Failure> {
    // An empty directory of somebody else's stays, too.
    let loses_files = |path: &str| {
        let below = format!("{path}/");
        removed.range(below.clone()..).next().is_some_and(|(path, _)| path.starts_with(&below))
    };
    if !loses_files(path) {
        return Ok(false);
    }
    let mut open: Vec<(PathBuf, String)> = vec![(place.to_owned(), path.to_owned())];
    while let Some((place, path)) = open.pop() {
        for name in disk.list(&place).map_err(Failure::disk("read", &place))? {
            let Some(text) = name.to_str() else { return Ok(false) };
            let (place, path) = (place.join(text), format!("{path}/{text}"));
            match disk.look(&place).map_err(Failure::disk("read", &place))? {
                Found::Directory if loses_files(&path) => open.push((place, path)),
                _ if removed.contains_key(&path) => {}
                _ => return Ok(false),
            }
        }
    }
    Ok(true)
}
