//! The commands: thin glue between the command line and the library, one file each.

mod explain;
mod init;
mod man;
mod progress;
mod reference;
mod render;
mod show;
mod validate;

use std::io;

use std::path::{Component, MAIN_SEPARATOR, Path, PathBuf};

use crate::Compilation;
use crate::catalog::Date;
use crate::cli::{self, Command, Exit, Format, Streams};
use crate::diag::render::{accepted_json, document, github, human, human_accepted, print_json, sarif};
use crate::diag::{Accepted, Diagnostic};
use crate::inputs::{STDIN, Unread, read_spec};
use crate::model::schema;
use crate::source::{Source, Span};

/// Runs a command. Fails only if the result cannot be written to standard output.
pub fn run(command: Command, today: Date, streams: &mut Streams<'_>) -> io::Result<Exit> {
    match command {
        Command::Init { example, path } => init::run(example, &path, streams),
        Command::Validate { file, format, today: day, deny_warnings, accepted } => {
            let request = validate::Arguments {
                file: &file,
                format,
                today: day.unwrap_or(today),
                deny_warnings,
                accepted,
            };
            validate::run(&request, streams)
        }
        Command::Render { file, out, check, only, force, format } => {
            let request = render::Arguments { file: &file, out: &out, check, only: &only, force, format };
            render::run(&request, streams)
        }
        Command::Show { file, path, format } => show::run(file, path, format, today, streams),
        Command::Explain { topic } => explain::run(topic.as_deref(), streams),
        Command::Schema => {
            writeln!(streams.out, "{:#}", schema::schema())?;
            Ok(Exit::Fine)
        }
        Command::Completions { shell } => {
            // The generator would panic when nobody reads.
            let mut text = Vec::new();
            clap_complete::generate(shell, &mut cli::command(), "platc", &mut text);
            streams.out.write_all(&text)?;
            Ok(Exit::Fine)
        }
        Command::Man { dir } => man::run(dir.as_deref(), streams),
    }
}

/// Reads a spec, or says why not.
fn read(file: &str, format: Format, streams: &mut Streams<'_>) -> io::Result<Result<Source, Exit>> {
    match read_spec(file) {
        Ok(source) => Ok(Ok(source)),
        Err(Unread { diagnostics, source, is_failure }) => {
            let found = Found { diagnostics: &diagnostics, accepted: None, source: &source, path: &|_| None };
            report(&found, format, streams)?;
            Ok(Err(if is_failure { Exit::Failure } else { Exit::Errors }))
        }
    }
}

/// Findings, and what they are about.
struct Found<'a> {
    diagnostics: &'a [Diagnostic],
    /// What is accepted, if that is to be shown.
    accepted: Option<&'a [Accepted]>,
    source: &'a Source,
    path: &'a dyn Fn(Span) -> Option<String>,
}

/// Says the findings of a compilation.
fn report_all(
    compilation: &Compilation,
    source: &Source,
    format: Format,
    streams: &mut Streams<'_>,
) -> io::Result<()> {
    let path = |span| compilation.path(span);
    let found = Found { diagnostics: &compilation.diagnostics, accepted: None, source, path: &path };
    report(&found, format, streams)
}

/// Says findings: to people on standard error, to programs on standard output.
fn report(found: &Found<'_>, format: Format, streams: &mut Streams<'_>) -> io::Result<()> {
    let Found { diagnostics, accepted, source, path } = *found;
    let text = match format {
        Format::Human => {
            let mut text = human(diagnostics, source, streams.err_look);
            text.push_str(&human_accepted(accepted.unwrap_or_default(), source, streams.err_look));
            streams.say(&text);
            return Ok(());
        }
        Format::Json => {
            let mut map = document(diagnostics, source, path);
            if let Some(accepted) = accepted {
                map.insert("accepted".to_owned(), accepted_json(accepted, source, path));
            }
            print_json(&map)
        }
        Format::Sarif => {
            sarif(diagnostics, accepted.unwrap_or_default(), source, &shared_name(&source.name), path)
        }
        Format::Github => github(diagnostics, source, &shared_name(&source.name)),
    };
    streams.out.write_all(text.as_bytes())
}

/// A file's name as others know it who start from the working directory: relative if it lies below, with `/`.
fn shared_name(name: &str) -> String {
    if name == STDIN {
        return name.to_owned();
    }
    let here = std::env::current_dir().unwrap_or_default();
    let path = Path::new(name);
    let path: PathBuf = path
        .strip_prefix(&here)
        .unwrap_or(path)
        .components()
        .filter(|part| *part != Component::CurDir)
        .collect();
    path.to_string_lossy().replace(MAIN_SEPARATOR, "/")
}
