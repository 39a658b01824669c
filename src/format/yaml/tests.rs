//! What is written comes back as the same data from readers of three families: granit-parser (YAML 1.2),
//! libyaml's port behind serde, and `PyYAML` (YAML 1.1), in Python and with libyaml.

use std::borrow::Cow;
use std::io::Write as _;
use std::process::{Command, Stdio};

use granit_parser::{Event, Parser, ScalarStyle};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::Value;

use super::*;
use crate::map;

/// Texts that some reader takes for something else when they stand bare, or that break out of their place.
const HOSTILE: &[&str] = &[
    "",
    " ",
    "  ",
    "y",
    "Y",
    "n",
    "N",
    "yes",
    "Yes",
    "YES",
    "no",
    "No",
    "NO",
    "on",
    "On",
    "ON",
    "off",
    "Off",
    "OFF",
    "true",
    "True",
    "TRUE",
    "tRUE",
    "false",
    "False",
    "FALSE",
    "null",
    "Null",
    "NULL",
    "~",
    "=",
    "<<",
    "0",
    "-0",
    "+0",
    "1",
    "-1",
    "+1",
    "1_000",
    "1__0",
    "_1",
    "0777",
    "0o17",
    "0O17",
    "08",
    "0b11",
    "-0b11",
    "0x1F",
    "0x",
    "0x_f",
    "12:30",
    "12:30.5",
    "1:30:00",
    "190:20:30",
    "-1:30",
    "1e3",
    "1E3",
    "1e+3",
    "1.e+3",
    "1.30",
    "1.",
    ".5",
    "-.5",
    "+.5",
    ".",
    "._1",
    "..",
    "1.2.3",
    "10.0.0.1",
    "10.0.0.0/16",
    ".inf",
    ".Inf",
    ".INF",
    "-.inf",
    "+.inf",
    ".nan",
    ".NaN",
    ".NAN",
    "inf",
    "nan",
    "1,000",
    "2026-01-01",
    "2026-1-1",
    "2026-01-01T00:00:00Z",
    "2001-12-14t21:59:43.10-05:00",
    "2001-12-14 21:59:43.10 -5",
    "20260101",
    "18446744073709551616",
    "0e12345",
    "7e5",
    "12e03",
    "a: b",
    "a:",
    "a:b",
    ":",
    ":a",
    ": a",
    "a :b",
    "a #b",
    "a# b",
    "#",
    "#a",
    "a #",
    "-",
    "- a",
    "-a",
    "--",
    "---",
    "--- a",
    "---a",
    "----",
    "...",
    "... a",
    "...a",
    "?",
    "? a",
    "?a",
    ",",
    ",a",
    "[",
    "[a",
    "[]",
    "]",
    "{",
    "{}",
    "{a: b}",
    "}",
    "&a",
    "*a",
    "!a",
    "!!str a",
    "!",
    "|",
    "|a",
    "| a",
    ">",
    ">a",
    ">-",
    "'",
    "'a'",
    "\"",
    "\"a\"",
    "a'b",
    "a\"b",
    "%",
    "%a",
    "%YAML 1.2",
    "@",
    "@a",
    "`",
    "`a`",
    " a",
    "a ",
    "\ta",
    "a\t",
    "a\tb",
    "\t",
    "\n",
    "\n\n",
    "a\n",
    "a\nb",
    "\na",
    "a\n\n",
    "a\n\n\nb\n",
    " a\nb",
    "  a\n b\nc",
    "a\n b",
    "a\n  \nb",
    "a \nb",
    "a\t\nb",
    "\ta\nb",
    "\n\ta\nb\n",
    "a\n\tb\n",
    "a\n\t\nb",
    "\n\n a\nb\n",
    " \na",
    "a\n ",
    "a\r\nb",
    "a\rb",
    "\r",
    "---\na",
    "a\n---\nb",
    "a\n...\n",
    "#a\nb",
    "- a\n- b",
    "a: b\nc: d\n",
    "|\na",
    "%a\nb",
    "\\",
    "\\n",
    "a\\",
    "$a",
    "${a}",
    "{{ a }}",
    "a{{ b }}c",
    "a, b",
    "a,b",
    "a]b",
    "a}b",
    "a[b",
    "a{b",
    "a?b",
    "a ? b",
    "a!b",
    "(a)",
    "/a/b",
    "~/.a",
    "=a",
    "<a",
    "<<a",
    "./a",
    "../a",
    "--flag=a",
    "-c",
    "+a",
    "5..",
    "100m",
    "512Mi",
    "24h",
    "1d",
    "99.9%",
    "é",
    "日本語",
    "😀",
    "\u{feff}",
    "\u{feff}a",
    "a\u{feff}",
    "\u{85}",
    "a\u{85}b",
    "a\nb\u{85}",
    "\u{2028}",
    "a\u{2029}b",
    "a\n\u{2028}b",
    "\u{a0}",
    "a\u{a0}b",
    "\u{7f}",
    "\u{80}",
    "\u{9f}",
    "\u{0}",
    "\u{1}",
    "\u{7}",
    "\u{8}",
    "\u{b}",
    "\u{c}",
    "\u{1b}[31m",
    "\u{fffd}",
    "\u{fffe}",
    "\u{ffff}",
    "\u{1fffe}",
    "\u{10ffff}",
    "\u{e000}",
    "\u{d7ff}",
    "\u{202e}abc",
    "\u{200b}",
    "\u{e0041}",
    "\u{ad}",
    "a\u{301}",
    "not a number",
    "sum(rate(http_requests_total{code=~\"5..\"}[5m])) > 0",
    "a: b #c",
    "key: |",
    "yes: no",
    "nöt",
    "on call",
];

