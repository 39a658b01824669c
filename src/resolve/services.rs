//! Services: their own settings first, then what they refer to, since a reference needs the other end's port.

use std::rc::Rc;

use indexmap::IndexMap;

use super::references::{self, Output, Outputs, parts};
use super::{Resolver, from_written, jobs, optional_text, or, recovery, rollout, secrets, slo, volumes};
use crate::diag::{Diagnostic, code, did_you_mean};
use crate::model::records::{self, Short};
use crate::model::scalars::HttpPath;
use crate::names;
use crate::plan::{
    Autoscaling, BrokerUser, Edge, Egress, Metrics, Mock, Patch, Permission, Plan, PoolBinding, Probe,
    Resolved, Resources, Route, Scale, Secret, Service, ServicePort, Taint, Target, Workload,
};
use crate::source::{At, Written};
use crate::units::Duration;
use crate::words::{Access, MetricsKind};

/// The time that a service may take to start where nothing is said.
const STARTUP: Duration = Duration(60);
/// The user that containers run as: above the range that images use for their own accounts.
pub(super) const USER: u32 = 10_001;

/// Resolves the services of all environments and what follows from them.
pub(super) fn resolve(resolver: &mut Resolver<'_>, plan: &mut Plan) {
    let keys: Vec<String> = plan.environments.keys().cloned().collect();
    let mut written: IndexMap<String, Vec<(String, Rc<records::Service>)>> = IndexMap::new();
    let mut shared = IndexMap::new();
    for key in &keys {
        let platform = resolver.platform;
        let settings = resolver.shared_settings(
            platform.services.as_ref(),
            key,
            |defaults| defaults.services.as_ref(),
            &mut shared,
        );
        let mut services = Vec::new();
        let mut kept = Vec::new();
        for (name, thing, settings) in settings {
            services.push(own_settings(
                resolver,
                plan,
                key,
                &name,
                thing.name.at,
                (&settings, Workload::Service),
            ));
            kept.push((name, settings));
        }
        let positions = services.iter().enumerate().map(|(position, s)| (s.key.clone(), position)).collect();
        resolver.services.insert(key.clone(), positions);
        if let Some(environment) = plan.environments.get_mut(key) {
            environment.services = services;
        }
        written.insert(key.clone(), kept);
    }
    let jobs = jobs::resolve(resolver, plan);
    if resolver.incomplete {
        return;
    }
    for key in &keys {
        for (position, (name, settings)) in written.get(key).into_iter().flatten().enumerate() {
            references_of(resolver, plan, key, name, (Workload::Service, position), settings);
        }
        for (position, (name, settings)) in jobs.get(key).into_iter().flatten().enumerate() {
            references_of(resolver, plan, key, name, (Workload::Job, position), settings);
        }
        secrets::of_stores(resolver, plan, key);
    }
}

