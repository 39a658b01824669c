output "id" {
  description = "Id of the distribution, for invalidations."
  value       = aws_cloudfront_distribution.this.id
}

output "arn" {
  description = "ARN of the distribution, for the bucket's policy."
  value       = aws_cloudfront_distribution.this.arn
}

output "domain_name" {
  description = "Domain name of the distribution, for aliases in ../dns-records."
  value       = aws_cloudfront_distribution.this.domain_name
}

output "zone_id" {
  description = "Zone id of CloudFront, for aliases in ../dns-records."
  value       = aws_cloudfront_distribution.this.hosted_zone_id
}
