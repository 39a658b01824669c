variable "name" {
  description = "Name of the node group: 1-50 letters, digits, dashes and underscores. A change replaces the group."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9_-]{0,49}$", var.name))
    error_message = "The name of a node group has 1-50 letters, digits, dashes and underscores, and starts with a letter or digit."
  }
}

variable "cluster_name" {
  description = "Name of the cluster (`name` of ../cluster). A change replaces the group."
  type        = string
}

variable "subnet_ids" {
  description = "Private subnets of the nodes. One subnet for a group whose pods have EBS volumes, since those belong to a zone. A change replaces the group."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(var.subnet_ids) > 0
    error_message = "A node group needs a subnet."
  }
}

variable "instance_types" {
  description = "EC2 types of one architecture, and of about the same size: the autoscaler takes them for equal. Spot groups want several. A change replaces the group."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(var.instance_types) >= 1 && length(var.instance_types) <= 20 && length(distinct(var.instance_types)) == length(var.instance_types)
    error_message = "A node group has one to twenty different types."
  }

  validation {
    condition     = alltrue([for type in var.instance_types : can(regex("^[a-z0-9-]+\\.[a-z0-9-]+$", type))])
    error_message = "A type looks like m6i.large."
  }
}

variable "capacity" {
  description = "on_demand, or spot: cheaper, and taken away with two minutes' notice. A change replaces the group."
  type        = string
  default     = "on_demand"
  nullable    = false

  validation {
    condition     = contains(["on_demand", "spot"], var.capacity)
    error_message = "The capacity is on_demand or spot."
  }
}

variable "ami_type" {
  description = "Image of the nodes, fitting architecture and hardware of the types: AL2023_x86_64_STANDARD, AL2023_ARM_64_STANDARD, AL2023_x86_64_NVIDIA (GPU), AL2023_x86_64_NEURON, or BOTTLEROCKET_x86_64, BOTTLEROCKET_ARM_64 and their _NVIDIA forms. A change replaces the group."
  type        = string
  default     = "AL2023_x86_64_STANDARD"
  nullable    = false

  validation {
    condition     = contains(["AL2023_x86_64_STANDARD", "AL2023_ARM_64_STANDARD", "AL2023_x86_64_NVIDIA", "AL2023_ARM_64_NVIDIA", "AL2023_x86_64_NEURON", "BOTTLEROCKET_x86_64", "BOTTLEROCKET_ARM_64", "BOTTLEROCKET_x86_64_NVIDIA", "BOTTLEROCKET_ARM_64_NVIDIA"], var.ami_type)
    error_message = "The image is an Amazon Linux 2023 or Bottlerocket image of EKS."
  }
}

variable "nodes" {
  description = "Number of nodes: bounds for the autoscaler, and the number to start with (min where it is left out). Later the autoscaler owns the number: a change of desired has no effect then. min may be 0."
  type = object({
    min     = number
    max     = number
    desired = optional(number)
  })
  nullable = false

  validation {
    condition     = var.nodes.min >= 0 && var.nodes.max >= 1 && var.nodes.min <= var.nodes.max
    error_message = "A group has 0 or more nodes, at most one or more, and min is not above max."
  }

  validation {
    condition     = var.nodes.desired == null ? true : var.nodes.desired >= var.nodes.min && var.nodes.desired <= var.nodes.max
    error_message = "desired lies between min and max."
  }
}

variable "kubernetes_version" {
  description = "Kubernetes version of the nodes, such as \"1.35\", not above that of the cluster. null takes the cluster's when the group is made and stays there: name it to upgrade the nodes with the cluster."
  type        = string
  default     = null

  validation {
    condition     = var.kubernetes_version == null ? true : can(regex("^1\\.[0-9]{2}$", var.kubernetes_version))
    error_message = "The version looks like 1.35."
  }
}

variable "labels" {
  description = "Kubernetes labels of the nodes."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition = alltrue([
      for key, value in var.labels :
      can(regex("^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$", key))
      && can(regex("^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$", value))
    ])
    error_message = "Labels are Kubernetes labels."
  }

  validation {
    condition     = alltrue([for key in keys(var.labels) : !can(regex("^([a-z0-9.-]+\\.)?(kubernetes\\.io|k8s\\.io)/", key)) && !startswith(key, "eks.amazonaws.com/")])
    error_message = "Labels of the domains kubernetes.io, k8s.io and eks.amazonaws.com are not for users: the kubelet or EKS refuses them."
  }
}

variable "taints" {
  description = "Kubernetes taints of the nodes; the effect is NoSchedule, PreferNoSchedule or NoExecute."
  type = list(object({
    key    = string
    value  = optional(string, "")
    effect = string
  }))
  default  = []
  nullable = false

  validation {
    condition     = alltrue([for taint in var.taints : contains(["NoSchedule", "PreferNoSchedule", "NoExecute"], taint.effect)])
    error_message = "The effect of a taint is NoSchedule, PreferNoSchedule or NoExecute."
  }

  validation {
    condition     = length(var.taints) <= 50 && alltrue([for taint in var.taints : can(regex("^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$", taint.key)) && can(regex("^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$", taint.value))])
    error_message = "There are at most 50 taints, each with the key and the value of a Kubernetes label."
  }
}

variable "disk" {
  description = "The disk of each node: gp3, encrypted, with kms_key_arn or with the account's default key for EBS. The policy of an own key must let Auto Scaling use it (ebs_for_autoscaling of ../encryption-key)."
  type = object({
    size_gib    = optional(number, 80)
    iops        = optional(number)
    throughput  = optional(number)
    kms_key_arn = optional(string)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.disk.size_gib >= 20 && var.disk.size_gib <= 16384
    error_message = "The disk has 20-16384 GiB."
  }

  validation {
    condition     = (var.disk.iops == null ? true : var.disk.iops >= 3000 && var.disk.iops <= 16000) && (var.disk.throughput == null ? true : var.disk.throughput >= 125 && var.disk.throughput <= 1000)
    error_message = "gp3 has 3000-16000 IOPS and 125-1000 MiB/s."
  }
}

variable "metadata_hop_limit" {
  description = "Hops that an answer of the instance metadata service may take: 1 keeps the node's role from pods, 2 gives it to them."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = contains([1, 2], var.metadata_hop_limit)
    error_message = "The hop limit is 1 or 2."
  }
}

variable "max_unavailable_percent" {
  description = "Share of the nodes that an update replaces at a time."
  type        = number
  default     = 33
  nullable    = false

  validation {
    condition     = var.max_unavailable_percent >= 1 && var.max_unavailable_percent <= 100
    error_message = "The share is 1-100."
  }
}

variable "session_manager" {
  description = "Whether administrators get shells on the nodes through Session Manager: the only way in, as there is no SSH key."
  type        = bool
  default     = false
  nullable    = false
}
