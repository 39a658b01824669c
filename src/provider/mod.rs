//! Clouds: facts about them, and the Terraform roots that a plan becomes there.
//!
//! A cloud is one file here, a row in [`PROVIDERS`] and its modules in `templates/terraform/modules/<name>/`.

mod aws;
mod linode;
pub mod root;
pub mod stores;

use crate::names;
use crate::plan::{self, Bucket, Calendar, Cluster, Cni, NodePool, Plan, Role};
use crate::source::At;
use crate::words::Ability;

use root::{Root, StateBackend};

/// What platc knows of a cloud.
pub trait Provider: Sync {
    /// Which one it is.
    fn id(&self) -> plan::Provider;

    /// Its modules: the directories below `templates/terraform/modules/<name>/`.
    fn module_names(&self) -> &'static [&'static str];

    /// The Terraform roots for the part of a plan that is in this cloud.
    fn roots(&self, plan: &Plan) -> Vec<Root>;

    /// How a root keeps its state in a bucket of this cloud, under a key.
    fn state_backend(&self, bucket: &Bucket, key: &str) -> StateBackend;

    /// Annotations of a Service of the type `LoadBalancer` that lets requests into a cluster. `proxied`: its pods
    /// understand the PROXY protocol, by which they learn the addresses of clients.
    fn load_balancer(&self, plan: &Plan, cluster: &Cluster, proxied: bool) -> Vec<(String, String)>;

    /// What stands in front of the ingress controller of a cluster, where requests are looked into before they reach it.
    fn edge(&self, _plan: &Plan, _cluster: &Cluster) -> Option<Edge> {
        None
    }

    /// What a reader should know of the network that the clusters of this cloud are in, besides their policies.
    fn network_notes(&self) -> &'static [&'static str] {
        &[]
    }

    /// What its clusters come with, in words of what add-ons provide: nothing else is installed for it.
    fn comes_with(&self) -> &'static [Included];

    /// What the language can say that not every cloud has.
    fn abilities(&self) -> &'static [Ability] {
        &[]
    }

    /// The zones of a region that an account is most likely to have, by name; none where there are no zones.
    fn zones(&self, _region: &str) -> Vec<String> {
        Vec::new()
    }

    /// The names of the roles that its roots make, each with the place that asks for it.
    fn role_names(&self, _plan: &Plan) -> Vec<(String, At)> {
        Vec::new()
    }

    /// What gives the pods of its clusters their network.
    fn cni(&self) -> Cni {
        Cni::Calico
    }

    /// The command that writes a kubeconfig for a cluster; `None` where the root of the cluster hands one out.
    fn kubeconfig_command(&self, _cluster: &Cluster) -> Option<String> {
        None
    }

    /// How a pipeline logs in without holding a key; `None` where the credentials of the providers are secrets of it.
    fn pipeline_login(&self, _plan: &Plan) -> Option<Login> {
        None
    }

    /// The storage class for data that must outlive the object that asked for it.
    fn storage_class(&self) -> &'static str;

    /// What it has for data.
    fn stores(&self) -> &'static stores::Stores;

    /// What that class is, where clusters do not come with it.
    fn storage_driver(&self) -> Option<StorageDriver> {
        None
    }

    /// What claims of shared file systems are made by; `None` where there are none.
    fn files_driver(&self) -> Option<FilesDriver> {
        None
    }

    /// Standbys that a managed database has beside its primary if the spec does not say.
    fn database_standby_default(&self, role: Role) -> u32;

    /// Where a region's object storage is reached.
    fn object_storage_endpoint(&self, region: &str) -> Endpoint;
}

/// A load balancer that an Ingress asks for, and that leads everything to the ingress controller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    /// The class of the Ingress.
    pub class: &'static str,
    /// Its annotations.
    pub annotations: Vec<(String, String)>,
}

/// An action of a pipeline that gets credentials for a while, by who the pipeline is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// The action, one of the catalogue's.
    pub action: &'static str,
    /// What it is told.
    pub inputs: Vec<(&'static str, LoginInput)>,
    /// What it does, in words.
    pub about: &'static str,
    /// The commands that set it up for one environment of the pipeline.
    pub setup: &'static str,
}

/// A value of an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoginInput {
    /// This text.
    Text(String),
    /// A variable of the pipeline, which each of its environments has for itself.
    Variable(&'static str),
}

/// What a storage class says to whoever makes volumes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StorageDriver {
    /// Who makes them.
    pub provisioner: &'static str,
    /// What they are, in the driver's words.
    pub parameters: &'static [(&'static str, &'static str)],
}

