//! Policy scanners on what the examples deliver: checkov on Terraform and on Kubernetes objects, kube-score on the
//! latter. Nobody's rules fit everybody, so each finding is mended or answered in `docs/scanners.md`, one row per check.
//!
//! The table must be exactly what the scanners find: a finding without a row fails, and so does a row without a
//! finding. No run writes that file, `PLATC_UPDATE=1` neither: a row is an answer that somebody gave.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::kubernetes::Built;
use crate::terraform;
use crate::tool::{Example, Project, Verdict, files, in_parallel, run, text, tool};
use serde_json::{Map, Value};

/// The answers.
pub(crate) const LIST: &str = "docs/scanners.md";

/// Objects that no rule of either scanner looks at, but which are most of the text.
const UNSCANNED: [&str; 2] = ["CustomResourceDefinition", "PrometheusRule"];

/// kube-score's grade of a check that found nothing.
const ALL_OK: i64 = 10;

/// The version of the API by which kube-score calls an `apiVersion` deprecated.
const API: &str = "v1.36";

/// Resources by group (a kind, or a type and name in Terraform) and example.
type Resources = BTreeMap<String, BTreeMap<String, BTreeSet<String>>>;

/// What a scanner says of one check.
#[derive(Default)]
struct Said {
    /// The scanner's own description.
    words: String,
    /// Where it failed.
    failed: Resources,
}

/// What the scanners say.
#[derive(Default)]
pub(crate) struct Findings {
    /// By check; those that failed nowhere are absent.
    checks: BTreeMap<String, Said>,
    /// Everything that a scanner looked at.
    seen: Resources,
}

impl Findings {
    fn add(&mut self, check: &str, words: &str, failed: bool, at: [&str; 3]) {
        let [group, example, resource] = at;
        let insert = |into: &mut Resources| {
            into.entry(group.to_owned())
                .or_default()
                .entry(example.to_owned())
                .or_default()
                .insert(resource.to_owned());
        };
        insert(&mut self.seen);
        if failed {
            let said = self.checks.entry(check.to_owned()).or_default();
            words.clone_into(&mut said.words);
            insert(&mut said.failed);
        }
    }

    /// `every Deployment` where all that there are fail, else the number by example, so that one more is noticed.
    fn place(&self, said: &Said) -> String {
        let of = |(group, found): (&String, &BTreeMap<String, BTreeSet<String>>)| {
            if self.seen.get(group) == Some(found) {
                return format!("every {group}");
            }
            let numbers = found.iter().map(|(example, names)| format!("{example} {}", names.len()));
            format!("{group} ({})", numbers.collect::<Vec<_>>().join(", "))
        };
        said.failed.iter().map(of).collect::<Vec<_>>().join("; ")
    }
}

impl Said {
    /// The resources themselves, for a message.
    fn resources(&self) -> String {
        let all = self.failed.values().flatten();
        all.flat_map(|(example, names)| names.iter().map(move |name| format!("\n    {example}: {name}")))
            .collect()
    }
}

/// Runs the scanners at the same time; `None` when one is not installed.
pub(crate) fn scan(project: &Project, built: &Built) -> Option<Vec<Findings>> {
    let checkov = tool("checkov")?;
    let kube_score = tool("kube-score")?;
    let examples = project.examples();
    let folder = tempfile::Builder::new().prefix("platc-test.").tempdir().expect("a temporary folder");
    let [terraform, kubernetes] = ["terraform", "kubernetes"].map(|name| folder.path().join(name));
    for example in &examples {
        roots_apart(example, &terraform.join(&example.name));
    }
    objects(built, &kubernetes);
    // kube-score takes less than a second; it names objects otherwise, so it counts them itself.
    let done = in_parallel(&[0, 1, 2], |scanner| {
        let mut found = Findings::default();
        match scanner {
            0 => run_checkov(&checkov, "terraform", &terraform, &mut found),
            1 => run_checkov(&checkov, "kubernetes", &kubernetes, &mut found),
            _ => examples
                .iter()
                .for_each(|example| run_kube_score(&kube_score, &kubernetes, &example.name, &mut found)),
        }
        found
    });
    Some(done)
}

/// Each root in a folder of its own with copies of the modules that it calls: checkov takes two calls of one name in
/// two roots for one resource, and would report the values of one of them only.
fn roots_apart(example: &Example, to: &Path) {
    for root in terraform::roots(&example.rendered) {
        let path = root.strip_prefix(&example.rendered).expect("a root below its tree");
        let own = to.join(path.to_string_lossy().replace('/', "-"));
        let mut wanted = vec![root.clone()];
        while let Some(dir) = wanted.pop() {
            let target = own.join(dir.strip_prefix(&example.rendered).expect("a module below its tree"));
            if target.is_dir() {
                continue;
            }
            fs::create_dir_all(&target).expect("a folder in the copy");
            for file in
                files(&dir).iter().filter(|file| file.parent() == Some(&dir) && terraform::is_hcl(file))
            {
                fs::copy(file, target.join(file.file_name().expect("a name"))).expect("a copy");
                wanted.extend(called(&text(file)).map(|source| joined(&dir, source)));
            }
        }
    }
}

