//! An application: what of Git goes where, when, and who brings it.

use super::{SERVER, Scope, labels};
use crate::backend::addons;
use crate::format::data::{Data, Map};
use crate::map;
use crate::names;
use crate::plan::{Addon, AddonSource, Environment, Gitops, Plan, Service, Sync, Workloads};
use crate::source::At;

/// Deletes what an application brought, and waits for it, when the application is deleted. Without the path the API
/// server warns of the name.
const FINALIZER: &str = "resources-finalizer.argocd.argoproj.io/foreground";
/// The name under which a chart's source finds the repository with its values.
const VALUES: &str = "values";
/// Deployed states that a rollback can go back to.
const HISTORY: i64 = 10;

/// An application of Argo CD.
#[derive(Debug, Clone)]
pub(super) struct Application<'a> {
    /// The place of the spec that it comes from.
    pub(super) at: At,
    name: String,
    project: String,
    namespace: &'a str,
    environment: Option<&'a Environment>,
    part: Option<&'a str>,
    owner: Option<&'a str>,
    purpose: Option<String>,
    wave: Option<i64>,
    sources: Vec<Map<'a>>,
    is_automated: bool,
    is_removed: bool,
    has_led_services: bool,
    options: Vec<&'static str>,
}

impl<'a> Application<'a> {
    /// An application that brings nothing yet. A person syncs it.
    pub(super) const fn new(name: String, at: At, project: String, namespace: &'a str) -> Self {
        Self {
            at,
            name,
            project,
            namespace,
            environment: None,
            part: None,
            owner: None,
            purpose: None,
            wave: None,
            sources: Vec::new(),
            is_automated: false,
            is_removed: false,
            has_led_services: false,
            options: Vec::new(),
        }
    }

    /// Brings a directory of the output.
    pub(super) fn brings_git(mut self, gitops: &'a Gitops, directory: &str) -> Self {
        self.sources.push(repository(gitops).with("path", gitops.in_output(directory)));
        self
    }

    /// Brings those files below the spec's folder that a pattern names. It looks from the folder, which exists, and not
    /// from the files' own, which need not: Argo CD calls an application without its directory broken, and one without
    /// objects healthy.
    pub(super) fn brings_files(mut self, gitops: &'a Gitops, pattern: String) -> Self {
        let directory = map! { "recurse" => true, "include" => pattern };
        self.sources.push(repository(gitops).with("path", &gitops.spec.value).with("directory", directory));
        self
    }

    /// Brings the workload unit of a service.
    pub(super) fn brings_service(
        self,
        scope: Scope<'a>,
        environment: &'a Environment,
        service: &'a Service,
    ) -> Self {
        let gitops = scope.gitops;
        match scope.plan.delivery.workloads.value {
            Workloads::Kustomize => {
                let overlay = super::super::kustomize::overlay(scope.plan, environment);
                self.brings_git(gitops, &[&overlay, "/", &service.key].concat())
            }
            Workloads::Helm => self.brings_release(scope, environment, service),
        }
    }

    /// Brings a service's release of the chart that services share.
    fn brings_release(
        mut self,
        scope: Scope<'a>,
        environment: &'a Environment,
        service: &'a Service,
    ) -> Self {
        let gitops = scope.gitops;
        let helm = |path: &str| gitops.in_output(&[&scope.plan.paths.helm.value, "/", path].concat());
        // A path that begins with a slash is one from the repository's root.
        let files = [names::helm_values(&service.key), names::helm_values_of(&service.key, &environment.key)];
        let files = files.iter().map(|file| Data::from(["/", &helm(file)].concat()));
        let release = map! { "releaseName" => &service.key, "valueFiles" => Data::List(files.collect()) };
        let source = repository(gitops).with("path", helm(names::HELM_CHART)).with("helm", release);
        self.sources.push(source);
        self
    }

    /// Leaves alone what Argo Rollouts writes into the Services that it leads from version to version. The Ingress of a canary that it
    /// makes belongs to the Rollout, and so to no source.
    pub(super) fn led_by_rollouts(mut self, service: &Service) -> Self {
        self.has_led_services = service.rollout_service().is_some();
        self
    }

    /// Brings a chart with its values out of Git, and what the output has of the add-on's own objects.
    pub(super) fn brings_addon(mut self, scope: Scope<'a>, addon: &'a Addon) -> Self {
        let gitops = scope.gitops;
        if let AddonSource::Chart { repository: charts, name, version } = &addon.source {
            let files = addons::values_files(scope.plan, scope.cluster, addon);
            let files = files.iter().map(|file| format!("${VALUES}/{}", gitops.in_output(file)).into());
            // Argo CD takes a repository without a scheme for a registry.
            let charts = charts.strip_prefix("oci://").unwrap_or(charts);
            self.sources.push(map! {
                "repoURL" => charts,
                "chart" => name,
                "targetRevision" => &version.value,
                "helm" => map! { "releaseName" => &addon.key, "valueFiles" => Data::List(files.collect()) },
            });
            self.sources.push(repository(gitops).with("ref", VALUES));
        }
        if let Some(directory) = addons::own_kustomization(scope.plan, scope.cluster, addon) {
            self.sources.push(repository(gitops).with("path", gitops.in_output(&directory)));
        }
        self
    }

