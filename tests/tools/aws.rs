//! The production roots of the AWS examples: applied by the real provider to an emulator, planned again, and taken down.
//!
//! `scripts/aws-emulator.py` is moto and what it lacks of EKS. State is in a bucket of the emulator's, with its lock
//! file, as in production. What the emulator cannot represent stands in two tables, each row with its reason; a row that
//! nothing needs any more fails the test.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::tool::{
    Done, Project, Verdict, copy, files, in_parallel, python, repository, run, say, skipped, text, tool,
    tools_folder,
};

/// The production root of an example, by the end of its path.
const PRODUCTION: &[(&str, &str)] =
    &[("quantumvest", "environments/prod"), ("prognetwork", "environments/production")];

/// Modules that are left to validate, plan and their own tests.
const NOT_APPLIED: &[(&str, &str)] = &[
    ("aws/cache", "moto has no parameter groups and user groups of ElastiCache"),
    ("aws/database-backup-copy", "moto has no StartDBInstanceAutomatedBackupsReplication"),
    ("aws/database-replica", "moto's read replica never leaves the state in which the provider waits for it"),
];

/// Resources that a second plan changes, and why that is the emulator's fault.
const FORGOTTEN: &[(&str, &str)] = &[
    (
        "aws_cloudfront_distribution",
        "moto forgets the access control of origins and how the certificate is offered, and makes values up for forwarding",
    ),
    ("aws_db_instance", "moto forgets that Performance Insights is on"),
    ("aws_db_parameter_group", "moto does not give parameters back"),
    ("aws_vpc_security_group_ingress_rule", "moto forgets the description of a rule that names a group"),
];

/// What a run may take: an emulator that does not know a call makes the provider try again for many minutes.
const LIMIT: Duration = Duration::from_secs(900);

/// Applies every production root, plans it again, and destroys what nothing protects.
pub(crate) fn applied(project: &Project) -> Verdict {
    let (terraform, python) = (tool("terraform")?, python()?);
    let mirror = tools_folder().join("mirror");
    let has_provider = files_below(&mirror).iter().any(|file| {
        file.file_name().is_some_and(|name| name.to_string_lossy().starts_with("terraform-provider-aws_v5"))
    });
    if !has_provider {
        return skipped("no binary of the AWS provider 5.x on this machine: nothing is applied");
    }
    let examples = project.examples();
    let wanted: Vec<_> = PRODUCTION
        .iter()
        .filter_map(|(name, root)| Some((examples.iter().find(|example| example.name == *name)?, *root)))
        .collect();
    assert_eq!(wanted.len(), PRODUCTION.len(), "an AWS example is missing");
    let results = in_parallel(&wanted, |(example, root)| {
        let mut trial = Trial::start(&terraform, &python, &example.rendered);
        trial.all(&example.name, root).map_err(|problem| format!("{}: {problem}", example.name))
    });
    let (mut problems, mut needed) = (Vec::new(), BTreeSet::new());
    for result in results {
        match result {
            Ok(rows) => needed.extend(rows),
            Err(problem) => problems.push(problem),
        }
    }
    // Which rows are needed is known only where everything ran to its end.
    if problems.is_empty() {
        let rows = NOT_APPLIED.iter().chain(FORGOTTEN);
        let idle = rows.filter(|(row, _)| !needed.contains(row));
        problems.extend(idle.map(|(row, reason)| format!("the row of {row} is needed no more: {reason}")));
    }
    Some(problems)
}

/// The row of a table about a module or a resource.
fn row(table: &[(&'static str, &'static str)], what: &str) -> Option<&'static str> {
    table.iter().map(|(row, _)| *row).find(|row| *row == what)
}

/// Every file below a folder, links followed; none where there is no folder.
fn files_below(folder: &Path) -> Vec<PathBuf> {
    let all = walkdir::WalkDir::new(folder).follow_links(true).into_iter().filter_map(Result::ok);
    all.filter(|entry| entry.file_type().is_file()).map(walkdir::DirEntry::into_path).collect()
}

