# made by platc; edits belong in platform.yaml

variable "administrators" {
  description = "ARN of the IAM role that administers the cluster, such as that of the platform team."
  type        = string
}

variable "originals" {
  description = "ARNs of the databases that are copied here: terraform -chdir=../../environments/prod output -json originals."
  type        = map(string)
}

variable "zone_id" {
  description = "Id of the DNS zone: terraform -chdir=../../platform output -raw zone_id."
  type        = string
}
