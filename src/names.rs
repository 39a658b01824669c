//! Every generated name, label and annotation key: the one place that knows them.

use crate::words::{CacheEngine, Strategy, Topology};

/// The domain of platc's own labels and annotations.
pub const LABEL_DOMAIN: &str = "platc.dev";
/// The label of nodes that names their pool.
pub const POOL_LABEL: &str = "platc.dev/pool";
/// The label of nodes and objects that names the environment.
pub const ENVIRONMENT_LABEL: &str = "platc.dev/environment";
/// The annotation of an `OpenSLO` document that says how many requests come.
pub const TRAFFIC_ANNOTATION: &str = "platc.dev/traffic";
/// The label of objects that names the team that answers for them.
pub const OWNER_LABEL: &str = "platc.dev/owner";
/// The label of objects that names the promise that holds for them.
pub const TIER_LABEL: &str = "platc.dev/tier";
/// The annotation of an object that says in words what it is for.
pub const PURPOSE_ANNOTATION: &str = "platc.dev/purpose";
/// The annotation of an autoscaler with the number of pods that is planned for normal load.
pub const PLANNED_REPLICAS_ANNOTATION: &str = "platc.dev/planned-replicas";
/// The annotation of a sealed secret's template that says when its values were made: a date and time (RFC 3339).
pub const ROTATED_AT_ANNOTATION: &str = "platc.dev/rotated-at";
/// The command that notes now as [`ROTATED_AT_ANNOTATION`] on the Secret that it reads; sealing keeps annotations.
pub const NOTE_ROTATION: &str = "kubectl annotate --local --filename - --output yaml platc.dev/rotated-at=\"$(date -u +%Y-%m-%dT%H:%M:%SZ)\"";
/// The annotation of a network policy that says why it is wider than an edge needs.
pub const REASON_ANNOTATION: &str = "platc.dev/reason";
/// Kubernetes' recommended label for the name of an application.
pub const NAME_LABEL: &str = "app.kubernetes.io/name";
/// Kubernetes' recommended label for the installation that an object belongs to: charts set it to their release's name.
pub const INSTANCE_LABEL: &str = "app.kubernetes.io/instance";
/// Kubernetes' recommended label for the application that an object is a part of.
pub const PART_OF_LABEL: &str = "app.kubernetes.io/part-of";
/// Kubernetes' recommended label for the role of an object in its application.
pub const COMPONENT_LABEL: &str = "app.kubernetes.io/component";
/// Kubernetes' recommended label for the tool that manages an object.
pub const MANAGED_BY_LABEL: &str = "app.kubernetes.io/managed-by";
/// The value of [`MANAGED_BY_LABEL`].
pub const MANAGED_BY: &str = "platc";
/// The key, value and effect of the taint of GPU nodes: the key that NVIDIA's documentation and device plug-in use.
pub const GPU_TAINT: (&str, &str, &str) = ("nvidia.com/gpu", "present", "NoSchedule");
/// The label of nodes with GPUs that NVIDIA's feature discovery sets.
pub const GPU_PRESENT_LABEL: &str = "nvidia.com/gpu.present";
/// The extended resource of NVIDIA's device plug-in.
pub const GPU_RESOURCE: &str = "nvidia.com/gpu";
/// The label of a namespace with its own name, which the API server sets.
pub const NAMESPACE_LABEL: &str = "kubernetes.io/metadata.name";
/// The alert of kube-prometheus-stack that always fires.
pub const WATCHDOG: &str = "Watchdog";
/// The alert of kube-prometheus-stack that fires where there are only notes, to mute them.
pub const INFO_INHIBITOR: &str = "InfoInhibitor";
/// The alert of kube-prometheus-stack that says that a cluster does not work at all.
pub const CLUSTER_DOWN: &str = "KubeAPIDown";
/// Alerts that say that a service does not answer, as a regular expression.
pub const SERVICE_DOWN: &str = "ServiceDown|ServiceNoReadyReplicas";
/// Alerts that say that a thing does not work at all, each with the label that names the thing: what else is noticed
/// about it follows from that.
pub const DOWN_ALERTS: [(&str, &str); 4] = [
    (SERVICE_DOWN, "service"),
    ("DatabaseDown", "database"),
    ("CacheDown", "cache"),
    ("BrokerQuorumLost", "broker"),
];
/// The first line of every generated file that allows comments.
pub const BANNER: &str = "made by platc; edits belong in platform.yaml";
/// The directory below an environment's overlays with the environment's own objects.
pub const ENVIRONMENT_DIRECTORY: &str = "_environment";
/// The directory in which GitHub looks for workflows.
pub const WORKFLOWS: &str = ".github/workflows";
/// The API of Argo CD.
pub const ARGOCD_API: &str = "argoproj.io/v1alpha1";
/// The API of Argo Rollouts.
pub const ROLLOUTS_API: &str = "argoproj.io/v1alpha1";
/// The label by which Argo Rollouts tells the pods of one version from those of another, in their Services' selectors too.
pub const ROLLOUT_HASH_LABEL: &str = "rollouts-pod-template-hash";
/// The argument of a verification with the value of that label.
pub const ANALYSIS_HASH: &str = "hash";
/// The Service of Prometheus that its operator makes in its namespace, however the release is called.
pub const PROMETHEUS_SERVICE: &str = "prometheus-operated";
/// The annotation of an object with the wave in which Argo CD brings it.
pub const SYNC_WAVE_ANNOTATION: &str = "argocd.argoproj.io/sync-wave";
/// The annotation of an object with how Argo CD treats it.
pub const SYNC_OPTIONS_ANNOTATION: &str = "argocd.argoproj.io/sync-options";
/// The last part of the name of the application with what an environment has besides its services.
pub const ENVIRONMENT_APPLICATION: &str = "environment";
/// The last part of the name of the application with an environment's sealed secrets, or with what a cluster needs to copy
/// secrets from a secret manager.
pub const SECRETS_APPLICATION: &str = "secrets";
/// The last part of the name of the application with the namespaces of a cluster's add-ons.
pub const NAMESPACES_APPLICATION: &str = "namespaces";
/// The last part of the name of the application with a cluster's dashboards.
pub const DASHBOARDS_APPLICATION: &str = "dashboards";
/// The directory in a container below which secrets are mounted, one directory for each.
pub const SECRET_MOUNT: &str = "/etc/platc/secrets";
/// The rules about what an environment has besides its services.
pub const ENVIRONMENT_RULES: &str = "environment";
/// The rules that the spec says itself; no service can have a dot in its name.
pub const CUSTOM_RULES: &str = "custom.rules";
/// The file of those rules, beside those of services.
pub const CUSTOM_RULES_FILE: &str = "_custom";
/// The word that stands for every environment that is not named.
pub const EVERYWHERE_ELSE: &str = "default";
/// The receiver of alerts that reaches nobody.
pub const NOBODY: &str = "null";
/// The Gateway of an environment.
pub const GATEWAY: &str = "web";
/// The route that sends requests without TLS to the same address with TLS; no service can have a dot in its name.
pub const REDIRECT: &str = "web.redirect";
/// The name of the controller of Sealed Secrets, as `kubeseal` looks for it.
pub const SEALED_SECRETS_CONTROLLER: &str = "sealed-secrets-controller";
/// The service account of the controller of external-secrets, as its chart names it after the release; the release is named
/// after its add-on.
pub const EXTERNAL_SECRETS_ACCOUNT: &str = "external-secrets";
/// The directory for what belongs to the platform and to no environment.
pub const PLATFORM_DIRECTORY: &str = "platform";
/// The list of secrets that only receivers of alerts need.
pub const BUNDLE_OF_ALERTING: &str = "alerting";
/// The list of secrets that services declare.
pub const BUNDLE_OF_SERVICES: &str = "services";
/// The issuer of certificates in each namespace with a host.
pub const ISSUER: &str = "letsencrypt";
/// The Secret with the issuer's account, which cert-manager makes.
pub const ISSUER_ACCOUNT: &str = "letsencrypt-account";
/// The key of a Secret with a password.
pub const PASSWORD_KEY: &str = "password";
/// The key of a pooler's Secret with the section `[databases]` of its configuration.
pub const POOLER_DATABASES_KEY: &str = "databases.ini";
/// The key of a pooler's Secret with its accounts.
pub const POOLER_ACCOUNTS_KEY: &str = "userlist.txt";
/// Names of namespaces that belong to Kubernetes itself.
pub const RESERVED_NAMESPACES: [&str; 4] = ["default", "kube-system", "kube-public", "kube-node-lease"];
/// Names of environments that directories of the output already have.
pub const RESERVED_ENVIRONMENTS: [&str; 3] = ["base", "clusters", PLATFORM_DIRECTORY];
/// The directory of what clusters have besides their environments.
pub const CLUSTERS_DIRECTORY: &str = "clusters";
/// The tenant of logs that belong to no environment; no environment can be called so.
pub const PLATFORM_TENANT: &str = PLATFORM_DIRECTORY;
/// The labels of the pods of the opstree operator for Redis, as its manifests have them (config/manager/manager.yaml).
pub const REDIS_OPERATOR_LABELS: [(&str, &str); 1] = [("control-plane", "redis-operator")];
/// The Elasticsearch of a cluster's logs, its Kibana and its Filebeat.
pub const LOGS_STACK: &str = "logs";
/// The namespace of daemons that need more of a node than other namespaces allow.
pub const DAEMONS_NAMESPACE: &str = "node-daemons";

