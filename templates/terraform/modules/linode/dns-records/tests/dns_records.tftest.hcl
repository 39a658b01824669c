mock_provider "linode" {}

variables {
  domain_id = 303
  records = {
    api  = { type = "A", name = "api", target = "192.0.2.10" }
    api6 = { type = "AAAA", name = "api", target = "2001:db8::10", ttl_seconds = 3600 }
    www  = { type = "CNAME", name = "www", target = "api.example.com" }
    mail = { type = "MX", target = "mx.example.com", priority = 10 }
    sip  = { type = "SRV", target = "sip.example.com", priority = 10, weight = 5, port = 5060, service = "sip", protocol = "tcp" }
    caa  = { type = "CAA", target = "letsencrypt.org", tag = "issue" }
  }
}

run "one_record_for_each_key" {
  command = plan

  assert {
    condition     = toset(keys(linode_domain_record.this)) == toset(["api", "api6", "www", "mail", "sip", "caa"])
    error_message = "Every key must give one record."
  }

  assert {
    condition     = linode_domain_record.this["api"].record_type == "A" && linode_domain_record.this["api"].target == "192.0.2.10" && linode_domain_record.this["api"].ttl_sec == 300
    error_message = "The A record is not the declared one."
  }

  assert {
    condition     = linode_domain_record.this["api6"].ttl_sec == 3600 && linode_domain_record.this["mail"].priority == 10 && linode_domain_record.this["caa"].tag == "issue"
    error_message = "TTL, priority or tag got lost."
  }

  assert {
    condition     = linode_domain_record.this["sip"].port == 5060 && linode_domain_record.this["sip"].weight == 5 && linode_domain_record.this["sip"].protocol == "tcp"
    error_message = "The SRV record is not complete."
  }

  assert {
    condition     = alltrue([for r in linode_domain_record.this : r.domain_id == 303])
    error_message = "A record lies in another zone."
  }
}

run "unknown_type_is_refused" {
  command = plan

  variables {
    records = { a = { type = "ALIAS", name = "a", target = "b.example.com" } }
  }

  expect_failures = [var.records]
}

run "long_name_is_refused" {
  command = plan

  variables {
    records = { a = { type = "TXT", name = join("", [for i in range(101) : "a"]), target = "x" } }
  }

  expect_failures = [var.records]
}

run "srv_with_a_name_is_refused" {
  command = plan

  variables {
    records = { a = { type = "SRV", name = "x", target = "y.example.com", priority = 1, weight = 1, port = 1, service = "x", protocol = "tcp" } }
  }

  expect_failures = [var.records]
}

run "rounded_ttl_is_refused" {
  command = plan

  variables {
    records = { a = { type = "A", name = "a", target = "192.0.2.1", ttl_seconds = 60 } }
  }

  expect_failures = [var.records]
}

run "a_record_needs_an_ipv4_address" {
  command = plan

  variables {
    records = { a = { type = "A", name = "a", target = "host.example.com" } }
  }

  expect_failures = [var.records]
}

run "aaaa_record_needs_an_ipv6_address" {
  command = plan

  variables {
    records = { a = { type = "AAAA", name = "a", target = "192.0.2.1" } }
  }

  expect_failures = [var.records]
}

run "cname_at_the_zone_is_refused" {
  command = plan

  variables {
    records = { a = { type = "CNAME", target = "b.example.com" } }
  }

  expect_failures = [var.records]
}

run "mx_without_priority_is_refused" {
  command = plan

  variables {
    records = { a = { type = "MX", target = "mx.example.com" } }
  }

  expect_failures = [var.records]
}

run "priority_on_an_a_record_is_refused" {
  command = plan

  variables {
    records = { a = { type = "A", name = "a", target = "192.0.2.1", priority = 1 } }
  }

  expect_failures = [var.records]
}

run "srv_without_port_is_refused" {
  command = plan

  variables {
    records = { a = { type = "SRV", target = "y.example.com", priority = 1, weight = 1, service = "x", protocol = "tcp" } }
  }

  expect_failures = [var.records]
}

run "caa_without_tag_is_refused" {
  command = plan

  variables {
    records = { a = { type = "CAA", target = "letsencrypt.org" } }
  }

  expect_failures = [var.records]
}
