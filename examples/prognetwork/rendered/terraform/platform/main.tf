# made by platc; edits belong in platform.yaml

# What exists once for the platform.

module "zone" {
  source = "../modules/aws/dns-zone"

  domain      = "prognetwork.com"
  caa_issuers = ["amazon.com"]
}

# The objects of prog-backups, in us-west-2.
module "bucket_prog_backups_copy" {
  source    = "../modules/aws/bucket"
  providers = { aws = aws.us_west_2 }

  name = "prog-backups-recovery"
  lifecycle_rules = {
    objects = { expire_after_days = 90, noncurrent_expire_after_days = 30 }
  }
}

# Dumps of databases
module "bucket_prog_backups" {
  source = "../modules/aws/bucket"

  name = "prog-backups"
  lifecycle_rules = {
    objects = { expire_after_days = 90, noncurrent_expire_after_days = 30 }
  }
  replication = { bucket_arn = module.bucket_prog_backups_copy.arn }
}

# One for the account: every call to the API, in all regions.
module "audit" {
  source = "../modules/aws/audit"

  name           = "prog-cloudtrail"
  bucket_name    = "prog-cloudtrail-logs"
  retention_days = 400
}

module "registry" {
  source = "../modules/aws/registry"

  repositories = [
    "prog/api-gateway",
    "prog/user-service",
    "prog/event-streaming",
    "prog/admin-client",
    "prog/batch-jobs",
  ]
  keep_images = 200
}
