//! What a cluster stands on: network, key, control plane, pools, add-ons of EKS.

use super::{call_name, module, one_line, output};
use crate::catalog::{self, Arch};
use crate::plan::{Cluster, GpuPool, Nat, Network, NodePool, Plan, Provider, Resolved, Subnets};
use crate::provider::cluster_path;
use crate::provider::root::{ModuleCall, Root, Type, Value, Variable};
use crate::source::At;
use crate::units::{Bytes, Cidr};

const ADMINISTRATORS: &str = "administrators";
const CLUSTER_NAME: &str = "cluster_name";
const VPC_ID: &str = "vpc_id";
const PRIVATE_SUBNETS: &str = "private_subnet_ids";
const DATA_SUBNETS: &str = "data_subnet_ids";
const CLUSTER_GROUP: &str = "cluster_security_group_id";
const KEY: &str = "key_arn";

const GPU_TAINT: &str = "nvidia.com/gpu";

/// What stands on a cluster gets from it.
pub(super) struct Base {
    /// The name of the cluster, once it takes nodes.
    pub(super) cluster_name: Value,
    /// The network.
    pub(super) vpc_id: Value,
    /// Where nodes are.
    pub(super) private_subnets: Value,
    /// Where databases, caches and file systems are.
    pub(super) data_subnets: Value,
    /// The security group of all nodes, and so of all pods.
    pub(super) cluster_group: Value,
    /// The key for what is at rest.
    pub(super) key: Value,
}

impl Base {
    /// A cluster of the same root.
    fn here() -> Self {
        let of = |call: &str, output| Value::Output(call.to_owned(), output);
        Self {
            cluster_name: of("cluster", "name"),
            vpc_id: of("network", "vpc_id"),
            private_subnets: of("network", "private_subnet_ids"),
            data_subnets: of("network", "data_subnet_ids"),
            cluster_group: of("cluster", "security_group_id"),
            key: of("key", "arn"),
        }
    }

    /// A cluster of another root.
    pub(super) const fn elsewhere() -> Self {
        Self {
            cluster_name: Value::Variable(CLUSTER_NAME),
            vpc_id: Value::Variable(VPC_ID),
            private_subnets: Value::Variable(PRIVATE_SUBNETS),
            data_subnets: Value::Variable(DATA_SUBNETS),
            cluster_group: Value::Variable(CLUSTER_GROUP),
            key: Value::Variable(KEY),
        }
    }

    /// Who may connect to a store: the pods of the cluster.
    pub(super) fn clients(&self) -> Value {
        Value::map([("cluster", self.cluster_group.clone())])
    }
}

/// The network, the key and the control plane of a cluster.
pub(super) fn cluster(root: &mut Root, cluster: &Cluster) -> Base {
    if let Some(network) = &cluster.network {
        root.modules.push(network_call(cluster, network));
    }
    root.modules.push(ModuleCall {
        name: "key".to_owned(),
        module: module("encryption-key"),
        comment: Some(
            "Encrypts the cluster's secrets, its nodes' disks, the data beside it and its logs.".to_owned(),
        ),
        arguments: vec![
            ("name", Value::text(&cluster.name.value)),
            ("description", Value::Text(format!("Data of the cluster {}", cluster.name.value))),
            ("ebs_for_autoscaling", Value::Bool(true)),
            ("services", Value::texts(["logs"])),
        ],
        origin: cluster.at,
        ..ModuleCall::default()
    });
    let base = Base::here();
    let mut arguments = vec![
        ("name", Value::text(&cluster.name.value)),
        ("kubernetes_version", Value::text(&cluster.kubernetes.value)),
        ("subnet_ids", base.private_subnets.clone()),
        ("kms_key_arn", base.key.clone()),
        ("log_kms_key_arn", base.key.clone()),
    ];
    if !cluster.control_plane_allow.is_empty() {
        arguments.push(("public_access_cidrs", ranges(&cluster.control_plane_allow)));
    }
    arguments.push(("access", access(root, cluster)));
    root.modules.push(ModuleCall {
        name: "cluster".to_owned(),
        module: module("cluster"),
        comment: cluster
            .control_plane_allow
            .is_empty()
            .then(|| "The Kubernetes API is reached from inside the network only.".to_owned()),
        arguments,
        origin: cluster.at,
        ..ModuleCall::default()
    });
    base
}