/// The YAML 1.2 core schema's reading of one document.
fn read_by_granit(text: &str) -> Result<Value, String> {
    enum Open {
        List(Vec<Value>),
        Map(serde_json::Map<String, Value>, Option<String>),
    }
    let mut open: Vec<Open> = Vec::new();
    let mut root = None;
    for next in Parser::new_from_str(text) {
        let (event, span) = next.map_err(|error| error.to_string())?;
        let done = match event {
            Event::StreamStart | Event::StreamEnd | Event::DocumentStart(..) | Event::DocumentEnd => continue,
            Event::Scalar(text, ScalarStyle::Plain, 0, None) => core_schema(&text),
            Event::Scalar(text, _, 0, None) => Value::String(text.into_owned()),
            Event::SequenceStart(_, 0, None) => {
                open.push(Open::List(Vec::new()));
                continue;
            }
            Event::MappingStart(_, 0, None) => {
                open.push(Open::Map(serde_json::Map::new(), None));
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => match open.pop() {
                Some(Open::List(items)) => Value::Array(items),
                Some(Open::Map(map, None)) => Value::Object(map),
                _ => return Err("key without value".to_owned()),
            },
            other => return Err(format!("{other:?} at {span:?}")),
        };
        match (open.last_mut(), done) {
            (None, done) => {
                if root.replace(done).is_some() {
                    return Err("two documents".to_owned());
                }
            }
            (Some(Open::List(items)), done) => items.push(done),
            (Some(Open::Map(_, key @ None)), Value::String(text)) => *key = Some(text),
            (Some(Open::Map(_, None)), done) => return Err(format!("{done} as a key")),
            (Some(Open::Map(map, key)), done) => {
                if map.insert(key.take().unwrap_or_default(), done).is_some() {
                    return Err("duplicate key".to_owned());
                }
            }
        }
    }
    root.ok_or_else(|| "no document".to_owned())
}

fn core_schema(text: &str) -> Value {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let is_number = match digits.as_bytes() {
        [b'0', b'x' | b'o', rest @ ..] => rest.iter().all(u8::is_ascii_hexdigit),
        _ => digits.parse::<f64>().is_ok() && !digits.starts_with(['i', 'I', 'n', 'N', '+', '-']),
    };
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ if is_number => text.parse::<i64>().map_or(Value::String(format!("number {text}")), Value::from),
        _ if [".inf", ".nan"].contains(&digits.to_ascii_lowercase().as_str()) => Value::from("not finite"),
        _ => Value::from(text),
    }
}

fn expected(data: &Data<'_>) -> Value {
    match data {
        Data::Null => Value::Null,
        Data::Bool(value) => Value::from(*value),
        Data::Int(value) => Value::from(*value),
        Data::Float(value) => Value::from(*value),
        Data::Text(text) => Value::from(text.as_ref()),
        Data::List(items) => Value::Array(items.iter().map(expected).collect()),
        Data::Map(map) => Value::Object(map.iter().map(|(k, v)| (k.to_owned(), expected(v))).collect()),
    }
}

fn print(data: &Data<'_>) -> String {
    let mut out = String::new();
    document(data, &mut out);
    out
}

fn print_flow(data: &Data<'_>) -> String {
    let mut out = String::new();
    flow(data, &mut out);
    out
}

#[track_caller]
fn assert_read_back(data: &Data<'_>) {
    let expected = expected(data);
    for text in [print(data), print_flow(data)] {
        assert_eq!(read_by_granit(&text).as_ref(), Ok(&expected), "granit-parser on {text}");
        match serde_yaml::from_str::<Value>(&text) {
            Ok(read) => assert_eq!(read, expected, "yaml_serde on {text}"),
            Err(error) => panic!("yaml_serde: {error} on {text}\n{text:?}"),
        }
    }
}

