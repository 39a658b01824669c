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

/// A variable of a dashboard.
#[derive(Debug)]
pub(super) struct Variable {
    /// Its name in queries.
    name: &'static str,
    label: &'static str,
    kind: VariableKind,
}

#[derive(Debug)]
enum VariableKind {
    /// A choice at the top: what is shown, and the same in queries.
    Choice(Vec<String>),
    /// What follows from another variable and nobody sees: what Prometheus answers, and at first this.
    Follows { query: String, regex: &'static str, first: String },
}

/// The name in queries of what [`environments`] lets choose: the key of the environment, which series of platc's own rules have.
pub(super) const ENVIRONMENT: &str = "$environment";
/// The namespace of that environment, which the series of all others have.
pub(super) const NAMESPACE: &str = "$namespace";
/// The name in queries of what [`services`] lets choose.
pub(super) const SERVICE: &str = "$service";

/// A choice of the environment, production first, because that is what people look for, and its namespace.
///
/// The choice is the key and not the namespace: environments of two clusters may have the same namespace, and a choice that two
/// of them share would always be the first. Grafana's choices have one value, so the namespace is computed from it, by a query
/// that reads no series.
pub(super) fn environments(plan: &Plan) -> [Variable; 2] {
    let mut environments: Vec<_> = plan.environments.values().collect();
    environments.sort_by_key(|environment| !environment.is_production());
    let first =
        environments.first().map(|environment| environment.namespace.value.clone()).unwrap_or_default();
    let keys = environments.iter().map(|environment| environment.key.clone()).collect();
    let query = format!("query_result({})", namespace_of(&environments));
    // The first group is the value: <https://grafana.com/docs/grafana/latest/visualizations/dashboards/variables/add-template-variables/>.
    let follows = VariableKind::Follows { query, regex: "/namespace=\"([^\"]+)\"/", first };
    [
        Variable { name: "environment", label: "Environment", kind: VariableKind::Choice(keys) },
        Variable { name: "namespace", label: "Namespace", kind: follows },
    ]
}

/// A series whose label `namespace` is that of the environment that is chosen, in one line as Grafana wants it.
fn namespace_of(environments: &[&Environment]) -> String {
    let mut namespaces: Vec<(&str, Vec<&str>)> = Vec::new();
    for environment in environments {
        let namespace = environment.namespace.value.as_str();
        match namespaces.iter_mut().find(|(known, _)| *known == namespace) {
            Some((_, keys)) => keys.push(&environment.key),
            None => namespaces.push((namespace, vec![&environment.key])),
        }
    }
    let chosen = format!(r#"label_replace(vector(1), "environment", "{ENVIRONMENT}", "environment", "")"#);
    namespaces.into_iter().fold(chosen, |inner, (namespace, keys)| {
        format!(r#"label_replace({inner}, "namespace", "{namespace}", "environment", "{}")"#, keys.join("|"))
    })
}

/// A choice of the service, in the order of the spec.
pub(super) fn services(plan: &Plan) -> Variable {
    let mut seen = std::collections::BTreeSet::new();
    let choices = (plan.environments.values())
        .flat_map(|environment| &environment.services)
        .filter(|service| seen.insert(service.key.as_str()))
        .map(|service| service.key.clone())
        .collect();
    Variable { name: "service", label: "Service", kind: VariableKind::Choice(choices) }
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
        .map(|slo| slo.key.clone())
        .collect();
    Variable { name: "slo", label: "Objective", kind: VariableKind::Choice(choices) }
}

impl Variable {
    fn into_data<'p>(self) -> Map<'p> {
        let (name, label) = (self.name, self.label);
        match self.kind {
            VariableKind::Choice(choices) => {
                let query = choices.join(",");
                let mut data =
                    map! { "type" => "custom", "name" => name, "label" => label, "query" => query };
                if let Some(first) = choices.into_iter().next() {
                    data.push("current", map! { "text" => first.clone(), "value" => first });
                }
                data
            }
            VariableKind::Follows { query, regex, first } => map! {
                "type" => "query",
                "name" => name,
                "label" => label,
                // Neither seen nor in addresses: a link to another environment would bring the namespace of this one.
                "hide" => 2,
                "skipUrlSync" => true,
                "datasource" => map! { "type" => "prometheus", "uid" => "${datasource}" },
                "definition" => query.clone(),
                // As Grafana's own editor writes a variable of type "query result"; `vector` of a variable in such a query is in use in
                // public dashboards.
                "query" => map! { "qryType" => 3, "query" => query, "refId" => "PrometheusVariableQueryEditor-VariableQuery" },
                "regex" => regex,
                "refresh" => 1,
                "current" => map! { "text" => first.clone(), "value" => first },
            },
        }
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
