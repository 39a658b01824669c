resource "aws_route53_record" "this" {
  for_each = var.records

  zone_id = var.zone_id
  name    = each.value.name
  type    = each.value.type
  ttl     = each.value.alias == null ? each.value.ttl_seconds : null
  records = each.value.alias == null ? each.value.values : null

  # Records that answer in turns need a name among themselves.
  set_identifier  = each.value.failover == null ? null : each.key
  health_check_id = each.value.health_check == null ? null : aws_route53_health_check.this[each.key].id

  dynamic "alias" {
    for_each = each.value.alias[*]

    content {
      name                   = alias.value.name
      zone_id                = alias.value.zone_id
      evaluate_target_health = alias.value.evaluate_health
    }
  }

  dynamic "failover_routing_policy" {
    for_each = each.value.failover[*]

    content {
      type = upper(failover_routing_policy.value)
    }
  }
}

resource "aws_route53_health_check" "this" {
  for_each = { for key, record in var.records : key => record.health_check if record.health_check != null }

  type              = each.value.type
  fqdn              = each.value.host
  port              = each.value.port
  resource_path     = each.value.type == "TCP" ? null : each.value.path
  enable_sni        = each.value.type == "HTTPS" ? true : null
  request_interval  = each.value.interval_seconds
  failure_threshold = each.value.failures

  tags = { Name = each.key }
}
