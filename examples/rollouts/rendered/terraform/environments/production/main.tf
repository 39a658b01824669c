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
  tags = [
    "bazaar-main-external",
    "environment:production",
    "owner:platform-team",
  ]
}
