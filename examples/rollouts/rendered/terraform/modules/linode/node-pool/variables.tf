variable "cluster_id" {
  description = "Id of the LKE cluster (`cluster_id` of ../cluster). A change replaces the pool."
  type        = number
}

variable "name" {
  description = "Label of the pool: 1-63 letters, digits, dots, dashes and underscores."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$", var.name))
    error_message = "The name of a pool has 1-63 letters, digits, dots, dashes and underscores, and starts and ends with a letter or digit."
  }
}

variable "type" {
  description = "Linode plan of the nodes, such as g6-standard-8. A change replaces the pool."
  type        = string

  validation {
    condition     = can(regex("^g[0-9]+-[a-z]+[a-z0-9-]*-[a-z0-9]+$", var.type))
    error_message = "The type is a Linode plan such as g6-standard-8."
  }

  validation {
    condition     = !strcontains(var.type, "gpu-rtx6000")
    error_message = "LKE does not offer the RTX 6000 plans (g1-gpu-rtx6000-*)."
  }
}

variable "nodes" {
  description = "Number of nodes. Equal bounds give a fixed number, different ones let LKE's autoscaler choose; it starts with min."
  type = object({
    min = number
    max = number
  })
  nullable = false

  validation {
    condition     = var.nodes.min >= 1 && var.nodes.min <= var.nodes.max
    error_message = "A pool has at least one node, and min is not above max."
  }

  validation {
    condition     = var.nodes.max <= (var.kubernetes_version == null ? 100 : 500)
    error_message = "A pool has at most 100 nodes (500 on LKE Enterprise, which is where kubernetes_version is set)."
  }
}

variable "labels" {
  description = "Kubernetes labels of the nodes. The domains kubernetes.io and linode.com are Linode's own."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition = alltrue([
      for key, value in var.labels :
      can(regex("^([A-Za-z0-9][A-Za-z0-9.-]*/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$", key))
      && can(regex("^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$", value))
    ])
    error_message = "Labels are Kubernetes labels with a value."
  }

  validation {
    condition     = alltrue([for key in keys(var.labels) : !strcontains(key, "kubernetes.io") && !strcontains(key, "linode.com")])
    error_message = "Labels of the domains kubernetes.io and linode.com are Linode's own."
  }
}

variable "taints" {
  description = "Kubernetes taints of the nodes. The value must not be empty."
  type = list(object({
    key    = string
    value  = string
    effect = string
  }))
  default  = []
  nullable = false

  validation {
    condition     = alltrue([for taint in var.taints : contains(["NoSchedule", "PreferNoSchedule", "NoExecute"], taint.effect)])
    error_message = "The effect of a taint is NoSchedule, PreferNoSchedule or NoExecute."
  }

  validation {
    condition     = alltrue([for taint in var.taints : taint.key != "" && taint.value != ""])
    error_message = "A taint has a key and a value."
  }
}

variable "tags" {
  description = "Tags of the pool, 3-50 characters each. One of them must be among the cluster's external_pool_tags (its output pool_tag), or the cluster's next apply deletes the pool."
  type        = set(string)
  nullable    = false

  validation {
    condition     = length(var.tags) > 0 && alltrue([for tag in var.tags : length(tag) >= 3 && length(tag) <= 50])
    error_message = "A pool needs at least one tag, the cluster's pool_tag, and a tag has 3-50 characters."
  }
}

variable "kubernetes_version" {
  description = "Kubernetes version of this pool, such as v1.31.9+lke7. LKE Enterprise only (API v4beta); on the standard tier, where the pools follow the cluster, it must be null: the provider never sends it there."
  type        = string
  default     = null

  validation {
    condition     = var.kubernetes_version == null ? true : can(regex("^v1\\.[0-9]+\\.[0-9]+\\+lke[0-9]+$", var.kubernetes_version))
    error_message = "A pool has a version of its own on LKE Enterprise only, and it looks like v1.31.9+lke7."
  }
}
