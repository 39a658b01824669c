variable "name" {
  description = "Name of the bucket: 3-63 lower-case letters, digits, dots and dashes. Shared with every other customer of the region's endpoint, so it may be taken. A change replaces the bucket."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.name)) && !can(regex("[.-]{2}", var.name))
    error_message = "The name of a bucket has 3-63 lower-case letters, digits, dots and dashes, starts and ends with a letter or digit, and has no two dots or dashes in a row."
  }
}

variable "region" {
  description = "Region of the bucket, such as fr-par; fr-par-1 would be an object storage cluster, which the provider refuses with a suggestion. A change replaces the bucket."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}-[a-z]+(-[0-9]+)?$", var.region))
    error_message = "A region looks like fr-par, us-east or de-fra-2."
  }
}

variable "endpoint_type" {
  description = "Generation of the S3 endpoint: E0, E1, E2 or E3. null takes the region's default. A change replaces the bucket."
  type        = string
  default     = null

  validation {
    condition     = var.endpoint_type == null ? true : contains(["E0", "E1", "E2", "E3"], var.endpoint_type)
    error_message = "The endpoint type is E0, E1, E2 or E3."
  }
}

variable "cors_enabled" {
  description = "Whether all origins may use the bucket from a browser. null keeps Linode's default. Not supported by E2 and E3 endpoints."
  type        = bool
  default     = null

  validation {
    condition     = !(coalesce(var.cors_enabled, false) && contains(["E2", "E3"], coalesce(var.endpoint_type, "-")))
    error_message = "Endpoints of the types E2 and E3 have no CORS setting."
  }
}

variable "versioning" {
  description = "Whether old versions of objects are kept. Once on, it can only be suspended (false), never undone. Needs object storage keys at the provider (README)."
  type        = bool
  default     = false
  nullable    = false
}

variable "expire_after_days" {
  description = "Days after which objects are deleted; null keeps them. Needs object storage keys at the provider (README)."
  type        = number
  default     = null

  validation {
    condition     = var.expire_after_days == null ? true : var.expire_after_days >= 1 && floor(var.expire_after_days) == var.expire_after_days
    error_message = "Objects expire after a whole number of days, at least 1."
  }
}

variable "noncurrent_expire_after_days" {
  description = "Days after which versions that are no longer current are deleted; null keeps them. Needs versioning, and object storage keys at the provider (README)."
  type        = number
  default     = null

  validation {
    condition     = var.noncurrent_expire_after_days == null ? true : var.noncurrent_expire_after_days >= 1 && floor(var.noncurrent_expire_after_days) == var.noncurrent_expire_after_days
    error_message = "Versions expire after a whole number of days, at least 1."
  }

  validation {
    condition     = var.noncurrent_expire_after_days == null ? true : var.versioning
    error_message = "Only a bucket with versioning has versions that are no longer current."
  }
}

variable "abort_incomplete_uploads_after_days" {
  description = "Days after which an unfinished multipart upload is thrown away; null keeps its parts. Needs object storage keys at the provider (README)."
  type        = number
  default     = null

  validation {
    condition     = var.abort_incomplete_uploads_after_days == null ? true : var.abort_incomplete_uploads_after_days >= 1 && floor(var.abort_incomplete_uploads_after_days) == var.abort_incomplete_uploads_after_days
    error_message = "Uploads are aborted after a whole number of days, at least 1."
  }
}

variable "access" {
  description = "Makes a key limited to this bucket: readOnly or readWrite. null makes none. The secret key stays in the state. A change replaces the key."
  type        = string
  default     = null

  validation {
    condition     = var.access == null ? true : contains(["readOnly", "readWrite"], var.access)
    error_message = "The access is readOnly, readWrite or null."
  }
}
