//! The places of secrets in Secrets Manager, and who reads them: people put the values in, so that none is in a variable,
//! a plan or a state.

use super::foundation::Base;
use super::{module, one_line, stores};
use crate::names;
use crate::plan::{Cluster, Environment, Plan};
use crate::provider::root::{ModuleCall, Root, Value};
use crate::provider::{ManagedSecret, is_shared, managed_secrets};
use crate::source::At;

const CALL: &str = "secrets";
/// Secrets Manager takes so many characters of a description.
const DESCRIPTION_MOST: usize = 2048;

/// The secrets that belong to no environment, in the root of the cluster.
pub(super) fn of_cluster(root: &mut Root, plan: &Plan, cluster: &Cluster, base: &Base) {
    add(root, plan, cluster, base, cluster.at, |secret| secret.environment.is_none());
}

/// The secrets of an environment, with those of its cluster if this root makes that as well.
pub(super) fn of_environment(
    root: &mut Root,
    plan: &Plan,
    cluster: &Cluster,
    environment: &Environment,
    base: &Base,
) {
    let shared = is_shared(plan, cluster);
    add(root, plan, cluster, base, environment.at, |secret| match secret.environment {
        Some(key) => key == environment.key,
        None => !shared,
    });
    let values: Vec<(&str, Value)> =
        environment.file_systems.iter().filter_map(|files| id_of(environment, &files.key)).collect();
    if let Some(call) = root.modules.iter_mut().find(|call| call.name == CALL && !values.is_empty()) {
        call.comment = Some(
            "Places without values: people put those in afterwards, as the page about secrets says. Ids are no secrets, and \
             nobody has to carry them."
                .to_owned(),
        );
        call.arguments.push(("ids", Value::map(values)));
    }
}

/// The place of the id of a file system, and what it holds.
fn id_of<'p>(environment: &'p Environment, key: &str) -> Option<(&'p str, Value)> {
    let name = names::files(key);
    let secret = environment.secrets.iter().find(|secret| secret.name == name)?;
    let id = Value::Output(stores::files_call(key), "id");
    Some((secret.in_manager()?, Value::map([(names::FILES_KEY, id)])))
}

fn add(
    root: &mut Root,
    plan: &Plan,
    cluster: &Cluster,
    base: &Base,
    origin: At,
    is_here: impl Fn(&ManagedSecret<'_>) -> bool,
) {
    let Some(managed) = managed_secrets(plan, cluster) else { return };
    let here = managed.secrets.iter().filter(|secret| is_here(secret));
    let places: Vec<_> = here.map(|secret| (secret.name, description(secret.purpose))).collect();
    if places.is_empty() {
        return;
    }
    root.modules.push(ModuleCall {
        name: CALL.to_owned(),
        module: module("secrets"),
        comment: Some(
            "Places without values: people put those in afterwards, as the page about secrets says."
                .to_owned(),
        ),
        arguments: vec![("kms_key_arn", base.key.clone()), ("secrets", Value::map(places))],
        origin,
        ..ModuleCall::default()
    });
}

fn description(purpose: &str) -> Value {
    Value::Text(one_line(purpose).chars().take(DESCRIPTION_MOST).collect())
}

/// What the controller that copies secrets into the cluster reads. An ARN ends in six characters that AWS adds to the
/// name: what other roots make is named with wildcards for them.
pub(super) fn readable(plan: &Plan, cluster: &Cluster, base: &Base) -> Vec<(&'static str, Value)> {
    let Some(managed) = managed_secrets(plan, cluster) else { return Vec::new() };
    let arns = if is_shared(plan, cluster) {
        let arn = |secret: &ManagedSecret<'_>| {
            Value::Text(format!("arn:aws:secretsmanager:{}:*:secret:{}-??????", managed.region, secret.name))
        };
        Value::List(managed.secrets.iter().map(arn).collect())
    } else {
        Value::Output(CALL.to_owned(), "arns")
    };
    vec![("secret_arns", arns), ("kms_key_arn", base.key.clone())]
}
