//! What is lost at most when something fails, how long it takes until it works again, and what is not covered.

use indexmap::IndexSet;

use super::{Context, count, environments, texts};
use crate::catalog::planning;
use crate::format::data::{Data, Map};
use crate::map;
use crate::names;
use crate::plan::{Cache, Database, Environment, Loss, Plan, Scenario, Tier, Topology};
use crate::proof::recovery::{self, Recovery, Sum};
use crate::units::Duration;

/// The failures in the order of the page.
const LOSSES: [Loss; 5] = [Loss::Instance, Loss::Logical, Loss::Cluster, Loss::Zone, Loss::Region];

pub(super) fn data<'c>(context: &Context<'c>) -> Map<'c> {
    let plan = context.plan;
    let mut used: Vec<String> = Vec::new();
    for database in plan.environments.values().flat_map(|environment| &environment.databases) {
        for recovery in LOSSES.iter().filter_map(|loss| recovery::of_database(database, *loss)) {
            for term in recovery.rpo.terms.into_iter().chain(recovery.rto.terms) {
                if !used.contains(&term.what) {
                    used.push(term.what);
                }
            }
        }
    }
    let caches = plan.environments.values().flat_map(|environment| {
        let caches = environment.caches.iter();
        caches.filter_map(|cache| recovery::of_cache(plan, environment, cache, Loss::Logical))
    });
    for term in caches.flat_map(|recovery| recovery.rpo.terms) {
        if !used.contains(&term.what) {
            used.push(term.what);
        }
    }
    let any_secret = plan.environments.values().any(|environment| !environment.secrets.is_empty());
    let sealed = any_secret && plan.secrets.files.is_some();
    map! {
        "tiers" => tiers(plan),
        "environments" => environments(context, |environment| of_environment(plan, environment)),
        "databases" => plan.environments.values().any(|environment| !environment.databases.is_empty()),
        "interval" => used.iter().any(|term| term == "interval"),
        "constants" => used.iter().filter_map(|term| constant(term)).collect::<Vec<_>>(),
        "backups" => map! {
            "every" => hours_of(planning::LINODE_DATABASE_BACKUP_INTERVAL_HOURS),
            "keep" => format!("{} days", planning::LINODE_DATABASE_RETENTION_DAYS),
        },
        "sealed" => sealed,
        "managed" => any_secret && !sealed,
        "state" => plan.state.as_ref().map_or("", |bucket| &bucket.name.value),
        "dumps" => dumps(plan),
        "volumes" => volumes(plan),
        "drills" => drills(plan),
    }
}

/// The promises, each once for each meaning that it has.
fn tiers(plan: &Plan) -> Vec<Map<'_>> {
    let mut found: Vec<(&Tier, IndexSet<String>)> = Vec::new();
    for environment in plan.environments.values() {
        let databases = environment.databases.iter().map(|it| ("databases", &it.key, it.tier.as_ref()));
        let caches = environment.caches.iter().map(|it| ("caches", &it.key, it.tier.as_ref()));
        let queues = environment.queues.iter().map(|it| ("queues", &it.key, it.tier.as_ref()));
        let services = environment.services.iter().map(|it| ("services", &it.key, it.tier.as_ref()));
        for (kind, key, tier) in databases.chain(caches).chain(queues).chain(services) {
            let Some(tier) = tier else { continue };
            let thing = format!("{kind}/{key}");
            let same = |known: &&mut (&Tier, IndexSet<String>)| {
                known.0.key == tier.key
                    && known.0.rto.value == tier.rto.value
                    && known.0.rpo.value == tier.rpo.value
                    && covers(known.0).eq(covers(tier))
            };
            match found.iter_mut().find(same) {
                Some((_, things)) => {
                    things.insert(thing);
                }
                None => found.push((tier, [thing].into())),
            }
        }
    }
    let row = |(tier, things): (&_, IndexSet<String>)| {
        let tier: &Tier = tier;
        map! {
            "name" => tier.key.clone(),
            "rpo" => tier.rpo.value.to_string(),
            "rto" => tier.rto.value.to_string(),
            "covers" => covers(tier).map(in_words).collect::<Vec<_>>().join(", "),
            "things" => texts(things),
        }
    };
    found.into_iter().map(row).collect()
}

fn covers(tier: &Tier) -> impl Iterator<Item = Loss> {
    tier.covers.iter().map(|loss| loss.value)
}

