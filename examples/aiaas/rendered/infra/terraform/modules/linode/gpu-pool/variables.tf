variable "cluster_id" {
  description = "Id of the LKE cluster (`cluster_id` of ../cluster). A change replaces the pool."
  type        = number
}

variable "name" {
  description = "Label of the pool, as for ../node-pool."
  type        = string
}

variable "type" {
  description = "Linode GPU plan that LKE offers, such as g2-gpu-rtx4000a1-m. A change replaces the pool."
  type        = string

  validation {
    condition     = can(regex("^g[2-9]-gpu-[a-z0-9-]+$", var.type))
    error_message = "The type is a GPU plan that LKE offers: g2-gpu-... or g3-gpu-.... LKE does not offer the RTX 6000 plans (g1-gpu-rtx6000-*)."
  }
}

variable "nodes" {
  description = "Number of nodes. GPU pools are not autoscaled."
  type        = number
  nullable    = false

  validation {
    condition     = var.nodes >= 1 && var.nodes <= 100 && floor(var.nodes) == var.nodes
    error_message = "A pool has 1-100 nodes."
  }
}

variable "labels" {
  description = "Kubernetes labels of the nodes beside nvidia.com/gpu.present=true."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "taints" {
  description = "Kubernetes taints of the nodes beside nvidia.com/gpu=present:NoSchedule."
  type = list(object({
    key    = string
    value  = string
    effect = string
  }))
  default  = []
  nullable = false

  validation {
    condition     = alltrue([for taint in var.taints : taint.key != "nvidia.com/gpu"])
    error_message = "The taint nvidia.com/gpu is already there."
  }
}

variable "tags" {
  description = "Tags of the pool, as for ../node-pool: the cluster's pool_tag must be among them."
  type        = set(string)
  nullable    = false
}