/// An emulator, and a copy of a tree that is applied to it.
struct Trial {
    terraform: PathBuf,
    emulator: Child,
    address: String,
    tree: tempfile::TempDir,
    begun: Instant,
}

impl Trial {
    fn start(terraform: &Path, python: &Path, rendered: &Path) -> Self {
        let mut emulator = Command::new(python)
            .arg(repository().join("scripts/aws-emulator.py"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the emulator");
        let mut line = String::new();
        let _ = BufReader::new(emulator.stdout.take().expect("its output")).read_line(&mut line);
        let address = line.trim().strip_prefix("ready: ").expect("the emulator's address").to_owned();
        let tree = copy(rendered);
        Self { terraform: terraform.to_owned(), emulator, address, tree, begun: Instant::now() }
    }

    /// Runs Terraform in a root of the tree.
    fn terraform(&self, root: &Path, arguments: &[String]) -> Result<Done, String> {
        let what = arguments.first().cloned().unwrap_or_default();
        if self.begun.elapsed() > LIMIT {
            return Err(format!("no time left for terraform {what}"));
        }
        let mut command = Command::new(&self.terraform);
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy().into_owned();
            if name.starts_with("TF_") || name.starts_with("AWS_") {
                command.env_remove(name);
            }
        }
        let done = run(command
            .current_dir(root)
            .args([what.as_str(), "-no-color"])
            .args(if what == "show" || what == "output" { &[][..] } else { &["-input=false"][..] })
            .args(arguments.iter().skip(1))
            .env("TF_CLI_CONFIG_FILE", tools_folder().join("terraform.rc"))
            .env("TF_IN_AUTOMATION", "1")
            .env("CHECKPOINT_DISABLE", "1")
            .env("AWS_ENDPOINT_URL", &self.address)
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test")
            // What the emulator lacks is no hiccup of the network.
            .env("AWS_MAX_ATTEMPTS", "2"));
        if done.ok { Ok(done) } else { Err(format!("{}: terraform {what}: {}", root.display(), done.said())) }
    }

    /// Bootstrap, platform, then the production root: applied, planned again, taken down. Says which rows it needed.
    fn all(&mut self, example: &str, production: &str) -> Result<BTreeSet<&'static str>, String> {
        let base = files(self.tree.path())
            .into_iter()
            .filter_map(|file| Some(file.parent()?.parent()?.to_path_buf()))
            .find(|dir| dir.join("bootstrap/main.tf").is_file())
            .ok_or("no bootstrap root")?;
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        for root in ["bootstrap", "platform"] {
            let dir = base.join(root);
            self.terraform(&dir, &words(&["init"]))?;
            self.terraform(&dir, &words(&["apply", "-auto-approve"]))?;
        }
        let zone = self.terraform(&base.join("platform"), &words(&["output", "-raw", "zone_id"]))?.stdout;
        let root = base.join(production);
        let main = text(&root.join("main.tf"));
        let (mut options, mut needed) = (Vec::new(), BTreeSet::new());
        for call in calls(&main) {
            match row(NOT_APPLIED, &call.module) {
                Some(row) => _ = needed.insert(row),
                None => options.push(format!("-target=module.{}", call.name)),
            }
        }
        let variables = text(&root.join("variables.tf"));
        for (variable, value) in
            [("zone_id", zone.trim()), ("administrators", "arn:aws:iam::123456789012:role/platform")]
        {
            if variables.contains(&format!("variable \"{variable}\"")) {
                options.push(format!("-var={variable}={value}"));
            }
        }
        let with =
            |first: &[&str]| words(first).into_iter().chain(options.iter().cloned()).collect::<Vec<_>>();
        self.terraform(&root, &words(&["init"]))?;
        let applied = self.terraform(&root, &with(&["apply", "-auto-approve"]))?;
        let summary = applied.stdout.lines().find(|line| line.starts_with("Apply complete!")).unwrap_or("-");
        say(&format!("{example}: {production}: {summary} ({} s)", self.begun.elapsed().as_secs()));
        self.terraform(&root, &with(&["plan", "-out=again.plan"]))?;
        let shown = self.terraform(&root, &words(&["show", "-json", "again.plan"]))?;
        let plan: Value = serde_json::from_str(&shown.stdout).map_err(|error| error.to_string())?;
        needed.extend(changed(&plan)?);
        self.take_down(&root, &main, &options)?;
        Ok(needed)
    }

