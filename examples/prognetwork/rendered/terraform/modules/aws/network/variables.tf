variable "name" {
  description = "Name of the network, the beginning of the names of all its parts: at most 40 letters, digits and dashes."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9]([A-Za-z0-9-]{0,38}[A-Za-z0-9])?$", var.name))
    error_message = "The name of a network has 1-40 letters, digits and dashes, and starts and ends with a letter or digit."
  }
}

variable "cidr" {
  description = "IPv4 range of the VPC, /16 to /22 (to /28 where subnets are given). It must not overlap with networks that it will be peered with, nor with the service range of the cluster. A change replaces the network."
  type        = string

  validation {
    condition     = can(cidrhost(var.cidr, 0)) && !strcontains(var.cidr, ":") && try(cidrhost(var.cidr, 0) == split("/", var.cidr)[0], false)
    error_message = "The range is IPv4 in CIDR form without host bits, such as 10.0.0.0/16."
  }

  validation {
    condition     = try(tonumber(split("/", var.cidr)[1]) >= 16 && tonumber(split("/", var.cidr)[1]) <= 28, false)
    error_message = "A VPC has a range from /16 to /28."
  }
}

variable "availability_zones" {
  description = "Zones of the network by name, such as us-east-1a, at least two. Append new ones: the ranges that are divided here follow the position in the list."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(var.availability_zones) >= 2 && length(var.availability_zones) <= 6 && length(distinct(var.availability_zones)) == length(var.availability_zones)
    error_message = "A network needs two to six different zones: EKS and an RDS subnet group ask for two."
  }

  validation {
    condition     = alltrue([for zone in var.availability_zones : can(regex("^[a-z]{2}(-[a-z]+)+-[0-9][a-z]$", zone))])
    error_message = "A zone looks like us-east-1a."
  }

  validation {
    condition     = length(distinct([for zone in var.availability_zones : substr(zone, 0, max(0, length(zone) - 1))])) == 1
    error_message = "All zones lie in one region."
  }
}

variable "subnets" {
  description = "Ranges of the subnets, one per zone in the order of availability_zones. null divides cidr: the first six eighths are private, the seventh is public, the eighth for data (the last two in eighths again), so that a new zone moves nothing. With 10.0.0.0/16: private /19, public and data /22."
  type = object({
    public  = list(string)
    private = list(string)
    data    = list(string)
  })
  default = null

  validation {
    condition     = var.subnets != null || try(tonumber(split("/", var.cidr)[1]) <= 22, true)
    error_message = "Subnets must be given where cidr is smaller than /22."
  }

  validation {
    condition     = var.subnets == null ? true : alltrue([for ranges in [var.subnets.public, var.subnets.private, var.subnets.data] : length(ranges) == length(var.availability_zones)])
    error_message = "There is one public, one private and one data range for each zone."
  }

  validation {
    condition = var.subnets == null ? true : alltrue([
      for range in concat(var.subnets.public, var.subnets.private, var.subnets.data) :
      try(cidrhost(range, 0) == split("/", range)[0] && tonumber(split("/", range)[1]) <= 28, false)
    ])
    error_message = "Every range is in CIDR form without host bits, and not smaller than /28."
  }

  validation {
    condition = var.subnets == null ? true : alltrue([
      for range in concat(var.subnets.public, var.subnets.private, var.subnets.data) :
      try(tonumber(split("/", range)[1]) >= tonumber(split("/", var.cidr)[1]) && cidrhost("${split("/", range)[0]}/${split("/", var.cidr)[1]}", 0) == cidrhost(var.cidr, 0), false)
    ])
    error_message = "Every range lies inside cidr."
  }

  validation {
    condition = var.subnets == null ? true : alltrue(flatten([
      for i, a in concat(var.subnets.public, var.subnets.private, var.subnets.data) : [
        for j, b in concat(var.subnets.public, var.subnets.private, var.subnets.data) :
        i >= j || try(
          cidrhost("${split("/", a)[0]}/${min(tonumber(split("/", a)[1]), tonumber(split("/", b)[1]))}", 0)
          != cidrhost("${split("/", b)[0]}/${min(tonumber(split("/", a)[1]), tonumber(split("/", b)[1]))}", 0),
        false)
      ]
    ]))
    error_message = "The ranges do not overlap."
  }
}

variable "nat_gateways" {
  description = "per_zone: one NAT gateway in each zone, so that the loss of a zone takes no other zone's way out. single: one for all. none: the private subnets reach the endpoints of this module and nothing else."
  type        = string
  default     = "per_zone"
  nullable    = false

  validation {
    condition     = contains(["per_zone", "single", "none"], var.nat_gateways)
    error_message = "nat_gateways is per_zone, single or none."
  }
}

variable "gateway_endpoints" {
  description = "Services that are reached through a gateway endpoint, without NAT and without cost: s3, dynamodb."
  type        = set(string)
  default     = ["s3"]
  nullable    = false

  validation {
    condition     = length(setsubtract(var.gateway_endpoints, ["s3", "dynamodb"])) == 0
    error_message = "Gateway endpoints exist for s3 and dynamodb."
  }
}

variable "interface_endpoints" {
  description = "Services that are reached through an interface endpoint in the private subnets, such as ecr.api, ecr.dkr, sts, logs, secretsmanager, eks, eks-auth, ec2. Each one costs per zone and hour."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for service in var.interface_endpoints : can(regex("^[a-z0-9]+([.-][a-z0-9]+)*$", service))])
    error_message = "A service is named by the end of its endpoint's name, such as ecr.api."
  }
}

variable "peer_cidrs" {
  description = "IPv4 ranges beyond the VPC (peering, VPN, transit gateway) that the network ACL of the data subnets lets in and out. Security groups decide further."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = length(var.peer_cidrs) <= 8 && alltrue([for range in var.peer_cidrs : can(cidrhost(range, 0)) && !strcontains(range, ":")])
    error_message = "There are at most eight ranges in CIDR form; a network ACL has room for twenty rules."
  }
}

variable "flow_logs" {
  description = "Flow logs of the VPC into a log group: traffic is ALL, ACCEPT or REJECT; retention_days is a retention that CloudWatch has; kms_key_arn encrypts the group with a key whose policy lets CloudWatch Logs use it. null: none."
  type = object({
    traffic        = optional(string, "ALL")
    retention_days = optional(number, 90)
    kms_key_arn    = optional(string)
  })
  default = {}

  validation {
    condition     = var.flow_logs == null ? true : contains(["ALL", "ACCEPT", "REJECT"], var.flow_logs.traffic)
    error_message = "The traffic of flow logs is ALL, ACCEPT or REJECT."
  }

  validation {
    condition     = var.flow_logs == null ? true : contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.flow_logs.retention_days)
    error_message = "CloudWatch keeps logs 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653 days."
  }
}
