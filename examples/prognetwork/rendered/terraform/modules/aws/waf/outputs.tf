output "arn" {
  description = "ARN of the web ACL, for the annotation of an ingress (wafv2-acl-arn) or ../cdn."
  value       = aws_wafv2_web_acl.this.arn
}

output "capacity" {
  description = "Capacity units in use; an ACL has 1500 before it costs more."
  value       = aws_wafv2_web_acl.this.capacity
}
