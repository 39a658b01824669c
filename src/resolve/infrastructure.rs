//! Clusters, pools and buckets.

use indexmap::IndexMap;

use super::{Resolver, from_written, optional_text, or, recovery};
use crate::catalog;
use crate::diag::{Diagnostic, code};
use crate::model::decode::Named;
use crate::model::records::{self, Short, Zones};
use crate::model::scalars::{LabelKey, LabelValue};
use crate::names;
use crate::plan::{
    Bucket, BucketAccess, Cdn, Cluster, GpuPool, Nat, Network, NetworkDefault, NodePool, Resolved, Subnets,
    Taint,
};
use crate::provider;
use crate::source::{At, Written};
use crate::units::Cidr;
use crate::words::{Ability, BucketPurpose, BucketScope, PoolScope, Role};

pub(super) fn clusters(resolver: &mut Resolver<'_>) -> IndexMap<String, Cluster> {
    let platform = resolver.platform;
    let mut clusters = IndexMap::new();
    for (key, (name, written)) in &platform.clusters.entries {
        let has_production = platform.environments.entries.values().any(|(_, environment)| {
            environment.cluster.as_ref().is_some_and(|cluster| cluster.0 == *key)
                && environment.role.value == Role::Production
        });
        let control_plane = written.control_plane.as_ref();
        let network = written.network.as_ref();
        clusters.insert(
            key.clone(),
            Cluster {
                key: key.clone(),
                at: name.at,
                name: match &written.name {
                    Some(name) => from_written(name),
                    None => Resolved::derived(
                        names::cluster(&platform.name.0, key),
                        "`<platform>-<cluster>`",
                        name.at,
                    ),
                },
                provider: Resolved::written(written.provider.value, written.provider.at),
                region: from_written(&written.region),
                kubernetes: from_written(&written.kubernetes),
                high_availability: or(
                    control_plane.and_then(|c| c.high_availability.as_ref()),
                    |flag| flag.0,
                    has_production,
                    "on where a production environment runs",
                ),
                control_plane_allow: control_plane
                    .and_then(|c| c.allow.as_ref())
                    .into_iter()
                    .flatten()
                    .map(|range| Resolved::written(range.value, range.at))
                    .collect(),
                ingress_firewall: written
                    .ingress_firewall
                    .as_ref()
                    .map(|id| Resolved::written(id.value.0, id.at)),
                administrators: control_plane
                    .and_then(|c| c.administrators.as_ref())
                    .into_iter()
                    .flatten()
                    .map(from_written)
                    .collect(),
                network: cluster_network(written, has_production),
                network_default: or(
                    network.and_then(|n| n.policy.as_ref()),
                    |policy| policy,
                    NetworkDefault::DefaultDeny,
                    "nothing may talk unless the spec says so",
                ),
                pools: shared_pools(resolver, key),
                storage_class: Resolved::default(
                    provider::of(written.provider.value).storage_class().to_owned(),
                    "volumes outlive their claims",
                ),
                secrets: Vec::new(),
                demands: Vec::new(),
                addons: Vec::new(),
            },
        );
    }
    clusters
}

/// The addresses of a network where the spec does not say.
const DEFAULT_NETWORK: Cidr = Cidr::V4(0x0a00_0000, 16);

/// The network of a cluster, where its cloud has networks.
fn cluster_network(written: &records::Cluster, has_production: bool) -> Option<Network> {
    let provider = provider::of(written.provider.value);
    if !provider.abilities().contains(&Ability::Network) {
        return None;
    }
    let network = written.network.as_ref();
    let zones = match network.and_then(|network| network.zones.as_ref()) {
        Some(Zones::Named(names)) => names.iter().map(from_written).collect(),
        wanted => {
            let count = match wanted {
                Some(Zones::Count(count)) => Some(count),
                _ => None,
            };
            let number = count.map_or(3, |count| usize::try_from(count.value.0).unwrap_or(usize::MAX));
            let first = provider.zones(&written.region.value.0).into_iter().take(number);
            first
                .map(|zone| match count {
                    Some(count) => Resolved::derived(zone, "the first zones of the region", count.at),
                    None => Resolved::derived(zone, "up to three zones of the region", written.region.at),
                })
                .collect()
        }
    };
    let (nat, rule) = if has_production {
        (Nat::PerZone, "the loss of a zone takes no other zone's way out")
    } else {
        (Nat::Single, "one is enough outside production")
    };
    let ranges = |written: &[Written<Cidr>]| -> Vec<Resolved<Cidr>> {
        written.iter().map(|range| Resolved::written(range.value, range.at)).collect()
    };
    Some(Network {
        cidr: or(network.and_then(|n| n.cidr.as_ref()), |cidr| cidr, DEFAULT_NETWORK, "a private range"),
        zones,
        nat: or(network.and_then(|n| n.nat.as_ref()), |nat| nat, nat, rule),
        subnets: network.and_then(|n| n.subnets.as_ref()).map(|subnets| Subnets {
            public: ranges(&subnets.public),
            private: ranges(&subnets.private),
            data: ranges(&subnets.data),
        }),
    })
}

