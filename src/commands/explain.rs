//! `platc explain`.

use std::fmt::Write as _;
use std::io;

use super::reference::{Place, find, record, top, words};
use crate::catalog::nearest;
use crate::cli::{Exit, Streams};
use crate::diag::code::{self, CODES, Code};
use crate::diag::render::{Look, clean, wrap};
use crate::model::THING_KEYS;
use crate::model::reference::{describe, paths};

/// Names that are suggested for one that nobody knows.
const SUGGESTED: usize = 8;

pub(super) fn run(topic: Option<&str>, streams: &mut Streams<'_>) -> io::Result<Exit> {
    let look = streams.out_look;
    let Some(asked) = topic else {
        streams.out.write_all(everything(look).as_bytes())?;
        return Ok(Exit::Fine);
    };
    let topic = bare(asked);
    if let Some(text) = explained(topic, look) {
        streams.out.write_all(text.as_bytes())?;
        return Ok(Exit::Fine);
    }
    let kind = if topic.contains('/') { "code" } else { "code or field" };
    streams.fail(&format!("there is no {kind} `{topic}`"));
    let similar = similar(topic);
    if similar.is_empty() {
        streams.say("  help: `platc explain` lists all codes and fields\n");
    } else {
        streams.say(&format!("  help: did you mean {}?\n", similar.join(", ")));
    }
    Ok(Exit::Usage)
}

/// The topic alone: findings say `error[code]`, and people copy what they see.
fn bare(topic: &str) -> &str {
    let topic = topic.trim().trim_matches('`');
    let inner = topic.split_once('[').and_then(|(word, rest)| {
        ["error", "warning", "info", "accepted"].contains(&word).then(|| rest.split(']').next())?
    });
    inner.unwrap_or(topic).trim_end_matches(['/', '.', ':'])
}

fn explained(topic: &str, look: Look) -> Option<String> {
    if let Some(code) = code::find(topic) {
        return Some(of_code(code, look));
    }
    if !topic.is_empty()
        && let Ok(place) = find(topic)
    {
        let mut text = of_place(topic, &place, look);
        let about = codes_of(topic);
        if !about.is_empty() {
            let _ = write!(text, "\nCodes of findings:\n");
            list(&mut text, &about, look);
        }
        return Some(text);
    }
    let area = codes_of(topic);
    if !area.is_empty() {
        let mut text = format!("Codes of findings about {topic}:\n");
        list(&mut text, &area, look);
        return Some(text);
    }
    // The last part alone, where it says enough.
    let codes: Vec<&Code> =
        CODES.iter().copied().filter(|code| code.slug.split('/').nth(1) == Some(topic)).collect();
    let fields: Vec<(String, &str)> =
        paths().into_iter().filter(|(path, _)| path.rsplit('.').next() == Some(topic)).collect();
    match (&codes[..], &fields[..]) {
        ([], []) => None,
        ([code], []) => Some(of_code(code, look)),
        ([], [(path, _)]) => find(path).ok().map(|place| of_place(path, &place, look)),
        _ => {
            let mut text = format!("`{topic}` stands for several:\n");
            let codes = codes.iter().map(|code| (code.slug.to_owned(), code.sentence()));
            let fields = fields.into_iter().map(|(path, doc)| (path, first_sentence(doc)));
            table(&mut text, fields.chain(codes), look);
            Some(text)
        }
    }
}

fn codes_of(area: &str) -> Vec<&'static Code> {
    CODES.iter().copied().filter(|code| code.area() == area).collect()
}

fn list(out: &mut String, codes: &[&Code], look: Look) {
    table(out, codes.iter().map(|code| (code.slug.to_owned(), code.sentence())), look);
}

/// Names like one that does not exist: those that hold it, then those that are spelt nearly so.
fn similar(topic: &str) -> Vec<String> {
    let topic = topic.to_lowercase();
    let fields = paths();
    let mut whole: Vec<&str> = CODES.iter().map(|code| code.area()).collect();
    whole.dedup();
    whole.extend(CODES.iter().map(|code| code.slug));
    whole.extend(fields.iter().map(|(path, _)| path.as_str()));
    let last = |name: &str| name.rsplit(['/', '.']).next().unwrap_or_default().to_lowercase();
    let wanted = last(&topic);
    let mut found: Vec<&str> = Vec::new();
    let siblings = find(&topic).err().unwrap_or_default();
    found.extend(siblings.iter().map(String::as_str));
    if topic.len() >= 3 {
        found.extend(whole.iter().filter(|name| name.to_lowercase().contains(&topic)));
        found.extend(whole.iter().filter(|name| last(name).contains(&wanted)));
    }
    found.extend(nearest(&topic, whole.iter().copied(), SUGGESTED));
    let lasts: Vec<String> = whole.iter().map(|name| last(name)).collect();
    for near in nearest(&wanted, lasts.iter().map(String::as_str), SUGGESTED) {
        found.extend(whole.iter().filter(|name| last(name) == *near));
    }
    let mut seen: Vec<String> = Vec::new();
    for name in found {
        let name = format!("`{name}`");
        if !seen.contains(&name) && seen.len() < SUGGESTED {
            seen.push(name);
        }
    }
    seen
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
    paragraph(&mut out, &code.sentence(), 0, look);
    out.push('\n');
    paragraph(&mut out, code.explain, 0, look);
    if let Some(example) = code::example(code.slug) {
        out.push_str("\nExample:\n\n");
        for line in example.lines() {
            let _ = writeln!(out, "{}", format!("  {line}").trim_end());
        }
    }
    out
}

fn of_place(topic: &str, place: &Place, look: Look) -> String {
    let mut out = format!("{}\n", look.paint("1", &clean(topic)));
    paragraph(&mut out, place.doc, 0, look);
    out.push('\n');
    paragraph(
        &mut out,
        &format!("Takes {}.", describe(&place.shape, &|_| "the fields below".to_owned())),
        0,
        look,
    );
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
    out.push_str("\nCodes of findings; `platc explain recovery` lists those of an area:\n");
    list(&mut out, CODES, look);
    out
}
