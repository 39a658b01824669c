//! What is meant: everything decided, nothing left to default, each value with its origin.
//!
//! Back ends read the plan and nothing else. There are no spans in it, no unset values with a meaning of their own,
//! and no order that depends on a hash.

use indexmap::IndexMap;
use serde::Serialize;

use crate::freeform::Freeform;
use crate::source::At;
use crate::units::{Bytes, Cidr, Cpu, DailyWindow, Duration, Latency, Percent, WeeklyWindow};

pub use crate::words::{
    Access, AddonSecurity, BucketAccess, CacheEngine, Calendar, Ci, Cni, Concurrency, Eviction, Failover,
    Feature, GitopsTool, IngressController, Install, Loss, Mount, Nat, NetworkDefault, PodSecurity, PoolMode,
    Promotion, Provider, QueueType, RecoveryStrategy, Role, Scenario, SecretDelivery, Strategy, Sync,
    Tenants, TerraformValues, Topology, Verification, VolumeKind, Workloads,
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
    /// Where the output goes.
    pub paths: Paths,
}

/// A cluster.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Cluster {
    /// Its key in the spec.
    pub key: String,
    /// Its place in the spec.
    #[serde(skip)]
    pub at: At,
    /// The name that it really has.
    pub name: Resolved<String>,
    /// The cloud.
    pub provider: Resolved<Provider>,
    /// The region.
    pub region: Resolved<String>,
    /// Major and minor version.
    pub kubernetes: Resolved<String>,
    /// Whether the control plane is replicated.
    pub high_availability: Resolved<bool>,
    /// Who reaches the Kubernetes API; everybody when empty.
    pub control_plane_allow: Vec<Resolved<Cidr>>,
    /// The id of the firewall in front of the ingress controller's load balancer.
    pub ingress_firewall: Option<Resolved<u32>>,
    /// Who administers it; somebody says so later where it is empty.
    pub administrators: Vec<Resolved<String>>,
    /// The network that it is in; `None` where the cloud has none to choose.
    pub network: Option<Network>,
    /// What pods may talk to when nothing is said.
    pub network_default: Resolved<NetworkDefault>,
    /// Pools that its environments share.
    pub pools: Vec<NodePool>,
    /// The storage class of volumes that outlive their claims.
    pub storage_class: Resolved<String>,
    /// Secrets that it needs besides those of its environments: for receivers of alerts, and for add-ons.
    pub secrets: Vec<Secret>,
    /// What its part of the plan asks of add-ons.
    pub demands: Vec<Demand>,
    /// Charts of others that run in it, in the order of their names.
    pub addons: Vec<Addon>,
}

/// The network that a cluster is in.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Network {
    /// Its addresses.
    pub cidr: Resolved<Cidr>,
    /// The zones that it spans, by name.
    pub zones: Vec<Resolved<String>>,
    /// How private subnets reach the internet.
    pub nat: Resolved<Nat>,
    /// How the addresses are divided; `None` leaves it to the module.
    pub subnets: Option<Subnets>,
}

/// Ranges of subnets, one for each zone.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Subnets {
    /// Where load balancers are.
    pub public: Vec<Resolved<Cidr>>,
    /// Where nodes are.
    pub private: Vec<Resolved<Cidr>>,
    /// Where databases and caches are.
    pub data: Vec<Resolved<Cidr>>,
}

/// Something in a cluster that brings add-ons in.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Demand {
    /// What it is.
    pub feature: Feature,
    /// The first place that asks for it.
    #[serde(skip)]
    pub at: At,
}

/// A chart of others, or a manifest, that runs in a cluster.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Addon {
    /// Its name in the catalogue.
    pub key: String,
    /// The place that brings it in.
    #[serde(skip)]
    pub at: At,
    /// Who installs it; never [`Install::Never`].
    pub install: Resolved<Install>,
    /// What installs it.
    pub source: AddonSource,
    /// What it does for others.
    pub provides: Vec<String>,
    /// Its namespace.
    pub namespace: Resolved<String>,
    /// The service account of those of its pods that a cloud may give a role.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_account: Option<String>,
    /// The Pod Security Standard that its pods keep to, those in the namespace of daemons aside.
    pub pod_security: AddonSecurity,
    /// Whether some of its pods run in the namespace of daemons.
    pub daemons: bool,
    /// When it is installed: after what has a smaller number.
    pub wave: u32,
    /// Whether its custom resource definitions need server-side apply.
    pub large_definitions: bool,
    /// Values that are laid over platc's.
    pub values: Option<Freeform>,
}

/// What installs an add-on.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum AddonSource {
    /// A chart.
    Chart {
        /// Its repository: `https://` or `oci://`.
        repository: String,
        /// Its name there.
        name: String,
        /// Its version.
        version: Resolved<String>,
    },
    /// A manifest.
    Manifest {
        /// Where it is.
        url: String,
        /// Its version.
        version: String,
    },
}

/// An environment with all that exists in it.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Environment {
    /// Its key in the spec.
    pub key: String,
    /// Its place in the spec.
    #[serde(skip)]
    pub at: At,
    /// What it is for.
    pub role: Resolved<Role>,
    /// The environment that it stands in for; only with [`Role::Recovery`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stands_in: Option<StandsIn>,
    /// What takes over when its region is lost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<RecoveryTarget>,
    /// The key of its cluster.
    pub cluster: Resolved<String>,
    /// What it is for, in words.
    pub purpose: Option<Resolved<String>>,
    /// The domain that its hosts are relative to.
    pub domain: Option<Resolved<String>>,
    /// Its namespace.
    pub namespace: Resolved<String>,
    /// The Pod Security Standard that the namespace enforces.
    pub pod_security: Resolved<PodSecurity>,
    /// What pods may talk to when nothing is said.
    pub network_default: Resolved<NetworkDefault>,
    /// The labels of the nodes that its pods run on, unless a service names a pool; empty where the environment has no
    /// pool of its own without taints.
    pub node_selector: IndexMap<String, String>,
    /// How many people besides the author approve a change of its infrastructure.
    pub approvals: Resolved<u32>,
    /// The environment that a change has to pass before it comes here.
    pub after: Option<Resolved<String>>,
    /// Who brings what Git holds into it.
    pub sync: Resolved<Sync>,
    /// What the namespace may request.
    pub quota: Quota,
    /// Pools of nodes.
    pub pools: Vec<NodePool>,
    /// Pools of nodes with GPUs.
    pub gpu_pools: Vec<GpuPool>,
    /// Databases.
    pub databases: Vec<Database>,
    /// Caches that operators run in the cluster.
    pub caches: Vec<Cache>,
    /// Caches that the provider runs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub managed_caches: Vec<ManagedCache>,
    /// Message brokers.
    pub queues: Vec<Broker>,
    /// Buckets of this environment.
    pub buckets: Vec<Bucket>,
    /// Services.
    pub services: Vec<Service>,
    /// Secrets that the environment needs, each with the keys that are used.
    pub secrets: Vec<Secret>,
    /// Jobs.
    pub jobs: Vec<Job>,
}

