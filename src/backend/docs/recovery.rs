//! What is lost at most when something fails, how long it takes until it works again, and what is not covered.

use indexmap::IndexSet;

use super::{Context, count, environments, texts};
use crate::catalog::planning;
use crate::format::data::{Data, Map};
use crate::map;
use crate::names;
use crate::plan::{
    Cache, Database, Drill, Environment, Failover, Loss, Plan, Resolved, Scenario, Service, Tier, Topology,
};
use crate::proof::recovery::{self, Recovery, Sum};
use crate::provider::{self, stores::Stores};
use crate::units::Duration;

/// The failures in the order of the page.
const LOSSES: [Loss; 5] = [Loss::Instance, Loss::Logical, Loss::Cluster, Loss::Zone, Loss::Region];

pub(super) fn data<'c>(context: &Context<'c>) -> Map<'c> {
    let plan = context.plan;
    let mut used: Vec<String> = Vec::new();
    let databases = plan.environments.values().flat_map(|environment| {
        let losses = move |database| {
            LOSSES.iter().filter_map(move |loss| recovery::of_database(plan, environment, database, *loss))
        };
        environment.databases.iter().flat_map(losses)
    });
    let managed = plan.environments.values().flat_map(|environment| {
        let losses = move |cache| {
            LOSSES.iter().filter_map(move |loss| recovery::of_managed_cache(plan, environment, cache, *loss))
        };
        environment.managed_caches.iter().filter(|cache| cache.tier.is_some()).flat_map(losses)
    });
    let services = plan.environments.values().flat_map(|environment| {
        let promised = environment.services.iter().filter(|service| promises_region(service));
        promised.filter_map(move |service| recovery::of_region(plan, environment, service))
    });
    let files = plan.environments.values().flat_map(|environment| {
        let losses = move |files| {
            LOSSES.iter().filter_map(move |loss| recovery::of_file_system(plan, environment, files, *loss))
        };
        environment.file_systems.iter().filter(|files| files.tier.is_some()).flat_map(losses)
    });
    for recovery in databases.chain(managed).chain(files).chain(services) {
        for term in recovery.rpo.terms.into_iter().chain(recovery.rto.terms) {
            if !used.contains(&term.what) {
                used.push(term.what);
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
        "clouds" => clouds(plan),
        "targets" => targets(plan),
        "copied" => texts(copied(plan)),
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
        let files = environment.file_systems.iter().map(|it| ("fileSystems", &it.key, it.tier.as_ref()));
        let queues = queues.chain(files);
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
    let caches = environment.managed_caches.iter().filter_map(|cache| {
        let of = |loss| recovery::of_managed_cache(plan, environment, cache, loss);
        Some(Store {
            key: &cache.key,
            tier: cache.tier.as_ref()?,
            found: LOSSES.map(|loss| (loss, of(loss))),
        })
    });
    let files = environment.file_systems.iter().filter_map(|files| {
        let of = |loss| recovery::of_file_system(plan, environment, files, loss);
        Some(Store {
            key: &files.key,
            tier: files.tier.as_ref()?,
            found: LOSSES.map(|loss| (loss, of(loss))),
        })
    });
    let stores: Vec<Store<'_>> = bound
        .into_iter()
        .filter_map(|database| {
            let of = |loss| recovery::of_database(plan, environment, database, loss);
            let found = LOSSES.map(|loss| (loss, of(loss)));
            Some(Store { key: &database.key, tier: database.tier.as_ref()?, found })
        })
        .chain(caches)
        .chain(files)
        .collect();
    let zones = recovery::mechanisms(plan, environment).zones;
    let rows: Vec<Map<'_>> = stores.iter().flat_map(Store::rows).collect();
    let terms: Vec<Map<'_>> = stores.iter().flat_map(Store::terms).collect();
    let uncovered: Vec<Map<'_>> = stores.iter().filter_map(|store| store.uncovered(zones)).collect();
    let without = without_backup(plan, environment);
    let is_empty = environment.databases.is_empty()
        && environment.managed_caches.is_empty()
        && stores.is_empty()
        && without.is_empty();
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

/// A store that is bound to a tier, with what happens to it in each failure.
struct Store<'p> {
    key: &'p str,
    tier: &'p Tier,
    found: [(Loss, Option<Recovery>); LOSSES.len()],
}

impl<'p> Store<'p> {
    fn survived(&self) -> impl Iterator<Item = (Loss, &Recovery)> {
        self.found.iter().filter_map(|(loss, recovery)| Some((*loss, recovery.as_ref()?)))
    }

    /// A row for each failure that something survives.
    fn rows(&self) -> Vec<Map<'p>> {
        self.survived()
            .map(|(loss, recovery)| {
                let promised = covers(self.tier).any(|covered| covered == loss);
                let promise = |span: Duration| if promised { span.to_string() } else { "none".to_owned() };
                map! {
                    "store" => self.key,
                    "loss" => in_words(loss),
                    "copy" => recovery.copy,
                    "lost" => whole(&recovery.rpo, "nothing"),
                    "rpo" => promise(self.tier.rpo.value),
                    "down" => whole(&recovery.rto, "no time"),
                    "rto" => promise(self.tier.rto.value),
                    "size_unknown" => recovery.size_unknown,
                }
            })
            .collect()
    }

    /// The derivations, each once for the failures that share it.
    fn terms(&self) -> Vec<Map<'p>> {
        let mut found: Vec<(&Recovery, Vec<&'static str>)> = Vec::new();
        for (loss, recovery) in self.survived() {
            if recovery.rpo.terms.is_empty() && recovery.rto.terms.is_empty() {
                continue;
            }
            match found.iter_mut().find(|(known, _)| *known == recovery) {
                Some((_, losses)) => losses.push(in_words(loss)),
                None => found.push((recovery, vec![in_words(loss)])),
            }
        }
        let row = |(recovery, losses): (&Recovery, Vec<&'static str>)| {
            map! {
                "store" => self.key,
                "losses" => losses.join(", or of "),
                "lost" => line(&recovery.rpo),
                "down" => line(&recovery.rto),
                "size_unknown" => recovery.size_unknown,
            }
        };
        found.into_iter().map(row).collect()
    }

    /// The failures that nothing survives; where regions have no zones there is none to lose.
    fn uncovered(&self, zones: bool) -> Option<Map<'p>> {
        let lost: Vec<&str> = self
            .found
            .iter()
            .filter(|(loss, recovery)| recovery.is_none() && (zones || *loss != Loss::Zone))
            .map(|(loss, _)| in_words(*loss))
            .collect();
        (!lost.is_empty()).then(|| map! { "store" => self.key, "losses" => lost.join("; ") })
    }
}

