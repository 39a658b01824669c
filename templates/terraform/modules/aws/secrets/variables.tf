variable "secrets" {
  description = "What each secret opens, by its name: 1-512 letters, digits and /_+=.@-. Better not with a dash and six characters at its end, which is how Secrets Manager ends ARNs. A change of a name replaces the secret."
  type        = map(string)

  validation {
    condition     = alltrue([for name in keys(var.secrets) : can(regex("^[A-Za-z0-9/_+=.@-]{1,512}$", name))])
    error_message = "The name of a secret has 1-512 letters, digits and /_+=.@-."
  }

  validation {
    condition     = alltrue([for about in values(var.secrets) : length(about) >= 1 && length(about) <= 2048])
    error_message = "A description has 1-2048 characters."
  }
}

variable "kms_key_arn" {
  description = "Key of the secrets: who reads one needs kms:Decrypt with it, who writes one kms:GenerateDataKey besides. null: aws/secretsmanager, with which whoever may read the secret may decrypt it."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null ? true : can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/", var.kms_key_arn))
    error_message = "The key is given by its ARN."
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

variable "ids" {
  description = "Ids of AWS, by the names of the secrets that hold them and by their keys: no secrets, but controllers in the cluster read them in the same way. They stand in the state, and nothing that does not look like an id is taken. The other secrets get their values from people."
  type        = map(map(string))
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for name in keys(var.ids) : contains(keys(var.secrets), name)])
    error_message = "Ids are given for names among the secrets."
  }

  validation {
    condition     = alltrue(flatten([for held in values(var.ids) : [for id in values(held) : can(regex("^[a-z]{1,8}-[0-9a-f]{8,40}$", id))]]))
    error_message = "An id looks like fs-0123456789abcdef0."
  }
}
