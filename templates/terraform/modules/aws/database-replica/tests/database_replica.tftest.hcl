mock_provider "aws" {
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
