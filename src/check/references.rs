//! Things that refer to each other, or to which nothing refers.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use super::{Context, Rule};
use crate::diag::{Diagnostic, code};
use crate::model::{Thing, Things};
use crate::plan::{Environment, LocalEnvironment, Service, Target, Volume, Way};

pub(super) const RULES: &[Rule] =
    &[Rule { name: "references/cycle", run: cycle }, Rule { name: "references/unused", run: unused }];

/// The services of an environment by key: cycles are looked for along every edge.
type Services<'a> = IndexMap<&'a str, &'a Service>;

/// The other services that a service of the same environment calls.
fn calls<'a>(environment: &'a Environment, services: &Services<'a>, service: &str) -> Vec<&'a str> {
    services
        .get(service)
        .into_iter()
        .flat_map(|service| &service.edges)
        .filter_map(|edge| match &edge.target {
            Target::Service { environment: there, key, .. } if *there == environment.key => {
                Some(key.as_str())
            }
            _ => None,
        })
        .collect()
}

fn cycle(context: &mut Context<'_>) {
    let plan = context.plan;
    for environment in plan.environments.values() {
        let services: Services<'_> =
            environment.services.iter().map(|service| (service.key.as_str(), service)).collect();
        let mut done: BTreeSet<&str> = BTreeSet::new();
        for start in &environment.services {
            // The services on the way from the start, each with what it still has to visit.
            let mut way: IndexMap<&str, Vec<&str>> = IndexMap::new();
            if done.contains(start.key.as_str()) {
                continue;
            }
            way.insert(&start.key, calls(environment, &services, &start.key));
            while let Some((here, open)) = way.last_mut() {
                let Some(next) = open.pop() else {
                    done.insert(here);
                    way.pop();
                    continue;
                };
                if done.contains(next) {
                    continue;
                }
                if let Some(begin) = way.get_index_of(next) {
                    let mut names: Vec<&str> = way.keys().skip(begin).copied().collect();
                    names.push(next);
                    let last = way.last().and_then(|(name, _)| services.get(*name));
                    let edge = last.and_then(|service| {
                        service
                            .edges
                            .iter()
                            .find(|edge| matches!(&edge.target, Target::Service { key, .. } if key == next))
                    });
                    if let (Some(edge), Some(target)) = (edge, services.get(next)) {
                        let finding = Diagnostic::new(
                            &code::DEPENDENCY_CYCLE,
                            context.key(edge.at),
                            format!("`{}` need each other", names.join(" -> ")),
                        )
                        .in_environment(&environment.key)
                        .related(context.key(target.at), "which is where the circle began")
                        .help(
                            "let one of them start without the other, and call it only when it is asked to",
                        );
                        context.report(finding);
                    }
                } else {
                    way.insert(next, calls(environment, &services, next));
                }
            }
        }
    }
}

fn things<T>(things: Option<&Things<T>>) -> impl Iterator<Item = &Thing> {
    things.into_iter().flat_map(|things| things.entries.values())
}

fn unused(context: &mut Context<'_>) {
    let plan = context.plan;
    if context.references_fail() {
        return;
    }
    let receivers = plan.monitoring.receivers.values().flat_map(|receiver| &receiver.ways);
    let used: BTreeSet<(&str, &str)> = plan
        .environments
        .values()
        .flat_map(Environment::pods)
        .chain(plan.local.iter().flat_map(LocalEnvironment::pods))
        .flat_map(|service| &service.edges)
        .filter_map(|edge| match &edge.target {
            Target::Database { key } | Target::Pooler { key, .. } => Some(("database", key.as_str())),
            Target::Cache { key, .. } | Target::ManagedCache { key, .. } => Some(("cache", key.as_str())),
            Target::Secret { key } => Some(("secret", key.as_str())),
            Target::Service { .. } | Target::Queue { .. } | Target::Bucket { .. } => None,
        })
        .chain(receivers.filter_map(Way::secret).map(|key| ("secret", key.secret.as_str())))
        .collect();
    let platform = &context.model.platform;
    let mut found: Vec<Diagnostic> = Vec::new();
    let mut idle = |kind: &str, thing: &Thing, help: String| {
        let finding = Diagnostic::new(
            &code::UNUSED,
            context.key(thing.name.at),
            format!("nothing uses the {kind} `{}`", thing.name.0),
        );
        found.push(finding.help(help));
    };
    for thing in things(platform.databases.as_ref()) {
        let name = &thing.name.0;
        if !used.contains(&("database", name.as_str())) {
            idle("database", thing, format!("let a service use `databases/{name}`, or remove it"));
        }
    }
    for thing in things(platform.caches.as_ref()) {
        let name = &thing.name.0;
        if !used.contains(&("cache", name.as_str())) {
            idle("cache", thing, format!("let a service use `caches/{name}`, or remove it"));
        }
    }
    let mounted: BTreeSet<&str> = plan
        .environments
        .values()
        .flat_map(Environment::pods)
        .chain(plan.local.iter().flat_map(LocalEnvironment::pods))
        .flat_map(|pod| pod.volumes.iter().filter_map(Volume::file_system))
        .map(|files| files.value.as_str())
        .collect();
    for thing in things(platform.file_systems.as_ref()) {
        let name = thing.name.0.as_str();
        if !mounted.contains(name) {
            let help =
                format!("mount it: `volumes: {{files: {{fileSystem: {name}, path: /files}}}}`, or remove it");
            idle("file system", thing, help);
        }
    }
    for thing in things(platform.secrets.as_ref()) {
        let name = &thing.name.0;
        if !used.contains(&("secret", name.as_str())) {
            idle("secret", thing, format!("let a service use `secrets/{name}`, or remove it"));
        }
    }
    for thing in things(platform.gpu_pools.as_ref()) {
        let name = &thing.name.0;
        let used = plan
            .environments
            .values()
            .flat_map(Environment::pods)
            .any(|service| service.pool.as_ref().is_some_and(|pool| pool.gpu && pool.key == *name));
        if !used {
            idle("GPU pool", thing, format!("let a service have `pool: gpuPools/{name}`, or remove it"));
        }
    }
    let bound: Vec<&str> =
        plan.environments.values().flat_map(Environment::tiers).map(|tier| tier.key.as_str()).collect();
    for (key, (name, _)) in platform.tiers.iter().flat_map(|tiers| &tiers.entries) {
        if !bound.contains(&key.as_str()) {
            found.push(
                Diagnostic::new(
                    &code::UNUSED,
                    context.key(name.at),
                    format!("nothing is bound to the tier `{key}`"),
                )
                .help(format!("write `tier: {key}` on what it is meant for, or remove it")),
            );
        }
    }
    for finding in found {
        context.report(finding);
    }
}
