//! The kustomize back end: a base and thin overlays for each service, and one kustomization for what an environment has
//! besides its services.
//!
//! `kustomize build` takes time that grows with the square of the objects, so none of these takes in another but its base.

#[cfg(test)]
mod tests;

use super::kubernetes::{Model, Object};
use super::services::{Files, Image, Instance, of_each_service};
use super::split::{How, split, without_environment};
use super::{Backend, prometheus};
use crate::format::data::{Data, Map};
use crate::format::yaml;
use crate::freeform::Freeform;
use crate::map;
use crate::names;
use crate::plan::{Environment, Plan, Workloads};
use crate::source::At;
use crate::tree::{Chunk, File, FileTree};

/// The kustomize back end.
pub(super) struct Kustomize;

const NAME: &str = "kustomize";

impl Backend for Kustomize {
    fn name(&self) -> &'static str {
        NAME
    }

    fn emit(&self, plan: &Plan) -> FileTree<'static> {
        let mut tree = FileTree::new();
        let model = Model::new(plan);
        for environment in plan.environments.values() {
            for (path, file) in environment_files(plan, &model, environment) {
                tree.insert(path, file);
            }
        }
        if plan.delivery.workloads.value == Workloads::Kustomize {
            for (path, file) in of_each_service(plan, |name, instances, files| {
                service_files(plan, &model, name, instances, files);
            }) {
                tree.insert(path, file);
            }
        }
        tree
    }
}

/// The directory of an environment's overlays.
pub(super) fn overlay(plan: &Plan, environment: &Environment) -> String {
    plan.paths.kustomize.value.replace("{environment}", &environment.key)
}

/// What an environment has besides its services.
fn environment_files<'a>(plan: &'a Plan, model: &Model<'a>, environment: &'a Environment) -> Files {
    let directory = [&overlay(plan, environment), names::ENVIRONMENT_DIRECTORY].join("/");
    let mut files = Files::new();
    let mut resources: Vec<String> = Vec::new();
    let mut add = |name: &str, objects: &[Object<'a>]| {
        let file = [name, ".yaml"].concat();
        files.push(([&directory, "/", &file].concat(), manifest(objects)));
        resources.push(file);
    };
    for family in model.environment(environment) {
        add(&family.name, &family.objects);
    }
    if let Some(spec) = prometheus::groups_of_environment(plan, environment) {
        add("rules", &[model.rules_of_environment(environment, spec)]);
    }
    if let Some(spec) = prometheus::custom_groups(plan, environment) {
        add("rules-custom", &[model.custom_rules(environment, spec)]);
    }
    let kustomization =
        kustomization().with("namespace", &environment.namespace.value).with("resources", resources);
    files.push(([&directory, "/kustomization.yaml"].concat(), document(kustomization, environment.at)));
    files
}

/// A service: what its environments share, and what each has besides.
fn service_files<'a>(
    plan: &'a Plan,
    model: &Model<'a>,
    name: &str,
    instances: &[Instance<'a>],
    files: &mut Files,
) {
    let Some(first) = instances.first() else { return };
    let base = [&plan.paths.kustomize_base.value, "/", name].concat();
    let image = Image::read(&first.service.image.value).name;
    // A patch may have brought other images; kustomize would take those of one name for each other.
    let has_own_images = instances.iter().any(|instance| {
        let of_workload = |kind: &str| matches!(kind, "Deployment" | "Rollout");
        instance.service.patches.iter().any(|patch| of_workload(&patch.kind) && names_images(&patch.change))
    });
    let units: Vec<Vec<Object<'a>>> = instances
        .iter()
        .map(|instance| {
            let mut objects = model.service(instance.environment, instance.service);
            if !has_own_images {
                for object in &mut objects {
                    object.set_image(image);
                }
            }
            objects
        })
        .collect();

    // What all environments have, taken apart; the rest stays as it is.
    let mut common: Vec<Object<'a>> = Vec::new();
    let mut patches: Vec<Vec<Object<'a>>> = instances.iter().map(|_| Vec::new()).collect();
    let mut own: Vec<Vec<Object<'a>>> = instances.iter().map(|_| Vec::new()).collect();
    for object in &units[0] {
        let all: Option<Vec<&Object<'a>>> =
            units.iter().map(|unit| unit.iter().find(|other| is_same(object, other))).collect();
        let Some(all) = all else { continue };
        let maps: Vec<&Map<'a>> = all.iter().filter_map(|object| object.data.as_map()).collect();
        let parts = split(&maps, How { lists: object.is_built_in(), without_environment: true });
        for ((object, added), patches) in all.iter().zip(parts.added).zip(&mut patches) {
            patches.extend(patch(object, added));
        }
        common.push(Object { api: object.api, at: object.at, data: parts.shared.into() });
    }
    for (unit, own) in units.iter().zip(&mut own) {
        own.extend(unit.iter().filter(|object| !common.iter().any(|shared| is_same(shared, object))).map(
            |object| Object { api: object.api, at: object.at, data: without_environment(&object.data) },
        ));
    }
    let file = [name, ".yaml"].concat();
    files.push((
        [&base, "/kustomization.yaml"].concat(),
        document(kustomization().with("resources", [&file]), first.service.at),
    ));
    files.push(([&base, "/", &file].concat(), manifest(&common)));

    for ((instance, own), patches) in instances.iter().zip(&own).zip(&patches) {
        let environment = instance.environment;
        let directory = [&overlay(plan, environment), "/", name].concat();
        let mut resources = vec![relative(&directory, &base)];
        if !own.is_empty() {
            files.push(([&directory, "/environment.yaml"].concat(), manifest(own)));
            resources.push("environment.yaml".to_owned());
        }
        if let Some(spec) = prometheus::groups_of_service(plan, environment, instance.service) {
            let rules = model.rules_of_service(environment, instance.service, spec);
            files.push(([&directory, "/rules.yaml"].concat(), manifest([&rules])));
            resources.push("rules.yaml".to_owned());
        }
        let mut map =
            kustomization().with("namespace", &environment.namespace.value).with("resources", resources);
        if !patches.is_empty() {
            files.push(([&directory, "/patch.yaml"].concat(), manifest(patches)));
            map.push("patches", [map! { "path" => "patch.yaml" }]);
        }
        if !has_own_images {
            map.push("images", [entry(&Image::read(&instance.service.image.value), image)]);
        }
        let pairs = map! { names::ENVIRONMENT_LABEL => &environment.key };
        let mut labels = map! { "pairs" => pairs, "includeTemplates" => true };
        if instance.service.is_rollout() {
            // kustomize knows the templates of Kubernetes' own kinds only.
            let (group, _) = names::ROLLOUTS_API.split_once('/').unwrap_or_default();
            let path = "spec/template/metadata/labels";
            let field = map! { "group" => group, "kind" => "Rollout", "path" => path, "create" => true };
            labels.push("fields", [field]);
        }
        map.push("labels", [labels]);
        files.push(([&directory, "/kustomization.yaml"].concat(), document(map, instance.service.at)));
    }
}

