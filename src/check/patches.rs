//! Patches of objects: that they find their object, leave its identity alone, and what they take out of the proofs.

use std::collections::BTreeMap;

use super::secrets::{looks_like, names_a_secret};
use super::{Context, Rule};
use crate::diag::{Diagnostic, code, did_you_mean};
use crate::freeform::{Freeform, Value};
use crate::names;
use crate::plan::{Environment, Patch, Service};
use crate::source::At;
use crate::unit;

pub(super) const RULES: &[Rule] =
    &[Rule { name: "patches/objects", run: objects }, Rule { name: "patches/content", run: content }];

/// Fields that say which object it is.
const IDENTITY: [&[&str]; 4] =
    [&["apiVersion"], &["kind"], &["metadata", "name"], &["metadata", "namespace"]];
/// Labels by which objects find each other.
const IDENTITY_LABELS: [&str; 3] = [names::NAME_LABEL, names::COMPONENT_LABEL, names::ENVIRONMENT_LABEL];
/// Kinds of objects whose `spec.selector` selects the service's pods.
const SELECTING: [&str; 6] =
    ["Deployment", "Rollout", "Service", "PodDisruptionBudget", "ServiceMonitor", "PodMonitor"];
/// Fields of a Rollout that say which Services and which Ingress it leads from version to version.
const LED: [&[&str]; 5] = [
    &["spec", "strategy", "blueGreen", "activeService"],
    &["spec", "strategy", "blueGreen", "previewService"],
    &["spec", "strategy", "canary", "stableService"],
    &["spec", "strategy", "canary", "canaryService"],
    &["spec", "strategy", "canary", "trafficRouting"],
];

/// What makes the pods of a service: a Deployment, or a Rollout that has all of its fields but the strategy's.
const WORKLOAD: &str = "Deployment";

fn is_workload(kind: &str) -> bool {
    kind == WORKLOAD || kind == "Rollout"
}

/// A field that proofs or checks rely on.
struct Proven {
    kind: &'static str,
    path: &'static [&'static str],
    /// The promise that is not proven any more.
    promise: &'static str,
    /// The field of the language that keeps it proven.
    instead: &'static str,
}

const FITS: &str = "that its pods fit on their nodes and into the quota";
const ADMITTED: &str = "that the namespace's Pod Security Standard admits its pods";

