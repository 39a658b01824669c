data "aws_partition" "current" {}

locals {
  bucket  = "arn:${data.aws_partition.current.partition}:s3:::${var.bucket}"
  objects = "${local.bucket}/${var.prefix}/*"
}

# It adds dumps and reads none: whoever has taken it over finds no data of before there.
module "dump" {
  source = "../workload-identity"

  name            = var.names.dump
  cluster_name    = var.cluster_name
  service_account = { namespace = var.namespace, name = var.service_accounts.dump }
  statements      = [{ actions = ["s3:PutObject", "s3:AbortMultipartUpload"], resources = [local.objects] }]
}

module "test" {
  source = "../workload-identity"

  name            = var.names.test
  cluster_name    = var.cluster_name
  service_account = { namespace = var.namespace, name = var.service_accounts.test }
  statements = [
    {
      actions    = ["s3:ListBucket"]
      resources  = [local.bucket]
      conditions = [{ test = "StringEquals", variable = "s3:prefix", values = ["${var.prefix}/"] }]
    },
    { actions = ["s3:GetObject"], resources = [local.objects] },
  ]
}
