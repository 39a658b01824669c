//! What keeps data: databases, caches, brokers, buckets.

use indexmap::IndexMap;
use serde::Serialize;

use super::{
    Access, BucketAccess, CacheEngine, Eviction, PoolMode, Provider, QueueType, Resolved, Schedule, Tier,
    Topology,
};
use crate::source::At;
use crate::units::{Bytes, Cpu, DailyWindow, Duration, WeeklyWindow};

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
    /// The team that answers for it.
    pub owner: Resolved<String>,
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
    /// What shows Prometheus to which point it can be restored; `None` for a copy, and where the provider does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restorable: Option<Restorable>,
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

impl Database {
    /// The dump whose age shows whether the RPO is kept, with the RPO: one that is taken more often. The age of another reaches the RPO
    /// by its schedule alone.
    #[must_use]
    pub fn watched_dump(&self) -> Option<(&Dump, Duration)> {
        let (dump, rpo) = (self.dump.as_ref()?, self.tier.as_ref()?.rpo.value);
        (dump.schedule.longest.value < rpo).then_some((dump, rpo))
    }
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

/// The reader of a database's newest restorable point: providers have no metric for it.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Restorable {
    /// The name of its objects.
    pub name: String,
    /// The region whose API is asked.
    pub region: String,
    /// The image with a client of the provider's API.
    pub client: Resolved<String>,
    /// The image that shows Prometheus the answer.
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
    /// The team that answers for it.
    pub owner: Resolved<String>,
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
    /// The team that answers for it.
    pub owner: Resolved<String>,
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
    /// The team that answers for it.
    pub owner: Resolved<String>,
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
    /// The content delivery network in front of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cdn: Option<Cdn>,
    /// What it holds, in words.
    pub purpose: Option<Resolved<String>>,
    /// The strongest access that a service has, or the backups of volumes; `None` if nothing uses it.
    pub used_with: Option<Access>,
}

/// A file system that pods share.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FileSystem {
    /// Its key in the spec.
    pub key: String,
    /// Its place in the spec.
    #[serde(skip)]
    pub at: At,
    /// The name that it really has.
    pub name: Resolved<String>,
    /// How much it is to hold.
    pub size: Resolved<Bytes>,
    /// The user that all of its files belong to.
    pub user: Resolved<u32>,
    /// Whether it is copied every day.
    pub backup: Resolved<bool>,
    /// The region that its files are copied to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub copy_to: Option<CopyTo>,
    /// The environment of the file system whose copy it is. The copy is made with the original.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub copy_of: Option<String>,
    /// What it holds, in words.
    pub purpose: Option<Resolved<String>>,
    /// The promise that holds for it.
    pub tier: Option<Tier>,
}

/// A content delivery network in front of a bucket.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Cdn {
    /// The place in the spec.
    #[serde(skip)]
    pub at: At,
    /// The whole name of the host.
    pub host: Resolved<String>,
}
