//! Rules about the Deployment, the autoscaler and the disruption budget of a service.

use super::conventions::{LASTING, PARTLY, RECENTLY};
use super::expr::{COUNT, Gone, Selector};
use super::metrics::{
    KUBE_DEPLOYMENT_AVAILABLE, KUBE_DEPLOYMENT_CONDITION, KUBE_DEPLOYMENT_REPLICAS, KUBE_DEPLOYMENT_UPDATED,
    KUBE_HPA_CONDITION, KUBE_HPA_CURRENT, KUBE_HPA_MAX, KUBE_HPA_MIN, KUBE_PDB_ALLOWED, KUBE_PDB_DESIRED,
    KUBE_PDB_EXPECTED, KUBE_PDB_HEALTHY, KUBE_RESTARTS, KUBE_TERMINATED_REASON, KUBE_WAITING_REASON, Metric,
    ROLLOUT_AVAILABLE, ROLLOUT_INFO, ROLLOUT_REPLICAS, ROLLOUT_UPDATED,
};
use super::pods;
use super::rule::{Rule, Scope, Subject, Urgency};
use super::story::{GONE, Reading, Story, fires, healthy, near, series, vanished, watched};
use crate::plan::{Scale, Service};
use crate::units::Duration;

/// The rules of a service's workload.
pub(super) fn rules<'p>(
    scope: Scope<'p>,
    subject: Subject<'p>,
    service: &'p Service,
    rules: &mut Vec<Rule<'p>>,
) {
    if service.is_rollout() {
        rollout(scope, subject, &service.key, rules);
    } else {
        deployment(scope, subject, &service.key, rules);
    }
    containers(scope, subject, &service.key, rules);
    pods::rules(scope, subject, service, rules);
    if matches!(service.scale, Scale::Auto(_)) {
        autoscaler(scope, subject, service, rules);
    }
    if service.min_available.is_some() {
        budget(scope, subject, &service.key, rules);
    }
}

/// How the pods of a service are counted: a condition and a label that name its workload, the workload's kind, and the metrics
/// of the pods that are there and that are wanted.
pub(super) fn counted(service: &Service) -> (&'static str, &'static str, &'static str, Metric, Metric) {
    if service.is_rollout() {
        ("name=", "name", "Rollout", ROLLOUT_AVAILABLE, ROLLOUT_REPLICAS)
    } else {
        ("deployment=", "deployment", "Deployment", KUBE_DEPLOYMENT_AVAILABLE, KUBE_DEPLOYMENT_REPLICAS)
    }
}

/// The rules of a Deployment of a name.
fn deployment<'p>(scope: Scope<'p>, subject: Subject<'p>, key: &'p str, rules: &mut Vec<Rule<'p>>) {
    let (environment, namespace) = (scope.key(), scope.namespace());
    let labels = [("namespace=", namespace), ("deployment=", key)];
    let of = |metric| series(metric, &labels, &[]);
    let condition =
        |what| series(KUBE_DEPLOYMENT_CONDITION, &labels, &[("condition=", what), ("status=", "false")]);
    let wanted = Selector(KUBE_DEPLOYMENT_REPLICAS, labels);
    let available = Selector(KUBE_DEPLOYMENT_AVAILABLE, labels);
    let updated = Selector(KUBE_DEPLOYMENT_UPDATED, labels);
    let stuck = Selector(
        KUBE_DEPLOYMENT_CONDITION,
        [labels[0], labels[1], ("condition=", "Progressing"), ("status=", "false")],
    );
    let range = scope.range(RECENTLY);
    rules.push(subject.rule(
        "DeploymentReplicasMismatch",
        Urgency::Soon,
        LASTING,
        format!("{wanted} > {available}\n  and changes({updated}[{range}]) == 0"),
        "A Deployment lacks pods.",
        format!(
            "{key} in {environment} wants {COUNT} pods; fewer are available, and nothing is being rolled out."
        ),
    )
.proved(|| Story::new(
        [
            healthy("all pods are available"),
            fires("one of three is missing", 3.0).on("deployment", key),
            near("one is missing while others are replaced"),
        ],
        [
            of(KUBE_DEPLOYMENT_REPLICAS).is([3., 3., 3.]),
            of(KUBE_DEPLOYMENT_AVAILABLE).is([3., 2., 2.]),
            of(KUBE_DEPLOYMENT_UPDATED).grows([0., 0., 1.]),
        ],
    )));
    rules.push(
        subject
            .rule(
                "DeploymentRolloutStuck",
                Urgency::Soon,
                PARTLY,
                format!("{stuck} == 1"),
                "A rollout does not get on.",
                format!("The rollout of {key} in {environment} has not got on for longer than its deadline."),
            )
            .proved(|| {
                Story::new(
                    [
                        healthy("a rollout gets on"),
                        near("another condition is false"),
                        fires("it does not get on", 1.0)
                            .on("deployment", key)
                            .on("condition", "Progressing")
                            .on("status", "false"),
                    ],
                    [condition("Progressing").is([0., 0., 1.]), condition("Available").is([0., 1., 0.])],
                )
            }),
    );
}

