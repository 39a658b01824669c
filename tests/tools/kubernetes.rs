//! Kustomize on every overlay, and its objects against a real API server and against kubeconform.
//!
//! The API server (1.36, without controllers and webhooks) starts once for a test run. It checks by
//! server-side dry run: unknown fields, defaulting, validation rules, Pod Security. Custom resources are
//! checked against CRDs made from JSON schemas, which have no CEL rules.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, OnceLock, PoisonError};

use serde_json::Value;

use crate::tool::{
    Example, Project, Verdict, files, in_parallel, is_yaml, project, python, reference, repository, run, say,
    skip, skipped, text, tool, tools_folder,
};
use crate::{helm, yaml};

/// What `kustomize build` made of one overlay, or `helm template` of one service in an environment.
pub(crate) struct Overlay {
    /// The example's name.
    pub(crate) example: String,
    /// The overlay's folder inside the rendered tree.
    pub(crate) path: String,
    /// The objects, in the order of the build.
    pub(crate) objects: Vec<Value>,
    /// The objects as the tool printed them.
    pub(crate) text: String,
}

/// Every overlay of a project, and what went wrong on the way.
pub(crate) struct Built {
    /// The overlays that could be built.
    pub(crate) overlays: Vec<Overlay>,
    /// What kustomize said about the others.
    pub(crate) problems: Vec<String>,
}

impl Built {
    /// Every object of one kind in an example, with its overlay.
    pub(crate) fn of<'a>(
        &'a self,
        example: &'a str,
        kind: &'a str,
    ) -> impl Iterator<Item = (&'a Overlay, &'a Value)> {
        let in_example = self.overlays.iter().filter(move |overlay| overlay.example == example);
        in_example
            .flat_map(|overlay| overlay.objects.iter().map(move |object| (overlay, object)))
            .filter(move |(_, object)| object["kind"] == kind)
    }

    /// Takes in objects that no kustomization makes.
    pub(crate) fn add(&mut self, example: &str, path: String, objects: Vec<Value>, text: String) {
        self.overlays.push(Overlay { example: example.to_owned(), path, objects, text });
    }

    fn examples(&self) -> BTreeMap<&str, Vec<&Overlay>> {
        let mut by_name: BTreeMap<&str, Vec<&Overlay>> = BTreeMap::new();
        for overlay in &self.overlays {
            by_name.entry(&overlay.example).or_default().push(overlay);
        }
        by_name
    }
}

/// The builds of the project under test, made once for all tests.
pub(crate) fn built() -> Option<&'static Built> {
    static BUILT: OnceLock<Option<Built>> = OnceLock::new();
    let made = BUILT.get_or_init(|| build(project())).as_ref();
    made.or_else(|| skipped("there are no built overlays to look at"))
}

/// Builds every overlay of every example; a warning is a problem.
pub(crate) fn build(project: &Project) -> Option<Built> {
    let kubectl = tool("kubectl")?;
    let examples = project.examples();
    let all: Vec<_> = examples
        .iter()
        .flat_map(|example| overlays(example).into_iter().map(move |dir| (example, dir)))
        .collect();
    assert!(!all.is_empty(), "no overlay in any example");
    let results = in_parallel(&all, |(example, dir)| {
        let done = run(Command::new(&kubectl).arg("kustomize").arg(dir));
        let place = example.show(dir);
        if !done.ok || !done.stderr.trim().is_empty() {
            return Err(format!("{place}: {}", done.stderr.trim()));
        }
        let objects = yaml::documents(&done.stdout).map_err(|e| format!("{place}: {e}"))?;
        if objects.is_empty() {
            return Err(format!("{place}: builds no object"));
        }
        let path =
            dir.strip_prefix(&example.rendered).expect("an overlay below its tree").display().to_string();
        Ok(Overlay { example: example.name.clone(), path, objects, text: done.stdout })
    });
    let releases = helm::rendered(&examples);
    let mut built = Built { overlays: Vec::new(), problems: Vec::new() };
    for result in results.into_iter().chain(releases) {
        match result {
            Ok(overlay) => built.overlays.push(overlay),
            Err(problem) => built.problems.push(problem),
        }
    }
    Some(built)
}

