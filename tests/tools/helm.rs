//! Helm 3 and Helm 4 on the chart and the values of every example, and the proof that Helm and kustomize deliver the same.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use platc::catalog::Date;
use platc::plan::{Plan, Workloads};
use platc::source::Source;
use serde_json::Value;
use tempfile::TempDir;

use crate::kubernetes::Overlay;
use crate::tool::{Done, Example, Project, Verdict, in_parallel, repository, run, skipped, text, tool};
use crate::{meaning, yaml};

const VERSIONS: [&str; 2] = ["helm3", "helm4"];

/// A service in an environment, as Helm installs it.
struct Release {
    service: String,
    environment: String,
    namespace: String,
    chart: PathBuf,
    values: [PathBuf; 2],
}

impl Release {
    /// Every release of a plan whose files lie below a folder.
    fn all(plan: &Plan, folder: &Path) -> Vec<Self> {
        if plan.delivery.workloads.value != Workloads::Helm {
            return Vec::new();
        }
        let helm = folder.join(&plan.paths.helm.value);
        let of_environments = plan.environments.values().flat_map(|environment| {
            let services = environment.services.iter();
            services.map(move |service| (environment, &service.key))
        });
        let release = |(environment, service): (&platc::plan::Environment, &String)| {
            let own = helm.join("services").join(service);
            Self {
                service: service.clone(),
                environment: environment.key.clone(),
                namespace: environment.namespace.value.clone(),
                chart: helm.join("charts/service"),
                values: [own.join("values.yaml"), own.join(format!("values-{}.yaml", environment.key))],
            }
        };
        of_environments.map(release).collect()
    }

    fn name(&self) -> String {
        format!("{} in {}", self.service, self.environment)
    }

    fn command(&self, helm: &Path, words: &[&str]) -> Command {
        let mut command = Command::new(helm);
        // Neither Helm may look at settings or plug-ins of the machine.
        command.env("HELM_CONFIG_HOME", "/nonexistent").env("HELM_DATA_HOME", "/nonexistent");
        command.args(words).arg(&self.chart).args(["--namespace", &self.namespace]);
        for values in &self.values {
            command.arg("-f").arg(values);
        }
        command
    }

    fn template(&self, helm: &Path) -> Done {
        run(&mut self.command(helm, &["template", &self.service]))
    }
}

/// The objects of every release of the examples, as Helm 4 makes them.
pub(crate) fn rendered(examples: &[Example]) -> Vec<Result<Overlay, String>> {
    let delivered = examples.iter().filter(|example| {
        let is_chart = |file: &PathBuf| file.ends_with("charts/service/Chart.yaml");
        example.files().iter().any(is_chart)
    });
    let mut releases = Vec::new();
    for example in delivered {
        let all = Release::all(&meaning::plan_of(example), &example.rendered);
        releases.extend(all.into_iter().map(|release| (example, release)));
    }
    if releases.is_empty() {
        return Vec::new();
    }
    let Some(helm) = tool("helm4") else { return Vec::new() };
    in_parallel(&releases, |(example, release)| {
        let place = format!("{}: {}", example.name, release.name());
        let done = release.template(&helm);
        if !done.ok || !done.stderr.trim().is_empty() {
            return Err(format!("{place}: {}", done.stderr.trim()));
        }
        let objects = yaml::documents(&done.stdout).map_err(|e| format!("{place}: {e}"))?;
        if objects.is_empty() {
            return Err(format!("{place}: makes no object"));
        }
        let path = release.values[1].strip_prefix(&example.rendered).expect("below its tree");
        let path = path.display().to_string();
        Ok(Overlay { example: example.name.clone(), path, objects, text: done.stdout })
    })
}

