//! What a platform is usually watched for, row by row, and what platc says to it.

use super::*;

/// What platc says to a row.
#[derive(Debug, Clone, Copy)]
pub(super) enum Answer {
    /// It emits these.
    Ours(&'static [&'static str]),
    /// kube-prometheus-stack has them, and the spec has nothing to add.
    Chart(&'static [&'static str]),
    /// Not emitted, for this reason.
    No(&'static str),
}

use Answer::{Chart, No, Ours};

impl Answer {
    pub(super) fn words(self) -> String {
        let list = |names: &[&str]| names.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(", ");
        match self {
            Ours(names) => list(names),
            Chart(names) => format!("kube-prometheus-stack: {}", list(names)),
            No(reason) => format!("not emitted: {reason}"),
        }
    }
}

const NO_CLOUDWATCH: &str = "no exporter in the language: it needs one of CloudWatch";
const NO_KAFKA: &str = "the language has no Kafka";

/// The rows.
pub(super) const ROWS: &[(&str, &str, Answer)] = &[
    ("service", "no target answers", Ours(&["ServiceDown"])),
    ("service", "some targets do not answer", Ours(&["ServiceTargetsPartlyDown"])),
    ("service", "no ready pod", Ours(&["ServiceNoReadyReplicas"])),
    (
        "service",
        "share of failures",
        Ours(&["ServiceErrorRateHigh", "RouteErrorRateHigh", "ServiceRequestsNotCounted"]),
    ),
    ("service", "latency", Ours(&["ServiceLatencyHigh"])),
    (
        "service",
        "objectives",
        Ours(&[
            "SLOErrorBudgetBurningFast",
            "SLOErrorBudgetBurningSlowly",
            "SLOErrorBudgetExhausted",
            "SLOMetricAbsent",
        ]),
    ),
    (
        "workload",
        "pods crash, wait, are not ready",
        Ours(&["PodCrashLooping", "ContainerWaiting", "PodNotReady", "ImagePullFailing"]),
    ),
    ("workload", "killed for memory", Ours(&["ContainerOOMKilled"])),
    (
        "workload",
        "replicas missing, rollout stuck",
        Ours(&[
            "DeploymentReplicasMismatch",
            "DeploymentRolloutStuck",
            "RolloutReplicasMismatch",
            "RolloutDegraded",
            "RolloutWaits",
        ]),
    ),
    ("workload", "StatefulSets lack pods", Chart(&["KubeStatefulSetReplicasMismatch"])),
    ("workload", "jobs fail", Ours(&["JobFailed", "JobNotSucceeding", "JobMissing"])),
    ("autoscaler", "at its maximum, or blind", Ours(&["HPAMaxedOut", "HPAMetricsUnavailable"])),
    (
        "disruption budget",
        "not enough healthy pods, or no eviction",
        Ours(&["PDBNotEnoughHealthyPods", "PDBBlocksDisruption"]),
    ),
    ("node", "not ready", Ours(&["NodeNotReady"])),
    (
        "node",
        "unreachable, flapping, pressure, too many pods",
        Chart(&[
            "KubeNodeUnreachable",
            "KubeNodeReadinessFlapping",
            "KubeNodePressure",
            "KubeletTooManyPods",
        ]),
    ),
    (
        "node",
        "file systems",
        Chart(&[
            "NodeFilesystemSpaceFillingUp",
            "NodeFilesystemAlmostOutOfSpace",
            "NodeFilesystemFilesFillingUp",
            "NodeFilesystemAlmostOutOfFiles",
        ]),
    ),
    (
        "node",
        "CPU, memory, page faults, saturation",
        Chart(&[
            "NodeCPUHighUsage",
            "NodeMemoryHighUtilization",
            "NodeMemoryMajorPagesFaults",
            "NodeSystemSaturation",
        ]),
    ),
    (
        "pool",
        "at its maximum, below its minimum",
        Ours(&["NodePoolAtMax", "NodePoolBelowMin", "NodePoolsUnseen"]),
    ),
    (
        "pool",
        "cluster-autoscaler on AWS: failed scale-ups, unhealthy groups, not safe",
        Ours(&["AutoscalerScaleUpFailed", "AutoscalerGroupUnhealthy", "AutoscalerNotSafe"]),
    ),
    ("pool", "cluster-autoscaler: pods that find no node", Ours(&["PodsUnschedulable"])),
    ("pool", "Karpenter", No("the language has no Karpenter")),
    (
        "volume",
        "space and inodes, soon and in days",
        Ours(&[
            "VolumeFillingUp",
            "VolumeNearlyFull",
            "VolumeInodesFillingUp",
            "VolumeInodesNearlyUsed",
            "VolumesUnwatched",
        ]),
    ),
    ("GPU", "XIDs, by changes", Ours(&["GPUXidError", "GPUXidHardware"])),
    ("GPU", "temperature", Ours(&["GPUTemperatureHigh", "GPUTemperatureCritical"])),
    ("GPU", "memory rows", Ours(&["GPURowRemapFailure"])),
    (
        "GPU",
        "ECC counters, health, throttling",
        No("off in dcgm-exporter's default counters; XIDs and rows say what has to be acted on"),
    ),
    ("GPU", "memory in use", No("normal with vLLM; a dashboard shows it")),
    (
        "GPU",
        "device plug-in calls one unhealthy, GPUs missing",
        Ours(&["GPUDeviceMissing", "GPUPoolShort", "GPUExporterDown"]),
    ),
    ("GPU", "pods find none", Ours(&["PodsUnschedulable"])),
    (
        "vLLM",
        "queue, KV cache, preemptions",
        Ours(&["ModelRequestsWaiting", "ModelCacheFull", "ModelPreemptions", "ModelMetricsAbsent"]),
    ),
    ("vLLM", "time to the first token", Ours(&["ModelFirstTokenSlow"])),
    ("PostgreSQL", "down, unwatched", Ours(&["DatabaseDown", "DatabaseMetricsAbsent"])),
    ("PostgreSQL", "connections, deadlocks", Ours(&["DatabaseConnectionsHigh", "DatabaseDeadlocks"])),
    (
        "PostgreSQL",
        "lag of replicas against the RPO",
        Ours(&["DatabaseReplicaTooFarBehind", "DatabaseReplicaUnknown"]),
    ),
    (
        "PostgreSQL",
        "archiving of its log, slots, wraparound",
        No(
            "the provider archives and vacuums; the role of the exporter of a managed database sees no slots of the provider",
        ),
    ),
    ("PostgreSQL", "self-hosted (CloudNativePG)", No("the language has managed databases only")),
    ("PostgreSQL", "disk", Ours(&["DatabaseStorageFillingUp", "DatabaseStorageNearlyFull"])),
    ("PostgreSQL", "RDS: CPU, memory, credits, lag across regions", No(NO_CLOUDWATCH)),
    (
        "PostgreSQL",
        "Linode: CPU",
        No("the provider shows Prometheus nothing; postgres_exporter watches what it can log in to"),
    ),
    ("pooler", "no ready pod", Ours(&["PoolerNoReadyReplicas"])),
    (
        "backup",
        "age against RPO and interval, unknown",
        Ours(&["DatabaseBackupTooOld", "DatabaseBackupLate", "DatabaseBackupUnknown", "DatabaseDumpTooOld"]),
    ),
    (
        "backup",
        "age where the provider does not say it (Linode)",
        No(
            "`recovery/unwatched` says so; a dump besides is watched as any job, and against the RPO where it is taken more often",
        ),
    ),
    (
        "backup",
        "volumes",
        Ours(&[
            "VeleroBackupTooOld",
            "VeleroBackupUnknown",
            "VeleroBackupFailed",
            "VeleroLocationUnavailable",
        ]),
    ),
    ("backup", "restore test", Ours(&["JobNotSucceeding", "JobFailed"])),
    ("backup", "AWS Backup, S3 replication", No(NO_CLOUDWATCH)),
    ("recovery", "drill overdue", Ours(&["DRDrillOverdue"])),
    ("recovery", "RTO half used up", Ours(&["RTOAtRisk"])),
    (
        "Redis, Valkey",
        "down, nodes, replication, cluster state",
        Ours(&["CacheDown", "CacheNodeMissing", "CacheReplicationBroken", "CacheClusterFailed"]),
    ),
    (
        "Redis, Valkey",
        "memory, evictions, refused connections",
        Ours(&["CacheMemoryHigh", "CacheEvictions", "CacheConnectionsRejected"]),
    ),
    ("Redis, Valkey", "persistence", Ours(&["CachePersistenceFailing", "CacheSaveTooOld"])),
    ("ElastiCache", "memory, lag, evictions", No(NO_CLOUDWATCH)),
    (
        "RabbitMQ",
        "nodes, alarms",
        Ours(&["BrokerQuorumLost", "BrokerNodeMissing", "BrokerMemoryAlarm", "BrokerDiskAlarm"]),
    ),
    (
        "RabbitMQ",
        "alarm about file descriptors",
        No(
            "a container's limit is far above what a broker of this size opens; new connections that fail are seen by services",
        ),
    ),
    (
        "RabbitMQ",
        "queues, dead letters",
        Ours(&["QueueMissing", "QueueBacklogGrowing", "QueueWithoutConsumers", "QueueDeadLetters"]),
    ),
    ("Kafka", "partitions, controller, lag, MSK, mirrors", No(NO_KAFKA)),
    (
        "ingress",
        "configuration is not loaded, controller is gone",
        Ours(&["IngressReloadFailed", "IngressMetricsAbsent"]),
    ),
    (
        "certificates",
        "expiry, not ready",
        Ours(&["CertificateExpiringSoon", "CertificateExpiringCritical", "CertificateNotReady"]),
    ),
    ("certificates", "the issuer refuses", Ours(&["CertificateNotReady", "CertificateExpiringSoon"])),
    (
        "Argo CD",
        "out of sync where it should follow; a day where a person brings",
        Ours(&["ArgocdApplicationOutOfSync", "ArgocdApplicationAwaitsSync"]),
    ),
    (
        "Argo CD",
        "health, failed syncs, applications that are gone",
        Ours(&["ArgocdApplicationUnhealthy", "ArgocdSyncFailed", "ArgocdApplicationsMissing"]),
    ),
    ("Argo CD", "connection to a cluster", No("each cluster has its own Argo CD, which is in it")),
    ("secrets", "sealed", Ours(&["SealedSecretsNotSynced", "SealedSecretsUnsealErrors"])),
    ("secrets", "copied", Ours(&["ExternalSecretsNotReady", "SecretStoreNotReady"])),
    ("secrets", "rotation", Ours(&["SecretRotationOverdue", "SecretRotationUnknown"])),
    ("logs", "Loki fails", Ours(&["LokiRequestErrors", "LokiPanics", "LokiMetricsAbsent"])),
    (
        "logs",
        "Elasticsearch's health",
        No("no exporter in the language; the chart's rules watch its pods and volumes"),
    ),
    ("traces", "Tempo fails", Ours(&["TempoCompactionFailing", "TempoPollFailing", "TempoMetricsAbsent"])),
    (
        "collectors",
        "sends fail, queue, refused",
        Ours(&["CollectorSendFailed", "CollectorQueueFull", "CollectorRefuses", "CollectorMetricsAbsent"]),
    ),
    ("environment", "unwatched, quota", Ours(&["NamespaceMetricsAbsent", "QuotaNearlyUsed"])),
    (
        "always",
        "alerting itself",
        Chart(&[
            "Watchdog",
            "InfoInhibitor",
            "PrometheusRuleFailures",
            "AlertmanagerFailedToSendAlerts",
            "PrometheusNotConnectedToAlertmanagers",
        ]),
    ),
];

