//! The formats for other programs: SARIF for code scanning, workflow commands for GitHub Actions.
#![allow(missing_docs, clippy::expect_used, clippy::panic, clippy::print_stderr, clippy::unwrap_used)]

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use platc::catalog::Date;
use platc::diag::render::{clean, github, sarif};
use platc::diag::{Diagnostic, Severity, code};
use platc::source::{Source, Span};
use platc::{Compilation, Options, compile};
use proptest::prelude::*;
use serde_json::Value;
use support::{Runner, minimal};

const TODAY: &str = "2026-11-21";

fn compiled(source: &Source) -> Compilation {
    compile(source, &Options { today: Date::parse(TODAY).expect("a date"), files: None })
}

fn log(compilation: &Compilation, source: &Source) -> Value {
    let path = |span| compilation.path(span);
    let text = sarif(&compilation.diagnostics, &compilation.accepted, source, &source.name, &path);
    serde_json::from_str(&text).expect("JSON")
}

fn specs() -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = ["tests/fixtures", "examples"]
        .iter()
        .flat_map(|root| walkdir::WalkDir::new(root).sort_by_file_name())
        .map(|entry| entry.expect("readable").into_path())
        .filter(|path| {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            name == "platform.yaml" || name.starts_with("bad") || name.starts_with("good")
        })
        .collect();
    found.retain(|path| path.is_file() && !path.starts_with("tests/fixtures/tools"));
    assert!(found.len() > 100, "{} specs", found.len());
    found
}

fn read(path: &Path) -> Source {
    Source::new(path.display().to_string(), fs::read_to_string(path).expect("readable"))
}

#[test]
fn every_log_is_valid_sarif() {
    let schema = Path::new("../shared/reference/sarif-2.1.0.json");
    let Ok(schema) = fs::read_to_string(schema) else {
        eprintln!("SKIPPED 1: in every_log_is_valid_sarif: no {}", schema.display());
        return;
    };
    // One pattern of the published schema has a bracket too many.
    let schema = schema.replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}$");
    let schema: Value = serde_json::from_str(&schema).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    for path in specs() {
        let source = read(&path);
        let value = log(&compiled(&source), &source);
        let faults: Vec<String> = validator
            .iter_errors(&value)
            .map(|fault| format!("{}: {fault}", fault.instance_path()))
            .collect();
        assert!(faults.is_empty(), "{}: {faults:#?}", path.display());
    }
    // The proof that the schema would say something.
    assert!(!validator.is_valid(&serde_json::json!({ "version": "2.1.0", "runs": [{ "results": [] }] })));
}

/// The text of a region, as a reader of UTF-16 cuts it.
fn cut(text: &str, region: &Value) -> String {
    let number = |key: &str| usize::try_from(region[key].as_u64().expect("a number")).expect("small");
    let lines: Vec<Vec<u16>> =
        text.split_inclusive('\n').map(|line| line.encode_utf16().collect()).chain([Vec::new()]).collect();
    let offset =
        |line: usize, column: usize| lines[..line - 1].iter().map(Vec::len).sum::<usize>() + column - 1;
    let start = offset(number("startLine"), number("startColumn"));
    let end = offset(number("endLine"), number("endColumn"));
    let units: Vec<u16> = lines.concat();
    String::from_utf16(&units[start..end]).expect("whole characters")
}

#[test]
fn regions_cut_out_what_findings_point_at() {
    let mut seen = 0;
    for path in specs() {
        let source = read(&path);
        let compilation = compiled(&source);
        let value = log(&compilation, &source);
        assert_eq!(value["runs"][0]["columnKind"], "utf16CodeUnits");
        let results = value["runs"][0]["results"].as_array().unwrap();
        for (finding, result) in compilation.diagnostics.iter().zip(results) {
            let region = &result["locations"][0]["physicalLocation"]["region"];
            assert_eq!(cut(&source.text, region), finding.primary.span.slice(&source.text));
            for (label, related) in
                finding.related.iter().zip(result["relatedLocations"].as_array().into_iter().flatten())
            {
                let region = &related["physicalLocation"]["region"];
                assert_eq!(cut(&source.text, region), label.span.slice(&source.text));
                seen += 1;
            }
        }
    }
    assert!(seen > 50, "{seen} related places");
}

