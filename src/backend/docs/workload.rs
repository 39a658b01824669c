//! Commands about the workload of a service: a Deployment, or a Rollout, which a plug-in of kubectl knows.

use super::Context;
use crate::format::data::Map;
use crate::map;
use crate::plan::{Environment, Service, Strategy};

/// The workload as kubectl names it.
pub(super) fn name(service: &Service) -> String {
    let kind = if service.is_rollout() { "rollout" } else { "deployment" };
    format!("{kind}/{}", service.key)
}

/// Waits until every pod is of the newest version and ready.
pub(super) fn wait(namespace: &str, service: &Service) -> String {
    let key = &service.key;
    if service.is_rollout() {
        format!("kubectl argo rollouts --namespace {namespace} status {key} --timeout 10m")
    } else {
        format!("kubectl --namespace {namespace} rollout status deployment/{key} --timeout 10m")
    }
}

/// Whether Argo Rollouts replaces the versions of some service.
pub(super) fn any_rollout(context: &Context<'_>) -> bool {
    context.plan.environments.values().flat_map(|environment| &environment.services).any(Service::is_rollout)
}

/// The ways back from a new version that has not yet taken over, or has just done so.
pub(super) fn rollouts(environment: &Environment) -> Vec<Map<'_>> {
    let namespace = &environment.namespace.value;
    let services = environment.services.iter().filter(|service| service.is_rollout());
    services
        .map(|service| {
            let key = &service.key;
            let command = |verb: &str| format!("kubectl argo rollouts --namespace {namespace} {verb} {key}");
            map! {
                "key" => key,
                "strategy" => service.rollout.strategy.value.word(),
                "blue_green" => service.rollout.strategy.value == Strategy::BlueGreen,
                "kept" => service.rollout.keep_old.map_or_else(String::new, |keep| keep.value.to_string()),
                "manual" => service.rollout.is_manual(),
                "commands" => [
                    command("get rollout"),
                    format!("{}      # all requests to the old version again", command("abort")),
                    format!("{}       # to the version before, if the new one took over", command("undo")),
                    format!("{}    # let the new version take over", command("promote")),
                ].join("\n"),
            }
        })
        .collect()
}
