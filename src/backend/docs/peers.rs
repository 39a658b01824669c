//! The ends of a connection, as the selectors of a network policy describe them.

use super::texts;
use crate::format::data::{Data, Map};
use crate::map;
use crate::names;

/// Labels whose value is the name of the selected pods, the most telling first.
const NAMING: [&str; 6] = [
    names::NAME_LABEL,
    "app",
    "valkey.io/cluster",
    "control-plane",
    names::COMPONENT_LABEL,
    names::INSTANCE_LABEL,
];

/// What every public address is called.
pub(super) const PUBLIC: &str = "every public IPv4 address";

/// One end of a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct End {
    /// What they are.
    pub(super) what: &'static str,
    /// Their names.
    pub(super) names: Vec<String>,
    /// The namespace, if not the environment's own.
    pub(super) namespace: Option<String>,
}

impl End {
    fn new(what: &'static str, names: Vec<String>) -> Self {
        Self { what, names, namespace: None }
    }

    /// Every address.
    pub(super) fn anywhere() -> Self {
        Self::new("any address", Vec::new())
    }

    /// The pods that a label selector selects.
    pub(super) fn pods(selector: &Map<'_>) -> Self {
        let labels = selector.get("matchLabels").and_then(Data::as_map);
        let label = |key: &str| labels.and_then(|labels| labels.get(key)).and_then(Data::as_text);
        let mut named: Vec<String> =
            NAMING.iter().find_map(|key| label(key)).map(str::to_owned).into_iter().collect();
        for expression in selector.get("matchExpressions").and_then(Data::as_list).into_iter().flatten() {
            let values = expression.as_map().and_then(|map| map.get("values")).and_then(Data::as_list);
            named.extend(values.into_iter().flatten().filter_map(Data::as_text).map(str::to_owned));
        }
        let what = match (label(names::COMPONENT_LABEL), label("redis_setup_type")) {
            (Some("service"), _) => "service",
            (Some("job"), _) => "job",
            (Some("dump"), _) => "dump",
            (Some("pooler"), _) => "pooler",
            (Some("exporter"), _) => "exporter",
            (Some("rabbitmq"), _) => "broker",
            (_, Some("sentinel")) => "sentinels",
            (_, Some(_)) => "cache",
            _ if label("valkey.io/cluster").is_some() => "cache",
            _ if label("acme.cert-manager.io/http01-solver").is_some() => {
                "pods that answer cert-manager's challenges"
            }
            _ if named.is_empty() => "every pod",
            _ => "pods",
        };
        Self::new(what, named)
    }

    /// The other end of a rule.
    pub(super) fn peer(peer: &Map<'_>) -> Self {
        if let Some(block) = peer.get("ipBlock").and_then(Data::as_map) {
            return match block.get("cidr").and_then(Data::as_text) {
                Some("0.0.0.0/0") if block.get("except").is_some() => Self::new(PUBLIC, Vec::new()),
                Some(range) => Self::new("addresses", vec![range.to_owned()]),
                None => Self::anywhere(),
            };
        }
        let mut end = match peer.get("podSelector").and_then(Data::as_map) {
            Some(selector) => Self::pods(selector),
            None => Self::new("every pod", Vec::new()),
        };
        end.namespace = peer
            .get("namespaceSelector")
            .and_then(Data::as_map)
            .and_then(|selector| selector.get("matchLabels"))
            .and_then(Data::as_map)
            .and_then(|labels| labels.get(names::NAMESPACE_LABEL))
            .and_then(Data::as_text)
            .map(str::to_owned);
        end
    }

    /// Whether it is outside the cluster.
    pub(super) fn is_outside(&self) -> bool {
        matches!(self.what, "any address" | "addresses" | PUBLIC)
    }

    pub(super) fn data(&self) -> Map<'static> {
        map! {
            "what" => self.what,
            "names" => texts(self.names.clone()),
            "namespace" => self.namespace.clone().unwrap_or_default(),
        }
    }
}

/// The ports of a rule: `TCP 5432`, `UDP 53, TCP 53`, `every port`.
pub(super) fn ports(rule: &Map<'_>) -> String {
    let number = |port: &Map<'_>, key: &str| match port.get(key) {
        Some(Data::Int(number)) => Some(number.to_string()),
        _ => None,
    };
    let ports: Vec<String> = rule
        .get("ports")
        .and_then(Data::as_list)
        .into_iter()
        .flatten()
        .filter_map(Data::as_map)
        .map(|port| {
            let protocol = port.get("protocol").and_then(Data::as_text).unwrap_or("TCP");
            let first = number(port, "port").unwrap_or_default();
            let last = number(port, "endPort").map_or_else(String::new, |last| ["..", &last].concat());
            [protocol, " ", &first, &last].concat()
        })
        .collect();
    if ports.is_empty() { "every port".to_owned() } else { ports.join(", ") }
}