/// The folders with a kustomization that no other kustomization refers to.
fn overlays(example: &Example) -> Vec<PathBuf> {
    let mut all = BTreeSet::new();
    let mut referred = BTreeSet::new();
    for file in example.files() {
        if !["kustomization.yaml", "kustomization.yml", "Kustomization"]
            .iter()
            .any(|name| file.ends_with(name))
        {
            continue;
        }
        let dir = file.parent().expect("a file's folder");
        let place = example.show(&file);
        let content = yaml::documents(&text(&file)).unwrap_or_else(|e| panic!("{place}: {e}"));
        let content = content.first().unwrap_or_else(|| panic!("{place}: is empty"));
        let entries = ["resources", "components", "bases"].map(|field| content[field].as_array());
        let entries: Vec<&str> = entries.into_iter().flatten().flatten().filter_map(Value::as_str).collect();
        referred.extend(entries.iter().filter_map(|entry| dir.join(entry).canonicalize().ok()));
        if entries.iter().any(|entry| entry.contains("://") || entry.starts_with("github.com/")) {
            skip(&format!("{place}: refers to something on the network"));
        } else if content["kind"] != "Component" {
            all.insert(dir.canonicalize().expect("an overlay's own path"));
        }
    }
    // Through the tree's own path again, so that messages stay short.
    let tree = example.rendered.canonicalize().expect("the rendered tree");
    let inside =
        |dir: &PathBuf| example.rendered.join(dir.strip_prefix(&tree).expect("an overlay below its tree"));
    all.difference(&referred).map(inside).collect()
}

/// No object comes from two overlays of one example: each has one owner.
pub(crate) fn owners(built: &Built) -> Vec<String> {
    let mut problems = Vec::new();
    for (example, overlays) in built.examples() {
        let mut seen: BTreeMap<(String, String), &str> = BTreeMap::new();
        let clusters = clusters_of(example);
        for overlay in overlays {
            let cluster = cluster_of(&clusters, &overlay.path);
            for object in &overlay.objects {
                let id = identity(object);
                if let Some(first) = seen.insert((cluster.clone(), id.clone()), &overlay.path) {
                    problems.push(format!("{example}: {id} comes from {first} and from {}", overlay.path));
                }
            }
        }
    }
    problems
}

/// The cluster of each environment of an example, from its spec.
pub(crate) fn clusters_of(example: &str) -> BTreeMap<String, String> {
    let examples = project().examples();
    let Some(example) = examples.iter().find(|known| known.name == example) else { return BTreeMap::new() };
    let spec = yaml::documents(&text(&example.spec)).expect("a spec").into_iter().next().unwrap_or_default();
    let environments = spec["environments"].as_object().into_iter().flatten();
    let pairs = environments
        .filter_map(|(name, environment)| Some((name.clone(), environment["cluster"].as_str()?.to_owned())));
    pairs.collect()
}

/// The cluster that a directory of the tree is for: its own name below `clusters`, or that of its environment.
fn cluster_of(clusters: &BTreeMap<String, String>, path: &str) -> String {
    let parts: Vec<&str> = path.split(|c: char| "/ ()".contains(c)).collect();
    let own = parts.iter().position(|part| *part == "clusters").and_then(|at| parts.get(at + 1));
    let of_environment = || parts.iter().rev().find_map(|part| clusters.get(environment_in(part)));
    own.map_or_else(|| of_environment().cloned().unwrap_or_default(), |own| (*own).to_owned())
}

/// The environment that a part of a path names: `production`, or `values-production.yaml`.
pub(crate) fn environment_in(part: &str) -> &str {
    let part = part.strip_prefix("values-").unwrap_or(part);
    part.strip_suffix(".yaml").unwrap_or(part)
}

/// A dashboard lies beside Prometheus, whose namespace comes with whoever installs that.
fn is_dashboard(object: &Value) -> bool {
    object["kind"] == "ConfigMap" && object["metadata"]["labels"]["grafana_dashboard"] == "1"
}

