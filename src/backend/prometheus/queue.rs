//! Rules about RabbitMQ clusters and their queues.

use super::conventions::{BACKLOG, LASTING, PARTLY};
use super::expr::{COUNT, Selector};
use super::metrics::{
    Metric, RABBITMQ_CONSUMERS, RABBITMQ_DISK_ALARM, RABBITMQ_MEMORY_ALARM, RABBITMQ_MESSAGES,
    RABBITMQ_NODES, RABBITMQ_READY,
};
use super::recovery::{self, Cause};
use super::rule::{Group, Rule, Scope, Subject, Urgency};
use super::story::{GONE, Reading, Series, Story, fires, healthy, near, number, series, vanished};
use crate::names;
use crate::plan::{Broker, MessageQueue, QueueType};
use crate::units::Duration;

/// The rules of a broker.
pub(super) fn group<'p>(scope: Scope<'p>, broker: &'p Broker) -> Group<'p> {
    let subject = scope
        .subject("queue", &broker.key)
        .labelled("broker")
        .bound_to(broker.tier.as_ref())
        .owned_by(&broker.owner);
    let mut rules = Vec::with_capacity(6 + 4 * broker.queues.len());
    nodes(scope, subject, broker, &mut rules);
    for queue in &broker.queues {
        messages(scope, subject, broker, queue, &mut rules);
    }
    if let Some(tier) = &broker.tier {
        let down = Cause {
            what: "all nodes are gone",
            rows: (0..broker.nodes.value)
                .map(|index| {
                    let name = format!("{}-{index}", broker.key);
                    (row(RABBITMQ_NODES, scope, broker, &name), 1., GONE)
                })
                .collect(),
        };
        rules.push(recovery::rto(scope, subject, "broker=", "BrokerQuorumLost", tier, [down]));
    }
    subject.group(broker.at, rules)
}

fn of<'p>(metric: Metric, scope: Scope<'p>, broker: &'p Broker) -> Selector<'p, 2> {
    Selector(metric, [("namespace=", scope.namespace()), ("job=", &broker.name.value)])
}

/// A series of one of its nodes, for stories.
fn row(metric: Metric, scope: Scope<'_>, broker: &Broker, pod: &str) -> Series {
    series(metric, &of(metric, scope, broker).1, &[("pod=", pod)])
}

/// The same of another broker.
fn other(metric: Metric, scope: Scope<'_>) -> Series {
    series(metric, &[("namespace=", scope.namespace()), ("job=", "other")], &[("pod=", "a")])
}

