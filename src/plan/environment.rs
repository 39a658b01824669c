//! Environments, and what stands in for them.

use indexmap::IndexMap;
use serde::Serialize;

use super::{
    Broker, Bucket, Cache, Calendar, Database, Failover, FileSystem, GpuPool, Job, Loss, ManagedCache,
    NetworkDefault, NodePool, PodSecurity, RecoveryStrategy, Resolved, Role, Scenario, Secret, Service, Sync,
};
use crate::source::At;
use crate::units::Date;
use crate::units::{Bytes, Cpu, Duration};

/// An environment with all that exists in it.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Environment {
    /// Its key in the spec.
    pub key: String,
    /// Its place in the spec.
    #[serde(skip)]
    pub at: At,
    /// What it is for.
    pub role: Resolved<Role>,
    /// The environment that it stands in for; only with [`Role::Recovery`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stands_in: Option<StandsIn>,
    /// What takes over when its region is lost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<RecoveryTarget>,
    /// The key of its cluster.
    pub cluster: Resolved<String>,
    /// What it is for, in words.
    pub purpose: Option<Resolved<String>>,
    /// The domain that its hosts are relative to.
    pub domain: Option<Resolved<String>>,
    /// Its namespace.
    pub namespace: Resolved<String>,
    /// The Pod Security Standard that the namespace enforces.
    pub pod_security: Resolved<PodSecurity>,
    /// What pods may talk to when nothing is said.
    pub network_default: Resolved<NetworkDefault>,
    /// The labels of the nodes that its pods run on, unless a service names a pool; empty where the environment has no
    /// pool of its own without taints.
    pub node_selector: IndexMap<String, String>,
    /// How many people besides the author approve a change of its infrastructure.
    pub approvals: Resolved<u32>,
    /// The environment that a change has to pass before it comes here.
    pub after: Option<Resolved<String>>,
    /// Who brings what Git holds into it.
    pub sync: Resolved<Sync>,
    /// What the namespace may request.
    pub quota: Quota,
    /// Pools of nodes.
    pub pools: Vec<NodePool>,
    /// Pools of nodes with GPUs.
    pub gpu_pools: Vec<GpuPool>,
    /// Databases.
    pub databases: Vec<Database>,
    /// Caches that operators run in the cluster.
    pub caches: Vec<Cache>,
    /// Caches that the provider runs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub managed_caches: Vec<ManagedCache>,
    /// Message brokers.
    pub queues: Vec<Broker>,
    /// Buckets of this environment.
    pub buckets: Vec<Bucket>,
    /// File systems that its pods share.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub file_systems: Vec<FileSystem>,
    /// Services.
    pub services: Vec<Service>,
    /// Secrets that the environment needs, each with the keys that are used.
    pub secrets: Vec<Secret>,
    /// Jobs.
    pub jobs: Vec<Job>,
}

/// An environment on people's own machines.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LocalEnvironment {
    /// Its key in the spec.
    pub key: String,
    /// Its place in the spec.
    #[serde(skip)]
    pub at: At,
    /// What it is for.
    pub role: Resolved<Role>,
    /// What it is for, in words.
    pub purpose: Option<Resolved<String>>,
    /// Services.
    pub services: Vec<Service>,
    /// Jobs, which run when somebody starts them.
    pub jobs: Vec<Job>,
    /// Databases.
    pub databases: Vec<Database>,
    /// Caches.
    pub caches: Vec<Cache>,
    /// File systems: volumes of Compose.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub file_systems: Vec<FileSystem>,
}

impl LocalEnvironment {
    /// What runs in it: services, then jobs as services with one container.
    pub fn pods(&self) -> impl Iterator<Item = &Service> {
        self.services.iter().chain(self.jobs.iter().map(|job| &job.pod))
    }
}

/// That an environment stands in for another one.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StandsIn {
    /// The other one.
    pub of: Resolved<String>,
    /// What of it stands here already.
    pub strategy: Resolved<RecoveryStrategy>,
}

