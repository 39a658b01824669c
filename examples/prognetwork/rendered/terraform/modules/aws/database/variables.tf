variable "name" {
  description = "Identifier of the instance, the beginning of the names of its parts: 1-50 lower-case letters, digits and single dashes, unique in account and region."
  type        = string

  validation {
    condition     = can(regex("^[a-z]([a-z0-9-]{0,48}[a-z0-9])?$", var.name)) && !strcontains(var.name, "--")
    error_message = "The name of a database has 1-50 lower-case letters, digits and single dashes, begins with a letter and does not end with a dash."
  }
}

variable "engine_version" {
  description = "Version of PostgreSQL: a major version such as \"17\", which RDS keeps at its newest minor, or a minor such as \"17.5\", which stays. The parameter group follows the major."
  type        = string

  validation {
    condition     = can(regex("^[1-9][0-9](\\.[0-9]+)?$", var.engine_version))
    error_message = "The version looks like 17 or 17.5."
  }
}

variable "instance_class" {
  description = "Class of the instance, such as db.m6g.large. A change restarts it; with Multi-AZ by a failover."
  type        = string

  validation {
    condition     = can(regex("^db\\.[a-z0-9-]+\\.[a-z0-9]+$", var.instance_class))
    error_message = "The class looks like db.m6g.large."
  }
}

variable "storage" {
  description = <<-EOT
    Storage, always encrypted.
    - size_gib: at least 20; grows, never shrinks.
    - max_gib: how far RDS may grow it by itself, at least a tenth above size_gib. null: not at all.
    - type: gp3 or io2. iops and throughput (MiB/s, gp3): gp3 takes them from 400 GiB on, io2 needs iops.
    - kms_key_arn: key of storage, backups, the managed password and the performance data. null: the account's default key, with which no copy can leave the account. A change replaces the database.
  EOT
  type = object({
    size_gib    = number
    max_gib     = optional(number)
    type        = optional(string, "gp3")
    iops        = optional(number)
    throughput  = optional(number)
    kms_key_arn = optional(string)
  })
  nullable = false

  validation {
    condition     = var.storage.size_gib >= 20 && var.storage.size_gib <= 65536
    error_message = "The storage has 20-65536 GiB."
  }

  validation {
    condition     = var.storage.max_gib == null ? true : var.storage.max_gib >= var.storage.size_gib * 1.1
    error_message = "max_gib is at least a tenth above size_gib."
  }

  validation {
    condition     = contains(["gp3", "io2"], var.storage.type)
    error_message = "The type of the storage is gp3 or io2."
  }

  validation {
    condition     = var.storage.type == "io2" ? var.storage.iops != null && var.storage.throughput == null : (var.storage.iops == null && var.storage.throughput == null) || var.storage.size_gib >= 400
    error_message = "io2 needs iops and has no throughput; gp3 takes iops and throughput from 400 GiB on."
  }

  validation {
    condition     = var.storage.kms_key_arn == null ? true : can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/", var.storage.kms_key_arn))
    error_message = "The key is given by its ARN."
  }
}

variable "database_name" {
  description = "Name of the first database: 1-63 lower-case letters, digits and underscores. A change replaces the instance."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9_]{0,62}$", var.database_name)) && !contains(["postgres", "rdsadmin", "template0", "template1"], var.database_name)
    error_message = "The name of a database has 1-63 lower-case letters, digits and underscores, begins with a letter, and is none of PostgreSQL's own."
  }
}

variable "username" {
  description = "Name of the administrator. Applications get roles of their own. A change replaces the instance."
  type        = string
  default     = "administrator"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9_]{0,62}$", var.username)) && !contains(["admin", "postgres", "rdsadmin", "rds_superuser", "rdsrepladmin"], var.username) && !startswith(var.username, "pg_")
    error_message = "The administrator's name has 1-63 lower-case letters, digits and underscores, and is none that PostgreSQL or RDS reserve."
  }
}

variable "password" {
  description = "The administrator's password, for databases with a read replica, where RDS must not manage it. Ephemeral: it goes to RDS and into an own secret by write-only arguments, and is in no plan and no state. Give a value whenever password_version is set; it is sent only when the version changes. 16-128 printable ASCII characters without / @ \" and space."
  type        = string
  default     = null
  ephemeral   = true
  sensitive   = true

  validation {
    condition     = var.password == null ? true : can(regex("^[!#-.0-?A-~]{16,128}$", var.password))
    error_message = "The password has 16-128 printable ASCII characters without slash, at sign, quotation mark and space."
  }
}

variable "password_version" {
  description = "null: RDS manages and rotates the password in Secrets Manager. A number: the password is that of this module's own secret; raise it to set a new one."
  type        = number
  default     = null

  validation {
    condition     = (var.password_version == null) == (var.password == null)
    error_message = "A password and its version are given together."
  }
}

variable "multi_az" {
  description = "Whether a standby in another zone takes over when the primary fails."
  type        = bool
  default     = true
  nullable    = false
}

variable "vpc_id" {
  description = "VPC of the database's security group."
  type        = string
}

