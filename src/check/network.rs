//! Who reaches what, from inside and from outside.

use std::collections::BTreeMap;

use super::{Context, Rule};
use crate::diag::{Diagnostic, Severity, code};
use crate::provider;
use crate::source::At;
use crate::words::{Cni, IngressController, NetworkDefault};

pub(super) const RULES: &[Rule] = &[
    Rule { name: "network/policy-without-cni", run: policy_without_cni },
    Rule { name: "network/ingress-collision", run: ingress_collision },
    Rule { name: "network/nothing-to-strip", run: nothing_to_strip },
    Rule { name: "network/ingress-retired", run: ingress_retired },
    Rule { name: "network/zone", run: zone },
    Rule { name: "network/dns-twice", run: dns_twice },
    Rule { name: "network/too-many-hosts", run: too_many_hosts },
];

fn policy_without_cni(context: &mut Context<'_>) {
    for (name, cluster) in context.model.platform.clusters.entries.values() {
        let Some(network) = &cluster.network else { continue };
        let Some(cni) = &network.cni else { continue };
        let policy = network.policy.as_ref();
        let promised = policy.is_none_or(|policy| policy.value == NetworkDefault::DefaultDeny);
        let enforced = cni.value != Cni::Flannel;
        let own = provider::of(cluster.provider.value).cni();
        if cni.value != own && (enforced || !promised) {
            let finding = Diagnostic::new(
                &code::NOT_OFFERED,
                context.span(cni.at),
                format!(
                    "clusters of {} have {}; `{}` runs no {}",
                    cluster.provider.value.word(),
                    own.word(),
                    name.value.0,
                    cni.value.word()
                ),
            )
            .related(context.span(cluster.provider.at), "the provider")
            .help(format!("write `cni: {}`, or leave it out", own.word()));
            context.report(finding);
        }
        if promised && !enforced {
            let finding = Diagnostic::new(
                &code::POLICY_WITHOUT_CNI,
                context.span(cni.at),
                format!(
                    "{} ignores NetworkPolicies, and `{}` promises default-deny",
                    cni.value.word(),
                    name.value.0
                ),
            )
            .related(
                policy.map_or_else(|| context.key(name.at), |policy| context.span(policy.at)),
                if policy.is_some() { "promised here" } else { "default-deny is the default" },
            )
            .help(format!("write `cni: {}`", own.word()));
            context.report(finding);
        }
    }
}

fn nothing_to_strip(context: &mut Context<'_>) {
    let plan = context.plan;
    for environment in plan.environments.values() {
        for service in &environment.services {
            let Some(route) = &service.route else { continue };
            if !route.strip_prefix.value || !route.path.value.trim_end_matches('/').is_empty() {
                continue;
            }
            let finding = Diagnostic::new(
                &code::NOTHING_TO_STRIP,
                context.origin(&route.strip_prefix, service.at),
                format!("`{}` has no path that could be taken off", service.key),
            )
            .in_environment(&environment.key)
            .help("write the `path` below the host, such as `/api`, or remove `stripPrefix`");
            context.report(finding);
        }
    }
}

fn ingress_collision(context: &mut Context<'_>) {
    let plan = context.plan;
    let mut taken: BTreeMap<(&str, &str, &str), (&str, &str, At)> = BTreeMap::new();
    for environment in plan.environments.values() {
        for service in &environment.services {
            let Some(route) = &service.route else { continue };
            let key =
                (environment.cluster.value.as_str(), route.host.value.as_str(), route.path.value.as_str());
            let here = (environment.key.as_str(), service.key.as_str(), service.at);
            let Some((there, other, first)) = taken.insert(key, here) else { continue };
            let finding = Diagnostic::new(
                &code::INGRESS_COLLISION,
                context.origin(&route.host, service.at),
                if there == environment.key {
                    format!(
                        "`{}` and `{other}` both want {}{}",
                        service.key, route.host.value, route.path.value
                    )
                } else {
                    format!(
                        "`{}` of {} and `{other}` of {there} both want {}{}",
                        service.key, environment.key, route.host.value, route.path.value
                    )
                },
            )
            .related(context.key(first), format!("`{other}`"));
            let finding = if there == environment.key {
                finding.in_environment(there).help("give one of them another `host` or `path`")
            } else {
                finding.help(format!("give {} or {there} a `domain` of its own", environment.key))
            };
            context.report(finding);
        }
    }
}

