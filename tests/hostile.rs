//! Bad input: each kind gets its code and exit status, quickly, and never a panic or an escape sequence.
#![allow(missing_docs, clippy::expect_used, clippy::panic, clippy::print_stderr, clippy::unwrap_used)]

mod support;

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use support::{Output, Runner, minimal};

/// More than any refusal needs, even without optimisation and beside other tests.
const PATIENCE: Duration = Duration::from_secs(30);

/// Runs both formats, and expects an exit code and the codes of findings.
fn expect(bytes: &[u8], exit: i32, codes: &[&str]) -> Output {
    let runner = Runner::new();
    runner.put("platform.yaml", bytes);
    let started = Instant::now();
    let human = runner.run(&["validate"]);
    assert!(started.elapsed() < PATIENCE, "{:?}", started.elapsed());
    harmless(&human);
    assert_eq!(human.code, exit, "{}", human.err);
    let json = runner.run(&["validate", "--format", "json"]);
    harmless(&json);
    assert_eq!(json.code, exit);
    let value: serde_json::Value = serde_json::from_str(&json.out).expect("JSON");
    let found: Vec<&str> = value["diagnostics"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| one["code"].as_str().expect("a code"))
        .collect();
    for code in codes {
        assert!(found.contains(code), "{code} is not among {found:?}: {}", human.err);
        assert!(human.err.contains(code), "{}", human.err);
    }
    if exit != 0 {
        let render = runner.run(&["render", "-o", "out"]);
        harmless(&render);
        assert_eq!(render.code, exit, "{}", render.err);
        assert!(!runner.path().join("out").exists(), "nothing is written");
    }
    human
}

/// Nothing that a terminal obeys.
fn harmless(output: &Output) {
    for text in [&output.out, &output.err] {
        let bad = |letter: char| {
            (letter.is_control() && !matches!(letter, '\n' | '\t' | '\r'))
                || matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        };
        assert_eq!(text.find(bad), None, "{text:?}");
    }
    assert!(!output.err.contains("panicked"), "{}", output.err);
}

fn expect_text(text: &str, codes: &[&str]) -> Output {
    expect(text.as_bytes(), 1, codes)
}

#[test]
fn a_missing_file() {
    let output = Runner::new().run(&["validate"]);
    assert_eq!(output.code, 4);
    assert!(
        output.err.contains("document/unreadable") && output.err.contains("platc init"),
        "{}",
        output.err
    );
    for hostile in ["no\u{1b}[31m", "no\nsuch\u{9b}31m", "a/b\u{202e}"] {
        let output = Runner::new().run(&["validate", hostile]);
        assert_eq!(output.code, 4);
        harmless(&output);
    }
}

#[test]
fn a_directory() {
    let output = Runner::new().run(&["validate", "."]);
    assert_eq!(output.code, 4);
    assert!(output.err.contains("is a directory"), "{}", output.err);
}

#[test]
fn a_path_through_a_file() {
    let runner = Runner::with_spec();
    assert_eq!(runner.run(&["validate", "platform.yaml/x.yaml"]).code, 4);
}

#[cfg(unix)]
#[test]
fn an_unreadable_file() {
    use std::os::unix::fs::PermissionsExt;
    let runner = Runner::with_spec();
    let path = runner.path().join("platform.yaml");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).unwrap();
    if std::fs::read(&path).is_ok() {
        eprintln!("skipped: permissions do not hold for this user");
        return;
    }
    let output = runner.run(&["validate"]);
    assert_eq!(output.code, 4);
    assert!(output.err.contains("permission denied"), "{}", output.err);
}

#[cfg(target_os = "linux")]
#[test]
fn a_device_without_end() {
    let started = Instant::now();
    let output = Runner::new().run(&["validate", "/dev/zero"]);
    assert_eq!(output.code, 1);
    assert!(output.err.contains("document/too-large"), "{}", output.err);
    assert!(started.elapsed() < PATIENCE);
    assert_eq!(Runner::new().run(&["validate", "/dev/null"]).code, 1);
}