/// What a service says of itself; or a job, whose pod is read as that of a service.
pub(super) fn own_settings(
    resolver: &mut Resolver<'_>,
    plan: &Plan,
    environment: &str,
    key: &str,
    at: At,
    (settings, workload): (&records::Service, Workload),
) -> Service {
    let production = resolver.role_of(environment) == crate::words::Role::Production;
    let port = settings.port.as_ref().map(port);
    without_port(resolver, key, settings);
    let scale = scale(settings, production);
    let scale = match resolver.recoveries.stand_ins.get(environment) {
        Some(stand_in) => recovery::scale(&stand_in.strategy, scale),
        None => scale,
    };
    let min_available = match &settings.disruption {
        Some(disruption) => {
            Some(Resolved::written(disruption.min_available.value.0, disruption.min_available.at))
        }
        None if settings.cleared.contains(&"disruption") => None,
        None if production && scale.min() >= 2 => {
            Some(Resolved::default(1, "one pod stays available in production"))
        }
        None => None,
    };
    let tier = resolver.tier_in(environment, settings.tier.as_ref());
    let resources = |resources: Option<&records::Resources>| {
        resources.map_or_else(Resources::default, |r| Resources {
            cpu: r.cpu.map(|cpu| Resolved::written(cpu.value, cpu.at)),
            memory: r.memory.map(|memory| Resolved::written(memory.value, memory.at)),
        })
    };
    let health = settings.health.as_ref();
    let security = settings.security.as_ref();
    let written_rollout = settings.rollout.as_ref();
    Service {
        workload,
        image: from_written(&settings.image),
        build: optional_text(settings.build.as_ref()),
        purpose: optional_text(settings.purpose.as_ref()),
        owner: resolver.owner(settings.owner.as_ref()),
        route: route(resolver, plan, environment, key, settings),
        command: settings.command.iter().flatten().map(from_written).collect(),
        args: settings.args.iter().flatten().map(from_written).collect(),
        env: settings
            .env
            .iter()
            .flat_map(|env| env.entries.iter())
            .map(|(name, (_, value))| (name.clone(), from_written(value)))
            .collect(),
        secret_env: Vec::new(),
        edges: Vec::new(),
        egress: settings
            .egress
            .iter()
            .flat_map(|named| named.entries.iter())
            .map(|(name, (_, egress))| Egress {
                name: name.clone(),
                to: egress
                    .to
                    .iter()
                    .flatten()
                    .map(|range| Resolved::written(range.value, range.at))
                    .collect(),
                ports: egress.ports.iter().map(|port| Resolved::written(port.value.0, port.at)).collect(),
                mock: egress.mock.as_ref().map(mock),
            })
            .collect(),
        requests: resources(settings.requests.as_ref()),
        limits: resources(settings.limits.as_ref()),
        gpus: or(settings.gpus.as_ref(), |n| n.0, 0, "no GPU"),
        pool: pool(resolver, plan, environment, settings),
        min_available,
        ready: health.and_then(|health| health.ready.as_ref()).map(probe),
        live: health.and_then(|health| health.live.as_ref()).map(probe),
        startup: or(health.and_then(|health| health.startup.as_ref()), |d| d, STARTUP, "a minute to start"),
        metrics: metrics(settings, port.as_ref()),
        port,
        scale,
        volumes: volumes::resolve(resolver, plan, environment, key, settings),
        user: or(security.and_then(|s| s.user.as_ref()), |n| n.0, USER, "no user that an image knows"),
        read_only: or(
            security.and_then(|s| s.read_only.as_ref()),
            |flag| flag.0,
            true,
            "images do not change while they run",
        ),
        permissions: settings.permissions.iter().flatten().map(permission).collect(),
        rollout: rollout::resolve(resolver, production, settings),
        max_unavailable: or(
            written_rollout.and_then(|r| r.max_unavailable.as_ref()),
            |n| n.0,
            0,
            "no pod goes before its successor is ready",
        ),
        max_surge: or(
            written_rollout.and_then(|r| r.max_surge.as_ref()),
            |n| n.0,
            1,
            "one pod more during a rollout",
        ),
        stop_after: or(settings.stop_after.as_ref(), |d| d, Duration(30), "Kubernetes' own default"),
        patches: patches(settings),
        tier,
        slos: slo::own(resolver, environment, key, settings),
        key: key.to_owned(),
        at,
    }
}

fn mock(written: &records::Mock) -> Mock {
    let variables = written.r#as.iter().flat_map(|named| named.entries.iter());
    Mock {
        image: from_written(&written.image),
        port: Resolved::written(written.port.value.0, written.port.at),
        variables: variables.map(|(name, (_, output))| (name.clone(), from_written(output))).collect(),
    }
}

fn patches(settings: &records::Service) -> Vec<Patch> {
    let written = settings.patches.iter().flat_map(|patches| patches.entries.values());
    written
        .map(|(target, change)| {
            let target_of: &str = &target.value;
            let (kind, name) =
                target_of.split_once('/').map_or((target_of, None), |(kind, name)| (kind, Some(name)));
            Patch {
                at: target.at,
                kind: kind.to_owned(),
                name: name.map(str::to_owned),
                change: Resolved::written(change.clone(), change.at),
            }
        })
        .collect()
}

fn port(written: &Short<Written<crate::model::scalars::Port>, records::Ports>) -> ServicePort {
    match written {
        Short::Short(port) => {
            let port = Resolved::written(port.value.0, port.at);
            ServicePort { container: port, service: port }
        }
        Short::Full(ports) => {
            let container = Resolved::written(ports.container.value.0, ports.container.at);
            ServicePort {
                container,
                service: ports.service.map_or(
                    Resolved::derived(container.value, "the container's port", ports.container.at),
                    |port| Resolved::written(port.value.0, port.at),
                ),
            }
        }
    }
}

