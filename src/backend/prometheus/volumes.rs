//! Rules about the volumes of an environment: space and inodes that run out, soon or in days.

use super::conventions::{LASTING, VOLUME_FULL, VOLUME_LOW, VOLUME_SEEN, VOLUME_TIME_LEFT};
use super::expr::{PERCENT, Range, Selector};
use super::metrics::{Metric, VOLUME_AVAILABLE, VOLUME_CAPACITY, VOLUME_INODES, VOLUME_INODES_FREE};
use super::rule::{Group, Rule, Scope, Urgency};
use crate::units::Duration;

/// What a volume runs out of.
struct Resource {
    left: Metric,
    all: Metric,
    filling: (&'static str, &'static str),
    full: (&'static str, &'static str),
    what: &'static str,
}

const RESOURCES: [Resource; 2] = [
    Resource {
        left: VOLUME_AVAILABLE,
        all: VOLUME_CAPACITY,
        filling: ("VolumeFillingUp", "A volume will be full in days."),
        full: ("VolumeNearlyFull", "A volume is nearly full."),
        what: "space",
    },
    Resource {
        left: VOLUME_INODES_FREE,
        all: VOLUME_INODES,
        filling: ("VolumeInodesFillingUp", "A volume will have no inodes left in days."),
        full: ("VolumeInodesNearlyUsed", "A volume has hardly any inodes left."),
        what: "inodes",
    },
];

/// The rules of the volumes of an environment; none where nothing has one.
pub(super) fn group(scope: Scope<'_>) -> Option<Group<'_>> {
    if !scope.environment.has_volumes() {
        return None;
    }
    let subject = scope.subject("namespace", scope.namespace());
    let environment = scope.key();
    let of = [("namespace=", scope.namespace())];
    let mut rules: Vec<Rule<'_>> = Vec::with_capacity(5);
    for resource in &RESOURCES {
        let (left, all) = (Selector(resource.left, of), Selector(resource.all, of));
        let (seen, ahead) = (Range(VOLUME_SEEN), VOLUME_TIME_LEFT.0);
        let what = resource.what;
        let (alert, summary) = resource.filling;
        rules.push(subject.rule(
            alert,
            Urgency::Soon,
            Duration::HOUR,
            format!("{left} / {all} < {VOLUME_LOW}\n  and predict_linear({left}[{seen}], {ahead}) < 0"),
            summary,
            format!(
                "{PERCENT} of the {what} of {{{{ $labels.persistentvolumeclaim }}}} in {environment} is left; at the pace of the last {seen} it is gone within {VOLUME_TIME_LEFT}."
            ),
        ));
        let (alert, summary) = resource.full;
        rules.push(subject.rule(
            alert,
            Urgency::Now,
            Duration::MINUTE,
            format!("{left} / {all} < {VOLUME_FULL}"),
            summary,
            format!(
                "{PERCENT} of the {what} of {{{{ $labels.persistentvolumeclaim }}}} in {environment} is left."
            ),
        ));
    }
    rules.push(subject.rule(
        "VolumesUnwatched",
        Urgency::Soon,
        LASTING,
        format!("absent({})", Selector(VOLUME_CAPACITY, of)),
        "The volumes of an environment cannot be watched.",
        format!(
            "No kubelet says how full the volumes of {environment} are, so nobody would see them fill up."
        ),
    ));
    Some(scope.subject("volumes", environment).group(scope.environment.at, rules))
}
