//! Which add-ons act in the cloud, and what each may do there.
//!
//! An add-on has a role through EKS Pod Identity: nothing is annotated, and nobody holds a key. Namespace and service
//! account are those of the add-on's definition, which its values say as well.

use super::foundation::Base;
use super::{call_name, module, secrets};
use crate::plan::{Addon, Cluster, Install, Plan};
use crate::provider::root::{ModuleCall, Root, Value};

/// The role of an add-on.
struct Role {
    /// The add-on.
    addon: &'static str,
    /// What the name of the role ends in, after the cluster's.
    suffix: &'static str,
    /// What it does in the cloud, in words.
    about: &'static str,
    /// What it may do.
    may: May,
}

/// What a role may do.
enum May {
    /// These statements.
    Do(fn(&Plan, &Cluster, &Base) -> Vec<Value>),
    /// What a module of its own says, with what it is told besides.
    AsIn(&'static str, fn(&Plan) -> Vec<(&'static str, Value)>),
}

const ROLES: &[Role] = &[
    Role {
        addon: "aws-load-balancer-controller",
        suffix: "load-balancers",
        about: "The controller makes load balancers in this role.",
        may: May::AsIn("load-balancer-controller", load_balancers),
    },
    Role {
        addon: "cluster-autoscaler",
        suffix: "node-scaling",
        about: "The autoscaler sizes the pools of this cluster in this role, and no other's.",
        may: May::Do(node_scaling),
    },
    Role {
        addon: "external-dns",
        suffix: "dns",
        about: "The records of hosts are made in this role.",
        may: May::Do(dns_records),
    },
    Role {
        addon: "external-secrets",
        suffix: "secrets",
        about: "The secrets of this cluster, and no other's, are read in this role.",
        may: May::Do(secrets::readable),
    },
];

/// The roles of the add-ons that platc installs in a cluster.
pub(super) fn of_cluster(root: &mut Root, plan: &Plan, cluster: &Cluster, base: &Base) {
    for addon in cluster.addons.iter().filter(|addon| addon.install.value == Install::Platc) {
        let Some(role) = ROLES.iter().find(|role| role.addon == addon.key) else { continue };
        root.modules.extend(call(plan, cluster, base, addon, role));
    }
}

fn call(plan: &Plan, cluster: &Cluster, base: &Base, addon: &Addon, role: &Role) -> Option<ModuleCall> {
    let account = Value::map([
        ("namespace", Value::text(&addon.namespace.value)),
        ("name", Value::text(addon.service_account.as_ref()?)),
    ]);
    let mut arguments = vec![
        ("name", Value::Text(format!("{}-{}", cluster.name.value, role.suffix))),
        ("cluster_name", base.cluster_name.clone()),
        ("service_account", account),
    ];
    let path = match &role.may {
        May::Do(statements) => {
            arguments.push(("statements", Value::List(statements(plan, cluster, base))));
            "workload-identity"
        }
        May::AsIn(path, more) => {
            arguments.extend(more(plan));
            path
        }
    };
    Some(ModuleCall {
        name: call_name("identity", &role.suffix.replace('-', "_")),
        module: module(path),
        comment: Some(role.about.to_owned()),
        arguments,
        origin: cluster.at,
        ..ModuleCall::default()
    })
}

/// An Ingress names its web ACL.
fn load_balancers(plan: &Plan) -> Vec<(&'static str, Value)> {
    let is_guarded = plan.ingress.as_ref().is_some_and(|ingress| ingress.waf.is_some());
    is_guarded.then_some(("web_acl_names", Value::Bool(true))).into_iter().collect()
}

/// Source: the autoscaler's own documentation, `cluster-autoscaler/cloudprovider/aws/README.md`: what it reads cannot be
/// limited; what it changes carries the tag that EKS gives the scaling groups of a cluster's pools.
fn node_scaling(_: &Plan, cluster: &Cluster, _: &Base) -> Vec<Value> {
    let reads = [
        "autoscaling:DescribeAutoScalingGroups",
        "autoscaling:DescribeAutoScalingInstances",
        "autoscaling:DescribeLaunchConfigurations",
        "autoscaling:DescribeScalingActivities",
        "autoscaling:DescribeTags",
        "ec2:DescribeImages",
        "ec2:DescribeInstanceTypes",
        "ec2:DescribeLaunchTemplateVersions",
        "ec2:GetInstanceTypesFromInstanceRequirements",
        "eks:DescribeNodegroup",
    ];
    let changes = ["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"];
    let tag = format!("aws:ResourceTag/k8s.io/cluster-autoscaler/{}", cluster.name.value);
    let owned = Value::map([
        ("test", Value::text("StringEquals")),
        ("variable", Value::Text(tag)),
        ("values", Value::texts(["owned"])),
    ]);
    let mut scale = statement("Scale", &changes, &["*"]);
    if let Value::Map(entries) = &mut scale {
        entries.push(("conditions".to_owned(), Value::List(vec![owned])));
    }
    vec![statement("Look", &reads, &["*"]), scale]
}

/// Source: external-dns, `docs/tutorials/aws.md`. The zone is made in another root, so its id is not known here.
fn dns_records(_: &Plan, _: &Cluster, _: &Base) -> Vec<Value> {
    let reads = ["route53:ListHostedZones", "route53:ListResourceRecordSets", "route53:ListTagsForResources"];
    vec![
        statement("Look", &reads, &["*"]),
        statement("Records", &["route53:ChangeResourceRecordSets"], &["arn:aws:route53:::hostedzone/*"]),
    ]
}

fn statement(id: &str, actions: &[&str], resources: &[&str]) -> Value {
    Value::map([
        ("sid", Value::text(id)),
        ("actions", Value::texts(actions.iter().copied())),
        ("resources", Value::texts(resources.iter().copied())),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::addon;

    #[test]
    fn every_role_belongs_to_an_add_on_that_names_its_service_account() {
        for role in ROLES {
            let definition = &addon::find(role.addon).expect("an add-on of the catalogue").definition;
            assert!(definition.service_account.is_some(), "{}", role.addon);
        }
    }

    #[test]
    fn the_account_that_reads_secrets_is_the_one_that_its_values_name() {
        let definition = &addon::find("external-secrets").expect("an add-on").definition;
        let account = definition.service_account.as_ref().map(|name| name.value.0.as_str());
        assert_eq!(account, Some(crate::names::EXTERNAL_SECRETS_ACCOUNT));
    }

    #[test]
    fn every_service_account_of_the_catalogue_has_a_role() {
        for addon in addon::all().iter().filter(|addon| addon.definition.service_account.is_some()) {
            assert!(ROLES.iter().any(|role| role.addon == addon.name), "{}", addon.name);
        }
    }
}
