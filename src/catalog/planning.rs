//! Constants for recovery arithmetic: how old a copy can be, and how long a rebuild takes at least.
//!
//! These are assumptions for planning, not promises of a vendor; a spec can override them. Each says where
//! it comes from: (verified) read at a source, (recalled) from memory, (design) a choice of this project.

/// A span of time in minutes: the shortest to be expected (a floor) and the longest (for planning).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Minutes {
    /// Not faster than this.
    pub floor: u32,
    /// Usually not slower than this.
    pub usual: u32,
}

impl Minutes {
    const fn new(floor: u32, usual: u32) -> Self {
        Self { floor, usual }
    }
}

/// Least minutes until a service works again after the loss of its region where only copies of the data are elsewhere;
/// the sum of the parts counts where it is known. (design)
pub const BACKUP_RESTORE_LEAST_MINUTES: u32 = 240;

/// The same where the data and a cluster are elsewhere, and its nodes have to be added. (design)
pub const PILOT_LIGHT_LEAST_MINUTES: u32 = 30;

/// The same where everything is elsewhere, scaled down. (design)
pub const WARM_STANDBY_LEAST_MINUTES: u32 = 10;

/// The same where everything is elsewhere at full size. (design)
pub const HOT_STANDBY_LEAST_MINUTES: u32 = 5;

/// Age of the last shipped write-ahead log of a managed database at Linode, worst case, in minutes: what can
/// be lost within the region. (verified: Linode records the log "continuously"; Aiven and `UpCloud`, which
/// run the same engine, copy it every 5 minutes) The figure itself is not confirmed by Linode.
pub const LINODE_DATABASE_WAL_MINUTES: u32 = 5;

/// Days for which Linode keeps the backups of a managed database, point in time included. (verified: Cloud
/// Manager text)
pub const LINODE_DATABASE_RETENTION_DAYS: u32 = 14;

/// Hours between two full backups of a managed database at Linode. (verified: Cloud Manager text)
pub const LINODE_DATABASE_BACKUP_INTERVAL_HOURS: u32 = 24;

/// Whether Linode copies the backups of a managed database to another region. (recalled) There is no such
/// resource in the Terraform provider, only `fork_source` (verified): a copy elsewhere is an own dump.
pub const LINODE_DATABASE_BACKUP_LEAVES_REGION: bool = false;

/// Minutes until a new managed database at Linode accepts connections; a restore is a new database (a fork).
/// (verified: API reference, "approximately 15 to 30 minutes"; Terraform provider docs, "up to half an
/// hour")
pub const LINODE_DATABASE_PROVISION: Minutes = Minutes::new(15, 30);

/// Seconds without the primary after which a managed database at Linode fails over to a standby, by default.
/// (verified: Terraform provider docs, `pglookout` setting)
pub const LINODE_DATABASE_FAILOVER_SECONDS: u32 = 60;

/// Whether Linode's CSI driver can take volume snapshots. (verified: driver source) Backups of volumes are
/// file-system backups to object storage.
pub const LINODE_VOLUME_SNAPSHOTS: bool = false;

/// Gibibytes that a dump writes in an hour. (design)
pub const DUMP_GIB_PER_HOUR: u32 = 100;

/// Gibibytes that are restored from a dump in an hour. (design)
pub const DUMP_RESTORE_GIB_PER_HOUR: u32 = 50;

/// Gibibytes that are copied to another region in an hour. (design)
pub const COPY_GIB_PER_HOUR: u32 = 200;

/// Seconds until the standby of a Multi-AZ instance of RDS has taken over: shortest and longest usual time. Long
/// transactions lengthen it. (verified: RDS guide, "typically 60-120 seconds")
pub const RDS_MULTI_AZ_FAILOVER_SECONDS: (u32, u32) = (60, 120);

/// Seconds until a reader of a Multi-AZ cluster of RDS (three nodes, two of them readable) has taken over. (verified:
/// RDS guide, "typically under 35 seconds")
pub const RDS_MULTI_AZ_CLUSTER_FAILOVER_SECONDS: u32 = 35;

