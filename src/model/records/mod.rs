//! The records of the language. Each is defined once; schema, decoder and reference come from it.

mod delivery;
mod infrastructure;
mod observability;
mod recovery;
mod secrets;
mod services;
mod slo;
mod stores;

pub use delivery::{Delivery, Gitops, Output, Paths};
pub use infrastructure::{
    Addon, Audit, Cluster, ClusterNetwork, ControlPlane, Environment, GpuPool, NodePool, NodeRange, Quota,
    Registry, Subnets, Zones,
};
pub use observability::{
    Alerts, CustomAlert, Down, EmailReceiver, ErrorRate, JiraReceiver, LatencyLimit, Logs, MetricStore,
    Observability, OpsgenieReceiver, OwnerRouting, PagerdutyReceiver, Receiver, Routing, Scrape,
    SlackReceiver, TeamsReceiver, Traces, WebhookReceiver,
};
pub use recovery::{Drills, Recovery, Target, Tier, VolumeBackups};
pub use secrets::{Secret, SecretStore};
pub use services::{
    Autoscaling, Disruption, Egress, Health, Ingress, Job, KeptRuns, Metrics, Mock, Permission, Ports, Probe,
    Resources, Rollout, Security, Service, Tls, Use, Uses, Volume, Waf,
};
pub use slo::{Sli, Slo, SloFiles};
pub use stores::{
    Backup, Bucket, Cache, CacheBackup, Cdn, Database, DatabaseStorage, Dump, FileSystem, MessageQueue,
    Pooling, Queue, Replica,
};

use super::decode::{Context, Decode, Named, Shape};
use super::scalars::{Domain, Line, Name, Slug};
use super::things::Things;
use super::value::Value;
use crate::record;
use crate::source::Written;
use crate::syntax::Kind;
use crate::units::Date;
use crate::words::{
    Access, AddonSecurity, AlertSeverity, ApiVersion, BucketAccess, BucketPurpose, BucketScope, CacheEngine,
    Calendar, Ci, Cni, Concurrency, DatabaseEngine, Dns, Eviction, Failover, Feature, GitopsTool,
    IngressController, Install, Issuer, Local, LogStore, Loss, Mesh, MetricsKind, Mount, Nat, NetworkDefault,
    PodSecurity, PoolMode, PoolScope, Promotion, Provider, Quarter, QueueEngine, QueueType, RecoveryStrategy,
    Role, Scenario, SecretDelivery, SecretSource, SliPreset, Strategy, Sync, Tenants, TerraformValues,
    Topology, Verification, VolumeKind, Workloads,
};

/// A value in short form, or the record that says it in full.
#[derive(Debug, Clone)]
pub enum Short<S, R> {
    /// The one value that is mostly said.
    Short(S),
    /// All of it.
    Full(R),
}

impl<S: Decode, R: Decode> Decode for Short<S, R> {
    fn shape() -> Shape {
        Shape::Either(vec![S::shape(), R::shape()])
    }

    fn decode(value: &Value, context: &mut Context<'_>) -> Option<Self> {
        let is_map = match value {
            Value::Merged(_) => true,
            Value::Node(at) => matches!(context.document.node(*at).kind, Kind::Map(_)),
            Value::Removed(_) => false,
        };
        if is_map {
            R::decode(value, context).map(Self::Full)
        } else {
            S::decode(value, context).map(Self::Short)
        }
    }
}