/// Pools with `scope: cluster`: resolved once, with the settings of the cluster's first environment that has them.
fn shared_pools(resolver: &mut Resolver<'_>, cluster: &str) -> Vec<NodePool> {
    let environments: Vec<String> = resolver
        .platform
        .environments
        .entries
        .iter()
        .filter(|(_, (_, environment))| environment.cluster.as_ref().is_some_and(|own| own.0 == cluster))
        .map(|(key, _)| key.clone())
        .collect();
    let mut pools: Vec<NodePool> = Vec::new();
    for environment in environments {
        for pool in pools_of_scope(resolver, &environment, PoolScope::Cluster) {
            if !pools.iter().any(|known| known.key == pool.key) {
                pools.push(pool);
            }
        }
    }
    pools
}

pub(super) fn pools(resolver: &mut Resolver<'_>, environment: &str) -> Vec<NodePool> {
    pools_of_scope(resolver, environment, PoolScope::Environment)
}

fn pools_of_scope(resolver: &mut Resolver<'_>, environment: &str, wanted: PoolScope) -> Vec<NodePool> {
    let platform = resolver.platform;
    resolver
        .settings(platform.node_pools.as_ref(), environment, |d| d.node_pools.as_ref())
        .into_iter()
        .filter(|(_, _, settings)| {
            let scope = settings.scope.as_ref().map_or(PoolScope::Environment, |scope| scope.value);
            scope == wanted
        })
        .map(|(key, thing, settings)| {
            let at = thing.name.at;
            let (min, max) = match &settings.nodes {
                Short::Short(fixed) => {
                    let nodes = Resolved::written(fixed.value.0, fixed.at);
                    (nodes, nodes)
                }
                Short::Full(range) => (
                    Resolved::written(range.min.value.0, range.min.at),
                    Resolved::written(range.max.value.0, range.max.at),
                ),
            };
            // What was renamed in the spec keeps its real name: another one would be another pool.
            let named = settings.renamed_from.as_ref().map_or(key.as_str(), |former| &former.value.0);
            let name = match wanted {
                PoolScope::Environment => {
                    Resolved::derived(names::pool(environment, named), "`<environment>-<pool>`", at)
                }
                PoolScope::Cluster => Resolved::derived(named.to_owned(), "the pool's name", at),
            };
            let owner = (wanted == PoolScope::Environment).then_some(environment);
            let mut pool = NodePool {
                labels: node_labels(&key, owner, settings.labels.as_ref(), at),
                taints: settings.taints.iter().flat_map(|taints| taints.entries.iter()).map(taint).collect(),
                key,
                at,
                name,
                machine: from_written(&settings.r#type),
                alternatives: settings.alternatives.iter().flatten().map(from_written).collect(),
                spot: or(settings.spot.as_ref(), |flag| flag.0, false, "nodes stay"),
                disk: settings.disk.map(|disk| Resolved::written(disk.value, disk.at)),
                renamed_from: optional_text(settings.renamed_from.as_ref()),
                min,
                max,
                purpose: optional_text(settings.purpose.as_ref()),
                owner: resolver.owner(settings.owner.as_ref()),
            };
            if let Some(stand_in) = resolver.recoveries.stand_ins.get(environment) {
                recovery::pool(&stand_in.strategy, &mut pool);
            }
            pool
        })
        .collect()
}

fn taint(
    (key, (_, written)): (&String, &(Written<LabelKey>, Written<crate::model::scalars::Taint>)),
) -> Taint {
    let (value, effect) = written.0.split_once(':').unwrap_or(("", "NoSchedule"));
    Taint { key: key.clone(), value: value.to_owned(), effect: effect.to_owned() }
}

fn node_labels(
    pool: &str,
    environment: Option<&str>,
    written: Option<&Named<LabelKey, Written<LabelValue>>>,
    at: At,
) -> IndexMap<String, Resolved<String>> {
    let mut labels = IndexMap::new();
    labels.insert(
        names::POOL_LABEL.to_owned(),
        Resolved::derived(pool.to_owned(), "every node names its pool", at),
    );
    if let Some(environment) = environment {
        labels.insert(
            names::ENVIRONMENT_LABEL.to_owned(),
            Resolved::derived(environment.to_owned(), "every node names its environment", at),
        );
    }
    for (key, (_, value)) in written.iter().flat_map(|labels| labels.entries.iter()) {
        labels.insert(key.clone(), from_written(value));
    }
    labels
}

pub(super) fn gpu_pools(resolver: &mut Resolver<'_>, environment: &str) -> Vec<GpuPool> {
    let platform = resolver.platform;
    let provider = provider_word(resolver, environment);
    resolver
        .settings(platform.gpu_pools.as_ref(), environment, |d| d.gpu_pools.as_ref())
        .into_iter()
        .map(|(key, thing, settings)| {
            let at = thing.name.at;
            let size = catalog::instance_type(provider, &settings.r#type.0);
            GpuPool {
                labels: node_labels(&key, Some(environment), settings.labels.as_ref(), at),
                name: Resolved::derived(names::pool(environment, &key), "`<environment>-<pool>`", at),
                machine: from_written(&settings.r#type),
                nodes: Resolved::written(settings.nodes.value.0, settings.nodes.at),
                gpus_per_node: size.map(|size| size.gpus),
                purpose: optional_text(settings.purpose.as_ref()),
                owner: resolver.owner(settings.owner.as_ref()),
                key,
                at,
            }
        })
        .collect()
}

/// The provider's word of an environment's cluster, as the catalogue takes it.
pub(super) fn provider_word(resolver: &Resolver<'_>, environment: &str) -> &'static str {
    provider_of(resolver, environment).word()
}

pub(super) fn provider_of(resolver: &Resolver<'_>, environment: &str) -> crate::words::Provider {
    resolver
        .platform
        .environments
        .entries
        .get(environment)
        .and_then(|(_, environment)| resolver.platform.clusters.entries.get(&environment.cluster.as_ref()?.0))
        .map_or(crate::words::Provider::Linode, |(_, cluster)| cluster.provider.value)
}

pub(super) fn buckets(resolver: &mut Resolver<'_>, environment: &str) -> Vec<Bucket> {
    buckets_of_scope(resolver, environment, BucketScope::Environment)
        .into_iter()
        .map(|(bucket, _)| bucket)
        .collect()
}

/// Buckets that exist once, and the one for Terraform's state apart from them.
pub(super) fn platform_buckets(resolver: &mut Resolver<'_>) -> (Vec<Bucket>, Option<Bucket>) {
    let mut buckets: Vec<Bucket> = Vec::new();
    let mut state: Option<Bucket> = None;
    let environments: Vec<String> = resolver.platform.environments.entries.keys().cloned().collect();
    // What stands in for another environment comes last: a bucket is in the region of an original.
    let (originals, stand_ins): (Vec<String>, Vec<String>) =
        environments.into_iter().partition(|key| !resolver.recoveries.stand_ins.contains_key(key));
    for environment in originals.into_iter().chain(stand_ins) {
        for (bucket, is_state) in buckets_of_scope(resolver, &environment, BucketScope::Platform) {
            if is_state {
                match &state {
                    None => state = Some(bucket),
                    Some(first) if first.key == bucket.key => {}
                    Some(first) => {
                        let document = &resolver.model.document;
                        let finding = Diagnostic::new(
                            &code::NAME_COLLISION,
                            document.key_span(bucket.at),
                            format!(
                                "`{}` and `{}` are both the bucket of Terraform's state",
                                first.key, bucket.key
                            ),
                        )
                        .related(document.key_span(first.at), "the first one")
                        .help("one bucket holds the state of all roots: remove `for: state` from the other");
                        resolver.sink.push(finding);
                    }
                }
            } else if !buckets.iter().any(|known| known.key == bucket.key) {
                buckets.push(bucket);
            }
        }
    }
    (buckets, state)
}

fn buckets_of_scope(
    resolver: &mut Resolver<'_>,
    environment: &str,
    wanted: BucketScope,
) -> Vec<(Bucket, bool)> {
    let platform = resolver.platform;
    let mut found = Vec::new();
    for (key, thing, settings) in
        resolver.settings(platform.buckets.as_ref(), environment, |d| d.buckets.as_ref())
    {
        let at = thing.name.at;
        let is_state = settings.r#for.as_ref().is_some_and(|purpose| purpose.value == BucketPurpose::State);
        let scope = settings
            .scope
            .as_ref()
            .map_or(if is_state { BucketScope::Platform } else { BucketScope::Environment }, |scope| {
                scope.value
            });
        if scope != wanted {
            continue;
        }
        let name = match (&settings.name, wanted) {
            (Some(name), _) => from_written(name),
            (None, BucketScope::Environment) => Resolved::derived(
                names::in_environment(&platform.name.0, environment, &key),
                "`<platform>-<environment>-<bucket>`",
                at,
            ),
            (None, BucketScope::Platform) => {
                Resolved::derived(names::in_platform(&platform.name.0, &key), "`<platform>-<bucket>`", at)
            }
        };
        let Some(cluster_region) = resolver.region_of(environment) else { continue };
        let stand_in = resolver.recoveries.stand_ins.get(environment);
        let from = stand_in.map_or_else(|| environment.to_owned(), |stand_in| stand_in.of.value.clone());
        let copy_to = recovery::copy_to(resolver, &from, settings.copy_to.as_ref());
        let cluster = resolver.cluster_of(environment);
        // The copy of a bucket is made with the bucket; what stands in uses it.
        let is_own = wanted == BucketScope::Environment && from != environment;
        let copy = copy_to.as_ref().filter(|to| is_own && cluster == Some(&to.cluster.value));
        let name = match (copy, &settings.name) {
            (Some(to), name) => {
                let original = name.as_ref().map_or_else(
                    || names::in_environment(&platform.name.0, &from, &key),
                    |name| name.value.to_string(),
                );
                Resolved::derived(
                    names::copy_of(&original, &to.cluster.value),
                    "the copy of the original",
                    at,
                )
            }
            (None, _) => name,
        };
        let copy_of = copy.map(|_| from.clone());
        let cdn = settings
            .cdn
            .as_ref()
            .filter(|_| !is_own)
            .map(|written| cdn(platform, wanted, environment, written));
        let region = match copy {
            Some(_) => cluster_region,
            None => settings.region.as_ref().map_or(cluster_region, from_written),
        };
        let versioned = is_state || copy_to.is_some();
        let bucket = Bucket {
            key,
            at,
            name,
            provider: provider_of(resolver, environment),
            region,
            access: or(settings.access.as_ref(), |a| a, BucketAccess::Private, "only holders of its keys"),
            keep: settings.keep.map(|keep| Resolved::written(keep.value, keep.at)),
            versioning: or(
                settings.versioning.as_ref(),
                |flag| flag.0,
                versioned,
                if versioned && !is_state {
                    "on for what is copied: copying needs it"
                } else {
                    "on for state, so that a broken state can be taken back"
                },
            ),
            copy_to: copy_to.filter(|_| copy_of.is_none()),
            copy_of,
            cdn,
            purpose: optional_text(settings.purpose.as_ref()),
            used_with: None,
        };
        found.push((bucket, is_state));
    }
    found
}

/// Without a domain the host is no whole name: a rule says so.
fn cdn(platform: &records::Platform, scope: BucketScope, environment: &str, written: &records::Cdn) -> Cdn {
    let own = platform
        .environments
        .entries
        .get(environment)
        .and_then(|(_, environment)| environment.domain.as_ref());
    let own = own.map(|domain| domain.value.0.as_str()).filter(|_| scope == BucketScope::Environment);
    let domain = own.or(platform.domain.as_ref().map(|domain| domain.0.as_str()));
    let host = match (written.host.value.0.as_str(), domain) {
        ("@", Some(domain)) => domain.to_owned(),
        (host, Some(domain)) => format!("{host}.{domain}"),
        (host, None) => host.to_owned(),
    };
    let rule = match scope {
        BucketScope::Environment => "host and domain of the environment",
        BucketScope::Platform => "host and domain of the platform",
    };
    Cdn { at: written.at, host: Resolved::derived(host, rule, written.host.at) }
}
