mock_provider "linode" {
  mock_resource "linode_object_storage_key" {
    defaults = {
      access_key = "AKEXAMPLE"
      secret_key = "example"
    }
  }
}

variables {
  name   = "shop-production-exports"
  region = "fr-par"
}

run "plain_private_bucket" {
  command = plan

  assert {
    condition     = linode_object_storage_bucket.this.label == "shop-production-exports" && linode_object_storage_bucket.this.region == "fr-par"
    error_message = "The bucket does not carry the name and the region."
  }

  assert {
    condition     = linode_object_storage_bucket.this.acl == "private"
    error_message = "The bucket must be private."
  }

  assert {
    condition     = length(linode_object_storage_bucket.this.lifecycle_rule) == 0 && !linode_object_storage_bucket.this.versioning
    error_message = "A plain bucket must need no keys: no lifecycle rule, no versioning."
  }

  assert {
    condition     = length(linode_object_storage_key.this) == 0 && output.access_key == null && output.secret_key == null
    error_message = "Without access there must be no key."
  }
}

run "versions_that_expire" {
  command = plan

  variables {
    versioning                          = true
    expire_after_days                   = 365
    noncurrent_expire_after_days        = 30
    abort_incomplete_uploads_after_days = 7
  }

  assert {
    condition     = linode_object_storage_bucket.this.versioning
    error_message = "Versioning must be on."
  }

  assert {
    condition     = length(linode_object_storage_bucket.this.lifecycle_rule) == 1 && linode_object_storage_bucket.this.lifecycle_rule[0].enabled
    error_message = "There must be one active lifecycle rule."
  }

  assert {
    condition = (
      linode_object_storage_bucket.this.lifecycle_rule[0].expiration[0].days == 365
      && linode_object_storage_bucket.this.lifecycle_rule[0].noncurrent_version_expiration[0].days == 30
      && linode_object_storage_bucket.this.lifecycle_rule[0].abort_incomplete_multipart_upload_days == 7
    )
    error_message = "The rule does not carry the declared days."
  }
}

run "only_old_versions_expire" {
  command = plan

  variables {
    versioning                   = true
    noncurrent_expire_after_days = 30
  }

  assert {
    condition     = length(linode_object_storage_bucket.this.lifecycle_rule[0].expiration) == 0
    error_message = "Current objects must not expire."
  }
}

run "limited_key" {
  command = apply

  variables {
    access = "readWrite"
  }

  assert {
    condition     = one(linode_object_storage_key.this[0].bucket_access).permissions == "read_write" && one(linode_object_storage_key.this[0].bucket_access).bucket_name == "shop-production-exports" && one(linode_object_storage_key.this[0].bucket_access).region == "fr-par"
    error_message = "The key must be limited to the bucket."
  }

  assert {
    condition     = linode_object_storage_key.this[0].label == "shop-production-exports-rw"
    error_message = "The key's label must name the bucket."
  }

  assert {
    condition     = output.access_key == "AKEXAMPLE" && output.secret_key == "example" && output.name == "shop-production-exports" && output.region == "fr-par"
    error_message = "The outputs must give the key and the bucket."
  }
}

run "label_of_the_key_is_cut" {
  command = plan

  variables {
    name   = "a-bucket-with-a-name-of-sixty-three-characters-is-allowed-here"
    access = "readOnly"
  }

  assert {
    condition     = length(linode_object_storage_key.this[0].label) == 50 && one(linode_object_storage_key.this[0].bucket_access).permissions == "read_only"
    error_message = "The label of a key must fit into 50 characters."
  }
}

run "upper_case_name_is_refused" {
  command = plan

  variables {
    name = "Shop"
  }

  expect_failures = [var.name]
}

run "two_dashes_are_refused" {
  command = plan

  variables {
    name = "shop--exports"
  }

  expect_failures = [var.name]
}

run "region_is_checked" {
  command = plan

  variables {
    region = "Paris"
  }

  expect_failures = [var.region]
}

run "endpoint_type_is_checked" {
  command = plan

  variables {
    endpoint_type = "E4"
  }

  expect_failures = [var.endpoint_type]
}

run "cors_on_e3_is_refused" {
  command = plan

  variables {
    endpoint_type = "E3"
    cors_enabled  = true
  }

  expect_failures = [var.cors_enabled]
}

run "zero_days_are_refused" {
  command = plan

  variables {
    versioning                          = true
    expire_after_days                   = 0
    noncurrent_expire_after_days        = 0
    abort_incomplete_uploads_after_days = 0
  }

  expect_failures = [var.expire_after_days, var.noncurrent_expire_after_days, var.abort_incomplete_uploads_after_days]
}

run "old_versions_need_versioning" {
  command = plan

  variables {
    noncurrent_expire_after_days = 30
  }

  expect_failures = [var.noncurrent_expire_after_days]
}

run "access_is_checked" {
  command = plan

  variables {
    access = "admin"
  }

  expect_failures = [var.access]
}
