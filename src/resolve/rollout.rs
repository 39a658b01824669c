//! How a new version of a service replaces the old one.

use super::{Resolver, or};
use crate::model::records;
use crate::plan::{Resolved, Rollout, SETTLING, Traffic};
use crate::source::At;
use crate::units::{Duration, Percent};
use crate::words::{IngressController, Promotion, Strategy};

/// How long a step of a canary, or a verification, lasts.
const PAUSE: Duration = Duration(600);
/// Few requests first, half of them next: what grows with load shows before all requests depend on it.
const STEPS: [Percent; 2] = [Percent(10_000), Percent(50_000)];
/// How long the old version stays where nothing is verified.
const KEEP_OLD: Duration = Duration(900);
/// How long it stays beyond the verification, which must not be cut off: Argo Rollouts ends it when the old version goes.
const SPARE: Duration = Duration(300);

/// Resolves it.
pub(super) fn resolve(resolver: &Resolver<'_>, production: bool, settings: &records::Service) -> Rollout {
    let written = settings.rollout.as_ref();
    let strategy =
        or(written.and_then(|r| r.strategy.as_ref()), |word| word, Strategy::Rolling, "pod by pod");
    let idle = written.map(|written| idle(strategy.value, written)).unwrap_or_default();
    if strategy.value == Strategy::Rolling {
        return Rollout {
            strategy,
            traffic: None,
            verify: Vec::new(),
            steps: Vec::new(),
            pause: None,
            promotion: None,
            preview_replicas: None,
            keep_old: None,
            idle,
        };
    }
    let is_blue_green = strategy.value == Strategy::BlueGreen;
    let verify: Vec<Resolved<_>> = written
        .and_then(|r| r.verify.as_ref())
        .into_iter()
        .flatten()
        .map(|word| Resolved::written(word.value, word.at))
        .collect();
    let has_pause = !is_blue_green || !verify.is_empty();
    let pause = has_pause.then(|| or(written.and_then(|r| r.pause.as_ref()), |d| d, PAUSE, "ten minutes"));
    let promotion = if is_blue_green && production && verify.is_empty() {
        (Promotion::Manual, "in production a person looks at what nothing verifies")
    } else {
        (Promotion::Automatic, "what is good takes over by itself")
    };
    let keep_old = if verify.is_empty() {
        (KEEP_OLD, "a quarter of an hour for the way back")
    } else {
        let verified = SETTLING.0.saturating_add(pause.as_ref().map_or(0, |pause| pause.value.0));
        let whole = Duration(verified.saturating_add(SPARE.0));
        (whole.max(KEEP_OLD), "as long as the new version is verified, and five minutes more")
    };
    let steps = match written.and_then(|r| r.steps.as_ref()) {
        _ if is_blue_green => Vec::new(),
        Some(steps) => steps.iter().map(|step| Resolved::written(step.value, step.at)).collect(),
        None => {
            STEPS.map(|step| Resolved::default(step, "a tenth of the requests, then half of them")).into()
        }
    };
    Rollout {
        traffic: (!is_blue_green).then(|| traffic(resolver, settings)),
        steps,
        promotion: Some(or(
            written.and_then(|r| r.promotion.as_ref()),
            |word| word,
            promotion.0,
            promotion.1,
        )),
        preview_replicas: written
            .and_then(|r| r.preview_replicas.as_ref())
            .filter(|_| is_blue_green)
            .map(|pods| Resolved::written(pods.value.0, pods.at)),
        keep_old: is_blue_green
            .then(|| or(written.and_then(|r| r.keep_old.as_ref()), |d| d, keep_old.0, keep_old.1)),
        idle,
        strategy,
        verify,
        pause,
    }
}

/// What divides requests: ingress-nginx where it serves the host, else the numbers of pods. What other services ask goes to
/// the old version alone where the ingress controller divides.
fn traffic(resolver: &Resolver<'_>, settings: &records::Service) -> Resolved<Traffic> {
    let controller = resolver.platform.ingress.as_ref().map(|ingress| ingress.controller);
    match (controller, &settings.host) {
        (Some(controller), Some(host)) if controller.value == IngressController::IngressNginx => {
            Resolved::derived(Traffic::Ingress, "ingress-nginx divides the requests to the host", host.at)
        }
        (_, Some(host)) => {
            Resolved::derived(Traffic::Replicas, "this ingress controller does not divide requests", host.at)
        }
        (_, None) => Resolved::default(Traffic::Replicas, "no ingress controller sees its requests"),
    }
}

/// What is written and means nothing with the strategy.
fn idle(strategy: Strategy, written: &records::Rollout) -> Vec<(At, &'static str)> {
    let (blue_green, canary) = (strategy == Strategy::BlueGreen, strategy == Strategy::Canary);
    let verified = written.verify.as_ref().is_some_and(|verify| !verify.is_empty());
    [
        (written.max_unavailable.map(|w| w.at), "maxUnavailable", !blue_green),
        (written.max_surge.map(|w| w.at), "maxSurge", !blue_green),
        (written.verify.as_ref().and_then(|v| v.first()).map(|w| w.at), "verify", blue_green || canary),
        (written.steps.as_ref().and_then(|s| s.first()).map(|w| w.at), "steps", canary),
        (written.pause.map(|w| w.at), "pause", canary || (blue_green && verified)),
        (written.promotion.map(|w| w.at), "promotion", blue_green || canary),
        (written.preview_replicas.map(|w| w.at), "previewReplicas", blue_green),
        (written.keep_old.map(|w| w.at), "keepOld", blue_green),
    ]
    .into_iter()
    .filter_map(|(at, field, means)| at.filter(|_| !means).map(|at| (at, field)))
    .collect()
}
