//! The overview of an environment: what fires, how its services are, how much of its quota is used.

use super::RATE;
use super::board::{self, Board};
use super::grid::Grid;
use super::panel::{Column, Level, Panel, Thresholds, Unit};
use super::service;
use crate::backend::prometheus::conventions::{CONNECTIONS, QUOTA};
use crate::backend::prometheus::expr::{Condition, Selector};
use crate::backend::prometheus::forms;
use crate::backend::prometheus::metrics::{
    ALERTS, KUBE_DEPLOYMENT_AVAILABLE, KUBE_DEPLOYMENT_REPLICAS, KUBE_POD_UNSCHEDULABLE, KUBE_RESOURCE_QUOTA,
    KUBE_RESTARTS, ROLLOUT_AVAILABLE, ROLLOUT_REPLICAS, SEALED_CONDITION,
};
use crate::names;
use crate::plan::{Environment, Plan, SecretDelivery, Service};

/// The dashboard of an environment.
pub(super) fn board<'p>(plan: &'p Plan, environment: &'p Environment) -> Board<'p> {
    let namespace = ("namespace=", environment.namespace.value.as_str());
    let mut grid = Grid::default();
    grid.extend(now(plan, environment, namespace));
    grid.row("Services");
    grid.add(services(plan, environment, namespace));
    grid.row("Alerts");
    grid.add(alerts(environment));
    grid.row("Quota");
    grid.extend(quota(environment, namespace));
    let purpose = environment.purpose.as_ref().map_or("", |purpose| &purpose.value);
    Board {
        name: super::overview_name(environment),
        title: environment.key.clone(),
        description: format!("Environment {} at a glance. {purpose}", environment.key).trim_end().to_owned(),
        tags: board::tags("overview", [environment]),
        since: board::HOURS,
        variables: Vec::new(),
        at: Some(environment.at),
        grid,
    }
}

/// What somebody who is called at night looks at first.
fn now<'p>(plan: &Plan, environment: &Environment, namespace: Condition<'_>) -> Vec<Panel<'p>> {
    let firing = |severity: &str| {
        let labels =
            [("alertstate=", "firing"), ("environment=", environment.key.as_str()), ("severity=", severity)];
        format!("count({}) or vector(0)", Selector(ALERTS, labels))
    };
    let mut panels = vec![
        Panel::stat("Critical alerts", Unit::Count, "0: nothing needs somebody now.")
            .target(firing("critical"), "critical")
            .thresholds(Thresholds::rising([(&1, Level::Bad)])),
        Panel::stat("Warnings", Unit::Count, "0: nothing needs somebody in working hours.")
            .target(firing("warning"), "warning")
            .thresholds(Thresholds::rising([(&1, Level::Warning)])),
        Panel::stat("Pods without a node", Unit::Count, "0, or for a few minutes while a node starts.")
            .target(format!("sum({}) or vector(0)", Selector(KUBE_POD_UNSCHEDULABLE, [namespace])), "pods")
            .thresholds(Thresholds::rising([(&1, Level::Warning)]))
            .alerts(["PodsUnschedulable"]),
        Panel::stat(
            "Restarts in the last hour",
            Unit::Count,
            "0: a container restarts when it crashes or is killed.",
        )
        .target(
            format!("sum(increase({}[1h])) or vector(0)", Selector(KUBE_RESTARTS, [namespace])),
            "restarts",
        )
        .thresholds(Thresholds::rising([(&1, Level::Warning), (&10, Level::Bad)]))
        .alerts(["PodCrashLooping"]),
    ];
    if !environment.secrets.is_empty() {
        let wanted = environment.secrets.len();
        let panel = |title| {
            Panel::stat(title, Unit::Count, format!("{wanted}: as many as the environment needs."))
                .thresholds(Thresholds::falling([(&wanted, Level::Good)]))
        };
        panels.push(match plan.secrets.delivery.value {
            SecretDelivery::ExternalSecrets => {
                let names: Vec<&str> =
                    environment.secrets.iter().map(|secret| secret.name.as_str()).collect();
                panel("External secrets that are ready")
                    .target(
                        forms::ready_external_secrets(&environment.namespace.value, &names.join("|")),
                        "ready",
                    )
                    .alerts(["ExternalSecretsNotReady", "SecretStoreNotReady"])
            }
            SecretDelivery::SealedSecrets => {
                let synced = Selector(SEALED_CONDITION, [namespace, ("condition=", "Synced")]);
                panel("Sealed secrets that are open")
                    .target(format!("count({synced} == 1) or vector(0)"), "open")
                    .alerts(["SealedSecretsNotSynced"])
            }
        });
    }
    panels
}

