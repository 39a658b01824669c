//! Networks of clusters: their size, how they are divided, the zones that they span, and the way out of them.

use std::collections::BTreeMap;

use super::{Context, Rule, count, enumeration};
use crate::catalog::{self, Region};
use crate::diag::{Diagnostic, Severity, code};
use crate::model::records::Zones;
use crate::plan::{Cluster, Nat, Network, Resolved};
use crate::units::Cidr;
use crate::words::Role;

pub(super) const RULES: &[Rule] = &[
    Rule { name: "network/size", run: size },
    Rule { name: "network/zones", run: zones },
    Rule { name: "network/subnets", run: subnets },
    Rule { name: "network/overlap", run: overlap },
    Rule { name: "network/way-out", run: way_out },
    Rule { name: "network/room", run: room },
];

/// The ranges that a VPC may have, and the smallest that the module divides by itself.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html>
const LARGEST: u8 = 16;
const SMALLEST: u8 = 28;
const SMALLEST_UNDIVIDED: u8 = 22;

fn networks<'a>(context: &Context<'a>) -> impl Iterator<Item = (&'a Cluster, &'a Network)> + use<'a> {
    context.plan.clusters.values().filter_map(|cluster| Some((cluster, cluster.network.as_ref()?)))
}

fn size(context: &mut Context<'_>) {
    for (cluster, network) in networks(context) {
        let span = context.origin(&network.cidr, cluster.at);
        let problem = match network.cidr.value {
            Cidr::V6(..) => {
                Some(("is no IPv4 range".to_owned(), "write an IPv4 range such as `10.0.0.0/16`"))
            }
            Cidr::V4(_, length) if !(LARGEST..=SMALLEST).contains(&length) => Some((
                format!("is not between /{LARGEST} and /{SMALLEST}"),
                "a network has a range from /16 to /28: `10.0.0.0/16` leaves room for all",
            )),
            Cidr::V4(_, length) if length > SMALLEST_UNDIVIDED && network.subnets.is_none() => Some((
                format!("is smaller than /{SMALLEST_UNDIVIDED}, and nothing says how it is divided"),
                "take a larger range, or write `subnets` with the ranges for each zone",
            )),
            Cidr::V4(..) => None,
        };
        let Some((problem, help)) = problem else { continue };
        let message = format!("the network of `{}`, {}, {problem}", cluster.key, network.cidr.value);
        context.report(Diagnostic::new(&code::NETWORK_SIZE, span, message).help(help));
    }
}

fn zones(context: &mut Context<'_>) {
    for (cluster, network) in networks(context) {
        let mut seen: BTreeMap<&str, &Resolved<String>> = BTreeMap::new();
        for zone in &network.zones {
            let span = context.origin(zone, cluster.at);
            let letter = zone.value.strip_prefix(cluster.region.value.as_str());
            let is_of_region =
                letter.is_some_and(|rest| rest.len() == 1 && rest.bytes().all(|b| b.is_ascii_lowercase()));
            if !is_of_region {
                let finding = Diagnostic::new(
                    &code::NETWORK_ZONES,
                    span,
                    format!("`{}` is no zone of {}", zone.value, cluster.region.value),
                )
                .related(context.origin(&cluster.region, cluster.at), "the region")
                .help(format!("a zone is the region and a letter: `{}a`", cluster.region.value));
                context.report(finding);
            } else if let Some(first) = seen.insert(&zone.value, zone) {
                let finding = Diagnostic::new(
                    &code::NETWORK_ZONES,
                    span,
                    format!("the zone `{}` is named twice", zone.value),
                )
                .related(context.origin(first, cluster.at), "the first time")
                .help("two subnets in one zone are lost together: name another zone");
                context.report(finding);
            } else if let Some(known) = region_without(cluster, &zone.value) {
                let finding = Diagnostic::new(
                    &code::NETWORK_ZONES,
                    span,
                    format!("accounts usually have no zone `{}`", zone.value),
                )
                .severity(Severity::Warning)
                .related(context.origin(&cluster.region, cluster.at), "the region")
                .note(format!("zones that they have: {}", known.zone_names().collect::<Vec<_>>().join(", ")))
                .help("`aws ec2 describe-availability-zones` shows those of an account: name them under `zones`");
                context.report(finding);
            }
        }
        let found = if network.zones.iter().any(|zone| seen.contains_key(zone.value.as_str())) {
            seen.len()
        } else {
            network.zones.len()
        };
        if let Some(finding) = too_few_in_region(context, cluster, network) {
            context.report(finding);
        } else if found < 2 {
            let at = network.zones.first();
            let span = at.map_or_else(|| context.key(cluster.at), |zone| context.origin(zone, cluster.at));
            let finding = Diagnostic::new(
                &code::NETWORK_ZONES,
                span,
                format!("the network of `{}` spans {}", cluster.key, count(found as u64, "zone")),
            )
            .note("EKS wants subnets in two zones or more, and so does a database with a standby")
            .help("write `zones: 3`, or name the zones");
            context.report(finding);
        } else if found > 6 {
            let finding = Diagnostic::new(
                &code::NETWORK_ZONES,
                context.key(cluster.at),
                format!("the network of `{}` spans {found} zones", cluster.key),
            )
            .help("no region has more than six");
            context.report(finding);
        }
    }
}

