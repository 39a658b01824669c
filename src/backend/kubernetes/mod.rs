//! Kubernetes objects from the plan: one model for every way of delivery.
//!
//! Objects carry no `metadata.namespace`: whoever delivers them says where they go. Names do not contain the
//! environment, so that the same service looks the same in each.

mod container;
mod dump;
mod edges;
mod exporter;
mod external_secrets;
mod foundation;
mod gateway;
mod job;
mod metadata;
pub(in crate::backend) mod network;
mod patch;
mod pod;
mod pooler;
mod protect;
mod rabbitmq;
mod redis;
mod restorable;
mod rollout;
mod scaling;
mod service;
mod topology;
mod valkey;

#[cfg(test)]
mod tests;

use crate::format::data::{Data, Map};
use crate::names;
use crate::plan::{CacheEngine, Cluster, Environment, NetworkDefault, Plan, Service};
use crate::source::At;

use edges::Edges;
use metadata::Identity;

pub(super) use pooler::PORT as POOLER_PORT;
pub(super) use rabbitmq::AMQP_PORT;
pub(super) use redis::PORT as CACHE_PORT;

const PROMETHEUS_RULE: Api = Api::new("monitoring.coreos.com/v1", "PrometheusRule");

/// A kind of object and the version of its API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Api {
    /// Group and version, as `apiVersion` says them.
    pub version: &'static str,
    /// The kind.
    pub kind: &'static str,
}

impl Api {
    const fn new(version: &'static str, kind: &'static str) -> Self {
        Self { version, kind }
    }
}

/// An object of the Kubernetes API.
#[derive(Debug, Clone)]
pub struct Object<'a> {
    /// What it is.
    pub api: Api,
    /// The place of the spec that it comes from.
    pub at: At,
    /// The whole object: `apiVersion`, `kind`, `metadata`, then the rest.
    pub data: Data<'a>,
}

impl<'a> Object<'a> {
    fn new(api: Api, at: At, metadata: Map<'a>) -> Self {
        let mut data = Map::new();
        data.push("apiVersion", api.version);
        data.push("kind", api.kind);
        data.push("metadata", metadata);
        Self { api, at, data: Data::Map(data) }
    }

    fn with(mut self, key: &'static str, value: impl Into<Data<'a>>) -> Self {
        if let Data::Map(map) = &mut self.data {
            map.push(key, value);
        }
        self
    }

    fn spec(self, spec: Map<'a>) -> Self {
        self.with("spec", spec)
    }

    /// Whether Kubernetes itself defines it, and not a custom resource definition.
    #[must_use]
    pub fn is_built_in(&self) -> bool {
        // Groups of Kubernetes' own have no dot, or end in `k8s.io`; `v1` is the core. The Gateway API is no part of it.
        self.api.version.split_once('/').is_none_or(|(group, _)| {
            !group.contains('.') || (group.ends_with(".k8s.io") && group != gateway::GROUP)
        })
    }

    /// Whether it makes the pods of a service.
    #[must_use]
    pub fn is_workload(&self) -> bool {
        self.api == pod::DEPLOYMENT || self.api == rollout::ROLLOUT
    }

    /// Gives the only container of a workload another image.
    pub fn set_image(&mut self, image: &'a str) {
        if !self.is_workload() {
            return;
        }
        let mut data = &mut self.data;
        for key in ["spec", "template", "spec", "containers"] {
            match data.as_map_mut().and_then(|map| map.get_mut(key)) {
                Some(inner) => data = inner,
                None => return,
            }
        }
        let Data::List(containers) = data else { return };
        for container in containers.iter_mut().filter_map(Data::as_map_mut) {
            if let Some(place) = container.get_mut("image") {
                *place = image.into();
            }
        }
    }

    /// The name in its metadata.
    #[must_use]
    pub fn name(&self) -> &str {
        self.data
            .as_map()
            .and_then(|map| map.get("metadata"))
            .and_then(Data::as_map)
            .and_then(|metadata| metadata.get("name"))
            .and_then(Data::as_text)
            .unwrap_or_default()
    }
}

/// Objects of an environment that belong together, and are written to one file.
#[derive(Debug, Clone)]
pub struct Family<'a> {
    /// What they are: a file's name without its ending.
    pub name: std::borrow::Cow<'static, str>,
    /// The objects.
    pub objects: Vec<Object<'a>>,
}

