output "arn" {
  description = "ARN of the secret."
  value       = aws_secretsmanager_secret.this.arn
}

output "name" {
  description = "Name of the secret, for external-secrets and the command that sets its value."
  value       = aws_secretsmanager_secret.this.name
}
