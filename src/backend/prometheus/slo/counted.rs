//! The tests of what objectives record: from counters to shares, burn rates and budgets, and to the alerts.
//!
//! Three things happen to the counters of an objective:
//!
//! - Hardly anything, and then what tells windows apart ([`Counters::at_edges`]): some requests are the first that a window still
//!   sees, others the last that it has lost. What each window has to say is another number, and a reading more or less changes it.
//! - Steady traffic of which nothing ever fails, and which nobody counts any more ([`Test::ending`]): a share is nought as long as its
//!   window holds two readings.
//! - Steady traffic of which more and more fails ([`Counters::failing`]): never anything, then enough to use up the budget, then the
//!   threshold of each page, from just below to just above.
//!
//! What is expected is computed from the counters, not from the rules: [`Counters::rate`] is what Prometheus says that `rate` is.
//! Rules are evaluated sixty times in a period, which every window of the period is many times or a few parts of.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::indicator::Part;
use super::{ERRORS, NOW, TOTAL, failures, ratio};
use crate::backend::prometheus::expr::quoted;
use crate::backend::prometheus::metrics::{SLO_BURN, SLO_LEFT, SLO_PERIOD_BURN};
use crate::backend::prometheus::rule::{Group, Record, Rule};
use crate::backend::prometheus::story::Heard;
use crate::backend::prometheus::trials::{Run, add, expected, printed};
use crate::format::yaml;
use crate::units::Duration;
use crate::units::slo::{self, BurnWindow, FEW};

/// The time between two readings of a counter: the shortest window of all, 70 s, holds two.
const READING: Duration = Duration::MINUTE;
/// How often rules are evaluated in a period.
const EVALUATIONS: u64 = 60;
/// The evaluation at which all windows are looked at: the last to have lost something, the period, lost that of the second.
const LAST: u64 = EVALUATIONS + 2;
/// Requests at the edge of a window: nowhere one in a second, and something all the same.
const FLOCK: u64 = 20;
/// Requests from one reading to the next where traffic is steady: so many that a hundredth of the smallest threshold is some.
const STEADY: u64 = 1_000_000;
/// How many times faster than it may the budget burns until it is gone.
const BURN: f64 = 1.9;
/// What is just below a threshold, and what just above it.
const AROUND: [f64; 2] = [0.99, 1.01];
/// Differences of floating numbers have noise behind this.
const PLACES: &str = "1e-6";
/// How often [`PLACES`] is in one.
const SCALE: f64 = 1e6;

/// What the names of shares, and of failures, begin with.
const SHARE: &str = "slo:sli_error";
/// Series with such names.
const SHARES: &str = "{__name__=~\"slo:sli_error.+\"}";
/// The evaluation at which the last page is just above its threshold.
const FAILING: u64 = 10;

/// The value with which an alert fires at an evaluation.
type Fires = fn(&Counters<'_, '_>, u64) -> Option<f64>;
/// The alerts that are heard from counters.
const ALERTS: [(&str, Fires); 3] = [
    ("SLOErrorBudgetBurningFast", |counters, evaluation| counters.burning(true, evaluation)),
    ("SLOErrorBudgetBurningSlowly", |counters, evaluation| counters.burning(false, evaluation)),
    ("SLOErrorBudgetExhausted", |counters, evaluation| counters.exhausted(evaluation)),
];

/// What an objective counts, as far as its tests need it.
pub(in crate::backend::prometheus) struct Counted<'p> {
    /// The value of `sloth_id`.
    pub(super) id: String,
    /// The value of `slo`.
    pub(super) slo: &'p str,
    /// What is promised.
    pub(super) objective: slo::Objective,
    /// For how long.
    pub(super) period: Duration,
    /// The pairs of windows of its alerts, in their order.
    pub(super) pairs: [BurnWindow; 4],
    /// The windows of which a share is recorded, the period among them.
    pub(super) windows: Vec<Duration>,
    /// The windows within which failures are counted.
    pub(super) few: Vec<Duration>,
    /// What is counted, once for each way to label it.
    pub(super) series: Vec<Vec<(String, Part)>>,
    /// The metrics that are read; `None` where nobody can tell.
    pub(super) reads: Option<BTreeSet<String>>,
    /// Whether requests are counted by how long they took: two such objectives read the same buckets in the same way.
    pub(super) is_timed: bool,
}

