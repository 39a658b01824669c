//! Rules about pools of nodes: their size against the plan's, and nodes that are not ready.
//!
//! Managed autoscalers export nothing, so nodes are counted by their labels.

use std::fmt;

use super::conventions::LASTING;
use super::expr::{COUNT, Selector};
use super::metrics::{KUBE_NODE_CONDITION, KUBE_NODE_LABELS, KUBE_NODE_UNSCHEDULABLE};
use super::rule::{Group, Rule, Scope, Subject, Urgency};
use super::story::{GONE, Series, Story, fires, healthy, near, series, vanished};
use crate::names::{ENVIRONMENT_LABEL, POOL_LABEL};
use crate::plan::{NodePool, Resolved};
use crate::units::Duration;
use indexmap::IndexMap;

/// The nodes of a pool, as a vector that others are joined with on `node`.
#[derive(Clone, Copy)]
pub(in crate::backend) struct Nodes<'p> {
    pool: &'p str,
    environment: &'p str,
}

impl<'p> Nodes<'p> {
    /// The nodes that carry the labels of a pool; a pool that environments share names no environment.
    pub(in crate::backend) fn of(key: &'p str, labels: &'p IndexMap<String, Resolved<String>>) -> Self {
        let label = |name: &str, other| labels.get(name).map_or(other, |text| text.value.as_str());
        Self { pool: label(POOL_LABEL, key), environment: label(ENVIRONMENT_LABEL, "") }
    }
}

impl fmt::Display for Nodes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // kube-state-metrics turns every character of a label that PromQL does not take into `_`.
        let labels =
            [("label_platc_dev_pool=", self.pool), ("label_platc_dev_environment=", self.environment)];
        write!(f, "{}", Selector(KUBE_NODE_LABELS, labels))
    }
}

/// The series of a node of a pool, for stories.
pub(super) fn node(nodes: Nodes<'_>, name: &str) -> Series {
    let labels = [("label_platc_dev_pool=", nodes.pool), ("label_platc_dev_environment=", nodes.environment)];
    series(KUBE_NODE_LABELS, &[("node=", name)], &labels)
}

/// A node of another pool, for stories.
pub(super) const OTHER: &str = "of-another-pool";

/// The series of [`OTHER`].
pub(super) fn other(nodes: Nodes<'_>) -> Series {
    node(Nodes { pool: "another", ..nodes }, OTHER)
}

/// The rules of a pool whose size is between a minimum and a maximum.
pub(super) fn group<'p>(scope: Scope<'p>, pool: &'p NodePool) -> Group<'p> {
    let subject = scope.subject("pool", &pool.key).owned_by(&pool.owner);
    let nodes = Nodes::of(&pool.key, &pool.labels);
    let (key, min, max) = (&pool.key, pool.min.value, pool.max.value);
    let mut rules = Vec::with_capacity(3);
    if max > min {
        rules.push(
            subject
                .rule(
                    "NodePoolAtMax",
                    Urgency::Soon,
                    LASTING,
                    format!("count({nodes}) >= {max}"),
                    "A node pool cannot grow any more.",
                    format!("Pool {key} of {} has {COUNT} nodes; its maximum is {max}.", scope.key()),
                )
                .proved(|| {
                    Story::new(
                        [
                            healthy("there are as few nodes as may be"),
                            near("one more could be added"),
                            fires("there are as many as may be", f64::from(max)),
                        ],
                        (0..max).map(|index| {
                            let there = |is: bool| if is { 1. } else { GONE };
                            node(nodes, &format!("{key}-{index}")).is([
                                there(index < min),
                                there(index + 1 < max),
                                1.,
                            ])
                        }),
                    )
                }),
        );
    }
    // A pool that may be empty is never too small.
    if min > 0 {
        rules.push(below_min(scope, subject, key, nodes, min));
    }
    rules.push(not_ready(scope, subject, key, nodes));
    subject.group(pool.at, rules)
}

