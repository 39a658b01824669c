//! A rule, whom it is about, and how it becomes data.

use std::borrow::Cow;

use super::expr::literal;
use super::metrics::Metric;
use super::slo::counted::Counted;
use super::story::Story;
use crate::format::data::{Data, Map};
use crate::map;
use crate::names;
use crate::plan::{Cluster, Environment, Plan, Resolved, Role, Tier};
use crate::source::At;
use crate::units::Duration;

/// The label that says whose an alert is. Every alert of platc has it, none of a chart.
pub(super) const OWNER: &str = "owner";

/// How soon somebody has to act where users depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Urgency {
    /// Now: users are affected, or data that were promised to be safe are not.
    Now,
    /// In working hours.
    Soon,
    /// Nobody has to; it explains what else is seen.
    Never,
}

/// What a rule's `severity` label says; Alertmanager's routes go by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Severity {
    /// Somebody is woken up.
    Critical,
    /// A ticket.
    Warning,
    /// A note.
    Info,
}

impl Severity {
    /// The severity of something urgent in an environment of a role.
    ///
    /// Only production wakes people up, and the system environment with it, because production stands on it.
    /// What stands in for production counts as production: a promise rests on it, and in the end its users.
    /// Staging is fixed in working hours. Development is one step lower still: nothing there is urgent.
    pub(super) const fn of(urgency: Urgency, role: Role) -> Self {
        match (urgency, role) {
            (Urgency::Now, Role::Production | Role::Recovery | Role::System) => Self::Critical,
            (Urgency::Now, Role::Staging | Role::Development)
            | (Urgency::Soon, Role::Production | Role::Recovery | Role::System | Role::Staging) => {
                Self::Warning
            }
            (Urgency::Soon, Role::Development) | (Urgency::Never, _) => Self::Info,
        }
    }

    /// The label's text.
    pub(super) const fn text(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

/// An environment of a plan, with what every rule in it needs.
#[derive(Clone, Copy)]
pub(super) struct Scope<'p> {
    /// The plan.
    pub(super) plan: &'p Plan,
    /// The environment.
    pub(super) environment: &'p Environment,
    /// Whether the stories of rules are told. Only their tests are made of them.
    pub(super) stories: bool,
}

impl<'p> Scope<'p> {
    /// For the rules themselves, whose stories nobody asks for.
    pub(super) const fn rules(plan: &'p Plan, environment: &'p Environment) -> Self {
        Self { plan, environment, stories: false }
    }

    /// For the tests of the rules.
    pub(super) const fn tests(plan: &'p Plan, environment: &'p Environment) -> Self {
        Self { plan, environment, stories: true }
    }

    /// The cluster that the environment is in.
    pub(super) fn cluster(self) -> Option<&'p Cluster> {
        self.plan.clusters.get(&self.environment.cluster.value)
    }

    /// The cluster whose rules stand in this environment: one environment of each cluster has those that are about all of it.
    pub(super) fn led(self) -> Option<&'p Cluster> {
        self.cluster().filter(|_| self.plan.leads(self.environment))
    }

    /// The namespace.
    pub(super) fn namespace(self) -> &'p str {
        &self.environment.namespace.value
    }

    /// The environment's key.
    pub(super) fn key(self) -> &'p str {
        &self.environment.key
    }

    /// A range that is not too short to take a rate of.
    pub(super) fn range(self, wanted: Duration) -> super::expr::Range {
        super::expr::Range(wanted.max(self.plan.monitoring.shortest_range()))
    }

    /// A time to hold that sees at least two readings: one alone, or one that came late, is no finding.
    pub(super) fn hold(self, wanted: Duration) -> Duration {
        wanted.max(Duration(2 * self.plan.monitoring.scrape_every.value.0))
    }

    /// A thing in this environment that rules are about.
    pub(super) fn subject(self, kind: &'static str, name: &'p str) -> Subject<'p> {
        let owner = self.plan.owner.value.as_str();
        Subject { scope: self, kind, label: kind, name, tier: None, owner }
    }
}

/// What a rule is about; its labels name it.
#[derive(Clone, Copy)]
pub(super) struct Subject<'p> {
    scope: Scope<'p>,
    kind: &'static str,
    label: &'static str,
    name: &'p str,
    tier: Option<&'p Tier>,
    owner: &'p str,
}

