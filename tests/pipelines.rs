//! The workflows of every example: what they name exists, nothing untrusted gets into a script, and the steps that decide
//! whether something is applied decide rightly, with `gh` and `curl` played by small scripts.

// Helpers of tests fail by panicking.
#![allow(clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

const FOLDER: &str = ".github/workflows/";

/// The text of each workflow of an example, by file name, and the tree that it is in.
struct Workflows {
    tree: PathBuf,
    texts: BTreeMap<String, String>,
}

impl Workflows {
    fn of(example: &str) -> Self {
        let tree = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(example).join("rendered");
        let mut texts = BTreeMap::new();
        for entry in fs::read_dir(tree.join(FOLDER)).expect("workflows") {
            let path = entry.expect("readable").path();
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            texts.insert(name, fs::read_to_string(&path).expect("text"));
        }
        assert!(texts.len() >= 4, "{:?}", texts.keys());
        Self { tree, texts }
    }

    /// With one text in one workflow replaced. The text must be there: a fault that is not made proves nothing.
    fn with(mut self, file: &str, from: &str, to: &str) -> Self {
        let text = self.texts.get_mut(file).expect("a workflow");
        assert!(text.contains(from), "{file} does not contain {from:?}");
        *text = text.replacen(from, to, 1);
        self
    }

    /// Every job with its workflow's file and its name.
    fn jobs(&self) -> Vec<(String, Value)> {
        let mut found = Vec::new();
        for (file, text) in &self.texts {
            let workflow: Value =
                serde_yaml::from_str(text).unwrap_or_else(|error| panic!("{file}: {error}"));
            for (name, job) in workflow["jobs"].as_object().expect("jobs") {
                found.push((format!("{file}: {name}"), job.clone()));
            }
        }
        found
    }

    /// Every step with its place.
    fn steps(&self) -> Vec<(String, Value)> {
        let mut found = Vec::new();
        for (place, job) in self.jobs() {
            for (number, step) in job["steps"].as_array().into_iter().flatten().enumerate() {
                found.push((format!("{place}: step {}", number + 1), step.clone()));
            }
        }
        found
    }

    fn step(&self, file: &str, name: &str) -> Value {
        let mut steps = self.steps().into_iter();
        let found = steps.find(|(place, step)| place.starts_with(file) && step["name"] == name);
        found.unwrap_or_else(|| panic!("{file} has no step {name:?}")).1
    }
}

/// Actions by commit with the version beside it; scripts without expressions; rights, time and order of every job.
fn hygiene(workflows: &Workflows) -> Vec<String> {
    let mut problems = Vec::new();
    for (file, text) in &workflows.texts {
        for line in text.lines() {
            let Some((_, uses)) = line.split_once("uses: ").filter(|(_, uses)| !uses.starts_with("./"))
            else {
                continue;
            };
            let (pin, version) = uses.split_once(" # ").unwrap_or((uses, ""));
            let commit = pin.split_once('@').map_or("", |(_, commit)| commit);
            let is_commit = commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
            if !is_commit || !version.starts_with('v') {
                problems.push(format!("{file}: not pinned by commit with its version: {uses}"));
            }
        }
        let workflow: Value = serde_yaml::from_str(text).expect("YAML");
        if workflow["permissions"] != serde_json::json!({}) {
            problems.push(format!("{file}: has rights before any job asks for them"));
        }
    }
    for (place, job) in workflows.jobs() {
        let calls = !job["uses"].is_null();
        for key in ["permissions", "timeout-minutes", "concurrency"] {
            if job[key].is_null() && !(calls && key != "permissions") {
                problems.push(format!("{place}: no {key}"));
            }
        }
    }
    for (place, step) in workflows.steps() {
        if step["run"].as_str().is_some_and(|run| run.contains("${{")) {
            problems.push(format!("{place}: an expression in a script"));
        }
        let is_checkout = step["uses"].as_str().is_some_and(|uses| uses.starts_with("actions/checkout@"));
        if is_checkout && step["with"]["persist-credentials"] != false {
            problems.push(format!("{place}: leaves its token behind"));
        }
    }
    problems
}

