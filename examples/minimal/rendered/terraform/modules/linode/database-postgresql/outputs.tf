output "id" {
  description = "Id of the database."
  value       = linode_database_postgresql_v2.this.id
}

output "host" {
  description = "Host name of the primary."
  value       = linode_database_postgresql_v2.this.host_primary
}

output "host_standby" {
  description = "Host name of the standby, for reads. Absent or empty with one node."
  value       = linode_database_postgresql_v2.this.host_standby
}

output "port" {
  description = "Port of the database, assigned by the service when the database is made: do not assume 5432."
  value       = linode_database_postgresql_v2.this.port
}

output "database_name" {
  description = "Name of the database that every cluster starts with."
  value       = "defaultdb"
}

output "username" {
  description = "Administrator's name."
  value       = linode_database_postgresql_v2.this.root_username
  sensitive   = true
}

output "password" {
  description = "Administrator's password. It is in the state as well."
  value       = linode_database_postgresql_v2.this.root_password
  sensitive   = true
}

output "ca_cert" {
  description = "Certificate of the authority that signs the server's certificate, base64-encoded as the provider gives it."
  value       = linode_database_postgresql_v2.this.ca_cert
  sensitive   = true
}
