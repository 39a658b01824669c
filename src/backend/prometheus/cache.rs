//! Rules about caches, whose nodes each have a `redis_exporter`.

use std::borrow::Cow;

use super::conventions::{CACHE_MEMORY, LASTING, PARTLY, RATE};
use super::expr::{COUNT, PERCENT, SPAN, Selector};
use super::forms;
use super::metrics::{
    Metric, REDIS_AOF_STATUS, REDIS_CHANGES, REDIS_CLUSTER_STATE, REDIS_EVICTED, REDIS_LAST_SAVE, REDIS_LINK,
    REDIS_MEMORY_MAX, REDIS_MEMORY_USED, REDIS_RDB_STATUS, REDIS_REJECTED, REDIS_REPLICAS, REDIS_UP,
};
use super::recovery::{self, Cause};
use super::rule::{Group, Rule, Scope, Subject, Urgency};
use super::story::{GONE, Series, Story, fires, healthy, near, number, series, vanished};
use crate::names;
use crate::plan::{Cache, CacheEngine, Eviction, Topology};
use crate::units::Duration;

/// The rules of a cache.
pub(super) fn group<'p>(scope: Scope<'p>, cache: &'p Cache) -> Group<'p> {
    let subject = scope.subject("cache", &cache.key).bound_to(cache.tier.as_ref()).owned_by(&cache.owner);
    let mut rules = Vec::with_capacity(10);
    nodes(scope, subject, cache, &mut rules);
    memory(scope, subject, cache, &mut rules);
    if cache.persistence.is_some() {
        persistence(scope, subject, cache, &mut rules);
    }
    if let Some(tier) = &cache.tier {
        rules.push(recovery::rto(
            scope,
            subject,
            "cache=",
            "CacheDown|CacheClusterFailed",
            tier,
            outages(scope, cache),
        ));
    }
    subject.group(cache.at, rules)
}

