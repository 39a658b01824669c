//! What holds for the roots as data.

use std::collections::BTreeMap;

use platc::plan;
use platc::provider::root::{ModuleCall, Root, Value};
use platc::provider::{PROVIDERS, first_pool, of, roots};

use crate::{is, platform, service, single};

fn root<'r>(roots: &'r [Root], path: &str) -> &'r Root {
    roots.iter().find(|root| root.path == path).unwrap_or_else(|| panic!("a root {path}"))
}

fn call<'r>(root: &'r Root, name: &str) -> &'r ModuleCall {
    root.modules
        .iter()
        .find(|call| call.name == name)
        .unwrap_or_else(|| panic!("a call {name} in {}", root.path))
}

fn argument<'r>(call: &'r ModuleCall, name: &str) -> Option<&'r Value> {
    call.arguments.iter().find(|(argument, _)| *argument == name).map(|(_, value)| value)
}

fn entry<'v>(value: &'v Value, key: &str) -> Option<&'v Value> {
    let Value::Map(entries) = value else { return None };
    entries.iter().find(|(name, _)| name == key).map(|(_, value)| value)
}

/// How often each pool is made, by its real name.
fn pools(roots: &[Root]) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    for call in roots.iter().flat_map(|root| &root.modules) {
        let name = match call.module.as_str() {
            "linode/cluster" => argument(call, "first_pool").and_then(|pool| entry(pool, "name")),
            "linode/node-pool" | "linode/gpu-pool" => argument(call, "name"),
            _ => None,
        };
        if let Some(Value::Text(name)) = name {
            *found.entry(name.clone()).or_default() += 1;
        }
    }
    found
}

#[test]
fn every_cloud_of_the_language_is_here_once() {
    let words: Vec<_> = plan::Provider::WORDS.iter().map(|(word, _)| *word).collect();
    assert_eq!(PROVIDERS.iter().map(|provider| provider.id().word()).collect::<Vec<_>>(), words);
    for provider in PROVIDERS {
        assert_eq!(of(provider.id()).id(), provider.id());
    }
}

#[test]
fn every_pool_is_made_exactly_once() {
    for plan in [platform(), single()] {
        let expected: BTreeMap<String, usize> = plan
            .environments
            .values()
            .flat_map(|e| {
                e.pools.iter().map(|pool| &pool.name).chain(e.gpu_pools.iter().map(|pool| &pool.name))
            })
            .map(|name| (name.value.clone(), 1))
            .collect();
        assert_eq!(pools(&roots(&plan)), expected);
    }
}

#[test]
fn the_pool_inside_the_cluster_is_that_of_the_system_environment() {
    let roots = roots(&platform());
    let cluster = call(root(&roots, "clusters/main"), "cluster");
    let first = argument(cluster, "first_pool").expect("a first pool");
    assert_eq!(entry(first, "name"), Some(&Value::text("system-baseline")));
    let system = root(&roots, "environments/system");
    assert!(system.modules.iter().all(|call| call.module != "linode/node-pool"));
    assert!(system.about.contains("pool baseline"), "{}", system.about);
}

#[test]
fn a_pool_of_the_whole_cluster_goes_before_those_of_environments() {
    let mut plan = platform();
    let mut pool = plan.environments["development"].pools[0].clone();
    pool.name = is("shared".to_owned());
    plan.clusters["main"].pools.push(pool);
    assert_eq!(first_pool(&plan, &plan.clusters["main"]).expect("a pool").name.value, "shared");
    assert_eq!(pools(&roots(&plan)).len(), 6);
}

#[test]
fn without_a_system_environment_the_first_environment_gives_the_first_pool() {
    let mut plan = platform();
    plan.environments.shift_remove("system");
    assert_eq!(first_pool(&plan, &plan.clusters["main"]).expect("a pool").name.value, "development-baseline");
}

