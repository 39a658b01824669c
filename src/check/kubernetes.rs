//! Clusters: versions, control planes, who shares them, and what their region has.

use super::{Context, Rule, enumeration};
use crate::catalog::{self, ManagedKubernetes, Offered, Region, Tier as Edition};
use crate::diag::{Diagnostic, Severity, code};
use crate::plan::Origin;
use crate::provider;
use crate::source::Span;
use crate::words::{Ability, Role};

pub(super) const RULES: &[Rule] = &[
    Rule { name: "kubernetes/version", run: version },
    Rule { name: "kubernetes/control-plane", run: control_plane },
    Rule { name: "kubernetes/shared", run: shared },
    Rule { name: "kubernetes/region", run: region },
    Rule { name: "kubernetes/state", run: state },
    Rule { name: "kubernetes/region-of-buckets", run: region_of_buckets },
];

/// Days before the end of a version from which it is worth a warning: an upgrade takes planning.
const NEAR_END_DAYS: i32 = 90;

fn version(context: &mut Context<'_>) {
    let plan = context.plan;
    for cluster in plan.clusters.values() {
        let Some(service) = catalog::managed_kubernetes(cluster.provider.value.word()) else { continue };
        let span = context.origin(&cluster.kubernetes, cluster.at);
        let version = cluster.kubernetes.value.as_str();
        if version.split('.').count() != 2 {
            let finding = Diagnostic::new(
                &code::INVALID_VALUE,
                span,
                format!("{} takes a Kubernetes version as major and minor, not `{version}`", service.name),
            )
            .help("such as \"1.35\": patches are the provider's");
            context.report(finding);
            continue;
        }
        let eol = catalog::eol(service.eol_product, version);
        // Where support can be paid for, versions are offered until that ends too.
        let is_over = eol.and_then(|eol| eol.extended).is_some_and(|ends| ends < context.today);
        let listed = catalog::kubernetes_version(service.provider, Edition::Standard, version);
        if is_over || listed == Offered::No {
            let finding = Diagnostic::new(
                &code::KUBERNETES_VERSION,
                span,
                format!("{} does not offer Kubernetes {version} any more", service.provider),
            )
            .severity(Severity::Error)
            .help(format!("versions that it offers: {}", offered(context, service).join(", ")));
            context.report(finding);
            continue;
        }
        let Some(eol) = eol else {
            let known = catalog::cycles(service.eol_product).iter().map(|cycle| cycle.cycle).take(4);
            let finding = Diagnostic::new(
                &code::KUBERNETES_VERSION,
                span,
                format!("the catalogue does not know Kubernetes {version}"),
            )
            .help(format!("versions that it knows: {}", known.collect::<Vec<_>>().join(", ")));
            context.report(finding);
            continue;
        };
        ending(context, span, &format!("Kubernetes {version}"), eol, &code::KUBERNETES_VERSION);
    }
}

