//! References: what they name, what they give, and what they open.

use std::borrow::Cow;

use indexmap::IndexMap;

use crate::diag::{Diagnostic, code, did_you_mean};
use crate::model::records::Secret;
use crate::model::scalars::Reference;
use crate::model::settings_of;
use crate::names;
use crate::plan::{Calendar, Environment, ManagedCache, Plan, Resolved, SecretVariable, Target};
use crate::provider::stores::BucketKeys;
use crate::source::{Span, Written};
use crate::words::{Access, Mount};

use super::{Resolver, secrets};

/// A reference taken apart.
pub(super) struct Parts<'a> {
    pub(super) kind: &'a str,
    pub(super) name: &'a str,
    pub(super) part: Option<&'a str>,
    pub(super) environment: Option<&'a str>,
}

pub(super) fn parts(reference: &Reference) -> Parts<'_> {
    let (path, environment) =
        reference.0.split_once('@').map_or((reference.0.as_str(), None), |(path, e)| (path, Some(e)));
    let mut steps = path.split('/');
    Parts {
        kind: steps.next().unwrap_or(""),
        name: steps.next().unwrap_or(""),
        part: steps.next(),
        environment,
    }
}

/// The kinds that can be referred to.
pub(super) const KINDS: [&str; 6] = ["services", "databases", "caches", "queues", "buckets", "secrets"];

/// What an output of a target is.
pub(super) enum Output {
    /// A value that is known before anything is applied.
    Known(String),
    /// The key of the same name in the target's Secret.
    Secret,
}

/// What a use of a target gives: its outputs by name.
pub(super) struct Outputs {
    entries: Vec<(Cow<'static, str>, Output)>,
    /// The secret behind them; empty where there is none.
    pub(super) secret: String,
    /// What it is for, in words.
    pub(super) purpose: String,
    /// The list that the secret stands in.
    pub(super) bundle: Resolved<String>,
    /// How often it is changed.
    pub(super) rotate: Option<Resolved<Calendar>>,
    /// Outputs that others of the kind have, and why this one has none.
    refused: Option<(&'static [&'static str], String)>,
}

impl Outputs {
    fn new() -> Self {
        Self {
            entries: Vec::new(),
            secret: String::new(),
            purpose: String::new(),
            bundle: secrets::bundle_of(names::BUNDLE_OF_SERVICES),
            rotate: None,
            refused: None,
        }
    }

    /// Outputs that others of the kind have, and why this one has none.
    fn without(self, names: &'static [&'static str], reason: String) -> Self {
        Self { refused: Some((names, reason)), ..self }
    }

    /// Why there is no such output, where others of the kind have it.
    pub(super) fn refusal(&self, wanted: &str) -> Option<&str> {
        let (names, reason) = self.refused.as_ref()?;
        names.contains(&wanted).then_some(reason.as_str())
    }

    fn known(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.entries.push((name.into(), Output::Known(value.into())));
        self
    }

    /// Outputs that are keys of a secret.
    fn sealed(
        mut self,
        secret: String,
        purpose: String,
        keys: impl IntoIterator<Item = impl Into<Cow<'static, str>>>,
    ) -> Self {
        self.entries.extend(keys.into_iter().map(|key| (key.into(), Output::Secret)));
        Self { secret, purpose, ..self }
    }

    /// The list that the secret stands in, and how often it is changed.
    fn in_bundle(self, bundle: Resolved<String>, rotate: Option<Resolved<Calendar>>) -> Self {
        Self { bundle, rotate, ..self }
    }
}

/// The address of a Kubernetes Service as an environment's pods see it: the name alone within the namespace, so that
/// what environments share stays the same for all of them.
fn service_host(name: &str, from: &Environment, there: &Environment) -> String {
    if from.key == there.key { name.to_owned() } else { names::service_host(name, &there.namespace.value) }
}

