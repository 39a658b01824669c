//! How changes get from environment to environment, and whether anything brings them there.

use std::collections::{BTreeMap, BTreeSet};

use super::{Context, Rule};
use crate::diag::{Diagnostic, code};
use crate::names;
use crate::plan::{Cluster, Environment, Install, Origin, Plan};
use crate::source::At;
use crate::words::{Role, Sync};

pub(super) const RULES: &[Rule] = &[
    Rule { name: "delivery/promotion-cycle", run: cycle },
    Rule { name: "delivery/promotion-order", run: order },
    Rule { name: "delivery/sync", run: sync },
    Rule { name: "delivery/approvals", run: approvals },
    Rule { name: "delivery/workflows", run: workflows },
    Rule { name: "delivery/applications", run: applications },
];

/// The longest name that is also the value of a label: Argo CD and its charts write it to labels.
const LONGEST: usize = 63;

/// The environment that a change passes before it comes to this one.
fn before<'a>(plan: &'a Plan, environment: &Environment) -> Option<&'a Environment> {
    plan.environments.get(&environment.after.as_ref()?.value)
}

fn cycle(context: &mut Context<'_>) {
    let plan = context.plan;
    let mut done: BTreeSet<&str> = BTreeSet::new();
    for start in plan.environments.values() {
        let mut way: Vec<&Environment> = Vec::new();
        let mut here = Some(start);
        while let Some(environment) = here.filter(|one| !done.contains(one.key.as_str())) {
            if let Some(begin) = way.iter().position(|one| one.key == environment.key) {
                let names: Vec<&str> =
                    way[begin..].iter().chain([&environment]).map(|one| one.key.as_str()).collect();
                if let Some(after) = way.last().and_then(|last| last.after.as_ref()) {
                    let finding = Diagnostic::new(
                        &code::PROMOTION_CYCLE,
                        context.origin(after, start.at),
                        format!("changes would go in a circle: {}", in_order(&names)),
                    )
                    .label("the circle closes here")
                    .related(context.key(environment.at), "which is where the circle began")
                    .help("remove `after` from the environment that changes reach first");
                    context.report(finding);
                }
                break;
            }
            way.push(environment);
            here = before(plan, environment);
        }
        done.extend(way.iter().map(|one| one.key.as_str()));
    }
}

/// Names of environments, each after the one that it follows: the way of a change.
fn in_order(names: &[&str]) -> String {
    let order: Vec<&str> = names.iter().rev().copied().collect();
    order.join(" -> ")
}

/// How far from its users an environment is; `None` for infrastructure, which is no stage.
const fn stage(role: Role) -> Option<u8> {
    match role {
        Role::Development => Some(0),
        Role::Staging => Some(1),
        Role::Production => Some(2),
        Role::Recovery => Some(3),
        Role::System => None,
    }
}

/// A change that reaches users before it reaches those who try it is tried on users.
fn order(context: &mut Context<'_>) {
    let plan = context.plan;
    if context.sink.found().iter().any(|finding| finding.code == &code::PROMOTION_CYCLE) {
        return;
    }
    for environment in plan.environments.values() {
        let (Some(after), Some(earlier)) = (&environment.after, before(plan, environment)) else { continue };
        let (Some(here), Some(there)) = (stage(environment.role.value), stage(earlier.role.value)) else {
            continue;
        };
        if there > here {
            let finding = Diagnostic::new(
                &code::PROMOTION_ORDER,
                context.origin(after, environment.at),
                format!(
                    "a change comes to {} ({}) only after {} ({})",
                    environment.key,
                    environment.role.word(),
                    earlier.key,
                    earlier.role.word()
                ),
            )
            .related(context.origin(&earlier.role, earlier.at), "nearer to users")
            .help(format!("let {} follow {}", earlier.key, environment.key));
            context.report(finding);
        }
    }
    if plan.delivery.gitops.is_none() {
        return;
    }
    let tried: Vec<&str> = plan
        .environments
        .values()
        .filter(|other| matches!(other.role.value, Role::Development | Role::Staging))
        .map(|other| other.key.as_str())
        .collect();
    let Some(nearest) = plan
        .environments
        .values()
        .filter(|other| tried.contains(&other.key.as_str()))
        .max_by_key(|other| stage(other.role.value))
    else {
        return;
    };
    for environment in plan.environments.values().filter(|one| one.is_production() && one.after.is_none()) {
        let finding = Diagnostic::new(
            &code::PROMOTION_ORDER,
            context.key(environment.at),
            format!("nothing says which environment a change passes before {}", environment.key),
        )
        .help(format!("write `after: {}`", nearest.key));
        context.report(finding);
    }
}

fn sync(context: &mut Context<'_>) {
    let plan = context.plan;
    for environment in plan.environments.values() {
        let Origin::Written(at) = environment.sync.origin else { continue };
        if plan.delivery.gitops.is_none() {
            let finding = Diagnostic::new(
                &code::SYNC_WITHOUT_GITOPS,
                context.key(at),
                format!(
                    "nothing brings changes to {}, so nothing can do it {}",
                    environment.key,
                    manner(environment)
                ),
            )
            .help("add `delivery: {gitops: {tool: argocd, repository: ...}}`, or remove `sync`");
            context.report(finding);
        } else if environment.is_production() && environment.sync.value == Sync::Automated {
            let finding = Diagnostic::new(
                &code::PRODUCTION_AUTOMATED,
                context.span(at),
                format!("{} takes every change at once", environment.key),
            )
            .related(context.origin(&environment.role, environment.at), "users are here")
            .help("leave `sync` out, and a person brings each change to production; or accept this with a reason under `allow`, such as the reviews that the branch needs");
            context.report(finding);
        }
    }
}