/// `helm lint --strict` accepts every pair of values, and the chart without any.
pub(crate) fn lint(project: &Project) -> Verdict {
    let tools = VERSIONS.map(tool);
    if tools.iter().all(Option::is_none) {
        return skipped("there is no Helm to lint with");
    }
    let mut problems = Vec::new();
    for example in project.examples() {
        let made = Made::of(&text(&example.spec), "helm");
        for helm in tools.iter().flatten() {
            let results = in_parallel(&made.releases(), |release| {
                let done = run(&mut release.command(helm, &["lint", "--strict"]));
                let is_clean =
                    done.ok && !done.said().contains("[WARNING]") && !done.said().contains("[ERROR]");
                (!is_clean).then(|| format!("{}: {}: {}", helm.display(), release.name(), done.said()))
            });
            problems.extend(results.into_iter().flatten());
        }
    }
    let chart = repository().join("templates/helm/charts/service");
    for helm in tools.iter().flatten() {
        let done = run(Command::new(helm).args(["lint", "--strict"]).arg(&chart));
        if !done.ok {
            problems.push(format!("{}: the bare chart: {}", helm.display(), done.said()));
        }
    }
    Some(problems)
}

/// A spec compiled for one way of delivery, and its files in a folder.
struct Made {
    plan: Plan,
    folder: TempDir,
}

impl Made {
    fn of(spec: &str, workloads: &str) -> Self {
        let spec = with_workloads(spec, workloads);
        let today = Date::new(2026, 11, 21).expect("a date");
        let source = Source::new("platform.yaml", spec);
        let compilation = platc::compile(&source, &platc::Options { today, files: None });
        let found: Vec<&str> = compilation.diagnostics.iter().map(|one| one.message.as_str()).collect();
        let plan = compilation.plan.unwrap_or_else(|| panic!("no plan: {found:?}"));
        let folder = tempfile::tempdir().expect("a folder");
        for (path, file) in platc::backend::emit(&plan, &["kustomize".to_owned(), "helm".to_owned()]).iter() {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(path, file.text().as_bytes()).expect("a file");
        }
        Self { plan, folder }
    }

    fn releases(&self) -> Vec<Release> {
        Release::all(&self.plan, self.folder.path())
    }

    /// Everything that kustomize makes of it, by environment.
    fn built(&self, kubectl: &Path) -> BTreeMap<String, Vec<Value>> {
        let mut folders = Vec::new();
        for environment in self.plan.environments.keys() {
            let overlay = self.plan.paths.kustomize.value.replace("{environment}", environment);
            for entry in fs::read_dir(self.folder.path().join(overlay)).expect("overlays") {
                folders.push((environment.clone(), entry.expect("an overlay").path()));
            }
        }
        let built = in_parallel(&folders, |(environment, folder)| {
            let done = run(Command::new(kubectl).arg("kustomize").arg(folder));
            assert!(done.ok && done.stderr.is_empty(), "{}: {}", folder.display(), done.said());
            (environment.clone(), yaml::documents(&done.stdout).expect("YAML"))
        });
        collect(built)
    }

    /// Everything that Helm makes of it, by environment.
    fn templated(&self, helm: &Path) -> BTreeMap<String, Vec<Value>> {
        let made = in_parallel(&self.releases(), |release| {
            let done = release.template(helm);
            assert!(done.ok && done.stderr.is_empty(), "{}: {}", release.name(), done.said());
            (release.environment.clone(), yaml::documents(&done.stdout).expect("YAML"))
        });
        collect(made)
    }
}

fn collect(made: Vec<(String, Vec<Value>)>) -> BTreeMap<String, Vec<Value>> {
    let mut all: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for (environment, objects) in made {
        all.entry(environment).or_default().extend(objects);
    }
    all
}

/// The spec with another word for who brings workloads.
fn with_workloads(spec: &str, word: &str) -> String {
    for known in ["kustomize", "helm"] {
        let written = format!("workloads: {known}");
        if spec.contains(&written) {
            return spec.replacen(&written, &format!("workloads: {word}"), 1);
        }
    }
    format!("{spec}\ndelivery: {{workloads: {word}}}\n")
}

