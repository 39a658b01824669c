//! From objects to the values of the chart.
//!
//! Whatever is taken out of an object is written into the values, or is what the chart writes by itself; an object with
//! anything else travels whole. So no field is ever lost, whatever a patch did.

use crate::backend::kubernetes::Object;
use crate::backend::services::Image;
use crate::format::data::{Data, Map};
use crate::map;
use crate::names;
use crate::plan::{Environment, Service};

/// The keys of the values in the order of a file, in sections, each with what it is about.
pub(super) const SECTIONS: &[(&str, &[&str])] = &[
    ("", &["environment"]),
    (
        "How many pods there are, and what each gets",
        &["replicaCount", "autoscaling", "podDisruptionBudget", "resources"],
    ),
    ("What runs", &["image", "command", "args", "env", "orderedEnv", "ports"]),
    (
        "How it is, and how it stops",
        &["startupProbe", "livenessProbe", "readinessProbe", "lifecycle", "terminationGracePeriodSeconds"],
    ),
    ("How it is reached", &["service", "ingress"]),
    ("Who may reach it, and what it may reach", &["networkPolicy"]),
    ("Where its pods run", &["nodeSelector", "tolerations", "affinity", "topologySpreadConstraints"]),
    (
        "How a new version replaces the old one",
        &[
            "rollout",
            "strategy",
            "minReadySeconds",
            "progressDeadlineSeconds",
            "progressDeadlineAbort",
            "revisionHistoryLimit",
        ],
    ),
    (
        "Its account and its rights",
        &[
            "serviceAccount",
            "automountServiceAccountToken",
            "rbac",
            "podSecurityContext",
            "securityContext",
            "enableServiceLinks",
        ],
    ),
    ("Its files", &["volumes", "volumeMounts"]),
    ("Labels and annotations", &["labels", "deployment", "podLabels", "podAnnotations"]),
    ("What else its pods have", &["initContainers", "sidecars", "podSpec", "container"]),
    ("What Prometheus reads", &["serviceMonitor"]),
    ("Objects that the chart has no values for", &["objects"]),
    ("What Prometheus alerts on", &["rules"]),
];

/// Fields of a workload's spec that are values of the same name.
const WORKLOAD: [&str; 4] =
    ["strategy", "minReadySeconds", "progressDeadlineSeconds", "revisionHistoryLimit"];
/// The field that only a Rollout has; the chart writes it where it is written.
const ABORT: &str = "progressDeadlineAbort";
/// Fields of a pod that are values of the same name; every other is one of `podSpec`.
const POD: [&str; 9] = [
    "automountServiceAccountToken",
    "enableServiceLinks",
    "terminationGracePeriodSeconds",
    "nodeSelector",
    "tolerations",
    "affinity",
    "topologySpreadConstraints",
    "initContainers",
    "volumes",
];
/// Fields of the container that are values of the same name; every other is one of `container`.
const CONTAINER: [&str; 10] = [
    "command",
    "args",
    "ports",
    "resources",
    "securityContext",
    "startupProbe",
    "livenessProbe",
    "readinessProbe",
    "lifecycle",
    "volumeMounts",
];
/// The name of the port that the chart leads requests from outside to.
const INGRESS_PORT: &str = "http";

/// The values of a workload unit.
pub(super) fn of_unit<'a>(
    environment: &'a Environment,
    service: &'a Service,
    objects: &[Object<'a>],
) -> Map<'a> {
    let frame = Frame::new(environment, service, objects);
    let mut values = Map::with_capacity(40).with_filled("labels", frame.labels.clone());
    let mut whole = Map::new();
    let find = |kind: &str| objects.iter().find(|object| object.api.kind == kind);
    let rights =
        find("Role").zip(find("RoleBinding")).and_then(|(role, binding)| frame.rights(role, binding));
    for object in objects {
        let sections = match object.api.kind {
            "Deployment" | "Rollout" => frame.workload(object),
            "Service" => frame.spec(object, "service", &["type", "ports"], Selector::Plain),
            "Ingress" => frame.ingress(object),
            "HorizontalPodAutoscaler" => frame.autoscaler(object),
            "PodDisruptionBudget" => frame.spec(
                object,
                "podDisruptionBudget",
                &["minAvailable", "maxUnavailable", "unhealthyPodEvictionPolicy"],
                Selector::Labels("selector"),
            ),
            "NetworkPolicy" => frame.spec(
                object,
                "networkPolicy",
                &["policyTypes", "ingress", "egress"],
                Selector::Labels("podSelector"),
            ),
            "ServiceMonitor" => {
                frame.spec(object, "serviceMonitor", &["jobLabel", "endpoints"], Selector::Labels("selector"))
            }
            "PrometheusRule" => frame.spec(object, "rules", &["groups"], Selector::None),
            "ServiceAccount" => frame.account(object),
            "Role" => rights.clone(),
            "RoleBinding" if rights.is_some() => Some(Map::new()),
            _ => None,
        };
        match sections {
            Some(sections) => sections.into_entries().for_each(|(key, value)| values.push(key, value)),
            None => whole.push([object.api.kind, "/", object.name()].concat(), object.data.clone()),
        }
    }
    values.with_filled("objects", whole)
}

