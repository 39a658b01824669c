# made by platc; edits belong in platform.yaml

variable "zone_id" {
  description = "Id of the DNS zone: terraform -chdir=../../platform output -raw zone_id."
  type        = string
}

variable "ingress_host" {
  description = "Host name of the load balancer, known once the ingress controller runs: kubectl -n ingress-nginx get ingresses. null: no DNS records yet."
  type        = string
  default     = null
}
