//! The files that back ends make, before anything touches a disk.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;
use std::sync::Arc;

use crate::source::At;

/// Whether platc owns a file or only starts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ownership {
    /// platc writes it, compares it, and removes it when it is no longer made.
    Generated,
    /// platc writes it once if it is absent; from then on it is the user's.
    Scaffold,
}

/// A piece of a file and the place of the spec that it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// The text.
    pub text: String,
    /// Where it comes from; `None` for what every spec gets.
    pub origin: Option<At>,
}

/// Makes the pieces of a file.
type Make<'p> = Arc<dyn Fn() -> Vec<Chunk> + Send + Sync + 'p>;

/// The pieces of a file, in order.
#[derive(Clone)]
enum Content<'p> {
    Made(Vec<Chunk>),
    Later(Make<'p>),
}

/// A file.
#[derive(Clone)]
pub struct File<'p> {
    /// Which back end makes it.
    pub backend: &'static str,
    /// Whether platc owns it.
    pub ownership: Ownership,
    content: Content<'p>,
}

impl<'p> File<'p> {
    /// A file that platc owns.
    #[must_use]
    pub const fn generated(backend: &'static str, chunks: Vec<Chunk>) -> Self {
        Self { backend, ownership: Ownership::Generated, content: Content::Made(chunks) }
    }

    /// A file that platc owns, whose pieces are made each time they are asked for: so the text of a large tree is never
    /// in memory as a whole, and is made by as many threads as write it.
    pub fn later(backend: &'static str, make: impl Fn() -> Vec<Chunk> + Send + Sync + 'p) -> Self {
        Self { backend, ownership: Ownership::Generated, content: Content::Later(Arc::new(make)) }
    }

    /// Its pieces, in order.
    #[must_use]
    pub fn chunks(&self) -> Cow<'_, [Chunk]> {
        match &self.content {
            Content::Made(chunks) => Cow::Borrowed(chunks),
            Content::Later(make) => Cow::Owned(make()),
        }
    }

    /// The whole text.
    #[must_use]
    pub fn text(&self) -> Cow<'_, str> {
        let whole = |chunks: &[Chunk]| {
            let mut text = String::with_capacity(chunks.iter().map(|chunk| chunk.text.len()).sum());
            text.extend(chunks.iter().map(|chunk| chunk.text.as_str()));
            text
        };
        match &self.content {
            Content::Made(chunks) => match &chunks[..] {
                [only] => Cow::Borrowed(&only.text),
                chunks => Cow::Owned(whole(chunks)),
            },
            Content::Later(make) => {
                let mut chunks = make();
                match &mut chunks[..] {
                    [only] => Cow::Owned(std::mem::take(&mut only.text)),
                    chunks => Cow::Owned(whole(chunks)),
                }
            }
        }
    }

    /// The same with its pieces made.
    fn made(self) -> File<'static> {
        let chunks = match self.content {
            Content::Made(chunks) => chunks,
            Content::Later(make) => make(),
        };
        File { backend: self.backend, ownership: self.ownership, content: Content::Made(chunks) }
    }
}

impl PartialEq for File<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.backend == other.backend && self.ownership == other.ownership && self.chunks() == other.chunks()
    }
}

impl Eq for File<'_> {}

impl fmt::Debug for File<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("File")
            .field("backend", &self.backend)
            .field("ownership", &self.ownership)
            .field("chunks", &self.chunks())
            .finish()
    }
}

/// Why a file cannot be part of a tree. Each is a fault of platc or of a name that a check let through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The path is absolute, has `..`, or has characters that a file system takes otherwise.
    Path(String),
    /// Two back ends, or one twice, make the same file.
    Twice(String),
    /// Two paths differ in case only, so they would be one file on some systems.
    Case(String, String),
    /// A path is a file for one and a directory for the other.
    FileAndDirectory(String, String),
    /// The text of a file cannot be made, for a reason.
    Text(String, String),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => write!(f, "`{path}` is no path inside the output directory"),
            Self::Twice(path) => write!(f, "`{path}` is made twice"),
            Self::Case(one, other) => {
                write!(f, "`{one}` and `{other}` are one file where case does not count")
            }
            Self::FileAndDirectory(file, other) => {
                write!(f, "`{file}` is a file and a directory of `{other}`")
            }
            Self::Text(path, why) => write!(f, "the text of `{path}` cannot be made: {why}"),
        }
    }
}

/// Files by path, in the order of the paths. `/` separates the parts on every system.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FileTree<'p> {
    files: BTreeMap<String, File<'p>>,
    refused: Vec<Refusal>,
}

impl<'p> FileTree<'p> {
    /// An empty tree.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a generated file of one piece.
    pub fn add(&mut self, backend: &'static str, path: impl Into<String>, text: String, origin: Option<At>) {
        let chunks = vec![Chunk { text, origin }];
        self.insert(path.into(), File::generated(backend, chunks));
    }

