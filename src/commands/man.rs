//! `platc man`.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

use crate::cli::manual::{MARK, pages};
use crate::cli::{Exit, Streams};

pub(super) fn run(dir: Option<&Path>, streams: &mut Streams<'_>) -> io::Result<Exit> {
    let pages = pages()?;
    let Some(dir) = dir else {
        let (_, main) = &pages[0];
        streams.out.write_all(main.as_bytes())?;
        return Ok(Exit::Fine);
    };
    let mut changed = Vec::new();
    for (name, text) in &pages {
        let path = dir.join(name);
        match fs::read(&path) {
            Ok(old) if old == text.as_bytes() => {}
            Ok(old) if !old.starts_with(MARK.as_bytes()) => {
                streams.fail(&format!("{} is in the way: platc did not make it", path.display()));
                streams.say("  help: move it away, or name another directory; nothing was written\n");
                return Ok(Exit::Failure);
            }
            Err(error) if error.kind() != ErrorKind::NotFound => {
                streams.fail(&format!("cannot read {}: {error}", path.display()));
                return Ok(Exit::Failure);
            }
            _ => changed.push((path, text)),
        }
    }
    let written = fs::create_dir_all(dir)
        .and_then(|()| changed.iter().try_for_each(|(path, text)| fs::write(path, text)));
    if let Err(error) = written {
        streams.fail(&format!("cannot write into {}: {error}", dir.display()));
        return Ok(Exit::Failure);
    }
    let unchanged = pages.len() - changed.len();
    streams.say(&format!("{}: {} written, {unchanged} unchanged\n", dir.display(), changed.len()));
    Ok(Exit::Fine)
}
