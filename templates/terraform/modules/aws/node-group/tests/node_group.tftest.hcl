mock_provider "aws" {
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/node", name = "node" }
  }
  mock_resource "aws_launch_template" {
    defaults = { id = "lt-1", latest_version = 1 }
  }
  mock_resource "aws_eks_node_group" {
    defaults = { arn = "arn:aws:eks:us-east-1:123456789012:nodegroup/n", resources = [{ autoscaling_groups = [{ name = "eks-n" }] }] }
  }
}

variables {
  name           = "application"
  cluster_name   = "prog-production"
  subnet_ids     = ["subnet-1", "subnet-2"]
  instance_types = ["m6i.large"]
  nodes          = { min = 3, max = 10 }
}

run "on_demand" {
  command = plan

  assert {
    condition     = aws_eks_node_group.this.capacity_type == "ON_DEMAND" && aws_eks_node_group.this.ami_type == "AL2023_x86_64_STANDARD"
    error_message = "Nodes are on demand, with Amazon Linux."
  }

  assert {
    condition     = aws_eks_node_group.this.scaling_config[0].min_size == 3 && aws_eks_node_group.this.scaling_config[0].max_size == 10 && aws_eks_node_group.this.scaling_config[0].desired_size == 3
    error_message = "The group starts with its minimum."
  }

  assert {
    condition     = aws_launch_template.this.metadata_options[0].http_tokens == "required" && aws_launch_template.this.metadata_options[0].http_put_response_hop_limit == 1
    error_message = "The metadata service is closed to pods and to old clients."
  }

  assert {
    condition     = aws_launch_template.this.block_device_mappings[0].device_name == "/dev/xvda" && tobool(aws_launch_template.this.block_device_mappings[0].ebs[0].encrypted) && aws_launch_template.this.block_device_mappings[0].ebs[0].volume_type == "gp3"
    error_message = "The disk is encrypted."
  }

  assert {
    condition     = toset([for attachment in aws_iam_role_policy_attachment.node : attachment.policy_arn]) == toset([for policy in ["AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly", "AmazonEKS_CNI_Policy"] : "arn:aws:iam::aws:policy/${policy}"])
    error_message = "The role has what a node needs, and no more."
  }
}

run "spot" {
  command = plan

  variables {
    capacity        = "spot"
    instance_types  = ["m6i.xlarge", "m6a.xlarge", "m5.xlarge"]
    nodes           = { min = 0, max = 10, desired = 1 }
    labels          = { "node-type" = "spot" }
    taints          = [{ key = "spot-instance", value = "true", effect = "NoSchedule" }, { key = "x", effect = "PreferNoSchedule" }]
    session_manager = true
  }

  assert {
    condition     = aws_eks_node_group.this.capacity_type == "SPOT" && length(aws_eks_node_group.this.instance_types) == 3 && aws_eks_node_group.this.scaling_config[0].desired_size == 1
    error_message = "A spot group has several types."
  }

  assert {
    condition     = one([for taint in aws_eks_node_group.this.taint : taint.effect if taint.key == "spot-instance" && taint.value == "true"]) == "NO_SCHEDULE" && aws_eks_node_group.this.labels["node-type"] == "spot"
    error_message = "Label and taint keep other pods away."
  }

  assert {
    condition     = contains(keys(aws_iam_role_policy_attachment.node), "AmazonSSMManagedInstanceCore")
    error_message = "Session Manager needs its policy."
  }
}

run "gpu" {
  command = plan

  variables {
    instance_types     = ["g5.2xlarge"]
    ami_type           = "BOTTLEROCKET_x86_64_NVIDIA"
    kubernetes_version = "1.35"
    disk               = { size_gib = 200, iops = 6000, throughput = 500, kms_key_arn = "arn:aws:kms:us-east-1:123456789012:key/k" }
    taints             = [{ key = "nvidia.com/gpu", value = "present", effect = "NoSchedule" }]
  }

  assert {
    condition     = aws_launch_template.this.block_device_mappings[0].device_name == "/dev/xvdb" && aws_launch_template.this.block_device_mappings[0].ebs[0].volume_size == 200 && aws_launch_template.this.block_device_mappings[0].ebs[0].kms_key_id == "arn:aws:kms:us-east-1:123456789012:key/k"
    error_message = "Bottlerocket's second disk is the one that counts."
  }

  assert {
    condition     = aws_eks_node_group.this.version == "1.35" && aws_eks_node_group.this.ami_type == "BOTTLEROCKET_x86_64_NVIDIA"
    error_message = "Version and image got lost."
  }
}

run "outputs" {
  command = apply

  assert {
    condition     = output.name == "application" && output.role_name == "node" && output.autoscaling_group_name == "eks-n"
    error_message = "The outputs must lead to the group."
  }
}

run "the_number_is_the_autoscalers" {
  command = plan

  variables {
    nodes = { min = 3, max = 12, desired = 5 }
  }

  assert {
    condition     = aws_eks_node_group.this.scaling_config[0].desired_size == 3 && aws_eks_node_group.this.scaling_config[0].max_size == 12
    error_message = "After the first apply only the bounds are changed."
  }
}

run "min_above_max_is_refused" {
  command = plan

  variables {
    nodes = { min = 4, max = 3 }
  }

  expect_failures = [var.nodes]
}

run "desired_outside_is_refused" {
  command = plan

  variables {
    nodes = { min = 1, max = 3, desired = 4 }
  }

  expect_failures = [var.nodes]
}

run "labels_of_kubernetes_are_refused" {
  command = plan

  variables {
    labels = { "node-role.kubernetes.io/worker" = "true" }
  }

  expect_failures = [var.labels]
}

run "values_are_checked" {
  command = plan

  variables {
    name                    = "-"
    subnet_ids              = []
    instance_types          = ["large"]
    capacity                = "SPOT"
    ami_type                = "AL2_x86_64"
    kubernetes_version      = "1.35.1"
    labels                  = { "a b" = "c" }
    taints                  = [{ key = "a", effect = "NO_SCHEDULE" }]
    disk                    = { size_gib = 10 }
    metadata_hop_limit      = 3
    max_unavailable_percent = 0
  }

  expect_failures = [var.name, var.subnet_ids, var.instance_types, var.capacity, var.ami_type, var.kubernetes_version, var.labels, var.taints, var.disk, var.metadata_hop_limit, var.max_unavailable_percent]
}
