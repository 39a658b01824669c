mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_data "aws_region" {
    defaults = { id = "us-east-1" }
  }
  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:us-east-1:123456789012:key/k", key_id = "k" }
  }
}

variables {
  name        = "prog-production/data"
  description = "Data stores of prog in production"
}

run "defaults" {
  command = apply

  assert {
    condition     = aws_kms_key.this.enable_key_rotation && aws_kms_key.this.deletion_window_in_days == 30 && !aws_kms_key.this.multi_region
    error_message = "The key rotates and is hard to delete."
  }

  assert {
    condition     = jsondecode(aws_kms_key.this.policy).Statement[*].Principal == [{ AWS = "arn:aws:iam::123456789012:root" }]
    error_message = "Nobody but the account is named."
  }

  assert {
    condition     = output.alias == "alias/prog-production/data" && output.arn == "arn:aws:kms:us-east-1:123456789012:key/k"
    error_message = "The outputs give key and alias."
  }
}

run "services_are_held_to_the_account" {
  command = plan

  variables {
    services            = ["logs", "cloudtrail", "sns"]
    ebs_for_autoscaling = true
  }

  assert {
    condition     = length(jsondecode(aws_kms_key.this.policy).Statement) == 6
    error_message = "One statement per service, two for Auto Scaling."
  }

  assert {
    condition     = alltrue([for statement in slice(jsondecode(aws_kms_key.this.policy).Statement, 1, 4) : strcontains(jsonencode(statement.Condition), "123456789012")])
    error_message = "Every service is tied to the account."
  }

  assert {
    condition     = jsondecode(aws_kms_key.this.policy).Statement[2].Principal.Service == "logs.us-east-1.amazonaws.com"
    error_message = "CloudWatch Logs has a principal per region."
  }

  assert {
    condition     = jsondecode(aws_kms_key.this.policy).Statement[5].Condition.Bool["kms:GrantIsForAWSResource"] == "true"
    error_message = "Auto Scaling grants to AWS resources only."
  }
}

run "values_are_checked" {
  command = plan

  variables {
    name                 = "aws/rds"
    description          = ""
    services             = ["ec2"]
    deletion_window_days = 3
  }

  expect_failures = [var.name, var.description, var.services, var.deletion_window_days]
}
