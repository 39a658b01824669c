# made by platc; edits belong in platform.yaml

# What differs between environments.

network_cidr = "10.30.0.0/16"

network_availability_zones = ["us-west-2a", "us-west-2b", "us-west-2c"]

cluster_kubernetes_version = "1.36"

pool_main_kubernetes_version = "1.36"

pool_main_instance_types = ["m6i.large"]

pool_main_nodes = { min = 3, max = 9 }

pool_spot_kubernetes_version = "1.36"

pool_spot_instance_types = ["m6i.large", "m5.large", "m6a.large", "m5a.large"]

pool_spot_nodes = { min = 0, max = 6 }

web_acl_rate_limit = 2000

database_main_engine_version = "17"

database_main_instance_class = "db.m6g.large"

database_main_backup = { retention_days = 7, window = "03:00-04:00" }

database_main_maintenance_window = "mon:04:00-mon:05:00"

database_main_reader_engine_version = "17"

database_main_reader_instance_class = "db.m6g.large"

database_main_reader_maintenance_window = "mon:04:00-mon:05:00"

cache_sessions_engine_version = "8.0"

cache_sessions_node_type = "cache.m6g.large"

cache_sessions_replicas = 1

cache_sessions_snapshots = { retention_days = 7, window = "02:00-03:00" }

cache_sessions_maintenance_window = "sun:04:00-sun:05:00"

web_acl_cdn_rate_limit = 2000
