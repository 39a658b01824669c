output "id" {
  description = "Id of the file system, for storage classes and volumes."
  value       = local.id

  # Mounts fail before there are targets.
  depends_on = [aws_efs_mount_target.this]
}

output "arn" {
  description = "ARN of the file system, for policies and backups."
  value       = local.arn
}

output "access_point_ids" {
  description = "Ids of the access points, by their names."
  value       = { for name, point in aws_efs_access_point.this : name => point.id }
}

output "replica_id" {
  description = "Id of the copy in the other region; null without one."
  value       = one(aws_efs_replication_configuration.this[*].destination[0].file_system_id)
}

output "security_group_id" {
  description = "Security group of the mount targets."
  value       = aws_security_group.this.id
}
