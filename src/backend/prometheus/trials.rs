//! The stories of rules as unit tests that `promtool test rules` runs.
//!
//! A test stands for all rules of a file with the same alert, since promtool compares all alerts of a name: their stories are
//! told side by side, so that each thing is seen to alarm for itself alone. A phase is as long as the rule needs to come to a
//! verdict, so "silent" says that the alert would have fired by then:
//!
//! - silent: what ranges remember of the phase before, and `for`;
//! - firing: `for` after the expression became true, and the evaluation before it is silent.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::rule::{Group, Record, Rule};
use super::slo::counted;
use super::story::{Heard, Line, Phase, Reading, Story};
use super::template::filled;
use crate::format::data::{Data, Map};
use crate::format::yaml;
use crate::names;
use crate::units::Duration;

/// The time between two evaluations: what `for` is mostly a multiple of. Each minute would take five times as long.
const USUAL: Duration = Duration(300);
/// The time between two evaluations of rules whose `for` is shorter, and between two readings that a range remembers.
const SHORT: Duration = Duration::MINUTE;
/// The time between two evaluations of rules that wait for [`LONG`].
const COARSE: Duration = Duration::HOUR;
/// From which `for` on a test would have too many evaluations.
const LONG: Duration = Duration(4 * 3600);

/// The bytes of a test, more or less.
const TYPICAL: usize = 2048;
/// The longest range after which a story goes on for what it forgets: longer ones would cost too many evaluations.
const SHORTLY: Duration = Duration(600);

/// A file of tests: its name without `_test.yaml`, and its text.
pub(super) struct Trials {
    /// The name.
    pub(super) name: String,
    /// The text.
    pub(super) text: String,
}

/// The tests of the rules of a file of `alerts/rules/<environment>`.
///
/// All tests of a file have the same time between evaluations, so rules that wait for a minute or for hours have files of their own.
pub(super) fn of(groups: &[Group<'_>], environment: &str, file: &str, runbooks: Option<&str>) -> Vec<Trials> {
    let mut order: Vec<Trial<'_, '_>> = Vec::new();
    let mut known: BTreeMap<&str, usize> = BTreeMap::new();
    for rule in groups.iter().flat_map(|group| &group.rules) {
        let Some(story) = &rule.story else { continue };
        let index = *known.entry(rule.alert).or_insert(order.len());
        let told = Told { rule, story, memory: memory(&rule.expr) };
        if let Some(trial) = order.get_mut(index) {
            trial.rules.push(told);
        } else {
            order.push(Trial { rules: vec![told] });
        }
    }
    let mut by_step: BTreeMap<Duration, Vec<Trial<'_, '_>>> = BTreeMap::new();
    for trial in order {
        by_step.entry(trial.step()).or_default().push(trial);
    }
    let records: Vec<&Record<'_>> = groups.iter().flat_map(|group| &group.records).collect();
    let records: Vec<&Record<'_>> = records.into_iter().filter(|record| record.always.is_some()).collect();
    if !records.is_empty() {
        by_step.entry(USUAL).or_default();
    }
    let objectives = counted::steps(groups);
    for step in &objectives {
        by_step.entry(*step).or_default();
    }
    by_step
        .into_iter()
        .map(|(step, trials)| {
            let mut text = format!(
                "# {}\nrule_files:\n  - ../../rules/{environment}/{file}.yaml\nevaluation_interval: {}\n",
                names::BANNER,
                step.prometheus()
            );
            text.reserve(TYPICAL * trials.len());
            if objectives.contains(&step) {
                counted::order(groups, &mut text);
            }
            text.push_str("tests:\n");
            if objectives.contains(&step) {
                counted::print(groups, step, runbooks, &mut text);
            }
            if step == USUAL {
                recorded(&records, &mut text);
            }
            for trial in &trials {
                trial.print(step, runbooks, &mut text);
            }
            let name = if step == USUAL { file.to_owned() } else { format!("{file}_{}", step.prometheus()) };
            Trials { name, text }
        })
        .collect()
}

/// A rule whose story is told.
#[derive(Clone, Copy)]
struct Told<'r, 'p> {
    rule: &'r Rule<'p>,
    story: &'r Story<'p>,
    /// The longest range in the rule's expression: so long it remembers.
    memory: Duration,
}

/// The rules of a file with the same alert.
struct Trial<'r, 'p> {
    rules: Vec<Told<'r, 'p>>,
}

/// When the phases of a story begin, in steps, and how many there are.
struct Times {
    starts: Vec<u64>,
    end: u64,
}

impl Times {
    /// The last phase that has begun at a time.
    fn phase(&self, time: u64) -> usize {
        self.starts.iter().rposition(|start| *start <= time).unwrap_or_default()
    }

    /// The same in numbers of readings.
    fn in_readings(&self, step: Duration, interval: Duration) -> Self {
        let each = step.0 / interval.0.max(1);
        Self { starts: self.starts.iter().map(|start| start * each).collect(), end: self.end * each }
    }

    fn length(&self, phase: usize) -> u64 {
        let next = self.starts.get(phase + 1).copied().unwrap_or(self.end);
        next.saturating_sub(self.starts.get(phase).copied().unwrap_or(next))
    }
}

fn steps(time: Duration, step: Duration) -> u64 {
    time.0.div_ceil(step.0.max(1))
}

impl Told<'_, '_> {
    /// How many steps a phase takes.
    fn length(&self, phase: &Phase<'_>, step: Duration) -> u64 {
        let wait = if phase.fires() {
            begin(self.rule, phase, step)
        } else {
            steps(Duration(self.memory.0 + self.rule.hold.0), step)
        };
        wait + 1
    }
}

/// The longest range in an expression.
fn memory(expr: &str) -> Duration {
    let (mut longest, mut in_text, mut escaped) = (Duration(0), false, false);
    for (at, byte) in expr.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = in_text,
            b'"' => in_text = !in_text,
            b'[' if !in_text => {
                let range = expr[at + 1..].split([']', ':']).next().and_then(Duration::parse);
                longest = longest.max(range.unwrap_or(Duration(0)));
            }
            _ => {}
        }
    }
    longest
}

