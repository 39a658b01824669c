variable "name" {
  description = "Label of the cluster, unique in the account: 3-32 letters, digits and dashes."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9-]{3,32}$", var.name))
    error_message = "The name of an LKE cluster has 3-32 letters, digits and dashes."
  }
}

variable "region" {
  description = "Region of the cluster, such as fr-par. A change replaces the cluster."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}-[a-z]+(-[0-9]+)?$", var.region))
    error_message = "A region looks like fr-par, us-east or de-fra-2."
  }
}

variable "tier" {
  description = "standard (LKE) or enterprise (LKE Enterprise). enterprise needs an account that has it and api_version = \"v4beta\" at the provider. A change replaces the cluster."
  type        = string
  default     = "standard"
  nullable    = false

  validation {
    condition     = contains(["standard", "enterprise"], var.tier)
    error_message = "The tier is standard or enterprise."
  }
}

variable "kubernetes_version" {
  description = "Kubernetes version: MAJOR.MINOR on the standard tier (Linode picks the patch), such as 1.34; the full name on LKE Enterprise, such as v1.31.9+lke7. A change upgrades the control plane and recycles the nodes of all pools."
  type        = string

  validation {
    condition     = can(regex(var.tier == "enterprise" ? "^v1\\.[0-9]+\\.[0-9]+\\+lke[0-9]+$" : "^1\\.[0-9]+$", var.kubernetes_version))
    error_message = "The version looks like 1.34 on the standard tier and like v1.31.9+lke7 on LKE Enterprise."
  }
}

variable "high_availability" {
  description = "Whether the control plane is replicated. Cannot be turned off again, costs extra."
  type        = bool
  default     = true
  nullable    = false
}

variable "audit_logs" {
  description = "Whether the control plane writes audit logs. Introduced for LKE Enterprise (API v4beta, not on every account); whether a standard cluster will ever take it is not documented, so it is refused there."
  type        = bool
  default     = false
  nullable    = false

  validation {
    condition     = !var.audit_logs || var.tier == "enterprise"
    error_message = "Audit logs of the control plane exist on LKE Enterprise only."
  }
}

variable "control_plane_allow" {
  description = "IPv4 and IPv6 networks in CIDR form that may reach the Kubernetes API. Empty means that this module asks for no access control list: any address reaches the API. A list that was once given stays when it is emptied here (the provider keeps what it finds), so switch it off in Cloud Manager. LKE Enterprise always has a list and needs at least one network."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for cidr in var.control_plane_allow : can(cidrhost(cidr, 0))])
    error_message = "Every entry is a network in CIDR form, such as 203.0.113.0/24 or 2001:db8::/48."
  }

  validation {
    condition     = var.tier == "standard" || length(var.control_plane_allow) > 0
    error_message = "LKE Enterprise needs at least one network that may reach the control plane."
  }
}

variable "tags" {
  description = "Tags of the cluster, 3-50 characters each. Linode compares them without regard to case."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for tag in var.tags : length(tag) >= 3 && length(tag) <= 50])
    error_message = "A tag has 3-50 characters."
  }
}

variable "vpc" {
  description = "VPC and subnet of the nodes. LKE Enterprise only, and fixed when the cluster is made: a later change shows in every plan and is never sent. The provider's documentation asks for a dual-stack subnet. null: a standard cluster has none, LKE Enterprise makes its own."
  type = object({
    vpc_id    = number
    subnet_id = number
  })
  default = null

  validation {
    condition     = var.vpc == null || var.tier == "enterprise"
    error_message = "Only LKE Enterprise clusters can join a VPC."
  }
}

variable "first_pool" {
  description = <<-EOT
    The pool that LKE demands inside the cluster.
    - name: its label.
    - type: Linode plan of the nodes. A change makes a new pool and deletes the old one in the same apply.
    - min, max: equal gives a fixed number of nodes, different ones let LKE's autoscaler choose.
    - labels, taints: of the nodes. The value of a taint must not be empty.
  EOT
  type = object({
    name   = string
    type   = string
    min    = number
    max    = number
    labels = optional(map(string), {})
    taints = optional(list(object({
      key    = string
      value  = string
      effect = string
    })), [])
  })
  nullable = false

  validation {
    condition     = can(regex("^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$", var.first_pool.name))
    error_message = "The name of a pool has 1-63 letters, digits, dots, dashes and underscores, and starts and ends with a letter or digit."
  }

  validation {
    condition     = can(regex("^g[0-9]+-[a-z]+[a-z0-9-]*-[a-z0-9]+$", var.first_pool.type))
    error_message = "The type is a Linode plan such as g6-standard-8."
  }

  validation {
    condition     = var.first_pool.min >= 1 && var.first_pool.min <= var.first_pool.max && var.first_pool.max <= (var.tier == "enterprise" ? 500 : 100)
    error_message = "A pool has 1-100 nodes (LKE Enterprise: 1-500), and min is not above max."
  }

  validation {
    condition = alltrue([
      for key, value in var.first_pool.labels :
      can(regex("^([A-Za-z0-9][A-Za-z0-9.-]*/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$", key))
      && can(regex("^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$", value))
      && !strcontains(key, "kubernetes.io") && !strcontains(key, "linode.com")
    ])
    error_message = "Labels are Kubernetes labels with a value; the domains kubernetes.io and linode.com are Linode's own."
  }

  validation {
    condition = alltrue([
      for taint in var.first_pool.taints :
      taint.key != "" && taint.value != "" && contains(["NoSchedule", "PreferNoSchedule", "NoExecute"], taint.effect)
    ])
    error_message = "A taint has a key, a value and one of the effects NoSchedule, PreferNoSchedule, NoExecute."
  }
}

variable "external_pool_tags" {
  description = "Tags of the node pools that are resources of their own. The cluster ignores a pool that carries one of them, and deletes every other pool that it does not know."
  type        = set(string)
  default     = ["external-pool"]
  nullable    = false

  validation {
    condition     = length(var.external_pool_tags) > 0 && alltrue([for tag in var.external_pool_tags : length(tag) >= 3 && length(tag) <= 50])
    error_message = "There must be at least one tag for pools outside the cluster resource, and a tag has 3-50 characters."
  }
}
