//! Every metric that a rule or a dashboard names, who exports it with which labels, and what that exporter needs.

/// A metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Metric {
    /// Its name.
    pub name: &'static str,
    /// Who exports it.
    pub exporter: Exporter,
    /// The labels that it has besides those of [`Exporter::target_labels`].
    pub labels: &'static [&'static str],
}

/// What kube-state-metrics must be given as `--metric-labels-allowlist`, or it shows no label of a node and no rule sees a
/// pool.
pub const METRIC_LABELS_ALLOWLIST: &str = "nodes=[platc.dev/pool,platc.dev/environment]";

/// What exports metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exporter {
    /// The application controller of Argo CD itself.
    ArgoCd,
    /// The autoscaler of nodes itself.
    Autoscaler,
    /// cert-manager itself.
    CertManager,
    /// A collector of OpenTelemetry itself.
    Collector,
    /// NVIDIA's exporter for GPUs.
    Dcgm,
    /// The proxies of Envoy Gateway.
    Envoy,
    /// The controller of external-secrets itself.
    ExternalSecrets,
    /// The ingress controller itself.
    IngressNginx,
    /// The proxies of Istio.
    Istio,
    /// kube-state-metrics: the objects of Kubernetes.
    KubeState,
    /// The kubelet with its cAdvisor: containers and volumes of a node.
    Kubelet,
    /// Loki itself.
    Loki,
    /// The exporter of the Prometheus community for PostgreSQL.
    Postgres,
    /// Prometheus itself.
    Prometheus,
    /// RabbitMQ's Prometheus plug-in.
    Rabbitmq,
    /// oliver006's exporter for Redis and Valkey.
    Redis,
    /// What asks the provider to which point a database can be restored.
    Restorable,
    /// The controller of Argo Rollouts itself.
    Rollouts,
    /// The controller of Sealed Secrets itself.
    SealedSecrets,
    /// The service.
    Service,
    /// Tempo itself.
    Tempo,
    /// Velero's server itself.
    Velero,
    /// A service that is vLLM.
    Vllm,
}

/// What brings an exporter into a cluster. Without the add-on a spec that needs it has the error `addon/need-absent`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comes {
    /// An add-on that provides this.
    Addon(&'static str),
    /// An add-on that provides one of these; the rules are there only with it.
    AnyAddon(&'static [&'static str]),
    /// The objects of the thing that is watched: a sidecar, a plug-in, a Deployment beside it.
    Rendered,
    /// The service itself, which the spec says has metrics.
    Service,
    /// Somebody else: the README says what is needed, and a rule fires where it is missing.
    Outside,
}

impl Comes {
    /// In words.
    #[must_use]
    pub fn words(self) -> String {
        match self {
            Self::Addon(what) => format!("an add-on that provides `{what}`"),
            Self::AnyAddon(what) => {
                let any: Vec<String> = what.iter().map(|what| format!("`{what}`")).collect();
                format!("add-ons that provide {}", any.join(" or "))
            }
            Self::Rendered => "rendered beside what it watches".to_owned(),
            Self::Service => "the service".to_owned(),
            Self::Outside => "somebody else; a rule fires where it is missing".to_owned(),
        }
    }
}