fn in_words(loss: Loss) -> &'static str {
    match loss {
        Loss::Instance => "a machine",
        Loss::Zone => "a zone",
        Loss::Cluster => "the cluster",
        Loss::Region => "the region",
        Loss::Logical => "data to bad writes",
    }
}

/// The databases of an environment, and what has no backup; nothing if there is neither.
fn of_environment<'p>(plan: &'p Plan, environment: &'p Environment) -> Option<Map<'p>> {
    let (bound, unbound): (Vec<&Database>, Vec<&Database>) =
        environment.databases.iter().partition(|database| database.tier.is_some());
    let rows: Vec<Map<'_>> = bound.iter().flat_map(|database| rows(database)).collect();
    let terms: Vec<Map<'_>> = bound.iter().flat_map(|database| terms(database)).collect();
    let uncovered: Vec<Map<'_>> = bound.iter().filter_map(|database| uncovered(database)).collect();
    let without = without_backup(plan, environment);
    let is_empty = environment.databases.is_empty() && without.is_empty();
    (!is_empty).then(|| {
        map! {
            "rows" => rows,
            "terms" => terms,
            "uncovered" => uncovered,
            "unbound" => texts(unbound.into_iter().map(|database| &database.key)),
            "without" => without,
        }
    })
}

/// A row for each failure that something survives.
fn rows(database: &Database) -> Vec<Map<'_>> {
    let Some(tier) = &database.tier else { return Vec::new() };
    LOSSES
        .into_iter()
        .filter_map(|loss| {
            let recovery = recovery::of_database(database, loss)?;
            let promised = covers(tier).any(|covered| covered == loss);
            let promise = |span: Duration| if promised { span.to_string() } else { "none".to_owned() };
            Some(map! {
                "store" => &database.key,
                "loss" => in_words(loss),
                "copy" => recovery.copy,
                "lost" => whole(&recovery.rpo, "nothing"),
                "rpo" => promise(tier.rpo.value),
                "down" => whole(&recovery.rto, "no time"),
                "rto" => promise(tier.rto.value),
                "size_unknown" => recovery.size_unknown,
            })
        })
        .collect()
}

fn whole(sum: &Sum, none: &str) -> String {
    if sum.terms.is_empty() { none.to_owned() } else { exact(sum.total()) }
}

/// The derivations of a database, each once for the failures that share it.
fn terms(database: &Database) -> Vec<Map<'_>> {
    let mut found: Vec<(Recovery, Vec<&'static str>)> = Vec::new();
    for loss in LOSSES {
        let Some(recovery) = recovery::of_database(database, loss) else { continue };
        if recovery.rpo.terms.is_empty() && recovery.rto.terms.is_empty() {
            continue;
        }
        match found.iter_mut().find(|(known, _)| *known == recovery) {
            Some((_, losses)) => losses.push(in_words(loss)),
            None => found.push((recovery, vec![in_words(loss)])),
        }
    }
    let row = |(recovery, losses): (Recovery, Vec<&'static str>)| {
        map! {
            "store" => &database.key,
            "losses" => losses.join(", or of "),
            "lost" => line(&recovery.rpo),
            "down" => line(&recovery.rto),
            "size_unknown" => recovery.size_unknown,
        }
    };
    found.into_iter().map(row).collect()
}

/// `5m = 5m` would say nothing: the sum is only there for several terms.
pub(super) fn line(sum: &Sum) -> String {
    let terms: Vec<String> =
        sum.terms.iter().map(|term| format!("{} {}", term.what, exact(term.time))).collect();
    let total = if terms.len() > 1 { format!(" = {}", exact(sum.total())) } else { String::new() };
    [terms.join(" + "), total].concat()
}

/// A span of time with nothing rounded off, unlike the one for reading at a glance.
pub(super) fn exact(span: Duration) -> String {
    let parts = [(span.0 / 3600, "h"), (span.0 % 3600 / 60, "m"), (span.0 % 60, "s")];
    let parts: Vec<String> = parts
        .into_iter()
        .filter(|(amount, _)| *amount > 0)
        .map(|(amount, unit)| format!("{amount}{unit}"))
        .collect();
    if parts.is_empty() { "0s".to_owned() } else { parts.join(" ") }
}

/// The failures that nothing survives.
fn uncovered(database: &Database) -> Option<Map<'_>> {
    let lost: Vec<&str> = LOSSES
        .into_iter()
        // Where regions have no zones there is none to lose.
        .filter(|loss| *loss != Loss::Zone && recovery::of_database(database, *loss).is_none())
        .map(in_words)
        .collect();
    (!lost.is_empty()).then(|| map! { "store" => &database.key, "losses" => lost.join("; ") })
}

