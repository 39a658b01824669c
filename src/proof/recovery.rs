//! How much data a store can lose at most, and how long it takes until it works again.

mod aws;
mod linode;

use crate::catalog::planning;
use crate::plan::{
    Backup, Broker, Cache, Database, Environment, Failover, FileSystem, Loss, ManagedCache, Plan, Provider,
    RecoveryStrategy, Service, Target, Volume,
};
use crate::units::{Bytes, Duration};

/// A term of a sum, with what it stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// What it stands for, in words.
    pub what: String,
    /// How long.
    pub time: Duration,
}

/// A worst case: the sum of its terms.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sum {
    /// The terms, in the order in which they happen.
    pub terms: Vec<Term>,
}

impl Sum {
    fn plus(mut self, what: impl Into<String>, time: Duration) -> Self {
        self.terms.push(Term { what: what.into(), time });
        self
    }

    /// The whole.
    #[must_use]
    pub fn total(&self) -> Duration {
        Duration(self.terms.iter().map(|term| term.time.0).sum())
    }

    /// `interval 24h + dump 12m = 24h 12m`.
    #[must_use]
    pub fn line(&self) -> String {
        let terms: Vec<String> =
            self.terms.iter().map(|term| format!("{} {}", term.what, term.time)).collect();
        format!("{} = {}", terms.join(" + "), self.total())
    }
}

/// What survives a failure of a store, and how it comes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recovery {
    /// The copy that is used, in words.
    pub copy: &'static str,
    /// The time span whose data is lost at most.
    pub rpo: Sum,
    /// The time until it works again.
    pub rto: Sum,
    /// Whether a term is missing because the spec does not say how much data there is.
    pub size_unknown: bool,
    /// Whether it is a restore of the provider's backups, in their own region: the newest restorable point says how much is lost.
    pub restored: bool,
}

/// What a cloud's stores can lose, and how long they take: its mechanisms, and words for those who need others.
#[derive(Debug)]
pub struct Mechanisms {
    /// The copies of a database that survive a failure.
    database: fn(&Plan, &Environment, &Database, Loss) -> Vec<Recovery>,
    /// The copies of a managed cache that survive a failure.
    cache: fn(&ManagedCache, Loss) -> Vec<Recovery>,
    /// The copies of a file system that survive a failure.
    files: fn(&Environment, &FileSystem, Loss) -> Vec<Recovery>,
    /// Creating a database's instance.
    create_database: planning::Minutes,
    /// Creating a cluster's control plane.
    create_cluster: planning::Minutes,
    /// How long clients ask for the old address, where its records are made by platc.
    dns: Duration,
    /// The least that a database can lose to bad writes.
    pub least: Duration,
    /// How far a running copy of a database is behind where all is well, at most.
    pub copy_lag: Duration,
    /// Whether regions have zones.
    pub zones: bool,
    /// What is said where a promise has no copy behind it.
    pub advice: Advice,
}

/// What to do where no copy of a database keeps a promise.
#[derive(Debug)]
pub struct Advice {
    /// It has no backups.
    pub no_backup: &'static str,
    /// It does not survive a zone.
    pub zone: &'static str,
    /// It does not survive a region.
    pub region: &'static str,
    /// It loses too much, and no copy loses less.
    pub sooner_never: &'static str,
    /// It loses too much, and another copy would lose less.
    pub sooner: &'static str,
    /// It takes too long.
    pub faster: &'static str,
    /// A service takes too long after the loss of its region.
    pub region_faster: &'static str,
}

const REGION_FASTER: &str = "a standby that is larger (`pilot-light`, `warm-standby`, `hot-standby`) is up sooner, and `failover: pipeline` saves the time of a person's decision";

/// The mechanisms of the cloud of an environment.
#[must_use]
pub fn mechanisms(plan: &Plan, environment: &Environment) -> &'static Mechanisms {
    match plan.provider_of(environment) {
        Provider::Aws => &aws::MECHANISMS,
        Provider::Linode => &linode::MECHANISMS,
    }
}

