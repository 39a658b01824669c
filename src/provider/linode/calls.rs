//! The module calls that things of the plan become.

use super::{ALLOW_LIST, CLUSTER_ID, DOMAIN_ID, INGRESS_ADDRESS, REGION, module, tags, zone};
use crate::names;
use crate::plan::{Access, Bucket, Cluster, Database, Environment, GpuPool, NodePool, Plan, Resolved};
use crate::provider::first_pool;
use crate::provider::root::{ModuleCall, Output, Root, Type, Value, Variable};
use crate::source::At;
use crate::units::Duration;

/// How a pool finds its cluster, and the tags that all pools of a root have.
pub(super) struct PoolTarget {
    /// The tag that the cluster of another root asks for; `None` for a cluster of the same root.
    pub(super) carried_tag: Option<String>,
    /// Its other tags.
    pub(super) tags: Vec<String>,
}

impl PoolTarget {
    /// The arguments `cluster_id` and `tags`.
    fn arguments(&self) -> (Value, Value) {
        let (cluster_id, tag) = match &self.carried_tag {
            None => (cluster_output("cluster_id"), cluster_output("pool_tag")),
            Some(tag) => (Value::Variable(CLUSTER_ID), Value::text(tag)),
        };
        (cluster_id, Value::List(std::iter::once(tag).chain(self.tags.iter().map(Value::text)).collect()))
    }
}

fn cluster_output(name: &'static str) -> Value {
    Value::Output("cluster".to_owned(), name)
}

/// A cluster with the pool that LKE demands in it, its shared pools and the firewall of its load balancer.
/// Nothing for a cluster without an ordinary pool, which cannot exist.
pub(super) fn cluster(root: &mut Root, plan: &Plan, cluster: &Cluster) {
    let Some(first) = first_pool(plan, cluster) else { return };
    let mut arguments = vec![
        ("name", Value::text(&cluster.name.value)),
        ("region", Value::Variable(REGION)),
        ("kubernetes_version", Value::text(&cluster.kubernetes.value)),
    ];
    if !cluster.high_availability.value {
        arguments.push(("high_availability", Value::Bool(false)));
    }
    if !cluster.control_plane_allow.is_empty() {
        let networks = cluster.control_plane_allow.iter().map(|cidr| cidr.value.to_string());
        arguments.push(("control_plane_allow", Value::texts(networks)));
    }
    arguments.push(("external_pool_tags", Value::texts([names::external_pool_tag(&cluster.name.value)])));
    let mut pool = vec![
        ("name", Value::text(&first.name.value)),
        ("type", Value::text(&first.machine.value)),
        ("min", first.min.value.into()),
        ("max", first.max.value.into()),
    ];
    pool.extend(labels_and_taints(first));
    arguments.push(("first_pool", Value::map(pool)));
    arguments.push(("tags", Value::texts(tags(plan, None))));
    root.modules.push(ModuleCall {
        name: "cluster".to_owned(),
        module: module("cluster"),
        comment: Some(
            "LKE demands one pool in the cluster itself: the first of the cluster's own, else of a system \
             environment, else of any environment. All others are resources of their own and carry the tag: \
             the cluster deletes pools without it."
                .to_owned(),
        ),
        arguments,
        origin: cluster.at,
        ..ModuleCall::default()
    });
    for (name, sensitive, description) in [
        ("cluster_id", false, "Id of the cluster: cluster_id of the roots with pools in it."),
        ("api_endpoints", false, "URLs of the Kubernetes API."),
        ("kubeconfig", true, "Kubeconfig of the administrator, base64-encoded. It is in the state as well."),
    ] {
        output(root, name, description, cluster_output(name), sensitive, cluster.at);
    }
    let target = PoolTarget { carried_tag: None, tags: tags(plan, None) };
    for pool in cluster.pools.iter().filter(|pool| !std::ptr::eq(*pool, first)) {
        node_pool(root, pool, &target);
    }
    firewall(root, plan, cluster);
}