/// An environment on people's own machines.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LocalEnvironment {
    /// Its key in the spec.
    pub key: String,
    /// Its place in the spec.
    #[serde(skip)]
    pub at: At,
    /// What it is for.
    pub role: Resolved<Role>,
    /// What it is for, in words.
    pub purpose: Option<Resolved<String>>,
    /// Services.
    pub services: Vec<Service>,
    /// Databases.
    pub databases: Vec<Database>,
    /// Caches.
    pub caches: Vec<Cache>,
}

/// The log of calls to the cloud's API.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Audit {
    /// The place in the spec.
    #[serde(skip)]
    pub at: At,
    /// The name that it really has.
    pub name: Resolved<String>,
    /// How long it is kept.
    pub keep: Resolved<Duration>,
    /// The name of its bucket.
    pub bucket: Resolved<String>,
}

/// Repositories of images.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Registry {
    /// The place in the spec.
    #[serde(skip)]
    pub at: At,
    /// The repositories.
    pub repositories: Vec<Resolved<String>>,
    /// How many images each keeps.
    pub keep: Resolved<u32>,
    /// The region that images are copied to.
    pub copy_to: Option<CopyTo>,
}

/// That an environment stands in for another one.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StandsIn {
    /// The other one.
    pub of: Resolved<String>,
    /// What of it stands here already.
    pub strategy: Resolved<RecoveryStrategy>,
}

/// What takes over when the region of an environment is lost.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RecoveryTarget {
    /// The place in the spec.
    #[serde(skip)]
    pub at: At,
    /// What stands there before.
    pub strategy: Resolved<RecoveryStrategy>,
    /// The cluster.
    pub cluster: Resolved<String>,
    /// That cluster's region.
    pub region: String,
    /// The environment in it; `None` where it is made only then.
    pub environment: Option<Resolved<String>>,
    /// Who decides.
    pub failover: Resolved<Failover>,
}

/// What a namespace may request in all.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Quota {
    /// CPU requests.
    pub cpu: Resolved<Cpu>,
    /// Memory requests.
    pub memory: Resolved<Bytes>,
    /// Pods.
    pub pods: Resolved<u32>,
    /// GPUs; 0 forbids them.
    pub gpus: Resolved<u32>,
    /// Space of volumes that outlive pods.
    pub storage: Resolved<Bytes>,
}

/// A pool of nodes.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NodePool {
    /// Its key in the spec.
    pub key: String,
    /// Its place in the spec.
    #[serde(skip)]
    pub at: At,
    /// The name that it really has.
    pub name: Resolved<String>,
    /// The machine class.
    #[serde(rename = "type")]
    pub machine: Resolved<String>,
    /// Machine classes that do as well.
    pub alternatives: Vec<Resolved<String>>,
    /// Whether its nodes may be taken away at short notice.
    pub spot: Resolved<bool>,
    /// The disk of each node, where the cloud lets one choose.
    pub disk: Option<Resolved<Bytes>>,
    /// The key that it had before.
    pub renamed_from: Option<Resolved<String>>,
    /// The fewest nodes.
    pub min: Resolved<u32>,
    /// The most nodes; equal to `min` where nothing scales it.
    pub max: Resolved<u32>,
    /// What it is for, in words.
    pub purpose: Option<Resolved<String>>,
    /// Labels of its nodes, all of them.
    pub labels: IndexMap<String, Resolved<String>>,
    /// Taints of its nodes: key, value, effect.
    pub taints: Vec<Taint>,
}

impl NodePool {
    /// The machine classes that its nodes may be of, the first choice first.
    pub fn types(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.machine).chain(&self.alternatives).map(|machine| machine.value.as_str())
    }
}

/// A taint of nodes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Taint {
    /// The key.
    pub key: String,
    /// The value.
    pub value: String,
    /// `NoSchedule`, `PreferNoSchedule` or `NoExecute`.
    pub effect: String,
}

/// A pool of nodes with GPUs, of fixed size. Its taint is always `nvidia.com/gpu=present:NoSchedule`.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GpuPool {
    /// Its key in the spec.
    pub key: String,
    /// Its place in the spec.
    #[serde(skip)]
    pub at: At,
    /// The name that it really has.
    pub name: Resolved<String>,
    /// The machine class.
    #[serde(rename = "type")]
    pub machine: Resolved<String>,
    /// How many nodes.
    pub nodes: Resolved<u32>,
    /// GPUs of a node, where the catalogue knows.
    pub gpus_per_node: Option<u32>,
    /// What it is for, in words.
    pub purpose: Option<Resolved<String>>,
    /// Labels of its nodes, all of them.
    pub labels: IndexMap<String, Resolved<String>>,
}

/// A promise of recovery, as a thing is bound to it.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Tier {
    /// Its name.
    pub key: String,
    /// The place that binds the thing to it.
    #[serde(skip)]
    pub at: At,
    /// The time within which it works again.
    pub rto: Resolved<Duration>,
    /// The time span whose data may be lost at most.
    pub rpo: Resolved<Duration>,
    /// The failures for which it holds.
    pub covers: Vec<Resolved<Loss>>,
}

