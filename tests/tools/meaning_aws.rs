//! What the specs of AWS examples mean, and what Terraform plans of it: clusters, networks, node groups, databases, buckets.

use platc::plan::{Database, Environment, Plan};
use serde_json::{Value, json};

use crate::terraform::{PlannedResource, PlannedRoot};

/// Compares a plan with the roots of its example; `expect` takes what, what was planned, and what is meant.
pub(crate) fn infrastructure(
    plan: &Plan,
    roots: &[&PlannedRoot],
    expect: &mut impl FnMut(String, Option<Value>, Value),
) {
    for environment in plan.environments.values() {
        let Some(cluster) = plan.clusters.get(&environment.cluster.value) else { continue };
        let end = format!("environments/{}", environment.key);
        let Some(root) = roots.iter().find(|root| root.path.ends_with(&end)) else {
            expect(format!("root of {}", environment.key), None, json!(end));
            continue;
        };
        let one = |kind: &'static str, pointer: &str, wanted: &Value| -> Option<&PlannedResource> {
            root.of(kind).find(|made| made.value(pointer) == wanted)
        };
        let name = json!(cluster.name.value);
        let made = one("aws_eks_cluster", "/name", &name);
        let value = |pointer: &str| made.map(|made| made.value(pointer).clone());
        expect(format!("version of {}", cluster.key), value("/version"), json!(cluster.kubernetes.value));
        expect(
            format!("public API of {}", cluster.key),
            value("/vpc_config/0/endpoint_public_access"),
            json!(!cluster.control_plane_allow.is_empty()),
        );
        if let Some(network) = &cluster.network {
            let vpc = root.of("aws_vpc").next();
            let cidr = vpc.map(|vpc| vpc.value("/cidr_block").clone());
            expect(format!("range of {}", cluster.key), cidr, json!(network.cidr.value.to_string()));
            let subnets = root.of("aws_subnet").count();
            // Public, private and data in each zone.
            expect(
                format!("subnets of {}", cluster.key),
                Some(json!(subnets)),
                json!(3 * network.zones.len()),
            );
        }
        for pool in &environment.pools {
            let place = format!("pool {} of {}", pool.key, environment.key);
            let group = one("aws_eks_node_group", "/node_group_name", &json!(pool.name.value));
            let value = |pointer: &str| group.map(|made| made.value(pointer).clone());
            let types: Vec<&str> = std::iter::once(&pool.machine)
                .chain(&pool.alternatives)
                .map(|it| it.value.as_str())
                .collect();
            expect(format!("types of {place}"), value("/instance_types"), json!(types));
            expect(format!("least of {place}"), value("/scaling_config/0/min_size"), json!(pool.min.value));
            expect(format!("most of {place}"), value("/scaling_config/0/max_size"), json!(pool.max.value));
            let capacity = if pool.spot.value { "SPOT" } else { "ON_DEMAND" };
            expect(format!("capacity of {place}"), value("/capacity_type"), json!(capacity));
        }
        for database in environment.databases.iter().filter(|database| database.copy_of.is_none()) {
            of_database(environment, database, root, expect);
        }
        let buckets = environment.buckets.iter().filter(|bucket| bucket.copy_of.is_none());
        for bucket in buckets {
            let made = one("aws_s3_bucket", "/bucket", &json!(bucket.name.value));
            let found = made.map(|made| made.value("/bucket").clone());
            expect(format!("bucket {}", bucket.key), found, json!(bucket.name.value));
        }
    }
}

fn of_database(
    environment: &Environment,
    database: &Database,
    root: &PlannedRoot,
    expect: &mut impl FnMut(String, Option<Value>, Value),
) {
    let name = &database.name.value;
    let place = format!("{name} of {}", environment.key);
    let made = root.of("aws_db_instance").find(|made| made.value("/identifier") == name.as_str());
    let value = |pointer: &str| made.map(|made| made.value(pointer).clone());
    expect(format!("class of {place}"), value("/instance_class"), json!(database.machine.value));
    expect(format!("version of {place}"), value("/engine_version"), json!(database.version.value));
    expect(format!("zones of {place}"), value("/multi_az"), json!(database.nodes.value > 1));
    expect(format!("encryption of {place}"), value("/storage_encrypted"), json!(true));
    if let Some(backup) = &database.backup {
        let days = backup.keep.value.0 / platc::units::Duration::DAY.0;
        expect(format!("retention of {place}"), value("/backup_retention_period"), json!(days));
    }
}
