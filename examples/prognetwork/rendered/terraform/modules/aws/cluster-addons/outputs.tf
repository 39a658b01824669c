output "versions" {
  description = "Version of every add-on, by its name."
  value       = { for name, addon in aws_eks_addon.this : name => addon.addon_version }
}
