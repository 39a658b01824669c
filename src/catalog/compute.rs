//! Node sizes, and how much of a node is left for pods.

use std::sync::LazyLock;

use super::{Offered, nearest, run, table};

pub(super) const TYPES_CSV: &str = include_str!("data/instance_types.csv");

static TYPES: LazyLock<Vec<InstanceType>> = LazyLock::new(|| table::parse(TYPES_CSV, row));

/// One size of a virtual machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstanceType {
    /// The cloud, as in `platform.yaml`: `linode`.
    pub provider: &'static str,
    /// The provider's own name, for example `g6-standard-8`.
    pub id: &'static str,
    /// The kind of plan.
    pub class: Class,
    /// Virtual CPUs.
    pub vcpu: u32,
    /// Nominal memory in MiB.
    pub memory_mib: u32,
    /// Number of GPUs; 0 for most.
    pub gpus: u32,
    /// Marketing name of the GPU; empty without GPU.
    pub gpu_model: &'static str,
    /// Memory of one GPU in MiB; 0 without GPU.
    pub gpu_memory_mib: u32,
    /// Instruction set.
    pub arch: Arch,
    /// Whether a node pool of the managed Kubernetes service (LKE) takes it.
    pub lke: Offered,
    /// True if a size, the price or `lke` does not come from the provider's API.
    pub uncertain: bool,
    /// List price in whole US dollars per month without regional surcharge, where the table has one.
    pub usd_month: Option<u32>,
}

/// The kind of plan, by what it is sold for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// The smallest shared plan.
    Nanode,
    /// Shared CPUs.
    Standard,
    /// Dedicated CPUs.
    Dedicated,
    /// Much memory per CPU.
    HighMem,
    /// Dedicated CPUs of one known generation.
    Premium,
    /// With GPUs.
    Gpu,
    /// With accelerators that are no GPUs.
    Accelerated,
}

impl Class {
    pub(super) fn parse(text: &str) -> Option<Self> {
        match text {
            "nanode" => Some(Self::Nanode),
            "standard" => Some(Self::Standard),
            "dedicated" => Some(Self::Dedicated),
            "highmem" => Some(Self::HighMem),
            "premium" => Some(Self::Premium),
            "gpu" => Some(Self::Gpu),
            "accelerated" => Some(Self::Accelerated),
            _ => None,
        }
    }
}

/// Instruction set of a node, in Kubernetes' words (`kubernetes.io/arch`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Arch {
    /// x86-64.
    Amd64,
    /// 64-bit Arm.
    Arm64,
}

impl Arch {
    /// The value of the label `kubernetes.io/arch`.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Amd64 => "amd64",
            Self::Arm64 => "arm64",
        }
    }
}

/// The size with this name, if the catalogue knows it.
#[must_use]
pub fn instance_type(provider: &str, id: &str) -> Option<&'static InstanceType> {
    instance_types(provider).iter().find(|known| known.id == id)
}

/// All known sizes of a provider in the order of its own list; empty for an unknown provider.
#[must_use]
pub fn instance_types(provider: &str) -> &'static [InstanceType] {
    run(&TYPES, |known| known.provider == provider)
}

/// Up to three known sizes whose names are near `id`.
#[must_use]
pub fn nearest_instance_types(provider: &str, id: &str) -> Vec<&'static str> {
    nearest(id, instance_types(provider).iter().map(|known| known.id), 3)
}

/// What the pods of one node can request, daemon sets included ([`daemon_overhead`] is still to be
/// subtracted).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Allocatable {
    /// Thousandths of a CPU.
    pub millicpu: u32,
    /// Memory in MiB.
    pub memory_mib: u32,
    /// Number of pods.
    pub pods: u32,
}

/// An amount of CPU and memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Resources {
    /// Thousandths of a CPU.
    pub millicpu: u32,
    /// Memory in MiB.
    pub memory_mib: u32,
}

/// Pods per node of an LKE cluster. (verified: linode/karpenter-provider-linode)
const LKE_PODS: u32 = 110;

/// Memory in MiB that the kubelet keeps for its own parts: 11 per pod and 255 more. (verified: same source)
const KUBE_RESERVED_MIB: u32 = 11 * LKE_PODS + 255;

/// Memory in MiB below which the kubelet evicts pods. (verified: same source)
const EVICTION_MIB: u32 = 100;

/// The part of the nominal memory, in thousandths, that a guest may not see (hypervisor, kernel). (verified
/// for EKS: karpenter's default of 7.5 %; design for LKE)
pub const LKE_VM_OVERHEAD_PERMILLE: u32 = 75;

