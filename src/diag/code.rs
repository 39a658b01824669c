//! The one table of codes: what a finding is called, how much it matters, and the text behind it.

use super::Severity;

/// A kind of finding.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// The stable name, `area/slug`.
    pub slug: &'static str,
    /// How much it matters by default.
    pub severity: Severity,
    /// One line for lists.
    pub title: &'static str,
    /// What it means, why it matters, what to do: shown by `platc explain`.
    pub explain: &'static str,
}

impl Code {
    /// The title as a sentence.
    #[must_use]
    pub fn sentence(&self) -> String {
        let mut letters = self.title.chars();
        let first = letters.next().into_iter().flat_map(char::to_uppercase);
        first.chain(letters).chain(['.']).collect()
    }

    /// The part before the stroke: what it is about.
    #[must_use]
    pub fn area(&self) -> &'static str {
        self.slug.split('/').next().unwrap_or_default()
    }
}

macro_rules! codes {
    ($($name:ident = $severity:ident $slug:literal, $title:literal, $explain:literal;)*) => {
        $(
            #[doc = $title]
            pub static $name: Code = Code { slug: $slug, severity: Severity::$severity, title: $title, explain: $explain };
        )*
        /// Every code, in the order of the table.
        pub static CODES: &[&Code] = &[$(&$name),*];
    };
}

/// The code of a slug.
#[must_use]
pub fn find(slug: &str) -> Option<&'static Code> {
    CODES.iter().copied().find(|code| code.slug == slug)
}

/// All codes as Markdown, each with an example: a finding as it is shown, if there is one.
#[must_use]
pub fn markdown(example: &dyn Fn(&Code) -> Option<String>) -> String {
    use std::fmt::Write as _;
    let mut out = String::from(
        "# Codes\n\nGenerated from the table of codes and from the specs that prove them; a test keeps it current. \
         `platc explain CODE` shows the same in a terminal.\n\n\
         An error keeps `platc render` from writing; a warning or a note does not, and can be accepted for a while under `allow`.\n",
    );
    let mut area = "";
    for code in CODES {
        if code.area() != area {
            area = code.area();
            let _ = write!(out, "\n## {area}\n");
        }
        let severity = code.severity.word();
        let _ = write!(out, "\n### {}\n\n{severity}: {}.\n\n{}\n", code.slug, code.title, code.explain);
        if let Some(example) = example(code) {
            let _ = write!(out, "\n```text\n{}\n```\n", example.trim_end());
        }
    }
    out
}

/// The example that the committed list of codes has for a code.
#[must_use]
pub fn example(slug: &str) -> Option<&'static str> {
    let list = include_str!("../../docs/codes.md");
    let (_, section) = list.split_once(&format!("\n### {slug}\n"))?;
    let section = section.split("\n### ").next()?;
    let (_, example) = section.split_once("\n```text\n")?;
    example.split("\n```\n").next()
}