/// Directories, called workflows and images that are named exist in the rest of the output.
fn names(workflows: &Workflows) -> Vec<String> {
    let mut problems = Vec::new();
    let mut whole = String::new();
    for entry in walkdir::WalkDir::new(&workflows.tree).into_iter().filter_map(Result::ok) {
        let is_workflow = entry.path().to_string_lossy().contains(FOLDER);
        if entry.file_type().is_file() && !is_workflow {
            whole.push_str(&fs::read_to_string(entry.path()).expect("text"));
        }
    }
    let mut exists = |place: &str, path: &str| {
        if !workflows.tree.join(path).exists() {
            problems.push(format!("{place}: no {path}"));
        }
    };
    for (place, job) in workflows.jobs() {
        if let Some(called) = job["uses"].as_str() {
            exists(&place, called.trim_start_matches("./"));
        }
        for key in ["SERVICES", "ADDONS"] {
            let words = job["env"][key].as_str().unwrap_or_default().split_whitespace();
            for file in words.filter_map(|word| word.strip_prefix("--values=")) {
                exists(&place, file);
            }
        }
        for key in ["TERRAFORM", "RULES", "DOCS", "CHART", "ROUTES"] {
            if let Some(path) = job["env"][key].as_str() {
                exists(&place, path);
            }
        }
        for (table, field) in
            [(&job["env"]["ROOTS"], 0), (&job["env"]["OVERLAYS"], 1), (&job["with"]["carried"], 1)]
        {
            for line in table.as_str().unwrap_or_default().lines() {
                exists(&place, line.split_whitespace().nth(field).unwrap_or_default());
            }
        }
        if let Some(root) = job["with"]["root"].as_str() {
            exists(&place, &format!("{root}/main.tf"));
        }
        for line in job["env"]["DRILLS"].as_str().unwrap_or_default().lines() {
            let (environment, scenario) = line.split_once(' ').expect("two words");
            exists(&place, &format!("docs/runbooks/{scenario}.md"));
            exists(&place, &format!("alerts/rules/{environment}"));
        }
    }
    for (place, job) in workflows.jobs() {
        for image in job["strategy"]["matrix"]["include"].as_array().into_iter().flatten() {
            let image = image["image"].as_str().expect("an image");
            if !whole.contains(image) {
                problems.push(format!("{place}: {image} runs nowhere"));
            }
        }
        for line in job["with"]["carried"].as_str().unwrap_or_default().lines() {
            let [variable, directory, output] = line.split(' ').collect::<Vec<_>>()[..] else {
                panic!("{line}")
            };
            let outputs =
                fs::read_to_string(workflows.tree.join(directory).join("outputs.tf")).unwrap_or_default();
            let root = job["with"]["root"].as_str().expect("a root");
            let variables =
                fs::read_to_string(workflows.tree.join(root).join("variables.tf")).unwrap_or_default();
            if !outputs.contains(&format!("output \"{output}\""))
                || !variables.contains(&format!("variable \"{variable}\""))
            {
                problems.push(format!("{place}: {variable} is not handed out as {output} of {directory}"));
            }
        }
        for line in job["env"]["EXPECTED"].as_str().unwrap_or_default().lines() {
            let words: Vec<&str> = line.split(' ').collect();
            let known = match words[1] {
                "cluster" => workflows.texts["smoke-tests.yml"].contains(&format!("secrets.{}", words[2])),
                "deployment" => whole.contains(&format!("name: {}", words[2])) && whole.contains(words[3]),
                "namespace" => whole.contains(&format!("namespace: {}", words[2])),
                "nodes" => whole.contains(&format!("\"platc.dev/pool\"        = \"{}\"", words[2])),
                "host" => whole
                    .contains(words[2].trim_start_matches("https://").split('/').next().unwrap_or_default()),
                other => panic!("{other}"),
            };
            if !known {
                problems.push(format!("{place}: {line}: not in the output"));
            }
        }
    }
    problems
}

#[test]
fn every_workflow_is_pinned_and_asks_for_as_little_as_it_needs() {
    assert_eq!(hygiene(&Workflows::of("aiaas")), [""; 0]);
}

