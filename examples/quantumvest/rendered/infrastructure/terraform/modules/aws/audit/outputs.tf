output "trail_arn" {
  description = "ARN of the trail."
  value       = aws_cloudtrail.this.arn
}

output "bucket_name" {
  description = "Name of the bucket with the logs."
  value       = module.bucket.name
}

output "bucket_arn" {
  description = "ARN of the bucket with the logs."
  value       = module.bucket.arn
}
