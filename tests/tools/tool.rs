//! Finding the tools, the reference data and the examples; running commands; saying what was skipped.
//!
//! Two kinds of absence are told apart. A missing *tool* is a visible skip on a developer's machine and a
//! failure with `PLATC_REQUIRE_TOOLS=1`. Missing *reference data* (provider schemas, CRD schemas) is not
//! part of the repository and always a visible, counted skip. A missing *example* is always a failure.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread;

use tempfile::TempDir;
use walkdir::WalkDir;

/// What a check found: `None` when it could not run (said on stderr), else its problems, none if all is well.
pub(crate) type Verdict = Option<Vec<String>>;

/// A folder laid out like this repository: `examples/`, `templates/`, `schema/`.
pub(crate) struct Project {
    /// The folder itself.
    pub(crate) root: PathBuf,
}

/// One example: a spec and the tree that platc made from it.
pub(crate) struct Example {
    /// The folder's name below `examples/`.
    pub(crate) name: String,
    /// The spec's file.
    pub(crate) spec: PathBuf,
    /// The committed tree.
    pub(crate) rendered: PathBuf,
}

/// The project under test: this repository, or `PLATC_TEST_ROOT` while a tree is being developed elsewhere.
pub(crate) fn project() -> &'static Project {
    static PROJECT: OnceLock<Project> = OnceLock::new();
    PROJECT.get_or_init(|| Project {
        root: env::var_os("PLATC_TEST_ROOT")
            .map_or_else(|| repository().to_path_buf(), |root| repository().join(root)),
    })
}

/// This repository.
pub(crate) fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

impl Project {
    /// Every example, sorted by name. None at all, or one without its rendered tree, ends the test.
    pub(crate) fn examples(&self) -> Vec<Example> {
        let folder = self.root.join("examples");
        let mut found: Vec<Example> = fs::read_dir(&folder)
            .into_iter()
            .flatten()
            .filter_map(|entry| {
                let dir = entry.expect("an entry of examples/").path();
                let spec = dir.join("platform.yaml");
                let name = dir.file_name()?.to_str()?.to_owned();
                spec.is_file().then(|| Example { name, spec, rendered: dir.join("rendered") })
            })
            .collect();
        found.sort_by(|a, b| a.name.cmp(&b.name));
        assert!(!found.is_empty(), "no example below {}: there is nothing to check", folder.display());
        for example in &found {
            assert!(example.rendered.is_dir(), "example {} has no rendered/ folder", example.name);
        }
        found
    }
}

impl Example {
    /// A file's place for a message: example and path inside its tree.
    pub(crate) fn show(&self, path: &Path) -> String {
        format!("{}: {}", self.name, path.strip_prefix(&self.rendered).unwrap_or(path).display())
    }

    /// Every regular file of the tree, sorted.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        files(&self.rendered)
    }
}

/// Every regular file below a folder, sorted.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    WalkDir::new(folder)
        .sort_by_file_name()
        .into_iter()
        .map(|entry| entry.unwrap_or_else(|e| panic!("cannot walk {}: {e}", folder.display())))
        .filter(|entry| entry.file_type().is_file())
        .map(walkdir::DirEntry::into_path)
        .collect()
}

/// The text of a file.
pub(crate) fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|e| panic!("cannot read {}: {e}", path.display()))
}

/// Whether the file's name ends in `.yaml` or `.yml`.
pub(crate) fn is_yaml(path: &Path) -> bool {
    path.extension().is_some_and(|ext| ext == "yaml" || ext == "yml")
}

/// A copy of a tree to work in; it goes away with the value.
pub(crate) fn copy(from: &Path) -> TempDir {
    let to = tempfile::Builder::new().prefix("platc-test.").tempdir().expect("a temporary folder");
    for file in files(from) {
        let target = to.path().join(file.strip_prefix(from).expect("a path below its own root"));
        fs::create_dir_all(target.parent().expect("a file's folder")).expect("a folder in the copy");
        fs::copy(&file, &target).unwrap_or_else(|e| panic!("cannot copy {}: {e}", file.display()));
    }
    to
}