record! {
    /// A whole platform: one file.
    Platform as "platform"; {
        /// The version of the language that the file is written in.
        api_version as "apiVersion": Written<ApiVersion> = needed "platc/v1";
        /// The platform's name; generated names start with it.
        name: Written<Name> = needed "aiaas";
        /// The team that answers for the platform: a label on everything, and on every alert.
        owner: Written<Name> = needed "platform-team";
        /// The domain that hosts are relative to where their environment has none of its own.
        domain: Written<Domain> = optional "aiaas.example.com";
        /// Settings that all things of a kind share.
        defaults: Defaults = optional "{services: {autoscaling: {min: 2, max: 10, cpu: 70%}}}";
        /// Kubernetes clusters.
        clusters: Named<Name, Cluster> = needed "{main: {provider: linode, region: fr-par, kubernetes: \"1.35\"}}";
        /// Environments; each lives in a namespace of its cluster.
        environments: Named<Name, Environment> = needed "{production: {role: production, cluster: main}}";
        /// Pools of nodes for workloads.
        node_pools as "nodePools": Things<NodePool> = optional "{baseline: {type: g6-standard-8, nodes: {min: 3, max: 10}}}";
        /// Pools of nodes with GPUs.
        gpu_pools as "gpuPools": Things<GpuPool> = optional "{inference: {type: g2-gpu-rtx4000a1-m, nodes: 2}}";
        /// Databases.
        databases: Things<Database> = optional "{users: {engine: postgresql, version: \"17\", type: g6-dedicated-2}}";
        /// Caches.
        caches: Things<Cache> = optional "{shared: {engine: redis, topology: replicated, replicas: 3, memory: 2Gi}}";
        /// Message brokers and their queues.
        queues: Things<Queue> = optional "{events: {engine: rabbitmq, nodes: 3, storage: 20Gi, queues: {usage: {type: quorum}}}}";
        /// Buckets of object storage.
        buckets: Things<Bucket> = optional "{exports: {access: presigned}}";
        /// File systems that pods share.
        file_systems as "fileSystems": Things<FileSystem> = optional "{shared: {size: 20Gi}}";
        /// The log of every call to the cloud's API.
        audit: Audit = optional "{name: aiaas-cloudtrail, keep: 400d}", "none";
        /// Repositories of container images.
        registry: Registry = optional "{repositories: [aiaas/api]}", "none: images come from elsewhere";
        /// Services: containers that run all the time.
        services: Things<Service> = optional "{api: {image: \"registry.example.com/api:1.0.0\", port: 8080}}";
        /// Jobs: containers that run to their end, by a schedule or when somebody starts them.
        jobs: Things<Job> = optional "{report: {image: \"registry.example.com/report:1.0.0\", schedule: \"0 6 * * *\"}}";
        /// Promises of recovery that things can be bound to.
        tiers: Named<Name, Tier> = optional "{standard: {rto: 4h, rpo: 24h, covers: [instance, logical]}}";
        /// Recovery: backups of volumes, and the drills.
        dr: Recovery = optional "{drills: {every: quarterly, scenarios: [database-failure]}}";
        /// How requests from outside reach services.
        ingress: Ingress = optional "{controller: ingress-nginx, tls: {issuer: letsencrypt, email: ops@example.com}}";
        /// Where secrets come from and how they reach the cluster.
        secret_store as "secretStore": SecretStore = optional "{source: external, delivery: sealed-secrets, mount: file}";
        /// Secrets of services, by name; never their values.
        secrets: Things<Secret> = optional "{registry-token: {environments: [system]}}";
        /// Metrics, logs, traces, and whom alerts reach.
        observability: Observability = optional "{scrape: {every: 30s}}";
        /// Thresholds of alerts, where the defaults do not fit.
        alerts: Alerts = optional "{errorRate: {above: 5%, for: 5m}}";
        /// Service level objectives that are written in a file of OpenSLO documents; a service's own stand with it.
        slos: SloFiles = optional "{from: slos/openslo.yaml}", "none";
        /// Charts of others that the platform stands on: what the spec asks for brings them in, and here they are chosen,
        /// added or set up differently.
        addons: Named<Name, Addon> = optional "{kube-prometheus-stack: {values: {grafana: {replicas: 2}}}}";
        /// How workloads reach the cluster.
        delivery: Delivery = optional "{gitops: {tool: argocd, repository: https://git.example.com/aiaas/platform.git}}";
        /// Rules that hold for everything.
        policies: Policies = optional "{podSecurity: restricted}";
        /// What belongs to the platform and is not made by platc, and who or what does it: the documentation lists it.
        outside: Named<Name, Written<Line>> = optional "{workstations: \"Ansible, in a repository of its own\"}", "nothing is listed";
        /// Where the output goes.
        output: Output = optional "{paths: {terraform: infra/terraform}}";
        /// Findings that are accepted for a while, each with its reason.
        allow: Vec<Allow> = optional "[{check: kubernetes/shared-cluster, at: clusters.main, reason: one control plane is enough, until: 2027-03-31}]";
    }
}

