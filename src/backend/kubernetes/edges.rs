//! Who uses what, seen from what is used: the reverse of the services' edges.

use std::collections::BTreeMap;

use crate::plan::{Environment, Plan, Service, Target};

/// A service or job that talks to something.
#[derive(Debug, Clone, Copy)]
pub(super) struct Caller<'a> {
    /// Where it runs.
    pub(super) environment: &'a Environment,
    /// The service.
    pub(super) service: &'a Service,
}

/// Something that takes connections in an environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Called<'a> {
    /// A service.
    Service(&'a str),
    /// The pooler of a database.
    Pooler(&'a str),
    /// A cache.
    Cache(&'a str),
    /// A message broker.
    Broker(&'a str),
}

/// Callers by the environment and name of what they call.
#[derive(Debug)]
pub(super) struct Edges<'a>(BTreeMap<(&'a str, Called<'a>), Vec<Caller<'a>>>);

impl<'a> Edges<'a> {
    /// Walks through all edges once.
    pub(super) fn new(plan: &'a Plan) -> Self {
        let mut callers: BTreeMap<_, Vec<Caller<'a>>> = BTreeMap::new();
        for environment in plan.environments.values() {
            for service in environment.pods() {
                for edge in &service.edges {
                    let Some(key) = called(environment, &edge.target) else { continue };
                    let known = callers.entry(key).or_default();
                    // A service's edges come one after the other, so only the last caller can be the same.
                    if known.last().is_none_or(|last| !std::ptr::eq(last.service, service)) {
                        known.push(Caller { environment, service });
                    }
                }
            }
        }
        Self(callers)
    }

    /// Who calls something, in the order of the plan.
    pub(super) fn callers(&self, environment: &'a Environment, called: Called<'a>) -> &[Caller<'a>] {
        self.0.get(&(environment.key.as_str(), called)).map_or(&[], Vec::as_slice)
    }
}

fn called<'a>(environment: &'a Environment, target: &'a Target) -> Option<(&'a str, Called<'a>)> {
    let here = environment.key.as_str();
    match target {
        Target::Service { environment, key, .. } => Some((environment, Called::Service(key))),
        Target::Pooler { key, .. } => Some((here, Called::Pooler(key))),
        Target::Cache { key, .. } => Some((here, Called::Cache(key))),
        Target::Queue { key, .. } => Some((here, Called::Broker(key))),
        Target::Database { .. }
        | Target::ManagedCache { .. }
        | Target::Bucket { .. }
        | Target::Secret { .. } => None,
    }
}
