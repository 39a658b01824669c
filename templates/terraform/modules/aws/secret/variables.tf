variable "name" {
  description = "Name of the secret: 1-512 letters, digits and /_+=.@-. Better not with a dash and six characters at its end, which is how Secrets Manager ends ARNs. A change replaces the secret."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9/_+=.@-]{1,512}$", var.name))
    error_message = "The name of a secret has 1-512 letters, digits and /_+=.@-."
  }
}

variable "description" {
  description = "What the secret opens, and who gives its value."
  type        = string

  validation {
    condition     = length(var.description) >= 1 && length(var.description) <= 2048
    error_message = "The description has 1-2048 characters."
  }
}

variable "kms_key_arn" {
  description = "Key of the secret. null: aws/secretsmanager, with which no other account can read it."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null ? true : can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/", var.kms_key_arn))
    error_message = "The key is given by its ARN."
  }
}

variable "replicas" {
  description = "Regions with a copy that follows the secret, with the key there (null: aws/secretsmanager)."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for region in keys(var.replicas) : can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", region))])
    error_message = "A region looks like us-west-2."
  }
}

variable "rotation" {
  description = "Rotation by a Lambda function (its ARN) every some days, 1-1000. The function must let secretsmanager.amazonaws.com call it. null: nobody rotates it by itself."
  type = object({
    lambda_arn = string
    days       = number
  })
  default = null

  validation {
    condition     = var.rotation == null ? true : var.rotation.days >= 1 && var.rotation.days <= 1000
    error_message = "A secret is rotated every 1-1000 days."
  }
}

variable "recovery_window_days" {
  description = "Days in which a deleted secret can be brought back, 7-30. Its name is taken until then."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = var.recovery_window_days >= 7 && var.recovery_window_days <= 30
    error_message = "The window is 7-30 days."
  }
}

variable "value" {
  description = "The value, where a program has it. Ephemeral: it goes to Secrets Manager by a write-only argument, and is in no plan and no state. Give it whenever value_version is set; it is sent only when the version changes."
  type        = string
  default     = null
  ephemeral   = true
  sensitive   = true
}

variable "value_version" {
  description = "null: people (or the rotation) give the value, and Terraform never sees it. A number: the value is that of `value`; raise it to set a new one."
  type        = number
  default     = null

  validation {
    condition     = (var.value_version == null) == (var.value == null)
    error_message = "A value and its version are given together."
  }
}
