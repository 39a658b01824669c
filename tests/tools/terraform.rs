//! Terraform on the rendered roots and on the modules: fmt, init, validate, plan, test.
//!
//! No provider binary is needed: `scripts/schema-provider.py` serves the providers' schemas, so Terraform
//! checks names, types, block counts and references, and plans with computed values unknown. The value
//! rules of a real provider (sizes, regions, conflicts between arguments) are not covered.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::inputs::invented;
use crate::tool::{
    Done, Example, Project, Verdict, copy, files, in_parallel, project, python, reference, repository, run,
    skipped, text, tool, tools_folder,
};

/// A resource of a plan, with the values that are known before apply.
pub(crate) struct PlannedResource {
    /// Such as `module.exports.linode_object_storage_bucket.this["logs"]`.
    pub(crate) address: String,
    /// Such as `linode_object_storage_bucket`.
    pub(crate) kind: String,
    /// The known values; what the provider computes is absent.
    pub(crate) values: Value,
    /// The shape of `values` with `true` where the schema calls a value sensitive.
    pub(crate) sensitive: Value,
    /// The shape of `values` with `true` where a value is known only after apply.
    pub(crate) unknown: Value,
}

/// A root that was planned from nothing.
pub(crate) struct PlannedRoot {
    /// Example and path, for messages.
    pub(crate) place: String,
    /// The example's name.
    pub(crate) example: String,
    /// The root's folder inside the rendered tree, such as `infra/terraform/clusters/main`.
    pub(crate) path: String,
    /// What it would create, in the plan's order.
    pub(crate) resources: Vec<PlannedResource>,
    /// `terraform show -json` of the plan, for everything else.
    pub(crate) json: Value,
}

impl PlannedRoot {
    /// The resources of one type.
    pub(crate) fn of<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a PlannedResource> {
        self.resources.iter().filter(move |resource| resource.kind == kind)
    }
}

impl PlannedResource {
    /// A known value by JSON pointer, such as `/pool/0/autoscaler/0/max`; null when it is absent.
    pub(crate) fn value(&self, pointer: &str) -> &Value {
        self.values.pointer(pointer).unwrap_or(&Value::Null)
    }
}

/// The roots of all examples of a project, and what went wrong on the way.
pub(crate) struct Planned {
    /// The roots that could be planned.
    pub(crate) roots: Vec<PlannedRoot>,
    /// What Terraform said about the others.
    pub(crate) problems: Vec<String>,
}

impl Planned {
    /// A root by example and the end of its path; absence ends the test.
    pub(crate) fn root(&self, example: &str, path: &str) -> &PlannedRoot {
        let found = self.roots.iter().find(|root| root.example == example && root.path.ends_with(path));
        found.unwrap_or_else(|| {
            let known: Vec<_> = self.roots.iter().map(|root| &root.place).collect();
            panic!("no planned root {path} of {example}; there are {known:?}\n{}", self.problems.join("\n"))
        })
    }
}

/// The plans of the project under test, made once for all tests.
pub(crate) fn planned() -> Option<&'static Planned> {
    static PLANNED: OnceLock<Option<Planned>> = OnceLock::new();
    let made = PLANNED.get_or_init(|| plan(project())).as_ref();
    made.or_else(|| skipped("there is no plan to look at"))
}

/// `terraform fmt` would change nothing.
pub(crate) fn formatting(project: &Project) -> Verdict {
    let terraform = tool("terraform")?;
    let mut trees: Vec<PathBuf> = project.examples().into_iter().map(|example| example.rendered).collect();
    trees.extend(Some(modules(project)).filter(|dir| dir.is_dir()));
    let mut problems = Vec::new();
    for tree in trees {
        let mut fmt = Command::new(&terraform);
        let done = run(fmt.args(["fmt", "-check", "-recursive", "-diff", "-write=false"]).arg(&tree));
        if !done.ok || !done.stdout.is_empty() {
            problems.push(format!("{}: {}", tree.display(), done.said()));
        }
    }
    Some(problems)
}