/// How an object selects the service's pods.
#[derive(Clone, Copy)]
enum Selector {
    /// Not at all.
    None,
    /// By the labels alone, under `selector`.
    Plain,
    /// By `matchLabels` under a field.
    Labels(&'static str),
}

/// What the chart knows when it writes an object.
struct Frame<'a> {
    name: &'a str,
    namespace: &'a str,
    environment: &'a str,
    /// Version of the API and kind of what makes the pods.
    workload: (&'static str, &'static str),
    /// The labels of all objects, besides name and environment.
    labels: Map<'a>,
    /// Those of them that select the pods, with the name.
    selector: Map<'a>,
}

impl<'a> Frame<'a> {
    fn new(environment: &'a Environment, service: &'a Service, objects: &[Object<'a>]) -> Self {
        let mut frame = Self {
            name: &service.key,
            namespace: &environment.namespace.value,
            environment: &environment.key,
            workload: objects
                .iter()
                .find(|object| object.is_workload())
                .map_or(("apps/v1", "Deployment"), |object| (object.api.version, object.api.kind)),
            labels: Map::new(),
            selector: map! { names::NAME_LABEL => &service.key },
        };
        let labels = |object: &'_ Object<'a>| -> Option<Map<'a>> {
            object.data.as_map()?.get("metadata")?.as_map()?.get("labels")?.as_map().cloned()
        };
        let mut all = objects.iter().filter_map(labels).filter(|labels| frame.is_labelled(labels));
        if let Some(first) = all.next() {
            let rest: Vec<Map<'a>> = all.collect();
            frame.labels = first
                .into_entries()
                .filter(|(key, value)| {
                    !is_own_label(key) && rest.iter().all(|labels| labels.get(key) == Some(value))
                })
                .collect();
        }
        if let Some(component) = frame.labels.get(names::COMPONENT_LABEL) {
            frame.selector.push(names::COMPONENT_LABEL, component.clone());
        }
        frame
    }

    /// Whether labels say the name and the environment that the chart says.
    fn is_labelled(&self, labels: &Map<'a>) -> bool {
        let says = |key, value| labels.get(key).and_then(Data::as_text) == Some(value);
        says(names::NAME_LABEL, self.name) && says(names::ENVIRONMENT_LABEL, self.environment)
    }

