//! Names that a system refuses, that are taken, or that two things share.

use std::collections::BTreeMap;

use super::{Context, Rule};
use crate::catalog::{self, Flaw, Named};
use crate::diag::{Diagnostic, code};
use crate::names;
use crate::plan::{Environment, Origin, Resolved};
use crate::provider;
use crate::source::At;
use crate::words::Topology;

pub(super) const RULES: &[Rule] = &[
    Rule { name: "names/reserved", run: reserved },
    Rule { name: "names/in-kubernetes", run: in_kubernetes },
    Rule { name: "names/of-the-provider", run: of_the_provider },
    Rule { name: "names/of-roles", run: of_roles },
    Rule { name: "names/of-operators", run: of_operators },
    Rule { name: "names/shared", run: shared },
    Rule { name: "names/output-paths", run: output_paths },
];

/// `StatefulSet` pods carry `<name>-<hash>` as a label value of 63 characters, and operators add words to names.
const LONGEST_OPERATOR_NAME: usize = 40;

fn reserved(context: &mut Context<'_>) {
    for (key, environment) in &context.plan.environments {
        if names::RESERVED_ENVIRONMENTS.contains(&key.as_str()) {
            let finding = Diagnostic::new(
                &code::NAME_RESERVED,
                context.key(environment.at),
                format!("an environment cannot be called `{key}`"),
            )
            .help("the output has a directory of this name already: call it otherwise");
            context.report(finding);
        }
        if key == names::EVERYWHERE_ELSE {
            let finding = Diagnostic::new(
                &code::NAME_RESERVED,
                context.key(environment.at),
                format!("an environment cannot be called `{key}`"),
            )
            .help("`observability.logs.keep` means by it what is not named: call it otherwise");
            context.report(finding);
        }
        let namespace = &environment.namespace;
        if names::RESERVED_NAMESPACES.contains(&namespace.value.as_str()) || namespace.starts_with("kube-") {
            let finding = Diagnostic::new(
                &code::NAME_RESERVED,
                context.origin(namespace, environment.at),
                format!("the namespace `{}` belongs to Kubernetes", namespace.value),
            )
            .help("write another `namespace` for the environment");
            context.report(finding);
        }
    }
}

/// Secrets are mounted as volumes called `secret-<secret>`; names of volumes and of Services have at most 63 characters.
fn in_kubernetes(context: &mut Context<'_>) {
    const PREFIX: &str = "secret-";
    const LONGEST: usize = 63;
    let plan = context.plan;
    for environment in plan.environments.values() {
        for service in environment.pods() {
            for volume in service.volumes.iter().filter(|volume| volume.name.starts_with(PREFIX)) {
                let finding = Diagnostic::new(
                    &code::NAME_RESERVED,
                    context.origin(&volume.path, service.at),
                    format!(
                        "the volume `{}` of `{}` has a name of mounted secrets",
                        volume.name, service.key
                    ),
                )
                .help(format!("call it otherwise: names that begin with `{PREFIX}` are those of secrets"))
                .in_environment(&environment.key);
                context.report(finding);
            }
        }
        for service in &environment.services {
            let Some(second) = names::second_service(service.rollout_service(), &service.key) else {
                continue;
            };
            if second.len() > LONGEST {
                let finding = Diagnostic::new(
                    &code::NAME_TOO_LONG,
                    context.key(service.at),
                    format!("the Service `{second}` of new versions has {} characters", second.len()),
                )
                .help(format!("shorten the service's name: Kubernetes takes {LONGEST} at most"))
                .in_environment(&environment.key);
                context.report(finding);
            }
        }
        for secret in environment.secrets.iter().filter(|secret| PREFIX.len() + secret.name.len() > LONGEST) {
            let finding = Diagnostic::new(
                &code::NAME_TOO_LONG,
                context.key(secret.at),
                format!("the secret `{}` has {} characters", secret.name, secret.name.len()),
            )
            .help(format!("shorten the names that it is made of: it is mounted as `{PREFIX}<name>`, of {LONGEST} at most"))
            .in_environment(&environment.key);
            context.report(finding);
        }
    }
}

