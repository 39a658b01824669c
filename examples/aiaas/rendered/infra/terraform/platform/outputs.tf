# made by platc; edits belong in platform.yaml

output "bucket_backups" {
  description = "Where the bucket is."
  value = {
    name        = module.bucket_backups.name
    s3_endpoint = module.bucket_backups.s3_endpoint
    region      = module.bucket_backups.region
  }
}

output "domain_id" {
  description = "Id of the DNS zone: domain_id of the environments' roots."
  value       = module.zone.domain_id
}
