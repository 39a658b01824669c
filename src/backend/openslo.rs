//! Objectives as documents of `OpenSLO` v1, for tools that read those: a file for each service and environment.
//!
//! Form: <https://github.com/OpenSLO/OpenSLO>, sections `Service`, `SLO` and `SLI` (read 2026-11-21). What is written here reads back
//! as the same objectives: `resolve::slo::openslo`.

use super::Backend;
use super::prometheus::slo::documents;
use crate::format::data::{Data, Map};
use crate::format::yaml;
use crate::map;
use crate::names;
use crate::plan::{Environment, Plan, Service, Slo};
use crate::tree::FileTree;

/// The back end of `OpenSLO` documents.
pub(super) struct OpenSlo;

/// The version of the documents.
const VERSION: &str = "openslo/v1";
/// The characters that a description may have.
const LONGEST: usize = 1050;

impl Backend for OpenSlo {
    fn name(&self) -> &'static str {
        "openslo"
    }

    fn emit(&self, plan: &Plan) -> FileTree<'static> {
        let mut tree = FileTree::new();
        for environment in plan.environments.values() {
            for service in environment.services.iter().filter(|service| !service.slos.is_empty()) {
                let mut text = format!("# {}\n", names::BANNER);
                yaml::document(&Data::Map(of_service(environment, service)), &mut text);
                for (slo, errors, total) in documents(plan, environment, service) {
                    text.push_str("---\n");
                    yaml::document(
                        &Data::Map(of_objective(environment, service, slo, errors, total)),
                        &mut text,
                    );
                }
                let directory = &plan.paths.alerts.value;
                let path = format!("{directory}/openslo/{}/{}.yaml", environment.key, service.key);
                tree.add(self.name(), path, text, service.slos.first().map(|slo| slo.at));
            }
        }
        tree
    }
}

fn of_service<'p>(environment: &'p Environment, service: &'p Service) -> Map<'p> {
    let purpose = service.purpose.as_ref().map(|purpose| shortened(&purpose.value));
    map! {
        "apiVersion" => VERSION,
        "kind" => "Service",
        "metadata" => map! { "name" => &service.key, "annotations" => map! { names::ENVIRONMENT_LABEL => &environment.key, names::OWNER_LABEL => &service.owner.value } },
        "spec" => Map::new().with_some("description", purpose),
    }
}

fn of_objective<'p>(
    environment: &'p Environment,
    service: &'p Service,
    slo: &'p Slo,
    errors: String,
    total: String,
) -> Map<'p> {
    let traffic = slo.traffic.as_ref().map(|traffic| traffic.value.to_string());
    let annotations =
        map! { names::ENVIRONMENT_LABEL => &environment.key }.with_some(names::TRAFFIC_ANNOTATION, traffic);
    let name = names::openslo(&service.key, &slo.key);
    let metric = |query: String| {
        map! { "metricSource" => map! { "type" => "Prometheus", "spec" => map! { "query" => query } } }
    };
    let ratio = map! { "counter" => true, "bad" => metric(errors), "total" => metric(total) };
    let target = Data::Float(slo.objective.value.ratio().float());
    let spec = Map::new()
        .with_some("description", slo.purpose.as_ref().map(|purpose| shortened(&purpose.value)))
        .with("service", &service.key)
        .with(
            "indicator",
            map! { "metadata" => map! { "name" => name.clone() }, "spec" => map! { "ratioMetric" => ratio } },
        )
        .with("timeWindow", [map! { "duration" => slo.window.value.prometheus(), "isRolling" => true }])
        .with("budgetingMethod", "Occurrences")
        .with("objectives", [map! { "displayName" => &slo.key, "target" => target }]);
    map! {
        "apiVersion" => VERSION,
        "kind" => "SLO",
        "metadata" => map! { "name" => name, "displayName" => format!("{} of {}", slo.key, service.key), "annotations" => annotations },
        "spec" => spec,
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::backend::prometheus::slo::tests::EVERY_PRESET;
    use crate::diag::Sink;
    use crate::plan::WINDOW;
    use crate::source::{At, Source, Span};

    #[test]
    fn what_is_written_reads_back_as_the_same_objectives() {
        let plan = crate::backend::fixture::plan(EVERY_PRESET);
        let path = "alerts/openslo/production/api.yaml";
        let written = OpenSlo.emit(&plan).get(path).expect("a file").text().into_owned();
        let mut empty = plan.clone();
        for service in empty.environments.values_mut().flat_map(|environment| &mut environment.services) {
            service.slos.clear();
        }
        let source = Arc::new(Source::new("slos.yaml", written.clone()));
        let mut sink = Sink::new();
        crate::resolve::slo::read_openslo(&source, (At::ROOT, Span::default()), &mut empty, &mut sink);
        assert_eq!(sink.found(), []);
        let again = OpenSlo.emit(&empty).get(path).expect("a file").text().into_owned();
        assert_eq!(again, written);
        let count = |plan: &Plan| plan.environments["production"].services[0].slos.len();
        assert_eq!(count(&empty), count(&plan));
    }

    #[test]
    fn queries_keep_the_placeholder_of_the_window() {
        let plan = crate::backend::fixture::plan(EVERY_PRESET);
        let tree = OpenSlo.emit(&plan);
        let text = tree.get("alerts/openslo/production/api.yaml").expect("a file").text().into_owned();
        assert!(text.contains(WINDOW) && !text.contains("[5m]"), "{text}");
        insta::assert_snapshot!(text);
    }
}
