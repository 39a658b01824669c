output "names" {
  description = "Whole names of the records, by their keys."
  value       = { for key, record in aws_route53_record.this : key => record.fqdn }
}

output "health_check_ids" {
  description = "Ids of the health checks, by the keys of their records, for alarms (metrics in us-east-1)."
  value       = { for key, check in aws_route53_health_check.this : key => check.id }
}
