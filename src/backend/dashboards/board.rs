//! A dashboard as a whole: its name, its variables, what it links to.

use super::grid::Grid;
use crate::format::data::{Data, Map};
use crate::map;
use crate::names;
use crate::plan::{Environment, Plan};
use crate::source::At;

/// The version of Grafana's format, the last one of the format with panels in a list (Grafana 12 and 13; older ones read it:
/// `apps/dashboard/pkg/migration/schemaversion` in Grafana's sources, read 2026-11-21).
const SCHEMA_VERSION: u32 = 42;

/// What was lately.
pub(super) const HOURS: &str = "now-6h";
/// What goes by days.
pub(super) const DAYS: &str = "now-7d";

/// The tags of a dashboard: what it is, and the environments that it is about.
pub(super) fn tags<'p>(
    kind: &'p str,
    environments: impl IntoIterator<Item = &'p Environment>,
) -> Vec<&'p str> {
    let environments = environments.into_iter().map(|environment| environment.key.as_str());
    std::iter::once(kind).chain(environments).collect()
}

/// A choice at the top of a dashboard.
#[derive(Debug)]
pub(super) struct Variable {
    /// Its name in queries.
    name: &'static str,
    label: &'static str,
    /// What can be chosen: the text that is shown and the value in queries.
    choices: Vec<(String, String)>,
}

/// The name in queries of what [`environments`] lets choose: the namespace.
pub(super) const NAMESPACE: &str = "$namespace";
/// The environment's key, which is the text of the same variable.
pub(super) const ENVIRONMENT: &str = "${namespace:text}";
/// The name in queries of what [`services`] lets choose.
pub(super) const SERVICE: &str = "$service";

/// A choice of the environment; production first, because that is what people look for.
pub(super) fn environments(plan: &Plan) -> Variable {
    let mut environments: Vec<_> = plan.environments.values().collect();
    environments.sort_by_key(|environment| !environment.is_production());
    let choices = environments
        .into_iter()
        .map(|environment| (environment.key.clone(), environment.namespace.value.clone()))
        .collect();
    Variable { name: "namespace", label: "Environment", choices }
}

/// A choice of the service, in the order of the spec.
pub(super) fn services(plan: &Plan) -> Variable {
    let mut seen = std::collections::BTreeSet::new();
    let choices = (plan.environments.values())
        .flat_map(|environment| &environment.services)
        .filter(|service| seen.insert(service.key.as_str()))
        .map(|service| (service.key.clone(), service.key.clone()))
        .collect();
    Variable { name: "service", label: "Service", choices }
}

/// The name in queries of what [`objectives`] lets choose.
pub(super) const OBJECTIVE: &str = "$slo";

/// A choice of the objective, by name, in the order of the spec.
pub(super) fn objectives(plan: &Plan) -> Variable {
    let mut seen = std::collections::BTreeSet::new();
    let choices = (plan.environments.values())
        .flat_map(|environment| &environment.services)
        .flat_map(|service| &service.slos)
        .filter(|slo| seen.insert(slo.key.as_str()))
        .map(|slo| (slo.key.clone(), slo.key.clone()))
        .collect();
    Variable { name: "slo", label: "Objective", choices }
}

impl Variable {
    fn into_data<'p>(self) -> Map<'p> {
        let choice = |(text, value): &(String, String)| {
            if text == value { text.clone() } else { format!("{text} : {value}") }
        };
        let query: Vec<String> = self.choices.iter().map(choice).collect();
        let mut data = map! { "type" => "custom", "name" => self.name, "label" => self.label, "query" => query.join(",") };
        if let Some((text, value)) = self.choices.into_iter().next() {
            data.push("current", map! { "text" => text, "value" => value });
        }
        data
    }
}

/// A dashboard.
#[derive(Debug)]
pub(super) struct Board<'p> {
    /// Its name in paths and addresses, unique in the platform.
    pub(super) name: String,
    /// Its title after the platform's name.
    pub(super) title: String,
    /// What it is for.
    pub(super) description: String,
    /// Tags besides those that every dashboard has; see [`tags`].
    pub(super) tags: Vec<&'p str>,
    /// How far back it looks when it is opened: [`HOURS`] or [`DAYS`].
    pub(super) since: &'static str,
    /// Choices besides the data source.
    pub(super) variables: Vec<Variable>,
    /// The place of the spec that it comes from.
    pub(super) at: Option<At>,
    /// What stands in it.
    pub(super) grid: Grid<'p>,
}

impl<'p> Board<'p> {
    /// The dashboard as Grafana reads it.
    pub(super) fn into_data(self, plan: &'p Plan) -> Data<'p> {
        let platform = plan.name.value.as_str();
        let runbooks = plan.monitoring.runbooks.as_ref().map(|base| base.value.as_str());
        let runbook = |alert: &str| runbooks.map(|base| names::runbook_address(base, alert));
        let mut tags = vec![names::MANAGED_BY, platform];
        for tag in self.tags {
            if !tags.contains(&tag) {
                tags.push(tag);
            }
        }
        let mut links = vec![map! {
            "type" => "dashboards", "title" => "Dashboards", "tags" => [names::MANAGED_BY, platform],
            "asDropdown" => true, "includeVars" => true, "keepTime" => true,
        }];
        if let Some(base) = runbooks {
            links.push(map! { "type" => "link", "title" => "Runbooks", "url" => base, "icon" => "doc", "targetBlank" => true });
        }
        let mut variables = vec![
            map! { "type" => "datasource", "name" => "datasource", "label" => "Data source", "query" => "prometheus" },
        ];
        variables.extend(self.variables.into_iter().map(Variable::into_data));
        let interval = plan.monitoring.scrape_every.value.prometheus();
        Data::Map(map! {
            "uid" => names::dashboard_uid(platform, &self.name),
            "title" => format!("{platform} / {}", self.title),
            "description" => self.description,
            "tags" => tags,
            "schemaVersion" => SCHEMA_VERSION,
            "version" => 1,
            "editable" => false,
            "graphTooltip" => 1,
            "refresh" => "1m",
            "time" => map! { "from" => self.since, "to" => "now" },
            "timezone" => "browser",
            "links" => links,
            "templating" => map! { "list" => variables },
            "panels" => self.grid.into_data(&interval, &runbook),
        })
    }
}