/// What LKE leaves for pods on a node of this size, taking the nominal memory as given (the optimistic
/// figure: report an error only if even this one does not suffice).
///
/// Linode publishes no table; this is the rule of `linode/karpenter-provider-linode`, which is the one of
/// EKS and Bottlerocket (verified in its source), with 110 pods a node:
/// - memory = nominal - (11 MiB * pods + 255 MiB) - 100 MiB eviction threshold;
/// - CPU = all - 6 % of the first core - 1 % of the second - 0.5 % of each of the next two - 0.25 % of each
///   other one, the reserved part rounded up to a thousandth of a core.
#[must_use]
pub fn allocatable(size: &InstanceType) -> Allocatable {
    allocatable_of(size.vcpu, size.memory_mib)
}

/// As [`allocatable`], with [`LKE_VM_OVERHEAD_PERMILLE`] of the memory lost to the hypervisor (the
/// pessimistic figure).
#[must_use]
pub fn allocatable_pessimistic(size: &InstanceType) -> Allocatable {
    let seen = u64::from(size.memory_mib) * u64::from(1000 - LKE_VM_OVERHEAD_PERMILLE) / 1000;
    allocatable_of(size.vcpu, u32::try_from(seen).unwrap_or(size.memory_mib))
}

fn allocatable_of(vcpu: u32, memory_mib: u32) -> Allocatable {
    Allocatable {
        millicpu: vcpu.saturating_mul(1000).saturating_sub(reserved_millicpu(vcpu)),
        memory_mib: memory_mib.saturating_sub(KUBE_RESERVED_MIB + EVICTION_MIB),
        pods: LKE_PODS,
    }
}

/// Counted in quarters of a thousandth, so that nothing is rounded before the end.
fn reserved_millicpu(vcpu: u32) -> u32 {
    let first = 240 * vcpu.min(1);
    let second = 40 * vcpu.saturating_sub(1).min(1);
    let next_two = 20 * vcpu.saturating_sub(2).min(2);
    let others = vcpu.saturating_sub(4).saturating_mul(10);
    first.saturating_add(second + next_two).saturating_add(others).div_ceil(4)
}

/// A daemon that runs on every node of a kind and takes its share of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Daemon {
    /// What it is.
    pub name: &'static str,
    /// What one of its pods requests.
    pub requests: Resources,
    /// True if it runs on nodes with GPUs only.
    pub gpu_only: bool,
}

/// What the usual daemon sets request per node. (recalled) Defaults, to be overridable in the spec.
pub const DAEMONS: [Daemon; 5] = [
    Daemon::new("CNI and kube-proxy", 150, 150, false),
    Daemon::new("node-exporter", 50, 50, false),
    Daemon::new("log agent", 100, 128, false),
    Daemon::new("CSI node driver", 30, 60, false),
    Daemon::new("dcgm-exporter", 100, 512, true),
];

impl Daemon {
    const fn new(name: &'static str, millicpu: u32, memory_mib: u32, gpu_only: bool) -> Self {
        Self { name, requests: Resources { millicpu, memory_mib }, gpu_only }
    }
}

/// The sum of [`DAEMONS`] on one node.
#[must_use]
pub fn daemon_overhead(node_has_gpu: bool) -> Resources {
    let mut sum = Resources { millicpu: 0, memory_mib: 0 };
    for daemon in DAEMONS.iter().filter(|daemon| node_has_gpu || !daemon.gpu_only) {
        sum.millicpu += daemon.requests.millicpu;
        sum.memory_mib += daemon.requests.memory_mib;
    }
    sum
}

