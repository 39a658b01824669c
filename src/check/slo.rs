//! Objectives that cannot be measured, cannot raise an alert, or promise more than what they stand on.

use std::collections::BTreeSet;

use super::{Context, Rule, enumeration, is_serious};
use crate::catalog;
use crate::diag::{Diagnostic, Severity, code};
use crate::plan::{
    Access, Environment, IngressController, MetricsKind, Origin, Plan, Resolved, Service, Sli, SliPreset,
    Slo, Target, WINDOW,
};
use crate::promql;
use crate::source::{At, Span};
use crate::units::Latency;
use crate::units::slo::{BurnWindow, Exact, FEW, burn_windows};

pub(super) const RULES: &[Rule] = &[
    Rule { name: "slo/indicator", run: indicator },
    Rule { name: "slo/window", run: query },
    Rule { name: "slo/query", run: parsed },
    Rule { name: "slo/metrics", run: metrics },
    Rule { name: "slo/buckets", run: buckets },
    Rule { name: "slo/alerts", run: alertable },
    Rule { name: "slo/traffic", run: traffic },
    Rule { name: "slo/retention", run: retention },
    Rule { name: "slo/dependencies", run: dependencies },
];

/// Every objective with its service and environment.
fn all(plan: &Plan) -> impl Iterator<Item = (&Environment, &Service, &Slo)> {
    plan.environments.values().flat_map(|environment| {
        let services = environment.services.iter();
        services.flat_map(move |service| service.slos.iter().map(move |slo| (environment, service, slo)))
    })
}

/// `availability` of `api`.
fn named(service: &Service, slo: &Slo) -> String {
    format!("`{}` of `{}`", slo.key, service.key)
}

/// The pairs of windows of an objective's alerts.
fn windows(plan: &Plan, slo: &Slo) -> [BurnWindow; 4] {
    burn_windows(slo.window.value, plan.monitoring.shortest_range())
}

/// The bytes that a value comes from: of an objective of a file, those of the file's name.
fn place<T>(context: &Context<'_>, value: &Resolved<T>, slo: &Slo) -> Span {
    match value.origin {
        Origin::Written(at) | Origin::Derived(_, at) => context.span(at),
        Origin::Default(_) => context.key(slo.at),
    }
}

fn preset_place(context: &Context<'_>, slo: &Slo) -> Span {
    match &slo.sli {
        Sli::Preset { preset, .. } => place(context, preset, slo),
        Sli::Own { errors, .. } => place(context, errors, slo),
    }
}

/// Fields that mean nothing with the preset.
fn indicator(context: &mut Context<'_>) {
    let plan = context.plan;
    for (environment, service, slo) in all(plan) {
        let Sli::Preset { preset, buckets } = &slo.sli else { continue };
        if let (SliPreset::Queue, Some(within)) = (preset.value, &slo.within) {
            let finding = Diagnostic::new(
                &code::SLO_INDICATOR,
                place(context, within, slo),
                format!(
                    "{} limits the time of messages, and the broker does not measure it",
                    named(service, slo)
                ),
            )
            .in_environment(&environment.key)
            .help("remove `within`, or let the service count it and write `errors` and `total`");
            context.report(finding);
        }
        if let (Some(first), None) = (buckets.first(), &slo.within) {
            let finding = Diagnostic::new(
                &code::SLO_INDICATOR,
                place(context, first, slo),
                format!("`buckets` say nothing for {}: it has no `within`", named(service, slo)),
            )
            .in_environment(&environment.key)
            .help("write the time that is promised as `within`, or remove `buckets`");
            context.report(finding);
        }
    }
}

