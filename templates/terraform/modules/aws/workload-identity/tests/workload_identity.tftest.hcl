mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/r" }
  }
}

variables {
  name            = "prog-production-batch-jobs"
  cluster_name    = "prog-production"
  service_account = { namespace = "prog-production", name = "batch-jobs" }
  statements = [
    { sid = "Backups", actions = ["s3:PutObject"], resources = ["arn:aws:s3:::prog-backups/*"] },
    {
      actions = ["kms:GenerateDataKey"], resources = ["*"]
      conditions = [
        { test = "StringEquals", variable = "kms:ViaService", values = ["s3.us-east-1.amazonaws.com"] },
        { test = "StringEquals", variable = "kms:CallerAccount", values = ["123456789012"] },
      ]
    },
  ]
}

run "pod_identity" {
  command = apply

  assert {
    condition     = jsondecode(aws_iam_role.this.assume_role_policy).Statement[0].Principal.Service == "pods.eks.amazonaws.com" && contains(jsondecode(aws_iam_role.this.assume_role_policy).Statement[0].Action, "sts:TagSession")
    error_message = "Pod Identity assumes the role and tags the session."
  }

  assert {
    condition     = jsondecode(aws_iam_role.this.assume_role_policy).Statement[0].Condition.StringEquals["aws:RequestTag/kubernetes-service-account"] == "batch-jobs" && jsondecode(aws_iam_role.this.assume_role_policy).Statement[0].Condition.StringEquals["aws:SourceAccount"] == "123456789012"
    error_message = "One service account gets the role."
  }

  assert {
    condition     = aws_eks_pod_identity_association.this[0].namespace == "prog-production" && aws_eks_pod_identity_association.this[0].role_arn == output.role_arn && length(output.service_account_annotations) == 0
    error_message = "EKS ties the account to the role."
  }

  assert {
    condition     = jsondecode(aws_iam_role_policy.this[0].policy).Statement[0] == { Sid = "Backups", Effect = "Allow", Action = ["s3:PutObject"], Resource = ["arn:aws:s3:::prog-backups/*"] }
    error_message = "The statement got lost."
  }

  assert {
    condition     = length(jsondecode(aws_iam_role_policy.this[0].policy).Statement[1].Condition.StringEquals) == 2
    error_message = "Conditions of one test stand together."
  }
}

run "irsa" {
  command = apply

  variables {
    mode = "irsa"
    oidc = { provider_arn = "arn:aws:iam::123456789012:oidc-provider/oidc.example/id/A", issuer = "https://oidc.example/id/A" }
  }

  assert {
    condition     = jsondecode(aws_iam_role.this.assume_role_policy).Statement[0].Condition.StringEquals["oidc.example/id/A:sub"] == "system:serviceaccount:prog-production:batch-jobs" && jsondecode(aws_iam_role.this.assume_role_policy).Statement[0].Condition.StringEquals["oidc.example/id/A:aud"] == "sts.amazonaws.com"
    error_message = "The role trusts one subject."
  }

  assert {
    condition     = length(aws_eks_pod_identity_association.this) == 0 && output.service_account_annotations["eks.amazonaws.com/role-arn"] == "arn:aws:iam::123456789012:role/r"
    error_message = "The annotation names the role."
  }
}

run "for_an_addon" {
  command = plan

  variables {
    mode        = "trust_only"
    statements  = []
    policy_arns = { ebs = "arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy" }
  }

  assert {
    condition     = length(aws_eks_pod_identity_association.this) == 0 && length(aws_iam_role_policy.this) == 0 && aws_iam_role_policy_attachment.this["ebs"].policy_arn == "arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy"
    error_message = "The add-on makes the tie."
  }
}

run "administrator_is_refused" {
  command = plan

  variables {
    statements = [{ actions = ["*"], resources = ["*"] }]
  }

  expect_failures = [var.statements]
}

run "whole_service_is_refused" {
  command = plan

  variables {
    statements = [{ actions = ["s3:*"], resources = ["*"] }]
  }

  expect_failures = [var.statements]
}

run "wildcard_account_is_refused" {
  command = plan

  variables {
    service_account = { namespace = "prog-production", name = "*" }
  }

  expect_failures = [var.service_account]
}

run "irsa_needs_its_provider" {
  command = plan

  variables {
    mode = "irsa"
  }

  expect_failures = [var.oidc]
}

run "values_are_checked" {
  command = plan

  variables {
    name = "a b"
    mode = "keys"
  }

  expect_failures = [var.name, var.mode]
}
