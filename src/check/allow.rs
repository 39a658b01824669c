//! Suppressions: applied to the findings, and checked themselves.

use super::Context;
use crate::diag::{Diagnostic, Severity, code, did_you_mean};
use crate::syntax::Document;

/// Removes what the spec accepts, and reports suppressions that are expired, unused or not possible.
pub(super) fn apply(context: &mut Context<'_>) {
    let document = &context.model.document;
    let mut findings: Vec<Diagnostic> = Vec::new();
    for entry in context.model.platform.allow.iter().flatten() {
        let slug = entry.check.value.0.as_str();
        let check_span = document.span(entry.check.at);
        let Some(wanted) = code::find(slug) else {
            let mut finding =
                Diagnostic::new(&code::ALLOW_UNKNOWN, check_span, format!("there is no check `{slug}`"));
            finding.help = did_you_mean(slug, code::CODES.iter().map(|code| code.slug));
            findings.push(finding);
            continue;
        };
        let place = entry.place.value.0.as_str();
        let is_there =
            |finding: &Diagnostic| finding.code == wanted && is_below(&place_of(document, finding), place);
        let matches = context.sink.found().iter().filter(|finding| is_there(finding)).count();
        if let Some(error) = context
            .sink
            .found()
            .iter()
            .find(|finding| is_there(finding) && finding.severity == Severity::Error)
        {
            findings.push(
                Diagnostic::new(&code::ALLOW_ERROR, check_span, format!("`{slug}` is an error at `{place}`"))
                    .related(error.primary.span, "the error")
                    .help("mend it: with an error the real tools refuse the output, or a promise is false"),
            );
            continue;
        }
        if matches == 0 {
            findings.push(
                Diagnostic::new(
                    &code::ALLOW_UNUSED,
                    document.key_span(entry.check.at),
                    format!("nothing at `{place}` is reported as `{slug}`"),
                )
                .help("remove the entry, or correct its `at`: it is the path of the finding's place or of what holds it"),
            );
            continue;
        }
        if entry.until.value < context.today {
            findings.push(
                Diagnostic::new(
                    &code::ALLOW_EXPIRED,
                    document.span(entry.until.at),
                    format!("`{slug}` at `{place}` was accepted until {}", entry.until.value),
                )
                .help(format!(
                    "mend the finding, or give it a new end; the reason was: {}",
                    entry.reason.value.0
                )),
            );
            continue;
        }
        let (reason, until) = (&entry.reason.value.0, entry.until.value.to_string());
        context.sink.accept(is_there, reason, until, check_span);
    }
    for finding in findings {
        context.report(finding);
    }
}

/// The path of the place that a finding points at.
fn place_of(document: &Document, finding: &Diagnostic) -> String {
    document.path(document.at_offset(finding.primary.span.start))
}

fn is_below(path: &str, place: &str) -> bool {
    path == place || path.strip_prefix(place).is_some_and(|rest| rest.starts_with(['.', '[']))
}
