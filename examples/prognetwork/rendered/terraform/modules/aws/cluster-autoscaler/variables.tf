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
