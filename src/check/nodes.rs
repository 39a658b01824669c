//! Pools, their machines, and whether pods fit on them.

use super::{Context, Rule, count, is_serious};
use crate::catalog::{self, ManagedKubernetes, Offered, planning};
use crate::diag::{Diagnostic, Severity, code};
use crate::plan::{Cluster, Environment, NodePool, Resolved, Service};
use crate::proof::capacity::{self, Room};
use crate::source::At;
use crate::units::{Bytes, Cpu};

pub(super) const RULES: &[Rule] = &[
    Rule { name: "nodes/machines", run: machines },
    Rule { name: "nodes/sizes", run: sizes },
    Rule { name: "nodes/gpus", run: gpus },
    Rule { name: "nodes/large-pods", run: large_pods },
    Rule { name: "nodes/capacity", run: room_for_all },
    Rule { name: "nodes/quota", run: quota },
    Rule { name: "capacity/no-pool", run: no_pool },
];

fn provider<'a>(context: &Context<'a>, cluster: &str) -> &'a str {
    context.plan.clusters.get(cluster).map_or("", |cluster| cluster.provider.value.word())
}

/// Most types that a help names.
const MOST_NAMED: usize = 10;

fn machines(context: &mut Context<'_>) {
    let plan = context.plan;
    for cluster in plan.clusters.values() {
        for environment in plan.environments_of(&cluster.key) {
            for pool in &environment.pools {
                types_of(context, cluster, pool);
            }
            for pool in &environment.gpu_pools {
                machine(context, cluster, &pool.machine, pool.at, true);
            }
        }
        for pool in &cluster.pools {
            types_of(context, cluster, pool);
        }
    }
}

/// The types that the nodes of a pool may be of. They share an image of the machine, which is of one architecture.
fn types_of(context: &mut Context<'_>, cluster: &Cluster, pool: &NodePool) {
    machine(context, cluster, &pool.machine, pool.at, false);
    let known = |id: &str| catalog::instance_type(cluster.provider.value.word(), id);
    for other in &pool.alternatives {
        machine(context, cluster, other, pool.at, false);
        let (Some(first), Some(size)) = (known(&pool.machine), known(other)) else { continue };
        if size.arch != first.arch {
            let finding = Diagnostic::new(
                &code::MIXED_ARCHITECTURES,
                context.origin(other, pool.at),
                format!(
                    "`{}` is {} and `{}` is {}",
                    size.id,
                    size.arch.label(),
                    first.id,
                    first.arch.label()
                ),
            )
            .related(context.origin(&pool.machine, pool.at), "the pool's type")
            .help(format!("name alternatives that are {}, or make a pool of its own", first.arch.label()));
            context.report(finding);
        }
    }
}

fn machine(context: &mut Context<'_>, cluster: &Cluster, machine: &Resolved<String>, at: At, gpu: bool) {
    let provider = cluster.provider.value.word();
    let span = context.origin(machine, at);
    let id = machine.value.as_str();
    let Some(size) = catalog::instance_type(provider, id) else {
        let near = catalog::nearest_instance_types(provider, id);
        let longer: Vec<&str> = catalog::instance_types(provider)
            .iter()
            .map(|size| size.id)
            .filter(|known| known.strip_prefix(id).is_some_and(|rest| rest.starts_with(['-', '.'])))
            .take(MOST_NAMED)
            .collect();
        let finding = if longer.is_empty() {
            let finding = Diagnostic::new(
                &code::UNKNOWN_TYPE,
                span,
                format!("the catalogue does not know the type `{id}`"),
            );
            if near.is_empty() {
                let some: Vec<&str> =
                    catalog::instance_types(provider).iter().map(|size| size.id).skip(1).take(4).collect();
                finding.help(format!("types that it knows: {}, ...", list(&some)))
            } else {
                finding.help(format!("near names: {}", list(&near)))
            }
        } else {
            let finding =
                Diagnostic::new(&code::NOT_A_TYPE, span, format!("`{id}` is no type of {provider}"))
                    .help(format!("types that begin so: {}", list(&longer)));
            let usable = longer.iter().all(|id| {
                catalog::instance_type(provider, id).is_some_and(|size| size.kubernetes == Offered::No)
            });
            if usable {
                finding.note(format!(
                    "none of them is offered for Kubernetes either; for GPUs there are {}",
                    list(&gpu_types(provider))
                ))
            } else {
                finding
            }
        };
        context.report(finding);
        return;
    };
    if size.kubernetes == Offered::No {
        let finding = Diagnostic::new(
            &code::TYPE_NOT_FOR_KUBERNETES,
            span,
            format!("`{id}` is not offered for Kubernetes"),
        );
        let finding = if size.gpus > 0 {
            finding.help(format!("types with GPUs that are: {}", list(&gpu_types(provider))))
        } else {
            finding.help("choose a larger type of the same class")
        };
        context.report(finding);
    }
    let region = cluster.region.value.as_str();
    if catalog::offered_in(provider, id, region) == Offered::No {
        let finding = Diagnostic::new(
            &code::TYPE_NOT_IN_REGION,
            span,
            format!("no list says that `{id}` is sold in `{region}`"),
        )
        .related(context.origin(&cluster.region, cluster.at), "the region")
        .help("ask `aws ec2 describe-instance-type-offerings`, or choose a type of another family");
        context.report(finding);
    }
    if gpu && size.gpus == 0 {
        let finding = Diagnostic::new(&code::TYPE_WITHOUT_GPU, span, format!("`{id}` has no GPU"))
            .help(format!("types with GPUs: {}", list(&gpu_types(provider))));
        context.report(finding);
    }
}