/// Inits, validates and plans every root of every example.
pub(crate) fn plan(project: &Project) -> Option<Planned> {
    let examples = project.examples();
    let copies: Vec<TempDir> = examples.iter().map(|example| copy(&example.rendered)).collect();
    for copy in &copies {
        without_ephemerals(copy.path());
    }
    let mut all = Vec::new();
    for (example, copy) in examples.iter().zip(&copies) {
        all.extend(roots(copy.path()).into_iter().map(|dir| (example, copy.path(), dir)));
    }
    assert!(!all.is_empty(), "no Terraform root in any example");
    let server = Server::start(copies.iter().map(TempDir::path))?;
    let given = |example: &Example| {
        let file = project.root.join("tests/tools/values").join(format!("{}.tfvars", example.name));
        file.is_file().then_some(file)
    };
    let results = in_parallel(&all, |(example, tree, dir)| {
        let path = dir.strip_prefix(tree).expect("a root below its tree").display().to_string();
        let place = format!("{}: {path}", example.name);
        plan_root(&server, dir, given(example).as_deref())
            .map(|json| PlannedRoot::new(place.clone(), example.name.clone(), path, json))
            .map_err(|problem| format!("{place}: {problem}"))
    });
    let mut planned = Planned { roots: Vec::new(), problems: Vec::new() };
    for result in results {
        match result {
            Ok(root) => planned.roots.push(root),
            Err(problem) => planned.problems.push(problem),
        }
    }
    Some(planned)
}

/// Puts ephemeral variables in the place of ephemeral resources: the protocol that the served schemas speak has none. The
/// real provider sees the root as it is.
fn without_ephemerals(tree: &Path) {
    for file in files(tree).into_iter().filter(|file| is_hcl(file)) {
        let content = text(&file);
        if !content.starts_with("ephemeral ") && !content.contains("\nephemeral ") {
            continue;
        }
        let (mut out, mut variables, mut inside) = (String::new(), String::new(), false);
        for line in content.lines() {
            if let Some(rest) = line.strip_prefix("ephemeral ") {
                let name = rest.split('"').nth(3).expect("an ephemeral resource's name");
                writeln!(variables, "variable \"test_{name}\" {{\n  type      = string\n  default   = \"a-value-of-a-test-that-is-long-enough\"\n  ephemeral = true\n  sensitive = true\n}}")
                    .expect("writing to a string");
                inside = true;
            }
            if !inside {
                let mut line = line.to_owned();
                if let Some(at) = line.find("ephemeral.") {
                    let parts: Vec<&str> = line[at..].split('.').collect();
                    let changed = format!("{}var.test_{}", &line[..at], parts[2]);
                    line = changed;
                }
                out.push_str(&line);
                out.push('\n');
            }
            inside &= line != "}";
        }
        fs::write(&file, out + &variables).expect("the copy without ephemeral resources");
    }
}

/// The folders with a `terraform` block that states a backend or providers, modules aside.
pub(crate) fn roots(tree: &Path) -> Vec<PathBuf> {
    let mut found = BTreeSet::new();
    for file in files(tree) {
        let dir = file.parent().expect("a file's folder");
        let inside = dir.strip_prefix(tree).expect("a file below its tree");
        if !is_hcl(&file) || inside.iter().any(|part| part == "modules") {
            continue;
        }
        let text = text(&file);
        let block = text.lines().any(|line| line.trim_end() == "terraform {");
        if block && (text.contains("backend \"") || text.contains("required_providers {")) {
            found.insert(dir.to_path_buf());
        }
    }
    found.into_iter().collect()
}

