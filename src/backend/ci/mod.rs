//! The ci back end: workflows of GitHub that check changes, apply infrastructure, scan images and remind people.
//!
//! Workflows are templates, since people read them; the functions here give them names that exist in the rest of the
//! output. Nothing of the spec is written into a script: values reach scripts as environment variables.

mod infrastructure;
mod rotation;
mod smoke;
#[cfg(test)]
mod tests;
mod workloads;

use std::collections::BTreeSet;

use indexmap::IndexMap;

use super::Backend;
use crate::catalog;
use crate::format::data::{Data, Map};
use crate::format::jinja;
use crate::map;
use crate::names;
use crate::plan::{Calendar, Plan, Workloads};
use crate::provider::root::Root;
use crate::provider::{self, Login, LoginInput, PROVIDERS, Provider};
use crate::tree::FileTree;

/// The ci back end.
pub(super) struct Workflows;

const NAME: &str = "ci";
/// The branch that changes are merged to.
const BRANCH: &str = "main";

/// A workflow's file, its template, and what it is filled with; `None` where the platform has nothing for it.
type Workflow = (&'static str, &'static str, for<'c> fn(&Context<'c>) -> Option<Map<'c>>);

const WORKFLOWS: [Workflow; 6] = [
    ("infrastructure.yml", "ci/infrastructure.yml.j2", infrastructure::caller),
    ("terraform-root.yml", "ci/terraform-root.yml.j2", infrastructure::root),
    ("workloads.yml", "ci/workloads.yml.j2", workloads::data),
    ("smoke-tests.yml", "ci/smoke-tests.yml.j2", smoke::data),
    ("rotation.yml", "ci/rotation.yml.j2", rotation::data),
    ("drills.yml", "ci/drills.yml.j2", drills),
];

impl Backend for Workflows {
    fn name(&self) -> &'static str {
        NAME
    }

    fn emit(&self, plan: &Plan) -> FileTree<'static> {
        let mut tree = FileTree::new();
        if plan.delivery.ci.is_none() {
            return tree;
        }
        let roots = provider::roots(plan);
        let context = Context { plan, roots: &roots };
        for (file, template, data) in WORKFLOWS {
            let Some(data) = data(&context) else { continue };
            let path = format!("{}/{file}", plan.paths.ci.value);
            let inputs = data.with("banner", names::BANNER).with("runner", catalog::RUNNER);
            match jinja::render(template, &inputs) {
                Ok(text) => tree.add(NAME, path, text, None),
                Err(error) => tree.refuse(path, error.to_string()),
            }
        }
        let path = codeowners_path(plan);
        match jinja::render("ci/codeowners.txt.j2", &codeowners(plan)) {
            Ok(text) => tree.scaffold(NAME, path, text),
            Err(error) => tree.refuse(path, error.to_string()),
        }
        tree
    }
}

/// What workflows are made from.
struct Context<'c> {
    plan: &'c Plan,
    /// Terraform's roots in the order in which they are applied.
    roots: &'c [Root],
}

impl<'c> Context<'c> {
    fn directory(&self, root: &Root) -> String {
        format!("{}/{}", self.plan.paths.terraform.value, root.path)
    }

    fn folder(&self) -> &'c str {
        &self.plan.paths.ci.value
    }
}

/// An action with its commit, and the version as a comment.
fn action(name: &str) -> String {
    let known = catalog::actions().iter().find(|action| action.name == name);
    known.map_or_else(String::new, |it| format!("{}@{} # {}", it.name, it.commit, it.version))
}

/// How the pipelines of a platform log in to its clouds: one step for each that lends credentials.
fn logins(plan: &Plan) -> Vec<Login> {
    let is_used = |provider: &&&dyn Provider| {
        let id = provider.id();
        plan.clusters.values().any(|cluster| cluster.provider.value == id)
            || plan.state.as_ref().is_some_and(|state| state.provider == id)
    };
    PROVIDERS.iter().filter(is_used).filter_map(|provider| provider.pipeline_login(plan)).collect()
}

/// The same for templates.
fn login_steps<'c>(plan: &Plan) -> Vec<Map<'c>> {
    let step = |login: Login| {
        let inputs = login.inputs.into_iter().map(|(name, value)| {
            let value = match value {
                LoginInput::Text(text) => text,
                LoginInput::Variable(name) => format!("${{{{ vars.{name} }}}}"),
            };
            map! { "name" => name, "value" => value }.into()
        });
        map! { "action" => action(login.action), "inputs" => Data::List(inputs.collect()) }
    };
    logins(plan).into_iter().map(step).collect()
}

/// How a pipeline reaches a cluster.
enum Reach {
    /// With a kubeconfig that a secret of this name holds.
    Secret(String),
    /// By this command, once it is logged in.
    Command(String),
}

fn reach(plan: &Plan, cluster: &str) -> Reach {
    let known = plan.clusters.get(cluster);
    let command = known.and_then(|known| provider::of(known.provider.value).kubeconfig_command(known));
    command.map_or_else(
        || Reach::Secret(format!("KUBECONFIG_{}", cluster.replace('-', "_").to_uppercase())),
        Reach::Command,
    )
}

/// The secrets with a kubeconfig of clusters, each once.
fn kubeconfigs<'c>(plan: &Plan, clusters: impl Iterator<Item = &'c str>) -> Vec<String> {
    let mut names: Vec<String> = clusters
        .filter_map(|cluster| match reach(plan, cluster) {
            Reach::Secret(name) => Some(name),
            Reach::Command(_) => None,
        })
        .collect();
    names.sort();
    names.dedup();
    names
}

