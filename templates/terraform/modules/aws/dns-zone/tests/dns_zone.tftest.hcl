mock_provider "aws" {
  mock_resource "aws_route53_zone" {
    defaults = { zone_id = "Z1", arn = "arn:aws:route53:::hostedzone/Z1", name_servers = ["ns-1.awsdns-01.com"] }
  }
}

variables {
  domain = "prognetwork.com"
}

run "public" {
  command = apply

  assert {
    condition     = aws_route53_zone.this.name == "prognetwork.com" && length(aws_route53_zone.this.vpc) == 0 && length(aws_route53_record.caa) == 0
    error_message = "The zone is public, and has no records of its own."
  }

  assert {
    condition     = output.zone_id == "Z1" && output.arn == "arn:aws:route53:::hostedzone/Z1" && output.name_servers == tolist(["ns-1.awsdns-01.com"])
    error_message = "The outputs must lead to the zone."
  }
}

run "private_with_authorities" {
  command = plan

  variables {
    domain      = "prog.internal"
    vpc_ids     = ["vpc-1"]
    caa_issuers = ["letsencrypt.org", "amazon.com"]
  }

  assert {
    condition     = one(aws_route53_zone.this.vpc).vpc_id == "vpc-1" && aws_route53_record.caa[0].records == toset(["0 issue \"letsencrypt.org\"", "0 issue \"amazon.com\""])
    error_message = "VPC and authorities got lost."
  }
}

run "values_are_checked" {
  command = plan

  variables {
    domain      = "Example.com."
    caa_issuers = ["Let's Encrypt"]
  }

  expect_failures = [var.domain, var.caa_issuers]
}
