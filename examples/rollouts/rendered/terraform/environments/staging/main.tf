# made by platc; edits belong in platform.yaml

# Environment staging.
# Its pool general is the one that LKE demands in the cluster itself: see clusters/main.

module "records" {
  source = "../../modules/linode/dns-records"
  count  = length(var.ingress_address[*])

  domain_id = var.domain_id
  records = {
    site = { type = "A", name = "www.staging", target = var.ingress_address }
  }
}
