resource "linode_domain" "this" {
  type      = "master"
  domain    = var.domain
  soa_email = var.soa_email
  ttl_sec   = var.ttl_seconds
  tags      = var.tags
}
