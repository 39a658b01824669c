variable "cluster_name" {
  description = "Name of the cluster (`name` of ../cluster)."
  type        = string
}

variable "addons" {
  description = <<-EOT
    Add-ons of EKS that need nodes, by their EKS name, such as coredns, aws-ebs-csi-driver, aws-efs-csi-driver, snapshot-controller, metrics-server.
    - version: such as v1.11.4-eksbuild.2; null is EKS' default for the Kubernetes version.
    - configuration: settings of the add-on, as JSON text.
    - role_arns: IAM roles of its service accounts by their names, through Pod Identity (`role_arn` of ../workload-identity with mode trust_only).
  EOT
  type = map(object({
    version       = optional(string)
    configuration = optional(string)
    role_arns     = optional(map(string), {})
  }))
  nullable = false

  validation {
    condition     = length(setintersection(keys(var.addons), ["vpc-cni", "kube-proxy", "eks-pod-identity-agent"])) == 0
    error_message = "vpc-cni, kube-proxy and eks-pod-identity-agent come with ../cluster."
  }

  validation {
    condition     = alltrue([for addon in values(var.addons) : addon.version == null ? true : can(regex("^v[0-9]+\\.[0-9]+\\.[0-9]+-eksbuild\\.[0-9]+$", addon.version))])
    error_message = "The version of an add-on looks like v1.11.4-eksbuild.2."
  }

  validation {
    condition     = alltrue([for addon in values(var.addons) : addon.configuration == null ? true : can(keys(jsondecode(addon.configuration)))])
    error_message = "The configuration of an add-on is a JSON object."
  }
}
