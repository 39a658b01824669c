//! Rules about caches, whose nodes each have a `redis_exporter`.

use std::borrow::Cow;

use super::conventions::{CACHE_MEMORY, LASTING, PARTLY, RATE};
use super::expr::{COUNT, PERCENT, SPAN, Selector};
use super::forms;
use super::metrics::{
    Metric, REDIS_AOF_STATUS, REDIS_CHANGES, REDIS_CLUSTER_STATE, REDIS_EVICTED, REDIS_LAST_SAVE, REDIS_LINK,
    REDIS_MEMORY_MAX, REDIS_MEMORY_USED, REDIS_RDB_STATUS, REDIS_REJECTED, REDIS_REPLICAS, REDIS_UP,
};
use super::recovery;
use super::rule::{Group, Rule, Scope, Subject, Urgency};
use crate::names;
use crate::plan::{Cache, CacheEngine, Eviction, Topology};
use crate::units::Duration;

/// The rules of a cache.
pub(super) fn group<'p>(scope: Scope<'p>, cache: &'p Cache) -> Group<'p> {
    let subject = scope.subject("cache", &cache.key).bound_to(cache.tier.as_ref());
    let mut rules = Vec::with_capacity(10);
    nodes(scope, subject, cache, &mut rules);
    memory(scope, subject, cache, &mut rules);
    if cache.persistence.is_some() {
        persistence(scope, subject, cache, &mut rules);
    }
    if let Some(tier) = &cache.tier {
        rules.push(recovery::rto(scope, subject, "cache=", "CacheDown|CacheClusterFailed", tier));
    }
    subject.group(cache.at, rules)
}

/// The jobs of the nodes of a cache: its name, but the Redis operator names leaders and followers of a cluster apart.
pub(in crate::backend) fn jobs(cache: &Cache) -> Vec<Cow<'_, str>> {
    let name = &cache.name.value;
    if cache.engine.value == CacheEngine::Redis && cache.topology.value == Topology::Cluster {
        vec![Cow::Owned(names::cache_leaders(name)), Cow::Owned(names::cache_followers(name))]
    } else {
        vec![Cow::Borrowed(name)]
    }
}

/// A metric of the nodes of a cache.
fn of<'p>(metric: Metric, scope: Scope<'p>, cache: &'p Cache) -> String {
    let namespace = ("namespace=", scope.namespace());
    match &jobs(cache)[..] {
        [job] => Selector(metric, [namespace, ("job=", job)]).to_string(),
        jobs => Selector(metric, [namespace, ("job=~", &jobs.join("|"))]).to_string(),
    }
}

fn nodes<'p>(scope: Scope<'p>, subject: Subject<'p>, cache: &'p Cache, rules: &mut Vec<Rule<'p>>) {
    let (environment, key) = (scope.key(), &cache.key);
    let up = of(REDIS_UP, scope, cache);
    let shards = if cache.topology.value == Topology::Cluster { cache.shards.value } else { 1 };
    let all = cache.replicas.value * shards;
    let hold = scope.plan.monitoring.down_for.value;
    rules.push(subject.rule(
        "CacheDown",
        Urgency::Now,
        hold,
        format!("(sum({up}) or vector(0)) == 0"),
        "No node of a cache answers.",
        format!("No node of {key} in {environment} has answered for {hold}, or none is watched."),
    ));
    if all > 1 {
        rules.push(subject.rule(
            "CacheNodeMissing",
            Urgency::Soon,
            PARTLY,
            format!("sum({up}) < {all}\n  and sum({up}) > 0"),
            "A node of a cache does not answer.",
            format!("{COUNT} nodes of {key} in {environment} answer; there should be {all}."),
        ));
    }
    if cache.replicas.value > 1 {
        let (link, replicas) = (of(REDIS_LINK, scope, cache), of(REDIS_REPLICAS, scope, cache));
        let followers = all - shards;
        rules.push(subject.rule(
            "CacheReplicationBroken",
            Urgency::Soon,
            PARTLY,
            format!("(sum({replicas}) or vector(0)) < {followers}\n  or (min({link}) == 0)"),
            "A replica of a cache does not follow its leader.",
            format!("{key} in {environment} should have {followers} replicas that follow; losing a leader now loses data."),
        ));
    }
    if cache.topology.value == Topology::Cluster {
        let state = of(REDIS_CLUSTER_STATE, scope, cache);
        rules.push(subject.rule(
            "CacheClusterFailed",
            Urgency::Now,
            hold,
            format!("min({state}) == 0"),
            "A cache cluster does not serve all its keys.",
            format!("A node of {key} in {environment} says that the cluster has failed."),
        ));
    }
    let rejected = of(REDIS_REJECTED, scope, cache);
    rules.push(subject.rule(
        "CacheConnectionsRejected",
        Urgency::Soon,
        Duration(0),
        format!("sum(increase({rejected}[{}])) > 0", scope.range(RATE)),
        "A cache refuses connections.",
        format!("{key} in {environment} refused {COUNT} connections: it has reached its limit of clients."),
    ));
}

