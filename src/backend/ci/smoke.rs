//! What a smoke test expects of an environment.

use super::{Context, Reach, login_steps, texts};
use crate::backend::kubernetes;
use crate::format::data::Map;
use crate::map;
use crate::plan::{Environment, Plan, Service};

/// The table of what is expected, one line for each thing. Nothing is tested where nothing runs.
pub(super) fn data<'c>(context: &Context<'c>) -> Option<Map<'c>> {
    let plan = context.plan;
    let keys: Vec<&str> = environments(context).map(|environment| environment.key.as_str()).collect();
    if keys.is_empty() {
        return None;
    }
    Some(map! {
        "environments" => texts(keys),
        "kubeconfigs" => texts(kubeconfigs(context)),
        "it" => map! {
            "logins" => if any_by_command(plan, environments(context)) { login_steps(plan) } else { Vec::new() },
        },
        "rollouts" => environments(context).flat_map(|it| &it.services).any(Service::is_rollout),
        "expected" => texts(environments(context).flat_map(|environment| expected(plan, environment))),
    })
}

/// The environments in which there is something to look at.
pub(super) fn environments<'c>(context: &Context<'c>) -> impl Iterator<Item = &'c Environment> {
    context.plan.environments.values().filter(|environment| {
        !environment.services.is_empty() || !environment.pools.is_empty() || !environment.gpu_pools.is_empty()
    })
}

/// The secrets with a kubeconfig, one for each cluster in which there is something to look at.
pub(super) fn kubeconfigs(context: &Context<'_>) -> Vec<String> {
    super::kubeconfigs(context.plan, environments(context).map(|it| it.cluster.value.as_str()))
}

/// Whether some environment is reached by a command, and not with a kubeconfig that a secret holds.
pub(super) fn any_by_command<'e>(
    plan: &Plan,
    mut environments: impl Iterator<Item = &'e Environment>,
) -> bool {
    environments.any(|it| matches!(super::reach(plan, &it.cluster.value), Reach::Command(_)))
}

/// How a script learns to reach the cluster of an environment: `cluster` and a secret's name, or `login` and a command.
pub(super) fn reach_words(plan: &Plan, environment: &Environment) -> String {
    match super::reach(plan, &environment.cluster.value) {
        Reach::Secret(name) => format!("cluster {name}"),
        Reach::Command(command) => format!("login {command}"),
    }
}

fn expected(plan: &Plan, environment: &Environment) -> Vec<String> {
    let key = &environment.key;
    let mut lines = vec![
        format!("{key} {}", reach_words(plan, environment)),
        format!("{key} namespace {}", environment.namespace.value),
    ];
    for pool in &environment.pools {
        lines.push(format!("{key} nodes {} {}", pool.key, pool.min.value));
    }
    for pool in &environment.gpu_pools {
        lines.push(format!("{key} nodes {} {}", pool.key, pool.nodes.value));
    }
    for object in kubernetes::objects(plan, environment) {
        if object.is_workload() {
            let images = kubernetes::images(&object.data);
            if let Some(image) = images.first() {
                lines.push(format!("{key} {} {} {image}", object.api.kind.to_lowercase(), object.name()));
            }
        }
    }
    let ingress = plan.ingress.as_ref();
    let tls = ingress.and_then(|ingress| ingress.tls.as_ref());
    // The cloud's certificates are trusted everywhere.
    let is_clouds = ingress.is_some_and(|ingress| ingress.waf.is_some());
    for service in &environment.services {
        let Some(route) = &service.route else { continue };
        let is_trusted = match tls {
            Some(tls) => environment.is_production() && !tls.staging_only.value,
            None if is_clouds => true,
            None => continue,
        };
        let path = match &service.ready {
            // The service sees what is behind its prefix.
            Some(probe) if route.strip_prefix.value => {
                [route.path.value.trim_end_matches('/'), &probe.path.value].concat()
            }
            Some(probe) => probe.path.value.clone(),
            None => route.path.value.clone(),
        };
        let word = if is_trusted { "trusted" } else { "untrusted" };
        lines.push(format!("{key} host https://{}{path} {word}", route.host.value));
    }
    lines
}
