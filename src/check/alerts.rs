//! Alerts that reach nobody, receivers that nothing reaches, and data that are kept for too short a time.

use std::collections::BTreeSet;

use super::{Context, Rule};
use crate::catalog::alertmanager;
use crate::diag::{Diagnostic, code};
use crate::names;
use crate::plan::{Monitoring, Origin, Receiver, Resolved, Way};
use crate::source::At;
use crate::units::Duration;
use crate::words::Role;

pub(super) const RULES: &[Rule] = &[
    Rule { name: "alerts/somebody", run: somebody },
    Rule { name: "alerts/routes", run: routes },
    Rule { name: "alerts/names", run: reserved },
    Rule { name: "alerts/receivers", run: receivers },
    Rule { name: "alerts/versions", run: versions },
    Rule { name: "alerts/pager", run: pager },
    Rule { name: "alerts/watchdog", run: watchdog },
    Rule { name: "alerts/retention", run: retention },
];

/// Every receiver that a route names.
fn routed(monitoring: &Monitoring) -> BTreeSet<&str> {
    let routing = &monitoring.routing;
    let of_severities = [&routing.critical, &routing.warning, &routing.info].into_iter().flatten().flatten();
    let of_environments = routing.environments.values().flatten();
    let all = of_severities.chain(of_environments).chain(&routing.watchdog);
    all.map(|name| name.value.as_str()).collect()
}

/// The place of the routing, or of the receivers where there is none.
fn place(context: &Context<'_>) -> Option<At> {
    let observability = context.model.platform.observability.as_ref()?;
    let first = context.plan.monitoring.receivers.values().next().map(|receiver| receiver.at);
    observability.routing.as_ref().map(|routing| routing.at).or(first)
}

/// Whether an environment is there whose alerts have a severity.
fn has(context: &Context<'_>, roles: &[Role]) -> bool {
    context.plan.environments.values().any(|environment| roles.contains(&environment.role.value))
}

/// A platform whose alerts reach nobody at all.
fn somebody(context: &mut Context<'_>) {
    let plan = context.plan;
    if !plan.monitoring.receivers.is_empty() || plan.environments.is_empty() || context.references_fail() {
        return;
    }
    let platform = &context.model.platform;
    let at = platform.observability.as_ref().map_or(platform.name.at, |observability| observability.at);
    let finding = Diagnostic::new(&code::NO_RECEIVERS, context.key(at), "alerts reach nobody")
        .note("rules fire in Prometheus, and Alertmanager has no way to anybody")
        .help("write `observability: {receivers: ..., routing: ...}`; `platc explain observability.receivers` has the ways");
    context.report(finding);
}

/// Severities that alerts have and no receiver gets.
fn routes(context: &mut Context<'_>) {
    let monitoring = &context.plan.monitoring;
    if monitoring.receivers.is_empty() || context.references_fail() {
        return;
    }
    let Some(at) = place(context) else { return };
    let routing = &monitoring.routing;
    let is_empty = |names: &Option<Vec<Resolved<String>>>| names.as_ref().is_none_or(Vec::is_empty);
    let wakes = has(context, &[Role::Production, Role::Recovery, Role::System]);
    let known = monitoring.receivers.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
    let mut missing = Vec::new();
    if is_empty(&routing.critical) && wakes {
        missing.push(("critical", "users are affected, and nobody is told", ""));
    }
    if is_empty(&routing.warning) {
        missing.push(("warning", "what is fixed in working hours becomes an outage", ""));
    }
    // Nobody has to act on these, so that nobody is told may be meant; then it is written.
    if routing.info.is_none() {
        let nobody = ", or `info: []` if nobody is to be told";
        missing.push(("info", "what would explain other alerts is lost", nobody));
    }
    for (severity, why, or) in missing {
        let finding = Diagnostic::new(
            &code::ALERT_NO_ROUTE,
            context.key(at),
            format!("alerts of the severity `{severity}` reach nobody"),
        )
        .note(why)
        .help(format!("write `routing: {{{severity}: [{known}]}}`{or}"));
        context.report(finding);
    }
}

/// What an alert of some name does to others in Alertmanager's configuration.
fn meaning(alert: &str) -> Option<&'static str> {
    let is_down = |(alerts, _): &(&str, &str)| alerts.split('|').any(|down| down == alert);
    match alert {
        names::WATCHDOG => Some("it goes to `routing.watchdog` only, which raises the alarm when it stops"),
        names::INFO_INHIBITOR => Some("it reaches nobody, and mutes the notes of its namespace"),
        names::CLUSTER_DOWN => Some("it mutes all warnings and notes of its cluster"),
        _ if names::DOWN_ALERTS.iter().any(is_down) => {
            Some("it mutes what else is said about the same thing")
        }
        _ => None,
    }
}

/// Alerts of one's own whose name routes and inhibitions take for another's.
fn reserved(context: &mut Context<'_>) {
    let plan = context.plan;
    for alert in &plan.monitoring.custom {
        let Some(meaning) = meaning(&alert.key) else { continue };
        let finding = Diagnostic::new(
            &code::ALERT_RESERVED_NAME,
            context.key(alert.at),
            format!("an alert of one's own cannot be called `{}`", alert.key),
        )
        .note(meaning)
        .help("call it otherwise");
        context.report(finding);
    }
}