impl<'p> Subject<'p> {
    /// The same, bound to a tier.
    pub(super) const fn bound_to(mut self, tier: Option<&'p Tier>) -> Self {
        self.tier = tier;
        self
    }

    /// The same, and a team of its own answers for it; else the platform's does.
    pub(super) fn owned_by(mut self, owner: &'p Resolved<String>) -> Self {
        self.owner = &owner.value;
        self
    }

    /// Its name.
    pub(super) const fn name(self) -> &'p str {
        self.name
    }

    /// The same, named by another label than its kind.
    pub(super) const fn labelled(mut self, label: &'static str) -> Self {
        self.label = label;
        self
    }

    /// A rule about it, which its story has to prove. `hold` is how long the expression must be true before the alert fires.
    pub(super) fn rule(
        self,
        alert: &'static str,
        urgency: Urgency,
        hold: Duration,
        expr: String,
        summary: &'static str,
        description: String,
    ) -> Claim<'p> {
        let Scope { environment, stories, .. } = self.scope;
        // With room for what rules of their own add.
        let mut labels = Vec::with_capacity(12);
        labels.push(("environment", Cow::Borrowed(environment.key.as_str())));
        labels.push(("namespace", Cow::Borrowed(environment.namespace.value.as_str())));
        if self.label != "namespace" {
            labels.push((self.label, Cow::Borrowed(self.name)));
        }
        if let Some(tier) = self.tier {
            labels.push(("tier", Cow::Borrowed(tier.key.as_str())));
        }
        labels.push((OWNER, literal(self.owner)));
        let severity = Severity::of(urgency, environment.role.value);
        Claim { alert, expr, hold, severity, labels, summary, description, stories }
    }

    /// A group of rules about it.
    pub(super) fn group(self, at: At, rules: Vec<Rule<'p>>) -> Group<'p> {
        Group {
            name: names::rule_group(self.kind, &self.scope.environment.key, self.name),
            at,
            interval: None,
            counted: None,
            records: Vec::new(),
            rules,
        }
    }
}

/// An alerting rule that nothing proves yet: only [`Claim::proved`] makes a [`Rule`] of it.
#[derive(Debug)]
#[must_use = "a rule without a story is none"]
pub(super) struct Claim<'p> {
    alert: &'static str,
    expr: String,
    hold: Duration,
    severity: Severity,
    labels: Vec<(&'static str, Cow<'p, str>)>,
    summary: &'static str,
    description: String,
    stories: bool,
}

impl<'p> Claim<'p> {
    /// The same with one more label.
    pub(super) fn with(mut self, label: &'static str, text: impl Into<Cow<'p, str>>) -> Self {
        self.labels.push((label, text.into()));
        self
    }

    /// The rule, with the story that shows when its alert fires and when it is silent. It is told only where tests are made.
    pub(super) fn proved(self, story: impl FnOnce() -> Story<'p>) -> Rule<'p> {
        let Self { alert, expr, hold, severity, labels, summary, description, stories } = self;
        let story = stories.then(story);
        Rule { alert, expr, hold, severity, labels, summary, description, story }
    }
}

/// An alerting rule.
#[derive(Debug)]
pub(super) struct Rule<'p> {
    /// The alert's name, subject first.
    pub(super) alert: &'static str,
    /// The condition, in `PromQL`.
    pub(super) expr: String,
    /// How long the condition must hold.
    pub(super) hold: Duration,
    /// Who has to act, and when.
    pub(super) severity: Severity,
    /// Labels besides `severity`; never the measured value, which would make every evaluation a new alert.
    pub(super) labels: Vec<(&'static str, Cow<'p, str>)>,
    /// A fixed sentence.
    pub(super) summary: &'static str,
    /// What is measured, with labels and value: a template.
    pub(super) description: String,
    /// What its tests tell; `None` where no tests are made.
    pub(super) story: Option<Story<'p>>,
}

impl<'p> Rule<'p> {
    /// The same with one more label.
    pub(super) fn with(mut self, label: &'static str, text: impl Into<Cow<'p, str>>) -> Self {
        self.labels.push((label, text.into()));
        self
    }

    /// All its labels, as templates.
    pub(super) fn all_labels(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let labels = self.labels.iter().map(|(label, text)| (*label, text.as_ref()));
        std::iter::once(("severity", self.severity.text())).chain(labels)
    }

