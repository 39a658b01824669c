# made by platc; edits belong in platform.yaml

# Environment recovery: Takes over when us-east-1 is lost.

module "network" {
  source = "../../modules/aws/network"

  name               = "prog-recovery"
  cidr               = "10.2.0.0/16"
  availability_zones = ["us-west-2a", "us-west-2b", "us-west-2c"]
}

# Encrypts the cluster's secrets, its nodes' disks, the data beside it and its logs.
module "key" {
  source = "../../modules/aws/encryption-key"

  name                = "prog-recovery"
  description         = "Data of the cluster prog-recovery"
  ebs_for_autoscaling = true
  services            = ["logs"]
}

module "cluster" {
  source = "../../modules/aws/cluster"

  name                = "prog-recovery"
  kubernetes_version  = "1.36"
  subnet_ids          = module.network.private_subnet_ids
  kms_key_arn         = module.key.arn
  log_kms_key_arn     = module.key.arn
  public_access_cidrs = ["203.0.113.0/24"]
  access = {
    role-operations = {
      principal_arn = "arn:aws:iam::123456789012:role/operations"
      policy        = "AmazonEKSClusterAdminPolicy"
    }
  }
}

# General purpose
module "pool_application" {
  source = "../../modules/aws/node-group"

  name               = "recovery-application"
  cluster_name       = module.cluster.name
  subnet_ids         = module.network.private_subnet_ids
  kubernetes_version = "1.36"
  instance_types     = ["m6i.large"]
  nodes              = { min = 3, max = 12 }
  labels = {
    "platc.dev/pool"        = "application"
    "platc.dev/environment" = "recovery"
  }
  disk = { kms_key_arn = module.key.arn }
}

# Memory-intensive work
module "pool_memory" {
  source = "../../modules/aws/node-group"

  name               = "recovery-memory"
  cluster_name       = module.cluster.name
  subnet_ids         = module.network.private_subnet_ids
  kubernetes_version = "1.36"
  instance_types     = ["r6i.large"]
  nodes              = { min = 0, max = 4 }
  labels = {
    "platc.dev/pool"        = "memory"
    "platc.dev/environment" = "recovery"
    node-type               = "memory"
  }
  taints = [
    { key = "dedicated", value = "memory", effect = "NoSchedule" },
  ]
  disk = { kms_key_arn = module.key.arn }
}

# Compute-intensive work
module "pool_compute" {
  source = "../../modules/aws/node-group"

  name               = "recovery-compute"
  cluster_name       = module.cluster.name
  subnet_ids         = module.network.private_subnet_ids
  kubernetes_version = "1.36"
  instance_types     = ["c6i.xlarge"]
  nodes              = { min = 0, max = 6 }
  labels = {
    "platc.dev/pool"        = "compute"
    "platc.dev/environment" = "recovery"
    node-type               = "compute"
  }
  taints = [
    { key = "dedicated", value = "compute", effect = "NoSchedule" },
  ]
  disk = { kms_key_arn = module.key.arn }
}

# Batch jobs that may be interrupted
module "pool_batch" {
  source = "../../modules/aws/node-group"

  name               = "recovery-batch"
  cluster_name       = module.cluster.name
  subnet_ids         = module.network.private_subnet_ids
  kubernetes_version = "1.36"
  instance_types     = ["m6i.large", "m5.large", "m6a.large"]
  capacity           = "spot"
  nodes              = { min = 0, max = 10 }
  labels = {
    "platc.dev/pool"        = "batch"
    "platc.dev/environment" = "recovery"
    node-type               = "spot"
  }
  taints = [
    { key = "spot-instance", value = "true", effect = "NoSchedule" },
  ]
  disk = { kms_key_arn = module.key.arn }
}

# The driver for volumes makes and attaches them in this role.
module "identity_volumes" {
  source = "../../modules/aws/workload-identity"

  name = "prog-recovery-volumes"
  service_account = {
    namespace = "kube-system"
    name      = "ebs-csi-controller-sa"
  }
  cluster_name = module.cluster.name
  mode         = "trust_only"
  policy_arns = {
    volumes = "arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy"
  }
}

# Their pods need nodes: without any, EKS waits for them in vain.
module "cluster_addons" {
  source = "../../modules/aws/cluster-addons"

  cluster_name = module.cluster.name
  addons = {
    coredns = {}
    aws-ebs-csi-driver = {
      role_arns = { ebs-csi-controller-sa = module.identity_volumes.role_arn }
    }
  }

  depends_on = [
    module.pool_application,
    module.pool_memory,
    module.pool_compute,
    module.pool_batch,
  ]
}

# The controller makes load balancers in this role.
module "identity_load_balancers" {
  source = "../../modules/aws/load-balancer-controller"