#[test]
fn every_alert_answers_a_row_and_every_row_is_answered() {
    let mut left = catalogue::emitted();
    let known = left.clone();
    for (object, row, answer) in ROWS {
        match answer {
            Ours(names) => {
                assert!(!names.is_empty(), "{object}: {row}");
                for name in *names {
                    assert!(known.contains(name), "{object}: {row}: {name} is not emitted");
                    left.remove(name);
                }
            }
            // What is left to the chart is not switched off.
            Chart(names) => {
                for name in *names {
                    let twin = twins::TWINS.iter().find(|twin| twin.chart == *name);
                    assert!(twin.is_none_or(|twin| twin.why.starts_with("left")), "{name}");
                }
            }
            No(reason) => assert!(reason.len() > 15, "{object}: {row}"),
        }
    }
    assert!(left.is_empty(), "alerts that answer no row: {left:?}");
}

/// Alerts that the reference names by other names than ours.
const RENAMED: &[(&str, &str)] = &[
    ("StatefulSetReplicasMismatch", "KubeStatefulSetReplicasMismatch"),
    ("RolloutStuck", "DeploymentRolloutStuck"),
    ("ReadinessFlapping", "KubeNodeReadinessFlapping"),
    ("TooManyPods", "KubeletTooManyPods"),
    ("MajorPageFaults", "NodeMemoryMajorPagesFaults"),
    ("SystemSaturation", "NodeSystemSaturation"),
    ("BelowMin", "NodePoolBelowMin"),
    ("NodeFilesystem", "NodeFilesystemSpaceFillingUp"),
];

#[test]
fn every_alert_that_the_reference_names_is_in_the_table() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/knowledge/alerts.md");
    let Ok(text) = std::fs::read_to_string(path) else {
        // Reference material that is not part of the repository.
        return;
    };
    let section =
        text.split("\n## 4. ").nth(1).expect("section 4").split("\n## 5. ").next().expect("its end");
    let answered: String = ROWS.iter().map(|(_, _, answer)| answer.words() + " ").collect();
    let mut count = 0;
    for line in section.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| Object")) {
        let Some(cell) = line.split('|').nth(2) else { continue };
        for word in cell.split(|c: char| !c.is_alphanumeric()) {
            let humps = word.chars().filter(char::is_ascii_uppercase).count();
            let is_alert = word.len() > 6 && humps >= 2 && word.chars().any(char::is_lowercase);
            if !is_alert || ["PromQL", "Karpenter"].contains(&word) {
                continue;
            }
            count += 1;
            let ours = RENAMED.iter().find(|(theirs, _)| *theirs == word).map_or(word, |(_, ours)| ours);
            assert!(answered.contains(&format!("`{ours}`")), "{word} has no answer");
        }
    }
    assert!(count > 15, "{count} names in the reference");
}
