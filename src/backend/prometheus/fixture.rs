//! A plan with one of everything, for the tests of rules.

use indexmap::IndexMap;

use crate::names;
use crate::plan::{
    Addon, AddonSecurity, AddonSource, Install, Rollout, Sli, SliPreset, Slo, Strategy, VolumeBackups,
};
use crate::plan::{
    Autoscaling, Backup, Broker, BrokerUser, Cache, CacheEngine, Calendar, Cluster, Concurrency, Database,
    DatabaseExporter, Delivery, Drills, Environment, Eviction, GpuPool, Ingress, IngressController, Job,
    Kept, Loss, MessageQueue, Metrics, MetricsKind, Monitoring, Mount, NetworkDefault, NodePool, Paths, Plan,
    PodSecurity, PoolMode, Pooling, Provider, QueueType, Quota, Resolved, Resources, Restorable, Role, Route,
    Routing, Scale, Scenario, Schedule, Secret, SecretDelivery, SecretStore, Service, ServicePort, Tier, Tls,
    Topology, Workload, Workloads,
};
use crate::source::At;
use crate::units::slo::Objective;
use crate::units::{Bytes, Cpu, Duration, Percent};

pub(super) fn r<T>(value: T) -> Resolved<T> {
    Resolved::default(value, "the fixture")
}

fn text(value: &str) -> Resolved<String> {
    r(value.to_owned())
}

fn pool_labels(environment: &str, pool: &str) -> IndexMap<String, Resolved<String>> {
    [(names::POOL_LABEL, pool), (names::ENVIRONMENT_LABEL, environment)]
        .map(|(label, value)| (label.to_owned(), text(value)))
        .into()
}

/// A tier with an RPO.
pub(super) fn tier(rpo: Duration) -> Tier {
    Tier {
        key: "standard".to_owned(),
        at: At::ROOT,
        rto: r(Duration(4 * 3600)),
        rpo: r(rpo),
        covers: vec![r(Loss::Logical)],
    }
}

/// A service with metrics, a route, an autoscaler, a budget and a tier.
pub(super) fn service(key: &str) -> Service {
    Service {
        workload: Workload::Service,
        key: key.to_owned(),
        at: At::ROOT,
        image: text("registry.example.com/x:1"),
        build: None,
        purpose: Some(text("Answers {{ .Everybody }} \"quickly\"")),
        owner: text("platform-team"),
        port: Some(ServicePort { container: r(8080), service: r(80) }),
        route: Some(Route { host: text("api.example.com"), path: text("/"), strip_prefix: r(false) }),
        command: vec![],
        args: vec![],
        env: IndexMap::new(),
        secret_env: vec![],
        edges: vec![],
        egress: vec![],
        requests: Resources::default(),
        limits: Resources::default(),
        gpus: r(0),
        pool: None,
        scale: Scale::Auto(Autoscaling {
            at: At::ROOT,
            min: r(2),
            planned: r(3),
            max: r(10),
            cpu: Some(r(Percent(70_000))),
            memory: None,
        }),
        min_available: Some(r(1)),
        ready: None,
        live: None,
        startup: r(Duration(30)),
        metrics: Some(Metrics { path: text("/metrics"), port: r(8080), kind: r(MetricsKind::Http) }),
        volumes: vec![],
        user: r(1000),
        read_only: r(true),
        permissions: vec![],
        rollout: Rollout {
            strategy: r(Strategy::Rolling),
            traffic: None,
            verify: vec![],
            steps: vec![],
            pause: None,
            promotion: None,
            preview_replicas: None,
            keep_old: None,
            idle: vec![],
        },
        max_unavailable: r(0),
        max_surge: r(1),
        stop_after: r(Duration(30)),
        patches: Vec::new(),
        tier: Some(tier(Duration::DAY)),
        slos: vec![Slo {
            key: "availability".to_owned(),
            at: At::ROOT,
            purpose: Some(text("Everybody pays {{ .For }} it")),
            objective: r(Objective::of(99_900).expect("an objective")),
            window: r(Duration(30 * Duration::DAY.0)),
            within: None,
            traffic: None,
            sli: Sli::Preset { preset: r(SliPreset::Http), buckets: Vec::new() },
        }],
    }
}

/// A job that runs every day.
fn job(key: &str) -> Job {
    let pod = Service {
        workload: Workload::Job,
        port: None,
        route: None,
        scale: Scale::Fixed(r(1)),
        min_available: None,
        metrics: None,
        tier: None,
        slos: Vec::new(),
        ..service(key)
    };
    Job {
        schedule: Some(Schedule {
            cron: text("0 2 * * *"),
            time_zone: text("Etc/UTC"),
            shortest: r(Duration::DAY),
            longest: r(Duration::DAY),
        }),
        timeout: r(Duration::HOUR),
        retries: r(2),
        concurrency: r(Concurrency::Forbid),
        keep_succeeded: r(3),
        keep_failed: r(3),
        pod,
    }
}

