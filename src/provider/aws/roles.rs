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
    /// The module that says what it may do.
    module: &'static str,
    /// What the module is told besides name, cluster and service account.
    more: fn(&Plan, &Cluster, &Base) -> Vec<(&'static str, Value)>,
}

const ROLES: &[Role] = &[
    Role {
        addon: "aws-load-balancer-controller",
        suffix: "load-balancers",
        about: "The controller makes load balancers in this role.",
        module: "load-balancer-controller",
        more: load_balancers,
    },
    Role {
        addon: "cluster-autoscaler",
        suffix: "node-scaling",
        about: "The autoscaler sizes the pools of this cluster in this role, and no other's.",
        module: "cluster-autoscaler",
        more: |_, _, _| Vec::new(),
    },
    Role {
        addon: "external-dns",
        suffix: "dns",
        about: "The records of hosts are made in this role.",
        module: "external-dns",
        more: |_, _, _| Vec::new(),
    },
    Role {
        addon: "external-secrets",
        suffix: "secrets",
        about: "The secrets of this cluster, and no other's, are read in this role.",
        module: "external-secrets",
        more: secrets::readable,
    },
];

/// The modules that make them.
pub(super) fn modules() -> impl Iterator<Item = &'static str> {
    ROLES.iter().map(|role| role.module)
}

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
    arguments.extend((role.more)(plan, cluster, base));
    Some(ModuleCall {
        name: call_name("identity", &role.suffix.replace('-', "_")),
        module: module(role.module),
        comment: Some(role.about.to_owned()),
        arguments,
        origin: cluster.at,
        ..ModuleCall::default()
    })
}

/// An Ingress names its web ACL.
fn load_balancers(plan: &Plan, _: &Cluster, _: &Base) -> Vec<(&'static str, Value)> {
    let is_guarded = plan.ingress.as_ref().is_some_and(|ingress| ingress.waf.is_some());
    is_guarded.then_some(("web_acl_names", Value::Bool(true))).into_iter().collect()
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
