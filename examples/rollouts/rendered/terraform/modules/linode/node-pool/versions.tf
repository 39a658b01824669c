terraform {
  required_version = ">= 1.11"

  required_providers {
    linode = {
      source  = "linode/linode"
      version = ">= 3.2, < 4.0"
    }
  }
}
