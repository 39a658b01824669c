# made by platc; edits belong in platform.yaml

# Environment staging.
# Its pool general is the one that LKE demands in the cluster itself: see clusters/main.

module "database_orders" {
  source = "../../modules/linode/database-postgresql"

  name           = "shop-staging-orders"
  region         = var.region
  engine_version = "17"
  type           = "g6-dedicated-2"
  cluster_size   = 2
  allow_list     = var.database_allow_list
}
