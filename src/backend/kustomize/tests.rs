//! What kustomize makes of the files must be what the model says.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Map as Json, Value};

use super::*;
use crate::backend::{fixture, kubernetes};

fn json(data: &Data<'_>) -> Value {
    match data {
        Data::Null => Value::Null,
        Data::Bool(value) => (*value).into(),
        Data::Int(value) => (*value).into(),
        Data::Float(value) => (*value).into(),
        Data::Text(text) => text.as_ref().into(),
        Data::List(items) => items.iter().map(json).collect(),
        Data::Map(map) => {
            map.iter().map(|(key, value)| (key.to_owned(), json(value))).collect::<Json<_, _>>().into()
        }
    }
}

/// Objects by kind and name, with lists that merge by a key in one order.
fn comparable(objects: Vec<Value>) -> BTreeMap<String, Value> {
    fn sort(value: &mut Value) {
        match value {
            Value::Object(map) => {
                for (key, value) in map.iter_mut() {
                    sort(value);
                    let merged = ["env", "volumes", "volumeMounts"].contains(&key.as_str());
                    if let (true, Value::Array(items)) = (merged, value) {
                        items.sort_by_key(ToString::to_string);
                    }
                }
                map.sort_keys();
            }
            Value::Array(items) => items.iter_mut().for_each(sort),
            _ => {}
        }
    }
    let mut found = BTreeMap::new();
    for mut object in objects {
        sort(&mut object);
        let name = format!("{} {}", object["kind"], object["metadata"]["name"]);
        assert!(found.insert(name.clone(), object).is_none(), "{name} twice");
    }
    found
}