/// A few types with GPUs that are offered for Kubernetes.
fn gpu_types(provider: &str) -> Vec<&'static str> {
    catalog::instance_types(provider)
        .iter()
        .filter(|size| size.gpus > 0 && size.kubernetes == Offered::Yes)
        .map(|size| size.id)
        .take(4)
        .collect()
}

fn list(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn sizes(context: &mut Context<'_>) {
    let plan = context.plan;
    for cluster in plan.clusters.values() {
        let Some(service) = catalog::managed_kubernetes(cluster.provider.value.word()) else { continue };
        let mut largest = 0u64;
        let mut first = None;
        let own = cluster.pools.iter().map(|pool| (None, pool));
        let all = own.chain(
            plan.environments_of(&cluster.key).flat_map(|e| e.pools.iter().map(move |pool| (Some(e), pool))),
        );
        for (environment, pool) in all {
            largest += u64::from(pool.max.value);
            first.get_or_insert(pool.at);
            let production = environment.map_or_else(
                || plan.environments_of(&cluster.key).any(Environment::is_production),
                Environment::is_production,
            );
            size(context, service, pool, production);
        }
        for environment in plan.environments_of(&cluster.key) {
            for pool in &environment.gpu_pools {
                largest += u64::from(pool.nodes.value);
                let (least, most) = (service.least_nodes, service.most_nodes_per_pool);
                if (least..=most).contains(&pool.nodes.value) {
                    continue;
                }
                let finding = Diagnostic::new(
                    &code::POOL_SIZE,
                    context.origin(&pool.nodes, pool.at),
                    format!(
                        "the GPU pool `{}` has {} nodes; {} allows {least} to {most}",
                        pool.key, pool.nodes.value, service.name
                    ),
                )
                .help("write how many nodes it has");
                context.report(limited(service, finding, pool.nodes.value > most));
            }
        }
        if let Some(most) = service.most_nodes_per_cluster.filter(|most| largest > u64::from(*most)) {
            let finding = Diagnostic::new(
                &code::POOL_SIZE,
                context.key(cluster.at),
                format!(
                    "all pools of `{}` together may have {largest} nodes; {} allows {most}",
                    cluster.key, service.name
                ),
            )
            .related(context.key(first.unwrap_or(cluster.at)), "the first pool")
            .help("lower the maxima, or split the platform into several clusters");
            context.report(limited(service, finding, true));
        }
        if first.is_none() && !service.cluster_without_pool {
            let finding = Diagnostic::new(
                &code::POOL_SIZE,
                context.key(cluster.at),
                format!("the cluster `{}` has no node pool", cluster.key),
            )
            .help(format!("declare one under `nodePools`: {} makes no cluster without a pool, and one for GPUs keeps all other pods off", service.name));
            context.report(finding);
        }
    }
}

/// A limit that the provider raises on request refuses nothing for good.
fn limited(service: &ManagedKubernetes, finding: Diagnostic, above: bool) -> Diagnostic {
    if service.limits_can_be_raised && above {
        finding.severity(Severity::Warning).note(format!("{} raises this quota on request", service.vendor))
    } else {
        finding
    }
}

fn size(context: &mut Context<'_>, service: &ManagedKubernetes, pool: &NodePool, production: bool) {
    let span = context.origin(&pool.max, pool.at);
    if pool.min.value > pool.max.value {
        let finding = Diagnostic::new(
            &code::POOL_SIZE,
            span,
            format!(
                "the pool `{}` has at most {} nodes and at least {}",
                pool.key, pool.max.value, pool.min.value
            ),
        )
        .label("the most")
        .related(context.origin(&pool.min, pool.at), "the fewest")
        .help("the minimum must not be above the maximum");
        context.report(finding);
    } else if pool.min.value < service.least_nodes {
        let finding = Diagnostic::new(
            &code::POOL_SIZE,
            context.origin(&pool.min, pool.at),
            format!("the pool `{}` may have no node; {} keeps at least one", pool.key, service.name),
        )
        .help("write `min: 1`, or remove the pool");
        context.report(finding);
    } else if pool.max.value == 0 {
        let finding = Diagnostic::new(
            &code::POOL_SIZE,
            span,
            format!("the pool `{}` has at most no node; {} wants one or more", pool.key, service.name),
        )
        .help("write a larger `max`, or remove the pool");
        context.report(finding);
    }
    if pool.max.value > service.most_nodes_per_pool {
        let finding = Diagnostic::new(
            &code::POOL_SIZE,
            span,
            format!(
                "the pool `{}` may have {} nodes; {} allows {}",
                pool.key, pool.max.value, service.name, service.most_nodes_per_pool
            ),
        )
        .help("split it into several pools, or choose a larger type");
        context.report(limited(service, finding, true));
    }
    let (advised, why) = service.advised_nodes;
    if production && pool.taints.is_empty() && pool.min.value < advised && pool.min.value > 0 {
        let finding = Diagnostic::new(
            &code::POOL_TOO_SMALL,
            context.origin(&pool.min, pool.at),
            format!(
                "production starts with {} in the pool `{}`",
                count(u64::from(pool.min.value), "node"),
                pool.key
            ),
        )
        .help(why);
        context.report(finding);
    }
}

fn gpus(context: &mut Context<'_>) {
    let plan = context.plan;
    for environment in plan.environments.values() {
        for service in environment.pods() {
            let asks = service.gpus.value;
            let bound = service.pool.as_ref().is_some_and(|pool| pool.gpu);
            if asks > 0 && !bound {
                let has_pool = environment.gpu_pools.first();
                let finding = Diagnostic::new(
                    &code::NO_GPU_POOL,
                    context.origin(&service.gpus, service.at),
                    format!(
                        "`{}` asks for {} and is bound to no GPU pool",
                        service.key,
                        count(u64::from(asks), "GPU")
                    ),
                )
                .in_environment(&environment.key);
                let finding = match has_pool {
                    Some(pool) => finding
                        .related(context.key(pool.at), "a pool that has GPUs")
                        .help(format!("write `pool: gpuPools/{}`", pool.key)),
                    None => finding.help(
                        "declare a pool under `gpuPools` and write `pool: gpuPools/<name>` on the service",
                    ),
                };
                context.report(finding);
            }
            if let Some(each) = service
                .pool
                .as_ref()
                .filter(|pool| pool.gpu)
                .and_then(|bound| environment.gpu_pools.iter().find(|pool| pool.key == bound.key))
                .and_then(|pool| pool.gpus_per_node)
                .filter(|each| *each > 0 && asks > *each)
            {
                let finding = Diagnostic::new(
                    &code::GPU_CAPACITY,
                    context.origin(&service.gpus, service.at),
                    format!("a pod of `{}` asks for {asks} GPUs; a node has {each}", service.key),
                )
                .help("choose a type with more GPUs: the GPUs of a pod are on one node");
                context.report(finding);
            }
        }
        for pool in &environment.gpu_pools {
            let (asked, services) = capacity::gpus_asked(environment, pool);
            // A type without GPUs, or a pool without nodes, is a finding of its own.
            let Some(there) = capacity::gpus_of(pool).filter(|there| *there > 0) else { continue };
            if asked > there {
                let terms: Vec<String> = services
                    .iter()
                    .map(|s| format!("`{}` {} x {}", s.key, s.scale.max(), s.gpus.value))
                    .collect();
                let first = services.first().map_or(pool.at, |service| service.at);
                let finding = Diagnostic::new(
                    &code::GPU_CAPACITY,
                    context.origin(&pool.nodes, pool.at),
                    format!(
                        "the services on `{}` ask for {}, and it has {there}",
                        pool.key,
                        count(asked, "GPU")
                    ),
                )
                .in_environment(&environment.key)
                .label(count(u64::from(pool.nodes.value), "node"))
                .related(context.key(first), "asks for them")
                .note(format!("the sum: {} = {}", terms.join(" + "), count(asked, "GPU")))
                .help("lower the replicas, or give the pool more nodes");
                context.report(finding);
            }
        }
    }
}

/// The types that a service's pods may land on, with their room.
fn places(
    context: &Context<'_>,
    environment: &Environment,
    service: &Service,
) -> Option<Vec<(String, Room)>> {
    let provider = provider(context, &environment.cluster);
    let known = |machine: &str| {
        catalog::instance_type(provider, machine).map(|size| (machine.to_owned(), capacity::room(size)))
    };
    let of_pools = |is_a_place: &dyn Fn(&NodePool) -> bool| {
        let pools = environment.pools.iter().filter(|pool| is_a_place(pool));
        pools.flat_map(NodePool::types).map(known).collect()
    };
    match &service.pool {
        Some(bound) if bound.gpu => {
            environment.gpu_pools.iter().filter(|p| p.key == bound.key).map(|p| known(&p.machine)).collect()
        }
        Some(bound) if !bound.key.is_empty() => of_pools(&|pool| pool.key == bound.key),
        _ => of_pools(&|pool| pool.taints.is_empty()),
    }
}

fn large_pods(context: &mut Context<'_>) {
    let plan = context.plan;
    for environment in plan.environments.values() {
        for service in environment.pods() {
            let Some(places) = places(context, environment, service).filter(|places| !places.is_empty())
            else {
                continue;
            };
            let cpu = service.requests.cpu.as_ref().map_or(0, |cpu| cpu.0);
            let memory = service.requests.memory.as_ref().map_or(0, |memory| memory.0);
            if places.iter().any(|(_, room)| cpu <= room.cpu && memory <= room.memory) {
                continue;
            }
            let Some((machine, room)) = places.iter().max_by_key(|(_, room)| (room.memory, room.cpu)) else {
                continue;
            };
            let place = |context: &Context<'_>, at: Option<crate::source::Span>| {
                at.unwrap_or_else(|| context.key(service.at))
            };
            // The memory, unless it is the CPU alone that does not fit.
            let at = if memory <= room.memory {
                place(context, service.requests.cpu.as_ref().map(|cpu| context.origin(cpu, service.at)))
            } else {
                place(context, service.requests.memory.as_ref().map(|m| context.origin(m, service.at)))
            };
            let finding = Diagnostic::new(
                &code::POD_TOO_LARGE,
                at,
                format!(
                    "a pod of `{}` requests {} and {}; an empty `{machine}` has {} and {} to give",
                    service.key,
                    Cpu(cpu),
                    Bytes(memory),
                    Cpu(room.cpu),
                    Bytes(room.memory >> 20 << 20),
                ),
            )
            .note(
                catalog::instance_type(provider(context, &environment.cluster), machine)
                    .map(capacity::basis)
                    .unwrap_or_default(),
            )
            .help("choose a larger type for the pool, or a smaller request");
            context.report(finding);
        }
    }
}

