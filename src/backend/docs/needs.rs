//! What must already run in a cluster: operators and add-ons for the objects, exporters for the rules.

use super::{Context, addons};
use crate::backend::prometheus::metrics::{Exporter, METRIC_LABELS_ALLOWLIST};
use crate::format::data::{Data, Map};
use crate::map;
use crate::names;
use crate::plan::{
    CacheEngine, Cluster, Environment, Feature, IngressController, MetricsKind, NetworkDefault, Plan, Scale,
    SecretDelivery, Service,
};
use crate::provider;

pub(super) fn data<'c>(context: &Context<'c>) -> Map<'c> {
    let plan = context.plan;
    let exporters: Vec<Map<'c>> = exporters(plan)
        .into_iter()
        .map(|exporter| map! { "name" => exporter.name(), "needs" => exporter.needs() })
        .collect();
    map! { "addons" => others(plan), "exporters" => exporters, "allowlist" => METRIC_LABELS_ALLOWLIST }
}

/// An add-on: its name, the namespace that policies or the spec expect it in, what for, and what else is expected.
fn addon<'p>(
    name: &'static str,
    namespace: impl Into<Data<'p>>,
    what: &'static str,
    expects: String,
) -> Map<'p> {
    map! { "name" => name, "namespace" => namespace, "what" => what, "expects" => expects }
}

/// What platc does not install.
fn others(plan: &Plan) -> Vec<Map<'_>> {
    let any = |test: &dyn Fn(&Environment) -> bool| plan.environments.values().any(test);
    let any_service = |test: &dyn Fn(&Service) -> bool| any(&|e| e.services.iter().any(test));
    let mut rows = Vec::new();
    if any(&|environment| environment.network_default.value == NetworkDefault::DefaultDeny) {
        rows.push(addon("DNS", "kube-system", "names, which every pod may look up", String::new()));
        rows.push(addon(
            "a network plug-in that enforces NetworkPolicies",
            "",
            "the policies, which are only text without it",
            "Calico does; Flannel does not.".to_owned(),
        ));
    }
    let missing = |feature: Feature| !addons::is_installed(plan, feature);
    let external = plan.secrets.delivery.value == SecretDelivery::ExternalSecrets;
    let needs_secrets = plan.needed_secrets().next().is_some();
    if missing(Feature::ExternalSecrets) && external && needs_secrets {
        rows.push(addon(
            "the controller of external-secrets",
            names::EXTERNAL_SECRETS_ACCOUNT,
            "ClusterSecretStore, ExternalSecret",
            format!("Its account is {}, which may read the secrets.", names::EXTERNAL_SECRETS_ACCOUNT),
        ));
    }
    if missing(Feature::SealedSecrets) && !external && needs_secrets {
        rows.push(addon(
            "the controller of Sealed Secrets",
            "",
            "opens the sealed secrets",
            "kubeseal looks for sealed-secrets-controller in kube-system; options name another.".to_owned(),
        ));
    }
    if missing(Feature::Metrics) && !plan.environments.is_empty() {
        let labels: Vec<String> =
            plan.monitoring.selector.iter().map(|(key, value)| format!("{key}: {}", value.value)).collect();
        rows.push(addon(
            "Prometheus and its operator",
            &plan.monitoring.namespace.value,
            "PrometheusRule, ServiceMonitor and PodMonitor",
            format!("It selects objects of every namespace with the labels {}.", labels.join(", ")),
        ));
    }
    if let Some(ingress) = plan.ingress.as_ref().filter(|_| any_service(&|s| s.route.is_some())) {
        let feature = match ingress.controller.value {
            IngressController::EnvoyGateway => Feature::EnvoyGateway,
            IngressController::IngressNginx => Feature::IngressNginx,
        };
        rows.extend(missing(feature).then(|| {
            addon(
                "the ingress controller",
                &ingress.namespace.value,
                match ingress.controller.value {
                    IngressController::EnvoyGateway => "Gateway, HTTPRoute, ClientTrafficPolicy",
                    IngressController::IngressNginx => "Ingress",
                },
                match ingress.controller.value {
                    IngressController::EnvoyGateway => {
                        format!("Its GatewayClass is {}.", ingress.class.value)
                    }
                    IngressController::IngressNginx => {
                        format!("Its IngressClass is {}.", ingress.class.value)
                    }
                },
            )
        }));
        if missing(Feature::Certificates) && ingress.tls.is_some() {
            rows.push(addon("cert-manager", "", "Issuer, and the certificates of hosts", String::new()));
        }
    }
    let has_cache = |engine: CacheEngine| any(&|e| e.caches.iter().any(|cache| cache.engine.value == engine));
    if missing(Feature::Redis) && has_cache(CacheEngine::Redis) {
        rows.push(addon(
            "the Redis operator of OpsTree",
            "ot-operators",
            "Redis, RedisReplication, RedisSentinel, RedisCluster",
            "Its pods have the label control-plane: redis-operator.".to_owned(),
        ));
    }
    if missing(Feature::Valkey) && has_cache(CacheEngine::Valkey) {
        rows.push(addon(
            "the Valkey operator",
            "valkey-operator-system",
            "ValkeyCluster",
            "Its pods have the label app.kubernetes.io/name: valkey-operator.".to_owned(),
        ));
    }
    if missing(Feature::Rabbitmq) && any(&|environment| !environment.queues.is_empty()) {
        rows.push(addon(
            "RabbitMQ's cluster operator and messaging topology operator",
            "rabbitmq-system",
            "RabbitmqCluster; Queue, Exchange, Binding, Policy, User, Permission",
            "Their pods have the label app.kubernetes.io/component: rabbitmq-operator.".to_owned(),
        ));
    }
    if missing(Feature::Gpus) && any(&|environment| !environment.gpu_pools.is_empty()) {
        rows.push(addon(
            "NVIDIA's device plug-in",
            "",
            "the resource nvidia.com/gpu",
            "It tolerates the taint nvidia.com/gpu=present:NoSchedule.".to_owned(),
        ));
    }
    if missing(Feature::Rollouts) && any_service(&Service::is_rollout) {
        rows.push(addon(
            "Argo Rollouts",
            "argo-rollouts",
            "Rollout, AnalysisTemplate",
            "Prometheus reads its controller's metrics, each with the Rollout's own namespace.".to_owned(),
        ));
    }
    if missing(Feature::Autoscaling) && any_service(&|service| matches!(service.scale, Scale::Auto(_))) {
        rows.push(addon("metrics-server", "", "autoscaling by CPU and memory", String::new()));
    }
    let mut classes: Vec<&str> = Vec::new();
    let is_made = |environment: &Environment, class: &str| {
        plan.clusters.get(&environment.cluster.value).is_some_and(|cluster| {
            let provider = provider::of(cluster.provider.value);
            provider.storage_driver().is_some() && provider.storage_class() == class
        })
    };
    for environment in plan.environments.values() {
        let caches = environment.caches.iter().filter(|cache| cache.persistence.is_some());
        let of_caches = caches.map(|cache| cache.storage_class.value.as_str());
        for class in
            of_caches.chain(environment.queues.iter().map(|broker| broker.storage_class.value.as_str()))
        {
            if !classes.contains(&class) && !is_made(environment, class) {
                classes.push(class);
            }
        }
    }
    if !classes.is_empty() {
        rows.push(addon(
            "a CSI driver",
            "",
            "the disks of caches and brokers",
            format!("It has the storage class {}.", classes.join(", ")),
        ));
    }
    rows
}