const PROVEN: &[Proven] = &[
    Proven { kind: WORKLOAD, path: &["spec", "replicas"], promise: FITS, instead: "replicas" },
    Proven {
        kind: WORKLOAD,
        path: &["spec", "strategy"],
        promise: "that a rollout can get on within the quota",
        instead: "rollout",
    },
    Proven {
        kind: WORKLOAD,
        path: &["spec", "template", "spec", "containers"],
        promise: "what its container requests, how it is probed, and what it may do",
        instead: "requests`, `limits`, `health` and `security",
    },
    Proven {
        kind: WORKLOAD,
        path: &["spec", "template", "spec", "initContainers"],
        promise: FITS,
        instead: "",
    },
    Proven {
        kind: WORKLOAD,
        path: &["spec", "template", "spec", "nodeSelector"],
        promise: FITS,
        instead: "pool",
    },
    Proven {
        kind: WORKLOAD,
        path: &["spec", "template", "spec", "tolerations"],
        promise: FITS,
        instead: "pool",
    },
    Proven {
        kind: WORKLOAD,
        path: &["spec", "template", "spec", "affinity"],
        promise: FITS,
        instead: "pool",
    },
    Proven {
        kind: WORKLOAD,
        path: &["spec", "template", "spec", "securityContext"],
        promise: ADMITTED,
        instead: "security",
    },
    Proven {
        kind: WORKLOAD,
        path: &["spec", "template", "spec", "volumes"],
        promise: ADMITTED,
        instead: "volumes",
    },
    Proven {
        kind: WORKLOAD,
        path: &["spec", "template", "spec", "hostNetwork"],
        promise: ADMITTED,
        instead: "",
    },
    Proven { kind: WORKLOAD, path: &["spec", "template", "spec", "hostPID"], promise: ADMITTED, instead: "" },
    Proven { kind: WORKLOAD, path: &["spec", "template", "spec", "hostIPC"], promise: ADMITTED, instead: "" },
    Proven {
        kind: "CronJob",
        path: &["spec", "schedule"],
        promise: "that it is noticed when no run succeeds in time",
        instead: "schedule",
    },
    Proven { kind: "CronJob", path: &["spec", "concurrencyPolicy"], promise: FITS, instead: "concurrency" },
    Proven {
        kind: "CronJob",
        path: &["spec", "jobTemplate", "spec", "template", "spec", "containers"],
        promise: "what its container requests and what it may do",
        instead: "requests`, `limits` and `security",
    },
    Proven {
        kind: "CronJob",
        path: &["spec", "jobTemplate", "spec", "template", "spec", "nodeSelector"],
        promise: FITS,
        instead: "pool",
    },
    Proven {
        kind: "CronJob",
        path: &["spec", "jobTemplate", "spec", "template", "spec", "tolerations"],
        promise: FITS,
        instead: "pool",
    },
    Proven {
        kind: "CronJob",
        path: &["spec", "jobTemplate", "spec", "template", "spec", "securityContext"],
        promise: ADMITTED,
        instead: "security",
    },
    Proven {
        kind: "CronJob",
        path: &["spec", "jobTemplate", "spec", "template", "spec", "volumes"],
        promise: ADMITTED,
        instead: "volumes",
    },
    Proven {
        kind: "CronJob",
        path: &["spec", "jobTemplate", "spec", "template", "spec", "hostNetwork"],
        promise: ADMITTED,
        instead: "",
    },
    Proven {
        kind: "HorizontalPodAutoscaler",
        path: &["spec", "minReplicas"],
        promise: FITS,
        instead: "autoscaling",
    },
    Proven {
        kind: "HorizontalPodAutoscaler",
        path: &["spec", "maxReplicas"],
        promise: FITS,
        instead: "autoscaling",
    },
    Proven {
        kind: "HorizontalPodAutoscaler",
        path: &["spec", "metrics"],
        promise: "that it has requests to scale by",
        instead: "autoscaling",
    },
    Proven {
        kind: "PodDisruptionBudget",
        path: &["spec"],
        promise: "that nodes can be drained and enough pods stay",
        instead: "disruption",
    },
    Proven {
        kind: "NetworkPolicy",
        path: &["spec"],
        promise: "that it talks to what the spec says and to nothing else",
        instead: "uses` and `egress",
    },
    Proven {
        kind: "Role",
        path: &["rules"],
        promise: "that its account may do what the spec says and no more",
        instead: "permissions",
    },
];

/// A patch of a service, and the environments that it holds for.
type Found<'p> = (&'p Service, &'p Patch, Vec<&'p Environment>);

/// Each patch once, however many environments it holds for.
fn each(context: &mut Context<'_>, rule: impl Fn(&mut Context<'_>, &Service, &Patch, &[&Environment])) {
    let plan = context.plan;
    let mut patches: BTreeMap<(&str, &str, At, At), Found<'_>> = BTreeMap::new();
    for environment in plan.environments.values() {
        for service in environment.pods() {
            for patch in &service.patches {
                let key = (service.workload.kind(), service.key.as_str(), patch.at, patch.change.value.at);
                patches.entry(key).or_insert_with(|| (service, patch, Vec::new())).2.push(environment);
            }
        }
    }
    for (service, patch, environments) in patches.values() {
        rule(context, service, patch, environments);
    }
}

