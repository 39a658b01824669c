locals {
  tag = "elbv2.k8s.aws/cluster"

  # What the controller made carries this tag with the cluster's name. The project's own policy asks for the tag with any
  # value: then the controller of one cluster could delete the load balancers of another.
  owned   = [{ test = "StringEquals", variable = "aws:ResourceTag/${local.tag}", values = [var.cluster_name] }]
  created = [{ test = "StringEquals", variable = "aws:RequestTag/${local.tag}", values = [var.cluster_name] }]
  # The tag itself is not changed.
  kept = [{ test = "Null", variable = "aws:RequestTag/${local.tag}", values = ["true"] }]

  security_groups = ["arn:${data.aws_partition.current.partition}:ec2:*:*:security-group/*"]
  elb             = "arn:${data.aws_partition.current.partition}:elasticloadbalancing:*:*"
  balancers       = ["${local.elb}:targetgroup/*/*", "${local.elb}:loadbalancer/net/*/*", "${local.elb}:loadbalancer/app/*/*"]
  target_groups   = ["${local.elb}:targetgroup/*/*"]
  listeners = [
    "${local.elb}:listener/net/*/*/*",
    "${local.elb}:listener/app/*/*/*",
    "${local.elb}:listener-rule/net/*/*/*",
    "${local.elb}:listener-rule/app/*/*/*",
  ]
}

data "aws_partition" "current" {}

module "identity" {
  source = "../workload-identity"

  name            = var.name
  cluster_name    = var.cluster_name
  service_account = var.service_account

