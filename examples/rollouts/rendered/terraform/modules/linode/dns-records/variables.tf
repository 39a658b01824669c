variable "domain_id" {
  description = "Id of the zone (`domain_id` of ../dns-domain). A change replaces every record."
  type        = number
}

variable "records" {
  description = <<-EOT
    Records by a stable key of your choice; the key is the address in the state and never reaches Linode.
    - type: A, AAAA, CNAME, TXT, MX, NS, SRV, PTR or CAA. A change replaces the record.
    - name: relative to the zone, empty for the zone itself; not for SRV.
    - target: an address, a name or the text.
    - ttl_seconds: 30, 120, 300, 3600, ... (the values that Linode keeps as they are).
    - priority: MX and SRV only, 0-255. weight, port, service, protocol: SRV only. tag: CAA only.
  EOT
  type = map(object({
    type        = string
    name        = optional(string, "")
    target      = string
    ttl_seconds = optional(number, 300)
    priority    = optional(number)
    weight      = optional(number)
    port        = optional(number)
    service     = optional(string)
    protocol    = optional(string)
    tag         = optional(string)
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for r in values(var.records) : contains(["A", "AAAA", "CNAME", "TXT", "MX", "NS", "SRV", "PTR", "CAA"], r.type)])
    error_message = "The type of a record is one of A, AAAA, CNAME, TXT, MX, NS, SRV, PTR, CAA."
  }

  validation {
    condition     = alltrue([for r in values(var.records) : length(r.name) <= 100])
    error_message = "The name of a record has at most 100 characters."
  }

  validation {
    condition     = alltrue([for r in values(var.records) : r.type == "SRV" ? r.name == "" : true])
    error_message = "An SRV record takes no name: Linode builds it from service and protocol."
  }

  validation {
    condition     = alltrue([for r in values(var.records) : contains([30, 120, 300, 3600, 7200, 14400, 28800, 57600, 86400, 172800, 345600, 604800, 1209600, 2419200], r.ttl_seconds)])
    error_message = "The TTL is one of 30, 120, 300, 3600, 7200, 14400, 28800, 57600, 86400, 172800, 345600, 604800, 1209600, 2419200."
  }

  validation {
    condition     = alltrue([for r in values(var.records) : r.type == "A" ? can(cidrnetmask("${r.target}/32")) : true])
    error_message = "The target of an A record is an IPv4 address."
  }

  validation {
    condition     = alltrue([for r in values(var.records) : r.type == "AAAA" ? strcontains(r.target, ":") && can(cidrhost("${r.target}/128", 0)) : true])
    error_message = "The target of an AAAA record is an IPv6 address."
  }

  validation {
    condition     = alltrue([for r in values(var.records) : r.type == "CNAME" ? r.name != "" : true])
    error_message = "A CNAME at the zone itself is not possible in DNS: it needs a name."
  }

  validation {
    condition = alltrue([
      for r in values(var.records) :
      contains(["MX", "SRV"], r.type)
      ? try(r.priority >= 0 && r.priority <= 255, false)
      : r.priority == null
    ])
    error_message = "MX and SRV records need a priority of 0-255; other records take none."
  }

  validation {
    condition = alltrue([
      for r in values(var.records) :
      r.type == "SRV"
      ? r.service != null && r.protocol != null && r.port != null && r.weight != null
      : r.service == null && r.protocol == null && r.port == null && r.weight == null
    ])
    error_message = "SRV records need service, protocol, port and weight; other records take none of them."
  }

  validation {
    condition     = alltrue([for r in values(var.records) : r.type == "CAA" ? contains(["issue", "issuewild", "iodef"], coalesce(r.tag, "-")) : r.tag == null])
    error_message = "CAA records need a tag (issue, issuewild or iodef); other records take none."
  }
}
