//! Rules about promises of recovery: time that an outage may take, and drills.

use super::conventions::PROMISE_BROKEN;
use super::expr::Selector;
use super::forms;
use super::metrics::{ALERTS, DRILL};
use super::rule::{Group, Rule, Scope, Subject, Urgency};
use crate::plan::{Drills, Tier};
use crate::units::Duration;

/// Escalates when half of the RTO is used up.
///
/// An alert of `down`, a regular expression of names, fires `down_for` after the outage began, so that much
/// less is waited for here. `matcher` is the label that names the subject, with its operator.
pub(super) fn rto<'p>(
    scope: Scope<'p>,
    subject: Subject<'p>,
    matcher: &'static str,
    down: &str,
    tier: &'p Tier,
) -> Rule<'p> {
    let name = subject.name();
    let firing = Selector(
        ALERTS,
        [("alertname=~", down), ("alertstate=", "firing"), ("environment=", scope.key()), (matcher, name)],
    );
    let rto = tier.rto.value;
    let hold = Duration((rto.0 / 2).saturating_sub(scope.plan.monitoring.down_for.value.0));
    subject
        .rule(
            "RTOAtRisk",
            Urgency::Now,
            hold,
            format!("max by (environment) ({firing}) == 1"),
            "Half of the time within which something must work again is used up.",
            format!(
                "{name} in {} has been down for half of the {rto} within which tier {} promises that it works again.",
                scope.key(),
                tier.key
            ),
        )
        .with("rto", rto.prometheus())
}

/// The age at which a drill is overdue: a tenth of the interval is left for weekends and holidays.
pub(in crate::backend) fn overdue(drills: &Drills) -> Duration {
    Duration(u64::from(drills.every.value.days()) * 86_400 * 11 / 10)
}

/// The rules of the drills, in production environments only: a drill elsewhere proves nothing about production.
pub(super) fn drills(scope: Scope<'_>) -> Option<Group<'_>> {
    let drills = scope.plan.drills.as_ref()?;
    if !scope.environment.is_production() || drills.scenarios.is_empty() {
        return None;
    }
    let environment = scope.key();
    let days = u64::from(drills.every.value.days());
    let limit = overdue(drills).0;
    let rules = drills.scenarios.iter().map(|scenario| {
        let name = scenario.value.word();
        let last = Selector(DRILL, [("environment=", environment), ("scenario=", name)]);
        scope.subject("scenario", name).rule(
            "DRDrillOverdue",
            Urgency::Soon,
            Duration::HOUR,
            format!(
                "{} > {limit}\n  or absent({last})",
                forms::drill_age(&last.1)
            ),
            "A recovery drill is overdue.",
            format!("The drill {name} is due every {days} days in {environment}; the last one that succeeded is older, or unknown."),
        )
    });
    let at = scope.environment.at;
    Some(scope.subject("drills", environment).group(at, rules.collect()))
}

/// How long a broken promise of `rpo` may last before it is reported: less than a tenth of it.
pub(super) fn patience(rpo: Duration) -> Duration {
    Duration((rpo.0 / 20).min(PROMISE_BROKEN.0))
}
