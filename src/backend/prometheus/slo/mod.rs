//! Service level objectives: recorded shares of bad events, what is left of the budget, and alerts on how fast it burns.
//!
//! Series have the names and the labels of Sloth (`sloth_id`, `sloth_service`, `sloth_slo`, `sloth_window`, `sloth_severity`),
//! since that is what public dashboards for objectives ask for: Grafana's 14348 and 14643 choose by `sloth_service` and
//! `sloth_slo`, and read `slo:sli_error:ratio_rate5m`, `..1h` and the period. In the value of `sloth_service` the environment comes
//! first, because those dashboards know no environments.
//!
//! Two groups for each objective. The first is evaluated as often as any: shares over less than a day, and the alerts. The
//! second, every two minutes, adds up recorded rates over days: that reads thousands of samples where the metrics
//! themselves would be millions, and weighs every request the same, which a mean of ratios does not.

pub(super) mod counted;
pub(in crate::backend) mod indicator;
#[cfg(test)]
pub(in crate::backend) mod tests;
pub(super) mod trials;

use std::borrow::Cow;
use std::fmt::Write as _;

use counted::Counted;
use indicator::Indicator;

use super::expr::{PERCENT, literal};
use super::metrics::{SLO_BUDGET, SLO_BURN, SLO_DAYS, SLO_LEFT, SLO_OBJECTIVE, SLO_PERIOD_BURN};
use super::rule::{Claim, Group, Record, Rule, Scope, Subject, Urgency};
use crate::names;
use crate::plan::{Environment, Plan, Service, Slo};
use crate::units::Duration;
use crate::units::slo::{BurnWindow, Exact, FEW, burn_windows};

/// The window of what is shown as happening now, and of the rates that are added up; public dashboards ask for it.
pub(in crate::backend) const NOW: Duration = Duration(300);
/// How often what goes by days is computed: well within the five minutes after which Prometheus takes a series for gone.
const SLOWLY: Duration = Duration(120);
/// Bad events a second, of which what goes by days is made.
const ERRORS: &str = "slo:sli_errors:rate5m";
/// All events a second.
const TOTAL: &str = "slo:sli_total:rate5m";
/// Labels of an objective's series that rules have anyway: environment, namespace, service.
const OF_SUBJECT: usize = 3;
/// How long the budget is gone before anybody is told.
const EXHAUSTED_FOR: Duration = Duration(300);
/// How long nothing is measured before anybody is told.
const ABSENT_FOR: Duration = Duration(600);

/// The groups of a service's objectives.
pub(super) fn groups<'p>(scope: Scope<'p>, service: &'p Service) -> Vec<Group<'p>> {
    let both = |slo| Objective::of(scope, service, slo).map(|one| [one.fast(), one.slow()]);
    service.slos.iter().filter_map(both).flatten().collect()
}

/// Whether a service has an objective with groups.
pub(super) fn is_any<'p>(scope: Scope<'p>, service: &'p Service) -> bool {
    service.slos.iter().any(|slo| Indicator::of(scope, service, slo).is_some())
}

/// The objectives of a service with what they count: bad events and all events, as queries with the placeholder of `OpenSLO`.
pub(in crate::backend) fn documents<'p>(
    plan: &'p Plan,
    environment: &'p Environment,
    service: &'p Service,
) -> Vec<(&'p Slo, String, String)> {
    let scope = Scope::rules(plan, environment);
    let known = service.slos.iter().filter_map(|slo| Some((slo, Indicator::of(scope, service, slo)?)));
    known.map(|(slo, indicator)| (slo, indicator.bad(), indicator.all())).collect()
}

/// An objective with all that its rules say of it.
pub(in crate::backend) struct Objective<'p> {
    scope: Scope<'p>,
    service: &'p Service,
    slo: &'p Slo,
    /// What it counts.
    pub(in crate::backend) indicator: Indicator<'p>,
    /// The pairs of windows of its alerts.
    pub(in crate::backend) windows: [BurnWindow; 4],
    /// The value of `sloth_id`.
    pub(in crate::backend) id: String,
}

