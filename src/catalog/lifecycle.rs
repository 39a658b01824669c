//! When versions of products stop being supported.

use std::sync::LazyLock;

use super::{Date, days_between, run, table};

pub(super) const EOL_CSV: &str = include_str!("data/eol.csv");

static EOL: LazyLock<Vec<Eol>> = LazyLock::new(|| table::parse(EOL_CSV, row));

/// The support of one release cycle of a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Eol {
    /// The product, for example `kubernetes` or `amazon-eks`.
    pub product: &'static str,
    /// The cycle, for example `1.34` or `16`.
    pub cycle: &'static str,
    /// The day on which community or standard support ends; `None` if no date is announced (it is
    /// supported).
    pub ends: Option<Date>,
    /// The day on which paid support ends, where it exists and has a date.
    pub extended: Option<Date>,
    /// The newest release of the cycle; empty where the source names none.
    pub latest: &'static str,
}

impl Eol {
    /// Days from `today` to the end of support, negative after it; `None` if no date is announced.
    #[must_use]
    pub fn days_left(&self, today: Date) -> Option<i32> {
        self.ends.map(|ends| days_between(today, ends))
    }

    /// Whether standard support is over and paid support is not.
    #[must_use]
    pub fn is_extended_only(&self, today: Date) -> bool {
        self.ends.is_some_and(|ends| ends < today) && self.extended.is_some_and(|ends| ends >= today)
    }
}

/// The cycle that a version belongs to, if the catalogue knows it.
///
/// Understands `1.34`, `v1.34.2`, `1.34.2+lke1` and `16.4`: the longest cycle that is the whole version or
/// its beginning up to a dot. A version that is shorter than the cycles of its product (`7` of redis)
/// belongs to none.
#[must_use]
pub fn eol(product: &str, version: &str) -> Option<&'static Eol> {
    let version = version.strip_prefix('v').unwrap_or(version);
    let end = version.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(version.len());
    let mut beginning = version.get(..end)?;
    let cycles = cycles(product);
    loop {
        if let Some(found) = cycles.iter().find(|known| known.cycle == beginning) {
            return Some(found);
        }
        (beginning, _) = beginning.rsplit_once('.')?;
    }
}

/// Images of Docker Hub's own library, with the product of [`cycles`] that they hold; a tag begins with its version.
/// (verified: names of the library's repositories)
const IMAGES: [(&str, &str); 8] = [
    ("mysql", "mysql"),
    ("node", "nodejs"),
    ("postgres", "postgresql"),
    ("python", "python"),
    ("rabbitmq", "rabbitmq"),
    ("redis", "redis"),
    ("traefik", "traefik"),
    ("valkey/valkey", "valkey"),
];

/// The cycle of the product that an image holds, with what the image is called, for images that Docker Hub keeps itself:
/// `node:20-alpine`, `docker.io/library/node:20`. `None` for all others, and where the tag names no known cycle.
#[must_use]
pub fn image_eol(image: &str) -> Option<(&str, &'static Eol)> {
    let known = image.strip_prefix("docker.io/").unwrap_or(image);
    let known = known.strip_prefix("library/").unwrap_or(known);
    let (name, tag) = known.split('@').next()?.split_once(':')?;
    let (_, product) = IMAGES.iter().find(|(repository, _)| *repository == name)?;
    Some((name, eol(product, tag)?))
}

/// All known cycles of a product, newest release line first; empty for an unknown product.
#[must_use]
pub fn cycles(product: &str) -> &'static [Eol] {
    run(&EOL, |known| known.product == product)
}

