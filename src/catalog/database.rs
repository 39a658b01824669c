//! Managed databases: services, plans, versions and extensions.

use std::sync::LazyLock;

use super::{Class, Offered, run, table};

pub(super) const TYPES_CSV: &str = include_str!("data/database_types.csv");
pub(super) const AWS_TYPES_CSV: &str = include_str!("data/aws_database_types.csv");
pub(super) const MINORS_CSV: &str = include_str!("data/database_minors.csv");
pub(super) const VERSIONS_CSV: &str = include_str!("data/database_versions.csv");
pub(super) const EXTENSIONS_CSV: &str = include_str!("data/database_extensions.csv");

static TYPES: LazyLock<Vec<DatabaseType>> = LazyLock::new(|| {
    let mut all = table::parse(AWS_TYPES_CSV, class_row);
    all.append(&mut table::parse(TYPES_CSV, type_row));
    all
});
static MINORS: LazyLock<Vec<Minor>> = LazyLock::new(|| table::parse(MINORS_CSV, minor_row));
static VERSIONS: LazyLock<Vec<DatabaseVersion>> = LazyLock::new(|| table::parse(VERSIONS_CSV, version_row));
static EXTENSIONS: LazyLock<Vec<Extension>> = LazyLock::new(|| table::parse(EXTENSIONS_CSV, extension_row));

/// The managed database service of a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManagedDatabase {
    /// The cloud, as in `platform.yaml`.
    pub provider: &'static str,
    /// The engine: `postgresql`.
    pub engine: &'static str,
    /// The service in words, for example `RDS`.
    pub name: &'static str,
    /// The product of the table of ends of life that holds its versions.
    pub eol_product: &'static str,
    /// Numbers of nodes that a database can have; a type may allow fewer ([`DatabaseType::has_cluster_of`]).
    pub cluster_sizes: &'static [u32],
    /// What these numbers mean, for a diagnostic.
    pub cluster_sizes_help: &'static str,
    /// Number of nodes that production should have.
    pub advised_nodes: u32,
    /// Smallest and largest disk in GiB, where it is chosen apart from the type.
    pub storage_gib: Option<(u32, u32)>,
    /// Most days for which the service keeps backups; `None` where it is not a choice.
    pub most_retention_days: Option<u32>,
    /// Whether a minor version can be asked for.
    pub takes_minor_versions: bool,
}

/// The engine that the language has.
pub const POSTGRESQL: &str = "postgresql";

/// The managed database service of a provider, if the catalogue knows it.
#[must_use]
pub fn managed_database(provider: &str, engine: &str) -> Option<&'static ManagedDatabase> {
    SERVICES.iter().find(|service| (service.provider, service.engine) == (provider, engine))
}

static SERVICES: [ManagedDatabase; 2] = [
    ManagedDatabase {
        provider: "aws",
        engine: "postgresql",
        name: "RDS",
        eol_product: "amazon-rds-postgresql",
        // (verified: RDS guide) Multi-AZ is a primary and a standby; a Multi-AZ cluster of three is another resource.
        cluster_sizes: &[1, 2],
        cluster_sizes_help: "RDS has 1 node, or 2 nodes in two zones (Multi-AZ); more copies are read replicas",
        advised_nodes: 2,
        // (verified: RDS guide up to 64 TiB; recalled: 20 GiB for gp3)
        storage_gib: Some((20, 65_536)),
        // (verified: RDS API model)
        most_retention_days: Some(super::planning::RDS_RETENTION_DAYS_MOST),
        takes_minor_versions: true,
    },
    ManagedDatabase {
        provider: "linode",
        engine: "postgresql",
        name: "Linode's managed databases",
        // The service names its own end of a major only when it comes; it follows the community's.
        eol_product: "postgresql",
        // (verified: linode/manager validation, Linode API reference) Two nodes need a dedicated plan.
        cluster_sizes: &[1, 2, 3],
        cluster_sizes_help: "Linode's managed databases have 1, 2 or 3 nodes",
        advised_nodes: 3,
        storage_gib: None,
        most_retention_days: None,
        takes_minor_versions: false,
    },
];

