//! The managed services of a provider: what one is called, its limits, and what it keeps of a node.

use super::{Arch, InstanceType, Resources};

/// The managed Kubernetes service of a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManagedKubernetes {
    /// The cloud, as in `platform.yaml`.
    pub provider: &'static str,
    /// The company as people write it.
    pub vendor: &'static str,
    /// The service, for example `LKE`.
    pub name: &'static str,
    /// The product of the table of ends of life that holds its versions.
    pub eol_product: &'static str,
    /// How many pods a node takes.
    pub pods: PodsPerNode,
    /// The part of the nominal memory, in thousandths, that a guest may not see (hypervisor, kernel).
    pub vm_overhead_permille: u32,
    /// MiB that a guest on Arm does not see besides.
    pub arm_overhead_mib: u32,
    /// Where the rule for what is left of a node comes from.
    pub allocatable_source: &'static str,
    /// What runs on every node of a kind.
    pub daemons: &'static [Daemon],
    /// Fewest nodes to which a pool can shrink.
    pub least_nodes: u32,
    /// Most nodes in one pool.
    pub most_nodes_per_pool: u32,
    /// Most nodes in one cluster, all pools together.
    pub most_nodes_per_cluster: Option<u32>,
    /// Most pools in one cluster.
    pub most_pools: Option<u32>,
    /// Whether the provider raises these limits on request.
    pub limits_can_be_raised: bool,
    /// Whether a cluster without any pool can exist.
    pub cluster_without_pool: bool,
    /// Fewest nodes of a pool that production should have, and who says so.
    pub advised_nodes: (u32, &'static str),
    /// Whether a highly available control plane is an option (LKE) and not how it always is (EKS).
    pub availability_is_an_option: bool,
}

/// How many pods a node takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PodsPerNode {
    /// The same number on every type.
    Fixed(u32),
    /// Each pod has an address of the network: as many as the interfaces of the type hold.
    Addresses,
}

impl ManagedKubernetes {
    /// How many pods a node of this type takes.
    #[must_use]
    pub const fn pods_on(&self, size: &InstanceType) -> u32 {
        match self.pods {
            PodsPerNode::Fixed(pods) => pods,
            // One address of each interface is the node's own; two pods share the node's network.
            PodsPerNode::Addresses => {
                size.interfaces.saturating_mul(size.addresses.saturating_sub(1)).saturating_add(2)
            }
        }
    }

    /// How many pods a node of this type takes if each address is a block of 16 (prefix delegation): at most 110, or 250
    /// from 30 CPUs on. (verified: EKS guide) The same as [`Self::pods_on`] where pods have no addresses of the network.
    #[must_use]
    pub fn pods_with_prefixes(&self, size: &InstanceType) -> u32 {
        let blocks = size.interfaces.saturating_mul(size.addresses.saturating_sub(1)).saturating_mul(16);
        match self.pods {
            PodsPerNode::Fixed(pods) => pods,
            PodsPerNode::Addresses => blocks.saturating_add(2).min(if size.vcpu < 30 { 110 } else { 250 }),
        }
    }

    /// The memory in MiB that a guest of this type sees at least.
    #[must_use]
    pub fn memory_seen(&self, size: &InstanceType) -> u32 {
        let left = u64::from(size.memory_mib) * u64::from(1000 - self.vm_overhead_permille) / 1000;
        let arm = if size.arch == Arch::Arm64 { self.arm_overhead_mib } else { 0 };
        u32::try_from(left).unwrap_or(size.memory_mib).saturating_sub(arm)
    }
}

/// A daemon that runs on every node of a kind and takes its share of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Daemon {
    /// What it is.
    pub name: &'static str,
    /// What its pods on one node request.
    pub requests: Resources,
    /// How many pods of a node it takes.
    pub pods: u32,
    /// True if it runs on nodes with GPUs only.
    pub gpu_only: bool,
}

impl Daemon {
    const fn new(name: &'static str, millicpu: u32, memory_mib: u32, pods: u32) -> Self {
        Self { name, requests: Resources { millicpu, memory_mib }, pods, gpu_only: false }
    }

    const fn on_gpus(self) -> Self {
        Self { gpu_only: true, ..self }
    }
}

/// The managed Kubernetes service of a provider, if the catalogue knows it.
#[must_use]
pub fn managed_kubernetes(provider: &str) -> Option<&'static ManagedKubernetes> {
    SERVICES.iter().find(|service| service.provider == provider)
}

const NODE_EXPORTER: Daemon = Daemon::new("node-exporter", 50, 50, 1);
const LOG_AGENT: Daemon = Daemon::new("log agent", 100, 128, 1);
const DCGM_EXPORTER: Daemon = Daemon::new("dcgm-exporter", 100, 512, 1).on_gpus();

