//! What takes over when a region is lost: targets, and the environments that stand in for others.

use indexmap::IndexMap;

use super::{Resolver, from_written};
use crate::catalog;
use crate::diag::{Code, Diagnostic, code, did_you_mean};
use crate::model::records;
use crate::model::scalars::Name;
use crate::plan::{
    Autoscaling, CopyTo, Drill, Drills, NodePool, Plan, RecoveryTarget, Resolved, Scale, StandsIn,
};
use crate::source::{Span, Written};
use crate::words::{Failover, RecoveryStrategy, Role};

/// What stands in for what, by environment.
#[derive(Debug, Default)]
pub(super) struct Recoveries {
    /// The environments that stand in for others.
    pub(super) stand_ins: IndexMap<String, StandsIn>,
    /// What takes over for others.
    pub(super) targets: IndexMap<String, RecoveryTarget>,
}

impl Recoveries {
    /// The environments whose settings hold in one, the last above the others.
    pub(super) fn layers_of<'e>(&'e self, environment: &'e str) -> Vec<&'e str> {
        let below = self.stand_ins.get(environment).map(|stand_in| stand_in.of.value.as_str());
        below.into_iter().chain([environment]).collect()
    }
}

/// Reads the targets; what cannot take over goes to the sink.
pub(super) fn read(resolver: &mut Resolver<'_>) -> Recoveries {
    let platform = resolver.platform;
    let mut found = Recoveries::default();
    for (key, (name, environment)) in &platform.environments.entries {
        if let Some(of) = original(resolver, name, environment) {
            // The strategy is the target's; without one this holds, and the finding below.
            let strategy = Resolved::default(RecoveryStrategy::WarmStandby, "nothing is said");
            found.stand_ins.insert(key.clone(), StandsIn { of, strategy });
        }
    }
    let targets = platform.dr.as_ref().and_then(|dr| dr.targets.as_ref());
    for (name, target) in targets.iter().flat_map(|targets| targets.entries.values()) {
        if let Some(read) = self::target(resolver, name, target, &found) {
            if let Some(stand_in) =
                read.environment.as_ref().and_then(|to| found.stand_ins.get_mut(&to.value))
            {
                stand_in.strategy = read.strategy;
            }
            found.targets.insert(name.value.0.clone(), read);
        }
    }
    for (key, stand_in) in &found.stand_ins {
        let of = &stand_in.of.value;
        let is_named = targets.is_some_and(|targets| targets.entries.contains_key(of));
        if let Some((name, environment)) = platform.environments.entries.get(key).filter(|_| !is_named) {
            let document = &resolver.model.document;
            let finding = Diagnostic::new(
                &code::RECOVERY_TARGET,
                document.key_span(name.at),
                format!("`{key}` stands in for {of}, and nothing says how much of it stands there"),
            )
            .related(document.span(environment.role.at), "the role")
            .help(format!("write `dr: {{targets: {{{of}: {{strategy: warm-standby, to: {key}}}}}}}`"));
            resolver.sink.push(finding);
        }
    }
    found
}

/// The environment that one of the role `dr` stands in for.
fn original(
    resolver: &mut Resolver<'_>,
    name: &Written<Name>,
    environment: &records::Environment,
) -> Option<Resolved<String>> {
    let document = &resolver.model.document;
    let role = document.span(environment.role.at);
    let unfit = |span: Span, message: String| Diagnostic::new(&code::RECOVERY_TARGET, span, message);
    let finding = match (environment.role.value, &environment.of) {
        (Role::Recovery, Some(of)) => {
            let (there, original) = resolver.platform.environments.entries.get(&of.value.0)?;
            match original.role.value {
                Role::Recovery | Role::System => unfit(
                    document.span(of.at),
                    format!(
                        "`{}` has the role {}: nothing stands in for it",
                        of.value.0,
                        original.role.value.word()
                    ),
                )
                .related(document.key_span(there.at), "the environment")
                .help("name the environment whose users are to be served when its region is lost"),
                _ => return Some(Resolved::written(of.value.0.clone(), of.at)),
            }
        }
        (Role::Recovery, None) => {
            unfit(role, format!("`{}` has the role dr, and says not what it stands in for", name.value.0))
                .help("write `of:` with the name of the environment")
        }
        (_, Some(of)) => unfit(
            document.span(of.at),
            format!("`{}` stands in for another environment, and has another role", name.value.0),
        )
        .related(role, "the role")
        .help("write `role: dr`, or remove `of`"),
        (_, None) => return None,
    };
    resolver.sink.push(finding);
    None
}

