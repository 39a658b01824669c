//! Projects: what applications may bring where. Each may do what it needs and nothing besides.

use super::{SERVER, Scope, labels, wave};
use crate::format::data::{Data, Map};
use crate::map;
use crate::names;
use crate::plan::{AddonSource, Environment, Install, SecretDelivery};

/// The namespace in which charts make Roles for what the API server shares with extensions.
const SYSTEM_NAMESPACE: &str = "kube-system";

/// The project of what makes projects and applications. Who may write to it may do everything in the cluster.
pub(super) fn of_root(scope: Scope<'_>) -> Map<'_> {
    let name = names::root_application(&scope.plan.name.value, &scope.cluster.key);
    let description = format!("Applications and projects of the cluster {}", scope.cluster.key);
    let own = ["Application", "AppProject"].map(|kind| kinds("argoproj.io", kind));
    let spec = start(scope, description, vec![])
        .with("destinations", [destination(&scope.gitops.namespace.value)])
        .with("clusterResourceWhitelist", Data::List(Vec::new()))
        .with("namespaceResourceWhitelist", own);
    print(scope, name, None, spec)
}

/// The project of an environment: its own namespace and nothing else of the cluster. Its objects come from Git in the
/// clear, so a Secret never does. What nobody delivers is shown, but for the volumes of operators' stateful sets, which
/// belong to no object.
pub(super) fn of_environment<'a>(scope: Scope<'a>, environment: &'a Environment) -> Map<'a> {
    let name = names::in_platform(&scope.plan.name.value, &environment.key);
    let namespace = &environment.namespace.value;
    let mut refused: Vec<Map<'a>> = [
        ("", "Secret"),
        ("argoproj.io", "Application"),
        ("argoproj.io", "ApplicationSet"),
        ("argoproj.io", "AppProject"),
    ]
    .map(|(group, kind)| kinds(group, kind))
    .into();
    if scope.plan.secrets.delivery.value == SecretDelivery::ExternalSecrets {
        // A store of its own would reach for what the cluster's stores keep apart; nothing is written to the manager.
        refused.extend(["PushSecret", "SecretStore"].map(|kind| kinds("external-secrets.io", kind)));
        refused.push(kinds("generators.external-secrets.io", "*"));
    }
    let spec = start(scope, format!("What runs in {}", environment.key), vec![])
        .with("destinations", [destination(namespace)])
        .with("clusterResourceWhitelist", [kinds("", "Namespace").with("name", namespace)])
        .with("namespaceResourceBlacklist", refused)
        .with("orphanedResources", map! { "warn" => true, "ignore" => [kinds("", "PersistentVolumeClaim")] });
    print(scope, name, Some(environment), spec)
}

/// The project of add-ons. Charts of others bring definitions, roles and webhooks of the whole cluster, so it can limit
/// where they come from and go to, and not what they are.
pub(super) fn of_addons(scope: Scope<'_>) -> Map<'_> {
    let name = names::addons_project(&scope.plan.name.value, &scope.cluster.key);
    let addons = || scope.cluster.addons.iter().filter(|addon| addon.install.value == Install::Platc);
    let mut charts: Vec<String> = addons()
        .filter_map(|addon| match &addon.source {
            AddonSource::Chart { repository, .. } => {
                Some(repository.strip_prefix("oci://").unwrap_or(repository).to_owned())
            }
            AddonSource::Manifest { .. } => None,
        })
        .collect();
    charts.sort();
    charts.dedup();
    let mut namespaces: Vec<&str> = addons().map(|addon| addon.namespace.value.as_str()).collect();
    namespaces.push(SYSTEM_NAMESPACE);
    // The application of the namespaces itself is bound to the one of Argo CD, in which it makes nothing.
    namespaces.push(&scope.gitops.namespace.value);
    namespaces.push(&scope.plan.monitoring.namespace.value);
    if addons().any(|addon| addon.daemons) {
        namespaces.push(names::DAEMONS_NAMESPACE);
    }
    namespaces.sort_unstable();
    namespaces.dedup();
    let destinations: Vec<Map<'_>> = namespaces.into_iter().map(destination).collect();
    let spec = start(scope, format!("Add-ons of the cluster {}", scope.cluster.key), charts)
        .with("destinations", destinations)
        .with("clusterResourceWhitelist", [kinds("*", "*")]);
    print(scope, name, None, spec)
}

fn start(scope: Scope<'_>, description: String, charts: Vec<String>) -> Map<'_> {
    let repositories = std::iter::once(Data::from(&scope.gitops.repository.value));
    let repositories = repositories.chain(charts.into_iter().map(Data::from));
    map! { "description" => description, "sourceRepos" => Data::List(repositories.collect()) }
}

fn kinds<'a>(group: &'a str, kind: &'a str) -> Map<'a> {
    map! { "group" => group, "kind" => kind }
}

fn destination(namespace: &str) -> Map<'_> {
    map! { "server" => SERVER, "namespace" => namespace }
}

fn print<'a>(scope: Scope<'a>, name: String, environment: Option<&'a Environment>, spec: Map<'a>) -> Map<'a> {
    let mut annotations = map! { names::SYNC_WAVE_ANNOTATION => wave::PROJECTS.to_string() };
    if environment.is_some() {
        // An application whose project is gone cannot be deleted any more, and those of an environment outlive it.
        annotations.push(names::SYNC_OPTIONS_ANNOTATION, "Prune=false");
    }
    let metadata = map! {
        "name" => name,
        "namespace" => &scope.gitops.namespace.value,
        "labels" => labels(scope.plan, environment, None, None),
        "annotations" => annotations,
    };
    map! { "apiVersion" => names::ARGOCD_API, "kind" => "AppProject", "metadata" => metadata, "spec" => spec }
}
