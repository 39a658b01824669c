//! Rules about the controllers that a whole cluster stands on: they are in the environment that leads its cluster.

use super::addons::{of, other, told};
use super::conventions::{LASTING, PARTLY, SCALE_UPS};
use super::expr::{COUNT, Range};
use super::metrics::{
    AUTOSCALER_BACKOFF, AUTOSCALER_FAILED, AUTOSCALER_HEALTHY, AUTOSCALER_SAFE, INGRESS_RELOADED,
    VELERO_LOCATION,
};
use super::rule::{Group, Scope, Urgency};
use super::story::{GONE, Story, fires, healthy, near, vanished};
use crate::names;
use crate::plan::{Addon, Cluster, Install};

/// The add-on of this controller.
const INGRESS_NGINX: &str = "ingress-nginx";

/// The rules of the controllers of a cluster.
pub(super) fn groups<'p>(scope: Scope<'p>, cluster: &'p Cluster) -> Vec<Group<'p>> {
    let ingress = cluster.addons.iter().find(|addon| addon.key == INGRESS_NGINX);
    let scaler = cluster.provider_of("node-autoscaling");
    let copies = cluster.provider_of(names::VOLUME_BACKUPS).filter(|_| scope.plan.backups.is_some());
    let routed = scope.plan.ingress.is_some();
    let groups = [
        ingress.filter(|_| routed).map(|addon| nginx(scope, cluster, addon)),
        scaler.map(|addon| autoscaler(scope, cluster, addon)),
        copies.map(|addon| velero(scope, cluster, addon)),
    ];
    groups.into_iter().flatten().collect()
}

fn nginx<'p>(scope: Scope<'p>, cluster: &'p Cluster, addon: &'p Addon) -> Group<'p> {
    let subject = scope.subject("addon", &addon.key);
    let reloaded = of(INGRESS_RELOADED, addon);
    let rules = vec![
        subject.rule(
            "IngressReloadFailed",
            Urgency::Soon,
            PARTLY,
            format!("min by (pod) ({reloaded}) == 0"),
            "The ingress controller cannot load its configuration.",
            format!(
                "Pod {{{{ $labels.pod }}}} of {} in cluster {} serves the routes of its last good configuration: changes of routes have no effect.",
                addon.key, cluster.key
            ),
        ).proved(|| Story::new(
            [
                healthy("each pod has loaded it"),
                near("another controller has not"),
                fires("one pod has not", 0.0).on("pod", "a"),
            ],
            [
                told(INGRESS_RELOADED, addon, &[("pod=", "a")]).is([1., 1., 0.]),
                told(INGRESS_RELOADED, addon, &[("pod=", "b")]).is([1., 1., 1.]),
                other(INGRESS_RELOADED, &[("pod=", "c")]).is([1., 0., 1.]),
            ],
        )),
        subject.rule(
            "IngressMetricsAbsent",
            Urgency::Now,
            PARTLY,
            format!("absent({reloaded})"),
            "The ingress controller is down, or nobody watches it.",
            format!(
                "{} in cluster {} gives no readings: hosts may be unreachable, and no rule about requests from outside sees it.",
                addon.key, cluster.key
            ),
        ).proved(|| Story::new(
            [healthy("a pod gives readings"), vanished("only another controller does", 1.0)],
            [
                told(INGRESS_RELOADED, addon, &[("pod=", "a")]).is([1., GONE]),
                other(INGRESS_RELOADED, &[("pod=", "c")]).is([1., 1.]),
            ],
        )),
    ];
    subject.group(addon.at, rules)
}

