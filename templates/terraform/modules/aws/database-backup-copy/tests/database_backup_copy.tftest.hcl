mock_provider "aws" {
  mock_data "aws_region" {
    defaults = { id = "us-west-2" }
  }
  mock_resource "aws_db_instance_automated_backups_replication" {
    defaults = { id = "arn:aws:rds:us-west-2:123456789012:auto-backup:ab-1" }
  }
}

variables {
  source_arn  = "arn:aws:rds:us-east-1:123456789012:db:prog-production"
  kms_key_arn = "arn:aws:kms:us-west-2:123456789012:key/k"
}

run "copy" {
  command = apply

  assert {
    condition     = aws_db_instance_automated_backups_replication.this.source_db_instance_arn == "arn:aws:rds:us-east-1:123456789012:db:prog-production" && aws_db_instance_automated_backups_replication.this.kms_key_id == "arn:aws:kms:us-west-2:123456789012:key/k" && aws_db_instance_automated_backups_replication.this.retention_period == 14
    error_message = "The backups are copied under the key of the target."
  }

  assert {
    condition     = output.arn == "arn:aws:rds:us-west-2:123456789012:auto-backup:ab-1"
    error_message = "The output is what a restore needs."
  }
}

run "same_region_is_refused" {
  command = plan

  variables {
    source_arn = "arn:aws:rds:us-west-2:123456789012:db:prog-production"
  }

  expect_failures = [aws_db_instance_automated_backups_replication.this]
}

run "key_of_the_source_is_refused" {
  command = plan

  variables {
    kms_key_arn = "arn:aws:kms:us-east-1:123456789012:key/k"
  }

  expect_failures = [aws_db_instance_automated_backups_replication.this]
}

run "values_are_checked" {
  command = plan

  variables {
    kms_key_arn    = "alias/k"
    retention_days = 36
  }

  expect_failures = [var.kms_key_arn, var.retention_days]
}
