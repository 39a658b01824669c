//! Specs of any size for measurements: the same numbers always give the same text.
//!
//! Each service has in each environment what a service of a real platform has: probes, metrics, requests and limits,
//! autoscaling, a disruption budget, and edges to two or three services, a database and a cache. That is about the
//! seven objects (Deployment, Service, HPA, PDB, `NetworkPolicy`, `ServiceAccount`, `ServiceMonitor`) that the peers
//! in `docs/performance.md` were measured with.

use std::fmt::Write as _;

/// Services that share a database and a cache: teams, in a real platform.
const TEAM: usize = 25;
/// The most pods of a service; what the pools are sized by.
const MOST_PODS: usize = 4;
/// Pods of services that a node is counted with: well below what a node takes, since poolers and caches come on top.
const PODS_PER_NODE: usize = 60;

const WORDS: [&str; 20] = [
    "billing", "catalog", "search", "orders", "profile", "session", "invoice", "payment", "shipping",
    "reviews", "pricing", "stock", "media", "mail", "audit", "export", "import", "ledger", "quota", "report",
];

/// The spec of a platform with this many services in each of this many environments.
#[must_use]
pub(crate) fn spec(services: usize, environments: usize) -> String {
    let mut text = String::from(
        "apiVersion: platc/v1
name: bench
owner: platform-team
domain: bench.example.com

defaults:
  services:
    autoscaling: {min: 2, planned: 3, max: 4, cpu: 70%, memory: 80%}
    disruption: {minAvailable: 1}
    tier: standard

tiers:
  standard: {rto: 4h, rpo: 24h, covers: [instance, logical]}

ingress:
  controller: ingress-nginx
  tls: {issuer: letsencrypt, email: ops@example.com}
  dns: linode

secretStore:
  source: external
  delivery: sealed-secrets
  mount: file

",
    );
    let names: Vec<String> = (0..environments).map(environment).collect();
    // Writing to a `String` cannot fail.
    let _ = write_platform(&mut text, services, &names);
    for index in 0..services {
        let _ = write_service(&mut text, index, &names);
    }
    text
}

/// The first is production, so that every size has one.
fn environment(index: usize) -> String {
    match index {
        0 => "production".to_owned(),
        1 => "staging".to_owned(),
        2 => "development".to_owned(),
        _ => format!("preview-{}", index - 2),
    }
}

fn service(index: usize) -> String {
    match index / WORDS.len() {
        0 => WORDS[index].to_owned(),
        round => format!("{}-{round}", WORDS[index % WORDS.len()]),
    }
}

fn write_platform(text: &mut String, services: usize, environments: &[String]) -> std::fmt::Result {
    writeln!(text, "clusters:")?;
    for name in environments {
        writeln!(
            text,
            "  {name}: {{provider: linode, region: fr-par, kubernetes: \"1.35\", controlPlane: {{highAvailability: true, allow: [203.0.113.0/24]}}}}"
        )?;
    }
    writeln!(text, "\nenvironments:")?;
    for name in environments {
        let role = match name.as_str() {
            "production" | "staging" => name,
            _ => "development",
        };
        writeln!(text, "  {name}: {{role: {role}, cluster: {name}, domain: {name}.bench.example.com}}")?;
    }
    let nodes = (services * MOST_PODS).div_ceil(PODS_PER_NODE).max(3) + 1;
    writeln!(text, "\nnodePools:")?;
    // A pool has at most 100 nodes.
    for (pool, first) in (0..nodes).step_by(100).enumerate() {
        let nodes = (nodes - first).clamp(3, 100);
        writeln!(text, "  pool-{pool}: {{type: g6-dedicated-16, nodes: {{min: 3, max: {nodes}}}}}")?;
    }
    writeln!(text, "\ndatabases:")?;
    for team in 0..services.div_ceil(TEAM) {
        writeln!(
            text,
            "  team-{team}:
    engine: postgresql
    version: \"17\"
    type: g6-dedicated-4
    size: 40Gi
    backup: {{every: 1d, keep: 14d, pointInTime: true}}
    pooling: {{mode: transaction, size: 20}}
    tier: standard
    overrides:
      production: {{type: g6-dedicated-8}}"
        )?;
    }
    writeln!(text, "\ncaches:")?;
    for team in 0..services.div_ceil(TEAM) {
        writeln!(
            text,
            "  team-{team}: {{engine: redis, topology: replicated, replicas: 3, memory: 1Gi, persistence: 2Gi}}"
        )?;
    }
    writeln!(text, "\nservices:")
}

fn write_service(text: &mut String, index: usize, environments: &[String]) -> std::fmt::Result {
    let (name, team) = (service(index), index / TEAM);
    writeln!(
        text,
        "  {name}:
    purpose: Part {index} of the platform
    image: registry.example.com/bench/{name}:1.{}.{}
    port: {}
    requests: {{cpu: {}m, memory: {}Mi}}
    limits: {{memory: 512Mi}}
    health: {{ready: /ready, live: /health}}
    metrics: /metrics
    env: {{LOG_LEVEL: info, WORKERS: \"{}\"}}
    uses:",
        index % 10,
        index % 7,
        8000 + index % 100,
        50 + 10 * (index % 10),
        128 + 32 * (index % 4),
        2 + index % 6,
    )?;
    // Only services with a lower number, so that there is no cycle: the one before, one far away, and one of the first.
    let mut others: Vec<usize> =
        [index.checked_sub(1), Some(index / 2), (index.is_multiple_of(3)).then_some(index % 17)]
            .into_iter()
            .flatten()
            .filter(|other| *other < index)
            .collect();
    others.sort_unstable();
    others.dedup();
    for other in others {
        let other = service(other);
        let variable = other.to_uppercase().replace('-', "_");
        writeln!(text, "      services/{other}: {{as: {{{variable}_URL: url}}}}")?;
    }
    writeln!(
        text,
        "      databases/team-{team}: {{as: {{DATABASE_URL_FILE: url}}, access: readWrite}}
      caches/team-{team}: {{as: {{REDIS_URL_FILE: url}}}}"
    )?;
    if index.is_multiple_of(10) {
        writeln!(text, "    host: {name}")?;
    }
    if index.is_multiple_of(4) && environments.first().is_some_and(|first| first == "production") {
        writeln!(
            text,
            "    overrides:
      production: {{requests: {{cpu: 200m}}, autoscaling: {{min: 3}}}}"
        )?;
    }
    Ok(())
}
