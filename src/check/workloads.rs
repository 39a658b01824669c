//! Services: what the Kubernetes API refuses, and what hurts when it runs.

use super::{Context, Rule};
use crate::catalog;
use crate::diag::{Diagnostic, Severity, code};
use crate::model::value::Value;
use crate::plan::{Environment, Origin, Probe, Resolved, Scale, Service, Workload};
use crate::source::Span;
use crate::units::Duration;
use crate::words::PodSecurity;

pub(super) const RULES: &[Rule] = &[
    Rule { name: "workloads/images", run: |context| each(context, images) },
    Rule { name: "workloads/image-end", run: |context| each(context, image_end) },
    Rule { name: "workloads/resources", run: |context| each(context, resources) },
    Rule { name: "workloads/scaling", run: |context| each(context, scaling) },
    Rule { name: "workloads/health", run: |context| each(context, health) },
    Rule { name: "workloads/drains", run: |context| each(context, drains) },
    Rule { name: "workloads/security", run: |context| each(context, security) },
    Rule { name: "workloads/both-scales", run: both_scales },
];

fn each(context: &mut Context<'_>, rule: fn(&mut Context<'_>, &Environment, &Service)) {
    let plan = context.plan;
    for environment in plan.environments.values() {
        for service in environment.pods() {
            rule(context, environment, service);
        }
    }
}

fn image_end(context: &mut Context<'_>, _environment: &Environment, service: &Service) {
    let Some((name, eol)) = catalog::image_eol(&service.image) else { return };
    let span = context.origin(&service.image, service.at);
    super::kubernetes::ending(context, span, &format!("{name} {}", eol.cycle), eol, &code::IMAGE_END);
}

/// Tags that are moved to newer images by convention.
const MOVING_TAGS: [&str; 8] = ["latest", "stable", "main", "master", "edge", "nightly", "dev", "develop"];

fn images(context: &mut Context<'_>, environment: &Environment, service: &Service) {
    let image = service.image.value.as_str();
    if image.contains('@') {
        return;
    }
    let name = image.rsplit('/').next().unwrap_or(image);
    let problem = match name.split_once(':') {
        None => "has no tag".to_owned(),
        Some((_, tag)) if MOVING_TAGS.contains(&tag) => format!("has the moving tag `{tag}`"),
        Some(_) => return,
    };
    let severity = if environment.is_production() { Severity::Error } else { Severity::Warning };
    let finding = Diagnostic::new(
        &code::IMAGE_TAG,
        context.origin(&service.image, service.at),
        format!("the image of `{}` {problem}", service.key),
    )
    .in_environment(&environment.key)
    .severity(severity)
    .help("pin a version, better a digest: `image:1.2.3` or `image@sha256:...`");
    context.report(finding);
}

fn resources(context: &mut Context<'_>, environment: &Environment, service: &Service) {
    let both = [
        pair(context, service, service.limits.cpu.as_ref(), service.requests.cpu.as_ref(), "CPU"),
        pair(context, service, service.limits.memory.as_ref(), service.requests.memory.as_ref(), "memory"),
    ];
    for (limit, request, what) in both.into_iter().flatten() {
        let finding = Diagnostic::new(
            &code::LIMIT_BELOW_REQUEST,
            limit.0,
            format!("`{}` may use {} of {what} and requests {}", service.key, limit.1, request.1),
        )
        .in_environment(&environment.key)
        .label("the limit")
        .related(request.0, "the request")
        .help("a limit must not be below the request");
        context.report(finding);
    }
    if let Some(cpu) = service.requests.cpu.as_ref().filter(|cpu| cpu.0 >= 64_000) {
        let finding = Diagnostic::new(
            &code::SUSPICIOUS_UNIT,
            context.origin(cpu, service.at),
            format!("`{}` requests {} whole cores", service.key, cpu.value),
        )
        .help(format!("if thousandths of a core are meant, write `{}m`", cpu.0 / 1000));
        context.report(finding);
    }
    if let Some(memory) = service.requests.memory.as_ref().filter(|memory| memory.0 < 1 << 20) {
        let finding = Diagnostic::new(
            &code::SUSPICIOUS_UNIT,
            context.origin(memory, service.at),
            format!("`{}` requests {} of memory, less than any process needs", service.key, memory.value),
        )
        .help("memory is written `512Mi` or `2Gi`");
        context.report(finding);
    }
}

/// An amount in words and where it is written.
type Amount = (Span, String);

/// A limit and its request, each with its place, if the limit is the smaller one.
fn pair<T: PartialOrd + std::fmt::Display>(
    context: &Context<'_>,
    service: &Service,
    limit: Option<&Resolved<T>>,
    request: Option<&Resolved<T>>,
    what: &'static str,
) -> Option<(Amount, Amount, &'static str)> {
    let (limit, request) = (limit?, request?);
    let amount = |value: &Resolved<T>| (context.origin(value, service.at), value.value.to_string());
    (limit.value < request.value).then(|| (amount(limit), amount(request), what))
}

