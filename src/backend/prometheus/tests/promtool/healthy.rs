//! What fires when nothing is wrong, and when nothing is seen.

use super::environment::node;
use super::service::up;
use super::{Case, FAMILIES, production, prove};
use crate::backend::prometheus::fixture::plan;

/// Series of production in which nothing is wrong.
fn healthy() -> Vec<(String, &'static str)> {
    let mut series = Vec::new();
    let mut add = |name: &str, values| series.push((name.to_owned(), values));
    let job = |job: &str, pod: usize| format!("job=\"{job}\", pod=\"{job}-{pod}\"");
    add(&production("kube_namespace_created", "job=\"kube-state-metrics\""), "1x90");
    for pod in 0..3 {
        add(&up(&format!("p{pod}")), "1x90");
        add(
            &production("http_requests_total", &format!("{}, code=\"200\"", job("api-router", pod))),
            "0+60x90",
        );
        add(
            &production(
                "nginx_ingress_controller_requests",
                &format!("pod=\"i{pod}\", ingress=\"api-router\", status=\"200\""),
            ),
            "0+60x90",
        );
        let events = job("events", pod);
        add(&production("rabbitmq_build_info", &events), "1x90");
        add(&production("rabbitmq_alarms_memory_used_watermark", &events), "0x90");
        add(&production("rabbitmq_alarms_free_disk_space_watermark", &events), "0x90");
        for queue in ["usage", "audit", "usage.dead-letter"] {
            let labels = format!("{events}, queue=\"{queue}\"");
            add(&production("rabbitmq_detailed_queue_messages", &labels), "0x90");
            add(&production("rabbitmq_detailed_queue_messages_ready", &labels), "0x90");
            add(&production("rabbitmq_detailed_queue_consumers", &labels), "2x90");
        }
    }
    for deployment in ["api-router", "users-pooler"] {
        let label = format!("deployment=\"{deployment}\"");
        for metric in ["spec_replicas", "status_replicas_available", "status_replicas_updated"] {
            add(&production(&format!("kube_deployment_{metric}"), &label), "3x90");
        }
        let progressing = format!("{label}, condition=\"Progressing\", status=\"false\"");
        add(&production("kube_deployment_status_condition", &progressing), "0x90");
    }
    for (metric, value) in [
        ("capacity_bytes", "100x90"),
        ("available_bytes", "60x90"),
        ("inodes", "100x90"),
        ("inodes_free", "60x90"),
    ] {
        let claim = "persistentvolumeclaim=\"shared-0\"";
        add(&production(&format!("kubelet_volume_stats_{metric}"), claim), value);
    }
    for metric in ["running", "ready"] {
        let pod = "container=\"api-router\", pod=\"p0\"";
        add(&production(&format!("kube_pod_container_status_{metric}"), pod), "1x90");
    }
    let restarts = "container=\"api-router\", pod=\"p0\"";
    add(&production("kube_pod_container_status_restarts_total", restarts), "3x90");
    for (metric, value) in
        [("status_current_replicas", "3x90"), ("spec_max_replicas", "10x90"), ("spec_min_replicas", "2x90")]
    {
        add(
            &production(
                &format!("kube_horizontalpodautoscaler_{metric}"),
                "horizontalpodautoscaler=\"api-router\"",
            ),
            value,
        );
    }
    for (metric, value) in [
        ("current_healthy", "3x90"),
        ("desired_healthy", "1x90"),
        ("pod_disruptions_allowed", "2x90"),
        ("expected_pods", "3x90"),
    ] {
        add(
            &production(
                &format!("kube_poddisruptionbudget_status_{metric}"),
                "poddisruptionbudget=\"api-router\"",
            ),
            value,
        );
    }
    for (resource, used) in [("requests.cpu", "8x90"), ("requests.nvidia.com/gpu", "10x90")] {
        for (kind, value) in [("used", used), ("hard", "10x90")] {
            add(
                &production(
                    "kube_resourcequota",
                    &format!("resourcequota=\"q\", resource=\"{resource}\", type=\"{kind}\""),
                ),
                value,
            );
        }
    }
    for (pool, count) in [("baseline", 4), ("inference", 2)] {
        for index in 0..count {
            let name = format!("{pool}-{index}");
            add(&node(pool, "production", &name), "1x90");
            add(
                &format!(
                    "kube_node_status_condition{{node=\"{name}\", condition=\"Ready\", status=\"true\"}}"
                ),
                "1x90",
            );
            add(&format!("kube_node_spec_unschedulable{{node=\"{name}\"}}"), "0x90");
            if pool == "inference" {
                for metric in ["allocatable", "capacity"] {
                    add(
                        &format!("kube_node_status_{metric}{{node=\"{name}\", resource=\"nvidia_com_gpu\"}}"),
                        "1x90",
                    );
                }
                for (metric, value) in
                    [("GPU_TEMP", "60x90"), ("XID_ERRORS", "0x90"), ("ROW_REMAP_FAILURE", "0x90")]
                {
                    add(&format!("DCGM_FI_DEV_{metric}{{Hostname=\"{name}\", gpu=\"0\"}}"), value);
                }
            }
        }
    }
    for (metric, value) in [
        ("up", "1x90"),
        ("stat_activity_count", "10x90"),
        ("settings_max_connections", "100x90"),
        ("stat_database_deadlocks", "3x90"),
        ("replication_lag_seconds", "2x90"),
        ("replication_is_replica", "1x90"),
    ] {
        add(&format!("pg_{metric}{{environment=\"production\", database=\"users\", instance=\"a\"}}"), value);
    }
    add(
        "platc_db_latest_restorable_timestamp_seconds{environment=\"production\", database=\"users\"}",
        "0+60x90",
    );
    for (cache, nodes, leaders) in [("shared", 3, 1), ("sessions-leader", 2, 2), ("sessions-follower", 4, 0)]
    {
        for pod in 0..nodes {
            let labels = job(cache, pod);
            for (metric, value) in [
                ("up", "1x90"),
                ("memory_used_bytes", "50x90"),
                ("memory_max_bytes", "100x90"),
                ("rejected_connections_total", "0x90"),
                ("evicted_keys_total", "0x90"),
                ("rdb_last_bgsave_status", "1x90"),
                ("aof_last_write_status", "1x90"),
                ("rdb_last_save_timestamp_seconds", "0x90"),
                ("rdb_changes_since_last_save", "5x90"),
                ("cluster_state", "1x90"),
            ] {
                add(&production(&format!("redis_{metric}"), &labels), value);
            }
            if pod < leaders {
                add(&production("redis_connected_slaves", &labels), "2x90");
            } else {
                add(&production("redis_master_link_up", &labels), "1x90");
            }
        }
    }
    add(
        &production("certmanager_certificate_expiration_timestamp_seconds", "name=\"api-router-tls\""),
        "7776000x90",
    );
    add(
        &production("certmanager_certificate_ready_status", "name=\"api-router-tls\", condition=\"True\""),
        "1x90",
    );
    add(
        &production("certmanager_certificate_ready_status", "name=\"api-router-tls\", condition=\"False\""),
        "0x90",
    );
    add(
        &production(
            "sealed_secrets_controller_condition_info",
            "name=\"database-users\", condition=\"Synced\"",
        ),
        "1x90",
    );
    add("sealed_secrets_controller_unseal_errors_total", "4x90");
    add(&production("platc_secret_rotated_at_timestamp_seconds", "name=\"database-users\""), "0x90");
    for metric in ["created", "status_last_successful_time"] {
        add(&production(&format!("kube_cronjob_{metric}"), "cronjob=\"report\""), "0x90");
    }
    for scenario in ["database-failure", "cluster-failure"] {
        add(
            &format!(
                "platc_dr_drill_last_success_timestamp_seconds{{environment=\"production\", scenario=\"{scenario}\"}}"
            ),
            "0x90",
        );
    }
    series
}

#[test]
fn nothing_fires_while_nothing_is_wrong() {
    prove(
        &plan(),
        &["api-router", FAMILIES],
        &[Case {
            what: "healthy",
            series: healthy(),
            expected: vec![(16, ".+", false), (40, ".+", false), (90, ".+", false)],
        }],
    );
}

/// A rule without its series is silent, so each thing must have at least one alert that is not.
#[test]
fn everything_that_is_not_seen_is_reported() {
    let alerts = [
        "ServiceDown",
        "ServiceRequestsNotCounted",
        "NamespaceMetricsAbsent",
        "NodePoolsUnseen",
        "GPUPoolShort",
        "GPUExporterDown",
        "DatabaseMetricsAbsent",
        "DatabaseBackupUnknown",
        "CacheDown",
        "CacheReplicationBroken",
        "BrokerQuorumLost",
        "CertificateNotReady",
        "SealedSecretsNotSynced",
        "DRDrillOverdue",
    ];
    prove(
        &plan(),
        &["api-router", FAMILIES],
        &[Case {
            what: "nothing is seen",
            series: vec![],
            expected: alerts.map(|alert| (61, alert, true)).into(),
        }],
    );
}