/// One plan of a managed database; the figures are those of one node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatabaseType {
    /// The cloud, as in `platform.yaml`: `aws` or `linode`.
    pub provider: &'static str,
    /// The engine: `postgresql`.
    pub engine: &'static str,
    /// The provider's own name: `db.m6g.large`, on Linode that of the instance type, `g6-dedicated-4`.
    pub id: &'static str,
    /// The kind of plan.
    pub class: Class,
    /// Virtual CPUs.
    pub vcpu: u32,
    /// Memory in MiB.
    pub memory_mib: u32,
    /// Disk in MiB, for data, write-ahead log and temporary files together; `None` where the disk is chosen apart.
    pub disk_mib: Option<u32>,
    /// Price in whole US dollars per month of a cluster with one, two and three nodes; `None` where that
    /// size is not sold, or where the table has no prices.
    pub usd_month: [Option<u32>; 3],
    /// Whether a cluster with one, two and three nodes is sold on this plan.
    pub sold: [bool; 3],
    /// The provider's documented default limit of connections, at most, if it documents one (Linode does not).
    pub max_connections: Option<u32>,
    /// The default limit of the company that runs the engine (Aiven) for the same memory: a hint, not a
    /// promise.
    pub upstream_max_connections: Option<u32>,
}

impl DatabaseType {
    /// Whether a cluster of `nodes` nodes is sold on this plan.
    #[must_use]
    pub fn has_cluster_of(&self, nodes: u32) -> bool {
        let index = usize::try_from(nodes).ok().and_then(|nodes| nodes.checked_sub(1));
        index.is_some_and(|index| self.sold.get(index).is_some_and(|sold| *sold))
    }
}

/// One major version of a managed engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatabaseVersion {
    /// The cloud.
    pub provider: &'static str,
    /// The engine.
    pub engine: &'static str,
    /// The major version, for example `16`.
    pub version: &'static str,
    /// Whether a new database can have it.
    pub offered: Offered,
    /// True if that is not read from the provider.
    pub uncertain: bool,
}

/// One extension of a managed `PostgreSQL`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extension {
    /// The cloud.
    pub provider: &'static str,
    /// The engine.
    pub engine: &'static str,
    /// The name that `CREATE EXTENSION` takes.
    pub name: &'static str,
    /// Whether it can be created.
    pub offered: Offered,
    /// True if that is not read from the provider.
    pub uncertain: bool,
    /// Where the answer comes from.
    pub basis: ExtensionBasis,
}

/// Why the catalogue says what it says about an extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ExtensionBasis {
    /// The provider's Terraform resource has settings for it.
    ProviderSettings,
    /// It is shipped with `PostgreSQL` and trusted: the owner of a database may create it.
    TrustedContrib,
    /// The company that runs the engine lists it for its own service.
    EnginePartner,
    /// The provider's own list, from memory.
    Vendor,
}

impl ExtensionBasis {
    /// The reason in words, for a diagnostic.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::ProviderSettings => "the provider has settings for it",
            Self::TrustedContrib => "it ships with PostgreSQL and a database owner may create it",
            Self::EnginePartner => {
                "the company that runs the engine lists it, the provider itself publishes no list"
            }
            Self::Vendor => "the provider's own list of extensions says so",
        }
    }
}

/// The plan with this name, if the catalogue knows it.
#[must_use]
pub fn database_type(provider: &str, engine: &str, id: &str) -> Option<&'static DatabaseType> {
    database_types(provider, engine).iter().find(|known| known.id == id)
}

/// All known plans, smallest of a class first; empty if the provider or the engine is unknown.
#[must_use]
pub fn database_types(provider: &str, engine: &str) -> &'static [DatabaseType] {
    run(&TYPES, |known| (known.provider, known.engine) == (provider, engine))
}

/// All known major versions, newest first; empty if the provider or the engine is unknown.
#[must_use]
pub fn database_versions(provider: &str, engine: &str) -> &'static [DatabaseVersion] {
    run(&VERSIONS, |known| (known.provider, known.engine) == (provider, engine))
}

