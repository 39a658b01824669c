variable "name" {
  description = "Name of the distribution's origin access control and its comment: 1-64 letters, digits, dashes and underscores."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,64}$", var.name))
    error_message = "The name has 1-64 letters, digits, dashes and underscores."
  }
}

variable "bucket_domain_name" {
  description = "Domain name of the bucket with the files (`domain_name` of ../bucket)."
  type        = string
}

variable "copy_domain_name" {
  description = "Domain name of a copy of the bucket in another region, which answers where the bucket does not."
  type        = string
  default     = null
}

variable "aliases" {
  description = "Names under which the files are served. Empty: only that of CloudFront."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for alias in var.aliases : can(regex("^(\\*\\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]{2,}$", alias))])
    error_message = "An alias looks like www.example.com."
  }
}

variable "certificate_arn" {
  description = "Certificate for the aliases, from us-east-1 (`arn` of ../certificate)."
  type        = string
  default     = null

  validation {
    condition     = length(var.aliases) == 0 || var.certificate_arn != null
    error_message = "Aliases need a certificate."
  }

  validation {
    condition     = var.certificate_arn == null ? true : can(regex("^arn:[a-z-]+:acm:us-east-1:", var.certificate_arn))
    error_message = "CloudFront takes certificates from us-east-1 only."
  }
}

variable "default_document" {
  description = "File for the path /."
  type        = string
  default     = "index.html"
  nullable    = false
}

variable "single_page_application" {
  description = "Whether paths without a file answer with the default document and status 200, for routers in the browser."
  type        = bool
  default     = false
  nullable    = false
}

variable "web_acl_arn" {
  description = "Web ACL in front (`arn` of ../waf with scope CLOUDFRONT)."
  type        = string
  default     = null

  validation {
    condition     = var.web_acl_arn == null ? true : can(regex(":global/webacl/", var.web_acl_arn))
    error_message = "The web ACL has the scope CLOUDFRONT."
  }
}

variable "price_class" {
  description = "Where edges serve: PriceClass_100 (North America and Europe), PriceClass_200 or PriceClass_All."
  type        = string
  default     = "PriceClass_100"
  nullable    = false

  validation {
    condition     = contains(["PriceClass_100", "PriceClass_200", "PriceClass_All"], var.price_class)
    error_message = "The price class is PriceClass_100, PriceClass_200 or PriceClass_All."
  }
}

variable "allowed_countries" {
  description = "Countries that are served, as ISO codes of two letters. Empty: all."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for country in var.allowed_countries : can(regex("^[A-Z]{2}$", country))])
    error_message = "A country is an ISO code of two letters."
  }
}

variable "dns" {
  description = "Zone of Route 53 in which the aliases get their records (`zone_id` of ../dns-zone). null: somebody else makes them."
  type        = object({ zone_id = string })
  default     = null

  validation {
    condition     = var.dns == null || length(var.aliases) > 0
    error_message = "Without aliases there is nothing to record."
  }
}
