//! Which Alertmanager understands which way to reach somebody.
//!
//! Source: Alertmanager's CHANGELOG.md up to 0.34.0 (2026-08-16) [verified].

/// A version: major and minor.
pub type Minor = (u32, u32);

/// The version that kube-prometheus-stack 88.5.3 runs (its `values.yaml`).
pub const CHART: &str = "0.34";

/// Routes with `matchers`, and files for Slack's address: 0.22 (2021-05-21). Everything that is written needs the first.
pub const LEAST: Minor = (0, 22);

/// Kinds of receivers that came later, or whose secrets could not be files before.
const SINCE: [(&str, Minor, &str); 6] = [
    ("opsgenie", (0, 24), "the key from a file"),
    ("email", (0, 25), "the password from a file"),
    ("pagerduty", (0, 25), "the key from a file"),
    ("webhook", (0, 26), "the address from a file"),
    ("jira", (0, 28), "Jira"),
    ("teams", (0, 28), "workflows of Teams"),
];

/// The first version that takes a kind of receiver with its secret in a file, and what it brought; `None` where the oldest does.
#[must_use]
pub fn since(kind: &str) -> Option<(Minor, &'static str)> {
    SINCE.iter().find(|(other, ..)| *other == kind).map(|(_, since, what)| (*since, *what))
}

/// Major and minor of a version as it is written.
#[must_use]
pub fn minor(version: &str) -> Option<Minor> {
    let mut parts = version.split('.').map(str::parse);
    Some((parts.next()?.ok()?, parts.next().map_or(Some(0), Result::ok)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_as_numbers() {
        assert!(minor("0.9") < minor("0.28") && minor("0.28") < minor("1") && minor("x").is_none());
        assert!(minor(CHART) >= SINCE.iter().map(|(_, since, _)| Some(*since)).max().flatten());
    }
}
