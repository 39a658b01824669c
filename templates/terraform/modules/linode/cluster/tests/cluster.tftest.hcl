mock_provider "linode" {
  mock_resource "linode_lke_cluster" {
    defaults = {
      id            = "505"
      api_endpoints = ["https://api.example.com:443"]
      kubeconfig    = "a3ViZWNvbmZpZw=="
    }
  }
}

variables {
  name               = "shop-production"
  region             = "fr-par"
  kubernetes_version = "1.34"
  first_pool = {
    name   = "baseline"
    type   = "g6-standard-8"
    min    = 3
    max    = 10
    labels = { "platform.example/pool" = "baseline" }
  }
}

run "autoscaled_first_pool" {
  command = apply

  assert {
    condition     = linode_lke_cluster.this.label == "shop-production" && linode_lke_cluster.this.region == "fr-par" && linode_lke_cluster.this.k8s_version == "1.34"
    error_message = "The cluster does not carry name, region and version."
  }

  assert {
    condition     = length(linode_lke_cluster.this.pool) == 1 && linode_lke_cluster.this.pool[0].autoscaler[0].min == 3 && linode_lke_cluster.this.pool[0].autoscaler[0].max == 10
    error_message = "The pool must be autoscaled from 3 to 10."
  }

  assert {
    condition     = linode_lke_cluster.this.pool[0].label == "baseline" && linode_lke_cluster.this.pool[0].labels["platform.example/pool"] == "baseline"
    error_message = "The pool does not carry its name and labels."
  }

  assert {
    condition     = linode_lke_cluster.this.external_pool_tags == toset(["external-pool"]) && output.pool_tag == "external-pool"
    error_message = "Pools outside the cluster must have a tag that keeps them."
  }

  assert {
    condition     = output.cluster_id == 505 && output.kubeconfig == "a3ViZWNvbmZpZw==" && output.api_endpoints[0] == "https://api.example.com:443"
    error_message = "The outputs must give the id as a number, the endpoints and the kubeconfig."
  }
}

run "control_plane_defaults" {
  command = plan

  assert {
    condition     = linode_lke_cluster.this.control_plane[0].high_availability && length(linode_lke_cluster.this.control_plane[0].acl) == 0
    error_message = "The control plane must be highly available and, without networks, have no list."
  }

  assert {
    condition     = linode_lke_cluster.this.control_plane[0].audit_logs_enabled == null && linode_lke_cluster.this.vpc_id == null && linode_lke_cluster.this.subnet_id == null
    error_message = "A standard cluster must not name what only LKE Enterprise has."
  }
}

run "fixed_first_pool" {
  command = plan

  variables {
    first_pool = {
      name   = "baseline"
      type   = "g6-standard-4"
      min    = 3
      max    = 3
      taints = [{ key = "dedicated", value = "system", effect = "NoSchedule" }]
    }
  }

  assert {
    condition     = linode_lke_cluster.this.pool[0].count == 3 && length(linode_lke_cluster.this.pool[0].autoscaler) == 0
    error_message = "Equal bounds must give a fixed count and no autoscaler."
  }

  assert {
    condition     = one(linode_lke_cluster.this.pool[0].taint).key == "dedicated" && one(linode_lke_cluster.this.pool[0].taint).effect == "NoSchedule"
    error_message = "The taint got lost."
  }
}

run "access_control_list" {
  command = plan

  variables {
    control_plane_allow = ["203.0.113.0/24", "2001:db8::/48"]
  }

  assert {
    condition     = linode_lke_cluster.this.control_plane[0].acl[0].enabled
    error_message = "The list must be enforced."
  }

  assert {
    condition     = linode_lke_cluster.this.control_plane[0].acl[0].addresses[0].ipv4 == toset(["203.0.113.0/24"]) && linode_lke_cluster.this.control_plane[0].acl[0].addresses[0].ipv6 == toset(["2001:db8::/48"])
    error_message = "The networks must be sorted into IPv4 and IPv6."
  }
}

