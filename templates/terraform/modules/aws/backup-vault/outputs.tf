output "name" {
  description = "Name of the vault, for ../backup-plan."
  value       = aws_backup_vault.this.name
}

output "arn" {
  description = "ARN of the vault, as the target of copies."
  value       = aws_backup_vault.this.arn
}
