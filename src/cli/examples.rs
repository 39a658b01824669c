//! Command lines to start from: in `--help`, in the manual pages and in `docs/cli.md`. A test runs every one of them, in
//! this order, in a folder with the spec of `platc init`.

use super::Exit;

/// A command line that works.
#[derive(Debug, Clone, Copy)]
pub struct Sample {
    /// The command that it shows.
    pub command: &'static str,
    /// What to type.
    pub line: &'static str,
    /// What it is good for.
    pub purpose: &'static str,
    /// How it ends.
    pub exit: Exit,
}

const fn sample(command: &'static str, line: &'static str, purpose: &'static str) -> Sample {
    Sample { command, line, purpose, exit: Exit::Fine }
}

/// All of them, by command.
pub const SAMPLES: &[Sample] = &[
    sample("init", "platc init", "start with a small platform.yaml"),
    sample("init", "platc init --example aiaas aiaas.yaml", "start with a whole platform"),
    sample("validate", "platc validate", "check platform.yaml"),
    Sample {
        command: "validate",
        line: "platc validate --deny-warnings --today 2026-11-21 aiaas.yaml",
        purpose: "be strict, on a fixed day",
        exit: Exit::Errors,
    },
    sample("validate", "platc validate --accepted aiaas.yaml", "review what is accepted under `allow`"),
    sample("validate", "platc validate --format sarif > platc.sarif", "a log for code scanning"),
    sample("validate", "platc validate --format github", "annotations in a workflow of GitHub Actions"),
    sample("validate", "cat platform.yaml | platc validate -", "check what another program makes"),
    Sample {
        command: "render",
        line: "platc render -o out --check",
        purpose: "list what would be written, in CI or before a commit",
        exit: Exit::Differs,
    },
    sample("render", "platc render -o out", "write what differs"),
    sample("render", "platc render -o out --only terraform,docs", "only the files of some tools"),
    sample("show", "platc show", "every value with its origin"),
    sample("show", "platc show environments.production", "one environment"),
    sample(
        "show",
        "platc show aiaas.yaml environments.production --format json",
        "the same of another spec, for a program",
    ),
    sample("explain", "platc explain recovery/rpo-not-met", "a code"),
    sample("explain", "platc explain services.autoscaling", "a field"),
    sample("explain", "platc explain recovery", "the codes of an area"),
    sample("explain", "platc explain", "everything that can be explained"),
    sample("schema", "platc schema > platform.schema.json", "completion and descriptions in an editor"),
    sample("completions", "platc completions bash > platc.bash", "completions to source from ~/.bashrc"),
    sample("man", "platc man man1", "a page for every command"),
];
