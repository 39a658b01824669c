//! Dashboards for Grafana: what the rules watch, drawn, with the plan's numbers as thresholds.
//!
//! A dashboard stands once in the output, as the JSON that Grafana reads. A kustomization of its own makes each a `ConfigMap` in the
//! namespace of Prometheus, with the label by which the sidecar of Grafana's chart finds it. What grows with the number of services
//! is chosen by a variable, so that no dashboard grows with them.

mod board;
mod grid;
mod infrastructure;
mod overview;
mod panel;
mod recovery;
mod service;
mod slo;
mod stores;
#[cfg(test)]
mod tests;

use board::Board;

use super::Backend;
use crate::format::data::{Data, Map};
use crate::format::{json, yaml};
use crate::map;
use crate::names;
use crate::plan::{Environment, Plan};
use crate::tree::FileTree;

/// The back end of dashboards.
pub(super) struct Dashboards;

const NAME: &str = "dashboards";
/// The label, and its value, by which the sidecar finds dashboards: `sidecar.dashboards` in the default values of
/// kube-prometheus-stack 88.5.3; its `searchNamespace` is `ALL`. The folder annotation is off there, so tags tell dashboards apart.
const SIDECAR_LABEL: (&str, &str) = ("grafana_dashboard", "1");
/// The range of a rate: never less than four readings, and as much as a point of the panel stands for.
const RATE: &str = "$__rate_interval";

impl Backend for Dashboards {
    fn name(&self) -> &'static str {
        NAME
    }

    fn emit(&self, plan: &Plan) -> FileTree<'static> {
        let mut tree = FileTree::new();
        let directory = &plan.paths.dashboards.value;
        let mut generated: Vec<Map<'_>> = Vec::new();
        for board in boards(plan) {
            let (file, at) = (names::dashboard_file(&board.name), board.at);
            generated.push(map! {
                "name" => names::dashboard(&plan.name.value, &board.name),
                "files" => [format!("{}-{file}={file}", plan.name.value)],
            });
            let mut text = String::with_capacity(24 * 1024);
            json::document(&board.into_data(plan), &mut text);
            tree.add(NAME, format!("{directory}/{file}"), text, at);
        }
        if !generated.is_empty() {
            let mut text = format!("# {}\n", names::BANNER);
            yaml::document(&kustomization(plan, generated), &mut text);
            tree.add(NAME, format!("{directory}/kustomization.yaml"), text, None);
        }
        tree
    }
}

/// All dashboards of a plan.
fn boards(plan: &Plan) -> Vec<Board<'_>> {
    let mut boards: Vec<Board<'_>> =
        plan.environments.values().map(|environment| overview::board(plan, environment)).collect();
    boards.extend(service::board(plan));
    boards.extend(slo::board(plan));
    boards.extend(
        plan.clusters
            .values()
            .filter(|cluster| plan.environments_of(&cluster.key).next().is_some())
            .map(|cluster| infrastructure::board(plan, cluster)),
    );
    boards.extend(stores::board(plan));
    boards.extend(recovery::board(plan));
    boards
}

/// A name without a suffix for the content: nothing mounts these objects, and the sidecar watches them.
fn kustomization<'p>(plan: &'p Plan, generated: Vec<Map<'p>>) -> Data<'p> {
    let (label, value) = SIDECAR_LABEL;
    let labels = map! {
        names::PART_OF_LABEL => &plan.name.value,
        names::MANAGED_BY_LABEL => names::MANAGED_BY,
        label => value,
    };
    Data::Map(map! {
        "apiVersion" => "kustomize.config.k8s.io/v1beta1",
        "kind" => "Kustomization",
        "namespace" => &plan.monitoring.namespace.value,
        "generatorOptions" => map! { "disableNameSuffixHash" => true, "labels" => labels },
        "configMapGenerator" => generated,
    })
}

/// Names as a regular expression; names of Kubernetes have no letter that would mean something else in one.
fn any_of<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let mut seen: Vec<&str> = Vec::new();
    for name in names {
        if !seen.contains(&name) {
            seen.push(name);
        }
    }
    seen.join("|")
}

/// The name of the dashboard with the overview of an environment.
fn overview_name(environment: &Environment) -> String {
    format!("overview-{}", environment.key)
}
