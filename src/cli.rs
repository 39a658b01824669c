//! The command line. The comments here are the manual, with the examples of `examples` and the notes of `manual`.

mod examples;
pub mod manual;

use std::ffi::OsString;
use std::io::{ErrorKind, Write};
use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum, ValueHint};
use clap_complete::Shell;

use crate::backend::BACKENDS;
use crate::catalog::Date;
use crate::commands;
use crate::diag::render::{Look, clean};

/// One platform.yaml into Terraform, Kustomize and Prometheus files that the real tools accept.
///
/// platc never talks to a cloud or a cluster: it reads one spec and writes files, which you review and apply with
/// the tools that you already trust.
#[derive(Debug, Parser)]
#[command(name = "platc", version, propagate_version = true, max_term_width = 100)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Whether to colour messages. `NO_COLOR` and `CLICOLOR_FORCE` are obeyed, too.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: Color,
}

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// How to say findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people, on standard error.
    Human,
    /// For programs, on standard output: one JSON document, described in docs/json.md.
    Json,
    /// For code scanning and editors, on standard output: one SARIF 2.1.0 log.
    Sarif,
    /// For GitHub Actions, on standard output: workflow commands that annotate the changed lines.
    Github,
}

/// How to print values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Values {
    /// YAML, with the origin of every value as a comment.
    Yaml,
    /// JSON, with the origin of every value beside it.
    Json,
}

/// The specs that `platc init` can start from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Example {
    /// One service and one database in two environments.
    Minimal,
    /// A whole platform on Linode: model serving, data stores, four environments.
    Aiaas,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write a small, commented, valid spec to start from.
    Init {
        /// The spec to write.
        #[arg(long, value_name = "NAME", default_value = "minimal")]
        example: Example,
        /// The file to write, which must not exist yet; `-` for standard output.
        #[arg(value_name = "FILE", default_value = "platform.yaml", value_hint = ValueHint::FilePath)]
        path: String,
    },
    /// Check a spec: its form, its references, and the promises that it makes.
    Validate {
        /// The spec; `-` for standard input.
        #[arg(value_name = "FILE", default_value = "platform.yaml", value_hint = ValueHint::FilePath)]
        file: String,
        /// How to say what is found.
        #[arg(long, value_name = "FORMAT", default_value = "human")]
        format: Format,
        /// The day on which ends of life and of suppressions are judged. Default: today, in UTC.
        #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
        today: Option<Date>,
        /// Exit with 1 on warnings, too.
        #[arg(long)]
        deny_warnings: bool,
        /// Show what the spec accepts under `allow` as well, with its reason and its end.
        #[arg(long)]
        accepted: bool,
    },
    /// Check a spec, and write what it means into a directory.
    ///
    /// Only files that differ are written. A generated file that was edited by hand, or a file of somebody else's in
    /// the way, stops the run before anything is written. Files that are no longer made are removed if nobody edited
    /// them. What the calendar says (ends of life, expired suppressions) shows in `validate` and changes nothing
    /// here: the same spec gives the same files on every day.
    Render {
        /// The spec; `-` for standard input.
        #[arg(value_name = "FILE", default_value = "platform.yaml", value_hint = ValueHint::FilePath)]
        file: String,
        /// The directory to write into.
        #[arg(short, long, value_name = "DIR", value_hint = ValueHint::DirPath)]
        out: PathBuf,
        /// Write nothing; list what would change, and exit with 3 if anything would.
        #[arg(long)]
        check: bool,
        /// Only the files of these tools; those of others are left alone.
        #[arg(long, value_name = "TOOLS", value_delimiter = ',', value_parser = PossibleValuesParser::new(BACKENDS.iter().map(|backend| backend.name())))]
        only: Vec<String>,
        /// Overwrite hand edits and files in the way, after keeping a copy in DIR/.platc/backup.
        #[arg(long, conflicts_with = "check")]
        force: bool,
        /// How to say what is found and done.
        #[arg(long, value_name = "FORMAT", default_value = "human")]
        format: Format,
    },
    /// Print the resolved spec: every value, and whether it is written, a default or derived.
    Show {
        /// The spec; `-` for standard input. What neither ends in .yaml, .yml or .json nor has a `/` is taken as PATH.
        #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
        file: Option<String>,
        /// The part to print, such as `environments.production.services.api`.
        #[arg(value_name = "PATH")]
        path: Option<String>,
        /// How to print it.
        #[arg(long, value_name = "FORMAT", default_value = "yaml")]
        format: Values,
    },
    /// Explain the code of a finding, or a field of the spec; list them all when asked for nothing.
    Explain {
        /// A code such as `recovery/rpo-not-met`, an area of codes such as `recovery`, or a field such as
        /// `services.autoscaling`. The last part is enough where only one has it.
        #[arg(value_name = "CODE|FIELD")]
        topic: Option<String>,
    },
    /// Print the JSON Schema of the spec, for editors.
    Schema,
    /// Print the completions for a shell.
    Completions {
        /// The shell.
        #[arg(value_name = "SHELL")]
        shell: Shell,
    },
    /// Print the manual page, or write one for every command.
    ///
    /// A page that platc wrote is replaced. Any other file in the way stops the run before a page is written.
    Man {
        /// The directory to write `platc.1`, `platc-validate.1` ... into; it is made if it is not there. Absent: the
        /// main page goes to standard output.
        #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
        dir: Option<PathBuf>,
    },
}

