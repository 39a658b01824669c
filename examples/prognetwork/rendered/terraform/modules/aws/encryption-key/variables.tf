variable "name" {
  description = "Name of the key; its alias is alias/NAME."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9/_-]{1,250}$", var.name)) && !startswith(var.name, "aws/")
    error_message = "The name of a key has 1-250 letters, digits, slashes, dashes and underscores, and does not begin with aws/."
  }
}

variable "description" {
  description = "What the key encrypts."
  type        = string

  validation {
    condition     = length(var.description) >= 1 && length(var.description) <= 8192
    error_message = "The description has 1-8192 characters."
  }
}

variable "services" {
  description = "AWS services that use the key on their own, each limited to this account: logs (CloudWatch Logs), cloudtrail, backup, sns, sqs, delivery (log delivery), cloudfront. Services that act for a caller (RDS, EBS, S3, EFS, Secrets Manager) need no entry: the policies of the callers decide."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = length(setsubtract(var.services, ["logs", "cloudtrail", "backup", "sns", "sqs", "delivery", "cloudfront"])) == 0
    error_message = "The services are logs, cloudtrail, backup, sns, sqs, delivery and cloudfront."
  }
}

variable "ebs_for_autoscaling" {
  description = "Whether instances of Auto Scaling groups have disks under this key: the service-linked role of Auto Scaling must then be allowed to use it, or nodes never start. The role must exist in the account."
  type        = bool
  default     = false
  nullable    = false
}

variable "deletion_window_days" {
  description = "Days between the deletion of the key and the loss of everything under it, 7-30."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = var.deletion_window_days >= 7 && var.deletion_window_days <= 30
    error_message = "The window is 7-30 days."
  }
}

variable "multi_region" {
  description = "Whether the key is a multi-region primary, of which replicas can be made elsewhere. A change replaces the key. Copies across regions do not need it: they are re-encrypted with a key of the target."
  type        = bool
  default     = false
  nullable    = false
}
