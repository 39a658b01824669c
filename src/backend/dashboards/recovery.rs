//! The promises of recovery: how much would be lost now against what may be lost, and when it was last tried.

use std::collections::BTreeMap;

use super::any_of;
use super::board::{self, Board};
use super::grid::Grid;
use super::panel::{Level, Panel, Thresholds, Unit};
use crate::backend::prometheus::cache::jobs;
use crate::backend::prometheus::expr::Selector;
use crate::backend::prometheus::forms;
use crate::backend::prometheus::metrics::{ALERTS, REDIS_LAST_SAVE};
use crate::backend::prometheus::recovery::overdue;
use crate::plan::{Environment, Plan};

/// The dashboard of recovery, if anything is backed up, promised or rehearsed.
pub(super) fn board(plan: &Plan) -> Option<Board<'_>> {
    let mut panels = Vec::new();
    panels.extend(shares(plan));
    panels.extend(ages(plan));
    panels.extend(dumps(plan));
    panels.extend(saves(plan));
    panels.extend(drills(plan));
    if panels.is_empty() {
        return None;
    }
    let mut grid = Grid::default();
    let outages = Selector(ALERTS, [("alertname=", "RTOAtRisk"), ("alertstate=", "firing")]);
    grid.add(
        Panel::stat(
            "Outages past half of their RTO",
            Unit::Count,
            "0: nothing is down for longer than half of what its tier promises.",
        )
        .target(format!("count({outages}) or vector(0)"), "outages")
        .thresholds(Thresholds::rising([(&1, Level::Bad)]))
        .alerts(["RTOAtRisk"])
        .wide(24),
    );
    grid.extend(panels);
    Some(Board {
        name: "recovery".to_owned(),
        title: "recovery".to_owned(),
        description:
            "What would be lost now, against what the tiers promise, and how long ago recovery was rehearsed."
                .to_owned(),
        tags: board::tags("recovery", plan.environments.values()),
        since: board::DAYS,
        variables: Vec::new(),
        at: None,
        grid,
    })
}

/// Names by environment and promise: one query shows all that share both.
type Groups<'p> = BTreeMap<(u64, &'p str), Vec<String>>;

fn group<'p>(
    plan: &'p Plan,
    of: impl Fn(&'p Environment) -> Vec<(u64, String)>,
    key: impl Fn(&'p Environment) -> &'p str,
) -> Groups<'p> {
    let mut groups = Groups::new();
    for environment in plan.environments.values() {
        for (rpo, name) in of(environment) {
            groups.entry((rpo, key(environment))).or_default().push(name);
        }
    }
    groups
}

/// The age of the newest restorable point as a share of the RPO: the one number that is comparable between tiers.
fn shares<'p>(plan: &'p Plan) -> Option<Panel<'p>> {
    let promised = |environment: &'p Environment| {
        let databases = environment.databases.iter().filter(|database| database.restorable.is_some());
        databases
            .filter_map(|database| Some((database.tier.as_ref()?.rpo.value.0, database.key.clone())))
            .collect()
    };
    let mut panel = Panel::series(
        "Backups against their RPO",
        Unit::Share,
        "Below 100 %: at 100 % more would be lost now than the tier promises.",
    )
    .thresholds(Thresholds::rising([(&"0.9", Level::Warning), (&1, Level::Bad)]))
    .alerts(["DatabaseBackupTooOld"])
    .wide(12);
    let groups = group(plan, promised, |environment| &environment.key);
    for ((rpo, environment), names) in &groups {
        let names = any_of(names.iter().map(String::as_str));
        let age = forms::backup_age(&[("environment=", environment), ("database=~", &names)]);
        panel = panel.target(format!("({age})\n  / {rpo}"), "{{environment}}/{{database}}");
    }
    (!groups.is_empty()).then_some(panel)
}