/// Age of the last uploaded transaction log of RDS, worst case, in minutes: what a restore to a point in time can lose.
/// (verified: RDS guide, logs go to S3 every five minutes)
pub const RDS_LOG_UPLOAD_MINUTES: u32 = 5;

/// Hours between two automated snapshots of RDS, one in each backup window. (verified: RDS guide)
pub const RDS_SNAPSHOT_INTERVAL_HOURS: u32 = 24;

/// Most days for which RDS keeps automated backups; 0 turns them off, and with them the restore to a point in time and
/// read replicas. (verified: RDS guide, API model)
pub const RDS_RETENTION_DAYS_MOST: u32 = 35;

/// Shortest backup window of RDS, in minutes; it must not overlap the maintenance window, which is as long at least.
/// (verified: RDS guide)
pub const RDS_WINDOW_MINUTES_LEAST: u32 = 30;

/// Age of the last log of automated backups that RDS copies to another region, worst case, in minutes. (design: the
/// guide promises only "as soon as they are ready", marketing texts speak of about 5 minutes)
pub const RDS_COPIED_BACKUP_MINUTES: u32 = 15;

/// Lag of a read replica in another region that is to be budgeted for, in minutes: replication is asynchronous, and on
/// an idle primary the lag climbs to 5 minutes before it falls. (verified: RDS guide; no bound is promised, so a lower
/// figure needs an alert on the lag)
pub const RDS_REPLICA_LAG_MINUTES: u32 = 5;

/// Most read replicas of one RDS instance. (verified: RDS guide, for PostgreSQL)
pub const RDS_REPLICAS_MOST: u32 = 15;

/// Lag of a secondary region of Aurora Global Database, in seconds. (verified: Aurora guide, "RPO typically measured in
/// seconds"; design: the figure)
pub const AURORA_GLOBAL_LAG_SECONDS: u32 = 5;

/// Creating an instance of RDS. (design)
pub const RDS_PROVISION: Minutes = Minutes::new(5, 20);

/// Seconds until a replica of `ElastiCache` with Multi-AZ has become the primary. (design: the guide says "a few
/// seconds" for planned changes and, in older editions, "a few minutes" for failures)
pub const ELASTICACHE_FAILOVER_SECONDS: (u32, u32) = (10, 120);

/// Seconds of writes that a failover of `ElastiCache` can lose: replication is asynchronous. (verified, for the durable
/// engine with asynchronous writes: `ElastiCache` guide, "up to 10 seconds"; design for the others, where no bound is
/// promised)
pub const ELASTICACHE_REPLICA_LAG_SECONDS: u32 = 10;

/// Hours between two automatic backups of `ElastiCache`. (verified: `ElastiCache` guide)
pub const ELASTICACHE_BACKUP_INTERVAL_HOURS: u32 = 24;

/// Most days for which `ElastiCache` keeps automatic backups; 0 turns them off. (verified: `ElastiCache` guide)
pub const ELASTICACHE_RETENTION_DAYS_MOST: u32 = 35;

/// Lag of a secondary region of a Global Datastore of `ElastiCache`, in seconds. (recalled: "typically under one
/// second")
pub const GLOBAL_DATASTORE_LAG_SECONDS: u32 = 1;

/// Most other regions of a Global Datastore; no failover between regions is automatic. (verified: `ElastiCache` guide)
pub const GLOBAL_DATASTORE_REGIONS_MOST: u32 = 2;

/// Creating a replication group of `ElastiCache`. (design)
pub const ELASTICACHE_PROVISION: Minutes = Minutes::new(5, 15);

/// Minutes within which S3 copies 99.99 % of objects to another region with replication time control. (verified: S3
/// service level agreement)
pub const S3_REPLICATION_TIME_CONTROL_MINUTES: u32 = 15;

/// Hours to assume for S3 replication without time control, which has no bound. (design)
pub const S3_REPLICATION_HOURS: u32 = 24;

