//! How a service is reached and watched: Service, Ingress, `ServiceMonitor`.

use std::borrow::Cow;

use super::metadata::Identity;
use super::{Api, Object, Scope};
use crate::format::data::Map;
use crate::map;
use crate::names;
use crate::plan::{IngressController, Route, Service};

pub(super) const SERVICE: Api = Api::new("v1", "Service");
const INGRESS: Api = Api::new("networking.k8s.io/v1", "Ingress");
pub(super) const SERVICE_MONITOR: Api = Api::new("monitoring.coreos.com/v1", "ServiceMonitor");

/// The name of the port that takes requests.
pub(super) const HTTP: &str = "http";
/// The name of the port with the metrics, where it is one of its own.
pub(super) const METRICS: &str = "metrics";

/// The port of the metrics where it is not the one that takes requests.
pub(super) fn metrics_port(service: &Service) -> Option<u16> {
    let metrics = service.metrics.as_ref()?.port.value;
    (service.port.as_ref().map(|port| port.container.value) != Some(metrics)).then_some(metrics)
}

/// The Kubernetes Service of what takes connections.
pub(super) fn service<'a>(scope: Scope<'_, 'a>, service: &'a Service) -> Option<Object<'a>> {
    service_of(scope, service, service.key.as_str())
}

/// A Kubernetes Service of some name that leads to a service's pods.
pub(super) fn service_of<'a>(
    scope: Scope<'_, 'a>,
    service: &'a Service,
    name: impl Into<Cow<'a, str>>,
) -> Option<Object<'a>> {
    let mut ports: Vec<Map<'a>> = Vec::new();
    if let Some(port) = &service.port {
        ports.push(port_of(HTTP, port.service.value, HTTP));
    }
    if let Some(port) = metrics_port(service) {
        ports.push(port_of(METRICS, port, METRICS));
    }
    if ports.is_empty() {
        return None;
    }
    let identity = Identity::service(service);
    Some(
        Object::new(SERVICE, service.at, scope.metadata(name, identity))
            .spec(map! { "type" => "ClusterIP", "selector" => identity.selector(), "ports" => ports }),
    )
}

/// A port of a Kubernetes Service that leads to a named port of its pods.
pub(super) fn port_of(name: &'static str, port: u16, target: &'static str) -> Map<'static> {
    map! { "name" => name, "port" => port, "targetPort" => target, "protocol" => "TCP" }
}

/// The route from outside.
pub(super) fn ingress<'a>(scope: Scope<'_, 'a>, service: &'a Service) -> Option<Object<'a>> {
    let (route, ingress) = (service.route.as_ref()?, scope.plan.ingress.as_ref()?);
    if ingress.controller.value != IngressController::IngressNginx {
        return None;
    }
    service.port.as_ref()?;
    let mut annotations = Map::new();
    let mut spec = map! { "ingressClassName" => &ingress.class.value };
    if ingress.tls.is_some() {
        annotations.push("cert-manager.io/issuer", names::ISSUER);
        spec.push(
            "tls",
            [map! { "hosts" => [&route.host.value], "secretName" => names::certificate_secret(&service.key) }],
        );
    }
    let backend = map! { "service" => map! { "name" => &service.key, "port" => map! { "name" => HTTP } } };
    let (path, kind): (Cow<'a, str>, _) = if scope.has_regular_expressions(route) {
        annotations.push("nginx.ingress.kubernetes.io/use-regex", "true");
        if route.strip_prefix.value {
            annotations.push("nginx.ingress.kubernetes.io/rewrite-target", "/$2");
        }
        (pattern(&route.path.value).into(), "ImplementationSpecific")
    } else {
        ((&route.path.value).into(), "Prefix")
    };
    let path = map! { "path" => path, "pathType" => kind, "backend" => backend };
    spec.push("rules", [map! { "host" => &route.host.value, "http" => map! { "paths" => [path] } }]);
    let metadata = scope.metadata(&service.key, Identity::service(service));
    Some(Object::new(INGRESS, service.at, metadata.with_filled("annotations", annotations)).spec(spec))
}

/// The regular expression of a path and what is below it. The second group is what is left without the path.
///
/// Every path begins with `/`, or the API server refuses it.
fn pattern(path: &str) -> String {
    if path.trim_end_matches('/').is_empty() {
        return "/".to_owned();
    }
    let mut pattern = String::with_capacity(path.len() + 16);
    for character in path.trim_end_matches('/').chars() {
        if !character.is_ascii_alphanumeric() && !"/-_~!&',;=:@%".contains(character) {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push_str("(/|$)(.*)");
    pattern
}

impl Scope<'_, '_> {
    /// Whether ingress-nginx reads the paths of a host as regular expressions: one rewritten path makes it do so with all of them,
    /// in whatever Ingress they are (ingress-nginx, user guide, "Ingress Path Matching"). A literal path would then match
    /// whatever begins with it.
    fn has_regular_expressions(self, route: &Route) -> bool {
        let mut routes = self.plan.environments_of(&self.environment.cluster.value).flat_map(|e| &e.services);
        routes.any(|other| {
            other
                .route
                .as_ref()
                .is_some_and(|other| other.host.value == route.host.value && other.strip_prefix.value)
        })
    }
}

/// Where Prometheus reads a service's metrics, and how often; `None` where it has none.
pub(super) fn endpoint<'a>(scope: Scope<'_, 'a>, service: &'a Service) -> Option<Map<'a>> {
    let metrics = service.metrics.as_ref()?;
    Some(map! {
        "port" => if metrics_port(service).is_some() { METRICS } else { HTTP },
        "path" => &metrics.path.value,
        "interval" => scope.plan.monitoring.scrape_every.prometheus(),
    })
}

/// What Prometheus reads.
pub(super) fn monitor<'a>(scope: Scope<'_, 'a>, service: &'a Service) -> Option<Object<'a>> {
    let endpoint = endpoint(scope, service)?;
    let identity = Identity::service(service);
    Some(Object::new(SERVICE_MONITOR, service.at, scope.monitored(&service.key, identity)).spec(map! {
        "jobLabel" => names::NAME_LABEL,
        "endpoints" => [endpoint],
        "selector" => map! { "matchLabels" => identity.selector() },
    }))
}
