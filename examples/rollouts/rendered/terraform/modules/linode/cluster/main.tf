locals {
  control_plane_ipv4 = [for cidr in var.control_plane_allow : cidr if !strcontains(cidr, ":")]
  control_plane_ipv6 = [for cidr in var.control_plane_allow : cidr if strcontains(cidr, ":")]

  autoscaled = var.first_pool.min != var.first_pool.max
}

resource "linode_lke_cluster" "this" {
  label              = var.name
  region             = var.region
  k8s_version        = var.kubernetes_version
  tags               = var.tags
  external_pool_tags = var.external_pool_tags

  # The standard tier is the default of the API; naming any tier needs API v4beta.
  tier      = var.tier == "enterprise" ? "enterprise" : null
  vpc_id    = one(var.vpc[*].vpc_id)
  subnet_id = one(var.vpc[*].subnet_id)

  control_plane {
    high_availability  = var.high_availability
    audit_logs_enabled = var.audit_logs ? true : null

    dynamic "acl" {
      for_each = length(var.control_plane_allow) > 0 ? [1] : []

      content {
        enabled = true

        addresses {
          ipv4 = local.control_plane_ipv4
          ipv6 = local.control_plane_ipv6
        }
      }
    }
  }

  # The one pool that LKE demands inside the cluster. Every other pool is a resource of its own (../node-pool).
  pool {
    label  = var.first_pool.name
    type   = var.first_pool.type
    labels = var.first_pool.labels

    # Left to the provider when the autoscaler owns it: the count is computed then, so a scaled pool is no drift.
    count = local.autoscaled ? null : var.first_pool.min

    dynamic "autoscaler" {
      for_each = local.autoscaled ? [var.first_pool] : []

      content {
        min = autoscaler.value.min
        max = autoscaler.value.max
      }
    }

    dynamic "taint" {
      for_each = var.first_pool.taints

      content {
        key    = taint.value.key
        value  = taint.value.value
        effect = taint.value.effect
      }
    }
  }
}