/// The rules of a Rollout of a name. kube-state-metrics does not know Rollouts: their own controller counts them.
fn rollout<'p>(scope: Scope<'p>, subject: Subject<'p>, key: &'p str, rules: &mut Vec<Rule<'p>>) {
    let (environment, namespace) = (scope.key(), scope.namespace());
    let labels = [("namespace=", namespace), ("name=", key)];
    let of = |metric| series(metric, &labels, &[]);
    let phase = |what| series(ROLLOUT_INFO, &labels, &[("phase=", what)]);
    let wanted = Selector(ROLLOUT_REPLICAS, labels);
    let available = Selector(ROLLOUT_AVAILABLE, labels);
    let updated = Selector(ROLLOUT_UPDATED, labels);
    let in_phase = |phase| Selector(ROLLOUT_INFO, [labels[0], labels[1], ("phase=", phase)]);
    let range = scope.range(RECENTLY);
    rules.push(subject.rule(
        "RolloutReplicasMismatch",
        Urgency::Soon,
        LASTING,
        format!(
            "max by (namespace, name) ({wanted}) > max by (namespace, name) ({available})\n  \
             and max by (namespace, name) (changes({updated}[{range}])) == 0"
        ),
        "A Rollout lacks pods.",
        format!(
            "{key} in {environment} wants {COUNT} pods; fewer are available, and no version is being replaced."
        ),
    )
.proved(|| Story::new(
        [
            healthy("all pods are available"),
            fires("one of three is missing", 3.0).on("name", key),
            near("one is missing while others are replaced"),
        ],
        [
            of(ROLLOUT_REPLICAS).is([3., 3., 3.]),
            of(ROLLOUT_AVAILABLE).is([3., 2., 2.]),
            of(ROLLOUT_UPDATED).grows([0., 0., 1.]),
        ],
    )));
    rules.push(subject.rule(
        "RolloutDegraded",
        Urgency::Soon,
        // What has been taken back stays degraded until Git says otherwise: nothing is gained by waiting.
        Duration::MINUTE,
        format!("max by (namespace, name) ({}) == 1", in_phase("Degraded")),
        "A new version was taken back, or does not get ready.",
        format!(
            "The new version of {key} in {environment} did not pass, or has not got ready within its deadline: the old one serves."
        ),
    )
.proved(|| Story::new(
        [
            healthy("a version is serving"),
            near("the next one is on its way"),
            fires("it is taken back", 1.0).on("name", key),
        ],
        [
            phase("Healthy").is([1., GONE, GONE]),
            phase("Progressing").is([GONE, 1., GONE]),
            phase("Degraded").is([GONE, GONE, 1.]),
        ],
    )));
    rules.push(subject.rule(
        "RolloutWaits",
        Urgency::Never,
        Duration::DAY,
        format!("max by (namespace, name) ({}) == 1", in_phase("Paused")),
        "A new version waits for a person.",
        format!("The new version of {key} in {environment} has waited for a day to be promoted or aborted."),
    )
.proved(|| Story::new(
        [
            healthy("a version is serving"),
            near("the next one is on its way"),
            fires("it waits", 1.0).on("name", key),
        ],
        [
            phase("Healthy").is([1., GONE, GONE]),
            phase("Progressing").is([GONE, 1., GONE]),
            phase("Paused").is([GONE, GONE, 1.]),
        ],
    )));
}

