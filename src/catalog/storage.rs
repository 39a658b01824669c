//! S3 endpoints of object storage.

use std::sync::LazyLock;

use super::table;

pub(super) const ENDPOINTS_CSV: &str = include_str!("data/object_storage_endpoints.csv");

static ENDPOINTS: LazyLock<Vec<Endpoint>> = LazyLock::new(|| {
    table::parse(ENDPOINTS_CSV, |[provider, region, host]| Some(Endpoint { provider, region, host }))
});

struct Endpoint {
    provider: &'static str,
    region: &'static str,
    host: &'static str,
}

/// The host name of the S3 endpoint of a region, if the catalogue knows it. It need not follow the region's
/// name: `sg-sin-2` has `sg-sin-1.linodeobjects.com`.
#[must_use]
pub fn object_storage_endpoint(provider: &str, region: &str) -> Option<&'static str> {
    ENDPOINTS
        .iter()
        .find(|known| known.provider == provider && known.region == region)
        .map(|known| known.host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_read_and_the_rows_are_sorted_and_unique() {
        table::tests::assert_well_formed::<3>(ENDPOINTS_CSV, ENDPOINTS.len());
        assert!(ENDPOINTS.is_sorted_by(|a, b| (a.provider, a.region) < (b.provider, b.region)));
    }

    #[test]
    fn endpoints_need_not_follow_the_name_of_their_region() {
        assert_eq!(object_storage_endpoint("linode", "fr-par"), Some("fr-par-1.linodeobjects.com"));
        assert_eq!(object_storage_endpoint("linode", "sg-sin-2"), Some("sg-sin-1.linodeobjects.com"));
        assert_eq!(object_storage_endpoint("linode", "no-osl-1"), None);
    }
}