#[test]
fn pools_outside_the_cluster_carry_the_tag_that_it_asks_for() {
    let plan = platform();
    let roots = roots(&plan);
    let asked = argument(call(root(&roots, "clusters/main"), "cluster"), "external_pool_tags");
    let Some(Value::List(asked)) = asked else { panic!("tags") };
    let outside: Vec<_> = roots
        .iter()
        .flat_map(|root| &root.modules)
        .filter(|call| call.module.ends_with("-pool"))
        .map(|call| argument(call, "tags"))
        .collect();
    assert_eq!(outside.len(), 4);
    for tags in outside {
        assert!(matches!(tags, Some(Value::List(tags)) if tags.first() == asked.first()));
    }
}

#[test]
fn an_environment_with_a_cluster_of_its_own_is_one_root() {
    let roots = roots(&single());
    let paths: Vec<_> = roots.iter().map(|root| root.path.as_str()).collect();
    assert_eq!(paths, ["bootstrap", "platform", "environments/production"]);
    let production = &roots[2];
    let batch = call(production, "pool_batch");
    assert_eq!(argument(batch, "cluster_id"), Some(&Value::Output("cluster".into(), "cluster_id")));
    assert!(production.variables.iter().all(|variable| variable.name != "cluster_id"));
    assert_eq!(production.variables.iter().filter(|variable| variable.name == "region").count(), 1);
}

#[test]
fn the_sizes_and_versions_of_the_plan_reach_the_calls() {
    let roots = roots(&platform());
    let production = root(&roots, "environments/production");
    let pool = call(production, "pool_baseline");
    assert_eq!(argument(pool, "type"), Some(&Value::text("g6-standard-8")));
    let nodes = argument(pool, "nodes").expect("nodes");
    assert_eq!((entry(nodes, "min"), entry(nodes, "max")), (Some(&Value::Int(3)), Some(&Value::Int(10))));
    let gpus = call(root(&roots, "environments/system"), "gpu_pool_inference");
    assert_eq!(argument(gpus, "nodes"), Some(&Value::Int(2)));
    let database = call(production, "database_analytics");
    assert_eq!(argument(database, "engine_version"), Some(&Value::text("17")));
    assert_eq!(argument(database, "cluster_size"), Some(&Value::Int(3)));
    let small = call(root(&roots, "environments/staging"), "database_users");
    assert_eq!(argument(small, "cluster_size"), Some(&Value::Int(1)));
    let cluster = call(root(&roots, "clusters/main"), "cluster");
    assert_eq!(argument(cluster, "kubernetes_version"), Some(&Value::text("1.35")));
    let region =
        root(&roots, "clusters/main").variables.iter().find(|v| v.name == "region").expect("a region");
    assert_eq!(region.default, Some(Value::text("fr-par")));
}

#[test]
fn every_value_that_a_root_reads_is_declared_or_made_there() {
    let mut without_pools = single();
    without_pools.environments["production"].pools.clear();
    for plan in [platform(), single(), without_pools] {
        for root in roots(&plan) {
            let mut values: Vec<&Value> = root.outputs.iter().map(|output| &output.value).collect();
            values.extend(root.modules.iter().flat_map(|call| call.arguments.iter().map(|(_, value)| value)));
            while let Some(value) = values.pop() {
                match value {
                    Value::List(items) => values.extend(items),
                    Value::Map(entries) => values.extend(entries.iter().map(|(_, value)| value)),
                    Value::Variable(name) => {
                        let declared =
                            root.variables.iter().filter(|variable| variable.name == *name).count();
                        assert_eq!(declared, 1, "{name} in {}", root.path);
                    }
                    Value::Output(name, _) => {
                        call(&root, name);
                    }
                    _ => {}
                }
            }
        }
    }
}

#[test]
fn names_in_a_root_are_unique() {
    let mut similar = platform();
    let production = &mut similar.environments["production"];
    for key in ["admin-users", "users-admin"] {
        production.databases.push(plan::Database { key: key.into(), ..production.databases[0].clone() });
    }
    let mut gpus = similar.environments["system"].gpu_pools[0].clone();
    gpus.key = "baseline".into();
    similar.environments["production"].gpu_pools.push(gpus);
    for root in roots(&similar).iter().chain(&roots(&single())) {
        let unique = |names: Vec<&str>| {
            let mut sorted = names.clone();
            sorted.sort_unstable();
            sorted.dedup();
            assert_eq!(sorted.len(), names.len(), "{}: {names:?}", root.path);
        };
        unique(root.modules.iter().map(|call| call.name.as_str()).collect());
        unique(root.outputs.iter().map(|output| output.name.as_str()).collect());
        unique(root.variables.iter().map(|variable| variable.name).collect());
    }
}