/// Receivers that nothing reaches, and those that are the same.
fn receivers(context: &mut Context<'_>) {
    if context.references_fail() {
        return;
    }
    let monitoring = &context.plan.monitoring;
    let routed = routed(monitoring);
    let mut seen: Vec<&Receiver> = Vec::new();
    for receiver in monitoring.receivers.values() {
        if receiver.key == names::NOBODY {
            let finding = Diagnostic::new(
                &code::NAME_RESERVED,
                context.key(receiver.at),
                format!("a receiver cannot be called `{}`", names::NOBODY),
            )
            .help("it is the name of the receiver that reaches nobody: call it otherwise");
            context.report(finding);
        }
        if !routed.contains(receiver.key.as_str()) {
            let finding = Diagnostic::new(
                &code::RECEIVER_UNREACHED,
                context.key(receiver.at),
                format!("no alert reaches the receiver `{}`", receiver.key),
            )
            .help(format!(
                "name it under `routing`, for example `warning: [{}]`, or remove it",
                receiver.key
            ));
            context.report(finding);
        }
        if let Some(first) = seen.iter().find(|first| first.ways == receiver.ways) {
            let finding = Diagnostic::new(
                &code::RECEIVER_TWICE,
                context.key(receiver.at),
                format!("the receivers `{}` and `{}` are the same", first.key, receiver.key),
            )
            .related(context.key(first.at), "first here")
            .help("keep one of them: whoever it is gets everything twice");
            context.report(finding);
        }
        seen.push(receiver);
    }
}

/// Receivers that the stated Alertmanager does not understand.
fn versions(context: &mut Context<'_>) {
    let monitoring = &context.plan.monitoring;
    let stated = &monitoring.alertmanager;
    let (Origin::Written(at), Some(has)) = (stated.origin, alertmanager::minor(&stated.value)) else {
        return;
    };
    for receiver in monitoring.receivers.values() {
        let needs = receiver.ways.iter().map(|way| {
            let without = way.secret().is_none();
            match alertmanager::since(way.word()).filter(|_| !without) {
                Some((since, what)) => (since, what),
                None => (alertmanager::LEAST, "matchers in routes"),
            }
        });
        let Some(((major, minor), what)) = needs.max().filter(|(since, _)| *since > has) else { continue };
        let finding = Diagnostic::new(
            &code::RECEIVER_VERSION,
            context.key(receiver.at),
            format!("Alertmanager {} does not understand the receiver `{}`", stated.value, receiver.key),
        )
        .related(context.span(at), "this version is stated here")
        .note(format!("{what} came with Alertmanager {major}.{minor}"))
        .help(format!(
            "run Alertmanager {major}.{minor} or later, and state it, or reach them in another way"
        ));
        context.report(finding);
    }
}

/// Whether a way wakes somebody up. A webhook may.
const fn wakes(way: &Way) -> bool {
    matches!(way, Way::Pagerduty { .. } | Way::Opsgenie { .. } | Way::Webhook { .. })
}

/// Critical alerts that nobody is woken up by.
fn pager(context: &mut Context<'_>) {
    let monitoring = &context.plan.monitoring;
    let Some(critical) = monitoring.routing.critical.as_ref().filter(|names| !names.is_empty()) else {
        return;
    };
    let ways = critical.iter().filter_map(|name| monitoring.receivers.get(&name.value));
    if ways.flat_map(|receiver| &receiver.ways).any(wakes) || !has(context, &[Role::Production]) {
        return;
    }
    let Some(first) = critical.first() else { return };
    let finding = Diagnostic::new(
        &code::NO_PAGER,
        context.origin(first, At::ROOT),
        "critical alerts of production go to mail, chat or issues only",
    )
    .help("add a receiver with `pagerduty`, `opsgenie` or a `webhook` that calls somebody");
    context.report(finding);
}

/// Alerting that can die unnoticed.
fn watchdog(context: &mut Context<'_>) {
    let monitoring = &context.plan.monitoring;
    if monitoring.receivers.is_empty() || monitoring.routing.watchdog.is_some() || context.references_fail() {
        return;
    }
    if !has(context, &[Role::Production]) {
        return;
    }
    let Some(at) = place(context) else { return };
    let finding = Diagnostic::new(
        &code::NO_WATCHDOG,
        context.key(at),
        "nobody notices when alerting itself is dead",
    )
    .help("write `routing: {watchdog: <receiver>}` with a `webhook` to a service outside the cluster that raises the alarm when the alert stops");
    context.report(finding);
}

/// The longest time that somebody has to look back over metrics, with the place that asks for it.
///
/// An outage may last as long as the longest RTO, and is looked into afterwards from its beginning; Prometheus itself
/// works with blocks of two hours.
fn look_back(context: &Context<'_>) -> (Duration, Option<At>) {
    let tiers = context.model.platform.tiers.iter().flat_map(|tiers| tiers.entries.values());
    let longest = tiers.map(|(_, tier)| (tier.rto.value, tier.rto.at)).max_by_key(|(rto, _)| rto.0);
    match longest {
        Some((rto, at)) if rto > Duration::DAY => (rto, Some(at)),
        _ => (Duration::DAY, None),
    }
}

fn retention(context: &mut Context<'_>) {
    let plan = context.plan;
    let (needed, tier) = look_back(context);
    let mut kept = vec![("metrics", &plan.monitoring.keep)];
    if let Some(logs) = &plan.logs {
        kept.extend(logs.keep.values().chain([&logs.keep_elsewhere]).map(|keep| ("logs", keep)));
    }
    kept.extend(plan.traces.iter().map(|traces| ("traces", &traces.keep)));
    let mut places = BTreeSet::new();
    for (what, keep) in kept {
        let span = context.origin(keep, At::ROOT);
        if keep.value >= needed || !places.insert((span.start, what)) {
            continue;
        }
        let mut finding =
            Diagnostic::new(&code::SHORT_RETENTION, span, format!("{what} are kept for {} only", keep.value))
                .help(format!("keep them for {needed} at least"));
        finding = match tier {
            Some(at) => finding.related(context.span(at), "an outage may last this long"),
            None => finding.note("what happened in the night is looked into on the next day"),
        };
        context.report(finding);
    }
}