/// A managed PostgreSQL database.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Database {
    /// Its key in the spec.
    pub key: String,
    /// Its place in the spec.
    #[serde(skip)]
    pub at: At,
    /// The name that it really has.
    pub name: Resolved<String>,
    /// The engine's major version.
    pub version: Resolved<String>,
    /// The machine class of its nodes.
    #[serde(rename = "type")]
    pub machine: Resolved<String>,
    /// How many nodes.
    pub nodes: Resolved<u32>,
    /// What it holds, in words.
    pub purpose: Option<Resolved<String>>,
    /// Extensions that its users need.
    pub extensions: Vec<Resolved<String>>,
    /// Its backups.
    pub backup: Option<Backup>,
    /// Its dumps in a bucket.
    pub dump: Option<Dump>,
    /// The pooler in front of it.
    pub pooling: Option<Pooling>,
    /// What shows Prometheus how it is.
    pub exporter: DatabaseExporter,
    /// How much data it holds.
    pub size: Option<Resolved<Bytes>>,
    /// Its disk; `None` where the machine class brings one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage: Option<DatabaseStorage>,
    /// When the provider may restart it; `None` where the provider chooses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maintenance: Option<Resolved<WeeklyWindow>>,
    /// Its running copies.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub replicas: Vec<Replica>,
    /// Parameters of the engine.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub parameters: IndexMap<String, Resolved<String>>,
    /// Whether it is kept from being deleted, and leaves a last backup; where the provider can do that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protected: Option<Resolved<bool>>,
    /// What it is a running copy of, in an environment that stands in for another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub copy_of: Option<CopyOf>,
    /// The promise that holds for it.
    pub tier: Option<Tier>,
}

/// The disk of a database.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DatabaseStorage {
    /// How large it is at first.
    pub size: Resolved<Bytes>,
    /// How large it may become.
    pub max: Option<Resolved<Bytes>>,
}

/// A running copy of a database.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Replica {
    /// Its key in the spec.
    pub key: String,
    /// Its place in the spec.
    #[serde(skip)]
    pub at: At,
    /// The name that it really has.
    pub name: Resolved<String>,
    /// The cluster in whose network it is.
    pub cluster: Resolved<String>,
    /// That cluster's region.
    pub region: String,
    /// The machine class.
    #[serde(rename = "type")]
    pub machine: Resolved<String>,
}

/// What a database of a recovery environment is a copy of.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CopyOf {
    /// The environment of the original.
    pub environment: String,
    /// The key of the replica.
    pub replica: String,
}

/// Where backups or objects are copied to.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CopyTo {
    /// The cluster.
    pub cluster: Resolved<String>,
    /// Its region.
    pub region: String,
}

/// The backups of a database.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Backup {
    /// The place in the spec.
    #[serde(skip)]
    pub at: At,
    /// The time between two.
    pub every: Resolved<Duration>,
    /// How long they are kept.
    pub keep: Resolved<Duration>,
    /// Whether every point in time can be restored.
    pub point_in_time: Resolved<bool>,
    /// When the daily one is made; `None` where the provider chooses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window: Option<Resolved<DailyWindow>>,
    /// The region that they are copied to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub copy_to: Option<CopyTo>,
}

/// The dumps of a database.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Dump {
    /// The place in the spec.
    #[serde(skip)]
    pub at: At,
    /// The name of the job that takes them.
    pub name: String,
    /// The name of the job that restores the newest.
    pub test_name: String,
    /// When they are taken.
    pub schedule: Schedule,
    /// When the newest is restored.
    pub test: Schedule,
    /// How long each of the two may take.
    pub timeout: Resolved<Duration>,
    /// The key of the bucket.
    pub bucket: Resolved<String>,
    /// The name that the bucket really has.
    pub bucket_name: String,
    /// The bucket's region.
    pub region: String,
    /// The address of the bucket's S3 endpoint.
    pub endpoint: String,
    /// The Secret with the keys of the bucket; `None` where the identity of the jobs' pods opens it.
    pub keys: Option<String>,
    /// Whether the bucket is in another region than the database.
    pub elsewhere: bool,
    /// How long the bucket keeps them; for ever if `None`.
    pub kept: Option<Resolved<Duration>>,
    /// The image with PostgreSQL.
    pub image: Resolved<String>,
    /// The image with a client of S3.
    pub client: Resolved<String>,
    /// The space that a dump needs at most.
    pub space: Resolved<Bytes>,
}

/// The exporter of a database: a managed one has no endpoint for Prometheus.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DatabaseExporter {
    /// The name of its objects.
    pub name: String,
    /// Its image.
    pub image: Resolved<String>,
}

/// A pooler in front of a database.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Pooling {
    /// The name of its Deployment and Service.
    pub name: String,
    /// What a connection belongs to.
    pub mode: Resolved<PoolMode>,
    /// Connections to the database for each user.
    pub size: Resolved<u32>,
    /// Its image.
    pub image: Resolved<String>,
    /// Its pods.
    pub replicas: Resolved<u32>,
}

/// A cache.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Cache {
    /// Its key in the spec.
    pub key: String,
    /// Its place in the spec.
    #[serde(skip)]
    pub at: At,
    /// The name of its custom resource and of what the operator makes.
    pub name: Resolved<String>,
    /// The engine.
    pub engine: Resolved<CacheEngine>,
    /// How its nodes belong together.
    pub topology: Resolved<Topology>,
    /// Nodes with the data, the leader among them; in a cluster for each shard.
    pub replicas: Resolved<u32>,
    /// Shares of the keys; 1 unless it is a cluster.
    pub shards: Resolved<u32>,
    /// Memory of each node.
    pub memory: Resolved<Bytes>,
    /// Its image.
    pub image: Resolved<String>,
    /// Disk of each node.
    pub persistence: Option<Resolved<Bytes>>,
    /// What it does when it is full.
    pub eviction: Resolved<Eviction>,
    /// Its logical databases, by name.
    pub logical_databases: IndexMap<String, Resolved<u32>>,
    /// The storage class of its disks.
    pub storage_class: Resolved<String>,
    /// What it is for, in words.
    pub purpose: Option<Resolved<String>>,
    /// The promise that holds for it.
    pub tier: Option<Tier>,
}

/// A cache that the provider runs, outside the cluster.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ManagedCache {
    /// Its key in the spec.
    pub key: String,
    /// Its place in the spec.
    #[serde(skip)]
    pub at: At,
    /// The name that it really has.
    pub name: Resolved<String>,
    /// The engine.
    pub engine: Resolved<CacheEngine>,
    /// The engine's version.
    pub version: Resolved<String>,
    /// The machine class of its nodes.
    #[serde(rename = "type")]
    pub machine: Resolved<String>,
    /// Nodes with the data, the leader among them; with shards for each of them.
    pub replicas: Resolved<u32>,
    /// Shares of the keys; `None` where one leader has all of them.
    pub shards: Option<Resolved<u32>>,
    /// Its daily copies.
    pub backup: Option<CacheBackup>,
    /// When the provider may restart it.
    pub maintenance: Resolved<WeeklyWindow>,
    /// What it does when it is full.
    pub eviction: Resolved<Eviction>,
    /// Its logical databases, by name.
    pub logical_databases: IndexMap<String, Resolved<u32>>,
    /// Whether it leaves a last copy when it is deleted.
    pub protected: Resolved<bool>,
    /// What it is for, in words.
    pub purpose: Option<Resolved<String>>,
    /// The promise that holds for it.
    pub tier: Option<Tier>,
}

