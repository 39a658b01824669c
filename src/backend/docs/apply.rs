//! How the output is applied: Terraform's roots in their order, what has to be carried between them, then Kubernetes.

use super::addons::is_installed;
use super::{Context, secrets, texts};
use crate::backend::addons::secrets_directory;
use crate::backend::helm;
use crate::format::data::Map;
use crate::map;
use crate::names;
use crate::plan::{Cluster, Environment, Feature, Plan, Sync, Workloads};
use crate::provider::root::{Kind, Output, Root, Setting, Type, Value, Variable};
use crate::provider::{self, cluster_path};
use crate::source::At;

/// The output of a cluster's root with what `kubectl` needs.
const KUBECONFIG: &str = "kubeconfig";

pub(super) fn data<'c>(context: &Context<'c>) -> Map<'c> {
    let mut credentials: Vec<&str> = Vec::new();
    for provider in context.roots.iter().flat_map(|root| &root.providers) {
        // The first line says it; what follows is about single roots.
        let line = provider.about.lines().next().unwrap_or_default();
        if !line.is_empty() && !credentials.contains(&line) {
            credentials.push(line);
        }
    }
    map! {
        "credentials" => texts(credentials),
        "state" => state(context),
        "steps" => context.roots.iter().map(|root| step(context, root)).collect::<Vec<_>>(),
        "by_hand" => by_hand(context),
        "outputs" => outputs(context),
        "kubernetes" => clusters(context),
        "gitops" => context.plan.delivery.gitops.as_ref().map_or_else(Map::new, |gitops| map! {
            "repository" => &gitops.repository.value,
            "revision" => &gitops.revision.value,
            "namespace" => &gitops.namespace.value,
        }),
    }
}

/// What Terraform needs to reach the state of the roots after the first.
fn state<'c>(context: &Context<'c>) -> Map<'c> {
    let backend = context.roots.iter().find_map(|root| root.state.as_ref());
    let bootstrap = context.roots.iter().find(|root| root.kind == Kind::Bootstrap);
    let Some(backend) = backend else {
        return map! { "bucket" => "", "about" => texts::<&str>([]), "exports" => "" };
    };
    let exports: Vec<String> = backend
        .environment
        .iter()
        .filter_map(|(name, setting)| match setting {
            Setting::Text(text) => Some(format!("export {name}={text}")),
            Setting::Bootstrap(output) => bootstrap.map(|root| {
                let directory = context.directory(root);
                format!("export {name}=\"$(terraform -chdir={directory} output -raw {output})\"")
            }),
        })
        .collect();
    map! {
        "bucket" => context.plan.state.as_ref().map_or("", |bucket| &bucket.name.value),
        "about" => texts(backend.about.lines()),
        "exports" => exports.join("\n"),
    }
}

/// A root with the commands that apply it. Values that other roots hand out are written to a file that Terraform reads
/// by itself and that is nobody else's.
fn step<'c>(context: &Context<'c>, root: &'c Root) -> Map<'c> {
    let directory = context.directory(root);
    let mut commands = String::new();
    let carried: Vec<String> = root
        .variables
        .iter()
        .filter_map(|variable| {
            let source = context.source_of(root, variable.name)?;
            let command = context.command(&source);
            Some(match variable.kind {
                Type::Text => format!("{} = \"$({command})\"\n", variable.name),
                Type::Number => format!("{} = $({command})\n", variable.name),
                // JSON of a list or a map is an expression of Terraform's language.
                Type::TextList | Type::TextMap => {
                    format!("{} = $({})\n", variable.name, command.replace(" output -raw ", " output -json "))
                }
            })
        })
        .collect();
    if !carried.is_empty() {
        commands.push_str(&["cat > ", &directory, "/carried.auto.tfvars <<EOF\n"].concat());
        commands.push_str(&carried.concat());
        commands.push_str("EOF\n");
    }
    for verb in ["init", "apply"] {
        commands.push_str(&["terraform -chdir=", &directory, " ", verb, "\n"].concat());
    }
    let first = root.about.lines().next().unwrap_or_default();
    let about = first.strip_suffix(':').map_or_else(|| first.to_owned(), |first| format!("{first}."));
    map! {
        "directory" => directory,
        "about" => about,
        "bootstrap" => root.kind == Kind::Bootstrap,
        "local" => root.state.is_none(),
        "needs" => texts(needed_by_hand(context, root).map(|variable| variable.name)),
        "commands" => commands,
    }
}