fn objects(context: &mut Context<'_>) {
    let plan = context.plan;
    each(context, |context, service, patch, environments| {
        let mut objects: Vec<(&str, String)> = Vec::new();
        for environment in environments {
            let own =
                environment.pods().find(|own| own.key == service.key && own.workload == service.workload);
            objects.extend(own.iter().flat_map(|own| unit::objects(plan, environment, own)));
        }
        if objects.iter().any(|(kind, name)| patch.is_for(kind, name)) {
            return;
        }
        let mut there: Vec<&str> = objects.iter().map(|(kind, _)| *kind).collect();
        let target = match &patch.name {
            Some(name) => format!("{}/{name}", patch.kind),
            None => patch.kind.clone(),
        };
        let span = context.key(patch.at);
        let mut finding = Diagnostic::new(
            &code::PATCH_NO_OBJECT,
            span,
            format!("`{}` has no object `{target}` to patch", service.key),
        );
        finding = if patch.kind == "PrometheusRule" {
            finding.help("rules for Prometheus follow from the spec; `alerts` has their thresholds")
        } else if there.contains(&patch.kind.as_str()) {
            finding
                .help(format!("its {} is called `{}`", patch.kind, service.key))
                .edit(span, patch.kind.clone())
        } else if let Some(workload) = there.iter().copied().find(|kind| is_workload(kind))
            && is_workload(&patch.kind)
        {
            finding
                .related(context.origin(&service.rollout.strategy, service.at), "decides what makes its pods")
                .help(format!("a {workload} makes them: its fields are the same but for `spec.strategy`"))
                .edit(span, workload)
        } else {
            there.sort_unstable();
            there.dedup();
            if let [near] = crate::catalog::nearest(&patch.kind, there.iter().copied(), 1)[..] {
                finding = finding.edit(span, near);
            }
            finding.help = did_you_mean(&patch.kind, there.iter().copied());
            finding
        };
        if let [environment] = environments {
            finding = finding.in_environment(&environment.key);
        }
        context.report(finding);
    });
}

fn content(context: &mut Context<'_>) {
    each(context, |context, service, patch, _| {
        let change = &patch.change.value;
        if changes_nothing(change) {
            let finding = Diagnostic::new(
                &code::PATCH_EMPTY,
                context.key(patch.at),
                format!("the patch of the {} of `{}` changes nothing", patch.kind, service.key),
            )
            .help("remove it, or write the fields that shall change");
            context.report(finding);
        }
        identity(context, service, patch);
        restarts(context, service, patch);
        let is_about = |kind: &str| kind == patch.kind || (kind == WORKLOAD && is_workload(&patch.kind));
        for proven in PROVEN.iter().filter(|proven| is_about(proven.kind)) {
            let Some((at, depth)) = touches(change, proven.path) else { continue };
            // What Kubernetes leaves off anyway takes nothing away.
            if change.find(proven.path).is_some_and(|found| found.value == Value::Bool(false)) {
                continue;
            }
            let field = proven.path[..depth].join(".");
            let finding = Diagnostic::new(
                &code::PATCH_UNPROVEN,
                context.key(at),
                format!(
                    "a patch of `{}` changes `{field}` of its {}: it is no longer proven {}",
                    service.key, patch.kind, proven.promise
                ),
            );
            let finding = if proven.instead.is_empty() {
                finding.help("make sure of it by hand: platc computes with what the spec's own fields say")
            } else {
                finding.help(format!("what `{}` can say is checked: write it there", proven.instead))
            };
            context.report(finding);
        }
        secrets(context, service, patch);
    });
}