/// Stores with no copy but their own nodes.
fn without_backup<'p>(plan: &'p Plan, environment: &'p Environment) -> Vec<Map<'p>> {
    let row = |what: &'static str, key: &'_ String, copies: String, machine: &'static str| {
        map! { "what" => what, "store" => key.clone(), "copies" => copies, "machine" => machine }
    };
    // A copy of a broker's disk, made while it runs, is none of its messages.
    let is_copied = |cache: &&Cache| plan.backups.is_some() && cache.persistence.is_some();
    let caches = environment.caches.iter().filter(|cache| !is_copied(cache)).map(|cache| {
        let nodes = cache.replicas.value;
        let mut copies = count(nodes, "node");
        if cache.topology.value == Topology::Cluster {
            copies = format!("{} of {copies}", count(cache.shards.value, "shard"));
        }
        if cache.persistence.is_some() {
            copies.push_str(with_a_disk(nodes));
        }
        row("cache", &cache.key, copies, after_a_machine(cache))
    });
    let brokers = environment.queues.iter().map(|broker| {
        let copies = [&count(broker.nodes.value, "node"), with_a_disk(broker.nodes.value)].concat();
        let machine = if broker.nodes.value >= 3 {
            "quorum queues and streams go on; a classic queue waits for its node"
        } else {
            "waits until the node is back with its disk"
        };
        row("broker", &broker.key, copies, machine)
    });
    let buckets = environment.buckets.iter().map(|bucket| {
        let copies = if bucket.versioning.value { "old versions in the same bucket" } else { "none" };
        row("bucket", &bucket.key, copies.to_owned(), "not touched: it is outside the cluster")
    });
    caches.chain(brokers).chain(buckets).collect()
}

/// Dumps of databases, and what brings one back.
fn dumps(plan: &Plan) -> Vec<Map<'_>> {
    let databases = plan
        .environments
        .values()
        .flat_map(|environment| environment.databases.iter().map(move |database| (environment, database)));
    databases
        .filter_map(|(environment, database)| {
            let dump = database.dump.as_ref()?;
            let from = ["s3://", &dump.bucket_name, "/", &names::dump_prefix(&environment.key, &database.key)].concat();
            let s3 = format!("aws s3 --endpoint-url {}", dump.endpoint);
            Some(map! {
                "environment" => &environment.key,
                "database" => &database.key,
                "schedule" => &dump.schedule.cron.value,
                "zone" => &dump.schedule.time_zone.value,
                "test" => &dump.test.cron.value,
                "bucket" => &dump.bucket_name,
                "region" => &dump.region,
                "kept" => dump.kept.as_ref().map_or_else(|| "for ever".to_owned(), |kept| kept.value.to_string()),
                "commands" => format!(
                    "{s3} ls {from}/\n{s3} cp {from}/\"$DUMP\" dump\n\
                     pg_restore --exit-on-error --no-owner --no-privileges --dbname \"$TARGET\" dump"
                ),
            })
        })
        .collect()
}

/// Backups of volumes: what they hold, what is lost at most, and the names that a restore needs.
fn volumes(plan: &Plan) -> Data<'_> {
    let Some(backups) = &plan.backups else { return Data::Null };
    let mut rows: Vec<Map<'_>> = Vec::new();
    for environment in plan.environments.values().filter(|environment| environment.has_volumes()) {
        let release = plan
            .clusters
            .get(&environment.cluster.value)
            .and_then(|cluster| cluster.provider_of(names::VOLUME_BACKUPS));
        let Some(release) = release else { continue };
        let of_caches = environment.caches.iter().filter(|cache| cache.persistence.is_some());
        let of_brokers = environment.queues.iter();
        let brokers = texts(of_brokers.map(|broker| &broker.key));
        let lost = environment
            .caches
            .iter()
            .find_map(|cache| recovery::of_cache(plan, environment, cache, Loss::Logical));
        rows.push(map! {
            "environment" => &environment.key,
            "namespace" => &environment.namespace.value,
            "schedule" => names::backup_schedule(&release.key, &environment.key),
            "release" => &release.namespace.value,
            "caches" => texts(of_caches.map(|cache| &cache.key)),
            "brokers" => brokers,
            "commands" => restore_commands(
                &names::backup_schedule(&release.key, &environment.key),
                &release.namespace.value,
                &environment.namespace.value,
            ),
            "lost" => lost.as_ref().map_or_else(String::new, |lost| line(&lost.rpo)),
        });
    }
    if rows.is_empty() {
        return Data::Null;
    }
    Data::Map(map! {
        "every" => backups.every.value.to_string(),
        "keep" => backups.keep.value.to_string(),
        "bucket" => &backups.name,
        "region" => &backups.region,
        "schedule" => backups.schedule().unwrap_or_default(),
        "rows" => rows,
    })
}