/// What is wrong with a number of zones that a region does not have.
fn too_few_in_region(context: &Context<'_>, cluster: &Cluster, network: &Network) -> Option<Diagnostic> {
    let (_, written) = context.model.platform.clusters.entries.get(&cluster.key)?;
    let Some(Zones::Count(wanted)) = written.network.as_ref()?.zones.as_ref() else { return None };
    let there = network.zones.len();
    if usize::try_from(wanted.value.0).is_ok_and(|wanted| wanted <= there) {
        return None;
    }
    let names: Vec<&str> = network.zones.iter().map(|zone| zone.value.as_str()).collect();
    let finding = Diagnostic::new(
        &code::NETWORK_ZONES,
        context.span(wanted.at),
        format!("an account has {} in {}", count(there as u64, "zone"), cluster.region.value),
    )
    .related(context.origin(&cluster.region, cluster.at), "the region")
    .note(format!("zones that accounts usually have there: {}", enumeration(&names)))
    .help("write as many, or choose another region; `aws ec2 describe-availability-zones` shows those of an account, which can be named");
    Some(finding)
}

/// The region of a cluster, if the catalogue knows its zones and this is none of them.
fn region_without(cluster: &Cluster, zone: &str) -> Option<&'static Region> {
    let region = catalog::region(cluster.provider.value.word(), &cluster.region)?;
    (!region.zone_names().any(|known| known == zone)).then_some(region)
}

/// The ranges of subnets with what they are for.
fn ranges(network: &Network) -> Vec<(&'static str, &Resolved<Cidr>)> {
    let Some(subnets) = &network.subnets else { return Vec::new() };
    let kinds = [("public", &subnets.public), ("private", &subnets.private), ("data", &subnets.data)];
    kinds.into_iter().flat_map(|(kind, ranges)| ranges.iter().map(move |range| (kind, range))).collect()
}

