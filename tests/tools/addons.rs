//! The values of charts, against the charts' own values and schemas: every example's, and those of a spec with every
//! add-on. Charts themselves cannot be fetched here, so their templates are not rendered.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use platc::addon::{self, Addon};
use platc::catalog::Date;
use platc::source::Source;
use serde_json::Value;

use crate::tool::{Project, Verdict, copy, project, python, reference, repository, run, skip, text};
use crate::{kubernetes, yaml};

/// Merges values over a chart's own and looks whether the chart's schema takes them, and whether it knows their keys.
/// Prints a line for each problem. Arguments: the reference's charts, a chart, the open paths, the files of values.
const CHECK: &str = r#"
import json, os, re, sys, yaml
from jsonschema.validators import validator_for
charts, chart, opened, *files = sys.argv[1:]
opened = [path for path in opened.split(",") if path]

def merge(base, over):
    out = dict(base)
    for key, value in over.items():
        if value is None:
            out.pop(key, None)
        elif isinstance(value, dict) and isinstance(out.get(key), dict):
            out[key] = merge(out[key], value)
        else:
            out[key] = value
    return out

def plain(value):
    # Helm drops null defaults before it asks the schema.
    if isinstance(value, dict):
        return {key: plain(below) for key, below in value.items() if below is not None}
    return value

def read(name):
    path = os.path.join(charts, name, "values.yaml")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    return yaml.safe_load(text) or {}, text

index = {entry["name"]: entry for entry in json.load(open(os.path.join(charts, "index.json"), encoding="utf-8"))}
own, text = read(chart)
defaults = dict(own)
for dependency in index[chart]["dependencies"]:
    sub = dependency.split()[0]
    if sub in index and sub != chart:
        below, more = read(sub)
        defaults[sub] = merge(below, own.get(sub) or {})
        text += more
values = {}
for file in files:
    with open(file, encoding="utf-8") as handle:
        values = merge(values, yaml.safe_load(handle) or {})
schema = os.path.join(charts, chart, "values.schema.json")
if os.path.exists(schema):
    schema = json.load(open(schema, encoding="utf-8"))
    for error in validator_for(schema)(schema).iter_errors(merge(plain(own), values)):
        print("schema: " + ".".join(map(str, error.absolute_path)) + ": " + error.message[:200])

# What Kubernetes itself defines has more fields than a chart sets.
FREE = re.compile(r"([sS]ecurityContext|nodeSelector|[aA]nnotations|[lL]abels|^resources|^global)$")
def unknown(values, known, path):
    for key, value in values.items():
        here = path + [str(key)]
        if ".".join(here) in opened:
            continue
        if key not in known:
            if not re.search(r"^\s*#\s*-?\s*" + re.escape(str(key)) + r"\s*:", text, re.M):
                print("unknown: " + ".".join(here))
        elif isinstance(value, dict) and isinstance(known[key], dict) and known[key] and not FREE.search(str(key)):
            unknown(value, known[key], here)
unknown(values, defaults, [])
"#;

/// The values of one release: the add-on, and its files in the order in which they are laid over each other.
struct Values {
    of: String,
    addon: &'static Addon,
    files: Vec<PathBuf>,
}

/// What a tree's `releases.yaml` lists, with every other thing that is wrong with the list.
fn releases(of: &str, rendered: &Path, problems: &mut Vec<String>) -> Vec<Values> {
    let mut found = Vec::new();
    let lists =
        crate::tool::files(rendered).into_iter().filter(|file| file.ends_with("addons/releases.yaml"));
    for list in lists {
        let documents = yaml::documents(&text(&list)).unwrap_or_else(|e| panic!("{}: {e}", list.display()));
        let clusters = documents.first().and_then(|document| document["clusters"].as_object().cloned());
        for (cluster, entries) in clusters.into_iter().flatten() {
            for entry in entries.as_array().into_iter().flatten() {
                let name = entry["name"].as_str().unwrap_or_default();
                let of = format!("{of}: {name} in {cluster}");
                let Some(addon) = addon::find(name) else {
                    problems.push(format!("{of} is no add-on"));
                    continue;
                };
                let paths = entry["values"].as_array().into_iter().flatten().filter_map(Value::as_str);
                let files: Vec<PathBuf> = paths.map(|path| rendered.join(path)).collect();
                problems.extend(
                    files.iter().filter(|f| !f.is_file()).map(|f| format!("{of}: no {}", f.display())),
                );
                found.push(Values { of, addon, files });
            }
        }
    }
    found
}

