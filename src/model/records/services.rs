//! Services, jobs, and how requests reach them.

use super::{Short, Slo};
use crate::freeform::Freeform;
use crate::model::decode::{Context, Decode, Named, Shape};
use crate::model::scalars::{
    Count, DataKey, Email, Flag, Host, HttpPath, Identifier, Image, Line, MountPath, Name, PatchTarget, Port,
    Reference, RelativePath, Schedule, Text, TimeZone, Variable,
};
use crate::model::value::Value;
use crate::record;
use crate::source::Written;
use crate::syntax::Kind;
use crate::units::{Bytes, Cidr, Cpu, Duration, Percent};
use crate::words::{
    Access, Concurrency, Dns, IngressController, Issuer, MetricsKind, Mount, Promotion, Strategy,
    Verification, VolumeKind,
};

record! {
    /// A service: containers that run all the time.
    Service as "service"; {
        /// The container's image, with a tag or digest.
        image: Written<Image> = needed "\"registry.example.com/aiaas/api-router:1.8.2\"";
        /// The folder with its Dockerfile, below the spec's: local environments build the image from it, and again when a file changes.
        build: Written<RelativePath> = optional "services/api", "the image is taken there too";
        /// The port that it listens on; in full, also the port of its Kubernetes Service.
        port: Short<Written<Port>, Ports> = optional "8080", "none: the service takes no connections";
        /// What it does, in words.
        purpose: Written<Line> = optional "Routes requests to models";
        /// The team that answers for it: a label of its objects and alerts, which routes go by.
        owner: Written<Name> = optional "checkout-team", "that of the platform";
        /// The host that it is reached at from outside, relative to the environment's domain.
        host: Written<Host> = optional "api", "none: not reached from outside";
        /// The path below the host that it gets.
        path: Written<HttpPath> = optional "/v1", "`/`";
        /// Whether it sees requests without that path in front: `/v1/models` as `/models`.
        strip_prefix as "stripPrefix": Written<Flag> = optional "true", "false";
        /// The command, where the image's own does not fit.
        command: Vec<Written<Text>> = optional "[python, -m, server]", "the image's own";
        /// The arguments of the command.
        args: Vec<Written<Text>> = optional "[--model, Qwen/Qwen2.5-7B-Instruct]", "the image's own";
        /// Environment variables. Never secrets.
        env: Named<Variable, Written<Text>> = optional "{LOG_LEVEL: info}";
        /// What it uses. Gives it addresses and secrets, opens the network, orders recovery.
        uses: Uses = optional "{databases/users: {as: {DATABASE_URL_FILE: url}}}";
        /// Addresses outside the platform that it reaches.
        egress: Named<Name, Egress> = optional "{model-hub: {ports: [443]}}";
        /// What a pod asks for: the scheduler reserves it.
        requests: Resources = optional "{cpu: 250m, memory: 256Mi}";
        /// What a pod gets at most. CPU is best left without a limit.
        limits: Resources = optional "{memory: 512Mi}";
        /// GPUs of each pod.
        gpus: Written<Count> = optional "1", "0";
        /// The pool that its pods run on.
        pool: Written<Reference> = optional "gpuPools/inference", "any node without a taint";
        /// A fixed number of pods. Cancels an inherited `autoscaling`.
        replicas: Written<Count> = optional "2", "2 in production and 1 elsewhere, where nothing scales them";
        /// Lets the load decide how many pods there are.
        autoscaling: Autoscaling = optional "{min: 2, max: 10, cpu: 70%, memory: 80%}", "off";
        /// How many pods must stay while nodes are drained.
        disruption: Disruption = optional "{minAvailable: 1}", "`minAvailable: 1` in production where there are two pods or more";
        /// The endpoints that say how it is.
        health: Health = optional "{ready: /ready, live: /health}";
        /// Where its metrics are.
        metrics: Short<Written<HttpPath>, Metrics> = optional "/metrics", "none: it is not scraped";
        /// Directories that it may write to.
        volumes: Named<Name, Volume> = optional "{tmp: {path: /tmp, size: 1Gi}}";
        /// Rights inside the container.
        security: Security = optional "{user: 10001}";
        /// What its service account may do with the Kubernetes API.
        permissions: Vec<Permission> = optional "[{resources: [configmaps], verbs: [get, list, watch]}]", "nothing, and no token is mounted";
        /// How a new version replaces the old one.
        rollout: Rollout = optional "{maxUnavailable: 0, maxSurge: 1}", "no pod is taken away before its successor is ready";
        /// How long a pod has to finish its work when it is stopped.
        stop_after as "stopAfter": Written<Duration> = optional "30s", "30s";
        /// Changes of its Kubernetes objects that the language has no field for: JSON merge patches (RFC 7386, `null` removes), each
        /// under its object's kind, or kind and name where there are several of a kind.
        patches: Named<PatchTarget, Freeform> = optional "{Deployment: {spec: {template: {spec: {priorityClassName: high}}}}}", "none";
        /// The promise of recovery that holds for it.
        tier: Written<Name> = optional "standard";
        /// What is promised to those who use it: objectives by name.
        slos: Named<Name, Slo> = optional "{availability: {objective: 99.9%, sli: http}}", "no promise: alerts go by fixed shares";
    }
}

