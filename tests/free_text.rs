//! Free text of the spec comes out as the very text that it was, in every format that it reaches.

// Helpers of tests fail by panicking.
#![allow(clippy::expect_used, clippy::panic, clippy::case_sensitive_file_extension_comparisons)]

use platc::catalog::Date;
use platc::source::Source;
use platc::{backend, compile};

/// Texts that mean something to HCL, YAML, Go templates, Helm, Prometheus, Markdown or a shell.
const HOSTILE: &[&str] = &[
    "${path.module}",
    "${a} %${b}",
    "${a} $%{ if true }",
    "${a} $${z} %%{q}",
    "%{ for x in y }",
    "{{ .Values.secret }} {{ $labels.pod }} {{ end }}",
    "say \"yes\" or 'no'",
    "back\\slash \\n \\u0041",
    "a: b, [c], {d} # e",
    "- dash",
    "&anchor *alias !tag |",
    "*",
    "no",
    "1_000",
    "12:30",
    "0x1F",
    "~",
    "<script>alert(1)</script> | `code` | **bold**",
    "$(rm -rf /) `id` ; true",
    "EOT",
    "ünïcödé 雪 🦀",
    "trailing space ",
];

/// A spec that says a text in every free-text field that reaches the output.
fn spec(text: &str, block: &str) -> String {
    let line = serde_json::to_string(text).expect("JSON");
    let block = serde_json::to_string(block).expect("JSON");
    format!(
        r#"
apiVersion: platc/v1
name: shop
owner: team
domain: shop.example.com
clusters: {{main: {{provider: linode, region: fr-par, kubernetes: "1.35", controlPlane: {{allow: [203.0.113.0/24]}}}}}}
environments:
  staging: {{role: staging, cluster: main, purpose: {line}, domain: staging.shop.example.com}}
  production: {{role: production, cluster: main, purpose: {line}}}
nodePools: {{general: {{type: g6-standard-8, nodes: {{min: 3, max: 6}}, purpose: {line}}}}}
gpuPools: {{gpu: {{type: g2-gpu-rtx4000a1-m, nodes: 1, purpose: {line}}}}}
tiers: {{standard: {{rto: 4h, rpo: 24h, covers: [instance, logical]}}}}
databases:
  orders: {{engine: postgresql, version: "17", type: g6-dedicated-2, purpose: {line}, size: 1Gi, tier: standard,
    backup: {{every: 1d, pointInTime: true}}, pooling: {{size: 5}}}}
caches: {{shared: {{engine: redis, memory: 1Gi, purpose: {line}}}}}
queues: {{events: {{engine: rabbitmq, storage: 1Gi, nodes: 3, purpose: {line}, queues: {{jobs: {{}}}}}}}}
buckets: {{state: {{for: state, purpose: {line}}}, files: {{purpose: {line}}}}}
secrets: {{token: {{purpose: {line}}}}}
ingress: {{controller: ingress-nginx, tls: {{issuer: letsencrypt, email: a@shop.example.com}}, dns: linode}}
services:
  api:
    purpose: {line}
    image: registry.example.com/shop/api:1.0.0
    port: 8080
    host: api
    metrics: /metrics
    health: {{ready: /ready, live: /health}}
    requests: {{cpu: 100m, memory: 128Mi}}
    replicas: 2
    command: [run, {block}]
    args: [{block}]
    env: {{TEXT: {block}}}
    uses:
      databases/orders: {{as: {{DATABASE_URL_FILE: url}}}}
      caches/shared: {{as: {{CACHE_URL_FILE: url}}}}
      queues/events/jobs: {{access: publish}}
      buckets/files: {{as: {{BUCKET: name}}}}
      secrets/token: {{as: {{TOKEN_FILE: value}}}}
  worker:
    image: registry.example.com/shop/worker:1.0.0
    replicas: 2
    gpus: 1
    pool: gpuPools/gpu
    overrides: {{staging: {{replicas: 1}}, production: {{gpus: 0, pool: null}}}}
    uses: {{queues/events/jobs: {{access: consume}}}}
"#
    )
}

fn tree(text: &str, block: &str) -> platc::tree::FileTree<'static> {
    let source = Source::new("spec.yaml", spec(text, block));
    let today = Date::new(2026, 11, 21).expect("a date");
    let compilation = compile(&source, &platc::Options { today, files: None });
    let errors: Vec<String> = compilation
        .diagnostics
        .iter()
        .filter(|finding| finding.severity == platc::diag::Severity::Error)
        .map(|finding| format!("{}: {}", finding.code.slug, finding.message))
        .collect();
    assert!(errors.is_empty(), "{text:?}: {errors:#?}");
    backend::emit(&compilation.plan.expect("a plan"), &[]).made()
}

