//! `RabbitMQ` by its cluster operator.
//!
//! What the operator does was read in its source (rabbitmq/cluster-operator, August 2026): pods carry
//! `app.kubernetes.io/name: <name>` and `app.kubernetes.io/component: rabbitmq`, comply with the restricted Pod Security
//! Standard, and have a port called `prometheus`; ports and peers of the policies are those of its own examples.
//! Nodes find each other without the Kubernetes API since `RabbitMQ` 4.1
//! (rabbitmq.com/blog/2025/04/04/new-k8s-peer-discovery), so no policy lets them reach it.

use super::edges::Called;
use super::metadata::Identity;
use super::network::{Direction, Policy, pods, tcp, tcp_range};
use super::{Api, Object, Scope};
use crate::format::data::Map;
use crate::map;
use crate::names;
use crate::plan::{Broker, SliPreset, Slo};

const CLUSTER: Api = Api::new("rabbitmq.com/v1beta1", "RabbitmqCluster");
const DISRUPTION_BUDGET: Api = Api::new("policy/v1", "PodDisruptionBudget");
const POD_MONITOR: Api = Api::new("monitoring.coreos.com/v1", "PodMonitor");

/// AMQP.
pub(in crate::backend) const AMQP_PORT: u16 = 5672;
/// The protocol of streams.
const STREAM_PORT: u16 = 5552;
/// The HTTP API, which the operators use.
const MANAGEMENT_PORT: u16 = 15672;
/// Metrics.
const PROMETHEUS_PORT: u16 = 15692;

/// The cluster and what surrounds it. Its queues and accounts are in [`super::topology`].
pub(super) fn objects<'a>(scope: Scope<'_, 'a>, broker: &'a Broker, objects: &mut Vec<Object<'a>>) {
    let identity = Identity::broker(broker);
    let (at, name) = (broker.at, &broker.name.value);
    objects.push(Object::new(CLUSTER, at, scope.described(name, identity)).spec(cluster(scope, broker)));
    let nodes = broker.nodes.value;
    if nodes >= 3 {
        // Quorum queues stop when the majority is gone.
        objects.push(Object::new(DISRUPTION_BUDGET, at, scope.metadata(name, identity)).spec(map! {
            "minAvailable" => nodes / 2 + 1,
            "unhealthyPodEvictionPolicy" => "AlwaysAllow",
            "selector" => map! { "matchLabels" => selector(broker) },
        }));
    }
    objects.push(Object::new(POD_MONITOR, at, scope.monitored(name, identity)).spec(monitor(scope, broker)));
    if scope.is_isolated() {
        objects.push(network(scope, broker, identity));
    }
}

fn cluster<'a>(scope: Scope<'_, 'a>, broker: &'a Broker) -> Map<'a> {
    let memory = broker.memory.value;
    let anti_affinity = map! {
        "weight" => 100,
        "podAffinityTerm" => map! {
            "topologyKey" => "kubernetes.io/hostname",
            "labelSelector" => map! { "matchLabels" => selector(broker) },
        },
    };
    let spec = map! {
        "image" => &broker.image.value,
        "replicas" => broker.nodes.value,
        "resources" => map! {
            "requests" => map! { "cpu" => broker.cpu.value.to_string(), "memory" => memory.to_string() },
            // The operator derives the memory alarm from the limit.
            "limits" => map! { "memory" => memory.to_string() },
        },
        "persistence" => map! {
            "storageClassName" => &broker.storage_class.value,
            "storage" => broker.storage.value.to_string(),
        },
        "affinity" => map! {
            "podAntiAffinity" => map! {
                "preferredDuringSchedulingIgnoredDuringExecution" => [anti_affinity],
            },
        }
        .with_some("nodeAffinity", node_affinity(scope)),
    };
    let plugins = broker.streams.value.then(|| map! { "additionalPlugins" => ["rabbitmq_stream"] });
    spec.with_some("rabbitmq", plugins)
}

/// The nodes of the environment. The custom resource has no field for a plain selector.
fn node_affinity<'a>(scope: Scope<'_, 'a>) -> Option<Map<'a>> {
    let labels = &scope.environment.node_selector;
    let expressions: Vec<Map<'a>> = labels
        .iter()
        .map(|(key, value)| map! { "key" => key, "operator" => "In", "values" => [value] })
        .collect();
    (!expressions.is_empty()).then(|| {
        let terms = map! { "nodeSelectorTerms" => [map! { "matchExpressions" => expressions }] };
        map! { "requiredDuringSchedulingIgnoredDuringExecution" => terms }
    })
}

/// The labels that the operator gives its pods.
pub(super) fn selector(broker: &Broker) -> Map<'_> {
    map! { names::COMPONENT_LABEL => "rabbitmq", names::NAME_LABEL => &broker.name.value }
}

/// The ports that users connect to.
pub(super) fn client_ports(broker: &Broker) -> Vec<Map<'static>> {
    let mut ports = vec![tcp(AMQP_PORT)];
    if broker.streams.value {
        ports.push(tcp(STREAM_PORT));
    }
    ports
}

fn monitor<'a>(scope: Scope<'_, 'a>, broker: &'a Broker) -> Map<'a> {
    let interval = scope.plan.monitoring.scrape_every.prometheus();
    let endpoint = || map! { "port" => "prometheus", "interval" => interval.clone() };
    // `/metrics` adds up all queues of a node; alerts need each. Deliveries are many series: only an objective asks for them.
    let mut families = vec!["queue_coarse_metrics", "queue_consumer_count"];
    let services = scope.environment.services.iter().flat_map(|service| &service.slos);
    if services.map(Slo::preset).any(|preset| preset == Some(SliPreset::Queue)) {
        families.push("queue_delivery_metrics");
    }
    let queues = endpoint().with("path", "/metrics/detailed").with("params", map! { "family" => families });
    map! {
        "jobLabel" => names::NAME_LABEL,
        "podMetricsEndpoints" => [endpoint(), queues],
        "selector" => map! { "matchLabels" => selector(broker) },
    }
}

fn network<'a>(scope: Scope<'_, 'a>, broker: &'a Broker, identity: Identity<'a>) -> Object<'a> {
    // Port mapper, distribution, command-line tools.
    let mut between = vec![tcp(4369), tcp(25672), tcp_range((35672, 35682))];
    if broker.streams.value {
        between.push(tcp_range((6000, 6500)));
    }
    let nodes = || vec![pods(selector(broker))];
    // Cluster and topology operator share a namespace and a label: those of their manifests.
    let operators = scope.operator("rabbitmq-operator", [(names::COMPONENT_LABEL, "rabbitmq-operator")]);
    let mut policy = Policy::default();
    let users = scope.callers(Called::Broker(&broker.key));
    if !users.is_empty() {
        policy.allow(Direction::Ingress, users, client_ports(broker));
    }
    policy.allow(Direction::Ingress, nodes(), between.clone());
    if let Some(operators) = operators {
        policy.allow(Direction::Ingress, vec![operators], vec![tcp(MANAGEMENT_PORT)]);
    }
    policy.allow(Direction::Ingress, vec![scope.prometheus()], vec![tcp(PROMETHEUS_PORT)]);
    policy.allow(Direction::Egress, nodes(), between);
    let selector = map! { "matchLabels" => selector(broker) };
    policy.object(broker.at, scope.metadata(&broker.name.value, identity), selector)
}
