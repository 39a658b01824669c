//! The container of a service: what it runs, what it may use, what it is asked.

use super::Scope;
use super::network::OTLP_HTTP_PORT;
use super::service::{HTTP, METRICS, metrics_port};
use crate::format::data::{Data, Map};
use crate::map;
use crate::names;
use crate::plan::{Mount, Probe, Resources, SecretVariable, Service};

/// How long a pod that is stopped still takes requests, in seconds: load balancers need that long to learn that it goes.
pub(super) const DRAIN_SECONDS: u64 = 5;
/// The time between two tries of a start-up probe, in seconds.
const STARTUP_PERIOD: u64 = 5;

/// The container.
pub(super) fn container<'a>(scope: Scope<'_, 'a>, service: &'a Service) -> Map<'a> {
    let texts = |values: &'a [crate::plan::Resolved<String>]| -> Vec<&'a String> {
        values.iter().map(|text| &text.value).collect()
    };
    let mut container = map! { "name" => &service.key, "image" => &service.image.value };
    if !service.command.is_empty() {
        container.push("command", texts(&service.command));
    }
    if !service.args.is_empty() {
        container.push("args", texts(&service.args));
    }
    container
        .with_filled("ports", ports(service))
        .with_filled("env", environment(scope, service))
        .with_filled("resources", resources(service))
        .with("securityContext", security(service.read_only.value))
        .with_filled("startupProbe", startup_probe(service))
        .with_filled("livenessProbe", probe(service, service.live.as_ref()))
        .with_filled("readinessProbe", probe(service, service.ready.as_ref()))
        .with_filled("lifecycle", lifecycle(service))
        .with_filled("volumeMounts", mounts(service))
}

/// What a container may do to its node: nothing. The restricted Pod Security Standard asks for it.
pub(super) fn security(read_only: bool) -> Map<'static> {
    map! {
        "allowPrivilegeEscalation" => false,
        "capabilities" => map! { "drop" => ["ALL"] },
        "readOnlyRootFilesystem" => read_only,
    }
}

fn ports(service: &Service) -> Vec<Map<'static>> {
    let port =
        |name: &'static str, port: u16| map! { "name" => name, "containerPort" => port, "protocol" => "TCP" };
    let http = service.port.as_ref().map(|http| port(HTTP, http.container.value));
    http.into_iter().chain(metrics_port(service).map(|metrics| port(METRICS, metrics))).collect()
}

fn environment<'a>(scope: Scope<'_, 'a>, service: &'a Service) -> Vec<Map<'a>> {
    let plain = service.env.iter().map(|(name, value)| map! { "name" => name, "value" => &value.value });
    let mut variables: Vec<_> = plain.chain(service.secret_env.iter().map(variable)).collect();
    variables.extend(tracing(scope, service));
    variables
}

/// Where an OpenTelemetry SDK sends traces, in the variables that every SDK reads; what the spec says comes first. The
/// protocol is named because SDKs differ in their default
/// (<https://opentelemetry.io/docs/specs/otel/protocol/exporter/>).
fn tracing<'a>(scope: Scope<'_, 'a>, service: &'a Service) -> Vec<Map<'a>> {
    let Some(collector) = scope.collector() else { return Vec::new() };
    let host = names::service_host(&collector.key, &collector.namespace.value);
    let variables = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", format!("http://{host}:{OTLP_HTTP_PORT}")),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf".to_owned()),
        ("OTEL_SERVICE_NAME", service.key.clone()),
    ];
    let is_said = |name: &str| {
        service.env.contains_key(name)
            || service.secret_env.iter().any(|variable| variable.variable.value == name)
    };
    let unsaid = variables.into_iter().filter(|(name, _)| !is_said(name));
    unsaid.map(|(name, value)| map! { "name" => name, "value" => value }).collect()
}

fn variable(variable: &SecretVariable) -> Map<'_> {
    let name = &variable.variable.value;
    match variable.mount.value {
        Mount::File => map! { "name" => name, "value" => secret_file(&variable.secret, &variable.key) },
        Mount::Env => map! {
            "name" => name,
            "valueFrom" => map! {
                "secretKeyRef" => map! { "name" => &variable.secret, "key" => &variable.key },
            },
        },
    }
}

