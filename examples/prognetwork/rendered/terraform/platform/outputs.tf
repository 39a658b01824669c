# made by platc; edits belong in platform.yaml

output "zone_id" {
  description = "Id of the zone: zone_id of the environments' roots."
  value       = module.zone.zone_id
}

output "name_servers" {
  description = "The registrar, or the zone above, must delegate the domain to these."
  value       = module.zone.name_servers
}

output "bucket_prog_backups" {
  description = "Where the bucket is."
  value = {
    name   = module.bucket_prog_backups.name
    region = module.bucket_prog_backups.region
  }
}

output "repository_urls" {
  description = "Where images are pushed to, by repository."
  value       = module.registry.repository_urls
}
