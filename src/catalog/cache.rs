//! Managed caches: node types and versions.

use std::sync::LazyLock;

use super::{Offered, nearest, run, table};

pub(super) const TYPES_CSV: &str = include_str!("data/cache_types.csv");
pub(super) const VERSIONS_CSV: &str = include_str!("data/cache_versions.csv");

static TYPES: LazyLock<Vec<CacheType>> = LazyLock::new(|| table::parse(TYPES_CSV, type_row));
static VERSIONS: LazyLock<Vec<CacheVersion>> = LazyLock::new(|| table::parse(VERSIONS_CSV, version_row));

/// One node type of a managed cache.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CacheType {
    /// The cloud.
    pub provider: &'static str,
    /// The provider's own name, for example `cache.m6g.large`.
    pub id: &'static str,
    /// Memory for data in MiB, [`RESERVED_MEMORY_PERCENT`] included.
    pub memory_mib: u32,
    /// Whether it can join a Global Datastore, which keeps copies in other regions.
    pub global_datastore: Offered,
    /// True if `global_datastore` is not read for this very type.
    pub uncertain: bool,
}

/// One version of an engine of managed caches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CacheVersion {
    /// The cloud.
    pub provider: &'static str,
    /// The engine: `redis` or `valkey`.
    pub engine: &'static str,
    /// The version, for example `8.0`.
    pub version: &'static str,
}

/// The share of the memory, in per cent, that `ElastiCache` keeps for backups and failover by default. (verified: AWS
/// knowledge centre)
pub const RESERVED_MEMORY_PERCENT: u32 = 25;

/// Most replicas of a primary. (recalled: `ElastiCache` guide)
pub const ELASTICACHE_REPLICAS_MOST: u32 = 5;

/// Most shards of a cluster. (recalled: `ElastiCache` guide, since engine 5.0.6)
pub const ELASTICACHE_SHARDS_MOST: u32 = 500;

/// The node type with this name, if the catalogue knows it.
#[must_use]
pub fn cache_type(provider: &str, id: &str) -> Option<&'static CacheType> {
    cache_types(provider).iter().find(|known| known.id == id)
}

/// All known node types of a provider, by family; empty where the provider has no managed caches.
#[must_use]
pub fn cache_types(provider: &str) -> &'static [CacheType] {
    run(&TYPES, |known| known.provider == provider)
}

/// Up to three known node types whose names are near `id`.
#[must_use]
pub fn nearest_cache_types(provider: &str, id: &str) -> Vec<&'static str> {
    nearest(id, cache_types(provider).iter().map(|known| known.id), 3)
}

/// All known versions of an engine, newest first; empty where the provider or the engine is unknown.
#[must_use]
pub fn cache_versions(provider: &str, engine: &str) -> &'static [CacheVersion] {
    run(&VERSIONS, |known| (known.provider, known.engine) == (provider, engine))
}

fn type_row([provider, id, memory, global_datastore, uncertain]: [&'static str; 5]) -> Option<CacheType> {
    Some(CacheType {
        provider,
        id,
        memory_mib: table::number(memory)?,
        global_datastore: Offered::parse(global_datastore)?,
        uncertain: table::flag(uncertain)?,
    })
}

#[expect(clippy::unnecessary_wraps, reason = "the form of a row")]
fn version_row([provider, engine, version]: [&'static str; 3]) -> Option<CacheVersion> {
    Some(CacheVersion { provider, engine, version })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_read_and_every_id_is_unique() {
        table::tests::assert_well_formed::<5>(TYPES_CSV, TYPES.len());
        table::tests::assert_well_formed::<3>(VERSIONS_CSV, VERSIONS.len());
        let ids: std::collections::BTreeSet<_> =
            TYPES.iter().map(|known| (known.provider, known.id)).collect();
        assert_eq!(ids.len(), TYPES.len());
    }

    #[test]
    fn a_burstable_node_joins_no_global_datastore() {
        for known in TYPES.iter().filter(|known| known.id.starts_with("cache.t")) {
            assert_eq!(known.global_datastore, Offered::No, "{}", known.id);
        }
        for id in ["cache.m5.large", "cache.m6g.large", "cache.r6g.xlarge", "cache.r7g.large"] {
            let joins = cache_type("aws", id).map(|known| known.global_datastore);
            assert_eq!(joins, Some(Offered::Yes), "{id}");
        }
    }

    #[test]
    fn what_is_unknown_is_uncertain() {
        assert!(TYPES.iter().all(|known| known.uncertain || known.global_datastore != Offered::Unknown));
    }

    #[test]
    fn a_larger_node_has_more_memory() {
        let memory = |id| cache_type("aws", id).map(|known| known.memory_mib);
        assert_eq!(memory("cache.t3.medium"), Some(3164));
        assert_eq!(memory("cache.m6g.large"), Some(6537));
        assert!(memory("cache.m6g.large") < memory("cache.m6g.xlarge"));
    }

    #[test]
    fn versions_are_newest_first() {
        let versions = |engine| cache_versions("aws", engine).iter().map(|v| v.version).collect::<Vec<_>>();
        assert_eq!(versions("valkey"), ["9.1", "9.0", "8.2", "8.1", "8.0", "7.2"]);
        assert_eq!(versions("redis"), ["7.1", "7.0", "6.2", "6.0", "5.0.6", "4.0.10"]);
        assert!(versions("memcached").is_empty());
        assert!(cache_versions("linode", "redis").is_empty() && cache_types("linode").is_empty());
    }

    #[test]
    fn a_misspelt_node_type_suggests_the_right_one() {
        assert_eq!(nearest_cache_types("aws", "cache.m6g.lrge").first(), Some(&"cache.m6g.large"));
        assert_eq!(nearest_cache_types("aws", "cache.t3.medum").first(), Some(&"cache.t3.medium"));
    }
}
