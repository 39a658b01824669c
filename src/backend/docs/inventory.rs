//! What there is: environments, clusters, pools, stores, services.

use indexmap::IndexMap;

use super::{Context, count, environments, runbooks, text, texts};
use crate::format::data::{Data, Map};
use crate::map;
use crate::plan::{
    Access, Broker, Bucket, BucketAccess, Cache, Cluster, Database, Environment, FileSystem, Job, NodePool,
    Plan, Resolved, Scale, Scenario, Service, Topology, Workloads,
};

pub(super) fn data<'c>(context: &Context<'c>) -> Map<'c> {
    let plan = context.plan;
    map! {
        "owner" => &plan.owner.value,
        "domain" => text(plan.domain.as_ref()),
        "paths" => map! {
            "terraform" => &plan.paths.terraform.value,
            "kustomize" => plan.paths.kustomize.value.replace("{environment}", "<environment>"),
            "base" => &plan.paths.kustomize_base.value,
            "helm" => match plan.delivery.workloads.value {
                Workloads::Helm => Data::from(&plan.paths.helm.value),
                Workloads::Kustomize => Data::Null,
            },
            "compose" => if plan.local.is_empty() { Data::Null } else { Data::from(&plan.paths.compose.value) },
            "alerts" => &plan.paths.alerts.value,
            "helm_addons" => [&plan.paths.helm.value, "/addons"].concat(),
            "dashboards" => &plan.paths.dashboards.value,
            "docs" => &plan.paths.docs.value,
            "sealed" => plan.secrets.files.as_ref().map_or("", |files| &files.value),
        },
        "logs_page" => super::logs::of(plan).is_some(),
        "pipelines" => plan.delivery.ci.is_some(),
        "alerts_page" => !plan.environments.is_empty(),
        "runbooks" => texts(runbooks::scenarios(plan).into_iter().map(Scenario::word)),
        "inventory" => environments(context, |environment| Some(of_environment(environment))),
        "clusters" => plan.clusters.values().map(|cluster| of_cluster(plan, cluster)).collect::<Vec<_>>(),
        "pools" => pools(plan),
        "gpu_pools" => gpu_pools(plan),
        "stores" => stores(plan),
        "teams" => teams(plan),
        "outside" => plan.outside.iter().map(|(key, by)| map! { "key" => key, "by" => &by.value }).collect::<Vec<_>>(),
    }
}

fn of_environment(environment: &Environment) -> Map<'_> {
    map! {
        "role" => environment.role.value.word(),
        "cluster" => &environment.cluster.value,
        "domain" => text(environment.domain.as_ref()),
        "purpose" => text(environment.purpose.as_ref()),
        "services" => environment.services.iter().map(of_service).collect::<Vec<_>>(),
        "jobs" => environment.jobs.iter().map(of_job).collect::<Vec<_>>(),
    }
}

fn of_service(service: &Service) -> Map<'_> {
    let replicas = match &service.scale {
        Scale::Fixed(replicas) => replicas.value.to_string(),
        Scale::Auto(auto) => format!("{}..{}", auto.min.value, auto.max.value),
    };
    let host = service.route.as_ref().map_or_else(String::new, |route| {
        let path = if route.path.value == "/" { "" } else { &route.path.value };
        [&route.host.value, path].concat()
    });
    map! {
        "key" => &service.key,
        "replicas" => replicas,
        "host" => host,
        "tier" => service.tier.as_ref().map_or("", |tier| &tier.key),
        "image" => &service.image.value,
        "purpose" => text(service.purpose.as_ref()),
    }
}

fn of_job(job: &Job) -> Map<'_> {
    let (schedule, zone) = job
        .schedule
        .as_ref()
        .map_or(("", ""), |schedule| (schedule.cron.value.as_str(), schedule.time_zone.value.as_str()));
    map! {
        "key" => &job.pod.key,
        "schedule" => schedule,
        "zone" => zone,
        "timeout" => job.timeout.value.to_string(),
        "retries" => job.retries.value,
        "image" => &job.pod.image.value,
        "purpose" => text(job.pod.purpose.as_ref()),
    }
}

