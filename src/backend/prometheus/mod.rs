//! Alerting rules for Prometheus: rules only about what the plan has, with thresholds from the plan.
//!
//! A rule exists once, as data. It is printed to a plain file that `promtool` reads, and the Kubernetes back end
//! puts the same data into a `PrometheusRule`.

mod addons;
pub mod alertmanager;
pub(in crate::backend) mod analysis;
pub(in crate::backend) mod cache;
mod certificate;
mod controllers;
pub(in crate::backend) mod conventions;
mod custom;
mod database;
mod edge;
pub(in crate::backend) mod expr;
mod families;
pub(in crate::backend) mod forms;
mod gitops;
pub(in crate::backend) mod gpu;
mod job;
pub use crate::catalog::metrics;
mod namespace;
pub(in crate::backend) mod pages;
mod pods;
pub(in crate::backend) mod pool;
mod queue;
pub(in crate::backend) mod recovery;
pub mod rotation;
mod rule;
mod service;
pub(in crate::backend) mod slo;
mod story;
mod telemetry;
mod template;
mod trials;
mod vllm;
mod volumes;
pub(in crate::backend) mod wording;
mod workload;

#[cfg(test)]
mod fixture;
#[cfg(test)]
pub(in crate::backend) mod tests;

use std::borrow::Cow;

use families::Family;
use rule::{Group, Scope};

use super::Backend;
use crate::format::data::{Data, Map};
use crate::format::yaml;
use crate::names;
use crate::plan::{Environment, Plan, Service};
use crate::tree::{Chunk, File, FileTree};

/// The Prometheus back end: rules, and who is told.
pub(super) struct Prometheus;

impl Backend for Prometheus {
    fn name(&self) -> &'static str {
        "prometheus"
    }

    fn emit(&self, plan: &Plan) -> FileTree<'static> {
        self.promise(plan).made()
    }

    fn promise<'p>(&self, plan: &'p Plan) -> FileTree<'p> {
        let mut tree = FileTree::new();
        for cluster in plan.clusters.values() {
            let Some(configuration) = alertmanager::configuration(plan, cluster) else { continue };
            let mut text = format!("# {}\n", names::BANNER);
            yaml::document(&Data::Map(configuration), &mut text);
            let path = format!("{}/{}", plan.paths.alerts.value, alertmanager::file_name(plan, cluster));
            let origin = plan.monitoring.receivers.values().next().map(|receiver| receiver.at);
            tree.add(Self.name(), path, text, origin);
        }
        for environment in plan.environments.values() {
            if let Some(groups) = custom_groups(plan, environment) {
                let mut text = format!("# {}\n", names::BANNER);
                yaml::document(&Data::Map(groups), &mut text);
                let origin = plan.monitoring.custom.first().map(|alert| alert.at);
                let directory = format!("{}/rules/{}", plan.paths.alerts.value, environment.key);
                let path = format!("{directory}/{}.yaml", names::CUSTOM_RULES_FILE);
                tree.add(Self.name(), path, text, origin);
            }
            let scope = Scope::rules(plan, environment);
            for about in About::all(scope) {
                let path =
                    format!("{}/rules/{}/{}.yaml", plan.paths.alerts.value, environment.key, about.file());
                tree.insert(path, File::later(Self.name(), move || printed(plan, about.groups(scope))));
            }
        }
        tree
    }
}

/// The unit tests of the rules, which `promtool` runs: a back end of their own, since they are more text than the rules.
pub(super) struct AlertTests;

impl Backend for AlertTests {
    fn name(&self) -> &'static str {
        "alert-tests"
    }

    fn emit(&self, plan: &Plan) -> FileTree<'static> {
        let mut tree = FileTree::new();
        for environment in plan.environments.values() {
            let directory = format!("{}/tests/{}", plan.paths.alerts.value, environment.key);
            let scope = Scope::tests(plan, environment);
            for about in About::all(scope) {
                let groups = about.groups(scope);
                let origin = groups.first().map(|group| group.at);
                for trials in trials::of(&groups, &environment.key, &about.file(), runbooks(plan)) {
                    let path = format!("{directory}/{}_test.yaml", trials.name);
                    tree.add(Self.name(), path, trials.text, origin);
                }
            }
        }
        tree
    }
}

