# made by platc; edits belong in platform.yaml

# Environment dev: Feature development and testing, with synthetic data.

module "network" {
  source = "../../modules/aws/network"

  name               = "dev-eks-cluster"
  cidr               = var.network_cidr
  availability_zones = var.network_availability_zones
  nat_gateways       = "single"
}

# Encrypts the cluster's secrets, its nodes' disks, the data beside it and its logs.
module "key" {
  source = "../../modules/aws/encryption-key"

  name                = "dev-eks-cluster"
  description         = "Data of the cluster dev-eks-cluster"
  ebs_for_autoscaling = true
  services            = ["logs"]
}

module "cluster" {
  source = "../../modules/aws/cluster"

  name                = "dev-eks-cluster"
  kubernetes_version  = var.cluster_kubernetes_version
  subnet_ids          = module.network.private_subnet_ids
  kms_key_arn         = module.key.arn
  log_kms_key_arn     = module.key.arn
  public_access_cidrs = ["203.0.113.0/24"]
  access = {
    administrator = {
      principal_arn = var.administrators
      policy        = "AmazonEKSClusterAdminPolicy"
    }
  }
}

# Application workloads
module "pool_main" {
  source = "../../modules/aws/node-group"

  name               = "dev-main"
  cluster_name       = module.cluster.name
  subnet_ids         = module.network.private_subnet_ids
  kubernetes_version = var.pool_main_kubernetes_version
  instance_types     = var.pool_main_instance_types
  nodes              = var.pool_main_nodes
  labels             = { "platc.dev/pool" = "main", "platc.dev/environment" = "dev" }
  disk               = { size_gib = 100, kms_key_arn = module.key.arn }
}

# Work that may be interrupted
module "pool_spot" {
  source = "../../modules/aws/node-group"