impl<'p> Objective<'p> {
    /// An objective of a service; `None` where nothing counts what it promises.
    pub(in crate::backend::prometheus) fn of(
        scope: Scope<'p>,
        service: &'p Service,
        slo: &'p Slo,
    ) -> Option<Self> {
        let least = scope.range(Duration(0)).0;
        Some(Self {
            scope,
            service,
            slo,
            indicator: Indicator::of(scope, service, slo)?,
            windows: burn_windows(slo.window.value, least),
            id: names::slo_id(scope.key(), &service.key, &slo.key),
        })
    }

    /// Labels that name it; the first [`OF_SUBJECT`] are those that every rule about its service has.
    fn labels(&self, window: Option<Duration>) -> Vec<(&'static str, Cow<'p, str>)> {
        // With room for what infos and rules add.
        let mut labels = Vec::with_capacity(12);
        labels.extend([
            ("environment", Cow::Borrowed(self.scope.key())),
            ("namespace", Cow::Borrowed(self.scope.namespace())),
            ("service", Cow::Borrowed(self.service.key.as_str())),
            ("slo", Cow::Borrowed(self.slo.key.as_str())),
            ("sloth_id", Cow::Owned(self.id.clone())),
            ("sloth_service", Cow::Owned(names::slo_service(self.scope.key(), &self.service.key))),
            ("sloth_slo", Cow::Borrowed(self.slo.key.as_str())),
        ]);
        labels.extend(window.map(|window| ("sloth_window", Cow::Owned(window.compound()))));
        labels
    }

    /// A recorded series of this objective.
    fn series(&self, name: &str) -> String {
        [name, "{sloth_id=\"", &self.id, "\"}"].concat()
    }

    fn record(&self, name: impl Into<Cow<'static, str>>, expr: String) -> Record<'p> {
        Record { name: name.into(), expr: expr.into(), labels: self.labels(None), always: None }
    }

    /// The share over a window: its record.
    fn share(&self, window: Duration, expr: String) -> Record<'p> {
        let name = ratio(window).into();
        Record { name, expr: expr.into(), labels: self.labels(Some(window)), always: None }
    }

    /// A number that is the same whatever is read.
    fn constant(&self, name: &'static str, number: &str) -> Record<'p> {
        let always = Some(Cow::Owned(number.to_owned()));
        Record { always, ..self.record(name, format!("vector({number})")) }
    }

    /// How many times as fast as it may the budget burns within a window: its record.
    fn burn(&self, name: &'static str, window: Duration) -> Record<'p> {
        let (share, budget) = (self.series(&ratio(window)), self.slo.objective.value.budget().promql());
        self.record(name, format!("max without (sloth_window) ({share}) / {budget}"))
    }

    /// The failures within a window: its record.
    fn failures(&self, window: Duration) -> Record<'p> {
        let (range, seconds) = (window.compound(), window.0);
        let expr = if window < Duration::DAY {
            format!("(\n  {}\n) * {seconds}", self.indicator.errors(&range))
        } else {
            format!("avg_over_time({}[{range}]) * {seconds}", self.series(ERRORS))
        };
        self.record(failures(window), expr)
    }

    /// The windows within which enough failures have to be, where few requests come.
    fn quiet(&self) -> impl Iterator<Item = Duration> {
        self.windows.iter().filter(|window| self.is_quiet(window)).map(|window| window.long)
    }

    /// The windows of alerts and of dashboards, each once, from the shortest.
    fn lengths(&self) -> Vec<Duration> {
        let of_alerts = self.windows.iter().flat_map(|window| [window.short, window.long]);
        let mut lengths: Vec<Duration> = of_alerts.chain([NOW, Duration::HOUR]).collect();
        lengths.sort_unstable();
        lengths.dedup();
        lengths
    }

    /// All windows over which a share is recorded: those, and the period.
    fn recorded(&self) -> Vec<Duration> {
        let mut lengths = self.lengths();
        lengths.push(self.slo.window.value);
        lengths.sort_unstable();
        lengths.dedup();
        lengths
    }

    fn fast(&self) -> Group<'p> {
        let lengths = self.lengths();
        let short = lengths.iter().filter(|length| **length < Duration::DAY);
        let records = short.map(|length| self.share(*length, self.indicator.ratio(&length.compound())));
        let mut group =
            self.subject().group(self.slo.at, vec![self.burning(true), self.burning(false), self.absent()]);
        group.name = names::slo_group(self.scope.key(), &self.service.key, &self.slo.key);
        group.records = records.collect();
        group.records.extend(
            self.quiet().filter(|window| *window < Duration::DAY).map(|window| self.failures(window)),
        );
        group.records.push(self.burn(SLO_BURN.name, NOW));
        group.counted = self.scope.stories.then(|| Box::new(self.counted()));
        group
    }