/// The chart of services, below the directory of Helm's files.
pub const HELM_CHART: &str = "charts/service";

/// The values that the environments of a service share, below the directory of Helm's files.
#[must_use]
pub fn helm_values(service: &str) -> String {
    format!("services/{service}/values.yaml")
}

/// The values that a service has in an environment besides, below the directory of Helm's files.
#[must_use]
pub fn helm_values_of(service: &str, environment: &str) -> String {
    format!("services/{service}/values-{environment}.yaml")
}

/// The real name of a cluster.
#[must_use]
pub fn cluster(platform: &str, cluster: &str) -> String {
    format!("{platform}-{cluster}")
}

/// The real name of a thing that exists once for each environment: a database, a bucket.
#[must_use]
pub fn in_environment(platform: &str, environment: &str, thing: &str) -> String {
    format!("{platform}-{environment}-{thing}")
}

/// The real name of a thing that exists once.
#[must_use]
pub fn in_platform(platform: &str, thing: &str) -> String {
    format!("{platform}-{thing}")
}

/// The real name of a copy, by the name of the original and the place or the purpose of the copy.
#[must_use]
pub fn copy_of(original: &str, place: &str) -> String {
    format!("{original}-{place}")
}

/// The real name of a pool of an environment.
#[must_use]
pub fn pool(environment: &str, pool: &str) -> String {
    format!("{environment}-{pool}")
}

