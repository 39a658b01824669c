//! The embedded catalogue of facts about the clouds: node sizes, regions, managed databases, Kubernetes
//! versions, ends of life, limits and planning constants.
//!
//! Everything here is data that was true on a date ([`as_of`]); nothing is fetched, and no function reads a
//! clock. A name that is missing means "the catalogue does not know it", never "it does not exist". The
//! tables are the CSV files in `data/`, each of which begins with its sources; `docs/catalog.md` says how to
//! update them.
//!
//! This module imports nothing from the rest of the crate.

mod actions;
pub mod alertmanager;
mod cache;
mod collector;
mod compute;
mod database;

pub mod images;
mod kubernetes;
mod label;
mod lifecycle;
pub mod metrics;
mod nearest;
mod objective;
mod offering;
pub mod planning;
mod region;
mod service;
mod storage;
mod table;
mod time_zones;

use std::fmt;

pub use crate::units::{Date, days_between};
pub use actions::{ALERTMANAGER, Action, KUBECONFORM, PROMETHEUS, RUNNER, TERRAFORM, actions};
pub use cache::{
    CacheType, CacheVersion, ELASTICACHE_REPLICAS_MOST, ELASTICACHE_SHARDS_MOST, RESERVED_MEMORY_PERCENT,
    cache_type, cache_types, cache_versions, nearest_cache_types,
};
pub use collector::{CollectorExporter, collector_exporter};
pub use compute::{
    Allocatable, Arch, Class, InstanceType, Resources, allocatable, allocatable_basis,
    allocatable_pessimistic, daemon_overhead, instance_type, instance_types, nearest_instance_types,
};
pub use database::{
    DatabaseType, DatabaseVersion, Extension, ExtensionBasis, ManagedDatabase, POSTGRESQL,
    database_extension, database_extension_fact, database_minor, database_minors_offered, database_type,
    database_types, database_version, database_versions, managed_database, needs_restart, parameter_family,
};
pub use kubernetes::{KubernetesVersion, Tier, kubernetes_version, kubernetes_versions};
pub use label::{First, Flaw, LabelRule, Named, label_rule};
pub use lifecycle::{Eol, cycles, eol, image_eol};
pub use nearest::nearest;
pub use objective::{bucket_bounds, promised_availability};
pub use offering::offered_in;
pub use region::{Geo, Region, Residency, nearest_regions, region, regions};
pub use service::{
    AWS_LEAST_ZONES, Daemon, EKS_EXCLUDED_ZONE_IDS, ManagedKubernetes, PodsPerNode, managed_kubernetes,
};
pub use storage::object_storage_endpoint;
pub use time_zones::time_zones;

/// Whether something can be bought or used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Offered {
    /// It is offered.
    Yes,
    /// It is not offered.
    No,
    /// No source says so, or two sources disagree. Never block because of it.
    Unknown,
}

impl Offered {
    fn parse(text: &str) -> Option<Self> {
        match text {
            "yes" => Some(Self::Yes),
            "no" => Some(Self::No),
            "unknown" => Some(Self::Unknown),
            _ => None,
        }
    }
}

impl fmt::Display for Offered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Unknown => "unknown",
        })
    }
}

/// The tables of the catalogue, for [`as_of`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Table {
    /// Node sizes and prices of Linode.
    InstanceTypes,
    /// Node sizes and prices of AWS.
    AwsInstanceTypes,
    /// In which regions of AWS types are sold.
    AwsOfferings,
    /// Regions of Linode and what they offer.
    Regions,
    /// Regions of AWS, their zones and what they offer.
    AwsRegions,
    /// Plans and prices of managed databases of Linode.
    DatabaseTypes,
    /// Classes of managed databases of AWS.
    AwsDatabaseTypes,
    /// Minor versions of managed databases.
    DatabaseMinors,
    /// Node types of managed caches.
    CacheTypes,
    /// Versions of managed caches.
    CacheVersions,
    /// Major versions of managed databases.
    DatabaseVersions,
    /// Extensions of managed databases.
    DatabaseExtensions,
    /// Kubernetes versions of managed clusters.
    KubernetesVersions,
    /// Ends of life.
    Eol,
    /// S3 endpoints of object storage.
    ObjectStorageEndpoints,
    /// Actions of GitHub, pinned.
    Actions,
}

/// The date on which the facts of a table were true; `None` only if the table does not say so, which tests
/// exclude.
#[must_use]
pub fn as_of(table: Table) -> Option<Date> {
    table::as_of(match table {
        Table::InstanceTypes => compute::LINODE_CSV,
        Table::AwsInstanceTypes => compute::AWS_CSV,
        Table::AwsOfferings => offering::AWS_CSV,
        Table::Regions => region::LINODE_CSV,
        Table::AwsRegions => region::AWS_CSV,
        Table::AwsDatabaseTypes => database::AWS_TYPES_CSV,
        Table::DatabaseMinors => database::MINORS_CSV,
        Table::CacheTypes => cache::TYPES_CSV,
        Table::CacheVersions => cache::VERSIONS_CSV,
        Table::DatabaseTypes => database::TYPES_CSV,
        Table::DatabaseVersions => database::VERSIONS_CSV,
        Table::DatabaseExtensions => database::EXTENSIONS_CSV,
        Table::KubernetesVersions => kubernetes::VERSIONS_CSV,
        Table::Eol => lifecycle::EOL_CSV,
        Table::ObjectStorageEndpoints => storage::ENDPOINTS_CSV,
        Table::Actions => actions::ACTIONS_CSV,
    })
}

/// The neighbouring rows that satisfy `belongs`. Tables are sorted, so these are all of them; tests show it.
fn run<T>(rows: &[T], belongs: impl Fn(&T) -> bool) -> &[T] {
    let start = rows.iter().position(&belongs).unwrap_or(rows.len());
    let tail = rows.get(start..).unwrap_or_default();
    let length = tail.iter().take_while(|row| belongs(row)).count();
    tail.get(..length).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_has_a_date() {
        for table in [
            Table::InstanceTypes,
            Table::AwsInstanceTypes,
            Table::AwsOfferings,
            Table::Regions,
            Table::AwsRegions,
            Table::AwsDatabaseTypes,
            Table::DatabaseMinors,
            Table::CacheTypes,
            Table::CacheVersions,
            Table::DatabaseTypes,
            Table::DatabaseVersions,
            Table::DatabaseExtensions,
            Table::KubernetesVersions,
            Table::Eol,
            Table::ObjectStorageEndpoints,
            Table::Actions,
        ] {
            assert!(as_of(table) > Date::new(2024, 1, 1), "{table:?}");
        }
    }

    #[test]
    fn a_run_is_what_belongs_together() {
        assert_eq!(run(&[1, 2, 2, 3], |&n| n == 2), [2, 2]);
        assert!(run(&[1, 2], |&n| n == 5).is_empty());
        assert!(run(&[], |&n: &i32| n == 5).is_empty());
    }
}