#[test]
fn everything_that_a_workflow_names_is_in_the_output() {
    assert_eq!(names(&Workflows::of("aiaas")), [""; 0]);
}

#[test]
fn each_fault_in_a_workflow_is_found() {
    let checkout = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1";
    for (file, from, to, says) in [
        ("workloads.yml", checkout, "actions/checkout@v7", "not pinned"),
        ("workloads.yml", " # v7.0.1", "", "not pinned"),
        ("terraform-root.yml", "permissions: {}", "permissions: write-all", "has rights"),
        ("drills.yml", "    timeout-minutes: 10\n", "", "no timeout-minutes"),
        ("drills.yml", "month=$(date", "month=${{ github.actor }}$(date", "an expression in a script"),
        ("workloads.yml", "persist-credentials: false", "persist-credentials: true", "leaves its token"),
    ] {
        let found = hygiene(&Workflows::of("aiaas").with(file, from, to));
        assert!(found.iter().any(|problem| problem.contains(says)), "{from:?}: {found:?}");
    }
    for (file, from, to) in [
        ("infrastructure.yml", "infra/terraform/platform\n", "infra/terraform/elsewhere\n"),
        (
            "infrastructure.yml",
            "cluster_id infra/terraform/clusters/main cluster_id",
            "cluster_id infra/terraform/clusters/main other",
        ),
        ("infrastructure.yml", "/terraform-root.yml\n    # Secrets", "/other.yml\n    # Secrets"),
        ("workloads.yml", "configs/kustomize/staging/_environment", "configs/kustomize/staging/nothing"),
        (
            "workloads.yml",
            "image: \"docker.io/vllm/vllm-openai:v0.11.0\"",
            "image: \"docker.io/vllm/other:1\"",
        ),
        ("smoke-tests.yml", "deployment vllm ", "deployment nobody "),
        ("smoke-tests.yml", "nodes inference", "nodes nobody"),
        ("drills.yml", "production cluster-failure", "production flood"),
    ] {
        assert!(!names(&Workflows::of("aiaas").with(file, from, to)).is_empty(), "{from:?}");
    }
}

/// Runs a step's script with files on its PATH before everything else. `None`, said aloud, where a tool is missing.
struct Stage {
    folder: tempfile::TempDir,
}

/// What a script did: whether it succeeded, what it said, and what it handed to later steps.
struct Played {
    ok: bool,
    said: String,
    outputs: String,
}

impl Stage {
    fn new() -> Option<Self> {
        for tool in ["bash", "jq"] {
            if Command::new(tool)
                .arg("--version")
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status()
                .is_err()
            {
                let _ = std::io::stderr()
                    .write_all(format!("SKIPPED: in the tests of pipelines: no {tool}\n").as_bytes());
                return None;
            }
        }
        Some(Self { folder: tempfile::tempdir().expect("a folder") })
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, text).expect("written");
        path
    }

    /// A command that the script finds before the real one.
    fn command(&self, name: &str, script: &str) {
        let path = self.file(name, &format!("#!/usr/bin/env bash\n{script}\n"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("executable");
        }
    }

    fn play(&self, step: &Value, environment: &[(&str, &str)]) -> Played {
        let script = self.file("step.sh", step["run"].as_str().expect("a script"));
        let output = self.file("output", "");
        let path = format!("{}:{}", self.folder.path().display(), std::env::var("PATH").unwrap_or_default());
        // As GitHub runs `shell: bash`.
        let done = Command::new("bash")
            .args(["--noprofile", "--norc", "-eo", "pipefail"])
            .arg(script)
            .env("PATH", path)
            .env("GITHUB_OUTPUT", &output)
            .env("RUNNER_TEMP", self.folder.path())
            .envs(environment.iter().copied())
            .current_dir(self.folder.path())
            .output()
            .expect("bash");
        Played {
            ok: done.status.success(),
            said: format!(
                "{}{}",
                String::from_utf8_lossy(&done.stdout),
                String::from_utf8_lossy(&done.stderr)
            ),
            outputs: fs::read_to_string(output).expect("outputs"),
        }
    }
}

