//! Rules over the model and the plan: what a real tool would refuse, and what a promise in the same file contradicts.
//!
//! A rule is one function and one row of [`RULES`]; its wording is in `diag::code`.

mod addons;
mod addresses;
mod alerts;
mod allow;
mod cdn;
mod collector;
mod delivery;
mod drills;
mod expressions;
mod ingress_patches;
mod jobs;
mod kubernetes;
mod managed;
mod names;
mod network;
mod nodes;
mod offers;
mod patches;
mod recovery;
mod references;
mod rollouts;
mod secrets;
mod slo;
mod stores;
mod targets;
mod workloads;

use std::collections::BTreeMap;

use crate::diag::{Diagnostic, Sink, code};
use crate::model::Model;
use crate::plan::{Environment, Origin, Plan, Resolved};
use crate::source::{At, Source, Span};
use crate::units::Date;
use crate::words::Role;

/// What rules look at and where their findings go.
pub struct Context<'a> {
    /// The text.
    pub source: &'a Source,
    /// What is written.
    pub model: &'a Model,
    /// What is meant.
    pub plan: &'a Plan,
    /// The day on which the spec is checked.
    pub today: Date,
    /// The files of sealed secrets that are there below the spec's folder, with their text; `None` where there is no
    /// folder to look in.
    pub files: Option<&'a BTreeMap<String, String>>,
    sink: &'a mut Sink,
}

impl Context<'_> {
    /// The day, where findings may depend on it: what is written does not, and `render` compiles on the first day there is.
    fn day(&self) -> Option<Date> {
        (self.today != Date::FIRST).then_some(self.today)
    }

    /// Takes a finding in.
    fn report(&mut self, finding: Diagnostic) {
        self.sink.push(finding);
    }

    /// Whether references failed already: what they mean would be called unused.
    fn references_fail(&self) -> bool {
        let of_references = [&code::UNKNOWN_REFERENCE, &code::NOT_IN_ENVIRONMENT, &code::WRONG_ACCESS];
        self.sink.found().iter().any(|finding| of_references.contains(&finding.code))
    }

    /// The bytes of a value.
    fn span(&self, at: At) -> Span {
        self.model.document.span(at)
    }

    /// The bytes of the key that leads to a value.
    fn key(&self, at: At) -> Span {
        self.model.document.key_span(at)
    }

    /// The bytes that a resolved value comes from, or those of the thing that it belongs to.
    fn origin<T>(&self, value: &Resolved<T>, thing: At) -> Span {
        match value.origin {
            Origin::Written(at) | Origin::Derived(_, at) if at != thing => self.span(at),
            _ => self.key(thing),
        }
    }
}

/// A rule.
pub struct Rule {
    /// What it looks at, for people: the family and the subject.
    pub name: &'static str,
    /// The rule itself.
    pub run: fn(&mut Context<'_>),
}

/// All rules, by family.
pub static RULES: &[&[Rule]] = &[
    names::RULES,
    references::RULES,
    nodes::RULES,
    offers::RULES,
    cdn::RULES,
    network::RULES,
    addresses::RULES,
    kubernetes::RULES,
    workloads::RULES,
    jobs::RULES,
    rollouts::RULES,
    patches::RULES,
    ingress_patches::RULES,
    stores::RULES,
    managed::RULES,
    secrets::RULES,
    alerts::RULES,
    slo::RULES,
    expressions::RULES,
    recovery::RULES,
    drills::RULES,
    targets::RULES,
    addons::RULES,
    collector::RULES,
    delivery::RULES,
];

/// Runs every rule, then applies the spec's suppressions to all findings so far.
pub fn all(
    source: &Source,
    model: &Model,
    plan: &Plan,
    files: Option<&BTreeMap<String, String>>,
    today: Date,
    sink: &mut Sink,
) {
    let mut context = Context { source, model, plan, today, files, sink };
    for rule in RULES.iter().copied().flatten() {
        (rule.run)(&mut context);
    }
    allow::apply(&mut context);
}

/// Whether findings about an environment matter as much as about production: the platform's own infrastructure does.
fn is_serious(environment: &Environment) -> bool {
    matches!(environment.role.value, Role::Production | Role::Recovery | Role::System)
}

/// `3 nodes`, `1 node`.
fn count(number: u64, word: &str) -> String {
    if number == 1 { format!("1 {word}") } else { format!("{number} {word}s") }
}

/// `a`, `a and b`, `a, b and c`.
fn enumeration(names: &[&str]) -> String {
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => names.concat(),
    }
}
