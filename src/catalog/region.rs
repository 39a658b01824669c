//! Regions and what they offer.

use std::sync::LazyLock;

use super::{Offered, nearest, run, table};

pub(super) const REGIONS_CSV: &str = include_str!("data/regions.csv");

static REGIONS: LazyLock<Vec<Region>> = LazyLock::new(|| table::parse(REGIONS_CSV, row));

/// One region of a cloud.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Region {
    /// The cloud, as in `platform.yaml`: `linode`.
    pub provider: &'static str,
    /// The provider's own name, for example `fr-par`.
    pub id: &'static str,
    /// ISO 3166-1 alpha-2 code in capitals, for example `FR`.
    pub country: &'static str,
    /// The part of the world. For questions of law use `residency`.
    pub geo: Geo,
    /// The legal area for data residency, if it is one that a spec can name.
    pub residency: Option<Residency>,
    /// Managed Kubernetes.
    pub kubernetes: Offered,
    /// Nodes with GPUs.
    pub gpu: Offered,
    /// Managed databases.
    pub managed_databases: Offered,
    /// S3-compatible object storage.
    pub object_storage: Offered,
    /// Private networks (VPC).
    pub vpc: Offered,
    /// Failure-isolated zones; 1 means that the region has no zones.
    pub zones: u32,
    /// True if the sources disagree on a capability (at least one is [`Offered::Unknown`]).
    pub uncertain: bool,
}

/// Part of the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Geo {
    /// Europe, the United Kingdom and Norway included.
    Europe,
    /// North America.
    NorthAmerica,
    /// South America.
    SouthAmerica,
    /// Asia.
    Asia,
    /// Australia and Oceania.
    Oceania,
}

impl Geo {
    /// The two-letter code: `EU`, `NA`, `SA`, `AS` or `OC`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Europe => "EU",
            Self::NorthAmerica => "NA",
            Self::SouthAmerica => "SA",
            Self::Asia => "AS",
            Self::Oceania => "OC",
        }
    }
}

/// A legal area that data may have to stay in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Residency {
    /// The European Union.
    Eu,
    /// The European Economic Area outside the Union.
    Eea,
    /// The United Kingdom, which is a set of its own.
    Uk,
}

/// The region with this name, if the catalogue knows it.
#[must_use]
pub fn region(provider: &str, id: &str) -> Option<&'static Region> {
    regions(provider).iter().find(|known| known.id == id)
}

/// All known regions of a provider, by name; empty for an unknown provider.
#[must_use]
pub fn regions(provider: &str) -> &'static [Region] {
    run(&REGIONS, |known| known.provider == provider)
}

/// Up to three known regions whose names are near `id`.
#[must_use]
pub fn nearest_regions(provider: &str, id: &str) -> Vec<&'static str> {
    nearest(id, regions(provider).iter().map(|known| known.id), 3)
}

fn row(fields: [&'static str; 11]) -> Option<Region> {
    let [provider, id, country, geo, residency, kubernetes, gpu, databases, storage, vpc, zones] = fields;
    let capabilities = [kubernetes, gpu, databases, storage, vpc];
    Some(Region {
        provider,
        id,
        country,
        geo: match geo {
            "EU" => Geo::Europe,
            "NA" => Geo::NorthAmerica,
            "SA" => Geo::SouthAmerica,
            "AS" => Geo::Asia,
            "OC" => Geo::Oceania,
            _ => return None,
        },
        residency: match residency {
            "" => None,
            "eu" => Some(Residency::Eu),
            "eea" => Some(Residency::Eea),
            "uk" => Some(Residency::Uk),
            _ => return None,
        },
        kubernetes: Offered::parse(kubernetes)?,
        gpu: Offered::parse(gpu)?,
        managed_databases: Offered::parse(databases)?,
        object_storage: Offered::parse(storage)?,
        vpc: Offered::parse(vpc)?,
        zones: table::number(zones)?,
        uncertain: capabilities.contains(&"unknown"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn linode(id: &str) -> &'static Region {
        region("linode", id).unwrap_or_else(|| panic!("{id} is known"))
    }

    #[test]
    fn every_row_is_read_and_the_rows_are_sorted_and_unique() {
        table::tests::assert_well_formed::<11>(REGIONS_CSV, REGIONS.len());
        assert!(REGIONS.is_sorted_by(|a, b| (a.provider, a.id) < (b.provider, b.id)));
    }

    #[test]
    fn paris_has_all_that_the_example_needs() {
        let paris = linode("fr-par");
        assert_eq!((paris.country, paris.geo, paris.residency), ("FR", Geo::Europe, Some(Residency::Eu)));
        for capability in
            [paris.kubernetes, paris.gpu, paris.managed_databases, paris.object_storage, paris.vpc]
        {
            assert_eq!(capability, Offered::Yes);
        }
        assert!(!paris.uncertain);
    }

    #[test]
    fn linode_has_no_zones() {
        assert!(regions("linode").iter().all(|known| known.zones == 1));
    }

    #[test]
    fn a_name_with_eu_in_it_is_not_always_in_the_union() {
        assert_eq!(linode("eu-west").residency, Some(Residency::Uk));
        assert_eq!(linode("eu-central").residency, Some(Residency::Eu));
        assert_eq!(linode("no-osl-1").residency, Some(Residency::Eea));
    }

    #[test]
    fn a_country_is_in_one_legal_area() {
        for known in REGIONS.iter() {
            assert_eq!(known.country.len(), 2);
            assert_eq!(known.geo == Geo::Europe, known.residency.is_some(), "{}", known.id);
        }
    }

    #[test]
    fn a_misspelt_region_suggests_the_right_one() {
        assert_eq!(nearest_regions("linode", "fr-pra").first(), Some(&"fr-par"));
        assert_eq!(nearest_regions("linode", "us-eats").first(), Some(&"us-east"));
    }
}
