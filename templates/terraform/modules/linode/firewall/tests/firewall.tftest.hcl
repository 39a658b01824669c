mock_provider "linode" {
  mock_resource "linode_firewall" {
    defaults = { id = "404" }
  }
}

variables {
  name = "shop-bastion"
  inbound = [
    { label = "allow-ssh", protocol = "TCP", ports = "22", ipv4 = ["203.0.113.0/24"] },
    { label = "allow-ping", protocol = "ICMP", ipv4 = ["0.0.0.0/0"], ipv6 = ["::/0"] },
  ]
  linodes = [12345]
}

run "drops_what_no_rule_names" {
  command = apply

  assert {
    condition     = linode_firewall.this.inbound_policy == "DROP" && linode_firewall.this.outbound_policy == "ACCEPT"
    error_message = "The defaults must be: nothing in, everything out."
  }

  assert {
    condition     = [for r in linode_firewall.this.inbound : "${r.label} ${r.action}"] == ["allow-ssh ACCEPT", "allow-ping ACCEPT"]
    error_message = "The rules must accept, in the declared order."
  }

  assert {
    condition     = linode_firewall.this.inbound[0].ports == "22" && linode_firewall.this.inbound[0].ipv6 == null && linode_firewall.this.inbound[1].ports == null
    error_message = "Absent ports and networks must stay absent."
  }

  assert {
    condition     = linode_firewall.this.linodes == toset([12345])
    error_message = "The firewall must protect the declared Linodes."
  }

  assert {
    condition     = tostring(output.firewall_id) == "404"
    error_message = "The output must be the id of the firewall."
  }
}

run "lke_rules_come_first" {
  command = plan

  variables {
    allow_lke_worker_traffic = true
    linodes                  = []
  }

  assert {
    condition     = length(linode_firewall.this.inbound) == 12 && linode_firewall.this.inbound[10].label == "allow-ssh"
    error_message = "The ten rules of the LKE nodes must stand before the declared ones."
  }

  assert {
    condition = alltrue([
      for want in ["TCP 10250,10256", "UDP 51820", "TCP 53", "UDP 53", "TCP 179", "TCP 5473", "TCP 30000-32767", "UDP 30000-32767"] :
      contains([for r in linode_firewall.this.inbound : "${r.protocol} ${coalesce(r.ports, "-")}"], want)
    ])
    error_message = "A rule that LKE needs is missing."
  }

  assert {
    condition     = alltrue([for r in linode_firewall.this.inbound : r.ipv4 == tolist(["192.168.255.0/24"]) if startswith(r.label, "allow-nodeports")])
    error_message = "NodePorts must be open for NodeBalancers only."
  }
}

run "rules_drop_under_an_accepting_policy" {
  command = plan

  variables {
    inbound_policy = "ACCEPT"
    inbound        = [{ label = "drop-telnet", protocol = "TCP", ports = "23", ipv4 = ["0.0.0.0/0"] }]
    outbound       = [{ label = "drop-smtp", protocol = "TCP", ports = "25", ipv4 = ["0.0.0.0/0"] }]
  }

  assert {
    condition     = linode_firewall.this.inbound[0].action == "DROP" && linode_firewall.this.outbound[0].action == "DROP"
    error_message = "Under ACCEPT the rules must drop."
  }
}

run "short_name_is_refused" {
  command = plan

  variables {
    name = "fw"
  }

  expect_failures = [var.name]
}

run "policy_is_checked" {
  command = plan

  variables {
    inbound_policy  = "deny"
    outbound_policy = "allow"
  }

  expect_failures = [var.inbound_policy, var.outbound_policy]
}

run "lke_rules_need_drop" {
  command = plan

  variables {
    inbound_policy           = "ACCEPT"
    allow_lke_worker_traffic = true
  }

  expect_failures = [var.allow_lke_worker_traffic]
}

run "short_tag_is_refused" {
  command = plan

  variables {
    tags = ["x"]
  }

  expect_failures = [var.tags]
}

