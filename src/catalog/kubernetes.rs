//! Versions of managed Kubernetes services.

use std::sync::LazyLock;

use super::{Offered, run, table};

pub(super) const VERSIONS_CSV: &str = include_str!("data/kubernetes_versions.csv");

static VERSIONS: LazyLock<Vec<KubernetesVersion>> = LazyLock::new(|| table::parse(VERSIONS_CSV, row));

/// The two products called LKE; EKS has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tier {
    /// LKE Enterprise; its versions are written `v1.33.6+lke7`.
    Enterprise,
    /// LKE; its versions are written `1.34`.
    Standard,
}

/// One minor version of Kubernetes at a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KubernetesVersion {
    /// The cloud.
    pub provider: &'static str,
    /// The product.
    pub tier: Tier,
    /// The minor version, for example `1.34`.
    pub version: &'static str,
    /// Whether a new cluster can have it.
    pub offered: Offered,
    /// True if that is not read from the provider.
    pub uncertain: bool,
}

/// Whether a new cluster can have this version (`1.34`; a leading `v` and everything after the minor are
/// ignored).
#[must_use]
pub fn kubernetes_version(provider: &str, tier: Tier, version: &str) -> Offered {
    let mut parts = version.strip_prefix('v').unwrap_or(version).split('.');
    let minor = (parts.next(), parts.next());
    kubernetes_versions(provider, tier)
        .iter()
        .find(|known| {
            let mut parts = known.version.split('.');
            minor == (parts.next(), parts.next())
        })
        .map_or(Offered::Unknown, |known| known.offered)
}

/// All known minor versions of a provider's product, oldest first.
#[must_use]
pub fn kubernetes_versions(provider: &str, tier: Tier) -> &'static [KubernetesVersion] {
    run(&VERSIONS, |known| (known.provider, known.tier) == (provider, tier))
}

fn row([provider, tier, version, offered, uncertain]: [&'static str; 5]) -> Option<KubernetesVersion> {
    Some(KubernetesVersion {
        provider,
        tier: match tier {
            "enterprise" => Tier::Enterprise,
            "standard" => Tier::Standard,
            _ => return None,
        },
        version,
        offered: Offered::parse(offered)?,
        uncertain: table::flag(uncertain)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Table, as_of, eol};

    #[test]
    fn every_row_is_read_and_the_rows_are_sorted_and_unique() {
        table::tests::assert_well_formed::<5>(VERSIONS_CSV, VERSIONS.len());
        assert!(
            VERSIONS.is_sorted_by(|a, b| (a.provider, a.tier, a.version) < (b.provider, b.tier, b.version))
        );
    }

    #[test]
    fn a_version_is_found_by_its_minor() {
        for (tier, version, offered) in [
            (Tier::Standard, "1.35", Offered::Yes),
            (Tier::Standard, "v1.35.2", Offered::Yes),
            (Tier::Standard, "1.30", Offered::No),
            (Tier::Standard, "1.3", Offered::Unknown),
            (Tier::Standard, "2.0", Offered::Unknown),
            (Tier::Standard, "", Offered::Unknown),
            (Tier::Enterprise, "v1.33.6+lke7", Offered::Yes),
        ] {
            assert_eq!(kubernetes_version("linode", tier, version), offered, "{tier:?} {version:?}");
        }
        assert_eq!(kubernetes_version("aws", Tier::Standard, "1.35"), Offered::Unknown);
    }

    #[test]
    fn lke_offers_a_version_until_shortly_before_its_upstream_end() {
        let Some(today) = as_of(Table::KubernetesVersions) else {
            panic!("the table has a date");
        };
        for known in kubernetes_versions("linode", Tier::Standard) {
            let ended =
                eol("kubernetes", known.version).and_then(|c| c.ends).is_some_and(|ends| ends < today);
            assert_eq!(known.offered == Offered::No, ended, "{known:?}");
        }
    }
}
