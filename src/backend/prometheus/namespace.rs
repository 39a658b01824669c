//! Rules about an environment as a whole: room for its pods, its quota, its secrets.

use super::conventions::{LASTING, PARTLY, QUOTA, RECENTLY};
use super::expr::{COUNT, PERCENT, Selector};
use super::forms;
use super::metrics::{
    EXTERNAL_CONDITION, KUBE_NAMESPACE_CREATED, KUBE_POD_UNSCHEDULABLE, KUBE_RESOURCE_QUOTA,
    SEALED_CONDITION, STORE_CONDITION, UNSEAL_ERRORS,
};
use super::pool;
use super::rotation;
use super::rule::{Group, Rule, Scope, Subject, Urgency};
use super::story::{self, GONE, Series, Story, fires, healthy, near, number, series, vanished};
use crate::names;
use crate::plan::{Secret, SecretDelivery};
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
    subject
        .rule(
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
        .proved(|| {
            Story::new(
                [healthy("the namespace is watched"), vanished("another one is", 1.0)],
                [story::watched(scope.namespace()).is([1., GONE]), story::watched("other").is([1., 1.])],
            )
        })
}

/// Pods without a node are what makes the autoscaler add one; when they stay, it could not.
fn unschedulable<'p>(scope: Scope<'p>, subject: Subject<'p>) -> Rule<'p> {
    let pods = Selector(KUBE_POD_UNSCHEDULABLE, [("namespace=", scope.namespace())]);
    subject
        .rule(
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
        .proved(|| {
            let pod = |namespace, pod| {
                series(KUBE_POD_UNSCHEDULABLE, &[("namespace=", namespace), ("pod=", pod)], &[])
            };
            Story::new(
                [
                    healthy("all pods have a node"),
                    near("one of another namespace has none"),
                    fires("one of its own has none", 1.0),
                ],
                [
                    pod(scope.namespace(), "a").is([0., 0., 1.]),
                    pod(scope.namespace(), "b").is([0., 0., 0.]),
                    pod("other", "a").is([0., 1., 0.]),
                ],
            )
        })
}

const GPUS: &str = "requests.nvidia.com/gpu";

/// GPUs are left out: a pool of fixed size is meant to be used up.
fn quota<'p>(scope: Scope<'p>, subject: Subject<'p>) -> Rule<'p> {
    let namespace = ("namespace=", scope.namespace());
    let not_gpus = ("resource!=", GPUS);
    subject
        .rule(
            "QuotaNearlyUsed",
            Urgency::Soon,
            LASTING,
            format!("{} > {QUOTA}", forms::quota_use(&[namespace, not_gpus])),
            "A namespace has nearly used up its quota.",
            format!("{PERCENT} of the quota of {} for {{{{ $labels.resource }}}} is used.", scope.key()),
        )
        .proved(|| {
            let full = number(QUOTA);
            let row = |resource, kind| {
                let labels =
                    [namespace, ("resourcequota=", "quota"), ("resource=", resource), ("type=", kind)];
                series(KUBE_RESOURCE_QUOTA, &labels, &[])
            };
            Story::new(
                [
                    healthy("half of it is used, and all GPUs"),
                    near("as much is used as may be"),
                    fires("all of it is used", 1.0)
                        .on("resourcequota", "quota")
                        .on("resource", "requests.cpu"),
                    near("there is no limit"),
                ],
                [
                    row("requests.cpu", "used").is([0.5, full, 1., 1.]),
                    row("requests.cpu", "hard").is([1., 1., 1., 0.]),
                    row(GPUS, "used").is([2., 2., 2., 2.]),
                    row(GPUS, "hard").is([2., 2., 2., 2.]),
                ],
            )
        })
}

fn secrets<'p>(scope: Scope<'p>, subject: Subject<'p>, leads: bool, rules: &mut Vec<Rule<'p>>) {
    let environment = scope.environment;
    let mut places = vec![(scope.namespace(), environment.secrets.as_slice())];
    let cluster = scope.plan.clusters.get(&environment.cluster.value);
    if let Some(cluster) = cluster.filter(|_| leads) {
        // Sorted by namespace: those of receivers, and those of add-ons.
        let namespaces = cluster.secrets.chunk_by(|one, next| one.namespace == next.namespace);
        places.extend(
            namespaces.filter_map(|secrets| secrets.first().map(|first| (first.namespace.as_str(), secrets))),
        );
    }
    for (namespace, secrets) in places {
        if secrets.is_empty() {
            continue;
        }
        let first = rules.len();
        match scope.plan.secrets.delivery.value {
            SecretDelivery::ExternalSecrets => copied(scope, subject, (namespace, secrets), rules),
            SecretDelivery::SealedSecrets => rules.push(opened(subject, namespace, secrets)),
        }
        rotation::rules(subject, namespace, secrets, rules);
        if namespace != scope.namespace() {
            // Beside those of the environment itself, they have to be told apart.
            let others = rules.split_off(first);
            rules.extend(others.into_iter().map(|rule| rule.with("secrets_of", namespace.to_owned())));
        }
    }
    // The controller counts for the whole cluster.
    let is_sealed = |secret: &Secret| secret.file().is_some();
    let is_used = cluster.is_some_and(|cluster| cluster.secrets.iter().any(is_sealed))
        || scope
            .plan
            .environments_of(&environment.cluster.value)
            .any(|other| other.secrets.iter().any(is_sealed));
    if leads && is_used {
        let range = scope.range(RECENTLY);
        rules.push(subject.rule(
            "SealedSecretsUnsealErrors",
            Urgency::Soon,
            Duration(0),
            format!("sum(increase({}[{range}])) > 0", UNSEAL_ERRORS.name),
            "A sealed secret cannot be opened.",
            format!("The controller failed {COUNT} times in the last {range} to open a sealed secret of the cluster."),
        )
.proved(|| Story::new(
            [healthy("all can be opened"), fires("one cannot", 1.0)],
            [series(UNSEAL_ERRORS, &[], &[]).grows([0., 1.])],
        )));
    }
}

