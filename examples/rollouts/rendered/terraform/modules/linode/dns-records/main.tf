resource "linode_domain_record" "this" {
  for_each = var.records

  domain_id   = var.domain_id
  record_type = each.value.type
  # Linode builds the name of an SRV record from service and protocol.
  name     = each.value.type == "SRV" ? null : each.value.name
  target   = each.value.target
  ttl_sec  = each.value.ttl_seconds
  priority = each.value.priority
  weight   = each.value.weight
  port     = each.value.port
  service  = each.value.service
  protocol = each.value.protocol
  tag      = each.value.tag
}
