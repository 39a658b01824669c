//! The Argo CD back end: what keeps each cluster as Git says.
//!
//! | File | What it holds |
//! |---|---|
//! | `<argocd>/<cluster>/root.yaml` | the project and application that a person applies once; it keeps itself and the files beside it |
//! | `<argocd>/<cluster>/projects.yaml` | a project for each environment, and one for the add-ons |
//! | `<argocd>/<cluster>/addons.yaml` | the cluster's namespaces, and an application for each add-on |
//! | `<argocd>/<cluster>/environments.yaml` | an application for each environment, which brings the files of its directory |
//! | `<argocd>/<cluster>/<environment>/` | an application for its sealed secrets, its own objects, and each service |
//!
//! Waves order how applications are made, and wait for their health: that needs the health check of applications,
//! [`HEALTH`], which Argo CD does not have by itself. Once made, each application follows Git on its own.

mod application;
mod project;
#[cfg(test)]
mod tests;

use super::{Backend, kubernetes};
use crate::format::data::{Data, Map};
use crate::format::yaml;
use crate::map;
use crate::names;
use crate::plan::{Addon, Cluster, Environment, Gitops, Install, Plan, Role, Sync, Target};
use crate::source::At;
use crate::tree::{Chunk, File, FileTree};

use application::Application;

/// The Argo CD back end.
pub(super) struct Argocd;

const NAME: &str = "argocd";
/// The cluster that Argo CD itself runs in: each cluster has its own, so that none holds the keys of another.
const SERVER: &str = "https://kubernetes.default.svc";

/// The key of `argocd-cm`, which the chart takes under `configs.cm`, with the health check of applications.
/// Source: Argo CD, operator manual, resource health, "Argocd App" (Argo CD has it no more since 1.8).
pub const HEALTH_KEY: &str = "resource.customizations.health.argoproj.io_Application";
/// The health of an application is that of what it brings; see [`HEALTH_KEY`] for the source.
pub const HEALTH: &str = r#"hs = {}
hs.status = "Progressing"
hs.message = ""
if obj.status ~= nil then
  if obj.status.health ~= nil then
    hs.status = obj.status.health.status
    if obj.status.health.message ~= nil then
      hs.message = obj.status.health.message
    end
  end
end
return hs
"#;

/// Waves of a cluster's root. Those of add-ons are their own and lie between: at most [`ADDON_WAVES`].
mod wave {
    /// Projects: nothing may be delivered without one.
    pub(super) const PROJECTS: i64 = -2;
    /// The namespaces of add-ons.
    pub(super) const NAMESPACES: i64 = -1;
    /// An environment that others use.
    pub(super) const SHARED_ENVIRONMENTS: i64 = super::ADDON_WAVES;
    /// The other environments, side by side: a failure in one does not keep another from being made.
    pub(super) const ENVIRONMENTS: i64 = super::ADDON_WAVES + 1;
    /// In an environment: secrets, without which brokers and poolers never get healthy.
    pub(super) const SECRETS: i64 = 0;
    /// In an environment: its own objects.
    pub(super) const OWN: i64 = 1;
    /// In an environment: all services side by side. They may need each other in a circle, and one that fails must not
    /// keep the others from being made.
    pub(super) const SERVICES: i64 = 2;
}

/// More than the waves that add-ons have.
const ADDON_WAVES: i64 = 100;

impl Backend for Argocd {
    fn name(&self) -> &'static str {
        NAME
    }

    fn emit(&self, plan: &Plan) -> FileTree<'static> {
        let mut tree = FileTree::new();
        let Some(gitops) = &plan.delivery.gitops else { return tree };
        for cluster in plan.clusters.values() {
            Scope { plan, gitops, cluster }.emit(&mut tree);
        }
        tree
    }
}

/// How many applications the projects of a cluster have: what a rule counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::backend) struct Applications {
    /// In the project of an environment.
    pub(in crate::backend) environment: usize,
    /// In the project of the cluster's add-ons.
    pub(in crate::backend) addons: usize,
}

/// The number of applications of an environment, and of the add-ons of its cluster; none without Argo CD.
pub(in crate::backend) fn applications(
    plan: &Plan,
    cluster: &Cluster,
    environment: &Environment,
) -> Applications {
    let Some(gitops) = &plan.delivery.gitops else { return Applications { environment: 0, addons: 0 } };
    let scope = Scope { plan, gitops, cluster };
    Applications { environment: scope.applications(environment).len(), addons: scope.addons().len() }
}

/// A cluster, seen from its Argo CD.
#[derive(Clone, Copy)]
struct Scope<'a> {
    plan: &'a Plan,
    gitops: &'a Gitops,
    cluster: &'a Cluster,
}