fn row(fields: [&'static str; 12]) -> Option<InstanceType> {
    let [provider, id, class, vcpu, memory, gpus, model, gpu_memory, arch, lke, uncertain, usd] = fields;
    Some(InstanceType {
        provider,
        id,
        class: Class::parse(class)?,
        vcpu: table::number(vcpu)?,
        memory_mib: table::number(memory)?,
        gpus: table::number(gpus)?,
        gpu_model: model,
        gpu_memory_mib: table::number(gpu_memory)?,
        arch: match arch {
            "amd64" => Arch::Amd64,
            "arm64" => Arch::Arm64,
            _ => return None,
        },
        lke: Offered::parse(lke)?,
        uncertain: table::flag(uncertain)?,
        usd_month: table::optional(usd, table::number)?,
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use serde_json::Value;

    use super::*;

    fn linode(id: &str) -> &'static InstanceType {
        instance_type("linode", id).unwrap_or_else(|| panic!("{id} is known"))
    }

    #[test]
    fn every_row_is_read_and_every_id_is_unique() {
        table::tests::assert_well_formed::<12>(TYPES_CSV, TYPES.len());
        for (i, a) in TYPES.iter().enumerate() {
            assert!(!TYPES.iter().skip(i + 1).any(|b| (a.provider, a.id) == (b.provider, b.id)), "{}", a.id);
        }
        assert_eq!(instance_types("linode").len(), TYPES.len(), "the rows of a provider are together");
    }

    #[test]
    fn a_row_is_consistent() {
        for size in TYPES.iter() {
            assert!(size.vcpu > 0 && size.memory_mib >= 1024, "{}", size.id);
            assert_eq!(size.gpus > 0, size.class == Class::Gpu, "{}", size.id);
            assert_eq!(size.gpus > 0, !size.gpu_model.is_empty() && size.gpu_memory_mib > 0, "{}", size.id);
        }
    }

    #[test]
    fn the_sizes_of_the_example_are_known() {
        let size = linode("g6-standard-8");
        assert_eq!((size.vcpu, size.memory_mib, size.lke, size.uncertain), (8, 32_768, Offered::Yes, false));
        assert_eq!(instance_type("linode", "g1-gpu-rtx6000"), None);
        assert_eq!(linode("g1-gpu-rtx6000-2").lke, Offered::No);
        assert_eq!(linode("g2-gpu-rtx4000a1-m").lke, Offered::Yes);
    }

    #[test]
    fn an_unknown_provider_has_no_sizes() {
        assert!(instance_types("aws").is_empty());
        assert_eq!(instance_type("aws", "g6-standard-8"), None);
    }

    #[test]
    fn a_misspelt_size_suggests_the_right_one() {
        assert_eq!(
            nearest_instance_types("linode", "g1-gpu-rtx6000"),
            ["g1-gpu-rtx6000-1", "g1-gpu-rtx6000-2", "g1-gpu-rtx6000-3"]
        );
        for (wrong, right) in [
            ("g6-standrad-8", "g6-standard-8"),
            ("g6-standard8", "g6-standard-8"),
            ("G6-Standard-8", "g6-standard-8"),
            ("g6-dedicatd-4", "g6-dedicated-4"),
            ("g7-standard-8", "g6-standard-8"),
        ] {
            assert_eq!(nearest_instance_types("linode", wrong).first(), Some(&right), "{wrong}");
        }
        assert!(nearest_instance_types("linode", "m5.large").is_empty());
    }

    #[test]
    fn a_standard_8_leaves_7910_millicpu_and_31203_mib() {
        let left = allocatable(linode("g6-standard-8"));
        assert_eq!(left, Allocatable { millicpu: 7910, memory_mib: 31_203, pods: 110 });
    }

    #[test]
    fn the_reserved_cpu_follows_the_brackets() {
        for (vcpu, left) in
            [(1, 940), (2, 1930), (4, 3920), (6, 5915), (8, 7910), (16, 15_890), (48, 47_810), (96, 95_690)]
        {
            assert_eq!(allocatable_of(vcpu, 8192).millicpu, left, "{vcpu} CPUs");
        }
        assert_eq!(allocatable_of(5, 8192).millicpu, 4917, "82.5 reserved is rounded up");
        assert_eq!(allocatable_of(0, 0).millicpu, 0);
        assert_eq!(allocatable_of(1, 1024).memory_mib, 0, "a nanode has nothing left");
    }

    #[test]
    fn the_pessimistic_figure_is_never_larger() {
        for size in TYPES.iter() {
            let (most, least) = (allocatable(size), allocatable_pessimistic(size));
            assert!(least.memory_mib <= most.memory_mib && least.millicpu == most.millicpu, "{}", size.id);
        }
        assert_eq!(allocatable_pessimistic(linode("g6-standard-8")).memory_mib, 28_745);
    }

    #[test]
    fn gpu_nodes_carry_one_daemon_more() {
        assert_eq!(daemon_overhead(false), Resources { millicpu: 330, memory_mib: 388 });
        assert_eq!(daemon_overhead(true), Resources { millicpu: 430, memory_mib: 900 });
    }

    /// The reference list is of 2022; since then Linode raised shared and dedicated plans by 20 %.
    #[test]
    #[expect(clippy::print_stderr, reason = "a skipped test says so")]
    fn sizes_agree_with_the_reference_list_and_prices_up_to_the_rise_of_a_fifth() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/reference/catalogue/linode.json");
        let Ok(text) = std::fs::read_to_string(&path) else {
            eprintln!("SKIPPED: {} is not here", path.display());
            return;
        };
        let reference: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}"));
        let types = reference.get("types").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        assert!(types.len() >= 28);
        for known in types {
            let number =
                |key: &str| known.get(key).and_then(Value::as_u64).and_then(|n| u32::try_from(n).ok());
            let size = linode(known.get("id").and_then(Value::as_str).unwrap_or_default());
            assert_eq!(Some(size.vcpu), number("vcpu"), "{}", size.id);
            assert_eq!(Some(size.memory_mib), number("memory_mib"), "{}", size.id);
            assert_eq!(Some(size.gpus), number("gpus"), "{}", size.id);
            let raised = matches!(size.class, Class::Standard | Class::Dedicated);
            let price = number("usd_month").map(|old| if raised { old * 6 / 5 } else { old });
            assert_eq!(size.usd_month, price, "{}", size.id);
        }
    }
}
