//! Alerts of kube-prometheus-stack that say what an alert of platc says: none of them comes twice.

use super::*;
use crate::backend::fixture;

/// An alert of the chart and ours.
pub(super) struct Twin {
    /// The chart's.
    pub(super) chart: &'static str,
    /// Ours.
    pub(super) ours: &'static str,
    /// What is done about it, and why.
    pub(super) why: &'static str,
    how: How,
}

/// What is done about a twin.
#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    /// Switched off for the whole cluster.
    Off,
    /// Dropped for what platc watches, by this label.
    Dropped(&'static str),
    /// Left as it is.
    Left,
}

const fn off(chart: &'static str, ours: &'static str, why: &'static str) -> Twin {
    Twin { chart, ours, why, how: How::Off }
}

const fn dropped(chart: &'static str, ours: &'static str, label: &'static str) -> Twin {
    Twin {
        chart,
        ours,
        why: "dropped for what platc watches; the rest of the cluster keeps it",
        how: How::Dropped(label),
    }
}

const fn left(chart: &'static str, ours: &'static str, why: &'static str) -> Twin {
    Twin { chart, ours, why, how: How::Left }
}

/// Names of the chart's alerts: kubernetes-mixin and kube-prometheus, as chart 88.5.3 has them.
pub(super) const TWINS: &[Twin] = &[
    off("KubeNodeNotReady", "`NodeNotReady`", "off: every node belongs to a pool, which platc's names"),
    off("KubeQuotaAlmostFull", "`QuotaNearlyUsed`", "off: only environments have quotas"),
    off("KubeQuotaFullyUsed", "`QuotaNearlyUsed`", "off: only environments have quotas"),
    off(
        "KubeCPUQuotaOvercommit",
        "none",
        "off: quotas are sized for the most nodes, so that it would always fire",
    ),
    off(
        "KubeMemoryQuotaOvercommit",
        "none",
        "off: quotas are sized for the most nodes, so that it would always fire",
    ),
    dropped("KubePodCrashLooping", "`PodCrashLooping`", "container"),
    dropped("KubeContainerWaiting", "`ContainerWaiting`, `ImagePullFailing`", "container"),
    dropped("KubePodNotReady", "`PodNotReady`", "pod"),
    dropped("KubeDeploymentReplicasMismatch", "`DeploymentReplicasMismatch`", "deployment"),
    dropped("KubeDeploymentRolloutStuck", "`DeploymentRolloutStuck`", "deployment"),
    dropped("KubeHpaMaxedOut", "`HPAMaxedOut`", "horizontalpodautoscaler"),
    dropped("KubePdbNotEnoughHealthyPods", "`PDBNotEnoughHealthyPods`", "poddisruptionbudget"),
    dropped("TargetDown", "`ServiceDown`, `ServiceTargetsPartlyDown`", "job"),
    dropped("KubeJobFailed", "`JobFailed`", "job_name"),
    dropped("KubePersistentVolumeFillingUp", "`VolumeFillingUp`, `VolumeNearlyFull`", "namespace"),
    dropped(
        "KubePersistentVolumeInodesFillingUp",
        "`VolumeInodesFillingUp`, `VolumeInodesNearlyUsed`",
        "namespace",
    ),
    left(
        "KubeJobNotCompleted",
        "none",
        "left: fires after 12 hours, and the timeouts of the spec's jobs end them before",
    ),
    left("KubeHpaReplicasMismatch", "none", "left: a decision of the autoscaler that is not carried out"),
    left(
        "KubeStatefulSetReplicasMismatch",
        "`CacheNodeMissing`, `BrokerNodeMissing`",
        "left: those read the stores themselves; operators decide how many sets there are",
    ),
    left("KubeNodeUnreachable", "`NodeNotReady`", "left: says why a node is not ready"),
    left("KubeNodeReadinessFlapping", "none", "left"),
    left("CPUThrottlingHigh", "none", "left: a note"),
    left("NodeFilesystemSpaceFillingUp", "none", "left: about nodes, which the spec has no number for"),
    left("NodeFilesystemAlmostOutOfSpace", "none", "left: about nodes, which the spec has no number for"),
    left("Watchdog", "none", "left: goes to `observability.routing.watchdog`"),
    left("InfoInhibitor", "none", "left: goes to nobody, and mutes notes"),
];

/// The values of kube-prometheus-stack for a spec: those of all clusters, and those of each.
fn values(spec: &str) -> String {
    let plan = fixture::plan(spec);
    let tree = crate::backend::emit(&plan, &["addons".to_owned()]);
    let of = |path: &str| path.contains("kube-prometheus-stack");
    tree.iter().filter(|(path, _)| of(path)).map(|(_, file)| file.text().into_owned()).collect()
}

#[test]
fn no_alert_of_the_chart_comes_beside_its_twin() {
    let text = values(include_str!("../../../../examples/prognetwork/platform.yaml"))
        + &values(include_str!("../../../../examples/aiaas/platform.yaml"))
        + &values(fixture::SMALL);
    let ours = catalogue::emitted();
    for twin in TWINS {
        for name in twin.ours.split('`').filter(|it| it.starts_with(char::is_uppercase)) {
            assert!(ours.contains(name), "{}: {name}", twin.chart);
        }
        let is_off = text.contains(&format!("    {}: true\n", twin.chart));
        let drops: Vec<&str> = text
            .split("source_labels:")
            .skip(1)
            .filter(|part| {
                let regex =
                    part.lines().find_map(|line| line.trim().strip_prefix("regex: ")).unwrap_or_default();
                let alerts = regex.split(';').next().unwrap_or_default();
                let alerts = alerts.trim_start_matches(['"', '\'']);
                match alerts.split_once('(') {
                    Some((start, ends)) => {
                        ends.trim_end_matches(')').split('|').any(|end| twin.chart == format!("{start}{end}"))
                    }
                    None => alerts == twin.chart,
                }
            })
            .collect();
        match twin.how {
            How::Off => assert!(is_off && drops.is_empty(), "{}", twin.chart),
            How::Dropped(label) => {
                assert!(!is_off && !drops.is_empty(), "{}", twin.chart);
                assert!(
                    drops.iter().all(|part| part.lines().take(6).any(|line| line.contains(label))),
                    "{}: {drops:?}",
                    twin.chart
                );
            }
            How::Left => assert!(!is_off && drops.is_empty(), "{}", twin.chart),
        }
    }
    // And nothing is switched off or dropped that is not in the table.
    let listed = |name: &str| TWINS.iter().any(|twin| twin.chart == name);
    for line in text.lines().filter(|line| line.starts_with("    ") && line.ends_with(": true")) {
        let name = line.trim().trim_end_matches(": true");
        assert!(!name.starts_with(char::is_uppercase) || listed(name), "{name}");
    }
}
