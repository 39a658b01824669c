//! What Argo Rollouts makes of a service: the Rollout in place of a Deployment, the Service of the new version, and the
//! templates by which new versions are verified.
//!
//! The Services select the pods of both versions by the same labels. Argo Rollouts adds the label of one version,
//! [`HASH_LABEL`], to the selector of each Service that a strategy names, so that none leads to the other version.
//! Sources: the project's pages on the two strategies, ingress-nginx, and analysis, and `rollout_v1alpha1` of its definitions.

use super::container::seconds;
use super::metadata::Identity;
use super::pod::{self, PROGRESS_SECONDS, REVISIONS};
use super::service;
use super::{Api, Object, Scope};
use crate::backend::prometheus::analysis;
use crate::format::data::{Data, Map};
use crate::map;
use crate::names;
use crate::plan::{Scale, Service, Strategy};
use crate::units::Duration;

pub(super) const ROLLOUT: Api = Api::new(names::ROLLOUTS_API, "Rollout");
const ANALYSIS_TEMPLATE: Api = Api::new(names::ROLLOUTS_API, "AnalysisTemplate");
const POD_MONITOR: Api = Api::new("monitoring.coreos.com/v1", "PodMonitor");

/// The pods of a service and how they are replaced.
pub(super) fn rollout<'a>(scope: Scope<'_, 'a>, service: &'a Service) -> Object<'a> {
    let identity = Identity::service(service);
    let mut spec = Map::new();
    if let Scale::Fixed(replicas) = &service.scale {
        spec.push("replicas", replicas.value);
    }
    spec.push("revisionHistoryLimit", REVISIONS);
    let slow = service.startup.0 >= PROGRESS_SECONDS;
    let deadline = if slow { service.startup.0.saturating_add(PROGRESS_SECONDS) } else { PROGRESS_SECONDS };
    spec.push("progressDeadlineSeconds", seconds(deadline));
    // A version that never gets ready is taken back like one that is bad.
    spec.push("progressDeadlineAbort", true);
    spec.push("selector", map! { "matchLabels" => identity.selector() });
    spec.push("strategy", strategy(service));
    spec.push("template", pod::template(scope, service));
    Object::new(ROLLOUT, service.at, scope.described(&service.key, identity)).spec(spec)
}

fn strategy(service: &Service) -> Map<'_> {
    if service.rollout.strategy.value == Strategy::BlueGreen {
        map! { "blueGreen" => blue_green(service) }
    } else {
        map! { "canary" => canary(service) }
    }
}

fn blue_green(service: &Service) -> Map<'_> {
    let rollout = &service.rollout;
    let mut all = map! { "activeService" => &service.key };
    if let Some(preview) = names::second_service(service.rollout_service(), &service.key) {
        all.push("previewService", preview);
    }
    all.push("autoPromotionEnabled", !rollout.is_manual());
    all = all.with_some("previewReplicaCount", rollout.preview_replicas.as_ref().map(|pods| pods.value));
    all = all.with_some("scaleDownDelaySeconds", rollout.keep_old.map(|keep| seconds(keep.value.0)));
    if !rollout.verify.is_empty() {
        all.push("prePromotionAnalysis", analysis_by(names::preview_analysis(&service.key)));
        all.push("postPromotionAnalysis", analysis_by(service.key.clone()));
    }
    all
}

fn canary(service: &Service) -> Map<'_> {
    let rollout = &service.rollout;
    let mut all =
        map! { "maxUnavailable" => service.max_unavailable.value, "maxSurge" => service.max_surge.value };
    if let Some(canary) = names::second_service(service.rollout_service(), &service.key) {
        all.push("stableService", &service.key);
        all.push("canaryService", canary);
        all.push("trafficRouting", map! { "nginx" => map! { "stableIngress" => &service.key } });
    }
    let mut steps: Vec<Map<'_>> = Vec::new();
    for step in &rollout.steps {
        // A check refuses shares that are no whole percents.
        steps.push(map! { "setWeight" => step.value.0 / 1000 });
        if let Some(pause) = &rollout.pause {
            steps.push(map! { "pause" => map! { "duration" => time(pause.value) } });
        }
    }
    if rollout.is_manual() {
        steps.push(map! { "pause" => Map::new() });
    }
    all.push("steps", steps);
    if !rollout.verify.is_empty() {
        // From the first pause on: before it nothing of the new version answers.
        all.push("analysis", analysis_by(service.key.clone()).with("startingStep", 1));
    }
    all
}

/// The verification of the newest version by a template.
fn analysis_by(template: String) -> Map<'static> {
    let newest = map! { "podTemplateHashValue" => "Latest" };
    map! {
        "templates" => [map! { "templateName" => template }],
        "args" => [map! { "name" => names::ANALYSIS_HASH, "valueFrom" => newest }],
    }
}

/// A duration in the units that Argo Rollouts reads: hours, minutes or seconds.
fn time(duration: Duration) -> String {
    match duration.0 {
        seconds if seconds > 0 && seconds.is_multiple_of(3600) => format!("{}h", seconds / 3600),
        seconds if seconds > 0 && seconds.is_multiple_of(60) => format!("{}m", seconds / 60),
        seconds => format!("{seconds}s"),
    }
}

/// The Service that leads to the new version alone.
pub(super) fn second_service<'a>(scope: Scope<'_, 'a>, service: &'a Service) -> Option<Object<'a>> {
    let name = names::second_service(service.rollout_service(), &service.key)?;
    service::service_of(scope, service, name)
}

/// What Prometheus reads: each pod once, by itself. A `ServiceMonitor` would find it by two Services, and count it twice
/// or, without the second one, not before it is promoted.
pub(super) fn monitor<'a>(scope: Scope<'_, 'a>, service: &'a Service) -> Option<Object<'a>> {
    let endpoint = service::endpoint(scope, service)?;
    let identity = Identity::service(service);
    Some(Object::new(POD_MONITOR, service.at, scope.monitored(&service.key, identity)).spec(map! {
        "jobLabel" => names::NAME_LABEL,
        // It tells the readings of one version from those of another.
        "podTargetLabels" => [names::ROLLOUT_HASH_LABEL],
        "podMetricsEndpoints" => [endpoint],
        "selector" => map! { "matchLabels" => identity.selector() },
    }))
}

/// The templates by which new versions are verified: with blue-green one before, and one after a version took over.
pub(super) fn templates<'a>(scope: Scope<'_, 'a>, service: &'a Service, objects: &mut Vec<Object<'a>>) {
    if !service.is_rollout() || service.rollout.verify.is_empty() {
        return;
    }
    let identity = Identity::service(service);
    let mut add = |name: String, stage: analysis::Stage| {
        let metrics = analysis::metrics(scope.plan, scope.environment, service, stage);
        objects.push(Object::new(ANALYSIS_TEMPLATE, service.at, scope.metadata(name, identity)).spec(map! {
            "args" => [map! { "name" => names::ANALYSIS_HASH }],
            "metrics" => Data::List(metrics.into_iter().map(Data::Map).collect()),
        }));
    };
    if service.rollout.strategy.value == Strategy::BlueGreen {
        add(service.key.clone(), analysis::Stage::Promoted);
        add(names::preview_analysis(&service.key), analysis::Stage::Preview);
    } else {
        add(service.key.clone(), analysis::Stage::Canary);
    }
}