impl<'r, 'p> Trial<'r, 'p> {
    /// The time between two evaluations: the coarsest that any of the rules wants, but each minute if one needs it.
    fn step(&self) -> Duration {
        let of = |told: &Told<'_, '_>| {
            told.story.step.unwrap_or_else(|| {
                let hold = told.rule.hold;
                if hold >= LONG && told.memory == Duration(0) {
                    COARSE
                } else if hold >= Duration::HOUR || hold.0.is_multiple_of(USUAL.0) {
                    USUAL
                } else {
                    SHORT
                }
            })
        };
        let steps = || self.rules.iter().map(of);
        let fine = steps().min().filter(|step| *step == SHORT);
        fine.or_else(|| steps().max()).unwrap_or(USUAL)
    }

    /// The time between two readings.
    fn interval(&self, step: Duration) -> Duration {
        let remembers = |told: &Told<'_, '_>| told.story.step.is_none() && told.memory > Duration(0);
        if self.rules.iter().any(remembers) { step.min(SHORT) } else { step }
    }

    /// The phases of all stories side by side: each as long as the one that takes longest.
    fn times(&self, step: Duration) -> Times {
        let count = self.rules.iter().map(|told| told.story.phases.len()).max().unwrap_or_default();
        let mut times = Times { starts: Vec::with_capacity(count), end: 0 };
        for index in 0..count {
            let of = |told: &Told<'_, '_>| Some(told.length(told.story.phases.get(index)?, step));
            times.starts.push(times.end);
            times.end += self.rules.iter().filter_map(of).max().unwrap_or(1);
        }
        if let Some(after) = self.after() {
            times.starts.push(times.end);
            times.end += steps(after, step) + 1;
        }
        times
    }

    /// How long everything is as it was at first, after the end of a story that ends with an alert: as long as ranges remember what
    /// it was about, and no longer, so that a longer one would still fire.
    fn after(&self) -> Option<Duration> {
        let count = self.rules.iter().map(|told| told.story.phases.len()).max()?;
        let ends = |told: &&Told<'_, '_>| told.story.phases.get(count - 1).is_some_and(Phase::fires);
        let remembered = self.rules.iter().filter(ends).map(|told| memory(&told.rule.expr)).max()?;
        (Duration(0) < remembered && remembered <= SHORTLY).then_some(remembered)
    }

    /// The times at which something is asked: where an alert begins, right before it, and at the end of each silence.
    fn moments(&self, times: &Times, step: Duration) -> BTreeSet<u64> {
        let mut moments = BTreeSet::new();
        for told in &self.rules {
            for (phase, start) in told.story.phases.iter().zip(&times.starts) {
                if !phase.fires() {
                    moments.extend(phase.at_once.then_some(*start));
                    continue;
                }
                let begins = start + begin(told.rule, phase, step);
                moments.extend(begins.checked_sub(1));
                moments.insert(begins);
            }
        }
        for index in 0..times.starts.len() {
            let is_silent =
                |told: &Told<'_, '_>| told.story.phases.get(index).is_none_or(|phase| !phase.fires());
            if self.rules.iter().any(is_silent) {
                let end = times.starts.get(index + 1).copied().unwrap_or(times.end);
                moments.insert(end.saturating_sub(1));
            }
        }
        moments
    }