impl<'a> Scope<'a> {
    fn emit(self, tree: &mut FileTree<'_>) {
        let directory = self.directory();
        let mut add = |name: &str, objects: &[(At, Map<'a>)]| {
            if !objects.is_empty() {
                tree.insert([&directory, "/", name].concat(), manifest(objects));
            }
        };
        let at = self.cluster.at;
        add("root.yaml", &[(self.gitops.at, project::of_root(self)), (at, self.root().print(self))]);
        let environments: Vec<&Environment> = self.plan.environments_of(&self.cluster.key).collect();
        let mut projects: Vec<(At, Map<'a>)> = environments
            .iter()
            .map(|environment| (environment.at, project::of_environment(self, environment)))
            .collect();
        let addons = self.addons();
        if !addons.is_empty() {
            projects.insert(0, (at, project::of_addons(self)));
        }
        add("projects.yaml", &projects);
        let print = |applications: Vec<Application<'a>>| -> Vec<(At, Map<'a>)> {
            applications.into_iter().map(|application| (application.at, application.print(self))).collect()
        };
        add("addons.yaml", &print(addons));
        add("environments.yaml", &print(environments.iter().map(|one| self.environment(one)).collect()));
        for environment in environments {
            for (file, application) in self.applications(environment) {
                add(&[&environment.key, "/", &file, ".yaml"].concat(), &print(vec![application]));
            }
        }
    }

    /// The directory of the cluster's applications, below the output's.
    fn directory(self) -> String {
        [&self.plan.paths.argocd.value, "/", &self.cluster.key].concat()
    }

    /// The project and application that everything else comes from.
    fn root(self) -> Application<'a> {
        let name = names::root_application(&self.plan.name.value, &self.cluster.key);
        Application::new(name.clone(), self.cluster.at, name, &self.gitops.namespace.value)
            .brings_git(self.gitops, &self.directory())
            // It brings itself. Only what is in the last wave is not waited for, and it is healthy last of all.
            .wave(wave::ENVIRONMENTS)
            .automated()
            .purpose(format!("Everything in the cluster {}", self.cluster.key))
    }

