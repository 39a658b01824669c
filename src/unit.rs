//! Which Kubernetes objects a service has: what checks need to know of the workload unit that back ends make.
//!
//! A test of the back end holds this against the objects themselves.

use crate::plan::{Environment, IngressController, NetworkDefault, Plan, Scale, Service, Workload};

/// The kinds of objects of a service or job, one object of each, all with the service's name. Rules for Prometheus are not among
/// them: their text follows from the plan, and stands in files of its own as well.
#[must_use]
pub fn kinds(plan: &Plan, environment: &Environment, service: &Service) -> Vec<&'static str> {
    if service.workload == Workload::Job {
        let policy = environment.network_default.value == NetworkDefault::DefaultDeny;
        return ["ServiceAccount", "CronJob"].into_iter().chain(policy.then_some("NetworkPolicy")).collect();
    }
    let port = service.port.as_ref();
    let route = match plan.ingress.as_ref().map(|ingress| ingress.controller.value) {
        Some(IngressController::EnvoyGateway) => "HTTPRoute",
        _ => "Ingress",
    };
    let has_rights = !service.permissions.is_empty();
    [
        ("ServiceAccount", true),
        ("Role", has_rights),
        ("RoleBinding", has_rights),
        ("Deployment", true),
        ("Service", port.is_some() || service.metrics.is_some()),
        ("HorizontalPodAutoscaler", matches!(service.scale, Scale::Auto(_))),
        ("PodDisruptionBudget", service.min_available.is_some()),
        ("NetworkPolicy", environment.network_default.value == NetworkDefault::DefaultDeny),
        (route, service.route.is_some() && plan.ingress.is_some() && port.is_some()),
        ("ServiceMonitor", service.metrics.is_some()),
    ]
    .into_iter()
    .filter_map(|(kind, exists)| exists.then_some(kind))
    .collect()
}
