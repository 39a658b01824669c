//! The workload of a service: its account, its rights, its pods.

use std::borrow::Cow;

use super::container::{self, DRAIN_SECONDS, mounted_secrets, seconds, secret_volume};
use super::metadata::Identity;
use super::{Api, Object, Scope};
use crate::format::data::Map;
use crate::map;
use crate::names;
use crate::plan::{PoolBinding, Scale, Service, VolumeKind, VolumeSource, Workload};

const SERVICE_ACCOUNT: Api = Api::new("v1", "ServiceAccount");
pub(super) const ROLE: Api = Api::new("rbac.authorization.k8s.io/v1", "Role");
pub(super) const ROLE_BINDING: Api = Api::new("rbac.authorization.k8s.io/v1", "RoleBinding");
pub(super) const DEPLOYMENT: Api = Api::new("apps/v1", "Deployment");

/// Old versions that can be rolled back to.
pub(super) const REVISIONS: u32 = 5;
/// How long Kubernetes waits for a rollout to get on before it calls it failed, in seconds: its own default.
pub(super) const PROGRESS_SECONDS: u64 = 600;
/// Files of secrets are for their group only (octal 0440); the group is the pod's `fsGroup`.
pub(super) const SECRET_MODE: u32 = 0o440;

/// The account of a service. It has no token unless the service talks to the Kubernetes API.
pub(super) fn account<'a>(scope: Scope<'_, 'a>, service: &'a Service) -> Object<'a> {
    account_of(scope, Identity::service(service), service.at, !service.permissions.is_empty())
}

/// The account of a workload.
pub(super) fn account_of<'a>(
    scope: Scope<'_, 'a>,
    identity: Identity<'a>,
    at: crate::source::At,
    token: bool,
) -> Object<'a> {
    Object::new(SERVICE_ACCOUNT, at, scope.metadata(identity.name, identity))
        .with("automountServiceAccountToken", token)
}

/// What the account may do with the Kubernetes API, in its own namespace.
pub(super) fn access<'a>(scope: Scope<'_, 'a>, service: &'a Service, objects: &mut Vec<Object<'a>>) {
    if service.permissions.is_empty() {
        return;
    }
    let metadata = || scope.metadata(&service.key, Identity::service(service));
    let texts = |values: &'a [String]| values.iter().collect::<Vec<_>>();
    let rules: Vec<Map<'a>> = service
        .permissions
        .iter()
        .map(|permission| {
            map! {
                "apiGroups" => texts(&permission.groups),
                "resources" => texts(&permission.resources),
                "verbs" => texts(&permission.verbs),
            }
        })
        .collect();
    objects.push(Object::new(ROLE, service.at, metadata()).with("rules", rules));
    let role = map! { "apiGroup" => "rbac.authorization.k8s.io", "kind" => "Role", "name" => &service.key };
    let subject = map! {
        "kind" => "ServiceAccount",
        "name" => &service.key,
        "namespace" => &scope.environment.namespace.value,
    };
    objects.push(
        Object::new(ROLE_BINDING, service.at, metadata()).with("roleRef", role).with("subjects", [subject]),
    );
}

/// The pods of a service and how they are replaced.
pub(super) fn deployment<'a>(scope: Scope<'_, 'a>, service: &'a Service) -> Object<'a> {
    let identity = Identity::service(service);
    let mut spec = Map::new();
    // An autoscaler owns the number: writing it here, too, would reset it with every sync.
    if let Scale::Fixed(replicas) = &service.scale {
        spec.push("replicas", replicas.value);
    }
    spec.push("revisionHistoryLimit", REVISIONS);
    if service.startup.0 >= PROGRESS_SECONDS {
        spec.push("progressDeadlineSeconds", seconds(service.startup.0.saturating_add(PROGRESS_SECONDS)));
    }
    spec.push("selector", map! { "matchLabels" => identity.selector() });
    spec.push("strategy", strategy(service.max_unavailable.value, service.max_surge.value));
    spec.push("template", template(scope, service));
    Object::new(DEPLOYMENT, service.at, scope.described(&service.key, identity)).spec(spec)
}

/// The pods of a service.
pub(super) fn template<'a>(scope: Scope<'_, 'a>, service: &'a Service) -> Map<'a> {
    let identity = Identity::service(service);
    map! { "metadata" => map! { "labels" => scope.labels(identity) }, "spec" => pod(scope, service, identity) }
}

/// How a new version replaces the old one.
pub(super) fn strategy(max_unavailable: u32, max_surge: u32) -> Map<'static> {
    map! {
        "type" => "RollingUpdate",
        "rollingUpdate" => map! { "maxUnavailable" => max_unavailable, "maxSurge" => max_surge },
    }
}

