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
  names            = { dump = "prog-production-main-dump", test = "prog-production-main-dump-test" }
  cluster_name     = "prog-production"
  namespace        = "prog-production"
  service_accounts = { dump = "main-dump", test = "main-dump-test" }
  bucket           = "prog-backups"
  prefix           = "production/main"
}

run "one_role_adds_and_the_other_reads_in_the_directory_of_the_database" {
  command = apply

  assert {
    condition     = jsondecode(module.dump.policy).Statement == [{ Action = ["s3:PutObject", "s3:AbortMultipartUpload"], Effect = "Allow", Resource = ["arn:aws:s3:::prog-backups/production/main/*"] }]
    error_message = "The job that dumps reads nothing."
  }

  assert {
    condition     = jsondecode(module.test.policy).Statement[0].Condition.StringEquals["s3:prefix"] == ["production/main/"] && jsondecode(module.test.policy).Statement[1].Action == ["s3:GetObject"] && jsondecode(module.test.policy).Statement[1].Resource == ["arn:aws:s3:::prog-backups/production/main/*"]
    error_message = "The job that restores reads its directory, and writes nothing."
  }

  assert {
    condition     = output.role_arns.dump == "arn:aws:iam::123456789012:role/r" && output.role_arns.test == "arn:aws:iam::123456789012:role/r"
    error_message = "The roles are handed out."
  }
}

run "values_are_checked" {
  command = plan

  variables {
    service_accounts = { dump = "one", test = "one" }
    bucket           = "arn:aws:s3:::prog-backups"
    prefix           = "*"
  }

  expect_failures = [var.service_accounts, var.bucket, var.prefix]
}