/// One root: as it stands through init and validate, then with local state through plan.
fn plan_root(server: &Server, dir: &Path, given: Option<&Path>) -> Result<Value, String> {
    let ok = |what: &str, done: Done| {
        if done.ok { Ok(done) } else { Err(format!("terraform {what}: {}", done.said())) }
    };
    ok("init", server.terraform(dir, &["init", "-backend=false"]))?;
    let report = server.terraform(dir, &["validate", "-json"]);
    let findings: Value = serde_json::from_str(&report.stdout).map_err(|_| report.said())?;
    let findings = findings["diagnostics"].as_array().cloned().unwrap_or_default();
    if !report.ok || !findings.is_empty() {
        let mut message = "terraform validate (a warning counts):".to_owned();
        for finding in findings {
            let [file, severity, summary, detail] =
                ["/range/filename", "/severity", "/summary", "/detail"].map(|at| finding.pointer(at));
            let words = [file, severity, summary, detail].map(|v| v.and_then(Value::as_str).unwrap_or("-"));
            write!(
                message,
                "\n  {}:{}: {}",
                words[0],
                finding["range"]["start"]["line"],
                words[1..].join(": ")
            )
            .expect("writing to a string");
        }
        return Err(message);
    }
    let local = "terraform {\n  backend \"local\" {}\n}\n";
    fs::write(dir.join("platc_test_override.tf"), local).expect("the backend override");
    ok("init", server.terraform(dir, &["init", "-reconfigure"]))?;
    let values = [
        Some(invented(dir)),
        files(dir)
            .into_iter()
            .find(|f| f.parent() == Some(dir) && f.display().to_string().ends_with(".tfvars.example")),
        given.map(Path::to_path_buf),
        // What the root brings itself goes before anything invented.
        Some(dir.join("terraform.tfvars")).filter(|file| file.is_file()),
    ];
    let mut args =
        vec!["plan".to_owned(), "-refresh=false".into(), "-lock=false".into(), "-out=test.plan".into()];
    args.extend(values.into_iter().flatten().map(|file| format!("-var-file={}", file.display())));
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    ok("plan", server.terraform(dir, &args))?;
    let shown = ok("show", server.terraform(dir, &["show", "-json", "test.plan"]))?;
    serde_json::from_str(&shown.stdout).map_err(|e| format!("terraform show: {e}"))
}

impl PlannedRoot {
    fn new(place: String, example: String, path: String, json: Value) -> Self {
        let unknown: BTreeMap<&str, &Value> = json["resource_changes"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|change| Some((change["address"].as_str()?, &change["change"]["after_unknown"])))
            .collect();
        let mut resources = Vec::new();
        let mut modules = vec![&json["planned_values"]["root_module"]];
        while let Some(module) = modules.pop() {
            modules.extend(module["child_modules"].as_array().into_iter().flatten());
            for resource in module["resources"].as_array().into_iter().flatten() {
                let address = resource["address"].as_str().expect("a resource's address").to_owned();
                if resource["mode"] == "managed" {
                    resources.push(PlannedResource {
                        kind: resource["type"].as_str().expect("a resource's type").to_owned(),
                        values: resource["values"].clone(),
                        sensitive: resource["sensitive_values"].clone(),
                        unknown: unknown.get(address.as_str()).copied().cloned().unwrap_or_default(),
                        address,
                    });
                }
            }
        }
        resources.sort_by(|a, b| a.address.cmp(&b.address));
        Self { place, example, path, resources, json }
    }
}

/// No value in a sensitive place was written in the root, and what carries a secret is declared sensitive.
pub(crate) fn secrets(planned: &Planned) -> Vec<String> {
    let mut problems = Vec::new();
    for PlannedRoot { place, resources, json, .. } in &planned.roots {
        let mut variables = Vec::new();
        strings(&json["variables"], &mut |value| variables.push(value.to_owned()));
        for resource in resources {
            known_secrets(&resource.values, &resource.sensitive, &mut |value| {
                if !variables.iter().any(|given| !given.is_empty() && value.contains(given.as_str())) {
                    problems
                        .push(format!("{place}: {} has a literal in a sensitive argument", resource.address));
                }
            });
        }
        let config = &json["configuration"];
        for (name, provider) in members(&config["provider_config"]) {
            for (argument, expression) in members(&provider["expressions"]) {
                if carries_a_secret(argument) && expression["constant_value"].is_string() {
                    problems.push(format!("{place}: provider {name} has a literal {argument}"));
                }
            }
        }
        for (name, variable) in members(&config["root_module"]["variables"]) {
            if carries_a_secret(name) && variable["sensitive"] != true {
                problems.push(format!("{place}: variable {name} is not declared sensitive"));
            }
        }
    }
    problems
}

