//! AWS: RDS, `ElastiCache` and EFS, with the mechanisms M2, M4, M5, M8 and M9 of the recovery catalogue.

use super::{Advice, Mechanisms, REGION_FASTER, Recovery, Sum, decided, decided_by_a_person};
use crate::catalog::planning;
use crate::plan::{Database, Environment, FileSystem, Loss, ManagedCache, Plan};
use crate::units::Duration;

pub(super) static MECHANISMS: Mechanisms = Mechanisms {
    database,
    cache,
    files,
    create_database: planning::RDS_PROVISION,
    create_cluster: planning::CREATE_EKS_CONTROL_PLANE,
    // Records of an environment that something takes over for are made with this time to live.
    dns: Duration(planning::DNS_TTL_SECONDS.0 as u64),
    least: LOG,
    copy_lag: LAG,
    zones: true,
    advice: Advice {
        no_backup: "declare `backup: {every: 1d, keep: 14d}`: RDS keeps backups and the log, and restores any second of them",
        zone: "write `nodes: 2` for a standby in another zone, or `backup: {every: 1d, keep: 14d}` for a restore there",
        region: "write `replicas: {standby: {in: ...}}` with a cluster in another region for a running copy (about 5m are lost), or `backup.copyTo` for its backups (about 15m)",
        sooner_never: "RDS stores its log every 5m, so that no copy loses less to bad writes: promise 5m, or bind the database to a tier that covers other failures only",
        sooner: "a standby (`nodes: 2`) loses nothing with a machine or a zone, a running copy (`replicas`) about 5m with a region; a looser promise would hold as well",
        faster: "a standby (`nodes: 2`) is back after 2m, a running copy in another region (`replicas`) sooner than a restore; `dr.targets.<environment>.failover: pipeline` saves the time of a person's decision",
        region_faster: REGION_FASTER,
    },
};

/// What the log has not stored yet.
const LOG: Duration = Duration(planning::RDS_LOG_UPLOAD_MINUTES as u64 * 60);

/// How far a read replica is behind: an idle one until the next segment of the log.
const LAG: Duration = Duration(planning::RDS_REPLICA_LAG_MINUTES as u64 * 60);

const fn minutes(amount: u32) -> Duration {
    Duration(amount as u64 * 60)
}

fn database(plan: &Plan, environment: &Environment, database: &Database, loss: Loss) -> Vec<Recovery> {
    let here = plan.clusters.get(&environment.cluster.value).map(|cluster| cluster.region.value.as_str());
    let mut copies = Vec::new();
    if database.nodes.value > 1 && matches!(loss, Loss::Instance | Loss::Zone) {
        copies.push(Recovery {
            copy: "the standby in another zone",
            rpo: Sum::default(),
            rto: Sum::default().plus(
                "failover to the standby",
                Duration(u64::from(planning::RDS_MULTI_AZ_FAILOVER_SECONDS.1)),
            ),
            size_unknown: false,
            restored: false,
        });
    }
    if matches!(loss, Loss::Instance | Loss::Zone | Loss::Logical) {
        copies.extend(restore(database, loss, environment));
    }
    if loss == Loss::Region {
        let elsewhere = |region: &str| here.is_some_and(|here| here != region);
        if database.replicas.iter().any(|replica| elsewhere(&replica.region)) {
            copies.push(Recovery {
                copy: "the running copy in another region",
                rpo: Sum::default().plus("lag of the copy", LAG),
                rto: decided(environment).plus("promotion", minutes(planning::PROMOTE_REPLICA.usual)),
                size_unknown: false,
                restored: false,
            });
        }
        if database.backup.as_ref().is_some_and(|backup| backup.copy_to.is_some()) {
            copies.extend(restore(database, loss, environment));
        }
    }
    copies
}

