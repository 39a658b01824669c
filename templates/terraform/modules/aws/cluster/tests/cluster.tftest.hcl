mock_provider "aws" {
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/cluster" }
  }
  mock_resource "aws_eks_cluster" {
    defaults = {
      arn                   = "arn:aws:eks:us-east-1:123456789012:cluster/prog-production"
      endpoint              = "https://example.eks.amazonaws.com"
      certificate_authority = [{ data = "Q0E=" }]
      identity              = [{ oidc = [{ issuer = "https://oidc.eks.us-east-1.amazonaws.com/id/A" }] }]
    }
  }
  mock_resource "aws_iam_openid_connect_provider" {
    defaults = { arn = "arn:aws:iam::123456789012:oidc-provider/o" }
  }
}

variables {
  log_kms_key_arn    = "arn:aws:kms:us-east-1:123456789012:key/logs"
  name               = "prog-production"
  kubernetes_version = "1.35"
  subnet_ids         = ["subnet-1", "subnet-2"]
  kms_key_arn        = "arn:aws:kms:us-east-1:123456789012:key/given"
  access = {
    platform = { principal_arn = "arn:aws:iam::123456789012:role/platform", policy = "AmazonEKSClusterAdminPolicy" }
  }
}

run "private_by_default" {
  command = plan

  assert {
    condition     = aws_cloudwatch_log_group.cluster.kms_key_id == var.log_kms_key_arn
    error_message = "The logs are encrypted with the key that is given for them."
  }

  assert {
    condition     = aws_eks_cluster.this.vpc_config[0].endpoint_private_access && !aws_eks_cluster.this.vpc_config[0].endpoint_public_access
    error_message = "The API is private."
  }

  assert {
    condition     = aws_eks_cluster.this.enabled_cluster_log_types == toset(["api", "audit", "authenticator", "controllerManager", "scheduler"]) && aws_cloudwatch_log_group.cluster.retention_in_days == 90 && aws_cloudwatch_log_group.cluster.name == "/aws/eks/prog-production/cluster"
    error_message = "All logs are written, and end after 90 days."
  }

  assert {
    condition     = aws_eks_cluster.this.encryption_config[0].resources == toset(["secrets"]) && aws_eks_cluster.this.encryption_config[0].provider[0].key_arn == "arn:aws:kms:us-east-1:123456789012:key/given"
    error_message = "Secrets are encrypted with the given key."
  }

  assert {
    condition     = aws_eks_cluster.this.access_config[0].authentication_mode == "API" && !aws_eks_cluster.this.access_config[0].bootstrap_cluster_creator_admin_permissions
    error_message = "Access is by access entries only."
  }

  assert {
    condition     = aws_eks_access_policy_association.this["platform"].policy_arn == "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy" && aws_eks_access_policy_association.this["platform"].access_scope[0].type == "cluster"
    error_message = "The administrator has the whole cluster."
  }

  assert {
    condition     = toset(keys(aws_eks_addon.this)) == toset(["vpc-cni", "kube-proxy", "eks-pod-identity-agent"]) && jsondecode(aws_eks_addon.this["vpc-cni"].configuration_values).enableNetworkPolicy == "true"
    error_message = "Nodes have a network that enforces policies."
  }

  assert {
    condition     = length(aws_iam_openid_connect_provider.this) == 0 && length(aws_vpc_security_group_ingress_rule.api) == 0
    error_message = "What nobody asked for is absent."
  }
}

run "outputs" {
  command = apply

  variables {
    oidc_provider = true
  }

  assert {
    condition     = output.name == "prog-production" && output.certificate_authority == "Q0E=" && output.oidc_issuer == "https://oidc.eks.us-east-1.amazonaws.com/id/A" && output.oidc_provider_arn == "arn:aws:iam::123456789012:oidc-provider/o"
    error_message = "The outputs must lead to the cluster."
  }
}