#[test]
fn keys_passwords_and_kubeconfigs_are_sensitive() {
    const SECRET: [&str; 5] = ["kubeconfig", "username", "password", "access_key", "secret_key"];
    fn has_secret(value: &Value) -> bool {
        match value {
            Value::Output(_, output) => SECRET.contains(output),
            Value::Map(entries) => entries.iter().any(|(_, value)| has_secret(value)),
            _ => false,
        }
    }
    let mut seen = 0;
    for output in roots(&platform()).iter().flat_map(|root| &root.outputs) {
        if has_secret(&output.value) {
            assert!(output.sensitive, "{}", output.name);
            seen += 1;
        }
    }
    assert_eq!(seen, 2 + 1 + 6 + 3);
}

#[test]
fn buckets_with_lifecycle_rules_make_the_provider_use_temporary_keys() {
    let roots = roots(&platform());
    let settings = |path| root(&roots, path).providers[0].settings.clone();
    assert_eq!(settings("bootstrap"), [("obj_use_temp_keys", Value::Bool(true))]);
    assert_eq!(settings("platform"), [("obj_use_temp_keys", Value::Bool(true))]);
    assert_eq!(settings("environments/production"), []);
    let backups = call(root(&roots, "platform"), "bucket_backups");
    assert_eq!(argument(backups, "expire_after_days"), Some(&Value::Int(90)));
}

#[test]
fn hosts_have_one_record_each_and_only_in_their_zone() {
    let mut plan = platform();
    let production = &mut plan.environments["production"];
    let api = production.services[0].clone();
    production.services.push(service(&api, "same-host", "api.shop.example.com"));
    production.services.push(service(&api, "apex", "shop.example.com"));
    production.services.push(service(&api, "elsewhere", "notshop.example.com"));
    let roots = roots(&plan);
    let records = call(root(&roots, "environments/production"), "records");
    let Some(Value::Map(entries)) = argument(records, "records") else { panic!("records") };
    let names: Vec<_> =
        entries.iter().map(|(key, record)| (key.as_str(), entry(record, "name").cloned())).collect();
    assert_eq!(names, [("api", Some(Value::text("api"))), ("apex", None)]);
    assert!(records.comment.as_ref().is_some_and(|text| text.contains("notshop.example.com")));
    assert_eq!(records.only_with, Some("ingress_address"));
}

#[test]
fn things_say_whose_they_are_and_no_tag_is_too_long_for_linode() {
    let mut plan = platform();
    plan.environments["production"].key = "p".repeat(60);
    for root in roots(&plan) {
        for call in root.modules.iter().filter(|call| {
            ["cluster", "node-pool", "gpu-pool", "firewall", "dns-domain"]
                .contains(&call.module.trim_start_matches("linode/"))
        }) {
            let Some(Value::List(tags)) = argument(call, "tags") else { panic!("{} has tags", call.name) };
            assert!(tags.contains(&Value::text("owner:platform-team")));
            assert!(tags.iter().all(|tag| !matches!(tag, Value::Text(text) if text.len() > 50)));
        }
    }
}

#[test]
fn a_plan_without_anything_has_no_roots() {
    let mut plan = platform();
    plan.environments.clear();
    plan.buckets.clear();
    plan.state = None;
    plan.ingress = None;
    assert_eq!(roots(&plan), []);
}

#[test]
fn an_endpoint_that_the_catalogue_lacks_is_marked_as_assumed() {
    let linode = of(plan::Provider::Linode);
    assert!(!linode.object_storage_endpoint("fr-par").assumed);
    let unknown = linode.object_storage_endpoint("xx-abc-4");
    assert_eq!((unknown.host.as_str(), unknown.assumed), ("xx-abc-1.linodeobjects.com", true));
}