impl Exporter {
    /// What it is called.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ArgoCd => "Argo CD's application controller",
            Self::Autoscaler => "cluster-autoscaler",
            Self::CertManager => "cert-manager",
            Self::Collector => "OpenTelemetry collectors",
            Self::Dcgm => "dcgm-exporter",
            Self::Envoy => "Envoy",
            Self::ExternalSecrets => "external-secrets",
            Self::IngressNginx => "ingress-nginx",
            Self::Istio => "Istio's proxies",
            Self::KubeState => "kube-state-metrics",
            Self::Kubelet => "the kubelet with its cAdvisor",
            Self::Loki => "Loki",
            Self::Postgres => "postgres_exporter",
            Self::Prometheus => "Prometheus",
            Self::Rabbitmq => "RabbitMQ's rabbitmq_prometheus plug-in",
            Self::Redis => "redis_exporter",
            Self::Restorable => "what asks for the newest restorable point",
            Self::Rollouts => "the controller of Argo Rollouts",
            Self::SealedSecrets => "sealed-secrets-controller",
            Self::Service => "the service itself",
            Self::Tempo => "Tempo",
            Self::Velero => "Velero's server",
            Self::Vllm => "vLLM",
        }
    }

    /// What brings it into a cluster.
    #[must_use]
    pub const fn comes_with(self) -> Comes {
        match self {
            Self::ArgoCd => Comes::Addon("gitops"),
            Self::Autoscaler => Comes::Addon("node-autoscaling"),
            Self::CertManager => Comes::Addon("certificates"),
            Self::Collector => Comes::AnyAddon(&["otlp", "log-agent"]),
            Self::Dcgm => Comes::Addon("gpu-metrics"),
            Self::Envoy | Self::IngressNginx => Comes::Addon("ingress"),
            Self::ExternalSecrets => Comes::Addon("external-secrets"),
            Self::KubeState | Self::Kubelet | Self::Prometheus => Comes::Addon("metrics"),
            Self::Loki => Comes::Addon("log-store"),
            Self::Rollouts => Comes::Addon("rollouts"),
            Self::SealedSecrets => Comes::Addon("sealed-secrets"),
            Self::Tempo => Comes::Addon("trace-store"),
            Self::Velero => Comes::Addon("volume-backups"),
            Self::Postgres | Self::Rabbitmq | Self::Redis | Self::Restorable => Comes::Rendered,
            Self::Service | Self::Vllm => Comes::Service,
            Self::Istio => Comes::Outside,
        }
    }

    /// How it must be set up for the rules to see what they name.
    #[must_use]
    pub const fn needs(self) -> &'static str {
        match self {
            Self::CertManager | Self::ExternalSecrets | Self::IngressNginx | Self::SealedSecrets => {
                "A ServiceMonitor with `honorLabels: true`: its series name the namespaces of others."
            }
            Self::Dcgm => {
                "The default counters; `NODE_NAME` from `spec.nodeName`, so that the label `Hostname` is the node's name."
            }
            Self::Envoy => {
                "A PodMonitor of its proxies, at `/stats/prometheus`: the name of a cluster of Envoy holds namespace and \
                 name of the HTTPRoute."
            }
            Self::Istio => {
                "The proxies' standard metrics, scraped at each pod. platc renders no mesh: whoever runs it sees to that."
            }
            Self::KubeState => {
                "`honorLabels: true`, and `--metric-labels-allowlist=nodes=[platc.dev/pool,platc.dev/environment]`: \
                 without the list no pool is seen. The custom resource state of sealed secrets, for the dates of their \
                 values; `SealedSecret` objects to list and watch."
            }
            Self::Kubelet => {
                "`/metrics` and `/metrics/cadvisor` of each node with `honorLabels: true`, as kube-prometheus-stack has it."
            }
            Self::Postgres => {
                "Deployed beside each database, since managed ones have no endpoint of their own. It needs its sealed \
                 secret with a role that has `pg_monitor`; its targets carry the labels `environment` and `database`."
            }
            Self::Rollouts => {
                "A ServiceMonitor that keeps `namespace` and `name` of each Rollout: by `honorLabels: true`, or by relabelling \
                 `exported_namespace`. Only the controller that leads has the series."
            }
            Self::ArgoCd | Self::Loki | Self::Tempo => "A ServiceMonitor, in the namespace that it runs in.",
            Self::Autoscaler => {
                "A ServiceMonitor; `--emit-per-nodegroup-metrics=true`, or no group of nodes is seen."
            }
            Self::Collector => {
                "A monitor of its own metrics at port 8888. Its counters end in `_total`, as they do where the configuration names \
                 a reader without `without_type_suffix`."
            }
            Self::Vllm => "The service's name as `job`; vLLM's own metrics, of its engine V1.",
            Self::Velero => "A ServiceMonitor: its series name the schedule, one for each environment.",
            Self::Prometheus => "Nothing: each target of a monitor gives `up`, each rule `ALERTS`.",
            Self::Rabbitmq => {
                "Both `/metrics` and `/metrics/detailed?family=queue_coarse_metrics&family=queue_consumer_count`, \
                 with the broker's name as `job`; for objectives of queues `queue_delivery_metrics` too (seen in RabbitMQ 4.0.9)."
            }
            Self::Redis => "A sidecar for each node, with the cache's name as `job`.",
            Self::Restorable => {
                "Deployed beside each database whose provider says it (RDS does, Linode does not): the AWS CLI asks every 30 seconds, \
                 node_exporter shows the answer. Its role may ask about that database and do nothing else; its targets carry the \
                 labels `environment` and `database`."
            }
            Self::Service => {
                "The service's name as `job`; counts requests as `http_requests_total` with a label `code` or \
                 `status` (`500`, `5xx`), and times them as the histogram `http_request_duration_seconds`."
            }
        }
    }
}

