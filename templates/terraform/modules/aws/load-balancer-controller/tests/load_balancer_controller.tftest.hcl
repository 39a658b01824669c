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
  name            = "prog-production-load-balancers"
  cluster_name    = "prog-production"
  service_account = { namespace = "aws-load-balancer-controller", name = "aws-load-balancer-controller" }
}

run "role" {
  command = apply

  assert {
    condition     = output.role_arn == "arn:aws:iam::123456789012:role/r"
    error_message = "The role is handed out."
  }

  assert {
    condition     = length(local.listeners) == 4 && local.balancers[0] == "arn:aws:elasticloadbalancing:*:*:targetgroup/*/*"
    error_message = "Resources are those of the partition."
  }

  assert {
    condition     = local.owned[0].values == ["prog-production"] && local.created[0].values == ["prog-production"]
    error_message = "The controller touches what is its own cluster's."
  }
}

run "wildcard_cluster_is_refused" {
  command = plan

  variables {
    cluster_name = "prog-*"
  }

  expect_failures = [var.cluster_name]
}
