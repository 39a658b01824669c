//! The manual: what `--help`, `docs/cli.md`, the manual pages, the completions and the README say is so.
#![allow(missing_docs, clippy::expect_used, clippy::panic, clippy::print_stderr, clippy::unwrap_used)]

mod support;

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use platc::cli::manual::{MARK, SAMPLES, markdown};
use platc::cli::{Exit, command};
use support::Runner;

/// The names of all commands.
fn names() -> Vec<String> {
    let names: Vec<String> = command().get_subcommands().map(|one| one.get_name().to_owned()).collect();
    assert!(names.len() >= 8, "{names:?}");
    names
}

/// Whether a program is there; says so if it is not.
fn has(program: &str, test: &str) -> bool {
    let is_there = Command::new(program).arg("--version").output().is_ok();
    if !is_there {
        eprintln!("SKIPPED 1: in {test}: no {program}");
    }
    is_there
}

#[test]
fn the_committed_description_of_the_command_line_is_the_generated_one() {
    let path = "docs/cli.md";
    if std::env::var_os("PLATC_UPDATE").is_some() {
        fs::write(path, markdown()).expect("writable");
    }
    let committed = fs::read_to_string(path).expect("docs/cli.md");
    assert!(committed == markdown(), "docs/cli.md is stale: PLATC_UPDATE=1 cargo test writes it");
}

#[test]
fn every_command_has_an_example_and_a_row_in_the_readme() {
    let readme = fs::read_to_string("README.md").expect("README.md");
    for name in names() {
        assert!(SAMPLES.iter().any(|sample| sample.command == name), "no example of {name}");
        let row = |line: &str| line.starts_with(&format!("| `platc {name}"));
        assert!(readme.lines().any(row), "README.md has no row for `platc {name}`");
    }
    for sample in SAMPLES {
        assert!(names().iter().any(|name| name == sample.command), "{}", sample.line);
    }
}

#[cfg(unix)]
#[test]
fn every_example_ends_as_it_says() {
    let runner = Runner::new();
    let program = Path::new(env!("CARGO_BIN_EXE_platc")).parent().expect("a folder");
    let path = format!("{}:/usr/local/bin:/usr/bin:/bin", program.display());
    for sample in SAMPLES {
        let output = Command::new("sh")
            .args(["-c", sample.line])
            .current_dir(runner.path())
            .env_clear()
            .env("PATH", &path)
            .stdin(Stdio::null())
            .output()
            .expect("a shell");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(sample.exit as i32), "{}: {said}", sample.line);
    }
    assert!(runner.read("platc.sarif").contains("\"2.1.0\""));
    assert!(runner.path().join("out/.platc/manifest.json").exists());
    assert!(runner.path().join("man1/platc-validate.1").exists());
}

#[test]
fn help_fits_a_terminal_and_is_worded_alike() {
    let runner = Runner::new();
    for name in names() {
        for flag in ["-h", "--help"] {
            let output =
                runner.command(&[name.as_str(), flag]).env("COLUMNS", "80").output().expect("platc runs");
            let text = String::from_utf8(output.stdout).unwrap();
            for line in text.lines() {
                let is_verbatim = line.contains("platc ");
                assert!(is_verbatim || line.chars().count() <= 100, "{name} {flag}: {line}");
            }
        }
    }
    for one in command().get_subcommands() {
        let about = one.get_about().map(ToString::to_string).unwrap_or_default();
        assert!(about.starts_with(char::is_uppercase) && !about.ends_with('.'), "{about}");
    }
}

#[test]
fn exit_codes_are_told_once_each() {
    let codes: Vec<u8> = Exit::MEANINGS.iter().map(|(exit, _)| *exit as u8).collect();
    assert_eq!(codes, [0, 1, 2, 3, 4]);
}

#[test]
fn completions_name_every_command_in_every_shell() {
    let runner = Runner::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let output = runner.run(&["completions", shell]);
        assert_eq!((output.code, output.err.as_str()), (0, ""));
        for name in names() {
            assert!(output.out.contains(&name), "{shell}: {name}");
        }
        // The generator gives values to these only.
        assert!(output.out.contains("sarif") || ["powershell", "elvish"].contains(&shell), "{shell}");
        let parser: &[&str] = match shell {
            "bash" => &["bash", "-n"],
            "zsh" => &["zsh", "-n"],
            "fish" => &["fish", "--no-execute"],
            _ => continue,
        };
        if has(parser[0], "completions_name_every_command_in_every_shell") {
            let file = runner.put(shell, output.out.as_bytes());
            let parsed = Command::new(parser[0]).args(&parser[1..]).arg(file).output().expect("it runs");
            assert!(parsed.status.success(), "{shell}: {}", String::from_utf8_lossy(&parsed.stderr));
        }
    }
    assert_eq!(runner.run(&["completions", "tcsh"]).code, 2);
}

