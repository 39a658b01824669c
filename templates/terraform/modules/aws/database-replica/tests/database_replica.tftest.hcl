mock_provider "aws" {
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/monitoring" }
  }
  mock_resource "aws_db_instance" {
    defaults = { arn = "arn:aws:rds:us-west-2:123456789012:db:r", address = "r.example.com" }
  }
}

variables {
  name                    = "prog-recovery"
  source_database         = "arn:aws:rds:us-east-1:123456789012:db:prog-production"
  engine_version          = "17"
  instance_class          = "db.m6g.large"
  kms_key_arn             = "arn:aws:kms:us-west-2:123456789012:key/k"
  log_kms_key_arn         = "arn:aws:kms:us-west-2:123456789012:key/logs"
  vpc_id                  = "vpc-1"
  subnet_ids              = ["subnet-1", "subnet-2"]
  allowed_security_groups = { cluster = "sg-1" }
}

run "another_region" {
  command = plan

  assert {
    condition     = aws_db_instance.this.replicate_source_db == "arn:aws:rds:us-east-1:123456789012:db:prog-production" && aws_db_instance.this.kms_key_id == "arn:aws:kms:us-west-2:123456789012:key/k" && aws_db_instance.this.db_subnet_group_name == "prog-recovery"
    error_message = "The replica has source, key and subnets."
  }

  assert {
    condition     = aws_db_instance.this.skip_final_snapshot && aws_db_instance.this.deletion_protection && aws_db_instance.this.storage_encrypted && !aws_db_instance.this.publicly_accessible
    error_message = "The replica is encrypted, private and protected."
  }

  assert {
    condition     = aws_cloudwatch_log_group.this["postgresql"].name == "/aws/rds/instance/prog-recovery/postgresql" && aws_cloudwatch_log_group.this["postgresql"].retention_in_days == 30 && aws_cloudwatch_log_group.this["postgresql"].kms_key_id == var.log_kms_key_arn
    error_message = "The log ends and is encrypted with the key that is given for it."
  }

  assert {
    condition     = aws_db_instance.this.monitoring_interval == 60 && aws_iam_role.monitoring[0].name == "prog-recovery-replica-mon"
    error_message = "The operating system is watched, by a role that is not the original's."
  }

  assert {
    condition     = aws_db_parameter_group.this.family == "postgres17" && aws_vpc_security_group_ingress_rule.this["cluster"].referenced_security_group_id == "sg-1"
    error_message = "Parameters and group are its own."
  }
}

run "same_region" {
  command = plan

  variables {
    source_database = "prog-production"
    kms_key_arn     = null
    subnet_ids      = []
  }

  assert {
    condition     = aws_db_instance.this.replicate_source_db == "prog-production" && length(aws_db_subnet_group.this) == 0
    error_message = "The replica is in the subnets of its source."
  }
}

run "unwatched" {
  command = plan

  variables {
    monitoring_interval_seconds = 0
  }

  assert {
    condition     = length(aws_iam_role.monitoring) == 0 && length(aws_iam_role_policy_attachment.monitoring) == 0 && aws_db_instance.this.monitoring_interval == 0
    error_message = "Without the metrics there is no role."
  }
}

run "promoted" {
  command = plan

  variables {
    source_database       = null
    backup_retention_days = 14
  }

  assert {
    condition     = aws_db_instance.this.replicate_source_db == null && !aws_db_instance.this.skip_final_snapshot && aws_db_instance.this.final_snapshot_identifier == "prog-recovery-final" && aws_db_instance.this.backup_retention_period == 14
    error_message = "A promoted replica is a database."
  }
}

run "another_region_needs_a_key" {
  command = plan

  variables {
    kms_key_arn = null
  }

  expect_failures = [var.kms_key_arn]
}

run "values_are_checked" {
  command = plan

  variables {
    name                  = "Prog"
    source_database       = "arn:aws:rds:x"
    engine_version        = "latest"
    instance_class        = "large"
    storage_type          = "gp2"
    subnet_ids            = ["subnet-1"]
    parameters            = { "rds.force_ssl" = { value = "0" } }
    backup_retention_days = 36
    maintenance_window    = "sunday"
  }

  expect_failures = [var.name, var.source_database, var.engine_version, var.instance_class, var.storage_type, var.subnet_ids, var.parameters, var.backup_retention_days, var.maintenance_window]
}

run "settings_that_aws_refuses" {
  command = plan

  variables {
    monitoring_interval_seconds = 7
    log_retention_days          = 8
    log_kms_key_arn             = "alias/logs"
  }

  expect_failures = [var.monitoring_interval_seconds, var.log_retention_days, var.log_kms_key_arn]
}