/// The exporters whose metrics the rules and dashboards of a plan name.
pub(super) fn exporters(plan: &Plan) -> Vec<Exporter> {
    let any = |test: &dyn Fn(&Environment) -> bool| plan.environments.values().any(test);
    let any_service = |test: &dyn Fn(&Service) -> bool| any(&|e| e.services.iter().any(test));
    let routed = any_service(&|service| service.route.is_some());
    let is_served_by = |controller: IngressController| {
        plan.ingress.as_ref().is_some_and(|ingress| ingress.controller.value == controller)
    };
    let watched = any_service(&|service| service.metrics.is_some());
    let has_kind = |kind: MetricsKind| {
        any_service(&|service| service.metrics.as_ref().is_some_and(|metrics| metrics.kind.value == kind))
    };
    // Rules about add-ons are there where the add-on is.
    let led = |test: &dyn Fn(&Cluster) -> bool| {
        any(&|environment| plan.clusters.get(&environment.cluster.value).is_some_and(test))
    };
    let installed =
        |keys: &[&str]| led(&|cluster| cluster.addons.iter().any(|addon| keys.contains(&addon.key.as_str())));
    [
        (Exporter::KubeState, !plan.environments.is_empty()),
        (Exporter::Kubelet, !plan.environments.is_empty()),
        (Exporter::Prometheus, !plan.environments.is_empty()),
        (Exporter::Service, watched),
        (Exporter::Envoy, routed && is_served_by(IngressController::EnvoyGateway)),
        (
            Exporter::IngressNginx,
            routed && is_served_by(IngressController::IngressNginx)
                || plan.ingress.is_some() && installed(&["ingress-nginx"]),
        ),
        (Exporter::ArgoCd, plan.delivery.gitops.is_some() && !plan.environments.is_empty()),
        (Exporter::Autoscaler, led(&|cluster| cluster.provider_of("node-autoscaling").is_some())),
        (Exporter::Loki, installed(&["loki"])),
        (Exporter::Tempo, installed(&["tempo"])),
        (Exporter::Collector, installed(&["opentelemetry-collector", "opentelemetry-collector-logs"])),
        (Exporter::Vllm, has_kind(MetricsKind::Vllm)),
        (Exporter::CertManager, routed && plan.ingress.as_ref().is_some_and(|ingress| ingress.tls.is_some())),
        (Exporter::Postgres, any(&|environment| !environment.databases.is_empty())),
        (Exporter::Redis, any(&|environment| !environment.caches.is_empty())),
        (Exporter::Rabbitmq, any(&|environment| !environment.queues.is_empty())),
        (Exporter::Dcgm, any(&|environment| !environment.gpu_pools.is_empty())),
        (Exporter::ExternalSecrets, plan.needed_secrets().any(|secret| secret.in_manager().is_some())),
        (Exporter::SealedSecrets, plan.needed_secrets().any(|secret| secret.file().is_some())),
        (
            Exporter::Velero,
            plan.backups.is_some() && led(&|cluster| cluster.provider_of(names::VOLUME_BACKUPS).is_some()),
        ),
        (
            Exporter::Restorable,
            any(&|environment| environment.databases.iter().any(|it| it.restorable.is_some())),
        ),
    ]
    .into_iter()
    .filter_map(|(exporter, needed)| needed.then_some(exporter))
    .collect()
}