fn write(tree: &FileTree<'_>, directory: &Path) {
    for (path, file) in tree.iter() {
        let path = directory.join(path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        std::fs::write(path, file.text().as_bytes()).expect("a file");
    }
}

/// The tools to try; the note says aloud when there is none.
fn kubectls() -> Vec<PathBuf> {
    let cached = std::env::var_os("HOME").map(|home| Path::new(&home).join(".cache/platc/tools/bin/kubectl"));
    let candidates = std::iter::once(PathBuf::from("kubectl")).chain(cached);
    let found: Vec<PathBuf> = candidates
        .filter(|tool| {
            Command::new(tool).args(["version", "--client"]).output().is_ok_and(|done| done.status.success())
        })
        .collect();
    if found.is_empty() {
        let message = "SKIPPED: no kubectl to build the kustomizations with";
        assert!(std::env::var_os("PLATC_REQUIRE_TOOLS").is_none_or(|value| value != "1"), "{message}");
        #[expect(clippy::print_stderr, reason = "a test that did not run must say so")]
        {
            eprintln!("{message}");
        }
    }
    found
}

fn build(kubectl: &Path, directory: &Path) -> Vec<Value> {
    let done = Command::new(kubectl).arg("kustomize").arg(directory).output().expect("kubectl runs");
    assert!(done.status.success(), "{}: {}", directory.display(), String::from_utf8_lossy(&done.stderr));
    assert!(done.stderr.is_empty(), "{}: {}", directory.display(), String::from_utf8_lossy(&done.stderr));
    let text = String::from_utf8(done.stdout).expect("text");
    text.split("\n---\n").map(|document| serde_yaml::from_str(document).expect("YAML")).collect()
}

fn in_namespace(objects: &[Object<'_>], namespace: &str) -> Vec<Value> {
    objects
        .iter()
        .map(|object| {
            let mut value = json(&object.data);
            if object.api.kind != "Namespace" {
                value["metadata"]["namespace"] = namespace.into();
            }
            value
        })
        .collect()
}

fn builds_to_the_model(plan: &Plan) {
    let directory = tempfile::tempdir().expect("a directory");
    let tree = Kustomize.emit(plan);
    assert_eq!(tree.check(), []);
    write(&tree, directory.path());
    let model = Model::new(plan);
    for kubectl in kubectls() {
        for environment in plan.environments.values() {
            let overlays = directory.path().join(overlay(plan, environment));
            let namespace = &environment.namespace.value;
            let mut own: Vec<Object<'_>> =
                model.environment(environment).into_iter().flat_map(|family| family.objects).collect();
            let rules = prometheus::groups_of_environment(plan, environment);
            own.extend(rules.map(|groups| model.rules_of_environment(environment, groups)));
            let built = build(&kubectl, &overlays.join(names::ENVIRONMENT_DIRECTORY));
            assert_eq!(comparable(built), comparable(in_namespace(&own, namespace)));
            for service in &environment.services {
                let built = comparable(build(&kubectl, &overlays.join(&service.key)));
                let mut meant = model.service(environment, service);
                let rules = prometheus::groups_of_service(plan, environment, service);
                meant.extend(rules.map(|groups| model.rules_of_service(environment, service, groups)));
                let meant = comparable(in_namespace(&meant, namespace));
                assert_eq!(built.keys().collect::<Vec<_>>(), meant.keys().collect::<Vec<_>>());
                for (name, object) in meant {
                    assert!(
                        built[&name] == object,
                        "{name} in {}:\n{:#}\n{object:#}",
                        environment.key,
                        built[&name]
                    );
                }
            }
        }
    }
}

#[test]
fn kustomize_builds_what_the_model_says() {
    builds_to_the_model(&fixture::plan(fixture::SMALL));
}

#[test]
fn kustomize_builds_what_the_model_says_of_the_example() {
    let spec = include_str!("../../../examples/aiaas/platform.yaml");
    builds_to_the_model(&fixture::plan(&spec.replace("workloads: helm", "workloads: kustomize")));
}

#[test]
fn kustomize_builds_what_the_model_says_of_patched_objects() {
    let images = "{containers: [{name: worker, image: \"registry.example.com/shop/worker:9\"}, {name: proxy, image: \"registry.example.com/shop/worker:8\"}]}";
    let spec = fixture::SMALL.replace(
        "    overrides: {production: {replicas: 3}}",
        &format!(
            "    patches: {{Deployment: {{spec: {{strategy: null, template: {{spec: {images}}}}}}}}}\n    \
             overrides: {{production: {{replicas: 3, patches: {{Service: {{spec: {{sessionAffinity: ClientIP}}}}}}}}}}"
        ),
    );
    assert_ne!(spec, fixture::SMALL);
    builds_to_the_model(&fixture::plan(&spec));
}

#[test]
fn images_are_read_as_kustomize_reads_them() {
    let parts = |image| {
        let Image { name, tag, digest } = Image::read(image);
        (name, tag, digest)
    };
    assert_eq!(parts("registry:5000/a/b"), ("registry:5000/a/b", None, None));
    assert_eq!(parts("registry:5000/a/b:1.2"), ("registry:5000/a/b", Some("1.2"), None));
    assert_eq!(parts("a/b:1.2@sha256:0f"), ("a/b", Some("1.2"), Some("sha256:0f")));
    assert_eq!(parts("b@sha256:0f"), ("b", None, Some("sha256:0f")));
}

#[test]
fn relative_paths_lead_from_one_directory_to_another() {
    assert_eq!(relative("k/overlays/production/api", "k/base/api"), "../../../base/api");
    assert_eq!(relative("overlays/api", "base/api"), "../../base/api");
}

#[test]
fn every_file_says_who_made_it_and_comes_out_the_same_twice() {
    let plan = fixture::plan(fixture::SMALL);
    let tree = Kustomize.emit(&plan);
    for (path, file) in tree.iter() {
        assert!(file.text().starts_with("# made by platc"), "{path}");
    }
    assert_eq!(tree, Kustomize.emit(&plan));
}

#[test]
fn patches_only_add() {
    let plan = fixture::plan(fixture::SMALL);
    let tree = Kustomize.emit(&plan);
    let text = |path: &str| tree.get(path).map(|file| file.text().into_owned()).unwrap_or_default();
    let base = text("kustomize/base/api/api.yaml");
    assert!(!base.contains("LOG_LEVEL"), "differs, so it is no part of the base: {base}");
    assert!(base.contains("name: MODE"), "{base}");
    assert!(!base.contains("maxReplicas"), "{base}");
    let patch = text("kustomize/overlays/production/api/patch.yaml");
    assert!(patch.contains("maxReplicas: 20"), "{patch}");
    assert!(!patch.contains("MODE"), "{patch}");
}

#[test]
fn all_objects_are_those_of_the_environment_and_its_services() {
    let plan = fixture::plan(fixture::SMALL);
    let environment = &plan.environments["production"];
    let all =
        comparable(kubernetes::objects(&plan, environment).iter().map(|object| json(&object.data)).collect());
    assert!(all.contains_key("\"Deployment\" \"api\"") && all.contains_key("\"Namespace\" \"production\""));
}
