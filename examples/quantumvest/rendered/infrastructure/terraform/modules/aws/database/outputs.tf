output "name" {
  description = "Identifier of the instance."
  value       = aws_db_instance.this.identifier
}

output "arn" {
  description = "ARN of the instance, for replicas, copies of the backups and alarms."
  value       = aws_db_instance.this.arn
}

output "host" {
  description = "Host name of the database; it stays the same after a failover."
  value       = aws_db_instance.this.address
}

output "port" {
  description = "Port of the database."
  value       = aws_db_instance.this.port
}

output "database_name" {
  description = "Name of the first database."
  value       = var.database_name
}

output "secret_arn" {
  description = "ARN of the secret with the administrator's password: of RDS (username and password), or of this module (host, port and dbname as well)."
  value       = local.own_secret ? one(aws_secretsmanager_secret.this[*].arn) : one(aws_db_instance.this.master_user_secret[*].secret_arn)
}

output "resource_id" {
  description = "Id of the instance in IAM policies for rds-db:connect."
  value       = aws_db_instance.this.resource_id
}

output "security_group_id" {
  description = "Security group of the database."
  value       = aws_security_group.this.id
}
