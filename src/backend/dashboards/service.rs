//! A service that is chosen at the top, in an environment that is chosen at the top: one dashboard for any number of services.
//!
//! Its limits, the range of its autoscaler and what it uses come from series, so that each service is held against its own
//! numbers.

use super::RATE;
use super::board::{self, Board, ENVIRONMENT, NAMESPACE, SERVICE};
use super::grid::Grid;
use super::panel::{Level, Panel, Thresholds, Unit};
use crate::backend::prometheus::conventions::{CACHE_MEMORY, CONNECTIONS};
use crate::backend::prometheus::expr::{Condition, Selector};
use crate::backend::prometheus::forms;
use crate::backend::prometheus::metrics::{
    CONTAINER_CPU, CONTAINER_MEMORY, CONTAINER_PERIODS, CONTAINER_THROTTLED, KUBE_DEPLOYMENT_AVAILABLE,
    KUBE_DEPLOYMENT_REPLICAS, KUBE_HPA_DESIRED, KUBE_HPA_MAX, KUBE_HPA_MIN, KUBE_LIMITS, KUBE_REQUESTS,
    KUBE_RESTARTS, KUBE_TERMINATED_REASON, RABBITMQ_CONSUMERS, RABBITMQ_MESSAGES, ROLLOUT_AVAILABLE,
    ROLLOUT_REPLICAS, ROLLOUT_UPDATED,
};
use crate::plan::{Ingress, Plan, Scale, Service, Target};

/// Its name in paths and addresses.
pub(super) const NAME: &str = "service";

/// The dashboard of services, if there is one.
pub(super) fn board(plan: &Plan) -> Option<Board<'_>> {
    let any = |test: &dyn Fn(&Service) -> bool| {
        plan.environments.values().any(|environment| environment.services.iter().any(test))
    };
    if !any(&|_| true) {
        return None;
    }
    let uses =
        |test: fn(&Target) -> bool| any(&|service| service.edges.iter().any(|edge| test(&edge.target)));
    let mut grid = Grid::default();
    if any(&|service| service.metrics.is_some()) {
        grid.row("Requests");

        grid.extend(requests(plan));
    }
    if let Some(ingress) = plan.ingress.as_ref().filter(|_| any(&|service| service.route.is_some())) {
        grid.row("Requests from outside, at the ingress controller");
        grid.extend(route(plan, ingress));
    }
    grid.row("Pods");
    grid.extend(pods(
        any(&|service| matches!(service.scale, Scale::Auto(_))),
        any(&|service| !service.is_rollout()),
        any(&Service::is_rollout),
    ));
    let edges = [
        uses(|target| matches!(target, Target::Database { .. } | Target::Pooler { .. })).then(database),
        uses(|target| matches!(target, Target::Cache { .. })).then(cache),
        uses(|target| matches!(target, Target::Queue { .. })).then(queues),
    ];
    if edges.iter().any(Option::is_some) {
        grid.row("What it uses");
        grid.extend(edges.into_iter().flatten().flatten());
    }
    Some(Board {
        name: NAME.to_owned(),
        title: "service".to_owned(),
        description: "One service: its requests, its pods against their limits, and the databases, caches and queues that it uses."
            .to_owned(),
        tags: board::tags("service", plan.environments.values()),
        since: board::HOURS,
        variables: board::environments(plan).into_iter().chain([board::services(plan)]).collect(),
        at: None,
        grid,
    })
}

