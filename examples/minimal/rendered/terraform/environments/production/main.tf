# made by platc; edits belong in platform.yaml

# Environment production.

module "pool_general" {
  source = "../../modules/linode/node-pool"

  cluster_id = var.cluster_id
  name       = "production-general"
  type       = "g6-standard-4"
  nodes      = { min = 3, max = 6 }
  labels = {
    "platc.dev/pool"        = "general"
    "platc.dev/environment" = "production"
  }
  tags = ["shop-main-external", "environment:production", "owner:platform-team"]
}

module "database_orders" {
  source = "../../modules/linode/database-postgresql"

  name           = "shop-production-orders"
  region         = var.region
  engine_version = "17"
  type           = "g6-dedicated-2"
  cluster_size   = 2
  allow_list     = var.database_allow_list
}