impl Exporter {
    /// The labels that every metric of it has: those of the target, and those that the configuration adds.
    #[must_use]
    pub const fn target_labels(self) -> &'static [&'static str] {
        match self {
            // A database may be outside Kubernetes; its targets are labelled by hand.
            Self::Postgres | Self::Restorable => &["environment", "database", "instance", "job"],
            Self::Prometheus => &["namespace", "job"],
            _ => &["namespace", "pod", "container", "service", "endpoint", "instance", "job"],
        }
    }
}

macro_rules! metrics {
    ($($constant:ident = $name:literal from $exporter:ident $([$($label:literal),*])?;)*) => {
        $(#[allow(missing_docs)]
        pub const $constant: Metric =
            Metric { name: $name, exporter: Exporter::$exporter, labels: &[$($($label),*)?] };)*

        /// All metrics that rules and dashboards name, sorted by name.
        pub const METRICS: &[Metric] = &[$($constant),*];
    };
}

metrics! {
    ALERTS = "ALERTS" from Prometheus ["alertname", "alertstate", "severity", "environment", "broker", "cache", "database", "gpu_pool", "pool", "queue", "scenario", "service", "slo"];
    DCGM_FB_FREE = "DCGM_FI_DEV_FB_FREE" from Dcgm ["Hostname", "gpu"];
    DCGM_FB_USED = "DCGM_FI_DEV_FB_USED" from Dcgm ["Hostname", "gpu"];
    DCGM_GPU_TEMP = "DCGM_FI_DEV_GPU_TEMP" from Dcgm ["Hostname", "gpu"];
    DCGM_GPU_UTIL = "DCGM_FI_DEV_GPU_UTIL" from Dcgm ["Hostname", "gpu"];
    DCGM_ROW_REMAP_FAILURE = "DCGM_FI_DEV_ROW_REMAP_FAILURE" from Dcgm ["Hostname", "gpu"];
    DCGM_XID_ERRORS = "DCGM_FI_DEV_XID_ERRORS" from Dcgm ["Hostname", "gpu"];
    ARGOCD_APP_INFO = "argocd_app_info" from ArgoCd ["name", "project", "sync_status", "health_status", "autosync_enabled"];
    ARGOCD_SYNCS = "argocd_app_sync_total" from ArgoCd ["name", "project", "phase"];
    CERTIFICATE_EXPIRATION = "certmanager_certificate_expiration_timestamp_seconds" from CertManager ["name"];
    CERTIFICATE_READY = "certmanager_certificate_ready_status" from CertManager ["name", "condition"];
    AUTOSCALER_SAFE = "cluster_autoscaler_cluster_safe_to_autoscale" from Autoscaler;
    AUTOSCALER_FAILED = "cluster_autoscaler_failed_scale_ups_total" from Autoscaler ["reason"];
    AUTOSCALER_BACKOFF = "cluster_autoscaler_node_group_backoff_status" from Autoscaler ["node_group", "reason"];
    AUTOSCALER_HEALTHY = "cluster_autoscaler_node_group_healthiness" from Autoscaler ["node_group"];
    STORE_CONDITION = "clustersecretstore_status_condition" from ExternalSecrets ["name", "condition", "status"];
    CONTAINER_PERIODS = "container_cpu_cfs_periods_total" from Kubelet;
    CONTAINER_THROTTLED = "container_cpu_cfs_throttled_periods_total" from Kubelet;
    CONTAINER_CPU = "container_cpu_usage_seconds_total" from Kubelet;
    CONTAINER_MEMORY = "container_memory_working_set_bytes" from Kubelet;
    ENVOY_DURATION = "envoy_cluster_upstream_rq_time_bucket" from Envoy ["envoy_cluster_name", "le"];
    ENVOY_REQUESTS = "envoy_cluster_upstream_rq_xx" from Envoy ["envoy_cluster_name", "envoy_response_code_class"];
    EXTERNAL_CONDITION = "externalsecret_status_condition" from ExternalSecrets ["name", "condition", "status"];
    GRPC_HANDLED = "grpc_server_handled_total" from Service ["grpc_code", "grpc_method", "grpc_service"];
    GRPC_DURATION = "grpc_server_handling_seconds_bucket" from Service ["grpc_method", "grpc_service", "le"];
    HTTP_DURATION = "http_request_duration_seconds_bucket" from Service ["le"];
    HTTP_REQUESTS = "http_requests_total" from Service ["code", "handler", "status"];
    OTEL_DURATION = "http_server_request_duration_seconds_bucket" from Service ["http_response_status_code", "le"];
    OTEL_REQUESTS = "http_server_request_duration_seconds_count" from Service ["http_response_status_code"];
    ISTIO_DURATION = "istio_request_duration_milliseconds_bucket" from Istio ["reporter", "destination_workload_namespace", "destination_service_name", "le"];
    ISTIO_REQUESTS = "istio_requests_total" from Istio ["reporter", "destination_workload_namespace", "destination_service_name", "response_code"];
    KUBE_CRONJOB_CREATED = "kube_cronjob_created" from KubeState ["cronjob"];
    KUBE_CRONJOB_LAST_SUCCESS = "kube_cronjob_status_last_successful_time" from KubeState ["cronjob"];
    KUBE_DEPLOYMENT_REPLICAS = "kube_deployment_spec_replicas" from KubeState ["deployment"];
    KUBE_DEPLOYMENT_CONDITION = "kube_deployment_status_condition" from KubeState ["deployment", "condition", "status"];
    KUBE_DEPLOYMENT_AVAILABLE = "kube_deployment_status_replicas_available" from KubeState ["deployment"];
    KUBE_DEPLOYMENT_UPDATED = "kube_deployment_status_replicas_updated" from KubeState ["deployment"];
    KUBE_HPA_MAX = "kube_horizontalpodautoscaler_spec_max_replicas" from KubeState ["horizontalpodautoscaler"];
    KUBE_HPA_MIN = "kube_horizontalpodautoscaler_spec_min_replicas" from KubeState ["horizontalpodautoscaler"];
    KUBE_HPA_CONDITION = "kube_horizontalpodautoscaler_status_condition" from KubeState ["horizontalpodautoscaler", "condition", "status"];
    KUBE_HPA_CURRENT = "kube_horizontalpodautoscaler_status_current_replicas" from KubeState ["horizontalpodautoscaler"];
    KUBE_HPA_DESIRED = "kube_horizontalpodautoscaler_status_desired_replicas" from KubeState ["horizontalpodautoscaler"];
    KUBE_JOB_FAILED = "kube_job_failed" from KubeState ["job_name", "condition"];
    KUBE_JOB_OWNER = "kube_job_owner" from KubeState ["job_name", "owner_kind", "owner_name"];
    KUBE_JOB_START = "kube_job_status_start_time" from KubeState ["job_name"];
    KUBE_NAMESPACE_CREATED = "kube_namespace_created" from KubeState;
    KUBE_NODE_LABELS = "kube_node_labels" from KubeState ["node", "label_platc_dev_pool", "label_platc_dev_environment"];
    KUBE_NODE_UNSCHEDULABLE = "kube_node_spec_unschedulable" from KubeState ["node"];
    KUBE_NODE_ALLOCATABLE = "kube_node_status_allocatable" from KubeState ["node", "resource", "unit"];
    KUBE_NODE_CAPACITY = "kube_node_status_capacity" from KubeState ["node", "resource", "unit"];
    KUBE_NODE_CONDITION = "kube_node_status_condition" from KubeState ["node", "condition", "status"];
    KUBE_LIMITS = "kube_pod_container_resource_limits" from KubeState ["node", "resource", "unit"];
    KUBE_REQUESTS = "kube_pod_container_resource_requests" from KubeState ["node", "resource", "unit"];
    KUBE_TERMINATED_REASON = "kube_pod_container_status_last_terminated_reason" from KubeState ["reason"];
    KUBE_CONTAINER_READY = "kube_pod_container_status_ready" from KubeState;
    KUBE_RESTARTS = "kube_pod_container_status_restarts_total" from KubeState;
    KUBE_CONTAINER_RUNNING = "kube_pod_container_status_running" from KubeState;
    KUBE_WAITING_REASON = "kube_pod_container_status_waiting_reason" from KubeState ["reason"];
    KUBE_POD_PHASE = "kube_pod_status_phase" from KubeState ["phase"];
    KUBE_POD_UNSCHEDULABLE = "kube_pod_status_unschedulable" from KubeState;
    KUBE_PDB_HEALTHY = "kube_poddisruptionbudget_status_current_healthy" from KubeState ["poddisruptionbudget"];
    KUBE_PDB_DESIRED = "kube_poddisruptionbudget_status_desired_healthy" from KubeState ["poddisruptionbudget"];
    KUBE_PDB_EXPECTED = "kube_poddisruptionbudget_status_expected_pods" from KubeState ["poddisruptionbudget"];
    KUBE_PDB_ALLOWED = "kube_poddisruptionbudget_status_pod_disruptions_allowed" from KubeState ["poddisruptionbudget"];
    KUBE_RESOURCE_QUOTA = "kube_resourcequota" from KubeState ["resourcequota", "resource", "type"];
    VOLUME_AVAILABLE = "kubelet_volume_stats_available_bytes" from Kubelet ["persistentvolumeclaim"];
    VOLUME_CAPACITY = "kubelet_volume_stats_capacity_bytes" from Kubelet ["persistentvolumeclaim"];
    VOLUME_INODES = "kubelet_volume_stats_inodes" from Kubelet ["persistentvolumeclaim"];
    VOLUME_INODES_FREE = "kubelet_volume_stats_inodes_free" from Kubelet ["persistentvolumeclaim"];
    VOLUME_USED = "kubelet_volume_stats_used_bytes" from Kubelet ["persistentvolumeclaim"];
    LOKI_BUILD = "loki_build_info" from Loki;
    LOKI_PANICS = "loki_panic_total" from Loki;
    LOKI_REQUESTS = "loki_request_duration_seconds_count" from Loki ["route", "status_code"];
    INGRESS_RELOADED = "nginx_ingress_controller_config_last_reload_successful" from IngressNginx;
    INGRESS_DURATION = "nginx_ingress_controller_request_duration_seconds_bucket" from IngressNginx ["ingress", "status", "le"];
    INGRESS_REQUESTS = "nginx_ingress_controller_requests" from IngressNginx ["ingress", "status"];
    OTEL_QUEUE_CAPACITY = "otelcol_exporter_queue_capacity" from Collector ["exporter"];
    OTEL_QUEUE_SIZE = "otelcol_exporter_queue_size" from Collector ["exporter"];
    OTEL_LOGS_FAILED = "otelcol_exporter_send_failed_log_records_total" from Collector ["exporter"];
    OTEL_SPANS_FAILED = "otelcol_exporter_send_failed_spans_total" from Collector ["exporter"];
    OTEL_LOGS_REFUSED = "otelcol_receiver_refused_log_records_total" from Collector ["receiver"];
    OTEL_SPANS_REFUSED = "otelcol_receiver_refused_spans_total" from Collector ["receiver"];
    PG_SIZE = "pg_database_size_bytes" from Postgres ["datname"];
    PG_IS_REPLICA = "pg_replication_is_replica" from Postgres;
    PG_LAG = "pg_replication_lag_seconds" from Postgres;
    PG_MAX_CONNECTIONS = "pg_settings_max_connections" from Postgres;
    PG_CONNECTIONS = "pg_stat_activity_count" from Postgres ["datname", "state"];
    PG_DEADLOCKS = "pg_stat_database_deadlocks" from Postgres ["datname"];
    PG_COMMITS = "pg_stat_database_xact_commit" from Postgres ["datname"];
    PG_UP = "pg_up" from Postgres;
    RESTORABLE = "platc_db_latest_restorable_timestamp_seconds" from Restorable;
    DRILL = "platc_dr_drill_last_success_timestamp_seconds" from Prometheus ["environment", "scenario"];
    SECRET_ROTATED_AT = "platc_secret_rotated_at_timestamp_seconds" from KubeState;
    EDGE = "platc_service_edge_info" from Prometheus ["environment", "service", "kind", "database", "queue"];
    RABBITMQ_DISK_ALARM = "rabbitmq_alarms_free_disk_space_watermark" from Rabbitmq;
    RABBITMQ_MEMORY_ALARM = "rabbitmq_alarms_memory_used_watermark" from Rabbitmq;
    RABBITMQ_NODES = "rabbitmq_build_info" from Rabbitmq;
    RABBITMQ_CONSUMERS = "rabbitmq_detailed_queue_consumers" from Rabbitmq ["vhost", "queue"];
    RABBITMQ_MESSAGES = "rabbitmq_detailed_queue_messages" from Rabbitmq ["vhost", "queue"];
    RABBITMQ_DELIVERED = "rabbitmq_detailed_queue_messages_delivered_ack_total" from Rabbitmq ["vhost", "queue"];
    RABBITMQ_READY = "rabbitmq_detailed_queue_messages_ready" from Rabbitmq ["vhost", "queue"];
    RABBITMQ_REDELIVERED = "rabbitmq_detailed_queue_messages_redelivered_total" from Rabbitmq ["vhost", "queue"];
    RABBITMQ_UNACKED = "rabbitmq_detailed_queue_messages_unacked" from Rabbitmq ["vhost", "queue"];
    RABBITMQ_DISK_FREE = "rabbitmq_disk_space_available_bytes" from Rabbitmq;
    RABBITMQ_DISK_LIMIT = "rabbitmq_disk_space_available_limit_bytes" from Rabbitmq;
    RABBITMQ_MEMORY = "rabbitmq_process_resident_memory_bytes" from Rabbitmq;
    RABBITMQ_MEMORY_LIMIT = "rabbitmq_resident_memory_limit_bytes" from Rabbitmq;
    REDIS_AOF_STATUS = "redis_aof_last_write_status" from Redis;
    REDIS_CLUSTER_STATE = "redis_cluster_state" from Redis;
    REDIS_COMMANDS = "redis_commands_processed_total" from Redis;
    REDIS_CLIENTS = "redis_connected_clients" from Redis;
    REDIS_REPLICAS = "redis_connected_slaves" from Redis;
    REDIS_EVICTED = "redis_evicted_keys_total" from Redis;
    REDIS_HITS = "redis_keyspace_hits_total" from Redis;
    REDIS_MISSES = "redis_keyspace_misses_total" from Redis;
    REDIS_LINK = "redis_master_link_up" from Redis;
    REDIS_MEMORY_MAX = "redis_memory_max_bytes" from Redis;
    REDIS_MEMORY_USED = "redis_memory_used_bytes" from Redis;
    REDIS_CHANGES = "redis_rdb_changes_since_last_save" from Redis;
    REDIS_RDB_STATUS = "redis_rdb_last_bgsave_status" from Redis;
    REDIS_LAST_SAVE = "redis_rdb_last_save_timestamp_seconds" from Redis;
    REDIS_REJECTED = "redis_rejected_connections_total" from Redis;
    REDIS_UP = "redis_up" from Redis;
    ROLLOUT_INFO = "rollout_info" from Rollouts ["name", "strategy", "traffic_router", "phase"];
    ROLLOUT_AVAILABLE = "rollout_info_replicas_available" from Rollouts ["name"];
    ROLLOUT_REPLICAS = "rollout_info_replicas_desired" from Rollouts ["name"];
    ROLLOUT_UPDATED = "rollout_info_replicas_updated" from Rollouts ["name"];
    SEALED_CONDITION = "sealed_secrets_controller_condition_info" from SealedSecrets ["name", "condition"];
    UNSEAL_ERRORS = "sealed_secrets_controller_unseal_errors_total" from SealedSecrets;
    SLO_BURN = "slo:current_burn_rate:ratio" from Prometheus ["environment", "service", "slo", "sloth_id", "sloth_service", "sloth_slo"];
    SLO_BUDGET = "slo:error_budget:ratio" from Prometheus ["environment", "service", "slo", "sloth_id", "sloth_service", "sloth_slo"];
    SLO_OBJECTIVE = "slo:objective:ratio" from Prometheus ["environment", "service", "slo", "sloth_id", "sloth_service", "sloth_slo"];
    SLO_PERIOD_BURN = "slo:period_burn_rate:ratio" from Prometheus ["environment", "service", "slo", "sloth_id", "sloth_service", "sloth_slo"];
    SLO_LEFT = "slo:period_error_budget_remaining:ratio" from Prometheus ["environment", "service", "slo", "sloth_id", "sloth_service", "sloth_slo"];
    SLO_HOUR = "slo:sli_error:ratio_rate1h" from Prometheus ["environment", "service", "slo", "sloth_id", "sloth_service", "sloth_slo", "sloth_window"];
    SLO_NOW = "slo:sli_error:ratio_rate5m" from Prometheus ["environment", "service", "slo", "sloth_id", "sloth_service", "sloth_slo", "sloth_window"];
    SLO_DAYS = "slo:time_period:days" from Prometheus ["environment", "service", "slo", "sloth_id", "sloth_service", "sloth_slo"];
    TEMPO_BUILD = "tempo_build_info" from Tempo;
    TEMPO_POLL_ERRORS = "tempodb_blocklist_poll_errors_total" from Tempo;
    TEMPO_COMPACTION_ERRORS = "tempodb_compaction_errors_total" from Tempo;
    UP = "up" from Prometheus;
    VELERO_FAILURES = "velero_backup_failure_total" from Velero;
    VELERO_LAST_SUCCESS = "velero_backup_last_successful_timestamp" from Velero;
    VELERO_LOCATION = "velero_backup_location_status_gauge" from Velero ["backup_location_name"];
    VELERO_PARTIAL_FAILURES = "velero_backup_partial_failure_total" from Velero;
    VELERO_INVALID = "velero_backup_validation_failure_total" from Velero;
    VLLM_CACHE = "vllm:kv_cache_usage_perc" from Vllm;
    VLLM_PREEMPTIONS = "vllm:num_preemptions_total" from Vllm;
    VLLM_RUNNING = "vllm:num_requests_running" from Vllm;
    VLLM_WAITING = "vllm:num_requests_waiting" from Vllm;
    VLLM_FIRST_TOKEN = "vllm:time_to_first_token_seconds_bucket" from Vllm ["le"];
}

