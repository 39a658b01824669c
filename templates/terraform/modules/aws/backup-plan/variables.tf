variable "name" {
  description = "Name of the plan: 1-50 letters, digits, dots, dashes and underscores."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9_.-]{1,50}$", var.name))
    error_message = "The name of a plan has 1-50 letters, digits, dots, dashes and underscores."
  }
}

variable "vault_name" {
  description = "Vault of the recovery points (`name` of ../backup-vault)."
  type        = string
}

variable "rules" {
  description = <<-EOT
    Backups by a name of your choice.
    - schedule: cron expression in UTC, such as cron(0 2 * * ? *).
    - retention_days: how long a recovery point is kept.
    - copies: ARNs of vaults in other regions, with the days that the copy is kept there.
    - start_within_minutes, complete_within_minutes: from 60 on; a job that cannot keep them fails.
  EOT
  type = map(object({
    schedule                = string
    retention_days          = number
    copies                  = optional(map(object({ vault_arn = string, retention_days = number })), {})
    start_within_minutes    = optional(number, 60)
    complete_within_minutes = optional(number, 360)
  }))
  nullable = false

  validation {
    condition     = length(var.rules) > 0 && alltrue([for rule in values(var.rules) : can(regex("^(cron|rate)\\(.+\\)$", rule.schedule))])
    error_message = "There is a rule, and its schedule looks like cron(0 2 * * ? *)."
  }

  validation {
    condition     = alltrue([for rule in values(var.rules) : rule.retention_days >= 1 && alltrue([for copy in values(rule.copies) : copy.retention_days >= 1])])
    error_message = "A recovery point is kept a day or more."
  }

  validation {
    condition     = alltrue([for rule in values(var.rules) : rule.start_within_minutes >= 60 && rule.complete_within_minutes >= rule.start_within_minutes + 60])
    error_message = "A job starts within 60 minutes or more, and has an hour or more after that."
  }
}

variable "resource_arns" {
  description = "What is backed up, by ARN; * stands for any characters."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for arn in var.resource_arns : arn != "*"])
    error_message = "Everything in the account is selected by nobody: name resources or a tag."
  }
}

variable "tag" {
  description = "What else is backed up: everything with this tag. With neither, nothing is."
  type = object({
    key   = string
    value = string
  })
  default = null

  validation {
    condition     = var.tag != null || length(var.resource_arns) > 0
    error_message = "A plan backs up something: name resources or a tag."
  }
}
