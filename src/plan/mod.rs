//! What is meant: everything decided, nothing left to default, each value with its origin.
//!
//! Back ends read the plan and nothing else. There are no spans in it, no unset values with a meaning of their own,
//! and no order that depends on a hash.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use serde::Serialize;

use crate::source::At;

use crate::units::Duration;

mod cluster;
mod delivery;
mod environment;
mod monitoring;
mod secrets;
mod services;
mod slo;
mod stores;

pub use cluster::{
    Addon, AddonSource, Audit, Cluster, Demand, GpuPool, Network, NodePool, Registry, Subnets, Taint,
};
pub use delivery::{Delivery, Gitops, Paths};
pub use environment::{
    Drill, Drills, Environment, LocalEnvironment, Quota, RecoveryTarget, StandsIn, Tier, VolumeBackups,
};
pub use monitoring::{
    BySeverity, CustomAlert, Destination, LatencyLimit, Logs, Monitoring, OwnerRouting, READINGS_OF_A_RANGE,
    Reached, Receiver, Routing, Traces, Way,
};
pub use secrets::{Kept, Secret, SecretKey, SecretStore};
pub use services::{
    Autoscaling, Edge, Egress, Ingress, Job, Metrics, Mock, Patch, Permission, PoolBinding, Probe, Resources,
    Rollout, Route, Scale, Schedule, SecretVariable, Service, ServicePort, Target, Tls, Traffic, Volume,
    VolumeSource, Waf, Workload,
};
pub use slo::{Sli, Slo, WINDOW};
pub use stores::{
    Backup, Broker, BrokerUser, Bucket, Cache, CacheBackup, Cdn, CopyOf, CopyTo, Database, DatabaseExporter,
    DatabaseStorage, Dump, FileSystem, ManagedCache, MessageQueue, Pooling, Replica, Restorable,
};

pub use crate::words::{
    Access, AddonSecurity, AlertSeverity, BucketAccess, CacheEngine, Calendar, Ci, Cni, Concurrency,
    Eviction, Failover, Feature, GitopsTool, IngressController, Install, LogStore, Loss, MetricsKind, Mount,
    Nat, NetworkDefault, PodSecurity, PoolMode, Promotion, Provider, QueueType, RecoveryStrategy, Role,
    Scenario, SecretDelivery, SliPreset, Strategy, Sync, Tenants, TerraformValues, Topology, Verification,
    VolumeKind, Workloads,
};

/// Where a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Written at a place of the spec.
    Written(At),
    /// The default of a rule, in words.
    Default(&'static str),
    /// Computed by a rule, in words, from a place of the spec.
    Derived(&'static str, At),
}

/// A value and where it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resolved<T> {
    /// What it is.
    pub value: T,
    /// Where it comes from.
    pub origin: Origin,
}

impl<T> Resolved<T> {
    /// A value that is written at a place.
    pub const fn written(value: T, at: At) -> Self {
        Self { value, origin: Origin::Written(at) }
    }

    /// A value that a rule gives, in words.
    pub const fn default(value: T, rule: &'static str) -> Self {
        Self { value, origin: Origin::Default(rule) }
    }

    /// A value that a rule computes from a place.
    pub const fn derived(value: T, rule: &'static str, from: At) -> Self {
        Self { value, origin: Origin::Derived(rule, from) }
    }
}

impl<T> std::ops::Deref for Resolved<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: Serialize> Serialize for Resolved<T> {
    /// The value alone: what the hash of the plan and machine-readable output are made of.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        origin::serialize(self, serializer)
    }
}

/// Serialising with origins, for `platc show`.
pub mod origin {
    use std::cell::Cell;

    use serde::ser::{Serialize, SerializeStruct, Serializer};

    use super::{Origin, Resolved};

    thread_local! {
        static SHOWN: Cell<bool> = const { Cell::new(false) };
    }

    /// The name of the structure that a resolved value is shown as.
    pub const MARK: &str = "$resolved";

    /// Serialises with every value's origin beside it: `{"$resolved": value, "from": .., "at": ..}`.
    pub fn with<T>(serialize: impl FnOnce() -> T) -> T {
        SHOWN.set(true);
        let result = serialize();
        SHOWN.set(false);
        result
    }

    pub(super) fn serialize<T: Serialize, S: Serializer>(
        resolved: &Resolved<T>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        if !SHOWN.get() {
            return resolved.value.serialize(serializer);
        }
        let mut shown = serializer.serialize_struct("Resolved", 3)?;
        shown.serialize_field(MARK, &resolved.value)?;
        match resolved.origin {
            Origin::Written(at) => {
                shown.serialize_field("from", "written")?;
                shown.serialize_field("at", &at.0)?;
            }
            Origin::Default(rule) => {
                shown.serialize_field("from", "default")?;
                shown.serialize_field("rule", rule)?;
            }
            Origin::Derived(rule, at) => {
                shown.serialize_field("from", "derived")?;
                shown.serialize_field("rule", rule)?;
                shown.serialize_field("at", &at.0)?;
            }
        }
        shown.end()
    }
}

