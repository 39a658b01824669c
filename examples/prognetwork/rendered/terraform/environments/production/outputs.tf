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
  description = "Where the database is."
  value = {
    host          = module.database_prog.host
    port          = module.database_prog.port
    database_name = module.database_prog.database_name
  }
}

output "admin_database_prog" {
  description = "The administrator's account; the secret holds its password: aws secretsmanager get-secret-value."
  value = {
    username   = "administrator"
    secret_arn = module.database_prog.secret_arn
  }
}

output "originals" {
  description = "ARNs of databases that have running copies elsewhere: a variable of the root with the copies."
  value       = { prog = module.database_prog.arn }
}

output "cache_sessions" {
  description = "Where the cache is; connections need TLS."
  value = {
    host        = module.cache_sessions.host
    reader_host = module.cache_sessions.reader_host
    port        = module.cache_sessions.port
  }
}