  statements = concat(
    [
      {
        sid = "LinkedRole"
        actions = [
          "iam:CreateServiceLinkedRole",
        ]
        resources  = ["*"]
        conditions = [{ test = "StringEquals", variable = "iam:AWSServiceName", values = ["elasticloadbalancing.amazonaws.com"] }]
      },
      {
        sid = "Describe"
        actions = [
          "ec2:DescribeAccountAttributes",
          "ec2:DescribeAddresses",
          "ec2:DescribeAvailabilityZones",
          "ec2:DescribeInternetGateways",
          "ec2:DescribeVpcs",
          "ec2:DescribeVpcPeeringConnections",
          "ec2:DescribeSubnets",
          "ec2:DescribeSecurityGroups",
          "ec2:DescribeInstances",
          "ec2:DescribeNetworkInterfaces",
          "ec2:DescribeTags",
          "ec2:GetCoipPoolUsage",
          "ec2:DescribeCoipPools",
          "ec2:GetSecurityGroupsForVpc",
          "ec2:DescribeIpamPools",
          "ec2:DescribeRouteTables",
          "elasticloadbalancing:DescribeLoadBalancers",
          "elasticloadbalancing:DescribeLoadBalancerAttributes",
          "elasticloadbalancing:DescribeListeners",
          "elasticloadbalancing:DescribeListenerCertificates",
          "elasticloadbalancing:DescribeSSLPolicies",
          "elasticloadbalancing:DescribeRules",
          "elasticloadbalancing:DescribeTargetGroups",
          "elasticloadbalancing:DescribeTargetGroupAttributes",
          "elasticloadbalancing:DescribeTargetHealth",
          "elasticloadbalancing:DescribeTags",
          "elasticloadbalancing:DescribeTrustStores",
          "elasticloadbalancing:DescribeListenerAttributes",
          "elasticloadbalancing:DescribeCapacityReservation",
        ]
        resources = ["*"]
      },
      {
        sid = "Certificates"
        actions = [
          "cognito-idp:DescribeUserPoolClient",
          "acm:ListCertificates",
          "acm:DescribeCertificate",
          "iam:ListServerCertificates",
          "iam:GetServerCertificate",
          "waf-regional:GetWebACL",
          "waf-regional:GetWebACLForResource",
          "waf-regional:AssociateWebACL",
          "waf-regional:DisassociateWebACL",
          "wafv2:GetWebACL",
          "wafv2:GetWebACLForResource",
          "wafv2:AssociateWebACL",
          "wafv2:DisassociateWebACL",
          "shield:GetSubscriptionState",
          "shield:DescribeProtection",
          "shield:CreateProtection",
          "shield:DeleteProtection",
        ]
        resources = ["*"]
      },
      {
        sid = "SecurityGroupRules"
        actions = [
          "ec2:AuthorizeSecurityGroupIngress",
          "ec2:RevokeSecurityGroupIngress",
        ]
        resources = ["*"]
      },
      {
        sid = "CreateSecurityGroup"
        actions = [
          "ec2:CreateSecurityGroup",
        ]
        resources = ["*"]
      },
      {
        sid = "TagNewSecurityGroup"
        actions = [
          "ec2:CreateTags",
        ]
        resources  = local.security_groups
        conditions = concat([{ test = "StringEquals", variable = "ec2:CreateAction", values = ["CreateSecurityGroup"] }], local.created)
      },
      {
        sid = "TagOwnSecurityGroup"
        actions = [
          "ec2:CreateTags",
          "ec2:DeleteTags",
        ]
        resources  = local.security_groups
        conditions = concat(local.kept, local.owned)
      },
      {
        sid = "OwnSecurityGroups"
        actions = [
          "ec2:AuthorizeSecurityGroupIngress",
          "ec2:RevokeSecurityGroupIngress",
          "ec2:DeleteSecurityGroup",
        ]
        resources  = ["*"]
        conditions = local.owned
      },
      {
        sid = "Create"
        actions = [
          "elasticloadbalancing:CreateLoadBalancer",
          "elasticloadbalancing:CreateTargetGroup",
        ]
        resources  = ["*"]
        conditions = local.created
      },
      {
        sid = "Listeners"
        actions = [
          "elasticloadbalancing:CreateListener",
          "elasticloadbalancing:DeleteListener",
          "elasticloadbalancing:CreateRule",
          "elasticloadbalancing:DeleteRule",
        ]
        resources = ["*"]
      },
      {
        sid = "TagOwn"
        actions = [
          "elasticloadbalancing:AddTags",
          "elasticloadbalancing:RemoveTags",
        ]
        resources  = local.balancers
        conditions = concat(local.kept, local.owned)
      },
      {
        sid = "TagListeners"
        actions = [
          "elasticloadbalancing:AddTags",
          "elasticloadbalancing:RemoveTags",
        ]
        resources = local.listeners
      },
      {
        sid = "Own"
        actions = [
          "elasticloadbalancing:ModifyLoadBalancerAttributes",
          "elasticloadbalancing:SetIpAddressType",
          "elasticloadbalancing:SetSecurityGroups",
          "elasticloadbalancing:SetSubnets",
          "elasticloadbalancing:DeleteLoadBalancer",
          "elasticloadbalancing:ModifyTargetGroup",
          "elasticloadbalancing:ModifyTargetGroupAttributes",
          "elasticloadbalancing:DeleteTargetGroup",
          "elasticloadbalancing:ModifyListenerAttributes",
          "elasticloadbalancing:ModifyCapacityReservation",
          "elasticloadbalancing:ModifyIpPools",
        ]
        resources  = ["*"]
        conditions = local.owned
      },
      {
        sid = "TagNew"
        actions = [
          "elasticloadbalancing:AddTags",
        ]
        resources  = local.balancers
        conditions = concat([{ test = "StringEquals", variable = "elasticloadbalancing:CreateAction", values = ["CreateTargetGroup", "CreateLoadBalancer"] }], local.created)
      },
      {
        sid = "Targets"
        actions = [
          "elasticloadbalancing:RegisterTargets",
          "elasticloadbalancing:DeregisterTargets",
        ]
        resources = local.target_groups
      },
      {
        sid = "ListenerSettings"
        actions = [
          "elasticloadbalancing:SetWebAcl",
          "elasticloadbalancing:ModifyListener",
          "elasticloadbalancing:AddListenerCertificates",
          "elasticloadbalancing:RemoveListenerCertificates",
          "elasticloadbalancing:ModifyRule",
          "elasticloadbalancing:SetRulePriorities",
        ]
        resources = ["*"]
      },
    ],
    var.web_acl_names ? [{ sid = "WebAclNames", actions = ["wafv2:ListWebACLs"], resources = ["*"], conditions = [] }] : [],
  )
}
