# made by platc; edits belong in platform.yaml

variable "region" {
  description = "Linode region. A change replaces what is made here, and the other roots need the same one."
  type        = string
  default     = "fr-par"
}

variable "cluster_id" {
  description = "Id of the cluster: terraform -chdir=../../clusters/main output -raw cluster_id."
  type        = number
}

variable "database_allow_list" {
  description = "Networks in CIDR form that may connect to the databases; empty lets nobody in. Nodes of a standard LKE cluster connect from their public addresses, which change with every node that is added or recycled: either keep this list up to date, or open it ([\"0.0.0.0/0\"]) and rely on TLS and passwords."
  type        = list(string)
}

variable "domain_id" {
  description = "Id of the DNS zone: terraform -chdir=../../platform output -raw domain_id."
  type        = number
}

variable "ingress_address" {
  description = "IPv4 address of the ingress controller's load balancer, known once that runs: kubectl -n ingress-nginx get services. null: no DNS records yet."
  type        = string
  default     = null
}
