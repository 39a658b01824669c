locals {
  # What the nodes of a standard LKE cluster must accept from each other and from the control plane. 192.168.128.0/17 is Linode's
  # private network, 192.168.255.0/24 the NodeBalancers in it. Source: the README, "LKE nodes".
  lke_worker_rules = [
    { label = "allow-icmp", protocol = "ICMP", ports = null, ipv4 = ["0.0.0.0/0"], ipv6 = ["::/0"] },
    { label = "allow-kubelet", protocol = "TCP", ports = "10250,10256", ipv4 = ["192.168.128.0/17"], ipv6 = [] },
    { label = "allow-wireguard", protocol = "UDP", ports = "51820", ipv4 = ["192.168.128.0/17"], ipv6 = [] },
    { label = "allow-cluster-dns-tcp", protocol = "TCP", ports = "53", ipv4 = ["192.168.128.0/17"], ipv6 = [] },
    { label = "allow-cluster-dns-udp", protocol = "UDP", ports = "53", ipv4 = ["192.168.128.0/17"], ipv6 = [] },
    { label = "allow-calico-bgp", protocol = "TCP", ports = "179", ipv4 = ["192.168.128.0/17"], ipv6 = [] },
    { label = "allow-calico-typha", protocol = "TCP", ports = "5473", ipv4 = ["192.168.128.0/17"], ipv6 = [] },
    { label = "allow-calico-ipencap", protocol = "IPENCAP", ports = null, ipv4 = ["192.168.128.0/17"], ipv6 = [] },
    { label = "allow-nodeports-tcp", protocol = "TCP", ports = "30000-32767", ipv4 = ["192.168.255.0/24"], ipv6 = [] },
    { label = "allow-nodeports-udp", protocol = "UDP", ports = "30000-32767", ipv4 = ["192.168.255.0/24"], ipv6 = [] },
  ]

  inbound = concat(var.allow_lke_worker_traffic ? local.lke_worker_rules : [], var.inbound)
}

resource "linode_firewall" "this" {
  label           = var.name
  inbound_policy  = var.inbound_policy
  outbound_policy = var.outbound_policy
  tags            = var.tags

  # null leaves devices alone that something else attaches.
  linodes = length(var.linodes) > 0 ? var.linodes : null

  # A rule does the opposite of the policy: with DROP the rules accept, with ACCEPT they drop.
  dynamic "inbound" {
    for_each = local.inbound

    content {
      label    = inbound.value.label
      action   = var.inbound_policy == "DROP" ? "ACCEPT" : "DROP"
      protocol = inbound.value.protocol
      ports    = inbound.value.ports
      ipv4     = length(inbound.value.ipv4) > 0 ? inbound.value.ipv4 : null
      ipv6     = length(inbound.value.ipv6) > 0 ? inbound.value.ipv6 : null
    }
  }

  dynamic "outbound" {
    for_each = var.outbound

    content {
      label    = outbound.value.label
      action   = var.outbound_policy == "DROP" ? "ACCEPT" : "DROP"
      protocol = outbound.value.protocol
      ports    = outbound.value.ports
      ipv4     = length(outbound.value.ipv4) > 0 ? outbound.value.ipv4 : null
      ipv6     = length(outbound.value.ipv6) > 0 ? outbound.value.ipv6 : null
    }
  }
}
