//! Secrets that the controller of external-secrets copies from a secret manager: what is copied, from where, and what keeps
//! each namespace to its own.
//!
//! The controller's own account reads the manager, for EKS Pod Identity gives a role to the account of the pod that asks:
//! a store cannot borrow the account of its namespace (external-secrets issue 2951), and IRSA, which can, needs the role's
//! ARN before Terraform has made it. So the role is the cluster's, and three things divide it: a store serves one namespace
//! (`conditions`), stores within namespaces are not processed (values of the chart), and an admission policy lets an
//! `ExternalSecret` name no secrets but those of its namespace.

use std::collections::BTreeMap;

use super::metadata::Identity;
use super::{Api, Object, Scope};
use crate::format::data::{Data, Map};
use crate::map;
use crate::names;
use crate::plan::{Cluster, Plan, Secret};
use crate::source::At;

/// The group of external-secrets, whose v1 its releases since 0.16 serve.
pub(super) const GROUP: &str = "external-secrets.io";
const EXTERNAL_SECRET: Api = Api::new("external-secrets.io/v1", "ExternalSecret");
const STORE: Api = Api::new("external-secrets.io/v1", "ClusterSecretStore");
const POLICY: Api = Api::new("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy");
const BINDING: Api = Api::new("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicyBinding");

/// The time after which a value that was changed in the manager is in the cluster. As Go prints it, so that what the API
/// server keeps is what Git holds.
const REFRESH: &str = "1h0m0s";

/// The secrets of an environment.
pub(super) fn of_environment<'a>(scope: Scope<'_, 'a>) -> Vec<Object<'a>> {
    let environment = scope.environment;
    let store = names::secret_store(&scope.plan.name.value, &environment.namespace.value);
    let copied = environment.secrets.iter().filter_map(|secret| {
        let remote = secret.in_manager()?;
        let labels = scope.labels(Identity::environment(&secret.name));
        Some(external_secret(secret, remote, &store, labels, None))
    });
    copied.collect()
}

/// What a cluster has besides its environments: the stores of all its namespaces, with the policies that keep each to its
/// own, and the secrets of receivers and add-ons. Empty where nothing is copied.
pub(super) fn of_cluster<'a>(plan: &'a Plan, cluster: &'a Cluster) -> Vec<Object<'a>> {
    let mut objects = Vec::new();
    for (namespace, place) in places(plan, cluster) {
        let name = names::secret_store(&plan.name.value, namespace);
        let metadata = || map! { "name" => name.clone(), "labels" => labels(plan) };
        objects.push(Object::new(STORE, place.at, metadata()).spec(store(cluster, namespace)));
        objects.push(Object::new(POLICY, place.at, metadata()).spec(policy(namespace, &place.prefixes)));
        let binding = map! { "policyName" => name.clone(), "validationActions" => ["Deny"] };
        objects.push(Object::new(BINDING, place.at, metadata()).spec(binding));
    }
    for secret in &cluster.secrets {
        let Some(remote) = secret.in_manager() else { continue };
        let store = names::secret_store(&plan.name.value, &secret.namespace);
        objects.push(external_secret(secret, remote, &store, labels(plan), Some(&secret.namespace)));
    }
    objects
}

/// A namespace with secrets.
struct Place {
    at: At,
    /// What the names of its secrets in the manager begin with.
    prefixes: Vec<String>,
}

/// The namespaces of a cluster that get secrets from the manager. An environment may live in the namespace of monitoring.
fn places<'a>(plan: &'a Plan, cluster: &'a Cluster) -> BTreeMap<&'a str, Place> {
    let mut places: BTreeMap<&str, Place> = BTreeMap::new();
    let mut add = |secret: &'a Secret, prefix: String| {
        if secret.in_manager().is_none() {
            return;
        }
        let place = places
            .entry(secret.namespace.as_str())
            .or_insert_with(|| Place { at: secret.at, prefixes: Vec::new() });
        if !place.prefixes.contains(&prefix) {
            place.prefixes.push(prefix);
        }
    };
    let platform = &plan.name.value;
    for environment in plan.environments_of(&cluster.key) {
        for secret in &environment.secrets {
            add(secret, names::managed_secrets(platform, &environment.key));
        }
    }
    for secret in &cluster.secrets {
        add(secret, names::managed_secrets_of_cluster(platform, &cluster.key, &secret.namespace));
    }
    places
}

