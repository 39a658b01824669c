//! A runbook for each alert, and the list of them.

use std::fmt::Write as _;

use super::texts;
use crate::backend::prometheus::pages::{Page, Place};
use crate::backend::prometheus::wording;
use crate::format::data::{Data, Map};
use crate::map;
use crate::names;
use crate::plan::Plan;

/// The list of all alerts.
pub(super) const INDEX: &str = "runbooks/alerts.md";

/// The data of the list.
pub(super) fn index<'p>(plan: &'p Plan, pages: &[Page<'p>]) -> Map<'p> {
    let rows = pages.iter().map(|page| {
        map! {
            "alert" => page.alert,
            "file" => names::runbook(page.alert),
            "object" => page.wording.map_or("", |wording| wording.object),
            "summary" => page.summary,
            "environments" => texts(once(page.places.iter().map(|place| place.environment))),
        }
    });
    map! { "rows" => Data::List(rows.map(Data::from).collect()), "linked" => plan.monitoring.runbooks.is_some() }
}

/// The data of an alert's page.
pub(super) fn page<'p>(page: &Page<'p>) -> Map<'p> {
    let owners = once(page.places.iter().map(|place| place.owner.as_str()));
    // Where it is one team's everywhere, a sentence says so, else the table.
    let owner = if let [only] = owners[..] { only.to_owned() } else { String::new() };
    let mut data = map! { "alert" => page.alert, "summary" => page.summary, "owner" => owner };
    let places = page.places.iter().map(|place| {
        map! {
            "environment" => place.environment,
            "namespace" => place.namespace,
            "severity" => place.severity,
            "hold" => if place.hold.0 == 0 { "at once".to_owned() } else { place.hold.to_string() },
            "owner" => place.owner.clone(),
            "told" => texts(place.told.iter().copied()),
            "names" => texts(place.names.clone()),
        }
    });
    data.push("places", Data::List(places.map(Data::from).collect()));
    // The gravest place is the one that somebody is woken up for.
    let grave = |place: &&Place<'_>| {
        let gravity = ["critical", "warning", "info"].iter().position(|it| *it == place.severity);
        (gravity, !place.is_production)
    };
    let first = page.places.iter().min_by_key(grave);
    let (expr, of) = first.map_or_else(Default::default, |place| {
        (place.expr.clone(), format!("{}, {}", place.environment, place.name))
    });
    data.push("expr", expr);
    data.push("of", of);
    let of_words = page.wording;
    data.push("when", of_words.map_or("", |wording| wording.when));
    data.push("limit", of_words.map_or("", |wording| wording.limit));
    data.push("means", of_words.map_or("", |wording| wording.means));
    data.push("causes", texts(of_words.into_iter().flat_map(|wording| wording.causes.iter().copied())));
    data.push("commands", first.map_or_else(String::new, |place| commands(place, of_words)));
    data
}

/// What to type first, with the names of a place.
fn commands(place: &Place<'_>, wording: Option<&wording::Wording>) -> String {
    let Some(wording) = wording else { return String::new() };
    let mut text = String::new();
    let lines = wording::commands(wording);
    let own = [("NAMESPACE", place.namespace), ("NAME", place.name.as_str())];
    let more = place.values.iter().map(|(variable, value)| (*variable, value.as_str()));
    for (variable, value) in own.into_iter().chain(more) {
        if names_variable(&lines, variable) {
            let quote = if value.contains([' ', '(']) { "'" } else { "" };
            let _ = writeln!(text, "{variable}={quote}{value}{quote}");
        }
    }
    text + &lines
}

/// Whether commands read a variable, and not only one whose name begins with it.
fn names_variable(commands: &str, variable: &str) -> bool {
    commands.split('$').skip(1).any(|after| {
        let after = after.strip_prefix(variable);
        after.is_some_and(|rest| !rest.starts_with(|next: char| next.is_ascii_alphanumeric() || next == '_'))
    })
}

fn once<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut found: Vec<&str> = Vec::new();
    for text in texts {
        if !found.contains(&text) {
            found.push(text);
        }
    }
    found
}
