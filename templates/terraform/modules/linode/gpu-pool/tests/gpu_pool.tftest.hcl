mock_provider "linode" {
  mock_resource "linode_lke_node_pool" {
    defaults = { id = "707" }
  }
}

variables {
  cluster_id = 505
  name       = "inference"
  type       = "g2-gpu-rtx4000a1-m"
  nodes      = 2
  tags       = ["external-pool"]
}

run "fixed_pool" {
  command = apply

  assert {
    condition     = module.pool.node_count == 2
    error_message = "The pool must have the declared number of nodes."
  }

  assert {
    condition     = output.labels == tomap({ "nvidia.com/gpu.present" = "true" })
    error_message = "The nodes must carry the GPU label."
  }

  assert {
    condition     = [for t in output.taints : "${t.key}=${t.value}:${t.effect}"] == ["nvidia.com/gpu=present:NoSchedule"]
    error_message = "The nodes must carry the GPU taint."
  }

  assert {
    condition     = output.pool_id == "707"
    error_message = "The output must be the id of the pool."
  }
}

run "more_labels_and_taints" {
  command = plan

  variables {
    labels = { model = "llama" }
    taints = [{ key = "dedicated", value = "vllm", effect = "NoSchedule" }]
  }

  assert {
    condition     = output.labels == tomap({ "nvidia.com/gpu.present" = "true", model = "llama" })
    error_message = "The GPU label must stand beside the declared ones."
  }

  assert {
    condition     = toset([for t in output.taints : t.key]) == toset(["nvidia.com/gpu", "dedicated"])
    error_message = "The GPU taint must stand beside the declared ones."
  }
}

run "blackwell_is_accepted" {
  command = plan

  variables {
    type = "g3-gpu-rtxpro6000-blackwell-1"
  }

  assert {
    condition     = output.labels["nvidia.com/gpu.present"] == "true"
    error_message = "A third-generation GPU plan must pass."
  }
}

run "rtx6000_is_refused" {
  command = plan

  variables {
    type = "g1-gpu-rtx6000-1"
  }

  expect_failures = [var.type]
}

run "plan_without_gpu_is_refused" {
  command = plan

  variables {
    type = "g6-standard-8"
  }

  expect_failures = [var.type]
}

run "empty_pool_is_refused" {
  command = plan

  variables {
    nodes = 0
  }

  expect_failures = [var.nodes]
}

run "second_gpu_taint_is_refused" {
  command = plan

  variables {
    taints = [{ key = "nvidia.com/gpu", value = "true", effect = "NoSchedule" }]
  }

  expect_failures = [var.taints]
}
