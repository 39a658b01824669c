//! What an environment stands on: its namespace, what it may use, and who signs its certificates.

use std::collections::BTreeMap;

use super::metadata::Identity;
use super::pod::{ROLE, ROLE_BINDING};
use super::{Api, Object, Scope};
use crate::format::data::Map;
use crate::map;
use crate::names;
use crate::plan::{AddonSecurity, Cluster, FileSystem, IngressController, Install, Plan, PodSecurity};
use crate::provider;
use crate::source::At;

const NAMESPACE: Api = Api::new("v1", "Namespace");
const RESOURCE_QUOTA: Api = Api::new("v1", "ResourceQuota");
const LIMIT_RANGE: Api = Api::new("v1", "LimitRange");
const STORAGE_CLASS: Api = Api::new("storage.k8s.io/v1", "StorageClass");
const CLAIM: Api = Api::new("v1", "PersistentVolumeClaim");
const ISSUER: Api = Api::new("cert-manager.io/v1", "Issuer");

/// Let's Encrypt's service with certificates that browsers trust.
const ACME: &str = "https://acme-v02.api.letsencrypt.org/directory";
/// Let's Encrypt's staging service: no browser trusts it, and its rate limits are made for trying.
const ACME_STAGING: &str = "https://acme-staging-v02.api.letsencrypt.org/directory";

/// The namespace, with the Pod Security Standard of the cluster's own Kubernetes version: an upgrade of the cluster
/// must not refuse pods that were fine before.
pub(super) fn namespace<'a>(scope: Scope<'_, 'a>) -> Object<'a> {
    let (plan, environment) = (scope.plan, scope.environment);
    let standard = match environment.pod_security.value {
        PodSecurity::Restricted => "restricted",
        PodSecurity::Baseline => "baseline",
    };
    let version =
        plan.clusters.get(&environment.cluster.value).map(|cluster| format!("v{}", cluster.kubernetes.value));
    let mut labels = map! {
        names::MANAGED_BY_LABEL => names::MANAGED_BY,
        names::PART_OF_LABEL => &plan.name.value,
        names::ENVIRONMENT_LABEL => &environment.key,
        names::OWNER_LABEL => &plan.owner.value,
    };
    enforce(&mut labels, standard, version.as_deref());
    let purpose =
        environment.purpose.as_ref().map(|purpose| map! { names::PURPOSE_ANNOTATION => &purpose.value });
    let metadata = map! { "name" => &environment.namespace.value, "labels" => labels };
    Object::new(NAMESPACE, environment.at, metadata.with_some("annotations", purpose))
}

/// The labels by which a namespace enforces a Pod Security Standard.
fn enforce(labels: &mut Map<'_>, standard: &'static str, version: Option<&str>) {
    for (mode, mode_version) in [
        ("pod-security.kubernetes.io/enforce", "pod-security.kubernetes.io/enforce-version"),
        ("pod-security.kubernetes.io/audit", "pod-security.kubernetes.io/audit-version"),
        ("pod-security.kubernetes.io/warn", "pod-security.kubernetes.io/warn-version"),
    ] {
        labels.push(mode, standard);
        if let Some(version) = version {
            labels.push(mode_version, version.to_owned());
        }
    }
}

