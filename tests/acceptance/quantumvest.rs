//! `QuantumVest`: facts, traps T-Q1 to T-Q12.

use super::Answer::{Finding, Line, Nowhere};
use super::Row;

const PROD: &str = "infrastructure/terraform/environments/prod/main.tf";
const DEV: &str = "infrastructure/terraform/environments/dev/main.tf";
const PROD_VALUES: &str = "infrastructure/terraform/environments/prod/terraform.tfvars";
const STAGING_VALUES: &str = "infrastructure/terraform/environments/staging/terraform.tfvars";
const DEV_VALUES: &str = "infrastructure/terraform/environments/dev/terraform.tfvars";
const STANDBY: &str = "infrastructure/terraform/environments/standby/main.tf";
const LOGGING: &str = "infrastructure/kubernetes/environments/clusters/prod/eck-operator/objects.yaml";
const PLATFORM: &str = "infrastructure/terraform/platform/main.tf";
const CLUSTER: &str = "infrastructure/terraform/modules/aws/cluster/main.tf";
const DATABASE: &str = "infrastructure/terraform/modules/aws/database/main.tf";
const NETWORK: &str = "infrastructure/terraform/modules/aws/network/main.tf";
const ROUTES: &str = "infrastructure/terraform/modules/aws/network/routes.tf";
const BACKEND: &str = "infrastructure/helm/services/backend/values.yaml";
const BACKEND_PROD: &str = "infrastructure/helm/services/backend/values-prod.yaml";
const FRONTEND: &str = "infrastructure/helm/services/frontend/values.yaml";
const FRONTEND_PROD: &str = "infrastructure/helm/services/frontend/values-prod.yaml";
const DUMPS: &str = "infrastructure/kubernetes/environments/prod/_environment/dumps.yaml";
const FILES: &str = "infrastructure/kubernetes/environments/prod/_environment/files.yaml";
const EDGE: &str = "infrastructure/kubernetes/environments/clusters/prod/ingress-nginx/objects.yaml";
const README: &str = "docs/README.md";
const PROMISES: &str = "docs/recovery.md";
const OUTAGE: &str = "docs/runbooks/region-outage.md";
const RULES: &str = "alerts/rules/prod/_environment.yaml";
const DATABASE_RULES: &str = "alerts/rules/prod/_databases.yaml";
const BACKEND_RULES: &str = "alerts/rules/prod/backend.yaml";
const CUSTOM_RULES: &str = "alerts/rules/prod/_custom.yaml";

macro_rules! module {
    ($file:literal) => {
        concat!("infrastructure/terraform/modules/aws/", $file)
    };
}

macro_rules! trap {
    ($file:literal) => {
        concat!("tests/fixtures/traps/", $file)
    };
}

