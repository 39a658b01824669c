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
  name            = "prog-production-node-scaling"
  cluster_name    = "prog-production"
  service_account = { namespace = "cluster-autoscaler", name = "cluster-autoscaler" }
}

run "it_changes_the_pools_of_its_own_cluster_only" {
  command = apply

  assert {
    condition     = output.role_arn == "arn:aws:iam::123456789012:role/r"
    error_message = "The role is handed out."
  }

  assert {
    condition     = one([for statement in jsondecode(module.identity.policy).Statement : statement if statement.Sid == "Scale"]).Condition.StringEquals["aws:ResourceTag/k8s.io/cluster-autoscaler/prog-production"] == ["owned"]
    error_message = "What it changes carries the tag of the cluster."
  }
}

run "wildcard_cluster_is_refused" {
  command = plan

  variables {
    cluster_name = "prog-*"
  }

  expect_failures = [var.cluster_name]
}
