# made by platc; edits belong in platform.yaml

# Cluster main, shared by the environments staging, production.

# LKE demands one pool in the cluster itself: the first of the cluster's own, else of a system environment, else
# of any environment. All others are resources of their own and carry the tag: the cluster deletes pools without
# it.
module "cluster" {
  source = "../../modules/linode/cluster"

  name                = "bazaar-main"
  region              = var.region
  kubernetes_version  = "1.35"
  control_plane_allow = ["203.0.113.0/24"]
  external_pool_tags  = ["bazaar-main-external"]
  first_pool = {
    name = "staging-general"
    type = "g6-standard-4"
    min  = 3
    max  = 6
    labels = {
      "platc.dev/pool"        = "general"
      "platc.dev/environment" = "staging"
    }
  }
  tags = ["platform:bazaar", "owner:platform-team"]
}

# For the load balancer of the ingress controller: an annotation of its Service attaches it, once the spec knows
# its id.
module "firewall_ingress" {
  source = "../../modules/linode/firewall"

  name = "bazaar-main-ingress"
  inbound = [
    {
      label    = "allow-web"
      protocol = "TCP"
      ports    = "80, 443"
      ipv4     = ["0.0.0.0/0"]
      ipv6     = ["::/0"]
    },
  ]
  tags = ["platform:bazaar", "owner:platform-team"]
}
