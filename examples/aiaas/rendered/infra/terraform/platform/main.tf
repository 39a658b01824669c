# made by platc; edits belong in platform.yaml

# What exists once for the platform.

# Backup artifacts
module "bucket_backups" {
  source = "../modules/linode/bucket"

  name              = "aiaas-backups"
  region            = var.region
  expire_after_days = 90
  access            = "readWrite"
}

# Backups of volumes
module "bucket_volume_backups" {
  source = "../modules/linode/bucket"

  name   = "aiaas-volume-backups"
  region = var.region
  access = "readWrite"
}

# The registrar, or the zone above, must delegate it to ns1.linode.com .. ns5.linode.com.
module "zone" {
  source = "../modules/linode/dns-domain"

  domain    = "aiaas.example.com"
  soa_email = "platform@aiaas.example.com"
  tags      = ["platform:aiaas", "owner:platform-team"]
}
