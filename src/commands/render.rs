//! `platc render`.

use std::fmt::Write as _;
use std::io;
use std::path::Path;
use std::thread;

use serde_json::{Map, Value, json};

use super::progress::Progress;
use super::{read, report_all};
use crate::catalog::Date;
use crate::cli::{Exit, Format, Streams};
use crate::diag::code;
use crate::diag::render::{Counts, clean, document, place, print_json, summary};
use crate::inputs::Folder;
use crate::plan::Plan;
use crate::source::{Lines, Source};
use crate::tree::FileTree;
use crate::write::disk::{Disk, Machine};
use crate::write::manifest::hash_of_json;
use crate::write::{Comparison, Failure, Item, Request, State, Written, check, edit_of, write};
use crate::{Compilation, Options, backend, compile};

/// Files that are shown one by one when a run is refused.
const SHOWN: usize = 10;

/// What was asked for.
pub(super) struct Arguments<'a> {
    pub(super) file: &'a str,
    pub(super) out: &'a Path,
    pub(super) check: bool,
    pub(super) only: &'a [String],
    pub(super) force: bool,
    pub(super) format: Format,
}

pub(super) fn run(arguments: &Arguments<'_>, streams: &mut Streams<'_>) -> io::Result<Exit> {
    let source = match read(arguments.file, arguments.format, streams)? {
        Ok(source) => source,
        Err(exit) => return Ok(exit),
    };
    let progress = Progress::start(streams, "checking");
    // The calendar must not decide what is written, so the day is one before everything. `validate` knows today.
    let options = Options { today: Date::FIRST, files: Some(&Folder::of(arguments.file)) };
    let mut compilation = compile(&source, &options);
    // On that day a suppression of a dated finding has nothing to suppress.
    compilation.diagnostics.retain(|one| one.code != &code::ALLOW_UNUSED);
    let Some(plan) = compilation.plan.as_ref().filter(|_| !compilation.has_errors()) else {
        progress.end();
        report_all(&compilation, &source, arguments.format, streams)?;
        if arguments.format != Format::Json {
            streams.say("nothing was written\n");
        }
        return Ok(Exit::Errors);
    };
    progress.step("making the files");
    let (tree, spec) = thread::scope(|scope| {
        let spec = scope.spawn(|| hash_of(plan));
        let tree = backend::promise(plan, arguments.only);
        (tree, spec.join().unwrap_or_else(|fault| std::panic::resume_unwind(fault)))
    });
    if tree.is_empty() && arguments.only.is_empty() {
        // Going on would remove all that is there.
        progress.end();
        streams.fail("the spec makes no file at all, which is a fault of platc; nothing was written");
        return Ok(Exit::Failure);
    }
    progress.step(if arguments.check { "comparing" } else { "writing" });
    let request = Request {
        dir: arguments.out,
        tree: &tree,
        only: arguments.only,
        spec: &spec,
        platc: env!("CARGO_PKG_VERSION"),
    };
    let outcome = if arguments.check {
        check(&Machine, &request).map(|comparison| Written {
            comparison,
            refused: false,
            backups: Vec::new(),
        })
    } else {
        write(&Machine, &request, arguments.force)
    };
    progress.end();
    let result = Outcome { arguments, source: &source, compilation: &compilation, tree: &tree };
    match arguments.format {
        Format::Human => result.say(&outcome, streams)?,
        Format::Json => streams.out.write_all(result.json(&outcome).as_bytes())?,
        Format::Sarif | Format::Github => {
            report_all(&compilation, &source, arguments.format, streams)?;
            result.say(&outcome, streams)?;
        }
    }
    let exit = match outcome {
        Err(Failure::Tree(_)) => Exit::Errors,
        Err(_) => Exit::Failure,
        Ok(written) if written.refused => Exit::Errors,
        Ok(written) if arguments.check && !written.comparison.is_clean() => Exit::Differs,
        Ok(_) => Exit::Fine,
    };
    // The process ends here: giving the memory of a large platform back piece by piece would take a tenth of the run.
    std::mem::forget(tree);
    std::mem::forget(compilation);
    Ok(exit)
}

