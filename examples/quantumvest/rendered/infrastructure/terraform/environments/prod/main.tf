# made by platc; edits belong in platform.yaml

# Environment prod: Live application serving end users.

ephemeral "aws_secretsmanager_random_password" "main" {
  password_length     = 32
  exclude_punctuation = true
}

module "network" {
  source = "../../modules/aws/network"

  name               = "prod-eks-cluster"
  cidr               = var.network_cidr
  availability_zones = var.network_availability_zones
}

# Encrypts the cluster's secrets, its nodes' disks, the data beside it and its logs.
module "key" {
  source = "../../modules/aws/encryption-key"

  name                = "prod-eks-cluster"
  description         = "Data of the cluster prod-eks-cluster"
  ebs_for_autoscaling = true
  services            = ["logs"]
}

module "cluster" {
  source = "../../modules/aws/cluster"

  name                = "prod-eks-cluster"
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

  name               = "prod-main"
  cluster_name       = module.cluster.name
  subnet_ids         = module.network.private_subnet_ids
  kubernetes_version = var.pool_main_kubernetes_version
  instance_types     = var.pool_main_instance_types
  nodes              = var.pool_main_nodes
  labels             = { "platc.dev/pool" = "main", "platc.dev/environment" = "prod" }
  disk               = { size_gib = 100, kms_key_arn = module.key.arn }
}

# Work that may be interrupted
module "pool_spot" {
  source = "../../modules/aws/node-group"

  name               = "prod-spot"
  cluster_name       = module.cluster.name
  subnet_ids         = module.network.private_subnet_ids
  kubernetes_version = var.pool_spot_kubernetes_version
  instance_types     = var.pool_spot_instance_types
  capacity           = "spot"
  nodes              = var.pool_spot_nodes
  labels = {
    "platc.dev/pool"        = "spot"
    "platc.dev/environment" = "prod"
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

  name = "prod-eks-cluster-volumes"
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

  name = "prod-eks-cluster-files"
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

  name         = "prod-eks-cluster-load-balancers"
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

  name         = "prod-eks-cluster-node-scaling"
  cluster_name = module.cluster.name
  service_account = {
    namespace = "cluster-autoscaler"
    name      = "cluster-autoscaler"
  }
}

# The secrets of this cluster, and no other's, are read in this role.
module "identity_secrets" {
  source = "../../modules/aws/external-secrets"

  name         = "prod-eks-cluster-secrets"
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

  name            = "prod-eks-cluster"
  rate_limit      = var.web_acl_rate_limit
  log_kms_key_arn = module.key.arn
}

# Users, portfolios and transactions
# RDS makes no copies of a database whose password it manages. To change this one, raise password_version.
module "database_main" {
  source = "../../modules/aws/database"

  name                    = "prod-db"
  engine_version          = var.database_main_engine_version
  instance_class          = var.database_main_instance_class
  database_name           = "main"
  storage                 = { size_gib = 100, max_gib = 400, kms_key_arn = module.key.arn }
  log_kms_key_arn         = module.key.arn
  password                = ephemeral.aws_secretsmanager_random_password.main.random_password
  password_version        = 1
  vpc_id                  = module.network.vpc_id
  subnet_ids              = module.network.data_subnet_ids
  allowed_security_groups = { cluster = module.cluster.security_group_id }
  backup                  = var.database_main_backup
  maintenance_window      = var.database_main_maintenance_window
  parameters = {
    log_connections    = { value = "1" }
    log_disconnections = { value = "1" }
  }
}

# A running copy of main, for reading.
module "database_main_reader" {
  source = "../../modules/aws/database-replica"

  name                    = "prod-db-reader"
  source_database         = module.database_main.name
  engine_version          = var.database_main_reader_engine_version
  instance_class          = var.database_main_reader_instance_class
  log_kms_key_arn         = module.key.arn
  vpc_id                  = module.network.vpc_id
  allowed_security_groups = { cluster = module.cluster.security_group_id }
  maintenance_window      = var.database_main_reader_maintenance_window
  parameters = {
    log_connections    = { value = "1" }
    log_disconnections = { value = "1" }
  }
}

# Encrypts what is copied to us-east-2.
module "key_us_east_2" {
  source    = "../../modules/aws/encryption-key"
  providers = { aws = aws.us_east_2 }

  name        = "quantumvest-prod-copies"
  description = "Copies of data of prod"
}

# Backups and log, in us-east-2.
module "database_main_backups" {
  source    = "../../modules/aws/database-backup-copy"
  providers = { aws = aws.us_east_2 }

  source_arn     = module.database_main.arn
  kms_key_arn    = module.key_us_east_2.arn
  retention_days = 7
}

# No password: whatever runs in the cluster's pods may connect.
module "cache_sessions" {
  source = "../../modules/aws/cache"

