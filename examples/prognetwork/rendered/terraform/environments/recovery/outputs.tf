# made by platc; edits belong in platform.yaml

output "cluster_name" {
  description = "Name of the cluster: aws eks update-kubeconfig takes it."
  value       = module.cluster.name
}

output "vpc_id" {
  description = "Id of the network."
  value       = module.network.vpc_id
}

output "private_subnet_ids" {
  description = "Subnets of the nodes."
  value       = module.network.private_subnet_ids
}

output "data_subnet_ids" {
  description = "Subnets of databases, caches and file systems."
  value       = module.network.data_subnet_ids
}

output "cluster_security_group_id" {
  description = "Security group of all nodes and pods."
  value       = module.cluster.security_group_id
}

output "key_arn" {
  description = "Key of what is at rest."
  value       = module.key.arn
}

output "database_prog" {
  description = "Where the copy is; accounts are those of the original."
  value = {
    host          = module.database_prog.host
    port          = module.database_prog.port
    database_name = "prog"
  }
}

output "cache_sessions" {
  description = "Where the cache is; connections need TLS."
  value = {
    host        = module.cache_sessions.host
    reader_host = module.cache_sessions.reader_host
    port        = module.cache_sessions.port
  }
}
