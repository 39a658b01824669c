data "aws_partition" "current" {}

module "identity" {
  source = "../workload-identity"

  name            = var.name
  cluster_name    = var.cluster_name
  service_account = var.service_account

  statements = [
    {
      sid       = "Look"
      actions   = ["route53:ListHostedZones", "route53:ListResourceRecordSets", "route53:ListTagsForResources"]
      resources = ["*"]
    },
    {
      sid       = "Records"
      actions   = ["route53:ChangeResourceRecordSets"]
      resources = ["arn:${data.aws_partition.current.partition}:route53:::hostedzone/*"]
    },
  ]
}
