resource "aws_eks_addon" "this" {
  for_each = var.addons

  cluster_name         = var.cluster_name
  addon_name           = each.key
  addon_version        = each.value.version
  configuration_values = each.value.configuration

  resolve_conflicts_on_create = "OVERWRITE"
  resolve_conflicts_on_update = "OVERWRITE"

  dynamic "pod_identity_association" {
    for_each = each.value.role_arns

    content {
      service_account = pod_identity_association.key
      role_arn        = pod_identity_association.value
    }
  }
}
