variable "name" {
  description = "Name of the IAM role: 1-64 letters, digits and +=,.@-_."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9+=,.@_-]{1,64}$", var.name))
    error_message = "The name of a role has 1-64 letters, digits and +=,.@-_."
  }
}

variable "service_account" {
  description = "The Kubernetes service account that acts as the role."
  type = object({
    namespace = string
    name      = string
  })
  nullable = false

  validation {
    condition     = can(regex("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", var.service_account.namespace)) && can(regex("^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$", var.service_account.name))
    error_message = "Namespace and name are Kubernetes names, without wildcards."
  }
}

variable "cluster_name" {
  description = "Name of the cluster (`name` of ../cluster)."
  type        = string
}

variable "mode" {
  description = "pod_identity: EKS ties the service account to the role. trust_only: the role can be assumed by Pod Identity, and an add-on makes the tie (../cluster-addons). irsa: the role trusts the cluster's issuer, and the service account carries the annotation of the output."
  type        = string
  default     = "pod_identity"
  nullable    = false

  validation {
    condition     = contains(["pod_identity", "trust_only", "irsa"], var.mode)
    error_message = "The mode is pod_identity, trust_only or irsa."
  }
}

variable "oidc" {
  description = "For irsa: provider_arn and issuer of the cluster (`oidc_provider_arn`, `oidc_issuer` of ../cluster)."
  type = object({
    provider_arn = string
    issuer       = string
  })
  default = null

  validation {
    condition     = (var.oidc != null) == (var.mode == "irsa")
    error_message = "irsa, and only irsa, needs the OIDC provider of the cluster."
  }
}

variable "statements" {
  description = <<-EOT
    What the role may do, as statements of an IAM policy; effect is Allow or Deny.
    - actions, resources: no lone "*" in both of an Allow.
    - conditions: test, variable and values.
  EOT
  type = list(object({
    sid       = optional(string)
    effect    = optional(string, "Allow")
    actions   = list(string)
    resources = list(string)
    conditions = optional(list(object({
      test     = string
      variable = string
      values   = list(string)
    })), [])
  }))
  default  = []
  nullable = false

  validation {
    condition     = alltrue([for statement in var.statements : contains(["Allow", "Deny"], statement.effect) && length(statement.actions) > 0 && length(statement.resources) > 0])
    error_message = "A statement allows or denies, and names actions and resources."
  }

  validation {
    condition     = alltrue(flatten([for statement in var.statements : [for action in statement.actions : can(regex("^[a-z0-9-]+:[A-Za-z0-9*?]+$", action))]]))
    error_message = "An action names its service, such as s3:GetObject: a lone * is an administrator."
  }

  validation {
    condition     = alltrue(flatten([for statement in var.statements : [for action in statement.actions : statement.effect == "Deny" || !endswith(action, ":*") || !contains(statement.resources, "*")]]))
    error_message = "All actions of a service on all resources is not least privilege."
  }
}

variable "policy_arns" {
  description = "Managed policies on top, such as those that AWS keeps for its drivers. By a name of your choice, since an ARN may not be known yet."
  type        = map(string)
  default     = {}
  nullable    = false
}
