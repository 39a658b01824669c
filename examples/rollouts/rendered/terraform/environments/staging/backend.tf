# made by platc; edits belong in platform.yaml

terraform {
  # Needs in the environment: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (outputs of the bootstrap root), and,
  # since Linode refuses the checksums of newer S3 clients, AWS_REQUEST_CHECKSUM_CALCULATION=when_required and
  # AWS_RESPONSE_CHECKSUM_VALIDATION=when_required.
  # There is no lock: no source says that Linode honours the conditional writes that a lock file needs. Let
  # pipelines apply one at a time.
  backend "s3" {
    bucket                      = "bazaar-terraform-state"
    key                         = "environments/staging/terraform.tfstate"
    region                      = "fr-par"
    endpoints                   = { s3 = "https://fr-par-1.linodeobjects.com" }
    skip_credentials_validation = true
    skip_metadata_api_check     = true
    skip_region_validation      = true
    skip_requesting_account_id  = true
    skip_s3_checksum            = true
  }
}
