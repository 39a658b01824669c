output "role_arns" {
  description = "ARNs of both roles."
  value       = { dump = module.dump.role_arn, test = module.test.role_arn }
}
