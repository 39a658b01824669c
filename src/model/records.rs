//! The records of the language. Each is defined once; schema, decoder and reference come from it.

use super::decode::{Context, Decode, Named, Shape};
use super::scalars::{
    ChartVersion, Count, DataKey, Destination, Domain, Email, Flag, Host, HostPort, HttpPath, Identifier,
    Image, ImageRepository, LabelKey, LabelValue, Line, MountPath, Name, Parameter, PatchTarget, Port,
    PrincipalArn, ProviderId, Reference, RelativePath, Repository, RepositoryPath, Revision, Schedule,
    SecretReference, Slug, Taint, Text, TimeZone, Url, Variable, Version,
};
use super::things::Things;
use super::value::Value;
use crate::catalog::Date;
use crate::freeform::Freeform;
use crate::record;
use crate::source::{At, Written};
use crate::syntax::Kind;
use crate::units::{Bytes, Cidr, Cpu, DailyWindow, Duration, Latency, Percent, WeeklyWindow};
use crate::words::{
    Access, AddonSecurity, ApiVersion, BucketAccess, BucketPurpose, BucketScope, CacheEngine, Calendar, Ci,
    Cni, Concurrency, DatabaseEngine, Dns, Eviction, Failover, Feature, GitopsTool, IngressController,
    Install, Issuer, Local, Loss, Mesh, Mount, Nat, NetworkDefault, PodSecurity, PoolMode, PoolScope,
    Promotion, Provider, Quarter, QueueEngine, QueueType, RecoveryStrategy, Role, Scenario, SecretDelivery,
    SecretSource, Strategy, Sync, Tenants, TerraformValues, Topology, Verification, VolumeKind, Workloads,
};

/// A value in short form, or the record that says it in full.
#[derive(Debug, Clone)]
pub enum Short<S, R> {
    /// The one value that is mostly said.
    Short(S),
    /// All of it.
    Full(R),
}

impl<S: Decode, R: Decode> Decode for Short<S, R> {
    fn shape() -> Shape {
        Shape::Either(vec![S::shape(), R::shape()])
    }

    fn decode(value: &Value, context: &mut Context<'_>) -> Option<Self> {
        let is_map = match value {
            Value::Merged(_) => true,
            Value::Node(at) => matches!(context.document.node(*at).kind, Kind::Map(_)),
            Value::Removed(_) => false,
        };
        if is_map {
            R::decode(value, context).map(Self::Full)
        } else {
            S::decode(value, context).map(Self::Short)
        }
    }
}

record! {
    /// A whole platform: one file.
    Platform as "platform"; {
        /// The version of the language that the file is written in.
        api_version as "apiVersion": Written<ApiVersion> = needed "platc/v1";
        /// The platform's name; generated names start with it.
        name: Written<Name> = needed "aiaas";
        /// The team that answers for the platform: a label on everything, and on every alert.
        owner: Written<Name> = needed "platform-team";
        /// The domain that hosts are relative to where their environment has none of its own.
        domain: Written<Domain> = optional "aiaas.example.com";
        /// Settings that all things of a kind share.
        defaults: Defaults = optional "{services: {autoscaling: {min: 2, max: 10, cpu: 70%}}}";
        /// Kubernetes clusters.
        clusters: Named<Name, Cluster> = needed "{main: {provider: linode, region: fr-par, kubernetes: \"1.35\"}}";
        /// Environments; each lives in a namespace of its cluster.
        environments: Named<Name, Environment> = needed "{production: {role: production, cluster: main}}";
        /// Pools of nodes for workloads.
        node_pools as "nodePools": Things<NodePool> = optional "{baseline: {type: g6-standard-8, nodes: {min: 3, max: 10}}}";
        /// Pools of nodes with GPUs.
        gpu_pools as "gpuPools": Things<GpuPool> = optional "{inference: {type: g2-gpu-rtx4000a1-m, nodes: 2}}";
        /// Databases.
        databases: Things<Database> = optional "{users: {engine: postgresql, version: \"17\", type: g6-dedicated-2}}";
        /// Caches.
        caches: Things<Cache> = optional "{shared: {engine: redis, topology: replicated, replicas: 3, memory: 2Gi}}";
        /// Message brokers and their queues.
        queues: Things<Queue> = optional "{events: {engine: rabbitmq, nodes: 3, storage: 20Gi, queues: {usage: {type: quorum}}}}";
        /// Buckets of object storage.
        buckets: Things<Bucket> = optional "{exports: {access: presigned}}";
        /// The log of every call to the cloud's API.
        audit: Audit = optional "{name: aiaas-cloudtrail, keep: 400d}", "none";
        /// Repositories of container images.
        registry: Registry = optional "{repositories: [aiaas/api]}", "none: images come from elsewhere";
        /// Services: containers that run all the time.
        services: Things<Service> = optional "{api: {image: \"registry.example.com/api:1.0.0\", port: 8080}}";
        /// Jobs: containers that run to their end, by a schedule or when somebody starts them.
        jobs: Things<Job> = optional "{report: {image: \"registry.example.com/report:1.0.0\", schedule: \"0 6 * * *\"}}";
        /// Promises of recovery that things can be bound to.
        tiers: Named<Name, Tier> = optional "{standard: {rto: 4h, rpo: 24h, covers: [instance, logical]}}";
        /// Recovery: backups of volumes, and the drills.
        dr: Recovery = optional "{drills: {every: quarterly, scenarios: [database-failure]}}";
        /// How requests from outside reach services.
        ingress: Ingress = optional "{controller: ingress-nginx, tls: {issuer: letsencrypt, email: ops@example.com}}";
        /// Where secrets come from and how they reach the cluster.
        secret_store as "secretStore": SecretStore = optional "{source: external, delivery: sealed-secrets, mount: file}";
        /// Secrets of services, by name; never their values.
        secrets: Things<Secret> = optional "{registry-token: {environments: [system]}}";
        /// Metrics, logs, traces, and whom alerts reach.
        observability: Observability = optional "{scrape: {every: 30s}}";
        /// Thresholds of alerts, where the defaults do not fit.
        alerts: Alerts = optional "{errorRate: {above: 5%, for: 5m}}";
        /// Charts of others that the platform stands on: what the spec asks for brings them in, and here they are chosen,
        /// added or set up differently.
        addons: Named<Name, Addon> = optional "{kube-prometheus-stack: {values: {grafana: {replicas: 2}}}}";
        /// How workloads reach the cluster.
        delivery: Delivery = optional "{gitops: {tool: argocd, repository: https://git.example.com/aiaas/platform.git}}";
        /// Rules that hold for everything.
        policies: Policies = optional "{podSecurity: restricted}";
        /// Where the output goes.
        output: Output = optional "{paths: {terraform: infra/terraform}}";
        /// Findings that are accepted for a while, each with its reason.
        allow: Vec<Allow> = optional "[{check: kubernetes/shared-cluster, at: clusters.main, reason: one control plane is enough, until: 2027-03-31}]";
    }
}

record! {
    /// Settings that all things of a kind share, for the whole platform or for one environment.
    Defaults as "defaults"; {
        /// What all node pools share.
        node_pools as "nodePools": Layer<NodePool> = optional "{type: g6-standard-8}";
        /// What all GPU pools share.
        gpu_pools as "gpuPools": Layer<GpuPool> = optional "{nodes: 1}";
        /// What all databases share.
        databases: Layer<Database> = optional "{nodes: 1}";
        /// What all caches share.
        caches: Layer<Cache> = optional "{replicas: 3}";
        /// What all message brokers share.
        queues: Layer<Queue> = optional "{nodes: 1}";
        /// What all buckets share.
        buckets: Layer<Bucket> = optional "{keep: 30d}";
        /// What all services share.
        services: Layer<Service> = optional "{replicas: 1}";
        /// What all jobs share.
        jobs: Layer<Job> = optional "{timeout: 30m}";
    }
}

