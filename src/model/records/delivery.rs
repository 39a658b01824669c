//! How the output is written and reaches the clusters.

use crate::model::scalars::{Name, RelativePath, Repository, RepositoryPath, Revision};
use crate::record;
use crate::source::Written;
use crate::words::{Ci, GitopsTool, TerraformValues, Workloads};

record! {
    /// How workloads reach the cluster.
    Delivery as "delivery"; {
        /// Who brings services. What else an environment has always comes as kustomizations.
        workloads: Written<Workloads> = optional "helm", "`kustomize`";
        /// Who checks changes in pull requests, applies infrastructure, scans images and reminds people. Absent: no workflow is made.
        ci: Written<Ci> = optional "github";
        /// What keeps the clusters as Git says. Absent: people or pipelines apply the output.
        gitops: Gitops = optional "{tool: argocd, repository: https://git.example.com/aiaas/platform.git}";
    }
}

record! {
    /// What keeps the clusters as Git says.
    Gitops as "GitOps"; {
        /// The tool.
        tool: Written<GitopsTool> = needed "argocd";
        /// The Git repository that holds the spec and the output, by HTTPS or SSH and without credentials: the tool has its own key.
        repository: Written<Repository> = needed "https://git.example.com/aiaas/platform.git";
        /// The branch, tag or commit that the clusters follow.
        revision: Written<Revision> = optional "main", "`main`";
        /// The output directory inside the repository.
        path: Written<RepositoryPath> = optional "rendered", "`.`: the root of the repository";
        /// The spec's folder inside the repository: sealed secrets are below it.
        spec: Written<RepositoryPath> = optional "platforms/aiaas", "`.`: the root of the repository";
        /// The namespace that the tool runs in.
        namespace: Written<Name> = optional "argocd", "`argocd`";
    }
}

record! {
    /// Where the output goes.
    Output as "output"; {
        /// Where sizes, versions and windows of an environment stand in its Terraform root.
        terraform: Written<TerraformValues> = optional "tfvars", "`inline`";
        /// The directories, below the output directory.
        paths: Paths = optional "{terraform: infra/terraform}";
    }
}

record! {
    /// Directories of the output.
    Paths as "paths"; {
        /// Terraform's modules and roots.
        terraform: Written<RelativePath> = optional "infra/terraform", "`terraform`";
        /// Kustomize's overlays, one directory for each environment; their shared base stands beside them.
        kustomize: Written<RelativePath> = optional "\"configs/kustomize/{environment}\"", "`kustomize/overlays/{environment}`, with the base in `kustomize/base`";
        /// Helm's charts and values, of services and of add-ons.
        helm: Written<RelativePath> = optional "infra/helm", "`helm`";
        /// Files for Docker Compose, one directory for each local environment.
        compose: Written<RelativePath> = optional "compose", "`compose`";
        /// Applications and projects of Argo CD, one directory for each cluster.
        argocd: Written<RelativePath> = optional "argocd", "`argocd`";
        /// Rules as plain Prometheus files.
        alerts: Written<RelativePath> = optional "alerts", "`alerts`";
        /// Dashboards for Grafana, with a kustomization that makes them `ConfigMap`s beside Prometheus.
        dashboards: Written<RelativePath> = optional "dashboards", "`dashboards`";
        /// Workflows of GitHub, which reads them from `.github/workflows` of the repository's root only.
        ci: Written<RelativePath> = optional ".github/workflows", "`.github/workflows`";
        /// Documents for people.
        docs: Written<RelativePath> = optional "docs", "`docs`";
    }
}
