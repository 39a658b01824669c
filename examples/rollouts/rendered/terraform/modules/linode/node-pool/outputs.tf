output "pool_id" {
  description = "Id of the pool. LKE gives it to the nodes as the label lke.linode.com/pool-id."
  value       = linode_lke_node_pool.this.id
}

output "instance_ids" {
  description = "Ids of the pool's Linodes as of the last refresh. They change whenever nodes are added, recycled or upgraded."
  value       = linode_lke_node_pool.this.nodes[*].instance_id
}

output "node_count" {
  description = "Number of nodes: the declared one of a fixed pool, the one of the last refresh where the autoscaler chooses."
  value       = linode_lke_node_pool.this.node_count
}

output "labels" {
  description = "Kubernetes labels of the nodes, to select them by."
  value       = linode_lke_node_pool.this.labels
}

output "taints" {
  description = "Kubernetes taints of the nodes, for the tolerations of what shall run there."
  value       = [for taint in linode_lke_node_pool.this.taint : { key = taint.key, value = taint.value, effect = taint.effect }]
}
