output "role_arn" {
  description = "ARN of the role."
  value       = aws_iam_role.this.arn

  # A pod that starts with the role finds its permissions.
  depends_on = [aws_iam_role_policy.this, aws_iam_role_policy_attachment.this]
}

output "role_name" {
  description = "Name of the role."
  value       = aws_iam_role.this.name
}

output "service_account_annotations" {
  description = "Annotations that the service account must carry: one for irsa, none for Pod Identity."
  value       = var.mode == "irsa" ? { "eks.amazonaws.com/role-arn" = aws_iam_role.this.arn } : {}
}

output "policy" {
  description = "What the role may do, as JSON; null where only managed policies say it."
  value       = one(aws_iam_role_policy.this[*].policy)
}