/// What makes the alerts fire that say that it is down.
fn outages(scope: Scope<'_>, cache: &Cache) -> Vec<Cause> {
    let answers = row(REDIS_UP, scope, cache, "a");
    let mut causes = vec![Cause { what: "nothing answers", rows: vec![(answers, 1., 0.)] }];
    if cache.topology.value == Topology::Cluster {
        let state = row(REDIS_CLUSTER_STATE, scope, cache, "a");
        causes.push(Cause { what: "the cluster has failed", rows: vec![(state, 1., 0.)] });
    }
    causes
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

/// A selector of the pods of a cache: by the label that its operator gives them, as for its `PodMonitor`.
pub(super) fn pods(cache: &Cache) -> String {
    match (cache.engine.value, &jobs(cache)[..]) {
        (CacheEngine::Valkey, _) => format!("valkey.io/cluster={}", cache.name.value),
        (CacheEngine::Redis, [job]) => format!("app={job}"),
        (CacheEngine::Redis, jobs) => format!("app in ({})", jobs.join(", ")),
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

/// A series of one of its nodes, for stories.
fn row(metric: Metric, scope: Scope<'_>, cache: &Cache, pod: &str) -> Series {
    let jobs = jobs(cache);
    let job = jobs.first().map_or("", AsRef::as_ref);
    series(metric, &[("namespace=", scope.namespace()), ("job=", job)], &[("pod=", pod)])
}

/// The same of another cache.
fn other(metric: Metric, scope: Scope<'_>) -> Series {
    series(metric, &[("namespace=", scope.namespace()), ("job=", "other")], &[("pod=", "a")])
}

/// The job that [`row`] names, for labels.
fn first_job(cache: &Cache) -> Cow<'_, str> {
    jobs(cache).into_iter().next().unwrap_or_default()
}

fn nodes<'p>(scope: Scope<'p>, subject: Subject<'p>, cache: &'p Cache, rules: &mut Vec<Rule<'p>>) {
    let (environment, key) = (scope.key(), &cache.key);
    let up = of(REDIS_UP, scope, cache);
    let shards = if cache.topology.value == Topology::Cluster { cache.shards.value } else { 1 };
    let all = cache.replicas.value * shards;
    let hold = scope.plan.monitoring.down_for.value;
    rules.push(
        subject
            .rule(
                "CacheDown",
                Urgency::Now,
                hold,
                format!("(sum({up}) or vector(0)) == 0"),
                "No node of a cache answers.",
                format!("No node of {key} in {environment} has answered for {hold}, or none is watched."),
            )
            .proved(|| {
                Story::new(
                    [
                        healthy("two nodes answer"),
                        near("one of them answers"),
                        fires("none answers", 0.0),
                        healthy("both answer again"),
                        vanished("only one of another cache is seen", 0.0),
                    ],
                    [
                        row(REDIS_UP, scope, cache, "a").is([1., 1., 0., 1., GONE]),
                        row(REDIS_UP, scope, cache, "b").is([1., 0., 0., 1., GONE]),
                        other(REDIS_UP, scope).is([1.; 5]),
                    ],
                )
            }),
    );
    if all > 1 {
        rules.push(
            subject
                .rule(
                    "CacheNodeMissing",
                    Urgency::Soon,
                    PARTLY,
                    format!("sum({up}) < {all}\n  and sum({up}) > 0"),
                    "A node of a cache does not answer.",
                    format!("{COUNT} nodes of {key} in {environment} answer; there should be {all}."),
                )
                .proved(|| {
                    Story::new(
                        [
                            healthy("all nodes answer"),
                            fires("one does not", f64::from(all - 1)),
                            near("none does, which is another alert"),
                        ],
                        (0..all).map(|index| {
                            let missing = if index == 0 { 0. } else { 1. };
                            row(REDIS_UP, scope, cache, &format!("{key}-{index}")).is([1., missing, 0.])
                        }),
                    )
                }),
        );
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
        )
.proved(|| {
            let wanted = f64::from(followers);
            Story::new(
                [
                    healthy("all replicas follow"),
                    fires("one is missing", wanted - 1.),
                    healthy("all follow again"),
                    fires("one has no leader", 0.0),
                    healthy("it has one again"),
                    vanished("nothing is seen of them", 0.0),
                ],
                [
                    row(REDIS_REPLICAS, scope, cache, "a").is([wanted, wanted - 1., wanted, wanted, wanted, GONE]),
                    row(REDIS_LINK, scope, cache, "b").is([1., 1., 1., 0., 1., GONE]),
                    row(REDIS_LINK, scope, cache, "c").is([1., 1., 1., 1., 1., GONE]),
                    other(REDIS_REPLICAS, scope).is([100.; 6]),
                ],
            )
        }));
    }
    if cache.topology.value == Topology::Cluster {
        let state = of(REDIS_CLUSTER_STATE, scope, cache);
        rules.push(
            subject
                .rule(
                    "CacheClusterFailed",
                    Urgency::Now,
                    hold,
                    format!("min({state}) == 0"),
                    "A cache cluster does not serve all its keys.",
                    format!("A node of {key} in {environment} says that the cluster has failed."),
                )
                .proved(|| {
                    Story::new(
                        [
                            healthy("the cluster serves"),
                            near("another one has failed"),
                            fires("one of two nodes says that it has failed", 0.0),
                        ],
                        [
                            row(REDIS_CLUSTER_STATE, scope, cache, "a").is([1., 1., 1.]),
                            row(REDIS_CLUSTER_STATE, scope, cache, "b").is([1., 1., 0.]),
                            other(REDIS_CLUSTER_STATE, scope).is([1., 0., 1.]),
                        ],
                    )
                }),
        );
    }
    let rejected = of(REDIS_REJECTED, scope, cache);
    rules.push(
        subject
            .rule(
                "CacheConnectionsRejected",
                Urgency::Soon,
                Duration(0),
                format!("sum(increase({rejected}[{}])) > 0", scope.range(RATE)),
                "A cache refuses connections.",
                format!(
                    "{key} in {environment} refused {COUNT} connections: it has reached its limit of clients."
                ),
            )
            .proved(|| {
                Story::new(
                    [
                        healthy("none is refused"),
                        near("another cache refuses some"),
                        near("none is refused any more"),
                        fires("one is refused", 1.0),
                    ],
                    [
                        row(REDIS_REJECTED, scope, cache, "a").grows([0., 0., 0., 1.]),
                        other(REDIS_REJECTED, scope).grows([0., 1., 0., 0.]),
                    ],
                )
            }),
    );
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
            )
