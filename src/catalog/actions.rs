//! Actions that workflows in the output use, and the images of the tools that they run.

use std::sync::LazyLock;

use super::table;

pub(super) const ACTIONS_CSV: &str = include_str!("data/actions.csv");

/// kubeconform, which compares objects with the schemas of a Kubernetes version. The tag is in use in public repositories
/// of 2026 [verified]; that the registry still has it was not tried.
pub const KUBECONFORM: &str = "ghcr.io/yannh/kubeconform:v0.7.0";

/// Prometheus, for `promtool`. The tag is in use in public repositories of 2026 [verified]; that the registry still has
/// it was not tried.
pub const PROMETHEUS: &str = "docker.io/prom/prometheus:v3.8.1";

/// The image with `amtool`: the version that the pinned chart of Prometheus runs, in its own registry's name [verified].
pub const ALERTMANAGER: &str = "quay.io/prometheus/alertmanager:v0.34.0";

/// Terraform, the newest patch of the older of its two supported lines (endoflife.date, 2026-08-22).
pub const TERRAFORM: &str = "1.14.9";

/// GitHub's own runner with Bash, Docker, `gh`, `jq`, `kubectl` and `helm`.
pub const RUNNER: &str = "ubuntu-24.04";

/// An action, pinned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Action {
    /// Its repository, and the path in it.
    pub name: &'static str,
    /// The version that the commit is tagged with.
    pub version: &'static str,
    /// The commit.
    pub commit: &'static str,
    /// Whether the tag was seen in the action's own repository, and not only in other people's workflows.
    pub checked: bool,
}

static ACTIONS: LazyLock<Vec<Action>> = LazyLock::new(|| {
    table::parse(ACTIONS_CSV, |[name, version, commit, evidence]| {
        let checked = match evidence {
            "checked" => true,
            "pinned" => false,
            _ => return None,
        };
        let is_commit = commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_commit.then_some(Action { name, version, commit, checked })
    })
});

/// All actions, sorted by name.
#[must_use]
pub fn actions() -> &'static [Action] {
    &ACTIONS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_an_action_with_a_whole_commit() {
        assert_eq!(actions().len(), table::data_lines(ACTIONS_CSV).skip(1).count());
        assert!(actions().windows(2).all(|pair| pair[0].name < pair[1].name));
        assert!(actions().iter().all(|action| action.version.starts_with('v')));
    }
}
