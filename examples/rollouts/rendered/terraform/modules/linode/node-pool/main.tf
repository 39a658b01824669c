locals {
  autoscaled = var.nodes.min != var.nodes.max
}

resource "linode_lke_node_pool" "this" {
  cluster_id  = var.cluster_id
  label       = var.name
  type        = var.type
  labels      = var.labels
  tags        = var.tags
  k8s_version = var.kubernetes_version

  # Left to the provider when the autoscaler owns it: the count is computed then, so a scaled pool is no drift.
  node_count = local.autoscaled ? null : var.nodes.min

  dynamic "autoscaler" {
    for_each = local.autoscaled ? [var.nodes] : []

    content {
      min = autoscaler.value.min
      max = autoscaler.value.max
    }
  }

  dynamic "taint" {
    for_each = var.taints

    content {
      key    = taint.value.key
      value  = taint.value.value
      effect = taint.value.effect
    }
  }
}