/// What happens to a database when a failure hits it; `None` if no copy survives. Of several copies the one that loses
/// least counts.
#[must_use]
pub fn of_database(
    plan: &Plan,
    environment: &Environment,
    database: &Database,
    loss: Loss,
) -> Option<Recovery> {
    if loss == Loss::Cluster {
        return Some(outside_the_cluster("the database itself, which is outside the cluster"));
    }
    let own = mechanisms(plan, environment);
    let copies = (own.database)(plan, environment, database, loss);
    // A dump is a copy where the provider has none, or an older one.
    best(copies.into_iter().chain(of_dump(own, database, loss)).collect())
}

/// Whether a promise of a database's tier is kept by a restore of the provider's backups: then their age matters. A standby keeps
/// others.
#[must_use]
pub fn rests_on_backups(plan: &Plan, environment: &Environment, database: &Database) -> bool {
    database.tier.iter().flat_map(|tier| &tier.covers).any(|loss| {
        of_database(plan, environment, database, loss.value).is_some_and(|recovery| recovery.restored)
    })
}

/// What a dump in a bucket makes good: bad writes and the loss of the database, and the loss of its region where the bucket is in
/// another. The mechanism is M1 of the recovery catalogue: what is written after a dump began is lost.
fn of_dump(own: &Mechanisms, database: &Database, loss: Loss) -> Option<Recovery> {
    let dump = database.dump.as_ref()?;
    let survives = match loss {
        Loss::Instance | Loss::Logical => true,
        Loss::Region => dump.elsewhere,
        Loss::Zone | Loss::Cluster => false,
    };
    if !survives {
        return None;
    }
    let gib = database.size.as_ref().map(|size| u32::try_from(size.gibibytes()).unwrap_or(u32::MAX));
    let minutes = |amount: u32| Duration(u64::from(amount) * 60);
    let mut rpo = Sum::default().plus("interval", dump.schedule.longest.value);
    let mut rto = Sum::default()
        .plus("noticed after", Duration(u64::from(planning::DETECT_SECONDS)))
        .plus("decided after", minutes(planning::DECIDE_MANUAL_MINUTES))
        .plus("a new instance", minutes(own.create_database.usual));
    if let Some(gib) = gib {
        rpo = rpo.plus("duration of a dump", minutes(planning::dump_minutes(gib)));
        rto = rto.plus("restore", minutes(planning::dump_restore_minutes(gib)));
    }
    Some(Recovery { copy: "the last dump", rpo, rto, size_unknown: gib.is_none(), restored: false })
}

/// What happens to a managed cache when a failure hits it; `None` if no copy survives.
#[must_use]
pub fn of_managed_cache(
    plan: &Plan,
    environment: &Environment,
    cache: &ManagedCache,
    loss: Loss,
) -> Option<Recovery> {
    if loss == Loss::Cluster {
        return Some(outside_the_cluster("the cache itself, which is outside the cluster"));
    }
    best((mechanisms(plan, environment).cache)(cache, loss))
}

/// What happens to a shared file system when a failure hits it; `None` if no copy survives.
#[must_use]
pub fn of_file_system(
    plan: &Plan,
    environment: &Environment,
    files: &FileSystem,
    loss: Loss,
) -> Option<Recovery> {
    if loss == Loss::Cluster {
        return Some(outside_the_cluster("the file system itself, which is outside the cluster"));
    }
    best((mechanisms(plan, environment).files)(environment, files, loss))
}

fn best(copies: Vec<Recovery>) -> Option<Recovery> {
    copies.into_iter().min_by_key(|copy| (copy.rpo.total(), copy.rto.total()))
}

fn outside_the_cluster(copy: &'static str) -> Recovery {
    Recovery { copy, rpo: Sum::default(), rto: Sum::default(), size_unknown: false, restored: false }
}

