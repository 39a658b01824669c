//! Rules about pools of nodes: their size against the plan's, and nodes that are not ready.
//!
//! Managed autoscalers export nothing, so nodes are counted by their labels.

use std::fmt;

use super::conventions::LASTING;
use super::expr::{COUNT, Selector};
use super::metrics::{KUBE_NODE_CONDITION, KUBE_NODE_LABELS, KUBE_NODE_UNSCHEDULABLE};
use super::rule::{Group, Rule, Scope, Subject, Urgency};
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

/// The rules of a pool whose size is between a minimum and a maximum.
pub(super) fn group<'p>(scope: Scope<'p>, pool: &'p NodePool) -> Group<'p> {
    let subject = scope.subject("pool", &pool.key);
    let nodes = Nodes::of(&pool.key, &pool.labels);
    let (key, min, max) = (&pool.key, pool.min.value, pool.max.value);
    let mut rules = Vec::with_capacity(3);
    if max > min {
        rules.push(subject.rule(
            "NodePoolAtMax",
            Urgency::Soon,
            LASTING,
            format!("count({nodes}) >= {max}"),
            "A node pool cannot grow any more.",
            format!("Pool {key} of {} has {COUNT} nodes; its maximum is {max}.", scope.key()),
        ));
    }
    rules.push(below_min(scope, subject, key, nodes, min));
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
    subject.rule(
        "NodePoolBelowMin",
        Urgency::Now,
        LASTING,
        format!("(count({nodes}) or vector(0)) < {min}\n  and on () count({any}) > 0"),
        "A node pool has fewer nodes than its minimum.",
        format!("Pool {key} of {} has {COUNT} nodes; its minimum is {min}.", scope.key()),
    )
}

/// Fires for a node of a pool that is not ready and that nobody is draining.
pub(super) fn not_ready<'p>(scope: Scope<'p>, subject: Subject<'p>, key: &str, nodes: Nodes<'p>) -> Rule<'p> {
    let ready = Selector(KUBE_NODE_CONDITION, [("condition=", "Ready"), ("status=", "true")]);
    let draining = Selector(KUBE_NODE_UNSCHEDULABLE, [("node!=", "")]);
    subject.rule(
        "NodeNotReady",
        Urgency::Soon,
        LASTING,
        format!("{ready} == 0\n  and on (node) {nodes}\n  unless on (node) {draining} == 1"),
        "A node is not ready.",
        format!("Node {{{{ $labels.node }}}} of pool {key} of {} is not ready.", scope.key()),
    )
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
}
