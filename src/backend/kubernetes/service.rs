//! How a service is reached and watched: Service, Ingress, `ServiceMonitor`.

use super::metadata::Identity;
use super::{Api, Object, Scope};
use crate::format::data::Map;
use crate::map;
use crate::names;
use crate::plan::{IngressController, Service};

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
        Object::new(SERVICE, service.at, scope.metadata(&service.key, identity))
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
    let mut metadata = scope.metadata(&service.key, Identity::service(service));
    let mut spec = map! { "ingressClassName" => &ingress.class.value };
    if ingress.tls.is_some() {
        metadata.push("annotations", map! { "cert-manager.io/issuer" => names::ISSUER });
        spec.push(
            "tls",
            [map! { "hosts" => [&route.host.value], "secretName" => names::certificate_secret(&service.key) }],
        );
    }
    let backend = map! { "service" => map! { "name" => &service.key, "port" => map! { "name" => HTTP } } };
    let path = map! { "path" => &route.path.value, "pathType" => "Prefix", "backend" => backend };
    spec.push("rules", [map! { "host" => &route.host.value, "http" => map! { "paths" => [path] } }]);
    Some(Object::new(INGRESS, service.at, metadata).spec(spec))
}

/// What Prometheus reads.
pub(super) fn monitor<'a>(scope: Scope<'_, 'a>, service: &'a Service) -> Option<Object<'a>> {
    let metrics = service.metrics.as_ref()?;
    let identity = Identity::service(service);
    let endpoint = map! {
        "port" => if metrics_port(service).is_some() { METRICS } else { HTTP },
        "path" => &metrics.path.value,
        "interval" => scope.plan.monitoring.scrape_every.prometheus(),
    };
    Some(Object::new(SERVICE_MONITOR, service.at, scope.monitored(&service.key, identity)).spec(map! {
        "jobLabel" => names::NAME_LABEL,
        "endpoints" => [endpoint],
        "selector" => map! { "matchLabels" => identity.selector() },
    }))
}
