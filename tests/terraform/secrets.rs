//! Secrets at AWS: Terraform makes a place for each, one role reads them, and none is in a variable, an output or a file.

use std::collections::BTreeMap;

use platc::backend;
use platc::plan::Plan;
use platc::provider::root::{ModuleCall, Root, Value};
use platc::provider::{managed_secrets, roots};

use crate::compiled;

/// A cluster that two environments share.
const SHARED: &str = include_str!("secrets.yaml");

fn alone() -> Plan {
    let mut plan = compiled(SHARED);
    plan.environments.retain(|key, _| key == "production");
    plan
}

fn argument<'r>(call: &'r ModuleCall, name: &str) -> Option<&'r Value> {
    call.arguments.iter().find(|(argument, _)| *argument == name).map(|(_, value)| value)
}

fn entries(value: &Value) -> &[(String, Value)] {
    match value {
        Value::Map(entries) => entries,
        other => panic!("a map, not {other:?}"),
    }
}

/// The names of all places, each with its root.
fn places(roots: &[Root]) -> BTreeMap<String, String> {
    let mut places = BTreeMap::new();
    for root in roots {
        for call in root.modules.iter().filter(|call| call.module == "aws/secrets") {
            for (name, _) in entries(argument(call, "secrets").expect("secrets")) {
                let before = places.insert(name.clone(), root.path.clone());
                assert_eq!(before, None, "{name} is made twice");
            }
        }
    }
    places
}

#[test]
fn every_secret_has_one_place_in_the_root_of_its_environment_or_else_of_the_cluster() {
    let plan = compiled(SHARED);
    let made = places(&roots(&plan));
    let managed = managed_secrets(&plan, &plan.clusters["main"]).expect("secrets in a manager");
    assert!(managed.secrets.iter().any(|secret| secret.environment.is_none()), "some are the cluster's");
    assert_eq!(made.len(), managed.secrets.len());
    for secret in &managed.secrets {
        let root = secret
            .environment
            .map_or_else(|| "clusters/main".to_owned(), |environment| format!("environments/{environment}"));
        assert_eq!(made.get(secret.name), Some(&root), "{}", secret.name);
    }
}

#[test]
fn a_cluster_of_one_environment_has_all_its_secrets_in_one_root() {
    let plan = alone();
    let made = places(&roots(&plan));
    let managed = managed_secrets(&plan, &plan.clusters["main"]).expect("secrets in a manager");
    assert_eq!(made.len(), managed.secrets.len());
    assert!(made.values().all(|root| root == "environments/production"), "{made:?}");
}

#[test]
fn the_role_that_reads_secrets_reads_all_of_them_and_no_others() {
    let reader = |plan: &Plan| {
        let roots = roots(plan);
        let calls = roots.iter().flat_map(|root| &root.modules);
        let call = calls.into_iter().find(|call| call.name == "identity_secrets").expect("a reader").clone();
        argument(&call, "secret_arns").cloned().expect("the secrets")
    };
    assert_eq!(reader(&alone()), Value::Output("secrets".to_owned(), "arns"));
    let plan = compiled(SHARED);
    let managed = managed_secrets(&plan, &plan.clusters["main"]).expect("secrets in a manager");
    let all = managed
        .secrets
        .iter()
        .map(|secret| format!("arn:aws:secretsmanager:us-east-1:*:secret:{}-??????", secret.name));
    assert_eq!(reader(&plan), Value::texts(all));
}

/// How the names of secrets end.
const SECRET_NAMES: [&str; 14] = [
    "password",
    "passwords",
    "secret",
    "token",
    "tokens",
    "credential",
    "credentials",
    "passphrase",
    "secret_string",
    "access_key",
    "secret_key",
    "private_key",
    "api_key",
    "kubeconfig",
];

/// Names that only sound so: a setting of the metadata service, a question.
const HARMLESS: [&str; 2] = ["http_tokens", "own_secret"];

fn names_a_secret(name: &str) -> bool {
    let name = name.to_lowercase().replace('-', "_");
    !HARMLESS.contains(&name.as_str())
        && SECRET_NAMES
            .iter()
            .any(|end| name.strip_suffix(end).is_some_and(|start| start.is_empty() || start.ends_with('_')))
}

/// Whether an expression ends in what is secret: `random_password.this.result` does, `secret.arn` does not.
fn hands_out_a_secret(expression: &str) -> bool {
    let words = expression.split(|c: char| !(c.is_alphanumeric() || "_.*[]\"-".contains(c)));
    words.filter(|path| path.contains('.')).any(|path| {
        let last = path.rsplit('.').next().unwrap_or_default().split('[').next().unwrap_or_default();
        names_a_secret(last) || path.contains("random_password")
    })
}