fn scaling(context: &mut Context<'_>, environment: &Environment, service: &Service) {
    let Scale::Auto(auto) = &service.scale else {
        if environment.is_production() && service.workload == Workload::Service && service.scale.max() == 1 {
            let Scale::Fixed(replicas) = &service.scale else { return };
            let finding = Diagnostic::new(
                &code::ONE_REPLICA_IN_PRODUCTION,
                context.origin(replicas, service.at),
                format!("`{}` has one pod in production", service.key),
            )
            .help("write two or more `replicas`, or `autoscaling` with `min: 2`");
            context.report(finding);
        }
        return;
    };
    let (min, max, planned) = (auto.min.value, auto.max.value, auto.planned.value);
    if min == 0 || min > max || planned < min || planned > max {
        let message = if min == 0 {
            format!("`{}` may scale to no pod at all", service.key)
        } else if min > max {
            format!("`{}` has at least {min} and at most {max} pods", service.key)
        } else {
            let planned = super::count(u64::from(planned), "pod");
            format!("`{}` is planned for {planned} and has {min} to {max}", service.key)
        };
        let at = if min == 0 {
            &auto.min
        } else if min > max {
            &auto.max
        } else {
            &auto.planned
        };
        let other = if min > max || (min > 0 && planned < min) { &auto.min } else { &auto.max };
        let finding = Diagnostic::new(&code::AUTOSCALING_RANGE, context.origin(at, service.at), message)
            .in_environment(&environment.key)
            .related(context.origin(other, service.at), "the other end")
            .help("write 1 <= min <= planned <= max");
        context.report(finding);
    }
    if auto.cpu.is_none() && auto.memory.is_none() {
        let finding = Diagnostic::new(
            &code::NO_REQUESTS,
            context.key(auto.at),
            format!("the autoscaling of `{}` has nothing to scale by", service.key),
        )
        .help("write a target for `cpu` or `memory`");
        context.report(finding);
    }
    let missing = [
        (auto.cpu.as_ref(), service.requests.cpu.is_none(), "cpu"),
        (auto.memory.as_ref(), service.requests.memory.is_none(), "memory"),
    ];
    for (target, no_request, what) in missing {
        let Some(target) = target.filter(|_| no_request) else { continue };
        let finding = Diagnostic::new(
            &code::NO_REQUESTS,
            context.key(service.at),
            format!("`{}` scales by {what} and requests none", service.key),
        )
        .in_environment(&environment.key)
        .label(format!("has no `requests.{what}`"))
        .related(context.origin(target, service.at), "a share of what is requested")
        .help(format!("write `requests: {{{what}: ...}}`"));
        context.report(finding);
    }
    if environment.is_production() && min < 2 && min > 0 {
        let finding = Diagnostic::new(
            &code::ONE_REPLICA_IN_PRODUCTION,
            context.origin(&auto.min, service.at),
            format!("`{}` may have one pod in production", service.key),
        )
        .help("write `min: 2`");
        context.report(finding);
    }
}

/// Both at one place: after the merge of layers only equals remain, since an upper layer cancels the other of a lower.
fn both_scales(context: &mut Context<'_>) {
    let document = &context.model.document;
    let mut found = Vec::new();
    let platform = &context.model.platform;
    let mut check = |layer: &Value, who: &str| {
        let entries = layer.entries(document).unwrap_or_default();
        let written = |key: &str| {
            entries
                .iter()
                .find(|(at, value)| document.key(*at) == key && !value.is_null(document))
                .map(|(at, _)| *at)
        };
        if let (Some(replicas), Some(autoscaling)) = (written("replicas"), written("autoscaling")) {
            found.push(
                Diagnostic::new(
                    &code::REPLICAS_AND_AUTOSCALING,
                    document.key_span(replicas),
                    format!("{who} a fixed number of pods and autoscaling"),
                )
                .related(document.key_span(autoscaling), "and here the load decides")
                .help("remove one of the two"),
            );
        }
    };
    let of_environments = platform.environments.entries.values().map(|(_, e)| e.defaults.as_ref());
    for defaults in of_environments.chain([platform.defaults.as_ref()]).flatten() {
        if let Some(layer) = &defaults.services {
            check(&layer.value, "all services have");
        }
    }
    for thing in platform.services.iter().flat_map(|services| services.entries.values()) {
        let who = format!("`{}` has", thing.name.0);
        check(&thing.settings, &who);
        thing.overrides.values().for_each(|(_, layer)| check(layer, &who));
    }
    for finding in found {
        context.report(finding);
    }
}

