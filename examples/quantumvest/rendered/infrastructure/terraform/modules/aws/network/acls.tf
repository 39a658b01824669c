# A second line behind the security groups. ACLs know no connections: answers come in on the high ports.
locals {
  remote_access_ports = { 22 = 10, 3389 = 11 } # port = rule number

  # Both protocols: QUIC and DNS answers are UDP.
  answers = { tcp = 110, udp = 120 } # protocol = rule number
}

resource "aws_network_acl" "public" {
  vpc_id     = aws_vpc.this.id
  subnet_ids = values(aws_subnet.public)[*].id

  tags = { Name = "${var.name}-public" }
}

resource "aws_network_acl" "private" {
  vpc_id     = aws_vpc.this.id
  subnet_ids = values(aws_subnet.private)[*].id

  tags = { Name = "${var.name}-private" }
}

resource "aws_network_acl" "data" {
  vpc_id     = aws_vpc.this.id
  subnet_ids = values(aws_subnet.data)[*].id

  tags = { Name = "${var.name}-data" }
}

# Public: everything but remote shells, which come through Session Manager.
resource "aws_network_acl_rule" "public_no_remote_access" {
  for_each = local.remote_access_ports

  network_acl_id = aws_network_acl.public.id
  rule_number    = each.value
  rule_action    = "deny"
  protocol       = "tcp"
  cidr_block     = "0.0.0.0/0"
  from_port      = tonumber(each.key)
  to_port        = tonumber(each.key)
}

resource "aws_network_acl_rule" "public_in" {
  network_acl_id = aws_network_acl.public.id
  rule_number    = 100
  rule_action    = "allow"
  protocol       = "-1"
  cidr_block     = "0.0.0.0/0"
}

resource "aws_network_acl_rule" "public_out" {
  network_acl_id = aws_network_acl.public.id
  rule_number    = 100
  egress         = true
  rule_action    = "allow"
  protocol       = "-1"
  cidr_block     = "0.0.0.0/0"
}

# Private: the VPC, and from outside only the high ports: answers to what went out, and the node ports that a
# network load balancer reaches with the client's address. Those begin above 1023 and exclude the remote desktop.
resource "aws_network_acl_rule" "private_no_remote_desktop" {
  network_acl_id = aws_network_acl.private.id
  rule_number    = 105
  rule_action    = "deny"
  protocol       = "tcp"
  cidr_block     = "0.0.0.0/0"
  from_port      = 3389
  to_port        = 3389
}

resource "aws_network_acl_rule" "private_vpc" {
  network_acl_id = aws_network_acl.private.id
  rule_number    = 100
  rule_action    = "allow"
  protocol       = "-1"
  cidr_block     = var.cidr
}

resource "aws_network_acl_rule" "private_answers" {
  for_each = local.answers

  network_acl_id = aws_network_acl.private.id
  rule_number    = each.value
  rule_action    = "allow"
  protocol       = each.key
  cidr_block     = "0.0.0.0/0"
  from_port      = 1024
  to_port        = 65535
}

# "Fragmentation needed": without it large packets vanish on paths with a smaller MTU.
resource "aws_network_acl_rule" "private_path_mtu" {
  network_acl_id = aws_network_acl.private.id
  rule_number    = 130
  rule_action    = "allow"
  protocol       = "icmp"
  cidr_block     = "0.0.0.0/0"
  icmp_type      = 3
  icmp_code      = 4
}

resource "aws_network_acl_rule" "private_peers" {
  for_each = { for index, range in var.peer_cidrs : range => 140 + index }

  network_acl_id = aws_network_acl.private.id
  rule_number    = each.value
  rule_action    = "allow"
  protocol       = "-1"
  cidr_block     = each.key
}

resource "aws_network_acl_rule" "private_out" {
  network_acl_id = aws_network_acl.private.id
  rule_number    = 100
  egress         = true
  rule_action    = "allow"
  protocol       = "-1"
  cidr_block     = "0.0.0.0/0"
}

# Data: the VPC and the peers, both ways, and nothing else.
resource "aws_network_acl_rule" "data" {
  for_each = {
    for pair in setproduct(concat([var.cidr], var.peer_cidrs), ["in", "out"]) :
    "${pair[0]} ${pair[1]}" => { range = pair[0], egress = pair[1] == "out" }
  }

  network_acl_id = aws_network_acl.data.id
  rule_number    = 100 + index(concat([var.cidr], var.peer_cidrs), each.value.range)
  egress         = each.value.egress
  rule_action    = "allow"
  protocol       = "-1"
  cidr_block     = each.value.range
}
