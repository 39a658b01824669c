output "plan_id" {
  description = "Id of the plan."
  value       = aws_backup_plan.this.id
}

output "role_arn" {
  description = "Role of backups, and of restores from them."
  value       = aws_iam_role.this.arn
}
