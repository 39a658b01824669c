//! amtool on Alertmanager's configuration: it is accepted, and each alert reaches whom the spec says.
//!
//! Whom that is, is worked out here from the spec's own words, not from the configuration.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use platc::catalog::Date;
use platc::source::Source;
use platc::{Options, backend, compile};
use serde_json::Value;
use tempfile::TempDir;

use crate::tool::{Project, Verdict, repository, run, skipped, text, tool};
use crate::yaml;

/// A spec and the configuration that is made from it.
struct Pair {
    name: String,
    spec: Value,
    file: PathBuf,
}

fn spec(text: &str) -> Value {
    yaml::documents(text).expect("a spec").into_iter().next().unwrap_or_default()
}

/// The committed configuration of every example that has receivers. An example without must have none.
fn examples(project: &Project) -> Vec<Pair> {
    let mut found = Vec::new();
    for example in project.examples() {
        let spec = spec(&text(&example.spec));
        let wanted = spec["observability"]["receivers"].is_object();
        // One for the only cluster, or one for each.
        let made: Vec<PathBuf> = example
            .files()
            .into_iter()
            .filter(|file| file.parent().is_some_and(|folder| folder.ends_with("alerts")))
            .collect();
        assert_eq!(!made.is_empty(), wanted, "{}", example.name);
        for file in made {
            found.push(Pair { name: example.name.clone(), spec: spec.clone(), file });
        }
    }
    found
}

/// A spec with every kind of receiver, rendered here.
fn fixture() -> (TempDir, Pair) {
    let text = text(&repository().join("tests/fixtures/tools/alertmanager.yaml"));
    let today = Date::parse("2026-11-21").expect("a date");
    let source = Source::new("alertmanager.yaml", &*text);
    let plan = compile(&source, &Options { today, files: None }).plan.expect("a plan");
    let tree = backend::emit(&plan, &["prometheus".to_owned()]);
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("alertmanager.yaml");
    let made = tree.get("alerts/alertmanager.yaml").expect("a configuration").text().into_owned();
    fs::write(&file, made).expect("writable");
    (folder, Pair { name: "every kind of receiver".to_owned(), spec: spec(&text), file })
}

/// amtool, if it knows all kinds of receivers: `msteamsv2_configs` and `jira_configs` came with 0.28.
fn amtool() -> Option<PathBuf> {
    let amtool = tool("amtool")?;
    let done = run(Command::new(&amtool).arg("--version"));
    let version = done.stdout.split("version ").nth(1).unwrap_or_default();
    let mut numbers = version.split('.').map(|number| number.parse::<u32>().unwrap_or_default());
    let is_new = (numbers.next(), numbers.next()) >= (Some(0), Some(28));
    if is_new {
        Some(amtool)
    } else {
        skipped("this amtool is older than 0.28 and does not know Jira and Teams")
    }
}

/// amtool accepts the configurations.
pub(crate) fn accepted(project: &Project) -> Verdict {
    let amtool = amtool()?;
    let (_folder, every_kind) = fixture();
    let pairs = examples(project).into_iter().chain([every_kind]);
    Some(pairs.filter_map(|pair| check(&amtool, &pair.file)).collect())
}

fn check(amtool: &Path, file: &Path) -> Option<String> {
    let done = run(Command::new(amtool).arg("check-config").arg(file));
    (!done.ok).then(|| format!("{}: {}", file.display(), done.said()))
}

/// Each alert reaches whom the spec says.
pub(crate) fn routed(project: &Project) -> Verdict {
    let amtool = amtool()?;
    let (_folder, every_kind) = fixture();
    let pairs = examples(project).into_iter().chain([every_kind]);
    Some(pairs.flat_map(|pair| differences(&amtool, &pair, usize::MAX)).collect())
}

const SEVERITIES: [&str; 4] = ["critical", "warning", "info", "none"];