fn of_cluster<'p>(plan: &'p Plan, cluster: &'p Cluster) -> Map<'p> {
    map! {
        "name" => &cluster.name.value,
        "provider" => cluster.provider.value.word(),
        "region" => &cluster.region.value,
        "kubernetes" => &cluster.kubernetes.value,
        "control_plane" => if cluster.high_availability.value { "replicated" } else { "single" },
        "environments" => texts(plan.environments_of(&cluster.key).map(|environment| &environment.key)),
    }
}

fn pools(plan: &Plan) -> Vec<Map<'_>> {
    let of_clusters = plan.clusters.values().flat_map(|cluster| {
        let place = format!("cluster {}", cluster.key);
        cluster.pools.iter().map(move |pool| pool_row(place.clone().into(), pool))
    });
    let of_environments = plan.environments.values().flat_map(|environment| {
        environment.pools.iter().map(|pool| pool_row(Data::from(&environment.key), pool))
    });
    of_clusters.chain(of_environments).collect()
}

fn pool_row<'p>(place: Data<'p>, pool: &'p NodePool) -> Map<'p> {
    map! {
        "place" => place,
        "name" => &pool.name.value,
        "machine" => &pool.machine.value,
        "nodes" => format!("{}..{}", pool.min.value, pool.max.value),
        "taints" => texts(
            pool.taints.iter().map(|taint| format!("{}={}:{}", taint.key, taint.value, taint.effect)),
        ),
        "purpose" => text(pool.purpose.as_ref()),
    }
}

fn gpu_pools(plan: &Plan) -> Vec<Map<'_>> {
    let pools = plan
        .environments
        .values()
        .flat_map(|environment| environment.gpu_pools.iter().map(move |pool| (environment, pool)));
    pools
        .map(|(environment, pool)| {
            let gpus = pool.gpus_per_node.map_or_else(
                || "unknown".to_owned(),
                |each| u64::from(each).saturating_mul(u64::from(pool.nodes.value)).to_string(),
            );
            map! {
                "place" => &environment.key,
                "name" => &pool.name.value,
                "machine" => &pool.machine.value,
                "nodes" => pool.nodes.value,
                "gpus" => gpus,
                "purpose" => text(pool.purpose.as_ref()),
            }
        })
        .collect()
}

fn stores(plan: &Plan) -> Vec<Map<'_>> {
    let mut rows = Vec::new();
    let platform = plan.state.iter().chain(&plan.buckets);
    rows.extend(platform.map(|bucket| bucket_row("platform", bucket)));
    for environment in plan.environments.values() {
        let mut add = |name: &'_ Resolved<String>, what: String, purpose: Option<&'_ Resolved<String>>| {
            rows.push(row(&environment.key, name.value.clone(), what, purpose.map(|p| p.value.clone())));
        };
        for database in &environment.databases {
            add(&database.name, database_in_words(database), database.purpose.as_ref());
        }
        for cache in &environment.caches {
            add(&cache.name, cache_in_words(cache), cache.purpose.as_ref());
        }
        for broker in &environment.queues {
            add(&broker.name, broker_in_words(broker), broker.purpose.as_ref());
        }
        for files in &environment.file_systems {
            add(&files.name, files_in_words(files), files.purpose.as_ref());
        }
        rows.extend(environment.buckets.iter().map(|bucket| bucket_row(&environment.key, bucket)));
    }
    rows
}

