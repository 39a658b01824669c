//! Rules about an environment as a whole: room for its pods, its quota, its secrets.

use super::conventions::{LASTING, PARTLY, QUOTA, RECENTLY};
use super::expr::{COUNT, PERCENT, Selector};
use super::forms;
use super::metrics::{KUBE_NAMESPACE_CREATED, KUBE_POD_UNSCHEDULABLE, SEALED_CONDITION, UNSEAL_ERRORS};
use super::pool;
use super::rotation;
use super::rule::{Group, Rule, Scope, Subject, Urgency};
use crate::plan::Environment;
use crate::units::Duration;

/// The rules of an environment; `leads` if it is the one that speaks for its cluster.
pub(super) fn group(scope: Scope<'_>, leads: bool) -> Group<'_> {
    let subject = scope.subject("namespace", scope.namespace());
    let mut rules = vec![watched(scope, subject), unschedulable(scope, subject), quota(scope, subject)];
    let mut others = scope.plan.environments_of(&scope.environment.cluster.value);
    if leads && others.any(|other| !other.pools.is_empty() || !other.gpu_pools.is_empty()) {
        rules.push(pool::unseen(scope, subject));
    }
    secrets(scope, subject, leads, &mut rules);
    subject.group(scope.environment.at, rules)
}

/// The absence twin of every rule that reads kube-state-metrics.
fn watched<'p>(scope: Scope<'p>, subject: Subject<'p>) -> Rule<'p> {
    let created = Selector(KUBE_NAMESPACE_CREATED, [("namespace=", scope.namespace())]);
    subject.rule(
        "NamespaceMetricsAbsent",
        Urgency::Now,
        PARTLY,
        format!("absent({created})"),
        "An environment is not watched.",
        format!(
            "kube-state-metrics gives no readings of {}, so most rules about it see nothing.",
            scope.key()
        ),
    )
}

/// Pods without a node are what makes the autoscaler add one; when they stay, it could not.
fn unschedulable<'p>(scope: Scope<'p>, subject: Subject<'p>) -> Rule<'p> {
    let pods = Selector(KUBE_POD_UNSCHEDULABLE, [("namespace=", scope.namespace())]);
    subject.rule(
        "PodsUnschedulable",
        Urgency::Soon,
        LASTING,
        format!("sum by (namespace) ({pods}) > 0"),
        "Pods find no node.",
        format!(
            "{COUNT} pods of {} have found no node for {LASTING}: no pool has grown for them.",
            scope.key()
        ),
    )
}

/// GPUs are left out: a pool of fixed size is meant to be used up.
fn quota<'p>(scope: Scope<'p>, subject: Subject<'p>) -> Rule<'p> {
    let namespace = ("namespace=", scope.namespace());
    let not_gpus = ("resource!=", "requests.nvidia.com/gpu");
    subject.rule(
        "QuotaNearlyUsed",
        Urgency::Soon,
        LASTING,
        format!("{} > {QUOTA}", forms::quota_use(&[namespace, not_gpus])),
        "A namespace has nearly used up its quota.",
        format!("{PERCENT} of the quota of {} for {{{{ $labels.resource }}}} is used.", scope.key()),
    )
}

fn secrets<'p>(scope: Scope<'p>, subject: Subject<'p>, leads: bool, rules: &mut Vec<Rule<'p>>) {
    let environment = scope.environment;
    let mut places = vec![(scope.namespace(), environment.sealed.as_slice())];
    let cluster = scope.plan.clusters.get(&environment.cluster.value);
    if let Some(cluster) = cluster.filter(|_| leads) {
        // Sorted by namespace: those of receivers, and those of add-ons.
        let namespaces = cluster.sealed.chunk_by(|one, next| one.namespace == next.namespace);
        places.extend(
            namespaces.filter_map(|sealed| sealed.first().map(|first| (first.namespace.as_str(), sealed))),
        );
    }
    for (namespace, sealed) in places {
        let wanted = sealed.len();
        if wanted == 0 {
            continue;
        }
        let synced = Selector(SEALED_CONDITION, [("namespace=", namespace), ("condition=", "Synced")]);
        let first = rules.len();
        rules.push(subject.rule(
            "SealedSecretsNotSynced",
            Urgency::Now,
            PARTLY,
            format!("(count({synced} == 1) or vector(0)) < {wanted}"),
            "A sealed secret is missing or cannot be opened.",
            format!("{COUNT} of the {wanted} sealed secrets of {namespace} are open."),
        ));
        rotation::rules(subject, namespace, sealed, rules);
        if namespace != scope.namespace() {
            // Beside those of the environment itself, they have to be told apart.
            let others = rules.split_off(first);
            rules.extend(others.into_iter().map(|rule| rule.with("secrets_of", namespace.to_owned())));
        }
    }
    // The controller counts for the whole cluster.
    let is_used = |other: &Environment| !other.sealed.is_empty();
    let is_used = cluster.is_some_and(|cluster| !cluster.sealed.is_empty())
        || scope.plan.environments_of(&environment.cluster.value).any(is_used);
    if leads && is_used {
        let range = scope.range(RECENTLY);
        rules.push(subject.rule(
            "SealedSecretsUnsealErrors",
            Urgency::Soon,
            Duration(0),
            format!("sum(increase({}[{range}])) > 0", UNSEAL_ERRORS.name),
            "A sealed secret cannot be opened.",
            format!("The controller failed {COUNT} times in the last {range} to open a sealed secret of the cluster."),
        ));
    }
}