/// The relative sources of the modules that a file calls.
fn called(hcl: &str) -> impl Iterator<Item = &str> {
    let sources = hcl.lines().filter(|line| line.trim_start().starts_with("source "));
    sources.filter_map(|line| line.split('"').nth(1)).filter(|source| source.starts_with('.'))
}

/// A path without its `..`.
fn joined(dir: &Path, source: &str) -> PathBuf {
    let mut path = dir.to_path_buf();
    for part in source.split('/') {
        if part == ".." {
            path.pop();
        } else {
            path.push(part);
        }
    }
    path
}

/// The objects of every overlay as one file, below a folder for each example.
fn objects(built: &Built, to: &Path) {
    for overlay in &built.overlays {
        let scanned = overlay.objects.iter().filter_map(as_scanned);
        let documents: Vec<String> = scanned.map(|object| format!("---\n{object}\n")).collect();
        let folder = to.join(&overlay.example);
        fs::create_dir_all(&folder).expect("a folder for the objects");
        let name = overlay.path.replace(['/', ' ', ':'], "-");
        fs::write(folder.join(format!("{name}.yaml")), documents.concat()).expect("the objects");
    }
}

/// An object as the scanners should see it. They know no `Rollout`, whose pods are those of a Deployment, so it stands
/// there as one; of a `ConfigMap`, only the dashboards' data is long, and no rule reads data.
fn as_scanned(object: &Value) -> Option<Value> {
    let kind = object["kind"].as_str().unwrap_or_default();
    if UNSCANNED.contains(&kind) {
        return None;
    }
    let mut object = object.clone();
    let fields = object.as_object_mut()?;
    if kind == "ConfigMap" {
        fields.insert("data".to_owned(), Value::Object(Map::new()));
    }
    if kind == "Rollout" {
        as_deployment(fields);
        fields.get_mut("spec")?.as_object_mut()?.remove("strategy");
    }
    if let Some(target) =
        object.pointer_mut("/spec/scaleTargetRef").filter(|target| target["kind"] == "Rollout")
    {
        as_deployment(target.as_object_mut()?);
    }
    Some(object)
}

fn as_deployment(fields: &mut Map<String, Value>) {
    fields.insert("apiVersion".to_owned(), "apps/v1".into());
    fields.insert("kind".to_owned(), "Deployment".into());
}

/// One run of checkov. A file that it cannot read is no finding but an end of the test: nothing of it was scanned.
fn run_checkov(checkov: &Path, framework: &str, folder: &Path, found: &mut Findings) {
    let mut command = Command::new(checkov);
    command.args([
        "--directory",
        ".",
        "--framework",
        framework,
        "--skip-download",
        "--compact",
        "--soft-fail",
    ]);
    let done = run(command.args(["--output", "json"]).env("LOG_LEVEL", "ERROR").current_dir(folder));
    let report: Value = serde_json::from_str(&done.stdout)
        .unwrap_or_else(|e| panic!("checkov {framework} gave no report: {e}\n{}", done.said()));
    let summary = &report["summary"];
    let unread = &report["results"]["parsing_errors"];
    assert_eq!(summary["parsing_errors"], 0, "checkov {framework} cannot read {unread}");
    assert!(
        summary["resource_count"].as_u64().unwrap_or(0) > 0,
        "checkov {framework} saw nothing: {summary}"
    );
    for (list, failed) in [("failed_checks", true), ("passed_checks", false)] {
        for check in report["results"][list].as_array().into_iter().flatten() {
            let [id, words, file, resource] = ["check_id", "check_name", "file_path", "resource"]
                .map(|field| check[field].as_str().unwrap_or_else(|| panic!("no {field} in {check}")));
            let example = file.split('/').nth(1).unwrap_or_default();
            let at = [&group(framework, resource), example, &format!("{file} {resource}")];
            found.add(id, words.trim(), failed, at);
        }
    }
}

/// `Deployment` of `Deployment.staging.api`, and `aws_kms_key.this` of `module.key["a.b"].aws_kms_key.this[0]`.
fn group(framework: &str, resource: &str) -> String {
    let mut depth = 0_usize;
    let mut plain = String::new();
    for letter in resource.chars() {
        depth += usize::from(letter == '[');
        if depth == 0 {
            plain.push(letter);
        }
        depth -= usize::from(letter == ']' && depth > 0);
    }
    let mut parts: Vec<&str> = plain.split('.').collect();
    if framework == "kubernetes" {
        parts.truncate(1);
    } else {
        parts.drain(..parts.len().saturating_sub(2));
    }
    parts.join(".")
}