/// What a metric counts, as far as its name or the table says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It only grows, until its process starts anew.
    Counter,
    /// It goes up and down.
    Gauge,
}

/// Counters whose names do not say so.
const COUNTERS: [&str; 4] = [ENVOY_REQUESTS.name, INGRESS_REQUESTS.name, PG_COMMITS.name, PG_DEADLOCKS.name];

/// Endings of counters: those of OpenMetrics 1.0, and the parts of histograms and summaries.
const COUNTER_ENDINGS: [&str; 6] =
    ["_total", "_bucket", "_seconds_sum", "_seconds_count", "_bytes_sum", "_bytes_count"];

/// Endings of what cannot be a counter: a unit, or a point in time.
const GAUGE_ENDINGS: [&str; 7] =
    ["_bytes", "_celsius", "_info", "_percent", "_ratio", "_timestamp", "_timestamp_seconds"];

/// What a metric is; `None` where neither its name nor the table says it, and for series that rules record.
#[must_use]
pub fn kind(name: &str) -> Option<Kind> {
    let ends = |endings: &[&str]| endings.iter().any(|end| name.ends_with(end));
    if name.contains(':') {
        None
    } else if COUNTERS.contains(&name) || ends(&COUNTER_ENDINGS) {
        Some(Kind::Counter)
    } else if ends(&GAUGE_ENDINGS) || METRICS.iter().any(|metric| metric.name == name) {
        Some(Kind::Gauge)
    } else {
        None
    }
}