/// The times between two evaluations for which the objectives of a file have tests.
pub(in crate::backend::prometheus) fn steps(groups: &[Group<'_>]) -> BTreeSet<Duration> {
    all(groups).map(Counted::step).collect()
}

fn all<'g, 'p>(groups: &'g [Group<'p>]) -> impl Iterator<Item = &'g Counted<'p>> {
    let counted = groups.iter().filter_map(|group| group.counted.as_deref());
    counted.filter(|counted| !counted.series.is_empty())
}

/// The order of groups: alerts read shares over days, which another group records.
pub(in crate::backend::prometheus) fn order(groups: &[Group<'_>], out: &mut String) {
    out.push_str("group_eval_order:\n");
    let (first, second): (Vec<_>, Vec<_>) = groups.iter().partition(|group| group.interval.is_some());
    for group in first.into_iter().chain(second) {
        // Writing into a string cannot fail.
        let _ = writeln!(out, "  - {}", group.name);
    }
}

/// The tests of the objectives of a file whose rules are evaluated every `step`.
pub(in crate::backend::prometheus) fn print(
    groups: &[Group<'_>],
    step: Duration,
    runbooks: Option<&str>,
    out: &mut String,
) {
    let told = || all(groups).filter(|one| one.step() == step);
    // Who reads what another counts in another way is told alone.
    let is_alone = |one: &&Counted<'_>| told().any(|other| one.id != other.id && !one.goes_with(other));
    let (alone, together): (Vec<_>, Vec<_>) = told().partition(is_alone);
    let sets = std::iter::once(together).chain(alone.into_iter().map(|one| vec![one]));
    for told in sets.filter(|told| !told.is_empty()) {
        let is_told = |one: &&Counted<'_>| told.iter().any(|told| told.id == one.id);
        let mut others =
            groups.iter().filter_map(|group| group.counted.as_deref()).filter(|one| !is_told(one));
        let is_apart = others.all(|other| told.iter().all(|told| told.is_apart_from(other)));
        let test = Test { groups, told, is_apart, step, runbooks };
        test.edges(out);
        test.ending(out);
        test.budget(out);
    }
}

/// What happens from one reading to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Events {
    all: u64,
    bad: u64,
}

/// The counters of an objective over a time.
struct Counters<'c, 'p> {
    of: &'c Counted<'p>,
    series: &'c [(String, Part)],
    /// What happens before each reading but the first: so many readings long the same.
    flow: Vec<(u64, Events)>,
    /// The first reading of what counts bad events; there are none before.
    failing: u64,
    /// What counters say at first: so much that `rate` does not take them for new.
    first: u64,
}

/// The number of readings that a range holds.
const fn held(range: Duration) -> u64 {
    range.0.div_ceil(READING.0)
}

#[allow(clippy::cast_precision_loss, reason = "counts and times far below 2^53")]
const fn float(number: u64) -> f64 {
    number as f64
}

impl Counted<'_> {
    /// The time between two evaluations.
    fn step(&self) -> Duration {
        Duration(self.period.0 / EVALUATIONS)
    }

    /// The number of readings from one evaluation to the next.
    fn readings(&self) -> u64 {
        self.step().0 / READING.0
    }

    /// Windows whose shares are rates of counters.
    fn rates(&self) -> impl Iterator<Item = Duration> {
        self.windows.iter().copied().filter(|window| *window < Duration::DAY)
    }

    /// Windows whose shares are sums of what was recorded.
    fn sums(&self) -> impl Iterator<Item = Duration> {
        self.windows.iter().copied().filter(|window| *window >= Duration::DAY)
    }

    /// Whether what one counts is nothing to the other.
    fn is_apart_from(&self, other: &Counted<'_>) -> bool {
        self.reads.as_ref().zip(other.reads.as_ref()).is_some_and(|(one, other)| one.is_disjoint(other))
    }

    /// Whether both can be told in one test.
    fn goes_with(&self, other: &Counted<'_>) -> bool {
        let agree = |one: &(String, Part), two: &(String, Part)| {
            one.0 != two.0 || one.1 == two.1 && (one.1 == Part::All || self.objective == other.objective)
        };
        let (one, two) = (self.series.iter().flatten(), || other.series.iter().flatten());
        self.is_apart_from(other)
            || self.is_timed && other.is_timed && one.into_iter().all(|one| two().all(|two| agree(one, two)))
    }
}

