//! In which regions types are sold.

use std::sync::LazyLock;

use super::{Offered, region, table};

pub(super) const AWS_CSV: &str = include_str!("data/aws_offerings.csv");

static AWS: LazyLock<Vec<Gap>> = LazyLock::new(|| {
    table::parse(AWS_CSV, |[provider, key, not_in]| (provider == "aws").then_some(Gap { key, not_in }))
});

/// A table for each provider of which there are recordings, so that only the one that is asked for is read.
static TABLES: [(&str, &LazyLock<Vec<Gap>>); 1] = [("aws", &AWS)];

/// Regions in which a type, or all types of a family that have no gap of their own, is not known to be sold.
struct Gap {
    key: &'static str,
    not_in: &'static str,
}

/// Whether a type of machine, database or cache is sold in a region: [`Offered::Yes`] where a recording has the offer,
/// [`Offered::No`] where none has, [`Offered::Unknown`] where the catalogue has no recording of the region.
///
/// What is sold in a region grows, and a recording is of some day: `No` is worth a warning and no more.
#[must_use]
pub fn offered_in(provider: &str, id: &str, in_region: &str) -> Offered {
    let Some((_, gaps)) = TABLES.iter().find(|(known, _)| *known == provider) else {
        return Offered::Unknown;
    };
    if region(provider, in_region).is_none() {
        return Offered::Unknown;
    }
    let family = id.rsplit_once('.').map_or(id, |(family, _)| family);
    let (mut own, mut of_family) = (None, None);
    for gap in gaps.iter() {
        if gap.key == id {
            own = Some(gap);
        } else if gap.key == family {
            of_family = Some(gap);
        }
    }
    match own.or(of_family) {
        Some(gap) if gap.not_in.split(' ').any(|known| known == in_region) => Offered::No,
        _ => Offered::Yes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{cache_type, database_type, instance_type, instance_types};

    #[test]
    fn every_row_is_read_and_names_types_and_regions_that_exist() {
        table::tests::assert_well_formed::<3>(AWS_CSV, AWS.len());
        for gap in AWS.iter() {
            let of_a_family = || {
                instance_types("aws")
                    .iter()
                    .any(|size| size.id.rsplit_once('.').map(|(f, _)| f) == Some(gap.key))
            };
            let of_a_service = gap.key.starts_with("db.") || gap.key.starts_with("cache.");
            assert!(of_a_service || instance_type("aws", gap.key).is_some() || of_a_family(), "{}", gap.key);
            for name in gap.not_in.split(' ').filter(|name| !name.is_empty()) {
                assert!(region("aws", name).is_some(), "{name}");
            }
        }
    }

    #[test]
    fn a_type_is_sold_where_a_recording_has_it() {
        for (id, place, offered) in [
            ("m5.large", "us-east-1", Offered::Yes),
            ("g5.xlarge", "eu-central-1", Offered::Yes),
            ("g5.xlarge", "us-west-1", Offered::No),
            ("p4d.24xlarge", "eu-west-3", Offered::No),
            ("m5.large", "us-nowhere-1", Offered::Unknown),
            ("db.m6g.large", "us-east-1", Offered::Yes),
            ("cache.m6g.large", "us-west-2", Offered::Yes),
        ] {
            assert_eq!(offered_in("aws", id, place), offered, "{id} in {place}");
        }
        assert!(database_type("aws", "postgresql", "db.m6g.large").is_some());
        assert!(cache_type("aws", "cache.m6g.large").is_some());
    }

    #[test]
    fn nothing_is_known_about_the_offers_of_linode() {
        assert_eq!(offered_in("linode", "g6-standard-8", "fr-par"), Offered::Unknown);
    }
}
