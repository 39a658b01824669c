mock_provider "aws" {
  mock_resource "aws_acm_certificate" {
    defaults = {
      arn = "arn:aws:acm:us-east-1:123456789012:certificate/c"
      domain_validation_options = [
        { domain_name = "example.com", resource_record_name = "_a.example.com", resource_record_type = "CNAME", resource_record_value = "_b.acm.example" },
        { domain_name = "*.example.com", resource_record_name = "_a.example.com", resource_record_type = "CNAME", resource_record_value = "_b.acm.example" },
      ]
    }
  }
  mock_resource "aws_acm_certificate_validation" {
    defaults = { id = "v" }
  }
}

variables {
  domain            = "example.com"
  alternative_names = ["*.example.com"]
  zone_id           = "Z1"
}

run "issued" {
  command = apply

  assert {
    condition     = aws_acm_certificate.this.validation_method == "DNS" && length(aws_route53_record.proof) == 1 && aws_route53_record.proof["example.com"].name == "_a.example.com" && aws_route53_record.proof["example.com"].records == toset(["_b.acm.example"])
    error_message = "One record proves domain and wildcard."
  }

  assert {
    condition     = output.arn == "arn:aws:acm:us-east-1:123456789012:certificate/c"
    error_message = "The output must be the certificate."
  }
}

run "values_are_checked" {
  command = plan

  variables {
    domain            = "example"
    alternative_names = ["a_b.example.com"]
  }

  expect_failures = [var.domain, var.alternative_names]
}
