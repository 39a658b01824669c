//! How hosts are served by the Gateway API: a Gateway for each environment, a route for each service.
//!
//! Gateways of one class share their proxies and their load balancer (`mergeGateways`), so a listener is told from others by
//! its host; there is one pair of listeners for each host.

use super::metadata::Identity;
use super::{Api, Object, Scope};
use crate::format::data::Map;
use crate::map;
use crate::names;
use crate::plan::{Ingress, IngressController, Route, Service};

const GATEWAY: Api = Api::new("gateway.networking.k8s.io/v1", "Gateway");
const HTTP_ROUTE: Api = Api::new("gateway.networking.k8s.io/v1", "HTTPRoute");
const CERTIFICATE: Api = Api::new("cert-manager.io/v1", "Certificate");
const CLIENT_TRAFFIC_POLICY: Api = Api::new("gateway.envoyproxy.io/v1alpha1", "ClientTrafficPolicy");

/// The group of the Gateway API, which Kubernetes itself does not serve.
pub(super) const GROUP: &str = "gateway.networking.k8s.io";

/// The Gateway of an environment, as routes name it.
pub(super) fn reference() -> Map<'static> {
    map! { "group" => GROUP, "kind" => "Gateway", "name" => names::GATEWAY }
}

/// The ingress, if it serves hosts by the Gateway API.
fn ingress<'a>(scope: Scope<'_, 'a>) -> Option<&'a Ingress> {
    let ingress = scope.plan.ingress.as_ref();
    ingress.filter(|ingress| ingress.controller.value == IngressController::EnvoyGateway)
}

/// The Gateway of an environment with what belongs to it: certificates of its hosts, and the way from HTTP to HTTPS.
pub(super) fn of_environment<'a>(scope: Scope<'_, 'a>) -> Vec<Object<'a>> {
    let Some(ingress) = ingress(scope) else { return Vec::new() };
    let mut hosts: Vec<(&'a Service, &'a Route)> = Vec::new();
    for service in &scope.environment.services {
        if let Some(route) = &service.route
            && !hosts.iter().any(|(_, known)| known.host.value == route.host.value)
        {
            hosts.push((service, route));
        }
    }
    if hosts.is_empty() {
        return Vec::new();
    }
    let metadata = |name: &'static str| scope.metadata(name, Identity::environment(name));
    let mut listeners: Vec<Map<'a>> = Vec::new();
    let mut plain: Vec<Map<'a>> = Vec::new();
    for (service, route) in &hosts {
        let name = http(service);
        plain.push(reference().with("sectionName", name.clone()));
        listeners.push(
            map! { "name" => name, "protocol" => "HTTP", "port" => 80, "hostname" => &route.host.value },
        );
        if ingress.tls.is_some() {
            let secret = map! { "kind" => "Secret", "name" => names::certificate_secret(&service.key) };
            listeners.push(map! {
                "name" => https(service),
                "protocol" => "HTTPS",
                "port" => 443,
                "hostname" => &route.host.value,
                "tls" => map! { "mode" => "Terminate", "certificateRefs" => [secret] },
            });
        }
    }
    let at = ingress.at;
    let mut objects = vec![
        Object::new(GATEWAY, at, metadata(names::GATEWAY))
            .spec(map! { "gatewayClassName" => &ingress.class.value, "listeners" => listeners }),
        // The load balancer says who the client is; cert-manager asks without it, past the load balancer.
        Object::new(CLIENT_TRAFFIC_POLICY, at, metadata(names::GATEWAY))
            .spec(map! { "targetRefs" => [reference()], "proxyProtocol" => map! { "optional" => true } }),
    ];
    if ingress.tls.is_none() {
        return objects;
    }
    let filter = map! {
        "type" => "RequestRedirect",
        "requestRedirect" => map! { "scheme" => "https", "statusCode" => 301 },
    };
    objects.push(
        Object::new(HTTP_ROUTE, at, metadata(names::REDIRECT))
            .spec(map! { "parentRefs" => plain, "rules" => [map! { "filters" => [filter] }] }),
    );
    for (service, route) in hosts {
        let name = names::certificate_secret(&service.key);
        let metadata = scope.metadata(name.clone(), Identity::service(service));
        objects.push(Object::new(CERTIFICATE, service.at, metadata).spec(map! {
            "secretName" => name,
            "dnsNames" => [&route.host.value],
            "issuerRef" => map! { "kind" => "Issuer", "name" => names::ISSUER },
        }));
    }
    objects
}

/// The route of a service that is reached from outside.
pub(super) fn route<'a>(scope: Scope<'_, 'a>, service: &'a Service) -> Option<Object<'a>> {
    let (route, ingress) = (service.route.as_ref()?, ingress(scope)?);
    let port = service.port.as_ref()?;
    let first = scope.environment.first_of_host(&route.host.value)?;
    let listener = if ingress.tls.is_some() { https(first) } else { http(first) };
    let matches = map! { "path" => map! { "type" => "PathPrefix", "value" => &route.path.value } };
    let mut rule = map! { "matches" => [matches] };
    if route.strip_prefix.value {
        let path = map! { "type" => "ReplacePrefixMatch", "replacePrefixMatch" => "/" };
        rule.push("filters", [map! { "type" => "URLRewrite", "urlRewrite" => map! { "path" => path } }]);
    }
    rule.push("backendRefs", [map! { "name" => &service.key, "port" => port.service.value }]);
    let metadata = scope.metadata(&service.key, Identity::service(service));
    Some(Object::new(HTTP_ROUTE, service.at, metadata).spec(map! {
        "parentRefs" => [reference().with("sectionName", listener)],
        "hostnames" => [&route.host.value],
        "rules" => [rule],
    }))
}

fn http(service: &Service) -> String {
    format!("http-{}", service.key)
}

fn https(service: &Service) -> String {
    format!("https-{}", service.key)
}
