//! Secrets at AWS: Terraform makes a place for each, one role reads them, and none is in a variable, an output or a file.

use std::collections::BTreeMap;

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
        let Some(Value::List(statements)) = argument(&call, "statements").cloned() else {
            panic!("statements of {call:?}")
        };
        let read = entries(&statements[0]).iter().find(|(name, _)| name == "resources").cloned();
        read.expect("resources").1
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