/// The name of an add-on's chart in the reference.
fn chart_of(reference: &Path, addon: &Addon) -> Option<String> {
    let text = text(&reference.join("index.json"));
    let index: Value = serde_json::from_str(&text).expect("the index of charts");
    let chart = &addon.definition.chart.as_ref()?.name.value.0;
    let mut entries = index.as_array().into_iter().flatten();
    let found = entries
        .find(|entry| entry["chart"] == **chart && entry["name"] == addon.name)
        .or_else(|| index.as_array().into_iter().flatten().find(|entry| entry["chart"] == **chart))?;
    Some(found["name"].as_str()?.to_owned())
}

/// What a line of the head of `keys.txt` says.
fn head(addon: &Addon, word: &str) -> String {
    let file = repository().join("templates/addons").join(addon.name).join("keys.txt");
    let start = format!("# {word}: ");
    text(&file).lines().find_map(|line| line.strip_prefix(&start)).unwrap_or_default().to_owned()
}

/// The charts take every set of values, and know every key of it.
pub(crate) fn values(project: &Project) -> Verdict {
    let charts = reference("charts")?;
    let python = python()?;
    let mut problems = Vec::new();
    let mut sets = Vec::new();
    for example in project.examples() {
        sets.extend(releases(&example.name, &example.rendered, &mut problems));
    }
    let everything = everything();
    sets.extend(releases("everything", everything.path(), &mut problems));
    for set in &sets {
        let Some(chart) = chart_of(&charts, set.addon) else {
            if set.addon.definition.chart.is_some() {
                skip(&format!("no reference data: the chart of {}", set.addon.name));
            }
            continue;
        };
        let mut command = Command::new(&python);
        command.args(["-c", CHECK]).arg(&charts).arg(chart).arg(head(set.addon, "open")).args(&set.files);
        let done = run(&mut command);
        if !done.ok {
            problems.push(format!("{}: {}", set.of, done.said()));
        }
        problems.extend(done.stdout.lines().map(|line| format!("{}: {line}", set.of)));
    }
    if sets.is_empty() {
        problems.push("no release in any example".to_owned());
    }
    Some(problems)
}

/// A tree with every add-on of the catalogue, in clusters that have one ingress controller each.
fn everything() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (controller, other) in [("ingress-nginx", "envoy-gateway"), ("envoy-gateway", "ingress-nginx")] {
        let mut spec = text(&repository().join("examples/gateway/platform.yaml"));
        let at = spec.find("\naddons:").expect("add-ons of the example");
        spec.truncate(at);
        spec = spec.replace("controller: envoy-gateway", &format!("controller: {controller}"));
        spec.push_str("\naddons:\n");
        for addon in addon::all().iter().filter(|addon| addon.name != other) {
            spec.extend(["  ", addon.name, ": {}\n"]);
        }
        let today = Date::new(2026, 11, 21).expect("a date");
        let options = platc::Options { today, files: None };
        let compilation = platc::compile(&Source::new("everything", spec), &options);
        let plan = compilation.plan.expect("a plan");
        for (path, file) in platc::backend::emit(&plan, &[]).iter() {
            let target = folder.path().join(controller).join(path);
            fs::create_dir_all(target.parent().expect("a folder")).expect("a folder");
            // What the list of releases names is below the output directory.
            let text = file.text().replace("- helm/addons/", &format!("- {controller}/helm/addons/"));
            fs::write(target, text).expect("a file");
        }
    }
    folder
}

