# made by platc; edits belong in platform.yaml

# Makes the bucket that holds the state of all other roots. Apply it once, before them:
#
# terraform init && terraform apply
#
# Its own state stays in this directory. It holds no secret; keep it all the same.

# Terraform state
module "bucket_terraform_state" {
  source = "../modules/aws/bucket"

  name = "prog-terraform-state"
  lifecycle_rules = {
    old-states = { noncurrent_expire_after_days = 90 }
  }
}