    /// Its annotations, as templates. `runbooks` is the address below which runbooks are.
    pub(super) fn annotations(
        &self,
        runbooks: Option<&str>,
    ) -> impl Iterator<Item = (&'static str, Cow<'_, str>)> {
        let fixed = [
            ("summary", Cow::Borrowed(self.summary)),
            ("description", Cow::Borrowed(self.description.as_str())),
        ];
        fixed.into_iter().chain(self.runbook(runbooks).map(|address| ("runbook_url", Cow::Owned(address))))
    }

    fn runbook(&self, runbooks: Option<&str>) -> Option<String> {
        runbooks.map(|base| literal(&names::runbook_address(base, self.alert)).into_owned())
    }

    fn into_data(self, runbooks: Option<&str>) -> Data<'p> {
        let runbook = self.runbook(runbooks);
        let mut annotations = Map::with_capacity(3);
        annotations.push("summary", self.summary);
        annotations.push("description", self.description);
        let annotations = annotations.with_some("runbook_url", runbook);
        let mut labels = Map::with_capacity(1 + self.labels.len());
        labels.push("severity", self.severity.text());
        for (label, text) in self.labels {
            labels.push(label, text);
        }
        let mut rule = Map::with_capacity(5);
        rule.push("alert", self.alert);
        rule.push("expr", self.expr);
        if self.hold > Duration(0) {
            rule.push("for", self.hold.prometheus());
        }
        rule.push("labels", labels);
        rule.push("annotations", annotations);
        Data::Map(rule)
    }
}

/// Rules that are evaluated one after the other.
pub(super) struct Group<'p> {
    /// Its name, unique in its file.
    pub(super) name: String,
    /// The place of the spec that it comes from.
    pub(super) at: At,
    /// The time between two evaluations, where it is not the usual one.
    pub(super) interval: Option<Duration>,
    /// What its records are made of, where it is an objective's and its tests are made.
    pub(super) counted: Option<Box<Counted<'p>>>,
    /// Series that are recorded for dashboards and for the rules, before these.
    pub(super) records: Vec<Record<'p>>,
    /// The rules in order.
    pub(super) rules: Vec<Rule<'p>>,
}

/// A series that is recorded.
#[derive(Debug)]
pub(super) struct Record<'p> {
    /// The metric.
    pub(super) name: Cow<'static, str>,
    /// Its value, in `PromQL`.
    pub(super) expr: Cow<'static, str>,
    /// Its labels.
    pub(super) labels: Vec<(&'static str, Cow<'p, str>)>,
    /// What it says whatever is read, as `PromQL`; `None` where it depends on readings.
    pub(super) always: Option<Cow<'static, str>>,
}

impl<'p> Record<'p> {
    /// A series of the constant 1 whose labels are what it says.
    pub(super) const fn fact(metric: Metric, labels: Vec<(&'static str, Cow<'p, str>)>) -> Self {
        let (name, expr) = (Cow::Borrowed(metric.name), Cow::Borrowed("vector(1)"));
        Self { name, expr, labels, always: Some(Cow::Borrowed("1")) }
    }

    /// A series of a number that the spec says.
    pub(super) fn number(metric: Metric, number: i64, labels: Vec<(&'static str, Cow<'p, str>)>) -> Self {
        Self {
            name: Cow::Borrowed(metric.name),
            expr: Cow::Owned(format!("vector({number})")),
            labels,
            always: Some(Cow::Owned(number.to_string())),
        }
    }

    fn into_data(self) -> Data<'p> {
        let labels: Map<'p> = self.labels.into_iter().collect();
        Data::Map(map! { "record" => self.name, "expr" => self.expr, "labels" => labels })
    }
}

impl<'p> Group<'p> {
    /// The group as Prometheus reads it.
    pub(super) fn into_data(self, plan: &Plan) -> Data<'p> {
        let runbooks = plan.monitoring.runbooks.as_ref().map(|base| base.value.as_str());
        let records = self.records.into_iter().map(Record::into_data);
        let rules = records.chain(self.rules.into_iter().map(|rule| rule.into_data(runbooks))).collect();
        let mut group = Map::new().with("name", self.name);
        if let Some(interval) = self.interval {
            group.push("interval", interval.prometheus());
        }
        Data::Map(group.with("rules", Data::List(rules)))
    }
}
