//! The way back after a change that made things worse, with the commands of this platform.

use super::{Context, texts, workload};
use crate::format::data::Map;
use crate::map;
use crate::names;
use crate::plan::{Environment, Service, Sync};

pub(super) fn data<'c>(context: &Context<'c>) -> Map<'c> {
    let plan = context.plan;
    let environments: Vec<Map<'c>> =
        plan.environments.values().map(|environment| of_environment(context, environment)).collect();
    let automated = plan.environments.values().filter(|one| one.sync.value == Sync::Automated);
    let automated = automated.filter(|_| plan.delivery.gitops.is_some()).map(|one| &one.key);
    map! {
        "automated" => texts(automated),
        "gitops" => plan.delivery.gitops.is_some(),
        "error_rate" => plan.monitoring.error_rate.value.to_string(),
        "error_rate_for" => plan.monitoring.error_rate_for.value.to_string(),
        "environments" => environments,
        "verify" => verify(context),
    }
}

fn application(context: &Context<'_>, environment: &Environment, service: &Service) -> String {
    names::in_environment(&context.plan.name.value, &environment.key, &service.key)
}

fn of_environment<'c>(context: &Context<'c>, environment: &'c Environment) -> Map<'c> {
    let platform = &context.plan.name.value;
    let services = environment.services.iter().map(|service| {
        map! {
            "key" => &service.key,
            "application" => application(context, environment, service),
            "workload" => workload::name(service),
        }
    });
    let first = environment.services.first();
    let example = first.map_or_else(
        || names::in_environment(platform, &environment.key, names::ENVIRONMENT_APPLICATION),
        |service| application(context, environment, service),
    );
    let (root, all) = (
        names::root_application(platform, &environment.cluster.value),
        names::in_platform(platform, &environment.key),
    );
    let choose = format!("APP={example}\n");
    let is_manual = environment.sync.value == Sync::Manual;
    let rollback = "argocd app rollback \"$APP\" ID      # without ID: the state before this one\n";
    let wait = "argocd app wait \"$APP\" --health --timeout 600";
    let policy = |name: &str, to: &str| format!("argocd app set {name} --sync-policy {to}\n");
    let prune = "--auto-prune --self-heal";
    map! {
        "key" => &environment.key,
        "services" => services.collect::<Vec<_>>(),
        "manual" => is_manual,
        "rollouts" => workload::rollouts(environment),
        "rollback" => if is_manual {
            [&choose, "argocd app history \"$APP\"\n", rollback, wait].concat()
        } else {
            let off = [&root, &all].map(|name| policy(name, "manual")).concat();
            [&choose, &off, &policy("\"$APP\"", "manual"), rollback, wait].concat()
        },
        "sync" => [&choose, "argocd app diff \"$APP\"\nargocd app sync \"$APP\"\n", wait].concat(),
        "refresh" => [&choose, "argocd app get \"$APP\" --refresh\n", wait].concat(),
        "resume" => format!("argocd app set {root} --sync-policy automated {prune}\nargocd app wait {root} {all} --sync --timeout 600"),
        "apply" => apply(context, environment),
    }
}

/// What brings the reverted files where no Argo CD does.
fn apply(context: &Context<'_>, environment: &Environment) -> String {
    let overlay = context.overlay(environment);
    let service = environment.services.first().map_or(names::ENVIRONMENT_DIRECTORY, |service| &service.key);
    format!("SERVICE={service}\nkubectl apply --server-side -k {overlay}/$SERVICE")
}

fn verify(context: &Context<'_>) -> String {
    let environments = context.plan.environments.values().filter(|one| !one.services.is_empty());
    let lines: Vec<String> = environments
        .map(|environment| workload::wait(&environment.namespace.value, &environment.services[0]))
        .collect();
    lines.join("\n")
}