fn room_for_all(context: &mut Context<'_>) {
    let plan = context.plan;
    for environment in plan.environments.values() {
        let provider = provider(context, &environment.cluster);
        let Some(fit) = capacity::of_shared_nodes(environment, provider) else { continue };
        let Some(pool) = environment.pools.iter().find(|pool| pool.taints.is_empty()) else { continue };
        let sum = format!(
            "{}: requests at the maximum: {}, {} and {}; room of {}: {}, {} and {} pods",
            environment.key,
            Cpu(fit.demand.cpu),
            gib(fit.demand.memory),
            count(fit.demand.pods, "pod"),
            count(fit.nodes, "node"),
            Cpu(fit.room.cpu),
            gib(fit.room.memory),
            fit.room.pods,
        );
        let largest = environment.pods().max_by_key(|service| {
            u64::from(service.scale.max()) * service.requests.cpu.as_ref().map_or(0, |cpu| cpu.0)
        });
        let span = context.origin(&pool.max, pool.at);
        let finding = if !fit.holds() {
            Diagnostic::new(&code::CAPACITY_MAX, span, "not all pods fit at their maximum")
                .help("raise the pool's maximum, or lower what services may scale to")
        } else if is_serious(environment) && !fit.survives_a_node() {
            Diagnostic::new(
                &code::CAPACITY_TIGHT,
                span,
                "not all pods fit at their maximum when one node is lost",
            )
            .help("raise the pool's maximum by one node")
        } else if is_serious(environment) && fit.percent() > u64::from(planning::CAPACITY_WARNING_PERCENT) {
            Diagnostic::new(
                &code::CAPACITY_TIGHT,
                span,
                format!("the pods need {} % of the nodes at their maximum", fit.percent()),
            )
            .help("raise the pool's maximum: fragments of nodes fit no pod")
        } else {
            continue;
        };
        let finding = finding
            .label(format!("at most {}", count(u64::from(pool.max.value), "node")))
            .in_environment(&environment.key)
            .note(sum);
        let types: Vec<&str> = pool.types().collect();
        let finding = types
            .iter()
            .filter_map(|id| catalog::instance_type(provider, id))
            .fold(finding, |finding, size| finding.note(capacity::basis(size)));
        let finding = if types.len() > 1 {
            finding.note("each node may be of any of these types: the least that one of them has counts")
        } else {
            finding
        };
        let finding = match largest {
            Some(service) => finding.related(context.key(service.at), "requests the most"),
            None => finding,
        };
        context.report(finding);
    }
}