/// What the workflows need of GitHub, for the page that says how to set it up.
pub(super) struct Needs {
    /// GitHub's environments.
    pub(super) protection: Vec<infrastructure::Protection>,
    /// Secrets of Terraform.
    pub(super) secrets: Vec<&'static str>,
    /// Secrets with a kubeconfig.
    pub(super) kubeconfigs: Vec<String>,
    /// How pipelines get credentials that nobody keeps.
    pub(super) logins: Vec<Login>,
}

/// What the workflows of a plan need.
pub(super) fn needs(plan: &Plan, roots: &[Root]) -> Needs {
    let context = Context { plan, roots };
    Needs {
        protection: infrastructure::protection(&context),
        secrets: infrastructure::secrets(&context),
        kubeconfigs: smoke::kubeconfigs(&context),
        logins: logins(plan),
    }
}

fn drills<'c>(context: &Context<'c>) -> Option<Map<'c>> {
    let drills = context.plan.drills.as_ref()?;
    let production = context.plan.environments.values().filter(|environment| environment.is_production());
    let lines: Vec<String> = production
        .flat_map(|environment| {
            let scenarios: BTreeSet<&str> = drills.scenarios.iter().map(|it| it.value.word()).collect();
            scenarios.into_iter().map(|scenario| format!("{} {scenario}", environment.key))
        })
        .collect();
    (!lines.is_empty()).then(|| {
        map! {
            "cron" => cron(drills.every.value),
            "drills" => texts(lines),
            "docs" => &context.plan.paths.docs.value,
        }
    })
}

/// The first day of each interval, at six in the morning (UTC).
const fn cron(every: Calendar) -> &'static str {
    match every {
        Calendar::Monthly => "0 6 1 * *",
        Calendar::Quarterly => "0 6 1 1,4,7,10 *",
        Calendar::HalfYearly => "0 6 1 1,7 *",
        Calendar::Yearly => "0 6 1 1 *",
    }
}

/// GitHub reads it beside the folder of workflows.
fn codeowners_path(plan: &Plan) -> String {
    let folder = plan.paths.ci.value.as_str();
    folder
        .rsplit_once('/')
        .map_or_else(|| "CODEOWNERS".to_owned(), |(parent, _)| format!("{parent}/CODEOWNERS"))
}

fn codeowners(plan: &Plan) -> Map<'_> {
    let paths = &plan.paths;
    let folder = codeowners_path(plan);
    let folder = folder.rsplit_once('/').map_or("", |(parent, _)| parent).to_owned();
    let overlays = paths.kustomize.value.split("{environment}").next().unwrap_or_default();
    let mut patterns = vec!["/platform.yaml".to_owned()];
    for path in [paths.terraform.value.as_str(), overlays, folder.as_str()] {
        patterns.push(format!("/{}/", path.trim_end_matches('/')));
    }
    let of_platform = patterns.into_iter().map(|path| (path, plan.owner.value.as_str()));
    // The last line that fits decides, so what is a team's comes after what is the platform's.
    let patterns = of_platform.chain(files_of_teams(plan));
    let patterns: Vec<Map<'_>> =
        patterns.map(|(path, owner)| map! { "path" => path, "owner" => owner }).collect();
    let owners: BTreeSet<&str> = files_of_teams(plan).into_iter().map(|(_, owner)| owner).collect();
    map! { "owner" => &plan.owner.value, "teams" => texts(owners), "patterns" => patterns }
}

/// The files of services that another team than the platform's answers for.
fn files_of_teams(plan: &Plan) -> Vec<(String, &str)> {
    let mut services: IndexMap<&str, Vec<(&str, &str)>> = IndexMap::new();
    for environment in plan.environments.values() {
        for service in &environment.services {
            let of_it = services.entry(&service.key).or_default();
            of_it.push((&environment.key, &service.owner.value));
        }
    }
    let paths = &plan.paths;
    let is_helm = plan.delivery.workloads.value == Workloads::Helm;
    let mut found = Vec::new();
    for (service, of_it) in services {
        let Some((_, owner)) = of_it.first().copied() else { continue };
        let overlay = |environment: &str| {
            format!("/{}/{service}/", paths.kustomize.value.replace("{environment}", environment))
        };
        let helm = |file: &str| format!("/{}/{file}", paths.helm.value);
        if of_it.iter().any(|(_, other)| *other != owner) {
            for (environment, owner) in of_it {
                let own = if is_helm {
                    helm(&names::helm_values_of(service, environment))
                } else {
                    overlay(environment)
                };
                found.push((own, owner));
            }
        } else if is_helm {
            let values = helm(&names::helm_values(service));
            found.extend(values.rsplit_once('/').map(|(folder, _)| (format!("{folder}/"), owner)));
        } else {
            found.push((format!("/{}/{service}/", paths.kustomize_base.value), owner));
            found.push((overlay("*"), owner));
        }
    }
    found.retain(|(_, owner)| *owner != plan.owner.value);
    found
}

/// A list of texts.
fn texts<'a, T: Into<Data<'a>>>(texts: impl IntoIterator<Item = T>) -> Data<'a> {
    Data::List(texts.into_iter().map(Into::into).collect())
}
