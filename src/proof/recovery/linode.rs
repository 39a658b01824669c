//! Linode: full backups every day and a continuous write-ahead log, kept in the region of the database (mechanism M21 of the
//! recovery catalogue). Nothing leaves the region, so its loss is survived by nothing.

use super::{Advice, Mechanisms, REGION_FASTER, Recovery, Sum, decided_by_a_person};
use crate::catalog::planning;
use crate::plan::{Database, Environment, Loss, Plan};
use crate::units::Duration;

pub(super) static MECHANISMS: Mechanisms = Mechanisms {
    database,
    cache: |_, _| Vec::new(),
    files: |_, _, _| Vec::new(),
    create_database: planning::LINODE_DATABASE_PROVISION,
    create_cluster: planning::CREATE_CLUSTER,
    dns: Duration(planning::DNS_TTL_SECONDS.1 as u64),
    least: WAL,
    // There are no running copies.
    copy_lag: Duration(0),
    zones: false,
    advice: Advice {
        no_backup: "declare `backup: {every: 1d, pointInTime: true}`: Linode keeps backups and the log for 14 days",
        zone: "Linode's regions have no zones: leave `zone` out of the tier, or bind the database to another",
        region: "backups of Linode stay in the region: write dumps to a bucket in another (`dump`), leave `region` out of the tier, or bind the database to another",
        sooner_never: "no copy at Linode loses less than 5m: promise that",
        sooner: "`pointInTime: true` gives 5m at no extra instance; a looser promise would hold as well",
        faster: "a standby survives the loss of an instance; less data, or a looser promise, would hold as well",
        region_faster: REGION_FASTER,
    },
};

const WAL: Duration = Duration(planning::LINODE_DATABASE_WAL_MINUTES as u64 * 60);

fn database(_: &Plan, _: &Environment, database: &Database, loss: Loss) -> Vec<Recovery> {
    match loss {
        // The database is no part of the cluster, and regions have no zones to lose.
        Loss::Cluster | Loss::Zone | Loss::Region => Vec::new(),
        Loss::Instance if database.nodes.value > 1 => {
            let failover = Duration(u64::from(planning::LINODE_DATABASE_FAILOVER_SECONDS));
            vec![Recovery {
                copy: "a standby",
                // Linode says nothing about synchronous replication: what the log had not shipped may be lost.
                rpo: Sum::default().plus("log not yet shipped", WAL),
                rto: Sum::default().plus("failover", failover),
                size_unknown: false,
                restored: false,
            }]
        }
        Loss::Instance | Loss::Logical => restore(database).into_iter().collect(),
    }
}

fn restore(database: &Database) -> Option<Recovery> {
    let backup = database.backup.as_ref()?;
    let gib = super::gib_of(database);
    let minutes = |amount: u32| Duration(u64::from(amount) * 60);
    let rpo = if backup.point_in_time.value {
        Sum::default().plus("log not yet shipped", WAL)
    } else {
        super::daily(backup, gib)
    };
    let mut rto =
        decided_by_a_person().plus("a new instance", minutes(planning::LINODE_DATABASE_PROVISION.usual));
    if let Some(gib) = gib {
        rto = rto.plus("restore", minutes(planning::dump_restore_minutes(gib)));
    }
    Some(Recovery {
        copy: if backup.point_in_time.value { "backup and log" } else { "the last backup" },
        rpo,
        rto,
        size_unknown: gib.is_none(),
        restored: true,
    })
}