/// The alerts whose receivers are not those of the spec, as far as the first `most`.
fn differences(amtool: &Path, pair: &Pair, most: usize) -> Vec<String> {
    let environments = pair.spec["environments"].as_object().expect("environments");
    // An alert of a node is about no namespace at all; a rule says at least where it stands.
    let mut places: Vec<(Option<&str>, String)> = vec![
        (None, "namespace=kube-system".to_owned()),
        (None, "namespace=monitoring".to_owned()),
        (None, "instance=node".to_owned()),
    ];
    // The file of a cluster speaks of the environments in it.
    let stem = pair.file.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let own = stem.strip_prefix("alertmanager-");
    let here: Vec<(&String, &Value)> = environments
        .iter()
        .filter(|(_, environment)| own.is_none_or(|cluster| environment["cluster"] == cluster))
        .collect();
    let is_rehearsal = |environment: &Value| {
        environment["role"].as_str().is_some_and(|role| ["development", "staging"].contains(&role))
    };
    let rehearses = here.iter().all(|(_, environment)| is_rehearsal(environment));
    places.extend(here.iter().flat_map(|(key, environment)| {
        let namespace = environment["namespace"].as_str().unwrap_or(key);
        [format!("namespace={namespace}"), format!("environment={key}")]
            .map(|label| (Some(key.as_str()), label))
    }));
    let mut problems = Vec::new();
    let owners = owners(&pair.spec);
    // Alerts of charts are nobody's, platc's are somebody's.
    let charts = ["KubePodCrashLooping", "Watchdog", "InfoInhibitor"].map(|alert| (alert, None));
    let alerts = charts.into_iter().chain(owners.iter().map(|owner| ("ServiceDown", Some(owner.as_str()))));
    let alerts: Vec<(&str, Option<&str>)> = alerts.collect();
    for (environment, place) in &places {
        for (alert, owner) in &alerts {
            for severity in SEVERITIES {
                let mut labels =
                    vec![format!("alertname={alert}"), format!("severity={severity}"), place.clone()];
                labels.extend(owner.map(|owner| format!("owner={owner}")));
                let mut command = Command::new(amtool);
                command.args(["config", "routes", "test", "--config.file"]).arg(&pair.file).args(&labels);
                let done = run(&mut command);
                let got: BTreeSet<String> = done.stdout.trim().split(',').map(str::to_owned).collect();
                let wanted = expected(&pair.spec, (*environment, *owner), rehearses, alert, severity);
                if got != wanted {
                    problems.push(format!("{}: {labels:?} reach {got:?}, not {wanted:?}", pair.name));
                    if problems.len() >= most {
                        return problems;
                    }
                }
            }
        }
    }
    problems
}

/// Every team that a spec names, anywhere.
fn owners(spec: &Value) -> BTreeSet<String> {
    fn collect(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(fields) => {
                for (key, value) in fields {
                    match value {
                        Value::String(owner) if key == "owner" => {
                            found.insert(owner.clone());
                        }
                        _ => collect(value, found),
                    }
                }
            }
            Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
            _ => {}
        }
    }
    let mut found = BTreeSet::new();
    collect(spec, &mut found);
    let routed = spec["observability"]["routing"]["owners"].as_object();
    found.extend(routed.into_iter().flatten().map(|(owner, _)| owner.clone()));
    found
}

/// Runbooks say whom an alert reaches: the same that Alertmanager says.
pub(crate) fn runbooks(project: &Project) -> Verdict {
    let amtool = amtool()?;
    let mut problems = Vec::new();
    let mut asked = 0;
    let mut teams = BTreeSet::new();
    for example in project.examples() {
        let files = example.files();
        let only: Vec<&PathBuf> = files
            .iter()
            .filter(|file| file.parent().is_some_and(|folder| folder.ends_with("alerts")))
            .collect();
        // With several clusters the page does not say whose Alertmanager it is.
        let [configuration] = only[..] else { continue };
        let mut seen: BTreeSet<(String, String, String, BTreeSet<String>)> = BTreeSet::new();
        for page in files.iter().filter(|file| file.parent().is_some_and(|it| it.ends_with("docs/runbooks")))
        {
            let page = text(page);
            let only = page.lines().find_map(|line| line.strip_prefix("Whose it is: ")?.strip_suffix('.'));
            for line in page.lines().filter(|line| line.starts_with("| `")) {
                let cells: Vec<&str> = line.split('|').map(str::trim).collect();
                let [_, _, namespace, severity, _, told, ..] = cells[..] else { continue };
                if !SEVERITIES.contains(&severity) {
                    continue;
                }
                let told = match told {
                    "nobody" => ["null".to_owned()].into(),
                    names => names.split(", ").map(|name| name.trim_matches('`').to_owned()).collect(),
                };
                let owner = only.or_else(|| Some(cells.get(7)?.trim_matches('`')));
                let owner = owner.filter(|owner| !owner.is_empty()).expect("somebody's").to_owned();
                let namespace = namespace.trim_matches('`').to_owned();
                seen.insert((namespace, severity.to_owned(), owner, told));
            }
        }
        for (namespace, severity, owner, told) in seen {
            let mut command = Command::new(&amtool);
            command.args(["config", "routes", "test", "--config.file"]).arg(configuration).args([
                "alertname=Something".to_owned(),
                format!("severity={severity}"),
                format!("namespace={namespace}"),
                format!("owner={owner}"),
            ]);
            let done = run(&mut command);
            let got: BTreeSet<String> = done.stdout.trim().split(',').map(str::to_owned).collect();
            teams.insert(owner.clone());
            asked += 1;
            if got != told {
                problems.push(format!(
                    "{}: {severity} of {owner} in {namespace} reaches {got:?}; runbooks say {told:?}",
                    example.name
                ));
            }
        }
    }
    assert!(asked > 5, "no runbook says whom an alert reaches");
    assert!(teams.len() > 2, "no example has teams: {teams:?}");
    Some(problems)
}

