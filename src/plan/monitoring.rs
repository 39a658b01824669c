//! Metrics, logs, traces, and whom alerts reach.

use indexmap::IndexMap;
use serde::Serialize;

use super::{AlertSeverity, LogStore, Resolved, SecretKey, Tenants};
use crate::source::At;
use crate::units::{Bytes, Duration, Latency, Percent};

/// How metrics are collected, and when alerts fire.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Monitoring {
    /// The namespace of Prometheus.
    pub namespace: Resolved<String>,
    /// The labels by which it selects monitors and rules.
    pub selector: IndexMap<String, Resolved<String>>,
    /// The time between two readings.
    pub scrape_every: Resolved<Duration>,
    /// The address below which runbooks are.
    pub runbooks: Option<Resolved<String>>,
    /// How long metrics are kept.
    pub keep: Resolved<Duration>,
    /// The disk of each Prometheus.
    pub size: Resolved<Bytes>,
    /// Whom alerts can reach, by name.
    pub receivers: IndexMap<String, Receiver>,
    /// The version of the Alertmanager that reads the configuration.
    pub alertmanager: Resolved<String>,
    /// Which alerts reach whom.
    pub routing: Routing,
    /// The share of failed requests that is too much.
    pub error_rate: Resolved<Percent>,
    /// For how long.
    pub error_rate_for: Resolved<Duration>,
    /// When answers take too long, where there is a limit.
    pub latency: Option<LatencyLimit>,
    /// For how long nothing answers before a service counts as down.
    pub down_for: Resolved<Duration>,
    /// Alerts of the spec's own, in its order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub custom: Vec<CustomAlert>,
}

/// Readings that a range has to hold, so that two lost ones leave a rate (pint's `promql/rate` asks for as many).
pub const READINGS_OF_A_RANGE: u64 = 4;

impl Monitoring {
    /// The shortest range of which a rate can be taken.
    #[must_use]
    pub fn shortest_range(&self) -> Duration {
        Duration(READINGS_OF_A_RANGE * self.scrape_every.value.0)
    }
}

/// An alert of the spec's own.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CustomAlert {
    /// Its name.
    pub key: String,
    /// Its place in the spec.
    #[serde(skip)]
    pub at: At,
    /// The condition in PromQL.
    pub expr: Resolved<String>,
    /// For how long it must hold.
    pub lasting: Resolved<Duration>,
    /// For how long the alert goes on afterwards.
    pub keep_firing: Option<Resolved<Duration>>,
    /// Who has to act, and when.
    pub severity: Resolved<AlertSeverity>,
    /// What is the matter: a template.
    pub summary: Resolved<String>,
    /// What is measured: a template.
    pub description: Option<Resolved<String>>,
    /// Its own labels: templates.
    pub labels: IndexMap<String, Resolved<String>>,
    /// What to do.
    pub runbook: Option<Resolved<String>>,
    /// The service that it is about.
    pub service: Option<Resolved<String>>,
    /// The environments in which it exists.
    pub environments: Vec<String>,
}

/// When answers take too long.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LatencyLimit {
    /// The time within which 95 % of requests must be answered.
    pub above: Resolved<Latency>,
    /// For how long it takes longer.
    pub lasting: Resolved<Duration>,
}

/// Logs.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Logs {
    /// The place in the spec.
    #[serde(skip)]
    pub at: At,
    /// What keeps them.
    pub store: Resolved<LogStore>,
    /// Who shares a store of logs.
    pub tenants: Resolved<Tenants>,
    /// How long logs are kept, by environment: all of them.
    pub keep: IndexMap<String, Resolved<Duration>>,
    /// How long logs of namespaces are kept that belong to no environment.
    pub keep_elsewhere: Resolved<Duration>,
}

/// Traces.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Traces {
    /// The place in the spec.
    #[serde(skip)]
    pub at: At,
    /// How long they are kept.
    pub keep: Resolved<Duration>,
}

/// Somebody whom alerts can reach.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Receiver {
    /// Its name.
    pub key: String,
    /// Its place in the spec.
    #[serde(skip)]
    pub at: At,
    /// The ways, never none.
    pub ways: Vec<Way>,
}

