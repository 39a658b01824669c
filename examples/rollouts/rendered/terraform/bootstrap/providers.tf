# made by platc; edits belong in platform.yaml

# The token is read from the environment variable LINODE_TOKEN.
# Versioning and lifecycle rules are set by S3 calls: the provider makes a key for each.
provider "linode" {
  obj_use_temp_keys = true
}
