//! Queues and accounts of a broker, as the messaging topology operator makes them.
//!
//! Each queue has an exchange of its own name that leads to it and to nothing else. So a right to publish is a right for
//! one queue: through the default exchange a service could publish to all of them.

use super::metadata::Identity;
use super::{Api, Object, Scope};
use crate::format::data::{Data, Map};
use crate::map;
use crate::names;
use crate::plan::{Broker, BrokerUser, MessageQueue, QueueType};
use crate::source::At;

const QUEUE: Api = Api::new("rabbitmq.com/v1beta1", "Queue");
const EXCHANGE: Api = Api::new("rabbitmq.com/v1beta1", "Exchange");
const BINDING: Api = Api::new("rabbitmq.com/v1beta1", "Binding");
const POLICY: Api = Api::new("rabbitmq.com/v1beta1", "Policy");
const USER: Api = Api::new("rabbitmq.com/v1beta1", "User");
const PERMISSION: Api = Api::new("rabbitmq.com/v1beta1", "Permission");

/// The virtual host: the one that every broker has.
const VIRTUAL_HOST: &str = "/";
/// A pattern that matches no name that a queue can have.
const NOTHING: &str = "^$";

/// All queues and accounts of a broker.
pub(super) fn objects<'a>(scope: Scope<'_, 'a>, broker: &'a Broker, objects: &mut Vec<Object<'a>>) {
    let maker = Maker { scope, broker };
    for queue in &broker.queues {
        maker.queue(queue, objects);
    }
    for user in &broker.users {
        maker.user(user, objects);
    }
}

struct Maker<'m, 'a> {
    scope: Scope<'m, 'a>,
    broker: &'a Broker,
}

impl<'a> Maker<'_, 'a> {
    fn object(&self, api: Api, at: At, thing: &str, spec: Map<'a>) -> Object<'a> {
        let name = names::in_broker(&self.broker.name.value, thing);
        let cluster = map! { "name" => &self.broker.name.value };
        Object::new(api, at, self.scope.metadata(name, Identity::broker(self.broker)))
            .spec(spec.with("rabbitmqClusterReference", cluster))
    }

    fn queue(&self, queue: &'a MessageQueue, objects: &mut Vec<Object<'a>>) {
        let (name, at) = (queue.name.as_str(), queue.at);
        objects.push(self.object(QUEUE, at, name, durable_queue(name, kind(queue).0)));
        let exchange =
            map! { "name" => name, "vhost" => VIRTUAL_HOST, "type" => "fanout", "durable" => true };
        objects.push(self.object(EXCHANGE, at, name, exchange));
        let binding = map! {
            "vhost" => VIRTUAL_HOST,
            "source" => name,
            "destination" => name,
            "destinationType" => "queue",
        };
        objects.push(self.object(BINDING, at, name, binding));
        if has_dead_letters(queue) {
            let dead = names::dead_letter_queue(name);
            objects.push(self.object(QUEUE, at, &dead, durable_queue(dead.clone(), "quorum")));
        }
        let definition = definition(queue);
        if !definition.is_empty() {
            let policy = map! {
                "name" => name,
                "vhost" => VIRTUAL_HOST,
                "pattern" => exactly(&[name]),
                "applyTo" => kind(queue).1,
                "definition" => definition,
            };
            objects.push(self.object(POLICY, at, name, policy));
        }
    }

    fn user(&self, user: &'a BrokerUser, objects: &mut Vec<Object<'a>>) {
        let at = self.broker.at;
        let credentials = map! { "importCredentialsSecret" => map! { "name" => &user.secret } };
        objects.push(self.object(USER, at, &user.service, credentials));
        let names_of = |queues: &'a [String]| exactly(&queues.iter().map(String::as_str).collect::<Vec<_>>());
        let permission = map! {
            "vhost" => VIRTUAL_HOST,
            "userReference" => map! { "name" => names::in_broker(&self.broker.name.value, &user.service) },
            "permissions" => map! {
                "configure" => NOTHING,
                "write" => names_of(&user.publishes),
                "read" => names_of(&user.consumes),
            },
        };
        objects.push(self.object(PERMISSION, at, &user.service, permission));
    }
}

fn durable_queue<'a>(name: impl Into<Data<'a>>, kind: &'static str) -> Map<'a> {
    map! {
        "name" => name,
        "vhost" => VIRTUAL_HOST,
        "type" => kind,
        "durable" => true,
        // Messages must not go because an object was pruned or renamed.
        "deletionPolicy" => "retain",
    }
}

/// The type of a queue, and what a policy calls it. Mirrored queues are gone since `RabbitMQ` 4; quorum queues replace them.
fn kind(queue: &MessageQueue) -> (&'static str, &'static str) {
    match queue.kind.value {
        QueueType::Quorum | QueueType::Mirrored => ("quorum", "quorum_queues"),
        QueueType::Classic => ("classic", "classic_queues"),
        QueueType::Stream => ("stream", "streams"),
    }
}

/// Streams keep what they have; nothing is ever rejected.
fn has_dead_letters(queue: &MessageQueue) -> bool {
    queue.dead_letter.value && queue.kind.value != QueueType::Stream
}

/// What can be changed while a queue exists is a policy: arguments of a queue are fixed when it is made.
fn definition(queue: &MessageQueue) -> Map<'static> {
    let kind = kind(queue).0;
    let mut definition = Map::new();
    if kind == "quorum" {
        definition.push("delivery-limit", queue.delivery_limit.value);
    }
    if has_dead_letters(queue) {
        definition.push("dead-letter-exchange", "");
        definition.push("dead-letter-routing-key", names::dead_letter_queue(&queue.name));
        if kind == "quorum" {
            // Dead letters are confirmed before they are removed; that needs a queue that refuses when it is full
            // (rabbitmq.com/blog/2022/03/29/at-least-once-dead-lettering).
            definition.push("dead-letter-strategy", "at-least-once");
            definition.push("overflow", "reject-publish");
        }
    }
    if let Some(keep) = &queue.keep {
        let seconds = super::container::seconds(keep.value.0);
        if kind == "stream" {
            definition.push("max-age", format!("{seconds}s"));
        } else {
            definition.push("message-ttl", seconds.saturating_mul(1000));
        }
    }
    definition
}

/// A pattern that matches exactly these names.
fn exactly(names: &[&str]) -> String {
    if names.is_empty() {
        return NOTHING.to_owned();
    }
    let names: Vec<String> = names.iter().map(|name| name.replace('.', "\\.")).collect();
    format!("^({})$", names.join("|"))
}
