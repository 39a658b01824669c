//! Logs in Elasticsearch: where they are read, who may, how long they are kept, and what nobody watches.

use super::Context;
use crate::catalog::{self, images};
use crate::format::data::Map;
use crate::map;
use crate::names;
use crate::plan::{LogStore, Logs, Plan, Tenants};

/// The logs, if this page is about them.
pub(super) fn of(plan: &Plan) -> Option<&Logs> {
    plan.logs.as_ref().filter(|logs| logs.store.value == LogStore::Elasticsearch)
}

pub(super) fn data<'c>(context: &Context<'c>, logs: &'c Logs) -> Map<'c> {
    let plan = context.plan;
    let homes: Vec<_> = plan
        .clusters
        .values()
        .filter_map(|cluster| Some((cluster, cluster.provider_of("elasticsearch")?.namespace.value.as_str())))
        .collect();
    let nodes = |cluster: &str| plan.log_nodes(cluster);
    let clusters = homes.iter().map(|(cluster, namespace)| {
        map! { "name" => &cluster.name.value, "namespace" => *namespace, "nodes" => i64::from(nodes(&cluster.key)) }
    });
    let alone = homes.iter().filter(|(cluster, _)| nodes(&cluster.key) == 1);
    let alone: Vec<&str> = alone.map(|(cluster, _)| cluster.name.value.as_str()).collect();
    let namespace = homes.first().map_or("", |(_, namespace)| *namespace);
    let stream = |of: &'c str, tenant: &str, keep: String| {
        map! { "of" => of, "stream" => names::log_stream(tenant), "keep" => keep }
    };
    let mut streams: Vec<Map<'c>> =
        logs.keep.iter().map(|(key, keep)| stream(key, key, keep.value.to_string())).collect();
    streams.push(stream(
        "all other namespaces",
        names::PLATFORM_TENANT,
        logs.keep_elsewhere.value.to_string(),
    ));
    let known = catalog::eol("elasticsearch", images::ELASTIC_STACK);
    let name = names::LOGS_STACK;
    map! {
        "version" => images::ELASTIC_STACK,
        "cycle" => known.map_or(images::ELASTIC_STACK, |known| known.cycle),
        "ends" => known.and_then(|known| known.ends).map_or_else(String::new, |ends| ends.to_string()),
        "clusters" => clusters.collect::<Vec<_>>(),
        "alone" => alone,
        "command" => format!(
            "kubectl -n {namespace} port-forward service/{name}-kb-http 5601\n\
             kubectl -n {namespace} get secret {name}-es-elastic-user -o go-template='{{{{.data.elastic | base64decode}}}}'"
        ),
        "roles" => logs.tenants.value == Tenants::Environment,
        "streams" => streams,
        "job" => format!("{name}-streams"),
        "backups" => plan.backups.is_some(),
    }
}
