//! Rules about the pods of a service that run and do not answer, or wait for something other than an image.

use super::conventions::LASTING;
use super::expr::Selector;
use super::metrics::{KUBE_CONTAINER_READY, KUBE_CONTAINER_RUNNING, KUBE_WAITING_REASON};
use super::rule::{Rule, Scope, Subject, Urgency};
use super::story::{GONE, Story, fires, healthy, near, series};
use crate::plan::Service;
use crate::units::Duration;

/// Why a container waits that other alerts are about.
const ELSEWHERE: &str = "CrashLoopBackOff|ImagePullBackOff|ErrImagePull|InvalidImageName";

/// The rules of the pods of a service. `PodCrashLooping` and `ImagePullFailing` say the rest.
pub(super) fn rules<'p>(
    scope: Scope<'p>,
    subject: Subject<'p>,
    service: &'p Service,
    rules: &mut Vec<Rule<'p>>,
) {
    let (environment, key) = (scope.key(), service.key.as_str());
    let labels = [("namespace=", scope.namespace()), ("container=", key)];
    let running = Selector(KUBE_CONTAINER_RUNNING, labels);
    let ready = Selector(KUBE_CONTAINER_READY, labels);
    // What is still starting is not late before the time that the spec gives it.
    let hold = LASTING.max(Duration(service.startup.value.0.saturating_add(Duration::MINUTE.0)));
    rules.push(subject.rule(
        "PodNotReady",
        Urgency::Soon,
        hold,
        format!("{running} == 1\n  and on (namespace, pod, container) {ready} == 0"),
        "A pod runs and does not get ready.",
        format!(
            "Pod {{{{ $labels.pod }}}} of {key} in {environment} has run for {hold} without answering its readiness probe."
        ),
    ).proved(|| {
        let of = |metric, container, pod| {
            series(metric, &[labels[0]], &[("container=", container), ("pod=", pod)])
        };
        Story::new(
            [
                healthy("it is ready"),
                near("it does not run"),
                near("a pod of another service is not ready"),
                fires("it runs and is not ready", 1.0).on("container", key).on("pod", "a"),
            ],
            [
                of(KUBE_CONTAINER_RUNNING, key, "a").is([1., 0., 1., 1.]),
                of(KUBE_CONTAINER_READY, key, "a").is([1., 0., 1., 0.]),
                of(KUBE_CONTAINER_RUNNING, key, "b").is([1., 1., 1., 1.]),
                of(KUBE_CONTAINER_READY, key, "b").is([1., 1., 1., 1.]),
                of(KUBE_CONTAINER_RUNNING, "another", "c").is([1., 1., 1., 1.]),
                of(KUBE_CONTAINER_READY, "another", "c").is([1., 1., 0., 1.]),
            ],
        )
    }));
    let waiting = Selector(KUBE_WAITING_REASON, [labels[0], labels[1], ("reason!~", ELSEWHERE)]);
    rules.push(subject.rule(
        "ContainerWaiting",
        Urgency::Soon,
        Duration::HOUR,
        format!("{waiting} > 0"),
        "A container does not start.",
        format!(
            "Pod {{{{ $labels.pod }}}} of {key} in {environment} has waited for an hour: {{{{ $labels.reason }}}}."
        ),
    ).proved(|| {
        const REASON: &str = "CreateContainerConfigError";
        let of = |container, reason| {
            series(KUBE_WAITING_REASON, &[labels[0]], &[("container=", container), ("pod=", "a"), ("reason=", reason)])
        };
        let others = ELSEWHERE.split('|').enumerate().map(|(index, reason)| {
            let mut readings = [GONE; 6];
            readings[index.min(3)] = 1.;
            of(key, reason).line(&readings)
        });
        let mut phases = vec![healthy("it waits after a crash")];
        phases.extend(["it cannot pull its image", "its image is refused", "its image has no valid name"].map(near));
        phases.push(near("a container of another service waits"));
        phases.push(fires("its configuration is missing", 1.0).on("container", key).on("pod", "a").on("reason", REASON));
        let mut lines: Vec<_> = others.collect();
        lines.push(of("another", REASON).line(&[GONE, GONE, GONE, GONE, 1., GONE]));
        lines.push(of(key, REASON).line(&[0., GONE, GONE, GONE, GONE, 1.]));
        Story::told(phases, lines)
    }));
}
