//! Wording that findings of several kinds share.

use super::{Diagnostic, code};
use crate::catalog::nearest;
use crate::source::Span;
use crate::syntax::scalar::Reading1_1;

/// `did you mean ...?` for a name that is not known, or the list of the known ones where it is short.
#[must_use]
pub fn did_you_mean<'a>(wanted: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> Option<String> {
    let near = nearest(wanted, known.clone(), 3);
    if !near.is_empty() {
        return Some(format!("did you mean {}?", alternatives(&near)));
    }
    let all: Vec<&str> = known.into_iter().take(13).collect();
    match all.len() {
        0 | 13 => None,
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

/// A scalar that YAML 1.1 readers take otherwise than YAML 1.2 does.
#[must_use]
pub fn ambiguous(text: &str, span: Span, value: &str, reading: Reading1_1) -> Diagnostic {
    debug_assert!(span.slice(text).len() <= text.len());
    Diagnostic::new(
        &code::AMBIGUOUS_SCALAR,
        span,
        format!("`{value}` is text here, and {} for other readers of YAML", reading.describe()),
    )
    .help("put it in quotes, so that every reader takes it alike")
    .edit(span, format!("\"{value}\""))
}