variable "subnet_ids" {
  description = "Data subnets in at least two zones."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(distinct(var.subnet_ids)) >= 2
    error_message = "A subnet group of RDS needs subnets in at least two zones."
  }
}

variable "allowed_security_groups" {
  description = "Ids of the security groups that may connect, by a name of your choice. Nothing else can."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "port" {
  description = "Port of the database."
  type        = number
  default     = 5432
  nullable    = false

  validation {
    condition     = var.port >= 1150 && var.port <= 65535 && floor(var.port) == var.port
    error_message = "RDS takes ports from 1150 to 65535."
  }
}

variable "backup" {
  description = "Automated backups, with which any second of the last retention_days can be restored (transaction logs every five minutes), and the daily window in UTC in which the snapshot is made, as HH:MM-HH:MM."
  type = object({
    retention_days = optional(number, 14)
    window         = optional(string, "02:00-02:30")
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.backup.retention_days >= 1 && var.backup.retention_days <= 35
    error_message = "RDS keeps backups 1-35 days."
  }

  validation {
    condition     = can(regex("^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$", var.backup.window))
    error_message = "The window looks like 02:00-02:30."
  }
}

variable "maintenance_window" {
  description = "Weekly window in UTC for changes and minor versions, as ddd:HH:MM-ddd:HH:MM. It must not overlap with the window of the backups."
  type        = string
  default     = "sun:03:00-sun:04:00"
  nullable    = false

  validation {
    condition     = can(regex("^(mon|tue|wed|thu|fri|sat|sun):([01][0-9]|2[0-3]):[0-5][0-9]-(mon|tue|wed|thu|fri|sat|sun):([01][0-9]|2[0-3]):[0-5][0-9]$", lower(var.maintenance_window)))
    error_message = "The window looks like sun:03:00-sun:04:00."
  }
}

variable "parameters" {
  description = "Parameters of PostgreSQL beyond rds.force_ssl, which is always on. restart marks static ones, which count after the next restart."
  type = map(object({
    value   = string
    restart = optional(bool, false)
  }))
  default  = {}
  nullable = false

  validation {
    condition     = !contains(keys(var.parameters), "rds.force_ssl")
    error_message = "rds.force_ssl is always 1: connections are encrypted."
  }
}

variable "insights" {
  description = "Database Insights: standard (performance data of 7 days), advanced (465 days, at a price per vCPU), or off."
  type        = string
  default     = "standard"
  nullable    = false

  validation {
    condition     = contains(["standard", "advanced", "off"], var.insights)
    error_message = "insights is standard, advanced or off."
  }
}

variable "monitoring_interval_seconds" {
  description = "Interval of the operating system's metrics (enhanced monitoring): 1, 5, 10, 15, 30 or 60; 0 is off."
  type        = number
  default     = 60
  nullable    = false

  validation {
    condition     = contains([0, 1, 5, 10, 15, 30, 60], var.monitoring_interval_seconds)
    error_message = "The interval is 0, 1, 5, 10, 15, 30 or 60 seconds."
  }
}

variable "iam_authentication" {
  description = "Whether roles of the database can log in with an IAM token instead of a password."
  type        = bool
  default     = false
  nullable    = false
}

variable "log_retention_days" {
  description = "Days that CloudWatch keeps the database's logs."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "CloudWatch keeps logs 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653 days."
  }
}

variable "log_kms_key_arn" {
  description = "Key of the database's logs; its policy lets CloudWatch Logs use it (`services = [\"logs\"]` of ../encryption-key). null: CloudWatch encrypts with a key of its own."
  type        = string
  default     = null

  validation {
    condition     = var.log_kms_key_arn == null ? true : can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/", var.log_kms_key_arn))
    error_message = "The key is given by its ARN."
  }
}

variable "allow_major_version_upgrade" {
  description = "Whether a higher major in engine_version may be applied. Take it back after the upgrade."
  type        = bool
  default     = false
  nullable    = false
}

variable "apply_immediately" {
  description = "Whether changes that restart the database happen at once instead of in the next maintenance window."
  type        = bool
  default     = false
  nullable    = false
}

variable "deletion_protection" {
  description = "Whether RDS refuses to delete the database, by Terraform or by hand."
  type        = bool
  default     = true
  nullable    = false
}

variable "final_snapshot" {
  description = "Whether a last snapshot, NAME-final, is made when the database is deleted, and its automated backups are kept until their days are over."
  type        = bool
  default     = true
  nullable    = false
}

variable "restore_from" {
  description = "Makes the database from the automated backups of another one, as of time (RFC 3339) or as late as possible: source is the identifier of an instance, automated_backups_arn the backups of a deleted instance or a copy from another region. Set when it is made."
  type = object({
    source                = optional(string)
    automated_backups_arn = optional(string)
    time                  = optional(string)
  })
  default = null

  validation {
    condition     = var.restore_from == null ? true : (var.restore_from.source == null) != (var.restore_from.automated_backups_arn == null)
    error_message = "A restore has one source: an instance, or automated backups."
  }

  validation {
    condition     = try(var.restore_from.time, null) == null ? true : can(timeadd(var.restore_from.time, "0s"))
    error_message = "The time looks like 2026-01-31T12:00:00Z."
  }
}
