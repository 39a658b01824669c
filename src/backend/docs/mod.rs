//! The docs back end: what a person needs who applies the output, keeps it, or brings it back after a failure.
//!
//! Pages are templates; the functions here give them data of the plan, of Terraform's roots and of the Kubernetes
//! objects, so that a page says what the output does and nothing else.

mod addons;
mod alerts;
mod apply;
mod assumptions;
mod inventory;
mod logs;
mod needs;
mod network;
mod peers;
mod pipelines;
mod recovery;
mod rollback;
mod runbooks;
mod secrets;
#[cfg(test)]
mod tests;
mod values;
mod workload;

use super::{Backend, prometheus};
use crate::format::data::{Data, Map};
use crate::format::jinja;
use crate::map;
use crate::names;
use crate::plan::{Environment, Plan, Resolved, SecretDelivery};
use crate::provider;
use crate::provider::root::Root;
use crate::tree::FileTree;

/// The docs back end.
pub(super) struct Docs;

const NAME: &str = "docs";

/// A page's file, its template, and what it is filled with. The page about secrets has a template for each delivery.
type Page = (&'static str, &'static str, for<'c> fn(&Context<'c>) -> Map<'c>);

const PAGES: [Page; 5] = [
    ("README.md", "docs/readme.md.j2", readme),
    ("recovery.md", "docs/recovery.md.j2", recovery::data),
    ("runbooks/rollback.md", "docs/rollback.md.j2", rollback::data),
    ("network.md", "docs/network.md.j2", network::data),
    ("assumptions.md", "docs/assumptions.md.j2", assumptions::data),
];

impl Backend for Docs {
    fn name(&self) -> &'static str {
        NAME
    }

    fn emit(&self, plan: &Plan) -> FileTree<'static> {
        let mut tree = FileTree::new();
        let roots = provider::roots(plan);
        let context = Context { plan, roots: &roots };
        let mut add = |file: &str, template: &str, data: Map<'_>| {
            let path = format!("{}/{file}", plan.paths.docs.value);
            let inputs = data.with("banner", names::BANNER).with("platform", &plan.name.value);
            match jinja::render(template, &inputs) {
                Ok(text) => tree.add(NAME, path, tidy(&text), None),
                Err(error) => tree.refuse(path, error.to_string()),
            }
        };
        for (file, template, data) in PAGES {
            add(file, template, data(&context));
        }
        let secrets = match plan.secrets.delivery.value {
            SecretDelivery::ExternalSecrets => "docs/external-secrets.md.j2",
            SecretDelivery::SealedSecrets => "docs/secrets.md.j2",
        };
        add("secrets.md", secrets, secrets::data(&context));
        if plan.delivery.ci.is_some() {
            add("pipelines.md", "docs/pipelines.md.j2", pipelines::data(&context));
        }
        if let Some(logs) = logs::of(plan) {
            add("logs.md", "docs/logs.md.j2", logs::data(&context, logs));
        }
        for scenario in runbooks::scenarios(plan) {
            let (template, data) = runbooks::page(&context, scenario);
            add(&format!("runbooks/{}.md", scenario.word()), template, data);
        }
        let alerts = prometheus::pages::of(plan);
        if !alerts.is_empty() {
            add(alerts::INDEX, "docs/alerts.md.j2", alerts::index(plan, &alerts));
        }
        for alert in &alerts {
            let file = format!("runbooks/{}.md", names::runbook(alert.alert));
            add(&file, "docs/alert.md.j2", alerts::page(alert));
        }
        if plan.drills.is_some() {
            let path = format!("{}/drills/template.md", plan.paths.docs.value);
            match jinja::render("docs/drill.md.j2", &Map::new()) {
                Ok(text) => tree.scaffold(NAME, path, text),
                Err(error) => tree.refuse(path, error.to_string()),
            }
        }
        tree
    }
}

/// What the pages are made from.
struct Context<'c> {
    plan: &'c Plan,
    /// Terraform's roots in the order in which they are applied.
    roots: &'c [Root],
}

impl<'c> Context<'c> {
    /// The directory of a root, below the output's.
    fn directory(&self, root: &Root) -> String {
        format!("{}/{}", self.plan.paths.terraform.value, root.path)
    }

    /// The directory of an environment's overlays, below the output's.
    fn overlay(&self, environment: &Environment) -> String {
        self.plan.paths.kustomize.value.replace("{environment}", &environment.key)
    }

    /// The root of a path, if there is one.
    fn root(&self, path: &str) -> Option<&'c Root> {
        self.roots.iter().find(|root| root.path == path)
    }
}

/// The text with one blank line where parts that were left out made several, and none at its end.
fn tidy(text: &str) -> String {
    let mut tidy = String::with_capacity(text.len());
    let mut blank = false;
    for line in text.lines() {
        if line.is_empty() {
            blank = true;
            continue;
        }
        if std::mem::take(&mut blank) && !tidy.is_empty() {
            tidy.push('\n');
        }
        tidy.push_str(line);
        tidy.push('\n');
    }
    tidy
}

fn readme<'c>(context: &Context<'c>) -> Map<'c> {
    let mut data = inventory::data(context);
    let apply = apply::data(context).into_entries();
    let addons = addons::data(context).into_entries();
    for (key, value) in apply.chain(addons).chain(needs::data(context).into_entries()) {
        data.push(key, value);
    }
    data
}

/// Text that may be absent: nothing is printed then.
fn text(text: Option<&Resolved<String>>) -> Data<'_> {
    text.map_or(Data::from(""), |text| Data::from(&text.value))
}

/// A list of texts.
fn texts<'a, T: Into<Data<'a>>>(texts: impl IntoIterator<Item = T>) -> Data<'a> {
    Data::List(texts.into_iter().map(Into::into).collect())
}

/// A sentence's subject and how many there are of it: `1 node`, `3 nodes`.
fn count(number: u32, thing: &str) -> String {
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}

/// The environments as a template sees them: key, namespace, and whatever `add` says of each; those of which it says
/// nothing are left out.
fn environments<'c>(context: &Context<'c>, add: impl Fn(&'c Environment) -> Option<Map<'c>>) -> Vec<Map<'c>> {
    let environments = context.plan.environments.values();
    environments
        .filter_map(|environment| {
            let mut data = map! { "key" => &environment.key, "namespace" => &environment.namespace.value };
            for (key, value) in add(environment)?.into_entries() {
                data.push(key, value);
            }
            Some(data)
        })
        .collect()
}
