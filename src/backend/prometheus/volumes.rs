//! Rules about the volumes of an environment: space and inodes that run out, soon or in days.

use super::conventions::{LASTING, RECENTLY, VOLUME_FULL, VOLUME_LOW, VOLUME_SEEN, VOLUME_TIME_LEFT};
use super::expr::{Condition, PERCENT, Range, Selector};
use super::metrics::{Metric, VOLUME_AVAILABLE, VOLUME_CAPACITY, VOLUME_INODES, VOLUME_INODES_FREE};
use super::rule::{Group, Rule, Scope, Urgency};
use super::story::{GONE, Reading, Series, Story, fires, healthy, near, number, series, vanished};
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

/// The series of a volume, for stories.
fn claim(metric: Metric, of: [Condition<'_>; 1]) -> Series {
    series(metric, &of, &[("persistentvolumeclaim=", "a")])
}

#[allow(clippy::cast_precision_loss, reason = "some hours")]
const fn count(steps: u64) -> f64 {
    steps as f64
}

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
        ).proved(|| {
            const STEP: Duration = RECENTLY;
            // What is used each ten minutes. Of a tenth of the volume, that is gone in five days and in three.
            const SLOW: f64 = -14.;
            const FAST: f64 = -24.;
            let hold = Duration::HOUR;
            let low = number(VOLUME_LOW);
            let phase = (VOLUME_SEEN.0 + hold.0) / STEP.0 + 1;
            let left = 10_000. + SLOW * count(phase) + FAST * count(hold.0 / STEP.0 + 2);
            Story::new(
                [
                    healthy("as much is left as may be, and no less from hour to hour"),
                    near("it shrinks, and as much is left as may be, of a volume that shrinks with it"),
                    near("nothing is left, and no less from hour to hour"),
                    near("little is left, and no less from hour to hour"),
                    near("little is left, and will be for five days"),
                    near("nothing is reported, which is another alert"),
                    fires("little is left, and will be for three days", left / 100_000.)
                        .on("persistentvolumeclaim", "a")
                        .after(STEP),
                ],
                [
                    claim(resource.all, of).told([
                        Reading::Is(100_000.),
                        Reading::Grows(-1000.),
                        Reading::Is(100_000.),
                        Reading::Is(100_000.),
                        Reading::Is(100_000.),
                        Reading::Is(100_000.),
                        Reading::Is(100_000.),
                    ]),
                    claim(resource.left, of).told([
                        Reading::Is(100_000. * low),
                        Reading::Grows(-1000. * low),
                        Reading::Is(0.),
                        Reading::Is(10_000.),
                        Reading::Grows(SLOW),
                        Reading::Gone,
                        Reading::Grows(FAST),
                    ]),
                ],
            )
            .every(STEP)
        }));
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
        ).proved(|| {
            let least = 100_000. * number(VOLUME_FULL);
            Story::new(
                [
                    healthy("half of it is left"),
                    near("just as much is left as may be"),
                    fires("less is left", (least - 1.) / 100_000.).on("persistentvolumeclaim", "a"),
                ],
                [
                    claim(resource.all, of).is([100_000.; 3]),
                    claim(resource.left, of).is([50_000., least, least - 1.]),
                ],
            )
        }));
    }
    rules.push(subject.rule(
        "VolumesUnwatched",
        Urgency::Soon,
        LASTING,
        format!("absent({})", Selector(VOLUME_CAPACITY, of)),
        "The volumes of an environment cannot be watched.",
        format!(
            "No kubelet says how full the volumes of {environment} are, so nobody would see them fill up."),
    ).proved(|| Story::new(
        [healthy("a volume is reported"), vanished("only that of another environment is", 1.0)],
        [
            claim(VOLUME_CAPACITY, of).is([1., GONE]),
            claim(VOLUME_CAPACITY, [("namespace=", "another")]).is([1., 1.]),
        ],
    )));
    Some(scope.subject("volumes", environment).group(scope.environment.at, rules))
}
