# made by platc; edits belong in platform.yaml

output "pool_general_id" {
  description = "Id of the pool: the label lke.linode.com/pool-id of its nodes."
  value       = module.pool_general.pool_id
}
