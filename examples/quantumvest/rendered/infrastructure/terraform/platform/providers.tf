# made by platc; edits belong in platform.yaml

# Credentials are those of the AWS command line: a profile, or the role of a pipeline.
provider "aws" {
  region = "us-west-2"

  default_tags {
    tags = {
      platform   = "quantumvest"
      owner      = "platform"
      managed-by = "terraform"
    }
  }
}

# The same account, in us-east-2.
provider "aws" {
  alias  = "us_east_2"
  region = "us-east-2"

  default_tags {
    tags = {
      platform   = "quantumvest"
      owner      = "platform"
      managed-by = "terraform"
    }
  }
}
