output "name" {
  description = "Id of the replication group."
  value       = aws_elasticache_replication_group.this.id
}

output "arn" {
  description = "ARN of the replication group, for policies with elasticache:Connect."
  value       = aws_elasticache_replication_group.this.arn
}

output "host" {
  description = "Host name for writes: the primary's, or that of the whole cluster in cluster mode. It stays the same after a failover. Clients use TLS."
  value       = local.cluster ? aws_elasticache_replication_group.this.configuration_endpoint_address : aws_elasticache_replication_group.this.primary_endpoint_address
}

output "reader_host" {
  description = "Host name for reads without cluster mode; null with it, where the client finds the replicas by itself."
  value       = local.cluster ? null : aws_elasticache_replication_group.this.reader_endpoint_address
}

output "port" {
  description = "Port of the cache."
  value       = aws_elasticache_replication_group.this.port
}

output "user_arns" {
  description = "ARNs of the users by their names, for policies with elasticache:Connect."
  value       = { for name, user in aws_elasticache_user.this : name => user.arn }
}

output "security_group_id" {
  description = "Security group of the cache."
  value       = aws_security_group.this.id
}