run "inbound_label_length_is_checked" {
  command = plan

  variables {
    inbound = [{ label = "ab", protocol = "TCP", ports = "22", ipv4 = ["10.0.0.0/8"] }]
  }

  expect_failures = [var.inbound]
}

run "inbound_protocol_is_checked" {
  command = plan

  variables {
    inbound = [{ label = "rule", protocol = "tcp", ipv4 = ["10.0.0.0/8"] }]
  }

  expect_failures = [var.inbound]
}

run "inbound_icmp_has_no_ports" {
  command = plan

  variables {
    inbound = [{ label = "rule", protocol = "ICMP", ports = "22", ipv4 = ["10.0.0.0/8"] }]
  }

  expect_failures = [var.inbound]
}

run "inbound_ports_are_checked" {
  command = plan

  variables {
    inbound = [{ label = "rule", protocol = "TCP", ports = "22:25", ipv4 = ["10.0.0.0/8"] }]
  }

  expect_failures = [var.inbound]
}

run "inbound_number_of_ports_is_checked" {
  command = plan

  variables {
    inbound = [{ label = "rule", protocol = "TCP", ports = "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16", ipv4 = ["10.0.0.0/8"] }]
  }

  expect_failures = [var.inbound]
}

run "inbound_rule_needs_a_network" {
  command = plan

  variables {
    inbound = [{ label = "rule", protocol = "TCP", ports = "22" }]
  }

  expect_failures = [var.inbound]
}

run "inbound_ipv4_is_checked" {
  command = plan

  variables {
    inbound = [{ label = "rule", protocol = "TCP", ports = "22", ipv4 = ["10.0.0.1"] }]
  }

  expect_failures = [var.inbound]
}

run "inbound_ipv6_is_checked" {
  command = plan

  variables {
    inbound = [{ label = "rule", protocol = "TCP", ports = "22", ipv6 = ["10.0.0.0/8"] }]
  }

  expect_failures = [var.inbound]
}

run "outbound_label_length_is_checked" {
  command = plan

  variables {
    outbound = [{ label = "ab", protocol = "TCP", ports = "22", ipv4 = ["10.0.0.0/8"] }]
  }

  expect_failures = [var.outbound]
}

run "outbound_protocol_is_checked" {
  command = plan

  variables {
    outbound = [{ label = "rule", protocol = "tcp", ipv4 = ["10.0.0.0/8"] }]
  }

  expect_failures = [var.outbound]
}

run "outbound_icmp_has_no_ports" {
  command = plan

  variables {
    outbound = [{ label = "rule", protocol = "ICMP", ports = "22", ipv4 = ["10.0.0.0/8"] }]
  }

  expect_failures = [var.outbound]
}

run "outbound_ports_are_checked" {
  command = plan

  variables {
    outbound = [{ label = "rule", protocol = "TCP", ports = "22:25", ipv4 = ["10.0.0.0/8"] }]
  }

  expect_failures = [var.outbound]
}

run "outbound_number_of_ports_is_checked" {
  command = plan

  variables {
    outbound = [{ label = "rule", protocol = "TCP", ports = "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16", ipv4 = ["10.0.0.0/8"] }]
  }

  expect_failures = [var.outbound]
}

run "outbound_rule_needs_a_network" {
  command = plan

  variables {
    outbound = [{ label = "rule", protocol = "TCP", ports = "22" }]
  }

  expect_failures = [var.outbound]
}

run "outbound_ipv4_is_checked" {
  command = plan

  variables {
    outbound = [{ label = "rule", protocol = "TCP", ports = "22", ipv4 = ["10.0.0.1"] }]
  }

  expect_failures = [var.outbound]
}

run "outbound_ipv6_is_checked" {
  command = plan

  variables {
    outbound = [{ label = "rule", protocol = "TCP", ports = "22", ipv6 = ["10.0.0.0/8"] }]
  }

  expect_failures = [var.outbound]
}
