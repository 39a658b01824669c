variable "name" {
  description = "Name of the web ACL: 1-100 letters, digits, dashes and underscores. A change replaces it."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,100}$", var.name))
    error_message = "The name of a web ACL has 1-100 letters, digits, dashes and underscores."
  }
}

variable "scope" {
  description = "REGIONAL for load balancers and the like, CLOUDFRONT for distributions (call the module with the provider of us-east-1 then). A change replaces the ACL."
  type        = string
  default     = "REGIONAL"
  nullable    = false

  validation {
    condition     = contains(["REGIONAL", "CLOUDFRONT"], var.scope)
    error_message = "The scope is REGIONAL or CLOUDFRONT."
  }
}

variable "managed_rule_groups" {
  description = <<-EOT
    Rule groups that AWS keeps, in their order.
    - name: such as AWSManagedRulesCommonRuleSet.
    - version: pins a version; null follows AWS' default.
    - count_only: counts instead of blocking, to try a group on live traffic.
    - count_rules: rules of the group that only count, such as SizeRestrictions_BODY where files are uploaded.
  EOT
  type = list(object({
    name        = string
    version     = optional(string)
    count_only  = optional(bool, false)
    count_rules = optional(list(string), [])
  }))
  default = [
    { name = "AWSManagedRulesAmazonIpReputationList" },
    { name = "AWSManagedRulesCommonRuleSet" },
    { name = "AWSManagedRulesKnownBadInputsRuleSet" },
  ]
  nullable = false

  validation {
    condition     = alltrue([for group in var.managed_rule_groups : can(regex("^AWSManagedRules[A-Za-z0-9]+$", group.name))]) && length(distinct(var.managed_rule_groups[*].name)) == length(var.managed_rule_groups)
    error_message = "A group is one of AWS' own, named once, such as AWSManagedRulesCommonRuleSet."
  }
}

variable "rate_limit" {
  description = "Requests of one address in five minutes, 10-2000000000, above which it is blocked until it is slower. null: no limit."
  type        = number
  default     = 2000

  validation {
    condition     = var.rate_limit == null ? true : var.rate_limit >= 10 && var.rate_limit <= 2000000000
    error_message = "The limit is 10-2000000000 requests."
  }
}

variable "resource_arns" {
  description = "What the ACL guards, by a name of your choice: load balancers, API stages. A distribution names the ACL itself."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = var.scope == "REGIONAL" || length(var.resource_arns) == 0
    error_message = "A distribution names its web ACL, not the other way round."
  }
}

variable "log_retention_days" {
  description = "Days that CloudWatch keeps the log of requests that were blocked or counted. null: no log."
  type        = number
  default     = 30

  validation {
    condition     = var.log_retention_days == null ? true : contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "CloudWatch keeps logs 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653 days."
  }
}

variable "log_kms_key_arn" {
  description = "Key of the log; its policy lets CloudWatch Logs use it (`services = [\"logs\"]` of ../encryption-key). null: CloudWatch encrypts with a key of its own."
  type        = string
  default     = null

  validation {
    condition     = var.log_kms_key_arn == null ? true : can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/", var.log_kms_key_arn))
    error_message = "The key is given by its ARN."
  }
}
