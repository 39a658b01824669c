//! What the pods that platc itself adds request, and what an environment requests in all.

use crate::plan::{Environment, Service, Topology};
use crate::units::Bytes;

/// CPU of a pooler's pod, in thousandths of a core.
pub const POOLER_CPU: u64 = 100;
/// Memory of a pooler's pod, in bytes.
pub const POOLER_MEMORY: u64 = 128 * Bytes::MIB;
/// CPU of a cache's node, in thousandths of a core.
pub const CACHE_CPU: u64 = 250;

/// CPU of the exporter beside a cache's node, in thousandths of a core.
pub const EXPORTER_CPU: u64 = 25;
/// Memory of the exporter beside a cache's node, in bytes.
pub const EXPORTER_MEMORY: u64 = 32 * Bytes::MIB;
/// CPU of a database's exporter, in thousandths of a core.
pub const DATABASE_EXPORTER_CPU: u64 = 25;
/// Memory of a database's exporter, in bytes.
pub const DATABASE_EXPORTER_MEMORY: u64 = 64 * Bytes::MIB;
/// CPU of each container of what tells to which point a database can be restored, in thousandths of a core.
pub const RESTORABLE_CPU: u64 = 10;
/// Memory of the one that asks the provider, in bytes: a call of the AWS CLI is a Python program of some 80 MiB [inferred from
/// its usual size on a machine].
pub const RESTORABLE_ASK_MEMORY: u64 = 128 * Bytes::MIB;
/// Memory of the one that shows the answer, in bytes.
pub const RESTORABLE_SHOW_MEMORY: u64 = 32 * Bytes::MIB;
/// CPU of a job that dumps a database or restores a dump, in thousandths of a core.
pub const DUMP_CPU: u64 = 250;
/// Memory of such a job, in bytes: a server with PostgreSQL's own defaults, or the client that uploads.
pub const DUMP_MEMORY: u64 = 512 * Bytes::MIB;
/// Sentinels of a replicated cache: as many as elect a leader when one is lost.
pub const SENTINELS: u32 = 3;
/// CPU of a sentinel, in thousandths of a core.
pub const SENTINEL_CPU: u64 = 50;
/// Memory of a sentinel, in bytes.
pub const SENTINEL_MEMORY: u64 = 64 * Bytes::MIB;

/// What the pods of an environment request when every service is at its maximum.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Demand {
    /// CPU in thousandths of a core.
    pub cpu: u64,
    /// Memory in bytes.
    pub memory: u64,
    /// Pods.
    pub pods: u64,
    /// GPUs.
    pub gpus: u64,
    /// Space of volumes that outlive pods, in bytes.
    pub storage: u64,
}

/// What a second set of a service's pods requests, which runs beside the first while a version is replaced.
#[must_use]
pub fn second_set(service: &Service) -> Demand {
    let pods = u64::from(service.second_set());
    let all = |each: u64| pods.saturating_mul(each);
    Demand {
        cpu: all(service.requests.cpu.as_ref().map_or(0, |cpu| cpu.0)),
        memory: all(service.requests.memory.as_ref().map_or(0, |memory| memory.0)),
        pods,
        gpus: all(u64::from(service.gpus.value)),
        storage: 0,
    }
}

impl std::ops::Add for Demand {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            cpu: self.cpu.saturating_add(other.cpu),
            memory: self.memory.saturating_add(other.memory),
            pods: self.pods.saturating_add(other.pods),
            gpus: self.gpus.saturating_add(other.gpus),
            storage: self.storage.saturating_add(other.storage),
        }
    }
}

/// The demand of an environment at its maximum; no version is being replaced.
#[must_use]
pub fn demand(environment: &Environment) -> Demand {
    let mut sum = Demand::default();
    let mut add = |pods: u64, cpu: u64, memory: u64, gpus: u64, storage: u64| {
        sum.pods = sum.pods.saturating_add(pods);
        sum.cpu = sum.cpu.saturating_add(pods.saturating_mul(cpu));
        sum.memory = sum.memory.saturating_add(pods.saturating_mul(memory));
        sum.gpus = sum.gpus.saturating_add(pods.saturating_mul(gpus));
        sum.storage = sum.storage.saturating_add(pods.saturating_mul(storage));
    };
    for service in environment.pods() {
        let cpu = service.requests.cpu.as_ref().map_or(0, |cpu| cpu.0);
        let memory = service.requests.memory.as_ref().map_or(0, |memory| memory.0);
        add(u64::from(service.scale.max()), cpu, memory, u64::from(service.gpus.value), 0);
    }
    let exporters = u64::try_from(environment.databases.len()).unwrap_or(u64::MAX);
    add(exporters, DATABASE_EXPORTER_CPU, DATABASE_EXPORTER_MEMORY, 0, 0);
    let readers = environment.databases.iter().filter(|database| database.restorable.is_some()).count();
    let memory = RESTORABLE_ASK_MEMORY + RESTORABLE_SHOW_MEMORY;
    add(u64::try_from(readers).unwrap_or(u64::MAX), 2 * RESTORABLE_CPU, memory, 0, 0);
    for pooling in environment.databases.iter().filter_map(|database| database.pooling.as_ref()) {
        add(u64::from(pooling.replicas.value), POOLER_CPU, POOLER_MEMORY, 0, 0);
    }
    // A dump and its test may run at the same time.
    let dumps = environment.databases.iter().filter(|database| database.dump.is_some()).count();
    add(2 * u64::try_from(dumps).unwrap_or(u64::MAX / 2), DUMP_CPU, DUMP_MEMORY, 0, 0);
    for cache in &environment.caches {
        let nodes = u64::from(cache.replicas.value) * u64::from(cache.shards.value);
        let disk = cache.persistence.as_ref().map_or(0, |disk| disk.0);
        add(nodes, CACHE_CPU + EXPORTER_CPU, cache.memory.0.saturating_add(EXPORTER_MEMORY), 0, disk);
        if cache.topology.value == Topology::Replicated {
            add(u64::from(SENTINELS), SENTINEL_CPU, SENTINEL_MEMORY, 0, 0);
        }
    }
    for broker in &environment.queues {
        add(u64::from(broker.nodes.value), broker.cpu.0, broker.memory.0, 0, broker.storage.0);
    }
    for files in &environment.file_systems {
        sum.storage = sum.storage.saturating_add(files.size.0);
    }
    sum
}
