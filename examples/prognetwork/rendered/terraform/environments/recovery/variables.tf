# made by platc; edits belong in platform.yaml

variable "originals" {
  description = "ARNs of the databases that are copied here: terraform -chdir=../../environments/production output -json originals."
  type        = map(string)
}

variable "zone_id" {
  description = "Id of the DNS zone: terraform -chdir=../../platform output -raw zone_id."
  type        = string
}
