//! Clusters: networks, pools, add-ons.

use indexmap::IndexMap;
use serde::Serialize;

use super::{AddonSecurity, CopyTo, Feature, Install, Nat, NetworkDefault, Provider, Resolved, Secret};
use crate::freeform::Freeform;
use crate::source::At;
use crate::units::{Bytes, Cidr, Duration};

/// A cluster.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Cluster {
    /// Its key in the spec.
    pub key: String,
    /// Its place in the spec.
    #[serde(skip)]
    pub at: At,
    /// The name that it really has.
    pub name: Resolved<String>,
    /// The cloud.
    pub provider: Resolved<Provider>,
    /// The region.
    pub region: Resolved<String>,
    /// Major and minor version.
    pub kubernetes: Resolved<String>,
    /// Whether the control plane is replicated.
    pub high_availability: Resolved<bool>,
    /// Who reaches the Kubernetes API; everybody when empty.
    pub control_plane_allow: Vec<Resolved<Cidr>>,
    /// The id of the firewall in front of the ingress controller's load balancer.
    pub ingress_firewall: Option<Resolved<u32>>,
    /// Who administers it; somebody says so later where it is empty.
    pub administrators: Vec<Resolved<String>>,
    /// The network that it is in; `None` where the cloud has none to choose.
    pub network: Option<Network>,
    /// What pods may talk to when nothing is said.
    pub network_default: Resolved<NetworkDefault>,
    /// Pools that its environments share.
    pub pools: Vec<NodePool>,
    /// The storage class of volumes that outlive their claims.
    pub storage_class: Resolved<String>,
    /// Secrets that it needs besides those of its environments: for receivers of alerts, and for add-ons.
    pub secrets: Vec<Secret>,
    /// What its part of the plan asks of add-ons.
    pub demands: Vec<Demand>,
    /// Charts of others that run in it, in the order of their names.
    pub addons: Vec<Addon>,
}

/// The network that a cluster is in.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Network {
    /// Its addresses.
    pub cidr: Resolved<Cidr>,
    /// The zones that it spans, by name.
    pub zones: Vec<Resolved<String>>,
    /// How private subnets reach the internet.
    pub nat: Resolved<Nat>,
    /// How the addresses are divided; `None` leaves it to the module.
    pub subnets: Option<Subnets>,
}

/// Ranges of subnets, one for each zone.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Subnets {
    /// Where load balancers are.
    pub public: Vec<Resolved<Cidr>>,
    /// Where nodes are.
    pub private: Vec<Resolved<Cidr>>,
    /// Where databases and caches are.
    pub data: Vec<Resolved<Cidr>>,
}

/// Something in a cluster that brings add-ons in.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Demand {
    /// What it is.
    pub feature: Feature,
    /// The first place that asks for it.
    #[serde(skip)]
    pub at: At,
}

/// A chart of others, or a manifest, that runs in a cluster.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Addon {
    /// Its name in the catalogue.
    pub key: String,
    /// The place that brings it in.
    #[serde(skip)]
    pub at: At,
    /// Who installs it; never [`Install::Never`].
    pub install: Resolved<Install>,
    /// What installs it.
    pub source: AddonSource,
    /// What it does for others.
    pub provides: Vec<String>,
    /// Its namespace.
    pub namespace: Resolved<String>,
    /// The service account of those of its pods that a cloud may give a role.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_account: Option<String>,
    /// The Pod Security Standard that its pods keep to, those in the namespace of daemons aside.
    pub pod_security: AddonSecurity,
    /// Whether some of its pods run in the namespace of daemons.
    pub daemons: bool,
    /// When it is installed: after what has a smaller number.
    pub wave: u32,
    /// Whether its custom resource definitions need server-side apply.
    pub large_definitions: bool,
    /// Values that are laid over platc's.
    pub values: Option<Freeform>,
}

/// What installs an add-on.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum AddonSource {
    /// A chart.
    Chart {
        /// Its repository: `https://` or `oci://`.
        repository: String,
        /// Its name there.
        name: String,
        /// Its version.
        version: Resolved<String>,
    },
    /// A manifest.
    Manifest {
        /// Where it is.
        url: String,
        /// Its version.
        version: String,
    },
}

/// The log of calls to the cloud's API.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Audit {
    /// The place in the spec.
    #[serde(skip)]
    pub at: At,
    /// The name that it really has.
    pub name: Resolved<String>,
    /// How long it is kept.
    pub keep: Resolved<Duration>,
    /// The name of its bucket.
    pub bucket: Resolved<String>,
}

/// Repositories of images.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Registry {
    /// The place in the spec.
    #[serde(skip)]
    pub at: At,
    /// The repositories.
    pub repositories: Vec<Resolved<String>>,
    /// How many images each keeps.
    pub keep: Resolved<u32>,
    /// The region that images are copied to.
    pub copy_to: Option<CopyTo>,
}

/// A pool of nodes.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NodePool {
    /// Its key in the spec.
    pub key: String,
    /// Its place in the spec.
    #[serde(skip)]
    pub at: At,
    /// The name that it really has.
    pub name: Resolved<String>,
    /// The machine class.
    #[serde(rename = "type")]
    pub machine: Resolved<String>,
    /// Machine classes that do as well.
    pub alternatives: Vec<Resolved<String>>,
    /// Whether its nodes may be taken away at short notice.
    pub spot: Resolved<bool>,
    /// The disk of each node, where the cloud lets one choose.
    pub disk: Option<Resolved<Bytes>>,
    /// The key that it had before.
    pub renamed_from: Option<Resolved<String>>,
    /// The fewest nodes.
    pub min: Resolved<u32>,
    /// The most nodes; equal to `min` where nothing scales it.
    pub max: Resolved<u32>,
    /// What it is for, in words.
    pub purpose: Option<Resolved<String>>,
    /// The team that answers for it.
    pub owner: Resolved<String>,
    /// Labels of its nodes, all of them.
    pub labels: IndexMap<String, Resolved<String>>,
    /// Taints of its nodes: key, value, effect.
    pub taints: Vec<Taint>,
}

impl NodePool {
    /// The machine classes that its nodes may be of, the first choice first.
    pub fn types(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.machine).chain(&self.alternatives).map(|machine| machine.value.as_str())
    }
}

/// A taint of nodes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Taint {
    /// The key.
    pub key: String,
    /// The value.
    pub value: String,
    /// `NoSchedule`, `PreferNoSchedule` or `NoExecute`.
    pub effect: String,
}

/// A pool of nodes with GPUs, of fixed size. Its taint is always `nvidia.com/gpu=present:NoSchedule`.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GpuPool {
    /// Its key in the spec.
    pub key: String,
    /// Its place in the spec.
    #[serde(skip)]
    pub at: At,
    /// The name that it really has.
    pub name: Resolved<String>,
    /// The machine class.
    #[serde(rename = "type")]
    pub machine: Resolved<String>,
    /// How many nodes.
    pub nodes: Resolved<u32>,
    /// GPUs of a node, where the catalogue knows.
    pub gpus_per_node: Option<u32>,
    /// What it is for, in words.
    pub purpose: Option<Resolved<String>>,
    /// The team that answers for it.
    pub owner: Resolved<String>,
    /// Labels of its nodes, all of them.
    pub labels: IndexMap<String, Resolved<String>>,
}

impl Cluster {
    /// The add-on that does something for others, if there is one.
    #[must_use]
    pub fn provider_of(&self, what: &str) -> Option<&Addon> {
        self.addons.iter().find(|addon| addon.provides.iter().any(|provided| provided == what))
    }
}
