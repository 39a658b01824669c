# made by platc; edits belong in platform.yaml

# Environment standby: Takes over when us-west-2 is lost.

module "network" {
  source = "../../modules/aws/network"

  name               = "standby-eks-cluster"
  cidr               = var.network_cidr
  availability_zones = var.network_availability_zones
  nat_gateways       = "single"
}

# Encrypts the cluster's secrets, its nodes' disks, the data beside it and its logs.
module "key" {
  source = "../../modules/aws/encryption-key"

  name                = "standby-eks-cluster"
  description         = "Data of the cluster standby-eks-cluster"
  ebs_for_autoscaling = true
  services            = ["logs"]
}

module "cluster" {
  source = "../../modules/aws/cluster"

  name                = "standby-eks-cluster"
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

  name               = "standby-main"
  cluster_name       = module.cluster.name
  subnet_ids         = module.network.private_subnet_ids
  kubernetes_version = var.pool_main_kubernetes_version
  instance_types     = var.pool_main_instance_types
  nodes              = var.pool_main_nodes
  labels             = { "platc.dev/pool" = "main", "platc.dev/environment" = "standby" }
  disk               = { size_gib = 100, kms_key_arn = module.key.arn }
}

# Work that may be interrupted
module "pool_spot" {
  source = "../../modules/aws/node-group"

  name               = "standby-spot"
  cluster_name       = module.cluster.name
  subnet_ids         = module.network.private_subnet_ids
  kubernetes_version = var.pool_spot_kubernetes_version
  instance_types     = var.pool_spot_instance_types
  capacity           = "spot"
  nodes              = var.pool_spot_nodes
  labels = {
    "platc.dev/pool"        = "spot"
    "platc.dev/environment" = "standby"
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

  name = "standby-eks-cluster-volumes"
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

  name = "standby-eks-cluster-files"
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

  name         = "standby-eks-cluster-load-balancers"
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

  name         = "standby-eks-cluster-node-scaling"
  cluster_name = module.cluster.name
  service_account = {
    namespace = "cluster-autoscaler"
    name      = "cluster-autoscaler"
  }
}

# The secrets of this cluster, and no other's, are read in this role.
module "identity_secrets" {
  source = "../../modules/aws/external-secrets"

  name         = "standby-eks-cluster-secrets"
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

  name            = "standby-eks-cluster"
  rate_limit      = var.web_acl_rate_limit
  log_kms_key_arn = module.key.arn
}

# A running copy of main of prod. To let it take writes, set source_database to null: see the runbook.
module "database_main" {
  source = "../../modules/aws/database-replica"

  name                    = "prod-db-standby"
  source_database         = var.originals["main"]
  engine_version          = var.database_main_engine_version
  instance_class          = var.database_main_instance_class
  kms_key_arn             = module.key.arn
  log_kms_key_arn         = module.key.arn
  vpc_id                  = module.network.vpc_id
  subnet_ids              = module.network.data_subnet_ids
  allowed_security_groups = { cluster = module.cluster.security_group_id }
  max_storage_gib         = 400
  backup_retention_days   = 7
  maintenance_window      = var.database_main_maintenance_window
  parameters = {
    log_connections    = { value = "1" }
    log_disconnections = { value = "1" }
  }
}

# No password: whatever runs in the cluster's pods may connect.
module "cache_sessions" {
  source = "../../modules/aws/cache"

  name                    = "quantumvest-standby-sessions"
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
}

# The copy of shared of prod, which only reads until the replication is deleted: see the runbook.
module "file_system_shared" {
  source = "../../modules/aws/file-storage"

  name                    = "quantumvest-standby-shared"
  copy                    = { id = var.file_system_copies["shared"] }
  vpc_id                  = module.network.vpc_id
  subnet_ids              = module.network.data_subnet_ids
  allowed_security_groups = { cluster = module.cluster.security_group_id }
}

# Places without values: people put those in afterwards, as the page about secrets says. Ids are no secrets, and
# nobody has to carry them.
module "secrets" {
  source = "../../modules/aws/secrets"

  kms_key_arn = module.key.arn
  secrets = {
    "quantumvest/clusters/standby/monitoring/dead-man-url"  = "Address of the dead-man's switch"
    "quantumvest/clusters/standby/monitoring/grafana-admin" = "the account of Grafana's administrator"
    "quantumvest/clusters/standby/monitoring/pagerduty-key" = "Integration key of the on-call service"
    "quantumvest/clusters/standby/monitoring/slack-url"     = "Incoming webhook of the platform's channel"
    "quantumvest/standby/cache-sessions"                    = "the address of the cache `sessions`"
    "quantumvest/standby/database-main"                     = "the address and account of the database `main`"
    "quantumvest/standby/dump-main"                         = "where dumps of `main` find the database itself, and their role"
    "quantumvest/standby/exporter-main"                     = "where the exporter of `main` finds the database, and its role"
    "quantumvest/standby/files-shared"                      = "the id of the file system `shared`, which is no secret"
  }
  ids = {
    "quantumvest/standby/files-shared" = {
      fileSystemId = module.file_system_shared.id
    }
  }
}

# One job adds to the dumps and reads none, the other restores the newest as a test.
module "identity_main_dump" {
  source = "../../modules/aws/database-dump"

  names = {
    dump = "quantumvest-standby-main-dump"
    test = "quantumvest-standby-main-dump-test"
  }
  cluster_name     = module.cluster.name
  namespace        = "prod"
  service_accounts = { dump = "main-dump", test = "main-dump-test" }
  bucket           = "quantumvest-backups-standby"
  prefix           = "standby/main"
}

module "certificate_backend" {
  source = "../../modules/aws/certificate"

  domain  = "api.quantumvest.com"
  zone_id = var.zone_id
}

module "certificate_frontend" {
  source = "../../modules/aws/certificate"

  domain  = "www.quantumvest.com"
  zone_id = var.zone_id
}