/// Whether a provider takes a name; reports what is wrong with it. A thing without a rule is taken.
fn taken_by(
    context: &mut Context<'_>,
    provider: &str,
    named: Named,
    name: &Resolved<String>,
    at: At,
) -> bool {
    let Some(rule) = catalog::label_rule(provider, named) else { return true };
    let Some(flaw) = rule.flaw(name) else { return true };
    let help = match flaw {
        Flaw::Characters => format!("it takes {}: write another `name:`", rule.characters()),
        Flaw::Reserved(word) => format!("it keeps `{word}` for itself: write another `name:`"),
        Flaw::TooLong => format!("it takes {} to {} characters: write a shorter `name:`", rule.min, rule.max),
        Flaw::TooShort => format!("it takes {} to {} characters: write a longer `name:`", rule.min, rule.max),
    };
    let vendor = catalog::managed_kubernetes(provider).map_or(provider, |service| service.vendor);
    let finding = Diagnostic::new(
        &code::NAME_TOO_LONG,
        context.origin(name, at),
        format!("{vendor} does not take `{}` as the name of a {}", name.value, rule.what),
    )
    .help(help);
    context.report(finding);
    false
}

fn of_the_provider(context: &mut Context<'_>) {
    let plan = context.plan;
    for cluster in plan.clusters.values() {
        let provider = cluster.provider.value.word();
        // The network and the firewall are called after the cluster, and only repeat what is wrong with its name.
        if taken_by(context, provider, Named::Cluster, &cluster.name, cluster.at) {
            if cluster.network.is_some() {
                taken_by(context, provider, Named::Network, &cluster.name, cluster.at);
            }
            if plan.ingress.is_some() {
                let firewall =
                    Resolved { value: names::ingress_firewall(&cluster.name), origin: cluster.name.origin };
                taken_by(context, provider, Named::Firewall, &firewall, cluster.at);
            }
        }
        let of_environments = plan.environments_of(&cluster.key).flat_map(|environment| &environment.pools);
        for pool in cluster.pools.iter().chain(of_environments) {
            taken_by(context, provider, Named::NodePool, &pool.name, pool.at);
        }
        for environment in plan.environments_of(&cluster.key) {
            for pool in &environment.gpu_pools {
                taken_by(context, provider, Named::NodePool, &pool.name, pool.at);
            }
            for database in &environment.databases {
                taken_by(context, provider, Named::Database, &database.name, database.at);
                for replica in &database.replicas {
                    taken_by(context, provider, Named::Database, &replica.name, replica.at);
                }
            }
            for cache in &environment.managed_caches {
                taken_by(context, provider, Named::Cache, &cache.name, cache.at);
            }
            for files in &environment.file_systems {
                taken_by(context, provider, Named::FileSystem, &files.name, files.at);
            }
        }
    }
    let of_platform = plan.buckets.iter().chain(&plan.state);
    for bucket in of_platform.chain(plan.environments.values().flat_map(|e| &e.buckets)) {
        taken_by(context, bucket.provider.word(), Named::Bucket, &bucket.name, bucket.at);
        if let Some(to) = &bucket.copy_to {
            let copy = names::copy_of(&bucket.name, &to.cluster.value);
            let copy = Resolved { value: copy, origin: bucket.name.origin };
            taken_by(context, bucket.provider.word(), Named::Bucket, &copy, bucket.at);
        }
    }
}

/// Roles are called after platform, environment and workload: three names that fit one by one.
fn of_roles(context: &mut Context<'_>) {
    let plan = context.plan;
    let mut providers: Vec<_> = plan.clusters.values().map(|cluster| cluster.provider.value).collect();
    providers.dedup();
    for provider in providers {
        let Some(rule) = catalog::label_rule(provider.word(), Named::Role) else { continue };
        for (name, at) in provider::of(provider).role_names(plan) {
            if rule.flaw(&name) == Some(Flaw::TooLong) {
                let finding = Diagnostic::new(
                    &code::NAME_TOO_LONG,
                    context.key(at),
                    format!("the role `{name}` would have {} characters", name.len()),
                )
                .help(format!(
                    "it is made of the names of platform or cluster, environment and workload: shorten one, {} is the most",
                    rule.max
                ));
                context.report(finding);
            }
        }
    }
}

