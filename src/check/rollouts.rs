//! How new versions replace old ones: that steps mean something, that what is verified can be seen, that there is room.

use std::collections::BTreeMap;

use super::{Context, Rule, count};
use crate::diag::{Diagnostic, code};
use crate::plan::{Environment, Origin, SETTLING, Scale, Service, Strategy, Traffic, Verification};
use crate::proof::capacity;
use crate::sizing;
use crate::source::{At, Span};
use crate::units::{Bytes, Cpu};

pub(super) const RULES: &[Rule] = &[
    Rule { name: "rollouts/effect", run: effect },
    Rule { name: "rollouts/steps", run: |context| each(context, steps) },
    Rule { name: "rollouts/shares", run: |context| each(context, shares) },
    Rule { name: "rollouts/verified", run: |context| each(context, verified) },
    Rule { name: "rollouts/times", run: |context| each(context, times) },
    Rule { name: "rollouts/service", run: |context| each(context, service_of) },
    Rule { name: "rollouts/room", run: room },
];

fn each(context: &mut Context<'_>, rule: fn(&mut Context<'_>, &Environment, &Service)) {
    let plan = context.plan;
    for environment in plan.environments.values() {
        for service in environment.services.iter().filter(|service| service.is_rollout()) {
            rule(context, environment, service);
        }
    }
}

/// The place of the strategy.
fn strategy(context: &Context<'_>, service: &Service) -> Span {
    context.origin(&service.rollout.strategy, service.at)
}

