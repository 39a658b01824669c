//! What may talk to what: the rules of the network policies themselves, each with the reference that asks for it.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use super::peers::{End, PUBLIC, ports};
use super::{Context, environments, texts};
use crate::backend::kubernetes::Model;
use crate::backend::kubernetes::network::{
    BUCKET_ADDRESS, CACHE_IN_NETWORK, DATABASE_IN_NETWORK, PROVIDER_ADDRESS, UNKNOWN_DATABASE,
};
use crate::format::data::{Data, Map};
use crate::map;
use crate::names;
use crate::plan::{Environment, NetworkDefault, Plan, Service, Target};
use crate::provider;

/// How the ports of databases and caches in the network read.
const DATABASE_PORT: &str = "TCP 5432";
const CACHE_PORT: &str = "TCP 6379";

pub(super) fn data<'c>(context: &Context<'c>) -> Map<'c> {
    let plan = context.plan;
    let model = Model::new(plan);
    let all = plan.environments.values();
    let services: Services<'_> = all
        .flat_map(|environment| environment.pods().map(move |service| (environment, service)))
        .map(|(environment, service)| ((environment.key.as_str(), service.key.as_str()), service))
        .collect();
    let environments = environments(context, |environment| {
        let routes = routes(environment);
        let is_open = environment.network_default.value == NetworkDefault::Open;
        let rows = if is_open {
            Vec::new()
        } else {
            rows(&model, &Reasons { plan, environment, services: &services })
        };
        let (outside, inside): (Vec<Row<'_>>, Vec<Row<'_>>) =
            rows.into_iter().partition(|row| row.to.is_outside());
        let (services, platform) =
            inside.into_iter().partition::<Vec<_>, _>(|row| !row.references.is_empty());
        let print = |rows: Vec<Row<'_>>| rows.into_iter().map(Row::data).collect::<Vec<_>>();
        Some(map! {
            "open" => is_open,
            "routes" => routes,
            "services" => print(services),
            "platform" => print(platform),
            "outside" => print(outside),
        })
    });
    let control_planes = plan.clusters.values().map(|cluster| {
        map! {
            "name" => &cluster.name.value,
            "allow" => texts(cluster.control_plane_allow.iter().map(|range| range.value.to_string())),
        }
    });
    let mut notes: Vec<&str> = Vec::new();
    for cluster in plan.clusters.values() {
        let of_cloud = provider::of(cluster.provider.value).network_notes();
        for note in of_cloud {
            if !notes.contains(note) {
                notes.push(note);
            }
        }
    }
    map! {
        "environments" => environments,
        "control_planes" => control_planes.collect::<Vec<_>>(),
        "controller" => plan.ingress.as_ref().map_or("", |ingress| &ingress.namespace.value),
        "tls" => plan.ingress.as_ref().is_some_and(|ingress| ingress.tls.is_some() || ingress.waf.is_some()),
        "waf" => plan.ingress.as_ref().and_then(|ingress| ingress.waf.as_ref()).map_or(Data::Null, |waf| {
            Data::from(waf.rate_limit.value)
        }),
        "notes" => texts(notes),
        "reason" => names::REASON_ANNOTATION,
    }
}

fn routes(environment: &Environment) -> Vec<Map<'_>> {
    let routed = environment.services.iter().filter_map(|service| {
        let (route, port) = (service.route.as_ref()?, service.port.as_ref()?);
        Some(map! {
            "host" => &route.host.value,
            "path" => &route.path.value,
            "service" => &service.key,
            "port" => port.container.value,
        })
    });
    routed.collect()
}

/// A connection that policies allow.
struct Row<'p> {
    from: End,
    to: End,
    ports: String,
    /// References of the spec that ask for it.
    references: Vec<String>,
    /// Why, in words; names of the spec are in `references`.
    why: Vec<&'p str>,
}

impl Row<'_> {
    fn data<'a>(self) -> Map<'a> {
        map! {
            "from" => self.from.data(),
            "to" => self.to.data(),
            "ports" => self.ports,
            "references" => texts(self.references),
            "why" => self.why.join("; "),
        }
    }
}

/// Rows in the order of the policies. A connection within an environment stands in two policies and in one row.
struct Rows<'p> {
    rows: Vec<Row<'p>>,
    /// By the ends and the ports: hashed, since comparing the names of thousands of ends is what would take the time.
    known: IndexMap<(Vec<String>, Vec<String>, String), usize>,
}

fn key(end: &End) -> Vec<String> {
    let mut key = vec![end.what.to_owned(), end.namespace.clone().unwrap_or_default()];
    key.extend(end.names.iter().cloned());
    key
}

impl<'p> Rows<'p> {
    fn add(&mut self, row: Row<'p>) {
        let key = (key(&row.from), key(&row.to), row.ports.clone());
        match self.known.get(&key).and_then(|index| self.rows.get_mut(*index)) {
            None => {
                self.known.insert(key, self.rows.len());
                self.rows.push(row);
            }
            Some(known) => {
                for reference in row.references {
                    if !known.references.contains(&reference) {
                        known.references.push(reference);
                    }
                }
                for why in row.why {
                    if !known.why.contains(&why) {
                        known.why.push(why);
                    }
                }
            }
        }
    }
}