#[cfg(unix)]
#[test]
fn bash_completes_commands_and_formats() {
    if !has("bash", "bash_completes_commands_and_formats") {
        return;
    }
    let runner = Runner::new();
    let script = runner.put("platc.bash", runner.run(&["completions", "bash"]).out.as_bytes());
    let complete = |words: &str| {
        let command = format!(
            "source {}; COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); \
             _platc platc \"${{COMP_WORDS[COMP_CWORD]}}\" \"${{COMP_WORDS[COMP_CWORD - 1]}}\"; echo \"${{COMPREPLY[@]}}\"",
            script.display()
        );
        let output = Command::new("bash").args(["-c", &command]).output().expect("bash");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    assert_eq!(complete("platc va"), "validate");
    assert_eq!(complete("platc validate --format sa"), "sarif");
}

#[test]
fn every_command_has_a_manual_page() {
    let runner = Runner::new();
    let main = runner.run(&["man"]);
    assert_eq!((main.code, main.err.as_str()), (0, ""));
    let written = runner.run(&["man", "man1"]);
    assert_eq!(written.code, 0, "{}", written.err);
    assert_eq!(runner.read("man1/platc.1"), main.out);
    let is_groff = has("groff", "every_command_has_a_manual_page");
    for name in std::iter::once("platc".to_owned()).chain(names().iter().map(|name| format!("platc-{name}")))
    {
        let page = runner.read(&format!("man1/{name}.1"));
        assert!(page.starts_with(MARK), "{name}");
        let headings: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix(".SH ")).collect();
        let trimmed: Vec<&str> = headings.iter().map(|heading| heading.trim_matches('"')).collect();
        for needed in ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS"] {
            assert!(trimmed.contains(&needed), "{name}: {trimmed:?}");
        }
        assert_eq!(trimmed.contains(&"EXAMPLES"), name != "platc", "{name}");
        if is_groff {
            let file = runner.path().join(format!("man1/{name}.1"));
            let drawn = Command::new("groff")
                .args(["-man", "-ww", "-z", "-Tutf8", "-Kutf8"])
                .arg(&file)
                .output()
                .expect("groff");
            let said = String::from_utf8_lossy(&drawn.stderr).into_owned();
            assert!(drawn.status.success() && said.is_empty(), "{name}: {said}");
        }
    }
}

#[test]
fn a_manual_page_of_somebody_else_is_left_alone_and_so_are_all_others() {
    let runner = Runner::new();
    runner.put("man1/platc-show.1", b".TH MINE 1\n");
    let refused = runner.run(&["man", "man1"]);
    assert_eq!(refused.code, 4);
    assert!(refused.err.contains("platc-show.1"), "{}", refused.err);
    assert_eq!(runner.read("man1/platc-show.1"), ".TH MINE 1\n");
    assert!(!runner.path().join("man1/platc.1").exists());

    // A page of another version of platc's is replaced; one that is current keeps its time.
    fs::remove_file(runner.path().join("man1/platc-show.1")).unwrap();
    runner.put("man1/platc.1", format!("{MARK}old").as_bytes());
    assert_eq!(runner.run(&["man", "man1"]).code, 0);
    assert!(runner.read("man1/platc.1").len() > 200);
    assert!(runner.run(&["man", "man1"]).err.contains("0 written"));
    runner.put("file", b"mine");
    assert_eq!(runner.run(&["man", "file"]).code, 4);
}

#[test]
fn the_hooks_of_pre_commit_are_commands_that_exist() {
    let text = fs::read_to_string(".pre-commit-hooks.yaml").expect("the hooks");
    let hooks: Vec<serde_yaml::Value> = serde_yaml::from_str(&text).expect("YAML");
    assert_eq!(hooks.len(), 2);
    let notes = markdown();
    for hook in hooks {
        let word = |key: &str| hook[key].as_str().unwrap_or_else(|| panic!("no {key}")).to_owned();
        assert!(notes.contains(&word("id")), "docs/cli.md does not name {}", word("id"));
        let arguments = hook["args"].as_sequence().cloned().unwrap_or_default();
        let line: Vec<String> = word("entry")
            .split(' ')
            .map(str::to_owned)
            .chain(arguments.iter().map(|argument| argument.as_str().expect("text").to_owned()))
            .collect();
        assert!(command().try_get_matches_from(&line).is_ok(), "{line:?}");
    }
}