/// How long it takes until a service works again after the loss of its region; `None` where nothing takes over, or a
/// database or file system that it needs has no copy there.
///
/// Clients are told last, by DNS. Before that the data and what computes come up side by side: the longer one counts.
#[must_use]
pub fn of_region(plan: &Plan, environment: &Environment, service: &Service) -> Option<Recovery> {
    let target = environment.target.as_ref()?;
    let own = mechanisms(plan, environment);
    let minutes = |amount: u32| Duration(u64::from(amount) * 60);
    let compute = match target.strategy.value {
        RecoveryStrategy::BackupRestore => Sum::default()
            .plus("a new cluster", minutes(own.create_cluster.usual))
            .plus("new nodes", minutes(planning::CREATE_NODE_POOL.usual))
            .plus("workloads from Git", minutes(planning::GITOPS_SYNC.usual)),
        RecoveryStrategy::PilotLight => {
            Sum::default().plus("a pilot light grows", minutes(planning::PILOT_LIGHT_LEAST_MINUTES))
        }
        RecoveryStrategy::WarmStandby => {
            Sum::default().plus("a warm standby grows", minutes(planning::WARM_STANDBY_LEAST_MINUTES))
        }
        RecoveryStrategy::HotStandby => {
            Sum::default().plus("a hot standby is checked", minutes(planning::HOT_STANDBY_LEAST_MINUTES))
        }
    };
    let is_ours =
        plan.ingress.as_ref().is_some_and(|ingress| ingress.dns == Some(plan.provider_of(environment)));
    let dns = if is_ours { own.dns } else { Duration(u64::from(planning::DNS_TTL_SECONDS.1)) };
    let mut longest = compute;
    let mut rpo = Sum::default();
    for edge in &service.edges {
        let (Target::Database { key } | Target::Pooler { key, .. }) = &edge.target else { continue };
        let copy = of_database(plan, environment, environment.database(key)?, Loss::Region)?;
        take(copy, &mut longest, &mut rpo);
    }
    for name in service.volumes.iter().filter_map(Volume::file_system) {
        let copy = of_file_system(plan, environment, environment.file_system(name)?, Loss::Region)?;
        take(copy, &mut longest, &mut rpo);
    }
    let mut rto = decided(environment);
    rto.terms.extend(longest.terms);
    Some(Recovery {
        copy: strategy_in_words(target.strategy.value),
        rpo,
        rto: rto.plus("names lead elsewhere", dns),
        size_unknown: false,
        restored: false,
    })
}

/// Counts the copy of a store that a service needs: the slowest and the oldest of all decide.
fn take(copy: Recovery, longest: &mut Sum, rpo: &mut Sum) {
    let data = Sum { terms: copy.rto.terms.into_iter().filter(|term| !is_decision(term)).collect() };
    if data.total() > longest.total() {
        *longest = data;
    }
    if copy.rpo.total() > rpo.total() {
        *rpo = copy.rpo;
    }
}

const fn strategy_in_words(strategy: RecoveryStrategy) -> &'static str {
    match strategy {
        RecoveryStrategy::BackupRestore => "copies of the data",
        RecoveryStrategy::PilotLight => "a pilot light",
        RecoveryStrategy::WarmStandby => "a warm standby",
        RecoveryStrategy::HotStandby => "a hot standby",
    }
}

const NOTICED: &str = "noticed after";
const DECIDED: &str = "decided after";

fn is_decision(term: &Term) -> bool {
    [NOTICED, DECIDED].contains(&term.what.as_str())
}

/// The time until somebody acts within the region: a person decides.
fn decided_by_a_person() -> Sum {
    Sum::default()
        .plus(NOTICED, Duration(u64::from(planning::DETECT_SECONDS)))
        .plus(DECIDED, Duration(u64::from(planning::DECIDE_MANUAL_MINUTES) * 60))
}

/// The time until somebody acts after the loss of a region: a pipeline decides at once.
fn decided(environment: &Environment) -> Sum {
    match environment.target.as_ref().map(|target| target.failover.value) {
        Some(Failover::Pipeline) => {
            Sum::default().plus(NOTICED, Duration(u64::from(planning::DETECT_SECONDS)))
        }
        Some(Failover::Manual) | None => decided_by_a_person(),
    }
}

