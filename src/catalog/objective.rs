//! What objectives are held against: bounds of histograms' buckets, and what providers promise.

use std::sync::LazyLock;

use super::table;

pub(super) const BOUNDS_CSV: &str = include_str!("data/bucket_bounds.csv");
pub(super) const AVAILABILITY_CSV: &str = include_str!("data/availability.csv");

struct Bounds {
    exporter: &'static str,
    milliseconds: Vec<u32>,
}

static BOUNDS: LazyLock<Vec<Bounds>> = LazyLock::new(|| {
    table::parse(BOUNDS_CSV, |[exporter, bounds]| {
        let milliseconds = bounds.split(' ').map(table::number).collect::<Option<Vec<u32>>>()?;
        Some(Bounds { exporter, milliseconds })
    })
});

struct Availability {
    provider: &'static str,
    kind: &'static str,
    copies: u32,
    share: u32,
}

static AVAILABILITY: LazyLock<Vec<Availability>> = LazyLock::new(|| {
    table::parse(AVAILABILITY_CSV, |[provider, kind, copies, share]| {
        Some(Availability { provider, kind, copies: table::number(copies)?, share: table::number(share)? })
    })
});

/// The bounds in milliseconds that an exporter's histograms of durations have where nobody sets others up, rising.
#[must_use]
pub fn bucket_bounds(exporter: &str) -> Option<&'static [u32]> {
    BOUNDS.iter().find(|row| row.exporter == exporter).map(|row| &*row.milliseconds)
}

/// The availability that a provider promises for a kind of store with so many copies, in thousandths of a percent.
#[must_use]
pub fn promised_availability(provider: &str, kind: &str, copies: u32) -> Option<u32> {
    let rows = AVAILABILITY.iter().filter(|row| row.provider == provider && row.kind == kind);
    rows.filter(|row| row.copies <= copies).map(|row| row.share).max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_whole_and_bounds_rise() {
        table::tests::assert_well_formed::<2>(BOUNDS_CSV, BOUNDS.len());
        table::tests::assert_well_formed::<4>(AVAILABILITY_CSV, AVAILABILITY.len());
        assert!(BOUNDS.iter().all(|row| row.milliseconds.windows(2).all(|pair| pair[0] < pair[1])));
    }

    #[test]
    fn more_copies_promise_more() {
        assert_eq!(promised_availability("aws", "database", 1), Some(99_500));
        assert_eq!(promised_availability("aws", "database", 3), Some(99_950));
        assert_eq!(promised_availability("linode", "database", 3), None);
    }
}