/// The firewall of the load balancer, where a service of the cluster is reached from outside.
fn firewall(root: &mut Root, plan: &Plan, cluster: &Cluster) {
    let Some(ingress) = &plan.ingress else { return };
    let is_reached = |environment: &Environment| environment.services.iter().any(|s| s.route.is_some());
    if !plan.environments_of(&cluster.key).any(is_reached) {
        return;
    }
    let web = Value::map([
        ("label", Value::text("allow-web")),
        ("protocol", Value::text("TCP")),
        ("ports", Value::text("80, 443")),
        ("ipv4", Value::texts(["0.0.0.0/0"])),
        ("ipv6", Value::texts(["::/0"])),
    ]);
    let name = "firewall_ingress".to_owned();
    root.outputs.push(Output {
        name: "ingress_firewall_id".to_owned(),
        description: format!(
            "Id of the load balancer's firewall. Write it into the spec as clusters.{}.ingressFirewall and render \
             again: until then nothing attaches the firewall.",
            cluster.key
        ),
        value: Value::Output(name.clone(), "firewall_id"),
        sensitive: false,
        origin: ingress.at,
    });
    root.modules.push(ModuleCall {
        name,
        module: module("firewall"),
        comment: Some(
            "For the load balancer of the ingress controller: an annotation of its Service attaches it, once the \
             spec knows its id."
                .to_owned(),
        ),
        arguments: vec![
            ("name", Value::Text(names::ingress_firewall(&cluster.name.value))),
            ("inbound", Value::List(vec![web])),
            ("tags", Value::texts(tags(plan, None))),
        ],
        origin: ingress.at,
        ..ModuleCall::default()
    });
}

/// A pool outside the cluster resource.
pub(super) fn node_pool(root: &mut Root, pool: &NodePool, target: &PoolTarget) {
    let (cluster_id, tags) = target.arguments();
    let mut arguments = vec![
        ("cluster_id", cluster_id),
        ("name", Value::text(&pool.name.value)),
        ("type", Value::text(&pool.machine.value)),
        ("nodes", Value::map([("min", pool.min.value.into()), ("max", pool.max.value.into())])),
    ];
    arguments.extend(labels_and_taints(pool));
    arguments.push(("tags", tags));
    let name = format!("pool_{}", names::identifier(&pool.key));
    pool_call(root, name, "node-pool", purpose(pool.purpose.as_ref()), arguments, pool.at);
}

/// A pool of nodes with GPUs.
pub(super) fn gpu_pool(root: &mut Root, pool: &GpuPool, target: &PoolTarget) {
    let (cluster_id, tags) = target.arguments();
    let mut arguments = vec![
        ("cluster_id", cluster_id),
        ("name", Value::text(&pool.name.value)),
        ("type", Value::text(&pool.machine.value)),
        ("nodes", pool.nodes.value.into()),
    ];
    // The module sets this one itself.
    let labels = pool.labels.iter().filter(|(key, _)| *key != "nvidia.com/gpu.present");
    let labels: Vec<_> = labels.map(|(key, value)| (key.as_str(), Value::text(&value.value))).collect();
    if !labels.is_empty() {
        arguments.push(("labels", Value::map(labels)));
    }
    arguments.push(("tags", tags));
    let name = format!("gpu_pool_{}", names::identifier(&pool.key));
    pool_call(root, name, "gpu-pool", purpose(pool.purpose.as_ref()), arguments, pool.at);
}

