mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/r" }
  }
}

variables {
  name            = "prog-production-secrets"
  cluster_name    = "prog-production"
  service_account = { namespace = "external-secrets", name = "external-secrets" }
  secret_arns     = ["arn:aws:secretsmanager:us-east-1:123456789012:secret:prog/production/main-AbCdEf", "arn:aws:secretsmanager:us-east-1:*:secret:prog/staging/main-??????"]
  kms_key_arn     = "arn:aws:kms:us-east-1:123456789012:key/k"
}

run "it_reads_the_named_secrets_and_nothing_else_under_their_key" {
  command = apply

  assert {
    condition     = output.role_arn == "arn:aws:iam::123456789012:role/r"
    error_message = "The role is handed out."
  }

  assert {
    condition     = one([for statement in jsondecode(module.identity.policy).Statement : statement if statement.Sid == "Read"]).Resource == ["arn:aws:secretsmanager:us-east-1:123456789012:secret:prog/production/main-AbCdEf", "arn:aws:secretsmanager:us-east-1:*:secret:prog/staging/main-??????"]
    error_message = "Secrets are named one by one."
  }

  assert {
    condition     = one([for statement in jsondecode(module.identity.policy).Statement : statement if statement.Sid == "Decrypt"]).Condition.StringEquals["kms:ViaService"] == ["secretsmanager.us-east-1.amazonaws.com"]
    error_message = "The key serves through Secrets Manager only."
  }
}

run "all_secrets_are_refused" {
  command = plan

  variables {
    secret_arns = ["arn:aws:secretsmanager:us-east-1:123456789012:secret:*"]
  }

  expect_failures = [var.secret_arns]
}

run "values_are_checked" {
  command = plan

  variables {
    cluster_name = "prog-*"
    secret_arns  = []
    kms_key_arn  = "alias/prog"
  }

  expect_failures = [var.cluster_name, var.secret_arns, var.kms_key_arn]
}