/// The versions that a service is known to offer and that have not ended.
fn offered(context: &Context<'_>, service: &ManagedKubernetes) -> Vec<&'static str> {
    catalog::cycles(service.eol_product)
        .iter()
        .filter(|cycle| {
            let listed = catalog::kubernetes_version(service.provider, Edition::Standard, cycle.cycle);
            (listed == Offered::Yes || cycle.extended.is_some())
                && cycle.days_left(context.today).is_none_or(|left| left > 0)
        })
        .map(|cycle| cycle.cycle)
        .collect()
}

/// Reports a version that has ended or ends soon.
pub(super) fn ending(
    context: &mut Context<'_>,
    span: Span,
    what: &str,
    eol: &catalog::Eol,
    code: &'static code::Code,
) {
    let (Some(left), Some(ends)) = (eol.days_left(context.today), eol.ends) else { return };
    let message = if let Some(extended) = eol.extended.filter(|_| eol.is_extended_only(context.today)) {
        format!("the standard support of {what} ended on {ends}; support until {extended} costs extra")
    } else if left < 0 {
        format!("{what} ended on {ends}")
    } else if left <= NEAR_END_DAYS {
        format!("{what} ends on {ends}, in {left} days")
    } else {
        return;
    };
    let finding =
        Diagnostic::new(code, span, message).help("plan the upgrade to a version with years to come");
    context.report(finding);
}

fn control_plane(context: &mut Context<'_>) {
    let plan = context.plan;
    for cluster in plan.clusters.values() {
        let has_networks = provider::of(cluster.provider.value).abilities().contains(&Ability::Network);
        let everybody = cluster.control_plane_allow.iter().find(|range| range.value.is_everything());
        if let Some(range) = everybody.filter(|_| has_networks) {
            let finding = Diagnostic::new(
                &code::OPEN_CONTROL_PLANE,
                context.origin(range, cluster.at),
                format!("every address reaches the Kubernetes API of `{}`", cluster.key),
            )
            .severity(Severity::Error)
            .note("the module of the cluster refuses it")
            .help("write the ranges of administrators and pipelines; without any the API is private");
            context.report(finding);
        }
        if cluster.control_plane_allow.is_empty() && !has_networks {
            let written = context.model.platform.clusters.entries.get(&cluster.key);
            let at = written.and_then(|(_, c)| c.control_plane.as_ref()).map_or(cluster.at, |c| c.at);
            let finding = Diagnostic::new(
                &code::OPEN_CONTROL_PLANE,
                context.key(at),
                format!("every address reaches the Kubernetes API of `{}`", cluster.key),
            )
            .help("write `controlPlane: {allow: [...]}` with the ranges of administrators and pipelines");
            context.report(finding);
        }
        let is_an_option = catalog::managed_kubernetes(cluster.provider.value.word())
            .is_none_or(|service| service.availability_is_an_option);
        let production = plan.environments_of(&cluster.key).find(|e| e.role.value == Role::Production);
        if let Some(environment) = production
            && is_an_option
            && !cluster.high_availability.value
        {
            let finding = Diagnostic::new(
                &code::CONTROL_PLANE_NOT_HA,
                context.origin(&cluster.high_availability, cluster.at),
                format!("production runs on `{}`, whose control plane has one replica", cluster.key),
            )
            .related(context.key(environment.at), "runs there")
            .help("write `highAvailability: true`; on Linode it cannot be taken back");
            context.report(finding);
        }
    }
}

fn shared(context: &mut Context<'_>) {
    let plan = context.plan;
    for cluster in plan.clusters.values() {
        let Some(production) = plan.environments_of(&cluster.key).find(|e| e.role.value == Role::Production)
        else {
            continue;
        };
        let others: Vec<&str> = plan
            .environments_of(&cluster.key)
            .filter(|e| matches!(e.role.value, Role::Development | Role::Staging))
            .map(|e| e.key.as_str())
            .collect();
        if !others.is_empty() {
            let finding = Diagnostic::new(
                &code::SHARED_CLUSTER,
                context.key(cluster.at),
                format!("{} shares `{}` with {}", production.key, cluster.key, enumeration(&others)),
            )
            .related(context.origin(&production.cluster, production.at), "runs there")
            .help("each namespace gets a quota, limits, Pod Security and default-deny policies; a cluster of its own would keep mistakes farther away");
            context.report(finding);
        }
    }
}

/// What the catalogue knows about a region; says so if it is nothing.
fn known_region(context: &mut Context<'_>, provider: &str, id: &str, span: Span) -> Option<&'static Region> {
    let known = catalog::region(provider, id);
    if known.is_none() {
        let near = catalog::nearest_regions(provider, id);
        let finding = Diagnostic::new(
            &code::UNKNOWN_REGION,
            span,
            format!("the catalogue does not know the region `{id}`"),
        );
        let help = format!("near names: {}", near.join(", "));
        context.report(if near.is_empty() { finding } else { finding.help(help) });
    }
    known
}

/// Buckets may be in other regions than their clusters.
fn region_of_buckets(context: &mut Context<'_>) {
    let plan = context.plan;
    let of_environments = plan.environments.values().flat_map(|environment| &environment.buckets);
    for bucket in of_environments.chain(&plan.buckets).chain(&plan.state) {
        let Origin::Written(at) = bucket.region.origin else { continue };
        let (id, span) = (bucket.region.value.as_str(), context.span(at));
        let Some(region) = known_region(context, bucket.provider.word(), id, span) else { continue };
        if region.object_storage == Offered::No {
            let finding = Diagnostic::new(&code::REGION_LACKS, span, format!("`{id}` has no Object Storage"))
                .related(context.key(bucket.at), "needs it")
                .help("choose another region");
            context.report(finding);
        }
    }
}

fn region(context: &mut Context<'_>) {
    let plan = context.plan;
    for cluster in plan.clusters.values() {
        let provider = cluster.provider.value.word();
        let id = cluster.region.value.as_str();
        let span = context.origin(&cluster.region, cluster.at);
        let Some(region) = known_region(context, provider, id, span) else { continue };
        let environments = || plan.environments_of(&cluster.key);
        let gpu = environments().flat_map(|e| &e.gpu_pools).next().map(|pool| pool.at);
        let database = environments().flat_map(|e| &e.databases).next().map(|database| database.at);
        // A bucket with a region of its own is looked at apart.
        let bucket = environments()
            .flat_map(|e| &e.buckets)
            .chain(&plan.buckets)
            .find(|bucket| !matches!(bucket.region.origin, Origin::Written(_)))
            .map(|bucket| bucket.at);
        let needs = [
            (region.kubernetes, "Kubernetes", Some(cluster.at)),
            (region.gpu, "nodes with GPUs", gpu),
            (region.managed_databases, "managed databases", database),
            (region.object_storage, "Object Storage", bucket),
        ];
        for (offered, what, needed_by) in needs {
            if let Some(at) = needed_by
                && offered == Offered::No
            {
                let finding = Diagnostic::new(&code::REGION_LACKS, span, format!("`{id}` has no {what}"))
                    .related(context.key(at), "needs it")
                    .help("choose another region");
                context.report(finding);
            }
        }
    }
}

fn state(context: &mut Context<'_>) {
    if context.plan.state.is_some() {
        return;
    }
    let at = context.model.platform.name.at;
    let finding = Diagnostic::new(&code::LOCAL_STATE, context.key(at), "no bucket keeps Terraform's state")
        .help("declare one: `buckets: {terraform-state: {for: state}}`");
    context.report(finding);
}
