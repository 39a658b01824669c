//! Promises about losses and outages, and what keeps them.

use crate::model::decode::Named;
use crate::model::scalars::{Name, RelativePath};
use crate::record;
use crate::source::Written;
use crate::units::Date;
use crate::units::Duration;
use crate::words::{Calendar, Failover, Loss, RecoveryStrategy, Scenario};

record! {
    /// A promise of recovery.
    Tier as "tier"; {
        /// The time within which it works again.
        rto: Written<Duration> = needed "4h";
        /// The time span whose data may be lost at most.
        rpo: Written<Duration> = needed "24h";
        /// The failures for which the promise holds.
        covers: Vec<Written<Loss>> = needed "[instance, logical]";
    }
}

record! {
    /// Recovery.
    Recovery as "recovery"; {
        /// Backups of the volumes of caches and brokers, which Velero makes.
        backups: VolumeBackups = optional "{every: 24h, keep: 14d, bucket: volume-backups}";
        /// The drills.
        drills: Drills = optional "{every: quarterly, scenarios: [database-failure]}";
        /// What takes over when the region of an environment is lost, by environment.
        targets: Named<Name, Target> = optional "{production: {strategy: warm-standby, to: recovery, failover: pipeline}}", "nothing does";
    }
}

record! {
    /// What takes over when the region of an environment is lost.
    Target as "recovery target"; {
        /// What stands there before.
        strategy: Written<RecoveryStrategy> = needed "warm-standby";
        /// The environment of the role `dr` that takes over; for `backup-restore` the cluster that is made then.
        to: Written<Name> = needed "recovery";
        /// Who decides that the region is lost.
        failover: Written<Failover> = optional "pipeline", "`manual`";
    }
}

record! {
    /// Backups of volumes: copies of their files, since Linode's CSI driver makes no snapshots.
    VolumeBackups as "volume backups"; {
        /// The time between two backups: a part of a day that cron can count, `24h` or `7d`.
        every: Written<Duration> = optional "6h", "24h";
        /// How long a backup is kept.
        keep: Written<Duration> = optional "30d", "14d";
        /// The bucket that they go to: one of the platform's, whose objects do not expire by themselves.
        bucket: Written<Name> = needed "volume-backups";
    }
}

record! {
    /// Drills: rehearsed failures.
    Drills as "drills"; {
        /// How often each scenario is rehearsed.
        every: Written<Calendar> = needed "quarterly";
        /// What is rehearsed.
        scenarios: Vec<Written<Scenario>> = needed "[database-failure, cluster-failure]";
        /// The drills that were held and succeeded. The newest of each scenario is recorded for the alert about overdue ones.
        held: Vec<Drill> = optional "[{scenario: database-failure, date: 2026-09-14, took: 38m}]", "none: the alert says so after an hour";
    }
}

record! {
    /// A drill that was held and succeeded.
    Drill as "drill"; {
        /// What was rehearsed.
        scenario: Written<Scenario> = needed "database-failure";
        /// The day on which it was held.
        date: Written<Date> = needed "2026-09-14";
        /// The production environment that it was about.
        environment: Written<Name> = optional "production", "every production environment";
        /// The time from the failure until everything worked again: what the RTO promises.
        took: Written<Duration> = optional "38m", "nobody measured it";
        /// The time span whose data were lost: what the RPO promises.
        lost: Written<Duration> = optional "4m", "nobody measured it";
        /// Its report, in the repository.
        report: Written<RelativePath> = optional "docs/drills/2026-09-database-failure.md", "no report is named";
    }
}
