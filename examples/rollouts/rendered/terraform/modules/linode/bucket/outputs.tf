output "name" {
  description = "Name of the bucket."
  value       = linode_object_storage_bucket.this.label
}

output "hostname" {
  description = "Host name of the bucket, name included, as in NAME.fr-par-1.linodeobjects.com."
  value       = linode_object_storage_bucket.this.hostname
}

output "s3_endpoint" {
  description = "Host name of the S3 endpoint without a scheme, as in fr-par-1.linodeobjects.com. Most clients want https:// before it."
  value       = linode_object_storage_bucket.this.s3_endpoint
}

output "region" {
  description = "Region of the bucket."
  value       = linode_object_storage_bucket.this.region
}

output "access_key" {
  description = "Access key limited to this bucket; null without access."
  value       = one(linode_object_storage_key.this[*].access_key)
  sensitive   = true
}

output "secret_key" {
  description = "Secret key limited to this bucket; null without access."
  value       = one(linode_object_storage_key.this[*].secret_key)
  sensitive   = true
}
