# made by platc; edits belong in platform.yaml

terraform {
  # Credentials are those of the AWS command line. A lock file beside the state keeps two from applying at once.
  backend "s3" {
    bucket       = "quantumvest-terraform-state"
    key          = "environments/prod/terraform.tfstate"
    region       = "us-east-2"
    encrypt      = true
    use_lockfile = true
  }
}
