variable "names" {
  description = "Names of the two IAM roles: that of the job that takes dumps, and that of the job that restores the newest as a test."
  type = object({
    dump = string
    test = string
  })
  nullable = false
}

variable "cluster_name" {
  description = "Name of the cluster (`name` of ../cluster)."
  type        = string
}

variable "namespace" {
  description = "Kubernetes namespace of both jobs."
  type        = string
}

variable "service_accounts" {
  description = "Kubernetes service accounts of both jobs."
  type = object({
    dump = string
    test = string
  })
  nullable = false

  validation {
    condition     = var.service_accounts.dump != var.service_accounts.test
    error_message = "Two jobs have two accounts: the one that takes dumps reads none."
  }
}

variable "bucket" {
  description = "Name of the bucket that takes the dumps."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.bucket))
    error_message = "The bucket is given by its name."
  }
}

variable "prefix" {
  description = "Directory of the database in the bucket, without strokes at its ends."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*$", var.prefix))
    error_message = "A directory looks like production/main, without wildcards."
  }
}