fn nodes<'p>(scope: Scope<'p>, subject: Subject<'p>, broker: &'p Broker, rules: &mut Vec<Rule<'p>>) {
    let (environment, key, all) = (scope.key(), &broker.key, broker.nodes.value);
    // A node says the same at each of its two endpoints.
    let running = format!("count(count by (pod) ({}))", of(RABBITMQ_NODES, scope, broker));
    let majority = all / 2 + 1;
    let hold = scope.plan.monitoring.down_for.value;
    rules.push(subject.rule(
        "BrokerQuorumLost",
        Urgency::Now,
        hold,
        format!("({running} or vector(0)) < {majority}"),
        "A broker has lost the majority of its nodes.",
        format!(
            "{COUNT} of {all} nodes of {key} in {environment} run; queues need {majority} to take messages."
        ),
    )
.proved(|| Story::new(
        [
            healthy("all nodes run"),
            near("just the majority runs"),
            fires("one less runs", f64::from(majority - 1)),
            healthy("all run again"),
            vanished("only one of another broker is seen", 0.0),
        ],
        (0..all)
            .map(|index| {
                let up_to = |count: u32| if index < count { 1. } else { GONE };
                row(RABBITMQ_NODES, scope, broker, &format!("{key}-{index}"))
                    .is([1., up_to(majority), up_to(majority - 1), 1., GONE])
            })
            .chain([other(RABBITMQ_NODES, scope).is([1.; 5])]),
    )));
    if all > majority {
        rules.push(
            subject
                .rule(
                    "BrokerNodeMissing",
                    Urgency::Soon,
                    PARTLY,
                    format!("{running} < {all}"),
                    "A node of a broker is missing.",
                    format!("{COUNT} of {all} nodes of {key} in {environment} run."),
                )
                .proved(|| {
                    Story::new(
                        [
                            healthy("all nodes run"),
                            near("one of another broker does not"),
                            fires("one does not", f64::from(all - 1)),
                        ],
                        (0..all)
                            .map(|index| {
                                let missing = if index == 0 { GONE } else { 1. };
                                row(RABBITMQ_NODES, scope, broker, &format!("{key}-{index}"))
                                    .is([1., 1., missing])
                            })
                            .chain([other(RABBITMQ_NODES, scope).is([1., GONE, 1.])]),
                    )
                }),
        );
    }
    for (alert, metric, what) in [
        ("BrokerMemoryAlarm", RABBITMQ_MEMORY_ALARM, "memory"),
        ("BrokerDiskAlarm", RABBITMQ_DISK_ALARM, "disk"),
    ] {
        rules.push(
            subject
                .rule(
                    alert,
                    Urgency::Now,
                    scope.hold(Duration::MINUTE),
                    format!("max({}) > 0", of(metric, scope, broker)),
                    "A broker takes no more messages.",
                    format!("{key} in {environment} is short of {what} and blocks everyone who publishes."),
                )
                .proved(|| {
                    Story::new(
                        [
                            healthy("no node is short of it"),
                            near("one of another broker is"),
                            fires("one of two is", 1.0),
                        ],
                        [
                            row(metric, scope, broker, "a").is([0., 0., 0.]),
                            row(metric, scope, broker, "b").is([0., 0., 1.]),
                            other(metric, scope).is([0., 1., 0.]),
                        ],
                    )
                }),
        );
    }
}

