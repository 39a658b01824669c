//! How much data a store can lose at most, and how long it takes until it works again.

use crate::catalog::planning;
use crate::plan::{Broker, Cache, Database, Environment, Loss, Plan};
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
}

/// What happens to a database of Linode when a failure hits it; `None` if no copy survives.
///
/// The mechanism is M21 of the recovery catalogue: full backups every day and a continuous write-ahead log, kept in
/// the region of the database. Nothing leaves the region, so its loss is survived by nothing.
#[must_use]
pub fn of_database(database: &Database, loss: Loss) -> Option<Recovery> {
    let own = of_provider(database, loss);
    // A dump is a copy where the provider has none, or an older one.
    let dumped = of_dump(database, loss);
    match (own, dumped) {
        (Some(own), Some(dumped)) => {
            let is_better = dumped.rpo.total() < own.rpo.total() && !dumped.size_unknown;
            Some(if is_better { dumped } else { own })
        }
        (own, dumped) => own.or(dumped),
    }
}

/// What a dump in a bucket makes good: bad writes and the loss of the database, and the loss of its region where the bucket is in
/// another. The mechanism is M1 of the recovery catalogue: what is written after a dump began is lost.
fn of_dump(database: &Database, loss: Loss) -> Option<Recovery> {
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
        .plus("a new instance", minutes(planning::LINODE_DATABASE_PROVISION.usual));
    if let Some(gib) = gib {
        rpo = rpo.plus("duration of a dump", minutes(planning::dump_minutes(gib)));
        rto = rto.plus("restore", minutes(planning::dump_restore_minutes(gib)));
    }
    Some(Recovery { copy: "the last dump", rpo, rto, size_unknown: gib.is_none() })
}

fn of_provider(database: &Database, loss: Loss) -> Option<Recovery> {
    match loss {
        // The database is no part of the cluster, and regions have no zones to lose.
        Loss::Cluster => Some(Recovery {
            copy: "the database itself, which is outside the cluster",
            rpo: Sum::default(),
            rto: Sum::default(),
            size_unknown: false,
        }),
        Loss::Zone | Loss::Region => None,
        Loss::Instance if database.nodes.value > 1 => {
            let failover = Duration(u64::from(planning::LINODE_DATABASE_FAILOVER_SECONDS));
            Some(Recovery {
                copy: "a standby",
                // Linode says nothing about synchronous replication: what the log had not shipped may be lost.
                rpo: Sum::default().plus("log not yet shipped", wal()),
                rto: Sum::default().plus("failover", failover),
                size_unknown: false,
            })
        }
        Loss::Instance | Loss::Logical => restore(database),
    }
}

fn wal() -> Duration {
    Duration(u64::from(planning::LINODE_DATABASE_WAL_MINUTES) * 60)
}

fn restore(database: &Database) -> Option<Recovery> {
    let backup = database.backup.as_ref()?;
    let gib = database.size.as_ref().map(|size| u32::try_from(size.gibibytes()).unwrap_or(u32::MAX));
    let minutes = |amount: u32| Duration(u64::from(amount) * 60);
    let rpo = if backup.point_in_time.value {
        Sum::default().plus("log not yet shipped", wal())
    } else {
        let interval = Sum::default().plus("interval", backup.every.value);
        match gib {
            Some(gib) => interval.plus("duration of a backup", minutes(planning::dump_minutes(gib))),
            None => interval,
        }
    };
    let mut rto = Sum::default()
        .plus("noticed after", Duration(u64::from(planning::DETECT_SECONDS)))
        .plus("decided after", minutes(planning::DECIDE_MANUAL_MINUTES))
        .plus("a new instance", minutes(planning::LINODE_DATABASE_PROVISION.usual));
    if let Some(gib) = gib {
        rto = rto.plus("restore", minutes(planning::dump_restore_minutes(gib)));
    }
    Some(Recovery {
        copy: if backup.point_in_time.value { "backup and log" } else { "the last backup" },
        rpo,
        rto,
        size_unknown: gib.is_none(),
    })
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
    let mut rto = Sum::default()
        .plus("noticed after", Duration(u64::from(planning::DETECT_SECONDS)))
        .plus("decided after", minutes(planning::DECIDE_MANUAL_MINUTES));
    if is_gone {
        rto = rto
            .plus("a new cluster", minutes(planning::CREATE_CLUSTER.usual))
            .plus("new nodes", minutes(planning::CREATE_NODE_POOL.usual))
            .plus("workloads from Git", minutes(planning::GITOPS_SYNC.usual));
    }
    let rto = rto.plus("restore", minutes(planning::dump_restore_minutes(gib(of_volumes(environment)))));
    Some(Recovery { copy: "the last backup of its volumes", rpo, rto, size_unknown: false })
}

/// What happens to a broker when a failure hits it; `None` if no copy survives.
///
/// A backup of its volumes is none of its messages: RabbitMQ can only be copied while it is stopped, and its
/// documentation advises against it (<https://www.rabbitmq.com/docs/backup>).
#[must_use]
pub fn of_broker(broker: &Broker, loss: Loss) -> Option<Recovery> {
    (loss == Loss::Instance && broker.nodes.value > 1).then(replicas)
}

fn replicas() -> Recovery {
    Recovery { copy: "a replica", rpo: Sum::default(), rto: Sum::default(), size_unknown: false }
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