.proved(|| {
                let full = number(CACHE_MEMORY);
                Story::new(
                    [
                        healthy("half of the memory is used"),
                        near("as much is as may be"),
                        fires("more is", (100. * full + 1.) / 100.).on("job", first_job(cache)).on("pod", "a"),
                        near("there is no limit"),
                    ],
                    [
                        row(REDIS_MEMORY_USED, scope, cache, "a")
                            .is([50., 100. * full, 100. * full + 1., 100.]),
                        row(REDIS_MEMORY_MAX, scope, cache, "a").is([100., 100., 100., 0.]),
                    ],
                )
            }));
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
            )
.proved(|| Story::new(
                [
                    healthy("no key is dropped"),
                    near("another cache drops some"),
                    fires("it drops one a minute", 1. / 60.),
                ],
                [
                    row(REDIS_EVICTED, scope, cache, "a").grows([0., 0., 1.]),
                    other(REDIS_EVICTED, scope).grows([0., 1., 0.]),
                ],
            )));
        }
        Eviction::AllkeysLru | Eviction::AllkeysLfu => {}
    }
}

fn persistence<'p>(scope: Scope<'p>, subject: Subject<'p>, cache: &'p Cache, rules: &mut Vec<Rule<'p>>) {
    let (environment, key) = (scope.key(), &cache.key);
    let (rdb, aof) = (of(REDIS_RDB_STATUS, scope, cache), of(REDIS_AOF_STATUS, scope, cache));
    rules.push(
        subject
            .rule(
                "CachePersistenceFailing",
                Urgency::Soon,
                LASTING,
                format!("{rdb} == 0\n  or {aof} == 0"),
                "A cache cannot write to its disk.",
                format!("{{{{ $labels.pod }}}} of {key} in {environment} cannot save its data."),
            )
            .proved(|| {
                let failing = |what| fires(what, 0.0).on("job", first_job(cache)).on("pod", "a");
                Story::new(
                    [
                        healthy("it saves"),
                        failing("a snapshot failed"),
                        near("another one cannot save"),
                        failing("its log of changes failed"),
                    ],
                    [
                        row(REDIS_RDB_STATUS, scope, cache, "a").is([1., 0., 1., 1.]),
                        row(REDIS_AOF_STATUS, scope, cache, "a").is([1., 1., 1., 0.]),
                        other(REDIS_RDB_STATUS, scope).is([1., 1., 0., 1.]),
                    ],
                )
            }),
    );
    if let Some(tier) = &cache.tier {
        let rpo = tier.rpo.value;
        let (saved, changes) = (of(REDIS_LAST_SAVE, scope, cache), of(REDIS_CHANGES, scope, cache));
        rules.push(
            subject
                .rule(
                    "CacheSaveTooOld",
                    Urgency::Soon,
                    recovery::patience(scope, rpo),
                    // Nothing is saved while nothing changes.
                    format!("time() - {saved} > {}\n  and {changes} > 0", rpo.0),
                    "A cache has not been saved for longer than its RPO.",
                    format!("{{{{ $labels.pod }}}} of {key} in {environment} was last saved {SPAN} ago; its tier promises {rpo}."),
                )
                .with("rpo", rpo.prometheus())
                .proved(|| Story::new(
                    [
                        healthy("it was saved a minute ago"),
                        near("it was saved just as long ago as may be"),
                        fires("it was saved longer ago", rpo.exact() + 1.)
                            .on("job", first_job(cache))
                            .on("pod", "a"),
                        near("nothing changed since"),
                    ],
                    [
                        row(REDIS_LAST_SAVE, scope, cache, "a")
                            .ago([60., rpo.exact(), rpo.exact() + 1., rpo.exact() + 1.]),
                        row(REDIS_CHANGES, scope, cache, "a").is([1., 1., 1., 0.]),
                    ],
                )),
        );
    }
}