/// Whom a file of rules is about.
#[derive(Clone, Copy)]
enum About<'p> {
    /// What an environment has besides services.
    Family(Family),
    /// A service.
    Service(&'p Service),
    /// What a service promises. Tests evaluate all rules of a file at each step: so these are apart.
    Objectives(&'p Service),
}

impl<'p> About<'p> {
    /// All of an environment; each has a group.
    fn all(scope: Scope<'p>) -> impl Iterator<Item = Self> {
        let of_service = move |service: &'p Service| {
            let objectives = slo::is_any(scope, service).then_some(Self::Objectives(service));
            std::iter::once(Self::Service(service)).chain(objectives)
        };
        Family::of(scope).map(Self::Family).chain(scope.environment.services.iter().flat_map(of_service))
    }

    /// The name of the file, without `.yaml`.
    fn file(self) -> Cow<'p, str> {
        match self {
            Self::Family(family) => Cow::Borrowed(family.file()),
            Self::Service(service) => Cow::Borrowed(&service.key),
            Self::Objectives(service) => Cow::Owned(names::slo_file(&service.key)),
        }
    }

    /// Its groups.
    fn groups(self, scope: Scope<'p>) -> Vec<Group<'p>> {
        match self {
            Self::Family(family) => family.groups(scope),
            Self::Service(service) => service_groups(scope, service),
            Self::Objectives(service) => objective_groups(scope, service),
        }
    }
}

/// A file of groups, each group a chunk with its own origin.
fn printed(plan: &Plan, groups: Vec<Group<'_>>) -> Vec<Chunk> {
    const HEAD: &str = "groups:\n";
    let mut chunks = Vec::with_capacity(groups.len() + 1);
    chunks.push(Chunk { text: format!("# {}\n{HEAD}", names::BANNER), origin: None });
    for group in groups {
        let origin = Some(group.at);
        let mut text = String::with_capacity(1024 * group.rules.len() + 768 * group.records.len());
        yaml::document(&Data::Map(spec(vec![group.into_data(plan)])), &mut text);
        text.drain(..HEAD.len());
        chunks.push(Chunk { text, origin });
    }
    chunks
}

/// The address below which runbooks are.
fn runbooks(plan: &Plan) -> Option<&str> {
    plan.monitoring.runbooks.as_ref().map(|base| base.value.as_str())
}

/// The value of a `PrometheusRule`'s `spec` for a service: `{groups: [..]}`.
#[must_use]
pub(super) fn groups_of_service<'p>(
    plan: &'p Plan,
    environment: &'p Environment,
    service: &'p Service,
) -> Option<Map<'p>> {
    let scope = Scope::rules(plan, environment);
    let mut groups = service_groups(scope, service);
    groups.extend(objective_groups(scope, service));
    whole(plan, groups)
}

/// The value of a `PrometheusRule`'s `spec` for what an environment has besides services: `{groups: [..]}`.
#[must_use]
pub(super) fn groups_of_environment<'p>(plan: &'p Plan, environment: &'p Environment) -> Option<Map<'p>> {
    whole(plan, environment_groups(Scope::rules(plan, environment)))
}

/// The value of a `PrometheusRule`'s `spec` for the rules that the spec says itself: `{groups: [..]}`.
#[must_use]
pub(super) fn custom_groups<'p>(plan: &'p Plan, environment: &'p Environment) -> Option<Map<'p>> {
    custom::group(plan, environment).map(|group| spec(vec![Data::Map(group)]))
}

fn whole<'p>(plan: &Plan, groups: Vec<Group<'p>>) -> Option<Map<'p>> {
    let groups: Vec<Data<'p>> = groups.into_iter().map(|group| group.into_data(plan)).collect();
    (!groups.is_empty()).then(|| spec(groups))
}

fn spec(groups: Vec<Data<'_>>) -> Map<'_> {
    Map::new().with("groups", Data::List(groups))
}

/// The groups of a service and of what exists for it alone. Its certificate is one of them: with hundreds of hosts the
/// environment's rules would not fit into one object.
fn service_groups<'p>(scope: Scope<'p>, service: &'p Service) -> Vec<Group<'p>> {
    let mut groups = vec![service::group(scope, service)];
    groups.extend(certificate::group(scope, service));
    groups
}

/// The groups of what a service promises.
fn objective_groups<'p>(scope: Scope<'p>, service: &'p Service) -> Vec<Group<'p>> {
    slo::groups(scope, service)
}

/// The groups of what an environment has besides services.
fn environment_groups(scope: Scope<'_>) -> Vec<Group<'_>> {
    Family::of(scope).flat_map(|family| family.groups(scope)).collect()
}
