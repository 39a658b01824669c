//! Plans for the unit tests of back ends.

use crate::diag::Sink;
use crate::plan::{Plan, Resolved};
use crate::source::Source;
use crate::{model, resolve, syntax};

/// Two environments with one of everything that Kubernetes objects are made of.
pub(crate) const SMALL: &str = r#"
apiVersion: platc/v1
name: shop
owner: web
domain: example.com
clusters:
  main: {provider: linode, region: fr-par, kubernetes: "1.35"}
environments:
  staging: {role: staging, cluster: main, purpose: Trying things out, domain: staging.example.com}
  production: {role: production, cluster: main, domain: example.com}
nodePools:
  baseline: {type: g6-standard-8, environments: [staging, production], nodes: {min: 3, max: 10}}
gpuPools:
  inference: {environments: [production], type: g2-gpu-rtx4000a1-m, nodes: 2}
tiers:
  standard: {rto: 4h, rpo: 24h, covers: [instance, logical]}
databases:
  users:
    engine: postgresql
    version: "17"
    type: g6-dedicated-2
    backup: {every: 1d}
    environments: [staging, production]
    pooling: {size: 20}
  ledger:
    engine: postgresql
    version: "17"
    type: g6-dedicated-2
    environments: [staging, production]
    backup: {every: 1d}
    size: 50Gi
    dump: {schedule: "0 2 * * *", bucket: dumps}
caches:
  shared:
    engine: redis
    replicas: 3
    memory: 2Gi
    persistence: 10Gi
    logicalDatabases: {sessions: 1, limits: 20}
    environments: [staging, production]
  single: {engine: redis, topology: standalone, memory: 1Gi, environments: [staging, production]}
  wide: {engine: redis, topology: cluster, replicas: 2, shards: 3, memory: 1Gi, persistence: 5Gi, environments: [staging, production]}
  fast: {engine: valkey, topology: cluster, memory: 1Gi, persistence: 5Gi, environments: [staging, production]}
queues:
  events:
    engine: rabbitmq
    storage: 20Gi
    streams: true
    environments: [staging, production]
    queues:
      usage: {type: quorum, keep: 7d}
      audit: {type: stream, keep: 7d}
      mail: {type: classic}
buckets:
  dumps: {scope: platform, keep: 90d}
secretStore: {source: external, delivery: sealed-secrets}
secrets:
  token: {keys: [value], environments: [staging, production]}
services:
  api:
    purpose: Answers requests
    image: registry.example.com:5000/shop/api:1.0.0
    port: {container: 8080, service: 80}
    host: api
    env: {LOG_LEVEL: info, "MODE": "on"}
    requests: {cpu: 250m, memory: 256Mi}
    limits: {memory: 512Mi}
    health: {ready: /ready, live: /health}
    metrics: {path: /metrics, port: 9090}
    autoscaling: {min: 2, max: 10, cpu: 70%, memory: 80%}
    tier: standard
    environments: [staging, production]
    volumes: {tmp: {path: /tmp, size: 1Gi}, shm: {path: /dev/shm, size: 64Mi, kind: memory}}
    permissions: [{resources: [configmaps], verbs: [get, list]}]
    egress: {partner: {ports: [443], to: [198.51.100.0/24]}, anywhere: {ports: [443, 8443]}}
    uses:
      databases/users: {as: {DATABASE_URL_FILE: url}}
      databases/ledger: {as: {LEDGER_URL: url}, mount: env}
      caches/shared/sessions: {as: {REDIS_URL_FILE: url}}
      caches/shared/limits: {}
      caches/fast: {}
      caches/single: {}
      caches/wide: {}
      queues/events/usage: {access: publish, as: {AMQP_URL_FILE: url}}
      secrets/token: {as: {TOKEN_FILE: value}}
      services/worker: {}
    overrides:
      production:
        image: registry.example.com:5000/shop/api@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
        env: {LOG_LEVEL: warn, EXTRA: "12:30"}
        autoscaling: {max: 20}
        requests: {cpu: 500m}
  worker:
    image: registry.example.com/shop/worker:2.0.0
    port: 9000
    replicas: 1
    requests: {cpu: 100m, memory: 128Mi}
    environments: [staging, production]
    health: {live: /health, startup: 15m}
    uses:
      queues/events/usage: {access: consume}
      services/model@production: {}
    overrides: {production: {replicas: 3}}
  model:
    image: registry.example.com/shop/model:3.0.0
    port: 8000
    gpus: 1
    pool: gpuPools/inference
    replicas: 2
    requests: {cpu: "4", memory: 16Gi}
    environments: [production]