/// Every namespace that an object lies in is rendered, the cluster's own, or that of Prometheus, and enforces a Pod Security level.
pub(crate) fn namespaces(built: &Built) -> Vec<String> {
    let mut problems = Vec::new();
    for (example, overlays) in built.examples() {
        let objects = || overlays.iter().flat_map(|overlay| &overlay.objects);
        let mut known = BTreeSet::from(["default", "kube-system"]);
        for namespace in objects().filter(|object| object["kind"] == "Namespace") {
            let name = namespace["metadata"]["name"].as_str().unwrap_or_default();
            known.insert(name);
            if namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"].is_null() {
                problems.push(format!("{example}: namespace {name} enforces no Pod Security level"));
            }
        }
        for object in objects().filter(|object| !is_dashboard(object)) {
            if let Some(name) = object["metadata"]["namespace"].as_str().filter(|name| !known.contains(name))
            {
                problems.push(format!(
                    "{example}: {} lies in a namespace that is not rendered: {name}",
                    identity(object)
                ));
            }
        }
    }
    problems
}

/// The API server accepts every object of every example, and warns about none.
pub(crate) fn api_server(built: &Built) -> Verdict {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let api = Api::shared()?;
    // Examples and controls share namespaces' names, so their labels must not change under a running check.
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let mut problems = Vec::new();
    for (example, overlays) in built.examples() {
        let folder = tempfile::tempdir().expect("a folder for the manifests");
        let mut count = 0;
        for (n, overlay) in overlays.iter().enumerate() {
            let (served, custom): (Vec<&Value>, Vec<&Value>) =
                overlay.objects.iter().partition(|object| api.crds.is_some() || is_built_in(object));
            count += served.len();
            let manifest = if custom.is_empty() {
                overlay.text.clone()
            } else {
                skip(&format!("{example}: {}: {} custom resources (no CRDs)", overlay.path, custom.len()));
                manifest(&served)
            };
            if !served.is_empty() {
                fs::write(folder.path().join(format!("{n:04}.yaml")), manifest).expect("a manifest");
            }
        }
        let mut command = api.script();
        command.arg("apply-dir").arg(folder.path()).args(&api.crds);
        let done = run(command.env("KUBE_API_STATE", &api.state).env("KUBE_API_WARN", "1"));
        let summary = done.stdout.lines().last().unwrap_or_default().to_owned();
        if !done.ok || !summary.starts_with(&format!("kube-api: {count} accepted, 0 refused")) {
            problems.push(format!("{example}: of {count} objects:\n{}", done.said()));
        } else {
            say(&format!("API server: {example}: {count} objects of {} overlays accepted", overlays.len()));
        }
    }
    Some(problems)
}

/// kubeconform's strict schemas accept every object of a built-in kind, for the versions that the spec names.
pub(crate) fn second_opinion(project: &Project, built: &Built) -> Verdict {
    let kubeconform = tool("kubeconform")?;
    let schemas = tools_folder().join("schemas");
    let location = format!(
        "{}/{{{{.NormalizedKubernetesVersion}}}}{{{{.StrictSuffix}}}}/{{{{.ResourceKind}}}}{{{{.KindSuffix}}}}.json",
        schemas.display()
    );
    let mut problems = Vec::new();
    for example in project.examples() {
        let objects: Vec<&Value> = (built.overlays.iter())
            .filter(|overlay| overlay.example == example.name)
            .flat_map(|overlay| &overlay.objects)
            // The package has no schema for CRDs; the API server checks them.
            .filter(|object| is_built_in(object) && object["kind"] != "CustomResourceDefinition")
            .collect();
        let folder = tempfile::tempdir().expect("a folder for the objects");
        let file = folder.path().join("objects.yaml");
        fs::write(&file, manifest(&objects)).expect("the objects");
        for version in versions(&example) {
            let mut command = Command::new(&kubeconform);
            command.args(["-strict", "-summary", "-output", "json", "-schema-location", &location]);
            let done = run(command.args(["-kubernetes-version", &format!("{version}.0")]).arg(&file));
            let report: Value = serde_json::from_str(&done.stdout).unwrap_or_default();
            if report["summary"]["valid"] == objects.len() && done.ok {
                say(&format!("kubeconform: {}: {} objects valid for {version}", example.name, objects.len()));
                continue;
            }
            problems.push(format!("{}: for Kubernetes {version}: {}", example.name, done.said()));
        }
    }
    Some(problems)
}

