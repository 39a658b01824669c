//! What a service uses, recorded as series: a dashboard with a variable for the service joins them to readings of databases,
//! caches and queues, however many services there are.

use std::borrow::Cow;

use super::cache;
use super::metrics::EDGE;
use super::rule::{Record, Scope};
use crate::plan::{Service, Target};

/// One series for each database, cache node set and queue that a service uses; labels name it as its exporter does.
pub(super) fn records<'p>(scope: Scope<'p>, service: &'p Service) -> Vec<Record<'p>> {
    let environment = scope.environment;
    let mut found: Vec<Record<'p>> = Vec::new();
    for edge in &service.edges {
        match &edge.target {
            Target::Database { key } | Target::Pooler { key, .. } => {
                add(scope, service, "database", [("database", Cow::Borrowed(key.as_str()))], &mut found);
            }
            Target::Cache { key, .. } => {
                for job in environment.cache(key).into_iter().flat_map(cache::jobs) {
                    add(scope, service, "cache", [("job", job)], &mut found);
                }
            }
            Target::Queue { key, queue } => {
                if let Some(broker) = environment.broker(key) {
                    let job = Cow::Borrowed(broker.name.value.as_str());
                    let labels = [("job", job), ("queue", Cow::Borrowed(queue.as_str()))];
                    add(scope, service, "queue", labels, &mut found);
                }
            }
            Target::Service { .. }
            | Target::ManagedCache { .. }
            | Target::Bucket { .. }
            | Target::Secret { .. } => {}
        }
    }
    found
}

/// Adds a series unless it is there: a service may use two logical databases of one cache.
fn add<'p, const N: usize>(
    scope: Scope<'p>,
    service: &'p Service,
    kind: &'static str,
    named: [(&'static str, Cow<'p, str>); N],
    found: &mut Vec<Record<'p>>,
) {
    let mut labels = vec![
        ("environment", Cow::Borrowed(scope.key())),
        ("namespace", Cow::Borrowed(scope.namespace())),
        ("service", Cow::Borrowed(service.key.as_str())),
        ("kind", Cow::Borrowed(kind)),
    ];
    labels.extend(named);
    if found.iter().all(|other| other.labels != labels) {
        found.push(Record::fact(EDGE, labels));
    }
}
