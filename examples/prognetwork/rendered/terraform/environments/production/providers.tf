# made by platc; edits belong in platform.yaml

# Credentials are those of the AWS command line: a profile, or the role of a pipeline.
provider "aws" {
  region = "us-east-1"

  default_tags {
    tags = {
      platform    = "prog"
      environment = "production"
      owner       = "platform"
      managed-by  = "terraform"
    }
  }
}

# The same account, in us-west-2.
provider "aws" {
  alias  = "us_west_2"
  region = "us-west-2"

  default_tags {
    tags = {
      platform    = "prog"
      environment = "production"
      owner       = "platform"
      managed-by  = "terraform"
    }
  }
}
