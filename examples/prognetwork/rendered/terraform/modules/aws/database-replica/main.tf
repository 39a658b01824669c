data "aws_partition" "current" {}

locals {
  major    = split(".", var.engine_version)[0]
  promoted = var.source_database == null

  log_exports = ["postgresql"]
}

resource "aws_db_instance" "this" {
  identifier          = var.name
  replicate_source_db = var.source_database
  instance_class      = var.instance_class
  multi_az            = var.multi_az
  maintenance_window  = var.maintenance_window

  max_allocated_storage = var.max_storage_gib
  storage_type          = var.storage_type
  storage_encrypted     = true
  kms_key_id            = var.kms_key_arn

  db_subnet_group_name   = one(aws_db_subnet_group.this[*].name)
  vpc_security_group_ids = [aws_security_group.this.id]
  publicly_accessible    = false
  port                   = var.port
  parameter_group_name   = aws_db_parameter_group.this.name

  backup_retention_period    = var.backup_retention_days
  copy_tags_to_snapshot      = true
  auto_minor_version_upgrade = true

  deletion_protection = var.deletion_protection
  # A replica has no final snapshot; a promoted one is a database.
  skip_final_snapshot       = !local.promoted
  final_snapshot_identifier = local.promoted ? "${var.name}-final" : null

  performance_insights_enabled          = var.performance_insights
  performance_insights_retention_period = var.performance_insights ? 7 : null
  performance_insights_kms_key_id       = var.performance_insights ? var.kms_key_arn : null

  enabled_cloudwatch_logs_exports = local.log_exports

  monitoring_interval = var.monitoring_interval_seconds
  monitoring_role_arn = one(aws_iam_role.monitoring[*].arn)

  lifecycle {
    # The version is the source's while it is a replica.
    ignore_changes = [engine_version]
  }

  depends_on = [
    aws_cloudwatch_log_group.this,
    aws_iam_role_policy_attachment.monitoring,
  ]
}

# Made before the instance, which would make them without an end of retention and without the key.
resource "aws_cloudwatch_log_group" "this" {
  for_each = toset(local.log_exports)

  name              = "/aws/rds/instance/${var.name}/${each.key}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.log_kms_key_arn
}

# Roles are an account's, so that the original's may have the same name without that part.
resource "aws_iam_role" "monitoring" {
  count = var.monitoring_interval_seconds > 0 ? 1 : 0

  name        = "${var.name}-replica-mon"
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

resource "aws_db_subnet_group" "this" {
  count = length(var.subnet_ids) > 0 ? 1 : 0

  name        = var.name
  description = "Subnets of ${var.name}"
  subnet_ids  = var.subnet_ids
}

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
  description = "Replica ${var.name}"
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
