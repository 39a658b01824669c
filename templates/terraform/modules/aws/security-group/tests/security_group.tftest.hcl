mock_provider "aws" {}

variables {
  name        = "prog-production-application"
  description = "Application tier security group"
  vpc_id      = "vpc-1"
  ingress = {
    services = { port = 3000, to_port = 3007, security_group_id = "sg-1" }
    gateway  = { port = 8000, security_group_id = "sg-1" }
  }
}

run "rules" {
  command = plan

  assert {
    condition     = aws_vpc_security_group_ingress_rule.this["services"].from_port == 3000 && aws_vpc_security_group_ingress_rule.this["services"].to_port == 3007 && aws_vpc_security_group_ingress_rule.this["services"].referenced_security_group_id == "sg-1"
    error_message = "A range of ports from a group."
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.this["gateway"].to_port == 8000 && length(aws_vpc_security_group_egress_rule.this) == 1
    error_message = "One port, and everything out."
  }
}

run "closed_and_public" {
  command = plan

  variables {
    egress  = "none"
    ingress = { https = { port = 443, cidr = "0.0.0.0/0" } }
  }

  assert {
    condition     = length(aws_vpc_security_group_egress_rule.this) == 0 && aws_vpc_security_group_ingress_rule.this["https"].cidr_ipv4 == "0.0.0.0/0"
    error_message = "HTTPS may be public."
  }
}

run "public_ssh_is_refused" {
  command = plan

  variables {
    ingress = { ssh = { port = 22, cidr = "0.0.0.0/0" } }
  }

  expect_failures = [var.ingress]
}

run "two_peers_are_refused" {
  command = plan

  variables {
    ingress = { both = { port = 22, cidr = "10.0.0.0/16", security_group_id = "sg-1" } }
  }

  expect_failures = [aws_security_group.this]
}

run "values_are_checked" {
  command = plan

  variables {
    name        = "sg-x"
    description = "ä"
    ingress     = { a = { port = 10, to_port = 9, cidr = "10.0.0.0" } }
    egress      = "some"
  }

  expect_failures = [var.name, var.description, var.ingress, var.egress]
}
