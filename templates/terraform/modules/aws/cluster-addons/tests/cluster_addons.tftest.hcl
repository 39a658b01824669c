mock_provider "aws" {}

variables {
  cluster_name = "prog-production"
  addons = {
    coredns = { version = "v1.11.4-eksbuild.2", configuration = "{\"replicaCount\":3}" }
    aws-ebs-csi-driver = {
      role_arns = { "ebs-csi-controller-sa" = "arn:aws:iam::123456789012:role/ebs-csi" }
    }
  }
}

run "addons" {
  command = plan

  assert {
    condition     = aws_eks_addon.this["coredns"].addon_version == "v1.11.4-eksbuild.2" && jsondecode(aws_eks_addon.this["coredns"].configuration_values).replicaCount == 3 && length(aws_eks_addon.this["coredns"].pod_identity_association) == 0
    error_message = "Version and settings got lost."
  }

  assert {
    condition     = one(aws_eks_addon.this["aws-ebs-csi-driver"].pod_identity_association).role_arn == "arn:aws:iam::123456789012:role/ebs-csi" && one(aws_eks_addon.this["aws-ebs-csi-driver"].pod_identity_association).service_account == "ebs-csi-controller-sa"
    error_message = "The driver has its role through Pod Identity."
  }
}

run "addons_of_the_cluster_are_refused" {
  command = plan

  variables {
    addons = { vpc-cni = {} }
  }

  expect_failures = [var.addons]
}

run "version_is_checked" {
  command = plan

  variables {
    addons = { coredns = { version = "1.11.4" } }
  }

  expect_failures = [var.addons]
}

run "configuration_is_checked" {
  command = plan

  variables {
    addons = { coredns = { configuration = "replicaCount: 3" } }
  }

  expect_failures = [var.addons]
}