record! {
    /// A Kubernetes cluster.
    Cluster as "cluster"; {
        /// The cloud that runs it.
        provider: Written<Provider> = needed "linode";
        /// The region that it is in. Becomes a Terraform variable with this default.
        region: Written<Identifier> = needed "fr-par";
        /// The Kubernetes version, major and minor, in quotes: the number 1.30 would lose its last digit.
        kubernetes: Written<Version> = needed "\"1.35\"";
        /// The name that the cluster really has, where it is not `<platform>-<cluster>`.
        name: Written<Identifier> = optional "aiaas-main", "`<platform>-<cluster>`";
        /// How the control plane runs and who reaches it.
        control_plane as "controlPlane": ControlPlane = optional "{highAvailability: true, allow: [203.0.113.0/24]}";
        /// The id of the firewall in front of the ingress controller's load balancer, once the cluster's Terraform root is
        /// applied: its output `ingress_firewall_id`.
        ingress_firewall as "ingressFirewall": Written<ProviderId> = optional "123456", "no firewall is attached";
        /// The network of pods.
        network: ClusterNetwork = optional "{cni: calico, policy: default-deny}";
        /// A service mesh; `none` says that there is deliberately none.
        mesh: Written<Mesh> = optional "none", "`none`";
    }
}

record! {
    /// How a control plane runs and who reaches it.
    ControlPlane as "control plane"; {
        /// Several replicas of the control plane. Cannot be taken back on Linode.
        high_availability as "highAvailability": Written<Flag> = optional "true", "true where a production environment runs";
        /// The address ranges that may reach the Kubernetes API from outside.
        allow: Vec<Written<Cidr>> = optional "[203.0.113.0/24]", "every address on Linode; none on AWS, where the API is then reached from the cluster's network only";
        /// Who administers the cluster: roles and users of AWS.
        administrators: Vec<Written<PrincipalArn>> = optional "[\"arn:aws:iam::123456789012:role/platform\"]", "a variable of Terraform";
    }
}

record! {
    /// The network of a cluster and of its pods.
    ClusterNetwork as "cluster network"; {
        /// The plug-in that gives pods their network. LKE runs Calico, EKS the plug-in of the VPC.
        cni: Written<Cni> = optional "calico", "the provider's: `calico` on Linode, `vpc-cni` on AWS";
        /// The addresses of the network that the cluster is in: an IPv4 range from /16 to /22, or to /28 where `subnets` says how it
        /// is divided.
        cidr: Written<Cidr> = optional "10.0.0.0/16", "`10.0.0.0/16` where the provider has networks";
        /// The zones that it spans: how many, or their names.
        zones: Zones = optional "3", "3 where the provider has zones";
        /// How its private subnets reach the internet.
        nat: Written<Nat> = optional "per-zone", "`per-zone` where a production environment runs, else `single`";
        /// How its addresses are divided, one range for each zone.
        subnets: Subnets = optional "{public: [10.0.1.0/24, 10.0.2.0/24], private: [10.0.16.0/20, 10.0.32.0/20], data: [10.0.3.0/24, 10.0.4.0/24]}", "three quarters private, the rest public, for data, and free";
        /// What pods may talk to when nothing is said.
        policy: Written<NetworkDefault> = optional "default-deny", "`default-deny`";
    }
}

record! {
    /// How the addresses of a network are divided: one range for each zone, in the order of the zones.
    Subnets as "subnets"; {
        /// Where load balancers and NAT gateways are.
        public: Vec<Written<Cidr>> = needed "[10.0.1.0/24, 10.0.2.0/24]";
        /// Where nodes and pods are.
        private: Vec<Written<Cidr>> = needed "[10.0.16.0/20, 10.0.32.0/20]";
        /// Where databases and caches are; no way leads out of them.
        data: Vec<Written<Cidr>> = needed "[10.0.3.0/24, 10.0.4.0/24]";
    }
}

record! {
    /// An environment: a stage of the platform, with a namespace of its own.
    Environment as "environment"; {
        /// What the environment is for. Defaults and the severity of findings follow it.
        role: Written<Role> = needed "production";
        /// The cluster that it runs in.
        cluster: Written<Name> = optional "main", "none, where `local` says what runs it";
        /// What runs it where it has no cluster: people's own machines. Then there is no namespace, no Terraform, no alert.
        local: Written<Local> = optional "compose", "a cluster runs it";
        /// The environment that it stands in for, when that one's region is lost: it has the same things, under its own
        /// settings. For the role `dr` only.
        of: Written<Name> = optional "production", "none: only an environment of the role `dr` has one";
        /// What it is for, in words: an annotation of its namespace.
        purpose: Written<Line> = optional "Production workloads";
        /// The domain that its hosts are relative to.
        domain: Written<Domain> = optional "staging.aiaas.example.com", "the platform's domain";
        /// The namespace that it has.
        namespace: Written<Name> = optional "production", "the environment's name";
        /// Settings that all things of this environment share.
        defaults: Defaults = optional "{databases: {nodes: 1}}";
        /// How many people besides the author must approve a pull request before its infrastructure is applied here. A root that
        /// several environments share needs the most that one of them does.
        approvals: Written<Count> = optional "2", "1 in production, 0 elsewhere";
        /// The environment that a change has to pass before it comes here.
        after: Written<Name> = optional "staging";
        /// Who brings what Git holds into the environment.
        sync: Written<Sync> = optional "automated", "`manual` in production, `automated` elsewhere";
        /// What the namespace may request in all.
        quota: Quota = optional "{cpu: \"16\", memory: 32Gi}", "what the services need at their maximum, and a quarter more for rollouts";
    }
}

record! {
    /// What the pods of a namespace may request in all.
    Quota as "quota"; {
        /// CPU requests.
        cpu: Written<Cpu> = optional "\"16\"", "what the services need at their maximum, and a quarter more";
        /// Memory requests.
        memory: Written<Bytes> = optional "32Gi", "what the services need at their maximum, and a quarter more";
    }
}

record! {
    /// A pool of nodes for workloads.
    NodePool as "node pool" fixed &["scope"]; {
        /// The machine class of its nodes.
        r#type as "type": Written<Identifier> = needed "g6-standard-8";
        /// Other machine classes of about the same size that do as well: a spot pool takes what there is.
        alternatives: Vec<Written<Identifier>> = optional "[m5.large, m6a.large]", "none";
        /// Whether its nodes are spot capacity: cheaper, and taken away at short notice.
        spot: Written<Flag> = optional "true", "false";
        /// The disk of each node.
        disk: Written<Bytes> = optional "100Gi", "80Gi where it can be chosen";
        /// How many nodes: a number for a fixed size, or the range that the autoscaler stays in.
        nodes: Short<Written<Count>, NodeRange> = needed "{min: 3, max: 10}";
        /// The name that the pool had before: what exists is moved, and keeps the name that it really has.
        renamed_from as "renamedFrom": Written<Name> = optional "workers";
        /// What it is for, in words.
        purpose: Written<Line> = optional "Application workloads";
        /// One pool for each environment, or one for the cluster that its environments share.
        scope: Written<PoolScope> = optional "environment", "`environment`";
        /// Labels of its nodes, besides `platc.dev/pool` and `platc.dev/environment`.
        labels: Named<LabelKey, Written<LabelValue>> = optional "{disk: fast}";
        /// Taints of its nodes.
        taints: Named<LabelKey, Written<Taint>> = optional "{dedicated: \"batch:NoSchedule\"}";
    }
}

record! {
    /// The range that a pool's autoscaler stays in.
    NodeRange as "node range"; {
        /// The fewest nodes.
        min: Written<Count> = needed "3";
        /// The most nodes.
        max: Written<Count> = needed "10";
    }
}

record! {
    /// A pool of nodes with GPUs. Its size is fixed: people scale it.
    GpuPool as "GPU pool"; {
        /// The machine class of its nodes.
        r#type as "type": Written<Identifier> = needed "g2-gpu-rtx4000a1-m";
        /// How many nodes.
        nodes: Written<Count> = needed "2";
        /// What it is for, in words.
        purpose: Written<Line> = optional "Model inference";
        /// Labels of its nodes, besides `platc.dev/pool` and `platc.dev/environment`.
        labels: Named<LabelKey, Written<LabelValue>> = optional "{model: qwen}";
    }
}