record! {
    /// A job: a container that runs to its end.
    Job as "job"; {
        /// The container's image, with a tag or digest.
        image: Written<Image> = needed "\"registry.example.com/aiaas/report:1.8.2\"";
        /// When it runs: minute, hour, day of the month, month, weekday.
        schedule: Written<Schedule> = optional "\"*/15 * * * *\"", "none: somebody starts it by hand";
        /// The time zone of the schedule.
        time_zone as "timeZone": Written<TimeZone> = optional "Europe/Berlin", "`Etc/UTC`";
        /// What it does, in words.
        purpose: Written<Line> = optional "Sums up the usage of the day";
        /// The team that answers for it: a label of its objects and alerts, which routes go by.
        owner: Written<Name> = optional "checkout-team", "that of the platform";
        /// The command, where the image's own does not fit.
        command: Vec<Written<Text>> = optional "[python, -m, report]", "the image's own";
        /// The arguments of the command.
        args: Vec<Written<Text>> = optional "[--since, yesterday]", "the image's own";
        /// Environment variables. Never secrets.
        env: Named<Variable, Written<Text>> = optional "{LOG_LEVEL: info}";
        /// What it uses. Gives it addresses and secrets, and opens the network.
        uses: Uses = optional "{databases/users: {as: {DATABASE_URL_FILE: url}}}";
        /// Addresses outside the platform that it reaches.
        egress: Named<Name, Egress> = optional "{model-hub: {ports: [443]}}";
        /// What its pod asks for: the scheduler reserves it.
        requests: Resources = optional "{cpu: 250m, memory: 256Mi}";
        /// What its pod gets at most. CPU is best left without a limit.
        limits: Resources = optional "{memory: 512Mi}";
        /// GPUs of its pod.
        gpus: Written<Count> = optional "1", "0";
        /// The pool that its pod runs on.
        pool: Written<Reference> = optional "nodePools/batch", "any node without a taint";
        /// How long a run may take with all its retries before it is stopped and counts as failed.
        timeout: Written<Duration> = optional "30m", "1h";
        /// How often a run that fails is tried again before it counts as failed.
        retries: Written<Count> = optional "2", "2";
        /// What happens when it is due and its last run is not done.
        concurrency: Written<Concurrency> = optional "replace", "`forbid`";
        /// How many finished runs are kept to be looked at.
        keep: KeptRuns = optional "{succeeded: 3, failed: 3}";
        /// Directories that it may write to.
        volumes: Named<Name, Volume> = optional "{tmp: {path: /tmp, size: 1Gi}}";
        /// Rights inside the container.
        security: Security = optional "{user: 10001}";
        /// Changes of its Kubernetes objects that the language has no field for: JSON merge patches (RFC 7386, `null` removes), each
        /// under its object's kind.
        patches: Named<PatchTarget, Freeform> = optional "{CronJob: {spec: {jobTemplate: {spec: {template: {spec: {priorityClassName: low}}}}}}}", "none";
    }
}

record! {
    /// How many finished runs of a job are kept to be looked at.
    KeptRuns as "kept runs"; {
        /// Runs that succeeded.
        succeeded: Written<Count> = optional "3", "3";
        /// Runs that failed.
        failed: Written<Count> = optional "3", "3";
    }
}

record! {
    /// The ports of a service.
    Ports as "ports"; {
        /// The port that the container listens on.
        container: Written<Port> = needed "3007";
        /// The port of the Kubernetes Service.
        service: Written<Port> = optional "80", "the container's";
    }
}

record! {
    /// What a service does with something that it uses.
    Use as "use"; {
        /// Variables and the outputs that they get. With `mount: file` a variable holds the path of a file.
        r#as as "as": Named<Variable, Written<DataKey>> = optional "{DATABASE_URL_FILE: url}";
        /// What it may do.
        access: Written<Access> = optional "readWrite", "`readWrite`; for queues it must be said";
        /// How it gets the outputs.
        mount: Written<Mount> = optional "file", "the secret store's";
    }
}

