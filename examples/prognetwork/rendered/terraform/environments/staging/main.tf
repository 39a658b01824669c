# made by platc; edits belong in platform.yaml

# Environment staging: Pre-production testing and validation.

module "network" {
  source = "../../modules/aws/network"

  name               = "prog-staging"
  cidr               = "10.1.0.0/16"
  availability_zones = ["us-east-1a", "us-east-1b"]
  nat_gateways       = "single"
}

# Encrypts the cluster's secrets, its nodes' disks, the data beside it and its logs.
module "key" {
  source = "../../modules/aws/encryption-key"

  name                = "prog-staging"
  description         = "Data of the cluster prog-staging"
  ebs_for_autoscaling = true
  services            = ["logs"]
}

module "cluster" {
  source = "../../modules/aws/cluster"

  name                = "prog-staging"
  kubernetes_version  = "1.36"
  subnet_ids          = module.network.private_subnet_ids
  kms_key_arn         = module.key.arn
  log_kms_key_arn     = module.key.arn
  public_access_cidrs = ["203.0.113.0/24"]
  access = {
    role-platform = {
      principal_arn = "arn:aws:iam::123456789012:role/platform"
      policy        = "AmazonEKSClusterAdminPolicy"
    }
  }
}

# General purpose
module "pool_application" {
  source = "../../modules/aws/node-group"

  name               = "staging-application"
  cluster_name       = module.cluster.name
  subnet_ids         = module.network.private_subnet_ids
  kubernetes_version = "1.36"
  instance_types     = ["m6i.large"]
  nodes              = { min = 3, max = 12 }
  labels = {
    "platc.dev/pool"        = "application"
    "platc.dev/environment" = "staging"
  }
  disk = { kms_key_arn = module.key.arn }
}

# Memory-intensive work
module "pool_memory" {
  source = "../../modules/aws/node-group"

  name               = "staging-memory"
  cluster_name       = module.cluster.name
  subnet_ids         = module.network.private_subnet_ids
  kubernetes_version = "1.36"
  instance_types     = ["r6i.large"]
  nodes              = { min = 0, max = 4 }
  labels = {
    "platc.dev/pool"        = "memory"
    "platc.dev/environment" = "staging"
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

  name               = "staging-compute"
  cluster_name       = module.cluster.name
  subnet_ids         = module.network.private_subnet_ids
  kubernetes_version = "1.36"
  instance_types     = ["c6i.xlarge"]
  nodes              = { min = 0, max = 6 }
  labels = {
    "platc.dev/pool"        = "compute"
    "platc.dev/environment" = "staging"
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

  name               = "staging-batch"
  cluster_name       = module.cluster.name
  subnet_ids         = module.network.private_subnet_ids
  kubernetes_version = "1.36"
  instance_types     = ["m6i.large", "m5.large", "m6a.large"]
  capacity           = "spot"
  nodes              = { min = 0, max = 10 }
  labels = {
    "platc.dev/pool"        = "batch"
    "platc.dev/environment" = "staging"
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

  name = "prog-staging-volumes"
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

  name         = "prog-staging-load-balancers"
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

  name         = "prog-staging-node-scaling"
  cluster_name = module.cluster.name
  service_account = {
    namespace = "cluster-autoscaler"
    name      = "cluster-autoscaler"
  }
}

# The secrets of this cluster, and no other's, are read in this role.
module "identity_secrets" {
  source = "../../modules/aws/external-secrets"

  name         = "prog-staging-secrets"
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

  name            = "prog-staging"
  rate_limit      = 2000
  log_kms_key_arn = module.key.arn
}

# Users, projects and payments
module "database_prog" {
  source = "../../modules/aws/database"

  name                    = "prog-staging-prog"
  engine_version          = "17"
  instance_class          = "db.t4g.medium"
  database_name           = "prog"
  storage                 = { size_gib = 100, max_gib = 500, kms_key_arn = module.key.arn }
  log_kms_key_arn         = module.key.arn
  multi_az                = false
  vpc_id                  = module.network.vpc_id
  subnet_ids              = module.network.data_subnet_ids
  allowed_security_groups = { cluster = module.cluster.security_group_id }
  backup                  = { retention_days = 14, window = "02:00-03:00" }
  maintenance_window      = "sun:03:00-sun:04:00"
}

# No password: whatever runs in the cluster's pods may connect.
module "cache_sessions" {
  source = "../../modules/aws/cache"

  name                    = "prog-staging-redis"
  description             = "Sessions and rate limits"
  engine                  = "redis"
  engine_version          = "7.0"
  node_type               = "cache.t4g.medium"
  replicas                = 1
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
    "prog/clusters/staging/monitoring/dead-man-url"  = "Address of the dead-man's switch"
    "prog/clusters/staging/monitoring/grafana-admin" = "the account of Grafana's administrator"
    "prog/clusters/staging/monitoring/jira-token"    = "Token of the account that opens issues"
    "prog/clusters/staging/monitoring/pagerduty-key" = "Integration key of the on-call service"
    "prog/clusters/staging/monitoring/slack-url"     = "Incoming webhook of the team's channel"
    "prog/clusters/staging/monitoring/smtp"          = "Account at the mail server"
    "prog/staging/cache-sessions"                    = "the address of the cache `sessions`"
    "prog/staging/database-prog"                     = "the address and account of the database `prog`"
    "prog/staging/exporter-prog"                     = "where the exporter of `prog` finds the database, and its role"
    "prog/staging/sendgrid"                          = "Key of the mail service"
    "prog/staging/stripe"                            = "Keys of the payment service"
  }
}

# What tells Prometheus to which point the database can be restored.
module "identity_prog_restorable" {
  source = "../../modules/aws/database-reader"

  name            = "prog-staging-prog-restorable"
  cluster_name    = module.cluster.name
  service_account = { namespace = "prog-staging", name = "prog-restorable" }
  region          = "us-east-1"
  database        = "prog-staging-prog"
}

module "certificate_api_gateway" {
  source = "../../modules/aws/certificate"

  domain  = "api.staging.prognetwork.com"
  zone_id = var.zone_id
}

module "certificate_admin_client" {
  source = "../../modules/aws/certificate"

  domain  = "app.staging.prognetwork.com"
  zone_id = var.zone_id
}

module "records" {
  source = "../../modules/aws/dns-records"
  count  = length(var.ingress_host[*])

  zone_id = var.zone_id
  records = {
    api-gateway = {
      type   = "CNAME"
      name   = "api.staging.prognetwork.com"
      values = [var.ingress_host]
    }
    admin-client = {
      type   = "CNAME"
      name   = "app.staging.prognetwork.com"
      values = [var.ingress_host]
    }
  }
}
