//! The commands: thin glue between the command line and the library, one file each.

mod explain;
mod init;
mod progress;
mod reference;
mod render;
mod show;
mod validate;

use std::io;

use crate::catalog::Date;
use crate::cli::{Command, Exit, Format, Streams};
use crate::diag::Diagnostic;
use crate::diag::render::{document, human, print_json};
use crate::inputs::{Unread, read_spec};
use crate::model::schema;
use crate::source::{Source, Span};

/// Runs a command. Fails only if the result cannot be written to standard output.
pub fn run(command: Command, today: Date, streams: &mut Streams<'_>) -> io::Result<Exit> {
    match command {
        Command::Init { example, path } => init::run(example, &path, streams),
        Command::Validate { file, format, today: day, deny_warnings } => {
            validate::run(&file, format, day.unwrap_or(today), deny_warnings, streams)
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
    }
}

/// Reads a spec, or says why not.
fn read(file: &str, format: Format, streams: &mut Streams<'_>) -> io::Result<Result<Source, Exit>> {
    match read_spec(file) {
        Ok(source) => Ok(Ok(source)),
        Err(Unread { diagnostics, source, is_failure }) => {
            report(&diagnostics, &source, &|_| None, format, streams)?;
            Ok(Err(if is_failure { Exit::Failure } else { Exit::Errors }))
        }
    }
}

/// Says findings: to people on standard error, to programs on standard output.
fn report(
    diagnostics: &[Diagnostic],
    source: &Source,
    path: &dyn Fn(Span) -> Option<String>,
    format: Format,
    streams: &mut Streams<'_>,
) -> io::Result<()> {
    match format {
        Format::Human => {
            let text = human(diagnostics, source, streams.err_look);
            streams.say(&text);
            Ok(())
        }
        Format::Json => streams.out.write_all(print_json(&document(diagnostics, source, path)).as_bytes()),
    }
}
