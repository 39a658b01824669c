# What runs on every node from its first moment. These become active without nodes; the others would wait for some.
locals {
  addons = {
    "vpc-cni" = jsonencode(merge(
      { enableNetworkPolicy = tostring(var.network_policy) },
      var.prefix_delegation ? { env = { ENABLE_PREFIX_DELEGATION = "true", WARM_PREFIX_TARGET = "1" } } : {},
    ))
    "kube-proxy"             = null
    "eks-pod-identity-agent" = null
  }
}

resource "aws_eks_addon" "this" {
  for_each = local.addons

  cluster_name         = aws_eks_cluster.this.name
  addon_name           = each.key
  addon_version        = lookup(var.addon_versions, each.key, null)
  configuration_values = each.value

  resolve_conflicts_on_create = "OVERWRITE"
  resolve_conflicts_on_update = "OVERWRITE"
}
