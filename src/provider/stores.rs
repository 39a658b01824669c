//! What clouds have for data, as far as the language asks for it: a field that a cloud has nothing for is refused with
//! these tables, and a number that is not written comes from them.

use crate::catalog::planning;
use crate::units::{DailyWindow, WeeklyWindow};

/// Minutes from the begin of the week to that of Sunday.
const SUNDAY: u32 = 6 * 24 * 60;

/// What a cloud has for data.
#[derive(Debug)]
pub struct Stores {
    /// What people call it in a sentence.
    pub cloud: &'static str,
    /// Its managed databases.
    pub database: DatabaseOffer,
    /// Its managed caches, where it has them.
    pub cache: Option<CacheOffer>,
    /// Whether objects of a bucket can be copied to another region.
    pub bucket_copies: bool,
    /// Whether calls to its API are logged on demand, and whether it keeps images.
    pub audit_and_registry: bool,
    /// Who opens a bucket.
    pub bucket_access: BucketKeys,
}

/// What opens a bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BucketKeys {
    /// A pair of keys that a service is given.
    Pair,
    /// The identity of the service's pods: there are no keys.
    Identity {
        /// Where the SDK in a pod asks for it: an address range.
        agent: &'static str,
        /// The port there.
        port: u16,
    },
}

/// What a managed database can have.
#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a question of its own, and no two of them exclude each other"
)]
pub struct DatabaseOffer {
    /// Days for which backups are kept where nothing is said.
    pub keep_days: u32,
    /// Why.
    pub keep_rule: &'static str,
    /// The most days for which they can be kept.
    pub keep_days_most: u32,
    /// Hours between two backups.
    pub every_hours: u32,
    /// Whether every point in time can be restored as soon as there are backups.
    pub point_in_time: bool,
    /// When it is backed up and restarted where nothing is said; `None` where people do not choose.
    pub windows: Option<Windows>,
    /// Whether parameters of the engine can be set.
    pub parameters: bool,
    /// The most running copies of one; `None` where there are none.
    pub replicas_most: Option<usize>,
    /// Whether backups can be copied to another region.
    pub copies: bool,
    /// Whether it can be kept from being deleted.
    pub protection: bool,
    /// Whether its API says which point is the newest that can be restored.
    pub newest_point: bool,
    /// The port, where it is known before the database is made.
    pub port: Option<u16>,
    /// The entry of `restore_from` of its module that names a lost one by `$LOST`, and an example of that.
    pub lost: (&'static str, &'static str),
    /// Where the certificates of its authority are, where they are the same for all databases.
    pub authority: Option<&'static str>,
}

/// What a managed cache can have.
#[derive(Debug)]
pub struct CacheOffer {
    /// The most days for which copies are kept.
    pub keep_days_most: u32,
    /// When it is copied and restarted where nothing is said.
    pub windows: Windows,
}

/// Windows that hold where nothing is said.
#[derive(Debug, Clone, Copy)]
pub struct Windows {
    /// For backups.
    pub backup: DailyWindow,
    /// For changes that restart.
    pub maintenance: WeeklyWindow,
    /// The shortest that either may be, in minutes.
    pub least_minutes: u32,
}

/// What Linode has: managed databases whose class brings the disk, and object storage with keys.
pub(super) static LINODE: Stores = Stores {
    cloud: "Linode",
    database: DatabaseOffer {
        keep_days: planning::LINODE_DATABASE_RETENTION_DAYS,
        keep_rule: "what Linode keeps",
        keep_days_most: planning::LINODE_DATABASE_RETENTION_DAYS,
        every_hours: planning::LINODE_DATABASE_BACKUP_INTERVAL_HOURS,
        point_in_time: false,
        windows: None,
        parameters: false,
        replicas_most: None,
        copies: false,
        protection: false,
        // `oldest_restore_time` is all that it says (techdocs.akamai.com/linode-api, "Get a managed PostgreSQL database").
        newest_point: false,
        port: None,
        lost: ("database_id = $LOST", "1234567"),
        authority: None,
    },
    cache: None,
    bucket_copies: false,
    audit_and_registry: false,
    bucket_access: BucketKeys::Pair,
};

/// What AWS has: RDS, `ElastiCache` and S3. Defaults of windows are those of the modules; the least size of a gp3 disk and
/// the lengths of names are from the RDS and `ElastiCache` guides.
pub(super) static AWS: Stores = Stores {
    cloud: "AWS",
    database: DatabaseOffer {
        keep_days: planning::RETENTION_ADVISED_DAYS,
        keep_rule: "two weeks",
        keep_days_most: planning::RDS_RETENTION_DAYS_MOST,
        every_hours: planning::RDS_SNAPSHOT_INTERVAL_HOURS,
        point_in_time: true,
        windows: Some(Windows {
            backup: DailyWindow::between(2 * 60, 2 * 60 + 30),
            maintenance: WeeklyWindow::between(SUNDAY + 3 * 60, SUNDAY + 4 * 60),
            least_minutes: planning::RDS_WINDOW_MINUTES_LEAST,
        }),
        parameters: true,
        replicas_most: Some(planning::RDS_REPLICAS_MOST as usize),
        copies: true,
        protection: true,
        // `LatestRestorableTime` (RDS API reference, `DBInstance`).
        newest_point: true,
        port: Some(5432),
        lost: ("source = \"$LOST\"", "lost-database"),
        // RDS guide, "Using SSL/TLS to encrypt a connection to a DB instance".
        authority: Some("https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem"),
    },
    cache: Some(CacheOffer {
        keep_days_most: planning::ELASTICACHE_RETENTION_DAYS_MOST,
        windows: Windows {
            backup: DailyWindow::between(2 * 60, 3 * 60),
            maintenance: WeeklyWindow::between(SUNDAY + 4 * 60, SUNDAY + 5 * 60),
            least_minutes: 60,
        },
    }),
    bucket_copies: true,
    audit_and_registry: true,
    // EKS user guide, "EKS Pod Identity Agent": link-local address and port on every node.
    bucket_access: BucketKeys::Identity { agent: "169.254.170.23/32", port: 80 },
};
