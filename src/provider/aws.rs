//! Amazon Web Services.
//!
//! A cluster has a network, a key, a control plane, pools and the add-ons that belong to its cloud: see [`foundation`].
//! Environments that share a cluster get what they need of it as variables.

mod cdn;
mod dns;
mod edge;
mod foundation;
mod identity;
mod pipeline;
mod roles;
mod secrets;
mod stores;

use super::root::{Kind, Output, ProviderBlock, Root, StateBackend, Value};
use super::{
    Edge, Endpoint, FilesDriver, Included, Login, Provider, StorageDriver, cluster_path, environment_path,
    is_shared,
};
use crate::catalog;
use crate::names;
use crate::plan::{self, Bucket, Cluster, Cni, Environment, Plan, Role};
use crate::source::At;
use crate::words::Ability;
use foundation::Base;

/// Amazon Web Services: EKS, RDS, `ElastiCache`, S3, Route 53.
pub(super) struct Aws;

const ZONE_ID: &str = "zone_id";
const INGRESS_HOST: &str = "ingress_host";

/// What the names of annotations of a load balancer begin with.
const LOAD_BALANCER: &str = "service.beta.kubernetes.io/aws-load-balancer-";

const BOOTSTRAP: &str = "bootstrap";
const PLATFORM: &str = "platform";

impl Provider for Aws {
    fn id(&self) -> plan::Provider {
        plan::Provider::Aws
    }

