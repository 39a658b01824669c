//! The command line as a person or a pipeline meets it.
#![allow(missing_docs, clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod support;

use std::fs;
use std::process::Stdio;

use platc::diag::render::{Look, human, json};
use platc::diag::{Diagnostic, Severity, code};
use platc::source::{Source, Span};
use serde_json::Value;
use support::{Runner, minimal};

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn the_manual_is_current() {
    let runner = Runner::new();
    for command in ["", "init", "validate", "render", "show", "explain", "schema", "completions", "man"] {
        let arguments: Vec<&str> = [command, "--help"].into_iter().filter(|word| !word.is_empty()).collect();
        let help = runner.run(&arguments);
        assert_eq!((help.code, help.err.as_str()), (0, ""));
        let name = if command.is_empty() { "help".to_owned() } else { format!("help-{command}") };
        snapshot!(name, help.out);
    }
}

#[test]
fn wrong_usage_ends_with_2() {
    let runner = Runner::with_spec();
    for arguments in [
        &[][..],
        &["frobnicate"],
        &["render"],
        &["validate", "--format", "xml"],
        &["validate", "--today", "tomorrow"],
        &["render", "-o", "out", "--only", "nothing"],
        &["render", "-o", "out", "--check", "--force"],
        &["explain", "no/such-code"],
        &["explain", "services.nothing.at.all"],
        &["show", "platform.yaml", "environments.nowhere"],
    ] {
        let output = runner.run(arguments);
        assert_eq!(output.code, 2, "{arguments:?}: {}", output.err);
        assert_eq!(output.out, "", "{arguments:?}");
    }
    let hostile = runner.run(&["validate", "--format", "\u{1b}[31m"]);
    assert!(!hostile.err.contains('\u{1b}'));
}

#[test]
fn init_writes_a_spec_that_is_valid_and_never_overwrites() {
    for example in ["minimal", "aiaas"] {
        let runner = Runner::new();
        assert_eq!(runner.run(&["init", "--example", example]).code, 0);
        let text = runner.read("platform.yaml");
        let valid = runner.run(&["validate", "--today", "2026-11-21"]);
        assert_eq!(valid.code, 0, "{}", valid.err);
        assert_eq!(runner.run(&["init"]).code, 4);
        assert_eq!(runner.read("platform.yaml"), text);
        assert_eq!(runner.run(&["init", "-", "--example", example]).out, text);
    }
}

#[test]
fn init_says_next_steps_that_a_shell_takes() {
    let runner = Runner::new();
    let output = runner.run(&["init", "my platform's.yaml"]);
    assert_eq!(output.code, 0);
    assert!(output.err.contains("platc validate 'my platform'\\''s.yaml'; "), "{}", output.err);
    assert_eq!(runner.run(&["init", "nowhere/platform.yaml"]).code, 4);
}

#[test]
fn every_command_that_reads_a_spec_says_alike_why_it_cannot() {
    let runner = Runner::new();
    runner.put("folder/platform.yaml", b"");
    runner.put("latin.yaml", b"name: caf\xe9\n");
    runner.put("empty.yaml", b"");
    for (file, code, said) in [
        ("./folder", 4, "for example `./folder/platform.yaml`"),
        ("nowhere.yaml", 4, "there is no file `nowhere.yaml`"),
        ("latin.yaml/x.yaml", 4, "there is no file `latin.yaml/x.yaml`"),
        ("latin.yaml", 1, "is not UTF-8"),
        ("empty.yaml", 1, "there is nothing in this spec"),
    ] {
        for arguments in [&["validate", file][..], &["render", file, "-o", "out"], &["show", file]] {
            let output = runner.run(arguments);
            assert_eq!((output.code, output.out.as_str()), (code, ""), "{arguments:?}: {}", output.err);
            assert!(output.err.contains(said), "{arguments:?}: {}", output.err);
        }
    }
    for arguments in [&["validate", "-"][..], &["render", "-", "-o", "out"], &["show", "-"]] {
        let output = runner.run_with(arguments, minimal().as_bytes());
        assert_eq!(output.code, 0, "{arguments:?}: {}", output.err);
    }
}

