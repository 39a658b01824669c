//! Charts of others: whether they fit the cluster and each other, and whether their values can mean anything.

use super::{Context, Rule};
use crate::addon::{self, Keys, Misfit};
use crate::catalog;
use crate::diag::{Diagnostic, code, did_you_mean};
use crate::freeform::{Freeform, Value};
use crate::model::records;
use crate::plan::{Addon, AddonSecurity, AddonSource, Cluster, Install, Origin, Plan, PodSecurity};
use crate::source::{At, Written};

pub(super) const RULES: &[Rule] = &[
    Rule { name: "addon/two-for-one", run: two_for_one },
    Rule { name: "addon/needs", run: needs },
    Rule { name: "addon/demands", run: demands },
    Rule { name: "addon/kubernetes", run: kubernetes },
    Rule { name: "addon/version", run: version },
    Rule { name: "addon/pod-security", run: pod_security },
    Rule { name: "addon/values", run: values },
    Rule { name: "addon/no-effect", run: no_effect },
];

/// Every add-on of every cluster.
fn all(plan: &Plan) -> impl Iterator<Item = (&Cluster, &Addon)> {
    plan.clusters.values().flat_map(|cluster| cluster.addons.iter().map(move |addon| (cluster, addon)))
}

/// What `addons` says of an add-on, and where its name is.
fn written<'m>(context: &Context<'m>, key: &str) -> Option<(At, &'m records::Addon)> {
    let (name, addon) = context.model.platform.addons.as_ref()?.entries.get(key)?;
    Some((name.at, addon))
}

fn two_for_one(context: &mut Context<'_>) {
    let plan = context.plan;
    for cluster in plan.clusters.values() {
        for (index, addon) in cluster.addons.iter().enumerate() {
            for other in &cluster.addons[index + 1..] {
                let Some(job) = addon.provides.iter().find(|job| other.provides.contains(job)) else {
                    continue;
                };
                // The one that stands later in the text is the one too many.
                let (first, second) = if addon.at <= other.at { (addon, other) } else { (other, addon) };
                let finding = Diagnostic::new(
                    &code::ADDON_TWICE,
                    context.key(second.at),
                    format!(
                        "`{}` and `{}` do the same job in the cluster {}: {job}",
                        first.key, second.key, cluster.key
                    ),
                )
                .related(context.key(first.at), format!("`{}` is chosen here", first.key))
                .help("keep one of them; `install: never` turns one off that the spec brings in by itself");
                context.report(finding);
            }
        }
    }
}

fn needs(context: &mut Context<'_>) {
    let plan = context.plan;
    for (cluster, addon) in all(plan).filter(|(_, addon)| addon.install.value == Install::Platc) {
        let Some(known) = addon::find(&addon.key) else { continue };
        for (need, (_, reason)) in known.definition.needs.iter().flat_map(|needs| &needs.entries) {
            if cluster.provider_of(need).is_some() {
                continue;
            }
            let mut finding = Diagnostic::new(
                &code::ADDON_NEED_ABSENT,
                context.key(addon.at),
                format!(
                    "`{}` needs `{need}`, which nothing in the cluster {} provides",
                    addon.key, cluster.key
                ),
            )
            .note(format!("why: {}", reason.value.0));
            finding = who_provides(context, finding, need);
            context.report(finding);
        }
    }
}

/// Says how something that is needed comes into the cluster.
fn who_provides(context: &Context<'_>, finding: Diagnostic, need: &str) -> Diagnostic {
    let provides = |known: &&addon::Addon| known.definition.provides.iter().any(|what| what.value.0 == need);
    let mut names = Vec::new();
    let mut off = None;
    for known in addon::all().iter().filter(provides) {
        names.push(format!("`{}`", known.name));
        off = off.or_else(|| turned_off(context, known.name));
    }
    let names = names.join(" or ");
    match off {
        Some(at) => finding
            .related(context.span(at), "what provides it is turned off here")
            .help(format!("install {names}, or say `install: elsewhere` if something else has installed it")),
        None => finding.help(format!("add {names} under `addons`")),
    }
}

/// The place that keeps an add-on out of a cluster.
fn turned_off(context: &Context<'_>, key: &str) -> Option<At> {
    let (at, addon) = written(context, key)?;
    let never = addon.install.as_ref().filter(|install| install.value == Install::Never);
    never.map(|install| install.at).or_else(|| addon.clusters.as_ref().map(|_| at))
}