    /// Labels besides those of all objects; `None` if one of those is missing or another.
    fn more_labels(&self, labels: &Map<'a>) -> Option<Map<'a>> {
        let has_all = self.labels.entries().iter().all(|(key, value)| labels.get(key) == Some(value));
        if !self.is_labelled(labels) || !has_all {
            return None;
        }
        let more = labels.entries().iter();
        let more = more.filter(|(key, _)| !is_own_label(key) && self.labels.get(key).is_none());
        texts(&more.cloned().collect())
    }

    /// Labels and annotations of an object's own.
    fn metadata(&self, metadata: &Data<'a>) -> Option<Map<'a>> {
        let mut rest = Rest::new(metadata.as_map()?);
        if rest.take("name")?.as_text() != Some(self.name) {
            return None;
        }
        let labels = self.more_labels(rest.take("labels")?.as_map()?)?;
        let annotations = match rest.take("annotations") {
            Some(annotations) => texts(annotations.as_map()?)?,
            None => Map::new(),
        };
        rest.is_done()
            .then(|| Map::new().with_filled("labels", labels).with_filled("annotations", annotations))
    }

    fn selects(&self, labels: Option<&Data<'a>>) -> Option<()> {
        let labels = labels?.as_map()?;
        let is_same = labels.len() == self.selector.len()
            && self.selector.entries().iter().all(|(key, value)| labels.get(key) == Some(value));
        is_same.then_some(())
    }

    fn selects_by_labels(&self, selector: Option<&Data<'a>>) -> Option<()> {
        let mut rest = Rest::new(selector?.as_map()?);
        self.selects(rest.take("matchLabels"))?;
        rest.is_done().then_some(())
    }

    /// An object's parts: what its section begins with, and its fields besides `apiVersion`, `kind` and `metadata`.
    fn open<'o>(&self, object: &'o Object<'a>, gate: &'static str) -> Option<(Map<'a>, Rest<'o, 'a>)> {
        let mut rest = Rest::new(object.data.as_map()?);
        rest.take("apiVersion").filter(|version| version.as_text() == Some(object.api.version))?;
        rest.take("kind").filter(|kind| kind.as_text() == Some(object.api.kind))?;
        let metadata = self.metadata(rest.take("metadata")?)?;
        let mut section = Map::with_capacity(8).with(gate, true);
        metadata.into_entries().for_each(|(key, value)| section.push(key, value));
        Some((section, rest))
    }

    /// The section of an object whose spec is fields of the same names.
    fn spec(
        &self,
        object: &Object<'a>,
        key: &'static str,
        fields: &[&'static str],
        selector: Selector,
    ) -> Option<Map<'a>> {
        let (mut section, mut rest) = self.open(object, "enabled")?;
        let mut spec = Rest::new(rest.take("spec")?.as_map()?);
        match selector {
            Selector::None => {}
            Selector::Plain => self.selects(spec.take("selector"))?,
            Selector::Labels(field) => self.selects_by_labels(spec.take(field))?,
        }
        spec.copy(fields, &mut section)?;
        (spec.is_done() && rest.is_done()).then(|| map! { key => section })
    }

    fn account(&self, object: &Object<'a>) -> Option<Map<'a>> {
        let (mut section, mut rest) = self.open(object, "create")?;
        if let Some(automount) = rest.take("automountServiceAccountToken") {
            section.push("automount", value(automount)?);
        }
        rest.is_done().then(|| map! { "serviceAccount" => section })
    }

    /// A Role and its binding to the account.
    fn rights(&self, role: &Object<'a>, binding: &Object<'a>) -> Option<Map<'a>> {
        let (mut section, mut rest) = self.open(role, "create")?;
        let rules = value(rest.take("rules")?)?;
        let is_plain = rest.is_done() && section.len() == 1;
        let (bound, mut rest) = self.open(binding, "create")?;
        let group = "rbac.authorization.k8s.io";
        let role = map! { "apiGroup" => group, "kind" => "Role", "name" => self.name };
        let subject = map! { "kind" => "ServiceAccount", "name" => self.name, "namespace" => self.namespace };
        let binds = rest.take("roleRef") == Some(&Data::Map(role))
            && rest.take("subjects") == Some(&Data::from([subject]))
            && rest.is_done();
        section.push("rules", rules);
        (is_plain && binds && bound.len() == 1).then(|| map! { "rbac" => section })
    }

    fn ingress(&self, object: &Object<'a>) -> Option<Map<'a>> {
        let (mut section, mut rest) = self.open(object, "enabled")?;
        let mut spec = Rest::new(rest.take("spec")?.as_map()?);
        if let Some(class) = spec.take("ingressClassName") {
            section.push("className", value(class)?);
        }
        let backend =
            map! { "service" => map! { "name" => self.name, "port" => map! { "name" => INGRESS_PORT } } };
        let backend = Data::Map(backend);
        let mut hosts: Vec<Map<'a>> = Vec::new();
        for rule in spec.take("rules")?.as_list()? {
            let mut rule = Rest::new(rule.as_map()?);
            let mut host = map! { "host" => value(rule.take("host")?)? };
            let mut http = Rest::new(rule.take("http")?.as_map()?);
            let mut paths: Vec<Map<'a>> = Vec::new();
            for path in http.take("paths")?.as_list()? {
                let mut rest = Rest::new(path.as_map()?);
                let mut path = Map::new();
                rest.take("backend").filter(|found| **found == backend)?;
                for key in ["path", "pathType"] {
                    path.push(key, value(rest.take(key)?)?);
                }
                rest.is_done().then(|| paths.push(path))?;
            }
            host.push("paths", paths);
            (http.is_done() && rule.is_done()).then(|| hosts.push(host))?;
        }
        section.push("hosts", hosts);
        spec.copy(&["tls"], &mut section)?;
        (spec.is_done() && rest.is_done()).then(|| map! { "ingress" => section })
    }

    fn autoscaler(&self, object: &Object<'a>) -> Option<Map<'a>> {
        let (mut section, mut rest) = self.open(object, "enabled")?;
        let mut spec = Rest::new(rest.take("spec")?.as_map()?);
        let (version, kind) = self.workload;
        let target = map! { "apiVersion" => version, "kind" => kind, "name" => self.name };
        spec.take("scaleTargetRef").filter(|found| **found == Data::Map(target))?;
        spec.copy(&["minReplicas", "maxReplicas"], &mut section)?;
        if let Some(metrics) = spec.take("metrics") {
            let mut metrics = metrics.as_list()?;
            let known =
                [("cpu", "targetCPUUtilizationPercentage"), ("memory", "targetMemoryUtilizationPercentage")];
            for (resource, key) in known {
                if let [first, others @ ..] = metrics
                    && let Some(percent) = utilization(first, resource)
                {
                    section.push(key, percent);
                    metrics = others;
                }
            }
            if !metrics.is_empty() {
                section.push("metrics", metrics.to_vec());
            }
        }
        spec.copy(&["behavior"], &mut section)?;
        (spec.is_done() && rest.is_done()).then(|| map! { "autoscaling" => section })
    }

    fn workload(&self, object: &Object<'a>) -> Option<Map<'a>> {
        let (section, mut rest) = self.open(object, "enabled")?;
        let mut values = Map::with_capacity(32);
        if object.api.kind == "Rollout" {
            values.push("rollout", map! { "enabled" => true });
        }
        let own: Map<'a> = section.into_entries().filter(|(key, _)| key != "enabled").collect();
        values = values.with_filled("deployment", own);

        let mut spec = Rest::new(rest.take("spec")?.as_map()?);
        if let Some(replicas) = spec.take("replicas") {
            values.push("replicaCount", value(replicas)?);
        }
        self.selects_by_labels(spec.take("selector"))?;
        spec.copy(&WORKLOAD, &mut values)?;
        if object.api.kind == "Rollout" {
            spec.copy(&[ABORT], &mut values)?;
        }
        let mut template = Rest::new(spec.take("template")?.as_map()?);
        let mut metadata = Rest::new(template.take("metadata")?.as_map()?);
        let labels = self.more_labels(metadata.take("labels")?.as_map()?)?;
        values = values.with_filled("podLabels", labels);
        if let Some(annotations) = metadata.take("annotations") {
            values.push("podAnnotations", value(annotations)?);
        }

        let mut pod = Rest::new(template.take("spec")?.as_map()?);
        pod.take("serviceAccountName").filter(|account| account.as_text() == Some(self.name))?;
        pod.copy(&POD, &mut values)?;
        if let Some(context) = pod.take("securityContext") {
            values.push("podSecurityContext", value(context)?);
        }
        let [container, sidecars @ ..] = pod.take("containers")?.as_list()? else { return None };
        if !sidecars.is_empty() {
            values.push("sidecars", sidecars.to_vec());
        }
        self.container(container.as_map()?, &mut values)?;
        values = values.with_filled("podSpec", pod.others());
        (spec.is_done() && template.is_done() && metadata.is_done() && rest.is_done()).then_some(values)
    }

    fn container(&self, container: &Map<'a>, values: &mut Map<'a>) -> Option<()> {
        let mut rest = Rest::new(container);
        rest.take("name").filter(|name| name.as_text() == Some(self.name))?;
        let mut image = image(rest.take("image")?)?;
        if let Some(policy) = rest.take("imagePullPolicy") {
            image.push("pullPolicy", value(policy)?);
        }
        values.push("image", image);
        if let Some(env) = rest.take("env") {
            let env = env.as_list()?;
            match by_name(env) {
                Some(by_name) => values.push("env", by_name),
                None => values.push("orderedEnv", env.to_vec()),
            }
        }
        rest.copy(&CONTAINER, values)?;
        let others = rest.others();
        if !others.is_empty() {
            values.push("container", others);
        }
        Some(())
    }
}

fn is_own_label(key: &str) -> bool {
    key == names::NAME_LABEL || key == names::ENVIRONMENT_LABEL
}

fn image<'a>(image: &Data<'a>) -> Option<Map<'a>> {
    let owned = |text: &str| Data::from(text.to_owned());
    let Image { name, tag, digest } = Image::read(image.as_text().filter(|text| !text.is_empty())?);
    Some(
        map! { "repository" => owned(name) }
            .with_some("tag", tag.map(owned))
            .with_some("digest", digest.map(owned)),
    )
}

/// Variables by name, where neither their order nor anything else is lost by it.
fn by_name<'a>(env: &[Data<'a>]) -> Option<Map<'a>> {
    let mut by_name = Map::with_capacity(env.len());
    for variable in env {
        let mut rest = Rest::new(variable.as_map()?);
        let name = rest.take("name")?.as_text()?;
        let value = match (rest.take("value"), rest.take("valueFrom")) {
            // A text that names other variables must come after them.
            (Some(Data::Text(text)), None) if !text.contains("$(") => Data::Text(text.clone()),
            (None, Some(Data::Map(from))) if !from.is_empty() => Data::Map(from.clone()),
            _ => return None,
        };
        if !rest.is_done() || by_name.get(name).is_some() {
            return None;
        }
        by_name.push(name.to_owned(), value);
    }
    Some(by_name)
}