/// The rules of the containers of a service, which are named after it.
fn containers<'p>(scope: Scope<'p>, subject: Subject<'p>, key: &'p str, rules: &mut Vec<Rule<'p>>) {
    let (environment, namespace) = (scope.key(), scope.namespace());
    let labels = [("namespace=", namespace), ("container=", key)];
    let crashing = Selector(KUBE_WAITING_REASON, [labels[0], labels[1], ("reason=", "CrashLoopBackOff")]);
    let pulling = Selector(
        KUBE_WAITING_REASON,
        [labels[0], labels[1], ("reason=~", "ImagePullBackOff|ErrImagePull|InvalidImageName")],
    );
    let restarts = Selector(KUBE_RESTARTS, labels);
    let killed = Selector(KUBE_TERMINATED_REASON, [labels[0], labels[1], ("reason=", "OOMKilled")]);
    let range = scope.range(RECENTLY);
    let pod = ("pod=", "a");
    let waiting = |reason| series(KUBE_WAITING_REASON, &labels, &[pod, ("reason=", reason)]);
    let crashes = scope.range(Duration(300));
    rules.push(
        subject
            .rule(
                "PodCrashLooping",
                Urgency::Soon,
                LASTING,
                // Between two crashes the container runs for a while.
                format!("max_over_time({crashing}[{crashes}]) >= 1"),
                "A pod crashes again and again.",
                format!("Pod {{{{ $labels.pod }}}} of {key} in {environment} crashes again and again."),
            )
            .proved(|| {
                Story::new(
                    [
                        healthy("a pod runs"),
                        near("it waits for something else"),
                        fires("it crashes, runs for a while, and crashes", 1.0)
                            .on("container", key)
                            .on("pod", "a")
                            .on("reason", "CrashLoopBackOff"),
                    ],
                    [
                        waiting("ContainerCreating").is([0., 1., 0.]),
                        waiting("CrashLoopBackOff").told([
                            Reading::Is(0.),
                            Reading::Is(0.),
                            // It is waited for at other times than the rule is evaluated.
                            Reading::Beats(crashes.0.0 / Duration::MINUTE.0 - 1, 1.),
                        ]),
                    ],
                )
            }),
    );
    rules.push(subject.rule(
        "ImagePullFailing",
        Urgency::Soon,
        PARTLY,
        format!("{pulling} > 0"),
        "An image cannot be pulled.",
        format!("Pod {{{{ $labels.pod }}}} of {key} in {environment} waits for its image: {{{{ $labels.reason }}}}."),
    )
.proved(|| Story::new(
        [
            healthy("a pod runs"),
            near("it waits for something else"),
            fires("it cannot pull its image", 1.0)
                .on("container", key)
                .on("pod", "a")
                .on("reason", "ErrImagePull"),
        ],
        [
            waiting("ContainerCreating").is([GONE, 1., GONE]),
            waiting("ErrImagePull").is([0., 0., 1.]),
        ],
    )));
    rules.push(subject.rule(
        "ContainerOOMKilled",
        Urgency::Soon,
        Duration(0),
        format!(
            "increase({restarts}[{range}]) > 0\n  and on (namespace, pod, container) {killed} == 1"
        ),
        "A container was killed because it used more memory than its limit.",
        format!("Pod {{{{ $labels.pod }}}} of {key} in {environment} was killed for its memory in the last {range}."),
    )
.proved(|| Story::new(
            [
                healthy("two pods run"),
                near("one was killed long ago, and the other starts again"),
                near("the same one was killed for something else"),
                fires("one is killed", 1.0).on("container", key).on("pod", "a"),
            ],
            [
                series(KUBE_RESTARTS, &labels, &[pod]).grows([0., 0., 0., 1.]),
                series(KUBE_RESTARTS, &labels, &[("pod=", "b")]).grows([0., 1., 1., 0.]),
                series(KUBE_TERMINATED_REASON, &labels, &[pod, ("reason=", "OOMKilled")])
                    .is([GONE, 1., 1., 1.]),
                series(KUBE_TERMINATED_REASON, &labels, &[("pod=", "b"), ("reason=", "Error")])
                    .is([GONE, GONE, 1., 1.]),
            ],
        )));
}

