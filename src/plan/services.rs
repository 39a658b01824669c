//! Services and jobs, and what their pods need.

use indexmap::IndexMap;
use serde::Serialize;

use super::{
    Access, Concurrency, Environment, IngressController, MetricsKind, Mount, Promotion, Provider, Resolved,
    Slo, Strategy, Taint, Tier, Verification, VolumeKind,
};
use crate::freeform::Freeform;
use crate::source::At;
use crate::units::{Bytes, Cidr, Cpu, Duration, Percent};

/// A job: a pod that runs to its end.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Job {
    /// When it runs; `None` where somebody starts it by hand.
    pub schedule: Option<Schedule>,
    /// How long a run may take with all its retries.
    pub timeout: Resolved<Duration>,
    /// How often a run that fails is tried again.
    pub retries: Resolved<u32>,
    /// What happens when it is due and its last run is not done.
    pub concurrency: Resolved<Concurrency>,
    /// Runs that succeeded and are kept.
    pub keep_succeeded: Resolved<u32>,
    /// Runs that failed and are kept.
    pub keep_failed: Resolved<u32>,
    /// Its pod: that of a service with one pod that takes no connections, so that one model serves both.
    pub pod: Service,
}

/// When a job runs.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Schedule {
    /// The five fields of cron.
    pub cron: Resolved<String>,
    /// The time zone.
    pub time_zone: Resolved<String>,
    /// The shortest time between two runs.
    pub shortest: Resolved<Duration>,
    /// The longest time between two runs.
    pub longest: Resolved<Duration>,
}

/// What a pod is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Workload {
    /// It runs all the time.
    Service,
    /// It runs to its end.
    Job,
}

impl Workload {
    /// What the spec calls things of this kind.
    #[must_use]
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Service => "services",
            Self::Job => "jobs",
        }
    }

    /// The component that labels of its objects name.
    #[must_use]
    pub const fn component(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Job => "job",
        }
    }
}

/// A service.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Service {
    /// Whether it is a service, or the pod of a job.
    #[serde(skip)]
    pub workload: Workload,
    /// Its key in the spec, which is also the name of its objects.
    pub key: String,
    /// Its place in the spec.
    #[serde(skip)]
    pub at: At,
    /// The image with its tag or digest.
    pub image: Resolved<String>,
    /// The folder with its Dockerfile, below the spec's.
    pub build: Option<Resolved<String>>,
    /// What it does, in words.
    pub purpose: Option<Resolved<String>>,
    /// The team that answers for it.
    pub owner: Resolved<String>,
    /// The ports that it takes connections at.
    pub port: Option<ServicePort>,
    /// Where it is reached from outside.
    pub route: Option<Route>,
    /// The command, if not the image's.
    pub command: Vec<Resolved<String>>,
    /// The arguments, if not the image's.
    pub args: Vec<Resolved<String>>,
    /// Plain environment variables.
    pub env: IndexMap<String, Resolved<String>>,
    /// Variables that come from secrets, and their files.
    pub secret_env: Vec<SecretVariable>,
    /// What it talks to.
    pub edges: Vec<Edge>,
    /// Addresses outside the platform that it reaches.
    pub egress: Vec<Egress>,
    /// What a pod requests.
    pub requests: Resources,
    /// What a pod gets at most.
    pub limits: Resources,
    /// GPUs of a pod.
    pub gpus: Resolved<u32>,
    /// The pool that it is bound to.
    pub pool: Option<PoolBinding>,
    /// How many pods.
    pub scale: Scale,
    /// Pods that must stay available while nodes are drained.
    pub min_available: Option<Resolved<u32>>,
    /// The readiness probe.
    pub ready: Option<Probe>,
    /// The liveness probe.
    pub live: Option<Probe>,
    /// How long it may take to start.
    pub startup: Resolved<Duration>,
    /// Where its metrics are.
    pub metrics: Option<Metrics>,
    /// Directories that it may write to.
    pub volumes: Vec<Volume>,
    /// The user that it runs as.
    pub user: Resolved<u32>,
    /// Whether the image's files cannot be changed.
    pub read_only: Resolved<bool>,
    /// What its account may do with the Kubernetes API.
    pub permissions: Vec<Permission>,
    /// How a new version replaces the old one.
    pub rollout: Rollout,
    /// Pods that may be missing during a rollout.
    pub max_unavailable: Resolved<u32>,
    /// Pods that may be there in addition during a rollout.
    pub max_surge: Resolved<u32>,
    /// How long a pod has to finish.
    pub stop_after: Resolved<Duration>,
    /// Changes of its objects that the language has no field for, in the order in which they are applied.
    pub patches: Vec<Patch>,
    /// The promise that holds for it.
    pub tier: Option<Tier>,
    /// What is promised to those who use it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub slos: Vec<Slo>,
}

