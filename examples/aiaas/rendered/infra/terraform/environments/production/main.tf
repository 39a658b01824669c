# made by platc; edits belong in platform.yaml

# Environment production: Production workloads.

# Application workloads
module "pool_baseline" {
  source = "../../modules/linode/node-pool"

  cluster_id = var.cluster_id
  name       = "production-baseline"
  type       = "g6-standard-8"
  nodes      = { min = 3, max = 10 }
  labels = {
    "platc.dev/pool"        = "baseline"
    "platc.dev/environment" = "production"
  }
  tags = [
    "aiaas-main-external",
    "environment:production",
    "owner:platform-team",
  ]
}

# Users and organisations
module "database_users" {
  source = "../../modules/linode/database-postgresql"

  name           = "aiaas-production-users"
  region         = var.region
  engine_version = "17"
  type           = "g6-dedicated-2"
  cluster_size   = 3
  allow_list     = var.database_allow_list
}

# Usage analytics as time series
# Terraform does not make extensions. Its users need, by CREATE EXTENSION: timescaledb.
module "database_analytics" {
  source = "../../modules/linode/database-postgresql"

  name           = "aiaas-production-analytics"
  region         = var.region
  engine_version = "17"
  type           = "g6-dedicated-4"
  cluster_size   = 3
  allow_list     = var.database_allow_list
}

# Exports of analytics
module "bucket_analytics_exports" {
  source = "../../modules/linode/bucket"

  name   = "aiaas-production-analytics-exports"
  region = var.region
  access = "readWrite"
}

module "records" {
  source = "../../modules/linode/dns-records"
  count  = length(var.ingress_address[*])

  domain_id = var.domain_id
  records = {
    api-router = { type = "A", name = "api", target = var.ingress_address }
  }
}
