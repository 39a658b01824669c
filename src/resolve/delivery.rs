//! How the output reaches the clusters.

use super::{Resolver, from_written, or};
use crate::model::records;
use crate::plan::{Delivery, Gitops, Resolved};
use crate::words::{Role, Sync, Workloads};

pub(super) fn delivery(resolver: &Resolver<'_>) -> Delivery {
    let written = resolver.platform.delivery.as_ref();
    Delivery {
        workloads: or(
            written.and_then(|delivery| delivery.workloads.as_ref()),
            |workloads| workloads,
            Workloads::Kustomize,
            "overlays need no tool but kubectl",
        ),
        ci: written.and_then(|delivery| delivery.ci.as_ref()).map(|ci| Resolved::written(ci.value, ci.at)),
        gitops: written.and_then(|delivery| delivery.gitops.as_ref()).map(gitops),
    }
}

fn gitops(written: &records::Gitops) -> Gitops {
    let root = || ".".to_owned();
    Gitops {
        at: written.at,
        tool: Resolved::written(written.tool.value, written.tool.at),
        repository: from_written(&written.repository),
        revision: or(written.revision.as_ref(), |name| name.0, "main".to_owned(), "the usual branch"),
        path: or(written.path.as_ref(), |path| path.0, root(), "the root of the repository"),
        spec: or(written.spec.as_ref(), |path| path.0, root(), "the root of the repository"),
        namespace: or(
            written.namespace.as_ref(),
            |name| name.0,
            "argocd".to_owned(),
            "where Argo CD usually runs",
        ),
    }
}

/// Who brings a change into an environment: a person, where users would notice a mistake.
pub(super) fn sync(written: &records::Environment) -> Resolved<Sync> {
    match (&written.sync, written.role.value) {
        (Some(sync), _) => Resolved::written(sync.value, sync.at),
        (None, Role::Production) => {
            Resolved::derived(Sync::Manual, "a person brings changes to production", written.role.at)
        }
        (None, _) => {
            Resolved::derived(Sync::Automated, "only production waits for a person", written.role.at)
        }
    }
}

/// How many people besides the author approve a change of infrastructure: somebody, where users are.
pub(super) fn approvals(written: &records::Environment) -> Resolved<u32> {
    match (&written.approvals, written.role.value) {
        (Some(count), _) => Resolved::written(count.value.0, count.at),
        (None, Role::Production | Role::Recovery) => {
            Resolved::derived(1, "somebody besides the author, in production", written.role.at)
        }
        (None, _) => Resolved::derived(0, "only production waits for a person", written.role.at),
    }
}
