# made by platc; edits belong in platform.yaml

output "pool_baseline_id" {
  description = "Id of the pool: the label lke.linode.com/pool-id of its nodes."
  value       = module.pool_baseline.pool_id
}

output "database_users" {
  description = "Where the database is; the service chooses the port."
  value = {
    host          = module.database_users.host
    port          = module.database_users.port
    database_name = module.database_users.database_name
  }
}

output "admin_database_users" {
  description = "The administrator's account, and the certificate to verify the server by. In the state as well."
  value = {
    username = module.database_users.username
    password = module.database_users.password
    ca_cert  = module.database_users.ca_cert
  }
  sensitive = true
}

output "database_analytics" {
  description = "Where the database is; the service chooses the port."
  value = {
    host          = module.database_analytics.host
    port          = module.database_analytics.port
    database_name = module.database_analytics.database_name
  }
}

output "admin_database_analytics" {
  description = "The administrator's account, and the certificate to verify the server by. In the state as well."
  value = {
    username = module.database_analytics.username
    password = module.database_analytics.password
    ca_cert  = module.database_analytics.ca_cert
  }
  sensitive = true
}

output "bucket_analytics_exports" {
  description = "Where the bucket is."
  value = {
    name        = module.bucket_analytics_exports.name
    s3_endpoint = module.bucket_analytics_exports.s3_endpoint
    region      = module.bucket_analytics_exports.region
  }
}

output "keys_bucket_analytics_exports" {
  description = "Keys that open this bucket only. They are in the state as well."
  value = {
    access_key = module.bucket_analytics_exports.access_key
    secret_key = module.bucket_analytics_exports.secret_key
  }
  sensitive = true
}
