output "name" {
  description = "Name of the node group."
  value       = aws_eks_node_group.this.node_group_name
}

output "arn" {
  description = "ARN of the node group."
  value       = aws_eks_node_group.this.arn
}

output "role_name" {
  description = "Name of the nodes' IAM role, to attach further policies to."
  value       = aws_iam_role.node.name
}

output "autoscaling_group_name" {
  description = "Name of the Auto Scaling group behind it."
  value       = one(aws_eks_node_group.this.resources[*].autoscaling_groups[0].name)
}

output "labels" {
  description = "Kubernetes labels of the nodes, to select them by."
  value       = aws_eks_node_group.this.labels
}

output "taints" {
  description = "Kubernetes taints of the nodes, for the tolerations of what shall run there."
  value       = var.taints
}