fn database(key: &str) -> Database {
    Database {
        key: key.to_owned(),
        at: At::ROOT,
        name: text("aiaas-production-users"),
        version: text("17"),
        machine: text("g6-dedicated-2"),
        nodes: r(3),
        purpose: None,
        owner: text("platform-team"),
        extensions: vec![],
        backup: Some(Backup {
            at: At::ROOT,
            every: r(Duration::DAY),
            keep: r(Duration(14 * 86_400)),
            point_in_time: r(true),
            window: None,
            copy_to: None,
        }),
        exporter: DatabaseExporter {
            name: names::database_exporter(key),
            image: text("quay.io/prometheuscommunity/postgres-exporter:v0.20.1"),
        },
        restorable: Some(Restorable {
            name: names::database_restorable(key),
            region: "eu-central-1".to_owned(),
            client: text("aws-cli:2"),
            image: text("node-exporter:1"),
        }),
        pooling: Some(Pooling {
            name: names::pooler(key),
            mode: r(PoolMode::Transaction),
            size: r(20),
            image: text("pgbouncer:1"),
            replicas: r(2),
        }),
        dump: None,
        size: None,
        storage: None,
        maintenance: None,
        replicas: vec![],
        parameters: IndexMap::new(),
        protected: None,
        copy_of: None,
        tier: Some(tier(Duration::DAY)),
    }
}

fn cache(key: &str, topology: Topology, eviction: Eviction) -> Cache {
    Cache {
        key: key.to_owned(),
        at: At::ROOT,
        name: text(key),
        engine: r(CacheEngine::Redis),
        topology: r(topology),
        replicas: r(3),
        shards: r(2),
        memory: r(Bytes(2 << 30)),
        image: text("redis:7"),
        persistence: Some(r(Bytes(10 << 30))),
        eviction: r(eviction),
        logical_databases: IndexMap::new(),
        storage_class: text("linode-block-storage"),
        purpose: None,
        owner: text("platform-team"),
        tier: Some(tier(Duration::DAY)),
    }
}

fn queue(name: &str, kind: QueueType) -> MessageQueue {
    MessageQueue {
        name: name.to_owned(),
        at: At::ROOT,
        kind: r(kind),
        dead_letter: r(kind == QueueType::Quorum),
        delivery_limit: r(5),
        keep: None,
    }
}

fn broker(key: &str) -> Broker {
    Broker {
        key: key.to_owned(),
        at: At::ROOT,
        name: text(key),
        nodes: r(3),
        image: text("rabbitmq:4"),
        cpu: r(Cpu(1000)),
        memory: r(Bytes(2 << 30)),
        storage: r(Bytes(20 << 30)),
        streams: r(true),
        storage_class: text("linode-block-storage"),
        queues: vec![queue("usage", QueueType::Quorum), queue("audit", QueueType::Stream)],
        users: vec![BrokerUser {
            service: "api-router".to_owned(),
            secret: names::broker_secret(key, "api-router"),
            publishes: vec![],
            consumes: vec!["usage".to_owned()],
        }],
        purpose: None,
        owner: text("platform-team"),
        tier: Some(tier(Duration::DAY)),
    }
}

/// An environment with one of everything.
pub(super) fn environment(key: &str, role: Role) -> Environment {
    Environment {
        key: key.to_owned(),
        at: At::ROOT,
        role: r(role),
        stands_in: None,
        target: None,
        cluster: text("main"),
        purpose: None,
        domain: None,
        namespace: text(key),
        pod_security: r(PodSecurity::Restricted),
        network_default: r(NetworkDefault::DefaultDeny),
        approvals: r(0),
        node_selector: IndexMap::new(),
        after: None,
        sync: r(crate::words::Sync::Automated),
        quota: Quota {
            cpu: r(Cpu(16_000)),
            memory: r(Bytes(32 << 30)),
            pods: r(100),
            gpus: r(2),
            storage: r(Bytes(100 << 30)),
        },
        pools: vec![NodePool {
            key: "baseline".to_owned(),
            at: At::ROOT,
            name: r(names::pool(key, "baseline")),
            machine: text("g6-standard-8"),
            alternatives: vec![],
            spot: r(false),
            disk: None,
            renamed_from: None,
            min: r(3),
            max: r(10),
            purpose: None,
            owner: text("platform-team"),
            labels: pool_labels(key, "baseline"),
            taints: vec![],
        }],
        gpu_pools: vec![GpuPool {
            key: "inference".to_owned(),
            at: At::ROOT,
            name: r(names::pool(key, "inference")),
            machine: text("g2-gpu-rtx4000a1-m"),
            nodes: r(2),
            gpus_per_node: Some(1),
            purpose: None,
            owner: text("platform-team"),
            labels: pool_labels(key, "inference"),
        }],
        databases: vec![database("users")],
        caches: vec![
            cache("shared", Topology::Replicated, Eviction::VolatileTtl),
            cache("sessions", Topology::Cluster, Eviction::NoEviction),
        ],
        managed_caches: vec![],
        file_systems: vec![],
        queues: vec![broker("events")],
        buckets: vec![],
        services: vec![service("api-router")],
        jobs: vec![job("report")],
        secrets: vec![Secret {
            name: "database-users".to_owned(),
            at: At::ROOT,
            keys: vec![],
            purpose: String::new(),
            kept: Kept::File("x.yaml".to_owned()),
            namespace: key.to_owned(),
            bundle: text("databases"),
            rotate: Some(r(Calendar::Quarterly)),
            users: vec!["services/api-router".to_owned()],
        }],
    }
}