/// How a new version replaces the old one.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Rollout {
    /// How.
    pub strategy: Resolved<Strategy>,
    /// What divides requests between the versions of a canary.
    pub traffic: Option<Resolved<Traffic>>,
    /// What must be good about a new version.
    pub verify: Vec<Resolved<Verification>>,
    /// The shares of the requests that the new version of a canary gets.
    pub steps: Vec<Resolved<Percent>>,
    /// How long a step of a canary, or a verification of blue-green, lasts.
    pub pause: Option<Resolved<Duration>>,
    /// Who lets the new version take over, where it is not pod by pod.
    pub promotion: Option<Resolved<Promotion>>,
    /// How many pods the new version has until it takes over, where that is not all.
    pub preview_replicas: Option<Resolved<u32>>,
    /// How long the old version stays after the new one of blue-green took over.
    pub keep_old: Option<Resolved<Duration>>,
    /// What is written and means nothing with this strategy: places and fields.
    #[serde(skip)]
    pub idle: Vec<(At, &'static str)>,
}

/// What divides requests between two versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Traffic {
    /// The ingress controller, by share.
    Ingress,
    /// The numbers of pods.
    Replicas,
}

impl Rollout {
    /// Whether a person lets the new version take over.
    #[must_use]
    pub fn is_manual(&self) -> bool {
        self.promotion.as_ref().is_some_and(|promotion| promotion.value == Promotion::Manual)
    }
}

impl Service {
    /// Whether Argo Rollouts replaces its versions, and not a Deployment.
    #[must_use]
    pub fn is_rollout(&self) -> bool {
        self.rollout.strategy.value != Strategy::Rolling
    }

    /// Whether the ingress controller divides requests between two versions.
    #[must_use]
    pub fn is_divided_by_ingress(&self) -> bool {
        self.rollout.traffic.as_ref().is_some_and(|traffic| traffic.value == Traffic::Ingress)
    }

    /// The strategy, where the new version has a Service of its own.
    #[must_use]
    pub fn rollout_service(&self) -> Option<Strategy> {
        let has_one = match self.rollout.strategy.value {
            Strategy::Rolling => false,
            Strategy::BlueGreen => true,
            Strategy::Canary => self.is_divided_by_ingress(),
        };
        (has_one && (self.port.is_some() || self.metrics.is_some())).then_some(self.rollout.strategy.value)
    }

    /// The most pods of the new version that run beside all of the old one, where both versions are complete at once: the old
    /// one of a canary that the ingress controller divides stays complete as well, for the way back.
    #[must_use]
    pub fn second_set(&self) -> u32 {
        if self.rollout.strategy.value == Strategy::BlueGreen || self.is_divided_by_ingress() {
            self.scale.max()
        } else {
            0
        }
    }
}

/// A change of a Kubernetes object: a JSON merge patch (RFC 7386).
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Patch {
    /// The place of its key in the spec.
    #[serde(skip)]
    pub at: At,
    /// The object's kind.
    pub kind: String,
    /// The object's name, where it is said.
    pub name: Option<String>,
    /// What changes.
    pub change: Resolved<Freeform>,
}