/// kube-score on all objects of one example at once, since it looks for budgets and policies across files. Where two
/// clusters have an object of one name, as a standby has, each gets a run of its own.
fn run_kube_score(kube_score: &Path, folder: &Path, example: &str, found: &mut Findings) {
    let mut runs: Vec<(BTreeSet<String>, Vec<PathBuf>)> = Vec::new();
    for file in files(&folder.join(example)) {
        let names: BTreeSet<String> =
            text(&file).lines().filter(|line| *line != "---").map(identity).collect();
        let free = runs.iter_mut().find(|(taken, _)| taken.is_disjoint(&names));
        if let Some((taken, files)) = free {
            taken.extend(names);
            files.push(file);
        } else {
            runs.push((names, vec![file]));
        }
    }
    for (n, (_, files)) in runs.iter().enumerate() {
        one_kube_score(kube_score, files, example, n, found);
    }
}

/// Kind, namespace and name of an object in JSON.
fn identity(object: &str) -> String {
    let object: Value = serde_json::from_str(object).expect("an object that this test wrote");
    format!("{} {} {}", object["kind"], object["metadata"]["namespace"], object["metadata"]["name"])
}

fn one_kube_score(
    kube_score: &Path,
    objects: &[PathBuf],
    example: &str,
    cluster: usize,
    found: &mut Findings,
) {
    let mut command = Command::new(kube_score);
    command.args(["score", "--output-format", "json", "--kubernetes-version", API]);
    // Exit code 1 means findings; a report that is none shows the rest.
    let done = run(command.args(objects));
    let report: Value = serde_json::from_str(&done.stdout)
        .unwrap_or_else(|e| panic!("kube-score gave no report of {example}: {e}\n{}", done.said()));
    for object in report.as_array().into_iter().flatten() {
        let kind = object["type_meta"]["kind"].as_str().unwrap_or_default();
        let name = &object["object_meta"];
        let [namespace, name] = ["namespace", "name"].map(|field| name[field].as_str().unwrap_or("-"));
        let name = format!("{kind} {namespace}/{name} (set {cluster})");
        for check in
            object["checks"].as_array().into_iter().flatten().filter(|check| check["skipped"] != true)
        {
            let field = |name: &str| check["check"][name].as_str().unwrap_or_default();
            let words = field("comment").split(". ").next().unwrap_or_default().trim();
            found.add(field("id"), words, check["grade"].as_i64() != Some(ALL_OK), [kind, example, &name]);
        }
    }
}

/// A row of the list.
struct Row<'a> {
    words: &'a str,
    place: &'a str,
    reason: &'a str,
}

/// The rows of the tables: check, what it says, where, why it stays.
fn rows(list: &str) -> Result<BTreeMap<&str, Row<'_>>, String> {
    let mut rows = BTreeMap::new();
    for line in list.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        let [check, words, place, reason] = cells[..] else {
            return Err(format!("{LIST}: not four cells: {line}"));
        };
        if rows.insert(check.trim_matches('`'), Row { words, place, reason }).is_some() {
            return Err(format!("{LIST}: two rows for {check}"));
        }
    }
    Ok(rows)
}

/// What is found and not answered, and what is answered and not found.
pub(crate) fn answered(found: &[Findings], list: &str) -> Vec<String> {
    let mut rows = match rows(list) {
        Ok(rows) => rows,
        Err(problem) => return vec![problem],
    };
    let mut problems = Vec::new();
    let all = found
        .iter()
        .flat_map(|findings| findings.checks.iter().map(move |(check, said)| (findings, check, said)));
    for (findings, check, said) in all {
        let place = findings.place(said);
        let wanted = format!("| `{check}` | {} | {place} |", said.words);
        match rows.remove(check.as_str()) {
            None => problems.push(format!(
                "a finding without an answer: mend it, or add to {LIST}\n{wanted} WHY IT STAYS |{}",
                said.resources()
            )),
            Some(row) if row.words != said.words || row.place != place => problems.push(format!(
                "{LIST} says of `{check}`: {} | {}\nbut now it is, if the answer holds for all of it:\n{wanted} {} |{}",
                row.words,
                row.place,
                row.reason,
                said.resources()
            )),
            Some(row) if row.reason.is_empty() => problems.push(format!("{LIST}: `{check}`: no reason")),
            Some(_) => {}
        }
    }
    let stale = rows.keys();
    problems
        .extend(stale.map(|check| format!("{LIST}: no scanner finds `{check}` any more; take the row out")));
    problems
}

/// Every finding has its answer, and every answer its finding.
pub(crate) fn list(project: &Project, built: &Built) -> Verdict {
    Some(answered(&scan(project, built)?, &text(&project.root.join(LIST))))
}