/// Whether a new database can have this version (`16` or `16.4`; only the major counts).
#[must_use]
pub fn database_version(provider: &str, engine: &str, version: &str) -> Offered {
    let major = version.split('.').next().unwrap_or(version);
    database_versions(provider, engine)
        .iter()
        .find(|known| known.version == major)
        .map_or(Offered::Unknown, |known| known.offered)
}

struct Minor {
    provider: &'static str,
    engine: &'static str,
    version: &'static str,
    offered: Offered,
}

/// Whether a new database can have this minor version (`15.3`): `No` if the provider has deprecated it,
/// [`Offered::Unknown`] for a major alone and for a minor that the catalogue does not know.
#[must_use]
pub fn database_minor(provider: &str, engine: &str, version: &str) -> Offered {
    minors(provider, engine)
        .iter()
        .find(|known| known.version == version)
        .map_or(Offered::Unknown, |known| known.offered)
}

/// The minor versions of a major that a new database can have, newest first.
pub fn database_minors_offered<'a>(
    provider: &str,
    engine: &str,
    major: &'a str,
) -> impl Iterator<Item = &'static str> + use<'a> {
    minors(provider, engine)
        .iter()
        .filter(move |known| {
            let minor = known.version.strip_prefix(major).and_then(|rest| rest.strip_prefix('.'));
            known.offered == Offered::Yes && minor.is_some()
        })
        .map(|known| known.version)
}

fn minors(provider: &str, engine: &str) -> &'static [Minor] {
    run(&MINORS, |known| (known.provider, known.engine) == (provider, engine))
}

/// The family of a parameter group for a version, in the provider's word: `postgres17` on AWS. (verified: RDS guide)
#[must_use]
pub fn parameter_family(version: &str) -> String {
    format!("postgres{}", version.split('.').next().unwrap_or(version))
}

/// Whether the extension can be created; [`Offered::Unknown`] for a name that the catalogue does not know.
#[must_use]
pub fn database_extension(provider: &str, engine: &str, name: &str) -> Offered {
    database_extension_fact(provider, engine, name).map_or(Offered::Unknown, |known| known.offered)
}

/// What the catalogue knows about an extension. The name is compared without regard to case, as `PostgreSQL`
/// does.
#[must_use]
pub fn database_extension_fact(provider: &str, engine: &str, name: &str) -> Option<&'static Extension> {
    EXTENSIONS.iter().find(|known| {
        (known.provider, known.engine) == (provider, engine) && known.name.eq_ignore_ascii_case(name)
    })
}

/// Parameters of `PostgreSQL` that are read at the start of the server only, so that a change waits for a restart: its
/// documentation says "can only be set at server start" of each (<https://www.postgresql.org/docs/17/runtime-config.html>).
/// Those with a dot are of extensions and of RDS, from memory. RDS refuses to change one of them at once.
const READ_AT_START: [&str; 38] = [
    "archive_mode",
    "autovacuum_freeze_max_age",
    "autovacuum_max_workers",
    "autovacuum_multixact_freeze_max_age",
    "commit_timestamp_buffers",
    "cron.database_name",
    "cron.max_running_jobs",
    "cron.use_background_workers",
    "hot_standby",
    "huge_page_size",
    "huge_pages",
    "jit_provider",
    "logging_collector",
    "max_connections",
    "max_files_per_process",
    "max_locks_per_transaction",
    "max_logical_replication_workers",
    "max_notify_queue_pages",
    "max_pred_locks_per_transaction",
    "max_prepared_transactions",
    "max_replication_slots",
    "max_wal_senders",
    "max_worker_processes",
    "min_dynamic_shared_memory",
    "multixact_member_buffers",
    "multixact_offset_buffers",
    "notify_buffers",
    "pg_stat_statements.max",
    "rds.logical_replication",
    "serializable_buffers",
    "shared_buffers",
    "shared_preload_libraries",
    "subtransaction_buffers",
    "superuser_reserved_connections",
    "track_activity_query_size",
    "track_commit_timestamp",
    "transaction_buffers",
    "wal_buffers",
];

