//! The story that proves a rule: what happens to its series, phase by phase, and when its alert is heard.
//!
//! A story says only what is particular to a rule. How long a phase lasts, when exactly the alert fires, which labels and
//! annotations it then has, and how the readings are spelled follows from the rule: [`super::trials`].

use std::borrow::Cow;
use std::fmt::Write as _;

use super::expr::{Condition, Where};
use super::metrics::Metric;
use crate::units::Duration;

/// No reading: the series is not there.
pub(super) const GONE: f64 = f64::NAN;

/// What a phase shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Nothing is wrong, and the alert is silent.
    Healthy,
    /// Nearly: the threshold is just not passed, or one of several conditions is missing. The alert is silent.
    Near,
    /// What the alert is for.
    Fires,
    /// The series are gone, and the alert fires because of it.
    Vanished,
}

/// An alert that fires: the labels that its expression gives, and the value.
#[derive(Debug)]
pub(super) struct Heard<'p> {
    /// Labels of the expression; those of the rule are added, and count more.
    pub(super) labels: Vec<(&'static str, Cow<'p, str>)>,
    /// The value of the expression.
    pub(super) value: f64,
}

/// A time in which readings stay what they are, or change evenly.
#[derive(Debug)]
pub(super) struct Phase<'p> {
    /// What it shows.
    pub(super) kind: Kind,
    /// The situation in a few words.
    pub(super) what: Cow<'static, str>,
    /// The time from its start until the expression is true.
    pub(super) delay: Duration,
    /// Whether silence is asked for at its start, too.
    pub(super) at_once: bool,
    /// The alerts that fire in it.
    pub(super) heard: Vec<Heard<'p>>,
}

impl<'p> Phase<'p> {
    fn new(kind: Kind, what: impl Into<Cow<'static, str>>, value: Option<f64>) -> Self {
        let heard = value.map(|value| Heard { labels: Vec::new(), value }).into_iter().collect();
        Self { kind, what: what.into(), delay: Duration(0), at_once: false, heard }
    }

    /// Whether the alert fires in it.
    pub(super) const fn fires(&self) -> bool {
        matches!(self.kind, Kind::Fires | Kind::Vanished)
    }

    /// The alert that was named last has a label from its expression.
    pub(super) fn on(mut self, label: &'static str, text: impl Into<Cow<'p, str>>) -> Self {
        if let Some(heard) = self.heard.last_mut() {
            heard.labels.push((label, text.into()));
        }
        self
    }

    /// Another alert fires with it, with such a value.
    pub(super) fn also(mut self, value: f64) -> Self {
        self.heard.push(Heard { labels: Vec::new(), value });
        self
    }

    /// It is silent from its first moment on, where a range would make the end of it say little.
    pub(super) const fn at_once(mut self) -> Self {
        self.at_once = true;
        self
    }

    /// The expression becomes true so long after the phase began, not at once.
    pub(super) const fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }
}

/// A phase in which nothing is wrong.
pub(super) fn healthy<'p>(what: impl Into<Cow<'static, str>>) -> Phase<'p> {
    Phase::new(Kind::Healthy, what, None)
}

/// A phase in which the threshold is just not passed, or one of several conditions is missing.
pub(super) fn near<'p>(what: impl Into<Cow<'static, str>>) -> Phase<'p> {
    Phase::new(Kind::Near, what, None)
}

/// A phase that the alert is for, with the value of its expression.
pub(super) fn fires<'p>(what: impl Into<Cow<'static, str>>, value: f64) -> Phase<'p> {
    Phase::new(Kind::Fires, what, Some(value))
}

/// A phase in which the alert fires because series are gone, with the value of its expression.
pub(super) fn vanished<'p>(what: impl Into<Cow<'static, str>>, value: f64) -> Phase<'p> {
    Phase::new(Kind::Vanished, what, Some(value))
}

/// What a series says in a phase.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Reading {
    /// The same number all the time.
    Is(f64),
    /// So much more from one reading to the next.
    Grows(f64),
    /// A time that is always so many seconds ago; one to come is negative.
    Ago(f64),
    /// A number each so many readings, and nought in between.
    Beats(u64, f64),
    /// One more each time from one on, but nought each so many readings.
    Emptied(u64),
    /// Nothing: it is not there.
    Gone,
}