/// Fields that mean nothing with the strategy of any environment. Where they mean something in one, the others inherit them.
fn effect(context: &mut Context<'_>) {
    let plan = context.plan;
    let mut found: BTreeMap<At, (&Service, &'static str)> = BTreeMap::new();
    let mut meant: Vec<At> = Vec::new();
    for service in plan.environments.values().flat_map(|environment| &environment.services) {
        let idle = &service.rollout.idle;
        found.extend(idle.iter().map(|(at, field)| (*at, (service, *field))));
        meant.extend(written(service).into_iter().filter(|at| idle.iter().all(|(other, _)| other != at)));
    }
    for (at, (service, field)) in found {
        if meant.contains(&at) {
            continue;
        }
        let word = service.rollout.strategy.value.word();
        let finding = Diagnostic::new(
            &code::ROLLOUT_NO_EFFECT,
            context.span(at),
            format!("`{field}` of `{}` means nothing with the strategy `{word}`", service.key),
        );
        let finding = match service.rollout.strategy.origin {
            Origin::Written(strategy) => finding.related(context.span(strategy), "the strategy"),
            _ => finding,
        };
        context.report(finding.help(format!(
            "remove it, or write the strategy that it belongs to: {}",
            match field {
                "steps" => "`canary`",
                "previewReplicas" | "keepOld" => "`blue-green`",
                "maxUnavailable" | "maxSurge" => "`rolling` or `canary`",
                "pause" => "`canary`, or `blue-green` with `verify`",
                _ => "`blue-green` or `canary`",
            }
        )));
    }
}

/// The places of what is written and means something.
fn written(service: &Service) -> Vec<At> {
    let rollout = &service.rollout;
    let origins = [
        Some(service.max_unavailable.origin),
        Some(service.max_surge.origin),
        rollout.verify.first().map(|first| first.origin),
        rollout.steps.first().map(|first| first.origin),
        rollout.pause.map(|pause| pause.origin),
        rollout.promotion.map(|promotion| promotion.origin),
        rollout.preview_replicas.map(|pods| pods.origin),
        rollout.keep_old.map(|keep| keep.origin),
    ];
    let places = origins.into_iter().flatten().filter_map(|origin| match origin {
        Origin::Written(at) => Some(at),
        _ => None,
    });
    places.collect()
}

fn steps(context: &mut Context<'_>, environment: &Environment, service: &Service) {
    let mut before = None;
    for step in &service.rollout.steps {
        let problem = match step.value.whole() {
            None => Some("is no whole percent, which Argo Rollouts takes"),
            Some(0) => Some("gives the new version nothing"),
            Some(100..) => Some("gives the new version everything, which comes after the last step"),
            Some(share) if before.is_some_and(|before| before >= share) => {
                Some("is not above the one before")
            }
            Some(_) => None,
        };
        if let Some(problem) = problem {
            let finding = Diagnostic::new(
                &code::ROLLOUT_STEPS,
                context.origin(step, service.at),
                format!("the step {} of `{}` {problem}", step.value, service.key),
            )
            .in_environment(&environment.key)
            .help("write shares that rise, in whole percents between 0 and 100: `steps: [5%, 25%, 50%]`");
            context.report(finding);
        }
        before = step.value.whole().or(before);
    }
}

/// Whether numbers of pods can express the shares: the smallest is one pod of as many as may run.
fn shares(context: &mut Context<'_>, environment: &Environment, service: &Service) {
    let by_pods = service.rollout.traffic.filter(|traffic| traffic.value == Traffic::Replicas);
    let (Some(traffic), Some(smallest)) = (by_pods, service.rollout.steps.first()) else { return };
    let fewest = service.scale.min();
    let pods_at = match &service.scale {
        Scale::Fixed(replicas) => context.origin(replicas, service.at),
        Scale::Auto(auto) => context.origin(&auto.min, service.at),
    };
    let why = match (&service.route, traffic.origin) {
        (Some(_), _) => "the ingress controller does not divide requests, so the numbers of pods do",
        (None, _) => "no ingress controller sees its requests, so the numbers of pods divide them",
    };
    if fewest <= 1 {
        let finding = Diagnostic::new(
            &code::ROLLOUT_ONE_POD,
            pods_at,
            format!("`{}` has one pod, and a canary of it would be all of it or half", service.key),
        )
        .in_environment(&environment.key)
        .related(strategy(context, service), "gives the new version a share")
        .note(why)
        .help("run several pods, or write `strategy: rolling` for this environment");
        context.report(finding);
        return;
    }
    // Argo Rollouts has one pod more than wanted where that comes nearer to the share, if it may.
    let most = u64::from(fewest) + u64::from(service.max_surge.value.min(1));
    let share = u64::from(smallest.value.0);
    if share == 0 || share.saturating_mul(most) >= 100_000 {
        return;
    }
    let needed = 100_000_u64.div_ceil(share);
    let finding = Diagnostic::new(
        &code::ROLLOUT_SHARES,
        context.origin(smallest, service.at),
        format!(
            "a canary of `{}` begins with {} % of the requests, not {}",
            service.key,
            100 / most,
            smallest.value
        ),
    )
    .in_environment(&environment.key)
    .related(pods_at, "the fewest pods")
    .note(why)
    .note(format!("one pod of {most} is the smallest share; {} takes {needed}", smallest.value))
    .help(format!("begin with {}% or more, or run {needed} pods", 100_u64.div_ceil(most)));
    context.report(finding);
}

/// Whether what is verified can be seen.
fn verified(context: &mut Context<'_>, environment: &Environment, service: &Service) {
    for verify in &service.rollout.verify {
        let word = verify.value.word();
        let span = context.origin(verify, service.at);
        let finding = match verify.value {
            Verification::Restarts => continue,
            _ if service.metrics.is_none() => Diagnostic::new(
                &code::ROLLOUT_UNSEEN,
                span,
                format!("`{word}` of `{}` cannot be seen: it is not scraped", service.key),
            )
            .help("write where its `metrics` are, or verify `restarts`, which need none"),
            Verification::Latency if context.plan.monitoring.latency.is_none() => Diagnostic::new(
                &code::ROLLOUT_UNSEEN,
                span,
                format!("`latency` of `{}` has no limit to be compared with", service.key),
            )
            .help("write the limit: `alerts: {latency: {above: 500ms}}`"),
            _ => continue,
        };
        context.report(finding.in_environment(&environment.key));
    }
}

/// Whether a version is watched before it is promoted, and the old one stays while the new one is.
fn times(context: &mut Context<'_>, environment: &Environment, service: &Service) {
    let rollout = &service.rollout;
    let is_rate = |verification: &Verification| *verification != Verification::Restarts;
    let rate = rollout.verify.iter().find(|verify| is_rate(&verify.value));
    if let (Some(rate), Some(pause), Strategy::Canary) = (rate, &rollout.pause, rollout.strategy.value) {
        let steps = u64::try_from(rollout.steps.len()).unwrap_or(u64::MAX);
        let all = crate::units::Duration(pause.value.0.saturating_mul(steps));
        if all <= SETTLING && !rollout.is_manual() {
            let finding = Diagnostic::new(
                &code::ROLLOUT_TIMES,
                context.origin(pause, service.at),
                format!("the steps of `{}` are over before anything is verified", service.key),
            )
            .in_environment(&environment.key)
            .label(format!("{}: {all} in all", count(steps, "step")))
            .related(context.origin(rate, service.at), format!("is a rate over {SETTLING}"))
            .help(format!("let the steps together take longer than {SETTLING}"));
            context.report(finding);
        }
    }
    if let (Some(keep), Some(pause), false) = (&rollout.keep_old, &rollout.pause, rollout.verify.is_empty()) {
        let delay = if rate.is_some() { SETTLING.0 } else { 0 };
        let watched = crate::units::Duration(delay.saturating_add(pause.value.0));
        if keep.value < watched {
            let finding = Diagnostic::new(
                &code::ROLLOUT_TIMES,
                context.origin(keep, service.at),
                format!("the old version of `{}` goes before the new one is verified", service.key),
            )
            .in_environment(&environment.key)
            .related(context.origin(pause, service.at), format!("verified for {watched} after it takes over"))
            .help(format!("write `keepOld: {watched}` or more, or a shorter `pause`"));
            context.report(finding);
        }
    }
    if let Some(pods) = &rollout.preview_replicas
        && (pods.value == 0 || pods.value > service.scale.min())
    {
        let message = if pods.value == 0 {
            format!("the new version of `{}` has no pod to look at before it takes over", service.key)
        } else {
            format!(
                "the new version of `{}` has {} before it takes over, and may need {}",
                service.key,
                count(u64::from(pods.value), "pod"),
                service.scale.min()
            )
        };
        let finding = Diagnostic::new(&code::ROLLOUT_PREVIEW, context.origin(pods, service.at), message)
            .in_environment(&environment.key)
            .help("write a number between 1 and the fewest pods, or leave it out");
        context.report(finding);
    }
}

/// Blue-green is a switch of Services, and needs one.
fn service_of(context: &mut Context<'_>, environment: &Environment, service: &Service) {
    if service.rollout.strategy.value != Strategy::BlueGreen || service.rollout_service().is_some() {
        return;
    }
    let finding = Diagnostic::new(
        &code::ROLLOUT_NO_SERVICE,
        strategy(context, service),
        format!("`{}` takes no connections that could be led to a new version", service.key),
    )
    .in_environment(&environment.key)
    .related(context.key(service.at), "has no `port`")
    .help("write `strategy: rolling` or `canary`, or give it a `port`");
    context.report(finding);
}

/// Whether a second set of pods has room: on the nodes, among the GPUs, in a written quota.
fn room(context: &mut Context<'_>) {
    let plan = context.plan;
    for environment in plan.environments.values() {
        let provider =
            plan.clusters.get(&environment.cluster.value).map_or("", |cluster| cluster.provider.value.word());
        let sets = |service: &Service| count(u64::from(service.second_set()), "pod");
        for set in capacity::second_sets_without_room(environment, provider) {
            let what = format!("two versions of `{}` at a time do not fit on the nodes", set.service.key);
            let note = format!(
                "{}: everything at its maximum and {} more: {}, {} and {}; room of all nodes: {}, {} and {} pods",
                environment.key,
                sets(set.service),
                Cpu(set.with_it.cpu),
                super::nodes::gib(set.with_it.memory),
                count(set.with_it.pods, "pod"),
                Cpu(set.room.cpu),
                super::nodes::gib(set.room.memory),
                set.room.pods
            );
            second_set(context, environment, set.service, what, note);
        }
        for (service, pool, asked, there) in capacity::second_sets_without_gpus(environment) {
            let what = format!(
                "two versions of `{}` at a time ask for more GPUs than `{}` has",
                service.key, pool.key
            );
            let note = format!("with {} more: {}; there are {there}", sets(service), count(asked, "GPU"));
            second_set(context, environment, service, what, note);
        }
        quota(context, environment);
    }
}

fn quota(context: &mut Context<'_>, environment: &Environment) {
    let (quota, need) = (&environment.quota, sizing::demand(environment));
    for service in environment.services.iter().filter(|service| service.second_set() > 0) {
        let with_it = need + sizing::second_set(service);
        let short = |has: u64, first: u64, both: u64| first <= has && both > has;
        let cpu = short(quota.cpu.value.0, need.cpu, with_it.cpu).then(|| {
            (
                context.origin(&quota.cpu, environment.at),
                format!("{} of CPU", quota.cpu.value),
                Cpu(with_it.cpu).to_string(),
            )
        });
        let memory = short(quota.memory.value.0, need.memory, with_it.memory).then(|| {
            let needs = Bytes(with_it.memory).to_string();
            (
                context.origin(&quota.memory, environment.at),
                format!("{} of memory", quota.memory.value),
                needs,
            )
        });
        for (span, has, needs) in [cpu, memory].into_iter().flatten() {
            let finding = Diagnostic::new(
                &code::SECOND_SET,
                span,
                format!("the quota of {} has no room for two versions of `{}`", environment.key, service.key),
            )
            .related(strategy(context, service), "runs both completely")
            .note(format!("it gives {has}; everything at its maximum and the second set request {needs}"))
            .help("raise the quota, or leave it out: platc computes one with room for second sets");
            context.report(finding);
        }
    }
}

fn second_set(
    context: &mut Context<'_>,
    environment: &Environment,
    service: &Service,
    what: String,
    note: String,
) {
    let finding = Diagnostic::new(&code::SECOND_SET, strategy(context, service), what)
        .in_environment(&environment.key)
        .label("runs the old and the new version completely")
        .note(note)
        .help("give the pool more nodes, lower what the service may scale to, or write `strategy: rolling`");
    context.report(finding);
}
