variable "name" {
  description = "Name of the trail: 3-128 letters, digits, dots, dashes and underscores."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9._-]{1,126}[A-Za-z0-9]$", var.name)) && !can(regex("[._-]{2}", var.name))
    error_message = "The name of a trail has 3-128 letters, digits, dots, dashes and underscores, none of the last three twice in a row."
  }
}

variable "bucket_name" {
  description = "Name of the bucket that is made for the trail, unique in all of AWS: 3-63 lower-case letters, digits and dashes."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.bucket_name))
    error_message = "The name of the bucket has 3-63 lower-case letters, digits and dashes."
  }
}

variable "kms_key_arn" {
  description = "Key of the logs, in the region of the trail; its policy must let CloudTrail use it (services = [\"cloudtrail\"] of ../encryption-key). null: encryption with a key of S3."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null ? true : can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/", var.kms_key_arn))
    error_message = "The key is given by its ARN."
  }
}

variable "retention_days" {
  description = "Days that the logs are kept; after 90 they are moved to a cheaper class."
  type        = number
  default     = 400
  nullable    = false

  validation {
    condition     = var.retention_days >= 91
    error_message = "Logs are kept 91 days or more."
  }
}

variable "object_lock_days" {
  description = "Days in which nobody without a special permission can delete a log (governance). null: none. Only when the bucket is made."
  type        = number
  default     = null

  validation {
    condition     = var.object_lock_days == null ? true : var.object_lock_days >= 1 && var.object_lock_days <= var.retention_days
    error_message = "The lock lasts at least a day, and no longer than the logs are kept."
  }
}

variable "data_event_buckets" {
  description = "ARNs of buckets whose reads and writes are logged as well, object by object. Each event costs."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for arn in var.data_event_buckets : can(regex("^arn:[a-z-]+:s3:::[a-z0-9.-]+$", arn))])
    error_message = "A bucket is given by its ARN."
  }
}
