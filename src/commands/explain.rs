//! `platc explain`.

use std::fmt::Write as _;
use std::io;

use super::reference::{Place, describe, find, record, top, words};
use crate::cli::{Exit, Streams};
use crate::diag::code::{self, CODES, Code};
use crate::diag::did_you_mean;
use crate::diag::render::{Look, clean, wrap};
use crate::model::THING_KEYS;

pub(super) fn run(topic: Option<&str>, streams: &mut Streams<'_>) -> io::Result<Exit> {
    let look = streams.out_look;
    let text = match topic {
        None => everything(look),
        Some(topic) if topic.contains('/') => {
            let Some(code) = code::find(topic) else {
                let near = did_you_mean(topic, CODES.iter().map(|code| code.slug));
                return Ok(unknown("code", topic, near, streams));
            };
            of_code(code, look)
        }
        Some(topic) => match find(topic) {
            Ok(place) => of_place(topic, &place, look),
            Err(near) => return Ok(unknown("field", topic, near, streams)),
        },
    };
    streams.out.write_all(text.as_bytes())?;
    Ok(Exit::Fine)
}

fn unknown(kind: &str, topic: &str, near: Option<String>, streams: &mut Streams<'_>) -> Exit {
    streams.fail(&format!("there is no {kind} `{topic}`"));
    let help = near.unwrap_or_else(|| "`platc explain` lists all codes and fields".to_owned());
    streams.say(&format!("  help: {}\n", clean(&help)));
    Exit::Usage
}

fn paragraph(out: &mut String, text: &str, indent: usize, look: Look) {
    // The texts are comments of the source: their line breaks mean nothing.
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for line in wrap(&text, look.width.saturating_sub(indent), 0) {
        let _ = writeln!(out, "{:indent$}{line}", "");
    }
}

fn of_code(code: &Code, look: Look) -> String {
    let mut out = format!("{} ({})\n", look.paint("1", code.slug), code.severity.word());
    paragraph(&mut out, &format!("{}.", capital(code.title)), 0, look);
    out.push('\n');
    paragraph(&mut out, code.explain, 0, look);
    out
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn of_place(topic: &str, place: &Place, look: Look) -> String {
    let mut out = format!("{}\n", look.paint("1", &clean(topic)));
    paragraph(&mut out, place.doc, 0, look);
    out.push('\n');
    paragraph(&mut out, &format!("Takes {}.", describe(&place.shape)), 0, look);
    if let Some(field) = place.field {
        let rule = match (field.needed, field.default) {
            (true, _) => "Needed.".to_owned(),
            (false, "") => "Optional.".to_owned(),
            (false, default) => format!("Default: {default}."),
        };
        paragraph(&mut out, &rule, 0, look);
    }
    if let Some(example) = &place.example {
        let _ = writeln!(out, "\nExample:\n  {example}");
    }
    if let Some(words) = words(&place.shape) {
        out.push_str("\nWords:\n");
        table(&mut out, words.iter().map(|(word, doc)| ((*word).to_owned(), (*doc).to_owned())), look);
    }
    if let Some((info, is_named)) = record(&place.shape) {
        out.push_str("\nFields:\n");
        let own = info.fields.iter().map(|field| {
            let doc = first_sentence(field.doc);
            (field.name.to_owned(), if field.needed { format!("{doc} Needed.") } else { doc })
        });
        let things = THING_KEYS
            .iter()
            .filter(|_| is_named)
            .map(|(name, doc, _)| ((*name).to_owned(), first_sentence(doc)));
        table(&mut out, own.chain(things), look);
    }
    out
}

fn first_sentence(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match text.find(". ") {
        Some(end) => text[..=end].to_owned(),
        None => text,
    }
}

fn table(out: &mut String, rows: impl Iterator<Item = (String, String)>, look: Look) {
    let rows: Vec<(String, String)> = rows.collect();
    let width = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    for (name, text) in rows {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let indent = width + 4;
        for (index, line) in wrap(&text, look.width.saturating_sub(indent), 0).iter().enumerate() {
            if index == 0 {
                let padding = " ".repeat(width - name.chars().count());
                let _ = writeln!(out, "  {}{padding}  {line}", look.paint("1", &name));
            } else {
                let _ = writeln!(out, "{:indent$}{line}", "");
            }
        }
    }
}

fn everything(look: Look) -> String {
    let mut out = String::from("Fields of a spec; `platc explain services.autoscaling` goes deeper:\n");
    table(&mut out, top().iter().map(|field| (field.name.to_owned(), first_sentence(field.doc))), look);
    out.push_str("\nCodes of findings:\n");
    table(&mut out, CODES.iter().map(|code| (code.slug.to_owned(), code.title.to_owned())), look);
    out
}