record! {
    /// A database that the provider manages.
    Database as "database"; {
        /// The engine.
        engine: Written<DatabaseEngine> = needed "postgresql";
        /// The engine's version: the major one, or at AWS also a minor one that is then kept.
        version: Written<Version> = needed "\"17\"";
        /// The machine class of its nodes.
        r#type as "type": Written<Identifier> = needed "g6-dedicated-2";
        /// Its disk, where the machine class does not bring one: at AWS.
        storage: DatabaseStorage = optional "{size: 100Gi, max: 500Gi}", "none: the disk of the machine class";
        /// How many nodes: one, or one and its standbys. At AWS 2 are an instance and its standby in another zone.
        nodes: Written<Count> = optional "3", "with standbys in production: 3 on Linode, 2 at AWS; 1 elsewhere";
        /// The name that it really has, where it is not `<platform>-<environment>-<database>`.
        name: Written<Identifier> = optional "users", "`<platform>-<environment>-<database>`";
        /// What it holds, in words.
        purpose: Written<Line> = optional "Users and organisations";
        /// Extensions that its users need.
        extensions: Vec<Written<Identifier>> = optional "[timescaledb]";
        /// The backups that it has.
        backup: Backup = optional "{every: 1d, keep: 14d, pointInTime: true}";
        /// Dumps that a job writes to a bucket, and that another restores to see whether they can be.
        dump: Dump = optional "{schedule: \"0 2 * * *\", bucket: dumps}", "none";
        /// A pooler that its users connect through.
        pooling: Pooling = optional "{mode: transaction, size: 20}";
        /// How much data it holds: what dumps and restores have to move.
        size: Written<Bytes> = optional "50Gi";
        /// When the provider may restart it, in UTC.
        maintenance: Written<WeeklyWindow> = optional "\"sun:04:00-sun:05:00\"", "`sun:03:00-sun:04:00` at AWS; elsewhere the provider's";
        /// Running copies of it that are read, or that take over when its region is lost. Each follows its writes, bad ones too.
        replicas: Named<Name, Replica> = optional "{standby: {in: recovery}}", "none";
        /// Parameters of the engine.
        parameters: Named<Parameter, Written<Text>> = optional "{log_connections: \"1\"}", "the provider's";
        /// The promise of recovery that holds for it.
        tier: Written<Name> = optional "standard";
    }
}

record! {
    /// The disk of a database.
    DatabaseStorage as "database storage"; {
        /// How large it is at first. It grows, and never shrinks.
        size: Written<Bytes> = needed "100Gi";
        /// How large it may become by itself.
        max: Written<Bytes> = optional "500Gi", "it does not grow by itself";
    }
}

record! {
    /// A running copy of a database.
    Replica as "replica"; {
        /// The cluster in whose network it is: that of the database for one that is only read, one in another region for one
        /// that takes over when the database's region is lost.
        r#in as "in": Written<Name> = needed "recovery";
        /// The machine class.
        r#type as "type": Written<Identifier> = optional "db.m6g.large", "that of the database";
        /// The name that it really has, where it is not `<database's name>-<replica>`.
        name: Written<Identifier> = optional "users-standby", "`<database's name>-<replica>`";
    }
}

record! {
    /// The backups of a database.
    Backup as "backup"; {
        /// The time between two backups.
        every: Written<Duration> = needed "1d";
        /// How long backups are kept.
        keep: Written<Duration> = optional "14d", "14d: what Linode keeps";
        /// Whether every point in time between backups can be restored.
        point_in_time as "pointInTime": Written<Flag> = optional "true", "false; true at AWS, where backups always can";
        /// When the daily backup is made, in UTC. It must not meet `maintenance`.
        window: Written<DailyWindow> = optional "\"02:00-03:00\"", "`02:00-02:30` at AWS; elsewhere the provider's";
        /// The cluster to whose region backups and log are copied.
        copy_to as "copyTo": Written<Name> = optional "recovery", "they stay in the region";
    }
}

record! {
    /// Dumps of a database: `pg_dump` in its custom format, in a bucket of its own choice. The bucket's `keep` says how long they stay.
    Dump as "dump"; {
        /// When a dump is taken: minute, hour, day of the month, month, weekday.
        schedule: Written<Schedule> = needed "\"0 2 * * *\"";
        /// The bucket that dumps go to, below the environment's name and the database's.
        bucket: Written<Name> = needed "dumps";
        /// When the newest dump is restored into a server in a pod, which is thrown away afterwards.
        test: Written<Schedule> = optional "\"0 6 * * sun\"", "`0 6 * * sun`: every Sunday morning";
        /// The time zone of both schedules.
        time_zone as "timeZone": Written<TimeZone> = optional "Europe/Berlin", "`Etc/UTC`";
        /// How long a dump or its restoring may take.
        timeout: Written<Duration> = optional "6h", "twice what the sums of recovery count for the database's `size`, an hour at least; 6h where it says none";
        /// An image with the database's PostgreSQL, its client tools and its extensions, in which the user 999 exists.
        image: Written<Image> = optional "\"docker.io/timescale/timescaledb-ha:pg17\"", "the official image of the major version";
    }
}

record! {
    /// A pooler in front of a database: PgBouncer, in the database's environment.
    Pooling as "pooler"; {
        /// What a connection belongs to.
        mode: Written<PoolMode> = optional "transaction", "`transaction`";
        /// Connections to the database, for each of its users.
        size: Written<Count> = needed "20";
        /// The pooler's image.
        image: Written<Image> = optional "\"ghcr.io/cloudnative-pg/pgbouncer:1.25.2\"", "a pinned PgBouncer";
    }
}

record! {
    /// A cache. An operator runs it in the cluster, unless `type` names machines of the provider's.
    Cache as "cache"; {
        /// The engine.
        engine: Written<CacheEngine> = needed "redis";
        /// The machine class of its nodes: the provider then runs it, outside the cluster.
        r#type as "type": Written<Identifier> = optional "cache.m6g.large", "an operator runs it in the cluster";
        /// The engine's version, for a cache that the provider runs.
        version: Written<Version> = optional "\"8.0\"", "that of the image; needed with `type`";
        /// The name that a cache of the provider's really has, where it is not `<platform>-<environment>-<cache>`.
        name: Written<Identifier> = optional "aiaas-sessions", "`<platform>-<environment>-<cache>` with `type`";
        /// How its nodes belong together.
        topology: Written<Topology> = optional "replicated", "`replicated` for redis, `cluster` for valkey";
        /// Nodes with the data: the leader and its replicas; in a cluster, for each share of the keys.
        replicas: Written<Count> = optional "3", "3, or 1 for `standalone`";
        /// Shares of the keys in a cluster.
        shards: Written<Count> = optional "3", "3";
        /// Memory of each node. Three quarters of it hold data; the rest is for copies while saving. Needed without `type`.
        memory: Written<Bytes> = optional "2Gi", "that of the machine class with `type`; needed without";
        /// The engine's image.
        image: Written<Image> = optional "\"quay.io/opstree/redis:v8.6.2\"", "the operator's own, pinned";
        /// Disk of each node, for what survives a restart. Absent: nothing does.
        persistence: Written<Bytes> = optional "10Gi";
        /// What it does when it is full.
        eviction: Written<Eviction> = optional "volatile-ttl", "`volatile-ttl`: keys with the nearest expiry go first";
        /// Daily copies of a cache that the provider runs.
        backup: CacheBackup = optional "{keep: 7d}", "none";
        /// When the provider may restart it, in UTC; with `type`.
        maintenance: Written<WeeklyWindow> = optional "\"sun:04:00-sun:05:00\"", "`sun:04:00-sun:05:00` at AWS";
        /// The logical databases that separate its users, by number.
        logical_databases as "logicalDatabases": Named<Name, Written<Count>> = optional "{sessions: 0, rate-limits: 1}";
        /// What it is for, in words.
        purpose: Written<Line> = optional "Sessions and rate limits";
        /// The promise of recovery that holds for it.
        tier: Written<Name> = optional "standard";
    }
}

