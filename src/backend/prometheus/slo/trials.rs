//! The stories of objectives.
//!
//! Alerts compare recorded shares, so their stories are told with these: a day is as cheap as five minutes, and a share can be
//! exactly the threshold. That the records are right show tests of their own, from counters: [`super::counted`].

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::{Objective, failures, ratio};
use crate::backend::prometheus::expr::quoted;
use crate::backend::prometheus::metrics::SLO_LEFT;
use crate::backend::prometheus::story::{GONE, Line, Phase, Reading, Story, fires, healthy, near, vanished};
use crate::units::Duration;
use crate::units::slo::{BurnWindow, FEW};

/// How much above a threshold is above it.
const ABOVE: f64 = 1.001;
/// How often the threshold is far above it.
const FAR: f64 = 2.0;

/// A recorded series of an objective, as an input.
fn series(objective: &Objective<'_>, name: &str, window: Option<Duration>) -> String {
    let mut text = format!("{name}{{sloth_id=");
    let _ = quoted(&objective.id, &mut text);
    if let Some(window) = window {
        let _ = write!(text, ", sloth_window=\"{}\"", window.compound());
    }
    text.push('}');
    text
}

/// What recorded series say in a phase; what is not named is nought.
type Says = BTreeMap<String, f64>;

/// Each pair of windows for itself: silent where one window is at the threshold and the other far above it, and firing just above.
pub(super) fn burning<'p>(objective: &Objective<'p>, pairs: &[&BurnWindow]) -> Story<'p> {
    let mut phases: Vec<(Phase<'p>, Says)> = vec![(healthy("nothing fails"), Says::new())];
    for pair in pairs {
        let threshold = pair.threshold(objective.slo.objective.value).float();
        let is_quiet = objective.is_quiet(pair);
        let says = |long: f64, short: f64, failed: f64| {
            let mut says = Says::new();
            // One series where both windows are the same.
            says.insert(series(objective, &ratio(pair.short), Some(pair.short)), short);
            says.insert(series(objective, &ratio(pair.long), Some(pair.long)), long);
            if is_quiet {
                says.insert(series(objective, &failures(pair.long), None), failed);
            }
            says
        };
        let (long, short, factor) = (pair.long.compound(), pair.short.compound(), pair.factor.about(2));
        #[allow(clippy::cast_precision_loss, reason = "a few")]
        let enough = FEW as f64;
        let far = threshold * FAR;
        if pair.short == pair.long {
            phases.push((
                near(format!("exactly {factor} times what is allowed")),
                says(threshold, threshold, enough),
            ));
        } else {
            phases.push((
                near(format!("more in {short}, and exactly {factor} times what is allowed in {long}")),
                says(threshold, far, enough),
            ));
            phases.push((
                near(format!("more in {long}, and exactly that in {short}")),
                says(far, threshold, enough),
            ));
        }
        let above = threshold * ABOVE;
        if is_quiet {
            phases.push((
                near(format!("more, and {} failures only", FEW - 1)),
                says(above, above, enough - 1.0),
            ));
        }
        phases.push((
            fires(format!("more than {factor} times what is allowed"), above),
            says(above, above, enough),
        ));
        phases.push((healthy("nothing fails any more"), Says::new()));
    }
    phases.pop();
    let names: BTreeSet<String> = phases.iter().flat_map(|(_, says)| says.keys().cloned()).collect();
    let lines = names.into_iter().map(|name| {
        let readings =
            phases.iter().map(|(_, says)| Reading::Is(says.get(&name).copied().unwrap_or(0.0))).collect();
        Line { series: name, readings }
    });
    let lines = lines.collect();
    Story::told(phases.into_iter().map(|(phase, _)| phase).collect(), lines)
}

/// What it is measured by disappears.
pub(super) fn absent<'p>(objective: &Objective<'p>) -> Story<'p> {
    let lines = objective
        .indicator
        .watched_series()
        .into_iter()
        .map(|series| Line { series, readings: vec![Reading::Grows(1.0), Reading::Gone] });
    Story::told(vec![healthy("requests are counted"), vanished("nothing counts them", 1.0)], lines.collect())
}

/// The budget is used up.
pub(super) fn exhausted<'p>(objective: &Objective<'p>) -> Story<'p> {
    let line = |readings| Line { series: series(objective, SLO_LEFT.name, None), readings };
    let readings = [0.5, 0.001, 0.0, GONE];
    let readings = readings.map(|number| if number.is_nan() { Reading::Gone } else { Reading::Is(number) });
    Story::told(
        vec![
            healthy("half of it is left"),
            near("a thousandth is left"),
            fires("nothing is left", 0.0),
            healthy("nothing is known"),
        ],
        vec![line(readings.into())],
    )
}
