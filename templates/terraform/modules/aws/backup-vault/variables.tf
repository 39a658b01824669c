variable "name" {
  description = "Name of the vault: 2-50 letters, digits, dashes and underscores. A change replaces it."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{2,50}$", var.name))
    error_message = "The name of a vault has 2-50 letters, digits, dashes and underscores."
  }
}

variable "kms_key_arn" {
  description = "Key of the recovery points, in the region of the vault. A change replaces the vault."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/", var.kms_key_arn))
    error_message = "The key is given by its ARN."
  }
}

variable "lock" {
  description = <<-EOT
    Keeps recovery points from being deleted early, whoever asks.
    - min_days, max_days: what a plan may ask for; a job outside of them fails.
    - cooling_off_days: 3 or more; after them the lock can never be changed or taken off (compliance). null: who has the permission can take it off (governance).
    null: no lock.
  EOT
  type = object({
    min_days         = optional(number, 7)
    max_days         = optional(number)
    cooling_off_days = optional(number)
  })
  default = null

  validation {
    condition     = var.lock == null ? true : var.lock.min_days >= 1 && (var.lock.max_days == null ? true : var.lock.max_days >= var.lock.min_days && var.lock.max_days <= 36500)
    error_message = "Recovery points are kept a day or more, and max_days is not below min_days."
  }

  validation {
    condition     = try(var.lock.cooling_off_days, null) == null ? true : var.lock.cooling_off_days >= 3
    error_message = "The lock can be taken back for at least three days."
  }
}
