//! Autoscalers and disruption budgets.

use super::metadata::Identity;
use super::{Api, Object, Scope};
use crate::format::data::{Data, Map};
use crate::map;
use crate::names;
use crate::plan::{Scale, Service};
use crate::units::Percent;

const AUTOSCALER: Api = Api::new("autoscaling/v2", "HorizontalPodAutoscaler");
const DISRUPTION_BUDGET: Api = Api::new("policy/v1", "PodDisruptionBudget");

/// The load must stay low for this long before pods are taken away: short dips are not worth a cold start.
const SCALE_DOWN_AFTER_SECONDS: u32 = 300;

/// The autoscaler of a service that the load scales.
pub(super) fn autoscaler<'a>(scope: Scope<'_, 'a>, service: &'a Service) -> Option<Object<'a>> {
    let Scale::Auto(auto) = &service.scale else { return None };
    let metadata = scope
        .metadata(&service.key, Identity::service(service))
        .with("annotations", map! { names::PLANNED_REPLICAS_ANNOTATION => auto.planned.value.to_string() });
    let metrics: Vec<Map<'a>> = [("cpu", &auto.cpu), ("memory", &auto.memory)]
        .into_iter()
        .filter_map(|(name, target)| Some(utilization(name, target.as_ref()?.value)))
        .collect();
    let target = if service.is_rollout() { super::rollout::ROLLOUT } else { super::pod::DEPLOYMENT };
    Some(
        Object::new(AUTOSCALER, auto.at, metadata).spec(
            map! {
                "scaleTargetRef" => map! { "apiVersion" => target.version, "kind" => target.kind, "name" => &service.key },
                "minReplicas" => auto.min.value,
                "maxReplicas" => auto.max.value,
            }
            .with_filled("metrics", metrics)
            .with("behavior", behavior()),
        ),
    )
}

fn utilization(resource: &'static str, target: Percent) -> Map<'static> {
    // The API takes whole percents; rounding up keeps the pods that a fraction would have added a little later.
    map! {
        "type" => "Resource",
        "resource" => map! {
            "name" => resource,
            "target" => map! { "type" => "Utilization", "averageUtilization" => target.0.div_ceil(1000) },
        },
    }
}

/// Up fast, down slowly: too many pods for a while cost money, too few cost requests.
fn behavior() -> Map<'static> {
    let policy = |kind: &'static str, value: u32, seconds: u32| map! { "type" => kind, "value" => value, "periodSeconds" => seconds };
    map! {
        "scaleUp" => map! {
            "stabilizationWindowSeconds" => 0,
            "selectPolicy" => "Max",
            "policies" => [policy("Percent", 100, 15), policy("Pods", 4, 15)],
        },
        "scaleDown" => map! {
            "stabilizationWindowSeconds" => SCALE_DOWN_AFTER_SECONDS,
            "selectPolicy" => "Max",
            // One pod a minute at least: a tenth of a few pods would round to none.
            "policies" => [policy("Percent", 10, 60), policy("Pods", 1, 60)],
        },
    }
}

/// The disruption budget of a service whose pods must not all go at once.
pub(super) fn disruption_budget<'a>(scope: Scope<'_, 'a>, service: &'a Service) -> Option<Object<'a>> {
    let min = service.min_available?;
    Some(budget(scope, Identity::service(service), service.at, min.value))
}

/// A disruption budget for the pods of a workload.
pub(super) fn budget<'a>(
    scope: Scope<'_, 'a>,
    identity: Identity<'a>,
    at: crate::source::At,
    min_available: u32,
) -> Object<'a> {
    Object::new(DISRUPTION_BUDGET, at, scope.metadata(identity.name, identity)).spec(map! {
        "minAvailable" => min_available,
        // Pods that never become ready must not keep a node from being drained.
        "unhealthyPodEvictionPolicy" => "AlwaysAllow",
        "selector" => map! { "matchLabels" => Data::Map(identity.selector()) },
    })
}
