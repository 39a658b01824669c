mock_provider "aws" {
  mock_data "aws_region" {
    defaults = { id = "us-east-1" }
  }
  mock_resource "aws_vpc" {
    defaults = { id = "vpc-1", owner_id = "123456789012" }
  }
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:us-east-1:123456789012:log-group:flow" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/flow" }
  }
}

variables {
  name               = "prog-production"
  cidr               = "10.0.0.0/16"
  availability_zones = ["us-east-1a", "us-east-1b", "us-east-1c"]
}

run "three_zones" {
  command = plan

  assert {
    condition     = aws_vpc.this.cidr_block == "10.0.0.0/16" && aws_vpc.this.enable_dns_support && aws_vpc.this.enable_dns_hostnames
    error_message = "The VPC needs its range and DNS."
  }

  assert {
    condition     = [for zone in ["us-east-1a", "us-east-1b", "us-east-1c"] : aws_subnet.private[zone].cidr_block] == ["10.0.0.0/19", "10.0.32.0/19", "10.0.64.0/19"]
    error_message = "The private subnets are the first eighths."
  }

  assert {
    condition     = aws_subnet.public["us-east-1a"].cidr_block == "10.0.192.0/22" && aws_subnet.data["us-east-1c"].cidr_block == "10.0.232.0/22"
    error_message = "Public and data subnets lie in the seventh and the eighth eighth."
  }

  assert {
    condition     = length(aws_nat_gateway.this) == 3 && length(aws_route.nat) == 3 && length(aws_route_table.private) == 3
    error_message = "Every zone has its own NAT gateway and route."
  }

  assert {
    condition     = !anytrue([for subnet in aws_subnet.public : subnet.map_public_ip_on_launch])
    error_message = "Nothing gets a public address by itself."
  }

  assert {
    condition     = aws_subnet.public["us-east-1a"].tags["kubernetes.io/role/elb"] == "1" && aws_subnet.private["us-east-1a"].tags["kubernetes.io/role/internal-elb"] == "1"
    error_message = "Load balancers find subnets by their tags."
  }

  assert {
    condition     = aws_flow_log.this[0].traffic_type == "ALL" && aws_cloudwatch_log_group.flow[0].retention_in_days == 90
    error_message = "Flow logs are on."
  }

  assert {
    condition     = aws_vpc_endpoint.gateway["s3"].service_name == "com.amazonaws.us-east-1.s3" && length(aws_vpc_endpoint.interface) == 0
    error_message = "S3 is reached without NAT."
  }
}

run "data_subnets_talk_to_the_vpc_only" {
  command = plan

  variables {
    peer_cidrs = ["10.1.0.0/16"]
  }

  assert {
    condition     = toset([for rule in aws_network_acl_rule.data : rule.cidr_block]) == toset(["10.0.0.0/16", "10.1.0.0/16"]) && length(aws_network_acl_rule.data) == 4
    error_message = "The VPC and its peers, in and out."
  }

  assert {
    condition     = length(distinct([for rule in aws_network_acl_rule.data : "${coalesce(rule.egress, false)} ${rule.rule_number}"])) == 4
    error_message = "Rule numbers are unique in each direction."
  }
}

run "remote_shells_stay_out" {
  command = plan

  assert {
    condition     = toset([for rule in aws_network_acl_rule.public_no_remote_access : rule.from_port]) == toset([22, 3389]) && alltrue([for rule in aws_network_acl_rule.public_no_remote_access : rule.rule_action == "deny" && rule.rule_number < aws_network_acl_rule.public_in.rule_number])
    error_message = "SSH and RDP are denied before everything else is allowed."
  }

  assert {
    condition     = alltrue([for rule in aws_network_acl_rule.private_answers : rule.from_port > 22 && rule.rule_number > aws_network_acl_rule.private_no_remote_desktop.rule_number])
    error_message = "The private subnets take no SSH or RDP from outside."
  }
}

run "order_of_the_outputs" {
  command = apply

  assert {
    condition     = output.vpc_id == "vpc-1" && output.private_subnet_ids == [for zone in output.availability_zones : aws_subnet.private[zone].id] && length(output.nat_public_ips) == 3
    error_message = "Subnets come in the order of the zones."
  }
}

