//! `platc validate`.

use std::io;

use super::progress::Progress;
use super::{Found, read, report};
use crate::catalog::Date;
use crate::cli::{Exit, Format, Streams};
use crate::diag::Severity;
use crate::diag::render::clean;
use crate::inputs::Folder;
use crate::{Options, compile};

/// What was asked for.
pub(super) struct Arguments<'a> {
    pub(super) file: &'a str,
    pub(super) format: Format,
    pub(super) today: Date,
    pub(super) deny_warnings: bool,
    pub(super) accepted: bool,
}

pub(super) fn run(arguments: &Arguments<'_>, streams: &mut Streams<'_>) -> io::Result<Exit> {
    let Arguments { file, format, today, deny_warnings, accepted } = *arguments;
    let source = match read(file, format, streams)? {
        Ok(source) => source,
        Err(exit) => return Ok(exit),
    };
    let progress = Progress::start(streams, "checking");
    let compilation = compile(&source, &Options { today, files: Some(&Folder::of(file)) });
    progress.end();
    let found = Found {
        diagnostics: &compilation.diagnostics,
        accepted: accepted.then_some(&compilation.accepted[..]),
        source: &source,
        path: &|span| compilation.path(span),
    };
    report(&found, format, streams)?;
    if format == Format::Human && compilation.diagnostics.is_empty() {
        streams.say(&format!("{}: no findings\n", clean(&source.name)));
    }
    let has = |severity| compilation.diagnostics.iter().any(|one| one.severity == severity);
    let is_refused = has(Severity::Error) || (deny_warnings && has(Severity::Warning));
    Ok(if is_refused { Exit::Errors } else { Exit::Fine })
}
