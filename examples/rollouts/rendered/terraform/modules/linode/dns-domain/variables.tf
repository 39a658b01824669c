variable "domain" {
  description = "Name of the zone, such as example.com, without a final dot. Unique in all of Linode's DNS Manager."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?\\.)+(xn--[a-z0-9-]{1,59}|[a-z]{2,63})$", var.domain)) && length(var.domain) <= 253
    error_message = "The domain is a lower-case DNS name of at least two labels without a final dot."
  }
}

variable "soa_email" {
  description = "Address of the person responsible, published in the zone's SOA record. Required by Linode for a primary zone."
  type        = string

  validation {
    condition     = can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", var.soa_email))
    error_message = "The SOA address must be an e-mail address."
  }
}

variable "ttl_seconds" {
  description = "Default time to live of the records. Linode rounds any other value than the listed ones, so only those are accepted; 0 means Linode's default (the documentation does not say how long that is)."
  type        = number
  default     = 300
  nullable    = false

  validation {
    condition     = contains([0, 30, 120, 300, 3600, 7200, 14400, 28800, 57600, 86400, 172800, 345600, 604800, 1209600, 2419200], var.ttl_seconds)
    error_message = "The TTL is one of 0, 30, 120, 300, 3600, 7200, 14400, 28800, 57600, 86400, 172800, 345600, 604800, 1209600, 2419200."
  }
}

variable "tags" {
  description = "Tags of the zone, 3-50 characters each. Linode compares them without regard to case."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for tag in var.tags : length(tag) >= 3 && length(tag) <= 50])
    error_message = "A tag has 3-50 characters."
  }
}