/// Reports what asks a service that takes no connections.
fn without_port(resolver: &mut Resolver<'_>, key: &str, settings: &records::Service) {
    if settings.port.is_some() {
        return;
    }
    let document = &resolver.model.document;
    let probes = settings.health.as_ref().filter(|health| health.ready.is_some() || health.live.is_some());
    let metrics = match &settings.metrics {
        Some(Short::Short(path)) => Some(path.at),
        Some(Short::Full(metrics)) if metrics.port.is_none() => Some(metrics.at),
        _ => None,
    };
    for (at, what, field) in
        [(probes.map(|health| health.at), "probes", "health"), (metrics, "metrics", "metrics")]
    {
        let Some(at) = at else { continue };
        resolver.sink.push(
            Diagnostic::new(
                &code::NO_PORT,
                document.key_span(at),
                format!("`{key}` has {what} and no port to ask for them"),
            )
            .help(format!("give it the `port` that it listens on, or write `{field}: null`")),
        );
    }
}

/// A written number of pods comes first: where both are written at one place, a check says so.
fn scale(settings: &records::Service, production: bool) -> Scale {
    match (&settings.autoscaling, &settings.replicas) {
        (Some(auto), None) => {
            let min = Resolved::written(auto.min.value.0, auto.min.at);
            Scale::Auto(Autoscaling {
                at: auto.at,
                min,
                planned: auto
                    .planned
                    .map_or(Resolved::derived(min.value, "the fewest pods", auto.min.at), |planned| {
                        Resolved::written(planned.value.0, planned.at)
                    }),
                max: Resolved::written(auto.max.value.0, auto.max.at),
                cpu: auto.cpu.map(|share| Resolved::written(share.value, share.at)),
                memory: auto.memory.map(|share| Resolved::written(share.value, share.at)),
            })
        }
        (_, Some(replicas)) => Scale::Fixed(Resolved::written(replicas.value.0, replicas.at)),
        (None, None) if production => Scale::Fixed(Resolved::default(2, "two pods in production")),
        (None, None) => Scale::Fixed(Resolved::default(1, "one pod outside production")),
    }
}

fn probe(written: &Short<Written<HttpPath>, records::Probe>) -> Probe {
    let (path, full) = match written {
        Short::Short(path) => (from_written(path), None),
        Short::Full(probe) => (from_written(&probe.path), Some(probe)),
    };
    let every = |d| Duration(d);
    Probe {
        path,
        after: or(full.and_then(|p| p.after.as_ref()), |d| d, every(0), "the start-up probe waits"),
        every: or(full.and_then(|p| p.every.as_ref()), |d| d, every(10), "every ten seconds"),
        timeout: or(full.and_then(|p| p.timeout.as_ref()), |d| d, every(3), "three seconds"),
        failures: or(full.and_then(|p| p.failures.as_ref()), |n| n.0, 3, "three in a row"),
    }
}

fn metrics(settings: &records::Service, port: Option<&ServicePort>) -> Option<Metrics> {
    let own = port.map(|port| Resolved { value: port.container.value, origin: port.container.origin });
    match settings.metrics.as_ref()? {
        Short::Short(path) => {
            let kind = Resolved::default(MetricsKind::Http, "its own names");
            Some(Metrics { path: from_written(path), port: own?, kind })
        }
        Short::Full(metrics) => {
            let port = metrics.port.map(|port| Resolved::written(port.value.0, port.at)).or(own)?;
            let kind = or(metrics.kind.as_ref(), |kind| kind, MetricsKind::Http, "its own names");
            Some(Metrics { path: from_written(&metrics.path), port, kind })
        }
    }
}

fn permission(written: &records::Permission) -> Permission {
    let groups = written.groups.as_ref().map_or_else(
        || vec![String::new()],
        |groups| {
            groups
                .iter()
                .map(|group| if &*group.value == "core" { String::new() } else { group.value.0.clone() })
                .collect()
        },
    );
    Permission {
        groups,
        resources: written.resources.iter().map(|resource| resource.value.0.clone()).collect(),
        verbs: written.verbs.iter().map(|verb| verb.value.0.clone()).collect(),
    }
}