codes! {
    UNREADABLE = Error "document/unreadable", "the spec cannot be read",
        "The file is missing, is a directory, or may not be read. Nothing was written.";
    NOT_UTF8 = Error "document/not-utf-8", "the spec is not UTF-8",
        "YAML is Unicode text; platc reads it as UTF-8, with or without a byte order mark. Save the file as UTF-8.";
    CONTROL_CHARACTER = Error "document/control-character", "a control character in the spec",
        "YAML allows no control characters besides tab and line breaks. They are invisible in editors and reviews, and can change what a terminal shows. In double quotes an escape such as \\u001b stands for one.";
    TOO_LARGE = Error "document/too-large", "the spec is too large",
        "A spec is text that people write and review. The limits on its size and on the number of its values keep hostile or broken input from exhausting memory.";
    TOO_DEEP = Error "document/too-deep", "the spec is nested too deeply",
        "No field of a spec lies deeper than a dozen levels; deeper nesting is a mistake or an attack.";
    EMPTY = Error "document/empty", "the spec is empty",
        "There is no value in the file. `platc init` writes a small spec to start from.";
    SYNTAX = Error "document/syntax", "the text is not YAML",
        "The text breaks a rule of YAML 1.2. Nothing behind the place can be trusted, so reading stops there.";
    SECOND_DOCUMENT = Error "document/second-document", "more than one YAML document",
        "A spec is one document. A second one behind `---` would be silently ignored by some tools and merged by others.";
    DUPLICATE_KEY = Error "document/duplicate-key", "a key is written twice",
        "Most YAML readers silently keep the last of two equal keys. Which one is meant cannot be known, so neither is taken.";
    ALIAS = Error "document/alias", "an alias or merge key",
        "Aliases and merge keys make a value stand elsewhere than where it is read, and can be used to exhaust memory. What is shared belongs into `defaults` or `environments.<name>.defaults`; both are shown by `platc show` with their origin.";
    TAG = Error "document/tag", "a YAML tag",
        "Tags such as `!!str` or `!Ref` choose a type or run a function in some readers. Every field of a spec has one type, so none is needed.";
    AMBIGUOUS_SCALAR = Warning "document/ambiguous-scalar", "a spelling that other YAML readers take otherwise",
        "YAML 1.1 readers, among them several in the Kubernetes and Helm world, take `on`, `no`, `0777`, `1_000`, `12:30` or dates as booleans, numbers or dates, and the number 1.30 loses its last digit. platc reads YAML 1.2 and keeps the text; quotes make every reader agree.";
    NOT_A_MAPPING = Error "document/wrong-type", "a value of another type than the field has",
        "Every field has one shape: a mapping, a list, or a scalar. `platc explain FIELD` shows it with an example.";
    UNKNOWN_FIELD = Error "document/unknown-field", "a field that does not exist",
        "A misspelt field would be a missing setting, so none is ignored. `platc explain FIELD` lists the fields of a place.";
    MISSING_FIELD = Error "document/missing-field", "a field that is needed is missing",
        "The field has no default that could be right for everybody. It may be written on the thing itself, in its override for an environment, in `environments.<name>.defaults` or in `defaults`.";
    INVALID_VALUE = Error "document/invalid-value", "a value that the field does not take",
        "The value has the right type and cannot be what the field means: a number out of range, a unit that does not exist, a text of another form.";
    NOT_IN_OVERRIDE = Error "document/not-in-override", "a field that only the thing itself can have",
        "`environments`, `scope` and `overrides` say where a thing exists, so they stand on the thing itself and cannot be changed by an override or a default.";
    SUSPICIOUS_UNIT = Warning "document/suspicious-unit", "a unit that is probably not meant",
        "Kubernetes reads `512m` of memory as half a byte and `cpu: 100` as one hundred cores. Memory is written `512Mi`, fractions of a core `100m`.";

    NAME_FORM = Error "name/form", "a name that a system refuses",
        "Names become Kubernetes objects, labels, DNS records and Terraform addresses. A name that is short, in lower case, starts with a letter and has only letters, digits and `-` is taken by all of them.";
    NAME_TOO_LONG = Error "name/too-long", "a generated name is longer than its system allows",
        "The name that platc derives is longer than Kubernetes or the provider allows. Set a shorter `name:` on the thing.";
    NAME_COLLISION = Error "name/collision", "two things get the same generated name",
        "Two different things would become the same object, file or Terraform address, and one would overwrite the other. Rename one, or set `name:`.";
    NAME_RESERVED = Error "name/reserved", "a name that is taken",
        "The name belongs to the system: Kubernetes' own namespaces, the directory of the shared base, or the directory of an environment's own objects.";

    UNKNOWN_REFERENCE = Error "reference/unknown", "a reference to something that does not exist",
        "A reference is `kind/name`, with `@environment` for another environment. The thing it names is not in this spec.";
    NOT_IN_ENVIRONMENT = Error "reference/not-in-environment", "a reference to something that is not in this environment",
        "The thing exists, but not in an environment in which it is used. Let it exist there with `environments:`, limit the user, or name the environment with `@`.";
    UNKNOWN_OUTPUT = Error "reference/unknown-output", "an output that the kind does not publish",
        "Each kind publishes a fixed set of outputs: a database `host`, `port`, `username`, `password`, `database` and `url`, and so on. `platc explain uses` lists them.";
    WRONG_ACCESS = Error "reference/wrong-access", "an access that the kind does not know",
        "Databases and buckets are used with `read` or `readWrite`, queues with `publish` or `consume`.";
    DEPENDENCY_CYCLE = Warning "reference/cycle", "services that need each other",
        "Services that call each other work as long as none of them waits for another at its start: nothing can be started or restored first. It is a warning and no error, since calls back and forth at run time are legitimate.";
    UNUSED = Warning "reference/unused", "declared and never used",
        "Nothing refers to it, so it costs money and attention for nothing. Use it or remove it.";

    UNKNOWN_TYPE = Warning "pool/unknown-type", "a machine class that the catalogue does not know",
        "The catalogue is a table with a date, so a new type may be missing from it. If the type is right, it works: only the checks on capacity cannot look at it.";
    NOT_A_TYPE = Error "pool/no-such-type", "a machine class that does not exist",
        "The name is the beginning of real names and is none itself: the provider would refuse it.";
    TYPE_NOT_FOR_KUBERNETES = Error "pool/type-not-for-kubernetes", "a machine class that the provider does not offer for Kubernetes",
        "The provider sells the type, but not as a node of its managed Kubernetes, so the pool could never be created.";
    TYPE_NOT_IN_REGION = Warning "pool/type-not-in-region", "a machine class that no list has in the region",
        "The provider does not sell every type in every region. The lists that the catalogue holds do not have it there; they are recordings, and what is sold grows.";
    MIXED_ARCHITECTURES = Error "pool/mixed-architectures", "a pool of types of different architectures",
        "The nodes of a pool start from one image of the machine, which is for one architecture: the provider refuses types of another.";
    TYPE_WITHOUT_GPU = Error "pool/type-without-gpu", "a GPU pool of a type without GPU",
        "Pods that ask for a GPU would never find one on these nodes.";
    POOL_SIZE = Error "pool/size", "a pool size that the provider refuses",
        "The minimum must not exceed the maximum, a pool of LKE needs at least one node (one of EKS may have none), and the provider limits the number of nodes of a pool and of a cluster.";
    POOL_TOO_SMALL = Warning "pool/too-small-for-production", "fewer than three nodes in production",
        "With fewer than three nodes the loss of one takes away a third or more of the capacity, and quorum systems cannot spread.";
    NO_GPU_POOL = Error "capacity/no-gpu", "a service asks for GPUs where no pool has any",
        "Pods that ask for a GPU wait for ever unless a GPU pool exists in their environment and the service names it.";
    GPU_CAPACITY = Error "capacity/gpus", "more GPUs asked for than there are",
        "The replicas together ask for more GPUs than the pool has at its largest. The pods beyond that would wait for ever.";
    POD_TOO_LARGE = Error "capacity/pod-too-large", "a pod that fits on no node",
        "Even an empty node of the pool has less to give than one pod requests, after what the system reserves.";
    CAPACITY_MAX = Error "capacity/over-maximum", "all replicas at their maximum do not fit",
        "When every service on the pool scales to its maximum, the requests exceed what the pool offers at its own maximum: some pods would stay pending just when they are needed.";
    CAPACITY_TIGHT = Warning "capacity/tight", "little room at the maximum",
        "At their maximum the services need more than 80 percent of the pool's maximum, or do not fit any more when one node is lost.";
    NO_POOL = Warning "capacity/no-pool", "an environment without nodes of its own",
        "An environment has pods, and no node pool is its own or shared by the whole cluster. Its pods take room on the nodes of other environments, whose capacity is proven without them; without any pool they wait for ever.";
    UNKNOWN_REGION = Warning "provider/unknown-region", "a region that the catalogue does not know",
        "The catalogue is a table with a date, so a new region may be missing from it.";
    REGION_LACKS = Error "provider/region-lacks", "a region that does not offer what is asked for",
        "The provider's list of regions says that this one does not offer the product. The resource could never be created there.";
    NOT_OFFERED = Error "provider/not-offered", "something that the provider does not have",
        "The provider has no such product, or no Terraform resource for it, so nothing could be rendered that works.";

    IMAGE_TAG = Warning "workload/image-tag", "an image without a fixed version",
        "Without a tag, or with a moving one such as `latest`, two pods of one Deployment may run different code, and a rollback rolls back to nothing. Outside production this is a warning, in production an error.";
    IMAGE_END = Warning "workload/image-ended", "an image whose product is near or past its end",
        "What is past its end gets no more corrections, not even for holes that attackers use. Only images of Docker Hub's own library are looked at, whose tags begin with the version.";
    LIMIT_BELOW_REQUEST = Error "workload/limit-below-request", "a limit below its request",
        "The Kubernetes API refuses a container whose limit is lower than its request.";
    NO_REQUESTS = Error "workload/no-requests", "autoscaling without the request that it divides by",
        "A utilisation target is a percentage of the request. Without one the HorizontalPodAutoscaler computes nothing and never scales.";
    REPLICAS_AND_AUTOSCALING = Error "workload/replicas-and-autoscaling", "both a fixed number of replicas and autoscaling",
        "Every sync would set the number back to what is written, against the autoscaler. Say one of them at the same place; a written `replicas` in an override cancels an inherited `autoscaling`.";
    AUTOSCALING_RANGE = Error "workload/autoscaling-range", "an autoscaling range that is none",
        "The minimum must be at least 1 and not above the maximum, and the planned number must lie between them.";
    ONE_REPLICA_IN_PRODUCTION = Warning "workload/one-replica", "a single replica in production",
        "One replica is gone during every node drain and every crash.";
    NO_HEALTH = Warning "workload/no-health", "no health endpoints",
        "Without a readiness probe traffic reaches pods that cannot serve it, without a liveness probe a stuck process stays.";
    PROBE_TIMING = Error "workload/probe-timing", "probe times that contradict each other",
        "A probe's timeout must not be longer than its period, and both must be at least one second.";
    NO_PORT = Error "workload/no-port", "something that asks a service without a port",
        "A host, probes and metrics need a port at which the service takes connections. Without one they would be left out silently.";
    ROLLOUT_STUCK = Error "workload/rollout", "a rollout that cannot make a step",
        "The Kubernetes API refuses a Deployment that may neither add a pod nor miss one while a new version replaces the old one.";
    ROLLOUT_NO_EFFECT = Warning "rollout/no-effect", "a field of a rollout without effect",
        "Each strategy has fields of its own. This one belongs to another, and changes nothing with the strategy of any environment.";
    ROLLOUT_STEPS = Error "rollout/steps", "steps of a canary that do not rise",
        "A step gives the new version a share of the requests, more than the step before and less than all. Argo Rollouts takes whole percents.";
    ROLLOUT_ONE_POD = Error "rollout/one-pod", "a canary of one pod",
        "Where no ingress controller divides requests, the numbers of pods do. One pod has no part that could be tried: the promise of a small share cannot hold.";
    ROLLOUT_SHARES = Warning "rollout/shares", "a share that the number of pods cannot express",
        "Where no ingress controller divides requests, the numbers of pods do: the smallest share is one pod of all of them. With the fewest pods the new version gets more requests than the step says.";
    ROLLOUT_UNSEEN = Error "rollout/unseen", "a verification that sees nothing",
        "A new version is verified by its own metrics against limits of the spec. Without the metrics, or without the limit, no version would ever pass.";
    ROLLOUT_TIMES = Error "rollout/times", "a verification that comes too late",
        "A rate needs its whole range before it says something about the new version. Where the version has been promoted by then, or the old one is gone, nothing can be taken back.";
    ROLLOUT_PREVIEW = Error "rollout/preview-pods", "a preview with no pods, or with more than there will be",
        "Before a new version takes over it has fewer pods, and at least one: otherwise nothing can be tried or verified.";
    ROLLOUT_NO_SERVICE = Error "rollout/no-service", "blue-green without a Service",
        "Blue-green leads a Service from the old version to the new one. A service that takes no connections has no Service; Argo Rollouts refuses the strategy.";
    SECOND_SET = Error "capacity/second-set", "no room for two versions at a time",
        "Blue-green, and a canary whose requests the ingress controller divides, run all pods of the old version beside those of the new one, so that the way back takes no time. Without room for both, the new version never gets ready.";
    PDB_BLOCKS = Error "drain/budget-blocks", "a disruption budget that blocks every drain",
        "As many pods must stay available as there are at the minimum, so no node can ever be drained: upgrades hang. The budget must leave room for at least one pod.";
    SECRET_LITERAL = Error "secret/literal", "a value that looks like a secret",
        "Secrets never stand in a spec: they would be in Git, in the rendered files and in every log of them. Declare it under `secrets` and refer to it.";
    SECRETS_UNREADABLE = Error "secret/source-unreadable", "secrets that nothing in the cluster can read",
        "external-secrets copies values from a secret manager that a cluster of the platform reaches with an account of its own cloud. Another place of secrets has people between it and the cluster: they seal what it holds.";
    SECRET_FILES_UNUSED = Warning "secret/files-unused", "a folder of sealed files where nothing is sealed",
        "Sealed files are read with `delivery: sealed-secrets` only. Under another delivery whatever is in the folder reaches no cluster.";
    SECRET_IN_ENVIRONMENT = Error "secret/in-environment", "a secret as an environment variable against the policy",
        "The spec says that secrets are mounted as files. Environment variables are inherited by child processes and end up in crash reports.";
    MISSING_CIPHERTEXT = Warning "secret/missing-ciphertext", "a sealed secret that is not there yet",
        "platc refers to sealed secrets and never makes them: sealing needs the controller's certificate. The message names the files and the command that makes one.";
    SECRET_PLAIN = Error "secret/plain", "a plain Secret where a sealed one should be",
        "Its values can be read by everybody who has the file, also in every older version of it. Change the values where they are valid, seal the new ones, and only then overwrite the file.";
    SEALED_OTHERWISE = Error "secret/sealed-otherwise", "a sealed secret that does not open where it is needed",
        "Sealing binds the ciphertext to the name and the namespace of the secret: under another name, or in another namespace, the controller cannot open it. Seal it again for the right ones; editing the file does not help.";
    SEALED_KEYS = Error "secret/missing-keys", "a sealed secret without a key that is used",
        "Pods mount, or variables read, a key that the sealed secret does not have, so they would never start.";
    SECRET_NO_DATE = Warning "secret/no-rotation-date", "a sealed secret that does not say when it was made",
        "The spec says how often the secret is changed. Without the annotation `platc.dev/rotated-at` on the secret's template nobody knows when that was done last, and the alert about it says so. Its value is a date and time, as `2026-11-21T09:00:00Z`.";
    SECRET_OVERDUE = Warning "secret/rotation-overdue", "a secret that should have been changed",
        "The annotation of the sealed secret says when its values were made, and the spec how often they are changed: that time is over.";
    ENV_TWICE = Error "workload/variable-twice", "an environment variable with two values",
        "The same variable is set by `env` and by a reference, or by two references. One of the two would be ignored.";
    PRIVILEGED_PORT = Error "workload/privileged-port", "a port below 1024 under the restricted profile",
        "A process without root rights cannot bind a port below 1024. Listen on a higher port; the service port in front of it may be low.";
    ROOT_USER = Error "workload/root-user", "a container that runs as root under the restricted profile",
        "The restricted Pod Security Standard refuses pods whose containers run as user 0, so the pod would never start.";
    LOCAL_ENVIRONMENT = Error "document/local-environment", "something that an environment on people's own machines cannot have",
        "`local: compose` makes an environment a file for Docker Compose: no cluster, namespace, quota, approval or delivery is part of it, nothing in it is promised, and platc knows no container there that would stand for a message broker. Services that need what it cannot have are limited by their `environments`.";
    PIPE_HIDES_FAILURE = Warning "workload/pipe-hides-failure", "a pipe whose failure nobody sees",
        "A shell takes the status of a pipe from its last part: `pg_dump | gzip` succeeds when pg_dump fails, and leaves an empty file that looks like a dump. With `set -o pipefail` the pipe fails if any part of it does; bash and the ash of BusyBox (Alpine) know the option.";
    JOB_WITHOUT_TIME = Error "workload/no-time", "a job without time to run",
        "`timeout` is the time that a run may take with all its retries. Kubernetes stops a run with a timeout of nothing before its pod starts, and counts it as failed.";
    PATCH_NO_OBJECT = Error "patch/no-object", "a patch for an object that the service does not have",
        "A patch stands under the kind of one of its service's objects. Without that object it would silently do nothing. Rules for Prometheus cannot be patched: they stand in files of their own as well.";
    PATCH_IDENTITY = Error "patch/identity", "a patch that changes which object it is",
        "Name, namespace, kind and the labels by which objects find each other are made from the spec. With others the Service, the network policy or the alert would look for pods that nobody finds.";
    PATCH_UNPROVEN = Warning "patch/unproven", "a patch of something that platc computes with",
        "Capacity, quota, disruption budgets, rights and the network are checked from the spec's own fields. A patch changes the object behind their back, so what they promise is not proven any more.";
    PATCH_RESTARTS = Error "patch/restart-policy", "a job whose pods would be started again for ever",
        "The pods of a Job have the restart policy `Never` or `OnFailure`. Without one Kubernetes takes `Always`, which it refuses for a Job.";
    PATCH_EMPTY = Warning "patch/empty", "a patch that changes nothing",
        "The patch has no field. Remove it, so that nobody looks for what it does.";
    PATCH_REWRITE = Error "patch/rewrite", "a rewrite with a group that the path does not have",
        "ingress-nginx puts what a group of the path matches in place of `$1` or `$2`. A group that the path does not have is empty, so every request would be rewritten to the same path.";
    PATCH_PATH_TYPE = Error "patch/path-type", "a pattern that is taken literally",
        "ingress-nginx reads a path as a regular expression only where its type is ImplementationSpecific; with another type it refuses the characters of patterns.";
    PATCH_INGRESS_CLASS = Warning "patch/ingress-class", "the class of an Ingress as an annotation",
        "The annotation `kubernetes.io/ingress.class` is deprecated since Kubernetes 1.18; `spec.ingressClassName` is its successor, and is rendered. An Ingress with both is refused when it is made.";
    PATCH_VERSION = Error "patch/version", "a patch that leads requests to a version that does not serve",
        "The Service of a preview or of a canary leads to the new version, whether anybody promoted it or not. Requests from outside belong to the service's own Service; Argo Rollouts leads that one.";
    NOTHING_TO_STRIP = Warning "ingress/nothing-to-strip", "a prefix to strip that there is not",
        "`stripPrefix` takes the `path` off before the service sees a request. Without a path, or with `/`, there is nothing to take off; under ingress-nginx it would still make patterns of all paths of the host.";
    INGRESS_COLLISION = Error "ingress/collision", "one host and path for two services",
        "Two services of one cluster claim the same host and path: which one gets the traffic depends on chance.";
    HOST_OUTSIDE_DOMAIN = Error "ingress/host-outside-domain", "a host without a domain to stand in",
        "A host is written relative to the domain of its environment. That environment has no domain, and the platform has none either.";
    HOST_OUTSIDE_ZONE = Error "ingress/host-outside-zone", "a host that no zone of the platform holds",
        "The records of hosts are made in the zone of the platform's domain. A host outside of it gets none, so nobody finds the service.";
    PUBLIC_BUCKET = Error "ingress/public-bucket", "a bucket that everybody reads and that nobody should",
        "A content delivery network serves every object of its bucket to whoever knows, or guesses, its name. Terraform's state, dumps and backups are not for everybody; neither is what `access` keeps for a few.";
    INGRESS_RETIRED = Warning "ingress/controller-retired", "ingress-nginx is retired",
        "Its maintainers ended best-effort maintenance in March 2026 and advise against new deployments. It still works; `envoy-gateway` serves the same hosts by the Gateway API.";
    TOO_MANY_HOSTS = Error "ingress/too-many-hosts", "more hosts than a Gateway has listeners for",
        "A Gateway has 64 listeners at most. An environment's Gateway has one for each host, and with TLS two: one for HTTPS, one that leads there. The API server refuses more.";
    DNS_TWICE = Warning "ingress/dns-twice", "two makers of the same DNS records",
        "Terraform and external-dns both make the records of hosts. external-dns leaves records alone that it did not make, so it does nothing for them; if it comes first, Terraform fails.";
    NO_INGRESS = Error "ingress/none", "a host without an ingress controller",
        "A service wants to be reached from outside, and the spec has no `ingress`.";
    NETWORK_SIZE = Error "network/size", "a network of a size that the provider refuses",
        "A VPC has an IPv4 range from /16 to /28. Without `subnets` it is divided by a rule that needs /22 or more.";
    NETWORK_ZONES = Error "network/zones", "zones that a network cannot span",
        "A managed control plane and a database with a standby want subnets in two zones or more, each zone is one of the region, and every kind of subnet has one range in each zone. Two subnets in one zone are lost together.";
    SUBNET_OUTSIDE = Error "network/subnet-outside", "a subnet that is not inside its network",
        "The provider refuses a subnet whose range is not part of the network's.";
    NETWORK_OVERLAP = Error "network/overlap", "address ranges that overlap",
        "An address belongs to one subnet, so the provider refuses ranges that overlap. Whole networks that overlap exist side by side but can never be connected, by peering, VPN or a transit gateway: that is a warning.";
    TOO_FEW_ADDRESSES = Warning "network/too-few-addresses", "a network without room for its nodes",
        "Nodes and pods have addresses of the private subnets. A full node holds all addresses of its interfaces, and AWS keeps five of each subnet. Where even the largest number of nodes with one address each, and the most pods that services may have, do not fit, the sizes in the spec cannot be reached: that is an error.";
    NO_WAY_OUT = Error "network/no-way-out", "nodes that reach no registry",
        "Nodes are in private subnets. Without a NAT gateway they reach only what has an endpoint in the network, which is S3: no image is pulled, and no node joins the cluster.";
    SINGLE_NAT = Warning "network/single-nat", "one NAT gateway for production",
        "When the zone of the only NAT gateway is lost, the pods of all zones lose their way to the internet, and with it to registries, payment services and APIs of the cloud.";
    POLICY_WITHOUT_CNI = Error "network/policy-not-enforced", "network policies that nothing enforces",
        "The cluster's network plug-in ignores NetworkPolicy objects, so default-deny would be a promise without effect.";
    OPEN_CONTROL_PLANE = Warning "kubernetes/open-control-plane", "a control plane that every address reaches",
        "Without an access list every public address reaches the Kubernetes API. Name the ranges that administrators and pipelines come from.";
    CONTROL_PLANE_NOT_HA = Warning "kubernetes/control-plane-not-ha", "production on a control plane without high availability",
        "The control plane has one replica: its maintenance and failures stop scheduling and autoscaling.";
    SHARED_CLUSTER = Info "kubernetes/shared-cluster", "production shares its cluster",
        "A mistake in another environment can reach production. platc renders quotas, limit ranges, Pod Security, RBAC and default-deny policies for each namespace to hold them apart.";
    ADDON_TWICE = Error "addon/two-for-one", "two add-ons for one job",
        "Two charts in one cluster do the same job: two controllers would fight over the same objects, or two webhooks over the same requests. Keep one.";
    ADDON_NEED_ABSENT = Error "addon/need-absent", "something that is needed and that nothing provides",
        "What the spec asks for, or another add-on, relies on something that no add-on of the cluster provides: its resources would be refused, or its alerts would never have data. Install what provides it, or say `install: elsewhere` if it is there already.";
    ADDON_KUBERNETES = Error "addon/kubernetes-version", "an add-on that does not work with the cluster's Kubernetes",
        "The chart states the versions of Kubernetes that it works with, and Helm refuses to install it on any other.";
    ADDON_VERSION = Warning "addon/version-unknown", "a version of a chart that platc does not know",
        "The keys of values, the range of Kubernetes versions and the Pod Security Standard are those of the version that platc knows. With another version they may be wrong.";
    ADDON_POD_SECURITY = Error "addon/pod-security", "an add-on in a namespace that refuses its pods",
        "The namespace enforces a Pod Security Standard that the add-on's pods do not keep to, so the API server refuses them.";
    ADDON_VALUE = Error "addon/unknown-value", "a value that the chart does not know",
        "Charts ignore values that they do not know: the setting would silently have no effect. The keys are those of the pinned version.";
    COLLECTOR_EXPORTER = Error "addon/collector-exporter", "an exporter that the collector does not have, or not for this signal",
        "The OpenTelemetry collector does not start with an exporter that it does not know, or that cannot take what its pipeline carries: nothing would be collected at all.";
    ADDON_NO_EFFECT = Warning "addon/no-effect", "settings of an add-on without effect",
        "The add-on is installed by something else, or by a manifest that takes no values, so nothing reads what is written here.";
    KUBERNETES_VERSION = Warning "kubernetes/version", "a Kubernetes version near or past its end",
        "After its end a version gets no security fixes, and providers upgrade it on their own terms.";

    DATABASE_VERSION = Warning "database/version", "a database version near or past its end",
        "After its end a version gets no security fixes, and providers upgrade it on their own terms.";
    DATABASE_SINGLE = Warning "database/single-node", "a production database without a standby",
        "The loss of its one machine takes the database down until it is restored.";
    DATABASE_NODES = Error "database/nodes", "a number of nodes that the provider refuses",
        "Linode's managed databases have 1, 2 or 3 nodes; RDS has an instance, or an instance and its standby in another zone.";
    DATABASE_STORAGE = Error "database/storage", "a disk that the provider refuses, or that is too small",
        "A disk has a least size, grows by a tenth at least, and has to hold the data that the spec says the database holds.";
    WINDOW = Error "database/window", "windows that the provider refuses",
        "The windows of backups and of maintenance have a least length and must not meet: RDS and ElastiCache refuse others.";
    EXTENSION = Warning "database/extension", "an extension that the provider may not offer",
        "Managed databases offer a fixed list of extensions. Where the public documentation does not say, the warning stays until somebody tried it.";
    NO_BACKUP = Error "database/no-backup", "a promise of recovery without backup",
        "The tier promises to survive bad writes or the loss of the instance, and no backup is declared.";
    CACHE_LOGICAL_DATABASES = Error "cache/logical-databases", "logical databases that cannot be",
        "Redis Cluster and Valkey Cluster have database 0 only: separating services by database number cannot work there. Use `topology: replicated`, or separate caches. A single server has the numbers 0 to 15, and two users of one number are not separated.";
    CACHE_TOPOLOGY = Error "cache/topology", "a topology that engine or size cannot have",
        "A replicated cache needs at least two replicas, one that elects a leader three; a standalone one has exactly one.";
    CACHE_FIELD = Error "cache/field", "a field of the other kind of cache",
        "A cache with `type` is run by the provider on that machine class; without, an operator runs it in the cluster on `memory`. Each has fields that say nothing to the other.";
    VOLUME_FIELD = Error "volume/field", "a field of another kind of volume",
        "A volume is space of the pod's own with a `size`, or shows a file system, whose size is for all who use it. Neither has a use for the other's fields.";
    QUEUE_MIRRORED = Error "queue/mirrored", "mirrored queues, which RabbitMQ 4 does not have",
        "Classic mirroring was removed in RabbitMQ 4.0. Quorum queues replicate with Raft and are its successor.";
    STREAMS_OFF = Error "queue/streams-off", "a stream at a broker without the stream plug-in",
        "A queue of the type `stream` needs RabbitMQ's stream plug-in, which is off unless the broker says `streams: true`.";
    QUEUE_NODES = Warning "queue/nodes", "a number of nodes that no majority comes from",
        "Quorum queues need a majority: with fewer than three nodes, or an even number, the loss of one costs more than it must.";
    QUEUE_DEAD_LETTER = Warning "queue/no-dead-letter", "a durable queue without dead letters",
        "A message that no consumer can handle is redelivered for ever, or dropped at the delivery limit, unless a dead-letter queue takes it.";
    QUEUE_ONE_SIDED = Warning "queue/one-sided", "a queue with only publishers or only consumers",
        "Messages pile up that nobody reads, or a consumer waits for messages that nobody sends.";

    RPO_NOT_MET = Error "recovery/rpo-not-met", "more data can be lost than the tier promises",
        "The worst case is the time between two copies, plus the time that a copy takes, plus the time until it is elsewhere. The message shows the terms and the cheapest mechanism that holds.";
    RTO_NOT_MET = Error "recovery/rto-not-met", "it takes longer to recover than the tier promises",
        "The worst case is the time until the failure is noticed, the decision, a new instance and the restore of the data, or the failover where there is a standby. The planning constants are documented with their sources.";
    WEAKER_STORE = Error "recovery/weaker-store", "a service needs a store that promises less",
        "A service recovers no sooner, and with no newer data, than what it needs. Its promise is false as long as a store behind it promises less, or nothing.";
    RPO_BOUNDARY = Warning "recovery/rpo-boundary", "the promise holds only if a backup takes no time",
        "The interval between two backups equals the promised RPO. Every backup takes some time, and a failure just before one ends loses the interval and that time.";
    LOSS_NOT_COVERED = Error "recovery/loss-not-covered", "a promised failure class without a copy that survives it",
        "The tier names a class of failure, and no copy of the data survives it.";
    BACKUP_BUCKET = Error "recovery/backup-bucket", "a bucket that cannot hold backups of volumes",
        "Backups of all environments go to one bucket of the platform, whose keys open nothing else, and whose objects do not expire by themselves: the copies of volumes share files that are written once, the repository's own among them, so that an expiry takes the newest backup with the oldest.";
    BACKUP_SCHEDULE = Error "recovery/backup-schedule", "a time between two backups that cron cannot count",
        "Backups are made by cron, which begins anew every day: an interval that does not divide the day would be shorter each night. `1h`, `2h`, `3h`, `4h`, `6h`, `8h`, `12h`, `24h` and `7d` can be counted.";
    BACKUP_KEPT_TOO_SHORT = Error "recovery/backup-kept-too-short", "backups that are gone before the next one",
        "A backup that is kept no longer than the time between two of them, and the time that one takes, is gone while the next one runs: for that time there is none.";
    DUMP_IMAGE = Error "recovery/dump-image", "dumps that their test cannot restore",
        "The newest dump is restored into a server of the dump's image. An extension that the image does not have fails there, so the test could never succeed, and would say nothing about the dumps. PostgreSQL's own image has the extensions of the distribution only.";
    BACKUP_NOTHING = Warning "recovery/backup-nothing", "backups of volumes where no volume is",
        "Only caches with `persistence` and brokers have volumes that outlive their pods. Managed databases have backups of their own, and buckets are outside the clusters.";
    UNWATCHED_BACKUP = Info "recovery/unwatched-backup", "backups whose age nobody can read",
        "A promise rests on the provider's backups, and the provider does not say which point is the newest that can be restored, so that no alert can compare it with the RPO. Dumps are jobs of the cluster: the time of their last success is known.";
    DRILL_AHEAD = Error "recovery/drill-ahead", "a drill that is still to come",
        "Under `dr.drills.held` stands what was held. A date that lies ahead, mistyped perhaps, would keep the alert about overdue drills silent until then.";
    DRILL_NOT_DUE = Warning "recovery/drill-not-due", "a drill of what is never rehearsed",
        "Only drills of the scenarios under `dr.drills.scenarios` are due, and compared with promises. One of another scenario has no effect.";
    SCENARIO_TWICE = Error "recovery/scenario-twice", "a scenario that is named twice",
        "Each scenario has an alert of its own; twice the same would be two equal rules.";
    DRILL_OVERDUE = Warning "recovery/drill-overdue", "a drill that was due",
        "The last drill of a scenario is longer ago than `dr.drills.every` allows. Nobody knows whether recovery still works: people, access and procedures change.";
    DRILL_BROKE_PROMISE = Warning "recovery/drill-broke-promise", "a drill that showed a promise to be false",
        "The last drill of a scenario took longer than the RTO of a tier that covers it, or lost more data than its RPO. What was measured counts more than what was planned.";
    SCENARIO_NOT_COVERED = Warning "recovery/scenario-not-covered", "a drill for a failure that no tier covers",
        "The drill rehearses a failure for which the spec names no second cluster or region and no copy, so nothing says what the drill should show.";

    RECOVERY_TARGET = Error "recovery/target", "a recovery target that cannot take over",
        "`dr.targets.<environment>` says what stands in another region before the environment's region is lost: for `pilot-light`, `warm-standby` and `hot-standby` an environment with `role: dr` and `of: <environment>`, for `backup-restore` the cluster that is made then. Data has to be there before: databases need a running copy in that cluster.";
    EMPTY_BUCKET = Warning "recovery/empty-bucket", "a bucket that takes over empty",
        "What takes over when a region is lost has buckets of its own. Objects of the lost ones are only there if the bucket has `copyTo`.";
    STATE_IN_REGION = Warning "recovery/state-in-region", "Terraform's state in the region that may be lost",
        "What takes over when a region is lost grows by Terraform, whose state must not be lost with the region. The state of everything may be in the other region: losing that one costs no more than the standby.";
    FAILOVER_UNNOTICED = Warning "recovery/failover-unnoticed", "a failover that nothing starts",
        "`failover: pipeline` counts no time for a decision, since a pipeline decides. It has to be told by something that does not stand in the region: whoever watches that the alert that always fires still comes.";
    SAME_REGION = Error "recovery/same-region", "a copy in the region that it is to survive",
        "A copy survives the loss of a region only in another one. A database's copies in its own region are for reading, and stay in its cluster's network.";
    NO_RECEIVERS = Warning "alert/no-receivers", "a platform whose alerts reach nobody",
        "Every rule fires for the screen only. A promise of recovery counts from the moment at which somebody is told, and here nobody is.";
    ALERT_NO_ROUTE = Error "alert/no-route", "alerts of a severity that reach nobody",
        "Rules give alerts this severity, and no route leads from it to a receiver: a promise of recovery counts from the moment at which somebody is told. That nobody gets notes may be meant; then `info: []` says so.";
    OWNER_UNKNOWN = Error "alert/unknown-owner", "a route for a team that answers for nothing",
        "Routes go by the `owner` of what an alert is about. Nothing has this one, so the alerts that were meant go where all go, and the team waits for them in vain.";
    OWNER_ROUTE_EMPTY = Warning "alert/empty-owner-route", "a team without a route of its own among those that have one",
        "It is listed, and no severity is: its alerts go where all go, which whoever reads the list does not expect.";
    ALERT_RESERVED_NAME = Error "alert/reserved-name", "an alert with a name that means something already",
        "Routes and inhibitions know some alerts by their names: one that always fires, and those that mute others. An alert of one's own with such a name goes elsewhere than it says, or mutes what it knows nothing of.";
    RECEIVER_UNREACHED = Warning "alert/unreachable-receiver", "a receiver that no alert reaches",
        "No route names the receiver, so whoever waits for alerts there gets none.";
    RECEIVER_TWICE = Warning "alert/same-receiver", "two receivers that are the same",
        "Both go to the same place. Where a route names both, everything arrives twice.";
    RECEIVER_VERSION = Error "alert/receiver-version", "a receiver that Alertmanager does not understand",
        "Alertmanager refuses a configuration with a field that it does not know, all of it: after a change nobody is told anything any more, or it goes on with the one before.";
    NO_PAGER = Info "alert/no-pager", "critical alerts that wake nobody up",
        "Mail, chat and issues are read in working hours. What is critical in production needs something that calls.";
    NO_WATCHDOG = Info "alert/no-watchdog", "alerting that can die unnoticed",
        "An alert that always fires, and a service outside the cluster that raises the alarm when it stops, are the only sign that Prometheus, Alertmanager and the way out of the cluster work.";
    EXPRESSION = Error "alert/expression", "an expression that Prometheus refuses",
        "The expression is not PromQL, or gives something that no alert can be made of. Prometheus would refuse the whole file of rules. What only some servers take, by version or feature flag, is refused as well.";
    TEMPLATE = Error "alert/template", "a template that Prometheus refuses",
        "Summary, description and labels of an alert are templates of Go with the functions of Prometheus. One that cannot be read makes Prometheus refuse the whole file of rules.";
    VALUE_IN_LABEL = Error "alert/value-in-label", "a measured value in a label",
        "Labels say which alert it is. With the value among them every reading is another alert: `for` never passes, and whoever is told is told anew each time. The value belongs into the description.";
    NO_COMPARISON = Warning "alert/no-comparison", "an alert that compares nothing",
        "An alert fires for every series that its expression gives, whatever the value. Without a comparison that keeps only some of them it fires as long as the metric exists.";
    RAW_COUNTER = Warning "alert/raw-counter", "a counter compared as it is",
        "A counter only grows, and begins anew with its process: its value says how long that has run. What happens now is its rate.";
    RATE_OF_GAUGE = Warning "alert/rate-of-gauge", "the rate of something that also falls",
        "`rate`, `irate` and `increase` take every fall for a restart and add what was there before. How a gauge changes is `delta` or `deriv`.";
    SHORT_RANGE = Warning "alert/short-range", "a range of too few readings",
        "A rate needs two readings in its range, and four so that a lost one does not end it. With fewer than two it is always empty, and the alert never fires: that is an error.";
    SHORT_FOR = Warning "alert/short-for", "a `for` that ends before the next reading",
        "Within less than the time between two readings nothing new is known, so it does not keep a single bad reading from firing.";
    UNMATCHED = Warning "alert/unmatched-labels", "two vectors whose labels differ",
        "An operator between two vectors takes those pairs whose labels are all the same, and drops the others without a word. With one label more on one side nothing is left, and the alert never fires. Both sides need the same labels: aggregate both `by` them, or say with `on` which have to agree.";
    QUANTILE = Error "alert/quantile", "a quantile without its buckets",
        "`histogram_quantile` reads the label `le` of the buckets. Aggregated away, nothing is left, and the alert never fires. Not aggregated at all, it gives a quantile of each pod and route by itself, of which the worst is a matter of chance: that is a warning.";
    EVERYTHING_TOGETHER = Warning "alert/everything-together", "everything in one number",
        "A sum or average over all services hides the one that fails behind those that work, and its alert does not say which it is. Aggregate `by` what the alert is about.";
    NO_FLOOR = Info "alert/no-traffic-floor", "a share of however few requests",
        "Of three requests in the night one that fails is a third. A share of requests needs a floor: `and` a rate of requests below which one failure is no news.";
    NO_JOB = Warning "alert/no-job", "a metric of many exporters without a job",
        "Metrics of nodes and processes come from everything of their kind that Prometheus reads. Without a `job` the alert also speaks of what nobody had in mind.";
    EACH_TARGET = Warning "alert/each-target", "an alert on `up` that cannot say that a service is down",
        "`up == 0` fires for each target by itself, so that one pod of three is `down`; and it is silent when all are gone, since what is not found has no `up`. A service is down when the sum over its targets is 0, or when there are none.";
    SILENT_WHEN_GONE = Info "alert/silent-when-gone", "an alert that is silent when its metric vanishes",
        "A comparison keeps series that are there. When what exports them is gone, there is nothing to compare, and the alert that should say so is silent. `or absent(..)` speaks then.";
    UNKNOWN_METRIC = Warning "alert/unknown-metric", "a metric that is probably misspelt",
        "The name is one letter away from a metric that platc knows and is none that it knows. A metric that nobody exports gives nothing, and the alert never fires.";
    LOST_LABEL = Warning "alert/lost-label", "a label in a text that the expression does not keep",
        "An aggregation keeps only the labels that it names. A text with another one has a hole where the label should stand.";
    BARE_VALUE = Info "alert/bare-value", "a value as Prometheus writes it",
        "`{{ $value }}` prints all digits: 0.05123456789012346. Functions make it readable: `humanizePercentage`, `humanizeDuration`, `humanize`, `printf`.";
    ALERT_TWICE = Warning "alert/twice", "the same question asked twice",
        "A Prometheus reads its whole cluster. Two alerts with the same expression, or one that exists in two environments of a cluster, fire together and wake everybody twice.";
    SHORT_RETENTION = Warning "observability/retention", "data that are gone before somebody looks at them",
        "An outage is looked into from its beginning, after its end. What is kept for a shorter time than an outage may last, or less than a day, is gone by then.";
    SLO_INDICATOR = Error "slo/indicator", "an objective of which nothing says what it counts",
        "An objective is a share of events. What counts them is either a preset, whose metrics platc knows, or two queries: bad events and all events. `within` and `buckets` belong to presets that have a histogram.";
    SLO_NO_WINDOW = Error "slo/no-window", "a query that always looks at the same length of time",
        "An objective is looked at over several lengths of time, from five minutes to its period. A query of its own says `{{.window}}` in place of its range, as in OpenSLO and Sloth: `sum(rate(orders_total[{{.window}}]))`.";
    SLO_QUERY = Error "slo/query", "a query of an objective that Prometheus refuses",
        "The query is read as Prometheus 3 reads it. It gives events a second: mostly the sum of the rates of a counter. One that does not load takes all rules of its file with it.";
    SLO_MEASURE = Error "slo/measure", "queries of an objective that do not count the events of the window",
        "The share of bad events is `errors` divided by `total`, over windows of several lengths. `rate` gives events a second, `increase` those of the whole window: of one on one side and the other on the other side, the share is wrong by the length of the window. What `max_over_time` or `irate` makes of a counter is no number of events at all.";
    SLO_NO_METRICS = Error "slo/no-metrics", "an objective on metrics that are not there",
        "The preset reads metrics that nothing in the platform exports or scrapes, so the objective would be silent for ever. For a preset whose exporter platc does not render, it is a warning: somebody else has to run it.";
    SLO_BUCKET = Error "slo/bucket", "a time that is no bound of a histogram's bucket",
        "Prometheus counts answers in buckets: how many took at most 100 ms, at most 300 ms. Between two bounds it knows nothing, and a query for another bound finds no series. Take a bound, or give the histogram one. Where the bounds are not known it is a warning: write them under `buckets`.";
    SLO_UNALERTABLE = Error "slo/unalertable", "an objective that no outage can break fast enough",
        "An alert fires when the budget burns so many times faster than it may. Where that share of failures is 100 % or more, it cannot fire even when everything fails: with 14.4 times the budget for objectives of about 93 % and less.";
    SLO_LOW_TRAFFIC = Warning "slo/low-traffic", "so few requests that one failure wakes somebody up",
        "Within the window of an alert so few requests come that fewer than three failures are too many. The rule then asks for three failures besides the share. Better: a lower objective, a longer period, several services together, or requests made for the purpose.";
    SLO_RETENTION = Warning "slo/retention", "a period of which Prometheus forgets the beginning",
        "The budget that is left is computed from what Prometheus keeps. Where it keeps less than the period, failures are forgotten before they stop to count, and the budget looks better than it is.";
    SLO_ABOVE_DEPENDENCIES = Warning "slo/above-dependencies", "an objective above what it depends on",
        "A service that cannot answer without another one is at most as good as that one; of several, as their product. Lower the objective, raise theirs, or make the service answer without them.";
    SLO_FILE = Error "slo/openslo", "a document of OpenSLO that platc cannot keep",
        "platc reads `SLO` documents of `openslo/v1` with a ratio of bad or good events to all, counted by Prometheus, over one rolling period with the method `Occurrences`, and `SLI`, `DataSource` and `Service` beside them. What it cannot compute is refused and not dropped. Policies of alerts are not used: platc computes them.";
    SLO_TWICE = Error "slo/twice", "two objectives of one name",
        "The series of an objective are named after its service and its own name. Two of one name would be mixed.";
    PROMOTION_CYCLE = Error "delivery/promotion-cycle", "environments that follow each other in a circle",
        "`after` says which environment a change passes first. In a circle no environment is the first, so no change could ever start.";
    PROMOTION_ORDER = Warning "delivery/promotion-order", "changes reach users before those who try them",
        "A change is tried in development and staging so that its mistakes are found there. Where production follows no environment, or one nearer to users comes first, the mistakes are found by users.";
    SYNC_WITHOUT_GITOPS = Warning "delivery/sync-without-gitops", "`sync` where nothing syncs",
        "`sync` says whether Argo CD brings changes by itself. Without `delivery.gitops` no application of Argo CD is rendered, so the line promises what nobody keeps.";
    PRODUCTION_AUTOMATED = Warning "delivery/automatic-production", "production takes every change at once",
        "With automated sync whatever reaches the branch reaches users, with no person in between. That can be meant where reviews, tests and alerts are trusted; then accept it with the reason. Following a branch is fine either way: with manual sync nothing moves before a person brings it.";
    APPROVALS_NOT_COUNTED = Warning "delivery/approvals-not-counted", "`approvals` that nothing counts",
        "A step of a workflow counts who approved a change before it is applied. Without `delivery.ci`, or without a bucket for Terraform's state that pipelines can reach, no workflow applies anything, and the line promises what nobody keeps.";
    NO_APPROVAL = Warning "delivery/no-approval", "production that one person can change alone",
        "With `approvals: 0` whoever merges a change has it applied where users are, with nobody else having looked at it.";
    WORKFLOWS_ELSEWHERE = Error "delivery/workflows-elsewhere", "workflows where GitHub does not look",
        "GitHub reads workflows from `.github/workflows` of the repository's root only. Elsewhere they never run: no plan, no approval, no scan.";

    QUOTA_TOO_SMALL = Error "capacity/quota", "a quota that the environment's own services exceed",
        "The requests of all services at their maximum exceed the written quota, so pods would be refused when the services scale.";
    LOCAL_STATE = Warning "terraform/local-state", "Terraform's state on one person's disk",
        "Without a bucket for the state every root keeps it in a local file: two people cannot work on the platform, and a lost disk loses track of everything that was made.";
    ALLOW_EXPIRED = Warning "allow/expired", "a suppression past its end",
        "The suppression ended at the date that it names; the finding is shown again. Mend what it hides or give it a new end.";
    ALLOW_UNUSED = Warning "allow/unused", "a suppression that suppresses nothing",
        "No finding of this code is at this place any more. Remove the entry, so that it cannot hide a new one.";
    ALLOW_UNKNOWN = Error "allow/unknown-check", "a suppression of a code that does not exist",
        "`allow.check` is a code as the findings show it: `area/slug`.";
    ALLOW_ERROR = Error "allow/error", "a suppression of an error",
        "Only warnings and notes can be suppressed: with an error the real tools would refuse the output, or a promise in the same file would be false.";
    OUTPUT_PATH = Error "output/path", "an output path that cannot be",
        "Output paths are relative, stay inside the output directory, and differ from each other so that no file lands in another back end's place.";
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_slug_is_unique_and_well_formed() {
        let mut seen = BTreeSet::new();
        for code in CODES {
            assert!(seen.insert(code.slug), "{} twice", code.slug);
            let (area, slug) = code.slug.split_once('/').expect("area/slug");
            for part in [area, slug] {
                assert!(
                    part.bytes().all(|b| b.is_ascii_lowercase() || b == b'-' || b.is_ascii_digit()),
                    "{}",
                    code.slug
                );
            }
        }
    }

    #[test]
    fn every_text_is_sentences() {
        for code in CODES {
            assert!(code.explain.ends_with('.'), "{}", code.slug);
            assert!(!code.title.ends_with('.'), "{}", code.slug);
        }
    }
}