impl Reading {
    const fn level(number: f64) -> Self {
        if number.is_nan() { Self::Gone } else { Self::Is(number) }
    }
}

/// A series of a metric: labels as in the selectors of rules (`job=`), from two places.
pub(super) fn series(metric: Metric, labels: &[Condition<'_>], more: &[Condition<'_>]) -> Series {
    let mut name = String::with_capacity(96);
    // Writing into a string cannot fail.
    let _ = write!(name, "{}", Where(metric, labels, more));
    Series(name)
}

/// The name of a series.
#[derive(Debug, Clone)]
pub(super) struct Series(String);

/// A series and its readings, one for each phase.
#[derive(Debug)]
pub(super) struct Row<const N: usize>(String, [Reading; N]);

impl Series {
    /// It has such readings.
    pub(super) fn told<const N: usize>(self, readings: [Reading; N]) -> Row<N> {
        Row(self.0, readings)
    }

    fn all<const N: usize>(self, of: impl Fn(f64) -> Reading, numbers: [f64; N]) -> Row<N> {
        self.told(numbers.map(|number| if number.is_nan() { Reading::Gone } else { of(number) }))
    }

    /// It has the same reading throughout a phase: [`Reading::Is`], or [`GONE`].
    pub(super) fn is<const N: usize>(self, numbers: [f64; N]) -> Row<N> {
        self.all(Reading::Is, numbers)
    }

    /// It is a counter, or grows like one: [`Reading::Grows`], or [`GONE`].
    pub(super) fn grows<const N: usize>(self, numbers: [f64; N]) -> Row<N> {
        self.all(Reading::Grows, numbers)
    }

    /// It is a time: [`Reading::Ago`], or [`GONE`].
    pub(super) fn ago<const N: usize>(self, seconds: [f64; N]) -> Row<N> {
        self.all(Reading::Ago, seconds)
    }

    /// It has as many readings as there are numbers.
    pub(super) fn line(self, numbers: &[f64]) -> Line {
        Line { series: self.0, readings: numbers.iter().map(|number| Reading::level(*number)).collect() }
    }
}

/// The readings of a series in a story.
#[derive(Debug)]
pub(super) struct Line {
    /// The series.
    pub(super) series: String,
    /// One for each phase.
    pub(super) readings: Vec<Reading>,
}

/// What happens to the series of a rule.
#[derive(Debug)]
pub(super) struct Story<'p> {
    /// The phases, the first of which is healthy.
    pub(super) phases: Vec<Phase<'p>>,
    /// The series.
    pub(super) lines: Vec<Line>,
    /// The time between two readings and two evaluations, where it does not follow from the rule.
    pub(super) step: Option<Duration>,
}

impl<'p> Story<'p> {
    /// A story of some phases: a table with a row for each series and a column for each phase.
    pub(super) fn new<const N: usize>(
        phases: [Phase<'p>; N],
        rows: impl IntoIterator<Item = Row<N>>,
    ) -> Self {
        let line = |Row(series, readings): Row<N>| Line { series, readings: readings.into() };
        Self { phases: phases.into(), lines: rows.into_iter().map(line).collect(), step: None }
    }

    /// A story whose number of phases follows from the plan.
    pub(super) const fn told(phases: Vec<Phase<'p>>, lines: Vec<Line>) -> Self {
        Self { phases, lines, step: None }
    }

    /// The same with so much time between two readings and two evaluations.
    pub(super) const fn every(mut self, step: Duration) -> Self {
        self.step = Some(step);
        self
    }
}

/// A number of a rule that stands there as text.
pub(super) fn number(text: &str) -> f64 {
    text.parse().unwrap_or(f64::NAN)
}

/// The share of what a range remembers that is of a phase, so long after its start: of `n` readings in a range, the `n - 1`
/// differences between them count.
#[allow(clippy::cast_precision_loss, reason = "a few minutes")]
pub(super) fn settled(range: Duration, after: Duration) -> f64 {
    let step = Duration::MINUTE.0;
    let differences = (range.0 / step).saturating_sub(1).max(1);
    ((after.0.div_ceil(step) + 1).min(differences)) as f64 / differences as f64
}

/// What `kube_namespace_created` says while kube-state-metrics is there.
pub(super) fn watched(namespace: &str) -> Series {
    series(super::metrics::KUBE_NAMESPACE_CREATED, &[("namespace=", namespace)], &[])
}