fn route(
    resolver: &mut Resolver<'_>,
    plan: &Plan,
    environment: &str,
    key: &str,
    settings: &records::Service,
) -> Option<Route> {
    let host = settings.host.as_ref()?;
    let document = &resolver.model.document;
    let span = document.span(host.at);
    if resolver.platform.ingress.is_none() {
        resolver.sink.push(
            Diagnostic::new(
                &code::NO_INGRESS,
                span,
                format!("`{key}` has a host, and the spec has no `ingress`"),
            )
            .help("add `ingress: {controller: envoy-gateway}`, or remove `host`"),
        );
        return None;
    }
    if settings.port.is_none() {
        resolver.sink.push(
            Diagnostic::new(&code::NO_PORT, span, format!("`{key}` has a host and takes no connections"))
                .help("give it the `port` that it listens on"),
        );
        return None;
    }
    let Some(domain) = plan.environments.get(environment).and_then(|e| e.domain.as_ref()) else {
        resolver.sink.push(
            Diagnostic::new(
                &code::HOST_OUTSIDE_DOMAIN,
                span,
                format!("`{}` of `{key}` stands in no domain", host.value.0),
            )
            .in_environment(environment)
            .help("write `domain` for the platform or for the environment"),
        );
        return None;
    };
    let whole =
        if host.value.0 == "@" { domain.value.clone() } else { format!("{}.{}", host.value.0, domain.value) };
    if !crate::model::scalars::is_domain(&whole) {
        resolver.sink.push(
            Diagnostic::new(
                &code::NAME_TOO_LONG,
                span,
                format!("`{whole}` is longer than a DNS name may be"),
            )
            .help("a whole name has at most 253 characters: write a shorter `host` or `domain`"),
        );
        return None;
    }
    Some(Route {
        host: Resolved::derived(whole, "host and domain of the environment", host.at),
        path: or(settings.path.as_ref(), |path| path.0, "/".to_owned(), "every path"),
        strip_prefix: or(settings.strip_prefix.as_ref(), |flag| flag.0, false, "it sees the whole path"),
    })
}

fn pool(
    resolver: &mut Resolver<'_>,
    plan: &Plan,
    environment: &str,
    settings: &records::Service,
) -> Option<PoolBinding> {
    let reference = settings.pool.as_ref()?;
    let parts = parts(&reference.value);
    let here = plan.environments.get(environment)?;
    let shared =
        plan.clusters.get(&here.cluster.value).map(|cluster| cluster.pools.as_slice()).unwrap_or_default();
    let only_name = |labels: &IndexMap<String, Resolved<String>>| {
        labels
            .iter()
            .filter(|(key, _)| matches!(key.as_str(), names::POOL_LABEL | names::ENVIRONMENT_LABEL))
            .map(|(key, value)| (key.clone(), value.value.clone()))
            .collect()
    };
    let found = match parts.kind {
        "nodePools" => {
            here.pools.iter().chain(shared).find(|pool| pool.key == parts.name).map(|pool| PoolBinding {
                at: reference.at,
                key: pool.key.clone(),
                gpu: false,
                labels: only_name(&pool.labels),
                taints: pool.taints.clone(),
            })
        }
        "gpuPools" => here.gpu_pools.iter().find(|pool| pool.key == parts.name).map(|pool| PoolBinding {
            at: reference.at,
            key: pool.key.clone(),
            gpu: true,
            labels: only_name(&pool.labels),
            taints: vec![Taint {
                key: names::GPU_TAINT.0.to_owned(),
                value: names::GPU_TAINT.1.to_owned(),
                effect: names::GPU_TAINT.2.to_owned(),
            }],
        }),
        _ => None,
    };
    if found.is_none() {
        let known: Vec<String> = here
            .pools
            .iter()
            .chain(shared)
            .map(|pool| format!("nodePools/{}", pool.key))
            .chain(here.gpu_pools.iter().map(|pool| format!("gpuPools/{}", pool.key)))
            .collect();
        let span = resolver.model.document.span(reference.at);
        let mut finding = Diagnostic::new(
            &code::UNKNOWN_REFERENCE,
            span,
            format!("there is no pool `{}`", reference.value.0),
        )
        .in_environment(environment);
        finding.help = did_you_mean(&reference.value.0, known.iter().map(String::as_str));
        resolver.sink.push(finding);
    }
    found
}

