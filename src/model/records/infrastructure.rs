//! Clusters, environments, and what they are made of.

use super::{Defaults, Short};
use crate::freeform::Freeform;
use crate::model::decode::{Context, Decode, Named, Shape};
use crate::model::scalars::{
    ChartVersion, Count, Domain, Flag, Identifier, ImageRepository, LabelKey, LabelValue, Line, Name,
    PrincipalArn, ProviderId, Taint, Version,
};
use crate::model::value::Value;
use crate::record;
use crate::source::{At, Written};
use crate::syntax::Kind;
use crate::units::{Bytes, Cidr, Cpu, Duration};
use crate::words::{Cni, Install, Local, Mesh, Nat, NetworkDefault, PoolScope, Provider, Role, Sync};

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
        /// The team that answers for it: a label of its objects and alerts, which routes go by.
        owner: Written<Name> = optional "checkout-team", "that of the platform";
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
        /// The team that answers for it: a label of its objects and alerts, which routes go by.
        owner: Written<Name> = optional "checkout-team", "that of the platform";
        /// Labels of its nodes, besides `platc.dev/pool` and `platc.dev/environment`.
        labels: Named<LabelKey, Written<LabelValue>> = optional "{model: qwen}";
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