/// Own queries that say no window.
fn query(context: &mut Context<'_>) {
    let plan = context.plan;
    for (environment, service, slo) in all(plan) {
        let Sli::Own { errors, total } = &slo.sli else { continue };
        for (what, query) in [("errors", errors), ("total", total)] {
            // Those of files are looked at where they are read.
            if query.value.contains(WINDOW) || !matches!(query.origin, Origin::Written(_)) {
                continue;
            }
            let finding = Diagnostic::new(
                &code::SLO_NO_WINDOW,
                place(context, query, slo),
                format!("`{what}` for {} does not say `{WINDOW}`", named(service, slo)),
            )
            .in_environment(&environment.key)
            .note("it is asked over every length of time from five minutes to the period")
            .help(format!("write it in place of the range: `rate(requests_total[{WINDOW}])`"));
            context.report(finding);
        }
    }
}

/// A length of time with as many letters as the placeholder has, so that places in the query stay what they are.
const SOME_WINDOW: &str = "0000000005m";

/// Own queries that Prometheus would refuse.
fn parsed(context: &mut Context<'_>) {
    let plan = context.plan;
    // Environments mostly have the same objectives.
    let mut flawless: BTreeSet<(&str, &str)> = BTreeSet::new();
    for (environment, service, slo) in all(plan) {
        let Sli::Own { errors, total } = &slo.sli else { continue };
        for (what, query) in [("errors", errors), ("total", total)] {
            if flawless.contains(&(what, &query.value)) {
                continue;
            }
            let text = query.value.replace(WINDOW, SOME_WINDOW);
            let whole = Span::new(0, u32::try_from(text.len()).unwrap_or(u32::MAX));
            let (span, message, help) = match promql::parse(&text).map(|expr| (expr.value_type(), expr)) {
                Err(problem) => (problem.span, problem.message, problem.help),
                Ok((promql::Type::Instant, expr)) if what == "errors" || names_a_metric(&expr) => {
                    flawless.insert((what, &query.value));
                    continue;
                }
                Ok((promql::Type::Instant, _)) => {
                    let help =
                        "write the metric that counts all events: without it nobody notices when it is gone";
                    (whole, "it names no metric".to_owned(), Some(help.to_owned()))
                }
                Ok((other, _)) => {
                    let help =
                        "write the events of each second, such as `sum(rate(requests_total[{{.window}}]))`";
                    (
                        whole,
                        format!("it gives {}, and no value for each series", other.name()),
                        Some(help.to_owned()),
                    )
                }
            };
            let written = place(context, query, slo);
            // A text in one line and without escapes stands in the spec as it is; else the whole of it is shown.
            let begins = written.slice(&context.source.text).find(query.value.as_str());
            let begins = begins.and_then(|at| u32::try_from(at).ok()).filter(|_| span != whole);
            let shown = begins.map_or(written, |at| {
                Span::new(written.start + at + span.start, written.start + at + span.end)
            });
            let mut finding = Diagnostic::new(
                &code::SLO_QUERY,
                shown,
                format!("Prometheus refuses `{what}` for {}: {message}", named(service, slo)),
            )
            .in_environment(&environment.key);
            finding.help = help.or_else(|| {
                Some(
                    "write it as Prometheus reads it, and try it there with a length of time such as `5m`"
                        .to_owned(),
                )
            });
            context.report(finding);
        }
    }
}

fn names_a_metric(query: &promql::Expr) -> bool {
    query.selectors().iter().any(|(one, _)| one.metric.is_some())
}

