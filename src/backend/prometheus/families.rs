//! What the rules of an environment are about, besides its services.
//!
//! Each family is a file of rules with a file of tests: promtool evaluates all rules of a file at each step of each test, so one
//! file for everything would take many times as long.

use super::rule::{Group, Scope};
use super::{
    cache, controllers, database, gitops, gpu, job, namespace, pool, queue, recovery, telemetry, volumes,
};
use crate::names;

/// A family of rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    /// The environment itself: its namespace, its secrets, its drills.
    Environment,
    /// Pools of nodes, of the environment or of the cluster that it leads.
    Nodes,
    /// Databases with their dumps.
    Databases,
    /// Caches.
    Caches,
    /// Brokers and their queues.
    Queues,
    /// Jobs.
    Jobs,
    /// Volumes and their backups.
    Volumes,
    /// The days of drills: facts and no rules.
    Drills,
    /// Applications of Argo CD.
    Applications,
    /// Add-ons of the cluster that the environment leads.
    Addons,
}

impl Family {
    /// All of them, in the order of their groups.
    const ALL: [Self; 10] = [
        Self::Environment,
        Self::Nodes,
        Self::Databases,
        Self::Caches,
        Self::Queues,
        Self::Jobs,
        Self::Volumes,
        Self::Drills,
        Self::Applications,
        Self::Addons,
    ];

    /// The families that an environment has; each has a group.
    pub(super) fn of(scope: Scope<'_>) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |family| family.is_any(scope))
    }

    /// The name of its file, without `.yaml`. No service has one like it, since no name of Kubernetes begins with `_`.
    pub(super) const fn file(self) -> &'static str {
        match self {
            Self::Environment => names::ENVIRONMENT_DIRECTORY,
            Self::Nodes => "_nodes",
            Self::Databases => "_databases",
            Self::Caches => "_caches",
            Self::Queues => "_queues",
            Self::Jobs => "_jobs",
            Self::Volumes => "_volumes",
            Self::Drills => "_drills",
            Self::Applications => "_applications",
            Self::Addons => "_addons",
        }
    }

    /// Whether there is a group of it: known without making one, but for the few of drills and add-ons.
    fn is_any(self, scope: Scope<'_>) -> bool {
        let environment = scope.environment;
        match self {
            Self::Environment => true,
            Self::Nodes => {
                let shared = scope.led().is_some_and(|cluster| !cluster.pools.is_empty());
                shared || !environment.pools.is_empty() || !environment.gpu_pools.is_empty()
            }
            Self::Databases => !environment.databases.is_empty(),
            Self::Caches => !environment.caches.is_empty(),
            Self::Queues => !environment.queues.is_empty(),
            Self::Jobs => !environment.jobs.is_empty(),
            Self::Volumes => environment.has_volumes(),
            Self::Drills | Self::Addons => !self.groups(scope).is_empty(),
            Self::Applications => gitops::is_any(scope),
        }
    }

    /// Its groups.
    pub(super) fn groups(self, scope: Scope<'_>) -> Vec<Group<'_>> {
        let environment = scope.environment;
        let led = scope.led();
        match self {
            Self::Environment => {
                [namespace::group(scope, led.is_some())].into_iter().chain(recovery::drills(scope)).collect()
            }
            Self::Nodes => {
                let shared = led.into_iter().flat_map(|cluster| &cluster.pools);
                let nodes = environment.pools.iter().chain(shared).map(|nodes| pool::group(scope, nodes));
                nodes.chain(environment.gpu_pools.iter().map(|pool| gpu::group(scope, pool))).collect()
            }
            Self::Databases => {
                let databases = || environment.databases.iter();
                let own = databases().map(|database| database::group(scope, database));
                own.chain(databases().flat_map(|database| job::of_dumps(scope, database))).collect()
            }
            Self::Caches => environment.caches.iter().map(|cache| cache::group(scope, cache)).collect(),
            Self::Queues => environment.queues.iter().map(|broker| queue::group(scope, broker)).collect(),
            Self::Jobs => environment.jobs.iter().map(|one| job::group(scope, one)).collect(),
            Self::Volumes => {
                volumes::group(scope).into_iter().chain(recovery::volume_backups(scope)).collect()
            }
            Self::Drills => recovery::drills_held(scope).into_iter().collect(),
            Self::Applications => gitops::groups(scope, led.is_some()),
            Self::Addons => led
                .into_iter()
                .flat_map(|cluster| {
                    controllers::groups(scope, cluster).into_iter().chain(telemetry::groups(scope, cluster))
                })
                .collect(),
        }
    }
}