/// What takes over when the region of an environment is lost.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RecoveryTarget {
    /// The place in the spec.
    #[serde(skip)]
    pub at: At,
    /// What stands there before.
    pub strategy: Resolved<RecoveryStrategy>,
    /// The cluster.
    pub cluster: Resolved<String>,
    /// That cluster's region.
    pub region: String,
    /// The environment in it; `None` where it is made only then.
    pub environment: Option<Resolved<String>>,
    /// Who decides.
    pub failover: Resolved<Failover>,
}

/// What a namespace may request in all.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Quota {
    /// CPU requests.
    pub cpu: Resolved<Cpu>,
    /// Memory requests.
    pub memory: Resolved<Bytes>,
    /// Pods.
    pub pods: Resolved<u32>,
    /// GPUs; 0 forbids them.
    pub gpus: Resolved<u32>,
    /// Space of volumes that outlive pods.
    pub storage: Resolved<Bytes>,
}

/// A promise of recovery, as a thing is bound to it.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Tier {
    /// Its name.
    pub key: String,
    /// The place that binds the thing to it.
    #[serde(skip)]
    pub at: At,
    /// The time within which it works again.
    pub rto: Resolved<Duration>,
    /// The time span whose data may be lost at most.
    pub rpo: Resolved<Duration>,
    /// The failures for which it holds.
    pub covers: Vec<Resolved<Loss>>,
}

/// Backups of the volumes of every cluster.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct VolumeBackups {
    /// The place in the spec.
    #[serde(skip)]
    pub at: At,
    /// The time between two backups.
    pub every: Resolved<Duration>,
    /// How long a backup is kept.
    pub keep: Resolved<Duration>,
    /// The key of the bucket that they go to.
    pub bucket: Resolved<String>,
    /// The name that the bucket really has.
    pub name: String,
    /// The bucket's region.
    pub region: String,
    /// The host name of the bucket's S3 endpoint.
    pub endpoint: String,
}

impl VolumeBackups {
    /// When backups are made, in UTC, as five fields of cron: at two in the night where one a day or a week is enough.
    /// `None` where cron cannot count the interval: it begins anew every day.
    #[must_use]
    pub fn schedule(&self) -> Option<String> {
        let every = self.every.value;
        let hours = every.0 / Duration::HOUR.0;
        if every.0 != hours * Duration::HOUR.0 {
            return None;
        }
        match hours {
            1 => Some("0 * * * *".to_owned()),
            24 => Some("0 2 * * *".to_owned()),
            168 => Some("0 2 * * 0".to_owned()),
            2..24 if 24 % hours == 0 => Some(format!("0 */{hours} * * *")),
            _ => None,
        }
    }
}

/// When drills are due.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Drills {
    /// The interval.
    pub every: Resolved<Calendar>,
    /// What is rehearsed.
    pub scenarios: Vec<Resolved<Scenario>>,
    /// What was held, as it is written.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub held: Vec<Drill>,
}

/// A drill that was held and succeeded.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Drill {
    /// Its place in the spec.
    #[serde(skip)]
    pub at: At,
    /// What was rehearsed.
    pub scenario: Resolved<Scenario>,
    /// The day.
    pub date: Resolved<Date>,
    /// The environment that it was about; `None` for all of production.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment: Option<Resolved<String>>,
    /// The time until everything worked again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub took: Option<Resolved<Duration>>,
    /// The time span whose data were lost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lost: Option<Resolved<Duration>>,
    /// The path of its report.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub report: Option<Resolved<String>>,
}

impl Drills {
    /// The days after which a drill is late: a tenth of the interval is left for weekends and holidays.
    #[must_use]
    pub fn days(&self) -> u32 {
        self.every.value.days() * 11 / 10
    }

    /// The newest drill of a scenario that says something about an environment.
    #[must_use]
    pub fn last(&self, environment: &Environment, scenario: Scenario) -> Option<&Drill> {
        let about = |drill: &&Drill| drill.environment.as_ref().is_none_or(|it| it.value == environment.key);
        let of_scenario = self.held.iter().filter(|drill| drill.scenario.value == scenario);
        of_scenario.filter(about).max_by_key(|drill| drill.date.value)
    }
}

