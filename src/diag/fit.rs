//! Wording that findings of several kinds share.

use crate::catalog::nearest;

/// Names that a list in a sentence may have.
const MOST: usize = 30;

/// `did you mean ...?` for a name that is not known, or the list of the known ones where it is short.
#[must_use]
pub fn did_you_mean<'a>(wanted: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> Option<String> {
    let near = nearest(wanted, known.clone(), 3);
    if !near.is_empty() {
        return Some(format!("did you mean {}?", alternatives(&near)));
    }
    let all: Vec<&str> = known.into_iter().take(MOST + 1).collect();
    match all.len() {
        0 => None,
        more if more > MOST => None,
        _ => Some(format!(
            "known here: {}",
            all.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
        )),
    }
}

fn alternatives(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}
