# made by platc; edits belong in platform.yaml

output "bucket" {
  description = "Name of the bucket."
  value       = module.bucket_terraform_state.name
}

output "s3_endpoint" {
  description = "Endpoint that the other roots' backend.tf must name, without https://."
  value       = module.bucket_terraform_state.s3_endpoint
}

output "access_key" {
  description = "AWS_ACCESS_KEY_ID of whoever plans or applies the other roots."
  value       = module.bucket_terraform_state.access_key
  sensitive   = true
}

output "secret_key" {
  description = "AWS_SECRET_ACCESS_KEY of the same. It is in the state as well."
  value       = module.bucket_terraform_state.secret_key
  sensitive   = true
}
