//! The managed Kubernetes service of Linode (LKE): versions, limits, and what Linode accepts as a name.

use std::sync::LazyLock;

use super::{Offered, run, table};

pub(super) const VERSIONS_CSV: &str = include_str!("data/kubernetes_versions.csv");

static VERSIONS: LazyLock<Vec<KubernetesVersion>> = LazyLock::new(|| table::parse(VERSIONS_CSV, row));

/// Most nodes in one pool of a standard cluster. (verified: linode/manager 2025-12)
pub const LKE_MAX_NODES_PER_POOL: u32 = 100;

/// Most nodes in one standard cluster, all pools together. (verified: linode/manager 2025-12)
pub const LKE_MAX_NODES_PER_CLUSTER: u32 = 250;

/// Most nodes in one pool of an enterprise cluster. (verified: linode/manager 2025-12)
pub const LKE_MAX_NODES_PER_ENTERPRISE_POOL: u32 = 500;

/// Most pods in one standard cluster: "Up to 250 nodes, 1000 pods" in the Cloud Manager's choice of tier.
/// (verified: linode/manager 2025-12; whether the API enforces it is unknown)
pub const LKE_MAX_PODS_PER_CLUSTER: u32 = 1000;

/// Fewest nodes in a pool that the Cloud Manager advises. (verified: linode/manager 2025-12)
pub const LKE_MIN_RECOMMENDED_NODES: u32 = 3;

/// Numbers of nodes that a managed database can have; two need a dedicated plan
/// ([`super::DatabaseType::has_cluster_of`]). (verified: linode/manager validation, Linode API reference)
pub const DATABASE_CLUSTER_SIZES: [u32; 3] = [1, 2, 3];

/// What a provider accepts as the name of something. All lengths are in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LabelRule {
    /// What is named.
    pub what: &'static str,
    /// Fewest characters.
    pub min: usize,
    /// Most characters.
    pub max: usize,
    /// Whether capital letters are allowed.
    pub upper: bool,
    /// The characters allowed besides ASCII letters and digits; `None` if every character is.
    pub punctuation: Option<&'static str>,
    /// Whether the name must begin and end with a letter or digit.
    pub alphanumeric_ends: bool,
    /// Whether two characters of `punctuation` must not follow each other.
    pub single_punctuation: bool,
}

impl LabelRule {
    /// Whether `label` follows the rule.
    #[must_use]
    pub fn accepts(&self, label: &str) -> bool {
        let length = label.chars().count();
        let Some(punctuation) = self.punctuation else {
            return (self.min..=self.max).contains(&length);
        };
        let plain =
            |c: char| c.is_ascii_digit() || c.is_ascii_lowercase() || (self.upper && c.is_ascii_uppercase());
        (self.min..=self.max).contains(&length)
            && label.chars().all(|c| plain(c) || punctuation.contains(c))
            && (!self.alphanumeric_ends || (label.starts_with(plain) && label.ends_with(plain)))
            && (!self.single_punctuation
                || !label.chars().zip(label.chars().skip(1)).any(|(a, b)| !plain(a) && !plain(b)))
    }
}

/// An LKE cluster. (verified: linode/manager validation 2025-12)
pub const CLUSTER_LABEL: LabelRule = LabelRule::new("cluster", 3, 32, Some("-"));

/// A managed database. Only the length is checked by the Cloud Manager; the API may be stricter.
/// (verified: linode/manager validation 2025-12)
pub const DATABASE_LABEL: LabelRule = LabelRule::new("database", 3, 32, None);

/// A bucket: lower case, begins and ends with a letter or digit, no two of `.` and `-` in a row.
/// (verified: linode/manager validation 2025-12)
pub const BUCKET_LABEL: LabelRule = LabelRule {
    upper: false,
    alphanumeric_ends: true,
    single_punctuation: true,
    ..LabelRule::new("bucket", 3, 63, Some(".-"))
};

/// A firewall. Only the length is checked by the Cloud Manager, which says that the API is stricter.
/// (verified: linode/manager validation 2025-12)
pub const FIREWALL_LABEL: LabelRule = LabelRule::new("firewall", 3, 32, None);

/// A `NodeBalancer`. (verified: linode/manager validation 2025-12)
pub const NODE_BALANCER_LABEL: LabelRule = LabelRule::new("NodeBalancer", 3, 32, Some(".-_"));

/// A VPC: no two dashes in a row. (verified: linode/manager validation 2025-12)
pub const VPC_LABEL: LabelRule =
    LabelRule { single_punctuation: true, ..LabelRule::new("VPC", 1, 64, Some("-")) };

/// A subnet of a VPC: no two dashes in a row. (verified: linode/manager validation 2025-12)
pub const SUBNET_LABEL: LabelRule = LabelRule { what: "subnet", ..VPC_LABEL };

/// A block storage volume. Only the length is checked by the Cloud Manager; the API may be stricter.
/// (verified: linode/manager validation 2025-12)
pub const VOLUME_LABEL: LabelRule = LabelRule::new("volume", 1, 32, None);

impl LabelRule {
    const fn new(what: &'static str, min: usize, max: usize, punctuation: Option<&'static str>) -> Self {
        Self { what, min, max, upper: true, punctuation, alphanumeric_ends: false, single_punctuation: false }
    }
}

/// The two products called LKE.
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
        for known in VERSIONS.iter().filter(|known| known.tier == Tier::Standard) {
            let ended =
                eol("kubernetes", known.version).and_then(|c| c.ends).is_some_and(|ends| ends < today);
            assert_eq!(known.offered == Offered::No, ended, "{known:?}");
        }
    }

    #[test]
    fn a_cluster_label_has_3_to_32_letters_digits_and_dashes() {
        for label in ["abc", "aiaas-prod", "A-1", &"x".repeat(32)] {
            assert!(CLUSTER_LABEL.accepts(label), "{label:?}");
        }
        for label in ["", "ab", "a_b", "a.b", "a b", "caf\u{e9}", &"x".repeat(33)] {
            assert!(!CLUSTER_LABEL.accepts(label), "{label:?}");
        }
    }

    #[test]
    fn a_bucket_label_is_lower_case_and_has_no_double_punctuation() {
        for label in ["abc", "aiaas-state", "a.b-c"] {
            assert!(BUCKET_LABEL.accepts(label), "{label:?}");
        }
        for label in ["ab", "Abc", "-ab", "ab-", "a--b", "a.-b", "a_b"] {
            assert!(!BUCKET_LABEL.accepts(label), "{label:?}");
        }
    }

    #[test]
    fn a_vpc_label_has_no_double_dash() {
        assert!(VPC_LABEL.accepts("a") && VPC_LABEL.accepts("a-b-") && SUBNET_LABEL.accepts("nodes"));
        assert!(!VPC_LABEL.accepts("") && !VPC_LABEL.accepts("a--b"));
    }

    #[test]
    fn a_label_without_known_characters_is_judged_by_its_length() {
        assert!(DATABASE_LABEL.accepts("user db") && !DATABASE_LABEL.accepts("db"));
        assert!(NODE_BALANCER_LABEL.accepts("a_b.c-d") && !NODE_BALANCER_LABEL.accepts("a b c"));
    }
}