/// A text in every place that a text can have.
fn everywhere(text: &str) -> Vec<Data<'_>> {
    vec![
        Data::from(text),
        map! { text => text, "key 1" => text, "key 2" => map! { text => map! { text => text } } }.into(),
        map! { text => Data::List(vec![text.into(), text.into()]), "key 1" => 1 }.into(),
        map! { "key" => Data::List(vec![
            Data::List(vec![text.into(), Data::List(vec![text.into(), 1.into()])]),
            map! { text => text, "key 1" => text }.into(),
            map! { text => Data::List(vec![map! { "a" => text }.into()]) }.into(),
        ]) }
        .into(),
        Data::List(vec![text.into(), map! { "key 1" => text, "key 2" => 2 }.into(), text.into()]),
    ]
}

#[test]
fn hostile_texts_come_back_as_values_and_keys() {
    for text in HOSTILE {
        for data in everywhere(text) {
            assert_read_back(&data);
        }
    }
}

#[test]
fn words_and_times_of_yaml_1_1_are_quoted() {
    for text in ["on", "no", "12:30", "=", "<<", "y", "n", "1_000", "190:20:30", "2026-01-01"] {
        assert_eq!(print(&map! { text => text }.into()), format!("\"{text}\": \"{text}\"\n"));
    }
}

#[test]
fn text_that_begins_with_a_tab_is_no_block() {
    assert_eq!(print(&map! { "a" => "\tb\nc" }.into()), "a: \"\\tb\\nc\"\n");
    assert_eq!(print(&map! { "a" => "\n\tb\nc" }.into()), "a: \"\\n\\tb\\nc\"\n");
}

#[test]
fn several_lines_stay_inside_their_sequence() {
    let data = map! { "args" => ["a\nb", "c\n", " d\ne\n\n", "f"] };
    assert_eq!(
        print(&data.into()),
        "args:\n  - |-\n    a\n    b\n  - |\n    c\n  - |2+\n     d\n    e\n\n  - f\n"
    );
}

#[test]
fn a_document_reads_like_a_manifest() {
    let data = map! {
        "apiVersion" => "v1",
        "metadata" => map! { "name" => "api", "labels" => map! { "version" => "1.30" }, "annotations" => Map::new() },
        "spec" => map! {
            "command" => ["sh", "-c", "exec api --port=8080"],
            "ports" => [map! { "name" => "http", "port" => 80 }, map! { "name" => "metrics", "port" => 9_000 }],
            "volumes" => Vec::<Data>::new(),
            "matrix" => vec![vec![1, 2], vec![3]],
            "run" => true,
            "none" => Data::Null,
            "script" => "set -e\n\nif true; then\n  echo ok\nfi\n",
        },
    };
    let wanted = "\
apiVersion: v1
metadata:
  name: api
  labels:
    version: \"1.30\"
  annotations: {}
spec:
  command:
    - sh
    - -c
    - exec api --port=8080
  ports:
    - name: http
      port: 80
    - name: metrics
      port: 9000
  volumes: []
  matrix:
    - - 1
      - 2
    - - 3
  run: true
  none: null
  script: |
    set -e

    if true; then
      echo ok
    fi
";
    assert_eq!(print(&data.into()), wanted);
}

#[test]
fn flow_style_is_one_line() {
    let data =
        map! { "severity" => "critical", "at" => "12:30", "teams" => ["a", "b, c"], "none" => Map::new() };
    assert_eq!(
        print_flow(&data.into()),
        r#"{severity: critical, at: "12:30", teams: [a, "b, c"], none: {}}"#
    );
}

#[test]
fn common_values_stay_plain() {
    for text in [
        "api",
        "registry.example.com/team/api:1.4.2",
        "512Mi",
        "250m",
        "--port=8080",
        "-c",
        "./run.sh",
        "24h",
        "10.0.0.0/16",
        "http://api:8080/healthz",
        "app.kubernetes.io/name",
        "99.9%",
        "a#b",
        "größer",
        "$(HOME)",
        "sum(rate(http_requests_total{code=~\"5..\"}[5m])) by (job) > 0",
        "nothing",
        "online",
        "Note",
    ] {
        assert_eq!(print(&text.into()), format!("{text}\n"));
    }
}

#[test]
fn long_keys_are_explicit() {
    let key = "k".repeat(3_000);
    let quoted = "é: ".repeat(900);
    for key in [key.as_str(), quoted.as_str()] {
        for data in everywhere(key) {
            assert_read_back(&data);
        }
    }
}