/// A restore of the backups: a new instance, of any second up to the last log that was stored, or copied.
fn restore(database: &Database, loss: Loss, environment: &Environment) -> Option<Recovery> {
    let backup = database.backup.as_ref()?;
    let gib = super::gib_of(database);
    let is_copied = loss == Loss::Region;
    let rpo = match (backup.point_in_time.value, is_copied) {
        (true, false) => Sum::default().plus("log not yet stored", LOG),
        (true, true) => {
            Sum::default().plus("log not yet copied", minutes(planning::RDS_COPIED_BACKUP_MINUTES))
        }
        (false, false) => super::daily(backup, gib),
        (false, true) => {
            let copied = gib.map_or(Duration(0), |gib| minutes(planning::copy_minutes(gib)));
            super::daily(backup, gib).plus("copy to the region", copied)
        }
    };
    let decided = if is_copied { decided(environment) } else { decided_by_a_person() };
    Some(Recovery {
        copy: match (is_copied, backup.point_in_time.value) {
            (true, _) => "the backups in another region",
            (false, true) => "backup and log",
            (false, false) => "the last backup",
        },
        rpo,
        rto: decided.plus("restore by RDS", minutes(planning::rds_restore_minutes(gib.unwrap_or(0)))),
        size_unknown: gib.is_none(),
        restored: !is_copied,
    })
}

/// EFS keeps every file in several zones of its region (EFS user guide, "Availability and durability of EFS file systems"); AWS
/// Backup copies it once a day, within the region.
fn files(environment: &Environment, files: &FileSystem, loss: Loss) -> Vec<Recovery> {
    match loss {
        Loss::Instance | Loss::Zone => vec![Recovery {
            copy: "the same files in other zones",
            rpo: Sum::default(),
            rto: Sum::default(),
            size_unknown: false,
            restored: false,
        }],
        Loss::Logical if files.backup.value => {
            let gib = super::gib(files.size.value.0);
            vec![Recovery {
                copy: "the last daily copy",
                rpo: Sum::default()
                    .plus("interval", minutes(planning::EFS_BACKUP_INTERVAL_HOURS * 60))
                    .plus("duration of a backup", minutes(planning::dump_minutes(gib))),
                rto: decided_by_a_person().plus("restore", minutes(planning::dump_restore_minutes(gib))),
                size_unknown: false,
                restored: false,
            }]
        }
        // The replication is no copy of one moment: each file is as old as its last copy.
        Loss::Region if files.copy_to.is_some() => vec![Recovery {
            copy: "a copy in another region",
            rpo: Sum::default().plus("files not yet copied", minutes(planning::EFS_REPLICATION_MINUTES)),
            rto: decided(environment).plus("the copy takes writes", minutes(planning::EFS_PROMOTE.usual)),
            size_unknown: false,
            restored: false,
        }],
        Loss::Logical | Loss::Cluster | Loss::Region => Vec::new(),
    }
}

fn cache(cache: &ManagedCache, loss: Loss) -> Vec<Recovery> {
    let mut copies = Vec::new();
    if cache.replicas.value > 1 && matches!(loss, Loss::Instance | Loss::Zone) {
        copies.push(Recovery {
            copy: "a replica in another zone",
            rpo: Sum::default().plus(
                "writes not yet at the replica",
                Duration(u64::from(planning::ELASTICACHE_REPLICA_LAG_SECONDS)),
            ),
            rto: Sum::default()
                .plus("failover to a replica", Duration(u64::from(planning::ELASTICACHE_FAILOVER_SECONDS.1))),
            size_unknown: false,
            restored: false,
        });
    }
    if cache.backup.is_some() && matches!(loss, Loss::Instance | Loss::Zone | Loss::Logical) {
        copies.push(Recovery {
            copy: "the last daily copy",
            rpo: Sum::default().plus("interval", minutes(planning::ELASTICACHE_BACKUP_INTERVAL_HOURS * 60)),
            rto: decided_by_a_person()
                .plus("a new cache from the copy", minutes(planning::ELASTICACHE_PROVISION.usual)),
            size_unknown: true,
            restored: false,
        });
    }
    copies
}