/// Pods need nodes: of their environment, or of the cluster as a whole.
fn no_pool(context: &mut Context<'_>) {
    let plan = context.plan;
    for cluster in plan.clusters.values() {
        if cluster.pools.iter().any(|pool| pool.taints.is_empty()) {
            continue;
        }
        let mut pools = plan.environments_of(&cluster.key).flat_map(|environment| &environment.pools);
        let other = pools.find(|pool| pool.taints.is_empty());
        for environment in plan.environments_of(&cluster.key) {
            let has_pods = environment.pods().any(|service| service.pool.is_none())
                || !environment.caches.is_empty()
                || !environment.queues.is_empty();
            if !has_pods || environment.pools.iter().any(|pool| pool.taints.is_empty()) {
                continue;
            }
            let finding = Diagnostic::new(
                &code::NO_POOL,
                context.key(environment.at),
                format!("no node pool is for the pods of {}", environment.key),
            );
            let finding = match other {
                Some(pool) => finding
                    .related(
                        context.key(pool.at),
                        "its pods would take room here, which is counted without them",
                    )
                    .help(format!("add `{}` to the `environments` of a pool", environment.key)),
                None => finding.severity(Severity::Error).help(format!(
                    "add a pool: `nodePools: {{apps: {{environments: [{}], ...}}}}`",
                    environment.key
                )),
            };
            context.report(finding);
        }
    }
}

