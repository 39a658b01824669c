output "pool_id" {
  description = "Id of the pool."
  value       = module.pool.pool_id
}

output "instance_ids" {
  description = "Ids of the pool's Linodes as of the last refresh."
  value       = module.pool.instance_ids
}

output "labels" {
  description = "Kubernetes labels of the nodes, to select them by."
  value       = module.pool.labels
}

output "taints" {
  description = "Kubernetes taints of the nodes, for the tolerations of what shall run there."
  value       = module.pool.taints
}
