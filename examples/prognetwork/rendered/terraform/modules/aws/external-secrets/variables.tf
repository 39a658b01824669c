variable "name" {
  description = "Name of the IAM role: 1-64 letters, digits and +=,.@-_."
  type        = string
}

variable "cluster_name" {
  description = "Name of the cluster (`name` of ../cluster)."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$", var.cluster_name))
    error_message = "The name of a cluster has 1-100 letters, digits, dashes and underscores, and no wildcard."
  }
}

variable "service_account" {
  description = "The Kubernetes service account of the controller."
  type = object({
    namespace = string
    name      = string
  })
  nullable = false
}

variable "secret_arns" {
  description = "The secrets that the controller copies: ARNs (`arns` of ../secrets). Those of other roots end in `-??????` for the six characters that AWS adds."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(var.secret_arns) > 0 && alltrue([for arn in var.secret_arns : can(regex("^arn:[a-z-]+:secretsmanager:[a-z0-9-]+:([0-9]{12}|\\*):secret:[A-Za-z0-9/_+=.@-]+(\\?{6})?$", arn))])
    error_message = "Each secret is named by its ARN in one region: a wildcard for its name would open those of others."
  }
}

variable "kms_key_arn" {
  description = "Key of the secrets (`arn` of ../encryption-key), in their region."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/", var.kms_key_arn))
    error_message = "The key is given by its ARN."
  }
}
