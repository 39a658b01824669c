//! Drills: whether what is rehearsed can be recovered at all, and what the last ones showed.

use super::{Context, Rule};
use crate::diag::{Diagnostic, code};
use crate::plan::{Drill, Environment, Resolved, Service, Target, Tier};
use crate::source::At;
use crate::units::Date;
use crate::units::Duration;
use crate::words::{Loss, Scenario};

pub(super) const RULES: &[Rule] =
    &[Rule { name: "recovery/scenarios", run: scenarios }, Rule { name: "recovery/drills-held", run: held }];

/// The failures that a scenario stands for, and what is lost in it.
const fn losses(scenario: Scenario) -> (&'static [Loss], &'static str) {
    match scenario {
        Scenario::DatabaseFailure => (&[Loss::Instance, Loss::Logical], "a database"),
        Scenario::ClusterFailure => (&[Loss::Cluster, Loss::Region], "the cluster"),
        Scenario::RegionOutage => (&[Loss::Region], "the region"),
    }
}

fn scenarios(context: &mut Context<'_>) {
    let plan = context.plan;
    let Some(drills) = &plan.drills else { return };
    let covered = |wanted: &[Loss]| {
        context
            .model
            .platform
            .tiers
            .iter()
            .flat_map(|tiers| tiers.entries.values())
            .any(|(_, tier)| tier.covers.iter().any(|loss| wanted.contains(&loss.value)))
    };
    let mut found = Vec::new();
    for (index, scenario) in drills.scenarios.iter().enumerate() {
        let first = drills.scenarios.iter().take(index).find(|first| first.value == scenario.value);
        if let Some(first) = first {
            found.push(
                Diagnostic::new(
                    &code::SCENARIO_TWICE,
                    context.origin(scenario, At::ROOT),
                    format!("`{}` is named twice", scenario.value.word()),
                )
                .related(context.origin(first, At::ROOT), "first here")
                .help("remove it"),
            );
            continue;
        }
        let (wanted, what) = losses(scenario.value);
        if covered(wanted) {
            continue;
        }
        let finding = Diagnostic::new(
            &code::SCENARIO_NOT_COVERED,
            context.origin(scenario, At::ROOT),
            format!("`{}` is rehearsed, and no tier covers the loss of {what}", scenario.value.word()),
        );
        found.push(if scenario.value == Scenario::DatabaseFailure {
            finding.help("write `covers: [instance, logical]` in a tier, and bind databases to it")
        } else {
            finding
                .note("no second cluster or region is named: a drill can only show how long a rebuild from Git and backups takes")
                .help("name what survives it in a tier's `covers`, or accept the finding under `allow` with an end")
        });
    }
    for finding in found {
        context.report(finding);
    }
}

/// A promise of one of two kinds, and what a drill showed of it.
struct Kind {
    /// What it is called.
    word: &'static str,
    /// What a drill showed.
    shown: fn(&Drill) -> Option<&Resolved<Duration>>,
    /// What a tier promises.
    promised: fn(&Tier) -> &Resolved<Duration>,
    /// Whether only stores can break it.
    of_stores: bool,
    /// How the one is said of a drill.
    says: &'static str,
}

const KINDS: [Kind; 2] = [
    Kind {
        word: "RTO",
        shown: |drill| drill.took.as_ref(),
        promised: |tier| &tier.rto,
        of_stores: false,
        says: "took",
    },
    Kind {
        word: "RPO",
        shown: |drill| drill.lost.as_ref(),
        promised: |tier| &tier.rpo,
        of_stores: true,
        says: "lost data of",
    },
];

