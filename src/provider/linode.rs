//! Akamai Linode.

mod calls;

use std::fmt::Write as _;

use super::root::{
    Kind, ModuleCall, Output, ProviderBlock, Root, Setting, StateBackend, Type, Value, Variable,
};
use super::{Endpoint, Included, Provider, cluster_path, environment_path, first_pool, is_shared};
use crate::plan::{self, Bucket, Cluster, Environment, Ingress, NodePool, Plan, Role};
use crate::source::At;
use crate::{catalog, names};
use calls::PoolTarget;

/// Akamai Linode: LKE, managed databases, Object Storage, DNS.
pub(super) struct Linode;

const REGION: &str = "region";
const CLUSTER_ID: &str = "cluster_id";
const ALLOW_LIST: &str = "database_allow_list";
const DOMAIN_ID: &str = "domain_id";
const INGRESS_ADDRESS: &str = "ingress_address";

/// What the names of annotations of a load balancer begin with.
const LOAD_BALANCER: &str = "service.beta.kubernetes.io/linode-loadbalancer-";

const BOOTSTRAP: &str = "bootstrap";
const PLATFORM: &str = "platform";

impl Provider for Linode {
    fn id(&self) -> plan::Provider {
        plan::Provider::Linode
    }

    fn module_names(&self) -> &'static [&'static str] {
        &[
            "bucket",
            "cluster",
            "database-postgresql",
            "dns-domain",
            "dns-records",
            "firewall",
            "gpu-pool",
            "node-pool",
            "vpc",
        ]
    }

    fn roots(&self, plan: &Plan) -> Vec<Root> {
        let here = |cluster: &&Cluster| cluster.provider.value == self.id();
        let clusters = plan.clusters.values().filter(here);
        let environments = plan
            .environments
            .values()
            .filter_map(|environment| Some((plan.clusters.get(&environment.cluster.value)?, environment)));
        let mut roots: Vec<Root> = bootstrap(plan).into_iter().chain([platform(plan)]).collect();
        roots.extend(clusters.filter(|cluster| is_shared(plan, cluster)).map(|c| shared_cluster(plan, c)));
        roots.extend(environments.filter(|(c, _)| here(c)).map(|(c, e)| environment(plan, c, e)));
        roots.retain(|root| !root.modules.is_empty());
        roots.iter_mut().for_each(Root::keep_used_variables);
        roots
    }

    fn state_backend(&self, bucket: &Bucket, key: &str) -> StateBackend {
        let endpoint = self.object_storage_endpoint(&bucket.region.value);
        let mut about = String::from(
            "Needs in the environment: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (outputs of the bootstrap \
             root), and, since Linode refuses the checksums of newer S3 clients, \
             AWS_REQUEST_CHECKSUM_CALCULATION=when_required and \
             AWS_RESPONSE_CHECKSUM_VALIDATION=when_required.\n\
             There is no lock: no source says that Linode honours the conditional writes that a lock file \
             needs. Let pipelines apply one at a time.",
        );
        if endpoint.assumed {
            about.push_str(
                "\nThe endpoint is assumed from the region's name: compare it with the bootstrap's output.",
            );
        }
        StateBackend {
            kind: "s3",
            about,
            settings: vec![
                ("bucket", Value::text(&bucket.name.value)),
                ("key", Value::text(key)),
                ("region", Value::text(&bucket.region.value)),
                ("endpoints", Value::map([("s3", Value::Text(format!("https://{}", endpoint.host)))])),
                ("skip_credentials_validation", Value::Bool(true)),
                ("skip_metadata_api_check", Value::Bool(true)),
                ("skip_region_validation", Value::Bool(true)),
                ("skip_requesting_account_id", Value::Bool(true)),
                ("skip_s3_checksum", Value::Bool(true)),
            ],
            environment: vec![
                ("AWS_ACCESS_KEY_ID", Setting::Bootstrap("access_key")),
                ("AWS_SECRET_ACCESS_KEY", Setting::Bootstrap("secret_key")),
                ("AWS_REQUEST_CHECKSUM_CALCULATION", Setting::Text("when_required")),
                ("AWS_RESPONSE_CHECKSUM_VALIDATION", Setting::Text("when_required")),
            ],
            origin: bucket.at,
        }
    }

    /// Names and values: the documentation of linode-cloud-controller-manager, `docs/configuration/annotations.md`,
    /// read on 2026-11-21.
    fn load_balancer(&self, plan: &Plan, cluster: &Cluster, proxied: bool) -> Vec<(String, String)> {
        let mut settings = vec![
            // TLS ends in the cluster, where the certificates are.
            ("default-protocol", "tcp".to_owned()),
            ("check-type", "connection".to_owned()),
        ];
        if proxied {
            settings.push(("default-proxy-protocol", "v2".to_owned()));
        }
        if let Some(firewall) = &cluster.ingress_firewall {
            settings.push(("firewall-id", firewall.value.to_string()));
        }
        settings.push(("tags", tags(plan, None).join(",")));
        settings.into_iter().map(|(name, value)| (format!("{LOAD_BALANCER}{name}"), value)).collect()
    }

    /// LKE runs the autoscaler of node pools, the CSI driver and what makes `NodeBalancers` in its control plane; that metrics-server is not among
    /// what it brings is why Linode's guide installs it.
    fn comes_with(&self) -> &'static [Included] {
        &[
            Included {
                provides: "node-autoscaling",
                source: "https://techdocs.akamai.com/cloud-computing/docs/manage-nodes-and-node-pools",
            },
            Included {
                provides: "load-balancers",
                source: "https://techdocs.akamai.com/cloud-computing/docs/get-started-with-load-balancing-on-an-lke-cluster",
            },
            Included {
                provides: "volumes",
                source: "https://techdocs.akamai.com/cloud-computing/docs/deploy-volumes-with-the-linode-block-storage-csi-driver",
            },
        ]
    }

    fn storage_class(&self) -> &'static str {
        "linode-block-storage-retain"
    }

    fn stores(&self) -> &'static super::stores::Stores {
        &super::stores::LINODE
    }

    fn database_standby_default(&self, role: Role) -> u32 {
        if role == Role::Production { 2 } else { 0 }
    }

    fn object_storage_endpoint(&self, region: &str) -> Endpoint {
        if let Some(host) = catalog::object_storage_endpoint(self.id().word(), region) {
            return Endpoint { host: host.to_owned(), assumed: false };
        }
        // `de-fra-2` has `de-fra-1`, `sg-sin-2` has `sg-sin-1`.
        let place = region.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches('-');
        Endpoint { host: format!("{place}-1.linodeobjects.com"), assumed: true }
    }
}

