mock_provider "linode" {
  mock_resource "linode_vpc" {
    defaults = { id = "101" }
  }
  mock_resource "linode_vpc_subnet" {
    defaults = { id = "202" }
  }
}

variables {
  name   = "shop-production"
  region = "fr-par"
  subnets = {
    data    = { ipv4 = "10.0.1.0/24" }
    workers = { ipv4 = "10.0.2.0/24" }
  }
}

run "vpc_with_two_subnets" {
  command = apply

  assert {
    condition     = linode_vpc.this.label == "shop-production" && linode_vpc.this.region == "fr-par"
    error_message = "The VPC does not carry the name and the region."
  }

  assert {
    condition     = { for label, s in linode_vpc_subnet.this : label => s.ipv4 } == { data = "10.0.1.0/24", workers = "10.0.2.0/24" }
    error_message = "The subnets are not the declared ones."
  }

  assert {
    condition     = linode_vpc_subnet.this["data"].vpc_id == 101
    error_message = "A subnet lies in another VPC."
  }

  assert {
    condition     = tostring(output.vpc_id) == "101" && toset(keys(output.subnet_ids)) == toset(["data", "workers"])
    error_message = "The outputs do not name the VPC and its subnets."
  }
}

run "no_subnets" {
  command = plan

  variables {
    subnets = {}
  }

  assert {
    condition     = length(linode_vpc_subnet.this) == 0
    error_message = "A VPC without subnets must be possible."
  }
}

run "name_with_underscore_is_refused" {
  command = plan

  variables {
    name = "shop_production"
  }

  expect_failures = [var.name]
}

run "name_with_two_dashes_is_refused" {
  command = plan

  variables {
    name = "shop--production"
  }

  expect_failures = [var.name]
}

run "region_is_checked" {
  command = plan

  variables {
    region = "Paris"
  }

  expect_failures = [var.region]
}

run "subnet_label_is_checked" {
  command = plan

  variables {
    subnets = { "data_a" = { ipv4 = "10.0.1.0/24" } }
  }

  expect_failures = [var.subnets]
}

run "subnet_with_host_bits_is_refused" {
  command = plan

  variables {
    subnets = { data = { ipv4 = "10.0.1.7/24" } }
  }

  expect_failures = [var.subnets]
}