/// The project and the application of a cluster that all others come from. A cluster is often called as its environment
/// is, so its applications say that they are a cluster's.
#[must_use]
pub fn root_application(platform: &str, cluster: &str) -> String {
    format!("{platform}-cluster-{cluster}")
}

/// The project of a cluster's add-ons.
#[must_use]
pub fn addons_project(platform: &str, cluster: &str) -> String {
    application_of_cluster(platform, cluster, "addons")
}

/// The application of an add-on, or of something else that a cluster has besides its environments.
#[must_use]
pub fn application_of_cluster(platform: &str, cluster: &str, part: &str) -> String {
    format!("{}-{part}", root_application(platform, cluster))
}

/// The tag that keeps the pools of other roots from being deleted by their cluster's root.
#[must_use]
pub fn external_pool_tag(cluster: &str) -> String {
    format!("{cluster}-external")
}

/// The firewall in front of a cluster's load balancer.
#[must_use]
pub fn ingress_firewall(cluster: &str) -> String {
    format!("{cluster}-ingress")
}

/// The name of the pooler of a database.
#[must_use]
pub fn pooler(database: &str) -> String {
    format!("{database}-pooler")
}

/// The name of the exporter of a database.
#[must_use]
pub fn database_exporter(database: &str) -> String {
    format!("{database}-exporter")
}

/// The name of what tells to which point a database can be restored.
#[must_use]
pub fn database_restorable(database: &str) -> String {
    format!("{database}-restorable")
}

/// The name of the job that dumps a database.
#[must_use]
pub fn dump(database: &str) -> String {
    format!("{database}-dump")
}