const OF_JOB: [Condition<'_>; 2] = [("namespace=", NAMESPACE), ("job=", SERVICE)];
const OF_DEPLOYMENT: [Condition<'_>; 2] = [("namespace=", NAMESPACE), ("deployment=", SERVICE)];
const OF_ROLLOUT: [Condition<'_>; 2] = [("namespace=", NAMESPACE), ("name=", SERVICE)];
const OF_SCALER: [Condition<'_>; 2] = [("namespace=", NAMESPACE), ("horizontalpodautoscaler=", SERVICE)];
/// The container of a service is named after it.
const OF_CONTAINER: [Condition<'_>; 2] = [("namespace=", NAMESPACE), ("container=", SERVICE)];

fn requests<'p>(plan: &Plan) -> Vec<Panel<'p>> {
    let tolerated = plan.monitoring.error_rate.value;
    let mut latency =
        Panel::series("Time to answer", Unit::Seconds, "Flat, with p99 near p95: no queue builds up.");
    for (quantile, legend) in [("0.5", "p50"), ("0.95", "p95"), ("0.99", "p99")] {
        latency = latency.target(forms::latency(quantile, &OF_JOB, &RATE), legend);
    }
    vec![
        Panel::series(
            "Requests",
            Unit::Requests,
            "The usual shape of the day. A sudden fall is as bad as a sudden rise.",
        )
        .target(forms::requests(&OF_JOB, &RATE), "requests")
        .alerts(["ServiceDown"]),
        Panel::series(
            "Failed requests",
            Unit::Share,
            format!("Below {tolerated}, from where on the alert waits to fire."),
        )
        .target(forms::error_ratio(&OF_JOB, &RATE), "5xx")
        .thresholds(Thresholds::rising([(&tolerated.ratio(), Level::Bad)]))
        .alerts(["ServiceErrorRateHigh"]),
        latency,
    ]
}

fn route<'p>(plan: &Plan, ingress: &Ingress) -> Vec<Panel<'p>> {
    let routes = forms::Routes::new(ingress.controller.value, ("namespace=", NAMESPACE), Some(SERVICE));
    let tolerated = plan.monitoring.error_rate.value;
    vec![
        Panel::series(
            "Requests from outside",
            Unit::Requests,
            "The usual shape of the day; empty for a service without a host.",
        )
        .target(routes.requests(&RATE), "requests"),
        Panel::series(
            "Failed requests from outside",
            Unit::Share,
            format!("Below {tolerated}. More than the service's own: it is not reached."),
        )
        .target(routes.error_ratio(&RATE), "5xx")
        .thresholds(Thresholds::rising([(&tolerated.ratio(), Level::Bad)]))
        .alerts(["RouteErrorRateHigh"]),
        Panel::series(
            "Time to answer from outside",
            Unit::Seconds,
            "Near the service's own: what is more is spent before it.",
        )
        .target(routes.latency("0.95", &RATE), "p95"),
    ]
}

fn pods<'p>(scaled: bool, has_deployments: bool, has_rollouts: bool) -> Vec<Panel<'p>> {
    // What makes the pods of a service, a Deployment or a Rollout, may differ by environment.
    let workload = |of_deployment, of_rollout| {
        let deployment = Selector(of_deployment, OF_DEPLOYMENT);
        if has_rollouts {
            format!("max({deployment} or {})", Selector(of_rollout, OF_ROLLOUT))
        } else {
            format!("max({deployment})")
        }
    };
    let container = |metric| Selector(metric, OF_CONTAINER);
    let resource = |metric, resource| {
        let [namespace, container] = OF_CONTAINER;
        format!("max({})", Selector(metric, [namespace, container, ("resource=", resource)]))
    };
    let mut replicas = Panel::series(
        "Pods",
        Unit::Count,
        "Available as wanted, and the autoscaler between its minimum and its maximum.",
    )
    .target(workload(KUBE_DEPLOYMENT_REPLICAS, ROLLOUT_REPLICAS), "wanted")
    .target(workload(KUBE_DEPLOYMENT_AVAILABLE, ROLLOUT_AVAILABLE), "available")
    .alerts(["ServiceNoReadyReplicas"])
    .alerts(has_deployments.then_some("DeploymentReplicasMismatch"));
    if has_rollouts {
        replicas = replicas
            .target(format!("max({})", Selector(ROLLOUT_UPDATED, OF_ROLLOUT)), "of the newest version")
            .alerts(["RolloutReplicasMismatch", "RolloutDegraded"]);
    }
    if scaled {
        for (metric, legend) in [
            (KUBE_HPA_MIN, "minimum"),
            (KUBE_HPA_MAX, "maximum"),
            (KUBE_HPA_DESIRED, "wanted by the autoscaler"),
        ] {
            replicas = replicas.target(format!("max({})", Selector(metric, OF_SCALER)), legend);
        }
        replicas = replicas.alerts(["HPAMaxedOut"]);
    }
    let [namespace, named] = OF_CONTAINER;
    let killed = Selector(KUBE_TERMINATED_REASON, [namespace, named, ("reason=", "OOMKilled")]);
    vec![
        replicas,
        Panel::series(
            "CPU of each pod",
            Unit::Count,
            "Around the request, and below the limit where there is one.",
        )
        .target(format!("sum by (pod) (rate({}[{RATE}]))", container(CONTAINER_CPU)), "{{pod}}")
        .target(resource(KUBE_REQUESTS, "cpu"), "request")
        .target(resource(KUBE_LIMITS, "cpu"), "limit"),
        Panel::series(
            "Memory of each pod",
            Unit::Bytes,
            "Below the limit with room to spare: at the limit the container is killed.",
        )
        .target(format!("max by (pod) ({})", container(CONTAINER_MEMORY)), "{{pod}}")
        .target(resource(KUBE_REQUESTS, "memory"), "request")
        .target(resource(KUBE_LIMITS, "memory"), "limit")
        .alerts(["ContainerOOMKilled"]),
        Panel::series(
            "Restarts",
            Unit::Count,
            "None. Of pods whose last end was for their memory, the limit is too low.",
        )
        .target(format!("sum by (pod) (increase({}[1h]))", container(KUBE_RESTARTS)), "{{pod}}")
        .target(format!("count({killed} == 1)"), "pods last killed for their memory")
        .alerts(["PodCrashLooping", "ContainerOOMKilled"])
        .wide(12),
        Panel::series(
            "Time without CPU",
            Unit::Share,
            "Near 0; empty without a CPU limit. What is more is waiting, and shows as slow answers.",
        )
        .target(
            format!(
                "sum by (pod) (rate({}[{RATE}]))\n  / sum by (pod) (rate({}[{RATE}]))",
                container(CONTAINER_THROTTLED),
                container(CONTAINER_PERIODS)
            ),
            "{{pod}}",
        )
        .wide(12),
    ]
}

fn used_by(kind: &'static str) -> [Condition<'static>; 3] {
    [("environment=", ENVIRONMENT), ("service=", SERVICE), ("kind=", kind)]
}

fn database<'p>() -> Vec<Panel<'p>> {
    let reading = forms::connections_use(&[("environment=", ENVIRONMENT)]);
    vec![
        Panel::series(
            "Connections of its databases",
            Unit::Share,
            "Below 80 %: what is left is for rollouts and for people.",
        )
        .target(forms::used_by(&reading, "environment, database", &used_by("database")), "{{database}}")
        .thresholds(Thresholds::rising([(&CONNECTIONS, Level::Warning)]))
        .alerts(["DatabaseConnectionsHigh"]),
    ]
}

fn cache<'p>() -> Vec<Panel<'p>> {
    let reading = forms::cache_memory_use_of(&[("namespace=", NAMESPACE)]);
    vec![
        Panel::series(
            "Memory of its caches",
            Unit::Share,
            "Below 90 %, unless the cache evicts: then full is usual.",
        )
        .target(forms::used_by(&reading, "namespace, job", &used_by("cache")), "{{pod}}")
        .thresholds(Thresholds::rising([(&CACHE_MEMORY, Level::Warning)]))
        .alerts(["CacheMemoryHigh"]),
    ]
}

fn queues<'p>() -> Vec<Panel<'p>> {
    let of = [("namespace=", NAMESPACE)];
    let joined =
        |metric| forms::used_by(&forms::messages(metric, &of), "namespace, job, queue", &used_by("queue"));
    vec![
        Panel::series(
            "Messages in its queues",
            Unit::Count,
            "Falls back to 0 again and again, unless it is a stream.",
        )
        .target(joined(RABBITMQ_MESSAGES), "{{queue}}")
        .target(joined(RABBITMQ_CONSUMERS), "{{queue}}: consumers")
        .alerts(["QueueBacklogGrowing", "QueueWithoutConsumers"]),
    ]
}