fn documents(text: &str) -> Vec<serde_yaml::Value> {
    use serde::Deserialize as _;
    serde_yaml::Deserializer::from_str(text)
        .map(|document| serde_yaml::Value::deserialize(document).expect("YAML that reads back"))
        .collect()
}

fn find<'a>(value: &'a serde_yaml::Value, key: &str, found: &mut Vec<&'a serde_yaml::Value>) {
    match value {
        serde_yaml::Value::Mapping(map) => {
            for (name, inner) in map {
                if name.as_str() == Some(key) {
                    found.push(inner);
                }
                find(inner, key, found);
            }
        }
        serde_yaml::Value::Sequence(items) => items.iter().for_each(|item| find(item, key, found)),
        _ => {}
    }
}

#[test]
fn yaml_holds_the_very_text() {
    for text in HOSTILE {
        let block = format!("{text}\nsecond line: {text}\n\tthird\n");
        let tree = tree(text, &block);
        let (mut purposes, mut values, mut arguments) = (0, 0, 0);
        for (path, file) in tree.iter().filter(|(path, _)| path.ends_with(".yaml")) {
            for document in documents(&file.text()) {
                let mut found = Vec::new();
                find(&document, "platc.dev/purpose", &mut found);
                for purpose in found {
                    assert_eq!(purpose.as_str(), Some(*text), "{path}");
                    purposes += 1;
                }
                let mut found = Vec::new();
                find(&document, "env", &mut found);
                for entry in found.into_iter().filter_map(serde_yaml::Value::as_sequence).flatten() {
                    if entry["name"].as_str() == Some("TEXT") {
                        assert_eq!(entry["value"].as_str(), Some(block.as_str()), "{path}");
                        values += 1;
                    }
                }
                let mut found = Vec::new();
                find(&document, "args", &mut found);
                for argument in found.into_iter().filter_map(serde_yaml::Value::as_sequence).flatten() {
                    if argument.as_str().is_some_and(|argument| argument.contains("second line")) {
                        assert_eq!(argument.as_str(), Some(block.as_str()), "{path}");
                        arguments += 1;
                    }
                }
            }
        }
        assert!(purposes >= 6 && values >= 1 && arguments >= 1, "{text:?}: {purposes} {values} {arguments}");
    }
}

#[test]
fn hcl_holds_no_template_and_no_code_of_the_text() {
    for text in HOSTILE {
        let tree = tree(text, text);
        for (path, file) in
            tree.iter().filter(|(path, _)| path.ends_with(".tf") && !path.contains("/modules/"))
        {
            let content = file.text();
            let body = hcl::parse(&content).unwrap_or_else(|error| panic!("{path} with {text:?}: {error}"));
            let rendered = hcl::to_string(&body).expect("HCL");
            for forbidden in ["${path.module}", "%{ for"] {
                let comments = content.lines().filter(|line| line.trim_start().starts_with('#')).count();
                let in_code = content
                    .lines()
                    .filter(|line| !line.trim_start().starts_with('#'))
                    .any(|line| line.contains(forbidden) && !line.contains(&format!("${forbidden}")));
                assert!(!in_code, "{path} ({comments} comments): {forbidden} in {rendered}");
            }
        }
    }
}

#[test]
fn rules_never_interpret_the_text() {
    for text in HOSTILE.iter().filter(|text| text.contains("{{")) {
        let tree = tree(text, text);
        for (path, file) in tree.iter().filter(|(path, _)| path.contains("rules")) {
            for line in file.text().lines() {
                assert!(!line.contains("{{ .Values") && !line.contains("{{ end"), "{path}: {line}");
            }
        }
    }
}

#[test]
fn control_characters_are_refused_wherever_text_is_free() {
    for control in ["\u{1b}[31m", "\u{7}", "\u{0}", "\u{7f}", "\u{9b}"] {
        let text = format!("a{control}b");
        let source = Source::new("spec.yaml", spec(&text, &text));
        let today = Date::new(2026, 11, 21).expect("a date");
        let compilation = compile(&source, &platc::Options { today, files: None });
        assert!(compilation.has_errors(), "{text:?}");
    }
}
