data "aws_region" "current" {}

locals {
  zones = { for index, zone in var.availability_zones : zone => index }

  # The first six eighths of the range are private, the seventh is public, the last one is for data.
  public_cidrs  = var.subnets == null ? [for index in range(6) : cidrsubnet(cidrsubnet(var.cidr, 3, 6), 3, index)] : var.subnets.public
  private_cidrs = var.subnets == null ? [for index in range(6) : cidrsubnet(var.cidr, 3, index)] : var.subnets.private
  data_cidrs    = var.subnets == null ? [for index in range(6) : cidrsubnet(cidrsubnet(var.cidr, 3, 7), 3, index)] : var.subnets.data

  # The zones that have a NAT gateway.
  nat_zones = toset({ per_zone = var.availability_zones, single = slice(var.availability_zones, 0, 1), none = [] }[var.nat_gateways])
}

resource "aws_vpc" "this" {
  cidr_block           = var.cidr
  enable_dns_support   = true
  enable_dns_hostnames = true

  tags = { Name = var.name }
}

# Without rules: what is put into no group of its own reaches nothing and is reached by nothing.
resource "aws_default_security_group" "this" {
  vpc_id = aws_vpc.this.id

  tags = { Name = "${var.name}-default" }
}

resource "aws_subnet" "public" {
  for_each = local.zones

  vpc_id            = aws_vpc.this.id
  availability_zone = each.key
  cidr_block        = local.public_cidrs[each.value]

  # For load balancers and NAT gateways, which bring their own addresses; nothing else lives here.
  map_public_ip_on_launch = false

  tags = {
    Name                     = "${var.name}-public-${each.key}"
    "kubernetes.io/role/elb" = "1"
  }
}

resource "aws_subnet" "private" {
  for_each = local.zones

  vpc_id            = aws_vpc.this.id
  availability_zone = each.key
  cidr_block        = local.private_cidrs[each.value]

  tags = {
    Name                              = "${var.name}-private-${each.key}"
    "kubernetes.io/role/internal-elb" = "1"
  }
}

resource "aws_subnet" "data" {
  for_each = local.zones

  vpc_id            = aws_vpc.this.id
  availability_zone = each.key
  cidr_block        = local.data_cidrs[each.value]

  tags = { Name = "${var.name}-data-${each.key}" }
}
