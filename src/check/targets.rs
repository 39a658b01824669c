//! What takes over when a region is lost, against what it needs to.

use super::{Context, Rule};
use crate::diag::{Diagnostic, code};
use crate::plan::{Environment, Failover, RecoveryTarget};
use crate::proof::recovery;
use crate::words::Loss;

pub(super) const RULES: &[Rule] = &[
    Rule { name: "targets/copies", run: copies },
    Rule { name: "targets/data", run: data },
    Rule { name: "targets/failover", run: failover },
    Rule { name: "targets/state", run: state },
    Rule { name: "targets/services", run: services },
];

fn targets<'p>(
    context: &Context<'p>,
) -> impl Iterator<Item = (&'p Environment, &'p RecoveryTarget)> + use<'p> {
    context
        .plan
        .environments
        .values()
        .filter_map(|environment| Some((environment, environment.target.as_ref()?)))
}

/// A running copy elsewhere is in the network of an environment that stands in for its own.
fn copies(context: &mut Context<'_>) {
    let plan = context.plan;
    for environment in plan.environments.values() {
        for database in &environment.databases {
            for replica in &database.replicas {
                let cluster = replica.cluster.value.as_str();
                let mut there = plan.environments_of(cluster);
                let stands_in = |other: &Environment| {
                    other.stands_in.as_ref().is_some_and(|stands_in| stands_in.of.value == environment.key)
                };
                if cluster == environment.cluster.value || there.any(stands_in) {
                    continue;
                }
                let finding = Diagnostic::new(
                    &code::RECOVERY_TARGET,
                    context.origin(&replica.cluster, replica.at),
                    format!("nothing in {cluster} stands in for {}, and a copy of `{}` is to be there", environment.key, database.key),
                )
                .in_environment(&environment.key)
                .help(format!(
                    "declare an environment `{{role: dr, of: {}, cluster: {cluster}}}` and name it in `dr.targets`, or give the database `backup.copyTo` instead",
                    environment.key
                ));
                context.report(finding);
            }
        }
    }
}

/// What takes over has the data before it has to.
fn data(context: &mut Context<'_>) {
    for (environment, target) in targets(context) {
        let Some(to) = &target.environment else { continue };
        let span = context.origin(&target.strategy, target.at);
        let strategy = target.strategy.value.word();
        for database in &environment.databases {
            if database.replicas.iter().any(|replica| replica.cluster.value == target.cluster.value) {
                continue;
            }
            let finding = Diagnostic::new(
                &code::RECOVERY_TARGET,
                context.key(database.at),
                format!("`{}` has no running copy in {}, and `{}` would take over without its data", database.key, target.cluster.value, to.value),
            )
            .in_environment(&environment.key)
            .related(span, format!("a {strategy} has the data before the region is lost"))
            .help(format!(
                "write `replicas: {{standby: {{in: {}}}}}` in the database, or `strategy: backup-restore` with the cluster as target",
                target.cluster.value
            ));
            context.report(finding);
        }
        for bucket in &environment.buckets {
            if bucket.copy_to.as_ref().is_some_and(|copy| copy.cluster.value == target.cluster.value) {
                continue;
            }
            let finding = Diagnostic::new(
                &code::EMPTY_BUCKET,
                context.key(bucket.at),
                format!(
                    "`{}` is not copied, and `{}` would take over with an empty one",
                    bucket.key, to.value
                ),
            )
            .in_environment(&environment.key)
            .related(span, "what takes over")
            .help(format!(
                "write `copyTo: {}`, or accept the finding where the objects can be made again",
                target.cluster.value
            ));
            context.report(finding);
        }
    }
}

/// A pipeline that nothing starts decides nothing.
fn failover(context: &mut Context<'_>) {
    if context.plan.monitoring.routing.watchdog.is_some() {
        return;
    }
    for (environment, target) in targets(context) {
        if target.failover.value != Failover::Pipeline {
            continue;
        }
        let finding = Diagnostic::new(
            &code::FAILOVER_UNNOTICED,
            context.origin(&target.failover, target.at),
            format!("nothing starts the pipeline when the region of {} is lost", environment.key),
        )
        .note("Prometheus and Alertmanager of the region are lost with it")
        .help("name a receiver outside the region in `observability.routing.watchdog`: it starts the pipeline when the alert that always fires stays away");
        context.report(finding);
    }
}

/// Terraform's state is needed to let grow what takes over.
fn state(context: &mut Context<'_>) {
    let plan = context.plan;
    let Some(state) = &plan.state else { return };
    for (environment, target) in targets(context) {
        let Some(cluster) = plan.clusters.get(&environment.cluster.value) else { continue };
        if state.provider != cluster.provider.value || state.region.value != cluster.region.value {
            continue;
        }
        let finding = Diagnostic::new(
            &code::STATE_IN_REGION,
            context.key(state.at),
            format!(
                "Terraform's state is in {}, and is lost with the region of {}",
                state.region.value, environment.key
            ),
        )
        .related(context.origin(&target.strategy, target.at), "what takes over is changed by Terraform")
        .help(format!("write `region: {}` in the bucket", target.region));
        context.report(finding);
    }
}

/// Services that promise to survive their region.
fn services(context: &mut Context<'_>) {
    let plan = context.plan;
    for (environment, target) in targets(context) {
        for service in &environment.services {
            let Some(tier) = &service.tier else { continue };
            let Some(covers) = tier.covers.iter().find(|loss| loss.value == Loss::Region) else { continue };
            // A database without a copy there has a finding of its own.
            let Some(recovery) = recovery::of_region(plan, environment, service) else { continue };
            let down = recovery.rto.total();
            if down <= tier.rto.value {
                continue;
            }
            let finding = Diagnostic::new(
                &code::RTO_NOT_MET,
                context.span(tier.at),
                format!(
                    "`{}` is back {down} after the loss of the region, and its tier promises {}",
                    service.key, tier.rto.value
                ),
            )
            .in_environment(&environment.key)
            .label(format!("`{}` promises {}", tier.key, tier.rto.value))
            .related(context.origin(&target.strategy, target.at), format!("from {}", recovery.copy))
            .related(context.origin(covers, tier.at), "promised here")
            .note(format!("the sum: {}", recovery.rto.line()))
            .help(recovery::mechanisms(plan, environment).advice.region_faster);
            context.report(finding);
        }
    }
}
