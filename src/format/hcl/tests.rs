//! What is written parses to the same data, `terraform fmt` has nothing to change, and Terraform evaluates
//! hostile text to itself.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use ::hcl::eval::{Context, Evaluate as _};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::Value;

use super::text::is_reference;
use super::*;

/// Texts that end a string, begin a template, or lose a character when they are escaped carelessly.
const HOSTILE: &[&str] = &[
    "",
    "plain",
    "${a}",
    "%{a}",
    "$${a}",
    "%%{a}",
    "$$${a}",
    "${a} %${path.module}",
    "${a} %${b}",
    "${a} $%{ if true }",
    "${a} $${z}",
    "%{ if true }x%{ endif }",
    "$",
    "%",
    "$$",
    "$%",
    "{",
    "${",
    "%{",
    "a$",
    "$a",
    "${${a}}",
    "${\"a\"}",
    "}",
    "a}b",
    "\"",
    "\\",
    "\\\"",
    "\"a\" \\ \n",
    "a\nb\n",
    "a\r\nb",
    "\ta",
    "\\n",
    "\\u0041",
    "\\${a}",
    "<<EOT\na\nEOT\n",
    "#",
    "# a",
    "// a",
    "/* a",
    "a = 1",
    "a,b",
    "é",
    "日本語",
    "😀",
    "\u{0}",
    "\u{1}",
    "\u{1b}[31m",
    "\u{7f}",
    "\u{85}",
    "\u{2028}",
    "\u{feff}",
    "a\u{feff}",
    "\u{fffe}",
    "\u{202e}abc",
    "\u{e0041}",
    "\u{10ffff}",
    "\u{1}${a}",
    "é${a}",
    "${a}\u{2028}%{b}",
    "null",
    "true",
    "for",
    "in",
    "if",
    "a b",
    "1a",
    "a.b",
    "-",
    "_",
    "a-",
    " a",
    "a ",
    "*",
    "~",
    "$~{",
    "${~ a ~}",
];

fn print(items: &[Item<'_>]) -> String {
    let mut out = String::new();
    body(items, &mut out);
    out
}

fn print_expr(value: impl Into<Expr<'static>>) -> String {
    print(&[Item::attr("x", value)])
}

/// What hcl-rs evaluates the attributes of a body to.
fn read(text: &str) -> serde_json::Map<String, Value> {
    let body = ::hcl::parse(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    body.into_attributes()
        .map(|attribute| {
            let value =
                attribute.expr.evaluate(&Context::new()).unwrap_or_else(|error| panic!("{error}\n{text}"));
            (attribute.key.to_string(), serde_json::to_value(value).expect("JSON"))
        })
        .collect()
}

#[test]
fn neighbours_are_aligned() {
    let body = [
        Item::attr("a", 1),
        Item::attr("long_name", true),
        Item::attr("list", Expr::list(["a", "b"])),
        Item::attr("nested", Expr::object([("key", Expr::object([("a", Expr::Null)])), ("b", 2.into())])),
        Item::attr("b", "text"),
        Item::Blank,
        Item::attr("cc", -3),
        Item::comment("why\nnot"),
        Item::attr("d", Expr::raw("module.network.vpc_id")),
        Item::attr("empty", Expr::Object(Vec::new())),
    ];
    let wanted = r#"a         = 1
long_name = true
list      = ["a", "b"]
nested = {
  key = { a = null }
  b   = 2
}
b = "text"

cc = -3
# why
# not
d     = module.network.vpc_id
empty = {}
"#;
    assert_eq!(print(&body), wanted);
}

#[test]
fn blocks_stand_apart() {
    let body = [
        Item::comment("Made by platc."),
        Item::Blank,
        Block::new("terraform")
            .attr("required_version", ">= 1.11")
            .block(Block::new("required_providers").attr("aws", Expr::object([("source", "hashicorp/aws")])))
            .block(Block::new("backend").label("s3"))
            .into(),
        Item::comment("About the module."),
        Block::new("module").label("a\"${b}").attr("source", "./a").comment("last").blank().into(),
        Item::attr("x", 1),
    ];
    let wanted = r#"# Made by platc.

terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = { source = "hashicorp/aws" }
  }

  backend "s3" {}
}

# About the module.
module "a\"$${b}" {
  source = "./a"
  # last
}

x = 1
"#;
    assert_eq!(print(&body), wanted);
}

