variable "name" {
  description = "Id of the replication group, the beginning of the names of its parts: 1-40 lower-case letters, digits and single dashes. A change replaces it."
  type        = string

  validation {
    condition     = can(regex("^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$", var.name)) && !strcontains(var.name, "--")
    error_message = "The name of a cache has 1-40 lower-case letters, digits and single dashes, begins with a letter and does not end with a dash."
  }
}

variable "description" {
  description = "What the cache is for."
  type        = string

  validation {
    condition     = length(var.description) >= 1 && length(var.description) <= 255
    error_message = "The description has 1-255 characters."
  }
}

variable "engine" {
  description = "valkey or redis. A group can go from redis to valkey in place, not back."
  type        = string
  default     = "valkey"
  nullable    = false

  validation {
    condition     = contains(["valkey", "redis"], var.engine)
    error_message = "The engine is valkey or redis."
  }
}

variable "engine_version" {
  description = "Version of the engine, as MAJOR.MINOR such as 8.0 (valkey, from 7.2) or 7.1 (redis, from 6.2). The parameter group follows it. Upgrades are in place, downgrades are not possible."
  type        = string

  validation {
    condition     = can(regex(var.engine == "valkey" ? "^([89]\\.[0-9]|7\\.2)$" : "^(7\\.[01]|6\\.2)$", var.engine_version))
    error_message = "Valkey has versions from 7.2 on, Redis OSS 6.2, 7.0 and 7.1 on ElastiCache."
  }
}

variable "node_type" {
  description = "Type of the nodes, such as cache.m7g.large. T types cannot join a global datastore."
  type        = string

  validation {
    condition     = can(regex("^cache\\.[a-z0-9-]+\\.[a-z0-9]+$", var.node_type))
    error_message = "The type looks like cache.m7g.large."
  }
}

variable "replicas" {
  description = "Replicas of each primary, 0-5. With one or more, a replica in another zone takes over when the primary fails."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = contains(range(0, 6), var.replicas)
    error_message = "A primary has 0-5 replicas."
  }
}

variable "shards" {
  description = "Number of shards, 1-500: cluster mode, for which clients must speak the cluster protocol and use database 0 only. null: one primary without cluster mode."
  type        = number
  default     = null

  validation {
    condition     = var.shards == null ? true : var.shards >= 1 && var.shards <= 500 && floor(var.shards) == var.shards
    error_message = "A cluster has 1-500 shards."
  }
}

variable "kms_key_arn" {
  description = "Key of data and snapshots. null: a key of ElastiCache. A change replaces the group."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null ? true : can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/", var.kms_key_arn))
    error_message = "The key is given by its ARN."
  }
}

variable "vpc_id" {
  description = "VPC of the cache's security group."
  type        = string
}

variable "subnet_ids" {
  description = "Data subnets, in two zones or more where there are replicas."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(distinct(var.subnet_ids)) >= (var.replicas > 0 ? 2 : 1)
    error_message = "Replicas need subnets in at least two zones."
  }
}

variable "allowed_security_groups" {
  description = "Ids of the security groups that may connect, by a name of your choice. Nothing else can."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "port" {
  description = "Port of the cache. A change replaces the group."
  type        = number
  default     = 6379
  nullable    = false

  validation {
    condition     = var.port >= 1024 && var.port <= 65535
    error_message = "The port is 1024-65535."
  }
}

variable "users" {
  description = "Users that log in with an IAM token, with their access strings, such as { sessions = \"on ~sessions:* +@all -@dangerous\" }; names are ids as well, unique in account and region. Empty: no users, whoever passes the security group is in, unless people have set a token (README)."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for name in keys(var.users) : can(regex("^[a-z][a-z0-9-]{0,38}[a-z0-9]$", name)) && !strcontains(name, "--") && name != "default"])
    error_message = "The name of a user has 2-40 lower-case letters, digits and single dashes, begins with a letter, and is not default."
  }

  validation {
    condition     = alltrue([for access in values(var.users) : startswith(access, "on ") || startswith(access, "off ")])
    error_message = "An access string begins with on or off."
  }

  validation {
    condition     = length(var.users) == 0 || !startswith(var.engine_version, "6.")
    error_message = "Logging in with IAM needs version 7 or higher."
  }
}

variable "parameters" {
  description = "Parameters of the engine, such as maxmemory-policy."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = !contains(keys(var.parameters), "cluster-enabled")
    error_message = "cluster-enabled follows from shards."
  }
}

variable "snapshots" {
  description = "Daily snapshots: the days that they are kept, 0-35 (0: none), and the window in UTC, as HH:MM-HH:MM of an hour or more."
  type = object({
    retention_days = optional(number, 7)
    window         = optional(string, "02:00-03:00")
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.snapshots.retention_days >= 0 && var.snapshots.retention_days <= 35
    error_message = "ElastiCache keeps snapshots 0-35 days."
  }

  validation {
    condition     = can(regex("^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$", var.snapshots.window))
    error_message = "The window looks like 02:00-03:00."
  }
}

variable "maintenance_window" {
  description = "Weekly window in UTC of an hour or more, as ddd:HH:MM-ddd:HH:MM, apart from that of the snapshots."
  type        = string
  default     = "sun:04:00-sun:05:00"
  nullable    = false

  validation {
    condition     = can(regex("^(mon|tue|wed|thu|fri|sat|sun):([01][0-9]|2[0-3]):[0-5][0-9]-(mon|tue|wed|thu|fri|sat|sun):([01][0-9]|2[0-3]):[0-5][0-9]$", var.maintenance_window))
    error_message = "The window looks like sun:04:00-sun:05:00."
  }
}

variable "log_retention_days" {
  description = "Days that CloudWatch keeps slow log and engine log."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "CloudWatch keeps logs 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653 days."
  }
}

variable "log_kms_key_arn" {
  description = "Key of slow log and engine log; its policy lets CloudWatch Logs use it (`services = [\"logs\"]` of ../encryption-key). null: CloudWatch encrypts with a key of its own."
  type        = string
  default     = null

  validation {
    condition     = var.log_kms_key_arn == null ? true : can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/", var.log_kms_key_arn))
    error_message = "The key is given by its ARN."
  }
}

variable "final_snapshot" {
  description = "Whether a last snapshot, NAME-final, is made when the group is deleted."
  type        = bool
  default     = true
  nullable    = false
}

variable "apply_immediately" {
  description = "Whether changes happen at once instead of in the next maintenance window."
  type        = bool
  default     = false
  nullable    = false
}
