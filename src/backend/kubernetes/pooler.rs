//! `PgBouncer` in front of a managed database.

use super::container;
use super::edges::Called;
use super::metadata::Identity;
use super::network::{Direction, Policy, reach_database, tcp};
use super::{Api, Object, Scope, pod, scaling, service};
use crate::map;
use crate::names;
use crate::plan::{Database, PoolMode, Pooling};
use crate::sizing;
use crate::units::{Bytes, Cpu};

const CONFIG_MAP: Api = Api::new("v1", "ConfigMap");

/// The port that the pooler listens on: PostgreSQL's own, so that an address with the pooler's name is all that changes.
pub(in crate::backend) const PORT: u16 = 5432;
/// The name of the port.
const PORT_NAME: &str = "postgresql";
/// The user of the default image; any other image runs with it as well, since nothing in it is written to.
const USER: u32 = 998;
/// Where the configuration is mounted.
const CONFIG: &str = "/etc/pgbouncer";
/// Clients of one pod at once. A connection costs a few KiB (`PgBouncer`'s documentation: 2 KiB each).
const MAX_CLIENTS: u32 = 1000;

/// All objects of a pooler.
pub(super) fn objects<'a>(
    scope: Scope<'_, 'a>,
    database: &'a Database,
    pooling: &'a Pooling,
) -> Vec<Object<'a>> {
    let identity = Identity::pooler(database, pooling);
    let at = database.at;
    let metadata = || scope.metadata(&pooling.name, identity);
    let mut objects = vec![
        pod::account_of(scope, identity, at, false),
        Object::new(CONFIG_MAP, at, metadata())
            .with("data", map! { "pgbouncer.ini" => configuration(database, pooling) }),
        deployment(scope, identity, database, pooling),
        Object::new(service::SERVICE, at, metadata()).spec(map! {
            "type" => "ClusterIP",
            "selector" => identity.selector(),
            "ports" => [service::port_of(PORT_NAME, PORT, PORT_NAME)],
        }),
    ];
    if pooling.replicas.value >= 2 {
        objects.push(scaling::budget(scope, identity, at, pooling.replicas.value - 1));
    }
    if scope.is_isolated() {
        let mut policy = Policy::default();
        let callers = scope.callers(Called::Pooler(&database.key));
        if !callers.is_empty() {
            policy.allow(Direction::Ingress, callers, vec![tcp(PORT)]);
        }
        let reason = reach_database(scope, &mut policy);
        let metadata = metadata().with("annotations", map! { names::REASON_ANNOTATION => reason });
        objects.push(policy.object(at, metadata, map! { "matchLabels" => identity.selector() }));
    }
    objects
}

/// The part of the configuration that is no secret. The address of the database and the accounts are files of a
/// Secret: `%include` and `auth_file` are read again on reload.
fn configuration(database: &Database, pooling: &Pooling) -> String {
    let secret = [names::SECRET_MOUNT, &names::pooler_secret(&database.key)].join("/");
    let mode = match pooling.mode.value {
        PoolMode::Transaction => "transaction",
        PoolMode::Session => "session",
    };
    let size = pooling.size.value;
    let (databases, accounts) = (names::POOLER_DATABASES_KEY, names::POOLER_ACCOUNTS_KEY);
    format!(
        "%include {secret}/{databases}\n\
         \n\
         [pgbouncer]\n\
         listen_addr = 0.0.0.0\n\
         listen_port = {PORT}\n\
         unix_socket_dir =\n\
         auth_type = scram-sha-256\n\
         auth_file = {secret}/{accounts}\n\
         pool_mode = {mode}\n\
         default_pool_size = {size}\n\
         max_client_conn = {MAX_CLIENTS}\n\
         max_prepared_statements = 200\n\
         server_tls_sslmode = require\n\
         ignore_startup_parameters = extra_float_digits\n"
    )
}

fn deployment<'a>(
    scope: Scope<'_, 'a>,
    identity: Identity<'a>,
    database: &'a Database,
    pooling: &'a Pooling,
) -> Object<'a> {
    let secret = names::pooler_secret(&database.key);
    let socket = map! { "tcpSocket" => map! { "port" => PORT_NAME } };
    let probe = |period: u32| socket.clone().with("periodSeconds", period);
    let container = map! {
        "name" => "pgbouncer",
        "image" => &pooling.image.value,
        "command" => ["pgbouncer"],
        "args" => [[CONFIG, "pgbouncer.ini"].join("/")],
        "ports" => [map! { "name" => PORT_NAME, "containerPort" => PORT, "protocol" => "TCP" }],
        "resources" => map! {
            "requests" => map! {
                "cpu" => Cpu(sizing::POOLER_CPU).to_string(),
                "memory" => Bytes(sizing::POOLER_MEMORY).to_string(),
            },
            "limits" => map! { "memory" => Bytes(sizing::POOLER_MEMORY).to_string() },
        },
        "securityContext" => container::security(true),
        "livenessProbe" => probe(10),
        "readinessProbe" => probe(5),
        "lifecycle" => map! {
            "preStop" => map! { "sleep" => map! { "seconds" => container::seconds(container::DRAIN_SECONDS) } },
        },
        "volumeMounts" => [
            map! { "name" => "config", "mountPath" => CONFIG, "readOnly" => true },
            map! {
                "name" => container::secret_volume(&secret),
                "mountPath" => [names::SECRET_MOUNT, &secret].join("/"),
                "readOnly" => true,
            },
        ],
    };
    let volumes = [
        map! { "name" => "config", "configMap" => map! { "name" => &pooling.name } },
        pod::secret_files(secret, &[names::POOLER_DATABASES_KEY, names::POOLER_ACCOUNTS_KEY]),
    ];
    let pod = map! {
        "serviceAccountName" => &pooling.name,
        "automountServiceAccountToken" => false,
        "enableServiceLinks" => false,
        "terminationGracePeriodSeconds" => 30,
        "securityContext" => pod::security(USER),
        "topologySpreadConstraints" => [pod::spread(identity, false)],
        "containers" => [container],
        "volumes" => volumes,
    }
    .with_some("nodeSelector", scope.node_selector());
    let spec = map! {
        "replicas" => pooling.replicas.value,
        "revisionHistoryLimit" => pod::REVISIONS,
        "selector" => map! { "matchLabels" => identity.selector() },
        "strategy" => pod::strategy(0, 1),
        "template" => map! { "metadata" => map! { "labels" => scope.labels(identity) }, "spec" => pod },
    };
    Object::new(pod::DEPLOYMENT, database.at, scope.described(&pooling.name, identity)).spec(spec)
}
