# made by platc; edits belong in platform.yaml

# Credentials are those of the AWS command line: a profile, or the role of a pipeline.
provider "aws" {
  region = "us-east-1"

  default_tags {
    tags = {
      platform    = "prog"
      environment = "staging"
      owner       = "platform"
      managed-by  = "terraform"
    }
  }
}
