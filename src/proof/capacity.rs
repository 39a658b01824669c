//! Whether the pods of an environment fit on its nodes.

use crate::catalog::{self, Allocatable, InstanceType};
use crate::plan::{Environment, GpuPool, NodePool, Service};
use crate::sizing::{Demand, demand, second_set};

/// What one node has for pods of services, after the system's reserve and the daemons of every node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// CPU in thousandths of a core.
    pub cpu: u64,
    /// Memory in bytes.
    pub memory: u64,
    /// Pods.
    pub pods: u64,
}

/// The room of a node of a type: optimistic, so that a proof that it is too small holds on every real node.
#[must_use]
pub fn room(size: &InstanceType) -> Room {
    let Allocatable { millicpu, memory_mib, pods } = catalog::allocatable(size);
    let daemons = catalog::daemon_overhead(size);
    Room {
        cpu: u64::from(millicpu.saturating_sub(daemons.millicpu)),
        memory: u64::from(memory_mib.saturating_sub(daemons.memory_mib)) << 20,
        pods: u64::from(pods.saturating_sub(daemons.pods)),
    }
}

/// How the room of a node comes about: what the provider's service keeps, and what daemons take.
#[must_use]
pub fn basis(size: &InstanceType) -> String {
    let Allocatable { millicpu, memory_mib, pods } = catalog::daemon_overhead(size);
    format!(
        "{}, daemons request {millicpu}m, {memory_mib} MiB and {pods} pods",
        catalog::allocatable_basis(size)
    )
}

/// The room of each node of a pool at least: its nodes may be of any of its types. `None` where the catalogue does not
/// know one of them.
#[must_use]
pub fn room_of_pool(pool: &NodePool, provider: &str) -> Option<Room> {
    let rooms: Option<Vec<Room>> =
        pool.types().map(|id| catalog::instance_type(provider, id).map(room)).collect();
    rooms?.into_iter().reduce(|a, b| Room {
        cpu: a.cpu.min(b.cpu),
        memory: a.memory.min(b.memory),
        pods: a.pods.min(b.pods),
    })
}

/// The demand on the nodes that an environment's pods share, against what these nodes have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fit {
    /// What is requested when every service is at its maximum.
    pub demand: Demand,
    /// What all nodes have at their maximum.
    pub room: Room,
    /// The most nodes.
    pub nodes: u64,
    /// What they have when one node is lost.
    pub room_without_one: Room,
}

impl Fit {
    /// Whether everything fits at the maximum.
    #[must_use]
    pub fn holds(&self) -> bool {
        fits(&self.demand, &self.room)
    }

    /// Whether everything still fits when one node is lost.
    #[must_use]
    pub fn survives_a_node(&self) -> bool {
        fits(&self.demand, &self.room_without_one)
    }

    /// The larger share of CPU and memory that is used at the maximum, in percent.
    #[must_use]
    pub fn percent(&self) -> u64 {
        let share = |used: u64, of: u64| used.saturating_mul(100).checked_div(of).unwrap_or(u64::MAX);
        share(self.demand.cpu, self.room.cpu).max(share(self.demand.memory, self.room.memory))
    }
}

fn fits(demand: &Demand, room: &Room) -> bool {
    demand.cpu <= room.cpu && demand.memory <= room.memory && demand.pods <= room.pods
}

