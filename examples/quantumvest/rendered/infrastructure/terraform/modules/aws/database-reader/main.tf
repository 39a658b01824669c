data "aws_partition" "current" {}

data "aws_caller_identity" "current" {}

locals {
  instance = "arn:${data.aws_partition.current.partition}:rds:${var.region}:${data.aws_caller_identity.current.account_id}:db:${var.database}"
}

module "identity" {
  source = "../workload-identity"

  name            = var.name
  cluster_name    = var.cluster_name
  service_account = var.service_account
  statements      = [{ actions = ["rds:DescribeDBInstances"], resources = [local.instance] }]
}
