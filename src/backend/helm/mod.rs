//! The Helm back end: one chart for all services, and for each service the values that its environments share and those
//! of each environment.
//!
//! The values are taken out of the objects of the model, and the chart puts them back, so there is one model of objects.

#[cfg(test)]
mod tests;
mod values;

use include_dir::{Dir, include_dir};

use super::Backend;
use super::kubernetes::Model;
use super::prometheus;
use super::services::{Files, Instance, of_each_service};
use super::split::{How, split};
use crate::format::data::{Data, Map};
use crate::format::yaml;
use crate::names;
use crate::plan::{Environment, Plan, Service, Workloads};
use crate::source::At;
use crate::tree::{Chunk, File, FileTree};

/// The Helm back end.
pub(super) struct Helm;

const NAME: &str = "helm";
/// The chart, which goes out as it is.
static CHARTS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/templates/helm/charts");
/// Values that never stand in the shared file, so that a new version in one environment changes that one's file alone.
const NEVER_SHARED: (&str, [&str; 2]) = ("image", ["tag", "digest"]);

impl Backend for Helm {
    fn name(&self) -> &'static str {
        NAME
    }

    fn emit(&self, plan: &Plan) -> FileTree<'static> {
        let mut tree = FileTree::new();
        if plan.delivery.workloads.value != Workloads::Helm {
            return tree;
        }
        let directory = &plan.paths.helm.value;
        add_chart(&mut tree, directory, &CHARTS);
        let model = Model::new(plan);
        for (path, file) in of_each_service(plan, |name, instances, files| {
            service_files(plan, &model, name, instances, files);
        }) {
            tree.insert(path, file);
        }
        tree
    }
}

/// The command that brings a service into an environment, below the output directory.
pub(super) fn install(plan: &Plan, environment: &Environment, service: &Service) -> String {
    let (directory, name) = (&plan.paths.helm.value, &service.key);
    format!(
        "helm upgrade --install {name} {directory}/{} --namespace {} -f {directory}/{} -f {directory}/{}",
        names::HELM_CHART,
        environment.namespace.value,
        names::helm_values(name),
        names::helm_values_of(name, &environment.key)
    )
}

fn add_chart(tree: &mut FileTree<'_>, directory: &str, from: &'static Dir<'static>) {
    for file in from.files() {
        if let (Some(path), Some(text)) = (file.path().to_str(), file.contents_utf8()) {
            tree.add(NAME, format!("{directory}/charts/{path}"), text.to_owned(), None);
        }
    }
    for inner in from.dirs() {
        add_chart(tree, directory, inner);
    }
}

/// The values of a service: what its environments share, and what each has besides.
fn service_files<'a>(
    plan: &'a Plan,
    model: &Model<'a>,
    name: &str,
    instances: &[Instance<'a>],
    files: &mut Files,
) {
    let Some(first) = instances.first() else { return };
    let mut own: Vec<Map<'a>> = Vec::with_capacity(instances.len());
    let mut units: Vec<Map<'a>> = Vec::with_capacity(instances.len());
    for Instance { environment, service } in instances.iter().copied() {
        let mut objects = model.service(environment, service);
        if let Some(spec) = prometheus::groups_of_service(plan, environment, service) {
            objects.push(model.rules_of_service(environment, service, spec));
        }
        let mut values = values::of_unit(environment, service, &objects);
        own.push(take_own(&mut values, environment));
        units.push(values);
    }
    let parts = split(&units.iter().collect::<Vec<_>>(), How { lists: false, without_environment: false });

    let directory = &plan.paths.helm.value;
    let purpose = first.service.purpose.as_ref().map(|purpose| format!(": {}", one_line(&purpose.value)));
    let head = format!(
        "{name}{}\nWhat its environments share. The file of an environment says what it has besides.",
        purpose.unwrap_or_default()
    );
    let path = [directory, "/", &names::helm_values(name)].concat();
    files.push((path, file(&head, parts.shared, first.service.at)));
    for ((instance, mut own), added) in instances.iter().zip(own).zip(parts.added) {
        let environment = instance.environment;
        for (key, value) in added.into_entries() {
            match (own.get_mut(&key), value) {
                (Some(Data::Map(own)), Data::Map(more)) => {
                    more.into_entries().for_each(|(key, value)| own.push(key, value));
                }
                (_, value) => own.push(key, value),
            }
        }
        let head = format!(
            "{name} in {}: what it has besides values.yaml. From the output directory:\n{}",
            environment.key,
            install(plan, environment, instance.service)
        );
        let path = [directory, "/", &names::helm_values_of(name, &environment.key)].concat();
        files.push((path, file(&head, own, instance.service.at)));
    }
}

/// Takes out what never stands in the shared file: the name of the environment and the version of the image.
fn take_own<'a>(values: &mut Map<'a>, environment: &'a Environment) -> Map<'a> {
    let mut own = crate::map! { "environment" => &environment.key };
    let (section, keys) = NEVER_SHARED;
    if let Some(map) = values.get_mut(section).and_then(Data::as_map_mut) {
        let mut taken = Map::new();
        for key in keys {
            taken = taken.with_some(key, map.remove(key));
        }
        own = own.with_filled(section, taken);
    }
    own
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A file of values: its head, then its sections, each with what it is about.
fn file(head: &str, mut values: Map<'_>, at: At) -> File<'static> {
    let mut text = format!("# {}\n", names::BANNER);
    for line in head.lines() {
        text.push_str("# ");
        text.push_str(line);
        text.push('\n');
    }
    for (about, keys) in values::SECTIONS {
        let mut section = Map::new();
        for key in *keys {
            section = section.with_some(*key, values.remove(key));
        }
        if section.is_empty() {
            continue;
        }
        text.push('\n');
        if !about.is_empty() {
            text.push_str("# ");
            text.push_str(about);
            text.push('\n');
        }
        yaml::document(&Data::Map(section), &mut text);
    }
    let chunks = vec![Chunk { text, origin: Some(at) }];
    File::generated(NAME, chunks)
}
