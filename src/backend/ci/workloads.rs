//! What runs in the clusters: compared, checked, scanned.

use std::collections::{BTreeMap, BTreeSet};

use super::{BRANCH, Context, action, smoke, texts};
use crate::backend::kubernetes;
use crate::catalog;
use crate::format::data::Map;
use crate::map;
use crate::names;
use crate::plan::{Environment, Plan};
use crate::words::Sync;

/// The workflow of pull requests for everything but infrastructure.
pub(super) fn data<'c>(context: &Context<'c>) -> Option<Map<'c>> {
    let plan = context.plan;
    if plan.environments.is_empty() {
        return None;
    }
    let overlays = plan.environments.values().flat_map(|environment| overlays(plan, environment));
    let base =
        plan.paths.kustomize.value.split("{environment}").next().unwrap_or_default().trim_end_matches('/');
    let images: Vec<Map<'_>> =
        images(plan).into_iter().map(|(image, name)| map! { "name" => name, "image" => image }).collect();
    Some(map! {
        "branch" => BRANCH,
        "folder" => context.folder(),
        "paths" => texts([format!("{base}/**"), format!("{}/workloads.yml", context.folder())]),
        "actions" => map! {
            "checkout" => action("actions/checkout"),
            "sarif" => action("github/codeql-action/upload-sarif"),
            "trivy" => action("aquasecurity/trivy-action"),
        },
        "kubeconform" => catalog::KUBECONFORM,
        "prometheus" => catalog::PROMETHEUS,
        "rules" => &plan.paths.alerts.value,
        "overlays" => texts(overlays),
        "clusters" => &plan.paths.kustomize_clusters.value,
        "helm" => &plan.paths.helm.value,
        "images" => images,
        "smoke" => texts(synced(context)),
    })
}

/// The environments into which a merged change comes by itself, so that a test can wait for it.
fn synced<'c>(context: &Context<'c>) -> impl Iterator<Item = &'c str> {
    let is_synced = context.plan.delivery.gitops.is_some();
    smoke::environments(context)
        .filter(move |environment| is_synced && environment.sync.value == Sync::Automated)
        .map(|environment| environment.key.as_str())
}

/// The kustomizations of an environment, each with the version of Kubernetes that takes it.
fn overlays(plan: &Plan, environment: &Environment) -> Vec<String> {
    let version = plan.clusters.get(&environment.cluster.value).map_or("", |it| it.kubernetes.value.as_str());
    let overlay = plan.paths.kustomize.value.replace("{environment}", &environment.key);
    let services = environment.services.iter().map(|service| service.key.as_str());
    std::iter::once(names::ENVIRONMENT_DIRECTORY)
        .chain(services)
        .map(|name| format!("{version} {overlay}/{name}"))
        .collect()
}

/// Every image that the platform runs, with a short name that no other has.
pub(super) fn images(plan: &Plan) -> BTreeMap<String, String> {
    let mut found: BTreeSet<String> = BTreeSet::new();
    for environment in plan.environments.values() {
        for object in kubernetes::objects(plan, environment) {
            found.extend(kubernetes::images(&object.data).into_iter().map(str::to_owned));
        }
    }
    let mut taken: BTreeSet<String> = BTreeSet::new();
    found
        .into_iter()
        .map(|image| {
            let short = short_name(&image);
            let mut name = short.clone();
            for number in 2_u32.. {
                if taken.insert(name.clone()) {
                    break;
                }
                name = format!("{short}-{number}");
            }
            (image, name)
        })
        .collect()
}

/// `registry.example.com:5000/shop/api:1.0.0` is `api`.
fn short_name(image: &str) -> String {
    let path = image.split_once('@').map_or(image, |(path, _)| path);
    let last = path.rsplit('/').next().unwrap_or(path);
    last.split(':').next().unwrap_or(last).to_owned()
}
