output "cluster_id" {
  description = "Id of the cluster, as a number, for the node pools."
  value       = tonumber(linode_lke_cluster.this.id)
}

output "api_endpoints" {
  description = "URLs of the Kubernetes API."
  value       = linode_lke_cluster.this.api_endpoints
}

output "kubeconfig" {
  description = "Kubeconfig of the cluster's administrator, base64-encoded. It is in the state as well."
  value       = linode_lke_cluster.this.kubeconfig
  sensitive   = true
}

output "pool_tag" {
  description = "A tag for pools that are resources of their own: without it the next apply of the cluster deletes them."
  value       = sort(tolist(var.external_pool_tags))[0]
}
