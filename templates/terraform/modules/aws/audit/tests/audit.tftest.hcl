mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_data "aws_region" {
    defaults = { id = "us-east-1" }
  }
  mock_resource "aws_s3_bucket" {
    defaults = { id = "prog-cloudtrail-logs", arn = "arn:aws:s3:::prog-cloudtrail-logs" }
  }
  mock_resource "aws_cloudtrail" {
    defaults = { arn = "arn:aws:cloudtrail:us-east-1:123456789012:trail/prog-cloudtrail" }
  }
}

variables {
  name        = "prog-cloudtrail"
  bucket_name = "prog-cloudtrail-logs"
}

run "trail" {
  command = apply

  assert {
    condition     = aws_cloudtrail.this.is_multi_region_trail && aws_cloudtrail.this.include_global_service_events && aws_cloudtrail.this.enable_log_file_validation && length(aws_cloudtrail.this.advanced_event_selector) == 0
    error_message = "The trail covers all regions and global services, and its files can be checked."
  }

  assert {
    condition     = alltrue([for statement in local.statements : one([for condition in statement.conditions : condition.values if condition.variable == "aws:SourceArn"]) == [output.trail_arn]])
    error_message = "Only this trail writes into the bucket."
  }

  assert {
    condition     = local.statements[0].actions == ["s3:GetBucketAcl"] && local.statements[1].paths == ["AWSLogs/123456789012/*"] && aws_cloudtrail.this.s3_bucket_name == "prog-cloudtrail-logs"
    error_message = "The trail checks the bucket, and writes below the account."
  }

  assert {
    condition     = output.bucket_name == "prog-cloudtrail-logs" && output.bucket_arn == "arn:aws:s3:::prog-cloudtrail-logs"
    error_message = "The outputs must lead to the bucket."
  }
}

run "everything_set" {
  command = plan

  variables {
    name               = "prog-cloudtrail-all"
    kms_key_arn        = "arn:aws:kms:us-east-1:123456789012:key/k"
    retention_days     = 730
    object_lock_days   = 365
    data_event_buckets = ["arn:aws:s3:::prog-backups"]
  }

  assert {
    condition     = aws_cloudtrail.this.kms_key_id == "arn:aws:kms:us-east-1:123456789012:key/k"
    error_message = "The key got lost."
  }

  assert {
    condition     = length(aws_cloudtrail.this.advanced_event_selector) == 2 && contains(flatten([for selector in aws_cloudtrail.this.advanced_event_selector[1].field_selector : coalesce(selector.starts_with, [])]), "arn:aws:s3:::prog-backups/")
    error_message = "Management events stay when those of objects come."
  }
}

run "values_are_checked" {
  command = plan

  variables {
    name               = "a__b"
    bucket_name        = "Logs"
    kms_key_arn        = "k"
    retention_days     = 30
    data_event_buckets = ["prog-backups"]
  }

  expect_failures = [var.name, var.bucket_name, var.kms_key_arn, var.retention_days, var.data_event_buckets]
}

run "lock_beyond_the_retention_is_refused" {
  command = plan

  variables {
    object_lock_days = 401
  }

  expect_failures = [var.object_lock_days]
}
