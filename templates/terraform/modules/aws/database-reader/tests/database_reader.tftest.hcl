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
  name            = "prog-production-main-restorable"
  cluster_name    = "prog-production"
  service_account = { namespace = "prog-production", name = "main-restorable" }
  region          = "us-east-1"
  database        = "prog-production-main"
}

run "it_asks_about_one_database_and_changes_nothing" {
  command = apply

  assert {
    condition     = jsondecode(module.identity.policy).Statement == [{ Action = ["rds:DescribeDBInstances"], Effect = "Allow", Resource = ["arn:aws:rds:us-east-1:123456789012:db:prog-production-main"] }]
    error_message = "One action, on one database."
  }

  assert {
    condition     = output.role_arn == "arn:aws:iam::123456789012:role/r"
    error_message = "The role is handed out."
  }
}

run "wildcards_are_refused" {
  command = plan

  variables {
    region   = "*"
    database = "prog-*"
  }

  expect_failures = [var.region, var.database]
}
