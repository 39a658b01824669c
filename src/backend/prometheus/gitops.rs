//! Rules about the applications of Argo CD: whether each is what Git says, works, and exists.

use super::conventions::{LASTING, RECENTLY};
use super::expr::{COUNT, Condition, Selector};
use super::metrics::{ARGOCD_APP_INFO, ARGOCD_SYNCS};
use super::rule::{Group, Rule, Scope, Subject, Urgency};
use crate::backend::argocd;
use crate::names;
use crate::plan::Sync;
use crate::source::At;
use crate::units::Duration;

const APPLICATION: &str = "{{ $labels.name }}";

/// A project of Argo CD and what is expected of it.
struct Project {
    name: String,
    of: String,
    applications: usize,
    is_automated: bool,
}

/// The rules of an environment's applications, and those of the cluster's add-ons where it `leads`.
pub(super) fn groups(scope: Scope<'_>, leads: bool) -> Vec<Group<'_>> {
    let (plan, environment) = (scope.plan, scope.environment);
    let Some(gitops) = &plan.delivery.gitops else { return Vec::new() };
    let Some(cluster) = plan.clusters.get(&environment.cluster.value) else { return Vec::new() };
    let counts = argocd::applications(plan, cluster, environment);
    let own = Project {
        name: names::in_platform(&plan.name.value, &environment.key),
        of: environment.key.clone(),
        applications: counts.environment,
        is_automated: environment.sync.value == Sync::Automated,
    };
    let addons = leads.then(|| Project {
        name: names::addons_project(&plan.name.value, &cluster.key),
        of: format!("the add-ons of cluster {}", cluster.key),
        applications: counts.addons,
        is_automated: true,
    });
    let namespace = gitops.namespace.value.as_str();
    let group = |kind: &'static str, name: &str, at: At, project: &Project| -> Group<'_> {
        let subject = scope.subject(kind, scope.namespace()).labelled("namespace");
        let rules = of_project(scope, subject, namespace, project);
        let rules = rules.into_iter().map(|rule| rule.with("project", project.name.clone())).collect();
        let mut group = subject.group(at, rules);
        group.name = names::rule_group(kind, scope.key(), name);
        group
    };
    let mut groups = vec![group("applications", scope.key(), environment.at, &own)];
    groups.extend(addons.map(|project| group("applications", "add-ons", cluster.at, &project)));
    groups
}

fn of_project<'p>(
    scope: Scope<'p>,
    subject: Subject<'p>,
    namespace: &str,
    project: &Project,
) -> Vec<Rule<'p>> {
    let (name, of) = (project.name.as_str(), project.of.as_str());
    let base: [Condition<'_>; 2] = [("namespace=", namespace), ("project=", name)];
    let info =
        |condition: Condition<'static>| Selector(ARGOCD_APP_INFO, [base[0], base[1], condition]).to_string();
    let per = "max by (project, name)";
    let sync = if project.is_automated {
        subject.rule(
            "ArgocdApplicationOutOfSync",
            Urgency::Soon,
            LASTING,
            format!("{per} ({}) == 1", info(("sync_status!=", "Synced"))),
            "What runs is not what Git says, and Argo CD does not mend it.",
            format!("Application {APPLICATION} of {of} has not been what Git says for {LASTING}, though it follows Git by itself."),
        )
    } else {
        subject.rule(
            "ArgocdApplicationAwaitsSync",
            Urgency::Never,
            Duration::DAY,
            format!("{per} ({}) == 1", info(("sync_status=", "OutOfSync"))),
            "A change in Git waits for a person.",
            format!("Application {APPLICATION} of {of} has differed from Git for a day; a person brings changes there."),
        )
    };
    let range = scope.range(RECENTLY);
    let failed = Selector(ARGOCD_SYNCS, [base[0], base[1], ("phase=~", "Error|Failed")]);
    let all = Selector(ARGOCD_APP_INFO, base);
    let wanted = project.applications;
    vec![
        sync,
        subject.rule(
            "ArgocdApplicationUnhealthy",
            Urgency::Soon,
            LASTING,
            // A rollout that is paused is `Suspended`: RolloutWaits says so.
            format!("{per} ({}) == 1", info(("health_status!~", "Healthy|Progressing|Suspended"))),
            "What Argo CD brought does not work.",
            format!("Argo CD has called application {APPLICATION} of {of} unhealthy for {LASTING}."),
        ),
        subject.rule(
            "ArgocdSyncFailed",
            Urgency::Soon,
            Duration(0),
            format!("sum by (project, name) (increase({failed}[{range}])) > 0"),
            "Argo CD could not bring a change.",
            format!(
                "Argo CD failed {COUNT} times in the last {range} to bring application {APPLICATION} of {of}."
            ),
        ),
        subject.rule(
            "ArgocdApplicationsMissing",
            Urgency::Soon,
            LASTING,
            format!("(count(count by (name) ({all})) or vector(0)) < {wanted}"),
            "Applications of Argo CD are missing, or nobody sees them.",
            format!("Argo CD reports {COUNT} applications of {of}; there should be {wanted}."),
        ),
    ]
}
