# made by platc; edits belong in platform.yaml

variable "domain_id" {
  description = "Id of the DNS zone: terraform -chdir=../../platform output -raw domain_id."
  type        = number
}

variable "ingress_address" {
  description = "IPv4 address of the ingress controller's load balancer, known once that runs: kubectl -n ingress-nginx get services. null: no DNS records yet."
  type        = string
  default     = null
}