/// The target of a reference and what it gives, seen from a service of an environment.
pub(super) fn target(
    resolver: &mut Resolver<'_>,
    plan: &Plan,
    from: &Environment,
    service: &str,
    reference: &Written<Reference>,
    access: Option<Access>,
) -> Option<(Target, Outputs)> {
    let Parts { kind, name, part, environment } = parts(&reference.value);
    let span = reference_span(resolver, reference);
    if !KINDS.contains(&kind) {
        let mut finding = Diagnostic::new(
            &code::UNKNOWN_REFERENCE,
            span,
            format!("there is nothing called `{kind}` to refer to"),
        );
        finding.help = did_you_mean(kind, KINDS);
        resolver.sink.push(finding);
        return None;
    }
    let there = match environment {
        None => from,
        Some(other) => {
            let Some(there) = plan.environments.get(other) else {
                let mut finding = Diagnostic::new(
                    &code::UNKNOWN_REFERENCE,
                    span,
                    format!("there is no environment `{other}`"),
                );
                finding.help = did_you_mean(other, plan.environments.keys().map(String::as_str));
                resolver.sink.push(finding);
                return None;
            };
            if kind != "services" {
                resolver.sink.push(
                    Diagnostic::new(
                        &code::NOT_IN_ENVIRONMENT,
                        span,
                        format!("{kind} of another environment cannot be used: their secrets live in its namespace"),
                    )
                    .help(format!("let `{name}` exist in {} as well, or ask a service of {other} for it", from.key)),
                );
                return None;
            }
            there
        }
    };
    let reach = Reach { from, there, service, span };
    let rotate = secrets::rotation(resolver);
    let reached = match kind {
        "services" => reach.service(resolver, name, part),
        "databases" => reach.database(resolver, name, part),
        "caches" => reach.cache(resolver, name, part),
        "queues" => reach.queue(resolver, name, part, access),
        "buckets" => reach.bucket(resolver, plan, name, part),
        _ => return reach.secret(resolver, name, part),
    };
    reached.map(|(target, outputs)| (target, outputs.in_bundle(secrets::bundle_of(kind), rotate)))
}

pub(super) fn reference_span(resolver: &Resolver<'_>, reference: &Written<Reference>) -> Span {
    let document = &resolver.model.document;
    if document.key(reference.at) == reference.value.0 {
        document.key_span(reference.at)
    } else {
        document.span(reference.at)
    }
}

/// One reference on its way.
struct Reach<'a> {
    from: &'a Environment,
    there: &'a Environment,
    service: &'a str,
    span: Span,
}