/// A review: who, what, on which commit, of what kind, and how the person belongs to the repository.
type Review = (&'static str, &'static str, &'static str, &'static str, &'static str);

fn gate(reviews: &[Review], merged: bool, approvals: &str) -> Option<Played> {
    let stage = Stage::new()?;
    let reviews: Vec<Value> = reviews
        .iter()
        .enumerate()
        .map(|(number, (login, state, commit, kind, association))| {
            serde_json::json!({
                "user": {"login": login, "type": kind}, "state": state, "commit_id": commit,
                "author_association": association, "submitted_at": format!("2026-11-21T10:{number:02}:00Z"),
            })
        })
        .collect();
    // Two pages, as `gh api --paginate` prints them.
    let half = reviews.len() / 2;
    let pages =
        format!("{}\n{}", Value::from(reviews[..half].to_vec()), Value::from(reviews[half..].to_vec()));
    stage.file("reviews.json", &pages);
    stage.file(
        "pulls.json",
        &serde_json::json!([{
            "number": 7, "merged_at": if merged { Value::from("2026-11-21T11:00:00Z") } else { Value::Null },
            "merge_commit_sha": "merge", "head": {"sha": "head"}, "user": {"login": "author"},
        }])
        .to_string(),
    );
    stage.file("commits.json", r#"[{"author": {"login": "author"}, "committer": {"login": "web-flow"}}, {"author": {"login": "helper"}, "committer": null}]"#);
    stage.command(
        "gh",
        "case \"$*\" in\n  *commits/merge/pulls*) cat pulls.json ;;\n  *pulls/7/commits*) cat commits.json ;;\n  *pulls/7/reviews*) cat reviews.json ;;\n  *) echo \"unexpected: $*\" >&2; exit 9 ;;\nesac",
    );
    let step = Workflows::of("aiaas").step("terraform-root.yml", "Enough people have approved");
    Some(stage.play(&step, &[("REPOSITORY", "org/repo"), ("COMMIT", "merge"), ("APPROVALS", approvals)]))
}

#[test]
fn two_people_who_did_not_write_a_change_must_have_approved_its_last_commit() {
    const YES: &str = "APPROVED";
    let ann: Review = ("ann", YES, "head", "User", "MEMBER");
    let bob: Review = ("bob", YES, "head", "User", "COLLABORATOR");
    let cases: &[(&str, &[Review], bool)] = &[
        ("two people", &[ann, bob], true),
        (
            "two people, one of whom commented later",
            &[ann, bob, ("ann", "COMMENTED", "head", "User", "MEMBER")],
            true,
        ),
        (
            "somebody who first asked for changes",
            &[("bob", "CHANGES_REQUESTED", "old", "User", "MEMBER"), ann, bob],
            true,
        ),
        ("nobody", &[], false),
        ("one person", &[ann], false),
        ("one person twice", &[ann, ann], false),
        ("the author", &[ann, ("author", YES, "head", "User", "OWNER")], false),
        ("somebody who wrote a commit", &[ann, ("helper", YES, "head", "User", "MEMBER")], false),
        ("a bot", &[ann, ("robot[bot]", YES, "head", "Bot", "MEMBER")], false),
        ("a stranger", &[ann, ("eve", YES, "head", "User", "NONE")], false),
        ("an earlier commit", &[ann, ("bob", YES, "old", "User", "MEMBER")], false),
        ("a dismissed approval", &[ann, bob, ("bob", "DISMISSED", "head", "User", "MEMBER")], false),
        (
            "somebody who changed his mind",
            &[ann, bob, ("bob", "CHANGES_REQUESTED", "head", "User", "MEMBER")],
            false,
        ),
    ];
    for (name, reviews, passes) in cases {
        let Some(played) = gate(reviews, true, "2") else { return };
        assert_eq!(played.ok, *passes, "{name}: {}", played.said);
        assert_eq!(played.outputs.contains("approvers=ann bob"), *passes, "{name}: {}", played.outputs);
    }
}

#[test]
fn a_commit_that_is_no_merge_of_a_pull_request_is_not_applied() {
    let Some(played) = gate(&[], false, "0") else { return };
    assert!(!played.ok && played.said.contains("is not the merge of a pull request"), "{}", played.said);
    let Some(played) = gate(&[], true, "0") else { return };
    assert!(played.ok && played.outputs.contains("pull=7\nhead=head\n"), "{}{}", played.said, played.outputs);
}

/// The step that compares plans: with the text that the pull request showed, the one that is made now, and its actions.
fn compared(reviewed: Option<&str>, now: &str, actions: &str) -> Option<Played> {
    let stage = Stage::new()?;
    stage.file("plan.txt", now);
    stage.file("shown.txt", reviewed.unwrap_or_default());
    stage.file("plan.json", &format!("{{\"resource_changes\": [{actions}]}}"));
    let download = if reviewed.is_some() {
        "while [ \"$1\" != --dir ]; do shift; done; mkdir -p \"$2\" && cp shown.txt \"$2/plan.txt\""
    } else {
        "exit 1"
    };
    stage.command(
        "gh",
        &format!("case \"$1 $2\" in\n  'run list') echo 11 ;;\n  'run download') {download} ;;\nesac"),
    );
    stage.command("terraform", "cat plan.json");
    let step = Workflows::of("aiaas").step("terraform-root.yml", "The plan is the one that was reviewed");
    let environment = [
        ("REPOSITORY", "org/repo"),
        ("HEAD", "head"),
        ("ROOT", "infra/terraform/platform"),
        ("CHANGES", "true"),
    ];
    Some(stage.play(&step, &environment))
}

#[test]
fn only_the_plan_that_was_reviewed_is_applied() {
    let create = r#"{"change": {"actions": ["create"]}}"#;
    let destroy = r#"{"change": {"actions": ["delete", "create"]}}"#;
    for (name, reviewed, now, actions, passes) in [
        ("the same plan", Some("one\n"), "one\n", destroy, true),
        ("another plan", Some("one\n"), "two\n", create, false),
        ("no plan was shown", None, "one\n", create, false),
        ("a root of which nothing exists", Some("not planned: x\n"), "one\n", create, true),
        ("a root of which something would go", Some("not planned: x\n"), "one\n", destroy, false),
    ] {
        let Some(played) = compared(reviewed, now, actions) else { return };
        assert_eq!(played.ok, passes, "{name}: {}", played.said);
    }
}

/// The step that records an apply: what it sends, and what it does when Loki answers with this status.
fn recorded(url: &str, status: &str) -> Option<(Played, Option<Value>, String)> {
    let stage = Stage::new()?;
    stage.command(
        "curl",
        &format!("printf '%s\\n' \"$@\" >arguments; cp event.json sent.json; exit {status}"),
    );
    let step = Workflows::of("aiaas").step("terraform-root.yml", "Record it in Loki");
    let environment = [
        ("LOKI_URL", url),
        ("LOKI_USER", ""),
        ("PLATFORM", "aiaas"),
        ("ENVIRONMENT", "production"),
        ("ROOT", "infra/terraform/environments/production"),
        ("OUTCOME", "success"),
        ("COMMIT", "merge"),
        ("ACTOR", "o'\"}], \"x\": [{$(id)"),
        ("PULL", "7"),
        ("APPROVERS", "ann bob"),
        ("RUN", "https://example.com/run"),
    ];
    let played = stage.play(&step, &environment);
    let sent = fs::read_to_string(stage.folder.path().join("sent.json")).ok();
    let arguments = fs::read_to_string(stage.folder.path().join("arguments")).unwrap_or_default();
    Some((played, sent.map(|text| serde_json::from_str(&text).expect("JSON")), arguments))
}

#[test]
fn an_apply_is_recorded_whatever_a_name_contains_and_a_refusal_is_noticed() {
    let Some((played, sent, arguments)) = recorded("https://loki.example.com/", "0") else { return };
    assert!(played.ok, "{}", played.said);
    let sent = sent.expect("an event");
    let stream = &sent["streams"][0];
    assert_eq!(
        stream["stream"],
        serde_json::json!({"job": "platc-audit", "event": "terraform-apply", "platform": "aiaas", "environment": "production"})
    );
    let [time, line] = &stream["values"][0].as_array().expect("a value")[..] else { panic!("{sent}") };
    assert!(
        time.as_str().is_some_and(|time| time.len() == 19 && time.bytes().all(|b| b.is_ascii_digit())),
        "{time}"
    );
    let line: Value = serde_json::from_str(line.as_str().expect("a line")).expect("JSON in the line");
    assert_eq!(line["actor"], "o'\"}], \"x\": [{$(id)");
    assert_eq!(line["approvers"], serde_json::json!(["ann", "bob"]));
    assert!(arguments.contains("X-Scope-OrgID: production\n"), "{arguments}");
    assert!(arguments.contains("https://loki.example.com/loki/api/v1/push\n"), "{arguments}");

    let Some((played, ..)) = recorded("https://loki.example.com", "22") else { return };
    assert!(!played.ok, "{}", played.said);
    let Some((played, sent, _)) = recorded("", "0") else { return };
    assert!(played.ok && sent.is_none() && played.said.contains("::warning::"), "{}", played.said);
}

#[test]
fn a_drill_that_was_asked_for_is_not_asked_for_again() {
    let Some(stage) = Stage::new() else { return };
    stage.command(
        "gh",
        "case \"$1 $2\" in\n  'issue list') cat known 2>/dev/null || true ;;\n  'issue create') while [ \"$1\" != --title ]; do shift; done; echo \"$2\" >>known; echo created; cat >>bodies ;;\nesac",
    );
    let workflows = Workflows::of("aiaas");
    let (_, job) =
        workflows.jobs().into_iter().find(|(place, _)| place.starts_with("drills.yml")).expect("a job");
    let drills = job["env"]["DRILLS"].as_str().expect("drills").to_owned();
    let step = workflows.step("drills.yml", "Open what is due");
    let environment = [("DRILLS", drills.as_str()), ("DOCS", "docs")];
    let first = stage.play(&step, &environment);
    assert!(first.ok && first.said.matches("created").count() == 2, "{}", first.said);
    let second = stage.play(&step, &environment);
    assert!(second.ok && second.said.matches("created").count() == 0, "{}", second.said);
    let bodies = fs::read_to_string(stage.folder.path().join("bodies")).expect("bodies");
    assert!(bodies.contains("docs/runbooks/cluster-failure.md"), "{bodies}");
}

#[test]
fn a_bundle_is_asked_for_once_in_the_months_in_which_it_is_due() {
    let Some(stage) = Stage::new() else { return };
    stage.command(
        "gh",
        "case \"$1 $2\" in\n  'issue list') cat known 2>/dev/null || true ;;\n  'issue create') while [ \"$1\" != --title ]; do shift; done; echo \"$2\" >>known; cat >>bodies ;;\nesac",
    );
    let step = Workflows::of("aiaas").step("rotation.yml", "Open what is due");
    let secrets = "production databases quarterly production database-users sealed/users.yaml services/api\n\
                   production databases quarterly production database-other sealed/other.yaml\n\
                   production tokens yearly production token sealed/token.yaml services/api\n\
                   staging databases never staging database-users sealed/users.yaml services/api\n";
    let ask = |month: &str| -> Vec<String> {
        let _ = fs::remove_file(stage.folder.path().join("known"));
        stage.command("date", &format!("echo {month}"));
        for _ in 0..2 {
            let played = stage.play(&step, &[("SECRETS", secrets), ("DOCS", "docs")]);
            assert!(played.ok, "{}", played.said);
        }
        let known = fs::read_to_string(stage.folder.path().join("known")).unwrap_or_default();
        known.lines().map(str::to_owned).collect()
    };
    assert_eq!(ask("2026-11"), [""; 0]);
    assert_eq!(ask("2026-10"), ["Rotate secrets: databases in production, 2026-10"]);
    assert_eq!(
        ask("2027-01"),
        ["Rotate secrets: databases in production, 2027-01", "Rotate secrets: tokens in production, 2027-01"]
    );
    let bodies = fs::read_to_string(stage.folder.path().join("bodies")).expect("bodies");
    assert!(
        bodies.contains(
            "- [ ] `sealed/users.yaml`, used by services/api\n- [ ] `sealed/other.yaml`, used by nobody"
        ),
        "{bodies}"
    );
}
