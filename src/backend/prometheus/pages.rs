//! What a plan's alerts are and where each applies: what runbooks are made from.

use std::collections::BTreeMap;

use super::alertmanager::{self, SUBJECTS};
use super::cache;
use super::rule::{OWNER, Rule, Scope};
use super::wording::{self, Wording};
use super::{environment_groups, objective_groups, service_groups};
use crate::names;
use crate::plan::{Environment, Plan};
use crate::units::Duration;

/// An alert of a plan.
#[derive(Debug)]
pub(in crate::backend) struct Page<'p> {
    /// Its name.
    pub(in crate::backend) alert: &'static str,
    /// Its fixed sentence.
    pub(in crate::backend) summary: &'static str,
    /// What it means; `None` for one that is not platc's own.
    pub(in crate::backend) wording: Option<&'static Wording>,
    /// Where it applies, in the order of the plan; never nowhere.
    pub(in crate::backend) places: Vec<Place<'p>>,
}

/// What an alert is about in an environment.
#[derive(Debug)]
pub(in crate::backend) struct Place<'p> {
    /// The environment.
    pub(in crate::backend) environment: &'p str,
    /// Its namespace.
    pub(in crate::backend) namespace: &'p str,
    /// Whether users depend on it.
    pub(in crate::backend) is_production: bool,
    /// How grave it is there.
    pub(in crate::backend) severity: &'static str,
    /// How long its condition must hold; the shortest where that differs.
    pub(in crate::backend) hold: Duration,
    /// The team that answers for what it is about.
    pub(in crate::backend) owner: String,
    /// The receivers that are told; none where the spec has none.
    pub(in crate::backend) told: Vec<&'p str>,
    /// The names of what it is about, each once.
    pub(in crate::backend) names: Vec<String>,
    /// The name that commands are given.
    pub(in crate::backend) name: String,
    /// Other names in commands, of what has that name: of a cache `SELECTOR` of its pods and `SECRET` with its password, of a
    /// database `DATABASE` and `REGION` at the provider.
    pub(in crate::backend) values: Vec<(&'static str, String)>,
    /// The condition for the first of them.
    pub(in crate::backend) expr: String,
    /// The fields of the spec that its numbers come from, with its names.
    pub(in crate::backend) fields: Vec<String>,
}

/// Every alert of a plan, sorted by name. The same alert of the same gravity and the same team is one place in each environment.
pub(in crate::backend) fn of(plan: &Plan) -> Vec<Page<'_>> {
    let mut pages: BTreeMap<&'static str, Page<'_>> = BTreeMap::new();
    for environment in plan.environments.values() {
        let own = environment_groups(Scope::rules(plan, environment));
        let services = environment.services.iter().flat_map(|service| {
            let own = service_groups(Scope::rules(plan, environment), service);
            own.into_iter().chain(objective_groups(Scope::rules(plan, environment), service))
        });
        for rule in own.into_iter().chain(services).flat_map(|group| group.rules) {
            let page = pages.entry(rule.alert).or_insert_with(|| Page {
                alert: rule.alert,
                summary: rule.summary,
                wording: wording::of(rule.alert),
                places: Vec::new(),
            });
            page.add(plan, environment, rule);
        }
    }
    pages.into_values().collect()
}

impl<'p> Page<'p> {
    fn add(&mut self, plan: &'p Plan, environment: &'p Environment, rule: Rule<'p>) {
        let severity = rule.severity.text();
        let named = |(label, text): &(&str, std::borrow::Cow<'_, str>)| {
            SUBJECTS.contains(label).then(|| text.to_string())
        };
        let parts: Vec<String> = rule.labels.iter().filter_map(named).collect();
        let name = parts.join("/");
        let owner = rule.labels.iter().find(|(label, _)| *label == OWNER);
        let owner = owner.map_or_else(String::new, |(_, text)| text.to_string());
        let known = self.places.iter_mut().find(|place| {
            place.environment == environment.key && place.severity == severity && place.owner == owner
        });
        if let Some(place) = known {
            if !name.is_empty() && !place.names.contains(&name) {
                place.names.push(name);
            }
            place.hold = place.hold.min(rule.hold);
            return;
        }
        let namespace = environment.namespace.value.as_str();
        self.places.push(Place {
            environment: &environment.key,
            namespace,
            is_production: environment.is_production(),
            severity,
            hold: rule.hold,
            told: alertmanager::told(plan, environment, rule.severity, &owner),
            owner,
            names: if name.is_empty() { Vec::new() } else { vec![name] },
            values: values(plan, environment, &rule),
            fields: self.wording.map(|wording| fields(wording, environment, &rule)).unwrap_or_default(),
            name: parts.into_iter().next().unwrap_or_else(|| namespace.to_owned()),
            expr: rule.expr,
        });
    }
}

/// The label that has the key of a thing below a field of the spec.
const KEYS: [(&str, &str); 9] = [
    ("caches", "cache"),
    ("databases", "database"),
    ("environments", "environment"),
    ("gpuPools", "gpu_pool"),
    ("jobs", "cronjob"),
    ("nodePools", "pool"),
    ("queues", "broker"),
    ("services", "service"),
    ("tiers", "tier"),
];

/// The fields that the words of an alert name, with the names of a rule: `tiers.<name>.rpo` is `tiers.critical.rpo` for it. What it has
/// no label for is not one of them.
fn fields(wording: &Wording, environment: &Environment, rule: &Rule<'_>) -> Vec<String> {
    let label =
        |name: &str| rule.labels.iter().find(|(label, _)| *label == name).map(|(_, value)| value.as_ref());
    let of_field = |field: &str| {
        let (thing, _) = field.split_once(".<name>")?;
        let (_, key) = KEYS.iter().find(|(known, _)| *known == thing)?;
        let name = label(key)?;
        // Continuous backups have no interval that matters.
        let is_continuous = |key: &str| {
            let backup = environment.database(key).and_then(|database| database.backup.as_ref());
            backup.is_some_and(|backup| backup.point_in_time.value)
        };
        if field.ends_with(".backup.every") && is_continuous(name) {
            return None;
        }
        // The job of a dump is none of the spec's jobs.
        if *key == "cronjob" && environment.jobs.iter().all(|job| job.pod.key != name) {
            return None;
        }
        let mut text = field.replacen("<name>", name, 1);
        for (place, name) in [("<objective>", "slo"), ("<queue>", "queue")] {
            if text.contains(place) {
                text = text.replacen(place, label(name)?, 1);
            }
        }
        Some(text)
    };
    wording.limit.split('`').skip(1).step_by(2).filter_map(of_field).collect()
}

/// The names that commands about a rule's cache or database need.
fn values(plan: &Plan, environment: &Environment, rule: &Rule<'_>) -> Vec<(&'static str, String)> {
    let mut values = Vec::new();
    for (label, key) in &rule.labels {
        match *label {
            "cache" => {
                if let Some(cache) = environment.caches.iter().find(|cache| cache.key == **key) {
                    values.push(("SELECTOR", cache::pods(cache)));
                    values.push(("SECRET", names::cache_password_secret(&cache.key)));
                }
            }
            "database" => {
                if let Some(database) = environment.databases.iter().find(|one| one.key == **key) {
                    values.push(("DATABASE", database.name.value.clone()));
                    if let Some(cluster) = plan.clusters.get(&environment.cluster.value) {
                        values.push(("REGION", cluster.region.value.clone()));
                    }
                }
            }
            _ => {}
        }
    }
    values
}