/// Each `keys.txt` is what `scripts/chart-keys` makes of the chart's values today, and each chart is pinned at the
/// version that the reference holds.
pub(crate) fn definitions() -> Verdict {
    let charts = reference("charts")?;
    let python = python()?;
    let index: Value = serde_json::from_str(&text(&charts.join("index.json"))).expect("the index of charts");
    let mut problems = Vec::new();
    for addon in addon::all() {
        let Some(chart) = &addon.definition.chart else { continue };
        let Some(name) = chart_of(&charts, addon) else {
            skip(&format!("no reference data: the chart of {}", addon.name));
            continue;
        };
        let entry = index.as_array().into_iter().flatten().find(|entry| entry["name"] == name.as_str());
        let released = entry.map_or(&Value::Null, |entry| &entry["released"]);
        if released.as_str() != Some(&*chart.version.value.0) {
            problems
                .push(format!("{}: {} is pinned, released is {released}", addon.name, chart.version.value.0));
        }
        if entry.is_some_and(|entry| entry["schema"] != chart.schema.value.0) {
            problems.push(format!("{}: whether the chart has a schema is wrong", addon.name));
        }
        let mut command = Command::new(&python);
        command.arg(repository().join("scripts/chart-keys")).arg(charts.join(&name).join("values.yaml"));
        for sub in head(addon, "subcharts").split(',').filter(|sub| !sub.is_empty()) {
            command.arg(format!("{sub}={}", charts.join(sub).join("values.yaml").display()));
        }
        let opened = head(addon, "open");
        if !opened.is_empty() {
            command.args(["--open", &opened]);
        }
        let done = run(&mut command);
        let file = repository().join("templates/addons").join(addon.name).join("keys.txt");
        if !done.ok || done.stdout != text(&file) {
            problems.push(format!("{}: keys.txt is not what scripts/chart-keys makes", addon.name));
        }
    }
    Some(problems)
}

/// What clusters have besides their environments can be built. A manifest of others cannot be fetched here: an empty one
/// stands in for it, so that only platc's own part is built.
pub(crate) fn clusters(project: &Project) -> Verdict {
    let kubectl = crate::tool::tool("kubectl")?;
    let mut problems = Vec::new();
    let mut built = 0;
    let everything = everything();
    let trees = project.examples().into_iter().map(|example| (example.name, example.rendered));
    let folder = everything.path();
    let all = trees.chain(
        ["ingress-nginx", "envoy-gateway"].map(|name| (format!("everything, {name}"), folder.join(name))),
    );
    for (name, rendered) in all {
        let copy = copy(&rendered);
        let is_cluster = |file: &PathBuf| {
            file.ends_with("kustomization.yaml") && file.to_string_lossy().contains("/clusters/")
        };
        for file in crate::tool::files(copy.path()).into_iter().filter(is_cluster) {
            let stub = "apiVersion: v1\nkind: List\nitems: []\n";
            let lines = text(&file);
            let lines = lines.lines().map(|line| match line.trim_start().strip_prefix("- \"https://") {
                Some(_) => "  - stub.yaml",
                None if line.trim_start().starts_with("- https://") => "  - stub.yaml",
                None => line,
            });
            let stubbed: String = lines.flat_map(|line| [line, "\n"]).collect();
            let has_stub = stubbed.contains("stub.yaml");
            // A patch of a stub has nothing to change.
            let kept = if has_stub { stubbed.split("patches:").next().unwrap_or_default() } else { &stubbed };
            fs::write(&file, kept).expect("a kustomization");
            let directory = file.parent().expect("its folder");
            fs::write(directory.join("stub.yaml"), stub).expect("a stub");
            let done = run(Command::new(&kubectl).arg("kustomize").arg(directory));
            built += 1;
            if !done.ok || !done.stderr.is_empty() {
                problems.push(format!("{name}: {}: {}", file.display(), done.said()));
            }
        }
    }
    if built == 0 {
        problems.push("no cluster has a kustomization".to_owned());
    }
    Some(problems)
}

/// The API server takes what Envoy Gateway's objects say, of the Gateway API and of its own.
pub(crate) fn gateways() -> Verdict {
    let built = kubernetes::built()?;
    let mut problems = Vec::new();
    for kind in ["Gateway", "HTTPRoute", "ClientTrafficPolicy", "GatewayClass", "EnvoyProxy", "Certificate"] {
        if built.of("gateway", kind).next().is_none() {
            problems
                .push(format!("the example `gateway` has no {kind}, so the API server was asked about none"));
        }
    }
    Some(problems)
}

/// Lays values over others as Helm does: maps key by key, null takes a key away, anything else replaces.
fn lay_over(base: &mut Value, over: Value) {
    match (base, over) {
        (Value::Object(base), Value::Object(over)) => {
            for (key, value) in over {
                if value.is_null() {
                    base.remove(&key);
                } else {
                    lay_over(base.entry(key).or_insert(Value::Null), value);
                }
            }
        }
        (base, over) => *base = over,
    }
}

