//! Rules about the pods of a service that run and do not answer, or wait for something other than an image.

use super::conventions::LASTING;
use super::expr::Selector;
use super::metrics::{KUBE_CONTAINER_READY, KUBE_CONTAINER_RUNNING, KUBE_WAITING_REASON};
use super::rule::{Rule, Scope, Subject, Urgency};
use crate::plan::Service;
use crate::units::Duration;

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
    ));
    let waiting = Selector(
        KUBE_WAITING_REASON,
        [
            labels[0],
            labels[1],
            ("reason!~", "CrashLoopBackOff|ImagePullBackOff|ErrImagePull|InvalidImageName"),
        ],
    );
    rules.push(subject.rule(
        "ContainerWaiting",
        Urgency::Soon,
        Duration::HOUR,
        format!("{waiting} > 0"),
        "A container does not start.",
        format!(
            "Pod {{{{ $labels.pod }}}} of {key} in {environment} has waited for an hour: {{{{ $labels.reason }}}}."
        ),
    ));
}
