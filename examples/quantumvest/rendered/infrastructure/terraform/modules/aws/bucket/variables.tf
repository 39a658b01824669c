variable "name" {
  description = "Name of the bucket, unique in all of AWS: 3-63 lower-case letters, digits, dots and dashes. A change replaces the bucket, which fails while it holds objects."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.name)) && !strcontains(var.name, "..") && !can(regex("^[0-9]+(\\.[0-9]+){3}$", var.name))
    error_message = "The name of a bucket has 3-63 lower-case letters, digits, dots and dashes, starts and ends with a letter or digit, and is no IP address."
  }

  validation {
    condition     = !startswith(var.name, "xn--") && !startswith(var.name, "sthree-") && !endswith(var.name, "-s3alias") && !endswith(var.name, "--ol-s3") && !strcontains(var.name, ".")
    error_message = "AWS keeps xn--, sthree-, -s3alias and --ol-s3 to itself, and a name with dots breaks TLS."
  }
}

variable "versioning" {
  description = "Whether old and deleted objects are kept as versions: the way back from a wrong write. Once on, it can only be suspended."
  type        = bool
  default     = true
  nullable    = false
}

variable "kms_key_arn" {
  description = "Key of the objects. null: encryption with a key of S3 (SSE-S3), which costs nothing and knows no policy of its own."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null ? true : can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/", var.kms_key_arn))
    error_message = "The key is given by its ARN."
  }
}

variable "lifecycle_rules" {
  description = <<-EOT
    What happens to objects with time, by a name of your choice.
    - prefix: the objects; empty is all.
    - transitions: days to storage class, such as { 30 = "STANDARD_IA", 90 = "GLACIER_IR" }.
    - expire_after_days: current objects. noncurrent_expire_after_days: their old versions, counted from the day that they were replaced.
  EOT
  type = map(object({
    prefix                       = optional(string, "")
    transitions                  = optional(map(string), {})
    expire_after_days            = optional(number)
    noncurrent_expire_after_days = optional(number)
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for rule in values(var.lifecycle_rules) : length(rule.transitions) > 0 || rule.expire_after_days != null || rule.noncurrent_expire_after_days != null])
    error_message = "A rule moves or expires something."
  }

  validation {
    condition     = alltrue([for rule in values(var.lifecycle_rules) : (rule.expire_after_days == null ? true : rule.expire_after_days >= 1) && (rule.noncurrent_expire_after_days == null ? true : rule.noncurrent_expire_after_days >= 1)])
    error_message = "Objects expire after one day or more."
  }

  validation {
    condition     = alltrue(flatten([for rule in values(var.lifecycle_rules) : [for days, class in rule.transitions : contains(["STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"], class) && try(tonumber(days) >= (endswith(class, "_IA") ? 30 : 0), false) && (rule.expire_after_days == null ? true : try(tonumber(days) < rule.expire_after_days, false))]]))
    error_message = "A transition goes to STANDARD_IA or ONEZONE_IA (after 30 days or more), INTELLIGENT_TIERING, GLACIER_IR, GLACIER or DEEP_ARCHIVE, before the objects expire."
  }

  validation {
    condition     = var.versioning || alltrue([for rule in values(var.lifecycle_rules) : rule.noncurrent_expire_after_days == null])
    error_message = "Only a bucket with versioning has old versions."
  }
}

variable "replication" {
  description = <<-EOT
    Copy of every new object in another bucket, as a rule in another region (../bucket called with its provider, with versioning).
    - bucket_arn: the other bucket. kms_key_arn: its key, where it has one.
    - within_15_minutes: Replication Time Control, with metrics and an SLA, at a price. Without it there is no bound.
    - delete_markers: whether deletions are repeated.
    Objects that are older than this are not copied: S3 Batch Replication does that once.
  EOT
  type = object({
    bucket_arn        = string
    kms_key_arn       = optional(string)
    within_15_minutes = optional(bool, true)
    delete_markers    = optional(bool, false)
    storage_class     = optional(string, "STANDARD")
  })
  default = null

  validation {
    condition     = var.replication == null || var.versioning
    error_message = "Replication needs versioning."
  }

  validation {
    condition     = var.replication == null ? true : can(regex("^arn:[a-z-]+:s3:::[a-z0-9.-]+$", var.replication.bucket_arn)) && !endswith(var.replication.bucket_arn, ":::${var.name}")
    error_message = "The copy goes to another bucket, given by its ARN."
  }

  validation {
    condition     = var.replication == null ? true : (var.kms_key_arn == null) == (var.replication.kms_key_arn == null)
    error_message = "Bucket and copy both have a key of their own, or neither."
  }
}

variable "object_lock" {
  description = "Keeps every version from being deleted for some days: GOVERNANCE (a special permission lifts it) or COMPLIANCE (nobody does, not even the account's owner). Only for a new bucket; cannot be taken off again. null: none."
  type = object({
    mode = optional(string, "GOVERNANCE")
    days = number
  })
  default = null

  validation {
    condition     = var.object_lock == null ? true : contains(["GOVERNANCE", "COMPLIANCE"], var.object_lock.mode) && var.object_lock.days >= 1 && var.object_lock.days <= 36500
    error_message = "The lock is GOVERNANCE or COMPLIANCE, for 1-36500 days."
  }

  validation {
    condition     = var.object_lock == null || var.versioning
    error_message = "Object lock needs versioning."
  }
}

variable "access_log_bucket" {
  description = "Name of a bucket that takes the access logs, below this bucket's name. Its policy must let logging.s3.amazonaws.com write. null: none."
  type        = string
  default     = null
}

variable "statements" {
  description = <<-EOT
    What others may do, as statements of the bucket's policy; effect is Allow or Deny.
    - principals: by kind, such as { Service = ["cloudfront.amazonaws.com"] } or { AWS = ["arn:..."] }.
    - paths: below the bucket, such as "*"; empty for the bucket itself.
    - conditions: test, variable and values.
  EOT
  type = list(object({
    sid        = optional(string)
    effect     = optional(string, "Allow")
    principals = map(list(string))
    actions    = list(string)
    paths      = optional(list(string), [])
    conditions = optional(list(object({
      test     = string
      variable = string
      values   = list(string)
    })), [])
  }))
  default  = []
  nullable = false

  validation {
    condition     = alltrue([for statement in var.statements : contains(["Allow", "Deny"], statement.effect) && length(statement.principals) > 0 && alltrue([for action in statement.actions : startswith(action, "s3:")])])
    error_message = "A statement allows or denies actions of S3 to principals."
  }

  validation {
    condition     = alltrue([for statement in var.statements : statement.effect == "Deny" || !contains(flatten(values(statement.principals)), "*")])
    error_message = "Nothing is allowed to everybody: the bucket is private."
  }
}

variable "distributions" {
  description = "ARNs of the CloudFront distributions that serve the objects (`arn` of ../cdn): each may read them, nothing else of CloudFront may."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "force_destroy" {
  description = "Whether Terraform deletes all objects with the bucket. Otherwise a bucket with objects cannot be deleted."
  type        = bool
  default     = false
  nullable    = false
}
