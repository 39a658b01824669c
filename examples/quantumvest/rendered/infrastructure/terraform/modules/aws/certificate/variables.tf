variable "domain" {
  description = "Name that the certificate is for, such as www.example.com or *.example.com. A change makes a new certificate beside the old one."
  type        = string

  validation {
    condition     = length(var.domain) <= 64 && can(regex("^(\\*\\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]{2,}$", var.domain))
    error_message = "The first name of a certificate has at most 64 characters and looks like www.example.com or *.example.com."
  }
}

variable "alternative_names" {
  description = "Further names on the certificate, in zones of the same id."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = length(var.alternative_names) <= 9 && alltrue([for name in var.alternative_names : can(regex("^(\\*\\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]{2,}$", name))])
    error_message = "There are at most nine further names, and each looks like www.example.com."
  }
}

variable "zone_id" {
  description = "Public zone of all names (`zone_id` of ../dns-zone), for the records that prove the domain."
  type        = string
}
