data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}

locals {
  # Known before the trail exists, which needs the bucket's policy.
  trail_arn = "arn:${data.aws_partition.current.partition}:cloudtrail:${data.aws_region.current.id}:${data.aws_caller_identity.current.account_id}:trail/${var.name}"

  statements = [
    {
      sid        = "TrailChecks"
      principals = { Service = ["cloudtrail.amazonaws.com"] }
      actions    = ["s3:GetBucketAcl"]
      paths      = []
      conditions = [{ test = "StringEquals", variable = "aws:SourceArn", values = [local.trail_arn] }]
    },
    {
      sid        = "TrailWrites"
      principals = { Service = ["cloudtrail.amazonaws.com"] }
      actions    = ["s3:PutObject"]
      paths      = ["AWSLogs/${data.aws_caller_identity.current.account_id}/*"]
      conditions = [
        { test = "StringEquals", variable = "aws:SourceArn", values = [local.trail_arn] },
        { test = "StringEquals", variable = "s3:x-amz-acl", values = ["bucket-owner-full-control"] },
      ]
    },
  ]
}

module "bucket" {
  source = "../bucket"

  name        = var.bucket_name
  kms_key_arn = var.kms_key_arn
  statements  = local.statements
  object_lock = var.object_lock_days == null ? null : { days = var.object_lock_days }

  lifecycle_rules = {
    retention = {
      transitions                  = { 90 = "GLACIER_IR" }
      expire_after_days            = var.retention_days
      noncurrent_expire_after_days = 30
    }
  }
}

resource "aws_cloudtrail" "this" {
  name           = var.name
  s3_bucket_name = module.bucket.name
  kms_key_id     = var.kms_key_arn

  is_multi_region_trail         = true
  include_global_service_events = true
  enable_log_file_validation    = true

  dynamic "advanced_event_selector" {
    for_each = length(var.data_event_buckets) > 0 ? [1] : []

    content {
      name = "management"

      field_selector {
        field  = "eventCategory"
        equals = ["Management"]
      }
    }
  }

  dynamic "advanced_event_selector" {
    for_each = length(var.data_event_buckets) > 0 ? [1] : []

    content {
      name = "objects"

      field_selector {
        field  = "eventCategory"
        equals = ["Data"]
      }

      field_selector {
        field  = "resources.type"
        equals = ["AWS::S3::Object"]
      }

      field_selector {
        field       = "resources.ARN"
        starts_with = [for arn in sort(var.data_event_buckets) : "${arn}/"]
      }
    }
  }
}