const fn manner(environment: &Environment) -> &'static str {
    match environment.sync.value {
        Sync::Automated => "by itself",
        Sync::Manual => "by hand only",
    }
}

/// A number of approvals that nobody counts, or that leaves production to one person.
fn approvals(context: &mut Context<'_>) {
    let plan = context.plan;
    let counts = plan.delivery.ci.is_some() && plan.state.is_some();
    for environment in plan.environments.values() {
        let Origin::Written(at) = environment.approvals.origin else { continue };
        if !counts {
            let missing = if plan.delivery.ci.is_none() {
                "add `delivery: {ci: github}`, or remove `approvals`"
            } else {
                "add a bucket with `for: state`, so that workflows can apply, or remove `approvals`"
            };
            let finding = Diagnostic::new(
                &code::APPROVALS_NOT_COUNTED,
                context.key(at),
                format!("no workflow applies anything to {}, so none counts approvals", environment.key),
            )
            .help(missing);
            context.report(finding);
        } else if environment.is_production() && environment.approvals.value == 0 {
            let finding = Diagnostic::new(
                &code::NO_APPROVAL,
                context.span(at),
                format!("whoever merges a change has it applied to {}", environment.key),
            )
            .related(context.origin(&environment.role, environment.at), "users are here")
            .help("write how many others must approve, at least 1");
            context.report(finding);
        }
    }
}

/// Workflows must be where GitHub looks for them.
fn workflows(context: &mut Context<'_>) {
    let plan = context.plan;
    let Some(ci) = &plan.delivery.ci else { return };
    if plan.paths.ci.value != names::WORKFLOWS {
        let finding = Diagnostic::new(
            &code::WORKFLOWS_ELSEWHERE,
            context.origin(&plan.paths.ci, At::ROOT),
            format!("GitHub does not look for workflows in `{}`", plan.paths.ci.value),
        )
        .related(context.origin(ci, At::ROOT), "workflows are asked for here")
        .help(format!("remove the line: the default is `{}`", names::WORKFLOWS));
        context.report(finding);
    }
    if let Some(gitops) = plan.delivery.gitops.as_ref().filter(|gitops| gitops.path.value != ".") {
        let finding = Diagnostic::new(
            &code::WORKFLOWS_ELSEWHERE,
            context.origin(&gitops.path, gitops.at),
            format!(
                "workflows would be in `{}`, below the root of the repository",
                gitops.in_output(names::WORKFLOWS)
            ),
        )
        .related(context.origin(ci, At::ROOT), "workflows are asked for here")
        .help("render into the root of the repository: `platc render -o .`, and remove the line");
        context.report(finding);
    }
}
/// The applications of a cluster, each with what it brings and the place that it comes from.
fn of_cluster(plan: &Plan, cluster: &Cluster) -> Vec<(String, String, At)> {
    let platform = &plan.name.value;
    let mut found = vec![(
        names::root_application(platform, &cluster.key),
        format!("the cluster {}", cluster.key),
        cluster.at,
    )];
    let of_cluster = |part: &str| names::application_of_cluster(platform, &cluster.key, part);
    let installed: Vec<_> =
        cluster.addons.iter().filter(|addon| addon.install.value == Install::Platc).collect();
    if !installed.is_empty() {
        let what = "the namespaces of add-ons".to_owned();
        found.push((of_cluster(names::NAMESPACES_APPLICATION), what, cluster.at));
    }
    if plan.secrets.files.is_none() {
        let what = "the stores of external secrets".to_owned();
        found.push((of_cluster(names::SECRETS_APPLICATION), what, cluster.at));
    }
    found.push((of_cluster(names::DASHBOARDS_APPLICATION), "the dashboards".to_owned(), cluster.at));
    found.extend(
        installed
            .into_iter()
            .map(|addon| (of_cluster(&addon.key), format!("the add-on {}", addon.key), addon.at)),
    );
    for environment in plan.environments_of(&cluster.key) {
        let of = |part: &str| names::in_environment(platform, &environment.key, part);
        let here = |what: &str| format!("{what} {}", environment.key);
        found.push((names::in_platform(platform, &environment.key), here("the environment"), environment.at));
        found.push((of(names::ENVIRONMENT_APPLICATION), here("the objects of"), environment.at));
        if plan.secrets.files.is_some() && !environment.secrets.is_empty() {
            found.push((of(names::SECRETS_APPLICATION), here("the sealed secrets of"), environment.at));
        }
        let services = environment.services.iter();
        found.extend(
            services.map(|service| {
                (of(&service.key), here(&format!("the service {} in", service.key)), service.at)
            }),
        );
    }
    found
}

/// Argo CD keeps one application of a name: a second one would take its place.
fn applications(context: &mut Context<'_>) {
    let plan = context.plan;
    if plan.delivery.gitops.is_none() {
        return;
    }
    for cluster in plan.clusters.values() {
        let mut taken: BTreeMap<String, (String, At)> = BTreeMap::new();
        for (name, what, at) in of_cluster(plan, cluster) {
            if name.len() > LONGEST {
                let finding = Diagnostic::new(
                    &code::NAME_TOO_LONG,
                    context.key(at),
                    format!("`{name}`, the application of {what}, has {} characters", name.len()),
                )
                .help(format!("shorten the names that it is made of: {LONGEST} at most"));
                context.report(finding);
            }
            if let Some((other, first)) = taken.insert(name.clone(), (what.clone(), at)) {
                let finding = Diagnostic::new(
                    &code::NAME_COLLISION,
                    context.key(at),
                    format!("{what} and {other} both get the application `{name}`"),
                )
                .related(context.key(first), format!("first for {other}"))
                .help("rename one of the two");
                context.report(finding);
            }
        }
    }
}
