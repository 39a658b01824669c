# made by platc; edits belong in platform.yaml

# Credentials are those of the AWS command line: a profile, or the role of a pipeline.
provider "aws" {
  region = "us-west-2"

  default_tags {
    tags = {
      platform    = "quantumvest"
      environment = "dev"
      owner       = "platform"
      managed-by  = "terraform"
    }
  }
}