fn promises_region(service: &Service) -> bool {
    service.tier.as_ref().is_some_and(|tier| covers(tier).any(|loss| loss == Loss::Region))
}

/// What takes over when the region of an environment is lost, and when its services work again.
fn targets(plan: &Plan) -> Vec<Map<'_>> {
    let row = |environment: &'_ Environment| {
        let target = environment.target.as_ref()?;
        let services = environment.services.iter().filter(|service| promises_region(service));
        let rows: Vec<Map<'_>> = services
            .filter_map(|service| {
                let recovery = recovery::of_region(plan, environment, service)?;
                let tier = service.tier.as_ref()?;
                Some(map! {
                    "service" => service.key.clone(),
                    "lost" => whole(&recovery.rpo, "nothing"),
                    "rpo" => tier.rpo.value.to_string(),
                    "down" => line(&recovery.rto),
                    "rto" => tier.rto.value.to_string(),
                })
            })
            .collect();
        let to = target.environment.as_ref().and_then(|to| plan.environments.get(&to.value));
        let copies =
            to.into_iter().flat_map(|to| &to.databases).filter(|database| database.copy_of.is_some());
        let asleep = to.into_iter().filter(|to| to.suspends_jobs()).flat_map(|to| &to.jobs);
        Some(map! {
            "copies" => texts(copies.map(|database| &database.key)),
            "jobs" => texts(asleep.filter(|job| job.schedule.is_some()).map(|job| &job.pod.key)),
            "key" => environment.key.clone(),
            "strategy" => target.strategy.value.word(),
            "environment" => target.environment.as_ref().map_or_else(String::new, |to| to.value.clone()),
            "cluster" => target.cluster.value.clone(),
            "pipeline" => target.failover.value == Failover::Pipeline,
            "rows" => rows,
        })
    };
    plan.environments.values().filter_map(row).collect()
}