impl Reach<'_> {
    /// Reports a name that does not exist, or not there.
    fn missing<T>(
        &self,
        resolver: &mut Resolver<'_>,
        kind: &str,
        name: &str,
        here: &[&str],
        everywhere: Option<&crate::model::Things<T>>,
    ) {
        let thing = everywhere.and_then(|things| things.entries.get(name));
        let environment = &self.there.key;
        let finding = if let Some(thing) = thing {
            let document = &resolver.model.document;
            let place = thing
                .environments
                .as_ref()
                .map_or_else(|| document.key_span(thing.name.at), |names| document.key_span(names.at));
            let exists = resolver.environments_of(thing).join(", ");
            let here = *environment == self.from.key;
            let message = if here {
                format!("`{}` uses `{kind}/{name}`, which does not exist", self.service)
            } else {
                format!("`{}` uses `{kind}/{name}@{environment}`, and it does not exist there", self.service)
            };
            let finding = Diagnostic::new(&code::NOT_IN_ENVIRONMENT, self.span, message)
                .label("used here")
                .related(place, format!("exists in {exists}"));
            if here {
                let elsewhere = if kind == "services" {
                    format!(", or name the environment: `{kind}/{name}@...`")
                } else {
                    String::new()
                };
                finding.in_environment(environment).help(format!(
                    "let `{name}` exist there, or limit `{}` by `environments`{elsewhere}",
                    self.service
                ))
            } else {
                finding.help(format!("name an environment in which `{name}` exists, or let it exist there"))
            }
        } else {
            let mut finding = Diagnostic::new(
                &code::UNKNOWN_REFERENCE,
                self.span,
                format!("there is no `{name}` under `{kind}`"),
            );
            let known: Vec<&str> = everywhere
                .map_or_else(|| here.to_vec(), |things| things.entries.keys().map(String::as_str).collect());
            finding.help = did_you_mean(name, known.iter().copied())
                .or_else(|| Some(format!("declare `{name}` under `{kind}`, or correct the reference")));
            finding
        };
        resolver.sink.push(finding);
    }

    fn no_parts(&self, resolver: &mut Resolver<'_>, kind: &str, name: &str, part: Option<&str>) -> bool {
        if let Some(part) = part {
            resolver.sink.push(
                Diagnostic::new(
                    &code::UNKNOWN_REFERENCE,
                    self.span,
                    format!("`{kind}/{name}` has no part `{part}`"),
                )
                .help(format!("write `{kind}/{name}`")),
            );
            return false;
        }
        true
    }

    fn service(
        &self,
        resolver: &mut Resolver<'_>,
        name: &str,
        part: Option<&str>,
    ) -> Option<(Target, Outputs)> {
        if !self.no_parts(resolver, "services", name, part) {
            return None;
        }
        let position = resolver.services.get(&self.there.key).and_then(|all| all.get(name));
        let Some(target) = position.and_then(|position| self.there.services.get(*position)) else {
            let here: Vec<&str> = self.there.services.iter().map(|s| s.key.as_str()).collect();
            let things = resolver.platform.services.as_ref();
            self.missing(resolver, "services", name, &here, things);
            return None;
        };
        let Some(port) = &target.port else {
            let document = &resolver.model.document;
            resolver.sink.push(
                Diagnostic::new(
                    &code::UNKNOWN_REFERENCE,
                    self.span,
                    format!("`{name}` takes no connections"),
                )
                .related(document.key_span(target.at), "it has no `port`")
                .help(format!("give `{name}` the `port` that it listens on, or remove the reference")),
            );
            return None;
        };
        let host = service_host(name, self.from, self.there);
        // Containers of Compose listen where they listen: no Kubernetes Service gives them another port.
        let reached =
            if resolver.is_local(&self.there.key) { port.container.value } else { port.service.value };
        let outputs = Outputs::new()
            .known("host", host.clone())
            .known("port", reached.to_string())
            .known("url", format!("http://{host}:{reached}"));
        let target = Target::Service {
            environment: self.there.key.clone(),
            key: name.to_owned(),
            port: port.container.value,
        };
        Some((target, outputs))
    }

    fn database(
        &self,
        resolver: &mut Resolver<'_>,
        name: &str,
        part: Option<&str>,
    ) -> Option<(Target, Outputs)> {
        if !self.no_parts(resolver, "databases", name, part) {
            return None;
        }
        let Some(database) = self.there.database(name) else {
            let things = resolver.platform.databases.as_ref();
            self.missing(resolver, "databases", name, &[], things);
            return None;
        };
        let outputs = Outputs::new().sealed(
            names::database_secret(name),
            format!("the address and account of the database `{name}`"),
            ["host", "port", "username", "password", "database", "url", "ca"],
        );
        let target = match &database.pooling {
            Some(pooling) => Target::Pooler { key: name.to_owned(), name: pooling.name.clone() },
            None => Target::Database { key: name.to_owned() },
        };
        Some((target, outputs))
    }

    fn cache(
        &self,
        resolver: &mut Resolver<'_>,
        name: &str,
        part: Option<&str>,
    ) -> Option<(Target, Outputs)> {
        if let Some(cache) = self.there.managed_cache(name) {
            return self.managed_cache(resolver, cache, part);
        }
        let Some(cache) = self.there.cache(name) else {
            let things = resolver.platform.caches.as_ref();
            self.missing(resolver, "caches", name, &[], things);
            return None;
        };
        let number = self.logical_database(resolver, name, &cache.logical_databases, part)?;
        let host = service_host(
            &names::cache_service(&cache.name, cache.engine.value, cache.topology.value),
            self.from,
            self.there,
        );
        let outputs = Outputs::new()
            .known("host", host)
            .known("port", names::CACHE_PORT.to_string())
            .known("database", number.to_string())
            .sealed(
                names::cache_secret(name, part),
                format!("the address and password of the cache `{name}`"),
                ["password", "url"],
            );
        let target = Target::Cache { key: name.to_owned(), logical: part.map(str::to_owned) };
        Some((target, outputs))
    }

    /// The number of a logical database of a cache; says so where there is none of the name.
    fn logical_database(
        &self,
        resolver: &mut Resolver<'_>,
        cache: &str,
        known: &IndexMap<String, Resolved<u32>>,
        part: Option<&str>,
    ) -> Option<u32> {
        let Some(part) = part else { return Some(0) };
        if let Some(number) = known.get(part) {
            return Some(number.value);
        }
        let mut finding = Diagnostic::new(
            &code::UNKNOWN_REFERENCE,
            self.span,
            format!("the cache `{cache}` has no logical database `{part}`"),
        );
        finding.help = did_you_mean(part, known.keys().map(String::as_str));
        resolver.sink.push(finding);
        None
    }

    /// A cache of the provider's has no password: its network and TLS let in the cluster's pods only.
    fn managed_cache(
        &self,
        resolver: &mut Resolver<'_>,
        cache: &ManagedCache,
        part: Option<&str>,
    ) -> Option<(Target, Outputs)> {
        let key = &cache.key;
        let number = self.logical_database(resolver, key, &cache.logical_databases, part)?;
        let outputs = Outputs::new()
            .known("port", names::CACHE_PORT.to_string())
            .known("database", number.to_string())
            .sealed(
                names::cache_secret(key, part),
                format!("the address of the cache `{key}`"),
                ["host", "url"],
            );
        Some((Target::ManagedCache { key: key.clone(), logical: part.map(str::to_owned) }, outputs))
    }

    fn queue(
        &self,
        resolver: &mut Resolver<'_>,
        name: &str,
        part: Option<&str>,
        access: Option<Access>,
    ) -> Option<(Target, Outputs)> {
        let Some(broker) = self.there.broker(name) else {
            let things = resolver.platform.queues.as_ref();
            self.missing(resolver, "queues", name, &[], things);
            return None;
        };
        let known: Vec<&str> = broker.queues.iter().map(|queue| queue.name.as_str()).collect();
        let Some(part) = part.filter(|part| known.contains(part)) else {
            let message = match part {
                Some(part) => format!("the broker `{name}` has no queue `{part}`"),
                None => format!("which queue of the broker `{name}`?"),
            };
            let mut finding = Diagnostic::new(&code::UNKNOWN_REFERENCE, self.span, message);
            finding.help = did_you_mean(part.unwrap_or(""), known.iter().copied());
            resolver.sink.push(finding);
            return None;
        };
        // Another access than these two is refused where it is written.
        if access.is_none() {
            resolver.sink.push(
                Diagnostic::new(
                    &code::WRONG_ACCESS,
                    self.span,
                    format!("does `{}` publish to `{part}`, or consume from it?", self.service),
                )
                .help(
                    "write `access: publish` or `access: consume`: the account gets no more rights than that",
                ),
            );
            return None;
        }
        let outputs = Outputs::new()
            .known("host", service_host(&broker.name, self.from, self.there))
            .known("port", "5672")
            .known("vhost", "/")
            .known("queue", part)
            .sealed(
                names::broker_secret(name, self.service),
                format!("the account of `{}` at the broker `{name}`", self.service),
                ["username", "password", "url"],
            );
        Some((Target::Queue { key: name.to_owned(), queue: part.to_owned() }, outputs))
    }

    fn bucket(
        &self,
        resolver: &mut Resolver<'_>,
        plan: &Plan,
        name: &str,
        part: Option<&str>,
    ) -> Option<(Target, Outputs)> {
        if !self.no_parts(resolver, "buckets", name, part) {
            return None;
        }
        let mut all = self.there.buckets.iter().chain(&plan.buckets);
        let Some(bucket) = all.find(|bucket| bucket.key == name) else {
            let things = resolver.platform.buckets.as_ref();
            self.missing(resolver, "buckets", name, &[], things);
            return None;
        };
        let provider = crate::provider::of(bucket.provider);
        let host = provider.object_storage_endpoint(&bucket.region).host;
        let endpoint = format!("https://{host}");
        let outputs = Outputs::new()
            .known("name", bucket.name.value.clone())
            .known("region", bucket.region.value.clone())
            .known("endpoint", endpoint);
        let stores = provider.stores();
        let outputs = match stores.bucket_access {
            BucketKeys::Pair => outputs.sealed(
                names::bucket_secret(name),
                format!("the keys of the bucket `{name}`"),
                names::BUCKET_KEYS,
            ),
            BucketKeys::Identity { .. } => outputs.without(
                &names::BUCKET_KEYS,
                format!(
                    "buckets at {} have no keys: the identity of the service's pods opens them, and the SDK finds it by itself",
                    stores.cloud
                ),
            ),
        };
        Some((Target::Bucket { key: name.to_owned() }, outputs))
    }

    fn secret(
        &self,
        resolver: &mut Resolver<'_>,
        name: &str,
        part: Option<&str>,
    ) -> Option<(Target, Outputs)> {
        if !self.no_parts(resolver, "secrets", name, part) {
            return None;
        }
        let platform = resolver.platform;
        let thing = platform.secrets.as_ref().and_then(|things| things.entries.get(name));
        let found = thing.filter(|thing| resolver.exists_in(thing, &self.there.key)).and_then(|thing| {
            let document = &resolver.model.document;
            let environments = resolver.recoveries.layers_of(&self.there.key);
            settings_of::<Secret>(resolver.source, document, &[], thing, &environments, resolver.sink)
        });
        let Some(settings) = found else {
            self.missing(resolver, "secrets", name, &[], platform.secrets.as_ref());
            return None;
        };
        let declared = secrets::declared(resolver, name, settings);
        let bundle = declared.bundle.unwrap_or_else(|| secrets::bundle_of(names::BUNDLE_OF_SERVICES));
        let outputs = Outputs::new()
            .sealed(name.to_owned(), declared.purpose, declared.keys)
            .in_bundle(bundle, declared.rotate);
        Some((Target::Secret { key: name.to_owned() }, outputs))
    }
}

/// Finds an output by the name that a use asks for.
pub(super) fn output<'a>(outputs: &'a Outputs, wanted: &str) -> Option<&'a Output> {
    outputs.entries.iter().find(|(name, _)| name == wanted).map(|(_, output)| output)
}

/// The names of all outputs, for messages.
pub(super) fn output_names(outputs: &Outputs) -> impl Iterator<Item = &str> + Clone {
    outputs.entries.iter().map(|(name, _)| &**name)
}

/// A variable of a service that a secret fills.
pub(super) fn secret_variable(
    variable: &Written<crate::model::scalars::Variable>,
    secret: &str,
    key: &str,
    mount: Resolved<Mount>,
) -> SecretVariable {
    SecretVariable {
        variable: Resolved::written(variable.value.0.clone(), variable.at),
        secret: secret.to_owned(),
        key: key.to_owned(),
        mount,
    }
}
