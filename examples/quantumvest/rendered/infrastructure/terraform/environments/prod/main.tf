# made by platc; edits belong in platform.yaml

# Environment prod: Live application serving end users.

ephemeral "aws_secretsmanager_random_password" "main" {
  password_length     = 32
  exclude_punctuation = true
}

module "network" {
  source = "../../modules/aws/network"

  name               = "prod-eks-cluster"
  cidr               = "10.30.0.0/16"
  availability_zones = ["us-west-2a", "us-west-2b", "us-west-2c"]
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
  kubernetes_version  = "1.35"
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
  kubernetes_version = "1.35"
  instance_types     = ["m6i.large"]
  nodes              = { min = 3, max = 9 }
  labels             = { "platc.dev/pool" = "main", "platc.dev/environment" = "prod" }
  disk               = { size_gib = 100, kms_key_arn = module.key.arn }
}

# Work that may be interrupted
module "pool_spot" {
  source = "../../modules/aws/node-group"

  name               = "prod-spot"
  cluster_name       = module.cluster.name
  subnet_ids         = module.network.private_subnet_ids
  kubernetes_version = "1.35"
  instance_types     = ["m6i.large", "m5.large", "m6a.large", "m5a.large"]
  capacity           = "spot"
  nodes              = { min = 0, max = 6 }
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
  source = "../../modules/aws/workload-identity"

  name         = "prod-eks-cluster-node-scaling"
  cluster_name = module.cluster.name
  service_account = {
    namespace = "cluster-autoscaler"
    name      = "cluster-autoscaler"
  }
  statements = [
    {
      sid = "Look"
      actions = [
        "autoscaling:DescribeAutoScalingGroups",
        "autoscaling:DescribeAutoScalingInstances",
        "autoscaling:DescribeLaunchConfigurations",
        "autoscaling:DescribeScalingActivities",
        "autoscaling:DescribeTags",
        "ec2:DescribeImages",
        "ec2:DescribeInstanceTypes",
        "ec2:DescribeLaunchTemplateVersions",
        "ec2:GetInstanceTypesFromInstanceRequirements",
        "eks:DescribeNodegroup",
      ]
      resources = ["*"]
    },
    {
      sid = "Scale"
      actions = [
        "autoscaling:SetDesiredCapacity",
        "autoscaling:TerminateInstanceInAutoScalingGroup",
      ]
      resources = ["*"]
      conditions = [
        {
          test     = "StringEquals"
          variable = "aws:ResourceTag/k8s.io/cluster-autoscaler/prod-eks-cluster"
          values   = ["owned"]
        },
      ]
    },
  ]
}

# The secrets of this cluster, and no other's, are read in this role.
module "identity_secrets" {
  source = "../../modules/aws/workload-identity"

  name         = "prod-eks-cluster-secrets"
  cluster_name = module.cluster.name
  service_account = {
    namespace = "external-secrets"
    name      = "external-secrets"
  }
  statements = [
    {
      sid = "Read"
      actions = [
        "secretsmanager:GetSecretValue",
        "secretsmanager:DescribeSecret",
      ]
      resources = [
        "arn:aws:secretsmanager:us-west-2:*:secret:quantumvest/clusters/prod/monitoring/dead-man-url-??????",
        "arn:aws:secretsmanager:us-west-2:*:secret:quantumvest/clusters/prod/monitoring/grafana-admin-??????",
        "arn:aws:secretsmanager:us-west-2:*:secret:quantumvest/clusters/prod/monitoring/pagerduty-key-??????",
        "arn:aws:secretsmanager:us-west-2:*:secret:quantumvest/clusters/prod/monitoring/slack-url-??????",
        "arn:aws:secretsmanager:us-west-2:*:secret:quantumvest/prod/bucket-backups-??????",
        "arn:aws:secretsmanager:us-west-2:*:secret:quantumvest/prod/cache-sessions-??????",
        "arn:aws:secretsmanager:us-west-2:*:secret:quantumvest/prod/database-main-??????",
        "arn:aws:secretsmanager:us-west-2:*:secret:quantumvest/prod/dump-main-??????",
        "arn:aws:secretsmanager:us-west-2:*:secret:quantumvest/prod/exporter-main-??????",
      ]
    },
  ]
}

# Guards the load balancer of the ingress, which asks for it by name.
module "web_acl" {
  source = "../../modules/aws/waf"

  name            = "prod-eks-cluster"
  rate_limit      = 2000
  log_kms_key_arn = module.key.arn
}

# Users, portfolios and transactions
# RDS makes no copies of a database whose password it manages. To change this one, raise password_version.
module "database_main" {
  source = "../../modules/aws/database"

  name                    = "prod-db"
  engine_version          = "17"
  instance_class          = "db.m6g.large"
  database_name           = "main"
  storage                 = { size_gib = 100, max_gib = 400, kms_key_arn = module.key.arn }
  log_kms_key_arn         = module.key.arn
  password                = ephemeral.aws_secretsmanager_random_password.main.random_password
  password_version        = 1
  vpc_id                  = module.network.vpc_id
  subnet_ids              = module.network.data_subnet_ids
  allowed_security_groups = { cluster = module.cluster.security_group_id }
  backup                  = { retention_days = 7, window = "03:00-04:00" }
  maintenance_window      = "mon:04:00-mon:05:00"
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
  engine_version          = "17"
  instance_class          = "db.m6g.large"
  log_kms_key_arn         = module.key.arn
  vpc_id                  = module.network.vpc_id
  allowed_security_groups = { cluster = module.cluster.security_group_id }
  maintenance_window      = "mon:04:00-mon:05:00"
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
  engine_version          = "8.0"
  node_type               = "cache.m6g.large"
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

# The objects of static, in us-east-2.
module "bucket_static_copy" {
  source    = "../../modules/aws/bucket"
  providers = { aws = aws.us_east_2 }

  name = "quantumvest-prod-static-standby"
  lifecycle_rules = {
    objects = { noncurrent_expire_after_days = 30 }
  }
}

# Static assets
module "bucket_static" {
  source = "../../modules/aws/bucket"

  name = "quantumvest-prod-static"
  lifecycle_rules = {
    objects = { noncurrent_expire_after_days = 30 }
  }
  replication = { bucket_arn = module.bucket_static_copy.arn }
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
