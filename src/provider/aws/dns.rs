//! Route 53: the zone of the platform, and the records of hosts.

use super::{INGRESS_HOST, ZONE_ID, module, output};
use crate::catalog::planning;
use crate::plan::{Environment, Ingress, Plan, Provider};
use crate::provider::root::{ModuleCall, Root, Type, Value, Variable};

/// The zone of the platform, if Terraform makes its records.
pub(super) fn of_platform(plan: &Plan) -> Option<(&Ingress, &str)> {
    let ingress = plan.ingress.as_ref().filter(|ingress| ingress.dns == Some(Provider::Aws))?;
    Some((ingress, &plan.domain.as_ref()?.value))
}

/// The zone itself.
pub(super) fn zone(root: &mut Root, plan: &Plan) {
    let Some((ingress, domain)) = of_platform(plan) else { return };
    output(
        root,
        ZONE_ID,
        "Id of the zone: zone_id of the environments' roots.",
        Value::Output("zone".to_owned(), ZONE_ID),
        ingress.at,
    );
    output(
        root,
        "name_servers",
        "The registrar, or the zone above, must delegate the domain to these.",
        Value::Output("zone".to_owned(), "name_servers"),
        ingress.at,
    );
    let mut arguments = vec![("domain", Value::text(domain))];
    // Who may sign: those who do, and nobody else.
    let issuers = [("letsencrypt.org", ingress.tls.is_some()), ("amazon.com", ingress.waf.is_some())];
    let issuers: Vec<&str> = issuers.into_iter().filter_map(|(name, signs)| signs.then_some(name)).collect();
    if !issuers.is_empty() {
        arguments.push(("caa_issuers", Value::texts(issuers)));
    }
    root.modules.push(ModuleCall {
        name: "zone".to_owned(),
        module: module("dns-zone"),
        arguments,
        origin: ingress.at,
        ..ModuleCall::default()
    });
}

/// Whether a host is a zone, or below it.
pub(super) fn is_in(host: &str, zone: &str) -> bool {
    host.strip_suffix(zone).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// The variable with the id of the zone, once.
pub(super) fn zone_variable(root: &mut Root, ingress: &Ingress) {
    if root.variables.iter().any(|variable| variable.name == ZONE_ID) {
        return;
    }
    root.variables.push(Variable {
        name: ZONE_ID,
        kind: Type::Text,
        description: "Id of the DNS zone: terraform -chdir=../../platform output -raw zone_id.".to_owned(),
        default: None,
        example: Value::text("Z0123456789ABCDEFGHIJ"),
        origin: ingress.at,
    });
}

/// The records of an environment's hosts.
pub(super) fn records(root: &mut Root, plan: &Plan, environment: &Environment) {
    let Some((ingress, zone)) = of_platform(plan) else { return };
    // The names are the original's until people lead them elsewhere.
    if environment.stands_in.is_some() {
        return;
    }
    let mut hosts: Vec<(&str, &str)> = Vec::new();
    for service in &environment.services {
        let Some(route) = &service.route else { continue };
        let host = route.host.value.as_str();
        // The zone itself cannot have a CNAME; several services may share a host by their paths.
        let is_below = host.strip_suffix(zone).is_some_and(|rest| rest.ends_with('.'));
        if is_below && !hosts.iter().any(|(_, known)| *known == host) {
            hosts.push((&service.key, host));
        }
    }
    if hosts.is_empty() {
        return;
    }
    zone_variable(root, ingress);
    root.variables.push(Variable {
        name: INGRESS_HOST,
        kind: Type::Text,
        description: format!(
            "Host name of the load balancer, known once the ingress controller runs: \
             kubectl -n {} get {}. null: no DNS records yet.",
            ingress.namespace.value,
            if ingress.waf.is_some() { "ingresses" } else { "services" }
        ),
        default: Some(Value::Null),
        example: Value::text("k8s-ingress-0123456789.elb.us-east-1.amazonaws.com"),
        origin: ingress.at,
    });
    let records = hosts.iter().map(|(key, host)| {
        let mut record = vec![
            ("type", Value::text("CNAME")),
            ("name", Value::text(*host)),
            ("values", Value::List(vec![Value::Variable(INGRESS_HOST)])),
        ];
        // What takes over is found by clients only when they have forgotten the old address.
        if environment.target.is_some() {
            record.push(("ttl_seconds", planning::DNS_TTL_SECONDS.0.into()));
        }
        (*key, Value::map(record))
    });
    root.modules.push(ModuleCall {
        name: "records".to_owned(),
        module: module("dns-records"),
        only_with: Some(INGRESS_HOST),
        arguments: vec![("zone_id", Value::Variable(ZONE_ID)), ("records", Value::map(records))],
        origin: ingress.at,
        ..ModuleCall::default()
    });
}