fn rows<'p>(model: &Model<'p>, reasons: &Reasons<'p, '_>) -> Vec<Row<'p>> {
    let mut rows = Rows { rows: Vec::new(), known: IndexMap::new() };
    for policy in model.network_policies(reasons.environment) {
        let Some(spec) = policy.data.as_map().and_then(|map| map.get("spec")).and_then(Data::as_map) else {
            continue;
        };
        let pods = spec.get("podSelector").and_then(Data::as_map).map_or_else(End::anywhere, End::pods);
        for (direction, peers) in [("ingress", "from"), ("egress", "to")] {
            let rules = spec.get(direction).and_then(Data::as_list).into_iter().flatten();
            for rule in rules.filter_map(Data::as_map) {
                let others: Vec<End> = match rule.get(peers).and_then(Data::as_list) {
                    None => vec![End::anywhere()],
                    Some(peers) => peers.iter().filter_map(Data::as_map).map(End::peer).collect(),
                };
                for other in others {
                    let (from, to) =
                        if peers == "from" { (other, pods.clone()) } else { (pods.clone(), other) };
                    let ports = ports(rule);
                    let (references, why) = reasons.of(&from, &to, &ports);
                    rows.add(Row { from, to, ports, references, why });
                }
            }
        }
    }
    rows.rows
}

/// What asks for a connection of an environment.
struct Reasons<'p, 's> {
    plan: &'p Plan,
    environment: &'p Environment,
    services: &'s Services<'p>,
}

/// Services by environment and name.
type Services<'p> = BTreeMap<(&'p str, &'p str), &'p Service>;

impl<'p> Reasons<'p, '_> {
    fn of(&self, from: &End, to: &End, ports: &str) -> (Vec<String>, Vec<&'p str>) {
        let caller = match from.what {
            "service" => self.service(from),
            "job" => self.job(from),
            _ => None,
        };
        if let Some((environment, service)) = caller {
            if to.is_outside() {
                return outside(service, to, ports);
            }
            return (references(self.plan, environment, service, to, self.environment), Vec::new());
        }
        let pooled = self.environment.databases.iter().find(|database| {
            let pooler = database.pooling.as_ref().map(|pooling| &pooling.name);
            (from.what == "pooler" && pooler.is_some_and(|pooler| from.names.contains(pooler)))
                || (from.what == "exporter" && from.names.contains(&database.exporter.name))
        });
        if let Some(database) = pooled.filter(|_| to.is_outside()) {
            let public = to.what == PUBLIC;
            let why = if public { UNKNOWN_DATABASE } else { DATABASE_IN_NETWORK };
            return (vec![format!("databases/{}", database.key)], vec![why]);
        }
        let mut read = self.environment.databases.iter().filter(|database| {
            database.restorable.as_ref().is_some_and(|reader| from.names.contains(&reader.name))
        });
        if let Some(database) = read.next().filter(|_| from.what == "exporter" && to.is_outside()) {
            let why = if ports == "TCP 443" {
                PROVIDER_ADDRESS
            } else {
                "its identity at the provider comes from there"
            };
            return (vec![format!("databases/{}", database.key)], vec![why]);
        }
        if from.what == "dump" && to.is_outside() {
            return self.of_dump(from, ports);
        }
        let namespace = from.namespace.as_deref().or(to.namespace.as_deref());
        let ingress = self.plan.ingress.as_ref().map(|ingress| ingress.namespace.value.as_str());
        let why = match namespace {
            Some("kube-system") if to.namespace.is_some() => "names are looked up",
            Some(name) if name == self.plan.monitoring.namespace.value && Some(name) == ingress => {
                "requests from outside, and Prometheus reads metrics"
            }
            Some(name) if name == self.plan.monitoring.namespace.value => "Prometheus reads metrics",
            Some(name) if Some(name) == ingress && to.what != "service" => {
                "Let's Encrypt asks for proof of the host"
            }
            Some(name) if Some(name) == ingress => "requests from outside",
            Some(_) => "its operator",
            None if from == to => "its nodes talk to each other",
            None => "sentinels watch its nodes",
        };
        (Vec::new(), vec![why])
    }

    /// Why a job that takes or restores dumps reaches addresses outside the cluster.
    fn of_dump(&self, from: &End, ports: &str) -> (Vec<String>, Vec<&'p str>) {
        let dumps = self.environment.databases.iter().filter_map(|it| Some((it, it.dump.as_ref()?)));
        let mut of_names =
            dumps.filter(|(_, dump)| [&dump.name, &dump.test_name].iter().any(|it| from.names.contains(*it)));
        match of_names.next() {
            Some((database, _)) if ports == DATABASE_PORT => {
                (vec![format!("databases/{}", database.key)], vec![DATABASE_IN_NETWORK])
            }
            Some((database, dump)) if ports == "TCP 443" => {
                let asked =
                    vec![format!("databases/{}", database.key), format!("buckets/{}", dump.bucket.value)];
                (asked, vec![BUCKET_ADDRESS])
            }
            Some((_, dump)) if ports == "TCP 80" => {
                let asked = vec![format!("buckets/{}", dump.bucket.value)];
                (asked, vec!["the identity that opens the bucket comes from there"])
            }
            Some((database, _)) => (vec![format!("databases/{}", database.key)], vec![UNKNOWN_DATABASE]),
            None => (Vec::new(), Vec::new()),
        }
    }

    /// The pod of the job that an end is.
    fn job(&self, end: &End) -> Option<(&'p Environment, &'p Service)> {
        let name = end.names.first()?;
        let job = self.environment.jobs.iter().find(|job| job.pod.key == *name)?;
        Some((self.environment, &job.pod))
    }

    /// The service that an end is.
    fn service(&self, end: &End) -> Option<(&'p Environment, &'p Service)> {
        let environment = match &end.namespace {
            None => self.environment,
            Some(namespace) => {
                let mut all = self.plan.environments.values();
                all.find(|other| {
                    other.namespace.value == *namespace
                        && other.cluster.value == self.environment.cluster.value
                })?
            }
        };
        let service = self.services.get(&(environment.key.as_str(), end.names.first()?.as_str()))?;
        Some((environment, service))
    }
}

