//! The real promtool reads every file, and its unit tests show when alerts fire and when they are silent.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::Prometheus;
use super::fixture::plan;
use crate::backend::Backend as _;
use crate::plan::Plan;

/// promtool, from the search path or from where the project's installer puts it.
fn promtool() -> Option<PathBuf> {
    let cache = std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| Path::new(&home).join(".cache")));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path)
        .chain(cache.map(|cache| cache.join("platc/tools/bin")))
        .map(|directory| directory.join("promtool"))
        .find(|file| file.is_file());
    if found.is_none() {
        assert!(
            std::env::var_os("PLATC_REQUIRE_TOOLS").is_none_or(|wish| wish != "1"),
            "promtool is missing"
        );
        eprintln!("SKIPPED: promtool is missing");
    }
    found
}

/// Writes the rules of a plan and gives the names of the files.
fn write(plan: &Plan, directory: &Path) -> Vec<String> {
    let tree = Prometheus.emit(plan);
    tree.iter()
        .map(|(path, file)| {
            let target = directory.join(path);
            std::fs::create_dir_all(target.parent().expect("a parent")).expect("a directory");
            std::fs::write(&target, file.text().as_ref()).expect("a file");
            path.to_owned()
        })
        .collect()
}

fn run(tool: &Path, directory: &Path, arguments: &[&str]) {
    let output = Command::new(tool).args(arguments).current_dir(directory).output().expect("promtool runs");
    assert!(
        output.status.success(),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

const SERVICE: [&str; 1] = ["api-router"];
const ENVIRONMENT: [&str; 1] = ["_environment"];

/// A situation and the alerts that fire in it.
struct Case {
    /// What the situation is.
    what: &'static str,
    /// Series with their readings, one a minute.
    series: Vec<(String, &'static str)>,
    /// Times, in minutes, with an alert and whether it fires then.
    expected: Vec<(u32, &'static str, bool)>,
}

/// Lets promtool test some files of the rules of production.
fn prove(plan: &Plan, files: &[&str], cases: &[Case]) {
    let Some(tool) = promtool() else { return };
    let directory = tempfile::tempdir().expect("a directory");
    let written = write(plan, directory.path());
    let mut text = "evaluation_interval: 1m\nrule_files:\n".to_owned();
    for file in files {
        let file = format!("alerts/rules/production/{file}.yaml");
        assert!(written.contains(&file), "{file}");
        let _ = writeln!(text, "- {file}");
    }
    text.push_str("tests:\n");
    for case in cases {
        let _ = writeln!(text, "- name: '{}'\n  interval: 1m\n  input_series:", case.what);
        for (series, values) in &case.series {
            let _ = writeln!(text, "  - series: '{series}'\n    values: '{values}'");
        }
        text.push_str("  promql_expr_test:\n");
        for (minute, alert, fires) in &case.expected {
            let samples = if *fires { "[{value: 1}]" } else { "[]" };
            let _ = writeln!(
                text,
                "  - expr: max(ALERTS{{alertname=~\"{alert}\", alertstate=\"firing\"}})\n    eval_time: {minute}m\n    exp_samples: {samples}",
            );
        }
    }
    std::fs::write(directory.path().join("test.yaml"), text).expect("a file");
    run(&tool, directory.path(), &["test", "rules", "test.yaml"]);
}

fn production(metric: &str, labels: &str) -> String {
    format!("{metric}{{namespace=\"production\", {labels}}}")
}

fn up(pod: &str) -> String {
    production("up", &format!("job=\"api-router\", pod=\"{pod}\""))
}

#[test]
fn promtool_accepts_every_file() {
    let Some(tool) = promtool() else { return };
    let directory = tempfile::tempdir().expect("a directory");
    let mut plan = plan();
    plan.owner.value = "team {{ $value }} \"x\"".to_owned();
    let files = write(&plan, directory.path());
    let mut arguments = vec!["check", "rules", "--lint=all", "--lint-fatal"];
    arguments.extend(files.iter().map(String::as_str));
    run(&tool, directory.path(), &arguments);
}

#[test]
fn a_service_is_down_when_nothing_answers() {
    prove(
        &plan(),
        &SERVICE,
        &[
            Case {
                what: "one of three pods is down",
                series: vec![(up("a"), "0x30"), (up("b"), "1x30"), (up("c"), "1x30")],
                expected: vec![
                    (9, "ServiceTargetsPartlyDown", false),
                    (10, "ServiceTargetsPartlyDown", true),
                    (20, "ServiceDown", false),
                ],
            },
            Case {
                what: "all are down",
                series: vec![(up("a"), "0x30"), (up("b"), "0x30")],
                expected: vec![
                    (1, "ServiceDown", false),
                    (2, "ServiceDown", true),
                    (20, "ServiceTargetsPartlyDown", false),
                ],
            },
            Case {
                what: "the targets vanish",
                series: vec![(up("a"), "1x10 stale")],
                expected: vec![
                    (10, "ServiceDown", false),
                    (12, "ServiceDown", false),
                    (13, "ServiceDown", true),
                ],
            },
        ],
    );
}

#[test]
fn half_of_the_rto_escalates() {
    // Down since minute 0, seen at minute 2, half of four hours is used up at minute 120.
    prove(
        &plan(),
        &SERVICE,
        &[Case {
            what: "down for half of the RTO",
            series: vec![(up("a"), "0x200")],
            expected: vec![(118, "RTOAtRisk", false), (121, "RTOAtRisk", true)],
        }],
    );
}

#[test]
fn a_deployment_that_is_gone_differs_from_blindness() {
    let namespace = production("kube_namespace_created", "job=\"kube-state-metrics\"");
    prove(
        &plan(),
        &["api-router", "_environment"],
        &[
            Case {
                what: "the Deployment is gone",
                series: vec![(namespace, "1x30")],
                expected: vec![
                    (2, "ServiceNoReadyReplicas", true),
                    (20, "NamespaceMetricsAbsent", false),
                    (20, "HPAMetricsUnavailable", true),
                ],
            },
            Case {
                what: "kube-state-metrics is gone",
                series: vec![],
                expected: vec![
                    (20, "ServiceNoReadyReplicas", false),
                    (10, "NamespaceMetricsAbsent", true),
                    (20, "HPA.*|PDB.*", false),
                ],
            },
        ],
    );
}

#[test]
fn errors_count_for_each_service_and_above_a_floor() {
    let of = |job: &str, code: &str| production("http_requests_total", &format!("job=\"{job}\", {code}"));
    prove(
        &plan(),
        &SERVICE,
        &[
            Case {
                what: "a small dead service beside a large healthy one",
                series: vec![
                    (of("other", "code=\"200\""), "0+60000x30"),
                    (of("api-router", "code=\"500\""), "0+10x30"),
                ],
                expected: vec![(5, "ServiceErrorRateHigh", false), (12, "ServiceErrorRateHigh", true)],
            },
            Case {
                what: "codes in the label status",
                series: vec![
                    (of("api-router", "status=\"5xx\""), "0+10x30"),
                    (of("api-router", "status=\"2xx\""), "0+90x30"),
                ],
                expected: vec![(12, "ServiceErrorRateHigh", true)],
            },
            Case {
                what: "as many errors as are tolerated",
                series: vec![
                    (of("api-router", "code=\"503\""), "0+5x30"),
                    (of("api-router", "code=\"200\""), "0+95x30"),
                ],
                expected: vec![(20, "ServiceErrorRateHigh", false)],
            },
            Case {
                what: "hardly any requests, all of which fail",
                series: vec![(of("api-router", "code=\"500\""), "0+2x30")],
                expected: vec![(20, "ServiceErrorRateHigh", false)],
            },
            Case {
                what: "the ingress controller sees errors",
                series: vec![(
                    production("nginx_ingress_controller_requests", "ingress=\"api-router\", status=\"502\""),
                    "0+10x30",
                )],
                expected: vec![(12, "RouteErrorRateHigh", true), (12, "ServiceErrorRateHigh", false)],
            },
        ],
    );
}

#[test]
fn an_autoscaler_is_compared_with_its_own_maximum() {
    let of = |metric: &str, name: &str| {
        production(
            &format!("kube_horizontalpodautoscaler_{metric}"),
            &format!("horizontalpodautoscaler=\"{name}\""),
        )
    };
    let case = |what, current| Case {
        what,
        series: vec![
            (of("status_current_replicas", "api-router"), current),
            (of("spec_max_replicas", "api-router"), "10x40"),
            (of("spec_min_replicas", "api-router"), "2x40"),
            (of("spec_max_replicas", "other"), "3x40"),
            (of("spec_min_replicas", "other"), "3x40"),
        ],
        expected: vec![],
    };
    prove(
        &plan(),
        &SERVICE,
        &[
            Case {
                expected: vec![(14, "HPAMaxedOut", false), (15, "HPAMaxedOut", true)],
                ..case("at the maximum", "10x40")
            },
            Case { expected: vec![(30, "HPAMaxedOut", false)], ..case("one below", "9x40") },
        ],
    );
}

fn node(pool: &str, environment: &str, name: &str) -> String {
    format!(
        "kube_node_labels{{node=\"{name}\", label_platc_dev_pool=\"{pool}\", label_platc_dev_environment=\"{environment}\"}}"
    )
}

#[test]
fn pools_are_counted_by_their_own_nodes() {
    let nodes = |count: usize| (0..count).map(|n| (node("baseline", "production", &format!("n{n}")), "1x40"));
    let others = || (0..20).map(|n| (node("baseline", "staging", &format!("s{n}")), "1x40"));
    let case = |what, count: usize, expected| Case {
        what,
        series: nodes(count).chain(others()).collect(),
        expected,
    };
    prove(
        &plan(),
        &ENVIRONMENT,
        &[
            case("full", 10, vec![(14, "NodePoolAtMax", false), (15, "NodePoolAtMax", true)]),
            case("one below", 9, vec![(30, "NodePoolAtMax", false)]),
            case("empty", 0, vec![(15, "NodePoolBelowMin", true), (30, "NodePoolAtMax", false)]),
            Case {
                what: "labels are not allowed through",
                series: vec![("kube_node_labels{node=\"a\"}".to_owned(), "1x90")],
                expected: vec![(80, "NodePoolBelowMin", false), (80, "NodePoolsUnseen", true)],
            },
        ],
    );
}

/// Two days are many evaluations, so only what is tested is evaluated.
fn databases_only() -> Plan {
    let mut plan = plan();
    let production = plan.environments.get_mut("production").expect("an environment");
    production.pools.clear();
    production.gpu_pools.clear();
    production.caches.clear();
    production.queues.clear();
    plan.drills = None;
    plan
}

#[test]
fn backups_are_as_young_as_their_tier_promises() {
    // Time starts at 0, so a backup of that moment is 24 hours old after 1,440 minutes; `for` is half an hour.
    let newest =
        r#"platc_db_latest_restorable_timestamp_seconds{environment="production", database="users"}"#;
    let other = r#"platc_db_latest_restorable_timestamp_seconds{environment="staging", database="users"}"#;
    prove(
        &databases_only(),
        &ENVIRONMENT,
        &[
            Case {
                what: "too old",
                series: vec![(newest.to_owned(), "0x1600")],
                expected: vec![
                    (1440, "DatabaseBackupTooOld", false),
                    (1470, "DatabaseBackupTooOld", false),
                    (1471, "DatabaseBackupTooOld", true),
                    (1500, "DatabaseBackupUnknown", false),
                    (900, "DatabaseBackupLate", true),
                ],
            },
            Case {
                what: "made again just in time",
                series: vec![(newest.to_owned(), "0x1440 86400x300")],
                expected: vec![(1600, "DatabaseBackupTooOld", false)],
            },
            Case {
                what: "reported for another environment only",
                series: vec![(other.to_owned(), "0x1600")],
                expected: vec![(1500, "DatabaseBackupTooOld", false), (60, "DatabaseBackupUnknown", true)],
            },
        ],
    );
}

#[test]
fn an_xid_fires_when_it_comes_and_not_for_ever() {
    let xid = |pod: &str| format!("DCGM_FI_DEV_XID_ERRORS{{Hostname=\"g1\", gpu=\"0\", pod=\"{pod}\"}}");
    let gpu_node = || (node("inference", "production", "g1"), "1x300");
    prove(
        &plan(),
        &ENVIRONMENT,
        &[
            Case {
                what: "a fault of the hardware",
                series: vec![gpu_node(), (xid("a"), "0x20 79x200")],
                expected: vec![
                    (20, "GPUXid.*", false),
                    (22, "GPUXidError", true),
                    (22, "GPUXidHardware", true),
                    (60, "GPUXidError", false),
                    (60, "GPUXidHardware", true),
                    (120, "GPUXidHardware", false),
                ],
            },
            Case {
                what: "a fault of an application, after which its pod is replaced",
                series: vec![gpu_node(), (xid("a"), "0x20 31x5 stale"), (xid("b"), "_x25 31x200")],
                expected: vec![
                    (22, "GPUXidError", true),
                    (22, "GPUXidHardware", false),
                    (60, "GPUXidError", false),
                ],
            },
            Case {
                what: "a GPU of another pool",
                series: vec![(xid("a"), "0x20 79x200")],
                expected: vec![(22, "GPUXid.*", false)],
            },
        ],
    );
}

#[test]
fn queues_that_are_only_used_are_no_backlog() {
    let of = |metric: &str, queue: &str| {
        production(
            &format!("rabbitmq_detailed_queue_{metric}"),
            &format!("job=\"events\", queue=\"{queue}\""),
        )
    };
    let node =
        |name: &str| (production("rabbitmq_build_info", &format!("job=\"events\", pod=\"{name}\"")), "1x200");
    prove(
        &plan(),
        &ENVIRONMENT,
        &[
            Case {
                what: "growing and never empty",
                series: vec![
                    node("a"),
                    node("b"),
                    node("c"),
                    (of("messages_ready", "usage"), "0 5+3x200"),
                    (of("messages", "usage"), "5+3x200"),
                    (of("consumers", "usage"), "2x200"),
                ],
                expected: vec![
                    (30, "QueueBacklogGrowing", false),
                    (70, "QueueBacklogGrowing", true),
                    (70, "QueueWithoutConsumers", false),
                    (70, "Broker.*", false),
                    (20, "QueueDeadLetters|QueueMissing", true),
                ],
            },
            Case {
                what: "emptied now and then, and nobody listens in the end",
                series: vec![
                    node("a"),
                    (
                        of("messages_ready", "usage"),
                        "0 4 9 12 0 3 9 14 0 5 9 1 0 2 6 9 0 4 9 12 0 3 9 14 0 5 9 1 0 2 6 9 0 9x90",
                    ),
                    (of("messages", "usage"), "9x200"),
                ],
                expected: vec![
                    (50, "QueueBacklogGrowing", false),
                    (10, "QueueWithoutConsumers", true),
                    (2, "BrokerQuorumLost", true),
                ],
            },
        ],
    );
}

#[test]
fn caches_are_counted_and_may_be_full() {
    let of = |metric: &str, job: &str, pod: &str| {
        production(&format!("redis_{metric}"), &format!("job=\"{job}\", pod=\"{pod}\""))
    };
    prove(
        &plan(),
        &ENVIRONMENT,
        &[
            Case {
                what: "one node of three is down",
                series: vec![
                    (of("up", "shared", "a"), "1x60"),
                    (of("up", "shared", "b"), "1x60"),
                    (of("up", "shared", "c"), "0x60"),
                ],
                expected: vec![(10, "CacheNodeMissing", true)],
            },
            Case {
                what: "no node is watched",
                series: vec![],
                expected: vec![
                    (1, "CacheDown", false),
                    (2, "CacheDown", true),
                    (20, "CacheNodeMissing", false),
                ],
            },
            Case {
                what: "full, with nothing to evict, and without a limit",
                series: vec![
                    (of("memory_used_bytes", "sessions", "a"), "95x60"),
                    (of("memory_max_bytes", "sessions", "a"), "100x60"),
                    (of("memory_used_bytes", "shared", "a"), "95x60"),
                    (of("memory_max_bytes", "shared", "a"), "0x60"),
                ],
                expected: vec![(4, "CacheMemoryHigh", false), (5, "CacheMemoryHigh", true)],
            },
        ],
    );
}

#[test]
fn certificates_are_watched_by_what_is_left_of_them() {
    let of = |metric: &str, more: &str| {
        production(&format!("certmanager_certificate_{metric}"), &format!("name=\"api-router-tls\"{more}"))
    };
    let expiry = || of("expiration_timestamp_seconds", "");
    prove(
        &plan(),
        &ENVIRONMENT,
        &[
            Case {
                what: "not renewed, thirteen days left",
                series: vec![(expiry(), "1123200x90"), (of("ready_status", ", condition=\"False\""), "0x90")],
                expected: vec![
                    (60, "CertificateExpiringSoon", true),
                    (60, "CertificateExpiringCritical|CertificateNotReady", false),
                ],
            },
            Case {
                what: "never issued",
                series: vec![(expiry(), "0x90"), (of("ready_status", ", condition=\"False\""), "1x90")],
                expected: vec![(60, "CertificateExpiring.*", false), (15, "CertificateNotReady", true)],
            },
            Case {
                what: "gone",
                series: vec![],
                expected: vec![(14, "CertificateNotReady", false), (15, "CertificateNotReady", true)],
            },
        ],
    );
}

#[test]
fn a_drill_that_was_never_held_is_overdue() {
    let drill = |scenario: &str| {
        format!(
            "platc_dr_drill_last_success_timestamp_seconds{{environment=\"production\", scenario=\"{scenario}\"}}"
        )
    };
    prove(
        &plan(),
        &ENVIRONMENT,
        &[
            // Prometheus starts at 0, so 99 days and an hour ago is a negative time.
            Case {
                what: "held long ago",
                series: vec![
                    (drill("database-failure"), "-8553600x90"),
                    (drill("cluster-failure"), "-8553600x90"),
                ],
                expected: vec![(60, "DRDrillOverdue", false), (61, "DRDrillOverdue", true)],
            },
            Case {
                what: "held in time",
                series: vec![(drill("database-failure"), "0x90"), (drill("cluster-failure"), "0x90")],
                expected: vec![(80, "DRDrillOverdue", false)],
            },
            Case {
                what: "one of two was never held",
                series: vec![(drill("database-failure"), "0x90")],
                expected: vec![(60, "DRDrillOverdue", true)],
            },
        ],
    );
}

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
    for (cache, nodes, leaders) in [("shared", 3, 1), ("sessions", 6, 2)] {
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
        &["api-router", "_environment"],
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
        &["api-router", "_environment"],
        &[Case {
            what: "nothing is seen",
            series: vec![],
            expected: alerts.map(|alert| (61, alert, true)).into(),
        }],
    );
}
