//! Service level objectives: what is promised, what is left of the budget, and how fast it burns. One dashboard for any number.

use super::board::{self, Board, ENVIRONMENT, OBJECTIVE, SERVICE};
use super::grid::Grid;
use super::panel::{Column, Level, Panel, Thresholds, Unit};
use crate::backend::prometheus::expr::Selector;
use crate::backend::prometheus::metrics::{
    ALERTS, SLO_BUDGET, SLO_BURN, SLO_DAYS, SLO_HOUR, SLO_LEFT, SLO_NOW, SLO_OBJECTIVE, SLO_PERIOD_BURN,
};
use crate::plan::Plan;

/// The name of the dashboard.
const NAME: &str = "slo";
/// The share of the budget below which a person should look at it before the next risky change.
const LITTLE: &str = "0.25";

/// The dashboard of objectives, if there is one.
pub(super) fn board(plan: &Plan) -> Option<Board<'_>> {
    let mut services = plan.environments.values().flat_map(|environment| &environment.services);
    if services.all(|service| service.slos.is_empty()) {
        return None;
    }
    let mut grid = Grid::default();
    grid.row("All objectives of the environment");
    grid.add(all());
    grid.row("One objective");
    grid.extend(one());
    Some(Board {
        name: NAME.to_owned(),
        title: "service level objectives".to_owned(),
        description: "What is promised to users, what is left of the error budgets, and how fast they burn."
            .to_owned(),
        tags: board::tags(NAME, plan.environments.values()),
        since: board::DAYS,
        variables: board::environments(plan)
            .into_iter()
            .chain([board::services(plan), board::objectives(plan)])
            .collect(),
        at: None,
        grid,
    })
}

fn all<'p>() -> Panel<'p> {
    let of = [("environment=", ENVIRONMENT)];
    let selected = |metric| format!("max by (service, slo) ({})", Selector(metric, of));
    let column = |title, unit, thresholds| Column { title, unit, thresholds };
    Panel::table("Objectives", "Budgets are above 0, and burn at less than 1 in the long run.")
        .column(selected(SLO_OBJECTIVE), column("Objective", Unit::Share, None))
        .column(
            selected(SLO_LEFT),
            column(
                "Budget left",
                Unit::Share,
                Some(Thresholds::falling([(&0, Level::Warning), (&LITTLE, Level::Good)])),
            ),
        )
        .column(
            selected(SLO_PERIOD_BURN),
            column("Burn rate of the period", Unit::Count, Some(Thresholds::rising([(&1, Level::Bad)]))),
        )
        .column(selected(SLO_BURN), column("Burn rate now", Unit::Count, None))
        .hides(&["environment", "namespace"])
        .alerts(["SLOErrorBudgetExhausted"])
        .wide(24)
}

/// The labels that choose one objective.
const CHOSEN: [(&str, &str); 3] = [("environment=", ENVIRONMENT), ("service=", SERVICE), ("slo=", OBJECTIVE)];

fn one<'p>() -> Vec<Panel<'p>> {
    let chosen = |metric| Selector(metric, CHOSEN).to_string();
    let firing = Selector(
        ALERTS,
        [
            ("alertstate=", "firing"),
            ("environment=", ENVIRONMENT),
            ("service=", SERVICE),
            ("slo=", OBJECTIVE),
        ],
    );
    let budget = chosen(SLO_BUDGET);
    let left = || Thresholds::falling([(&0, Level::Warning), (&LITTLE, Level::Good)]);
    vec![
        Panel::stat("Objective", Unit::Share, "What is promised: the share of events that have to be good.")
            .target(chosen(SLO_OBJECTIVE), "objective")
            .thresholds(Thresholds::rising([])),
        Panel::stat("Period in days", Unit::Count, "Over which it is kept, always up to now.")
            .target(chosen(SLO_DAYS), "days")
            .thresholds(Thresholds::rising([])),
        Panel::stat("Kept so far", Unit::Share, "At least the objective.")
            .target(format!("1 - {} * {budget}", Selector(SLO_PERIOD_BURN, CHOSEN)), "good")
            .thresholds(Thresholds::rising([])),
        Panel::gauge("Budget left", Unit::Share, &1, "Above a quarter: there is room for risky changes.")
            .target(Selector(SLO_LEFT, CHOSEN).to_string(), "left")
            .thresholds(left())
            .alerts(["SLOErrorBudgetExhausted"]),
        Panel::stat("Burn rate now", Unit::Count, "Below 1: the budget lasts longer than the period.")
            .target(Selector(SLO_BURN, CHOSEN).to_string(), "burn rate")
            .thresholds(Thresholds::rising([(&1, Level::Warning), (&6, Level::Bad)])),
        Panel::stat("Alerts", Unit::Count, "0: nothing fires.")
            .target(format!("count({firing}) or vector(0)"), "alerts")
            .thresholds(Thresholds::rising([(&1, Level::Bad)]))
            .alerts(["SLOMetricAbsent"]),
        Panel::series("Budget left", Unit::Share, "Above 0: at 0 the promise is broken.")
            .target(Selector(SLO_LEFT, CHOSEN).to_string(), "left")
            .thresholds(left())
            .signed()
            .alerts(["SLOErrorBudgetExhausted"])
            .wide(12),
        Panel::series(
            "Burn rate over each window",
            Unit::Count,
            "Below 1 in long windows; alerts want a long and a short window above their factor at once.",
        )
        .target(format!("max by (sloth_id) ({})\n  / max by (sloth_id) ({budget})", chosen(SLO_NOW)), "5m")
        .target(format!("max by (sloth_id) ({})\n  / max by (sloth_id) ({budget})", chosen(SLO_HOUR)), "1h")
        .target(chosen(SLO_PERIOD_BURN), "the period")
        .thresholds(Thresholds::rising([(&1, Level::Warning), (&6, Level::Bad)]))
        .alerts(["SLOErrorBudgetBurningFast", "SLOErrorBudgetBurningSlowly"])
        .wide(12),
        Panel::series("Good events", Unit::Share, "Above the objective, which is the dashed line's share.")
            .target(format!("1 - {}", chosen(SLO_NOW)), "5m")
            .target(format!("1 - {}", chosen(SLO_HOUR)), "1h")
            .target(chosen(SLO_OBJECTIVE), "objective")
            .wide(24),
    ]
}