record! {
    /// Settings that all things of a kind share, for the whole platform or for one environment.
    Defaults as "defaults"; {
        /// What all node pools share.
        node_pools as "nodePools": Layer<NodePool> = optional "{type: g6-standard-8}";
        /// What all GPU pools share.
        gpu_pools as "gpuPools": Layer<GpuPool> = optional "{nodes: 1}";
        /// What all databases share.
        databases: Layer<Database> = optional "{nodes: 1}";
        /// What all caches share.
        caches: Layer<Cache> = optional "{replicas: 3}";
        /// What all message brokers share.
        queues: Layer<Queue> = optional "{nodes: 1}";
        /// What all buckets share.
        buckets: Layer<Bucket> = optional "{keep: 30d}";
        /// What all file systems share.
        file_systems as "fileSystems": Layer<FileSystem> = optional "{backup: false}";
        /// What all services share.
        services: Layer<Service> = optional "{replicas: 1}";
        /// What all jobs share.
        jobs: Layer<Job> = optional "{timeout: 30m}";
    }
}

record! {
    /// Rules that hold for everything.
    Policies as "policies"; {
        /// The Pod Security Standard of the environments' namespaces.
        pod_security as "podSecurity": Written<PodSecurity> = optional "restricted", "`restricted`";
    }
}

record! {
    /// A finding that is accepted for a while.
    Allow as "suppression"; {
        /// The code of the finding.
        check: Written<Slug> = needed "kubernetes/shared-cluster";
        /// The place in the spec: the finding's own, or one that holds it.
        place as "at": Written<Line> = needed "clusters.main";
        /// Why it is accepted.
        reason: Written<Line> = needed "one control plane is enough for this year";
        /// The last day on which it is.
        until: Written<Date> = needed "2027-03-31";
    }
}

/// A layer of settings that lies below the things of a kind.
#[derive(Debug, Clone)]
pub struct Layer<T> {
    /// The settings as they are written.
    pub value: Value,
    kind: std::marker::PhantomData<T>,
}

impl<T: super::things::Settings> Decode for Layer<T> {
    fn shape() -> Shape {
        Shape::Settings(T::RECORD)
    }

    fn decode(value: &Value, context: &mut Context<'_>) -> Option<Self> {
        super::things::check_settings::<T>(value, "cannot be a default", context);
        Some(Self { value: value.clone(), kind: std::marker::PhantomData })
    }
}

/// Lets a closed set of words be the value of a field.
macro_rules! decode_words {
    ($($name:ident),* $(,)?) => {$(
        impl Decode for Written<$name> {
            fn shape() -> Shape {
                Shape::Choice($name::WORDS)
            }

            fn decode(value: &Value, context: &mut Context<'_>) -> Option<Self> {
                let (word, at) = super::decode::word(value, context, $name::WORDS)?;
                $name::of(word).map(|value| Self { value, at })
            }
        }
    )*};
}

decode_words!(
    Access,
    AddonSecurity,
    AlertSeverity,
    ApiVersion,
    BucketAccess,
    BucketPurpose,
    BucketScope,
    CacheEngine,
    Calendar,
    Ci,
    Cni,
    Concurrency,
    DatabaseEngine,
    Dns,
    Eviction,
    Failover,
    Feature,
    GitopsTool,
    IngressController,
    Install,
    Issuer,
    Local,
    LogStore,
    Loss,
    Mesh,
    Mount,
    Nat,
    NetworkDefault,
    PodSecurity,
    PoolMode,
    PoolScope,
    Provider,
    Quarter,
    QueueEngine,
    QueueType,
    RecoveryStrategy,
    Role,
    Scenario,
    SecretDelivery,
    SecretSource,
    SliPreset,
    Sync,
    Tenants,
    MetricsKind,
    TerraformValues,
    Topology,
    VolumeKind,
    Workloads,
    Strategy,
    Verification,
    Promotion
);
