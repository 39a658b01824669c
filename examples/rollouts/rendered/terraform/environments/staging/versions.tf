# made by platc; edits belong in platform.yaml

terraform {
  required_version = ">= 1.11"

  required_providers {
    linode = { source = "linode/linode", version = ">= 3.9, < 4.0" }
  }
}
