//! The add-ons back end: values of charts, and what a cluster needs besides its environments.
//!
//! | File | What it holds |
//! |---|---|
//! | `<helm>/addons/releases.yaml` | every release of every cluster with its pinned chart: what installs them where Argo CD does not |
//! | `<helm>/addons/<add-on>/values.yaml` | values that are the same for all clusters |
//! | `<helm>/addons/<add-on>/values-<cluster>.yaml` | values that a cluster adds, where there are any |
//! | `<helm>/addons/<add-on>/values-user.yaml` | what the spec lays over both |
//! | `<clusters>/<cluster>/namespaces.yaml` | the namespaces of add-ons |
//! | `<clusters>/<cluster>/storage.yaml` | the storage class, where clusters of the cloud do not come with it |
//! | `<clusters>/<cluster>/secrets/` | the stores of external secrets, and secrets of receivers and add-ons |
//! | `<clusters>/<cluster>/<add-on>/` | a pinned manifest, and objects that no chart makes |
//!
//! Texts come from `templates/addons/<add-on>/`; no add-on is known here by its name.

mod facts;
#[cfg(test)]
mod tests;

use super::Backend;
use super::kubernetes::{self, Object};
use crate::format::data::{Data, Map};
use crate::format::{jinja, yaml};
use crate::map;
use crate::names;
use crate::plan::{Addon, AddonSource, Cluster, Install, Plan};
use crate::source::At;
use crate::templates;
use crate::tree::{Chunk, File, FileTree};

/// The add-ons back end.
pub(super) struct Addons;

const NAME: &str = "addons";

impl Backend for Addons {
    fn name(&self) -> &'static str {
        NAME
    }

    fn emit(&self, plan: &Plan) -> FileTree<'static> {
        let mut tree = FileTree::new();
        releases(plan, &mut tree);
        let mut seen: Vec<&str> = Vec::new();
        for cluster in plan.clusters.values() {
            let ours = || cluster.addons.iter().filter(|addon| addon.install.value == Install::Platc);
            for addon in ours() {
                if !seen.contains(&addon.key.as_str()) {
                    seen.push(&addon.key);
                    shared_values(plan, addon, &mut tree);
                }
                cluster_values(plan, cluster, addon, &mut tree);
                manifests(plan, cluster, addon, &mut tree);
            }
            let directory = directory(plan, cluster);
            let mut resources: Vec<String> = Vec::new();
            for family in kubernetes::of_cluster(plan, cluster) {
                let file = [&family.name, ".yaml"].concat();
                tree.insert([&directory, "/", &file].concat(), manifest(&family.objects));
                resources.push(file);
            }
            if !resources.is_empty() {
                let resources: Vec<&str> = resources.iter().map(String::as_str).collect();
                kustomization(&directory, &resources, &[], cluster.at, &mut tree);
            }
            let secrets = kubernetes::cluster_secrets(plan, cluster);
            if !secrets.is_empty() {
                let directory = secrets_directory(plan, cluster);
                tree.insert([&directory, "/secrets.yaml"].concat(), manifest(&secrets));
                kustomization(&directory, &["secrets.yaml"], &[], cluster.at, &mut tree);
            }
        }
        tree
    }
}

/// The directory of what a cluster has besides its environments: a kustomization with the namespaces of add-ons and the storage class.
#[must_use]
pub fn directory(plan: &Plan, cluster: &Cluster) -> String {
    [&plan.paths.kustomize_clusters.value, "/", &cluster.key].concat()
}

/// The directory of a cluster's stores of external secrets, and of its secrets that are no environment's.
#[must_use]
pub fn secrets_directory(plan: &Plan, cluster: &Cluster) -> String {
    [&directory(plan, cluster), "/", names::SECRETS_APPLICATION].concat()
}

/// The directory of an add-on's values.
fn values_directory(plan: &Plan, addon: &Addon) -> String {
    [&plan.paths.helm.value, "/addons/", &addon.key].concat()
}

