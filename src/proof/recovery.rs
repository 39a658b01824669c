//! How much data a database can lose at most, and how long it takes until it works again.

use crate::catalog::planning;
use crate::plan::{Database, Loss};
use crate::units::Duration;

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

/// What survives a failure of a database, and how it comes back.
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
