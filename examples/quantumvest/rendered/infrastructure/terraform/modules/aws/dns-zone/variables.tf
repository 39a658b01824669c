variable "domain" {
  description = "Domain of the zone, such as example.com, in lower case without a dot at the end. A change replaces the zone."
  type        = string

  validation {
    condition     = length(var.domain) <= 253 && can(regex("^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$", var.domain))
    error_message = "A domain looks like example.com, in lower case without a dot at the end."
  }
}

variable "comment" {
  description = "What the zone is for, at most 256 characters."
  type        = string
  default     = "made by Terraform"
  nullable    = false

  validation {
    condition     = length(var.comment) <= 256
    error_message = "The comment has at most 256 characters."
  }
}

variable "vpc_ids" {
  description = "VPCs of this region in which a private zone is seen. Empty: the zone is public."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "caa_issuers" {
  description = "Authorities that may issue certificates for the domain, such as letsencrypt.org and amazon.com. Empty: no record, so every authority may."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for issuer in var.caa_issuers : can(regex("^([a-z0-9-]+\\.)+[a-z]+$", issuer))])
    error_message = "An authority is named by its domain, such as letsencrypt.org."
  }
}