fn subnets(context: &mut Context<'_>) {
    for (cluster, network) in networks(context) {
        let Some(subnets) = &network.subnets else { continue };
        for (kind, ranges) in
            [("public", &subnets.public), ("private", &subnets.private), ("data", &subnets.data)]
        {
            if ranges.len() == network.zones.len() {
                continue;
            }
            let span = ranges
                .first()
                .map_or_else(|| context.key(cluster.at), |range| context.origin(range, cluster.at));
            let zones: Vec<&str> = network.zones.iter().map(|zone| zone.value.as_str()).collect();
            let finding = Diagnostic::new(
                &code::NETWORK_ZONES,
                span,
                format!(
                    "{} {kind} for {}",
                    count(ranges.len() as u64, "range"),
                    count(zones.len() as u64, "zone")
                ),
            )
            .help(format!("write one {kind} range for each of {}", enumeration(&zones)));
            context.report(finding);
        }
        let all = ranges(network);
        for (index, (kind, range)) in all.iter().enumerate() {
            let span = context.origin(range, cluster.at);
            if !is_inside(range.value, network.cidr.value) {
                let finding = Diagnostic::new(
                    &code::SUBNET_OUTSIDE,
                    span,
                    format!("{} is not inside the network, {}", range.value, network.cidr.value),
                )
                .related(context.origin(&network.cidr, cluster.at), "the network")
                .help("move the range, or make the network larger");
                context.report(finding);
            }
            let earlier = all.iter().take(index).find(|(_, other)| other.value.overlaps(range.value));
            if let Some((other_kind, other)) = earlier {
                let finding = Diagnostic::new(
                    &code::NETWORK_OVERLAP,
                    span,
                    format!("{} ({kind}) and {} ({other_kind}) overlap", range.value, other.value),
                )
                .related(context.origin(other, cluster.at), "the other range")
                .help("an address belongs to one subnet: give each a range of its own");
                context.report(finding);
            }
        }
    }
}

fn is_inside(inner: Cidr, outer: Cidr) -> bool {
    match (inner, outer) {
        (Cidr::V4(_, inner_length), Cidr::V4(_, outer_length)) => {
            inner_length >= outer_length && inner.overlaps(outer)
        }
        _ => false,
    }
}

/// Networks with the same addresses can never be connected: not to move data, not to fail over.
fn overlap(context: &mut Context<'_>) {
    let all: Vec<(&Cluster, &Network)> = networks(context).collect();
    for (index, (cluster, network)) in all.iter().enumerate() {
        let earlier = all.iter().take(index).find(|(_, other)| other.cidr.value.overlaps(network.cidr.value));
        let Some((other, first)) = earlier else { continue };
        let finding = Diagnostic::new(
            &code::NETWORK_OVERLAP,
            context.origin(&network.cidr, cluster.at),
            format!(
                "the networks of `{}` and `{}` share addresses: {} and {}",
                other.key, cluster.key, first.cidr.value, network.cidr.value
            ),
        )
        .severity(Severity::Warning)
        .related(context.origin(&first.cidr, other.at), format!("the network of `{}`", other.key))
        .help("give each a /16 of its own: networks that overlap can never be peered");
        context.report(finding);
    }
}

fn way_out(context: &mut Context<'_>) {
    for (cluster, network) in networks(context) {
        let span = context.origin(&network.nat, cluster.at);
        let production =
            context.plan.environments_of(&cluster.key).find(|e| e.role.value == Role::Production);
        match (network.nat.value, production) {
            (Nat::None, _) => {
                let finding = Diagnostic::new(
                    &code::NO_WAY_OUT,
                    span,
                    format!("nodes of `{}` reach neither registries nor the APIs of the cloud", cluster.key),
                )
                .note("private subnets without a NAT gateway reach S3 only: no image would be pulled")
                .help("write `nat: single`, or `nat: per-zone` for production");
                context.report(finding);
            }
            (Nat::Single, Some(environment)) => {
                let finding = Diagnostic::new(
                    &code::SINGLE_NAT,
                    span,
                    format!("one NAT gateway for {}", count(network.zones.len() as u64, "zone")),
                )
                .related(context.key(environment.at), "production runs there")
                .help("write `nat: per-zone`");
                context.report(finding);
            }
            _ => {}
        }
    }
}

/// Addresses of a subnet that AWS keeps: <https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html>.
const KEPT: u64 = 5;
/// What the module gives each zone of a network that the spec does not divide: an eighth.
const EIGHTH: u8 = 3;

