# made by platc; edits belong in platform.yaml

variable "administrators" {
  description = "ARN of the IAM role that administers the cluster, such as that of the platform team."
  type        = string
}

variable "originals" {
  description = "ARNs of the databases that are copied here: terraform -chdir=../../environments/prod output -json originals."
  type        = map(string)
}

variable "file_system_copies" {
  description = "Ids of the copies of file systems: terraform -chdir=../../environments/prod output -json file_system_copies."
  type        = map(string)
}

variable "zone_id" {
  description = "Id of the DNS zone: terraform -chdir=../../platform output -raw zone_id."
  type        = string
}

variable "network_cidr" {
  description = "cidr of network: see the module aws/network."
  type        = string
}

variable "network_availability_zones" {
  description = "availability_zones of network: see the module aws/network."
  type        = list(string)
}

variable "cluster_kubernetes_version" {
  description = "kubernetes_version of cluster: see the module aws/cluster."
  type        = string
}

variable "pool_main_kubernetes_version" {
  description = "kubernetes_version of pool_main: see the module aws/node-group."
  type        = string
}

variable "pool_main_instance_types" {
  description = "instance_types of pool_main: see the module aws/node-group."
  type        = list(string)
}

variable "pool_main_nodes" {
  description = "nodes of pool_main: see the module aws/node-group."
  type        = object({ min = number, max = number })
}

variable "pool_spot_kubernetes_version" {
  description = "kubernetes_version of pool_spot: see the module aws/node-group."
  type        = string
}

variable "pool_spot_instance_types" {
  description = "instance_types of pool_spot: see the module aws/node-group."
  type        = list(string)
}

variable "pool_spot_nodes" {
  description = "nodes of pool_spot: see the module aws/node-group."
  type        = object({ min = number, max = number })
}

variable "web_acl_rate_limit" {
  description = "rate_limit of web_acl: see the module aws/waf."
  type        = number
}

variable "database_main_engine_version" {
  description = "engine_version of database_main: see the module aws/database-replica."
  type        = string
}

variable "database_main_instance_class" {
  description = "instance_class of database_main: see the module aws/database-replica."
  type        = string
}

variable "database_main_maintenance_window" {
  description = "maintenance_window of database_main: see the module aws/database-replica."
  type        = string
}

variable "cache_sessions_engine_version" {
  description = "engine_version of cache_sessions: see the module aws/cache."
  type        = string
}

variable "cache_sessions_node_type" {
  description = "node_type of cache_sessions: see the module aws/cache."
  type        = string
}

variable "cache_sessions_replicas" {
  description = "replicas of cache_sessions: see the module aws/cache."
  type        = number
}

variable "cache_sessions_snapshots" {
  description = "snapshots of cache_sessions: see the module aws/cache."
  type        = object({ retention_days = number, window = string })
}

variable "cache_sessions_maintenance_window" {
  description = "maintenance_window of cache_sessions: see the module aws/cache."
  type        = string
}
