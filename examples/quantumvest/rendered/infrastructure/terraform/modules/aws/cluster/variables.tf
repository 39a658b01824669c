variable "name" {
  description = "Name of the cluster: 1-56 letters, digits and dashes. A change replaces it."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9-]{0,55}$", var.name))
    error_message = "The name of a cluster has 1-56 letters, digits and dashes, and starts with a letter or digit."
  }
}

variable "kubernetes_version" {
  description = "Kubernetes version, such as \"1.35\". A higher one is an upgrade in place, one minor at a time. The nodes follow separately."
  type        = string

  validation {
    condition     = can(regex("^1\\.[0-9]{2}$", var.kubernetes_version))
    error_message = "The version looks like 1.35."
  }
}

variable "support_type" {
  description = "What happens at the end of standard support: STANDARD upgrades the control plane automatically, EXTENDED keeps it at a higher price per hour."
  type        = string
  default     = "STANDARD"
  nullable    = false

  validation {
    condition     = contains(["STANDARD", "EXTENDED"], var.support_type)
    error_message = "The support type is STANDARD or EXTENDED."
  }
}

variable "subnet_ids" {
  description = "Private subnets in at least two zones, for the control plane's interfaces."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(distinct(var.subnet_ids)) >= 2
    error_message = "A cluster needs subnets in at least two zones."
  }
}

variable "public_access_cidrs" {
  description = "IPv4 ranges that reach the Kubernetes API over the internet. Empty: the endpoint is private. The nodes always use the private one."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for range in var.public_access_cidrs : can(cidrhost(range, 0)) && !strcontains(range, ":")])
    error_message = "Every entry is an IPv4 range in CIDR form."
  }

  validation {
    condition     = alltrue([for range in var.public_access_cidrs : !endswith(range, "/0")])
    error_message = "The API is not opened to the whole internet."
  }
}

variable "private_access_cidrs" {
  description = "IPv4 ranges beyond the nodes that reach the private endpoint, such as the VPC (for CI inside it) or the range of a VPN."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for range in var.private_access_cidrs : can(cidrhost(range, 0)) && !strcontains(range, ":") && !endswith(range, "/0")])
    error_message = "Every entry is an IPv4 range in CIDR form, and not everything."
  }
}

variable "service_cidr" {
  description = "IPv4 range of the Kubernetes services, /24 to /12 inside 10/8, 172.16/12 or 192.168/16, apart from the VPC and its peers. null lets EKS choose 10.100.0.0/16 or 172.20.0.0/16. A change replaces the cluster."
  type        = string
  default     = null

  validation {
    condition     = var.service_cidr == null ? true : can(regex("^(10\\.|172\\.(1[6-9]|2[0-9]|3[01])\\.|192\\.168\\.)", var.service_cidr)) && try(tonumber(split("/", var.service_cidr)[1]) >= 12 && tonumber(split("/", var.service_cidr)[1]) <= 24 && cidrhost(var.service_cidr, 0) == split("/", var.service_cidr)[0], false)
    error_message = "The range of the services is private, between /24 and /12, without host bits."
  }
}

variable "kms_key_arn" {
  description = "Key that encrypts Kubernetes secrets in etcd (`arn` of ../encryption-key). Once on, the encryption cannot be taken off, and the key must not be deleted."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/", var.kms_key_arn))
    error_message = "The key is given by its ARN."
  }
}

variable "log_types" {
  description = "Logs of the control plane: api, audit, authenticator, controllerManager, scheduler."
  type        = set(string)
  default     = ["api", "audit", "authenticator", "controllerManager", "scheduler"]
  nullable    = false

  validation {
    condition     = length(setsubtract(var.log_types, ["api", "audit", "authenticator", "controllerManager", "scheduler"])) == 0
    error_message = "The logs are api, audit, authenticator, controllerManager and scheduler."
  }
}