record! {
    /// Daily copies of a cache that the provider runs.
    CacheBackup as "cache backup"; {
        /// How long a copy is kept.
        keep: Written<Duration> = needed "7d";
        /// When it is made, in UTC. It must not meet `maintenance`.
        window: Written<DailyWindow> = optional "\"02:00-03:00\"", "`02:00-03:00` at AWS";
    }
}

record! {
    /// A message broker and its queues, run by an operator in the cluster.
    Queue as "message broker"; {
        /// The broker.
        engine: Written<QueueEngine> = needed "rabbitmq";
        /// How many nodes.
        nodes: Written<Count> = optional "3", "3 in production, 1 elsewhere";
        /// The broker's image.
        image: Written<Image> = optional "\"docker.io/library/rabbitmq:4.3.5-management\"", "a pinned RabbitMQ 4";
        /// Memory of each node.
        memory: Written<Bytes> = optional "2Gi", "2Gi";
        /// CPU of each node.
        cpu: Written<Cpu> = optional "500m", "500m";
        /// Disk of each node.
        storage: Written<Bytes> = needed "20Gi";
        /// Whether the stream plug-in is on.
        streams: Written<Flag> = optional "true", "false";
        /// The queues.
        queues: Named<Name, MessageQueue> = needed "{usage: {type: quorum, deadLetter: true}}";
        /// What it is for, in words.
        purpose: Written<Line> = optional "Usage events";
        /// The promise of recovery that holds for it.
        tier: Written<Name> = optional "standard";
    }
}

record! {
    /// One durable queue.
    MessageQueue as "queue"; {
        /// How it keeps its messages.
        r#type as "type": Written<QueueType> = optional "quorum", "`quorum`";
        /// Whether messages that nobody could handle go to a queue of their own, `<queue>.dead-letter`.
        dead_letter as "deadLetter": Written<Flag> = optional "true", "true, but not for a stream";
        /// How often a message is delivered before it counts as one that nobody could handle.
        delivery_limit as "deliveryLimit": Written<Count> = optional "20", "20";
        /// How long a message is kept. For a stream: how long the log is.
        keep: Written<Duration> = optional "7d";
    }
}

record! {
    /// A bucket of object storage.
    Bucket as "bucket" fixed &["scope", "for"]; {
        /// The name that it really has, where it is not `<platform>-<environment>-<bucket>`.
        name: Written<Identifier> = optional "aiaas-exports", "`<platform>-<environment>-<bucket>`";
        /// One for each environment, or one for the platform.
        scope: Written<BucketScope> = optional "platform", "`environment`";
        /// What it is for: `state` makes it the bucket of Terraform's state.
        r#for as "for": Written<BucketPurpose> = optional "state", "`data`";
        /// Who reads its objects.
        access: Written<BucketAccess> = optional "presigned", "`private`";
        /// The region that it is in.
        region: Written<Identifier> = optional "fr-par", "the cluster's region";
        /// How long objects are kept.
        keep: Written<Duration> = optional "90d", "for ever";
        /// Whether overwritten and deleted objects are kept, for 30 days.
        versioning: Written<Flag> = optional "true", "true for state and with `copyTo`, else false";
        /// The cluster to whose region its objects are copied.
        copy_to as "copyTo": Written<Name> = optional "recovery", "they are in one region";
        /// What it holds, in words.
        purpose: Written<Line> = optional "Exports of analytics";
    }
}

record! {
    /// The log of every call to the cloud's API, in a bucket of its own. At AWS a trail for all regions.
    Audit as "audit log"; {
        /// The name that it really has.
        name: Written<Identifier> = optional "aiaas-cloudtrail", "`<platform>-audit`";
        /// How long it is kept: 91 days at least.
        keep: Written<Duration> = optional "400d", "400d";
        /// The name of its bucket.
        bucket: Written<Identifier> = optional "aiaas-audit-logs", "`<name>-logs`";
    }
}

record! {
    /// Repositories of container images, at AWS in ECR: tags never move, images are scanned when they are pushed.
    Registry as "registry"; {
        /// The repositories.
        repositories: Vec<Written<ImageRepository>> = needed "[aiaas/api, aiaas/worker]";
        /// How many images a repository keeps: the oldest ones go, whether they run or not.
        keep: Written<Count> = optional "200", "200";
        /// The cluster to whose region images are copied.
        copy_to as "copyTo": Written<Name> = optional "recovery", "they are in one region";
    }
}

record! {
    /// A service: containers that run all the time.
    Service as "service"; {
        /// The container's image, with a tag or digest.
        image: Written<Image> = needed "\"registry.example.com/aiaas/api-router:1.8.2\"";
        /// The folder with its Dockerfile, below the spec's: local environments build the image from it, and again when a file changes.
        build: Written<RelativePath> = optional "services/api", "the image is taken there too";
        /// The port that it listens on; in full, also the port of its Kubernetes Service.
        port: Short<Written<Port>, Ports> = optional "8080", "none: the service takes no connections";
        /// What it does, in words.
        purpose: Written<Line> = optional "Routes requests to models";
        /// The host that it is reached at from outside, relative to the environment's domain.
        host: Written<Host> = optional "api", "none: not reached from outside";
        /// The path below the host that it gets.
        path: Written<HttpPath> = optional "/v1", "`/`";
        /// Whether it sees requests without that path in front: `/v1/models` as `/models`.
        strip_prefix as "stripPrefix": Written<Flag> = optional "true", "false";
        /// The command, where the image's own does not fit.
        command: Vec<Written<Text>> = optional "[python, -m, server]", "the image's own";
        /// The arguments of the command.
        args: Vec<Written<Text>> = optional "[--model, Qwen/Qwen2.5-7B-Instruct]", "the image's own";
        /// Environment variables. Never secrets.
        env: Named<Variable, Written<Text>> = optional "{LOG_LEVEL: info}";
        /// What it uses. Gives it addresses and secrets, opens the network, orders recovery.
        uses: Uses = optional "{databases/users: {as: {DATABASE_URL_FILE: url}}}";
        /// Addresses outside the platform that it reaches.
        egress: Named<Name, Egress> = optional "{model-hub: {ports: [443]}}";
        /// What a pod asks for: the scheduler reserves it.
        requests: Resources = optional "{cpu: 250m, memory: 256Mi}";
        /// What a pod gets at most. CPU is best left without a limit.
        limits: Resources = optional "{memory: 512Mi}";
        /// GPUs of each pod.
        gpus: Written<Count> = optional "1", "0";
        /// The pool that its pods run on.
        pool: Written<Reference> = optional "gpuPools/inference", "any node without a taint";
        /// A fixed number of pods. Cancels an inherited `autoscaling`.
        replicas: Written<Count> = optional "2", "2 in production and 1 elsewhere, where nothing scales them";
        /// Lets the load decide how many pods there are.
        autoscaling: Autoscaling = optional "{min: 2, max: 10, cpu: 70%, memory: 80%}", "off";
        /// How many pods must stay while nodes are drained.
        disruption: Disruption = optional "{minAvailable: 1}", "`minAvailable: 1` in production where there are two pods or more";
        /// The endpoints that say how it is.
        health: Health = optional "{ready: /ready, live: /health}";
        /// Where its metrics are.
        metrics: Short<Written<HttpPath>, Metrics> = optional "/metrics", "none: it is not scraped";
        /// Directories that it may write to.
        volumes: Named<Name, Volume> = optional "{tmp: {path: /tmp, size: 1Gi}}";
        /// Rights inside the container.
        security: Security = optional "{user: 10001}";
        /// What its service account may do with the Kubernetes API.
        permissions: Vec<Permission> = optional "[{resources: [configmaps], verbs: [get, list, watch]}]", "nothing, and no token is mounted";
        /// How a new version replaces the old one.
        rollout: Rollout = optional "{maxUnavailable: 0, maxSurge: 1}", "no pod is taken away before its successor is ready";
        /// How long a pod has to finish its work when it is stopped.
        stop_after as "stopAfter": Written<Duration> = optional "30s", "30s";
        /// Changes of its Kubernetes objects that the language has no field for: JSON merge patches (RFC 7386, `null` removes), each
        /// under its object's kind, or kind and name where there are several of a kind.
        patches: Named<PatchTarget, Freeform> = optional "{Deployment: {spec: {template: {spec: {priorityClassName: high}}}}}", "none";
        /// The promise of recovery that holds for it.
        tier: Written<Name> = optional "standard";
    }
}