/// Minutes within which EFS replication brings most file systems up to date. (recalled: "a recovery point objective of
/// 15 minutes for most file systems"; the copy is not consistent at one point in time, verified: EFS guide)
pub const EFS_REPLICATION_MINUTES: u32 = 15;

/// Until the copy of an EFS file system takes writes, after its replication is deleted. (verified: EFS guide, "Deleting
/// replication configurations": several minutes; design: the figures)
pub const EFS_PROMOTE: Minutes = Minutes::new(5, 10);

/// Hours between two automatic backups of EFS by AWS Backup. (verified: EFS guide, "How AWS Backup works with Amazon EFS":
/// daily, kept for 35 days)
pub const EFS_BACKUP_INTERVAL_HOURS: u32 = 24;

/// Minutes within which ECR copies an image to another region. (recalled: "most images in less than 30 minutes")
pub const ECR_REPLICATION_MINUTES: u32 = 30;

/// Seconds within which a secret of Secrets Manager is in its replica regions. (recalled: seconds; design: the figure)
pub const SECRET_REPLICATION_SECONDS: u32 = 60;

/// Creating the control plane of EKS. (verified, second hand: the public roadmap for containers of AWS called 15
/// minutes the average and set out to shorten it)
pub const CREATE_EKS_CONTROL_PLANE: Minutes = Minutes::new(8, 15);

/// Minutes that a point-in-time restore of RDS takes before any data is read. (design)
pub const RDS_RESTORE_BASE_MINUTES: u32 = 20;

/// Minutes that a point-in-time restore of RDS takes for every 100 GiB. (design)
pub const RDS_RESTORE_MINUTES_PER_100_GIB: u32 = 15;

/// Seconds until an alert is raised: `for: 2m` and a group wait of 30 s. (design)
pub const DETECT_SECONDS: u32 = 150;

/// Minutes until a person decides; an automated failover decides at once. (design)
pub const DECIDE_MANUAL_MINUTES: u32 = 15;

/// Creating a managed cluster (LKE, EKS, GKE). (design)
pub const CREATE_CLUSTER: Minutes = Minutes::new(10, 20);

/// Adding a node pool without GPUs; GPU nodes take longer, and their capacity is not guaranteed. (design)
pub const CREATE_NODE_POOL: Minutes = Minutes::new(3, 5);

/// Argo CD bringing everything up from Git. (design)
pub const GITOPS_SYNC: Minutes = Minutes::new(10, 15);

/// A vLLM server loading its model. (design)
pub const MODEL_LOAD: Minutes = Minutes::new(5, 15);

/// Promoting a replica database. (design)
pub const PROMOTE_REPLICA: Minutes = Minutes::new(5, 10);

/// Failover within an Aurora cluster. (design)
pub const AURORA_FAILOVER: Minutes = Minutes::new(1, 2);

/// Filling a cold cache. (design)
pub const WARM_CACHE_MINUTES: u32 = 5;

/// Seconds until clients follow a changed DNS record: shortest and longest usual time to live. (design)
pub const DNS_TTL_SECONDS: (u32, u32) = (60, 300);

/// Fewest days of backups in production. (design)
pub const RETENTION_LEAST_DAYS: u32 = 7;

/// Fewest days of backups in production without a warning. (design)
pub const RETENTION_ADVISED_DAYS: u32 = 14;

/// Share of the capacity, in per cent, above which a pool is called nearly full. (design: check POOL012)
pub const CAPACITY_WARNING_PERCENT: u32 = 80;

/// Minutes that a dump of `gib` GiB takes, rounded up.
#[must_use]
pub fn dump_minutes(gib: u32) -> u32 {
    minutes_at(gib, DUMP_GIB_PER_HOUR)
}

/// Minutes that a restore of `gib` GiB from a dump takes, rounded up.
#[must_use]
pub fn dump_restore_minutes(gib: u32) -> u32 {
    minutes_at(gib, DUMP_RESTORE_GIB_PER_HOUR)
}