/// The collector, configured by the chart's own values and ours over them, takes traces as OTLP by gRPC and by HTTP, and passes
/// them on in batches as OTLP, to the store of traces.
pub(crate) fn collector() -> Verdict {
    let charts = reference("charts")?;
    let everything = everything();
    let read = |path: &Path| yaml::documents(&text(path)).expect("YAML").remove(0);
    let mut values = read(&charts.join("opentelemetry-collector/values.yaml"));
    let folder = everything.path().join("envoy-gateway/helm/addons/opentelemetry-collector");
    lay_over(&mut values, read(&folder.join("values.yaml")));
    let of_cluster = fs::read_dir(&folder).expect("values").map(|entry| entry.expect("an entry").path());
    let of_cluster = of_cluster.filter(|file| file.to_string_lossy().contains("/values-")).min();
    lay_over(&mut values, read(&of_cluster.expect("the values of a cluster")));
    let config = &values["config"];
    let pipeline = &config["service"]["pipelines"]["traces"];
    let mut problems = Vec::new();
    let mut hold = |holds: bool, what: &str, found: &Value| {
        if !holds {
            problems.push(format!("{what}: {found}"));
        }
    };
    for (protocol, port, name) in [("grpc", 4317, "otlp"), ("http", 4318, "otlp-http")] {
        let endpoint = &config["receivers"]["otlp"]["protocols"][protocol]["endpoint"];
        let listens = endpoint.as_str().is_some_and(|address| address.ends_with(&format!(":{port}")));
        hold(listens, &format!("OTLP by {protocol} comes at {port}"), endpoint);
        let service = &values["ports"][name];
        hold(
            service["enabled"] == true && service["servicePort"] == port,
            "the Service has the port",
            service,
        );
    }
    hold(pipeline["receivers"] == serde_json::json!(["otlp"]), "it takes OTLP", pipeline);
    let names = |list: &Value| -> Vec<String> {
        list.as_array().into_iter().flatten().filter_map(|one| one.as_str().map(str::to_owned)).collect()
    };
    hold(names(&pipeline["processors"]).contains(&"batch".to_owned()), "it batches", pipeline);
    hold(!config["processors"]["batch"].is_null(), "batch is configured", &config["processors"]);
    hold(pipeline["exporters"] == serde_json::json!(["otlp"]), "it passes OTLP on", pipeline);
    let to = &config["exporters"]["otlp"]["endpoint"];
    let to_store =
        to.as_str().is_some_and(|address| address.starts_with("tempo.") && address.ends_with(":4317"));
    hold(to_store, "the store of traces", to);
    let kinds: Vec<&String> =
        config["exporters"].as_object().into_iter().flatten().map(|(name, _)| name).collect();
    hold(kinds == ["otlp"], "and nothing else", &config["exporters"]);
    Some(problems)
}

/// A fault in a value is found.
#[test]
fn values_that_a_chart_does_not_take_are_found() {
    let Some(charts) = reference("charts") else { return };
    let Some(python) = python() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let says = |chart: &str, values: &str| {
        let file = folder.path().join("values.yaml");
        fs::write(&file, values).expect("values");
        run(Command::new(&python).args(["-c", CHECK]).arg(&charts).arg(chart).arg("").arg(&file)).stdout
    };
    assert_eq!(says("ingress-nginx", "controller: {replicaCount: 2}\n"), "");
    assert_eq!(
        says("ingress-nginx", "controller: {replicaCuont: 2}\n"),
        "unknown: controller.replicaCuont\n"
    );
    assert!(says("cert-manager", "replicaCount: two\n").contains("schema: replicaCount: 'two'"));
    assert!(says("external-dns", "policy: never\n").contains("schema: policy: 'never'"));
}

/// The checks of this file hold for the repository.
#[test]
fn the_everything_spec_has_every_add_on() {
    let folder = everything();
    let mut problems = Vec::new();
    let sets = releases("everything", folder.path(), &mut problems);
    assert_eq!(problems, [""; 0]);
    for addon in addon::all() {
        assert!(sets.iter().any(|set| set.addon.name == addon.name), "{} is in no set", addon.name);
    }
    assert!(project().root.is_dir());
}
