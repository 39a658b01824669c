//! Secrets that are changed regularly.

use super::{Context, cron, smoke, texts};
use crate::format::data::Map;
use crate::map;

/// The word of a secret of whose change nobody is reminded.
const NEVER: &str = "never";

/// The reminders, where anything is to be changed regularly.
pub(super) fn data<'c>(context: &Context<'c>) -> Option<Map<'c>> {
    let plan = context.plan;
    let secrets = || plan.environments.values().flat_map(|it| it.secrets.iter().map(move |one| (it, one)));
    // The workflow wakes as often as the most frequent rotation needs.
    let most = secrets()
        .filter_map(|(_, one)| one.rotate.as_ref())
        .map(|every| every.value)
        .min_by_key(|it| it.days())?;
    let lines = secrets().map(|(environment, one)| {
        format!(
            "{} {} {} {} {} {} {}",
            environment.key,
            one.bundle.value,
            one.rotate.as_ref().map_or(NEVER, |every| every.value.word()),
            one.namespace,
            one.name,
            one.place(),
            one.users.join(",")
        )
        .trim_end()
        .to_owned()
    });
    let with_secrets = || plan.environments.values().filter(|environment| !environment.secrets.is_empty());
    let clusters = with_secrets().map(|it| format!("{} {}", it.key, smoke::kubeconfig(&it.cluster.value)));
    let mut kubeconfigs: Vec<String> =
        with_secrets().map(|it| smoke::kubeconfig(&it.cluster.value)).collect();
    kubeconfigs.sort();
    kubeconfigs.dedup();
    let choices = std::iter::once("none").chain(with_secrets().map(|environment| environment.key.as_str()));
    Some(map! {
        "cron" => cron(most),
        "choices" => texts(choices),
        "secrets" => texts(lines),
        "clusters" => texts(clusters),
        "kubeconfigs" => texts(kubeconfigs),
        "rollouts" => plan.environments.values().flat_map(|it| &it.services).any(crate::plan::Service::is_rollout),
        "sealed" => plan.secrets.files.is_some(),
        "docs" => &plan.paths.docs.value,
    })
}
