variable "repositories" {
  description = "Names of the repositories, such as shop/user-service: 2-256 lower-case letters, digits, slashes, dots, dashes and underscores."
  type        = set(string)
  nullable    = false

  validation {
    condition     = length(var.repositories) > 0 && alltrue([for name in var.repositories : length(name) >= 2 && length(name) <= 256 && can(regex("^[a-z0-9]+([._-]+[a-z0-9]+)*(/[a-z0-9]+([._-]+[a-z0-9]+)*)*$", name))])
    error_message = "There is a repository, and its name has 2-256 lower-case letters, digits, slashes, dots, dashes and underscores."
  }
}

variable "kms_key_arn" {
  description = "Key of the images. null: a key of AWS. A change replaces the repositories."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null ? true : can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/", var.kms_key_arn))
    error_message = "The key is given by its ARN."
  }
}

variable "keep_images" {
  description = "Number of images that each repository keeps, the newest first. What runs must be among them: leave room for every environment and every rollback. null keeps all."
  type        = number
  default     = 200

  validation {
    condition     = var.keep_images == null ? true : var.keep_images >= 10
    error_message = "A repository keeps at least ten images: those that run and those to go back to."
  }
}

variable "untagged_days" {
  description = "Days after which images without a tag are removed."
  type        = number
  default     = 14
  nullable    = false

  validation {
    condition     = var.untagged_days >= 1
    error_message = "Untagged images stay at least a day."
  }
}

variable "pull_accounts" {
  description = "Ids of other AWS accounts whose principals may pull, as far as their own policies let them."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for account in var.pull_accounts : can(regex("^[0-9]{12}$", account))])
    error_message = "An account is twelve digits."
  }
}

variable "replication_regions" {
  description = "Regions that get a copy of every image pushed from then on. A setting of the registry, of which an account has one per region: set it in one call only, and only for repositories with one of the prefixes."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = length(var.replication_regions) <= 25 && alltrue([for region in var.replication_regions : can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", region))])
    error_message = "There are at most 25 regions, and a region looks like us-west-2."
  }
}

variable "replication_prefixes" {
  description = "Beginnings of the names of the repositories that are replicated; empty is all of the registry."
  type        = set(string)
  default     = []
  nullable    = false
}
