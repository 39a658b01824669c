# made by platc; edits belong in platform.yaml

variable "region" {
  description = "Linode region. A change replaces what is made here, and the other roots need the same one."
  type        = string
  default     = "fr-par"
}

variable "database_allow_list" {
  description = "Networks in CIDR form that may connect to the databases; empty lets nobody in. Nodes of a standard LKE cluster connect from their public addresses, which change with every node that is added or recycled: either keep this list up to date, or open it ([\"0.0.0.0/0\"]) and rely on TLS and passwords."
  type        = list(string)
}
