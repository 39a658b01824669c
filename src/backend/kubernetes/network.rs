//! `NetworkPolicies`: nothing may talk to anything but what the edges need, in both directions.

use std::borrow::Cow;

use super::edges::{Called, Caller};
use super::metadata::Identity;
use super::{Api, Object, Scope, rabbitmq, redis, valkey};
use crate::format::data::{Data, Map};
use crate::map;
use crate::names;
use crate::plan::{Addon, Cache, CacheEngine, Egress, Environment, Service, Target};
use crate::provider;
use crate::provider::stores::{BucketKeys, Stores};
use crate::source::At;
use crate::units::Cidr;

pub(super) const NETWORK_POLICY: Api = Api::new("networking.k8s.io/v1", "NetworkPolicy");

/// Ports of a managed database: the provider assigns one when it makes the database, above the privileged ones.
const ASSIGNED_PORTS: (u16, u16) = (1024, 65535);
/// Why object storage is reached at every address.
pub(in crate::backend) const BUCKET_ADDRESS: &str = "object storage has no fixed address";
/// Why the API of a provider is reached at every address.
pub(in crate::backend) const PROVIDER_ADDRESS: &str = "the provider's API has no fixed address";
/// Why a policy opens a range for what has no address yet.
pub(in crate::backend) const UNKNOWN_DATABASE: &str =
    "a managed database has no address and no port before apply";
pub(in crate::backend) const DATABASE_IN_NETWORK: &str =
    "a managed database is somewhere in the network, at an address that apply shows";
pub(in crate::backend) const CACHE_IN_NETWORK: &str =
    "a managed cache is somewhere in the network, at an address that apply shows";
/// The port of cert-manager's pods that answer HTTP-01 challenges (cert-manager, `acmesolver`).
const SOLVER_PORT: u16 = 8089;
/// The ports of OTLP over gRPC and over HTTP (<https://opentelemetry.io/docs/specs/otlp/>).
const OTLP_GRPC_PORT: u16 = 4317;
pub(super) const OTLP_HTTP_PORT: u16 = 4318;
/// IPv4 ranges that are not public: RFC 1918, carrier-grade NAT, and the metadata service's link-local range.
const PRIVATE_RANGES: [&str; 5] =
    ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16"];

/// One direction of a policy.
#[derive(Debug, Clone, Copy)]
pub(super) enum Direction {
    /// Who may come in.
    Ingress,
    /// Where it may go.
    Egress,
}

/// A policy under construction.
#[derive(Debug, Default)]
pub(super) struct Policy<'a> {
    ingress: Vec<Data<'a>>,
    egress: Vec<Data<'a>>,
}

impl<'a> Policy<'a> {
    /// Allows connections of some peers at some ports: every peer, or every port, where the list is empty.
    pub(super) fn allow(&mut self, direction: Direction, peers: Vec<Map<'a>>, ports: Vec<Map<'a>>) {
        let (rules, key) = match direction {
            Direction::Ingress => (&mut self.ingress, "from"),
            Direction::Egress => (&mut self.egress, "to"),
        };
        rules.push(Map::new().with_filled(key, peers).with_filled("ports", ports).into());
    }

    /// The policy for the pods that a selector selects.
    pub(super) fn object(self, at: At, metadata: Map<'a>, selector: Map<'a>) -> Object<'a> {
        Object::new(NETWORK_POLICY, at, metadata).spec(
            map! { "podSelector" => selector, "policyTypes" => ["Ingress", "Egress"] }
                .with_filled("ingress", self.ingress)
                .with_filled("egress", self.egress),
        )
    }
}

/// A TCP port.
pub(super) fn tcp(port: u16) -> Map<'static> {
    map! { "protocol" => "TCP", "port" => port }
}

/// A range of TCP ports.
pub(super) fn tcp_range((first, last): (u16, u16)) -> Map<'static> {
    tcp(first).with("endPort", last)
}

/// Pods of the same namespace.
pub(super) fn pods(labels: Map<'_>) -> Map<'_> {
    map! { "podSelector" => map! { "matchLabels" => labels } }
}

/// All pods of a namespace.
pub(super) fn namespace<'a>(name: impl Into<Cow<'a, str>>) -> Map<'a> {
    map! { "namespaceSelector" => map! { "matchLabels" => map! { names::NAMESPACE_LABEL => name.into() } } }
}

/// Pods of a namespace.
pub(super) fn pods_in<'a>(name: impl Into<Cow<'a, str>>, labels: Map<'a>) -> Map<'a> {
    namespace(name).with("podSelector", map! { "matchLabels" => labels })
}

/// Every public IPv4 address.
pub(super) fn public() -> Map<'static> {
    map! { "ipBlock" => map! { "cidr" => "0.0.0.0/0", "except" => PRIVATE_RANGES } }
}

/// The pods of a workload, seen from an environment.
fn workload<'a>(from: &Environment, there: &'a Environment, identity: Identity<'a>) -> Map<'a> {
    if std::ptr::eq(from, there) {
        pods(identity.selector())
    } else {
        pods_in(&there.namespace.value, identity.selector())
    }
}

