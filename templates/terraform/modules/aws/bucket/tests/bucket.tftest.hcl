mock_provider "aws" {
  mock_resource "aws_s3_bucket" {
    defaults = { id = "prog-backups", arn = "arn:aws:s3:::prog-backups", bucket_regional_domain_name = "prog-backups.s3.us-east-1.amazonaws.com", region = "us-east-1" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/replication" }
  }
}

variables {
  name = "prog-backups"
}

run "private_by_default" {
  command = apply

  assert {
    condition     = aws_s3_bucket_public_access_block.this.block_public_acls && aws_s3_bucket_public_access_block.this.block_public_policy && aws_s3_bucket_public_access_block.this.ignore_public_acls && aws_s3_bucket_public_access_block.this.restrict_public_buckets
    error_message = "The bucket is private."
  }

  assert {
    condition     = aws_s3_bucket_versioning.this.versioning_configuration[0].status == "Enabled" && aws_s3_bucket_ownership_controls.this.rule[0].object_ownership == "BucketOwnerEnforced" && !aws_s3_bucket.this.force_destroy
    error_message = "The bucket has versions and no ACLs."
  }

  assert {
    condition     = one(one(aws_s3_bucket_server_side_encryption_configuration.this.rule).apply_server_side_encryption_by_default).sse_algorithm == "AES256"
    error_message = "The bucket is encrypted."
  }

  assert {
    condition     = jsondecode(aws_s3_bucket_policy.this.policy).Statement[0].Effect == "Deny" && jsondecode(aws_s3_bucket_policy.this.policy).Statement[0].Condition.Bool["aws:SecureTransport"] == "false" && jsondecode(aws_s3_bucket_policy.this.policy).Statement[0].Resource == ["arn:aws:s3:::prog-backups", "arn:aws:s3:::prog-backups/*"]
    error_message = "The bucket takes TLS only."
  }

  assert {
    condition     = aws_s3_bucket_lifecycle_configuration.this.rule[0].abort_incomplete_multipart_upload[0].days_after_initiation == 7 && length(aws_s3_bucket_lifecycle_configuration.this.rule) == 1
    error_message = "Incomplete uploads end."
  }

  assert {
    condition     = output.name == "prog-backups" && output.arn == "arn:aws:s3:::prog-backups" && output.domain_name == "prog-backups.s3.us-east-1.amazonaws.com" && output.region == "us-east-1"
    error_message = "The outputs must lead to the bucket."
  }
}

run "everything_set" {
  command = apply

  variables {
    kms_key_arn       = "arn:aws:kms:us-east-1:123456789012:key/k"
    access_log_bucket = "prog-access-logs"
    object_lock       = { days = 30 }
    lifecycle_rules = {
      dumps = { prefix = "dumps/", transitions = { 30 = "STANDARD_IA", 90 = "GLACIER" }, expire_after_days = 365, noncurrent_expire_after_days = 7 }
    }
    replication = { bucket_arn = "arn:aws:s3:::prog-backups-recovery", kms_key_arn = "arn:aws:kms:us-west-2:123456789012:key/k" }
    statements = [{
      sid        = "Cdn"
      principals = { Service = ["cloudfront.amazonaws.com"] }
      actions    = ["s3:GetObject"]
      paths      = ["*"]
      conditions = [{ test = "StringEquals", variable = "AWS:SourceArn", values = ["arn:aws:cloudfront::123456789012:distribution/E1"] }]
    }]
  }

  assert {
    condition     = one(one(aws_s3_bucket_server_side_encryption_configuration.this.rule).apply_server_side_encryption_by_default).kms_master_key_id == "arn:aws:kms:us-east-1:123456789012:key/k" && one(aws_s3_bucket_server_side_encryption_configuration.this.rule).bucket_key_enabled
    error_message = "The objects are under the given key."
  }

  assert {
    condition     = aws_s3_bucket_lifecycle_configuration.this.rule[1].filter[0].prefix == "dumps/" && aws_s3_bucket_lifecycle_configuration.this.rule[1].expiration[0].days == 365 && aws_s3_bucket_lifecycle_configuration.this.rule[1].noncurrent_version_expiration[0].noncurrent_days == 7 && length(aws_s3_bucket_lifecycle_configuration.this.rule[1].transition) == 2
    error_message = "The rule got lost."
  }

  assert {
    condition     = aws_s3_bucket_replication_configuration.this[0].rule[0].destination[0].bucket == "arn:aws:s3:::prog-backups-recovery" && aws_s3_bucket_replication_configuration.this[0].rule[0].destination[0].replication_time[0].time[0].minutes == 15 && aws_s3_bucket_replication_configuration.this[0].rule[0].destination[0].encryption_configuration[0].replica_kms_key_id == "arn:aws:kms:us-west-2:123456789012:key/k"
    error_message = "The copy has time and key."
  }

  assert {
    condition     = length(jsondecode(aws_iam_role_policy.replication[0].policy).Statement) == 5
    error_message = "The role reads under one key and writes under the other."
  }

  assert {
    condition     = aws_s3_bucket.this.object_lock_enabled && aws_s3_bucket_object_lock_configuration.this[0].rule[0].default_retention[0].days == 30 && one(values(aws_s3_bucket_logging.this)).target_prefix == "prog-backups/"
    error_message = "Lock and logs got lost."
  }

  assert {
    condition     = jsondecode(aws_s3_bucket_policy.this.policy).Statement[1].Resource == ["arn:aws:s3:::prog-backups/*"] && jsondecode(aws_s3_bucket_policy.this.policy).Statement[1].Principal.Service == ["cloudfront.amazonaws.com"]
    error_message = "The statement got lost."
  }
}

run "public_statement_is_refused" {
  command = plan

  variables {
    statements = [{ principals = { AWS = ["*"] }, actions = ["s3:GetObject"], paths = ["*"] }]
  }

  expect_failures = [var.statements]
}

run "what_needs_versions_is_refused_without" {
  command = plan

  variables {
    versioning      = false
    lifecycle_rules = { old = { noncurrent_expire_after_days = 7 } }
    replication     = { bucket_arn = "arn:aws:s3:::prog-backups-recovery" }
    object_lock     = { days = 1 }
  }

  expect_failures = [var.lifecycle_rules, var.replication, var.object_lock]
}

run "replication_onto_itself_is_refused" {
  command = plan

  variables {
    replication = { bucket_arn = "arn:aws:s3:::prog-backups" }
  }

  expect_failures = [var.replication]
}

run "key_on_one_side_is_refused" {
  command = plan

  variables {
    kms_key_arn = "arn:aws:kms:us-east-1:123456789012:key/k"
    replication = { bucket_arn = "arn:aws:s3:::prog-backups-recovery" }
  }

  expect_failures = [var.replication]
}

run "early_transition_is_refused" {
  command = plan

  variables {
    lifecycle_rules = { a = { transitions = { 7 = "STANDARD_IA" } } }
  }

  expect_failures = [var.lifecycle_rules]
}

run "values_are_checked" {
  command = plan

  variables {
    name            = "Prog.Backups"
    kms_key_arn     = "alias/aws/s3"
    lifecycle_rules = { nothing = {} }
    object_lock     = { mode = "NONE", days = 1 }
  }

  expect_failures = [var.name, var.kms_key_arn, var.lifecycle_rules, var.object_lock]
}

run "named_distributions_read_the_objects_and_nobody_else" {
  command = apply

  variables {
    distributions = ["arn:aws:cloudfront::123456789012:distribution/E1"]
  }

  assert {
    condition = jsondecode(aws_s3_bucket_policy.this.policy).Statement[1] == {
      Sid       = "Cdn"
      Effect    = "Allow"
      Principal = { Service = ["cloudfront.amazonaws.com"] }
      Action    = ["s3:GetObject"]
      Resource  = ["arn:aws:s3:::prog-backups/*"]
      Condition = { StringEquals = { "AWS:SourceArn" = ["arn:aws:cloudfront::123456789012:distribution/E1"] } }
    }
    error_message = "The distribution reads, and nothing more."
  }
}