#[test]
fn columns_count_utf16_code_units() {
    let text = "# 🚀\nservices:\n  \"é🚀日\": {image: x}\n";
    let start = u32::try_from(text.find("image").unwrap()).unwrap();
    let finding = Diagnostic::new(&code::UNUSED, Span::new(start, start + 5), "here");
    let source = Source::new("platform.yaml", text);
    let log: Value =
        serde_json::from_str(&sarif(&[finding], &[], &source, "platform.yaml", &|_| None)).unwrap();
    let region = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"];
    // Two spaces, a quote, 1 + 2 + 1 units, a quote, a colon, a space, a brace: the next is the twelfth.
    assert_eq!((&region["startLine"], &region["startColumn"]), (&3.into(), &12.into()));
    assert_eq!(cut(text, region), "image");
}

#[test]
fn rules_are_those_that_results_name() {
    for path in specs() {
        let source = read(&path);
        let value = log(&compiled(&source), &source);
        let run = &value["runs"][0];
        let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
        let mut named = vec![false; rules.len()];
        for result in run["results"].as_array().unwrap() {
            let index = usize::try_from(result["ruleIndex"].as_u64().expect("an index")).unwrap();
            assert_eq!(rules[index]["id"], result["ruleId"]);
            named[index] = true;
        }
        assert!(named.iter().all(|named| *named), "{}", path.display());
    }
}

#[test]
fn a_fix_of_the_log_is_the_edit() {
    let mut fixes = 0;
    for path in specs() {
        let source = read(&path);
        let compilation = compiled(&source);
        let value = log(&compilation, &source);
        let results = value["runs"][0]["results"].as_array().unwrap();
        for (finding, result) in compilation.diagnostics.iter().zip(results) {
            assert_eq!(finding.edit.is_some(), result["fixes"].is_array());
            let Some(edit) = &finding.edit else { continue };
            let replacement = &result["fixes"][0]["artifactChanges"][0]["replacements"][0];
            assert_eq!(cut(&source.text, &replacement["deletedRegion"]), edit.span.slice(&source.text));
            assert_eq!(replacement["insertedContent"]["text"].as_str().unwrap_or(""), edit.replacement);
            fixes += 1;
        }
    }
    assert!(fixes >= 5, "{fixes} fixes");
}

