output "arns" {
  description = "ARNs of the secrets, sorted by name: what a role may read."
  value       = values(aws_secretsmanager_secret.this)[*].arn
}
