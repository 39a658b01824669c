//! Rules about RabbitMQ clusters and their queues.

use super::conventions::{LASTING, PARTLY};
use super::expr::{COUNT, Selector};
use super::metrics::{
    Metric, RABBITMQ_CONSUMERS, RABBITMQ_DISK_ALARM, RABBITMQ_MEMORY_ALARM, RABBITMQ_MESSAGES,
    RABBITMQ_NODES, RABBITMQ_READY,
};
use super::recovery;
use super::rule::{Group, Rule, Scope, Subject, Urgency};
use crate::names;
use crate::plan::{Broker, MessageQueue, QueueType};
use crate::units::Duration;

/// The rules of a broker.
pub(super) fn group<'p>(scope: Scope<'p>, broker: &'p Broker) -> Group<'p> {
    let subject = scope.subject("queue", &broker.key).labelled("broker").bound_to(broker.tier.as_ref());
    let mut rules = Vec::with_capacity(6 + 4 * broker.queues.len());
    nodes(scope, subject, broker, &mut rules);
    for queue in &broker.queues {
        messages(scope, subject, broker, queue, &mut rules);
    }
    if let Some(tier) = &broker.tier {
        rules.push(recovery::rto(scope, subject, "broker=", "BrokerQuorumLost", tier));
    }
    subject.group(broker.at, rules)
}

fn of<'p>(metric: Metric, scope: Scope<'p>, broker: &'p Broker) -> Selector<'p, 2> {
    Selector(metric, [("namespace=", scope.namespace()), ("job=", &broker.name.value)])
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
    ));
    if all > majority {
        rules.push(subject.rule(
            "BrokerNodeMissing",
            Urgency::Soon,
            PARTLY,
            format!("{running} < {all}"),
            "A node of a broker is missing.",
            format!("{COUNT} of {all} nodes of {key} in {environment} run."),
        ));
    }
    for (alert, metric, what) in [
        ("BrokerMemoryAlarm", RABBITMQ_MEMORY_ALARM, "memory"),
        ("BrokerDiskAlarm", RABBITMQ_DISK_ALARM, "disk"),
    ] {
        rules.push(subject.rule(
            alert,
            Urgency::Now,
            Duration::MINUTE,
            format!("max({}) > 0", of(metric, scope, broker)),
            "A broker takes no more messages.",
            format!("{key} in {environment} is short of {what} and blocks everyone who publishes."),
        ));
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
    let running = of(RABBITMQ_NODES, scope, broker);
    let mut add = |rule: Rule<'p>| rules.push(rule.with("queue", name));
    add(subject.rule(
        "QueueMissing",
        Urgency::Soon,
        LASTING,
        format!("absent({held}) and on () {running}"),
        "A queue does not exist, or is not watched.",
        format!("Broker {} in {environment} reports no queue {name}.", broker.key),
    ));
    // Readers of a stream leave the messages where they are.
    if queue.kind.value != QueueType::Stream {
        let ready = Selector(RABBITMQ_READY, labels);
        let range = scope.range(Duration(1800));
        add(subject.rule(
            "QueueBacklogGrowing",
            Urgency::Soon,
            Duration(1800),
            format!(
                "sum by (namespace, job, queue) (deriv({ready}[{range}])) > 0\n  \
                 and sum by (namespace, job, queue) (min_over_time({ready}[{range}])) > 0"
            ),
            "Messages arrive faster than they are handled.",
            format!("Queue {name} in {environment} has grown, and never been empty, for an hour."),
        ));
        if broker.users.iter().any(|user| user.consumes.iter().any(|consumed| consumed == name)) {
            let consumers = Selector(RABBITMQ_CONSUMERS, labels);
            add(subject.rule(
                "QueueWithoutConsumers",
                Urgency::Now,
                PARTLY,
                format!(
                    "sum by (namespace, job, queue) ({held}) > 0\n  \
                     unless sum by (namespace, job, queue) ({consumers}) > 0"
                ),
                "Messages wait and nobody handles them.",
                format!("{COUNT} messages wait in queue {name} in {environment}, and nobody consumes."),
            ));
        }
    }
    if queue.dead_letter.value {
        let dead_name = names::dead_letter_queue(name);
        let dead = Selector(RABBITMQ_MESSAGES, [labels[0], labels[1], ("queue=", &dead_name)]);
        add(subject.rule(
            "QueueDeadLetters",
            Urgency::Soon,
            Duration(300),
            format!(
                "sum by (namespace, job, queue) ({dead}) > 0\n  or (absent({dead}) and on () {running})"
            ),
            "There are messages that nobody could handle.",
            format!("{COUNT} messages of queue {name} in {environment} could not be handled, or their queue is missing."),
        ));
    }
}
