//! From the plan to files. Every back end is a pure function; none of them touches a disk.

pub mod addons;
pub mod argocd;
mod bundles;
mod ci;
mod dashboards;
mod docs;
#[cfg(test)]
pub(crate) mod fixture;
mod helm;
pub mod kubernetes;
mod kustomize;
pub mod prometheus;
mod services;
mod split;
mod terraform;

use crate::plan::Plan;
use crate::tree::FileTree;

/// Makes the files of one tool.
pub trait Backend: Sync {
    /// Its name, as `--only` takes it.
    fn name(&self) -> &'static str;

    /// Its files.
    fn emit(&self, plan: &Plan) -> FileTree;
}

/// All back ends, in the order of the reference.
pub static BACKENDS: &[&dyn Backend] = &[
    &terraform::Terraform,
    &kustomize::Kustomize,
    &helm::Helm,
    &addons::Addons,
    &argocd::Argocd,
    &bundles::Bundles,
    &prometheus::Prometheus,
    &dashboards::Dashboards,
    &ci::Workflows,
    &docs::Docs,
];

/// The files of all back ends, or of those that are named. Each runs on a thread of its own; the order of the tree is
/// that of the paths, whoever is first.
#[must_use]
pub fn emit(plan: &Plan, only: &[String]) -> FileTree {
    let chosen = BACKENDS.iter().filter(|one| only.is_empty() || only.iter().any(|name| name == one.name()));
    let mut tree = FileTree::new();
    std::thread::scope(|scope| {
        let running: Vec<_> = chosen.map(|backend| scope.spawn(|| backend.emit(plan))).collect();
        for backend in running {
            match backend.join() {
                Ok(files) => tree.merge(files),
                Err(fault) => std::panic::resume_unwind(fault),
            }
        }
    });
    tree
}
