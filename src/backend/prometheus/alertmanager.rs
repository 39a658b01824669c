//! Alertmanager's configuration: which alert reaches whom.
//!
//! It exists once, as data: a plain file that `amtool` reads, and what the chart that runs Alertmanager is given.
//! Field names are those of Alertmanager 0.34 (its `docs/configuration.md` and `config` package). No secret is in it:
//! every field that holds one has a twin that names a file.

use std::borrow::Cow;

use super::conventions::{
    GROUP_INTERVAL, GROUP_WAIT, REPEAT_CRITICAL, REPEAT_INFO, REPEAT_WARNING, WATCHDOG_INTERVAL,
    WATCHDOG_REPEAT,
};
use super::rule::{OWNER, Severity};
use crate::format::data::{Data, Map};
use crate::map;
use crate::names::{CLUSTER_DOWN, DOWN_ALERTS, INFO_INHIBITOR, NOBODY, WATCHDOG};
use crate::plan::{
    Cluster, Destination, Environment, Plan, Reached, Receiver, Resolved, Role, Routing, SecretKey, Way,
};
use crate::units::Duration;

/// Where the Prometheus operator mounts the Secrets of `alertmanagerSpec.secrets`, one directory for each
/// (kube-prometheus-stack's values).
const SECRETS: &str = "/etc/alertmanager/secrets";
/// Labels that name what an alert of platc is about. Alerts of others have none of them; `equal` takes two alerts
/// without a label for equal.
pub(super) const SUBJECTS: [&str; 12] = [
    "addon", "broker", "cache", "cronjob", "database", "gpu_pool", "pool", "project", "queue", "scenario",
    "service", "slo",
];

/// The configuration for the Alertmanager of a cluster; `None` where the spec has no receiver.
#[must_use]
pub fn configuration<'p>(plan: &'p Plan, cluster: &Cluster) -> Option<Map<'p>> {
    let monitoring = &plan.monitoring;
    if monitoring.receivers.is_empty() {
        return None;
    }
    let nobody = Data::Map(map! { "name" => NOBODY });
    let receivers = [nobody].into_iter().chain(monitoring.receivers.values().map(receiver));
    Some(map! {
        "route" => root(plan, &plan.environments_of(&cluster.key).collect::<Vec<_>>()),
        "inhibit_rules" => inhibitions(),
        "receivers" => Data::List(receivers.collect()),
    })
}

/// The name of the file with the configuration of a cluster's Alertmanager.
#[must_use]
pub fn file_name(plan: &Plan, cluster: &Cluster) -> String {
    if plan.clusters.len() == 1 {
        "alertmanager.yaml".to_owned()
    } else {
        format!("alertmanager-{}.yaml", cluster.key)
    }
}

