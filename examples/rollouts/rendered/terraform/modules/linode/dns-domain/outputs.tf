output "domain_id" {
  description = "Id of the zone, for the records."
  value       = linode_domain.this.id
}
