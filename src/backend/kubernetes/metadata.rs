//! Names, labels and annotations of objects.

use std::borrow::Cow;

use super::Scope;
use crate::format::data::Map;
use crate::map;
use crate::names;
use crate::plan::{Broker, Cache, Database, Pooling, Resolved, Restorable, Service, Tier};

/// What a workload is, as its labels say it. Name and component together select its pods.
#[derive(Debug, Clone, Copy)]
pub(super) struct Identity<'a> {
    /// The workload's name.
    pub(super) name: &'a str,
    /// Its role in the platform.
    pub(super) component: &'static str,
    /// The promise that holds for it.
    pub(super) tier: Option<&'a Tier>,
    /// What it is for, in words.
    pub(super) purpose: Option<&'a Resolved<String>>,
    /// Who answers for it, where that is not the platform's team.
    pub(super) owner: Option<&'a Resolved<String>>,
}

impl<'a> Identity<'a> {
    /// A service, or the pod of a job.
    pub(super) fn service(service: &'a Service) -> Self {
        Self {
            name: &service.key,
            component: service.workload.component(),
            tier: service.tier.as_ref(),
            purpose: service.purpose.as_ref(),
            owner: Some(&service.owner),
        }
    }

    /// A cache.
    pub(super) fn cache(cache: &'a Cache) -> Self {
        Self {
            name: &cache.name.value,
            component: "cache",
            tier: cache.tier.as_ref(),
            purpose: cache.purpose.as_ref(),
            owner: Some(&cache.owner),
        }
    }

    /// A message broker.
    pub(super) fn broker(broker: &'a Broker) -> Self {
        Self {
            name: &broker.name.value,
            component: "queue",
            tier: broker.tier.as_ref(),
            purpose: broker.purpose.as_ref(),
            owner: Some(&broker.owner),
        }
    }

    /// The pooler of a database.
    pub(super) fn pooler(database: &'a Database, pooling: &'a Pooling) -> Self {
        Self {
            name: &pooling.name,
            component: "pooler",
            tier: database.tier.as_ref(),
            purpose: database.purpose.as_ref(),
            owner: Some(&database.owner),
        }
    }

    /// The exporter of a database.
    pub(super) fn exporter(database: &'a Database) -> Self {
        Self {
            name: &database.exporter.name,
            component: "exporter",
            tier: database.tier.as_ref(),
            purpose: database.purpose.as_ref(),
            owner: Some(&database.owner),
        }
    }

    /// What tells to which point a database can be restored.
    pub(super) fn restorable(database: &'a Database, reader: &'a Restorable) -> Self {
        Self { name: &reader.name, ..Self::exporter(database) }
    }

    /// A job that dumps a database, or restores a dump of it.
    pub(super) fn dump(database: &'a Database, name: &'a str) -> Self {
        Self {
            name,
            component: "dump",
            tier: database.tier.as_ref(),
            purpose: database.purpose.as_ref(),
            owner: Some(&database.owner),
        }
    }

    /// What belongs to the environment as a whole.
    pub(super) const fn environment(name: &'a str) -> Self {
        Self { name, component: "environment", tier: None, purpose: None, owner: None }
    }

    /// The labels that select its pods. The component belongs to them because operators give pods of their own the
    /// name of a custom resource, which may be a service's name too.
    pub(super) fn selector(self) -> Map<'a> {
        map! { names::COMPONENT_LABEL => self.component, names::NAME_LABEL => self.name }
    }
}

impl<'a> Scope<'_, 'a> {
    /// All labels of a workload's objects.
    pub(super) fn labels(self, identity: Identity<'a>) -> Map<'a> {
        map! {
            names::COMPONENT_LABEL => identity.component,
            names::MANAGED_BY_LABEL => names::MANAGED_BY,
            names::NAME_LABEL => identity.name,
            names::PART_OF_LABEL => &self.plan.name.value,
            names::ENVIRONMENT_LABEL => &self.environment.key,
            names::OWNER_LABEL => &identity.owner.unwrap_or(&self.plan.owner).value,
        }
        .with_some(names::TIER_LABEL, identity.tier.map(|tier| &tier.key))
    }

    /// Name and labels.
    pub(super) fn metadata(self, name: impl Into<Cow<'a, str>>, identity: Identity<'a>) -> Map<'a> {
        map! { "name" => name.into(), "labels" => self.labels(identity) }
    }

    /// Name, labels, and what it is for.
    pub(super) fn described(self, name: impl Into<Cow<'a, str>>, identity: Identity<'a>) -> Map<'a> {
        let purpose = identity.purpose.map(|purpose| map! { names::PURPOSE_ANNOTATION => &purpose.value });
        self.metadata(name, identity).with_some("annotations", purpose)
    }

    /// Name and labels of what Prometheus reads: it selects by labels of its own.
    pub(super) fn monitored(self, name: &'a str, identity: Identity<'a>) -> Map<'a> {
        let mut labels = self.labels(identity);
        for (key, value) in &self.plan.monitoring.selector {
            if labels.get(key).is_none() {
                labels.push(key, &value.value);
            }
        }
        map! { "name" => name, "labels" => labels }
    }
}