    fn module_names(&self) -> &'static [&'static str] {
        &[
            "audit",
            "backup-plan",
            "backup-vault",
            "bucket",
            "cache",
            "cdn",
            "certificate",
            "cluster",
            "cluster-addons",
            "cluster-autoscaler",
            "database",
            "database-backup-copy",
            "database-dump",
            "database-reader",
            "database-replica",
            "dns-records",
            "dns-zone",
            "encryption-key",
            "external-dns",
            "external-secrets",
            "file-storage",
            "load-balancer-controller",
            "network",
            "node-group",
            "registry",
            "secret",
            "secrets",
            "security-group",
            "waf",
            "workload-identity",
        ]
    }

    fn roots(&self, plan: &Plan) -> Vec<Root> {
        let here = |cluster: &&Cluster| cluster.provider.value == self.id();
        let clusters = plan.clusters.values().filter(here);
        let environments = plan
            .environments
            .values()
            .filter_map(|environment| Some((plan.clusters.get(&environment.cluster.value)?, environment)));
        let mut roots: Vec<Root> = bootstrap(plan).into_iter().chain(platform(plan)).collect();
        roots.extend(clusters.filter(|cluster| is_shared(plan, cluster)).map(|c| shared_cluster(plan, c)));
        roots.extend(environments.filter(|(c, _)| here(c)).map(|(c, e)| environment(plan, c, e)));
        roots.retain(|root| !root.modules.is_empty());
        roots.iter_mut().for_each(Root::keep_used_variables);
        roots
    }

    fn state_backend(&self, bucket: &Bucket, key: &str) -> StateBackend {
        StateBackend {
            kind: "s3",
            about:
                "Credentials are those of the AWS command line. A lock file beside the state keeps two from \
                    applying at once."
                    .to_owned(),
            settings: vec![
                ("bucket", Value::text(&bucket.name.value)),
                ("key", Value::text(key)),
                ("region", Value::text(&bucket.region.value)),
                ("encrypt", Value::Bool(true)),
                ("use_lockfile", Value::Bool(true)),
            ],
            environment: Vec::new(),
            origin: bucket.at,
        }
    }

    /// Names and values: the documentation of aws-load-balancer-controller, `docs/guide/service/annotations.md`. The type
    /// `external` leaves the Service to that controller; targets by address need the VPC plug-in, which EKS has.
    fn load_balancer(&self, plan: &Plan, _cluster: &Cluster, proxied: bool) -> Vec<(String, String)> {
        let mut settings = vec![
            ("type", "external".to_owned()),
            ("nlb-target-type", "ip".to_owned()),
            ("scheme", "internet-facing".to_owned()),
        ];
        if proxied {
            settings.push(("proxy-protocol", "*".to_owned()));
        }
        let tags: Vec<String> =
            tags(plan, None).iter().map(|(key, value)| format!("{key}={value}")).collect();
        settings.push(("additional-resource-tags", tags.join(",")));
        settings.into_iter().map(|(name, value)| (format!("{LOAD_BALANCER}{name}"), value)).collect()
    }

    fn edge(&self, plan: &Plan, cluster: &Cluster) -> Option<Edge> {
        edge::front(plan, cluster)
    }

    /// <https://docs.aws.amazon.com/eks/latest/userguide/sec-group-reqs.html>,
    /// <https://docs.aws.amazon.com/waf/latest/developerguide/ddos-standard-summary.html>
    fn network_notes(&self) -> &'static [&'static str] {
        &[
            "In AWS, nodes and pods of a cluster share its security group, which lets everything pass among them: no port of a \
             service is closed there, and who may talk to whom is said by the policies below alone. Databases, caches \
             and file systems outside of the cluster admit that group, each on its port.",
            "AWS Shield Standard is on without being asked for: it guards load balancers and distributions against floods of \
             packets and connections, and does not look into requests.",
        ]
    }

    /// The root of a cluster installs the driver of EBS as an add-on of EKS.
    fn comes_with(&self) -> &'static [Included] {
        &[Included {
            provides: "volumes",
            source: "https://docs.aws.amazon.com/eks/latest/userguide/ebs-csi.html",
        }]
    }

    fn abilities(&self) -> &'static [Ability] {
        &[
            Ability::Network,
            Ability::Administrators,
            Ability::SpotNodes,
            Ability::Alternatives,
            Ability::NodeDisk,
            Ability::Waf,
            Ability::Cdn,
            Ability::FileSystems,
        ]
    }

    fn zones(&self, region: &str) -> Vec<String> {
        // A region that the catalogue does not know is a finding of its own, and mostly has three.
        let usual = || ["a", "b", "c"].iter().map(|letter| format!("{region}{letter}")).collect();
        catalog::region(self.id().word(), region).map_or_else(usual, |known| known.zone_names().collect())
    }

    fn role_names(&self, plan: &Plan) -> Vec<(String, At)> {
        let roots = self.roots(plan);
        let calls = roots.iter().flat_map(|root| &root.modules).filter(|call| identity::is_role(call));
        let mut names = Vec::new();
        for call in calls {
            for (argument, value) in &call.arguments {
                match value {
                    Value::Text(name) if *argument == "name" => names.push((name.clone(), call.origin)),
                    Value::Map(several) if *argument == "names" => {
                        for (_, name) in several {
                            if let Value::Text(name) = name {
                                names.push((name.clone(), call.origin));
                            }
                        }
                    }
                    _ => {}
                }
            }
        }
        names
    }

    fn cni(&self) -> Cni {
        Cni::VpcCni
    }

    fn kubeconfig_command(&self, cluster: &Cluster) -> Option<String> {
        Some(format!(
            "aws eks update-kubeconfig --name {} --region {}",
            cluster.name.value, cluster.region.value
        ))
    }

    fn pipeline_login(&self, plan: &Plan) -> Option<Login> {
        pipeline::login(plan)
    }

    /// platc makes it in every cluster: the class that EKS brings deletes volumes with their claims.
    fn storage_class(&self) -> &'static str {
        "gp3-retain"
    }

    fn stores(&self) -> &'static super::stores::Stores {
        &super::stores::AWS
    }

    /// Parameters: the driver's own documentation, `docs/parameters.md`. Without a key of its own a volume has the account's.
    fn storage_driver(&self) -> Option<StorageDriver> {
        Some(StorageDriver {
            provisioner: "ebs.csi.aws.com",
            parameters: &[("type", "gp3"), ("encrypted", "true"), ("csi.storage.k8s.io/fstype", "ext4")],
        })
    }

    /// Parameters: the driver's own documentation, `docs/parameters.md` and `docs/filesystem-id-resolution.md` (since 2.1.15, of
    /// November 2025): an access point makes every pod the same user, and the directory is found again by a new cluster.
    fn files_driver(&self) -> Option<FilesDriver> {
        Some(FilesDriver {
            provisioner: "efs.csi.aws.com",
            account: foundation::FILES_ACCOUNT,
            parameters: |user, id| {
                let user = user.to_string();
                vec![
                    ("provisioningMode", "efs-ap".to_owned()),
                    ("fileSystemIdSecretRef", id),
                    ("uid", user.clone()),
                    ("gid", user),
                    ("directoryPerms", "700".to_owned()),
                    ("subPathPattern", "${.PVC.name}".to_owned()),
                    ("ensureUniqueDirectory", "false".to_owned()),
                ]
            },
        })
    }

    fn database_standby_default(&self, role: Role) -> u32 {
        u32::from(role == Role::Production)
    }

    /// <https://docs.aws.amazon.com/general/latest/gr/s3.html>
    fn object_storage_endpoint(&self, region: &str) -> Endpoint {
        Endpoint { host: format!("s3.{region}.amazonaws.com"), assumed: false }
    }
}

