//! Alerts that reach nobody, receivers that nothing reaches, and data that are kept for too short a time.

use std::collections::BTreeSet;

use super::{Context, Rule};
use crate::catalog::{self, alertmanager};
use crate::diag::{Diagnostic, code, did_you_mean};
use crate::names;
use crate::plan::{BySeverity, Environment, Monitoring, Origin, Receiver, Resolved, Routing, Way};
use crate::source::At;
use crate::units::Duration;
use crate::words::Role;

pub(super) const RULES: &[Rule] = &[
    Rule { name: "alerts/somebody", run: somebody },
    Rule { name: "alerts/routes", run: routes },
    Rule { name: "alerts/owners", run: owners },
    Rule { name: "alerts/owner-routes", run: owner_routes },
    Rule { name: "alerts/names", run: reserved },
    Rule { name: "alerts/receivers", run: receivers },
    Rule { name: "alerts/secrets", run: secrets },
    Rule { name: "alerts/versions", run: versions },
    Rule { name: "alerts/pager", run: pager },
    Rule { name: "alerts/watchdog", run: watchdog },
    Rule { name: "alerts/retention", run: retention },
];

/// Every receiver that a route names.
fn routed(monitoring: &Monitoring) -> BTreeSet<&str> {
    let routing = &monitoring.routing;
    let of_owners = routing.owners.values().flat_map(|owner| owner.own.all());
    let of_environments = routing.environments.values().flatten();
    let all = routing.general.all().chain(of_owners).chain(of_environments).chain(&routing.watchdog);
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
    let routing = &monitoring.routing.general;
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

/// Routes of teams that answer for nothing: whose alerts were meant goes elsewhere.
fn owners(context: &mut Context<'_>) {
    let known = context.plan.owners();
    for (key, owner) in &context.plan.monitoring.routing.owners {
        if known.contains(&key.as_str()) {
            continue;
        }
        let span = context.key(owner.at);
        let mut finding = Diagnostic::new(
            &code::OWNER_UNKNOWN,
            span,
            format!("nothing in a cluster has the owner `{key}`, so no alert goes this way"),
        );
        finding.help = did_you_mean(key, known.iter().copied());
        if let [near] = catalog::nearest(key, known.iter().copied(), 1)[..] {
            finding = finding.edit(span, near);
        }
        context.report(finding);
    }
}

/// Teams whose own way leads nowhere, though all the others' leads to somebody.
fn owner_routes(context: &mut Context<'_>) {
    let plan = context.plan;
    if context.references_fail() {
        return;
    }
    let Routing { general, owners, .. } = &plan.monitoring.routing;
    for (key, owner) in owners {
        let BySeverity { critical, warning, info } = &owner.own;
        let is_empty = |names: &Option<Vec<Resolved<String>>>| names.as_ref().is_some_and(Vec::is_empty);
        let wakes =
            [Role::Production, Role::Recovery, Role::System].iter().any(|role| answers(context, key, *role));
        let mut missing = Vec::new();
        if is_empty(critical) && wakes {
            missing.push(("critical", &general.critical, "users are affected, and nobody is told"));
        }
        if is_empty(warning) {
            missing.push(("warning", &general.warning, "what is fixed in working hours becomes an outage"));
        }
        for (severity, others, why) in missing {
            let others =
                others.iter().flatten().map(|name| name.value.as_str()).collect::<Vec<_>>().join(", ");
            let finding = Diagnostic::new(
                &code::ALERT_NO_ROUTE,
                context.key(owner.at),
                format!("alerts of `{key}` of the severity `{severity}` reach nobody"),
            )
            .note(why)
            .help(if others.is_empty() {
                format!("name a receiver: `{severity}: [<receiver>]`")
            } else {
                format!("name a receiver, or leave `{severity}` out: then they go to {others}, as all do")
            });
            context.report(finding);
        }
        if (critical.is_none() || !wakes) && warning.is_none() && info.is_none() {
            let finding = Diagnostic::new(
                &code::OWNER_ROUTE_EMPTY,
                context.key(owner.at),
                format!("the alerts of `{key}` go where all go"),
            )
            .help("name receivers by severity, or remove it");
            context.report(if critical.is_none() {
                finding
            } else {
                finding.note("it answers for nothing that users depend on, and nothing else is critical")
            });
        }
    }
}

/// Whether a team answers for something in an environment of a role. What is a whole cluster's counts wherever its alerts may stand.
fn answers(context: &Context<'_>, owner: &str, role: Role) -> bool {
    let plan = context.plan;
    plan.environments.values().filter(|environment| environment.role.value == role).any(|environment| {
        let pools =
            plan.clusters.get(&environment.cluster.value).into_iter().flat_map(|cluster| &cluster.pools);
        plan.owner.value == owner
            || environment.owned().any(|(_, _, own)| own.value == owner)
            || pools.into_iter().any(|pool| pool.owner.value == owner)
    })
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

/// Secrets of receivers that are limited to environments, where the Alertmanager of another cluster reads them too: each has
/// the same receivers, and does not start without a secret of theirs.
fn secrets(context: &mut Context<'_>) {
    let (plan, platform) = (context.plan, &context.model.platform);
    let mut seen = BTreeSet::new();
    for receiver in plan.monitoring.receivers.values() {
        for key in receiver.ways.iter().filter_map(Way::secret).filter(|key| seen.insert(&key.secret)) {
            let thing = platform.secrets.as_ref().and_then(|secrets| secrets.entries.get(&key.secret));
            let named = thing.and_then(|thing| thing.environments.as_ref());
            // In none means that no service has it, only receivers.
            let Some(named) = named.filter(|named| !named.value.is_empty()) else { continue };
            let names = |key: &str| named.value.iter().any(|name| name.value.0 == key);
            let reads = |environment: &Environment| {
                let original = environment.stands_in.as_ref().map(|it| it.of.value.as_str());
                names(&environment.key) || original.is_some_and(names)
            };
            let elsewhere: Vec<&str> = plan
                .clusters
                .keys()
                .map(String::as_str)
                .filter(|cluster| plan.environments_of(cluster).next().is_some())
                .filter(|cluster| !plan.environments_of(cluster).any(reads))
                .collect();
            if elsewhere.is_empty() {
                continue;
            }
            let clusters = elsewhere.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            let finding = Diagnostic::new(
                &code::NOT_IN_ENVIRONMENT,
                context.span(named.at),
                format!("the Alertmanager of {clusters} reads `{}` too", key.secret),
            )
            .related(
                context.key(receiver.at),
                "this receiver needs it, and every cluster's Alertmanager has all receivers",
            )
            .help("remove `environments`");
            context.report(finding);
        }
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
    let Routing { general, owners, .. } = &monitoring.routing;
    let of_owners = owners.iter().map(|(key, owner)| (Some(key), &owner.own));
    for (owner, way) in std::iter::once((None, general)).chain(of_owners) {
        let critical = way.critical.as_deref().unwrap_or_default();
        let Some(first) = critical.first() else { continue };
        let ways = critical.iter().filter_map(|name| monitoring.receivers.get(&name.value));
        let concerned = owner.map_or_else(
            || has(context, &[Role::Production]),
            |owner| answers(context, owner, Role::Production),
        );
        if ways.flat_map(|receiver| &receiver.ways).any(wakes) || !concerned {
            continue;
        }
        let whose = owner.map_or_else(|| "production".to_owned(), |owner| format!("`{owner}` in production"));
        let finding = Diagnostic::new(
            &code::NO_PAGER,
            context.origin(first, At::ROOT),
            format!("critical alerts of {whose} go to mail, chat or issues only"),
        )
        .help("add a receiver with `pagerduty`, `opsgenie` or a `webhook` that calls somebody");
        context.report(finding);
    }
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