/// Texts of the pieces that matter to a reader, and of anything else.
fn texts() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        " ", "  ", "\t", "\n", "\n\n", "\r\n", ":", ": ", "#", " #", "-", "- ", "---", "...", "?", "? ", ",",
        "[", "]", "{", "}", "&", "*", "!", "|", ">", "'", "\"", "%", "@", "`", "\\", "0", "1", "7", "_", ".",
        "+", "e", "x", "o", "b", "y", "n", "on", "no", "~", "=", "<<", "a", "B", "é", "😀", "\u{85}",
        "\u{2028}", "\u{feff}", "\u{a0}", "\u{7f}", "\u{0}", "\u{1b}", "$", "{{", "}}",
    ]);
    prop_oneof![
        4 => prop::collection::vec(pieces, 0..10).prop_map(|pieces| pieces.concat()),
        1 => prop::collection::vec(any::<char>(), 0..12).prop_map(String::from_iter),
        1 => "[ -~\n]{0,40}",
        1 => "[-+0-9._:eExobTZ ]{1,8}",
    ]
}

fn structures() -> impl Strategy<Value = Data<'static>> {
    let leaf = prop_oneof![
        Just(Data::Null),
        any::<bool>().prop_map(Data::Bool),
        any::<i64>().prop_map(Data::Int),
        texts().prop_map(Data::from),
    ];
    leaf.prop_recursive(5, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Data::List),
            prop::collection::btree_map(texts(), inner, 0..5).prop_map(|entries| Data::Map(
                entries.into_iter().map(|(k, v)| (Cow::Owned(k), v)).collect()
            )),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_comes_back(text in texts()) {
        for data in everywhere(&text) {
            assert_read_back(&data);
        }
    }

    #[test]
    fn any_structure_comes_back(data in structures()) {
        assert_read_back(&data);
    }
}

/// A Python with `PyYAML`, if there is one.
fn python() -> Option<String> {
    let home = std::env::var("HOME").unwrap_or_default();
    [format!("{home}/.cache/platc/tools/venv/bin/python"), "python3".to_owned()].into_iter().find(|python| {
        Command::new(python)
            .args(["-c", "import yaml"])
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    })
}

/// Reads pairs of a document and the JSON of what it must give; prints what differs.
const COMPARE: &str = r"
import json, sys, yaml
loaders = [yaml.SafeLoader] + ([yaml.CSafeLoader] if yaml.__with_libyaml__ else [])
for text, expected in json.load(sys.stdin):
    for loader in loaders:
        try:
            read = yaml.load(text, loader)
            if read == expected and json.dumps(read) == json.dumps(expected):
                continue
        except Exception as error:
            read = error
        print(loader.__name__, repr(text), repr(expected), repr(read))
";

#[test]
fn pyyaml_agrees() {
    let Some(python) = python() else {
        assert!(std::env::var_os("PLATC_REQUIRE_TOOLS").is_none(), "PyYAML is missing");
        // Not through the macro, whose output the harness hides when a test passes.
        let _ = writeln!(std::io::stderr(), "SKIPPED pyyaml_agrees: no Python with PyYAML");
        return;
    };
    let mut runner = TestRunner::deterministic();
    let mut pairs = Vec::new();
    let mut add = |data: &Data<'_>| {
        for text in [print(data), print_flow(data)] {
            pairs.push(serde_json::json!([text, expected(data)]));
        }
    };
    for text in HOSTILE {
        everywhere(text).iter().for_each(&mut add);
    }
    // A reader in Python takes a while: many texts go into few documents.
    for _ in 0..1_000 {
        let texts: Vec<_> =
            (0..10).map(|_| texts().new_tree(&mut runner).expect("a text").current()).collect();
        let keys = texts.iter().map(|text| (text.as_str(), text.as_str()));
        let unique: std::collections::BTreeMap<_, _> = keys.collect();
        add(&map! { "keys" => unique.into_iter().collect::<Map>(), "list" => Data::from(texts.clone()) }
            .into());
    }
    for _ in 0..300 {
        add(&structures().new_tree(&mut runner).expect("a structure").current());
    }
    let mut child = Command::new(python)
        .args(["-c", COMPARE])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("Python starts");
    let input = serde_json::to_vec(&pairs).expect("JSON");
    child.stdin.take().expect("a pipe").write_all(&input).expect("Python reads");
    let output = child.wait_with_output().expect("Python ends");
    assert!(output.status.success());
    let differences = String::from_utf8_lossy(&output.stdout);
    let few: Vec<&str> = differences.lines().take(20).collect();
    assert!(few.is_empty(), "{}", few.join("\n"));
}

#[test]
fn fractions_are_numbers_for_every_reader() {
    for (number, text) in [
        (0.5, "0.5"),
        (-1.0, "-1.0"),
        (1e3, "1000.0"),
        (1e21, "1.0e+21"),
        (2.5e-9, "2.5e-9"),
        (-1.25e300, "-1.25e+300"),
    ] {
        let mut out = String::new();
        document(&Data::Float(number), &mut out);
        assert_eq!(out, format!("{text}\n"));
    }
}
