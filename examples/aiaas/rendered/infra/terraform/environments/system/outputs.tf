# made by platc; edits belong in platform.yaml

output "gpu_pool_inference_id" {
  description = "Id of the pool: the label lke.linode.com/pool-id of its nodes."
  value       = module.gpu_pool_inference.pool_id
}