run "everything_set" {
  command = plan

  variables {
    public_access_cidrs  = ["203.0.113.0/24"]
    private_access_cidrs = ["10.0.0.0/16"]
    service_cidr         = "172.20.0.0/16"
    log_types            = ["audit"]
    prefix_delegation    = true
    network_policy       = false
    support_type         = "EXTENDED"
    addon_versions       = { "vpc-cni" = "v1.20.4-eksbuild.1" }
    access = {
      platform = { principal_arn = "arn:aws:iam::123456789012:role/platform", policy = "AmazonEKSClusterAdminPolicy" }
      users    = { principal_arn = "arn:aws:iam::123456789012:role/users", policy = "AmazonEKSEditPolicy", namespaces = ["users"] }
      readers  = { principal_arn = "arn:aws:iam::123456789012:role/readers", groups = ["readers"] }
    }
  }

  assert {
    condition     = aws_eks_cluster.this.vpc_config[0].endpoint_public_access && aws_eks_cluster.this.vpc_config[0].public_access_cidrs == toset(["203.0.113.0/24"])
    error_message = "The public endpoint is open to the given range only."
  }

  assert {
    condition     = aws_eks_cluster.this.kubernetes_network_config[0].service_ipv4_cidr == "172.20.0.0/16" && aws_eks_cluster.this.upgrade_policy[0].support_type == "EXTENDED"
    error_message = "Range and support got lost."
  }

  assert {
    condition     = aws_eks_access_policy_association.this["users"].access_scope[0].type == "namespace" && aws_eks_access_policy_association.this["users"].access_scope[0].namespaces == toset(["users"]) && !contains(keys(aws_eks_access_policy_association.this), "readers") && aws_eks_access_entry.this["readers"].kubernetes_groups == toset(["readers"])
    error_message = "A policy holds in its namespaces; groups need none."
  }

  assert {
    condition     = jsondecode(aws_eks_addon.this["vpc-cni"].configuration_values).env.ENABLE_PREFIX_DELEGATION == "true" && jsondecode(aws_eks_addon.this["vpc-cni"].configuration_values).enableNetworkPolicy == "false" && aws_eks_addon.this["vpc-cni"].addon_version == "v1.20.4-eksbuild.1"
    error_message = "The settings of the add-on got lost."
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.api["10.0.0.0/16"].from_port == 443
    error_message = "The private endpoint is reached from the given range."
  }
}

run "one_subnet_is_refused" {
  command = plan

  variables {
    subnet_ids = ["subnet-1", "subnet-1"]
  }

  expect_failures = [var.subnet_ids]
}

run "open_endpoint_is_refused" {
  command = plan

  variables {
    public_access_cidrs = ["0.0.0.0/0"]
  }

  expect_failures = [var.public_access_cidrs]
}

run "cluster_without_administrator_is_refused" {
  command = plan

  variables {
    access = {
      users = { principal_arn = "arn:aws:iam::123456789012:role/users", policy = "AmazonEKSClusterAdminPolicy", namespaces = ["users"] }
    }
  }

  expect_failures = [var.access]
}

run "system_groups_are_refused" {
  command = plan

  variables {
    access = {
      platform = { principal_arn = "arn:aws:iam::123456789012:role/platform", policy = "AmazonEKSClusterAdminPolicy", groups = ["system:masters"] }
    }
  }

  expect_failures = [var.access]
}

run "values_are_checked" {
  command = plan

  variables {
    name                 = "prog_production"
    kubernetes_version   = "v1.35"
    support_type         = "none"
    private_access_cidrs = ["0.0.0.0/0"]
    service_cidr         = "100.64.0.0/16"
    kms_key_arn          = "alias/x"
    log_types            = ["kubelet"]
    log_retention_days   = 10
    log_kms_key_arn      = "alias/logs"
    addon_versions       = { coredns = "v1.11.4-eksbuild.2" }
  }

  expect_failures = [var.name, var.kubernetes_version, var.support_type, var.private_access_cidrs, var.service_cidr, var.kms_key_arn, var.log_types, var.log_retention_days, var.log_kms_key_arn, var.addon_versions]
}