fn bootstrap(plan: &Plan) -> Option<Root> {
    let state = plan.state.as_ref().filter(|bucket| bucket.provider == plan::Provider::Aws)?;
    let mut root = root(plan, &state.region.value, BOOTSTRAP.to_owned(), Kind::Bootstrap, None);
    "Makes the bucket that holds the state of all other roots. Apply it once, before them:\n\
     \n\
     terraform init && terraform apply\n\
     \n\
     Its own state stays in this directory. It holds no secret; keep it all the same."
        .clone_into(&mut root.about);
    let mut call = stores::bucket_call(&mut root, state);
    call.arguments.retain(|(argument, _)| *argument != "lifecycle_rules");
    call.arguments.push((
        "lifecycle_rules",
        Value::map([("old-states", Value::map([("noncurrent_expire_after_days", Value::Int(90))]))]),
    ));
    root.outputs.push(Output {
        name: "bucket".to_owned(),
        description: "Name of the bucket: the other roots' backend.tf names it.".to_owned(),
        value: Value::Output(call.name.clone(), "name"),
        sensitive: false,
        origin: state.at,
    });
    root.modules.push(call);
    Some(root)
}

/// What exists once: `None` where nothing of it is in AWS.
fn platform(plan: &Plan) -> Option<Root> {
    let region = home_region(plan)?;
    let mut root = root(plan, region, PLATFORM.to_owned(), Kind::Platform, state_of(plan, PLATFORM));
    "What exists once for the platform.".clone_into(&mut root.about);
    dns::zone(&mut root, plan);
    stores::of_platform(&mut root, plan);
    cdn::of_platform(&mut root, plan);
    Some(root)
}

/// The region of what exists once: that of the first cluster in this cloud.
fn home_region(plan: &Plan) -> Option<&str> {
    let first = plan.clusters.values().find(|cluster| cluster.provider.value == plan::Provider::Aws)?;
    Some(&first.region.value)
}

fn shared_cluster(plan: &Plan, cluster: &Cluster) -> Root {
    let path = cluster_path(plan, cluster);
    let state = state_of(plan, &path);
    let mut root = root(plan, &cluster.region.value, path, Kind::Cluster, state);
    let environments: Vec<&str> =
        plan.environments_of(&cluster.key).map(|environment| environment.key.as_str()).collect();
    root.about = match &environments[..] {
        [] => format!("Cluster {}.", cluster.key),
        shared => format!("Cluster {}, shared by the environments {}.", cluster.key, shared.join(", ")),
    };
    let base = foundation::cluster(&mut root, cluster);
    foundation::pools(&mut root, cluster, &base, &cluster.pools, &[]);
    foundation::addons(&mut root, plan, cluster, &base);
    secrets::of_cluster(&mut root, plan, cluster, &base);
    roles::of_cluster(&mut root, plan, cluster, &base);
    edge::web_acl(&mut root, plan, cluster, &base);
    foundation::hand_out(&mut root, cluster);
    root
}

