//! Renders findings, one file for each format.

mod clean;
mod excerpt;
mod github;
mod human;
mod json;
mod sarif;

use super::{Diagnostic, Severity};

pub use clean::{clean, clean_json, clean_source};
pub use github::github;
pub use human::{Look, human, human_accepted, human_one, place, summary, wrap};
pub use json::{accepted_json, document, json, print_json};
pub use sarif::sarif;

/// How many findings there are of each severity.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Errors.
    pub errors: usize,
    /// Warnings.
    pub warnings: usize,
    /// What is worth knowing.
    pub infos: usize,
}

impl Counts {
    /// Counts findings.
    #[must_use]
    pub fn of(diagnostics: &[Diagnostic]) -> Self {
        let count = |severity| diagnostics.iter().filter(|one| one.severity == severity).count();
        Self {
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            infos: count(Severity::Info),
        }
    }
}
