output "name" {
  description = "Name of the cluster. What needs nodes or network waits for it."
  value       = aws_eks_cluster.this.name

  # Nodes without the network add-on never become ready.
  depends_on = [aws_eks_addon.this]
}

output "arn" {
  description = "ARN of the cluster."
  value       = aws_eks_cluster.this.arn
}

output "endpoint" {
  description = "URL of the Kubernetes API."
  value       = aws_eks_cluster.this.endpoint
}

output "certificate_authority" {
  description = "Certificate of the cluster's authority, base64-encoded. Public."
  value       = aws_eks_cluster.this.certificate_authority[0].data
}

output "kubernetes_version" {
  description = "Kubernetes version of the control plane."
  value       = aws_eks_cluster.this.version
}

output "security_group_id" {
  description = "The group of the control plane and of all managed nodes, and so of pods: what databases and caches let in."
  value       = aws_eks_cluster.this.vpc_config[0].cluster_security_group_id
}

output "oidc_issuer" {
  description = "URL of the issuer of service account tokens."
  value       = aws_eks_cluster.this.identity[0].oidc[0].issuer
}

output "oidc_provider_arn" {
  description = "ARN of the IAM provider for that issuer; null without oidc_provider."
  value       = one(aws_iam_openid_connect_provider.this[*].arn)
}