/// The name of the job that restores the newest dump of a database.
#[must_use]
pub fn dump_test(database: &str) -> String {
    format!("{database}-dump-test")
}

/// The Secret of the job that dumps a database.
#[must_use]
pub fn dump_secret(database: &str) -> String {
    format!("dump-{database}")
}

/// The keys of a dump's Secret: where the database itself is, without a pooler, and a role that may read all of it.
pub const DUMP_KEYS: [&str; 5] = ["database", "host", PASSWORD_KEY, "port", "username"];
/// The keys of a bucket's Secret.
pub const BUCKET_KEYS: [&str; 2] = ["access-key", "secret-key"];

/// The directory of a database's dumps in their bucket.
#[must_use]
pub fn dump_prefix(environment: &str, database: &str) -> String {
    format!("{environment}/{database}")
}

/// The Secret of the exporter of a database.
#[must_use]
pub fn database_exporter_secret(database: &str) -> String {
    format!("exporter-{database}")
}

/// The keys of an exporter's Secret: the address with the name of the database and how TLS is used, the role, and its
/// password.
pub const EXPORTER_KEYS: [&str; 3] = ["uri", "username", PASSWORD_KEY];

/// The Service that leads to the new version of a service alone: that of a preview or of a canary.
#[must_use]
pub fn second_service(strategy: Option<Strategy>, service: &str) -> Option<String> {
    match strategy? {
        Strategy::Rolling => None,
        Strategy::BlueGreen => Some(format!("{service}-preview")),
        Strategy::Canary => Some(format!("{service}-canary")),
    }
}

/// The template by which a version is verified before it takes over.
#[must_use]
pub fn preview_analysis(service: &str) -> String {
    format!("{service}-preview")
}

/// The address of Prometheus, whose namespace it is; 9090 is the port of its own server.
#[must_use]
pub fn prometheus(namespace: &str) -> String {
    format!("http://{}:9090", service_host(PROMETHEUS_SERVICE, namespace))
}

/// The data stream of an environment's logs, by Elastic's naming scheme of type, dataset and namespace, in which a part
/// has no hyphen; also the name of its template and of the role that reads it.
#[must_use]
pub fn log_stream(tenant: &str) -> String {
    format!("logs-pods-{}", tenant.replace('-', "_"))
}

/// The host name of a Service within its cluster.
#[must_use]
pub fn service_host(service: &str, namespace: &str) -> String {
    format!("{service}.{namespace}.svc.cluster.local")
}

/// The file of a secret that is sealed for an environment, below the folder of sealed files.
#[must_use]
pub fn sealed_in_environment(folder: &str, environment: &str, secret: &str) -> String {
    format!("{folder}/{environment}/{secret}.yaml")
}

/// What the names of an environment's secrets in the secret manager begin with. No environment is called
/// [`CLUSTERS_DIRECTORY`].
#[must_use]
pub fn managed_secrets(platform: &str, environment: &str) -> String {
    format!("{platform}/{environment}/")
}

/// What the names of secrets in the secret manager begin with that a cluster has in a namespace besides its environments.
#[must_use]
pub fn managed_secrets_of_cluster(platform: &str, cluster: &str, namespace: &str) -> String {
    format!("{platform}/{CLUSTERS_DIRECTORY}/{cluster}/{namespace}/")
}

/// The store through which a namespace gets its secrets, and the policy that keeps it to them.
#[must_use]
pub fn secret_store(platform: &str, namespace: &str) -> String {
    format!("{platform}-{namespace}")
}

/// The file of a secret that is sealed for what a cluster has besides its environments, below the folder of sealed
/// files; `cluster` where there are several.
#[must_use]
pub fn sealed_for_cluster(folder: &str, cluster: Option<&str>, secret: &str) -> String {
    match cluster {
        Some(cluster) => format!("{folder}/{PLATFORM_DIRECTORY}/{cluster}/{secret}.yaml"),
        None => format!("{folder}/{PLATFORM_DIRECTORY}/{secret}.yaml"),
    }
}

/// What the add-on that backs up volumes provides, in the words of add-ons.
pub const VOLUME_BACKUPS: &str = "volume-backups";