fn of_operators(context: &mut Context<'_>) {
    let plan = context.plan;
    for environment in plan.environments.values() {
        let stores = environment.caches.iter().map(|cache| (&cache.name, cache.at));
        for (name, at) in stores.chain(environment.queues.iter().map(|broker| (&broker.name, broker.at))) {
            if name.len() > LONGEST_OPERATOR_NAME {
                let finding = Diagnostic::new(
                    &code::NAME_TOO_LONG,
                    context.key(at),
                    format!("`{}` has {} characters; an operator adds words to it", name.value, name.len()),
                )
                .help(format!("keep it within {LONGEST_OPERATOR_NAME} characters"));
                context.report(finding);
            }
        }
        for database in &environment.databases {
            let Some(dump) = database.dump.as_ref().filter(|dump| dump.test_name.len() > 52) else {
                continue;
            };
            let finding = Diagnostic::new(
                &code::NAME_TOO_LONG,
                context.key(dump.at),
                format!("the job `{}` would have {} characters", dump.test_name, dump.test_name.len()),
            )
            .help("keep the name of a database with dumps within 42 characters: a job of it has 10 more, and its runs 11");
            context.report(finding);
        }
        for service in environment.pods() {
            // A HorizontalPodAutoscaler, a Secret of a certificate and a ReplicaSet's pods add to the name.
            if service.key.len() > 52 {
                let finding = Diagnostic::new(
                    &code::NAME_TOO_LONG,
                    context.key(service.at),
                    format!("`{}` has {} characters", service.key, service.key.len()),
                )
                .help("keep the name of a service or job within 52 characters: its pods and runs add 11");
                context.report(finding);
            }
        }
    }
}

/// The names of Kubernetes Services, accounts and network policies that an environment has, each with what makes it and where that is written.
fn services_of(environment: &Environment) -> Vec<(String, String, At)> {
    let mut found: Vec<(String, String, At)> = environment
        .services
        .iter()
        .map(|service| (service.key.clone(), format!("the service `{}`", service.key), service.at))
        .collect();
    for service in &environment.services {
        if let Some(second) = names::second_service(service.rollout_service(), &service.key) {
            found.push((second, format!("new versions of `{}`", service.key), service.at));
        }
    }
    // A job makes none; its account and its network policy would be those of the other.
    found.extend(
        environment
            .jobs
            .iter()
            .map(|job| (job.pod.key.clone(), format!("the job `{}`", job.pod.key), job.pod.at)),
    );
    for database in &environment.databases {
        found.push((
            database.exporter.name.clone(),
            format!("the exporter of the database `{}`", database.key),
            database.at,
        ));
        if let Some(reader) = &database.restorable {
            let who = format!("what asks for the restorable point of the database `{}`", database.key);
            found.push((reader.name.clone(), who, database.at));
        }
        if let Some(dump) = &database.dump {
            let who = format!("the dumps of the database `{}`", database.key);
            found.extend([&dump.name, &dump.test_name].map(|name| (name.clone(), who.clone(), dump.at)));
        }
        if let Some(pooling) = &database.pooling {
            found.push((
                pooling.name.clone(),
                format!("the pooler of the database `{}`", database.key),
                database.at,
            ));
        }
    }
    for cache in &environment.caches {
        let own = [
            cache.name.value.clone(),
            names::cache_service(&cache.name, cache.engine.value, cache.topology.value),
        ];
        let more = if cache.topology.value == Topology::Replicated {
            vec![format!("{}-replica", cache.name.value), format!("{}-additional", cache.name.value)]
        } else {
            Vec::new()
        };
        let mut all: Vec<String> = own.into_iter().chain(more).collect();
        all.dedup();
        found.extend(all.into_iter().map(|name| (name, format!("the cache `{}`", cache.key), cache.at)));
    }
    for broker in &environment.queues {
        for name in [broker.name.value.clone(), format!("{}-nodes", broker.name.value)] {
            found.push((name, format!("the broker `{}`", broker.key), broker.at));
        }
    }
    // Only services have rules of their own besides these.
    for (name, who) in [
        (names::ENVIRONMENT_RULES, "the rules about the environment"),
        (names::CUSTOM_RULES, "the rules under `alerts.custom`"),
    ] {
        if environment.services.iter().any(|service| service.key == name) {
            found.push((name.to_owned(), who.to_owned(), environment.at));
        }
    }
    found
}

