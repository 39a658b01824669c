mock_provider "aws" {
  mock_resource "aws_efs_file_system" {
    defaults = { id = "fs-1", arn = "arn:aws:elasticfilesystem:us-east-1:123456789012:file-system/fs-1" }
  }
  mock_data "aws_efs_file_system" {
    defaults = { arn = "arn:aws:elasticfilesystem:us-west-2:123456789012:file-system/fs-0123456789abcdef0" }
  }
  mock_resource "aws_efs_access_point" {
    defaults = { id = "fsap-1" }
  }
}

variables {
  name                    = "prog-shared"
  vpc_id                  = "vpc-1"
  subnet_ids              = ["subnet-1", "subnet-2"]
  allowed_security_groups = { cluster = "sg-1" }
}

run "defaults" {
  command = apply

  assert {
    condition     = aws_efs_file_system.this[0].encrypted && aws_efs_file_system.this[0].throughput_mode == "elastic" && aws_efs_file_system.this[0].lifecycle_policy[0].transition_to_ia == "AFTER_30_DAYS"
    error_message = "Files are encrypted, and become cheaper."
  }

  assert {
    condition     = length(aws_efs_mount_target.this) == 2 && aws_vpc_security_group_ingress_rule.this["cluster"].from_port == 2049 && aws_vpc_security_group_ingress_rule.this["cluster"].referenced_security_group_id == "sg-1"
    error_message = "Every zone mounts, and only the named group."
  }

  assert {
    condition     = jsondecode(aws_efs_file_system_policy.this.policy).Statement[1].Effect == "Deny" && jsondecode(aws_efs_file_system_policy.this.policy).Statement[1].Condition.Bool["aws:SecureTransport"] == "false" && aws_efs_backup_policy.this.backup_policy[0].status == "ENABLED"
    error_message = "Mounts need TLS, and there are backups."
  }

  assert {
    condition     = output.id == "fs-1" && output.replica_id == null && length(output.access_point_ids) == 0
    error_message = "The outputs must lead to the file system."
  }
}

run "everything_set" {
  command = plan

  variables {
    kms_key_arn       = "arn:aws:kms:us-east-1:123456789012:key/k"
    cold_after_days   = 1
    automatic_backups = false
    replica           = { region = "us-west-2" }
    access_points     = { uploads = { path = "/uploads", uid = 1000, gid = 1000 } }
  }

  assert {
    condition     = aws_efs_replication_configuration.this[0].destination[0].region == "us-west-2" && aws_efs_access_point.this["uploads"].posix_user[0].uid == 1000 && aws_efs_access_point.this["uploads"].root_directory[0].creation_info[0].permissions == "0750" && aws_efs_file_system.this[0].lifecycle_policy[0].transition_to_ia == "AFTER_1_DAY"
    error_message = "Copy, access point and lifecycle got lost."
  }
}

run "a_copy_gets_what_is_around_it" {
  command = apply

  variables {
    copy = { id = "fs-0123456789abcdef0" }
  }

  assert {
    condition     = length(aws_efs_file_system.this) == 0 && aws_efs_mount_target.this[0].file_system_id == "fs-0123456789abcdef0" && aws_efs_backup_policy.this.file_system_id == "fs-0123456789abcdef0"
    error_message = "The copy exists: it is mounted, and not made again."
  }

  assert {
    condition     = jsondecode(aws_efs_file_system_policy.this.policy).Statement[0].Resource == "arn:aws:elasticfilesystem:us-west-2:123456789012:file-system/fs-0123456789abcdef0" && output.id == "fs-0123456789abcdef0"
    error_message = "Its policy is about itself."
  }
}

run "a_copy_is_not_copied" {
  command = plan

  variables {
    copy    = { id = "fs-0123456789abcdef0" }
    replica = { region = "us-west-2" }
  }

  expect_failures = [var.copy]
}

run "a_copy_is_named_by_its_id" {
  command = plan

  variables {
    copy = { id = "shared" }
  }

  expect_failures = [var.copy]
}

run "values_are_checked" {
  command = plan

  variables {
    name            = "a b"
    kms_key_arn     = "k"
    subnet_ids      = ["subnet-1", "subnet-1"]
    throughput      = "provisioned"
    cold_after_days = 5
    replica         = { region = "west" }
    access_points   = { uploads = { path = "uploads", uid = 1, gid = 1 } }
  }

  expect_failures = [var.name, var.kms_key_arn, var.subnet_ids, var.throughput, var.cold_after_days, var.replica, var.access_points]
}
