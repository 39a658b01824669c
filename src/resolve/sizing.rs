//! Quotas: what an environment's own things need at their maximum, and room for rollouts.

use std::ops::Add;

use crate::model::records::Platform;
use crate::plan::{Origin, Plan, Quota, Resolved};
use crate::sizing::{demand, second_set};
use crate::source::At;
use crate::units::{Bytes, Cpu};

/// Room above the sum of all maxima, in percent: rollouts add pods before they take others away, and people debug.
const HEADROOM_PERCENT: u64 = 25;
/// Pods that belong to no service of the spec: certificate solvers, jobs of people.
const SPARE_PODS: u32 = 10;
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
        // A release brings new versions of several services at once.
        let need = environment.services.iter().map(second_set).fold(demand(environment), Add::add);
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
