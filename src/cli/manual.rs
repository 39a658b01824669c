//! The manual in its three forms: the end of `--help`, `docs/cli.md` and the manual pages. All are made from the command
//! line itself.

use std::fmt::Write as _;

use clap::{Arg, Command, CommandFactory as _};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use super::{Cli, Exit};

pub use super::examples::{SAMPLES, Sample};

/// The first line of every manual page: by it a page of platc's is known.
pub const MARK: &str = ".\\\" Made by `platc man`, which replaces it.\n";

/// What the command line alone does not tell.
const NOTES: &str = include_str!("notes.md");

fn samples(command: &str) -> impl Iterator<Item = &'static Sample> {
    SAMPLES.iter().filter(move |sample| sample.command == command)
}

/// The exit codes, for the end of `--help`.
pub(super) fn exit_codes() -> String {
    let mut out = String::from("Exit codes:\n");
    for (exit, meaning) in Exit::MEANINGS {
        let _ = writeln!(out, "  {}  {meaning}", exit as u8);
    }
    out
}

/// The examples of a command, for the end of its `--help`.
pub(super) fn examples(command: &str) -> String {
    let mut out = String::from("Examples:\n");
    for sample in samples(command) {
        let _ = writeln!(out, "  {}\n      {}", sample.line, sample.purpose);
    }
    out
}

/// All commands, each with its name as it is typed, the main one first.
fn commands() -> Vec<(String, Command)> {
    let mut main = Cli::command().disable_help_subcommand(true);
    main.build();
    let mut found = vec![("platc".to_owned(), main.clone())];
    found.extend(main.get_subcommands().map(|one| (format!("platc {}", one.get_name()), one.clone())));
    found
}

/// The whole command line as Markdown.
#[must_use]
pub fn markdown() -> String {
    let mut out = String::from(
        "# The command line\n\nGenerated from the command line itself; a test keeps it current. \
         `platc COMMAND --help` and `platc man` show the same.\n",
    );
    let commands = commands();
    out.push_str("\n| Command | Does |\n|---|---|\n");
    for (name, command) in &commands[1..] {
        let _ = writeln!(out, "| [`{name}`](#{}) | {} |", name.replace(' ', "-"), about(command));
    }
    for (name, command) in &commands {
        let title = if name == "platc" { "Options of every command" } else { name };
        let _ = write!(out, "\n## {title}\n");
        let is_own = |arg: &&Arg| {
            let is_builtin = matches!(arg.get_id().as_str(), "help" | "version");
            !is_builtin && (name == "platc" || !arg.is_global_set())
        };
        if name != "platc" {
            let long = command.get_long_about().or(command.get_about()).map(ToString::to_string);
            let usage = command.clone().render_usage().to_string();
            let usage = usage.trim_start_matches("Usage: ");
            let long = long.unwrap_or_default();
            let _ = write!(out, "\n{}.\n\n    {usage}\n", long.trim().trim_end_matches('.'));
        }
        let arguments: Vec<&Arg> = command.get_arguments().filter(is_own).collect();
        if !arguments.is_empty() {
            out.push_str("\n| Argument | Meaning | Default |\n|---|---|---|\n");
            for argument in arguments {
                row(&mut out, argument);
            }
        }
        let mut samples = samples(name.trim_start_matches("platc ")).peekable();
        if samples.peek().is_some() {
            out.push_str("\n```sh\n");
            for sample in samples {
                let ends = match sample.exit {
                    Exit::Fine => String::new(),
                    exit => format!(" (exit code {})", exit as u8),
                };
                let _ = writeln!(out, "{}  # {}{ends}", sample.line, sample.purpose);
            }
            out.push_str("```\n");
        }
    }
    out.push_str("\n## Exit codes\n\n| Code | Meaning |\n|---|---|\n");
    for (exit, meaning) in Exit::MEANINGS {
        let _ = writeln!(out, "| {} | {meaning} |", exit as u8);
    }
    let _ = write!(out, "\n{NOTES}");
    out
}

fn about(command: &Command) -> String {
    command.get_about().map(ToString::to_string).unwrap_or_default()
}

fn row(out: &mut String, argument: &Arg) {
    let values: Vec<String> = argument
        .get_value_names()
        .unwrap_or_default()
        .iter()
        .filter(|_| argument.get_action().takes_values())
        .map(|name| name.replace('|', "\\|"))
        .collect();
    let name = match (argument.get_short(), argument.get_long()) {
        (Some(short), Some(long)) => format!("`-{short}`, `--{long}"),
        (None, Some(long)) => format!("`--{long}"),
        _ => "`".to_owned(),
    };
    let gap = if values.is_empty() || argument.get_long().is_none() { "" } else { " " };
    let mut meaning = argument.get_help().map(ToString::to_string).unwrap_or_default();
    let words = argument.get_possible_values();
    if argument.get_action().takes_values() && !words.is_empty() {
        let words: Vec<String> = words
            .iter()
            .map(|word| match word.get_help() {
                Some(help) => format!("`{}`: {help}", word.get_name()),
                None => format!("`{}`", word.get_name()),
            })
            .collect();
        let _ = write!(meaning, "<br>{}", words.join("<br>"));
    }
    let default = argument.get_default_values().iter().map(|value| format!("`{}`", value.to_string_lossy()));
    let default = default.filter(|_| argument.get_action().takes_values()).collect::<Vec<_>>().join(", ");
    let needed = if argument.is_required_set() { "needed" } else { "-" };
    let default = if default.is_empty() { needed } else { &default };
    let _ = writeln!(out, "| {name}{gap}{}` | {meaning} | {default} |", values.join(" "));
}

/// The manual pages: name of the file and text, the main one first.
pub fn pages() -> std::io::Result<Vec<(String, String)>> {
    commands()
        .into_iter()
        .map(|(name, command)| {
            let dashed = name.replace(' ', "-");
            let samples: Vec<_> = samples(name.trim_start_matches("platc ")).collect();
            // A subcommand's page is called as it is typed, with a dash.
            let man = Man::new(command.name(dashed.clone()).bin_name(name))
                .title(dashed.to_uppercase())
                .manual("platc");
            let mut text = MARK.as_bytes().to_vec();
            man.render_title(&mut text)?;
            man.render_name_section(&mut text)?;
            man.render_synopsis_section(&mut text)?;
            man.render_description_section(&mut text)?;
            man.render_options_section(&mut text)?;
            if dashed == "platc" {
                man.render_subcommands_section(&mut text)?;
            }
            let mut more = Roff::new();
            more.control("SH", ["EXIT STATUS"]);
            for (exit, meaning) in Exit::MEANINGS {
                more.control("TP", []).text([bold((exit as u8).to_string())]).text([roman(meaning)]);
            }
            let mut is_first = true;
            for sample in samples {
                if std::mem::take(&mut is_first) {
                    more.control("SH", ["EXAMPLES"]);
                }
                more.control("TP", []).text([bold(sample.line)]).text([roman(sample.purpose)]);
            }
            more.to_writer(&mut text)?;
            Ok((format!("{dashed}.1"), String::from_utf8_lossy(&text).into_owned()))
        })
        .collect()
}
