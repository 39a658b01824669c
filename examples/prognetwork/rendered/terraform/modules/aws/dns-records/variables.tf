variable "zone_id" {
  description = "Id of the zone (`zone_id` of ../dns-zone). A change replaces every record."
  type        = string
}

variable "records" {
  description = <<-EOT
    Records by a stable key of your choice, which is their address in the state.
    - type: A, AAAA, CNAME, TXT, MX, NS, SRV, PTR or CAA.
    - name: the whole name, such as api.example.com.
    - values: what the record says; ttl_seconds goes with it.
    - alias: instead of values, the name and the zone id of an AWS resource (load balancer, CloudFront), which also works for the domain itself.
    - failover: primary or secondary, two records of one name; a primary with values needs a health check.
    - health_check: HTTPS (or HTTP, TCP) on this host, asked every 10 or 30 seconds from several regions.
  EOT
  type = map(object({
    type        = string
    name        = string
    values      = optional(list(string), [])
    ttl_seconds = optional(number, 300)
    alias = optional(object({
      name            = string
      zone_id         = string
      evaluate_health = optional(bool, true)
    }))
    failover = optional(string)
    health_check = optional(object({
      host             = string
      type             = optional(string, "HTTPS")
      path             = optional(string, "/")
      port             = optional(number, 443)
      interval_seconds = optional(number, 30)
      failures         = optional(number, 3)
    }))
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for record in values(var.records) : contains(["A", "AAAA", "CNAME", "TXT", "MX", "NS", "SRV", "PTR", "CAA"], record.type)])
    error_message = "The type of a record is one of A, AAAA, CNAME, TXT, MX, NS, SRV, PTR, CAA."
  }

  validation {
    condition     = alltrue([for record in values(var.records) : length(record.name) <= 255 && can(regex("^(\\*\\.)?[A-Za-z0-9_]([A-Za-z0-9._-]*[A-Za-z0-9])?$", record.name))])
    error_message = "The name of a record is whole, such as api.example.com, without a dot at the end."
  }

  validation {
    condition     = alltrue([for record in values(var.records) : (record.alias == null) != (length(record.values) == 0)])
    error_message = "A record has values or an alias."
  }

  validation {
    condition     = alltrue([for record in values(var.records) : record.alias == null || contains(["A", "AAAA"], record.type)])
    error_message = "An alias is an A or AAAA record."
  }

  validation {
    condition     = alltrue([for record in values(var.records) : record.ttl_seconds >= 0 && record.ttl_seconds <= 2147483647])
    error_message = "The TTL is 0-2147483647 seconds."
  }

  validation {
    condition     = alltrue([for record in values(var.records) : record.failover == null ? true : contains(["primary", "secondary"], record.failover)])
    error_message = "failover is primary or secondary."
  }

  validation {
    condition     = alltrue([for record in values(var.records) : try(record.failover == "primary", false) && record.alias == null ? record.health_check != null : true])
    error_message = "A primary with values needs a health check: otherwise it never fails over."
  }

  validation {
    condition     = alltrue([for record in values(var.records) : record.health_check == null ? true : contains(["HTTPS", "HTTP", "TCP"], record.health_check.type) && contains([10, 30], record.health_check.interval_seconds) && record.health_check.failures >= 1 && record.health_check.failures <= 10])
    error_message = "A health check is HTTPS, HTTP or TCP, every 10 or 30 seconds, with 1-10 failures in a row."
  }
}
