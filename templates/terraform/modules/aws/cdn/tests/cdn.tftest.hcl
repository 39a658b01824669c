mock_provider "aws" {
  mock_resource "aws_cloudfront_distribution" {
    defaults = { id = "E1", arn = "arn:aws:cloudfront::123456789012:distribution/E1", domain_name = "d1.cloudfront.net", hosted_zone_id = "Z2FDTNDATAQYW2" }
  }
}

variables {
  name               = "prog-assets"
  bucket_domain_name = "prog-assets.s3.us-east-1.amazonaws.com"
}

run "defaults" {
  command = apply

  assert {
    condition     = aws_cloudfront_distribution.this.default_cache_behavior[0].target_origin_id == one(aws_cloudfront_distribution.this.origin).origin_id && aws_cloudfront_distribution.this.default_cache_behavior[0].viewer_protocol_policy == "redirect-to-https" && aws_cloudfront_distribution.this.viewer_certificate[0].cloudfront_default_certificate && length(aws_cloudfront_distribution.this.custom_error_response) == 0
    error_message = "Files are served over HTTPS, and missing ones are missing."
  }

  assert {
    condition     = aws_cloudfront_origin_access_control.this.signing_behavior == "always" && one(aws_cloudfront_distribution.this.origin).origin_access_control_id == aws_cloudfront_origin_access_control.this.id
    error_message = "The origin is read with a signature."
  }

  assert {
    condition     = output.id == "E1" && output.arn == "arn:aws:cloudfront::123456789012:distribution/E1" && output.domain_name == "d1.cloudfront.net" && output.zone_id == "Z2FDTNDATAQYW2"
    error_message = "The outputs must lead to the distribution."
  }
}

run "own_name" {
  command = plan

  variables {
    aliases                 = ["www.prognetwork.com"]
    certificate_arn         = "arn:aws:acm:us-east-1:123456789012:certificate/c"
    web_acl_arn             = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/a/b"
    single_page_application = true
    allowed_countries       = ["FR", "DE"]
    dns                     = { zone_id = "Z1" }
  }

  assert {
    condition     = toset([for record in aws_route53_record.this : "${record.zone_id} ${record.name} ${record.type}"]) == toset(["Z1 www.prognetwork.com A", "Z1 www.prognetwork.com AAAA"])
    error_message = "Each alias has its records, for both kinds of addresses."
  }

  assert {
    condition     = aws_cloudfront_distribution.this.viewer_certificate[0].minimum_protocol_version == "TLSv1.2_2021" && aws_cloudfront_distribution.this.viewer_certificate[0].ssl_support_method == "sni-only"
    error_message = "Old TLS is refused."
  }

  assert {
    condition     = toset([for response in aws_cloudfront_distribution.this.custom_error_response : response.error_code]) == toset([403, 404]) && aws_cloudfront_distribution.this.restrictions[0].geo_restriction[0].restriction_type == "whitelist" && aws_cloudfront_distribution.this.web_acl_id == "arn:aws:wafv2:us-east-1:123456789012:global/webacl/a/b"
    error_message = "Error pages, countries and ACL got lost."
  }
}

run "a_copy_answers_where_the_bucket_does_not" {
  command = apply

  variables {
    copy_domain_name = "prog-assets-recovery.s3.us-west-2.amazonaws.com"
  }

  assert {
    condition     = [for member in one(aws_cloudfront_distribution.this.origin_group).member : member.origin_id] == ["bucket", "copy"] && aws_cloudfront_distribution.this.default_cache_behavior[0].target_origin_id == one(aws_cloudfront_distribution.this.origin_group).origin_id
    error_message = "The bucket is asked first, then its copy."
  }

  assert {
    condition     = alltrue([for origin in aws_cloudfront_distribution.this.origin : origin.origin_access_control_id == aws_cloudfront_origin_access_control.this.id]) && length(aws_cloudfront_distribution.this.origin) == 2
    error_message = "Both are read with a signature."
  }
}

run "alias_needs_a_certificate" {
  command = plan

  variables {
    aliases = ["www.prognetwork.com"]
  }

  expect_failures = [var.certificate_arn]
}

run "certificate_of_another_region_is_refused" {
  command = plan

  variables {
    aliases         = ["www.prognetwork.com"]
    certificate_arn = "arn:aws:acm:eu-west-1:123456789012:certificate/c"
  }

  expect_failures = [var.certificate_arn]
}

run "values_are_checked" {
  command = plan

  variables {
    name              = "a b"
    aliases           = ["www"]
    web_acl_arn       = "arn:aws:wafv2:us-east-1:123456789012:regional/webacl/a/b"
    price_class       = "cheap"
    allowed_countries = ["France"]
  }

  expect_failures = [var.name, var.aliases, var.web_acl_arn, var.price_class, var.allowed_countries]
}

run "records_need_aliases" {
  command = plan

  variables {
    dns = { zone_id = "Z1" }
  }

  expect_failures = [var.dns]
}
