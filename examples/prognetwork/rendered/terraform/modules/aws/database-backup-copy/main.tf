data "aws_region" "current" {}

resource "aws_db_instance_automated_backups_replication" "this" {
  source_db_instance_arn = var.source_arn
  kms_key_id             = var.kms_key_arn
  retention_period       = var.retention_days

  lifecycle {
    precondition {
      condition     = try(split(":", var.source_arn)[3], "") != data.aws_region.current.id
      error_message = "The copy of the backups must be in another region than the database: call the module with the provider of the region for recovery."
    }

    precondition {
      condition     = try(split(":", var.kms_key_arn)[3], "") == data.aws_region.current.id
      error_message = "The key of the copy must be in the region of the copy."
    }
  }
}