fn labels(plan: &Plan) -> Map<'_> {
    map! {
        names::MANAGED_BY_LABEL => names::MANAGED_BY,
        names::PART_OF_LABEL => &plan.name.value,
        names::OWNER_LABEL => &plan.owner.value,
    }
}

/// A secret with the keys that are used, each a property of one JSON secret of the manager.
fn external_secret<'a>(
    secret: &'a Secret,
    remote: &'a str,
    store: &str,
    labels: Map<'a>,
    namespace: Option<&'a str>,
) -> Object<'a> {
    let mut keys: Vec<&String> = secret.keys.iter().collect();
    keys.sort();
    let data = keys.into_iter().map(|key| {
        // What the API server would fill in: Argo CD compares lists as a whole, and would call the rest a change.
        let remote = map! {
            "key" => remote,
            "property" => key,
            "conversionStrategy" => "Default",
            "decodingStrategy" => "None",
            "metadataPolicy" => "None",
            "nullBytePolicy" => "Ignore",
        };
        Data::Map(map! { "secretKey" => key, "remoteRef" => remote })
    });
    let target = map! {
        "name" => &secret.name,
        "creationPolicy" => "Owner",
        // What is gone from the manager stays here until somebody has looked.
        "deletionPolicy" => "Retain",
        // Else the Secret gets the labels and annotations of this object, by which Argo CD knows what it delivers.
        "template" => map! {
            "engineVersion" => "v2",
            "mergePolicy" => "Replace",
            "metadata" => map! { "labels" => labels.clone() },
            "type" => "Opaque",
        },
    };
    let spec = map! {
        "refreshInterval" => REFRESH,
        "refreshPolicy" => "Periodic",
        "secretStoreRef" => map! { "kind" => STORE.kind, "name" => store.to_owned() },
        "target" => target,
        "data" => Data::List(data.collect()),
    };
    let metadata = map! { "name" => &secret.name }
        .with_some("namespace", namespace)
        .with("labels", labels)
        .with("annotations", map! { names::PURPOSE_ANNOTATION => &secret.purpose });
    Object::new(EXTERNAL_SECRET, secret.at, metadata).spec(spec)
}

/// The manager as a namespace sees it. Without `auth`, the controller uses the credentials of its own pod.
fn store<'a>(cluster: &'a Cluster, namespace: &'a str) -> Map<'a> {
    map! {
        "conditions" => [map! { "namespaces" => [namespace] }],
        "provider" => map! { "aws" => map! { "service" => "SecretsManager", "region" => &cluster.region.value } },
    }
}

/// Lets the `ExternalSecret`s of a namespace name only secrets of its own.
fn policy<'a>(namespace: &'a str, prefixes: &[String]) -> Map<'a> {
    // Prefixes are made of names that have no quotes.
    let own: Vec<String> = prefixes.iter().map(|prefix| format!("'{prefix}'")).collect();
    let expression = format!(
        "has(object.spec.data) && !has(object.spec.dataFrom) && object.spec.data.all(one, \
         !has(one.sourceRef) && [{}].exists(own, one.remoteRef.key.startsWith(own)))",
        own.join(", ")
    );
    let message =
        format!("An ExternalSecret of {namespace} reads single secrets below {}", prefixes.join(" and "));
    let rule = map! {
        "apiGroups" => [GROUP],
        "apiVersions" => ["*"],
        "operations" => ["CREATE", "UPDATE"],
        "resources" => ["externalsecrets"],
        "scope" => "Namespaced",
    };
    map! {
        "failurePolicy" => "Fail",
        "matchConstraints" => map! {
            "matchPolicy" => "Equivalent",
            "namespaceSelector" => map! { "matchLabels" => map! { names::NAMESPACE_LABEL => namespace } },
            "objectSelector" => Map::new(),
            "resourceRules" => [rule],
        },
        "validations" => [map! { "expression" => expression, "message" => message }],
    }
}
