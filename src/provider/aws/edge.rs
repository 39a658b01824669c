//! What stands between the internet and a cluster's ingress controller: a load balancer with a web ACL, and its
//! certificates.
//!
//! A web ACL guards load balancers that understand requests, so with one the ingress controller has no load balancer of its
//! own: the load balancer controller makes one from an Ingress that leads everything to it, and TLS ends there.

use super::foundation::Base;
use super::{call_name, dns, module, tags};
use crate::plan::{Cluster, Environment, Plan};
use crate::provider::root::{ModuleCall, Root, Value};
use crate::provider::{Edge, hosts};

/// The class that the chart of aws-load-balancer-controller makes.
const CLASS: &str = "alb";
/// What the names of its annotations begin with.
const PREFIX: &str = "alb.ingress.kubernetes.io/";
/// TLS 1.2 with forward secrecy, and 1.3.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html>
const TLS_POLICY: &str = "ELBSecurityPolicy-TLS13-1-2-2021-06";

/// Names and values: aws-load-balancer-controller v3.5.0, `docs/guide/ingress/annotations.md`. No certificate is named: the
/// controller finds those of the hosts by itself (`cert_discovery.md`).
pub(super) fn front(plan: &Plan, cluster: &Cluster) -> Option<Edge> {
    plan.ingress.as_ref()?.waf.as_ref()?;
    let tags: Vec<String> = tags(plan, None).iter().map(|(key, value)| format!("{key}={value}")).collect();
    let annotations = [
        ("scheme", "internet-facing".to_owned()),
        ("target-type", "ip".to_owned()),
        ("listen-ports", r#"[{"HTTP": 80}, {"HTTPS": 443}]"#.to_owned()),
        ("ssl-redirect", "443".to_owned()),
        ("ssl-policy", TLS_POLICY.to_owned()),
        ("wafv2-acl-name", acl_name(cluster)),
        ("load-balancer-attributes", "routing.http.drop_invalid_header_fields.enabled=true".to_owned()),
        // Where ingress-nginx says itself whether it works, whatever its hosts answer.
        ("healthcheck-port", "10254".to_owned()),
        ("healthcheck-path", "/healthz".to_owned()),
        ("tags", tags.join(",")),
    ];
    let annotations = annotations.map(|(name, value)| (format!("{PREFIX}{name}"), value)).into();
    Some(Edge { class: CLASS, annotations })
}

fn acl_name(cluster: &Cluster) -> String {
    cluster.name.value.clone()
}

/// The web ACL of a cluster.
pub(super) fn web_acl(root: &mut Root, plan: &Plan, cluster: &Cluster, base: &Base) {
    let Some(waf) = plan.ingress.as_ref().and_then(|ingress| ingress.waf.as_ref()) else { return };
    root.modules.push(ModuleCall {
        name: "web_acl".to_owned(),
        module: module("waf"),
        comment: Some("Guards the load balancer of the ingress, which asks for it by name.".to_owned()),
        arguments: vec![
            ("name", Value::Text(acl_name(cluster))),
            ("rate_limit", waf.rate_limit.value.into()),
            ("log_kms_key_arn", base.key.clone()),
        ],
        origin: waf.at,
        ..ModuleCall::default()
    });
}

/// The certificates of an environment's hosts, where TLS ends at the load balancer: one for each host, since one more host
/// must not replace the certificate of the others.
pub(super) fn certificates(root: &mut Root, plan: &Plan, environment: &Environment) {
    let Some((ingress, zone)) = dns::of_platform(plan) else { return };
    let Some(waf) = &ingress.waf else { return };
    for (key, host) in hosts(environment) {
        if !dns::is_in(host, zone) {
            continue;
        }
        dns::zone_variable(root, ingress);
        root.modules.push(ModuleCall {
            name: call_name("certificate", key),
            module: module("certificate"),
            arguments: vec![("domain", Value::text(host)), ("zone_id", Value::Variable(super::ZONE_ID))],
            origin: waf.at,
            ..ModuleCall::default()
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::fixture;
    use crate::provider::{PROVIDERS, roots};

    /// Nodes and pods share the security group of their cluster. A list of ports beside it would be a second place that
    /// knows the edges of services, and would miss one.
    #[test]
    fn no_root_lists_ports_between_pods_so_no_port_of_a_service_is_closed() {
        let plan = fixture::plan(fixture::AWS);
        let roots = roots(&plan);
        let calls: Vec<&ModuleCall> = roots.iter().flat_map(|root| &root.modules).collect();
        assert!(calls.iter().any(|call| call.module == "aws/node-group"));
        for call in calls {
            let listed =
                call.arguments.iter().any(|(name, _)| name.contains("ingress") || name.contains("ports"));
            assert!(call.module != "aws/security-group" && !listed, "{}", call.name);
        }
    }

    #[test]
    fn without_a_firewall_nothing_of_it_is_made() {
        let plan = fixture::plan(fixture::AWS);
        let made = roots(&plan).into_iter().flat_map(|root| root.modules);
        assert_eq!(
            made.filter(|call| ["aws/waf", "aws/certificate"].contains(&call.module.as_str())).count(),
            0
        );
        for provider in PROVIDERS {
            assert!(plan.clusters.values().all(|cluster| provider.edge(&plan, cluster).is_none()));
        }
    }
}
