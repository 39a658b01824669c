output "name" {
  description = "Identifier of the replica."
  value       = aws_db_instance.this.identifier
}

output "arn" {
  description = "ARN of the replica."
  value       = aws_db_instance.this.arn
}

output "host" {
  description = "Host name of the replica; it stays the same after a promotion."
  value       = aws_db_instance.this.address
}

output "port" {
  description = "Port of the replica."
  value       = aws_db_instance.this.port
}

output "security_group_id" {
  description = "Security group of the replica."
  value       = aws_security_group.this.id
}