record! {
    /// Addresses outside the platform.
    Egress as "egress"; {
        /// The address ranges.
        to: Vec<Written<Cidr>> = optional "[198.51.100.0/24]", "every public address: all but the private ranges and the metadata service";
        /// The TCP ports.
        ports: Vec<Written<Port>> = needed "[443]";
        /// What stands for it in local environments.
        mock: Mock = optional "{image: \"stripe/stripe-mock:v0.197.0\", port: 12111, as: {STRIPE_API_BASE: url}}", "nothing: it is reached there too";
    }
}

record! {
    /// A container that stands for something outside the platform in local environments.
    Mock as "mock"; {
        /// The image, with a tag or digest.
        image: Written<Image> = needed "\"stripe/stripe-mock:v0.197.0\"";
        /// The port that it listens on.
        port: Written<Port> = needed "12111";
        /// Variables that say where it is: `url`, `host` or `port`. Nowhere else does the service get them.
        r#as as "as": Named<Variable, Written<DataKey>> = optional "{STRIPE_API_BASE: url}";
    }
}

record! {
    /// CPU and memory of a pod.
    Resources as "resources"; {
        /// CPU in cores or thousandths of a core.
        cpu: Written<Cpu> = optional "250m";
        /// Memory.
        memory: Written<Bytes> = optional "256Mi";
    }
}

record! {
    /// How the load decides how many pods there are.
    Autoscaling as "autoscaling"; {
        /// The fewest pods.
        min: Written<Count> = needed "2";
        /// The most pods.
        max: Written<Count> = needed "10";
        /// How many pods are planned for normal load: what quotas and capacity count as usual.
        planned: Written<Count> = optional "3", "`min`";
        /// Mean CPU use, as a share of the requests, above which pods are added.
        cpu: Written<Percent> = optional "70%";
        /// Mean memory use, as a share of the requests, above which pods are added.
        memory: Written<Percent> = optional "80%";
    }
}

record! {
    /// How many pods must stay while nodes are drained.
    Disruption as "disruption budget"; {
        /// The number of pods that must stay available.
        min_available as "minAvailable": Written<Count> = needed "1";
    }
}

record! {
    /// The endpoints that say how a service is.
    Health as "health"; {
        /// Whether it can take requests.
        ready: Short<Written<HttpPath>, Probe> = optional "/ready";
        /// Whether it must be restarted.
        live: Short<Written<HttpPath>, Probe> = optional "/health";
        /// How long it may take to start before it counts as broken.
        startup: Written<Duration> = optional "10m", "60s";
    }
}

record! {
    /// A probe of a pod.
    Probe as "probe"; {
        /// The path that is asked.
        path: Written<HttpPath> = needed "/health";
        /// The time before the first try.
        after: Written<Duration> = optional "5s", "0s: the start-up probe waits";
        /// The time between two tries.
        every: Written<Duration> = optional "10s", "10s";
        /// The time that an answer may take.
        timeout: Written<Duration> = optional "3s", "3s";
        /// The number of failures in a row that count.
        failures: Written<Count> = optional "3", "3";
    }
}

record! {
    /// Where a service's metrics are.
    Metrics as "metrics"; {
        /// The path.
        path: Written<HttpPath> = needed "/metrics";
        /// The port, where it is not the service's own.
        port: Written<Port> = optional "9090", "the service's own";
        /// Whose names they have.
        kind: Written<MetricsKind> = optional "vllm", "`http`";
    }
}

record! {
    /// A directory that a service may write to.
    Volume as "volume"; {
        /// Where it is in the container.
        path: Written<MountPath> = needed "/var/cache/models";
        /// How much it may hold. Needed without `fileSystem`, which has a size of its own.
        size: Written<Bytes> = optional "20Gi", "that of the file system; needed without";
        /// What it is.
        kind: Written<VolumeKind> = optional "scratch", "`scratch`; none with `fileSystem`";
        /// The file system that it shows, with all that others write there.
        file_system as "fileSystem": Written<Name> = optional "shared", "none: it is empty when the pod starts, and goes with it";
    }
}

record! {
    /// Rights inside a container.
    Security as "security"; {
        /// The number of the user that it runs as; never 0.
        user: Written<Count> = optional "10001", "10001";
        /// Whether the image's own files cannot be changed.
        read_only as "readOnly": Written<Flag> = optional "true", "true";
    }
}