/// A platform.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    /// Its name.
    pub name: Resolved<String>,
    /// The team that answers for it.
    pub owner: Resolved<String>,
    /// The domain that it has.
    pub domain: Option<Resolved<String>>,
    /// Its clusters, by name.
    pub clusters: IndexMap<String, Cluster>,
    /// Its environments, by name.
    pub environments: IndexMap<String, Environment>,
    /// Environments on people's own machines: apart, so that nothing that is about clusters takes one for its own.
    pub local: Vec<LocalEnvironment>,
    /// Buckets that exist once for the platform; the one for Terraform's state is in [`Plan::state`].
    pub buckets: Vec<Bucket>,
    /// Where Terraform's state is kept.
    pub state: Option<Bucket>,
    /// The log of calls to the cloud's API.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audit: Option<Audit>,
    /// Repositories of images.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registry: Option<Registry>,
    /// How requests reach services.
    pub ingress: Option<Ingress>,
    /// How secrets reach services.
    pub secrets: SecretStore,
    /// How metrics are collected, and whom alerts reach.
    pub monitoring: Monitoring,
    /// Logs; `None` where none are collected.
    pub logs: Option<Logs>,
    /// Traces; `None` where none are collected.
    pub traces: Option<Traces>,
    /// When the drills are due.
    pub drills: Option<Drills>,
    /// Backups of volumes; `None` where there are none.
    pub backups: Option<VolumeBackups>,
    /// How the output reaches the clusters.
    pub delivery: Delivery,
    /// Where the values of environments' Terraform roots stand.
    pub terraform_values: Resolved<TerraformValues>,
    /// What belongs to the platform and is made elsewhere, by name: who or what does it.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub outside: IndexMap<String, Resolved<String>>,
    /// Where the output goes.
    pub paths: Paths,
}

/// How long a new version answers requests before its readings count: the range of their rates.
pub const SETTLING: Duration = Duration(300);

impl Plan {
    /// All secrets: those of environments, then those of clusters.
    pub fn needed_secrets(&self) -> impl Iterator<Item = &Secret> {
        let of_environments = self.environments.values().flat_map(|environment| &environment.secrets);
        of_environments.chain(self.clusters.values().flat_map(|cluster| &cluster.secrets))
    }

    /// The cloud of an environment.
    #[must_use]
    pub fn provider_of(&self, environment: &Environment) -> Provider {
        self.clusters
            .get(&environment.cluster.value)
            .map_or(Provider::Linode, |cluster| cluster.provider.value)
    }

    /// Whether an environment is the one that things about its whole cluster stand in: the first for production, else the
    /// first for the system, else the first.
    #[must_use]
    pub fn leads(&self, environment: &Environment) -> bool {
        let of = |role: Role| {
            self.environments_of(&environment.cluster.value).find(|other| other.role.value == role)
        };
        of(Role::Production)
            .or_else(|| of(Role::System))
            .or_else(|| self.environments_of(&environment.cluster.value).next())
            .is_some_and(|leader| leader.key == environment.key)
    }

    /// All teams that answer for something, each once: the platform's first, then those of things in environments and of
    /// pools in clusters.
    #[must_use]
    pub fn owners(&self) -> Vec<&str> {
        let here = self.environments.values().flat_map(Environment::owned).map(|(_, _, owner)| owner);
        let pools = self.clusters.values().flat_map(|cluster| &cluster.pools).map(|pool| &pool.owner);
        let mut seen = BTreeSet::new();
        let all = std::iter::once(&self.owner).chain(here).chain(pools);
        all.map(|owner| owner.value.as_str()).filter(|owner| seen.insert(*owner)).collect()
    }

    /// The environments of a cluster, in order.
    pub fn environments_of(&self, cluster: &str) -> impl Iterator<Item = &Environment> {
        self.environments.values().filter(move |environment| environment.cluster.value == cluster)
    }

    /// The nodes of a cluster's Elasticsearch: three where production runs, so that a majority chooses a leader while one of
    /// them is away, else one.
    #[must_use]
    pub fn log_nodes(&self, cluster: &str) -> u32 {
        if self.environments_of(cluster).any(Environment::is_production) { 3 } else { 1 }
    }
}

impl Plan {
    /// The namespace of the controller that opens a sealed secret, where an add-on does.
    #[must_use]
    pub fn sealed_secrets_namespace(&self, secret: &Secret) -> Option<&str> {
        let folder = secret.file()?.rsplit('/').nth(1);
        let environment = folder.and_then(|folder| self.environments.get(folder));
        let environment = environment.filter(|environment| environment.namespace.value == secret.namespace);
        let cluster = match environment {
            Some(environment) => self.clusters.get(&environment.cluster.value),
            None => self
                .clusters
                .values()
                .find(|cluster| cluster.secrets.iter().any(|own| own.kept == secret.kept)),
        }?;
        Some(&cluster.provider_of("sealed-secrets")?.namespace.value)
    }
}
