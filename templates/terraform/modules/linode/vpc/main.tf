resource "linode_vpc" "this" {
  label       = var.name
  region      = var.region
  description = var.description
}

resource "linode_vpc_subnet" "this" {
  for_each = var.subnets

  vpc_id = linode_vpc.this.id
  label  = each.key
  ipv4   = each.value.ipv4
}
