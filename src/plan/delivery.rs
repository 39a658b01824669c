//! How the output reaches the clusters, and where it is written.

use serde::Serialize;

use super::{Ci, GitopsTool, Resolved, Workloads};
use crate::source::At;

/// How the output reaches the clusters.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Delivery {
    /// Who brings services.
    pub workloads: Resolved<Workloads>,
    /// Who checks changes and applies infrastructure.
    pub ci: Option<Resolved<Ci>>,
    /// What keeps the clusters as Git says.
    pub gitops: Option<Gitops>,
}

/// What keeps the clusters as Git says.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Gitops {
    /// The place in the spec.
    #[serde(skip)]
    pub at: At,
    /// The tool.
    pub tool: Resolved<GitopsTool>,
    /// The Git repository.
    pub repository: Resolved<String>,
    /// The branch, tag or commit that is followed.
    pub revision: Resolved<String>,
    /// The output directory inside the repository; `.` is the root.
    pub path: Resolved<String>,
    /// The spec's folder inside the repository; `.` is the root.
    pub spec: Resolved<String>,
    /// The tool's namespace.
    pub namespace: Resolved<String>,
}

impl Gitops {
    /// A directory of the output as the repository has it.
    #[must_use]
    pub fn in_output(&self, directory: &str) -> String {
        below(&self.path, directory)
    }

    /// A directory below the spec's folder as the repository has it.
    #[must_use]
    pub fn in_folder(&self, directory: &str) -> String {
        below(&self.spec, directory)
    }
}

fn below(root: &str, directory: &str) -> String {
    if root == "." { directory.to_owned() } else { [root, "/", directory].concat() }
}

/// Directories of the output.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Paths {
    /// Terraform's modules and roots.
    pub terraform: Resolved<String>,
    /// Kustomize's overlays; `{environment}` stands for the environment.
    pub kustomize: Resolved<String>,
    /// Kustomize's shared base.
    pub kustomize_base: Resolved<String>,
    /// What clusters have besides their environments, in a directory for each.
    pub kustomize_clusters: Resolved<String>,
    /// Helm's charts and values.
    pub helm: Resolved<String>,
    /// Files for Docker Compose.
    pub compose: Resolved<String>,
    /// Applications and projects of Argo CD.
    pub argocd: Resolved<String>,
    /// Rules as plain Prometheus files.
    pub alerts: Resolved<String>,
    /// Dashboards for Grafana.
    pub dashboards: Resolved<String>,
    /// Workflows.
    pub ci: Resolved<String>,
    /// Documents for people.
    pub docs: Resolved<String>,
}