/// Every resource whose type has tags has some.
pub(crate) fn tags(planned: &Planned) -> Vec<String> {
    let untagged = |resource: &&PlannedResource| {
        let unset = |tags: &Value| tags.is_null() || tags == &json!([]) || tags == &json!({});
        resource.values.get("tags").is_some_and(unset) || resource.unknown["tags"] == true
    };
    let in_root = |root: &PlannedRoot| {
        // Default tags are put in by the provider itself.
        let of_provider = |provider: &Value| provider["expressions"]["default_tags"].is_array();
        let tagged: Vec<&str> = members(&root.json["configuration"]["provider_config"])
            .filter(|(_, provider)| of_provider(provider))
            .filter_map(|(_, provider)| provider["name"].as_str())
            .collect();
        let is_tagged = |resource: &&PlannedResource| {
            tagged.iter().any(|name| resource.kind.starts_with(&format!("{name}_")))
        };
        let found: Vec<_> = root.resources.iter().filter(untagged).filter(|r| !is_tagged(r)).collect();
        found.into_iter().map(|r| format!("{}: {} has no tags", root.place, r.address)).collect::<Vec<_>>()
    };
    planned.roots.iter().flat_map(in_root).collect()
}

/// Every root states a version of Terraform and of each provider, and creates something from nothing.
pub(crate) fn versions(project: &Project, planned: &Planned) -> Vec<String> {
    let mut problems = Vec::new();
    for example in project.examples() {
        for dir in roots(&example.rendered) {
            let states_it = files(&dir).iter().filter(|file| is_hcl(file)).any(|file| {
                let at_least =
                    |line: &str| line.starts_with("required_version") && line.contains("\">= 1.11");
                text(file).lines().any(|line| at_least(line.trim_start()))
            });
            if !states_it {
                problems.push(format!("{}: no required_version from 1.11 on", example.show(&dir)));
            }
        }
    }
    for root in &planned.roots {
        for (name, provider) in members(&root.json["configuration"]["provider_config"]) {
            if provider["version_constraint"].as_str().is_none_or(str::is_empty) {
                problems.push(format!("{}: provider {name} has no version constraint", root.place));
            }
        }
        if root.resources.is_empty() {
            problems.push(format!("{}: plans no resource", root.place));
        }
    }
    problems
}

/// Every module passes the tests that stand beside it.
pub(crate) fn module_tests(project: &Project) -> Verdict {
    let terraform_files = copy(&modules(project));
    let mut tested = BTreeSet::new();
    for file in files(terraform_files.path()) {
        if file.display().to_string().ends_with(".tftest.hcl") {
            let dir = file.parent().expect("a test's folder");
            let module =
                if dir.file_name().is_some_and(|name| name == "tests") { dir.parent() } else { Some(dir) };
            tested.insert(module.expect("a module's folder").to_path_buf());
        }
    }
    assert!(!tested.is_empty(), "no module with a test below {}", modules(project).display());
    let server = Server::start(std::iter::once(terraform_files.path()))?;
    let tested: Vec<_> = tested.into_iter().collect();
    let results = in_parallel(&tested, |dir| {
        let init = server.terraform(dir, &["init", "-backend=false"]);
        let done = if init.ok { server.terraform(dir, &["test"]) } else { init };
        let name = dir.strip_prefix(terraform_files.path()).expect("a module below its tree");
        (!done.ok || done.stdout.contains("0 passed")).then(|| format!("{}: {}", name.display(), done.said()))
    });
    Some(results.into_iter().flatten().collect())
}

/// Whether the file is Terraform's, and no test of a module.
pub(crate) fn is_hcl(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension == "tf")
}