/// What takes over for one environment.
fn target(
    resolver: &mut Resolver<'_>,
    name: &Written<Name>,
    written: &records::Target,
    found: &Recoveries,
) -> Option<RecoveryTarget> {
    let platform = resolver.platform;
    let document = &resolver.model.document;
    let (key, to) = (name.value.0.as_str(), written.to.value.0.as_str());
    let span = document.span(written.to.at);
    let environments = platform.environments.entries.keys().map(String::as_str);
    let clusters = platform.clusters.entries.keys().map(String::as_str);
    if !platform.environments.entries.contains_key(key) {
        let finding = unknown(document.key_span(name.at), "environment", key, environments);
        resolver.sink.push(finding);
        return None;
    }
    let strategy = Resolved::written(written.strategy.value, written.strategy.at);
    let unfit = |message: String| Diagnostic::new(&code::RECOVERY_TARGET, span, message);
    let stands_in = found.stand_ins.get(to).filter(|stand_in| stand_in.of.value == key);
    let there = platform.environments.entries.get(to);
    let is_cluster = platform.clusters.entries.contains_key(to);
    let (environment, cluster) = match (strategy.value, there) {
        (RecoveryStrategy::BackupRestore, _) if is_cluster && stands_in.is_none() => {
            (None, Resolved::written(to.to_owned(), written.to.at))
        }
        (RecoveryStrategy::BackupRestore, Some(_)) => {
            let finding =
                unfit(format!("with backup-restore nothing stands in `{to}` before the region is lost"))
                    .related(document.span(written.strategy.at), "the strategy")
                    .help("name the cluster that is made then, or write `strategy: pilot-light`");
            resolver.sink.push(finding);
            return None;
        }
        (_, Some((_, environment))) if stands_in.is_some() => (
            Some(Resolved::written(to.to_owned(), written.to.at)),
            environment.cluster.as_ref().map(from_written)?,
        ),
        (_, Some((other, _))) => {
            let finding = unfit(format!("`{to}` does not stand in for {key}"))
                .related(document.key_span(other.at), "the environment")
                .help(format!("give it `role: dr` and `of: {key}`, or name another one"));
            resolver.sink.push(finding);
            return None;
        }
        (_, None) if is_cluster => {
            let finding = unfit(format!("`{to}` is a cluster, and a {} is an environment in one", strategy.value.word()))
                .related(document.span(written.strategy.at), "the strategy")
                .help(format!(
                    "declare an environment `{{role: dr, of: {key}, cluster: {to}}}` and name it, or write `strategy: backup-restore`"
                ));
            resolver.sink.push(finding);
            return None;
        }
        (_, None) => {
            let finding = unknown(span, "environment or cluster", to, environments.chain(clusters));
            resolver.sink.push(finding);
            return None;
        }
    };
    let Some(here) = resolver.cluster_of(key) else {
        let finding = unfit(format!("{key} runs on people's own machines: there is no region to lose"))
            .related(document.key_span(name.at), "the environment")
            .help("remove the target");
        resolver.sink.push(finding);
        return None;
    };
    let region = elsewhere(resolver, here, &cluster.value, span, "what takes over")?;
    Some(RecoveryTarget {
        at: written.at,
        strategy,
        cluster,
        region,
        environment,
        failover: super::or(written.failover.as_ref(), |who| who, Failover::Manual, "a person decides"),
    })
}

/// The cluster to whose region something is copied, and that region; says so where that is none or the same.
pub(super) fn copy_to(
    resolver: &mut Resolver<'_>,
    environment: &str,
    written: Option<&Written<Name>>,
) -> Option<CopyTo> {
    let written = written?;
    let span = resolver.model.document.span(written.at);
    let here = resolver.cluster_of(environment)?;
    let to = written.value.0.as_str();
    known_cluster(resolver, to, span)?;
    let region = elsewhere(resolver, here, to, span, "the copy")?;
    Some(CopyTo { cluster: Resolved::written(to.to_owned(), written.at), region })
}

/// Says so where there is no such cluster.
pub(super) fn known_cluster(resolver: &mut Resolver<'_>, name: &str, span: Span) -> Option<()> {
    let clusters = &resolver.platform.clusters.entries;
    if clusters.contains_key(name) {
        return Some(());
    }
    let finding = unknown(span, "cluster", name, clusters.keys().map(String::as_str));
    resolver.sink.push(finding);
    None
}

/// The region of a cluster, where that is not the one of the cluster that it is to survive.
fn elsewhere(resolver: &mut Resolver<'_>, here: &str, there: &str, span: Span, what: &str) -> Option<String> {
    let clusters = &resolver.platform.clusters.entries;
    let (_, here) = clusters.get(here)?;
    let (_, there) = clusters.get(there)?;
    if here.provider.value == there.provider.value && here.region.value == there.region.value {
        let document = &resolver.model.document;
        let finding = Diagnostic::new(
            &code::SAME_REGION,
            span,
            format!("{what} would be in {} as well, and be lost with it", here.region.value.0),
        )
        .related(document.span(here.region.at), "the region that is to be survived")
        .help("name a cluster in another region");
        resolver.sink.push(finding);
        return None;
    }
    Some(there.region.value.0.clone())
}

