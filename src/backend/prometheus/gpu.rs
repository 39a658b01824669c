//! Rules about pools of nodes with GPUs.
//!
//! dcgm-exporter names the node of a GPU in the label `Hostname`; pods that use the GPU appear in other labels,
//! so readings are aggregated to `Hostname` and `gpu` first, or each new pod would start a new series.

use std::fmt::Write as _;

use super::conventions::{GPU_HOT, GPU_WARM, HARDWARE_XIDS, LASTING, PARTLY, RECENTLY};
use super::expr::{COUNT, Range, Selector};
use super::metrics::{
    DCGM_GPU_TEMP, DCGM_ROW_REMAP_FAILURE, DCGM_XID_ERRORS, KUBE_NODE_ALLOCATABLE, KUBE_NODE_CAPACITY, Metric,
};
use super::pool::{self, Nodes};
use super::rule::{Group, Rule, Scope, Subject, Urgency};
use crate::plan::GpuPool;
use crate::units::Duration;

/// The name that kube-state-metrics gives the resource of NVIDIA's device plug-in.
const RESOURCE: [(&str, &str); 1] = [("resource=", "nvidia_com_gpu")];
const GPU: &str = "GPU {{ $labels.gpu }} of node {{ $labels.node }}";

/// The rules of a GPU pool.
pub(super) fn group<'p>(scope: Scope<'p>, pool: &'p GpuPool) -> Group<'p> {
    let subject = scope.subject("gpu-pool", &pool.key).labelled("gpu_pool");
    let nodes = Nodes::of(&pool.key, &pool.labels);
    let mut rules = vec![
        pool::below_min(scope, subject, &pool.key, nodes, pool.nodes.value),
        pool::not_ready(scope, subject, &pool.key, nodes),
    ];
    devices(scope, subject, pool, nodes, &mut rules);
    temperature(scope, subject, pool, nodes, &mut rules);
    faults(scope, subject, pool, nodes, &mut rules);
    subject.group(pool.at, rules)
}

/// The readings of a metric, one for each GPU.
pub(in crate::backend) fn reading(metric: Metric) -> String {
    format!("max by (Hostname, gpu) ({})", metric.name)
}

/// Those GPUs of `readings` that are in the pool, with their node's name in the label `node`.
pub(in crate::backend) fn in_pool(readings: &str, nodes: Nodes<'_>) -> String {
    format!(
        "label_replace(\n  {readings},\n  \"node\", \"$1\", \"Hostname\", \"(.+)\"\n)\n  and on (node) {nodes}"
    )
}

fn devices<'p>(
    scope: Scope<'p>,
    subject: Subject<'p>,
    pool: &'p GpuPool,
    nodes: Nodes<'p>,
    rules: &mut Vec<Rule<'p>>,
) {
    let (environment, key, count) = (scope.key(), &pool.key, pool.nodes.value);
    let allocatable = Selector(KUBE_NODE_ALLOCATABLE, RESOURCE);
    let capacity = Selector(KUBE_NODE_CAPACITY, RESOURCE);
    if let Some(gpus) = pool.gpus_per_node {
        let all = gpus * count;
        rules.push(subject.rule(
            "GPUPoolShort",
            Urgency::Soon,
            LASTING,
            format!("(sum({allocatable} and on (node) {nodes}) or vector(0)) < {all}"),
            "Fewer GPUs can be used than the pool has.",
            format!(
                "{COUNT} GPUs of pool {key} of {environment} can be used; {count} nodes should give {all}."
            ),
        ));
    }
    rules.push(subject.rule(
        "GPUDeviceMissing",
        Urgency::Soon,
        PARTLY,
        format!("{capacity} - on (node) {allocatable} > 0\n  and on (node) {nodes}"),
        "A node has a GPU that is not healthy.",
        format!(
            "{COUNT} GPUs of node {{{{ $labels.node }}}} of pool {key} of {environment} are not healthy."
        ),
    ));
    let seen = in_pool(&reading(DCGM_GPU_TEMP), nodes);
    rules.push(subject.rule(
        "GPUExporterDown",
        Urgency::Soon,
        PARTLY,
        format!("(count(count by (node) (\n{seen}\n)) or vector(0)) < {count}"),
        "The GPUs of a node cannot be watched.",
        format!(
            "dcgm-exporter gives readings of {COUNT} nodes of pool {key} of {environment}; it has {count}."
        ),
    ));
}

fn temperature<'p>(
    scope: Scope<'p>,
    subject: Subject<'p>,
    pool: &'p GpuPool,
    nodes: Nodes<'p>,
    rules: &mut Vec<Rule<'p>>,
) {
    for (alert, urgency, limit, summary) in [
        ("GPUTemperatureHigh", Urgency::Soon, GPU_WARM, "A GPU is too warm."),
        ("GPUTemperatureCritical", Urgency::Now, GPU_HOT, "A GPU is so hot that it slows down or stops."),
    ] {
        rules.push(subject.rule(
            alert,
            urgency,
            Duration(300),
            in_pool(&format!("{} > {limit}", reading(DCGM_GPU_TEMP)), nodes),
            summary,
            format!("{GPU} of pool {} of {} has {COUNT} °C; the limit is {limit} °C.", pool.key, scope.key()),
        ));
    }
}

/// XIDs are a gauge that keeps the last one, so only a change of it says that something happened.
fn faults<'p>(
    scope: Scope<'p>,
    subject: Subject<'p>,
    pool: &'p GpuPool,
    nodes: Nodes<'p>,
    rules: &mut Vec<Rule<'p>>,
) {
    let (environment, key) = (scope.key(), &pool.key);
    let (xid, step) = (reading(DCGM_XID_ERRORS), Range(Duration::MINUTE));
    let changed = |range: Range| format!("changes(({xid})[{range}:{step}]) > 0");
    rules.push(subject.rule(
        "GPUXidError",
        Urgency::Soon,
        Duration(0),
        in_pool(&format!("{xid} > 0\n    and {}", changed(scope.range(RECENTLY))), nodes),
        "The driver of a GPU reports an error.",
        format!("{GPU} of pool {key} of {environment} reports XID {COUNT}."),
    ));
    let mut hardware = String::with_capacity(600);
    for (index, code) in HARDWARE_XIDS.iter().enumerate() {
        let or = if index == 0 { "" } else { "\n    or " };
        // Writing into a string cannot fail.
        let _ = write!(hardware, "{or}{xid} == {code}");
    }
    rules.push(subject.rule(
        "GPUXidHardware",
        Urgency::Now,
        Duration(0),
        in_pool(&format!("({hardware})\n    and {}", changed(scope.range(Duration::HOUR))), nodes),
        "A GPU has a fault of the hardware.",
        format!(
            "{GPU} of pool {key} of {environment} reports XID {COUNT}: drain the node and have it replaced."
        ),
    ));
    rules.push(subject.rule(
        "GPURowRemapFailure",
        Urgency::Now,
        Duration(0),
        in_pool(&format!("{} > 0", reading(DCGM_ROW_REMAP_FAILURE)), nodes),
        "A GPU cannot replace broken memory.",
        format!(
            "{GPU} of pool {key} of {environment} could not remap a row of its memory: have it replaced."
        ),
    ));
}