/// A range of private subnets, as written or as the module divides the network.
fn private_lengths(network: &Network) -> Vec<u8> {
    let length = |range: Cidr| if let Cidr::V4(_, length) = range { Some(length) } else { None };
    match &network.subnets {
        Some(subnets) => subnets.private.iter().filter_map(|range| length(range.value)).collect(),
        // What is too small to be divided is a finding of its own.
        None => match length(network.cidr.value).filter(|length| *length <= SMALLEST_UNDIVIDED) {
            Some(length) => network.zones.iter().map(|_| length + EIGHTH).collect(),
            None => Vec::new(),
        },
    }
}

/// Whether nodes and pods have addresses. The network plug-in of EKS keeps a whole interface ready for new pods
/// (`WARM_ENI_TARGET` is 1), so a node that fills up comes to hold all addresses of its interfaces:
/// <https://docs.aws.amazon.com/eks/latest/best-practices/vpc-cni.html>. EKS adds a node while it replaces those of a pool.
fn room(context: &mut Context<'_>) {
    for (cluster, network) in networks(context) {
        let lengths = private_lengths(network);
        let sizes = lengths.iter().filter(|length| **length <= SMALLEST);
        let there: u64 = sizes.map(|length| (1_u64 << (32 - u32::from(*length))) - KEPT).sum();
        if there == 0 {
            continue;
        }
        let environments: Vec<_> = context.plan.environments_of(&cluster.key).collect();
        let pools = cluster.pools.iter().chain(environments.iter().flat_map(|e| &e.pools));
        let groups = pools.map(|pool| (&pool.key, &pool.machine, pool.max.value, pool.at));
        let gpu = environments.iter().flat_map(|e| &e.gpu_pools);
        let groups: Vec<_> =
            groups.chain(gpu.map(|pool| (&pool.key, &pool.machine, pool.nodes.value, pool.at))).collect();
        let (mut nodes, mut full, mut lines) = (0_u64, 0_u64, Vec::new());
        for (key, machine, most, _) in &groups {
            let Some(size) = catalog::instance_type(cluster.provider.value.word(), machine) else { continue };
            let each = u64::from(size.interfaces) * u64::from(size.addresses);
            let number = u64::from(*most) + 1;
            nodes += number;
            full += number * each;
            lines.push(format!(
                "pool `{key}`: {most} nodes and one while they are replaced, x {} interfaces x {} addresses of `{}` = {}",
                size.interfaces, size.addresses, machine.value, number * each
            ));
        }
        let services = environments.iter().flat_map(|environment| &environment.services);
        let pods: u64 = services.map(|service| u64::from(service.scale.max())).sum();
        let fewest = nodes + pods;
        if full <= there {
            continue;
        }
        let span = network.subnets.as_ref().and_then(|subnets| subnets.private.first());
        let span = context.origin(span.unwrap_or(&network.cidr), cluster.at);
        let mut finding = Diagnostic::new(
            &code::TOO_FEW_ADDRESSES,
            span,
            format!(
                "the private subnets of `{}` have {there} addresses, full nodes hold {full}",
                cluster.key
            ),
        );
        let mut sorted = lengths.clone();
        sorted.sort_unstable();
        for same in sorted.chunk_by(|one, other| one == other) {
            let (number, length) = (same.len() as u64, same[0]);
            let size = 1_u64 << (32 - u32::from(length));
            finding = finding.note(format!(
                "{} of /{length}: {size} addresses each, of which AWS keeps {KEPT}",
                count(number, "private subnet")
            ));
        }
        for line in lines {
            finding = finding.note(line);
        }
        if fewest > there {
            finding = finding.severity(Severity::Error).note(format!(
                "{nodes} nodes and {pods} pods of services at their most need {fewest}, one each: they do not fit in any way"
            ));
        }
        for (_, _, _, at) in groups {
            finding = finding.related(context.key(at), "a pool with addresses of this network");
        }
        context
            .report(finding.help("make the private ranges larger: a /19 in each zone holds 8187 addresses"));
    }
}