/// When drills are due, and which were held.
pub(super) fn drills(resolver: &mut Resolver<'_>) -> Option<Drills> {
    let drills = resolver.platform.dr.as_ref()?.drills.as_ref()?;
    Some(Drills {
        every: Resolved::written(drills.every.value, drills.every.at),
        scenarios: drills.scenarios.iter().map(|s| Resolved::written(s.value, s.at)).collect(),
        held: held(resolver, drills),
    })
}

/// The drills that were held; one about an environment that is no production says nothing.
fn held(resolver: &mut Resolver<'_>, drills: &records::Drills) -> Vec<Drill> {
    let production: Vec<&str> = resolver
        .platform
        .environments
        .entries
        .iter()
        .filter(|(_, (_, environment))| environment.role.value == Role::Production)
        .map(|(key, _)| key.as_str())
        .collect();
    let mut found = Vec::new();
    for drill in drills.held.iter().flatten() {
        if let Some(environment) = &drill.environment
            && !production.contains(&environment.value.0.as_str())
        {
            let span = resolver.model.document.span(environment.at);
            let known = production.iter().copied();
            resolver.sink.push(unknown(span, "production environment", &environment.value.0, known));
            continue;
        }
        found.push(Drill {
            at: drill.at,
            scenario: Resolved::written(drill.scenario.value, drill.scenario.at),
            date: Resolved::written(drill.date.value, drill.date.at),
            environment: drill.environment.as_ref().map(from_written),
            took: drill.took.map(|took| Resolved::written(took.value, took.at)),
            lost: drill.lost.map(|lost| Resolved::written(lost.value, lost.at)),
            report: drill.report.as_ref().map(from_written),
        });
    }
    found
}

fn unknown<'k>(
    span: Span,
    kind: &str,
    name: &str,
    known: impl Iterator<Item = &'k str> + Clone,
) -> Diagnostic {
    let code: &'static Code = &code::UNKNOWN_REFERENCE;
    let mut finding = Diagnostic::new(code, span, format!("there is no {kind} `{name}`"));
    finding.help = did_you_mean(name, known.clone());
    if let [near] = catalog::nearest(name, known, 1)[..] {
        finding = finding.edit(span, near);
    }
    finding
}

/// Takes clusters out that are only named as the place of copies: nothing stands in them.
pub(super) fn drop_places(plan: &mut Plan) {
    let mut named: Vec<&str> = Vec::new();
    for environment in plan.environments.values() {
        named.extend(environment.target.as_ref().map(|target| target.cluster.value.as_str()));
        let databases = environment.databases.iter().filter_map(|it| it.backup.as_ref()?.copy_to.as_ref());
        let buckets = environment.buckets.iter().filter_map(|it| it.copy_to.as_ref());
        let files = environment.file_systems.iter().filter_map(|it| it.copy_to.as_ref());
        named.extend(databases.chain(buckets).chain(files).map(|to| to.cluster.value.as_str()));
    }
    let once = plan.buckets.iter().chain(&plan.state).filter_map(|it| it.copy_to.as_ref());
    let images = plan.registry.as_ref().and_then(|it| it.copy_to.as_ref());
    named.extend(once.chain(images).map(|to| to.cluster.value.as_str()));
    let idle: Vec<String> = plan
        .clusters
        .keys()
        .filter(|key| named.contains(&key.as_str()) && plan.environments_of(key).next().is_none())
        .cloned()
        .collect();
    plan.clusters.retain(|key, _| !idle.contains(key));
}

/// How many pods of a service stand in for those of the original.
pub(super) fn scale(strategy: &Resolved<RecoveryStrategy>, original: Scale) -> Scale {
    let from = match strategy.origin {
        crate::plan::Origin::Written(at) => at,
        _ => crate::source::At::ROOT,
    };
    match (strategy.value, original) {
        (RecoveryStrategy::BackupRestore | RecoveryStrategy::PilotLight, _) => {
            Scale::Fixed(Resolved::derived(0, "a pilot light runs no pod", from))
        }
        (RecoveryStrategy::WarmStandby, Scale::Fixed(replicas)) if replicas.value > 1 => {
            Scale::Fixed(Resolved::derived(1, "a warm standby runs one pod", from))
        }
        (RecoveryStrategy::HotStandby, Scale::Auto(auto)) => Scale::Auto(Autoscaling {
            min: Resolved::derived(auto.planned.value, "a hot standby is as large as planned", from),
            ..auto
        }),
        (RecoveryStrategy::WarmStandby | RecoveryStrategy::HotStandby, original) => original,
    }
}

/// How few nodes a pool of a pilot light has: one for what every cluster runs, none where only tolerated pods run.
pub(super) fn pool(strategy: &Resolved<RecoveryStrategy>, pool: &mut NodePool) {
    if !matches!(strategy.value, RecoveryStrategy::BackupRestore | RecoveryStrategy::PilotLight) {
        return;
    }
    let from = match strategy.origin {
        crate::plan::Origin::Written(at) => at,
        _ => pool.at,
    };
    let least = u32::from(pool.taints.is_empty());
    if pool.min.value > least {
        pool.min = Resolved::derived(least, "a pilot light has as few nodes as possible", from);
    }
}