/// Why a service reaches addresses outside the cluster.
fn outside<'p>(service: &'p Service, to: &End, ports: &str) -> (Vec<String>, Vec<&'p str>) {
    let (mut references, mut why) = (Vec::new(), Vec::new());
    for egress in &service.egress {
        let listed: Vec<String> = egress.ports.iter().map(|port| format!("TCP {}", port.value)).collect();
        let listed = if listed.is_empty() { "every port".to_owned() } else { listed.join(", ") };
        let range = egress.to.iter().any(|range| to.names.contains(&range.value.to_string()));
        if listed == ports && (range || (egress.to.is_empty() && to.names.is_empty())) {
            references.push(format!("egress.{}", egress.name));
            if egress.to.is_empty() {
                why.push("the spec names no address");
            }
        }
    }
    let public = to.what == PUBLIC;
    for edge in &service.edges {
        match &edge.target {
            Target::Database { key } if public && ports.contains("..") => {
                references.push(format!("databases/{key}"));
                why.push(UNKNOWN_DATABASE);
            }
            Target::Database { key } if !public && ports == DATABASE_PORT => {
                references.push(format!("databases/{key}"));
                why.push(DATABASE_IN_NETWORK);
            }
            Target::ManagedCache { key, logical } if ports == CACHE_PORT => {
                let part = logical.as_ref().map_or_else(String::new, |logical| format!("/{logical}"));
                references.push(format!("caches/{key}{part}"));
                why.push(CACHE_IN_NETWORK);
            }
            Target::Bucket { key } if !public && ports == "TCP 80" => {
                references.push(format!("buckets/{key}"));
                why.push("the pod asks the node's agent for its identity");
            }
            Target::Bucket { key } if public && ports == "TCP 443" => {
                references.push(format!("buckets/{key}"));
                why.push(BUCKET_ADDRESS);
            }
            _ => {}
        }
    }
    if to.what == "any address" {
        why.push("the Kubernetes API has no address before apply");
    }
    why.dedup();
    (references, why)
}

/// The references of a service that lead to an end.
fn references(
    plan: &Plan,
    environment: &Environment,
    service: &Service,
    to: &End,
    seen_from: &Environment,
) -> Vec<String> {
    let is = |what: &str, name: &str| to.what == what && to.names.iter().any(|known| known == name);
    let there = match &to.namespace {
        None => seen_from.namespace.value.as_str(),
        Some(namespace) => namespace,
    };
    let found = service.edges.iter().filter_map(|edge| match &edge.target {
        Target::Service { environment: other, key, .. } if is("service", key) => {
            let target = plan.environments.get(other)?;
            let place = if *other == environment.key { String::new() } else { format!("@{other}") };
            (target.namespace.value == there).then(|| format!("services/{key}{place}"))
        }
        Target::Pooler { key, name } if is("pooler", name) => Some(format!("databases/{key}")),
        Target::Cache { key, logical } => {
            let name = &environment.cache(key)?.name.value;
            let here = is("cache", name) || is("cache", &names::cache_leaders(name));
            let part = logical.as_ref().map_or_else(String::new, |logical| format!("/{logical}"));
            here.then(|| format!("caches/{key}{part}"))
        }
        Target::Queue { key, queue } => {
            let name = &environment.broker(key)?.name.value;
            is("broker", name).then(|| format!("queues/{key}/{queue}"))
        }
        _ => None,
    });
    found.collect()
}
