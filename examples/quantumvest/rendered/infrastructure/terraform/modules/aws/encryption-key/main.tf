data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}

locals {
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition
  region    = data.aws_region.current.id

  # Who asks, and by what the request is tied to this account.
  services = {
    logs       = { principal = "logs.${local.region}.amazonaws.com", test = "ArnLike", variable = "kms:EncryptionContext:aws:logs:arn", value = "arn:${local.partition}:logs:${local.region}:${local.account}:*" }
    cloudtrail = { principal = "cloudtrail.amazonaws.com", test = "ArnLike", variable = "aws:SourceArn", value = "arn:${local.partition}:cloudtrail:*:${local.account}:trail/*" }
    backup     = { principal = "backup.amazonaws.com", test = "StringEquals", variable = "aws:SourceAccount", value = local.account }
    sns        = { principal = "sns.amazonaws.com", test = "StringEquals", variable = "aws:SourceAccount", value = local.account }
    sqs        = { principal = "sqs.amazonaws.com", test = "StringEquals", variable = "aws:SourceAccount", value = local.account }
    delivery   = { principal = "delivery.logs.amazonaws.com", test = "StringEquals", variable = "aws:SourceAccount", value = local.account }
    cloudfront = { principal = "cloudfront.amazonaws.com", test = "ArnLike", variable = "aws:SourceArn", value = "arn:${local.partition}:cloudfront::${local.account}:distribution/*" }
  }

  autoscaling_role = "arn:${local.partition}:iam::${local.account}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"
}

resource "aws_kms_key" "this" {
  description             = var.description
  enable_key_rotation     = true
  deletion_window_in_days = var.deletion_window_days
  multi_region            = var.multi_region

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{
        # Without this the key could only be managed by whoever the key policy names: IAM policies decide.
        Sid       = "AccountDecides"
        Effect    = "Allow"
        Principal = { AWS = "arn:${local.partition}:iam::${local.account}:root" }
        Action    = "kms:*"
        Resource  = "*"
      }],
      [for service in sort(var.services) : {
        Sid       = "Service${title(service)}"
        Effect    = "Allow"
        Principal = { Service = local.services[service].principal }
        Action    = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
        Resource  = "*"
        Condition = { (local.services[service].test) = { (local.services[service].variable) = local.services[service].value } }
      }],
      [for statement in [
        {
          Sid       = "AutoScalingUses"
          Effect    = "Allow"
          Principal = { AWS = local.autoscaling_role }
          Action    = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
          Resource  = "*"
          Condition = {}
        },
        {
          Sid       = "AutoScalingGrants"
          Effect    = "Allow"
          Principal = { AWS = local.autoscaling_role }
          Action    = ["kms:CreateGrant"]
          Resource  = "*"
          Condition = { Bool = { "kms:GrantIsForAWSResource" = "true" } }
        },
      ] : statement if var.ebs_for_autoscaling],
    )
  })
}

resource "aws_kms_alias" "this" {
  name          = "alias/${var.name}"
  target_key_id = aws_kms_key.this.key_id
}