/// Where `scripts/install-tools` puts the tools.
pub(crate) fn tools_folder() -> PathBuf {
    env::var_os("PLATC_TOOLS").map_or_else(
        || {
            let cache = env::var_os("XDG_CACHE_HOME").filter(|dir| !dir.is_empty()).map_or_else(
                || PathBuf::from(env::var_os("HOME").unwrap_or_default()).join(".cache"),
                PathBuf::from,
            );
            cache.join("platc/tools")
        },
        PathBuf::from,
    )
}

/// A tool by name: the pinned one of the tools folder, else the one on PATH. `None` is said aloud.
pub(crate) fn tool(name: &str) -> Option<PathBuf> {
    let pinned = ["bin", "venv/bin"].map(|dir| tools_folder().join(dir));
    let path = env::var_os("PATH").unwrap_or_default();
    let found = pinned
        .into_iter()
        .chain(env::split_paths(&path))
        .map(|dir| dir.join(name))
        .find(|candidate| candidate.is_file());
    if found.is_none() {
        let message = format!("{name} is not installed (scripts/install-tools does)");
        assert!(env::var_os("PLATC_REQUIRE_TOOLS").is_none_or(|v| v != "1"), "{message}");
        return skipped(&message);
    }
    found
}

/// The Python of the tools folder, which has the packages that the scripts need. `None` is said aloud.
pub(crate) fn python() -> Option<PathBuf> {
    let own = tools_folder().join("venv/bin/python");
    if own.is_file() { Some(own) } else { tool("the Python environment of install-tools") }
}

/// A part of the reference data. `None` is said aloud, and never a failure.
pub(crate) fn reference(part: &str) -> Option<PathBuf> {
    let folder = env::var_os("PLATC_REFERENCE")
        .map_or_else(|| repository().join("../shared/reference"), PathBuf::from)
        .join(part);
    if folder.is_dir() {
        return Some(folder);
    }
    skipped(&format!("no reference data: {part} (PLATC_REFERENCE names its folder)"))
}

/// `None`, the verdict of a check that did not run, said aloud.
pub(crate) fn skipped<T>(what: &str) -> Option<T> {
    skip(what);
    None
}

/// Says that a test did not check something, past the test runner's capture, and counts it.
pub(crate) fn skip(what: &str) {
    static SAID: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    let line = format!("in {}: {what}", thread::current().name().unwrap_or("a thread"));
    let mut said = SAID.lock().unwrap_or_else(PoisonError::into_inner);
    if said.insert(line.clone()) {
        say(&format!("SKIPPED {}: {line}", said.len()));
    }
}

/// A line on stderr that the test runner does not capture.
pub(crate) fn say(line: &str) {
    // One call, so that lines of parallel tests do not mix. Nobody reading is no reason to fail.
    let _ = std::io::stderr().write_all(format!("{line}\n").as_bytes());
}

/// Passes when the check ran and found nothing, or was skipped.
pub(crate) fn holds(verdict: Verdict) {
    if let Some(problems) = verdict {
        assert!(problems.is_empty(), "{} problem(s):\n{}", problems.len(), problems.join("\n"));
    }
}

/// A command that ended.
pub(crate) struct Done {
    /// It ended with status 0.
    pub(crate) ok: bool,
    /// Its standard output.
    pub(crate) stdout: String,
    /// Its standard error.
    pub(crate) stderr: String,
}

impl Done {
    /// Both outputs, for a message.
    pub(crate) fn said(&self) -> String {
        format!("{}{}", self.stdout, self.stderr).trim().to_owned()
    }
}

/// Runs a command to its end, without standard input.
pub(crate) fn run(command: &mut Command) -> Done {
    let output = command
        .stdin(Stdio::null())
        .output()
        .unwrap_or_else(|e| panic!("cannot start {}: {e}", command.get_program().display()));
    Done {
        ok: output.status.success(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// Does the work for every item on two threads; the results keep the items' order.
pub(crate) fn in_parallel<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let take = || {
        let mut done = Vec::new();
        while let Some((n, item)) = {
            let n = next.fetch_add(1, Ordering::Relaxed);
            items.get(n).map(|item| (n, item))
        } {
            done.push((n, work(item)));
        }
        done
    };
    let all: BTreeMap<usize, R> = thread::scope(|scope| {
        let threads = [scope.spawn(take), scope.spawn(take)];
        threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap_or_else(|cause| std::panic::resume_unwind(cause)))
            .collect()
    });
    all.into_values().collect()
}