fn pool_call(
    root: &mut Root,
    name: String,
    kind: &str,
    comment: Option<String>,
    arguments: Vec<(&'static str, Value)>,
    origin: At,
) {
    output(
        root,
        &format!("{name}_id"),
        "Id of the pool: the label lke.linode.com/pool-id of its nodes.",
        Value::Output(name.clone(), "pool_id"),
        false,
        origin,
    );
    root.modules.push(ModuleCall {
        name,
        module: module(kind),
        comment,
        arguments,
        origin,
        ..ModuleCall::default()
    });
}

fn labels_and_taints(pool: &NodePool) -> Vec<(&'static str, Value)> {
    let mut arguments = Vec::new();
    if !pool.labels.is_empty() {
        let labels = pool.labels.iter().map(|(key, value)| (key.as_str(), Value::text(&value.value)));
        arguments.push(("labels", Value::map(labels)));
    }
    if !pool.taints.is_empty() {
        let taints = pool.taints.iter().map(|taint| {
            Value::map([
                ("key", Value::text(&taint.key)),
                ("value", Value::text(&taint.value)),
                ("effect", Value::text(&taint.effect)),
            ])
        });
        arguments.push(("taints", Value::List(taints.collect())));
    }
    arguments
}

/// A managed database.
pub(super) fn database(root: &mut Root, database: &Database) {
    let arguments = vec![
        ("name", Value::text(&database.name.value)),
        ("region", Value::Variable(REGION)),
        ("engine_version", Value::text(&database.version.value)),
        ("type", Value::text(&database.machine.value)),
        ("cluster_size", database.nodes.value.into()),
        ("allow_list", Value::Variable(ALLOW_LIST)),
    ];
    let extensions: Vec<&str> =
        database.extensions.iter().map(|extension| extension.value.as_str()).collect();
    let extensions = (!extensions.is_empty()).then(|| {
        format!(
            "Terraform does not make extensions. Its users need, by CREATE EXTENSION: {}.",
            extensions.join(", ")
        )
    });
    let comment: Vec<String> = purpose(database.purpose.as_ref()).into_iter().chain(extensions).collect();
    let name = format!("database_{}", names::identifier(&database.key));
    let of = |output: &'static str| (output, Value::Output(name.clone(), output));
    output(
        root,
        &name,
        "Where the database is; the service chooses the port.",
        Value::map([of("host"), of("port"), of("database_name")]),
        false,
        database.at,
    );
    output(
        root,
        &format!("admin_{name}"),
        "The administrator's account, and the certificate to verify the server by. In the state as well.",
        Value::map([of("username"), of("password"), of("ca_cert")]),
        true,
        database.at,
    );
    root.modules.push(ModuleCall {
        name,
        module: module("database-postgresql"),
        comment: (!comment.is_empty()).then(|| comment.join("\n")),
        arguments,
        origin: database.at,
        ..ModuleCall::default()
    });
}

/// Buckets, those outside the root's region with a region of their own.
pub(super) fn buckets(root: &mut Root, buckets: &[&Bucket], region: &str) {
    for found in buckets {
        let name = format!("bucket_{}", names::identifier(&found.key));
        let region = if found.region.value == region {
            Value::Variable(REGION)
        } else {
            Value::text(&found.region.value)
        };
        let of = |output: &'static str| (output, Value::Output(name.clone(), output));
        let place = Value::map([of("name"), of("s3_endpoint"), of("region")]);
        output(root, &name, "Where the bucket is.", place, false, found.at);
        let call = bucket(&name, found, region);
        if call.arguments.iter().any(|(argument, _)| *argument == "access") {
            let keys = Value::map([of("access_key"), of("secret_key")]);
            let description = "Keys that open this bucket only. They are in the state as well.";
            output(root, &format!("keys_{name}"), description, keys, true, found.at);
        }
        root.modules.push(call);
    }
    configure_storage(root, buckets);
}

/// A bucket.
pub(super) fn bucket(name: &str, bucket: &Bucket, region: Value) -> ModuleCall {
    let mut arguments = vec![("name", Value::text(&bucket.name.value)), ("region", region)];
    if bucket.versioning.value {
        arguments.push(("versioning", Value::Bool(true)));
    }
    if let Some(keep) = &bucket.keep {
        let days = Value::Int(i64::try_from(keep.value.0.div_ceil(Duration::DAY.0)).unwrap_or(i64::MAX));
        arguments.push(("expire_after_days", days.clone()));
        if bucket.versioning.value {
            arguments.push(("noncurrent_expire_after_days", days));
        }
    }
    if let Some(access) = bucket.used_with {
        let access = if access == Access::Read { "readOnly" } else { "readWrite" };
        arguments.push(("access", Value::text(access)));
    }
    ModuleCall {
        name: name.to_owned(),
        module: module("bucket"),
        comment: purpose(bucket.purpose.as_ref()),
        arguments,
        origin: bucket.at,
        ..ModuleCall::default()
    }
}

/// Gives the provider what versioning and lifecycle rules need.
pub(super) fn configure_storage(root: &mut Root, buckets: &[&Bucket]) {
    if buckets.iter().any(|bucket| bucket.versioning.value || bucket.keep.is_some()) {
        for provider in &mut root.providers {
            provider.about.push_str(
                "\nVersioning and lifecycle rules are set by S3 calls: the provider makes a key for each.",
            );
            provider.settings.push(("obj_use_temp_keys", Value::Bool(true)));
        }
    }
}

/// The DNS records of an environment's hosts.
pub(super) fn records(root: &mut Root, plan: &Plan, environment: &Environment) {
    let Some((ingress, zone)) = zone(plan) else { return };
    let mut hosts: Vec<(&str, &str)> = Vec::new();
    let mut outside: Vec<&str> = Vec::new();
    for (key, route) in environment.services.iter().filter_map(|s| Some((s.key.as_str(), s.route.as_ref()?)))
    {
        let host = route.host.value.as_str();
        match name_in(zone, host) {
            // Several services may share a host by their paths.
            Some(name) if hosts.iter().any(|(_, known)| *known == name) => {}
            Some(name) => hosts.push((key, name)),
            None => outside.push(host),
        }
    }
    if hosts.is_empty() {
        return;
    }
    root.variables.push(Variable {
        name: DOMAIN_ID,
        kind: Type::Number,
        description: "Id of the DNS zone: terraform -chdir=../../platform output -raw domain_id.".to_owned(),
        default: None,
        example: Value::Int(123_456),
        origin: ingress.at,
    });
    root.variables.push(Variable {
        name: INGRESS_ADDRESS,
        kind: Type::Text,
        description: format!(
            "IPv4 address of the ingress controller's load balancer, known once that runs: \
             kubectl -n {} get services. null: no DNS records yet.",
            ingress.namespace.value
        ),
        default: Some(Value::Null),
        example: Value::text("192.0.2.10"),
        origin: ingress.at,
    });
    let entries = hosts.iter().map(|(key, name)| {
        let mut record = vec![("type", Value::text("A"))];
        if !name.is_empty() {
            record.push(("name", Value::text(*name)));
        }
        record.push(("target", Value::Variable(INGRESS_ADDRESS)));
        (*key, Value::map(record))
    });
    root.modules.push(ModuleCall {
        name: "records".to_owned(),
        module: module("dns-records"),
        comment: (!outside.is_empty())
            .then(|| format!("Not in the zone {zone}, so made elsewhere: {}.", outside.join(", "))),
        only_with: Some(INGRESS_ADDRESS),
        arguments: vec![("domain_id", Value::Variable(DOMAIN_ID)), ("records", Value::map(entries))],
        origin: ingress.at,
        ..ModuleCall::default()
    });
}

/// The name of a host relative to its zone, empty for the zone itself; `None` for a host outside.
fn name_in<'h>(zone: &str, host: &'h str) -> Option<&'h str> {
    let rest = host.strip_suffix(zone)?;
    if rest.is_empty() { Some(rest) } else { rest.strip_suffix('.') }
}

fn purpose(purpose: Option<&Resolved<String>>) -> Option<String> {
    purpose.map(|purpose| one_line(&purpose.value))
}

/// Text of a person on the line that it is put into.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn output(root: &mut Root, name: &str, description: &str, value: Value, sensitive: bool, origin: At) {
    root.outputs.push(Output {
        name: name.to_owned(),
        description: description.to_owned(),
        value,
        sensitive,
        origin,
    });
}