/// A plan with four environments, each with one of everything.
pub(super) fn plan() -> Plan {
    let cluster = Cluster {
        key: "main".to_owned(),
        at: At::ROOT,
        name: text("aiaas-main"),
        provider: r(Provider::Linode),
        region: text("fr-par"),
        kubernetes: text("1.35"),
        high_availability: r(true),
        control_plane_allow: vec![],
        ingress_firewall: None,
        administrators: vec![],
        network: None,
        network_default: r(NetworkDefault::DefaultDeny),
        pools: vec![],
        secrets: vec![],
        storage_class: text("linode-block-storage-retain"),
        demands: vec![],
        addons: vec![],
    };
    let environments = [
        ("development", Role::Development),
        ("staging", Role::Staging),
        ("production", Role::Production),
        ("system", Role::System),
    ];
    Plan {
        audit: None,
        registry: None,
        name: text("aiaas"),
        owner: text("platform-team"),
        domain: Some(text("example.com")),
        clusters: [("main".to_owned(), cluster)].into(),
        environments: environments.map(|(key, role)| (key.to_owned(), environment(key, role))).into(),
        local: vec![],
        buckets: vec![],
        state: None,
        ingress: Some(Ingress {
            at: At::ROOT,
            controller: r(IngressController::IngressNginx),
            class: text("nginx"),
            namespace: text("ingress-nginx"),
            tls: Some(Tls { staging_only: r(false), email: text("a@example.com") }),
            waf: None,
            dns: Some(Provider::Linode),
        }),
        secrets: SecretStore {
            delivery: r(SecretDelivery::SealedSecrets),
            files: Some(text("secrets")),
            bundles: text("bundles"),
            mount: r(Mount::File),
        },
        monitoring: Monitoring {
            namespace: text("monitoring"),
            selector: [("release".to_owned(), text("prometheus"))].into(),
            scrape_every: r(Duration(30)),
            runbooks: Some(text("https://git.example.com/runbooks/")),
            keep: r(Duration(30 * 86_400)),
            size: r(Bytes(50 << 30)),
            receivers: IndexMap::new(),
            alertmanager: text("0.34"),
            routing: Routing::default(),
            error_rate: r(Percent(5_000)),
            error_rate_for: r(Duration(300)),
            latency: None,
            down_for: r(Duration(120)),
            custom: Vec::new(),
        },
        logs: None,
        traces: None,
        backups: None,
        drills: Some(Drills {
            every: r(Calendar::Quarterly),
            scenarios: vec![r(Scenario::DatabaseFailure), r(Scenario::ClusterFailure)],
            held: Vec::new(),
        }),
        delivery: Delivery { workloads: r(Workloads::Kustomize), ci: None, gitops: None },
        terraform_values: r(crate::plan::TerraformValues::Inline),
        outside: IndexMap::new(),
        paths: Paths {
            terraform: text("terraform"),
            kustomize: text("kustomize/overlays/{environment}"),
            kustomize_base: text("kustomize/base"),
            kustomize_clusters: text("kustomize/clusters"),
            helm: text("helm"),
            compose: text("compose"),
            argocd: text("argocd"),
            alerts: text("alerts"),
            dashboards: text("dashboards"),
            ci: text(".github/workflows"),
            docs: text("docs"),
        },
    }
}

/// The production environment of the [`plan`].
pub(super) fn production(plan: &Plan) -> &Environment {
    &plan.environments["production"]
}

/// Has the volumes of all environments backed up every six hours.
pub(super) fn with_backups(plan: &mut Plan) {
    plan.backups = Some(VolumeBackups {
        at: At::ROOT,
        every: r(Duration(6 * 3600)),
        keep: r(Duration(14 * 86_400)),
        bucket: text("volume-backups"),
        name: "aiaas-volume-backups".to_owned(),
        region: "fr-par".to_owned(),
        endpoint: "fr-par-1.linodeobjects.com".to_owned(),
    });
    for cluster in plan.clusters.values_mut() {
        cluster.addons.push(Addon {
            key: "velero".to_owned(),
            at: At::ROOT,
            install: r(Install::Platc),
            source: AddonSource::Manifest { url: String::new(), version: String::new() },
            provides: vec!["volume-backups".to_owned()],
            namespace: text("velero"),
            service_account: None,
            pod_security: AddonSecurity::Privileged,
            daemons: false,
            wave: 3,
            large_definitions: false,
            values: None,
        });
    }
}
