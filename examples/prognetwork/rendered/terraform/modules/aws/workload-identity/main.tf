data "aws_caller_identity" "current" {}

locals {
  trust = var.mode == "irsa" ? {
    Effect    = "Allow"
    Action    = ["sts:AssumeRoleWithWebIdentity"]
    Principal = { Federated = var.oidc.provider_arn }
    Condition = {
      StringEquals = {
        "${trimprefix(var.oidc.issuer, "https://")}:aud" = "sts.amazonaws.com"
        "${trimprefix(var.oidc.issuer, "https://")}:sub" = "system:serviceaccount:${var.service_account.namespace}:${var.service_account.name}"
      }
    }
    } : {
    Effect    = "Allow"
    Action    = ["sts:AssumeRole", "sts:TagSession"]
    Principal = { Service = "pods.eks.amazonaws.com" }
    # Pod Identity tags the session: no other service account, cluster or account gets the role by mistake.
    Condition = {
      StringEquals = {
        "aws:SourceAccount"                         = data.aws_caller_identity.current.account_id
        "aws:RequestTag/eks-cluster-name"           = var.cluster_name
        "aws:RequestTag/kubernetes-namespace"       = var.service_account.namespace
        "aws:RequestTag/kubernetes-service-account" = var.service_account.name
      }
    }
  }
}

resource "aws_iam_role" "this" {
  name        = var.name
  description = "Service account ${var.service_account.namespace}/${var.service_account.name} of ${var.cluster_name}"

  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [local.trust] })
}

resource "aws_iam_role_policy" "this" {
  count = length(var.statements) > 0 ? 1 : 0

  name = "statements"
  role = aws_iam_role.this.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [for statement in var.statements : merge(
      {
        Effect   = statement.effect
        Action   = statement.actions
        Resource = statement.resources
      },
      statement.sid == null ? {} : { Sid = statement.sid },
      length(statement.conditions) == 0 ? {} : {
        Condition = {
          for test in distinct(statement.conditions[*].test) :
          test => { for condition in statement.conditions : condition.variable => condition.values if condition.test == test }
        }
      },
    )]
  })
}

resource "aws_iam_role_policy_attachment" "this" {
  for_each = var.policy_arns

  role       = aws_iam_role.this.name
  policy_arn = each.value
}

resource "aws_eks_pod_identity_association" "this" {
  count = var.mode == "pod_identity" ? 1 : 0

  cluster_name    = var.cluster_name
  namespace       = var.service_account.namespace
  service_account = var.service_account.name
  role_arn        = aws_iam_role.this.arn
}