variable "log_retention_days" {
  description = "Days that CloudWatch keeps the logs of the control plane."
  type        = number
  default     = 90
  nullable    = false

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "CloudWatch keeps logs 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653 days."
  }
}

variable "log_kms_key_arn" {
  description = "Key of the logs of the control plane; its policy lets CloudWatch Logs use it (`services = [\"logs\"]` of ../encryption-key). null: CloudWatch encrypts with a key of its own."
  type        = string
  default     = null

  validation {
    condition     = var.log_kms_key_arn == null ? true : can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/", var.log_kms_key_arn))
    error_message = "The key is given by its ARN."
  }
}

variable "access" {
  description = <<-EOT
    Who may do what, by a name of your choice.
    - principal_arn: IAM role or user.
    - policy: an EKS access policy, such as AmazonEKSClusterAdminPolicy, AmazonEKSAdminPolicy, AmazonEKSEditPolicy or AmazonEKSViewPolicy; null gives only the groups.
    - namespaces: where the policy holds; empty is the whole cluster.
    - groups: Kubernetes groups, for RBAC of your own.
  EOT
  type = map(object({
    principal_arn = string
    policy        = optional(string)
    namespaces    = optional(set(string), [])
    groups        = optional(set(string), [])
  }))
  nullable = false

  validation {
    condition     = anytrue([for entry in values(var.access) : entry.policy == "AmazonEKSClusterAdminPolicy" && length(entry.namespaces) == 0])
    error_message = "At least one principal has AmazonEKSClusterAdminPolicy for the whole cluster: the creator of the cluster gets no access by itself."
  }

  validation {
    condition     = alltrue([for entry in values(var.access) : can(regex("^arn:[a-z-]+:iam::[0-9]{12}:(role|user)/", entry.principal_arn))])
    error_message = "A principal is the ARN of an IAM role or user."
  }

  validation {
    condition     = length(distinct([for entry in values(var.access) : entry.principal_arn])) == length(var.access)
    error_message = "EKS takes one access entry for a principal."
  }

  validation {
    condition     = alltrue([for entry in values(var.access) : entry.policy == null ? length(entry.groups) > 0 : can(regex("^AmazonEKS[A-Za-z]+Policy$", entry.policy))])
    error_message = "An entry has an EKS access policy by its short name, or groups."
  }

  validation {
    condition     = alltrue(flatten([for entry in values(var.access) : [for group in entry.groups : !startswith(group, "system:") && !startswith(group, "eks:")]]))
    error_message = "EKS keeps the groups system: and eks: to itself."
  }
}

variable "network_policy" {
  description = "Whether the VPC CNI enforces Kubernetes network policies. Without it, or another engine, they have no effect."
  type        = bool
  default     = true
  nullable    = false
}

variable "prefix_delegation" {
  description = "Whether the VPC CNI hands out /28 prefixes instead of single addresses: more pods on a node, and subnets with room for whole prefixes."
  type        = bool
  default     = false
  nullable    = false
}

variable "addon_versions" {
  description = "Versions of the add-ons that come with the cluster (vpc-cni, kube-proxy, eks-pod-identity-agent), such as v1.20.4-eksbuild.1. What is not named has EKS' default for the Kubernetes version."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = length(setsubtract(keys(var.addon_versions), ["vpc-cni", "kube-proxy", "eks-pod-identity-agent"])) == 0
    error_message = "The add-ons of this module are vpc-cni, kube-proxy and eks-pod-identity-agent; the others belong to ../cluster-addons."
  }

  validation {
    condition     = alltrue([for version in values(var.addon_versions) : can(regex("^v[0-9]+\\.[0-9]+\\.[0-9]+-eksbuild\\.[0-9]+$", version))])
    error_message = "The version of an add-on looks like v1.20.4-eksbuild.1."
  }
}

variable "oidc_provider" {
  description = "Whether IAM trusts the cluster's issuer of service account tokens (IRSA). Pod Identity does not need it; some charts and accesses from other accounts do."
  type        = bool
  default     = false
  nullable    = false
}