/// The percentage of a metric that is nothing but the utilisation of a resource.
fn utilization<'a>(metric: &Data<'a>, resource: &str) -> Option<Data<'a>> {
    let mut metric = Rest::new(metric.as_map()?);
    metric.take("type").filter(|kind| kind.as_text() == Some("Resource"))?;
    let mut inner = Rest::new(metric.take("resource")?.as_map()?);
    inner.take("name").filter(|name| name.as_text() == Some(resource))?;
    let mut target = Rest::new(inner.take("target")?.as_map()?);
    target.take("type").filter(|kind| kind.as_text() == Some("Utilization"))?;
    let percent = target.take("averageUtilization").filter(|percent| matches!(percent, Data::Int(1..)))?;
    (metric.is_done() && inner.is_done() && target.is_done()).then(|| percent.clone())
}

/// A value as the chart takes it; `None` for what a template cannot tell from nothing.
fn value<'a>(value: &Data<'a>) -> Option<Data<'a>> {
    let is_nothing = value.is_empty() || value.as_text().is_some_and(str::is_empty);
    (!is_nothing).then(|| value.clone())
}

/// A mapping to texts.
fn texts<'a>(map: &Map<'a>) -> Option<Map<'a>> {
    map.entries().iter().all(|(_, value)| matches!(value, Data::Text(_))).then(|| map.clone())
}

/// A mapping, some of whose entries were looked at.
struct Rest<'o, 'a> {
    entries: Vec<&'o (std::borrow::Cow<'a, str>, Data<'a>)>,
}

impl<'o, 'a> Rest<'o, 'a> {
    fn new(map: &'o Map<'a>) -> Self {
        Self { entries: map.entries().iter().collect() }
    }

    fn take(&mut self, key: &str) -> Option<&'o Data<'a>> {
        let index = self.entries.iter().position(|(found, _)| found == key)?;
        Some(&self.entries.remove(index).1)
    }

    /// Takes the entries of some keys over; `None` if one is nothing that the chart could tell from its absence.
    fn copy(&mut self, keys: &[&'static str], into: &mut Map<'a>) -> Option<()> {
        for key in keys {
            if let Some(found) = self.take(key) {
                into.push(*key, value(found)?);
            }
        }
        Some(())
    }

    /// The entries that nobody took.
    fn others(&self) -> Map<'a> {
        self.entries.iter().map(|(key, value)| (key.clone(), value.clone())).collect()
    }

    fn is_done(&self) -> bool {
        self.entries.is_empty()
    }
}