fn ages<'p>(plan: &Plan) -> Option<Panel<'p>> {
    let mut backed_up = plan
        .environments
        .values()
        .filter(|environment| environment.databases.iter().any(|database| database.restorable.is_some()));
    let first = backed_up.next()?;
    let names = any_of([first].into_iter().chain(backed_up).map(|environment| environment.key.as_str()));
    Some(
        Panel::series(
            "Age of the newest restorable point",
            Unit::Seconds,
            "Saw teeth as high as the interval between two backups; minutes with continuous ones.",
        )
        .target(forms::backup_age(&[("environment=~", &names)]), "{{environment}}/{{database}}")
        .alerts(["DatabaseBackupLate", "DatabaseBackupUnknown"])
        .wide(12),
    )
}

/// The age of dumps as a share of the RPO, where it is longer than the time between two.
fn dumps<'p>(plan: &'p Plan) -> Option<Panel<'p>> {
    let promised = |environment: &'p Environment| {
        let databases = environment.databases.iter();
        databases
            .filter_map(|database| database.watched_dump().map(|(dump, rpo)| (rpo.0, dump.name.clone())))
            .collect()
    };
    let mut panel = Panel::series(
        "Dumps against their RPO",
        Unit::Share,
        "Below 100 %: at 100 % the newest dump is older than the tier promises.",
    )
    .thresholds(Thresholds::rising([(&"0.9", Level::Warning), (&1, Level::Bad)]))
    .alerts(["DatabaseDumpTooOld"])
    .wide(12);
    let groups = group(plan, promised, |environment| &environment.namespace.value);
    for ((rpo, namespace), names) in &groups {
        let names = any_of(names.iter().map(String::as_str));
        let age = forms::dump_age("namespace, cronjob", &[("namespace=", namespace), ("cronjob=~", &names)]);
        panel = panel.target(format!("({age})\n  / {rpo}"), "{{namespace}}/{{cronjob}}");
    }
    (!groups.is_empty()).then_some(panel)
}

fn saves<'p>(plan: &'p Plan) -> Option<Panel<'p>> {
    let promised = |environment: &'p Environment| {
        let caches = environment.caches.iter().filter(|cache| cache.persistence.is_some());
        caches
            .filter_map(|cache| Some((cache.tier.as_ref()?.rpo.value.0, cache)))
            .flat_map(|(rpo, cache)| jobs(cache).into_iter().map(move |job| (rpo, job.into_owned())))
            .collect()
    };
    let mut panel = Panel::series(
        "Saved caches against their RPO",
        Unit::Share,
        "Below 100 % while something changes; nothing is saved while nothing does.",
    )
    .thresholds(Thresholds::rising([(&1, Level::Bad)]))
    .alerts(["CacheSaveTooOld"])
    .wide(12);
    let groups = group(plan, promised, |environment| &environment.namespace.value);
    for ((rpo, namespace), names) in &groups {
        let names = any_of(names.iter().map(String::as_str));
        let saved = Selector(REDIS_LAST_SAVE, [("namespace=", namespace), ("job=~", &names)]);
        panel = panel.target(format!("(time() - {saved})\n  / {rpo}"), "{{namespace}}/{{pod}}");
    }
    (!groups.is_empty()).then_some(panel)
}

/// In production environments only, as the rules: a drill elsewhere proves nothing about production.
fn drills<'p>(plan: &Plan) -> Option<Panel<'p>> {
    let drills = plan.drills.as_ref().filter(|drills| !drills.scenarios.is_empty())?;
    let production = plan.environments.values().filter(|environment| environment.is_production());
    let environments = any_of(production.map(|environment| environment.key.as_str()));
    if environments.is_empty() {
        return None;
    }
    let limit = overdue(drills);
    let scenarios = any_of(drills.scenarios.iter().map(|scenario| scenario.value.word()));
    Some(
        Panel::series(
            "Time since the last drill",
            Unit::Seconds,
            format!("Below {limit}: then a drill is overdue."),
        )
        .target(
            forms::drill_age(&[("environment=~", &environments), ("scenario=~", &scenarios)]),
            "{{environment}}/{{scenario}}",
        )
        .thresholds(Thresholds::rising([(&limit.0, Level::Warning)]))
        .alerts(["DRDrillOverdue"])
        .wide(12),
    )
}
