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
  name            = "prog-production-dns"
  cluster_name    = "prog-production"
  service_account = { namespace = "external-dns", name = "external-dns" }
}

run "it_changes_records_and_no_zones" {
  command = apply

  assert {
    condition     = output.role_arn == "arn:aws:iam::123456789012:role/r"
    error_message = "The role is handed out."
  }

  assert {
    condition     = one([for statement in jsondecode(module.identity.policy).Statement : statement if statement.Sid == "Records"]).Action == ["route53:ChangeResourceRecordSets"] && alltrue([for statement in jsondecode(module.identity.policy).Statement : statement.Sid == "Records" || alltrue([for action in statement.Action : startswith(action, "route53:List")])])
    error_message = "Records change, the rest is looked at."
  }
}

run "wildcard_cluster_is_refused" {
  command = plan

  variables {
    cluster_name = "*"
  }

  expect_failures = [var.cluster_name]
}
