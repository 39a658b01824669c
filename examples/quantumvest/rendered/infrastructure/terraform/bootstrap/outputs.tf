# made by platc; edits belong in platform.yaml

output "bucket" {
  description = "Name of the bucket: the other roots' backend.tf names it."
  value       = module.bucket_terraform_state.name
}
