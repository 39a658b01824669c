resource "aws_security_group" "this" {
  name        = var.name
  description = var.description
  vpc_id      = var.vpc_id

  tags = { Name = var.name }

  lifecycle {
    create_before_destroy = true

    # The id of a group may not be known yet: whether a rule has exactly one peer is seen when it is.
    precondition {
      condition     = alltrue([for rule in values(var.ingress) : (rule.security_group_id == null) != (rule.cidr == null)])
      error_message = "A rule lets in one other group or one range."
    }
  }
}

resource "aws_vpc_security_group_ingress_rule" "this" {
  for_each = var.ingress

  security_group_id            = aws_security_group.this.id
  description                  = each.key
  ip_protocol                  = each.value.protocol
  from_port                    = each.value.port
  to_port                      = coalesce(each.value.to_port, each.value.port)
  referenced_security_group_id = each.value.security_group_id
  cidr_ipv4                    = each.value.cidr
}

resource "aws_vpc_security_group_egress_rule" "this" {
  count = var.egress == "all" ? 1 : 0

  security_group_id = aws_security_group.this.id
  description       = "Everything"
  ip_protocol       = "-1"
  cidr_ipv4         = "0.0.0.0/0"
}