impl Patch {
    /// Whether it changes an object of this kind and name.
    #[must_use]
    pub fn is_for(&self, kind: &str, name: &str) -> bool {
        self.kind == kind && self.name.as_deref().is_none_or(|own| own == name)
    }
}

/// The ports of a service.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ServicePort {
    /// The container's.
    pub container: Resolved<u16>,
    /// The Kubernetes Service's.
    pub service: Resolved<u16>,
}

/// Where a service is reached from outside.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Route {
    /// The whole host name.
    pub host: Resolved<String>,
    /// The path below it.
    pub path: Resolved<String>,
    /// Whether the service sees requests without the path.
    pub strip_prefix: Resolved<bool>,
}

/// A variable whose value is in a secret.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SecretVariable {
    /// The variable.
    pub variable: Resolved<String>,
    /// The name of the Kubernetes Secret.
    pub secret: String,
    /// The key in it.
    pub key: String,
    /// Whether the variable holds the path of a file, or the value.
    pub mount: Resolved<Mount>,
}

/// Something that a service talks to.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Edge {
    /// The place of the reference.
    #[serde(skip)]
    pub at: At,
    /// What it is.
    pub target: Target,
    /// What it may do.
    pub access: Option<Resolved<Access>>,
}

/// The other end of an [`Edge`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Target {
    /// A service: environment, key, container port.
    Service {
        /// The environment.
        environment: String,
        /// The service.
        key: String,
        /// The container's port.
        port: u16,
    },
    /// A managed database: it has no address before it is made.
    Database {
        /// The database.
        key: String,
    },
    /// The pooler of a database.
    Pooler {
        /// The database.
        key: String,
        /// The pooler's name.
        name: String,
    },
    /// A cache.
    Cache {
        /// The cache.
        key: String,
        /// The logical database.
        logical: Option<String>,
    },
    /// A cache that the provider runs: it has no address before it is made.
    ManagedCache {
        /// The cache.
        key: String,
        /// The logical database.
        logical: Option<String>,
    },
    /// A queue of a broker.
    Queue {
        /// The broker.
        key: String,
        /// The queue.
        queue: String,
    },
    /// A bucket.
    Bucket {
        /// The bucket.
        key: String,
    },
    /// A secret without a network address.
    Secret {
        /// The secret.
        key: String,
    },
}

/// Addresses outside the platform.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Egress {
    /// Its name in the spec.
    pub name: String,
    /// The ranges; every public address when empty.
    pub to: Vec<Resolved<Cidr>>,
    /// TCP ports.
    pub ports: Vec<Resolved<u16>>,
    /// What stands for it in local environments.
    pub mock: Option<Mock>,
}

/// A container that stands for something outside the platform.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Mock {
    /// The image.
    pub image: Resolved<String>,
    /// The port that it listens on.
    pub port: Resolved<u16>,
    /// Variables that get its `url`, `host` or `port`.
    pub variables: IndexMap<String, Resolved<String>>,
}

/// CPU and memory.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Resources {
    /// CPU.
    pub cpu: Option<Resolved<Cpu>>,
    /// Memory.
    pub memory: Option<Resolved<Bytes>>,
}

/// The pool that a service is bound to.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PoolBinding {
    /// The place of the reference.
    #[serde(skip)]
    pub at: At,
    /// The pool's key.
    pub key: String,
    /// Whether it is a GPU pool.
    pub gpu: bool,
    /// The labels that select its nodes.
    pub labels: IndexMap<String, String>,
    /// The taints that its pods tolerate.
    pub taints: Vec<Taint>,
}

/// How many pods there are.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Scale {
    /// A fixed number.
    Fixed(Resolved<u32>),
    /// What the load needs.
    Auto(Autoscaling),
}

impl Scale {
    /// The fewest pods.
    #[must_use]
    pub fn min(&self) -> u32 {
        match self {
            Self::Fixed(replicas) => replicas.value,
            Self::Auto(auto) => auto.min.value,
        }
    }

    /// The most pods.
    #[must_use]
    pub fn max(&self) -> u32 {
        match self {
            Self::Fixed(replicas) => replicas.value,
            Self::Auto(auto) => auto.max.value,
        }
    }
}