/// Minutes that a copy of `gib` GiB to another region takes, rounded up.
#[must_use]
pub fn copy_minutes(gib: u32) -> u32 {
    minutes_at(gib, COPY_GIB_PER_HOUR)
}

/// Minutes that a point-in-time restore of `gib` GiB takes on RDS, rounded up.
#[must_use]
pub fn rds_restore_minutes(gib: u32) -> u32 {
    let reading = u64::from(gib) * u64::from(RDS_RESTORE_MINUTES_PER_100_GIB);
    RDS_RESTORE_BASE_MINUTES.saturating_add(saturated(reading.div_ceil(100)))
}

fn minutes_at(gib: u32, gib_per_hour: u32) -> u32 {
    saturated((u64::from(gib) * 60).div_ceil(u64::from(gib_per_hour)))
}

fn saturated(value: u64) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_rounded_up() {
        for (gib, dump, restore, copy) in
            [(0, 0, 0, 0), (1, 1, 2, 1), (50, 30, 60, 15), (100, 60, 120, 30), (101, 61, 122, 31)]
        {
            assert_eq!(
                (dump_minutes(gib), dump_restore_minutes(gib), copy_minutes(gib)),
                (dump, restore, copy),
                "{gib} GiB"
            );
        }
    }

    #[test]
    fn rds_restores_100_gib_in_35_minutes() {
        assert_eq!(rds_restore_minutes(0), 20);
        assert_eq!(rds_restore_minutes(100), 35);
        assert_eq!(rds_restore_minutes(101), 36);
    }

    #[test]
    fn no_size_overflows() {
        assert_eq!(dump_restore_minutes(u32::MAX), u32::MAX);
        assert!(rds_restore_minutes(u32::MAX) > 1_000_000);
    }

    #[test]
    fn a_dearer_strategy_recovers_faster() {
        const { assert!(BACKUP_RESTORE_LEAST_MINUTES > PILOT_LIGHT_LEAST_MINUTES) }
        const { assert!(PILOT_LIGHT_LEAST_MINUTES > WARM_STANDBY_LEAST_MINUTES) }
        const { assert!(WARM_STANDBY_LEAST_MINUTES > HOT_STANDBY_LEAST_MINUTES) }
    }

    #[test]
    fn a_floor_is_not_above_the_usual_time() {
        for span in [
            LINODE_DATABASE_PROVISION,
            CREATE_CLUSTER,
            CREATE_NODE_POOL,
            GITOPS_SYNC,
            MODEL_LOAD,
            PROMOTE_REPLICA,
            AURORA_FAILOVER,
            RDS_PROVISION,
            ELASTICACHE_PROVISION,
            CREATE_EKS_CONTROL_PLANE,
        ] {
            assert!(0 < span.floor && span.floor <= span.usual, "{span:?}");
        }
    }

    #[test]
    fn nothing_reaches_another_region_before_it_leaves_its_own() {
        const { assert!(RDS_LOG_UPLOAD_MINUTES <= RDS_COPIED_BACKUP_MINUTES) }
        const { assert!(S3_REPLICATION_TIME_CONTROL_MINUTES < S3_REPLICATION_HOURS * 60) }
        const { assert!(RDS_MULTI_AZ_FAILOVER_SECONDS.0 < RDS_MULTI_AZ_FAILOVER_SECONDS.1) }
        const { assert!(ELASTICACHE_FAILOVER_SECONDS.0 < ELASTICACHE_FAILOVER_SECONDS.1) }
    }

    #[test]
    fn a_log_is_shipped_more_often_than_a_backup_is_taken() {
        const { assert!(LINODE_DATABASE_WAL_MINUTES < LINODE_DATABASE_BACKUP_INTERVAL_HOURS * 60) }
        const { assert!(RDS_LOG_UPLOAD_MINUTES < RDS_SNAPSHOT_INTERVAL_HOURS * 60) }
    }
}