    /// Destroys what nothing that is protected stands on, and sees that the database is protected.
    fn take_down(&self, root: &Path, main: &str, options: &[String]) -> Result<(), String> {
        let stands: BTreeSet<&str> =
            ["aws/network", "aws/encryption-key", "aws/cluster", "aws/database"].into();
        let mut arguments = vec!["destroy".to_owned(), "-auto-approve".to_owned()];
        arguments.extend(options.iter().filter(|option| option.starts_with("-var=")).cloned());
        let mut count = 0;
        for call in calls(main) {
            let is_applied = row(NOT_APPLIED, &call.module).is_none();
            // A bucket that is copied needs its copy, and an add-on its cluster: all of those go together.
            if is_applied && !stands.contains(call.module.as_str()) {
                arguments.push(format!("-target=module.{}", call.name));
                count += 1;
            }
        }
        assert!(count > 0, "nothing to take down in {}", root.display());
        let done = self.terraform(root, &arguments)?;
        if !done.stdout.contains("Destroy complete!") {
            return Err(format!("destroy: {}", done.said()));
        }
        let mut database = vec!["destroy".to_owned(), "-auto-approve".to_owned()];
        database.extend(options.iter().filter(|option| option.starts_with("-var=")).cloned());
        let protected = calls(main).into_iter().find(|call| call.module == "aws/database");
        let Some(protected) = protected else { return Ok(()) };
        database.push(format!("-target=module.{}.aws_db_instance.this", protected.name));
        match self.terraform(root, &database) {
            Err(refusal)
                if refusal.to_lowercase().contains("deletion protection")
                    || refusal.contains("protected") =>
            {
                Ok(())
            }
            Err(other) => Err(format!("the database is not protected, but: {other}")),
            Ok(_) => Err("the production database could be destroyed".to_owned()),
        }
    }
}

impl Drop for Trial {
    fn drop(&mut self) {
        drop(self.emulator.stdin.take());
        let _ = self.emulator.wait();
    }
}

/// A call of a module in a root.
struct Call {
    name: String,
    module: String,
}

fn calls(main: &str) -> Vec<Call> {
    let mut found = Vec::new();
    let mut name = None;
    for line in main.lines() {
        if let Some(rest) = line.strip_prefix("module \"") {
            name = rest.split('"').next().map(str::to_owned);
        }
        let source = line.trim_start().strip_prefix("source").and_then(|rest| rest.split('"').nth(1));
        if let (Some(call), Some(source)) = (&name, source) {
            let module = source.rsplit_once("modules/").map_or(source, |(_, module)| module);
            found.push(Call { name: call.clone(), module: module.to_owned() });
            name = None;
        }
    }
    found
}

/// The rows that explain what a second plan changes; fails for a change without one.
fn changed(plan: &Value) -> Result<BTreeSet<&'static str>, String> {
    let (mut needed, mut out) = (BTreeSet::new(), String::new());
    for change in plan["resource_changes"].as_array().into_iter().flatten() {
        let actions = &change["change"]["actions"];
        let (kind, address) =
            (change["type"].as_str().unwrap_or("-"), change["address"].as_str().unwrap_or("-"));
        if actions == &serde_json::json!(["no-op"]) || actions == &serde_json::json!(["read"]) {
            continue;
        }
        match row(FORGOTTEN, kind).filter(|_| actions == &serde_json::json!(["update"])) {
            Some(row) => _ = needed.insert(row),
            None => _ = write!(out, "\n  {address}: {actions}"),
        }
    }
    if out.is_empty() {
        Ok(needed)
    } else {
        Err(format!("a second plan changes what was just applied:{out}"))
    }
}