/// What in a tree of files is, or would carry, a secret: the place of each.
fn leaks<'f>(files: impl Iterator<Item = (&'f str, String)>) -> Vec<String> {
    let mut found = Vec::new();
    for (path, text) in files {
        if has_end(path, "tf") || path.contains(".tfvars") {
            let body: hcl::Body = hcl::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"));
            in_body(path, &body, &mut found);
        }
        if has_end(path, "yaml") {
            for document in text.split("\n---") {
                let has = |line: &str| document.lines().any(|own| own.trim_end() == line);
                if has("kind: Secret") && (has("data:") || has("stringData:")) {
                    found.push(format!("{path}: a Secret with values"));
                }
            }
        }
        let keys = ["AKIA", "ASIA", "-----BEGIN RSA PRIVATE KEY", "-----BEGIN PRIVATE KEY"];
        if keys
            .iter()
            .any(|begin| text.split_whitespace().any(|word| word.trim_matches('"').starts_with(begin)))
        {
            found.push(format!("{path}: a key"));
        }
    }
    found
}

fn in_body(path: &str, body: &hcl::Body, found: &mut Vec<String>) {
    for attribute in body.attributes() {
        if names_a_secret(attribute.key()) && matches!(attribute.expr(), hcl::Expression::String(_)) {
            found.push(format!("{path}: {} is written down", attribute.key()));
        }
    }
    for block in body.blocks() {
        let label = block.labels().first().map_or("", hcl::BlockLabel::as_str);
        let attribute = |name: &str| block.body().attributes().find(|own| own.key() == name);
        match block.identifier() {
            "variable" => {
                let ephemeral =
                    attribute("ephemeral").is_some_and(|own| *own.expr() == hcl::Expression::Bool(true));
                if names_a_secret(label) && !ephemeral {
                    found.push(format!("{path}: the variable {label} is kept"));
                }
            }
            "output" => {
                let value = attribute("value").map(|own| hcl::format::to_string(own.expr()).expect("HCL"));
                if names_a_secret(label) || value.is_some_and(|value| hands_out_a_secret(&value)) {
                    found.push(format!("{path}: the output {label}"));
                }
            }
            _ => in_body(path, block.body(), found),
        }
    }
}

#[test]
fn no_variable_output_or_file_at_aws_holds_a_secret() {
    for spec in [SHARED, include_str!("../fixtures/recovery/target/good.yaml")] {
        let tree = backend::emit(&compiled(spec), &[]);
        let files: Vec<_> = tree.iter().map(|(path, file)| (path, file.text().into_owned())).collect();
        assert!(
            files.iter().filter(|(path, _)| path.ends_with("variables.tf")).count() > 5,
            "roots and modules"
        );
        assert_eq!(leaks(files.into_iter()), Vec::<String>::new());
    }
}

/// Each of these is what the test above looks for; without them it could be blind.
#[test]
fn what_would_hold_a_secret_is_seen() {
    for (path, text) in [
        ("a/variables.tf", "variable \"admin_password\" {\n  type = string\n  sensitive = true\n}\n"),
        ("a/variables.tf", "variable \"password\" {\n  ephemeral = false\n}\n"),
        ("a/outputs.tf", "output \"database_password\" {\n  value = 1\n}\n"),
        (
            "a/outputs.tf",
            "output \"database\" {\n  value = { host = module.db.host, login = module.db.password }\n}\n",
        ),
        ("a/outputs.tf", "output \"login\" {\n  value = random_password.this.result\n}\n"),
        ("a/main.tf", "module \"db\" {\n  password = \"hunter2\"\n}\n"),
        ("a/terraform.tfvars", "api_key = \"hunter2\"\n"),
        ("a/secret.yaml", "apiVersion: v1\nkind: Secret\nstringData:\n  key: hunter2\n"),
        ("a/readme.md", "Use AKIAIOSFODNN7EXAMPLE\n"),
    ] {
        assert_eq!(leaks([(path, text.to_owned())].into_iter()).len(), 1, "{text}");
    }
    for (path, text) in [
        ("a/variables.tf", "variable \"password\" {\n  ephemeral = true\n}\n"),
        ("a/variables.tf", "variable \"password_version\" {\n  type = number\n}\n"),
        (
            "a/outputs.tf",
            "output \"secret_arn\" {\n  value = aws_db_instance.this.master_user_secret[0].secret_arn\n}\n",
        ),
        ("a/main.tf", "module \"db\" {\n  password = ephemeral.random_password.db.result\n}\n"),
        ("a/secret.yaml", "kind: ExternalSecret\nspec:\n  data: []\n"),
    ] {
        assert_eq!(leaks([(path, text.to_owned())].into_iter()), Vec::<String>::new(), "{text}");
    }
}

fn has_end(path: &str, end: &str) -> bool {
    std::path::Path::new(path).extension().is_some_and(|own| own == end)
}