impl<'c, 'p> Counters<'c, 'p> {
    /// Requests only just inside and just outside of each window, as it is at an evaluation. All of the latter fail; of the former half,
    /// where the window is a rate, and three quarters, where it is a sum, so that each window has another share.
    fn at_edges(of: &'c Counted<'p>, series: &'c [(String, Part)], last: u64) -> Self {
        let [half, most, outside] = [FLOCK / 2, FLOCK / 4 * 3, FLOCK].map(|bad| Events { all: FLOCK, bad });
        let (each, mut at) = (of.readings(), BTreeMap::new());
        let end = last * each;
        for range in of.rates() {
            // Of so many readings the first only says where the counter was.
            at.insert(end - (held(range) - 1), outside);
            at.insert(end - (held(range) - 2), half);
        }
        for range in of.sums() {
            let evaluations = range.0.div_ceil(of.step().0);
            for (back, events) in [(evaluations, outside), (evaluations - 1, most)] {
                at.extend(
                    last.checked_sub(back)
                        .filter(|evaluation| *evaluation > 0)
                        .map(|evaluation| (evaluation * each, events)),
                );
            }
        }
        let (mut flow, mut done) = (Vec::new(), 0);
        for (reading, events) in at {
            flow.push((reading - done - 1, Events::default()));
            flow.push((1, events));
            done = reading;
        }
        flow.push((end - done, Events::default()));
        Self { of, series, flow, failing: 0, first: FLOCK }
    }

    /// Steady traffic. Nothing fails until the second evaluation; then the budget burns until the sixth; then each page has its
    /// long window just below its threshold, and just above it.
    fn failing(of: &'c Counted<'p>, series: &'c [(String, Part)]) -> Self {
        let each = of.readings();
        let steady = |bad| Events { all: STEADY, bad };
        let budget = of.objective.budget().float() * float(STEADY);
        let mut flow = vec![(2 * each, steady(0)), (4 * each, steady(whole(BURN * budget)))];
        for pair in of.pairs.iter().filter(|pair| pair.is_page) {
            let threshold = pair.threshold(of.objective).float() * float(STEADY);
            let [below, above] = AROUND.map(|factor| threshold * factor);
            for bad in [whole(below), whole(above.ceil()).min(STEADY)] {
                flow.extend([(each - held(pair.long), steady(0)), (held(pair.long), steady(bad))]);
            }
        }
        Self { of, series, flow, failing: 2 * each, first: STEADY }
    }

    /// How many there have been at a reading.
    fn counted(&self, part: Part, reading: u64) -> u64 {
        let (mut left, mut sum) = (reading, self.first);
        for (count, events) in &self.flow {
            let taken = left.min(*count);
            sum += taken * part.of(events.all, events.bad);
            left -= taken;
        }
        sum
    }

    /// Whether a part is counted at all.
    fn has(&self, part: Part) -> bool {
        self.series.iter().any(|(_, one)| *one == part)
    }

    /// What `rate` says over a range at a reading: the increase from the first to the last reading in it, the range being open at its
    /// start, as much longer as the range is, but by half the time between readings where the series began within it
    /// (`extrapolatedRate` in Prometheus' `promql/functions.go`).
    fn rate(&self, part: Part, range: Duration, reading: u64) -> Option<f64> {
        let begin = if part == Part::Bad { self.failing } else { 0 };
        let from = begin.max((reading + 1).saturating_sub(held(range)));
        let between = reading.checked_sub(from).filter(|between| *between > 0)?;
        let sampled = float(between * READING.0);
        let missing = range.exact() - sampled;
        let before = if missing >= 1.1 * READING.exact() { READING.exact() / 2.0 } else { missing };
        let increase = float(self.counted(part, reading) - self.counted(part, from));
        Some(increase * ((sampled + before) / sampled) / range.exact())
    }