/// What is critical in the production of `examples/prognetwork` goes everywhere that its description names (fact P-27), and what is critical
/// in its staging wakes nobody, also where the alert is about no environment.
pub(crate) fn prognetwork() -> Verdict {
    const EVERYWHERE: &str = "on-call,operations-mail,team,tickets";
    let amtool = amtool()?;
    let folder = repository().join("examples/prognetwork/rendered/alerts");
    let mut problems = Vec::new();
    for (cluster, place, wanted) in [
        ("production", "namespace=prog-production", EVERYWHERE),
        ("production", "namespace=kube-system", EVERYWHERE),
        ("staging", "namespace=prog-staging", "team,tickets"),
        ("staging", "namespace=monitoring", "team,tickets"),
        ("staging", "instance=node", "team,tickets"),
    ] {
        let file = folder.join(format!("alertmanager-{cluster}.yaml"));
        let mut command = Command::new(&amtool);
        command.args(["config", "routes", "test", "--config.file"]).arg(&file);
        let done = run(command.args(["alertname=KubeNodeNotReady", "severity=critical", place]));
        if done.stdout.trim() != wanted {
            problems.push(format!("{cluster}: {place} reaches {}, not {wanted}", done.stdout.trim()));
        }
    }
    Some(problems)
}

/// Whom an alert reaches by the words of the spec. `rehearses` says that no user depends on anything in its cluster.
fn expected(
    spec: &Value,
    (environment, owner): (Option<&str>, Option<&str>),
    rehearses: bool,
    alert: &str,
    severity: &str,
) -> BTreeSet<String> {
    let routing = &spec["observability"]["routing"];
    let list = |names: &Value| -> BTreeSet<String> {
        let names = names.as_array().into_iter().flatten().filter_map(Value::as_str);
        let names: BTreeSet<String> = names.map(str::to_owned).collect();
        if names.is_empty() { ["null".to_owned()].into() } else { names }
    };
    if alert == "Watchdog" {
        return [routing["watchdog"].as_str().unwrap_or("null").to_owned()].into();
    }
    if alert == "InfoInhibitor" {
        return list(&Value::Null);
    }
    if let Some(own) = environment.and_then(|key| routing["environments"].get(key)) {
        return list(own);
    }
    let role = environment.and_then(|key| spec["environments"][key]["role"].as_str());
    // Nobody is woken up for what no user sees.
    let severity = match (severity, role) {
        ("critical", Some("development" | "staging")) => "warning",
        ("critical", _) if rehearses => "warning",
        (other, _) => other,
    };
    // What a team does not say for itself goes the way of all.
    let own = owner.and_then(|owner| routing["owners"].get(owner)?.get(severity));
    list(own.unwrap_or(&routing[severity]))
}

/// The checks find what is wrong: a route to nobody that exists, and one that leads elsewhere.
pub(crate) fn controls() -> Verdict {
    let amtool = amtool()?;
    let (folder, pair) = fixture();
    let good = text(&pair.file);
    let mut problems = Vec::new();
    let with = |from: &str, to: &str| {
        assert!(good.contains(from), "{from}");
        let file = folder.path().join("wrong.yaml");
        fs::write(&file, good.replacen(from, to, 1)).expect("writable");
        file
    };
    if check(&amtool, &with("receiver: dead-man", "receiver: dead-men")).is_none() {
        problems.push("a route to an unknown receiver is accepted".to_owned());
    }
    if check(&amtool, &with("routing_key_file", "routing_key_files")).is_none() {
        problems.push("an unknown field is accepted".to_owned());
    }
    for (from, to) in [
        ("- severity=\"info\"\n      receiver", "- severity=\"note\"\n      receiver"),
        ("namespace=\"staging\"", "namespace=\"stage\""),
        ("receiver: chat\n          continue: true", "receiver: chat\n          continue: false"),
        ("namespace=\"load\"", "namespace=\"loads\""),
        ("environment=\"development\"", "environment=\"developments\""),
        ("owner=\"checkout\"", "owner=\"checkin\""),
        ("- owner=\"checkout\"\n", "- owner=\"checkout\"\n      - severity=\"critical\"\n"),
        ("receiver: checkout-chat", "receiver: chat"),
    ] {
        let wrong = Pair { name: String::new(), spec: pair.spec.clone(), file: with(from, to) };
        if differences(&amtool, &wrong, 1).is_empty() {
            problems.push(format!("nobody notices {to:?} instead of {from:?}"));
        }
    }
    Some(problems)
}