/// The Secret with the keys of the bucket that backups of volumes go to, as the add-on that makes them declares it.
pub const BACKUP_CREDENTIALS: &str = "backup-credentials";
/// The key in it: a file in the form of the AWS command line.
pub const BACKUP_CREDENTIALS_KEY: &str = "cloud";

/// The schedule of the backups of an environment: the chart puts the release's name in front of its own.
#[must_use]
pub fn backup_schedule(release: &str, environment: &str) -> String {
    format!("{release}-{environment}")
}

/// The command that seals a Secret; the namespace is that of the controller, where it is known.
#[must_use]
pub fn kubeseal(namespace: Option<&str>) -> String {
    let controller = namespace.map_or_else(String::new, |namespace| {
        format!("--controller-name {SEALED_SECRETS_CONTROLLER} --controller-namespace {namespace} ")
    });
    ["kubeseal ", &controller, "--format yaml"].concat()
}

/// The command that copies a secret from the secret manager at once: any change of an annotation does
/// (external-secrets, API, `ExternalSecret`).
#[must_use]
pub fn copy_now(namespace: &str, secret: &str) -> String {
    format!("kubectl -n {namespace} annotate externalsecret {secret} force-sync=\"$(date +%s)\" --overwrite")
}

/// The Secret with what a user of a database needs.
#[must_use]
pub fn database_secret(database: &str) -> String {
    format!("database-{database}")
}

/// The Secret of the pooler of a database.
#[must_use]
pub fn pooler_secret(database: &str) -> String {
    format!("pooler-{database}")
}

/// The Secret with what a user of a cache, or of one of its logical databases, needs.
#[must_use]
pub fn cache_secret(cache: &str, logical: Option<&str>) -> String {
    logical.map_or_else(|| format!("cache-{cache}"), |logical| format!("cache-{cache}-{logical}"))
}

/// The Secret with a cache's own password.
#[must_use]
pub fn cache_password_secret(cache: &str) -> String {
    format!("cache-{cache}-password")
}

/// The `ConfigMap` with what the custom resource of a cache has no field for.
#[must_use]
pub fn cache_configuration(cache: &str) -> String {
    format!("{cache}-config")
}

/// The sentinels of a cache, as the opstree operator names them.
#[must_use]
pub fn cache_sentinels(cache: &str) -> String {
    format!("{cache}-sentinel")
}

/// The leaders of a cache in a cluster, as the opstree operator names them.
#[must_use]
pub fn cache_leaders(cache: &str) -> String {
    format!("{cache}-leader")
}

/// The replicas of a cache in a cluster, as the opstree operator names them.
#[must_use]
pub fn cache_followers(cache: &str) -> String {
    format!("{cache}-follower")
}

/// The Service that clients of a cache connect to: the one of the operator that leads to the node that takes writes.
/// The Valkey operator makes a headless Service `valkey-<name>` with all nodes of a cluster [verified: `resourcePrefix` in
/// its `internal/controller`, v0.4.0 and v0.5.0]. Of Redis, `<name>-master` is what the opstree operator makes for a `RedisReplication` [verified: its documentation and
/// source], `<name>-leader` for a `RedisCluster`; a standalone node has a Service of its own name.
#[must_use]
pub fn cache_service(cache: &str, engine: CacheEngine, topology: Topology) -> String {
    if engine == CacheEngine::Valkey {
        return format!("valkey-{cache}");
    }
    match topology {
        Topology::Standalone => cache.to_owned(),
        Topology::Replicated => format!("{cache}-master"),
        Topology::Cluster => format!("{cache}-leader"),
    }
}

/// The Secret with a service's account at a broker.
#[must_use]
pub fn broker_secret(broker: &str, service: &str) -> String {
    format!("queue-{broker}-{service}")
}

/// The port of every cache.
pub const CACHE_PORT: u16 = 6379;

/// The Secret with the keys of a bucket.
#[must_use]
pub fn bucket_secret(bucket: &str) -> String {
    format!("bucket-{bucket}")
}

/// What an environment has for a file system: the claim that its pods mount, the Secret with the id, and who may read that.
#[must_use]
pub fn files(file_system: &str) -> String {
    format!("files-{file_system}")
}

/// The key of that Secret.
pub const FILES_KEY: &str = "fileSystemId";