/// The namespaces that the add-ons of a cluster need and no environment is, each with the standard that the least
/// confined of its add-ons keeps to.
pub(super) fn addon_namespaces<'a>(plan: &'a Plan, cluster: &'a Cluster) -> Vec<Object<'a>> {
    let mut namespaces: BTreeMap<&str, (AddonSecurity, At)> = BTreeMap::new();
    let mut need = |name: &'a str, security: AddonSecurity, at: At| {
        let entry = namespaces.entry(name).or_insert((security, at));
        // The words stand from the most to the least confined.
        entry.0 = entry.0.max(security);
    };
    for addon in cluster.addons.iter().filter(|addon| addon.install.value == Install::Platc) {
        need(&addon.namespace.value, addon.pod_security, addon.at);
        if addon.daemons {
            need(names::DAEMONS_NAMESPACE, AddonSecurity::Privileged, addon.at);
        }
    }
    let version = format!("v{}", cluster.kubernetes.value);
    let is_rendered = |name: &str| {
        names::RESERVED_NAMESPACES.contains(&name)
            || plan.environments.values().any(|environment| environment.namespace.value == name)
    };
    let namespaces = namespaces.into_iter().filter(|(name, _)| !is_rendered(name));
    namespaces
        .map(|(name, (security, at))| {
            let mut labels = map! {
                names::MANAGED_BY_LABEL => names::MANAGED_BY,
                names::PART_OF_LABEL => &plan.name.value,
                names::OWNER_LABEL => &plan.owner.value,
            };
            enforce(&mut labels, security.word(), Some(&version));
            Object::new(NAMESPACE, at, map! { "name" => name, "labels" => labels })
        })
        .collect()
}

/// The storage class for data that outlives its claims, where the cluster neither comes with it nor uses another.
pub(super) fn storage_class<'a>(plan: &'a Plan, cluster: &'a Cluster) -> Option<Object<'a>> {
    let provider = provider::of(cluster.provider.value);
    let name = &cluster.storage_class.value;
    let driver = provider.storage_driver().filter(|_| name == provider.storage_class())?;
    let labels = map! {
        names::MANAGED_BY_LABEL => names::MANAGED_BY,
        names::PART_OF_LABEL => &plan.name.value,
        names::OWNER_LABEL => &plan.owner.value,
    };
    let mut parameters = Map::new();
    for (key, value) in driver.parameters {
        parameters.push(*key, *value);
    }
    Some(
        Object::new(STORAGE_CLASS, cluster.at, map! { "name" => name, "labels" => labels })
            .with("provisioner", driver.provisioner)
            .with("parameters", parameters)
            .with("reclaimPolicy", "Retain")
            // A volume is made in the zone of its pod, so only once that has a node.
            .with("volumeBindingMode", "WaitForFirstConsumer")
            .with("allowVolumeExpansion", true),
    )
}

/// The storage classes of a cluster's shared file systems. A class is the whole cluster's, so it is named after the namespace too.
pub(super) fn files_classes<'a>(plan: &'a Plan, cluster: &'a Cluster) -> Vec<Object<'a>> {
    let Some(driver) = provider::of(cluster.provider.value).files_driver() else { return Vec::new() };
    let all = plan
        .environments_of(&cluster.key)
        .flat_map(|environment| environment.file_systems.iter().map(move |files| (environment, files)));
    all.map(|(environment, files)| {
        let namespace = &environment.namespace.value;
        let labels = map! {
            names::MANAGED_BY_LABEL => names::MANAGED_BY,
            names::PART_OF_LABEL => &plan.name.value,
            names::ENVIRONMENT_LABEL => &environment.key,
            names::OWNER_LABEL => &plan.owner.value,
        };
        let id = [namespace, &names::files(&files.key), names::FILES_KEY].join("/");
        let parameters: Map<'a> = (driver.parameters)(files.user.value, id).into_iter().collect();
        let metadata = map! { "name" => names::files_class(namespace, &files.key), "labels" => labels };
        Object::new(STORAGE_CLASS, files.at, metadata)
            .with("provisioner", driver.provisioner)
            .with("parameters", parameters)
            .with("reclaimPolicy", "Retain")
            // All zones reach it.
            .with("volumeBindingMode", "Immediate")
            // Nothing has to grow, but a claim may then ask for more.
            .with("allowVolumeExpansion", true)
    })
    .collect()
}

