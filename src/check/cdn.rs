//! Content delivery networks in front of buckets: where their hosts are, and what nobody should read by them.

use super::{Context, Rule, offers};
use crate::diag::{Diagnostic, code};
use crate::model::scalars;
use crate::plan::{Bucket, Cdn, Environment};
use crate::source::{At, Span};
use crate::words::Ability;

/// The most characters of the first name of a certificate: X.509's common name.
const CERTIFICATE_NAME: usize = 64;

pub(super) const RULES: &[Rule] = &[
    Rule { name: "provider/cdn", run: offered },
    Rule { name: "ingress/cdn-hosts", run: hosts },
    Rule { name: "ingress/cdn-collision", run: collision },
    Rule { name: "ingress/public-bucket", run: public },
];

/// A bucket with its network, and the environment that it belongs to.
type Served<'p> = (Option<&'p Environment>, &'p Bucket, &'p Cdn);

fn served<'p>(context: &Context<'p>) -> Vec<Served<'p>> {
    let plan = context.plan;
    let of_environments = plan
        .environments
        .values()
        .flat_map(|environment| environment.buckets.iter().map(move |bucket| (Some(environment), bucket)));
    let of_platform = plan.buckets.iter().chain(&plan.state).map(|bucket| (None, bucket));
    of_environments
        .chain(of_platform)
        .filter_map(|(environment, bucket)| Some((environment, bucket, bucket.cdn.as_ref()?)))
        .collect()
}

/// Its certificate is signed once the platform's zone proves the domain.
fn offered(context: &mut Context<'_>) {
    let plan = context.plan;
    for (environment, bucket, cdn) in served(context) {
        let cluster = environment
            .and_then(|environment| plan.clusters.get(&environment.cluster.value))
            .or_else(|| plan.clusters.values().find(|cluster| cluster.provider.value == bucket.provider));
        let (span, cluster_at) = (context.key(cdn.at), cluster.map_or(bucket.at, |cluster| cluster.at));
        if !crate::provider::of(bucket.provider).abilities().contains(&Ability::Cdn) {
            offers::refuse_span(context, bucket.provider, cluster_at, Ability::Cdn, span);
            continue;
        }
        if plan.ingress.as_ref().is_none_or(|ingress| ingress.dns != Some(bucket.provider)) {
            let finding = Diagnostic::new(
                &code::NOT_OFFERED,
                span,
                format!(
                    "nobody proves `{}` for the certificate that serves `{}`",
                    cdn.host.value, bucket.key
                ),
            )
            .help(
                "write `dns: route53` in `ingress`: the records that prove the domain are made in that zone",
            );
            context.report(finding);
        }
    }
}

fn hosts(context: &mut Context<'_>) {
    let plan = context.plan;
    for (environment, bucket, cdn) in served(context) {
        let host = &cdn.host.value;
        let span = context.origin(&cdn.host, bucket.at);
        let domain = environment.map_or(plan.domain.as_ref(), |environment| environment.domain.as_ref());
        let finding = if domain.is_none() {
            Diagnostic::new(
                &code::HOST_OUTSIDE_DOMAIN,
                span,
                format!("`{host}` of `{}` stands in no domain", bucket.key),
            )
            .help("write `domain` for the platform")
        } else if host.len() > CERTIFICATE_NAME || !scalars::is_domain(host) {
            Diagnostic::new(
                &code::NAME_TOO_LONG,
                span,
                format!("`{host}` has {} characters, and a certificate takes {CERTIFICATE_NAME}", host.len()),
            )
            .help("write a shorter `host` or `domain`")
        } else if plan.domain.as_ref().is_some_and(|zone| is_in(host, &zone.value)) {
            continue;
        } else {
            let zone = plan.domain.as_ref().map_or_else(
                || "the platform has no `domain`".to_owned(),
                |zone| format!("the platform's zone is `{}`", zone.value),
            );
            Diagnostic::new(
                &code::HOST_OUTSIDE_ZONE,
                span,
                format!("no record can be made for `{host}`: {zone}"),
            )
            .help("let the domain of the environment end with the platform's")
        };
        context.report(finding);
    }
}

fn is_in(host: &str, zone: &str) -> bool {
    host.strip_suffix(zone).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// A host has one address: that of a service's load balancer, or that of one network.
fn collision(context: &mut Context<'_>) {
    let plan = context.plan;
    // What stands in for an environment has its hosts too, which are the original's.
    let originals = plan.environments.values().filter(|environment| environment.stands_in.is_none());
    let mut taken: Vec<(&str, String, Span)> = originals
        .flat_map(|environment| environment.services.iter().map(move |service| (environment, service)))
        .filter_map(|(environment, service)| {
            let host = service.route.as_ref()?.host.value.as_str();
            Some((host, format!("`{}` of {}", service.key, environment.key), context.key(service.at)))
        })
        .collect();
    for (environment, bucket, cdn) in served(context) {
        let host = cdn.host.value.as_str();
        let here = match environment {
            Some(environment) => format!("`{}` of {}", bucket.key, environment.key),
            None => format!("`{}`", bucket.key),
        };
        if let Some((_, other, span)) = taken.iter().find(|(known, _, _)| *known == host) {
            let finding = Diagnostic::new(
                &code::INGRESS_COLLISION,
                context.origin(&cdn.host, bucket.at),
                format!("{here} and {other} both want {host}"),
            )
            .related(*span, other.clone())
            .help("give the bucket another `host`, or each environment a `domain` of its own");
            context.report(finding);
        }
        taken.push((host, here, context.key(bucket.at)));
    }
}

/// What is served by a network is served whole.
fn public(context: &mut Context<'_>) {
    let plan = context.plan;
    for (_, bucket, cdn) in served(context) {
        let mut why: Vec<(Span, &str)> = Vec::new();
        if plan.state.as_ref().is_some_and(|state| state.at == bucket.at) {
            why.push((context.key(bucket.at), "it holds Terraform's state"));
        }
        if let Some(at) = written_access(bucket) {
            why.push((context.span(at), "its objects are for a few only"));
        }
        let databases = plan.environments.values().flat_map(|environment| &environment.databases);
        let dump = databases
            .filter_map(|database| database.dump.as_ref())
            .find(|dump| dump.bucket.value == bucket.key);
        if let Some(dump) = dump {
            why.push((context.key(dump.at), "dumps of a database go there"));
        }
        if let Some(backups) = plan.backups.as_ref().filter(|backups| backups.bucket.value == bucket.key) {
            why.push((context.key(backups.at), "backups of volumes go there"));
        }
        for (span, reason) in why {
            let finding = Diagnostic::new(
                &code::PUBLIC_BUCKET,
                context.key(cdn.at),
                format!("everybody would read `{}` at {}", bucket.key, cdn.host.value),
            )
            .related(span, reason)
            .help("remove `cdn`, and serve what is for everybody from a bucket of its own");
            context.report(finding);
        }
    }
}

fn written_access(bucket: &Bucket) -> Option<At> {
    match bucket.access.origin {
        crate::plan::Origin::Written(at) => Some(at),
        _ => None,
    }
}
