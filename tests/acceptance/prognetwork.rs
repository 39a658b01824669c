//! `ProgNetwork`: facts P-01 to P-38, traps T-P1 to T-P16, and the trap of all systems with ingress-nginx.

use super::Answer::{Finding, Line, Module, Nowhere};
use super::Row;

const PRODUCTION: &str = "terraform/environments/production/main.tf";
const RECOVERY: &str = "terraform/environments/recovery/main.tf";
const PLATFORM: &str = "terraform/platform/main.tf";
const COMPOSE: &str = "compose/development/compose.yaml";
const README: &str = "docs/README.md";
const PROMISES: &str = "docs/recovery.md";
const ALERTMANAGER: &str = "alerts/alertmanager-production.yaml";
const PROMETHEUS: &str = "helm/addons/kube-prometheus-stack/values.yaml";
const USERS: &str = "kustomize/base/user-service/user-service.yaml";
const GATEWAY: &str = "kustomize/base/api-gateway/api-gateway.yaml";
const EVENTS: &str = "kustomize/base/event-streaming/event-streaming.yaml";
const USER_ALERTS: &str = "alerts/rules/production/user-service.yaml";
const SERVICE_DASHBOARD: &str = "dashboards/service.json";
const SPEC: &str = "examples/prognetwork/platform.yaml";

macro_rules! module {
    ($file:literal) => {
        concat!("terraform/modules/aws/", $file)
    };
}

macro_rules! production {
    ($file:literal) => {
        concat!("kustomize/overlays/production/", $file)
    };
}

macro_rules! trap {
    ($file:literal) => {
        concat!("tests/fixtures/traps/", $file)
    };
}