/// The plan with what is looked up in it again and again.
#[derive(Debug)]
pub struct Model<'a> {
    plan: &'a Plan,
    edges: Edges<'a>,
}

/// An environment of the plan, seen from its objects.
#[derive(Debug, Clone, Copy)]
struct Scope<'m, 'a> {
    plan: &'a Plan,
    edges: &'m Edges<'a>,
    environment: &'a Environment,
}

impl Scope<'_, '_> {
    /// Whether pods are isolated, so that every edge needs a policy.
    fn is_isolated(&self) -> bool {
        self.environment.network_default.value == NetworkDefault::DefaultDeny
    }
}

impl<'a> Model<'a> {
    /// Reads the plan once, so that the objects of each service need no search through all others.
    #[must_use]
    pub fn new(plan: &'a Plan) -> Self {
        Self { plan, edges: Edges::new(plan) }
    }

    const fn scope<'m>(&'m self, environment: &'a Environment) -> Scope<'m, 'a> {
        Scope { plan: self.plan, edges: &self.edges, environment }
    }

    /// The workload unit of a service: what is rolled out, scaled and removed together.
    #[must_use]
    pub fn service(&self, environment: &'a Environment, service: &'a Service) -> Vec<Object<'a>> {
        let scope = self.scope(environment);
        let mut objects = Vec::with_capacity(10);
        objects.push(pod::account(scope, service));
        pod::access(scope, service, &mut objects);
        objects.push(if service.is_rollout() {
            rollout::rollout(scope, service)
        } else {
            pod::deployment(scope, service)
        });
        objects.extend(service::service(scope, service));
        objects.extend(rollout::second_service(scope, service));
        objects.extend(scaling::autoscaler(scope, service));
        objects.extend(scaling::disruption_budget(scope, service));
        objects.extend(network::of_service(scope, service));
        objects.extend(service::ingress(scope, service).or_else(|| gateway::route(scope, service)));
        if service.is_rollout() {
            objects.extend(rollout::monitor(scope, service));
            rollout::templates(scope, service, &mut objects);
        } else {
            objects.extend(service::monitor(scope, service));
        }
        patch::apply(service, &mut objects);
        objects
    }

    /// The network policies of an environment: its own, then those of its services.
    #[must_use]
    pub fn network_policies(&self, environment: &'a Environment) -> Vec<Object<'a>> {
        let mut own: Vec<Object<'a>> =
            self.environment(environment).into_iter().flat_map(|family| family.objects).collect();
        own.retain(|object| object.api == network::NETWORK_POLICY);
        let scope = self.scope(environment);
        for service in &environment.services {
            let mut policies: Vec<Object<'a>> = network::of_service(scope, service).into_iter().collect();
            patch::apply(service, &mut policies);
            own.append(&mut policies);
        }
        own
    }

    /// Rules for Prometheus about a service.
    #[must_use]
    pub fn rules_of_service(
        &self,
        environment: &'a Environment,
        service: &'a Service,
        spec: Map<'a>,
    ) -> Object<'a> {
        let identity = Identity::service(service);
        self.rules(environment, &service.key, identity, service.at, spec)
    }

    /// Rules for Prometheus about what an environment has besides its services.
    #[must_use]
    pub fn rules_of_environment(&self, environment: &'a Environment, spec: Map<'a>) -> Object<'a> {
        let name = names::ENVIRONMENT_RULES;
        self.rules(environment, name, Identity::environment(name), environment.at, spec)
    }

    /// Rules for Prometheus that the spec says itself.
    #[must_use]
    pub fn custom_rules(&self, environment: &'a Environment, spec: Map<'a>) -> Object<'a> {
        let name = names::CUSTOM_RULES;
        self.rules(environment, name, Identity::environment(name), environment.at, spec)
    }

    fn rules(
        &self,
        environment: &'a Environment,
        name: &'a str,
        identity: Identity<'a>,
        at: At,
        spec: Map<'a>,
    ) -> Object<'a> {
        let metadata = self.scope(environment).monitored(name, identity);
        Object::new(PROMETHEUS_RULE, at, metadata).spec(spec)
    }

    /// What an environment has besides its services, by family. No family is empty.
    #[must_use]
    pub fn environment(&self, environment: &'a Environment) -> Vec<Family<'a>> {
        let scope = self.scope(environment);
        let mut families = Vec::new();
        let mut add = |name: std::borrow::Cow<'static, str>, mut objects: Vec<Object<'a>>| {
            if !objects.is_empty() {
                protect::protect(self.plan, &mut objects);
                families.push(Family { name, objects });
            }
        };
        add("namespace".into(), vec![foundation::namespace(scope)]);
        add("quota".into(), foundation::limits(scope));
        add("network".into(), network::of_environment(scope));
        add("gateway".into(), gateway::of_environment(scope));
        add("secrets".into(), external_secrets::of_environment(scope));
        add("files".into(), foundation::file_systems(scope));
        add("issuer".into(), foundation::issuer(scope).into_iter().collect());
        let mut caches = Vec::new();
        for cache in &environment.caches {
            match cache.engine.value {
                CacheEngine::Redis => redis::objects(scope, cache, &mut caches),
                CacheEngine::Valkey => valkey::objects(scope, cache, &mut caches),
            }
        }
        add("caches".into(), caches);
        let mut queues = Vec::new();
        for broker in &environment.queues {
            rabbitmq::objects(scope, broker, &mut queues);
            topology::objects(scope, broker, &mut queues);
        }
        add("queues".into(), queues);
        let exporters = environment.databases.iter().flat_map(|database| {
            let mut objects = exporter::objects(scope, database);
            objects.append(&mut restorable::objects(scope, database));
            objects
        });
        add("exporters".into(), exporters.collect());
        let dumps = environment.databases.iter().flat_map(|database| dump::objects(scope, database));
        add("dumps".into(), dumps.collect());
        add("jobs".into(), environment.jobs.iter().flat_map(|one| job::objects(scope, one)).collect());
        for database in &environment.databases {
            if let Some(pooling) = &database.pooling {
                add(pooling.name.clone().into(), pooler::objects(scope, database, pooling));
            }
        }
        families
    }
}

