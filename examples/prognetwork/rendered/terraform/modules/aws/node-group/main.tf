data "aws_partition" "current" {}

locals {
  bottlerocket = startswith(var.ami_type, "BOTTLEROCKET")

  policies = toset(concat(
    ["AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly", "AmazonEKS_CNI_Policy"],
    var.session_manager ? ["AmazonSSMManagedInstanceCore"] : [],
  ))

  effects = { NoSchedule = "NO_SCHEDULE", PreferNoSchedule = "PREFER_NO_SCHEDULE", NoExecute = "NO_EXECUTE" }
}

resource "aws_eks_node_group" "this" {
  cluster_name    = var.cluster_name
  node_group_name = var.name
  node_role_arn   = aws_iam_role.node.arn
  subnet_ids      = var.subnet_ids
  version         = var.kubernetes_version

  ami_type       = var.ami_type
  capacity_type  = upper(var.capacity)
  instance_types = var.instance_types
  labels         = var.labels

  launch_template {
    id      = aws_launch_template.this.id
    version = aws_launch_template.this.latest_version
  }

  scaling_config {
    min_size     = var.nodes.min
    max_size     = var.nodes.max
    desired_size = coalesce(var.nodes.desired, var.nodes.min)
  }

  update_config {
    max_unavailable_percentage = var.max_unavailable_percent
  }

  node_repair_config {
    enabled = true
  }

  dynamic "taint" {
    for_each = var.taints

    content {
      key    = taint.value.key
      value  = taint.value.value == "" ? null : taint.value.value
      effect = local.effects[taint.value.effect]
    }
  }

  lifecycle {
    # The autoscaler's.
    ignore_changes = [scaling_config[0].desired_size]
  }

  depends_on = [aws_iam_role_policy_attachment.node]
}

# No image, no user data, no security groups: EKS adds its own, and the group of the cluster.
resource "aws_launch_template" "this" {
  name        = "${var.cluster_name}-${var.name}"
  description = "Nodes of the group ${var.name}"

  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = var.metadata_hop_limit
  }

  block_device_mappings {
    # Bottlerocket keeps its system apart; images, logs and volumes lie on the second disk.
    device_name = local.bottlerocket ? "/dev/xvdb" : "/dev/xvda"

    ebs {
      volume_type           = "gp3"
      volume_size           = var.disk.size_gib
      iops                  = var.disk.iops
      throughput            = var.disk.throughput
      encrypted             = true
      kms_key_id            = var.disk.kms_key_arn
      delete_on_termination = true
    }
  }

  dynamic "tag_specifications" {
    for_each = toset(["instance", "volume", "network-interface"])

    content {
      resource_type = tag_specifications.value
      tags          = { Name = "${var.cluster_name}-${var.name}" }
    }
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_iam_role" "node" {
  # A role's name has 64 characters; those of cluster and group together may have more.
  name_prefix = "${substr(var.name, 0, 37)}-"
  description = "Nodes of the group ${var.name} of ${var.cluster_name}"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "node" {
  for_each = local.policies

  role       = aws_iam_role.node.name
  policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/${each.key}"
}