fn bootstrap(plan: &Plan) -> Option<Root> {
    let state = plan.state.as_ref().filter(|bucket| bucket.provider == plan::Provider::Linode)?;
    let mut root = root(BOOTSTRAP.to_owned(), Kind::Bootstrap, None);
    "Makes the bucket that holds the state of all other roots. Apply it once, before them:\n\
     \n\
     terraform init && terraform apply\n\
     export AWS_ACCESS_KEY_ID=\"$(terraform output -raw access_key)\"\n\
     export AWS_SECRET_ACCESS_KEY=\"$(terraform output -raw secret_key)\"\n\
     \n\
     Its own state stays in this directory and holds the secret key: keep terraform.tfstate in a safe place, \
     never in Git."
        .clone_into(&mut root.about);
    let name = format!("bucket_{}", names::identifier(&state.key));
    let mut call = calls::bucket(&name, state, Value::text(&state.region.value));
    call.arguments.retain(|(argument, _)| *argument != "access");
    call.arguments.push(("access", Value::text("readWrite")));
    root.modules.push(call);
    calls::configure_storage(&mut root, &[state]);
    for (output, of, description) in [
        ("bucket", "name", "Name of the bucket."),
        (
            "s3_endpoint",
            "s3_endpoint",
            "Endpoint that the other roots' backend.tf must name, without https://.",
        ),
        ("access_key", "access_key", "AWS_ACCESS_KEY_ID of whoever plans or applies the other roots."),
        ("secret_key", "secret_key", "AWS_SECRET_ACCESS_KEY of the same. It is in the state as well."),
    ] {
        root.outputs.push(Output {
            name: output.to_owned(),
            description: description.to_owned(),
            value: Value::Output(name.clone(), of),
            sensitive: output.ends_with("_key"),
            origin: state.at,
        });
    }
    Some(root)
}