jobs:
  report:
    purpose: Sums up the day
    image: registry.example.com/shop/report:1.2.0
    schedule: "30 5 * * mon-fri"
    timeZone: Europe/Berlin
    timeout: 20m
    keep: {succeeded: 1}
    requests: {cpu: 100m, memory: 128Mi}
    limits: {memory: 256Mi}
    environments: [staging, production]
    uses:
      databases/users: {as: {DATABASE_URL_FILE: url}}
      services/worker: {as: {WORKER_URL: url}}
  tune:
    image: registry.example.com/shop/tune:1.0.0
    gpus: 1
    pool: gpuPools/inference
    concurrency: replace
    environments: [production]
    patches: {CronJob: {spec: {jobTemplate: {spec: {template: {spec: {priorityClassName: low}}}}}}}
ingress:
  controller: ingress-nginx
  tls: {issuer: letsencrypt, email: ops@example.com}
"#;

/// The same with secrets that are copied from a secret manager. Only its clusters' provider can have one, which a plan does not
/// ask.
pub(crate) fn external() -> String {
    SMALL.replace(
        "{source: external, delivery: sealed-secrets}",
        "{source: aws-secrets-manager, delivery: external-secrets, rotate: quarterly}",
    )
}

/// Gives the platform, and each thing of it, to the team that a function names by kind and key; the platform's kind is empty.
pub(crate) fn give(plan: &mut Plan, team: impl Fn(&str, &str) -> String) {
    plan.owner.value = team("", &plan.name.value);
    let give = |owner: &mut Resolved<String>, kind: &str, key: &str| owner.value = team(kind, key);
    for cluster in plan.clusters.values_mut() {
        cluster.pools.iter_mut().for_each(|it| give(&mut it.owner, "pool", &it.key));
    }
    for environment in plan.environments.values_mut() {
        environment.services.iter_mut().for_each(|it| give(&mut it.owner, "service", &it.key));
        environment.jobs.iter_mut().for_each(|it| give(&mut it.pod.owner, "cronjob", &it.pod.key));
        environment.databases.iter_mut().for_each(|it| give(&mut it.owner, "database", &it.key));
        environment.caches.iter_mut().for_each(|it| give(&mut it.owner, "cache", &it.key));
        environment.managed_caches.iter_mut().for_each(|it| give(&mut it.owner, "cache", &it.key));
        environment.queues.iter_mut().for_each(|it| give(&mut it.owner, "broker", &it.key));
        environment.pools.iter_mut().for_each(|it| give(&mut it.owner, "pool", &it.key));
        environment.gpu_pools.iter_mut().for_each(|it| give(&mut it.owner, "gpu_pool", &it.key));
    }
}

/// The plan of a spec that is right.
pub(crate) fn plan(spec: &str) -> Plan {
    let source = Source::new("platform.yaml", spec);
    let mut sink = Sink::new();
    let document = syntax::parse(&source, &mut sink).expect("a document");
    let model = model::read(&source, document, &mut sink).expect("a model");
    let plan = resolve::resolve(&source, &model, &mut sink);
    let errors: Vec<_> = sink.found().iter().map(|finding| &finding.message).collect();
    assert!(!sink.has_errors(), "{errors:?}");
    plan.expect("a plan")
}

/// A platform in AWS with a cluster for each environment, pools that grow, hosts, and pipelines.
pub(crate) const AWS: &str = r#"
apiVersion: platc/v1
name: shop
owner: web
domain: example.com
clusters:
  staging: {provider: aws, region: us-east-1, kubernetes: "1.35", network: {cidr: 10.1.0.0/16}}
  production: {provider: aws, region: eu-west-1, kubernetes: "1.35", network: {cidr: 10.0.0.0/16}}
environments:
  staging: {role: staging, cluster: staging}
  production: {role: production, cluster: production}
nodePools:
  apps: {type: m6i.large, nodes: {min: 3, max: 6}}
buckets:
  state: {for: state}
secretStore: {source: external, delivery: sealed-secrets, rotate: quarterly}
secrets:
  token: {keys: [value]}
services:
  api: {image: registry.example.com/api:1.0.0, port: 8000, host: api, uses: {secrets/token: {as: {TOKEN: value}}}}
ingress: {controller: ingress-nginx, tls: {issuer: letsencrypt, email: ops@example.com}}
delivery: {ci: github, gitops: {tool: argocd, repository: "https://git.example.com/shop.git"}}
"#;
