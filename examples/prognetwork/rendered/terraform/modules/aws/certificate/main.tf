locals {
  # A wildcard and its domain are proven by the same record.
  proofs = toset([for name in concat([var.domain], tolist(var.alternative_names)) : trimprefix(name, "*.")])
}

resource "aws_acm_certificate" "this" {
  domain_name               = var.domain
  subject_alternative_names = var.alternative_names
  validation_method         = "DNS"

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_route53_record" "proof" {
  for_each = local.proofs

  zone_id         = var.zone_id
  name            = [for option in aws_acm_certificate.this.domain_validation_options : option.resource_record_name if trimprefix(option.domain_name, "*.") == each.key][0]
  type            = [for option in aws_acm_certificate.this.domain_validation_options : option.resource_record_type if trimprefix(option.domain_name, "*.") == each.key][0]
  records         = [[for option in aws_acm_certificate.this.domain_validation_options : option.resource_record_value if trimprefix(option.domain_name, "*.") == each.key][0]]
  ttl             = 300
  allow_overwrite = true
}

resource "aws_acm_certificate_validation" "this" {
  certificate_arn         = aws_acm_certificate.this.arn
  validation_record_fqdns = values(aws_route53_record.proof)[*].fqdn
}
