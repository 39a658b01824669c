//! `platc init`.

use std::fs::OpenOptions;
use std::io::{self, ErrorKind, Write};

use crate::cli::{Example, Exit, Streams};
use crate::diag::render::clean;

const MINIMAL: &str = include_str!("../../examples/minimal/platform.yaml");
const AIAAS: &str = include_str!("../../examples/aiaas/platform.yaml");

pub(super) fn run(example: Example, path: &str, streams: &mut Streams<'_>) -> io::Result<Exit> {
    let text = match example {
        Example::Minimal => MINIMAL,
        Example::Aiaas => AIAAS,
    };
    // The examples name the schema where it is in platc's repository; a new spec names where it will be put.
    let text = text.replacen("../../schema/platform.schema.json", "platform.schema.json", 1);
    if path == "-" {
        streams.out.write_all(text.as_bytes())?;
        return Ok(Exit::Fine);
    }
    let written = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path)
        .and_then(|mut file| file.write_all(text.as_bytes()));
    match written {
        Ok(()) => {
            let path = clean(path);
            let is_plain = |letter: char| letter.is_alphanumeric() || "-_./".contains(letter);
            let quoted = match &*path {
                "platform.yaml" => String::new(),
                plain if plain.chars().all(is_plain) => format!(" {plain}"),
                other => format!(" '{}'", other.replace('\'', "'\\''")),
            };
            streams.say(&format!(
                "wrote {path}\nnext: platc validate{quoted}; platc render{quoted} -o out; platc schema > platform.schema.json (for your editor)\n"
            ));
            Ok(Exit::Fine)
        }
        Err(error) => {
            let reason = if error.kind() == ErrorKind::AlreadyExists {
                "it is there already, and is left alone".to_owned()
            } else {
                error.to_string()
            };
            streams.fail(&format!("cannot write {path}: {reason}"));
            Ok(Exit::Failure)
        }
    }
}
