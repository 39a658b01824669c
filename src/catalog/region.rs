//! Regions and what they offer.

use std::sync::LazyLock;

use super::{Offered, nearest, run, table};

pub(super) const LINODE_CSV: &str = include_str!("data/regions.csv");
pub(super) const AWS_CSV: &str = include_str!("data/aws_regions.csv");

static REGIONS: LazyLock<Vec<Region>> = LazyLock::new(|| {
    let mut all = table::parse(AWS_CSV, row_with_zones);
    all.append(&mut table::parse(LINODE_CSV, row));
    all
});

/// One region of a cloud.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Region {
    /// The cloud, as in `platform.yaml`: `aws` or `linode`.
    pub provider: &'static str,
    /// The provider's own name, for example `fr-par` or `eu-west-1`.
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
    /// Failure-isolated zones that an account usually sees; 1 means that the region has no zones.
    pub zones: u32,
    /// The letters of the zones, which follow the region's name (`us-east-1a`); empty without zones. Which zone a letter
    /// stands for differs between accounts, and an account may see others: see `data/aws_regions.csv`.
    pub zone_letters: &'static str,
    /// True if the sources disagree on a capability (at least one is [`Offered::Unknown`]).
    pub uncertain: bool,
}

impl Region {
    /// The names of the zones that an account usually sees; none where a region has no zones.
    pub fn zone_names(&self) -> impl Iterator<Item = String> {
        self.zone_letters.chars().map(|letter| format!("{}{letter}", self.id))
    }
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
    /// Asia, the Middle East included.
    Asia,
    /// Africa.
    Africa,
    /// Australia and Oceania.
    Oceania,
}

impl Geo {
    /// The two-letter code: `EU`, `NA`, `SA`, `AS`, `AF` or `OC`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Europe => "EU",
            Self::NorthAmerica => "NA",
            Self::SouthAmerica => "SA",
            Self::Asia => "AS",
            Self::Africa => "AF",
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

/// A row of a provider whose regions have zones: their letters instead of their number.
fn row_with_zones(fields: [&'static str; 11]) -> Option<Region> {
    let [rest @ .., letters] = fields;
    let [provider, id, country, geo, residency, kubernetes, gpu, databases, storage, vpc] = rest;
    let known = row([provider, id, country, geo, residency, kubernetes, gpu, databases, storage, vpc, "1"])?;
    Some(Region { zones: u32::try_from(letters.len()).ok()?, zone_letters: letters, ..known })
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
            "AF" => Geo::Africa,
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
        zone_letters: "",
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
        table::tests::assert_well_formed::<11>(LINODE_CSV, regions("linode").len());
        table::tests::assert_well_formed::<11>(AWS_CSV, regions("aws").len());
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
    fn regions_of_aws_have_zones_with_letters() {
        for known in regions("aws") {
            assert!(known.zones >= 2, "{}", known.id);
            assert_eq!(known.zone_names().count(), known.zones as usize, "{}", known.id);
            assert!(known.zone_letters.chars().is_sorted_by(|a, b| a < b), "{}", known.id);
        }
        let names = |id| region("aws", id).map(|known| known.zone_names().collect::<Vec<_>>());
        assert_eq!(names("us-west-1"), Some(vec!["us-west-1a".to_owned(), "us-west-1b".to_owned()]));
        assert_eq!(region("aws", "us-east-1").map(|known| known.zones), Some(6));
        assert_eq!(linode("fr-par").zone_names().count(), 0);
    }

    #[test]
    fn london_and_zurich_are_not_in_the_union_though_their_names_say_eu() {
        let residency = |id| region("aws", id).map(|known| known.residency);
        assert_eq!(residency("eu-west-2"), Some(Some(Residency::Uk)));
        assert_eq!(residency("eu-central-2"), Some(None));
        assert_eq!(residency("eu-central-1"), Some(Some(Residency::Eu)));
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
            // Switzerland is in Europe and in none of the areas that a spec can name.
            let in_an_area = known.geo == Geo::Europe && known.country != "CH";
            assert_eq!(in_an_area, known.residency.is_some(), "{}", known.id);
        }
    }

    #[test]
    fn a_misspelt_region_suggests_the_right_one() {
        assert_eq!(nearest_regions("linode", "fr-pra").first(), Some(&"fr-par"));
        assert_eq!(nearest_regions("linode", "us-eats").first(), Some(&"us-east"));
    }
}