fn shared(context: &mut Context<'_>) {
    let plan = context.plan;
    let collision = |context: &mut Context<'_>, what: String, at: At, first: At, help: &str| {
        let finding = Diagnostic::new(&code::NAME_COLLISION, context.key(at), what)
            .label("again here")
            .related(context.key(first), "first here")
            .help(help);
        context.report(finding);
    };
    let mut namespaces: BTreeMap<(&str, &str), At> = BTreeMap::new();
    for environment in plan.environments.values() {
        let key = (environment.cluster.value.as_str(), environment.namespace.value.as_str());
        if let Some(first) = namespaces.insert(key, environment.at) {
            let what = format!("two environments of the cluster `{}` have the namespace `{}`", key.0, key.1);
            collision(context, what, environment.at, first, "give one of the two another `namespace`");
        }
        let mut services: BTreeMap<String, (String, At)> = BTreeMap::new();
        for (name, who, at) in services_of(environment) {
            if let Some((other, first)) = services.insert(name.clone(), (who.clone(), at)) {
                let finding = Diagnostic::new(
                    &code::NAME_COLLISION,
                    context.key(at),
                    format!("{who} and {other} both make Kubernetes objects called `{name}`"),
                )
                .in_environment(&environment.key)
                .related(context.key(first), format!("first for {other}"))
                .help("rename one of the two");
                context.report(finding);
            }
        }
    }
    let mut taken: BTreeMap<(&str, String), At> = BTreeMap::new();
    let mut take = |context: &mut Context<'_>, kind: &'static str, name: &Resolved<String>, at: At| {
        let Some(first) = taken.insert((kind, name.value.clone()), at) else { return };
        if first == at {
            let finding = Diagnostic::new(
                &code::NAME_COLLISION,
                context.origin(name, at),
                format!("the {kind}s of several environments are really called `{}`", name.value),
            )
            .help("leave `name` out, or write it under `overrides` for one environment each");
            context.report(finding);
            return;
        }
        let what = format!("two {kind}s are really called `{}`", name.value);
        collision(context, what, at, first, "rename one of the two, or write another `name:` on it");
    };
    for cluster in plan.clusters.values() {
        take(context, "cluster", &cluster.name, cluster.at);
    }
    for environment in plan.environments.values() {
        for database in &environment.databases {
            take(context, "database", &database.name, database.at);
        }
        for files in &environment.file_systems {
            take(context, "file system", &files.name, files.at);
        }
        for bucket in &environment.buckets {
            take(context, "bucket", &bucket.name, bucket.at);
        }
    }
    for bucket in plan.buckets.iter().chain(&plan.state) {
        take(context, "bucket", &bucket.name, bucket.at);
    }
}

/// The directory that a back end has for itself: what comes before the environments' own.
fn directory(path: &str) -> &str {
    path.split_once("{environment}").map_or(path, |(before, _)| before).trim_end_matches('/')
}

fn below(path: &str, directory: &str) -> bool {
    directory.is_empty() || path.strip_prefix(directory).is_some_and(|rest| rest.starts_with('/'))
}

fn output_paths(context: &mut Context<'_>) {
    let paths = &context.plan.paths;
    let all = [
        ("terraform", &paths.terraform),
        ("kustomize", &paths.kustomize),
        ("helm", &paths.helm),
        ("argocd", &paths.argocd),
        ("alerts", &paths.alerts),
        ("dashboards", &paths.dashboards),
        ("ci", &paths.ci),
        ("docs", &paths.docs),
        ("secretStore.bundles", &context.plan.secrets.bundles),
    ];
    let mut findings = Vec::new();
    for (index, (name, path)) in all.iter().enumerate() {
        if *name != "kustomize" && path.contains("{environment}") {
            findings.push(
                Diagnostic::new(
                    &code::OUTPUT_PATH,
                    context.origin(path, At::ROOT),
                    format!("`{name}` has one directory for all environments"),
                )
                .help("only `kustomize` may contain `{environment}`"),
            );
        }
        if path.value == ".platc" || path.starts_with(".platc/") {
            findings.push(
                Diagnostic::new(
                    &code::OUTPUT_PATH,
                    context.origin(path, At::ROOT),
                    "`.platc` holds platc's own files",
                )
                .help("choose another directory"),
            );
        }
        for (other, earlier) in &all[..index] {
            let (here, there) = (directory(path), directory(earlier));
            let message = if here == there {
                format!("`{name}` and `{other}` go to the same directory")
            } else if below(here, there) {
                format!("`{name}` goes into the directory of `{other}`")
            } else if below(there, here) {
                format!("`{other}` goes into the directory of `{name}`")
            } else {
                continue;
            };
            let written = [path, earlier].into_iter().find(|path| matches!(path.origin, Origin::Written(_)));
            let span = context.origin(written.unwrap_or(path), At::ROOT);
            let finding = Diagnostic::new(&code::OUTPUT_PATH, span, message)
                .help("give each a directory of its own, beside the others");
            let finding = match (path.origin, earlier.origin) {
                (Origin::Written(_), Origin::Written(at)) => {
                    finding.related(context.span(at), format!("`{other}` is here"))
                }
                _ => finding,
            };
            findings.push(finding);
        }
    }
    for finding in findings {
        context.report(finding);
    }
}