  name                    = "quantumvest-prod-sessions"
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

# Statements and documents that all pods of the API read and write
module "file_system_shared" {
  source = "../../modules/aws/file-storage"

  name                    = "quantumvest-prod-shared"
  kms_key_arn             = module.key.arn
  vpc_id                  = module.network.vpc_id
  subnet_ids              = module.network.data_subnet_ids
  allowed_security_groups = { cluster = module.cluster.security_group_id }
  replica                 = { region = "us-east-2", kms_key_arn = module.key_us_east_2.arn }
}

# The objects of static, in us-east-2.
module "bucket_static_copy" {
  source    = "../../modules/aws/bucket"
  providers = { aws = aws.us_east_2 }

  name = "quantumvest-prod-static-standby"
  lifecycle_rules = {
    objects = { noncurrent_expire_after_days = 30 }
  }
  distributions = [module.cdn_static.arn]
}

# Static assets
module "bucket_static" {
  source = "../../modules/aws/bucket"

  name = "quantumvest-prod-static"
  lifecycle_rules = {
    objects = { noncurrent_expire_after_days = 30 }
  }
  replication   = { bucket_arn = module.bucket_static_copy.arn }
  distributions = [module.cdn_static.arn]
}

# Places without values: people put those in afterwards, as the page about secrets says. Ids are no secrets, and
# nobody has to carry them.
module "secrets" {
  source = "../../modules/aws/secrets"

  kms_key_arn = module.key.arn
  secrets = {
    "quantumvest/clusters/prod/monitoring/dead-man-url"  = "Address of the dead-man's switch"
    "quantumvest/clusters/prod/monitoring/grafana-admin" = "the account of Grafana's administrator"
    "quantumvest/clusters/prod/monitoring/pagerduty-key" = "Integration key of the on-call service"
    "quantumvest/clusters/prod/monitoring/slack-url"     = "Incoming webhook of the platform's channel"
    "quantumvest/prod/cache-sessions"                    = "the address of the cache `sessions`"
    "quantumvest/prod/database-main"                     = "the address and account of the database `main`"
    "quantumvest/prod/dump-main"                         = "where dumps of `main` find the database itself, and their role"
    "quantumvest/prod/exporter-main"                     = "where the exporter of `main` finds the database, and its role"
    "quantumvest/prod/files-shared"                      = "the id of the file system `shared`, which is no secret"
  }
  ids = {
    "quantumvest/prod/files-shared" = {
      fileSystemId = module.file_system_shared.id
    }
  }
}

# What tells Prometheus to which point the database can be restored.
module "identity_main_restorable" {
  source = "../../modules/aws/database-reader"

  name            = "quantumvest-prod-main-restorable"
  cluster_name    = module.cluster.name
  service_account = { namespace = "prod", name = "main-restorable" }
  region          = "us-west-2"
  database        = "prod-db"
}

# One job adds to the dumps and reads none, the other restores the newest as a test.
module "identity_main_dump" {
  source = "../../modules/aws/database-dump"

  names = {
    dump = "quantumvest-prod-main-dump"
    test = "quantumvest-prod-main-dump-test"
  }
  cluster_name     = module.cluster.name
  namespace        = "prod"
  service_accounts = { dump = "main-dump", test = "main-dump-test" }
  bucket           = "quantumvest-backups"
  prefix           = "prod/main"
}

# Guards the distributions.
module "web_acl_cdn" {
  source    = "../../modules/aws/waf"
  providers = { aws = aws.us_east_1 }

  name       = "quantumvest-prod-cdn"
  scope      = "CLOUDFRONT"
  rate_limit = var.web_acl_cdn_rate_limit
}

# CloudFront takes certificates from us-east-1 only.
module "edge_certificate_static" {
  source    = "../../modules/aws/certificate"
  providers = { aws = aws.us_east_1 }

  domain  = "static.quantumvest.com"
  zone_id = var.zone_id
}

# Serves the objects of static at https://static.quantumvest.com. Where the bucket does not answer, its copy
# does.
module "cdn_static" {
  source = "../../modules/aws/cdn"

  name               = "quantumvest-prod-static"
  bucket_domain_name = module.bucket_static.domain_name
  copy_domain_name   = module.bucket_static_copy.domain_name
  aliases            = ["static.quantumvest.com"]
  certificate_arn    = module.edge_certificate_static.arn
  dns                = { zone_id = var.zone_id }
  web_acl_arn        = module.web_acl_cdn.arn
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

module "records" {
  source = "../../modules/aws/dns-records"
  count  = length(var.ingress_host[*])

  zone_id = var.zone_id
  records = {
    backend = {
      type        = "CNAME"
      name        = "api.quantumvest.com"
      values      = [var.ingress_host]
      ttl_seconds = 60
    }
    frontend = {
      type        = "CNAME"
      name        = "www.quantumvest.com"
      values      = [var.ingress_host]
      ttl_seconds = 60
    }
  }
}
