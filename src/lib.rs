//! `platc` compiles one `platform.yaml` into the files that the real tools read.
//!
//! ```text
//! text -> syntax -> model (what is written) -> resolve -> plan (what is meant) -> back ends -> tree -> write
//!            \          \                        \            \
//!             '----------'------------------------'------------'--> check, proof -> diag
//! ```
#![allow(missing_docs)]

pub mod backend;
pub mod catalog;
pub mod check;
pub mod cli;
pub mod commands;
pub mod diag;
pub mod format;
pub mod inputs;
pub mod model;
pub mod names;
pub mod plan;
pub mod proof;
pub mod provider;
pub mod resolve;
pub mod sizing;
pub mod source;
pub mod syntax;
pub mod tree;
pub mod units;
pub mod words;
pub mod write;

use std::collections::BTreeSet;

use catalog::Date;
use diag::{Diagnostic, Severity, Sink};
use inputs::Folder;
use model::Model;
use plan::Plan;
use source::{Source, Span};

/// What a compilation depends on besides the text.
#[derive(Debug, Clone)]
pub struct Options {
    /// The day on which ends of life and of suppressions are judged.
    pub today: Date,
    /// Where files that the spec refers to are; `None` where nothing is to be looked up.
    pub folder: Option<Folder>,
}

/// What a compilation gives.
#[derive(Debug, Clone)]
pub struct Compilation {
    /// What is written, if the text could be read.
    pub model: Option<Model>,
    /// What is meant, as far as it could be made out; worth nothing to a back end if there are errors.
    pub plan: Option<Plan>,
    /// What is to be said about it, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

impl Compilation {
    /// Whether there is an error.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// How people write the place of the spec at the beginning of a span; `None` outside every field.
    #[must_use]
    pub fn path(&self, span: Span) -> Option<String> {
        let document = &self.model.as_ref()?.document;
        let path = document.path(document.at_offset(span.start));
        (!path.is_empty()).then_some(path)
    }
}

/// Compiles a spec, up to the plan.
#[must_use]
pub fn compile(source: &Source, options: &Options) -> Compilation {
    let mut sink = Sink::new();
    let model =
        syntax::parse(source, &mut sink).and_then(|document| model::read(source, document, &mut sink));
    let plan = model.as_ref().and_then(|model| resolve::resolve(source, model, &mut sink));
    if let (Some(model), Some(plan)) = (&model, &plan) {
        let files = options.folder.as_ref().map(|folder| sealed_files(plan, folder));
        check::all(source, model, plan, files.as_ref(), options.today, &mut sink);
    }
    Compilation { model, plan, diagnostics: sink.into_sorted() }
}

/// Those files of sealed secrets that are there.
fn sealed_files(plan: &Plan, folder: &Folder) -> BTreeSet<String> {
    plan.environments
        .values()
        .flat_map(|environment| &environment.sealed)
        .map(|secret| &secret.file)
        .filter(|file| folder.has_file(file))
        .cloned()
        .collect()
}