run "enterprise" {
  command = plan

  variables {
    tier                = "enterprise"
    kubernetes_version  = "v1.31.9+lke7"
    audit_logs          = true
    vpc                 = { vpc_id = 1, subnet_id = 2 }
    control_plane_allow = ["203.0.113.0/24"]
  }

  assert {
    condition     = linode_lke_cluster.this.tier == "enterprise" && linode_lke_cluster.this.vpc_id == 1 && linode_lke_cluster.this.subnet_id == 2
    error_message = "An enterprise cluster must join the VPC."
  }

  assert {
    condition     = linode_lke_cluster.this.control_plane[0].audit_logs_enabled
    error_message = "Audit logs must be on."
  }
}

run "underscore_in_the_name_is_refused" {
  command = plan

  variables {
    name = "shop_production"
  }

  expect_failures = [var.name]
}

run "region_is_checked" {
  command = plan

  variables {
    region = "Paris"
  }

  expect_failures = [var.region]
}

run "tier_is_checked" {
  command = plan

  variables {
    tier = "premium"
  }

  expect_failures = [var.tier]
}

run "patch_version_is_refused" {
  command = plan

  variables {
    kubernetes_version = "1.34.1"
  }

  expect_failures = [var.kubernetes_version]
}

run "enterprise_needs_its_own_version_names" {
  command = plan

  variables {
    tier                = "enterprise"
    kubernetes_version  = "1.34"
    control_plane_allow = ["203.0.113.0/24"]
  }

  expect_failures = [var.kubernetes_version]
}

run "enterprise_needs_a_network_for_the_control_plane" {
  command = plan

  variables {
    tier               = "enterprise"
    kubernetes_version = "v1.31.9+lke7"
  }

  expect_failures = [var.control_plane_allow]
}

run "audit_logs_on_a_standard_cluster_are_refused" {
  command = plan

  variables {
    audit_logs = true
  }

  expect_failures = [var.audit_logs]
}

run "address_without_a_mask_is_refused" {
  command = plan

  variables {
    control_plane_allow = ["203.0.113.1"]
  }

  expect_failures = [var.control_plane_allow]
}

run "short_tag_is_refused" {
  command = plan

  variables {
    tags = ["x"]
  }

  expect_failures = [var.tags]
}

run "vpc_on_a_standard_cluster_is_refused" {
  command = plan

  variables {
    vpc = { vpc_id = 1, subnet_id = 2 }
  }

  expect_failures = [var.vpc]
}

run "pool_name_is_checked" {
  command = plan

  variables {
    first_pool = { name = "base line", type = "g6-standard-8", min = 3, max = 3 }
  }

  expect_failures = [var.first_pool]
}

run "pool_type_is_checked" {
  command = plan

  variables {
    first_pool = { name = "baseline", type = "m5.large", min = 3, max = 3 }
  }

  expect_failures = [var.first_pool]
}

run "min_above_max_is_refused" {
  command = plan

  variables {
    first_pool = { name = "baseline", type = "g6-standard-8", min = 4, max = 3 }
  }

  expect_failures = [var.first_pool]
}

run "empty_pool_is_refused" {
  command = plan

  variables {
    first_pool = { name = "baseline", type = "g6-standard-8", min = 0, max = 3 }
  }

  expect_failures = [var.first_pool]
}

run "more_than_a_hundred_nodes_are_refused" {
  command = plan

  variables {
    first_pool = { name = "baseline", type = "g6-standard-8", min = 3, max = 101 }
  }

  expect_failures = [var.first_pool]
}

run "label_of_linode_is_refused" {
  command = plan

  variables {
    first_pool = { name = "baseline", type = "g6-standard-8", min = 3, max = 3, labels = { "node.kubernetes.io/pool" = "x" } }
  }

  expect_failures = [var.first_pool]
}

run "taint_without_value_is_refused" {
  command = plan

  variables {
    first_pool = { name = "baseline", type = "g6-standard-8", min = 3, max = 3, taints = [{ key = "a", value = "", effect = "NoSchedule" }] }
  }

  expect_failures = [var.first_pool]
}

run "missing_external_pool_tag_is_refused" {
  command = plan

  variables {
    external_pool_tags = []
  }

  expect_failures = [var.external_pool_tags]
}