/// What only a flag of the autoscaler shows is watched only where platc sets the flag.
fn autoscaler<'p>(scope: Scope<'p>, cluster: &'p Cluster, addon: &'p Addon) -> Group<'p> {
    let subject = scope.subject("addon", &addon.key);
    let safe = of(AUTOSCALER_SAFE, addon);
    let failed = of(AUTOSCALER_FAILED, addon);
    let key = &cluster.key;
    let range = Range(SCALE_UPS);
    let mut rules = vec![
        subject.rule(
            "AutoscalerNotSafe",
            Urgency::Soon,
            LASTING,
            format!("max({safe}) == 0\n  or absent({safe})"),
            "The autoscaler of nodes has stopped working.",
            format!("The autoscaler of cluster {key} adds and removes no nodes: too many of them are not ready, or it is down."),
        ).proved(|| Story::new(
            [
                healthy("the pod that leads says that it is safe"),
                fires("no pod says so", 0.0),
                healthy("the other one says so"),
                vanished("only another autoscaler gives readings", 1.0),
            ],
            [
                told(AUTOSCALER_SAFE, addon, &[("pod=", "a")]).is([1., 0., 0., GONE]),
                told(AUTOSCALER_SAFE, addon, &[("pod=", "b")]).is([0., 0., 1., GONE]),
                other(AUTOSCALER_SAFE, &[("pod=", "c")]).is([1., 1., 1., 1.]),
            ],
        )),
        subject.rule(
            "AutoscalerScaleUpFailed",
            Urgency::Soon,
            crate::units::Duration(0),
            format!("sum by (reason) (increase({failed}[{range}])) > 0"),
            "A node could not be added.",
            format!("The autoscaler of cluster {key} failed {COUNT} times in the last {range} to add a node: {{{{ $labels.reason }}}}."),
        ).proved(|| Story::new(
            [
                healthy("nothing fails"),
                near("another autoscaler fails"),
                fires("one node could not be added", 1.0).on("reason", "cloudProviderError"),
            ],
            [
                told(AUTOSCALER_FAILED, addon, &[("reason=", "cloudProviderError")]).grows([0., 0., 1.]),
                other(AUTOSCALER_FAILED, &[("reason=", "cloudProviderError")]).grows([0., 1., 0.]),
            ],
        )),
    ];
    if addon.install.value == Install::Platc {
        let alive = of(AUTOSCALER_HEALTHY, addon);
        let backoff = of(AUTOSCALER_BACKOFF, addon);
        rules.push(subject.rule(
            "AutoscalerGroupUnhealthy",
            Urgency::Soon,
            LASTING,
            format!("max by (node_group) ({alive}) == 0\n  or max by (node_group) ({backoff}) == 1"),
            "A group of nodes is not scaled any more.",
            format!("The autoscaler of cluster {key} leaves the group {{{{ $labels.node_group }}}} alone: its nodes are not healthy, or the cloud gave none."),
        ).proved(|| Story::new(
            [
                healthy("all groups are healthy"),
                near("one of another autoscaler is not"),
                fires("one is not", 0.0).on("node_group", "a"),
                healthy("it is again"),
                fires("it is left alone", 1.0).on("node_group", "a"),
            ],
            [
                told(AUTOSCALER_HEALTHY, addon, &[("node_group=", "a")]).is([1., 1., 0., 1., 1.]),
                told(AUTOSCALER_HEALTHY, addon, &[("node_group=", "b")]).is([1.; 5]),
                told(AUTOSCALER_BACKOFF, addon, &[("node_group=", "a"), ("reason=", "x")])
                    .is([0., 0., 0., 0., 1.]),
                told(AUTOSCALER_BACKOFF, addon, &[("node_group=", "b"), ("reason=", "x")]).is([0.; 5]),
                other(AUTOSCALER_HEALTHY, &[("node_group=", "c")]).is([1., 0., 1., 1., 1.]),
                other(AUTOSCALER_BACKOFF, &[("node_group=", "c"), ("reason=", "x")]).is([0., 1., 0., 0., 0.]),
            ],
        )));
    }
    subject.group(addon.at, rules)
}

fn velero<'p>(scope: Scope<'p>, cluster: &'p Cluster, addon: &'p Addon) -> Group<'p> {
    let subject = scope.subject("addon", &addon.key);
    let available = of(VELERO_LOCATION, addon);
    let rules = vec![subject.rule(
        "VeleroLocationUnavailable",
        Urgency::Soon,
        LASTING,
        format!("min by (backup_location_name) ({available}) == 0\n  or absent({available})"),
        "The bucket of backups cannot be reached.",
        format!("Velero in cluster {} cannot reach the place that it writes backups to, so none is made and none can be restored.", cluster.key),
    ).proved(|| Story::new(
        [
            healthy("it can be reached"),
            near("another Velero cannot reach its own"),
            fires("it cannot", 0.0).on("backup_location_name", "default"),
            healthy("it can again"),
            vanished("only another Velero gives readings", 1.0),
        ],
        [
            told(VELERO_LOCATION, addon, &[("backup_location_name=", "default")]).is([1., 1., 0., 1., GONE]),
            other(VELERO_LOCATION, &[("backup_location_name=", "default")]).is([1., 0., 1., 1., 1.]),
        ],
    ))];
    let mut group = subject.group(addon.at, rules);
    group.name = names::rule_group("addon", scope.key(), "velero-location");
    group
}
