//! Which Kubernetes objects a service has: what checks need to know of the workload unit that back ends make.
//!
//! A test of the back end holds this against the objects themselves.

use crate::names;
use crate::plan::{Environment, IngressController, NetworkDefault, Plan, Scale, Service, Strategy, Workload};

/// The objects of a service or job by kind and name, in the order in which back ends make them. Rules for Prometheus are not among
/// them: their text follows from the plan, and stands in files of its own as well.
#[must_use]
pub fn objects(plan: &Plan, environment: &Environment, service: &Service) -> Vec<(&'static str, String)> {
    if service.workload == Workload::Job {
        let policy = environment.network_default.value == NetworkDefault::DefaultDeny;
        let kinds = ["ServiceAccount", "CronJob"].into_iter().chain(policy.then_some("NetworkPolicy"));
        return kinds.map(|kind| (kind, service.key.clone())).collect();
    }
    let port = service.port.as_ref();
    let route = match plan.ingress.as_ref().map(|ingress| ingress.controller.value) {
        Some(IngressController::EnvoyGateway) => "HTTPRoute",
        _ => "Ingress",
    };
    let has_rights = !service.permissions.is_empty();
    let is_rollout = service.is_rollout();
    let second = names::second_service(service.rollout_service(), &service.key);
    let is_verified = is_rollout && !service.rollout.verify.is_empty();
    let has_preview = is_verified && service.rollout.strategy.value == Strategy::BlueGreen;
    let own = || service.key.clone();
    [
        ("ServiceAccount", true, own()),
        ("Role", has_rights, own()),
        ("RoleBinding", has_rights, own()),
        (workload(service), true, own()),
        ("Service", port.is_some() || service.metrics.is_some(), own()),
        ("Service", second.is_some(), second.unwrap_or_default()),
        ("HorizontalPodAutoscaler", matches!(service.scale, Scale::Auto(_)), own()),
        ("PodDisruptionBudget", service.min_available.is_some(), own()),
        ("NetworkPolicy", environment.network_default.value == NetworkDefault::DefaultDeny, own()),
        (route, service.route.is_some() && plan.ingress.is_some() && port.is_some(), own()),
        (if is_rollout { "PodMonitor" } else { "ServiceMonitor" }, service.metrics.is_some(), own()),
        ("AnalysisTemplate", is_verified, own()),
        ("AnalysisTemplate", has_preview, names::preview_analysis(&service.key)),
    ]
    .into_iter()
    .filter_map(|(kind, exists, name)| exists.then_some((kind, name)))
    .collect()
}

/// The kind of the object that makes the pods of a service.
#[must_use]
pub fn workload(service: &Service) -> &'static str {
    if service.is_rollout() { "Rollout" } else { "Deployment" }
}
