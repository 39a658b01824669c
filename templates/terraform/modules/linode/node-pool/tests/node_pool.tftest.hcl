mock_provider "linode" {
  mock_resource "linode_lke_node_pool" {
    defaults = { id = "606" }
  }
}

variables {
  cluster_id = 505
  name       = "batch"
  type       = "g6-dedicated-8"
  nodes      = { min = 1, max = 5 }
  tags       = ["external-pool"]
}

run "autoscaled" {
  command = apply

  assert {
    condition     = linode_lke_node_pool.this.cluster_id == 505 && linode_lke_node_pool.this.label == "batch" && linode_lke_node_pool.this.type == "g6-dedicated-8"
    error_message = "The pool does not carry cluster, name and plan."
  }

  assert {
    condition     = length(linode_lke_node_pool.this.autoscaler) == 1 && linode_lke_node_pool.this.autoscaler[0].min == 1 && linode_lke_node_pool.this.autoscaler[0].max == 5
    error_message = "The pool must be autoscaled from 1 to 5."
  }

  assert {
    condition     = contains(linode_lke_node_pool.this.tags, "external-pool")
    error_message = "The pool must carry the tag that keeps it."
  }

  assert {
    condition     = output.pool_id == "606"
    error_message = "The output must be the id of the pool."
  }
}

run "fixed" {
  command = plan

  variables {
    nodes  = { min = 2, max = 2 }
    labels = { "platform.example/pool" = "batch", tier = "batch" }
    taints = [{ key = "dedicated", value = "batch", effect = "NoSchedule" }]
  }

  assert {
    condition     = linode_lke_node_pool.this.node_count == 2 && length(linode_lke_node_pool.this.autoscaler) == 0
    error_message = "Equal bounds must give a fixed count and no autoscaler."
  }

  assert {
    condition     = linode_lke_node_pool.this.labels == tomap({ "platform.example/pool" = "batch", tier = "batch" })
    error_message = "The labels got lost."
  }

  assert {
    condition     = one(linode_lke_node_pool.this.taint).key == "dedicated" && one(linode_lke_node_pool.this.taint).value == "batch"
    error_message = "The taint got lost."
  }
}

run "large_enterprise_pool" {
  command = plan

  variables {
    nodes              = { min = 3, max = 300 }
    kubernetes_version = "v1.31.9+lke7"
  }

  assert {
    condition     = linode_lke_node_pool.this.k8s_version == "v1.31.9+lke7" && linode_lke_node_pool.this.autoscaler[0].max == 300
    error_message = "A pool of LKE Enterprise has its own version and up to 500 nodes."
  }
}

run "name_is_checked" {
  command = plan

  variables {
    name = "-batch"
  }

  expect_failures = [var.name]
}

run "type_is_checked" {
  command = plan

  variables {
    type = "m5.large"
  }

  expect_failures = [var.type]
}

run "rtx6000_is_refused" {
  command = plan

  variables {
    type = "g1-gpu-rtx6000-1"
  }

  expect_failures = [var.type]
}

run "empty_pool_is_refused" {
  command = plan

  variables {
    nodes = { min = 0, max = 3 }
  }

  expect_failures = [var.nodes]
}

run "min_above_max_is_refused" {
  command = plan

  variables {
    nodes = { min = 4, max = 3 }
  }

  expect_failures = [var.nodes]
}

run "more_than_a_hundred_nodes_are_refused" {
  command = plan

  variables {
    nodes = { min = 1, max = 101 }
  }

  expect_failures = [var.nodes]
}

run "label_without_value_is_refused" {
  command = plan

  variables {
    labels = { tier = "" }
  }

  expect_failures = [var.labels]
}

run "label_of_linode_is_refused" {
  command = plan

  variables {
    labels = { "lke.linode.com/pool-id" = "1" }
  }

  expect_failures = [var.labels]
}

run "taint_effect_is_checked" {
  command = plan

  variables {
    taints = [{ key = "a", value = "b", effect = "Never" }]
  }

  expect_failures = [var.taints]
}

run "taint_without_value_is_refused" {
  command = plan

  variables {
    taints = [{ key = "a", value = "", effect = "NoSchedule" }]
  }

  expect_failures = [var.taints]
}

run "missing_tag_is_refused" {
  command = plan

  variables {
    tags = []
  }

  expect_failures = [var.tags]
}

run "version_of_a_standard_cluster_is_refused" {
  command = plan

  variables {
    kubernetes_version = "1.34"
  }

  expect_failures = [var.kubernetes_version]
}