/// What leaves the region by itself.
fn copied(plan: &Plan) -> Vec<String> {
    let mut found = Vec::new();
    for environment in plan.environments.values() {
        for database in &environment.databases {
            let here = plan.clusters.get(&environment.cluster.value).map(|cluster| &cluster.region.value);
            let backup = database.backup.as_ref().and_then(|backup| backup.copy_to.as_ref());
            let replicas = database.replicas.iter().map(|replica| &replica.region);
            let away = replicas.filter(|region| Some(*region) != here).chain(backup.map(|copy| &copy.region));
            found.extend(
                away.map(|region| format!("databases/{} ({}) to {region}", database.key, environment.key)),
            );
        }
        let buckets =
            environment.buckets.iter().filter_map(|bucket| Some((bucket, bucket.copy_to.as_ref()?)));
        let files =
            environment.file_systems.iter().filter_map(|files| Some((files, files.copy_to.as_ref()?)));
        found.extend(files.map(|(files, copy)| {
            format!("fileSystems/{} ({}) to {}", files.key, environment.key, copy.region)
        }));
        found.extend(buckets.map(|(bucket, copy)| {
            format!("buckets/{} ({}) to {}", bucket.key, environment.key, copy.region)
        }));
    }
    let buckets = plan.buckets.iter().filter_map(|bucket| Some((bucket, bucket.copy_to.as_ref()?)));
    found.extend(buckets.map(|(bucket, copy)| format!("buckets/{} to {}", bucket.key, copy.region)));
    found.dedup();
    found
}

/// The clouds with databases, and what backups are there.
fn clouds(plan: &Plan) -> Vec<Map<'_>> {
    let mut found: Vec<&'static Stores> = Vec::new();
    for environment in plan.environments.values().filter(|environment| !environment.databases.is_empty()) {
        let stores = provider::of(plan.provider_of(environment)).stores();
        if !found.iter().any(|known| known.cloud == stores.cloud) {
            found.push(stores);
        }
    }
    let row = |stores: &'static Stores| {
        map! {
            "cloud" => stores.cloud,
            "every" => hours_of(stores.database.every_hours),
            "keep" => format!("{} days", stores.database.keep_days_most),
            "chosen" => stores.database.windows.is_some(),
        }
    };
    found.into_iter().map(row).collect()
}

