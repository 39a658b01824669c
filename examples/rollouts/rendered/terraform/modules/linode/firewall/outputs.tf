output "firewall_id" {
  description = "Id of the firewall."
  value       = linode_firewall.this.id
}

output "lke_worker_rules" {
  description = "The inbound rules that the nodes of a standard LKE cluster need, for another firewall or for the cloud-firewall-controller."
  value       = local.lke_worker_rules
}
