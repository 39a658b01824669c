//! actionlint, with shellcheck where it is, on the workflows of every example.

use std::fs;
use std::process::Command;

use crate::tool::{Example, Project, Verdict, run, tool};

const FOLDER: &str = ".github/workflows";

/// actionlint finds nothing in any workflow. An example need not have one, but one of them must.
pub(crate) fn lint(project: &Project) -> Verdict {
    let actionlint = tool("actionlint")?;
    let shellcheck = tool("shellcheck")?;
    let mut problems = Vec::new();
    let mut count = 0;
    for example in project.examples() {
        let workflows = files(&example);
        if workflows.is_empty() {
            continue;
        }
        count += workflows.len();
        // Calls between workflows are checked where the folder is the root of a repository.
        let folder = tempfile::Builder::new().prefix("platc-test.").tempdir().expect("a temporary folder");
        let copied = folder.path().join(FOLDER);
        fs::create_dir_all(&copied).expect("a folder");
        fs::create_dir(folder.path().join(".git")).expect("a folder");
        for workflow in workflows {
            let name = workflow.file_name().expect("a name");
            fs::copy(&workflow, copied.join(name)).expect("a copy");
        }
        let mut command = Command::new(&actionlint);
        command.args(["-no-color", "-oneline", "-shellcheck"]).arg(&shellcheck).current_dir(folder.path());
        let done = run(&mut command);
        if !done.ok {
            problems.extend(done.said().lines().map(|line| format!("{}: {line}", example.name)));
        }
    }
    assert!(count > 0, "no workflow in any example");
    Some(problems)
}

fn files(example: &Example) -> Vec<std::path::PathBuf> {
    example.files().into_iter().filter(|file| file.to_string_lossy().contains(FOLDER)).collect()
}