/// What happens to a cache when a failure hits it; `None` if no copy survives.
///
/// Replicas survive the loss of a machine. What is on disks comes back from the backups of volumes: the mechanism is M17
/// of the recovery catalogue, whose worst case is the time between two backups and the time that one takes. A region is
/// survived by a bucket that is in another. Redis and Valkey write a snapshot of their data and never change it
/// afterwards, so that a copy made while they run can be read
/// (<https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/>).
#[must_use]
pub fn of_cache(plan: &Plan, environment: &Environment, cache: &Cache, loss: Loss) -> Option<Recovery> {
    if loss == Loss::Instance && cache.replicas.value > 1 {
        return Some(replicas());
    }
    cache.persistence.as_ref()?;
    let backups = plan.backups.as_ref()?;
    let cluster = plan.clusters.get(&environment.cluster.value)?;
    let is_gone = match loss {
        Loss::Zone => return None,
        Loss::Region if backups.region == cluster.region.value => return None,
        Loss::Instance | Loss::Logical => false,
        Loss::Cluster | Loss::Region => true,
    };
    let minutes = |amount: u32| Duration(u64::from(amount) * 60);
    let rpo = Sum::default()
        .plus("interval", backups.every.value)
        .plus("duration of a backup", of_backup(plan, &cluster.key));
    let mut rto = decided_by_a_person();
    if is_gone {
        rto = rto
            .plus("a new cluster", minutes(planning::CREATE_CLUSTER.usual))
            .plus("new nodes", minutes(planning::CREATE_NODE_POOL.usual))
            .plus("workloads from Git", minutes(planning::GITOPS_SYNC.usual));
    }
    let rto = rto.plus("restore", minutes(planning::dump_restore_minutes(gib(of_volumes(environment)))));
    Some(Recovery { copy: "the last backup of its volumes", rpo, rto, size_unknown: false, restored: false })
}

/// What happens to a broker when a failure hits it; `None` if no copy survives.
///
/// A backup of its volumes is none of its messages: RabbitMQ can only be copied while it is stopped, and its
/// documentation advises against it (<https://www.rabbitmq.com/docs/backup>).
#[must_use]
pub fn of_broker(broker: &Broker, loss: Loss) -> Option<Recovery> {
    (loss == Loss::Instance && broker.nodes.value > 1).then(replicas)
}

/// How much data a database holds, where the spec says it.
fn gib_of(database: &Database) -> Option<u32> {
    database.size.as_ref().map(|size| u32::try_from(size.gibibytes()).unwrap_or(u32::MAX))
}

/// What is lost with nothing but daily backups.
fn daily(backup: &Backup, gib: Option<u32>) -> Sum {
    let interval = Sum::default().plus("interval", backup.every.value);
    match gib {
        Some(gib) => {
            interval.plus("duration of a backup", Duration(u64::from(planning::dump_minutes(gib)) * 60))
        }
        None => interval,
    }
}

fn replicas() -> Recovery {
    Recovery {
        copy: "a replica",
        rpo: Sum::default(),
        rto: Sum::default(),
        size_unknown: false,
        restored: false,
    }
}

/// How long one round of backups of a cluster's volumes takes at most: they run one after another.
#[must_use]
pub fn of_backup(plan: &Plan, cluster: &str) -> Duration {
    let bytes = plan.environments_of(cluster).map(of_volumes).fold(0, u64::saturating_add);
    Duration(u64::from(planning::dump_minutes(gib(bytes))) * 60)
}

fn gib(bytes: u64) -> u32 {
    u32::try_from(Bytes(bytes).gibibytes()).unwrap_or(u32::MAX)
}

/// What the volumes of an environment hold at most, in bytes: a cache no more than its memory, a broker its disks.
fn of_volumes(environment: &Environment) -> u64 {
    let caches = environment.caches.iter().filter(|cache| cache.persistence.is_some()).map(|cache| {
        let nodes = u64::from(cache.replicas.value) * u64::from(cache.shards.value);
        nodes.saturating_mul(cache.memory.value.0)
    });
    let brokers = environment
        .queues
        .iter()
        .map(|broker| u64::from(broker.nodes.value).saturating_mul(broker.storage.value.0));
    caches.chain(brokers).fold(0, u64::saturating_add)
}