    /// Bad and all events a second.
    fn events(&self, range: Duration, reading: u64) -> Option<(f64, f64)> {
        let rate = |part| self.rate(part, range, reading);
        let bad = rate(Part::Bad);
        let all =
            if self.has(Part::All) { rate(Part::All)? } else { rate(Part::Good)? + bad.unwrap_or_default() };
        Some((if self.has(Part::Bad) { bad.unwrap_or_default() } else { all - rate(Part::Good)? }, all))
    }

    /// What the recorded rates of the evaluations are that a range holds.
    fn recorded(&self, range: Duration, evaluation: u64) -> Vec<(f64, f64)> {
        let count = range.0.div_ceil(self.of.step().0);
        let from = (evaluation + 1).saturating_sub(count);
        (from..=evaluation).filter_map(|one| self.events(NOW, one * self.of.readings())).collect()
    }

    /// The share of bad events within a window; `None` where there were none at all.
    fn share(&self, window: Duration, evaluation: u64) -> Option<f64> {
        let (bad, all) = if window < Duration::DAY {
            self.events(window, evaluation * self.of.readings())?
        } else {
            let recorded = self.recorded(window, evaluation);
            (recorded.iter().map(|(bad, _)| bad).sum(), recorded.iter().map(|(_, all)| all).sum())
        };
        (all > 0.0).then_some(bad / all)
    }

    /// The failures within a window.
    fn failed(&self, window: Duration, evaluation: u64) -> Option<f64> {
        if window < Duration::DAY {
            let (bad, _) = self.events(window, evaluation * self.of.readings())?;
            return Some(bad * window.exact());
        }
        let recorded = self.recorded(window, evaluation);
        let sum: f64 = recorded.iter().map(|(bad, _)| bad).sum();
        (!recorded.is_empty()).then(|| sum / float(recorded.len() as u64) * window.exact())
    }

    /// What is left of the budget.
    fn left(&self, evaluation: u64) -> Option<f64> {
        Some(1.0 - self.share(self.of.period, evaluation)? / self.of.objective.budget().float())
    }

    /// All that is recorded at an evaluation, by name.
    fn records(&self, evaluation: u64) -> BTreeMap<String, f64> {
        let now = self.events(NOW, evaluation * self.of.readings());
        let budget = self.of.objective.budget().float();
        let burn = |window| Some(self.share(window, evaluation)? / budget);
        let mut found = vec![
            (ERRORS.to_owned(), now.map(|(bad, _)| bad)),
            (TOTAL.to_owned(), now.map(|(_, all)| all)),
            (SLO_BURN.name.to_owned(), burn(NOW)),
            (SLO_PERIOD_BURN.name.to_owned(), burn(self.of.period)),
            (SLO_LEFT.name.to_owned(), self.left(evaluation)),
        ];
        found.extend(self.of.windows.iter().map(|window| (ratio(*window), self.share(*window, evaluation))));
        found.extend(self.of.few.iter().map(|window| (failures(*window), self.failed(*window, evaluation))));
        found.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }

    /// The value with which an alert on the burn rate fires.
    fn burning(&self, is_page: bool, evaluation: u64) -> Option<f64> {
        let mut pairs = self.of.pairs.iter().filter(|pair| pair.is_page == is_page);
        pairs.find_map(|pair| {
            let threshold = pair.threshold(self.of.objective).float();
            let above = |window| self.share(window, evaluation).filter(|share| *share > threshold);
            let is_quiet = self.of.few.contains(&pair.long);
            #[allow(clippy::cast_precision_loss, reason = "a few")]
            let is_enough = || self.failed(pair.long, evaluation).is_some_and(|failed| failed >= FEW as f64);
            above(pair.short)?;
            above(pair.long).filter(|_| !is_quiet || is_enough())
        })
    }