/// The hash of what is meant. Comments and the order of keys in the spec do not change it.
fn hash_of(plan: &Plan) -> String {
    hash_of_json(plan)
}

struct Outcome<'a> {
    arguments: &'a Arguments<'a>,
    source: &'a Source,
    compilation: &'a Compilation,
    tree: &'a FileTree<'a>,
}

impl Outcome<'_> {
    fn say(&self, outcome: &Result<Written, Failure>, streams: &mut Streams<'_>) -> io::Result<()> {
        // No error is among them. A person who renders twenty times a day need not read the same warnings each time.
        let found = Counts::of(&self.compilation.diagnostics);
        if !self.compilation.diagnostics.is_empty() && self.arguments.format == Format::Human {
            streams.say(&format!("{}: `platc validate` shows them\n", summary(found)));
        }
        let dir = self.arguments.out.display();
        match outcome {
            Err(failure) => streams.fail(&failure.to_string()),
            Ok(written) if written.refused => self.say_refused(&written.comparison, streams),
            Ok(written) if self.arguments.check => {
                let comparison = &written.comparison;
                for item in comparison.items.iter().filter(|item| !item.state.is_clean()) {
                    let line = format!("{:9} {}\n", item.state.word(), clean(&item.path));
                    // Beside findings in another format, standard output is theirs alone.
                    match self.arguments.format {
                        Format::Human => streams.out.write_all(line.as_bytes())?,
                        _ => streams.say(&line),
                    }
                }
                if comparison.is_clean() {
                    streams.say(&format!("{dir} is up to date: {} files\n", comparison.items.len()));
                } else if comparison.unfinished {
                    streams.say(&format!(
                        "{dir} differs: an earlier run was stopped; `platc render` completes it\n"
                    ));
                } else {
                    streams.say(&format!("{dir} differs: {}\n", counts(comparison)));
                }
            }
            Ok(written) => {
                for (path, copy) in &written.backups {
                    streams.say(&format!("{dir}/{path} was overwritten; a copy is in {dir}/{copy}\n"));
                }
                for item in written.comparison.items.iter().filter(|item| item.state == State::Released) {
                    streams.say(&format!(
                        "{dir}/{} is no longer made and was edited by hand: it is kept, and is yours now\n",
                        item.path
                    ));
                }
                streams.say(&format!("{dir}: {}\n", counts(&written.comparison)));
            }
        }
        Ok(())
    }

    fn say_refused(&self, comparison: &Comparison, streams: &mut Streams<'_>) {
        let refused: Vec<&Item> = comparison.refused(self.arguments.force).collect();
        for item in refused.iter().take(SHOWN) {
            let place = self.arguments.out.join(&item.path);
            let message = match item.state {
                State::Edited => format!("{} was edited by hand", place.display()),
                State::Foreign => format!("{} is in the way: platc did not make it", place.display()),
                _ => format!(
                    "{} cannot be written: {}",
                    place.display(),
                    item.obstacle.as_deref().unwrap_or("something is in the way")
                ),
            };
            streams.fail(&message);
            if matches!(item.state, State::Edited | State::Foreign) {
                let text = self.edit(item, streams);
                streams.say(&text);
            }
        }
        if refused.len() > SHOWN {
            streams.say(&format!("and {} more files\n", refused.len() - SHOWN));
        }
        let blocked = refused.iter().any(|item| item.state == State::Blocked);
        let forceable = refused.iter().any(|item| item.state != State::Blocked);
        let mut help = String::from("nothing was written\n");
        if forceable {
            help.push_str(
                "  help: put what was edited into the spec, or move the file away; `--force` overwrites it and \
                 keeps a copy in .platc/backup\n",
            );
        }
        if blocked {
            help.push_str("  help: platc follows no links and removes no directories: move them away\n");
        }
        streams.say(&help);
    }

    /// What was edited, and where in the spec it belongs.
    fn edit(&self, item: &Item, streams: &Streams<'_>) -> String {
        let (Some(file), Ok(there)) =
            (self.tree.get(&item.path), Machine.read(&self.arguments.out.join(&item.path)))
        else {
            return String::new();
        };
        let look = streams.err_look;
        let lines = Lines::new(&self.source.text);
        let edit = edit_of(file, &there);
        let mut out = String::new();
        if let Some(remark) = edit.remark {
            let _ = writeln!(out, "  {remark}");
        }
        if !edit.hunks.is_empty() {
            let _ = writeln!(out, "  - what platc makes  + what is there");
        }
        for hunk in &edit.hunks {
            let _ = writeln!(out, "  {}", look.paint("2", &format!("@ line {}", hunk.line)));
            for line in &hunk.lines {
                let style = match line.as_bytes().first() {
                    Some(b'-') => "31",
                    Some(b'+') => "32",
                    _ => "0",
                };
                let _ = writeln!(out, "  {}", look.paint(style, &clean(line)));
            }
            if hunk.more > 0 {
                let _ = writeln!(out, "  and {} more lines", hunk.more);
            }
            if let (Some(at), Some(model)) = (hunk.origin, &self.compilation.model) {
                let path = model.document.path(at);
                let place = place(self.source, &lines, model.document.key_span(at));
                let _ = writeln!(out, "  it comes from `{}`, {place}", clean(&path));
            }
        }
        if edit.more > 0 {
            let _ = writeln!(out, "  and {} more places", edit.more);
        }
        out
    }

    fn json(&self, outcome: &Result<Written, Failure>) -> String {
        let compilation = self.compilation;
        let mut map = document(&compilation.diagnostics, self.source, &|span| compilation.path(span));
        let mut render = Map::new();
        render.insert("directory".to_owned(), self.arguments.out.display().to_string().into());
        render.insert("check".to_owned(), self.arguments.check.into());
        match outcome {
            Err(failure) => {
                render.insert("written".to_owned(), false.into());
                render.insert("failure".to_owned(), failure.to_string().into());
            }
            Ok(written) => {
                let comparison = &written.comparison;
                let done = !written.refused && !self.arguments.check;
                render.insert("written".to_owned(), done.into());
                render.insert("refused".to_owned(), written.refused.into());
                render.insert("clean".to_owned(), comparison.is_clean().into());
                render.insert("unfinished".to_owned(), comparison.unfinished.into());
                render.insert("files".to_owned(), comparison.items.iter().map(file).collect());
                render.insert(
                    "backups".to_owned(),
                    written
                        .backups
                        .iter()
                        .map(|(path, copy)| json!({ "path": path, "copy": copy }))
                        .collect(),
                );
            }
        }
        map.insert("render".to_owned(), render.into());
        print_json(&map)
    }
}

fn file(item: &Item) -> Value {
    let mut map = Map::new();
    map.insert("path".to_owned(), item.path.as_str().into());
    map.insert("backend".to_owned(), item.backend.as_str().into());
    map.insert("state".to_owned(), item.state.word().into());
    if let Some(obstacle) = &item.obstacle {
        map.insert("obstacle".to_owned(), obstacle.as_str().into());
    }
    map.into()
}

/// `3 created, 140 unchanged`.
fn counts(comparison: &Comparison) -> String {
    let states = [
        State::Created,
        State::Started,
        State::Missing,
        State::Changed,
        State::Edited,
        State::Foreign,
        State::Blocked,
        State::Adopted,
        State::Removed,
        State::Gone,
        State::Released,
    ];
    let unchanged = comparison.count(State::Unchanged) + comparison.count(State::Kept);
    let mut parts: Vec<String> = states
        .into_iter()
        .map(|state| (comparison.count(state), state.word()))
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    if unchanged > 0 || parts.is_empty() {
        parts.push(format!("{unchanged} unchanged"));
    }
    parts.join(", ")
}