/// A way in which an alert reaches somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Way {
    /// Mail.
    Email {
        /// Who gets it.
        to: String,
        /// Whom it comes from.
        from: String,
        /// The mail server: `host:port`.
        host: String,
        /// The account, where the server asks for one.
        username: Option<String>,
        /// The account's password.
        password: Option<SecretKey>,
    },
    /// A channel of Slack.
    Slack {
        /// The channel.
        channel: String,
        /// The address of the incoming webhook.
        url: SecretKey,
    },
    /// A service of PagerDuty.
    Pagerduty {
        /// The integration key.
        key: SecretKey,
    },
    /// A team of Opsgenie.
    Opsgenie {
        /// The key of the API.
        key: SecretKey,
        /// The address of the API, where it is not the usual one.
        url: Option<String>,
    },
    /// A channel of Microsoft Teams.
    Teams {
        /// The address of the workflow.
        url: SecretKey,
    },
    /// An address that gets every alert as JSON.
    Webhook {
        /// The address.
        url: Destination,
    },
    /// Issues in a project of Jira.
    Jira {
        /// The address of Jira.
        url: String,
        /// The project's key.
        project: String,
        /// The type of the issues.
        #[serde(rename = "type")]
        kind: String,
        /// The account.
        username: String,
        /// The account's password.
        password: SecretKey,
    },
}

/// Where a webhook goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Destination {
    /// An address that everybody may read.
    Known(String),
    /// An address that a secret holds.
    Secret(SecretKey),
}

/// Which alerts reach whom: names of receivers that exist.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Routing {
    /// The way that alerts go of which nothing else is said.
    #[serde(flatten)]
    pub general: BySeverity,
    /// By team, the way of the alerts about what it answers for.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub owners: IndexMap<String, OwnerRouting>,
    /// By environment, who gets all of its alerts instead, whoever's they are; nobody where it is empty.
    pub environments: IndexMap<String, Vec<Resolved<String>>>,
    /// Who notices that the alert that always fires does not come any more.
    pub watchdog: Option<Resolved<String>>,
}

/// By severity, names of receivers; `None` where nothing is said.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BySeverity {
    /// What has to be acted on now.
    pub critical: Option<Vec<Resolved<String>>>,
    /// What has to be looked at in working hours.
    pub warning: Option<Vec<Resolved<String>>>,
    /// What explains other alerts.
    pub info: Option<Vec<Resolved<String>>>,
}

/// The way of a team's alerts.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OwnerRouting {
    /// Its place in the spec.
    #[serde(skip)]
    pub at: At,
    /// What is said for it.
    #[serde(flatten)]
    pub own: BySeverity,
}

/// Who is reached, by severity: what routing says in all.
#[derive(Debug, Clone, Copy)]
pub struct Reached<'p> {
    /// What has to be acted on now.
    pub critical: Option<&'p [Resolved<String>]>,
    /// What has to be looked at in working hours.
    pub warning: Option<&'p [Resolved<String>]>,
    /// What explains other alerts.
    pub info: Option<&'p [Resolved<String>]>,
}

impl BySeverity {
    /// All receivers that it names.
    pub fn all(&self) -> impl Iterator<Item = &Resolved<String>> {
        [&self.critical, &self.warning, &self.info].into_iter().flatten().flatten()
    }

    /// Who is reached where another says what this does not.
    #[must_use]
    pub fn or<'p>(&'p self, other: &'p Self) -> Reached<'p> {
        Reached {
            critical: self.critical.as_deref().or(other.critical.as_deref()),
            warning: self.warning.as_deref().or(other.warning.as_deref()),
            info: self.info.as_deref().or(other.info.as_deref()),
        }
    }
}

impl Routing {
    /// Who is reached by alerts about what a team answers for.
    #[must_use]
    pub fn reached(&self, owner: &str) -> Reached<'_> {
        self.owners.get(owner).map_or(&self.general, |owner| &owner.own).or(&self.general)
    }
}

impl Way {
    /// The word that a spec has for it.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Email { .. } => "email",
            Self::Slack { .. } => "slack",
            Self::Pagerduty { .. } => "pagerduty",
            Self::Opsgenie { .. } => "opsgenie",
            Self::Teams { .. } => "teams",
            Self::Webhook { .. } => "webhook",
            Self::Jira { .. } => "jira",
        }
    }

    /// The secret that it needs.
    #[must_use]
    pub const fn secret(&self) -> Option<&SecretKey> {
        match self {
            Self::Email { password, .. } => password.as_ref(),
            Self::Slack { url: key, .. }
            | Self::Teams { url: key }
            | Self::Pagerduty { key }
            | Self::Opsgenie { key, .. }
            | Self::Webhook { url: Destination::Secret(key) }
            | Self::Jira { password: key, .. } => Some(key),
            Self::Webhook { url: Destination::Known(_) } => None,
        }
    }
}