/// Whether a parameter of `PostgreSQL` takes effect at the start of the server only.
#[must_use]
pub fn needs_restart(parameter: &str) -> bool {
    READ_AT_START.binary_search(&parameter).is_ok()
}

fn type_row(fields: [&'static str; 12]) -> Option<DatabaseType> {
    let [provider, engine, id, class, vcpu, memory, disk, one, two, three, connections, upstream] = fields;
    let price = |text| table::optional(text, table::number);
    let usd_month = [price(one)?, price(two)?, price(three)?];
    Some(DatabaseType {
        provider,
        engine,
        id,
        class: Class::parse(class)?,
        vcpu: table::number(vcpu)?,
        memory_mib: table::number(memory)?,
        disk_mib: Some(table::number(disk)?),
        usd_month,
        sold: usd_month.map(|price| price.is_some()),
        max_connections: table::optional(connections, table::number)?,
        upstream_max_connections: table::optional(upstream, table::number)?,
    })
}

/// A class of RDS: the disk is chosen apart, and every class takes a standby in another zone.
fn class_row([provider, engine, id, class, vcpu, memory]: [&'static str; 6]) -> Option<DatabaseType> {
    let memory_mib = table::number(memory)?;
    Some(DatabaseType {
        provider,
        engine,
        id,
        class: Class::parse(class)?,
        vcpu: table::number(vcpu)?,
        memory_mib,
        disk_mib: None,
        usd_month: [None; 3],
        sold: [true, true, false],
        max_connections: Some(rds_connections(memory_mib)),
        upstream_max_connections: None,
    })
}

/// The default of `max_connections` on RDS for `PostgreSQL`, `LEAST({DBInstanceClassMemory/9531392}, 5000)`. (verified,
/// second hand: public sources quote the RDS guide) An upper bound: the memory that the formula takes is some per cent
/// below that of the class.
fn rds_connections(memory_mib: u32) -> u32 {
    const BYTES_PER_CONNECTION: u64 = 9_531_392;
    const MOST: u32 = 5000;
    u32::try_from((u64::from(memory_mib) << 20) / BYTES_PER_CONNECTION).unwrap_or(MOST).min(MOST)
}

fn minor_row([provider, engine, version, offered]: [&'static str; 4]) -> Option<Minor> {
    Some(Minor { provider, engine, version, offered: Offered::parse(offered)? })
}

fn version_row(
    [provider, engine, version, offered, uncertain]: [&'static str; 5],
) -> Option<DatabaseVersion> {
    Some(DatabaseVersion {
        provider,
        engine,
        version,
        offered: Offered::parse(offered)?,
        uncertain: table::flag(uncertain)?,
    })
}

fn extension_row(
    [provider, engine, name, offered, uncertain, basis]: [&'static str; 6],
) -> Option<Extension> {
    Some(Extension {
        provider,
        engine,
        name,
        offered: Offered::parse(offered)?,
        uncertain: table::flag(uncertain)?,
        basis: match basis {
            "provider-settings" => ExtensionBasis::ProviderSettings,
            "trusted-contrib" => ExtensionBasis::TrustedContrib,
            "engine-partner" => ExtensionBasis::EnginePartner,
            "vendor" => ExtensionBasis::Vendor,
            _ => return None,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::instance_type;

    #[test]
    fn every_row_of_every_table_is_read() {
        table::tests::assert_well_formed::<12>(TYPES_CSV, database_types("linode", "postgresql").len());
        table::tests::assert_well_formed::<6>(AWS_TYPES_CSV, database_types("aws", "postgresql").len());
        table::tests::assert_well_formed::<4>(MINORS_CSV, MINORS.len());
        table::tests::assert_well_formed::<5>(VERSIONS_CSV, VERSIONS.len());
        table::tests::assert_well_formed::<6>(EXTENSIONS_CSV, EXTENSIONS.len());
    }

    #[test]
    fn a_parameter_that_is_read_at_the_start_waits_for_a_restart() {
        assert!(READ_AT_START.is_sorted());
        for (parameter, waits) in [("max_connections", true), ("log_connections", false), ("work_mem", false)]
        {
            assert_eq!(needs_restart(parameter), waits, "{parameter}");
        }
    }

    #[test]
    fn keys_are_unique_and_rows_of_one_engine_are_together() {
        let ids: Vec<_> = TYPES.iter().map(|known| (known.provider, known.engine, known.id)).collect();
        for (i, id) in ids.iter().enumerate() {
            assert!(!ids.iter().skip(i + 1).any(|other| other == id), "{id:?}");
        }
        assert!(TYPES.is_sorted_by_key(|known| (known.provider, known.engine)));
        assert!(VERSIONS.is_sorted_by_key(|known| (known.provider, known.engine)));
        assert!(
            EXTENSIONS.is_sorted_by(|a, b| (a.provider, a.engine, a.name) < (b.provider, b.engine, b.name))
        );
    }

    #[test]
    fn versions_are_newest_first() {
        let majors: Vec<u32> = database_versions("linode", "postgresql")
            .iter()
            .map(|known| known.version.parse().unwrap_or_default())
            .collect();
        assert_eq!(majors, [18, 17, 16, 15, 14, 13]);
    }

    #[test]
    fn a_plan_is_an_instance_type_of_the_same_size() {
        for plan in TYPES.iter() {
            let id = plan.id.strip_prefix("db.").unwrap_or(plan.id);
            let Some(size) = instance_type(plan.provider, id) else {
                panic!("{} is an instance type", plan.id);
            };
            assert_eq!(
                (plan.vcpu, plan.memory_mib, plan.class),
                (size.vcpu, size.memory_mib, size.class),
                "{}",
                plan.id
            );
        }
    }

    #[test]
    fn two_nodes_need_a_dedicated_plan() {
        for plan in database_types("linode", "postgresql") {
            assert!(plan.has_cluster_of(1) && plan.has_cluster_of(3), "{}", plan.id);
            assert_eq!(plan.has_cluster_of(2), plan.class == Class::Dedicated, "{}", plan.id);
            assert!(!plan.has_cluster_of(0) && !plan.has_cluster_of(4) && !plan.has_cluster_of(u32::MAX));
        }
    }

    #[test]
    fn more_nodes_cost_more() {
        for plan in TYPES.iter() {
            let prices: Vec<u32> = plan.usd_month.into_iter().flatten().collect();
            assert!(prices.is_sorted(), "{}", plan.id);
        }
    }

    #[test]
    fn only_the_major_version_counts() {
        for (version, offered) in [
            ("16", Offered::Yes),
            ("17", Offered::Yes),
            ("16.4", Offered::Yes),
            ("18", Offered::Unknown),
            ("13", Offered::Unknown),
            ("99", Offered::Unknown),
            ("", Offered::Unknown),
        ] {
            assert_eq!(database_version("linode", "postgresql", version), offered, "{version:?}");
        }
        assert_eq!(database_version("linode", "oracle", "16"), Offered::Unknown);
    }

    #[test]
    fn nobody_says_whether_linode_has_timescaledb() {
        assert_eq!(database_extension("linode", "postgresql", "timescaledb"), Offered::Unknown);
        let basis = database_extension_fact("linode", "postgresql", "TimescaleDB").map(|known| known.basis);
        assert_eq!(basis, Some(ExtensionBasis::EnginePartner));
        assert_eq!(database_extension("aws", "postgresql", "timescaledb"), Offered::No);
    }

    #[test]
    fn a_class_of_rds_takes_a_standby_and_its_disk_is_chosen_apart() {
        let Some(class) = database_type("aws", "postgresql", "db.t3.medium") else { panic!("it is known") };
        assert_eq!((class.vcpu, class.memory_mib, class.disk_mib), (2, 4096, None));
        assert!(class.has_cluster_of(1) && class.has_cluster_of(2) && !class.has_cluster_of(3));
        assert_eq!(class.max_connections, Some(450));
        for known in ["db.m6g.large", "db.r6g.large", "db.m5.large", "db.t4g.micro", "db.r8g.large"] {
            assert!(database_type("aws", "postgresql", known).is_some(), "{known}");
        }
        let most = database_types("aws", "postgresql").iter().filter_map(|known| known.max_connections).max();
        assert_eq!(most, Some(5000));
    }

    #[test]
    fn a_deprecated_minor_is_not_offered() {
        for (version, offered) in [
            ("15.3", Offered::No),
            ("15.13", Offered::Yes),
            ("17.1", Offered::No),
            ("17.9", Offered::Yes),
            ("13.22", Offered::No),
            ("13.23", Offered::Yes),
            ("17", Offered::Unknown),
            ("17.99", Offered::Unknown),
        ] {
            assert_eq!(database_minor("aws", "postgresql", version), offered, "{version}");
        }
        assert_eq!(database_minor("linode", "postgresql", "15.3"), Offered::Unknown);
        let offered: Vec<_> = database_minors_offered("aws", "postgresql", "15").collect();
        assert!(offered.len() > 3 && offered.iter().all(|version| version.starts_with("15.")), "{offered:?}");
        assert!(database_minors_offered("aws", "postgresql", "1").next().is_none(), "1 is not 1x");
    }

    #[test]
    fn a_major_of_rds_is_offered_if_one_of_its_minors_is() {
        for known in database_versions("aws", "postgresql") {
            let minors = database_minors_offered("aws", "postgresql", known.version).count();
            assert_eq!(known.offered == Offered::Yes, minors > 0, "{known:?}");
        }
        assert_eq!(parameter_family("15.3"), "postgres15");
        assert_eq!(parameter_family("17"), "postgres17");
    }

    #[test]
    fn every_plan_belongs_to_a_service_that_has_its_sizes() {
        for plan in TYPES.iter() {
            let Some(service) = managed_database(plan.provider, plan.engine) else {
                panic!("{} belongs to a service", plan.id);
            };
            for nodes in 0..5 {
                assert!(!plan.has_cluster_of(nodes) || service.cluster_sizes.contains(&nodes), "{}", plan.id);
            }
        }
    }

    #[test]
    #[expect(clippy::print_stderr, reason = "a skipped test says so")]
    fn classes_and_minors_of_rds_are_in_the_reference_list() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../shared/reference/catalogue/aws_data.json");
        let Ok(text) = std::fs::read_to_string(&path) else {
            eprintln!("SKIPPED: {} is not here", path.display());
            return;
        };
        let reference: serde_json::Value =
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}"));
        let has = |pointer: &str, name: &str| {
            let list = reference.pointer(pointer).and_then(serde_json::Value::as_array);
            list.is_some_and(|list| list.iter().any(|known| known.as_str() == Some(name)))
        };
        for class in database_types("aws", "postgresql") {
            assert!(has("/rds_classes", class.id), "{}", class.id);
        }
        for minor in MINORS.iter() {
            assert!(has("/rds_versions/postgres", minor.version), "{}", minor.version);
            let deprecated = has("/rds_deprecated/postgres", minor.version);
            assert_eq!(minor.offered == Offered::No, deprecated, "{}", minor.version);
        }
    }

    #[test]
    fn an_extension_without_a_row_is_unknown() {
        assert_eq!(database_extension("linode", "postgresql", "citus"), Offered::Unknown);
        assert_eq!(database_extension("linode", "postgresql", "pgcrypto"), Offered::Yes);
        assert_eq!(database_extension("linode", "mysql", "pgcrypto"), Offered::Unknown);
    }

    #[test]
    fn what_is_unknown_is_uncertain() {
        assert!(VERSIONS.iter().all(|known| known.uncertain || known.offered != Offered::Unknown));
        assert!(EXTENSIONS.iter().all(|known| known.uncertain || known.offered != Offered::Unknown));
    }
}