    /// The value with which the alert on the budget fires: it was gone at the evaluation before, too.
    fn exhausted(&self, evaluation: u64) -> Option<f64> {
        let gone = |evaluation| self.left(evaluation).filter(|left| *left <= 0.0);
        gone(evaluation.checked_sub(1)?)?;
        gone(evaluation)
    }

    /// Its series with their readings.
    fn readings(&self) -> impl Iterator<Item = (&'c str, String)> {
        self.series.iter().map(|(series, part)| {
            let mut runs = Vec::new();
            let mut at = if *part == Part::Bad { self.failing } else { 0 };
            if at > 0 {
                add(&mut runs, Run { first: f64::NAN, by: 0.0, count: at });
            }
            let mut level = self.first;
            add(&mut runs, Run { first: float(level), by: 0.0, count: 1 });
            let mut done = 0;
            for (count, events) in &self.flow {
                done += count;
                let Some(count) = done.checked_sub(at).filter(|count| *count > 0) else { continue };
                let by = part.of(events.all, events.bad);
                add(&mut runs, Run { first: float(level + by), by: float(by), count });
                level += by * count;
                at = done;
            }
            (series.as_str(), printed(&runs))
        })
    }
}

/// A number of requests, rounded down.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "at most STEADY, and more than nought"
)]
fn whole(number: f64) -> u64 {
    number as u64
}

/// The tests of some objectives of a file.
struct Test<'t, 'p> {
    groups: &'t [Group<'p>],
    told: Vec<&'t Counted<'p>>,
    /// Whether the other objectives of the file read nothing of what these count.
    is_apart: bool,
    step: Duration,
    runbooks: Option<&'t str>,
}

impl<'t, 'p> Test<'t, 'p> {
    fn at(&self, evaluation: u64) -> String {
        Duration(evaluation * self.step.0).prometheus()
    }

    /// What is asked of a recorded series.
    fn asked(&self, name: &str) -> String {
        if self.is_apart {
            return name.to_owned();
        }
        let ids: Vec<&str> = self.told.iter().map(|told| told.id.as_str()).collect();
        let only = format!("sloth_id=~\"{}\"}}", ids.join("|"));
        name.strip_suffix('}').map_or_else(|| format!("{name}{{{only}"), |name| format!("{name}, {only}"))
    }

    fn ask(&self, expr: &str, evaluation: u64, out: &mut String) {
        out.push_str("      - expr: ");
        yaml::scalar(expr, out);
        let _ = writeln!(out, "\n        eval_time: {}", self.at(evaluation));
    }

    fn begin(name: &str, inputs: BTreeMap<&str, String>, out: &mut String) {
        out.push_str("  - name: ");
        yaml::scalar(name, out);
        let _ = writeln!(out, "\n    interval: {}\n    input_series:", READING.prometheus());
        for (series, values) in inputs {
            out.push_str("      - series: ");
            yaml::scalar(series, out);
            out.push_str("\n        values: ");
            yaml::scalar(&values, out);
            out.push('\n');
        }
    }

    fn record(&self, id: &str, name: &str) -> Option<&'t Record<'p>> {
        let records = self.groups.iter().flat_map(|group| &group.records);
        let mut records = records.filter(|record| record.name == name);
        records.find(|record| record.labels.iter().any(|(label, text)| *label == "sloth_id" && text == id))
    }

    fn rule(&self, id: &str, alert: &str) -> Option<&'t Rule<'p>> {
        let rules = self.groups.iter().flat_map(|group| &group.rules);
        let mut rules = rules.filter(|rule| rule.alert == alert);
        rules.find(|rule| rule.labels.iter().any(|(label, text)| *label == "sloth_id" && text == id))
    }