fn modules(project: &Project) -> PathBuf {
    project.root.join("templates/terraform/modules")
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

/// Every string inside a value.
fn strings(value: &Value, found: &mut impl FnMut(&str)) {
    match value {
        Value::String(text) => found(text),
        Value::Array(items) => items.iter().for_each(|item| strings(item, found)),
        Value::Object(map) => map.values().for_each(|item| strings(item, found)),
        _ => {}
    }
}

/// Every known string of `value` at a place that `sensitive` marks.
fn known_secrets(value: &Value, sensitive: &Value, found: &mut impl FnMut(&str)) {
    match (value, sensitive) {
        (_, Value::Bool(true)) => strings(value, found),
        (Value::Array(items), Value::Array(marks)) => {
            items.iter().zip(marks).for_each(|(item, mark)| known_secrets(item, mark, found));
        }
        (Value::Object(map), Value::Object(marks)) => {
            marks
                .iter()
                .for_each(|(key, mark)| known_secrets(map.get(key).unwrap_or(&Value::Null), mark, found));
        }
        _ => {}
    }
}

/// Whether a variable's or an argument's name says that it holds a secret.
fn carries_a_secret(name: &str) -> bool {
    let endings =
        ["token", "password", "secret", "secret_key", "access_key", "private_key", "api_key", "kubeconfig"];
    endings.iter().any(|ending| name == *ending || name.ends_with(&format!("_{ending}")))
}

/// The schema-serving providers, as long as the value lives.
struct Server {
    terraform: PathBuf,
    child: Child,
    reattach: String,
}

impl Server {
    /// Starts the providers that the trees name and that have a schema at hand.
    fn start<'a>(trees: impl Iterator<Item = &'a Path>) -> Option<Self> {
        let (terraform, python) = (tool("terraform")?, python()?);
        let schemas = reference("provider-schemas")?;
        let known: Vec<String> =
            files(&schemas).iter().filter_map(|f| Some(f.file_name()?.to_str()?.to_owned())).collect();
        let mut wanted = BTreeSet::new();
        for file in trees.flat_map(files).filter(|file| is_hcl(file)) {
            for line in text(&file).lines().filter(|line| line.trim_start().starts_with("source ")) {
                let name = line.rsplit('/').next().unwrap_or_default().trim_end().trim_end_matches('"');
                if known.iter().any(|file| file.starts_with(&format!("{name}-"))) {
                    wanted.insert(name.to_owned());
                }
            }
        }
        let folder = tempfile::tempdir().expect("a folder for the server's address");
        let out = folder.path().join("reattach.json");
        let mut child = Command::new(python)
            .arg(repository().join("scripts/schema-provider.py"))
            .args(["serve", "--until-stdin-closes", "--schemas"])
            .args([&schemas, Path::new("--out"), &out])
            .args(&wanted)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the schema-serving provider");
        let mut line = String::new();
        let ready = BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line);
        if ready.is_err() || !line.starts_with("ready") {
            let mut cause = String::new();
            let _ = child.stderr.take().expect("its errors").read_to_string(&mut cause);
            panic!("the schema-serving provider did not start: {cause}");
        }
        Some(Self { terraform, child, reattach: text(&out) })
    }

    /// Runs Terraform in a folder, with nothing of the caller's own configuration.
    fn terraform(&self, dir: &Path, args: &[&str]) -> Done {
        let mut command = Command::new(&self.terraform);
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("TF_")) {
            command.env_remove(name);
        }
        command
            .current_dir(dir)
            .args([args[0], "-no-color"])
            .args(if matches!(args[0], "init" | "plan") { &["-input=false"][..] } else { &[] })
            .args(&args[1..])
            .env("TF_REATTACH_PROVIDERS", &self.reattach)
            .env("TF_IN_AUTOMATION", "1")
            .env("CHECKPOINT_DISABLE", "1");
        let config = tools_folder().join("terraform.rc");
        if config.is_file() {
            command.env("TF_CLI_CONFIG_FILE", config);
        }
        run(&mut command)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}