pub(super) fn gib(bytes: u64) -> String {
    format!("{:.1} GiB", tenths(bytes))
}

/// Gibibytes with one decimal, for messages only.
#[allow(clippy::cast_precision_loss)]
fn tenths(bytes: u64) -> f64 {
    (bytes >> 20) as f64 / 1024.0
}

fn quota(context: &mut Context<'_>) {
    let plan = context.plan;
    for environment in plan.environments.values() {
        let need = crate::sizing::demand(environment);
        let quota = &environment.quota;
        let asked = [
            (
                "CPU",
                quota.cpu.value.0 < need.cpu,
                context.origin(&quota.cpu, environment.at),
                quota.cpu.value.to_string(),
                Cpu(need.cpu).to_string(),
            ),
            (
                "memory",
                quota.memory.value.0 < need.memory,
                context.origin(&quota.memory, environment.at),
                quota.memory.value.to_string(),
                Bytes(need.memory).to_string(),
            ),
        ];
        for (what, _, span, has, needs) in asked.into_iter().filter(|(_, too_small, ..)| *too_small) {
            let finding = Diagnostic::new(
                &code::QUOTA_TOO_SMALL,
                span,
                format!(
                    "the quota of {} gives {has} of {what}; its pods request {needs} at their maximum",
                    environment.key
                ),
            )
            .help("raise the quota, or leave it out: platc computes one with room for rollouts");
            context.report(finding);
        }
    }
}
