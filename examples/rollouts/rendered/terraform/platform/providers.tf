# made by platc; edits belong in platform.yaml

# The token is read from the environment variable LINODE_TOKEN.
provider "linode" {}