/// What the spec asks for must be in the cluster: rules, objects and pods rely on it.
fn demands(context: &mut Context<'_>) {
    let plan = context.plan;
    for cluster in plan.clusters.values() {
        for demand in &cluster.demands {
            for known in addon::all() {
                if known.definition.r#for.as_ref().map(|feature| feature.value) != Some(demand.feature) {
                    continue;
                }
                let missing: Vec<&str> = known
                    .definition
                    .provides
                    .iter()
                    .map(|what| what.value.0.as_str())
                    .filter(|what| cluster.provider_of(what).is_none())
                    .collect();
                let Some(at) = turned_off(context, known.name).filter(|_| !missing.is_empty()) else {
                    continue;
                };
                let finding = Diagnostic::new(
                    &code::ADDON_NEED_ABSENT,
                    context.span(at),
                    format!(
                        "without `{}` nothing in the cluster {} provides {}",
                        known.name,
                        cluster.key,
                        missing.iter().map(|what| format!("`{what}`")).collect::<Vec<_>>().join(", ")
                    ),
                )
                .related(context.key(demand.at), "this needs it")
                .note(format!("what it is for: {}", known.definition.purpose.value.0))
                .help("say `install: elsewhere` if something else has installed it, or remove what needs it");
                context.report(finding);
            }
        }
    }
}

/// Major and minor as numbers, which compare as versions do.
fn minor(version: &str) -> Option<(u32, u32)> {
    let (major, minor) = version.split_once('.')?;
    Some((major.parse().ok()?, minor.split('.').next()?.parse().ok()?))
}

fn kubernetes(context: &mut Context<'_>) {
    let plan = context.plan;
    for (cluster, addon) in all(plan).filter(|(_, addon)| addon.install.value == Install::Platc) {
        let Some(range) = addon::find(&addon.key).and_then(|known| known.definition.kubernetes.as_ref())
        else {
            continue;
        };
        let Some(here) = minor(&cluster.kubernetes.value) else { continue };
        let bound = |bound: &Option<Written<_>>| {
            bound.as_ref().map(|b: &Written<crate::model::scalars::Version>| b.value.0.clone())
        };
        let (oldest, newest) = (bound(&range.min), bound(&range.max));
        let too_old = oldest.as_deref().and_then(minor).is_some_and(|oldest| here < oldest);
        let too_new = newest.as_deref().and_then(minor).is_some_and(|newest| here > newest);
        if !too_old && !too_new {
            continue;
        }
        let works_with = match (oldest, newest) {
            (Some(oldest), Some(newest)) => format!("{oldest} to {newest}"),
            (Some(oldest), None) => format!("{oldest} and later"),
            (None, newest) => format!("{} and earlier", newest.unwrap_or_default()),
        };
        let finding = Diagnostic::new(
            &code::ADDON_KUBERNETES,
            context.origin(&cluster.kubernetes, cluster.at),
            format!(
                "`{}` {} does not work with Kubernetes {}",
                addon.key,
                pinned(addon),
                cluster.kubernetes.value
            ),
        )
        .related(context.key(addon.at), "this brings it in")
        .note(format!("it works with Kubernetes {works_with}"))
        .help(if too_old {
            "choose a newer version of Kubernetes"
        } else {
            "choose an older version of Kubernetes, or install the add-on elsewhere"
        });
        context.report(finding);
    }
}

fn pinned(addon: &Addon) -> &str {
    match &addon.source {
        AddonSource::Chart { version, .. } => &version.value,
        AddonSource::Manifest { version, .. } => version,
    }
}

fn version(context: &mut Context<'_>) {
    let plan = context.plan;
    let mut seen = Vec::new();
    for (_, addon) in all(plan) {
        let AddonSource::Chart { version, .. } = &addon.source else { continue };
        let Origin::Written(at) = version.origin else { continue };
        let known = addon::find(&addon.key).and_then(|known| known.definition.chart.as_ref());
        let Some(pinned) = known.map(|chart| &chart.version.value.0) else { continue };
        if *pinned == version.value || seen.contains(&at) {
            continue;
        }
        seen.push(at);
        let finding = Diagnostic::new(
            &code::ADDON_VERSION,
            context.span(at),
            format!("`{}` {} is not the version that platc knows", addon.key, version.value),
        )
        .note("its values are checked against the keys of the version that platc knows, and were tried with no other")
        .help(format!("leave `version` out to take {pinned}"));
        context.report(finding);
    }
}

