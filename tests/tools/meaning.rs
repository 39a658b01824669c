//! What Terraform plans and kustomize builds, against what the spec means: the numbers come from the compiled spec, so
//! no expectation is a copy of the output.

use platc::catalog::Date;
use platc::plan::{Environment, Plan, Provider, Scale};
use platc::source::Source;
use serde_json::{Value, json};

use crate::terraform::{self, PlannedResource};
use crate::tool::{Example, Verdict, project, text};
use crate::{kubernetes, meaning_aws};

pub(crate) fn plan_of(example: &Example) -> Plan {
    let source = Source::new(example.spec.display().to_string(), text(&example.spec));
    let today = Date::new(2026, 11, 21).expect("a date");
    let compilation = platc::compile(&source, &platc::Options { today, files: None });
    compilation.plan.unwrap_or_else(|| panic!("{} has no plan", example.name))
}

/// The pools, databases and buckets of every example are planned exactly as its spec means them.
pub(crate) fn infrastructure() -> Verdict {
    let planned = terraform::planned()?;
    let mut problems = Vec::new();
    for example in project().examples() {
        let plan = plan_of(&example);
        let all: Vec<&PlannedResource> = planned
            .roots
            .iter()
            .filter(|root| root.example == example.name)
            .flat_map(|root| &root.resources)
            .collect();
        let of = |kind: &'static str| all.iter().filter(move |resource| resource.kind == kind);
        let mut expect = |what: String, found: Option<Value>, wanted: Value| {
            if found.as_ref() != Some(&wanted) {
                problems.push(format!("{}: {what}: planned {found:?}, meant {wanted}", example.name));
            }
        };
        let is_aws = |cluster: &platc::plan::Cluster| cluster.provider.value == Provider::Aws;
        if plan.clusters.values().all(is_aws) {
            let roots: Vec<_> = planned.roots.iter().filter(|root| root.example == example.name).collect();
            meaning_aws::infrastructure(&plan, &roots, &mut expect);
            continue;
        }
        for cluster in plan.clusters.values() {
            let made =
                of("linode_lke_cluster").find(|made| made.value("/label") == cluster.name.value.as_str());
            let value = |pointer: &str| made.map(|made| made.value(pointer).clone());
            expect(
                format!("version of {}", cluster.key),
                value("/k8s_version"),
                json!(cluster.kubernetes.value),
            );
            expect(format!("region of {}", cluster.key), value("/region"), json!(cluster.region.value));
            expect(
                format!("control plane of {}", cluster.key),
                value("/control_plane/0/high_availability"),
                json!(cluster.high_availability.value),
            );
        }
        for environment in plan.environments.values() {
            pools(&all, environment, &mut expect);
            for database in &environment.databases {
                let name = database.name.value.as_str();
                let made = of("linode_database_postgresql_v2").find(|made| made.value("/label") == name);
                let value = |pointer: &str| made.map(|made| made.value(pointer).clone());
                expect(format!("type of {name}"), value("/type"), json!(database.machine.value));
                expect(format!("nodes of {name}"), value("/cluster_size"), json!(database.nodes.value));
                expect(
                    format!("engine of {name}"),
                    value("/engine_id"),
                    json!(format!("postgresql/{}", database.version.value)),
                );
            }
        }
        let of_environments = plan.environments.values().flat_map(|environment| &environment.buckets);
        for bucket in plan.buckets.iter().chain(&plan.state).chain(of_environments) {
            let name = bucket.name.value.as_str();
            let made = of("linode_object_storage_bucket").find(|made| made.value("/label") == name);
            expect(
                format!("region of bucket {name}"),
                made.map(|made| made.value("/region").clone()),
                json!(bucket.region.value),
            );
        }
    }
    Some(problems)
}