/// Who answers for what; nobody where it is one team for everything.
fn teams(plan: &Plan) -> Vec<Map<'_>> {
    let owners = plan.owners();
    if owners.len() < 2 {
        return Vec::new();
    }
    let pools = plan.clusters.values().flat_map(|cluster| {
        cluster.pools.iter().map(|pool| ("nodePools", pool.key.as_str(), &pool.owner, None))
    });
    let here = plan.environments.values().flat_map(|environment| {
        environment.owned().map(|(kind, key, owner)| (kind, key, owner, Some(environment.key.as_str())))
    });
    // Each thing, with the environments in which it is a team's.
    let mut things: IndexMap<(&str, &str), IndexMap<&str, Vec<&str>>> = IndexMap::new();
    for (kind, key, owner, environment) in pools.chain(here) {
        let of_it = things.entry((kind, key)).or_default();
        of_it.entry(&owner.value).or_default().extend(environment);
    }
    let of_owner = |owner: &str| {
        let its = things.iter().filter_map(|((kind, key), owners)| {
            let environments = owners.get(owner)?;
            let name = format!("{kind}/{key}");
            Some(if owners.len() > 1 { format!("{name} ({})", environments.join(", ")) } else { name })
        });
        texts(its.collect::<Vec<_>>())
    };
    let row = |owner: &&'_ str| {
        let is_platform = *owner == plan.owner.value;
        let things = if is_platform { texts(Vec::<String>::new()) } else { of_owner(owner) };
        map! { "team" => (*owner).to_owned(), "platform" => is_platform, "things" => things }
    };
    owners.iter().map(row).collect()
}

fn row(place: &str, name: String, what: String, purpose: Option<String>) -> Map<'_> {
    map! { "place" => place, "name" => name, "what" => what, "purpose" => purpose.unwrap_or_default() }
}

fn bucket_row<'p>(place: &'p str, bucket: &'p Bucket) -> Map<'p> {
    let purpose = bucket.purpose.as_ref().map(|purpose| purpose.value.clone());
    row(place, bucket.name.value.clone(), bucket_in_words(bucket), purpose)
}

fn database_in_words(database: &Database) -> String {
    let mut what = format!(
        "PostgreSQL {}, {} of {}",
        database.version.value,
        count(database.nodes.value, "node"),
        database.machine.value
    );
    if let Some(pooling) = &database.pooling {
        what.extend([
            ", behind ",
            &pooling.name,
            " (",
            pooling.mode.value.word(),
            ", ",
            &count(pooling.size.value, "connection"),
            " to the database)",
        ]);
    }
    what
}

fn cache_in_words(cache: &Cache) -> String {
    let nodes = count(cache.replicas.value, "node");
    let nodes = match cache.topology.value {
        Topology::Cluster => format!("{} of {nodes}", count(cache.shards.value, "shard")),
        Topology::Standalone | Topology::Replicated => nodes,
    };
    let mut what = format!(
        "{}, {}, {nodes} with {} of memory",
        cache.engine.value.word(),
        cache.topology.value.word(),
        cache.memory.value
    );
    if let Some(disk) = &cache.persistence {
        what.extend([" and ", &disk.value.to_string(), " of disk"]);
    }
    let databases: Vec<String> =
        cache.logical_databases.iter().map(|(name, number)| format!("{name} {}", number.value)).collect();
    if !databases.is_empty() {
        what.extend(["; logical databases ", &databases.join(", ")]);
    }
    what
}

fn broker_in_words(broker: &Broker) -> String {
    let queues: Vec<String> =
        broker.queues.iter().map(|queue| format!("{} ({})", queue.name, queue.kind.value.word())).collect();
    format!(
        "RabbitMQ, {} with {} of disk; queues {}",
        count(broker.nodes.value, "node"),
        broker.storage.value,
        queues.join(", ")
    )
}

fn files_in_words(files: &FileSystem) -> String {
    let copied = if files.backup.value { ", copied every day" } else { "" };
    format!("file system for {}{copied}", files.size.value)
}

fn bucket_in_words(bucket: &Bucket) -> String {
    let mut what = format!("bucket in {}", bucket.region.value);
    if bucket.access.value == BucketAccess::Presigned {
        what.push_str(", read by addresses that a service signs");
    }
    if let Some(cdn) = &bucket.cdn {
        what.extend([", served at https://", &cdn.host.value]);
    }
    if bucket.versioning.value {
        what.push_str(", versioned");
    }
    if let Some(keep) = &bucket.keep {
        what.extend([", objects go after ", &keep.value.to_string()]);
    }
    if bucket.used_with == Some(Access::Read) {
        what.push_str(", its keys only read");
    }
    what
}