/// Helm delivers exactly the objects that kustomize delivers: for every example, for the fixture of the back ends, and
/// for a service with everything in variations.
pub(crate) fn equal(project: &Project) -> Verdict {
    let kubectl = tool("kubectl")?;
    let tools: Vec<PathBuf> = VERSIONS.into_iter().filter_map(tool).collect();
    if tools.is_empty() {
        return skipped("there is no Helm to compare with");
    }
    let mut specs: Vec<(String, String)> =
        project.examples().iter().map(|example| (example.name.clone(), text(&example.spec))).collect();
    specs.push(("the back ends' fixture".to_owned(), small()));
    specs.extend(variations());
    let mut problems = Vec::new();
    for (name, spec) in specs {
        let (kustomize, helm) = (Made::of(&spec, "kustomize"), Made::of(&spec, "helm"));
        let wanted = kustomize.built(&kubectl);
        let rest = helm.built(&kubectl);
        for tool in &tools {
            let found = differences(&wanted, &rest, &helm, tool);
            problems
                .extend(found.into_iter().map(|problem| format!("{name}: {}: {problem}", tool.display())));
        }
    }
    Some(problems)
}

/// Where the objects that Helm and kustomize deliver together differ from those that kustomize delivers alone.
fn differences(
    wanted: &BTreeMap<String, Vec<Value>>,
    rest: &BTreeMap<String, Vec<Value>>,
    helm: &Made,
    tool: &Path,
) -> Vec<String> {
    let mut problems = Vec::new();
    let mut found = rest.clone();
    for (environment, objects) in helm.templated(tool) {
        found.entry(environment).or_default().extend(objects);
    }
    for (environment, wanted) in wanted {
        let (wanted, found) = (comparable(wanted), comparable(&found[environment]));
        for key in wanted.keys().chain(found.keys().filter(|key| !wanted.contains_key(*key))) {
            let (wanted, found) = (wanted.get(key), found.get(key));
            if wanted != found {
                problems.push(format!(
                    "{environment}: {key}\nkustomize: {}\nhelm:      {}",
                    wanted.unwrap_or(&Value::Null),
                    found.unwrap_or(&Value::Null)
                ));
            }
        }
    }
    problems
}

/// Another value and an object too many are found: a control for the comparison.
pub(crate) fn differences_are_found() -> Verdict {
    let (kubectl, tool) = (tool("kubectl")?, tool("helm4")?);
    let (kustomize, helm) = (Made::of(&small(), "kustomize"), Made::of(&small(), "helm"));
    let (wanted, rest) = (kustomize.built(&kubectl), helm.built(&kubectl));
    let values = helm.folder.path().join("helm/services/worker/values-production.yaml");
    let original = text(&values);
    let mut problems = Vec::new();
    for (what, changed, object) in [
        (
            "another number",
            original.replace("replicaCount: 3", "replicaCount: 4"),
            "Deployment production/worker",
        ),
        (
            "an object too many",
            format!(
                "{original}\nobjects: {{x: {{apiVersion: v1, kind: ConfigMap, metadata: {{name: x}}}}}}\n"
            ),
            "ConfigMap production/x",
        ),
    ] {
        assert_ne!(changed, original, "{what} changes nothing");
        fs::write(&values, &changed).expect("values");
        let found = differences(&wanted, &rest, &helm, &tool);
        if found.len() != 1 || !found[0].contains(object) {
            problems.push(format!("{what}: {found:?}"));
        }
    }
    Some(problems)
}

/// Objects by what names them, with lists whose order means nothing in one order.
fn comparable(objects: &[Value]) -> BTreeMap<String, Value> {
    fn sort(value: &mut Value) {
        match value {
            Value::Object(map) => {
                // References to other variables depend on the order.
                let is_free = |items: &[Value]| !items.iter().any(|item| item.to_string().contains("$("));
                for (key, value) in map.iter_mut() {
                    sort(value);
                    let merged = ["env", "volumes", "volumeMounts"].contains(&key.as_str());
                    if let (true, Value::Array(items)) = (merged, value)
                        && is_free(items)
                    {
                        items.sort_by_key(ToString::to_string);
                    }
                }
                map.sort_keys();
            }
            Value::Array(items) => items.iter_mut().for_each(sort),
            Value::Number(number) => {
                // `1.0` and `1` are one number to the API server.
                if let Some(float) = number.as_f64()
                    && float.fract() == 0.0
                    && let Ok(whole) = format!("{float:.0}").parse::<i64>()
                {
                    *value = whole.into();
                }
            }
            _ => {}
        }
    }
    let mut found = BTreeMap::new();
    for object in objects {
        let mut object = object.clone();
        sort(&mut object);
        let of =
            |pointer: &str| object.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
        let key = format!("{} {}/{}", of("/kind"), of("/metadata/namespace"), of("/metadata/name"));
        assert!(found.insert(key.clone(), object).is_none(), "{key} twice");
    }
    found
}

