//! Terraform in pull requests and on the main branch.

use super::{BRANCH, Context, action, login_steps, smoke, texts};
use crate::catalog;
use crate::format::data::Map;
use crate::map;
use crate::plan::{Environment, Role};
use crate::provider::root::{Kind, Root, Setting};
use crate::provider::{self, cluster_path, environment_path};

/// The workflow that calls the other one for each root. There is nothing to check where Terraform makes nothing.
pub(super) fn caller<'c>(context: &Context<'c>) -> Option<Map<'c>> {
    if context.roots.is_empty() {
        return None;
    }
    let terraform = context.plan.paths.terraform.value.as_str();
    let folder = context.folder();
    let files = ["infrastructure.yml", "terraform-root.yml"];
    let paths =
        std::iter::once(format!("{terraform}/**")).chain(files.map(|file| format!("{folder}/{file}")));
    let tested: Vec<&str> =
        smoke::environments(context).map(|environment| environment.key.as_str()).collect();
    let pipeline: Vec<&Root> = pipeline(context).collect();
    let is_applied =
        |environment: &&str| pipeline.iter().any(|root| root.path == environment_path(environment));
    Some(map! {
        "it" => shared(context),
        "paths" => texts(paths),
        "branch" => BRANCH,
        "terraform" => terraform,
        "folder" => folder,
        "roots" => texts(context.roots.iter().map(|root| context.directory(root))),
        "last" => texts(pipeline.iter().filter(|root| root.kind == Kind::Environment).map(|root| job(root))),
        "smoke" => texts(tested.into_iter().filter(is_applied)),
        "pipeline" => pipeline.iter().map(|root| row(context, root)).collect::<Vec<_>>(),
    })
}

/// The workflow for one root.
pub(super) fn root<'c>(context: &Context<'c>) -> Option<Map<'c>> {
    pipeline(context).next()?;
    Some(map! { "it" => shared(context), "platform" => &context.plan.name.value })
}

/// The roots that a pipeline can plan and apply: their state is where it can reach it.
pub(super) fn pipeline<'c>(context: &Context<'c>) -> impl Iterator<Item = &'c Root> {
    context.roots.iter().filter(|root| root.kind != Kind::Bootstrap && root.state.is_some())
}

/// The names of the secrets that Terraform needs: credentials of providers, and of the state.
pub(super) fn secrets(context: &Context<'_>) -> Vec<&'static str> {
    let mut names: Vec<&'static str> = Vec::new();
    let providers = pipeline(context).flat_map(|root| &root.providers).flat_map(|it| it.credentials);
    let state = settings(context).filter_map(|(name, setting)| match setting {
        Setting::Bootstrap(_) => Some(name),
        Setting::Text(_) => None,
    });
    for name in providers.copied().chain(state) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// The environment variables of the state, each once.
fn settings<'c>(context: &Context<'c>) -> impl Iterator<Item = (&'static str, Setting)> + use<'c> {
    pipeline(context)
        .find_map(|root| root.state.as_ref())
        .into_iter()
        .flat_map(|state| state.environment.iter().copied())
}

/// What the steps of both workflows are made from.
fn shared<'c>(context: &Context<'c>) -> Map<'c> {
    let plain = settings(context).filter_map(|(name, setting)| match setting {
        Setting::Text(text) => Some(map! { "name" => name, "value" => text }),
        Setting::Bootstrap(_) => None,
    });
    map! {
        "actions" => map! {
            "checkout" => action("actions/checkout"),
            "terraform" => action("hashicorp/setup-terraform"),
            "upload" => action("actions/upload-artifact"),
        },
        "terraform_version" => catalog::TERRAFORM,
        "secrets" => texts(secrets(context)),
        "logins" => login_steps(context.plan),
        "settings" => plain.collect::<Vec<_>>(),
    }
}

/// The job of a root.
fn job(root: &Root) -> String {
    root.path.replace('/', "-")
}