/// Resolves what one service refers to and puts it into the plan.
fn references_of(
    resolver: &mut Resolver<'_>,
    plan: &mut Plan,
    environment: &str,
    name: &str,
    (workload, position): (Workload, usize),
    settings: &records::Service,
) {
    let default_mount = plan.secrets.mount;
    let mut edges = Vec::new();
    let mut secret_env = Vec::new();
    let mut known_env: Vec<(String, Resolved<String>)> = Vec::new();
    let mut sealed: Vec<Secret> = Vec::new();
    for (reference, r#use) in settings.uses.iter().flat_map(|uses| &uses.entries) {
        let access = r#use.as_ref().and_then(|r#use| r#use.access.as_ref());
        let Some(from) = plan.environments.get(environment) else { continue };
        let Some((target, outputs)) =
            references::target(resolver, plan, from, name, reference, access.map(|access| access.value))
        else {
            continue;
        };
        if !access_fits(resolver, &target, access) {
            continue;
        }
        let mount = r#use
            .as_ref()
            .and_then(|r#use| r#use.mount.as_ref())
            .map_or(default_mount, |mount| Resolved::written(mount.value, mount.at));
        for (variable, (variable_name, wanted)) in
            r#use.iter().filter_map(|r#use| r#use.r#as.as_ref()).flat_map(|named| named.entries.iter())
        {
            match references::output(&outputs, &wanted.value.0) {
                Some(Output::Known(value)) => {
                    known_env.push((
                        variable.clone(),
                        Resolved::derived(value.clone(), "an output of what it uses", wanted.at),
                    ));
                }
                Some(Output::Secret) => {
                    let (secret, key) = (&outputs.secret, &wanted.value.0);
                    secret_env.push(references::secret_variable(variable_name, secret, key, mount));
                    seal(
                        &mut sealed,
                        plan,
                        (environment, workload, name),
                        secret,
                        key,
                        &outputs,
                        reference.at,
                    );
                }
                None => {
                    let span = resolver.model.document.span(wanted.at);
                    let mut finding = Diagnostic::new(
                        &code::UNKNOWN_OUTPUT,
                        span,
                        format!("`{}` does not give `{}`", reference.value.0, wanted.value.0),
                    );
                    finding.help = match outputs.refusal(&wanted.value.0) {
                        Some(reason) => Some(reason.to_owned()),
                        None => did_you_mean(&wanted.value.0, references::output_names(&outputs)),
                    };
                    resolver.sink.push(finding);
                }
            }
        }
        if let Target::Queue { key, queue } = &target {
            broker_user(plan, environment, key, name, queue, access.map(|access| access.value));
            let secret = names::broker_secret(key, name);
            for field in ["username", "password"] {
                seal(
                    &mut sealed,
                    plan,
                    (environment, workload, name),
                    &secret,
                    field,
                    &outputs,
                    reference.at,
                );
            }
        }
        if let Target::Bucket { key } = &target {
            let strongest = access.map_or(Access::ReadWrite, |access| access.value);
            mark_bucket(plan, environment, key, strongest);
        }
        edges.push(Edge {
            at: reference.at,
            target,
            access: access.map(|access| Resolved::written(access.value, access.at)),
        });
    }
    let Some(there) = plan.environments.get_mut(environment) else { return };
    there.secrets.append(&mut sealed);
    let service = match workload {
        Workload::Service => there.services.get_mut(position),
        Workload::Job => there.jobs.get_mut(position).map(|job| &mut job.pod),
    };
    let Some(service) = service else { return };
    let mut taken: Vec<(String, At)> = service
        .env
        .iter()
        .filter_map(|(key, value)| match value.origin {
            crate::plan::Origin::Written(at) => Some((key.clone(), at)),
            _ => None,
        })
        .collect();
    let from_uses = known_env
        .iter()
        .filter_map(|(key, value)| match value.origin {
            crate::plan::Origin::Derived(_, at) => Some((key.clone(), at)),
            _ => None,
        })
        .chain(secret_env.iter().filter_map(|variable| match variable.variable.origin {
            crate::plan::Origin::Written(at) => Some((variable.variable.value.clone(), at)),
            _ => None,
        }));
    for (variable, at) in from_uses {
        if let Some((_, first)) = taken.iter().find(|(known, _)| *known == variable) {
            let document = &resolver.model.document;
            resolver.sink.push(
                Diagnostic::new(
                    &code::ENV_TWICE,
                    document.key_span(at),
                    format!("`{variable}` of `{name}` has two values"),
                )
                .in_environment(environment)
                .label("again here")
                .related(document.key_span(*first), "first here")
                .help("rename one of the two variables"),
            );
        }
        taken.push((variable, at));
    }
    for (variable, value) in known_env {
        service.env.entry(variable).or_insert(value);
    }
    service.edges = edges;
    service.secret_env = secret_env;
}

/// Whether an access makes sense for a target; says so if not.
fn access_fits(resolver: &mut Resolver<'_>, target: &Target, access: Option<&Written<Access>>) -> bool {
    let Some(access) = access else { return true };
    let fits = match target {
        Target::Database { .. }
        | Target::Pooler { .. }
        | Target::Bucket { .. }
        | Target::Cache { .. }
        | Target::ManagedCache { .. } => {
            matches!(access.value, Access::Read | Access::ReadWrite)
        }
        Target::Queue { .. } => matches!(access.value, Access::Publish | Access::Consume),
        Target::Service { .. } | Target::Secret { .. } => false,
    };
    if !fits {
        let span = resolver.model.document.span(access.at);
        let help = match target {
            Target::Service { .. } | Target::Secret { .. } => "remove it: services and secrets are just used",
            Target::Queue { .. } => "a queue is used with `publish` or `consume`",
            _ => "data are used with `read` or `readWrite`",
        };
        resolver.sink.push(
            Diagnostic::new(
                &code::WRONG_ACCESS,
                span,
                format!("`{}` says nothing here", access.value.word()),
            )
            .help(help),
        );
    }
    fits
}

fn broker_user(
    plan: &mut Plan,
    environment: &str,
    broker: &str,
    service: &str,
    queue: &str,
    access: Option<Access>,
) {
    let Some(environment) = plan.environments.get_mut(environment) else { return };
    let Some(broker) = environment.queues.iter_mut().find(|known| known.key == broker) else { return };
    // Services come one after another, so an account that is there already is the last one.
    if broker.users.last().is_none_or(|user| user.service != service) {
        broker.users.push(BrokerUser {
            service: service.to_owned(),
            secret: names::broker_secret(&broker.key, service),
            publishes: Vec::new(),
            consumes: Vec::new(),
        });
    }
    let Some(user) = broker.users.last_mut() else { return };
    let list = if access == Some(Access::Publish) { &mut user.publishes } else { &mut user.consumes };
    if !list.iter().any(|known| known == queue) {
        list.push(queue.to_owned());
    }
}

pub(super) fn mark_bucket(plan: &mut Plan, environment: &str, key: &str, access: Access) {
    let of_environment =
        plan.environments.get_mut(environment).map(|e| e.buckets.as_mut_slice()).unwrap_or_default();
    for bucket in of_environment.iter_mut().chain(&mut plan.buckets) {
        if bucket.key == key && bucket.used_with != Some(Access::ReadWrite) {
            bucket.used_with = Some(access);
        }
    }
}

/// Notes that a service uses a key of a secret.
fn seal(
    sealed: &mut Vec<Secret>,
    plan: &Plan,
    (environment, workload, service): (&str, Workload, &str),
    secret: &str,
    key: &str,
    outputs: &Outputs,
    at: At,
) {
    let Some(there) = plan.environments.get(environment) else { return };
    sealed.push(Secret {
        name: secret.to_owned(),
        at,
        keys: vec![key.to_owned()],
        purpose: outputs.purpose.clone(),
        kept: secrets::in_environment(plan, environment, secret),
        namespace: there.namespace.value.clone(),
        bundle: outputs.bundle.clone(),
        rotate: outputs.rotate,
        users: vec![format!("{}/{service}", workload.kind())],
    });
}
