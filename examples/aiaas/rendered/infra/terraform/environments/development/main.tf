# made by platc; edits belong in platform.yaml

# Environment development: Development and testing.

# Application workloads
module "pool_baseline" {
  source = "../../modules/linode/node-pool"

  cluster_id = var.cluster_id
  name       = "development-baseline"
  type       = "g6-standard-8"
  nodes      = { min = 3, max = 10 }
  labels = {
    "platc.dev/pool"        = "baseline"
    "platc.dev/environment" = "development"
  }
  tags = [
    "aiaas-main-external",
    "environment:development",
    "owner:platform-team",
  ]
}

# Users and organisations
module "database_users" {
  source = "../../modules/linode/database-postgresql"

  name           = "aiaas-development-users"
  region         = var.region
  engine_version = "17"
  type           = "g6-nanode-1"
  cluster_size   = 1
  allow_list     = var.database_allow_list
}

# Usage analytics as time series
# Terraform does not make extensions. Its users need, by CREATE EXTENSION: timescaledb.
module "database_analytics" {
  source = "../../modules/linode/database-postgresql"

  name           = "aiaas-development-analytics"
  region         = var.region
  engine_version = "17"
  type           = "g6-nanode-1"
  cluster_size   = 1
  allow_list     = var.database_allow_list
}

# Exports of analytics
module "bucket_analytics_exports" {
  source = "../../modules/linode/bucket"

  name   = "aiaas-development-analytics-exports"
  region = var.region
  access = "readWrite"
}

module "records" {
  source = "../../modules/linode/dns-records"
  count  = length(var.ingress_address[*])

  domain_id = var.domain_id
  records = {
    api-router = { type = "A", name = "api.dev", target = var.ingress_address }
  }
}