fn fingerprints(source: &Source) -> Vec<String> {
    let value = log(&compiled(source), source);
    let results = value["runs"][0]["results"].as_array().unwrap();
    results
        .iter()
        .map(|result| result["partialFingerprints"]["platcPlace/v1"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn fingerprints_differ_from_each_other_and_survive_moving_lines() {
    for path in specs() {
        let source = read(&path);
        let before = fingerprints(&source);
        let mut unique = before.clone();
        unique.sort();
        unique.dedup();
        assert_eq!(unique.len(), before.len(), "{}: {before:#?}", path.display());
        // Where the text is no YAML, places have no names.
        if compiled(&source).model.is_some() {
            let moved = Source::new("platform.yaml", format!("# moved\n\n# down\n{}", source.text));
            assert_eq!(fingerprints(&moved), before, "{}", path.display());
        }
    }
}

/// The small spec with a warning that it accepts, and one that it does not.
fn accepting() -> String {
    let spec = minimal().replace("    health:", "    #");
    let source = Source::new("platform.yaml", spec.clone());
    let compilation = compiled(&source);
    let finding = compilation
        .diagnostics
        .iter()
        .find(|finding| {
            finding.severity != Severity::Error && compilation.path(finding.primary.span).is_some()
        })
        .expect("a warning");
    let path = compilation.path(finding.primary.span).expect("a path");
    format!(
        "{spec}allow:\n  - {{check: {}, at: {path}, reason: \"known [x](https://example.com)\", until: 2027-03-31}}\n",
        finding.code.slug
    )
}

#[test]
fn what_is_accepted_shows_when_asked_for_and_only_then() {
    let runner = Runner::new();
    let run = |format: &str, more: &[&str]| {
        let arguments = [&["validate", "-", "--today", TODAY, "--format", format][..], more].concat();
        let output = runner.run_with(&arguments, accepting().as_bytes());
        assert_eq!(output.code, 0, "{}", output.err);
        (output.out, output.err)
    };
    let sarif = |more: &[&str]| serde_json::from_str::<Value>(&run("sarif", more).0).unwrap();
    let plain = sarif(&[]);
    let plain = plain["runs"][0]["results"].as_array().unwrap();
    assert!(plain.iter().all(|result| result.get("suppressions").is_none()));
    let all = sarif(&["--accepted"]);
    let all = all["runs"][0]["results"].as_array().unwrap();
    assert_eq!(all.len(), plain.len() + 1);
    // Either every result of a run says what suppresses it, or none does.
    assert!(all.iter().all(|result| result["suppressions"].is_array()));
    let accepted: Vec<&Value> =
        all.iter().filter(|result| result["suppressions"] != serde_json::json!([])).collect();
    let [accepted] = accepted[..] else { panic!("{accepted:#?}") };
    let suppression = &accepted["suppressions"][0];
    assert_eq!(suppression["kind"], "inSource");
    assert!(suppression["justification"].as_str().unwrap().contains("until 2027-03-31"));

    let (json, _) = run("json", &["--accepted"]);
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["accepted"][0]["until"], "2027-03-31");
    assert!(!run("json", &[]).0.contains("\"accepted\""));
    assert!(run("human", &["--accepted"]).1.contains("accepted["));
    assert!(!run("human", &[]).1.contains("accepted["));
}

#[test]
fn files_are_named_from_the_working_directory() {
    let runner = Runner::new();
    let wrong = minimal().replace("nodePools", "nodePool");
    let absolute = runner.put("a b/platform.yaml", wrong.as_bytes());
    let absolute = absolute.canonicalize().unwrap();
    for name in ["a b/platform.yaml", "./a b/platform.yaml", absolute.to_str().unwrap()] {
        let output = runner.run(&["validate", name, "--format", "sarif"]);
        assert_eq!((output.code, output.err.as_str()), (1, ""));
        let value: Value = serde_json::from_str(&output.out).unwrap();
        let place = &value["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "a%20b/platform.yaml", "{name}");
        let output = runner.run(&["validate", name, "--format", "github"]);
        assert_eq!((output.code, output.err.as_str()), (1, ""));
        assert!(output.out.starts_with("::error file=a b/platform.yaml,line="), "{}", output.out);
    }
}

#[test]
fn a_file_that_cannot_be_read_is_a_result_too() {
    let runner = Runner::new();
    let output = runner.run(&["validate", "nowhere.yaml", "--format", "sarif"]);
    assert_eq!(output.code, 4);
    let value: Value = serde_json::from_str(&output.out).unwrap();
    assert_eq!(value["runs"][0]["results"][0]["ruleId"], "document/unreadable");
    let output = runner.run(&["validate", "nowhere.yaml", "--format", "github"]);
    assert_eq!(output.code, 4);
    assert!(output.out.starts_with("::error file=nowhere.yaml,line=1,"), "{}", output.out);
}

#[test]
fn render_gives_findings_in_every_format_and_nothing_else_on_standard_output() {
    let runner = Runner::with_spec();
    let first = runner.run(&["render", "-o", "out", "--check", "--format", "sarif"]);
    assert_eq!(first.code, 3);
    serde_json::from_str::<Value>(&first.out).expect("one document");
    assert!(first.err.contains("created"), "{}", first.err);
    let github = runner.run(&["render", "-o", "out", "--format", "github"]);
    assert_eq!(github.code, 0, "{}", github.err);
    assert!(github.out.lines().all(|line| line.starts_with("::")), "{}", github.out);
    assert!(github.err.contains("created"), "{}", github.err);
}

#[test]
fn findings_as_text_for_a_workflow() {
    let source = read(Path::new("tests/fixtures/recovery/rpo-not-met/bad.yaml"));
    snapshot!("findings-github", github(&compiled(&source).diagnostics, &source, "platform.yaml"));
}

#[test]
fn findings_as_a_log() {
    let source = read(Path::new("tests/fixtures/document/unknown-field/bad.yaml"));
    let compilation = compiled(&source);
    let path = |span| compilation.path(span);
    let text = sarif(&compilation.diagnostics[..1], &[], &source, "platform.yaml", &path);
    snapshot!("findings-sarif", text.replace(env!("CARGO_PKG_VERSION"), "VERSION"));
}

/// Name, properties and data of a workflow command.
type Parsed = (String, Vec<(String, String)>, String);

/// A workflow command as the runner reads it (`ActionCommand.TryParseV2` in `actions/runner`): name, properties, data.
fn parse(line: &str) -> Option<Parsed> {
    let rest = line.trim_start().strip_prefix("::")?;
    let (head, data) = rest.split_once("::")?;
    let (name, properties) = head.split_once(' ').unwrap_or((head, ""));
    let undo = |text: &str| text.replace("%0D", "\r").replace("%0A", "\n");
    let properties = properties
        .split(',')
        .filter_map(|property| property.split_once('='))
        .map(|(key, value)| {
            let value = undo(value).replace("%3A", ":").replace("%2C", ",").replace("%25", "%");
            (key.to_owned(), value)
        })
        .collect();
    Some((name.to_owned(), properties, undo(data).replace("%25", "%")))
}

fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        any::<String>(),
        Just("::error::x".to_owned()),
        Just("\n::add-mask::x\r\n".to_owned()),
        Just("##[error]".to_owned()),
        Just("%0A::stop-commands::x".to_owned()),
        Just(",title=x::".to_owned()),
        Just("\u{2028}\u{85}\u{b}\u{c}".to_owned()),
    ];
    prop::collection::vec(piece, 0..5).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn no_text_injects_a_second_command(
        file in hostile(),
        texts in prop::collection::vec(hostile(), 5),
        severity in prop::sample::select(vec![Severity::Error, Severity::Warning, Severity::Info]),
    ) {
        let source = Source::new("s", "a: b\nc: d\n");
        let finding = Diagnostic::new(&code::UNUSED, Span::new(0, 1), texts[0].clone())
            .severity(severity)
            .label(texts[1].clone())
            .related(Span::new(5, 6), texts[2].clone())
            .note(texts[3].clone())
            .help(texts[4].clone());
        let out = github(&[finding.clone(), finding], &source, &file);
        // The runner ends lines at \r and \n alone.
        let lines: Vec<&str> = out.split(['\r', '\n']).collect();
        prop_assert_eq!(lines.len(), 3);
        prop_assert_eq!(lines[2], "");
        prop_assert!(!out.chars().any(|letter| letter.is_control() && letter != '\n'));
        for line in &lines[..2] {
            let (name, properties, data) = parse(line).expect("a command");
            let expected = match severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Info => "notice",
            };
            prop_assert_eq!(name, expected);
            let keys: Vec<&str> = properties.iter().map(|(key, _)| key.as_str()).collect();
            prop_assert_eq!(keys, ["file", "line", "col", "endLine", "endColumn", "title"]);
            prop_assert_eq!(properties[5].1.as_str(), "reference/unused");
            // Reading undoes %0A before %25 and so on, as the runner does; only texts without `%` come back for certain.
            if !file.contains('%') {
                prop_assert_eq!(&properties[0].1, &clean(&file));
            }
            if texts.iter().all(|text| !text.contains('%')) {
                for text in &texts {
                    prop_assert!(data.contains(&*clean(text)), "{}", data);
                }
            }
        }
    }

    #[test]
    fn no_text_breaks_the_log(file in hostile(), text in hostile()) {
        let source = Source::new("s", "a: b\n");
        let finding = Diagnostic::new(&code::UNUSED, Span::new(0, 1), text.clone()).note(text.clone()).help(text);
        let out = sarif(&[finding], &[], &source, &file, &|_| None);
        let value: Value = serde_json::from_str(&out).expect("JSON");
        let result = &value["runs"][0]["results"][0];
        prop_assert!(!result["message"]["text"].as_str().expect("text").contains("]("));
        let uri = &result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
        prop_assert!(uri.as_str().expect("a URI").is_ascii());
        prop_assert!(!out.chars().any(|letter| letter.is_control() && letter != '\n'));
    }
}
