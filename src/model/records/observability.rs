//! Metrics, logs, traces, alerts, and whom they reach.

use super::Short;
use crate::model::decode::Named;
use crate::model::scalars::{
    AlertName, Destination, Email, HostPort, Identifier, LabelKey, LabelValue, Line, MetricLabel, Name,
    PromQl, Reference, SecretReference, Text, Url, Version,
};
use crate::record;
use crate::source::Written;
use crate::units::{Bytes, Duration, Latency, Percent};
use crate::words::{AlertSeverity, LogStore, Tenants};

record! {
    /// Metrics, logs, traces, and whom alerts reach.
    Observability as "observability"; {
        /// The namespace that Prometheus runs in.
        namespace: Written<Name> = optional "monitoring", "`monitoring`";
        /// The labels by which Prometheus selects monitors and rules.
        selector: Named<LabelKey, Written<LabelValue>> = optional "{release: kube-prometheus-stack}", "`release: kube-prometheus-stack`";
        /// How often metrics are read.
        scrape: Scrape = optional "{every: 30s}";
        /// Where runbooks are; an alert's name in lower case with `-` between its words and `.md` follow.
        runbooks: Written<Url> = optional "https://git.example.com/aiaas/platform/blob/main/docs/runbooks", "no link";
        /// How long metrics are kept, and in how much space.
        metrics: MetricStore = optional "{keep: 30d, size: 50Gi}";
        /// Logs. Absent: none are collected.
        logs: Logs = optional "{tenants: environment, keep: {production: 90d, default: 14d}}", "no logs are collected";
        /// Traces. Absent: none are collected.
        traces: Traces = optional "{keep: 7d}", "no traces are collected";
        /// Whom alerts can reach, by name.
        receivers: Named<Name, Receiver> = optional "{on-call: {pagerduty: {key: secrets/pagerduty-key}}}", "nobody";
        /// The Alertmanager that reads the configuration.
        alertmanager: Alertmanager = optional "{version: \"0.27\"}";
        /// Which alerts reach whom.
        routing: Routing = optional "{critical: [on-call], warning: [chat]}";
    }
}

record! {
    /// The Alertmanager that reads the configuration.
    Alertmanager as "Alertmanager"; {
        /// Its version. A receiver that it does not understand is an error, since it would refuse the whole configuration.
        version: Written<Version> = optional "\"0.27\"", "that of the add-on `kube-prometheus-stack`";
    }
}

record! {
    /// How long metrics are kept, and in how much space.
    MetricStore as "metric store"; {
        /// How long they are kept.
        keep: Written<Duration> = optional "30d", "15d: what Prometheus does";
        /// The disk of each Prometheus.
        size: Written<Bytes> = optional "50Gi", "50Gi";
    }
}

record! {
    /// Logs.
    Logs as "logs"; {
        /// What keeps them.
        store: Written<LogStore> = optional "elasticsearch", "`loki`";
        /// Who shares a store of logs.
        tenants: Written<Tenants> = optional "environment", "`single`";
        /// How long they are kept: everywhere, or by environment; `default` stands for what is not named.
        keep: Short<Written<Duration>, Named<Name, Written<Duration>>> = optional "{production: 90d, default: 14d}", "14d";
    }
}

record! {
    /// Traces.
    Traces as "traces"; {
        /// How long they are kept.
        keep: Written<Duration> = optional "7d", "7d";
    }
}

record! {
    /// Somebody whom alerts can reach, in one or more ways.
    Receiver as "receiver"; {
        /// Mail.
        email: EmailReceiver = optional "{to: ops@example.com, from: alerts@example.com, host: \"smtp.example.com:587\"}";
        /// A channel of Slack.
        slack: SlackReceiver = optional "{channel: \"#platform\", url: secrets/slack-url}";
        /// A service of PagerDuty.
        pagerduty: PagerdutyReceiver = optional "{key: secrets/pagerduty-key}";
        /// A team of Opsgenie.
        opsgenie: OpsgenieReceiver = optional "{key: secrets/opsgenie-key}";
        /// A channel of Microsoft Teams, through a workflow.
        teams: TeamsReceiver = optional "{url: secrets/teams-url}";
        /// An address that gets every alert as JSON.
        webhook: WebhookReceiver = optional "{url: secrets/webhook-url}";
        /// Issues in a project of Jira.
        jira: JiraReceiver = optional "{url: https://example.atlassian.net/, project: OPS, type: Incident, username: bot@example.com, password: secrets/jira-token}";
    }
}