fn network_call(cluster: &Cluster, network: &Network) -> ModuleCall {
    let mut arguments = vec![
        ("name", Value::text(&cluster.name.value)),
        ("cidr", Value::Text(network.cidr.value.to_string())),
        ("availability_zones", Value::texts(network.zones.iter().map(|zone| zone.value.as_str()))),
    ];
    if network.nat.value != Nat::PerZone {
        let nat = if network.nat.value == Nat::Single { "single" } else { "none" };
        arguments.push(("nat_gateways", Value::text(nat)));
    }
    if let Some(Subnets { public, private, data }) = &network.subnets {
        arguments.push((
            "subnets",
            Value::map([("public", ranges(public)), ("private", ranges(private)), ("data", ranges(data))]),
        ));
    }
    ModuleCall {
        name: "network".to_owned(),
        module: module("network"),
        arguments,
        origin: cluster.at,
        ..ModuleCall::default()
    }
}

fn ranges(ranges: &[Resolved<Cidr>]) -> Value {
    Value::texts(ranges.iter().map(|range| range.value.to_string()))
}

/// Administrators as the spec names them, or as whoever applies does.
fn access(root: &mut Root, cluster: &Cluster) -> Value {
    let policy = ("policy", Value::text("AmazonEKSClusterAdminPolicy"));
    if cluster.administrators.is_empty() {
        root.variables.push(Variable {
            name: ADMINISTRATORS,
            kind: Type::Text,
            description:
                "ARN of the IAM role that administers the cluster, such as that of the platform team."
                    .to_owned(),
            default: None,
            example: Value::text("arn:aws:iam::123456789012:role/platform"),
            origin: cluster.at,
        });
        let one = Value::map([("principal_arn", Value::Variable(ADMINISTRATORS)), policy]);
        return Value::map([("administrator", one)]);
    }
    Value::map(cluster.administrators.iter().map(|arn| {
        // The name of the role is what people know it by; the account is in front of it.
        let name = arn.value.rsplit_once(':').map_or(arn.value.as_str(), |(_, name)| name);
        (name.replace('/', "-"), Value::map([("principal_arn", Value::text(&arn.value)), policy.clone()]))
    }))
}

/// Pools of nodes.
pub(super) fn pools(
    root: &mut Root,
    cluster: &Cluster,
    base: &Base,
    pools: &[NodePool],
    gpu_pools: &[GpuPool],
) {
    for pool in pools {
        let types = std::iter::once(&pool.machine).chain(&pool.alternatives).map(|it| it.value.as_str());
        let nodes = [("min", pool.min.value.into()), ("max", pool.max.value.into())];
        let mut arguments = common(cluster, base, &pool.name.value, types.collect());
        if pool.spot.value {
            arguments.push(("capacity", Value::text("spot")));
        }
        if arch(&pool.machine.value) == Some(Arch::Arm64) {
            arguments.push(("ami_type", Value::text("AL2023_ARM_64_STANDARD")));
        }
        arguments.push(("nodes", Value::map(nodes)));
        arguments.push(("labels", labels(&pool.labels)));
        if !pool.taints.is_empty() {
            let taints = pool.taints.iter().map(|taint| taint_value(&taint.key, &taint.value, &taint.effect));
            arguments.push(("taints", Value::List(taints.collect())));
        }
        arguments.push(("disk", disk(pool.disk.as_ref(), base)));
        root.modules.push(pool_call("pool", &pool.key, pool.purpose.as_ref(), arguments, pool.at));
    }
    for pool in gpu_pools {
        let mut arguments = common(cluster, base, &pool.name.value, vec![pool.machine.value.as_str()]);
        let image = match arch(&pool.machine.value) {
            Some(Arch::Arm64) => "AL2023_ARM_64_NVIDIA",
            _ => "AL2023_x86_64_NVIDIA",
        };
        arguments.push(("ami_type", Value::text(image)));
        let count = pool.nodes.value;
        arguments.push(("nodes", Value::map([("min", count.into()), ("max", count.into())])));
        arguments.push(("labels", labels(&pool.labels)));
        arguments.push(("taints", Value::List(vec![taint_value(GPU_TAINT, "present", "NoSchedule")])));
        arguments.push(("disk", disk(None, base)));
        root.modules.push(pool_call("gpu_pool", &pool.key, pool.purpose.as_ref(), arguments, pool.at));
    }
}

