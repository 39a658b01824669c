resource "linode_database_postgresql_v2" "this" {
  label        = var.name
  region       = var.region
  engine_id    = "postgresql/${var.engine_version}"
  type         = var.type
  cluster_size = var.cluster_size
  allow_list   = var.allow_list

  private_network = var.private_network == null ? null : {
    vpc_id        = var.private_network.vpc_id
    subnet_id     = var.private_network.subnet_id
    public_access = var.private_network.public_access
  }

  updates = {
    frequency   = "weekly"
    day_of_week = var.updates.day_of_week
    hour_of_day = var.updates.hour_of_day
    duration    = var.updates.duration_hours
  }

  fork_source       = one(var.restore_from[*].database_id)
  fork_restore_time = one(var.restore_from[*].time)

  # null leaves the default of the service.
  engine_config_shared_buffers_percentage                   = var.settings.shared_buffers_percentage
  engine_config_work_mem                                    = var.settings.work_mem_mb
  engine_config_pg_idle_in_transaction_session_timeout      = var.settings.idle_in_transaction_session_timeout_ms
  engine_config_pg_timezone                                 = var.settings.timezone
  engine_config_pglookout_max_failover_replication_time_lag = var.settings.failover_after_seconds

  lifecycle {
    # The backups go with the database. The way out is in the README, "Deleting".
    prevent_destroy = true
  }
}