record! {
    /// A job: a container that runs to its end.
    Job as "job"; {
        /// The container's image, with a tag or digest.
        image: Written<Image> = needed "\"registry.example.com/aiaas/report:1.8.2\"";
        /// When it runs: minute, hour, day of the month, month, weekday.
        schedule: Written<Schedule> = optional "\"*/15 * * * *\"", "none: somebody starts it by hand";
        /// The time zone of the schedule.
        time_zone as "timeZone": Written<TimeZone> = optional "Europe/Berlin", "`Etc/UTC`";
        /// What it does, in words.
        purpose: Written<Line> = optional "Sums up the usage of the day";
        /// The command, where the image's own does not fit.
        command: Vec<Written<Text>> = optional "[python, -m, report]", "the image's own";
        /// The arguments of the command.
        args: Vec<Written<Text>> = optional "[--since, yesterday]", "the image's own";
        /// Environment variables. Never secrets.
        env: Named<Variable, Written<Text>> = optional "{LOG_LEVEL: info}";
        /// What it uses. Gives it addresses and secrets, and opens the network.
        uses: Uses = optional "{databases/users: {as: {DATABASE_URL_FILE: url}}}";
        /// Addresses outside the platform that it reaches.
        egress: Named<Name, Egress> = optional "{model-hub: {ports: [443]}}";
        /// What its pod asks for: the scheduler reserves it.
        requests: Resources = optional "{cpu: 250m, memory: 256Mi}";
        /// What its pod gets at most. CPU is best left without a limit.
        limits: Resources = optional "{memory: 512Mi}";
        /// GPUs of its pod.
        gpus: Written<Count> = optional "1", "0";
        /// The pool that its pod runs on.
        pool: Written<Reference> = optional "nodePools/batch", "any node without a taint";
        /// How long a run may take with all its retries before it is stopped and counts as failed.
        timeout: Written<Duration> = optional "30m", "1h";
        /// How often a run that fails is tried again before it counts as failed.
        retries: Written<Count> = optional "2", "2";
        /// What happens when it is due and its last run is not done.
        concurrency: Written<Concurrency> = optional "replace", "`forbid`";
        /// How many finished runs are kept to be looked at.
        keep: KeptRuns = optional "{succeeded: 3, failed: 3}";
        /// Directories that it may write to.
        volumes: Named<Name, Volume> = optional "{tmp: {path: /tmp, size: 1Gi}}";
        /// Rights inside the container.
        security: Security = optional "{user: 10001}";
        /// Changes of its Kubernetes objects that the language has no field for: JSON merge patches (RFC 7386, `null` removes), each
        /// under its object's kind.
        patches: Named<PatchTarget, Freeform> = optional "{CronJob: {spec: {jobTemplate: {spec: {template: {spec: {priorityClassName: low}}}}}}}", "none";
    }
}

record! {
    /// How many finished runs of a job are kept to be looked at.
    KeptRuns as "kept runs"; {
        /// Runs that succeeded.
        succeeded: Written<Count> = optional "3", "3";
        /// Runs that failed.
        failed: Written<Count> = optional "3", "3";
    }
}

record! {
    /// The ports of a service.
    Ports as "ports"; {
        /// The port that the container listens on.
        container: Written<Port> = needed "3007";
        /// The port of the Kubernetes Service.
        service: Written<Port> = optional "80", "the container's";
    }
}

record! {
    /// What a service does with something that it uses.
    Use as "use"; {
        /// Variables and the outputs that they get. With `mount: file` a variable holds the path of a file.
        r#as as "as": Named<Variable, Written<DataKey>> = optional "{DATABASE_URL_FILE: url}";
        /// What it may do.
        access: Written<Access> = optional "readWrite", "`readWrite`; for queues it must be said";
        /// How it gets the outputs.
        mount: Written<Mount> = optional "file", "the secret store's";
    }
}

record! {
    /// Addresses outside the platform.
    Egress as "egress"; {
        /// The address ranges.
        to: Vec<Written<Cidr>> = optional "[198.51.100.0/24]", "every public address: all but the private ranges and the metadata service";
        /// The TCP ports.
        ports: Vec<Written<Port>> = needed "[443]";
        /// What stands for it in local environments.
        mock: Mock = optional "{image: \"stripe/stripe-mock:v0.197.0\", port: 12111, as: {STRIPE_API_BASE: url}}", "nothing: it is reached there too";
    }
}

record! {
    /// A container that stands for something outside the platform in local environments.
    Mock as "mock"; {
        /// The image, with a tag or digest.
        image: Written<Image> = needed "\"stripe/stripe-mock:v0.197.0\"";
        /// The port that it listens on.
        port: Written<Port> = needed "12111";
        /// Variables that say where it is: `url`, `host` or `port`. Nowhere else does the service get them.
        r#as as "as": Named<Variable, Written<DataKey>> = optional "{STRIPE_API_BASE: url}";
    }
}

record! {
    /// CPU and memory of a pod.
    Resources as "resources"; {
        /// CPU in cores or thousandths of a core.
        cpu: Written<Cpu> = optional "250m";
        /// Memory.
        memory: Written<Bytes> = optional "256Mi";
    }
}

record! {
    /// How the load decides how many pods there are.
    Autoscaling as "autoscaling"; {
        /// The fewest pods.
        min: Written<Count> = needed "2";
        /// The most pods.
        max: Written<Count> = needed "10";
        /// How many pods are planned for normal load: what quotas and capacity count as usual.
        planned: Written<Count> = optional "3", "`min`";
        /// Mean CPU use, as a share of the requests, above which pods are added.
        cpu: Written<Percent> = optional "70%";
        /// Mean memory use, as a share of the requests, above which pods are added.
        memory: Written<Percent> = optional "80%";
    }
}

record! {
    /// How many pods must stay while nodes are drained.
    Disruption as "disruption budget"; {
        /// The number of pods that must stay available.
        min_available as "minAvailable": Written<Count> = needed "1";
    }
}

record! {
    /// The endpoints that say how a service is.
    Health as "health"; {
        /// Whether it can take requests.
        ready: Short<Written<HttpPath>, Probe> = optional "/ready";
        /// Whether it must be restarted.
        live: Short<Written<HttpPath>, Probe> = optional "/health";
        /// How long it may take to start before it counts as broken.
        startup: Written<Duration> = optional "10m", "60s";
    }
}

record! {
    /// A probe of a pod.
    Probe as "probe"; {
        /// The path that is asked.
        path: Written<HttpPath> = needed "/health";
        /// The time before the first try.
        after: Written<Duration> = optional "5s", "0s: the start-up probe waits";
        /// The time between two tries.
        every: Written<Duration> = optional "10s", "10s";
        /// The time that an answer may take.
        timeout: Written<Duration> = optional "3s", "3s";
        /// The number of failures in a row that count.
        failures: Written<Count> = optional "3", "3";
    }
}

record! {
    /// Where a service's metrics are.
    Metrics as "metrics"; {
        /// The path.
        path: Written<HttpPath> = needed "/metrics";
        /// The port, where it is not the service's own.
        port: Written<Port> = optional "9090", "the service's own";
    }
}

record! {
    /// A directory that a service may write to.
    Volume as "volume"; {
        /// Where it is in the container.
        path: Written<MountPath> = needed "/var/cache/models";
        /// How much it may hold.
        size: Written<Bytes> = needed "20Gi";
        /// What it is.
        kind: Written<VolumeKind> = optional "scratch", "`scratch`";
    }
}

record! {
    /// Rights inside a container.
    Security as "security"; {
        /// The number of the user that it runs as; never 0.
        user: Written<Count> = optional "10001", "10001";
        /// Whether the image's own files cannot be changed.
        read_only as "readOnly": Written<Flag> = optional "true", "true";
    }
}

