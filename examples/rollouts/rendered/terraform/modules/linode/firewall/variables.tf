variable "name" {
  description = "Label of the firewall, 3-32 characters."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?$", var.name)) && length(var.name) >= 3 && length(var.name) <= 32
    error_message = "The name of a firewall has 3-32 letters, digits, dots, dashes and underscores, and starts and ends with a letter or digit."
  }
}

variable "inbound" {
  description = "Inbound rules, in order. They accept what they name when inbound_policy is DROP and drop it when it is ACCEPT. ports: absent means all ports of TCP or UDP."
  type = list(object({
    label    = string
    protocol = string
    ports    = optional(string)
    ipv4     = optional(list(string), [])
    ipv6     = optional(list(string), [])
  }))
  default  = []
  nullable = false

  validation {
    condition     = alltrue([for rule in var.inbound : length(rule.label) >= 3 && length(rule.label) <= 32])
    error_message = "The label of a rule has 3-32 characters."
  }

  validation {
    condition     = alltrue([for rule in var.inbound : contains(["TCP", "UDP", "ICMP", "IPENCAP"], rule.protocol)])
    error_message = "The protocol of a rule is TCP, UDP, ICMP or IPENCAP."
  }

  validation {
    condition     = alltrue([for rule in var.inbound : rule.ports == null ? true : contains(["TCP", "UDP"], rule.protocol)])
    error_message = "ICMP and IPENCAP have no ports."
  }

  validation {
    condition     = alltrue([for rule in var.inbound : rule.ports == null ? true : can(regex("^[1-9][0-9]{0,4}(-[1-9][0-9]{0,4})?(, ?[1-9][0-9]{0,4}(-[1-9][0-9]{0,4})?)*$", rule.ports))])
    error_message = "The ports of a rule look like \"443\", \"30000-32767\" or \"80, 443\"."
  }

  validation {
    condition     = alltrue([for rule in var.inbound : rule.ports == null ? true : length(regexall("[0-9]+", rule.ports)) <= 15])
    error_message = "A rule names at most 15 ports, both ends of a range counted."
  }

  validation {
    condition     = alltrue([for rule in var.inbound : length(rule.ipv4) + length(rule.ipv6) > 0])
    error_message = "A rule needs at least one IPv4 or IPv6 network."
  }

  validation {
    condition     = alltrue(flatten([for rule in var.inbound : [for cidr in rule.ipv4 : can(cidrnetmask(cidr))]]))
    error_message = "The ipv4 of a rule are networks in CIDR form."
  }

  validation {
    condition     = alltrue(flatten([for rule in var.inbound : [for cidr in rule.ipv6 : strcontains(cidr, ":") && can(cidrhost(cidr, 0))]]))
    error_message = "The ipv6 of a rule are networks in CIDR form."
  }
}

variable "inbound_policy" {
  description = "What happens to inbound traffic that no rule names: DROP or ACCEPT."
  type        = string
  default     = "DROP"
  nullable    = false

  validation {
    condition     = contains(["ACCEPT", "DROP"], var.inbound_policy)
    error_message = "The policy is ACCEPT or DROP."
  }
}

variable "outbound" {
  description = "Outbound rules, in order, as for inbound."
  type = list(object({
    label    = string
    protocol = string
    ports    = optional(string)
    ipv4     = optional(list(string), [])
    ipv6     = optional(list(string), [])
  }))
  default  = []
  nullable = false

  validation {
    condition     = alltrue([for rule in var.outbound : length(rule.label) >= 3 && length(rule.label) <= 32])
    error_message = "The label of a rule has 3-32 characters."
  }

  validation {
    condition     = alltrue([for rule in var.outbound : contains(["TCP", "UDP", "ICMP", "IPENCAP"], rule.protocol)])
    error_message = "The protocol of a rule is TCP, UDP, ICMP or IPENCAP."
  }

  validation {
    condition     = alltrue([for rule in var.outbound : rule.ports == null ? true : contains(["TCP", "UDP"], rule.protocol)])
    error_message = "ICMP and IPENCAP have no ports."
  }

  validation {
    condition     = alltrue([for rule in var.outbound : rule.ports == null ? true : can(regex("^[1-9][0-9]{0,4}(-[1-9][0-9]{0,4})?(, ?[1-9][0-9]{0,4}(-[1-9][0-9]{0,4})?)*$", rule.ports))])
    error_message = "The ports of a rule look like \"443\", \"30000-32767\" or \"80, 443\"."
  }

  validation {
    condition     = alltrue([for rule in var.outbound : rule.ports == null ? true : length(regexall("[0-9]+", rule.ports)) <= 15])
    error_message = "A rule names at most 15 ports, both ends of a range counted."
  }

  validation {
    condition     = alltrue([for rule in var.outbound : length(rule.ipv4) + length(rule.ipv6) > 0])
    error_message = "A rule needs at least one IPv4 or IPv6 network."
  }

  validation {
    condition     = alltrue(flatten([for rule in var.outbound : [for cidr in rule.ipv4 : can(cidrnetmask(cidr))]]))
    error_message = "The ipv4 of a rule are networks in CIDR form."
  }

  validation {
    condition     = alltrue(flatten([for rule in var.outbound : [for cidr in rule.ipv6 : strcontains(cidr, ":") && can(cidrhost(cidr, 0))]]))
    error_message = "The ipv6 of a rule are networks in CIDR form."
  }
}

variable "outbound_policy" {
  description = "What happens to outbound traffic that no rule names: ACCEPT or DROP."
  type        = string
  default     = "ACCEPT"
  nullable    = false

  validation {
    condition     = contains(["ACCEPT", "DROP"], var.outbound_policy)
    error_message = "The policy is ACCEPT or DROP."
  }
}

variable "allow_lke_worker_traffic" {
  description = "Whether to put the rules first that the nodes of a standard LKE cluster need (README, \"LKE nodes\"). Needs inbound_policy DROP."
  type        = bool
  default     = false
  nullable    = false

  validation {
    condition     = !var.allow_lke_worker_traffic || var.inbound_policy == "DROP"
    error_message = "With inbound_policy ACCEPT the rules of the LKE nodes would drop what they must let through."
  }
}

variable "linodes" {
  description = "Ids of the Linodes that the firewall protects. Empty leaves the attached devices as they are. Not for LKE nodes: the list would go stale whenever a node is recycled (README)."
  type        = set(number)
  default     = []
  nullable    = false
}

variable "tags" {
  description = "Tags of the firewall, 3-50 characters each."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for tag in var.tags : length(tag) >= 3 && length(tag) <= 50])
    error_message = "A tag has 3-50 characters."
  }
}