/// Beginnings of metrics that many targets export, whose they are, and the `job` under which kube-prometheus-stack has them,
/// where it has one.
pub const SHARED: &[(&str, &str, Option<&str>)] = &[
    (
        "node_",
        "every node_exporter that Prometheus reads, also of machines outside the cluster",
        Some("node-exporter"),
    ),
    ("process_", "nearly every process that Prometheus reads", None),
    ("go_", "every process in Go that Prometheus reads", None),
    ("python_", "every process in Python that Prometheus reads", None),
    ("jvm_", "every process in Java that Prometheus reads", None),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_grows_is_told_from_what_goes_up_and_down() {
        for (name, wanted) in [
            ("node_cpu_seconds_total", Some(Kind::Counter)),
            ("http_request_duration_seconds_bucket", Some(Kind::Counter)),
            ("nginx_ingress_controller_requests", Some(Kind::Counter)),
            ("pg_stat_activity_count", Some(Kind::Gauge)),
            ("node_memory_MemAvailable_bytes", Some(Kind::Gauge)),
            ("mail_queue_length", None),
            ("job:requests_total:rate5m", None),
        ] {
            assert_eq!(kind(name), wanted, "{name}");
        }
    }

    #[test]
    fn each_metric_stands_once_and_in_order() {
        assert!(METRICS.windows(2).all(|pair| pair[0].name < pair[1].name));
    }
}