record! {
    /// Something that a service account may do with the Kubernetes API, in its own namespace.
    Permission as "permission"; {
        /// The API groups; `core` is the unnamed one.
        groups: Vec<Written<Identifier>> = optional "[core]", "`[core]`";
        /// The resources.
        resources: Vec<Written<Identifier>> = needed "[configmaps]";
        /// The verbs.
        verbs: Vec<Written<Name>> = needed "[get, list, watch]";
    }
}

record! {
    /// How a new version replaces the old one.
    Rollout as "rollout"; {
        /// How: pod by pod, all at once, or for a growing share of the requests. All but the first need Argo Rollouts, which is then one of
        /// the add-ons.
        strategy: Written<Strategy> = optional "canary", "`rolling`";
        /// Pods that may be missing meanwhile; not with `blue-green`.
        max_unavailable as "maxUnavailable": Written<Count> = optional "0", "0, or 1 where there is no room for one more";
        /// Pods that may be there in addition meanwhile; not with `blue-green`, which has all pods twice.
        max_surge as "maxSurge": Written<Count> = optional "1", "1";
        /// What must be good about a new version, by its own metrics. If it is not, all requests go to the old one again. Needs `metrics`.
        verify: Vec<Written<Verification>> = optional "[error-rate, latency]", "nothing but readiness";
        /// With `canary`: the shares of the requests that the new version gets, one after the other, in whole percents. ingress-nginx divides
        /// requests by share; without it the numbers of pods do, as well as they can.
        steps: Vec<Written<Percent>> = optional "[5%, 25%, 50%]", "`[10%, 50%]`";
        /// How long each step lasts; with `blue-green`, how long the new version is verified before it takes over, and again after.
        pause: Written<Duration> = optional "10m", "10m";
        /// Who lets the new version take over, after the last step.
        promotion: Written<Promotion> = optional "manual", "`automatic`, but `manual` with `blue-green` in production where nothing is verified";
        /// With `blue-green`: how many pods the new version has until it takes over; then it has all of them.
        preview_replicas as "previewReplicas": Written<Count> = optional "1", "as many as the old one";
        /// With `blue-green`: how long the old version stays after the new one took over, for the way back without a wait.
        keep_old as "keepOld": Written<Duration> = optional "30m", "a quarter of an hour, or as long as the new version is verified and 5 minutes more";
    }
}

record! {
    /// A promise of recovery.
    Tier as "tier"; {
        /// The time within which it works again.
        rto: Written<Duration> = needed "4h";
        /// The time span whose data may be lost at most.
        rpo: Written<Duration> = needed "24h";
        /// The failures for which the promise holds.
        covers: Vec<Written<Loss>> = needed "[instance, logical]";
    }
}

record! {
    /// Recovery.
    Recovery as "recovery"; {
        /// Backups of the volumes of caches and brokers, which Velero makes.
        backups: VolumeBackups = optional "{every: 24h, keep: 14d, bucket: volume-backups}";
        /// The drills.
        drills: Drills = optional "{every: quarterly, scenarios: [database-failure]}";
        /// What takes over when the region of an environment is lost, by environment.
        targets: Named<Name, Target> = optional "{production: {strategy: warm-standby, to: recovery, failover: pipeline}}", "nothing does";
    }
}

record! {
    /// What takes over when the region of an environment is lost.
    Target as "recovery target"; {
        /// What stands there before.
        strategy: Written<RecoveryStrategy> = needed "warm-standby";
        /// The environment of the role `dr` that takes over; for `backup-restore` the cluster that is made then.
        to: Written<Name> = needed "recovery";
        /// Who decides that the region is lost.
        failover: Written<Failover> = optional "pipeline", "`manual`";
    }
}

record! {
    /// Backups of volumes: copies of their files, since Linode's CSI driver makes no snapshots.
    VolumeBackups as "volume backups"; {
        /// The time between two backups: a part of a day that cron can count, `24h` or `7d`.
        every: Written<Duration> = optional "6h", "24h";
        /// How long a backup is kept.
        keep: Written<Duration> = optional "30d", "14d";
        /// The bucket that they go to: one of the platform's, whose objects do not expire by themselves.
        bucket: Written<Name> = needed "volume-backups";
    }
}

record! {
    /// Drills: rehearsed failures.
    Drills as "drills"; {
        /// How often each scenario is rehearsed.
        every: Written<Calendar> = needed "quarterly";
        /// What is rehearsed.
        scenarios: Vec<Written<Scenario>> = needed "[database-failure, cluster-failure]";
    }
}

record! {
    /// How requests from outside reach services.
    Ingress as "ingress"; {
        /// What lets traffic in.
        controller: Written<IngressController> = needed "ingress-nginx";
        /// The namespace that the controller runs in.
        namespace: Written<Name> = optional "ingress-nginx", "the controller's name";
        /// Certificates.
        tls: Tls = optional "{issuer: letsencrypt, email: ops@example.com}";
        /// Where the records of hosts live: with the provider of the clusters.
        dns: Written<Dns> = optional "linode", "nowhere: somebody else makes them";
        /// A firewall that looks into requests, in front of all hosts. TLS then ends at the cloud's load balancer, with the
        /// cloud's certificates: `dns` proves the domain, and `tls` is left out.
        waf: Waf = optional "{rateLimit: 2000}";
    }
}

record! {
    /// A firewall that looks into requests: rules that the cloud keeps, and a limit for each address.
    Waf as "web application firewall"; {
        /// Requests of one address in five minutes above which it is blocked until it is slower.
        rate_limit as "rateLimit": Written<Count> = optional "2000", "2000";
    }
}

record! {
    /// Certificates of hosts.
    Tls as "TLS"; {
        /// Who signs them.
        issuer: Written<Issuer> = needed "letsencrypt";
        /// The address that the issuer writes to.
        email: Written<Email> = needed "ops@example.com";
    }
}

record! {
    /// Where secrets come from and how they reach the cluster.
    SecretStore as "secret store"; {
        /// Where they come from.
        source: Written<SecretSource> = needed "external";
        /// How they reach the cluster.
        delivery: Written<SecretDelivery> = needed "sealed-secrets";
        /// How services get them, unless a use says otherwise.
        mount: Written<Mount> = optional "file", "`file`";
        /// The folder of the sealed files, below the spec's: `<folder>/<environment>/<secret>.yaml`, and
        /// `<folder>/platform/<secret>.yaml` for what receivers of alerts need.
        files: Written<RelativePath> = optional "secrets/sealed", "`secrets/sealed`";
        /// The folder of the lists of secrets, below the output directory: one for each bundle.
        bundles: Written<RelativePath> = optional "infra/secrets/bundles", "`secrets/bundles`";
        /// How often secrets are changed, unless a secret says otherwise.
        rotate: Written<Calendar> = optional "quarterly", "nobody is reminded";
    }
}

record! {
    /// A secret of services: its name and keys, never its values.
    Secret as "secret"; {
        /// The keys that it has.
        keys: Vec<Written<DataKey>> = optional "[token]", "`[value]`";
        /// What it is, in words.
        purpose: Written<Line> = optional "Token of the model hub";
        /// The list that it stands in with others that are changed together.
        bundle: Written<Name> = optional "alerting", "`services`; `alerting` for what only receivers of alerts need";
        /// How often it is changed.
        rotate: Written<Calendar> = optional "yearly", "the secret store's";
    }
}

