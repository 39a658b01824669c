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
    saying(scope, Identity::exporter(database), database, PORT, pod(scope, database), reach_database)
}

/// All objects of a pod that says something about a database to Prometheus, at a port: one pod, since two would say everything
/// twice. `reach` lets it reach whom it asks, and gives the reason for the range.
pub(super) fn saying<'a, 's>(
    scope: Scope<'s, 'a>,
    identity: Identity<'a>,
    database: &'a Database,
    port: u16,
    pod: Map<'a>,
    reach: fn(Scope<'s, 'a>, &mut Policy<'a>) -> &'static str,
) -> Vec<Object<'a>> {
    let at = database.at;
    let spec = map! {
        "replicas" => 1,
        "revisionHistoryLimit" => pod::REVISIONS,
        "selector" => map! { "matchLabels" => identity.selector() },
        "strategy" => map! { "type" => "Recreate" },
        "template" => map! { "metadata" => map! { "labels" => scope.labels(identity) }, "spec" => pod },
    };
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
    let mut objects = vec![
        pod::account_of(scope, identity, at, false),
        Object::new(pod::DEPLOYMENT, at, scope.described(identity.name, identity)).spec(spec),
        Object::new(service::SERVICE, at, scope.metadata(identity.name, identity)).spec(map! {
            "type" => "ClusterIP",
            "selector" => identity.selector(),
            "ports" => [service::port_of(service::METRICS, port, service::METRICS)],
        }),
        Object::new(service::SERVICE_MONITOR, at, scope.monitored(identity.name, identity)).spec(map! {
            "jobLabel" => names::NAME_LABEL,
            "endpoints" => [endpoint],
            "selector" => map! { "matchLabels" => identity.selector() },
        }),
    ];
    if scope.is_isolated() {
        let mut policy = Policy::default();
        policy.allow(Direction::Ingress, vec![scope.prometheus()], vec![tcp(port)]);
        let reason = reach(scope, &mut policy);
        let metadata = scope
            .metadata(identity.name, identity)
            .with("annotations", map! { names::REASON_ANNOTATION => reason });
        objects.push(policy.object(at, metadata, map! { "matchLabels" => identity.selector() }));
    }
    objects
}

fn pod<'a>(scope: Scope<'_, 'a>, database: &'a Database) -> Map<'a> {
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
    map! {
        "serviceAccountName" => &database.exporter.name,
        "automountServiceAccountToken" => false,
        "enableServiceLinks" => false,
        "securityContext" => pod::security(USER),
        "containers" => [container],
        "volumes" => [pod::secret_files(secret, &names::EXPORTER_KEYS)],
    }
    .with_some("nodeSelector", scope.node_selector())
}