/// Presets whose metrics nothing exports or scrapes.
fn metrics(context: &mut Context<'_>) {
    let plan = context.plan;
    for (environment, service, slo) in all(plan) {
        let Some(preset) = slo.preset() else { continue };
        let consumes = || {
            service.edges.iter().any(|edge| {
                matches!(edge.target, Target::Queue { .. })
                    && edge.access.as_ref().is_some_and(|access| access.value == Access::Consume)
            })
        };
        let (problem, severity, help) = match preset {
            SliPreset::Http | SliPreset::Grpc | SliPreset::Opentelemetry | SliPreset::Vllm
                if service.metrics.is_none() =>
            {
                (
                    "its metrics are not scraped",
                    Severity::Error,
                    "say where they are, such as `metrics: /metrics`",
                )
            }
            SliPreset::Vllm
                if service.metrics.as_ref().is_none_or(|metrics| metrics.kind.value != MetricsKind::Vllm) =>
            {
                (
                    "its metrics are not said to be vLLM's",
                    Severity::Error,
                    "write `metrics: {path: /metrics, kind: vllm}`, or take `http`",
                )
            }
            SliPreset::Ingress if service.route.is_none() => (
                "no request from outside reaches it",
                Severity::Error,
                "give it a `host`, or take a preset that the service counts itself, such as `http`",
            ),
            SliPreset::Queue if !consumes() => (
                "it consumes no queue",
                Severity::Error,
                "let it use a queue with `access: consume`, or take another preset",
            ),
            SliPreset::Mesh => (
                "platc renders no mesh",
                Severity::Warning,
                "accept it where somebody else runs Istio in the cluster, and Prometheus scrapes its proxies",
            ),
            _ => continue,
        };
        let finding = Diagnostic::new(
            &code::SLO_NO_METRICS,
            preset_place(context, slo),
            format!("{} is measured by `{}`, and {problem}", named(service, slo), preset.word()),
        )
        .severity(severity)
        .in_environment(&environment.key)
        .help(help);
        context.report(finding);
    }
}

/// The exporter whose bounds a preset has where nobody sets others up.
fn exporter(plan: &Plan, preset: SliPreset) -> Option<&'static str> {
    match preset {
        SliPreset::Ingress => plan.ingress.as_ref().map(|ingress| match ingress.controller.value {
            IngressController::IngressNginx => "nginx",
            IngressController::EnvoyGateway => "envoy",
        }),
        SliPreset::Mesh => Some("envoy"),
        SliPreset::Opentelemetry => Some("opentelemetry"),
        SliPreset::Vllm => Some("vllm"),
        // Client libraries differ.
        SliPreset::Http | SliPreset::Grpc | SliPreset::Queue => None,
    }
}

/// Times that are no bound of a bucket.
fn buckets(context: &mut Context<'_>) {
    let plan = context.plan;
    for (environment, service, slo) in all(plan) {
        let (Some(within), Sli::Preset { preset, buckets }) = (&slo.within, &slo.sli) else { continue };
        if preset.value == SliPreset::Queue {
            continue;
        }
        let span = place(context, within, slo);
        let usual = exporter(plan, preset.value).and_then(catalog::bucket_bounds);
        let bounds: Vec<Latency> = match (&buckets[..], usual) {
            ([], Some(usual)) => usual.iter().map(|bound| Latency(*bound)).collect(),
            ([], None) => {
                let finding = Diagnostic::new(
                    &code::SLO_BUCKET,
                    span,
                    format!("whether {} is a bound of the buckets that measure {} is not known", within.value, named(service, slo)),
                )
                .severity(Severity::Warning)
                .in_environment(&environment.key)
                .note("client libraries have different bounds, and a query for a bound that is none finds nothing")
                .help(format!("write them: `sli: {{preset: {}, buckets: [100ms, {}, 1s]}}`", preset.value.word(), within.value));
                context.report(finding);
                continue;
            }
            (written, _) => written.iter().map(|bound| bound.value).collect(),
        };
        if bounds.contains(&within.value) {
            continue;
        }
        let shown: Vec<String> = bounds.iter().map(ToString::to_string).collect();
        let shown: Vec<&str> = shown.iter().map(String::as_str).collect();
        let mut finding = Diagnostic::new(
            &code::SLO_BUCKET,
            span,
            format!("{} is no bound of the buckets that measure {}", within.value, named(service, slo)),
        )
        .in_environment(&environment.key)
        .help(format!("take one of {}", enumeration(&shown)));
        finding = match buckets.first() {
            Some(first) => finding.related(place(context, first, slo), "the bounds"),
            None => finding.note(format!(
                "the bounds are those that `{}` has where nobody sets others up",
                preset.value.word()
            )),
        };
        context.report(finding);
    }
}