record! {
    /// Something that a service account may do with the Kubernetes API, in its own namespace.
    Permission as "permission"; {
        /// The API groups; `core` is the unnamed one.
        groups: Vec<Written<Identifier>> = optional "[core]", "`[core]`";
        /// The resources.
        resources: Vec<Written<Identifier>> = needed "[configmaps]";
        /// The verbs.
        verbs: Vec<Written<Name>> = needed "[get, list, watch]";
    }
}

record! {
    /// How a new version replaces the old one.
    Rollout as "rollout"; {
        /// How: pod by pod, all at once, or for a growing share of the requests. All but the first need Argo Rollouts, which is then one of
        /// the add-ons.
        strategy: Written<Strategy> = optional "canary", "`rolling`";
        /// Pods that may be missing meanwhile; not with `blue-green`.
        max_unavailable as "maxUnavailable": Written<Count> = optional "0", "0, or 1 where there is no room for one more";
        /// Pods that may be there in addition meanwhile; not with `blue-green`, which has all pods twice.
        max_surge as "maxSurge": Written<Count> = optional "1", "1";
        /// What must be good about a new version, by its own metrics. If it is not, all requests go to the old one again. Needs `metrics`.
        verify: Vec<Written<Verification>> = optional "[error-rate, latency]", "nothing but readiness";
        /// With `canary`: the shares of the requests that the new version gets, one after the other, in whole percents. ingress-nginx divides
        /// requests by share; without it the numbers of pods do, as well as they can.
        steps: Vec<Written<Percent>> = optional "[5%, 25%, 50%]", "`[10%, 50%]`";
        /// How long each step lasts; with `blue-green`, how long the new version is verified before it takes over, and again after.
        pause: Written<Duration> = optional "10m", "10m";
        /// Who lets the new version take over, after the last step.
        promotion: Written<Promotion> = optional "manual", "`automatic`, but `manual` with `blue-green` in production where nothing is verified";
        /// With `blue-green`: how many pods the new version has until it takes over; then it has all of them.
        preview_replicas as "previewReplicas": Written<Count> = optional "1", "as many as the old one";
        /// With `blue-green`: how long the old version stays after the new one took over, for the way back without a wait.
        keep_old as "keepOld": Written<Duration> = optional "30m", "a quarter of an hour, or as long as the new version is verified and 5 minutes more";
    }
}

record! {
    /// How requests from outside reach services.
    Ingress as "ingress"; {
        /// What lets traffic in.
        controller: Written<IngressController> = needed "ingress-nginx";
        /// The namespace that the controller runs in.
        namespace: Written<Name> = optional "ingress-nginx", "the controller's name";
        /// Certificates.
        tls: Tls = optional "{issuer: letsencrypt, email: ops@example.com}";
        /// Where the records of hosts live: with the provider of the clusters.
        dns: Written<Dns> = optional "linode", "nowhere: somebody else makes them";
        /// A firewall that looks into requests, in front of all hosts. TLS then ends at the cloud's load balancer, with the
        /// cloud's certificates: `dns` proves the domain, and `tls` is left out.
        waf: Waf = optional "{rateLimit: 2000}";
    }
}

record! {
    /// A firewall that looks into requests: rules that the cloud keeps, and a limit for each address.
    Waf as "web application firewall"; {
        /// Requests of one address in five minutes above which it is blocked until it is slower.
        rate_limit as "rateLimit": Written<Count> = optional "2000", "2000";
    }
}

record! {
    /// Certificates of hosts.
    Tls as "TLS"; {
        /// Who signs them.
        issuer: Written<Issuer> = needed "letsencrypt";
        /// The address that the issuer writes to.
        email: Written<Email> = needed "ops@example.com";
    }
}

/// What a service uses, in short a list of references.
#[derive(Debug, Clone, Default)]
pub struct Uses {
    /// The references, each with its settings.
    pub entries: Vec<(Written<Reference>, Option<Use>)>,
}

impl Decode for Uses {
    fn shape() -> Shape {
        Shape::Either(vec![<Named<Reference, Use>>::shape(), <Vec<Written<Reference>>>::shape()])
    }

    fn decode(value: &Value, context: &mut Context<'_>) -> Option<Self> {
        let is_list =
            matches!(value, Value::Node(at) if matches!(context.document.node(*at).kind, Kind::List(_)));
        if is_list {
            let references = <Vec<Written<Reference>>>::decode(value, context)?;
            return Some(Self {
                entries: references.into_iter().map(|reference| (reference, None)).collect(),
            });
        }
        let named = <Named<Reference, Use>>::decode(value, context)?;
        Some(Self {
            entries: named.entries.into_values().map(|(reference, r#use)| (reference, Some(r#use))).collect(),
        })
    }
}
