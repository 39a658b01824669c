variable "name" {
  description = "Identifier of the replica: 1-50 lower-case letters, digits and single dashes, unique in account and region."
  type        = string

  validation {
    condition     = can(regex("^[a-z]([a-z0-9-]{0,48}[a-z0-9])?$", var.name)) && !strcontains(var.name, "--")
    error_message = "The name of a database has 1-50 lower-case letters, digits and single dashes, begins with a letter and does not end with a dash."
  }
}

variable "source_database" {
  description = "The database that is copied: its identifier (`name` of ../database) in the same region, its ARN in another one. null promotes the replica: it becomes a database of its own, and there is no way back."
  type        = string

  validation {
    condition     = var.source_database == null ? true : can(regex("^[a-z][a-z0-9-]*$", var.source_database)) || can(regex("^arn:[a-z-]+:rds:[a-z0-9-]+:[0-9]{12}:db:", var.source_database))
    error_message = "The source is the identifier or the ARN of an instance."
  }
}

variable "engine_version" {
  description = "Version of PostgreSQL of the source, such as \"17\": the parameter group follows its major. The replica's version is that of the source."
  type        = string

  validation {
    condition     = can(regex("^[1-9][0-9](\\.[0-9]+)?$", var.engine_version))
    error_message = "The version looks like 17 or 17.5."
  }
}

variable "instance_class" {
  description = "Class of the instance, such as db.m6g.large. A replica that shall take over is as large as the source."
  type        = string

  validation {
    condition     = can(regex("^db\\.[a-z0-9-]+\\.[a-z0-9]+$", var.instance_class))
    error_message = "The class looks like db.m6g.large."
  }
}

variable "multi_az" {
  description = "Whether the replica has a standby of its own."
  type        = bool
  default     = false
  nullable    = false
}

variable "max_storage_gib" {
  description = "How far RDS may grow the storage by itself: that of the source, since the size follows it. null: not at all."
  type        = number
  default     = null
}

variable "storage_type" {
  description = "gp3 or io2."
  type        = string
  default     = "gp3"
  nullable    = false

  validation {
    condition     = contains(["gp3", "io2"], var.storage_type)
    error_message = "The type of the storage is gp3 or io2."
  }
}

variable "kms_key_arn" {
  description = "Key in the region of the replica. Required in another region; in the same region the replica has the key of the source."
  type        = string
  default     = null

  validation {
    condition     = (var.kms_key_arn != null) == (length(var.subnet_ids) > 0)
    error_message = "A replica in another region has its own key and subnets, one in the same region has neither."
  }
}

variable "vpc_id" {
  description = "VPC of the replica's security group."
  type        = string
}

variable "subnet_ids" {
  description = "Data subnets in at least two zones, for a replica in another region. In the same region it is in the subnets of the source: leave them out."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = length(var.subnet_ids) == 0 || length(distinct(var.subnet_ids)) >= 2
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
  description = "Port of the source."
  type        = number
  default     = 5432
  nullable    = false
}

variable "parameters" {
  description = "Parameters of PostgreSQL beyond rds.force_ssl, as those of the source. restart marks static ones."
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

variable "backup_retention_days" {
  description = "Days of the replica's own automated backups: 0 is none, and then a promoted replica has none at first."
  type        = number
  default     = 0
  nullable    = false

  validation {
    condition     = var.backup_retention_days >= 0 && var.backup_retention_days <= 35
    error_message = "RDS keeps backups 0-35 days."
  }
}

variable "maintenance_window" {
  description = "Weekly window in UTC, as ddd:HH:MM-ddd:HH:MM."
  type        = string
  default     = "sun:04:00-sun:05:00"
  nullable    = false

  validation {
    condition     = can(regex("^(mon|tue|wed|thu|fri|sat|sun):([01][0-9]|2[0-3]):[0-5][0-9]-(mon|tue|wed|thu|fri|sat|sun):([01][0-9]|2[0-3]):[0-5][0-9]$", lower(var.maintenance_window)))
    error_message = "The window looks like sun:04:00-sun:05:00."
  }
}

variable "performance_insights" {
  description = "Whether performance data of 7 days is kept."
  type        = bool
  default     = true
  nullable    = false
}

variable "deletion_protection" {
  description = "Whether RDS refuses to delete the replica."
  type        = bool
  default     = true
  nullable    = false
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
