//! A cluster: its pools against their sizes, room for pods, disks, GPUs, the ingress controller, certificates, sealed secrets.

use super::RATE;
use super::any_of;
use super::board::{self, Board};
use super::grid::Grid;
use super::panel::{Level, Panel, Thresholds, Unit};
use crate::backend::prometheus::conventions::{
    CERTIFICATE_LATE, CERTIFICATE_URGENT, CONNECTIONS, GPU_HOT, GPU_WARM, QUOTA,
};
use crate::backend::prometheus::expr::{Condition, Selector};
use crate::backend::prometheus::forms;
use crate::backend::prometheus::gpu::reading;
use crate::backend::prometheus::metrics::{
    CERTIFICATE_READY, DCGM_FB_FREE, DCGM_FB_USED, DCGM_GPU_TEMP, DCGM_GPU_UTIL, DCGM_XID_ERRORS,
    KUBE_NODE_ALLOCATABLE, KUBE_NODE_CONDITION, KUBE_POD_PHASE, KUBE_POD_UNSCHEDULABLE, KUBE_REQUESTS,
    UNSEAL_ERRORS, VOLUME_CAPACITY, VOLUME_USED,
};
use crate::backend::prometheus::pool::Nodes;
use crate::plan::{Cluster, Environment, Ingress, Plan};

/// The dashboard of a cluster.
pub(super) fn board<'p>(plan: &'p Plan, cluster: &'p Cluster) -> Board<'p> {
    let environments: Vec<&'p Environment> = plan.environments_of(&cluster.key).collect();
    let namespaces = any_of(environments.iter().map(|environment| environment.namespace.value.as_str()));
    let of: Condition<'_> = ("namespace=~", &namespaces);
    let any = |test: &dyn Fn(&Environment) -> bool| environments.iter().any(|environment| test(environment));
    let routed = any(&|environment| environment.services.iter().any(|service| service.route.is_some()));
    let mut grid = Grid::default();
    grid.row("Node pools");
    grid.extend(pools(cluster, &environments));
    grid.row("Room for pods");
    grid.extend(room(of));
    if any(&|environment| !environment.gpu_pools.is_empty()) {
        grid.row("GPUs");
        grid.extend(gpus());
    }
    if let Some(ingress) = plan.ingress.as_ref().filter(|_| routed) {
        grid.row("Ingress controller");
        grid.extend(ingress_controller(plan, ingress, of));
        if ingress.tls.is_some() {
            grid.row("Certificates");
            grid.extend(certificates(of));
        }
    }
    if any(&|environment| environment.secrets.iter().any(|secret| secret.file().is_some())) {
        grid.row("Sealed Secrets");
        grid.add(
            Panel::series(
                "Secrets that could not be opened",
                Unit::Count,
                "0: each is sealed for this cluster and its namespace.",
            )
            .target(format!("sum(increase({}[1h]))", UNSEAL_ERRORS.name), "failures in the last hour")
            .thresholds(Thresholds::rising([(&1, Level::Warning)]))
            .alerts(["SealedSecretsUnsealErrors"]),
        );
    }

    Board {
        name: format!("infrastructure-{}", cluster.key),
        title: format!("cluster {}", cluster.key),
        description: format!(
            "Cluster {} with the environments {}.",
            cluster.name.value,
            environments.iter().map(|environment| environment.key.as_str()).collect::<Vec<_>>().join(", ")
        ),

        tags: board::tags("infrastructure", environments),
        since: board::HOURS,

        variables: Vec::new(),
        at: Some(cluster.at),
        grid,
    }
}

fn pools<'p>(cluster: &'p Cluster, environments: &[&'p Environment]) -> Vec<Panel<'p>> {
    let nodes = |nodes: Nodes<'_>| format!("count({nodes}) or vector(0)");
    let purpose = |purpose: Option<&str>| purpose.map_or_else(String::new, |purpose| format!(" {purpose}."));
    let mut panels = Vec::new();
    let owned = environments.iter().flat_map(|environment| environment.pools.iter());
    for pool in cluster.pools.iter().chain(owned) {
        let (min, max) = (pool.min.value, pool.max.value);
        let (good, thresholds) = if max > min {
            (
                format!("{min} or more, and less than {max}: then it cannot grow."),
                Thresholds::falling([(&min, Level::Good), (&max, Level::Warning)]),
            )
        } else {
            (format!("{min}: nothing scales it."), Thresholds::falling([(&min, Level::Good)]))
        };
        let good = good + &purpose(pool.purpose.as_ref().map(|purpose| purpose.value.as_str()));
        panels.push(
            Panel::gauge(pool.name.value.as_str(), Unit::Count, &max, good)
                .target(nodes(Nodes::of(&pool.key, &pool.labels)), "nodes")
                .thresholds(thresholds)
                // As in the rules: a pool that may be empty is never too small, and one of fixed size never at its maximum.
                .alerts((min > 0).then_some("NodePoolBelowMin"))
                .alerts((max > min).then_some("NodePoolAtMax")),
        );
    }
    for pool in environments.iter().flat_map(|environment| environment.gpu_pools.iter()) {
        let count = pool.nodes.value;
        let good = format!("{count}: it has a fixed size.")
            + &purpose(pool.purpose.as_ref().map(|purpose| purpose.value.as_str()));
        panels.push(
            Panel::gauge(pool.name.value.as_str(), Unit::Count, &count, good)
                .target(nodes(Nodes::of(&pool.key, &pool.labels)), "nodes")
                .thresholds(Thresholds::falling([(&count, Level::Good)]))
                .alerts(["NodePoolBelowMin"]),
        );
    }
    let unready = Selector(KUBE_NODE_CONDITION, [("condition=", "Ready"), ("status=", "true")]);
    panels.push(
        Panel::stat("Nodes that are not ready", Unit::Count, "0, but for nodes that are being replaced.")
            .target(format!("count({unready} == 0) or vector(0)"), "nodes")
            .thresholds(Thresholds::rising([(&1, Level::Warning)]))
            .alerts(["NodeNotReady"]),
    );
    panels
}

fn room<'p>(of: Condition<'_>) -> Vec<Panel<'p>> {
    let requested = |resource| {
        format!(
            "sum({})\n  / sum({})",
            Selector(KUBE_REQUESTS, [("resource=", resource)]),
            Selector(KUBE_NODE_ALLOCATABLE, [("resource=", resource)])
        )
    };
    let pending = Selector(KUBE_POD_PHASE, [of, ("phase=", "Pending")]);
    vec![
        Panel::series("Requested share of the nodes", Unit::Share, "Below 90 %: pods of a rollout and of a lost node find a place.")
            .target(requested("cpu"), "CPU")
            .target(requested("memory"), "memory")
            .thresholds(Thresholds::rising([(&QUOTA, Level::Warning)])),
        Panel::series("Pods that wait", Unit::Count, "0, or for a few minutes while a node or an image comes.")
            .target(format!("sum by (namespace) ({pending})"), "{{namespace}}: pending")
            .target(
                format!("sum by (namespace) ({})", Selector(KUBE_POD_UNSCHEDULABLE, [of])),
                "{{namespace}}: without a node",
            )
            .alerts(["PodsUnschedulable"]),
        Panel::series("Disks", Unit::Share, "Below 80 %: a disk of a cache or broker that is full stops it.")
            .target(
                format!(
                    "max by (namespace, persistentvolumeclaim) ({})\n  / max by (namespace, persistentvolumeclaim) ({})",
                    Selector(VOLUME_USED, [of]),
                    Selector(VOLUME_CAPACITY, [of])
                ),
                "{{namespace}}/{{persistentvolumeclaim}}",
            )
            .thresholds(Thresholds::rising([(&CONNECTIONS, Level::Warning), (&QUOTA, Level::Bad)])),
    ]
}