    /// The alerts that fire at a time.
    fn heard(&self, time: u64, times: &Times, step: Duration) -> Vec<(&'r Rule<'p>, &'r Heard<'p>)> {
        let index = times.phase(time);
        let start = times.starts.get(index).copied().unwrap_or_default();
        let mut found = Vec::new();
        for told in &self.rules {
            let Some(phase) = told.story.phases.get(index) else { continue };
            if time >= start + begin(told.rule, phase, step) {
                found.extend(phase.heard.iter().map(|heard| (told.rule, heard)));
            }
        }
        found
    }

    fn print(&self, step: Duration, runbooks: Option<&str>, out: &mut String) {
        let Some(first) = self.rules.first() else { return };
        let times = self.times(step);
        let interval = self.interval(step);
        let at = |time: u64| Duration(time * step.0).prometheus();
        out.push_str("  - name: ");
        yaml::scalar(&self.name(&times, step), out);
        out.extend(["\n    interval: ", &interval.prometheus(), "\n"]);
        self.series(&times.in_readings(step, interval), interval, out);
        out.push_str("    alert_rule_test:\n");
        for time in self.moments(&times, step) {
            let heard = self.heard(time, &times, step);
            let alert = first.rule.alert;
            if heard.is_empty() {
                out.extend(["      - {eval_time: ", &at(time), ", alertname: ", alert, "}\n"]);
                continue;
            }
            out.extend(["      - eval_time: ", &at(time), "\n        alertname: ", alert]);
            out.push_str("\n        exp_alerts:\n");
            for (rule, heard) in heard {
                expected(rule, heard, runbooks, out);
            }
        }
    }

    /// What the test proves, in words.
    fn name(&self, times: &Times, step: Duration) -> String {
        let longest = |told: &&Told<'_, '_>| told.story.phases.len();
        let Some(told) = self.rules.iter().rev().max_by_key(longest) else { return String::new() };
        let mut name = told.rule.alert.to_owned();
        for (index, (phase, start)) in told.story.phases.iter().zip(&times.starts).enumerate() {
            let sign = if index == 0 { ":" } else { ";" };
            let verdict = if phase.fires() { "fires" } else { "silent" };
            let from = Duration(start * step.0).prometheus();
            name.extend([sign, " at ", &from, " ", &phase.what, ", ", verdict]);
        }
        let phases = told.story.phases.len();
        if let Some(start) = times.starts.get(phases).filter(|_| phases + 1 == times.starts.len()) {
            let _ = write!(name, "; at {} all is as at first, silent", Duration(start * step.0).prometheus());
        }
        name
    }

    fn series(&self, times: &Times, interval: Duration, out: &mut String) {
        let mut seen = BTreeSet::new();
        let mut begun = false;
        for line in self.rules.iter().flat_map(|told| &told.story.lines) {
            if !seen.insert(line.series.as_str()) {
                continue;
            }
            if !begun {
                out.push_str("    input_series:\n");
                begun = true;
            }
            out.push_str("      - series: ");
            yaml::scalar(&line.series, out);
            out.push_str("\n        values: ");
            // `0x9` would be a number.
            yaml::scalar(&readings(line, times, interval), out);
            out.push('\n');
        }
    }
}

/// How many steps after the start of a phase its alert fires.
fn begin(rule: &Rule<'_>, phase: &Phase<'_>, step: Duration) -> u64 {
    steps(phase.delay, step) + steps(rule.hold, step)
}

/// Readings that follow each other evenly.
pub(super) struct Run {
    /// The first.
    pub(super) first: f64,
    /// How much more each is than the one before.
    pub(super) by: f64,
    /// How many there are.
    pub(super) count: u64,
}

/// The readings of a series as promtool takes them.
#[allow(clippy::cast_precision_loss, reason = "a few thousand steps of less than a day")]
fn readings(line: &Line, times: &Times, interval: Duration) -> String {
    let mut runs: Vec<Run> = Vec::with_capacity(times.starts.len());
    let mut level = 0.0;
    for (index, start) in times.starts.iter().enumerate() {
        let count = times.length(index);
        // A story with fewer phases than others ends as it began.
        let reading = line.readings.get(index).or(line.readings.first()).copied().unwrap_or(Reading::Gone);
        let run = match reading {
            Reading::Gone => Run { first: f64::NAN, by: 0.0, count },
            Reading::Is(number) => Run { first: number, by: 0.0, count },
            Reading::Ago(seconds) => {
                Run { first: (start * interval.0) as f64 - seconds, by: interval.0 as f64, count }
            }
            Reading::Grows(by) => Run { first: level + by, by, count },
            Reading::Beats(each, number) => {
                for time in 0..count {
                    let first = if time % each.max(1) == 0 { number } else { 0.0 };
                    add(&mut runs, Run { first, by: 0.0, count: 1 });
                }
                level = 0.0;
                continue;
            }
            Reading::Emptied(each) => {
                let each = each.max(2);
                for begin in (0..count).step_by(usize::try_from(each).unwrap_or(usize::MAX)) {
                    add(&mut runs, Run { first: 0.0, by: 0.0, count: 1 });
                    let more = (count - begin).min(each) - 1;
                    if more > 0 {
                        add(&mut runs, Run { first: (begin + 1) as f64, by: 1.0, count: more });
                    }
                }
                level = 0.0;
                continue;
            }
        };
        if !run.first.is_nan() {
            level = run.first + run.by * (count - 1) as f64;
        }
        add(&mut runs, run);
    }
    printed(&runs)
}