#[test]
fn bytes_that_are_not_utf8() {
    let output = expect(b"apiVersion: platc/v1\nname: caf\xe9\n", 1, &["document/not-utf-8"]);
    assert!(output.err.contains("byte 0xe9 at offset 30, in line 2"), "{}", output.err);
    expect(b"\xff\xfea\0p\0i\0", 1, &["document/not-utf-8"]);
    expect(b"\xc0\x80", 1, &["document/not-utf-8"]);
    expect(&[0xff; 4096].repeat(256), 1, &["document/not-utf-8"]);
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_are_fine() {
    expect(format!("\u{feff}{}", minimal()).as_bytes(), 0, &[]);
    let windows = minimal().replace('\n', "\r\n");
    expect(windows.as_bytes(), 0, &[]);
    let wrong = windows.replace("nodePools", "nodePool");
    let output = expect_text(&wrong, &["document/unknown-field"]);
    assert!(!output.err.contains('\r'), "{:?}", output.err);
}

#[test]
fn tabs_in_the_indentation() {
    let output = expect_text("apiVersion: platc/v1\nservices:\n\tapi:\n\t\tport: 1\n", &["document/syntax"]);
    assert!(output.err.contains("a tab in the indentation"), "{}", output.err);
}

#[test]
fn nothing_at_all() {
    for text in
        ["", "\n", "\u{feff}", "   \n\n", "# only\n# comments\n", "---\n", "~\n", "null\n", "---\n...\n"]
    {
        expect_text(text, &["document/empty"]);
    }
}

#[test]
fn another_shape_than_a_mapping() {
    for text in ["just text\n", "- a\n- b\n", "42\n", "[]\n", "\"\"\n"] {
        expect_text(text, &["document/wrong-type"]);
    }
    for text in ["{}\n", "a: 1\n"] {
        expect(text.as_bytes(), 1, &["document/missing-field"]);
    }
}

#[test]
fn two_documents() {
    expect_text(&format!("{}---\nname: other\n", minimal()), &["document/second-document"]);
}

#[test]
fn duplicate_keys_are_shown_at_both_places() {
    let output = expect_text(&format!("{}name: again\n", minimal()), &["document/duplicate-key"]);
    assert!(output.err.contains("first here") && output.err.contains("again here"), "{}", output.err);
    expect_text("{a: 1, a: 2}\n", &["document/duplicate-key"]);
    expect_text("a: 1\n\"a\": 2\n", &["document/duplicate-key"]);
}

#[test]
fn aliases_merge_keys_and_tags() {
    expect_text("a: &x 1\nb: *x\n", &["document/alias"]);
    expect_text("a: &x {b: 1}\nc:\n  <<: *x\n", &["document/alias"]);
    expect_text("c:\n  <<: {b: 1}\n", &["document/alias"]);
    expect_text("a: *nothing\n", &["document/alias"]);
    expect_text("a: !!str 1\n", &["document/tag"]);
    expect_text("a: !Ref x\nb: !include /etc/passwd\n", &["document/tag"]);
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..15 {
        let uses = vec![format!("*a{}", level - 1); 9].join(", ");
        let _ = writeln!(bomb, "a{level}: &a{level} [{uses}]");
    }
    expect_text(&bomb, &["document/alias"]);
}

#[test]
fn depth_of_ten_thousand() {
    const DEPTH: usize = 10_000;
    expect_text(&"[".repeat(DEPTH), &["document/too-deep"]);
    expect_text(&format!("a: {}1{}\n", "[".repeat(DEPTH), "]".repeat(DEPTH)), &["document/too-deep"]);
    expect_text(&format!("{}1{}\n", "{a: ".repeat(DEPTH), "}".repeat(DEPTH)), &["document/too-deep"]);
    expect_text(&"- ".repeat(DEPTH), &["document/too-deep"]);
    let block: String = (0..DEPTH / 10).fold(String::new(), |mut text, level| {
        let _ = writeln!(text, "{}a:", " ".repeat(level));
        text
    });
    expect_text(&block, &["document/too-deep"]);
    expect_text(&"? ".repeat(DEPTH), &["document/syntax"]);
}

#[test]
fn a_scalar_of_a_hundred_megabytes() {
    let mut text = b"name: ".to_vec();
    text.resize(100 << 20, b'a');
    let runner = Runner::new();
    runner.put("platform.yaml", &text);
    let started = Instant::now();
    let output = runner.run(&["validate"]);
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
    assert_eq!(output.code, 1);
    assert!(output.err.contains("document/too-large") && output.err.len() < 1000, "{}", output.err);
    // Nobody says how long standard input is.
    let output = runner.run_with(&["validate", "-"], &text);
    assert_eq!(output.code, 1);
    assert!(output.err.contains("document/too-large"), "{}", output.err);
}

#[test]
fn a_long_line_is_not_shown_whole() {
    let text = format!("apiVersion: platc/v1\nname: {}\n", "a".repeat(20 << 20));
    let runner = Runner::new();
    runner.put("platform.yaml", text.as_bytes());
    let output = runner.run(&["validate"]);
    assert_eq!(output.code, 1);
    assert!(output.err.len() < 100_000, "{} bytes", output.err.len());
}

#[test]
fn a_million_keys() {
    let mut text = String::with_capacity(16 << 20);
    for index in 0..1_000_001 {
        let _ = writeln!(text, "k{index}: 1");
    }
    let runner = Runner::new();
    runner.put("platform.yaml", text.as_bytes());
    let output = runner.run(&["validate"]);
    assert_eq!(output.code, 1);
    assert!(output.err.contains("document/too-large") && output.err.len() < 10_000);
    // Within the limits: every finding is counted, few are shown.
    let mut text = String::from("apiVersion: platc/v1\n");
    for index in 0..20_000 {
        let _ = writeln!(text, "k{index}: 1");
    }
    let output = expect_text(&text, &["document/unknown-field"]);
    assert!(output.err.contains("more findings"), "{}", output.err.len());
}

#[test]
fn numbers_out_of_range() {
    for (from, to) in [
        ("port: 8080", "port: 99999"),
        ("port: 8080", "port: 0"),
        ("port: 8080", "port: -1"),
        ("port: 8080", "port: 184467440737095516160"),
        ("port: 8080", "port: 8080.5"),
        ("nodes: 2", "nodes: 1e99"),
        ("nodes: 2", "nodes: .inf"),
        ("nodes: 2", "nodes: .nan"),
        ("cpu: 250m", "cpu: 99999999999999999999999m"),
        ("size: 20Gi", "size: 99999999999Ei"),
        ("rto: 4h", "rto: 99999999999999999999h"),
        ("cpu: 70%", "cpu: 1000000%"),
    ] {
        let text = minimal();
        assert!(text.contains(from), "{from}");
        expect_text(&text.replacen(from, to, 1), &["document/invalid-value"]);
    }
}

#[test]
fn an_unknown_version_of_the_language() {
    for version in ["platc/v2", "v1", "apps/v1", "\"\""] {
        let text = minimal().replace("apiVersion: platc/v1", &format!("apiVersion: {version}"));
        expect_text(&text, &["document/invalid-value"]);
    }
}

#[test]
fn control_characters_and_escape_sequences() {
    for hostile in [
        "\u{1b}[31mred\u{1b}[0m",
        "\u{1b}]0;title\u{7}",
        "\u{1b}]8;;http://evil\u{1b}\\link",
        "\0",
        "\u{8}\u{8}\u{8}",
        "\u{7f}",
        "\u{9b}31m",
        "a\u{85}b",
        "a\u{2028}b",
        "\u{202e}desrever",
        "\u{feff}",
        "\u{ffff}",
    ] {
        for place in [
            format!("name: {hostile}\n"),
            format!("\"{hostile}\": 1\n"),
            format!("# {hostile}\nname: x\n"),
            format!("name: |\n  {hostile}\n"),
        ] {
            expect_text(&place, &["document/control-character"]);
        }
    }
    // Escaped, they are text; the text is refused where it would reach an output, and is harmless in the message.
    for escaped in ["\\e[31m", "\\u001b]0;x\\a", "\\0", "\\x9b31m", "\\u202e", "a\\nb"] {
        expect_text(
            &minimal().replace("name: shop", &format!("name: \"{escaped}\"")),
            &["document/invalid-value"],
        );
        expect_text(&minimal().replace("  orders:", &format!("  \"{escaped}\":")), &["name/form"]);
        expect_text(
            &minimal().replace("nodePools:", &format!("\"{escaped}\":")),
            &["document/unknown-field"],
        );
        expect_text(
            &minimal().replace("apiVersion: platc/v1", &format!("apiVersion: \"{escaped}\"")),
            &["document/invalid-value"],
        );
    }
}

#[test]
fn lone_carriage_returns_do_not_hide_a_line() {
    let output = expect_text("apiVersion: platc/v1 # harmless\rname: 1\nnope: 1\n", &[]);
    assert!(!output.err.contains('\r'), "{:?}", output.err);
}

/// Broken in every way that cutting and mixing gives: an error or not, never a panic.
#[test]
fn pieces_of_a_spec_never_panic() {
    let text = minimal();
    let runner = Runner::new();
    let mut seed = 7_u64;
    let mut random = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).unwrap() % below
    };
    let bits = [
        "{", "}", "[", "]", ":", "- ", "\"", "'", "|", ">", "#", "&a", "*a", "!", "%", "@", "\n", "\t", "? ",
        "~",
    ];
    for _ in 0..150 {
        let mut broken = text.clone().into_bytes();
        for _ in 0..=random(4) {
            let at = random(broken.len());
            match random(3) {
                0 => broken.truncate(at.max(1)),
                1 => drop(broken.drain(at..(at + random(40)).min(broken.len()))),
                _ => drop(broken.splice(at..at, bits[random(bits.len())].bytes())),
            }
            if broken.is_empty() {
                broken.push(b'a');
            }
        }
        let output = runner.run_with(&["validate", "-"], &broken);
        harmless(&output);
        assert!(matches!(output.code, 0 | 1), "{}: {}", output.code, String::from_utf8_lossy(&broken));
    }
}