fn whole(sum: &Sum, none: &str) -> String {
    if sum.terms.is_empty() { none.to_owned() } else { exact(sum.total()) }
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
    let managed = environment.managed_caches.iter().filter(|cache| cache.backup.is_none()).map(|cache| {
        let machine = if cache.replicas.value > 1 {
            "a replica takes over; writes that it had not received are lost"
        } else {
            "its data are lost"
        };
        row("cache of the provider", &cache.key, count(cache.replicas.value, "node"), machine)
    });
    let copied = |bucket: &&crate::plan::Bucket| bucket.copy_to.is_none() && bucket.copy_of.is_none();
    let buckets = environment.buckets.iter().filter(copied).map(|bucket| {
        let copies = if bucket.versioning.value { "old versions in the same bucket" } else { "none" };
        row("bucket", &bucket.key, copies.to_owned(), "not touched: it is outside the cluster")
    });
    let files = environment.file_systems.iter().filter(|files| !files.backup.value).map(|files| {
        let copies = "the same files in other zones";
        row("file system", &files.key, copies.to_owned(), "not touched: it is outside the cluster")
    });
    caches.chain(managed).chain(brokers).chain(buckets).chain(files).collect()
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
            // Amazon's own endpoint is found by the region.
            let s3 = match &dump.keys {
                Some(_) => format!("aws s3 --endpoint-url {}", dump.endpoint),
                None => format!("aws s3 --region {}", dump.region),
            };
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
        "log not yet stored" => {
            (minutes(planning::RDS_LOG_UPLOAD_MINUTES), "RDS guide: the log goes to S3 every five minutes")
        }
        "log not yet copied" => (
            minutes(planning::RDS_COPIED_BACKUP_MINUTES),
            "a choice of platc: RDS copies the log as soon as it is there, and promises no bound",
        ),
        "files not yet copied" => (
            minutes(planning::EFS_REPLICATION_MINUTES),
            "AWS names it for most file systems, and promises no bound: a large change takes longer",
        ),
        "the copy takes writes" => (
            minutes(planning::EFS_PROMOTE.usual),
            "EFS guide: several minutes after the replication is deleted; the figure is a choice of platc",
        ),
        "lag of the copy" => (
            minutes(planning::RDS_REPLICA_LAG_MINUTES),
            "RDS guide: seconds as a rule, up to five minutes while nothing is written; no bound is promised",
        ),
        "failover to the standby" => (
            Duration(u64::from(planning::RDS_MULTI_AZ_FAILOVER_SECONDS.1)).to_string(),
            "RDS guide: 60 to 120 seconds as a rule",
        ),
        "promotion" => {
            (minutes(planning::PROMOTE_REPLICA.usual), "a choice of platc: 5 to 10 minutes, not measured")
        }
        "restore by RDS" => (
            format!(
                "{}, and {} for every 100 GiB",
                minutes(planning::RDS_RESTORE_BASE_MINUTES),
                minutes(planning::RDS_RESTORE_MINUTES_PER_100_GIB)
            ),
            "a choice of platc, not measured",
        ),
        "writes not yet at the replica" => (
            Duration(u64::from(planning::ELASTICACHE_REPLICA_LAG_SECONDS)).to_string(),
            "a choice of platc: replication is asynchronous, and no bound is promised",
        ),
        "failover to a replica" => (
            Duration(u64::from(planning::ELASTICACHE_FAILOVER_SECONDS.1)).to_string(),
            "a choice of platc: seconds for planned changes, minutes for failures",
        ),
        "a new cache from the copy" => (
            minutes(planning::ELASTICACHE_PROVISION.usual),
            "a choice of platc: 5 to 15 minutes and the data, not measured",
        ),
        "a pilot light grows" => (
            minutes(planning::PILOT_LIGHT_LEAST_MINUTES),
            "a choice of platc: nodes are added and every pod starts",
        ),
        "a warm standby grows" => {
            (minutes(planning::WARM_STANDBY_LEAST_MINUTES), "a choice of platc: pods and nodes are added")
        }
        "a hot standby is checked" => {
            (minutes(planning::HOT_STANDBY_LEAST_MINUTES), "a choice of platc: nothing has to grow")
        }
        "names lead elsewhere" => (
            format!(
                "{} for records that platc makes at AWS, else {}",
                Duration(u64::from(planning::DNS_TTL_SECONDS.0)),
                Duration(u64::from(planning::DNS_TTL_SECONDS.1))
            ),
            "a choice of platc: how long clients ask for the old address",
        ),
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
    let mut held: Vec<&Drill> = drills.held.iter().collect();
    held.sort_by_key(|drill| std::cmp::Reverse(drill.date.value));
    let time = |time: &Option<Resolved<Duration>>| {
        time.as_ref().map_or_else(|| "not measured".to_owned(), |time| time.value.to_string())
    };
    let held = held.into_iter().map(|drill| {
        map! {
            "date" => drill.date.value.to_string(),
            "scenario" => drill.scenario.value.word(),
            "environment" => drill.environment.as_ref().map_or("", |it| it.value.as_str()),
            "took" => time(&drill.took),
            "lost" => time(&drill.lost),
            "report" => drill.report.as_ref().map_or("", |report| report.value.as_str()),
        }
    });
    Data::Map(map! {
        "held" => held.collect::<Vec<Map<'_>>>(),
        "every" => drills.every.value.word(),
        "days" => drills.every.value.days(),
        "scenarios" => scenarios,
        "production" => texts(production.map(|environment| &environment.key)),
    })
}
