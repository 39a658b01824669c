mock_provider "aws" {
  mock_resource "aws_elasticache_replication_group" {
    defaults = { id = "prog-redis-cluster", arn = "arn:aws:elasticache:us-east-1:123456789012:replicationgroup:p", primary_endpoint_address = "primary.example.com", reader_endpoint_address = "reader.example.com", configuration_endpoint_address = "cluster.example.com" }
  }
  mock_resource "aws_elasticache_user" {
    defaults = { arn = "arn:aws:elasticache:us-east-1:123456789012:user:u" }
  }
}

variables {
  log_kms_key_arn         = "arn:aws:kms:us-east-1:123456789012:key/logs"
  name                    = "prog-redis-cluster"
  description             = "Redis cluster for ProgNetwork"
  engine                  = "redis"
  engine_version          = "7.0"
  node_type               = "cache.m7g.large"
  replicas                = 2
  vpc_id                  = "vpc-1"
  subnet_ids              = ["subnet-1", "subnet-2"]
  allowed_security_groups = { cluster = "sg-1" }
}

run "highly_available" {
  command = plan

  assert {
    condition     = alltrue([for group in aws_cloudwatch_log_group.this : group.kms_key_id == var.log_kms_key_arn])
    error_message = "The logs are encrypted with the key that is given for them."
  }

  assert {
    condition     = aws_elasticache_replication_group.this.num_cache_clusters == 3 && aws_elasticache_replication_group.this.automatic_failover_enabled && aws_elasticache_replication_group.this.multi_az_enabled
    error_message = "Three nodes in several zones, with failover."
  }

  assert {
    condition     = tobool(aws_elasticache_replication_group.this.at_rest_encryption_enabled) && aws_elasticache_replication_group.this.transit_encryption_enabled
    error_message = "The cache is encrypted at rest and in transit."
  }

  assert {
    condition     = aws_elasticache_parameter_group.this.family == "redis7" && aws_elasticache_replication_group.this.parameter_group_name == "prog-redis-cluster-redis7"
    error_message = "The family follows the version."
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.this["cluster"].referenced_security_group_id == "sg-1" && aws_vpc_security_group_ingress_rule.this["cluster"].from_port == 6379
    error_message = "Only the named group connects."
  }

  assert {
    condition     = aws_elasticache_replication_group.this.snapshot_retention_limit == 7 && aws_elasticache_replication_group.this.final_snapshot_identifier == "prog-redis-cluster-final" && length(aws_elasticache_user_group.this) == 0
    error_message = "There are snapshots, and no users."
  }
}

run "single_node" {
  command = plan

  variables {
    replicas       = 0
    engine         = "valkey"
    engine_version = "8.0"
    subnet_ids     = ["subnet-1"]
  }

  assert {
    condition     = aws_elasticache_replication_group.this.num_cache_clusters == 1 && !aws_elasticache_replication_group.this.automatic_failover_enabled && !aws_elasticache_replication_group.this.multi_az_enabled && aws_elasticache_parameter_group.this.family == "valkey8"
    error_message = "One node fails over to nobody."
  }
}

run "cluster_mode" {
  command = plan

  variables {
    shards     = 3
    parameters = { "maxmemory-policy" = "volatile-lru" }
  }

  assert {
    condition     = aws_elasticache_replication_group.this.num_node_groups == 3 && aws_elasticache_replication_group.this.replicas_per_node_group == 2
    error_message = "Shards and replicas got lost."
  }

  assert {
    condition     = one([for parameter in aws_elasticache_parameter_group.this.parameter : parameter.value if parameter.name == "cluster-enabled"]) == "yes" && one([for parameter in aws_elasticache_parameter_group.this.parameter : parameter.value if parameter.name == "maxmemory-policy"]) == "volatile-lru"
    error_message = "The parameters say cluster mode."
  }
}

run "users_of_iam" {
  command = plan

  variables {
    users = { sessions = "on ~sessions:* +@all -@dangerous" }
  }

  assert {
    condition     = aws_elasticache_user.this["sessions"].authentication_mode[0].type == "iam" && aws_elasticache_user.this["sessions"].user_id == aws_elasticache_user.this["sessions"].user_name
    error_message = "The user logs in by IAM."
  }

  assert {
    condition     = aws_elasticache_user.default[0].access_string == "off ~* -@all" && aws_elasticache_user_group.this[0].user_ids == toset(["sessions", "prog-redis-cluster-default"]) && aws_elasticache_replication_group.this.user_group_ids == toset(["prog-redis-cluster"])
    error_message = "The default user is switched off."
  }
}

run "users_of_valkey" {
  command = plan

  variables {
    engine         = "valkey"
    engine_version = "8.1"
    users          = { sessions = "on ~sessions:* +@all -@dangerous" }
  }

  assert {
    condition     = length(aws_elasticache_user.default) == 0 && aws_elasticache_user_group.this[0].user_ids == toset(["sessions"]) && aws_elasticache_user.this["sessions"].engine == "valkey"
    error_message = "Valkey needs no default user."
  }
}

run "outputs" {
  command = apply

  assert {
    condition     = output.host == "primary.example.com" && output.reader_host == "reader.example.com" && output.port == 6379 && output.name == "prog-redis-cluster"
    error_message = "The outputs must lead to the cache."
  }
}

run "replicas_in_one_zone_are_refused" {
  command = plan

  variables {
    subnet_ids = ["subnet-1"]
  }

  expect_failures = [var.subnet_ids]
}

run "iam_needs_version_7" {
  command = plan

  variables {
    engine_version = "6.2"
    users          = { sessions = "on ~* +@all" }
  }

  expect_failures = [var.users]
}

run "values_are_checked" {
  command = plan

  variables {
    name               = "Prog"
    description        = ""
    engine_version     = "8.0"
    node_type          = "t3.medium"
    replicas           = 6
    shards             = 0
    kms_key_arn        = "k"
    port               = 80
    parameters         = { "cluster-enabled" = "yes" }
    snapshots          = { retention_days = 36 }
    maintenance_window = "sunday"
    log_retention_days = 8
    log_kms_key_arn    = "alias/logs"
  }

  expect_failures = [var.name, var.description, var.engine_version, var.node_type, var.replicas, var.shards, var.kms_key_arn, var.port, var.parameters, var.snapshots, var.maintenance_window, var.log_retention_days, var.log_kms_key_arn]
}

run "engine_is_checked" {
  command = plan

  variables {
    engine = "memcached"
  }

  expect_failures = [var.engine]
}

run "default_user_is_refused" {
  command = plan

  variables {
    users = { default = "on ~* +@all" }
  }

  expect_failures = [var.users]
}

run "access_string_is_checked" {
  command = plan

  variables {
    users = { sessions = "allow" }
  }

  expect_failures = [var.users]
}
