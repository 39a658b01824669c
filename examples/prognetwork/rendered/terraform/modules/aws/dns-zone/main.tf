resource "aws_route53_zone" "this" {
  name    = var.domain
  comment = var.comment

  dynamic "vpc" {
    for_each = var.vpc_ids

    content {
      vpc_id = vpc.value
    }
  }
}

resource "aws_route53_record" "caa" {
  count = length(var.caa_issuers) > 0 ? 1 : 0

  zone_id = aws_route53_zone.this.zone_id
  name    = var.domain
  type    = "CAA"
  ttl     = 3600
  records = [for issuer in var.caa_issuers : "0 issue \"${issuer}\""]
}