fn identity(context: &mut Context<'_>, service: &Service, patch: &Patch) {
    let mut paths: Vec<Vec<&str>> = IDENTITY.iter().map(|path| path.to_vec()).collect();
    let mut labels: Vec<&[&str]> = vec![&["metadata", "labels"]];
    if is_workload(&patch.kind) {
        labels.push(&["spec", "template", "metadata", "labels"]);
    }
    if patch.kind == "CronJob" {
        labels.push(&["spec", "jobTemplate", "spec", "template", "metadata", "labels"]);
    }
    for above in labels {
        paths.extend(IDENTITY_LABELS.iter().map(|label| above.iter().copied().chain([*label]).collect()));
    }
    if SELECTING.contains(&patch.kind.as_str()) {
        paths.push(vec!["spec", "selector"]);
    }
    if patch.kind == "Rollout" {
        paths.extend(LED.iter().map(|path| path.to_vec()));
    }
    let mut found: Vec<(At, String)> = paths
        .iter()
        .filter_map(|path| {
            touches(&patch.change.value, path).map(|(at, depth)| (at, path[..depth].join(".")))
        })
        .collect();
    found.sort_by_key(|(at, _)| *at);
    found.dedup_by_key(|(at, _)| *at);
    for (at, field) in found {
        let finding = Diagnostic::new(
            &code::PATCH_IDENTITY,
            context.key(at),
            format!("a patch of `{}` changes `{field}` of its {}", service.key, patch.kind),
        )
        .help("a patch cannot say which object it is, or whose pods it is about: remove the field");
        context.report(finding);
    }
}

/// Where a `CronJob` says whether its container is started again.
const RESTARTS: [&str; 6] = ["spec", "jobTemplate", "spec", "template", "spec", "restartPolicy"];

/// The pod of a job must not be one that runs for ever: the API refuses it.
fn restarts(context: &mut Context<'_>, service: &Service, patch: &Patch) {
    if patch.kind != "CronJob" {
        return;
    }
    let Some((at, depth)) = touches(&patch.change.value, &RESTARTS) else { return };
    let found = patch.change.value.find(&RESTARTS).map(|found| &found.value);
    if found.is_some_and(|found| matches!(found, Value::Text(word) if word == "Never" || word == "OnFailure"))
    {
        return;
    }
    let what = match found {
        Some(Value::Text(word)) => format!("makes the `restartPolicy` of its pods `{word}`"),
        _ => format!("takes `{}` away from its CronJob", RESTARTS[..depth].join(".")),
    };
    let finding = Diagnostic::new(
        &code::PATCH_RESTARTS,
        context.key(at),
        format!("a patch of `{}` {what}", service.key),
    )
    .help(
        "leave it out: `Never` is what platc writes, and `OnFailure` is the other policy that a job may have",
    );
    context.report(finding);
}

/// The place at which a patch changes a field or something that holds it, and how many steps of the path lead there.
fn touches(patch: &Freeform, path: &[&str]) -> Option<(At, usize)> {
    let Some((key, rest)) = path.split_first() else {
        return (!changes_nothing(patch)).then_some((patch.at, 0));
    };
    match &patch.value {
        Value::Map(entries) => touches(entries.get(*key)?, rest).map(|(at, depth)| (at, depth + 1)),
        _ => Some((patch.at, 0)),
    }
}

/// Whether there is nothing in it but empty mappings.
fn changes_nothing(patch: &Freeform) -> bool {
    matches!(&patch.value, Value::Map(entries) if entries.values().all(changes_nothing))
}

fn secrets(context: &mut Context<'_>, service: &Service, patch: &Patch) {
    let mut found: Vec<(At, &'static str)> = Vec::new();
    patch.change.value.visit(&mut |_, inner| {
        if let Value::Text(text) = &inner.value
            && let Some(what) = looks_like(text)
        {
            found.push((inner.at, what));
        }
        // A variable as a container has it.
        if let (Some(Value::Text(name)), Some(value)) =
            (inner.get("name").map(|name| &name.value), inner.get("value"))
            && let Value::Text(text) = &value.value
            && names_a_secret(name, text)
            && looks_like(text).is_none()
        {
            found.push((value.at, "a secret, by the variable's name"));
        }
    });
    for (at, what) in found {
        let message =
            format!("a patch of the {} of `{}` holds what looks like {what}", patch.kind, service.key);
        super::secrets::report(context, context.span(at), message);
    }
}