/// How the volumes of a namespace come back from the newest whole backup.
fn restore_commands(schedule: &str, velero: &str, namespace: &str) -> String {
    format!(
        "velero --namespace {velero} backup get --selector velero.io/schedule-name={schedule}\n\
         velero --namespace {velero} restore create {schedule}-restore --from-schedule {schedule} \\\n  \
         --include-namespaces {namespace} --include-resources pods,persistentvolumeclaims,persistentvolumes --wait\n\
         velero --namespace {velero} restore describe {schedule}-restore --details"
    )
}

const fn with_a_disk(nodes: u32) -> &'static str {
    if nodes == 1 { " with a disk" } else { " with a disk each" }
}

fn after_a_machine(cache: &Cache) -> &'static str {
    match (cache.replicas.value > 1, cache.persistence.is_some()) {
        (true, _) => "a replica takes over; writes that it had not received are lost",
        (false, true) => "waits until the node is back with its disk",
        (false, false) => "its data are lost",
    }
}

fn hours_of(hours: u32) -> String {
    count(hours, "hour")
}

fn minutes(minutes: u32) -> String {
    Duration(u64::from(minutes) * 60).to_string()
}

/// The constant behind a term of a derivation, with its source as the catalogue gives it; `None` for what the spec says.
pub(super) fn constant(term: &str) -> Option<Map<'static>> {
    let (value, source) = match term {
        "log not yet shipped" => (
            minutes(planning::LINODE_DATABASE_WAL_MINUTES),
            "Linode records the log continuously; the figure is that of others who run the same engine, not Linode's",
        ),
        "failover" => (
            Duration(u64::from(planning::LINODE_DATABASE_FAILOVER_SECONDS)).to_string(),
            "documentation of the Terraform provider: the default after which a standby takes over",
        ),
        "duration of a backup" => {
            (format!("{} GiB in an hour", planning::DUMP_GIB_PER_HOUR), "a choice of platc, not measured")
        }
        "noticed after" => (
            Duration(u64::from(planning::DETECT_SECONDS)).to_string(),
            "a choice of platc: an alert waits 2 minutes, and its group 30 seconds",
        ),
        "decided after" => (minutes(planning::DECIDE_MANUAL_MINUTES), "a choice of platc: a person decides"),
        "a new instance" => (
            minutes(planning::LINODE_DATABASE_PROVISION.usual),
            "Linode's API reference: 15 to 30 minutes; a restore is a new database",
        ),
        "a new cluster" => {
            (minutes(planning::CREATE_CLUSTER.usual), "a choice of platc: 10 to 20 minutes, not measured")
        }
        "new nodes" => {
            (minutes(planning::CREATE_NODE_POOL.usual), "a choice of platc: 3 to 5 minutes, not measured")
        }
        "workloads from Git" => {
            (minutes(planning::GITOPS_SYNC.usual), "a choice of platc: 10 to 15 minutes, not measured")
        }
        "restore" => (
            format!("{} GiB in an hour", planning::DUMP_RESTORE_GIB_PER_HOUR),
            "a choice of platc, not measured",
        ),
        _ => return None,
    };
    Some(map! { "term" => term.to_owned(), "value" => value, "source" => source })
}

fn drills(plan: &Plan) -> Data<'_> {
    let Some(drills) = &plan.drills else { return Data::Null };
    let scenarios: Vec<Map<'_>> = drills
        .scenarios
        .iter()
        .map(|scenario| {
            let about = match scenario.value {
                Scenario::DatabaseFailure => "a database is lost and restored",
                Scenario::ClusterFailure => "the cluster is lost and rebuilt",
                Scenario::RegionOutage => "the region is lost",
            };
            map! { "name" => scenario.value.word(), "about" => about }
        })
        .collect();
    let production = plan.environments.values().filter(|environment| environment.is_production());
    Data::Map(map! {
        "every" => drills.every.value.word(),
        "days" => drills.every.value.days(),
        "scenarios" => scenarios,
        "production" => texts(production.map(|environment| &environment.key)),
    })
}