/// Daily copies of a cache.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CacheBackup {
    /// The place in the spec.
    #[serde(skip)]
    pub at: At,
    /// How long they are kept.
    pub keep: Resolved<Duration>,
    /// When they are made.
    pub window: Resolved<DailyWindow>,
}

/// A RabbitMQ cluster with its queues.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Broker {
    /// Its key in the spec.
    pub key: String,
    /// Its place in the spec.
    #[serde(skip)]
    pub at: At,
    /// The name of its custom resource.
    pub name: Resolved<String>,
    /// How many nodes.
    pub nodes: Resolved<u32>,
    /// Its image.
    pub image: Resolved<String>,
    /// CPU of each node.
    pub cpu: Resolved<Cpu>,
    /// Memory of each node.
    pub memory: Resolved<Bytes>,
    /// Disk of each node.
    pub storage: Resolved<Bytes>,
    /// Whether the stream plug-in is on.
    pub streams: Resolved<bool>,
    /// The storage class of its disks.
    pub storage_class: Resolved<String>,
    /// Its queues.
    pub queues: Vec<MessageQueue>,
    /// Who publishes to and consumes from it, by service.
    pub users: Vec<BrokerUser>,
    /// What it is for, in words.
    pub purpose: Option<Resolved<String>>,
    /// The promise that holds for it.
    pub tier: Option<Tier>,
}

/// A durable queue.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MessageQueue {
    /// Its name.
    pub name: String,
    /// Its place in the spec.
    #[serde(skip)]
    pub at: At,
    /// How it keeps its messages.
    pub kind: Resolved<QueueType>,
    /// Whether messages that nobody could handle go to `<name>.dead-letter`.
    pub dead_letter: Resolved<bool>,
    /// Deliveries before a message counts as one that nobody could handle.
    pub delivery_limit: Resolved<u32>,
    /// How long a message is kept.
    pub keep: Option<Resolved<Duration>>,
}

/// A service's account at a broker.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BrokerUser {
    /// The service's key.
    pub service: String,
    /// The sealed secret with `username` and `password`.
    pub secret: String,
    /// Queues that it publishes to.
    pub publishes: Vec<String>,
    /// Queues that it consumes from.
    pub consumes: Vec<String>,
}

/// A bucket.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Bucket {
    /// Its key in the spec.
    pub key: String,
    /// Its place in the spec.
    #[serde(skip)]
    pub at: At,
    /// The name that it really has.
    pub name: Resolved<String>,
    /// The cloud that it is in.
    pub provider: Provider,
    /// The region.
    pub region: Resolved<String>,
    /// Who reads its objects.
    pub access: Resolved<BucketAccess>,
    /// How long objects are kept.
    pub keep: Option<Resolved<Duration>>,
    /// Whether overwritten and deleted objects are kept.
    pub versioning: Resolved<bool>,
    /// The region that its objects are copied to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub copy_to: Option<CopyTo>,
    /// The bucket whose copy it is, in an environment that stands in for another one: the environment. It is made with the
    /// original.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub copy_of: Option<String>,
    /// What it holds, in words.
    pub purpose: Option<Resolved<String>>,
    /// The strongest access that a service has, or the backups of volumes; `None` if nothing uses it.
    pub used_with: Option<Access>,
}

/// A job: a pod that runs to its end.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Job {
    /// When it runs; `None` where somebody starts it by hand.
    pub schedule: Option<Schedule>,
    /// How long a run may take with all its retries.
    pub timeout: Resolved<Duration>,
    /// How often a run that fails is tried again.
    pub retries: Resolved<u32>,
    /// What happens when it is due and its last run is not done.
    pub concurrency: Resolved<Concurrency>,
    /// Runs that succeeded and are kept.
    pub keep_succeeded: Resolved<u32>,
    /// Runs that failed and are kept.
    pub keep_failed: Resolved<u32>,
    /// Its pod: that of a service with one pod that takes no connections, so that one model serves both.
    pub pod: Service,
}

/// When a job runs.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Schedule {
    /// The five fields of cron.
    pub cron: Resolved<String>,
    /// The time zone.
    pub time_zone: Resolved<String>,
    /// The shortest time between two runs.
    pub shortest: Resolved<Duration>,
    /// The longest time between two runs.
    pub longest: Resolved<Duration>,
}

/// What a pod is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Workload {
    /// It runs all the time.
    Service,
    /// It runs to its end.
    Job,
}

impl Workload {
    /// What the spec calls things of this kind.
    #[must_use]
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Service => "services",
            Self::Job => "jobs",
        }
    }

    /// The component that labels of its objects name.
    #[must_use]
    pub const fn component(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Job => "job",
        }
    }
}

