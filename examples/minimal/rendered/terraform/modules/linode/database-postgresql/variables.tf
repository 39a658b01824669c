variable "name" {
  description = "Label of the database: 3-32 letters, digits, dashes and underscores."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9])?$", var.name)) && length(var.name) >= 3 && length(var.name) <= 32
    error_message = "The name of a database has 3-32 letters, digits, dashes and underscores, and starts and ends with a letter or digit."
  }
}

variable "region" {
  description = "Region of the database, such as fr-par. A change would replace it, which prevent_destroy stops."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}-[a-z]+(-[0-9]+)?$", var.region))
    error_message = "A region looks like fr-par, us-east or de-fra-2."
  }
}

variable "engine_version" {
  description = "Major version of PostgreSQL, such as \"17\". A higher one is an upgrade in place. Which versions are offered changes over time (data source linode_database_engines); only the shape is checked."
  type        = string

  validation {
    condition     = can(regex("^[1-9][0-9]$", var.engine_version))
    error_message = "The version is a major version such as \"17\"."
  }
}

variable "type" {
  description = "Linode plan of each node, such as g6-dedicated-4. May grow in place, never shrink."
  type        = string

  validation {
    condition     = can(regex("^g[0-9]+-[a-z]+[a-z0-9-]*-[a-z0-9]+$", var.type))
    error_message = "The type is a Linode plan such as g6-dedicated-4."
  }
}

variable "cluster_size" {
  description = "Number of nodes: 1, 2 (a standby; dedicated plans only) or 3 (two standbys)."
  type        = number
  default     = 3
  nullable    = false

  validation {
    condition     = contains([1, 2, 3], var.cluster_size)
    error_message = "A database has 1, 2 or 3 nodes."
  }

  validation {
    condition     = var.cluster_size != 2 || !can(regex("-(nanode|standard)-", var.type))
    error_message = "A database of two nodes needs a dedicated plan; shared plans have 1 or 3."
  }
}

variable "allow_list" {
  description = "Addresses and networks that may connect, IPv4 or IPv6. Empty lets nobody in, 0.0.0.0/0 lets every IPv4 address try. null leaves the list to something else, such as linode_database_access_controls."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for entry in coalesce(var.allow_list, toset([])) : can(cidrhost(strcontains(entry, "/") ? entry : strcontains(entry, ":") ? "${entry}/128" : "${entry}/32", 0))])
    error_message = "Every entry is an address or a network in CIDR form."
  }
}

variable "private_network" {
  description = "Puts the database into a VPC subnet of its region. public_access keeps a public address beside the private one. null: public address, guarded by allow_list. Documented by the API as beta."
  type = object({
    vpc_id        = number
    subnet_id     = number
    public_access = optional(bool, false)
  })
  default = null
}

variable "updates" {
  description = "Weekly maintenance window in UTC: day_of_week from 1 (Monday) to 7 (Sunday), hour_of_day from 0 to 23, duration_hours."
  type = object({
    day_of_week    = optional(number, 7)
    hour_of_day    = optional(number, 2)
    duration_hours = optional(number, 4)
  })
  default  = {}
  nullable = false

  validation {
    condition     = contains(range(1, 8), var.updates.day_of_week)
    error_message = "day_of_week is 1 (Monday) to 7 (Sunday)."
  }

  validation {
    condition     = contains(range(0, 24), var.updates.hour_of_day)
    error_message = "hour_of_day is 0-23, in UTC."
  }

  validation {
    condition     = contains(range(1, 5), var.updates.duration_hours)
    error_message = "duration_hours is 1-4."
  }
}

variable "settings" {
  description = <<-EOT
    Engine settings; null keeps the default of the service. A setting that was given once stays when it is taken out again: give the default explicitly.
    - shared_buffers_percentage: share of the memory, 20-60.
    - work_mem_mb: memory of one sort or hash, 1-1024.
    - idle_in_transaction_session_timeout_ms: 0-604800000, 0 is never.
    - timezone: at most 64 characters.
    - failover_after_seconds: how long the primary is away before a standby takes over, 10-999999 (default of the service: 60).
  EOT
  type = object({
    shared_buffers_percentage              = optional(number)
    work_mem_mb                            = optional(number)
    idle_in_transaction_session_timeout_ms = optional(number)
    timezone                               = optional(string)
    failover_after_seconds                 = optional(number)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.settings.shared_buffers_percentage == null ? true : var.settings.shared_buffers_percentage >= 20 && var.settings.shared_buffers_percentage <= 60
    error_message = "shared_buffers_percentage is 20-60."
  }

  validation {
    condition     = var.settings.work_mem_mb == null ? true : var.settings.work_mem_mb >= 1 && var.settings.work_mem_mb <= 1024
    error_message = "work_mem_mb is 1-1024."
  }

  validation {
    condition     = var.settings.idle_in_transaction_session_timeout_ms == null ? true : var.settings.idle_in_transaction_session_timeout_ms >= 0 && var.settings.idle_in_transaction_session_timeout_ms <= 604800000
    error_message = "idle_in_transaction_session_timeout_ms is 0-604800000."
  }

  validation {
    condition     = var.settings.timezone == null ? true : length(var.settings.timezone) <= 64
    error_message = "timezone has at most 64 characters."
  }

  validation {
    condition     = var.settings.failover_after_seconds == null ? true : var.settings.failover_after_seconds >= 10 && var.settings.failover_after_seconds <= 999999
    error_message = "failover_after_seconds is 10-999999."
  }
}

variable "restore_from" {
  description = "Makes the database as a copy of another one as of a point in time (RFC 3339; null is now). Set when it is made: a later change would replace it, which prevent_destroy stops. Which regions a copy may go to is not documented."
  type = object({
    database_id = number
    time        = optional(string)
  })
  default = null

  validation {
    condition     = try(var.restore_from.time, null) == null ? true : can(timeadd(var.restore_from.time, "0s"))
    error_message = "The time looks like 2026-01-31T12:00:00Z."
  }
}
