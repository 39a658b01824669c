# Ephemeral variables and applies do not go together in tests; the mocks therefore speak in plans.
mock_provider "aws" {
  override_during = plan

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/monitoring" }
  }
  mock_resource "aws_db_instance" {
    defaults = {
      arn                = "arn:aws:rds:us-east-1:123456789012:db:prog-production"
      address            = "db.example.com"
      master_user_secret = [{ kms_key_id = "k", secret_arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:rds", secret_status = "active" }]
    }
  }
  mock_resource "aws_secretsmanager_secret" {
    defaults = { id = "arn:aws:secretsmanager:us-east-1:123456789012:secret:own", arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:own" }
  }
}

variables {
  log_kms_key_arn         = "arn:aws:kms:us-east-1:123456789012:key/logs"
  name                    = "prog-production"
  engine_version          = "17"
  instance_class          = "db.m6g.large"
  database_name           = "prog"
  storage                 = { size_gib = 100, max_gib = 500 }
  vpc_id                  = "vpc-1"
  subnet_ids              = ["subnet-1", "subnet-2"]
  allowed_security_groups = { cluster = "sg-1" }
}

run "safe_by_default" {
  command = plan

  assert {
    condition     = alltrue([for group in aws_cloudwatch_log_group.this : group.kms_key_id == var.log_kms_key_arn])
    error_message = "The logs are encrypted with the key that is given for them."
  }

  assert {
    condition     = aws_db_instance.this.storage_encrypted && !aws_db_instance.this.publicly_accessible && aws_db_instance.this.multi_az
    error_message = "The database is encrypted, private and has a standby."
  }

  assert {
    condition     = aws_db_instance.this.deletion_protection && !aws_db_instance.this.skip_final_snapshot && aws_db_instance.this.final_snapshot_identifier == "prog-production-final" && !aws_db_instance.this.delete_automated_backups
    error_message = "The database does not vanish."
  }

  assert {
    condition     = aws_db_instance.this.backup_retention_period == 14 && aws_db_instance.this.backup_window == "02:00-02:30" && aws_db_instance.this.maintenance_window == "sun:03:00-sun:04:00"
    error_message = "There are backups of 14 days, apart from the maintenance."
  }

  assert {
    condition     = aws_db_instance.this.manage_master_user_password && aws_db_instance.this.password_wo_version == null && length(aws_secretsmanager_secret.this) == 0
    error_message = "RDS manages the password."
  }

  assert {
    condition     = aws_db_parameter_group.this.family == "postgres17" && one([for parameter in aws_db_parameter_group.this.parameter : parameter.value if parameter.name == "rds.force_ssl"]) == "1"
    error_message = "The family follows the version, and connections are encrypted."
  }

  assert {
    condition     = length(aws_vpc_security_group_ingress_rule.this) == 1 && aws_vpc_security_group_ingress_rule.this["cluster"].referenced_security_group_id == "sg-1" && aws_vpc_security_group_ingress_rule.this["cluster"].from_port == 5432
    error_message = "Only the named group connects."
  }

  assert {
    condition     = aws_db_instance.this.performance_insights_enabled && aws_db_instance.this.performance_insights_retention_period == 7 && aws_db_instance.this.monitoring_interval == 60 && toset(keys(aws_cloudwatch_log_group.this)) == toset(["postgresql", "upgrade"])
    error_message = "The database is observed."
  }

  assert {
    condition     = aws_db_instance.this.auto_minor_version_upgrade && aws_db_instance.this.max_allocated_storage == 500 && aws_db_instance.this.storage_type == "gp3"
    error_message = "Minor versions and storage follow by themselves."
  }
}

run "outputs" {
  command = plan

  assert {
    condition     = output.secret_arn == "arn:aws:secretsmanager:us-east-1:123456789012:secret:rds" && output.host == "db.example.com" && output.port == 5432 && output.database_name == "prog" && output.arn == "arn:aws:rds:us-east-1:123456789012:db:prog-production"
    error_message = "The outputs must lead to the database and its secret."
  }
}

run "own_password" {
  command = plan

  variables {
    password         = "correct-horse-battery"
    password_version = 1
  }

  assert {
    condition     = aws_db_instance.this.manage_master_user_password == null && aws_db_instance.this.password_wo_version == 1 && aws_db_instance.this.password == null
    error_message = "The password is the module's own."
  }

  assert {
    condition     = aws_secretsmanager_secret_version.this[0].secret_string_wo_version == 1 && output.secret_arn == "arn:aws:secretsmanager:us-east-1:123456789012:secret:own"
    error_message = "The own secret holds it."
  }
}

run "version_decides" {
  command = plan

  variables {
    engine_version = "16.9"
  }

  assert {
    condition     = aws_db_parameter_group.this.family == "postgres16" && aws_db_parameter_group.this.name == "prog-production-postgres16" && !aws_db_instance.this.auto_minor_version_upgrade
    error_message = "A named minor stays, in the group of its major."
  }
}

run "development" {
  command = plan

  variables {
    multi_az                    = false
    backup                      = { retention_days = 1, window = "23:30-00:30" }
    maintenance_window          = "Mon:04:00-Mon:05:00"
    deletion_protection         = false
    final_snapshot              = false
    insights                    = "off"
    monitoring_interval_seconds = 0
    parameters                  = { log_connections = { value = "1" }, shared_preload_libraries = { value = "pg_stat_statements", restart = true } }
  }

  assert {
    condition     = aws_db_instance.this.skip_final_snapshot && aws_db_instance.this.final_snapshot_identifier == null && !aws_db_instance.this.performance_insights_enabled && length(aws_iam_role.monitoring) == 0
    error_message = "What was switched off is off."
  }

  assert {
    condition     = one([for parameter in aws_db_parameter_group.this.parameter : parameter.apply_method if parameter.name == "shared_preload_libraries"]) == "pending-reboot" && one([for parameter in aws_db_parameter_group.this.parameter : parameter.apply_method if parameter.name == "log_connections"]) == "immediate"
    error_message = "Static parameters wait for a restart."
  }
}

run "restored" {
  command = plan

  variables {
    restore_from = { source = "prog-old", time = "2026-01-31T12:00:00Z" }
  }

  assert {
    condition     = aws_db_instance.this.restore_to_point_in_time[0].source_db_instance_identifier == "prog-old" && aws_db_instance.this.restore_to_point_in_time[0].restore_time == "2026-01-31T12:00:00Z" && aws_db_instance.this.db_name != "prog"
    error_message = "The database comes from the other one."
  }
}

run "overlapping_windows_are_refused" {
  command = plan

  variables {
    backup             = { window = "03:30-04:00" }
    maintenance_window = "sun:03:00-sun:04:00"
  }

  expect_failures = [aws_db_instance.this]
}

run "windows_overlapping_over_midnight_are_refused" {
  command = plan

  variables {
    backup             = { window = "00:10-00:40" }
    maintenance_window = "sat:23:30-sun:00:30"
  }

  expect_failures = [aws_db_instance.this]
}

run "long_maintenance_meets_every_backup" {
  command = plan

  variables {
    backup             = { window = "02:00-02:30" }
    maintenance_window = "sun:03:00-mon:03:00"
  }

  expect_failures = [aws_db_instance.this]
}

run "short_windows_are_refused" {
  command = plan

  variables {
    backup             = { window = "02:00-02:20" }
    maintenance_window = "sun:03:00-sun:03:20"
  }

  expect_failures = [aws_db_instance.this]
}

run "password_without_version_is_refused" {
  command = plan

  variables {
    password = "correct-horse-battery"
  }

  expect_failures = [var.password_version]
}

run "restore_onto_itself_is_refused" {
  command = plan

  variables {
    restore_from = { source = "prog-production" }
  }

  expect_failures = [aws_db_instance.this]
}

run "no_backups_are_refused" {
  command = plan

  variables {
    backup             = { retention_days = 0 }
    maintenance_window = "sunday"
  }

  expect_failures = [var.backup, var.maintenance_window]
}

run "storage_is_checked" {
  command = plan

  variables {
    storage = { size_gib = 100, max_gib = 105 }
  }

  expect_failures = [var.storage]
}

run "iops_of_small_storage_are_refused" {
  command = plan

  variables {
    storage = { size_gib = 100, iops = 12000 }
  }

  expect_failures = [var.storage]
}

run "values_are_checked" {
  command = plan

  variables {
    name                        = "prog--production"
    engine_version              = "17.x"
    instance_class              = "m6g.large"
    database_name               = "postgres"
    username                    = "rdsadmin"
    subnet_ids                  = ["subnet-1"]
    port                        = 80
    parameters                  = { "rds.force_ssl" = { value = "0" } }
    insights                    = "on"
    monitoring_interval_seconds = 7
    log_retention_days          = 8
    log_kms_key_arn             = "alias/logs"
    restore_from                = { time = "yesterday" }
  }

  expect_failures = [var.name, var.engine_version, var.instance_class, var.database_name, var.username, var.subnet_ids, var.port, var.parameters, var.insights, var.monitoring_interval_seconds, var.log_retention_days, var.log_kms_key_arn, var.restore_from]
}
