# made by platc; edits belong in platform.yaml

# What exists once for the platform.

# The registrar, or the zone above, must delegate it to ns1.linode.com .. ns5.linode.com.
module "zone" {
  source = "../modules/linode/dns-domain"

  domain    = "bazaar.example.com"
  soa_email = "ops@example.com"
  tags      = ["platform:bazaar", "owner:platform-team"]
}
