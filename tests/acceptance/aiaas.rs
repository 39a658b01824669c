//! `AIaaS`: facts, traps T-A1 to T-A8.

use super::Answer::{Finding, Line, Module, Nowhere};
use super::Row;

const CLUSTER: &str = "infra/terraform/clusters/main/main.tf";
const PRODUCTION: &str = "infra/terraform/environments/production/main.tf";
const SYSTEM: &str = "infra/terraform/environments/system/main.tf";

macro_rules! workflow {
    ($file:literal) => {
        concat!(".github/workflows/", $file)
    };
}

macro_rules! production {
    ($file:literal) => {
        concat!("configs/kustomize/production/_environment/", $file)
    };
}

pub(crate) const ROWS: &[Row] = &[
    Row {
        id: "A-01",
        says: "managed Kubernetes of Linode",
        answers: &[
            Line(CLUSTER, "source = \"../../modules/linode/cluster\""),
            Line("infra/terraform/modules/linode/cluster/main.tf", "resource \"linode_lke_cluster\""),
        ],
    },
    Row {
        id: "A-02",
        says: "region `fr-par`, a Terraform variable",
        answers: &[
            Line("infra/terraform/clusters/main/variables.tf", "default     = \"fr-par\""),
            Line(CLUSTER, "var.region"),
        ],
    },
    Row {
        id: "A-03",
        says: "four environments with a namespace each",
        answers: &[
            Line("configs/kustomize/development/_environment/namespace.yaml", "name: development"),
            Line("configs/kustomize/staging/_environment/namespace.yaml", "name: staging"),
            Line(production!("namespace.yaml"), "name: production"),
            Line("configs/kustomize/system/_environment/namespace.yaml", "name: system"),
        ],
    },
    Row {
        id: "A-04",
        says: "one control plane for all of them",
        answers: &[
            Line(CLUSTER, "shared by the environments development, staging, production, system"),
            Finding("examples/aiaas/platform.yaml", "kubernetes/shared-cluster"),
        ],
    },
    Row {
        id: "A-05",
        says: "a purpose in words for each environment",
        answers: &[
            Line(production!("namespace.yaml"), "platc.dev/purpose: Production workloads"),
            Line(
                "configs/kustomize/development/_environment/namespace.yaml",
                "platc.dev/purpose: Development and testing",
            ),
            Line(
                "configs/kustomize/staging/_environment/namespace.yaml",
                "platc.dev/purpose: Pre-production validation",
            ),
            Line(
                "configs/kustomize/system/_environment/namespace.yaml",
                "platc.dev/purpose: Platform infrastructure",
            ),
        ],
    },
    Row {
        id: "A-06",
        says: "baseline pool of `g6-standard-8`",
        answers: &[Line(PRODUCTION, "type       = \"g6-standard-8\"")],
    },
    Row {
        id: "A-07",
        says: "3 to 10 nodes per environment, autoscaled",
        answers: &[
            Line(PRODUCTION, "nodes      = { min = 3, max = 10 }"),
            Line(CLUSTER, "max  = 10"),
            Line("infra/terraform/modules/linode/node-pool/main.tf", "autoscaler"),
        ],
    },
    Row {
        id: "A-08",
        says: "the pool's purpose: application workloads",
        answers: &[
            Line(PRODUCTION, "# Application workloads"),
            Line(PRODUCTION, "\"platc.dev/pool\"        = \"baseline\""),
        ],
    },
    Row {
        id: "A-09",
        says: "the autoscaler reacts to pods that find no node",
        answers: &[Line("alerts/rules/production/_environment.yaml", "alert: PodsUnschedulable")],
    },
    Row {
        id: "A-10",
        says: "2 GPU nodes for vLLM in `system`, scaled by hand",
        answers: &[
            Line(SYSTEM, "source = \"../../modules/linode/gpu-pool\""),
            Line("infra/helm/services/vllm/values.yaml", "key: nvidia.com/gpu"),
            Line("infra/helm/services/vllm/values.yaml", "nvidia.com/gpu: \"1\""),
            Line("alerts/rules/system/_nodes.yaml", "alert: GPU"),
        ],
    },
    Row {
        id: "A-11",
        says: "volumes by the Linode CSI driver",
        answers: &[
            Line(production!("caches.yaml"), "storageClassName: linode-block-storage-retain"),
            Line("infra/helm/addons/velero/values-main.yaml", "fr-par-1.linodeobjects.com"),
            Line("infra/helm/addons/velero/values-main.yaml", "includedNamespaces: [production]"),
            Line("infra/helm/addons/velero/values-main.yaml", "schedule: 0 2 * * *"),
            Line("infra/helm/addons/velero/values.yaml", "snapshotsEnabled: false"),
            Line("docs/recovery.md", "Linode's CSI driver makes no snapshots"),
            Line("docs/recovery.md", "--from-schedule velero-production"),
            Line("alerts/rules/production/_volumes.yaml", "alert: VeleroBackupTooOld"),
        ],
    },
    Row {
        id: "A-12",
        says: "NGINX ingress controller",
        answers: &[
            Line("infra/helm/services/api-router/values.yaml", "className: nginx"),
            Line("infra/helm/addons/releases.yaml", "chart: ingress-nginx"),
            Line("infra/helm/addons/ingress-nginx/values.yaml", "replicaCount: 2"),
        ],
    },
    Row {
        id: "A-13",
        says: "TLS by cert-manager and Let's Encrypt, ended at the ingress",
        answers: &[
            Line(production!("issuer.yaml"), "server: https://acme-v02.api.letsencrypt.org/directory"),
            Line("infra/helm/services/api-router/values-production.yaml", "secretName: api-router-tls"),
            Line("infra/helm/addons/releases.yaml", "chart: cert-manager"),
            Line("infra/helm/addons/cert-manager/values.yaml", "crds:"),
        ],
    },
    Row {
        id: "A-14",
        says: "external records in Linode DNS",
        answers: &[
            Line("infra/terraform/platform/main.tf", "source = \"../modules/linode/dns-domain\""),
            Line(PRODUCTION, "source = \"../../modules/linode/dns-records\""),
        ],
    },
    Row {
        id: "A-15",
        says: "a NodeBalancer in front of the ingress",
        answers: &[
            Line(CLUSTER, "module \"firewall_ingress\""),
            Line(
                "infra/helm/addons/ingress-nginx/values-main.yaml",
                "service.beta.kubernetes.io/linode-loadbalancer-default-protocol: tcp",
            ),
        ],
    },
    Row {
        id: "A-16",
        says: "Calico, default-deny both ways, explicit allow rules",
        answers: &[
            Line(production!("network.yaml"), "name: default-deny"),
            Line(production!("network.yaml"), "name: allow-dns"),
            Line("infra/helm/services/api-router/values.yaml", "networkPolicy:"),
        ],
    },
    Row { id: "A-17", says: "no service mesh", answers: &[Nowhere("istio"), Nowhere("linkerd")] },
    Row {
        id: "A-18",
        says: "Argo CD per chart and environment",
        answers: &[
            Line("argocd/main/projects.yaml", "name: aiaas-production"),
            Line("argocd/main/environments.yaml", "name: aiaas-production"),
            Line("argocd/main/production/api-router.yaml", "values-production.yaml"),
            Line("argocd/main/addons.yaml", "chart: ingress-nginx"),
        ],
    },
    Row {
        id: "A-19",
        says: "one Helm chart a service",
        answers: &[
            // One chart for all of them, and a release of it for each: its values are the service's own.
            Line("infra/helm/charts/service/Chart.yaml", "name: service"),
            Line("infra/helm/services/analytics/values.yaml", "repository: "),
            Line("infra/helm/services/api-router/values.yaml", "repository: "),
            Line("infra/helm/services/user-organization/values.yaml", "repository: "),
            Line("infra/helm/services/vllm/values.yaml", "repository: "),
        ],
    },
    Row {
        id: "A-20",
        says: "overlays with resources, replicas and endpoints per environment",
        answers: &[
            Line("infra/helm/services/api-router/values.yaml", "memory: 256Mi"),
            Line("infra/helm/services/api-router/values-production.yaml", "minAvailable: 1"),
            Line("infra/helm/services/api-router/values-production.yaml", "- host: api.aiaas.example.com"),
            Line(
                "infra/helm/services/api-router/values-staging.yaml",
                "- host: api.staging.aiaas.example.com",
            ),
        ],
    },
    Row {
        id: "A-21",
        says: "overlays in `configs/kustomize/{development,staging,production}`",
        answers: &[
            Line("configs/kustomize/development/_environment/kustomization.yaml", "namespace: development"),
            Line("configs/kustomize/staging/_environment/kustomization.yaml", "namespace: staging"),
            Line("configs/kustomize/production/_environment/kustomization.yaml", "namespace: production"),
        ],
    },
    Row {
        id: "A-22",
        says: "Terraform in `infra/terraform`",
        answers: &[Line(CLUSTER, "module \"cluster\"")],
    },
    Row {
        id: "A-23",
        says: "state in Linode Object Storage",
        answers: &[
            Line(
                "infra/terraform/environments/production/backend.tf",
                "endpoints                   = { s3 = \"https://fr-par-1.linodeobjects.com\" }",
            ),
            Line("infra/terraform/bootstrap/main.tf", "name       = \"aiaas-terraform-state\""),
        ],
    },
    Row {
        id: "A-24",
        says: "secrets come from an outside place",
        answers: &[
            Finding("tests/fixtures/traps/T-A3.yaml", "provider/not-offered"),
            Line("docs/secrets.md", "kubeseal"),
            Line("infra/secrets/bundles/alerting.yaml", "name: pagerduty-key"),
        ],
    },
    Row {
        id: "A-25",
        says: "sealed secrets in Git, opened by a controller",
        answers: &[
            Line("docs/secrets.md", "secrets/sealed/production/database-users.yaml"),
            Line("alerts/rules/production/_environment.yaml", "alert: SealedSecret"),
            Line("infra/helm/addons/releases.yaml", "chart: sealed-secrets"),
            Line("docs/secrets.md", "--controller-name sealed-secrets-controller"),
        ],
    },
    Row {
        id: "A-26",
        says: "quarterly rotation checks",
        answers: &[
            Line(workflow!("rotation.yml"), "cron: \"0 6 1 1,4,7,10 *\""),
            Line(workflow!("rotation.yml"), "name: Secrets arrived"),
            Line("alerts/rules/production/_environment.yaml", "alert: SecretRotationOverdue"),
            Line("infra/secrets/bundles/databases.yaml", "every: quarterly"),
            Line("docs/secrets.md", "See that it works"),
        ],
    },
    Row {
        id: "A-27",
        says: "secrets as volumes, never in the environment",
        answers: &[
            Line(
                "infra/helm/services/api-router/values.yaml",
                "mountPath: /etc/platc/secrets/cache-shared-rate-limits",
            ),
            Finding("tests/fixtures/secret/in-environment/bad.yaml", "secret/in-environment"),
        ],
    },
    Row {
        id: "A-28",
        says: "a managed PostgreSQL per service, one with TimescaleDB",
        answers: &[
            Line(PRODUCTION, "module \"database_users\""),
            Line(PRODUCTION, "by CREATE EXTENSION: timescaledb"),
            Line(
                "infra/terraform/modules/linode/database-postgresql/main.tf",
                "resource \"linode_database_postgresql_v2\"",
            ),
            Finding("examples/aiaas/platform.yaml", "database/extension"),
        ],
    },
    Row {
        id: "A-29",
        says: "pooling per service, high availability, automated backups",
        answers: &[
            Line(production!("users-pooler.yaml"), "pool_mode = transaction"),
            Line(PRODUCTION, "cluster_size   = 3"),
            Line("docs/recovery.md", "backup and log"),
        ],
    },
    Row {
        id: "A-30",
        says: "shared Redis, separated by database, persistent, replicated",
        answers: &[
            Line(production!("caches.yaml"), "kind: RedisReplication"),
            Line(production!("caches.yaml"), "maxmemory-policy volatile-ttl"),
            Line(production!("caches.yaml"), "storage: 10Gi"),
            Line("infra/helm/services/user-organization/values.yaml", "cache-shared-sessions"),
        ],
    },
    Row {
        id: "A-31",
        says: "RabbitMQ: usage events, streams, durable, dead letters, replicated",
        answers: &[
            Line(production!("queues.yaml"), "kind: RabbitmqCluster"),
            Line(production!("queues.yaml"), "rabbitmq_stream"),
            Line(production!("queues.yaml"), "type: quorum"),
            Line(production!("queues.yaml"), "dead-letter-routing-key: usage.dead-letter"),
            Line("alerts/rules/production/_queues.yaml", "alert: QueueDeadLetters"),
        ],
    },
    Row {
        id: "A-32",
        says: "object storage for exports, state and backups, by signed addresses",
        answers: &[
            Line(PRODUCTION, "name   = \"aiaas-production-analytics-exports\""),
            Line("infra/terraform/platform/main.tf", "name              = \"aiaas-backups\""),
            Line("infra/terraform/bootstrap/main.tf", "aiaas-terraform-state"),
            Line("infra/terraform/modules/linode/bucket/main.tf", "resource \"linode_object_storage_key\""),
        ],
    },
    Row {
        id: "A-33",
        says: "kube-prometheus-stack",
        answers: &[
            Line("infra/helm/services/api-router/values.yaml", "release: kube-prometheus-stack"),
            Line("infra/helm/addons/releases.yaml", "chart: kube-prometheus-stack"),
            Line("infra/helm/addons/kube-prometheus-stack/values.yaml", "searchNamespace: ALL"),
            Line("infra/helm/addons/kube-prometheus-stack/values-main.yaml", "receiver: on-call"),
        ],
    },
    Row {
        id: "A-34",
        says: "dashboards: by environment, by service, for the infrastructure",
        answers: &[
            Line("dashboards/kustomization.yaml", "grafana_dashboard: \"1\""),
            Line(
                "dashboards/overview-production.json",
                "\"tags\": [\"platc\", \"aiaas\", \"overview\", \"production\"]",
            ),
            Line("dashboards/service.json", "\"query\": \"api-router,user-organization,analytics,vllm\""),
            Line("dashboards/infrastructure-main.json", "\"title\": \"aiaas / cluster main\""),
        ],
    },
    Row {
        id: "A-35",
        says: "Loki with a tenant per environment",
        answers: &[
            Line("infra/helm/addons/loki/values.yaml", "auth_enabled: true"),
            Line("infra/helm/addons/loki/values.yaml", "retention_period: 2160h"),
            Line(
                "infra/helm/addons/opentelemetry-collector-logs/values-main.yaml",
                "headers: {X-Scope-OrgID: production}",
            ),
        ],
    },
    Row {
        id: "A-36",
        says: "Tempo and OpenTelemetry",
        answers: &[
            Line("infra/helm/addons/tempo/values.yaml", "retention: 168h"),
            Line(
                "infra/helm/addons/opentelemetry-collector/values-main.yaml",
                "tempo.monitoring.svc.cluster.local:4317",
            ),
            Line("infra/helm/services/api-router/values.yaml", "OTEL_EXPORTER_OTLP_ENDPOINT"),
        ],
    },
    Row {
        id: "A-37",
        says: "apply events logged to Loki",
        answers: &[Line(workflow!("terraform-root.yml"), "/loki/api/v1/push")],
    },
    Row {
        id: "A-38",
        says: "infrastructure changes by pull request, two approvals",
        answers: &[
            Line(workflow!("infrastructure.yml"), "fmt -check"),
            Line(workflow!("infrastructure.yml"), "approvals: 2"),
            Line(workflow!("terraform-root.yml"), "name: Enough people have approved"),
            Line(workflow!("terraform-root.yml"), "name: The plan is the one that was reviewed"),
            Line(workflow!("smoke-tests.yml"), "production host https://api.aiaas.example.com/ready"),
            Line(".github/CODEOWNERS", "/infra/terraform/"),
        ],
    },
    Row {
        id: "A-39",
        says: "application changes by Argo CD, by hand in production",
        answers: &[
            Line(workflow!("workloads.yml"), "name: Tools take the output"),
            Line(workflow!("smoke-tests.yml"), "production deployment api-router"),
            Line("argocd/main/staging/api-router.yaml", "selfHeal: true"),
            Line("docs/README.md", "argocd app sync aiaas-production"),
        ],
    },
    Row {
        id: "A-40",
        says: "rollback",
        answers: &[
            Line("docs/runbooks/rollback.md", "APP=aiaas-production-api-router"),
            Line("docs/runbooks/rollback.md", "git revert --no-edit COMMIT"),
            Line("argocd/main/production/api-router.yaml", "revisionHistoryLimit: 10"),
        ],
    },
    Row {
        id: "A-41",
        says: "autoscaling at 70 % CPU and 80 % memory, up fast, down slowly",
        answers: &[
            Line("infra/helm/services/api-router/values.yaml", "targetCPUUtilizationPercentage: 70"),
            Line("infra/helm/services/api-router/values.yaml", "targetMemoryUtilizationPercentage: 80"),
            Line("infra/helm/services/api-router/values.yaml", "scaleUp:"),
            Line("infra/helm/services/api-router/values.yaml", "stabilizationWindowSeconds: 300"),
        ],
    },
    Row { id: "A-42", says: "no vertical autoscaling", answers: &[Nowhere("verticalpodautoscaler")] },
    Row {
        id: "A-43",
        says: "2 to 10 replicas, 3 as a rule",
        answers: &[
            Line("infra/helm/services/api-router/values.yaml", "minReplicas: 2"),
            Line("infra/helm/services/api-router/values.yaml", "maxReplicas: 10"),
            Line("infra/helm/services/api-router/values.yaml", "platc.dev/planned-replicas: \"3\""),
        ],
    },
    Row {
        id: "A-44",
        says: "a disruption budget of 1 for all production services",
        answers: &[
            Line("infra/helm/services/api-router/values-production.yaml", "minAvailable: 1"),
            Line("infra/helm/services/analytics/values-production.yaml", "minAvailable: 1"),
            Line("infra/helm/services/user-organization/values-production.yaml", "minAvailable: 1"),
        ],
    },
    Row {
        id: "A-45",
        says: "daily backups of databases, state in object storage",
        answers: &[
            Line("alerts/rules/production/_databases.yaml", "alert: DatabaseDumpTooOld"),
            Line("infra/terraform/bootstrap/main.tf", "versioning = true"),
            Line("docs/recovery.md", "users"),
            Line("docs/secrets.md", "sealed-secrets-keys.yaml"),
        ],
    },
    Row {
        id: "A-46",
        says: "RTO 4 hours, RPO 24 hours",
        answers: &[
            Line("alerts/rules/production/_databases.yaml", "> 86400"),
            Line("alerts/rules/production/_databases.yaml", "rto: 4h"),
            Line("docs/recovery.md", "4h"),
        ],
    },
    Row {
        id: "A-47",
        says: "quarterly drills of a database failure and a cluster failure",
        answers: &[
            Line("alerts/rules/production/_environment.yaml", "alert: DRDrillOverdue"),
            Line("alerts/rules/production/_environment.yaml", "cluster-failure"),
            Line("docs/runbooks/database-failure.md", "module.database_users"),
            Line("docs/runbooks/cluster-failure.md", "## Rebuild"),
            Line(workflow!("drills.yml"), "production cluster-failure"),
            Line("docs/drills/template.md", "Worked again"),
        ],
    },
    Row {
        id: "A-48",
        says: "Pod Security Standard restricted",
        answers: &[
            Line(production!("namespace.yaml"), "pod-security.kubernetes.io/enforce: restricted"),
            Line("infra/helm/services/api-router/values.yaml", "runAsNonRoot: true"),
        ],
    },
    Row {
        id: "A-49",
        says: "service accounts with as few rights as possible",
        answers: &[
            Line("infra/helm/services/api-router/values.yaml", "serviceAccount:"),
            Line("infra/helm/services/api-router/values.yaml", "automountServiceAccountToken: false"),
        ],
    },
    Row {
        id: "A-50",
        says: "images scanned in CI",
        answers: &[
            Line(workflow!("workloads.yml"), "aquasecurity/trivy-action@"),
            Line(workflow!("workloads.yml"), "registry.example.com/aiaas/api-router:1.8.2"),
        ],
    },
    Row {
        id: "T-A1",
        says: "`g1-gpu-rtx6000` is no type of Linode",
        answers: &[
            Finding("tests/fixtures/traps/T-A1.yaml", "pool/no-such-type"),
            Line(SYSTEM, "g2-gpu-rtx4000a1-m"),
        ],
    },
    Row {
        id: "T-A2",
        says: "RTX 6000 plans are not offered for LKE",
        answers: &[Finding("tests/fixtures/traps/T-A2.yaml", "pool/type-not-for-kubernetes")],
    },
    Row {
        id: "T-A3",
        says: "Linode has no secret manager for Terraform",
        answers: &[Finding("tests/fixtures/traps/T-A3.yaml", "provider/not-offered")],
    },
    Row {
        id: "T-A4",
        says: "mirrored queues are gone since RabbitMQ 4.0",
        answers: &[
            Finding("tests/fixtures/traps/T-A4.yaml", "queue/mirrored"),
            Line(production!("queues.yaml"), "type: quorum"),
        ],
    },
    Row {
        id: "T-A5",
        says: "cluster mode has one logical database",
        answers: &[
            Finding("tests/fixtures/traps/T-A5.yaml", "cache/logical-databases"),
            Line(production!("caches.yaml"), "kind: RedisSentinel"),
        ],
    },
    Row {
        id: "T-A6",
        says: "a budget of 1 with one replica blocks drains",
        answers: &[Finding("tests/fixtures/traps/T-A6.yaml", "drain/budget-blocks")],
    },
    Row {
        id: "T-A7",
        says: "a daily backup keeps an RPO of 24 h only if it takes no time",
        answers: &[Finding("tests/fixtures/traps/T-A7.yaml", "recovery/rpo-boundary")],
    },
    Row {
        id: "T-A8",
        says: "a drill of cluster failure without a second cluster",
        answers: &[Finding("examples/aiaas/platform.yaml", "recovery/scenario-not-covered")],
    },
];

const _: fn(&'static str, &'static str) -> super::Answer = Module;
