//! `postgres_exporter` for a managed database, which has no endpoint for Prometheus itself.

use super::container;
use super::metadata::Identity;
use super::network::{Direction, Policy, reach_database, tcp};
use super::{Object, Scope, pod, service};
use crate::format::data::Map;
use crate::map;
use crate::names;
use crate::plan::Database;
use crate::sizing;
use crate::units::{Bytes, Cpu};

/// The port that the exporter listens on (its documentation, `web.listen-address`).
const PORT: u16 = 9187;
/// Nobody: the image names this user by its name only.
const USER: u32 = 65534;

/// All objects of the exporter of a database. It connects to the database itself: what it asks for is about the server,
/// and a pooler would answer for itself.
pub(super) fn objects<'a>(scope: Scope<'_, 'a>, database: &'a Database) -> Vec<Object<'a>> {
    let identity = Identity::exporter(database);
    let at = database.at;
    let mut objects =
        vec![pod::account_of(scope, identity, at, false), deployment(scope, identity, database)];
    objects.extend(shown(scope, identity, database, PORT));
    if scope.is_isolated() {
        let mut policy = Policy::default();
        policy.allow(Direction::Ingress, vec![scope.prometheus()], vec![tcp(PORT)]);
        let reason = reach_database(scope, &mut policy);
        let metadata = scope
            .metadata(identity.name, identity)
            .with("annotations", map! { names::REASON_ANNOTATION => reason });
        objects.push(policy.object(at, metadata, map! { "matchLabels" => identity.selector() }));
    }
    objects
}

/// What makes Prometheus read what a pod says about a database: a Service, and a monitor that names the database.
pub(super) fn shown<'a>(
    scope: Scope<'_, 'a>,
    identity: Identity<'a>,
    database: &'a Database,
    port: u16,
) -> [Object<'a>; 2] {
    // The rules about a database go by these, and the database is no object of the cluster that has them.
    let relabel = |label: &'static str, text: &'a str| map! { "targetLabel" => label, "replacement" => text };
    let endpoint = map! {
        "port" => service::METRICS,
        "interval" => scope.plan.monitoring.scrape_every.prometheus(),
        "relabelings" => [
            relabel("environment", &scope.environment.key),
            relabel("database", &database.key),
        ],
    };
    [
        Object::new(service::SERVICE, database.at, scope.metadata(identity.name, identity)).spec(map! {
            "type" => "ClusterIP",
            "selector" => identity.selector(),
            "ports" => [service::port_of(service::METRICS, port, service::METRICS)],
        }),
        Object::new(service::SERVICE_MONITOR, database.at, scope.monitored(identity.name, identity)).spec(
            map! {
                "jobLabel" => names::NAME_LABEL,
                "endpoints" => [endpoint],
                "selector" => map! { "matchLabels" => identity.selector() },
            },
        ),
    ]
}

/// The Deployment of a pod that says something about a database: one, since two would say everything twice.
pub(super) fn deployment_of<'a>(
    scope: Scope<'_, 'a>,
    identity: Identity<'a>,
    database: &'a Database,
    pod: Map<'a>,
) -> Object<'a> {
    let spec = map! {
        "replicas" => 1,
        "revisionHistoryLimit" => pod::REVISIONS,
        "selector" => map! { "matchLabels" => identity.selector() },
        "strategy" => map! { "type" => "Recreate" },
        "template" => map! { "metadata" => map! { "labels" => scope.labels(identity) }, "spec" => pod },
    };
    Object::new(pod::DEPLOYMENT, database.at, scope.described(identity.name, identity)).spec(spec)
}

fn deployment<'a>(scope: Scope<'_, 'a>, identity: Identity<'a>, database: &'a Database) -> Object<'a> {
    let secret = names::database_exporter_secret(&database.key);
    let directory = [names::SECRET_MOUNT, &secret].join("/");
    let [uri, username, password] = names::EXPORTER_KEYS;
    let file = |variable: &'static str, key: &str| {
        map! { "name" => variable, "value" => [directory.as_str(), key].join("/") }
    };
    let probe = |period: u32| {
        // The page at the root needs no database: a restart would not bring one back.
        map! {
            "httpGet" => map! { "path" => "/", "port" => service::METRICS },
            "periodSeconds" => period,
        }
    };
    let container = map! {
        "name" => "postgres-exporter",
        "image" => &database.exporter.image.value,
        "env" => [
            file("DATA_SOURCE_URI_FILE", uri),
            file("DATA_SOURCE_USER_FILE", username),
            file("DATA_SOURCE_PASS_FILE", password),
        ],
        "ports" => [map! { "name" => service::METRICS, "containerPort" => PORT, "protocol" => "TCP" }],
        "resources" => map! {
            "requests" => map! {
                "cpu" => Cpu(sizing::DATABASE_EXPORTER_CPU).to_string(),
                "memory" => Bytes(sizing::DATABASE_EXPORTER_MEMORY).to_string(),
            },
            "limits" => map! { "memory" => Bytes(2 * sizing::DATABASE_EXPORTER_MEMORY).to_string() },
        },
        "securityContext" => container::security(true),
        "livenessProbe" => probe(30),
        "readinessProbe" => probe(10),
        "volumeMounts" => [map! {
            "name" => container::secret_volume(&secret),
            "mountPath" => directory.clone(),
            "readOnly" => true,
        }],
    };
    let pod = map! {
        "serviceAccountName" => &database.exporter.name,
        "automountServiceAccountToken" => false,
        "enableServiceLinks" => false,
        "securityContext" => pod::security(USER),
        "containers" => [container],
        "volumes" => [pod::secret_files(secret, &names::EXPORTER_KEYS)],
    }
    .with_some("nodeSelector", scope.node_selector());
    deployment_of(scope, identity, database, pod)
}
