//! Text that tries to be something else, in every free-text field and everywhere else.

use std::fmt::Write as _;

use platc::catalog::Date;
use platc::diag::Severity;
use platc::plan::{Environment, Plan};
use platc::source::Source;
use platc::{Compilation, Options};

use crate::fixture::TODAY;

/// Texts that some output would take as more than text.
pub(crate) const HOSTILE: [&str; 30] = [
    "${path.module}",
    "%{ if true }x%{ endif }",
    "${a} %${path.module}",
    "$${a} %%{b}",
    "{{ .Values.x }}",
    "{% raw %}",
    "\"quoted\"",
    "'quoted'",
    "it's \"both\"",
    "back\\slash \\n \\u0041",
    "a: b",
    "a #comment",
    "- item",
    "*alias",
    "&anchor",
    "!tag",
    "@at",
    "`tick`",
    "%percent",
    "|",
    ">",
    "~",
    "null",
    "true",
    "0777",
    "1.30",
    "<script>alert(1)</script>",
    "$(rm -rf /)",
    "\u{202e}gnirts\u{202c}",
    "ünïcödé 漢字 🚀",
];

/// Texts with what no field may hold.
const CONTROL: [&str; 7] =
    ["a\u{1b}[31mb", "a\u{7}b", "a\u{0}b", "a\u{8}b", "a\u{7f}b", "a\u{85}b", "a\u{9b}b"];

/// A free-text field: its name, the spec around it, where its text is in the plan, and whether it has one line.
struct Field {
    name: &'static str,
    spec: &'static str,
    read: fn(&Plan) -> Option<String>,
    one_line: bool,
}

fn environment(plan: &Plan) -> Option<&Environment> {
    plan.environments.get("development")
}

const BEFORE: &str = "apiVersion: platc/v1
name: shop
owner: web
clusters:
  main: {provider: linode, region: fr-par, kubernetes: \"1.35\", controlPlane: {allow: [203.0.113.0/24]}}
";
const ENVIRONMENT: &str = "environments: {development: {role: development, cluster: main}}\n";
const POOL: &str = "nodePools: {apps: {type: g6-standard-4, nodes: 3}}\n";

macro_rules! field {
    ($name:literal, $one_line:literal, $spec:literal, $read:expr) => {
        Field { name: $name, spec: $spec, read: $read, one_line: $one_line }
    };
}

/// Every free-text field, with `TEXT` where its text stands. The parts before it are added by [`spec`].
const FIELDS: [Field; 13] = [
    field!(
        "environments.purpose",
        true,
        "environments: {development: {role: development, cluster: main, purpose: TEXT}}\n",
        |plan| { environment(plan)?.purpose.as_ref().map(|text| text.value.clone()) }
    ),
    field!(
        "nodePools.purpose",
        true,
        "nodePools: {apps: {type: g6-standard-4, nodes: 3, purpose: TEXT}}\n",
        |plan| { environment(plan)?.pools.first()?.purpose.as_ref().map(|text| text.value.clone()) }
    ),
    field!(
        "gpuPools.purpose",
        true,
        "gpuPools: {models: {type: g2-gpu-rtx4000a1-m, nodes: 1, purpose: TEXT}}\n",
        |plan| { environment(plan)?.gpu_pools.first()?.purpose.as_ref().map(|text| text.value.clone()) }
    ),
    field!(
        "databases.purpose",
        true,
        "databases: {users: {engine: postgresql, version: \"17\", type: g6-dedicated-2, purpose: TEXT}}\n",
        |plan| { environment(plan)?.databases.first()?.purpose.as_ref().map(|text| text.value.clone()) }
    ),
    field!(
        "caches.purpose",
        true,
        "caches: {shared: {engine: redis, memory: 1Gi, purpose: TEXT}}\n",
        |plan| { environment(plan)?.caches.first()?.purpose.as_ref().map(|text| text.value.clone()) }
    ),
    field!(
        "queues.purpose",
        true,
        "queues: {events: {engine: rabbitmq, storage: 10Gi, queues: {}, purpose: TEXT}}\n",
        |plan| { environment(plan)?.queues.first()?.purpose.as_ref().map(|text| text.value.clone()) }
    ),
    field!("buckets.purpose", true, "buckets: {exports: {purpose: TEXT}}\n", |plan| {
        environment(plan)?.buckets.first()?.purpose.as_ref().map(|text| text.value.clone())
    }),
    field!("services.purpose", true, "services: {api: {image: r/api:1, purpose: TEXT}}\n", |plan| {
        environment(plan)?.services.first()?.purpose.as_ref().map(|text| text.value.clone())
    }),
    field!("services.env", false, "services: {api: {image: r/api:1, env: {VALUE: TEXT}}}\n", |plan| {
        environment(plan)?.services.first()?.env.get("VALUE").map(|text| text.value.clone())
    }),
    field!("services.args", false, "services: {api: {image: r/api:1, args: [first, TEXT]}}\n", |plan| {
        environment(plan)?.services.first()?.args.get(1).map(|text| text.value.clone())
    }),
    field!("services.command", false, "services: {api: {image: r/api:1, command: [TEXT]}}\n", |plan| {
        environment(plan)?.services.first()?.command.first().map(|text| text.value.clone())
    }),
    field!(
        "secrets.purpose",
        true,
        "secrets: {hub: {keys: [token], purpose: TEXT}}\nservices: {api: {image: r/api:1, uses: {secrets/hub: {as: {HUB_FILE: token}}}}}\n",
        |plan| { environment(plan)?.secrets.first().map(|secret| secret.purpose.clone()) }
    ),
    field!(
        "allow.reason",
        true,
        "allow: [{check: kubernetes/shared-cluster, at: clusters.main, reason: TEXT, until: 2027-03-31}]\n",
        |_| None
    ),
];

fn spec(field: &Field, text: &str) -> String {
    let mut spec = BEFORE.to_owned();
    for (key, part) in [("environments:", ENVIRONMENT), ("nodePools:", POOL)] {
        if !field.spec.starts_with(key) {
            spec.push_str(part);
        }
    }
    spec + &field.spec.replace("TEXT", text)
}

fn compile(text: &str) -> (Source, Compilation) {
    let source = Source::new("hostile", text);
    let today = Date::parse(TODAY).expect("a date");
    let compilation = platc::compile(&source, &Options { today, files: None });
    (source, compilation)
}

/// A text in double quotes, as YAML and JSON both read it.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            letter if letter.is_control() => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(letter));
            }
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

