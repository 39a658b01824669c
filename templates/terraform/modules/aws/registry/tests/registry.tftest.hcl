mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_resource "aws_ecr_repository" {
    defaults = { repository_url = "123456789012.dkr.ecr.us-east-1.amazonaws.com/r", arn = "arn:aws:ecr:us-east-1:123456789012:repository/r" }
  }
}

variables {
  repositories = ["prog/user-service", "prog/api-gateway"]
}

run "defaults" {
  command = apply

  assert {
    condition     = alltrue([for repository in aws_ecr_repository.this : repository.image_tag_mutability == "IMMUTABLE" && repository.image_scanning_configuration[0].scan_on_push && !repository.force_delete])
    error_message = "Tags do not move, images are scanned, and nothing is deleted with its images."
  }

  assert {
    condition     = jsondecode(aws_ecr_lifecycle_policy.this["prog/user-service"].policy).rules[0].selection.countNumber == 14 && jsondecode(aws_ecr_lifecycle_policy.this["prog/user-service"].policy).rules[1].selection.countNumber == 200
    error_message = "Old images go."
  }

  assert {
    condition     = toset(keys(output.repository_urls)) == var.repositories && length(output.repository_arns) == 2 && length(aws_ecr_replication_configuration.this) == 0 && length(aws_ecr_repository_policy.this) == 0
    error_message = "There is a URL for every repository."
  }
}

run "everything_set" {
  command = plan

  variables {
    kms_key_arn          = "arn:aws:kms:us-east-1:123456789012:key/k"
    keep_images          = null
    pull_accounts        = ["210987654321"]
    replication_regions  = ["us-west-2"]
    replication_prefixes = ["prog/"]
  }

  assert {
    condition     = aws_ecr_repository.this["prog/api-gateway"].encryption_configuration[0].encryption_type == "KMS" && length(jsondecode(aws_ecr_lifecycle_policy.this["prog/api-gateway"].policy).rules) == 1
    error_message = "The key is used, and all tagged images are kept."
  }

  assert {
    condition     = jsondecode(aws_ecr_repository_policy.this["prog/user-service"].policy).Statement[0].Principal.AWS == ["arn:aws:iam::210987654321:root"]
    error_message = "The other account pulls."
  }

  assert {
    condition     = aws_ecr_replication_configuration.this[0].replication_configuration[0].rule[0].destination[0].region == "us-west-2" && aws_ecr_replication_configuration.this[0].replication_configuration[0].rule[0].repository_filter[0].filter == "prog/"
    error_message = "The images are copied."
  }
}

run "values_are_checked" {
  command = plan

  variables {
    repositories        = ["Prog/User"]
    kms_key_arn         = "k"
    keep_images         = 3
    untagged_days       = 0
    pull_accounts       = ["1"]
    replication_regions = ["west"]
  }

  expect_failures = [var.repositories, var.kms_key_arn, var.keep_images, var.untagged_days, var.pull_accounts, var.replication_regions]
}