fn autoscaler<'p>(scope: Scope<'p>, subject: Subject<'p>, service: &'p Service, rules: &mut Vec<Rule<'p>>) {
    let (environment, namespace, key) = (scope.key(), scope.namespace(), &service.key);
    let labels = [("namespace=", namespace), ("horizontalpodautoscaler=", key.as_str())];
    let of = |metric| series(metric, &labels, &[]);
    let (fewest, most) = (f64::from(service.scale.min()), f64::from(service.scale.max()));
    let max = Selector(KUBE_HPA_MAX, labels);
    let (min, current) = (Selector(KUBE_HPA_MIN, labels), Selector(KUBE_HPA_CURRENT, labels));
    let condition = |what| series(KUBE_HPA_CONDITION, &labels, &[("condition=", what), ("status=", "false")]);
    let blind = Selector(
        KUBE_HPA_CONDITION,
        [labels[0], labels[1], ("condition=", "ScalingActive"), ("status=", "false")],
    );
    if service.scale.max() > service.scale.min() {
        rules.push(
            subject
                .rule(
                    "HPAMaxedOut",
                    Urgency::Soon,
                    LASTING,
                    format!(
                        "{current}\n  >= on (namespace, horizontalpodautoscaler) {max}\n  \
                 and on (namespace, horizontalpodautoscaler) (\n    \
                 {max}\n      > on (namespace, horizontalpodautoscaler) {min}\n  )"
                    ),
                    "An autoscaler runs as many pods as it may.",
                    format!(
                        "{key} in {environment} has run {COUNT} pods for {LASTING}; its maximum is {}.",
                        service.scale.max()
                    ),
                )
                .proved(|| {
                    Story::new(
                        [
                            healthy("there are as few pods as may be"),
                            near("one more could be added"),
                            fires("there are as many as may be", most).on("horizontalpodautoscaler", key),
                            near("there may be only one number of pods"),
                        ],
                        [
                            of(KUBE_HPA_CURRENT).is([fewest, most - 1., most, most]),
                            of(KUBE_HPA_MIN).is([fewest, fewest, fewest, most]),
                            of(KUBE_HPA_MAX).is([most, most, most, most]),
                        ],
                    )
                }),
        );
    }
    rules.push(subject.rule(
        "HPAMetricsUnavailable",
        Urgency::Soon,
        LASTING,
        format!("{blind} == 1\n  or {}", Gone(max, namespace)),
        "An autoscaler cannot scale.",
        format!("The autoscaler of {key} in {environment} cannot read what it scales by, or does not exist."),
    )
.proved(|| Story::new(
        [
            healthy("it scales"),
            near("another condition is false"),
            fires("it cannot read what it scales by", 1.0)
                .on("horizontalpodautoscaler", key)
                .on("condition", "ScalingActive")
                .on("status", "false"),
            healthy("it scales again"),
            vanished("it is gone, and the namespace is watched", 1.0).on("horizontalpodautoscaler", key),
            near("kube-state-metrics is gone, which is another alert"),
        ],
        [
            condition("ScalingActive").is([0., 0., 1., 0., GONE, GONE]),
            condition("ScalingLimited").is([0., 1., 0., 0., GONE, GONE]),
            of(KUBE_HPA_MAX).is([most, most, most, most, GONE, GONE]),
            watched(namespace).is([1., 1., 1., 1., 1., GONE]),
        ],
    )));
}

fn budget<'p>(scope: Scope<'p>, subject: Subject<'p>, key: &'p str, rules: &mut Vec<Rule<'p>>) {
    let (environment, namespace) = (scope.key(), scope.namespace());
    let labels = [("namespace=", namespace), ("poddisruptionbudget=", key)];
    let of = |metric| series(metric, &labels, &[]);
    let enough = Selector(KUBE_PDB_HEALTHY, labels);
    let desired = Selector(KUBE_PDB_DESIRED, labels);
    let allowed = Selector(KUBE_PDB_ALLOWED, labels);
    let expected = Selector(KUBE_PDB_EXPECTED, labels);
    rules.push(subject.rule(
        "PDBNotEnoughHealthyPods",
        Urgency::Soon,
        LASTING,
        format!("{enough} < {desired}\n  or {}", Gone(desired, namespace)),
        "Fewer pods are healthy than a disruption budget asks for.",
        format!(
            "{key} in {environment} has fewer healthy pods than must stay available, or no disruption budget."
        ),
    )
.proved(|| Story::new(
        [
            healthy("more pods are healthy than must be"),
            near("just as many are"),
            fires("one less is", 1.0).on("poddisruptionbudget", key),
            near("just as many are again"),
            vanished("it is gone, and the namespace is watched", 1.0).on("poddisruptionbudget", key),
            near("kube-state-metrics is gone, which is another alert"),
        ],
        [
            of(KUBE_PDB_HEALTHY).is([3., 2., 1., 2., GONE, GONE]),
            of(KUBE_PDB_DESIRED).is([2., 2., 2., 2., GONE, GONE]),
            watched(namespace).is([1., 1., 1., 1., 1., GONE]),
        ],
    )));
    rules.push(
        subject
            .rule(
                "PDBBlocksDisruption",
                Urgency::Never,
                Duration::HOUR,
                format!("{allowed} == 0\n  and {expected} > 0"),
                "A disruption budget allows no eviction.",
                format!("No pod of {key} in {environment} may be evicted, so nodes cannot be drained."),
            )
            .proved(|| {
                Story::new(
                    [
                        healthy("two pods may be evicted"),
                        near("one may"),
                        fires("none may", 0.0).on("poddisruptionbudget", key),
                        near("there is none to evict"),
                    ],
                    [of(KUBE_PDB_ALLOWED).is([2., 1., 0., 0.]), of(KUBE_PDB_EXPECTED).is([2., 2., 1., 0.])],
                )
            }),
    );
}
