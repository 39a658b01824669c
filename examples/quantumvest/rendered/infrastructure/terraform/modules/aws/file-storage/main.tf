locals {
  id  = var.copy == null ? one(aws_efs_file_system.this[*].id) : var.copy.id
  arn = var.copy == null ? one(aws_efs_file_system.this[*].arn) : one(data.aws_efs_file_system.copy[*].arn)
}

# The replication of the original made it: here is what is around it.
data "aws_efs_file_system" "copy" {
  count = var.copy == null ? 0 : 1

  file_system_id = var.copy.id
}

resource "aws_efs_file_system" "this" {
  count = var.copy == null ? 1 : 0

  creation_token  = var.name
  encrypted       = true
  kms_key_id      = var.kms_key_arn
  throughput_mode = var.throughput

  dynamic "lifecycle_policy" {
    for_each = var.cold_after_days[*]

    content {
      transition_to_ia = lifecycle_policy.value == 1 ? "AFTER_1_DAY" : "AFTER_${lifecycle_policy.value}_DAYS"
    }
  }

  dynamic "lifecycle_policy" {
    for_each = var.cold_after_days[*]

    content {
      transition_to_primary_storage_class = "AFTER_1_ACCESS"
    }
  }

  tags = { Name = var.name }
}

# By position: ids of subnets are not known before they are made.
resource "aws_efs_mount_target" "this" {
  count = length(var.subnet_ids)

  file_system_id  = local.id
  subnet_id       = var.subnet_ids[count.index]
  security_groups = [aws_security_group.this.id]
}

resource "aws_security_group" "this" {
  name        = "${var.name}-files"
  description = "File system ${var.name}"
  vpc_id      = var.vpc_id

  tags = { Name = "${var.name}-files" }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_ingress_rule" "this" {
  for_each = var.allowed_security_groups

  security_group_id            = aws_security_group.this.id
  description                  = each.key
  ip_protocol                  = "tcp"
  from_port                    = 2049
  to_port                      = 2049
  referenced_security_group_id = each.value
}

# With a policy only what it allows is allowed: whoever reaches a mount target, over TLS.
resource "aws_efs_file_system_policy" "this" {
  file_system_id = local.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "MountTargetsOnly"
        Effect    = "Allow"
        Principal = { AWS = "*" }
        Action    = ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientRootAccess", "elasticfilesystem:ClientWrite"]
        Resource  = local.arn
        Condition = { Bool = { "elasticfilesystem:AccessedViaMountTarget" = "true" } }
      },
      {
        Sid       = "TlsOnly"
        Effect    = "Deny"
        Principal = { AWS = "*" }
        Action    = "*"
        Resource  = local.arn
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
    ]
  })
}

resource "aws_efs_backup_policy" "this" {
  file_system_id = local.id

  backup_policy {
    status = var.automatic_backups ? "ENABLED" : "DISABLED"
  }
}

resource "aws_efs_replication_configuration" "this" {
  count = var.replica == null ? 0 : 1

  source_file_system_id = local.id

  destination {
    region     = var.replica.region
    kms_key_id = var.replica.kms_key_arn
  }
}

resource "aws_efs_access_point" "this" {
  for_each = var.access_points

  file_system_id = local.id

  posix_user {
    uid = each.value.uid
    gid = each.value.gid
  }

  root_directory {
    path = each.value.path

    creation_info {
      owner_uid   = each.value.uid
      owner_gid   = each.value.gid
      permissions = each.value.permissions
    }
  }

  tags = { Name = "${var.name}-${each.key}" }
}