    /// Each window ends where it should.
    fn edges(&self, out: &mut String) {
        let kinds = self.told.iter().map(|told| told.series.len()).max().unwrap_or_default();
        for kind in 0..kinds {
            let told = self.told.iter().filter_map(|told| Some((*told, told.series.get(kind)?)));
            let told: Vec<(&Counted<'p>, &Vec<(String, Part)>)> = told.collect();
            // What is made of records is the same whatever labels the metric has.
            let is_first = kind == 0;
            let longest = told.iter().flat_map(|(told, _)| told.rates()).max().unwrap_or(NOW);
            let last = if is_first { LAST } else { longest.0.div_ceil(self.step.0) + 1 };
            let counters: Vec<Counters<'_, '_>> =
                told.into_iter().map(|(told, series)| Counters::at_edges(told, series, last)).collect();
            let name = format!(
                "at {} each share is of what came since its window began; of what came right before all has failed",
                self.at(last)
            );
            Self::begin(&name, counters.iter().flat_map(Counters::readings).collect(), out);
            let mut samples: BTreeMap<String, Vec<(&Record<'_>, f64)>> = BTreeMap::new();
            for one in &counters {
                for (name, value) in one.records(last) {
                    let Some(record) = self.record(&one.of.id, &name) else { continue };
                    if is_first || record.expr.contains("rate(") {
                        samples.entry(name).or_default().push((record, value));
                    }
                }
            }
            out.push_str("    promql_expr_test:\n");
            if is_first {
                self.ask(&self.asked("{__name__=~\"slo:sli_error:.+\"}"), 1, out);
            }
            for (name, samples) in samples {
                self.ask(&format!("round({}, {PLACES})", self.asked(&name)), last, out);
                out.push_str("        exp_samples:\n");
                for (record, value) in samples {
                    sample("", record.labels.iter().map(|(label, text)| (*label, text)), value, out);
                }
            }
        }
    }

    /// Where nothing ever failed, no series counts failures: shares are nought all the same, but not for longer than anything is counted.
    fn ending(&self, out: &mut String) {
        let told = self.told.iter().filter_map(|told| Some((*told, told.series.first()?)));
        let told: Vec<(&Counted<'p>, &Vec<(String, Part)>)> =
            told.filter(|(_, series)| series.iter().any(|(_, part)| *part == Part::Bad)).collect();
        let Some((first, _)) = told.first() else { return };
        // So many readings are missing before an evaluation: as many as leave two to a window, and one to the shortest of records.
        let lengths = first.rates().filter(|window| *window <= self.step);
        let missing = lengths.map(|window| held(window) - 2).chain([held(NOW) - 1]);
        let missing: Vec<u64> = missing.collect();
        let mut runs = vec![Run { first: 0.0, by: 0.0, count: 1 }];
        let (each, mut level) = (first.readings(), 0);
        for gone in &missing {
            let there = each - gone;
            add(&mut runs, Run { first: float(level + 1), by: 1.0, count: there });
            level += there;
            if *gone > 0 {
                add(&mut runs, Run { first: f64::NAN, by: 0.0, count: *gone });
            }
        }
        let values = printed(&runs);
        let inputs = told.iter().flat_map(|(_, series)| series.iter());
        let inputs = inputs
            .filter(|(_, part)| *part != Part::Bad)
            .map(|(series, _)| (series.as_str(), values.clone()));
        Self::begin(
            "nothing ever failed: a share is nought as long as its window holds two readings",
            inputs.collect(),
            out,
        );
        out.push_str("    promql_expr_test:\n");
        for (evaluation, gone) in (1..).zip(&missing) {
            self.ask(&format!("count by (slo) ({} == 0)", self.asked(SHARES)), evaluation, out);
            out.push_str("        exp_samples:\n");
            for (one, _) in &told {
                let holds = |window: &Duration| held(*window) >= gone + 2;
                let recorded = |window: &Duration| {
                    let evaluations = usize::try_from(window.0.div_ceil(self.step.0)).unwrap_or(usize::MAX);
                    let until = missing.iter().take(usize::try_from(evaluation).unwrap_or(usize::MAX));
                    until.rev().take(evaluations).any(|gone| held(NOW) >= gone + 2)
                };
                let is_nought = |window: &&Duration| {
                    if **window < Duration::DAY { holds(window) } else { recorded(window) }
                };
                let windows = one.windows.iter().chain(&one.few).chain([&NOW]);
                let count = u32::try_from(windows.filter(is_nought).count()).unwrap_or(u32::MAX);
                sample("", [("slo", one.slo)], f64::from(count), out);
            }
        }
    }

    /// The budget is used up, and pages come at their thresholds.
    fn budget(&self, out: &mut String) {
        let counters: Vec<Counters<'_, '_>> =
            self.told.iter().filter_map(|told| Some(Counters::failing(told, told.series.first()?))).collect();
        let name = format!(
            "until {} nothing ever failed; then the budget burns {BURN} times as fast as it may, and is gone at {}; from {} on each page has its \
             long window just below its threshold, and just above it",
            self.at(2),
            self.at(5),
            self.at(7)
        );
        Self::begin(&name, counters.iter().flat_map(Counters::readings).collect(), out);
        if self.is_apart {
            self.alerts(&counters, out);
        }
        out.push_str("    promql_expr_test:\n");
        self.ask(&format!("max by (__name__, slo, sloth_window) ({})", self.asked(SHARES)), 1, out);
        out.push_str("        exp_samples:\n");
        for one in &counters {
            for (name, value) in one.records(1).iter().filter(|(name, _)| name.starts_with(SHARE)) {
                let window = one.of.windows.iter().find(|window| ratio(**window) == *name);
                let window = window.map(|window| ("sloth_window", window.compound()));
                let slo = ("slo", one.of.slo.to_owned());
                sample(name, [slo].into_iter().chain(window), *value, out);
            }
        }
        for evaluation in [4, 5] {
            let left = format!("round(max by (slo) ({}), {PLACES})", self.asked(SLO_LEFT.name));
            self.ask(&left, evaluation, out);
            out.push_str("        exp_samples:\n");
            for one in &counters {
                let Some(left) = one.left(evaluation) else { continue };
                sample("", [("slo", one.of.slo.to_owned())], left, out);
            }
        }
    }

    /// The alerts, each where it begins, and right before.
    fn alerts(&self, counters: &[Counters<'t, 'p>], out: &mut String) {
        out.push_str("    alert_rule_test:\n");
        for (alert, fires) in ALERTS {
            let mut asked = BTreeSet::new();
            for one in counters {
                let begins = |at: &u64| fires(one, *at).is_some() && fires(one, at - 1).is_none();
                asked.extend((1..=FAILING).filter(begins).flat_map(|at| [at - 1, at]));
            }
            for evaluation in asked {
                let at = self.at(evaluation);
                let heard: Vec<(&Counters<'_, '_>, f64)> =
                    counters.iter().filter_map(|one| Some((one, fires(one, evaluation)?))).collect();
                if heard.is_empty() {
                    let _ = writeln!(out, "      - {{eval_time: {at}, alertname: {alert}}}");
                    continue;
                }
                let _ =
                    writeln!(out, "      - eval_time: {at}\n        alertname: {alert}\n        exp_alerts:");
                for (one, value) in heard {
                    let Some(rule) = self.rule(&one.of.id, alert) else { continue };
                    expected(rule, &Heard { labels: Vec::new(), value }, self.runbooks, out);
                }
            }
        }
    }
}

/// An expected sample.
fn sample<'l>(
    metric: &str,
    labels: impl IntoIterator<Item = (&'l str, impl AsRef<str>)>,
    value: f64,
    out: &mut String,
) {
    let mut text = format!("{metric}{{");
    for (index, (label, content)) in labels.into_iter().enumerate() {
        let comma = if index > 0 { ", " } else { "" };
        let _ = write!(text, "{comma}{label}=");
        let _ = quoted(content.as_ref(), &mut text);
    }
    text.push('}');
    out.push_str("          - labels: ");
    yaml::scalar(&text, out);
    let _ = writeln!(out, "\n            value: {}", (value * SCALE + 0.5).floor() / SCALE);
}