fn ingress_retired(context: &mut Context<'_>) {
    let Some(ingress) = &context.model.platform.ingress else { return };
    if ingress.controller.value == IngressController::IngressNginx {
        let finding = Diagnostic::new(
            &code::INGRESS_RETIRED,
            context.span(ingress.controller.at),
            "ingress-nginx gets no fixes any more: its maintenance ended in March 2026",
        )
        .severity(Severity::Warning)
        .help("write `controller: envoy-gateway`, which serves the same hosts by the Gateway API; until the move is planned, accept this finding with an end under `allow`");
        context.report(finding);
    }
}

/// Records are made in the zone of the platform's domain only.
fn zone(context: &mut Context<'_>) {
    let plan = context.plan;
    if plan.ingress.as_ref().is_none_or(|ingress| ingress.dns.is_none()) {
        return;
    }
    let dns =
        context.model.platform.ingress.as_ref().and_then(|ingress| ingress.dns.as_ref()).map(|dns| dns.at);
    for environment in plan.environments.values() {
        for service in &environment.services {
            let Some(route) = &service.route else { continue };
            let inside = plan.domain.as_ref().is_some_and(|domain| {
                route.host.value == domain.value || route.host.ends_with(&format!(".{}", domain.value))
            });
            if inside {
                continue;
            }
            let zone = plan.domain.as_ref().map_or_else(
                || "the platform has no `domain`".to_owned(),
                |domain| format!("the platform's zone is `{}`", domain.value),
            );
            let finding = Diagnostic::new(
                &code::HOST_OUTSIDE_ZONE,
                context.origin(&route.host, service.at),
                format!("no record can be made for `{}`: {zone}", route.host.value),
            )
            .help(format!("let the domain of {} end with the platform's, or leave `dns` out and make the record elsewhere", environment.key));
            let finding = match dns {
                Some(at) => finding.related(context.span(at), "records are to be made"),
                None => finding,
            };
            context.report(finding);
        }
    }
}

fn dns_twice(context: &mut Context<'_>) {
    let plan = context.plan;
    let dns = context.model.platform.ingress.as_ref().and_then(|ingress| ingress.dns.as_ref());
    let Some(dns) = dns else { return };
    let mut clusters = plan.clusters.values();
    let Some(addon) = clusters.find_map(|cluster| cluster.provider_of("dns-records")) else { return };
    let finding = Diagnostic::new(
        &code::DNS_TWICE,
        context.span(dns.at),
        format!("Terraform makes the records of hosts, and so does `{}`", addon.key),
    )
    .related(context.key(addon.at), "it is chosen here")
    .help("remove `dns`, or the add-on");
    context.report(finding);
}

/// The listeners that a Gateway may have: `maxItems` of its schema.
const LISTENERS: usize = 64;

fn too_many_hosts(context: &mut Context<'_>) {
    let plan = context.plan;
    let Some(ingress) = &plan.ingress else { return };
    if ingress.controller.value != IngressController::EnvoyGateway {
        return;
    }
    let limit = if ingress.tls.is_some() { LISTENERS / 2 } else { LISTENERS };
    for environment in plan.environments.values() {
        let mut hosts: Vec<&str> = Vec::new();
        for service in &environment.services {
            let Some(route) = &service.route else { continue };
            if hosts.contains(&route.host.value.as_str()) {
                continue;
            }
            hosts.push(&route.host.value);
            if hosts.len() > limit {
                let finding = Diagnostic::new(
                    &code::TOO_MANY_HOSTS,
                    context.origin(&route.host, service.at),
                    format!(
                        "the Gateway of {} has no listener left for `{}`",
                        environment.key, route.host.value
                    ),
                )
                .related(context.origin(&ingress.controller, ingress.at), format!("it takes {limit} hosts"))
                .help("let services share hosts by their paths, or give some of them to another environment");
                context.report(finding);
                break;
            }
        }
    }
}