/// Variables that have no value and that no other root hands out.
fn needed_by_hand<'c>(context: &Context<'c>, root: &'c Root) -> impl Iterator<Item = &'c Variable> {
    root.variables
        .iter()
        .filter(|variable| variable.default.is_none() && context.source_of(root, variable.name).is_none())
}

/// Values that a person decides on, each with the roots that ask for it: those that have none, and those that can only
/// be known later.
fn by_hand<'c>(context: &Context<'c>) -> Vec<Map<'c>> {
    let mut found: Vec<(&'c Variable, bool, Vec<String>)> = Vec::new();
    for root in context.roots {
        let later = root.variables.iter().filter(|variable| variable.default == Some(Value::Null));
        let needed = needed_by_hand(context, root).map(|variable| (variable, true));
        for (variable, needed) in needed.chain(later.map(|variable| (variable, false))) {
            match found.iter_mut().find(|(known, ..)| known.name == variable.name) {
                Some((_, _, roots)) => roots.push(root.path.clone()),
                None => found.push((variable, needed, vec![root.path.clone()])),
            }
        }
    }
    let row = |(variable, needed, roots): (&'c Variable, bool, Vec<String>)| {
        map! {
            "name" => variable.name,
            "needed" => needed,
            "about" => &variable.description,
            "roots" => texts(roots),
        }
    };
    found.into_iter().map(row).collect()
}

/// What the roots hand out that somebody has to take: everything but the ids of pools.
fn outputs<'c>(context: &Context<'c>) -> Vec<Map<'c>> {
    let (pools, sealed) = (pools(context.plan), secrets::sealed_outputs(context));
    let mut rows: Vec<Map<'c>> = Vec::new();
    let mut seen: Vec<(&'c Output, Vec<String>)> = Vec::new();
    for root in context.roots {
        for output in root.outputs.iter().filter(|output| !pools.contains(&output.origin)) {
            let same = |known: &&mut (&'c Output, Vec<String>)| {
                known.0.name == output.name && known.0.description == output.description
            };
            match seen.iter_mut().find(same) {
                Some((_, roots)) => roots.push(root.path.clone()),
                None => seen.push((output, vec![root.path.clone()])),
            }
        }
    }
    for (output, roots) in seen {
        let mut bootstrap = context.roots.iter().filter(|root| root.kind == Kind::Bootstrap);
        let is_bootstrap = bootstrap.any(|root| roots.contains(&root.path));
        let to: Vec<String> = context
            .roots
            .iter()
            .filter(|root| {
                root.variables.iter().any(|variable| {
                    variable.name == output.name && context.source_of(root, variable.name).is_some()
                })
            })
            .map(|root| root.path.clone())
            .collect();
        rows.push(map! {
            "name" => &output.name,
            "about" => &output.description,
            "sensitive" => output.sensitive,
            "to" => texts(to),
            "sealed" => roots.iter().any(|root| sealed.contains(&(root.as_str(), output.name.as_str()))),
            "exported" => context.roots.iter().filter_map(|root| root.state.as_ref()).any(|state| {
                state.environment.iter().any(|(_, setting)| matches!(setting, Setting::Bootstrap(name) if *name == output.name))
            }) && is_bootstrap,
            "kubectl" => output.name == KUBECONFIG,
            "roots" => texts(roots),
        });
    }
    rows
}

/// The places of all pools.
fn pools(plan: &Plan) -> Vec<At> {
    let of_clusters = plan.clusters.values().flat_map(|cluster| &cluster.pools).map(|pool| pool.at);
    let environments = || plan.environments.values();
    of_clusters
        .chain(environments().flat_map(|environment| &environment.pools).map(|pool| pool.at))
        .chain(environments().flat_map(|environment| &environment.gpu_pools).map(|pool| pool.at))
        .collect()
}