/// How the pods that name no pool fit on the pools without taints; `None` where the catalogue does not know a type,
/// or where there is no such pool.
#[must_use]
pub fn of_shared_nodes(environment: &Environment, provider: &str) -> Option<Fit> {
    let pools: Vec<&NodePool> = environment.pools.iter().filter(|pool| pool.taints.is_empty()).collect();
    if pools.is_empty() {
        return None;
    }
    let mut total = Room { cpu: 0, memory: 0, pods: 0 };
    let mut largest = Room { cpu: 0, memory: 0, pods: 0 };
    let mut nodes = 0;
    for pool in pools {
        let one = room_of_pool(pool, provider)?;
        let count = u64::from(pool.max.value);
        nodes += count;
        total.cpu += one.cpu * count;
        total.memory += one.memory * count;
        total.pods += one.pods * count;
        if one.cpu > largest.cpu {
            largest = one;
        }
    }
    let mut need = demand(environment);
    for service in bound_to_tainted(environment) {
        let pods = u64::from(service.scale.max());
        let all = |each: u64| pods.saturating_mul(each);
        need.pods = need.pods.saturating_sub(pods);
        need.cpu = need.cpu.saturating_sub(all(service.requests.cpu.as_ref().map_or(0, |cpu| cpu.0)));
        need.memory =
            need.memory.saturating_sub(all(service.requests.memory.as_ref().map_or(0, |memory| memory.0)));
    }
    Some(Fit {
        demand: need,
        nodes,
        room_without_one: Room {
            cpu: total.cpu.saturating_sub(largest.cpu),
            memory: total.memory.saturating_sub(largest.memory),
            pods: total.pods.saturating_sub(largest.pods),
        },
        room: total,
    })
}

/// A service whose versions need pods twice while one replaces the other, and what these have.
#[derive(Debug, Clone)]
pub struct SecondSet<'a> {
    /// The service.
    pub service: &'a Service,
    /// What the second set requests.
    pub demand: Demand,
    /// What everything requests together with it.
    pub with_it: Demand,
    /// What the nodes have at their maximum.
    pub room: Room,
}

/// Services whose second set of pods has no room on the nodes that the environment's pods share, one new version at a time. Where
/// not even the first sets fit, that is said elsewhere.
#[must_use]
pub fn second_sets_without_room<'a>(environment: &'a Environment, provider: &str) -> Vec<SecondSet<'a>> {
    let Some(fit) = of_shared_nodes(environment, provider).filter(Fit::holds) else { return Vec::new() };
    let shared = |service: &&Service| service.pool.as_ref().is_none_or(|pool| pool.taints.is_empty());
    environment
        .services
        .iter()
        .filter(|service| service.second_set() > 0)
        .filter(shared)
        .map(|service| {
            let demand = second_set(service);
            SecondSet { service, demand, with_it: fit.demand + demand, room: fit.room }
        })
        .filter(|set| !fits(&set.with_it, &set.room))
        .collect()
}

/// Services whose second set of pods finds too few GPUs in the pool that they are bound to: the pool, what is asked with the
/// second set, and what there is.
#[must_use]
pub fn second_sets_without_gpus(environment: &Environment) -> Vec<(&Service, &GpuPool, u64, u64)> {
    let mut found = Vec::new();
    for pool in &environment.gpu_pools {
        let (asked, services) = gpus_asked(environment, pool);
        let Some(there) = gpus_of(pool).filter(|there| asked <= *there) else { continue };
        for service in services {
            let with_it = asked.saturating_add(second_set(service).gpus);
            if with_it > there {
                found.push((service, pool, with_it, there));
            }
        }
    }
    found
}

/// Services whose pods run on nodes that others are kept off.
fn bound_to_tainted(environment: &Environment) -> impl Iterator<Item = &Service> {
    environment.pods().filter(|service| service.pool.as_ref().is_some_and(|pool| !pool.taints.is_empty()))
}

/// The GPUs that a pool has, where the catalogue knows its type.
#[must_use]
pub fn gpus_of(pool: &GpuPool) -> Option<u64> {
    pool.gpus_per_node.map(|each| u64::from(each) * u64::from(pool.nodes.value))
}

/// The GPUs that the services on a pool ask for at their maximum, with the services.
#[must_use]
pub fn gpus_asked<'a>(environment: &'a Environment, pool: &GpuPool) -> (u64, Vec<&'a Service>) {
    let services: Vec<&Service> = environment
        .pods()
        .filter(|service| {
            service.gpus.value > 0
                && service.pool.as_ref().is_some_and(|bound| bound.gpu && bound.key == pool.key)
        })
        .collect();
    let sum = services.iter().map(|s| u64::from(s.gpus.value) * u64::from(s.scale.max())).sum();
    (sum, services)
}