/// What an environment has of its file systems: the claims that pods mount, and for the driver the right to read the id.
pub(super) fn file_systems<'a>(scope: Scope<'_, 'a>) -> Vec<Object<'a>> {
    let environment = scope.environment;
    let Some(driver) = provider::of(scope.plan.provider_of(environment)).files_driver() else {
        return Vec::new();
    };
    let (namespace, account) = driver.account;
    let of_one = |files: &'a FileSystem| {
        let name = names::files(&files.key);
        let metadata = || scope.metadata(name.clone(), Identity::environment(&files.key));
        let claim = map! {
            "accessModes" => ["ReadWriteMany"],
            "resources" => map! { "requests" => map! { "storage" => files.size.value.to_string() } },
            "storageClassName" => names::files_class(&environment.namespace.value, &files.key),
        };
        let read = map! {
            "apiGroups" => [""],
            "resources" => ["secrets"],
            "resourceNames" => [name.clone()],
            "verbs" => ["get"],
        };
        let role =
            map! { "apiGroup" => "rbac.authorization.k8s.io", "kind" => "Role", "name" => name.clone() };
        let reader = map! { "kind" => "ServiceAccount", "name" => account, "namespace" => namespace };
        [
            Object::new(CLAIM, files.at, metadata()).spec(claim),
            Object::new(ROLE, files.at, metadata()).with("rules", [read]),
            Object::new(ROLE_BINDING, files.at, metadata()).with("roleRef", role).with("subjects", [reader]),
        ]
    };
    environment.file_systems.iter().flat_map(of_one).collect()
}

/// What the namespace may request in all, and what a container requests that says nothing.
pub(super) fn limits<'a>(scope: Scope<'_, 'a>) -> Vec<Object<'a>> {
    let (environment, quota) = (scope.environment, &scope.environment.quota);
    let hard = map! {
        "requests.cpu" => quota.cpu.value.to_string(),
        "requests.memory" => quota.memory.value.to_string(),
        "requests.storage" => quota.storage.value.to_string(),
        "requests.nvidia.com/gpu" => quota.gpus.value.to_string(),
        "pods" => quota.pods.value.to_string(),
    };
    let container = map! {
        "type" => "Container",
        // Helpers that operators and cert-manager start: the quota refuses pods that request nothing.
        "defaultRequest" => map! { "cpu" => "25m", "memory" => "64Mi" },
        "default" => map! { "memory" => "256Mi" },
    };
    let metadata = |name: &'static str| scope.metadata(name, Identity::environment(name));
    vec![
        Object::new(RESOURCE_QUOTA, environment.at, metadata("quota")).spec(map! { "hard" => hard }),
        Object::new(LIMIT_RANGE, environment.at, metadata("defaults")).spec(map! { "limits" => [container] }),
    ]
}

/// Whether a service here needs a certificate.
pub(super) fn needs_certificates(scope: Scope<'_, '_>) -> bool {
    scope.plan.ingress.as_ref().is_some_and(|ingress| ingress.tls.is_some())
        && scope.environment.services.iter().any(|service| service.route.is_some())
}

/// Who signs certificates. It is the namespace's own, so that no environment can use up another's rate limit.
pub(super) fn issuer<'a>(scope: Scope<'_, 'a>) -> Option<Object<'a>> {
    let ingress = scope.plan.ingress.as_ref()?;
    let tls = ingress.tls.as_ref()?;
    if !needs_certificates(scope) {
        return None;
    }
    let trusted = scope.environment.is_production() && !tls.staging_only.value;
    let solver = match ingress.controller.value {
        IngressController::EnvoyGateway => {
            map! { "gatewayHTTPRoute" => map! { "parentRefs" => [super::gateway::reference()] } }
        }
        IngressController::IngressNginx => {
            map! { "ingress" => map! { "ingressClassName" => &ingress.class.value } }
        }
    };
    let solver = map! { "http01" => solver };
    let acme: Map<'a> = map! {
        "server" => if trusted { ACME } else { ACME_STAGING },
        "email" => &tls.email.value,
        "privateKeySecretRef" => map! { "name" => names::ISSUER_ACCOUNT },
        "solvers" => [solver],
    };
    let metadata = scope.metadata(names::ISSUER, Identity::environment(names::ISSUER));
    Some(Object::new(ISSUER, ingress.at, metadata).spec(map! { "acme" => acme }))
}
