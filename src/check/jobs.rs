//! Jobs: runs that cannot end well, and failures that nobody would see.

use super::{Context, Rule};
use crate::diag::{Diagnostic, code};
use crate::plan::{Resolved, Service};
use crate::units::Duration;

pub(super) const RULES: &[Rule] =
    &[Rule { name: "jobs/pipes", run: pipes }, Rule { name: "jobs/time", run: time }];

/// Shells whose last command decides what a pipe says.
const SHELLS: [&str; 5] = ["sh", "bash", "ash", "dash", "ksh"];

fn pipes(context: &mut Context<'_>) {
    let plan = context.plan;
    for environment in plan.environments.values() {
        for job in &environment.jobs {
            let Some(script) = script(&job.pod) else { continue };
            if !has_pipe(&script.value) || said(&job.pod).any(|word| word.value.contains("pipefail")) {
                continue;
            }
            let finding = Diagnostic::new(
                &code::PIPE_HIDES_FAILURE,
                context.origin(script, job.pod.at),
                format!("a pipe in the command of `{}` succeeds when its first part fails", job.pod.key),
            )
            .in_environment(&environment.key);
            let help = "begin the script with `set -eo pipefail;`";
            let finding = if script.value.contains("pg_dump") {
                finding.help(format!(
                    "{help}; a dump that is checked is `dump: {{schedule: .., bucket: ..}}` of the database"
                ))
            } else {
                finding.help(help)
            };
            context.report(finding);
        }
    }
}

fn said(pod: &Service) -> impl Iterator<Item = &Resolved<String>> {
    pod.command.iter().chain(&pod.args)
}

/// The script that a shell is given.
fn script(pod: &Service) -> Option<&Resolved<String>> {
    let shell = said(pod).next()?.value.rsplit('/').next()?;
    let takes_script = |word: &&Resolved<String>| {
        word.value.starts_with('-') && !word.value.starts_with("--") && word.value.ends_with('c')
    };
    let mut rest = said(pod).skip(1).skip_while(|word| !takes_script(word));
    rest.next()?;
    rest.next().filter(|_| SHELLS.contains(&shell))
}

/// Whether a script has a pipe: a `|` that is neither quoted nor half of `||`.
fn has_pipe(script: &str) -> bool {
    let mut quote = None;
    let mut letters = script.chars().peekable();
    while let Some(letter) = letters.next() {
        match (quote, letter) {
            (None | Some('"'), '\\') => {
                letters.next();
            }
            (None, '\'' | '"') => quote = Some(letter),
            (Some(open), _) if open == letter => quote = None,
            (None, '|') if letters.peek() == Some(&'|') => {
                letters.next();
            }
            (None, '|') => return true,
            _ => {}
        }
    }
    false
}

fn time(context: &mut Context<'_>) {
    let plan = context.plan;
    for environment in plan.environments.values() {
        for job in environment.jobs.iter().filter(|job| job.timeout.value == Duration(0)) {
            let finding = Diagnostic::new(
                &code::JOB_WITHOUT_TIME,
                context.origin(&job.timeout, job.pod.at),
                format!("a run of `{}` is stopped as soon as it starts", job.pod.key),
            )
            .help("write how long a run may take with its retries, such as `30m`");
            context.report(finding);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::has_pipe;

    #[test]
    fn a_pipe_is_one_outside_of_quotes() {
        for script in ["a | b", "a|b", "a || b | c", "echo \"x\" | y", "x 2>&1 |& tee y"] {
            assert!(has_pipe(script), "{script}");
        }
        for script in ["a || b", "grep 'a|b' x", "grep \"a|b\" x", "echo a\\|b", "a && b; c"] {
            assert!(!has_pipe(script), "{script}");
        }
    }
}
