mock_provider "linode" {
  mock_resource "linode_domain" {
    defaults = { id = "303" }
  }
}

variables {
  domain    = "example.com"
  soa_email = "platform@example.com"
}

run "primary_zone" {
  command = apply

  assert {
    condition     = linode_domain.this.type == "master" && linode_domain.this.domain == "example.com" && linode_domain.this.soa_email == "platform@example.com"
    error_message = "The zone must be a primary one with the declared name and address."
  }

  assert {
    condition     = linode_domain.this.ttl_sec == 300
    error_message = "The default TTL must be five minutes."
  }

  assert {
    condition     = tostring(output.domain_id) == "303"
    error_message = "The output must be the zone's id."
  }
}

run "punycode_name_is_accepted" {
  command = plan

  variables {
    domain = "shop.xn--p1ai"
  }

  assert {
    condition     = linode_domain.this.domain == "shop.xn--p1ai"
    error_message = "An internationalised name must pass."
  }
}

run "final_dot_is_refused" {
  command = plan

  variables {
    domain = "example.com."
  }

  expect_failures = [var.domain]
}

run "address_is_checked" {
  command = plan

  variables {
    soa_email = "platform"
  }

  expect_failures = [var.soa_email]
}

run "ttl_that_linode_would_round_is_refused" {
  command = plan

  variables {
    ttl_seconds = 600
  }

  expect_failures = [var.ttl_seconds]
}

run "short_tag_is_refused" {
  command = plan

  variables {
    tags = ["ab"]
  }

  expect_failures = [var.tags]
}
