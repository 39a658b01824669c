data "aws_partition" "current" {}

locals {
  major       = split(".", var.engine_version)[0]
  own_secret  = var.password_version != null
  log_exports = ["postgresql", "upgrade"]
}

resource "aws_db_instance" "this" {
  identifier     = var.name
  engine         = "postgres"
  engine_version = var.engine_version
  instance_class = var.instance_class
  multi_az       = var.multi_az

  # A minor that was named stays; with a major alone RDS takes the newest.
  auto_minor_version_upgrade  = !strcontains(var.engine_version, ".")
  allow_major_version_upgrade = var.allow_major_version_upgrade
  apply_immediately           = var.apply_immediately
  maintenance_window          = var.maintenance_window

  allocated_storage     = var.storage.size_gib
  max_allocated_storage = var.storage.max_gib
  storage_type          = var.storage.type
  iops                  = var.storage.iops
  storage_throughput    = var.storage.throughput
  storage_encrypted     = true
  kms_key_id            = var.storage.kms_key_arn

  # A restored instance has the names of its source.
  db_name  = var.restore_from == null ? var.database_name : null
  username = var.restore_from == null ? var.username : null

  manage_master_user_password   = local.own_secret ? null : true
  master_user_secret_kms_key_id = local.own_secret ? null : var.storage.kms_key_arn
  password_wo                   = var.password
  password_wo_version           = var.password_version

  iam_database_authentication_enabled = var.iam_authentication

  db_subnet_group_name   = aws_db_subnet_group.this.name
  vpc_security_group_ids = [aws_security_group.this.id]
  publicly_accessible    = false
  port                   = var.port
  parameter_group_name   = aws_db_parameter_group.this.name

  backup_retention_period  = var.backup.retention_days
  backup_window            = var.backup.window
  copy_tags_to_snapshot    = true
  delete_automated_backups = !var.final_snapshot

  deletion_protection       = var.deletion_protection
  skip_final_snapshot       = !var.final_snapshot
  final_snapshot_identifier = var.final_snapshot ? "${var.name}-final" : null

  enabled_cloudwatch_logs_exports = local.log_exports

  database_insights_mode                = var.insights == "off" ? null : var.insights
  performance_insights_enabled          = var.insights != "off"
  performance_insights_retention_period = { standard = 7, advanced = 465, off = null }[var.insights]
  performance_insights_kms_key_id       = var.insights == "off" ? null : var.storage.kms_key_arn

  monitoring_interval = var.monitoring_interval_seconds
  monitoring_role_arn = one(aws_iam_role.monitoring[*].arn)

  dynamic "restore_to_point_in_time" {
    for_each = var.restore_from[*]

    content {
      source_db_instance_identifier            = restore_to_point_in_time.value.source
      source_db_instance_automated_backups_arn = restore_to_point_in_time.value.automated_backups_arn
      restore_time                             = restore_to_point_in_time.value.time
      use_latest_restorable_time               = restore_to_point_in_time.value.time == null ? true : null
    }
  }

  lifecycle {
    precondition {
      condition     = local.backup_minutes >= 30 && local.maintenance_minutes >= 30
      error_message = "The windows of backup and maintenance have at least 30 minutes."
    }

    precondition {
      condition     = !local.windows_overlap
      error_message = "The window of maintenance must not overlap with the daily one of the backups."
    }

    precondition {
      condition     = try(var.restore_from.source, null) != var.name
      error_message = "A database is not restored onto itself: give the new one another name."
    }
  }

  depends_on = [
    aws_cloudwatch_log_group.this,
    aws_iam_role_policy_attachment.monitoring,
  ]
}

resource "aws_db_subnet_group" "this" {
  name        = var.name
  description = "Subnets of ${var.name}"
  subnet_ids  = var.subnet_ids
}

# One group per major: the new one stands beside the old one while the upgrade runs.
resource "aws_db_parameter_group" "this" {
  name        = "${var.name}-postgres${local.major}"
  description = "Parameters of ${var.name}"
  family      = "postgres${local.major}"

  parameter {
    name         = "rds.force_ssl"
    value        = "1"
    apply_method = "immediate"
  }

  dynamic "parameter" {
    for_each = var.parameters

    content {
      name         = parameter.key
      value        = parameter.value.value
      apply_method = parameter.value.restart ? "pending-reboot" : "immediate"
    }
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_security_group" "this" {
  name        = "${var.name}-database"
  description = "Database ${var.name}"
  vpc_id      = var.vpc_id

  tags = { Name = "${var.name}-database" }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_ingress_rule" "this" {
  for_each = var.allowed_security_groups

  security_group_id            = aws_security_group.this.id
  description                  = each.key
  ip_protocol                  = "tcp"
  from_port                    = var.port
  to_port                      = var.port
  referenced_security_group_id = each.value
}

# Made before the instance, which would make them without an end of retention.
resource "aws_cloudwatch_log_group" "this" {
  for_each = toset(local.log_exports)

  name              = "/aws/rds/instance/${var.name}/${each.key}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.log_kms_key_arn
}

resource "aws_iam_role" "monitoring" {
  count = var.monitoring_interval_seconds > 0 ? 1 : 0

  name        = "${var.name}-monitoring"
  description = "Enhanced monitoring of ${var.name}"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "monitoring.rds.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "monitoring" {
  count = var.monitoring_interval_seconds > 0 ? 1 : 0

  role       = aws_iam_role.monitoring[0].name
  policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"
}
