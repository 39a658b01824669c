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

output "ingress_firewall_id" {
  description = "Id of the load balancer's firewall. Write it into the spec as clusters.main.ingressFirewall and render again: until then nothing attaches the firewall."
  value       = module.firewall_ingress.firewall_id
}