  name         = "prog-recovery-load-balancers"
  cluster_name = module.cluster.name
  service_account = {
    namespace = "aws-load-balancer-controller"
    name      = "aws-load-balancer-controller"
  }
  web_acl_names = true
}

# The autoscaler sizes the pools of this cluster in this role, and no other's.
module "identity_node_scaling" {
  source = "../../modules/aws/cluster-autoscaler"

  name         = "prog-recovery-node-scaling"
  cluster_name = module.cluster.name
  service_account = {
    namespace = "cluster-autoscaler"
    name      = "cluster-autoscaler"
  }
}

# The secrets of this cluster, and no other's, are read in this role.
module "identity_secrets" {
  source = "../../modules/aws/external-secrets"

  name         = "prog-recovery-secrets"
  cluster_name = module.cluster.name
  service_account = {
    namespace = "external-secrets"
    name      = "external-secrets"
  }
  secret_arns = module.secrets.arns
  kms_key_arn = module.key.arn
}

# Guards the load balancer of the ingress, which asks for it by name.
module "web_acl" {
  source = "../../modules/aws/waf"

  name            = "prog-recovery"
  rate_limit      = 2000
  log_kms_key_arn = module.key.arn
}

# A running copy of prog of production. To let it take writes, set source_database to null: see the runbook.
module "database_prog" {
  source = "../../modules/aws/database-replica"

  name                    = "prog-production-prog-standby"
  source_database         = var.originals["prog"]
  engine_version          = "17"
  instance_class          = "db.t3.medium"
  kms_key_arn             = module.key.arn
  log_kms_key_arn         = module.key.arn
  vpc_id                  = module.network.vpc_id
  subnet_ids              = module.network.data_subnet_ids
  allowed_security_groups = { cluster = module.cluster.security_group_id }
  max_storage_gib         = 500
  backup_retention_days   = 14
  maintenance_window      = "sun:03:00-sun:04:00"
}

# No password: whatever runs in the cluster's pods may connect.
module "cache_sessions" {
  source = "../../modules/aws/cache"

  name                    = "prog-redis-cluster"
  description             = "Sessions and rate limits"
  engine                  = "redis"
  engine_version          = "7.0"
  node_type               = "cache.t3.medium"
  replicas                = 2
  kms_key_arn             = module.key.arn
  log_kms_key_arn         = module.key.arn
  vpc_id                  = module.network.vpc_id
  subnet_ids              = module.network.data_subnet_ids
  allowed_security_groups = { cluster = module.cluster.security_group_id }
  parameters              = { maxmemory-policy = "volatile-ttl" }
  snapshots               = { retention_days = 7, window = "02:00-03:00" }
  maintenance_window      = "sun:04:00-sun:05:00"
}

# Places without values: people put those in afterwards, as the page about secrets says.
module "secrets" {
  source = "../../modules/aws/secrets"

  kms_key_arn = module.key.arn
  secrets = {
    "prog/clusters/recovery/monitoring/dead-man-url"  = "Address of the dead-man's switch"
    "prog/clusters/recovery/monitoring/grafana-admin" = "the account of Grafana's administrator"
    "prog/clusters/recovery/monitoring/jira-token"    = "Token of the account that opens issues"
    "prog/clusters/recovery/monitoring/pagerduty-key" = "Integration key of the on-call service"
    "prog/clusters/recovery/monitoring/slack-url"     = "Incoming webhook of the team's channel"
    "prog/clusters/recovery/monitoring/smtp"          = "Account at the mail server"
    "prog/recovery/cache-sessions"                    = "the address of the cache `sessions`"
    "prog/recovery/database-prog"                     = "the address and account of the database `prog`"
    "prog/recovery/dump-prog"                         = "where dumps of `prog` find the database itself, and their role"
    "prog/recovery/exporter-prog"                     = "where the exporter of `prog` finds the database, and its role"
    "prog/recovery/sendgrid"                          = "Key of the mail service"
    "prog/recovery/stripe"                            = "Keys of the payment service"
  }
}

# One job adds to the dumps and reads none, the other restores the newest as a test.
module "identity_prog_dump" {
  source = "../../modules/aws/database-dump"

  names = {
    dump = "prog-recovery-prog-dump"
    test = "prog-recovery-prog-dump-test"
  }
  cluster_name     = module.cluster.name
  namespace        = "prog-production"
  service_accounts = { dump = "prog-dump", test = "prog-dump-test" }
  bucket           = "prog-backups-recovery"
  prefix           = "recovery/prog"
}

module "certificate_api_gateway" {
  source = "../../modules/aws/certificate"

  domain  = "api.prognetwork.com"
  zone_id = var.zone_id
}

module "certificate_admin_client" {
  source = "../../modules/aws/certificate"

  domain  = "app.prognetwork.com"
  zone_id = var.zone_id
}
