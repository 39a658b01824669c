//! What tells Prometheus to which point a managed database can be restored: providers have no metric for it, only a call of
//! their API.
//!
//! One container asks every 30 seconds and writes the answer to a file, the other shows the file: `node_exporter`'s collector of
//! text files, and nothing else of it. An answer that fails takes the file away, so that the series ends.

use super::metadata::Identity;
use super::network::reach_provider;
use super::{Object, Scope, container, exporter, pod, service};
use crate::catalog::metrics::RESTORABLE;
use crate::format::data::Map;
use crate::map;
use crate::plan::{Database, Restorable};
use crate::sizing;
use crate::units::{Bytes, Cpu};

const ASK: &str = include_str!("../../../templates/scripts/newest-restorable.sh");
/// The port that `node_exporter` listens on (its documentation, `web.listen-address`).
const PORT: u16 = 9100;
/// Nobody, as whom `node_exporter`'s image runs (its Dockerfile).
const USER: u32 = 65534;
/// Where the two containers share the file; also an argument of `node_exporter` below.
const WORK: &str = "/work";
/// How much they share at most: a line, and what the client keeps in its home.
const SPACE: &str = "64Mi";
/// Whether it goes on asking, whatever the answer is: five minutes are more than three attempts take, each of 30 seconds.
const ASKS: &str = "[ $(($(date +%s) - $(stat -c %Y \"$WORK/asked\"))) -lt 300 ]";

/// All objects of the reader of a database's newest restorable point, where there is one.
pub(super) fn objects<'a>(scope: Scope<'_, 'a>, database: &'a Database) -> Vec<Object<'a>> {
    let Some(reader) = &database.restorable else { return Vec::new() };
    let identity = Identity::restorable(database, reader);
    exporter::saying(scope, identity, database, PORT, pod(scope, database, reader), reach_provider)
}

fn pod<'a>(scope: Scope<'_, 'a>, database: &'a Database, reader: &'a Restorable) -> Map<'a> {
    let variable = |name: &'static str, value: &'a str| map! { "name" => name, "value" => value };
    let work = |read_only: bool| {
        let mount = map! { "name" => "work", "mountPath" => WORK };
        if read_only { mount.with("readOnly", true) } else { mount }
    };
    let sized = |container: Map<'a>, memory: u64| {
        let requests = map! {
            "cpu" => Cpu(sizing::RESTORABLE_CPU).to_string(),
            "memory" => Bytes(memory).to_string(),
        };
        let limits = map! { "memory" => Bytes(2 * memory).to_string() };
        container
            .with("resources", map! { "requests" => requests, "limits" => limits })
            .with("securityContext", container::security(true))
    };
    let asks = |period: u32| {
        map! { "exec" => map! { "command" => ["bash", "-c", ASKS] }, "periodSeconds" => period }
    };
    let ask = map! {
        "name" => "ask",
        "image" => &reader.client.value,
        "command" => ["bash", "-c", ASK],
        "env" => [
            variable("AWS_REGION", &reader.region),
            variable("DATABASE", &database.name.value),
            // The client keeps a cache in its home.
            variable("HOME", WORK),
            variable("METRIC", RESTORABLE.name),
            variable("WORK", WORK),
        ],
        "livenessProbe" => asks(60),
        "readinessProbe" => asks(10),
        "volumeMounts" => [work(false)],
    };
    let probe = |period: u32| {
        map! {
            "httpGet" => map! { "path" => "/", "port" => service::METRICS },
            "periodSeconds" => period,
        }
    };
    let show = map! {
        "name" => "show",
        "image" => &reader.image.value,
        "args" => [
            "--collector.disable-defaults",
            "--collector.textfile",
            "--collector.textfile.directory=/work",
            "--web.disable-exporter-metrics",
        ],
        "ports" => [map! { "name" => service::METRICS, "containerPort" => PORT, "protocol" => "TCP" }],
        "livenessProbe" => probe(30),
        "readinessProbe" => probe(10),
        "volumeMounts" => [work(true)],
    };
    map! {
        "serviceAccountName" => &reader.name,
        "automountServiceAccountToken" => false,
        "enableServiceLinks" => false,
        "securityContext" => pod::security(USER),
        "containers" => [
            sized(ask, sizing::RESTORABLE_ASK_MEMORY),
            sized(show, sizing::RESTORABLE_SHOW_MEMORY),
        ],
        "volumes" => [map! { "name" => "work", "emptyDir" => map! { "sizeLimit" => SPACE } }],
    }
    .with_some("nodeSelector", scope.node_selector())
}