/// Fires when a pool has fewer nodes than it must have. The zero that `vector` gives is the absence twin.
pub(super) fn below_min<'p>(
    scope: Scope<'p>,
    subject: Subject<'p>,
    key: &str,
    nodes: Nodes<'p>,
    min: u32,
) -> Rule<'p> {
    let any = Selector(KUBE_NODE_LABELS, [("label_platc_dev_pool!=", "")]);
    subject
        .rule(
            "NodePoolBelowMin",
            Urgency::Now,
            LASTING,
            format!("(count({nodes}) or vector(0)) < {min}\n  and on () count({any}) > 0"),
            "A node pool has fewer nodes than its minimum.",
            format!("Pool {key} of {} has {COUNT} nodes; its minimum is {min}.", scope.key()),
        )
        .proved(|| {
            Story::new(
                [
                    healthy("there are as few nodes as may be"),
                    fires("there is one less", f64::from(min.saturating_sub(1))),
                    healthy("there are as many again"),
                    vanished("there is none, and another pool has one", 0.0),
                    near("no node shows its pool, which is another alert"),
                ],
                (0..min)
                    .map(|index| {
                        let missing = if index == 0 { GONE } else { 1. };
                        node(nodes, &format!("{key}-{index}")).is([1., missing, 1., GONE, GONE])
                    })
                    .chain([
                        other(nodes).is([1., 1., 1., 1., GONE]),
                        series(KUBE_NODE_LABELS, &[("node=", "without-labels")], &[])
                            .is([GONE, GONE, GONE, GONE, 1.]),
                    ]),
            )
        })
}

/// Fires for a node of a pool that is not ready and that nobody is draining.
pub(super) fn not_ready<'p>(scope: Scope<'p>, subject: Subject<'p>, key: &str, nodes: Nodes<'p>) -> Rule<'p> {
    let ready = Selector(KUBE_NODE_CONDITION, [("condition=", "Ready"), ("status=", "true")]);
    let draining = Selector(KUBE_NODE_UNSCHEDULABLE, [("node!=", "")]);
    subject
        .rule(
            "NodeNotReady",
            Urgency::Soon,
            LASTING,
            format!("{ready} == 0\n  and on (node) {nodes}\n  unless on (node) {draining} == 1"),
            "A node is not ready.",
            format!("Node {{{{ $labels.node }}}} of pool {key} of {} is not ready.", scope.key()),
        )
        .proved(|| {
            let name = format!("{key}-0");
            let state = |name: &str| series(KUBE_NODE_CONDITION, &[("node=", name)], &ready.1);
            Story::new(
                [
                    healthy("all nodes are ready"),
                    near("one is drained"),
                    near("one of another pool is not ready"),
                    fires("one is not ready, and that of another pool is drained", 0.0)
                        .on("node", name.clone())
                        .on("condition", "Ready")
                        .on("status", "true"),
                ],
                [
                    state(&name).is([1., 0., 1., 0.]),
                    series(KUBE_NODE_UNSCHEDULABLE, &[("node=", &name)], &[]).is([0., 1., 0., 0.]),
                    node(nodes, &name).is([1., 1., 1., 1.]),
                    state(OTHER).is([1., 1., 0., 1.]),
                    series(KUBE_NODE_UNSCHEDULABLE, &[("node=", OTHER)], &[]).is([0., 0., 0., 1.]),
                    other(nodes).is([1., 1., 1., 1.]),
                ],
            )
        })
}

/// Fires when no node shows its pool, so that the rules of pools see nothing.
pub(super) fn unseen<'p>(scope: Scope<'p>, subject: Subject<'p>) -> Rule<'p> {
    let any = Selector(KUBE_NODE_LABELS, [("label_platc_dev_pool!=", "")]);
    subject.rule(
        "NodePoolsUnseen",
        Urgency::Soon,
        Duration::HOUR,
        format!("absent({any})"),
        "The node pools cannot be watched.",
        format!(
            "No node shows the label {POOL_LABEL} to {}: kube-state-metrics needs it in --metric-labels-allowlist.",
            scope.key()
        ),
    )
.proved(|| Story::new(
        [healthy("a node shows its pool"), vanished("it shows none", 1.0)],
        [
            series(KUBE_NODE_LABELS, &[("node=", "a")], &[("label_platc_dev_pool=", "a")]).is([1., GONE]),
            series(KUBE_NODE_LABELS, &[("node=", "a")], &[]).is([GONE, 1.]),
        ],
    ))
}