/// Readings as promtool takes them.
pub(super) fn printed(runs: &[Run]) -> String {
    let mut text = String::with_capacity(16 * runs.len());
    let mut is_there = false;
    for run in runs {
        // Writing into a string cannot fail.
        let space = if text.is_empty() { "" } else { " " };
        let _ = match (run.first.is_nan(), run.count - 1, run.by) {
            (true, 0, _) if is_there => write!(text, "{space}stale"),
            (true, more, _) if is_there => write!(text, "{space}stale _x{more}"),
            (true, more, _) => write!(text, "{space}_x{}", more + 1),
            (false, 0, _) => write!(text, "{space}{}", run.first),
            (false, more, 0.0) => write!(text, "{space}{}x{more}", run.first),
            (false, more, by) => write!(text, "{space}{}{by:+}x{more}", run.first),
        };
        is_there = !run.first.is_nan();
    }
    text
}

/// Adds readings to those before.
pub(super) fn add(runs: &mut Vec<Run>, run: Run) {
    match runs.last_mut() {
        Some(last) if continues(last, &run) => last.count += run.count,
        _ => runs.push(run),
    }
}

/// Whether readings go on as they did.
#[allow(
    clippy::float_cmp,
    clippy::cast_precision_loss,
    reason = "equal numbers are printed as one run; others need not be"
)]
fn continues(last: &Run, next: &Run) -> bool {
    if last.first.is_nan() || next.first.is_nan() {
        return last.first.is_nan() && next.first.is_nan();
    }
    last.by == next.by && last.first + last.by * last.count as f64 == next.first
}

/// An alert that fires, as promtool expects it.
pub(super) fn expected(rule: &Rule<'_>, heard: &Heard<'_>, runbooks: Option<&str>, out: &mut String) {
    let label =
        |name: &str| heard.labels.iter().find(|(label, _)| *label == name).map(|(_, text)| text.as_ref());
    let mut labels = Map::with_capacity(heard.labels.len() + rule.labels.len() + 1);
    for (name, text) in rule.all_labels() {
        labels.push(name, Data::Text(filled(text, heard.value, label)));
    }
    for (name, text) in &heard.labels {
        if labels.get(name).is_none() {
            labels.push(*name, text.as_ref());
        }
    }
    out.push_str("          - exp_labels: ");
    yaml::flow(&Data::Map(labels), out);
    out.push_str("\n            exp_annotations:\n");
    for (name, text) in rule.annotations(runbooks) {
        out.extend(["              ", name, ": "]);
        yaml::scalar(&filled(&text, heard.value, label), out);
        out.push('\n');
    }
}

/// Series that are recorded are there with their labels.
fn recorded(records: &[&Record<'_>], out: &mut String) {
    if records.is_empty() {
        return;
    }
    let mut by_metric: BTreeMap<&str, Vec<&Record<'_>>> = BTreeMap::new();
    for record in records {
        by_metric.entry(&record.name).or_default().push(record);
    }
    out.push_str("  - name: what is recorded\n    promql_expr_test:\n");
    for (metric, records) in by_metric {
        let _ = writeln!(out, "      - expr: {metric}\n        eval_time: 0m\n        exp_samples:");
        for record in records {
            let labels: Vec<(String, &Cow<'_, str>)> =
                record.labels.iter().map(|(label, text)| (format!("{label}="), text)).collect();
            let mut sample = format!("{metric}{{");
            for (index, (label, text)) in labels.iter().enumerate() {
                let comma = if index > 0 { ", " } else { "" };
                let _ = write!(sample, "{comma}{label}");
                let _ = super::expr::quoted(text, &mut sample);
            }
            sample.push('}');
            out.push_str("          - labels: ");
            yaml::scalar(&sample, out);
            let _ = writeln!(out, "\n            value: {}", record.always.as_deref().unwrap_or("1"));
        }
    }
}
