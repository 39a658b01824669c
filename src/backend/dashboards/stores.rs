//! The databases, caches and brokers of an environment that is chosen at the top.

use super::RATE;
use super::any_of;
use super::board::{self, Board, ENVIRONMENT, NAMESPACE};
use super::grid::Grid;
use super::panel::{Level, Panel, Thresholds, Unit};
use crate::backend::prometheus::conventions::{CACHE_MEMORY, CONNECTIONS, DEADLOCKS};
use crate::backend::prometheus::expr::{Condition, Selector};
use crate::backend::prometheus::forms;
use crate::backend::prometheus::metrics::{
    PG_COMMITS, PG_DEADLOCKS, PG_LAG, PG_SIZE, PG_UP, RABBITMQ_CONSUMERS, RABBITMQ_DISK_FREE,
    RABBITMQ_DISK_LIMIT, RABBITMQ_MEMORY, RABBITMQ_MEMORY_LIMIT, RABBITMQ_MESSAGES, RABBITMQ_NODES,
    RABBITMQ_UNACKED, REDIS_CLIENTS, REDIS_COMMANDS, REDIS_EVICTED, REDIS_HITS, REDIS_MISSES, REDIS_UP,
};
use crate::plan::{Environment, Plan};

/// The dashboard of stores, if there is one.
pub(super) fn board(plan: &Plan) -> Option<Board<'_>> {
    let environments = || plan.environments.values();
    let any = |test: fn(&Environment) -> bool| environments().any(test);
    let mut grid = Grid::default();
    let mut filled = false;
    if any(|environment| !environment.databases.is_empty()) {
        filled = true;
        grid.row("Databases");
        let is_copied = any(|environment| environment.databases.iter().any(|it| it.copy_of.is_some()));
        grid.extend(databases(is_copied));
    }
    if any(|environment| !environment.caches.is_empty()) {
        filled = true;
        grid.row("Caches");
        grid.extend(caches());
    }
    if any(|environment| !environment.queues.is_empty()) {
        filled = true;
        let brokers = environments().flat_map(|environment| &environment.queues);
        let jobs = any_of(brokers.map(|broker| broker.name.value.as_str()));
        grid.row("Message brokers");
        grid.extend(brokers_of(&jobs));
    }
    filled.then(|| Board {
        name: "stores".to_owned(),
        title: "databases, caches, queues".to_owned(),
        description:
            "The stores of an environment: whether they answer, how full they are, how much they do."
                .to_owned(),
        tags: board::tags("stores", plan.environments.values()),
        since: board::HOURS,
        variables: board::environments(plan).into(),
        at: None,
        grid,
    })
}