/// Alerts that cannot fire even when everything fails.
fn alertable(context: &mut Context<'_>) {
    let plan = context.plan;
    for (environment, service, slo) in all(plan) {
        let objective = slo.objective.value;
        let dead = windows(plan, slo).into_iter().find(|window| window.threshold(objective).is_at_least(1));
        let Some(window) = dead else { continue };
        let budget = objective.budget().times(Exact::new(100, 1)).about(3);
        let share = window.threshold(objective).times(Exact::new(100, 1)).about(2);
        let finding = Diagnostic::new(
            &code::SLO_UNALERTABLE,
            place(context, &slo.objective, slo),
            format!("no outage breaks {} fast enough for its alert", named(service, slo)),
        )
        .in_environment(&environment.key)
        .note(format!(
            "{} times the budget of {budget} % = {share} % of the requests within {}: more than there are",
            window.factor.about(2),
            window.long
        ))
        .help(format!(
            "write a higher objective: above {} % every alert can fire",
            Exact::new(100, 1).times(highest(window.factor)).about(2)
        ));
        context.report(finding);
    }
}

/// The objective above which a factor times the budget stays below everything: 1 - 1 / factor.
fn highest(factor: Exact) -> Exact {
    factor.minus_one().over(factor)
}

/// Requests so few that one failure is too many.
fn traffic(context: &mut Context<'_>) {
    let plan = context.plan;
    for (environment, service, slo) in all(plan) {
        let Some(rate) = slo.traffic.as_ref().filter(|_| is_serious(environment)) else { continue };
        let objective = slo.objective.value;
        let quiet = windows(plan, slo)
            .into_iter()
            .find(|window| window.is_page && !window.failures(objective, rate.value).is_at_least(FEW));
        let Some(window) = quiet else { continue };
        let requests = rate.value.within(window.long);
        let failures = window.failures(objective, rate.value);
        let finding = Diagnostic::new(
            &code::SLO_LOW_TRAFFIC,
            place(context, rate, slo),
            format!("at {} a failure or two break {}", rate.value, named(service, slo)),
        )
        .in_environment(&environment.key)
        .related(place(context, &slo.objective, slo), "the objective")
        .note(format!(
            "{} requests in {} x {} x {} % = {} failures: fewer than {FEW} say nothing",
            requests.significant(1),
            window.long,
            window.factor.about(2),
            objective.budget().times(Exact::new(100, 1)).about(3),
            failures.significant(2)
        ))
        .help("lower the objective, widen the period, or make requests for the purpose; the alert asks for three failures meanwhile");
        context.report(finding);
    }
}

/// Periods of which Prometheus forgets the beginning.
fn retention(context: &mut Context<'_>) {
    let plan = context.plan;
    let keep = &plan.monitoring.keep;
    for (_, service, slo) in all(plan) {
        if slo.window.value <= keep.value {
            continue;
        }
        let mut finding = Diagnostic::new(
            &code::SLO_RETENTION,
            place(context, &slo.window, slo),
            format!(
                "{} is kept over {}, and metrics for {}",
                named(service, slo),
                slo.window.value,
                keep.value
            ),
        )
        .help(format!(
            "write `observability: {{metrics: {{keep: {}}}}}`, or a shorter `window`",
            slo.window.value.prometheus()
        ));
        finding = match keep.origin {
            Origin::Written(at) => finding.related(context.span(at), "how long metrics are kept"),
            _ => finding.note(format!("{} is what Prometheus does where nothing is said", keep.value)),
        };
        context.report(finding);
    }
}

/// What something that a service uses promises, in thousandths of a percent, and how that is known.
struct Promise {
    what: String,
    share: Option<u32>,
    at: Option<At>,
    source: &'static str,
}