    /// The cluster's namespaces and its add-ons, each in its wave.
    fn addons(self) -> Vec<Application<'a>> {
        let installed: Vec<&Addon> =
            self.cluster.addons.iter().filter(|addon| addon.install.value == Install::Platc).collect();
        let project = names::addons_project(&self.plan.name.value, &self.cluster.key);
        let name = |part: &str| names::application_of_cluster(&self.plan.name.value, &self.cluster.key, part);
        let directory = super::addons::directory(self.plan, self.cluster);
        let families = kubernetes::of_cluster(self.plan, self.cluster);
        let namespaces = Application::new(
            name(names::NAMESPACES_APPLICATION),
            self.cluster.at,
            project.clone(),
            &self.gitops.namespace.value,
        )
        .brings_git(self.gitops, &directory)
        .wave(wave::NAMESPACES)
        .automated()
        .purpose(
            match &families[..] {
                [only] if only.name == "namespaces" => "The namespaces of add-ons",
                _ => "The namespaces of add-ons, and the storage class",
            }
            .to_owned(),
        );
        let namespaces = (!families.is_empty()).then_some(namespaces);
        let each = installed.into_iter().map(|addon| {
            // An environment's own namespace is rendered with the environment, which comes after the add-ons.
            let is_environment = self
                .plan
                .environments_of(&self.cluster.key)
                .any(|environment| environment.namespace.value == addon.namespace.value);
            let application =
                Application::new(name(&addon.key), addon.at, project.clone(), &addon.namespace.value)
                    .wave(i64::from(addon.wave))
                    .automated()
                    .part(&addon.key)
                    .brings_addon(self, addon);
            let application = if addon.large_definitions { application.server_side() } else { application };
            if is_environment { application.create_namespace() } else { application }
        });
        // They stand beside Prometheus, whose namespace comes before. Server-side: a dashboard is larger than an annotation.
        let dashboards = Application::new(
            name(names::DASHBOARDS_APPLICATION),
            self.cluster.at,
            project.clone(),
            &self.plan.monitoring.namespace.value,
        )
        .brings_git(self.gitops, &self.plan.paths.dashboards.value)
        .wave(wave::SHARED_ENVIRONMENTS)
        .automated()
        .server_side()
        .purpose("Dashboards for Grafana".to_owned());
        // After the controller, whose webhook looks at them; beside what waits for the secrets.
        let controller = self.cluster.provider_of("external-secrets");
        let copied = !kubernetes::cluster_secrets(self.plan, self.cluster).is_empty();
        let secrets = copied.then(|| {
            Application::new(
                name(names::SECRETS_APPLICATION),
                self.cluster.at,
                project.clone(),
                &self.plan.monitoring.namespace.value,
            )
            .brings_git(self.gitops, &super::addons::secrets_directory(self.plan, self.cluster))
            .wave(controller.map_or(0, |addon| i64::from(addon.wave)) + 1)
            .automated()
            .purpose("Stores of external secrets, and secrets of receivers and add-ons".to_owned())
        });
        namespaces.into_iter().chain(each).chain(secrets).chain([dashboards]).collect()
    }

    /// An environment: its directory of applications.
    fn environment(self, environment: &'a Environment) -> Application<'a> {
        let directory = [&self.directory(), "/", &environment.key].concat();
        let before = self.is_used_by_others(environment) && environment.sync.value == Sync::Automated;
        Application::new(
            names::in_platform(&self.plan.name.value, &environment.key),
            environment.at,
            names::root_application(&self.plan.name.value, &self.cluster.key),
            &self.gitops.namespace.value,
        )
        .brings_git(self.gitops, &directory)
        .of(environment)
        .wave(if before { wave::SHARED_ENVIRONMENTS } else { wave::ENVIRONMENTS })
        .purpose(format!("All applications of {}", environment.key))
    }

    /// Whether services of other environments need some of this one: infrastructure comes first. It is waited for only
    /// where it comes by itself.
    fn is_used_by_others(self, environment: &Environment) -> bool {
        let uses = |other: &Environment| {
            other.services.iter().flat_map(|service| &service.edges).any(
                |edge| matches!(&edge.target, Target::Service { environment: there, .. } if *there == environment.key),
            )
        };
        environment.role.value == Role::System
            && self.plan.environments.values().any(|other| other.key != environment.key && uses(other))
    }

    /// The applications of an environment, each with the name of its file: cut as the kustomizations are.
    fn applications(self, environment: &'a Environment) -> Vec<(String, Application<'a>)> {
        let plan = self.plan;
        let project = names::in_platform(&plan.name.value, &environment.key);
        let new = |part: &str, at: At| {
            let name = names::in_environment(&plan.name.value, &environment.key, part);
            Application::new(name, at, project.clone(), &environment.namespace.value).of(environment)
        };
        let mut found = Vec::new();
        if let Some(files) = plan.secrets.files.as_ref().filter(|_| !environment.secrets.is_empty()) {
            let files = [&files.value, "/", &environment.key, "/*.yaml"].concat();
            let secrets = new(names::SECRETS_APPLICATION, environment.at)
                .brings_files(self.gitops, files)
                .child_wave(environment, wave::SECRETS)
                .create_namespace()
                .purpose(format!("Sealed secrets of {}", environment.key));
            found.push(("_secrets".to_owned(), secrets));
        }
        let overlay = super::kustomize::overlay(plan, environment);
        let own = new(names::ENVIRONMENT_APPLICATION, environment.at)
            .brings_git(self.gitops, &[&overlay, "/", names::ENVIRONMENT_DIRECTORY].concat())
            .child_wave(environment, wave::OWN)
            .purpose(format!("What {} has besides its services", environment.key));
        found.push((names::ENVIRONMENT_DIRECTORY.to_owned(), own));
        for service in &environment.services {
            let application = new(&service.key, service.at)
                .brings_service(self, environment, service)
                .child_wave(environment, wave::SERVICES)
                .of_service(service)
                .led_by_rollouts(service)
                .removes_with_it();
            found.push((service.key.clone(), application));
        }
        found
    }
}

/// The labels of every object of Argo CD. What has no owner of its own is the platform's.
fn labels<'a>(
    plan: &'a Plan,
    environment: Option<&'a Environment>,
    part: Option<&'a str>,
    owner: Option<&'a str>,
) -> Map<'a> {
    map! { names::MANAGED_BY_LABEL => names::MANAGED_BY }
        .with_some(names::NAME_LABEL, part)
        .with(names::PART_OF_LABEL, &plan.name.value)
        .with_some(names::ENVIRONMENT_LABEL, environment.map(|environment| &environment.key))
        .with(names::OWNER_LABEL, owner.unwrap_or(&plan.owner.value))
}

/// A file of several objects, each with the place that it comes from.
fn manifest(objects: &[(At, Map<'_>)]) -> File<'static> {
    let mut chunks = Vec::new();
    for (at, object) in objects {
        let mut text =
            if chunks.is_empty() { ["# ", names::BANNER, "\n"].concat() } else { "---\n".to_owned() };
        yaml::document(&Data::Map(object.clone()), &mut text);
        chunks.push(Chunk { text, origin: Some(*at) });
    }
    File::generated(NAME, chunks)
}