record! {
    /// Mail.
    EmailReceiver as "e-mail receiver"; {
        /// Who gets it.
        to: Written<Email> = needed "ops@example.com";
        /// Whom it comes from.
        from: Written<Email> = needed "alerts@example.com";
        /// The mail server, with its port.
        host: Written<HostPort> = needed "\"smtp.example.com:587\"";
        /// The account at the mail server.
        username: Written<Line> = optional "alerts@example.com", "none: the server asks for no account";
        /// The account's password.
        password: Written<SecretReference> = optional "secrets/smtp/password";
    }
}

record! {
    /// A channel of Slack.
    SlackReceiver as "Slack receiver"; {
        /// The channel.
        channel: Written<Line> = needed "\"#platform\"";
        /// The address of the incoming webhook, which is a secret.
        url: Written<SecretReference> = needed "secrets/slack-url";
    }
}

record! {
    /// A service of PagerDuty.
    PagerdutyReceiver as "PagerDuty receiver"; {
        /// The integration key of the Events API v2.
        key: Written<SecretReference> = needed "secrets/pagerduty-key";
    }
}

record! {
    /// A team of Opsgenie.
    OpsgenieReceiver as "Opsgenie receiver"; {
        /// The key of the API.
        key: Written<SecretReference> = needed "secrets/opsgenie-key";
        /// The address of the API, where it is not the one in the USA.
        url: Written<Url> = optional "https://api.eu.opsgenie.com/", "`https://api.opsgenie.com/`";
    }
}

record! {
    /// A channel of Microsoft Teams, through a workflow.
    TeamsReceiver as "Teams receiver"; {
        /// The address of the workflow, which is a secret.
        url: Written<SecretReference> = needed "secrets/teams-url";
    }
}

record! {
    /// An address that gets every alert as JSON.
    WebhookReceiver as "webhook receiver"; {
        /// The address, or the secret that holds it.
        url: Written<Destination> = needed "secrets/webhook-url";
    }
}

record! {
    /// Issues in a project of Jira.
    JiraReceiver as "Jira receiver"; {
        /// The address of Jira.
        url: Written<Url> = needed "https://example.atlassian.net/";
        /// The project's key.
        project: Written<Identifier> = needed "OPS";
        /// The type of the issues.
        r#type as "type": Written<Line> = needed "Incident";
        /// The account.
        username: Written<Line> = needed "bot@example.com";
        /// The account's password or API token.
        password: Written<SecretReference> = needed "secrets/jira-token";
    }
}

record! {
    /// Which alerts reach whom.
    Routing as "routing"; {
        /// Who is reached at once when users of production are affected.
        critical: Vec<Written<Name>> = optional "[on-call, chat]", "nobody: an error where users depend on an environment";
        /// Who gets what has to be looked at in working hours; also what is critical in staging and development, or in a
        /// cluster with nothing else.
        warning: Vec<Written<Name>> = optional "[chat]", "nobody: an error";
        /// Who gets what explains other alerts. `[]` says that nobody does, and that it is meant.
        info: Vec<Written<Name>> = optional "[chat]", "nobody: an error, as long as `[]` does not say so";
        /// Teams whose alerts go to others than those, by the `owner` of what the alert is about. A severity that is not named
        /// goes where all go, and so do the alerts of charts, which have no owner. `environments` comes first.
        owners: Named<Name, OwnerRouting> = optional "{checkout-team: {critical: [checkout-on-call], warning: [checkout-chat]}}", "the alerts of all teams go the same way";
        /// Environments whose alerts all go to others, by their namespace, or by their label `environment`; to nobody where the
        /// list is empty.
        environments: Named<Name, Vec<Written<Name>>> = optional "{development: []}";
        /// Who gets the alert that always fires, and raises the alarm when it does not come any more.
        watchdog: Written<Name> = optional "dead-man", "nobody notices that alerting is dead";
    }
}

