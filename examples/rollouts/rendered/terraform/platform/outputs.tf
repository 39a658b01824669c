# made by platc; edits belong in platform.yaml

output "domain_id" {
  description = "Id of the DNS zone: domain_id of the environments' roots."
  value       = module.zone.domain_id
}
