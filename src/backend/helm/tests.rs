//! What the values say without Helm. That the chart makes the model's objects of them is tested with the real Helm.

use serde_json::{Map as Json, Value};

use super::*;
use crate::backend::{emit, fixture};

fn delivered(spec: &str) -> Plan {
    fixture::plan(&format!(
        "{spec}\ndelivery: {{workloads: helm}}\noutput: {{paths: {{helm: infra/helm}}}}\n"
    ))
}

fn texts(tree: &FileTree<'_>) -> std::collections::BTreeMap<String, String> {
    tree.iter().map(|(path, file)| (path.to_owned(), file.text().into_owned())).collect()
}

fn values(text: &str) -> Value {
    serde_yaml::from_str(text).expect("YAML")
}

/// What Helm makes of two files of values: mappings merge, everything else replaces.
fn merged(shared: Value, own: Value) -> Value {
    match (shared, own) {
        (Value::Object(mut shared), Value::Object(own)) => {
            for (key, own) in own {
                let value = match shared.remove(&key) {
                    Some(shared) => merged(shared, own),
                    None => own,
                };
                shared.insert(key, value);
            }
            shared.sort_keys();
            Value::Object(shared)
        }
        (_, own) => own,
    }
}

fn json(data: &Data<'_>) -> Value {
    let mut text = String::new();
    yaml::document(data, &mut text);
    let mut value = values(&text);
    sort(&mut value);
    value
}

fn sort(value: &mut Value) {
    if let Value::Object(map) = value {
        map.values_mut().for_each(sort);
        map.sort_keys();
    }
}

#[test]
fn the_two_files_of_a_service_merge_to_its_values() {
    let plan = delivered(fixture::SMALL);
    let files = texts(&Helm.emit(&plan));
    let model = Model::new(&plan);
    let mut count = 0;
    for environment in plan.environments.values() {
        for service in &environment.services {
            let mut objects = model.service(environment, service);
            let rules = prometheus::groups_of_service(&plan, environment, service).expect("rules");
            objects.push(model.rules_of_service(environment, service, rules));
            let mut wanted = values::of_unit(environment, service, &objects);
            wanted.push("environment", &environment.key);
            let shared = values(&files[&format!("infra/helm/services/{}/values.yaml", service.key)]);
            let own = &files[&format!("infra/helm/services/{}/values-{}.yaml", service.key, environment.key)];
            let mut found = merged(shared, values(own));
            sort(&mut found);
            assert_eq!(found, json(&Data::Map(wanted)), "{} in {}", service.key, environment.key);
            count += 1;
        }
    }
    assert_eq!(count, 5);
}

#[test]
fn nothing_of_a_service_needs_to_travel_whole() {
    for (path, text) in texts(&Helm.emit(&delivered(fixture::SMALL))) {
        if path.contains("/services/") {
            assert!(values(&text)["objects"].is_null(), "{path}");
        }
    }
}

#[test]
fn a_new_image_in_one_environment_changes_one_file_that_tools_read() {
    let spec = |tag: &str| {
        fixture::SMALL.replace(
            "    overrides: {production: {replicas: 3}}",
            &format!("    overrides: {{production: {{replicas: 3, image: \"registry.example.com/shop/worker:{tag}\"}}}}"),
        )
    };
    let [same, before, after] =
        ["2.0.0", "2.1.0", "2.2.0"].map(|tag| texts(&emit(&delivered(&spec(tag)), &[])));
    let changed = |one: &std::collections::BTreeMap<String, String>| -> Vec<String> {
        assert!(one.keys().eq(after.keys()));
        let changed = one.iter().filter(|(path, text)| after[*path] != **text).map(|(path, _)| path.clone());
        // The inventory for people names the images, too.
        changed.filter(|path| path != "docs/README.md").collect()
    };
    let file = "infra/helm/services/worker/values-production.yaml";
    assert_eq!(changed(&before), [file]);
    // Also where all environments had one version before.
    assert_eq!(changed(&same), [file]);
    let different = |text: &str| -> Vec<String> { text.lines().map(str::to_owned).collect() };
    let lines = different(&before[file]).into_iter().zip(different(&after[file]));
    assert_eq!(lines.filter(|(one, other)| one != other).count(), 1);
}

#[test]
fn with_helm_kustomize_has_what_is_no_service_and_nothing_else() {
    let both = |word: &str| {
        let plan = fixture::plan(&format!("{}\ndelivery: {{workloads: {word}}}\n", fixture::SMALL));
        texts(&emit(&plan, &["kustomize".to_owned(), "helm".to_owned()]))
    };
    let (kustomize, helm) = (both("kustomize"), both("helm"));
    assert!(kustomize.keys().all(|path| path.starts_with("kustomize/")));
    let kept: Vec<(&String, &String)> =
        helm.iter().filter(|(path, _)| path.starts_with("kustomize/")).collect();
    let own: Vec<(&String, &String)> =
        kustomize.iter().filter(|(path, _)| path.contains("/_environment/")).collect();
    assert_eq!(kept, own);
    assert!(!own.is_empty());
}

#[test]
fn a_patch_that_the_chart_has_a_value_for_stays_small() {
    let spec = fixture::SMALL.replace(
        "    overrides: {production: {replicas: 3}}",
        "    patches: {Deployment: {spec: {template: {spec: {hostNetwork: false}}}}, Service: {spec: {sessionAffinity: ClientIP}}}\n    overrides: {production: {replicas: 3}}",
    );
    let files = texts(&Helm.emit(&delivered(&spec)));
    let shared = values(&files["infra/helm/services/worker/values.yaml"]);
    assert_eq!(shared["podSpec"], serde_json::json!({"hostNetwork": false}));
    let whole: Vec<&String> = shared["objects"].as_object().into_iter().flat_map(Json::keys).collect();
    // The chart has no value for an affinity of sessions.
    assert_eq!(whole, ["Service/worker"]);
    assert!(shared["service"].is_null());
}
