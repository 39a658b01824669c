# made by platc; edits belong in platform.yaml

# What exists once for the platform.

module "zone" {
  source = "../modules/aws/dns-zone"

  domain      = "quantumvest.com"
  caa_issuers = ["amazon.com"]
}

# The objects of backups, in us-east-2.
module "bucket_backups_copy" {
  source    = "../modules/aws/bucket"
  providers = { aws = aws.us_east_2 }

  name = "quantumvest-backups-standby"
  lifecycle_rules = {
    objects = { expire_after_days = 30, noncurrent_expire_after_days = 30 }
  }
}

# Dumps of databases and backups of volumes
module "bucket_backups" {
  source = "../modules/aws/bucket"

  name = "quantumvest-backups"
  lifecycle_rules = {
    objects = { expire_after_days = 30, noncurrent_expire_after_days = 30 }
  }
  replication = { bucket_arn = module.bucket_backups_copy.arn }
}

# One for the account: every call to the API, in all regions.
module "audit" {
  source = "../modules/aws/audit"

  name           = "quantumvest-cloudtrail"
  bucket_name    = "quantumvest-cloudtrail-logs"
  retention_days = 400
}