fn secret_file(secret: &str, key: &str) -> String {
    [names::SECRET_MOUNT, secret, key].join("/")
}

fn resources(service: &Service) -> Map<'static> {
    let amounts = |resources: &Resources| {
        let mut amounts = Map::new();
        if let Some(cpu) = &resources.cpu {
            amounts.push("cpu", cpu.value.to_string());
        }
        if let Some(memory) = &resources.memory {
            amounts.push("memory", memory.value.to_string());
        }
        // A device is never shared or overcommitted: the API wants request and limit to be equal.
        if service.gpus.value > 0 {
            amounts.push(names::GPU_RESOURCE, service.gpus.value.to_string());
        }
        amounts
    };
    Map::new()
        .with_filled("requests", amounts(&service.requests))
        .with_filled("limits", amounts(&service.limits))
}

fn probe(service: &Service, probe: Option<&Probe>) -> Data<'static> {
    let (Some(probe), Some(_)) = (probe, &service.port) else { return Data::Null };
    let mut map = map! { "httpGet" => map! { "path" => probe.path.value.clone(), "port" => HTTP } };
    if probe.after.0 > 0 {
        map.push("initialDelaySeconds", seconds(probe.after.0));
    }
    map.push("periodSeconds", seconds(probe.every.0.max(1)));
    map.push("timeoutSeconds", seconds(probe.timeout.0.max(1)));
    map.push("failureThreshold", probe.failures.value.max(1));
    map.into()
}

/// The probe that holds the others back until the service has started.
fn startup_probe(service: &Service) -> Data<'static> {
    let (Some(asked), Some(_)) = (service.live.as_ref().or(service.ready.as_ref()), &service.port) else {
        return Data::Null;
    };
    map! {
        "httpGet" => map! { "path" => asked.path.value.clone(), "port" => HTTP },
        "periodSeconds" => seconds(STARTUP_PERIOD),
        "timeoutSeconds" => seconds(asked.timeout.0.max(1)),
        "failureThreshold" => seconds(service.startup.0.div_ceil(STARTUP_PERIOD).max(1)),
    }
    .into()
}

/// A number of seconds as the API takes it.
pub(super) fn seconds(seconds: u64) -> i64 {
    i64::try_from(seconds).unwrap_or(i64::MAX)
}

/// Kubernetes' own `sleep` needs no shell in the image. On by default since 1.30.
fn lifecycle(service: &Service) -> Data<'static> {
    if service.port.is_none() {
        return Data::Null;
    }
    map! { "preStop" => map! { "sleep" => map! { "seconds" => seconds(DRAIN_SECONDS) } } }.into()
}

fn mounts(service: &Service) -> Vec<Map<'_>> {
    let secrets = mounted_secrets(service).into_iter().map(|(secret, _)| {
        map! {
            "name" => secret_volume(secret),
            "mountPath" => [names::SECRET_MOUNT, secret].join("/"),
            "readOnly" => true,
        }
    });
    let scratch = service
        .volumes
        .iter()
        .map(|volume| map! { "name" => &volume.name, "mountPath" => &volume.path.value });
    scratch.chain(secrets).collect()
}

/// The Secrets whose keys are files of the container, each with the keys that it uses.
pub(super) fn mounted_secrets(service: &Service) -> Vec<(&str, Vec<&str>)> {
    let mut secrets: Vec<(&str, Vec<&str>)> = Vec::new();
    for variable in service.secret_env.iter().filter(|variable| variable.mount.value == Mount::File) {
        let known = secrets.iter().position(|(secret, _)| *secret == variable.secret).unwrap_or_else(|| {
            secrets.push((&variable.secret, Vec::new()));
            secrets.len() - 1
        });
        let keys = &mut secrets[known].1;
        if !keys.contains(&variable.key.as_str()) {
            keys.push(&variable.key);
        }
    }
    secrets
}

/// The volume of a Secret. Volumes are named by labels of at most 63 characters without dots, Secrets are not.
pub(super) fn secret_volume(secret: &str) -> String {
    let mut name = String::with_capacity(secret.len() + 7);
    name.push_str("secret-");
    name.extend(secret.chars().map(|character| if character == '.' { '-' } else { character }).take(56));
    name.truncate(name.trim_end_matches('-').len());
    name
}
