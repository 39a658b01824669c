# Plans only: prevent_destroy would stop the clean-up after an apply.
mock_provider "linode" {}

variables {
  name           = "shop-production-users"
  region         = "fr-par"
  engine_version = "17"
  type           = "g6-dedicated-4"
}

run "defaults" {
  command = plan

  assert {
    condition     = linode_database_postgresql_v2.this.label == "shop-production-users" && linode_database_postgresql_v2.this.region == "fr-par" && linode_database_postgresql_v2.this.type == "g6-dedicated-4"
    error_message = "The database does not carry name, region and plan."
  }

  assert {
    condition     = linode_database_postgresql_v2.this.engine_id == "postgresql/17" && linode_database_postgresql_v2.this.cluster_size == 3
    error_message = "The database must be PostgreSQL 17 with three nodes."
  }

  assert {
    condition     = length(linode_database_postgresql_v2.this.allow_list) == 0
    error_message = "Nobody may connect unless a network is named."
  }

  assert {
    condition     = linode_database_postgresql_v2.this.private_network == null
    error_message = "Without a VPC there must be no private network."
  }

  assert {
    condition     = linode_database_postgresql_v2.this.updates.frequency == "weekly" && linode_database_postgresql_v2.this.updates.day_of_week == 7 && linode_database_postgresql_v2.this.updates.hour_of_day == 2 && linode_database_postgresql_v2.this.updates.duration == 4
    error_message = "Maintenance must fall on Sunday at 02:00 UTC."
  }

  assert {
    condition     = linode_database_postgresql_v2.this.fork_source == null && output.database_name == "defaultdb"
    error_message = "A plain database is no copy."
  }
}

run "everything_set" {
  command = plan

  variables {
    cluster_size    = 2
    allow_list      = ["203.0.113.0/24", "198.51.100.7", "2001:db8::/48"]
    private_network = { vpc_id = 1, subnet_id = 2 }
    updates         = { day_of_week = 1, hour_of_day = 22 }
    settings        = { shared_buffers_percentage = 25, work_mem_mb = 64, timezone = "Europe/Paris", idle_in_transaction_session_timeout_ms = 60000, failover_after_seconds = 30 }
  }

  assert {
    condition     = linode_database_postgresql_v2.this.allow_list == toset(["203.0.113.0/24", "198.51.100.7", "2001:db8::/48"])
    error_message = "The list got lost."
  }

  assert {
    condition     = linode_database_postgresql_v2.this.private_network.vpc_id == 1 && linode_database_postgresql_v2.this.private_network.subnet_id == 2 && !linode_database_postgresql_v2.this.private_network.public_access
    error_message = "The database must lie in the VPC and have no public address."
  }

  assert {
    condition     = linode_database_postgresql_v2.this.updates.day_of_week == 1 && linode_database_postgresql_v2.this.updates.hour_of_day == 22
    error_message = "The window got lost."
  }

  assert {
    condition = (
      linode_database_postgresql_v2.this.engine_config_shared_buffers_percentage == 25
      && linode_database_postgresql_v2.this.engine_config_work_mem == 64
      && linode_database_postgresql_v2.this.engine_config_pg_timezone == "Europe/Paris"
      && linode_database_postgresql_v2.this.engine_config_pg_idle_in_transaction_session_timeout == 60000
      && linode_database_postgresql_v2.this.engine_config_pglookout_max_failover_replication_time_lag == 30
    )
    error_message = "A setting got lost."
  }
}

run "list_kept_by_something_else" {
  command = plan

  variables {
    allow_list   = null
    cluster_size = 1
  }

  assert {
    condition     = linode_database_postgresql_v2.this.cluster_size == 1
    error_message = "A database whose list is kept elsewhere must be possible."
  }
}

run "copy_of_a_point_in_time" {
  command = plan

  variables {
    restore_from = { database_id = 808, time = "2026-01-31T12:00:00Z" }
  }

  assert {
    condition     = linode_database_postgresql_v2.this.fork_source == 808 && linode_database_postgresql_v2.this.fork_restore_time == "2026-01-31T12:00:00Z"
    error_message = "The database must be a copy of the other one."
  }
}

run "short_name_is_refused" {
  command = plan

  variables {
    name = "db"
  }

  expect_failures = [var.name]
}

run "long_name_is_refused" {
  command = plan

  variables {
    name = "shop-production-user-organization"
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

run "minor_version_is_refused" {
  command = plan

  variables {
    engine_version = "15.3"
  }

  expect_failures = [var.engine_version]
}

run "type_is_checked" {
  command = plan

  variables {
    type = "db.t3.medium"
  }

  expect_failures = [var.type]
}

run "four_nodes_are_refused" {
  command = plan

  variables {
    cluster_size = 4
  }

  expect_failures = [var.cluster_size]
}

run "two_shared_nodes_are_refused" {
  command = plan

  variables {
    type         = "g6-standard-4"
    cluster_size = 2
  }

  expect_failures = [var.cluster_size]
}

run "allow_list_is_checked" {
  command = plan

  variables {
    allow_list = ["vpn.example.com"]
  }

  expect_failures = [var.allow_list]
}

run "day_is_checked" {
  command = plan

  variables {
    updates = { day_of_week = 0 }
  }

  expect_failures = [var.updates]
}

run "hour_is_checked" {
  command = plan

  variables {
    updates = { hour_of_day = 24 }
  }

  expect_failures = [var.updates]
}

run "duration_is_checked" {
  command = plan

  variables {
    updates = { duration_hours = 5 }
  }

  expect_failures = [var.updates]
}

run "shared_buffers_are_checked" {
  command = plan

  variables {
    settings = { shared_buffers_percentage = 80 }
  }

  expect_failures = [var.settings]
}

run "work_mem_is_checked" {
  command = plan

  variables {
    settings = { work_mem_mb = 0 }
  }

  expect_failures = [var.settings]
}

run "session_timeout_is_checked" {
  command = plan

  variables {
    settings = { idle_in_transaction_session_timeout_ms = -1 }
  }

  expect_failures = [var.settings]
}

run "timezone_is_checked" {
  command = plan

  variables {
    settings = { timezone = join("", [for i in range(65) : "a"]) }
  }

  expect_failures = [var.settings]
}

run "failover_is_checked" {
  command = plan

  variables {
    settings = { failover_after_seconds = 5 }
  }

  expect_failures = [var.settings]
}

run "restore_time_is_checked" {
  command = plan

  variables {
    restore_from = { database_id = 808, time = "yesterday" }
  }

  expect_failures = [var.restore_from]
}
