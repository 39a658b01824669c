//! Rules about the applications of Argo CD: whether each is what Git says, works, and exists.

use super::conventions::{LASTING, RECENTLY};
use super::expr::{COUNT, Condition, Selector};
use super::metrics::{ARGOCD_APP_INFO, ARGOCD_SYNCS};
use super::rule::{Group, Rule, Scope, Subject, Urgency};
use super::story::{GONE, Series, Story, fires, healthy, near, series, vanished};
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

/// Whether there are groups.
pub(super) fn is_any(scope: Scope<'_>) -> bool {
    scope.plan.delivery.gitops.is_some() && scope.cluster().is_some()
}

/// The rules of an environment's applications, and those of the cluster's add-ons where it `leads`.
pub(super) fn groups(scope: Scope<'_>, leads: bool) -> Vec<Group<'_>> {
    let (plan, environment) = (scope.plan, scope.environment);
    let Some(gitops) = &plan.delivery.gitops else { return Vec::new() };
    let Some(cluster) = scope.cluster() else { return Vec::new() };
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

/// The series of an application, for stories.
fn app(of: [Condition<'_>; 2], sync: &str, health: &str) -> Series {
    series(ARGOCD_APP_INFO, &of, &[("name=", "a"), ("sync_status=", sync), ("health_status=", health)])
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
    let others: [Condition<'_>; 2] = [base[0], ("project=", "another")];
    let per = "max by (project, name)";
    let sync = if project.is_automated {
        subject.rule(
            "ArgocdApplicationOutOfSync",
            Urgency::Soon,
            LASTING,
            format!("{per} ({}) == 1", info(("sync_status!=", "Synced"))),
            "What runs is not what Git says, and Argo CD does not mend it.",
            format!("Application {APPLICATION} of {of} has not been what Git says for {LASTING}, though it follows Git by itself."),
        ).proved(|| Story::new(
            [
                healthy("it is what Git says"),
                near("one of another project is not"),
                fires("it is not", 1.0).on("name", "a"),
                healthy("it is again"),
                fires("Git cannot be read", 1.0).on("name", "a"),
            ],
            [
                app(base, "Synced", "Healthy").is([1., 1., GONE, 1., GONE]),
                app(base, "OutOfSync", "Healthy").is([GONE, GONE, 1., GONE, GONE]),
                app(base, "Unknown", "Healthy").is([GONE, GONE, GONE, GONE, 1.]),
                app(others, "OutOfSync", "Healthy").is([GONE, 1., GONE, GONE, GONE]),
            ],
        ))
    } else {
        subject.rule(
            "ArgocdApplicationAwaitsSync",
            Urgency::Never,
            Duration::DAY,
            format!("{per} ({}) == 1", info(("sync_status=", "OutOfSync"))),
            "A change in Git waits for a person.",
            format!("Application {APPLICATION} of {of} has differed from Git for a day; a person brings changes there."),
        ).proved(|| Story::new(
            [
                healthy("it is what Git says"),
                near("Git cannot be read"),
                near("one of another project differs"),
                fires("it differs", 1.0).on("name", "a"),
            ],
            [
                app(base, "Synced", "Healthy").is([1., GONE, 1., GONE]),
                app(base, "Unknown", "Healthy").is([GONE, 1., GONE, GONE]),
                app(base, "OutOfSync", "Healthy").is([GONE, GONE, GONE, 1.]),
                app(others, "OutOfSync", "Healthy").is([GONE, GONE, 1., GONE]),
            ],
        ))
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
        ).proved(|| Story::new(
            [
                healthy("it works"),
                near("it is being brought"),
                near("a rollout in it is paused"),
                near("one of another project does not work"),
                fires("it does not work", 1.0).on("name", "a"),
            ],
            [
                app(base, "Synced", "Healthy").is([1., GONE, GONE, 1., GONE]),
                app(base, "Synced", "Progressing").is([GONE, 1., GONE, GONE, GONE]),
                app(base, "Synced", "Suspended").is([GONE, GONE, 1., GONE, GONE]),
                app(base, "Synced", "Degraded").is([GONE, GONE, GONE, GONE, 1.]),
                app(others, "Synced", "Degraded").is([GONE, GONE, GONE, 1., GONE]),
            ],
        )),
        subject.rule(
            "ArgocdSyncFailed",
            Urgency::Soon,
            Duration(0),
            format!("sum by (project, name) (increase({failed}[{range}])) > 0"),
            "Argo CD could not bring a change.",
            format!(
                "Argo CD failed {COUNT} times in the last {range} to bring application {APPLICATION} of {of}."),
        ).proved(|| {
            let told = |of: [Condition<'_>; 2], phase| {
                series(ARGOCD_SYNCS, &of, &[("name=", "a"), ("phase=", phase)])
            };
            Story::new(
                [
                    healthy("nothing is brought"),
                    near("changes are brought, and one of another project fails"),
                    fires("one fails", 1.0).on("name", "a"),
                    healthy("none fails"),
                    fires("one ends in an error", 1.0).on("name", "a"),
                ],
                [
                    told(base, "Succeeded").grows([0., 1., 0., 1., 0.]),
                    told(base, "Failed").grows([0., 0., 1., 0., 0.]),
                    told(base, "Error").grows([0., 0., 0., 0., 1.]),
                    told(others, "Failed").grows([0., 1., 0., 0., 0.]),
                ],
            )
        }),
        subject.rule(
            "ArgocdApplicationsMissing",
            Urgency::Soon,
            LASTING,
            format!("(count(count by (name) ({all})) or vector(0)) < {wanted}"),
            "Applications of Argo CD are missing, or nobody sees them.",
            format!("Argo CD reports {COUNT} applications of {of}; there should be {wanted}."),
        ).proved(|| {
            #[allow(clippy::cast_precision_loss, reason = "some applications")]
            let fewer = wanted.saturating_sub(1) as f64;
            let named = |of: [Condition<'_>; 2], name: &str| series(ARGOCD_APP_INFO, &of, &[("name=", name)]);
            let each = (0..wanted).map(|index| {
                let missing = if index == 0 { GONE } else { 1. };
                named(base, &format!("a{index}")).is([1., missing, 1., GONE])
            });
            Story::new(
                [
                    healthy("all are there"),
                    fires("one is not", fewer),
                    healthy("all are there again"),
                    vanished("only one of another project is seen", 0.0),
                ],
                each.chain([named(others, "a0").is([1., 1., 1., 1.])]),
            )
        }),
    ]
}
