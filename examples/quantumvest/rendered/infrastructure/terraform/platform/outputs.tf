# made by platc; edits belong in platform.yaml

output "zone_id" {
  description = "Id of the zone: zone_id of the environments' roots."
  value       = module.zone.zone_id
}

output "name_servers" {
  description = "The registrar, or the zone above, must delegate the domain to these."
  value       = module.zone.name_servers
}

output "bucket_backups" {
  description = "Where the bucket is."
  value = {
    name   = module.bucket_backups.name
    region = module.bucket_backups.region
  }
}