fn held(context: &mut Context<'_>) {
    let plan = context.plan;
    let Some(drills) = &plan.drills else { return };
    let mut found = Vec::new();
    // A day more, since it may be tomorrow already where the drill was held.
    let latest = context.day().and_then(|today| today.plus_days(1));
    for drill in drills.held.iter().filter(|drill| latest.is_some_and(|latest| drill.date.value > latest)) {
        found.push(
            Diagnostic::new(
                &code::DRILL_AHEAD,
                context.origin(&drill.date, drill.at),
                format!("{} lies ahead, and a drill that is to come proves nothing", drill.date.value),
            )
            .note("until then no alert would say that drills are overdue")
            .help("write a drill down when it was held"),
        );
    }
    let is_due = |drill: &&Drill| drills.scenarios.iter().any(|it| it.value == drill.scenario.value);
    for drill in drills.held.iter().filter(|drill| !is_due(drill)) {
        found.push(
            Diagnostic::new(
                &code::DRILL_NOT_DUE,
                context.origin(&drill.scenario, drill.at),
                format!("`{}` was held, and no drill of it is ever due", drill.scenario.value.word()),
            )
            .note("nothing is compared with it, and no alert counts from it")
            .help("name it under `dr.drills.scenarios`"),
        );
    }
    for environment in plan.environments.values().filter(|environment| environment.is_production()) {
        for scenario in &drills.scenarios {
            let Some(drill) = drills.last(environment, scenario.value) else { continue };
            let due = overdue(drill.date.value, drills.days());
            if context.day().zip(due).is_some_and(|(today, due)| due <= today) {
                found.push(
                    Diagnostic::new(
                        &code::DRILL_OVERDUE,
                        context.origin(&drill.date, drill.at),
                        format!(
                            "`{}` is to be rehearsed every {} days, and was last on {}",
                            scenario.value.word(),
                            drills.every.value.days(),
                            drill.date.value
                        ),
                    )
                    .related(context.origin(&drills.every, At::ROOT), "how often it is rehearsed")
                    .help("hold it, and write it down under `dr.drills.held`")
                    .in_environment(&environment.key),
                );
            }
            for kind in &KINDS {
                found.extend(broken(context, environment, drill, kind));
            }
        }
    }
    for finding in found {
        context.report(finding);
    }
}

/// The day from which a drill is late: a tenth of the interval is left, as the alert leaves it.
fn overdue(last: Date, days: u32) -> Option<Date> {
    last.plus_days(i32::try_from(days).ok()?)
}

/// The promises that a drill was about: of a lost database, those of databases and, for the time, of what uses one.
fn rehearsed(environment: &Environment, scenario: Scenario, of_stores: bool) -> impl Iterator<Item = &Tier> {
    let databases = environment.databases.iter().filter_map(|it| it.tier.as_ref());
    let is_database = scenario == Scenario::DatabaseFailure;
    let others = environment.store_tiers().filter(move |_| !is_database);
    let uses_one = |service: &&Service| {
        service
            .edges
            .iter()
            .any(|edge| matches!(edge.target, Target::Database { .. } | Target::Pooler { .. }))
    };
    let services = environment.services.iter().filter(move |service| !is_database || uses_one(service));
    let services = services.filter_map(|it| it.tier.as_ref()).filter(move |_| !of_stores);
    databases.chain(others).chain(services)
}

/// The tightest promise of an environment that a drill showed to be false.
fn broken(
    context: &Context<'_>,
    environment: &Environment,
    drill: &Drill,
    kind: &Kind,
) -> Option<Diagnostic> {
    let shown = (kind.shown)(drill)?;
    let (wanted, _) = losses(drill.scenario.value);
    let covers = |tier: &&Tier| tier.covers.iter().any(|loss| wanted.contains(&loss.value));
    let tier = rehearsed(environment, drill.scenario.value, kind.of_stores)
        .filter(covers)
        .filter(|tier| (kind.promised)(tier).value < shown.value)
        .min_by_key(|tier| (kind.promised)(tier).value)?;
    let promised = (kind.promised)(tier);
    Some(
        Diagnostic::new(
            &code::DRILL_BROKE_PROMISE,
            context.origin(shown, drill.at),
            format!(
                "the drill of `{}` {} {}; tier `{}` promises an {} of {}",
                drill.scenario.value.word(),
                kind.says,
                shown.value,
                tier.key,
                kind.word,
                promised.value
            ),
        )
        .related(context.origin(promised, tier.at), "promised here")
        .note("the sums of `docs/recovery.md` are worst cases of planning; a drill shows what is true")
        .help("find out where the time went and hold the drill again, or promise what can be held")
        .in_environment(&environment.key),
    )
}
