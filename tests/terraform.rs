//! Terraform's roots: what a plan becomes as data, and as files.
#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a helper of a test ends the test with a message; Clippy exempts only the test functions themselves"
)]

#[path = "terraform/files.rs"]
mod files;
#[path = "terraform/identity.rs"]
mod identity;
#[path = "terraform/roots.rs"]
mod roots;
#[path = "terraform/secrets.rs"]
mod secrets;
#[path = "terraform/stores.rs"]
mod stores;

use platc::diag::{Severity, Sink};
use platc::plan::{Origin, Plan, Resolved, Route, Service};
use platc::source::Source;
use platc::{model, resolve, syntax};

/// A cluster that four environments share.
const SPEC: &str = r#"
apiVersion: platc/v1
name: shop
owner: platform-team
domain: shop.example.com
clusters:
  main: {provider: linode, region: fr-par, kubernetes: "1.35", controlPlane: {allow: [203.0.113.0/24]}}
environments:
  development: {role: development, cluster: main, domain: dev.shop.example.com}
  staging: {role: staging, cluster: main, domain: staging.shop.example.com}
  production: {role: production, cluster: main, purpose: Production workloads}
  system: {role: system, cluster: main}
nodePools:
  baseline:
    environments: [development, staging, production, system]
    type: g6-standard-8
    nodes: {min: 3, max: 10}
gpuPools:
  inference: {environments: [system], type: g2-gpu-rtx4000a1-m, nodes: 2}
databases:
  users: {engine: postgresql, version: "17", type: g6-dedicated-2, nodes: 3, overrides: {staging: {nodes: 1}}}
  analytics: {engine: postgresql, version: "17", type: g6-dedicated-4, nodes: 3, extensions: [timescaledb]}
buckets:
  exports: {access: presigned}
  backups: {scope: platform, keep: 90d}
  terraform-state: {scope: platform, for: state, versioning: true}
services:
  api:
    image: registry.example.com/shop/api:1.0.0
    port: 8080
    host: api
    requests: {cpu: 250m, memory: 256Mi}
    limits: {memory: 512Mi}
    health: {ready: /ready, live: /health}
    uses: {buckets/exports: {access: readWrite, as: {BUCKET: name}}}
ingress:
  controller: ingress-nginx
  tls: {issuer: letsencrypt, email: platform@example.com}
  dns: linode
output: {paths: {terraform: infra/terraform}}
"#;

/// The plan of [`SPEC`].
fn platform() -> Plan {
    compiled(SPEC)
}

/// The plan of a spec without errors.
fn compiled(spec: &str) -> Plan {
    let source = Source::new("platform.yaml", spec);
    let mut sink = Sink::new();
    let document = syntax::parse(&source, &mut sink).expect("a document");
    let model = model::read(&source, document, &mut sink).expect("a model");
    let plan = resolve::resolve(&source, &model, &mut sink);
    for finding in sink.into_sorted() {
        assert_ne!(finding.severity, Severity::Error, "{}", finding.message);
    }
    plan.expect("a plan")
}

/// The same with the production environment alone, so that the cluster is its own, and a second pool.
fn single() -> Plan {
    let mut plan = platform();
    plan.environments.retain(|key, _| key == "production");
    let mut batch = plan.environments["production"].pools[0].clone();
    "batch".clone_into(&mut batch.key);
    "production-batch".clone_into(&mut batch.name.value);
    plan.environments["production"].pools.push(batch);
    plan
}

/// A value of no interesting origin.
fn is<T>(value: T) -> Resolved<T> {
    Resolved { value, origin: Origin::Default("test") }
}

/// A service like another with a host of its own.
fn service(like: &Service, key: &str, host: &str) -> Service {
    let route = Route { host: is(host.to_owned()), path: is("/".to_owned()), strip_prefix: is(false) };
    Service { key: key.to_owned(), route: Some(route), ..like.clone() }
}
