//! Names of time zones.

use std::sync::LazyLock;

use super::table;

const TEXT: &str = include_str!("data/time_zones.csv");
static NAMES: LazyLock<Vec<&'static str>> = LazyLock::new(|| table::parse(TEXT, |[name]| Some(name)));

/// The names of all time zones, sorted by byte.
#[must_use]
pub fn time_zones() -> &'static [&'static str] {
    &NAMES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_well_formed_and_sorted() {
        table::tests::assert_well_formed::<1>(TEXT, NAMES.len());
        assert!(NAMES.is_sorted() && NAMES.len() > 500);
        assert!(NAMES.binary_search(&"Etc/UTC").is_ok() && NAMES.binary_search(&"Local").is_err());
    }
}
