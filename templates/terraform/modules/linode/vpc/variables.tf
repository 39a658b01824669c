variable "name" {
  description = "Label of the VPC: 1-64 letters, digits and single dashes."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9-]{1,64}$", var.name)) && !strcontains(var.name, "--")
    error_message = "The name of a VPC has 1-64 ASCII letters, digits and dashes, and no two dashes in a row."
  }
}

variable "region" {
  description = "Region of the VPC, such as fr-par. A change replaces the VPC and every subnet."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}-[a-z]+(-[0-9]+)?$", var.region))
    error_message = "A region looks like fr-par, us-east or de-fra-2."
  }
}

variable "description" {
  description = "What the VPC is for."
  type        = string
  default     = "Managed by Terraform."
  nullable    = false
}

variable "subnets" {
  description = "Subnets by label (1-64 letters, digits and single dashes), each with its private IPv4 range in CIDR form. A change of a range replaces the subnet."
  type = map(object({
    ipv4 = string
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for label in keys(var.subnets) : can(regex("^[A-Za-z0-9-]{1,64}$", label)) && !strcontains(label, "--")])
    error_message = "The label of a subnet has 1-64 ASCII letters, digits and dashes, and no two dashes in a row."
  }

  validation {
    condition = alltrue([
      for subnet in values(var.subnets) :
      can(cidrnetmask(subnet.ipv4)) && try(cidrsubnet(subnet.ipv4, 0, 0) == subnet.ipv4, false)
    ])
    error_message = "The ipv4 of a subnet is a network in CIDR form without host bits, such as 10.0.0.0/24."
  }
}
