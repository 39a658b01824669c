output "arn" {
  description = "ARN of the key, for every kms_key_arn."
  value       = aws_kms_key.this.arn

  # Whoever uses the key uses it under its alias as well.
  depends_on = [aws_kms_alias.this]
}

output "alias" {
  description = "Alias of the key."
  value       = aws_kms_alias.this.name
}
