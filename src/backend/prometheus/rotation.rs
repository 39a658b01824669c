//! Rules about secrets that should be changed, and what kube-state-metrics needs to see when they were.
//!
//! The date is an annotation that sealing keeps on the template of the `SealedSecret`. kube-state-metrics reads it from
//! there as a custom resource; it takes dates and times of RFC 3339 for numbers of seconds (its
//! `docs/metrics/extend/customresourcestate-metrics.md`).

use std::collections::BTreeMap;

use super::conventions::PARTLY;
use super::expr::{COUNT, SPAN, Selector};
use super::metrics::{KUBE_NAMESPACE_CREATED, SECRET_ROTATED_AT};
use super::rule::{Rule, Subject, Urgency};
use super::story::{self, GONE, Story, fires, healthy, near, series, vanished};
use crate::format::data::{Data, Map};
use crate::map;
use crate::names;
use crate::plan::{Calendar, Plan, Secret};
use crate::units::Duration;

/// The first part of the name of every metric that kube-state-metrics makes from a custom resource.
const PREFIX: &str = "platc";

/// The rules about the secrets of a namespace: one pair for each interval.
#[allow(clippy::cast_precision_loss, reason = "a count of secrets")]
pub(super) fn rules<'p>(
    subject: Subject<'p>,
    namespace: &str,
    secrets: &'p [Secret],
    rules: &mut Vec<Rule<'p>>,
) {
    let mut intervals: BTreeMap<Calendar, Vec<&str>> = BTreeMap::new();
    // Of what is in a secret manager nothing in the cluster knows the date.
    for secret in secrets.iter().filter(|secret| secret.file().is_some()) {
        if let Some(rotate) = secret.rotate {
            intervals.entry(rotate.value).or_default().push(&secret.name);
        }
    }
    for (interval, each) in intervals {
        let (count, names) = (each.len(), each.join("|"));
        let first = each.first().copied().unwrap_or_default();
        let row = |name: &str| series(SECRET_ROTATED_AT, &[("namespace=", namespace), ("name=", name)], &[]);
        let changed = Selector(SECRET_ROTATED_AT, [("namespace=", namespace), ("name=~", &names)]);
        let watched = Selector(KUBE_NAMESPACE_CREATED, [("namespace=", namespace)]);
        let days = interval.days();
        let seconds = u64::from(days) * Duration::DAY.0;
        let due = Duration(seconds).exact();
        let label = |rule: Rule<'p>| rule.with("rotation", interval.word());
        rules.push(label(subject.rule(
            "SecretRotationOverdue",
            Urgency::Soon,
            Duration::HOUR,
            format!("time() - max by (namespace, name) ({changed}) > {seconds}"),
            "A secret should have been changed.",
            format!(
                "The secret {{{{ $labels.name }}}} in {namespace} was changed {SPAN} ago; it is due every {days} days."
            ),
        ).proved(|| Story::new(
            [
                healthy("it was changed yesterday"),
                near("it is due, and one that is never due is older"),
                fires("it is overdue", due + 1.).on("name", first),
            ],
            [
                row(first).ago([86_400., due, due + 1.]),
                row("other").ago([86_400., Duration(3650 * Duration::DAY.0).exact(), 86_400.]),
            ],
        ))));
        rules.push(label(subject.rule(
            "SecretRotationUnknown",
            Urgency::Soon,
            PARTLY,
            format!(
                "(count(count by (name) ({changed})) or vector(0)) < {count}\n  and on () {watched}"
            ),
            "Nobody knows when a secret was changed.",
            format!(
                "{COUNT} of the {count} secrets in {namespace} that are due every {days} days say when they were changed; the others have no annotation {}, or are not there.",
                names::ROTATED_AT_ANNOTATION
            ),
        ).proved(|| Story::new(
            [
                healthy("all have a date"),
                fires("one has none", count.saturating_sub(1) as f64),
                healthy("all have a date again"),
                vanished("none has one", 0.0),
                near("nothing is watched, which is another alert"),
            ],
            each.iter().enumerate().map(|(index, name)| {
                row(name).ago([60., if index == 0 { GONE } else { 60. }, 60., GONE, GONE])
            }).chain([
                row("other").ago([60., 60., 60., 60., 60.]),
                story::watched(namespace).is([1., 1., 1., 1., GONE]),
            ]),
        ))));
    }
}

/// Whether any secret is to be changed regularly, so that somebody has to see when it was.
fn is_watched(plan: &Plan) -> bool {
    plan.needed_secrets().any(|secret| secret.file().is_some() && secret.rotate.is_some())
}

/// The configuration of custom resource state for kube-state-metrics; `None` where there is nothing to see.
#[must_use]
pub fn custom_resource_state(plan: &Plan) -> Option<Map<'static>> {
    let texts = |texts: &[&'static str]| Data::List(texts.iter().map(|text| Data::from(*text)).collect());
    let name = SECRET_ROTATED_AT.name.strip_prefix(PREFIX)?.strip_prefix('_')?;
    let path = ["spec", "template", "metadata", "annotations", names::ROTATED_AT_ANNOTATION];
    let metric = map! {
        "name" => name,
        "help" => "When the values of a sealed secret were made.",
        "each" => map! { "type" => "Gauge", "gauge" => map! { "path" => texts(&path) } },
    };
    let resource = map! {
        "groupVersionKind" => map! { "group" => "bitnami.com", "version" => "v1alpha1", "kind" => "SealedSecret" },
        "metricNamePrefix" => PREFIX,
        "labelsFromPath" => map! {
            "name" => texts(&["metadata", "name"]),
            "namespace" => texts(&["metadata", "namespace"]),
        },
        "metrics" => Data::List(vec![Data::Map(metric)]),
    };
    is_watched(plan).then(|| {
        map! {
            "kind" => "CustomResourceStateMetrics",
            "spec" => map! { "resources" => Data::List(vec![Data::Map(resource)]) },
        }
    })
}

/// What kube-state-metrics must be allowed to read for [`custom_resource_state`], as rules of a role.
#[must_use]
pub fn custom_resource_rules(plan: &Plan) -> Vec<Data<'static>> {
    let texts = |texts: &[&'static str]| Data::List(texts.iter().map(|text| Data::from(*text)).collect());
    let rule = map! {
        "apiGroups" => texts(&["bitnami.com"]),
        "resources" => texts(&["sealedsecrets"]),
        "verbs" => texts(&["list", "watch"]),
    };
    if is_watched(plan) { vec![Data::Map(rule)] } else { Vec::new() }
}
