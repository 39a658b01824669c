# made by platc; edits belong in platform.yaml

output "cluster_id" {
  description = "Id of the cluster: cluster_id of the roots with pools in it."
  value       = module.cluster.cluster_id
}

output "api_endpoints" {
  description = "URLs of the Kubernetes API."
  value       = module.cluster.api_endpoints
}

output "kubeconfig" {
  description = "Kubeconfig of the administrator, base64-encoded. It is in the state as well."
  value       = module.cluster.kubeconfig
  sensitive   = true
}