fn pool_call(
    what: &str,
    key: &str,
    purpose: Option<&Resolved<String>>,
    arguments: Vec<(&'static str, Value)>,
    origin: At,
) -> ModuleCall {
    ModuleCall {
        name: call_name(what, key),
        module: module("node-group"),
        comment: purpose.map(|purpose| one_line(&purpose.value)),
        arguments,
        origin,
        ..ModuleCall::default()
    }
}

fn common(cluster: &Cluster, base: &Base, name: &str, types: Vec<&str>) -> Vec<(&'static str, Value)> {
    vec![
        ("name", Value::text(name)),
        ("cluster_name", base.cluster_name.clone()),
        ("subnet_ids", base.private_subnets.clone()),
        ("kubernetes_version", Value::text(&cluster.kubernetes.value)),
        ("instance_types", Value::texts(types)),
    ]
}

fn arch(machine: &str) -> Option<Arch> {
    catalog::instance_type(Provider::Aws.word(), machine).map(|size| size.arch)
}

fn labels(labels: &indexmap::IndexMap<String, Resolved<String>>) -> Value {
    Value::map(labels.iter().map(|(key, value)| (key.as_str(), Value::text(&value.value))))
}

fn taint_value(key: &str, value: &str, effect: &str) -> Value {
    Value::map([("key", Value::text(key)), ("value", Value::text(value)), ("effect", Value::text(effect))])
}

fn disk(size: Option<&Resolved<Bytes>>, base: &Base) -> Value {
    let size =
        size.map(|size| ("size_gib", Value::Int(i64::try_from(size.value.gibibytes()).unwrap_or(i64::MAX))));
    Value::map(size.into_iter().chain([("kms_key_arn", base.key.clone())]))
}

/// An add-on of EKS that acts in the cloud: its pods get a role through EKS Pod Identity.
struct Driver {
    /// The add-on.
    addon: &'static str,
    /// Namespace and name of the account of its pods.
    account: (&'static str, &'static str),
    /// What the name of its role ends in, after the cluster's.
    suffix: &'static str,
    /// What it does in the cloud, in words.
    about: &'static str,
    /// AWS' own policy for it.
    policy: &'static str,
    /// Whether something in the cluster needs it.
    is_needed: fn(&Plan, &Cluster) -> bool,
}

/// The account of the controller of the driver for file systems.
pub(super) const FILES_ACCOUNT: (&str, &str) = ("kube-system", "efs-csi-controller-sa");

/// Sources: EKS user guide, "Amazon EBS CSI driver" and "Amazon EFS CSI driver" under "AWS add-ons": names of add-ons, accounts
/// and policies.
const DRIVERS: [Driver; 2] = [
    Driver {
        addon: "aws-ebs-csi-driver",
        account: ("kube-system", "ebs-csi-controller-sa"),
        suffix: "volumes",
        about: "The driver for volumes makes and attaches them in this role.",
        policy: "arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy",
        is_needed: |_, _| true,
    },
    Driver {
        addon: "aws-efs-csi-driver",
        account: FILES_ACCOUNT,
        suffix: "files",
        about: "The driver for file systems makes access points in this role.",
        policy: "arn:aws:iam::aws:policy/service-role/AmazonEFSCSIDriverPolicy",
        is_needed: |plan, cluster| {
            plan.environments_of(&cluster.key).any(|environment| !environment.file_systems.is_empty())
        },
    },
];

/// The add-ons of EKS that need nodes: DNS of the cluster, and drivers for what pods mount, with the roles that they work in.
pub(super) fn addons(root: &mut Root, plan: &Plan, cluster: &Cluster, base: &Base) {
    let pools: Vec<String> = root
        .modules
        .iter()
        .filter(|call| call.module == module("node-group"))
        .map(|call| call.name.clone())
        .collect();
    if pools.is_empty() {
        return;
    }
    let mut addons = vec![("coredns", Value::Map(Vec::new()))];
    for driver in DRIVERS.iter().filter(|driver| (driver.is_needed)(plan, cluster)) {
        let role = call_name("identity", driver.suffix);
        let (namespace, account) = driver.account;
        root.modules.push(ModuleCall {
            name: role.clone(),
            module: module("workload-identity"),
            comment: Some(driver.about.to_owned()),
            arguments: vec![
                ("name", Value::Text(format!("{}-{}", cluster.name.value, driver.suffix))),
                (
                    "service_account",
                    Value::map([("namespace", Value::text(namespace)), ("name", Value::text(account))]),
                ),
                ("cluster_name", base.cluster_name.clone()),
                ("mode", Value::text("trust_only")),
                ("policy_arns", Value::map([(driver.suffix, Value::text(driver.policy))])),
            ],
            origin: cluster.at,
            ..ModuleCall::default()
        });
        let roles = Value::map([(account, Value::Output(role, "role_arn"))]);
        addons.push((driver.addon, Value::map([("role_arns", roles)])));
    }
    root.modules.push(ModuleCall {
        name: "cluster_addons".to_owned(),
        module: module("cluster-addons"),
        comment: Some("Their pods need nodes: without any, EKS waits for them in vain.".to_owned()),
        after: pools,
        arguments: vec![("cluster_name", base.cluster_name.clone()), ("addons", Value::map(addons))],
        origin: cluster.at,
        ..ModuleCall::default()
    });
}

/// What the roots of a shared cluster's environments need of it, and what people do.
pub(super) fn hand_out(root: &mut Root, cluster: &Cluster) {
    let base = Base::here();
    let at = cluster.at;
    output(
        root,
        CLUSTER_NAME,
        "Name of the cluster: aws eks update-kubeconfig takes it.",
        base.cluster_name,
        at,
    );
    output(root, VPC_ID, "Id of the network.", base.vpc_id, at);
    output(root, PRIVATE_SUBNETS, "Subnets of the nodes.", base.private_subnets, at);
    output(root, DATA_SUBNETS, "Subnets of databases, caches and file systems.", base.data_subnets, at);
    output(root, CLUSTER_GROUP, "Security group of all nodes and pods.", base.cluster_group, at);
    output(root, KEY, "Key of what is at rest.", base.key, at);
}

/// The same as variables of an environment's root.
pub(super) fn take_over(root: &mut Root, plan: &Plan, cluster: &Cluster, origin: At) {
    let path = cluster_path(plan, cluster);
    let mut variable = |name: &'static str, kind: Type, what: &str, example: Value| {
        let flag = if kind == Type::TextList { "-json" } else { "-raw" };
        root.variables.push(Variable {
            name,
            kind,
            description: format!("{what}: terraform -chdir=../../{path} output {flag} {name}."),
            default: None,
            example,
            origin,
        });
    };
    variable(CLUSTER_NAME, Type::Text, "Name of the cluster", Value::text(&cluster.name.value));
    variable(VPC_ID, Type::Text, "Id of its network", Value::text("vpc-0123456789abcdef0"));
    let subnets = || Value::texts(["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]);
    variable(PRIVATE_SUBNETS, Type::TextList, "Subnets of the nodes", subnets());
    variable(DATA_SUBNETS, Type::TextList, "Subnets of databases, caches and file systems", subnets());
    variable(CLUSTER_GROUP, Type::Text, "Security group of all nodes", Value::text("sg-0123456789abcdef0"));
    let key = "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000000";
    variable(KEY, Type::Text, "Key of what is at rest", Value::text(key));
}
