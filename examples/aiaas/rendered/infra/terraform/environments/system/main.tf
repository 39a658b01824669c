# made by platc; edits belong in platform.yaml

# Environment system: Platform infrastructure.
# Its pool baseline is the one that LKE demands in the cluster itself: see clusters/main.

# vLLM workloads
module "gpu_pool_inference" {
  source = "../../modules/linode/gpu-pool"

  cluster_id = var.cluster_id
  name       = "system-inference"
  type       = "g2-gpu-rtx4000a1-m"
  nodes      = 2
  labels = {
    "platc.dev/pool"        = "inference"
    "platc.dev/environment" = "system"
  }
  tags = ["aiaas-main-external", "environment:system", "owner:platform-team"]
}