/// A pool is one inline pool of a cluster or one resource of its own, found by the labels of its nodes.
fn pools(
    all: &[&PlannedResource],
    environment: &Environment,
    expect: &mut impl FnMut(String, Option<Value>, Value),
) {
    let labelled = |labels: &Value, key: &str| {
        labels.get("platc.dev/pool") == Some(&json!(key))
            && labels.get("platc.dev/environment") == Some(&json!(environment.key))
    };
    let found = |key: &str| -> Vec<Value> {
        let inline = all
            .iter()
            .filter(|resource| resource.kind == "linode_lke_cluster")
            .filter_map(|cluster| cluster.value("/pool").as_array())
            .flatten()
            .filter(|pool| labelled(&pool["labels"], key))
            .cloned();
        let own = all
            .iter()
            .filter(|resource| {
                resource.kind == "linode_lke_node_pool" && labelled(resource.value("/labels"), key)
            })
            .map(|resource| resource.values.clone());
        inline.chain(own).collect()
    };
    let size = |pool: &Value| {
        let count = pool.get("node_count").filter(|count| !count.is_null()).or_else(|| pool.get("count"));
        match pool.pointer("/autoscaler/0") {
            Some(range) => json!([range["min"], range["max"]]),
            None => json!([count, count]),
        }
    };
    for pool in &environment.pools {
        let place = format!("pool {} of {}", pool.key, environment.key);
        let made = found(&pool.key);
        expect(format!("number of {place}"), Some(json!(made.len())), json!(1));
        expect(
            format!("type of {place}"),
            made.first().map(|made| made["type"].clone()),
            json!(pool.machine.value),
        );
        expect(format!("size of {place}"), made.first().map(size), json!([pool.min.value, pool.max.value]));
    }
    for pool in &environment.gpu_pools {
        let place = format!("GPU pool {} of {}", pool.key, environment.key);
        let made = found(&pool.key);
        let nodes = pool.nodes.value;
        expect(
            format!("type of {place}"),
            made.first().map(|made| made["type"].clone()),
            json!(pool.machine.value),
        );
        expect(format!("size of {place}"), made.first().map(size), json!([nodes, nodes]));
        expect(
            format!("taint of {place}"),
            made.first().and_then(|made| made.pointer("/taint/0/key").cloned()),
            json!("nvidia.com/gpu"),
        );
    }
}

/// Replicas, autoscalers and disruption budgets are built for every example exactly as its spec means them.
pub(crate) fn workloads() -> Verdict {
    let built = kubernetes::built()?;
    let mut problems = Vec::new();
    for example in project().examples() {
        let plan = plan_of(&example);
        let find = |kind: &str, environment: &Environment, name: &str| -> Option<Value> {
            built
                .of(&example.name, kind)
                .filter(|(overlay, _)| {
                    // Two environments may have one namespace, each in a cluster of its own.
                    let mut parts = overlay.path.split(|c: char| "/ ()".contains(c));
                    parts.any(|part| kubernetes::environment_in(part) == environment.key)
                })
                .map(|(_, object)| object)
                .find(|object| {
                    object.pointer("/metadata/namespace") == Some(&json!(environment.namespace.value))
                        && object.pointer("/metadata/name") == Some(&json!(name))
                })
                .cloned()
        };
        for environment in plan.environments.values() {
            for service in &environment.services {
                let place = format!("{}: {} in {}", example.name, service.key, environment.key);
                let mut expect = |what: &str, found: Option<Value>, wanted: Option<Value>| {
                    if found != wanted {
                        problems.push(format!("{place}: {what}: built {found:?}, meant {wanted:?}"));
                    }
                };
                let at = |object: &Option<Value>, pointer: &str| {
                    object.as_ref().and_then(|object| object.pointer(pointer).cloned())
                };
                let kind = if service.is_rollout() { "Rollout" } else { "Deployment" };
                let deployment = find(kind, environment, &service.key);
                let autoscaler = find("HorizontalPodAutoscaler", environment, &service.key);
                let (replicas, min, max) = match &service.scale {
                    Scale::Fixed(replicas) => (Some(json!(replicas.value)), None, None),
                    Scale::Auto(auto) => (None, Some(json!(auto.min.value)), Some(json!(auto.max.value))),
                };
                expect("replicas", at(&deployment, "/spec/replicas"), replicas);
                expect("fewest pods", at(&autoscaler, "/spec/minReplicas"), min);
                expect("most pods", at(&autoscaler, "/spec/maxReplicas"), max);
                expect(
                    "image",
                    at(&deployment, "/spec/template/spec/containers/0/image"),
                    Some(json!(service.image.value)),
                );
                let budget = find("PodDisruptionBudget", environment, &service.key);
                expect(
                    "budget",
                    at(&budget, "/spec/minAvailable"),
                    service.min_available.as_ref().map(|pods| json!(pods.value)),
                );
            }
        }
    }
    Some(problems)
}