/// Who gets what; the first route that fits decides.
fn root<'p>(plan: &'p Plan, environments: &[&'p Environment]) -> Map<'p> {
    let routing = &plan.monitoring.routing;
    let mut routes = vec![watchdog(routing.watchdog.as_ref())];
    routes.push(Data::Map(map! {
        "matchers" => matchers([format!("alertname=\"{INFO_INHIBITOR}\"")]),
        "receiver" => NOBODY,
    }));
    let own = routing.environments.iter().filter_map(|(key, receivers)| {
        let environment = environments.iter().find(|environment| environment.key == *key)?;
        Some((*environment, receivers))
    });
    // The namespace says what an alert is about, so it comes first. Alerts about nodes have none: those of platc say in
    // which environment their rule stands.
    for place in PLACES {
        let there = own.clone().map(|(environment, to)| route([place(&[environment])], to, REPEAT_WARNING));
        routes.extend(there);
    }
    let rehearsals = Rehearsals::of(routing, environments);
    // What a team does not say for itself is said again in its part of the tree: an alert that is in it does not come out.
    for owner in routing.owners.keys() {
        routes.push(Data::Map(map! {
            "matchers" => matchers([format!("{OWNER}=\"{owner}\"")]),
            "receiver" => NOBODY,
            "routes" => Data::List(by_severity(routing.reached(owner), &rehearsals)),
        }));
    }
    routes.extend(by_severity(routing.general.or(&routing.general), &rehearsals));
    map! {
        "receiver" => NOBODY,
        // One notification for each alert of a namespace: with fewer labels a new alert would only be added to what
        // somebody was called for already.
        "group_by" => Data::List(["namespace", "alertname"].map(Data::from).into()),
        "group_wait" => GROUP_WAIT.prometheus(),
        "group_interval" => GROUP_INTERVAL.prometheus(),
        "repeat_interval" => REPEAT_WARNING.prometheus(),
        "routes" => Data::List(routes),
    }
}

/// Where nobody is woken up: in a whole cluster, or in some of its environments.
enum Rehearsals<'p> {
    Everywhere,
    In(Vec<&'p Environment>),
}

impl<'p> Rehearsals<'p> {
    /// Environments with receivers of their own are none: an earlier route has their alerts.
    fn of(routing: &Routing, environments: &[&'p Environment]) -> Self {
        if environments.iter().all(|environment| is_rehearsal(environment)) {
            return Self::Everywhere;
        }
        let rehearse = environments.iter().copied().filter(|environment| is_rehearsal(environment));
        Self::In(
            rehearse.filter(|environment| !routing.environments.contains_key(&environment.key)).collect(),
        )
    }
}

/// The routes of one way, by severity. Rules of platc are critical where users depend on it; those of charts are critical
/// anywhere, also about what is in no environment.
fn by_severity<'p>(reached: Reached<'p>, rehearsals: &Rehearsals<'_>) -> Vec<Data<'p>> {
    let Reached { critical, warning, info } = reached;
    let mut routes = Vec::with_capacity(5);
    let told = warning.unwrap_or_default();
    match rehearsals {
        Rehearsals::Everywhere if critical.or(warning).is_some() => {
            routes.push(route([of(Severity::Critical)], told, REPEAT_WARNING));
        }
        Rehearsals::Everywhere => {}
        Rehearsals::In(environments) => {
            if critical.or(warning).is_some() && !environments.is_empty() {
                let there = |place: fn(&[&Environment]) -> String| {
                    route([of(Severity::Critical), place(environments)], told, REPEAT_WARNING)
                };
                routes.extend(PLACES.map(there));
            }
            routes
                .extend(critical.map(|critical| route([of(Severity::Critical)], critical, REPEAT_CRITICAL)));
        }
    }
    routes.extend(warning.map(|warning| route([of(Severity::Warning)], warning, REPEAT_WARNING)));
    routes.extend(info.map(|info| route([of(Severity::Info)], info, REPEAT_INFO)));
    routes
}

/// The matchers that tell alerts of environments from others: by what they are about, and by where their rule stands.
const PLACES: [fn(&[&Environment]) -> String; 2] = [
    |environments| matcher("namespace", environments, |environment| &environment.namespace.value),
    |environments| matcher("environment", environments, |environment| &environment.key),
];

fn matcher(label: &str, environments: &[&Environment], value: fn(&Environment) -> &str) -> String {
    match environments {
        [only] => format!("{label}=\"{}\"", value(only)),
        several => {
            let values: Vec<&str> = several.iter().map(|environment| value(environment)).collect();
            format!("{label}=~\"{}\"", values.join("|"))
        }
    }
}

/// Whether no user depends on an environment: nobody is woken up for it.
const fn is_rehearsal(environment: &Environment) -> bool {
    matches!(environment.role.value, Role::Development | Role::Staging)
}

/// The receivers that an alert about what a team answers for in an environment reaches: those of [`root`]'s first route that fits.
pub(super) fn told<'p>(
    plan: &'p Plan,
    environment: &Environment,
    severity: Severity,
    owner: &str,
) -> Vec<&'p str> {
    let routing = &plan.monitoring.routing;
    let Reached { critical, warning, info } = routing.reached(owner);
    let receivers = match routing.environments.get(&environment.key) {
        Some(own) => Some(own.as_slice()),
        None => match severity {
            Severity::Critical if is_rehearsal(environment) => warning,
            Severity::Critical => critical,
            Severity::Warning => warning,
            Severity::Info => info,
        },
    };
    receivers.into_iter().flatten().map(|receiver| receiver.value.as_str()).collect()
}

fn of(severity: Severity) -> String {
    format!("severity=\"{}\"", severity.text())
}

/// The alert that always fires goes out again and again: when it stops, alerting is dead.
fn watchdog(receiver: Option<&Resolved<String>>) -> Data<'_> {
    let mut route = map! {
        "matchers" => matchers([format!("alertname=\"{WATCHDOG}\"")]),
        "receiver" => receiver.map_or(NOBODY, |receiver| receiver.value.as_str()),
    };
    if receiver.is_some() {
        route.push("group_wait", "0s");
        route.push("group_interval", WATCHDOG_INTERVAL.prometheus());
        route.push("repeat_interval", WATCHDOG_REPEAT.prometheus());
    }
    Data::Map(route)
}

/// A route to some receivers: to the first of them and, below it, to each.
fn route<const N: usize>(
    conditions: [String; N],
    receivers: &[Resolved<String>],
    repeat: Duration,
) -> Data<'_> {
    let first = receivers.first().map_or(NOBODY, |receiver| receiver.value.as_str());
    let mut route = map! { "matchers" => matchers(conditions), "receiver" => first };
    if repeat != REPEAT_WARNING {
        route.push("repeat_interval", repeat.prometheus());
    }
    if let [others @ .., last] = receivers
        && !others.is_empty()
    {
        let each = others
            .iter()
            .map(|receiver| Data::Map(map! { "receiver" => receiver.value.as_str(), "continue" => true }))
            .chain([Data::Map(map! { "receiver" => last.value.as_str() })]);
        route.push("routes", Data::List(each.collect()));
    }
    Data::Map(route)
}

