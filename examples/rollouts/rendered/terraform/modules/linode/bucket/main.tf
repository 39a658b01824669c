locals {
  has_lifecycle = anytrue([
    var.expire_after_days != null,
    var.noncurrent_expire_after_days != null,
    var.abort_incomplete_uploads_after_days != null,
  ])

  permissions = {
    readOnly  = "read_only"
    readWrite = "read_write"
  }

  # Labels of keys end at 50 characters, names of buckets at 63.
  key_labels = {
    readOnly  = "${substr(var.name, 0, 47)}-ro"
    readWrite = "${substr(var.name, 0, 47)}-rw"
  }
}

resource "linode_object_storage_bucket" "this" {
  label         = var.name
  region        = var.region
  endpoint_type = var.endpoint_type
  acl           = "private"
  cors_enabled  = var.cors_enabled
  versioning    = var.versioning

  dynamic "lifecycle_rule" {
    for_each = local.has_lifecycle ? [1] : []

    content {
      id                                     = "managed-by-terraform"
      enabled                                = true
      abort_incomplete_multipart_upload_days = var.abort_incomplete_uploads_after_days

      dynamic "expiration" {
        for_each = var.expire_after_days[*]

        content {
          days = expiration.value
        }
      }

      dynamic "noncurrent_version_expiration" {
        for_each = var.noncurrent_expire_after_days[*]

        content {
          days = noncurrent_version_expiration.value
        }
      }
    }
  }
}

resource "linode_object_storage_key" "this" {
  count = var.access == null ? 0 : 1

  label = local.key_labels[var.access]

  bucket_access {
    bucket_name = linode_object_storage_bucket.this.label
    region      = linode_object_storage_bucket.this.region
    permissions = local.permissions[var.access]
  }
}
