//! When the alerts of pools, data stores and drills fire.

use super::{Case, ENVIRONMENT, production, prove};
use crate::backend::prometheus::fixture::{plan, with_backups};
use crate::plan::{Calendar, Kept, Plan, Resolved, SecretDelivery};

pub(super) fn node(pool: &str, environment: &str, name: &str) -> String {
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
    production.jobs.clear();
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
fn backups_of_volumes_are_young_whole_and_known() {
    let mut plan = databases_only();
    let whole = crate::backend::prometheus::fixture::plan();
    let caches = whole.environments["production"].caches.clone();
    let production = plan.environments.get_mut("production").expect("an environment");
    production.databases.clear();
    production.caches = caches;
    with_backups(&mut plan);
    // Every 6 hours: late after a tenth more and an hour, 27,360 s, which is 456 minutes; `for` is 22 minutes.
    let of = |metric: &str, schedule: &str| {
        format!("velero_backup_{metric}{{namespace=\"velero\", schedule=\"{schedule}\"}}")
    };
    let last = || of("last_successful_timestamp", "velero-production");
    let other = of("last_successful_timestamp", "velero-staging");
    prove(
        &plan,
        &ENVIRONMENT,
        &[
            Case {
                what: "too old",
                series: vec![(last(), "0x700")],
                expected: vec![
                    (456, "VeleroBackupTooOld", false),
                    (500, "VeleroBackupTooOld", true),
                    (500, "VeleroBackupUnknown", false),
                    (500, "VeleroBackupFailed", false),
                ],
            },
            Case {
                what: "made again in time",
                series: vec![(last(), "0x360 21600x400")],
                expected: vec![(700, "VeleroBackupTooOld", false)],
            },
            Case {
                what: "reported for another environment only",
                series: vec![(other, "0x700")],
                expected: vec![(100, "VeleroBackupUnknown", false), (500, "VeleroBackupUnknown", true)],
            },
            Case {
                what: "failed in part, and a success after it",
                series: vec![
                    (last(), "0x420 25200x300"),
                    (of("partial_failure_total", "velero-production"), "0x359 1x400"),
                ],
                expected: vec![
                    (358, "VeleroBackupFailed", false),
                    (365, "VeleroBackupFailed", true),
                    (425, "VeleroBackupFailed", false),
                ],
            },
            Case {
                what: "the backup of another environment failed",
                series: vec![
                    (last(), "0x360 21600x400"),
                    (of("failure_total", "velero-staging"), "0x359 1x400"),
                ],
                expected: vec![(365, "VeleroBackupFailed", false)],
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
                    (of("memory_used_bytes", "sessions-leader", "a"), "95x60"),
                    (of("memory_max_bytes", "sessions-leader", "a"), "100x60"),
                    (of("memory_used_bytes", "shared", "a"), "95x60"),
                    (of("memory_max_bytes", "shared", "a"), "0x60"),
                ],
                expected: vec![(4, "CacheMemoryHigh", false), (5, "CacheMemoryHigh", true)],
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

#[test]
fn a_secret_is_overdue_after_its_interval_and_unknown_without_a_date() {
    let mut plan = databases_only();
    let production = plan.environments.get_mut("production").expect("an environment");
    production.databases.clear();
    let mut yearly = production.secrets[0].clone();
    yearly.name = "hub".to_owned();
    yearly.rotate = Some(Resolved::default(Calendar::Yearly, "the test"));
    production.secrets.push(yearly);
    let of = |namespace: &str, name: &str| {
        format!("platc_secret_rotated_at_timestamp_seconds{{namespace=\"{namespace}\", name=\"{name}\"}}")
    };
    let namespace = || ("kube_namespace_created{namespace=\"production\"}".to_owned(), "0x200");
    // Time starts at 0: what was made 7,776,000 seconds (90 days) before minute 30 is overdue from then on.
    let due = "-7774200x200";
    prove(
        &plan,
        &ENVIRONMENT,
        &[
            Case {
                what: "both are known, one becomes overdue",
                series: vec![
                    namespace(),
                    (of("production", "database-users"), due),
                    (of("production", "hub"), due),
                ],
                expected: vec![
                    (90, "SecretRotationOverdue", false),
                    (91, "SecretRotationOverdue", true),
                    (190, "SecretRotationUnknown", false),
                ],
            },
            Case {
                what: "the interval of another secret does not count",
                series: vec![
                    namespace(),
                    (of("production", "database-users"), "0x200"),
                    (of("production", "hub"), due),
                ],
                expected: vec![(190, "SecretRotationOverdue", false)],
            },
            Case {
                what: "one has no date, and one of another namespace does not help",
                series: vec![
                    namespace(),
                    (of("production", "database-users"), "0x200"),
                    (of("staging", "hub"), "0x200"),
                ],
                expected: vec![(9, "SecretRotationUnknown", false), (10, "SecretRotationUnknown", true)],
            },
            Case {
                what: "nothing is watched, which is another alert",
                series: vec![],
                expected: vec![(60, "SecretRotationUnknown", false), (60, "NamespaceMetricsAbsent", true)],
            },
        ],
    );
}

#[test]
fn copied_secrets_and_their_store_have_to_be_ready_and_nobody_is_told_of_dates() {
    let mut plan = databases_only();
    plan.secrets.files = None;
    plan.secrets.delivery = Resolved::default(SecretDelivery::ExternalSecrets, "the test");
    let production = plan.environments.get_mut("production").expect("an environment");
    production.databases.clear();
    for secret in &mut production.secrets {
        secret.kept = Kept::Manager(format!("shop/production/{}", secret.name));
    }
    let platform = plan.name.value.clone();
    let secret = |name: &str, status: &str| {
        format!(
            "externalsecret_status_condition{{namespace=\"production\", name=\"{name}\", condition=\"Ready\", status=\"{status}\"}}"
        )
    };
    let store = |status: &str| {
        format!(
            "clustersecretstore_status_condition{{name=\"{platform}-production\", condition=\"Ready\", status=\"{status}\"}}"
        )
    };
    let ready = |fires: bool| (9, "ExternalSecretsNotReady", fires);
    prove(
        &plan,
        &ENVIRONMENT,
        &[
            Case {
                what: "all is ready",
                series: vec![
                    (secret("database-users", "True"), "1x60"),
                    (secret("database-users", "False"), "0x60"),
                    (store("True"), "1x60"),
                    (store("False"), "0x60"),
                ],
                expected: vec![
                    (50, "ExternalSecretsNotReady", false),
                    (50, "SecretStoreNotReady", false),
                    (50, "SecretRotationUnknown", false),
                    (50, "SealedSecretsNotSynced", false),
                ],
            },
            Case {
                what: "a secret is refused; another one of the namespace does not count for it",
                series: vec![
                    (secret("database-users", "True"), "0x60"),
                    (secret("database-users", "False"), "1x60"),
                    (secret("other", "True"), "1x60"),
                    (store("True"), "1x60"),
                ],
                expected: vec![
                    ready(false),
                    (10, "ExternalSecretsNotReady", true),
                    (50, "SecretStoreNotReady", false),
                ],
            },
            Case {
                what: "the manager cannot be reached: its condition is gone, and what was copied is ready",
                series: vec![(secret("database-users", "True"), "1x60"), (store("True"), "0x60")],
                expected: vec![
                    (50, "ExternalSecretsNotReady", false),
                    (9, "SecretStoreNotReady", false),
                    (10, "SecretStoreNotReady", true),
                ],
            },
            Case {
                what: "nothing is seen",
                series: vec![],
                expected: vec![(20, "ExternalSecretsNotReady", true), (20, "SecretStoreNotReady", true)],
            },
        ],
    );
}

#[test]
fn a_job_is_reported_when_its_last_run_failed_and_when_none_succeeds_in_time() {
    let mut plan = databases_only();
    let production = plan.environments.get_mut("production").expect("an environment");
    production.databases.clear();
    production.jobs = self::plan().environments["production"].jobs.clone();
    let job = &mut production.jobs[0];
    let schedule = job.schedule.as_mut().expect("a schedule");
    // Every hour, and 30 minutes for a run: 5400 seconds are 90 minutes.
    schedule.longest.value = crate::units::Duration::HOUR;
    job.timeout.value = crate::units::Duration(1800);
    let of = |metric: &str, labels: &str| format!("kube_{metric}{{namespace=\"production\", {labels}}}");
    let created = |values| (of("cronjob_created", "cronjob=\"report\""), values);
    let namespace = || ("kube_namespace_created{namespace=\"production\"}".to_owned(), "0x200");
    let success = |values| (of("cronjob_status_last_successful_time", "cronjob=\"report\""), values);
    let run = |name: &str, owner: &str, failed, start| {
        let name = format!("job_name=\"{name}\"");
        let owner = format!("{name}, owner_kind=\"CronJob\", owner_name=\"{owner}\"");
        [
            (of("job_failed", &format!("{name}, condition=\"true\"")), failed),
            (of("job_status_start_time", &name), start),
            (of("job_owner", &owner), "1x200"),
        ]
    };
    prove(
        &plan,
        &ENVIRONMENT,
        &[
            Case {
                what: "the first run fails, the second succeeds",
                series: [namespace(), created("0x200"), success("_x20 1200x180")]
                    .into_iter()
                    .chain(run("report-1", "report", "1x200", "600x200"))
                    .collect(),
                expected: vec![
                    (5, "JobFailed", true),
                    (25, "JobFailed", false),
                    (100, "JobNotSucceeding", false),
                    (125, "JobNotSucceeding", true),
                ],
            },
            Case {
                what: "a run after the last success fails; a run that succeeded and one of another job say nothing",
                series: [namespace(), created("0x200"), success("1200x200")]
                    .into_iter()
                    .chain(run("report-1", "report", "0x30 1x170", "1800x200"))
                    .chain(run("other-1", "other", "1x200", "3000x200"))
                    .collect(),
                expected: vec![(30, "JobFailed", false), (35, "JobFailed", true)],
            },
            Case {
                what: "no run ever succeeds",
                series: vec![namespace(), created("0x200")],
                expected: vec![
                    (99, "JobNotSucceeding", false),
                    (102, "JobNotSucceeding", true),
                    (150, "JobFailed|JobMissing", false),
                ],
            },
            Case {
                what: "it is gone",
                series: vec![namespace()],
                expected: vec![(14, "JobMissing", false), (16, "JobMissing", true)],
            },
        ],
    );
}