/// A service.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Service {
    /// Whether it is a service, or the pod of a job.
    #[serde(skip)]
    pub workload: Workload,
    /// Its key in the spec, which is also the name of its objects.
    pub key: String,
    /// Its place in the spec.
    #[serde(skip)]
    pub at: At,
    /// The image with its tag or digest.
    pub image: Resolved<String>,
    /// The folder with its Dockerfile, below the spec's.
    pub build: Option<Resolved<String>>,
    /// What it does, in words.
    pub purpose: Option<Resolved<String>>,
    /// The ports that it takes connections at.
    pub port: Option<ServicePort>,
    /// Where it is reached from outside.
    pub route: Option<Route>,
    /// The command, if not the image's.
    pub command: Vec<Resolved<String>>,
    /// The arguments, if not the image's.
    pub args: Vec<Resolved<String>>,
    /// Plain environment variables.
    pub env: IndexMap<String, Resolved<String>>,
    /// Variables that come from secrets, and their files.
    pub secret_env: Vec<SecretVariable>,
    /// What it talks to.
    pub edges: Vec<Edge>,
    /// Addresses outside the platform that it reaches.
    pub egress: Vec<Egress>,
    /// What a pod requests.
    pub requests: Resources,
    /// What a pod gets at most.
    pub limits: Resources,
    /// GPUs of a pod.
    pub gpus: Resolved<u32>,
    /// The pool that it is bound to.
    pub pool: Option<PoolBinding>,
    /// How many pods.
    pub scale: Scale,
    /// Pods that must stay available while nodes are drained.
    pub min_available: Option<Resolved<u32>>,
    /// The readiness probe.
    pub ready: Option<Probe>,
    /// The liveness probe.
    pub live: Option<Probe>,
    /// How long it may take to start.
    pub startup: Resolved<Duration>,
    /// Where its metrics are.
    pub metrics: Option<Metrics>,
    /// Directories that it may write to.
    pub volumes: Vec<Volume>,
    /// The user that it runs as.
    pub user: Resolved<u32>,
    /// Whether the image's files cannot be changed.
    pub read_only: Resolved<bool>,
    /// What its account may do with the Kubernetes API.
    pub permissions: Vec<Permission>,
    /// How a new version replaces the old one.
    pub rollout: Rollout,
    /// Pods that may be missing during a rollout.
    pub max_unavailable: Resolved<u32>,
    /// Pods that may be there in addition during a rollout.
    pub max_surge: Resolved<u32>,
    /// How long a pod has to finish.
    pub stop_after: Resolved<Duration>,
    /// Changes of its objects that the language has no field for, in the order in which they are applied.
    pub patches: Vec<Patch>,
    /// The promise that holds for it.
    pub tier: Option<Tier>,
}

/// How a new version replaces the old one.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Rollout {
    /// How.
    pub strategy: Resolved<Strategy>,
    /// What divides requests between the versions of a canary.
    pub traffic: Option<Resolved<Traffic>>,
    /// What must be good about a new version.
    pub verify: Vec<Resolved<Verification>>,
    /// The shares of the requests that the new version of a canary gets.
    pub steps: Vec<Resolved<Percent>>,
    /// How long a step of a canary, or a verification of blue-green, lasts.
    pub pause: Option<Resolved<Duration>>,
    /// Who lets the new version take over, where it is not pod by pod.
    pub promotion: Option<Resolved<Promotion>>,
    /// How many pods the new version has until it takes over, where that is not all.
    pub preview_replicas: Option<Resolved<u32>>,
    /// How long the old version stays after the new one of blue-green took over.
    pub keep_old: Option<Resolved<Duration>>,
    /// What is written and means nothing with this strategy: places and fields.
    #[serde(skip)]
    pub idle: Vec<(At, &'static str)>,
}

/// How long a new version answers requests before its readings count: the range of their rates.
pub const SETTLING: Duration = Duration(300);

/// What divides requests between two versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Traffic {
    /// The ingress controller, by share.
    Ingress,
    /// The numbers of pods.
    Replicas,
}

impl Rollout {
    /// Whether a person lets the new version take over.
    #[must_use]
    pub fn is_manual(&self) -> bool {
        self.promotion.as_ref().is_some_and(|promotion| promotion.value == Promotion::Manual)
    }
}

impl Service {
    /// Whether Argo Rollouts replaces its versions, and not a Deployment.
    #[must_use]
    pub fn is_rollout(&self) -> bool {
        self.rollout.strategy.value != Strategy::Rolling
    }

    /// Whether the ingress controller divides requests between two versions.
    #[must_use]
    pub fn is_divided_by_ingress(&self) -> bool {
        self.rollout.traffic.as_ref().is_some_and(|traffic| traffic.value == Traffic::Ingress)
    }

    /// The strategy, where the new version has a Service of its own.
    #[must_use]
    pub fn rollout_service(&self) -> Option<Strategy> {
        let has_one = match self.rollout.strategy.value {
            Strategy::Rolling => false,
            Strategy::BlueGreen => true,
            Strategy::Canary => self.is_divided_by_ingress(),
        };
        (has_one && (self.port.is_some() || self.metrics.is_some())).then_some(self.rollout.strategy.value)
    }

    /// The most pods of the new version that run beside all of the old one, where both versions are complete at once: the old
    /// one of a canary that the ingress controller divides stays complete as well, for the way back.
    #[must_use]
    pub fn second_set(&self) -> u32 {
        if self.rollout.strategy.value == Strategy::BlueGreen || self.is_divided_by_ingress() {
            self.scale.max()
        } else {
            0
        }
    }
}

/// A change of a Kubernetes object: a JSON merge patch (RFC 7386).
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Patch {
    /// The place of its key in the spec.
    #[serde(skip)]
    pub at: At,
    /// The object's kind.
    pub kind: String,
    /// The object's name, where it is said.
    pub name: Option<String>,
    /// What changes.
    pub change: Resolved<Freeform>,
}

impl Patch {
    /// Whether it changes an object of this kind and name.
    #[must_use]
    pub fn is_for(&self, kind: &str, name: &str) -> bool {
        self.kind == kind && self.name.as_deref().is_none_or(|own| own == name)
    }
}

/// The ports of a service.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ServicePort {
    /// The container's.
    pub container: Resolved<u16>,
    /// The Kubernetes Service's.
    pub service: Resolved<u16>,
}

/// Where a service is reached from outside.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Route {
    /// The whole host name.
    pub host: Resolved<String>,
    /// The path below it.
    pub path: Resolved<String>,
    /// Whether the service sees requests without the path.
    pub strip_prefix: Resolved<bool>,
}

/// A variable whose value is in a secret.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SecretVariable {
    /// The variable.
    pub variable: Resolved<String>,
    /// The name of the Kubernetes Secret.
    pub secret: String,
    /// The key in it.
    pub key: String,
    /// Whether the variable holds the path of a file, or the value.
    pub mount: Resolved<Mount>,
}

/// Something that a service talks to.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Edge {
    /// The place of the reference.
    #[serde(skip)]
    pub at: At,
    /// What it is.
    pub target: Target,
    /// What it may do.
    pub access: Option<Resolved<Access>>,
}