/// The storage class of a file system. Neither part has a dot, so no two have the same.
#[must_use]
pub fn files_class(namespace: &str, file_system: &str) -> String {
    format!("files.{namespace}.{file_system}")
}

/// The Secret with the certificate of a host.
#[must_use]
pub fn certificate_secret(service: &str) -> String {
    format!("{service}-tls")
}

/// The object of a service's account, of a queue or of an exchange at a broker.
#[must_use]
pub fn in_broker(broker: &str, thing: &str) -> String {
    format!("{broker}-{thing}")
}

/// The queue for messages that nobody could handle.
#[must_use]
pub fn dead_letter_queue(queue: &str) -> String {
    format!("{queue}.dead-letter")
}

/// The group of rules of a thing.
#[must_use]
pub fn rule_group(kind: &str, environment: &str, name: &str) -> String {
    format!("platc-{kind}-{environment}-{name}")
}

/// The group of the rules of an objective.
#[must_use]
pub fn slo_group(environment: &str, service: &str, slo: &str) -> String {
    format!("platc-slo-{environment}-{service}-{slo}")
}

/// The value of `sloth_service`: no two services of one Prometheus share it, since names have no stroke.
#[must_use]
pub fn slo_service(environment: &str, service: &str) -> String {
    format!("{environment}/{service}")
}

/// The file of the rules of a service's objectives; no service is called so.
#[must_use]
pub fn slo_file(service: &str) -> String {
    format!("{service}_slo")
}

/// The name of an `OpenSLO` document, unique among those of its services.
#[must_use]
pub fn openslo(service: &str, slo: &str) -> String {
    format!("{service}-{slo}")
}

/// The value of `sloth_id`.
#[must_use]
pub fn slo_id(environment: &str, service: &str, slo: &str) -> String {
    format!("{environment}/{service}/{slo}")
}

/// A name as a Terraform identifier.
#[must_use]
pub fn identifier(name: &str) -> String {
    name.replace('-', "_")
}

/// Where the runbook of an alert is, below the address of all of them.
#[must_use]
pub fn runbook_address(base: &str, alert: &str) -> String {
    format!("{}/{}.md", base.trim_end_matches('/'), runbook(alert))
}

/// The file of a dashboard, in its directory and below `<platform>-` in its object, since Grafana's sidecar puts the files of all
/// platforms into one directory.
#[must_use]
pub fn dashboard_file(name: &str) -> String {
    format!("{name}.json")
}

/// The `ConfigMap` of a dashboard.
#[must_use]
pub fn dashboard(platform: &str, name: &str) -> String {
    format!("{platform}-dashboard-{name}")
}

/// The identifier by which Grafana knows a dashboard and addresses lead to it: at most 40 letters, digits, `-` and `_`
/// (Grafana's limit). A name that is too long ends in its hash (FNV-1a, which is the same everywhere and for ever).
#[must_use]
pub fn dashboard_uid(platform: &str, name: &str) -> String {
    const LIMIT: usize = 40;
    let whole = format!("{platform}-{name}");
    if whole.len() <= LIMIT {
        return whole;
    }
    let hash = whole.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let kept: String = whole.chars().take(LIMIT - 17).collect();
    format!("{kept}-{hash:016x}")
}

/// An alert's name as the name of its runbook: `DatabaseDown` becomes `database-down`.
#[must_use]
pub fn runbook(alert: &str) -> String {
    let mut name = String::with_capacity(alert.len() + 4);
    let letters: Vec<char> = alert.chars().collect();
    for (index, letter) in letters.iter().enumerate() {
        let starts_word = letter.is_uppercase()
            && index > 0
            && (letters[index - 1].is_lowercase()
                || letters.get(index + 1).is_some_and(|next| next.is_lowercase()));
        if starts_word {
            name.push('-');
        }
        name.extend(letter.to_lowercase());
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runbooks_are_named_after_their_alert() {
        assert_eq!(runbook("DatabaseBackupTooOld"), "database-backup-too-old");
        assert_eq!(runbook("HPAMaxedOut"), "hpa-maxed-out");
        assert_eq!(runbook("PDBNotEnoughHealthyPods"), "pdb-not-enough-healthy-pods");
    }
}
