variable "source_arn" {
  description = "ARN of the database whose backups are copied (`arn` of ../database), in another region than the provider of this module."
  type        = string
}

variable "kms_key_arn" {
  description = "Key in the region of the copy, since the source is encrypted (`arn` of ../encryption-key, called with the same provider)."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/", var.kms_key_arn))
    error_message = "The key is given by its ARN."
  }
}

variable "retention_days" {
  description = "Days that the copies are kept."
  type        = number
  default     = 14
  nullable    = false

  validation {
    condition     = var.retention_days >= 1 && var.retention_days <= 35
    error_message = "RDS keeps backups 1-35 days."
  }
}