fn date(text: &str) -> Result<Date, String> {
    Date::parse(text).ok_or_else(|| "a date is written YYYY-MM-DD".to_owned())
}

/// What the command line depends on besides its arguments.
#[derive(Debug, Clone, Copy)]
pub struct World {
    /// The day.
    pub today: Date,
    /// Whether standard output takes colours, if nothing else is said.
    pub color_out: bool,
    /// Whether standard error does.
    pub color_err: bool,
    /// Whether somebody watches standard error.
    pub is_terminal: bool,
    /// The columns of the terminal, if there is one.
    pub width: Option<usize>,
}

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Fine.
    Fine = 0,
    /// The spec has errors, or a hand edit would be lost.
    Errors = 1,
    /// Wrong usage.
    Usage = 2,
    /// `--check` found differences.
    Differs = 3,
    /// Something cannot be read or written.
    Failure = 4,
}

impl Exit {
    /// All of them, with what they say to who called.
    pub const MEANINGS: [(Self, &'static str); 5] = [
        (Self::Fine, "fine, or a reader closed the pipe early"),
        (
            Self::Errors,
            "the spec has errors (with `--deny-warnings`: or warnings), or a hand edit would be lost",
        ),
        (Self::Usage, "wrong usage, or a name that `explain` or `show` does not know"),
        (Self::Differs, "`render --check` found differences"),
        (Self::Failure, "something cannot be read or written"),
    ];
}

/// The command line as it is parsed and described.
#[must_use]
pub fn command() -> clap::Command {
    let mut command = Cli::command().after_long_help(manual::exit_codes());
    let names: Vec<String> = command.get_subcommands().map(|one| one.get_name().to_owned()).collect();
    for name in names {
        command = command.mut_subcommand(&name, |one| one.after_long_help(manual::examples(&name)));
    }
    command
}

/// Where a command writes, and how.
pub struct Streams<'a> {
    /// Results.
    pub out: &'a mut dyn Write,
    /// Everything that is said about them.
    pub err: &'a mut dyn Write,
    /// How results look.
    pub out_look: Look,
    /// How messages look.
    pub err_look: Look,
    /// Whether somebody watches the messages.
    pub is_terminal: bool,
}

impl Streams<'_> {
    /// Says something. That nobody listens is no reason to stop.
    pub fn say(&mut self, text: &str) {
        let _ = self.err.write_all(text.as_bytes());
    }

    /// Says why something cannot be done, in the form of an error.
    pub fn fail(&mut self, message: &str) {
        let heading = self.err_look.paint("1;31", "error");
        self.say(&format!("{heading}: {}\n", clean(message)));
    }
}

/// Runs a command line to its exit code.
pub fn run(
    arguments: impl IntoIterator<Item = OsString>,
    world: &World,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> u8 {
    let parsed = command().try_get_matches_from(arguments);
    let cli = match parsed.and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => cli,
        Err(error) => return usage(&error, world, out, err) as u8,
    };
    let color = |auto| match cli.color {
        Color::Auto => auto,
        Color::Always => true,
        Color::Never => false,
    };
    let width = world.width.unwrap_or(Look::PLAIN.width).clamp(40, 140);
    let mut streams = Streams {
        out,
        err,
        out_look: Look { color: color(world.color_out), width },
        err_look: Look { color: color(world.color_err), width },
        is_terminal: world.is_terminal,
    };
    let ended = commands::run(cli.command, world.today, &mut streams)
        .and_then(|exit| streams.out.flush().map(|()| exit));
    match ended {
        Ok(exit) => exit as u8,
        // Whoever closed the pipe has read enough.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Exit::Fine as u8,
        Err(error) => {
            streams.fail(&format!("cannot write the output: {error}"));
            Exit::Failure as u8
        }
    }
}

fn usage(error: &clap::Error, world: &World, out: &mut dyn Write, err: &mut dyn Write) -> Exit {
    let rendered = error.render();
    if error.use_stderr() {
        // It quotes the arguments, which may hold anything.
        let text: Vec<_> = rendered.to_string().lines().map(|line| clean(line).into_owned() + "\n").collect();
        let _ = err.write_all(text.concat().as_bytes());
        return Exit::Usage;
    }
    let text = if world.color_out { rendered.ansi().to_string() } else { rendered.to_string() };
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Exit::Failure,
        _ => Exit::Fine,
    }
}