/// `is_copied`: a running copy stands somewhere, whose lag is watched.
fn databases<'p>(is_copied: bool) -> Vec<Panel<'p>> {
    const LEGEND: &str = "{{database}}";
    let of: [Condition<'_>; 1] = [("environment=", ENVIRONMENT)];
    let by_database = |reading: String| format!("sum by (database) ({reading})");
    vec![
        Panel::series("Databases that answer", Unit::Count, "1 for each.")
            .target(format!("max by (database) ({})", Selector(PG_UP, of)), LEGEND)
            .thresholds(Thresholds::falling([(&1, Level::Good)]))
            .alerts(["DatabaseDown", "DatabaseMetricsAbsent"]),
        Panel::series(
            "Connections in use",
            Unit::Share,
            "Below 80 %: what is left is for rollouts and for people.",
        )
        .target(forms::connections_use(&of), "{{database}} {{instance}}")
        .thresholds(Thresholds::rising([(&CONNECTIONS, Level::Warning)]))
        .alerts(["DatabaseConnectionsHigh"]),
        Panel::series("Transactions", Unit::Operations, "The usual shape of the day.")
            .target(by_database(format!("rate({}[{RATE}])", Selector(PG_COMMITS, of))), LEGEND),
        Panel::series(
            "Deadlocks in ten minutes",
            Unit::Count,
            format!("0; more than {DEADLOCKS} are no accident."),
        )
        .target(by_database(format!("increase({}[10m])", Selector(PG_DEADLOCKS, of))), LEGEND)
        .thresholds(Thresholds::rising([(&DEADLOCKS, Level::Warning)]))
        .alerts(["DatabaseDeadlocks"]),
        Panel::series(
            "Time that replicas are behind",
            Unit::Seconds,
            "Seconds. On an idle database it climbs until the next segment of the log.",
        )
        .target(format!("max by (database) ({})", Selector(PG_LAG, of)), LEGEND)
        .alerts(is_copied.then_some("DatabaseReplicaTooFarBehind")),
        Panel::series(
            "Size",
            Unit::Bytes,
            "Grows slowly: the time of a backup and of a restore grows with it.",
        )
        .target(by_database(Selector(PG_SIZE, of).to_string()), LEGEND)
        .alerts(["DatabaseStorageFillingUp"]),
    ]
}

fn caches<'p>() -> Vec<Panel<'p>> {
    const LEGEND: &str = "{{job}}";
    let of: [Condition<'_>; 1] = [("namespace=", NAMESPACE)];
    let rate = |metric| format!("sum by (job) (rate({}[{RATE}]))", Selector(metric, of));
    vec![
        Panel::series(
            "Nodes that answer",
            Unit::Count,
            "All of each cache; leaders and followers of a cluster are counted apart.",
        )
        .target(format!("sum by (job) ({})", Selector(REDIS_UP, of)), LEGEND)
        .alerts(["CacheDown", "CacheNodeMissing"]),
        Panel::series("Memory", Unit::Share, "Below 90 %, unless the cache evicts: then full is usual.")
            .target(forms::cache_memory_use_of(&of), "{{pod}}")
            .thresholds(Thresholds::rising([(&CACHE_MEMORY, Level::Warning)]))
            .alerts(["CacheMemoryHigh"]),
        Panel::series(
            "Hits",
            Unit::Share,
            "Stable. A fall sends the load to what the cache stands in front of.",
        )
        .target(format!("{}\n  / ({} + {})", rate(REDIS_HITS), rate(REDIS_HITS), rate(REDIS_MISSES)), LEGEND),
        Panel::series("Commands", Unit::Operations, "The usual shape of the day.")
            .target(rate(REDIS_COMMANDS), LEGEND),
        Panel::series(
            "Keys that are dropped for room",
            Unit::Operations,
            "0, unless the cache is meant to be full.",
        )
        .target(rate(REDIS_EVICTED), LEGEND)
        .alerts(["CacheEvictions"]),
        Panel::series("Clients", Unit::Count, "Flat: a climb is connections that nobody closes.")
            .target(format!("sum by (job) ({})", Selector(REDIS_CLIENTS, of)), LEGEND)
            .alerts(["CacheConnectionsRejected"]),
    ]
}

fn brokers_of<'p>(jobs: &str) -> Vec<Panel<'p>> {
    const LEGEND: &str = "{{job}} {{queue}}";
    let of: [Condition<'_>; 2] = [("namespace=", NAMESPACE), ("job=~", jobs)];
    let nodes = |metric| format!("max by (job, pod) ({})", Selector(metric, of));
    vec![
        Panel::series("Nodes that run", Unit::Count, "All of each broker.")
            // A node says the same at each of its two endpoints.
            .target(
                format!("count by (job) (count by (job, pod) ({}))", Selector(RABBITMQ_NODES, of)),
                "{{job}}",
            )
            .alerts(["BrokerQuorumLost", "BrokerNodeMissing"]),
        Panel::series(
            "Memory of nodes",
            Unit::Share,
            "Below 100 % of the watermark: at it everyone who publishes is blocked.",
        )
        .target(format!("{}\n  / {}", nodes(RABBITMQ_MEMORY), nodes(RABBITMQ_MEMORY_LIMIT)), "{{pod}}")
        .thresholds(Thresholds::rising([(&CONNECTIONS, Level::Warning), (&1, Level::Bad)]))
        .alerts(["BrokerMemoryAlarm"]),
        Panel::series(
            "Free disk of nodes above the limit",
            Unit::Bytes,
            "More than 0: at 0 everyone who publishes is blocked.",
        )
        .target(format!("{}\n  - {}", nodes(RABBITMQ_DISK_FREE), nodes(RABBITMQ_DISK_LIMIT)), "{{pod}}")
        .alerts(["BrokerDiskAlarm"])
        .signed(),
        Panel::series(
            "Messages",
            Unit::Count,
            "Falls back to 0 again and again, but for streams; a dead-letter queue is empty.",
        )
        .target(forms::messages(RABBITMQ_MESSAGES, &of), LEGEND)
        .alerts(["QueueBacklogGrowing", "QueueDeadLetters"]),
        Panel::series(
            "Messages that somebody works on",
            Unit::Count,
            "Small and moving: one that stays is a consumer that hangs.",
        )
        .target(forms::messages(RABBITMQ_UNACKED, &of), LEGEND),
        Panel::series("Consumers", Unit::Count, "As many as the services that consume have pods.")
            .target(forms::messages(RABBITMQ_CONSUMERS, &of), LEGEND)
            .alerts(["QueueWithoutConsumers"]),
    ]
}