/// A pod, with all that does not depend on who replaces it.
pub(super) fn pod<'a>(scope: Scope<'_, 'a>, service: &'a Service, identity: Identity<'a>) -> Map<'a> {
    let drain = if service.port.is_some() { DRAIN_SECONDS } else { 0 };
    let mut pod = map! {
        "serviceAccountName" => &service.key,
        "automountServiceAccountToken" => !service.permissions.is_empty(),
        // Otherwise every Service of the namespace becomes a few variables, which may hide the spec's own.
        "enableServiceLinks" => false,
        // The time of the spec starts when the container is told to stop, Kubernetes' time when the pod is.
        "terminationGracePeriodSeconds" => seconds(service.stop_after.0.saturating_add(drain)),
        "securityContext" => security(service.user.value),
    };
    match &service.pool {
        Some(binding) => place(binding, &mut pod),
        None => pod = pod.with_some("nodeSelector", scope.node_selector()),
    }
    if service.scale.max() >= 2 && service.workload == Workload::Service {
        pod.push("topologySpreadConstraints", [spread(identity, service.is_rollout())]);
    }
    pod.with("containers", [container::container(scope, service)]).with_filled("volumes", volumes(service))
}

/// The pod's user. Files of secrets and volumes belong to its group.
pub(super) fn security(user: u32) -> Map<'static> {
    map! {
        "runAsNonRoot" => true,
        "runAsUser" => user,
        "runAsGroup" => user,
        "fsGroup" => user,
        "fsGroupChangePolicy" => "OnRootMismatch",
        "seccompProfile" => map! { "type" => "RuntimeDefault" },
    }
}

/// Spreads pods over nodes where there is room: one node that fails takes few of them along.
pub(super) fn spread(identity: Identity<'_>, by_rollout: bool) -> Map<'_> {
    map! {
        "maxSkew" => 1,
        "topologyKey" => "kubernetes.io/hostname",
        "whenUnsatisfiable" => "ScheduleAnyway",
        "labelSelector" => map! { "matchLabels" => identity.selector() },
        // Only pods of one version count, so that a rollout does not end up on few nodes.
        "matchLabelKeys" => [if by_rollout { names::ROLLOUT_HASH_LABEL } else { "pod-template-hash" }],
    }
}

impl<'a> Scope<'_, 'a> {
    /// The labels of the nodes for pods that name no pool.
    pub(super) fn node_selector(self) -> Option<Map<'a>> {
        let labels = &self.environment.node_selector;
        (!labels.is_empty()).then(|| labels.iter().collect())
    }
}

fn place<'a>(binding: &'a PoolBinding, pod: &mut Map<'a>) {
    let labels: Map<'a> = binding.labels.iter().collect();
    if !labels.is_empty() {
        pod.push("nodeSelector", labels);
    }
    let tolerations: Vec<Map<'a>> = binding
        .taints
        .iter()
        .map(|taint| {
            map! { "key" => &taint.key, "operator" => "Equal", "value" => &taint.value, "effect" => &taint.effect }
        })
        .collect();
    if !tolerations.is_empty() {
        pod.push("tolerations", tolerations);
    }
}

fn volumes(service: &Service) -> Vec<Map<'_>> {
    let own = service.volumes.iter().map(|volume| match &volume.source {
        VolumeSource::Own { size, kind } => {
            let mut empty = Map::new();
            if kind.value == VolumeKind::Memory {
                empty.push("medium", "Memory");
            }
            empty.push("sizeLimit", size.value.to_string());
            map! { "name" => &volume.name, "emptyDir" => empty }
        }
        VolumeSource::Shared { file_system } => map! {
            "name" => &volume.name,
            "persistentVolumeClaim" => map! { "claimName" => names::files(file_system) },
        },
    });
    let secrets = mounted_secrets(service).into_iter().map(|(secret, keys)| secret_files(secret, &keys));
    own.chain(secrets).collect()
}

/// A volume with some keys of a Secret as files.
pub(super) fn secret_files<'a>(secret: impl Into<Cow<'a, str>>, keys: &[&'a str]) -> Map<'a> {
    let secret = secret.into();
    let items: Vec<Map<'a>> = keys.iter().map(|&key| map! { "key" => key, "path" => key }).collect();
    map! {
        "name" => secret_volume(&secret),
        "secret" => map! { "secretName" => secret, "defaultMode" => SECRET_MODE, "items" => items },
    }
}