static SERVICES: [ManagedKubernetes; 2] = [
    ManagedKubernetes {
        provider: "aws",
        vendor: "AWS",
        name: "EKS",
        eol_product: "amazon-eks",
        // (verified: amazon-eks-ami and karpenter, m5.large 29)
        pods: PodsPerNode::Addresses,
        // (verified: the defaults of karpenter)
        vm_overhead_permille: 75,
        arm_overhead_mib: 64,
        allocatable_source: "amazon-eks-ami",
        // (recalled) Requests of the managed add-ons: aws-node 50m in two containers, kube-proxy 100m, ebs-csi-node 30m and
        // 120 MiB in three. The Pod Identity agent requests nothing and takes a pod.
        daemons: &[
            Daemon::new("VPC CNI and kube-proxy", 150, 0, 2),
            Daemon::new("EBS CSI node driver", 30, 120, 1),
            Daemon::new("Pod Identity agent", 0, 0, 1),
            NODE_EXPORTER,
            LOG_AGENT,
            DCGM_EXPORTER,
        ],
        // (verified: EKS API model, minSize 0 and maxSize 1 at least)
        least_nodes: 0,
        // (recalled: EKS quotas, nodes per managed node group)
        most_nodes_per_pool: 450,
        most_nodes_per_cluster: None,
        // (verified, second hand: cdk-eks-blueprints quotes the quota)
        most_pools: Some(30),
        limits_can_be_raised: true,
        cluster_without_pool: true,
        // (design) A node in each of the usual three zones.
        advised_nodes: (3, "with 3 nodes there is one in each of three zones"),
        // (verified: EKS guide) The control plane always runs in two zones at least.
        availability_is_an_option: false,
    },
    ManagedKubernetes {
        provider: "linode",
        vendor: "Linode",
        name: "LKE",
        eol_product: "kubernetes",
        // (verified: linode/karpenter-provider-linode)
        pods: PodsPerNode::Fixed(110),
        // (design: the figure of EKS)
        vm_overhead_permille: 75,
        arm_overhead_mib: 0,
        allocatable_source: "linode/karpenter-provider-linode",
        // (recalled)
        daemons: &[
            Daemon::new("CNI and kube-proxy", 150, 150, 2),
            Daemon::new("CSI node driver", 30, 60, 1),
            NODE_EXPORTER,
            LOG_AGENT,
            DCGM_EXPORTER,
        ],
        // (verified: linode/manager 2025-12) Limits of a standard cluster; a pool of an enterprise cluster has 500.
        least_nodes: 1,
        most_nodes_per_pool: 100,
        most_nodes_per_cluster: Some(250),
        most_pools: None,
        limits_can_be_raised: false,
        cluster_without_pool: false,
        advised_nodes: (3, "Linode advises 3 nodes or more for a pool"),
        availability_is_an_option: true,
    },
];

/// Zones in which EKS puts no control plane, by their ids, which are the same in every account (the letters are not).
/// (verified: EKS guide)
pub const EKS_EXCLUDED_ZONE_IDS: [&str; 3] = ["cac1-az3", "use1-az3", "usw1-az2"];

/// Fewest zones in which the subnets of an EKS cluster, and those of an RDS subnet group, must lie. (verified: EKS guide,
/// RDS guide)
pub const AWS_LEAST_ZONES: u32 = 2;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{cycles, instance_type, instance_types, regions};

    #[test]
    fn every_provider_with_types_has_a_service_and_the_service_has_versions() {
        for service in &SERVICES {
            assert!(!instance_types(service.provider).is_empty(), "{}", service.provider);
            assert!(!regions(service.provider).is_empty(), "{}", service.provider);
            assert!(cycles(service.eol_product).len() > 3, "{}", service.provider);
        }
        assert_eq!(managed_kubernetes("nobody"), None);
    }

    #[test]
    fn pods_of_eks_follow_the_interfaces_of_the_type() {
        let Some(eks) = managed_kubernetes("aws") else { panic!("EKS is known") };
        for (id, pods, with_prefixes) in [
            ("t3.small", 11, 110),
            ("t3.medium", 17, 110),
            ("m5.large", 29, 110),
            ("m5.4xlarge", 234, 110),
            ("g4dn.12xlarge", 234, 250),
            ("p5.48xlarge", 100, 250),
        ] {
            let Some(size) = instance_type("aws", id) else { panic!("{id} is known") };
            assert_eq!((eks.pods_on(size), eks.pods_with_prefixes(size)), (pods, with_prefixes), "{id}");
        }
    }

    #[test]
    fn the_daemons_leave_pods_on_the_smallest_node_that_people_use() {
        let Some(eks) = managed_kubernetes("aws") else { panic!("EKS is known") };
        let taken: u32 = eks.daemons.iter().filter(|daemon| !daemon.gpu_only).map(|daemon| daemon.pods).sum();
        assert_eq!(taken, 6);
        let Some(size) = instance_type("aws", "t3.small") else { panic!("t3.small is known") };
        assert!(eks.pods_on(size) > taken);
    }
}