/// The other end of an [`Edge`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Target {
    /// A service: environment, key, container port.
    Service {
        /// The environment.
        environment: String,
        /// The service.
        key: String,
        /// The container's port.
        port: u16,
    },
    /// A managed database: it has no address before it is made.
    Database {
        /// The database.
        key: String,
    },
    /// The pooler of a database.
    Pooler {
        /// The database.
        key: String,
        /// The pooler's name.
        name: String,
    },
    /// A cache.
    Cache {
        /// The cache.
        key: String,
        /// The logical database.
        logical: Option<String>,
    },
    /// A cache that the provider runs: it has no address before it is made.
    ManagedCache {
        /// The cache.
        key: String,
        /// The logical database.
        logical: Option<String>,
    },
    /// A queue of a broker.
    Queue {
        /// The broker.
        key: String,
        /// The queue.
        queue: String,
    },
    /// A bucket.
    Bucket {
        /// The bucket.
        key: String,
    },
    /// A secret without a network address.
    Secret {
        /// The secret.
        key: String,
    },
}

/// Addresses outside the platform.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Egress {
    /// Its name in the spec.
    pub name: String,
    /// The ranges; every public address when empty.
    pub to: Vec<Resolved<Cidr>>,
    /// TCP ports.
    pub ports: Vec<Resolved<u16>>,
    /// What stands for it in local environments.
    pub mock: Option<Mock>,
}

/// A container that stands for something outside the platform.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Mock {
    /// The image.
    pub image: Resolved<String>,
    /// The port that it listens on.
    pub port: Resolved<u16>,
    /// Variables that get its `url`, `host` or `port`.
    pub variables: IndexMap<String, Resolved<String>>,
}

/// CPU and memory.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Resources {
    /// CPU.
    pub cpu: Option<Resolved<Cpu>>,
    /// Memory.
    pub memory: Option<Resolved<Bytes>>,
}

/// The pool that a service is bound to.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PoolBinding {
    /// The place of the reference.
    #[serde(skip)]
    pub at: At,
    /// The pool's key.
    pub key: String,
    /// Whether it is a GPU pool.
    pub gpu: bool,
    /// The labels that select its nodes.
    pub labels: IndexMap<String, String>,
    /// The taints that its pods tolerate.
    pub taints: Vec<Taint>,
}

/// How many pods there are.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Scale {
    /// A fixed number.
    Fixed(Resolved<u32>),
    /// What the load needs.
    Auto(Autoscaling),
}

impl Scale {
    /// The fewest pods.
    #[must_use]
    pub fn min(&self) -> u32 {
        match self {
            Self::Fixed(replicas) => replicas.value,
            Self::Auto(auto) => auto.min.value,
        }
    }

    /// The most pods.
    #[must_use]
    pub fn max(&self) -> u32 {
        match self {
            Self::Fixed(replicas) => replicas.value,
            Self::Auto(auto) => auto.max.value,
        }
    }
}

/// A range of pods and what moves the number in it.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Autoscaling {
    /// The place in the spec.
    #[serde(skip)]
    pub at: At,
    /// The fewest.
    pub min: Resolved<u32>,
    /// The number that is planned for normal load.
    pub planned: Resolved<u32>,
    /// The most.
    pub max: Resolved<u32>,
    /// Mean CPU use above which pods are added.
    pub cpu: Option<Resolved<Percent>>,
    /// Mean memory use above which pods are added.
    pub memory: Option<Resolved<Percent>>,
}

/// A probe.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Probe {
    /// The path that is asked.
    pub path: Resolved<String>,
    /// The time before the first try.
    pub after: Resolved<Duration>,
    /// The time between two tries.
    pub every: Resolved<Duration>,
    /// The time that an answer may take.
    pub timeout: Resolved<Duration>,
    /// Failures in a row that count.
    pub failures: Resolved<u32>,
}

/// Where metrics are.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Metrics {
    /// The path.
    pub path: Resolved<String>,
    /// The port.
    pub port: Resolved<u16>,
}

/// A directory that a pod may write to.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Volume {
    /// Its name.
    pub name: String,
    /// Where it is.
    pub path: Resolved<String>,
    /// How much it may hold.
    pub size: Resolved<Bytes>,
    /// What it is.
    pub kind: Resolved<VolumeKind>,
}

/// Something that a service account may do.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Permission {
    /// API groups; `""` is the core.
    pub groups: Vec<String>,
    /// Resources.
    pub resources: Vec<String>,
    /// Verbs.
    pub verbs: Vec<String>,
}

/// A secret that something in a cluster needs: its name and keys, never its values.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Secret {
    /// The name of the Kubernetes Secret.
    pub name: String,
    /// The place that asks for it.
    #[serde(skip)]
    pub at: At,
    /// The keys that are used.
    pub keys: Vec<String>,
    /// What it is for, in words.
    pub purpose: String,
    /// Where its values are kept, which decides how they reach the cluster.
    #[serde(flatten)]
    pub kept: Kept,
    /// The namespace that it is for.
    pub namespace: String,
    /// The list that it stands in with others that are changed together.
    pub bundle: Resolved<String>,
    /// How often it is changed; `None` where nobody is reminded.
    pub rotate: Option<Resolved<Calendar>>,
    /// Who uses it, as references: `services/api`, `receivers/on-call`; sorted.
    pub users: Vec<String>,
}

/// Where the values of a secret are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Kept {
    /// In a `SealedSecret` file of the user's, below the spec's folder; sealing binds it to name and namespace.
    File(String),
    /// In the secret manager under this name, as JSON with a property for each key.
    Manager(String),
}

/// How requests reach services.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Ingress {
    /// The place in the spec.
    #[serde(skip)]
    pub at: At,
    /// What lets requests in.
    pub controller: Resolved<IngressController>,
    /// The ingress class.
    pub class: Resolved<String>,
    /// The controller's namespace.
    pub namespace: Resolved<String>,
    /// Certificates.
    pub tls: Option<Tls>,
    /// The firewall in front of all hosts. TLS then ends there, and there are no certificates in the cluster.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waf: Option<Waf>,
    /// Where Terraform makes the records of hosts; `None` where somebody else does.
    pub dns: Option<Provider>,
}

/// A firewall that looks into requests.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Waf {
    /// The place in the spec.
    #[serde(skip)]
    pub at: At,
    /// Requests of one address in five minutes above which it is blocked.
    pub rate_limit: Resolved<u32>,
}

/// Certificates.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Tls {
    /// Whether Let's Encrypt's staging service signs everywhere.
    pub staging_only: Resolved<bool>,
    /// The address that the issuer writes to.
    pub email: Resolved<String>,
}

