output "name" {
  description = "Name of the bucket."
  value       = aws_s3_bucket.this.bucket

  # What writes into the bucket waits until it is encrypted, private and has its policy.
  depends_on = [
    aws_s3_bucket_policy.this,
    aws_s3_bucket_server_side_encryption_configuration.this,
    aws_s3_bucket_versioning.this,
  ]
}

output "arn" {
  description = "ARN of the bucket."
  value       = aws_s3_bucket.this.arn

  # Another bucket may replicate into this one only when it has versions.
  depends_on = [aws_s3_bucket_versioning.this]
}

output "domain_name" {
  description = "Domain name of the bucket in its region, as the origin of a CDN."
  value       = aws_s3_bucket.this.bucket_regional_domain_name
}

output "region" {
  description = "Region of the bucket."
  value       = aws_s3_bucket.this.region
}