/// The images that an object names, in its order: those of containers, and those that an operator is told to run.
#[must_use]
pub fn images<'o>(data: &'o Data<'_>) -> Vec<&'o str> {
    match data {
        Data::Map(map) => map
            .iter()
            .flat_map(|(key, value)| match value {
                Data::Text(image) if key == "image" => vec![image.as_ref()],
                other => images(other),
            })
            .collect(),
        Data::List(items) => items.iter().flat_map(images).collect(),
        _ => Vec::new(),
    }
}

/// All objects of an environment: its own, then those of its services.
#[must_use]
pub fn objects<'a>(plan: &'a Plan, environment: &'a Environment) -> Vec<Object<'a>> {
    let model = Model::new(plan);
    let own = model.environment(environment).into_iter().flat_map(|family| family.objects);
    own.chain(environment.services.iter().flat_map(|service| model.service(environment, service))).collect()
}

/// What a cluster needs to copy secrets from a secret manager, and the secrets that are no environment's. Unlike the objects of
/// environments these say which namespace they are for, since there are several.
#[must_use]
pub fn cluster_secrets<'a>(plan: &'a Plan, cluster: &'a Cluster) -> Vec<Object<'a>> {
    external_secrets::of_cluster(plan, cluster)
}

/// The namespaces that the add-ons of a cluster need and no environment is.
#[must_use]
pub fn addon_namespaces<'a>(plan: &'a Plan, cluster: &'a Cluster) -> Vec<Object<'a>> {
    let mut namespaces = foundation::addon_namespaces(plan, cluster);
    protect::protect(plan, &mut namespaces);
    namespaces
}

/// What a cluster has for all of its environments and add-ons, by family: the namespaces of add-ons, and the storage
/// classes. No family is empty.
#[must_use]
pub fn of_cluster<'a>(plan: &'a Plan, cluster: &'a Cluster) -> Vec<Family<'a>> {
    let files = foundation::files_classes(plan, cluster);
    let storage = foundation::storage_class(plan, cluster).into_iter().chain(files).collect();
    [("namespaces", addon_namespaces(plan, cluster)), ("storage", storage)]
        .into_iter()
        .filter(|(_, objects)| !objects.is_empty())
        .map(|(name, objects)| Family { name: name.into(), objects })
        .collect()
}