fn row<'c>(context: &Context<'c>, root: &'c Root) -> Map<'c> {
    let carried = root.variables.iter().filter_map(|variable| {
        let (from, output) = provider::source_of(context.plan, context.roots, root, variable.name)?;
        Some(format!("{} {} {}", variable.name, context.directory(from), output.name))
    });
    map! {
        "job" => job(root),
        "name" => root.path.as_str(),
        "directory" => context.directory(root),
        "environment" => github_environment(context, root),
        "approvals" => approvals(context, root),
        "needs" => texts(needs(context, root)),
        "carried" => texts(carried),
    }
}

/// The name of GitHub's environment: that of the spec, or of what several of them share.
pub(super) fn github_environment(context: &Context<'_>, root: &Root) -> String {
    let environment = environment_of(context, root);
    environment.map_or_else(|| job(root), |environment| environment.key.clone())
}

fn environment_of<'c>(context: &Context<'c>, root: &Root) -> Option<&'c Environment> {
    let mut environments = context.plan.environments.values();
    environments.find(|environment| environment_path(&environment.key) == root.path)
}

/// What a root of several environments needs is the most that one of them does.
pub(super) fn approvals(context: &Context<'_>, root: &Root) -> u32 {
    if let Some(environment) = environment_of(context, root) {
        return environment.approvals.value;
    }
    let plan = context.plan;
    let stands_on = |environment: &&Environment| {
        root.kind != Kind::Cluster
            || plan
                .clusters
                .get(&environment.cluster.value)
                .is_some_and(|cluster| cluster_path(plan, cluster) == root.path)
    };
    plan.environments
        .values()
        .filter(stands_on)
        .map(|environment| environment.approvals.value)
        .max()
        .unwrap_or(0)
}

/// The jobs before that of a root: the roots before it in kind, and the environments that a change passes first.
fn needs(context: &Context<'_>, root: &Root) -> Vec<String> {
    let mut names = vec!["check".to_owned()];
    let own = environment_of(context, root);
    let earlier = pipeline(context).filter(|other| match (own, environment_of(context, other)) {
        (Some(own), Some(other)) => passes_before(context, other, own),
        _ => other.kind < root.kind,
    });
    names.extend(earlier.map(job));
    names
}

/// Whether a change passes one environment before another: as `after` says, and where it says nothing, development before
/// staging before production. The platform's own infrastructure waits for none of them.
fn passes_before(context: &Context<'_>, one: &Environment, other: &Environment) -> bool {
    let before = |environment: &Environment| {
        let after = environment.after.as_ref()?;
        context.plan.environments.get(&after.value)
    };
    // What stands in for an environment copies what that one has.
    if other.stands_in.as_ref().is_some_and(|stands_in| stands_in.of.value == one.key) {
        return true;
    }
    if other.after.is_some() {
        // A circle is an error of its own; here it only must end.
        let mut way = std::iter::successors(before(other), |environment| before(environment));
        return way
            .by_ref()
            .take(context.plan.environments.len())
            .any(|environment| environment.key == one.key);
    }
    let rank = |environment: &Environment| match environment.role.value {
        Role::Development => Some(0),
        Role::Staging => Some(1),
        Role::Production => Some(2),
        Role::Recovery => Some(3),
        Role::System => None,
    };
    matches!((rank(one), rank(other)), (Some(one), Some(other)) if one < other)
}

/// How a root is protected.
pub(in crate::backend) struct Protection {
    /// GitHub's environment.
    pub(in crate::backend) environment: String,
    /// The root's path.
    pub(in crate::backend) root: String,
    /// People besides the author who approve.
    pub(in crate::backend) approvals: u32,
}

/// The roots with their protection, for the page that says which settings must be on.
pub(super) fn protection(context: &Context<'_>) -> Vec<Protection> {
    pipeline(context)
        .map(|root| Protection {
            environment: github_environment(context, root),
            root: root.path.clone(),
            approvals: approvals(context, root),
        })
        .collect()
}