/// Whether a patch says something about images, anywhere.
fn names_images(patch: &Freeform) -> bool {
    let mut found = false;
    patch.visit(&mut |key, _| found |= matches!(key, "image" | "containers" | "initContainers"));
    found
}

fn is_same(one: &Object<'_>, other: &Object<'_>) -> bool {
    one.api == other.api && one.name() == other.name()
}

/// What an environment adds to a shared object, with what names the object.
fn patch<'a>(object: &Object<'a>, mut added: Map<'a>) -> Option<Object<'a>> {
    if added.is_empty() {
        return None;
    }
    let mut metadata = map! { "name" => object.name().to_owned() };
    if let Some(Data::Map(more)) = added.remove("metadata") {
        for (key, value) in more.into_entries() {
            metadata.push(key, value);
        }
    }
    let mut data =
        map! { "apiVersion" => object.api.version, "kind" => object.api.kind, "metadata" => metadata };
    for (key, value) in added.into_entries() {
        data.push(key, value);
    }
    Some(Object { api: object.api, at: object.at, data: data.into() })
}

/// What kustomize puts in the place of the shared name.
fn entry<'a>(image: &Image<'a>, shared: &'a str) -> Map<'a> {
    let mut entry = map! { "name" => shared };
    if image.name != shared {
        entry.push("newName", image.name);
    }
    entry.with_some("newTag", image.tag).with_some("digest", image.digest)
}

fn kustomization<'a>() -> Map<'a> {
    map! { "apiVersion" => "kustomize.config.k8s.io/v1beta1", "kind" => "Kustomization" }
}

/// A path as seen from a directory; both are relative to the same one.
fn relative(from: &str, to: &str) -> String {
    let shared = from.split('/').zip(to.split('/')).take_while(|(one, other)| one == other).count();
    let up = from.split('/').skip(shared).map(|_| "..");
    up.chain(to.split('/').skip(shared)).collect::<Vec<_>>().join("/")
}

fn banner() -> String {
    ["# ", names::BANNER, "\n"].concat()
}

/// A file of one document.
fn document(map: Map<'_>, at: At) -> File<'static> {
    let mut text = banner();
    yaml::document(&Data::Map(map), &mut text);
    generated(vec![Chunk { text, origin: Some(at) }])
}

/// A file of several objects, each with the place that it comes from.
fn manifest<'o, 'a: 'o>(objects: impl IntoIterator<Item = &'o Object<'a>>) -> File<'static> {
    let mut chunks = Vec::new();
    for object in objects {
        let mut text = String::with_capacity(2048);
        if chunks.is_empty() {
            text.push_str(&banner());
        } else {
            text.push_str("---\n");
        }
        yaml::document(&object.data, &mut text);
        chunks.push(Chunk { text, origin: Some(object.at) });
    }
    generated(chunks)
}

const fn generated(chunks: Vec<Chunk>) -> File<'static> {
    File::generated(NAME, chunks)
}
