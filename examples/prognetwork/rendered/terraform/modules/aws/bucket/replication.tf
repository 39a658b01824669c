locals {
  replicated = var.replication == null ? 0 : 1
  # None or one. The splat of a value that is not known yet is not known either: blocks are then shown after apply.
  replica_keys = try(var.replication.kms_key_arn, null)[*]
}

resource "aws_iam_role" "replication" {
  count = local.replicated

  # A role's name has 64 characters, a bucket's 63.
  name_prefix = "${substr(var.name, 0, 26)}-replication"
  description = "Replication of the bucket ${var.name}"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "s3.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy" "replication" {
  count = local.replicated

  name = "replicate"
  role = aws_iam_role.replication[0].name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Effect   = "Allow"
          Action   = ["s3:GetReplicationConfiguration", "s3:ListBucket"]
          Resource = [aws_s3_bucket.this.arn]
        },
        {
          Effect   = "Allow"
          Action   = ["s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl", "s3:GetObjectVersionTagging"]
          Resource = ["${aws_s3_bucket.this.arn}/*"]
        },
        {
          Effect   = "Allow"
          Action   = ["s3:ReplicateObject", "s3:ReplicateDelete", "s3:ReplicateTags"]
          Resource = ["${var.replication.bucket_arn}/*"]
        },
      ],
      [for key in local.replica_keys : { Effect = "Allow", Action = ["kms:Decrypt"], Resource = [var.kms_key_arn] }],
      [for key in local.replica_keys : { Effect = "Allow", Action = ["kms:Encrypt", "kms:GenerateDataKey"], Resource = [key] }],
    )
  })
}

resource "aws_s3_bucket_replication_configuration" "this" {
  count = local.replicated

  bucket = aws_s3_bucket.this.id
  role   = aws_iam_role.replication[0].arn

  rule {
    id       = "everything"
    status   = "Enabled"
    priority = 0

    filter {}

    delete_marker_replication {
      status = var.replication.delete_markers ? "Enabled" : "Disabled"
    }

    dynamic "source_selection_criteria" {
      for_each = local.replica_keys

      content {
        sse_kms_encrypted_objects {
          status = "Enabled"
        }
      }
    }

    destination {
      bucket        = var.replication.bucket_arn
      storage_class = var.replication.storage_class

      dynamic "encryption_configuration" {
        for_each = local.replica_keys

        content {
          replica_kms_key_id = encryption_configuration.value
        }
      }

      dynamic "replication_time" {
        for_each = var.replication.within_15_minutes ? [15] : []

        content {
          status = "Enabled"

          time {
            minutes = replication_time.value
          }
        }
      }

      dynamic "metrics" {
        for_each = var.replication.within_15_minutes ? [15] : []

        content {
          status = "Enabled"

          event_threshold {
            minutes = metrics.value
          }
        }
      }
    }
  }

  depends_on = [aws_s3_bucket_versioning.this]
}
