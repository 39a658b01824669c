variable "name" {
  description = "Name of the IAM role: 1-64 letters, digits and +=,.@-_."
  type        = string
}

variable "cluster_name" {
  description = "Name of the cluster (`name` of ../cluster)."
  type        = string
}

variable "service_account" {
  description = "The Kubernetes service account of the pod that asks."
  type = object({
    namespace = string
    name      = string
  })
  nullable = false
}

variable "region" {
  description = "Region of the database."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]+$", var.region))
    error_message = "A region looks like eu-central-1, without wildcards."
  }
}

variable "database" {
  description = "Identifier of the database instance (`name` of ../database)."
  type        = string

  validation {
    condition     = can(regex("^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$", var.database))
    error_message = "The identifier of a database has 1-63 lower-case letters, digits and dashes, and no wildcard."
  }
}