run "single_gateway" {
  command = plan

  variables {
    nat_gateways = "single"
  }

  assert {
    condition     = keys(aws_nat_gateway.this) == ["us-east-1a"] && length(aws_route.nat) == 3
    error_message = "One gateway serves all zones."
  }
}

run "no_gateway" {
  command = plan

  variables {
    nat_gateways        = "none"
    interface_endpoints = ["ecr.api", "ecr.dkr", "sts"]
    flow_logs           = null
  }

  assert {
    condition     = length(aws_nat_gateway.this) == 0 && length(aws_route.nat) == 0 && length(aws_flow_log.this) == 0
    error_message = "There is no way out."
  }

  assert {
    condition     = aws_vpc_endpoint.interface["ecr.dkr"].private_dns_enabled && aws_vpc_security_group_ingress_rule.endpoints[0].from_port == 443 && aws_vpc_security_group_ingress_rule.endpoints[0].cidr_ipv4 == "10.0.0.0/16"
    error_message = "The endpoints take HTTPS from the VPC."
  }
}

run "given_ranges" {
  command = plan

  variables {
    availability_zones = ["us-east-1a", "us-east-1b"]
    subnets = {
      public  = ["10.0.1.0/24", "10.0.3.0/24"]
      private = ["10.0.2.0/24", "10.0.4.0/24"]
      data    = ["10.0.5.0/24", "10.0.6.0/24"]
    }
  }

  assert {
    condition     = aws_subnet.public["us-east-1a"].cidr_block == "10.0.1.0/24" && aws_subnet.private["us-east-1b"].cidr_block == "10.0.4.0/24" && aws_subnet.data["us-east-1b"].cidr_block == "10.0.6.0/24"
    error_message = "Given ranges are used as they are."
  }
}

run "one_zone_is_refused" {
  command = plan

  variables {
    availability_zones = ["us-east-1a"]
  }

  expect_failures = [var.availability_zones]
}

run "zones_of_two_regions_are_refused" {
  command = plan

  variables {
    availability_zones = ["us-east-1a", "us-west-2a"]
  }

  expect_failures = [var.availability_zones]
}

run "host_bits_are_refused" {
  command = plan

  variables {
    cidr = "10.0.1.5/16"
  }

  expect_failures = [var.cidr]
}

run "too_small_to_divide_is_refused" {
  command = plan

  variables {
    cidr = "10.0.0.0/24"
  }

  expect_failures = [var.subnets]
}

run "overlapping_ranges_are_refused" {
  command = plan

  variables {
    availability_zones = ["us-east-1a", "us-east-1b"]
    subnets = {
      public  = ["10.0.0.0/23", "10.0.3.0/24"]
      private = ["10.0.1.0/24", "10.0.4.0/24"]
      data    = ["10.0.5.0/24", "10.0.6.0/24"]
    }
  }

  expect_failures = [var.subnets]
}

run "range_outside_is_refused" {
  command = plan

  variables {
    availability_zones = ["us-east-1a", "us-east-1b"]
    subnets = {
      public  = ["10.1.0.0/24", "10.0.3.0/24"]
      private = ["10.0.1.0/24", "10.0.4.0/24"]
      data    = ["10.0.5.0/24", "10.0.6.0/24"]
    }
  }

  expect_failures = [var.subnets]
}

run "missing_range_is_refused" {
  command = plan

  variables {
    subnets = {
      public  = ["10.0.0.0/24"]
      private = ["10.0.1.0/24"]
      data    = ["10.0.2.0/24"]
    }
  }

  expect_failures = [var.subnets]
}

run "values_are_checked" {
  command = plan

  variables {
    name                = "-x"
    nat_gateways        = "two"
    gateway_endpoints   = ["sqs"]
    interface_endpoints = ["ECR"]
    peer_cidrs          = ["10.1.0.0"]
    flow_logs           = { retention_days = 10 }
  }

  expect_failures = [var.name, var.nat_gateways, var.gateway_endpoints, var.interface_endpoints, var.peer_cidrs, var.flow_logs]
}