fn environment(plan: &Plan, cluster: &Cluster, environment: &Environment) -> Root {
    let path = environment_path(&environment.key);
    let state = state_of(plan, &path);
    let mut root = root(plan, &cluster.region.value, path, Kind::Environment, state);
    root.about = match &environment.purpose {
        Some(purpose) => {
            format!("Environment {}: {}.", environment.key, one_line(purpose.trim_end_matches('.')))
        }
        None => format!("Environment {}.", environment.key),
    };
    add_tag(&mut root, "environment", &environment.key);
    let base = if is_shared(plan, cluster) {
        foundation::pools(&mut root, cluster, &Base::elsewhere(), &environment.pools, &environment.gpu_pools);
        foundation::take_over(&mut root, plan, cluster, environment.at);
        Base::elsewhere()
    } else {
        let base = foundation::cluster(&mut root, cluster);
        let all: Vec<_> = cluster.pools.iter().chain(&environment.pools).cloned().collect();
        foundation::pools(&mut root, cluster, &base, &all, &environment.gpu_pools);
        foundation::addons(&mut root, plan, cluster, &base);
        roles::of_cluster(&mut root, plan, cluster, &base);
        edge::web_acl(&mut root, plan, cluster, &base);
        foundation::hand_out(&mut root, cluster);
        base
    };
    stores::of_environment(&mut root, plan, cluster, environment, &base);
    secrets::of_environment(&mut root, plan, cluster, environment, &base);
    identity::of_environment(&mut root, plan, environment, &base);
    cdn::of_environment(&mut root, plan, environment);
    edge::certificates(&mut root, plan, environment);
    dns::records(&mut root, plan, environment);
    root
}

fn root(plan: &Plan, region: &str, path: String, kind: Kind, state: Option<StateBackend>) -> Root {
    Root::new(path, kind, state, aws(plan, region, None))
}

/// The provider with tags for all that it makes.
fn aws(plan: &Plan, region: &str, alias: Option<String>) -> ProviderBlock {
    let tags = tags(plan, None).into_iter().map(|(key, value)| (key, Value::Text(value)));
    ProviderBlock {
        name: "aws",
        source: "hashicorp/aws",
        version: ">= 5.100, < 7.0",
        about: match &alias {
            None => "Credentials are those of the AWS command line: a profile, or the role of a pipeline."
                .to_owned(),
            Some(alias) => format!("The same account, in the region of {alias}."),
        },
        // Pipelines log in, and hold no key.
        credentials: &[],
        settings: vec![("region", Value::text(region))],
        blocks: vec![("default_tags", vec![("tags", Value::map(tags))])],
        alias,
    }
}

/// The tags of everything: whose it is, and what made it.
fn tags(plan: &Plan, environment: Option<&Environment>) -> Vec<(&'static str, String)> {
    let mut tags = vec![
        ("platform", plan.name.value.clone()),
        ("owner", plan.owner.value.clone()),
        ("managed-by", "terraform".to_owned()),
    ];
    if let Some(environment) = environment {
        tags.insert(1, ("environment", environment.key.clone()));
    }
    tags
}

/// A tag of everything that a root makes.
fn add_tag(root: &mut Root, key: &str, value: &str) {
    for (_, settings) in root.providers.iter_mut().flat_map(|provider| &mut provider.blocks) {
        for (_, tags) in settings {
            if let Value::Map(tags) = tags {
                tags.insert(1, (key.to_owned(), Value::text(value)));
            }
        }
    }
}

/// The backend for the state of a root, in whichever cloud the bucket is.
fn state_of(plan: &Plan, path: &str) -> Option<StateBackend> {
    let bucket = plan.state.as_ref()?;
    Some(super::of(bucket.provider).state_backend(bucket, &format!("{path}/terraform.tfstate")))
}

/// Text of a person on the line that it is put into.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn module(name: &str) -> String {
    format!("aws/{name}")
}

fn output(root: &mut Root, name: &str, description: &str, value: Value, origin: At) {
    root.outputs.push(Output {
        name: name.to_owned(),
        description: description.to_owned(),
        value,
        sensitive: false,
        origin,
    });
}

/// The name of a call: what it makes and the key of the thing.
fn call_name(what: &str, key: &str) -> String {
    format!("{what}_{}", names::identifier(key))
}