/// Each cluster with the command that reaches it, and its environments with those that apply them.
fn clusters<'c>(context: &Context<'c>) -> Vec<Map<'c>> {
    let plan = context.plan;
    let clusters = plan.clusters.values().filter(|cluster| plan.environments_of(&cluster.key).count() > 0);
    clusters
        .map(|cluster| {
            let name = &cluster.name.value;
            let command = provider::of(cluster.provider.value).kubeconfig_command(cluster);
            let is_written = command.is_some();
            let root = context.root(&cluster_path(plan, cluster));
            let root = root.filter(|root| root.outputs.iter().any(|output| output.name == KUBECONFIG));
            let handed_out = || {
                let directory = context.directory(root?);
                Some(format!(
                    "terraform -chdir={directory} output -raw {KUBECONFIG} | base64 -d > {name}.{KUBECONFIG}\n\
                     export KUBECONFIG=\"$PWD/{name}.{KUBECONFIG}\""
                ))
            };
            let written = command.map(|command| {
                format!("{command} --kubeconfig {name}.{KUBECONFIG}\nexport KUBECONFIG=\"$PWD/{name}.{KUBECONFIG}\"")
            });
            let allowed = cluster.control_plane_allow.iter().map(|range| range.value.to_string());
            map! {
                "name" => name,
                "gitops" => gitops(context, cluster),
                "reach" => written.or_else(handed_out).unwrap_or_default(),
                "personal" => is_written,
                "allow" => texts(allowed),
                "monitoring" => monitoring(context, cluster),
                "environments" => plan
                    .environments_of(&cluster.key)
                    .map(|environment| map! {
                        "key" => &environment.key,
                        "commands" => commands(context, environment),
                    })
                    .collect::<Vec<_>>(),
            }
        })
        .collect()
}

/// The commands that hand a cluster over to Argo CD; none where there is no Argo CD.
fn gitops(context: &Context<'_>, cluster: &Cluster) -> String {
    let plan = context.plan;
    if plan.delivery.gitops.is_none() {
        return String::new();
    }
    let mut lines =
        vec![format!("kubectl apply --server-side -f {}/{}/root.yaml", plan.paths.argocd.value, cluster.key)];
    let manual =
        plan.environments_of(&cluster.key).filter(|environment| environment.sync.value == Sync::Manual);
    for environment in manual {
        let name = |part: &str| names::in_environment(&plan.name.value, &environment.key, part);
        lines.push(format!("argocd app sync {}", names::in_platform(&plan.name.value, &environment.key)));
        let secrets = (plan.secrets.files.is_some() && !environment.secrets.is_empty())
            .then(|| name(names::SECRETS_APPLICATION));
        let own = [name(names::ENVIRONMENT_APPLICATION)];
        let services: Vec<String> = environment.services.iter().map(|service| name(&service.key)).collect();
        for step in [secrets.into_iter().collect::<Vec<_>>(), own.into(), services] {
            if !step.is_empty() {
                let applications = step.join(" ");
                lines.push(format!("argocd app sync {applications}"));
                lines.push(format!("argocd app wait {applications} --health --timeout 1800"));
            }
        }
    }
    lines.join("\n")
}

/// What receivers of alerts need in the namespace of monitoring, where there is any. What is copied from a secret manager
/// comes with the add-on that does so, if platc installs it.
fn monitoring(context: &Context<'_>, cluster: &Cluster) -> String {
    let Some(first) = cluster.secrets.first() else { return String::new() };
    let Some(file) = first.file() else {
        let is_ours = is_installed(context.plan, Feature::ExternalSecrets);
        let directory = secrets_directory(context.plan, cluster);
        return if is_ours { String::new() } else { format!("kubectl apply --server-side -k {directory}") };
    };
    let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
    let namespace = &context.plan.monitoring.namespace.value;
    format!(
        "kubectl create namespace {namespace} --dry-run=client --output yaml | kubectl apply --server-side -f -\n\
         kubectl apply --server-side -f \"$SPEC/{folder}\""
    )
}

/// The namespace first, since sealed secrets belong to it; then they, then what the services need, then the services.
fn commands(context: &Context<'_>, environment: &Environment) -> String {
    const APPLY: &str = "kubectl apply --server-side";
    let overlay = context.overlay(environment);
    let own = names::ENVIRONMENT_DIRECTORY;
    let mut lines = vec![format!("{APPLY} -f {overlay}/{own}/namespace.yaml")];
    if let Some(files) = context.plan.secrets.files.as_ref().filter(|_| !environment.secrets.is_empty()) {
        lines.push(format!("{APPLY} -f \"$SPEC/{}/{}\"", files.value, environment.key));
    }
    lines.push(format!("{APPLY} -k {overlay}/{own}"));
    let plan = context.plan;
    lines.extend(environment.services.iter().map(|service| match plan.delivery.workloads.value {
        Workloads::Kustomize => format!("{APPLY} -k {overlay}/{}", service.key),
        Workloads::Helm => helm::install(plan, environment, service),
    }));
    lines.join("\n")
}