/// A cache that evicts any key is full by design; one that evicts only keys that expire anyway should not have to;
/// one that evicts nothing refuses writes.
fn memory<'p>(scope: Scope<'p>, subject: Subject<'p>, cache: &'p Cache, rules: &mut Vec<Rule<'p>>) {
    let (environment, key) = (scope.key(), &cache.key);
    match cache.eviction.value {
        Eviction::NoEviction => {
            let (used, most) = (of(REDIS_MEMORY_USED, scope, cache), of(REDIS_MEMORY_MAX, scope, cache));
            rules.push(subject.rule(
                "CacheMemoryHigh",
                Urgency::Now,
                Duration(300),
                format!("{} > {CACHE_MEMORY}", forms::cache_memory_use(used, most)),
                "A cache is about to refuse writes.",
                format!("{PERCENT} of the memory of {{{{ $labels.pod }}}} of {key} in {environment} is used, and it evicts nothing."),
            ));
        }
        Eviction::VolatileTtl | Eviction::VolatileLru => {
            let evicted = of(REDIS_EVICTED, scope, cache);
            rules.push(subject.rule(
                "CacheEvictions",
                Urgency::Soon,
                LASTING,
                format!("sum(rate({evicted}[{}])) > 0", scope.range(RATE)),
                "A cache drops keys before they expire.",
                format!(
                    "{key} in {environment} drops keys to make room for others: its {} are too little.",
                    cache.memory.value
                ),
            ));
        }
        Eviction::AllkeysLru | Eviction::AllkeysLfu => {}
    }
}

fn persistence<'p>(scope: Scope<'p>, subject: Subject<'p>, cache: &'p Cache, rules: &mut Vec<Rule<'p>>) {
    let (environment, key) = (scope.key(), &cache.key);
    let (rdb, aof) = (of(REDIS_RDB_STATUS, scope, cache), of(REDIS_AOF_STATUS, scope, cache));
    rules.push(subject.rule(
        "CachePersistenceFailing",
        Urgency::Soon,
        LASTING,
        format!("{rdb} == 0\n  or {aof} == 0"),
        "A cache cannot write to its disk.",
        format!("{{{{ $labels.pod }}}} of {key} in {environment} cannot save its data."),
    ));
    if let Some(tier) = &cache.tier {
        let rpo = tier.rpo.value;
        let (saved, changes) = (of(REDIS_LAST_SAVE, scope, cache), of(REDIS_CHANGES, scope, cache));
        rules.push(
            subject
                .rule(
                    "CacheSaveTooOld",
                    Urgency::Soon,
                    recovery::patience(rpo),
                    // Nothing is saved while nothing changes.
                    format!("time() - {saved} > {}\n  and {changes} > 0", rpo.0),
                    "A cache has not been saved for longer than its RPO.",
                    format!("{{{{ $labels.pod }}}} of {key} in {environment} was last saved {SPAN} ago; its tier promises {rpo}."),
                )
                .with("rpo", rpo.prometheus()),
        );
    }
}