/// The fixture that the unit tests of back ends use.
fn small() -> String {
    let source = text(&repository().join("src/backend/fixture.rs"));
    let begin = source.find("r#\"").expect("the fixture's begin") + 3;
    let end = source[begin..].find("\"#").expect("the fixture's end") + begin;
    source[begin..end].to_owned()
}

/// The wrong values are refused by name: a control for the schema.
pub(crate) fn schema_refuses() -> Verdict {
    let tools: Vec<PathBuf> = VERSIONS.into_iter().filter_map(tool).collect();
    if tools.is_empty() {
        return skipped("there is no Helm to refuse values");
    }
    let made = Made::of(&small(), "helm");
    let releases = made.releases();
    let release = releases.iter().find(|release| release.service == "api").expect("the service api");
    let mut problems = Vec::new();
    for (wrong, named) in [
        ("replicas: 3\n", "replicas"),
        ("replicaCount: three\n", "replicaCount"),
        ("service: {port: 80}\n", "port"),
        ("image: {name: x}\n", "name"),
        ("image: {digest: 'sha256:12'}\n", "digest"),
        ("autoscaling: {max: 3}\n", "max"),
        ("networkPolicy: {policyTypes: [Both]}\n", "policyTypes"),
        ("env: [{name: A, value: b}]\n", "env"),
        ("objects: {ConfigMap/x: {kind: ConfigMap}}\n", "apiVersion"),
    ] {
        let file = made.folder.path().join("wrong.yaml");
        fs::write(&file, wrong).expect("values");
        for helm in &tools {
            let done = run(release.command(helm, &["template", &release.service]).arg("-f").arg(&file));
            if done.ok || !done.stderr.contains(named) {
                problems.push(format!("{}: {wrong:?} passes: {}", helm.display(), done.stderr));
            }
        }
    }
    Some(problems)
}

