//! Quotas: what an environment's own things need at their maximum, and room for rollouts.

use crate::model::records::Platform;
use crate::plan::{Environment, Origin, Plan, Quota, Resolved};
use crate::source::At;
use crate::units::{Bytes, Cpu};

/// Room above the sum of all maxima, in percent: rollouts add pods before they take others away, and people debug.
const HEADROOM_PERCENT: u64 = 25;
/// Pods that belong to no service of the spec: certificate solvers, jobs of people.
const SPARE_PODS: u32 = 10;
/// CPU of a pooler's pod, in thousandths of a core.
pub(super) const POOLER_CPU: u64 = 100;
/// Memory of a pooler's pod, in bytes.
pub(super) const POOLER_MEMORY: u64 = 128 * Bytes::MIB;
/// CPU of a cache's node, in thousandths of a core.
pub(super) const CACHE_CPU: u64 = 250;

/// What the pods of an environment request when every service is at its maximum.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Demand {
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
pub(super) fn demand(environment: &Environment) -> Demand {
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
        if cache.topology.value == crate::plan::Topology::Replicated {
            // Sentinels: as many as elect a leader.
            add(3, 50, 64 * Bytes::MIB, 0, 0);
        }
    }
    for broker in &environment.queues {
        add(u64::from(broker.nodes.value), broker.cpu.0, broker.memory.0, 0, broker.storage.0);
    }
    sum
}

/// A quota before the demand is known.
pub(super) fn unset_quota(at: At) -> Quota {
    let rule = "what the environment needs at its maximum";
    Quota {
        cpu: Resolved::derived(Cpu(0), rule, at),
        memory: Resolved::derived(Bytes(0), rule, at),
        pods: Resolved::derived(0, rule, at),
        gpus: Resolved::derived(0, rule, at),
        storage: Resolved::derived(Bytes(0), rule, at),
    }
}

/// Sets the quotas of all environments: what is written, or the demand and a quarter more, in whole cores and GiB.
pub(super) fn quotas(plan: &mut Plan, platform: &Platform) {
    for (key, environment) in &mut plan.environments {
        let need = demand(environment);
        let written = platform.environments.entries.get(key).and_then(|(_, e)| e.quota.as_ref());
        let rule = "the maximum of all its pods and a quarter more";
        let more = |amount: u64| amount.saturating_mul(100 + HEADROOM_PERCENT).div_ceil(100);
        let small = |amount: u64| u32::try_from(amount).unwrap_or(u32::MAX);
        let cpu = Cpu(more(need.cpu).div_ceil(1000).max(1) * 1000);
        let memory = Bytes((more(need.memory).div_ceil(1 << 30).max(1)) << 30);
        let at = environment.at;
        environment.quota = Quota {
            cpu: written.and_then(|q| q.cpu.as_ref()).map_or(Resolved::derived(cpu, rule, at), |cpu| {
                Resolved { value: cpu.value, origin: Origin::Written(cpu.at) }
            }),
            memory: written.and_then(|q| q.memory.as_ref()).map_or(
                Resolved::derived(memory, rule, at),
                |memory| Resolved { value: memory.value, origin: Origin::Written(memory.at) },
            ),
            pods: Resolved::derived(
                small(more(need.pods)).saturating_add(SPARE_PODS),
                "all pods at their maximum, a quarter more, and ten to spare",
                at,
            ),
            gpus: Resolved::derived(small(need.gpus), "the GPUs of all pods at their maximum", at),
            storage: Resolved::derived(Bytes(need.storage), "the disks of its stores", at),
        };
    }
}