/// How secrets reach services.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SecretStore {
    /// How they reach clusters.
    pub delivery: Resolved<SecretDelivery>,
    /// The folder of the sealed files, below the spec's; `None` where none are sealed.
    pub files: Option<Resolved<String>>,
    /// The folder of the lists of secrets, below the output directory.
    pub bundles: Resolved<String>,
    /// How services get them.
    pub mount: Resolved<Mount>,
}

/// How metrics are collected, and when alerts fire.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Monitoring {
    /// The namespace of Prometheus.
    pub namespace: Resolved<String>,
    /// The labels by which it selects monitors and rules.
    pub selector: IndexMap<String, Resolved<String>>,
    /// The time between two readings.
    pub scrape_every: Resolved<Duration>,
    /// The address below which runbooks are.
    pub runbooks: Option<Resolved<String>>,
    /// How long metrics are kept.
    pub keep: Resolved<Duration>,
    /// The disk of each Prometheus.
    pub size: Resolved<Bytes>,
    /// Whom alerts can reach, by name.
    pub receivers: IndexMap<String, Receiver>,
    /// Which alerts reach whom.
    pub routing: Routing,
    /// The share of failed requests that is too much.
    pub error_rate: Resolved<Percent>,
    /// For how long.
    pub error_rate_for: Resolved<Duration>,
    /// When answers take too long, where there is a limit.
    pub latency: Option<LatencyLimit>,
    /// For how long nothing answers before a service counts as down.
    pub down_for: Resolved<Duration>,
}

/// When answers take too long.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LatencyLimit {
    /// The time within which 95 % of requests must be answered.
    pub above: Resolved<Latency>,
    /// For how long it takes longer.
    pub lasting: Resolved<Duration>,
}

/// Logs.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Logs {
    /// The place in the spec.
    #[serde(skip)]
    pub at: At,
    /// Who shares a store of logs.
    pub tenants: Resolved<Tenants>,
    /// How long logs are kept, by environment: all of them.
    pub keep: IndexMap<String, Resolved<Duration>>,
    /// How long logs of namespaces are kept that belong to no environment.
    pub keep_elsewhere: Resolved<Duration>,
}

/// Traces.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Traces {
    /// The place in the spec.
    #[serde(skip)]
    pub at: At,
    /// How long they are kept.
    pub keep: Resolved<Duration>,
}

/// Somebody whom alerts can reach.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Receiver {
    /// Its name.
    pub key: String,
    /// Its place in the spec.
    #[serde(skip)]
    pub at: At,
    /// The ways, never none.
    pub ways: Vec<Way>,
}

/// A way in which an alert reaches somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Way {
    /// Mail.
    Email {
        /// Who gets it.
        to: String,
        /// Whom it comes from.
        from: String,
        /// The mail server: `host:port`.
        host: String,
        /// The account, where the server asks for one.
        username: Option<String>,
        /// The account's password.
        password: Option<SecretKey>,
    },
    /// A channel of Slack.
    Slack {
        /// The channel.
        channel: String,
        /// The address of the incoming webhook.
        url: SecretKey,
    },
    /// A service of PagerDuty.
    Pagerduty {
        /// The integration key.
        key: SecretKey,
    },
    /// A team of Opsgenie.
    Opsgenie {
        /// The key of the API.
        key: SecretKey,
        /// The address of the API, where it is not the usual one.
        url: Option<String>,
    },
    /// A channel of Microsoft Teams.
    Teams {
        /// The address of the workflow.
        url: SecretKey,
    },
    /// An address that gets every alert as JSON.
    Webhook {
        /// The address.
        url: Destination,
    },
    /// Issues in a project of Jira.
    Jira {
        /// The address of Jira.
        url: String,
        /// The project's key.
        project: String,
        /// The type of the issues.
        #[serde(rename = "type")]
        kind: String,
        /// The account.
        username: String,
        /// The account's password.
        password: SecretKey,
    },
}

/// Where a webhook goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Destination {
    /// An address that everybody may read.
    Known(String),
    /// An address that a secret holds.
    Secret(SecretKey),
}

/// A key of a secret in the namespace of monitoring.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SecretKey {
    /// The name of the Kubernetes Secret.
    pub secret: String,
    /// The key in it.
    pub key: String,
}

/// Which alerts reach whom: names of receivers that exist.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Routing {
    /// What has to be acted on now; `None` where nothing is said.
    pub critical: Option<Vec<Resolved<String>>>,
    /// What has to be looked at in working hours.
    pub warning: Option<Vec<Resolved<String>>>,
    /// What explains other alerts.
    pub info: Option<Vec<Resolved<String>>>,
    /// By environment, who gets all of its alerts instead; nobody where it is empty.
    pub environments: IndexMap<String, Vec<Resolved<String>>>,
    /// Who notices that the alert that always fires does not come any more.
    pub watchdog: Option<Resolved<String>>,
}

/// Backups of the volumes of every cluster.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct VolumeBackups {
    /// The place in the spec.
    #[serde(skip)]
    pub at: At,
    /// The time between two backups.
    pub every: Resolved<Duration>,
    /// How long a backup is kept.
    pub keep: Resolved<Duration>,
    /// The key of the bucket that they go to.
    pub bucket: Resolved<String>,
    /// The name that the bucket really has.
    pub name: String,
    /// The bucket's region.
    pub region: String,
    /// The host name of the bucket's S3 endpoint.
    pub endpoint: String,
}

impl VolumeBackups {
    /// When backups are made, in UTC, as five fields of cron: at two in the night where one a day or a week is enough.
    /// `None` where cron cannot count the interval: it begins anew every day.
    #[must_use]
    pub fn schedule(&self) -> Option<String> {
        let every = self.every.value;
        let hours = every.0 / Duration::HOUR.0;
        if every.0 != hours * Duration::HOUR.0 {
            return None;
        }
        match hours {
            1 => Some("0 * * * *".to_owned()),
            24 => Some("0 2 * * *".to_owned()),
            168 => Some("0 2 * * 0".to_owned()),
            2..24 if 24 % hours == 0 => Some(format!("0 */{hours} * * *")),
            _ => None,
        }
    }
}

/// When drills are due.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Drills {
    /// The interval.
    pub every: Resolved<Calendar>,
    /// What is rehearsed.
    pub scenarios: Vec<Resolved<Scenario>>,
}

/// How the output reaches the clusters.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Delivery {
    /// Who brings services.
    pub workloads: Resolved<Workloads>,
    /// Who checks changes and applies infrastructure.
    pub ci: Option<Resolved<Ci>>,
    /// What keeps the clusters as Git says.
    pub gitops: Option<Gitops>,
}

