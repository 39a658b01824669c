output "zone_id" {
  description = "Id of the zone, for ../dns-records and ../certificate."
  value       = aws_route53_zone.this.zone_id
}

output "arn" {
  description = "ARN of the zone, for the policies of external-dns and cert-manager."
  value       = aws_route53_zone.this.arn
}

output "name_servers" {
  description = "Name servers of the zone, to enter at the registrar or in the parent zone."
  value       = aws_route53_zone.this.name_servers
}
