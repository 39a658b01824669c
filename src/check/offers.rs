//! What the language can say that a cloud does not have.

use super::{Context, Rule};
use crate::diag::{Diagnostic, code};
use crate::plan::Target;
use crate::provider;
use crate::provider::stores::BucketKeys;
use crate::source::{At, Span};
use crate::words::{Ability, IngressController, Provider};

/// <https://docs.aws.amazon.com/waf/latest/APIReference/API_RateBasedStatement.html>
const LEAST_RATE_LIMIT: u32 = 10;

pub(super) const RULES: &[Rule] = &[
    Rule { name: "provider/clusters", run: clusters },
    Rule { name: "provider/pools", run: pools },
    Rule { name: "provider/dns", run: dns },
    Rule { name: "provider/waf", run: waf },
    Rule { name: "provider/buckets", run: buckets },
    Rule { name: "provider/file-systems", run: file_systems },
];

fn clusters(context: &mut Context<'_>) {
    for (_, cluster) in context.model.platform.clusters.entries.values() {
        let network = cluster.network.as_ref();
        let control_plane = cluster.control_plane.as_ref();
        let administrators = control_plane.and_then(|c| c.administrators.as_ref()).and_then(|a| a.first());
        let written = [
            (Ability::Network, network.and_then(|n| n.cidr.as_ref()).map(|cidr| cidr.at)),
            (Ability::Network, network.and_then(|n| n.nat.as_ref()).map(|nat| nat.at)),
            (Ability::Network, network.and_then(|n| n.subnets.as_ref()).map(|subnets| subnets.at)),
            (
                Ability::Network,
                network.and_then(|n| n.zones.as_ref()).and_then(crate::model::records::Zones::at),
            ),
            (Ability::Administrators, administrators.map(|arn| arn.at)),
        ];
        for (ability, at) in written {
            if let Some(at) = at {
                refuse(context, cluster.provider.value, cluster.provider.at, ability, at);
            }
        }
    }
}

fn pools(context: &mut Context<'_>) {
    let plan = context.plan;
    let of_clusters =
        plan.clusters.values().flat_map(|cluster| cluster.pools.iter().map(move |p| (cluster, p)));
    let of_environments = plan
        .environments
        .values()
        .filter_map(|environment| Some((plan.clusters.get(&environment.cluster.value)?, &environment.pools)));
    let of_environments =
        of_environments.flat_map(|(cluster, pools)| pools.iter().map(move |p| (cluster, p)));
    for (cluster, pool) in of_clusters.chain(of_environments) {
        let (provider, at) = (cluster.provider.value, cluster.at);
        let written = [
            (Ability::SpotNodes, pool.spot.value.then(|| context.origin(&pool.spot, pool.at))),
            (Ability::Alternatives, pool.alternatives.first().map(|it| context.origin(it, pool.at))),
            (Ability::NodeDisk, pool.disk.as_ref().map(|disk| context.origin(disk, pool.at))),
        ];
        for (ability, span) in written {
            if let Some(span) = span {
                refuse_span(context, provider, at, ability, span);
            }
        }
    }
}

fn file_systems(context: &mut Context<'_>) {
    let plan = context.plan;
    for environment in plan.environments.values() {
        let Some(cluster) = plan.clusters.get(&environment.cluster.value) else { continue };
        for files in &environment.file_systems {
            let span = context.key(files.at);
            refuse_span(context, cluster.provider.value, cluster.at, Ability::FileSystems, span);
            let Some(to) = &files.copy_to else { continue };
            let clusters = &context.model.platform.clusters.entries;
            let there = clusters.get(&to.cluster.value).map(|(_, there)| there.provider);
            let Some(there) = there.filter(|there| there.value != cluster.provider.value) else { continue };
            let finding = Diagnostic::new(
                &code::NOT_OFFERED,
                context.origin(&to.cluster, files.at),
                format!(
                    "`{}` is to be copied to {}, and copies of a file system stay with {}",
                    files.key,
                    there.value.word(),
                    cluster.provider.value.word()
                ),
            )
            .related(context.span(there.at), "the provider there")
            .help("name a cluster of the same provider in another region");
            context.report(finding);
        }
    }
}

/// A bucket that identities open is opened from the cloud that gives them only.
fn buckets(context: &mut Context<'_>) {
    let plan = context.plan;
    for environment in plan.environments.values() {
        let Some(cluster) = plan.clusters.get(&environment.cluster.value) else { continue };
        let by_pods = environment.pods().flat_map(|pod| {
            pod.edges.iter().filter_map(|edge| match &edge.target {
                Target::Bucket { key } => Some((key, edge.at)),
                _ => None,
            })
        });
        let dumps = environment.databases.iter().filter_map(|database| database.dump.as_ref());
        for (key, at) in by_pods.chain(dumps.map(|dump| (&dump.bucket.value, dump.at))) {
            let mut all = environment.buckets.iter().chain(&plan.buckets);
            let Some(bucket) = all.find(|bucket| bucket.key == *key) else { continue };
            let stores = provider::of(bucket.provider).stores();
            let is_open = match stores.bucket_access {
                BucketKeys::Pair => true,
                BucketKeys::Identity { .. } => bucket.provider == cluster.provider.value,
            };
            if is_open {
                continue;
            }
            let finding = Diagnostic::new(
                &code::NOT_OFFERED,
                context.key(at),
                format!(
                    "pods of {} cannot open `{key}`: it is at {}, where identities open buckets, and `{}` is not",
                    environment.key, stores.cloud, cluster.key
                ),
            )
            .related(context.key(bucket.at), "the bucket")
            .related(context.origin(&cluster.provider, cluster.at), "the provider of the cluster")
            .help("declare a bucket for each environment: leave `scope: platform` out");
            context.report(finding);
        }
    }
}

