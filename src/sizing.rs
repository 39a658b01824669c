//! What the pods that platc itself adds request, and what an environment requests in all.

use crate::plan::{Environment, Topology};
use crate::units::Bytes;

/// CPU of a pooler's pod, in thousandths of a core.
pub const POOLER_CPU: u64 = 100;
/// Memory of a pooler's pod, in bytes.
pub const POOLER_MEMORY: u64 = 128 * Bytes::MIB;
/// CPU of a cache's node, in thousandths of a core.
pub const CACHE_CPU: u64 = 250;

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

/// The demand of an environment at its maximum.
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
    for service in &environment.services {
        let cpu = service.requests.cpu.as_ref().map_or(0, |cpu| cpu.0);
        let memory = service.requests.memory.as_ref().map_or(0, |memory| memory.0);
        add(u64::from(service.scale.max()), cpu, memory, u64::from(service.gpus.value), 0);
    }
    for pooling in environment.databases.iter().filter_map(|database| database.pooling.as_ref()) {
        add(u64::from(pooling.replicas.value), POOLER_CPU, POOLER_MEMORY, 0, 0);
    }
    for cache in &environment.caches {
        let nodes = u64::from(cache.replicas.value) * u64::from(cache.shards.value);
        let disk = cache.persistence.as_ref().map_or(0, |disk| disk.0);
        add(nodes, CACHE_CPU, cache.memory.0, 0, disk);
        if cache.topology.value == Topology::Replicated {
            // Sentinels: as many as elect a leader.
            add(3, 50, 64 * Bytes::MIB, 0, 0);
        }
    }
    for broker in &environment.queues {
        add(u64::from(broker.nodes.value), broker.cpu.0, broker.memory.0, 0, broker.storage.0);
    }
    sum
}