fn health(context: &mut Context<'_>, environment: &Environment, service: &Service) {
    if service.port.is_some() && service.ready.is_none() && environment.is_production() {
        let finding = Diagnostic::new(
            &code::NO_HEALTH,
            context.key(service.at),
            format!("`{}` does not say when it can take requests", service.key),
        )
        .help("write `health: {ready: /ready, live: /health}`");
        context.report(finding);
    }
    for probe in service.ready.iter().chain(&service.live) {
        timing(context, service, probe);
    }
}

fn timing(context: &mut Context<'_>, service: &Service, probe: &Probe) {
    if probe.timeout.value > probe.every.value {
        let message = format!(
            "a probe of `{}` waits {} for an answer and asks every {}",
            service.key, probe.timeout.value, probe.every.value
        );
        let written = |time: &Resolved<Duration>| matches!(time.origin, Origin::Written(_));
        let every = context.origin(&probe.every, service.at);
        let finding = if written(&probe.timeout) {
            let timeout = context.origin(&probe.timeout, service.at);
            let finding = Diagnostic::new(&code::PROBE_TIMING, timeout, message);
            if written(&probe.every) { finding.related(every, "the time between two tries") } else { finding }
        } else {
            Diagnostic::new(&code::PROBE_TIMING, every, message)
        };
        context.report(finding.help("a timeout must not be longer than the period"));
    }
    for time in [&probe.timeout, &probe.every] {
        if time.value == Duration(0) {
            let finding = Diagnostic::new(
                &code::PROBE_TIMING,
                context.origin(time, service.at),
                format!("a probe of `{}` has a time of nothing", service.key),
            )
            .help("write at least `1s`");
            context.report(finding);
        }
    }
    if probe.failures.value == 0 {
        let finding = Diagnostic::new(
            &code::PROBE_TIMING,
            context.origin(&probe.failures, service.at),
            format!("a probe of `{}` counts after no failure", service.key),
        )
        .help("write at least 1");
        context.report(finding);
    }
}

fn drains(context: &mut Context<'_>, environment: &Environment, service: &Service) {
    let (unavailable, surge) = (&service.max_unavailable, &service.max_surge);
    if unavailable.value == 0 && surge.value == 0 {
        // One of the two is written: the defaults let a rollout add a pod.
        let finding = Diagnostic::new(
            &code::ROLLOUT_STUCK,
            context.origin(surge, service.at),
            format!("a rollout of `{}` may neither add a pod nor take one away", service.key),
        )
        .help("let `maxUnavailable` or `maxSurge` be at least 1");
        let finding = match unavailable.origin {
            Origin::Written(at) => finding.related(context.span(at), "and none may be missing"),
            _ => finding,
        };
        context.report(finding);
    }
    let Some(min_available) = &service.min_available else { return };
    let pods = service.scale.min();
    if min_available.value < pods || pods == 0 {
        return;
    }
    let fewest = match &service.scale {
        Scale::Fixed(replicas) => context.origin(replicas, service.at),
        Scale::Auto(auto) => context.origin(&auto.min, service.at),
    };
    let finding = Diagnostic::new(
        &code::PDB_BLOCKS,
        context.origin(min_available, service.at),
        format!(
            "`{}` has {} and {} must stay, so no node can be drained",
            service.key,
            super::count(u64::from(pods), "pod"),
            min_available.value
        ),
    )
    .in_environment(&environment.key)
    .label("must stay available")
    .related(fewest, "the fewest pods")
    .help(if pods > 1 {
        format!("write `minAvailable: {}`", pods - 1)
    } else {
        "run two pods, or remove the budget in this environment with `disruption: null`".to_owned()
    });
    context.report(finding);
}

fn security(context: &mut Context<'_>, environment: &Environment, service: &Service) {
    if environment.pod_security.value != PodSecurity::Restricted {
        return;
    }
    if service.user.value == 0 {
        let finding = Diagnostic::new(
            &code::ROOT_USER,
            context.origin(&service.user, service.at),
            format!("`{}` runs as root, which the restricted profile refuses", service.key),
        )
        .related(context.key(environment.at), "enforces the restricted profile")
        .help("write another user, such as `security: {user: 10001}`");
        context.report(finding);
    }
    if let Some(port) = service.port.as_ref().map(|port| &port.container).filter(|port| port.value < 1024) {
        let high = port.value + 8000;
        let finding = Diagnostic::new(
            &code::PRIVILEGED_PORT,
            context.origin(port, service.at),
            format!("`{}` listens on port {} without root rights", service.key, port.value),
        )
        .related(context.key(environment.at), "enforces the restricted profile")
        .help(format!(
            "listen on {high}, and keep {} in front: `port: {{container: {high}, service: {}}}`",
            port.value, port.value
        ));
        context.report(finding);
    }
}