fn row([product, cycle, ends, extended, latest]: [&'static str; 5]) -> Option<Eol> {
    Some(Eol {
        product,
        cycle,
        ends: table::optional(ends, Date::parse)?,
        extended: table::optional(extended, Date::parse)?,
        latest,
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use serde_json::Value;

    use super::*;

    fn date(text: &str) -> Date {
        Date::parse(text).unwrap_or_else(|| panic!("{text} is a date"))
    }

    fn cycle(product: &str, version: &str) -> Option<&'static str> {
        eol(product, version).map(|known| known.cycle)
    }

    #[test]
    fn every_row_is_read_and_every_product_is_in_one_place() {
        table::tests::assert_well_formed::<5>(EOL_CSV, EOL.len());
        assert!(EOL.is_sorted_by_key(|known| known.product));
        for (i, a) in EOL.iter().enumerate() {
            assert!(!EOL.iter().skip(i + 1).any(|b| (a.product, a.cycle) == (b.product, b.cycle)), "{a:?}");
        }
    }

    #[test]
    fn paid_support_never_ends_before_standard_support() {
        for known in EOL.iter() {
            if let (Some(ends), Some(extended)) = (known.ends, known.extended) {
                assert!(extended >= ends, "{known:?}");
            }
        }
    }

    #[test]
    fn the_products_of_the_checks_are_there() {
        for product in [
            "amazon-eks",
            "amazon-elasticache-redis",
            "amazon-msk",
            "amazon-rds-mysql",
            "amazon-rds-postgresql",
            "apache-kafka",
            "argo-cd",
            "cert-manager",
            "elasticsearch",
            "istio",
            "kubernetes",
            "nodejs",
            "postgresql",
            "python",
            "rabbitmq",
            "redis",
            "valkey",
        ] {
            assert!(cycles(product).len() >= 3, "{product}");
        }
        assert!(cycles("no-such-product").is_empty());
    }

    #[test]
    fn the_dates_of_the_checks_are_the_known_ones() {
        for (product, version, ends) in [
            ("kubernetes", "1.34", "2026-10-27"),
            ("amazon-eks", "1.33", "2026-07-29"),
            ("amazon-eks", "1.36", "2027-08-02"),
            ("postgresql", "13", "2025-11-13"),
            ("postgresql", "14", "2026-11-12"),
            ("amazon-rds-postgresql", "13", "2026-02-28"),
            ("rabbitmq", "4.2", "2026-07-31"),
            ("rabbitmq", "3.13", "2024-09-17"),
            ("redis", "7.0", "2024-07-29"),
            ("istio", "1.28", "2026-07-01"),
            ("nodejs", "20", "2026-04-30"),
        ] {
            assert_eq!(
                eol(product, version).and_then(|known| known.ends),
                Some(date(ends)),
                "{product} {version}"
            );
        }
    }

    #[test]
    fn a_version_finds_its_cycle() {
        for (product, version, found) in [
            ("kubernetes", "1.34", Some("1.34")),
            ("kubernetes", "v1.34.2", Some("1.34")),
            ("kubernetes", "v1.33.6+lke7", Some("1.33")),
            ("kubernetes", "1.3", None),
            ("kubernetes", "1.340", None),
            ("amazon-eks", "1.36-eks-6", Some("1.36")),
            ("postgresql", "16.4", Some("16")),
            ("postgresql", "160", None),
            ("redis", "7", None),
            ("amazon-rds-mysql", "8.4.9", Some("8.4.9")),
            ("amazon-rds-mysql", "8.4.99", Some("8.4")),
            ("nodejs", "22.1.0-alpine", Some("22")),
            ("kubernetes", "", None),
            ("kubernetes", "latest", None),
            ("kubernetes", "1.\u{e9}", None),
        ] {
            assert_eq!(cycle(product, version), found, "{product} {version:?}");
        }
    }

    #[test]
    fn an_image_of_the_library_finds_its_cycle() {
        for (image, found) in [
            ("node:20-alpine", Some(("node", "20"))),
            ("docker.io/library/node:20.11.1", Some(("node", "20"))),
            ("node:20@sha256:0000", Some(("node", "20"))),
            ("postgres:13", Some(("postgres", "13"))),
            ("valkey/valkey:8.0.2", Some(("valkey/valkey", "8.0"))),
            ("node:latest", None),
            ("node", None),
            ("registry.example.com/node:20", None),
            ("registry.example.com:5000/node", None),
        ] {
            assert_eq!(image_eol(image).map(|(name, known)| (name, known.cycle)), found, "{image}");
        }
        assert!(IMAGES.iter().all(|(_, product)| !cycles(product).is_empty()));
    }

    #[test]
    fn days_left_turn_negative_after_the_end() {
        let Some(known) = eol("kubernetes", "1.34") else {
            panic!("1.34 is known");
        };
        assert_eq!(known.days_left(date("2026-10-17")), Some(10));
        assert_eq!(known.days_left(date("2026-11-06")), Some(-10));
        assert_eq!(eol("rabbitmq", "4.3").and_then(|open| open.days_left(date("2026-10-17"))), None);
    }

    #[test]
    fn paid_support_begins_when_standard_support_is_over() {
        let Some(known) = eol("amazon-eks", "1.33") else {
            panic!("1.33 is known");
        };
        assert!(!known.is_extended_only(date("2026-07-29")));
        assert!(known.is_extended_only(date("2026-07-30")));
        assert!(!known.is_extended_only(date("2035-01-01")));
    }

    #[test]
    #[expect(clippy::print_stderr, reason = "a skipped test says so")]
    fn every_row_agrees_with_the_reference_list() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/reference/catalogue/eol.json");
        let Ok(text) = std::fs::read_to_string(&path) else {
            eprintln!("SKIPPED: {} is not here", path.display());
            return;
        };
        let reference: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}"));
        for known in EOL.iter() {
            let theirs = reference
                .pointer(&format!("/products/{}", known.product))
                .and_then(Value::as_array)
                .and_then(|cycles| {
                    cycles.iter().find(|c| c.get("cycle").and_then(Value::as_str) == Some(known.cycle))
                });
            let Some(theirs) = theirs else {
                panic!("{} {} is in the reference list", known.product, known.cycle);
            };
            let their = |key: &str| theirs.get(key).and_then(Value::as_str).and_then(Date::parse);
            assert_eq!((known.ends, known.extended), (their("eol"), their("extended")), "{known:?}");
            assert_eq!(
                known.latest,
                theirs.get("latest").and_then(Value::as_str).unwrap_or_default(),
                "{known:?}"
            );
        }
    }
}