    /// Belongs to an environment, and comes as its changes do.
    pub(super) fn of(mut self, environment: &'a Environment) -> Self {
        self.environment = Some(environment);
        self.is_automated = environment.sync.value == Sync::Automated;
        self
    }

    /// Is one of the things of the platform that people know by name.
    pub(super) fn part(mut self, part: &'a str) -> Self {
        self.part = Some(part);
        self
    }

    /// Is a service, with its name and its team.
    pub(super) fn of_service(mut self, service: &'a Service) -> Self {
        self.owner = Some(&service.owner.value);
        self.part(&service.key)
    }

    /// Says in words what it is for.
    pub(super) fn purpose(mut self, purpose: String) -> Self {
        self.purpose = Some(purpose);
        self
    }

    /// Comes after those of smaller waves, when they are healthy.
    pub(super) const fn wave(mut self, wave: i64) -> Self {
        self.wave = Some(wave);
        self
    }

    /// Comes after those of smaller waves of its environment, unless a person brings each: a wave would wait for
    /// applications that nobody has synced, and hide the later ones until then.
    pub(super) fn child_wave(self, environment: &Environment, wave: i64) -> Self {
        if environment.sync.value == Sync::Automated { self.wave(wave) } else { self }
    }

    /// Comes as soon as Git has it.
    pub(super) const fn automated(mut self) -> Self {
        self.is_automated = true;
        self
    }

    /// When it goes, what it brought goes.
    pub(super) const fn removes_with_it(mut self) -> Self {
        self.is_removed = true;
        self
    }

    /// Makes its namespace if it comes before what renders it.
    pub(super) fn create_namespace(mut self) -> Self {
        self.options.push("CreateNamespace=true");
        self
    }

    /// Applies by the server, which has no limit on the size of an object but that of the store.
    pub(super) fn server_side(mut self) -> Self {
        self.options.push("ServerSideApply=true");
        self
    }

    /// The object.
    pub(super) fn print(self, scope: Scope<'a>) -> Map<'a> {
        let plan: &Plan = scope.plan;
        let mut annotations = Map::new();
        if let Some(wave) = self.wave {
            annotations.push(names::SYNC_WAVE_ANNOTATION, wave.to_string());
        }
        if let Some(purpose) = self.purpose {
            annotations.push(names::PURPOSE_ANNOTATION, purpose);
        }
        let finalizers: Vec<Data<'a>> = if self.is_removed { vec![FINALIZER.into()] } else { Vec::new() };
        let metadata = map! {
            "name" => self.name,
            "namespace" => &scope.gitops.namespace.value,
            "labels" => labels(plan, self.environment, self.part, self.owner),
        }
        .with_filled("annotations", annotations)
        .with_filled("finalizers", Data::List(finalizers));
        let mut spec = map! { "project" => self.project };
        let mut sources = self.sources;
        if sources.len() == 1 {
            spec.push("source", sources.remove(0));
        } else {
            spec.push("sources", Data::List(sources.into_iter().map(Data::from).collect()));
        }
        spec.push("destination", map! { "server" => SERVER, "namespace" => self.namespace });
        if self.has_led_services {
            let selector = format!("/spec/selector/{}", names::ROLLOUT_HASH_LABEL);
            let difference = map! { "group" => "", "kind" => "Service", "jsonPointers" => [selector] };
            spec.push("ignoreDifferences", [difference]);
        }
        let mut policy = Map::new();
        if self.is_automated {
            policy.push("automated", map! { "prune" => true, "selfHeal" => true });
        }
        // Namespaces are rendered; no application makes one unless it comes before what does.
        let options = ["FailOnSharedResource=true", "PruneLast=true"].into_iter().chain(self.options);
        let options: Vec<Data<'a>> = options.map(Data::from).collect();
        policy.push("syncOptions", Data::List(options));
        let backoff = map! { "duration" => "10s", "factor" => 2, "maxDuration" => "5m" };
        policy.push("retry", map! { "limit" => 10, "backoff" => backoff });
        spec.push("syncPolicy", policy);
        spec.push("revisionHistoryLimit", HISTORY);
        map! {
            "apiVersion" => names::ARGOCD_API,
            "kind" => "Application",
            "metadata" => metadata,
            "spec" => spec,
        }
    }
}

/// The repository at the revision that is followed.
fn repository(gitops: &Gitops) -> Map<'_> {
    map! { "repoURL" => &gitops.repository.value, "targetRevision" => &gitops.revision.value }
}
