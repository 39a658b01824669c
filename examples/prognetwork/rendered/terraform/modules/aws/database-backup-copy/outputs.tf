output "arn" {
  description = "ARN of the automated backups in the region of the copy: the restore_from.automated_backups_arn of ../database there."
  value       = aws_db_instance_automated_backups_replication.this.id
}
