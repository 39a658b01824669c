output "role_arn" {
  description = "ARN of the role."
  value       = module.identity.role_arn
}
