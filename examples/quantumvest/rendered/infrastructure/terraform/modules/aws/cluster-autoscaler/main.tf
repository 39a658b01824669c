module "identity" {
  source = "../workload-identity"

  name            = var.name
  cluster_name    = var.cluster_name
  service_account = var.service_account

  statements = [
    {
      # What only describes cannot be limited to one cluster.
      sid = "Look"
      actions = [
        "autoscaling:DescribeAutoScalingGroups",
        "autoscaling:DescribeAutoScalingInstances",
        "autoscaling:DescribeLaunchConfigurations",
        "autoscaling:DescribeScalingActivities",
        "autoscaling:DescribeTags",
        "ec2:DescribeImages",
        "ec2:DescribeInstanceTypes",
        "ec2:DescribeLaunchTemplateVersions",
        "ec2:GetInstanceTypesFromInstanceRequirements",
        "eks:DescribeNodegroup",
      ]
      resources = ["*"]
    },
    {
      sid       = "Scale"
      actions   = ["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"]
      resources = ["*"]
      # EKS gives this tag to the scaling groups of a cluster's pools.
      conditions = [{
        test     = "StringEquals"
        variable = "aws:ResourceTag/k8s.io/cluster-autoscaler/${var.cluster_name}"
        values   = ["owned"]
      }]
    },
  ]
}