    fn slow(&self) -> Group<'p> {
        let (objective, period) = (self.slo.objective.value, self.slo.window.value);
        let now = NOW.compound();
        let mut records = vec![
            self.record(ERRORS, self.indicator.errors(&now)),
            self.record(TOTAL, self.indicator.total(&now)),
        ];
        for length in self.recorded().into_iter().filter(|length| *length >= Duration::DAY) {
            let range = length.compound();
            records.push(self.share(
                length,
                format!(
                    "sum_over_time({}[{range}])\n/ (sum_over_time({}[{range}]) > 0)",
                    self.series(ERRORS),
                    self.series(TOTAL)
                ),
            ));
        }
        let budget = objective.budget().promql();
        let days = period.0 / Duration::DAY.0;
        records.extend(
            self.quiet().filter(|window| *window >= Duration::DAY).map(|window| self.failures(window)),
        );
        records.push(self.constant(SLO_OBJECTIVE.name, &objective.ratio().promql()));
        records.push(self.constant(SLO_BUDGET.name, &budget));
        records.push(self.constant(SLO_DAYS.name, &days.to_string()));
        records.push(self.burn(SLO_PERIOD_BURN.name, period));
        records.push(self.record(SLO_LEFT.name, format!("1 - {}", self.series(SLO_PERIOD_BURN.name))));
        let mut info = self.constant("sloth_slo_info", "1");
        info.labels.push(("sloth_objective", Cow::Owned(objective.percent())));
        info.labels.push(("sloth_mode", Cow::Borrowed("platc")));
        records.push(info);
        let mut group = self.subject().group(self.slo.at, vec![self.exhausted()]);
        group.name =
            format!("{}-period", names::slo_group(self.scope.key(), &self.service.key, &self.slo.key));
        group.interval = Some(SLOWLY);
        group.records = records;
        group
    }

    /// What the tests of the records are made of.
    fn counted(&self) -> Counted<'p> {
        Counted {
            id: self.id.clone(),
            slo: &self.slo.key,
            objective: self.slo.objective.value,
            period: self.slo.window.value,
            pairs: self.windows,
            windows: self.recorded(),
            few: self.quiet().collect(),
            series: self.indicator.examples(),
            reads: self.indicator.reads(),
            is_timed: matches!(self.indicator, Indicator::Timed { .. }),
        }
    }

    fn subject(&self) -> Subject<'p> {
        self.scope
            .subject("service", &self.service.key)
            .bound_to(self.service.tier.as_ref())
            .owned_by(&self.service.owner)
    }

    fn rule(
        &self,
        alert: &'static str,
        urgency: Urgency,
        hold: Duration,
        expr: String,
        summary: &'static str,
        description: String,
    ) -> Claim<'p> {
        let mut rule = self.subject().rule(alert, urgency, hold, expr, summary, description);
        // The subject's own labels are there.
        for (label, text) in self.labels(None).into_iter().skip(OF_SUBJECT) {
            rule = rule.with(label, text);
        }
        rule
    }

    /// `availability of api in production`.
    fn whole_name(&self) -> String {
        format!("{} of {} in {}", self.slo.key, self.service.key, self.scope.key())
    }

    /// Whether the budget burns too fast: over a long window, so that it matters, and over a short one, so that it still goes on.
    fn burning(&self, is_page: bool) -> Rule<'p> {
        let pairs: Vec<&BurnWindow> =
            self.windows.iter().filter(|window| window.is_page == is_page).collect();
        let expr = pairs.iter().map(|window| self.pair(window)).collect::<Vec<_>>().join("\nor\n");
        let objective = self.slo.objective.value;
        let rates: Vec<String> = pairs
            .iter()
            .map(|window| format!("{} times over {}", window.factor.about(2), window.long.compound()))
            .collect();
        let rates = rates.join(", or ");
        let purpose = self.slo.purpose.as_ref().map_or_else(String::new, |purpose| {
            format!(" It is promised because: {}.", literal(purpose.trim_end_matches(['.', '{'])))
        });
        let description = format!(
            "{PERCENT} {fault} that count for {name}; over {period} only {budget} % may. The error budget burns faster than it allows: \
             more than {rates}.{purpose}",
            fault = self.indicator.fault(self.slo),
            name = self.whole_name(),
            period = self.slo.window.value,
            budget = objective.budget().times(Exact::new(100, 1)).promql(),
        );
        let (alert, urgency, summary, severity) = if is_page {
            let summary = "An objective's error budget burns so fast that it will soon be gone.";
            ("SLOErrorBudgetBurningFast", Urgency::Now, summary, "page")
        } else {
            let summary = "An objective's error budget will be gone before its period ends.";
            ("SLOErrorBudgetBurningSlowly", Urgency::Soon, summary, "ticket")
        };
        self.rule(alert, urgency, Duration(0), expr, summary, description)
            .with("sloth_severity", severity)
            .proved(|| trials::burning(self, &pairs))
    }

    /// Whether both windows of a pair are above their threshold, and, where few requests come, enough of them failed.
    fn pair(&self, window: &BurnWindow) -> String {
        let threshold = window.threshold(self.slo.objective.value).promql();
        let mut text = String::with_capacity(256);
        for (begins, length) in [("(\n  ", window.long), ("\n  and ", window.short)] {
            let series = self.series(&ratio(length));
            text.extend([begins, "max without (sloth_window) (", &*series, ") > ", &*threshold]);
        }
        if self.is_quiet(window) {
            // Between two and three: rates are extrapolated.
            let _ = write!(text, "\n  and {} > {}.5", self.series(&failures(window.long)), FEW - 1);
        }
        text.push_str("\n)");
        text
    }

    /// Whether fewer failures than say anything would be too many within a pair of windows.
    fn is_quiet(&self, window: &BurnWindow) -> bool {
        self.slo
            .traffic
            .as_ref()
            .is_some_and(|traffic| !window.failures(self.slo.objective.value, traffic.value).is_at_least(FEW))
    }

    fn absent(&self) -> Rule<'p> {
        self.rule(
            "SLOMetricAbsent",
            Urgency::Soon,
            ABSENT_FOR,
            format!("absent(count({}))", self.indicator.watched()),
            "Nothing measures whether an objective is kept.",
            format!(
                "What {} is measured by has been missing for {ABSENT_FOR}: its alerts are silent whatever happens.",
                self.whole_name()
            ),
        )
        .proved(|| trials::absent(self))
    }

    fn exhausted(&self) -> Rule<'p> {
        self.rule(
            "SLOErrorBudgetExhausted",
            Urgency::Soon,
            EXHAUSTED_FOR,
            format!("{} <= 0", self.series(SLO_LEFT.name)),
            "An objective is broken: its error budget is gone.",
            format!(
                "{PERCENT} of the error budget of {} are left for {}: {} were promised.",
                self.whole_name(),
                self.slo.window.value,
                self.slo.objective.value
            ),
        )
        .proved(|| trials::exhausted(self))
    }
}

/// The series of the failures within a window.
fn failures(window: Duration) -> String {
    ["slo:sli_errors:increase", &window.compound()].concat()
}

/// The series of the share over a window.
pub(in crate::backend) fn ratio(window: Duration) -> String {
    ["slo:sli_error:ratio_rate", &window.compound()].concat()
}