impl Environment {
    /// Who answers for each thing here, with the thing's reference.
    pub fn owned(&self) -> impl Iterator<Item = (&'static str, &str, &Resolved<String>)> {
        let services = self.services.iter().map(|it| ("services", it.key.as_str(), &it.owner));
        let jobs = self.jobs.iter().map(|it| ("jobs", it.pod.key.as_str(), &it.pod.owner));
        let databases = self.databases.iter().map(|it| ("databases", it.key.as_str(), &it.owner));
        let caches = self.caches.iter().map(|it| ("caches", it.key.as_str(), &it.owner));
        let managed = self.managed_caches.iter().map(|it| ("caches", it.key.as_str(), &it.owner));
        let queues = self.queues.iter().map(|it| ("queues", it.key.as_str(), &it.owner));
        let pools = self.pools.iter().map(|it| ("nodePools", it.key.as_str(), &it.owner));
        let gpu_pools = self.gpu_pools.iter().map(|it| ("gpuPools", it.key.as_str(), &it.owner));
        services
            .chain(jobs)
            .chain(databases)
            .chain(caches)
            .chain(managed)
            .chain(queues)
            .chain(pools)
            .chain(gpu_pools)
    }

    /// The promises that hold for what is here; one may come more than once.
    pub fn tiers(&self) -> impl Iterator<Item = &Tier> {
        let services = self.services.iter().filter_map(|it| it.tier.as_ref());
        let databases = self.databases.iter().filter_map(|it| it.tier.as_ref());
        services.chain(databases).chain(self.store_tiers())
    }

    /// The promises that hold for stores besides databases.
    pub fn store_tiers(&self) -> impl Iterator<Item = &Tier> {
        let caches = self.caches.iter().filter_map(|it| it.tier.as_ref());
        let managed = self.managed_caches.iter().filter_map(|it| it.tier.as_ref());
        let brokers = self.queues.iter().filter_map(|it| it.tier.as_ref());
        let files = self.file_systems.iter().filter_map(|it| it.tier.as_ref());
        caches.chain(managed).chain(brokers).chain(files)
    }

    /// Whether promises to users hold here.
    #[must_use]
    pub fn is_production(&self) -> bool {
        self.role.value == Role::Production
    }

    /// Whether jobs wait here for a failover: what stands in has copies that take no writes, and the original does the work.
    #[must_use]
    pub const fn suspends_jobs(&self) -> bool {
        self.stands_in.is_some()
    }

    /// Whether something here has volumes that outlive its pods.
    #[must_use]
    pub fn has_volumes(&self) -> bool {
        !self.queues.is_empty() || self.caches.iter().any(|cache| cache.persistence.is_some())
    }

    /// The services, then the pods of jobs: for what holds for every pod that people wrote.
    pub fn pods(&self) -> impl Iterator<Item = &Service> {
        self.services.iter().chain(self.jobs.iter().map(|job| &job.pod))
    }

    /// The service of a key.
    #[must_use]
    pub fn service(&self, key: &str) -> Option<&Service> {
        self.services.iter().find(|service| service.key == key)
    }

    /// The first service of a host: several may share one by their paths.
    #[must_use]
    pub fn first_of_host(&self, host: &str) -> Option<&Service> {
        let is_there =
            |service: &&Service| service.route.as_ref().is_some_and(|route| route.host.value == host);
        self.services.iter().find(is_there)
    }

    /// The database of a key.
    #[must_use]
    pub fn database(&self, key: &str) -> Option<&Database> {
        self.databases.iter().find(|database| database.key == key)
    }

    /// The cache of a key.
    #[must_use]
    pub fn cache(&self, key: &str) -> Option<&Cache> {
        self.caches.iter().find(|cache| cache.key == key)
    }

    /// The managed cache of a key.
    #[must_use]
    pub fn managed_cache(&self, key: &str) -> Option<&ManagedCache> {
        self.managed_caches.iter().find(|cache| cache.key == key)
    }

    /// The file system of a key.
    #[must_use]
    pub fn file_system(&self, key: &str) -> Option<&FileSystem> {
        self.file_systems.iter().find(|files| files.key == key)
    }

    /// The broker of a key.
    #[must_use]
    pub fn broker(&self, key: &str) -> Option<&Broker> {
        self.queues.iter().find(|broker| broker.key == key)
    }
}