record! {
    /// Metrics, logs, traces, and whom alerts reach.
    Observability as "observability"; {
        /// The namespace that Prometheus runs in.
        namespace: Written<Name> = optional "monitoring", "`monitoring`";
        /// The labels by which Prometheus selects monitors and rules.
        selector: Named<LabelKey, Written<LabelValue>> = optional "{release: kube-prometheus-stack}", "`release: kube-prometheus-stack`";
        /// How often metrics are read.
        scrape: Scrape = optional "{every: 30s}";
        /// Where runbooks are; an alert's name in lower case with `-` between its words and `.md` follow.
        runbooks: Written<Url> = optional "https://git.example.com/aiaas/platform/blob/main/docs/runbooks", "no link";
        /// How long metrics are kept, and in how much space.
        metrics: MetricStore = optional "{keep: 30d, size: 50Gi}";
        /// Logs. Absent: none are collected.
        logs: Logs = optional "{tenants: environment, keep: {production: 90d, default: 14d}}", "no logs are collected";
        /// Traces. Absent: none are collected.
        traces: Traces = optional "{keep: 7d}", "no traces are collected";
        /// Whom alerts can reach, by name.
        receivers: Named<Name, Receiver> = optional "{on-call: {pagerduty: {key: secrets/pagerduty-key}}}", "nobody";
        /// Which alerts reach whom.
        routing: Routing = optional "{critical: [on-call], warning: [chat]}";
    }
}

record! {
    /// How long metrics are kept, and in how much space.
    MetricStore as "metric store"; {
        /// How long they are kept.
        keep: Written<Duration> = optional "30d", "15d: what Prometheus does";
        /// The disk of each Prometheus.
        size: Written<Bytes> = optional "50Gi", "50Gi";
    }
}

record! {
    /// Logs.
    Logs as "logs"; {
        /// Who shares a store of logs.
        tenants: Written<Tenants> = optional "environment", "`single`";
        /// How long they are kept: everywhere, or by environment; `default` stands for what is not named.
        keep: Short<Written<Duration>, Named<Name, Written<Duration>>> = optional "{production: 90d, default: 14d}", "14d";
    }
}

record! {
    /// Traces.
    Traces as "traces"; {
        /// How long they are kept.
        keep: Written<Duration> = optional "7d", "7d";
    }
}

record! {
    /// Somebody whom alerts can reach, in one or more ways.
    Receiver as "receiver"; {
        /// Mail.
        email: EmailReceiver = optional "{to: ops@example.com, from: alerts@example.com, host: \"smtp.example.com:587\"}";
        /// A channel of Slack.
        slack: SlackReceiver = optional "{channel: \"#platform\", url: secrets/slack-url}";
        /// A service of PagerDuty.
        pagerduty: PagerdutyReceiver = optional "{key: secrets/pagerduty-key}";
        /// A team of Opsgenie.
        opsgenie: OpsgenieReceiver = optional "{key: secrets/opsgenie-key}";
        /// A channel of Microsoft Teams, through a workflow.
        teams: TeamsReceiver = optional "{url: secrets/teams-url}";
        /// An address that gets every alert as JSON.
        webhook: WebhookReceiver = optional "{url: secrets/webhook-url}";
        /// Issues in a project of Jira.
        jira: JiraReceiver = optional "{url: https://example.atlassian.net/, project: OPS, type: Incident, username: bot@example.com, password: secrets/jira-token}";
    }
}

record! {
    /// Mail.
    EmailReceiver as "e-mail receiver"; {
        /// Who gets it.
        to: Written<Email> = needed "ops@example.com";
        /// Whom it comes from.
        from: Written<Email> = needed "alerts@example.com";
        /// The mail server, with its port.
        host: Written<HostPort> = needed "\"smtp.example.com:587\"";
        /// The account at the mail server.
        username: Written<Line> = optional "alerts@example.com", "none: the server asks for no account";
        /// The account's password.
        password: Written<SecretReference> = optional "secrets/smtp/password";
    }
}

record! {
    /// A channel of Slack.
    SlackReceiver as "Slack receiver"; {
        /// The channel.
        channel: Written<Line> = needed "\"#platform\"";
        /// The address of the incoming webhook, which is a secret.
        url: Written<SecretReference> = needed "secrets/slack-url";
    }
}

record! {
    /// A service of PagerDuty.
    PagerdutyReceiver as "PagerDuty receiver"; {
        /// The integration key of the Events API v2.
        key: Written<SecretReference> = needed "secrets/pagerduty-key";
    }
}

record! {
    /// A team of Opsgenie.
    OpsgenieReceiver as "Opsgenie receiver"; {
        /// The key of the API.
        key: Written<SecretReference> = needed "secrets/opsgenie-key";
        /// The address of the API, where it is not the one in the USA.
        url: Written<Url> = optional "https://api.eu.opsgenie.com/", "`https://api.opsgenie.com/`";
    }
}

record! {
    /// A channel of Microsoft Teams, through a workflow.
    TeamsReceiver as "Teams receiver"; {
        /// The address of the workflow, which is a secret.
        url: Written<SecretReference> = needed "secrets/teams-url";
    }
}

record! {
    /// An address that gets every alert as JSON.
    WebhookReceiver as "webhook receiver"; {
        /// The address, or the secret that holds it.
        url: Written<Destination> = needed "secrets/webhook-url";
    }
}

record! {
    /// Issues in a project of Jira.
    JiraReceiver as "Jira receiver"; {
        /// The address of Jira.
        url: Written<Url> = needed "https://example.atlassian.net/";
        /// The project's key.
        project: Written<Identifier> = needed "OPS";
        /// The type of the issues.
        r#type as "type": Written<Line> = needed "Incident";
        /// The account.
        username: Written<Line> = needed "bot@example.com";
        /// The account's password or API token.
        password: Written<SecretReference> = needed "secrets/jira-token";
    }
}

record! {
    /// Which alerts reach whom.
    Routing as "routing"; {
        /// Who is reached at once when users of production are affected.
        critical: Vec<Written<Name>> = optional "[on-call, chat]", "nobody";
        /// Who gets what has to be looked at in working hours.
        warning: Vec<Written<Name>> = optional "[chat]", "nobody";
        /// Who gets what explains other alerts.
        info: Vec<Written<Name>> = optional "[chat]", "nobody";
        /// Environments whose alerts all go to others; to nobody where the list is empty.
        environments: Named<Name, Vec<Written<Name>>> = optional "{development: []}";
        /// Who gets the alert that always fires, and raises the alarm when it does not come any more.
        watchdog: Written<Name> = optional "dead-man", "nobody notices that alerting is dead";
    }
}

record! {
    /// How often metrics are read.
    Scrape as "scrape"; {
        /// The time between two readings.
        every: Written<Duration> = optional "30s", "30s";
    }
}

record! {
    /// Thresholds of alerts.
    Alerts as "alerts"; {
        /// When too many requests fail.
        error_rate as "errorRate": ErrorRate = optional "{above: 5%, for: 5m}";
        /// When answers take too long.
        latency: LatencyLimit = optional "{above: 500ms}", "no alert";
        /// When a service counts as down.
        down: Down = optional "{for: 2m}";
    }
}

record! {
    /// When too many requests fail.
    ErrorRate as "error rate"; {
        /// The share of failed requests.
        above: Written<Percent> = optional "5%", "5%";
        /// For how long.
        r#for as "for": Written<Duration> = optional "5m", "5m";
    }
}

record! {
    /// When answers take too long.
    LatencyLimit as "latency"; {
        /// The time within which 95 % of a service's requests must be answered. It counts them as the histogram
        /// `http_request_duration_seconds`.
        above: Written<Latency> = needed "500ms";
        /// For how long it takes longer.
        r#for as "for": Written<Duration> = optional "10m", "10m";
    }
}

record! {
    /// When a service counts as down.
    Down as "down"; {
        /// For how long nothing answers.
        r#for as "for": Written<Duration> = optional "2m", "2m";
    }
}

record! {
    /// A chart of others, by its name in platc's catalogue.
    Addon as "add-on"; {
        /// Who installs it.
        install: Written<Install> = optional "elsewhere", "`platc`";
        /// The clusters that have it.
        clusters: Vec<Written<Name>> = optional "[main]", "those that need it; every cluster for one that nothing else asks for";
        /// The namespace that it runs in.
        namespace: Written<Name> = optional "monitoring", "the add-on's own";
        /// The chart's version, where it is not the pinned one. Keys of values are known for the pinned one only.
        version: Written<ChartVersion> = optional "\"88.5.3\"", "the pinned one";
        /// Values of the chart that are laid over platc's, in a file of their own. Their keys are checked.
        values: Freeform = optional "{grafana: {replicas: 2}}";
    }
}

