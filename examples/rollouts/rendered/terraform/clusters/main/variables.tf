# made by platc; edits belong in platform.yaml

variable "region" {
  description = "Linode region. A change replaces what is made here, and the other roots need the same one."
  type        = string
  default     = "fr-par"
}