fn platform(plan: &Plan) -> Root {
    let mut root = root(PLATFORM.to_owned(), Kind::Platform, state_of(plan, PLATFORM));
    "What exists once for the platform.".clone_into(&mut root.about);
    let buckets: Vec<&Bucket> =
        plan.buckets.iter().filter(|bucket| bucket.provider == plan::Provider::Linode).collect();
    if let Some(first) = buckets.first() {
        root.variables.push(region_variable(&first.region.value, first.at));
        calls::buckets(&mut root, &buckets, &first.region.value);
    }
    if let Some((ingress, zone)) = zone(plan) {
        let contact =
            ingress.tls.as_ref().map_or_else(|| format!("hostmaster@{zone}"), |tls| tls.email.value.clone());
        root.modules.push(ModuleCall {
            name: "zone".to_owned(),
            module: module("dns-domain"),
            comment: Some(
                "The registrar, or the zone above, must delegate it to ns1.linode.com .. ns5.linode.com."
                    .to_owned(),
            ),
            arguments: vec![
                ("domain", Value::text(zone)),
                ("soa_email", Value::Text(contact)),
                ("tags", Value::texts(tags(plan, None))),
            ],
            origin: ingress.at,
            ..ModuleCall::default()
        });
        root.outputs.push(Output {
            name: DOMAIN_ID.to_owned(),
            description: "Id of the DNS zone: domain_id of the environments' roots.".to_owned(),
            value: Value::Output("zone".to_owned(), "domain_id"),
            sensitive: false,
            origin: ingress.at,
        });
    }
    root
}

fn shared_cluster(plan: &Plan, cluster: &Cluster) -> Root {
    let path = cluster_path(plan, cluster);
    let state = state_of(plan, &path);
    let mut root = root(path, Kind::Cluster, state);
    let environments: Vec<&str> =
        plan.environments_of(&cluster.key).map(|environment| environment.key.as_str()).collect();
    root.about = match &environments[..] {
        [] => format!("Cluster {}.", cluster.key),
        shared => format!("Cluster {}, shared by the environments {}.", cluster.key, shared.join(", ")),
    };
    root.variables.push(region_variable(&cluster.region.value, cluster.at));
    calls::cluster(&mut root, plan, cluster);
    root
}