/// The values files of a release, in the order in which they are laid over each other; below the output directory.
#[must_use]
pub fn values_files(plan: &Plan, cluster: &Cluster, addon: &Addon) -> Vec<String> {
    let directory = values_directory(plan, addon);
    let mut files = vec![[&directory, "/values.yaml"].concat()];
    if templates::exists(&templates::of_addon(&addon.key, CLUSTER_TEMPLATE)) {
        files.push([&directory, "/values-", &cluster.key, ".yaml"].concat());
    }
    if addon.values.is_some() {
        files.push([&directory, "/values-user.yaml"].concat());
    }
    files
}

/// The directory of an add-on's own kustomization in a cluster, if it has one.
#[must_use]
pub fn own_kustomization(plan: &Plan, cluster: &Cluster, addon: &Addon) -> Option<String> {
    let has_objects = objects(plan, cluster, addon).is_none_or(|text| !text.trim().is_empty());
    let has_objects = has_objects && templates::exists(&templates::of_addon(&addon.key, OBJECTS_TEMPLATE));
    let is_manifest = matches!(addon.source, AddonSource::Manifest { .. });
    (has_objects || is_manifest).then(|| [&directory(plan, cluster), "/", &addon.key].concat())
}

/// The objects that no chart makes; empty where a cluster needs none of them, `None` where the template cannot be filled.
fn objects(plan: &Plan, cluster: &Cluster, addon: &Addon) -> Option<String> {
    let path = templates::of_addon(&addon.key, OBJECTS_TEMPLATE);
    if !templates::exists(&path) {
        return Some(String::new());
    }
    jinja::render(&path, &facts::of_cluster(plan, cluster, addon)).ok()
}

const SHARED_TEMPLATE: &str = "values.yaml.j2";
const CLUSTER_TEMPLATE: &str = "values-cluster.yaml.j2";
const OBJECTS_TEMPLATE: &str = "objects.yaml.j2";
const PATCH_TEMPLATE: &str = "patch.yaml.j2";

/// Every release of every cluster.
fn releases(plan: &Plan, tree: &mut FileTree<'_>) {
    let mut clusters = Map::new();
    for cluster in plan.clusters.values() {
        let mut addons: Vec<&Addon> =
            cluster.addons.iter().filter(|addon| addon.install.value == Install::Platc).collect();
        addons.sort_by_key(|addon| addon.wave);
        let entry = |addon: &&'_ Addon| {
            let release = map! { "name" => addon.key.clone(), "namespace" => addon.namespace.value.clone() };
            let release = release.with("wave", i64::from(addon.wave));
            let files = values_files(plan, cluster, addon);
            let own = own_kustomization(plan, cluster, addon);
            match &addon.source {
                AddonSource::Chart { repository, name, version } => release
                    .with("repository", repository.clone())
                    .with("chart", name.clone())
                    .with("version", version.value.clone())
                    .with("values", Data::List(files.into_iter().map(Data::from).collect())),
                AddonSource::Manifest { url, version } => {
                    release.with("manifest", url.clone()).with("version", version.clone())
                }
            }
            .with_some("kustomization", own)
        };
        clusters
            .push(cluster.key.clone(), Data::List(addons.iter().map(|addon| entry(addon).into()).collect()));
    }
    let path = [&plan.paths.helm.value, "/addons/releases.yaml"].concat();
    let mut text = banner();
    text.push_str("# Releases of each cluster, in the order in which they are installed.\n");
    yaml::document(&map! { "clusters" => clusters }.into(), &mut text);
    tree.insert(path, generated(vec![Chunk { text, origin: None }]));
}

