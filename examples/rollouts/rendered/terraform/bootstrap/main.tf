# made by platc; edits belong in platform.yaml

# Makes the bucket that holds the state of all other roots. Apply it once, before them:
#
# terraform init && terraform apply
# export AWS_ACCESS_KEY_ID="$(terraform output -raw access_key)"
# export AWS_SECRET_ACCESS_KEY="$(terraform output -raw secret_key)"
#
# Its own state stays in this directory and holds the secret key: keep terraform.tfstate in a safe place, never
# in Git.

module "bucket_terraform_state" {
  source = "../modules/linode/bucket"

  name       = "bazaar-terraform-state"
  region     = "fr-par"
  versioning = true
  access     = "readWrite"
}