record! {
    /// How workloads reach the cluster.
    Delivery as "delivery"; {
        /// Who brings services. What else an environment has always comes as kustomizations.
        workloads: Written<Workloads> = optional "helm", "`kustomize`";
        /// Who checks changes in pull requests, applies infrastructure, scans images and reminds people. Absent: no workflow is made.
        ci: Written<Ci> = optional "github";
        /// What keeps the clusters as Git says. Absent: people or pipelines apply the output.
        gitops: Gitops = optional "{tool: argocd, repository: https://git.example.com/aiaas/platform.git}";
    }
}

record! {
    /// What keeps the clusters as Git says.
    Gitops as "GitOps"; {
        /// The tool.
        tool: Written<GitopsTool> = needed "argocd";
        /// The Git repository that holds the spec and the output, by HTTPS or SSH and without credentials: the tool has its own key.
        repository: Written<Repository> = needed "https://git.example.com/aiaas/platform.git";
        /// The branch, tag or commit that the clusters follow.
        revision: Written<Revision> = optional "main", "`main`";
        /// The output directory inside the repository.
        path: Written<RepositoryPath> = optional "rendered", "`.`: the root of the repository";
        /// The spec's folder inside the repository: sealed secrets are below it.
        spec: Written<RepositoryPath> = optional "platforms/aiaas", "`.`: the root of the repository";
        /// The namespace that the tool runs in.
        namespace: Written<Name> = optional "argocd", "`argocd`";
    }
}

record! {
    /// Rules that hold for everything.
    Policies as "policies"; {
        /// The Pod Security Standard of the environments' namespaces.
        pod_security as "podSecurity": Written<PodSecurity> = optional "restricted", "`restricted`";
    }
}

record! {
    /// Where the output goes.
    Output as "output"; {
        /// Where sizes, versions and windows of an environment stand in its Terraform root.
        terraform: Written<TerraformValues> = optional "tfvars", "`inline`";
        /// The directories, below the output directory.
        paths: Paths = optional "{terraform: infra/terraform}";
    }
}

record! {
    /// Directories of the output.
    Paths as "paths"; {
        /// Terraform's modules and roots.
        terraform: Written<RelativePath> = optional "infra/terraform", "`terraform`";
        /// Kustomize's overlays, one directory for each environment; their shared base stands beside them.
        kustomize: Written<RelativePath> = optional "\"configs/kustomize/{environment}\"", "`kustomize/overlays/{environment}`, with the base in `kustomize/base`";
        /// Helm's charts and values, of services and of add-ons.
        helm: Written<RelativePath> = optional "infra/helm", "`helm`";
        /// Files for Docker Compose, one directory for each local environment.
        compose: Written<RelativePath> = optional "compose", "`compose`";
        /// Applications and projects of Argo CD, one directory for each cluster.
        argocd: Written<RelativePath> = optional "argocd", "`argocd`";
        /// Rules as plain Prometheus files.
        alerts: Written<RelativePath> = optional "alerts", "`alerts`";
        /// Dashboards for Grafana, with a kustomization that makes them `ConfigMap`s beside Prometheus.
        dashboards: Written<RelativePath> = optional "dashboards", "`dashboards`";
        /// Workflows of GitHub, which reads them from `.github/workflows` of the repository's root only.
        ci: Written<RelativePath> = optional ".github/workflows", "`.github/workflows`";
        /// Documents for people.
        docs: Written<RelativePath> = optional "docs", "`docs`";
    }
}

record! {
    /// A finding that is accepted for a while.
    Allow as "suppression"; {
        /// The code of the finding.
        check: Written<Slug> = needed "kubernetes/shared-cluster";
        /// The place in the spec: the finding's own, or one that holds it.
        place as "at": Written<Line> = needed "clusters.main";
        /// Why it is accepted.
        reason: Written<Line> = needed "one control plane is enough for this year";
        /// The last day on which it is.
        until: Written<Date> = needed "2027-03-31";
    }
}

/// What a service uses, in short a list of references.
#[derive(Debug, Clone, Default)]
pub struct Uses {
    /// The references, each with its settings.
    pub entries: Vec<(Written<Reference>, Option<Use>)>,
}

impl Decode for Uses {
    fn shape() -> Shape {
        Shape::Either(vec![<Named<Reference, Use>>::shape(), <Vec<Written<Reference>>>::shape()])
    }

    fn decode(value: &Value, context: &mut Context<'_>) -> Option<Self> {
        let is_list =
            matches!(value, Value::Node(at) if matches!(context.document.node(*at).kind, Kind::List(_)));
        if is_list {
            let references = <Vec<Written<Reference>>>::decode(value, context)?;
            return Some(Self {
                entries: references.into_iter().map(|reference| (reference, None)).collect(),
            });
        }
        let named = <Named<Reference, Use>>::decode(value, context)?;
        Some(Self {
            entries: named.entries.into_values().map(|(reference, r#use)| (reference, Some(r#use))).collect(),
        })
    }
}

/// The zones of a network: how many, or which.
#[derive(Debug, Clone)]
pub enum Zones {
    /// The first ones of the region.
    Count(Written<Count>),
    /// These.
    Named(Vec<Written<Identifier>>),
}

impl Zones {
    /// Where it is written; `None` for an empty list.
    #[must_use]
    pub fn at(&self) -> Option<At> {
        match self {
            Self::Count(count) => Some(count.at),
            Self::Named(names) => names.first().map(|name| name.at),
        }
    }
}

impl Decode for Zones {
    fn shape() -> Shape {
        Shape::Either(vec![<Written<Count>>::shape(), <Vec<Written<Identifier>>>::shape()])
    }

    fn decode(value: &Value, context: &mut Context<'_>) -> Option<Self> {
        let is_list =
            matches!(value, Value::Node(at) if matches!(context.document.node(*at).kind, Kind::List(_)));
        if is_list {
            <Vec<Written<Identifier>>>::decode(value, context).map(Self::Named)
        } else {
            <Written<Count>>::decode(value, context).map(Self::Count)
        }
    }
}

/// A layer of settings that lies below the things of a kind.
#[derive(Debug, Clone)]
pub struct Layer<T> {
    /// The settings as they are written.
    pub value: Value,
    kind: std::marker::PhantomData<T>,
}

impl<T: super::things::Settings> Decode for Layer<T> {
    fn shape() -> Shape {
        Shape::Settings(T::RECORD)
    }

    fn decode(value: &Value, context: &mut Context<'_>) -> Option<Self> {
        super::things::check_settings::<T>(value, "cannot be a default", context);
        Some(Self { value: value.clone(), kind: std::marker::PhantomData })
    }
}

/// Lets a closed set of words be the value of a field.
macro_rules! decode_words {
    ($($name:ident),* $(,)?) => {$(
        impl Decode for Written<$name> {
            fn shape() -> Shape {
                Shape::Choice($name::WORDS)
            }

            fn decode(value: &Value, context: &mut Context<'_>) -> Option<Self> {
                let (word, at) = super::decode::word(value, context, $name::WORDS)?;
                $name::of(word).map(|value| Self { value, at })
            }
        }
    )*};
}
decode_words!(
    Access,
    AddonSecurity,
    ApiVersion,
    BucketAccess,
    BucketPurpose,
    BucketScope,
    CacheEngine,
    Calendar,
    Ci,
    Cni,
    Concurrency,
    DatabaseEngine,
    Dns,
    Eviction,
    Failover,
    Feature,
    GitopsTool,
    IngressController,
    Install,
    Issuer,
    Local,
    Loss,
    Mesh,
    Mount,
    Nat,
    NetworkDefault,
    PodSecurity,
    PoolMode,
    PoolScope,
    Provider,
    Quarter,
    QueueEngine,
    QueueType,
    RecoveryStrategy,
    Role,
    Scenario,
    SecretDelivery,
    SecretSource,
    Sync,
    Tenants,
    TerraformValues,
    Topology,
    VolumeKind,
    Workloads,
    Strategy,
    Verification,
    Promotion
);
