variable "name" {
  description = "Name of the file system: 1-64 letters, digits, dashes and underscores. A change replaces it."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,64}$", var.name))
    error_message = "The name of a file system has 1-64 letters, digits, dashes and underscores."
  }
}

variable "kms_key_arn" {
  description = "Key of the files. null: aws/elasticfilesystem. A change replaces the file system."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null ? true : can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/", var.kms_key_arn))
    error_message = "The key is given by its ARN."
  }
}

variable "vpc_id" {
  description = "VPC of the file system's security group."
  type        = string
}

variable "subnet_ids" {
  description = "Data subnets, one in each zone that mounts the files."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(var.subnet_ids) > 0 && length(distinct(var.subnet_ids)) == length(var.subnet_ids)
    error_message = "There is a subnet, and none is named twice."
  }
}

variable "allowed_security_groups" {
  description = "Ids of the security groups that may mount, by a name of your choice. Nothing else can."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "throughput" {
  description = "elastic (paid by use) or bursting (with the size)."
  type        = string
  default     = "elastic"
  nullable    = false

  validation {
    condition     = contains(["elastic", "bursting"], var.throughput)
    error_message = "The throughput is elastic or bursting."
  }
}

variable "cold_after_days" {
  description = "Days without access after which a file becomes cheaper to keep and dearer to read: 1, 7, 14, 30, 60, 90, 180, 270 or 365. null: never."
  type        = number
  default     = 30

  validation {
    condition     = var.cold_after_days == null ? true : contains([1, 7, 14, 30, 60, 90, 180, 270, 365], var.cold_after_days)
    error_message = "The days are 1, 7, 14, 30, 60, 90, 180, 270 or 365."
  }
}

variable "automatic_backups" {
  description = "Whether AWS Backup keeps daily backups of 35 days in the account's own vault."
  type        = bool
  default     = true
  nullable    = false
}

variable "replica" {
  description = "Copy in another region, read-only until the replication ends: the region, and the key there (null: aws/elasticfilesystem)."
  type = object({
    region      = string
    kms_key_arn = optional(string)
  })
  default = null

  validation {
    condition     = var.replica == null ? true : can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.replica.region))
    error_message = "A region looks like us-west-2."
  }
}

variable "copy" {
  description = "The file system is the copy of one in another region: its id, the output replica_id there. It exists already, and only reads until the replication is deleted. Its key and its settings are those that it was made with."
  type        = object({ id = string })
  default     = null

  validation {
    condition     = var.copy == null ? true : can(regex("^fs-[0-9a-f]{8,40}$", var.copy.id))
    error_message = "The id of a file system looks like fs-0123456789abcdef0."
  }

  validation {
    condition     = var.copy == null || (var.kms_key_arn == null && var.replica == null)
    error_message = "A copy has the key that it was made with, and no copy of its own."
  }
}

variable "access_points" {
  description = "Directories with an owner that is forced on every access, by name: path, uid, gid and permissions of the directory when it is made."
  type = map(object({
    path        = string
    uid         = number
    gid         = number
    permissions = optional(string, "0750")
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for point in values(var.access_points) : can(regex("^(/[^/]+){1,4}$", point.path)) && can(regex("^0?[0-7]{3}$", point.permissions)) && point.uid >= 0 && point.gid >= 0])
    error_message = "A path has one to four parts and begins with a slash; permissions are octal."
  }
}
