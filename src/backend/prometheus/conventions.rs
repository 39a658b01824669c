//! The numbers that no spec states: limits of hardware and of tools, and habits of the trade.
//!
//! Every other number of a rule comes from the plan.

use crate::units::Duration;

/// The shortest range of a rate or an increase (Prometheus' own examples and the mixins use 5 minutes).
pub(in crate::backend) const RATE: Duration = crate::plan::SETTLING;
/// The range in which something that happens once is still seen as new.
pub(in crate::backend) const RECENTLY: Duration = Duration(600);
/// How long something lasts before it is no deployment, restart or drain (kubernetes-mixin: 15 minutes).
pub(in crate::backend) const LASTING: Duration = Duration(900);
/// How long a part of something lasts that works without it (kube-prometheus' `TargetDown`: 10 minutes).
pub(in crate::backend) const PARTLY: Duration = Duration(600);
/// The share of healthy targets below which a part counts as missing (kube-prometheus' `TargetDown`).
pub(in crate::backend) const TARGETS: &str = "0.9";
/// The share of a limit at which there is little left: connections, quotas (`postgres_exporter`'s mixin, kubernetes-mixin).
pub(in crate::backend) const CONNECTIONS: &str = "0.8";
/// The share of a database's disk from which to look at it (RDS user guide, "Best practices": investigate at 85 percent).
pub(in crate::backend) const DISK: &str = "0.85";
/// The share of a database's disk at which somebody has to act now: a full one takes no writes. By judgement.
pub(in crate::backend) const DISK_URGENT: &str = "0.95";
/// The share of a quota that is nearly all of it (kubernetes-mixin).
pub(in crate::backend) const QUOTA: &str = "0.9";
/// The share of a cache's memory at which a cache that refuses writes is about to do so.
pub(in crate::backend) const CACHE_MEMORY: &str = "0.9";
/// Deadlocks in ten minutes that are more than an accident (`postgres_exporter`'s mixin).
pub(in crate::backend) const DEADLOCKS: &str = "5";
/// Degrees Celsius at which a GPU is too warm, and at which it slows down or stops.
pub(in crate::backend) const GPU_WARM: &str = "85";
/// See [`GPU_WARM`].
pub(in crate::backend) const GPU_HOT: &str = "90";
/// XIDs that are faults of the hardware; other XIDs are mostly faults of applications (NVIDIA's XID catalogue).
pub(in crate::backend) const HARDWARE_XIDS: [u16; 10] = [48, 63, 64, 74, 79, 92, 94, 95, 119, 120];
/// Time left at which a certificate's renewal has failed: Let's Encrypt's 90 days are renewed 30 days ahead.
pub(in crate::backend) const CERTIFICATE_LATE: Duration = Duration(14 * 86_400);
/// Time left at which somebody has to act now.
pub(in crate::backend) const CERTIFICATE_URGENT: Duration = Duration(3 * 86_400);
/// How long a backup may take before it counts as late, on top of a tenth of its interval.
pub(in crate::backend) const BACKUP_TAKES: Duration = Duration(3600);
/// How long nothing new can be restored until continuous backups have stopped, where no promise says it. By judgement.
pub(in crate::backend) const BACKUPS_STOPPED: Duration = Duration(1800);
/// How much later than after five minutes the log may be stored while all is well: RDS says "typically" (RDS user guide, "Restoring
/// a DB instance to a specified time"). By judgement.
pub(in crate::backend) const LOG_LATE: Duration = Duration::MINUTE;
/// How old an answer of the provider about the newest restorable point may be: it is asked every 30 seconds, and may answer slowly.
pub(in crate::backend) const RESTORABLE_READ: Duration = Duration::MINUTE;
/// Messages that wait without being many: a queue that grows below is no backlog. By judgement, no source states it.
pub(in crate::backend) const BACKLOG: &str = "100";
/// The longest time that a promise of recovery may be broken before its alert fires.
pub(in crate::backend) const PROMISE_BROKEN: Duration = Duration(1800);
/// The share of a volume that is little, if it also shrinks (kubernetes-mixin: 15 %).
pub(in crate::backend) const VOLUME_LOW: &str = "0.15";
/// The share of a volume that is next to nothing (kubernetes-mixin: 3 %).
pub(in crate::backend) const VOLUME_FULL: &str = "0.03";
/// The time whose trend is drawn on (kubernetes-mixin: 6 hours).
pub(in crate::backend) const VOLUME_SEEN: Duration = Duration(6 * 3600);
/// The time within which somebody can make room (kubernetes-mixin: 4 days).
pub(in crate::backend) const VOLUME_TIME_LEFT: Duration = Duration(4 * 86_400);
/// The share of a collector's queue that is nearly all of it (awesome-prometheus-alerts, OpenTelemetry Collector).
pub(in crate::backend) const COLLECTOR_QUEUE: &str = "0.8";
/// The share of requests to a store of logs that may fail (Loki's mixin: 10 %).
pub(in crate::backend) const STORE_ERRORS: &str = "0.1";
/// Errors in an hour that come by themselves while blocks of traces are deleted (Tempo's mixin).
pub(in crate::backend) const TRACE_ERRORS: &str = "2";
/// The time in which a node that could not be added is tried again, and a failure is still news.
pub(in crate::backend) const SCALE_UPS: Duration = Duration(1800);
/// The share of a model's KV cache that is all of it: with more, vLLM interrupts requests.
pub(in crate::backend) const MODEL_CACHE: &str = "0.95";
/// How long alerts of a group are waited for before the first notification (kube-prometheus-stack).
pub(super) const GROUP_WAIT: Duration = Duration(30);
/// The time between two notifications about a group that changes (kube-prometheus-stack). The times after which a
/// notification is repeated are multiples of it: in between, Alertmanager would wait for the next one.
pub(super) const GROUP_INTERVAL: Duration = Duration(300);
/// When somebody is called again.
pub(super) const REPEAT_CRITICAL: Duration = Duration(4 * 3600);
/// When a ticket is repeated (kube-prometheus-stack).
pub(super) const REPEAT_WARNING: Duration = Duration(12 * 3600);
/// When a note is repeated.
pub(super) const REPEAT_INFO: Duration = Duration(24 * 3600);
/// The time between two notifications of the alert that always fires, for groups that change.
pub(super) const WATCHDOG_INTERVAL: Duration = Duration(60);
/// The time between two notifications of the alert that always fires: what a dead-man's switch has to tolerate.
pub(super) const WATCHDOG_REPEAT: Duration = Duration(300);