  name               = "dev-spot"
  cluster_name       = module.cluster.name
  subnet_ids         = module.network.private_subnet_ids
  kubernetes_version = var.pool_spot_kubernetes_version
  instance_types     = var.pool_spot_instance_types
  capacity           = "spot"
  nodes              = var.pool_spot_nodes
  labels = {
    "platc.dev/pool"        = "spot"
    "platc.dev/environment" = "dev"
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

  name = "dev-eks-cluster-volumes"
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

# The driver for file systems makes access points in this role.
module "identity_files" {
  source = "../../modules/aws/workload-identity"

  name = "dev-eks-cluster-files"
  service_account = {
    namespace = "kube-system"
    name      = "efs-csi-controller-sa"
  }
  cluster_name = module.cluster.name
  mode         = "trust_only"
  policy_arns = {
    files = "arn:aws:iam::aws:policy/service-role/AmazonEFSCSIDriverPolicy"
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
    aws-efs-csi-driver = {
      role_arns = { efs-csi-controller-sa = module.identity_files.role_arn }
    }
  }

  depends_on = [module.pool_main, module.pool_spot]
}

# The controller makes load balancers in this role.
module "identity_load_balancers" {
  source = "../../modules/aws/load-balancer-controller"

  name         = "dev-eks-cluster-load-balancers"
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

  name         = "dev-eks-cluster-node-scaling"
  cluster_name = module.cluster.name
  service_account = {
    namespace = "cluster-autoscaler"
    name      = "cluster-autoscaler"
  }
}

# The secrets of this cluster, and no other's, are read in this role.
module "identity_secrets" {
  source = "../../modules/aws/external-secrets"

  name         = "dev-eks-cluster-secrets"
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

  name            = "dev-eks-cluster"
  rate_limit      = var.web_acl_rate_limit
  log_kms_key_arn = module.key.arn
}

# Users, portfolios and transactions
module "database_main" {
  source = "../../modules/aws/database"

  name                    = "dev-db"
  engine_version          = var.database_main_engine_version
  instance_class          = var.database_main_instance_class
  database_name           = "main"
  storage                 = { size_gib = 20, max_gib = 40, kms_key_arn = module.key.arn }
  log_kms_key_arn         = module.key.arn
  multi_az                = var.database_main_multi_az
  vpc_id                  = module.network.vpc_id
  subnet_ids              = module.network.data_subnet_ids
  allowed_security_groups = { cluster = module.cluster.security_group_id }
  backup                  = var.database_main_backup
  maintenance_window      = var.database_main_maintenance_window
  parameters = {
    log_connections    = { value = "1" }
    log_disconnections = { value = "1" }
  }
  deletion_protection = false
  final_snapshot      = false
}

# No password: whatever runs in the cluster's pods may connect.
module "cache_sessions" {
  source = "../../modules/aws/cache"

  name                    = "quantumvest-dev-sessions"
  description             = "Sessions and cached prices"
  engine                  = "valkey"
  engine_version          = var.cache_sessions_engine_version
  node_type               = var.cache_sessions_node_type
  replicas                = var.cache_sessions_replicas
  kms_key_arn             = module.key.arn
  log_kms_key_arn         = module.key.arn
  vpc_id                  = module.network.vpc_id
  subnet_ids              = module.network.data_subnet_ids
  allowed_security_groups = { cluster = module.cluster.security_group_id }
  parameters              = { maxmemory-policy = "volatile-ttl" }
  snapshots               = var.cache_sessions_snapshots
  maintenance_window      = var.cache_sessions_maintenance_window
  final_snapshot          = false
}

# Statements and documents that all pods of the API read and write
module "file_system_shared" {
  source = "../../modules/aws/file-storage"

  name                    = "quantumvest-dev-shared"
  kms_key_arn             = module.key.arn
  vpc_id                  = module.network.vpc_id
  subnet_ids              = module.network.data_subnet_ids
  allowed_security_groups = { cluster = module.cluster.security_group_id }
  automatic_backups       = false
}

# Places without values: people put those in afterwards, as the page about secrets says. Ids are no secrets, and
# nobody has to carry them.
module "secrets" {
  source = "../../modules/aws/secrets"

  kms_key_arn = module.key.arn
  secrets = {
    "quantumvest/clusters/dev/monitoring/dead-man-url"  = "Address of the dead-man's switch"
    "quantumvest/clusters/dev/monitoring/grafana-admin" = "the account of Grafana's administrator"
    "quantumvest/clusters/dev/monitoring/pagerduty-key" = "Integration key of the on-call service"
    "quantumvest/clusters/dev/monitoring/slack-url"     = "Incoming webhook of the platform's channel"
    "quantumvest/dev/cache-sessions"                    = "the address of the cache `sessions`"
    "quantumvest/dev/database-main"                     = "the address and account of the database `main`"
    "quantumvest/dev/exporter-main"                     = "where the exporter of `main` finds the database, and its role"
    "quantumvest/dev/files-shared"                      = "the id of the file system `shared`, which is no secret"
  }
  ids = {
    "quantumvest/dev/files-shared" = {
      fileSystemId = module.file_system_shared.id
    }
  }
}

# What tells Prometheus to which point the database can be restored.
module "identity_main_restorable" {
  source = "../../modules/aws/database-reader"

  name            = "quantumvest-dev-main-restorable"
  cluster_name    = module.cluster.name
  service_account = { namespace = "dev", name = "main-restorable" }
  region          = "us-west-2"
  database        = "dev-db"
}

module "certificate_backend" {
  source = "../../modules/aws/certificate"

  domain  = "api.dev.quantumvest.com"
  zone_id = var.zone_id
}

module "certificate_frontend" {
  source = "../../modules/aws/certificate"

  domain  = "www.dev.quantumvest.com"
  zone_id = var.zone_id
}

module "records" {
  source = "../../modules/aws/dns-records"
  count  = length(var.ingress_host[*])

  zone_id = var.zone_id
  records = {
    backend = {
      type   = "CNAME"
      name   = "api.dev.quantumvest.com"
      values = [var.ingress_host]
    }
    frontend = {
      type   = "CNAME"
      name   = "www.dev.quantumvest.com"
      values = [var.ingress_host]
    }
  }
}
