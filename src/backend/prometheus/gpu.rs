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
use super::story::{GONE, Phase, Series, Story, fires, healthy, near, number, series, vanished};
use crate::plan::GpuPool;
use crate::units::Duration;

/// The name that kube-state-metrics gives the resource of NVIDIA's device plug-in.
const RESOURCE: [(&str, &str); 1] = [("resource=", "nvidia_com_gpu")];
const GPU: &str = "GPU {{ $labels.gpu }} of node {{ $labels.node }}";

/// The rules of a GPU pool.
pub(super) fn group<'p>(scope: Scope<'p>, pool: &'p GpuPool) -> Group<'p> {
    let subject = scope.subject("gpu-pool", &pool.key).labelled("gpu_pool").owned_by(&pool.owner);
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

/// A node's number of GPUs, for stories.
fn gpus_of(metric: Metric, node: &str) -> Series {
    series(metric, &[("node=", node)], &RESOURCE)
}

/// The reading of a GPU, for stories.
fn device(metric: Metric, node: &str, gpu: &str) -> Series {
    series(metric, &[("Hostname=", node)], &[("gpu=", gpu)])
}

/// A reading passes a limit: at first of another pool's GPU only.
fn above<'p>(
    pool: &GpuPool,
    nodes: Nodes<'_>,
    metric: Metric,
    nearly: &'static str,
    [fine, most, more]: [f64; 3],
) -> Story<'p> {
    let name = format!("{}-0", pool.key);
    Story::new(
        [
            healthy("a GPU works"),
            near(nearly),
            near("it is too much for one of another pool"),
            fires("it is too much", more)
                .on("Hostname", name.clone())
                .on("gpu", "0")
                .on("node", name.clone()),
        ],
        [
            device(metric, &name, "0").is([fine, most, fine, more]),
            device(metric, pool::OTHER, "0").is([fine, fine, more, fine]),
            pool::node(nodes, &name).is([1.; 4]),
            pool::other(nodes).is([1.; 4]),
        ],
    )
}

/// Each of some XIDs is reported by a GPU of its own, and stays.
fn xids<'p>(pool: &GpuPool, nodes: Nodes<'_>, codes: &[u16], nearly: &'static str, fine: f64) -> Story<'p> {
    let name = format!("{}-0", pool.key);
    let mut fault: Option<Phase<'p>> = None;
    let mut rows = vec![pool::node(nodes, &name).is([1.; 5]), pool::other(nodes).is([1.; 5])];
    for (index, code) in codes.iter().enumerate() {
        let (gpu, code) = (index.to_string(), f64::from(*code));
        rows.push(device(DCGM_XID_ERRORS, &name, &gpu).is([0., fine, code, code, 0.]));
        rows.push(device(DCGM_XID_ERRORS, pool::OTHER, &gpu).is([0., code, 0., 0., 0.]));
        let phase = match fault {
            None => fires("a fault is reported", code),
            Some(phase) => phase.also(code),
        };
        fault = Some(phase.on("Hostname", name.clone()).on("gpu", gpu).on("node", name.clone()));
    }
    let fault = fault.unwrap_or_else(|| near("no fault is known"));
    Story::new(
        [
            healthy("no GPU reports a fault"),
            near(nearly).at_once(),
            fault,
            near("it was long ago"),
            near("the driver was loaded again").at_once(),
        ],
        rows,
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
        )
.proved(|| Story::new(
            [
                healthy("all GPUs can be used"),
                fires("one less can", f64::from(all.saturating_sub(1))),
                healthy("all can be used again"),
                vanished("the pool has none, and another has", 0.0),
            ],
            (0..count)
                .flat_map(|index| {
                    let (name, gpus) = (format!("{key}-{index}"), f64::from(gpus));
                    let less = if index == 0 { gpus - 1. } else { gpus };
                    [
                        gpus_of(KUBE_NODE_ALLOCATABLE, &name).is([gpus, less, gpus, GONE]),
                        pool::node(nodes, &name).is([1., 1., 1., GONE]),
                    ]
                })
                .chain([
                    gpus_of(KUBE_NODE_ALLOCATABLE, pool::OTHER).is([1000.; 4]),
                    pool::other(nodes).is([1.; 4]),
                ]),
        )));
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
    )
.proved(|| {
        let name = format!("{key}-0");
        Story::new(
            [
                healthy("all GPUs are healthy"),
                near("one of another pool is not"),
                fires("one is not", 1.0).on("node", name.clone()),
            ],
            [
                gpus_of(KUBE_NODE_CAPACITY, &name).is([2., 2., 2.]),
                gpus_of(KUBE_NODE_ALLOCATABLE, &name).is([2., 2., 1.]),
                pool::node(nodes, &name).is([1., 1., 1.]),
                gpus_of(KUBE_NODE_CAPACITY, pool::OTHER).is([2., 2., 2.]),
                gpus_of(KUBE_NODE_ALLOCATABLE, pool::OTHER).is([2., 1., 2.]),
                pool::other(nodes).is([1., 1., 1.]),
            ],
        )
    }));
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
    )
.proved(|| Story::new(
        [
            healthy("all nodes give readings"),
            fires("one gives none", f64::from(count.saturating_sub(1))),
            healthy("all give readings again"),
            vanished("only one of another pool does", 0.0),
        ],
        (0..count)
            .flat_map(|index| {
                let name = format!("{key}-{index}");
                let missing = if index == 0 { GONE } else { 60. };
                [
                    device(DCGM_GPU_TEMP, &name, "0").is([60., missing, 60., GONE]),
                    pool::node(nodes, &name).is([1.; 4]),
                ]
            })
            .chain([device(DCGM_GPU_TEMP, pool::OTHER, "0").is([60.; 4]), pool::other(nodes).is([1.; 4])]),
    )));
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
        rules.push(
            subject
                .rule(
                    alert,
                    urgency,
                    Duration(300),
                    in_pool(&format!("{} > {limit}", reading(DCGM_GPU_TEMP)), nodes),
                    summary,
                    format!(
                        "{GPU} of pool {} of {} has {COUNT} °C; the limit is {limit} °C.",
                        pool.key,
                        scope.key()
                    ),
                )
                .proved(|| {
                    let most = number(limit);
                    above(pool, nodes, DCGM_GPU_TEMP, "as warm as it may be", [most - 20., most, most + 1.])
                }),
        );
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
    rules.push(
        subject
            .rule(
                "GPUXidError",
                Urgency::Soon,
                Duration(0),
                in_pool(&format!("{xid} > 0\n    and {}", changed(scope.range(RECENTLY))), nodes),
                "The driver of a GPU reports an error.",
                format!("{GPU} of pool {key} of {environment} reports XID {COUNT}."),
            )
            .proved(|| xids(pool, nodes, &[31], "nothing is reported", 0.)),
    );
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
    )
.proved(|| xids(pool, nodes, &HARDWARE_XIDS, "a fault of an application is reported", 31.)));
    rules.push(subject.rule(
        "GPURowRemapFailure",
        Urgency::Now,
        Duration(0),
        in_pool(&format!("{} > 0", reading(DCGM_ROW_REMAP_FAILURE)), nodes),
        "A GPU cannot replace broken memory.",
        format!(
            "{GPU} of pool {key} of {environment} could not remap a row of its memory: have it replaced."
        ),
    )
.proved(|| above(pool, nodes, DCGM_ROW_REMAP_FAILURE, "no row had to be replaced", [0., 0., 1.])));
}