/// What the other end of an edge promises.
fn promise(plan: &Plan, environment: &Environment, target: &Target, own: &str) -> Option<Promise> {
    let unknown = |what: String| Some(Promise { what, share: None, at: None, source: "" });
    match target {
        Target::Service { environment, key, .. } => {
            let there = plan.environments.get(environment)?;
            let service = there.services.iter().find(|service| service.key == *key)?;
            let counted: Vec<&Slo> = service.slos.iter().filter(|slo| slo.within.is_none()).collect();
            let same = counted.iter().find(|slo| slo.key == own);
            let best = same.or_else(|| counted.iter().max_by_key(|slo| slo.objective.value)).copied();
            match best {
                Some(slo) => Some(Promise {
                    what: format!("`services/{key}`"),
                    share: Some(slo.objective.value.thousandths()),
                    at: Some(slo.at),
                    source: "its own objective",
                }),
                None => unknown(format!("`services/{key}`")),
            }
        }
        Target::Database { key } | Target::Pooler { key, .. } => {
            let database = environment.databases.iter().find(|database| database.key == *key)?;
            let provider = plan.provider_of(environment).word();
            let share = catalog::promised_availability(provider, "database", database.nodes.value);
            Some(Promise {
                what: format!("`databases/{key}`"),
                share,
                at: Some(database.at),
                source: "the provider's agreement",
            })
        }
        Target::Cache { key, .. } | Target::ManagedCache { key, .. } => unknown(format!("`caches/{key}`")),
        Target::Queue { key, .. } => unknown(format!("`queues/{key}`")),
        Target::Bucket { key } => unknown(format!("`buckets/{key}`")),
        Target::Secret { .. } => None,
    }
}

/// The whole, in parts that are rounded up at each step: a finding is never due to rounding.
const ALL: u128 = 1_000_000_000_000_000;

/// Objectives above what they stand on.
fn dependencies(context: &mut Context<'_>) {
    let plan = context.plan;
    for (environment, service, slo) in all(plan) {
        // Answers within a time, and messages that are not delivered again, are another measure than answers at all.
        if slo.within.is_some() || slo.preset() == Some(SliPreset::Queue) {
            continue;
        }
        let mut promises: Vec<Promise> = Vec::new();
        for edge in &service.edges {
            let Some(promise) = promise(plan, environment, &edge.target, &slo.key) else { continue };
            if promises.iter().all(|known| known.what != promise.what) {
                promises.push(promise);
            }
        }
        let known = promises.iter().filter_map(|promise| promise.share);
        let product = known.fold(ALL, |product, share| (product * u128::from(share)).div_ceil(100_000));
        let own = u128::from(slo.objective.value.thousandths()) * (ALL / 100_000);
        if own <= product {
            continue;
        }
        let percent = Exact::new(product, ALL / 100).about(3);
        let mut finding = Diagnostic::new(
            &code::SLO_ABOVE_DEPENDENCIES,
            place(context, &slo.objective, slo),
            format!("{} promises {}, and what it uses {percent} %", named(service, slo), slo.objective.value),
        )
        .in_environment(&environment.key)
        .help("lower the objective, raise those below it, or let the service answer without them; then accept this with the reason");
        let shares = promises.iter().filter_map(|promise| Some((promise, promise.share?)));
        let factors: Vec<String> = shares
            .clone()
            .map(|(promise, share)| format!("{} of {} ({})", percent_of(share), promise.what, promise.source))
            .collect();
        finding = finding.note(format!("{} = {percent} %", factors.join(" x ")));
        let unknown: Vec<&str> =
            promises.iter().filter(|promise| promise.share.is_none()).map(|promise| &*promise.what).collect();
        if !unknown.is_empty() {
            finding = finding.note(format!(
                "not counted, since nothing says what they promise: {}",
                enumeration(&unknown)
            ));
        }
        for (promise, _) in shares {
            if let Some(at) = promise.at {
                finding = finding.related(context.key(at), promise.source);
            }
        }
        context.report(finding);
    }
}

fn percent_of(thousandths: u32) -> String {
    format!("{} %", Exact::new(u128::from(thousandths), 1000).about(3))
}