/// The Kubernetes versions that the spec's clusters name, else every one that platc supports.
fn versions(example: &Example) -> BTreeSet<String> {
    fn collect(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(map) => map.values().for_each(|item| collect(item, found)),
            Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
            Value::String(word) if word.strip_prefix("1.").is_some_and(is_minor) => {
                found.insert(word.clone());
            }
            _ => {}
        }
    }
    fn is_minor(text: &str) -> bool {
        text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit())
    }
    let spec =
        yaml::documents(&text(&example.spec)).unwrap_or_else(|e| panic!("{}: {e}", example.spec.display()));
    let mut found = BTreeSet::new();
    collect(&spec.first().unwrap_or(&Value::Null)["clusters"], &mut found);
    if found.is_empty() { ["1.33", "1.34", "1.35", "1.36"].map(String::from).into() } else { found }
}

/// Objects as one YAML text with JSON's data.
fn manifest(objects: &[&Value]) -> String {
    let one = |object: &&Value| serde_yaml::to_string(object).expect("an object as YAML");
    objects.iter().map(one).collect::<Vec<_>>().join("---\n")
}

/// Group, kind, namespace and name.
pub(crate) fn identity(object: &Value) -> String {
    let of = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let metadata = &object["metadata"];
    format!(
        "{}/{} {}/{}",
        group(object),
        of(&object["kind"]),
        of(&metadata["namespace"]),
        of(&metadata["name"])
    )
}

fn group(object: &Value) -> &str {
    object["apiVersion"].as_str().and_then(|version| version.rsplit_once('/')).map_or("", |(group, _)| group)
}

/// Whether the API server itself serves the object's group.
fn is_built_in(object: &Value) -> bool {
    let custom = [
        "gateway.networking.k8s.io",
        "policy.networking.k8s.io",
        "snapshot.storage.k8s.io",
        "autoscaling.k8s.io",
        "metrics.k8s.io",
    ];
    let group = group(object);
    !group.contains('.')
        || group.ends_with(".k8s.io") && !custom.contains(&group) && !group.contains(".x-k8s.io")
}

/// The API server of this test run. It ends when the run does: it watches a pipe that the run holds open.
struct Api {
    python: PathBuf,
    state: PathBuf,
    crds: Option<PathBuf>,
    _child: Child,
}

impl Api {
    fn shared() -> Option<&'static Self> {
        static API: OnceLock<Option<Api>> = OnceLock::new();
        let started = API.get_or_init(Self::start).as_ref();
        started.or_else(|| skipped("there is no API server to ask"))
    }

    fn start() -> Option<Self> {
        tool("kube-apiserver")?;
        tool("etcd")?;
        let python = python()?;
        let state = tempfile::Builder::new().prefix("platc-api.").tempdir().expect("a folder").keep();
        let mut command = script(&python);
        command.arg("serve").arg(&state).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("kube-api");
        let mut line = String::new();
        let ready = BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line);
        if ready.is_err() || line.is_empty() {
            let mut cause = String::new();
            let _ = child.stderr.take().expect("its errors").read_to_string(&mut cause);
            panic!("the API server did not start: {cause}");
        }
        let crds = reference("crds").map(|schemas| {
            let made = state.join("crds"); // goes away with the server's state
            let mut command = Command::new(&python);
            command.arg(repository().join("scripts/crds-to-yaml.py")).args([&schemas, &made]);
            let done = run(&mut command);
            assert!(done.ok, "crds-to-yaml: {}", done.said());
            assert!(files(&made).iter().any(|f| is_yaml(f)), "no CRD was made");
            made
        });
        Some(Self { python, state, crds, _child: child })
    }

    fn script(&self) -> Command {
        script(&self.python)
    }
}

fn script(python: &Path) -> Command {
    let mut command = Command::new(python);
    command.arg(repository().join("scripts/kube-api")).env("KUBE_API_BIN", tools_folder().join("bin"));
    command
}