/// Records live with the cloud of the clusters: the roots of another cloud have no zone to write them into.
fn dns(context: &mut Context<'_>) {
    let ingress = context.model.platform.ingress.as_ref();
    let Some(dns) = ingress.and_then(|ingress| ingress.dns.as_ref()) else { return };
    let wanted = dns.value.provider();
    for (name, cluster) in context.model.platform.clusters.entries.values() {
        if cluster.provider.value == wanted {
            continue;
        }
        let finding = Diagnostic::new(
            &code::NOT_OFFERED,
            context.span(dns.at),
            format!(
                "the records of hosts in `{}` cannot be made in {}: the cluster is with {}",
                name.value.0,
                dns.value.word(),
                cluster.provider.value.word()
            ),
        )
        .related(context.span(cluster.provider.at), "the cluster's provider")
        .help("records live with the provider of the clusters; leave `dns` out if somebody else makes them");
        context.report(finding);
    }
}

/// A web ACL is in front of a load balancer that understands requests: TLS ends there, with certificates that the cloud
/// signs once its zone proves the domain.
fn waf(context: &mut Context<'_>) {
    let Some(ingress) = context.model.platform.ingress.as_ref() else { return };
    let Some(waf) = &ingress.waf else { return };
    let (waf_at, controller, tls, limit) =
        (waf.at, &ingress.controller, ingress.tls.as_ref().map(|tls| tls.at), waf.rate_limit.as_ref());
    let is_proven = ingress.dns.is_some();
    let mut found = Vec::new();
    if controller.value != IngressController::IngressNginx {
        found.push(
            Diagnostic::new(
                &code::NOT_OFFERED,
                context.span(controller.at),
                format!("{} cannot stand behind a web application firewall", controller.value.word()),
            )
            .related(context.key(waf_at), "asked for here")
            .help("its listeners end TLS themselves; use `controller: ingress-nginx`, or leave `waf` out"),
        );
    }
    if let Some(at) = tls {
        found.push(
            Diagnostic::new(
                &code::NOT_OFFERED,
                context.key(at),
                "no certificate of Let's Encrypt is used: TLS ends at the load balancer".to_owned(),
            )
            .related(context.key(waf_at), "the firewall reads requests in the clear")
            .help("leave `tls` out: the cloud signs a certificate for each host, and renews it"),
        );
    }
    if !is_proven {
        found.push(
            Diagnostic::new(
                &code::NOT_OFFERED,
                context.key(waf_at),
                "nobody proves the domain for the certificates of the load balancer".to_owned(),
            )
            .help("write `dns: route53`: the records that prove the domain are made in that zone"),
        );
    }
    if let Some(limit) = limit.filter(|limit| limit.value.0 < LEAST_RATE_LIMIT) {
        found.push(
            Diagnostic::new(
                &code::NOT_OFFERED,
                context.span(limit.at),
                format!("AWS takes no rate limit of {} requests", limit.value.0),
            )
            .help(format!("write at least {LEAST_RATE_LIMIT} requests of one address in five minutes")),
        );
    }
    let clusters: Vec<_> = context.model.platform.clusters.entries.values().collect();
    let lacking = clusters
        .iter()
        .filter(|(_, cluster)| !provider::of(cluster.provider.value).abilities().contains(&Ability::Waf));
    if let Some((_, cluster)) = lacking.clone().next() {
        // What a provider lacks altogether needs no advice on how to set it up.
        found.clear();
        let (id, at) = (cluster.provider.value, cluster.provider.at);
        refuse_span(context, id, at, Ability::Waf, context.key(waf_at));
    }
    for finding in found {
        context.report(finding);
    }
}

fn refuse(context: &mut Context<'_>, provider: Provider, provider_at: At, ability: Ability, at: At) {
    let span = context.span(at);
    refuse_span(context, provider, provider_at, ability, span);
}

pub(super) fn refuse_span(
    context: &mut Context<'_>,
    id: Provider,
    provider_at: At,
    ability: Ability,
    span: Span,
) {
    if provider::of(id).abilities().contains(&ability) {
        return;
    }
    let finding =
        Diagnostic::new(&code::NOT_OFFERED, span, format!("{} has no {}", id.word(), ability.word()))
            .related(context.key(provider_at), "the cluster")
            .help("leave the field out, or choose a provider that has it");
    context.report(finding);
}