#[test]
fn validate_says_what_it_found_and_ends_accordingly() {
    let runner = Runner::with_spec();
    let day = ["--today", "2026-11-21"];
    let fine = runner.run(&["validate", day[0], day[1]]);
    assert_eq!((fine.code, fine.out.as_str()), (0, ""));

    let warned = minimal().replace("1.0.0", "latest");
    let output = runner.run_with(&["validate", "-"], warned.as_bytes());
    assert!(output.err.contains("<stdin>:"), "{}", output.err);
    let warned = minimal().replace("    health:", "    #");
    assert_eq!(runner.run_with(&["validate", "-"], warned.as_bytes()).code, 0);
    assert_eq!(runner.run_with(&["validate", "-", "--deny-warnings"], warned.as_bytes()).code, 1);

    let wrong = minimal().replace("nodePools", "nodePool");
    let output = runner.run_with(&["validate", "-"], wrong.as_bytes());
    assert_eq!(output.code, 1);
    assert!(output.err.contains("did you mean `nodePools`"), "{}", output.err);
    assert!(output.err.ends_with("1 error\n") || output.err.contains("error"), "{}", output.err);
}

#[test]
fn json_goes_to_standard_output_and_nothing_else_does() {
    let runner = Runner::new();
    let wrong = minimal().replace("nodePools", "nodePool");
    let output = runner.run_with(&["validate", "-", "--format", "json"], wrong.as_bytes());
    assert_eq!((output.code, output.err.as_str()), (1, ""));
    let value = parsed(&output.out);
    assert_eq!(value["version"], 1);
    assert_eq!(value["file"], "<stdin>");
    let unknown = value["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["code"] == "document/unknown-field")
        .expect("the finding");
    assert_eq!(unknown["severity"], "error");
    assert_eq!(unknown["path"], "nodePool");
    assert_eq!(unknown["primary"]["start"]["column"], 1);
    assert_eq!(unknown["edit"]["replacement"], "nodePools");

    let missing = runner.run(&["validate", "nowhere.yaml", "--format", "json"]);
    assert_eq!(missing.code, 4);
    assert_eq!(parsed(&missing.out)["diagnostics"][0]["code"], "document/unreadable");
}

#[test]
fn render_writes_then_finds_nothing_to_do() {
    let runner = Runner::with_spec();
    assert_eq!(runner.run(&["render", "-o", "out", "--check"]).code, 3);
    assert!(!runner.path().join("out").exists());
    let written = runner.run(&["render", "-o", "out"]);
    assert_eq!((written.code, written.out.as_str()), (0, ""), "{}", written.err);
    let check = runner.run(&["render", "-o", "out", "--check"]);
    assert_eq!((check.code, check.out.as_str()), (0, ""), "{}", check.err);

    // A comment changes nothing; the day does not, either.
    runner.put("platform.yaml", format!("# a comment\n{}", minimal()).as_bytes());
    assert_eq!(runner.run(&["render", "-o", "out", "--check"]).code, 0);

    runner.put("platform.yaml", minimal().replace("max: 6}", "max: 7}").as_bytes());
    let check = runner.run(&["render", "-o", "out", "--check"]);
    assert_eq!(check.code, 3);
    assert!(check.out.lines().all(|line| line.starts_with("changed ")), "{}", check.out);
}

#[test]
fn a_spec_with_errors_writes_nothing() {
    let runner = Runner::with_spec();
    runner.put("platform.yaml", minimal().replace("port: 8080", "port: 99999").as_bytes());
    let output = runner.run(&["render", "-o", "out"]);
    assert_eq!(output.code, 1);
    assert!(output.err.contains("nothing was written"));
    assert!(!runner.path().join("out").exists());
}

/// Some generated file of the output.
fn generated(runner: &Runner) -> String {
    let manifest = parsed(&runner.read("out/.platc/manifest.json"));
    let files = manifest["files"].as_object().unwrap();
    files.iter().find(|(_, entry)| entry["sha256"].is_string()).unwrap().0.clone()
}

#[test]
fn a_hand_edit_is_shown_with_its_place_and_kept() {
    let runner = Runner::with_spec();
    runner.run(&["render", "-o", "out"]);
    let path = generated(&runner);
    let edited = runner.read(&format!("out/{path}")) + "\u{1b}[31mby hand\n";
    runner.put(&format!("out/{path}"), edited.as_bytes());
    let refused = runner.run(&["render", "-o", "out"]);
    assert_eq!(refused.code, 1);
    for part in ["was edited by hand", "+\\u{1b}[31mby hand", "nothing was written", "--force"] {
        assert!(refused.err.contains(part), "{part}: {}", refused.err);
    }
    assert!(!refused.err.contains('\u{1b}'));
    assert_eq!(runner.run(&["render", "-o", "out", "--check"]).code, 3);
    let json = runner.run(&["render", "-o", "out", "--format", "json"]);
    assert_eq!(json.code, 1);
    let value = parsed(&json.out);
    assert_eq!(value["render"]["written"], false);
    assert_eq!(value["render"]["refused"], true);
    assert_eq!(runner.run(&["render", "-o", "out", "--force"]).code, 0);
    assert_eq!(runner.read(&format!("out/.platc/backup/1/{path}")), edited);
    assert_eq!(runner.run(&["render", "-o", "out", "--check"]).code, 0);
}

#[test]
fn one_tool_alone_can_be_rendered() {
    let runner = Runner::with_spec();
    assert_eq!(runner.run(&["render", "-o", "out", "--only", "terraform"]).code, 0);
    let manifest = parsed(&runner.read("out/.platc/manifest.json"));
    assert!(manifest["files"].as_object().unwrap().values().all(|entry| entry["backend"] == "terraform"));
}

#[test]
fn what_cannot_be_written_ends_with_4() {
    let runner = Runner::with_spec();
    runner.put("file", b"mine");
    for out in ["file", "file/below"] {
        let output = runner.run(&["render", "-o", out]);
        assert_eq!(output.code, 4, "{}", output.err);
        assert!(output.err.contains("file"), "{}", output.err);
    }
    assert_eq!(runner.read("file"), "mine");
}

#[test]
fn two_runs_do_not_meet() {
    let runner = Runner::with_spec();
    runner.run(&["render", "-o", "out"]);
    let held = fs::File::open(runner.path().join("out")).unwrap();
    held.try_lock().unwrap();
    let output = runner.run(&["render", "-o", "out"]);
    assert_eq!(output.code, 4);
    assert!(output.err.contains("another run"), "{}", output.err);
    drop(held);
    assert_eq!(runner.run(&["render", "-o", "out"]).code, 0);
}

#[test]
fn show_says_where_values_come_from() {
    let runner = Runner::with_spec();
    let whole = runner.run(&["show"]);
    assert_eq!(whole.code, 0, "{}", whole.err);
    for part in ["# platform.yaml:", "# default: ", "# derived: "] {
        assert!(whole.out.contains(part), "{part}");
    }
    // The output is YAML, in spite of the comments.
    let value: serde_yaml::Value = serde_yaml::from_str(&whole.out).expect("YAML");
    assert_eq!(value["name"], "shop");
    let part = runner.run(&["show", "environments.production.namespace", "--format", "json"]);
    let part = parsed(&part.out);
    assert_eq!(part["value"]["value"], "production");
    assert_eq!(part["value"]["from"], "derived");
    assert_eq!(runner.run(&["show", "platform.yaml", "environments.production.namespace"]).code, 0);
}

#[test]
fn explain_knows_every_code_and_every_field() {
    let runner = Runner::new();
    for code in code::CODES {
        let output = runner.run(&["explain", code.slug]);
        assert_eq!(output.code, 0, "{}", code.slug);
        assert!(output.out.contains(code.slug));
    }
    for field in [
        "services",
        "services.api.autoscaling.min",
        "services.autoscaling.min",
        "services.overrides.production.replicas",
        "services.api.environments",
        "clusters.main.controlPlane",
        "clusters.controlPlane.allow",
        "defaults.services.replicas",
        "environments.production.defaults.databases.nodes",
        "allow",
    ] {
        let output = runner.run(&["explain", field]);
        assert_eq!(output.code, 0, "{field}: {}", output.err);
    }
    // The last part is enough where one has it, and several are listed; what people copy from a finding is understood.
    for (asked, title) in [
        ("autoscaling", "services.autoscaling\n"),
        ("rpo-not-met", "recovery/rpo-not-met (error)\n"),
        ("error[recovery/rpo-not-met]:", "recovery/rpo-not-met (error)\n"),
        ("min", "`min` stands for several:\n"),
        ("recovery", "Codes of findings about recovery:\n"),
        ("name/", "name\n"),
    ] {
        let output = runner.run(&["explain", asked]);
        assert_eq!(output.code, 0, "{asked}: {}", output.err);
        assert!(output.out.starts_with(title), "{asked}: {}", output.out);
    }
    for (asked, suggested) in [
        ("recovry", "`recovery`"),
        ("recovery/rpo", "`recovery/rpo-not-met`"),
        ("services.autoscalin", "`services.autoscaling`"),
        ("tiers.rp", "`tiers.rpo`"),
        ("replicsa", "`services.replicas`"),
        ("zzzzzzzz", "`platc explain` lists"),
    ] {
        let output = runner.run(&["explain", asked]);
        assert_eq!(output.code, 2, "{asked}");
        assert!(output.err.contains(suggested), "{asked}: {}", output.err);
    }
    snapshot!("explain-list", runner.run(&["explain", "recovery"]).out);
    snapshot!("explain-field", runner.run(&["explain", "services.autoscaling"]).out);
    snapshot!("explain-code", runner.run(&["explain", "recovery/rpo-not-met"]).out);
    assert!(runner.run(&["explain"]).out.contains("recovery/rpo-not-met"));
}

#[test]
fn the_schema_is_json() {
    let schema = parsed(&Runner::new().run(&["schema"]).out);
    assert_eq!(schema["$schema"], "http://json-schema.org/draft-07/schema#");
}

#[test]
fn colours_follow_the_flag_then_the_environment() {
    let runner = Runner::with_spec();
    let colored = |arguments: &[&str], variables: &[(&str, &str)]| {
        let output = runner.command(arguments).envs(variables.iter().copied()).output().expect("platc runs");
        String::from_utf8(output.stderr).unwrap().contains('\u{1b}')
    };
    let missing = ["validate", "nowhere"];
    assert!(!colored(&missing, &[]));
    assert!(colored(&missing, &[("CLICOLOR_FORCE", "1")]));
    assert!(!colored(&missing, &[("CLICOLOR_FORCE", "0")]));
    assert!(!colored(&missing, &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
    assert!(colored(&["validate", "nowhere", "--color", "always"], &[("NO_COLOR", "1")]));
    assert!(!colored(&["validate", "nowhere", "--color", "never"], &[("CLICOLOR_FORCE", "1")]));
}

#[test]
fn a_closed_pipe_is_no_error() {
    let runner = Runner::with_spec();
    for arguments in [
        &["schema"][..],
        &["show"],
        &["--help"],
        &["explain"],
        &["validate", "--format", "json"],
        &["validate", "--format", "sarif"],
        &["validate", "--format", "github"],
        &["completions", "bash"],
        &["completions", "zsh"],
        &["man"],
    ] {
        let mut child = runner
            .command(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("platc runs");
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "", "{arguments:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_below_standard_output_ends_with_4() {
    let runner = Runner::with_spec();
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = runner.command(&["schema"]).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(4));
}

/// A finding of every shape that the renderers know.
fn shapes() -> (Source, Vec<Diagnostic>) {
    let text = "\
name: shop
databases:
  orders:
    engine: postgresql
    tier: silver   # \u{1b}[31mred\u{1b}[0m
    backup: {every: 1d, pointInTime: false}
  日本語: {tier: gold}
services:
  api:
    image: x
    args: [";
    let long = format!("{text}{}, needle, {}]\n", "a, ".repeat(200), "b, ".repeat(200));
    let at = |needle: &str| {
        let start = u32::try_from(long.find(needle).unwrap()).unwrap();
        Span::new(start, start + u32::try_from(needle.len()).unwrap())
    };
    let end = u32::try_from(long.len()).unwrap();
    let found = vec![
        Diagnostic::new(
            &code::RPO_NOT_MET,
            at("silver"),
            "`orders` can lose 24 h 20 min of data, its tier promises at most 1 h",
        )
        .label("promises rpo 1 h, for the loss of an instance, a zone, bad writes")
        .related(
            at("{every: 1d, pointInTime: false}"),
            "the only copy: every 24 h, and the dump itself takes 20 min",
        )
        .note("the sum: interval 24 h 0 min + duration 0 h 20 min = 24 h 20 min")
        .help("`pointInTime: true` gives 5 min at no extra instance"),
        Diagnostic::new(&code::UNKNOWN_FIELD, at("image"), "no label, an edit").edit(at("image"), "images"),
        Diagnostic::new(&code::UNUSED, at("gold"), "wide characters before it, a softer severity")
            .label("here")
            .severity(Severity::Info),
        Diagnostic::new(&code::DUPLICATE_KEY, at("api"), "two places far apart")
            .label("again here")
            .related(at("name"), "first here"),
        Diagnostic::new(&code::UNUSED, at("needle"), "in the middle of a long line").label("this one"),
        Diagnostic::new(&code::EMPTY, Span::new(end, end), "at the very end").label("here"),
        Diagnostic::new(&code::SYNTAX, Span::new(9000, 9100), "behind the end"),
        Diagnostic::new(&code::UNUSED, Span::new(0, end), "over everything").label("all of it"),
        Diagnostic::new(
            &code::INVALID_VALUE,
            at("shop"),
            "a message with \u{1b}]0;title\u{7} and\na line break and \u{202e}turned text",
        )
        .label("a label with \u{1b}[2J")
        .note("a note with \u{9b}31m")
        .help("help with \r a return")
        .edit(at("shop"), "\u{1b}c"),
        Diagnostic::new(
            &code::INVALID_VALUE,
            at("postgresql"),
            "a long message: ".to_owned() + &"word ".repeat(40),
        ),
    ];
    (Source::new("pla\u{1b}tform.yaml", long), found)
}

#[test]
fn every_shape_of_finding_is_drawn() {
    let (source, found) = shapes();
    let drawn = human(&found, &source, Look::PLAIN);
    let harmful = |letter: &char| letter.is_control() && *letter != '\n';
    assert_eq!(drawn.chars().find(harmful), None);
    snapshot!("findings", drawn);
    let colored = human(&found, &source, Look { color: true, width: 100 });
    assert!(!colored.contains("\u{1b}]") && !colored.contains("\u{1b}[2J"));
}

#[test]
fn every_shape_of_finding_is_valid_json() {
    let (source, found) = shapes();
    let text = json(&found, &source, &|_| None);
    assert!(!text.contains(['\u{1b}', '\u{9b}', '\u{7}', '\u{202e}']));
    let value = parsed(&text);
    assert_eq!(value["diagnostics"].as_array().unwrap().len(), found.len());
    assert_eq!(value["diagnostics"][8]["edit"]["replacement"], "\u{1b}c");
    assert_eq!(value["summary"]["errors"], 7);
    snapshot!("finding-json", format!("{:#}", value["diagnostics"][0]));
}

#[test]
fn a_finding_without_text_names_the_file() {
    let found = [Diagnostic::new(&code::EMPTY, Span::default(), "there is nothing in this spec")];
    let drawn = human(&found, &Source::new("a.yaml", ""), Look::PLAIN);
    assert!(drawn.contains("in a.yaml"), "{drawn}");
}

#[test]
fn more_findings_than_anybody_reads_are_summed_up() {
    let source = Source::new("a.yaml", "x: 1\n".repeat(100_000));
    let found: Vec<Diagnostic> = (0..100_000)
        .map(|index| Diagnostic::new(&code::UNUSED, Span::new(index * 5, index * 5 + 1), "unused"))
        .collect();
    // Drawing each of them would take minutes.
    let drawn = human(&found, &source, Look::PLAIN);
    assert!(drawn.contains("and 99900 more findings"));
    assert!(drawn.ends_with("100000 warnings\n"));
    assert_eq!(parsed(&json(&found, &source, &|_| None))["summary"]["warnings"], 100_000);
}