fn messages<'p>(
    scope: Scope<'p>,
    subject: Subject<'p>,
    broker: &'p Broker,
    queue: &'p MessageQueue,
    rules: &mut Vec<Rule<'p>>,
) {
    let (environment, name) = (scope.key(), queue.name.as_str());
    let labels = [("namespace=", scope.namespace()), ("job=", broker.name.value.as_str()), ("queue=", name)];
    let held = Selector(RABBITMQ_MESSAGES, labels);
    let job = broker.name.value.as_str();
    let told = |metric| series(metric, &labels, &[]);
    let beside = |metric| series(metric, &[labels[0], labels[1], ("queue=", "other")], &[]);
    let dead = queue.dead_letter.value.then(|| names::dead_letter_queue(name));
    rules.push(missing(scope, subject, broker, name).with("queue", name));
    if let Some(dead) = &dead {
        rules.push(missing(scope, subject, broker, dead).with("queue", dead.clone()));
    }
    // Readers of a stream leave the messages where they are.
    if queue.kind.value != QueueType::Stream {
        let ready = Selector(RABBITMQ_READY, labels);
        let range = scope.range(Duration(1800));
        rules.push(subject
            .rule(
                "QueueBacklogGrowing",
                Urgency::Soon,
                Duration(1800),
                format!(
                    "sum by (namespace, job, queue) (deriv({ready}[{range}])) > 0\n  \
                 and sum by (namespace, job, queue) (min_over_time({ready}[{range}])) > {BACKLOG}"
                ),
                "Messages arrive faster than they are handled.",
                format!("Queue {name} in {environment} has grown for an hour, and never held {BACKLOG} messages or fewer."),
            )
            .proved(|| {
                let most = number(BACKLOG);
                Story::new(
                    [
                        healthy("nothing waits"),
                        near("it grows, and is emptied again and again"),
                        near("as many messages wait as may be, and no more come"),
                        fires("it grows", 1. / 60.)
                            .on("job", job)
                            .after(Duration(range.0.0.saturating_sub(Duration::MINUTE.0))),
                        near("many more wait, and no more come"),
                        near("another one grows"),
                        near("it is empty"),
                        near("it grows, and only a few wait"),
                    ],
                    [
                        told(RABBITMQ_READY).told([
                            Reading::Is(0.),
                            Reading::Emptied(15),
                            Reading::Is(most),
                            Reading::Grows(1.),
                            Reading::Is(10. * most),
                            Reading::Is(10. * most),
                            Reading::Is(0.),
                            Reading::Grows(0.5),
                        ]),
                        beside(RABBITMQ_READY).told([
                            Reading::Is(100.),
                            Reading::Is(100.),
                            Reading::Is(100.),
                            Reading::Is(100.),
                            Reading::Is(100.),
                            Reading::Grows(1.),
                            Reading::Is(100.),
                            Reading::Is(100.),
                        ]),
                    ],
                )
            })
            .with("queue", name));
        if broker.users.iter().any(|user| user.consumes.iter().any(|consumed| consumed == name)) {
            let consumers = Selector(RABBITMQ_CONSUMERS, labels);
            rules.push(
                subject
                    .rule(
                        "QueueWithoutConsumers",
                        Urgency::Now,
                        PARTLY,
                        format!(
                            "sum by (namespace, job, queue) ({held}) > 0\n  \
                     unless sum by (namespace, job, queue) ({consumers}) > 0"
                        ),
                        "Messages wait and nobody handles them.",
                        format!(
                            "{COUNT} messages wait in queue {name} in {environment}, and nobody consumes."
                        ),
                    )
                    .proved(|| {
                        Story::new(
                            [
                                healthy("somebody consumes"),
                                near("nobody does, and nothing waits"),
                                fires("one waits, and only another queue has consumers", 1.0).on("job", job),
                            ],
                            [
                                told(RABBITMQ_MESSAGES).is([5., 0., 1.]),
                                told(RABBITMQ_CONSUMERS).is([1., 0., 0.]),
                                beside(RABBITMQ_CONSUMERS).is([0., 1., 1.]),
                            ],
                        )
                    })
                    .with("queue", name),
            );
        }
    }
    if let Some(dead_name) = &dead {
        let dead = Selector(RABBITMQ_MESSAGES, [labels[0], labels[1], ("queue=", dead_name)]);
        rules.push(
            subject
                .rule(
                    "QueueDeadLetters",
                    Urgency::Soon,
                    Duration(300),
                    format!("sum by (namespace, job, queue) ({dead}) > 0"),
                    "There are messages that nobody could handle.",
                    format!("{COUNT} messages of queue {name} in {environment} could not be handled."),
                )
                .proved(|| {
                    Story::new(
                        [
                            healthy("there is none"),
                            near("there are some of another queue"),
                            fires("there is one", 1.0).on("job", job),
                        ],
                        [
                            series(RABBITMQ_MESSAGES, &dead.1, &[]).is([0., 0., 1.]),
                            beside(RABBITMQ_MESSAGES).is([0., 1., 0.]),
                        ],
                    )
                })
                .with("queue", name),
        );
    }
}

/// A queue that its broker does not know: the one that messages come to, or the one of those that nobody could handle.
fn missing<'p>(scope: Scope<'p>, subject: Subject<'p>, broker: &'p Broker, queue: &str) -> Rule<'p> {
    let job = broker.name.value.as_str();
    let labels = [("namespace=", scope.namespace()), ("job=", job), ("queue=", queue)];
    let held = Selector(RABBITMQ_MESSAGES, labels);
    let running = of(RABBITMQ_NODES, scope, broker);
    subject
        .rule(
            "QueueMissing",
            Urgency::Soon,
            LASTING,
            format!("absent({held}) and on () {running}"),
            "A queue does not exist, or is not watched.",
            format!("Broker {} in {} reports no queue {queue}.", broker.key, scope.key()),
        )
        .proved(|| {
            Story::new(
                [
                    healthy("the queue is there"),
                    vanished("only another one is", 1.0).on("job", job),
                    near("its broker is gone, which is another alert"),
                ],
                [
                    series(RABBITMQ_MESSAGES, &labels, &[]).is([0., GONE, GONE]),
                    series(RABBITMQ_MESSAGES, &[labels[0], labels[1], ("queue=", "other")], &[])
                        .is([0., 0., GONE]),
                    row(RABBITMQ_NODES, scope, broker, "a").is([1., 1., GONE]),
                ],
            )
        })
}