/// What makes claims of shared file systems, and what its storage class says to it.
#[derive(Debug, Clone, Copy)]
pub struct FilesDriver {
    /// Who makes them.
    pub provisioner: &'static str,
    /// Namespace and name of the account that reads the id of a file system.
    pub account: (&'static str, &'static str),
    /// What the class of a file system says: its user, and where its id is, as `namespace/secret/key`.
    pub parameters: fn(user: u32, id: String) -> Vec<(&'static str, String)>,
}

/// What clusters of a cloud come with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Included {
    /// What it does for others, in words of what add-ons provide.
    pub provides: &'static str,
    /// Where that was read.
    pub source: &'static str,
}

/// A host name that the catalogue knows, or one that is built like those that it knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// The host name, without a scheme.
    pub host: String,
    /// Whether it is only likely.
    pub assumed: bool,
}

/// All clouds, in the order of [`plan::Provider::WORDS`].
pub static PROVIDERS: &[&dyn Provider] = &[&linode::Linode, &aws::Aws];

/// What platc knows of a cloud.
#[must_use]
pub fn of(id: plan::Provider) -> &'static dyn Provider {
    match id {
        plan::Provider::Linode => &linode::Linode,
        plan::Provider::Aws => &aws::Aws,
    }
}

/// What a cluster reads from its cloud's secret manager, and so what Terraform makes there: a place for each secret, without
/// its value, and a role for the account that reads them all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManagedSecrets<'p> {
    /// The region of the cluster, in which its stores look.
    pub region: &'p str,
    /// The namespace of the controller that reads them.
    pub namespace: &'p str,
    /// Its service account: the only one that the role is for.
    pub service_account: &'static str,
    /// The secrets, each of which has a place of its own, sorted by name.
    pub secrets: Vec<ManagedSecret<'p>>,
}

/// A secret of a secret manager.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManagedSecret<'p> {
    /// Its name there, such as `shop/production/payments`.
    pub name: &'p str,
    /// The environment that it belongs to, and whose root makes it; `None` for what the cluster has besides.
    pub environment: Option<&'p str>,
    /// What it is for, in words.
    pub purpose: &'p str,
    /// The properties of its JSON that are read, sorted.
    pub keys: Vec<&'p str>,
    /// How often people are reminded to change it; nothing changes it by itself.
    pub rotate: Option<Calendar>,
    /// The place of the spec that asks for it.
    pub at: At,
}

/// What Terraform makes in the secret manager for a cluster; `None` where its secrets are not kept in one.
///
/// Who calls this makes one `secret` for each entry, in the root of its environment or else of the cluster, and one role for
/// the account, which may `GetSecretValue` and `DescribeSecret` of these ARNs only, and decrypt with their key.
#[must_use]
pub fn managed_secrets<'p>(plan: &'p Plan, cluster: &'p Cluster) -> Option<ManagedSecrets<'p>> {
    let of_environments = plan
        .environments_of(&cluster.key)
        .flat_map(|environment| environment.secrets.iter().map(|secret| (secret, Some(&environment.key))));
    let all = of_environments.chain(cluster.secrets.iter().map(|secret| (secret, None)));
    let mut secrets: Vec<ManagedSecret<'p>> = all
        .filter_map(|(secret, environment)| {
            let mut keys: Vec<&str> = secret.keys.iter().map(String::as_str).collect();
            keys.sort_unstable();
            Some(ManagedSecret {
                name: secret.in_manager()?,
                environment: environment.map(String::as_str),
                purpose: &secret.purpose,
                keys,
                rotate: secret.rotate.map(|rotate| rotate.value),
                at: secret.at,
            })
        })
        .collect();
    secrets.sort_by_key(|secret| secret.name);
    let controller = cluster.provider_of("external-secrets").map(|addon| addon.namespace.value.as_str());
    (!secrets.is_empty()).then_some(ManagedSecrets {
        region: &cluster.region.value,
        namespace: controller.unwrap_or(names::EXTERNAL_SECRETS_ACCOUNT),
        service_account: names::EXTERNAL_SECRETS_ACCOUNT,
        secrets,
    })
}

/// The roots of a whole plan, in the order in which they are applied.
#[must_use]
pub fn roots(plan: &Plan) -> Vec<Root> {
    let mut roots: Vec<Root> = PROVIDERS.iter().flat_map(|provider| provider.roots(plan)).collect();
    // What stands in for an environment copies what that one's root has made.
    let stands_in = |root: &Root| {
        plan.environments.values().any(|environment| {
            environment.stands_in.is_some() && environment_path(&environment.key) == root.path
        })
    };
    roots.sort_by_key(|root| (root.kind, stands_in(root)));
    for root in &mut roots {
        move_renamed(plan, root);
    }
    roots
}

/// Says of calls whose thing had another key before which name they had: a call is named after its thing's key.
fn move_renamed(plan: &Plan, root: &mut Root) {
    let pools = plan.environments.values().flat_map(|environment| &environment.pools);
    let pools = pools.chain(plan.clusters.values().flat_map(|cluster| &cluster.pools));
    let renamed = pools.filter_map(|pool| Some((pool.at, pool.key.as_str(), pool.renamed_from.as_ref()?)));
    for (at, key, former) in renamed {
        for call in root.modules.iter_mut().filter(|call| call.origin == at) {
            if let Some(start) = call.name.strip_suffix(names::identifier(key).as_str()) {
                call.former = Some([start, &names::identifier(&former.value)].concat());
            }
        }
    }
}

