# made by platc; edits belong in platform.yaml

output "bucket_backups" {
  description = "Where the bucket is."
  value = {
    name        = module.bucket_backups.name
    s3_endpoint = module.bucket_backups.s3_endpoint
    region      = module.bucket_backups.region
  }
}

output "keys_bucket_backups" {
  description = "Keys that open this bucket only. They are in the state as well."
  value = {
    access_key = module.bucket_backups.access_key
    secret_key = module.bucket_backups.secret_key
  }
  sensitive = true
}

output "bucket_volume_backups" {
  description = "Where the bucket is."
  value = {
    name        = module.bucket_volume_backups.name
    s3_endpoint = module.bucket_volume_backups.s3_endpoint
    region      = module.bucket_volume_backups.region
  }
}

output "keys_bucket_volume_backups" {
  description = "Keys that open this bucket only. They are in the state as well."
  value = {
    access_key = module.bucket_volume_backups.access_key
    secret_key = module.bucket_volume_backups.secret_key
  }
  sensitive = true
}

output "domain_id" {
  description = "Id of the DNS zone: domain_id of the environments' roots."
  value       = module.zone.domain_id
}
