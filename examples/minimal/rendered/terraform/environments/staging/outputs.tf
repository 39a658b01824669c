# made by platc; edits belong in platform.yaml

output "database_orders" {
  description = "Where the database is; the service chooses the port."
  value = {
    host          = module.database_orders.host
    port          = module.database_orders.port
    database_name = module.database_orders.database_name
  }
}

output "admin_database_orders" {
  description = "The administrator's account, and the certificate to verify the server by. In the state as well."
  value = {
    username = module.database_orders.username
    password = module.database_orders.password
    ca_cert  = module.database_orders.ca_cert
  }
  sensitive = true
}
