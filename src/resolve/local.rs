//! Environments on people's own machines: what they cannot have, and how they leave the plan of what runs in clusters.

use std::collections::BTreeMap;

use super::Resolver;
use crate::diag::{Diagnostic, code};
use crate::plan::{Environment, LocalEnvironment, Plan};
use crate::source::At;
use crate::words::Role;

/// Takes environments without a cluster out of the plan of the others, so that no back end and no check can take them for one.
pub(super) fn take(resolver: &mut Resolver<'_>, plan: &mut Plan) {
    let document = &resolver.model.document;
    for (key, (name, written)) in &resolver.platform.environments.entries {
        if written.local.is_none() {
            continue;
        }
        let Some(environment) = plan.environments.shift_remove(key) else { continue };
        for broker in &environment.queues {
            resolver.sink.push(
                Diagnostic::new(
                    &code::LOCAL_ENVIRONMENT,
                    document.key_span(broker.at),
                    format!("`{}` exists in {key}, and platc runs no message broker with Compose", broker.key),
                )
                .related(document.key_span(name.at), "on people's own machines")
                .help("name its environments, and those of the services that use it: `environments: [staging, production]`"),
            );
        }
        let mut findings = Vec::new();
        names(key, &environment, &mut |at, first, what| {
            findings.push(
                Diagnostic::new(&code::NAME_COLLISION, document.key_span(at), what)
                    .label("again here")
                    .related(document.key_span(first), "first here")
                    .help("containers of one machine are told apart by their names: rename one of the two"),
            );
        });
        for finding in findings {
            resolver.sink.push(finding);
        }
        plan.local.push(LocalEnvironment {
            key: key.clone(),
            at: environment.at,
            role: environment.role,
            purpose: environment.purpose,
            services: environment.services,
            jobs: environment.jobs,
            databases: environment.databases,
            caches: environment.caches,
            file_systems: environment.file_systems,
        });
    }
}

/// Reports names that two containers would have. A mock that several services share is one.
fn names(key: &str, environment: &Environment, report: &mut dyn FnMut(At, At, String)) {
    let mut taken: BTreeMap<&str, (At, Option<&str>)> = BTreeMap::new();
    let stores = environment.databases.iter().map(|database| (database.key.as_str(), database.at, None));
    let caches = environment.caches.iter().map(|cache| (cache.key.as_str(), cache.at, None));
    let services = environment.pods().map(|service| (service.key.as_str(), service.at, None));
    let mocks = environment.pods().flat_map(|service| {
        let mocks = service.egress.iter().filter_map(|egress| Some((egress, egress.mock.as_ref()?)));
        mocks.map(|(egress, mock)| (egress.name.as_str(), service.at, Some(mock.image.value.as_str())))
    });
    let opened: Vec<(String, At)> =
        environment.file_systems.iter().map(|files| (crate::names::files(&files.key), files.at)).collect();
    let opened = opened.iter().map(|(name, at)| (name.as_str(), *at, None));
    for (name, at, image) in stores.chain(caches).chain(services).chain(mocks).chain(opened) {
        match taken.get(name) {
            Some((_, known)) if image.is_some() && *known == image => {}
            Some((first, _)) => {
                report(at, *first, format!("two containers of {key} would be called `{name}`"));
            }
            None => {
                taken.insert(name, (at, image));
            }
        }
    }
}

/// Says what an environment needs or cannot have: a cluster, or nothing of one.
pub(super) fn check(resolver: &mut Resolver<'_>) {
    let document = &resolver.model.document;
    for (key, (name, written)) in &resolver.platform.environments.entries {
        let Some(local) = &written.local else {
            if written.cluster.is_none() {
                resolver.sink.push(
                    Diagnostic::new(
                        &code::MISSING_FIELD,
                        document.key_span(name.at),
                        format!("the environment `{key}` has no `cluster`"),
                    )
                    .help("write the cluster that it runs in, or `local: compose` where it runs on people's own machines"),
                );
            }
            continue;
        };
        let of_clusters = [
            ("cluster", written.cluster.as_ref().map(|field| field.at)),
            ("namespace", written.namespace.as_ref().map(|field| field.at)),
            ("quota", written.quota.as_ref().map(|field| field.at)),
            ("approvals", written.approvals.as_ref().map(|field| field.at)),
            ("sync", written.sync.as_ref().map(|field| field.at)),
            ("after", written.after.as_ref().map(|field| field.at)),
        ];
        for (field, at) in of_clusters {
            let Some(at) = at else { continue };
            resolver.sink.push(
                Diagnostic::new(
                    &code::LOCAL_ENVIRONMENT,
                    document.key_span(at),
                    format!("`{key}` runs on people's own machines, where `{field}` has no meaning"),
                )
                .related(document.span(local.at), "written here")
                .help("remove one of the two"),
            );
        }
        if written.role.value != Role::Development {
            resolver.sink.push(
                Diagnostic::new(
                    &code::LOCAL_ENVIRONMENT,
                    document.span(written.role.at),
                    format!(
                        "`{key}` runs on people's own machines and has the role `{}`",
                        written.role.value.word()
                    ),
                )
                .related(document.span(local.at), "written here")
                .help("write `role: development`, or name a cluster"),
            );
        }
    }
}