/// The root, and its output, that a variable of another root gets its value from: the cluster of the environment itself
/// comes first, then the one that it stands in for, then what exists once.
#[must_use]
pub fn source_of<'r>(
    plan: &Plan,
    roots: &'r [Root],
    root: &Root,
    variable: &str,
) -> Option<(&'r Root, &'r root::Output)> {
    let own = plan
        .environments
        .values()
        .filter(|environment| environment_path(&environment.key) == root.path)
        .filter_map(|environment| plan.clusters.get(&environment.cluster.value))
        .find_map(|cluster| {
            let path = cluster_path(plan, cluster);
            roots.iter().find(|other| other.path == path)
        });
    let original = plan
        .environments
        .values()
        .filter(|environment| environment_path(&environment.key) == root.path)
        .find_map(|environment| {
            let path = environment_path(&environment.stands_in.as_ref()?.of.value);
            roots.iter().find(|other| other.path == path)
        });
    let earlier = roots.iter().filter(|other| other.kind == root::Kind::Platform);
    own.into_iter().chain(original).chain(earlier).filter(|other| other.path != root.path).find_map(|other| {
        let output = other.outputs.iter().find(|output| output.name == variable)?;
        Some((other, output))
    })
}

/// Whether a cluster has a root of its own: it is part of its environment's if that has it for itself.
#[must_use]
pub fn is_shared(plan: &Plan, cluster: &Cluster) -> bool {
    plan.environments_of(&cluster.key).count() != 1
}

/// The directory of the root that makes a cluster.
#[must_use]
pub fn cluster_path(plan: &Plan, cluster: &Cluster) -> String {
    let mut environments = plan.environments_of(&cluster.key);
    match (environments.next(), environments.next()) {
        (Some(only), None) => environment_path(&only.key),
        _ => format!("clusters/{}", cluster.key),
    }
}

/// The directory of an environment's root.
#[must_use]
pub fn environment_path(environment: &str) -> String {
    format!("environments/{environment}")
}

/// The pool that is made together with a cluster, for clouds that demand one: the first that belongs to the
/// cluster as a whole; else the first of its first system environment that has one, so that no environment of
/// users carries the cluster; else the first of its environments. `None` if the cluster has no ordinary pool.
#[must_use]
pub fn first_pool<'p>(plan: &'p Plan, cluster: &'p Cluster) -> Option<&'p NodePool> {
    let of_role = |system: bool| {
        plan.environments_of(&cluster.key)
            .filter(move |environment| (environment.role.value == Role::System) == system)
            .flat_map(|environment| &environment.pools)
    };
    cluster.pools.iter().chain(of_role(true)).chain(of_role(false)).next()
}

/// The hosts of an environment, each once, with the first service that has it.
pub fn hosts(environment: &plan::Environment) -> impl Iterator<Item = (&str, &str)> {
    let services = environment.services.iter();
    let routes =
        services.filter_map(|service| Some((service.key.as_str(), &service.route.as_ref()?.host.value)));
    let is_first =
        |(key, host): &(&str, &String)| environment.first_of_host(host).is_none_or(|first| first.key == *key);
    routes.filter(move |it| is_first(it)).map(|(key, host)| (key, host.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::fixture;

    #[test]
    fn a_cluster_reads_its_own_secrets_each_from_one_place_by_one_account() {
        let spec = fixture::external();
        let plan = fixture::plan(&spec);
        let managed = managed_secrets(&plan, &plan.clusters["main"]).expect("secrets");
        assert_eq!((managed.namespace, managed.service_account), ("external-secrets", "external-secrets"));
        assert_eq!(managed.region, "fr-par");
        assert_eq!(managed.secrets.len(), plan.needed_secrets().count());
        assert!(managed.secrets.windows(2).all(|pair| pair[0].name < pair[1].name), "sorted, none twice");
        for secret in &managed.secrets {
            let place = secret.environment.map_or("clusters/main/monitoring".to_owned(), str::to_owned);
            assert!(secret.name.starts_with(&format!("shop/{place}/")), "{}", secret.name);
            assert_eq!(secret.rotate, Some(Calendar::Quarterly), "{}", secret.name);
        }
        let account = managed.secrets.iter().find(|secret| secret.name == "shop/staging/pooler-users");
        assert_eq!(account.expect("the pooler's").keys, ["databases.ini", "userlist.txt"]);
        let sealed = fixture::plan(fixture::SMALL);
        assert_eq!(managed_secrets(&sealed, &sealed.clusters["main"]), None);
    }
}