fn services<'p>(plan: &Plan, environment: &Environment, namespace: Condition<'_>) -> Panel<'p> {
    let error_rate = plan.monitoring.error_rate.value;
    let has_rollouts = environment.services.iter().any(Service::is_rollout);
    let has_deployments = environment.services.iter().any(|service| !service.is_rollout());
    let mismatch =
        [(has_deployments, "DeploymentReplicasMismatch"), (has_rollouts, "RolloutReplicasMismatch")];
    let mismatch = mismatch.into_iter().filter(|(there, _)| *there).map(|(_, alert)| alert);
    // The queries' answers are merged by the one label that they share.
    let by_service = |reading: &str, label: &str| {
        format!(
            "sum by (service) (label_replace(\n  {reading},\n  \"service\", \"$1\", \"{label}\", \"(.+)\"\n))"
        )
    };
    let column = |title, unit, thresholds| Column { title, unit, thresholds };
    // A Deployment of one environment may be a Rollout of another, and each has its own exporter.
    let workload = |of_deployment, of_rollout| {
        let deployments = by_service(&Selector(of_deployment, [namespace]).to_string(), "deployment");
        if has_rollouts {
            let rollouts = by_service(&Selector(of_rollout, [namespace]).to_string(), "name");
            format!("{deployments}\n  or {rollouts}")
        } else {
            deployments
        }
    };
    let wanted = workload(KUBE_DEPLOYMENT_REPLICAS, ROLLOUT_REPLICAS);
    let of = [namespace];
    let uid = names::dashboard_uid(&plan.name.value, service::NAME);
    let address = format!(
        "/d/{uid}?var-environment={}&var-service=${{__value.text}}&${{datasource:queryparam}}&${{__url_time_range}}",
        environment.key
    );
    let restarts = format!("increase({}[1h])", Selector(KUBE_RESTARTS, [namespace]));
    let mut table = Panel::table(
        "Services",
        format!(
            "As many pods available as wanted, less than {error_rate} of the requests failing, no restarts. A name leads to the service."
        ),
    );
    if environment.services.iter().any(|service| service.metrics.is_some()) {
        let failing = Thresholds::rising([(&error_rate.ratio(), Level::Bad)]);
        table = table
            .column(
                by_service(&forms::requests(&of, &RATE), "job"),
                column("Requests/s", Unit::Requests, None),
            )
            .column(
                by_service(&forms::error_ratio(&of, &RATE), "job"),
                column("Errors", Unit::Share, Some(failing)),
            )
            .column(
                by_service(&forms::latency("0.95", &of, &RATE), "job"),
                column("p95", Unit::Seconds, None),
            )
            .alerts(["ServiceDown", "ServiceErrorRateHigh"]);
    }
    table
        .column(wanted.clone(), column("Pods wanted", Unit::Count, None))
        .column(
            workload(KUBE_DEPLOYMENT_AVAILABLE, ROLLOUT_AVAILABLE),
            column("Pods available", Unit::Count, Some(Thresholds::falling([(&1, Level::Good)]))),
        )
        .column(
            // Containers of caches and brokers are no services.
            if has_rollouts {
                format!("{}\n  and on (service) (\n{wanted}\n)", by_service(&restarts, "container"))
            } else {
                format!("{}\n  and on (service) {wanted}", by_service(&restarts, "container"))
            },
            column("Restarts in 1 h", Unit::Count, Some(Thresholds::rising([(&1, Level::Warning)]))),
        )
        .alerts(mismatch)
        .leads_to("Service", address)
}

fn alerts<'p>(environment: &Environment) -> Panel<'p> {
    let firing = Selector(ALERTS, [("alertstate=", "firing"), ("environment=", environment.key.as_str())]);
    Panel::table("Firing alerts", "Empty. What stands here is explained by the runbook of its name.")
        .target(firing.to_string(), "alerts")
        .hides(&[
            "Value",
            "__name__",
            "alertstate",
            "environment",
            "namespace",
            "instance",
            "job",
            "prometheus",
        ])
}

/// Each resource up to what the plan allows.
fn quota<'p>(environment: &Environment, namespace: Condition<'_>) -> Vec<Panel<'p>> {
    let quota = &environment.quota;
    let cpu = format!("{}.{:03}", quota.cpu.value.0 / 1000, quota.cpu.value.0 % 1000);
    let cpu = cpu.trim_end_matches('0').trim_end_matches('.').to_owned();
    let rows = [
        ("CPU requests", "requests.cpu", Unit::Count, cpu, quota.cpu.value.to_string()),
        (
            "Memory requests",
            "requests.memory",
            Unit::Bytes,
            quota.memory.value.0.to_string(),
            quota.memory.value.to_string(),
        ),
        ("Pods", "pods", Unit::Count, quota.pods.value.to_string(), quota.pods.value.to_string()),
        (
            "Disks",
            "requests.storage",
            Unit::Bytes,
            quota.storage.value.0.to_string(),
            quota.storage.value.to_string(),
        ),
        (
            "GPUs",
            "requests.nvidia.com/gpu",
            Unit::Count,
            quota.gpus.value.to_string(),
            quota.gpus.value.to_string(),
        ),
    ];
    let mut panels: Vec<Panel<'p>> = rows
        .into_iter()
        .filter(|(_, _, _, max, _)| max != "0")
        .map(|(title, resource, unit, max, shown)| {
            let used = Selector(KUBE_RESOURCE_QUOTA, [namespace, ("resource=", resource), ("type=", "used")]);
            // GPUs of a pool of fixed size are meant to be used up.
            let thresholds = if title == "GPUs" {
                Thresholds::rising([])
            } else {
                Thresholds::rising([(&80, Level::Warning), (&90, Level::Bad)])
            };
            Panel::gauge(title, unit, &max, format!("Below the quota of {shown}, with room for a rollout."))
                .target(format!("max({used})"), "used")
                .thresholds(thresholds.of_the_range())
        })
        .collect();
    panels.push(
        Panel::series(
            "Used share of the quota",
            Unit::Share,
            "Below 80 %. GPUs may be used up: a pool of fixed size is meant to be.",
        )
        .target(forms::quota_use(&[namespace]), "{{resource}}")
        .thresholds(Thresholds::rising([(&CONNECTIONS, Level::Warning), (&QUOTA, Level::Bad)]))
        .alerts(["QuotaNearlyUsed"])
        .wide(24),
    );
    panels
}