    /// Adds a file that platc only starts.
    pub fn scaffold(&mut self, backend: &'static str, path: impl Into<String>, text: String) {
        let chunks = vec![Chunk { text, origin: None }];
        let file = File { ownership: Ownership::Scaffold, ..File::generated(backend, chunks) };
        self.insert(path.into(), file);
    }

    /// Adds a file. What cannot be part of a tree is kept aside and reported by [`FileTree::check`].
    pub fn insert(&mut self, path: String, file: File<'p>) {
        if !is_inside(&path) {
            self.refused.push(Refusal::Path(path));
            return;
        }
        match self.files.entry(path) {
            Entry::Occupied(taken) => self.refused.push(Refusal::Twice(taken.key().clone())),
            Entry::Vacant(free) => {
                free.insert(file);
            }
        }
    }

    /// Keeps aside that a file is missing, so that no tree is written without it.
    pub fn refuse(&mut self, path: impl Into<String>, why: impl Into<String>) {
        self.refused.push(Refusal::Text(path.into(), why.into()));
    }

    /// Takes all files of another tree in.
    pub fn merge(&mut self, other: Self) {
        self.refused.extend(other.refused);
        for (path, file) in other.files {
            self.insert(path, file);
        }
    }

    /// The same with all texts made.
    #[must_use]
    pub fn made(self) -> FileTree<'static> {
        let files = self.files.into_iter().map(|(path, file)| (path, file.made())).collect();
        FileTree { files, refused: self.refused }
    }

    /// What is wrong with the tree as a whole.
    #[must_use]
    pub fn check(&self) -> Vec<Refusal> {
        let mut found = self.refused.clone();
        // Of two paths that differ in case only, one at least has a letter of the upper case, and most have none.
        let mut lower: BTreeMap<String, &str> = BTreeMap::new();
        for path in self.files.keys().filter(|path| path.bytes().any(|byte| byte.is_ascii_uppercase())) {
            let small = path.to_ascii_lowercase();
            let same = self.files.get_key_value(&small).map(|(other, _)| other.as_str());
            if let Some(other) = lower.insert(small, path).or(same) {
                found.push(Refusal::Case(other.to_owned(), path.clone()));
            }
        }
        for path in self.files.keys() {
            for (end, _) in path.match_indices('/') {
                if self.files.contains_key(&path[..end]) {
                    found.push(Refusal::FileAndDirectory(path[..end].to_owned(), path.clone()));
                }
            }
        }
        found
    }

    /// The files in the order of their paths.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &File<'p>)> {
        self.files.iter().map(|(path, file)| (path.as_str(), file))
    }

    /// The file at a path.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&File<'p>> {
        self.files.get(path)
    }

    /// Whether a directory holds a file, at any depth.
    #[must_use]
    pub fn has_below(&self, directory: &str) -> bool {
        let below = format!("{directory}/");
        self.files.range(below.clone()..).next().is_some_and(|(path, _)| path.starts_with(&below))
    }

    /// How many files there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Keeps the files for which a test holds.
    pub fn retain(&mut self, mut keep: impl FnMut(&str, &File<'p>) -> bool) {
        self.files.retain(|path, file| keep(path, file));
    }
}

/// Whether a path stays inside the directory that it is relative to, on every system.
#[must_use]
pub fn is_inside(path: &str) -> bool {
    !path.is_empty()
        && path.len() <= 1024
        && path.split('/').all(|part| {
            !part.is_empty()
                && part != "."
                && part != ".."
                && part.len() <= 255
                && !part.ends_with('.')
                && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-+@".contains(&byte))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(paths: &[&str]) -> FileTree<'static> {
        let mut tree = FileTree::new();
        for path in paths {
            tree.add("test", *path, String::new(), None);
        }
        tree
    }

    #[test]
    fn no_path_leaves_the_output_directory() {
        for path in
            ["/etc/passwd", "../x", "a/../b", "a//b", "", ".", "a/./b", "a\\b", "C:/x", "a\0b", "a/b/"]
        {
            assert_eq!(tree(&[path]).check().len(), 1, "{path:?}");
        }
    }

    #[test]
    fn a_path_that_is_made_twice_is_reported() {
        assert_eq!(tree(&["a/b", "a/b"]).check(), [Refusal::Twice("a/b".to_owned())]);
        assert_eq!(tree(&["a/b", "a/B"]).check().len(), 1);
        assert_eq!(tree(&["a", "a/b"]).check().len(), 1);
        assert_eq!(tree(&["a/b", "a/c", "d"]).check(), []);
    }

    #[test]
    fn a_directory_holds_what_is_below_it_and_nothing_else() {
        let tree = tree(&["a-b/c", "a.d", "b/c/d"]);
        for (directory, holds) in
            [("a", false), ("a-b", true), ("a.d", false), ("b", true), ("b/c", true), ("c", false)]
        {
            assert_eq!(tree.has_below(directory), holds, "{directory}");
        }
    }
}