fn gpus<'p>() -> Vec<Panel<'p>> {
    const LEGEND: &str = "{{Hostname}}/{{gpu}}";
    let (used, free) = (reading(DCGM_FB_USED), reading(DCGM_FB_FREE));
    vec![
        Panel::series(
            "GPU use",
            Unit::Percent,
            "High: they are what costs most. 0 for long means that nobody needs one.",
        )
        .target(reading(DCGM_GPU_UTIL), LEGEND)
        .wide(6),
        Panel::series("GPU memory", Unit::Share, "As the model needs it, and flat.")
            .target(format!("{used}\n  / ({used} + {free})"), LEGEND)
            .wide(6),
        Panel::series(
            "GPU temperature",
            Unit::Celsius,
            format!("Below {GPU_WARM} °C; at {GPU_HOT} °C it slows down or stops."),
        )
        .target(reading(DCGM_GPU_TEMP), LEGEND)
        .thresholds(Thresholds::rising([(&GPU_WARM, Level::Warning), (&GPU_HOT, Level::Bad)]))
        .alerts(["GPUTemperatureHigh", "GPUTemperatureCritical"])
        .wide(6),
        Panel::series(
            "Last XID of the driver",
            Unit::Count,
            "0. NVIDIA's catalogue of XIDs says which are faults of the hardware.",
        )
        .target(reading(DCGM_XID_ERRORS), LEGEND)
        .thresholds(Thresholds::rising([(&1, Level::Warning)]))
        .alerts(["GPUXidError", "GPUXidHardware"])
        .wide(6),
    ]
}

fn ingress_controller<'p>(plan: &Plan, ingress: &Ingress, of: Condition<'_>) -> Vec<Panel<'p>> {
    let routes = forms::Routes::new(ingress.controller.value, of, None);
    let tolerated = plan.monitoring.error_rate.value;
    vec![
        Panel::series("Requests from outside", Unit::Requests, "The usual shape of the day.")
            .target(routes.requests(&RATE), routes.legend()),
        Panel::series(
            "Failed requests from outside",
            Unit::Share,
            format!("Below {tolerated} for each host."),
        )
        .target(routes.error_ratio(&RATE), routes.legend())
        .thresholds(Thresholds::rising([(&tolerated.ratio(), Level::Bad)]))
        .alerts(["RouteErrorRateHigh"]),
        Panel::series("Time to answer from outside, p95", Unit::Seconds, "Flat for each host.")
            .target(routes.latency("0.95", &RATE), routes.legend()),
    ]
}

fn certificates<'p>(of: Condition<'_>) -> Vec<Panel<'p>> {
    let ready = Selector(CERTIFICATE_READY, [of, ("condition=", "True")]);
    vec![
        Panel::series(
            "Time until certificates expire",
            Unit::Seconds,
            format!("Above {CERTIFICATE_LATE}: below, the renewal has failed."),
        )
        .target(forms::certificate_left(&[of]), "{{namespace}}/{{name}}")
        .thresholds(Thresholds::falling([
            (&CERTIFICATE_URGENT.0, Level::Warning),
            (&CERTIFICATE_LATE.0, Level::Good),
        ]))
        .alerts(["CertificateExpiringSoon", "CertificateExpiringCritical"])
        .signed()
        .wide(16),
        Panel::stat("Certificates that are not ready", Unit::Count, "0: each host has a valid one.")
            .target(format!("count({ready} == 0) or vector(0)"), "certificates")
            .thresholds(Thresholds::rising([(&1, Level::Bad)]))
            .alerts(["CertificateNotReady"]),
    ]
}
