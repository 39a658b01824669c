//! `platc` compiles one `platform.yaml` into the files that the real tools read.
//!
//! The pipeline, each step a module:
//!
//! ```text
//! text -> syntax -> model (what is written) -> resolve -> plan (what is meant) -> check, proof
//!                                                           |
//!                                                           +-> backend -> tree -> write
//! ```
//!
//! Findings are collected in a [`diag::Sink`] on the way. Only [`write`](mod@write), [`inputs`] and [`commands`] touch the
//! disk, and only `main` reads the clock.

pub mod addon;
pub mod backend;
pub mod catalog;
pub mod check;
pub mod cli;
pub mod commands;
pub mod diag;
pub mod format;
pub mod freeform;
pub mod inputs;
pub mod model;
pub mod names;
pub mod plan;
pub mod promql;
pub mod proof;
pub mod provider;
pub mod resolve;
pub mod sizing;
pub mod source;
pub mod syntax;
pub mod templates;
pub mod tree;
pub mod unit;
pub mod units;
pub mod words;
pub mod write;

use std::collections::BTreeMap;
use std::sync::Arc;

use catalog::Date;
use diag::{Accepted, Diagnostic, Severity, Sink, code};
use inputs::Folder;
use model::Model;
use plan::Plan;
use source::{Source, Span};

/// What compiling depends on besides the text.
#[derive(Debug, Clone, Copy)]
pub struct Options<'a> {
    /// The day on which dates are judged. Never changes the plan.
    pub today: Date,
    /// The folder in which files that the spec names are looked up; `None` where there is none to look in.
    pub files: Option<&'a Folder>,
}

/// What compiling a spec gives.
#[derive(Debug)]
pub struct Compilation {
    /// What is written, as far as it could be made out.
    pub model: Option<Model>,
    /// What is meant; there even when findings forbid to render it, as long as everything could be resolved.
    pub plan: Option<Plan>,
    /// All findings, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
    /// What was found and is accepted under `allow`.
    pub accepted: Vec<Accepted>,
}

impl Compilation {
    /// Whether a finding forbids to render.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|finding| finding.severity == Severity::Error)
    }

    /// How people write the place of the spec at the beginning of a span; `None` outside every field.
    #[must_use]
    pub fn path(&self, span: Span) -> Option<String> {
        let document = &self.model.as_ref()?.document;
        let path = document.path(document.at_offset(span.start));
        (!path.is_empty()).then_some(path)
    }
}

/// Compiles a spec. Shape errors end it before references are followed, since those would only repeat them.
#[must_use]
pub fn compile(source: &Source, options: &Options<'_>) -> Compilation {
    let mut sink = Sink::new();
    let mut plan = None;
    // The catalogue of add-ons is read beside the spec: both are files of YAML, and neither depends on the other.
    let model = std::thread::scope(|scope| {
        scope.spawn(addon::all);
        syntax::parse(source, &mut sink).and_then(|document| model::read(source, document, &mut sink))
    });
    if let Some(model) = model.as_ref().filter(|_| !sink.has_errors()) {
        plan = resolve::resolve(source, model, &mut sink);
        if let Some((plan, folder)) = plan.as_mut().zip(options.files) {
            objectives_of_file(model, folder, plan, &mut sink);
        }
        if let Some(plan) = &plan {
            let files = options.files.map(|folder| sealed_files(plan, folder));
            check::all(source, model, plan, files.as_ref(), options.today, &mut sink);
        }
    }
    let accepted = sink.take_accepted();
    Compilation { model, plan, diagnostics: sink.into_sorted(), accepted }
}

/// Adds the objectives of the file of OpenSLO documents that the spec names.
fn objectives_of_file(model: &Model, folder: &Folder, plan: &mut Plan, sink: &mut Sink) {
    let Some(named) = model.platform.slos.as_ref().map(|slos| &slos.from) else { return };
    let span = model.document.span(named.at);
    let path: &str = &named.value;
    match folder.text(path).map(|text| inputs::decode(path, text.into_bytes())) {
        Some(Ok(file)) => resolve::slo::read_openslo(&Arc::new(file), (named.at, span), plan, sink),
        Some(Err(unread)) => {
            let file = Arc::new(unread.source);
            for finding in unread.diagnostics {
                let place = finding.primary.span;
                let mut moved = Diagnostic::new(finding.code, span, finding.message).inside(&file, place, "");
                moved.help = finding.help;
                sink.push(moved);
            }
        }
        None => sink.push(
            Diagnostic::new(
                &code::SLO_FILE,
                span,
                format!("there is no file `{path}` below the spec's folder"),
            )
            .help("write the file, or remove `slos`"),
        ),
    }
}

/// Those files of sealed secrets that are there, with their text.
fn sealed_files(plan: &Plan, folder: &Folder) -> BTreeMap<String, String> {
    let files = plan.needed_secrets().filter_map(plan::Secret::file);
    files.filter_map(|file| folder.text(file).map(|text| (file.to_owned(), text))).collect()
}
