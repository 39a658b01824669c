variable "name" {
  description = "Name of the group: 1-255 characters, not beginning with sg-."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9 ._:/()#,@+=&;{}!$*-]{1,255}$", var.name)) && !startswith(var.name, "sg-")
    error_message = "The name of a group has 1-255 of the characters that AWS takes, and does not begin with sg-."
  }
}

variable "description" {
  description = "What the group is for. A change replaces the group."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9 ._:/()#,@+=&;{}!$*-]{1,255}$", var.description))
    error_message = "The description has 1-255 of the characters that AWS takes."
  }
}

variable "vpc_id" {
  description = "VPC of the group. A change replaces it."
  type        = string
}

variable "ingress" {
  description = "What comes in, by a name of your choice: TCP (or UDP) from port to to_port (port alone: one port), from another group or an IPv4 range."
  type = map(object({
    protocol          = optional(string, "tcp")
    port              = number
    to_port           = optional(number)
    security_group_id = optional(string)
    cidr              = optional(string)
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for rule in values(var.ingress) : contains(["tcp", "udp"], rule.protocol) && rule.port >= 1 && coalesce(rule.to_port, rule.port) >= rule.port && coalesce(rule.to_port, rule.port) <= 65535])
    error_message = "A rule is for TCP or UDP and a range of ports from 1 to 65535."
  }

  validation {
    condition     = alltrue([for rule in values(var.ingress) : rule.cidr == null || can(cidrhost(rule.cidr, 0))])
    error_message = "A range is IPv4 in CIDR form."
  }

  validation {
    condition     = alltrue([for rule in values(var.ingress) : try(!endswith(rule.cidr, "/0"), true) || (contains([80, 443], rule.port) && coalesce(rule.to_port, rule.port) == rule.port)])
    error_message = "The whole internet is let in on ports 80 and 443 only."
  }
}

variable "egress" {
  description = "What goes out: all, or none."
  type        = string
  default     = "all"
  nullable    = false

  validation {
    condition     = contains(["all", "none"], var.egress)
    error_message = "egress is all or none."
  }
}