pub(crate) const ROWS: &[Row] = &[
    Row {
        id: "P-01",
        says: "development on people's own machines with mocks and reload, staging like production, production restricted and with recovery",
        answers: &[
            Line(COMPOSE, "action: rebuild"),
            Line(COMPOSE, "image: stripe/stripe-mock:v0.197.0"),
            Line(COMPOSE, "image: ghashange/sendgrid-mock:1.13.0"),
            Line(COMPOSE, "image: docker.io/library/postgres:"),
            Line(README, "| `staging` | staging |"),
            Line(README, "| `production` | production |"),
            Line("docs/pipelines.md", "| `production` | `terraform/environments/production` | 2 |"),
            Line(README, "| `recovery` | dr |"),
        ],
    },
    Row {
        id: "P-02",
        says: "local addresses in development; `DATABASE_URL`, `REDIS_URL` and keys from secrets elsewhere",
        answers: &[
            Line(COMPOSE, "DATABASE_URL: postgresql://app:local-only@prog:5432/prog"),
            Line(COMPOSE, "127.0.0.1:5432:5432"),
            Line(COMPOSE, "127.0.0.1:6379:6379"),
            Line(USERS, "- name: DATABASE_URL"),
            Line(USERS, "- name: REDIS_URL"),
            Line(GATEWAY, "- name: STRIPE_PUBLISHABLE_KEY"),
            Line(USERS, "- name: SENDGRID_API_KEY"),
        ],
    },
    Row {
        id: "P-03",
        says: "`NODE_ENV=production`, port 3000, images scanned; `node:20-alpine` has ended",
        answers: &[
            Line(USERS, "- name: NODE_ENV"),
            Line("kustomize/base/admin-client/admin-client.yaml", "containerPort: 3000"),
            Line("kustomize/base/admin-client/admin-client.yaml", "value: \"3000\""),
            Line(".github/workflows/workloads.yml", "uses: aquasecurity/trivy-action@"),
            Finding(trap!("T-P16.yaml"), "workload/image-ended"),
        ],
    },
    Row {
        id: "P-04",
        says: "api-gateway on 8000, `/health` every 30 s, 3 s to answer, from 5 s on, 3 failures; `npm run start:api-gateway`",
        answers: &[
            Line(GATEWAY, "containerPort: 8000"),
            Line(GATEWAY, "path: /health"),
            Line(GATEWAY, "periodSeconds: 30"),
            Line(GATEWAY, "timeoutSeconds: 3"),
            Line(GATEWAY, "initialDelaySeconds: 5"),
            Line(GATEWAY, "failureThreshold: 3"),
            Line(GATEWAY, "- start:api-gateway"),
        ],
    },
    Row {
        id: "P-05",
        says: "event-streaming on 8001, with the same probe, on its own container",
        answers: &[
            Line(EVENTS, "containerPort: 8001"),
            Line(EVENTS, "path: /health"),
            Line(EVENTS, "periodSeconds: 30"),
            Line(EVENTS, "- start:event-streaming"),
        ],
    },
    Row {
        id: "P-06",
        says: "user-service on 3007, 3 pods as a rule, liveness 30/10, readiness `/readiness` 5/5, `DATABASE_URL` from a secret's key `url`",
        answers: &[
            Line(USERS, "containerPort: 3007"),
            Line(USERS, "platc.dev/planned-replicas: \"3\""),
            Line(USERS, "initialDelaySeconds: 30"),
            Line(USERS, "periodSeconds: 10"),
            Line(USERS, "path: /readiness"),
            Line(USERS, "initialDelaySeconds: 5"),
            Line(USERS, "name: database-prog"),
            Line(USERS, "key: url"),
        ],
    },
    Row {
        id: "P-07",
        says: "Service user-service: port 80, name http, to 3007, ClusterIP; what is outside is reached by the load balancer",
        answers: &[
            Line(USERS, "type: ClusterIP"),
            Line(USERS, "port: 80"),
            Line(USERS, "targetPort: http"),
            Line(
                "kustomize/clusters/production/ingress-nginx/objects.yaml",
                "alb.ingress.kubernetes.io/scheme: internet-facing",
            ),
        ],
    },
    Row {
        id: "P-08",
        says: "services api-gateway, user-service, event-streaming, admin-client; batch-jobs",
        answers: &[
            Line("argocd/production/production/api-gateway.yaml", "api-gateway"),
            Line("argocd/production/production/user-service.yaml", "user-service"),
            Line("argocd/production/production/event-streaming.yaml", "event-streaming"),
            Line("argocd/production/production/admin-client.yaml", "admin-client"),
            Line(production!("_environment/jobs.yaml"), "name: batch-jobs"),
        ],
    },
    Row {
        id: "P-09",
        says: "namespaces `prog-production` with labels of environment and team, `prog-staging`, `monitoring`, `ingress-nginx`",
        answers: &[
            Line(production!("_environment/namespace.yaml"), "name: prog-production"),
            Line(production!("_environment/namespace.yaml"), "platc.dev/environment: production"),
            Line(production!("_environment/namespace.yaml"), "platc.dev/owner: platform"),
            Line("kustomize/overlays/staging/_environment/namespace.yaml", "name: prog-staging"),
            Line("kustomize/clusters/production/namespaces.yaml", "name: monitoring"),
            Line("kustomize/clusters/production/namespaces.yaml", "name: ingress-nginx"),
        ],
    },
    Row {
        id: "P-10",
        says: "pools: application, memory-optimized, CPU-optimized, spot",
        answers: &[
            Line(PRODUCTION, "instance_types     = [\"m6i.large\"]"),
            Line(PRODUCTION, "instance_types     = [\"r6i.large\"]"),
            Line(PRODUCTION, "instance_types     = [\"c6i.xlarge\"]"),
            Line(PRODUCTION, "capacity           = \"spot\""),
        ],
    },
    Row {
        id: "P-11",
        says: "spot: `node-type: spot`, toleration of `spot-instance=true:NoSchedule`, mixed instance types, a graceful end",
        answers: &[
            Line(PRODUCTION, "instance_types     = [\"m6i.large\", \"m5.large\", \"m6a.large\"]"),
            Line(PRODUCTION, "node-type               = \"spot\""),
            Line(PRODUCTION, "key = \"spot-instance\", value = \"true\", effect = \"NoSchedule\""),
            Line(module!("node-group/main.tf"), "capacity_type"),
            Line(production!("_environment/jobs.yaml"), "platc.dev/pool: batch"),
            Line(production!("_environment/jobs.yaml"), "- key: spot-instance"),
            Line(production!("_environment/jobs.yaml"), "operator: Equal"),
            Line(production!("_environment/jobs.yaml"), "terminationGracePeriodSeconds: 30"),
            Line(production!("_environment/jobs.yaml"), "backoffLimit: 2"),
        ],
    },
    Row {
        id: "P-12",
        says: "hosts `api.prognetwork.com` below `/api` and `app.prognetwork.com`, rewritten, HTTPS only; certificates are the load balancer's own, since the firewall looks into requests there",
        answers: &[
            Line(GATEWAY, "ingressClassName: nginx"),
            Line(GATEWAY, "nginx.ingress.kubernetes.io/rewrite-target: /$2"),
            Line(production!("api-gateway/patch.yaml"), "host: api.prognetwork.com"),
            Line(production!("api-gateway/patch.yaml"), "path: /api(/|$)(.*)"),
            Line(production!("admin-client/patch.yaml"), "host: app.prognetwork.com"),
            Line(
                "kustomize/clusters/production/ingress-nginx/objects.yaml",
                "alb.ingress.kubernetes.io/ssl-redirect: \"443\"",
            ),
            Line(PRODUCTION, "domain  = \"api.prognetwork.com\""),
            Line(PRODUCTION, "domain  = \"app.prognetwork.com\""),
        ],
    },
    Row {
        id: "P-13",
        says: "VPC `10.0.0.0/16`, with DNS support and hostnames",
        answers: &[
            Line(PRODUCTION, "cidr               = \"10.0.0.0/16\""),
            Line(module!("network/main.tf"), "enable_dns_support   = true"),
            Line(module!("network/main.tf"), "enable_dns_hostnames = true"),
        ],
    },
    Row {
        id: "P-14",
        says: "public subnet `10.0.1.0/24` and private subnet `10.0.2.0/24` in us-east-1a, and as many in two more zones",
        answers: &[
            Line(PRODUCTION, "availability_zones = [\"us-east-1a\", \"us-east-1b\", \"us-east-1c\"]"),
            Line(PRODUCTION, "\"10.0.1.0/24\""),
            Line(PRODUCTION, "\"10.0.2.0/24\""),
        ],
    },
    Row {
        id: "P-15",
        says: "public subnets for load balancers, private ones for applications and data, NAT gateways; no bastion: remote shells are refused",
        answers: &[
            Line(module!("network/main.tf"), "\"kubernetes.io/role/elb\" = \"1\""),
            Line(module!("network/routes.tf"), "resource \"aws_nat_gateway\" \"this\""),
            Line(module!("network/routes.tf"), "resource \"aws_internet_gateway\" \"this\""),
            Line(PRODUCTION, "subnet_ids         = module.network.private_subnet_ids"),
            Line(PRODUCTION, "subnet_ids              = module.network.data_subnet_ids"),
            Line(module!("network/acls.tf"), "remote_access_ports = { 22 = 10, 3389 = 11 }"),
        ],
    },
    Row {
        id: "P-16",
        says: "RDS: `db.t3.medium`, 100 GiB, encrypted, Multi-AZ, subnet and security group, window of backups, replica; 15.3 is deprecated",
        answers: &[
            Line(PRODUCTION, "instance_class          = \"db.t3.medium\""),
            Line(PRODUCTION, "size_gib = 100"),
            Line(module!("database/main.tf"), "storage_encrypted     = true"),
            Module("templates/terraform/modules/aws/database/variables.tf", "variable \"multi_az\""),
            Line(module!("database/main.tf"), "resource \"aws_db_subnet_group\" \"this\""),
            Line(module!("database/main.tf"), "resource \"aws_security_group\" \"this\""),
            Line(PRODUCTION, "window = \"02:00-03:00\""),
            Line(RECOVERY, "source = \"../../modules/aws/database-replica\""),
            Finding(trap!("T-P16.yaml"), "database/version"),
        ],
    },
    Row {
        id: "P-17",
        says: "ElastiCache `prog-redis-cluster`: Redis 7.0, `cache.t3.medium`, 3 nodes in several zones, failover by itself, encrypted at rest and in transit",
        answers: &[
            Line(PRODUCTION, "name                    = \"prog-redis-cluster\""),
            Line(PRODUCTION, "engine_version          = \"7.0\""),
            Line(PRODUCTION, "node_type               = \"cache.t3.medium\""),
            Line(PRODUCTION, "replicas                = 2"),
            Line(
                module!("cache/main.tf"),
                "num_cache_clusters      = local.cluster ? null : var.replicas + 1",
            ),
            Line(module!("cache/main.tf"), "multi_az_enabled           = var.replicas > 0"),
            Line(module!("cache/main.tf"), "automatic_failover_enabled"),
            Line(module!("cache/main.tf"), "at_rest_encryption_enabled = true"),
            Line(module!("cache/main.tf"), "transit_encryption_enabled = true"),
        ],
    },
    Row {
        id: "P-18",
        says: "AWS Secrets Manager: rotation is due quarterly, each cluster reads its own secrets, CloudTrail has who read them",
        answers: &[
            Line("secrets/bundles/services.yaml", "remoteName: prog/production/stripe"),
            Line("secrets/bundles/services.yaml", "every: quarterly"),
            Line(".github/workflows/rotation.yml", "cron: \"0 6 1 1,4,7,10 *\""),
            Line(production!("_environment/secrets.yaml"), "kind: ExternalSecret"),
            Line(PRODUCTION, "secret_arns = module.secrets.arns"),
            Line(module!("external-secrets/main.tf"), "\"secretsmanager:GetSecretValue\""),
            Line("docs/secrets.md", "CloudTrail has who read or changed which secret"),
        ],
    },
    Row {
        id: "P-19",
        says: "a push to main is tested, then applied to `production` in `us-east-1`; pipelines of the applications are their own",
        answers: &[
            Line(".github/workflows/infrastructure.yml", "branches: [main]"),
            Line(".github/workflows/infrastructure.yml", "environment: production"),
            Line(".github/workflows/terraform-root.yml", "aws-region: us-east-1"),
            Line(README, "| `applications` |"),
        ],
    },
    Row {
        id: "P-20",
        says: "stages: checks and a scan, plan, apply, smoke tests; tests of the applications are their own",
        answers: &[
            Line(".github/workflows/infrastructure.yml", "name: Validate"),
            Line(".github/workflows/workloads.yml", "name: Nothing critical that a newer version closes"),
            Line(".github/workflows/infrastructure.yml", "name: Smoke tests"),
            Line(USERS, "progressDeadlineAbort: true"),
            Line(README, "unit, integration and end-to-end tests"),
        ],
    },
    Row {
        id: "P-21",
        says: "blue-green: 1 pod of the new version beside the old ones, verified, then all requests; or back",
        answers: &[
            Line(USERS, "blueGreen:"),
            Line(USERS, "activeService: user-service"),
            Line(USERS, "previewService: user-service-preview"),
            Line(USERS, "previewReplicaCount: 1"),
            Line(USERS, "prePromotionAnalysis:"),
            Line(USERS, "postPromotionAnalysis:"),
            Line("docs/runbooks/rollback.md", "abort user-service"),
        ],
    },
    Row {
        id: "P-22",
        says: "rolling: one pod missing, one more, 5 pods",
        answers: &[
            Line(EVENTS, "maxUnavailable: 1"),
            Line(EVENTS, "maxSurge: 1"),
            Line(production!("event-streaming/patch.yaml"), "replicas: 5"),
            Line("alerts/rules/production/event-streaming.yaml", "alert: DeploymentRolloutStuck"),
        ],
    },
    Row {
        id: "P-23",
        says: "scraped and evaluated every 15 s, `/metrics` of user-service and api-gateway",
        answers: &[
            Line(PROMETHEUS, "scrapeInterval: 15s"),
            Line(PROMETHEUS, "evaluationInterval: 15s"),
            Line(USERS, "kind: PodMonitor"),
            Line(GATEWAY, "kind: ServiceMonitor"),
            Line(GATEWAY, "path: /metrics"),
            Line(GATEWAY, "interval: 15s"),
        ],
    },
    Row {
        id: "P-24",
        says: "dashboards: a service's response times (p95), errors, health of all, use of resources, trends",
        answers: &[
            Line(SERVICE_DASHBOARD, "\"title\": \"prog / service\""),
            Line(SERVICE_DASHBOARD, "\"title\": \"Time to answer\""),
            Line(SERVICE_DASHBOARD, "histogram_quantile(0.95"),
            Line(SERVICE_DASHBOARD, "\"legendFormat\": \"p95\""),
            Line(SERVICE_DASHBOARD, "\"title\": \"Failed requests\""),
            Line("dashboards/overview-production.json", "\"title\": \"Services\""),
            Line("dashboards/infrastructure-production.json", "\"title\": \"Requested share of the nodes\""),
        ],
    },
    Row {
        id: "P-25",
        says: "ServiceDown: no target answers for 2 minutes, critical, with summary and description",
        answers: &[
            Line(USER_ALERTS, "alert: ServiceDown"),
            Line(USER_ALERTS, "for: 2m"),
            Line(USER_ALERTS, "severity: critical"),
            Line(USER_ALERTS, "summary: No target of a service answers."),
        ],
    },
    Row {
        id: "P-26",
        says: "high error rate: more than 5% for 5 minutes, critical",
        answers: &[
            Line(USER_ALERTS, "alert: ServiceErrorRateHigh"),
            Line(USER_ALERTS, "> 0.05"),
            Line(USER_ALERTS, "for: 5m"),
        ],
    },
    Row {
        id: "P-27",
        says: "e-mail for what is critical, Slack, PagerDuty, tickets in Jira",
        answers: &[
            Line(ALERTMANAGER, "- to: ops@prognetwork.com"),
            Line(ALERTMANAGER, "slack_configs:"),
            Line(ALERTMANAGER, "pagerduty_configs:"),
            Line(ALERTMANAGER, "jira_configs:"),
            Line(ALERTMANAGER, "- receiver: operations-mail"),
            Line(ALERTMANAGER, "- receiver: team"),
        ],
    },
    Row {
        id: "P-28",
        says: "a dump every night at 2, with pg_dump, to `prog-backups`, named after its date",
        answers: &[
            Line(production!("_environment/dumps.yaml"), "kind: CronJob"),
            Line(production!("_environment/dumps.yaml"), "schedule: 0 2 * * *"),
            Line(production!("_environment/dumps.yaml"), "pg_dump --no-password"),
            Line(production!("_environment/dumps.yaml"), "name=\"$(date -u +%Y-%m-%dT%H%M%SZ).dump\""),
            Line(production!("_environment/dumps.yaml"), "value: prog-backups"),
            Line(PLATFORM, "name = \"prog-backups\""),
            Line("docs/network.md", "TCP 443 | `databases/prog`, `buckets/prog-backups` |"),
        ],
    },
    Row {
        id: "P-29",
        says: "full backups daily, any point in time, copied to another region, restored as a test",
        answers: &[
            Line(PRODUCTION, "retention_days = 14, window = \"02:00-03:00\""),
            Line(PRODUCTION, "module \"database_prog_backups\""),
            Line(PLATFORM, "replication = { bucket_arn = module.bucket_prog_backups_copy.arn }"),
            Line(PROMISES, "Restore to the point in time"),
            Line(production!("_environment/dumps.yaml"), "name: prog-dump-test"),
            Line("alerts/rules/production/_databases.yaml", "alert: DatabaseBackupLate"),
        ],
    },
    Row {
        id: "P-30",
        says: "works again within 15 minutes (critical), 1 hour (important), 4 hours (standard)",
        answers: &[
            Line(PROMISES, "| `critical` | 5m | 15m |"),
            Line(PROMISES, "| `important` | 1h | 1h |"),
            Line(PROMISES, "| `standard` | 1d | 4h |"),
            Line(USER_ALERTS, "rto: 15m"),
        ],
    },
    Row {
        id: "P-31",
        says: "loses at most 5 minutes (critical), 1 hour (important), a day (standard); the worst case is as long as the promise, not shorter",
        answers: &[
            Line(PROMISES, "| `prog` | the region | the running copy in another region | 5m | 5m |"),
            Line(PROMISES, "| `event-streaming` | nothing | 1h |"),
            Line(PROMISES, "log not yet stored 5m"),
        ],
    },
    Row {
        id: "P-32",
        says: "a second region that a pipeline lets take over, data copied there, drills",
        answers: &[
            Line(RECOVERY, "# A running copy of prog of production."),
            Line(PROMISES, "A pipeline decides"),
            Line("docs/runbooks/region-outage.md", "`recovery` takes over in us-west-2"),
            Line(".github/workflows/drills.yml", "region-outage"),
            Line("alerts/rules/production/_environment.yaml", "alert: DRDrillOverdue"),
        ],
    },
    Row {
        id: "P-33",
        says: "2 to 10 pods by CPU 70% and memory 80%, with a time to cool down",
        answers: &[
            Line(USERS, "minReplicas: 2"),
            Line(USERS, "maxReplicas: 10"),
            Line(USERS, "averageUtilization: 70"),
            Line(USERS, "averageUtilization: 80"),
            Line(USERS, "stabilizationWindowSeconds: 300"),
        ],
    },
    Row {
        id: "P-34",
        says: "ports of services are open to the load balancer's way in and to their callers only; a web application firewall",
        answers: &[
            Line("docs/network.md", "| service `api-gateway` | service `user-service` | TCP 3007 |"),
            Line(
                "docs/network.md",
                "| every pod of namespace `ingress-nginx` | service `api-gateway` | TCP 8000 |",
            ),
            Line(USERS, "          port: 3007"),
            Line(PRODUCTION, "source = \"../../modules/aws/waf\""),
            Line(module!("waf/main.tf"), "resource \"aws_wafv2_web_acl\" \"this\""),
        ],
    },
    Row {
        id: "P-35",
        says: "CloudTrail `prog-cloudtrail`: global services, all regions, validated files, a bucket of its own",
        answers: &[
            Line(PLATFORM, "name           = \"prog-cloudtrail\""),
            Line(PLATFORM, "bucket_name    = \"prog-cloudtrail-logs\""),
            Line(module!("audit/main.tf"), "include_global_service_events = true"),
            Line(module!("audit/main.tf"), "is_multi_region_trail         = true"),
            Line(module!("audit/main.tf"), "enable_log_file_validation    = true"),
            Line(module!("audit/main.tf"), "sid        = \"TrailWrites\""),
        ],
    },
    Row {
        id: "P-36",
        says: "OpenTelemetry collector: OTLP on 4317 and 4318, traces to a store by OTLP (Tempo in place of Jaeger)",
        answers: &[
            Line("helm/addons/opentelemetry-collector/values.yaml", "receivers: [otlp]"),
            Line(
                "helm/addons/opentelemetry-collector/values-production.yaml",
                "tempo.monitoring.svc.cluster.local:4317",
            ),
            Line(USERS, "value: http://opentelemetry-collector.monitoring.svc.cluster.local:4318"),
            Line(production!("user-service/patch.yaml"), "port: 4317"),
        ],
    },
    Row {
        id: "P-37",
        says: "a limit of requests, protection from floods, names that lead to another region",
        answers: &[
            Line(PRODUCTION, "rate_limit      = 2000"),
            Line("docs/network.md", "AWS Shield Standard is on"),
            Line("docs/runbooks/region-outage.md", "aws route53 change-resource-record-sets"),
        ],
    },
    Row {
        id: "P-38",
        says: "analysis of access, reports on compliance: people's own work, from the trail and the logs that are kept",
        answers: &[
            Line(README, "| `data-access` |"),
            Line(PLATFORM, "retention_days = 400"),
            Line("helm/addons/loki/values.yaml", "retention_enabled: true"),
        ],
    },
    Row {
        id: "T-P1",
        says: "the rewrite names a second group, the paths have one; a pattern is no `Prefix`; the class is an annotation",
        answers: &[
            Finding(trap!("T-P1.yaml"), "patch/rewrite"),
            Finding(trap!("T-P1.yaml"), "patch/path-type"),
            Finding(trap!("T-P1.yaml"), "patch/ingress-class"),
            Line(production!("api-gateway/patch.yaml"), "path: /api(/|$)(.*)"),
            Line(production!("api-gateway/patch.yaml"), "pathType: ImplementationSpecific"),
            Line(GATEWAY, "nginx.ingress.kubernetes.io/use-regex: \"true\""),
            Nowhere("kubernetes.io/ingress.class"),
        ],
    },
    Row {
        id: "T-P2",
        says: "both subnets are in one zone",
        answers: &[
            Finding(trap!("T-P2.yaml"), "network/zones"),
            Line(PRODUCTION, "\"us-east-1a\", \"us-east-1b\", \"us-east-1c\""),
        ],
    },
    Row {
        id: "T-P3",
        says: "the error rate divides vectors whose labels differ",
        answers: &[
            Finding(trap!("T-P3.yaml"), "alert/unmatched-labels"),
            Finding(trap!("T-P3.yaml"), "alert/bare-value"),
            Line(USER_ALERTS, "/ sum by (namespace, job) (rate(http_requests_total"),
            Line(USER_ALERTS, "{{ $value | humanizePercentage }}"),
        ],
    },
    Row {
        id: "T-P4",
        says: "ServiceDown fires for one pod, and not when all targets vanish",
        answers: &[
            Finding(trap!("T-P4.yaml"), "alert/each-target"),
            Line(USER_ALERTS, "sum by (namespace, job) (up{"),
            Line(USER_ALERTS, "or absent(up{"),
        ],
    },
    Row {
        id: "T-P5",
        says: "the collector has no exporter `jaeger`, and `prometheus` takes no traces",
        answers: &[
            Finding("tests/fixtures/traps/T-P5.yaml", "addon/collector-exporter"),
            Line("helm/addons/opentelemetry-collector/values.yaml", "exporters: [otlp]"),
            Nowhere("jaeger-collector"),
        ],
    },
    Row {
        id: "T-P6",
        says: "p95 without `sum by (le)`, in a panel that Grafana removed",
        answers: &[
            Finding(trap!("T-P6.yaml"), "alert/quantile"),
            Line(SERVICE_DASHBOARD, "histogram_quantile(0.95, sum by (namespace, job, le)"),
            Line(SERVICE_DASHBOARD, "\"type\": \"timeseries\""),
        ],
    },
    Row {
        id: "T-P7",
        says: "a probe asks another environment over the internet",
        answers: &[
            Finding(trap!("T-P7.yaml"), "document/invalid-value"),
            Line(EVENTS, "path: /health"),
            Nowhere("http-event-bridge"),
        ],
    },
    Row {
        id: "T-P8",
        says: "scaled by use, without requests",
        answers: &[Finding(trap!("T-P8.yaml"), "workload/no-requests"), Line(USERS, "cpu: 250m")],
    },
    Row {
        id: "T-P9",
        says: "a fixed number of pods, and an autoscaler",
        answers: &[Finding(trap!("T-P9.yaml"), "workload/replicas-and-autoscaling")],
    },
    Row {
        id: "T-P10",
        says: "the scraped port is not the Service's, and a Service answers for one pod only: monitors name the port of the pods",
        answers: &[
            Line(GATEWAY, "    - port: http"),
            Line(USERS, "podMetricsEndpoints:"),
            Nowhere("user-service:3007/metrics"),
        ],
    },
    Row {
        id: "T-P11",
        says: "the backup job is incomplete: no restart policy, a pipe that hides failure, no tool to upload",
        answers: &[
            Finding(trap!("T-P11.yaml"), "patch/restart-policy"),
            Finding(trap!("T-P11.yaml"), "workload/pipe-hides-failure"),
            Line(production!("_environment/dumps.yaml"), "set -euo pipefail"),
            Line(production!("_environment/dumps.yaml"), "concurrencyPolicy: Forbid"),
            Line(production!("_environment/dumps.yaml"), "restartPolicy: Never"),
            Line(production!("_environment/dumps.yaml"), "image: docker.io/amazon/aws-cli:"),
        ],
    },
    Row {
        id: "T-P12",
        says: "the Service's selector has both colours",
        answers: &[
            Finding(trap!("T-P12.yaml"), "patch/identity"),
            Line(USERS, "activeService: user-service"),
        ],
    },
    Row {
        id: "T-P13",
        says: "the security group leaves out 8000 and 8001: policies open the ports that services declare",
        answers: &[
            Line(GATEWAY, "          port: 8000"),
            Line(EVENTS, "          port: 8001"),
            Line("docs/network.md", "no port of a service is closed there"),
        ],
    },
    Row {
        id: "T-P14",
        says: "5 minutes of loss against a daily dump in one region",
        answers: &[Finding(trap!("T-P14.yaml"), "recovery/rpo-not-met")],
    },
    Row {
        id: "T-P15",
        says: "`cache.t3.medium` joins no Global Datastore",
        answers: &[Finding(trap!("T-P15.yaml"), "recovery/loss-not-covered")],
    },
    Row {
        id: "T-P16",
        says: "PostgreSQL 15.3 is deprecated, Node 20 has ended",
        answers: &[
            Finding(trap!("T-P16.yaml"), "database/version"),
            Finding(trap!("T-P16.yaml"), "workload/image-ended"),
            Line(PRODUCTION, "engine_version          = \"17\""),
        ],
    },
    Row {
        id: "T-all",
        says: "ingress-nginx is retired: it renders, and a warning offers the Gateway API",
        answers: &[
            Finding(SPEC, "ingress/controller-retired"),
            Finding("examples/quantumvest/platform.yaml", "ingress/controller-retired"),
            Line("helm/addons/releases.yaml", "ingress-nginx"),
        ],
    },
];