record! {
    /// Who gets the alerts of a team.
    OwnerRouting as "routing of a team"; {
        /// Who is reached at once when users of production are affected.
        critical: Vec<Written<Name>> = optional "[checkout-on-call]", "whom `critical` of all names";
        /// Who gets what has to be looked at in working hours; also what is critical where no user is.
        warning: Vec<Written<Name>> = optional "[checkout-chat]", "whom `warning` of all names";
        /// Who gets what explains other alerts. `[]` says that nobody does.
        info: Vec<Written<Name>> = optional "[checkout-chat]", "whom `info` of all names";
    }
}

record! {
    /// How often metrics are read.
    Scrape as "scrape"; {
        /// The time between two readings.
        every: Written<Duration> = optional "30s", "30s";
    }
}

record! {
    /// Thresholds of alerts.
    Alerts as "alerts"; {
        /// When too many requests fail.
        error_rate as "errorRate": ErrorRate = optional "{above: 5%, for: 5m}";
        /// When answers take too long.
        latency: LatencyLimit = optional "{above: 500ms}", "no alert";
        /// When a service counts as down.
        down: Down = optional "{for: 2m}";
        /// Alerts of one's own, by name. Each expression is read and judged, and none is proven: nobody but its author knows
        /// when it has to fire.
        custom: Named<AlertName, CustomAlert> = optional "{QueueOfMailLong: {expr: 'sum by (job) (mail_queue_length{job=\"mailer\"}) > 100', for: 10m, summary: Mail is not sent.}}", "none";
    }
}

record! {
    /// An alert of one's own.
    CustomAlert as "custom alert"; {
        /// The condition in PromQL: the alert fires for each series that it gives.
        expr: Written<PromQl> = needed "'sum by (job) (mail_queue_length{job=\"mailer\"}) > 100'";
        /// For how long the condition must hold.
        r#for as "for": Written<Duration> = optional "10m", "the first reading is enough";
        /// For how long the alert goes on when the condition does not hold any more.
        keep_firing as "keepFiring": Written<Duration> = optional "10m", "not at all";
        /// Who has to act, and when, where users depend on it. In staging what is critical is a warning, in development also what
        /// is a warning is a note: as with platc's own alerts.
        severity: Written<AlertSeverity> = optional "critical", "`warning`";
        /// What is the matter, in a fixed sentence. `{{ $labels.job }}` stands for a label of the series.
        summary: Written<Line> = needed "Mail is not sent.";
        /// What is measured, with labels and value: a template of Prometheus.
        description: Written<Text> = optional "'{{ $value | printf \"%.0f\" }} mails wait in {{ $labels.job }}.'", "none";
        /// Labels besides those that every alert of platc has.
        labels: Named<MetricLabel, Written<Text>> = optional "{component: mail}";
        /// What to do when it fires.
        runbook: Written<Url> = optional "https://wiki.example.com/mail", "no link";
        /// The service that it is about: the alert gets its labels, and exists where the service does.
        service: Written<Reference> = optional "services/mailer", "none";
        /// Where it exists.
        environments: Vec<Written<Name>> = optional "[production]", "where the service is; else one environment of each cluster: its production, its system, or its first";
    }
}

record! {
    /// When too many requests fail.
    ErrorRate as "error rate"; {
        /// The share of failed requests.
        above: Written<Percent> = optional "5%", "5%";
        /// For how long.
        r#for as "for": Written<Duration> = optional "5m", "5m";
    }
}

record! {
    /// When answers take too long.
    LatencyLimit as "latency"; {
        /// The time within which 95 % of a service's requests must be answered. It counts them as the histogram
        /// `http_request_duration_seconds`.
        above: Written<Latency> = needed "500ms";
        /// For how long it takes longer.
        r#for as "for": Written<Duration> = optional "10m", "10m";
    }
}

record! {
    /// When a service counts as down.
    Down as "down"; {
        /// For how long nothing answers.
        r#for as "for": Written<Duration> = optional "2m", "2m";
    }
}
