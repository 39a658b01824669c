//! The kustomize back end: a base and thin overlays for each service, and one kustomization for what an environment has
//! besides its services.
//!
//! `kustomize build` takes time that grows with the square of the objects, so none of these takes in another but its base.

mod split;
#[cfg(test)]
mod tests;

use indexmap::IndexMap;

use super::kubernetes::{Model, Object};
use super::{Backend, prometheus};
use crate::format::data::{Data, Map};
use crate::format::yaml;
use crate::map;
use crate::names;
use crate::plan::{Environment, Plan, Service};
use crate::source::At;
use crate::tree::{Chunk, File, FileTree, Ownership};

/// The kustomize back end.
pub(super) struct Kustomize;

const NAME: &str = "kustomize";
/// Services that are worth a second thread.
const PARALLEL: usize = 32;

impl Backend for Kustomize {
    fn name(&self) -> &'static str {
        NAME
    }

    fn emit(&self, plan: &Plan) -> FileTree {
        let mut tree = FileTree::new();
        let model = Model::new(plan);
        for environment in plan.environments.values() {
            for (path, file) in environment_files(plan, &model, environment) {
                tree.insert(path, file);
            }
        }
        let mut services: IndexMap<&str, Vec<Instance<'_>>> = IndexMap::new();
        for environment in plan.environments.values() {
            for service in &environment.services {
                services.entry(&service.key).or_default().push(Instance { environment, service });
            }
        }
        let services: Vec<_> = services.into_iter().collect();
        let (one, other) = services.split_at(if services.len() < PARALLEL { 0 } else { services.len() / 2 });
        let files = |services: &[(&str, Vec<Instance<'_>>)]| {
            let mut files = Vec::with_capacity(services.len() * 8);
            for (name, instances) in services {
                service_files(plan, &model, name, instances, &mut files);
            }
            files
        };
        let (one, other) = std::thread::scope(|scope| {
            let one = (!one.is_empty()).then(|| scope.spawn(|| files(one)));
            let other = files(other);
            // A panic of the other thread goes on in this one.
            let one =
                one.map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
            (one.unwrap_or_default(), other)
        });
        for (path, file) in one.into_iter().chain(other) {
            tree.insert(path, file);
        }
        tree
    }
}

/// A service in one of its environments.
#[derive(Clone, Copy)]
struct Instance<'a> {
    environment: &'a Environment,
    service: &'a Service,
}

type Files = Vec<(String, File)>;

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
    let units: Vec<Vec<Object<'a>>> = instances
        .iter()
        .map(|instance| {
            let mut objects = model.service(instance.environment, instance.service);
            for object in &mut objects {
                object.set_image(image);
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
        let parts = split::split(&maps, object.is_built_in());
        for ((object, added), patches) in all.iter().zip(parts.added).zip(&mut patches) {
            patches.extend(patch(object, added));
        }
        common.push(Object { api: object.api, at: object.at, data: parts.shared.into() });
    }
    for (unit, own) in units.iter().zip(&mut own) {
        own.extend(unit.iter().filter(|object| !common.iter().any(|shared| is_same(shared, object))).map(
            |object| Object {
                api: object.api,
                at: object.at,
                data: split::without_environment(&object.data),
            },
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
        map.push("images", [Image::read(&instance.service.image.value).entry(image)]);
        let pairs = map! { names::ENVIRONMENT_LABEL => &environment.key };
        map.push("labels", [map! { "pairs" => pairs, "includeTemplates" => true }]);
        files.push(([&directory, "/kustomization.yaml"].concat(), document(map, instance.service.at)));
    }
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

/// An image's name, tag and digest.
struct Image<'a> {
    name: &'a str,
    tag: Option<&'a str>,
    digest: Option<&'a str>,
}

impl<'a> Image<'a> {
    fn read(image: &'a str) -> Self {
        let (rest, digest) =
            image.split_once('@').map_or((image, None), |(rest, digest)| (rest, Some(digest)));
        // A colon before the last slash belongs to the registry's port.
        let path = rest.rfind('/').map_or(0, |slash| slash + 1);
        match rest[path..].find(':') {
            Some(colon) => {
                let (name, tag) = rest.split_at(path + colon);
                Self { name, tag: Some(&tag[1..]), digest }
            }
            None => Self { name: rest, tag: None, digest },
        }
    }

    /// What kustomize puts in the place of the shared name.
    fn entry(self, shared: &'a str) -> Map<'a> {
        let mut entry = map! { "name" => shared };
        if self.name != shared {
            entry.push("newName", self.name);
        }
        entry.with_some("newTag", self.tag).with_some("digest", self.digest)
    }
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
fn document(map: Map<'_>, at: At) -> File {
    let mut text = banner();
    yaml::document(&Data::Map(map), &mut text);
    generated(vec![Chunk { text, origin: Some(at) }])
}

/// A file of several objects, each with the place that it comes from.
fn manifest<'o, 'a: 'o>(objects: impl IntoIterator<Item = &'o Object<'a>>) -> File {
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

const fn generated(chunks: Vec<Chunk>) -> File {
    File { backend: NAME, ownership: Ownership::Generated, chunks }
}