impl<'a> Scope<'_, 'a> {
    /// Pods of the services that call something here.
    pub(super) fn callers(self, called: Called<'a>) -> Vec<Map<'a>> {
        let peer = |caller: &Caller<'a>| {
            workload(self.environment, caller.environment, Identity::service(caller.service))
        };
        self.edges.callers(self.environment, called).iter().map(peer).collect()
    }

    /// The pods of an operator, in the namespace of the add-on that does its job; `None` where nothing does.
    pub(super) fn operator<const N: usize>(
        self,
        job: &str,
        labels: [(&'static str, &'static str); N],
    ) -> Option<Map<'a>> {
        let cluster = self.plan.clusters.get(&self.environment.cluster.value)?;
        let addon = cluster.provider_of(job)?;
        let mut selector = Map::new();
        for (key, value) in labels {
            selector.push(key, value);
        }
        Some(pods_in(&addon.namespace.value, selector))
    }

    /// What takes traces in this environment's cluster, where the spec asks for traces.
    pub(super) fn collector(self) -> Option<&'a Addon> {
        self.plan.traces.as_ref()?;
        self.plan.clusters.get(&self.environment.cluster.value)?.provider_of("otlp")
    }

    /// Where Prometheus runs.
    pub(super) fn prometheus(self) -> Map<'a> {
        namespace(&self.plan.monitoring.namespace.value)
    }
}

/// The policy of a service.
pub(super) fn of_service<'a>(scope: Scope<'_, 'a>, service: &'a Service) -> Option<Object<'a>> {
    if !scope.is_isolated() {
        return None;
    }
    let mut policy = Policy::default();
    if let Some(port) = &service.port {
        let mut peers = scope.callers(Called::Service(&service.key));
        if let (Some(_), Some(ingress)) = (&service.route, &scope.plan.ingress) {
            peers.push(namespace(&ingress.namespace.value));
        }
        if !peers.is_empty() {
            policy.allow(Direction::Ingress, peers, vec![tcp(port.container.value)]);
        }
    }
    if let Some(metrics) = &service.metrics {
        policy.allow(Direction::Ingress, vec![scope.prometheus()], vec![tcp(metrics.port.value)]);
    }
    let mut reasons = Vec::new();
    for (index, edge) in service.edges.iter().enumerate() {
        // Two logical databases of a cache, or two queues of a broker, are one address.
        if !service.edges[..index].iter().any(|earlier| same_address(&earlier.target, &edge.target)) {
            reach(scope, &edge.target, &mut policy, &mut reasons);
        }
    }
    if let Some(collector) = scope.collector() {
        let pods = pods_in(&collector.namespace.value, map! { names::INSTANCE_LABEL => &collector.key });
        policy.allow(Direction::Egress, vec![pods], vec![tcp(OTLP_GRPC_PORT), tcp(OTLP_HTTP_PORT)]);
    }
    for egress in &service.egress {
        policy.allow(
            Direction::Egress,
            addresses(egress),
            egress.ports.iter().map(|port| tcp(port.value)).collect(),
        );
    }
    if !service.permissions.is_empty() {
        // The address of the control plane is not known before apply, and may be public or private.
        policy.allow(Direction::Egress, vec![], vec![tcp(443), tcp(6443)]);
        reasons.push("the Kubernetes API has no address before apply".into());
    }
    let identity = Identity::service(service);
    let mut metadata = scope.metadata(&service.key, identity);
    if !reasons.is_empty() {
        metadata.push("annotations", map! { names::REASON_ANNOTATION => reasons.join("; ") });
    }
    Some(policy.object(service.at, metadata, map! { "matchLabels" => identity.selector() }))
}

fn same_address(one: &Target, other: &Target) -> bool {
    match (one, other) {
        (Target::Cache { key, .. }, Target::Cache { key: other, .. })
        | (Target::Queue { key, .. }, Target::Queue { key: other, .. }) => key == other,
        (Target::Bucket { .. }, Target::Bucket { .. })
        | (Target::Database { .. }, Target::Database { .. }) => true,
        _ => one == other,
    }
}

/// Lets a service reach what an edge leads to.
fn reach<'a>(
    scope: Scope<'_, 'a>,
    target: &'a Target,
    policy: &mut Policy<'a>,
    reasons: &mut Vec<Cow<'static, str>>,
) {
    let (here, egress) = (scope.environment, Direction::Egress);
    match target {
        Target::Service { environment, key, port } => {
            let Some(there) = scope.plan.environments.get(environment) else { return };
            let identity =
                Identity { name: key, component: "service", tier: None, purpose: None, owner: None };
            policy.allow(egress, vec![workload(here, there, identity)], vec![tcp(*port)]);
        }
        Target::Database { .. } => {
            reasons.push(reach_database(scope, policy).into());
        }
        Target::ManagedCache { .. } => {
            let (_, range) = scope.stores();
            let peers =
                range.map_or_else(public, |range| map! { "ipBlock" => map! { "cidr" => range.to_string() } });
            policy.allow(egress, vec![peers], vec![tcp(names::CACHE_PORT)]);
            reasons.push(CACHE_IN_NETWORK.into());
        }
        Target::Pooler { name, .. } => {
            let identity = Identity { name, component: "pooler", tier: None, purpose: None, owner: None };
            policy.allow(egress, vec![pods(identity.selector())], vec![tcp(super::pooler::PORT)]);
        }
        Target::Cache { key, .. } => {
            let Some(cache) = here.cache(key) else { return };
            policy.allow(egress, vec![map! { "podSelector" => nodes(cache) }], vec![tcp(redis::PORT)]);
        }
        Target::Queue { key, .. } => {
            let Some(broker) = here.broker(key) else { return };
            policy.allow(egress, vec![pods(rabbitmq::selector(broker))], rabbitmq::client_ports(broker));
        }
        Target::Bucket { .. } => {
            reasons.push(reach_bucket(scope, policy).into());
        }
        Target::Secret { .. } => {}
    }
}

