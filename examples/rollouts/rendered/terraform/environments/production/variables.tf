# made by platc; edits belong in platform.yaml

variable "cluster_id" {
  description = "Id of the cluster: terraform -chdir=../../clusters/main output -raw cluster_id."
  type        = number
}