fn pod_security(context: &mut Context<'_>) {
    let plan = context.plan;
    for (cluster, addon) in all(plan).filter(|(_, addon)| addon.install.value == Install::Platc) {
        for environment in plan.environments_of(&cluster.key) {
            if environment.namespace.value != addon.namespace.value {
                continue;
            }
            let allowed = match environment.pod_security.value {
                PodSecurity::Restricted => AddonSecurity::Restricted,
                PodSecurity::Baseline => AddonSecurity::Baseline,
            };
            if addon.pod_security <= allowed {
                continue;
            }
            let place = match addon.namespace.origin {
                Origin::Written(at) => context.span(at),
                _ => context.key(addon.at),
            };
            let finding = Diagnostic::new(
                &code::ADDON_POD_SECURITY,
                place,
                format!(
                    "the namespace `{}` is {}'s and allows {} pods; those of `{}` are {}",
                    addon.namespace.value,
                    environment.key,
                    allowed.word(),
                    addon.key,
                    addon.pod_security.word()
                ),
            )
            .related(context.key(environment.at), "the environment whose namespace it is")
            .help("give the add-on a namespace of its own, or the environment another Pod Security Standard");
            context.report(finding);
        }
    }
}

fn values(context: &mut Context<'_>) {
    let addons = context.model.platform.addons.iter().flat_map(|addons| &addons.entries);
    for (key, (_, written)) in addons {
        let (Some(values), Some(known)) = (&written.values, addon::find(key)) else { continue };
        if let Some(keys) = known.keys() {
            check_keys(context, key, &keys, values, &mut Vec::new());
        } else {
            let finding = Diagnostic::new(
                &code::ADDON_NO_EFFECT,
                context.key(values.at),
                format!("`{key}` is installed by a manifest, which takes no values"),
            )
            .help("remove `values`");
            context.report(finding);
        }
    }
}

fn check_keys<'v>(
    context: &mut Context<'_>,
    addon: &str,
    keys: &Keys,
    values: &'v Freeform,
    path: &mut Vec<&'v str>,
) {
    let Value::Map(entries) = &values.value else { return };
    for (key, below) in entries {
        path.push(key);
        let is_map = matches!(&below.value, Value::Map(entries) if !entries.is_empty());
        // Null takes a default away, whatever it is.
        let is_null = matches!(below.value, Value::Null);
        match keys.check(path, is_map) {
            Ok(()) => check_keys(context, addon, keys, below, path),
            Err((_, Misfit::AMap(_))) if is_null => {}
            Err((_, misfit)) => {
                let finding = misfitting(context, addon, path, below.at, &misfit);
                context.report(finding);
            }
        }
        path.pop();
    }
}

fn misfitting(context: &Context<'_>, addon: &str, path: &[&str], at: At, misfit: &Misfit) -> Diagnostic {
    let whole = path.join(".");
    let key = path.last().copied().unwrap_or_default();
    match misfit {
        Misfit::Unknown(known) => {
            let finding = Diagnostic::new(
                &code::ADDON_VALUE,
                context.key(at),
                format!("the chart `{addon}` has no value `{whole}`"),
            );
            let finding = match catalog::nearest(key, known.iter().copied(), 1)[..] {
                [near] => finding.edit(context.key(at), near),
                _ => finding,
            };
            match did_you_mean(key, known.iter().copied()) {
                Some(help) => finding.help(help),
                None => finding,
            }
        }
        Misfit::NotAMap => Diagnostic::new(
            &code::ADDON_VALUE,
            context.key(at),
            format!("`{whole}` is no mapping in the chart `{addon}`"),
        )
        .help("write a single value or a list, as the chart's own values do"),
        Misfit::AMap(known) => Diagnostic::new(
            &code::ADDON_VALUE,
            context.key(at),
            format!("`{whole}` is a mapping in the chart `{addon}`"),
        )
        .help(format!("its keys: {}", known.iter().take(8).copied().collect::<Vec<_>>().join(", "))),
    }
}

/// Settings of something that platc does not install.
fn no_effect(context: &mut Context<'_>) {
    let addons = context.model.platform.addons.iter().flat_map(|addons| &addons.entries);
    for (key, (_, written)) in addons {
        let Some(install) = written.install.as_ref().filter(|install| install.value != Install::Platc) else {
            continue;
        };
        let idle = [
            ("values", written.values.as_ref().map(|values| values.at)),
            ("version", written.version.as_ref().map(|version| version.at)),
        ];
        for (field, at) in idle.into_iter().filter_map(|(field, at)| Some((field, at?))) {
            let finding = Diagnostic::new(
                &code::ADDON_NO_EFFECT,
                context.key(at),
                format!("`{field}` has no effect: platc does not install `{key}`"),
            )
            .related(context.span(install.at), "who installs it")
            .help(format!("remove `{field}`"));
            context.report(finding);
        }
    }
}
