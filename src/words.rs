//! The closed sets of words that the language, the plan and the providers share.

/// Defines a closed set of words: the enum and its table.
macro_rules! words {
    ($(#[doc = $doc:literal])* $name:ident { $( #[doc = $word_doc:literal] $variant:ident = $word:literal ),* $(,)? }) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
        pub enum $name { $( #[doc = $word_doc] #[serde(rename = $word)] $variant ),* }

        impl $name {
            /// The words and what they mean.
            pub const WORDS: &'static [(&'static str, &'static str)] = &[$(($word, $word_doc)),*];

            /// The word.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $( Self::$variant => $word ),* }
            }

            /// What a word stands for.
            #[must_use]
            pub fn of(word: &str) -> Option<Self> {
                match word { $( $word => Some(Self::$variant), )* _ => None }
            }
        }
    };
}

words! {
    /// The version of the language.
    ApiVersion { #[doc = "The first version of the language."] V1 = "platc/v1" }
}
words! {
    /// A cloud.
    Provider {
        #[doc = "Akamai Linode: LKE, managed databases, Object Storage, DNS."] Linode = "linode",
        #[doc = "Amazon Web Services: EKS, RDS, `ElastiCache`, S3, Route 53."] Aws = "aws",
    }
}
words! {
    /// What an environment is for; defaults and severities follow it.
    Role {
        #[doc = "Where things are tried; small, without a promise."] Development = "development",
        #[doc = "Like production, before production."] Staging = "staging",
        #[doc = "What users use."] Production = "production",
        #[doc = "Platform infrastructure that the other environments use."] System = "system",
        #[doc = "Stands in for another environment when that one's region is lost."] Recovery = "dr",
    }
}
words! {
    /// How many of a node pool there are.
    PoolScope {
        #[doc = "One for each environment."] Environment = "environment",
        #[doc = "One for each cluster, shared by its environments."] Cluster = "cluster",
    }
}
words! {
    /// What counts the good and the bad events of a service level objective.
    SliPreset {
        #[doc = "The service: `http_requests_total` by `code` or `status`, and the histogram `http_request_duration_seconds`."] Http = "http",
        #[doc = "The service's gRPC server: `grpc_server_handled_total`, and the histogram `grpc_server_handling_seconds`."] Grpc = "grpc",
        #[doc = "The ingress controller, for the requests from outside to the service's route."] Ingress = "ingress",
        #[doc = "Istio's proxies: `istio_requests_total`, and the histogram `istio_request_duration_milliseconds`."] Mesh = "mesh",
        #[doc = "The service with OpenTelemetry's conventions: the histogram `http_server_request_duration_seconds`."] Opentelemetry = "opentelemetry",
        #[doc = "The message broker, for the queues that the service consumes: messages that have to be delivered again count as bad."] Queue = "queue",
        #[doc = "vLLM: its answers by `status`, and the time until the first token."] Vllm = "vllm",
    }
}
words! {
    /// How much an alert matters; routes go by it.
    AlertSeverity {
        #[doc = "Somebody is woken up."] Critical = "critical",
        #[doc = "Somebody looks at it in working hours."] Warning = "warning",
        #[doc = "It explains other alerts."] Info = "info",
    }
}
words! {
    /// What runs an environment without a cluster.
    Local { #[doc = "Docker Compose, on people's own machines."] Compose = "compose" }
}
words! {
    /// What happens when a job is due and its last run is not done.
    Concurrency {
        #[doc = "The new run is left out."] Forbid = "forbid",
        #[doc = "The old run is stopped."] Replace = "replace",
        #[doc = "Both run."] Allow = "allow",
    }
}
words! {
    /// How many of a bucket there are.
    BucketScope {
        #[doc = "One for each environment."] Environment = "environment",
        #[doc = "One for the whole platform."] Platform = "platform",
    }
}
words! {
    /// The plug-in that gives pods their network.
    Cni {
        #[doc = "Calico, which enforces NetworkPolicies."] Calico = "calico",
        #[doc = "Flannel, which ignores NetworkPolicies."] Flannel = "flannel",
        #[doc = "The VPC plug-in of EKS: pods have addresses of the VPC, and its agent enforces NetworkPolicies."] VpcCni = "vpc-cni",
    }
}
words! {
    /// How private subnets reach the internet.
    Nat {
        #[doc = "One NAT gateway in each zone: the loss of a zone takes no other zone's way out."] PerZone = "per-zone",
        #[doc = "One NAT gateway for all zones: cheaper, and lost with its zone."] Single = "single",
        #[doc = "None: only what has an endpoint in the network is reached."] None = "none",
    }
}
words! {
    /// What a cloud's clusters, pools and stores can be told; a cloud without it refuses the field.
    Ability {
        #[doc = "Networks of the platform's own, with ranges, zones and NAT gateways."] Network = "network",
        #[doc = "Administrators of a cluster by their identity in the cloud."] Administrators = "administrators",
        #[doc = "Nodes that are cheaper and may be taken away."] SpotNodes = "spot nodes",
        #[doc = "Pools of several machine classes."] Alternatives = "alternative machine classes",
        #[doc = "Disks of nodes whose size can be chosen."] NodeDisk = "disks of nodes",
        #[doc = "A firewall in front of hosts that looks into requests."] Waf = "web application firewall",
        #[doc = "Objects of a bucket, served from places near to whoever asks."] Cdn = "content delivery network",
        #[doc = "File systems that pods in all zones of a region share."] FileSystems = "file systems",
    }
}
words! {
    /// What pods may talk to when nothing is said.
    NetworkDefault { #[doc = "Nothing, in either direction, but what the spec's references need."] DefaultDeny = "default-deny", #[doc = "Everything."] Open = "open" }
}
words! {
    /// A service mesh.
    Mesh { #[doc = "No service mesh; nothing is rendered."] None = "none" }
}
words! {
    /// A database engine.
    DatabaseEngine { #[doc = "PostgreSQL, managed by the provider."] Postgresql = "postgresql" }
}
words! {
    /// What a connection of the pooler belongs to.
    PoolMode { #[doc = "A connection is given back at the end of a transaction."] Transaction = "transaction", #[doc = "A connection is given back when the client leaves."] Session = "session" }
}
words! {
    /// A cache engine.
    CacheEngine { #[doc = "Redis, run by the Redis operator."] Redis = "redis", #[doc = "Valkey, run by the Valkey operator, which makes clusters only."] Valkey = "valkey" }
}
words! {
    /// How the nodes of a cache belong together.
    Topology {
        #[doc = "One node."] Standalone = "standalone",
        #[doc = "One leader with replicas, and sentinels that elect a new leader; several logical databases."] Replicated = "replicated",
        #[doc = "Several leaders that share the keys, each with replicas; one logical database."] Cluster = "cluster",
    }
}
words! {
    /// What a cache does when it is full.
    Eviction {
        #[doc = "Refuses writes."] NoEviction = "noeviction",
        #[doc = "Drops keys with the nearest expiry."] VolatileTtl = "volatile-ttl",
        #[doc = "Drops the least recently used keys that have an expiry."] VolatileLru = "volatile-lru",
        #[doc = "Drops the least recently used keys."] AllkeysLru = "allkeys-lru",
        #[doc = "Drops the least frequently used keys."] AllkeysLfu = "allkeys-lfu",
    }
}
words! {
    /// A message broker.
    QueueEngine { #[doc = "RabbitMQ, run by its cluster operator."] Rabbitmq = "rabbitmq" }
}
words! {
    /// How a queue keeps its messages.
    QueueType {
        #[doc = "Replicated with Raft: what should not be lost."] Quorum = "quorum",
        #[doc = "On one node only."] Classic = "classic",
        #[doc = "An append-only log that several consumers read."] Stream = "stream",
        #[doc = "Classic mirroring, which RabbitMQ 4 does not have: use `quorum`."] Mirrored = "mirrored",
    }
}
words! {
    /// What a bucket is for, beyond data of services.
    BucketPurpose { #[doc = "Terraform's state."] State = "state", #[doc = "Data of services, backups, exports."] Data = "data" }
}
words! {
    /// Who reads a bucket's objects.
    BucketAccess { #[doc = "Only holders of its keys."] Private = "private", #[doc = "Holders of its keys, and whoever has an address that a service signed."] Presigned = "presigned" }
}
words! {
    /// How a new version of a service replaces the old one.
    Strategy {
        #[doc = "Pod by pod: a Deployment."] Rolling = "rolling",
        #[doc = "All pods of the new version beside those of the old one, then all requests at once."] BlueGreen = "blue-green",
        #[doc = "A growing share of the requests for the new version."] Canary = "canary",
    }
}
words! {
    /// What must be good about a new version; if it is not, the old one stays or comes back.
    Verification {
        #[doc = "The share of its requests that fail: at most `alerts.errorRate.above`."] ErrorRate = "error-rate",
        #[doc = "The time within which it answers 95 % of its requests: at most `alerts.latency.above`."] Latency = "latency",
        #[doc = "None of its containers is started again."] Restarts = "restarts",
    }
}
words! {
    /// Who lets a new version take over.
    Promotion {
        #[doc = "It takes over by itself when everything that is verified is good."] Automatic = "automatic",
        #[doc = "A person promotes it."] Manual = "manual",
    }
}
words! {
    /// What a user of a thing may do with it.
    Access {
        #[doc = "Read."] Read = "read",
        #[doc = "Read and write."] ReadWrite = "readWrite",
        #[doc = "Send messages."] Publish = "publish",
        #[doc = "Take messages."] Consume = "consume",
    }
}
words! {
    /// How a service gets the outputs of what it uses.
    Mount { #[doc = "As files; the variable holds the file's path."] File = "file", #[doc = "As environment variables."] Env = "env" }
}
words! {
    /// A failure that data survive or not.
    Loss {
        #[doc = "A machine is lost."] Instance = "instance",
        #[doc = "A zone is lost."] Zone = "zone",
        #[doc = "The cluster is lost."] Cluster = "cluster",
        #[doc = "The region is lost."] Region = "region",
        #[doc = "Somebody or something wrote or deleted what it should not have."] Logical = "logical",
    }
}
words! {
    /// What a drill rehearses.
    Scenario {
        #[doc = "A database is lost and restored."] DatabaseFailure = "database-failure",
        #[doc = "The cluster is lost and rebuilt."] ClusterFailure = "cluster-failure",
        #[doc = "The region is lost."] RegionOutage = "region-outage",
    }
}
words! {
    /// What stands in another region for the case that one is lost.
    RecoveryStrategy {
        #[doc = "Copies of the data, and nothing else."] BackupRestore = "backup-restore",
        #[doc = "The data and a cluster with few nodes; no pod of a service runs."] PilotLight = "pilot-light",
        #[doc = "Everything, with as few pods as the services allow."] WarmStandby = "warm-standby",
        #[doc = "Everything, as large as the original, without its traffic."] HotStandby = "hot-standby",
    }
}
words! {
    /// Who decides that a region is lost.
    Failover {
        #[doc = "A person, whose decision takes time."] Manual = "manual",
        #[doc = "A pipeline of yours that an alert starts: it decides at once. platc renders its steps as a runbook, not the pipeline."] Pipeline = "pipeline",
    }
}
words! {
    /// A regular interval of the calendar.
    Calendar {
        #[doc = "Every month: 30 days."] Monthly = "monthly",
        #[doc = "Every quarter: 90 days."] Quarterly = "quarterly",
        #[doc = "Every half year: 180 days."] HalfYearly = "half-yearly",
        #[doc = "Every year: 365 days."] Yearly = "yearly",
    }
}
words! {
    /// What lets traffic into the cluster.
    IngressController {
        #[doc = "Envoy Gateway, an implementation of the Gateway API: each environment has a Gateway of its own, and all of them share one load balancer."] EnvoyGateway = "envoy-gateway",
        #[doc = "The ingress controller of the Kubernetes project, retired since March 2026."] IngressNginx = "ingress-nginx",
    }
}
words! {
    /// Who signs certificates.
    Issuer {
        #[doc = "Let's Encrypt; its staging service outside production, which has other rate limits."] Letsencrypt = "letsencrypt",
        #[doc = "Let's Encrypt's staging service everywhere."] LetsencryptStaging = "letsencrypt-staging",
    }
}
words! {
    /// Where the platform's DNS records live.
    Dns { #[doc = "Linode's DNS manager."] Linode = "linode", #[doc = "Route 53 of AWS."] Route53 = "route53" }
}
words! {
    /// Where secrets come from.
    SecretSource {
        #[doc = "A place outside the platform; people seal what it holds."] External = "external",
        #[doc = "AWS Secrets Manager, where Terraform makes a place for each secret and people put the values."] AwsSecretsManager = "aws-secrets-manager",
        #[doc = "A Linode service that does not exist as a Terraform resource: use `external`."] LinodeSecretManager = "linode-secret-manager",
    }
}
words! {
    /// How secrets reach the cluster.
    SecretDelivery {
        #[doc = "By a controller in the cluster, which copies them from the source and keeps them as they are there."] ExternalSecrets = "external-secrets",
        #[doc = "As SealedSecret files of the user's, which a controller in the cluster opens."] SealedSecrets = "sealed-secrets",
    }
}
words! {
    /// Who shares a store of logs.
    Tenants {
        #[doc = "Everybody: one store for the platform."] Single = "single",
        #[doc = "Each environment has a store of its own; who reads one does not read the others."] Environment = "environment",
    }
}
words! {
    /// What keeps the logs of pods.
    LogStore {
        #[doc = "Loki, read in Grafana beside the metrics."] Loki = "loki",
        #[doc = "Elasticsearch, read in Kibana and filled by Filebeat; the operator of Elastic Cloud on Kubernetes runs all three."] Elasticsearch = "elasticsearch",
    }
}
words! {
    /// Who brings workloads into the cluster.
    Workloads {
        #[doc = "Kustomizations: a base and thin overlays for each service."] Kustomize = "kustomize",
        #[doc = "Helm: one chart for all services, and values for each service and environment."] Helm = "helm",
    }
}
words! {
    /// Who checks changes and applies them.
    Ci { #[doc = "GitHub Actions: workflows in the output."] Github = "github" }
}
words! {
    /// The tool that keeps clusters as Git says.
    GitopsTool { #[doc = "Argo CD, one in each cluster."] Argocd = "argocd" }
}
words! {
    /// Who brings what Git holds into an environment.
    Sync {
        #[doc = "Argo CD, as soon as the revision moves; it also undoes changes by hand."] Automated = "automated",
        #[doc = "A person, for each change."] Manual = "manual",
    }
}
words! {
    /// The Pod Security Standard that namespaces enforce.
    PodSecurity { #[doc = "Hardened; what a pod of an application needs no more than."] Restricted = "restricted", #[doc = "Without known ways to higher rights."] Baseline = "baseline" }
}
words! {
    /// Whose names a service's metrics have.
    MetricsKind {
        #[doc = "Its own: requests as `http_requests_total`, their times as `http_request_duration_seconds`."] Http = "http",
        #[doc = "Those, and vLLM's: alerts say whether requests wait for a GPU."] Vllm = "vllm",
    }
}
words! {
    /// What a volume is.
    VolumeKind { #[doc = "Space that lives as long as the pod."] Scratch = "scratch", #[doc = "Space in memory that lives as long as the pod, and counts as the pod's memory."] Memory = "memory" }
}

words! {
    /// Where the values of an environment's Terraform root stand.
    TerraformValues {
        #[doc = "In the calls of modules, where they are used."] Inline = "inline",
        #[doc = "In a `terraform.tfvars` beside each environment's root, which shows how environments differ."] Tfvars = "tfvars",
    }
}
words! {
    /// Who installs an add-on.
    Install {
        #[doc = "platc renders what installs it."] Platc = "platc",
        #[doc = "Something else has installed it: nothing is rendered, and whatever needs it finds it."] Elsewhere = "elsewhere",
        #[doc = "It is not there: whatever needs it is an error."] Never = "never",
    }
}
words! {
    /// Something in a spec that brings add-ons in.
    Feature {
        #[doc = "Pods whose number follows the load."] Autoscaling = "autoscaling",
        #[doc = "Certificates of hosts."] Certificates = "certificates",
        #[doc = "Logs of pods are kept in Elasticsearch."] Elasticsearch = "elasticsearch",
        #[doc = "Hosts, served by Envoy Gateway."] EnvoyGateway = "envoy-gateway",
        #[doc = "Secrets that are copied from a secret manager."] ExternalSecrets = "external-secrets",
        #[doc = "Argo CD brings Git's state into the cluster."] Gitops = "gitops",
        #[doc = "Nodes with GPUs."] Gpus = "gpus",
        #[doc = "Hosts, served by ingress-nginx."] IngressNginx = "ingress-nginx",
        #[doc = "Load balancers, where the cloud's clusters do not make them themselves."] LoadBalancers = "load-balancers",
        #[doc = "Logs of pods are kept."] Logs = "logs",
        #[doc = "Alerts and dashboards, which every platform has."] Metrics = "metrics",
        #[doc = "Pools of nodes that grow and shrink, where the cloud's clusters do not see to it themselves."] NodeScaling = "node-scaling",
        #[doc = "A RabbitMQ cluster."] Rabbitmq = "rabbitmq",
        #[doc = "A Redis cache."] Redis = "redis",
        #[doc = "New versions that replace old ones in another way than pod by pod."] Rollouts = "rollouts",
        #[doc = "Sealed secrets."] SealedSecrets = "sealed-secrets",
        #[doc = "Traces of requests are kept."] Traces = "traces",
        #[doc = "A Valkey cache."] Valkey = "valkey",
        #[doc = "Backups of volumes and of the cluster's objects."] VolumeBackups = "volume-backups",
    }
}
words! {
    /// A namespace that add-ons share; where it is follows from the spec.
    Quarter {
        #[doc = "Where Prometheus runs: `observability.namespace`."] Monitoring = "monitoring",
        #[doc = "Where the ingress controller runs: `ingress.namespace`."] Ingress = "ingress",
        #[doc = "Daemons that need more of a node than other namespaces allow."] Daemons = "daemons",
    }
}
words! {
    /// The Pod Security Standard that an add-on's pods keep to.
    AddonSecurity {
        #[doc = "Hardened."] Restricted = "restricted",
        #[doc = "Without known ways to higher rights."] Baseline = "baseline",
        #[doc = "No limit: it works on the node itself."] Privileged = "privileged",
    }
}

impl SecretSource {
    /// The cloud whose service it is; `None` for a place outside of all clouds.
    #[must_use]
    pub const fn provider(self) -> Option<Provider> {
        match self {
            Self::AwsSecretsManager => Some(Provider::Aws),
            Self::External | Self::LinodeSecretManager => None,
        }
    }
}

impl Feature {
    /// The feature whose usual add-ons make way for those of this one, which somebody chose: never brought in by a need.
    #[must_use]
    pub const fn in_place_of(self) -> Option<Self> {
        match self {
            Self::Elasticsearch => Some(Self::Logs),
            _ => None,
        }
    }
}

impl Dns {
    /// The cloud that it belongs to.
    #[must_use]
    pub const fn provider(self) -> Provider {
        match self {
            Self::Linode => Provider::Linode,
            Self::Route53 => Provider::Aws,
        }
    }
}

impl Calendar {
    /// The interval in days: a month counts 30, a quarter 90, half a year 180, a year 365.
    #[must_use]
    pub const fn days(self) -> u32 {
        match self {
            Self::Monthly => 30,
            Self::Quarterly => 90,
            Self::HalfYearly => 180,
            Self::Yearly => 365,
        }
    }
}