/// A service with everything, and with a patch of everything, in several combinations.
fn variations() -> Vec<(String, String)> {
    /// Lines of the service `api`, and what they are about.
    const SERVICE: [(&str, &str); 6] = [
        ("plain", ""),
        ("fixed", "replicas: 4"),
        ("scaled", "autoscaling: {min: 2, max: 9, memory: 75%}\nrequests: {cpu: 100m, memory: 1Gi}"),
        ("ordered", "env: {FIRST: a, SECOND: \"$(FIRST)/b\", LAST: \"\"}"),
        (
            "hostile",
            "env: {A: \"{{ .Values.x }} {{`\", B: \"on\", C: \"012\", D: \"a\\nb: c\\n\\n\", E: \"'\\\"\\\\\", F: \"0x1f\", G: \"null\", H: \"1e3\"}\nargs: [\"--x={{ .Release.Name }}\", \"null\", \"~\", \"12:30\", \" a \"]",
        ),
        (
            "rights",
            "permissions: [{resources: [configmaps], verbs: [get]}, {groups: [apps], resources: [deployments], verbs: [list]}]",
        ),
    ];
    /// Patches, and what they are about.
    const PATCHES: [(&str, &str); 13] = [
        ("none", "{}"),
        (
            "pod",
            "{Deployment: {spec: {template: {spec: {hostNetwork: false, dnsConfig: {options: [{name: ndots, value: '2'}]}, hostAliases: [{ip: 192.0.2.1, hostnames: [a]}]}}}}}",
        ),
        (
            "labels",
            "{Deployment: {metadata: {labels: {team: x}, annotations: {'a/b': 'c: {{ d }}'}}}, Service: {metadata: {labels: {team: y}}}}",
        ),
        (
            "removed",
            "{Deployment: {spec: {revisionHistoryLimit: null, strategy: null, template: {spec: {enableServiceLinks: null}}}}, Service: {spec: {type: null}}}",
        ),
        (
            "unknown fields",
            "{Service: {spec: {sessionAffinity: ClientIP, internalTrafficPolicy: Local}}, NetworkPolicy: {spec: {egress: null}}, ServiceMonitor: {spec: {sampleLimit: 1000000}}}",
        ),
        ("empty", "{Deployment: {spec: {template: {spec: {nodeSelector: {}, tolerations: []}}}}}"),
        (
            "sidecar",
            "{Deployment: {spec: {template: {spec: {containers: [{name: api, image: 'registry.example.com/api:2', env: [{name: B, value: b}, {name: A, value: c}]}, {name: proxy, image: 'registry.example.com/api:3', args: [x, null]}], initContainers: [{name: init, image: 'registry.example.com/init:1'}]}}}}}",
        ),
        (
            "whole",
            "{Deployment: {spec: {paused: true, template: {metadata: {annotations: {x: 'true'}}}}}, ServiceAccount: {imagePullSecrets: [{name: pull}]}}",
        ),
        (
            "numbers",
            "{Deployment: {spec: {minReadySeconds: 0, progressDeadlineSeconds: 1000000, template: {spec: {priority: -1, overhead: {cpu: 0.5}}}}}}",
        ),
        (
            "selector",
            "{NetworkPolicy: {spec: {podSelector: {matchExpressions: [{key: a, operator: Exists}]}}}}",
        ),
        (
            "account",
            "{ServiceAccount: {automountServiceAccountToken: true}, Deployment: {spec: {template: {spec: {serviceAccountName: other}}}}}",
        ),
        (
            "spread",
            "{Deployment: {spec: {template: {spec: {affinity: {podAntiAffinity: {}}, topologySpreadConstraints: null, terminationGracePeriodSeconds: 0}}}}}",
        ),
        (
            "probes",
            "{Deployment: {spec: {template: {spec: {securityContext: {runAsUser: 0, sysctls: []}}}}}}",
        ),
    ];
    let mut specs = Vec::new();
    for (index, (patched, patches)) in PATCHES.iter().enumerate() {
        let (kind, lines) = SERVICE[index % SERVICE.len()];
        // In one environment, in both, or another one in each.
        let (common, staging) = match index % 3 {
            0 => (*patches, "{}"),
            1 => ("{}", *patches),
            _ => (*patches, PATCHES[(index + 5) % PATCHES.len()].1),
        };
        let indented: String = lines.lines().flat_map(|line| ["    ", line, "\n"]).collect();
        let spec = format!(
            r#"apiVersion: platc/v1
name: shop
owner: web
domain: example.com
clusters:
  main: {{provider: linode, region: fr-par, kubernetes: "1.35"}}
environments:
  development: {{role: development, cluster: main}}
  staging: {{role: staging, cluster: main, namespace: stage}}
nodePools:
  apps: {{type: g6-standard-4, nodes: 3}}
ingress: {{controller: ingress-nginx, tls: {{issuer: letsencrypt, email: ops@example.com}}}}
services:
  api:
    image: registry.example.com:5000/shop/api:1.0.0
    purpose: "Answers: {{{{ requests }}}} # all"
    port: 8080
    host: api
    metrics: /metrics
    health: {{ready: /ready}}
{indented}    patches: {common}
    overrides:
      staging: {{patches: {staging}, image: "registry.example.com:5000/shop/api:1.1.0"}}
  once: {{image: "registry.example.com/once:1", environments: [staging], requests: {{memory: 64Mi}}}}
"#
        );
        specs.push((format!("{kind}, patched: {patched}"), spec));
    }
    specs
}
