//! What the workflows do, and which settings of GitHub they need.

use super::{Context, texts};
use crate::backend::ci;
use crate::format::data::{Data, Map};
use crate::map;
use crate::provider;

pub(super) fn data<'c>(context: &Context<'c>) -> Map<'c> {
    let plan = context.plan;
    let needs = ci::needs(plan, context.roots);
    let most = needs.protection.iter().map(|it| it.approvals).max().unwrap_or(0);
    let environments: Vec<Map<'c>> = needs
        .protection
        .into_iter()
        .map(|it| {
            map! {
                "name" => it.environment,
                "root" => format!("{}/{}", plan.paths.terraform.value, it.root),
                "approvals" => it.approvals,
            }
        })
        .collect();
    let allowed: Vec<String> = plan
        .clusters
        .values()
        .flat_map(|cluster| &cluster.control_plane_allow)
        .map(|range| range.value.to_string())
        .collect();
    let manual = plan.delivery.gitops.is_some().then(|| {
        plan.environments.values().filter(|it| it.sync.value == crate::words::Sync::Manual).map(|it| &it.key)
    });
    let logins: Vec<Map<'c>> = needs
        .logins
        .into_iter()
        .map(|login| map! { "about" => login.about, "setup" => login.setup })
        .collect();
    let reached = plan
        .clusters
        .values()
        .any(|cluster| provider::of(cluster.provider.value).kubeconfig_command(cluster).is_some());
    map! {
        "folder" => &plan.paths.ci.value,
        "terraform" => &plan.paths.terraform.value,
        "bootstrap" => context.roots.iter().any(|root| root.kind == provider::root::Kind::Bootstrap),
        "environments" => environments,
        "most" => most,
        "secrets" => texts(needs.secrets),
        "kubeconfigs" => texts(needs.kubeconfigs),
        "logins" => logins,
        "reached" => reached,
        "rotation" => plan.environments.values().flat_map(|it| &it.secrets).any(|secret| secret.rotate.is_some()),
        "sealed" => plan.secrets.files.is_some(),
        "drills" => plan.drills.is_some(),
        "allow" => texts(allowed),
        "gitops" => plan.delivery.gitops.is_some(),
        "manual" => manual.map_or(Data::List(Vec::new()), texts),
    }
}