#[test]
fn long_values_take_several_lines() {
    let long = "a".repeat(50);
    let body = [
        Item::attr("text", long.repeat(3)),
        Item::attr("list", Expr::list([&long, &long])),
        Item::attr("json", Expr::call("jsonencode", [Expr::object([("a", &long), ("bb", &long)])])),
        Item::attr("both", Expr::call("merge", [Expr::raw("local.tags"), Expr::object([(&long, &long)])])),
        Item::attr("items", Expr::list([Expr::list([1, 2]), Expr::object([("a", &long), ("bb", &long)])])),
    ];
    let wanted = format!(
        r#"text = "{long}{long}{long}"
list = [
  "{long}",
  "{long}",
]
json = jsonencode({{
  a  = "{long}"
  bb = "{long}"
}})
both = merge(
  local.tags,
  {{
    {long} = "{long}"
  }},
)
items = [
  [1, 2],
  {{
    a  = "{long}"
    bb = "{long}"
  }},
]
"#
    );
    assert_eq!(print(&body), wanted);
}

#[test]
fn templates_keep_text_and_expressions_apart() {
    let reference = || Part::Expr(Expr::raw("var.x"));
    let text = |text: &'static str| Part::Text(text.into());
    for (parts, wanted) in [
        (vec![reference(), text("-a")], r#"x = "${var.x}-a""#),
        (vec![text("${a}\""), reference()], r#"x = "$${a}\"${var.x}""#),
        (vec![text("a$"), reference()], r#"x = "a\u0024${var.x}""#),
        (vec![text("$%"), reference()], r#"x = "$\u0025${var.x}""#),
        (vec![text("$"), text("{a}")], r#"x = "\u0024{a}""#),
        (vec![reference()], "x = var.x"),
        (vec![text(""), reference(), text("")], "x = var.x"),
        (vec![reference(), reference()], r#"x = "${var.x}${var.x}""#),
        (vec![text("a")], r#"x = "a""#),
        (vec![], r#"x = """#),
    ] {
        assert_eq!(print_expr(Expr::Template(parts)).trim_end(), wanted);
    }
}

#[test]
fn references_have_a_grammar() {
    for text in [
        "var.x",
        "module.network.vpc_id",
        "a.b[0].c",
        "a[*].id",
        "a.*.id",
        "a[\"b c\"].d",
        "var.x[each.key]",
        "string",
        "0.5",
        "a[\"$${b}\"]",
    ] {
        assert!(is_reference(text), "{text}");
    }
    for text in [
        "",
        "a b",
        "a.",
        ".a",
        "a[",
        "a[]",
        "a[\"b]",
        "a[\"${b}\"]",
        "f(x)",
        "a\n",
        "a}",
        "\"a\"",
        "a[\"b\"",
        "1a",
        "a = b",
    ] {
        assert!(!is_reference(text), "{text}");
    }
    for name in HOSTILE {
        assert!(
            matches!(Expr::path("local", &["a", name]), Expr::Raw(path) if is_reference(&path)),
            "{name:?}"
        );
    }
    assert_eq!(Expr::path("module", &["network", "a b", "id"]), Expr::raw("module.network[\"a b\"].id"));
}

#[test]
fn comments_stay_comments() {
    let text = "a\rb = 1\r\nc\u{2028}d\u{85}e\u{1b} \n";
    assert_eq!(print(&[Item::comment(text)]), "# a\n# b = 1\n#\n# c d e\n#\n");
}

/// hcl-rs takes `%$${` for a template; Terraform, which is asked below, does not.
fn is_misread_by_hcl_rs(text: &str) -> bool {
    text.contains("%${") || text.contains("$%{")
}

#[test]
fn hostile_text_comes_back() {
    for text in HOSTILE.iter().filter(|text| !is_misread_by_hcl_rs(text)) {
        let printed = print(&[Item::attr("value", *text), Item::attr("key", Expr::object([(*text, 1)]))]);
        let read = read(&printed);
        assert_eq!(read["value"], Value::from(*text), "{printed}");
        assert_eq!(read["key"], serde_json::json!({ *text: 1 }), "{printed}");
        let printed = print(&[Block::new("block").label(*text).into()]);
        let body = ::hcl::parse(&printed).expect("a block");
        assert_eq!(body.blocks().next().expect("a block").labels[0].as_str(), *text, "{printed}");
    }
}

fn texts() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "$", "%", "{", "}", "${", "%{", "\"", "\\", "\n", "\r", "\t", " ", "a", "é", "=", "#", "/", "~",
        "\u{1}", "\u{2028}", "日", "[", "]", "(", ",", "if", "<<EOT",
    ]);
    prop_oneof![
        3 => prop::collection::vec(pieces, 0..8).prop_map(|pieces| pieces.concat()),
        2 => "[a-z][a-z_]{0,12}",
        1 => prop::collection::vec(any::<char>(), 0..6).prop_map(String::from_iter),
    ]
}

/// Expressions; those of data only can be evaluated without Terraform.
fn exprs(data_only: bool) -> impl Strategy<Value = Expr<'static>> {
    let texts = move || texts().prop_filter("hcl-rs", move |text| !(data_only && is_misread_by_hcl_rs(text)));
    let leaf = prop_oneof![
        1 => Just(Expr::Null),
        1 => any::<bool>().prop_map(Expr::Bool),
        1 => any::<i64>().prop_map(Expr::Int),
        1 => (0..10_000_i64).prop_map(Expr::Int),
        4 => texts().prop_map(Expr::from),
        (if data_only { 0 } else { 2 }) => prop::sample::select(vec!["var.region", "module.network.ids[0]", "string"])
            .prop_map(Expr::raw),
    ];
    leaf.prop_recursive(4, 24, 4, move |inner| {
        let parts = prop_oneof![
            texts().prop_map(|text| Part::Text(text.into())),
            any::<i64>().prop_map(|number| Part::Expr(number.into())),
            ("[a-z]{1,8}", prop::collection::vec(inner.clone(), 0..3))
                .prop_map(|(name, arguments)| Part::Expr(Expr::call(name, arguments))),
            Just(Part::Expr(Expr::raw("each.key"))),
        ];
        let weight = u32::from(!data_only) * 2;
        prop_oneof![
            2 => prop::collection::vec(inner.clone(), 0..4).prop_map(Expr::List),
            3 => prop::collection::btree_map(texts(), inner.clone(), 0..4).prop_map(Expr::object),
            weight => ("[a-z]{1,8}", prop::collection::vec(inner, 0..4)).prop_map(|(name, a)| Expr::call(name, a)),
            weight => prop::collection::vec(parts, 0..4).prop_map(Expr::Template),
        ]
    })
}

fn bodies() -> impl Strategy<Value = Vec<Item<'static>>> {
    let attrs = || prop::collection::btree_map("[a-z][a-z_0-9]{0,14}", exprs(false), 0..6);
    let loose = || prop_oneof![texts().prop_map(Item::comment), Just(Item::Blank)];
    let labels = prop::collection::vec("[a-z]{1,6}([-_. /=#}][a-z]{0,3})?", 0..3);
    let block = (labels, attrs(), loose(), any::<bool>()).prop_map(|(labels, attrs, loose, nested)| {
        let mut block = labels.into_iter().fold(Block::new("block"), Block::label);
        for (index, (name, value)) in attrs.into_iter().enumerate() {
            block = block.attr(name, value);
            if index == 2 {
                block = block.item(loose.clone());
            }
        }
        if nested { Block::new("outer").item(loose).block(block.clone()).block(block) } else { block }
    });
    (attrs(), prop::collection::vec(prop_oneof![block.prop_map(Item::Block), loose()], 0..5)).prop_map(
        |(attrs, others)| {
            let mut others = others.into_iter();
            let mut items: Vec<Item<'_>> = Vec::new();
            for (name, value) in attrs {
                items.push(Item::attr(name, value));
                if items.len().is_multiple_of(3) {
                    items.extend(others.next());
                }
            }
            items.extend(others);
            items
        },
    )
}

fn expected(value: &Expr<'_>) -> Value {
    match value {
        Expr::Bool(value) => Value::from(*value),
        Expr::Int(value) => Value::from(*value),
        Expr::Text(text) => Value::from(text.as_ref()),
        Expr::List(items) => Value::Array(items.iter().map(expected).collect()),
        Expr::Object(entries) => {
            Value::Object(entries.iter().map(|(key, value)| (key.to_string(), expected(value))).collect())
        }
        _ => Value::Null,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_data_comes_back(value in exprs(true)) {
        let printed = print_expr(value.clone());
        prop_assert_eq!(&read(&printed)["x"], &expected(&value), "{}", printed);
    }

    #[test]
    fn any_body_parses(items in bodies()) {
        let printed = print(&items);
        prop_assert!(::hcl::parse(&printed).is_ok(), "{}", printed);
    }
}

/// Runs Terraform, if there is one.
fn terraform(folder: &Path, arguments: &[&str], input: &str) -> Option<Output> {
    let child = Command::new("terraform")
        .args(arguments)
        .current_dir(folder)
        .env("TF_CLI_CONFIG_FILE", "/dev/null")
        .env("CHECKPOINT_DISABLE", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut child) = child else {
        assert!(std::env::var_os("PLATC_REQUIRE_TOOLS").is_none(), "terraform is missing");
        // Not through the macro, whose output the harness hides when a test passes.
        let _ = writeln!(std::io::stderr(), "SKIPPED {}: no terraform", arguments.join(" "));
        return None;
    };
    child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("terraform reads");
    Some(child.wait_with_output().expect("terraform ends"))
}

#[test]
fn terraform_fmt_changes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut runner = TestRunner::deterministic();
    for number in 0..400 {
        let items = bodies().new_tree(&mut runner).expect("a body").current();
        std::fs::write(folder.path().join(format!("{number}.tf")), print(&items)).expect("written");
    }
    let Some(output) = terraform(folder.path(), &["fmt", "-check", "-diff", "-no-color"], "") else { return };
    let text =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let few: Vec<&str> = text.lines().take(60).collect();
    assert!(output.status.success() && few.is_empty(), "{}", few.join("\n"));
}

#[test]
fn terraform_evaluates_hostile_text_to_itself() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut runner = TestRunner::deterministic();
    let random =
        std::iter::repeat_with(|| texts().new_tree(&mut runner).expect("a text").current()).take(2_000);
    let texts: Vec<String> = HOSTILE.iter().map(|text| (*text).to_owned()).chain(random).collect();
    let template = |text| Expr::Template(vec![Part::Text(Cow::Borrowed(text)), Part::Expr("|".into())]);
    let locals = Block::new("locals")
        .attr("values", Expr::list(&texts))
        .attr("templates", Expr::list(texts.iter().map(|text| template(text.as_str()))))
        .attr("keys", Expr::list(texts.iter().map(|text| Expr::object([(text, 1)]))));
    std::fs::write(folder.path().join("main.tf"), print(&[locals.into()])).expect("written");
    let json = serde_json::to_string(&texts).expect("JSON");
    std::fs::write(folder.path().join("texts.json"), json).expect("written");
    let question = "[for i, t in jsondecode(file(\"texts.json\")) : i if t != local.values[i] \
                    || \"${t}|\" != local.templates[i] || [t] != keys(local.keys[i])]\n";
    let Some(output) = terraform(folder.path(), &["console"], question) else { return };
    let errors = String::from_utf8_lossy(&output.stderr);
    let different = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && different.trim() == "[]", "{different}{errors}");
}