/// The label selector of the nodes of a cache that hold data.
fn nodes(cache: &Cache) -> Map<'_> {
    match cache.engine.value {
        CacheEngine::Redis => redis::selector(cache),
        CacheEngine::Valkey => map! { "matchLabels" => valkey::selector(cache) },
    }
}

fn addresses(egress: &Egress) -> Vec<Map<'static>> {
    if egress.to.is_empty() {
        return vec![public()];
    }
    egress.to.iter().map(|range| map! { "ipBlock" => map! { "cidr" => range.value.to_string() } }).collect()
}

/// Lets a workload reach a managed database: in the network of the cluster, or at a public address that nobody knows
/// yet; at the port of its engine, or at one that the provider chooses. Gives the reason for the range.
pub(super) fn reach_database(scope: Scope<'_, '_>, policy: &mut Policy<'_>) -> &'static str {
    let (stores, range) = scope.stores();
    let peer = range.map_or_else(public, |range| map! { "ipBlock" => map! { "cidr" => range.to_string() } });
    let port = stores.database.port.map_or_else(|| tcp_range(ASSIGNED_PORTS), tcp);
    policy.allow(Direction::Egress, vec![peer], vec![port]);
    if range.is_some() { DATABASE_IN_NETWORK } else { UNKNOWN_DATABASE }
}

/// Lets a workload reach a bucket, and whoever gives it the identity that opens one. Gives the reason for the range.
pub(super) fn reach_bucket(scope: Scope<'_, '_>, policy: &mut Policy<'_>) -> &'static str {
    reach_provider(scope, policy);
    BUCKET_ADDRESS
}

/// Lets a workload reach the provider's API, and whoever gives it its identity there. Gives the reason for the range.
pub(super) fn reach_provider(scope: Scope<'_, '_>, policy: &mut Policy<'_>) -> &'static str {
    policy.allow(Direction::Egress, vec![public()], vec![tcp(443)]);
    if let (Stores { bucket_access: BucketKeys::Identity { agent, port }, .. }, _) = scope.stores() {
        let agent = map! { "ipBlock" => map! { "cidr" => *agent } };
        policy.allow(Direction::Egress, vec![agent], vec![tcp(*port)]);
    }
    PROVIDER_ADDRESS
}

impl Scope<'_, '_> {
    /// What the cloud has for data, and the address range in which that is.
    fn stores(self) -> (&'static Stores, Option<Cidr>) {
        let cluster = self.plan.clusters.get(&self.environment.cluster.value);
        let stores = provider::of(self.plan.provider_of(self.environment)).stores();
        (stores, cluster.and_then(|cluster| Some(cluster.network.as_ref()?.cidr.value)))
    }
}

/// What holds for all pods of an environment: nothing is allowed, but names can be looked up.
pub(super) fn of_environment<'a>(scope: Scope<'_, 'a>) -> Vec<Object<'a>> {
    if !scope.is_isolated() {
        return Vec::new();
    }
    let at = scope.environment.at;
    let metadata = |name: &'static str| scope.metadata(name, Identity::environment(name));
    let mut dns = Policy::default();
    dns.allow(
        Direction::Egress,
        vec![namespace("kube-system")],
        vec![map! { "protocol" => "UDP", "port" => 53 }, tcp(53)],
    );
    let dns = Object::new(NETWORK_POLICY, at, metadata("allow-dns")).spec(map! {
        "podSelector" => Map::new(),
        "policyTypes" => ["Egress"],
        "egress" => dns.egress,
    });
    let mut objects = vec![Policy::default().object(at, metadata("default-deny"), Map::new()), dns];
    if let Some(ingress) = &scope.plan.ingress
        && super::foundation::needs_certificates(scope)
    {
        let mut challenges = Policy::default();
        challenges.allow(
            Direction::Ingress,
            vec![namespace(&ingress.namespace.value)],
            vec![tcp(SOLVER_PORT)],
        );
        objects.push(Object::new(NETWORK_POLICY, at, metadata("allow-acme-challenges")).spec(map! {
            "podSelector" => map! { "matchLabels" => map! { "acme.cert-manager.io/http01-solver" => "true" } },
            "policyTypes" => ["Ingress"],
            "ingress" => challenges.ingress,
        }));
    }
    objects
}