pub(crate) fn free_text_is_kept_or_refused() -> Vec<String> {
    let mut problems = Vec::new();
    for field in &FIELDS {
        let several_lines = ["two\nlines", "tab\tbed", "end\n", "line\r\nend"];
        for text in HOSTILE.iter().chain(&several_lines).chain(&CONTROL) {
            let whole = spec(field, &quoted(text));
            let (source, compilation) = compile(&whole);
            let shown = format!("{} = {text:?}", field.name);
            let control = text.chars().any(|letter| letter.is_control() && !matches!(letter, '\n' | '\t'));
            let refused = control || (field.one_line && text.contains(['\n', '\t']));
            let errors: Vec<_> = compilation
                .diagnostics
                .iter()
                .filter(|finding| finding.severity == Severity::Error)
                .collect();
            if refused {
                let at = |finding: &&platc::diag::Diagnostic| {
                    finding.primary.span.slice(&source.text) == quoted(text)
                        && finding.code.slug == "document/invalid-value"
                };
                if !errors.iter().any(at) {
                    problems.push(format!("{shown}: not refused at its place: {errors:?}"));
                }
                continue;
            }
            if let Some(error) = errors.first() {
                problems.push(format!("{shown}: {}: {}", error.code.slug, error.message));
                continue;
            }
            let Some(plan) = &compilation.plan else {
                problems.push(format!("{shown}: no plan"));
                continue;
            };
            if let Some(kept) = (field.read)(plan)
                && kept != *text
            {
                problems.push(format!("{shown}: became {kept:?}"));
            } else if (field.read)(plan).is_none() && field.name != "allow.reason" {
                problems.push(format!("{shown}: is not in the plan"));
            }
        }
    }
    problems
}

/// Without quotes each text is itself, a value of another type, or an error; never another text, never a panic.
pub(crate) fn plain_text_is_never_another_text() -> Vec<String> {
    let mut problems = Vec::new();
    let kept_as_written = |field: &&Field| !matches!(field.name, "allow.reason" | "secrets.purpose");
    for field in FIELDS.iter().filter(kept_as_written) {
        for text in HOSTILE {
            let (_, compilation) = compile(&spec(field, text));
            if compilation.has_errors() {
                continue;
            }
            // YAML ends a plain text at ` #`; a quoted one loses its quotes.
            let text_alone = text.split(" #").next().unwrap_or(text);
            let meant = ['"', '\'']
                .into_iter()
                .find_map(|quote| text_alone.strip_prefix(quote)?.strip_suffix(quote))
                .unwrap_or(text_alone);
            match compilation.plan.as_ref().and_then(field.read) {
                Some(kept) if kept != meant => {
                    problems.push(format!("{} = {text}: became {kept:?}", field.name));
                }
                _ => {}
            }
        }
    }
    problems
}