fn matchers<'p, const N: usize>(conditions: [String; N]) -> Data<'p> {
    Data::List(conditions.map(Data::from).into())
}

/// What is not said because something graver about the same thing is said already.
fn inhibitions() -> Data<'static> {
    const LESS: &str = "severity=~\"warning|info\"";
    const NOTES: &str = "severity=\"info\"";
    // Every alert of platc has an owner, none of a chart has.
    let of_charts = format!("{OWNER}=\"\"");
    let texts =
        |texts: &[&str]| Data::List(texts.iter().map(|text| Data::from((*text).to_owned())).collect());
    let rule = |source: String, target: &[&str], equal: &[&str]| {
        let rule = map! { "source_matchers" => matchers([source]), "target_matchers" => texts(target) };
        Data::Map(rule.with_filled("equal", texts(equal)))
    };
    let same: Vec<&'static str> = ["namespace", "alertname"].into_iter().chain(SUBJECTS).collect();
    let mut rules = vec![
        rule(of(Severity::Critical), &[LESS], &same),
        rule(of(Severity::Warning), &[NOTES], &same),
        // It fires as long as nothing graver does. Notes of charts explain what is graver; those of platc are read alone.
        rule(format!("alertname=\"{INFO_INHIBITOR}\""), &[NOTES, &of_charts], &["namespace"]),
    ];
    rules.extend(DOWN_ALERTS.iter().map(|(down, label)| {
        let sign = if down.contains('|') { "=~" } else { "=" };
        rule(format!("alertname{sign}\"{down}\""), &[LESS], &["namespace", label])
    }));
    // Without the Kubernetes API nothing in the cluster is seen as it is.
    rules.push(rule(format!("alertname=\"{CLUSTER_DOWN}\""), &[LESS], &[]));
    Data::List(rules)
}

/// The file that a secret is read from.
fn file(key: &SecretKey) -> String {
    format!("{SECRETS}/{}/{}", key.secret, key.key)
}

fn receiver(receiver: &Receiver) -> Data<'_> {
    let mut data = map! { "name" => receiver.key.as_str() };
    for way in &receiver.ways {
        let (key, way) = self::way(way);
        data.push(key, Data::List(vec![Data::Map(way)]));
    }
    Data::Map(data)
}

/// The text of a chat message: the alerts one by one, each with its runbook where it has one.
const CHAT_TITLE: &str = "{{ .Status | toUpper }}: {{ .CommonLabels.alertname }} ({{ .CommonLabels.severity }}) in {{ .CommonLabels.namespace }}";
/// See [`CHAT_TITLE`].
const CHAT_TEXT: &str = "{{ range .Alerts }}{{ .Annotations.description }}{{ with .Annotations.runbook_url }} <{{ . }}|Runbook>{{ end }}\n{{ end }}";

/// The address of Jira's API: Alertmanager wants all of it. Its texts are made for version 2.
fn jira_api(url: &str) -> Cow<'_, str> {
    if url.contains("/rest/api/") {
        Cow::Borrowed(url)
    } else {
        Cow::Owned(format!("{}/rest/api/2/", url.trim_end_matches('/')))
    }
}

/// A way as Alertmanager's list of its kind has it.
fn way(way: &Way) -> (&'static str, Map<'_>) {
    match way {
        Way::Email { to, from, host, username, password } => (
            "email_configs",
            map! { "to" => to, "from" => from, "smarthost" => host }
                .with_some("auth_username", username.as_deref())
                .with_some("auth_password_file", password.as_ref().map(file))
                .with("send_resolved", true),
        ),
        Way::Slack { channel, url } => (
            "slack_configs",
            map! {
                "api_url_file" => file(url),
                "channel" => channel,
                "title" => CHAT_TITLE,
                "text" => CHAT_TEXT,
                "send_resolved" => true,
            },
        ),
        Way::Pagerduty { key } => ("pagerduty_configs", map! { "routing_key_file" => file(key) }),
        Way::Opsgenie { key, url } => {
            ("opsgenie_configs", map! { "api_key_file" => file(key) }.with_some("api_url", url.as_deref()))
        }
        Way::Teams { url } => ("msteamsv2_configs", map! { "webhook_url_file" => file(url) }),
        Way::Webhook { url: Destination::Known(url) } => ("webhook_configs", map! { "url" => url }),
        Way::Webhook { url: Destination::Secret(key) } => {
            ("webhook_configs", map! { "url_file" => file(key) })
        }
        Way::Jira { url, project, kind, username, password } => (
            "jira_configs",
            map! {
                "api_url" => jira_api(url),
                "project" => project,
                "issue_type" => kind,
                "http_config" => map! {
                    "basic_auth" => map! { "username" => username, "password_file" => file(password) },
                },
            },
        ),
    }
}