/// A range of pods and what moves the number in it.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Autoscaling {
    /// The place in the spec.
    #[serde(skip)]
    pub at: At,
    /// The fewest.
    pub min: Resolved<u32>,
    /// The number that is planned for normal load.
    pub planned: Resolved<u32>,
    /// The most.
    pub max: Resolved<u32>,
    /// Mean CPU use above which pods are added.
    pub cpu: Option<Resolved<Percent>>,
    /// Mean memory use above which pods are added.
    pub memory: Option<Resolved<Percent>>,
}

/// A probe.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Probe {
    /// The path that is asked.
    pub path: Resolved<String>,
    /// The time before the first try.
    pub after: Resolved<Duration>,
    /// The time between two tries.
    pub every: Resolved<Duration>,
    /// The time that an answer may take.
    pub timeout: Resolved<Duration>,
    /// Failures in a row that count.
    pub failures: Resolved<u32>,
}

/// Where metrics are.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Metrics {
    /// The path.
    pub path: Resolved<String>,
    /// The port.
    pub port: Resolved<u16>,
    /// Whose names they have.
    pub kind: Resolved<MetricsKind>,
}

/// A directory that a pod may write to.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Volume {
    /// Its name.
    pub name: String,
    /// Where it is.
    pub path: Resolved<String>,
    /// What is there.
    #[serde(flatten)]
    pub source: VolumeSource,
}

/// What a volume shows.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase", untagged)]
pub enum VolumeSource {
    /// Empty space that goes with the pod.
    Own {
        /// How much it may hold.
        size: Resolved<Bytes>,
        /// What it is.
        kind: Resolved<VolumeKind>,
    },
    /// A file system that others write to as well.
    #[serde(rename_all = "camelCase")]
    Shared {
        /// Its key.
        file_system: Resolved<String>,
    },
}

impl Volume {
    /// The key of the file system that it shows.
    #[must_use]
    pub const fn file_system(&self) -> Option<&Resolved<String>> {
        match &self.source {
            VolumeSource::Shared { file_system } => Some(file_system),
            VolumeSource::Own { .. } => None,
        }
    }
}

/// Something that a service account may do.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Permission {
    /// API groups; `""` is the core.
    pub groups: Vec<String>,
    /// Resources.
    pub resources: Vec<String>,
    /// Verbs.
    pub verbs: Vec<String>,
}

/// How requests reach services.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Ingress {
    /// The place in the spec.
    #[serde(skip)]
    pub at: At,
    /// What lets requests in.
    pub controller: Resolved<IngressController>,
    /// The ingress class.
    pub class: Resolved<String>,
    /// The controller's namespace.
    pub namespace: Resolved<String>,
    /// Certificates.
    pub tls: Option<Tls>,
    /// The firewall in front of all hosts. TLS then ends there, and there are no certificates in the cluster.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waf: Option<Waf>,
    /// Where Terraform makes the records of hosts; `None` where somebody else does.
    pub dns: Option<Provider>,
}

/// A firewall that looks into requests.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Waf {
    /// The place in the spec.
    #[serde(skip)]
    pub at: At,
    /// Requests of one address in five minutes above which it is blocked.
    pub rate_limit: Resolved<u32>,
}

/// Certificates.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Tls {
    /// Whether Let's Encrypt's staging service signs everywhere.
    pub staging_only: Resolved<bool>,
    /// The address that the issuer writes to.
    pub email: Resolved<String>,
}

impl Ingress {
    /// The service after which the certificate of a service's host is named: with Ingresses each has its own, a Gateway
    /// has one for a host.
    #[must_use]
    pub fn certificate_of<'p>(
        &self,
        environment: &'p Environment,
        service: &'p Service,
    ) -> Option<&'p Service> {
        let route = service.route.as_ref()?;
        match self.controller.value {
            IngressController::EnvoyGateway => environment.first_of_host(&route.host.value),
            IngressController::IngressNginx => Some(service),
        }
    }
}
