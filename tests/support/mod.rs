//! Runs `platc` as people run it, without what their environment would add.
#![allow(dead_code, unreachable_pub, clippy::expect_used)]

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// What a run gave.
#[derive(Debug)]
pub struct Output {
    /// The exit code.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

/// A folder of its own to run in.
pub struct Runner {
    keep: TempDir,
}

impl Runner {
    /// An empty folder.
    pub fn new() -> Self {
        Self { keep: tempfile::tempdir().expect("a folder") }
    }

    /// A folder with a valid `platform.yaml`.
    pub fn with_spec() -> Self {
        let runner = Self::new();
        runner.put("platform.yaml", minimal().as_bytes());
        runner
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        self.keep.path()
    }

    /// Writes a file.
    pub fn put(&self, path: &str, bytes: &[u8]) -> PathBuf {
        let path = self.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(&path, bytes).expect("a file");
        path
    }

    /// Reads a file.
    pub fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.path().join(path)).expect("a file")
    }

    /// The command with an empty environment.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_platc"));
        command.args(arguments).current_dir(self.path()).env_clear().stdin(Stdio::null());
        command
    }

    /// Runs to the end.
    pub fn run(&self, arguments: &[&str]) -> Output {
        finish(self.command(arguments).output().expect("platc runs"))
    }

    /// Runs with text on standard input.
    pub fn run_with(&self, arguments: &[&str], input: &[u8]) -> Output {
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("platc runs");
        let mut stdin = child.stdin.take().expect("a pipe");
        let input = input.to_vec();
        let writer = std::thread::spawn(move || {
            // platc may refuse before it has read all.
            let _ = stdin.write_all(&input);
        });
        let output = child.wait_with_output().expect("platc ends");
        writer.join().expect("the writer ends");
        finish(output)
    }
}

fn finish(output: std::process::Output) -> Output {
    Output {
        code: output.status.code().expect("platc was not killed"),
        out: String::from_utf8(output.stdout).expect("UTF-8"),
        err: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

/// The text of the small example.
pub fn minimal() -> String {
    std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/minimal/platform.yaml"))
        .expect("the example")
}

/// Compares with a file in `snapshots/`.
#[macro_export]
macro_rules! snapshot {
    ($name:expr, $text:expr) => {{
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path("../snapshots");
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!($name, $text));
    }};
}