/// What keeps the clusters as Git says.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Gitops {
    /// The place in the spec.
    #[serde(skip)]
    pub at: At,
    /// The tool.
    pub tool: Resolved<GitopsTool>,
    /// The Git repository.
    pub repository: Resolved<String>,
    /// The branch, tag or commit that is followed.
    pub revision: Resolved<String>,
    /// The output directory inside the repository; `.` is the root.
    pub path: Resolved<String>,
    /// The spec's folder inside the repository; `.` is the root.
    pub spec: Resolved<String>,
    /// The tool's namespace.
    pub namespace: Resolved<String>,
}

impl Gitops {
    /// A directory of the output as the repository has it.
    #[must_use]
    pub fn in_output(&self, directory: &str) -> String {
        below(&self.path, directory)
    }

    /// A directory below the spec's folder as the repository has it.
    #[must_use]
    pub fn in_folder(&self, directory: &str) -> String {
        below(&self.spec, directory)
    }
}

fn below(root: &str, directory: &str) -> String {
    if root == "." { directory.to_owned() } else { [root, "/", directory].concat() }
}

/// Directories of the output.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Paths {
    /// Terraform's modules and roots.
    pub terraform: Resolved<String>,
    /// Kustomize's overlays; `{environment}` stands for the environment.
    pub kustomize: Resolved<String>,
    /// Kustomize's shared base.
    pub kustomize_base: Resolved<String>,
    /// What clusters have besides their environments, in a directory for each.
    pub kustomize_clusters: Resolved<String>,
    /// Helm's charts and values.
    pub helm: Resolved<String>,
    /// Files for Docker Compose.
    pub compose: Resolved<String>,
    /// Applications and projects of Argo CD.
    pub argocd: Resolved<String>,
    /// Rules as plain Prometheus files.
    pub alerts: Resolved<String>,
    /// Dashboards for Grafana.
    pub dashboards: Resolved<String>,
    /// Workflows.
    pub ci: Resolved<String>,
    /// Documents for people.
    pub docs: Resolved<String>,
}

impl Way {
    /// The secret that it needs.
    #[must_use]
    pub const fn secret(&self) -> Option<&SecretKey> {
        match self {
            Self::Email { password, .. } => password.as_ref(),
            Self::Slack { url: key, .. }
            | Self::Teams { url: key }
            | Self::Pagerduty { key }
            | Self::Opsgenie { key, .. }
            | Self::Webhook { url: Destination::Secret(key) }
            | Self::Jira { password: key, .. } => Some(key),
            Self::Webhook { url: Destination::Known(_) } => None,
        }
    }
}

impl Secret {
    /// Its sealed file, below the spec's folder; `None` where the secret manager keeps it.
    #[must_use]
    pub fn file(&self) -> Option<&str> {
        if let Kept::File(file) = &self.kept { Some(file) } else { None }
    }

    /// Its name in the secret manager; `None` where it is sealed.
    #[must_use]
    pub fn in_manager(&self) -> Option<&str> {
        if let Kept::Manager(name) = &self.kept { Some(name) } else { None }
    }

    /// Its sealed file, or its name in the secret manager.
    #[must_use]
    pub fn place(&self) -> &str {
        let (Kept::File(place) | Kept::Manager(place)) = &self.kept;
        place
    }

    /// Whether an add-on reads it, and not a receiver of alerts or a thing of an environment.
    #[must_use]
    pub fn is_of_addon(&self) -> bool {
        self.users.iter().any(|user| user.starts_with("addons/"))
    }
}

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

    /// The environments of a cluster, in order.
    pub fn environments_of(&self, cluster: &str) -> impl Iterator<Item = &Environment> {
        self.environments.values().filter(move |environment| environment.cluster.value == cluster)
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

impl Ingress {
    /// The service after which the certificate of a service's host is named: with Ingresses each has its own, a Gateway
    /// has one for a host.
    #[must_use]
    pub fn certificate_of<'p>(
        &self,
        environment: &'p Environment,
        service: &'p Service,
    ) -> Option<&'p Service> {
        let route = service.route.as_ref()?;
        match self.controller.value {
            IngressController::EnvoyGateway => environment.first_of_host(&route.host.value),
            IngressController::IngressNginx => Some(service),
        }
    }
}

impl Cluster {
    /// The add-on that does something for others, if there is one.
    #[must_use]
    pub fn provider_of(&self, what: &str) -> Option<&Addon> {
        self.addons.iter().find(|addon| addon.provides.iter().any(|provided| provided == what))
    }
}

impl Environment {
    /// Whether promises to users hold here.
    #[must_use]
    pub fn is_production(&self) -> bool {
        self.role.value == Role::Production
    }

    /// Whether something here has volumes that outlive its pods.
    #[must_use]
    pub fn has_volumes(&self) -> bool {
        !self.queues.is_empty() || self.caches.iter().any(|cache| cache.persistence.is_some())
    }

    /// The services, then the pods of jobs: for what holds for every pod that people wrote.
    pub fn pods(&self) -> impl Iterator<Item = &Service> {
        self.services.iter().chain(self.jobs.iter().map(|job| &job.pod))
    }

    /// The service of a key.
    #[must_use]
    pub fn service(&self, key: &str) -> Option<&Service> {
        self.services.iter().find(|service| service.key == key)
    }

    /// The first service of a host: several may share one by their paths.
    #[must_use]
    pub fn first_of_host(&self, host: &str) -> Option<&Service> {
        let is_there =
            |service: &&Service| service.route.as_ref().is_some_and(|route| route.host.value == host);
        self.services.iter().find(is_there)
    }

    /// The database of a key.
    #[must_use]
    pub fn database(&self, key: &str) -> Option<&Database> {
        self.databases.iter().find(|database| database.key == key)
    }

    /// The cache of a key.
    #[must_use]
    pub fn cache(&self, key: &str) -> Option<&Cache> {
        self.caches.iter().find(|cache| cache.key == key)
    }

    /// The managed cache of a key.
    #[must_use]
    pub fn managed_cache(&self, key: &str) -> Option<&ManagedCache> {
        self.managed_caches.iter().find(|cache| cache.key == key)
    }

    /// The broker of a key.
    #[must_use]
    pub fn broker(&self, key: &str) -> Option<&Broker> {
        self.queues.iter().find(|broker| broker.key == key)
    }
}