pub(crate) const ROWS: &[Row] = &[
    Row {
        id: "Q-01",
        says: "dev with synthetic data, staging smaller than production with anonymised data, prod at full scale; who comes in from where",
        answers: &[
            Line(
                README,
                "| `dev` | development | `dev` | `dev` | `dev.quantumvest.com` | Feature development and testing, with synthetic data |",
            ),
            Line(README, "Pre-production testing and QA, with anonymised data"),
            Line(README, "Live application serving end users"),
            Line(README, "| `anonymisation` |"),
            Line(STAGING_VALUES, "database_main_instance_class = \"db.t4g.large\""),
            Line(DEV_VALUES, "database_main_instance_class = \"db.t4g.medium\""),
            Line(BACKEND_PROD, "maxReplicas: 9"),
        ],
    },
    Row {
        id: "Q-02",
        says: "EKS managed node groups that an autoscaler sizes; spot for what is not critical",
        answers: &[
            Line(module!("node-group/main.tf"), "resource \"aws_eks_node_group\" \"this\""),
            Line(PROD_VALUES, "pool_main_nodes = { min = 3, max = 9 }"),
            Line(PROD, "capacity           = \"spot\""),
            Line(PROD, "module \"identity_node_scaling\""),
        ],
    },
    Row {
        id: "Q-03",
        says: "region `us-west-2`; the cluster is `<environment>-eks-cluster`, everywhere",
        answers: &[
            Line(PROD, "name                = \"prod-eks-cluster\""),
            Line("infrastructure/terraform/environments/prod/providers.tf", "us-west-2"),
            Line(README, "aws eks update-kubeconfig --name prod-eks-cluster --region us-west-2"),
        ],
    },
    Row {
        id: "Q-04",
        says: "the API is reached privately, and publicly from named addresses; the version is said once",
        answers: &[
            Line(CLUSTER, "endpoint_private_access = true"),
            Line(CLUSTER, "endpoint_public_access  = length(var.public_access_cidrs) > 0"),
            Line(PROD, "public_access_cidrs = [\"203.0.113.0/24\"]"),
            Line(PROD_VALUES, "cluster_kubernetes_version = \"1.36\""),
            Line(CLUSTER, "cluster_security_group_id"),
        ],
    },
    Row {
        id: "Q-05",
        says: "node groups: instance types, disk, sizes, a name with the environment",
        answers: &[
            Line(PROD, "name               = \"prod-main\""),
            Line(PROD_VALUES, "pool_main_instance_types = [\"m6i.large\"]"),
            Line(PROD, "disk               = { size_gib = 100"),
            Line(PROD_VALUES, "pool_main_nodes = { min = 3, max = 9 }"),
        ],
    },
    Row {
        id: "Q-06",
        says: "policies of the cluster and the nodes: cluster, worker node, CNI, images read only (`AmazonEKSServicePolicy` is no longer needed)",
        answers: &[
            Line(CLUSTER, "AmazonEKSClusterPolicy"),
            Line(module!("node-group/main.tf"), "AmazonEKSWorkerNodePolicy"),
            Line(module!("node-group/main.tf"), "AmazonEKS_CNI_Policy"),
            Line(module!("node-group/main.tf"), "AmazonEC2ContainerRegistryPullOnly"),
        ],
    },
    Row {
        id: "Q-07",
        says: "VPC with DNS, public and private subnets, internet gateway and its route; addresses for what brings its own only; tags",
        answers: &[
            Line(NETWORK, "enable_dns_support   = true"),
            Line(NETWORK, "enable_dns_hostnames = true"),
            Line(NETWORK, "resource \"aws_subnet\" \"public\""),
            Line(NETWORK, "resource \"aws_subnet\" \"private\""),
            Line(NETWORK, "map_public_ip_on_launch = false"),
            Line(ROUTES, "resource \"aws_internet_gateway\" \"this\""),
            Line(ROUTES, "destination_cidr_block = \"0.0.0.0/0\""),
            Line(NETWORK, "Name                     = \"${var.name}-public-${each.key}\""),
            Line("infrastructure/terraform/environments/prod/providers.tf", "environment"),
        ],
    },
    Row {
        id: "Q-08",
        says: "RDS `<environment>-db`: encrypted, not public, backups 7 days in prod and 1 elsewhere, windows `03:00-04:00` and `Mon:04:00-Mon:05:00`, Multi-AZ in prod only (disks are gp3)",
        answers: &[
            Line(PROD, "name                    = \"prod-db\""),
            Line(DATABASE, "storage_encrypted     = true"),
            Line(DATABASE, "publicly_accessible    = false"),
            Line(PROD_VALUES, "database_main_backup = { retention_days = 7, window = \"03:00-04:00\" }"),
            Line(DEV_VALUES, "database_main_backup = { retention_days = 1"),
            Line(STAGING_VALUES, "database_main_backup = { retention_days = 1"),
            Line(PROD_VALUES, "database_main_maintenance_window = \"mon:04:00-mon:05:00\""),
            Line(DEV_VALUES, "database_main_multi_az = false"),
            Line(STAGING_VALUES, "database_main_multi_az = false"),
            Line(module!("database/variables.tf"), "optional(string, \"gp3\")"),
        ],
    },
    Row {
        id: "Q-09",
        says: "parameter group of the version's family with `log_connections` and `log_disconnections`; subnet group",
        answers: &[
            Line(PROD, "log_connections    = { value = \"1\" }"),
            Line(PROD, "log_disconnections = { value = \"1\" }"),
            Line(DATABASE, "family      = \"postgres${local.major}\""),
            Line(DATABASE, "resource \"aws_db_subnet_group\" \"this\""),
        ],
    },
    Row {
        id: "Q-10",
        says: "Terraform: a root for each environment instead of workspaces, its values in `terraform.tfvars`, modules",
        answers: &[
            Line("infrastructure/terraform/environments/dev/terraform.tfvars", "network_cidr = "),
            Line("infrastructure/terraform/environments/staging/terraform.tfvars", "network_cidr = "),
            Line("infrastructure/terraform/environments/prod/terraform.tfvars", "network_cidr = "),
            Line(PROD, "source = \"../../modules/aws/network\""),
            Line(PROD, "source = \"../../modules/aws/cluster\""),
            Line(PROD, "source = \"../../modules/aws/database\""),
            Line(PROD, "source = \"../../modules/aws/encryption-key\""),
            Line(PROD, "source = \"../../modules/aws/bucket\""),
        ],
    },
    Row {
        id: "Q-11",
        says: "what environments share, and the values of each; objects below `environments/{dev,staging,prod}`",
        answers: &[
            Line(BACKEND, "# What its environments share."),
            Line("infrastructure/helm/services/backend/values-dev.yaml", "environment: dev"),
            Line("infrastructure/helm/services/backend/values-staging.yaml", "environment: staging"),
            Line(BACKEND_PROD, "environment: prod"),
            Line(
                "infrastructure/kubernetes/environments/prod/_environment/kustomization.yaml",
                "secrets.yaml",
            ),
        ],
    },
    Row {
        id: "Q-12",
        says: "backend: 3 pods, port 5000, `DATABASE_URL` from a secret, 100m/256Mi to 500m/512Mi, `/health` 30/10, `/ready` 5/5",
        answers: &[
            Line(BACKEND_PROD, "minReplicas: 3"),
            Line(BACKEND_PROD, "tag: \"2.4.1\""),
            Line(BACKEND, "containerPort: 5000"),
            Line(BACKEND, "DATABASE_URL:"),
            Line(BACKEND, "name: database-main"),
            Line(BACKEND, "cpu: 100m"),
            Line(BACKEND, "memory: 256Mi"),
            Line(BACKEND, "cpu: 500m"),
            Line(BACKEND, "memory: 512Mi"),
            Line(BACKEND, "initialDelaySeconds: 30"),
            Line(BACKEND, "path: /ready"),
            Line(BACKEND, "initialDelaySeconds: 5"),
        ],
    },
    Row {
        id: "Q-13",
        says: "frontend: 3 pods, port 80 to an unprivileged one, `API_URL`, 100m/128Mi to 300m/256Mi, `/` 30/10 and 5/5",
        answers: &[
            Line(FRONTEND_PROD, "replicaCount: 3"),
            Line(FRONTEND, "port: 80"),
            Line(FRONTEND_PROD, "API_URL: https://api.quantumvest.com"),
            Line(FRONTEND, "memory: 128Mi"),
            Line(FRONTEND, "cpu: 300m"),
            Line(FRONTEND, "memory: 256Mi"),
            Line(FRONTEND, "path: /"),
            Line(FRONTEND, "initialDelaySeconds: 30"),
            Line(FRONTEND, "initialDelaySeconds: 5"),
        ],
    },
    Row {
        id: "Q-14",
        says: "`api.quantumvest.com` to backend, `www.quantumvest.com` to frontend, Prefix `/`, HTTPS with the load balancer's own certificates",
        answers: &[
            Line(BACKEND, "className: nginx"),
            Line(BACKEND_PROD, "host: api.quantumvest.com"),
            Line(BACKEND_PROD, "pathType: Prefix"),
            Line(FRONTEND_PROD, "host: www.quantumvest.com"),
            Line(PROD, "domain  = \"api.quantumvest.com\""),
            Line(PROD, "domain  = \"www.quantumvest.com\""),
            Line(EDGE, "alb.ingress.kubernetes.io/ssl-redirect: \"443\""),
        ],
    },
    Row {
        id: "Q-15",
        says: "a copy for reading, backups by themselves, any point in time",
        answers: &[
            Line(PROD, "module \"database_main_reader\""),
            Line(PROD_VALUES, "database_main_backup = { retention_days = 7"),
            Line(PROMISES, "Restore to the point in time"),
        ],
    },
    Row {
        id: "Q-16",
        says: "Redis (Valkey) for sessions and cached data, in several zones",
        answers: &[
            Line(PROD, "description             = \"Sessions and cached prices\""),
            Line(module!("cache/main.tf"), "multi_az_enabled           = var.replicas > 0"),
            Line(BACKEND, "REDIS_URL:"),
        ],
    },
    Row {
        id: "Q-17",
        says: "storage: objects, blocks, files",
        answers: &[
            Line(PROD, "name = \"quantumvest-prod-static\""),
            Line(PLATFORM, "name = \"quantumvest-backups\""),
            Line(PROD, "aws-ebs-csi-driver"),
            Line(PROD, "aws-efs-csi-driver"),
            Line(module!("file-storage/main.tf"), "resource \"aws_efs_mount_target\" \"this\""),
            Line(FILES, "  storageClassName: files.prod.shared"),
            Line(BACKEND, "claimName: files-shared"),
        ],
    },
    Row {
        id: "Q-18",
        says: "CDN, VPN, web application firewall, protection from floods, network ACLs, security groups, KMS, MFA",
        answers: &[
            Line(PROD, "module \"cdn_static\""),
            Line(README, "| `vpn` |"),
            Line(PROD, "source = \"../../modules/aws/waf\""),
            Line("docs/network.md", "AWS Shield Standard is on"),
            Line(module!("network/acls.tf"), "resource \"aws_network_acl\" \"private\""),
            Line(DATABASE, "resource \"aws_security_group\" \"this\""),
            Line(module!("encryption-key/main.tf"), "resource \"aws_kms_key\" \"this\""),
            Line(README, "| `mfa` |"),
        ],
    },
    Row {
        id: "Q-19",
        says: "Prometheus, Grafana, Alertmanager; logs",
        answers: &[
            Line("infrastructure/helm/addons/kube-prometheus-stack/values.yaml", "prometheusSpec:"),
            Line("infrastructure/helm/addons/kube-prometheus-stack/values.yaml", "grafana:"),
            Line("infrastructure/helm/addons/kube-prometheus-stack/values.yaml", "alertmanagerSpec:"),
            Line(LOGGING, "kind: Elasticsearch"),
            Line(LOGGING, "kind: Kibana"),
            Line(LOGGING, "kind: Beat"),
            Line("docs/logs.md", "Logstash"),
        ],
    },
    Row {
        id: "Q-20",
        says: "metrics of systems, applications, databases, Kubernetes",
        answers: &[
            Line("dashboards/infrastructure-prod.json", "\"title\": \"Requested share of the nodes\""),
            Line("dashboards/service.json", "\"title\": \"Failed requests\""),
            Line("dashboards/stores.json", "\"title\""),
            Line("dashboards/overview-prod.json", "\"title\": \"Pods without a node\""),
            Line(DATABASE_RULES, "alert: DatabaseConnectionsHigh"),
        ],
    },
    Row {
        id: "Q-21",
        says: "alerts on CPU (80%, 5 minutes), memory (10% left), errors of the API (5%, 5 minutes, critical)",
        answers: &[
            Line(BACKEND_RULES, "alert: ServiceErrorRateHigh"),
            Line(BACKEND_RULES, "> 0.05"),
            Line(BACKEND_RULES, "for: 5m"),
            Line(CUSTOM_RULES, "alert: NodeCpuHigh"),
            Line(CUSTOM_RULES, "> 0.80"),
            Line(CUSTOM_RULES, "alert: NodeMemoryHigh"),
            Line(CUSTOM_RULES, "> 0.90"),
        ],
    },
    Row {
        id: "Q-22",
        says: "a dump every day to object storage, any point in time, copies in another region; secrets versioned and encrypted; nothing of it is on a volume",
        answers: &[
            Line(DUMPS, "schedule: 0 5 * * *"),
            Line(DUMPS, "value: quantumvest-backups"),
            Line(PLATFORM, "replication = { bucket_arn = module.bucket_backups_copy.arn }"),
            Line(PROD, "module \"database_main_backups\""),
            Line("docs/secrets.md", "The value before is kept as `AWSPREVIOUS`"),
            Line(DATABASE_RULES, "alert: DatabaseBackupLate"),
            Line(DATABASE_RULES, "alert: JobNotSucceeding"),
        ],
    },
    Row {
        id: "Q-23",
        says: "works again within 1 hour, loses 15 minutes at most; the copy takes over, names follow; drills every month",
        answers: &[
            Line(PROMISES, "| `critical` | 15m | 1h |"),
            Line(
                PROMISES,
                "| `main` | the region | the running copy in another region | 5m | 15m | 27m 30s | 1h |",
            ),
            Line(STANDBY, "# A running copy of main of prod."),
            Line(
                OUTAGE,
                "aws rds promote-read-replica --region us-east-2 --db-instance-identifier prod-db-standby",
            ),
            Line(OUTAGE, "aws route53 change-resource-record-sets"),
            Line(OUTAGE, "rollout/frontend"),
            Line(PROMISES, "Every scenario is due monthly"),
            Line(RULES, "alert: DRDrillOverdue"),
        ],
    },
    Row {
        id: "Q-24",
        says: "Ansible roles: outside of platc, and the documentation says so",
        answers: &[Line(README, "| `ansible` | Machines outside of Kubernetes")],
    },
    Row {
        id: "Q-25",
        says: "blue-green, canary, the way back, approval",
        answers: &[
            Line(BACKEND, "blueGreen:"),
            Line(FRONTEND_PROD, "canary:"),
            Line("docs/runbooks/rollback.md", "kubectl argo rollouts --namespace prod abort backend"),
            Line("docs/pipelines.md", "| `prod` | `infrastructure/terraform/environments/prod` | 1 |"),
        ],
    },
    Row {
        id: "Q-26",
        says: "somebody on call, severities, runbooks, reports afterwards, windows for patches, tests of restores",
        answers: &[
            Line("alerts/alertmanager-prod.yaml", "receiver: on-call"),
            Line(BACKEND_RULES, "severity: critical"),
            Line(BACKEND_RULES, "runbook_url:"),
            Line(OUTAGE, "Write what happened"),
            Line(PROD_VALUES, "database_main_maintenance_window = \"mon:04:00-mon:05:00\""),
            Line(DUMPS, "name: main-dump-test"),
        ],
    },
    Row {
        id: "Q-27",
        says: "several regions: a second one that takes over, with a copy of the database; the CDN is global",
        answers: &[
            Line(STANDBY, "source = \"../../modules/aws/database-replica\""),
            Line("infrastructure/terraform/environments/standby/providers.tf", "us-east-2"),
            Line(PROD, "module \"cdn_static\""),
        ],
    },
    Row {
        id: "Q-28",
        says: "audit log, scans of holes, penetration tests by others",
        answers: &[
            Line(PLATFORM, "name           = \"quantumvest-cloudtrail\""),
            Line(".github/workflows/workloads.yml", "uses: aquasecurity/trivy-action@"),
            Line(README, "| `penetration-tests` |"),
        ],
    },
    Row {
        id: "T-Q1",
        says: "the alert on CPU compares a raw counter",
        answers: &[
            Finding(trap!("T-Q1.yaml"), "alert/raw-counter"),
            Line(CUSTOM_RULES, "1 - avg by (instance) (rate(node_cpu_seconds_total{job=\"node-exporter\""),
        ],
    },
    Row {
        id: "T-Q2",
        says: "the alert on memory mixes all exporters",
        answers: &[
            Finding(trap!("T-Q2.yaml"), "alert/no-job"),
            Line(CUSTOM_RULES, "node_memory_MemTotal_bytes{job=\"node-exporter\"}"),
        ],
    },
    Row {
        id: "T-Q3",
        says: "the alert on errors sums over all services, without a floor of traffic",
        answers: &[
            Finding(trap!("T-Q3.yaml"), "alert/everything-together"),
            Finding(trap!("T-Q3.yaml"), "alert/no-traffic-floor"),
            Line(
                BACKEND_RULES,
                "sum by (namespace, job) (rate(http_requests_total{namespace=\"prod\", job=\"backend\"",
            ),
            Line(
                BACKEND_RULES,
                "and sum by (namespace, job) (increase(http_requests_total{namespace=\"prod\", job=\"backend\"}[5m])) > 20",
            ),
        ],
    },
    Row {
        id: "T-Q4",
        says: "images `:latest`",
        answers: &[Finding(trap!("T-Q4.yaml"), "workload/image-tag"), Nowhere("backend:latest")],
    },
    Row {
        id: "T-Q5",
        says: "two databases for one address",
        answers: &[Finding(trap!("T-Q5.yaml"), "workload/variable-twice"), Nowhere("kind: statefulset")],
    },
    Row {
        id: "T-Q6",
        says: "the cluster has two names: in a spec it has one, which everything takes",
        answers: &[
            Line(PROD, "name                = \"prod-eks-cluster\""),
            Line(README, "aws eks update-kubeconfig --name prod-eks-cluster"),
            Nowhere("--name quantumvest-cluster"),
        ],
    },
    Row {
        id: "T-Q7",
        says: "private subnets lead nowhere; nodes are in public ones",
        answers: &[
            Finding(trap!("T-Q7.yaml"), "network/no-way-out"),
            Line(ROUTES, "resource \"aws_nat_gateway\" \"this\""),
            Line(ROUTES, "resource \"aws_route_table_association\" \"private\""),
            Line(PROD, "subnet_ids         = module.network.private_subnet_ids"),
        ],
    },
    Row {
        id: "T-Q8",
        says: "a last snapshot without a name, no protection: a spec cannot say it",
        answers: &[
            Line(DATABASE, "final_snapshot_identifier = var.final_snapshot ?"),
            Line(DATABASE, "deletion_protection       = var.deletion_protection"),
            Line(module!("database/variables.tf"), "variable \"deletion_protection\""),
            Line(DEV, "deletion_protection = false"),
        ],
    },
    Row {
        id: "T-Q9",
        says: "PostgreSQL 13 has ended, its family stands beside a version that is a variable",
        answers: &[
            Finding(trap!("T-Q9.yaml"), "database/version"),
            Line(DATABASE, "family      = \"postgres${local.major}\""),
            Line(PROD_VALUES, "database_main_engine_version = \"17\""),
        ],
    },
    Row {
        id: "T-Q10",
        says: "the API is open to everybody; no encryption of secrets, no logs of the control plane",
        answers: &[
            Finding(trap!("T-Q10.yaml"), "kubernetes/open-control-plane"),
            Line(CLUSTER, "resources = [\"secrets\"]"),
            Line(CLUSTER, "enabled_cluster_log_types = var.log_types"),
        ],
    },
    Row {
        id: "T-Q11",
        says: "15 minutes of loss and a standby elsewhere, and no copy",
        answers: &[Finding(trap!("T-Q11.yaml"), "recovery/loss-not-covered")],
    },
    Row {
        id: "T-Q12",
        says: "the password is a variable, secrets are in Git",
        answers: &[
            Finding(trap!("T-Q12.yaml"), "secret/literal"),
            Line(PROD, "ephemeral \"aws_secretsmanager_random_password\" \"main\""),
            Line(DATABASE, "password_wo                   = var.password"),
            Nowhere("db_password"),
        ],
    },
];