fn environment(plan: &Plan, cluster: &Cluster, environment: &Environment) -> Root {
    let path = environment_path(&environment.key);
    let state = state_of(plan, &path);
    let mut root = root(path, Kind::Environment, state);
    root.about = match &environment.purpose {
        Some(purpose) => {
            format!("Environment {}: {}.", environment.key, calls::one_line(purpose.trim_end_matches('.')))
        }
        None => format!("Environment {}.", environment.key),
    };
    let shared = is_shared(plan, cluster);
    let inline = first_pool(plan, cluster);
    let is_inline = |pool: &NodePool| inline.is_some_and(|first| std::ptr::eq(first, pool));
    root.variables.push(region_variable(&cluster.region.value, cluster.at));
    if shared {
        root.variables.push(Variable {
            name: CLUSTER_ID,
            kind: Type::Number,
            description: format!(
                "Id of the cluster: terraform -chdir=../../{} output -raw cluster_id.",
                cluster_path(plan, cluster)
            ),
            default: None,
            example: Value::Int(123_456),
            origin: environment.at,
        });
        if let Some(here) = environment.pools.iter().find(|pool| is_inline(pool)) {
            // Writing into a string cannot fail.
            let _ = write!(
                root.about,
                "\nIts pool {} is the one that LKE demands in the cluster itself: see {}.",
                here.key,
                cluster_path(plan, cluster)
            );
        }
    } else {
        calls::cluster(&mut root, plan, cluster);
    }
    let target = PoolTarget {
        carried_tag: shared.then(|| names::external_pool_tag(&cluster.name.value)),
        tags: tags(plan, Some(environment)),
    };
    for pool in environment.pools.iter().filter(|pool| !is_inline(pool)) {
        calls::node_pool(&mut root, pool, &target);
    }
    for pool in &environment.gpu_pools {
        calls::gpu_pool(&mut root, pool, &target);
    }
    if let Some(first) = environment.databases.first() {
        root.variables.push(Variable {
            name: ALLOW_LIST,
            kind: Type::TextList,
            description: "Networks in CIDR form that may connect to the databases; empty lets nobody in. \
                          Nodes of a standard LKE cluster connect from their public addresses, which change \
                          with every node that is added or recycled: either keep this list up to date, or \
                          open it ([\"0.0.0.0/0\"]) and rely on TLS and passwords."
                .to_owned(),
            default: None,
            example: Value::texts(["203.0.113.10/32"]),
            origin: first.at,
        });
    }
    for database in &environment.databases {
        calls::database(&mut root, database);
    }
    let buckets: Vec<&Bucket> =
        environment.buckets.iter().filter(|bucket| bucket.provider == plan::Provider::Linode).collect();
    calls::buckets(&mut root, &buckets, &cluster.region.value);
    calls::records(&mut root, plan, environment);
    root
}

fn root(path: String, kind: Kind, state: Option<StateBackend>) -> Root {
    let provider = ProviderBlock {
        name: "linode",
        source: "linode/linode",
        version: ">= 3.9, < 4.0",
        about: "The token is read from the environment variable LINODE_TOKEN.".to_owned(),
        credentials: &["LINODE_TOKEN"],
        ..ProviderBlock::default()
    };
    Root::new(path, kind, state, provider)
}

/// The backend for the state of a root, in whichever cloud the bucket is.
fn state_of(plan: &Plan, path: &str) -> Option<StateBackend> {
    let bucket = plan.state.as_ref()?;
    Some(super::of(bucket.provider).state_backend(bucket, &format!("{path}/terraform.tfstate")))
}

fn region_variable(default: &str, origin: At) -> Variable {
    Variable {
        name: REGION,
        kind: Type::Text,
        description:
            "Linode region. A change replaces what is made here, and the other roots need the same one."
                .to_owned(),
        default: Some(Value::text(default)),
        example: Value::text(default),
        origin,
    }
}

/// The DNS zone of the platform, if Terraform makes its records.
fn zone(plan: &Plan) -> Option<(&Ingress, &str)> {
    let ingress = plan.ingress.as_ref().filter(|ingress| ingress.dns == Some(plan::Provider::Linode))?;
    Some((ingress, &plan.domain.as_ref()?.value))
}

/// Who answers for a thing, and where it belongs. A tag has 3 to 50 characters: a longer one is left out.
fn tags(plan: &Plan, environment: Option<&Environment>) -> Vec<String> {
    let owner = format!("owner:{}", plan.owner.value);
    let place = match environment {
        Some(environment) => format!("environment:{}", environment.key),
        None => format!("platform:{}", plan.name.value),
    };
    [place, owner].into_iter().filter(|tag| tag.chars().count() <= 50).collect()
}

fn module(name: &str) -> String {
    format!("linode/{name}")
}
