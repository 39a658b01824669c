module "pool" {
  source = "../node-pool"

  cluster_id = var.cluster_id
  name       = var.name
  type       = var.type
  nodes      = { min = var.nodes, max = var.nodes }
  labels     = merge({ "nvidia.com/gpu.present" = "true" }, var.labels)
  taints     = concat([{ key = "nvidia.com/gpu", value = "present", effect = "NoSchedule" }], var.taints)
  tags       = var.tags
}
