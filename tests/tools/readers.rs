//! The reader of the newest restorable point, as it is delivered: its script against a client of the cloud that says what the test
//! wants.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::tool::{Project, Verdict, is_yaml, run, text, tool};
use crate::yaml;

/// How long the test waits for what comes in less than a second.
const PATIENCE: Duration = Duration::from_secs(20);

/// A reader as it is delivered.
struct Reader {
    /// What asks.
    script: String,
    /// What says whether it goes on asking.
    alive: String,
    /// Its environment.
    variables: Vec<(String, String)>,
}

/// The first reader in any example.
fn delivered(project: &Project) -> Option<Reader> {
    for example in project.examples() {
        for file in example.files().into_iter().filter(|file| is_yaml(file)) {
            let written = text(&file);
            if !written.contains("restorable.prom") {
                continue;
            }
            for document in yaml::documents(&written).expect("YAML") {
                let containers = document["spec"]["template"]["spec"]["containers"].as_array();
                let Some(ask) = containers.into_iter().flatten().find(|it| it["name"] == "ask") else {
                    continue;
                };
                let word = |value: &serde_json::Value| value.as_str().expect("text").to_owned();
                let variables = ask["env"].as_array().into_iter().flatten();
                let variables = variables.map(|it| (word(&it["name"]), word(&it["value"]))).collect();
                let alive = word(&ask["livenessProbe"]["exec"]["command"][2]);
                return Some(Reader { script: word(&ask["command"][2]), alive, variables });
            }
        }
    }
    None
}

/// Ends with the test, whatever happens in it.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn program(folder: &Path, name: &str, script: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    let file = folder.join(name);
    // A file that is written while the other program starts it would be busy.
    let new = folder.join(format!(".{name}"));
    std::fs::write(&new, format!("#!/bin/sh\n{script}\n")).expect("a program");
    std::fs::set_permissions(&new, std::fs::Permissions::from_mode(0o755)).expect("it can be run");
    std::fs::rename(&new, file).expect("its name");
}

fn comes(what: impl Fn() -> bool) -> bool {
    let begin = Instant::now();
    while begin.elapsed() < PATIENCE {
        if what() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    false
}

/// What RDS says is shown as promtool reads it, what RDS does not say is not, and the pod ends when it is asked to.
pub(crate) fn restorable(project: &Project) -> Verdict {
    let promtool = tool("promtool")?;
    let bash = tool("bash")?;
    let Reader { script, alive, variables } = delivered(project).expect("an example with a reader");
    let folder = tempfile::tempdir().expect("a folder");
    let (bin, work) = (folder.path().join("bin"), folder.path().join("work"));
    for folder in [&bin, &work] {
        std::fs::create_dir(folder).expect("a folder");
    }
    let (asked, shown) = (folder.path().join("asked"), work.join("restorable.prom"));
    let says = |answer: &str| program(&bin, "aws", &format!("echo \"$@\" >> {}\n{answer}", asked.display()));
    let rest = std::env::var("PATH").unwrap_or_default();
    program(&bin, "sleep", &format!("PATH={rest}\nexec sleep 0.05"));
    says("echo 2026-11-21T10:00:00.123000+00:00");
    let lives = || run(Command::new(&bash).args(["-c", &alive]).env("WORK", &work)).ok;
    let before = lives();
    let child = Command::new(&bash)
        .args(["-c", &script])
        .envs(variables.iter().filter(|(name, _)| name != "WORK" && name != "HOME").cloned())
        .env("WORK", &work)
        .env("PATH", format!("{}:{rest}", bin.display()))
        .stderr(Stdio::null())
        .spawn()
        .expect("bash");
    let mut running = Running(child);
    let mut problems = Vec::new();
    let mut claim = |holds: bool, what: &str| {
        if !holds {
            problems.push(what.to_owned());
        }
    };
    claim(!before, "it lives before it asked");
    claim(comes(|| shown.is_file()), "an answer is not shown");
    claim(comes(lives), "it asks, and counts as dead");
    let old = std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(86_400);
    let content = std::fs::read_to_string(&shown).unwrap_or_default();
    let metric = "platc_db_latest_restorable_timestamp_seconds";
    claim(content.lines().last() == Some(&format!("{metric} 1795255200")), &format!("wrong: {content}"));
    let checked = run(Command::new(promtool)
        .args(["check", "metrics"])
        .stdin(std::fs::File::open(&shown).expect("a file")));
    claim(checked.ok, &checked.said());
    let asked = std::fs::read_to_string(&asked).unwrap_or_default();
    let database = variables.iter().find(|(name, _)| name == "DATABASE").expect("a database");
    let wanted = format!("rds describe-db-instances --db-instance-identifier {} ", database.1);
    claim(asked.starts_with(&wanted), &format!("it asked: {asked}"));
    says("echo None");
    claim(comes(|| !shown.exists()), "no restorable point, and one is shown");
    says("echo 2026-11-21T10:05:00+00:00");
    claim(comes(|| shown.is_file()), "it does not go on after a failure");
    says("exit 254");
    claim(comes(|| !shown.exists()), "the provider refuses, and its old answer is shown");
    claim(lives(), "the provider refuses, and it counts as dead");
    let id = running.0.id().to_string();
    claim(run(Command::new("kill").args(["-TERM", &id])).ok, "no signal");
    claim(
        comes(|| !Path::new("/proc").join(&id).join("exe").exists()),
        "it does not end when it is asked to",
    );
    let last =
        std::fs::File::options().write(true).open(work.join("asked")).and_then(|file| file.set_modified(old));
    claim(last.is_ok() && !lives(), "it has not asked for long, and counts as alive");
    claim(running.0.wait().is_ok_and(|status| status.success()), "it ends as a failure");
    Some(problems)
}
