//! From the plan to files. Every back end is a pure function; none of them touches a disk.

pub mod addons;
pub mod argocd;
mod bundles;
mod ci;
mod compose;
mod dashboards;
mod docs;
#[cfg(test)]
pub(crate) mod fixture;
mod helm;
pub mod kubernetes;
mod kustomize;
mod openslo;
pub mod prometheus;
mod services;
mod split;
mod terraform;

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::plan::Plan;
use crate::tree::FileTree;

/// Makes the files of one tool.
pub trait Backend: Sync {
    /// Its name, as `--only` takes it.
    fn name(&self) -> &'static str;

    /// Its files.
    fn emit(&self, plan: &Plan) -> FileTree<'static>;

    /// The same, where texts may be made only when they are asked for: what is large should be.
    fn promise<'p>(&self, plan: &'p Plan) -> FileTree<'p> {
        self.emit(plan)
    }
}

/// All back ends, in the order of the reference.
pub static BACKENDS: &[&dyn Backend] = &[
    &terraform::Terraform,
    &kustomize::Kustomize,
    &helm::Helm,
    &addons::Addons,
    &compose::Compose,
    &argocd::Argocd,
    &bundles::Bundles,
    &prometheus::Prometheus,
    &prometheus::AlertTests,
    &openslo::OpenSlo,
    &dashboards::Dashboards,
    &ci::Workflows,
    &docs::Docs,
];

/// The files of all back ends, or of those that are named, with all texts made.
#[must_use]
pub fn emit(plan: &Plan, only: &[String]) -> FileTree<'static> {
    promise(plan, only).made()
}

/// The files of all back ends, or of those that are named; large texts are made when they are asked for. As many threads as there are cores take one after the other;
/// the order of the tree is that of the paths, whoever is first.
#[must_use]
pub fn promise<'p>(plan: &'p Plan, only: &[String]) -> FileTree<'p> {
    let is_chosen =
        |backend: &&&dyn Backend| only.is_empty() || only.iter().any(|name| name == backend.name());
    let chosen: Vec<_> = BACKENDS.iter().filter(is_chosen).collect();
    // From the last: the documents take longest, and should not begin when everything else is done.
    let left = AtomicUsize::new(chosen.len());
    let take = || {
        let mut made = Vec::new();
        let next =
            || left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).ok();
        while let Some((index, backend)) = next().and_then(|left| Some((left - 1, chosen.get(left - 1)?))) {
            made.push((index, backend.promise(plan)));
        }
        made
    };
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    let mut made = std::thread::scope(|scope| {
        let others: Vec<_> = (1..cores.min(chosen.len())).map(|_| scope.spawn(take)).collect();
        let mut made = take();
        for other in others {
            made.extend(other.join().unwrap_or_else(|fault| std::panic::resume_unwind(fault)));
        }
        made
    });
    made.sort_by_key(|(index, _)| *index);
    let mut tree = FileTree::new();
    for (_, files) in made {
        tree.merge(files);
    }
    tree
}
