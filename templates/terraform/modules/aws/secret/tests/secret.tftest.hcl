# Ephemeral variables and applies do not go together in tests; the mocks therefore speak in plans.
mock_provider "aws" {
  override_during = plan

  mock_resource "aws_secretsmanager_secret" {
    defaults = { id = "arn:aws:secretsmanager:us-east-1:123456789012:secret:s", arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:s" }
  }
}

variables {
  name        = "prog-production/stripe"
  description = "API key of Stripe; given by the payments team"
}

run "value_of_people" {
  command = plan

  assert {
    condition     = aws_secretsmanager_secret.this.recovery_window_in_days == 30 && length(aws_secretsmanager_secret_version.this) == 0 && length(aws_secretsmanager_secret_rotation.this) == 0
    error_message = "Terraform makes the place only."
  }

  assert {
    condition     = output.arn == "arn:aws:secretsmanager:us-east-1:123456789012:secret:s" && output.name == "prog-production/stripe"
    error_message = "The outputs must lead to the secret."
  }
}

run "value_of_a_program" {
  command = plan

  variables {
    value         = "not a real one"
    value_version = 3
  }

  assert {
    condition     = aws_secretsmanager_secret_version.this[0].secret_string_wo_version == 3 && aws_secretsmanager_secret_version.this[0].secret_string == null
    error_message = "The value is written, not kept."
  }
}

run "copies_and_rotation" {
  command = plan

  variables {
    replicas = { "us-west-2" = "arn:aws:kms:us-west-2:123456789012:key/k", "eu-west-1" = null }
    rotation = { lambda_arn = "arn:aws:lambda:us-east-1:123456789012:function:rotate", days = 90 }
  }

  assert {
    condition     = toset([for replica in aws_secretsmanager_secret.this.replica : replica.region]) == toset(["us-west-2", "eu-west-1"])
    error_message = "The copies got lost."
  }

  assert {
    condition     = aws_secretsmanager_secret_rotation.this[0].rotation_rules[0].automatically_after_days == 90 && !aws_secretsmanager_secret_rotation.this[0].rotate_immediately
    error_message = "The secret is rotated every quarter."
  }
}

run "value_without_version_is_refused" {
  command = plan

  variables {
    value = "not a real one"
  }

  expect_failures = [var.value_version]
}

run "values_are_checked" {
  command = plan

  variables {
    name                 = "prog stripe"
    description          = ""
    kms_key_arn          = "k"
    replicas             = { west = null }
    rotation             = { lambda_arn = "arn:aws:lambda:us-east-1:123456789012:function:rotate", days = 0 }
    recovery_window_days = 0
  }

  expect_failures = [var.name, var.description, var.kms_key_arn, var.replicas, var.rotation, var.recovery_window_days]
}
