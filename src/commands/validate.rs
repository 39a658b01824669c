//! `platc validate`.

use std::io;

use super::progress::Progress;
use super::{read, report};
use crate::catalog::Date;
use crate::cli::{Exit, Format, Streams};
use crate::diag::Severity;
use crate::inputs::Folder;
use crate::{Options, compile};

pub(super) fn run(
    file: &str,
    format: Format,
    today: Date,
    deny_warnings: bool,
    streams: &mut Streams<'_>,
) -> io::Result<Exit> {
    let source = match read(file, format, streams)? {
        Ok(source) => source,
        Err(exit) => return Ok(exit),
    };
    let progress = Progress::start(streams, "checking");
    let compilation = compile(&source, &Options { today, files: Some(&Folder::of(file)) });
    progress.end();
    report(&compilation.diagnostics, &source, &|span| compilation.path(span), format, streams)?;
    if format == Format::Human && compilation.diagnostics.is_empty() {
        streams.say(&format!("{}: no findings\n", source.name));
    }
    let has = |severity| compilation.diagnostics.iter().any(|one| one.severity == severity);
    let is_refused = has(Severity::Error) || (deny_warnings && has(Severity::Warning));
    Ok(if is_refused { Exit::Errors } else { Exit::Fine })
}
