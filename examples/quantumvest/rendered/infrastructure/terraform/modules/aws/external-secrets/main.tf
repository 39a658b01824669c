locals {
  region = split(":", var.kms_key_arn)[3]
}

module "identity" {
  source = "../workload-identity"

  name            = var.name
  cluster_name    = var.cluster_name
  service_account = var.service_account

  statements = [
    {
      sid       = "Read"
      actions   = ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"]
      resources = var.secret_arns
    },
    {
      sid       = "Decrypt"
      actions   = ["kms:Decrypt"]
      resources = [var.kms_key_arn]
      # The same key encrypts other things, which this role does not read.
      conditions = [{
        test     = "StringEquals"
        variable = "kms:ViaService"
        values   = ["secretsmanager.${local.region}.amazonaws.com"]
      }]
    },
  ]
}