/// All secrets have a condition, then one has it not, then none is seen.
#[allow(clippy::cast_precision_loss, reason = "a count of secrets")]
fn all_of<'p>(secrets: &[Secret], row: &dyn Fn(&str, &str) -> Series) -> Story<'p> {
    let rows = secrets.iter().enumerate().map(|(index, secret)| {
        let missing = if index == 0 { 0. } else { 1. };
        row(&secret.name, "True").is([1., missing, 1., GONE])
    });
    Story::new(
        [
            healthy("all are ready"),
            fires("one is not", secrets.len().saturating_sub(1) as f64),
            healthy("all are ready again"),
            vanished("none is seen", 0.0),
        ],
        rows,
    )
}

fn opened<'p>(subject: Subject<'p>, namespace: &str, secrets: &[Secret]) -> Rule<'p> {
    let wanted = secrets.len();
    let synced = Selector(SEALED_CONDITION, [("namespace=", namespace), ("condition=", "Synced")]);
    subject
        .rule(
            "SealedSecretsNotSynced",
            Urgency::Now,
            PARTLY,
            format!("(count({synced} == 1) or vector(0)) < {wanted}"),
            "A sealed secret is missing or cannot be opened.",
            format!("{COUNT} of the {wanted} sealed secrets of {namespace} are open."),
        )
        .proved(|| {
            all_of(secrets, &|name, status| {
                series(SEALED_CONDITION, &synced.1, &[("name=", name), ("status=", status)])
            })
        })
}

/// What was copied stays, so nobody has to hurry: what cannot start without has alerts of its own.
fn copied<'p>(
    scope: Scope<'p>,
    subject: Subject<'p>,
    (namespace, secrets): (&str, &[Secret]),
    rules: &mut Vec<Rule<'p>>,
) {
    let wanted = secrets.len();
    let names: Vec<&str> = secrets.iter().map(|secret| secret.name.as_str()).collect();
    // Others may be in the namespace that are no part of the platform.
    let ready = forms::ready_external_secrets(namespace, &names.join("|"));
    rules.push(
        subject
            .rule(
                "ExternalSecretsNotReady",
                Urgency::Soon,
                PARTLY,
                format!("{ready} < {wanted}"),
                "A secret is not copied from the secret manager.",
                format!("{COUNT} of the {wanted} external secrets of {namespace} are ready."),
            )
            .proved(|| {
                all_of(secrets, &|name, status| {
                    let labels = [("namespace=", namespace), ("name=", name), ("condition=", "Ready")];
                    series(EXTERNAL_CONDITION, &labels, &[("status=", status)])
                })
            }),
    );
    let store = names::secret_store(&scope.plan.name.value, namespace);
    let ready = Selector(STORE_CONDITION, [("name=", &store), ("condition=", "Ready"), ("status=", "True")]);
    rules.push(subject.rule(
        "SecretStoreNotReady",
        Urgency::Soon,
        PARTLY,
        format!("(count({ready} == 1) or vector(0)) < 1"),
        "The secret manager cannot be asked.",
        format!(
            "The store {store} of {namespace} is not ready, so no secret there follows the secret manager."
        ),
    )
.proved(|| Story::new(
        [
            healthy("the store is ready"),
            fires("it is not ready", 0.0),
            healthy("it is ready again"),
            vanished("only another one is", 0.0),
        ],
        [
            series(STORE_CONDITION, &ready.1, &[]).is([1., 0., 1., GONE]),
            series(STORE_CONDITION, &[("name=", "other"), ready.1[1], ready.1[2]], &[]).is([1., 1., 1., 1.]),
        ],
    )));
}