fn shared_values(plan: &Plan, addon: &Addon, tree: &mut FileTree<'_>) {
    if matches!(addon.source, AddonSource::Manifest { .. }) {
        return;
    }
    let directory = values_directory(plan, addon);
    let facts = facts::of_platform(plan, addon);
    let path = [&directory, "/values.yaml"].concat();
    template(addon, SHARED_TEMPLATE, &facts, path, tree);
    if let Some(values) = &addon.values {
        let mut text = banner();
        text.push_str("# What `addons` says in platform.yaml, laid over the other values.\n");
        yaml::document(&Data::from(values), &mut text);
        let path = [&directory, "/values-user.yaml"].concat();
        tree.insert(path, generated(vec![Chunk { text, origin: Some(values.at) }]));
    }
}

fn cluster_values(plan: &Plan, cluster: &Cluster, addon: &Addon, tree: &mut FileTree<'_>) {
    if templates::exists(&templates::of_addon(&addon.key, CLUSTER_TEMPLATE)) {
        let path = [&values_directory(plan, addon), "/values-", &cluster.key, ".yaml"].concat();
        template(addon, CLUSTER_TEMPLATE, &facts::of_cluster(plan, cluster, addon), path, tree);
    }
}

/// A pinned manifest, and objects that no chart makes.
fn manifests(plan: &Plan, cluster: &Cluster, addon: &Addon, tree: &mut FileTree<'_>) {
    let Some(directory) = own_kustomization(plan, cluster, addon) else { return };
    let facts = facts::of_cluster(plan, cluster, addon);
    let mut resources: Vec<&str> = Vec::new();
    if let AddonSource::Manifest { url, .. } = &addon.source {
        resources.push(url);
    }
    if templates::exists(&templates::of_addon(&addon.key, OBJECTS_TEMPLATE)) {
        template(addon, OBJECTS_TEMPLATE, &facts, [&directory, "/objects.yaml"].concat(), tree);
        resources.push("objects.yaml");
    }
    let mut patches: Vec<&str> = Vec::new();
    if templates::exists(&templates::of_addon(&addon.key, PATCH_TEMPLATE)) {
        template(addon, PATCH_TEMPLATE, &facts, [&directory, "/patch.yaml"].concat(), tree);
        patches.push("patch.yaml");
    }
    kustomization(&directory, &resources, &patches, addon.at, tree);
}

/// A file from an add-on's template.
fn template(addon: &Addon, template: &str, facts: &Map<'_>, path: String, tree: &mut FileTree<'_>) {
    match jinja::render(&templates::of_addon(&addon.key, template), facts) {
        Ok(text) => {
            // A map in block style begins on a line of its own, after the blank that a scalar needs.
            let text = [banner(), text.replace(": \n", ":\n")].concat();
            tree.insert(path, generated(vec![Chunk { text, origin: Some(addon.at) }]));
        }
        Err(error) => tree.refuse(path, error.to_string()),
    }
}

fn kustomization(directory: &str, resources: &[&str], patches: &[&str], at: At, tree: &mut FileTree<'_>) {
    let mut data = map! {
        "apiVersion" => "kustomize.config.k8s.io/v1beta1",
        "kind" => "Kustomization",
        "resources" => resources.iter().map(|path| (*path).to_owned()).collect::<Vec<_>>(),
    };
    if !patches.is_empty() {
        data.push(
            "patches",
            Data::List(patches.iter().map(|path| map! { "path" => (*path).to_owned() }.into()).collect()),
        );
    }
    let mut text = banner();
    yaml::document(&data.into(), &mut text);
    tree.insert(
        [directory, "/kustomization.yaml"].concat(),
        generated(vec![Chunk { text, origin: Some(at) }]),
    );
}

fn manifest(objects: &[Object<'_>]) -> File<'static> {
    let mut chunks = Vec::new();
    for object in objects {
        let mut text = if chunks.is_empty() { banner() } else { "---\n".to_owned() };
        yaml::document(&object.data, &mut text);
        chunks.push(Chunk { text, origin: Some(object.at) });
    }
    generated(chunks)
}

fn banner() -> String {
    ["# ", names::BANNER, "\n"].concat()
}

const fn generated(chunks: Vec<Chunk>) -> File<'static> {
    File::generated(NAME, chunks)
}
