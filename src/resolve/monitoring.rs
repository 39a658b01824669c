//! Metrics, logs, traces, and whom alerts reach.

use indexmap::IndexMap;

use super::{Resolver, from_written, optional_text, or, secrets};
use crate::catalog;
use crate::diag::{Diagnostic, code, did_you_mean};
use crate::model::records::{self, Short};
use crate::model::scalars::{Name, SecretReference};
use crate::names;
use crate::plan::{
    BySeverity, Destination, Kept, LatencyLimit, LogStore, Logs, Monitoring, OwnerRouting, Plan, Receiver,
    Resolved, Routing, Secret, SecretKey, Tenants, Traces, Way,
};
use crate::source::Written;
use crate::units::{Bytes, Duration, Percent};

/// How long logs are kept where nothing is said.
const LOGS: Duration = Duration(14 * Duration::DAY.0);

/// How metrics are collected, and whom alerts reach.
pub(super) fn monitoring(resolver: &mut Resolver<'_>) -> Monitoring {
    let receivers = receivers(resolver);
    let routing = routing(resolver);
    let observability = resolver.platform.observability.as_ref();
    let alerts = resolver.platform.alerts.as_ref();
    let (keep, size) = metric_store(observability.and_then(|o| o.metrics.as_ref()));
    let error_rate = alerts.and_then(|alerts| alerts.error_rate.as_ref());
    let latency = alerts.and_then(|alerts| alerts.latency.as_ref());
    let down = alerts.and_then(|alerts| alerts.down.as_ref());
    let mut selector: IndexMap<String, Resolved<String>> = observability
        .and_then(|o| o.selector.as_ref())
        .map(|labels| {
            labels.entries.iter().map(|(key, (_, value))| (key.clone(), from_written(value))).collect()
        })
        .unwrap_or_default();
    if selector.is_empty() {
        selector.insert(
            "release".to_owned(),
            Resolved::default("kube-prometheus-stack".to_owned(), "what kube-prometheus-stack selects by"),
        );
    }
    Monitoring {
        namespace: or(
            observability.and_then(|o| o.namespace.as_ref()),
            |name| name.0,
            "monitoring".to_owned(),
            "where Prometheus usually runs",
        ),
        selector,
        scrape_every: or(
            observability.and_then(|o| o.scrape.as_ref()).and_then(|scrape| scrape.every.as_ref()),
            |every| every,
            Duration(30),
            "twice a minute",
        ),
        runbooks: optional_text(observability.and_then(|o| o.runbooks.as_ref())),
        keep,
        size,
        receivers,
        alertmanager: or(
            observability.and_then(|o| o.alertmanager.as_ref()).and_then(|it| it.version.as_ref()),
            |version| version.0,
            catalog::alertmanager::CHART.to_owned(),
            "the version that kube-prometheus-stack runs",
        ),
        routing,
        error_rate: or(
            error_rate.and_then(|e| e.above.as_ref()),
            |p| p,
            Percent(5000),
            "one request in twenty",
        ),
        error_rate_for: or(error_rate.and_then(|e| e.r#for.as_ref()), |d| d, Duration(300), "five minutes"),
        latency: latency.map(|limit| LatencyLimit {
            above: Resolved::written(limit.above.value, limit.above.at),
            lasting: or(limit.r#for.as_ref(), |d| d, Duration(600), "ten minutes"),
        }),
        down_for: or(down.and_then(|d| d.r#for.as_ref()), |d| d, Duration(120), "two minutes"),
        custom: Vec::new(),
    }
}

/// How long metrics are kept, and in how much space.
fn metric_store(written: Option<&records::MetricStore>) -> (Resolved<Duration>, Resolved<Bytes>) {
    let keep = or(
        written.and_then(|store| store.keep.as_ref()),
        |keep| keep,
        Duration(15 * Duration::DAY.0),
        "what Prometheus does",
    );
    let size = or(
        written.and_then(|store| store.size.as_ref()),
        |size| size,
        Bytes(50 << 30),
        "what kube-prometheus-stack proposes",
    );
    (keep, size)
}

/// The logs, with how long those of every environment are kept.
pub(super) fn logs(resolver: &mut Resolver<'_>) -> Option<Logs> {
    let written = resolver.platform.observability.as_ref()?.logs.as_ref()?;
    let environments = resolver.platform.environments.entries.keys();
    let mut keep_elsewhere = Resolved::default(LOGS, "two weeks");
    let mut named = IndexMap::new();
    match &written.keep {
        None => {}
        Some(Short::Short(keep)) => keep_elsewhere = Resolved::written(keep.value, keep.at),
        Some(Short::Full(keep)) => {
            for (key, (name, keep)) in &keep.entries {
                if key == names::EVERYWHERE_ELSE {
                    keep_elsewhere = Resolved::written(keep.value, keep.at);
                } else if resolver.platform.environments.entries.contains_key(key) {
                    named.insert(key.as_str(), Resolved::written(keep.value, keep.at));
                } else {
                    let known = environments.clone().map(String::as_str).chain([names::EVERYWHERE_ELSE]);
                    let span = resolver.model.document.key_span(name.at);
                    let finding = unknown(span, "environment", key, known);
                    resolver.sink.push(finding);
                }
            }
        }
    }
    let keep = environments
        .filter(|key| !resolver.is_local(key))
        .map(|key| (key.clone(), named.get(key.as_str()).copied().unwrap_or(keep_elsewhere)))
        .collect();
    Some(Logs {
        at: written.at,
        store: or(
            written.store.as_ref(),
            |store| store,
            LogStore::Loki,
            "read in Grafana beside the metrics",
        ),
        tenants: or(
            written.tenants.as_ref(),
            |tenants| tenants,
            Tenants::Single,
            "one store for the platform",
        ),
        keep,
        keep_elsewhere,
    })
}

/// The traces.
pub(super) fn traces(resolver: &Resolver<'_>) -> Option<Traces> {
    let written = resolver.platform.observability.as_ref()?.traces.as_ref()?;
    let keep = or(written.keep.as_ref(), |keep| keep, Duration(7 * Duration::DAY.0), "a week");
    Some(Traces { at: written.at, keep })
}

fn unknown<'n>(
    span: crate::source::Span,
    kind: &str,
    name: &str,
    known: impl Iterator<Item = &'n str> + Clone,
) -> Diagnostic {
    let mut finding = Diagnostic::new(&code::UNKNOWN_REFERENCE, span, format!("there is no {kind} `{name}`"));
    finding.help = did_you_mean(name, known.clone());
    if let [near] = catalog::nearest(name, known, 1)[..] {
        finding = finding.edit(span, near);
    }
    finding
}

/// The receivers; one whose secret is not there is left out, and reported.
fn receivers(resolver: &mut Resolver<'_>) -> IndexMap<String, Receiver> {
    let written = resolver.platform.observability.as_ref().and_then(|o| o.receivers.as_ref());
    let mut found = IndexMap::new();
    for (key, (name, receiver)) in written.into_iter().flat_map(|named| &named.entries) {
        if let Some(ways) = ways(resolver, receiver) {
            if ways.is_empty() {
                let span = resolver.model.document.key_span(name.at);
                resolver.sink.push(
                    Diagnostic::new(
                        &code::MISSING_FIELD,
                        span,
                        format!("the receiver `{key}` has no way to reach anybody"),
                    )
                    .help("write `email`, `slack`, `pagerduty`, `opsgenie`, `teams`, `webhook` or `jira`"),
                );
                continue;
            }
            found.insert(key.clone(), Receiver { key: key.clone(), at: name.at, ways });
        }
    }
    found
}

/// The ways of a receiver, in the order of the language.
fn ways(resolver: &mut Resolver<'_>, written: &records::Receiver) -> Option<Vec<Way>> {
    let mut ways = Vec::new();
    let mut complete = true;
    let mut add = |way: Option<Way>| {
        complete &= way.is_some();
        ways.extend(way);
    };
    if let Some(email) = &written.email {
        let password = email.password.as_ref().map(|password| secret_key(resolver, password));
        add(match password {
            Some(None) => None,
            password => Some(Way::Email {
                to: email.to.to_string(),
                from: email.from.to_string(),
                host: email.host.to_string(),
                username: email.username.as_ref().map(|name| name.to_string()),
                password: password.flatten(),
            }),
        });
    }
    if let Some(slack) = &written.slack {
        let channel = slack.channel.to_string();
        add(secret_key(resolver, &slack.url).map(|url| Way::Slack { channel, url }));
    }
    if let Some(pagerduty) = &written.pagerduty {
        add(secret_key(resolver, &pagerduty.key).map(|key| Way::Pagerduty { key }));
    }
    if let Some(opsgenie) = &written.opsgenie {
        let url = opsgenie.url.as_ref().map(|url| url.to_string());
        add(secret_key(resolver, &opsgenie.key).map(|key| Way::Opsgenie { key, url }));
    }
    if let Some(teams) = &written.teams {
        add(secret_key(resolver, &teams.url).map(|url| Way::Teams { url }));
    }
    if let Some(webhook) = &written.webhook {
        let at = webhook.url.at;
        add(if webhook.url.starts_with("secrets/") {
            let reference = Written { value: SecretReference(webhook.url.to_string()), at };
            secret_key(resolver, &reference).map(|key| Way::Webhook { url: Destination::Secret(key) })
        } else {
            Some(Way::Webhook { url: Destination::Known(webhook.url.to_string()) })
        });
    }
    if let Some(jira) = &written.jira {
        add(secret_key(resolver, &jira.password).map(|password| Way::Jira {
            url: jira.url.to_string(),
            project: jira.project.to_string(),
            kind: jira.r#type.to_string(),
            username: jira.username.to_string(),
            password,
        }));
    }
    complete.then_some(ways)
}

/// The key of a secret that a receiver names; without a key in the reference, the secret's only one.
fn secret_key(resolver: &mut Resolver<'_>, reference: &Written<SecretReference>) -> Option<SecretKey> {
    let rest = reference.value.strip_prefix("secrets/")?;
    let (name, key) = rest.split_once('/').map_or((rest, None), |(name, key)| (name, Some(key)));
    let span = resolver.model.document.span(reference.at);
    let Some(secret) = secrets::written(resolver, name) else {
        let known = resolver.platform.secrets.iter().flat_map(|all| all.entries.keys().map(String::as_str));
        let finding =
            Diagnostic::new(&code::UNKNOWN_REFERENCE, span, format!("there is no `{name}` under `secrets`"))
                .help(did_you_mean(name, known).unwrap_or_else(|| {
                    format!("declare it: `secrets: {{{name}: {{bundle: {}}}}}`", names::BUNDLE_OF_ALERTING)
                }));
        resolver.sink.push(finding);
        return None;
    };
    let key = match (key, &secret.keys[..]) {
        (Some(key), keys) if keys.iter().any(|known| known == key) => key.to_owned(),
        (None, [only]) => only.clone(),
        (wanted, keys) => {
            let message = match wanted {
                Some(wanted) => format!("the secret `{name}` has no key `{wanted}`"),
                None => format!("the secret `{name}` has {} keys, and this names none", keys.len()),
            };
            let known = keys.iter().map(|key| format!("`secrets/{name}/{key}`")).collect::<Vec<_>>();
            let finding = Diagnostic::new(&code::UNKNOWN_OUTPUT, span, message)
                .help(format!("write {}", known.join(" or ")));
            resolver.sink.push(finding);
            return None;
        }
    };
    Some(SecretKey { secret: name.to_owned(), key })
}

/// The routing, with names of receivers and environments that are there.
fn routing(resolver: &mut Resolver<'_>) -> Routing {
    let platform = resolver.platform;
    let Some(observability) = platform.observability.as_ref() else { return Routing::default() };
    let Some(written) = observability.routing.as_ref() else { return Routing::default() };
    let known = |name: &Written<Name>, resolver: &mut Resolver<'_>| {
        let receivers = observability.receivers.as_ref();
        let is_known = receivers.is_some_and(|receivers| receivers.entries.contains_key(&name.value.0));
        if !is_known {
            let all = receivers.into_iter().flat_map(|named| named.entries.keys().map(String::as_str));
            let finding = unknown(resolver.model.document.span(name.at), "receiver", &name.value.0, all);
            resolver.sink.push(finding);
        }
        is_known
    };
    let mut list = |names: &[Written<Name>]| -> Vec<Resolved<String>> {
        names.iter().filter(|name| known(name, resolver)).map(from_written).collect()
    };
    let general = BySeverity {
        critical: written.critical.as_deref().map(&mut list),
        warning: written.warning.as_deref().map(&mut list),
        info: written.info.as_deref().map(&mut list),
    };
    let owners = written.owners.iter().flat_map(|named| &named.entries);
    let owners = owners
        .map(|(key, (name, owner))| {
            let own = BySeverity {
                critical: owner.critical.as_deref().map(&mut list),
                warning: owner.warning.as_deref().map(&mut list),
                info: owner.info.as_deref().map(&mut list),
            };
            (key.clone(), OwnerRouting { at: name.at, own })
        })
        .collect();
    let watchdog = written.watchdog.as_ref().and_then(|name| list(std::slice::from_ref(name)).pop());
    let mut environments = IndexMap::new();
    for (key, (name, receivers)) in written.environments.iter().flat_map(|named| &named.entries) {
        let receivers = list(receivers);
        environments.insert(key.clone(), (name.at, receivers));
    }
    let mut found = Routing { general, owners, environments: IndexMap::new(), watchdog };
    for (key, (at, receivers)) in environments {
        if platform.environments.entries.contains_key(&key) {
            found.environments.insert(key, receivers);
        } else {
            let all = platform.environments.entries.keys().map(String::as_str);
            let finding = unknown(resolver.model.document.key_span(at), "environment", &key, all);
            resolver.sink.push(finding);
        }
    }
    found
}

/// What receivers need, in the namespace of monitoring of every cluster: each cluster has its own.
pub(super) fn secrets(resolver: &mut Resolver<'_>, plan: &mut Plan) {
    let mut needed: Vec<Secret> = Vec::new();
    for receiver in plan.monitoring.receivers.values() {
        for SecretKey { secret, key } in receiver.ways.iter().filter_map(Way::secret) {
            let Some(written) = secrets::written(resolver, secret) else { continue };
            needed.push(Secret {
                name: secret.clone(),
                at: receiver.at,
                keys: vec![key.clone()],
                purpose: written.purpose,
                kept: Kept::File(String::new()),
                namespace: plan.monitoring.namespace.value.clone(),
                bundle: written.bundle.unwrap_or_else(|| {
                    Resolved::default(names::BUNDLE_OF_ALERTING.to_owned(), "what receivers of alerts need")
                }),
                rotate: written.rotate,
                users: vec![format!("receivers/{}", receiver.key)],
            });
        }
    }
    secrets::merge(&mut needed);
    let keys: Vec<String> = plan.clusters.keys().cloned().collect();
    for key in keys {
        let mut own = needed.clone();
        for secret in &mut own {
            secret.kept = secrets::in_cluster(plan, &key, &secret.namespace, &secret.name);
        }
        if let Some(cluster) = plan.clusters.get_mut(&key) {
            cluster.secrets = own;
        }
    }
}
